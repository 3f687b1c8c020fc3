//! How people write rates, spans of time and moments, and how Weir writes them back.

use std::fmt;
use std::str::FromStr;

use entitlement::{BitsPerSecond, Speed, Timestamp};
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;

const KILO: u64 = 1_000;
const MEGA: u64 = 1_000_000;
const GIGA: u64 = 1_000_000_000;

/// The greatest rate that is accepted, bits a second: beyond it is a mistake in the unit.
pub const RATE_BPS_MAX: u64 = 1_000 * GIGA;

/// Reads a rate: `512k`, `10M`, `2.5M`, `1G`, or bits a second as a plain number.
///
/// # Errors
/// A sentence that says what a rate looks like.
pub fn parse_rate(text: &str) -> Result<BitsPerSecond, String> {
    let wrong =
        || format!("`{text}` is not a rate; write for example 512k, 10M or 1G (bits a second)");
    let trimmed = text.trim();
    let digits_end =
        trimmed.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(trimmed.len());
    let (number, suffix) = trimmed.split_at(digits_end);
    let scale = match suffix.to_ascii_lowercase().as_str() {
        "" => 1,
        "k" => KILO,
        "m" => MEGA,
        "g" => GIGA,
        _ => return Err(wrong()),
    };
    let rate_bps = scaled(number, scale).ok_or_else(wrong)?;
    match rate_bps {
        0 => {
            Err(format!("`{text}` would let nothing through; to leave the speed open, write none"))
        }
        1..=RATE_BPS_MAX => Ok(BitsPerSecond(rate_bps)),
        _ => Err(format!("`{text}` is more than 1000G; is the unit right?")),
    }
}

/// Reads a pair of rates, the upload first: `20M/100M`.
///
/// # Errors
/// A sentence that says what a rate looks like, or that there are two.
pub fn parse_speed(text: &str) -> Result<Speed, String> {
    let (upload, download) = text.split_once('/').ok_or_else(|| {
        format!("`{text}` is no speed; write upload and download, for example 20M/100M")
    })?;
    Ok(Speed { upload: parse_rate(upload)?, download: parse_rate(download)? })
}

/// `number` (digits, at most one point) times `scale`, exactly, or nothing.
fn scaled(number: &str, scale: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = whole.parse().ok()?;
    let mut total = whole.checked_mul(scale)?;
    let mut place = scale;
    for digit in fraction.chars() {
        if !place.is_multiple_of(10) {
            return None;
        }
        place /= 10;
        total = total.checked_add(u64::from(digit.to_digit(10)?).checked_mul(place)?)?;
    }
    Some(total)
}

/// Writes a rate as it is read: `10M`.
#[must_use]
pub fn rate(rate: BitsPerSecond) -> String {
    let bps = rate.0;
    for (scale, suffix) in [(GIGA, "G"), (MEGA, "M"), (KILO, "k")] {
        if bps >= scale && bps.is_multiple_of(scale) {
            return format!("{}{suffix}", bps / scale);
        }
    }
    bps.to_string()
}

/// Reads a span of time in seconds: `60s`, `5m`, `1h`, `30d`.
///
/// # Errors
/// A sentence that says what a span looks like.
pub fn parse_span_s(text: &str) -> Result<u32, String> {
    let trimmed = text.trim();
    let digits_end = trimmed.find(|c: char| !c.is_ascii_digit()).unwrap_or(trimmed.len());
    let (number, unit) = trimmed.split_at(digits_end);
    let wrong = || format!("`{text}` is not a span of time; write for example 60s, 5m, 1h or 30d");
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let unit_s: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "" => {
            return Err(format!(
                "`{text}` has no unit; write {number}s for seconds, {number}m for minutes"
            ));
        }
        _ => return Err(wrong()),
    };
    number
        .checked_mul(unit_s)
        .and_then(|span_s| u32::try_from(span_s).ok())
        .ok_or_else(|| format!("`{text}` is longer than a RADIUS timeout can say (136 years)"))
}

/// Writes a span as it is read, in the largest unit that fits exactly: `5m`.
#[must_use]
pub fn span(span_s: u32) -> String {
    for (unit_s, suffix) in [(86_400, "d"), (3_600, "h"), (60, "m")] {
        if span_s >= unit_s && span_s.is_multiple_of(unit_s) {
            return format!("{}{suffix}", span_s / unit_s);
        }
    }
    format!("{span_s}s")
}

