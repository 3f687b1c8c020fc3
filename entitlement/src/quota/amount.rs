//! What quotas and grants measure: octets, or seconds online. The two never meet: an [`Amount`] is of
//! one of them.

use core::fmt;
use core::str::FromStr;

use super::octets::{Octets, OctetsError};
use super::plan::Direction;

/// Time online, seconds: `20h`, `1h30m`, `90s`. The time of several sessions is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct OnlineTime(pub u64);

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// Octets.
    Data,
    /// Seconds online: Acct-Session-Time (RFC 2866 section 5.7), added up over the sessions.
    Online,
}

/// So much of one measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Amount {
    /// Octets.
    Data(Octets),
    /// Seconds online.
    Online(OnlineTime),
}

/// How much a quota allows in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Allowance {
    /// So many octets.
    Data {
        /// How many; 0: only what is granted.
        octets: Octets,
        /// Which of them are counted.
        direction: Direction,
    },
    /// So long online; 0: only what is granted.
    Online(OnlineTime),
}

/// The units of time from the greatest down. A day is left to the calendar: people sell hours.
const UNITS: [(&str, u64); 3] = [("h", 3_600), ("m", 60), ("s", 1)];
/// A day, which is read and never written.
const DAY_S: u64 = 86_400;

/// Why a text is no time online, or no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// It is not numbers with units.
    #[error("`{text}` is no time online; write for example 20h, 90m, 1h30m or 7d")]
    NotATime {
        /// As given.
        text: String,
    },
    /// It is more than can be counted.
    #[error("`{text}` is more than the most that can be counted, {} seconds", u64::MAX)]
    TooLong {
        /// As given.
        text: String,
    },
    /// It is neither a time online nor an amount of data.
    #[error(
        "`{text}` is neither an amount of data, such as 500GB or 500GiB, nor a time online, such as \
         20h or 90m"
    )]
    Neither {
        /// As given.
        text: String,
    },
    /// It is no amount of data.
    #[error(transparent)]
    Octets(#[from] OctetsError),
}

impl FromStr for OnlineTime {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        let trimmed = text.trim();
        let wrong = || AmountError::NotATime { text: trimmed.to_owned() };
        let too_long = || AmountError::TooLong { text: trimmed.to_owned() };
        let (mut rest, mut seconds) = (trimmed, 0_u64);
        // Each unit is shorter than the one before it.
        let mut units = [("d", DAY_S)].into_iter().chain(UNITS);
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
            let (number, behind) = rest.split_at(digits);
            let named = units.find_map(|(name, unit)| Some((unit, behind.strip_prefix(name)?)));
            let (unit, behind) = named.filter(|_| !number.is_empty()).ok_or_else(wrong)?;
            let number: u64 = number.parse().map_err(|_| too_long())?;
            let more = number.checked_mul(unit);
            seconds = more.and_then(|more| seconds.checked_add(more)).ok_or_else(too_long)?;
            rest = behind.trim_start();
        }
        if trimmed.is_empty() { Err(wrong()) } else { Ok(Self(seconds)) }
    }
}

/// The text that reads back as the same time, in hours, minutes and seconds.
impl fmt::Display for OnlineTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.0;
        if left == 0 {
            return f.write_str("0s");
        }
        for (name, unit) in UNITS {
            if left >= unit {
                write!(f, "{}{name}", left / unit)?;
                left %= unit;
            }
        }
        Ok(())
    }
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 2] = [Self::Data, Self::Online];
}

impl Amount {
    /// So much of a measure, in its unit: octets, or seconds.
    pub(crate) const fn of(measure: Measure, units: u64) -> Self {
        match measure {
            Measure::Data => Self::Data(Octets(units)),
            Measure::Online => Self::Online(OnlineTime(units)),
        }
    }

    /// What it is an amount of.
    #[must_use]
    pub const fn measure(self) -> Measure {
        match self {
            Self::Data(_) => Measure::Data,
            Self::Online(_) => Measure::Online,
        }
    }

    /// The number in the unit of its measure: octets, or seconds.
    #[must_use]
    pub const fn units(self) -> u64 {
        match self {
            Self::Data(Octets(units)) | Self::Online(OnlineTime(units)) => units,
        }
    }

    /// So much of the same measure.
    #[must_use]
    pub const fn with_units(self, units: u64) -> Self {
        Self::of(self.measure(), units)
    }

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        self.units() == 0
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    /// By its unit: `500GB` is data, `20h` is time online.
    fn from_str(text: &str) -> Result<Self, AmountError> {
        let unit = text.trim().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        match unit.trim_start().bytes().next() {
            Some(b'd' | b'h' | b'm' | b's') => text.parse().map(Self::Online),
            _ => text.parse().map(Self::Data).map_err(|error| match error {
                OctetsError::NotAnAmount { text } => AmountError::Neither { text },
                error => error.into(),
            }),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data(octets) => octets.fmt(f),
            Self::Online(time) => time.fmt(f),
        }
    }
}

impl Allowance {
    /// How much it is.
    #[must_use]
    pub const fn amount(self) -> Amount {
        match self {
            Self::Data { octets, .. } => Amount::Data(octets),
            Self::Online(time) => Amount::Online(time),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn time_is_read_and_written_with_units() {
        for (text, seconds, written) in [
            ("20h", 72_000, "20h"),
            ("90m", 5_400, "1h30m"),
            ("1h 30m", 5_400, "1h30m"),
            ("3600s", 3_600, "1h"),
            ("7d", 604_800, "168h"),
            ("1d2h3m4s", 93_784, "26h3m4s"),
            ("0s", 0, "0s"),
        ] {
            assert_eq!(text.parse(), Ok(OnlineTime(seconds)), "{text}");
            assert_eq!(OnlineTime(seconds).to_string(), written);
        }
        for text in ["", "20", "h", "1m2h", "1h1h", "20 hours", "-1h", "1.5h"] {
            let wrong = text.parse::<OnlineTime>().unwrap_err().to_string();
            assert!(wrong.contains("20h, 90m, 1h30m"), "{text}: {wrong}");
        }
        let long = "18446744073709551615h".parse::<OnlineTime>().unwrap_err();
        assert!(long.to_string().contains("more than the most"), "{long}");
    }

    #[test]
    fn the_unit_says_what_it_is_an_amount_of() {
        assert_eq!("5m".parse(), Ok(Amount::Online(OnlineTime(300))));
        assert_eq!("5MB".parse(), Ok(Amount::Data(Octets(5_000_000))));
        for text in ["500", "GB", "", "5x"] {
            let wrong = text.parse::<Amount>().unwrap_err().to_string();
            assert!(wrong.contains("500GB") && wrong.contains("20h"), "{text}: {wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds: u64) {
            prop_assert_eq!(OnlineTime(seconds).to_string().parse(), Ok(OnlineTime(seconds)));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9dhms. A-Z]{0,24}") {
            let _ = text.parse::<Amount>();
            let _ = text.parse::<OnlineTime>();
        }
    }
}
