//! Attributes that an operator wants in the Access-Accept, whatever the dialect says.

use std::sync::Arc;

use radius_dict::text::{self, Hiding, Pair, PairError, TextError};
use radius_dict::{Dictionary, Oid};
use radius_proto::{
    Attribute, AttributeType, Code, PACKET_LEN_MIN, Packet, PacketWriter, Secret, VendorFormat,
    VendorId, WriteError,
};

use crate::ports::{Nas, Service};

/// The longest list, octets: beside it an Access-Accept has room for all else.
pub const REPLY_ATTRIBUTES_LEN_MAX: usize = 1_024;

/// A list of attributes for the Access-Accepts of a NAS, a plan or a service, as octets.
///
/// They are written behind what the dialect says, and take the place of attributes of the same
/// name: a service's that of its plan's, a plan's that of its NAS's, and any that of the
/// dialect's.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyAttributes {
    /// They in a packet, whose header says nothing.
    packet: Arc<[u8]>,
}

/// What an attribute is called on the wire; of one in a vendor's attribute, its first number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AttributeName {
    Standard(AttributeType),
    Vendor(VendorId, u32),
}

/// Why a text is no such list.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplyAttributesError {
    /// It is not understood.
    #[error(transparent)]
    Text(#[from] TextError),
    /// It cannot be written.
    #[error(transparent)]
    Pair(#[from] PairError),
    /// It is longer than an Access-Accept has room for.
    #[error("the attributes are longer than {REPLY_ATTRIBUTES_LEN_MAX} octets in all")]
    TooLong,
    /// It has an attribute that the engine writes itself.
    #[error("{attribute} cannot be set by hand: {why}")]
    Reserved {
        /// Which.
        attribute: String,
        /// Why.
        why: &'static str,
    },
    /// Stored octets that are no list of attributes.
    #[error("the stored octets are no list of attributes")]
    Damaged,
}

impl ReplyAttributes {
    /// Reads pairs as `Mikrotik-Address-List = "gold"`, separated by commas or line ends.
    ///
    /// # Errors
    /// When a pair is not understood, its value is hidden with the shared secret, it is written by
    /// the engine itself, or all of them are too long.
    pub fn parse(text: &str, dictionary: &Dictionary) -> Result<Self, ReplyAttributesError> {
        let mut buffer = [0; PACKET_LEN_MIN + REPLY_ATTRIBUTES_LEN_MAX];
        let too_long = |_| ReplyAttributesError::TooLong;
        let mut writer =
            PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_ACCEPT, 0)
                .map_err(too_long)?;
        // Nothing is hidden with it: what would be is refused before.
        let no_secret = Secret::new("-").map_err(|_| ReplyAttributesError::TooLong)?;
        for pair in text::parse_pairs(dictionary, text)? {
            if let Some(why) = reserved(&pair, dictionary) {
                let attribute = pair.name().to_owned();
                return Err(ReplyAttributesError::Reserved { attribute, why });
            }
            let mut hiding = Hiding::new(&[0; 16], &no_secret, [0; 2]);
            pair.write(&mut writer, &mut hiding).map_err(|error| match error {
                PairError::Write { source: WriteError::PacketFull { .. }, .. } => {
                    ReplyAttributesError::TooLong
                }
                error => error.into(),
            })?;
        }
        Ok(Self { packet: writer.finish_unsigned(&[0; 16]).into() })
    }

    /// Takes back what [`as_octets`](Self::as_octets) gave.
    ///
    /// # Errors
    /// [`ReplyAttributesError::Damaged`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, ReplyAttributesError> {
        let mut packet = vec![0; PACKET_LEN_MIN];
        packet.extend_from_slice(octets);
        let len = u16::try_from(packet.len()).map_err(|_| ReplyAttributesError::Damaged)?;
        if let [code, _, high, low, ..] = packet.as_mut_slice() {
            *code = Code::ACCESS_ACCEPT.0;
            [*high, *low] = len.to_be_bytes();
        }
        match Packet::parse(&packet) {
            Ok(_) if octets.len() <= REPLY_ATTRIBUTES_LEN_MAX => Ok(Self { packet: packet.into() }),
            _ => Err(ReplyAttributesError::Damaged),
        }
    }

    /// The attributes as they stand in a packet, one after the other.
    #[must_use]
    pub fn as_octets(&self) -> &[u8] {
        self.packet.get(PACKET_LEN_MIN..).unwrap_or_default()
    }

    /// They as a packet, to be shown; its header says nothing.
    #[must_use]
    pub fn as_packet(&self) -> Option<Packet<'_>> {
        Packet::parse(&self.packet).ok()
    }

    fn attributes(&self) -> impl Iterator<Item = Attribute<'_>> {
        self.as_packet().into_iter().flat_map(|packet| packet.attributes())
    }

    fn contain(&self, name: AttributeName) -> bool {
        self.attributes().any(|attribute| AttributeName::of(&attribute) == name)
    }
}

impl core::fmt::Debug for ReplyAttributes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ReplyAttributes({} octets)", self.as_octets().len())
    }
}

impl AttributeName {
    fn of(attribute: &Attribute<'_>) -> Self {
        let inner =
            attribute.vendor_specific(VendorFormat::STANDARD).and_then(|mut all| all.next());
        match inner {
            Some(inner) => Self::Vendor(inner.vendor, inner.kind),
            None => Self::Standard(attribute.kind),
        }
    }
}

/// Those that apply to one session, the nearest to the service first.
pub(crate) struct Applying<'a>(pub(crate) [Option<&'a ReplyAttributes>; 3]);

