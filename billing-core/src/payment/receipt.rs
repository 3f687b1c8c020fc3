//! Money that has come, and where each part of it lies.

use std::collections::BTreeSet;

use entitlement::{SubscriberId, Timestamp};

use super::entries::Entries;
use super::take_back::{self, TakeBack, TakenBack};
use super::{
    Allocated, Allocation, ReceiptError, ReceiptId, ReceiptNumber, RefundId, RefundTo, ReversalId,
};
use crate::ledger::{AccountName, Entry, Provider, TransferSource};
use crate::{Money, MoneyError};

/// The most refunds and reversals of one receipt.
pub const TAKEN_BACK_MAX: usize = 100;

/// The place of the transfer that takes a receipt in while nobody knows for whom it is. What is done
/// when that is known comes behind it, so that the ledger itself refuses to do either twice.
const PLACE_PARKED: u16 = 0;
const PLACE_SETTLED: u16 = 1;

/// Money that has come: by a provider, or over the counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Which receipt.
    pub id: ReceiptId,
    /// Who took it: `mpesa`, `cash`.
    pub provider: Provider,
    /// Under which number; unique with the provider.
    pub number: ReceiptNumber,
    /// How much; more than 0.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
}

/// A receipt with everything that has become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    received: Received,
    holding: Holding,
    taken_back: Vec<TakenBack>,
}

/// Where what is left of it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Holding {
    /// It is not booked yet.
    New,
    /// Nobody knows for whom it is.
    Unallocated(Money),
    /// Somebody's, and it has paid this.
    Settled(Settlement),
}

/// Whose money it is, and what it pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Whose.
    pub subscriber: SubscriberId,
    /// What it pays, in the order in which it was allocated.
    pub allocations: Vec<Allocation>,
    /// What is held for him.
    pub to_wallet: Money,
}

/// Something that has become of a receipt. Kept in their order, they say where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptEvent {
    /// It was taken in, and nobody knows for whom it is.
    Parked,
    /// It was assigned, once and for all.
    Settled(Settlement),
    /// Some or all of it was taken back.
    TakenBack(TakenBack),
}

/// What is to be kept, all of it in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What has happened.
    pub event: ReceiptEvent,
    /// The receipt then.
    pub receipt: Receipt,
    /// What moves.
    pub entries: Vec<Entry>,
}

impl Receipt {
    /// Money that has come, and is in no books yet.
    ///
    /// # Errors
    /// When it is nothing, or less.
    pub fn new(received: Received) -> Result<Self, ReceiptError> {
        positive(received.amount)?;
        Ok(Self { received, holding: Holding::New, taken_back: Vec::new() })
    }

    /// The same with everything that has become of it, in its order.
    ///
    /// # Errors
    /// At the first that cannot have.
    pub fn replay(
        received: Received,
        events: impl IntoIterator<Item = ReceiptEvent>,
    ) -> Result<Self, ReceiptError> {
        let apply = |receipt: Self, event| Ok(receipt.apply(event)?.receipt);
        events.into_iter().try_fold(Self::new(received)?, apply)
    }

    /// It is taken in, and nobody knows for whom it is.
    ///
    /// # Errors
    /// When it is in the books already.
    pub fn park(&self) -> Result<Change, ReceiptError> {
        self.apply(ReceiptEvent::Parked)
    }

    /// It is this subscriber's, and pays these. [`left`](Self::left) is what is to be shared out.
    ///
    /// # Errors
    /// When it is somebody's already, nothing is left of it, or another amount is shared out.
    pub fn settle(
        &self,
        subscriber: SubscriberId,
        allocated: Allocated,
    ) -> Result<Change, ReceiptError> {
        let Allocated { allocations, rest } = allocated;
        let settlement = Settlement { subscriber, allocations, to_wallet: rest };
        self.apply(ReceiptEvent::Settled(settlement))
    }

