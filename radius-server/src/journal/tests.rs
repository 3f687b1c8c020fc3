//! The journal's promises, kept over power cuts, failed syncs and damaged files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, SystemTime};

use aaa_engine::ports::JournalPosition;

use super::*;

const WAIT: Duration = Duration::from_secs(30);

fn small_segments() -> JournalSettings {
    JournalSettings { segment_octets: 2_000, ..JournalSettings::default() }
}

fn open_real(directory: &Path, applied: Option<JournalPosition>) -> (Journal, Reader) {
    let disk = Arc::new(RealDisk::new(directory).unwrap());
    Journal::open(disk, &small_segments(), applied).unwrap()
}

fn open_error(directory: &Path, applied: Option<JournalPosition>) -> JournalError {
    let disk = Arc::new(RealDisk::new(directory).unwrap());
    match Journal::open(disk, &small_segments(), applied) {
        Ok(_) => panic!("the journal opened"),
        Err(error) => error,
    }
}

fn group(records: impl IntoIterator<Item = String>) -> Group {
    let mut group = Group::default();
    for record in records {
        assert!(group.record(|out| out.extend_from_slice(record.as_bytes())));
    }
    group
}

fn append(journal: &Journal, records: impl IntoIterator<Item = String>) {
    journal.append(&mut group(records), WAIT).unwrap();
}

fn read_all(journal: &Journal, reader: &mut Reader) -> Vec<String> {
    let durable = *journal.durable().borrow();
    let mut records = Vec::new();
    // One call stops before what it cannot read; the next one says why.
    let mut read = || {
        reader.read(durable, 7, |_, payload| -> Result<(), JournalError> {
            records.push(String::from_utf8(payload.to_vec()).unwrap());
            Ok(())
        })
    };
    while read().unwrap() > 0 {}
    records
}

fn numbered(range: core::ops::Range<u32>) -> Vec<String> {
    range.map(|n| format!("record {n} {}", "x".repeat((n % 90) as usize))).collect()
}

fn segment_paths(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "weir"))
        .collect();
    paths.sort();
    paths
}

#[test]
fn records_are_read_back_in_order_across_segments_and_restarts() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, mut reader) = open_real(directory.path(), None);
    for n in 0..10 {
        append(&journal, numbered(n * 10..n * 10 + 10));
    }
    let first = read_all(&journal, &mut reader);
    assert_eq!(first, numbered(0..100));
    let applied = reader.position();
    append(&journal, numbered(100..150));
    drop(journal);
    assert!(segment_paths(directory.path()).len() > 3);

    let (journal, mut reader) = open_real(directory.path(), Some(applied));
    append(&journal, numbered(150..160));
    assert_eq!(read_all(&journal, &mut reader), numbered(100..160));
    drop(journal);

    let (journal, mut reader) = open_real(directory.path(), None);
    assert_eq!(read_all(&journal, &mut reader), numbered(0..160));
}

#[test]
fn records_that_nobody_waits_for_keep_their_place_and_become_durable() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, mut reader) = open_real(directory.path(), None);
    journal.append_without_waiting(&mut group(numbered(0..3))).unwrap();
    append(&journal, numbered(3..5));
    journal.append_without_waiting(&mut group(numbered(5..6))).unwrap();
    assert_eq!(journal.stats().appended, 6);
    journal.close();
    assert_eq!(journal.stats().synced, 6);
    assert_eq!(read_all(&journal, &mut reader), numbered(0..6));
    let refused = journal.append(&mut group(numbered(0..1)), WAIT);
    assert_eq!(refused, Err(AppendError::Closed));
}

#[test]
fn a_second_server_does_not_get_the_same_directory() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, _reader) = open_real(directory.path(), None);
    let error = open_error(directory.path(), None);
    assert!(matches!(&error, JournalError::Locked { .. }), "{error}");
    drop(journal);
    open_real(directory.path(), None);
}

