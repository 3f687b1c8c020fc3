//! Quotas of plans, and what services have beside their plan.

use std::time::{SystemTime, UNIX_EPOCH};

use aaa_engine::ports::Directory as _;
use entitlement::{
    Allowance, Amount, BOOSTERS_MAX, BitsPerSecond, Booster, Direction, Extras, GRANTS_MAX, Grant,
    GrantId, GrantKind, Octets, OnlineTime, Quota, Speed, Stretch, Terms, Throttle, Tier,
    TierAction, TimeZone, Timestamp, Validity, Window,
};
use storage::{AuditEntry, NewGrant, ServiceUpdate, Store, StoreError};

use crate::ground::{Ground, gold_and_alice, new_service, operator};

fn mbit(upload: u64, download: u64) -> Speed {
    let rate = |mbit| BitsPerSecond(mbit * 1_000_000);
    Speed { upload: rate(upload), download: rate(download) }
}

/// A quota with nothing at its default, and one of each action.
pub fn full_quota() -> Quota {
    let at = Timestamp::from_unix_ms;
    Quota {
        name: "monthly".into(),
        window: Window::Cycle,
        allowance: Allowance::Data { octets: Octets(u64::MAX), direction: Direction::Download },
        free: Some("daily 01:00-06:00".parse().unwrap()),
        zero_rated: vec![Stretch { from: at(-1), until: at(i64::MAX) }],
        tiers: vec![
            Tier { percent: 80, action: TierAction::Notify },
            Tier { percent: 100, action: TierAction::Throttle(mbit(1, 2)) },
            Tier { percent: 150, action: TierAction::Quarantine },
        ],
    }
}

#[expect(clippy::disallowed_methods, reason = "what has passed for the store has passed here")]
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_unix_ms(i64::try_from(since.as_millis()).unwrap())
}

fn top_up(octets: u64) -> NewGrant {
    NewGrant {
        amount: Amount::Data(Octets(octets)),
        validity: Validity::default(),
        priority: 100,
        kind: GrantKind::Purchased,
    }
}

fn hours(hours: u64) -> NewGrant {
    NewGrant { amount: Amount::Online(OnlineTime(hours * 3_600)), ..top_up(0) }
}

fn grants(extras: &Extras) -> Vec<GrantId> {
    extras.grants.iter().map(|grant| grant.id).collect()
}

pub async fn quotas_round_trip_and_reach_the_directory(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let follower = store.follow().await.unwrap();
    let plans = store.plans(tenant);
    let plain = Quota {
        name: "day".into(),
        window: Window::Day,
        allowance: Allowance::Data { octets: Octets(1), direction: Direction::Both },
        free: None,
        zero_rated: Vec::new(),
        tiers: Vec::new(),
    };
    let allowance = Allowance::Online(OnlineTime(72_000));
    let online = Quota { name: "online".into(), allowance, ..full_quota() };
    let quotas = vec![full_quota(), plain, online];
    let set = quotas.clone();
    let changed = plans.update(&operator(), "gold", |terms| terms.quotas = set, None).await;
    assert_eq!(changed.unwrap().terms.quotas, quotas);
    assert_eq!(plans.find("gold").await.unwrap().terms.quotas, quotas);
    follower.sync().await.unwrap();
    let alice = follower.directory().service_by_login(tenant, b"alice").unwrap();
    assert_eq!(alice.entitlement.terms.quotas, quotas);
    assert_eq!(alice.entitlement.extras, None);
    let entry = store.audit(tenant).latest(1).await.unwrap().remove(0);
    assert!(entry.after.unwrap().contains("monthly") && !entry.before.unwrap().contains("monthly"));
    let plan = plans.update(&operator(), "gold", |terms| terms.quotas.clear(), None).await;
    assert!(plan.unwrap().terms.quotas.is_empty());
    follower.stop().await;
}

