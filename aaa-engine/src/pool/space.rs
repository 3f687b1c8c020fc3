//! The addresses of a pool: what was entered, and each address in its order.

use core::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use entitlement::{Ipv6Prefix, NetworkError};

/// How many addresses or prefixes one pool may hold: those of a /12, or the /56 of a /36. Each that
/// has ever been given costs memory.
pub const POOL_SIZE_MAX: u64 = 1 << 20;

/// How many ranges, and how many exclusions, one pool may have.
pub const POOL_RANGES_MAX: usize = 64;

/// An address, or a prefix, that a pool gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PoolAddress {
    /// Framed-IP-Address.
    Ipv4(Ipv4Addr),
    /// Framed-IPv6-Prefix or Delegated-IPv6-Prefix.
    Ipv6(Ipv6Prefix),
}

impl fmt::Display for PoolAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ipv4(address) => address.fmt(f),
            Self::Ipv6(prefix) => prefix.fmt(f),
        }
    }
}

impl PoolAddress {
    /// The address that [`Display`](fmt::Display) wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().map(Self::Ipv4).or_else(|_| text.parse().map(Self::Ipv6)).ok()
    }

    /// Its first address and its last, as numbers.
    pub(crate) fn bounds(self) -> (u128, u128) {
        match self {
            Self::Ipv4(address) => (address.to_bits().into(), address.to_bits().into()),
            Self::Ipv6(prefix) => {
                let first = prefix.address().to_bits();
                (first, first | below(prefix.len_bits()))
            }
        }
    }
}

/// The bits of an IPv6 address that are not in a prefix of so many bits.
const fn below(len_bits: u8) -> u128 {
    if len_bits == 0 { u128::MAX } else { (1 << (128 - len_bits as u32)) - 1 }
}

/// What a pool gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PoolKind {
    /// IPv4 addresses.
    Ipv4,
    /// IPv6 prefixes of so many bits.
    Ipv6 {
        /// The bits of each.
        len_bits: u8,
    },
}

/// One stretch of addresses as it was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entered {
    text: String,
    first: u128,
    last: u128,
}

/// The addresses or prefixes of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressSpace {
    kind: PoolKind,
    ranges: Vec<Entered>,
    excluded: Vec<Entered>,
    /// What is left of the ranges, in ascending order.
    spans: Vec<Span>,
    size: u64,
}

/// Addresses that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    first: u128,
    /// How many addresses the spans before it have.
    before: u64,
    count: u64,
}

/// Why ranges make no pool. Each message names the option and says what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressSpaceError {
    /// A text is no range.
    #[error(
        "{field}: `{text}` is no {what}; write a network such as 100.64.0.0/22, or the first and \
         the last address, 100.64.0.10-100.64.3.250"
    )]
    NotIpv4Range {
        /// The option.
        field: &'static str,
        /// As given.
        text: String,
        /// What it should be.
        what: &'static str,
    },
    /// A network has bits beyond its length.
    #[error("{field}: `{text}` has bits beyond its length; the network is {network}")]
    HostBits {
        /// The option.
        field: &'static str,
        /// As given.
        text: String,
        /// What is probably meant.
        network: String,
    },
    /// A range ends before it begins.
    #[error("{field}: `{text}` ends before it begins; write the lower address first")]
    Backwards {
        /// The option.
        field: &'static str,
        /// As given.
        text: String,
    },
    /// A text is no IPv6 prefix.
    #[error("{field}: {source}")]
    NotPrefix {
        /// The option.
        field: &'static str,
        /// What is wrong.
        source: NetworkError,
    },
    /// The prefixes to give are not longer than the one they are of.
    #[error(
        "--length: {len_bits} is shorter than the prefix {prefix}; {shortest} to {longest} are possible"
    )]
    Length {
        /// As given.
        len_bits: u8,
        /// The prefix that was to be divided.
        prefix: String,
        /// The least that is possible.
        shortest: u8,
        /// The most that is possible.
        longest: u8,
    },
    /// There are more addresses than a pool holds.
    #[error(
        "{field}: {count} addresses are more than one pool holds ({POOL_SIZE_MAX}); make it \
         smaller, or make several pools"
    )]
    TooLarge {
        /// The option.
        field: &'static str,
        /// How many.
        count: u128,
    },
    /// There are too many ranges or exclusions.
    #[error("{field}: {count} are more than the {POOL_RANGES_MAX} that one pool may have")]
    TooMany {
        /// The option.
        field: &'static str,
        /// How many.
        count: usize,
    },
    /// Two ranges of one pool have addresses in common.
    #[error("{field}: `{one}` and `{other}` have addresses in common; each may be in one only")]
    Overlap {
        /// The option.
        field: &'static str,
        /// The one.
        one: String,
        /// The other.
        other: String,
    },
    /// An exclusion takes nothing away.
    #[error("--exclude: `{text}` is in none of the pool's ranges")]
    ExcludesNothing {
        /// As given.
        text: String,
    },
    /// Nothing is left.
    #[error("--exclude: nothing of the pool is left; exclude less, or add a --range")]
    Empty,
}

