//! EAP (RFC 3748) as RADIUS carries it (RFC 3579): who asks, and EAP-MD5.
//!
//! Nothing is remembered between the packets of a log-in: what has been asked comes back, sealed,
//! in the State attribute.

mod packet;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use entitlement::Timestamp;
use radius_proto::{AttributeType, Packet, PacketWriter, WriteError};

use crate::auth::presented::{Presented, Proof};
use crate::auth::state::{Asked, CHALLENGE_LEN, STATE_LEN, StateError, StateSealer};
use crate::auth::{Method, Methods};
use crate::ports::NasId;
use crate::reason::Reason;

pub(crate) use packet::{FAILURE, SUCCESS};
use packet::{Response, TYPE_IDENTITY, TYPE_MD5};

/// What the answer to an EAP packet depends on, beside the packet.
pub(crate) struct Circumstances<'a> {
    pub(crate) sealer: &'a StateSealer,
    pub(crate) methods: Methods,
    pub(crate) nas: NasId,
    /// User-Name; empty when absent.
    pub(crate) login: &'a [u8],
    pub(crate) now: Timestamp,
    /// Random octets, used for nothing else.
    pub(crate) challenge: [u8; CHALLENGE_LEN],
    /// Another random octet.
    pub(crate) first_identifier: u8,
}

/// What comes next in the conversation.
pub(crate) enum Turn<'a> {
    /// The subscriber is to be asked.
    Ask(Question),
    /// It has answered: what it proves with, or why it proves nothing.
    Judge(Presented<'a>),
}

/// A question for an Access-Challenge.
pub(crate) enum Question {
    /// Who the subscriber is.
    Identity { identifier: u8 },
    /// The response to a challenge, with the State that will say which.
    Md5 { identifier: u8, challenge: [u8; CHALLENGE_LEN], state: [u8; STATE_LEN] },
}

impl<'a> Turn<'a> {
    /// What the request's EAP packet asks for; `None` when it carries none.
    pub(crate) fn of(request: &Packet<'a>, circumstances: &Circumstances<'_>) -> Option<Self> {
        let joined = request.concatenated(AttributeType::EAP_MESSAGE)?;
        let octets: Cow<'_, [u8]> = match joined.as_slice() {
            Some(whole) => whole.into(),
            None => joined.octets().collect::<Vec<_>>().into(),
        };
        let Circumstances { methods, first_identifier, .. } = *circumstances;
        // EAP-Start: the NAS leaves it to us to ask who is there (RFC 3579 section 2.1).
        if octets.is_empty() {
            return Some(if methods.eap_md5 {
                Self::Ask(Question::Identity { identifier: first_identifier })
            } else {
                Self::fail(Method::EapMd5, first_identifier, Reason::MethodOff)
            });
        }
        Some(match Response::parse(&octets) {
            Ok(response) => Self::after(request, &response, circumstances),
            Err(malformed) => {
                Self::fail(Method::Absent, malformed.identifier, Reason::MalformedCredentials)
            }
        })
    }

    fn after(request: &Packet<'_>, response: &Response<'_>, with: &Circumstances<'_>) -> Self {
        let identifier = response.identifier();
        match *response {
            Response::Identity { identity, .. } => match with.challenge(identifier, identity) {
                Ok(question) => Self::Ask(question),
                Err(reason) => Self::fail(Method::EapMd5, identifier, reason),
            },
            Response::Md5 { value, .. } => Self::Judge(Presented {
                method: Method::EapMd5,
                proof: with.proof(request, identifier, *value),
                eap_identifier: Some(identifier),
            }),
            Response::Nak { .. } | Response::Other { .. } => {
                Self::fail(Method::Absent, identifier, Reason::EapUnsupported)
            }
        }
    }

    const fn fail(method: Method, identifier: u8, reason: Reason) -> Self {
        Self::Judge(Presented { method, proof: Err(reason), eap_identifier: Some(identifier) })
    }
}

impl Circumstances<'_> {
    /// The challenge for who has said a name. Every name gets one, so that nobody learns which
    /// logins exist.
    fn challenge(&self, answered: u8, identity: &[u8]) -> Result<Question, Reason> {
        if self.login.is_empty() {
            return Err(Reason::NoUserName);
        }
        if !self.methods.eap_md5 {
            return Err(Reason::MethodOff);
        }
        // RFC 3579 section 2.1: the NAS copies the one into the other.
        if identity != self.login {
            return Err(Reason::EapIdentityDiffers);
        }
        let identifier = answered.wrapping_add(1);
        let asked = Asked::Md5 { identifier, challenge: self.challenge };
        let state = self.sealer.seal(&asked, self.now, self.nas, self.login);
        Ok(Question::Md5 { identifier, challenge: self.challenge, state })
    }

    /// The proof in a response, if it answers what we asked of this login at this NAS.
    fn proof<'a>(
        &self,
        request: &Packet<'_>,
        identifier: u8,
        response: [u8; CHALLENGE_LEN],
    ) -> Result<Proof<'a>, Reason> {
        let state = request.first(AttributeType::STATE).ok_or(Reason::EapOutOfTurn)?;
        let asked = self.sealer.open(state, self.nas, self.login, self.now);
        let asked = asked.map_err(|error| match error {
            StateError::Foreign => Reason::EapOutOfTurn,
            StateError::TooOld => Reason::EapTooLate,
        })?;
        match asked {
            Asked::Md5 { identifier: asked, challenge } if asked == identifier => {
                Ok(Proof::EapMd5 { identifier, response, challenge })
            }
            Asked::Md5 { .. } | Asked::Code(_) => Err(Reason::EapOutOfTurn),
        }
    }
}

impl Question {
    /// Writes the EAP-Request, and the State by which its answer is recognised.
    ///
    /// There is no Session-Timeout with it: how soon to ask again on its own link the NAS knows
    /// better (RFC 3579 section 2.6.4).
    pub(crate) fn write(&self, writer: &mut PacketWriter<'_>) -> Result<(), WriteError> {
        match self {
            Self::Identity { identifier } => {
                let message = [packet::REQUEST, *identifier, 0, 5, TYPE_IDENTITY];
                writer.attribute(AttributeType::EAP_MESSAGE, &message)
            }
            Self::Md5 { identifier, challenge, state } => {
                const LEN: u8 = 6 + CHALLENGE_LEN as u8;
                let head = [packet::REQUEST, *identifier, 0, LEN, TYPE_MD5, CHALLENGE_LEN as u8];
                let message = [&head[..], challenge].concat();
                writer.attribute(AttributeType::EAP_MESSAGE, &message)?;
                writer.attribute(AttributeType::STATE, state)
            }
        }
    }
}

/// Writes EAP-Success or EAP-Failure in answer to the response with this identifier (RFC 3748
/// section 4.2).
pub(crate) fn write_end(
    code: u8,
    identifier: u8,
    writer: &mut PacketWriter<'_>,
) -> Result<(), WriteError> {
    writer.attribute(AttributeType::EAP_MESSAGE, &[code, identifier, 0, 4])
}
