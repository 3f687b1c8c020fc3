//! The code of a voucher: drawn, printed on paper, and typed by hand.

use core::fmt;
use core::str::FromStr;

/// What codes are made of: 31 letters and digits of which none is taken for another (no 0, 1, I, L, O).
/// As 31 is a prime, the check letter finds every single wrong letter and every two that were swapped.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// Letters of a group, as codes are printed.
const GROUP: usize = 4;

/// How many random octets are drawn from. Of 48 fewer than 24 can be used about once in 10^21 times.
pub const VOUCHER_RANDOM_OCTETS: usize = 48;

/// How many letters a code has beside its check letter: from 8 to 24. Eight are some 39 bits: enough where
/// guessing is slowed down, and where there are fewer than a million vouchers at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CodeLen(u8);

/// The most letters of a prefix.
pub const PREFIX_LEN_MAX: usize = 8;

/// What the codes of a batch begin with, so that a card can be told from others at a glance: `CAFE`. Its
/// letters are those of codes, and the check letter covers them; they make no code harder to guess.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CodePrefix(String);

/// A text that no code begins with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is no prefix of codes; prefixes have 1 to {PREFIX_LEN_MAX} letters and digits without 0, 1, I, \
     L and O", text.escape_debug()
)]
pub struct CodePrefixError {
    /// As written.
    pub text: String,
}

/// A code with its check letter. Whoever knows it has what it is worth: it is printed by its
/// [`Display`](fmt::Display) alone, and not for debugging.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VoucherCode(String);

/// A text that is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VoucherCodeError {
    /// A letter that no code has.
    #[error("`{letter}` at place {place} is in no voucher's code; 0, 1, I, L and O are never used")]
    Letter {
        /// As typed.
        letter: char,
        /// Where, from 1, without what separates groups.
        place: usize,
    },
    /// Too few letters, or too many.
    #[error("a voucher's code has {} to {} letters; {len} were typed", CodeLen::MIN.0 + 1, CodeLen::MAX.0 + 1)]
    Length {
        /// How many.
        len: usize,
    },
    /// The check letter is another one.
    #[error("there is no such voucher: a letter of its code is wrong, or two are swapped")]
    Check,
}

impl CodeLen {
    /// The fewest letters.
    pub const MIN: Self = Self(8);
    /// The most.
    pub const MAX: Self = Self(24);
    /// Twelve letters, 59 bits.
    pub const USUAL: Self = Self(12);

    /// So many letters, where a code can have them.
    #[must_use]
    pub const fn new(len: u8) -> Option<Self> {
        if len < Self::MIN.0 || len > Self::MAX.0 { None } else { Some(Self(len)) }
    }

    /// How many letters.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl CodePrefix {
    /// Its letters, capital ones.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl VoucherCode {
    /// A code from random octets, each letter as likely as any other. `None` when too few of the
    /// octets can be used for that: draw again.
    #[must_use]
    pub fn draw(len: CodeLen, random: &[u8; VOUCHER_RANDOM_OCTETS]) -> Option<Self> {
        Self::draw_behind(None, len, random)
    }

    /// The same behind a prefix: `len` letters are drawn. Both together must be no longer than the
    /// longest code, or nobody can type it; a [`Batch`](super::Batch) sees to that.
    pub(super) fn draw_behind(
        prefix: Option<&CodePrefix>,
        len: CodeLen,
        random: &[u8; VOUCHER_RANDOM_OCTETS],
    ) -> Option<Self> {
        // What is left over above a multiple of 31 would make some letters likelier.
        let usable = random.iter().filter(|octet| **octet < 248);
        let drawn: Vec<u8> = usable.take(len.0.into()).map(|octet| octet % 31).collect();
        if drawn.len() != usize::from(len.0) {
            return None;
        }
        let prefix = prefix.map_or("", CodePrefix::as_str).chars().filter_map(value);
        Some(Self::of(&prefix.chain(drawn).collect::<Vec<u8>>()))
    }

    /// Without what separates groups, for comparing and for keeping its digest.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(values: &[u8]) -> Self {
        let letters = values.iter().copied().chain([check(values)]).filter_map(letter);
        Self(letters.map(char::from).collect())
    }
}

/// Each letter counts as often as its place says, from 1: so no two neighbours count alike.
fn check(values: &[u8]) -> u8 {
    let weighted = (1_u32..).zip(values).map(|(place, value)| place * u32::from(*value));
    u8::try_from(weighted.sum::<u32>() % 31).unwrap_or(0)
}

fn letter(value: u8) -> Option<u8> {
    ALPHABET.get(usize::from(value)).copied()
}

/// What a letter counts, capital or small; `None` of one that no code has.
fn value(letter: char) -> Option<u8> {
    let capital = letter.to_ascii_uppercase();
    let value = ALPHABET.iter().position(|known| char::from(*known) == capital);
    value.and_then(|value| u8::try_from(value).ok())
}

impl FromStr for CodePrefix {
    type Err = CodePrefixError;

    /// In capital or small letters.
    fn from_str(text: &str) -> Result<Self, CodePrefixError> {
        let is_prefix = (1..=PREFIX_LEN_MAX).contains(&text.len())
            && text.chars().all(|letter| value(letter).is_some());
        if !is_prefix {
            return Err(CodePrefixError { text: text.to_owned() });
        }
        Ok(Self(text.to_ascii_uppercase()))
    }
}

impl FromStr for VoucherCode {
    type Err = VoucherCodeError;

