//! One line of a dictionary, as words and as a statement.

use nom::bytes::complete::{tag, tag_no_case, take_while, take_while1};
use nom::character::complete::{char, digit1, hex_digit1};
use nom::combinator::{all_consuming, map_opt, map_res, opt, rest};
use nom::multi::{many0, separated_list1};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Offset, Parser};
use radius_proto::{VendorFormat, VendorId};

use super::DictionaryErrorKind as Kind;
use crate::model::{DataType, Encryption, Flags, Oid};

/// A word of a line and the column of its first character, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    pub(crate) column: usize,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Statement<'a> {
    Include(Word<'a>),
    Vendor { name: Word<'a>, id: VendorId, format: VendorFormat },
    BeginVendor { name: Word<'a>, container: Option<Word<'a>> },
    EndVendor(Word<'a>),
    BeginTlv(Word<'a>),
    EndTlv(Word<'a>),
    Attribute(AttributeLine<'a>),
    Value { attribute: Word<'a>, name: Word<'a>, number: Number<'a> },
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

/// What is wrong in a line, and in which column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LineError {
    pub(crate) column: usize,
    pub(crate) kind: Kind,
}

impl Word<'_> {
    pub(crate) fn wrong(&self, kind: impl FnOnce(String) -> Kind) -> LineError {
        LineError { column: self.column, kind: kind(self.text.to_owned()) }
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
    let statement = match keyword.text.to_ascii_uppercase().as_str() {
        "$INCLUDE" => Statement::Include(words.need("$INCLUDE", "a file name")?),
        "ATTRIBUTE" => Statement::Attribute(attribute(&mut words)?),
        "VALUE" => Statement::Value {
            attribute: words.need("VALUE", "the name of an attribute")?,
            name: words.need("VALUE", "the name of the value")?,
            number: number(words.need("VALUE", "the number")?)?,
        },
        "VENDOR" => vendor(&mut words)?,
        "BEGIN-VENDOR" => Statement::BeginVendor {
            name: words.need("BEGIN-VENDOR", "the name of a vendor")?,
            container: words.next().map(container).transpose()?,
        },
        "END-VENDOR" => Statement::EndVendor(words.need("END-VENDOR", "the name of a vendor")?),
        "BEGIN-TLV" => Statement::BeginTlv(words.need("BEGIN-TLV", "the name of an attribute")?),
        "END-TLV" => Statement::EndTlv(words.need("END-TLV", "the name of an attribute")?),
        _ => return Err(keyword.wrong(Kind::UnknownStatement)),
    };
    match words.next() {
        Some(excess) => Err(excess.wrong(Kind::Excess)),
        None => Ok(Some(statement)),
    }
}

/// The words of a line, one after another.
struct Words<'a> {
    words: std::vec::IntoIter<Word<'a>>,
    /// Where a further word would stand.
    end_column: usize,
}

impl<'a> Words<'a> {
    fn of(line: &'a str) -> Self {
        // Every text is words, blanks and perhaps a comment, so the other arm is never taken.
        let words = words(line).map(|(_, words)| words).unwrap_or_default();
        let column_of = |text: &str| {
            let before = line.get(..line.offset(text)).unwrap_or_default();
            before.chars().count() + 1
        };
        let end_column =
            words.last().map_or(1, |last: &&str| column_of(last) + last.chars().count());
        let words: Vec<_> =
            words.into_iter().map(|text| Word { text, column: column_of(text) }).collect();
        Self { words: words.into_iter(), end_column }
    }

    fn next(&mut self) -> Option<Word<'a>> {
        self.words.next()
    }

    fn need(
        &mut self,
        statement: &'static str,
        missing: &'static str,
    ) -> Result<Word<'a>, LineError> {
        let kind = Kind::Missing { statement, missing };
        self.next().ok_or(LineError { column: self.end_column, kind })
    }
}

fn words(line: &str) -> IResult<&str, Vec<&str>> {
    let blanks = || take_while(char::is_whitespace);
    let word = take_while1(|c: char| !c.is_whitespace() && c != '#');
    let words = preceded(blanks(), many0(terminated(word, blanks())));
    all_consuming(terminated(words, opt((char('#'), rest)))).parse(line)
}

fn attribute<'a>(words: &mut Words<'a>) -> Result<AttributeLine<'a>, LineError> {
    let name = words.need("ATTRIBUTE", "its name")?;
    let number = words.need("ATTRIBUTE", "its number")?;
    let (_, parts) = oid(number.text).map_err(|_| number.wrong(Kind::NotAnOid))?;
    let oid = Oid::new(&parts).ok_or_else(|| number.wrong(Kind::NotAnOid))?;
    let type_word = words.need("ATTRIBUTE", "its type")?;
    let data_type = data_type(type_word.text).ok_or_else(|| type_word.wrong(Kind::UnknownType))?;
    let mut line =
        AttributeLine { name, number, oid, data_type, flags: Flags::default(), vendor: None };
    if let Some(list) = words.next() {
        for text in list.text.split(',').filter(|text| !text.is_empty()) {
            let before = list.text.get(..list.text.offset(text)).unwrap_or_default();
            let column = list.column + before.chars().count();
            let word = Word { text, column };
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
        let (number, max) = (number.value, u64::from(u32::MAX));
        LineError { column: name.column, kind: Kind::OutOfRange { number, max } }
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
    Ok(Word { text: path, column: option.column + key.len() + 1 })
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

/// The type of this name. Beside the names of FreeRADIUS 3 there are its aliases, and those of
/// RFC 8044 §2.1 where they mean nothing else here.
fn data_type(name: &str) -> Option<DataType> {
    if let Ok((_, len)) = exact_octets(name) {
        return Some(DataType::OctetsExact(len));
    }
    Some(match name.to_ascii_lowercase().as_str() {
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
        _ => return None,
    })
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