#[test]
fn a_torn_end_is_cut_off_and_writing_goes_on_there() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, _) = open_real(directory.path(), None);
    append(&journal, numbered(0..4));
    drop(journal);
    let path = segment_paths(directory.path()).pop().unwrap();
    let whole = fs::read(&path).unwrap();
    for kept in (segment::HEADER_LEN..whole.len()).step_by(7) {
        fs::write(&path, &whole[..kept]).unwrap();
        let (journal, mut reader) = open_real(directory.path(), None);
        append(&journal, ["after".to_owned()]);
        let mut records = read_all(&journal, &mut reader);
        assert_eq!(records.pop().as_deref(), Some("after"), "kept {kept} octets");
        assert_eq!(records, numbered(0..u32::try_from(records.len()).unwrap()));
        assert!(records.len() < 4);
    }
}

#[test]
fn damage_before_the_last_segment_is_refused_with_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, mut reader) = open_real(directory.path(), None);
    for n in 0..10 {
        append(&journal, numbered(n * 10..n * 10 + 10));
    }
    read_all(&journal, &mut reader);
    let applied = reader.position();
    drop(journal);
    let paths = segment_paths(directory.path());
    let sound = fs::read(&paths[1]).unwrap();
    let mut damaged = sound.clone();
    damaged[segment::HEADER_LEN + 20] ^= 1;
    fs::write(&paths[1], &damaged).unwrap();
    let error = open_error(directory.path(), None);
    assert!(
        matches!(error, JournalError::Damaged { segment: 2, offset: 32, .. }),
        "unexpected: {error}"
    );
    // What the sink has already is not read again, so it may be damaged.
    drop(open_real(directory.path(), Some(applied)));

    // A segment that lost whole records looks whole by itself.
    fs::write(&paths[1], &sound[..segment::HEADER_LEN]).unwrap();
    let error = open_error(directory.path(), None);
    assert!(matches!(error, JournalError::Shortened { segment: 2, .. }), "unexpected: {error}");

    fs::remove_file(&paths[1]).unwrap();
    let error = open_error(directory.path(), None);
    assert!(matches!(error, JournalError::Missing { segment: 2 }), "unexpected: {error}");
}

#[test]
fn a_segment_whose_creator_was_killed_gets_a_durable_name_before_it_is_written_to() {
    let directory = tempfile::tempdir().unwrap();
    let disk = TestDisk::new(directory.path()).unwrap();
    let mut segment = disk.create(1).unwrap();
    segment.append(&segment::Header { number: 1, first_seq: 1 }.to_octets()).unwrap();
    segment.sync_data().unwrap();
    drop(segment);
    // The next process finds the segment with the kernel, and not yet on the disk.
    let (journal, _) = Journal::open(Arc::new(disk.clone()), &small_segments(), None).unwrap();
    append(&journal, numbered(0..3));
    disk.power_cut(Loss::Drop);
    drop(journal);
    let (journal, mut reader) = open_real(directory.path(), None);
    assert_eq!(read_all(&journal, &mut reader), numbered(0..3));
}

#[test]
fn a_journal_directory_is_created_with_its_parents() {
    let directory = tempfile::tempdir().unwrap();
    let nested = directory.path().join("a/b/journal");
    drop(open_real(&nested, None));
    assert!(nested.is_dir());
}

#[test]
fn damage_in_the_last_segment_before_what_the_sink_has_is_refused_and_not_cut() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, mut reader) = open_real(directory.path(), None);
    append(&journal, numbered(0..4));
    read_all(&journal, &mut reader);
    let applied = reader.position();
    append(&journal, numbered(4..8));
    drop(journal);
    let path = segment_paths(directory.path()).pop().unwrap();
    let sound = fs::read(&path).unwrap();
    let mut damaged = sound.clone();
    damaged[segment::HEADER_LEN + 20] ^= 1;
    fs::write(&path, &damaged).unwrap();
    let error = open_error(directory.path(), Some(applied));
    assert!(
        matches!(error, JournalError::Damaged { segment: 1, offset: 32, .. }),
        "unexpected: {error}"
    );
    assert_eq!(fs::read(&path).unwrap(), damaged);
    // Even where the segment ends within the record.
    let torn = usize::try_from(applied.offset).unwrap() - 1;
    fs::write(&path, &sound[..torn]).unwrap();
    let error = open_error(directory.path(), Some(applied));
    assert!(matches!(error, JournalError::Damaged { segment: 1, .. }), "unexpected: {error}");
}