pub async fn quotas_that_cannot_be_are_refused(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let plans = store.plans(tenant);
    let terms = |tiers| Terms {
        speed: Some(mbit(1, 1)),
        quotas: vec![Quota { tiers, ..full_quota() }],
        ..Terms::default()
    };
    let fast = terms(vec![Tier { percent: 80, action: TierAction::Throttle(mbit(1, 2)) }]);
    let refused = plans.add(&operator(), "odd", &fast, None).await.unwrap_err().to_string();
    assert!(refused.contains("1M/2M, which is faster than the plan's 1M/1M"), "{refused}");
    let notify = |percent| Tier { percent, action: TierAction::Notify };
    let mixed = terms(vec![notify(80), notify(70)]);
    let refused = plans.add(&operator(), "odd", &mixed, None).await.unwrap_err().to_string();
    assert!(refused.contains("each tier is above the one before it"), "{refused}");
    // A plan that was slowed down below its throttle is refused as a whole.
    let right = terms(vec![Tier { percent: 80, action: TierAction::Throttle(mbit(1, 1)) }]);
    plans.add(&operator(), "right", &right, None).await.unwrap();
    let slower = |terms: &mut Terms| {
        terms.speed = Some(Speed { download: BitsPerSecond(5), ..mbit(1, 1) });
    };
    let refused = plans.update(&operator(), "right", slower, None).await.unwrap_err();
    assert!(matches!(refused, StoreError::Invalid { .. }), "{refused}");
    assert_eq!(plans.find("right").await.unwrap().terms, right);
    // What this version does not understand is named, and changes nothing of the others.
    ground.execute("update plan set quotas = '[{\"name\":\"x\"}]' where name = 'right'").await;
    let corrupt = plans.find("right").await.unwrap_err().to_string();
    assert!(corrupt.contains("its quotas are not understood"), "{corrupt}");
    plans.find("gold").await.unwrap();
}

pub async fn data_and_boosters_are_seen_at_once_and_taken_back(ground: &Ground) {
    let (server, store) = (ground.open().await, ground.open().await);
    let tenant = gold_and_alice(&store).await;
    let follower = server.follow().await.unwrap();
    let services = store.services(tenant);
    services.add(&operator(), &new_service("bob", "gold")).await.unwrap();
    let (begins, ends) = (now(), now().plus_s(86_400));
    let validity = Validity { from: Some(begins), until: Some(ends) };
    let bonus = NewGrant { validity, priority: 7, kind: GrantKind::Bonus, ..hours(5) };
    let bonus = services.grant(&operator(), "alice", &bonus).await.unwrap();
    let bought = services.grant(&operator(), "alice", &top_up(10_000_000_000)).await.unwrap();
    let expected = Grant {
        id: bonus.id,
        amount: Amount::Online(OnlineTime(18_000)),
        validity,
        priority: 7,
        kind: GrantKind::Bonus,
        granted_at: bonus.granted_at,
    };
    assert_eq!(bonus, expected);
    let booster = services.boost(&operator(), "alice", mbit(20, 100), validity).await.unwrap();
    assert_eq!(booster, Booster { id: booster.id, validity, speed: mbit(20, 100) });

    let extras = services.extras("alice").await.unwrap();
    assert_eq!(
        extras,
        Extras {
            cycle_from: None,
            grants: vec![bonus, bought],
            boosters: vec![booster],
            throttle: None,
            grace: None,
        }
    );
    follower.sync().await.unwrap();
    let seen = |login: &str| {
        let service = follower.directory().service_by_login(tenant, login.as_bytes()).unwrap();
        service.entitlement.extras
    };
    assert_eq!(seen("alice").as_deref(), Some(&extras));
    assert_eq!(seen("bob"), None);
    let entries = store.audit(tenant).latest(3).await.unwrap();
    let told = |entry: &AuditEntry| (entry.name.clone(), entry.action.clone());
    assert!(entries.iter().all(|entry| told(entry) == ("alice".into(), "update".into())));
    let afters: Vec<_> = entries.iter().filter_map(|entry| entry.after.clone()).collect();
    assert!(afters.iter().any(|after| after.contains("\"octets\":10000000000")), "{afters:?}");
    assert!(afters.iter().any(|after| after.contains("\"online_s\":18000")), "{afters:?}");
    assert!(afters.iter().any(|after| after.contains("\"download_bps\":100000000")), "{afters:?}");

    // What belongs to another service, or to none, is not found.
    let other = services.remove_grant(&operator(), "bob", bonus.id).await.unwrap_err();
    assert!(matches!(other, StoreError::NotFound { .. }), "{other}");
    services.remove_grant(&operator(), "alice", bonus.id).await.unwrap();
    let again = services.remove_grant(&operator(), "alice", bonus.id).await.unwrap_err();
    assert!(again.to_string().contains("no grant called"), "{again}");
    services.remove_booster(&operator(), "alice", booster.id).await.unwrap();
    let again = services.remove_booster(&operator(), "alice", booster.id).await.unwrap_err();
    assert!(matches!(again, StoreError::NotFound { .. }), "{again}");
    follower.sync().await.unwrap();
    assert_eq!(grants(&seen("alice").unwrap()), [bought.id]);
    services.remove(&operator(), "alice").await.unwrap();
    assert_eq!(ground.text("select cast(count(*) as text) from service_grant").await, "0");
    follower.stop().await;
    // What is loaded anew says the same.
    let bobs = services.grant(&operator(), "bob", &top_up(1)).await.unwrap();
    let follower = server.follow().await.unwrap();
    let bob = follower.directory().service_by_login(tenant, b"bob").unwrap();
    assert_eq!(grants(&bob.entitlement.extras.unwrap()), [bobs.id]);
    follower.stop().await;
}

