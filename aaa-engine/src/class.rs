//! The Class attribute: our token that a NAS repeats in accounting (RFC 2865 section 5.25).

use core::fmt;

use entitlement::{ServiceId, TenantId};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

use crate::settings::ClassKey;

/// The length of a token, octets: version 1, tenant 8, service 8, nonce 16, tag 12.
pub(crate) const CLASS_TOKEN_LEN: usize = SIGNED_LEN + TAG_LEN;

const SIGNED_LEN: usize = 1 + 8 + 8 + NONCE_LEN;
const NONCE_LEN: usize = 16;
const TAG_LEN: usize = 12;
const VERSION: u8 = 1;

/// What a token says: which service was accepted, and a number that no other acceptance has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClassToken {
    pub(crate) tenant: TenantId,
    pub(crate) service: ServiceId,
    pub(crate) nonce: [u8; NONCE_LEN],
}

/// Makes tokens and tells ours from others.
#[derive(Clone)]
pub(crate) struct ClassSigner {
    keyed: Hmac<Sha1>,
}

/// HMAC-SHA1 with a key of ours.
pub(crate) fn keyed(key: &[u8]) -> Hmac<Sha1> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    Hmac::new_from_slice(key).expect("any length")
}

impl ClassSigner {
    pub(crate) fn new(key: &ClassKey) -> Self {
        let keyed = keyed(key.expose());
        Self { keyed }
    }

    /// The octets of a token.
    pub(crate) fn seal(&self, token: &ClassToken) -> [u8; CLASS_TOKEN_LEN] {
        let mut octets = [0; CLASS_TOKEN_LEN];
        let (signed, tag) = octets.split_at_mut(SIGNED_LEN);
        let fields = [
            &[VERSION][..],
            &token.tenant.0.to_be_bytes(),
            &token.service.0.to_be_bytes(),
            &token.nonce,
        ];
        for (to, from) in signed.iter_mut().zip(fields.into_iter().flatten()) {
            *to = *from;
        }
        tag.copy_from_slice(&self.tag(signed));
        octets
    }

    /// The token, when these octets are one that was sealed with our key.
    pub(crate) fn open(&self, octets: &[u8]) -> Option<ClassToken> {
        let octets: &[u8; CLASS_TOKEN_LEN] = octets.try_into().ok()?;
        let (signed, tag) = octets.split_at(SIGNED_LEN);
        let ([version], rest) = signed.split_first_chunk()?;
        if *version != VERSION || !bool::from(self.tag(signed).ct_eq(tag)) {
            return None;
        }
        let (tenant, rest) = rest.split_first_chunk()?;
        let (service, nonce) = rest.split_first_chunk()?;
        Some(ClassToken {
            tenant: TenantId(i64::from_be_bytes(*tenant)),
            service: ServiceId(i64::from_be_bytes(*service)),
            nonce: nonce.try_into().ok()?,
        })
    }

    fn tag(&self, signed: &[u8]) -> [u8; TAG_LEN] {
        let full: [u8; 20] = self.keyed.clone().chain_update(signed).finalize().into_bytes().into();
        core::array::from_fn(|i| full[i])
    }
}

impl fmt::Debug for ClassSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClassSigner(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(octet: u8) -> ClassSigner {
        ClassSigner::new(&ClassKey::new([octet; 16]).unwrap())
    }

    const TOKEN: ClassToken =
        ClassToken { tenant: TenantId(3), service: ServiceId(-7), nonce: [9; 16] };

    #[test]
    fn a_token_comes_back() {
        assert_eq!(signer(1).open(&signer(1).seal(&TOKEN)), Some(TOKEN));
    }

    #[test]
    fn every_changed_octet_makes_it_foreign() {
        let sealed = signer(1).seal(&TOKEN);
        for at in 0..sealed.len() {
            let mut changed = sealed;
            changed[at] ^= 1;
            assert_eq!(signer(1).open(&changed), None, "octet {at}");
        }
        assert_eq!(signer(2).open(&sealed), None);
        assert_eq!(signer(1).open(&sealed[..sealed.len() - 1]), None);
        assert_eq!(signer(1).open(b""), None);
    }
}
