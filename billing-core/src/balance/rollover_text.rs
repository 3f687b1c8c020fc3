//! A rule for carrying over as it is typed and kept: clauses with `;` between.

use core::fmt;
use core::num::NonZeroU8;
use core::str::FromStr;

use entitlement::Amount;

use super::{GrantedFor, Rollover, RolloverError};

/// A text that is no rule for carrying over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RolloverTextError {
    /// A clause is none.
    #[error(
        "`{clause}` says nothing about what is carried over; a rule is for example \"at most 5GB\" or \
         \"at most 5h; at least 1h; 2 times; for 30 days\""
    )]
    Clause {
        /// As given.
        clause: String,
    },
    /// A clause comes twice.
    #[error("`{clause}` is said a second time; each clause is said once")]
    Twice {
        /// As given.
        clause: String,
    },
    /// It is not said how much at most.
    #[error(
        "how much is carried over at most is not said; begin with it, for example \"at most 5GB\""
    )]
    NoMost,
    /// It is a rule that cannot be.
    #[error(transparent)]
    Rule(#[from] RolloverError),
}

/// What was said so far.
#[derive(Default)]
struct Said {
    most: Option<Amount>,
    least: Option<Amount>,
    times: Option<NonZeroU8>,
    granted_for: Option<GrantedFor>,
}

impl Said {
    /// Takes a clause; whether it was said before; `None`: it is none.
    fn take(&mut self, clause: &str) -> Option<bool> {
        if let Some(most) = clause.strip_prefix("at most ") {
            return Some(self.most.replace(most.parse().ok()?).is_some());
        }
        if let Some(least) = clause.strip_prefix("at least ") {
            return Some(self.least.replace(least.parse().ok()?).is_some());
        }
        if let Some(lasts) = clause.strip_prefix("for ") {
            let granted_for = GrantedFor::Cadence(lasts.parse().ok()?);
            return Some(self.granted_for.replace(granted_for).is_some());
        }
        let times = match clause.strip_suffix(" times").or_else(|| clause.strip_suffix(" time")) {
            None if clause == "once" => NonZeroU8::MIN,
            None => return None,
            Some(count) => count.parse().ok()?,
        };
        Some(self.times.replace(times).is_some())
    }
}

impl FromStr for Rollover {
    type Err = RolloverTextError;

    /// `at most 5GB; at least 1GB; 2 times; for 30 days`. Without the others: nothing at least, once, until
    /// the period ends that it is carried into.
    fn from_str(text: &str) -> Result<Self, RolloverTextError> {
        let mut said = Said::default();
        for clause in text.split(';').map(str::trim) {
            let clause = || clause.to_owned();
            match said.take(&clause()) {
                None => return Err(RolloverTextError::Clause { clause: clause() }),
                Some(true) => return Err(RolloverTextError::Twice { clause: clause() }),
                Some(false) => {}
            }
        }
        let most = said.most.ok_or(RolloverTextError::NoMost)?;
        let least = said.least.unwrap_or(most.with_units(0));
        // Nothing is nothing, whatever it is measured in.
        let least = if least.is_nothing() { most.with_units(0) } else { least };
        let times = said.times.unwrap_or(NonZeroU8::MIN);
        let granted_for = said.granted_for.unwrap_or(GrantedFor::Period);
        Ok(Self::new(least, most, times, granted_for)?)
    }
}

/// The text that reads back as the same rule.
impl fmt::Display for Rollover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {}", self.most)?;
        if !self.least.is_nothing() {
            write!(f, "; at least {}", self.least)?;
        }
        if self.times > NonZeroU8::MIN {
            write!(f, "; {} times", self.times)?;
        }
        match self.granted_for {
            GrantedFor::Period => Ok(()),
            GrantedFor::Cadence(lasts) => write!(f, "; for {lasts}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use entitlement::{Octets, OnlineTime};

    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for (text, written) in [
            ("at most 5GB", "at most 5GB"),
            ("at most 5 GB; at least 0B; once", "at most 5GB"),
            ("at most 5GB; at least 0s; 1 time", "at most 5GB"),
            (
                "for 30 days;2 times; at least 1GB;  at most 5GB",
                "at most 5GB; at least 1GB; 2 times; for 30 days",
            ),
            ("at most 90m; 12 times", "at most 1h30m; 12 times"),
        ] {
            let rule: Rollover = text.parse().unwrap();
            assert_eq!(rule.to_string(), written, "{text}");
            assert_eq!(rule.to_string().parse(), Ok(rule));
        }
        let rule: Rollover = "at most 5GB; at least 1GB; 2 times".parse().unwrap();
        let data = |octets| Amount::Data(Octets(octets));
        let times = NonZeroU8::new(2).unwrap();
        let same =
            Rollover::new(data(1_000_000_000), data(5_000_000_000), times, GrantedFor::Period);
        assert_eq!(Ok(rule), same);
        assert_eq!(rule.units(7_000_000_000), 5_000_000_000);
        let time = Amount::Online(OnlineTime(5_400));
        assert_eq!("at most 90m".parse::<Rollover>().unwrap().measure(), time.measure());
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for (text, words) in [
            ("", "`` says nothing about what is carried over"),
            ("at most", "`at most` says nothing"),
            ("at most 5", "`at most 5` says nothing"),
            ("at most 5GB; 0 times", "`0 times` says nothing"),
            ("at most 5GB; 256 times", "`256 times` says nothing"),
            ("at most 5GB; for ever", "`for ever` says nothing"),
            ("at most 5GB; at most 6GB", "`at most 6GB` is said a second time"),
            ("2 times", "at most is not said"),
            ("at most 0GB", "the most is at least the least, of the same measure, and more"),
            ("at most 5GB; at least 6GB", "at least 6GB and at most 5GB cannot be carried over"),
            ("at most 5GB; at least 1h", "at least 1h and at most 5GB cannot be carried over"),
        ] {
            let error = text.parse::<Rollover>().unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
