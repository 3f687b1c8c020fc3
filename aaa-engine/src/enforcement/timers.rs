//! Moments at which something is to be looked at again.

use core::hash::{BuildHasherDefault, Hash};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap};

use entitlement::Timestamp;

/// One moment for each key, the earliest first: every edge that time alone brings (an expiry, the
/// end of a window or of a booster, the next try of a change) of one service is behind one of these.
///
/// It holds wall-clock time and no clock: whoever has one asks what is due, so that a clock that is
/// set makes edges due sooner or later, and none is lost. It is rebuilt at a start from what the
/// edges follow from.
#[derive(Debug, Clone)]
pub struct Timers<K> {
    by_moment: BTreeSet<(Timestamp, K)>,
    by_key: HashMap<K, Timestamp, BuildHasherDefault<DefaultHasher>>,
}

impl<K> Default for Timers<K> {
    fn default() -> Self {
        Self { by_moment: BTreeSet::new(), by_key: HashMap::default() }
    }
}

impl<K: Copy + Ord + Hash> Timers<K> {
    /// Sets the moment of a key in place of the one it had; `None` takes it away.
    pub fn set(&mut self, key: K, at: Option<Timestamp>) {
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

    /// The earliest moment.
    #[must_use]
    pub fn next_at(&self) -> Option<Timestamp> {
        self.by_moment.first().map(|(at, _)| *at)
    }

    /// Takes the earliest key out whose moment has come at `now`.
    pub fn next_due(&mut self, now: Timestamp) -> Option<K> {
        let (at, key) = *self.by_moment.first().filter(|(at, _)| *at <= now)?;
        self.by_moment.remove(&(at, key));
        self.by_key.remove(&key);
        Some(key)
    }

    /// How many keys have a moment.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether none has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

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
                        timers.set(key, at.map(Timestamp::from_unix_ms));
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
                        while let Some(key) = timers.next_due(Timestamp::from_unix_ms(now)) {
                            given.push((model.remove(&key).unwrap_or(-1), key));
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
