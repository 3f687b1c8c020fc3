//! Selling vouchers: to a reseller that sells them on, or to a customer.

use entitlement::{TenantId, TimeZone, Timestamp};

use super::batch::Batch;
use super::stage::{Buyer, Sale, Voucher};
use super::state::VoucherTransitionError;
use super::stock::{Serial, SerialRange, StockError, stock_of};
use crate::ledger::{AccountName, Entry, TransferId, TransferSource};
use crate::{Currency, Money, MoneyError, Percentage, Rounding};

/// A sale of vouchers, by the number of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VoucherSaleId(pub i64);

/// A sale as somebody wishes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoucherSale {
    /// Which sale it is.
    pub id: VoucherSaleId,
    /// When.
    pub at: Timestamp,
    /// To whom.
    pub buyer: Buyer,
    /// What the buyer pays for each.
    pub price: BuyerPrice,
    /// On whose clock days are counted.
    pub zone: TimeZone,
    /// How a part of a price becomes a whole number of minor units.
    pub rounding: Rounding,
}

/// What a buyer pays for a voucher: each reseller may have a price of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BuyerPrice {
    /// What a customer pays.
    #[default]
    List,
    /// That, less so many per cent, up to 100.
    Discount(Percentage),
    /// So much, up to what a customer pays.
    Fixed(Money),
}

/// What becomes of a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VouchersSold {
    /// The vouchers, as they are then.
    pub vouchers: Vec<Voucher>,
    /// What moves, for all of them together.
    pub entries: Vec<Entry>,
}

/// A sale that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SellError {
    /// The vouchers are not those of the range.
    #[error(transparent)]
    Stock(#[from] StockError),
    /// One cannot be sold any more.
    #[error("voucher {serial}: {error}")]
    State {
        /// Which; the first of them.
        serial: Serial,
        /// Why not.
        #[source]
        error: VoucherTransitionError,
    },
    /// One is in the stock of another reseller.
    #[error(
        "voucher {serial} is {}; it is sold to this reseller, or handed on before it is sold",
        stock_of(&Some(*.owner))
    )]
    OtherOwner {
        /// Which; the first of them.
        serial: Serial,
        /// Who has it.
        owner: TenantId,
    },
    /// The batch has had its time.
    #[error("the batch was to be sold before {sell_by}, and it is {at}")]
    TooLate {
        /// Until when.
        sell_by: Timestamp,
        /// When it was to be sold.
        at: Timestamp,
    },
    /// More than all of the price is taken off.
    #[error("a discount of {discount} is more than the price; it is 0% to 100%")]
    Discount {
        /// As given.
        discount: Percentage,
    },
    /// A price that is none.
    #[error(
        "a buyer cannot pay {given} for a voucher that costs {list}; it is 0 or more, up to that"
    )]
    Price {
        /// As given.
        given: Money,
        /// What a customer pays.
        list: Money,
    },
    /// A price in another currency.
    #[error(
        "a buyer cannot pay in {given} for a voucher that costs {list}; the price is in its currency"
    )]
    PriceCurrency {
        /// As given.
        given: Currency,
        /// What a customer pays.
        list: Money,
    },
    /// No calendar has the moment.
    #[error("sold at {at}, a voucher would have to be redeemed outside of the calendar")]
    OutOfCalendar {
        /// When it was to be sold.
        at: Timestamp,
    },
    /// Amounts out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl BuyerPrice {
    /// What is paid for a voucher that a customer pays `list` for.
    ///
    /// # Errors
    /// When it would be less than nothing, more than the list price, or in another currency.
    pub fn paid(self, list: Money, rounding: Rounding) -> Result<Money, SellError> {
        match self {
            Self::List => Ok(list),
            Self::Discount(discount) => {
                if discount.millionths() > Percentage::WHOLE_MILLIONTHS {
                    return Err(SellError::Discount { discount });
                }
                Ok(list.minus(list.part(discount.ratio(), rounding)?)?)
            }
            Self::Fixed(given) if given.currency() != list.currency() => {
                Err(SellError::PriceCurrency { given: given.currency(), list })
            }
            Self::Fixed(given) if given.is_negative() || list.least(given)? != given => {
                Err(SellError::Price { given, list })
            }
            Self::Fixed(given) => Ok(given),
        }
    }
}

/// Sells vouchers of a batch, all of the range or none. What they cost lies in `vouchers` from then on,
/// whatever the buyer has paid of it: what a reseller pays less is its commission.
///
/// Whether the buyer has so much, the ledger says.
///
/// # Errors
/// When one of them is not there, not new, or in the stock of somebody else; when the batch is too old; of
/// a price that is none.
pub fn sell(
    batch: &Batch,
    vouchers: &[Voucher],
    range: SerialRange,
    sale: &VoucherSale,
) -> Result<VouchersSold, SellError> {
    let (order, at) = (batch.order(), sale.at);
    if let Some(sell_by) = order.sell_by.filter(|_| !batch.can_be_sold(at)) {
        return Err(SellError::TooLate { sell_by, at });
    }
    let paid = sale.price.paid(order.price, sale.rounding)?;
    let redeem_by = match order.redeem_within {
        None => None,
        Some(within) => Some(within.after(at, &sale.zone).ok_or(SellError::OutOfCalendar { at })?),
    };
    let made = Sale { at, buyer: sale.buyer.clone(), price: order.price, paid, redeem_by };
    let sell_one = |voucher: &Voucher| sell_one(voucher, &made);
    let sold: Vec<Voucher> =
        range.of(vouchers)?.into_iter().map(sell_one).collect::<Result<_, _>>()?;
    let count = i64::try_from(sold.len()).map_err(|_| MoneyError::Overflow)?;
    let entries = entries(sale.id, &made, count)?;
    Ok(VouchersSold { vouchers: sold, entries })
}

fn sell_one(voucher: &Voucher, sale: &Sale) -> Result<Voucher, SellError> {
    let serial = voucher.serial;
    let buyer = match sale.buyer {
        Buyer::Reseller(reseller) => Some(reseller),
        Buyer::Till(_) | Buyer::OnAccount(_) => None,
    };
    if let Some(owner) = voucher.owner.filter(|owner| Some(*owner) != buyer) {
        return Err(SellError::OtherOwner { serial, owner });
    }
    let stage = voucher.stage.sell(sale.clone());
    let stage = stage.map_err(|error| SellError::State { serial, error })?;
    Ok(Voucher { owner: buyer, stage, ..*voucher })
}

/// What the buyer pays for so many, and his commission.
fn entries(id: VoucherSaleId, sale: &Sale, count: i64) -> Result<Vec<Entry>, MoneyError> {
    let commission = sale.price.minus(sale.paid)?;
    let parts = [(0, sale.buyer.account(), sale.paid), (1, AccountName::Commissions, commission)];
    let mut entries = Vec::new();
    for (place, debit, each) in parts {
        let amount = each.times(count)?;
        if !amount.is_zero() {
            let id = TransferId::of(TransferSource::VoucherSale, id.0, place);
            entries.push(Entry { id, debit, credit: AccountName::Vouchers, amount });
        }
    }
    Ok(entries)
}
