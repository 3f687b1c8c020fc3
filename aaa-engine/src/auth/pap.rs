//! PAP: the password itself, hidden with the shared secret (RFC 2865 section 5.2).

use radius_proto::{Authenticator, Secret, user_password};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::auth::{Credential, mschap};
use crate::reason::Reason;

/// The longest User-Password, octets (RFC 2865 section 5.2).
pub(super) const PASSWORD_LEN_MAX: usize = 128;

/// Is the password hidden in User-Password the one that is stored?
pub(super) fn verify(
    hidden: &[u8],
    credential: &Credential,
    authenticator: &Authenticator,
    secret: &Secret,
) -> Result<(), Reason> {
    if hidden.is_empty() {
        return Err(Reason::EmptyPassword);
    }
    let mut buffer = Zeroizing::new([0; PASSWORD_LEN_MAX]);
    let password = user_password::reveal(hidden, &mut buffer[..], authenticator, secret)
        .map_err(|_| Reason::MalformedCredentials)?;
    if password.is_empty() {
        return Err(Reason::EmptyPassword);
    }
    let right = match credential {
        Credential::ClearText(stored) => stored.as_slice().ct_eq(password),
        // Octets that are not text cannot have made the hash of a text.
        Credential::NtHash(stored) => match core::str::from_utf8(password) {
            Ok(password) => stored.ct_eq(&*Zeroizing::new(mschap::nt_hash(password))),
            Err(_) => 0.into(),
        },
        Credential::MacAddress => 0.into(),
    };
    if bool::from(right) { Ok(()) } else { Err(Reason::WrongPassword) }
}
