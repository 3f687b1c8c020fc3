use std::fmt;

use radius_proto::{
    AttributeType, PACKET_LEN_MAX, PACKET_LEN_MIN, TAG_MAX, VendorFormat, VendorId,
};

use super::lexer::{Lexer, Literal};
use super::print::PairText;
use super::{TextError, TextErrorKind as Kind, value, wire};
use crate::suggest::nearest;
use crate::{AttributeDefinition, DataType, Dictionary, Encryption, Oid};

/// How many attributes a text may have: more than two octets each in 4096 is not possible.
pub const PAIRS_MAX: usize = (PACKET_LEN_MAX - PACKET_LEN_MIN) / 2;

/// An attribute with its value, read from text and ready to be written into packets.
#[derive(Clone, PartialEq, Eq)]
pub struct Pair {
    pub(super) name: Box<str>,
    pub(super) vendor: Option<VendorId>,
    pub(super) number: Oid,
    pub(super) operator: Operator,
    pub(super) shape: Shape,
    pub(super) tag: Option<u8>,
    /// The plain value without tag, not hidden.
    pub(super) octets: Vec<u8>,
}

/// What happens to a value on its way to the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) tagging: Tagging,
    pub(super) encryption: Option<Encryption>,
    pub(super) concat: bool,
    pub(super) vendor_format: VendorFormat,
}

/// Whether and how a tag stands before a value (RFC 2868 §3.1 to §3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tagging {
    None,
    /// A tag octet is always there.
    Always,
    /// A first octet above 31 is already the value.
    Optional,
}

/// The operator between name and value. For writing a packet they mean the same; who merges
/// pairs into others decides by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Set,
    /// `:=`, in place of what is there.
    Assign,
    /// `+=`, besides what is there.
    Append,
}

/// Reads exactly one pair.
///
/// # Errors
/// A [`TextError`] with the place of the first mistake.
pub fn parse_pair(dictionary: &Dictionary, text: &str) -> Result<Pair, TextError> {
    let mut pairs = parse_pairs(dictionary, text)?;
    match (pairs.pop(), pairs.len()) {
        (Some(pair), 0) => Ok(pair),
        (last, others) => {
            let count = others + usize::from(last.is_some());
            Err(Lexer::new(text).error(0, Kind::NotOnePair(count)))
        }
    }
}

/// Reads pairs separated by commas or line ends; an empty text has none.
///
/// # Errors
/// A [`TextError`] with the place of the first mistake.
pub fn parse_pairs(dictionary: &Dictionary, text: &str) -> Result<Vec<Pair>, TextError> {
    let mut lexer = Lexer::new(text);
    let mut pairs = Vec::new();
    lexer.separators();
    while !lexer.is_at_end() {
        if pairs.len() == PAIRS_MAX {
            return Err(lexer.error(lexer.at(), Kind::TooManyPairs(PAIRS_MAX)));
        }
        pairs.push(pair(dictionary, &mut lexer)?);
        if !lexer.separators() {
            return Err(lexer.error(lexer.at(), Kind::MissingSeparator));
        }
    }
    Ok(pairs)
}

impl Pair {
    /// The attribute's name, or `Attr-` and its number as written.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The vendor in whose number space [`number`](Self::number) is.
    #[must_use]
    pub const fn vendor(&self) -> Option<VendorId> {
        self.vendor
    }

    /// The attribute's number.
    #[must_use]
    pub const fn number(&self) -> Oid {
        self.number
    }

    /// The operator between name and value.
    #[must_use]
    pub const fn operator(&self) -> Operator {
        self.operator
    }

    /// The tag, if one was written.
    #[must_use]
    pub const fn tag(&self) -> Option<u8> {
        self.tag
    }

    /// The value without tag and not hidden, as octets: numbers big-endian, a tagged number in
    /// three octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The pair as text that reads back as this pair. A password is shown in clear.
    #[must_use]
    pub const fn text<'a>(&'a self, dictionary: &'a Dictionary) -> PairText<'a> {
        PairText::new(dictionary, self)
    }
}

/// Without the value where the attribute hides it.
impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Pair");
        out.field("name", &self.name).field("operator", &self.operator).field("tag", &self.tag);
        match self.shape.encryption {
            None => out.field("octets", &self.octets).finish_non_exhaustive(),
            Some(_) => out.finish_non_exhaustive(),
        }
    }
}

impl Shape {
    /// The value stands as it is, in a vendor's format if there is one.
    const fn raw(vendor_format: VendorFormat) -> Self {
        Self { tagging: Tagging::None, encryption: None, concat: false, vendor_format }
    }

    pub(super) fn of(definition: &AttributeDefinition, vendor_format: VendorFormat) -> Self {
        let flags = &definition.flags;
        let tagging = match (flags.has_tag, definition.data_type) {
            (false, _) => Tagging::None,
            (true, DataType::String | DataType::Octets) if flags.encryption.is_none() => {
                Tagging::Optional
            }
            (true, _) => Tagging::Always,
        };
        let (encryption, concat) = (flags.encryption, flags.concat);
        Self { tagging, encryption, concat, vendor_format }
    }
}

