//! The keys that credentials and shared secrets are sealed with. They live in a file beside the
//! store, never in it: whoever steals the one without the other has nothing.

mod error;
mod file;
mod sealed;

use core::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use zeroize::Zeroizing;

pub use error::KeyError;
use file::KeyLine;
use sealed::key_id;
pub(crate) use sealed::{KEY_CHECK_SEAL, OpenError, Purpose, SNAPSHOT_SEAL, Seal};

use crate::entropy;

/// The length of a key, octets (AES-256).
pub(super) const KEY_LEN: usize = 32;

/// Every key of an installation: the newest seals, all of them open. Cheap to clone; clones see
/// the keys that are read later.
#[derive(Clone)]
pub struct KeyRing(Arc<Ring>);

struct Ring {
    path: PathBuf,
    ciphers: papaya::HashMap<u32, Arc<Aes256Gcm>>,
    newest: AtomicU32,
}

impl KeyRing {
    /// Makes a key file with one fresh key, readable by its owner alone.
    ///
    /// # Errors
    /// [`KeyError::Exists`] when there is a file already, which is never overwritten;
    /// [`KeyError::Io`] when it cannot be written.
    pub fn generate_file(path: &Path) -> Result<Self, KeyError> {
        file::create(path, &KeyLine { id: 1, key: Zeroizing::new(entropy::octets()?) })?;
        Self::from_file(path)
    }

