//! Who is handed what has happened: each to one at a time, again when that one dies, and of a subscriber one
//! after the other.

use std::collections::BTreeMap;
use std::sync::Mutex;

use entitlement::{TenantId, Timestamp};
use storage::{
    AfterFailure, OUTBOX_ATTEMPTS_MAX, OutboxEvent, OutboxFilter, OutboxStanding, Store,
    StoreError, Topic,
};

use crate::ground::{Ground, SetClock, default_tenant, operator};

const START: i64 = 1_000_000;

fn at(s: i64) -> Timestamp {
    Timestamp::from_unix_s(s)
}

/// So many events that are due, written past the store; `of` says to whom each has happened, 0: to nobody.
async fn events(ground: &Ground, count: i64, of: impl Fn(i64) -> i64) {
    let row = |number: i64| {
        let subscriber = match of(number) {
            0 => "null".to_owned(),
            id => id.to_string(),
        };
        format!(
            "(1, 'voucher.redeemed', 1, {subscriber}, '{{\"number\":{number}}}', {START}000, \
             {START}000, 0, 0)"
        )
    };
    let rows: Vec<_> = (1..=count).map(row).collect();
    let columns =
        "tenant_id, topic, version, subscriber_id, body, created_at, due_at, attempts, fence";
    ground.execute(&format!("insert into outbox ({columns}) values {}", rows.join(", "))).await;
}

async fn open(ground: &Ground) -> (Store, TenantId, SetClock) {
    let clock = SetClock::at(at(START));
    let store = ground.open_by(&clock).await;
    let tenant = default_tenant(&store).await;
    (store, tenant, clock)
}

fn ids(events: &[OutboxEvent]) -> Vec<i64> {
    events.iter().map(|event| event.id).collect()
}

pub async fn what_was_taken_is_nobody_elses_until_its_time_is_over(ground: &Ground) {
    let (store, tenant, clock) = open(ground).await;
    events(ground, 2, |_| 0).await;
    let outbox = store.outbox(tenant);
    let first = outbox.take("a", 1, 60).await.unwrap();
    let expected = OutboxEvent {
        id: 1,
        topic: Topic::VoucherRedeemed.into(),
        version: 1,
        subscriber: None,
        body: "{\"number\":1}".to_owned(),
        created_at: at(START),
        attempts: 1,
        fence: 1,
        standing: OutboxStanding::Taken { by: "a".to_owned(), until: at(START + 60) },
        error: None,
    };
    assert_eq!(first, [expected]);
    let second = outbox.take("b", 10, 60).await.unwrap();
    assert_eq!(ids(&second), [2]);
    assert_eq!(outbox.take("c", 10, 60).await.unwrap(), []);
    assert!(outbox.acknowledge(&second[0]).await.unwrap());
    assert!(!outbox.acknowledge(&second[0]).await.unwrap(), "once");

    // The first consumer died.
    clock.set(at(START + 59));
    assert_eq!(outbox.take("c", 10, 60).await.unwrap(), []);
    clock.set(at(START + 60));
    let again = outbox.take("c", 10, 60).await.unwrap();
    assert_eq!((ids(&again), again[0].fence, again[0].attempts), (vec![1], 2, 2));
    // It comes back, and is told that it is somebody else's.
    assert!(!outbox.acknowledge(&first[0]).await.unwrap());
    assert_eq!(outbox.fail(&first[0], "late").await.unwrap(), AfterFailure::NotYours);
    assert!(outbox.acknowledge(&again[0]).await.unwrap());
    clock.set(at(START + 1_000));
    assert_eq!(outbox.take("c", 10, 60).await.unwrap(), []);
    let standing = outbox.find(1).await.unwrap().standing;
    assert_eq!(standing, OutboxStanding::Delivered { at: at(START + 60) });

    // What was delivered is removed when it is old.
    assert_eq!(outbox.clean(at(START + 60), 10).await.unwrap(), 1);
    assert_eq!(ids(&outbox.list(&OutboxFilter::default(), 10).await.unwrap()), [1]);
    assert_eq!(outbox.clean(at(START + 61), 10).await.unwrap(), 1);
    assert!(matches!(outbox.find(1).await, Err(StoreError::NotFound { .. })));
    let other = store.tenants().add(&operator(), "other").await.unwrap().id;
    events(ground, 1, |_| 0).await;
    assert_eq!(store.outbox(other).take("a", 10, 60).await.unwrap(), []);
    store.close().await;
}

