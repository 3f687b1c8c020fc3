//! Judging a proof, and what the reply owes to the one who gave it.

use radius_proto::{
    Authenticator, HidingError, PacketWriter, Secret, VendorId, WriteError, salted, user_password,
};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::auth::mppe::StartKeys;
use crate::auth::mschap::{self, AUTHENTICATOR_RESPONSE_LEN, NT_RESPONSE_LEN};
use crate::auth::presented::Proof;
use crate::auth::{Credential, address, chap, pap};
use crate::identity::AccessKind;
use crate::microsoft;
use crate::reason::Reason;
use crate::settings::Mppe;

/// What belongs to the request that carried the proof.
#[derive(Clone, Copy)]
pub(crate) struct Conversation<'a> {
    pub(crate) user_name: &'a [u8],
    /// Calling-Station-Id, if there is one.
    pub(crate) calling_station_id: Option<&'a [u8]>,
    /// What it asks for, where it tells.
    pub(crate) kind: Option<AccessKind>,
    /// What the hotspots of the NAS send with the log-ins of devices.
    pub(crate) mac_auth_password: Option<&'a Secret>,
    pub(crate) authenticator: &'a Authenticator,
    pub(crate) secret: &'a Secret,
}

/// A proof that was right.
#[derive(Debug)]
pub(crate) enum Proven {
    /// By PAP, CHAP, EAP-MD5 or the line itself: the reply owes nothing.
    Plain,
    /// By MS-CHAPv1: the reply carries the hash from which both ends derive keys.
    MsChapV1 { nt_hash_hash: Zeroizing<[u8; 16]> },
    /// By MS-CHAPv2: the reply proves the server too, and carries keys.
    MsChapV2 {
        identifier: u8,
        authenticator_response: [u8; AUTHENTICATOR_RESPONSE_LEN],
        keys: StartKeys,
    },
}

impl Proof<'_> {
    /// Was the proof made with the stored credential?
    pub(crate) fn verify(
        &self,
        credential: &Credential,
        conversation: &Conversation<'_>,
    ) -> Result<Proven, Reason> {
        if matches!(credential, Credential::MacAddress) {
            return address::verify(self, conversation).map(|()| Proven::Plain);
        }
        match *self {
            Self::Absent => Err(Reason::NoCredentials),
            Self::Pap { hidden } => {
                pap::verify(hidden, credential, conversation).map(|()| Proven::Plain)
            }
            Self::Chap { identifier, response, challenge } => {
                chap::verify(identifier, response, challenge, credential).map(|()| Proven::Plain)
            }
            Self::EapMd5 { identifier, ref response, ref challenge } => {
                chap::verify(identifier, response, challenge, credential).map(|()| Proven::Plain)
            }
            Self::MsChapV1 { challenge, response, .. } => {
                let nt_hash = ms_chap_hash(credential)?;
                expect(&mschap::challenge_response(challenge, &nt_hash), response)?;
                let nt_hash_hash = Zeroizing::new(mschap::nt_hash_hash(&nt_hash));
                Ok(Proven::MsChapV1 { nt_hash_hash })
            }
            Self::MsChapV2 { identifier, authenticator_challenge, peer_challenge, response } => {
                let nt_hash = ms_chap_hash(credential)?;
                let user_name = conversation.user_name;
                let challenge =
                    mschap::challenge_hash(peer_challenge, authenticator_challenge, user_name);
                expect(&mschap::challenge_response(&challenge, &nt_hash), response)?;
                let authenticator_response = mschap::authenticator_response(
                    &nt_hash,
                    response,
                    peer_challenge,
                    authenticator_challenge,
                    user_name,
                );
                let nt_hash_hash = Zeroizing::new(mschap::nt_hash_hash(&nt_hash));
                let keys = StartKeys::of_ms_chap_v2(&nt_hash_hash, response);
                Ok(Proven::MsChapV2 { identifier, authenticator_response, keys })
            }
        }
    }

    /// Writes MS-CHAP-Error with this error code where the method has one (RFC 2548 section
    /// 2.1.5, RFC 2433 section 6, RFC 2759 section 6). It never invites to another try with the same challenge.
    pub(crate) fn write_error(
        &self,
        error: u16,
        challenge: &[u8; 16],
        writer: &mut PacketWriter<'_>,
    ) -> Result<(), WriteError> {
        let (identifier, challenge, version) = match self {
            Self::Absent | Self::Pap { .. } | Self::Chap { .. } | Self::EapMd5 { .. } => {
                return Ok(());
            }
            Self::MsChapV1 { identifier, .. } => (*identifier, &challenge[..8], 2),
            Self::MsChapV2 { identifier, .. } => (*identifier, &challenge[..], 3),
        };
        let mut digits = [0; 32];
        mschap::write_hex(challenge, &mut digits);
        let digits = String::from_utf8_lossy(&digits[..2 * challenge.len()]);
        let mut value = vec![identifier];
        value.extend_from_slice(format!("E={error} R=0 C={digits} V={version}").as_bytes());
        writer.vendor_attribute(VendorId::MICROSOFT, microsoft::MS_CHAP_ERROR, &value)
    }
}

