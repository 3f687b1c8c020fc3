//! The number by which a receipt is known to who has issued it.

use core::fmt;
use core::str::FromStr;

/// The longest number of a receipt, letters.
pub const RECEIPT_NUMBER_LEN_MAX: usize = 64;
/// Digits that a number of our own has at least, so that a list of them is in their order.
const OWN_DIGITS: usize = 6;

/// The number of a receipt. With the provider it is what makes a receipt one of its kind: the same money
/// may be notified twice, by two ways, and has one number.
///
/// Letters are capital and there are no blanks, since customers type such numbers: `qk1 2ab` is `QK12AB`.
/// What a provider must be told literally is not this but its own reference, which is kept with the
/// intent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReceiptNumber(String);

/// A text that is no number of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is no receipt's number; such numbers have 1 to {RECEIPT_NUMBER_LEN_MAX} letters, digits or \
     signs of ASCII, for example `RKTQDM7W6S`", text.escape_debug()
)]
pub struct ReceiptNumberError {
    /// As written, as far as it is shown.
    pub text: String,
}

impl ReceiptNumber {
    /// The number of a receipt that we have issued ourselves, for cash or a transfer to the bank:
    /// `000017` is the seventeenth of its provider.
    #[must_use]
    pub fn own(number: u32) -> Self {
        Self(format!("{number:0OWN_DIGITS$}"))
    }

    /// As it is kept and compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ReceiptNumber {
    type Err = ReceiptNumberError;

    /// In capital or small letters, with blanks anywhere.
    fn from_str(text: &str) -> Result<Self, ReceiptNumberError> {
        let error = || {
            let text = text.chars().take(RECEIPT_NUMBER_LEN_MAX).collect();
            ReceiptNumberError { text }
        };
        let mut number = String::new();
        for letter in text.chars().filter(|letter| !matches!(letter, ' ' | '\t')) {
            if !letter.is_ascii_graphic() || number.len() == RECEIPT_NUMBER_LEN_MAX {
                return Err(error());
            }
            number.push(letter.to_ascii_uppercase());
        }
        if number.is_empty() { Err(error()) } else { Ok(Self(number)) }
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_typed() {
        let table = [
            ("RKTQDM7W6S", "RKTQDM7W6S"),
            (" rktq dm7w6s\t", "RKTQDM7W6S"),
            ("pi_3Mtw/B-1", "PI_3MTW/B-1"),
        ];
        for (typed, number) in table {
            assert_eq!(typed.parse::<ReceiptNumber>().unwrap().as_str(), number);
        }
        assert_eq!(ReceiptNumber::own(17).to_string(), "000017");
        assert_eq!(ReceiptNumber::own(u32::MAX).to_string(), "4294967295");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let longest = "7".repeat(RECEIPT_NUMBER_LEN_MAX);
        assert_eq!(longest.parse::<ReceiptNumber>().unwrap().as_str(), longest);
        for text in ["", "  ", "QK1\n", "QÄ1", &format!("{longest}7")] {
            let error = text.parse::<ReceiptNumber>().unwrap_err().to_string();
            assert!(error.contains("is no receipt's number; such numbers have 1 to 64"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn a_number_is_read_as_it_is_written(text in "[ -~]{1,70}") {
            if let Ok(number) = text.parse::<ReceiptNumber>() {
                prop_assert_eq!(number.to_string().parse(), Ok(number));
            }
        }
    }
}
