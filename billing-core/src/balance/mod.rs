//! What a subscriber has: money in a wallet, data and time online that were granted, and what of the money is held for
//! sessions that run.
//!
//! Money moves by the ledger alone: what is decided here comes out as entries and transfers that
//! [`ledger::post`](crate::ledger::post) makes. Data and time are consumed by [`entitlement::Meter`] alone: what is
//! decided here is which [`Grant`](entitlement::Grant) a purchase is, what is carried over of it, and
//! how a group shares it.

mod auto_top_up;
mod credit;
mod grant;
mod pay_as_you_go;
mod pool;
mod reservation;
mod wallet;

pub use auto_top_up::{
    AUTO_TOP_UPS_PER_MONTH_MAX, AutoTopUp, AutoTopUpError, AutoTopUpRefusal, MINUTES_BETWEEN_MAX,
};
pub use credit::{CreditLimit, CreditRefusal};
pub use grant::{
    Carried, GrantError, GrantOffer, GrantScope, GrantedFor, IssuedGrant, Rollover, RolloverError,
    RolloverTextError,
};
pub use pay_as_you_go::{
    Agreement, AgreementError, Counted, MISSED_REPORTS, REPORT_EVERY_S, SoldError, agreed_at,
    check_sold,
};
pub use pool::{MEMBERS_MAX, Pool, PoolError};
pub use reservation::{
    Charge, Decision, Held, NoSlice, Open, Phase, Report, Reservation, ReservationError, STEPS_MAX,
    SessionAccounts, SessionTerms, SilenceCharge, Slice, SliceLimits, SliceUnit, Step, UNITS_MAX,
    expiry,
};
pub use wallet::{
    ADJUSTMENT_REASON_CHARS_MAX, Adjustment, AdjustmentReason, AdjustmentReasonError,
    CounterAccount, Payment, WalletError, adjustment, available, payment, top_up, transfer,
};
