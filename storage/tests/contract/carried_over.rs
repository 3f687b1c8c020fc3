//! What is left of data and time online, and is carried over into the time after it.

use billing_core::{CountedFrom, DataPackage, GrantedPer, OnlinePackage, RenewalPolicy, When};
use entitlement::{GrantId, GrantKind, Octets, OnlineTime, TenantId, Timestamp};
use storage::{Ending, OfferChange, RenewalOrder, Sold, Store};

use crate::billing::{balances, shop};
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{customer, lasts, on, order, package, renewal, take, top_up, wallet};
use crate::prepaid::settle;
use crate::used_up::use_data;

const GB: u64 = 1_000_000_000;

/// A month with 10 GB, of which something is carried over.
pub fn ten_gb(rule: &str) -> OfferChange {
    let data = DataPackage {
        octets: Octets(10 * GB),
        per: GrantedPer::Period,
        priority: 100,
        kind: GrantKind::Purchased,
        rollover: Some(rule.parse().unwrap()),
    };
    OfferChange { data: Some(Some(data)), ..lasts("1 month") }
}

/// Somebody who has a package from 10 March, 12:00, with 5000.00 in the wallet before that.
pub async fn with_package(store: &Store, tenant: TenantId, name: &str, auto_renew: bool) -> Sold {
    customer(store, tenant, name, "5000").await;
    let mut order = order(name, "month", on(3, 10, 12));
    order.order.auto_renew = auto_renew;
    take(store, tenant, &order).await
}

/// Every grant of a service, the oldest first.
async fn grants(ground: &Ground, login: &str) -> Vec<String> {
    let ids = if ground.is_sqlite() { "group_concat(g.id)" } else { "string_agg(g.id::text, ',')" };
    let of =
        format!("service_grant g join service s on s.id = g.service_id where s.login = '{login}'");
    let ids = ground.text(&format!("select {ids} from {of}")).await;
    let mut ids: Vec<i64> = ids.split(',').map(|id| id.parse().unwrap()).collect();
    ids.sort_unstable();
    let mut grants = Vec::new();
    for id in ids {
        let text = format!(
            "select cast(g.id as text) || ': ' || cast(coalesce(g.online_s, g.octets) as text) || ' ' || \
             cast(g.valid_from as text) || ' ' || cast(g.valid_until as text) || \
             coalesce(' from ' || cast(r.carried_from as text) || ' times ' || cast(r.carried_times as text), '') \
             from service_grant g left join grant_rollover r on r.grant_id = g.id where g.id = {id}"
        );
        grants.push(ground.text(&text).await);
    }
    grants
}

/// As [`grants`] has one.
fn grant(id: i64, units: u64, (from, until): (Timestamp, Timestamp), carried: &str) -> String {
    format!("{id}: {units} {} {}{carried}", from.unix_ms(), until.unix_ms())
}

async fn last_grant(ground: &Ground) -> i64 {
    ground.text("select cast(max(id) as text) from service_grant").await.parse().unwrap()
}

/// What a worker does by the clock, in its order; how many packages have carried something over, and how many
/// were renewed.
pub async fn work(store: &Store, tenant: TenantId) -> (usize, usize) {
    let subscriptions = store.subscriptions(tenant);
    let carried = subscriptions.carry_over_each(&operator(), 100, 0).await.unwrap();
    assert!(carried.failed.is_empty(), "{:?}", carried.failed);
    subscriptions.notice_used_up(&operator(), 100).await.unwrap();
    let renewed = subscriptions.renew_due(&operator(), store.now(), 100).await.unwrap();
    assert_eq!(renewed.not_renewed, []);
    (carried.done, renewed.renewed.len())
}

/// A shop on the tenth of March, on a clock that is set.
pub async fn in_march(ground: &Ground) -> (SetClock, Store, TenantId) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    (clock, store, tenant)
}

