//! What a reseller earns for what its customers buy or pay.

use std::collections::BTreeMap;

use entitlement::TenantId;

use super::postings::TenantEntries;
use super::sale::{PLACES_OF_LEVEL, ResellerSaleId};
use super::tree::{DEPTH_MAX, Path};
use crate::ledger::{AccountName, Entry, TransferId, TransferSource};
use crate::{ComponentId, Money, MoneyError, PartOrAmount, Percentage, Rounding};

/// The most products that have a rate of their own.
pub const PRODUCT_RATES_MAX: usize = 10_000;

/// What a tenant has agreed with a reseller below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commission {
    on: CommissionOn,
    rate: PartOrAmount,
    product_rates: BTreeMap<ComponentId, PartOrAmount>,
}

/// For what there is a commission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommissionOn {
    /// For each payment of a customer.
    Payments,
    /// For each sale to a customer, paid or not.
    Sales,
}

/// An agreement that is none, or something for which there is no commission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommissionError {
    /// More than all of it.
    #[error("a commission of {rate} is more than what it is for; it is 0% to 100%")]
    Percent {
        /// As given.
        rate: Percentage,
    },
    /// Less than nothing.
    #[error("a commission cannot be {fixed}; it is 0 or more")]
    Fixed {
        /// As given.
        fixed: Money,
    },
    /// Too many rates.
    #[error("{count} products have a rate of their own; {PRODUCT_RATES_MAX} can have at most")]
    TooManyProducts {
        /// How many have.
        count: usize,
    },
    /// Nothing was sold or paid.
    #[error(
        "there is no commission for {amount}; it is for more than 0, and what was given back is refunded"
    )]
    NotPositive {
        /// As given.
        amount: Money,
    },
    /// Two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Something for which there may be commissions, by the number of the row that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommissionId(pub i64);

/// Something for which there may be commissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Earning {
    /// Which it is.
    pub id: CommissionId,
    /// Is it a payment or a sale?
    pub on: CommissionOn,
    /// What was sold; `None` of a payment for whatever.
    pub product: Option<ComponentId>,
    /// How much was sold or paid, as agreed with or without taxes; more than nothing.
    pub amount: Money,
    /// How a part of it becomes a whole number of minor units.
    pub rounding: Rounding,
}

impl Commission {
    /// An agreement: the usual rate, and those of products that have their own. A part is of what was sold
    /// or paid, at most all of it; what is fixed is earned each time, but no more than what it is for.
    ///
    /// # Errors
    /// Of rates that are none, or too many.
    pub fn new(
        on: CommissionOn,
        rate: PartOrAmount,
        product_rates: BTreeMap<ComponentId, PartOrAmount>,
    ) -> Result<Self, CommissionError> {
        let count = product_rates.len();
        if count > PRODUCT_RATES_MAX {
            return Err(CommissionError::TooManyProducts { count });
        }
        for rate in product_rates.values().chain([&rate]) {
            match *rate {
                PartOrAmount::Percent(rate) if rate.millionths() > Percentage::WHOLE_MILLIONTHS => {
                    return Err(CommissionError::Percent { rate });
                }
                PartOrAmount::Fixed(fixed) if fixed.is_negative() => {
                    return Err(CommissionError::Fixed { fixed });
                }
                PartOrAmount::Percent(_) | PartOrAmount::Fixed(_) => {}
            }
        }
        Ok(Self { on, rate, product_rates })
    }

    /// What is earned; nothing where the agreement is not for that.
    ///
    /// # Errors
    /// When there was nothing sold or paid, or in another currency.
    pub fn of(&self, earning: &Earning) -> Result<Money, CommissionError> {
        let Earning { on, product, amount, rounding, .. } = *earning;
        if amount.is_negative() || amount.is_zero() {
            return Err(CommissionError::NotPositive { amount });
        }
        if on != self.on {
            return Ok(Money::zero(amount.currency()));
        }
        let own = product.and_then(|product| self.product_rates.get(&product));
        Ok(own.unwrap_or(&self.rate).of(amount, rounding)?.least(amount)?)
    }
}

/// Transfers of a commission on each level: one of who gives it, and one of who earns it.
const SIDES: u16 = 2;