pub async fn what_fails_comes_ever_later_and_is_given_up_at_last(ground: &Ground) {
    let (store, tenant, clock) = open(ground).await;
    // Three of one subscriber, and one of another.
    events(ground, 4, |number| if number == 4 { 8 } else { 7 }).await;
    let outbox = store.outbox(tenant);
    let mut now_s = START;
    let mut taken = outbox.take("a", 10, 60).await.unwrap();
    assert_eq!(ids(&taken), [1, 4], "of each subscriber the first");
    assert!(outbox.acknowledge(&taken.pop().unwrap()).await.unwrap());
    for attempt in 1..OUTBOX_ATTEMPTS_MAX {
        let wait_s = (10_i64 << (attempt - 1)).min(21_600);
        let after = outbox.fail(&taken[0], "exit status: 3").await.unwrap();
        assert_eq!(after, AfterFailure::Again { at: at(now_s + wait_s) }, "{attempt}");
        for behind in [2, 3] {
            let standing = outbox.find(behind).await.unwrap().standing;
            assert_eq!(standing, OutboxStanding::Waiting { due_at: at(now_s + wait_s) });
        }
        clock.set(at(now_s + wait_s - 1));
        assert_eq!(outbox.take("a", 10, 60).await.unwrap(), [], "{attempt}: those behind it wait");
        now_s += wait_s;
        clock.set(at(now_s));
        taken = outbox.take("a", 10, 60).await.unwrap();
        assert_eq!((ids(&taken), taken[0].attempts), (vec![1], attempt + 1));
    }
    let reason = "x".repeat(600);
    assert_eq!(outbox.fail(&taken[0], &reason).await.unwrap(), AfterFailure::GivenUp);
    let failed = OutboxFilter { is_failed: true, ..Default::default() };
    let listed = outbox.list(&failed, 10).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].id, listed[0].attempts), (1, OUTBOX_ATTEMPTS_MAX));
    assert_eq!(listed[0].standing, OutboxStanding::Failed { at: at(now_s) });
    assert_eq!(listed[0].error.as_deref(), Some(&reason[..500]));
    // The next one is held up no longer, by it or by anything but itself.
    let next = outbox.take("a", 10, 60).await.unwrap();
    assert_eq!(ids(&next), [2]);
    assert!(matches!(outbox.retry(&operator(), 2).await, Err(StoreError::Invalid { .. })));
    assert!(outbox.acknowledge(&next[0]).await.unwrap());
    assert!(matches!(outbox.retry(&operator(), 2).await, Err(StoreError::Invalid { .. })));
    assert!(matches!(outbox.retry(&operator(), 99).await, Err(StoreError::NotFound { .. })));

    // It is tried anew when somebody says so, and that is in the audit.
    let retried = outbox.retry(&operator(), 1).await.unwrap();
    assert_eq!(
        (retried.attempts, retried.standing),
        (0, OutboxStanding::Waiting { due_at: at(now_s) })
    );
    let audit = store.audit(tenant).latest(1).await.unwrap();
    assert_eq!((audit[0].kind, audit[0].row), (storage::Kind::OutboxEvent, 1));
    let again = outbox.take("a", 10, 60).await.unwrap();
    assert_eq!(ids(&again), [1]);
    assert!(outbox.acknowledge(&again[0]).await.unwrap());
    assert_eq!(outbox.list(&failed, 10).await.unwrap(), []);
    store.close().await;
}

pub async fn what_ends_everybody_who_takes_it_is_given_up(ground: &Ground) {
    let (store, tenant, clock) = open(ground).await;
    events(ground, 1, |_| 0).await;
    let outbox = store.outbox(tenant);
    for round in 0..OUTBOX_ATTEMPTS_MAX {
        clock.set(at(START + 60 * round));
        assert_eq!(ids(&outbox.take("a", 10, 60).await.unwrap()), [1], "{round}");
    }
    clock.set(at(START + 60 * OUTBOX_ATTEMPTS_MAX));
    assert_eq!(outbox.take("a", 10, 60).await.unwrap(), []);
    let found = outbox.find(1).await.unwrap();
    assert!(matches!(found.standing, OutboxStanding::Failed { .. }), "{found:?}");
    assert!(found.error.unwrap().contains("nobody has said what became of it"));
    store.close().await;
}

