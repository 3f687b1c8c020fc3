//! Moments at which something is to be looked at again.

use core::hash::{BuildHasherDefault, Hash};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap};

use entitlement::{ServiceId, Timestamp};

use super::reconciler::TimerKey;
use crate::session::SessionId;

/// One moment for each key, the earliest first: every edge that time alone brings (an expiry, the
/// end of a window or of a booster, the next try of a change) of one service is behind one of these.
///
/// It holds wall-clock time and no clock: whoever has one asks what is due, so that a clock that is
/// set makes edges due sooner or later, and none is lost. It is rebuilt at a start from what the
/// edges follow from.
///
/// Services have a queue of their own, for there may be a million of them, and their ids are half as
/// long as those of sessions.
#[derive(Debug, Clone, Default)]
pub struct Timers {
    services: Queue<ServiceId>,
    sessions: Queue<SessionId>,
}

impl Timers {
    /// Sets the moment of a key in place of the one it had; `None` takes it away.
    pub fn set(&mut self, key: TimerKey, at: Option<Timestamp>) {
        match key {
            TimerKey::Service(service) => self.services.set(service, at),
            TimerKey::Session(session) => self.sessions.set(session, at),
        }
    }

    /// The earliest moment.
    #[must_use]
    pub fn next_at(&self) -> Option<Timestamp> {
        let both = [self.services.next_at(), self.sessions.next_at()];
        both.into_iter().flatten().min()
    }

    /// Takes the earliest key out whose moment has come at `now`.
    pub fn next_due(&mut self, now: Timestamp) -> Option<TimerKey> {
        let is_session_first = match (self.services.next_at(), self.sessions.next_at()) {
            (Some(service), Some(session)) => session < service,
            (service, _) => service.is_none(),
        };
        match is_session_first {
            true => self.sessions.next_due(now).map(TimerKey::Session),
            false => self.services.next_due(now).map(TimerKey::Service),
        }
    }

    /// How many keys have a moment.
    #[must_use]
    pub fn len(&self) -> usize {
        self.services.len() + self.sessions.len()
    }

    /// Whether none has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The moments of keys of one kind.
#[derive(Debug, Clone)]
struct Queue<K> {
    by_moment: BTreeSet<(Timestamp, K)>,
    by_key: HashMap<K, Timestamp, BuildHasherDefault<DefaultHasher>>,
}

impl<K> Default for Queue<K> {
    fn default() -> Self {
        Self { by_moment: BTreeSet::new(), by_key: HashMap::default() }
    }
}

impl<K: Copy + Ord + Hash> Queue<K> {
    fn set(&mut self, key: K, at: Option<Timestamp>) {
        let before = match at {
            Some(at) => self.by_key.insert(key, at),
            None => self.by_key.remove(&key),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.by_moment.remove(&(before, key));
        }
        if let Some(at) = at {
            self.by_moment.insert((at, key));
        }
    }

    fn next_at(&self) -> Option<Timestamp> {
        self.by_moment.first().map(|(at, _)| *at)
    }

    fn next_due(&mut self, now: Timestamp) -> Option<K> {
        let (at, key) = *self.by_moment.first().filter(|(at, _)| *at <= now)?;
        self.by_moment.remove(&(at, key));
        self.by_key.remove(&key);
        Some(key)
    }

    fn len(&self) -> usize {
        self.by_key.len()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Half of the keys are services, half sessions.
    fn key(number: u8) -> TimerKey {
        match number < 128 {
            true => TimerKey::Service(ServiceId(number.into())),
            false => TimerKey::Session(SessionId([number; 16])),
        }
    }

    #[derive(Debug, Clone)]
    enum Act {
        Set(u8, Option<i64>),
        /// The clock may be set back as well.
        Clock(i64),
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            3 => (any::<u8>(), proptest::option::of(0..100_i64)).prop_map(|(key, at)| Act::Set(key, at)),
            1 => (0..100_i64).prop_map(Act::Clock),
        ]
    }

    proptest! {
        #[test]
        fn each_key_is_due_once_when_its_last_moment_has_come(acts in proptest::collection::vec(act(), 0..200)) {
            let mut timers = Timers::default();
            let mut model: BTreeMap<u8, i64> = BTreeMap::new();
            for act in acts {
                match act {
                    Act::Set(key, at) => {
                        timers.set(self::key(key), at.map(Timestamp::from_unix_ms));
                        match at {
                            Some(at) => model.insert(key, at),
                            None => model.remove(&key),
                        };
                    }
                    Act::Clock(now) => {
                        let mut due: Vec<_> =
                            model.iter().filter(|(_, at)| **at <= now).map(|(key, at)| (*at, *key)).collect();
                        due.sort_unstable();
                        let mut given = Vec::new();
                        while let Some(due) = timers.next_due(Timestamp::from_unix_ms(now)) {
                            let number = *model.keys().find(|number| key(**number) == due).unwrap();
                            given.push((model.remove(&number).unwrap_or(-1), number));
                        }
                        prop_assert_eq!(given, due);
                    }
                }
                prop_assert_eq!(timers.len(), model.len());
                prop_assert_eq!(timers.next_at().map(Timestamp::unix_ms), model.values().min().copied());
            }
        }
    }
}
