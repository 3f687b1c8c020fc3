//! Reads the packets of a capture file, and writes one for a dissector to judge.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::Path;

/// One UDP datagram of a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datagram {
    /// Where it came from.
    pub source: SocketAddrV4,
    /// Where it went.
    pub destination: SocketAddrV4,
    /// What it carried.
    pub payload: Vec<u8>,
}

const MAGIC_MICROSECONDS: u32 = 0xa1b2_c3d4;
const LINK_TYPE_ETHERNET: u32 = 1;
const ETHERNET_HEADER_LEN: usize = 14;
const FILE_HEADER_LEN: usize = 24;
const FRAME_HEADER_LEN: usize = 16;
const IPV4_HEADER_LEN: usize = 20;
const UDP_HEADER_LEN: usize = 8;
const PROTOCOL_UDP: u8 = 17;

/// The UDP datagrams of a little-endian pcap file with Ethernet frames, in order.
///
/// # Errors
/// When the file cannot be read, is of another kind, or ends within a frame.
pub fn read(path: &Path) -> anyhow::Result<Vec<Datagram>> {
    let file = std::fs::read(path)?;
    anyhow::ensure!(file.len() >= FILE_HEADER_LEN, "{}: no pcap header", path.display());
    anyhow::ensure!(little_endian_u32(&file, 0)? == MAGIC_MICROSECONDS, "not a little-endian pcap");
    anyhow::ensure!(little_endian_u32(&file, 20)? == LINK_TYPE_ETHERNET, "not Ethernet");
    let mut datagrams = Vec::new();
    let mut at = FILE_HEADER_LEN;
    while at < file.len() {
        let len = usize::try_from(little_endian_u32(&file, at + 8)?)?;
        let start = at + FRAME_HEADER_LEN;
        let frame = file
            .get(start..start + len)
            .ok_or_else(|| anyhow::anyhow!("{}: ends within the frame at {at}", path.display()))?;
        datagrams.extend(udp(frame));
        at = start + len;
    }
    Ok(datagrams)
}

/// A pcap file of these datagrams, with the headers a dissector needs around them.
#[must_use]
pub fn write(datagrams: &[Datagram]) -> Vec<u8> {
    let mut file = Vec::new();
    file.extend(MAGIC_MICROSECONDS.to_le_bytes());
    file.extend([2, 0, 4, 0]);
    file.extend([0; 8]);
    file.extend(65_535_u32.to_le_bytes());
    file.extend(LINK_TYPE_ETHERNET.to_le_bytes());
    for (number, datagram) in (0_u32..).zip(datagrams) {
        let frame = frame(datagram);
        let len = u32::try_from(frame.len()).unwrap_or(u32::MAX).to_le_bytes();
        file.extend(number.to_le_bytes());
        file.extend([0; 4]);
        file.extend(len);
        file.extend(len);
        file.extend(frame);
    }
    file
}

fn little_endian_u32(file: &[u8], at: usize) -> anyhow::Result<u32> {
    let octets = file.get(at..at + 4).ok_or_else(|| anyhow::anyhow!("the file ends at {at}"))?;
    Ok(u32::from_le_bytes(octets.try_into()?))
}

fn udp(frame: &[u8]) -> Option<Datagram> {
    let ip = frame.get(ETHERNET_HEADER_LEN..)?;
    let header_len = usize::from(ip.first()? & 0x0f) * 4;
    if *ip.get(9)? != PROTOCOL_UDP {
        return None;
    }
    let udp = ip.get(header_len..)?;
    let port = |at: usize| Some(u16::from_be_bytes(udp.get(at..at + 2)?.try_into().ok()?));
    let address = |at: usize| Some(Ipv4Addr::from(<[u8; 4]>::try_from(ip.get(at..at + 4)?).ok()?));
    let len = usize::from(port(4)?);
    Some(Datagram {
        source: SocketAddrV4::new(address(12)?, port(0)?),
        destination: SocketAddrV4::new(address(16)?, port(2)?),
        payload: udp.get(UDP_HEADER_LEN..len)?.to_vec(),
    })
}

fn frame(datagram: &Datagram) -> Vec<u8> {
    let udp_len = u16::try_from(UDP_HEADER_LEN + datagram.payload.len()).unwrap_or(u16::MAX);
    let ip_len = udp_len.saturating_add(IPV4_HEADER_LEN as u16);
    let mut frame = vec![0; 12];
    frame.extend([0x08, 0x00, 0x45, 0x00]);
    frame.extend(ip_len.to_be_bytes());
    frame.extend([0, 0, 0, 0, 64, PROTOCOL_UDP, 0, 0]);
    frame.extend(datagram.source.ip().octets());
    frame.extend(datagram.destination.ip().octets());
    frame.extend(datagram.source.port().to_be_bytes());
    frame.extend(datagram.destination.port().to_be_bytes());
    frame.extend(udp_len.to_be_bytes());
    frame.extend([0, 0]);
    frame.extend(&datagram.payload);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let datagram = Datagram {
            source: "192.0.2.1:1234".parse().unwrap(),
            destination: "127.0.0.1:1812".parse().unwrap(),
            payload: vec![1, 2, 3, 4, 5],
        };
        let scratch = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(scratch.path(), write(std::slice::from_ref(&datagram))).unwrap();
        assert_eq!(read(scratch.path()).unwrap(), [datagram]);
    }
}