    /// Gives back some or all of it. To the provider goes first what of it is in the wallet, as far as
    /// `wallet` (what the subscriber's has now) has it, and then what has paid debts, the last first;
    /// into the wallet goes what has paid debts. What they paid is open again.
    ///
    /// A refund that was made before gives what it gave then.
    ///
    /// # Errors
    /// Of more than is left or can be had, or when that refund was made of another amount.
    pub fn refund(
        &self,
        id: RefundId,
        amount: Money,
        to: RefundTo,
        wallet: Money,
    ) -> Result<Change, ReceiptError> {
        self.take(TakeBack::Refund(id, to), amount, wallet)
    }

    /// The provider takes back some or all of it: what of it is in the wallet, and then what has paid
    /// debts, the last first. What the wallet does not have any more is
    /// [owed](super::Debt::Reversal) from now on.
    ///
    /// A reversal that was made before gives what it gave then.
    ///
    /// # Errors
    /// Of more than is left, or when that reversal was made of another amount.
    pub fn reverse(
        &self,
        id: ReversalId,
        amount: Money,
        wallet: Money,
    ) -> Result<Change, ReceiptError> {
        self.take(TakeBack::Reversal(id), amount, wallet)
    }

    fn take(&self, by: TakeBack, amount: Money, wallet: Money) -> Result<Change, ReceiptError> {
        positive(amount)?;
        if let Some(before) = self.taken_back.iter().find(|before| before.by.is_same_act(by)) {
            if before.amount()? != amount || before.by != by {
                let before = before.amount()?;
                return Err(ReceiptError::MadeOtherwise { by, before, now: amount });
            }
            let entries = self.entries_of_taking(before)?;
            let event = ReceiptEvent::TakenBack(before.clone());
            return Ok(Change { event, receipt: self.clone(), entries });
        }
        let taken = match &self.holding {
            Holding::New => return Err(ReceiptError::NotBooked),
            Holding::Unallocated(left) => take_back::from_unallocated(by, amount, *left)?,
            Holding::Settled(settlement) => {
                take_back::from_settlement(by, amount, settlement, wallet)?
            }
        };
        self.apply(ReceiptEvent::TakenBack(taken))
    }

    /// The receipt after something that has happened.
    ///
    /// # Errors
    /// When that cannot have.
    pub fn apply(&self, event: ReceiptEvent) -> Result<Change, ReceiptError> {
        let Self { received, holding, .. } = self;
        let mut receipt = self.clone();
        let entries = match (&event, holding) {
            (ReceiptEvent::Parked, Holding::New) => {
                receipt.holding = Holding::Unallocated(received.amount);
                let mut entries = self.entries(PLACE_PARKED);
                entries.add(&self.clearing(), &AccountName::Unallocated, received.amount)?;
                entries.into_vec()
            }
            (ReceiptEvent::Settled(settlement), Holding::New | Holding::Unallocated(_)) => {
                self.check_shared(settlement)?;
                receipt.holding = Holding::Settled(settlement.clone());
                self.entries_of_settling(settlement)?
            }
            (ReceiptEvent::TakenBack(taken), Holding::Unallocated(_) | Holding::Settled(_)) => {
                self.check_new(taken)?;
                receipt.holding = match holding {
                    Holding::Settled(settlement) => Holding::Settled(taken.of_settled(settlement)?),
                    _ => Holding::Unallocated(taken.of_unallocated(self.left()?)?),
                };
                receipt.taken_back.push(taken.clone());
                self.entries_of_taking(taken)?
            }
            (ReceiptEvent::TakenBack(_), Holding::New) => return Err(ReceiptError::NotBooked),
            (ReceiptEvent::Settled(_), Holding::Settled(Settlement { subscriber, .. })) => {
                return Err(ReceiptError::AlreadyAssigned { subscriber: *subscriber });
            }
            (ReceiptEvent::Parked, _) => return Err(ReceiptError::AlreadyBooked),
        };
        Ok(Change { event, receipt, entries })
    }

    /// What has come.
    #[must_use]
    pub const fn received(&self) -> &Received {
        &self.received
    }

