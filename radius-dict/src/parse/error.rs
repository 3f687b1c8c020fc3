use std::fmt;

use thiserror::Error;

use crate::suggest::did_you_mean;

/// Characters of a line that an error shows at most.
const SHOWN_LEN_MAX: usize = 120;

/// What is wrong in a dictionary, and where.
///
/// As text it is the place, what is wrong and what would be right, and below it the line with
/// marks under the words that are meant:
///
/// ```text
/// dictionary.acme:3:30: "strin" is not a type of attribute; did you mean "string"?
///   3 | ATTRIBUTE Acme-Speed 1 strin
///     |                        ^^^^^
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub struct DictionaryError {
    /// The file, or what the caller named the text.
    pub file: String,
    /// The line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// The column in characters, from 1; 0 when the file as a whole is meant.
    pub column: usize,
    /// The characters that are meant, from `column` on.
    pub width: usize,
    /// The line as it stands; empty when the file as a whole is meant.
    pub text: Box<str>,
    /// What is wrong, with the offending text.
    pub kind: DictionaryErrorKind,
}

impl fmt::Display for DictionaryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, width, text, kind } = self;
        write!(f, "{file}:{line}:{column}: {kind}")?;
        if *line == 0 {
            return Ok(());
        }
        // A long line is shown from some characters before those that are meant.
        let skipped = if *column + *width > SHOWN_LEN_MAX { column.saturating_sub(20) } else { 0 };
        let visible = |c: char| if c.is_control() { ' ' } else { c };
        let shown: String = text.chars().skip(skipped).take(SHOWN_LEN_MAX).map(visible).collect();
        let number = line.to_string();
        let blank = " ".repeat(number.len());
        let before = " ".repeat(column.saturating_sub(1 + skipped));
        let marks = "^".repeat((*width).clamp(1, SHOWN_LEN_MAX));
        write!(f, "\n  {number} | {}\n  {blank} | {before}{marks}", shown.trim_end())
    }
}

/// What can be wrong in a dictionary.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DictionaryErrorKind {
    /// The first word of a line.
    #[error(
        "\"{0}\" is not a statement; there are ATTRIBUTE, VALUE, VENDOR, BEGIN-VENDOR, END-VENDOR, \
         BEGIN-TLV, END-TLV, $INCLUDE and $INCLUDE-"
    )]
    UnknownStatement(String),
    /// A statement ends too early.
    #[error("{statement} lacks {missing}")]
    Missing {
        /// The statement.
        statement: &'static str,
        /// What should have followed.
        missing: &'static str,
    },
    /// A statement goes on too long.
    #[error("\"{0}\" is more than the statement takes")]
    Excess(String),
    /// A number was expected.
    #[error("\"{0}\" is not a number; write it in decimal, or in hexadecimal after 0x")]
    NotANumber(String),
    /// An attribute number was expected.
    #[error("\"{0}\" is not an attribute number; write numbers with dots between them")]
    NotAnOid(String),
    /// A number above what its place on the wire can hold.
    #[error("{number} is out of range; the largest number here is {max}")]
    OutOfRange {
        /// The number, as read.
        number: u64,
        /// The largest allowed.
        max: u64,
    },
    /// The third word of `ATTRIBUTE`.
    #[error(
        "\"{name}\" is not a type of attribute{}",
        did_you_mean(suggestion.as_deref(), "there are string, octets, octets[n], integer, \
         integer64, short, byte, signed, date, ipaddr, ipv6addr, ipv4prefix, ipv6prefix, \
         combo-ip, ifid, ether, abinary, tlv, vsa, extended, long-extended and evs")
    )]
    UnknownType {
        /// The word.
        name: String,
        /// A type like it.
        suggestion: Option<String>,
    },
    /// One of the flags of `ATTRIBUTE`.
    #[error(
        "\"{0}\" is not a flag; there are has_tag, encrypt=1, encrypt=2, encrypt=3, concat, array, \
         secret and virtual"
    )]
    UnknownFlag(String),
    /// The option of `VENDOR`.
    #[error("\"{0}\" is not a vendor format; write format=T,L with T 1, 2 or 4 and L 0, 1 or 2")]
    VendorFormat(String),
    /// The option of `BEGIN-VENDOR`.
    #[error("\"{0}\" names no attribute of type evs to put the vendor's attributes into")]
    VendorParent(String),
    /// A name of unreasonable length.
    #[error("the name has {len} characters, at most {max} are allowed")]
    NameTooLong {
        /// Characters of the name.
        len: usize,
        /// The limit.
        max: usize,
    },
    /// A vendor that no `VENDOR` has defined.
    #[error("\"{0}\" is not a vendor; a VENDOR line must come first")]
    UnknownVendor(String),
    /// An attribute that no `ATTRIBUTE` has defined.
    #[error("\"{0}\" is not an attribute; an ATTRIBUTE line must define it")]
    UnknownAttribute(String),
    /// A dotted number without its container.
    #[error("{0} stands in an attribute that is not defined, or that holds no others")]
    UnknownParent(String),
    /// `BEGIN-TLV` of another type.
    #[error("\"{name}\" is of type {data_type}, not tlv")]
    NotATlv {
        /// The attribute.
        name: String,
        /// Its type.
        data_type: String,
    },
    /// `VALUE` for a type that is not a number.
    #[error("\"{name}\" is of type {data_type}, whose values cannot have names")]
    NotEnumerable {
        /// The attribute.
        name: String,
        /// Its type.
        data_type: String,
    },
    /// An `END-` that closes something else than what is open.
    #[error("\"{found}\" is closed here, but {open}")]
    WrongEnd {
        /// What the line closes.
        found: String,
        /// What is open, in words.
        open: String,
    },
    /// A block that the end of the file leaves open.
    #[error("the block of \"{0}\" is not closed in this file")]
    Unclosed(String),
    /// A vendor block inside a vendor block.
    #[error("a vendor block begins inside the block of \"{0}\"")]
    NestedVendor(String),
    /// A name with two numbers.
    #[error("\"{name}\" is already defined with the number {number}, at {place}")]
    Redefined {
        /// The vendor, attribute or value.
        name: Box<str>,
        /// Its number so far.
        number: Box<str>,
        /// The `file:line` of that.
        place: Box<str>,
    },
    /// A file that includes itself, directly or not.
    #[error("\"{0}\" includes itself")]
    IncludeCycle(String),
    /// More nested inclusions than allowed.
    #[error("files are included more than {0} deep")]
    IncludeTooDeep(usize),
    /// More files than allowed.
    #[error("the dictionary has more than {0} files")]
    TooManyFiles(usize),
    /// A file that could not be read.
    #[error("\"{path}\" cannot be read: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        reason: String,
    },
}
