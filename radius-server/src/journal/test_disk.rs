//! A disk that loses power when it is told to.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::disk::{Disk, RealDisk, SegmentFile};

/// A directory whose unsynced octets exist in this process only: they are written to the real
/// file by the sync, and a new segment appears in the real directory when that is synced. So a
/// killed process really loses what it had not synced, and [`power_cut`](Self::power_cut) lets a
/// chosen part of it survive, as real disks do.
///
/// After a power cut every call fails; open a new `TestDisk` on the same directory to go on.
#[derive(Clone)]
pub struct TestDisk {
    inner: Arc<Inner>,
}

/// What becomes of unsynced octets when power is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// They are gone, and so are segments whose names were not synced.
    Drop,
    /// A prefix of random length survives.
    Tear {
        /// What decides; equal seeds lose the same.
        seed: u64,
    },
    /// Any of the 512-octet sectors may survive without those before it, which read as zeros.
    Reorder {
        /// What decides; equal seeds lose the same.
        seed: u64,
    },
}

impl TestDisk {
    /// The disk in `directory`, which is created when it is missing.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn new(directory: impl Into<PathBuf>) -> io::Result<Self> {
        let real = RealDisk::new(directory)?;
        let state = Mutex::new(State::default());
        Ok(Self { inner: Arc::new(Inner { real, state, released: Condvar::new() }) })
    }

    /// Loses power now.
    pub fn power_cut(&self, loss: Loss) {
        let mut state = self.inner.lock();
        self.inner.lose_power(&mut state, loss);
    }

    /// Loses power in the middle of the `operations`th append or sync from now, counted from 1.
    pub fn cut_power_at(&self, operations: u64, loss: Loss) {
        self.inner.lock().cut = Some((operations.max(1), loss));
    }

    /// Lets the next sync fail; what it should have made durable is lost.
    pub fn fail_next_sync(&self) {
        self.inner.lock().fail_next_sync = true;
    }

    /// While there is a file at `path`, the disk is full: of what is appended it takes half, and
    /// says that there is no room. A process can so be told from outside.
    pub fn full_while_exists(&self, path: impl Into<PathBuf>) {
        self.inner.lock().full_while_exists = Some(path.into());
    }

    /// Lets the next sync panic, as a disk of an embedder may.
    pub fn panic_in_next_sync(&self) {
        self.inner.lock().panic_in_next_sync = true;
    }

    /// Lets every sync wait until the returned value is dropped.
    #[must_use]
    pub fn hold_syncs(&self) -> HeldSyncs {
        self.inner.lock().held = true;
        HeldSyncs { inner: Arc::clone(&self.inner) }
    }

    /// How often octets of a segment were read.
    #[must_use]
    pub fn reads(&self) -> u64 {
        self.inner.lock().reads
    }

    /// How many syncs wait now.
    #[must_use]
    pub fn syncs_waiting(&self) -> usize {
        self.inner.lock().waiting
    }
}

/// While it lives, the syncs of a [`TestDisk`] wait.
pub struct HeldSyncs {
    inner: Arc<Inner>,
}

impl Drop for HeldSyncs {
    fn drop(&mut self) {
        self.inner.lock().held = false;
        self.inner.released.notify_all();
    }
}

impl fmt::Debug for TestDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestDisk").field("directory", &self.inner.real.directory()).finish()
    }
}

struct Inner {
    real: RealDisk,
    state: Mutex<State>,
    released: Condvar,
}

#[derive(Default)]
struct State {
    /// What exists in this process only, by segment.
    volatile: BTreeMap<u64, Volatile>,
    cut: Option<(u64, Loss)>,
    dead: bool,
    fail_next_sync: bool,
    full_while_exists: Option<PathBuf>,
    panic_in_next_sync: bool,
    held: bool,
    waiting: usize,
    reads: u64,
}

#[derive(Default)]
struct Volatile {
    /// The name is not in the real directory yet; octets that were synced wait for it here.
    unnamed: Option<Vec<u8>>,
    unsynced: Vec<u8>,
}