/// What one reseller on the way earns, in its wallet at the tenant above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EarnedCommission {
    /// On which step of the way, from 0 between the top and the tenant below it.
    pub level: u16,
    /// Who gives it.
    pub giver: TenantId,
    /// Who earns it: the reseller right below.
    pub earner: TenantId,
    /// How much; more than nothing.
    pub amount: Money,
}

/// What is earned on the way to the tenant at the end of `path`, from the top down: by each reseller on it
/// that has an agreement with the tenant above it.
///
/// # Errors
/// When there was nothing sold or paid, or in another currency.
pub fn earned_on(
    path: &Path,
    agreements: &BTreeMap<TenantId, Commission>,
    earning: &Earning,
) -> Result<Vec<EarnedCommission>, CommissionError> {
    let mut earned = Vec::new();
    for (level, (giver, earner)) in (0..).zip(path.steps()) {
        let Some(agreement) = agreements.get(&earner) else { continue };
        let amount = agreement.of(earning)?;
        if !amount.is_zero() {
            earned.push(EarnedCommission { level, giver, earner, amount });
        }
    }
    Ok(earned)
}

/// What moves on every level for a sale to, or a payment of, a customer of the tenant at the end of `path`:
/// each reseller on it that has an agreement with the tenant above it earns its commission, in its wallet
/// there.
///
/// # Errors
/// When there was nothing sold or paid, or in another currency.
pub fn commissions(
    path: &Path,
    agreements: &BTreeMap<TenantId, Commission>,
    earning: &Earning,
) -> Result<Vec<TenantEntries>, CommissionError> {
    let earned = earned_on(path, agreements, earning)?;
    let source = match earning.on {
        CommissionOn::Sales => TransferSource::Commission,
        CommissionOn::Payments => TransferSource::PaymentCommission,
    };
    Ok(postings(&earned, source, earning.id.0))
}

/// What moves for commissions that are earned: in the books of who gives each, and of who earns it.
pub(super) fn postings(
    earned: &[EarnedCommission],
    source: TransferSource,
    row: i64,
) -> Vec<TenantEntries> {
    let mut postings: Vec<TenantEntries> = Vec::new();
    for EarnedCommission { level, giver, earner, amount } in earned.iter().copied() {
        let (commissions, supplier) = (AccountName::Commissions, AccountName::Supplier(giver));
        let sides = [
            (giver, 0, commissions.clone(), AccountName::Reseller(earner)),
            (earner, 1, supplier, commissions),
        ];
        for (tenant, side, debit, credit) in sides {
            let id = TransferId::of(source, row, level * SIDES + side);
            let entry = Entry { id, debit, credit, amount };
            match postings.iter_mut().find(|books| books.tenant == tenant) {
                Some(books) => books.entries.push(entry),
                None => postings.push(TenantEntries { tenant, entries: vec![entry] }),
            }
        }
    }
    postings
}

/// What a tenant earns of commissions of one currency, less what it gives of them to the one below it.
///
/// # Errors
/// Of two currencies, or out of range.
pub fn earned_by(
    tenant: TenantId,
    commissions: &[TenantEntries],
    nothing: Money,
) -> Result<Money, MoneyError> {
    let own = commissions.iter().filter(|books| books.tenant == tenant);
    own.flat_map(|books| &books.entries).try_fold(nothing, |sum, entry| match entry.credit {
        AccountName::Commissions => sum.plus(entry.amount),
        _ => sum.minus(entry.amount),
    })
}

/// Everything that may have moved in the books of a tenant for a sale, in the order in which it is handed
/// to [`refund`](super::refund): commissions first, so that what was paid is given back before they are
/// taken back from it.
#[must_use]
pub fn transfers_of(sale: ResellerSaleId) -> Vec<TransferId> {
    const LEVELS: u16 = DEPTH_MAX as u16;
    let places = |each: u16| 0..LEVELS * each;
    let commissions =
        places(SIDES).map(|place| TransferId::of(TransferSource::Commission, sale.0, place));
    let sales = places(PLACES_OF_LEVEL)
        .map(|place| TransferId::of(TransferSource::ResellerSale, sale.0, place));
    commissions.chain(sales).collect()
}