pub async fn what_is_left_is_carried_over_so_often_and_once(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    package(&store, tenant, "month", ten_gb("at most 4GB; 2 times")).await;
    let said = store.products(tenant).find("month").await.unwrap().offer.package.data.unwrap();
    assert_eq!(said.rollover.unwrap().to_string(), "at most 4GB; 2 times");
    let jane = with_package(&store, tenant, "jane", true).await;
    let periods: Vec<_> = (3..8).map(|month| (on(month, 10, 12), on(month + 1, 10, 12))).collect();
    let first = last_grant(ground).await;
    // 3.5 GB are used of 10, so 6.5 are left, of which 4 are carried over.
    use_data(&store, tenant, "jane", (1, &[(first, 3_500_000_000)])).await;
    assert_eq!(work(&store, tenant).await, (0, 0));
    clock.set(on(4, 10, 12));
    // Of eight that come at once one renews.
    let tasks = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { work(&store, tenant).await })
    });
    let done = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
    assert_eq!(done.into_iter().map(|done| done.unwrap().1).sum::<usize>(), 1);
    assert_eq!(work(&store, tenant).await, (0, 0));
    let second = first + 1;
    let carried = first + 2;
    let expected = [
        grant(first, 10 * GB, periods[0], ""),
        grant(second, 10 * GB, periods[1], ""),
        grant(carried, 4 * GB, periods[1], &format!(" from {first} times 1")),
    ];
    assert_eq!(grants(ground, "jane").await, expected);
    // It is as old as what it is left of, and so it is used before what was bought with it.
    let ages = "select cast(count(distinct created_at) as text) from service_grant where id in";
    assert_eq!(ground.text(&format!("{ages} ({first}, {carried})")).await, "1");
    assert_eq!(ground.text(&format!("{ages} ({first}, {second})")).await, "2");
    let known = store.services(tenant);
    let service = known.find("jane").await.unwrap().id;
    let from = known.carried_over(service).await.unwrap();
    assert_eq!(from.len(), 1);
    assert_eq!(from[&GrantId(carried)].from, GrantId(first));

    // Of the 4 GB one is left, which is carried over again, and of the 10 none.
    let used = [(first, 3_500_000_000), (carried, 3 * GB), (second, 10 * GB)];
    use_data(&store, tenant, "jane", (2, &used)).await;
    // What was carried over is there, so it is not used up.
    assert_eq!(work(&store, tenant).await, (0, 0));
    clock.set(on(5, 10, 12));
    assert_eq!(work(&store, tenant).await, (0, 1));
    let third = carried + 1;
    let again = grant(third + 1, GB, periods[2], &format!(" from {carried} times 2"));
    assert_eq!(grants(ground, "jane").await[3..], [grant(third, 10 * GB, periods[2], ""), again]);
    // Twice is often enough: the third time it lapses, and of what was bought last 4 GB are carried over.
    clock.set(on(6, 10, 12));
    assert_eq!(work(&store, tenant).await, (0, 1));
    let last = [
        grant(third + 2, 10 * GB, periods[3], ""),
        grant(third + 3, 4 * GB, periods[3], &format!(" from {third} times 1")),
    ];
    assert_eq!(grants(ground, "jane").await[5..], last);
    // Four months at 1000.00 of 5000.00.
    assert_eq!(wallet(&store, tenant, &jane).await, 100_000);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn what_is_bought_ahead_carries_over_when_its_time_has_come(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    package(&store, tenant, "month", ten_gb("at most 5GB; at least 1GB; for 7 days")).await;
    let jane = with_package(&store, tenant, "jane", false).await;
    let first = last_grant(ground).await;
    clock.set(on(3, 20, 12));
    let subscriptions = store.subscriptions(tenant);
    subscriptions.renew(&operator(), jane.subscription.id, &renewal(clock.now(), 2)).await.unwrap();
    // Two more months, of which nothing is carried over yet.
    clock.set(on(4, 10, 11));
    assert_eq!(work(&store, tenant).await, (0, 0));
    assert_eq!(grants(ground, "jane").await.len(), 3);
    // Nine and a half are used after that: half a gigabyte is left, and one is carried over at least.
    use_data(&store, tenant, "jane", (1, &[(first, 9_500_000_000)])).await;
    clock.set(on(4, 10, 12));
    assert_eq!(work(&store, tenant).await, (1, 0));
    assert_eq!(work(&store, tenant).await, (0, 0));
    let week = (on(4, 10, 12), on(4, 17, 12));
    let carried = grant(first + 3, GB, week, &format!(" from {first} times 1"));
    assert_eq!(grants(ground, "jane").await[3..], *core::slice::from_ref(&carried));
    // Nobody has looked for two months: each period ends as it would have.
    clock.set(on(6, 10, 12));
    assert_eq!(work(&store, tenant).await, (1, 0));
    let next = grant(
        first + 4,
        5 * GB,
        (on(5, 10, 12), on(5, 17, 12)),
        &format!(" from {} times 1", first + 1),
    );
    assert_eq!(grants(ground, "jane").await[3..], [carried, next]);
    store.close().await;
}

