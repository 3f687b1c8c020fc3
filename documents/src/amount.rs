//! Amounts and moments as they are printed.

use billing_core::Money;
use entitlement::{TimeZone, Timestamp};

/// An amount without its currency, which stands at the head: `1,500.00`, `-0.50`, `12,345` yen.
pub(crate) fn figures(money: Money) -> String {
    let sign = if money.is_negative() { "-" } else { "" };
    let currency = money.currency();
    let per_major = currency.minor_per_major().unsigned_abs();
    let size = money.amount_minor().unsigned_abs();
    let (major, minor) = (grouped(size / per_major), size % per_major);
    match usize::from(currency.exponent()) {
        0 => format!("{sign}{major}"),
        digits => format!("{sign}{major}.{minor:0digits$}"),
    }
}

/// As [`figures`], with the currency: `KES 1,500.00`.
pub(crate) fn with_currency(money: Money) -> String {
    format!("{} {}", money.currency().code(), figures(money))
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The date of a moment on this clock: `2026-11-18`.
pub(crate) fn date(at: Timestamp, zone: &TimeZone) -> String {
    zone.shown(at).map_or_else(|| at.to_string(), |civil| civil.date().to_string())
}

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// The days of a period, of which the last one is in it: `2026-11-01 – 2026-11-30`; with the time where it
/// does not end with a day.
pub(crate) fn days(from: Timestamp, until: Timestamp, zone: &TimeZone) -> String {
    let is_midnight = |at: Timestamp| {
        let before = Timestamp::from_unix_ms(at.unix_ms() - 1);
        zone.shown(at).map(|it| it.date()) != zone.shown(before).map(|it| it.date())
    };
    if is_midnight(until) && (is_midnight(from) || until.unix_ms() - from.unix_ms() >= DAY_MS) {
        let last = Timestamp::from_unix_ms(until.unix_ms() - 1);
        let (first, last) = (date(from, zone), date(last, zone));
        return if first == last { first } else { format!("{first} – {last}") };
    }
    let time = |at: Timestamp| match zone.shown(at) {
        Some(civil) => civil.strftime("%Y-%m-%d %H:%M").to_string(),
        None => at.to_string(),
    };
    format!("{} – {}", time(from), time(until))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_digits_of_their_currency() {
        let amounts = [
            (150_000, "KES", "1,500.00"),
            (-50, "KES", "-0.50"),
            (12_345, "JPY", "12,345"),
            (1_234_567_890, "BHD", "1,234,567.890"),
            (5, "BHD", "0.005"),
            (-101_613, "KES", "-1,016.13"),
            (999, "JPY", "999"),
            (i64::MIN, "KES", "-92,233,720,368,547,758.08"),
        ];
        for (minor, code, printed) in amounts {
            assert_eq!(
                figures(Money::new(minor, code.parse().unwrap())),
                printed,
                "{minor} {code}"
            );
        }
        assert_eq!(with_currency(Money::new(100, "KES".parse().unwrap())), "KES 1.00");
    }

    #[test]
    fn the_last_day_of_a_period_is_in_it() {
        let zone = TimeZone::named("Africa/Nairobi").unwrap();
        // 2026-11-01 and 2026-12-01 in Nairobi.
        let (from, until) = (1_793_480_400_000, 1_796_072_400_000);
        let (from, until) = (Timestamp::from_unix_ms(from), Timestamp::from_unix_ms(until));
        assert_eq!(days(from, until, &zone), "2026-11-01 – 2026-11-30");
        assert_eq!(days(from, from.plus_s(86_400), &zone), "2026-11-01", "one day");
        let until = from.plus_s(5400);
        assert_eq!(days(from, until, &zone), "2026-11-01 00:00 – 2026-11-01 01:30");
        let (joined, until) = (from.plus_s(60_000), from.plus_s(200 * 86_400));
        assert_eq!(days(joined, from.plus_s(30 * 86_400), &zone), "2026-11-01 – 2026-11-30");
        assert_eq!(days(joined, until.plus_s(60), &zone), "2026-11-01 16:40 – 2027-05-20 00:01");
        let until = from.plus_s(5400);
        assert_eq!(days(from, until, &TimeZone::UTC), "2026-10-31 21:00 – 2026-10-31 22:30");
    }
}
