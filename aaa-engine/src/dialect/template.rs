//! Templates: the text of a dialect's rule, compiled to pieces.

use core::fmt::{self, Write as _};
use std::net::Ipv4Addr;

use radius_dict::{AttributeDefinition, DataType};
use radius_proto::{ATTRIBUTE_VALUE_LEN_MAX, WriteError};

use crate::dialect::DialectProblem;
use crate::intent::{IntentKind, Intents};

/// What a rule writes as its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Template {
    Text(Vec<Piece>),
    Number(Number),
    Address(Address),
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(String),
    Value(Placeholder),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Constant(u32),
    Rate(Rate),
    Seconds(IntentKind),
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
    Pool,
    Address,
    List,
}

/// One of the two rates, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
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

/// How a rate is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Bps,
    Kbps,
    Octets,
    Si,
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
        let pieces = pieces(text, intent)?;
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
            _ => Err(DialectProblem::UnsupportedAttribute {
                attribute: name(),
                why: "its type is none of string, octets, integer and ipaddr",
            }),
        }
    }

    /// Gives the value for these intents to `write`. An intent that is absent makes no value.
    pub(super) fn render(
        &self,
        intents: &Intents<'_>,
        write: impl FnOnce(&[u8]) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        match self {
            Self::Number(number) => match number.of_intents(intents) {
                Some(number) => write(&number.to_be_bytes()),
                None => Ok(()),
            },
            Self::Address(Address::Constant(address)) => write(&address.octets()),
            Self::Address(Address::Fixed) => match intents.fixed_ipv4 {
                Some(address) => write(&address.octets()),
                None => Ok(()),
            },
            Self::Text(pieces) => {
                let mut value = Value { octets: [0; ATTRIBUTE_VALUE_LEN_MAX], len: 0 };
                for piece in pieces {
                    piece.render(intents, &mut value).map_err(|fmt::Error| {
                        let max = ATTRIBUTE_VALUE_LEN_MAX;
                        WriteError::ValueTooLong { len: max + 1, max }
                    })?;
                }
                write(value.as_bytes())
            }
        }
    }
}

impl Piece {
    /// The octets it has whatever the intents are.
    fn literal_len(&self) -> usize {
        match self {
            Self::Literal(text) => text.len(),
            Self::Value(_) => 0,
        }
    }

    fn render(&self, intents: &Intents<'_>, value: &mut Value) -> fmt::Result {
        match self {
            Self::Literal(text) => value.write_str(text),
            Self::Value(Placeholder::Rate(rate)) => match rate.bps(intents) {
                Some(rate_bps) => rate.unit.write(rate_bps, value),
                None => Ok(()),
            },
            Self::Value(Placeholder::Seconds(kind)) => match seconds(*kind, intents) {
                Some(seconds) => write!(value, "{seconds}"),
                None => Ok(()),
            },
            Self::Value(Placeholder::Pool) => value.write_str(intents.pool.unwrap_or_default()),
            Self::Value(Placeholder::List) => {
                value.write_str(intents.address_list.unwrap_or_default())
            }
            Self::Value(Placeholder::Address) => match intents.fixed_ipv4 {
                Some(address) => write!(value, "{address}"),
                None => Ok(()),
            },
        }
    }
}

impl Number {
    fn of(pieces: &[Piece], attribute: &AttributeDefinition) -> Option<Self> {
        match pieces {
            [Piece::Value(Placeholder::Rate(rate))] if rate.unit != Unit::Si => {
                Some(Self::Rate(*rate))
            }
            [Piece::Value(Placeholder::Seconds(kind))] => Some(Self::Seconds(*kind)),
            [Piece::Literal(text)] => {
                let named = attribute.value_number(text).and_then(|value| value.try_into().ok());
                named.or_else(|| text.parse().ok()).map(Self::Constant)
            }
            _ => None,
        }
    }

    fn of_intents(self, intents: &Intents<'_>) -> Option<u32> {
        match self {
            Self::Constant(number) => Some(number),
            Self::Seconds(kind) => seconds(kind, intents),
            Self::Rate(rate) => {
                let number = rate.unit.count(rate.bps(intents)?);
                Some(u32::try_from(number).unwrap_or(u32::MAX))
            }
        }
    }
}