fn power_is_off() -> io::Error {
    io::Error::other("the test disk has no power")
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an operation; the power may fail in it.
    fn operate(&self) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.powered()?;
        if let Some((left, loss)) = &mut state.cut {
            *left -= 1;
            if *left == 0 {
                let loss = *loss;
                self.lose_power(&mut state, loss);
            }
        }
        if state.dead { Err(power_is_off()) } else { Ok(state) }
    }

    fn powered(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.lock();
        if state.dead { Err(power_is_off()) } else { Ok(state) }
    }

    fn wait_until_released(&self) {
        let mut state = self.lock();
        state.waiting += 1;
        let mut state = self
            .released
            .wait_while(state, |state| state.held && !state.dead)
            .unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
    }

    fn lose_power(&self, state: &mut State, loss: Loss) {
        if state.dead {
            return;
        }
        state.dead = true;
        self.released.notify_all();
        let mut random = Random(match loss {
            Loss::Drop => 0,
            Loss::Tear { seed } | Loss::Reorder { seed } => seed,
        });
        for (segment, volatile) in core::mem::take(&mut state.volatile) {
            let survives = self.survivors(segment, volatile, loss, &mut random);
            if let Err(error) = survives {
                tracing::error!(segment, %error, "the test disk could not simulate a power cut");
            }
        }
    }

    fn survivors(
        &self,
        segment: u64,
        volatile: Volatile,
        loss: Loss,
        random: &mut Random,
    ) -> io::Result<()> {
        if let Some(synced) = volatile.unnamed {
            if loss == Loss::Drop || random.below(2) == 0 {
                return Ok(());
            }
            self.real.create(segment)?.append(&synced)?;
        }
        let unsynced = volatile.unsynced;
        match loss {
            Loss::Drop => Ok(()),
            Loss::Tear { .. } => {
                let kept = random.below(unsynced.len() as u64 + 1);
                let kept = unsynced.get(..usize::try_from(kept).unwrap_or(0)).unwrap_or_default();
                self.real.open(segment)?.append(kept)
            }
            Loss::Reorder { .. } => self.keep_sectors(segment, &unsynced, random),
        }
    }

    fn keep_sectors(&self, segment: u64, octets: &[u8], random: &mut Random) -> io::Result<()> {
        const SECTOR: u64 = 512;
        let end = self.real.segment_len(segment)?;
        let mut file = OpenOptions::new().write(true).open(self.real.path(segment))?;
        let mut rest = octets;
        let mut offset = end;
        while !rest.is_empty() {
            let len = usize::try_from(SECTOR - offset % SECTOR).unwrap_or(1).min(rest.len());
            let (sector, after) = rest.split_at(len);
            if random.below(2) == 1 {
                file.seek(SeekFrom::Start(offset))?;
                file.write_all(sector)?;
            }
            offset += len as u64;
            rest = after;
        }
        Ok(())
    }
}

impl Disk for TestDisk {
    fn directory(&self) -> String {
        self.inner.real.directory()
    }

    fn lock(&self) -> io::Result<Box<dyn Send + Sync>> {
        drop(self.inner.powered()?);
        self.inner.real.lock()
    }

    fn segments(&self) -> io::Result<Vec<u64>> {
        let state = self.inner.powered()?;
        let mut segments = self.inner.real.segments()?;
        segments.extend(state.volatile.iter().filter(|(_, v)| v.unnamed.is_some()).map(|(n, _)| n));
        segments.sort_unstable();
        Ok(segments)
    }

    fn create(&self, segment: u64) -> io::Result<Box<dyn SegmentFile>> {
        if self.segments()?.contains(&segment) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let mut state = self.inner.operate()?;
        let volatile = Volatile { unnamed: Some(Vec::new()), unsynced: Vec::new() };
        state.volatile.insert(segment, volatile);
        Ok(Box::new(TestSegment { disk: Arc::clone(&self.inner), segment }))
    }

    fn open(&self, segment: u64) -> io::Result<Box<dyn SegmentFile>> {
        let state = self.inner.powered()?;
        if !state.volatile.contains_key(&segment) {
            self.inner.real.open(segment)?;
        }
        Ok(Box::new(TestSegment { disk: Arc::clone(&self.inner), segment }))
    }

