//! The hiding of User-Password (RFC 2865 §5.2): up to eight blocks of 16 octets, each xored with
//! an MD5 over the secret and the block before.
//!
//! RFC 2548 §2.4.1 hides MS-CHAP-MPPE-Keys in the same way: [`hide`] its 32 octets, and
//! [`reveal_padded`] keeps them all.
//!
//! This is not encryption by any modern measure. It hides as well as MD5 and the secret do.

use crate::hiding::xor;
use crate::{Authenticator, HidingError, Secret};

/// Octets of one block.
pub const BLOCK_LEN: usize = 16;
/// The longest password, and the longest hidden value: eight blocks.
pub const PASSWORD_LEN_MAX: usize = 128;

/// Octets that hiding `plain_len` octets takes: at least one block, always whole blocks.
#[inline]
#[must_use]
pub const fn hidden_len(plain_len: usize) -> usize {
    if plain_len == 0 { BLOCK_LEN } else { plain_len.next_multiple_of(BLOCK_LEN) }
}

/// Hides `plain` into the front of `out` and gives the octets written: 16, 32, … or 128, as
/// [`hidden_len`] says. An `out` of [`PASSWORD_LEN_MAX`] octets is always enough.
///
/// `authenticator` is the Request Authenticator of the packet that will carry it.
///
/// # Errors
/// [`HidingError::PlainTooLong`] above 128 octets, [`HidingError::OutputTooSmall`].
pub fn hide(
    plain: &[u8],
    out: &mut [u8],
    authenticator: &Authenticator,
    secret: &Secret,
) -> Result<usize, HidingError> {
    if plain.len() > PASSWORD_LEN_MAX {
        return Err(HidingError::PlainTooLong { len: plain.len(), max: PASSWORD_LEN_MAX });
    }
    let needed = hidden_len(plain.len());
    let got = out.len();
    let out = out.get_mut(..needed).ok_or(HidingError::OutputTooSmall { needed, got })?;
    let (text, padding) = out.split_at_mut(plain.len());
    text.copy_from_slice(plain);
    padding.fill(0);
    let mut previous = *authenticator;
    for block in out.as_chunks_mut::<BLOCK_LEN>().0 {
        xor(block, secret.digest_before(&[&previous]).as_slice());
        previous = *block;
    }
    Ok(needed)
}

/// Reveals a hidden password into the front of `out`, without the zeros at its end.
///
/// An empty `hidden` reveals an empty password. `out` must be as long as `hidden`;
/// [`PASSWORD_LEN_MAX`] octets are always enough. There is no check value inside: another secret
/// gives other octets, not an error.
///
/// # Errors
/// [`HidingError::HiddenLength`] when `hidden` is not 0 to 8 whole blocks,
/// [`HidingError::OutputTooSmall`].
pub fn reveal<'o>(
    hidden: &[u8],
    out: &'o mut [u8],
    authenticator: &Authenticator,
    secret: &Secret,
) -> Result<&'o [u8], HidingError> {
    let padded = reveal_padded(hidden, out, authenticator, secret)?;
    let len = padded.iter().rposition(|&octet| octet != 0).map_or(0, |last| last + 1);
    Ok(padded.get(..len).unwrap_or_default())
}

/// Reveals a hidden value as [`reveal`] does, and keeps all its octets.
///
/// # Errors
/// As [`reveal`].
pub fn reveal_padded<'o>(
    hidden: &[u8],
    out: &'o mut [u8],
    authenticator: &Authenticator,
    secret: &Secret,
) -> Result<&'o [u8], HidingError> {
    let (blocks, partial) = hidden.as_chunks::<BLOCK_LEN>();
    if !partial.is_empty() || hidden.len() > PASSWORD_LEN_MAX {
        return Err(HidingError::HiddenLength { len: hidden.len() });
    }
    let (needed, got) = (hidden.len(), out.len());
    let out = out.get_mut(..needed).ok_or(HidingError::OutputTooSmall { needed, got })?;
    let mut previous = authenticator;
    for (plain, block) in out.as_chunks_mut::<BLOCK_LEN>().0.iter_mut().zip(blocks) {
        *plain = *block;
        xor(plain, secret.digest_before(&[previous]).as_slice());
        previous = block;
    }
    Ok(out)
}
