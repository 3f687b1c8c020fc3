//! The words for quotas and throttles.

use entitlement::{Amount, Octets, OnlineTime, Throttle, Tier, TierAction};

use crate::units;

/// How much of it is used: `412GB of 500GB used, 82 %`; of time also what is left.
pub(crate) fn used_in_words(charged: Amount, allowance: Amount) -> String {
    let used = match charged {
        Amount::Data(octets) => Amount::Data(rounded(octets.0)),
        Amount::Online(_) => charged,
    };
    if allowance.is_nothing() {
        return format!("nothing by itself, {used} used beyond what is granted");
    }
    let percent = u128::from(charged.units()) * 100 / u128::from(allowance.units());
    let left = match allowance {
        Amount::Data(_) => String::new(),
        Amount::Online(time) => {
            format!(", {} left", OnlineTime(time.0.saturating_sub(charged.units())))
        }
    };
    format!("{used} of {allowance} used, {percent} %{left}")
}

/// What the tier in force does; nothing where none is.
pub(crate) fn tier_in_words(tier: Option<Tier>) -> String {
    match tier {
        None => String::new(),
        Some(Tier { percent, action: TierAction::Notify }) => format!("; notice at {percent} %"),
        Some(Tier { percent, action: TierAction::Throttle(speed) }) => {
            format!("; throttled to {speed} from {percent} % on")
        }
        Some(Tier { percent, action: TierAction::Quarantine }) => {
            format!("; used up: quarantine from {percent} % on")
        }
    }
}

/// The speed, and until when.
pub(crate) fn throttle_in_words(throttle: Throttle) -> String {
    let until = throttle.until.map_or_else(
        || "until `weir session restore`".to_owned(),
        |until| format!("until {}", units::when(until)),
    );
    format!("{} {until}", throttle.speed)
}

/// An amount in three digits or more, rounded down: nobody reads single octets of gigabytes.
pub(crate) fn rounded(octets: u64) -> Octets {
    let digits = octets.checked_ilog10().unwrap_or(0);
    let step = 10_u64.pow(digits.saturating_sub(2) / 3 * 3);
    Octets(octets / step * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_rounded_down_to_three_digits_or_more() {
        for (octets, words) in [
            (0, "0B"),
            (999, "999B"),
            (1_234, "1234B"),
            (123_456, "123kB"),
            (400_000_000_000, "400GB"),
            (412_345_678_901, "412GB"),
            (u64::MAX, "18446PB"),
        ] {
            assert_eq!(rounded(octets).to_string(), words);
        }
        let data = |octets| Amount::Data(Octets(octets));
        let words = used_in_words(data(499_999_999_999), data(500_000_000_000));
        assert_eq!(words, "499GB of 500GB used, 99 %");
        let time = |seconds| Amount::Online(OnlineTime(seconds));
        let words = used_in_words(time(3_725), time(72_000));
        assert_eq!(words, "1h2m5s of 20h used, 5 %, 18h57m55s left");
        let words = used_in_words(time(7), time(0));
        assert_eq!(words, "nothing by itself, 7s used beyond what is granted");
    }
}
