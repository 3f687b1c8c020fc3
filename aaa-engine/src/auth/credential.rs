//! What is stored of a password.

use core::fmt;

use zeroize::{Zeroize as _, Zeroizing};

use crate::auth::mschap;

/// A password as it is stored, opened for one request. It is wiped when dropped and never
/// printed.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// The password itself, UTF-8 where MS-CHAP is to work: serves every method.
    ClearText(Zeroizing<Vec<u8>>),
    /// MD4 of the password in UTF-16LE (RFC 2759 section 8.3): serves PAP and MS-CHAP, not CHAP
    /// or EAP-MD5.
    NtHash([u8; 16]),
    /// None: the service logs in with its MAC address as its name.
    MacAddress,
}

impl Credential {
    /// A password in clear text.
    #[must_use]
    pub fn clear_text(password: impl Into<Vec<u8>>) -> Self {
        Self::ClearText(Zeroizing::new(password.into()))
    }

    /// The NT hash of the password, computed now when it is stored in clear text; `None` when the
    /// stored octets are not text and so have no UTF-16 form.
    pub(crate) fn nt_hash(&self) -> Option<Zeroizing<[u8; 16]>> {
        match self {
            Self::ClearText(password) => {
                let password = core::str::from_utf8(password).ok()?;
                Some(Zeroizing::new(mschap::nt_hash(password)))
            }
            Self::NtHash(hash) => Some(Zeroizing::new(*hash)),
            Self::MacAddress => None,
        }
    }
}

impl Drop for Credential {
    fn drop(&mut self) {
        if let Self::NtHash(hash) = self {
            hash.zeroize();
        }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClearText(_) => "ClearText(..)",
            Self::NtHash(_) => "NtHash(..)",
            Self::MacAddress => "MacAddress",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_never_printed() {
        assert_eq!(format!("{:?}", Credential::clear_text("secret")), "ClearText(..)");
        assert_eq!(format!("{:?}", Credential::NtHash([7; 16])), "NtHash(..)");
    }

    #[test]
    fn both_forms_have_the_same_nt_hash() {
        let hash = mschap::nt_hash("pässword");
        assert_eq!(*Credential::clear_text("pässword").nt_hash().unwrap(), hash);
        assert_eq!(*Credential::NtHash(hash).nt_hash().unwrap(), hash);
        assert_eq!(Credential::clear_text([0xff, 0xfe]).nt_hash(), None);
    }
}
