//! The datagrams of a capture: a classic pcap file, or a text of hexadecimal octets.
//!
//! Read by hand: a pcap file is a header of 24 octets and one of 16 before each frame, and nothing
//! of a frame is looked at but where its UDP begins. That is less than any crate would bring along.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One UDP datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Datagram {
    /// Since the first frame.
    pub(crate) at: Duration,
    pub(crate) source: SocketAddr,
    pub(crate) destination: SocketAddr,
    pub(crate) payload: Vec<u8>,
}

/// Why a capture cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The file cannot be read.
    #[error("cannot read the capture {}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The newer format.
    #[error("a pcapng file: `editcap -F pcap IN OUT` makes a classic one of it")]
    PcapNg,
    /// A network whose frames are not known here.
    #[error("frames of link type {0}: Ethernet (1), raw IP (101) and Linux cooked (113) are known")]
    LinkType(u32),
    /// The file is not whole.
    #[error("the file ends within the frame that begins at octet {0}")]
    Truncated(usize),
    /// A frame longer than any.
    #[error("the frame at octet {at} says it has {len} octets, which none has")]
    Length {
        /// Where.
        at: usize,
        /// What it says.
        len: usize,
    },
    /// Neither a capture nor a text of one.
    #[error("line {line} of the text is not hexadecimal octets: {text:?}")]
    Text {
        /// Which line, from 1.
        line: usize,
        /// Its beginning.
        text: String,
    },
}

const FILE_HEADER_LEN: usize = 24;
const FRAME_HEADER_LEN: usize = 16;
const FRAME_LEN_MAX: usize = 1 << 18;
const PCAPNG: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
const ETHERTYPE_IPV4: u16 = 0x0800;
const ETHERTYPE_IPV6: u16 = 0x86dd;
/// 802.1Q and 802.1ad: four octets more, with the type of what follows.
const ETHERTYPE_VLAN: [u16; 2] = [0x8100, 0x88a8];
const PROTOCOL_UDP: u8 = 17;

/// Reads the UDP datagrams of a file, in order.
pub(crate) fn read(path: &Path) -> Result<Vec<Datagram>, CaptureError> {
    let file = std::fs::read(path)
        .map_err(|source| CaptureError::File { path: path.to_path_buf(), source })?;
    parse(&file)
}

/// Reads the octets of a file.
pub(crate) fn parse(file: &[u8]) -> Result<Vec<Datagram>, CaptureError> {
    // Two orders of octets, and moments to the microsecond or the nanosecond.
    let (number, unit_ns): (fn([u8; 4]) -> u32, u64) = match file.first_chunk() {
        Some(&PCAPNG) => return Err(CaptureError::PcapNg),
        Some([0xd4, 0xc3, 0xb2, 0xa1]) => (u32::from_le_bytes, 1_000),
        Some([0x4d, 0x3c, 0xb2, 0xa1]) => (u32::from_le_bytes, 1),
        Some([0xa1, 0xb2, 0xc3, 0xd4]) => (u32::from_be_bytes, 1_000),
        Some([0xa1, 0xb2, 0x3c, 0x4d]) => (u32::from_be_bytes, 1),
        _ => return parse_text(&String::from_utf8_lossy(file)),
    };
    let field = |at: usize| file.get(at..)?.first_chunk().copied().map(number);
    let link_type = field(20).ok_or(CaptureError::Truncated(0))? & 0xffff;
    let mut datagrams = Vec::new();
    let mut first = None;
    let mut at = FILE_HEADER_LEN;
    while at < file.len() {
        let fields = (field(at), field(at + 4), field(at + 8));
        let (Some(seconds), Some(fraction), Some(len)) = fields else {
            return Err(CaptureError::Truncated(at));
        };
        let len = len as usize;
        if len > FRAME_LEN_MAX {
            return Err(CaptureError::Length { at, len });
        }
        let start = at + FRAME_HEADER_LEN;
        let frame = file.get(start..start + len).ok_or(CaptureError::Truncated(at))?;
        let fraction = Duration::from_nanos(u64::from(fraction) * unit_ns);
        let moment = Duration::from_secs(seconds.into()) + fraction;
        let since = moment.saturating_sub(*first.get_or_insert(moment));
        datagrams.extend(datagram(packet_of(link_type, frame)?, since));
        at = start + len;
    }
    Ok(datagrams)
}

/// The IP packet of a frame; empty when it carries another protocol.
fn packet_of(link_type: u32, frame: &[u8]) -> Result<&[u8], CaptureError> {
    let header = match link_type {
        1 => 12,
        113 => 14,
        101 => return Ok(frame),
        other => return Err(CaptureError::LinkType(other)),
    };
    let mut rest = frame.get(header..).unwrap_or_default();
    while let Some(ethertype) = rest.first_chunk().copied().map(u16::from_be_bytes) {
        if ETHERTYPE_VLAN.contains(&ethertype) {
            rest = rest.get(4..).unwrap_or_default();
        } else if matches!(ethertype, ETHERTYPE_IPV4 | ETHERTYPE_IPV6) {
            return Ok(rest.get(2..).unwrap_or_default());
        } else {
            break;
        }
    }
    Ok(&[])
}

