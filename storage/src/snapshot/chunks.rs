//! A file of sealed chunks: nothing in it can be read without the key file, and nothing changed,
//! left out, moved, added or taken from another such file without being noticed.
//!
//! It begins with a magic word, its version, and a key of its own that is sealed with the
//! installation's. Under that key each chunk is sealed with its number and whether it is the last
//! one, so that the numbers never need to be random, and a chunk opens in its place only.

use std::io::{self, Read, Write};

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use zeroize::Zeroizing;

use super::error::SnapshotError;
use crate::entropy;
use crate::keys::{KeyRing, OpenError, SNAPSHOT_SEAL};

const MAGIC: &[u8; 8] = b"WEIRSNAP";
/// Increased with every change of what stands in the file.
pub(super) const VERSION: u16 = 2;
const HEAD_LEN: usize = MAGIC.len() + 2;
const KEY_LEN: usize = 32;
/// A chunk is closed when it is as long as this, octets.
pub(super) const CHUNK_OCTETS: usize = 256 * 1024;
/// The longest chunk that is believed, octets.
const CHUNK_LEN_MAX: u32 = 16 * 1024 * 1024;
/// The longest sealed key that is believed, octets.
const SEALED_KEY_LEN_MAX: u16 = 256;
/// The bit of a chunk's length that says that it is the last one.
const LAST: u32 = 1 << 31;

/// Writes records into chunks.
pub(super) struct ChunkWriter<W> {
    file: W,
    cipher: Aes256Gcm,
    chunk: Vec<u8>,
    number: u64,
    octets: u64,
}

impl<W: Write> ChunkWriter<W> {
    pub(super) fn begin(mut file: W, keys: &KeyRing) -> Result<Self, SnapshotError> {
        let key = Zeroizing::new(entropy::octets::<KEY_LEN>()?);
        let sealed = keys.seal(SNAPSHOT_SEAL, &*key)?;
        let len = u16::try_from(sealed.len()).unwrap_or(u16::MAX);
        let head = head(VERSION);
        for part in [&head[..], &len.to_le_bytes(), &sealed] {
            file.write_all(part)?;
        }
        Ok(Self {
            file,
            cipher: Aes256Gcm::new((&*key).into()),
            chunk: Vec::with_capacity(2 * CHUNK_OCTETS),
            number: 0,
            octets: (head.len() + 2 + sealed.len()) as u64,
        })
    }

    /// Adds a record: its kind and what `write` puts behind it.
    pub(super) fn record(
        &mut self,
        kind: u8,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), SnapshotError> {
        self.chunk.push(kind);
        let len_at = self.chunk.len();
        self.chunk.extend([0; 4]);
        write(&mut self.chunk);
        let len = self.chunk.len() - len_at - 4;
        let len = u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes();
        if let Some(place) = self.chunk.get_mut(len_at..len_at + 4) {
            place.copy_from_slice(&len);
        }
        if self.chunk.len() >= CHUNK_OCTETS { self.close_chunk(false) } else { Ok(()) }
    }

    /// Closes the last chunk; gives the file and its length in octets.
    pub(super) fn finish(mut self) -> Result<(W, u64), SnapshotError> {
        self.close_chunk(true)?;
        Ok((self.file, self.octets))
    }

    fn close_chunk(&mut self, is_last: bool) -> Result<(), SnapshotError> {
        let payload = Payload { msg: &self.chunk, aad: &head(VERSION) };
        let sealed = self
            .cipher
            .encrypt(&nonce(self.number, is_last).into(), payload)
            .map_err(|_| SnapshotError::Io(io::Error::other("a chunk could not be sealed")))?;
        let len = u32::try_from(sealed.len()).unwrap_or(CHUNK_LEN_MAX);
        if len >= CHUNK_LEN_MAX {
            return Err(SnapshotError::Io(io::Error::other("a record is too long")));
        }
        let marked = if is_last { len | LAST } else { len };
        self.file.write_all(&marked.to_le_bytes())?;
        self.file.write_all(&sealed)?;
        self.octets += 4 + u64::from(len);
        self.number += 1;
        self.chunk.clear();
        Ok(())
    }
}

/// Reads the chunks of a file in their order.
pub(super) struct ChunkReader<R> {
    file: R,
    cipher: Aes256Gcm,
    number: u64,
    is_over: bool,
}

