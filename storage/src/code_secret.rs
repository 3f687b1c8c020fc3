//! The form of a secret of one-time codes before it is sealed: the hash, the number of digits, then
//! its octets.

use aaa_engine::auth::{CodeDigits, CodeHash, CodeSecret};
use aaa_engine::ports::CredentialError;
use entitlement::TenantId;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::keys::{KeyRing, Purpose, Seal};

const SHA1: u8 = 1;
const SHA256: u8 = 2;
const SIX: u8 = 6;
const EIGHT: u8 = 8;

/// What the seal of a service's secret is bound to.
pub(crate) fn seal_of(tenant: TenantId, service: i64) -> Seal {
    Seal { purpose: Purpose::CodeSecret, tenant, row: service }
}

pub(crate) fn seal(
    keys: &KeyRing,
    tenant: TenantId,
    service: i64,
    secret: &CodeSecret,
) -> Result<Vec<u8>, StoreError> {
    let hash = match secret.hash {
        CodeHash::Sha1 => SHA1,
        CodeHash::Sha256 => SHA256,
    };
    let digits = match secret.digits {
        CodeDigits::Six => SIX,
        CodeDigits::Eight => EIGHT,
    };
    let plain = Zeroizing::new([&[hash, digits][..], secret.expose()].concat());
    Ok(keys.seal(seal_of(tenant, service), &plain)?)
}

pub(crate) fn open(
    keys: &KeyRing,
    tenant: TenantId,
    service: i64,
    blob: &[u8],
) -> Result<CodeSecret, CredentialError> {
    let plain = keys.open(seal_of(tenant, service), blob)?;
    let (&[hash, digits], octets) =
        plain.split_first_chunk::<2>().ok_or(CredentialError::Damaged)?;
    let hash = match hash {
        SHA1 => CodeHash::Sha1,
        SHA256 => CodeHash::Sha256,
        _ => return Err(CredentialError::Damaged),
    };
    let digits = match digits {
        SIX => CodeDigits::Six,
        EIGHT => CodeDigits::Eight,
        _ => return Err(CredentialError::Damaged),
    };
    CodeSecret::new(octets, hash, digits).map_err(|_| CredentialError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::rotate::{Sealed, reseal};

    const OF_TWO: Sealed<'_> = Sealed { of: Kind::Service, row: 2, what: "the secret" };

    #[test]
    fn every_form_comes_back_as_it_was_for_the_same_service_only() {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyRing::generate_file(&folder.path().join("weir.key")).unwrap();
        for (hash, digits) in
            [(CodeHash::Sha1, CodeDigits::Six), (CodeHash::Sha256, CodeDigits::Eight)]
        {
            let secret = CodeSecret::new([7; 20], hash, digits).unwrap();
            let blob = seal(&keys, TenantId(1), 2, &secret).unwrap();
            assert_eq!(open(&keys, TenantId(1), 2, &blob), Ok(secret));
            assert_eq!(open(&keys, TenantId(1), 3, &blob), Err(CredentialError::Damaged));
            let again = reseal(&keys, seal_of(TenantId(1), 2), &blob, OF_TWO).unwrap();
            assert!(open(&keys, TenantId(1), 2, &again).is_ok());
        }
    }
}
