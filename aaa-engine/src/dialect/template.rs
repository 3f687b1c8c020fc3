//! Templates: the text of a dialect's rule, compiled to pieces.

use core::fmt::{self, Write as _};
use std::net::Ipv4Addr;

use entitlement::{Ipv6Prefix, Priority, Speed};
use radius_dict::{AttributeDefinition, DataType};
use radius_proto::{ATTRIBUTE_VALUE_LEN_MAX, WriteError};

use crate::dialect::DialectProblem;
use crate::intent::{IntentKind, Intents};

/// What a rule writes as its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Template {
    Text(Vec<Piece<Placeholder>>),
    Number(Number),
    Address(Address),
    /// The service's own IPv6 address.
    Ipv6Address,
    Ipv6Prefix(IntentKind),
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<P> {
    Literal(String),
    Value(P),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Constant(u32),
    Rate(Rate),
    Seconds(IntentKind),
    /// The session's timeout from its start.
    SessionSeconds,
    BurstSeconds,
    Priority,
    Limit(IntentKind, LimitUnit),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    Constant(Ipv4Addr),
    Fixed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder {
    Rate(Rate),
    Seconds(IntentKind),
    /// The session's timeout from its start.
    SessionSeconds,
    BurstSeconds,
    Priority,
    Limit(IntentKind, LimitUnit),
    /// A name on the NAS.
    Name(IntentKind),
    Address,
    Ipv6Address,
    Prefix(IntentKind),
    Route(IntentKind),
}

/// One of the rates, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    of: RateOf,
    direction: Direction,
    unit: Unit,
    /// How many times the unit.
    factor: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Upload,
    Download,
}

/// Which pair of rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RateOf {
    Speed,
    Burst,
    Threshold,
    Minimum,
    /// The burst where there is one above the speed, else the speed.
    Peak,
}

/// How a rate is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Bps,
    Kbps,
    Octets,
    Si,
}

/// How a number of octets is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LimitUnit {
    Octets,
    /// Its low 32 bits, beside the gigawords.
    Low32,
    /// How many times 2^32.
    Gigawords,
    /// 1,024 octets.
    Kib,
}

impl Template {
    /// Compiles the text of a rule for `intent`, whose value has the type of `attribute` and room
    /// for `room` octets.
    pub(super) fn compile(
        text: &str,
        intent: IntentKind,
        attribute: &AttributeDefinition,
        room: usize,
    ) -> Result<Self, DialectProblem> {
        let name = || attribute.name.to_string();
        let pieces = pieces(text, |name| placeholder(name, intent))?;
        match attribute.data_type {
            DataType::String | DataType::Octets => {
                let len = pieces.iter().map(Piece::literal_len).sum();
                if len > room {
                    return Err(DialectProblem::ValueTooLong { attribute: name(), len, max: room });
                }
                Ok(Self::Text(pieces))
            }
            DataType::Integer => Number::of(&pieces, attribute)
                .map(Self::Number)
                .ok_or_else(|| DialectProblem::NotANumber { attribute: name() }),
            DataType::Ipv4Address => Address::of(&pieces)
                .map(Self::Address)
                .ok_or_else(|| DialectProblem::NotAnAddress { attribute: name() }),
            DataType::Ipv6Address => match *pieces {
                [Piece::Value(Placeholder::Ipv6Address)] => Ok(Self::Ipv6Address),
                _ => Err(DialectProblem::NotAnAddress { attribute: name() }),
            },
            DataType::Ipv6Prefix => match *pieces {
                [Piece::Value(Placeholder::Prefix(kind))] => Ok(Self::Ipv6Prefix(kind)),
                _ => Err(DialectProblem::NotAPrefix { attribute: name() }),
            },
            _ => Err(DialectProblem::UnsupportedAttribute {
                attribute: name(),
                why: "its type is none of string, octets, integer, ipaddr, ipv6addr and ipv6prefix",
            }),
        }
    }

