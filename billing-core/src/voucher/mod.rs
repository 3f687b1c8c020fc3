//! Vouchers as goods: what is printed on a card, who has it, what was paid for it and what it is worth.
//!
//! A [`BatchOrder`] says what a batch is; [`Batch::generate`] draws its codes. A [`Voucher`] is new until
//! somebody pays for it ([`sell`]): from then on its price lies in `vouchers`, and leaves that account once,
//! when it is redeemed ([`redeem`]), expires ([`expire`]) or is revoked ([`revoke`]). New ones are handed
//! from one reseller to another ([`hand_on`]) and counted ([`stock`]). Who types codes that do not exist is
//! slowed down ([`Guesses`]).
//!
//! Nothing here keeps anything: what is decided comes back as vouchers and entries, all of it or an error,
//! and is kept in one transaction with what was read.

mod batch;
mod code;
mod ended;
mod generate;
mod guess;
mod redeem;
mod release;
mod sale;
mod stage;
mod state;
mod stock;

pub use batch::{
    AccessPackage, Batch, BatchOrder, BatchOrderError, QUANTITY_MAX, RedeemableBy, Worth,
};
pub use code::{
    CodeLen, CodePrefix, CodePrefixError, PREFIX_LEN_MAX, VOUCHER_RANDOM_OCTETS, VoucherCode,
    VoucherCodeError,
};
pub use ended::{EndError, Unredeemed, VouchersEnded, expire, revoke};
pub use generate::{DRAWS_MAX, GenerateError};
pub use guess::{GUESS_TIME_MAX_MS, GUESSES_MAX, GuessLimit, GuessLimitError, Guesses, LockedOut};
pub use redeem::{
    Grant, Outcome, RedeemError, RedeemRequest, RedeemTerms, Redeemed, Redeemer, redeem,
};
pub use sale::{BuyerPrice, SellError, VoucherSale, VoucherSaleId, VouchersSold, sell};
pub use stage::{Buyer, Ended, Redemption, RedemptionKey, Sale, Stage, Voucher, VoucherId, Was};
pub use state::{VoucherState, VoucherTransition, VoucherTransitionError};
pub use stock::{Serial, SerialRange, StockCount, StockError, hand_on, stock};

#[cfg(test)]
pub(crate) mod test_books;
#[cfg(test)]
mod tests;
