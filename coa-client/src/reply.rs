//! What a NAS answered.

use alloc::boxed::Box;
use core::fmt;

use radius_proto::{AttributeType, Code, Packet};
use thiserror::Error;

use crate::ErrorCause;

/// A reply whose source, identifier, code and authenticators have been found right.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    code: Code,
    is_acknowledged: bool,
    error_cause: Option<ErrorCause>,
    octets: Box<[u8]>,
}

/// The NAS answered, and did not do it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the NAS refused: {0}")]
pub struct Nak(pub Reply);

impl Reply {
    pub(crate) fn new(packet: Packet<'_>, ack: Code) -> Self {
        let number =
            packet.first(AttributeType::ERROR_CAUSE).and_then(|value| value.try_into().ok());
        Self {
            code: packet.code(),
            is_acknowledged: packet.code() == ack,
            error_cause: number.map(|octets| ErrorCause::from_number(u32::from_be_bytes(octets))),
            octets: packet.as_bytes().into(),
        }
    }

    /// Disconnect-ACK, Disconnect-NAK, CoA-ACK or CoA-NAK.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Whether the NAS did what it was asked for.
    #[must_use]
    pub const fn is_acknowledged(&self) -> bool {
        self.is_acknowledged
    }

    /// The reply when the NAS did what it was asked for, for those to whom all else is a failure.
    ///
    /// # Errors
    /// [`Nak`], with the reply, when it did not.
    pub const fn acknowledged(self) -> Result<Self, Nak> {
        match self.is_acknowledged {
            true => Ok(self),
            false => Err(Nak(self)),
        }
    }

    /// Its Error-Cause. A NAK should have one, and some NASes leave it out; an ACK may have one.
    #[must_use]
    pub const fn error_cause(&self) -> Option<ErrorCause> {
        self.error_cause
    }

    /// The packet, for its other attributes.
    #[must_use]
    pub fn packet(&self) -> Packet<'_> {
        #[expect(clippy::expect_used, reason = "`new` got these octets from a packet")]
        Packet::parse(&self.octets).expect("octets of a packet")
    }
}

/// The code, and the cause where there is one.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.error_cause {
            Some(cause) => write!(f, "{}, {cause}", self.code),
            None => write!(f, "{}", self.code),
        }
    }
}

/// Without the attributes, which may be personal.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("code", &self.code)
            .field("error_cause", &self.error_cause)
            .field("len", &self.octets.len())
            .finish_non_exhaustive()
    }
}
