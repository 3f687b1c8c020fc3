//! Holds what the store says against what the NASes know.

use std::collections::HashMap;

use conformance::StoredUse;

use crate::nas::{Fate, Played};
use crate::schedule::{
    ADMIN_REBOOT, Counters, LOST_SERVICE, NAS_REBOOT, NasSchedule, RecordKind, What,
};

/// How far a moment in the store may lie from the truth, milliseconds: Acct-Delay-Time has whole
/// seconds, and what is repeated octet for octet says nothing of its age.
const TOLERANCE_MS: i64 = 5_000;

/// What a session may look like in the store. Everything is exact, except where a NAS failed or
/// gave up while it waited for an answer: what it cannot know, we cannot either.
#[derive(Debug)]
struct Truth<'s> {
    login: &'s str,
    known: bool,
    start_ms: i64,
    /// It may be missing: nothing of it was ever acknowledged.
    may_be_missing: bool,
    /// Ascending; the first is what was acknowledged.
    counters: Vec<Counters>,
    ends: Vec<End>,
}

/// How a session may have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    At {
        at_ms: i64,
        cause: u32,
    },
    /// A later session of its name has shown it: which one, and so when, is a matter of which was
    /// heard of first.
    Unseen,
}

/// What was compared.
#[derive(Debug, Default, Clone, Copy)]
pub struct Verdict {
    pub sessions: usize,
    pub open: usize,
    pub ended: usize,
    /// Sessions of which more than one state would have been right.
    pub doubtful: usize,
    /// Counters of sessions that have passed 32 bits, on a NAS whose counters have no more.
    pub wrapped: usize,
    pub upload_octets: u128,
    pub download_octets: u128,
}

/// Compares every session; the errors say what differs.
pub fn judge(
    schedules: &[NasSchedule],
    played: &[Played],
    stored: &[StoredUse],
    begin_unix_ms: i64,
) -> Result<Verdict, Vec<String>> {
    let mut by_name: HashMap<(&str, &str), Vec<&StoredUse>> = HashMap::new();
    for row in stored {
        by_name.entry((&row.nas, &row.acct_session_id)).or_default().push(row);
    }
    let mut verdict = Verdict::default();
    let mut wrong = Vec::new();
    for (nas, played) in schedules.iter().zip(played) {
        for (session, truth) in nas.sessions.iter().zip(truths(nas, &played.fates)) {
            let rows = by_name.entry((&nas.name, &session.acct_session_id)).or_default();
            let start = begin_unix_ms + truth.start_ms;
            let near = |row: &&StoredUse| (row.started_at_unix_ms - start).abs() <= TOLERANCE_MS;
            let Some(place) = rows.iter().position(near) else {
                if !truth.may_be_missing {
                    let id = &session.acct_session_id;
                    wrong.push(format!("{} {id} is missing: {truth:?}", nas.name));
                }
                continue;
            };
            let row = rows.swap_remove(place);
            verdict.sessions += 1;
            verdict.open += usize::from(row.ended_at_unix_ms.is_none());
            verdict.ended += usize::from(row.ended_at_unix_ms.is_some());
            verdict.doubtful += usize::from(truth.is_doubtful());
            if nas.habits.counter_bits == 32 {
                let counters = [row.upload_octets, row.download_octets];
                verdict.wrapped += counters.iter().filter(|octets| **octets >> 32 > 0).count();
            }
            verdict.upload_octets += u128::from(row.upload_octets);
            verdict.download_octets += u128::from(row.download_octets);
            if let Some(what) = truth.differs_in(row, begin_unix_ms) {
                wrong.push(format!("{what} of {row:?} is not that of {truth:?}"));
            }
        }
    }
    let doubled = by_name.into_values().flatten();
    wrong.extend(doubled.map(|row| format!("no NAS knows, or it is stored twice: {row:?}")));
    if wrong.is_empty() { Ok(verdict) } else { Err(wrong) }
}

impl Truth<'_> {
    fn is_doubtful(&self) -> bool {
        self.may_be_missing || self.counters.len() > 1 || self.ends.len() > 1
    }

    fn differs_in(&self, row: &StoredUse, begin_unix_ms: i64) -> Option<&'static str> {
        let counters =
            Counters { upload_octets: row.upload_octets, download_octets: row.download_octets };
        let ended = row.ended_at_unix_ms.zip(row.terminate_cause);
        let is_end = |end: &End| match (*end, ended) {
            (End::Open, ended) => ended.is_none(),
            (End::At { at_ms, cause }, Some((at, stored))) => {
                cause == stored && (at - begin_unix_ms - at_ms).abs() <= TOLERANCE_MS
            }
            (End::Unseen, Some((_, cause))) => cause == LOST_SERVICE,
            (_, None) => false,
        };
        let checks = [
            ("the login", row.login == self.login),
            ("the service", row.has_service == self.known),
            ("the counters", self.counters.contains(&counters)),
            ("the end", self.ends.iter().any(is_end)),
        ];
        checks.into_iter().find(|(_, right)| !right).map(|(what, _)| what)
    }
}

/// What the NAS knows of each of its sessions that can be in the store.
fn truths<'s>(nas: &'s NasSchedule, fates: &[Fate]) -> Vec<Truth<'s>> {
    let mut told: Vec<Vec<(usize, What, Counters)>> = vec![Vec::new(); nas.sessions.len()];
    for (place, record) in nas.records.iter().enumerate() {
        if let RecordKind::Session { number, what, counters } = record.kind {
            told[number].push((place, what, counters));
        }
    }
    let has = |number: usize, fate| told[number].iter().any(|(place, ..)| fates[*place] == fate);
    (nas.sessions.iter().zip(&told).enumerate())
        .map(|(number, (session, told))| {
            let of = |fate| told.iter().filter(move |(place, ..)| fates[*place] == fate);
            let acknowledged =
                of(Fate::Acknowledged).map(|(.., counters)| *counters).max().unwrap_or_default();
            let mut counters: Vec<Counters> =
                of(Fate::Doubtful).map(|(.., counters)| *counters).collect();
            counters.push(acknowledged);
            counters.retain(|one| *one >= acknowledged);
            counters.sort_unstable();
            counters.dedup();

            let stop = told.iter().find_map(|&(place, what, _)| match what {
                What::Stop { cause } => {
                    Some((fates[place], End::At { at_ms: nas.records[place].at_ms, cause }))
                }
                _ => None,
            });
            let otherwise = |ends: &mut Vec<End>| {
                if let Some(later) = session.superseded_by {
                    ends.push(End::Unseen);
                    if has(later, Fate::Acknowledged) {
                        return;
                    }
                }
                ends.push(session.ended_with_nas.map_or(End::Open, |place| {
                    let record = &nas.records[place];
                    let cause = match record.kind {
                        RecordKind::Off => ADMIN_REBOOT,
                        _ => NAS_REBOOT,
                    };
                    End::At { at_ms: record.at_ms, cause }
                }));
            };
            let mut ends = Vec::new();
            match stop {
                Some((Fate::Acknowledged, end)) => ends.push(end),
                Some((Fate::Doubtful, end)) => {
                    ends.push(end);
                    otherwise(&mut ends);
                }
                _ => otherwise(&mut ends),
            }
            Truth {
                login: &session.login,
                known: session.known,
                start_ms: session.start_ms,
                may_be_missing: !has(number, Fate::Acknowledged),
                counters,
                ends,
            }
        })
        .collect()
}
