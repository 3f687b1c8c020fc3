//! Whether transfers can be made, and what the accounts come to.

use std::collections::BTreeMap;

use entitlement::Timestamp;

use super::account::{Account, AccountId, Balance};
use super::error::{LedgerError, PostError, TransferField};
use super::transfer::{Kept, PendingState, Transfer, TransferId, TransferKind};
use crate::Money;

/// Who keeps accounts and transfers. What it tells must not change until what was decided is kept.
pub trait Books {
    /// What can go wrong with it.
    type Error;

    /// An account as it is now.
    ///
    /// # Errors
    /// When it cannot be read.
    fn account(&self, id: AccountId) -> Result<Option<Account>, Self::Error>;

    /// A transfer that was made.
    ///
    /// # Errors
    /// When it cannot be read.
    fn transfer(&self, id: TransferId) -> Result<Option<Kept>, Self::Error>;
}

/// What is to be kept: all of it or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Posted {
    /// The accounts that have changed, as they are then.
    pub accounts: Vec<Account>,
    /// The transfers that were made, and those that held what was moved or let go, as they are then;
    /// not those that were made before, and not changed by this.
    pub transfers: Vec<Kept>,
}

/// Makes transfers, one after another, all of them or none. One that was made before, the same in
/// everything but its moment, is made already.
///
/// # Errors
/// The outer error is that of the books; the inner one says which transfer cannot be made, and why.
pub fn post<B: Books>(
    books: &B,
    transfers: &[Transfer],
) -> Result<Result<Posted, PostError>, B::Error> {
    let mut draft = Draft { books, accounts: BTreeMap::new(), transfers: BTreeMap::new() };
    for (place, transfer) in transfers.iter().enumerate() {
        if let Err(error) = draft.make(transfer)? {
            return Ok(Err(PostError { place, id: transfer.id, error }));
        }
    }
    let Draft { accounts, transfers, .. } = draft;
    let (accounts, transfers) = (accounts.into_values(), transfers.into_values());
    Ok(Ok(Posted { accounts: accounts.collect(), transfers: transfers.collect() }))
}

/// What was decided so far, on top of the books.
struct Draft<'b, B> {
    books: &'b B,
    accounts: BTreeMap<AccountId, Account>,
    transfers: BTreeMap<TransferId, Kept>,
}

/// What was decided, or why it cannot be; or the books cannot be read.
type Decided<T, B> = Result<Result<T, LedgerError>, <B as Books>::Error>;

/// Gives up with a reason that is not the books'.
macro_rules! decided {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error) => return Ok(Err(error)),
        }
    };
}

impl<B: Books> Draft<'_, B> {
    fn make(&mut self, transfer: &Transfer) -> Decided<(), B> {
        if let Some(before) = self.transfer(transfer.id)? {
            return Ok(same(&before.transfer.kind, &transfer.kind));
        }
        let Transfer { id, at, kind } = *transfer;
        let made = match kind {
            TransferKind::Move { debit, credit, amount } => {
                self.move_or_hold((debit, credit), amount, POSTED)?
            }
            TransferKind::Hold { debit, credit, amount, .. } => {
                self.move_or_hold((debit, credit), amount, PENDING)?
            }
            TransferKind::PostHeld { held, amount } => self.post_held(held, amount, at)?,
            TransferKind::VoidHeld { held } => self.void_held(held, at)?,
            TransferKind::ExpireHeld { held } => self.expire_held(held, at)?,
        };
        decided!(made);
        let holds = matches!(kind, TransferKind::Hold { .. });
        let pending = holds.then_some(PendingState::Held);
        self.transfers.insert(id, Kept { transfer: *transfer, pending });
        Ok(Ok(()))
    }

    fn move_or_hold(
        &mut self,
        (debit, credit): (AccountId, AccountId),
        amount: Money,
        [debits, credits]: [Sum; 2],
    ) -> Decided<(), B> {
        if debit == credit {
            return Ok(Err(LedgerError::SameAccount { account: debit }));
        }
        if amount.is_negative() || amount.is_zero() {
            return Ok(Err(LedgerError::NotPositive { amount }));
        }
        let mut from = decided!(self.account_in(debit, amount)?);
        let mut to = decided!(self.account_in(credit, amount)?);
        decided!(within(from.debitable_minor(), &from, amount));
        decided!(within(to.creditable_minor(), &to, amount));
        decided!(from.add(debits, amount.amount_minor()));
        decided!(to.add(credits, amount.amount_minor()));
        self.accounts.insert(debit, from);
        self.accounts.insert(credit, to);
        Ok(Ok(()))
    }

    fn post_held(&mut self, held: TransferId, amount: Money, at: Timestamp) -> Decided<(), B> {
        let hold = decided!(self.held(held)?);
        if hold.has_expired(at) {
            return Ok(Err(LedgerError::Expired { held }));
        }
        if amount.is_negative() {
            return Ok(Err(LedgerError::NotPositive { amount }));
        }
        let (has, given) = (hold.amount.currency(), amount.currency());
        if has != given {
            return Ok(Err(LedgerError::WrongCurrency { account: hold.debit, has, given }));
        }
        if amount.amount_minor() > hold.amount.amount_minor() {
            return Ok(Err(LedgerError::ExceedsHeld { held, holds: hold.amount, amount }));
        }
        self.release(&hold, amount.amount_minor(), PendingState::Posted)
    }

    fn void_held(&mut self, held: TransferId, at: Timestamp) -> Decided<(), B> {
        let hold = decided!(self.held(held)?);
        if hold.has_expired(at) {
            return Ok(Err(LedgerError::Expired { held }));
        }
        self.release(&hold, 0, PendingState::Voided)
    }

    fn expire_held(&mut self, held: TransferId, at: Timestamp) -> Decided<(), B> {
        let hold = decided!(self.held(held)?);
        match hold.expires_at {
            None => Ok(Err(LedgerError::NeverExpires { held })),
            Some(expires_at) if at < expires_at => {
                Ok(Err(LedgerError::NotExpired { held, expires_at }))
            }
            Some(_) => self.release(&hold, 0, PendingState::Expired),
        }
    }

    /// Lets go what is held, and moves so much of it.
    fn release(&mut self, hold: &Hold, posted_minor: i64, state: PendingState) -> Decided<(), B> {
        let sides = [(hold.debit, PENDING[0], POSTED[0]), (hold.credit, PENDING[1], POSTED[1])];
        for (id, pending, posted) in sides {
            let mut account = decided!(self.account_in(id, hold.amount)?);
            decided!(account.add(pending, -hold.amount.amount_minor()));
            decided!(account.add(posted, posted_minor));
            self.accounts.insert(id, account);
        }
        let pending = Some(state);
        self.transfers.insert(hold.kept.transfer.id, Kept { pending, ..hold.kept });
        Ok(Ok(()))
    }

    /// What is held by a transfer, if it is still.
    fn held(&self, held: TransferId) -> Decided<Hold, B> {
        let kept = self.transfer(held)?;
        let Some((kept, state)) = kept.and_then(|kept| Some((kept, kept.pending?))) else {
            return Ok(Err(LedgerError::NothingHeld { held }));
        };
        let TransferKind::Hold { debit, credit, amount, expires_at } = kept.transfer.kind else {
            return Ok(Err(LedgerError::NothingHeld { held }));
        };
        Ok(match state {
            PendingState::Held => Ok(Hold { kept, debit, credit, amount, expires_at }),
            PendingState::Posted => Err(LedgerError::AlreadyPosted { held }),
            PendingState::Voided => Err(LedgerError::AlreadyVoided { held }),
            PendingState::Expired => Err(LedgerError::Expired { held }),
        })
    }

    fn account_in(&self, id: AccountId, amount: Money) -> Decided<Account, B> {
        let account = match self.accounts.get(&id) {
            Some(account) => Some(*account),
            None => self.books.account(id)?,
        };
        Ok(match account {
            None => Err(LedgerError::NoAccount { account: id }),
            Some(account) if account.currency != amount.currency() => {
                let (has, given) = (account.currency, amount.currency());
                Err(LedgerError::WrongCurrency { account: id, has, given })
            }
            Some(account) => Ok(account),
        })
    }

    fn transfer(&self, id: TransferId) -> Result<Option<Kept>, B::Error> {
        match self.transfers.get(&id) {
            Some(kept) => Ok(Some(*kept)),
            None => self.books.transfer(id),
        }
    }
}

