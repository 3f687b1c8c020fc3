//! One sale to a customer, on every level.

use core::num::NonZeroU32;
use std::collections::BTreeMap;

use entitlement::{SubscriberId, TenantId};

use super::postings::TenantEntries;
use super::tree::{Path, Tree, TreeError};
use super::wallet::ResellerWallet;
use crate::ledger::{AccountName, Entry, Provider, TransferId, TransferSource};
use crate::{Money, MoneyError, Pricing, Rounding, TaxedAmount, Taxes};

/// A sale through resellers, by the number of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResellerSaleId(pub i64);

/// A sale as somebody wishes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleOrder {
    /// Which sale it is.
    pub id: ResellerSaleId,
    /// Who sells to the customer.
    pub seller: TenantId,
    /// How many.
    pub quantity: NonZeroU32,
    /// What the customer pays for one.
    pub price: Money,
    /// Whether that is with taxes.
    pub pricing: Pricing,
    /// The taxes that the customer pays. Between tenants there are none.
    pub taxes: Taxes,
    /// How taxes become whole numbers of minor units.
    pub rounding: Rounding,
    /// From what the customer pays.
    pub paid_from: CustomerPays,
    /// What each reseller pays to the tenant above it for one: the price at which that one sells it.
    pub buys_at: BTreeMap<TenantId, Money>,
    /// What one costs the tenant at the top. It only counts in its margin: it buys from nobody here.
    pub top_buys_at: Money,
}

/// From what a customer pays, and so what the seller debits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CustomerPays {
    /// With this provider of the seller's: cash over the counter.
    Till(Provider),
    /// With the next invoice.
    OnAccount(SubscriberId),
    /// From his wallet, of which the seller's ledger says whether there is so much in it.
    FromWallet(SubscriberId),
}

/// What becomes of a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResellerSale {
    /// What moves in the books of each tenant, from the top down.
    pub postings: Vec<TenantEntries>,
    /// What each tenant earns, from the top down. Together with what the top has paid they are what the
    /// customer pays without taxes.
    pub margins: Vec<Margin>,
    /// What the customer pays, without and with taxes.
    pub paid: TaxedAmount,
}

/// What a tenant earns with a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Margin {
    /// Who.
    pub tenant: TenantId,
    /// What it sells for, less what it buys for; less than nothing where it sells below that.
    pub amount: Money,
}

/// A sale that cannot be made on all levels, so that it is made on none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResellerSaleError {
    /// There is no such seller.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A price is not known. It is never taken to be nothing.
    #[error(
        "it is not known what reseller {reseller} pays to tenant {parent}; say a price, 0 if it is free"
    )]
    NoPrice {
        /// Who buys.
        reseller: TenantId,
        /// From whom.
        parent: TenantId,
    },
    /// A price is less than nothing.
    #[error("tenant {tenant} cannot sell for {price}; a price is 0 or more")]
    NegativePrice {
        /// Who sells.
        tenant: TenantId,
        /// For how much.
        price: Money,
    },
    /// A reseller has nothing from which it could pay.
    #[error(
        "reseller {reseller} has no wallet at tenant {parent}; give it one, also if it is empty"
    )]
    NoWallet {
        /// Who buys.
        reseller: TenantId,
        /// From whom.
        parent: TenantId,
    },
    /// A reseller has too little.
    #[error(
        "reseller {reseller} has {available} left at tenant {parent}, its credit included, and {amount} is \
         needed"
    )]
    Insufficient {
        /// Who buys.
        reseller: TenantId,
        /// From whom.
        parent: TenantId,
        /// What it can spend.
        available: Money,
        /// What it would pay.
        amount: Money,
    },
    /// A reseller owes more than it may, and orders nothing until it has paid.
    #[error(
        "reseller {reseller} owes {owed} at tenant {parent}, and may owe {credit_limit}; nothing is ordered \
         until that is paid"
    )]
    Owes {
        /// Who owes.
        reseller: TenantId,
        /// Whom.
        parent: TenantId,
        /// How much.
        owed: Money,
        /// How much it may.
        credit_limit: Money,
    },
    /// Two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Transfers of one level; a level uses fewer.
pub(super) const PLACES_OF_LEVEL: u16 = 4;
const SALE: u16 = 0;
const TAX: u16 = 1;
const PURCHASE: u16 = 2;

