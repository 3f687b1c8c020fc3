#![doc = include_str!("../README.md")]

pub mod attr;
mod builtin;
pub mod codegen;
pub mod handle;
mod model;
mod parse;
mod suggest;
pub mod text;
pub mod value;

pub use builtin::{BUILTIN_TEXTS, BuiltinText};
pub use handle::{Handle, ReadAttributes, WriteAttributes};
pub use model::{
    AttributeDefinition, Counts, DataType, Dictionary, Encryption, Flags, OID_DEPTH_MAX, Oid,
    VendorDefinition,
};
pub use parse::{DictionaryError, DictionaryErrorKind, FILES_MAX, INCLUDE_DEPTH_MAX, NAME_LEN_MAX};
