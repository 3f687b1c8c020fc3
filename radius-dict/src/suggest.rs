//! What a mistyped name was meant to be.

use strsim::levenshtein;

/// The candidate nearest to `word`, if it is near: at most one mistake in three characters.
pub(crate) fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<String> {
    let word = word.to_ascii_lowercase();
    let allowed = word.chars().count().div_ceil(4);
    candidates
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= allowed)
        .map(|candidate| (levenshtein(&word, &candidate.to_ascii_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.to_owned())
}

/// The end of a message: the suggestion, or else what to do without one.
pub(crate) fn did_you_mean(suggestion: Option<&str>, otherwise: &str) -> String {
    match suggestion {
        Some(name) => format!("; did you mean \"{name}\"?"),
        None => format!("; {otherwise}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["Framed-IP-Address", "Framed-IP-Netmask", "Framed-IPv6-Address"];
        let suggested = nearest("framed-ip-adress", names.into_iter());
        assert_eq!(suggested.as_deref(), Some("Framed-IP-Address"));
        assert_eq!(nearest("Colour", names.into_iter()), None);
    }
}