#[test]
fn a_torn_end_is_kept_beside_its_segment() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, mut reader) = open_real(directory.path(), None);
    append(&journal, numbered(0..4));
    read_all(&journal, &mut reader);
    let applied = reader.position();
    append(&journal, numbered(4..5));
    drop(journal);
    let path = segment_paths(directory.path()).pop().unwrap();
    let mut octets = fs::read(&path).unwrap();
    let last = octets.len() - 1;
    octets[last] ^= 1;
    fs::write(&path, &octets).unwrap();
    let (journal, mut reader) = open_real(directory.path(), Some(applied));
    assert!(read_all(&journal, &mut reader).is_empty());
    drop(journal);
    let kept = path.with_extension("weir.torn");
    let end = usize::try_from(applied.offset).unwrap();
    assert_eq!(fs::read(&kept).unwrap(), &octets[end..]);
    assert_eq!(fs::read(&path).unwrap(), &octets[..end]);
    RealDisk::new(directory.path()).unwrap().remove(1).unwrap();
    assert!(!kept.exists());
}

#[test]
fn a_store_that_is_older_than_the_journal_reaches_is_told_so() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, mut reader) = open_real(directory.path(), None);
    append(&journal, numbered(0..4));
    read_all(&journal, &mut reader);
    let applied = reader.position();
    for n in 0..10 {
        append(&journal, numbered(n * 10..n * 10 + 10));
    }
    drop(journal);
    let paths = segment_paths(directory.path());
    // What the store lacks of the first segment is gone, though the next one is there.
    fs::remove_file(&paths[0]).unwrap();
    let error = open_error(directory.path(), Some(applied));
    assert!(matches!(error, JournalError::StoreOlder { first: 1, last: 1 }), "unexpected: {error}");
    fs::remove_file(&paths[1]).unwrap();
    let error = open_error(directory.path(), Some(applied)).to_string();
    let words = "the store is older than the journal reaches: segments 1..2 are gone";
    assert!(error.starts_with(words), "unexpected: {error}");
    // A store that never had anything of this journal gets what is left of it.
    let (journal, mut reader) = open_real(directory.path(), None);
    let left = read_all(&journal, &mut reader);
    assert!(!left.is_empty());
    assert!(numbered(0..100).ends_with(&left));
}

#[test]
fn a_position_that_no_record_has_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, _) = open_real(directory.path(), None);
    append(&journal, numbered(0..4));
    drop(journal);
    let position = JournalPosition { segment: 1, offset: 40 };
    let error = open_error(directory.path(), Some(position));
    assert!(matches!(error, JournalError::Position { .. }), "unexpected: {error}");
}

#[test]
fn positions_never_run_backwards_when_the_journal_was_lost() {
    let directory = tempfile::tempdir().unwrap();
    let applied = JournalPosition { segment: 7, offset: 500 };
    let (journal, mut reader) = open_real(directory.path(), Some(applied));
    append(&journal, numbered(0..2));
    assert_eq!(read_all(&journal, &mut reader), numbered(0..2));
    assert!(reader.position() > applied);
    drop(journal);
    // And again, before the sink has taken anything.
    let (journal, mut reader) = open_real(directory.path(), Some(applied));
    assert_eq!(read_all(&journal, &mut reader), numbered(0..2));
    let shorter = JournalPosition { segment: 8, offset: 100_000 };
    drop(journal);
    let (journal, mut reader) = open_real(directory.path(), Some(shorter));
    append(&journal, numbered(2..3));
    assert_eq!(read_all(&journal, &mut reader), numbered(2..3));
    assert!(reader.position() > shorter);
    drop(journal);
    let (journal, mut reader) = open_real(directory.path(), Some(shorter));
    assert_eq!(read_all(&journal, &mut reader), numbered(2..3));
}

#[test]
fn a_small_segment_is_read_from_the_disk_once() {
    let directory = tempfile::tempdir().unwrap();
    let disk = TestDisk::new(directory.path()).unwrap();
    let (journal, mut reader) =
        Journal::open(Arc::new(disk.clone()), &small_segments(), None).unwrap();
    for n in 0..10 {
        append(&journal, numbered(n * 10..n * 10 + 10));
    }
    let before = disk.reads();
    assert_eq!(read_all(&journal, &mut reader), numbered(0..100));
    let segments = segment_paths(directory.path()).len();
    assert_eq!(disk.reads() - before, segments as u64);
    // What is added to the last one afterwards is still found.
    append(&journal, numbered(100..110));
    assert_eq!(read_all(&journal, &mut reader), numbered(100..110));
    drop(journal);
    // A start reads the header of each, of some once more, and the records at once.
    let disk = TestDisk::new(directory.path()).unwrap();
    drop(Journal::open(Arc::new(disk.clone()), &small_segments(), None).unwrap());
    let segments = segment_paths(directory.path()).len() as u64;
    assert!(disk.reads() <= 3 * segments, "{} reads", disk.reads());
}

