//! The State attribute of a challenge (RFC 2865 section 5.24): what was asked, signed, so that the
//! server need not remember it, and any node of the installation can go on.

use core::fmt;

use entitlement::{ServiceId, Timestamp};
use hmac::{Hmac, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

use crate::class::keyed;
use crate::ports::NasId;
use crate::settings::ClassKey;

/// Octets of an MD5 challenge.
pub(crate) const CHALLENGE_LEN: usize = 16;

/// How long a challenge of EAP may be answered, milliseconds: as long as a subscriber may take to
/// type a password by the timers of IEEE 802.1X.
const CHALLENGE_LIFETIME_MS: u64 = 30_000;

/// How long a one-time code may be answered with, seconds: long enough to find the telephone, to
/// wait for the next code and to type it.
pub(crate) const CODE_LIFETIME_S: u32 = 120;

/// The length of a State, octets: kind 1, identifier 1, moment 8, detail 16, tag 16.
pub(crate) const STATE_LEN: usize = SIGNED_LEN + TAG_LEN;

const DETAIL_LEN: usize = CHALLENGE_LEN;
const SIGNED_LEN: usize = 1 + 1 + 8 + DETAIL_LEN;
const TAG_LEN: usize = 16;

const KIND_MD5: u8 = 1;
const KIND_CODE: u8 = 2;

/// Makes the key of States from that of the Class, so that neither can pass for the other.
const KEY_LABEL: &[u8] = b"the State of a challenge";

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The response to a challenge of EAP-MD5.
    Md5 {
        /// Of the EAP-Request.
        identifier: u8,
        challenge: [u8; CHALLENGE_LEN],
    },
    /// A one-time code of this service, whose password was right.
    Code(ServiceId),
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
    pub(crate) fn seal(
        &self,
        asked: &Asked,
        at: Timestamp,
        nas: NasId,
        login: &[u8],
    ) -> [u8; STATE_LEN] {
        let mut octets = [0; STATE_LEN];
        let (signed, tag) = octets.split_at_mut(SIGNED_LEN);
        let (head, detail) = asked.parts();
        let fields = [&head[..], &at.unix_ms().to_be_bytes(), &detail];
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
        let (asked, at) = self.verified(octets, nas, login).ok_or(StateError::Foreign)?;
        // The clocks of two nodes differ: a State may come from a little ahead.
        let age_ms = now.unix_ms().abs_diff(at.unix_ms());
        if age_ms > asked.lifetime_ms() { Err(StateError::TooOld) } else { Ok(asked) }
    }

    fn verified(&self, octets: &[u8], nas: NasId, login: &[u8]) -> Option<(Asked, Timestamp)> {
        let octets: &[u8; STATE_LEN] = octets.try_into().ok()?;
        let (signed, tag) = octets.split_at(SIGNED_LEN);
        if !bool::from(self.tag(signed, nas, login).ct_eq(tag)) {
            return None;
        }
        let (head, rest) = signed.split_first_chunk()?;
        let (at, detail) = rest.split_first_chunk()?;
        let asked = Asked::of(*head, *detail.first_chunk()?)?;
        Some((asked, Timestamp::from_unix_ms(i64::from_be_bytes(*at))))
    }

    /// Only the login has no fixed length, and it comes last.
    fn tag(&self, signed: &[u8], nas: NasId, login: &[u8]) -> [u8; TAG_LEN] {
        let keyed = self.keyed.clone().chain_update(signed);
        let keyed = keyed.chain_update(nas.0.to_be_bytes()).chain_update(login);
        let full: [u8; 20] = keyed.finalize().into_bytes().into();
        core::array::from_fn(|i| full[i])
    }
}

impl Asked {
    /// How long it may be answered, milliseconds.
    const fn lifetime_ms(&self) -> u64 {
        match self {
            Self::Md5 { .. } => CHALLENGE_LIFETIME_MS,
            Self::Code(_) => CODE_LIFETIME_S as u64 * 1000,
        }
    }

    /// Kind and identifier, and what else there is to it.
    fn parts(&self) -> ([u8; 2], [u8; DETAIL_LEN]) {
        match *self {
            Self::Md5 { identifier, challenge } => ([KIND_MD5, identifier], challenge),
            Self::Code(service) => {
                let mut detail = [0; DETAIL_LEN];
                let (id, _) = detail.split_at_mut(8);
                id.copy_from_slice(&service.0.to_be_bytes());
                ([KIND_CODE, 0], detail)
            }
        }
    }

    fn of(head: [u8; 2], detail: [u8; DETAIL_LEN]) -> Option<Self> {
        match head {
            [KIND_MD5, identifier] => Some(Self::Md5 { identifier, challenge: detail }),
            [KIND_CODE, 0] => {
                let id = detail.first_chunk()?;
                Some(Self::Code(ServiceId(i64::from_be_bytes(*id))))
            }
            _ => None,
        }
    }
}

impl fmt::Debug for StateSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateSealer(..)")
    }
}
