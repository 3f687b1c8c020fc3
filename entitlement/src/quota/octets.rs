//! Amounts of data as people write them.

use core::fmt;
use core::str::FromStr;

/// An amount of data: `500GB` is decimal, `500GiB` is binary; `1.5GB` is 1500 MB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Octets(pub u64);

/// The units from the greatest down, the decimal ones first.
const UNITS: [(&str, u64); 11] = [
    ("PB", 1_000_000_000_000_000),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("PiB", 1 << 50),
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];

/// Why a text is no amount of data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OctetsError {
    /// It is not a number and a unit.
    #[error(
        "`{text}` is no amount of data; it is a number and a unit, `500GB`, `1.5GB` or `500GiB`, \
         with B, kB, MB, GB, TB, PB, KiB, MiB, GiB, TiB or PiB"
    )]
    NotAnAmount {
        /// As given.
        text: String,
    },
    /// It is a part of an octet.
    #[error("`{text}` is not a whole number of octets; give fewer digits after the point")]
    NotWhole {
        /// As given.
        text: String,
    },
    /// It is more than can be counted.
    #[error("`{text}` is more than the most that can be counted, {} octets", u64::MAX)]
    TooMuch {
        /// As given.
        text: String,
    },
}

impl FromStr for Octets {
    type Err = OctetsError;

    fn from_str(text: &str) -> Result<Self, OctetsError> {
        let trimmed = text.trim();
        let wrong = || OctetsError::NotAnAmount { text: trimmed.to_owned() };
        let digits = trimmed.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (number, unit) = trimmed.split_at(digits.ok_or_else(wrong)?);
        let unit = match unit.trim_start() {
            "KB" => "kB",
            "kiB" => "KiB",
            unit => unit,
        };
        let (_, unit) = UNITS.into_iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
        let (whole, part) = match number.split_once('.') {
            Some((whole, part)) if !part.is_empty() => (whole, part.trim_end_matches('0')),
            Some(_) => return Err(wrong()),
            None => (number, ""),
        };
        if whole.is_empty() || part.contains('.') {
            return Err(wrong());
        }
        let too_much = || OctetsError::TooMuch { text: trimmed.to_owned() };
        let whole: u64 = whole.parse().map_err(|_| too_much())?;
        let part = part_of(unit, part)
            .ok_or_else(|| OctetsError::NotWhole { text: trimmed.to_owned() })?;
        let octets = whole.checked_mul(unit).and_then(|octets| octets.checked_add(part));
        octets.map(Self).ok_or_else(too_much)
    }
}

/// So many octets as the digits after the point are of a unit; `None` where that is not whole.
fn part_of(unit: u64, digits: &str) -> Option<u64> {
    if digits.is_empty() {
        return Some(0);
    }
    // More than 19 digits without a zero at the end are a part of an octet in every unit.
    let number: u64 = digits.parse().ok()?;
    let tens = 10_u128.checked_pow(u32::try_from(digits.len()).ok()?)?;
    let product = u128::from(number).checked_mul(u128::from(unit))?;
    if product % tens == 0 { u64::try_from(product / tens).ok() } else { None }
}

/// The shortest text that reads back as the same amount, of two as short the decimal one.
impl fmt::Display for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS.iter().filter(|(_, unit)| self.0.is_multiple_of(*unit));
        let shortest = whole.min_by_key(|(name, unit)| {
            let digits = (self.0 / unit).checked_ilog10().unwrap_or(0);
            (digits, name.len() > 2)
        });
        let (name, unit) = shortest.copied().unwrap_or(("B", 1));
        if self.0 == 0 {
            return f.write_str("0B");
        }
        write!(f, "{}{name}", self.0 / unit)
    }
}
