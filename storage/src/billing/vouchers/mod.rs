//! Vouchers: batches of codes, who has them, what was paid for them, and what becomes of them.
//!
//! The rules are in [`billing_core::voucher`]. Locks are taken in one order: the batch (by those who redeem
//! together, by everybody else alone), subscribers by number, wrong codes, the voucher, accounts.

mod ended;
mod generate;
mod guesses;
mod list;
mod redeem;
mod rows;
mod secrets;
mod sell;

use core::fmt;
use core::num::{NonZeroU32, NonZeroU64};
use core::str::FromStr;
use std::collections::BTreeMap;

use billing_core::ledger::Provider;
use billing_core::voucher::{
    Batch, BuyerPrice, CodeLen, CodePrefix, Grant, Redemption, Serial, SerialRange, StockCount,
    Voucher, VoucherCode, VoucherSaleId,
};
use billing_core::{Cadence, Money};
use entitlement::{TenantId, Timestamp};

pub use redeem::RedeemRefusal;
pub(crate) use secrets::{codes_seal, key_seal};

use crate::store::Store;

/// Makes, sells, redeems and ends the vouchers of one tenant.
#[derive(Debug)]
pub struct Vouchers<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// A batch that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBatch {
    /// How many vouchers.
    pub quantity: u32,
    /// What their codes begin with.
    pub prefix: Option<CodePrefix>,
    /// How many letters of a code are drawn, beside its prefix and its check letter.
    pub code_len: CodeLen,
    /// What each is worth.
    pub worth: NewWorth,
    /// What a customer pays for one, with taxes.
    pub price: Money,
    /// When it is too late to sell them.
    pub sell_by: Option<Timestamp>,
    /// Within which time after its sale one is redeemed.
    pub redeem_within: Option<Cadence>,
    /// The name of the reseller that has them in stock; `None`: the tenant itself.
    pub owner: Option<String>,
    /// When it is ordered.
    pub at: Timestamp,
}

/// What the vouchers of a new batch are worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewWorth {
    /// Access, until the first of its measures is full.
    Access {
        /// The name of the plan.
        plan: String,
        /// How long it lasts on the clock from its first use on.
        validity: Option<Cadence>,
        /// How long one is online, seconds; then the plan has a quota of time that ends the access.
        online_s: Option<NonZeroU32>,
        /// How much is transferred, octets; then the plan has a quota that ends the access.
        octets: Option<NonZeroU64>,
        /// The names of the taxes that are within the price, or none; `None`: nobody has said.
        taxes: Option<Vec<String>>,
    },
    /// Money in a wallet, which is taxed when it is spent.
    Refill(Money),
}

/// A batch, and how many of its vouchers are in which state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchEntry {
    /// Its number.
    pub id: i64,
    /// As it was ordered.
    pub batch: Batch,
    /// What its plan is called, of access.
    pub plan: Option<String>,
    /// The names of the taxes within its price, of access.
    pub taxes: Option<Vec<String>>,
    /// Its vouchers, by who has them; `None`: the tenant itself.
    pub stock: BTreeMap<Option<TenantId>, StockCount>,
}

/// A voucher, and for whom it was redeemed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoucherEntry {
    /// The number of its batch.
    pub batch: i64,
    /// What has happened to it.
    pub voucher: Voucher,
    /// What the subscriber is called that has redeemed it.
    pub subscriber: Option<String>,
    /// The login of the service that got its access, if that is still there.
    pub service: Option<String>,
}

/// A voucher with its code, to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedVoucher {
    /// Its number in its batch.
    pub serial: Serial,
    /// Its code.
    pub code: VoucherCode,
    /// Its state.
    pub state: billing_core::voucher::VoucherState,
}

/// Who buys vouchers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewBuyer {
    /// Somebody who has paid with this provider: cash over the counter.
    Till(Provider),
    /// A subscriber, by name, who pays with the next invoice.
    OnAccount(String),
    /// A reseller, by the name of its tenant, from what we hold for it.
    Reseller(String),
}

