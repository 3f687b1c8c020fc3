//! How session ids and shard keys are made.

use entitlement::Timestamp;
use sha1::{Digest as _, Sha1};

use crate::observation::Observation;
use crate::ports::NasId;
use crate::session::SessionId;

/// The top bit of an id: set when it was made from the nonce of a Class token.
const FROM_TOKEN: u8 = 0x80;

impl SessionId {
    /// What events about a whole NAS carry in place of a session.
    pub const NONE: Self = Self([0; 16]);

    /// The id of the session that was accepted with this nonce; the same whenever it is computed,
    /// so that it survives every restart.
    pub(super) fn from_token(observation: &Observation, nonce: &[u8; 16]) -> Self {
        let mut id = Self::digest(observation, &[nonce]);
        id.0[0] |= FROM_TOKEN;
        id
    }

    /// The id of a session without a token: its subscriber, and its beginning, by which the uses
    /// of one Acct-Session-Id differ.
    pub(super) fn from_identity(observation: &Observation, epoch: Option<Timestamp>) -> Self {
        let epoch = epoch.map_or(i64::MIN, Timestamp::unix_ms).to_be_bytes();
        let (login, station) = (&observation.login, &observation.calling_station_id);
        let mut id = Self::digest(observation, &[login.as_bytes(), station.as_bytes(), &epoch]);
        id.0[0] &= !FROM_TOKEN;
        id
    }

    /// Whether two sessions with the same Acct-Session-Id are told apart by their tokens.
    pub(super) const fn is_from_token(self) -> bool {
        self.0[0] & FROM_TOKEN != 0
    }

    fn digest(observation: &Observation, rest: &[&[u8]]) -> Self {
        let mut digest = Sha1::new_with_prefix(observation.nas.0.to_be_bytes());
        for part in [&*observation.acct_session_id].iter().chain(rest) {
            // With their lengths before them no two lists of parts read the same.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        let digest: [u8; 20] = digest.finalize().into();
        Self(core::array::from_fn(|i| digest[i]))
    }
}

/// Which of several [`SessionTable`](crate::session::SessionTable)s has the sessions of this
/// Acct-Session-Id on this NAS: take it modulo their number.
#[must_use]
pub fn shard_key(nas: NasId, acct_session_id: &[u8]) -> u64 {
    // FNV-1a, finished so that the low bits depend on every octet.
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let nas = nas.0.to_be_bytes();
    let hash = nas
        .iter()
        .chain(acct_session_id)
        .fold(OFFSET, |hash, octet| (hash ^ u64::from(*octet)).wrapping_mul(PRIME));
    hash ^ (hash >> 32)
}
