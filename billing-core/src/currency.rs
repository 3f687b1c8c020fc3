//! Currencies of ISO 4217.

use core::fmt;
use core::str::FromStr;

/// A currency of ISO 4217, which says how many digits its minor unit has: two for KES, none for
/// UGX, three for KWD.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

/// A text that names no currency money can be kept in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{code}` is no currency; currencies are named by their codes of ISO 4217, such as KES")]
pub struct CurrencyError {
    /// As written.
    pub code: String,
}

impl Currency {
    /// Its code: three capital letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimal digits of the minor unit.
    #[must_use]
    pub fn exponent(self) -> u8 {
        // Only those that have one are made.
        self.0.exponent().and_then(|exponent| u8::try_from(exponent).ok()).unwrap_or(0)
    }

    /// Minor units of a major one: 100 cents of an euro.
    #[must_use]
    pub fn minor_per_major(self) -> i64 {
        10_i64.pow(self.exponent().into())
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;

    /// By its code, in capital letters. Gold, drawing rights and what else of the list has no minor
    /// unit are none here.
    fn from_str(code: &str) -> Result<Self, CurrencyError> {
        let found = iso_currency::Currency::from_code(code);
        let found = found.filter(|currency| currency.exponent().is_some_and(|digits| digits <= 4));
        found.map(Self).ok_or_else(|| CurrencyError { code: code.to_owned() })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_have_the_digits_of_iso_4217() {
        let digits = [
            ("KES", 2),
            ("UGX", 0),
            ("KWD", 3),
            ("CLF", 4),
            ("EUR", 2),
            ("JPY", 0),
            ("TZS", 2),
            ("XOF", 0),
            ("VND", 0),
            ("IDR", 2),
            ("NGN", 2),
            ("PKR", 2),
            ("BDT", 2),
            ("IQD", 3),
        ];
        for (code, exponent) in digits {
            let currency: Currency = code.parse().unwrap();
            assert_eq!((currency.code(), currency.exponent()), (code, exponent));
        }
    }

    #[test]
    fn what_is_no_currency_is_refused() {
        for code in ["", "kes", "KSH", "XAU", "XXX", "XDR", "EURO"] {
            let error = code.parse::<Currency>().unwrap_err();
            assert!(error.to_string().starts_with(&format!("`{code}` is no currency")));
        }
    }
}
