//! PAP: the password itself, hidden with the shared secret (RFC 2865 section 5.2).

use radius_proto::user_password;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::auth::{Conversation, Credential, mschap};
use crate::reason::Reason;

/// The longest User-Password, octets (RFC 2865 section 5.2).
const PASSWORD_LEN_MAX: usize = 128;

/// The password that User-Password hides.
pub(super) fn reveal(
    hidden: &[u8],
    conversation: &Conversation<'_>,
) -> Result<Zeroizing<Vec<u8>>, Reason> {
    let mut buffer = Zeroizing::new([0; PASSWORD_LEN_MAX]);
    let Conversation { authenticator, secret, .. } = *conversation;
    let password = user_password::reveal(hidden, &mut buffer[..], authenticator, secret);
    let password = password.map_err(|_| Reason::MalformedCredentials)?;
    Ok(Zeroizing::new(password.to_vec()))
}

/// Is the password hidden in User-Password the one that is stored?
pub(super) fn verify(
    hidden: &[u8],
    credential: &Credential,
    conversation: &Conversation<'_>,
) -> Result<(), Reason> {
    if hidden.is_empty() {
        return Err(Reason::EmptyPassword);
    }
    let password = reveal(hidden, conversation)?;
    if password.is_empty() {
        return Err(Reason::EmptyPassword);
    }
    if is_right(&password, credential) { Ok(()) } else { Err(Reason::WrongPassword) }
}

/// Is this the stored password?
pub(super) fn is_right(password: &[u8], credential: &Credential) -> bool {
    let right = match credential {
        Credential::ClearText(stored) => stored.as_slice().ct_eq(password),
        // Octets that are not text cannot have made the hash of a text.
        Credential::NtHash(stored) => match core::str::from_utf8(password) {
            Ok(password) => stored.ct_eq(&*Zeroizing::new(mschap::nt_hash(password))),
            Err(_) => 0.into(),
        },
        Credential::MacAddress => 0.into(),
    };
    bool::from(right)
}