impl AddressSpace {
    /// IPv4 addresses: networks (`100.64.0.0/22`) or `FIRST-LAST`, less what is excluded, which may
    /// be single addresses too. Every address of a network is one: its first and last are the
    /// operator's to exclude.
    ///
    /// # Errors
    /// When something is no range, has host bits, is too large, or overlaps.
    pub fn ipv4(
        ranges: &[impl AsRef<str>],
        excluded: &[impl AsRef<str>],
    ) -> Result<Self, AddressSpaceError> {
        let read = |field, texts: Vec<&str>| -> Result<Vec<Entered>, AddressSpaceError> {
            texts.into_iter().map(|text| ipv4_range(field, text)).collect()
        };
        let ranges = read(RANGE, ranges.iter().map(AsRef::as_ref).collect())?;
        let excluded = read(EXCLUDE, excluded.iter().map(AsRef::as_ref).collect())?;
        Self::of(PoolKind::Ipv4, RANGE, ranges, excluded)
    }

    /// IPv6 prefixes of `len_bits` bits, into which `prefixes` are divided, less those that have
    /// anything in common with what is excluded.
    ///
    /// # Errors
    /// When something is no prefix, has host bits, is too large, overlaps, or is shorter than what
    /// it should be a part of.
    pub fn ipv6(
        prefixes: &[impl AsRef<str>],
        len_bits: u8,
        excluded: &[impl AsRef<str>],
    ) -> Result<Self, AddressSpaceError> {
        let read = |field, texts: Vec<&str>| -> Result<Vec<Entered>, AddressSpaceError> {
            texts.into_iter().map(|text| ipv6_range(field, text)).collect()
        };
        for prefix in prefixes {
            check_length(prefix.as_ref(), len_bits)?;
        }
        let ranges = read(PREFIXES, prefixes.iter().map(AsRef::as_ref).collect())?;
        let excluded = read(EXCLUDE, excluded.iter().map(AsRef::as_ref).collect())?;
        Self::of(PoolKind::Ipv6 { len_bits }, PREFIXES, ranges, excluded)
    }

    fn of(
        kind: PoolKind,
        field: &'static str,
        ranges: Vec<Entered>,
        excluded: Vec<Entered>,
    ) -> Result<Self, AddressSpaceError> {
        for (field, entered) in [(field, &ranges), (EXCLUDE, &excluded)] {
            if entered.len() > POOL_RANGES_MAX {
                return Err(AddressSpaceError::TooMany { field, count: entered.len() });
            }
        }
        let step = step(kind);
        let count: u128 = ranges.iter().map(|range| (range.last - range.first) / step + 1).sum();
        if count > POOL_SIZE_MAX.into() {
            return Err(AddressSpaceError::TooLarge { field, count });
        }
        let common = |one: &Entered, other: &Entered| {
            let (one, other) = (one.text.clone(), other.text.clone());
            AddressSpaceError::Overlap { field, one, other }
        };
        for (place, one) in ranges.iter().enumerate() {
            if let Some(other) = ranges.iter().skip(place + 1).find(|other| one.meets(other)) {
                return Err(common(one, other));
            }
        }
        if let Some(text) = excluded
            .iter()
            .find(|gone| !ranges.iter().any(|range| range.meets(gone)))
            .map(|gone| gone.text.clone())
        {
            return Err(AddressSpaceError::ExcludesNothing { text });
        }
        let mut space = Self { kind, ranges, excluded, spans: Vec::new(), size: 0 };
        space.spans = space.spans_left(step);
        space.size = space.spans.last().map_or(0, |last| last.before + last.count);
        if space.size == 0 { Err(AddressSpaceError::Empty) } else { Ok(space) }
    }