    /// Gives the value for these intents to `write`; where there are several of the kind, for the
    /// `number`-th of them. An intent that is absent makes no value.
    pub(super) fn render(
        &self,
        intents: &Intents<'_>,
        number: usize,
        write: impl FnOnce(&[u8]) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        match self {
            Self::Number(of) => match of.of_intents(intents) {
                Some(value) => write(&u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes()),
                None => Ok(()),
            },
            Self::Address(Address::Constant(address)) => write(&address.octets()),
            Self::Address(Address::Fixed) => match intents.fixed_ipv4 {
                Some(address) => write(&address.octets()),
                None => Ok(()),
            },
            Self::Ipv6Address => match intents.fixed_ipv6() {
                Some(address) => write(&address.octets()),
                None => Ok(()),
            },
            Self::Ipv6Prefix(kind) => match intents.prefix(*kind, number) {
                Some(prefix) => write(&prefix_octets(prefix)),
                None => Ok(()),
            },
            Self::Text(pieces) => {
                let mut value = Value::new();
                for piece in pieces {
                    piece.render(intents, number, &mut value).map_err(too_long)?;
                }
                write(value.as_bytes())
            }
        }
    }
}

impl<P> Piece<P> {
    /// The octets it has whatever stands in place of the placeholders.
    pub(super) fn literal_len(&self) -> usize {
        match self {
            Self::Literal(text) => text.len(),
            Self::Value(_) => 0,
        }
    }
}

impl Piece<Placeholder> {
    fn render(&self, intents: &Intents<'_>, number: usize, value: &mut Value) -> fmt::Result {
        let placeholder = match self {
            Self::Literal(text) => return value.write_str(text),
            Self::Value(placeholder) => *placeholder,
        };
        match placeholder {
            Placeholder::Rate(rate) => match rate.bps(intents) {
                Some(rate_bps) => rate.unit.write(rate_bps, value),
                None => Ok(()),
            },
            Placeholder::Seconds(kind) => show(intents.seconds(kind), value),
            Placeholder::SessionSeconds => show(session_seconds(intents), value),
            Placeholder::BurstSeconds => show(intents.burst.map(|burst| burst.time_s), value),
            Placeholder::Priority => show(intents.priority.map(Priority::get), value),
            Placeholder::Limit(kind, unit) => {
                show(intents.octets(kind).map(|octets| unit.count(octets)), value)
            }
            Placeholder::Name(kind) => show(intents.name(kind), value),
            Placeholder::Address => show(intents.fixed_ipv4, value),
            Placeholder::Ipv6Address => show(intents.fixed_ipv6(), value),
            Placeholder::Prefix(kind) => show(intents.prefix(kind, number), value),
            Placeholder::Route(kind) => show(intents.route(kind, number), value),
        }
    }
}

/// When the session is to end, counted from its start, seconds.
fn session_seconds(intents: &Intents<'_>) -> Option<u64> {
    let from_now = intents.session_timeout_s?;
    Some(u64::from(intents.session_age_s) + u64::from(from_now))
}

fn show(text: Option<impl fmt::Display>, value: &mut Value) -> fmt::Result {
    match text {
        Some(text) => write!(value, "{text}"),
        None => Ok(()),
    }
}

/// A prefix on the wire: a zero, the length, and the address (RFC 3162 section 2.3).
fn prefix_octets(prefix: Ipv6Prefix) -> [u8; 18] {
    let mut octets = [0; 18];
    let [_, len_bits, address @ ..] = &mut octets;
    *len_bits = prefix.len_bits();
    *address = prefix.address().octets();
    octets
}

impl Number {
    fn of(pieces: &[Piece<Placeholder>], attribute: &AttributeDefinition) -> Option<Self> {
        match pieces {
            [Piece::Value(Placeholder::Rate(rate))] if rate.unit != Unit::Si => {
                Some(Self::Rate(*rate))
            }
            [Piece::Value(Placeholder::Seconds(kind))] => Some(Self::Seconds(*kind)),
            [Piece::Value(Placeholder::SessionSeconds)] => Some(Self::SessionSeconds),
            [Piece::Value(Placeholder::BurstSeconds)] => Some(Self::BurstSeconds),
            [Piece::Value(Placeholder::Priority)] => Some(Self::Priority),
            [Piece::Value(Placeholder::Limit(kind, unit))] => Some(Self::Limit(*kind, *unit)),
            [Piece::Literal(text)] => {
                let named = attribute.value_number(text).and_then(|value| value.try_into().ok());
                named.or_else(|| text.parse().ok()).map(Self::Constant)
            }
            _ => None,
        }
    }