pub async fn what_is_left_lapses_where_the_package_does_not_go_on(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    let grace = RenewalPolicy {
        counted_from: CountedFrom::OldExpiry,
        grace: Some("3 days".parse().unwrap()),
    };
    package(&store, tenant, "month", ten_gb("at most 4GB")).await;
    let jane = with_package(&store, tenant, "jane", false).await;
    let first = last_grant(ground).await;
    let subscriptions = store.subscriptions(tenant);
    clock.set(on(4, 12, 12));
    assert_eq!(work(&store, tenant).await, (0, 0));
    // Two days late: it begins anew, and what was left is lost.
    let late = renewal(clock.now(), 1);
    subscriptions.renew(&operator(), jane.subscription.id, &late).await.unwrap();
    let anew = grant(first + 1, 10 * GB, (on(4, 12, 12), on(5, 12, 12)), "");
    assert_eq!(grants(ground, "jane").await[1..], *core::slice::from_ref(&anew));
    // With a grace in which a renewal counts from the old expiry it goes on.
    let change = OfferChange { renewal: Some(grace), ..Default::default() };
    crate::offers::offer(&store, tenant, "month", change).await;
    clock.set(on(5, 14, 12));
    let late = renewal(clock.now(), 1);
    subscriptions.renew(&operator(), jane.subscription.id, &late).await.unwrap();
    let next = (on(5, 12, 12), on(6, 12, 12));
    let carried = format!(" from {} times 1", first + 1);
    let expected =
        [anew, grant(first + 2, 10 * GB, next, ""), grant(first + 3, 4 * GB, next, &carried)];
    assert_eq!(grants(ground, "jane").await[1..], expected);
    assert_eq!(work(&store, tenant).await, (0, 0));
    // Who has ended it keeps what was bought ahead, but nothing is carried over into that.
    clock.set(on(6, 1, 12));
    let ahead = renewal(clock.now(), 1);
    subscriptions.renew(&operator(), jane.subscription.id, &ahead).await.unwrap();
    let ending = Ending::default();
    subscriptions.terminate(&operator(), jane.subscription.id, &ending).await.unwrap();
    clock.set(on(6, 12, 12));
    assert_eq!(work(&store, tenant).await, (1, 0));
    assert_eq!(work(&store, tenant).await, (0, 0));
    assert_eq!(grants(ground, "jane").await.len(), 5);
    store.close().await;
}

