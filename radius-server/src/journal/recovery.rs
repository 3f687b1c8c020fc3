//! Opening a journal that a crash may have left: what is whole, and where to go on.

use std::io;

use aaa_engine::ports::JournalPosition;

use super::disk::Disk;
use super::error::JournalError;
use super::reader::{Window, start_of};
use super::segment::{BadRecord, HEADER_LEN, Header};

/// What a journal was found to hold.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Recovered {
    /// Where the drain goes on reading.
    pub(super) read_from: JournalPosition,
    /// The sequence number of the record that stands or will stand there.
    pub(super) read_seq: u64,
    /// Where the writer goes on.
    pub(super) write_to: WriteTo,
    /// The sequence number it goes on with.
    pub(super) next_seq: u64,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum WriteTo {
    /// Behind the last record of the last segment.
    End(JournalPosition),
    /// In a segment that does not exist yet.
    New(u64),
}

/// Examines the segments that the sink does not have yet (all of them when `applied` is `None`),
/// cuts a torn end off the last one, and refuses damage anywhere else, as it does before `applied`:
/// what the sink has was durable.
///
/// The journal goes on behind `applied` even where the directory holds less than the sink has
/// (a new disk, a copy put back): positions never run backwards, or the sink would take new
/// records for old ones.
pub(super) fn recover(
    disk: &dyn Disk,
    applied: Option<JournalPosition>,
) -> Result<Recovered, JournalError> {
    let refused = |action, source| JournalError::Io { action, directory: disk.directory(), source };
    let mut segments = disk.segments().map_err(|source| refused("list segments", source))?;
    if let Some(&last) = segments.last()
        && is_unfinished(disk, last).map_err(|source| refused("read a segment", source))?
    {
        disk.remove(last).map_err(|source| refused("remove an unfinished segment", source))?;
        disk.sync_directory().map_err(|source| refused("sync the directory", source))?;
        segments.pop();
    }
    segments.retain(|&segment| applied.is_none_or(|applied| segment >= applied.segment));
    check_none_is_missing(disk, &segments, applied)?;
    let Some(&last) = segments.last() else {
        let number = applied.map_or(1, |applied| applied.segment.saturating_add(1));
        return Ok(Recovered {
            read_from: start_of(number),
            read_seq: 1,
            write_to: WriteTo::New(number),
            next_seq: 1,
        });
    };
    let mut reading_from = None;
    let mut before: Option<Scan> = None;
    for &segment in &segments {
        let scan = scan(disk, segment, applied)?;
        if let Some(before) = &before
            && before.next_seq != scan.first_seq
        {
            return Err(JournalError::Shortened {
                segment: before.end.segment,
                offset: before.end.offset,
                expected: before.next_seq,
                found: scan.first_seq,
            });
        }
        if let Some(position) = applied
            && position.segment == segment
            && position < scan.end
            && scan.read_from.is_none()
        {
            return Err(JournalError::Position { position });
        }
        if let Some(bad) = scan.bad {
            let was_durable = segment != last || applied.is_some_and(|applied| scan.end < applied);
            cut_or_refuse(disk, &scan, bad, was_durable)?;
        }
        reading_from = reading_from.or(scan.read_from);
        before = Some(scan);
    }
    let end = before.map_or((start_of(last), 1), |scan| (scan.end, scan.next_seq));
    Ok(place(applied, reading_from, end))
}

/// Where a sink that has the journal up to `applied` goes on reading, and the sequence number there,
/// while the journal is being written: what stands at its end is not judged.
pub(super) fn find(
    disk: &dyn Disk,
    applied: Option<JournalPosition>,
) -> Result<(JournalPosition, u64), JournalError> {
    let mut segments = disk.segments().map_err(|source| JournalError::Io {
        action: "list segments",
        directory: disk.directory(),
        source,
    })?;
    segments.retain(|&segment| applied.is_none_or(|applied| segment >= applied.segment));
    check_none_is_missing(disk, &segments, applied)?;
    let nowhere = || JournalError::Position { position: applied.unwrap_or(start_of(1)) };
    let first = *segments.first().ok_or_else(nowhere)?;
    scan(disk, first, applied)?.read_from.ok_or_else(nowhere)
}

/// Decides where reading and writing go on, given the end of the last segment.
fn place(
    applied: Option<JournalPosition>,
    reading_from: Option<(JournalPosition, u64)>,
    (end, next_seq): (JournalPosition, u64),
) -> Recovered {
    if let Some((read_from, read_seq)) = reading_from {
        return Recovered { read_from, read_seq, write_to: WriteTo::End(end), next_seq };
    }
    // No segment holds the place up to which the sink has the journal: it is beyond the end.
    let beyond = applied.unwrap_or(end);
    tracing::warn!(
        store = %beyond, journal = %end,
        "the journal holds less than the store has from it; a new segment is begun"
    );
    let number = beyond.segment.max(end.segment).saturating_add(1);
    let write_to = WriteTo::New(number);
    Recovered { read_from: start_of(number), read_seq: next_seq, write_to, next_seq }
}

