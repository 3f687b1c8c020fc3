//! One line of a dictionary, as words and as a statement.

use nom::bytes::complete::{tag, tag_no_case, take_while, take_while1};
use nom::character::complete::{char, digit1, hex_digit1};
use nom::combinator::{all_consuming, map_opt, map_res, opt};
use nom::multi::separated_list1;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Offset, Parser};
use radius_proto::{VendorFormat, VendorId};

use super::DictionaryErrorKind as Kind;
use crate::model::{DataType, Encryption, Flags, Oid};
use crate::suggest::nearest;

/// A word of a line, and where it begins: octets from the start of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: usize,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Statement<'a> {
    /// `$INCLUDE`, or `$INCLUDE-`, by which a missing file is none.
    Include {
        file: Word<'a>,
        optional: bool,
    },
    Vendor {
        name: Word<'a>,
        id: VendorId,
        format: VendorFormat,
    },
    BeginVendor {
        name: Word<'a>,
        container: Option<Word<'a>>,
    },
    EndVendor(Word<'a>),
    BeginTlv(Word<'a>),
    EndTlv(Word<'a>),
    Attribute(AttributeLine<'a>),
    Value {
        attribute: Word<'a>,
        name: Word<'a>,
        number: Number<'a>,
    },
}

/// What an `ATTRIBUTE` line says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AttributeLine<'a> {
    pub(crate) name: Word<'a>,
    pub(crate) number: Word<'a>,
    pub(crate) oid: Oid,
    pub(crate) data_type: DataType,
    pub(crate) flags: Flags,
    /// A flag that is none: the vendor's name, as very old files have it.
    pub(crate) vendor: Option<Word<'a>>,
}

/// A number and the word it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number<'a> {
    pub(crate) word: Word<'a>,
    pub(crate) value: u64,
}

/// What is wrong in a line, and which octets of it are meant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LineError {
    pub(crate) at: usize,
    pub(crate) len: usize,
    pub(crate) kind: Kind,
}

impl Word<'_> {
    pub(crate) fn wrong(&self, kind: impl FnOnce(String) -> Kind) -> LineError {
        LineError { at: self.at, len: self.text.len(), kind: kind(self.text.to_owned()) }
    }
}

/// The text of a line's comment without the `#` and the blanks around it.
pub(crate) fn comment(line: &str) -> &str {
    line.split_once('#').map_or("", |(_, comment)| comment.trim())
}

/// The statement of a line; `None` for an empty one.
pub(crate) fn statement(line: &str) -> Result<Option<Statement<'_>>, LineError> {
    let mut words = Words::of(line);
    let Some(keyword) = words.next() else { return Ok(None) };
    let is = |name: &str| keyword.text.eq_ignore_ascii_case(name);
    let statement = if is("ATTRIBUTE") {
        Statement::Attribute(attribute(&mut words)?)
    } else if is("VALUE") {
        Statement::Value {
            attribute: words.need("VALUE", "the name of an attribute")?,
            name: words.need("VALUE", "the name of the value")?,
            number: number(words.need("VALUE", "the number")?)?,
        }
    } else if is("$INCLUDE") {
        Statement::Include { file: words.need("$INCLUDE", "a file name")?, optional: false }
    } else if is("$INCLUDE-") {
        Statement::Include { file: words.need("$INCLUDE-", "a file name")?, optional: true }
    } else if is("VENDOR") {
        vendor(&mut words)?
    } else if is("BEGIN-VENDOR") {
        Statement::BeginVendor {
            name: words.need("BEGIN-VENDOR", "the name of a vendor")?,
            container: words.next().map(container).transpose()?,
        }
    } else if is("END-VENDOR") {
        Statement::EndVendor(words.need("END-VENDOR", "the name of a vendor")?)
    } else if is("BEGIN-TLV") {
        Statement::BeginTlv(words.need("BEGIN-TLV", "the name of an attribute")?)
    } else if is("END-TLV") {
        Statement::EndTlv(words.need("END-TLV", "the name of an attribute")?)
    } else {
        return Err(keyword.wrong(Kind::UnknownStatement));
    };
    match words.next() {
        Some(excess) => Err(excess.wrong(Kind::Excess)),
        None => Ok(Some(statement)),
    }
}

