//! The salted hiding of Tunnel-Password (RFC 2868 §3.5) and of MS-MPPE-Send-Key and
//! MS-MPPE-Recv-Key (RFC 2548 §2.4.2 and §2.4.3).
//!
//! On the wire: two octets of salt, then blocks of 16 that hide a length octet, the value and
//! zeros. The tag octet of Tunnel-Password stands before all this and is the caller's.

use crate::hiding::xor;
use crate::user_password::BLOCK_LEN;
use crate::{Authenticator, HidingError, Secret};

/// Octets of salt at the front of a hidden value.
pub const SALT_LEN: usize = 2;
/// The longest value: 15 blocks less the length octet, which fits a plain attribute, one with a
/// tag, and a vendor's sub-attribute.
pub const PLAIN_LEN_MAX: usize = 15 * BLOCK_LEN - 1;
/// The longest hidden value, salt included.
pub const HIDDEN_LEN_MAX: usize = hidden_len(PLAIN_LEN_MAX);

/// The bit that RFC 2868 wants set in every salt.
const SALT_FLAG: u8 = 0x80;

/// Octets that hiding `plain_len` octets takes, salt included.
#[inline]
#[must_use]
pub const fn hidden_len(plain_len: usize) -> usize {
    SALT_LEN + (1 + plain_len).next_multiple_of(BLOCK_LEN)
}

/// Hides `plain` into the front of `out` and gives the octets written, as [`hidden_len`] says;
/// [`HIDDEN_LEN_MAX`] octets are always enough.
///
/// `salt` must differ between all hidden values of one packet; its top bit is set here, as the
/// RFCs demand. `authenticator` is that of the request: also when the value goes into the reply.
///
/// # Errors
/// [`HidingError::PlainTooLong`] above 239 octets, [`HidingError::OutputTooSmall`].
pub fn hide(
    plain: &[u8],
    salt: [u8; SALT_LEN],
    out: &mut [u8],
    authenticator: &Authenticator,
    secret: &Secret,
) -> Result<usize, HidingError> {
    let too_long = HidingError::PlainTooLong { len: plain.len(), max: PLAIN_LEN_MAX };
    let len = match u8::try_from(plain.len()) {
        Ok(len) if plain.len() <= PLAIN_LEN_MAX => len,
        _ => return Err(too_long),
    };
    let (needed, got) = (hidden_len(plain.len()), out.len());
    let too_small = HidingError::OutputTooSmall { needed, got };
    let out = out.get_mut(..needed).ok_or(too_small)?;
    let salt = [salt[0] | SALT_FLAG, salt[1]];
    let (front, hidden) = out.split_first_chunk_mut::<SALT_LEN>().ok_or(too_small)?;
    *front = salt;
    let (length, rest) = hidden.split_first_mut().ok_or(too_small)?;
    let (text, padding) = rest.split_at_mut_checked(plain.len()).ok_or(too_small)?;
    *length = len;
    text.copy_from_slice(plain);
    padding.fill(0);
    let mut mask = secret.digest_before(&[authenticator, &salt]);
    for block in hidden.as_chunks_mut::<BLOCK_LEN>().0 {
        xor(block, mask.as_slice());
        mask = secret.digest_before(&[block]);
    }
    Ok(needed)
}

/// Reveals a hidden value into the front of `out`.
///
/// `hidden` starts with the salt (whose top bit is not insisted on). `out` must hold
/// `hidden.len() - 3` octets; [`PLAIN_LEN_MAX`] are always enough.
///
/// # Errors
/// [`HidingError::HiddenLength`] unless `hidden` is a salt and 1 to 15 whole blocks;
/// [`HidingError::InnerLength`] when the length inside points beyond them, by which most wrong
/// secrets show; [`HidingError::OutputTooSmall`].
pub fn reveal<'o>(
    hidden: &[u8],
    out: &'o mut [u8],
    authenticator: &Authenticator,
    secret: &Secret,
) -> Result<&'o [u8], HidingError> {
    let bad_length = HidingError::HiddenLength { len: hidden.len() };
    if hidden.len() > HIDDEN_LEN_MAX {
        return Err(bad_length);
    }
    let (salt, rest) = hidden.split_first_chunk::<SALT_LEN>().ok_or(bad_length)?;
    let (blocks, []) = rest.as_chunks::<BLOCK_LEN>() else {
        return Err(bad_length);
    };
    let (first, following) = blocks.split_first().ok_or(bad_length)?;
    let (needed, got) = (rest.len() - 1, out.len());
    let too_small = HidingError::OutputTooSmall { needed, got };
    let out = out.get_mut(..needed).ok_or(too_small)?;

    let mask = secret.digest_before(&[authenticator, salt]);
    let (&[length, ref head @ ..], [length_mask, head_mask @ ..]) = (first, &*mask);
    let len = usize::from(length ^ length_mask);
    if len > needed {
        return Err(HidingError::InnerLength { len, max: needed });
    }
    let (front, tail) = out.split_first_chunk_mut::<{ BLOCK_LEN - 1 }>().ok_or(too_small)?;
    *front = *head;
    xor(front, head_mask);
    let mut previous = first;
    for (plain, block) in tail.as_chunks_mut::<BLOCK_LEN>().0.iter_mut().zip(following) {
        *plain = *block;
        xor(plain, secret.digest_before(&[previous]).as_slice());
        previous = block;
    }
    out.get(..len).ok_or(too_small)
}
