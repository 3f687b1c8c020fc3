//! Templates: the text of a dialect's rule, compiled to pieces.

use core::fmt;
use std::net::Ipv4Addr;

use entitlement::{Ipv6Prefix, Priority};
use radius_dict::{AttributeDefinition, DataType};
use radius_proto::{ATTRIBUTE_VALUE_LEN_MAX, WriteError};

use crate::dialect::DialectProblem;
use crate::dialect::placeholder::{LimitUnit, Placeholder, Rate, Unit, placeholder};
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

/// What a value would have to be that there is no room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excess {
    /// A number.
    Number { value: u64, max: u64 },
    /// Octets of a text.
    Text { len: usize, max: usize },
}

impl Template {
    /// Is a value of an intent of this kind, which is part of shaping, in what it writes?
    pub(super) fn shows(&self, kind: IntentKind) -> bool {
        match self {
            Self::Text(pieces) => pieces.iter().any(|piece| match piece {
                Piece::Literal(_) => false,
                Piece::Value(Placeholder::Rate(rate)) => rate.shows(kind),
                Piece::Value(Placeholder::BurstSeconds) => kind == IntentKind::Burst,
                Piece::Value(Placeholder::Priority) => kind == IntentKind::Priority,
                Piece::Value(_) => false,
            }),
            Self::Number(Number::Rate(rate)) => rate.shows(kind),
            Self::Number(Number::BurstSeconds) => kind == IntentKind::Burst,
            Self::Number(Number::Priority) => kind == IntentKind::Priority,
            Self::Number(_) | Self::Address(_) | Self::Ipv6Address | Self::Ipv6Prefix(_) => false,
        }
    }

    /// What [`render`](Self::render) would cut or fail at, with room for `room` octets.
    pub(super) fn excess(
        &self,
        intents: &Intents<'_>,
        number: usize,
        room: usize,
    ) -> Option<Excess> {
        match self {
            Self::Number(of) => {
                let (value, max) = (of.of_intents(intents)?, u32::MAX.into());
                (value > max).then_some(Excess::Number { value, max })
            }
            Self::Text(pieces) => {
                let mut text = String::new();
                for piece in pieces {
                    piece.render(intents, number, &mut text).ok()?;
                }
                let (len, max) = (text.len(), room);
                (len > max).then_some(Excess::Text { len, max })
            }
            Self::Address(_) | Self::Ipv6Address | Self::Ipv6Prefix(_) => None,
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
    fn render(
        &self,
        intents: &Intents<'_>,
        number: usize,
        value: &mut impl fmt::Write,
    ) -> fmt::Result {
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

fn show(text: Option<impl fmt::Display>, value: &mut impl fmt::Write) -> fmt::Result {
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
