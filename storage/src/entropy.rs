//! The one place of this crate where random octets are drawn.

use crate::keys::KeyError;

/// Fresh octets from the operating system, for keys and nonces.
#[expect(clippy::disallowed_methods, reason = "the one source of randomness of this crate")]
pub(crate) fn octets<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut octets = [0; N];
    getrandom::fill(&mut octets).map_err(|error| KeyError::NoRandomness(error.to_string()))?;
    Ok(octets)
}
