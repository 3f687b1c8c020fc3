//! Which rate holds when, worked out beforehand for each kind of day.

use core::ops::Range;

use jiff::civil::Weekday;

use super::holidays::Holidays;
use super::window::{DAY_MIN, Day, Windows};

const MINUTE_MS: i64 = 60_000;
pub(super) const DAY_MS: i64 = DAY_MIN as i64 * MINUTE_MS;
const DAYS_A_WEEK: usize = 7;
/// A day is told by its weekday, whether it is a holiday, and whether the day before is one.
const KINDS: usize = DAYS_A_WEEK * 4;

/// The rates of every minute of a week, with and without holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Schedule {
    /// Those of one kind of day after those of the other, each kind's up to its midnight.
    stretches: Vec<Stretch>,
    /// Which are those of a kind of day.
    kinds: [Range<usize>; KINDS],
    holidays: Holidays,
}

/// Minutes of a day that have one rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    until_ms: i64,
    rate: Option<u8>,
}

/// What holds at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InForce {
    /// The place of the rate; `None`: none does.
    pub(super) rate: Option<u8>,
    /// How long it does for certain, while the clock is not changed, milliseconds.
    pub(super) for_ms: i64,
}

impl Schedule {
    /// Of rates by their place, of which the first with a window counts; where none has,
    /// `otherwise`.
    pub(super) fn new<'w>(
        rates: impl Iterator<Item = (u8, &'w Windows)> + Clone,
        otherwise: Option<u8>,
        holidays: Holidays,
    ) -> Self {
        let windows = rates.flat_map(|(rate, windows)| {
            windows.as_slice().iter().map(move |window| (rate, *window))
        });
        let mut edges: Vec<u16> =
            windows.clone().flat_map(|(_, window)| window.edges_min()).collect();
        edges.push(0);
        edges.sort_unstable();
        edges.dedup();
        let mut stretches: Vec<Stretch> = Vec::new();
        let kinds = core::array::from_fn(|kind| {
            let first = stretches.len();
            let (today, yesterday) = days_of(kind);
            let ends = edges.iter().skip(1).chain(&[DAY_MIN]);
            for (from, until) in edges.iter().zip(ends) {
                let holds = windows.clone().find(|(_, it)| it.contains(*from, today, yesterday));
                let rate = holds.map(|(rate, _)| rate).or(otherwise);
                let until_ms = i64::from(*until) * MINUTE_MS;
                match stretches.get_mut(first..).and_then(<[_]>::last_mut) {
                    Some(last) if last.rate == rate => last.until_ms = until_ms,
                    _ => stretches.push(Stretch { until_ms, rate }),
                }
            }
            first..stretches.len()
        });
        Self { stretches, kinds, holidays }
    }

    /// What holds when the clock shows this, in milliseconds from 1970-01-01 00:00.
    pub(super) fn at(&self, local_ms: i64) -> InForce {
        let (day, of_day_ms) = (local_ms.div_euclid(DAY_MS), local_ms.rem_euclid(DAY_MS));
        let is_holiday = |day| self.holidays.has(day);
        let kind = kind_of(day, is_holiday(day), is_holiday(day.saturating_sub(1)));
        let range = self.kinds.get(kind).cloned().unwrap_or_default();
        let mut of_day = self.stretches.get(range).unwrap_or_default().iter();
        let found = of_day.find(|stretch| of_day_ms < stretch.until_ms);
        // The last of each day ends with it.
        let Stretch { until_ms, rate } =
            found.copied().unwrap_or(Stretch { until_ms: DAY_MS, rate: None });
        InForce { rate, for_ms: until_ms - of_day_ms }
    }
}

/// The kind of a day, counted from 1970-01-01, which was a Thursday.
fn kind_of(day: i64, is_holiday: bool, was_holiday: bool) -> usize {
    let weekday = usize::try_from((day.rem_euclid(7) + 3) % 7).unwrap_or(0);
    (weekday * 2 + usize::from(is_holiday)) * 2 + usize::from(was_holiday)
}

