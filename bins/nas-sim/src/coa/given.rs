//! What a request gives, and what of it names a session.

use std::net::{IpAddr, Ipv4Addr};

use radius_proto::{AttributeType, Packet, VendorFormat, VendorId};

use super::{ErrorCause, Held, Template};
use crate::attributes as attr;
use crate::clock::Moment;
use crate::line::{Line, Nas};
use crate::names;

/// One attribute; of a vendor's, the number is the vendor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Given<'a> {
    pub(crate) vendor: Option<VendorId>,
    pub(crate) number: u8,
    pub(crate) value: &'a [u8],
}

impl<'a> Given<'a> {
    /// The attributes of a packet in their order, those of vendors taken out of their wrapping.
    pub(crate) fn all(packet: &Packet<'a>) -> Vec<Self> {
        let mut all = Vec::new();
        for attribute in packet.attributes() {
            match attribute.vendor_specific(VendorFormat::STANDARD) {
                Some(inner) => all.extend(inner.filter_map(|inner| {
                    let number = u8::try_from(inner.kind).ok()?;
                    Some(Self { vendor: Some(inner.vendor), number, value: inner.value })
                })),
                None => all.push(Self {
                    vendor: None,
                    number: attribute.kind.0,
                    value: attribute.value,
                }),
            }
        }
        all
    }

    pub(crate) fn is(&self, kind: AttributeType) -> bool {
        self.vendor.is_none() && self.number == kind.0
    }

    pub(crate) fn text(&self) -> Result<&'a str, ErrorCause> {
        std::str::from_utf8(self.value).map_err(|_| ErrorCause::INVALID_REQUEST)
    }

    pub(crate) fn integer(&self) -> Result<u32, ErrorCause> {
        let octets = <[u8; 4]>::try_from(self.value).map_err(|_| ErrorCause::INVALID_REQUEST)?;
        Ok(u32::from_be_bytes(octets))
    }

    fn address(&self) -> Option<Ipv4Addr> {
        self.integer().ok().map(Ipv4Addr::from_bits)
    }

    /// `Session-Timeout 600`, with what `value` is in words.
    pub(crate) fn said(&self, value: impl std::fmt::Display) -> String {
        format!("{} {value}", names::attribute(self.vendor, self.number))
    }
}

/// The first of this kind.
pub(crate) fn first<'a>(given: &[Given<'a>], kind: AttributeType) -> Option<Given<'a>> {
    given.iter().copied().find(|given| given.is(kind))
}

/// What a manner knows of its router.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Router<'a> {
    pub(crate) nas: &'a Nas,
    pub(crate) accept: bool,
    pub(crate) templates: &'a [Template],
    pub(crate) now: Moment,
}

impl Router<'_> {
    /// Whether the request names an access server that this one is not.
    pub(crate) fn is_another(&self, given: &[Given<'_>]) -> bool {
        given.iter().any(|given| match (AttributeType(given.number), self.nas.address) {
            _ if given.vendor.is_some() => false,
            (attr::NAS_IDENTIFIER, _) => given.value != self.nas.identifier.as_bytes(),
            (attr::NAS_IP_ADDRESS, IpAddr::V4(own)) => given.value != own.octets(),
            (attr::NAS_IPV6_ADDRESS, IpAddr::V6(own)) => given.value != own.octets(),
            (attr::NAS_IP_ADDRESS | attr::NAS_IPV6_ADDRESS, _) => true,
            _ => false,
        })
    }
}

/// A session that is online.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Live<'a> {
    /// Its place in the list of subscribers.
    pub(crate) number: u32,
    pub(crate) nas: &'a Nas,
    pub(crate) line: &'a Line,
    pub(crate) address: Option<Ipv4Addr>,
    pub(crate) held: &'a Held,
}

impl Live<'_> {
    /// Whether an attribute, if it is one that names a session, names this one.
    fn fits(&self, given: &Given<'_>) -> bool {
        match AttributeType(given.number) {
            attr::USER_NAME => given.value == self.line.user_name.as_bytes(),
            attr::ACCT_SESSION_ID => given.value == self.line.session_id.as_bytes(),
            attr::CALLING_STATION_ID => given.value == self.line.calling_station_id.as_bytes(),
            attr::FRAMED_IP_ADDRESS => given.address().is_some_and(|it| Some(it) == self.address),
            attr::NAS_PORT => given.integer() == Ok(self.line.port()),
            attr::NAS_PORT_ID => {
                self.line.port_id(self.nas).is_some_and(|it| given.value == it.as_bytes())
            }
            _ => true,
        }
    }

    /// Whether everything of these kinds that is given names this session.
    pub(crate) fn is_named(&self, given: &[Given<'_>], by: &[AttributeType]) -> bool {
        given
            .iter()
            .filter(|given| by.iter().any(|kind| given.is(*kind)))
            .all(|given| self.fits(given))
    }
}

/// The places of the sessions that everything of these kinds names; none when nothing of them is
/// given.
pub(crate) fn named(
    given: &[Given<'_>],
    sessions: &[Live<'_>],
    by: &[AttributeType],
) -> Vec<usize> {
    if !given.iter().any(|given| by.iter().any(|kind| given.is(*kind))) {
        return Vec::new();
    }
    let fitting = sessions.iter().enumerate().filter(|(_, live)| live.is_named(given, by));
    fitting.map(|(place, _)| place).collect()
}

/// The one of them; without any, or with several, a NAK.
pub(crate) fn one(places: &[usize]) -> Result<usize, ErrorCause> {
    match places {
        [] => Err(ErrorCause::SESSION_CONTEXT_NOT_FOUND),
        [only] => Ok(*only),
        _ => Err(ErrorCause::MULTIPLE_SESSION_SELECTION),
    }
}
