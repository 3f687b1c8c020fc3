//! The form of a segment file.
//!
//! All numbers are little-endian. A segment begins with a header of 32 octets: the magic number,
//! version (u32), number of the segment (u64), sequence number of its first record (u64), CRC-32
//! of the octets before it. Records follow: length of the payload (u32), CRC-32 of the length, the
//! sequence number and the payload (u32), sequence number (u64), payload. Sequence numbers count
//! the records of a journal from 1 without a gap, across segments.

use bytes::{BufMut, BytesMut};

/// The most octets one record may have.
pub const RECORD_LEN_MAX: usize = 60 << 10;

pub(crate) const HEADER_LEN: usize = 32;
pub(crate) const FRAME_OVERHEAD: usize = 16;
const MAGIC: [u8; 8] = *b"WEIRJRNL";
const VERSION: u32 = 1;

/// What is wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadRecord {
    /// The segment ends within it.
    #[error("the segment ends within a record")]
    Torn,
    /// Its length is zero or beyond the limit.
    #[error("a record claims {0} octets")]
    Length(u32),
    /// It does not have the checksum it carries.
    #[error("a record's checksum does not match")]
    Checksum,
    /// It is not the record that follows the one before it.
    #[error("record {found} stands where record {expected} should")]
    Sequence {
        /// What should stand here.
        expected: u64,
        /// What does.
        found: u64,
    },
}

/// The beginning of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) number: u64,
    pub(crate) first_seq: u64,
}

impl Header {
    pub(crate) fn to_octets(self) -> [u8; HEADER_LEN] {
        let mut out = BytesMut::with_capacity(HEADER_LEN);
        out.put_slice(&MAGIC);
        out.put_u32_le(VERSION);
        out.put_u64_le(self.number);
        out.put_u64_le(self.first_seq);
        out.put_u32_le(crc32fast::hash(&out));
        let mut octets = [0; HEADER_LEN];
        octets.copy_from_slice(&out);
        octets
    }

    /// Reads the header of the segment called `number`.
    pub(crate) fn parse(octets: &[u8], number: u64) -> Result<Self, &'static str> {
        let (magic, rest) = octets.split_first_chunk::<8>().ok_or("it is too short")?;
        if *magic != MAGIC {
            return Err("it does not begin with the magic number");
        }
        let (version, rest) = rest.split_first_chunk().ok_or("it is too short")?;
        if u32::from_le_bytes(*version) != VERSION {
            return Err("it has another version; start the program that wrote it once, so that \
                        its records reach the store");
        }
        let (found, rest) = rest.split_first_chunk().ok_or("it is too short")?;
        let (first_seq, rest) = rest.split_first_chunk().ok_or("it is too short")?;
        let crc = rest.first_chunk().ok_or("it is too short")?;
        let covered = octets.get(..HEADER_LEN - 4).ok_or("it is too short")?;
        if u32::from_le_bytes(*crc) != crc32fast::hash(covered) {
            return Err("the checksum of its header does not match");
        }
        if u64::from_le_bytes(*found) != number {
            return Err("its header carries another number than its name");
        }
        Ok(Self { number, first_seq: u64::from_le_bytes(*first_seq) })
    }
}

/// Appends one framed record to `out`. The payload is at most [`RECORD_LEN_MAX`] octets, which
/// [`Group`](super::Group) sees to.
pub(crate) fn frame(out: &mut BytesMut, seq: u64, payload: &[u8]) {
    let len = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes();
    let seq = seq.to_le_bytes();
    out.put_slice(&len);
    out.put_u32_le(checksum(len, seq, payload));
    out.put_slice(&seq);
    out.put_slice(payload);
}

/// One record at the beginning of some octets.
pub(crate) struct Frame<'a> {
    pub(crate) payload: &'a [u8],
    /// Octets of the whole frame.
    pub(crate) len: usize,
}

/// Reads the record numbered `expected` at the beginning of `octets`. [`BadRecord::Torn`] when
/// `octets` ends within it.
pub(crate) fn parse_frame(octets: &[u8], expected: u64) -> Result<Frame<'_>, BadRecord> {
    let (len, rest) = octets.split_first_chunk().ok_or(BadRecord::Torn)?;
    let claimed = u32::from_le_bytes(*len);
    let payload_len = usize::try_from(claimed).map_err(|_| BadRecord::Length(claimed))?;
    if payload_len == 0 || payload_len > RECORD_LEN_MAX {
        return Err(BadRecord::Length(claimed));
    }
    let (crc, rest) = rest.split_first_chunk().ok_or(BadRecord::Torn)?;
    let (seq, rest) = rest.split_first_chunk().ok_or(BadRecord::Torn)?;
    let payload = rest.get(..payload_len).ok_or(BadRecord::Torn)?;
    if u32::from_le_bytes(*crc) != checksum(*len, *seq, payload) {
        return Err(BadRecord::Checksum);
    }
    let found = u64::from_le_bytes(*seq);
    if found != expected {
        return Err(BadRecord::Sequence { expected, found });
    }
    Ok(Frame { payload, len: FRAME_OVERHEAD + payload_len })
}

fn checksum(len: [u8; 4], seq: [u8; 8], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&len);
    hasher.update(&seq);
    hasher.update(payload);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_header_is_read_back_and_any_changed_octet_is_noticed() {
        let header = Header { number: 7, first_seq: 99 };
        let octets = header.to_octets();
        assert_eq!(Header::parse(&octets, 7), Ok(header));
        assert!(Header::parse(&octets, 8).is_err());
        for index in 0..HEADER_LEN {
            let mut changed = octets;
            changed[index] ^= 0x10;
            assert!(Header::parse(&changed, 7).is_err(), "octet {index}");
        }
    }

    proptest! {
        #[test]
        fn a_record_is_read_back_and_any_changed_bit_is_noticed(
            seq in 1_u64.., payload in proptest::collection::vec(any::<u8>(), 1..300),
            at in any::<proptest::sample::Index>(), bit in 0..8_u8,
        ) {
            let mut out = BytesMut::new();
            frame(&mut out, seq, &payload);
            let frame = parse_frame(&out, seq).unwrap();
            prop_assert_eq!(frame.payload, &payload[..]);
            prop_assert_eq!(frame.len, out.len());
            prop_assert!(parse_frame(&out, seq.wrapping_add(1)).is_err());
            let mut changed = out.to_vec();
            let index = at.index(changed.len());
            changed[index] ^= 1 << bit;
            prop_assert!(parse_frame(&changed, seq).is_err());
            prop_assert!(matches!(parse_frame(&out[..index], seq), Err(BadRecord::Torn)));
        }
    }
}
