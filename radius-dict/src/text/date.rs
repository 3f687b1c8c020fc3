//! Moments as `Nov 21 2025 03:04:05 UTC`, in the calendar of Gregory and without leap seconds.

use std::fmt;

use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case};
use nom::character::complete::{alpha1, char, digit1, one_of, space1};
use nom::combinator::{all_consuming, map_opt, map_res, opt};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SECONDS_OF_DAY: i64 = 86_400;

/// Writes a moment, in seconds since 1970-01-01 00:00 UTC.
pub(super) fn show(out: &mut impl fmt::Write, seconds: u32) -> fmt::Result {
    let seconds = i64::from(seconds);
    let (year, month, day) = civil(seconds.div_euclid(SECONDS_OF_DAY));
    let of_day = seconds.rem_euclid(SECONDS_OF_DAY);
    let name = usize::try_from(month - 1).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"");
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    write!(out, "{name} {day:2} {year} {hour:02}:{minute:02}:{second:02} UTC")
}

/// Reads `Nov 21 2025 03:04:05 UTC`, `2025-11-21T03:04:05Z`, both with or without the time zone,
/// and the first also without the time. `None` as well for what 32 bits of seconds cannot hold.
pub(super) fn read(text: &str) -> Option<u32> {
    let (_, ((year, month, day), time)) = moment(text.trim()).ok()?;
    let (hour, minute, second) = time.unwrap_or((0, 0, 0));
    let days = days(year, month, day);
    // A day that the month does not have comes out as another day.
    if civil(days) != (year, month, day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    u32::try_from(days * SECONDS_OF_DAY + hour * 3600 + minute * 60 + second).ok()
}

type Triple = (i64, i64, i64);

fn moment(text: &str) -> IResult<&str, (Triple, Option<Triple>)> {
    let zone = opt(alt((tag_no_case("Z"), preceded(space1, tag_no_case("UTC")))));
    let in_words = (named_day, opt(preceded(space1, clock)));
    let iso = (numbered_day, preceded(one_of("Tt "), clock)).map(|(day, time)| (day, Some(time)));
    all_consuming(terminated(alt((in_words, iso)), zone)).parse(text)
}

fn number(text: &str) -> IResult<&str, i64> {
    // Four digits at most, so that nothing overflows.
    map_opt(digit1, |digits: &str| (digits.len() <= 4).then(|| digits.parse().ok())?).parse(text)
}

fn named_day(text: &str) -> IResult<&str, Triple> {
    let month = map_res(alpha1, |name: &str| {
        let same = |month: &&str| month.eq_ignore_ascii_case(name);
        MONTHS.iter().position(same).map_or(Err(()), |index| i64::try_from(index).map_err(|_| ()))
    });
    (month, preceded(space1, number), preceded(space1, number))
        .map(|(month, day, year)| (year, month + 1, day))
        .parse(text)
}

fn numbered_day(text: &str) -> IResult<&str, Triple> {
    (number, preceded(char('-'), number), preceded(char('-'), number)).parse(text)
}

fn clock(text: &str) -> IResult<&str, Triple> {
    (number, preceded(tag(":"), number), preceded(tag(":"), number)).parse(text)
}

/// Days of 400 years, which the calendar repeats.
const DAYS_OF_ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01. Years are counted from March, so that the leap day is last.
const DAYS_TO_EPOCH: i64 = 719_468;

/// The days from 1970-01-01 to a day.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * DAYS_OF_ERA + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - DAYS_TO_EPOCH
}

/// Year, month and day, from days since 1970-01-01.
fn civil(days: i64) -> Triple {
    let days = days + DAYS_TO_EPOCH;
    let (era, of_era) = (days.div_euclid(DAYS_OF_ERA), days.rem_euclid(DAYS_OF_ERA));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year + year / 4 - year / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(seconds: u32) -> String {
        let mut text = String::new();
        show(&mut text, seconds).unwrap();
        text
    }

    #[test]
    fn known_moments() {
        // Each second value as `date -u -d @…` prints it.
        let known = [
            (0, "Jan  1 1970 00:00:00 UTC"),
            (951_782_400, "Feb 29 2000 00:00:00 UTC"),
            (1_763_694_245, "Nov 21 2025 03:04:05 UTC"),
            (u32::MAX, "Feb  7 2106 06:28:15 UTC"),
        ];
        for (seconds, text) in known {
            assert_eq!(shown(seconds), text);
            assert_eq!(read(text), Some(seconds));
        }
        assert_eq!(read("2025-11-21T03:04:05Z"), Some(1_763_694_245));
        assert_eq!(read("2025-11-21 03:04:05"), Some(1_763_694_245));
        assert_eq!(read("nov 21 2025"), Some(1_763_694_245 - 3 * 3600 - 4 * 60 - 5));
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "Feb 29 2025 00:00:00",
            "Feb 30 2024",
            "Apr 31 2024",
            "Jan 0 2024",
            "2024-13-01T00:00:00",
            "2024-00-01T00:00:00",
            "Jan 1 2024 24:00:00",
            "Dec 31 1969 23:59:59",
            "Feb 7 2106 06:28:16",
            "Nov",
            "",
            "99999999999999999999-01-01T00:00:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_moment_reads_back(seconds: u32) {
            prop_assert_eq!(read(&shown(seconds)), Some(seconds));
        }
    }
}