impl<R: Read> ChunkReader<R> {
    pub(super) fn begin(mut file: R, keys: &KeyRing) -> Result<Self, SnapshotError> {
        let begun: [u8; HEAD_LEN] = exactly(&mut file)?;
        let version = match begun.split_first_chunk() {
            Some((MAGIC, &[low, high])) => u16::from_le_bytes([low, high]),
            _ => return Err(SnapshotError::Damaged("it does not begin as a snapshot")),
        };
        if version != VERSION {
            return Err(SnapshotError::Version { found: version, known: VERSION });
        }
        let len = u16::from_le_bytes(exactly(&mut file)?);
        if len > SEALED_KEY_LEN_MAX {
            return Err(SnapshotError::Damaged("its key is too long"));
        }
        let sealed = octets(&mut file, len.into())?;
        let key = keys.open(SNAPSHOT_SEAL, &sealed).map_err(|error| match error {
            OpenError::UnknownKey { key_id } => SnapshotError::UnknownKey { key_id },
            OpenError::Damaged => SnapshotError::WrongKey,
        })?;
        let cipher = Aes256Gcm::new_from_slice(&key)
            .map_err(|_| SnapshotError::Damaged("its key has another length"))?;
        Ok(Self { file, cipher, number: 0, is_over: false })
    }

    /// The next chunk; `None` behind the last one.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>, SnapshotError> {
        if self.is_over {
            return match self.file.read(&mut [0])? {
                0 => Ok(None),
                _ => Err(SnapshotError::Damaged("something stands behind its end")),
            };
        }
        let marked = u32::from_le_bytes(exactly(&mut self.file)?);
        let (len, is_last) = (marked & !LAST, marked & LAST != 0);
        if len > CHUNK_LEN_MAX {
            return Err(SnapshotError::Damaged("a part of it is too long"));
        }
        let sealed = octets(&mut self.file, len as usize)?;
        let payload = Payload { msg: &sealed, aad: &head(VERSION) };
        let plain = self
            .cipher
            .decrypt(&nonce(self.number, is_last).into(), payload)
            .map_err(|_| SnapshotError::Damaged("a part of it is not what was written there"))?;
        self.number += 1;
        self.is_over = is_last;
        Ok(Some(plain))
    }
}

/// Hands every record of `chunk` to `visit`.
pub(super) fn records(
    mut chunk: &[u8],
    mut visit: impl FnMut(u8, &[u8]) -> Result<(), SnapshotError>,
) -> Result<(), SnapshotError> {
    const TORN: SnapshotError = SnapshotError::Damaged("a record in it is torn");
    while !chunk.is_empty() {
        let (&[kind, a, b, c, d], rest) = chunk.split_first_chunk().ok_or(TORN)?;
        let len = u32::from_le_bytes([a, b, c, d]) as usize;
        let (record, rest) = rest.split_at_checked(len).ok_or(TORN)?;
        visit(kind, record)?;
        chunk = rest;
    }
    Ok(())
}

fn head(version: u16) -> [u8; HEAD_LEN] {
    let mut head = [0; HEAD_LEN];
    let (magic, place) = head.split_at_mut(MAGIC.len());
    magic.copy_from_slice(MAGIC);
    place.copy_from_slice(&version.to_le_bytes());
    head
}

/// Each is used once for the key of one file.
fn nonce(number: u64, is_last: bool) -> [u8; 12] {
    let mut nonce = [0; 12];
    let (place, counted) = nonce.split_at_mut(4);
    place.copy_from_slice(&[u8::from(is_last), 0, 0, 0]);
    counted.copy_from_slice(&number.to_be_bytes());
    nonce
}

fn exactly<const N: usize>(file: &mut impl Read) -> Result<[u8; N], SnapshotError> {
    let mut octets = [0; N];
    file.read_exact(&mut octets).map_err(torn)?;
    Ok(octets)
}

fn octets(file: &mut impl Read, len: usize) -> Result<Vec<u8>, SnapshotError> {
    let mut octets = vec![0; len];
    file.read_exact(&mut octets).map_err(torn)?;
    Ok(octets)
}