/// Writes how long something has lasted, in the two largest units: `2h 05m`.
#[must_use]
pub fn elapsed(elapsed_s: u64) -> String {
    let (days, hours) = (elapsed_s / 86_400, elapsed_s / 3_600 % 24);
    let (minutes, seconds) = (elapsed_s / 60 % 60, elapsed_s % 60);
    if days > 0 {
        format!("{days}d {hours:02}h")
    } else if hours > 0 {
        format!("{hours}h {minutes:02}m")
    } else if minutes > 0 {
        format!("{minutes}m {seconds:02}s")
    } else {
        format!("{seconds}s")
    }
}

/// Reads a moment: a date (`2026-12-31`, its midnight), a date and time, or RFC 3339. Without an
/// offset it is in UTC.
///
/// # Errors
/// A sentence that says what a moment looks like.
pub fn parse_when(text: &str) -> Result<Timestamp, String> {
    parse_when_on(text, &entitlement::TimeZone::UTC)
}

/// As [`parse_when`]; without an offset on the clock of this zone. What it shows twice is meant the
/// first time, and what it leaves out is the moment at which it goes on.
///
/// # Errors
/// A sentence that says what a moment looks like.
pub fn parse_when_on(text: &str, zone: &entitlement::TimeZone) -> Result<Timestamp, String> {
    let trimmed = text.trim();
    if let Ok(moment) = jiff::Timestamp::from_str(trimmed) {
        return Ok(Timestamp::from_unix_ms(moment.as_millisecond()));
    }
    // An offset that the line above did not understand must not be passed over here.
    let is_civil = trimmed.bytes().all(|c| c.is_ascii_digit() || b"-:T .".contains(&c))
        && trimmed.bytes().filter(|c| *c == b'-').count() == 2;
    let civil = if is_civil { DateTime::from_str(trimmed).ok() } else { None };
    civil.and_then(|civil| zone.first_shown(civil)).ok_or_else(|| {
        format!(
            "`{text}` is not a moment; write a date such as 2026-12-31, or RFC 3339 such as \
             2026-12-31T18:00:00+03:00"
        )
    })
}

/// Writes a moment in UTC: `2026-12-31 18:00:00Z`; a midnight as its date only.
#[must_use]
pub fn when(moment: Timestamp) -> String {
    let Ok(known) = jiff::Timestamp::from_millisecond(moment.unix_ms()) else {
        return moment.to_string();
    };
    let civil = known.to_zoned(TimeZone::UTC).datetime();
    if civil.time() == Time::midnight() {
        civil.date().to_string()
    } else {
        civil.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
    }
}

/// Writes a moment on the clock of a zone: `2026-12-31 18:00:00`; a midnight as its date only.
#[must_use]
pub fn when_on(moment: Timestamp, zone: &entitlement::TimeZone) -> String {
    match zone.shown(moment) {
        None => moment.to_string(),
        Some(civil) if civil.time() == Time::midnight() => civil.date().to_string(),
        Some(civil) => civil.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

/// Writes a moment in RFC 3339, for machines.
#[must_use]
pub fn rfc3339(moment: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(moment.unix_ms())
        .map_or_else(|_| moment.to_string(), |known| known.to_string())
}

/// Writes an amount of octets in decimal units with three digits: `1.23 GB`.
#[must_use]
pub fn octets(octets: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if octets < KILO {
        return format!("{octets} B");
    }
    let mut scale: u64 = KILO;
    let mut unit = "kB";
    for larger in UNITS.iter().skip(1) {
        let Some(next) = scale.checked_mul(KILO).filter(|next| octets >= *next) else { break };
        scale = next;
        unit = larger;
    }
    let whole = octets / scale;
    let thousandths = octets % scale / (scale / 1_000);
    match whole {
        0..=9 => format!("{whole}.{:02} {unit}", thousandths / 10),
        10..=99 => format!("{whole}.{} {unit}", thousandths / 100),
        _ => format!("{whole} {unit}"),
    }
}

/// A new value for something that may also be taken away with the word `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting<T> {
    /// Take it away.
    None,
    /// Give it this value.
    To(T),
}

impl<T> Setting<T> {
    /// The value as it is stored.
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::None => None,
            Self::To(value) => Some(value),
        }
    }
}

impl<T: fmt::Display> fmt::Display for Setting<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::To(value) => value.fmt(f),
        }
    }
}

