//! The seam between the journal and the file system, so that tests can lose power.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A directory of numbered segments.
///
/// Nothing is durable before the matching sync has returned: octets of a segment not before
/// [`SegmentFile::sync_data`], its name not before [`Disk::sync_directory`].
pub trait Disk: Send + Sync + 'static {
    /// What the directory is called in messages.
    fn directory(&self) -> String;

    /// Takes the directory for this process until the returned value is dropped.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when another process has it; whatever else the system says.
    fn lock(&self) -> io::Result<Box<dyn Send + Sync>>;

    /// The numbers of the segments that exist, ascending.
    ///
    /// # Errors
    /// When the directory cannot be read.
    fn segments(&self) -> io::Result<Vec<u64>>;

    /// Creates an empty segment and opens it for appending.
    ///
    /// # Errors
    /// When it exists already, or cannot be created.
    fn create(&self, segment: u64) -> io::Result<Box<dyn SegmentFile>>;

    /// Opens an existing segment for appending at its end.
    ///
    /// # Errors
    /// When it does not exist, or cannot be opened.
    fn open(&self, segment: u64) -> io::Result<Box<dyn SegmentFile>>;

    /// The length of a segment in octets.
    ///
    /// # Errors
    /// When it does not exist.
    fn segment_len(&self, segment: u64) -> io::Result<u64>;

    /// Reads from `offset` into `into` until that is full or the segment ends; says how much.
    ///
    /// # Errors
    /// When it does not exist or cannot be read.
    fn read(&self, segment: u64, offset: u64, into: &mut [u8]) -> io::Result<usize>;

    /// Cuts a segment to `len` octets, durably.
    ///
    /// # Errors
    /// When it cannot be cut, or that cannot be made durable.
    fn truncate(&self, segment: u64, len: u64) -> io::Result<()>;

    /// Copies what stands from `offset` to the end of a segment to a place beside it, where it
    /// stays until the segment is removed; what was kept of the segment before is replaced.
    ///
    /// # Errors
    /// When it cannot be read, or not be kept.
    fn set_aside(&self, segment: u64, offset: u64) -> io::Result<()>;

    /// Removes a segment, and what was set aside of it.
    ///
    /// # Errors
    /// When it cannot be removed.
    fn remove(&self, segment: u64) -> io::Result<()>;

    /// Makes creations and removals durable.
    ///
    /// # Errors
    /// When the system cannot promise it.
    fn sync_directory(&self) -> io::Result<()>;

    /// Remembers that the sink had all of a segment at `at`.
    ///
    /// # Errors
    /// When it cannot be remembered.
    fn mark_drained(&self, segment: u64, at: SystemTime) -> io::Result<()>;

    /// When a segment was marked as drained, or else when it was last written.
    ///
    /// # Errors
    /// When it does not exist.
    fn drained_at(&self, segment: u64) -> io::Result<SystemTime>;
}

/// A segment that is open for appending.
pub trait SegmentFile: Send {
    /// Adds octets at the end; all or an error.
    ///
    /// # Errors
    /// When the disk is full or fails.
    fn append(&mut self, octets: &[u8]) -> io::Result<()>;

    /// Makes everything appended so far durable.
    ///
    /// # Errors
    /// When the system cannot promise it; it must not be asked again.
    fn sync_data(&mut self) -> io::Result<()>;
}

/// A directory of the file system.
#[derive(Debug, Clone)]
pub struct RealDisk {
    directory: PathBuf,
}

/// How a segment is called: twenty digits, so that names sort as numbers do.
const NAME_PREFIX: &str = "journal-";
const NAME_SUFFIX: &str = ".weir";
/// What is added to it for the torn end that was cut off.
const TORN_SUFFIX: &str = ".torn";
/// Held with an exclusive lock by the server that uses the directory.
const LOCK_NAME: &str = "lock";

impl RealDisk {
    /// The journal in `directory`, which is created when it is missing (readable by its owner
    /// only: accounting is personal data).
    ///
    /// # Errors
    /// When it cannot be created, or that cannot be made durable.
    pub fn new(directory: impl Into<PathBuf>) -> io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt as _;

