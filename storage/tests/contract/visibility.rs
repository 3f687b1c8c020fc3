//! Who is offered what, and that nobody else can take it.

use billing_core::{AccessKind, CustomerCategory, DeviceCapability, Visibility};
use entitlement::{TenantId, Timestamp, Validity};
use storage::{OfferChange, ProductChange, RuleError, SeenAs, Store, StoreError, SubscriberChange};

use crate::billing::{shop, subscriber};
use crate::ground::{Ground, operator};
use crate::offers::{customer, lasts, offer, on, order, package, renewal, take, wallet};

fn shown_to(conditions: &[&str]) -> OfferChange {
    let mut visibility = Visibility::default();
    for condition in conditions {
        visibility.set(condition, |zone| Some(zone.to_owned())).unwrap();
    }
    OfferChange { visibility: Some(visibility), ..Default::default() }
}

/// Somebody with PPP, a device with IPv6 and telephony, in the north.
fn well_known() -> SeenAs {
    SeenAs {
        access: Some(AccessKind::Ppp),
        device: [DeviceCapability::Ipv6, DeviceCapability::Voice].into(),
        zone: Some("north".to_owned()),
    }
}

/// What a subscriber can take, but for what everybody can always.
async fn offered(
    store: &Store,
    tenant: TenantId,
    name: &str,
    (seen, at): (&SeenAs, Timestamp),
) -> Vec<String> {
    let all = store.products(tenant).offered(name, seen, at).await.unwrap();
    let names = all.into_iter().map(|product| product.name);
    names.filter(|name| !["gold", "silver"].contains(&name.as_str())).collect()
}

pub async fn only_what_is_offered_to_somebody_can_be_taken(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    customer(&store, tenant, "alice", "10000").await;
    for zone in ["north", "south"] {
        store.zones(tenant).add(&operator(), zone).await.unwrap();
    }
    for (name, conditions) in [
        ("cable", ["access=ppp,dhcp"].as_slice()),
        ("firms", &["category=business,enterprise"]),
        ("north", &["zone=north"]),
        ("office", &["hours=mon-fri 08:00-18:00"]),
        ("voice", &["device=ipv6,voice"]),
    ] {
        package(&store, tenant, name, lasts("1 month")).await;
        offer(&store, tenant, name, shown_to(conditions)).await;
    }
    let dates = Validity { from: Some(on(4, 1, 0)), until: Some(on(5, 1, 0)) };
    let visibility = Some(Visibility { dates, ..Default::default() });
    package(&store, tenant, "spring", lasts("1 month")).await;
    offer(&store, tenant, "spring", OfferChange { visibility, ..Default::default() }).await;

    // A Monday, its evening, and a Thursday a month later.
    let (noon, evening, may) = (on(4, 14, 12), on(4, 14, 20), on(5, 1, 12));
    let (unknown, known) = (SeenAs::default(), well_known());
    let all = async |seen: &SeenAs, at| offered(&store, tenant, "alice", (seen, at)).await;
    assert_eq!(all(&unknown, noon).await, ["office", "spring"]);
    assert_eq!(all(&unknown, evening).await, ["spring"]);
    assert_eq!(all(&unknown, may).await, ["office"]);
    assert_eq!(all(&known, noon).await, ["cable", "north", "office", "spring", "voice"]);
    let refused = async |seen: &SeenAs, offer: &str, at, why: &str| {
        let subscriptions = store.subscriptions(tenant).seen_as(seen.clone());
        let error = subscriptions.subscribe(&operator(), &order("alice", offer, at)).await;
        let error = error.unwrap_err();
        let is_rule = matches!(&error, StoreError::Rule { source: RuleError::NotOffered(_), .. });
        assert!(is_rule && error.to_string().contains(why), "{error}");
    };
    refused(&unknown, "cable", noon, "is not for who has no known access; it is for ppp, dhcp")
        .await;
    let why = "is not for who has no known category; it is for business, enterprise";
    refused(&known, "firms", noon, why).await;
    refused(&unknown, "north", noon, "is not for who is in no known zone; it is for zone 1").await;
    let south = SeenAs { zone: Some("south".to_owned()), ..known.clone() };
    refused(&south, "north", noon, "is not for zone 2; it is for zone 1").await;
    refused(&unknown, "voice", noon, "takes a device with ipv6, voice").await;
    refused(&unknown, "office", evening, "is not offered at this hour; it is again at").await;
    refused(&unknown, "spring", on(3, 31, 23), "is not offered yet; it is from").await;
    refused(&unknown, "spring", may, "is not offered any more; it was until").await;
    assert_eq!(store.subscriptions(tenant).list(None, 100).await.unwrap(), []);

    // What the subscriber is counts without being said.
    let change = SubscriberChange {
        category: Some(Some(CustomerCategory::Business)),
        zone: Some(Some("north".to_owned())),
        ..Default::default()
    };
    let set = store.subscribers(tenant).set(&operator(), "alice", &change).await.unwrap();
    assert_eq!(set.category, Some(CustomerCategory::Business));
    assert_eq!(store.subscribers(tenant).find("alice").await.unwrap(), set);
    assert_eq!(all(&unknown, noon).await, ["firms", "north", "office", "spring"]);
    take(&store, tenant, &order("alice", "firms", noon)).await;
    let cable = store.subscriptions(tenant).seen_as(known);
    let mut within = order("alice", "cable", noon);
    within.service = None;
    cable.subscribe(&operator(), &within).await.unwrap();
    store.close().await;
}

