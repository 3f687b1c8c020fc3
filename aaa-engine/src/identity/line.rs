//! The access line of a subscriber, as access nodes and NASes write it.

use core::fmt;
use core::fmt::Write as _;
use std::net::Ipv4Addr;
use std::sync::Arc;

use radius_proto::{AttributeType, Packet, VendorId};

use crate::ports::NasId;

/// Octets of the longest text of a line: one attribute's, each octet as two digits.
pub const LINE_TEXT_LEN_MAX: usize = 2 + 2 * 253;

/// What a service is found by other than its login.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identifier {
    /// A line.
    Line(LineIdentifier),
    /// The address that is always the service's own.
    Address(Ipv4Addr),
}

/// One line, in the one way in which it is stored and compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LineIdentifier {
    /// Who calls it so.
    pub kind: LineKind,
    /// The NAS at which it is that line; `None`: at each of the tenant's.
    pub nas: Option<NasId>,
    text: Arc<str>,
}

/// Who names the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LineKind {
    /// The access node: its port (RFC 4679 section 3.3.1, RFC 3046 section 3.1).
    CircuitId,
    /// The operator, the ONU or the modem (RFC 4679 section 3.3.2, RFC 3046 section 3.2).
    RemoteId,
    /// The NAS: its own port, NAS-Port-Id.
    Port,
}

/// The vendors' attributes that hold a circuit id and those that hold a remote id, each with those
/// of ADSL-Forum (RFC 4679), Redback and Juniper.
const CIRCUIT_ID: [(VendorId, u8); 3] = [(ADSL_FORUM, 1), (REDBACK, 97), (ERX, 110)];
const REMOTE_ID: [(VendorId, u8); 3] = [(ADSL_FORUM, 2), (REDBACK, 96), (ERX, 182)];

/// The vendors' attributes that hold DHCP option 82 as it came: of Juniper and of Cisco.
const OPTION_82: [(VendorId, u8); 2] = [(ERX, 159), (VendorId::CISCO, 46)];

/// Cisco-AVPair.
const AV_PAIR: u8 = 1;

const ADSL_FORUM: VendorId = VendorId(3561);
const REDBACK: VendorId = VendorId(2352);
const ERX: VendorId = VendorId(4874);

impl LineKind {
    /// Every kind, in the order of their declaration.
    pub const ALL: [Self; 3] = [Self::CircuitId, Self::RemoteId, Self::Port];

    /// The word for it in a NAS's setting.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::CircuitId => "circuit-id",
            Self::RemoteId => "remote-id",
            Self::Port => "port",
        }
    }

    /// The name that is stored; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CircuitId => "circuit_id",
            Self::RemoteId => "remote_id",
            Self::Port => "port",
        }
    }

    /// The kind that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl LineIdentifier {
    /// The line that these octets name: text or not, and an ONU's serial number in either spelling.
    /// `None` when they are empty or too long for an attribute.
    ///
    /// ```
    /// use aaa_engine::{LineIdentifier, LineKind};
    ///
    /// let line = |octets| LineIdentifier::new(LineKind::RemoteId, None, octets).unwrap();
    /// assert_eq!(line(b"485754431A2B3C4D").text(), "HWTC1A2B3C4D");
    /// assert_eq!(line(b"\x00\x04\x00\x8b\x00\x0c").text(), "0x0004008b000c");
    /// ```
    #[must_use]
    pub fn new(kind: LineKind, nas: Option<NasId>, octets: &[u8]) -> Option<Self> {
        let text = canonical(octets)?;
        (text.len() <= LINE_TEXT_LEN_MAX).then(|| Self { kind, nas, text: text.into() })
    }

    /// What `request` says of its line; of several attributes the first that says it.
    #[must_use]
    pub fn of_request(kind: LineKind, nas: Option<NasId>, request: &Packet<'_>) -> Option<Self> {
        let octets = match kind {
            LineKind::CircuitId => of_vendors(request, CIRCUIT_ID, b"circuit-id-tag=", 1)?,
            LineKind::RemoteId => of_vendors(request, REMOTE_ID, b"remote-id-tag=", 2)?,
            LineKind::Port => request.first(AttributeType::NAS_PORT_ID)?,
        };
        Self::new(kind, nas, octets)
    }

    /// The line of that name at this NAS only, or at each of the tenant's.
    #[must_use]
    pub fn at(self, nas: Option<NasId>) -> Self {
        Self { nas, ..self }
    }

    /// Its text: printable ASCII as it is, everything else as hexadecimal digits behind `0x`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for LineIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.word(), self.text)
    }
}

