//! The tables against the model: a map of sessions to which `aaa_engine::session::apply` is
//! applied packet by packet.

use std::collections::BTreeMap;
use std::sync::Arc;

use aaa_engine::ports::Sink as _;
use aaa_engine::session::{Session, SessionId, apply};
use aaa_engine::{AccountingEvent, AccountingKind, ActivatedService, Counters, Ipv6Counters};
use entitlement::{TenantId, Timestamp};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use storage::{Store, StoreSink};

use super::{at, batch, event};
use crate::ground::Ground;

const CASES: usize = 40;
const SESSIONS: u8 = 4;
const NASES: i64 = 2;

type Model = BTreeMap<SessionId, Session>;

fn kinds() -> impl Strategy<Value = AccountingKind> {
    prop_oneof![
        3 => Just(AccountingKind::Start),
        6 => Just(AccountingKind::Interim),
        3 => (0..3_u32).prop_map(|terminate_cause| AccountingKind::Stop { terminate_cause }),
        1 => Just(AccountingKind::On),
        1 => Just(AccountingKind::Off),
    ]
}

prop_compose! {
    /// Packets of a few sessions on two NASes, late and out of order as networks make them.
    fn events()(
        session in 0..SESSIONS,
        kind in kinds(),
        happened in 0..100_i64,
        octets in prop::array::uniform4(0..1_000_u64),
        session_time_s in 0..100_u32,
        login in prop_oneof![Just(""), Just("alice")],
        service in prop::option::of(Just(5)),
        address in prop::option::of(0..3_u8),
    ) -> AccountingEvent {
        AccountingEvent {
            nas: aaa_engine::ports::NasId(i64::from(session) % NASES),
            happened_at: at(happened),
            login: login.into(),
            calling_station_id: login.into(),
            service: service.map(entitlement::ServiceId),
            framed_ipv4: address.map(|last| [100, 64, 0, last].into()),
            ipv6: Default::default(),
            counters: Counters {
                upload_octets: octets[0],
                download_octets: octets[1],
                upload_packets: octets[2],
                download_packets: octets[3],
                session_time_s,
                ipv6: Ipv6Counters {
                    upload_octets: octets[1] / 2,
                    download_octets: octets[0] / 2,
                    upload_packets: octets[3] / 2,
                    download_packets: octets[2] / 2,
                },
            },
            interim_interval_s: (octets[3] % 2 == 0).then_some(session_time_s),
            activated: (session % 3 == 0).then(|| {
                Arc::new(ActivatedService { parent: [session, b':'].into(), name: "tiered".into() })
            }),
            ..event(session, happened, kind)
        }
    }
}

/// Events in the order of their arrival, in batches of any size.
fn journals() -> impl Strategy<Value = Vec<Vec<AccountingEvent>>> {
    prop::collection::vec(prop::collection::vec(events(), 0..8), 1..6).prop_map(|mut batches| {
        for (second, event) in batches.iter_mut().flatten().enumerate() {
            event.received_at = at(1_000 + second as i64);
        }
        batches
    })
}

/// Always the same cases; the seed is part of what a failure prints.
fn runner(seed: u8) -> TestRunner {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    TestRunner::new_with_rng(Config::default(), rng)
}

fn observe(model: &mut Model, event: &AccountingEvent) {
    if event.kind.is_about_the_nas() {
        for session in model.values_mut() {
            *session = apply(event, Some(session.clone())).unwrap();
        }
    } else {
        let known = model.remove(&event.session);
        model.insert(event.session, apply(event, known).unwrap());
    }
}

/// Each case has a tenant, and ids, of its own.
fn in_case(mut event: AccountingEvent, case: usize) -> AccountingEvent {
    event.tenant = TenantId(1_000 + case as i64);
    event.session.0[8..].copy_from_slice(&(case as u64).to_be_bytes());
    event
}

async fn stored(store: &Store, case: usize) -> Model {
    let sessions = store.sessions(TenantId(1_000 + case as i64)).recent(1_000).await.unwrap();
    sessions.into_iter().map(|entry| (entry.session.id, entry.session)).collect()
}

pub async fn sessions_follow_the_model_batch_by_batch(ground: &Ground) {
    let store = ground.open().await;
    let mut runner = runner(1);
    for case in 0..CASES {
        let journal = journals().new_tree(&mut runner).unwrap().current();
        let sink = store.sink(&format!("node-{case}"));
        let mut model = Model::new();
        for (number, events) in journal.iter().enumerate() {
            let events: Vec<_> = events.iter().map(|event| in_case(event.clone(), case)).collect();
            events.iter().for_each(|event| observe(&mut model, event));
            sink.apply(batch(number as u64 + 1, events)).await.unwrap();
            assert_eq!(
                stored(&store, case).await,
                model,
                "seed 1, case {case}, after batch {number} of {journal:#?}"
            );
        }
    }
}

/// The packets of sessions (not of NASes, whose place in the journal matters) arrive shuffled and
/// repeated, in batches that overlap; what is stored is what the model makes of them in order.
pub async fn order_and_repetition_change_nothing(ground: &Ground) {
    let store = ground.open().await;
    let mut runner = runner(2);
    for case in 0..CASES {
        let journal = journals().new_tree(&mut runner).unwrap().current();
        let events: Vec<_> = journal
            .into_iter()
            .flatten()
            .filter(|event| !event.kind.is_about_the_nas())
            .map(|event| settled(in_case(event, case)))
            .collect();
        let mut model = Model::new();
        events.iter().for_each(|event| observe(&mut model, event));
        let twice: Vec<_> = events.iter().chain(&events).cloned().collect();
        let shuffled = Just(twice).prop_shuffle().new_tree(&mut runner).unwrap().current();
        let sink = store.sink(&format!("node-{case}"));
        apply_overlapping(&sink, &shuffled).await;
        assert_eq!(stored(&store, case).await, model, "seed 2, case {case} of {shuffled:#?}");
        // From the beginning once more, as after a restore from an older copy of the journal's
        // position.
        let other = store.sink(&format!("other-node-{case}"));
        apply_overlapping(&other, &shuffled).await;
        assert_eq!(stored(&store, case).await, model, "seed 2, case {case} of {shuffled:#?}");
        assert!(other.position().await.unwrap() > None);
    }
}

/// Of an address that changes, the one that arrived last stays, so arrival is its order; the
/// other values have none.
fn settled(event: AccountingEvent) -> AccountingEvent {
    AccountingEvent { framed_ipv4: Some([100, 64, 0, event.session.0[0]].into()), ..event }
}

async fn apply_overlapping(sink: &StoreSink, events: &[AccountingEvent]) {
    let mut offset = 1;
    for start in (0..events.len()).step_by(3) {
        let end = events.len().min(start + 5);
        sink.apply(batch(offset, events[start..end].to_vec())).await.unwrap();
        offset += 1;
    }
    // One batch at least, so that there is a position.
    sink.apply(batch(offset, [])).await.unwrap();
    let _ = sink.recent_sessions(Timestamp::from_unix_ms(i64::MAX)).await.unwrap();
}