/// The day of a kind, and the one before.
fn days_of(kind: usize) -> (Day, Day) {
    let mut weekday = Weekday::Monday;
    for _ in 0..kind / 4 {
        weekday = weekday.next();
    }
    let today = Day { weekday, is_holiday: kind / 2 % 2 == 1 };
    (today, Day { weekday: weekday.previous(), is_holiday: kind % 2 == 1 })
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_day_has_its_kind() {
        // 26 November 2026 is a Thursday, and the 20,783rd day.
        let thursday = (date(2026, 11, 26) - date(1970, 1, 1)).get_days();
        assert_eq!(thursday, 20_783);
        let (today, yesterday) = days_of(kind_of(thursday.into(), true, false));
        assert_eq!(today, Day { weekday: Weekday::Thursday, is_holiday: true });
        assert_eq!(yesterday, Day { weekday: Weekday::Wednesday, is_holiday: false });
        let (today, yesterday) = days_of(kind_of(-3, false, true));
        assert_eq!(today, Day { weekday: Weekday::Monday, is_holiday: false });
        assert_eq!(yesterday, Day { weekday: Weekday::Sunday, is_holiday: true });
    }

    fn window() -> impl Strategy<Value = String> {
        let days = ["mon-fri", "sat-sun", "daily", "holiday", "fri", "fri-mon"];
        let minute = || (0..24_u32, prop_oneof![Just(0_u32), Just(30), 0..60_u32]);
        (proptest::sample::select(days.to_vec()), minute(), minute())
            .prop_filter("empty", |(_, from, until)| from != until)
            .prop_map(|(days, from, until)| {
                format!("{days} {:02}:{:02}-{:02}:{:02}", from.0, from.1, until.0, until.1)
            })
    }

    proptest! {
        /// Each minute by itself, by what its windows are written as.
        #[test]
        fn the_first_rate_with_a_window_counts(
            rates in proptest::collection::vec(proptest::collection::vec(window(), 1..3), 0..5),
            has_default in any::<bool>(),
            holidays in proptest::collection::vec(0..14_i32, 0..4),
            minutes in 0..14 * 1_440_i64,
        ) {
            let monday = date(2027, 3, 1);
            let holidays: Vec<_> = holidays.iter().map(|day| monday + day.days()).collect();
            let read: Vec<Windows> =
                rates.iter().map(|texts| texts.join(", ").parse().unwrap()).collect();
            let otherwise = has_default.then_some(99);
            let schedule =
                Schedule::new((0..).zip(&read), otherwise, Holidays::new(holidays.clone()).unwrap());
            let today = monday + (minutes / 1_440).days();
            let time = format!("{:02}:{:02}", minutes % 1_440 / 60, minutes % 60);
            let is_on = |days: &str, day: jiff::civil::Date| {
                let number = day.weekday().to_monday_one_offset();
                match days {
                    "mon-fri" => number <= 5,
                    "sat-sun" => number >= 6,
                    "daily" => true,
                    "fri" => number == 5,
                    "fri-mon" => number >= 5 || number == 1,
                    _ => holidays.contains(&day),
                }
            };
            let holds = |text: &String| {
                let (days, times) = text.split_once(' ').unwrap();
                let (from, until) = times.split_once('-').unwrap();
                let (now, yesterday) = (time.as_str(), today.yesterday().unwrap());
                if from < until {
                    is_on(days, today) && from <= now && now < until
                } else {
                    is_on(days, today) && from <= now || is_on(days, yesterday) && now < until
                }
            };
            let expected = rates.iter().position(|texts| texts.iter().any(holds));
            let expected = expected.map(|place| place as u8).or(otherwise);
            let from_epoch = i64::from((monday - date(1970, 1, 1)).get_days()) * 1_440;
            let local_ms = (from_epoch + minutes) * 60_000;
            let in_force = schedule.at(local_ms);
            prop_assert_eq!(in_force.rate, expected);
            // And it holds as long as it says.
            prop_assert!(in_force.for_ms > 0);
            prop_assert_eq!(schedule.at(local_ms + in_force.for_ms - 1).rate, expected);
            prop_assert!(in_force.for_ms <= DAY_MS);
        }
    }
}
