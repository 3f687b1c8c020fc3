//! Packages in place of others, their end, and pauses of what is paid ahead.

use billing_core::discount::{Offer, On};
use billing_core::{BilledIn, DataPackage, GrantedPer, PartOrAmount, Transition, What, When};
use entitlement::{GrantKind, Octets, Standing, TenantId, Timestamp};
use storage::{
    Ending, NewOrder, OfferChange, ProductChange, RenewalOrder, Sold, Store, SubscriptionEntry,
    SubscriptionId,
};

use crate::billing::{balances, bill, shop};
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{
    customer, kes, lasts, offer, on, once, order, product, renewal, take, top_up, wallet,
};
use crate::outbox_events::Ear;
use crate::used_up::{last_grant, use_data};

const GB: u64 = 1_000_000_000;

/// A family of packages of a month: slow on the plan silver for 1000.00, fast on gold for 3000.00, and giant
/// on gold for 6000.00.
async fn family(store: &Store, tenant: TenantId) {
    let change = |is_first: bool| {
        let family = (!is_first).then(|| Some("slow".to_owned()));
        OfferChange { family, ..lasts("1 month") }
    };
    product(store, tenant, ("slow", Some("silver")), &once("1000"), change(true)).await;
    product(store, tenant, ("fast", Some("gold")), &once("3000"), change(false)).await;
    product(store, tenant, ("giant", Some("gold")), &once("6000"), change(false)).await;
}

/// When a greater and a smaller offer come into force.
pub async fn settle(store: &Store, tenant: TenantId, upgrade: When, downgrade: When) {
    let settings = store.billing_settings(tenant);
    let change = |settings: &mut storage::Settings| {
        (settings.changes.upgrade, settings.changes.downgrade) = (upgrade, downgrade);
    };
    settings.change(&operator(), change).await.unwrap();
}

pub fn of(name: &str, at: Timestamp, count: i64) -> RenewalOrder {
    RenewalOrder { offer: Some(name.to_owned()), ..renewal(at, count) }
}

pub async fn buys(store: &Store, tenant: TenantId, sold: &Sold, order: &RenewalOrder) -> Sold {
    let subscriptions = store.subscriptions(tenant);
    subscriptions.renew(&operator(), sold.subscription.id, order).await.unwrap()
}

/// The plan of a service, and until when it is valid.
pub async fn served(store: &Store, tenant: TenantId, name: &str) -> (String, Timestamp) {
    let service = store.services(tenant).find(name).await.unwrap();
    (service.plan_name, service.validity.until.unwrap())
}

pub async fn found(store: &Store, tenant: TenantId, id: SubscriptionId) -> SubscriptionEntry {
    store.subscriptions(tenant).find(id).await.unwrap()
}

/// What it has, until when that is paid, and what comes behind it from when on.
pub async fn has(store: &Store, tenant: TenantId, sold: &Sold) -> String {
    let entry = found(store, tenant, sold.subscription.id).await;
    let [package] = entry.packages.as_slice() else { panic!("{:?}", entry.packages) };
    let ahead = package.ahead.iter().map(|it| format!(", {} from {}", it.product, it.begins));
    let until = package.paid.unwrap().until;
    format!("{}{} until {until}", package.product, ahead.collect::<String>())
}

/// The lines of a document: what each comes to with taxes, and why.
pub async fn lines(store: &Store, tenant: TenantId, label: &str) -> Vec<(String, String)> {
    let (_, lines, _) = store.invoices(tenant).find(label).await.unwrap();
    lines.into_iter().map(|line| (line.gross.to_string(), line.explanation)).collect()
}

pub async fn carry_out(store: &Store, tenant: TenantId) -> usize {
    store.subscriptions(tenant).carry_out(&operator(), 10).await.unwrap()
}

pub fn s_after(at: Timestamp, s: i64) -> Timestamp {
    Timestamp::from_unix_s(at.unix_s() + s)
}

