//! What an Access-Request brings to prove who it is.

use radius_proto::{AttributeType, Authenticator, Packet, VendorId};

use crate::auth::Method;
use crate::auth::mschap::NT_RESPONSE_LEN;
use crate::microsoft;
use crate::reason::Reason;

/// The method a request used, and what it proves it with; or why that cannot be judged.
pub(crate) struct Presented<'a> {
    pub(crate) method: Method,
    pub(crate) proof: Result<Proof<'a>, Reason>,
    /// Where it came by EAP, the identifier of the EAP packet that the reply answers.
    pub(crate) eap_identifier: Option<u8>,
}

/// The material of one proof, its lengths checked.
pub(crate) enum Proof<'a> {
    /// The request brings none, as a call check does (RFC 2865 section 5.6).
    Absent,
    Pap {
        hidden: &'a [u8],
    },
    Chap {
        identifier: u8,
        response: &'a [u8; 16],
        challenge: &'a [u8],
    },
    MsChapV1 {
        identifier: u8,
        challenge: &'a [u8; 8],
        response: &'a [u8; NT_RESPONSE_LEN],
    },
    MsChapV2 {
        identifier: u8,
        authenticator_challenge: &'a [u8; 16],
        peer_challenge: &'a [u8; 16],
        response: &'a [u8; NT_RESPONSE_LEN],
    },
    EapMd5 {
        identifier: u8,
        response: [u8; 16],
        /// From the State, in which only this server can have put it.
        challenge: [u8; 16],
    },
}

impl Proof<'_> {
    /// Whether the subscriber waits for the server's own proof, which only the password gives.
    pub(crate) const fn is_mutual(&self) -> bool {
        matches!(self, Self::MsChapV1 { .. } | Self::MsChapV2 { .. })
    }
}

impl<'a> Presented<'a> {
    /// What is presented without EAP, which has [turns](crate::auth::eap::Turn). A request has one
    /// proof (RFC 2865 section 4.1); of several the strongest counts.
    pub(crate) fn of(request: &Packet<'a>) -> Self {
        let (method, proof) =
            if let Some(value) = microsoft_value(request, microsoft::MS_CHAP2_RESPONSE) {
                (Method::MsChapV2, ms_chap_v2(request, value))
            } else if let Some(value) = microsoft_value(request, microsoft::MS_CHAP_RESPONSE) {
                (Method::MsChapV1, ms_chap_v1(request, value))
            } else if let Some(value) = request.first(AttributeType::CHAP_PASSWORD) {
                (Method::Chap, chap(request, value))
            } else if let Some(hidden) = request.first(AttributeType::USER_PASSWORD) {
                (Method::Pap, Ok(Proof::Pap { hidden }))
            } else {
                (Method::Absent, Ok(Proof::Absent))
            };
        Self { method, proof, eap_identifier: None }
    }
}

fn microsoft_value<'a>(request: &Packet<'a>, kind: u8) -> Option<&'a [u8]> {
    request.first_vendor(VendorId::MICROSOFT, kind)
}

/// CHAP-Password: an identifier and a response of 16 octets (RFC 2865 section 5.3).
fn chap<'a>(request: &Packet<'a>, value: &'a [u8]) -> Result<Proof<'a>, Reason> {
    let (&identifier, response) = value.split_first().ok_or(Reason::MalformedCredentials)?;
    let response = response.try_into().map_err(|_| Reason::MalformedCredentials)?;
    let authenticator: &'a Authenticator = request.authenticator();
    let challenge = request.first(AttributeType::CHAP_CHALLENGE);
    // An empty attribute counts as absent; an empty challenge would make every response reusable.
    let challenge = challenge.filter(|challenge| !challenge.is_empty()).unwrap_or(authenticator);
    Ok(Proof::Chap { identifier, response, challenge })
}

/// MS-CHAP-Response: identifier, flags, LM response, NT response (RFC 2548 section 2.1.3).
fn ms_chap_v1<'a>(request: &Packet<'a>, value: &'a [u8]) -> Result<Proof<'a>, Reason> {
    const NT_RESPONSE_IS_VALID: u8 = 0x01;
    let value = sized::<50>(value)?;
    let [identifier, flags, ..] = *value;
    if flags & NT_RESPONSE_IS_VALID == 0 {
        return Err(Reason::LmResponseOnly);
    }
    let response = value.last_chunk().ok_or(Reason::MalformedCredentials)?;
    let challenge = sized(ms_chap_challenge(request)?)?;
    Ok(Proof::MsChapV1 { identifier, challenge, response })
}

/// MS-CHAP2-Response: identifier, flags, peer challenge, 8 reserved octets, response (RFC 2548
/// section 2.3.2).
fn ms_chap_v2<'a>(request: &Packet<'a>, value: &'a [u8]) -> Result<Proof<'a>, Reason> {
    let value = sized::<50>(value)?;
    let [identifier, _flags, rest @ ..] = value;
    let peer_challenge = rest.first_chunk().ok_or(Reason::MalformedCredentials)?;
    let response = value.last_chunk().ok_or(Reason::MalformedCredentials)?;
    let authenticator_challenge = sized(ms_chap_challenge(request)?)?;
    let identifier = *identifier;
    Ok(Proof::MsChapV2 { identifier, authenticator_challenge, peer_challenge, response })
}

fn ms_chap_challenge<'a>(request: &Packet<'a>) -> Result<&'a [u8], Reason> {
    microsoft_value(request, microsoft::MS_CHAP_CHALLENGE).ok_or(Reason::MalformedCredentials)
}

fn sized<const N: usize>(value: &[u8]) -> Result<&[u8; N], Reason> {
    value.try_into().map_err(|_| Reason::MalformedCredentials)
}
