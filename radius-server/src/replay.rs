//! What was going on, found again without the sink: what was remembered, and what the journal tells
//! since.

use std::collections::HashMap;

use aaa_engine::ports::{Entry, JournalPosition};
use aaa_engine::session::{Session, SessionId, apply};
use aaa_engine::{AccountingEvent, Attempt, Learned, StoredLease, StoredMeter};
use entitlement::Timestamp;

use crate::error::StartError;
use crate::journal::{Durable, Reader};
use crate::record::decode;

/// Records that are read at a time.
const RECORDS_PER_READ: usize = 4_096;

/// What a server knows that starts while its sink is away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remembered {
    /// The sessions, open and lately ended.
    pub sessions: Vec<Session>,
    /// The leases of pools that are managed here.
    pub leases: Vec<StoredLease>,
    /// What services have used of their quotas and grants.
    pub meters: Vec<StoredMeter>,
    /// Everything before it in the journal is in `sessions`, `leases` and `meters`, and has been learnt by the directory;
    /// what stands behind it is joined to them, whether they have it or not. `None`: all of the
    /// journal is.
    pub position: Option<JournalPosition>,
}

/// What was going on when the server ended.
pub(crate) struct Replayed {
    /// As a sink gives them: the longest ended first.
    pub(crate) sessions: Vec<Session>,
    /// The log-ins that taught something.
    pub(crate) learned: Vec<Attempt>,
    /// What services have used since.
    pub(crate) meters: Vec<StoredMeter>,
}

/// Joins what `reader` has to read up to `durable` to the sessions; those that were over before
/// `ended_since` are left out.
///
/// # Errors
/// When the journal cannot be read, or a record in it cannot be understood.
pub(crate) fn replay(
    reader: &mut Reader,
    durable: Durable,
    sessions: Vec<Session>,
    ended_since: Timestamp,
) -> Result<Replayed, StartError> {
    let mut sessions: HashMap<SessionId, Session> =
        sessions.into_iter().map(|session| (session.id, session)).collect();
    let (mut learned, mut meters) = (Vec::new(), HashMap::new());
    loop {
        let count = reader.read(durable, RECORDS_PER_READ, |position, record| {
            match decode(record).map_err(|source| StartError::Record { position, source })? {
                Entry::Accounting(event) => {
                    // Of several the latest holds, whatever order they are in.
                    for stored in event.meter.iter().chain(&event.lead_meter) {
                        let known = meters.entry(stored.service).or_insert_with(|| stored.clone());
                        if known.meter.revision() < stored.meter.revision() {
                            *known = stored.clone();
                        }
                    }
                    join(&mut sessions, &event);
                }
                Entry::Change(change) => {
                    if let Some(session) = sessions.get_mut(&change.session) {
                        session.enforced.apply(&change);
                    }
                }
                Entry::Attempt(attempt) if attempt.learned != Learned::default() => {
                    learned.push(attempt);
                }
                Entry::Attempt(_) => {}
            }
            Ok::<_, StartError>(())
        })?;
        if count == 0 {
            break;
        }
    }
    let is_recent = |session: &Session| match session.end() {
        Some(_) if session.ended.is_none() => session.last_seen_at >= ended_since,
        Some(ended) => ended.at >= ended_since,
        None => true,
    };
    let mut sessions: Vec<_> = sessions.into_values().filter(is_recent).collect();
    sessions.sort_unstable_by_key(|session| (session.ended.map(|ended| ended.at), session.id));
    Ok(Replayed { sessions, learned, meters: meters.into_values().collect() })
}