pub async fn what_is_told_late_is_taken_from_what_was_carried_over(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    package(&store, tenant, "month", ten_gb("at most 4GB; 2 times")).await;
    with_package(&store, tenant, "jane", true).await;
    let first = last_grant(ground).await;
    use_data(&store, tenant, "jane", (1, &[(first, 7 * GB)])).await;
    clock.set(on(4, 10, 12));
    assert_eq!(work(&store, tenant).await, (0, 1));
    let (second, carried) = (first + 1, first + 2);
    let of_jane = async |id: i64| {
        let text = "select coalesce((select cast(octets as text) from service_grant where id =";
        ground.text(&format!("{text} {id}), 'gone')")).await
    };
    // 3 GB were left by what was known.
    assert_eq!(of_jane(carried).await, "3000000000");
    // Half a gigabyte more had been used before the end, and one after it.
    let told = async || ground.text("select cast(count(*) as text) from change").await;
    let before = told().await;
    use_data(&store, tenant, "jane", (2, &[(first, 7_500_000_000), (carried, GB)])).await;
    assert_eq!(of_jane(carried).await, "2500000000");
    // A running server is told of it.
    let after = told().await;
    assert_ne!(before, after);
    // Said again, or something that was known, changes nothing.
    use_data(&store, tenant, "jane", (2, &[(first, 7_500_000_000), (carried, GB)])).await;
    use_data(&store, tenant, "jane", (3, &[(carried, GB)])).await;
    assert_eq!((of_jane(carried).await, told().await), ("2500000000".into(), after));
    // What is carried over again is less, too: by half a gigabyte of 1.5.
    clock.set(on(5, 10, 12));
    assert_eq!(work(&store, tenant).await, (0, 1));
    // Behind what was bought, and what is carried over of that.
    let again = second + 4;
    assert_eq!(of_jane(again).await, "1500000000");
    use_data(&store, tenant, "jane", (4, &[(first, 8 * GB), (carried, GB)])).await;
    assert_eq!(
        (of_jane(carried).await, of_jane(again).await),
        ("2000000000".into(), GB.to_string())
    );
    // Of what there was nothing is left: what is used of it already is all that there is, and what was to be
    // carried over after that is gone.
    use_data(&store, tenant, "jane", (5, &[(first, 9 * GB), (carried, GB)])).await;
    assert_eq!((of_jane(carried).await, of_jane(again).await), (GB.to_string(), "gone".into()));
    use_data(&store, tenant, "jane", (6, &[(first, 10 * GB), (carried, GB)])).await;
    assert_eq!(of_jane(carried).await, "gone");
    let noted =
        format!("select cast(count(*) as text) from used_up_grant where grant_id = {again}");
    assert_eq!(ground.text(&noted).await, "1");
    store.close().await;
}

pub async fn what_no_meter_remembers_was_used_all_the_same(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    package(&store, tenant, "month", ten_gb("at most 4GB")).await;
    let jane = with_package(&store, tenant, "jane", false).await;
    let first = last_grant(ground).await;
    let subscriptions = store.subscriptions(tenant);
    clock.set(on(4, 9, 12));
    subscriptions.renew(&operator(), jane.subscription.id, &renewal(clock.now(), 1)).await.unwrap();
    use_data(&store, tenant, "jane", (1, &[(first, 8 * GB)])).await;
    // Days after its end a meter forgets a grant.
    use_data(&store, tenant, "jane", (2, &[(first + 1, GB)])).await;
    clock.set(on(4, 20, 12));
    assert_eq!(work(&store, tenant).await, (1, 0));
    let carried = format!(" from {first} times 1");
    let expected = grant(first + 2, 2 * GB, (on(4, 10, 12), on(5, 10, 12)), &carried);
    assert_eq!(grants(ground, "jane").await[2..], [expected]);
    store.close().await;
}

pub async fn time_online_is_carried_over_and_so_it_is_by_money_that_comes(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    let online = OnlinePackage {
        time: OnlineTime(20 * 3_600),
        per: GrantedPer::Period,
        priority: 50,
        kind: GrantKind::Bonus,
        rollover: Some("at most 5h".parse().unwrap()),
    };
    let change = OfferChange { online: Some(Some(online)), ..lasts("1 month") };
    package(&store, tenant, "month", change).await;
    customer(&store, tenant, "jane", "1000").await;
    let mut wanted = order("jane", "month", on(3, 10, 12));
    wanted.order.auto_renew = true;
    take(&store, tenant, &wanted).await;
    let first = last_grant(ground).await;
    use_data(&store, tenant, "jane", (1, &[(first, 17 * 3_600)])).await;
    let end = on(4, 10, 12);
    clock.set(end);
    let renewals = store.subscriptions(tenant).renew_due(&operator(), end, 10).await.unwrap();
    assert_eq!(renewals.not_renewed.len(), 1);
    // Within ten minutes of the end nothing is lost.
    clock.set(Timestamp::from_unix_s(end.unix_s() + 300));
    top_up(&store, tenant, "jane", "1500").await;
    let next = (end, on(5, 10, 12));
    let expected = [
        grant(first + 1, 20 * 3_600, next, ""),
        grant(first + 2, 3 * 3_600, next, &format!(" from {first} times 1")),
    ];
    assert_eq!(grants(ground, "jane").await[1..], expected);
    let like = format!(
        "select kind || ' ' || cast(priority as text) from service_grant where id = {}",
        first + 2
    );
    assert_eq!(ground.text(&like).await, "bonus 50");
    store.close().await;
}

