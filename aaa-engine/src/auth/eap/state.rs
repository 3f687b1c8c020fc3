//! The State attribute of a challenge (RFC 2865 section 5.24): what was asked, signed, so that the
//! server need not remember it, and any node of the installation can go on.

use core::fmt;

use entitlement::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

use super::CHALLENGE_LEN;
use crate::ports::NasId;
use crate::settings::ClassKey;

/// How long a challenge may be answered, milliseconds: as long as a subscriber may take to type a
/// password by the timers of IEEE 802.1X.
pub(crate) const CHALLENGE_LIFETIME_MS: i64 = 30_000;

/// The length of a State, octets: version 1, identifier 1, moment 8, challenge 16, tag 16.
pub(crate) const STATE_LEN: usize = SIGNED_LEN + TAG_LEN;

const SIGNED_LEN: usize = 1 + 1 + 8 + CHALLENGE_LEN;
const TAG_LEN: usize = 16;
const VERSION: u8 = 1;

/// Makes the key of States from that of the Class, so that neither can pass for the other.
const KEY_LABEL: &[u8] = b"the State of an EAP challenge";

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Of the EAP-Request.
    pub(crate) identifier: u8,
    /// When.
    pub(crate) at: Timestamp,
    pub(crate) challenge: [u8; CHALLENGE_LEN],
}

/// Why a State says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StateError {
    /// It is none of ours, or was made for another NAS or another login.
    Foreign,
    /// It was ours.
    TooOld,
}

/// Makes States and tells ours from others.
#[derive(Clone)]
pub(crate) struct StateSealer {
    keyed: Hmac<Sha1>,
}

impl StateSealer {
    pub(crate) fn new(key: &ClassKey) -> Self {
        let key = keyed(key.expose()).chain_update(KEY_LABEL).finalize().into_bytes();
        Self { keyed: keyed(&key) }
    }

    /// The octets of a State, good for this login at this NAS only.
    pub(crate) fn seal(&self, asked: &Asked, nas: NasId, login: &[u8]) -> [u8; STATE_LEN] {
        let mut octets = [0; STATE_LEN];
        let (signed, tag) = octets.split_at_mut(SIGNED_LEN);
        let fields =
            [&[VERSION, asked.identifier][..], &asked.at.unix_ms().to_be_bytes(), &asked.challenge];
        for (to, from) in signed.iter_mut().zip(fields.into_iter().flatten()) {
            *to = *from;
        }
        tag.copy_from_slice(&self.tag(signed, nas, login));
        octets
    }

    /// What was asked of this login at this NAS, if it was and not too long ago.
    pub(crate) fn open(
        &self,
        octets: &[u8],
        nas: NasId,
        login: &[u8],
        now: Timestamp,
    ) -> Result<Asked, StateError> {
        let asked = self.verified(octets, nas, login).ok_or(StateError::Foreign)?;
        // The clocks of two nodes differ: a State may come from a little ahead.
        let age_ms = now.unix_ms().abs_diff(asked.at.unix_ms());
        if age_ms > CHALLENGE_LIFETIME_MS.unsigned_abs() {
            return Err(StateError::TooOld);
        }
        Ok(asked)
    }

    fn verified(&self, octets: &[u8], nas: NasId, login: &[u8]) -> Option<Asked> {
        let octets: &[u8; STATE_LEN] = octets.try_into().ok()?;
        let (signed, tag) = octets.split_at(SIGNED_LEN);
        let ([version, identifier], rest) = signed.split_first_chunk()?;
        if *version != VERSION || !bool::from(self.tag(signed, nas, login).ct_eq(tag)) {
            return None;
        }
        let (at, challenge) = rest.split_first_chunk()?;
        Some(Asked {
            identifier: *identifier,
            at: Timestamp::from_unix_ms(i64::from_be_bytes(*at)),
            challenge: challenge.try_into().ok()?,
        })
    }

    /// Only the login has no fixed length, and it comes last.
    fn tag(&self, signed: &[u8], nas: NasId, login: &[u8]) -> [u8; TAG_LEN] {
        let keyed = self.keyed.clone().chain_update(signed);
        let keyed = keyed.chain_update(nas.0.to_be_bytes()).chain_update(login);
        let full: [u8; 20] = keyed.finalize().into_bytes().into();
        core::array::from_fn(|i| full[i])
    }
}

fn keyed(key: &[u8]) -> Hmac<Sha1> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    Hmac::new_from_slice(key).expect("any length")
}

impl fmt::Debug for StateSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateSealer(..)")
    }
}
