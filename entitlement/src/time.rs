//! Moments, as everything above and below agrees to write them.

use core::fmt;

/// A moment: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Weir never reads a clock on the floors that decide; the caller passes one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment that is `unix_ms` milliseconds after the epoch.
    #[must_use]
    pub const fn from_unix_ms(unix_ms: i64) -> Self {
        Self(unix_ms)
    }

    /// The moment that is `unix_s` seconds after the epoch; saturates at the ends of the range.
    #[must_use]
    pub const fn from_unix_s(unix_s: i64) -> Self {
        Self(unix_s.saturating_mul(1_000))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn unix_ms(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn unix_s(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// This moment, `seconds` later; saturates.
    #[must_use]
    pub const fn plus_s(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000)))
    }

    /// This moment, `seconds` earlier; saturates.
    #[must_use]
    pub const fn minus_s(self, seconds: i64) -> Self {
        Self(self.0.saturating_sub(seconds.saturating_mul(1_000)))
    }

    /// Whole seconds from this moment until `later`, rounded down; zero when `later` has passed.
    #[must_use]
    pub fn seconds_until(self, later: Self) -> u64 {
        u64::try_from(later.0.saturating_sub(self.0)).unwrap_or(0) / 1_000
    }
}

impl fmt::Display for Timestamp {
    /// In UTC as RFC 3339 writes it, `2023-11-14T22:13:20.25Z`; people are shown local time by the programs,
    /// which know the zone. Of moments that no calendar has, seconds and milliseconds since the epoch.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Ok(known) = jiff::Timestamp::from_millisecond(self.0) {
            return fmt::Display::fmt(&known, f);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        let unix_ms = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:03}", unix_ms / 1_000, unix_ms % 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_rounded_down_and_never_negative() {
        let from = Timestamp::from_unix_ms(1_500);
        assert_eq!(from.seconds_until(Timestamp::from_unix_ms(3_499)), 1);
        assert_eq!(from.seconds_until(Timestamp::from_unix_ms(3_500)), 2);
        assert_eq!(from.seconds_until(from), 0);
        assert_eq!(from.seconds_until(Timestamp::from_unix_ms(0)), 0);
        assert_eq!(Timestamp::from_unix_ms(-1).unix_s(), -1);
    }

    #[test]
    fn the_ends_of_the_range_saturate() {
        let (first, last) = (Timestamp::from_unix_ms(i64::MIN), Timestamp::from_unix_ms(i64::MAX));
        assert_eq!(last.plus_s(1), last);
        assert_eq!(first.minus_s(i64::MAX), first);
        assert_eq!(Timestamp::from_unix_s(i64::MAX), last);
        assert_eq!(first.seconds_until(last), i64::MAX as u64 / 1_000);
    }

    #[test]
    fn it_is_printed_in_utc_and_outside_of_the_calendar_as_a_number() {
        let printed = |unix_ms| Timestamp::from_unix_ms(unix_ms).to_string();
        assert_eq!(printed(1_700_000_000_250), "2023-11-14T22:13:20.25Z");
        assert_eq!(printed(-250), "1969-12-31T23:59:59.75Z");
        assert_eq!(printed(0), "1970-01-01T00:00:00Z");
        assert_eq!(printed(i64::MAX), "9223372036854775.807");
        assert_eq!(printed(i64::MIN), "-9223372036854775.808");
    }
}