    /// The number, whether the attribute has room for it or not.
    fn of_intents(self, intents: &Intents<'_>) -> Option<u64> {
        match self {
            Self::Constant(number) => Some(number.into()),
            Self::Seconds(kind) => intents.seconds(kind).map(u64::from),
            Self::SessionSeconds => session_seconds(intents),
            Self::BurstSeconds => intents.burst.map(|burst| burst.time_s.into()),
            Self::Priority => intents.priority.map(|priority| priority.get().into()),
            Self::Rate(rate) => Some(rate.unit.count(rate.bps(intents)?)),
            Self::Limit(kind, unit) => Some(unit.count(intents.octets(kind)?)),
        }
    }
}

impl Address {
    fn of(pieces: &[Piece<Placeholder>]) -> Option<Self> {
        match pieces {
            [Piece::Value(Placeholder::Address)] => Some(Self::Fixed),
            [Piece::Literal(text)] => text.parse().ok().map(Self::Constant),
            _ => None,
        }
    }
}

impl Rate {
    /// The text behind a placeholder's colon: a unit, perhaps with `*` and a number behind it.
    fn of(of: RateOf, direction: Direction, unit: Option<&str>) -> Option<Self> {
        let text = unit.unwrap_or("bps");
        let (unit, factor) = match text.split_once('*') {
            Some((unit, factor)) => (unit, factor.parse().ok().filter(|factor| *factor > 0)?),
            None => (text, 1),
        };
        Some(Self { of, direction, unit: Unit::of(unit)?, factor })
    }

    fn bps(self, intents: &Intents<'_>) -> Option<u64> {
        let rate = match self.of {
            RateOf::Speed => self.direction.of(intents.speed?),
            RateOf::Burst => self.direction.of(intents.burst?.speed),
            RateOf::Threshold => self.direction.of(intents.burst?.threshold),
            RateOf::Minimum => self.direction.of(intents.minimum?),
            RateOf::Peak => match self.direction.of(intents.speed?) {
                // No limit.
                0 => 0,
                speed => {
                    intents.burst.map_or(speed, |burst| self.direction.of(burst.speed).max(speed))
                }
            },
        };
        Some(rate.saturating_mul(self.factor.into()))
    }
}

impl Direction {
    const fn of(self, speed: Speed) -> u64 {
        match self {
            Self::Upload => speed.upload.0,
            Self::Download => speed.download.0,
        }
    }
}

impl Unit {
    fn of(name: &str) -> Option<Self> {
        match name {
            "bps" => Some(Self::Bps),
            "kbps" => Some(Self::Kbps),
            "octets" => Some(Self::Octets),
            "si" => Some(Self::Si),
            _ => None,
        }
    }

    /// How many of the unit `rate_bps` is. A rate that is not zero does not become zero, which
    /// means "unlimited" to many NASes.
    fn count(self, rate_bps: u64) -> u64 {
        match self {
            Self::Bps | Self::Si => rate_bps,
            Self::Kbps => (rate_bps / 1_000).max(u64::from(rate_bps > 0)),
            Self::Octets => (rate_bps / 8).max(u64::from(rate_bps > 0)),
        }
    }

    fn write(self, rate_bps: u64, value: &mut Value) -> fmt::Result {
        const K: u64 = 1_000;
        const M: u64 = 1_000_000;
        match self {
            Self::Si if rate_bps > 0 && rate_bps.is_multiple_of(M) => {
                write!(value, "{}M", rate_bps / M)
            }
            Self::Si if rate_bps > 0 && rate_bps.is_multiple_of(K) => {
                write!(value, "{}k", rate_bps / K)
            }
            Self::Bps | Self::Kbps | Self::Octets | Self::Si => {
                write!(value, "{}", self.count(rate_bps))
            }
        }
    }
}

