//! What a server needs to answer, in one encrypted file beside its journal: for a start while the
//! store is away.
//!
//! The file is written row by row from what is in memory, so that writing takes no second copy of
//! it, no query and no lock that a packet could wait for.

mod chunks;
mod error;
pub(crate) mod fields;
mod leases;
mod meters;
mod sessions;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use aaa_engine::ports::JournalPosition;
use aaa_engine::session::Session;
use aaa_engine::{StoredLease, StoredMeter};
use entitlement::Timestamp;

use crate::clock;
use crate::directory::MemoryDirectory;
use crate::keys::KeyRing;
use crate::migration;
use chunks::{ChunkReader, ChunkWriter};
pub use error::SnapshotError;
use fields::{Fields, put_count, put_if, put_number, put_octets};

/// The row that begins a snapshot, and those of sessions and leases; the directory has its own.
const HEAD: u8 = 1;
const SESSION: u8 = 64;
const LEASE: u8 = 65;
const METER: u8 = 66;

/// For its owner only: it is personal data.
const MODE: u32 = 0o600;

/// What a snapshot is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotHead {
    /// When the directory in it was last known to be the store's.
    pub current_at: Timestamp,
    /// What the operator calls the store, without a password.
    pub place: String,
    /// Which store it is, wherever it stands.
    pub store: StoreIdentity,
    /// Whose journal it goes with.
    pub node: String,
    /// The directory has learnt all that stands before this in the journal, and the sessions are
    /// joined with it; `None`: nothing of it.
    pub position: Option<JournalPosition>,
}

/// What tells a store from another one: when it was made, milliseconds since the epoch. A copy of a
/// store is the same store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StoreIdentity(pub i64);

/// A snapshot that was read and believed.
#[derive(Debug)]
pub struct Snapshot {
    /// What it is of.
    pub head: SnapshotHead,
    /// The directory, which a [`Follower`](crate::Follower::away) brings up to date.
    pub directory: MemoryDirectory,
    /// The sessions, open and lately ended.
    pub sessions: Vec<Session>,
    /// The leases of pools that are managed here.
    pub leases: Vec<StoredLease>,
    /// What services have used of their quotas and grants.
    pub meters: Vec<StoredMeter>,
}

/// What a server is doing, for a snapshot: a part of it at a time.
pub trait GoingOn {
    /// The sessions, open and lately ended.
    fn sessions(&self) -> impl Iterator<Item = Vec<Session>>;
    /// The leases of pools that are managed here.
    fn leases(&self) -> impl Iterator<Item = Vec<StoredLease>>;
    /// What services have used of their quotas and grants.
    fn meters(&self) -> impl Iterator<Item = StoredMeter>;
}

