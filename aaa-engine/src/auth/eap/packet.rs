//! EAP packets as a subscriber sends them (RFC 3748 section 4).

/// The code of an EAP-Request.
pub(super) const REQUEST: u8 = 1;
/// The code of an EAP-Response.
const RESPONSE: u8 = 2;
/// The code of an EAP-Success.
pub(crate) const SUCCESS: u8 = 3;
/// The code of an EAP-Failure.
pub(crate) const FAILURE: u8 = 4;

/// The type that says who the subscriber is.
pub(super) const TYPE_IDENTITY: u8 = 1;
/// The type that refuses a method and names others.
const TYPE_NAK: u8 = 3;
/// MD5-Challenge (RFC 3748 section 5.4).
pub(super) const TYPE_MD5: u8 = 4;
/// The long form of the refusal (RFC 3748 section 5.3.2).
const TYPE_EXPANDED: u8 = 254;

/// An EAP-Response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Response<'p> {
    /// Who the subscriber is.
    Identity { identifier: u8, identity: &'p [u8] },
    /// The response to an MD5 challenge. The name that may follow says nothing that User-Name
    /// does not.
    Md5 { identifier: u8, value: &'p [u8; 16] },
    /// The method that was asked for is refused.
    Nak { identifier: u8 },
    /// A method that is not known here.
    Other { identifier: u8 },
}

/// Octets that are no EAP-Response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed {
    /// Where an EAP packet has its identifier, so that the failure can be told; 0 where they end
    /// before it.
    pub(super) identifier: u8,
}

impl<'p> Response<'p> {
    /// Reads the value of the EAP-Messages of a request. What follows the EAP packet is padding of
    /// the link (RFC 3748 section 4.1).
    pub(super) fn parse(octets: &'p [u8]) -> Result<Self, Malformed> {
        let malformed = Malformed { identifier: octets.get(1).copied().unwrap_or_default() };
        let [RESPONSE, identifier, high, low, ..] = *octets else { return Err(malformed) };
        let len = usize::from(u16::from_be_bytes([high, low]));
        let Some([kind, data @ ..]) = octets.get(4..len) else { return Err(malformed) };
        Ok(match *kind {
            TYPE_IDENTITY => Self::Identity { identifier, identity: data },
            TYPE_MD5 => {
                let [16, data @ ..] = data else { return Err(malformed) };
                Self::Md5 { identifier, value: data.first_chunk().ok_or(malformed)? }
            }
            TYPE_NAK | TYPE_EXPANDED => Self::Nak { identifier },
            _ => Self::Other { identifier },
        })
    }

    pub(super) const fn identifier(&self) -> u8 {
        match self {
            Self::Identity { identifier, .. }
            | Self::Md5 { identifier, .. }
            | Self::Nak { identifier }
            | Self::Other { identifier } => *identifier,
        }
    }
}
