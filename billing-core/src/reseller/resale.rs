//! What a tenant charges its own customers by its own prices, on the levels above it.

use entitlement::TenantId;

use super::postings::TenantEntries;
use super::sale::ResellerSaleError;
use super::wallet::ResellerWallet;
use crate::ledger::{AccountName, Entry, TransferId, TransferSource};
use crate::{Due, Money, MoneyError, PartOrAmount, Rounding};

/// A part that moves on one level, by the number of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResaleId(pub i64);

/// On which level something moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResaleLevel {
    /// Who sells to the reseller.
    pub parent: TenantId,
    /// The reseller right below.
    pub reseller: TenantId,
}

/// What a customer was charged for one thing so far, of one period say, and what of that has moved on one
/// level. All of it is since it was charged first, and so parts are divided exactly: what moves next is the
/// difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resold {
    /// What the reseller pays for the whole of one; it stays as it was when it was charged first.
    pub price: Money,
    /// What the reseller earns of what the customer pays, as then; `None`: nothing.
    pub rate: Option<PartOrAmount>,
    /// What the same parts of the period come to at that price, before anything was given back by hand.
    pub due: Money,
    /// As [`due`](Self::due), of a rate that is an amount; of others nothing.
    pub fixed: Money,
    /// What the customer was charged, as its price is stated, before anything was given back by hand.
    pub charged: Money,
    /// What of that was given back by hand.
    pub credited: Money,
    /// What the customer pays, without taxes.
    pub sold: Money,
    /// What the reseller has paid.
    pub bought: Money,
    /// What the reseller has earned.
    pub commission: Money,
}

/// What is charged or given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resale {
    /// A line of a run, or what costs the customer nothing.
    Charged {
        /// What its parts of the period come to at the price of the reseller, all of it.
        due: Money,
        /// What they come to of a rate that is an amount.
        fixed: Money,
        /// How much more, or less, the customer was charged.
        amount: Money,
        /// That without taxes.
        net: Money,
    },
    /// Given back by hand.
    GivenBack {
        /// How much of what was charged.
        amount: Money,
        /// That without taxes.
        net: Money,
    },
}

/// What moves on one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResaleMoves {
    /// What the reseller pays; less than nothing where it gets it back.
    pub bought: Money,
    /// What the reseller earns; less than nothing where it gives it back.
    pub commission: Money,
}

impl Resold {
    /// Nothing so far, of what a reseller buys for a price and a customer pays in a currency. One that has
    /// sold in another currency than it pays in earns nothing.
    #[must_use]
    pub fn nothing(price: Money, rate: Option<PartOrAmount>, sold_in: Money) -> Self {
        let (own, theirs) = (Money::zero(price.currency()), Money::zero(sold_in.currency()));
        Self {
            price,
            rate: rate.filter(|_| price.currency() == sold_in.currency()),
            due: own,
            fixed: own,
            charged: theirs,
            credited: theirs,
            sold: theirs,
            bought: own,
            commission: own,
        }
    }

    /// What a line of a run is, or what costs the customer nothing, by what is due of it; `None`: nothing any
    /// more. It is so much more, or less, and so much of that without taxes.
    ///
    /// # Errors
    /// Out of range.
    pub fn charged(
        &self,
        due: Option<&Due>,
        (amount, net): (Money, Money),
        rounding: Rounding,
    ) -> Result<Resale, MoneyError> {
        let nothing = Money::zero(self.price.currency());
        let at = |price: Money| due.map_or(Ok(nothing), |due| due.at_price(price, rounding));
        let fixed = self.fixed_rate().map_or(Ok(nothing), at)?;
        Ok(Resale::Charged { due: at(self.price)?, fixed, amount, net })
    }

    /// As [`charged`](Self::charged), of one that is sold as a whole.
    #[must_use]
    pub fn charged_once(&self, (amount, net): (Money, Money)) -> Resale {
        let fixed = self.fixed_rate().unwrap_or(Money::zero(self.price.currency()));
        Resale::Charged { due: self.price, fixed, amount, net }
    }

    const fn fixed_rate(&self) -> Option<Money> {
        match self.rate {
            Some(PartOrAmount::Fixed(fixed)) => Some(fixed),
            Some(PartOrAmount::Percent(_)) | None => None,
        }
    }

    /// As it is behind this: the reseller has paid for what the customer has, and of what was given back by
    /// hand it has the same share back.
    ///
    /// # Errors
    /// Out of range, and of two currencies.
    pub fn after(self, resale: Resale, rounding: Rounding) -> Result<Self, MoneyError> {
        let mut after = self;
        match resale {
            Resale::Charged { due, fixed, amount, net } => {
                (after.due, after.fixed) = (due, fixed);
                after.charged = self.charged.plus(amount)?;
                after.sold = self.sold.plus(net)?;
            }
            Resale::GivenBack { amount, net } => {
                after.credited = self.credited.plus(amount)?;
                after.sold = self.sold.minus(net)?;
            }
        }
        after.bought = after.kept(after.due, rounding)?;
        after.commission = after.earned(rounding)?;
        Ok(after)
    }

