use core::fmt;

/// The Code octet of a packet: what kind of packet it is.
///
/// Any octet can be held; [`Packet::parse`](crate::Packet::parse) accepts only those for which
/// [`is_known`](Self::is_known) holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u8);

/// What the Authenticator field of a packet holds, which follows from its [`Code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuthenticatorKind {
    /// Octets drawn for this request: Access-Request (RFC 2865 §3), Status-Server (RFC 5997 §3).
    Random,
    /// A digest of the request with zeros in this field: Accounting-Request (RFC 2866 §3), CoA- and
    /// Disconnect-Request (RFC 5176 §2.3).
    Digest,
    /// A digest of the reply with the request's authenticator in this field (RFC 2865 §3).
    Response,
}

impl Code {
    /// Access-Request (RFC 2865 §4.1).
    pub const ACCESS_REQUEST: Self = Self(1);
    /// Access-Accept (RFC 2865 §4.2).
    pub const ACCESS_ACCEPT: Self = Self(2);
    /// Access-Reject (RFC 2865 §4.3).
    pub const ACCESS_REJECT: Self = Self(3);
    /// Accounting-Request (RFC 2866 §4.1).
    pub const ACCOUNTING_REQUEST: Self = Self(4);
    /// Accounting-Response (RFC 2866 §4.2).
    pub const ACCOUNTING_RESPONSE: Self = Self(5);
    /// Access-Challenge (RFC 2865 §4.4).
    pub const ACCESS_CHALLENGE: Self = Self(11);
    /// Status-Server (RFC 5997).
    pub const STATUS_SERVER: Self = Self(12);
    /// Status-Client (RFC 2865 §3, experimental).
    pub const STATUS_CLIENT: Self = Self(13);
    /// Disconnect-Request (RFC 5176 §2.1).
    pub const DISCONNECT_REQUEST: Self = Self(40);
    /// Disconnect-ACK (RFC 5176 §2.1).
    pub const DISCONNECT_ACK: Self = Self(41);
    /// Disconnect-NAK (RFC 5176 §2.1).
    pub const DISCONNECT_NAK: Self = Self(42);
    /// CoA-Request (RFC 5176 §2.2).
    pub const COA_REQUEST: Self = Self(43);
    /// CoA-ACK (RFC 5176 §2.2).
    pub const COA_ACK: Self = Self(44);
    /// CoA-NAK (RFC 5176 §2.2).
    pub const COA_NAK: Self = Self(45);
    /// Protocol-Error (RFC 7930 §4).
    pub const PROTOCOL_ERROR: Self = Self(52);

    /// What the Authenticator field of such a packet holds. Of a code that is not in use nothing is
    /// known; it counts as a reply.
    #[inline]
    #[must_use]
    pub const fn authenticator_kind(self) -> AuthenticatorKind {
        match self {
            Self::ACCESS_REQUEST | Self::STATUS_SERVER | Self::STATUS_CLIENT => {
                AuthenticatorKind::Random
            }
            Self::ACCOUNTING_REQUEST | Self::COA_REQUEST | Self::DISCONNECT_REQUEST => {
                AuthenticatorKind::Digest
            }
            _ => AuthenticatorKind::Response,
        }
    }

    /// Whether this is one of the codes in use, which are the constants of this type.
    #[inline]
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.name().is_some()
    }

    /// The name of the code as the RFCs spell it, or `None` for a code that is not in use.
    #[inline]
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::ACCESS_REQUEST => "Access-Request",
            Self::ACCESS_ACCEPT => "Access-Accept",
            Self::ACCESS_REJECT => "Access-Reject",
            Self::ACCOUNTING_REQUEST => "Accounting-Request",
            Self::ACCOUNTING_RESPONSE => "Accounting-Response",
            Self::ACCESS_CHALLENGE => "Access-Challenge",
            Self::STATUS_SERVER => "Status-Server",
            Self::STATUS_CLIENT => "Status-Client",
            Self::DISCONNECT_REQUEST => "Disconnect-Request",
            Self::DISCONNECT_ACK => "Disconnect-ACK",
            Self::DISCONNECT_NAK => "Disconnect-NAK",
            Self::COA_REQUEST => "CoA-Request",
            Self::COA_ACK => "CoA-ACK",
            Self::COA_NAK => "CoA-NAK",
            Self::PROTOCOL_ERROR => "Protocol-Error",
            _ => return None,
        })
    }
}

/// The name of the code, or `Code-<number>` for one that is not in use.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => write!(f, "Code-{}", self.0),
        }
    }
}
