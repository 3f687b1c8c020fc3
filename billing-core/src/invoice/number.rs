//! Numbers of documents: how they are written, and where they begin anew.

use core::fmt;
use core::num::NonZeroU64;
use core::str::FromStr;

use entitlement::{TimeZone, Timestamp};

/// The longest pattern, octets.
pub const NUMBER_FORMAT_LEN_MAX: usize = 64;
/// To how many digits a number can be filled up.
pub const NUMBER_DIGITS_MAX: usize = 12;

/// How a number is written: `INV-{year}-{number:06}` gives `INV-2027-000042`. There are `{year}` (four
/// digits), `{month}` (two), and once `{number}`, which `{number:06}` fills up with zeros to six digits;
/// a number that is longer is written as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NumberFormat(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Piece {
    Text(String),
    Year,
    Month,
    Number { digits: usize },
}

/// A text by which no number can be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumberFormatError {
    /// Too long.
    #[error("the pattern has {len} octets; it has {NUMBER_FORMAT_LEN_MAX} at most")]
    TooLong {
        /// How long it is.
        len: usize,
    },
    /// A letter that no number should have.
    #[error(
        "`{}` at place {place} cannot stand in a number; letters, digits and - / . _ # and blanks can",
        letter.escape_debug()
    )]
    Letter {
        /// As written.
        letter: char,
        /// Where, from 1.
        place: usize,
    },
    /// A brace without its other.
    #[error("the brace at place {place} has no other; what is filled in is written `{{number}}`")]
    Brace {
        /// Where, from 1.
        place: usize,
    },
    /// Nothing that could be filled in.
    #[error(
        "`{{{name}}}` is not known; there are `{{year}}`, `{{month}}`, `{{number}}` and, with 1 to \
         {NUMBER_DIGITS_MAX} digits, `{{number:06}}`"
    )]
    Unknown {
        /// As written.
        name: String,
    },
    /// Numbers would be the same, or have the number twice.
    #[error("`{{number}}` is there {count} times; it is there once")]
    NumberCount {
        /// How often it is there.
        count: usize,
    },
}

/// When numbers begin with 1 again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Restarts {
    /// Never.
    Never,
    /// With each year.
    #[default]
    Yearly,
    /// With each month.
    Monthly,
}

/// Numbers of one kind of document: how they are written, and when they begin anew. Whoever keeps the
/// series counts: in each [`Scope`] from 1, without gaps.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Series {
    format: NumberFormat,
    restarts: Restarts,
}

/// Within what numbers of a series are counted. Each has a counter of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    /// The year, where they begin anew with it.
    pub year: Option<i16>,
    /// The month from 1 to 12, where they begin anew with it.
    pub month: Option<i8>,
}

/// A series in which two documents would have the same number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "numbers begin anew with each {every}, and `{{{missing}}}` is not in the pattern `{format}`; the \
     same number would come again"
)]
pub struct SeriesError {
    /// With what they begin anew.
    pub every: &'static str,
    /// What is missing.
    pub missing: &'static str,
    /// The pattern.
    pub format: NumberFormat,
}

/// Series by which two documents would have the same number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumberingError {
    /// An invoice and a credit note.
    #[error(
        "by `{invoices}` and `{credit_notes}` an invoice and a credit note would have the same number; \
         give one of them a beginning of its own, such as `CN-`"
    )]
    Alike {
        /// The pattern of invoices.
        invoices: NumberFormat,
        /// The pattern of credit notes.
        credit_notes: NumberFormat,
    },
    /// The next one, and one that there is.
    #[error(
        "the next document would be numbered {label}, as one is already; what is counted anew needs a \
         pattern by which none was numbered, such as one with another beginning"
    )]
    Taken {
        /// As it would be printed.
        label: String,
    },
}

/// A moment in which no document has a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at} lies outside of the years 0 to 9999, in which documents have numbers")]
pub struct NumberError {
    /// When.
    pub at: Timestamp,
}

impl FromStr for NumberFormat {
    type Err = NumberFormatError;