/// The words of a line, taken off its front one after another.
struct Words<'a> {
    line: &'a str,
    rest: &'a str,
    /// Where the last word ended, and a further one would stand.
    end: usize,
}

impl<'a> Words<'a> {
    const fn of(line: &'a str) -> Self {
        Self { line, rest: line, end: 0 }
    }

    fn next(&mut self) -> Option<Word<'a>> {
        let (rest, text) = word(self.rest).ok()?;
        self.rest = rest;
        let at = self.line.offset(text);
        self.end = at + text.len();
        Some(Word { text, at })
    }

    fn need(
        &mut self,
        statement: &'static str,
        missing: &'static str,
    ) -> Result<Word<'a>, LineError> {
        let kind = Kind::Missing { statement, missing };
        self.next().ok_or(LineError { at: self.end, len: 1, kind })
    }
}

/// The next word, behind blanks; a comment has none.
fn word(text: &str) -> IResult<&str, &str> {
    let blanks = take_while(char::is_whitespace);
    let word = take_while1(|c: char| !c.is_whitespace() && c != '#');
    preceded(blanks, word).parse(text)
}

fn attribute<'a>(words: &mut Words<'a>) -> Result<AttributeLine<'a>, LineError> {
    let name = words.need("ATTRIBUTE", "its name")?;
    let number = words.need("ATTRIBUTE", "its number")?;
    let (_, parts) = oid(number.text).map_err(|_| number.wrong(Kind::NotAnOid))?;
    let oid = Oid::new(&parts).ok_or_else(|| number.wrong(Kind::NotAnOid))?;
    let type_word = words.need("ATTRIBUTE", "its type")?;
    let data_type = data_type(type_word.text).ok_or_else(|| type_word.wrong(unknown_type))?;
    let mut line =
        AttributeLine { name, number, oid, data_type, flags: Flags::default(), vendor: None };
    if let Some(list) = words.next() {
        for text in list.text.split(',').filter(|text| !text.is_empty()) {
            let word = Word { text, at: list.at + list.text.offset(text) };
            if !flag(text, &mut line.flags) && line.vendor.replace(word).is_some() {
                return Err(word.wrong(Kind::UnknownFlag));
            }
        }
    }
    Ok(line)
}

fn vendor<'a>(words: &mut Words<'a>) -> Result<Statement<'a>, LineError> {
    let name = words.need("VENDOR", "its name")?;
    let number = number(words.need("VENDOR", "its number")?)?;
    let id = u32::try_from(number.value).map(VendorId).map_err(|_| {
        let max = u64::from(u32::MAX);
        number.word.wrong(|_| Kind::OutOfRange { number: number.value, max })
    })?;
    let format = match words.next() {
        None => VendorFormat::STANDARD,
        Some(word) => vendor_format(word.text).map_err(|_| word.wrong(Kind::VendorFormat))?.1,
    };
    Ok(Statement::Vendor { name, id, format })
}

