//! Documents: what a customer is asked to pay, what is given back, and what it came to so far.
//!
//! Lines that are due ([`difference`](crate::difference)) with their taxes make a [`Draft`]. What
//! becomes of it is a [`Document`]: an invoice, or a credit note where it comes to less than nothing.
//! What is final is not changed: a [`CreditNote`] gives back lines of it. Each document says what it
//! moves in the ledger. A [`Proforma`] is what the next invoice will be if nothing changes, and moves
//! nothing. A [`Statement`] lists what moved, and a [`Series`] writes numbers.

mod charged_line;
mod credit_note;
mod document;
mod draft;
mod number;
mod proforma;
mod seller;
mod statement;
mod to_credit;

pub use charged_line::{ChargedLine, CreditPart, credit_newest_first};
pub use credit_note::{CreditError, CreditLine, CreditNote, CreditReason, Credited, Part};
pub use document::{Document, OnExcess, payment_due_at, settle_credit};
pub use draft::{Draft, DraftError, DraftLine, LineTaxes, TaxLine, Taxation};
pub use number::{
    NUMBER_DIGITS_MAX, NUMBER_FORMAT_LEN_MAX, NumberError, NumberFormat, NumberFormatError,
    NumberingError, Restarts, Scope, Series, SeriesError,
};
pub use proforma::Proforma;
pub use seller::Seller;
pub use statement::{
    MOVEMENTS_MAX, Movement, MovementKind, Statement, StatementError, StatementLine, TaxWithin,
    Used,
};
pub use to_credit::{FinalInvoice, ToCredit};
