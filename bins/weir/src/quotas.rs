//! The words for quotas and throttles.

use entitlement::{Octets, Throttle, Tier, TierAction};

use crate::units;

/// How much of it is used: `412GB of 500GB, 82 %`.
pub(crate) fn used_in_words(charged_octets: u64, allowance_octets: u64) -> String {
    let percent = u128::from(charged_octets) * 100 / u128::from(allowance_octets.max(1));
    let (charged, allowance) = (rounded(charged_octets), Octets(allowance_octets));
    format!("{charged} of {allowance} used, {percent} %")
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
        assert_eq!(used_in_words(499_999_999_999, 500_000_000_000), "499GB of 500GB used, 99 %");
    }
}
