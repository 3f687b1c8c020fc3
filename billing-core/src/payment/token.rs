//! What a provider gives so that a customer can be charged again without the card.

use core::fmt;
use core::str::FromStr;

/// The longest token of a provider, letters.
pub const PROVIDER_TOKEN_LEN_MAX: usize = 255;

/// The longest label of a token, letters.
pub const TOKEN_LABEL_LEN_MAX: usize = 64;

/// The digits that the number of a card has, by ISO/IEC 7812 and in use.
const CARD_DIGITS: core::ops::RangeInclusive<usize> = 13..=19;

/// A provider's token for a customer's card or account. It is never printed, and it is never a card:
/// numbers of cards are not kept, so what looks like one is no token.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderToken(String);

/// A text that is no token of a provider. None of it is in the message, for it may be a card.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderTokenError {
    /// It is, or has in it, what looks like the number of a card.
    #[error(
        "this looks like the number of a card, which must not be kept; a token is what the provider \
         gives in its place"
    )]
    Card,
    /// It is empty or too long.
    #[error("a provider's token has 1 to {PROVIDER_TOKEN_LEN_MAX} letters; this has {len}")]
    Length {
        /// How many octets it has.
        len: usize,
    },
    /// It has something in it that no provider uses.
    #[error(
        "a provider's token has letters, digits and signs of ASCII; that at place {place} is none"
    )]
    Letter {
        /// Where, from 1.
        place: usize,
    },
}

/// What a customer knows a token by: `Visa ending in 4242, 12/29`. It is shown, and is no card's number
/// either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenLabel(String);

/// A text that is no label. None of it is in the message, for it may be a card.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenLabelError {
    /// It is, or has in it, what looks like the number of a card.
    #[error(
        "this looks like the number of a card, which must not be kept; the last four digits are enough"
    )]
    Card,
    /// It is empty or too long.
    #[error("a label has 1 to {TOKEN_LABEL_LEN_MAX} letters; this has {len}")]
    Length {
        /// How many letters it has.
        len: usize,
    },
    /// It has something in it that cannot be shown.
    #[error("a label has letters that can be shown; that at place {place} cannot")]
    Letter {
        /// Where, from 1.
        place: usize,
    },
}

impl TokenLabel {
    /// As it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TokenLabel {
    type Err = TokenLabelError;

    /// Without the blanks around it.
    fn from_str(text: &str) -> Result<Self, TokenLabelError> {
        let text = text.trim();
        if has_card(text) {
            return Err(TokenLabelError::Card);
        }
        let len = text.chars().count();
        if len == 0 || len > TOKEN_LABEL_LEN_MAX {
            return Err(TokenLabelError::Length { len });
        }
        match text.chars().position(char::is_control) {
            Some(before) => Err(TokenLabelError::Letter { place: before + 1 }),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for TokenLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ProviderToken {
    /// The token itself, for the provider's eyes alone: never for a log, a page or a message.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProviderToken {
    type Err = ProviderTokenError;

    fn from_str(text: &str) -> Result<Self, ProviderTokenError> {
        let len = text.len();
        if len == 0 || len > PROVIDER_TOKEN_LEN_MAX {
            return Err(ProviderTokenError::Length { len });
        }
        // Cards come first: with blanks they are no token either, and the reason should be the true one.
        if has_card(text) {
            return Err(ProviderTokenError::Card);
        }
        let no_letter = |letter: char| !letter.is_ascii_graphic();
        match text.chars().position(no_letter) {
            Some(before) => Err(ProviderTokenError::Letter { place: before + 1 }),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Debug for ProviderToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProviderToken(..)")
    }
}

/// Is there a card's number in it: a run of digits, written with blanks or hyphens or without?
fn has_card(text: &str) -> bool {
    let in_run = |letter: char| letter.is_ascii_digit() || matches!(letter, ' ' | '-');
    text.split(|letter| !in_run(letter)).any(|run| {
        let digits: Vec<u32> = run.chars().filter_map(|letter| letter.to_digit(10)).collect();
        CARD_DIGITS.contains(&digits.len()) && luhn(&digits)
    })
}

/// The check of ISO/IEC 7812, annex B: from the right every second digit counts double.
fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = (0_u32..)
        .zip(digits.iter().rev())
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, double) => double / 10 + double % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tokens_of_providers_are_kept_and_not_printed() {
        // The last but one is a card's number with another check digit.
        for text in [
            "tok_1NxYzAbCdEf",
            "AUTH_8dfhjjdt",
            "9f86d081-884c-4d65-9a2f-eaa0c55ad015",
            "4111111111111112",
            "411111111111",
        ] {
            let token: ProviderToken = text.parse().unwrap();
            assert_eq!(token.reveal(), text);
            assert_eq!(format!("{token:?}"), "ProviderToken(..)");
        }
    }

    #[test]
    fn what_looks_like_a_card_is_refused_however_it_is_written() {
        // Numbers that the schemes publish for tests, of 13, 14, 15, 16 and 19 digits.
        for text in [
            "4222222222222",
            "30569309025904",
            "378282246310005",
            "4111111111111111",
            "6304000000000000000",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            " 4111111111111111",
            "card:4111111111111111",
            "4111111111111111/12/29",
        ] {
            let error = text.parse::<ProviderToken>().unwrap_err();
            assert_eq!(error, ProviderTokenError::Card, "{text}");
            assert!(!error.to_string().contains("4111"));
        }
    }

    #[test]
    fn what_is_no_token_says_why() {
        let said = |text: &str| text.parse::<ProviderToken>().unwrap_err().to_string();
        assert_eq!(said(""), "a provider's token has 1 to 255 letters; this has 0");
        assert_eq!(said(&"x".repeat(256)), "a provider's token has 1 to 255 letters; this has 256");
        let letter =
            "a provider's token has letters, digits and signs of ASCII; that at place 4 is none";
        assert_eq!(said("tok 1"), letter);
        assert_eq!(said("tok\u{e9}"), letter);
    }

    #[test]
    fn a_label_says_which_card_it_is_and_not_its_number() {
        let label: TokenLabel = " Visa ending in 4242, 12/29 ".parse().unwrap();
        assert_eq!(label.as_str(), "Visa ending in 4242, 12/29");
        let error = |text: &str| text.parse::<TokenLabel>().unwrap_err();
        for text in ["4111111111111111", "Visa 4111 1111 1111 1111", "Amex 3782-822463-10005"] {
            assert_eq!(error(text), TokenLabelError::Card);
            assert!(!error(text).to_string().contains("1111"));
        }
        assert_eq!(error(" "), TokenLabelError::Length { len: 0 });
        assert_eq!(error(&"x".repeat(65)), TokenLabelError::Length { len: 65 });
        assert_eq!(error("Visa\u{7}"), TokenLabelError::Letter { place: 5 });
    }

    proptest! {
        /// The check digit is found by trying all ten: the sum of Luhn written as in his patent.
        #[test]
        fn of_ten_last_digits_exactly_one_makes_a_card(
            front in proptest::collection::vec(0..10_u32, 12..19),
            separators in proptest::collection::vec(prop_oneof!["", " ", "-"], 19),
        ) {
            let refused = (0..10_u32).filter(|last| {
                let digits = front.iter().chain([last]).zip(&separators);
                let text: String = digits.map(|(digit, between)| format!("{digit}{between}")).collect();
                text.parse::<ProviderToken>() == Err(ProviderTokenError::Card)
            });
            prop_assert_eq!(refused.count(), 1);
        }
    }
}