    /// Whose it is; `None`: nobody knows.
    #[must_use]
    pub const fn subscriber(&self) -> Option<SubscriberId> {
        match &self.holding {
            Holding::Settled(settlement) => Some(settlement.subscriber),
            Holding::New | Holding::Unallocated(_) => None,
        }
    }

    /// What it pays now, and what of it was put into the wallet; `None`: nobody knows for whom it is.
    #[must_use]
    pub const fn settlement(&self) -> Option<&Settlement> {
        match &self.holding {
            Holding::Settled(settlement) => Some(settlement),
            Holding::New | Holding::Unallocated(_) => None,
        }
    }

    /// What was paid less what was given back or taken back.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`], of amounts that no receipt has.
    pub fn left(&self) -> Result<Money, MoneyError> {
        match &self.holding {
            Holding::New => Ok(self.received.amount),
            Holding::Unallocated(left) => Ok(*left),
            Holding::Settled(settlement) => settlement.total(),
        }
    }

    fn check_new(&self, taken: &TakenBack) -> Result<(), ReceiptError> {
        let by = taken.by;
        if let Some(before) = self.taken_back.iter().find(|before| before.by.is_same_act(by)) {
            let (before, now) = (before.amount()?, taken.amount()?);
            return Err(ReceiptError::MadeOtherwise { by, before, now });
        }
        if self.taken_back.len() >= TAKEN_BACK_MAX {
            return Err(ReceiptError::TooOften);
        }
        Ok(())
    }

    fn check_shared(&self, settlement: &Settlement) -> Result<(), ReceiptError> {
        let (left, shared) = (self.left()?, settlement.total()?);
        if left.is_zero() {
            return Err(ReceiptError::NothingLeft);
        }
        let mut parts = settlement.allocations.iter().flat_map(|it| [it.amount, it.written_off]);
        let is_negative = settlement.to_wallet.is_negative() || parts.any(Money::is_negative);
        if shared != left || is_negative {
            return Err(ReceiptError::NotShared { left, shared });
        }
        let mut seen = BTreeSet::new();
        let twice = settlement.allocations.iter().find(|it| !seen.insert(it.debt));
        twice.map_or(Ok(()), |it| Err(ReceiptError::Twice { debt: it.debt }))
    }

    fn entries_of_settling(&self, settlement: &Settlement) -> Result<Vec<Entry>, MoneyError> {
        let Settlement { subscriber, allocations, to_wallet } = settlement;
        let from = match &self.holding {
            Holding::Unallocated(_) => AccountName::Unallocated,
            Holding::New | Holding::Settled(_) => self.clearing(),
        };
        let mut entries = self.entries(PLACE_SETTLED);
        entries.pay(&from, *subscriber, allocations)?;
        entries.add(&from, &AccountName::Wallet(*subscriber), *to_wallet)?;
        Ok(entries.into_vec())
    }

    fn entries_of_taking(&self, taken: &TakenBack) -> Result<Vec<Entry>, MoneyError> {
        taken.entries(self.subscriber(), &self.clearing())
    }

    fn entries(&self, place: u16) -> Entries {
        Entries::of(TransferSource::Receipt, self.received.id.0, place)
    }

    fn clearing(&self) -> AccountName {
        AccountName::Clearing(self.received.provider.clone())
    }
}

impl Settlement {
    /// What debts are paid with, without what was written off.
    pub(super) fn allocated(&self) -> Result<Money, MoneyError> {
        let amounts = self.allocations.iter().map(|allocation| allocation.amount);
        Money::sum(self.to_wallet.currency(), amounts)
    }

    fn total(&self) -> Result<Money, MoneyError> {
        self.allocated()?.plus(self.to_wallet)
    }
}

fn positive(amount: Money) -> Result<(), ReceiptError> {
    if amount.is_negative() || amount.is_zero() {
        return Err(ReceiptError::NotPositive { amount });
    }
    Ok(())
}

#[cfg(test)]
#[path = "receipt_tests.rs"]
mod tests;
