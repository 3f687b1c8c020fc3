//! The form of a credential before it is sealed: one octet that says which, then its octets.

use aaa_engine::auth::Credential;
use aaa_engine::ports::CredentialError;
use entitlement::TenantId;
use zeroize::Zeroizing;

use crate::error::{Kind, StoreError};
use crate::keys::{KeyRing, Purpose, Seal};

const CLEAR_TEXT: u8 = 1;
const NT_HASH: u8 = 2;
const MAC_ADDRESS: u8 = 3;
/// Longest password, octets: what User-Password can hold (RFC 2865 section 5.2).
const PASSWORD_LEN_MAX: usize = 128;

/// What the seal of a service's credential is bound to.
pub(crate) fn seal_of(tenant: TenantId, service: i64) -> Seal {
    Seal { purpose: Purpose::Credential, tenant, row: service }
}

/// Refuses a password that no log-in could ever present.
pub(crate) fn check(credential: &Credential) -> Result<(), StoreError> {
    let problem = match credential {
        Credential::ClearText(password) if password.is_empty() => {
            "the password is empty".to_owned()
        }
        Credential::ClearText(password) if password.len() > PASSWORD_LEN_MAX => {
            format!("the password has more than {PASSWORD_LEN_MAX} octets")
        }
        _ => return Ok(()),
    };
    Err(StoreError::Invalid { what: Kind::Service, problem })
}

pub(crate) fn seal(
    keys: &KeyRing,
    tenant: TenantId,
    service: i64,
    credential: &Credential,
) -> Result<Vec<u8>, StoreError> {
    let (form, octets): (u8, &[u8]) = match credential {
        Credential::ClearText(password) => (CLEAR_TEXT, password),
        Credential::NtHash(hash) => (NT_HASH, hash),
        Credential::MacAddress => (MAC_ADDRESS, &[]),
    };
    let mut plain = Zeroizing::new(Vec::with_capacity(1 + octets.len()));
    plain.push(form);
    plain.extend_from_slice(octets);
    Ok(keys.seal(seal_of(tenant, service), &plain)?)
}

pub(crate) fn open(
    keys: &KeyRing,
    tenant: TenantId,
    service: i64,
    blob: &[u8],
) -> Result<Credential, CredentialError> {
    let plain = keys.open(seal_of(tenant, service), blob)?;
    match plain.split_first() {
        Some((&CLEAR_TEXT, password)) => Ok(Credential::clear_text(password)),
        Some((&NT_HASH, hash)) => {
            hash.try_into().map(Credential::NtHash).map_err(|_| CredentialError::Damaged)
        }
        Some((&MAC_ADDRESS, [])) => Ok(Credential::MacAddress),
        _ => Err(CredentialError::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_comes_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyRing::generate_file(&folder.path().join("weir.key")).unwrap();
        let forms = [
            Credential::clear_text("opensesame"),
            Credential::NtHash([7; 16]),
            Credential::MacAddress,
        ];
        for credential in forms {
            let blob = seal(&keys, TenantId(1), 2, &credential).unwrap();
            assert_eq!(open(&keys, TenantId(1), 2, &blob).unwrap(), credential);
            assert_eq!(open(&keys, TenantId(1), 3, &blob), Err(CredentialError::Damaged));
        }
    }

    #[test]
    fn passwords_that_cannot_be_presented_are_refused() {
        assert!(check(&Credential::clear_text("")).is_err());
        assert!(check(&Credential::clear_text(vec![b'x'; 129])).is_err());
        assert!(check(&Credential::clear_text(vec![b'x'; 128])).is_ok());
    }
}