#[test]
fn drained_segments_are_kept_for_the_retention_and_then_removed() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, mut reader) = open_real(directory.path(), None);
    for n in 0..10 {
        append(&journal, numbered(n * 10..n * 10 + 10));
    }
    read_all(&journal, &mut reader);
    let all = segment_paths(directory.path()).len();
    let applied = reader.position();
    let drained = SystemTime::UNIX_EPOCH + Duration::from_secs(1_900_000_000);
    let day = Duration::from_secs(86_400);
    assert_eq!(reader.retire(applied, drained).unwrap(), 0);
    assert_eq!(reader.retire(applied, drained + day - Duration::from_secs(1)).unwrap(), 0);
    assert_eq!(reader.retire(applied, drained + day).unwrap(), all - 1);
    assert_eq!(segment_paths(directory.path()).len(), 1);
    drop(journal);
    let (journal, mut reader) = open_real(directory.path(), Some(applied));
    append(&journal, numbered(100..101));
    assert_eq!(read_all(&journal, &mut reader), numbered(100..101));
}

#[test]
fn a_record_that_is_not_taken_comes_again() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, mut reader) = open_real(directory.path(), None);
    append(&journal, numbered(0..3));
    let durable = *journal.durable().borrow();
    let mut left = 2;
    let taken = reader.read(durable, 10, |position, _| {
        left -= 1;
        if left >= 0 { Ok(()) } else { Err(JournalError::Position { position }) }
    });
    assert_eq!(taken.unwrap(), 2);
    let refused = reader.read(durable, 10, |position, _| Err(JournalError::Position { position }));
    assert!(matches!(refused, Err(JournalError::Position { .. })));
    assert_eq!(read_all(&journal, &mut reader), numbered(2..3));
}

#[test]
fn a_failed_sync_stops_the_journal_for_good() {
    let directory = tempfile::tempdir().unwrap();
    let disk = TestDisk::new(directory.path()).unwrap();
    let (journal, mut reader) =
        Journal::open(Arc::new(disk.clone()), &small_segments(), None).unwrap();
    append(&journal, numbered(0..2));
    disk.fail_next_sync();
    let failed = journal.append(&mut group(numbered(2..3)), WAIT);
    assert!(matches!(failed, Err(AppendError::Poisoned { .. })), "{failed:?}");
    let later = journal.append(&mut group(numbered(3..4)), WAIT);
    assert!(matches!(later, Err(AppendError::Poisoned { .. })), "{later:?}");
    let unwaited = journal.append_without_waiting(&mut group(numbered(4..5)));
    assert!(matches!(unwaited, Err(AppendError::Poisoned { .. })), "{unwaited:?}");
    assert!(journal.stats().poisoned.is_some());
    assert_eq!(read_all(&journal, &mut reader), numbered(0..2));
    drop(journal);
    let (journal, mut reader) = open_real(directory.path(), None);
    assert_eq!(read_all(&journal, &mut reader), numbered(0..2));
}

