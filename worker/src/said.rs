//! What was said in the log and need not be said again so soon.

use std::collections::BTreeMap;

use entitlement::Timestamp;

/// Most sayings that are remembered. Above them the log says that there are more, and not which.
const SAYINGS_MAX: usize = 10_000;

/// What was said, and until when that is enough.
#[derive(Debug, Default)]
pub(crate) struct Said {
    enough_until: BTreeMap<String, Timestamp>,
    is_full: bool,
}

/// Whether something is to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Saying {
    /// It was not said, or long ago.
    New,
    /// It was said.
    Known,
    /// Too much is said already; this is the first that is not.
    TooMuch,
}

impl Said {
    /// Is it to be said? Once it was, it is enough for so many seconds.
    pub(crate) fn ask(&mut self, saying: &str, now: Timestamp, enough_s: i64) -> Saying {
        if self.enough_until.get(saying).is_some_and(|until| now < *until) {
            return Saying::Known;
        }
        if self.enough_until.len() >= SAYINGS_MAX {
            self.enough_until.retain(|_, until| now < *until);
            if self.enough_until.len() >= SAYINGS_MAX {
                let was_full = core::mem::replace(&mut self.is_full, true);
                return if was_full { Saying::Known } else { Saying::TooMuch };
            }
            self.is_full = false;
        }
        self.enough_until.insert(saying.to_owned(), now.plus_s(enough_s));
        Saying::New
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Timestamp {
        Timestamp::from_unix_s(s)
    }

    #[test]
    fn a_saying_is_enough_for_a_while() {
        let mut said = Said::default();
        assert_eq!(said.ask("a", at(0), 10), Saying::New);
        assert_eq!(said.ask("a", at(9), 10), Saying::Known);
        assert_eq!(said.ask("b", at(9), 10), Saying::New);
        assert_eq!(said.ask("a", at(10), 10), Saying::New);
    }

    #[test]
    fn more_than_is_remembered_is_said_to_be_too_much_once() {
        let mut said = Said::default();
        for number in 0..SAYINGS_MAX {
            assert_eq!(said.ask(&number.to_string(), at(0), 10), Saying::New);
        }
        assert_eq!(said.ask("one more", at(1), 10), Saying::TooMuch);
        assert_eq!(said.ask("and one", at(2), 10), Saying::Known);
        assert_eq!(said.ask("and one", at(10), 10), Saying::New);
        assert_eq!(said.enough_until.len(), 1);
    }
}