fn of_vendors<'a>(
    request: &Packet<'a>,
    attributes: [(VendorId, u8); 3],
    tag: &[u8],
    sub_option: u8,
) -> Option<&'a [u8]> {
    let values = attributes.into_iter().flat_map(|(vendor, kind)| request.all_vendor(vendor, kind));
    let pairs = request.all_vendor(VendorId::CISCO, AV_PAIR);
    let values = values.chain(pairs.filter_map(|pair| pair.strip_prefix(tag)));
    // Some NASes put the whole option where one half of it belongs.
    let values = values.map(|value| match both_of_option_82(value) {
        Some(halves) => halves[usize::from(sub_option != 1)],
        None => value,
    });
    let whole = OPTION_82.into_iter().flat_map(|(vendor, kind)| request.all_vendor(vendor, kind));
    let whole = whole.filter_map(|value| sub_option_of(option_82(value), sub_option));
    values.chain(whole).find(|value| !value.is_empty())
}

/// The sub-options of DHCP option 82, which may have its own number and length before it.
fn option_82(value: &[u8]) -> &[u8] {
    match value {
        [82, len, rest @ ..] if rest.len() == usize::from(*len) => rest,
        value => value,
    }
}

/// One sub-option (RFC 3046 section 2.0), if all of the option is sub-options.
fn sub_option_of(mut option: &[u8], wanted: u8) -> Option<&[u8]> {
    let mut found = None;
    while let [kind, len, rest @ ..] = option {
        let (value, after) = rest.split_at_checked(usize::from(*len))?;
        if *kind == wanted && found.is_none() {
            found = Some(value);
        }
        option = after;
    }
    if option.is_empty() { found } else { None }
}

/// Circuit id and remote id, where a value is an option with both and nothing else.
fn both_of_option_82(value: &[u8]) -> Option<[&[u8]; 2]> {
    let option = option_82(value);
    let (circuit_id, remote_id) = (sub_option_of(option, 1)?, sub_option_of(option, 2)?);
    Some([circuit_id, remote_id])
}

/// The one text of all that mean the same line; `None` for nothing at all.
fn canonical(octets: &[u8]) -> Option<String> {
    let start = octets.iter().position(|octet| *octet != 0)?;
    let end = octets.iter().rposition(|octet| *octet != 0)?;
    let trimmed = octets.get(start..=end)?;
    let is_printable = trimmed.iter().all(|octet| matches!(octet, b' '..=b'~'));
    let text = core::str::from_utf8(trimmed).ok().filter(|_| is_printable);
    let Some(text) = text else {
        return Some(serial_of_octets(octets).unwrap_or_else(|| digits(octets)));
    };
    if let Some(octets) = text.strip_prefix("0x").and_then(octets_of_digits) {
        return Some(serial_of_octets(&octets).unwrap_or_else(|| digits(&octets)));
    }
    Some(serial(text).unwrap_or_else(|| text.to_owned()))
}

/// The serial number of an ONU (ITU-T G.984.3 section 9.2.4.1): four letters of the vendor and
/// four octets, here as `HWTC1A2B3C4D` whether it came so or as sixteen digits.
fn serial(text: &str) -> Option<String> {
    match text.len() {
        12 => {
            let (vendor, number) = text.split_at_checked(4)?;
            let is_serial = vendor.bytes().all(|letter| letter.is_ascii_alphabetic())
                && number.bytes().all(|digit| digit.is_ascii_hexdigit());
            is_serial.then(|| text.to_ascii_uppercase())
        }
        16 => serial_of_octets(&octets_of_digits(text)?),
        _ => None,
    }
}

/// The same of eight octets.
fn serial_of_octets(octets: &[u8]) -> Option<String> {
    let [vendor @ .., _, _, _, _] = octets else { return None };
    let is_vendor = vendor.len() == 4 && vendor.iter().all(u8::is_ascii_uppercase);
    let mut text = String::from_utf8(vendor.to_vec()).ok().filter(|_| is_vendor)?;
    octets.iter().skip(4).for_each(|octet| {
        let _ = write!(text, "{octet:02X}");
    });
    Some(text)
}