    /// In capital or small letters, with blanks or hyphens anywhere.
    fn from_str(text: &str) -> Result<Self, VoucherCodeError> {
        let typed = text.chars().filter(|letter| !matches!(letter, ' ' | '-'));
        let mut values = Vec::new();
        for (place, letter) in (1..).zip(typed) {
            values.push(value(letter).ok_or(VoucherCodeError::Letter { letter, place })?);
            // Nobody types more, and what comes by the network may.
            if values.len() > usize::from(CodeLen::MAX.0) + 1 {
                return Err(VoucherCodeError::Length { len: values.len() });
            }
        }
        let len = values.len();
        let Some((last, values)) = values.split_last() else {
            return Err(VoucherCodeError::Length { len });
        };
        if values.len() < usize::from(CodeLen::MIN.0) {
            return Err(VoucherCodeError::Length { len });
        }
        if check(values) != *last {
            return Err(VoucherCodeError::Check);
        }
        Ok(Self::of(values))
    }
}

impl fmt::Display for VoucherCode {
    /// In groups of four: `K7MP-2QXR-9VHT-C`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.0.chars().enumerate() {
            if place > 0 && place.is_multiple_of(GROUP) {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for VoucherCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VoucherCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_printed_in_groups_and_read_however_it_is_typed() {
        let random = core::array::from_fn(|place| u8::try_from(place * 5 % 256).unwrap());
        let code = VoucherCode::draw(CodeLen::USUAL, &random).unwrap();
        assert_eq!(code.to_string(), "27CH-PUZ6-BGNT-A");
        for typed in ["27CH-PUZ6-BGNT-A", "27chpuz6bgnta", " 27CH PUZ6 BGNT A "] {
            assert_eq!(typed.parse::<VoucherCode>().as_ref(), Ok(&code));
        }
        assert_eq!(format!("{code:?}"), "VoucherCode(..)");
    }

    #[test]
    fn what_is_no_code_says_what_is_wrong() {
        let said = |text: &str| text.parse::<VoucherCode>().unwrap_err().to_string();
        assert_eq!(
            said("27CH-PUZ0-BGNT-A"),
            "`0` at place 8 is in no voucher's code; 0, 1, I, L and O are never used"
        );
        let swapped = "there is no such voucher: a letter of its code is wrong, or two are swapped";
        assert_eq!(said("72CH-PUZ6-BGNT-A"), swapped);
        for (text, len) in [("", 0), ("27CH-PUZ6", 8), (&"2".repeat(1_000), 26)] {
            assert_eq!(
                said(text),
                format!("a voucher's code has 9 to 25 letters; {len} were typed")
            );
        }
    }

    #[test]
    fn octets_that_would_make_letters_unequal_are_not_used() {
        assert_eq!(VoucherCode::draw(CodeLen::MIN, &[250; VOUCHER_RANDOM_OCTETS]), None);
        let mut counts = [0_u32; 31];
        for octet in 0..248_u8 {
            counts[usize::from(octet % 31)] += 1;
        }
        assert_eq!(counts, [8; 31]);
        assert_eq!((CodeLen::new(7), CodeLen::new(25)), (None, None));
    }

    #[test]
    fn a_prefix_is_of_the_letters_of_codes_and_the_check_letter_covers_it() {
        let cafe: CodePrefix = "cafe".parse().unwrap();
        assert_eq!(cafe.as_str(), "CAFE");
        let code = VoucherCode::draw_behind(Some(&cafe), CodeLen::MIN, &[30; 48]).unwrap();
        // 10 + 2 * 8 + 3 * 13 + 4 * 12 and 68 * 30 are 2153, 14 more than 69 times 31.
        assert_eq!(code.to_string(), "CAFE-ZZZZ-ZZZZ-G");
        assert_eq!("CAFE-ZZZZ-ZZZZ-G".parse(), Ok(code));
        assert_eq!("CAFF-ZZZZ-ZZZZ-G".parse::<VoucherCode>(), Err(VoucherCodeError::Check));
        for text in ["", "CA-FE", "CAFÉ", "SOLO", "ABCDEFGHJ"] {
            let error = text.parse::<CodePrefix>().unwrap_err().to_string();
            assert!(error.contains("prefixes have 1 to 8 letters and digits"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_letter_or_two_swapped_ones_are_found(
            random in proptest::array::uniform32(0..248_u8),
            len in 8..25_u8,
            place in any::<proptest::sample::Index>(),
            other in 1..31_u8,
        ) {
            let octets = core::array::from_fn(|at| random[at % 32]);
            let code = VoucherCode::draw(CodeLen::new(len).unwrap(), &octets).unwrap();
            prop_assert_eq!(code.to_string().parse(), Ok(code.clone()));
            let letters = code.as_str().as_bytes();
            let place = place.index(letters.len());
            let mut wrong = letters.to_vec();
            let value = ALPHABET.iter().position(|it| *it == letters[place]).unwrap();
            wrong[place] = ALPHABET[(value + usize::from(other)) % 31];
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(wrong.parse::<VoucherCode>(), Err(VoucherCodeError::Check));
            // The check letter itself counts once, and so does the first.
            let before_the_check = place + 2 < letters.len();
            if before_the_check && letters[place] != letters[place + 1] {
                let mut swapped = letters.to_vec();
                swapped.swap(place, place + 1);
                let swapped = String::from_utf8(swapped).unwrap();
                prop_assert_eq!(swapped.parse::<VoucherCode>(), Err(VoucherCodeError::Check));
            }
        }
    }
}
