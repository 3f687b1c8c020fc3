//! What a subscriber has: money in a wallet.
//!
//! Money moves by the ledger alone: what is decided here comes out as entries that
//! [`ledger::post`](crate::ledger::post) makes.

mod auto_top_up;
mod credit;
mod wallet;

pub use auto_top_up::{
    AUTO_TOP_UPS_PER_MONTH_MAX, AutoTopUp, AutoTopUpError, AutoTopUpRefusal, MINUTES_BETWEEN_MAX,
};
pub use credit::{CreditLimit, CreditRefusal};
pub use wallet::{
    ADJUSTMENT_REASON_CHARS_MAX, Adjustment, AdjustmentReason, AdjustmentReasonError,
    CounterAccount, Payment, WalletError, adjustment, available, payment, top_up, transfer,
};