impl<'a> Applying<'a> {
    /// Those of a session of `service` on `nas`.
    pub(crate) fn of(service: &'a Service, nas: &'a Nas) -> Self {
        let (own, of_plan) = (&service.reply_attributes, &service.plan_reply_attributes);
        Self([own.as_ref(), of_plan.as_ref(), nas.reply_attributes.as_ref()])
    }

    /// Is nothing set by hand?
    pub(crate) fn are_none(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// Is the attribute set by hand, so that the dialect's is not written?
    pub(crate) fn replace(&self, name: AttributeName) -> bool {
        !ADDED_ONLY.contains(&name) && self.0.iter().flatten().any(|list| list.contain(name))
    }

    /// Writes each that no nearer list has, and that is not left out.
    pub(crate) fn write(
        &self,
        left_out: impl Fn(AttributeName) -> bool,
        writer: &mut PacketWriter<'_>,
    ) -> Result<(), WriteError> {
        for (place, list) in self.0.iter().enumerate() {
            let nearer = || self.0.iter().take(place).flatten();
            for attribute in list.iter().flat_map(|list| list.attributes()) {
                let name = AttributeName::of(&attribute);
                let is_added = ADDED_ONLY.contains(&name);
                let is_replaced = || left_out(name) || nearer().any(|list| list.contain(name));
                if is_added || !is_replaced() {
                    writer.attribute(attribute.kind, attribute.value)?;
                }
            }
        }
        Ok(())
    }
}

/// Attributes of which each value is about something else, so that one never stands in place of
/// another: Cisco-AVPair and Cisco-Account-Info, ERX-Service-Activate, Alc-Subscriber-QoS-Override,
/// and Framed-Route.
const ADDED_ONLY: [AttributeName; 5] = [
    AttributeName::Vendor(VendorId(9), 1),
    AttributeName::Vendor(VendorId(9), 250),
    AttributeName::Vendor(VendorId(4874), 65),
    AttributeName::Vendor(VendorId(6527), 126),
    AttributeName::Standard(AttributeType(22)),
];

const ACCT_INTERIM_INTERVAL: u8 = 85;

/// Why an attribute is none for an operator to set, if it is not.
fn reserved(pair: &Pair, dictionary: &Dictionary) -> Option<&'static str> {
    let definition = dictionary.attribute_by_name(pair.name());
    if definition.is_some_and(|definition| definition.flags.encryption.is_some()) {
        return Some("its value is hidden with the secret, anew in each packet");
    }
    let is = |kind: AttributeType| pair.vendor().is_none() && pair.number() == Oid::from(kind.0);
    if is(AttributeType::SESSION_TIMEOUT) || is(AttributeType(ACCT_INTERIM_INTERVAL)) {
        return Some("no session may outlast what was paid for; the plan has options for it");
    }
    let engines_own = [
        AttributeType::MESSAGE_AUTHENTICATOR,
        AttributeType::PROXY_STATE,
        AttributeType::CLASS,
        AttributeType::CHARGEABLE_USER_IDENTITY,
        AttributeType::STATE,
        AttributeType::EAP_MESSAGE,
    ];
    engines_own
        .into_iter()
        .any(is)
        .then_some("it is part of the protocol, and written where it is needed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> ReplyAttributes {
        ReplyAttributes::parse(text, Dictionary::builtin()).unwrap()
    }

    #[test]
    fn they_come_back_as_they_were() {
        let list = parsed("Mikrotik-Address-List = \"gold\"\nPort-Limit = 2, Filter-Id = \"x.in\"");
        assert_eq!(ReplyAttributes::from_octets(list.as_octets()).unwrap(), list);
        assert_eq!(list.attributes().count(), 3);
        assert!(ReplyAttributes::from_octets(&[11, 9, 1]).is_err());
    }

    #[test]
    fn what_cannot_be_set_by_hand_is_refused_by_name() {
        let error = |text: &str| {
            ReplyAttributes::parse(text, Dictionary::builtin()).unwrap_err().to_string()
        };
        assert!(error("Class = 0x01").contains("Class cannot be set by hand"));
        assert!(error("Tunnel-Password = \"x\"").contains("hidden"));
        assert!(error("Mikrotik-Rate-Limt = \"1M\"").contains("Mikrotik-Rate-Limit"));
        let long = vec![format!("Reply-Message = \"{}\"", "x".repeat(200)); 6].join("\n");
        assert!(error(&long).contains("1024 octets"));
    }

    #[test]
    fn the_nearest_list_is_the_one_that_is_written() {
        let own = parsed("Mikrotik-Address-List = \"own\"");
        let plan = parsed("Mikrotik-Address-List = \"plan\", Port-Limit = 3");
        let nas = parsed("Port-Limit = 9, Filter-Id = \"nas\"");
        let applying = Applying([Some(&own), Some(&plan), Some(&nas)]);
        let mut buffer = [0; 200];
        let mut writer =
            PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_ACCEPT, 0)
                .unwrap();
        applying.write(|_| false, &mut writer).unwrap();
        let packet = Packet::parse(writer.finish_unsigned(&[0; 16])).unwrap();
        let shown = text::packet(Dictionary::builtin(), packet).to_string();
        for line in ["Mikrotik-Address-List = \"own\"", "Port-Limit = 3", "Filter-Id = \"nas\""] {
            assert!(shown.contains(line), "{shown}");
        }
        assert_eq!(packet.attributes().count(), 3);
        assert!(applying.replace(AttributeName::Vendor(VendorId(14988), 19)));
        assert!(!applying.replace(AttributeName::Vendor(VendorId(14988), 8)));
    }
}