impl LimitUnit {
    /// The text behind a placeholder's colon.
    fn of(name: Option<&str>) -> Option<Self> {
        match name {
            None | Some("octets") => Some(Self::Octets),
            Some("low32") => Some(Self::Low32),
            Some("gigawords") => Some(Self::Gigawords),
            Some("kib") => Some(Self::Kib),
            Some(_) => None,
        }
    }

    /// How many of the unit `octets` is. What is left does not become nothing left, which means
    /// "unlimited" to many NASes.
    fn count(self, octets: u64) -> u64 {
        match self {
            Self::Octets => octets,
            Self::Low32 => octets & u64::from(u32::MAX),
            Self::Gigawords => octets >> 32,
            Self::Kib => (octets / 1_024).max(u64::from(octets > 0)),
        }
    }
}

/// A value in the making; it has the room of one attribute.
pub(super) struct Value {
    octets: [u8; ATTRIBUTE_VALUE_LEN_MAX],
    len: usize,
}

impl Value {
    pub(super) const fn new() -> Self {
        Self { octets: [0; ATTRIBUTE_VALUE_LEN_MAX], len: 0 }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or_default()
    }

    /// Appends octets; an error when there is no room for them.
    pub(super) fn push(&mut self, octets: &[u8]) -> fmt::Result {
        let end = self.len + octets.len();
        self.octets.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(octets);
        self.len = end;
        Ok(())
    }
}

impl fmt::Write for Value {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes())
    }
}

pub(super) fn too_long(fmt::Error: fmt::Error) -> WriteError {
    let max = ATTRIBUTE_VALUE_LEN_MAX;
    WriteError::ValueTooLong { len: max + 1, max }
}

/// Cuts a template into literals and what `placeholder` finds by its name.
pub(super) fn pieces<P>(
    text: &str,
    placeholder: impl Fn(&str) -> Result<P, DialectProblem>,
) -> Result<Vec<Piece<P>>, DialectProblem> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from_brace) = rest.split_at(at);
        literal.push_str(before);
        if let Some(after) = from_brace.strip_prefix("{{") {
            literal.push('{');
            rest = after;
        } else if let Some(after) = from_brace.strip_prefix("}}") {
            literal.push('}');
            rest = after;
        } else if let Some(after) = from_brace.strip_prefix('{') {
            let (name, after) =
                after.split_once('}').ok_or(DialectProblem::Unclosed { opening: '{' })?;
            if !literal.is_empty() {
                pieces.push(Piece::Literal(core::mem::take(&mut literal)));
            }
            pieces.push(Piece::Value(placeholder(name)?));
            rest = after;
        } else {
            return Err(DialectProblem::Unopened);
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Ok(pieces)
}

fn placeholder(text: &str, intent: IntentKind) -> Result<Placeholder, DialectProblem> {
    let (name, unit) = match text.split_once(':') {
        Some((name, unit)) => (name, Some(unit)),
        None => (text, None),
    };
    let unitless = |placeholder| match unit {
        None => Ok(placeholder),
        Some(_) => Err(unknown_unit(name, unit, "it has none")),
    };
    let found = PLACEHOLDERS.iter().find(|(of, known, _)| *known == name && of.contains(&intent));
    match found {
        Some((_, _, Of::Rate(of, direction))) => match Rate::of(*of, *direction, unit) {
            Some(rate) => Ok(Placeholder::Rate(rate)),
            None => {
                let known =
                    "a rate has `bps`, `kbps`, `octets` and `si`, times a number if need be";
                Err(unknown_unit(name, unit, known))
            }
        },
        Some((_, _, Of::Limit)) => match LimitUnit::of(unit) {
            Some(unit) => Ok(Placeholder::Limit(intent, unit)),
            None => {
                let known = "a limit has `octets`, `low32`, `gigawords` and `kib`";
                Err(unknown_unit(name, unit, known))
            }
        },
        Some((_, _, Of::Kind(placeholder))) => unitless(placeholder(intent)),
        None => {
            let of_intent = PLACEHOLDERS.iter().filter(|(of, ..)| of.contains(&intent));
            let known: Vec<_> = of_intent.map(|(_, name, _)| format!("`{{{name}}}`")).collect();
            Err(DialectProblem::UnknownPlaceholder {
                intent: intent.name(),
                placeholder: name.to_owned(),
                known: known.join(", "),
            })
        }
    }
}