    fn from_str(text: &str) -> Result<Self, NumberFormatError> {
        let len = text.len();
        if len > NUMBER_FORMAT_LEN_MAX {
            return Err(NumberFormatError::TooLong { len });
        }
        let (mut pieces, mut literal) = (Vec::new(), String::new());
        let mut letters = (1..).zip(text.chars());
        while let Some((place, letter)) = letters.next() {
            match letter {
                '{' => {
                    if !literal.is_empty() {
                        pieces.push(Piece::Text(core::mem::take(&mut literal)));
                    }
                    let mut name = String::new();
                    loop {
                        match letters.next() {
                            Some((_, '}')) => break,
                            Some((_, letter)) if letter != '{' => name.push(letter),
                            _ => return Err(NumberFormatError::Brace { place }),
                        }
                    }
                    pieces.push(placeholder(name)?);
                }
                '}' => return Err(NumberFormatError::Brace { place }),
                letter if letter.is_alphanumeric() || "-/._# ".contains(letter) => {
                    literal.push(letter);
                }
                letter => return Err(NumberFormatError::Letter { letter, place }),
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        let numbers = pieces.iter().filter(|piece| matches!(piece, Piece::Number { .. }));
        match numbers.count() {
            1 => Ok(Self(pieces)),
            count => Err(NumberFormatError::NumberCount { count }),
        }
    }
}

fn placeholder(name: String) -> Result<Piece, NumberFormatError> {
    let digits = |digits: &str| {
        // `{number:06}`: filled up with zeros, and with nothing else.
        let digits = digits.strip_prefix('0')?;
        let is_number = digits.bytes().all(|octet| octet.is_ascii_digit());
        let digits = digits.parse().ok().filter(|_| is_number && !digits.starts_with('0'))?;
        (1..=NUMBER_DIGITS_MAX).contains(&digits).then_some(digits)
    };
    match name.split_once(':').unwrap_or((&name, "01")) {
        ("year", "01") if name == "year" => Ok(Piece::Year),
        ("month", "01") if name == "month" => Ok(Piece::Month),
        ("number", width) => match digits(width) {
            Some(digits) => Ok(Piece::Number { digits }),
            None => Err(NumberFormatError::Unknown { name }),
        },
        _ => Err(NumberFormatError::Unknown { name }),
    }
}

impl fmt::Display for NumberFormat {
    /// The pattern, as it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => f.write_str(text)?,
                Piece::Year => f.write_str("{year}")?,
                Piece::Month => f.write_str("{month}")?,
                Piece::Number { digits: 1 } => f.write_str("{number}")?,
                Piece::Number { digits } => write!(f, "{{number:0{digits}}}")?,
            }
        }
        Ok(())
    }
}

impl NumberFormat {
    /// Whether another pattern writes the same once a number is long enough to need no zeros.
    fn is_like(&self, other: &Self) -> bool {
        let is_like = |(one, other): (&Piece, &Piece)| match (one, other) {
            (Piece::Number { .. }, Piece::Number { .. }) => true,
            (one, other) => one == other,
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(is_like)
    }
}

impl Series {
    /// Checks that documents numbered by one series are told from those by another.
    ///
    /// # Errors
    /// [`NumberingError::Alike`].
    pub fn check_apart(invoices: &Self, credit_notes: &Self) -> Result<(), NumberingError> {
        if !invoices.format.is_like(&credit_notes.format) {
            return Ok(());
        }
        let (invoices, credit_notes) = (invoices.format.clone(), credit_notes.format.clone());
        Err(NumberingError::Alike { invoices, credit_notes })
    }

    /// Numbers that are written so and begin anew then.
    ///
    /// # Errors
    /// When the same number would come again.
    pub fn new(format: NumberFormat, restarts: Restarts) -> Result<Self, SeriesError> {
        let has = |piece| format.0.contains(&piece);
        let (every, missing) = match restarts {
            Restarts::Yearly if !has(Piece::Year) => ("year", "year"),
            Restarts::Monthly if !has(Piece::Year) => ("month", "year"),
            Restarts::Monthly if !has(Piece::Month) => ("month", "month"),
            _ => return Ok(Self { format, restarts }),
        };
        Err(SeriesError { every, missing, format })
    }

    /// How its numbers are written.
    #[must_use]
    pub const fn format(&self) -> &NumberFormat {
        &self.format
    }

    /// When they begin anew.
    #[must_use]
    pub const fn restarts(&self) -> Restarts {
        self.restarts
    }

    /// By which counter a document of this moment is numbered.
    ///
    /// # Errors
    /// When no year has the moment.
    pub fn scope(&self, at: Timestamp, zone: &TimeZone) -> Result<Scope, NumberError> {
        let (year, month) = year_and_month(at, zone)?;
        Ok(match self.restarts {
            Restarts::Never => Scope { year: None, month: None },
            Restarts::Yearly => Scope { year: Some(year), month: None },
            Restarts::Monthly => Scope { year: Some(year), month: Some(month) },
        })
    }

    /// The number of a document of this moment as it is written, given what its counter says.
    ///
    /// # Errors
    /// When no year has the moment.
    pub fn written(
        &self,
        number: NonZeroU64,
        at: Timestamp,
        zone: &TimeZone,
    ) -> Result<String, NumberError> {
        let (year, month) = year_and_month(at, zone)?;
        let written = self.format.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Year => format!("{year:04}"),
            Piece::Month => format!("{month:02}"),
            Piece::Number { digits } => format!("{number:0digits$}"),
        });
        Ok(written.collect())
    }
}

fn year_and_month(at: Timestamp, zone: &TimeZone) -> Result<(i16, i8), NumberError> {
    let shown = zone.shown(at).filter(|shown| shown.year() >= 0).ok_or(NumberError { at })?;
    Ok((shown.year(), shown.month()))
}

#[cfg(test)]
#[path = "number_tests.rs"]
mod tests;