pub async fn a_throttle_is_seen_at_once_and_taken_away(ground: &Ground) {
    let (server, store) = (ground.open().await, ground.open().await);
    let tenant = gold_and_alice(&store).await;
    let follower = server.follow().await.unwrap();
    let services = store.services(tenant);
    let seen = || {
        let service = follower.directory().service_by_login(tenant, b"alice").unwrap();
        service.entitlement.extras.and_then(|extras| extras.throttle)
    };
    assert!(!services.end_throttle(&operator(), "alice").await.unwrap());
    let first = Throttle { speed: mbit(3, 3), until: None };
    let second = Throttle { speed: mbit(1, 2), until: Some(now().plus_s(60)) };
    for throttle in [first, second] {
        services.throttle(&operator(), "alice", throttle).await.unwrap();
        follower.sync().await.unwrap();
        assert_eq!(seen(), Some(throttle));
        assert_eq!(services.extras("alice").await.unwrap().throttle, Some(throttle));
    }
    let entry = store.audit(tenant).latest(1).await.unwrap().remove(0);
    assert!(entry.before.unwrap().contains("\"throttle_download_bps\":3000000"));
    assert!(entry.after.unwrap().contains("\"throttle_download_bps\":2000000"));
    // What is said of it does not go by other changes of the service.
    services.grant(&operator(), "alice", &top_up(1)).await.unwrap();
    services.renew(&operator(), "alice", now().plus_s(600), None).await.unwrap();
    assert_eq!(services.extras("alice").await.unwrap().throttle, Some(second));
    assert!(services.end_throttle(&operator(), "alice").await.unwrap());
    follower.sync().await.unwrap();
    assert_eq!(seen(), None);
    let over = Throttle { until: Some(now().minus_s(1)), ..first };
    let refused = services.throttle(&operator(), "alice", over).await.unwrap_err().to_string();
    assert!(refused.contains("over already"), "{refused}");
    let nothing = Throttle { speed: mbit(0, 1), ..first };
    let refused = services.throttle(&operator(), "alice", nothing).await.unwrap_err().to_string();
    assert!(refused.contains("weir service suspend"), "{refused}");
    let nobody = services.throttle(&operator(), "nobody", first).await.unwrap_err();
    assert!(matches!(nobody, StoreError::NotFound { .. }), "{nobody}");
    assert_eq!(seen(), None);
    follower.stop().await;
}

async fn refused_grant(store: &Store, tenant: entitlement::TenantId, new: NewGrant) -> String {
    let refused = store.services(tenant).grant(&operator(), "alice", &new).await;
    refused.unwrap_err().to_string()
}

