//! Books in memory whose accounts are known by their names.

use core::convert::Infallible;
use std::collections::BTreeMap;

use entitlement::Timestamp;

use crate::Currency;
use crate::ledger::{
    Account, AccountId, AccountName, Books, Entry, Kept, Limit, PostError, TransferId, post,
};

/// Accounts come to be when something moves in them.
pub(crate) struct NamedBooks {
    currency: Currency,
    /// Those that have credit, which the ledger does not limit.
    with_credit: Vec<AccountName>,
    names: BTreeMap<AccountName, AccountId>,
    accounts: BTreeMap<AccountId, Account>,
    transfers: BTreeMap<TransferId, Kept>,
}

impl Books for NamedBooks {
    type Error = Infallible;

    fn account(&self, id: AccountId) -> Result<Option<Account>, Infallible> {
        Ok(self.accounts.get(&id).copied())
    }

    fn transfer(&self, id: TransferId) -> Result<Option<Kept>, Infallible> {
        Ok(self.transfers.get(&id).copied())
    }
}

impl NamedBooks {
    pub(crate) fn new(currency: Currency, with_credit: Vec<AccountName>) -> Self {
        let (names, accounts, transfers) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { currency, with_credit, names, accounts, transfers }
    }

    fn id(&mut self, name: &AccountName) -> AccountId {
        if let Some(id) = self.names.get(name) {
            return *id;
        }
        let id = AccountId(i64::try_from(self.names.len()).unwrap() + 1);
        let limit = if self.with_credit.contains(name) { Limit::None } else { name.limit() };
        self.names.insert(name.clone(), id);
        self.accounts.insert(id, Account::new(id, self.currency, limit));
        id
    }

    /// Posts all of them, or none.
    pub(crate) fn post(&mut self, entries: &[Entry]) -> Result<(), PostError> {
        let at = Timestamp::from_unix_s(0);
        let transfer =
            |entry: &Entry| entry.transfer(at, self.id(&entry.debit), self.id(&entry.credit));
        let transfers: Vec<_> = entries.iter().map(transfer).collect();
        let Ok(posted) = post(self, &transfers);
        let posted = posted?;
        self.accounts.extend(posted.accounts.iter().map(|account| (account.id, *account)));
        self.transfers.extend(posted.transfers.iter().map(|kept| (kept.transfer.id, *kept)));
        Ok(())
    }

    /// What was credited less what was debited, in minor units.
    pub(crate) fn credit(&self, name: &str) -> i64 {
        let id = self.names.get(&name.parse().unwrap());
        id.map_or(0, |id| self.accounts[id].credit_balance().unwrap().amount_minor())
    }

    /// Every account that comes to something, as `sales 86.21 KES`; what was debited is negative.
    pub(crate) fn balances(&self) -> Vec<String> {
        let balance = |(name, id): (&AccountName, &AccountId)| {
            let balance = self.accounts[id].credit_balance().unwrap();
            (!balance.is_zero()).then(|| format!("{name} {balance}"))
        };
        self.names.iter().filter_map(balance).collect()
    }

    /// All credits less all debits.
    pub(crate) fn trial_balance(&self) -> i64 {
        self.names.keys().map(|name| self.credit(&name.to_string())).sum()
    }
}