/// What a placeholder's name means.
enum Of {
    Rate(RateOf, Direction),
    Limit,
    Kind(fn(IntentKind) -> Placeholder),
}

/// The intents that have a speed, a burst, and so on up the ladder.
const WITH_SPEED: &[IntentKind] =
    &[IntentKind::Speed, IntentKind::Burst, IntentKind::Priority, IntentKind::Minimum];
const WITH_BURST: &[IntentKind] = &[IntentKind::Burst, IntentKind::Priority, IntentKind::Minimum];
const WITH_PRIORITY: &[IntentKind] = &[IntentKind::Priority, IntentKind::Minimum];

/// Every placeholder: the intents that have it, its name, and what it stands for.
const PLACEHOLDERS: &[(&[IntentKind], &str, Of)] = &[
    (WITH_SPEED, "upload", Of::Rate(RateOf::Speed, Direction::Upload)),
    (WITH_SPEED, "download", Of::Rate(RateOf::Speed, Direction::Download)),
    (WITH_SPEED, "peak_upload", Of::Rate(RateOf::Peak, Direction::Upload)),
    (WITH_SPEED, "peak_download", Of::Rate(RateOf::Peak, Direction::Download)),
    (WITH_BURST, "burst_upload", Of::Rate(RateOf::Burst, Direction::Upload)),
    (WITH_BURST, "burst_download", Of::Rate(RateOf::Burst, Direction::Download)),
    (WITH_BURST, "threshold_upload", Of::Rate(RateOf::Threshold, Direction::Upload)),
    (WITH_BURST, "threshold_download", Of::Rate(RateOf::Threshold, Direction::Download)),
    (WITH_BURST, "burst_seconds", Of::Kind(|_| Placeholder::BurstSeconds)),
    (WITH_PRIORITY, "priority", Of::Kind(|_| Placeholder::Priority)),
    (&[IntentKind::Minimum], "minimum_upload", Of::Rate(RateOf::Minimum, Direction::Upload)),
    (&[IntentKind::Minimum], "minimum_download", Of::Rate(RateOf::Minimum, Direction::Download)),
    (
        &[IntentKind::Pool, IntentKind::Ipv6Pool, IntentKind::DelegatedIpv6Pool],
        "pool",
        Of::Kind(Placeholder::Name),
    ),
    (&[IntentKind::AddressList], "list", Of::Kind(Placeholder::Name)),
    (&[IntentKind::RoutingMark], "mark", Of::Kind(Placeholder::Name)),
    (&[IntentKind::Group], "group", Of::Kind(Placeholder::Name)),
    (&[IntentKind::FixedIpv4], "address", Of::Kind(|_| Placeholder::Address)),
    (&[IntentKind::FixedIpv6], "address", Of::Kind(|_| Placeholder::Ipv6Address)),
    (
        &[IntentKind::Ipv6Prefix, IntentKind::DelegatedIpv6Prefix],
        "prefix",
        Of::Kind(Placeholder::Prefix),
    ),
    (&[IntentKind::Route, IntentKind::Ipv6Route], "route", Of::Kind(Placeholder::Route)),
    (
        &[IntentKind::SessionTimeout, IntentKind::IdleTimeout, IntentKind::InterimInterval],
        "seconds",
        Of::Kind(Placeholder::Seconds),
    ),
    (&[IntentKind::SessionTimeout], "session_seconds", Of::Kind(|_| Placeholder::SessionSeconds)),
    (
        &[IntentKind::TotalLimit, IntentKind::DownloadLimit, IntentKind::UploadLimit],
        "octets",
        Of::Limit,
    ),
];

fn unknown_unit(placeholder: &str, unit: Option<&str>, known: &'static str) -> DialectProblem {
    let (placeholder, unit) = (placeholder.to_owned(), unit.unwrap_or_default().to_owned());
    DialectProblem::UnknownUnit { placeholder, unit, known }
}
