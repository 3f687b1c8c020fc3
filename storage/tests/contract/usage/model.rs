//! Whatever order packets come in, and however often: the buckets of every length hold together
//! exactly what the sessions have counted, and each service what the model gives it.

use std::collections::BTreeMap;

use aaa_engine::session::{Session, apply};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::*;

const CASES: usize = 40;
const SEED: u8 = 7;
const HOURS: i64 = 60;

prop_compose! {
    fn events()(
        session in 1..5_u8,
        kind in prop_oneof![
            1 => Just(AccountingKind::Start),
            8 => Just(INTERIM),
            2 => Just(STOP),
            1 => Just(AccountingKind::On),
        ],
        second in 0..HOURS * 3_600,
        octets in prop_oneof![0..5_000_u64, 0..100 * GIB],
        upload_octets in 0..5_000_u64,
        service in prop::option::weighted(0.7, 1..3_i64),
    ) -> AccountingEvent {
        let mut event = report(session, second, kind, octets);
        event.counters.upload_octets = upload_octets;
        event.service = service.map(ServiceId);
        event
    }
}

/// Packets with some repeated, shuffled, and cut into batches.
fn journals() -> impl Strategy<Value = Vec<Vec<AccountingEvent>>> {
    prop::collection::vec((events(), any::<bool>()), 1..30)
        .prop_map(|events| {
            let copies = |(event, twice)| vec![event; if twice { 2 } else { 1 }];
            events.into_iter().flat_map(copies).collect::<Vec<_>>()
        })
        .prop_shuffle()
        .prop_flat_map(|events| {
            let number = events.len();
            (Just(events), prop::collection::vec(1..8_usize, number))
        })
        .prop_map(|(events, sizes)| {
            let (mut rest, mut batches) = (events.as_slice(), Vec::new());
            for size in sizes {
                let (batch, later) = rest.split_at(size.min(rest.len()));
                batches.push(batch.to_vec());
                rest = later;
            }
            batches
        })
}

/// By bucket and service, 0 for the unknown: octets received and sent, seconds.
type Buckets = BTreeMap<(i64, i64), [u64; 3]>;

/// Packet by packet, from the sessions before and after.
fn modelled(journal: &[Vec<AccountingEvent>], span: UsageSpan) -> Buckets {
    let mut sessions: BTreeMap<SessionId, Session> = BTreeMap::new();
    let mut buckets = Buckets::new();
    for event in journal.iter().flatten().filter(|event| !event.kind.is_about_the_nas()) {
        let before = sessions.remove(&event.session);
        let old = before.as_ref().map(|session| session.counters).unwrap_or_default();
        let session = apply(event, before).unwrap();
        let new = session.counters;
        let increase = [
            new.download_octets - old.download_octets,
            new.upload_octets - old.upload_octets,
            u64::from(new.session_time_s - old.session_time_s),
        ];
        let length_s = span.length_ms() / 1_000;
        let bucket = event.happened_at.unix_s() / length_s * length_s;
        let service = session.service.map_or(0, |service| service.0);
        if new != old {
            let sum = buckets.entry((bucket, service)).or_default();
            sum.iter_mut().zip(increase).for_each(|(sum, increase)| *sum += increase);
        }
        sessions.insert(session.id, session);
    }
    buckets
}

async fn stored(store: &Store, tenant: TenantId, span: UsageSpan) -> Buckets {
    let mut buckets = Buckets::new();
    for service in 0..3_i64 {
        let of = if service == 0 { UsageOf::Unknown } else { UsageOf::Service(ServiceId(service)) };
        let until = at(HOURS * 3_600);
        let entries = store.usage(tenant).entries(of, span, at(0), until).await.unwrap();
        for UsageEntry { start, amount } in entries {
            let sums = [amount.download_octets, amount.upload_octets, amount.session_time_s];
            buckets.insert((start.unix_s(), service), sums);
        }
    }
    buckets
}

pub async fn every_bucket_adds_up_to_what_the_sessions_counted(ground: &Ground) {
    let store = ground.open().await;
    // Always the same cases; the seed is part of what a failure prints.
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[SEED; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    for case in 0..CASES {
        let journal = journals().new_tree(&mut runner).unwrap().current();
        let tenant = TenantId(1_000 + case as i64);
        let sink = store.sink(&format!("node-{case}"));
        let other = store.sink(&format!("other-node-{case}"));
        for (number, events) in (1..).zip(&journal) {
            let events = events.iter().cloned().map(|mut event| {
                event.tenant = tenant;
                event.session.0[8..].copy_from_slice(&(case as u64).to_be_bytes());
                event
            });
            let batch = batch(number, events);
            sink.apply(batch.clone()).await.unwrap();
            // Every other batch comes by another journal too.
            if number % 2 == 0 {
                other.apply(batch).await.unwrap();
            }
        }
        let sessions = store.sessions(tenant).recent(1_000).await.unwrap();
        let mut counted = [0; 3];
        for Counters { download_octets, upload_octets, session_time_s, .. } in
            sessions.iter().map(|entry| entry.session.counters)
        {
            let counters = [download_octets, upload_octets, session_time_s.into()];
            counted.iter_mut().zip(counters).for_each(|(sum, counter)| *sum += counter);
        }
        for span in UsageSpan::ALL {
            let buckets = stored(&store, tenant, span).await;
            let mut sums = [0; 3];
            for amounts in buckets.values() {
                sums.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
            }
            assert_eq!(sums, counted, "seed {SEED}, case {case}, {span:?} of {journal:#?}");
            let model = modelled(&journal, span);
            assert_eq!(buckets, model, "seed {SEED}, case {case}, {span:?} of {journal:#?}");
        }
    }
}
