//! Books in memory.

use core::convert::Infallible;
use std::collections::BTreeMap;

use entitlement::Timestamp;

use crate::balance::{SessionAccounts, SessionTerms, SilenceCharge, SliceUnit};
use crate::ledger::{
    Account, AccountId, Balance, Books, Kept, Limit, PendingState, PostError, Transfer, TransferId,
    TransferKind, post,
};
use crate::{Currency, Money};

pub(super) const WALLET: AccountId = AccountId(1);
pub(super) const SALES: AccountId = AccountId(2);
pub(super) const TAX: AccountId = AccountId(9);
const TILL: AccountId = AccountId(3);
pub(super) const ACCOUNTS: SessionAccounts =
    SessionAccounts { wallet: WALLET, credit: SALES, tax: TAX };

pub(super) fn kes() -> Currency {
    "KES".parse().unwrap()
}

pub(super) fn money(minor: i64) -> Money {
    Money::new(minor, kes())
}

pub(super) fn at(s: i64) -> Timestamp {
    Timestamp::from_unix_s(s)
}

/// Slices of 100 units, reports each minute, silent after two that did not come.
pub(super) fn terms() -> SessionTerms {
    SessionTerms {
        unit: SliceUnit::Octets,
        slice_units: 100.try_into().unwrap(),
        least_units: 10.try_into().unwrap(),
        interim_interval_s: 60.try_into().unwrap(),
        missed_interims: 2.try_into().unwrap(),
        silence_charge: SilenceCharge::Nothing,
    }
}

#[derive(Clone)]
pub(super) struct Memory {
    pub(super) accounts: BTreeMap<AccountId, Account>,
    pub(super) transfers: BTreeMap<TransferId, Kept>,
    top_ups: u128,
}

impl Books for Memory {
    type Error = Infallible;

    fn account(&self, id: AccountId) -> Result<Option<Account>, Infallible> {
        Ok(self.accounts.get(&id).copied())
    }

    fn transfer(&self, id: TransferId) -> Result<Option<Kept>, Infallible> {
        Ok(self.transfers.get(&id).copied())
    }
}

impl Memory {
    /// A wallet with so much in it.
    pub(super) fn new(minor: i64) -> Self {
        let account = |id, limit| (id, Account::new(id, kes(), limit));
        let wallet = account(WALLET, Limit::DebitsWithinCredits);
        let others = [account(SALES, Limit::None), account(TILL, Limit::None)];
        let accounts = others.into_iter().chain([wallet]).collect();
        let mut books = Self { accounts, transfers: BTreeMap::new(), top_ups: 0 };
        if minor > 0 {
            books.top_up(minor);
        }
        books
    }

    pub(super) fn top_up(&mut self, minor: i64) {
        self.top_ups += 1;
        let kind = TransferKind::Move { debit: TILL, credit: WALLET, amount: money(minor) };
        let id = TransferId(self.top_ups);
        self.post(&[Transfer { id, at: at(0), kind }]).unwrap();
    }

    pub(super) fn post(&mut self, transfers: &[Transfer]) -> Result<(), PostError> {
        let Ok(posted) = post(self, transfers);
        let posted = posted?;
        self.accounts.extend(posted.accounts.iter().map(|account| (account.id, *account)));
        self.transfers.extend(posted.transfers.iter().map(|kept| (kept.transfer.id, *kept)));
        Ok(())
    }

    pub(super) fn wallet(&self) -> Account {
        self.accounts[&WALLET]
    }

    /// What is in the wallet, and what of it is held, minor units.
    pub(super) fn has(&self) -> (i64, i64) {
        let Balance { debits_posted_minor, credits_posted_minor, debits_pending_minor, .. } =
            self.wallet().balance;
        (credits_posted_minor - debits_posted_minor, debits_pending_minor)
    }

    /// What is held and has expired.
    pub(super) fn expired(&self, now: Timestamp) -> Vec<TransferId> {
        let expired = self.transfers.values().filter(|kept| match kept.transfer.kind {
            TransferKind::Hold { expires_at: Some(expires_at), .. } => {
                kept.pending == Some(PendingState::Held) && expires_at <= now
            }
            _ => false,
        });
        expired.map(|kept| kept.transfer.id).collect()
    }
}
