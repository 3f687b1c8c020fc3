//! Stretches of time.

use entitlement::Timestamp;

/// A stretch of time that is not empty: `from` belongs to it, `until` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval {
    from: Timestamp,
    until: Timestamp,
}

impl Interval {
    /// The stretch between two moments; `None` where there is nothing between them.
    #[must_use]
    pub fn new(from: Timestamp, until: Timestamp) -> Option<Self> {
        (from < until).then_some(Self { from, until })
    }

    /// Its first moment.
    #[must_use]
    pub const fn from(self) -> Timestamp {
        self.from
    }

    /// The first moment behind it.
    #[must_use]
    pub const fn until(self) -> Timestamp {
        self.until
    }

    /// Is the moment in it?
    #[must_use]
    pub fn contains(self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    /// What both have in common.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.from.max(other.from), self.until.min(other.until))
    }

    /// How long it is, milliseconds.
    #[must_use]
    pub fn len_ms(self) -> u64 {
        self.until.unix_ms().abs_diff(self.from.unix_ms())
    }
}