fn join(sessions: &mut HashMap<SessionId, Session>, event: &AccountingEvent) {
    if event.kind.is_about_the_nas() {
        for session in sessions.values_mut() {
            if let Some(changed) = apply(event, Some(session.clone())) {
                *session = changed;
            }
        }
        return;
    }
    let known = sessions.remove(&event.session);
    if let Some(session) = apply(event, known) {
        sessions.insert(event.session, session);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use aaa_engine::ports::NasId;
    use aaa_engine::{AccountingKind, Counters};
    use entitlement::{
        Allowance, Direction, Entitlement, Meter, Octets, Quota, ServiceId, SessionKey, Standing,
        TenantId, Terms, TimeZone, UsageRecord, Validity, Window,
    };

    use super::*;
    use crate::journal::{Group, Journal, JournalSettings, RealDisk};
    use crate::record::encode_accounting;

    const LEAD: ServiceId = ServiceId(1);
    const MEMBER: ServiceId = ServiceId(2);

    /// 1,000 octets a month.
    fn lead() -> Entitlement {
        let month = Quota {
            name: "month".into(),
            window: Window::Month,
            allowance: Allowance::Data { octets: Octets(1_000), direction: Direction::Both },
            free: None,
            zero_rated: Vec::new(),
            tiers: Vec::new(),
        };
        Entitlement {
            standing: Standing::Active,
            validity: Validity::default(),
            fixed_ipv4: None,
            networks: None,
            first_use: None,
            time_zone: TimeZone::UTC,
            terms: Arc::new(Terms { quotas: vec![month], ..Terms::default() }),
            extras: None,
            shared: None,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_unix_s(1_800_000_000 + second)
    }

    /// A report of the member's, with both meters as they are then.
    fn event(second: i64, own: &Meter, lead: &Meter) -> AccountingEvent {
        let stored = |service, meter: &Meter| {
            Some(StoredMeter {
                tenant: TenantId(1),
                service,
                meter: Arc::new(meter.clone()),
                notices: Vec::new(),
            })
        };
        AccountingEvent {
            session: SessionId([2; 16]),
            tenant: TenantId(1),
            nas: NasId(1),
            received_at: at(second),
            happened_at: at(second),
            kind: AccountingKind::Interim,
            acct_session_id: Arc::from(*b"b1"),
            login: "bob".into(),
            calling_station_id: "AA:BB".into(),
            framed_ipv4: None,
            ipv6: Default::default(),
            service: Some(MEMBER),
            activated: None,
            interim_interval_s: None,
            counters: Counters::default(),
            meter: stored(MEMBER, own),
            lead_meter: stored(LEAD, lead),
        }
    }

    #[test]
    fn what_a_group_has_used_is_found_again_in_both_meters() {
        let directory = tempfile::tempdir().unwrap();
        let disk = Arc::new(RealDisk::new(directory.path()).unwrap());
        let (journal, mut reader) = Journal::open(disk, &JournalSettings::default(), None).unwrap();
        let (lead, mut own, mut shared) = (lead(), Meter::default(), Meter::default());
        let mut events = Vec::new();
        for (second, octets) in [(1, 300), (2, 250), (3, 7)] {
            let usage = UsageRecord {
                session: SessionKey([2; 16]),
                from: at(second),
                to: at(second),
                upload_octets: 0,
                download_octets: octets,
                online_s: 0,
            };
            shared.consume(&lead, &usage);
            own.count_share(LEAD, &lead, &usage);
            events.push(event(second, &own, &shared));
        }
        // Lanes do not wait for each other: an older record may be the last.
        events.swap(1, 2);
        let mut group = Group::default();
        for event in &events {
            assert!(group.record(|out| encode_accounting(event, out)));
        }
        journal.append(&mut group, Duration::from_secs(30)).unwrap();
        let durable = *journal.durable().borrow();
        let mut replayed = replay(&mut reader, durable, Vec::new(), at(0)).unwrap().meters;
        replayed.sort_unstable_by_key(|stored| stored.service);
        let meters: Vec<_> = replayed.iter().map(|of| (of.service, &*of.meter)).collect();
        assert_eq!(meters, [(LEAD, &shared), (MEMBER, &own)]);
        let charged = lead.quotas(Some(meters[0].1), None, at(4))[0].charged.units();
        let used = meters[1].1.share_used(LEAD, &lead, at(4)).unwrap().octets;
        assert_eq!((charged, used), (557, 557));
    }
}