        let directory = directory.into();
        let is_missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
        let missing: Vec<&Path> = directory.ancestors().take_while(is_missing).collect();
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&directory)?;
        for created in missing {
            // Its name stands in its parent, and would be lost with power until that is synced.
            let parent = created.parent().filter(|parent| !parent.as_os_str().is_empty());
            File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
        }
        Ok(Self { directory })
    }

    pub(super) fn path(&self, segment: u64) -> PathBuf {
        self.directory.join(format!("{NAME_PREFIX}{segment:020}{NAME_SUFFIX}"))
    }

    fn torn_path(&self, segment: u64) -> PathBuf {
        self.directory.join(format!("{NAME_PREFIX}{segment:020}{NAME_SUFFIX}{TORN_SUFFIX}"))
    }
}

impl Disk for RealDisk {
    fn directory(&self) -> String {
        self.directory.display().to_string()
    }

    fn lock(&self) -> io::Result<Box<dyn Send + Sync>> {
        let path = self.directory.join(LOCK_NAME);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode_private()
            .open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Box::new(file)),
            Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn segments(&self) -> io::Result<Vec<u64>> {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            if let Some(number) = segment_number(Path::new(&entry?.file_name())) {
                numbers.push(number);
            }
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn create(&self, segment: u64) -> io::Result<Box<dyn SegmentFile>> {
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .mode_private()
            .open(self.path(segment))?;
        Ok(Box::new(RealSegment { file }))
    }

    fn open(&self, segment: u64) -> io::Result<Box<dyn SegmentFile>> {
        let file = OpenOptions::new().append(true).open(self.path(segment))?;
        Ok(Box::new(RealSegment { file }))
    }

    fn segment_len(&self, segment: u64) -> io::Result<u64> {
        Ok(fs::metadata(self.path(segment))?.len())
    }

    fn read(&self, segment: u64, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let file = File::open(self.path(segment))?;
        let mut filled = 0;
        while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match file.read_at(rest, offset.saturating_add(filled as u64)) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    fn truncate(&self, segment: u64, len: u64) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(self.path(segment))?;
        file.set_len(len)?;
        file.sync_all()
    }

    fn set_aside(&self, segment: u64, offset: u64) -> io::Result<()> {
        let mut from = File::open(self.path(segment))?;
        from.seek(SeekFrom::Start(offset))?;
        let mut to = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .mode_private()
            .open(self.torn_path(segment))?;
        io::copy(&mut from, &mut to)?;
        to.sync_all()?;
        self.sync_directory()
    }

    fn remove(&self, segment: u64) -> io::Result<()> {
        match fs::remove_file(self.torn_path(segment)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::remove_file(self.path(segment))
    }

    fn sync_directory(&self) -> io::Result<()> {
        File::open(&self.directory)?.sync_all()
    }

    fn mark_drained(&self, segment: u64, at: SystemTime) -> io::Result<()> {
        OpenOptions::new().write(true).open(self.path(segment))?.set_modified(at)
    }

    fn drained_at(&self, segment: u64) -> io::Result<SystemTime> {
        fs::metadata(self.path(segment))?.modified()
    }
}

struct RealSegment {
    file: File,
}

impl SegmentFile for RealSegment {
    fn append(&mut self, octets: &[u8]) -> io::Result<()> {
        self.file.write_all(octets)
    }

    fn sync_data(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }
}

fn segment_number(name: &Path) -> Option<u64> {
    name.to_str()?.strip_prefix(NAME_PREFIX)?.strip_suffix(NAME_SUFFIX)?.parse().ok()
}

trait OwnerOnly {
    fn mode_private(&mut self) -> &mut Self;
}

impl OwnerOnly for OpenOptions {
    fn mode_private(&mut self) -> &mut Self {
        use std::os::unix::fs::OpenOptionsExt as _;
        self.mode(0o600)
    }
}
