use core::fmt;

/// The Type octet of an attribute.
///
/// Any octet can be held. The constants are the attributes that the rules of the wire and a plain
/// client need; the whole registry, with names and value types, is the matter of a dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttributeType(pub u8);

/// A vendor's SMI Private Enterprise Number, the first four octets of a Vendor-Specific value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VendorId(pub u32);

impl AttributeType {
    /// Whether this is one of the extended types, 241 to 246, whose values begin with a number of
    /// their own (RFC 6929 §2).
    #[inline]
    #[must_use]
    pub const fn is_extended(self) -> bool {
        matches!(self.0, 241..=246)
    }

    /// Whether this is one of the long extended types, 245 and 246, whose values may span
    /// attributes (RFC 6929 §2.2).
    #[inline]
    #[must_use]
    pub const fn is_long_extended(self) -> bool {
        matches!(self.0, 245 | 246)
    }
}

macro_rules! numbers {
    ($name:ident: $($(#[$doc:meta])* $constant:ident = $number:literal;)*) => {
        impl $name {
            $($(#[$doc])* pub const $constant: Self = Self($number);)*
        }
    };
}

numbers! { AttributeType:
    /// User-Name (RFC 2865 §5.1).
    USER_NAME = 1;
    /// User-Password, hidden with [`user_password`](crate::user_password) (RFC 2865 §5.2).
    USER_PASSWORD = 2;
    /// CHAP-Password: the CHAP identifier and a 16-octet response (RFC 2865 §5.3).
    CHAP_PASSWORD = 3;
    /// NAS-IP-Address (RFC 2865 §5.4).
    NAS_IP_ADDRESS = 4;
    /// NAS-Port (RFC 2865 §5.5).
    NAS_PORT = 5;
    /// Service-Type (RFC 2865 §5.6).
    SERVICE_TYPE = 6;
    /// Framed-Protocol (RFC 2865 §5.7).
    FRAMED_PROTOCOL = 7;
    /// Framed-IP-Address (RFC 2865 §5.8).
    FRAMED_IP_ADDRESS = 8;
    /// Framed-IP-Netmask (RFC 2865 §5.9).
    FRAMED_IP_NETMASK = 9;
    /// Filter-Id (RFC 2865 §5.11).
    FILTER_ID = 11;
    /// Reply-Message (RFC 2865 §5.18).
    REPLY_MESSAGE = 18;
    /// State, to be echoed in the next request of a conversation (RFC 2865 §5.24).
    STATE = 24;
    /// Class, to be echoed in accounting (RFC 2865 §5.25).
    CLASS = 25;
    /// Vendor-Specific (RFC 2865 §5.26).
    VENDOR_SPECIFIC = 26;
    /// Session-Timeout, seconds (RFC 2865 §5.27).
    SESSION_TIMEOUT = 27;
    /// Idle-Timeout, seconds (RFC 2865 §5.28).
    IDLE_TIMEOUT = 28;
    /// Termination-Action (RFC 2865 §5.29).
    TERMINATION_ACTION = 29;
    /// Called-Station-Id (RFC 2865 §5.30).
    CALLED_STATION_ID = 30;
    /// Calling-Station-Id (RFC 2865 §5.31).
    CALLING_STATION_ID = 31;
    /// NAS-Identifier (RFC 2865 §5.32).
    NAS_IDENTIFIER = 32;
    /// Proxy-State, to be echoed in every reply in the same order (RFC 2865 §5.33).
    PROXY_STATE = 33;
    /// Acct-Status-Type (RFC 2866 §5.1).
    ACCT_STATUS_TYPE = 40;
    /// Acct-Delay-Time, seconds (RFC 2866 §5.2).
    ACCT_DELAY_TIME = 41;
    /// Acct-Input-Octets, low 32 bits (RFC 2866 §5.3).
    ACCT_INPUT_OCTETS = 42;
    /// Acct-Output-Octets, low 32 bits (RFC 2866 §5.4).
    ACCT_OUTPUT_OCTETS = 43;
    /// Acct-Session-Id (RFC 2866 §5.5).
    ACCT_SESSION_ID = 44;
    /// Acct-Authentic (RFC 2866 §5.6).
    ACCT_AUTHENTIC = 45;
    /// Acct-Session-Time, seconds (RFC 2866 §5.7).
    ACCT_SESSION_TIME = 46;
    /// Acct-Input-Packets (RFC 2866 §5.8).
    ACCT_INPUT_PACKETS = 47;
    /// Acct-Output-Packets (RFC 2866 §5.9).
    ACCT_OUTPUT_PACKETS = 48;
    /// Acct-Terminate-Cause (RFC 2866 §5.10).
    ACCT_TERMINATE_CAUSE = 49;
    /// Acct-Multi-Session-Id (RFC 2866 §5.11).
    ACCT_MULTI_SESSION_ID = 50;
    /// Acct-Input-Gigawords, high 32 bits (RFC 2869 §5.1).
    ACCT_INPUT_GIGAWORDS = 52;
    /// Acct-Output-Gigawords, high 32 bits (RFC 2869 §5.2).
    ACCT_OUTPUT_GIGAWORDS = 53;
    /// Event-Timestamp, seconds since 1970 (RFC 2869 §5.3).
    EVENT_TIMESTAMP = 55;
    /// CHAP-Challenge (RFC 2865 §5.40).
    CHAP_CHALLENGE = 60;
    /// NAS-Port-Type (RFC 2865 §5.41).
    NAS_PORT_TYPE = 61;
    /// Tunnel-Password, hidden with [`salted`](crate::salted) (RFC 2868 §3.5).
    TUNNEL_PASSWORD = 69;
    /// Connect-Info (RFC 2869 §5.11).
    CONNECT_INFO = 77;
    /// EAP-Message, allowed only beside a Message-Authenticator (RFC 3579 §3.1).
    EAP_MESSAGE = 79;
    /// Message-Authenticator, 16 octets (RFC 3579 §3.2).
    MESSAGE_AUTHENTICATOR = 80;
    /// Acct-Interim-Interval, seconds (RFC 2869 §5.16).
    ACCT_INTERIM_INTERVAL = 85;
    /// NAS-Port-Id (RFC 2869 §5.17).
    NAS_PORT_ID = 87;
    /// Framed-Pool (RFC 2869 §5.18).
    FRAMED_POOL = 88;
    /// Chargeable-User-Identity, the one attribute whose empty value means something (RFC 4372).
    CHARGEABLE_USER_IDENTITY = 89;
    /// NAS-IPv6-Address (RFC 3162 §2.1).
    NAS_IPV6_ADDRESS = 95;
    /// Error-Cause of a Disconnect-NAK, CoA-NAK or Protocol-Error (RFC 5176 §3.5).
    ERROR_CAUSE = 101;
    /// Extended-Attribute-1 (RFC 6929 §3.1).
    EXTENDED_1 = 241;
    /// Extended-Attribute-2 (RFC 6929 §3.2).
    EXTENDED_2 = 242;
    /// Extended-Attribute-3 (RFC 6929 §3.3).
    EXTENDED_3 = 243;
    /// Extended-Attribute-4 (RFC 6929 §3.4).
    EXTENDED_4 = 244;
    /// Extended-Attribute-5, whose values may span attributes (RFC 6929 §3.5).
    EXTENDED_5 = 245;
    /// Extended-Attribute-6, whose values may span attributes (RFC 6929 §3.6).
    EXTENDED_6 = 246;
}

numbers! { VendorId:
    /// Cisco.
    CISCO = 9;
    /// Microsoft: MS-CHAP and MPPE (RFC 2548).
    MICROSOFT = 311;
    /// 3Com / USRobotics, whose sub-attributes have four type octets and no length.
    USR = 429;
    /// Huawei.
    HUAWEI = 2011;
    /// Juniper.
    JUNIPER = 2636;
    /// Lucent, whose sub-attributes have two type octets.
    LUCENT = 4846;
    /// Starent, whose sub-attributes have two type and two length octets.
    STARENT = 8164;
    /// The Wi-Fi Alliance's WISPr.
    WISPR = 14122;
    /// MikroTik.
    MIKROTIK = 14988;
    /// WiMAX, whose sub-attributes carry a continuation octet.
    WIMAX = 24757;
}

/// The number; names belong to a dictionary.
impl fmt::Display for AttributeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number; names belong to a dictionary.
impl fmt::Display for VendorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
