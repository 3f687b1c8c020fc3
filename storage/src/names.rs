//! Names: what may be one, and which one was meant.

use crate::error::{Kind, StoreError};

/// Longest name of anything but a login, octets.
pub(crate) const NAME_LEN_MAX: usize = 128;
/// Longest login, octets: what one User-Name attribute holds (RFC 2865 section 5.1).
pub(crate) const LOGIN_LEN_MAX: usize = 253;

/// How many names are looked through for the one that was meant.
pub(crate) const GUESSES_MAX: u64 = 10_000;

/// Refuses what could not be typed, shown or sent.
pub(crate) fn check(what: Kind, name: &str, len_max: usize) -> Result<(), StoreError> {
    let problem = if name.is_empty() {
        "the name is empty".to_owned()
    } else if name.len() > len_max {
        format!("the name has {} octets, at most {len_max} are possible", name.len())
    } else if name.chars().any(char::is_control) {
        format!("the name `{}` holds a control character", name.escape_debug())
    } else if name.trim() != name {
        format!("the name `{name}` begins or ends with a space")
    } else {
        return Ok(());
    };
    Err(StoreError::Invalid { what, problem })
}

/// The error for a name that is not there, with the likeliest of those that are.
pub(crate) fn not_found(
    what: Kind,
    name: &str,
    existing: impl IntoIterator<Item = String>,
) -> StoreError {
    let similar = most_similar(name, existing);
    StoreError::NotFound { what, name: name.to_owned(), similar, known: Vec::new() }
}

/// As [`not_found`], where there are so few that all of them can be told.
pub(crate) fn not_among(what: Kind, name: &str, known: &[String]) -> StoreError {
    let similar = most_similar(name, known.iter().cloned());
    let known = if similar.is_none() { known.to_vec() } else { Vec::new() };
    StoreError::NotFound { what, name: name.to_owned(), similar, known }
}

/// The name with the fewest edits between, when a third of the name or less was mistyped.
fn most_similar(name: &str, existing: impl IntoIterator<Item = String>) -> Option<String> {
    let allowed = (name.chars().count() / 3).max(1);
    existing
        .into_iter()
        .filter(|other| other.len().abs_diff(name.len()) <= 4 * allowed)
        .map(|other| (edits(name, &other), other))
        .filter(|(edits, _)| *edits <= allowed)
        .min()
        .map(|(_, other)| other)
}

/// How many characters are to be added, removed or replaced between two names; letters that differ
/// in case only are equal.
fn edits(a: &str, b: &str) -> usize {
    strsim::levenshtein(&a.to_lowercase(), &b.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(name: &str, existing: &[&str]) -> Option<String> {
        most_similar(name, existing.iter().map(|name| (*name).to_owned()))
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("gold", "gold"), 0);
        assert_eq!(edits("gold", "GOLD"), 0);
        assert_eq!(edits("gold", "glod"), 2);
        assert_eq!(edits("gold", "golds"), 1);
        assert_eq!(edits("", "gold"), 4);
        assert_eq!(edits("kitten", "sitting"), 3);
    }

    #[test]
    fn a_slip_is_recognised_and_a_different_word_is_not() {
        let plans = ["gold", "silver", "bronze"];
        assert_eq!(guess("gol", &plans).as_deref(), Some("gold"));
        assert_eq!(guess("sliver", &plans).as_deref(), Some("silver"));
        assert_eq!(guess("platinum", &plans), None);
        assert_eq!(guess("x", &[]), None);
    }

    #[test]
    fn names_can_be_typed_and_shown() {
        for bad in ["", " gold", "gold ", "go\nld", "go\0ld", &"x".repeat(129)] {
            assert!(check(Kind::Plan, bad, NAME_LEN_MAX).is_err(), "{bad:?}");
        }
        for good in ["gold", "10 Mbit/s", "Größe", &"x".repeat(128)] {
            assert!(check(Kind::Plan, good, NAME_LEN_MAX).is_ok(), "{good:?}");
        }
    }
}