    fn segment_len(&self, segment: u64) -> io::Result<u64> {
        let state = self.inner.powered()?;
        match state.volatile.get(&segment) {
            Some(Volatile { unnamed: Some(synced), unsynced }) => {
                Ok((synced.len() + unsynced.len()) as u64)
            }
            Some(volatile) => {
                Ok(self.inner.real.segment_len(segment)? + volatile.unsynced.len() as u64)
            }
            None => self.inner.real.segment_len(segment),
        }
    }

    /// Reads what is synced: a reader that goes beyond it finds the segment shorter than it
    /// believes.
    fn read(&self, segment: u64, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut state = self.inner.powered()?;
        state.reads += 1;
        let Some(Volatile { unnamed: Some(synced), .. }) = state.volatile.get(&segment) else {
            return self.inner.real.read(segment, offset, into);
        };
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let mut octets = synced.get(offset..).unwrap_or_default();
        io::Read::read(&mut octets, into)
    }

    fn truncate(&self, segment: u64, len: u64) -> io::Result<()> {
        let mut state = self.inner.operate()?;
        if let Some(volatile) = state.volatile.get_mut(&segment) {
            volatile.unsynced.clear();
            if let Some(synced) = &mut volatile.unnamed {
                synced.truncate(usize::try_from(len).unwrap_or(usize::MAX));
                return Ok(());
            }
        }
        self.inner.real.truncate(segment, len)
    }

    /// Keeps what is in the real segment: a torn end that was never synced is lost with it.
    fn set_aside(&self, segment: u64, offset: u64) -> io::Result<()> {
        drop(self.inner.powered()?);
        self.inner.real.set_aside(segment, offset)
    }

    fn remove(&self, segment: u64) -> io::Result<()> {
        let mut state = self.inner.operate()?;
        match state.volatile.remove(&segment) {
            Some(Volatile { unnamed: Some(_), .. }) => Ok(()),
            _ => self.inner.real.remove(segment),
        }
    }

    fn sync_directory(&self) -> io::Result<()> {
        let mut state = self.inner.operate()?;
        for (&segment, volatile) in &mut state.volatile {
            if let Some(synced) = volatile.unnamed.take() {
                self.inner.real.create(segment)?.append(&synced)?;
            }
        }
        Ok(())
    }

    fn mark_drained(&self, segment: u64, at: SystemTime) -> io::Result<()> {
        drop(self.inner.powered()?);
        self.inner.real.mark_drained(segment, at)
    }

    fn drained_at(&self, segment: u64) -> io::Result<SystemTime> {
        drop(self.inner.powered()?);
        self.inner.real.drained_at(segment)
    }
}

struct TestSegment {
    disk: Arc<Inner>,
    segment: u64,
}

impl SegmentFile for TestSegment {
    fn append(&mut self, octets: &[u8]) -> io::Result<()> {
        let mut state = self.disk.lock();
        if state.dead {
            return Err(power_is_off());
        }
        if state.full_while_exists.as_ref().is_some_and(|path| path.exists()) {
            let half = octets.get(..octets.len() / 2).unwrap_or_default();
            state.volatile.entry(self.segment).or_default().unsynced.extend_from_slice(half);
            return Err(io::ErrorKind::StorageFull.into());
        }
        // The octets are on their way when the power fails.
        state.volatile.entry(self.segment).or_default().unsynced.extend_from_slice(octets);
        drop(state);
        self.disk.operate().map(drop)
    }

    fn sync_data(&mut self) -> io::Result<()> {
        self.disk.wait_until_released();
        let mut state = self.disk.operate()?;
        let panic = core::mem::take(&mut state.panic_in_next_sync);
        assert!(!panic, "the test disk was told to panic in this sync");
        let fail = core::mem::take(&mut state.fail_next_sync);
        let Some(volatile) = state.volatile.get_mut(&self.segment) else { return Ok(()) };
        let unsynced = core::mem::take(&mut volatile.unsynced);
        if fail {
            return Err(io::Error::other("the test disk was told to fail this sync"));
        }
        match &mut volatile.unnamed {
            Some(synced) => synced.extend_from_slice(&unsynced),
            None => self.disk.real.open(self.segment)?.append(&unsynced)?,
        }
        Ok(())
    }
}

/// SplitMix64: small, seeded, and good enough to choose what is lost.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound.max(1)
    }
}
