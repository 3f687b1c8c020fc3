//! Which ways of proving there are, and which of them are switched on.

use core::fmt;

/// The way a log-in proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// User-Password (RFC 2865 section 5.2).
    Pap,
    /// CHAP-Password (RFC 2865 section 5.3).
    Chap,
    /// MS-CHAP-Response (RFC 2548 section 2.1.3).
    MsChapV1,
    /// MS-CHAP2-Response (RFC 2548 section 2.3.2).
    MsChapV2,
    /// MD5-Challenge of EAP (RFC 3748 section 5.4).
    EapMd5,
    /// None that is understood here.
    Absent,
}

impl Method {
    /// Every method, in the order of their declaration.
    pub const ALL: [Self; 6] =
        [Self::Pap, Self::Chap, Self::MsChapV1, Self::MsChapV2, Self::EapMd5, Self::Absent];

    /// The name that is stored; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pap => "pap",
            Self::Chap => "chap",
            Self::MsChapV1 => "mschapv1",
            Self::MsChapV2 => "mschapv2",
            Self::EapMd5 => "eap_md5",
            Self::Absent => "absent",
        }
    }

    /// The method that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.code() == code)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pap => "PAP",
            Self::Chap => "CHAP",
            Self::MsChapV1 => "MS-CHAPv1",
            Self::MsChapV2 => "MS-CHAPv2",
            Self::EapMd5 => "EAP-MD5",
            Self::Absent => "none",
        })
    }
}

/// Which methods are accepted. All of them are by default: it is the NAS and the subscriber's
/// router that negotiate one, and an ISP rarely chooses either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Methods {
    /// PAP: the password crosses the access link in the clear, and works with every form of
    /// stored credential.
    pub pap: bool,
    /// CHAP: needs the stored password in clear text.
    pub chap: bool,
    /// MS-CHAPv1: recoverable from a capture with little effort, and the client does not learn
    /// whether it spoke to the right server. Switch it off where no old equipment needs it.
    pub ms_chap_v1: bool,
    /// MS-CHAPv2: mutual, and no stronger than one DES key against who captures it.
    pub ms_chap_v2: bool,
    /// EAP-MD5, as switches and access points use it with IEEE 802.1X: needs the stored password
    /// in clear text, and proves nothing to the client.
    pub eap_md5: bool,
}

impl Default for Methods {
    fn default() -> Self {
        Self { pap: true, chap: true, ms_chap_v1: true, ms_chap_v2: true, eap_md5: true }
    }
}

impl Methods {
    /// Is `method` accepted? A request without any proof is not refused here: the credential says
    /// whether it needs one.
    #[must_use]
    pub const fn accept(self, method: Method) -> bool {
        match method {
            Method::Pap => self.pap,
            Method::Chap => self.chap,
            Method::MsChapV1 => self.ms_chap_v1,
            Method::MsChapV2 => self.ms_chap_v2,
            Method::EapMd5 => self.eap_md5,
            Method::Absent => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_back_to_their_methods() {
        for method in Method::ALL {
            assert_eq!(Method::from_code(method.code()), Some(method));
        }
        assert_eq!(Method::from_code("PAP"), None);
    }
}
