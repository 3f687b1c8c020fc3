//! The samples of a day as they are kept: 288 of them in one row, so that a month is 30 rows.

use billing_core::rating::bandwidth::{SAMPLE_S, Sample};
use entitlement::Timestamp;

use crate::error::{Kind, StoreError};

/// How long a sample is, milliseconds.
pub(super) const SAMPLE_MS: i64 = SAMPLE_S.cast_signed() * 1_000;
/// How long a day of UTC is, milliseconds.
const DAY_MS: i64 = 86_400_000;
/// How many samples a day has.
const SLOTS: usize = 288;
/// Octets of a rate; those of a sample are two of them.
const RATE_LEN: usize = 8;
const SAMPLE_LEN: usize = 2 * RATE_LEN;
/// Says that a sample is known: a rate has 63 bits at most.
const KNOWN: u64 = 1 << 63;

/// The greatest rate that is kept, bit/s.
pub(super) const RATE_MAX: u64 = KNOWN - 1;

/// The samples of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Day {
    octets: Vec<u8>,
}

/// When the day begins that a moment is in.
pub(super) const fn day_start(at: Timestamp) -> i64 {
    at.unix_ms().div_euclid(DAY_MS).saturating_mul(DAY_MS)
}

/// The place of the sample that begins at a moment; `None`: none does.
fn slot(at: Timestamp) -> Option<usize> {
    let of_day_ms = at.unix_ms().rem_euclid(DAY_MS);
    let slot = usize::try_from(of_day_ms / SAMPLE_MS).ok()?;
    (of_day_ms % SAMPLE_MS == 0).then_some(slot)
}

impl Day {
    /// One of which nothing is known.
    pub(super) fn empty() -> Self {
        Self { octets: vec![0; SLOTS * SAMPLE_LEN] }
    }

    /// One as it was kept.
    pub(super) fn read(octets: Vec<u8>, subscription: i64) -> Result<Self, StoreError> {
        if octets.len() == SLOTS * SAMPLE_LEN {
            return Ok(Self { octets });
        }
        let problem = format!("a day of it has {} octets", octets.len());
        let (what, row) = (Kind::Metering, subscription.to_string());
        Err(StoreError::Corrupt { what, row, problem })
    }

    pub(super) fn into_octets(self) -> Vec<u8> {
        self.octets
    }

    /// The sample that begins at a moment.
    pub(super) fn get(&self, at: Timestamp) -> Option<Sample> {
        let octets = self.octets.chunks_exact(SAMPLE_LEN).nth(slot(at)?)?;
        decode(octets)
    }

    /// Keeps the sample that begins at a moment.
    pub(super) fn set(&mut self, at: Timestamp, sample: Sample) {
        let place = slot(at).and_then(|slot| self.octets.chunks_exact_mut(SAMPLE_LEN).nth(slot));
        if let Some((down, up)) = place.and_then(|place| place.split_at_mut_checked(RATE_LEN)) {
            down.copy_from_slice(&(sample.down_bps | KNOWN).to_be_bytes());
            up.copy_from_slice(&sample.up_bps.to_be_bytes());
        }
    }

    /// Those that are known, by time.
    pub(super) fn samples(&self, day_start: i64) -> impl Iterator<Item = (Timestamp, Sample)> {
        let slots = (0_i64..).zip(self.octets.chunks_exact(SAMPLE_LEN));
        slots.filter_map(move |(slot, octets)| {
            let at = Timestamp::from_unix_ms(day_start.checked_add(slot.checked_mul(SAMPLE_MS)?)?);
            Some((at, decode(octets)?))
        })
    }
}

fn decode(octets: &[u8]) -> Option<Sample> {
    let (down, up) = octets.split_at_checked(RATE_LEN)?;
    let rate = |octets: &[u8]| octets.try_into().ok().map(u64::from_be_bytes);
    let (down, up_bps) = (rate(down)?, rate(up)?);
    (down & KNOWN != 0).then_some(Sample { down_bps: down & RATE_MAX, up_bps })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_kept_where_they_are() {
        let mut day = Day::empty();
        let start = 20_783 * DAY_MS;
        let at = |slot: i64| Timestamp::from_unix_ms(start + slot * SAMPLE_MS);
        let (first, last) =
            (Sample { down_bps: 0, up_bps: 7 }, Sample { down_bps: RATE_MAX, up_bps: 0 });
        day.set(at(0), first);
        day.set(at(287), last);
        let day = Day::read(day.into_octets(), 1).unwrap();
        assert_eq!(
            (day.get(at(0)), day.get(at(1)), day.get(at(287))),
            (Some(first), None, Some(last))
        );
        assert_eq!(day.samples(start).collect::<Vec<_>>(), [(at(0), first), (at(287), last)]);
        assert_eq!((day_start(at(287)), day_start(at(288))), (start, start + DAY_MS));
        assert_eq!(day.get(at(0).plus_s(1)), None, "it begins with its five minutes");
        assert!(Day::read(vec![0; 16], 1).is_err());
    }
}