fn pair(dictionary: &Dictionary, lexer: &mut Lexer<'_>) -> Result<Pair, TextError> {
    let name_at = lexer.at();
    let name = lexer.name();
    if name.is_empty() {
        return Err(lexer.error(name_at, Kind::MissingName));
    }
    let definition = dictionary.attribute_by_name(name);
    if let Some(internal) = definition.filter(|definition| !definition.is_on_wire()) {
        return Err(lexer.error(name_at, Kind::NotOnWire(internal.name.to_string())));
    }
    let mut pair = match definition {
        Some(definition) => defined(dictionary, definition),
        None => numbered(dictionary, name).map_err(|kind| lexer.error(name_at, kind))?,
    };
    let tag_at = lexer.at();
    if let Some(digits) = lexer.tag() {
        if pair.shape.tagging == Tagging::None {
            return Err(lexer.error(tag_at, Kind::TagNotAllowed(name.to_owned())));
        }
        let tag = digits.parse().ok().filter(|tag| *tag <= TAG_MAX);
        let tag = tag.ok_or_else(|| lexer.error(tag_at, Kind::BadTag(digits.to_owned())))?;
        pair.tag = Some(tag);
    }
    lexer.blanks();
    let operator_at = lexer.at();
    pair.operator = lexer
        .operator()
        .ok_or_else(|| lexer.error(operator_at, Kind::MissingOperator(pair.name.to_string())))?;
    lexer.blanks();
    let value_at = lexer.at();
    let literal = lexer
        .literal()?
        .ok_or_else(|| lexer.error(value_at, Kind::MissingValue(pair.name.to_string())))?;
    pair.octets = octets(definition, &pair, literal).map_err(|kind| lexer.error(value_at, kind))?;
    let (len, max) = (pair.octets.len(), wire::value_len_max(&pair));
    if len > max {
        let attribute = pair.name.to_string();
        let data_type = definition.map(|definition| definition.data_type);
        return Err(lexer.error(value_at, Kind::TooLong { attribute, data_type, len, max }));
    }
    Ok(pair)
}

fn octets(
    definition: Option<&AttributeDefinition>,
    pair: &Pair,
    literal: Literal<'_>,
) -> Result<Vec<u8>, Kind> {
    match (definition, literal) {
        (_, Literal::Hexadecimal(octets)) => Ok(octets),
        (Some(definition), literal) => value::read(definition, &literal),
        (None, Literal::Quoted(octets)) => Ok(octets),
        (None, Literal::Bare(text)) => Err(Kind::BadValue {
            attribute: pair.name.to_string(),
            data_type: None,
            text: text.to_owned(),
            wanted: "octets such as 0x00ff, or text in quotes".to_owned(),
        }),
    }
}

fn defined(dictionary: &Dictionary, definition: &AttributeDefinition) -> Pair {
    let format =
        definition.vendor.map_or(VendorFormat::STANDARD, |vendor| dictionary.vendor_format(vendor));
    Pair {
        name: definition.name.clone(),
        vendor: definition.vendor,
        number: definition.number,
        operator: Operator::Set,
        shape: Shape::of(definition, format),
        tag: None,
        octets: Vec::new(),
    }
}

/// `Attr-250`, `Attr-26.14988.99`, `Attr-241.5.3`.
fn numbered(dictionary: &Dictionary, name: &str) -> Result<Pair, Kind> {
    let is_numbered = name.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("Attr-"));
    let Some(number) = name.get(5..).filter(|_| is_numbered) else {
        let names = dictionary.attributes().filter(|known| known.is_on_wire());
        let suggestion = nearest(name, names.map(|known| known.name.as_ref()));
        return Err(Kind::UnknownAttribute { name: name.to_owned(), suggestion });
    };
    let wrong = || Kind::AttributeNumber(name.to_owned());
    let parts: Option<Vec<u32>> = number.split('.').map(|part| part.parse().ok()).collect();
    let parts = parts.ok_or_else(wrong)?;
    let vendor_specific = u32::from(AttributeType::VENDOR_SPECIFIC.0);
    let (vendor, parts) = match *parts.as_slice() {
        [first, vendor, ref kinds @ ..] if first == vendor_specific && !kinds.is_empty() => {
            (Some(VendorId(vendor)), kinds)
        }
        _ => (None, parts.as_slice()),
    };
    let number = Oid::new(parts).ok_or_else(wrong)?;
    let format = vendor.map_or(VendorFormat::STANDARD, |vendor| dictionary.vendor_format(vendor));
    if !wire::fits(vendor, number, format) {
        return Err(wrong());
    }
    Ok(Pair {
        name: name.into(),
        vendor,
        number,
        operator: Operator::Set,
        shape: Shape::raw(format),
        tag: None,
        octets: Vec::new(),
    })
}