    /// The ranges without what is excluded of them.
    fn spans_left(&self, step: u128) -> Vec<Span> {
        let mut left: Vec<(u128, u128)> =
            self.ranges.iter().map(|range| (range.first, range.last)).collect();
        for gone in &self.excluded {
            // A prefix of which a part is excluded is excluded.
            let (from, until) = (gone.first / step * step, gone.last / step * step + (step - 1));
            let parts = left.into_iter().flat_map(|(first, last)| {
                let before = (first < from).then(|| (first, last.min(from.saturating_sub(1))));
                let after = (last > until).then(|| (first.max(until.saturating_add(1)), last));
                [before, after].into_iter().flatten()
            });
            left = parts.collect();
        }
        left.sort_unstable();
        let mut before = 0;
        let spans = left.into_iter().map(|(first, last)| {
            // At most as many as a pool may have.
            let count = u64::try_from((last - first) / step + 1).unwrap_or(POOL_SIZE_MAX);
            let span = Span { first, before, count };
            before += count;
            span
        });
        spans.collect()
    }

    /// What it gives.
    #[must_use]
    pub const fn kind(&self) -> PoolKind {
        self.kind
    }

    /// How many addresses or prefixes it has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The ranges or prefixes as they were entered.
    pub fn ranges(&self) -> impl Iterator<Item = &str> {
        self.ranges.iter().map(|range| range.text.as_str())
    }

    /// What is excluded, as it was entered.
    pub fn excluded(&self) -> impl Iterator<Item = &str> {
        self.excluded.iter().map(|range| range.text.as_str())
    }

    /// A range of this and one of the other that have addresses in common, excluded or not.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> Option<(&str, String)> {
        if (self.kind == PoolKind::Ipv4) != (other.kind == PoolKind::Ipv4) {
            return None;
        }
        self.ranges.iter().find_map(|one| {
            let met = other.ranges.iter().find(|other| one.meets(other))?;
            Some((one.text.as_str(), met.text.clone()))
        })
    }

    /// The `number`-th address, from 0.
    pub(crate) fn at(&self, number: u64) -> Option<u128> {
        let place = self.spans.partition_point(|span| span.before <= number).checked_sub(1)?;
        let span = self.spans.get(place)?;
        let offset = number.checked_sub(span.before).filter(|offset| *offset < span.count)?;
        Some(span.first + u128::from(offset) * step(self.kind))
    }

    /// Whether `value` is one of the addresses.
    pub(crate) fn has(&self, value: u128) -> bool {
        self.holding(value) == Some(value)
    }

    /// The address or prefix that holds `value`.
    fn holding(&self, value: u128) -> Option<u128> {
        let step = step(self.kind);
        let place = self.spans.partition_point(|span| span.first <= value).checked_sub(1)?;
        let span = self.spans.get(place)?;
        let offset = (value - span.first) / step;
        (offset < span.count.into()).then(|| span.first + offset * step)
    }

    /// The addresses or prefixes that have anything in common with `address`, of which there is one
    /// where it is no larger than they are; of a larger one, the first.
    #[must_use]
    pub fn touched_by(&self, address: PoolAddress) -> Option<PoolAddress> {
        if (self.kind == PoolKind::Ipv4) != matches!(address, PoolAddress::Ipv4(_)) {
            return None;
        }
        let (first, last) = address.bounds();
        if let Some(value) = self.holding(first) {
            return Some(self.address(value));
        }
        let next = self.spans.get(self.spans.partition_point(|span| span.first <= first))?;
        (next.first <= last).then(|| self.address(next.first))
    }

    /// `value` as what it is.
    pub(crate) fn address(&self, value: u128) -> PoolAddress {
        match self.kind {
            // The values of such a pool are those of IPv4 addresses.
            PoolKind::Ipv4 => {
                PoolAddress::Ipv4(Ipv4Addr::from_bits(u32::try_from(value).unwrap_or(0)))
            }
            PoolKind::Ipv6 { len_bits } => {
                let prefix = Ipv6Prefix::of(Ipv6Addr::from_bits(value), len_bits);
                #[expect(clippy::expect_used, reason = "`ipv6` makes no space of longer ones")]
                PoolAddress::Ipv6(prefix.expect("a prefix of at most 128 bits"))
            }
        }
    }
}

