//! Documents as others read them: poppler says what is written on a page, and draws it; a reader of QR codes
//! looks at the drawing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod cards;
mod fonts;
mod invoices;
mod paper;
mod statements;