fn torn(error: io::Error) -> SnapshotError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => SnapshotError::Damaged("it ends too early"),
        _ => SnapshotError::Io(error),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys() -> (tempfile::TempDir, KeyRing) {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyRing::generate_file(&folder.path().join("weir.key")).unwrap();
        (folder, keys)
    }

    fn written(keys: &KeyRing, records: &[Vec<u8>]) -> Vec<u8> {
        let mut writer = ChunkWriter::begin(Vec::new(), keys).unwrap();
        for record in records {
            writer.record(7, |out| out.extend(record)).unwrap();
        }
        let (file, octets) = writer.finish().unwrap();
        assert_eq!(file.len() as u64, octets);
        file
    }

    fn read(keys: &KeyRing, file: &[u8]) -> Result<Vec<Vec<u8>>, SnapshotError> {
        let mut reader = ChunkReader::begin(file, keys)?;
        let mut found = Vec::new();
        while let Some(chunk) = reader.next()? {
            records(&chunk, |kind, record| {
                assert_eq!(kind, 7);
                found.push(record.to_vec());
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// Where the chunks of `file` begin, and where it ends.
    fn places(file: &[u8]) -> Vec<usize> {
        let key_len = usize::from(u16::from_le_bytes([file[HEAD_LEN], file[HEAD_LEN + 1]]));
        let mut places = vec![HEAD_LEN + 2 + key_len];
        while let Some(rest) = file.get(*places.last().unwrap()..).filter(|rest| !rest.is_empty()) {
            let len = u32::from_le_bytes(rest[..4].try_into().unwrap()) & !LAST;
            places.push(places.last().unwrap() + 4 + len as usize);
        }
        places
    }

    /// Three chunks and a bit.
    fn four_chunks() -> Vec<Vec<u8>> {
        (0..14_u8).map(|number| vec![number; CHUNK_OCTETS / 4]).collect()
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            records in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..40)
        ) {
            let (_folder, keys) = keys();
            prop_assert_eq!(read(&keys, &written(&keys, &records)).unwrap(), records);
        }

        #[test]
        fn a_flipped_bit_or_a_lost_end_is_noticed(at: prop::sample::Index, bit in 0..8) {
            let (_folder, keys) = keys();
            let mut file = written(&keys, &[vec![1; 90], vec![2; 90]]);
            let at = at.index(file.len());
            prop_assert!(read(&keys, &file[..at]).is_err());
            file[at] ^= 1_u8 << bit;
            prop_assert!(read(&keys, &file).is_err());
        }
    }

    #[test]
    fn chunks_that_are_moved_left_out_or_of_another_file_are_noticed() {
        let (_folder, keys) = keys();
        let all = four_chunks();
        let (one, other) = (written(&keys, &all), written(&keys, &all));
        assert_eq!(read(&keys, &one).unwrap(), all);
        let at = places(&one);
        assert_eq!(at.len(), 5, "four chunks");
        assert_eq!(places(&other), at);
        let head = &one[..at[0]];
        let chunk = |number: usize| &one[at[number]..at[number + 1]];
        let cases: [(&str, Vec<&[u8]>); 6] = [
            ("two are swapped", vec![head, chunk(1), chunk(0), chunk(2), chunk(3)]),
            ("one is left out", vec![head, chunk(0), chunk(2), chunk(3)]),
            ("the last one is left out", vec![head, chunk(0), chunk(1), chunk(2)]),
            ("one stands twice", vec![head, chunk(0), chunk(0), chunk(1), chunk(2), chunk(3)]),
            ("something follows", vec![head, chunk(0), chunk(1), chunk(2), chunk(3), chunk(3)]),
            (
                "one is another file's",
                vec![head, &other[at[0]..at[1]], chunk(1), chunk(2), chunk(3)],
            ),
        ];
        for (what, parts) in cases {
            let error = read(&keys, &parts.concat()).unwrap_err();
            assert!(matches!(error, SnapshotError::Damaged(_)), "{what}: {error}");
        }
    }

    #[test]
    fn another_version_and_another_key_have_their_own_words() {
        let (folder, keys) = keys();
        let mut file = written(&keys, &[]);
        let other = KeyRing::generate_file(&folder.path().join("other.key")).unwrap();
        assert!(matches!(read(&other, &file).unwrap_err(), SnapshotError::WrongKey));
        let rotated = KeyRing::add_key(&folder.path().join("weir.key")).unwrap();
        let newer = written(&rotated, &[]);
        assert!(read(&rotated, &file).is_ok());
        assert!(matches!(
            read(&keys, &newer).unwrap_err(),
            SnapshotError::UnknownKey { key_id: 2 }
        ));
        file[MAGIC.len()] += 1;
        let error = read(&keys, &file).unwrap_err();
        let later = VERSION + 1;
        assert!(matches!(error, SnapshotError::Version { found, .. } if found == later), "{error}");
    }
}
