//! Vouchers as goods: what is printed on a card.

mod code;

pub use code::{CodeLen, VOUCHER_RANDOM_OCTETS, VoucherCode, VoucherCodeError};