impl Entered {
    const fn meets(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

const RANGE: &str = "--range";
const PREFIXES: &str = "--prefixes";
const EXCLUDE: &str = "--exclude";

/// How far one address or prefix is from the next.
const fn step(kind: PoolKind) -> u128 {
    match kind {
        PoolKind::Ipv4 => 1,
        PoolKind::Ipv6 { len_bits: 0 } => u128::MAX,
        PoolKind::Ipv6 { len_bits } => below(len_bits).saturating_add(1),
    }
}

fn ipv4_range(field: &'static str, text: &str) -> Result<Entered, AddressSpaceError> {
    let is_single_possible = field == EXCLUDE;
    let wrong = || AddressSpaceError::NotIpv4Range {
        field,
        text: text.escape_debug().to_string(),
        what: if is_single_possible { "IPv4 address or range" } else { "range of IPv4 addresses" },
    };
    let number = |text: &str| -> Result<u32, AddressSpaceError> {
        text.trim().parse::<Ipv4Addr>().map(Ipv4Addr::to_bits).map_err(|_| wrong())
    };
    let (first, last) = if let Some((first, last)) = text.split_once('-') {
        (number(first)?, number(last)?)
    } else if let Some((address, len_bits)) = text.split_once('/') {
        let address = number(address)?;
        let len_bits: u32 = len_bits.parse().map_err(|_| wrong())?;
        let hosts = match len_bits {
            0 => u32::MAX,
            1..=32 => u32::try_from((1_u64 << (32 - len_bits)) - 1).unwrap_or(u32::MAX),
            _ => return Err(wrong()),
        };
        if address & hosts != 0 {
            let network = format!("{}/{len_bits}", Ipv4Addr::from_bits(address & !hosts));
            let text = text.escape_debug().to_string();
            return Err(AddressSpaceError::HostBits { field, text, network });
        }
        (address, address | hosts)
    } else if is_single_possible {
        let single = number(text)?;
        (single, single)
    } else {
        return Err(wrong());
    };
    if last < first {
        return Err(AddressSpaceError::Backwards { field, text: text.escape_debug().to_string() });
    }
    Ok(Entered { text: text.to_owned(), first: first.into(), last: last.into() })
}

fn ipv6_range(field: &'static str, text: &str) -> Result<Entered, AddressSpaceError> {
    let prefix: Ipv6Prefix =
        text.parse().map_err(|source| AddressSpaceError::NotPrefix { field, source })?;
    let (first, last) = PoolAddress::Ipv6(prefix).bounds();
    Ok(Entered { text: text.to_owned(), first, last })
}

fn check_length(prefix: &str, len_bits: u8) -> Result<(), AddressSpaceError> {
    let source: Ipv6Prefix = prefix
        .parse()
        .map_err(|source| AddressSpaceError::NotPrefix { field: PREFIXES, source })?;
    let shortest = source.len_bits().max(1);
    if (shortest..=128).contains(&len_bits) {
        return Ok(());
    }
    let prefix = prefix.to_owned();
    Err(AddressSpaceError::Length { len_bits, prefix, shortest, longest: 128 })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [&str; 0] = [];

    fn all(space: &AddressSpace) -> Vec<String> {
        let numbers = 0..space.size();
        numbers.map(|number| space.address(space.at(number).unwrap()).to_string()).collect()
    }

    #[test]
    fn addresses_are_counted_without_what_is_excluded() {
        let space = AddressSpace::ipv4(
            &["10.0.0.0/29", "10.0.1.1-10.0.1.3"],
            &["10.0.0.0", "10.0.0.6-10.0.0.7", "10.0.1.2"],
        )
        .unwrap();
        let expected =
            ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.1.1", "10.0.1.3"];
        assert_eq!(all(&space), expected);
        assert_eq!(space.at(space.size()), None);
        for text in expected {
            let address = PoolAddress::parse(text).unwrap();
            assert_eq!(space.touched_by(address), Some(address));
        }
        for gone in ["10.0.0.0", "10.0.0.6", "10.0.1.2", "10.0.1.4", "9.9.9.9", "2001:db8::/64"] {
            assert_eq!(space.touched_by(PoolAddress::parse(gone).unwrap()), None, "{gone}");
        }
    }

    #[test]
    fn prefixes_are_divided() {
        let space = AddressSpace::ipv6(&["2001:db8::/54"], 56, &["2001:db8:0:100:5::/80"]).unwrap();
        assert_eq!(all(&space), ["2001:db8::/56", "2001:db8:0:200::/56", "2001:db8:0:300::/56"]);
        let touched = |text: &str| {
            let touched = space.touched_by(PoolAddress::parse(text).unwrap());
            touched.map(|address| address.to_string())
        };
        assert_eq!(touched("2001:db8:0:201::/64").as_deref(), Some("2001:db8:0:200::/56"));
        assert_eq!(touched("2001:db8:0:100::/64"), None);
        assert_eq!(touched("2001:db8::/32").as_deref(), Some("2001:db8::/56"));
        assert_eq!(touched("2001:db8:0:400::/54"), None);
    }

    #[test]
    fn what_is_wrong_is_named_with_what_would_be_right() {
        let v4 = |range: &str| AddressSpace::ipv4(&[range], &NONE).unwrap_err().to_string();
        assert!(v4("100.64.0.1/22").contains("the network is 100.64.0.0/22"));
        assert!(v4("100.64.0.9-100.64.0.1").contains("lower address first"));
        assert!(v4("100.64.0.9").starts_with("--range: `100.64.0.9` is no range"));
        assert!(v4("10.0.0.0/33").contains("is no range"));
        assert!(v4("10.0.0.0/8").contains("16777216 addresses are more"));
        assert!(v4("0.0.0.0/0").contains("more than one pool"));
        let both = AddressSpace::ipv4(&["10.0.0.0/24", "10.0.0.200-10.0.1.9"], &NONE);
        assert!(both.unwrap_err().to_string().contains("addresses in common"));
        let outside = AddressSpace::ipv4(&["10.0.0.0/24"], &["10.0.1.1"]).unwrap_err();
        assert!(outside.to_string().contains("`10.0.1.1` is in none"));
        let empty = AddressSpace::ipv4(&["10.0.0.0/32"], &["10.0.0.0"]).unwrap_err();
        assert_eq!(empty, AddressSpaceError::Empty);
        let v6 = |prefix: &str, len_bits| {
            AddressSpace::ipv6(&[prefix], len_bits, &NONE).unwrap_err().to_string()
        };
        assert!(v6("2001:db8::1/40", 56).contains("the network is 2001:db8::/40"));
        assert!(v6("2001:db8::/40", 36).contains("40 to 128 are possible"));
        assert!(v6("2001:db8::/32", 64).contains("more than one pool"));
        assert!(v6("2001:db8::/40", 129).contains("40 to 128"));
        assert!(v6("10.0.0.0/8", 56).starts_with("--prefixes: "));
        assert!(AddressSpace::ipv6(&["::/0"], 0, &NONE).is_err());
    }

    #[test]
    fn pools_that_overlap_are_found() {
        let space = |range: &str| AddressSpace::ipv4(&[range], &NONE).unwrap();
        let one = space("10.0.0.0/24");
        assert!(one.overlap(&space("10.0.0.255-10.0.1.0")).is_some());
        assert!(one.overlap(&space("10.0.1.0/24")).is_none());
        let v6 = AddressSpace::ipv6(&["::/112"], 120, &NONE).unwrap();
        assert!(one.overlap(&v6).is_none() && v6.overlap(&one).is_none());
    }
}
