//! What a payer writes beside a payment so that it is known for whom it is.

use core::fmt;
use core::str::FromStr;

/// The longest text that is looked up, letters.
pub const ACCOUNT_REFERENCE_LEN_MAX: usize = 64;
/// The fewest and the most digits of a telephone number with its calling code, by E.164.
const PHONE_DIGITS: core::ops::RangeInclusive<usize> = 8..=15;

/// What a payer has written beside a payment: the number of his account, of an invoice, or of his
/// telephone. As it is looked up: in capital letters, without blanks.
///
/// A telephone number that is typed here is what the payer means. The number that a payment comes from is
/// not: it may be masked or hashed, and somebody may pay for another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AccountReference(String);

/// A text that is not looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a reference to an account has 1 to {ACCOUNT_REFERENCE_LEN_MAX} letters, digits or signs, without \
     blanks; this has {len} or something that cannot be printed"
)]
pub struct AccountReferenceError {
    /// How many letters it has, counted as far as one beyond the longest.
    pub len: usize,
}

/// The calling code of a country by E.164: `254`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CallingCode(String);

/// A text that is no calling code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is no calling code; a country's has 1 to 3 digits of which the first is not 0, for example `254`",
    text.escape_debug()
)]
pub struct CallingCodeError {
    /// As written.
    pub text: String,
}

impl AccountReference {
    /// As it is looked up.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is as a telephone number, in digits with the calling code: of `0712 345678`, `254712345678`
    /// and `+254 712-345678` the second. `None`: it is none.
    #[must_use]
    pub fn phone(&self, home: &CallingCode) -> Option<String> {
        let digits: String =
            self.0.chars().filter(|letter| !matches!(letter, '-' | '(' | ')')).collect();
        let international = digits.strip_prefix('+').or_else(|| digits.strip_prefix("00"));
        let digits = match (international, digits.strip_prefix('0')) {
            (Some(international), _) => international.to_owned(),
            (None, Some(national)) => format!("{}{national}", home.0),
            (None, None) if digits.starts_with(&home.0) => digits,
            (None, None) => return None,
        };
        let is_phone = PHONE_DIGITS.contains(&digits.len())
            && digits.bytes().all(|octet| octet.is_ascii_digit())
            && !digits.starts_with('0');
        is_phone.then_some(digits)
    }
}

impl FromStr for AccountReference {
    type Err = AccountReferenceError;

    fn from_str(text: &str) -> Result<Self, AccountReferenceError> {
        let letters = text.chars().filter(|letter| !letter.is_whitespace());
        // What comes by the network is not read further than it is kept.
        let letters: String = letters.take(ACCOUNT_REFERENCE_LEN_MAX + 1).collect();
        let len = letters.chars().count();
        if len == 0 || len > ACCOUNT_REFERENCE_LEN_MAX || letters.chars().any(char::is_control) {
            return Err(AccountReferenceError { len });
        }
        Ok(Self(letters.to_uppercase()))
    }
}

impl fmt::Display for AccountReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl CallingCode {
    /// The ways in which people write a telephone number of this country, without signs between the digits:
    /// of `254712345678` that, `00254712345678` and `0712345678`.
    #[must_use]
    pub fn written(&self, phone: &str) -> Vec<String> {
        let national = phone.strip_prefix(&self.0).map(|national| format!("0{national}"));
        let all = [phone.to_owned(), format!("00{phone}")];
        all.into_iter().chain(national).collect()
    }
}

impl fmt::Display for CallingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CallingCode {
    type Err = CallingCodeError;

    fn from_str(text: &str) -> Result<Self, CallingCodeError> {
        let is_code = matches!(text.len(), 1..=3)
            && text.bytes().all(|octet| octet.is_ascii_digit())
            && !text.starts_with('0');
        if !is_code {
            return Err(CallingCodeError { text: text.to_owned() });
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> AccountReference {
        text.parse().unwrap()
    }

    #[test]
    fn a_reference_is_the_same_however_it_is_typed() {
        for text in ["inv-2026/17", " INV-2026/17 ", "Inv - 2026 / 17"] {
            assert_eq!(read(text).as_str(), "INV-2026/17");
        }
        for text in ["", " \t", "a\0b", &"x".repeat(65)] {
            let error = text.parse::<AccountReference>().unwrap_err().to_string();
            assert!(error.starts_with("a reference to an account has 1 to 64 letters"), "{error}");
        }
    }

    #[test]
    fn a_telephone_number_is_the_same_with_and_without_its_calling_code() {
        let home: CallingCode = "254".parse().unwrap();
        let table = [
            ("0712345678", Some("254712345678")),
            ("0712 345-678", Some("254712345678")),
            ("254712345678", Some("254712345678")),
            ("+254712345678", Some("254712345678")),
            ("00254712345678", Some("254712345678")),
            ("+256 (772) 123456", Some("256772123456")),
            // Not known to be one.
            ("712345678", None),
            ("INV-17", None),
            ("2547", None),
            ("0712345678X", None),
            ("+0712345678", None),
            ("+2547123456789012", None),
        ];
        for (text, phone) in table {
            assert_eq!(read(text).phone(&home).as_deref(), phone, "{text}");
        }
        let written = home.written("254712345678");
        assert_eq!(written, ["254712345678", "00254712345678", "0712345678"]);
        for text in written {
            assert_eq!(read(&text).phone(&home).as_deref(), Some("254712345678"), "{text}");
        }
        assert_eq!(home.written("256772123456"), ["256772123456", "00256772123456"]);
        for text in ["", "0", "02", "2544", "+254"] {
            let error = text.parse::<CallingCode>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` is no calling code")), "{error}");
        }
    }
}
