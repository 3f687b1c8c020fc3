//! What a mistyped name was meant to be.

/// The candidate nearest to `word`, if it is near: at most one mistake in three characters.
pub(super) fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<String> {
    let word = word.to_ascii_lowercase();
    let allowed = word.chars().count().div_ceil(4);
    candidates
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= allowed)
        .map(|candidate| (distance(&word, &candidate.to_ascii_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.to_owned())
}

/// The end of a message: the suggestion, or else what to do without one.
pub(super) fn did_you_mean(suggestion: Option<&str>, otherwise: &str) -> String {
    match suggestion {
        Some(name) => format!("; did you mean \"{name}\"?"),
        None => format!("; {otherwise}"),
    }
}

/// Characters to insert, remove or replace to get from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, from) in from.chars().enumerate() {
        let mut last = index + 1;
        let mut next_row = vec![last];
        for (column, to) in to.iter().enumerate() {
            let above = row.get(column + 1).copied().unwrap_or(usize::MAX - 1);
            let diagonal = row.get(column).copied().unwrap_or(usize::MAX - 1);
            last = (diagonal + usize::from(from != *to)).min(above + 1).min(last + 1);
            next_row.push(last);
        }
        row = next_row;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        let names = ["Framed-IP-Address", "Framed-IP-Netmask", "Framed-IPv6-Address"];
        let suggested = nearest("framed-ip-adress", names.into_iter());
        assert_eq!(suggested.as_deref(), Some("Framed-IP-Address"));
        assert_eq!(nearest("Colour", names.into_iter()), None);
    }
}