pub async fn what_is_told_while_it_is_carried_over_is_counted(ground: &Ground) {
    const EACH: u8 = 12;
    let (clock, store, tenant) = in_march(ground).await;
    package(&store, tenant, "month", ten_gb("at most 9GB")).await;
    let mut all = Vec::new();
    for number in 0..EACH {
        let name = format!("jane{number}");
        with_package(&store, tenant, &name, true).await;
        all.push((name, last_grant(ground).await));
    }
    clock.set(on(4, 10, 12));
    // Each report of half a gigabyte comes while others renew.
    let reports = all.iter().map(|(name, grant)| {
        let (store, name, grant) = (store.clone(), name.clone(), *grant);
        tokio::spawn(async move {
            for revision in 1..=10 {
                let used = u64::from(revision) * GB / 2;
                use_data(&store, tenant, &name, (revision, &[(grant, used)])).await;
            }
        })
    });
    let workers = (0..4).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            for _ in 0..4 {
                work(&store, tenant).await;
            }
        })
    });
    for task in reports.chain(workers).collect::<Vec<_>>() {
        task.await.unwrap();
    }
    work(&store, tenant).await;
    for (name, first) in all {
        let text = format!(
            "select cast(g.octets as text) || ' ' || cast(count(*) over () as text) \
             from grant_rollover r join service_grant g on g.id = r.grant_id \
             where r.carried_from = {first}"
        );
        assert_eq!(ground.text(&text).await, "5000000000 1", "{name}");
    }
    store.close().await;
}

/// What a worker does by the clock about what has ended, in its order; how many packages were renewed.
async fn renewed(store: &Store, tenant: TenantId) -> usize {
    let subscriptions = store.subscriptions(tenant);
    let lapsed = subscriptions.notice_lapsed_each(&operator(), 100, 0).await.unwrap();
    assert!(lapsed.failed.is_empty(), "{:?}", lapsed.failed);
    work(store, tenant).await.1
}

pub async fn what_lapses_while_the_rest_is_used_up_starts_a_renewal_once(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    package(&store, tenant, "month", ten_gb("at most 4GB; for 7 days")).await;
    let jane = with_package(&store, tenant, "jane", true).await;
    let first = last_grant(ground).await;
    clock.set(on(4, 10, 12));
    assert_eq!(renewed(&store, tenant).await, 1);
    // 4 GB are left until the 17th, and what was bought is used up by the 12th.
    let (second, carried) = (first + 1, first + 2);
    use_data(&store, tenant, "jane", (1, &[(carried, GB), (second, 10 * GB)])).await;
    clock.set(on(4, 12, 12));
    assert_eq!(renewed(&store, tenant).await, 0);
    clock.set(Timestamp::from_unix_s(on(4, 17, 12).unix_s() - 1));
    assert_eq!(renewed(&store, tenant).await, 0);
    clock.set(on(4, 17, 12));
    let tasks = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { renewed(&store, tenant).await })
    });
    let done = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
    assert_eq!(done.into_iter().map(Result::unwrap).sum::<usize>(), 1);
    assert_eq!(renewed(&store, tenant).await, 0);
    let last = grant(last_grant(ground).await, 10 * GB, (on(4, 17, 12), on(5, 17, 12)), "");
    assert_eq!(grants(ground, "jane").await.last(), Some(&last));
    let entry = store.subscriptions(tenant).find(jane.subscription.id).await.unwrap();
    assert_eq!(entry.packages[0].paid.unwrap().until, on(5, 17, 12));
    // Three at 1000.00 of 5000.00.
    assert_eq!(wallet(&store, tenant, &jane).await, 200_000);
    // Of the second one nothing was left to be carried over when it ended in May.
    clock.set(on(5, 10, 12));
    assert_eq!(renewed(&store, tenant).await, 0);
    assert_eq!(grants(ground, "jane").await.len(), 4);
    // And at its end it is renewed from there, as what is over by its time.
    clock.set(Timestamp::from_unix_s(on(5, 17, 12).unix_s() + 60));
    assert_eq!(renewed(&store, tenant).await, 1);
    let entry = store.subscriptions(tenant).find(jane.subscription.id).await.unwrap();
    assert_eq!(entry.packages[0].paid.unwrap().until, on(6, 17, 12));
    store.close().await;
}