impl Snapshot {
    /// Reads the snapshot at `path` of the store at `place`, for the journal of `node`.
    ///
    /// # Errors
    /// Everything that may be wrong has its own [`SnapshotError`].
    pub fn read(
        path: &Path,
        keys: &KeyRing,
        place: &str,
        node: &str,
    ) -> Result<Self, SnapshotError> {
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SnapshotError::Missing,
            _ => SnapshotError::Io(error),
        })?;
        let mut chunks = ChunkReader::begin(BufReader::new(file), keys)?;
        let directory = MemoryDirectory::to_be_filled(keys.clone());
        let (mut head, mut sessions) = (None, Vec::new());
        let (mut leases, mut meters) = (Vec::new(), Vec::new());
        while let Some(chunk) = chunks.next()? {
            chunks::records(&chunk, |kind, row| match kind {
                HEAD => {
                    let found = take_head(row)?;
                    check("the store", &found.place, place)?;
                    check("the journal", &found.node, node)?;
                    head = Some(found);
                    Ok(())
                }
                SESSION => {
                    sessions.push(sessions::take(row)?);
                    Ok(())
                }
                LEASE => {
                    leases.push(leases::take(row)?);
                    Ok(())
                }
                METER => {
                    meters.push(meters::take(row)?);
                    Ok(())
                }
                _ if directory.take_row(kind, row)? => Ok(()),
                _ => Err(fields::wrong()),
            })?;
        }
        let head = head.ok_or_else(fields::wrong)?;
        Ok(Self { head, directory, sessions, leases, meters })
    }

    /// Writes a snapshot to `path`, in place of the one that is there: whole or not at all. Says how
    /// many octets it has. Blocks.
    ///
    /// # Errors
    /// When the disk refuses; the one that is there is then still there.
    pub fn write(
        path: &Path,
        head: &SnapshotHead,
        directory: &MemoryDirectory,
        going_on: &impl GoingOn,
    ) -> Result<u64, SnapshotError> {
        let draft = draft(path);
        let written = Self::write_draft(&draft, head, directory, going_on)
            .and_then(|octets| fs::rename(&draft, path).map(|()| octets).map_err(Into::into));
        if written.is_err() {
            // The room that a part of one takes is the journal's, on a disk that is full.
            let _ = fs::remove_file(&draft);
        }
        let octets = written?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(octets)
    }

    fn write_draft(
        draft: &Path,
        head: &SnapshotHead,
        directory: &MemoryDirectory,
        going_on: &impl GoingOn,
    ) -> Result<u64, SnapshotError> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, MODE);
        let file = BufWriter::new(options.open(draft)?);
        let mut chunks = ChunkWriter::begin(file, directory.keys())?;
        chunks.record(HEAD, |out| put_head(out, head))?;
        directory.each_row(|kind, row| chunks.record(kind, row))?;
        for part in going_on.sessions() {
            for session in &part {
                chunks.record(SESSION, |out| sessions::put(out, session))?;
            }
        }
        for part in going_on.leases() {
            for lease in &part {
                chunks.record(LEASE, |out| leases::put(out, lease))?;
            }
        }
        for meter in going_on.meters() {
            chunks.record(METER, |out| meters::put(out, &meter))?;
        }
        let (mut file, octets) = chunks.finish()?;
        file.flush()?;
        file.get_ref().sync_data()?;
        Ok(octets)
    }
}

impl SnapshotHead {
    /// How old the directory in it is, seconds.
    #[must_use]
    pub fn age_s(&self) -> u64 {
        self.current_at.seconds_until(clock::now())
    }
}

/// Where a snapshot grows until it is whole.
fn draft(path: &Path) -> PathBuf {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    draft.into()
}

fn check(what: &'static str, found: &str, wanted: &str) -> Result<(), SnapshotError> {
    if found == wanted {
        return Ok(());
    }
    Err(SnapshotError::Other { what, found: found.to_owned(), wanted: wanted.to_owned() })
}

fn put_head(out: &mut Vec<u8>, head: &SnapshotHead) {
    let SnapshotHead { current_at, place, store, node, position } = head;
    put_octets(out, migration::newest().as_bytes());
    put_number(out, current_at.unix_ms());
    put_octets(out, place.as_bytes());
    put_number(out, store.0);
    put_octets(out, node.as_bytes());
    put_if(out, *position, |out, JournalPosition { segment, offset }| {
        put_count(out, segment);
        put_count(out, offset);
    });
}

fn take_head(row: &[u8]) -> Result<SnapshotHead, SnapshotError> {
    let mut fields = Fields(row);
    let (found, known) = (fields.text()?, migration::newest());
    if found != known {
        return Err(SnapshotError::Tables { found: found.to_owned(), known });
    }
    let head = SnapshotHead {
        current_at: Timestamp::from_unix_ms(fields.number()?),
        place: fields.text()?.to_owned(),
        store: StoreIdentity(fields.number()?),
        node: fields.text()?.to_owned(),
        position: fields.optional(|fields| {
            Ok(JournalPosition { segment: fields.count()?, offset: fields.count()? })
        })?,
    };
    fields.end(head)
}
