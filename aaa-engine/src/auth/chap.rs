//! CHAP with MD5 (RFC 1994, carried by RFC 2865 section 5.3).

use md5::{Digest as _, Md5};
use subtle::ConstantTimeEq as _;

use crate::auth::Credential;
use crate::reason::Reason;

/// The response to a CHAP challenge: MD5 of identifier, password and challenge (RFC 1994 section
/// 4.1). The challenge is CHAP-Challenge, or the Request Authenticator where that is absent.
#[must_use]
pub fn response(identifier: u8, password: &[u8], challenge: &[u8]) -> [u8; 16] {
    Md5::new()
        .chain_update([identifier])
        .chain_update(password)
        .chain_update(challenge)
        .finalize()
        .into()
}

/// Was the response made with the stored password?
pub(super) fn verify(
    identifier: u8,
    given: &[u8; 16],
    challenge: &[u8],
    credential: &Credential,
) -> Result<(), Reason> {
    let Credential::ClearText(password) = credential else {
        return Err(Reason::ChapNeedsClearText);
    };
    if password.is_empty() {
        return Err(Reason::EmptyPassword);
    }
    let right = response(identifier, password, challenge).ct_eq(given);
    if bool::from(right) { Ok(()) } else { Err(Reason::WrongPassword) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2865 section 7.2: the password, which the text does not give, is "arctangent".
    #[test]
    fn rfc_2865_section_7_2() {
        let challenge = [
            0x2a, 0xee, 0x86, 0xf0, 0x8d, 0x0d, 0x55, 0x96, 0x9c, 0xa5, 0x97, 0x8e, 0x0d, 0x33,
            0x67, 0xa2,
        ];
        let given = [
            0xe9, 0x75, 0x57, 0xc3, 0x16, 0x18, 0x58, 0x95, 0xf2, 0x93, 0xff, 0x63, 0x44, 0x07,
            0x72, 0x75,
        ];
        let right = verify(0x16, &given, &challenge, &Credential::clear_text("arctangent"));
        assert_eq!(right, Ok(()));
        let wrong = verify(0x16, &given, &challenge, &Credential::clear_text("arctangens"));
        assert_eq!(wrong, Err(Reason::WrongPassword));
        let hashed = verify(0x16, &given, &challenge, &Credential::NtHash([0; 16]));
        assert_eq!(hashed, Err(Reason::ChapNeedsClearText));
    }
}
