use thiserror::Error;

/// What is wrong in a dictionary, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}:{line}:{column}: {kind}")]
#[non_exhaustive]
pub struct DictionaryError {
    /// The file, or what the caller named the text.
    pub file: String,
    /// The line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// The column in characters, from 1; 0 when the file as a whole is meant.
    pub column: usize,
    /// What is wrong, with the offending text.
    pub kind: DictionaryErrorKind,
}

/// What can be wrong in a dictionary.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DictionaryErrorKind {
    /// The first word of a line.
    #[error(
        "\"{0}\" is not a statement; there are ATTRIBUTE, VALUE, VENDOR, BEGIN-VENDOR, END-VENDOR, \
         BEGIN-TLV, END-TLV and $INCLUDE"
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
    #[error("\"{0}\" is not a type of attribute")]
    UnknownType(String),
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
    #[error("\"{name}\" is already defined with the number {number}")]
    Redefined {
        /// The vendor, attribute or value.
        name: String,
        /// Its number so far.
        number: String,
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