pub async fn money_that_comes_before_something_is_carried_over_renews_nothing(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    package(&store, tenant, "month", ten_gb("at most 4GB; for 7 days; 2 times")).await;
    let jane = with_package(&store, tenant, "jane", true).await;
    let first = last_grant(ground).await;
    clock.set(on(4, 10, 12));
    assert_eq!(renewed(&store, tenant).await, 1);
    // What was bought is used up, and of what was carried over until the 17th 3 GB are left.
    let (second, carried) = (first + 1, first + 2);
    use_data(&store, tenant, "jane", (1, &[(carried, GB), (second, 10 * GB)])).await;
    clock.set(on(4, 17, 12));
    top_up(&store, tenant, "jane", "1").await;
    assert_eq!(wallet(&store, tenant, &jane).await, 300_100);
    let again = (on(4, 17, 12), on(4, 24, 12));
    let expected = grant(carried + 1, 3 * GB, again, &format!(" from {carried} times 2"));
    assert_eq!(grants(ground, "jane").await.last(), Some(&expected));
    // Nor is it due because of what is left, whoever looks first.
    ground.execute("update subscription_package set look_at = 1").await;
    let subscriptions = store.subscriptions(tenant);
    subscriptions.set_auto_renew(&operator(), jane.subscription.id, true).await.unwrap();
    assert_eq!(renewed(&store, tenant).await, 0);
    // The third time it lapses, and nothing is left.
    clock.set(on(4, 24, 12));
    top_up(&store, tenant, "jane", "2").await;
    assert_eq!(wallet(&store, tenant, &jane).await, 200_300);
    store.close().await;
}

pub async fn who_looks_before_something_is_carried_over_finds_it(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    package(&store, tenant, "month", ten_gb("at most 4GB; for 7 days; 2 times")).await;
    for name in ["jane", "ben"] {
        with_package(&store, tenant, name, true).await;
    }
    clock.set(on(4, 10, 12));
    assert_eq!(renewed(&store, tenant).await, 2);
    let last = last_grant(ground).await;
    for (revision, login, carried) in [(1, "jane", last - 2), (2, "ben", last)] {
        use_data(&store, tenant, login, (revision, &[(carried, GB), (carried - 1, 10 * GB)])).await;
    }
    clock.set(on(4, 17, 12));
    // One is looked at by the clock, and of the other it is said that it is renewed by itself.
    let subscriptions = store.subscriptions(tenant);
    let ben = subscriptions.list(Some("ben"), 10).await.unwrap()[0].id;
    subscriptions.set_auto_renew(&operator(), ben, true).await.unwrap();
    let looked = subscriptions.notice_lapsed_each(&operator(), 100, 0).await.unwrap();
    assert!(looked.failed.is_empty(), "{:?}", looked.failed);
    let due = subscriptions.renew_due(&operator(), store.now(), 100).await.unwrap();
    assert_eq!((due.renewed.len(), due.not_renewed.len()), (0, 0));
    for login in ["jane", "ben"] {
        let has = grants(ground, login).await.pop().unwrap();
        assert!(
            has.contains(&format!(
                " {} {} from ",
                on(4, 17, 12).unix_ms(),
                on(4, 24, 12).unix_ms()
            )),
            "{has}"
        );
    }
    store.close().await;
}