    /// Reads the key file at `path`.
    ///
    /// # Errors
    /// [`KeyError::Missing`], [`KeyError::TooOpen`] when others than its owner may read it, and
    /// [`KeyError::Malformed`] with the number of the line.
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        let ring = Ring {
            path: path.to_path_buf(),
            ciphers: papaya::HashMap::new(),
            newest: AtomicU32::new(0),
        };
        let ring = Self(Arc::new(ring));
        ring.reload()?;
        Ok(ring)
    }

    /// Appends a fresh key to the file at `path`. From now on it seals; what older keys sealed
    /// stays readable, and [`Store::rotate_keys`](crate::Store::rotate_keys) seals it anew.
    ///
    /// # Errors
    /// As [`from_file`](Self::from_file), and [`KeyError::Io`] when it cannot be written.
    pub fn add_key(path: &Path) -> Result<Self, KeyError> {
        let newest = file::read(path)?.iter().map(|line| line.id).max().unwrap_or(0);
        let id = newest.checked_add(1).ok_or_else(|| KeyError::Malformed {
            path: path.to_path_buf(),
            line: 0,
            problem: "the key numbers have run out",
        })?;
        file::append(path, &KeyLine { id, key: Zeroizing::new(entropy::octets()?) })?;
        Self::from_file(path)
    }

    /// Where the keys were read from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Reads the file again, so that a process which has been running since before a key was
    /// added can open what was sealed with it.
    pub(crate) fn reload(&self) -> Result<(), KeyError> {
        let lines = file::read(&self.0.path)?;
        let ciphers = self.0.ciphers.pin();
        for line in &lines {
            let cipher = Aes256Gcm::new((&*line.key).into());
            ciphers.insert(line.id, Arc::new(cipher));
            self.0.newest.fetch_max(line.id, Ordering::AcqRel);
        }
        Ok(())
    }

    /// Whether `blob` was sealed with a key of this ring.
    pub(crate) fn knows_key_of(&self, blob: &[u8]) -> bool {
        key_id(blob).is_some_and(|id| self.0.ciphers.pin().contains_key(&id))
    }

    /// Whether `blob` was sealed with the newest key.
    pub(crate) fn is_newest(&self, blob: &[u8]) -> bool {
        key_id(blob) == Some(self.0.newest.load(Ordering::Acquire))
    }

    /// Encrypts `plain` under the newest key, bound to the row that `seal` names.
    pub(crate) fn seal(&self, seal: Seal, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        let id = self.0.newest.load(Ordering::Acquire);
        let cipher = self.cipher(id).ok_or(KeyError::SealFailed)?;
        let nonce: [u8; sealed::NONCE_LEN] = entropy::octets()?;
        let payload = Payload { msg: plain, aad: &seal.associated_data() };
        let ciphertext =
            cipher.encrypt(&nonce.into(), payload).map_err(|_| KeyError::SealFailed)?;
        Ok(sealed::join(id, &nonce, &ciphertext))
    }

    /// Decrypts what [`seal`](Self::seal) made for the same row.
    pub(crate) fn open(&self, seal: Seal, blob: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let parts = sealed::split(blob).ok_or(OpenError::Damaged)?;
        let cipher =
            self.cipher(parts.key_id).ok_or(OpenError::UnknownKey { key_id: parts.key_id })?;
        let payload = Payload { msg: parts.ciphertext, aad: &seal.associated_data() };
        let plain = cipher.decrypt(&parts.nonce.into(), payload).map_err(|_| OpenError::Damaged)?;
        Ok(Zeroizing::new(plain))
    }

    fn cipher(&self, id: u32) -> Option<Arc<Aes256Gcm>> {
        self.0.ciphers.pin().get(&id).cloned()
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let newest = self.0.newest.load(Ordering::Acquire);
        f.debug_struct("KeyRing").field("path", &self.0.path).field("newest", &newest).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entitlement::TenantId;

    const SEAL: Seal = Seal { purpose: Purpose::Credential, tenant: TenantId(1), row: 7 };

    fn ring() -> (tempfile::TempDir, KeyRing) {
        let folder = tempfile::tempdir().unwrap();
        let ring = KeyRing::generate_file(&folder.path().join("weir.key")).unwrap();
        (folder, ring)
    }

    #[test]
    fn what_is_sealed_opens_for_the_same_row_only() {
        let (_folder, ring) = ring();
        let blob = ring.seal(SEAL, b"opensesame").unwrap();
        assert_eq!(ring.open(SEAL, &blob).unwrap().as_slice(), b"opensesame");
        for other in [
            Seal { row: 8, ..SEAL },
            Seal { tenant: TenantId(2), ..SEAL },
            Seal { purpose: Purpose::NasSecret, ..SEAL },
        ] {
            assert_eq!(ring.open(other, &blob).unwrap_err(), OpenError::Damaged);
        }
    }

    #[test]
    fn a_changed_octet_anywhere_is_noticed() {
        let (_folder, ring) = ring();
        let blob = ring.seal(SEAL, b"opensesame").unwrap();
        assert!(!blob.windows(10).any(|window| window == b"opensesame"));
        for at in 0..blob.len() {
            let mut damaged = blob.clone();
            damaged[at] ^= 1;
            assert!(ring.open(SEAL, &damaged).is_err(), "octet {at}");
            assert!(ring.open(SEAL, &blob[..at]).is_err(), "cut to {at}");
        }
    }

    #[test]
    fn a_new_key_seals_and_the_old_one_still_opens() {
        let (folder, ring) = ring();
        let old = ring.seal(SEAL, b"old").unwrap();
        let rotated = KeyRing::add_key(&folder.path().join("weir.key")).unwrap();
        let new = rotated.seal(SEAL, b"new").unwrap();
        assert!(!rotated.is_newest(&old) && rotated.is_newest(&new));
        assert_eq!(rotated.open(SEAL, &old).unwrap().as_slice(), b"old");
        assert_eq!(ring.open(SEAL, &new).unwrap_err(), OpenError::UnknownKey { key_id: 2 });
        ring.reload().unwrap();
        assert_eq!(ring.open(SEAL, &new).unwrap().as_slice(), b"new");
    }

    #[test]
    fn a_key_is_never_printed() {
        let (folder, ring) = ring();
        let text = std::fs::read_to_string(folder.path().join("weir.key")).unwrap();
        let key = text.split_whitespace().last().unwrap();
        assert_eq!(key.len(), 2 * KEY_LEN);
        assert!(!format!("{ring:?}").contains(key));
    }
}