impl Proven {
    /// Writes what an Access-Accept owes: MS-CHAP2-Success and the keys for MPPE.
    pub(crate) fn write_success(
        &self,
        mppe: Mppe,
        salt: [u8; 2],
        conversation: &Conversation<'_>,
        writer: &mut PacketWriter<'_>,
    ) -> Result<(), WriteError> {
        match self {
            Self::Plain => Ok(()),
            Self::MsChapV1 { nt_hash_hash } => {
                if mppe == Mppe::Off {
                    return Ok(());
                }
                write_mppe_policy(mppe, MPPE_128_BIT, writer)?;
                write_ms_chap_mppe_keys(nt_hash_hash, conversation, writer)
            }
            Self::MsChapV2 { identifier, authenticator_response, keys } => {
                let mut success = [*identifier; 1 + AUTHENTICATOR_RESPONSE_LEN];
                let [_, text @ ..] = &mut success;
                *text = *authenticator_response;
                writer.vendor_attribute(
                    VendorId::MICROSOFT,
                    microsoft::MS_CHAP2_SUCCESS,
                    &success,
                )?;
                if mppe == Mppe::Off {
                    return Ok(());
                }
                write_mppe_policy(mppe, MPPE_40_BIT | MPPE_128_BIT, writer)?;
                // The salts of one packet must differ (RFC 2548 section 2.4.2).
                let [high, low] = salt;
                let (send, receive) = (microsoft::MS_MPPE_SEND_KEY, microsoft::MS_MPPE_RECV_KEY);
                write_salted_key(send, &keys.send, [high, low], conversation, writer)?;
                write_salted_key(receive, &keys.receive, [high, low ^ 1], conversation, writer)
            }
        }
    }
}

/// MS-MPPE-Encryption-Types, the bit for keys of 40 bits (RFC 2548 section 2.4.5).
const MPPE_40_BIT: u32 = 0x02;
/// MS-MPPE-Encryption-Types, the bit for keys of 128 bits.
const MPPE_128_BIT: u32 = 0x04;

fn ms_chap_hash(credential: &Credential) -> Result<Zeroizing<[u8; 16]>, Reason> {
    if matches!(credential, Credential::ClearText(password) if password.is_empty()) {
        return Err(Reason::EmptyPassword);
    }
    credential.nt_hash().ok_or(Reason::PasswordNotText)
}

fn expect(right: &[u8; NT_RESPONSE_LEN], given: &[u8; NT_RESPONSE_LEN]) -> Result<(), Reason> {
    if bool::from(right.ct_eq(given)) { Ok(()) } else { Err(Reason::WrongPassword) }
}

fn write_mppe_policy(
    mppe: Mppe,
    types: u32,
    writer: &mut PacketWriter<'_>,
) -> Result<(), WriteError> {
    let policy = u32::from(mppe == Mppe::Required) + 1;
    let (policy_kind, types_kind) =
        (microsoft::MS_MPPE_ENCRYPTION_POLICY, microsoft::MS_MPPE_ENCRYPTION_TYPES);
    writer.vendor_attribute(VendorId::MICROSOFT, policy_kind, &policy.to_be_bytes())?;
    writer.vendor_attribute(VendorId::MICROSOFT, types_kind, &types.to_be_bytes())
}

/// MS-CHAP-MPPE-Keys: the LM key, which is left zero because only keys of 128 bits are offered,
/// and the NT key, hidden like a User-Password (RFC 2548 section 2.4.1).
///
/// The NT key is the hash of the NT hash: so RFC 3079 section 2.4 and every implementation, where
/// RFC 2548 speaks of the NT hash itself.
fn write_ms_chap_mppe_keys(
    nt_hash_hash: &[u8; 16],
    conversation: &Conversation<'_>,
    writer: &mut PacketWriter<'_>,
) -> Result<(), WriteError> {
    let mut plain = Zeroizing::new([0; 24]);
    let [_, _, _, _, _, _, _, _, nt_key @ ..] = &mut *plain;
    *nt_key = *nt_hash_hash;
    let mut hidden = [0; 32];
    let (authenticator, secret) = (conversation.authenticator, conversation.secret);
    let len = user_password::hide(&plain[..], &mut hidden, authenticator, secret);
    let value = &hidden[..written(len, hidden.len())?];
    writer.vendor_attribute(VendorId::MICROSOFT, microsoft::MS_CHAP_MPPE_KEYS, value)
}

fn write_salted_key(
    kind: u8,
    key: &[u8; 16],
    salt: [u8; 2],
    conversation: &Conversation<'_>,
    writer: &mut PacketWriter<'_>,
) -> Result<(), WriteError> {
    let mut hidden = [0; salted::hidden_len(16)];
    let (authenticator, secret) = (conversation.authenticator, conversation.secret);
    let len = salted::hide(key, salt, &mut hidden, authenticator, secret);
    let value = &hidden[..written(len, hidden.len())?];
    writer.vendor_attribute(VendorId::MICROSOFT, kind, value)
}

/// Hiding into a buffer of the right size does not fail; were it to, no key must leave.
fn written(len: Result<usize, HidingError>, max: usize) -> Result<usize, WriteError> {
    match len {
        Ok(len) if len <= max => Ok(len),
        _ => Err(WriteError::ValueTooLong { len: max, max }),
    }
}