pub async fn old_time_online_that_lapses_behind_new_that_is_used_up_starts_one_too(
    ground: &Ground,
) {
    let (clock, store, tenant) = in_march(ground).await;
    let online = OnlinePackage {
        time: OnlineTime(36_000),
        per: GrantedPer::Period,
        priority: 100,
        kind: GrantKind::Purchased,
        rollover: None,
    };
    let data = DataPackage {
        octets: Octets(GB),
        per: GrantedPer::Period,
        priority: 100,
        kind: GrantKind::Purchased,
        rollover: None,
    };
    let change =
        OfferChange { data: Some(Some(data)), online: Some(Some(online)), ..lasts("1 month") };
    package(&store, tenant, "month", change).await;
    for name in ["jane", "ben"] {
        with_package(&store, tenant, name, name == "jane").await;
    }
    let first = last_grant(ground).await - 3;
    // The data is used up on the 20th, and it begins anew; of the first time online an hour is left.
    use_data(&store, tenant, "jane", (1, &[(first, GB), (first + 1, 32_400)])).await;
    clock.set(on(3, 20, 12));
    assert_eq!(renewed(&store, tenant).await, 1);
    let online = last_grant(ground).await;
    let used = [(first, GB), (first + 1, 32_400), (online, 36_000)];
    use_data(&store, tenant, "jane", (2, &used)).await;
    assert_eq!(renewed(&store, tenant).await, 0);
    // The hour ends with its month, and nothing is left of time online; of the data there is.
    clock.set(on(4, 10, 12));
    assert_eq!(renewed(&store, tenant).await, 1);
    let expected = grant(online + 2, 36_000, (on(4, 10, 12), on(5, 10, 12)), "");
    assert_eq!(grants(ground, "jane").await.last(), Some(&expected));
    assert_eq!(renewed(&store, tenant).await, 0);
    // Ben, whose month is over, has not said that he wants another.
    assert_eq!(grants(ground, "ben").await.len(), 2);
    store.close().await;
}

pub async fn what_another_offer_gave_charges_nothing_by_its_end(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    settle(&store, tenant, When::PeriodEnd, When::PeriodEnd).await;
    let online = OnlinePackage {
        time: OnlineTime(72_000),
        per: GrantedPer::Period,
        priority: 100,
        kind: GrantKind::Purchased,
        rollover: None,
    };
    package(&store, tenant, "month", ten_gb("at most 4GB")).await;
    let family = Some(Some("month".to_owned()));
    let evening = OfferChange { online: Some(Some(online)), family, ..lasts("1 month") };
    package(&store, tenant, "evening", evening).await;
    customer(&store, tenant, "jane", "5000").await;
    let mut wanted = order("jane", "evening", on(3, 10, 12));
    wanted.order.auto_renew = true;
    let jane = take(&store, tenant, &wanted).await;
    clock.set(on(4, 5, 12));
    let other = RenewalOrder { offer: Some("month".to_owned()), ..renewal(clock.now(), 1) };
    let subscriptions = store.subscriptions(tenant);
    let sold = subscriptions.renew(&operator(), jane.subscription.id, &other).await.unwrap();
    assert_eq!(sold.paid.unwrap().until, on(5, 10, 12));
    let both = last_grant(ground).await;
    let listed = |grants: String| format!("update subscription_package set grants = '{grants}'");
    // The time online of the first ends, and the month has just begun: also where both were kept as one.
    clock.set(on(4, 10, 12));
    assert_eq!(renewed(&store, tenant).await, 0);
    ground.execute(&listed(format!("{both},{}", both - 1))).await;
    ground.execute("update subscription_package set look_at = 1").await;
    assert_eq!(renewed(&store, tenant).await, 0);
    assert_eq!(wallet(&store, tenant, &jane).await, 300_000);
    store.close().await;
}

