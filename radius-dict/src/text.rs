//! Attributes as text, the way FreeRADIUS and its tools write them.
//!
//! ```text
//! User-Name = "bob", Framed-IP-Address = 10.0.0.1
//! Tunnel-Type:1 = VLAN          # a tag, and the name of a value
//! Class = 0x00ff                # any attribute may be given as octets
//! Attr-26.14988.99 = 0x01       # by number: vendor 14988, type 99
//! ```
//!
//! Pairs are separated by commas or line ends. The operators `=`, `:=` and `+=` are read and kept
//! with the pair. Text stands in double quotes with the escapes `\"`, `\\`, `\n`, `\r`, `\t`,
//! `\ooo` (octal) and `\xHH`, in single quotes with `\'` and `\\` only, or bare when it has neither
//! blanks nor commas. Digits are always the number itself, also where a dictionary has given them to
//! another number as its name.

mod ascend_filter;
mod date;
mod error;
mod leaves;
mod lexer;
mod pair;
mod print;
mod show;
mod value;
mod wire;

pub use error::{TextError, TextErrorKind};
pub use pair::{Operator, PAIRS_MAX, Pair, parse_pair, parse_pairs};
pub use print::{PacketText, PairText, packet};
pub use wire::{Hiding, PairError};
