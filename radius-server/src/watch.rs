//! What nothing is heard of any more: sessions that are over though no Stop came, and NASes.

use core::hash::BuildHasherDefault;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aaa_engine::AccountingEvent;
use aaa_engine::ports::NasId;
use aaa_engine::session::Session;
use entitlement::Timestamp;

use crate::desk::tell_of_pool;
use crate::journal::Group;
use crate::lane::Shared;
use crate::record::encode_accounting;
use crate::sessions::Sessions;

/// How many events go to the journal at once.
const EVENTS_PER_APPEND: usize = 1_000;

/// How a NAS is, as far as can be told from what it sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NasHealth {
    /// Which NAS.
    pub nas: NasId,
    /// When its last packet came that was really its own.
    pub last_heard_at: Timestamp,
    /// Its open sessions.
    pub sessions_open: u64,
    /// How many reports an hour they should send, as their plans ask.
    pub interims_expected_per_hour: u64,
    /// Whether it has open sessions, and none of the reports came that three intervals of them
    /// should have brought.
    pub is_silent: bool,
}

/// When each NAS was last heard, and what is expected of it.
pub(crate) struct Heard {
    nases: papaya::HashMap<NasId, Arc<LastHeard>, BuildHasherDefault<DefaultHasher>>,
}

#[derive(Default)]
struct LastHeard {
    unix_ms: AtomicI64,
    /// Reports an hour, as of the last look at all sessions.
    expected_per_hour: AtomicI64,
    /// Whether it was silent then for longer than it may be.
    is_silent: AtomicBool,
    /// Which of our addresses it sends to.
    local: Mutex<Option<IpAddr>>,
}

impl Default for Heard {
    fn default() -> Self {
        // The other way leaves half-copied tables behind, which are searched for every packet.
        let table = papaya::HashMap::builder().resize_mode(papaya::ResizeMode::Blocking);
        Self { nases: table.hasher(BuildHasherDefault::default()).build() }
    }
}

impl Heard {
    /// A packet of the NAS came. It is kept to the second, so that a busy NAS is mostly read.
    pub(crate) fn note(&self, nas: NasId, local: IpAddr, now: Timestamp) {
        let nases = self.nases.pin();
        let heard = nases.get_or_insert_with(nas, Arc::default);
        if heard.unix_ms.load(Ordering::Relaxed) + 1_000 <= now.unix_ms() {
            heard.unix_ms.store(now.unix_ms(), Ordering::Relaxed);
            *heard.local.lock().unwrap_or_else(PoisonError::into_inner) = Some(local);
        }
    }

    /// Which of our addresses the NAS sends to, if it has sent anything.
    pub(crate) fn local_address(&self, nas: NasId) -> Option<IpAddr> {
        let nases = self.nases.pin();
        *nases.get(&nas)?.local.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn list(&self, sessions: &Sessions) -> Vec<NasHealth> {
        let mut open: HashMap<NasId, u64> = HashMap::new();
        sessions.each_shard(|shard| {
            for session in shard.open().filter(|session| session.activated.is_none()) {
                *open.entry(session.nas).or_default() += 1;
            }
        });
        let nases = self.nases.pin();
        let mut list: Vec<_> = nases
            .iter()
            .map(|(nas, heard)| NasHealth {
                nas: *nas,
                last_heard_at: heard.at(),
                sessions_open: open.get(nas).copied().unwrap_or(0),
                interims_expected_per_hour: expected(&heard.expected_per_hour),
                is_silent: heard.is_silent.load(Ordering::Relaxed),
            })
            .collect();
        list.sort_by_key(|health| health.nas);
        list
    }
}

impl LastHeard {
    fn at(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.unix_ms.load(Ordering::Relaxed))
    }
}

fn expected(count: &AtomicI64) -> u64 {
    u64::try_from(count.load(Ordering::Relaxed)).unwrap_or(0)
}

/// The thread that looks at all sessions from time to time.
pub(crate) struct Watch {
    shared: Arc<Shared>,
    listening_since: Timestamp,
}