pub async fn days_that_were_given_lose_nothing_of_what_is_left(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    package(&store, tenant, "month", ten_gb("at most 4GB")).await;
    with_package(&store, tenant, "jane", true).await;
    let first = last_grant(ground).await;
    store.services(tenant).renew(&operator(), "jane", on(4, 13, 12), None).await.unwrap();
    clock.set(on(4, 10, 12));
    assert_eq!(work(&store, tenant).await, (0, 1));
    let carried = format!(" from {first} times 1");
    let expected = [
        grant(first + 1, 10 * GB, (on(4, 13, 12), on(5, 13, 12)), ""),
        grant(first + 2, 4 * GB, (on(4, 10, 12), on(5, 13, 12)), &carried),
    ];
    assert_eq!(grants(ground, "jane").await[1..], expected);
    store.close().await;
}

pub async fn each_goes_on_in_the_periods_that_it_was_sold_with(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    settle(&store, tenant, When::PeriodEnd, When::PeriodEnd).await;
    package(&store, tenant, "month", ten_gb("at most 4GB")).await;
    let family = Some(Some("month".to_owned()));
    let week = OfferChange { family, ..lasts("1 week") };
    package(&store, tenant, "week", OfferChange { data: ten_gb("at most 4GB").data, ..week }).await;
    let mut first = Vec::new();
    for name in ["jane", "ben"] {
        let sold = with_package(&store, tenant, name, false).await;
        first.push(last_grant(ground).await);
        let two = renewal(clock.now().plus_s(60), 2);
        clock.set(two.at.unwrap());
        let subscriptions = store.subscriptions(tenant);
        subscriptions.renew(&operator(), sold.subscription.id, &two).await.unwrap();
        if name == "ben" {
            clock.set(on(3, 20, 12));
            let offer = Some("week".to_owned());
            let week = RenewalOrder { offer, ..renewal(clock.now(), 1) };
            let week = subscriptions.renew(&operator(), sold.subscription.id, &week).await.unwrap();
            assert_eq!(week.paid.unwrap().until, on(6, 17, 12));
        }
    }
    // A month is a week for whoever buys it from now on.
    crate::offers::offer(&store, tenant, "month", lasts("1 week")).await;
    clock.set(on(4, 10, 12));
    assert_eq!(work(&store, tenant).await, (2, 0));
    let last = last_grant(ground).await;
    for (name, first, id) in [("jane", first[0], last - 1), ("ben", first[1], last)] {
        let carried = format!(" from {first} times 1");
        let expected = grant(id, 4 * GB, (on(4, 10, 12), on(5, 10, 12)), &carried);
        assert_eq!(grants(ground, name).await.last(), Some(&expected), "{name}");
    }
    store.close().await;
}

pub async fn what_there_is_no_room_for_refuses_nothing(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    package(&store, tenant, "month", ten_gb("at most 4GB")).await;
    with_package(&store, tenant, "jane", true).await;
    let first = last_grant(ground).await;
    clock.set(on(4, 10, 12));
    // With that of the next month there are as many as a service can have.
    for _ in 0..63 {
        let another = format!(
            "insert into service_grant (tenant_id, service_id, octets, created_at, priority, kind) \
             select tenant_id, service_id, octets, created_at, priority, kind from service_grant \
             where id = {first}"
        );
        ground.execute(&another).await;
    }
    assert_eq!(work(&store, tenant).await, (0, 1));
    let had = "select cast(count(*) as text) from service_grant";
    assert_eq!(ground.text(had).await, "65");
    let settled =
        format!("select cast(is_settled as text) from grant_rollover where grant_id = {first}");
    assert_eq!(ground.text(&settled).await, "1");
    store.close().await;
}

pub async fn what_was_used_up_before_anybody_looked_is_no_news(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    package(&store, tenant, "month", ten_gb("at most 4GB")).await;
    with_package(&store, tenant, "jane", true).await;
    use_data(&store, tenant, "jane", (1, &[(last_grant(ground).await, 10 * GB)])).await;
    ground.execute("update used_up_grant set is_seen = 1").await;
    ground.execute("update subscription_package set look_at = 0").await;
    clock.set(on(3, 20, 12));
    // It is renewed, and nobody is told of what was long so.
    assert_eq!(renewed(&store, tenant).await, 1);
    let told = "select cast(count(*) as text) from outbox where topic = 'package.used_up'";
    assert_eq!(ground.text(told).await, "0");
    store.close().await;
}