/// Whether power was lost while the segment was created: nothing can have been appended before
/// its header was durable.
fn is_unfinished(disk: &dyn Disk, segment: u64) -> io::Result<bool> {
    if disk.segment_len(segment)? > HEADER_LEN as u64 {
        return Ok(false);
    }
    let mut header = [0; HEADER_LEN];
    let read = disk.read(segment, 0, &mut header)?;
    Ok(Header::parse(header.get(..read).unwrap_or_default(), segment).is_err())
}

fn check_none_is_missing(
    disk: &dyn Disk,
    segments: &[u64],
    applied: Option<JournalPosition>,
) -> Result<(), JournalError> {
    let Some(&first) = segments.first() else { return Ok(()) };
    match applied.map(|applied| applied.segment) {
        Some(number) if first > number => {
            // All of the old journal may have been lost, and a new one begun; see `recover`.
            let is_begun_anew =
                first == number.saturating_add(1) && header(disk, first)?.first_seq == 1;
            if !is_begun_anew {
                return Err(JournalError::StoreOlder { first: number, last: first - 1 });
            }
        }
        None => {
            let first_seq = header(disk, first)?.first_seq;
            if first_seq > 1 {
                tracing::warn!(
                    segment = first,
                    first_record = first_seq,
                    "the store has nothing from this journal, whose first records are gone; it \
                     gets those that are left"
                );
            }
        }
        Some(_) => {}
    }
    let mut expected = first;
    for &segment in segments {
        if segment != expected {
            return Err(JournalError::Missing { segment: expected });
        }
        expected = segment.saturating_add(1);
    }
    Ok(())
}

fn header(disk: &dyn Disk, segment: u64) -> Result<Header, JournalError> {
    let mut header = [0; HEADER_LEN];
    let read = disk.read(segment, 0, &mut header).map_err(|source| JournalError::Io {
        action: "read a segment",
        directory: disk.directory(),
        source,
    })?;
    Header::parse(header.get(..read).unwrap_or_default(), segment)
        .map_err(|reason| JournalError::NotASegment { segment, reason })
}

struct Scan {
    first_seq: u64,
    /// After the last whole record.
    end: JournalPosition,
    next_seq: u64,
    /// What follows the last whole record, if anything does.
    bad: Option<BadRecord>,
    /// Where the drain should begin, if that is in this segment, and the sequence number there.
    read_from: Option<(JournalPosition, u64)>,
}

fn scan(
    disk: &dyn Disk,
    segment: u64,
    applied: Option<JournalPosition>,
) -> Result<Scan, JournalError> {
    let refused =
        |source| JournalError::Io { action: "read a segment", directory: disk.directory(), source };
    let header = header(disk, segment)?;
    let start = start_of(segment);
    let wanted = match applied {
        Some(applied) if applied.segment == segment => applied.max(start),
        // Without a position, or with one whose segment is gone, the first scanned is wanted;
        // `recover` keeps the first it is told.
        _ => start,
    };
    let mut scan = Scan {
        first_seq: header.first_seq,
        end: start,
        next_seq: header.first_seq,
        bad: None,
        read_from: None,
    };
    let mut window = Window::at(start.offset);
    loop {
        if scan.end == wanted {
            scan.read_from = Some((wanted, scan.next_seq));
        }
        let frame_len = match window.next(disk, segment, scan.next_seq).map_err(refused)? {
            None => break,
            Some(Ok(frame)) => frame.len,
            Some(Err(bad)) => {
                scan.bad = Some(bad);
                break;
            }
        };
        window.consume(frame_len);
        scan.end.offset += frame_len as u64;
        scan.next_seq += 1;
    }
    Ok(scan)
}

fn cut_or_refuse(
    disk: &dyn Disk,
    scan: &Scan,
    bad: BadRecord,
    was_durable: bool,
) -> Result<(), JournalError> {
    let JournalPosition { segment, offset } = scan.end;
    if was_durable {
        return Err(JournalError::Damaged { segment, offset, bad });
    }
    let refused = |action, source| JournalError::Io { action, directory: disk.directory(), source };
    let len = disk.segment_len(segment).map_err(|source| refused("read a segment", source))?;
    tracing::warn!(
        segment, offset, octets = len.saturating_sub(offset), %bad,
        "the journal does not end with a whole record, as after a power cut; what stands behind \
         the last whole one is cut off and kept in a .torn file beside the segment"
    );
    disk.set_aside(segment, offset).map_err(|source| refused("keep a torn end", source))?;
    disk.truncate(segment, offset).map_err(|source| refused("cut off a torn end", source))
}