pub async fn data_and_boosters_that_cannot_be_are_refused(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let services = store.services(tenant);
    let refused = refused_grant(&store, tenant, top_up(0)).await;
    assert!(refused.contains("1 octet or more"), "{refused}");
    let refused = refused_grant(&store, tenant, hours(0)).await;
    assert!(refused.contains("1 second online or more"), "{refused}");
    let refused = refused_grant(&store, tenant, top_up(u64::MAX)).await;
    assert!(refused.contains("more than can be stored"), "{refused}");
    let never = Validity { from: Some(now()), until: Some(now().minus_s(1)) };
    let refused = refused_grant(&store, tenant, NewGrant { validity: never, ..top_up(1) }).await;
    assert!(refused.contains("before it begins"), "{refused}");
    let refused = services.boost(&operator(), "alice", mbit(1, 1), never).await.unwrap_err();
    assert!(refused.to_string().contains("before it begins"), "{refused}");
    let always = Validity::default();
    let refused = services.boost(&operator(), "alice", mbit(0, 1), always).await.unwrap_err();
    assert!(refused.to_string().contains("1 bit a second or more"), "{refused}");
    assert_eq!(services.extras("alice").await.unwrap(), Extras::default());
    // What is over leaves room for others.
    let over = Validity { from: None, until: Some(now().minus_s(60)) };
    services.grant(&operator(), "alice", &NewGrant { validity: over, ..top_up(1) }).await.unwrap();
    for _ in 0..GRANTS_MAX {
        services.grant(&operator(), "alice", &top_up(1)).await.unwrap();
    }
    let refused = refused_grant(&store, tenant, top_up(1)).await;
    assert!(refused.contains("has 64 at most at a time"), "{refused}");
    for _ in 0..BOOSTERS_MAX {
        services.boost(&operator(), "alice", mbit(1, 1), always).await.unwrap();
    }
    let refused = services.boost(&operator(), "alice", mbit(1, 1), always).await.unwrap_err();
    assert!(refused.to_string().contains("has 16 at most at a time"), "{refused}");
    // What was over days ago is not read any more.
    let long_over = Validity { from: None, until: Some(now().minus_s(3 * 86_400)) };
    let extras = services.extras("alice").await.unwrap();
    assert_eq!((extras.grants.len(), extras.boosters.len()), (GRANTS_MAX + 1, BOOSTERS_MAX));
    services.remove_grant(&operator(), "alice", extras.grants[1].id).await.unwrap();
    let gone = NewGrant { validity: long_over, ..top_up(1) };
    services.grant(&operator(), "alice", &gone).await.unwrap();
    assert_eq!(services.extras("alice").await.unwrap().grants.len(), GRANTS_MAX);
}

pub async fn a_renewal_sets_the_cycle(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let services = store.services(tenant);
    let follower = store.follow().await.unwrap();
    let nairobi = TimeZone::named("Africa/Nairobi").unwrap();
    store.tenants().set_time_zone(&operator(), "default", &nairobi).await.unwrap();
    let day_s = 86_400;
    // Without an end it was no cycle's: one begins.
    let before = now();
    let until = before.plus_s(30 * day_s);
    let renewed = services.renew(&operator(), "alice", until, None).await.unwrap();
    assert_eq!(renewed.validity.until, Some(until));
    let began = services.extras("alice").await.unwrap().cycle_from.unwrap();
    assert!(before <= began && began <= now(), "{began}");
    follower.sync().await.unwrap();
    let alice = follower.directory().service_by_login(tenant, b"alice").unwrap();
    assert_eq!(alice.entitlement.extras.unwrap().cycle_from, Some(began));
    // Paid ahead, the cycle goes on.
    let until = until.plus_s(30 * day_s);
    services.renew(&operator(), "alice", until, None).await.unwrap();
    assert_eq!(services.extras("alice").await.unwrap().cycle_from, Some(began));
    // Lapsed, it begins anew.
    let lapsed =
        ServiceUpdate { valid_until: Some(Some(now().minus_s(5))), ..ServiceUpdate::default() };
    services.update(&operator(), "alice", &lapsed).await.unwrap();
    let before = now();
    services.renew(&operator(), "alice", until, None).await.unwrap();
    let anew = services.extras("alice").await.unwrap().cycle_from.unwrap();
    assert!(before <= anew && anew <= now(), "{anew}");
    // Or when the operator says so.
    let said = Timestamp::from_unix_s(1_790_000_000);
    services.renew(&operator(), "alice", until, Some(said)).await.unwrap();
    assert_eq!(services.extras("alice").await.unwrap().cycle_from, Some(said));
    let entry = store.audit(tenant).latest(1).await.unwrap().remove(0);
    assert!(entry.after.unwrap().contains("\"cycle_from_ms\":1790000000000"));
    let refused = services.renew(&operator(), "alice", now().minus_s(1), None).await.unwrap_err();
    assert!(refused.to_string().contains("name a later one"), "{refused}");
    follower.stop().await;
}

pub async fn extras_of_tenants_are_apart(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let east = store.tenants().add(&operator(), "east").await.unwrap().id;
    let granted = store.services(tenant).grant(&operator(), "alice", &top_up(1)).await.unwrap();
    let foreign = store.services(east);
    let refused = foreign.grant(&operator(), "alice", &top_up(1)).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotFound { .. }), "{refused}");
    let refused = foreign.remove_grant(&operator(), "alice", granted.id).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotFound { .. }), "{refused}");
    let until = now().plus_s(60);
    let refused = foreign.renew(&operator(), "alice", until, None).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotFound { .. }), "{refused}");
    let extras = store.services(tenant).extras("alice").await.unwrap();
    assert_eq!(extras.grants, [granted]);
}