/// Vouchers that are to be sold, all or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SellVouchers {
    /// Of which batch.
    pub batch: i64,
    /// Which of it.
    pub range: SerialRange,
    /// To whom.
    pub buyer: NewBuyer,
    /// What the buyer pays for each; of a reseller the list price is what was agreed on for the plan of the
    /// vouchers, where something was.
    pub price: BuyerPrice,
    /// When.
    pub at: Timestamp,
}

/// Vouchers that were sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoucherSaleEntry {
    /// Which sale it was.
    pub id: VoucherSaleId,
    /// How many.
    pub count: usize,
    /// What was paid for all of them.
    pub paid: Money,
    /// Until when they are to be redeemed.
    pub redeem_by: Option<Timestamp>,
    /// The invoice by which they are to be paid, as its number is printed; `None`: they are paid, or cost
    /// nothing.
    pub invoice: Option<String>,
}

/// A wish to redeem a voucher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedeemVoucher {
    /// Its code, as it was typed.
    pub code: String,
    /// The name of the subscriber who redeems it.
    pub subscriber: String,
    /// The login of the service that gets its access; `None`: the only one that the subscriber has.
    pub service: Option<String>,
    /// Which wish it is: the same again has the same key, and changes nothing.
    pub key: billing_core::voucher::RedemptionKey,
    /// From where it was typed, if that is known: wrong codes are counted for it beside the subscriber.
    pub source: Option<core::net::IpAddr>,
    /// Access takes the place of what the service still has. Otherwise it is not redeemed as long as
    /// something would be lost.
    pub replace: bool,
    /// When.
    pub at: Timestamp,
}

/// A voucher that is redeemed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedeemedVoucher {
    /// The number of its batch.
    pub batch: i64,
    /// Its number in it.
    pub serial: Serial,
    /// When, by whom, and until when its access is valid.
    pub redemption: Redemption,
    /// What was granted.
    pub grant: Grant,
    /// The login of the service that got the access, if it is still there.
    pub service: Option<String>,
    /// It was redeemed by the same wish before, and nothing was granted now.
    pub is_repeated: bool,
}

/// What becomes of what was paid for vouchers that end before anybody has redeemed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnredeemedVouchers {
    /// It is owed further on.
    StillOwed,
    /// It is earned, and these taxes, by name, are within it.
    Earned(Vec<String>),
    /// Who has paid it gets it back.
    Refunded,
}

/// A text that does not say what becomes of what was paid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` does not say what becomes of what was paid for vouchers that nobody has redeemed; it is \"owed\", \
     \"refunded\", \"earned without tax\" or \"earned with VAT\", by the names of the taxes within it"
)]
pub struct UnredeemedVouchersError {
    /// As given.
    pub text: String,
}

impl FromStr for UnredeemedVouchers {
    type Err = UnredeemedVouchersError;

    fn from_str(text: &str) -> Result<Self, UnredeemedVouchersError> {
        let wrong = || UnredeemedVouchersError { text: text.to_owned() };
        match text {
            "owed" => Ok(Self::StillOwed),
            "refunded" => Ok(Self::Refunded),
            "earned without tax" => Ok(Self::Earned(Vec::new())),
            text => {
                let names = text.strip_prefix("earned with ").ok_or_else(wrong)?;
                let names: Vec<_> = names.split(',').map(|name| name.trim().to_owned()).collect();
                let is_said = names.iter().all(|name| !name.is_empty());
                is_said.then_some(Self::Earned(names)).ok_or_else(wrong)
            }
        }
    }
}

/// The text that reads back as the same.
impl fmt::Display for UnredeemedVouchers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StillOwed => f.write_str("owed"),
            Self::Refunded => f.write_str("refunded"),
            Self::Earned(taxes) if taxes.is_empty() => f.write_str("earned without tax"),
            Self::Earned(taxes) => write!(f, "earned with {}", taxes.join(", ")),
        }
    }
}

/// Vouchers that have ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EndedVouchers {
    /// How many.
    pub count: usize,
    /// What was earned with them, or given back, for each currency.
    pub moved: Vec<Money>,
    /// The services whose access was stopped, by login.
    pub stopped: Vec<String>,
    /// Those of a range to which nothing could be done, with their states.
    pub left: Vec<(Serial, billing_core::voucher::VoucherState)>,
}