pub async fn what_is_not_offered_any_more_is_not_bought_again_but_goes_on(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    customer(&store, tenant, "alice", "10000").await;
    let subscribers = store.subscribers(tenant);
    let business = |is_one: bool| SubscriberChange {
        category: Some(is_one.then_some(CustomerCategory::Business)),
        ..Default::default()
    };
    subscribers.set(&operator(), "alice", &business(true)).await.unwrap();
    package(&store, tenant, "firms", lasts("1 month")).await;
    offer(&store, tenant, "firms", shown_to(&["category=business"])).await;
    let mut wanted = order("alice", "firms", on(4, 10, 0));
    wanted.order.auto_renew = true;
    let sold = take(&store, tenant, &wanted).await;
    let id = sold.subscription.id;
    subscribers.set(&operator(), "alice", &business(false)).await.unwrap();
    let subscriptions = store.subscriptions(tenant);
    let again = subscriptions.renew(&operator(), id, &renewal(on(4, 20, 0), 1)).await.unwrap_err();
    assert!(again.to_string().contains("is not for who has no known category"), "{again}");
    // What was agreed to renew itself does.
    let renewed = subscriptions.renew_due(&operator(), on(5, 10, 0), 10).await.unwrap().renewed;
    assert_eq!(renewed.len(), 1);
    assert_eq!(renewed[0].1.unwrap().until, on(6, 10, 0));
    assert_eq!(wallet(&store, tenant, &sold).await, 800_000);

    // Nor is it taken in the place of something else.
    offer(&store, tenant, "gold", shown_to(&["category=business"])).await;
    let family = OfferChange { family: Some(Some("silver".to_owned())), ..Default::default() };
    offer(&store, tenant, "gold", family).await;
    let mut silver = order("alice", "silver", on(6, 1, 0));
    silver.service = None;
    let silver = take(&store, tenant, &silver).await.subscription.id;
    let moved = async || {
        let (by, at) = (operator(), Some(on(6, 15, 0)));
        store.subscriptions(tenant).move_to(&by, silver, "gold", None, at).await
    };
    let refused = moved().await.unwrap_err();
    assert!(refused.to_string().contains("it is for business"), "{refused}");
    subscribers.set(&operator(), "alice", &business(true)).await.unwrap();
    moved().await.unwrap();
    store.close().await;
}

pub async fn to_whom_something_is_offered_is_kept(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let (zones, by) = (store.zones(tenant), operator());
    let north = zones.add(&by, "north").await.unwrap();
    zones.add(&by, "far east").await.unwrap();
    let names: Vec<_> = zones.list().await.unwrap().into_iter().map(|zone| zone.name).collect();
    assert_eq!(names, ["far east", "north"]);
    assert!(matches!(zones.add(&by, "north").await, Err(StoreError::AlreadyExists { .. })));
    assert!(zones.add(&by, "a,b").await.unwrap_err().to_string().contains("has a comma"));

    let conditions = [
        "access=hotspot",
        "category=residential,public-body",
        "device=5ghz",
        "zone=far east,north",
        "hours=daily 06:00-22:00",
    ];
    let mut wanted = shown_to(&conditions);
    let dates = Validity { from: Some(on(4, 1, 0)), until: None };
    if let Some(visibility) = &mut wanted.visibility {
        visibility.dates = dates;
    }
    offer(&store, tenant, "gold", wanted.clone()).await;
    let kept = store.products(tenant).find("gold").await.unwrap().offer.visibility;
    assert_eq!(Some(&kept), wanted.visibility.as_ref());
    assert_eq!(kept.conditions(String::clone), conditions);
    // What is not said stays, and what is for all is as if nothing had been said.
    offer(&store, tenant, "gold", OfferChange { rank: Some(Some(1)), ..Default::default() }).await;
    assert_eq!(store.products(tenant).find("gold").await.unwrap().offer.visibility, kept);

    let set = async |change: OfferChange| {
        let change = ProductChange { offer: change, ..Default::default() };
        store.products(tenant).set(&operator(), "gold", &change, None).await.unwrap_err()
    };
    let unknown = set(shown_to(&["zone=nort"])).await.to_string();
    assert!(unknown.contains("there is no zone called `nort`; did you mean `north`?"), "{unknown}");
    let dates = Validity { from: Some(on(5, 1, 0)), until: Some(on(5, 1, 0)) };
    let visibility = Some(Visibility { dates, ..Default::default() });
    let never = set(OfferChange { visibility, ..Default::default() }).await.to_string();
    assert!(never.contains("which is not later"), "{never}");

    subscriber(&store, tenant, "alice").await;
    let in_use = zones.remove(&by, "north").await.unwrap_err().to_string();
    assert!(in_use.contains("product `gold`"), "{in_use}");
    offer(&store, tenant, "gold", shown_to(&[])).await;
    let here = SubscriberChange { zone: Some(Some("north".to_owned())), ..Default::default() };
    let alice = store.subscribers(tenant).set(&by, "alice", &here).await.unwrap();
    assert_eq!((alice.zone, alice.category), (Some(north.id), None));
    let in_use = zones.remove(&by, "north").await.unwrap_err().to_string();
    assert!(in_use.contains("subscriber `alice`"), "{in_use}");
    let nowhere = SubscriberChange { zone: Some(None), ..Default::default() };
    store.subscribers(tenant).set(&by, "alice", &nowhere).await.unwrap();
    zones.remove(&by, "north").await.unwrap();
    assert_eq!(zones.list().await.unwrap().len(), 1);
    store.close().await;
}