#[test]
fn a_full_disk_holds_the_journal_up_until_it_has_room() {
    let directory = tempfile::tempdir().unwrap();
    let disk = TestDisk::new(directory.path()).unwrap();
    let full = directory.path().join("full");
    disk.full_while_exists(&full);
    // Both within a segment and where the next one would begin.
    let (journal, mut reader) = Journal::open(Arc::new(disk), &small_segments(), None).unwrap();
    let mut expected = Vec::new();
    for round in 0..8 {
        let first = round * 10;
        append(&journal, numbered(first..first + 3));
        fs::write(&full, "").unwrap();
        let refused = journal.append(&mut group(numbered(first + 3..first + 4)), WAIT);
        assert_eq!(refused, Err(AppendError::DiskFull));
        assert!(journal.stats().disk_full.is_some_and(|reason| reason.contains("full")));
        let refused = journal.append(&mut group(numbered(first + 4..first + 5)), WAIT);
        assert_eq!(refused, Err(AppendError::DiskFull), "nothing waits behind a full disk");
        journal.append_without_waiting(&mut group(numbered(first + 5..first + 6))).unwrap();
        fs::remove_file(&full).unwrap();
        // What was not acknowledged may have become durable; what was, has its place.
        expected.extend(numbered(first..first + 4));
        expected.extend(numbered(first + 5..first + 6));
        let mut durable = journal.durable();
        let count = expected.len() as u64 + 1;
        let waited = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        waited.block_on(async {
            let room = durable.wait_for(|durable| durable.next_seq >= count);
            tokio::time::timeout(WAIT, room).await.unwrap().unwrap();
        });
        assert_eq!(journal.stats().poisoned, None);
    }
    append(&journal, ["the last".to_owned()]);
    assert_eq!(journal.stats().disk_full, None);
    expected.push("the last".to_owned());
    assert_eq!(read_all(&journal, &mut reader), expected);
    drop(journal);
    let (journal, mut reader) = open_real(directory.path(), None);
    assert_eq!(read_all(&journal, &mut reader), expected);
}

#[test]
fn a_journal_is_closed_though_its_disk_is_full() {
    let directory = tempfile::tempdir().unwrap();
    let disk = TestDisk::new(directory.path()).unwrap();
    let full = directory.path().join("full");
    disk.full_while_exists(&full);
    let (journal, _) = Journal::open(Arc::new(disk), &small_segments(), None).unwrap();
    append(&journal, numbered(0..2));
    fs::write(&full, "").unwrap();
    let refused = journal.append(&mut group(numbered(2..3)), WAIT);
    assert_eq!(refused, Err(AppendError::DiskFull));
    drop(journal);
    let (journal, mut reader) = open_real(directory.path(), None);
    assert_eq!(read_all(&journal, &mut reader), numbered(0..2));
}

#[test]
fn a_panic_of_the_writer_stops_the_journal_and_is_told_to_those_who_wait() {
    let directory = tempfile::tempdir().unwrap();
    let disk = TestDisk::new(directory.path()).unwrap();
    let (journal, _) = Journal::open(Arc::new(disk.clone()), &small_segments(), None).unwrap();
    append(&journal, numbered(0..2));
    disk.panic_in_next_sync();
    let failed = journal.append(&mut group(numbered(2..3)), WAIT);
    assert!(matches!(failed, Err(AppendError::Poisoned { .. })), "{failed:?}");
    assert!(journal.stats().poisoned.is_some_and(|reason| reason.contains("panic")));
    drop(journal);
    let (journal, mut reader) = open_real(directory.path(), None);
    assert_eq!(read_all(&journal, &mut reader), numbered(0..2));
    journal.close();
    assert_eq!(journal.stats().poisoned, None);
}

#[test]
fn an_append_waits_for_the_sync_and_no_longer_than_it_was_told() {
    let directory = tempfile::tempdir().unwrap();
    let disk = TestDisk::new(directory.path()).unwrap();
    let (journal, mut reader) =
        Journal::open(Arc::new(disk.clone()), &small_segments(), None).unwrap();
    let held = disk.hold_syncs();
    let slow = journal.append(&mut group(numbered(0..1)), Duration::from_millis(20));
    assert_eq!(slow, Err(AppendError::TimedOut));
    assert_eq!(journal.stats().synced, 0);
    assert!(read_all(&journal, &mut reader).is_empty());
    thread::scope(|scope| {
        let waiting = scope.spawn(|| append(&journal, numbered(1..2)));
        drop(held);
        waiting.join().unwrap();
    });
    assert_eq!(read_all(&journal, &mut reader), numbered(0..2));
}