/// Makes a parser of settings out of a parser of values.
///
/// # Errors
/// Those of `parse`.
pub fn parse_setting<T>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Setting<T>, String> {
    if text == "none" { Ok(Setting::None) } else { parse(text).map(Setting::To) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rates_are_read_in_decimal_units() {
        assert_eq!(parse_rate("512k"), Ok(BitsPerSecond(512_000)));
        assert_eq!(parse_rate("10M"), Ok(BitsPerSecond(10_000_000)));
        assert_eq!(parse_rate("2.5m"), Ok(BitsPerSecond(2_500_000)));
        assert_eq!(parse_rate("1G"), Ok(BitsPerSecond(1_000_000_000)));
        assert_eq!(parse_rate("64000"), Ok(BitsPerSecond(64_000)));
    }

    #[test]
    fn speeds_are_read_as_they_are_shown() {
        for text in ["20M/100M", "512k/1G", "1/2"] {
            assert_eq!(parse_speed(text).unwrap().to_string(), text);
        }
        assert!(parse_speed("20M").unwrap_err().contains("20M/100M"));
        assert!(parse_speed("20M/fast").unwrap_err().contains("512k, 10M or 1G"));
    }

    #[test]
    fn a_wrong_rate_is_told_what_a_rate_looks_like() {
        for wrong in ["", "M", "10X", "ten", "-1M", "1.2.3M", ".", "0.0001k", "10 Mbit"] {
            let message = parse_rate(wrong).unwrap_err();
            assert!(message.contains("512k, 10M or 1G"), "{wrong}: {message}");
        }
        assert!(parse_rate("0").unwrap_err().contains("nothing through"));
        assert!(parse_rate("99999999G").unwrap_err().contains("unit"));
        assert!(parse_rate("18446744073709551616").is_err());
    }

    #[test]
    fn spans_need_a_unit() {
        assert_eq!(parse_span_s("60s"), Ok(60));
        assert_eq!(parse_span_s("5m"), Ok(300));
        assert_eq!(parse_span_s("30d"), Ok(2_592_000));
        assert!(parse_span_s("60").unwrap_err().contains("60s"));
        assert!(parse_span_s("5 minutes").unwrap_err().contains("5m"));
        assert!(parse_span_s("999999d").unwrap_err().contains("136 years"));
    }

    #[test]
    fn moments_are_utc_unless_they_say_otherwise() {
        assert_eq!(parse_when("1970-01-02"), Ok(Timestamp::from_unix_s(86_400)));
        assert_eq!(parse_when("1970-01-02T01:00"), Ok(Timestamp::from_unix_s(90_000)));
        assert_eq!(parse_when("1970-01-02 01:00:05"), Ok(Timestamp::from_unix_s(90_005)));
        assert_eq!(parse_when("1970-01-02T01:00:00Z"), Ok(Timestamp::from_unix_s(90_000)));
        assert_eq!(parse_when("1970-01-02T03:00:00+02:00"), Ok(Timestamp::from_unix_s(90_000)));
        for wrong in [
            "31.12.2026",
            "2026-12-31+03:00",
            "2026-12-31-03:00",
            "2026-13-01",
            "2026-02-30",
            "tomorrow",
            "",
        ] {
            assert!(parse_when(wrong).unwrap_err().contains("2026-12-31"), "{wrong}");
        }
    }

    #[test]
    fn moments_are_written_in_utc() {
        assert_eq!(when(Timestamp::from_unix_s(86_400)), "1970-01-02");
        assert_eq!(when(Timestamp::from_unix_s(90_005)), "1970-01-02 01:00:05Z");
    }

    #[test]
    fn octets_keep_three_digits() {
        assert_eq!(octets(0), "0 B");
        assert_eq!(octets(999), "999 B");
        assert_eq!(octets(1_000), "1.00 kB");
        assert_eq!(octets(12_345_678), "12.3 MB");
        assert_eq!(octets(987_654_321_000), "987 GB");
        assert_eq!(octets(u64::MAX), "18.4 EB");
    }

    #[test]
    fn elapsed_time_is_told_in_two_units() {
        assert_eq!(elapsed(7), "7s");
        assert_eq!(elapsed(65), "1m 05s");
        assert_eq!(elapsed(7_500), "2h 05m");
        assert_eq!(elapsed(180_000), "2d 02h");
    }

    #[test]
    fn none_takes_a_value_away() {
        assert_eq!(parse_setting("none", parse_rate), Ok(Setting::None));
        assert_eq!(parse_setting("1M", parse_rate), Ok(Setting::To(BitsPerSecond(1_000_000))));
        assert!(parse_setting("nothing", parse_rate).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(bps in 1..=RATE_BPS_MAX, span_s: u32) {
            prop_assert_eq!(parse_rate(&rate(BitsPerSecond(bps))), Ok(BitsPerSecond(bps)));
            prop_assert_eq!(parse_span_s(&span(span_s)), Ok(span_s));
        }

        #[test]
        fn no_text_makes_a_parser_fall_over(text in ".{0,40}") {
            let _ = parse_rate(&text);
            let _ = parse_span_s(&text);
            let _ = parse_when(&text);
        }
    }
}
