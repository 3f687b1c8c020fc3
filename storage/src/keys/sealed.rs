//! The form of a sealed value: version, key number (4 octets, big endian), nonce, ciphertext
//! with tag. What it was sealed for is authenticated but not stored, so that a value copied into
//! another row does not open there.

use aaa_engine::ports::CredentialError;
use entitlement::TenantId;

const VERSION: u8 = 1;
pub(super) const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;
const ASSOCIATED_DATA_LEN: usize = 18;

/// What a sealed value is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Purpose {
    /// The constant by which a wrong key file is noticed.
    KeyCheck = 1,
    /// The shared secret of a NAS.
    NasSecret = 2,
    /// The credential of a service.
    Credential = 3,
    /// The key of a snapshot, under which its parts are sealed.
    Snapshot = 4,
    /// What the one-time codes of a service are made of.
    CodeSecret = 5,
    /// What the hotspots of a NAS send with the log-ins of devices.
    MacAuthPassword = 6,
    /// The secret that is shared with a NAS for CoA and Disconnect.
    CoaSecret = 7,
    /// What the digests of a tenant's vouchers are keyed with.
    VoucherKey = 8,
    /// The codes of a batch of vouchers.
    VoucherCodes = 9,
    /// What a provider has given in the place of a card.
    ProviderToken = 10,
}

/// The row a sealed value belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seal {
    pub(crate) purpose: Purpose,
    pub(crate) tenant: TenantId,
    pub(crate) row: i64,
}

/// What notices a wrong key file belongs to the store as a whole.
pub(crate) const KEY_CHECK_SEAL: Seal =
    Seal { purpose: Purpose::KeyCheck, tenant: TenantId(0), row: 0 };

/// A snapshot is of the store as a whole, too.
pub(crate) const SNAPSHOT_SEAL: Seal =
    Seal { purpose: Purpose::Snapshot, tenant: TenantId(0), row: 0 };

impl Seal {
    pub(super) fn associated_data(self) -> [u8; ASSOCIATED_DATA_LEN] {
        let mut octets = [0; ASSOCIATED_DATA_LEN];
        let (head, rows) = octets.split_at_mut(2);
        head.copy_from_slice(&[VERSION, self.purpose as u8]);
        let (tenant, row) = rows.split_at_mut(8);
        tenant.copy_from_slice(&self.tenant.0.to_be_bytes());
        row.copy_from_slice(&self.row.to_be_bytes());
        octets
    }
}

/// Why a sealed value does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("it was sealed with key {key_id}, which the key file does not hold")]
    UnknownKey { key_id: u32 },
    #[error("it is damaged, or was sealed for another row or with another key of the same number")]
    Damaged,
}

impl From<OpenError> for CredentialError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::UnknownKey { key_id } => Self::UnknownKey { key_id },
            OpenError::Damaged => Self::Damaged,
        }
    }
}

pub(super) struct Parts<'a> {
    pub(super) key_id: u32,
    pub(super) nonce: [u8; NONCE_LEN],
    pub(super) ciphertext: &'a [u8],
}

pub(super) fn join(key_id: u32, nonce: &[u8; NONCE_LEN], ciphertext: &[u8]) -> Vec<u8> {
    let mut blob = Vec::with_capacity(1 + 4 + NONCE_LEN + ciphertext.len());
    blob.push(VERSION);
    blob.extend_from_slice(&key_id.to_be_bytes());
    blob.extend_from_slice(nonce);
    blob.extend_from_slice(ciphertext);
    blob
}

pub(super) fn split(blob: &[u8]) -> Option<Parts<'_>> {
    let (&version, rest) = blob.split_first()?;
    let (key_id, rest) = rest.split_first_chunk()?;
    let (nonce, ciphertext) = rest.split_first_chunk()?;
    (version == VERSION && ciphertext.len() >= TAG_LEN).then_some(Parts {
        key_id: u32::from_be_bytes(*key_id),
        nonce: *nonce,
        ciphertext,
    })
}

/// The number of the key that `blob` says it was sealed with.
pub(super) fn key_id(blob: &[u8]) -> Option<u32> {
    split(blob).map(|parts| parts.key_id)
}
