//! The one source of random octets of this program.

use anyhow::anyhow;

/// The letters of generated secrets: none that is mistaken for another when read aloud or typed.
const SECRET_ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// How long a generated secret is: 24 letters of 5 bits.
const SECRET_LEN: usize = 24;

/// `N` octets that nobody can guess.
pub(crate) fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut octets = [0; N];
    #[expect(clippy::disallowed_methods, reason = "the one random source of this program")]
    getrandom::fill(&mut octets)
        .map_err(|error| anyhow!("the system gives no random octets: {error}"))?;
    Ok(octets)
}

/// A shared secret that nobody can guess and everybody can type.
pub(crate) fn secret() -> anyhow::Result<String> {
    let octets: [u8; SECRET_LEN] = random()?;
    Ok(octets
        .iter()
        .filter_map(|octet| SECRET_ALPHABET.get(usize::from(octet % 32)))
        .map(|letter| char::from(*letter))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_differ() {
        let (one, other) = (secret().unwrap(), secret().unwrap());
        assert_eq!(one.len(), SECRET_LEN);
        assert!(one.bytes().all(|letter| SECRET_ALPHABET.contains(&letter)));
        assert_ne!(one, other);
    }
}
