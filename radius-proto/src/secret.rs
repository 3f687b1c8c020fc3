use alloc::sync::Arc;
use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::Authenticator;

/// A secret shared with a client or a server: one or more octets.
///
/// Cloning is cheap (the octets are shared) and the last clone wipes them. The octets are never
/// printed, and two secrets compare in a time that does not depend on where they differ.
/// The key schedule of HMAC-MD5 is computed once here, not once per packet.
#[derive(Clone)]
pub struct Secret(Arc<Inner>);

/// A shared secret was empty, which would leave every packet forgeable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[error("the shared secret is empty")]
pub struct EmptySecret;

struct Inner {
    octets: Zeroizing<alloc::vec::Vec<u8>>,
    // Its two digest states are wiped by their own Drop (feature `zeroize` of the digest crates).
    keyed: Hmac<Md5>,
}

impl Secret {
    /// Takes a copy of the secret's octets.
    ///
    /// # Errors
    /// [`EmptySecret`] when there is not a single octet.
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, EmptySecret> {
        let octets = octets.as_ref();
        if octets.is_empty() {
            return Err(EmptySecret);
        }
        // HMAC takes keys of any length (RFC 2104 §2), so the other arm is never taken.
        let Ok(keyed) = <Hmac<Md5> as KeyInit>::new_from_slice(octets) else {
            return Err(EmptySecret);
        };
        Ok(Self(Arc::new(Inner { octets: Zeroizing::new(octets.to_vec()), keyed })))
    }

    /// The octets of the secret, for what this crate does not compute itself.
    #[inline]
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0.octets
    }

    /// HMAC-MD5 over the concatenation of `parts`.
    #[inline]
    pub(crate) fn hmac(&self, parts: &[&[u8]]) -> Authenticator {
        let mut mac = self.0.keyed.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// MD5 over the concatenation of `parts` and then the secret.
    #[inline]
    pub(crate) fn digest_after(&self, parts: &[&[u8]]) -> Authenticator {
        let mut digest = Md5::new();
        for part in parts {
            digest.update(part);
        }
        digest.update(self.expose());
        digest.finalize().into()
    }

    /// As [`digest_after`](Self::digest_after), wiped: for what hides a value.
    #[inline]
    pub(crate) fn digest_after_wiped(&self, parts: &[&[u8]]) -> Zeroizing<Authenticator> {
        Zeroizing::new(self.digest_after(parts))
    }

    /// MD5 over the secret and then the concatenation of `parts`. Whoever sees one of these can
    /// open the block it hides, so it is wiped.
    #[inline]
    pub(crate) fn digest_before(&self, parts: &[&[u8]]) -> Zeroizing<Authenticator> {
        let mut digest = Md5::new();
        digest.update(self.expose());
        for part in parts {
            digest.update(part);
        }
        Zeroizing::new(digest.finalize().into())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose().ct_eq(other.expose()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Whether two authenticators are equal, in a time that does not depend on where they differ.
#[inline]
pub(crate) fn equal(a: &Authenticator, b: &Authenticator) -> bool {
    a.ct_eq(b).into()
}
