//! In which steps usage is billed.

use core::fmt;
use core::num::NonZeroU64;
use core::str::FromStr;

/// The longest increment: of volume 2^40 octets.
pub const INCREMENT_MAX: u64 = 1 << 40;

/// Usage is billed in increments, each of which is paid as a whole as soon as it is begun: `60/60`
/// by the begun minute, `1/1` by the second, `30/6` half a minute at least and then by six seconds.
///
/// They are counted from the beginning of a session, in seconds or octets. An increment has the price
/// that holds when it begins, also for what of it is used after a change of the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Increments {
    first: NonZeroU64,
    following: NonZeroU64,
}

/// A text that is no pair of increments.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` are no increments; the first and the following ones are written `60/60` or `30/6`, \
     in seconds or octets from 1 to {INCREMENT_MAX}"
)]
pub struct IncrementsError {
    /// As written.
    pub text: String,
}

impl Increments {
    /// By the second, or by the octet.
    pub const EACH: Self = Self { first: NonZeroU64::MIN, following: NonZeroU64::MIN };

    /// The first increment and those that follow it; `None` of more than [`INCREMENT_MAX`].
    #[must_use]
    pub const fn new(first: NonZeroU64, following: NonZeroU64) -> Option<Self> {
        if first.get() > INCREMENT_MAX || following.get() > INCREMENT_MAX {
            return None;
        }
        Some(Self { first, following })
    }

    /// What is billed of a session that has used so much, in seconds or octets; `parts` is in how
    /// many parts of one `used` is counted. `None` where it is out of range.
    pub(super) fn billed(self, used: u64, parts: NonZeroU64) -> Option<u64> {
        let (first, following) = (self.first.get(), self.following.get());
        let first_parts = first.checked_mul(parts.get())?;
        if used <= first_parts {
            return Some(if used == 0 { 0 } else { first });
        }
        let following_parts = following.checked_mul(parts.get())?;
        let count = (used - first_parts).div_ceil(following_parts);
        count.checked_mul(following)?.checked_add(first)
    }
}

impl FromStr for Increments {
    type Err = IncrementsError;

    fn from_str(text: &str) -> Result<Self, IncrementsError> {
        let read = || {
            let (first, following) = text.split_once('/')?;
            let is_number = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
            if !is_number(first) || !is_number(following) {
                return None;
            }
            Self::new(first.parse().ok()?, following.parse().ok()?)
        };
        read().ok_or_else(|| IncrementsError { text: text.to_owned() })
    }
}

impl fmt::Display for Increments {
    /// `60/60`: as it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.following)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_of_increments_has_its_table() {
        let used_ms = [0, 1, 1_000, 29_001, 30_000, 30_001, 60_000, 60_001, 90_000, 121_000];
        for (text, expected) in [
            ("60/60", [0, 60, 60, 60, 60, 60, 60, 120, 120, 180]),
            ("1/1", [0, 1, 1, 30, 30, 31, 60, 61, 90, 121]),
            ("30/6", [0, 30, 30, 30, 30, 36, 60, 66, 90, 126]),
            ("60/1", [0, 60, 60, 60, 60, 60, 60, 61, 90, 121]),
        ] {
            let increments: Increments = text.parse().unwrap();
            let ms_a_second = NonZeroU64::new(1_000).unwrap();
            let billed = used_ms.map(|ms| increments.billed(ms, ms_a_second).unwrap());
            assert_eq!((increments.to_string().as_str(), billed), (text, expected));
        }
        // Octets are counted whole.
        let kilo: Increments = "1000000/1000".parse().unwrap();
        let billed = [0, 1, 1_000_000, 1_000_001, 1_001_000, 1_001_001];
        let billed = billed.map(|octets| kilo.billed(octets, NonZeroU64::MIN).unwrap());
        assert_eq!(billed, [0, 1_000_000, 1_000_000, 1_001_000, 1_001_000, 1_002_000]);
        assert_eq!(kilo.billed(u64::MAX, NonZeroU64::MIN), None, "rounded up it is out of range");
    }

    #[test]
    fn what_are_no_increments_is_refused() {
        for text in ["", "60", "0/60", "60/0", "-1/1", "+1/1", "60/60/60", "1/1099511627777"] {
            let error = text.parse::<Increments>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` are no increments; ")), "{error}");
        }
    }
}
