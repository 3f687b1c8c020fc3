//! What the clock of a zone shows, asked often.

use entitlement::{TimeZone, Timestamp};
use jiff::civil::DateTime;
use jiff::tz::{TimeZone as Zone, TimeZoneDatabase};

/// A zone whose offset is kept from one change of its clock to the next.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    zone: Zone,
    /// Where moments were asked for, the last one first: those around one change of the clock are
    /// in two of them.
    spans: [Span; 2],
}

/// From one change of the clock to the next.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    from_ms: i64,
    until_ms: i64,
    offset_ms: i64,
}

/// What it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    /// Milliseconds from 1970-01-01 00:00 on the clock.
    pub(super) local_ms: i64,
    /// When the clock is changed next.
    pub(super) until: Timestamp,
}

impl Clock {
    /// The clock of this zone; `None` where the database has none of its name.
    pub(super) fn new(zone: &TimeZone) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(zone.name()).ok()?;
        // Empty: the first moment that is asked for is looked up.
        Some(Self { zone, spans: [Span::default(); 2] })
    }

    /// What it shows at a moment; `None` outside of the years that the calendar knows.
    pub(super) fn at(&mut self, at: Timestamp) -> Option<Shown> {
        let at_ms = at.unix_ms();
        let [mut last, before] = self.spans;
        if !last.contains(at_ms) {
            let found = if before.contains(at_ms) { before } else { self.look_up(at_ms)? };
            self.spans = [found, last];
            last = found;
        }
        let local_ms = at_ms.checked_add(last.offset_ms)?;
        Some(Shown { local_ms, until: Timestamp::from_unix_ms(last.until_ms) })
    }

    #[cold]
    fn look_up(&self, at_ms: i64) -> Option<Span> {
        let at = jiff::Timestamp::from_millisecond(at_ms).ok()?;
        // The first and the last one end with the calendar.
        let last_ms = jiff::Timestamp::MAX.as_millisecond();
        let next = self.zone.following(at).next();
        let until_ms = next.map_or(last_ms, |next| next.timestamp().as_millisecond());
        // One that is at this very moment precedes the next.
        let next_ms = jiff::Timestamp::from_millisecond(at_ms.checked_add(1)?).ok()?;
        let last = self.zone.preceding(next_ms).next();
        let first_ms = jiff::Timestamp::MIN.as_millisecond();
        let from_ms = last.map_or(first_ms, |last| last.timestamp().as_millisecond());
        let offset_ms = i64::from(self.zone.to_offset(at).seconds()).checked_mul(1_000)?;
        Some(Span { from_ms, until_ms, offset_ms })
    }

    /// What it shows at a moment, to be read.
    pub(super) fn read(&self, at: Timestamp) -> Option<DateTime> {
        let at = jiff::Timestamp::from_millisecond(at.unix_ms()).ok()?;
        Some(self.zone.to_datetime(at))
    }
}

impl Span {
    const fn contains(self, at_ms: i64) -> bool {
        self.from_ms <= at_ms && at_ms < self.until_ms
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ZONES: [&str; 8] = [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Africa/Nairobi",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Casablanca",
    ];

    fn local_ms(shown: DateTime) -> i64 {
        Zone::UTC.to_timestamp(shown).unwrap().as_millisecond()
    }

    #[test]
    fn it_shows_what_the_zone_does_around_each_change() {
        for name in ZONES {
            let zone = TimeZone::named(name).unwrap();
            let mut clock = Clock::new(&zone).unwrap();
            let start: jiff::Timestamp = "1960-01-01T00:00:00Z".parse().unwrap();
            let changes = clock.zone.clone();
            let changes = changes.following(start).take(200).map(|it| it.timestamp());
            for ms in changes.map(jiff::Timestamp::as_millisecond) {
                for off_ms in [-1, 0, 1, -3_600_000, 3_600_000] {
                    let at = Timestamp::from_unix_ms(ms + off_ms);
                    let shown = clock.at(at).unwrap();
                    assert_eq!(shown.local_ms, local_ms(zone.shown(at).unwrap()), "{name}, {at}");
                    assert!(shown.until > at, "{name}, {at}");
                }
            }
        }
    }

    #[test]
    fn beyond_the_calendar_it_shows_nothing() {
        let mut clock = Clock::new(&TimeZone::UTC).unwrap();
        assert_eq!(clock.at(Timestamp::from_unix_ms(i64::MAX)), None);
        assert_eq!(clock.at(Timestamp::from_unix_ms(i64::MIN)), None);
        assert_eq!(clock.at(Timestamp::from_unix_ms(5)).unwrap().local_ms, 5);
    }

    proptest! {
        #[test]
        fn moments_in_any_order_are_shown_as_by_the_zone(
            name in proptest::sample::select(ZONES.to_vec()),
            moments in proptest::collection::vec(-1_000_000_000_000..4_000_000_000_000_i64, 1..20),
        ) {
            let zone = TimeZone::named(name).unwrap();
            let mut clock = Clock::new(&zone).unwrap();
            for ms in moments {
                let at = Timestamp::from_unix_ms(ms);
                let expected = local_ms(zone.shown(at).unwrap());
                prop_assert_eq!(clock.at(at).unwrap().local_ms, expected);
            }
        }
    }
}
