//! The Chargeable-User-Identity (RFC 4372): a name of a service for NASes that may not know who the
//! subscriber is, by which their accounting finds it.

use core::fmt;

use entitlement::{ServiceId, TenantId};
use hmac::{Hmac, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

use crate::class::keyed;
use crate::settings::ClassKey;

/// The length of an identity, hexadecimal digits: a text, as some NASes keep it as one.
pub(crate) const IDENTITY_LEN: usize = 2 * (TAG_LEN + ID_LEN);

/// Tenant 8, service 8.
const ID_LEN: usize = 16;
const TAG_LEN: usize = 16;

/// Make the keys from that of the Class, so that none can pass for another.
const TAG_LABEL: &[u8] = b"the tag of a Chargeable-User-Identity";
const MASK_LABEL: &[u8] = b"the mask of a Chargeable-User-Identity";

/// Makes identities and tells ours from others. The same service has always the same one, and
/// nobody without the key learns from it which that is.
///
/// It is the number of the service, enciphered with what its own tag makes: equal numbers make
/// equal identities, and others have nothing in common (the way of RFC 5297, with HMAC).
#[derive(Clone)]
pub(crate) struct IdentitySealer {
    tags: Hmac<Sha1>,
    masks: Hmac<Sha1>,
}

impl IdentitySealer {
    pub(crate) fn new(key: &ClassKey) -> Self {
        let of_label = |label: &[u8]| {
            let key = keyed(key.expose()).chain_update(label).finalize().into_bytes();
            keyed(&key)
        };
        Self { tags: of_label(TAG_LABEL), masks: of_label(MASK_LABEL) }
    }

    /// The identity of a service.
    pub(crate) fn seal(&self, tenant: TenantId, service: ServiceId) -> [u8; IDENTITY_LEN] {
        let mut id = [0; ID_LEN];
        let (of_tenant, of_service) = id.split_at_mut(8);
        of_tenant.copy_from_slice(&tenant.0.to_be_bytes());
        of_service.copy_from_slice(&service.0.to_be_bytes());
        let tag = first_octets(&self.tags, &id);
        let masked = self.masked(id, &tag);
        let mut text = [0; IDENTITY_LEN];
        for (octet, pair) in tag.iter().chain(&masked).zip(text.chunks_exact_mut(2)) {
            pair.copy_from_slice(&[digit(octet >> 4), digit(octet & 0x0f)]);
        }
        text
    }

    /// The service of `tenant` that this identity was made for.
    pub(crate) fn open(&self, tenant: TenantId, text: &[u8]) -> Option<ServiceId> {
        let text: &[u8; IDENTITY_LEN] = text.try_into().ok()?;
        let mut octets = [0; TAG_LEN + ID_LEN];
        for (octet, pair) in octets.iter_mut().zip(text.chunks_exact(2)) {
            let [high, low] = pair.try_into().ok()?;
            *octet = value(high)? << 4 | value(low)?;
        }
        let (tag, masked) = octets.split_first_chunk::<TAG_LEN>()?;
        let id = self.masked(*masked.first_chunk()?, tag);
        if !bool::from(first_octets(&self.tags, &id).ct_eq(tag)) {
            return None;
        }
        let (of_tenant, of_service) = id.split_first_chunk()?;
        let service = ServiceId(i64::from_be_bytes(*of_service.first_chunk()?));
        (TenantId(i64::from_be_bytes(*of_tenant)) == tenant).then_some(service)
    }

    /// Masks and unmasks.
    fn masked(&self, id: [u8; ID_LEN], tag: &[u8; TAG_LEN]) -> [u8; ID_LEN] {
        let mask = first_octets(&self.masks, tag);
        core::array::from_fn(|i| id[i] ^ mask[i])
    }
}

fn first_octets(keyed: &Hmac<Sha1>, octets: &[u8; ID_LEN]) -> [u8; TAG_LEN] {
    let full: [u8; 20] = keyed.clone().chain_update(octets).finalize().into_bytes().into();
    core::array::from_fn(|i| full[i])
}

const fn digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' + nibble,
        _ => b'a' + nibble - 10,
    }
}

fn value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

impl fmt::Debug for IdentitySealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentitySealer(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sealer(octet: u8) -> IdentitySealer {
        IdentitySealer::new(&ClassKey::new([octet; 16]).unwrap())
    }

    #[test]
    fn every_changed_digit_makes_it_foreign() {
        let sealed = sealer(1).seal(TenantId(3), ServiceId(7));
        assert_eq!(sealer(1).open(TenantId(3), &sealed), Some(ServiceId(7)));
        for at in 0..sealed.len() {
            let mut changed = sealed;
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(sealer(1).open(TenantId(3), &changed), None, "digit {at}");
        }
        assert_eq!(sealer(2).open(TenantId(3), &sealed), None);
        assert_eq!(sealer(1).open(TenantId(4), &sealed), None);
        for foreign in [&b""[..], b"\0", &sealed[1..], &[b'g'; IDENTITY_LEN]] {
            assert_eq!(sealer(1).open(TenantId(3), foreign), None);
        }
    }

    proptest! {
        #[test]
        fn the_same_service_has_always_the_same_and_another_one_another(
            tenant: i64, service: i64, other: i64,
        ) {
            let of = |service| sealer(1).seal(TenantId(tenant), ServiceId(service));
            prop_assert_eq!(of(service), of(service));
            let opened = sealer(1).open(TenantId(tenant), &of(service));
            prop_assert_eq!(opened, Some(ServiceId(service)));
            if service != other {
                let same = of(service).iter().zip(&of(other)).filter(|(a, b)| a == b).count();
                prop_assert!(same < IDENTITY_LEN / 2, "{} digits in common", same);
            }
        }
    }
}