pub async fn eight_consumers_at_once_have_each_event_once_and_in_order(ground: &Ground) {
    const EVENTS: i64 = 1_000;
    let (store, tenant, _clock) = open(ground).await;
    // Of 150 subscribers six or seven each, and some of nobody.
    events(ground, EVENTS, |number| number % 151).await;
    let delivered = Mutex::new(Vec::new());
    let consume = async |name: String| {
        let outbox = store.outbox(tenant);
        loop {
            let taken = outbox.take(&name, 20, 600).await.unwrap();
            for event in &taken {
                // Before it is acknowledged: nobody has what comes behind it.
                delivered.lock().unwrap().push((event.subscriber, event.id));
                assert!(outbox.acknowledge(event).await.unwrap());
            }
            let count = delivered.lock().unwrap().len();
            if i64::try_from(count).unwrap() >= EVENTS {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let consumers = (0..8).map(|number| consume(format!("consumer {number}")));
    futures_util::future::join_all(consumers).await;
    let delivered = delivered.into_inner().unwrap();
    let mut all: Vec<_> = delivered.iter().map(|(_, id)| *id).collect();
    all.sort_unstable();
    assert_eq!(all, (1..=EVENTS).collect::<Vec<_>>(), "each exactly once");
    let mut last = BTreeMap::new();
    for (subscriber, id) in delivered.iter().filter(|(subscriber, _)| subscriber.is_some()) {
        let before = last.insert(*subscriber, *id);
        assert!(before.is_none_or(|before| before < *id), "{subscriber:?}: {before:?} before {id}");
    }
    store.close().await;
}

pub async fn of_one_that_dies_exactly_what_it_had_comes_again(ground: &Ground) {
    const EVENTS: i64 = 200;
    let (store, tenant, clock) = open(ground).await;
    events(ground, EVENTS, |_| 0).await;
    let outbox = store.outbox(tenant);
    let mut had = Vec::new();
    let dead = outbox.take("dies", 37, 60).await.unwrap();
    // It had done a part of it.
    for event in &dead[..10] {
        assert!(outbox.acknowledge(event).await.unwrap());
        had.push(event.id);
    }
    let drain = async |had: &mut Vec<i64>| {
        loop {
            let taken = outbox.take("lives", 50, 60).await.unwrap();
            if taken.is_empty() {
                return;
            }
            for event in &taken {
                assert!(outbox.acknowledge(event).await.unwrap());
                had.push(event.id);
            }
        }
    };
    drain(&mut had).await;
    assert_eq!(had.len(), 200 - 27);
    clock.set(at(START + 60));
    let mut again = Vec::new();
    drain(&mut again).await;
    assert_eq!(again, ids(&dead[10..]));
    had.extend(again);
    had.sort_unstable();
    assert_eq!(had, (1..=EVENTS).collect::<Vec<_>>());
    store.close().await;
}

pub async fn what_a_newer_program_has_written_is_listed_and_handed_out_as_it_is(ground: &Ground) {
    let (store, tenant, clock) = open(ground).await;
    events(ground, 2, |_| 1).await;
    ground.execute("update outbox set topic = 'service.levitated', version = 7 where id = 1").await;
    let outbox = store.outbox(tenant);
    let listed = outbox.list(&OutboxFilter::default(), 10).await.unwrap();
    let topics: Vec<_> = listed.iter().map(|event| event.topic.code()).collect();
    assert_eq!(topics, ["service.levitated", "voucher.redeemed"]);
    assert_eq!((listed[0].topic.known(), listed[0].version), (None, 7));
    // It comes in its order, and what is behind it of the same subscriber waits for it.
    let taken = outbox.take("a", 10, 60).await.unwrap();
    assert_eq!((ids(&taken), taken[0].body.as_str()), (vec![1], "{\"number\":1}"));
    assert_eq!(taken[0].topic.to_string(), "service.levitated");
    let after = outbox.fail(&taken[0], "not known").await.unwrap();
    assert_eq!(after, AfterFailure::Again { at: at(START + 10) });
    let retried = outbox.retry(&operator(), 1).await.unwrap();
    assert_eq!(retried.topic.code(), "service.levitated");
    let again = outbox.take("a", 10, 60).await.unwrap();
    assert!(outbox.acknowledge(&again[0]).await.unwrap());
    assert_eq!(ids(&outbox.take("a", 10, 60).await.unwrap()), [2]);
    clock.set(at(START + 1));
    assert_eq!(outbox.clean(at(START + 1), 10).await.unwrap(), 1);
    store.close().await;
}

pub async fn who_finds_nothing_that_is_due_waits_for_nobody_who_writes(ground: &Ground) {
    let (store, tenant, clock) = open(ground).await;
    events(ground, 3, |number| i64::from(number < 3)).await;
    let outbox = store.outbox(tenant);
    assert_eq!(ids(&outbox.take("a", 10, 60).await.unwrap()), [1, 3]);
    // The second waits behind the first, and nothing is due: it is not asked for a turn, nor for a lock.
    let hold = match ground.is_sqlite() {
        true => "begin immediate".to_owned(),
        false => format!("begin; select pg_advisory_xact_lock({})", 32_774_900_000_000 + tenant.0),
    };
    let held = ground.hold(&hold).await;
    let subscriptions = store.subscriptions(tenant);
    let idle = async {
        assert_eq!(outbox.take("b", 10, 60).await.unwrap(), []);
        // So it is with whoever looks for packages that are over.
        subscriptions.tell_over_each(&operator(), 10, 0).await.unwrap();
    };
    tokio::time::timeout(std::time::Duration::from_secs(4), idle).await.expect("it waits");
    clock.set(at(START + 60));
    held.let_go().await;
    assert_eq!(ids(&outbox.take("b", 10, 60).await.unwrap()), [1, 3]);
    store.close().await;
}
