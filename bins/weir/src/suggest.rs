//! Finds the word somebody most likely meant.

/// Words longer than this are compared by their beginning only.
const WORD_LEN_MAX: usize = 64;

/// The candidate nearest to `word`, when one is near enough to be a slip of the fingers.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The end of a sentence about an unknown `word`: what was meant, or else what there is.
pub(crate) fn hint<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    /// More names than this are not listed.
    const LISTED_MAX: usize = 12;
    if let Some(near) = nearest(word, candidates.clone()) {
        return format!("did you mean `{near}`?");
    }
    let all: Vec<&str> = candidates.into_iter().collect();
    match all.len() {
        0 => "there is none yet".to_owned(),
        1..=LISTED_MAX => format!("there is {}", all.join(", ")),
        many => format!("none of the {many} there are is near it"),
    }
}

/// How many letters must be put in, taken out, changed or swapped with their neighbour to get
/// from one word to the other, regardless of case.
fn distance(one: &str, other: &str) -> usize {
    let letters = |word: &str| -> String {
        word.chars().flat_map(char::to_lowercase).take(WORD_LEN_MAX).collect()
    };
    strsim::osa_distance(&letters(one), &letters(other))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_slip_finds_its_word() {
        let keys = ["retention_h", "directory", "segment_size_bytes"];
        assert_eq!(nearest("retension_h", keys), Some("retention_h"));
        assert_eq!(nearest("dierctory", keys), Some("directory"));
        assert_eq!(nearest("Directory", keys), Some("directory"));
        assert_eq!(nearest("colour", keys), None);
    }

    #[test]
    fn a_hint_lists_what_there_is_when_nothing_is_near() {
        assert_eq!(hint("gold", ["home-10"]), "there is home-10");
        assert_eq!(hint("gold", []), "there is none yet");
        assert_eq!(hint("home10", ["home-10", "office-50"]), "did you mean `home-10`?");
    }

    proptest! {
        #[test]
        fn distance_is_symmetric_and_zero_for_the_same(a in "[a-e]{0,8}", b in "[a-e]{0,8}") {
            prop_assert_eq!(distance(&a, &b), distance(&b, &a));
            prop_assert_eq!(distance(&a, &a), 0);
            prop_assert!(distance(&a, &b) <= a.len().max(b.len()));
        }
    }
}
