//! Counters of 32 bits that begin again at 0 when they are full.

use std::cmp::Ordering;

use crate::accounting::Counters;
use crate::observation::Observation;
use crate::ports::CounterWidth;

/// One more than a counter of 32 bits holds.
const WRAP: u64 = 1 << 32;

/// No packet of IP carries more octets than this (RFC 791 section 3.1), its frame included.
const PACKET_OCTETS_MAX: u64 = 1 << 16;

/// What a session has counted by a report, of which `known` was counted before: the 64-bit numbers
/// behind counters of 32.
///
/// **The rule.** A counter of 32 bits is the true number less whole multiples of 2^32. Which
/// multiple is told by what is known of the session and by Acct-Session-Time, the order in which
/// the NAS made its reports, whatever the order of their arrival:
///
/// - A report made *later* than the newest known one has counted no less: it is the least number
///   that is not below the known one.
/// - One made *earlier* has counted no more, so that nothing changes; a number above the known one
///   shows that the newest had wrapped unseen, and the known number is one wrap more.
/// - Of one made in the *same second*, or without Acct-Session-Time, the nearer of the two is meant:
///   less than 2 GiB must have passed, which within a second takes 17 Gbit/s.
/// - 0 is no number: a report without the counter counts nothing (there are Stops that have none),
///   and one that was made earlier is taken as it stands where nothing else is known.
/// - A wrap must be one that traffic can have made: the packets counted with it are at most as
///   many as the octets, and enough to carry them. Otherwise the NAS has set its counters back to
///   0, and the number is taken as it stands, as of a counter of 64 bits: joined by the maximum,
///   nothing counts until it has passed the known one. A NAS that counts no packets cannot be
///   checked so.
///
/// So the result is right as long as less than 2^32 was counted between two reports that arrived,
/// each made later than the other; several wraps in between cannot be told from one. It is never
/// less than what is known: with every report becomes durable whatever the session was known to
/// have counted.
///
/// Packets have 32 bits with every NAS, as RADIUS has no gigawords for them.
pub(super) fn widened(observation: &Observation, known: &Counters) -> Counters {
    let told = observation.counters;
    let order = match (told.session_time_s, known.session_time_s) {
        (0, _) => Ordering::Equal,
        (told_s, known_s) => told_s.cmp(&known_s),
    };
    let direction = |known: Direction, told: Direction| match observation.counter_width {
        CounterWidth::Bits32 => both_wrap(known, told, order),
        CounterWidth::Bits64 => packets_wrap(known, told, order),
    };
    let upload = direction(known.upload(), told.upload());
    let download = direction(known.download(), told.download());
    Counters {
        upload_octets: upload.octets,
        download_octets: download.octets,
        upload_packets: upload.packets,
        download_packets: download.packets,
        ..told
    }
}

/// What has passed one way.
#[derive(Clone, Copy)]
struct Direction {
    octets: u64,
    packets: u64,
}

impl Direction {
    /// Can so many packets have carried so many octets?
    const fn is_traffic(self) -> bool {
        self.packets <= self.octets && self.octets <= self.packets.saturating_mul(PACKET_OCTETS_MAX)
    }

    const fn has_wrapped_since(self, known: Self) -> bool {
        self.octets / WRAP > known.octets / WRAP || self.packets / WRAP > known.packets / WRAP
    }

    /// Can this be what traffic has made of `known`, or of what an earlier report told?
    fn is_credible(self, known: Self, told: Self, order: Ordering) -> bool {
        self.since(if order == Ordering::Less { told } else { known }).is_traffic()
    }

    const fn since(self, earlier: Self) -> Self {
        Self {
            octets: self.octets.saturating_sub(earlier.octets),
            packets: self.packets.saturating_sub(earlier.packets),
        }
    }
}

impl Counters {
    const fn upload(&self) -> Direction {
        Direction { octets: self.upload_octets, packets: self.upload_packets }
    }

    const fn download(&self) -> Direction {
        Direction { octets: self.download_octets, packets: self.download_packets }
    }
}

/// Octets and packets have 32 bits.
fn both_wrap(known: Direction, told: Direction, order: Ordering) -> Direction {
    let now = Direction {
        octets: counted(known.octets, told.octets, order),
        packets: counted(known.packets, told.packets, order),
    };
    let counts_packets = known.packets > 0 && told.packets > 0;
    if !counts_packets || !now.has_wrapped_since(known) || now.is_credible(known, told, order) {
        return now;
    }
    Direction { octets: known.octets.max(told.octets), packets: known.packets.max(told.packets) }
}

/// Octets have 64 bits, and show whether the packets have wrapped.
fn packets_wrap(known: Direction, told: Direction, order: Ordering) -> Direction {
    let packets = counted(known.packets, told.packets, order);
    if packets < WRAP {
        return told;
    }
    let now = Direction { octets: known.octets.max(told.octets), packets };
    if now.has_wrapped_since(known) && !now.is_credible(known, told, order) {
        return Direction { packets: known.packets.max(told.packets), ..told };
    }
    Direction { packets, ..told }
}

/// The number behind a counter of 32 bits that was told, never below the known one.
fn counted(known: u64, told: u64, order: Ordering) -> u64 {
    if told == 0 {
        return known;
    }
    let ahead = told.wrapping_sub(known) % WRAP;
    match order {
        Ordering::Greater => known.saturating_add(ahead),
        Ordering::Equal if ahead < WRAP / 2 => known.saturating_add(ahead),
        Ordering::Less if known > 0 && told > known => known.saturating_add(WRAP),
        // There is no nearer number below one that has not wrapped yet.
        Ordering::Equal | Ordering::Less => known.max(told),
    }
}