pub async fn a_dearer_package_comes_at_once_and_gives_back_what_is_not_used(ground: &Ground) {
    let clock = SetClock::at(on(1, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    family(&store, tenant).await;
    customer(&store, tenant, "jane", "10000").await;
    let jane = take(&store, tenant, &order("jane", "slow", on(1, 10, 12))).await;
    clock.set(on(1, 10, 13));
    let nine = buys(&store, tenant, &jane, &renewal(clock.now(), 9)).await;
    assert_eq!(nine.paid.unwrap().until, on(11, 10, 12));
    assert_eq!(wallet(&store, tenant, &jane).await, 0);

    // After the first of ten months nine are not used: 9000.00, of which a month of fast costs 3000.00.
    clock.set(on(2, 10, 12));
    let mut ear = Ear::new(&store, tenant);
    ear.hears().await;
    let fast = buys(&store, tenant, &jane, &of("fast", clock.now(), 1)).await;
    assert_eq!(fast.paid.unwrap().until, on(3, 10, 12));
    let back: Vec<_> = fast.given_back.iter().map(|it| (it.product.as_str(), it.amount)).collect();
    assert_eq!((back.as_slice(), fast.begins), ([("slow", kes("9000"))].as_slice(), None));
    let [note] = fast.invoices.as_slice() else { panic!("{:?}", fast.invoices) };
    assert_eq!(note.gross, kes("-6000"));
    let expected = [
        (
            "-9000.00 KES",
            "slow: given up on 2025-02-10 12:00:00, when 9 of 9 periods were not used; of 9000.00 KES \
             that it has cost gives back 9000.00 KES",
        ),
        (
            "3000.00 KES",
            "fast: once, 2025-02-10 12:00:00 at 3000.00 KES: 3000.00 KES; charge 3000.00 KES",
        ),
    ];
    let expected = expected.map(|(gross, why)| (gross.to_owned(), why.to_owned()));
    assert_eq!(lines(&store, tenant, &note.label).await, expected);
    assert_eq!(wallet(&store, tenant, &jane).await, 600_000);
    assert_eq!(served(&store, tenant, "jane").await, ("gold".to_owned(), on(3, 10, 12)));
    assert_eq!(has(&store, tenant, &jane).await, format!("fast until {}", on(3, 10, 12)));
    let heard = ear.hears().await;
    let (topic, body) = heard.last().unwrap();
    assert_eq!(*topic, "package.renewed");
    assert_eq!(
        (body["product"].as_str(), body["instead_of"].as_str()),
        (Some("fast"), Some("slow"))
    );
    assert_eq!(body["given_back"][0]["amount_minor"], 900_000);
    assert!(body.get("begins").is_none(), "{body}");

    // What was given back is not billed again, and no more is left of what was bought.
    clock.set(on(3, 10, 11));
    assert_eq!(bill(&store, tenant, clock.now().unix_s()).await.invoices, 0);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn a_part_of_a_package_is_given_back_to_the_second_with_taxes_and_discount(
    ground: &Ground,
) {
    let clock = SetClock::at(on(2, 1, 0));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    family(&store, tenant).await;
    for name in ["slow", "fast"] {
        let taxed = ProductChange { taxes: Some(vec!["VAT".to_owned()]), ..Default::default() };
        store.products(tenant).set(&operator(), name, &taxed, None).await.unwrap();
    }
    customer(&store, tenant, "jane", "5000").await;
    // 1000.00, less 10 %, and 16 % on that: 1044.00. It is billed so when the discount is there.
    let mut first = order("jane", "slow", on(2, 1, 0));
    first.order.on_credit = true;
    let jane = take(&store, tenant, &first).await;
    let (off, month) = (PartOrAmount::Percent("10%".parse().unwrap()), "1 month".parse().unwrap());
    let loyal = Offer::new("Loyal".to_owned(), off, On::All, month).unwrap();
    let id = jane.subscription.id;
    store.discounts(tenant).give(&operator(), id, &loyal, (on(2, 1, 0), None)).await.unwrap();
    bill(&store, tenant, on(2, 1, 1).unix_s()).await;
    assert_eq!(wallet(&store, tenant, &jane).await, 395_600);

    // Half of February: 450.00 of 900.00 that were paid, 522.00 with the tax.
    clock.set(on(2, 15, 0));
    let fast = buys(&store, tenant, &jane, &of("fast", clock.now(), 1)).await;
    let [invoice] = fast.invoices.as_slice() else { panic!("{:?}", fast.invoices) };
    assert_eq!((invoice.net, invoice.gross), (kes("2250"), kes("2610")));
    let lines = lines(&store, tenant, &invoice.label).await;
    let gross: Vec<_> = lines.iter().map(|(gross, _)| gross.as_str()).collect();
    assert_eq!(gross, ["-522.00 KES", "3132.00 KES"]);
    assert!(
        lines[0].1.contains("when 1209600 of 2419200 s were not used; of 900.00 KES"),
        "{lines:?}"
    );
    assert_eq!(wallet(&store, tenant, &jane).await, 395_600 - 261_000);
    assert_eq!(bill(&store, tenant, on(2, 15, 1).unix_s()).await.invoices, 0);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn there_and_back_in_one_moment_costs_nothing(ground: &Ground) {
    let clock = SetClock::at(on(1, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    family(&store, tenant).await;
    settle(&store, tenant, When::AtOnce, When::AtOnce).await;
    customer(&store, tenant, "jane", "5000").await;
    let jane = take(&store, tenant, &order("jane", "slow", on(1, 10, 12))).await;
    clock.set(on(1, 10, 13));
    buys(&store, tenant, &jane, &renewal(clock.now(), 1)).await;
    clock.set(on(2, 10, 12));
    let before = (wallet(&store, tenant, &jane).await, has(&store, tenant, &jane).await);
    buys(&store, tenant, &jane, &of("fast", clock.now(), 1)).await;
    assert_eq!(wallet(&store, tenant, &jane).await, 100_000);
    buys(&store, tenant, &jane, &of("slow", clock.now(), 1)).await;
    let after = (wallet(&store, tenant, &jane).await, has(&store, tenant, &jane).await);
    assert_eq!(after, before);
    assert_eq!(before.0, 300_000);
    assert_eq!(served(&store, tenant, "jane").await, ("silver".to_owned(), on(3, 10, 12)));
    clock.set(on(2, 10, 13));
    carry_out(&store, tenant).await;
    assert_eq!(bill(&store, tenant, clock.now().unix_s()).await.invoices, 0);
    assert_eq!(served(&store, tenant, "jane").await, ("silver".to_owned(), on(3, 10, 12)));
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn a_cheaper_package_is_paid_now_and_begins_at_the_end(ground: &Ground) {
    let clock = SetClock::at(on(1, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    family(&store, tenant).await;
    customer(&store, tenant, "jane", "10000").await;
    let jane = take(&store, tenant, &order("jane", "fast", on(1, 10, 12))).await;
    clock.set(on(1, 20, 12));
    let mut ear = Ear::new(&store, tenant);
    ear.hears().await;
    let order = RenewalOrder { auto_renew: Some(true), ..of("slow", clock.now(), 2) };
    let slow = buys(&store, tenant, &jane, &order).await;
    assert_eq!((slow.begins, slow.paid.unwrap().until), (Some(on(2, 10, 12)), on(4, 10, 12)));
    assert_eq!((slow.given_back, slow.invoices[0].gross), (vec![], kes("2000")));
    let heard = ear.hears().await;
    let (_, body) = heard.last().unwrap();
    assert_eq!(
        (body["product"].as_str(), body["instead_of"].as_str()),
        (Some("slow"), Some("fast"))
    );
    assert_eq!(body["begins"], "2025-02-10T09:00:00Z");
    let ahead = format!("fast, slow from {} until {}", on(2, 10, 12), on(4, 10, 12));
    assert_eq!(has(&store, tenant, &jane).await, ahead);
    assert_eq!(served(&store, tenant, "jane").await, ("gold".to_owned(), on(4, 10, 12)));
    // Until then nothing changes, whatever is carried out.
    clock.set(s_after(on(2, 10, 12), -1));
    carry_out(&store, tenant).await;
    assert_eq!(served(&store, tenant, "jane").await.0, "gold");
    clock.set(on(2, 10, 12));
    assert_eq!(carry_out(&store, tenant).await, 1);
    assert_eq!(served(&store, tenant, "jane").await, ("silver".to_owned(), on(4, 10, 12)));
    assert_eq!(has(&store, tenant, &jane).await, format!("slow until {}", on(4, 10, 12)));
    // It renews itself as what it is then.
    clock.set(on(4, 10, 12));
    let subscriptions = store.subscriptions(tenant);
    let renewed = subscriptions.renew_due(&operator(), clock.now(), 10).await.unwrap();
    assert_eq!((renewed.renewed.len(), renewed.not_renewed.len()), (1, 0));
    assert_eq!(has(&store, tenant, &jane).await, format!("slow until {}", on(5, 10, 12)));
    // 3000.00, 2000.00 and 1000.00 of 10000.00.
    assert_eq!(wallet(&store, tenant, &jane).await, 400_000);

    // Who has a cheaper one ahead and takes a dearer one has both back: 16 of 31 days, and all of it.
    customer(&store, tenant, "ben", "11000").await;
    clock.set(on(1, 10, 12));
    let ben = take(&store, tenant, &crate::offers::order("ben", "fast", clock.now())).await;
    clock.set(on(1, 20, 12));
    buys(&store, tenant, &ben, &of("slow", clock.now(), 2)).await;
    clock.set(on(1, 25, 12));
    let giant = buys(&store, tenant, &ben, &of("giant", clock.now(), 1)).await;
    let back: Vec<_> = giant.given_back.iter().map(|it| (it.product.as_str(), it.amount)).collect();
    assert_eq!(back, [("fast", kes("1548.38")), ("slow", kes("2000"))]);
    assert_eq!(giant.invoices[0].gross, kes("2451.62"));
    assert_eq!(has(&store, tenant, &ben).await, format!("giant until {}", on(2, 25, 12)));
    assert_eq!(served(&store, tenant, "ben").await, ("gold".to_owned(), on(2, 25, 12)));
    assert_eq!(wallet(&store, tenant, &ben).await, 600_000 - 245_162);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn the_policy_turned_round_is_followed(ground: &Ground) {
    let clock = SetClock::at(on(1, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    family(&store, tenant).await;
    settle(&store, tenant, When::PeriodEnd, When::AtOnce).await;
    customer(&store, tenant, "jane", "10000").await;
    let jane = take(&store, tenant, &order("jane", "slow", on(1, 10, 12))).await;
    clock.set(on(1, 20, 12));
    // A dearer one waits ...
    let fast = buys(&store, tenant, &jane, &of("fast", clock.now(), 1)).await;
    assert_eq!((fast.begins, fast.given_back.len()), (Some(on(2, 10, 12)), 0));
    assert_eq!(served(&store, tenant, "jane").await, ("silver".to_owned(), on(3, 10, 12)));
    clock.set(on(2, 10, 12));
    carry_out(&store, tenant).await;
    assert_eq!(served(&store, tenant, "jane").await, ("gold".to_owned(), on(3, 10, 12)));
    // ... and a cheaper one comes at once: 14 of 28 days of 3000.00.
    clock.set(on(2, 24, 12));
    let slow = buys(&store, tenant, &jane, &of("slow", clock.now(), 1)).await;
    assert_eq!(slow.given_back[0].amount, kes("1500"));
    assert_eq!(served(&store, tenant, "jane").await, ("silver".to_owned(), on(3, 24, 12)));
    // 1000.00, 3000.00, -1500.00 and 1000.00.
    assert_eq!(wallet(&store, tenant, &jane).await, 650_000);
    balances(&store, tenant).await;
    store.close().await;
}

pub fn ten_gb() -> OfferChange {
    let data = DataPackage {
        octets: Octets(10 * GB),
        per: GrantedPer::Period,
        priority: 100,
        kind: GrantKind::Purchased,
        rollover: None,
    };
    OfferChange { data: Some(Some(data)), ..Default::default() }
}

pub async fn data_of_the_old_package_ends_and_what_is_used_of_it_is_not_given_back(
    ground: &Ground,
) {
    let clock = SetClock::at(on(2, 1, 0));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    family(&store, tenant).await;
    offer(&store, tenant, "slow", ten_gb()).await;
    offer(&store, tenant, "fast", ten_gb()).await;
    customer(&store, tenant, "jane", "10000").await;
    let jane = take(&store, tenant, &order("jane", "slow", on(2, 1, 0))).await;
    let grant = last_grant(ground).await;
    use_data(&store, tenant, "jane", (1, &[(grant, 9 * GB)])).await;
    // Half of the month is left, and a tenth of the data.
    clock.set(on(2, 15, 0));
    let fast = buys(&store, tenant, &jane, &of("fast", clock.now(), 1)).await;
    assert_eq!(fast.given_back[0].amount, kes("100"));
    let ends = format!("select cast(valid_until as text) from service_grant where id = {grant}");
    assert_eq!(ground.text(&ends).await, on(2, 15, 0).unix_ms().to_string());
    // What came with the new one is all there is.
    let left = "select cast(count(*) as text) || ' ' || cast(max(valid_until) as text) from service_grant \
                where valid_until > ";
    let left = format!("{left}{}", clock.now().unix_ms());
    assert_eq!(ground.text(&left).await, format!("1 {}", on(3, 15, 0).unix_ms()));
    store.close().await;
}

pub async fn a_package_ends_at_the_end_of_what_is_paid(ground: &Ground) {
    let clock = SetClock::at(on(10, 27, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    family(&store, tenant).await;
    customer(&store, tenant, "jane", "5000").await;
    let mut first = order("jane", "slow", on(10, 27, 12));
    first.order.auto_renew = true;
    let jane = take(&store, tenant, &first).await;
    let (id, subscriptions) = (jane.subscription.id, store.subscriptions(tenant));
    clock.set(on(10, 27, 13));
    buys(&store, tenant, &jane, &renewal(clock.now(), 1)).await;
    clock.set(on(11, 27, 12));
    let ending = Ending { when: When::PeriodEnd, ..Ending::default() };
    let ended = subscriptions.terminate(&operator(), id, &ending).await.unwrap();
    assert_eq!((ended.ends_at, ended.changed.fees.len()), (on(12, 27, 12), 0));
    // Until then all of it is used.
    assert_eq!(ended.lost, []);
    carry_out(&store, tenant).await;
    let service = store.services(tenant).find("jane").await.unwrap();
    assert_eq!(service.standing, Standing::Active);
    let refused =
        subscriptions.renew(&operator(), id, &of("fast", clock.now(), 1)).await.unwrap_err();
    assert!(refused.to_string().contains("cancel its end first"), "{refused}");
    let refused = subscriptions.pause(&operator(), id, None, None).await.unwrap_err();
    assert!(refused.to_string().contains("which a pause would lose"), "{refused}");
    // A pause that is over before moves the end by its length.
    subscriptions.pause(&operator(), id, Some(on(12, 7, 13)), None).await.unwrap();
    clock.set(on(12, 7, 13));
    carry_out(&store, tenant).await;
    let ends_at = s_after(on(12, 27, 12), 10 * 86_400 + 3_600);
    clock.set(s_after(ends_at, -1));
    carry_out(&store, tenant).await;
    let service = store.services(tenant).find("jane").await.unwrap();
    assert_eq!((service.standing, service.validity.until), (Standing::Active, Some(ends_at)));
    // Then nothing is bought any more, whichever of them looks first.
    clock.set(ends_at);
    let renewals = subscriptions.renew_due(&operator(), clock.now(), 10).await.unwrap();
    assert_eq!((renewals.renewed.len(), renewals.not_renewed.len()), (0, 0));
    carry_out(&store, tenant).await;
    assert_eq!(store.services(tenant).find("jane").await.unwrap().standing, Standing::Terminated);
    assert_eq!(wallet(&store, tenant, &jane).await, 300_000);

    // At once it is over at once, nothing is given back, and what is lost can be said.
    clock.set(on(10, 27, 12));
    customer(&store, tenant, "ben", "3000").await;
    let ben = take(&store, tenant, &order("ben", "fast", on(10, 27, 12))).await;
    clock.set(s_after(on(10, 27, 12), 31 * 43_200));
    let ended = subscriptions
        .terminate(&operator(), ben.subscription.id, &Ending::default())
        .await
        .unwrap();
    let [lost] = ended.lost.as_slice() else { panic!("{ended:?}") };
    assert_eq!((lost.product.as_str(), lost.until), ("fast", on(11, 27, 12)));
    assert_eq!((lost.unused.as_str(), lost.worth), ("1339200 of 2678400 s", Some(kes("1500"))));
    assert_eq!(ended.ends_at, clock.now());
    assert_eq!(store.services(tenant).find("ben").await.unwrap().standing, Standing::Terminated);
    assert_eq!(bill(&store, tenant, clock.now().unix_s()).await.invoices, 0);
    assert_eq!(wallet(&store, tenant, &ben).await, 0);
    store.close().await;
}

/// Until when the package of the only subscription, its service and what came with it are valid.
async fn valid(
    ground: &Ground,
    store: &Store,
    (tenant, sold): (TenantId, &Sold),
) -> [Timestamp; 3] {
    let entry = found(store, tenant, sold.subscription.id).await;
    let grants = ground.text("select cast(max(valid_until) as text) from service_grant").await;
    let grants = Timestamp::from_unix_ms(grants.parse().unwrap());
    let served = served(store, tenant, &entry.subscriber_name).await.1;
    [entry.packages[0].paid.unwrap().until, served, grants]
}

pub async fn a_pause_lengthens_what_is_paid_to_the_second(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    family(&store, tenant).await;
    offer(&store, tenant, "slow", ten_gb()).await;
    customer(&store, tenant, "jane", "5000").await;
    let mut first = order("jane", "slow", on(3, 10, 12));
    first.order.auto_renew = true;
    let jane = take(&store, tenant, &first).await;
    let (id, subscriptions) = (jane.subscription.id, store.subscriptions(tenant));
    let by = operator();
    assert_eq!(valid(ground, &store, (tenant, &jane)).await, [on(4, 10, 12); 3]);
    // Ten days, an hour and a second.
    clock.set(on(3, 20, 12));
    subscriptions.pause(&by, id, None, None).await.unwrap();
    let refused = subscriptions.renew(&by, id, &renewal(clock.now(), 1)).await.unwrap_err();
    assert!(refused.to_string().contains("paused"), "{refused}");
    clock.set(s_after(on(3, 30, 13), 1));
    subscriptions.resume(&by, id, None).await.unwrap();
    let until = s_after(on(4, 20, 13), 1);
    assert_eq!(valid(ground, &store, (tenant, &jane)).await, [until; 3]);
    // Carried out once more it changes nothing, and a second pause is added.
    carry_out(&store, tenant).await;
    assert_eq!(valid(ground, &store, (tenant, &jane)).await, [until; 3]);
    clock.set(on(4, 1, 0));
    subscriptions.pause(&by, id, Some(on(4, 2, 0)), None).await.unwrap();
    clock.set(on(4, 3, 0));
    carry_out(&store, tenant).await;
    let until = s_after(until, 86_400);
    assert_eq!(valid(ground, &store, (tenant, &jane)).await, [until; 3]);
    // One that is entered afterwards, too.
    subscriptions.pause(&by, id, None, Some(s_after(clock.now(), -7_200))).await.unwrap();
    subscriptions.resume(&by, id, Some(s_after(clock.now(), -3_600))).await.unwrap();
    let until = s_after(until, 3_600);
    assert_eq!(valid(ground, &store, (tenant, &jane)).await, [until; 3]);

    // Across the old end: nothing is told, bought or gone meanwhile.
    clock.set(on(4, 15, 0));
    subscriptions.pause(&by, id, None, None).await.unwrap();
    let mut ear = Ear::new(&store, tenant);
    ear.hears().await;
    clock.set(on(5, 15, 0));
    assert_eq!(subscriptions.renew_due(&by, clock.now(), 10).await.unwrap().tried, 0);
    assert_eq!(subscriptions.tell_over_each(&by, 10, 0).await.unwrap().tried, 0);
    assert_eq!(subscriptions.notice_lapsed_each(&by, 10, 0).await.unwrap().tried, 0);
    subscriptions.resume(&by, id, None).await.unwrap();
    assert_eq!(ear.topics().await, ["subscription.resumed"]);
    let until = s_after(until, 30 * 86_400);
    assert_eq!(valid(ground, &store, (tenant, &jane)).await, [until; 3]);
    assert_eq!(subscriptions.renew_due(&by, clock.now(), 10).await.unwrap().tried, 0);
    assert_eq!(store.services(tenant).find("jane").await.unwrap().standing, Standing::Active);
    // It is renewed at its new end, from there.
    clock.set(until);
    let renewed = subscriptions.renew_due(&by, clock.now(), 10).await.unwrap();
    assert_eq!(renewed.renewed.len(), 1, "{renewed:?}");
    assert_eq!(wallet(&store, tenant, &jane).await, 300_000);
    // A pause of what is over lengthens nothing.
    let end = renewed.renewed[0].1.unwrap().until;
    clock.set(s_after(end, 60));
    subscriptions.set_auto_renew(&by, id, false).await.unwrap();
    subscriptions.pause(&by, id, None, None).await.unwrap();
    clock.set(s_after(end, 3_660));
    subscriptions.resume(&by, id, None).await.unwrap();
    assert_eq!(valid(ground, &store, (tenant, &jane)).await, [end; 3]);
    store.close().await;
}

pub async fn a_block_lengthens_it_and_what_is_billed_all_the_same_does_not(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    family(&store, tenant).await;
    let billed = BilledIn { blocked: true, ..BilledIn::default() };
    let (by, subscriptions) = (operator(), store.subscriptions(tenant));
    for (name, billed_in, until) in
        [("jane", BilledIn::default(), on(4, 15, 12)), ("ben", billed, on(4, 10, 12))]
    {
        clock.set(on(3, 10, 12));
        customer(&store, tenant, name, "5000").await;
        let order = NewOrder { billed_in, ..order(name, "slow", on(3, 10, 12)) };
        let id = take(&store, tenant, &order).await.subscription.id;
        for (transition, day) in [(Transition::Block, 20), (Transition::Unblock, 25)] {
            clock.set(on(3, day, 12));
            let what = [(clock.now(), What::Transition(transition))];
            subscriptions.change(&by, id, &what).await.unwrap();
        }
        assert_eq!(served(&store, tenant, name).await.1, until, "{name}");
    }
    store.close().await;
}

pub async fn a_pause_moves_what_is_bought_ahead_and_is_not_paid_for_again(ground: &Ground) {
    let clock = SetClock::at(on(1, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    family(&store, tenant).await;
    customer(&store, tenant, "jane", "10000").await;
    let jane = take(&store, tenant, &order("jane", "fast", on(1, 10, 12))).await;
    let (by, id, subscriptions) = (operator(), jane.subscription.id, store.subscriptions(tenant));
    clock.set(on(1, 20, 12));
    buys(&store, tenant, &jane, &of("slow", clock.now(), 1)).await;
    // Paused across the moment at which slow was to begin.
    clock.set(on(2, 5, 12));
    subscriptions.pause(&by, id, None, None).await.unwrap();
    clock.set(on(2, 12, 12));
    carry_out(&store, tenant).await;
    assert_eq!(served(&store, tenant, "jane").await.0, "gold");
    clock.set(on(2, 15, 12));
    subscriptions.resume(&by, id, None).await.unwrap();
    let ahead = format!("fast, slow from {} until {}", on(2, 20, 12), on(3, 20, 12));
    assert_eq!(has(&store, tenant, &jane).await, ahead);
    clock.set(on(2, 20, 11));
    carry_out(&store, tenant).await;
    assert_eq!(served(&store, tenant, "jane").await, ("gold".to_owned(), on(3, 20, 12)));
    clock.set(on(2, 20, 12));
    carry_out(&store, tenant).await;
    assert_eq!(served(&store, tenant, "jane").await, ("silver".to_owned(), on(3, 20, 12)));
    // Half of the month that slow was bought for is over, ten days later: 500.00.
    clock.set(on(3, 6, 12));
    let fast = buys(&store, tenant, &jane, &of("fast", clock.now(), 1)).await;
    assert_eq!(fast.given_back[0].amount, kes("500"));
    // 3000.00, 1000.00, -500.00 and 3000.00.
    assert_eq!(wallet(&store, tenant, &jane).await, 350_000);
    top_up(&store, tenant, "jane", "1").await;
    balances(&store, tenant).await;
    store.close().await;
}
