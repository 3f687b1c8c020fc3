//! What is handed to customers, as PDF: invoices and credit notes, statements, vouchers.
//!
//! A document is a function of what it says and of the fonts that it is set in: the same again gives the
//! same octets. There is no IO, no clock and no randomness here; fonts come as octets, and the moment in a
//! file is that of its document.
//!
//! A letter that no font at hand has, or whose script it cannot set, is an error that names it
//! ([`DocumentError::NoGlyph`]): nothing is left out, and no box stands in the place of a name.

mod amount;
mod code;
mod error;
mod font;
mod invoice;
mod letterhead;
mod page;
mod pdf;
mod shape;
mod statement;
mod voucher;

pub use error::DocumentError;
pub use font::{FontFile, Fonts};
pub use invoice::{Invoice, InvoiceKind, InvoiceLine, InvoiceTax};
pub use letterhead::Buyer;
pub use statement::Statement;
pub use voucher::{Card, CardLayout, Cards};
