use thiserror::Error;

use crate::DataType;
use crate::suggest::did_you_mean;

/// What is wrong in the text of attributes, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {kind}")]
#[non_exhaustive]
pub struct TextError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub kind: TextErrorKind,
}

/// What can be wrong in the text of attributes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TextErrorKind {
    /// Something else stands where a pair should begin.
    #[error("the name of an attribute is expected here")]
    MissingName,
    /// A name that the dictionary does not have.
    #[error(
        "\"{name}\" is not an attribute{}",
        did_you_mean(suggestion.as_deref(), "write one without a name as Attr-<number>")
    )]
    UnknownAttribute {
        /// The name.
        name: String,
        /// A name like it.
        suggestion: Option<String>,
    },
    /// A number behind `Attr-` that no packet can carry.
    #[error(
        "\"{0}\" is not an attribute number; write Attr-<number> or Attr-26.<vendor>.<number>, \
         numbers as large as their place in the packet"
    )]
    AttributeNumber(String),
    /// An attribute without a place in packets.
    #[error("{0} is used inside servers only and never stands in a packet")]
    NotOnWire(String),
    /// A tag on an attribute that has none.
    #[error("{0} has no tag; leave out the colon and the number")]
    TagNotAllowed(String),
    /// A tag out of range.
    #[error("\"{0}\" is not a tag; tags are 1 to 31, or 0 for none")]
    BadTag(String),
    /// Something else than an operator behind the name.
    #[error("an operator is expected behind {0}: =, := or +=")]
    MissingOperator(String),
    /// Nothing behind the operator.
    #[error("the value of {0} is missing; an empty text is written as \"\"")]
    MissingValue(String),
    /// A quoted text without end.
    #[error("the text is not closed by {0} on its line")]
    Unclosed(char),
    /// A backslash before something that is no escape.
    #[error(
        "\"\\{0}\" is not an escape; a backslash itself is written as \\\\, and there are \\\", \
         \\n, \\r, \\t, three octal digits, and \\x with two hexadecimal ones"
    )]
    UnknownEscape(String),
    /// Octets that are not hexadecimal.
    #[error("\"{0}\" is not an even number of hexadecimal digits after 0x; put text into quotes")]
    BadHexadecimal(String),
    /// A value that is not of the attribute's type.
    #[error("\"{text}\" is not a value of {attribute}{}; it takes {wanted}", of_type(*data_type))]
    BadValue {
        /// The attribute.
        attribute: String,
        /// Its type, unless it is written by number.
        data_type: Option<DataType>,
        /// The value as written.
        text: String,
        /// What it takes, with an example.
        wanted: String,
    },
    /// A word that names no value.
    #[error(
        "\"{text}\" is not a value of {attribute}{}",
        did_you_mean(suggestion.as_deref(), "it takes a number or one of its names")
    )]
    UnknownValue {
        /// The attribute.
        attribute: String,
        /// The value as written.
        text: String,
        /// A name like it.
        suggestion: Option<String>,
    },
    /// A number that the attribute cannot carry.
    #[error(
        "{text} is out of range; {attribute}, of type {data_type}, takes numbers from {min} to {max}"
    )]
    OutOfRange {
        /// The attribute.
        attribute: String,
        /// Its type.
        data_type: DataType,
        /// The value as written.
        text: String,
        /// The smallest number.
        min: i64,
        /// The largest number.
        max: u64,
    },
    /// A prefix with bits that are not its own.
    #[error("\"{text}\" has bits beyond its length; the prefix itself is {prefix}")]
    HostBits {
        /// The prefix as written.
        text: String,
        /// The prefix with those bits zero.
        prefix: String,
    },
    /// A value longer than the attribute can carry.
    #[error("the value has {len} octets; {attribute}{} carries at most {max}", as_type(*data_type))]
    TooLong {
        /// The attribute.
        attribute: String,
        /// Its type, unless it is written by number.
        data_type: Option<DataType>,
        /// Octets of the value.
        len: usize,
        /// The most it carries.
        max: usize,
    },
    /// Something behind a value that neither separates nor ends.
    #[error("a comma or the end of the line is expected here; put text with blanks into quotes")]
    MissingSeparator,
    /// Not exactly one pair where one is wanted.
    #[error("exactly one attribute is expected, not {0}")]
    NotOnePair(usize),
    /// More pairs than any packet can carry.
    #[error("there are more than {0} attributes, which no packet can carry")]
    TooManyPairs(usize),
}

fn of_type(data_type: Option<DataType>) -> String {
    data_type.map_or(String::new(), |data_type| format!(", of type {data_type}"))
}

fn as_type(data_type: Option<DataType>) -> String {
    data_type.map_or(String::new(), |data_type| format!(", of type {data_type},"))
}
