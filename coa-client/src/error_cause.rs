//! Why a NAS refused (RFC 5176 section 3.5).

use core::fmt;

/// The value of an Error-Cause attribute: those of RFC 5176 by name, every other by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCause {
    /// 201: what was left of a session that had ended is gone now; comes in a Disconnect-ACK.
    ResidualSessionContextRemoved,
    /// 202: an EAP packet was ignored.
    InvalidEapPacket,
    /// 401: the request has an attribute that the NAS cannot do what it asks for.
    UnsupportedAttribute,
    /// 402: an attribute that the NAS needs, to find the session for example, is not there.
    MissingAttribute,
    /// 403: NAS-Identifier, NAS-IP-Address or NAS-IPv6-Address is not this NAS's.
    NasIdentificationMismatch,
    /// 404: something else about the request is wrong.
    InvalidRequest,
    /// 405: the NAS does not do this Service-Type, Authorize Only for example.
    UnsupportedService,
    /// 406: the NAS does not do requests of this code.
    UnsupportedExtension,
    /// 407: an attribute has a value that the NAS does not do.
    InvalidAttributeValue,
    /// 501: the NAS is told not to do this.
    AdministrativelyProhibited,
    /// 502: a proxy knows no way to the NAS.
    RequestNotRoutable,
    /// 503: there is no such session on the NAS.
    SessionContextNotFound,
    /// 504: the session cannot be ended.
    SessionContextNotRemovable,
    /// 505: a proxy could not pass the request on.
    OtherProxyProcessingError,
    /// 506: the NAS lacks what it takes, at this time.
    ResourcesUnavailable,
    /// 507: the NAS asks with an Access-Request now, as Authorize Only wants it.
    RequestInitiated,
    /// 508: the request fits several sessions, and the NAS does one at a time.
    MultipleSessionSelectionUnsupported,
    /// Any other number.
    Other(u32),
}

/// What an [`ErrorCause`] is about, and so what can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CauseKind {
    /// What was asked for is done, or under way.
    Done,
    /// An attribute of the request: another request, with other attributes, may succeed.
    Attribute,
    /// The session: it is not there, or is not to be had by these attributes.
    Session,
    /// Neither: the same request will fail again until somebody changes how the NAS, a proxy or
    /// this client is set up.
    Permanent,
    /// Neither: the same request may succeed later.
    Transient,
}

use CauseKind::{Attribute, Done, Permanent, Session, Transient};

/// Every cause of RFC 5176 with its number, its name and what it is about.
const CAUSES: [(ErrorCause, u32, &str, CauseKind); 17] = [
    (ErrorCause::ResidualSessionContextRemoved, 201, "Residual-Session-Context-Removed", Done),
    (ErrorCause::InvalidEapPacket, 202, "Invalid-EAP-Packet", Done),
    (ErrorCause::UnsupportedAttribute, 401, "Unsupported-Attribute", Attribute),
    (ErrorCause::MissingAttribute, 402, "Missing-Attribute", Attribute),
    (ErrorCause::NasIdentificationMismatch, 403, "NAS-Identification-Mismatch", Attribute),
    (ErrorCause::InvalidRequest, 404, "Invalid-Request", Permanent),
    (ErrorCause::UnsupportedService, 405, "Unsupported-Service", Permanent),
    (ErrorCause::UnsupportedExtension, 406, "Unsupported-Extension", Permanent),
    (ErrorCause::InvalidAttributeValue, 407, "Invalid-Attribute-Value", Attribute),
    (ErrorCause::AdministrativelyProhibited, 501, "Administratively-Prohibited", Permanent),
    (ErrorCause::RequestNotRoutable, 502, "Request-Not-Routable", Permanent),
    (ErrorCause::SessionContextNotFound, 503, "Session-Context-Not-Found", Session),
    (ErrorCause::SessionContextNotRemovable, 504, "Session-Context-Not-Removable", Session),
    (ErrorCause::OtherProxyProcessingError, 505, "Other-Proxy-Processing-Error", Transient),
    (ErrorCause::ResourcesUnavailable, 506, "Resources-Unavailable", Transient),
    (ErrorCause::RequestInitiated, 507, "Request-Initiated", Done),
    (
        ErrorCause::MultipleSessionSelectionUnsupported,
        508,
        "Multiple-Session-Selection-Unsupported",
        Session,
    ),
];

impl ErrorCause {
    /// The cause of this number.
    #[must_use]
    pub fn from_number(number: u32) -> Self {
        let known = CAUSES.iter().find(|(_, its, ..)| *its == number);
        known.map_or(Self::Other(number), |(cause, ..)| *cause)
    }

    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::Other(number) => number,
            known => known.row().map_or(0, |(_, number, ..)| *number),
        }
    }

    /// Its name as dictionaries spell it; `None` for a number that RFC 5176 does not have.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        self.row().map(|(_, _, name, _)| *name)
    }

    /// What it is about. Of numbers that RFC 5176 does not have only the hundreds are known: 2xx is
    /// success, 4xx a request that will fail again, and all else may be tried again.
    #[must_use]
    pub fn kind(self) -> CauseKind {
        match (self.row(), self.number()) {
            (Some((_, _, _, kind)), _) => *kind,
            (None, 200..=299) => Done,
            (None, 400..=499) => Permanent,
            (None, _) => Transient,
        }
    }

    /// `None` for [`Other`](Self::Other), also with a number that has a name.
    fn row(self) -> Option<&'static (Self, u32, &'static str, CauseKind)> {
        CAUSES.iter().find(|(cause, ..)| *cause == self)
    }
}

/// The name and the number, or the number alone.
impl fmt::Display for ErrorCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} ({})", self.number()),
            None => write!(f, "Error-Cause {}", self.number()),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn every_number_is_itself_again() {
        for number in (0..1000).chain([u32::MAX]) {
            assert_eq!(ErrorCause::from_number(number).number(), number);
        }
        assert_eq!((0..1000).filter(|n| ErrorCause::from_number(*n).name().is_some()).count(), 17);
    }

    #[test]
    fn causes_read_as_their_names_and_say_what_they_are_about() {
        let session = ErrorCause::from_number(503);
        assert_eq!(session, ErrorCause::SessionContextNotFound);
        assert_eq!(session.to_string(), "Session-Context-Not-Found (503)");
        assert_eq!(session.kind(), Session);
        assert_eq!(ErrorCause::from_number(401).kind(), Attribute);
        assert_eq!(ErrorCause::from_number(501).kind(), Permanent);
        assert_eq!(ErrorCause::from_number(506).kind(), Transient);
        assert_eq!(ErrorCause::from_number(201).kind(), Done);
        assert_eq!(ErrorCause::from_number(601).to_string(), "Error-Cause 601");
        assert_eq!(ErrorCause::from_number(299).kind(), Done);
        assert_eq!(ErrorCause::from_number(499).kind(), Permanent);
        assert_eq!(ErrorCause::from_number(509).kind(), Transient);
    }
}
