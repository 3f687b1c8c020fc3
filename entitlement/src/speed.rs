//! How fast a service is, and how its traffic is shaped.

use core::fmt;
use core::str::FromStr;

/// A rate in bits a second, decimal (1 Mbit/s is 1,000,000).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct BitsPerSecond(pub u64);

/// The speeds of a service, as its subscriber sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Speed {
    /// From the network to the subscriber.
    pub download: BitsPerSecond,
    /// From the subscriber to the network.
    pub upload: BitsPerSecond,
}

impl Speed {
    /// Whether it is more in one of the directions.
    #[must_use]
    pub fn exceeds(self, other: Self) -> bool {
        self.download > other.download || self.upload > other.upload
    }

    /// The lesser in each direction.
    #[must_use]
    pub fn least(self, other: Self) -> Self {
        Self { download: self.download.min(other.download), upload: self.upload.min(other.upload) }
    }

    /// The greater in each direction.
    #[must_use]
    pub fn greatest(self, other: Self) -> Self {
        Self { download: self.download.max(other.download), upload: self.upload.max(other.upload) }
    }
}

/// As it is typed: `2M`, `512k`, `1500`, without loss.
impl fmt::Display for BitsPerSecond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")];
        let whole = |unit: &(u64, &str)| self.0 != 0 && self.0.is_multiple_of(unit.0);
        match units.iter().find(|unit| whole(unit)) {
            Some((unit, letter)) => write!(f, "{}{letter}", self.0 / unit),
            None => self.0.fmt(f),
        }
    }
}

/// The upload first, as it is typed: `2M/10M`.
impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.upload, self.download)
    }
}

/// A text that is no speed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no speed; write upload and download, for example 2M/10M or 512k/1500k")]
pub struct SpeedError {
    /// As given.
    pub text: String,
}

impl FromStr for Speed {
    type Err = SpeedError;

    /// As it is written: the upload first, in whole numbers.
    fn from_str(text: &str) -> Result<Self, SpeedError> {
        let rate = |text: &str| {
            let units = [("G", 1_000_000_000), ("M", 1_000_000), ("k", 1_000), ("", 1)];
            let (number, unit) =
                units.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit)))?;
            let is_number =
                !number.is_empty() && number.bytes().all(|octet| octet.is_ascii_digit());
            let number: u64 = number.parse().ok().filter(|_| is_number)?;
            number.checked_mul(unit).map(BitsPerSecond)
        };
        let read = || {
            let (upload, download) = text.split_once('/')?;
            Some(Self { download: rate(download)?, upload: rate(upload)? })
        };
        read().ok_or_else(|| SpeedError { text: text.to_owned() })
    }
}

/// How traffic is shaped beside its speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Shaping {
    /// More than the speed for a while.
    pub burst: Option<Burst>,
    /// What is kept free for the service when the line is full (CIR); the speed is the most it
    /// gets (PIR).
    pub minimum: Option<Speed>,
    /// Who comes first when there is not enough for all.
    pub priority: Option<Priority>,
}

/// A burst: more than the speed, until the average over some time reaches a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Burst {
    /// The speeds while it lasts.
    pub speed: Speed,
    /// The averages that end it.
    pub threshold: Speed,
    /// The time over which the average is taken, seconds.
    pub time_s: u32,
}

/// From 1, which comes first, to 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Priority(u8);

impl Priority {
    /// The one that comes last, which is what a service has when nothing is said.
    pub const LAST: Self = Self(8);

    /// The priority of this number, if it is from 1 to 8.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if matches!(number, 1..=8) { Some(Self(number)) } else { None }
    }

    /// Its number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Shaping {
    /// What cannot be about it beside `speed`, in words; `None` when nothing is.
    ///
    /// A burst is faster than the speed and ends at a threshold that is not above it, so that the
    /// average can reach it; what is kept free is not more than the most there is.
    #[must_use]
    pub fn problem(&self, speed: Option<Speed>) -> Option<&'static str> {
        let is_plain = *self == Self::default();
        let Some(speed) = speed else {
            return if is_plain {
                None
            } else {
                Some("a burst, minimum or priority needs a speed")
            };
        };
        if let Some(burst) = self.burst {
            if speed.exceeds(burst.speed) {
                return Some("the burst is slower than the speed");
            }
            if burst.threshold.exceeds(speed) {
                return Some("the burst's threshold is above the speed, so it would never end");
            }
            if burst.time_s == 0 {
                return Some("the burst's time is 0 seconds, which is no burst");
            }
        }
        if self.minimum.is_some_and(|minimum| minimum.exceeds(speed)) {
            return Some("the minimum is above the speed");
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speed(upload: u64, download: u64) -> Speed {
        Speed { upload: BitsPerSecond(upload), download: BitsPerSecond(download) }
    }

    #[test]
    fn what_cannot_be_is_named() {
        let burst = |burst, threshold, time_s| Shaping {
            burst: Some(Burst { speed: burst, threshold, time_s }),
            ..Shaping::default()
        };
        let rate = Some(speed(2, 10));
        let problem = |shaping: Shaping| shaping.problem(rate).unwrap_or_default();
        assert_eq!(problem(burst(speed(4, 20), speed(1, 7), 10)), "");
        assert_eq!(
            problem(burst(speed(4, 9), speed(1, 7), 10)),
            "the burst is slower than the speed"
        );
        assert!(problem(burst(speed(4, 20), speed(3, 7), 10)).contains("threshold"));
        assert!(problem(burst(speed(4, 20), speed(1, 7), 0)).contains("0 seconds"));
        let minimum = Shaping { minimum: Some(speed(2, 11)), ..Shaping::default() };
        assert_eq!(problem(minimum), "the minimum is above the speed");
        assert!(minimum.problem(None).unwrap().contains("needs a speed"));
        assert_eq!(Shaping::default().problem(None), None);
    }

    #[test]
    fn priorities_are_from_one_to_eight() {
        assert_eq!(Priority::new(0), None);
        assert_eq!(Priority::new(8), Some(Priority::LAST));
        assert_eq!(Priority::new(9), None);
    }
}