    /// What is kept of so much, the price or a rate that is an amount, after what was given back by hand.
    fn kept(&self, of: Money, rounding: Rounding) -> Result<Money, MoneyError> {
        if self.credited.is_zero() {
            return Ok(of);
        }
        let left = self.charged.minus(self.credited)?;
        if left.is_negative() || left.is_zero() {
            return Ok(Money::zero(of.currency()));
        }
        let whole = i128::from(self.charged.amount_minor());
        // Both are 64 bits, and so the product is less than 127.
        let part = i128::from(of.amount_minor()) * i128::from(left.amount_minor());
        let kept = i64::try_from(rounding.divide(part, whole)?);
        Ok(Money::new(kept.map_err(|_| MoneyError::Overflow)?, of.currency()))
    }

    fn earned(&self, rounding: Rounding) -> Result<Money, MoneyError> {
        let is_sold = self.sold.amount_minor() > 0;
        match self.rate.filter(|_| is_sold) {
            Some(PartOrAmount::Fixed(_)) => self.kept(self.fixed, rounding)?.least(self.sold),
            Some(rate @ PartOrAmount::Percent(_)) => rate.of(self.sold, rounding)?.least(self.sold),
            None => Ok(Money::zero(self.commission.currency())),
        }
    }

    /// What moves between before and this.
    ///
    /// # Errors
    /// Out of range.
    pub fn since(&self, before: &Self) -> Result<ResaleMoves, MoneyError> {
        Ok(ResaleMoves {
            bought: self.bought.minus(before.bought)?,
            commission: self.commission.minus(before.commission)?,
        })
    }
}

impl ResaleMoves {
    /// What moves in the books of both tenants.
    ///
    /// # Errors
    /// Out of range.
    pub fn postings(
        self,
        id: ResaleId,
        ResaleLevel { parent, reseller }: ResaleLevel,
    ) -> Result<[TenantEntries; 2], MoneyError> {
        let (held, supplier) = (AccountName::Reseller(reseller), AccountName::Supplier(parent));
        let commissions = AccountName::Commissions;
        let above = [
            (0, held.clone(), AccountName::Sales, self.bought),
            (2, commissions.clone(), held, self.commission),
        ];
        let below = [
            (1, AccountName::Purchases, supplier.clone(), self.bought),
            (3, supplier, commissions, self.commission),
        ];
        Ok([
            TenantEntries { tenant: parent, entries: entries(id, above)? },
            TenantEntries { tenant: reseller, entries: entries(id, below)? },
        ])
    }
}

/// Entries of one tenant; what is less than nothing moves the other way.
fn entries(
    id: ResaleId,
    moves: [(u16, AccountName, AccountName, Money); 2],
) -> Result<Vec<Entry>, MoneyError> {
    let mut entries = Vec::new();
    for (place, debit, credit, amount) in moves {
        let id = TransferId::of(TransferSource::Resale, id.0, place);
        if amount.is_negative() {
            let amount = amount.negated()?;
            entries.push(Entry { id, debit: credit, credit: debit, amount });
        } else if !amount.is_zero() {
            entries.push(Entry { id, debit, credit, amount });
        }
    }
    Ok(entries)
}

impl ResaleLevel {
    /// Has the reseller so much, its credit included?
    ///
    /// # Errors
    /// [`ResellerSaleError::Insufficient`] where it has not.
    pub fn check_has(self, wallet: ResellerWallet, amount: Money) -> Result<(), ResellerSaleError> {
        let available = wallet.available()?;
        let is_covered = amount.is_negative() || amount.is_zero();
        if !is_covered && amount.least(available)? != amount {
            let Self { parent, reseller } = self;
            return Err(ResellerSaleError::Insufficient { reseller, parent, available, amount });
        }
        Ok(())
    }

    /// May the reseller take orders? It may not while it owes more than its credit.
    ///
    /// # Errors
    /// [`ResellerSaleError::Owes`] where it does.
    pub fn check_owes_no_more(self, wallet: ResellerWallet) -> Result<(), ResellerSaleError> {
        if !wallet.available()?.is_negative() {
            return Ok(());
        }
        let Self { parent, reseller } = self;
        let (owed, credit_limit) = (wallet.balance().negated()?, wallet.credit_limit());
        Err(ResellerSaleError::Owes { reseller, parent, owed, credit_limit })
    }
}
