//! The two requests of RFC 5176.

use core::fmt;

use radius_proto::Code;

/// What a NAS is asked to do with a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// End it: Disconnect-Request (RFC 5176 section 2.1).
    Disconnect,
    /// Change what it may do: CoA-Request (RFC 5176 section 2.2).
    Change,
}

impl RequestKind {
    /// The code of the request.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Disconnect => Code::DISCONNECT_REQUEST,
            Self::Change => Code::COA_REQUEST,
        }
    }

    /// The code of the reply that says it is done.
    #[must_use]
    pub const fn ack(self) -> Code {
        match self {
            Self::Disconnect => Code::DISCONNECT_ACK,
            Self::Change => Code::COA_ACK,
        }
    }

    /// The code of the reply that says it is not.
    #[must_use]
    pub const fn nak(self) -> Code {
        match self {
            Self::Disconnect => Code::DISCONNECT_NAK,
            Self::Change => Code::COA_NAK,
        }
    }
}

/// The name of the request's code.
impl fmt::Display for RequestKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.code().fmt(f)
    }
}
