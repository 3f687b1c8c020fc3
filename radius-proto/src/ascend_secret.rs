//! The hiding of Ascend-Send-Secret and Ascend-Receive-Secret: one block of 16 octets, xored with
//! an MD5 over the authenticator and the secret.
//!
//! No RFC describes it; this is what Ascend's servers did and FreeRADIUS does for `encrypt=3`.
//! Every value of a packet is hidden by the same octets: it hides nothing from whoever knows one.

use crate::hiding::xor;
use crate::{Authenticator, HidingError, Secret};

/// Octets of a hidden value.
pub const HIDDEN_LEN: usize = 16;
/// The longest plain value.
pub const PLAIN_LEN_MAX: usize = HIDDEN_LEN;

/// Hides `plain`, padded with zeros to 16 octets.
///
/// `authenticator` is that of the request: also when the value goes into the reply.
///
/// # Errors
/// [`HidingError::PlainTooLong`] above 16 octets.
pub fn hide(
    plain: &[u8],
    authenticator: &Authenticator,
    secret: &Secret,
) -> Result<[u8; HIDDEN_LEN], HidingError> {
    let too_long = HidingError::PlainTooLong { len: plain.len(), max: PLAIN_LEN_MAX };
    let mut block = [0; HIDDEN_LEN];
    block.get_mut(..plain.len()).ok_or(too_long)?.copy_from_slice(plain);
    xor(&mut block, secret.digest_after_wiped(&[authenticator]).as_slice());
    Ok(block)
}

/// Reveals a hidden value into `out` and gives it without the zeros at its end.
///
/// There is no check value inside: another secret gives other octets, not an error.
///
/// # Errors
/// [`HidingError::HiddenLength`] unless `hidden` has 16 octets.
pub fn reveal<'o>(
    hidden: &[u8],
    out: &'o mut [u8; HIDDEN_LEN],
    authenticator: &Authenticator,
    secret: &Secret,
) -> Result<&'o [u8], HidingError> {
    let bad_length = HidingError::HiddenLength { len: hidden.len() };
    *out = hidden.try_into().map_err(|_| bad_length)?;
    xor(out, secret.digest_after_wiped(&[authenticator]).as_slice());
    let len = out.iter().rposition(|&octet| octet != 0).map_or(0, |last| last + 1);
    Ok(out.get(..len).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_revealed() {
        let secret = Secret::new("testing123").unwrap();
        for plain in [&b""[..], b"ascend", b"sixteen octets !"] {
            let hidden = hide(plain, &[7; 16], &secret).unwrap();
            let mut out = [0xaa; HIDDEN_LEN];
            assert_eq!(reveal(&hidden, &mut out, &[7; 16], &secret).unwrap(), plain);
            assert_ne!(reveal(&hidden, &mut out, &[8; 16], &secret).unwrap(), plain);
        }
        let too_long = hide(b"seventeen octets!", &[7; 16], &secret);
        assert_eq!(too_long, Err(HidingError::PlainTooLong { len: 17, max: 16 }));
        let mut out = [0; HIDDEN_LEN];
        let short = reveal(&[0; 15], &mut out, &[7; 16], &secret);
        assert_eq!(short, Err(HidingError::HiddenLength { len: 15 }));
    }
}