/// The last name of `format=name` or `parent=.name.name`.
fn container(option: Word<'_>) -> Result<Word<'_>, LineError> {
    let (key, path) = option.text.split_once('=').unwrap_or_default();
    if !key.eq_ignore_ascii_case("format") && !key.eq_ignore_ascii_case("parent") {
        return Err(option.wrong(Kind::VendorParent));
    }
    Ok(Word { text: path, at: option.at + key.len() + 1 })
}

fn number(word: Word<'_>) -> Result<Number<'_>, LineError> {
    let negative = word.text.strip_prefix('-').and_then(|text| text.parse::<u32>().ok());
    let value = match negative {
        // As a value of type signed stands on the wire.
        Some(magnitude) => u64::from(magnitude.wrapping_neg()),
        None => {
            all_consuming(unsigned).parse(word.text).map_err(|_| word.wrong(Kind::NotANumber))?.1
        }
    };
    Ok(Number { word, value })
}

/// A number in decimal, or in hexadecimal after `0x`.
fn unsigned(text: &str) -> IResult<&str, u64> {
    let hexadecimal =
        map_res(preceded(tag_no_case("0x"), hex_digit1), |digits| u64::from_str_radix(digits, 16));
    let decimal = map_res(digit1, str::parse);
    hexadecimal.or(decimal).parse(text)
}

fn oid(text: &str) -> IResult<&str, Vec<u32>> {
    let part = map_res(unsigned, u32::try_from);
    all_consuming(separated_list1(char('.'), part)).parse(text)
}

fn vendor_format(text: &str) -> IResult<&str, VendorFormat> {
    let octets = || map_res(digit1, str::parse::<u8>);
    let fields = (terminated(octets(), char(',')), octets(), opt(tag_no_case(",c")));
    let format = map_opt(fields, |(of_type, of_length, continuation)| {
        VendorFormat::new(of_type, of_length, continuation.is_some())
    });
    all_consuming(preceded(tag_no_case("format="), format)).parse(text)
}

/// Octets of the longest name of a type.
const TYPE_NAME_LEN_MAX: usize = 16;

/// The type of this name. Beside the names of FreeRADIUS 3 there are its aliases, and those of
/// RFC 8044 §2.1 where they mean nothing else here.
fn data_type(name: &str) -> Option<DataType> {
    let mut lower = [0; TYPE_NAME_LEN_MAX];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    Some(match str::from_utf8(lower).ok()? {
        "string" | "text" => DataType::String,
        "octets" => DataType::Octets,
        "integer" | "uint32" | "enum" => DataType::Integer,
        "signed" | "int32" => DataType::Signed,
        "integer64" | "uint64" => DataType::Integer64,
        "byte" | "uint8" | "bool" => DataType::Byte,
        "short" | "uint16" => DataType::Short,
        "date" | "time" => DataType::Date,
        "ipaddr" | "ipv4addr" => DataType::Ipv4Address,
        "ipv6addr" => DataType::Ipv6Address,
        "ipv4prefix" => DataType::Ipv4Prefix,
        "ipv6prefix" => DataType::Ipv6Prefix,
        "combo-ip" | "combo_ip" => DataType::ComboIp,
        "ifid" => DataType::InterfaceId,
        "ether" => DataType::Ether,
        "abinary" => DataType::AscendBinary,
        "tlv" => DataType::Tlv,
        "vsa" => DataType::Vsa,
        "extended" => DataType::Extended,
        "long-extended" | "long_extended" => DataType::LongExtended,
        "evs" => DataType::ExtendedVendorSpecific,
        name => DataType::OctetsExact(exact_octets(name).ok()?.1),
    })
}

/// The names that [`data_type`] knows, for suggestions.
const TYPE_NAMES: [&str; 21] = [
    "string",
    "octets",
    "integer",
    "signed",
    "integer64",
    "byte",
    "short",
    "date",
    "ipaddr",
    "ipv6addr",
    "ipv4prefix",
    "ipv6prefix",
    "combo-ip",
    "ifid",
    "ether",
    "abinary",
    "tlv",
    "vsa",
    "extended",
    "long-extended",
    "evs",
];

fn unknown_type(name: String) -> Kind {
    let suggestion = nearest(&name, TYPE_NAMES.into_iter());
    Kind::UnknownType { name, suggestion }
}

fn exact_octets(name: &str) -> IResult<&str, u16> {
    let len = map_res(digit1, str::parse::<u16>);
    all_consuming(delimited(tag_no_case("octets["), len, tag("]"))).parse(name)
}

/// Sets the flag of this name; false when there is none.
fn flag(text: &str, flags: &mut Flags) -> bool {
    match text.to_ascii_lowercase().as_str() {
        "has_tag" => flags.has_tag = true,
        "encrypt=1" | "encrypt=user-password" => {
            flags.encryption = Some(Encryption::UserPassword);
        }
        "encrypt=2" | "encrypt=tunnel-password" => {
            flags.encryption = Some(Encryption::TunnelPassword);
        }
        "encrypt=3" | "encrypt=ascend-secret" => {
            flags.encryption = Some(Encryption::AscendSecret);
        }
        "concat" => flags.concat = true,
        "array" => flags.array = true,
        "secret" => flags.secret = true,
        "virtual" => flags.is_virtual = true,
        _ => return false,
    }
    true
}