/// Sells to a customer: on each level a sale to the one below and a purchase from the one above, all of
/// them or none. `wallets` are what each reseller has at the tenant above it; of several that have too
/// little the one nearest to the customer is named.
///
/// # Errors
/// On which level it cannot be made, and why.
pub fn sell(
    tree: &Tree,
    order: &SaleOrder,
    wallets: &BTreeMap<TenantId, ResellerWallet>,
) -> Result<ResellerSale, ResellerSaleError> {
    let path = tree.path(order.seller)?;
    let steps = steps(&path, order)?;
    for step in steps.iter().rev() {
        step.is_covered(wallets)?;
    }
    let quantity = i64::from(order.quantity.get());
    let gross_or_net = not_negative(order.seller, order.price)?.times(quantity)?;
    let currency = order.price.currency();
    let taxed = order.taxes.on(currency, &[gross_or_net], order.pricing, order.rounding)?;
    let paid = taxed.total;
    let mut bought = Bought { from: None, amount: order.top_buys_at.times(quantity)? };
    let (mut postings, mut margins) = (Vec::new(), Vec::new());
    for (level, tenant) in (0..).zip(path.tenants()) {
        let mut books = Books { id: order.id, level, entries: Vec::new() };
        let sold_for = match steps.iter().find(|step| step.parent == tenant) {
            Some(step) => {
                let reseller = AccountName::Reseller(step.reseller);
                books.moves(SALE, reseller, AccountName::Sales, step.amount);
                step.amount
            }
            None => {
                let customer = order.paid_from.account();
                books.moves(SALE, customer.clone(), AccountName::Sales, paid.net);
                books.moves(TAX, customer, AccountName::Tax, paid.gross.minus(paid.net)?);
                paid.net
            }
        };
        if let Some(parent) = bought.from {
            let supplier = AccountName::Supplier(parent);
            books.moves(PURCHASE, AccountName::Purchases, supplier, bought.amount);
        }
        margins.push(Margin { tenant, amount: sold_for.minus(bought.amount)? });
        postings.push(TenantEntries { tenant, entries: books.entries });
        bought = Bought { from: Some(tenant), amount: sold_for };
    }
    Ok(ResellerSale { postings, margins, paid })
}

/// What a tenant sells to the reseller below it.
struct Step {
    parent: TenantId,
    reseller: TenantId,
    amount: Money,
}

/// For how much the tenant below buys, and from whom.
struct Bought {
    from: Option<TenantId>,
    amount: Money,
}

/// What moves on one level.
struct Books {
    id: ResellerSaleId,
    level: u16,
    entries: Vec<Entry>,
}

fn steps(path: &Path, order: &SaleOrder) -> Result<Vec<Step>, ResellerSaleError> {
    let quantity = i64::from(order.quantity.get());
    let step = |(parent, reseller): (TenantId, TenantId)| {
        let price = order.buys_at.get(&reseller).copied();
        let price = price.ok_or(ResellerSaleError::NoPrice { reseller, parent })?;
        let amount = not_negative(parent, price)?.times(quantity)?;
        Ok(Step { parent, reseller, amount })
    };
    path.steps().map(step).collect()
}

fn not_negative(tenant: TenantId, price: Money) -> Result<Money, ResellerSaleError> {
    if price.is_negative() {
        return Err(ResellerSaleError::NegativePrice { tenant, price });
    }
    Ok(price)
}

impl Step {
    /// Has the reseller so much?
    fn is_covered(
        &self,
        wallets: &BTreeMap<TenantId, ResellerWallet>,
    ) -> Result<(), ResellerSaleError> {
        let Self { parent, reseller, amount } = *self;
        let wallet = wallets.get(&reseller).copied();
        let wallet = wallet.ok_or(ResellerSaleError::NoWallet { reseller, parent })?;
        let available = wallet.available()?;
        // What is free is sold also to who owes more than it may.
        if !amount.is_zero() && amount.least(available)? != amount {
            return Err(ResellerSaleError::Insufficient { reseller, parent, available, amount });
        }
        Ok(())
    }
}

impl Books {
    fn moves(&mut self, place: u16, debit: AccountName, credit: AccountName, amount: Money) {
        // What is given away moves nothing.
        if amount.is_zero() {
            return;
        }
        // Also in one table for all tenants each transfer has a number of its own.
        let place = self.level * PLACES_OF_LEVEL + place;
        let id = TransferId::of(TransferSource::ResellerSale, self.id.0, place);
        self.entries.push(Entry { id, debit, credit, amount });
    }
}

impl CustomerPays {
    /// The seller's account that is debited.
    #[must_use]
    pub fn account(&self) -> AccountName {
        match self {
            Self::Till(provider) => AccountName::Clearing(provider.clone()),
            Self::OnAccount(subscriber) => AccountName::Receivable(*subscriber),
            Self::FromWallet(subscriber) => AccountName::Wallet(*subscriber),
        }
    }
}