#[test]
fn a_full_queue_refuses_those_who_do_not_wait() {
    let directory = tempfile::tempdir().unwrap();
    let disk = TestDisk::new(directory.path()).unwrap();
    let settings = JournalSettings { queue_octets: 100, ..small_segments() };
    let (journal, _) = Journal::open(Arc::new(disk.clone()), &settings, None).unwrap();
    let held = disk.hold_syncs();
    let first = journal.append(&mut group(["a".repeat(90)]), Duration::from_millis(20));
    assert_eq!(first, Err(AppendError::TimedOut));
    journal.append_without_waiting(&mut group(["b".repeat(90)])).unwrap();
    let full = journal.append_without_waiting(&mut group(["c".repeat(90)]));
    assert_eq!(full, Err(AppendError::Full));
    let full = journal.append(&mut group(["d".repeat(90)]), Duration::from_millis(20));
    assert_eq!(full, Err(AppendError::TimedOut));
    drop(held);
    append(&journal, ["e".repeat(90)]);
}

/// What one lane was told in one life of the server.
struct Told {
    lane: u64,
    acknowledged: Vec<String>,
}

/// Two lanes append until the power fails; gives what they were told.
fn live_until_the_power_fails(disk: &TestDisk, name: &str) -> Vec<Told> {
    let Ok((journal, mut reader)) = Journal::open(Arc::new(disk.clone()), &small_segments(), None)
    else {
        return Vec::new();
    };
    let start = Barrier::new(2);
    let told = thread::scope(|scope| {
        let lanes: Vec<_> = (0..2)
            .map(|lane| {
                let (journal, start) = (&journal, &start);
                scope.spawn(move || {
                    let mut acknowledged = Vec::new();
                    start.wait();
                    for n in 0_u64.. {
                        let size = usize::try_from((n * 7 + lane * 3) % 5 + 1).unwrap();
                        let records: Vec<_> = (0..size)
                            .map(|i| format!("{name} {lane} {n} {i} {}", "y".repeat(i * 60)))
                            .collect();
                        if n % 4 == 3 {
                            let _ = journal.append_without_waiting(&mut group(records));
                        } else if journal.append(&mut group(records.clone()), WAIT).is_ok() {
                            acknowledged.extend(records);
                        } else {
                            break;
                        }
                    }
                    Told { lane, acknowledged }
                })
            })
            .collect();
        lanes.into_iter().map(|lane| lane.join().unwrap()).collect()
    });
    let durable = *journal.durable().borrow();
    // What is durable can be read until the power is gone.
    let _ = reader.read(durable, usize::MAX, |_, _| Ok::<_, JournalError>(()));
    told
}

fn check_lives(seed: u64, lives: &[Vec<Told>], found: &[String]) {
    let mut places = BTreeMap::new();
    for (place, record) in found.iter().enumerate() {
        let twice = places.insert(record.as_str(), place);
        assert!(twice.is_none(), "seed {seed}: {record:?} is in the journal twice");
    }
    for told in lives.iter().flatten() {
        let mut last = None;
        for record in &told.acknowledged {
            let place = places.get(record.as_str()).copied();
            assert!(place.is_some(), "seed {seed}: {record:?} was acknowledged and is lost");
            assert!(place > last, "seed {seed}: {record:?} of lane {} is out of order", told.lane);
            last = place;
        }
    }
}

#[test]
fn every_acknowledged_record_survives_power_cuts_once_and_in_order() {
    const ROUNDS: u64 = 60;
    let mut acknowledged = 0;
    for seed in 0..ROUNDS {
        let directory = tempfile::tempdir().unwrap();
        let mut lives = Vec::new();
        for life in 0..4_u64 {
            let disk = TestDisk::new(directory.path()).unwrap();
            let chosen = seed * 4 + life;
            let loss = match chosen % 3 {
                0 => Loss::Drop,
                1 => Loss::Tear { seed: chosen },
                _ => Loss::Reorder { seed: chosen },
            };
            disk.cut_power_at(1 + (chosen * 37) % 61, loss);
            lives.push(live_until_the_power_fails(&disk, &format!("life {life}")));
        }
        let disk = Arc::new(RealDisk::new(directory.path()).unwrap());
        let (journal, mut reader) = Journal::open(disk, &small_segments(), None)
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let found = read_all(&journal, &mut reader);
        check_lives(seed, &lives, &found);
        acknowledged += lives.iter().flatten().map(|told| told.acknowledged.len()).sum::<usize>();
    }
    assert!(acknowledged > 1_000, "only {acknowledged} records were acknowledged in all rounds");
}
