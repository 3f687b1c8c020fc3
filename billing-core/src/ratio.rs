//! Parts of a whole.

use core::fmt;
use core::str::FromStr;

/// A part of a whole, exactly: 10 of 31 days. It may be more than the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    numerator: u64,
    denominator: u64,
}

impl Ratio {
    /// All of it.
    pub const WHOLE: Self = Self { numerator: 1, denominator: 1 };

    /// `numerator / denominator`; `None` of nothing.
    #[must_use]
    pub const fn new(numerator: u64, denominator: u64) -> Option<Self> {
        if denominator == 0 { None } else { Some(Self { numerator, denominator }) }
    }

    /// The upper number.
    #[must_use]
    pub const fn numerator(self) -> u64 {
        self.numerator
    }

    /// The lower number, which is not 0.
    #[must_use]
    pub const fn denominator(self) -> u64 {
        self.denominator
    }
}

/// Parts of a per cent that a [`Percentage`] can tell apart.
const PARTS_OF_PERCENT: u64 = 10_000;
/// Digits behind the point of a [`Percentage`].
const PERCENT_DIGITS: usize = 4;
/// The most that a [`Percentage`] can be, per cent.
const PERCENT_MAX: u64 = 1_000_000;

/// A rate in per cent, exact to four digits: `16 %`, `8.875 %`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Percentage {
    millionths: u64,
}

/// A text that is no rate in per cent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no rate; rates are written `16%` or `8.875%`, with at most {PERCENT_DIGITS} digits \
     behind the point and up to {PERCENT_MAX} %"
)]
pub struct PercentageError {
    /// As written.
    pub text: String,
}

impl Percentage {
    /// So many millionths of the whole: 16 % are 160,000. `None` above a million per cent.
    #[must_use]
    pub const fn from_millionths(millionths: u64) -> Option<Self> {
        if millionths > PERCENT_MAX * PARTS_OF_PERCENT { None } else { Some(Self { millionths }) }
    }

    /// Millionths of the whole.
    #[must_use]
    pub const fn millionths(self) -> u64 {
        self.millionths
    }

    /// The part of the whole that it is.
    #[must_use]
    pub const fn ratio(self) -> Ratio {
        Ratio { numerator: self.millionths, denominator: Self::WHOLE_MILLIONTHS }
    }

    /// The whole in millionths.
    pub const WHOLE_MILLIONTHS: u64 = 1_000_000;
}

impl fmt::Display for Percentage {
    /// `16%`, `8.875%`: as it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, parts) =
            (self.millionths / PARTS_OF_PERCENT, self.millionths % PARTS_OF_PERCENT);
        let digits = format!("{parts:0PERCENT_DIGITS$}");
        match digits.trim_end_matches('0') {
            "" => write!(f, "{whole}%"),
            digits => write!(f, "{whole}.{digits}%"),
        }
    }
}

impl FromStr for Percentage {
    type Err = PercentageError;

    fn from_str(text: &str) -> Result<Self, PercentageError> {
        let error = || PercentageError { text: text.to_owned() };
        let number = text.strip_suffix('%').ok_or_else(error)?.trim_end();
        let (whole, digits) = match number.split_once('.') {
            Some((_, "")) => return Err(error()),
            Some(parts) => parts,
            None => (number, ""),
        };
        let is_number = |digits: &str| digits.bytes().all(|octet| octet.is_ascii_digit());
        if whole.is_empty()
            || digits.len() > PERCENT_DIGITS
            || !is_number(whole)
            || !is_number(digits)
        {
            return Err(error());
        }
        let parts = format!("{whole}{digits:0<PERCENT_DIGITS$}").parse().map_err(|_| error())?;
        Self::from_millionths(parts).ok_or_else(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_they_are_written() {
        let table =
            [("16%", 160_000), ("8.875%", 88_750), ("0%", 0), ("0.0001%", 1), ("150%", 1_500_000)];
        for (text, millionths) in table {
            let rate: Percentage = text.parse().unwrap();
            assert_eq!((rate.millionths(), rate.to_string().as_str()), (millionths, text));
        }
        assert_eq!("16.50 %".parse::<Percentage>().unwrap().to_string(), "16.5%");
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in
            ["", "%", "16", "-1%", "1.%", ".5%", "1.00005%", "1,5%", "1000000.0001%", "1e1%"]
        {
            let error = text.parse::<Percentage>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` is no rate; rates are written `16%`")));
        }
    }
}