fn octets_of_digits(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

fn digits(octets: &[u8]) -> String {
    octets.iter().fold("0x".to_owned(), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use radius_proto::{Code, PACKET_LEN_MAX, PacketWriter, Secret};

    use super::*;

    fn text(octets: &[u8]) -> Option<String> {
        canonical(octets)
    }

    /// Circuit id and remote id of a request with these vendor attributes.
    fn line(attributes: &[(VendorId, u8, &[u8])]) -> (Option<String>, Option<String>) {
        let mut buffer = [0; PACKET_LEN_MAX];
        let mut writer = PacketWriter::new(&mut buffer, Code::ACCESS_REQUEST, 1).unwrap();
        for (vendor, kind, value) in attributes {
            writer.vendor_attribute(*vendor, *kind, value).unwrap();
        }
        let octets = writer.finish_access_request(&[1; 16], &Secret::new("x").unwrap());
        let request = Packet::parse(octets).unwrap();
        let of = |kind| {
            LineIdentifier::of_request(kind, None, &request).map(|line| line.text().to_owned())
        };
        (of(LineKind::CircuitId), of(LineKind::RemoteId))
    }

    #[test]
    fn every_spelling_of_a_line_is_one_text() {
        for (octets, expected) in [
            (&b"olt-1 xpon 0/3/7:100"[..], "olt-1 xpon 0/3/7:100"),
            (b"eth 0/1\0\0", "eth 0/1"),
            (b"\x00\x04\x00\x8b\x00\x0c", "0x0004008b000c"),
            (b"0x0004008B000C", "0x0004008b000c"),
            (b"HWTC1A2B3C4D", "HWTC1A2B3C4D"),
            (b"hwtc1a2b3c4d", "HWTC1A2B3C4D"),
            (b"485754431A2B3C4D", "HWTC1A2B3C4D"),
            (b"485754431a2b3c4d", "HWTC1A2B3C4D"),
            (b"HWTC\x1a\x2b\x3c\x4d", "HWTC1A2B3C4D"),
            (b"HWTC\xfa\x00\x00\x00", "HWTCFA000000"),
            (b"0x485754431a2b3c4d", "HWTC1A2B3C4D"),
            (b"ALCL12345678", "ALCL12345678"),
            // Sixteen digits that are no serial number.
            (b"0006286ed47b1ca4", "0006286ed47b1ca4"),
            (b"0x6574682030", "0x6574682030"),
            (b"0xzz", "0xzz"),
        ] {
            assert_eq!(text(octets).as_deref(), Some(expected), "{octets:?}");
        }
        assert_eq!((text(b""), text(b"\0\0")), (None, None));
    }

    #[test]
    fn every_vendors_attributes_are_read() {
        let both = || (Some("olt-1 eth 0/1".to_owned()), Some("HWTC1A2B3C4D".to_owned()));
        let (circuit, remote) = (&b"olt-1 eth 0/1"[..], &b"485754431A2B3C4D"[..]);
        let option = [&[1, 13][..], circuit, &[2, 16], remote].concat();
        let numbered = [&[82, 33][..], &option].concat();
        let (cisco_circuit, cisco_remote) =
            ([b"circuit-id-tag=", circuit].concat(), [b"remote-id-tag=", remote].concat());
        let cisco = VendorId::CISCO;
        for attributes in [
            &[(ADSL_FORUM, 1, circuit), (ADSL_FORUM, 2, remote)][..],
            &[(REDBACK, 97, circuit), (REDBACK, 96, remote)],
            &[(ERX, 110, circuit), (ERX, 182, remote)],
            &[(cisco, 1, &cisco_circuit), (cisco, 1, &cisco_remote)],
            &[(cisco, 46, &option)],
            &[(ERX, 159, &option)],
            &[(ERX, 159, &numbered)],
            &[(ADSL_FORUM, 1, &option), (ADSL_FORUM, 2, remote)],
        ] {
            assert_eq!(line(attributes), both(), "{attributes:?}");
        }
        assert_eq!(line(&[(ERX, 159, &option[..20])]), (None, None), "it is cut short");
        // An octet more than the lengths say: no option, but what the attribute is called.
        assert_eq!(line(&[(ADSL_FORUM, 1, b"\x01\x02a")]), (Some("0x010261".into()), None));
    }

    proptest! {
        #[test]
        fn the_one_text_is_its_own(octets in proptest::collection::vec(any::<u8>(), 1..40)) {
            if let Some(once) = text(&octets) {
                let twice = text(once.as_bytes());
                prop_assert_eq!(twice, Some(once));
            }
        }

        #[test]
        fn no_octets_make_it_panic(octets in proptest::collection::vec(any::<u8>(), 0..240)) {
            line(&[(ERX, 159, &octets), (ADSL_FORUM, 1, &octets), (VendorId::CISCO, 1, &octets)]);
        }
    }
}