/// What is expected of one NAS.
#[derive(Default)]
struct Expected {
    per_hour: i64,
    /// The shortest time that one of its sessions may be silent, seconds.
    silence_s: Option<i64>,
}

impl Watch {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        let listening_since = shared.clock.now();
        Self { shared, listening_since }
    }

    /// Looks until the shutdown is requested.
    pub(crate) fn run(self) {
        while !self.shared.shutdown.is_requested() {
            self.shared.shutdown.pause(self.shared.settings.watch_interval);
            if !self.shared.shutdown.is_requested() {
                self.look();
            }
        }
    }

    fn look(&self) {
        let now = self.shared.clock.now();
        for pool in self.shared.directory.pools() {
            if let (_, Some(notice)) = self.shared.activity.look_at_pool(&pool, now) {
                tell_of_pool(&notice);
            }
        }
        let mut silent = Vec::new();
        let mut nases: HashMap<NasId, Expected> = HashMap::new();
        let silence_s =
            |session: &Session| self.shared.engine.silence_max_s(session.interim_interval_s);
        self.shared.sessions.each_shard(|shard| {
            silent.extend(shard.silent(now, self.listening_since, silence_s));
            for session in shard.open().filter(|session| session.activated.is_none()) {
                let expected = nases.entry(session.nas).or_default();
                if let Some(interval_s) = session.interim_interval_s {
                    expected.per_hour += 3_600 / i64::from(interval_s.max(1));
                    let silence_s = silence_s(session);
                    let least = expected.silence_s.map_or(silence_s, |least| least.min(silence_s));
                    expected.silence_s = Some(least);
                }
            }
        });
        self.tell(&nases, now);
        let mut recorded = 0;
        for events in silent.chunks(EVENTS_PER_APPEND) {
            if self.shared.shutdown.is_requested() || !self.record(events) {
                break;
            }
            recorded += events.len();
        }
        if recorded > 0 {
            tracing::info!(count = recorded, "sessions have been silent for too long");
        }
        // As long as ended ones are remembered.
        let remembered = self.shared.settings.ended_sessions_remembered.as_secs();
        let remembered_s = i64::try_from(remembered).unwrap_or(i64::MAX);
        self.shared.sessions.forget_silent(now.minus_s(remembered_s));
    }

    /// Keeps what is expected of each NAS, and says when one has fallen silent or is back.
    fn tell(&self, nases: &HashMap<NasId, Expected>, now: Timestamp) {
        for (nas, heard) in &self.shared.heard.nases.pin() {
            let (per_hour, silence_s) =
                nases.get(nas).map_or((0, None), |of| (of.per_hour, of.silence_s));
            heard.expected_per_hour.store(per_hour, Ordering::Relaxed);
            let since = heard.at().max(self.listening_since);
            let is_silent = silence_s.is_some_and(|silence_s| now > since.plus_s(silence_s));
            match (heard.is_silent.swap(is_silent, Ordering::Relaxed), is_silent) {
                (false, true) => tracing::warn!(
                    %nas,
                    silent_s = heard.at().seconds_until(now),
                    "a NAS with open sessions has fallen silent"
                ),
                (true, false) => tracing::info!(%nas, "a NAS is heard again, or is left by all"),
                _ => {}
            }
        }
    }

    /// Makes events durable and then changes their sessions. Without the journal nothing changes,
    /// and the next look finds them again; false then.
    fn record(&self, events: &[AccountingEvent]) -> bool {
        let mut records = Group::default();
        let recorded =
            events.iter().all(|event| records.record(|out| encode_accounting(event, out)));
        let timeout = self.shared.settings.append_timeout;
        if !recorded || self.shared.journal.append(&mut records, timeout).is_err() {
            tracing::warn!("silent sessions cannot be recorded, and stay open until they can");
            return false;
        }
        for event in events {
            self.shared.sessions.take(event);
            self.shared.activity.end(event.service, event.session, event.happened_at);
        }
        true
    }
}