impl Address {
    fn of(pieces: &[Piece]) -> Option<Self> {
        match pieces {
            [Piece::Value(Placeholder::Address)] => Some(Self::Fixed),
            [Piece::Literal(text)] => text.parse().ok().map(Self::Constant),
            _ => None,
        }
    }
}

impl Rate {
    /// The text behind a placeholder's colon: a unit, perhaps with `*` and a number behind it.
    fn of(direction: Direction, unit: Option<&str>) -> Option<Self> {
        let Some(text) = unit else { return Some(Self { direction, unit: Unit::Bps, factor: 1 }) };
        let (unit, factor) = match text.split_once('*') {
            Some((unit, factor)) => (unit, factor.parse().ok().filter(|factor| *factor > 0)?),
            None => (text, 1),
        };
        Some(Self { direction, unit: Unit::of(unit)?, factor })
    }

    fn bps(self, intents: &Intents<'_>) -> Option<u64> {
        let speed = intents.speed?;
        let rate = match self.direction {
            Direction::Upload => speed.upload.0,
            Direction::Download => speed.download.0,
        };
        Some(rate.saturating_mul(self.factor.into()))
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

/// A value in the making; it has the room of one attribute.
struct Value {
    octets: [u8; ATTRIBUTE_VALUE_LEN_MAX],
    len: usize,
}

impl Value {
    fn as_bytes(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or_default()
    }
}

impl fmt::Write for Value {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.octets.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

fn seconds(kind: IntentKind, intents: &Intents<'_>) -> Option<u32> {
    match kind {
        IntentKind::SessionTimeout => intents.session_timeout_s,
        IntentKind::IdleTimeout => intents.idle_timeout_s,
        IntentKind::InterimInterval => intents.interim_interval_s,
        IntentKind::Speed | IntentKind::Pool | IntentKind::FixedIpv4 | IntentKind::AddressList => {
            None
        }
    }
}

/// Cuts a template into literals and placeholders.
fn pieces(text: &str, intent: IntentKind) -> Result<Vec<Piece>, DialectProblem> {
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
            pieces.push(Piece::Value(placeholder(name, intent)?));
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
    let rate = |direction| match Rate::of(direction, unit) {
        Some(rate) => Ok(Placeholder::Rate(rate)),
        None => {
            let known = "a rate has `bps`, `kbps`, `octets` and `si`, times a number if need be";
            Err(unknown_unit(name, unit, known))
        }
    };
    let unitless = |placeholder| match unit {
        None => Ok(placeholder),
        Some(_) => Err(unknown_unit(name, unit, "it has none")),
    };
    match (intent, name) {
        (IntentKind::Speed, "upload") => rate(Direction::Upload),
        (IntentKind::Speed, "download") => rate(Direction::Download),
        (IntentKind::Pool, "pool") => unitless(Placeholder::Pool),
        (IntentKind::FixedIpv4, "address") => unitless(Placeholder::Address),
        (IntentKind::AddressList, "list") => unitless(Placeholder::List),
        (
            IntentKind::SessionTimeout | IntentKind::IdleTimeout | IntentKind::InterimInterval,
            "seconds",
        ) => unitless(Placeholder::Seconds(intent)),
        _ => Err(DialectProblem::UnknownPlaceholder {
            intent: intent.name(),
            placeholder: name.to_owned(),
            known: match intent {
                IntentKind::Speed => "`{upload}` and `{download}`",
                IntentKind::Pool => "`{pool}`",
                IntentKind::FixedIpv4 => "`{address}`",
                IntentKind::AddressList => "`{list}`",
                IntentKind::SessionTimeout
                | IntentKind::IdleTimeout
                | IntentKind::InterimInterval => "`{seconds}`",
            },
        }),
    }
}

fn unknown_unit(placeholder: &str, unit: Option<&str>, known: &'static str) -> DialectProblem {
    let (placeholder, unit) = (placeholder.to_owned(), unit.unwrap_or_default().to_owned());
    DialectProblem::UnknownUnit { placeholder, unit, known }
}
