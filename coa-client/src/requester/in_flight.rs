//! One request from its beginning to its end.

use alloc::boxed::Box;
use core::fmt;
use core::time::Duration;

use radius_proto::{
    AttributeType, Authenticator, MessageAuthenticator, PACKET_LEN_MAX, Packet, PacketWriter,
    Secret, WriteError,
};

use super::RequestId;
use crate::{RequestKind, Retransmission, Settings};

/// What a reply is held against.
#[derive(Clone, Debug)]
pub(super) struct Proof {
    pub(super) kind: RequestKind,
    authenticator: Authenticator,
    secret: Secret,
}

/// A request that waits for its reply.
pub(super) struct InFlight {
    pub(super) id: RequestId,
    pub(super) proof: Proof,
    pub(super) datagram: Box<[u8]>,
    /// When it is to be sent again or given up.
    pub(super) due: Duration,
    /// How often it has been sent.
    pub(super) transmissions: u32,
    /// Replies that were not made with the secret.
    pub(super) unauthentic: u32,
    /// When it is given up at the latest, once it has been sent.
    ends: Duration,
    jitter: u64,
}

impl Proof {
    /// Whether the reply was made for the request with the secret; `None` when its code does not
    /// answer it. With `signed` it must have a Message-Authenticator; one that it has must be right.
    pub(super) fn admits(&self, reply: Packet<'_>, signed: bool) -> Option<bool> {
        let code = reply.code();
        if code != self.kind.ack() && code != self.kind.nak() {
            return None;
        }
        let signature =
            reply.verify_response_message_authenticator(&self.authenticator, &self.secret);
        let signature_will_do = match signature {
            MessageAuthenticator::Valid => true,
            MessageAuthenticator::Absent => !signed,
            MessageAuthenticator::Invalid => false,
        };
        Some(
            signature_will_do
                && reply.verify_response_authenticator(&self.authenticator, &self.secret),
        )
    }
}

impl InFlight {
    /// Writes the datagram, once and for all; it is due at once.
    pub(super) fn write(
        id: RequestId,
        (kind, identifier): (RequestKind, u8),
        (now, unix_s, jitter): (Duration, u32, u64),
        settings: &Settings,
        secret: &Secret,
        attributes: impl FnOnce(&mut PacketWriter<'_>) -> Result<(), WriteError>,
    ) -> Result<Self, WriteError> {
        let mut buffer = [0; PACKET_LEN_MAX];
        let code = kind.code();
        let mut writer =
            PacketWriter::without_message_authenticator(&mut buffer, code, identifier)?;
        if settings.message_authenticator {
            writer.message_authenticator()?;
        }
        if settings.event_timestamp {
            writer.attribute(AttributeType::EVENT_TIMESTAMP, &unix_s.to_be_bytes())?;
        }
        attributes(&mut writer)?;
        let datagram = writer.finish_request(secret);
        let mut authenticator = Authenticator::default();
        let field = datagram.iter().skip(AUTHENTICATOR_AT);
        authenticator.iter_mut().zip(field).for_each(|(to, from)| *to = *from);
        Ok(Self {
            id,
            proof: Proof { kind, authenticator, secret: secret.clone() },
            datagram: datagram.into(),
            due: now,
            transmissions: 0,
            unauthentic: 0,
            ends: Duration::MAX,
            jitter,
        })
    }

    /// Takes it as sent now.
    pub(super) fn transmit(&mut self, now: Duration, retransmission: &Retransmission) {
        if self.transmissions == 0 {
            let longest = retransmission.duration_max.max(Retransmission::WAIT_MIN);
            self.ends = now.saturating_add(longest);
        }
        self.transmissions += 1;
        let wait = retransmission.wait(self.transmissions, self.jitter);
        self.due = now.saturating_add(wait).min(self.ends);
    }

    /// Whether it has been sent for the last time and has waited long enough after that.
    pub(super) fn is_exhausted(&self, now: Duration, retransmission: &Retransmission) -> bool {
        let is_last = self.transmissions >= retransmission.transmissions_max.max(1);
        self.transmissions > 0 && self.due <= now && (is_last || self.ends <= now)
    }
}

const AUTHENTICATOR_AT: usize = 4;

/// Without the octets, which may be personal.
impl fmt::Debug for InFlight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InFlight")
            .field("id", &self.id)
            .field("kind", &self.proof.kind)
            .field("due", &self.due)
            .field("transmissions", &self.transmissions)
            .finish_non_exhaustive()
    }
}