/// The UDP datagram of an IP packet that is no fragment.
fn datagram(packet: &[u8], at: Duration) -> Option<Datagram> {
    let (source, destination, udp) = match packet.first()? >> 4 {
        4 => {
            let fragment = u16::from_be_bytes(*packet.get(6..)?.first_chunk()?) & 0x3fff;
            if *packet.get(9)? != PROTOCOL_UDP || fragment != 0 {
                return None;
            }
            let address = |at: usize| Some(IpAddr::from(*packet.get(at..)?.first_chunk::<4>()?));
            (address(12)?, address(16)?, packet.get(usize::from(packet.first()? & 0xf) * 4..)?)
        }
        6 if *packet.get(6)? == PROTOCOL_UDP => {
            let address = |at: usize| Some(IpAddr::from(*packet.get(at..)?.first_chunk::<16>()?));
            (address(8)?, address(24)?, packet.get(40..)?)
        }
        _ => return None,
    };
    let number = |at: usize| Some(u16::from_be_bytes(*udp.get(at..)?.first_chunk()?));
    Some(Datagram {
        at,
        source: SocketAddr::new(source, number(0)?),
        destination: SocketAddr::new(destination, number(2)?),
        payload: udp.get(8..usize::from(number(4)?))?.to_vec(),
    })
}

/// A line for each packet, of hexadecimal octets with anything of ` :` between them; `#` begins a
/// comment. Nothing says who sent it or when: all are of one client, and follow one another.
fn parse_text(text: &str) -> Result<Vec<Datagram>, CaptureError> {
    const CLIENT: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), 1);
    const SERVER: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), 2);
    let mut datagrams = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let digits: String = line.chars().filter(|it| !matches!(it, ' ' | ':' | '\t')).collect();
        if digits.is_empty() {
            continue;
        }
        let payload = octets(&digits).ok_or_else(|| CaptureError::Text {
            line: number + 1,
            text: line.chars().take(40).collect(),
        })?;
        // The codes of requests that a NAS sends: Access-, Accounting- and Status-Server.
        let asks = matches!(payload.first(), Some(1 | 4 | 12));
        let (source, destination) = if asks { (CLIENT, SERVER) } else { (SERVER, CLIENT) };
        datagrams.push(Datagram { at: Duration::ZERO, source, destination, payload });
    }
    Ok(datagrams)
}

fn octets(digits: &str) -> Option<Vec<u8>> {
    let values: Option<Vec<u8>> =
        digits.chars().map(|digit| digit.to_digit(16).and_then(|it| it.try_into().ok())).collect();
    let values = values?;
    let (pairs, odd) = values.as_chunks::<2>();
    odd.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PPPD: &[u8] =
        include_bytes!("../../../../conformance/fixtures/own_pppd249_radius_chap_session.pcap");

    #[test]
    fn a_capture_has_its_datagrams_with_their_moments() {
        let datagrams = parse(PPPD).unwrap();
        assert_eq!(datagrams.len(), 6);
        let codes: Vec<u8> = datagrams.iter().map(|datagram| datagram.payload[0]).collect();
        assert_eq!(codes, [1, 2, 4, 5, 4, 5]);
        assert_eq!(datagrams[0].at, Duration::ZERO);
        // The session lasted twelve seconds.
        let lasted = datagrams[4].at - datagrams[2].at;
        assert!((11..=14).contains(&lasted.as_secs()), "{lasted:?}");
        assert_eq!(datagrams[0].source, datagrams[1].destination);
        assert_eq!(datagrams[0].destination.port(), 1812);
    }

    #[test]
    fn the_other_orders_of_octets_are_read_too() {
        let mut swapped = PPPD.to_vec();
        swapped[..24].as_chunks_mut::<4>().0.iter_mut().for_each(|field| field.reverse());
        let mut at = 24;
        while at < swapped.len() {
            let len = u32::from_le_bytes(*swapped[at + 8..].first_chunk().unwrap()) as usize;
            let header = &mut swapped[at..at + 16];
            header.as_chunks_mut::<4>().0.iter_mut().for_each(|field| field.reverse());
            at += 16 + len;
        }
        assert_eq!(parse(&swapped).unwrap(), parse(PPPD).unwrap());
    }

    #[test]
    fn a_tag_of_a_vlan_is_passed_over() {
        let mut tagged = PPPD[..24].to_vec();
        let len = u32::from_le_bytes(*PPPD[32..].first_chunk().unwrap());
        tagged.extend_from_slice(&PPPD[24..32]);
        tagged.extend((len + 4).to_le_bytes());
        tagged.extend((len + 4).to_le_bytes());
        let frame = &PPPD[40..40 + len as usize];
        tagged.extend_from_slice(&frame[..12]);
        tagged.extend([0x81, 0x00, 0x00, 0x64]);
        tagged.extend_from_slice(&frame[12..]);
        assert_eq!(parse(&tagged).unwrap(), parse(PPPD).unwrap()[..1]);
    }

    #[test]
    fn a_text_is_a_line_for_each_packet() {
        let datagrams = parse(b"# of a manual\n01 02:0014\n\n05020014 # answered\n").unwrap();
        let payloads: Vec<&[u8]> = datagrams.iter().map(|it| it.payload.as_slice()).collect();
        assert_eq!(payloads, [&[1, 2, 0, 0x14][..], &[5, 2, 0, 0x14]]);
        assert_eq!(datagrams[0].source, datagrams[1].destination);
        let wrong = parse(b"0102\nhello\n").unwrap_err().to_string();
        assert!(wrong.contains("line 2") && wrong.contains("hello"), "{wrong}");
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let wrong = |file: &[u8]| parse(file).unwrap_err().to_string();
        assert!(wrong(&[0x0a, 0x0d, 0x0d, 0x0a, 0]).contains("editcap"));
        assert!(wrong(&PPPD[..PPPD.len() - 1]).contains("ends within the frame"));
        let mut wireless = PPPD.to_vec();
        wireless[20] = 105;
        assert!(wrong(&wireless).contains("link type 105"));
    }

    proptest! {
        #[test]
        fn no_file_panics(tail in proptest::collection::vec(any::<u8>(), 0..200), cut in 0_usize..400) {
            let mut file = PPPD[..cut.min(PPPD.len())].to_vec();
            file.extend(tail);
            let _ = parse(&file);
        }
    }
}