/// One of the sums of an account.
type Sum = fn(&mut Balance) -> &mut i64;

/// The sums of the debited and of the credited account.
const POSTED: [Sum; 2] = [|it| &mut it.debits_posted_minor, |it| &mut it.credits_posted_minor];
const PENDING: [Sum; 2] = [|it| &mut it.debits_pending_minor, |it| &mut it.credits_pending_minor];

/// An amount that is held.
struct Hold {
    kept: Kept,
    debit: AccountId,
    credit: AccountId,
    amount: Money,
    expires_at: Option<Timestamp>,
}

impl Hold {
    fn has_expired(&self, at: Timestamp) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= at)
    }
}

fn within(room: Option<i128>, account: &Account, amount: Money) -> Result<(), LedgerError> {
    let Some(room) = room.filter(|room| *room < i128::from(amount.amount_minor())) else {
        return Ok(());
    };
    // What is less than an amount is one, or less than nothing.
    let available = Money::new(i64::try_from(room.max(0)).unwrap_or(i64::MAX), amount.currency());
    Err(LedgerError::Exceeds { account: account.id, available, amount })
}

/// Whether two transfers of one id are the same.
fn same(before: &TransferKind, now: &TransferKind) -> Result<(), LedgerError> {
    use TransferField as Field;
    use TransferKind as Kind;
    let accounts = |[before, now]: [(AccountId, AccountId, Money); 2]| {
        if before.0 != now.0 {
            Some(Field::Debit)
        } else if before.1 != now.1 {
            Some(Field::Credit)
        } else {
            (before.2 != now.2).then_some(Field::Amount)
        }
    };
    let differs = match (*before, *now) {
        (
            Kind::Move { debit, credit, amount },
            Kind::Move { debit: debit_now, credit: credit_now, amount: amount_now },
        ) => accounts([(debit, credit, amount), (debit_now, credit_now, amount_now)]),
        (
            Kind::Hold { debit, credit, amount, expires_at },
            Kind::Hold {
                debit: debit_now,
                credit: credit_now,
                amount: amount_now,
                expires_at: expires_now,
            },
        ) => accounts([(debit, credit, amount), (debit_now, credit_now, amount_now)])
            .or((expires_at != expires_now).then_some(Field::Expiry)),
        (
            Kind::PostHeld { held, amount },
            Kind::PostHeld { held: held_now, amount: amount_now },
        ) => (held != held_now)
            .then_some(Field::Held)
            .or((amount != amount_now).then_some(Field::Amount)),
        (Kind::VoidHeld { held }, Kind::VoidHeld { held: held_now })
        | (Kind::ExpireHeld { held }, Kind::ExpireHeld { held: held_now }) => {
            (held != held_now).then_some(Field::Held)
        }
        _ => Some(Field::Kind),
    };
    differs.map_or(Ok(()), |field| Err(LedgerError::ExistsOtherwise { field }))
}
