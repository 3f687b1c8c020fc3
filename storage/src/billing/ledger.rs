//! What has moved between the accounts of a tenant.

use std::collections::BTreeMap;

use billing_core::ledger::{Account, AccountId, AccountName, Kept};
use billing_core::{Currency, Money, MoneyError};
use entitlement::{SubscriberId, TenantId};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QueryResult, QuerySelect as _, Statement, Value,
};

use super::books::{self, account_of, kept_of};
use super::due::DoneEach;
use super::reservations;
use crate::among;
use crate::entity::{account, transfer};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::store::{Actor, Store};
use crate::unit::Unit;

/// Reads the ledger of one tenant.
#[derive(Debug)]
pub struct Ledger<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// An account with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEntry {
    /// What it is for.
    pub name: AccountName,
    /// What has moved.
    pub account: Account,
}

/// What all accounts of a currency come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialBalance {
    /// The currency.
    pub currency: Currency,
    /// How many accounts there are.
    pub accounts: u64,
    /// All debits that were posted, in minor units.
    pub debits_minor: i128,
    /// All credits that were posted, in minor units.
    pub credits_minor: i128,
}

/// A transfer, with what it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferEntry {
    /// As it was made.
    pub kept: Kept,
    /// The invoice that it is about.
    pub invoice: Option<i64>,
    /// What was said with it.
    pub memo: Option<String>,
}

impl Ledger<'_> {
    /// What all accounts come to together, for each currency. All debits are all credits, unless the store was
    /// changed past Weir.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn trial_balance(&self) -> Result<Vec<TrialBalance>, StoreError> {
        let operation = "add up the accounts";
        let reader = &self.store.database().reader;
        let sql = "select currency, count(*) as accounts, \
                   cast(sum(debits_posted_minor) as text) as debits, \
                   cast(sum(credits_posted_minor) as text) as credits \
                   from account where tenant_id = $1 group by currency order by currency";
        let values = [Value::from(self.tenant.0)];
        let backend = self.store.database().backend();
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let rows = reader.query_all_raw(statement).await.during(operation)?;
        let sum = |row: &QueryResult| {
            let code: String = row.try_get("", "currency").during(operation)?;
            let total = |column: &str| {
                let digits: String = row.try_get("", column).during(operation)?;
                digits
                    .parse::<i128>()
                    .map_err(|error| StoreError::Database { operation, source: error.into() })
            };
            let accounts: i64 = row.try_get("", "accounts").during(operation)?;
            Ok(TrialBalance {
                currency: code.parse().map_err(|_| StoreError::Corrupt {
                    what: Kind::Account,
                    row: code.clone(),
                    problem: "its currency is not known".to_owned(),
                })?,
                accounts: accounts.unsigned_abs(),
                debits_minor: total("debits")?,
                credits_minor: total("credits")?,
            })
        };
        rows.iter().map(sum).collect()
    }

    /// The first `limit` accounts of the tenant, by name and currency.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn accounts(&self, limit: u64) -> Result<Vec<AccountEntry>, StoreError> {
        let rows = account::Entity::find()
            .filter(account::Column::TenantId.eq(self.tenant.0))
            .order_by_asc(account::Column::Name)
            .order_by_asc(account::Column::Currency)
            .limit(limit)
            .all(&self.store.database().reader);
        rows.await.during("read the accounts")?.iter().map(entry).collect()
    }

    /// The accounts of a subscriber: what is owed, and the wallet; in each currency in which there is
    /// something.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn accounts_of(
        &self,
        subscriber: SubscriberId,
    ) -> Result<Vec<AccountEntry>, StoreError> {
        let own = [AccountName::Receivable(subscriber), AccountName::Wallet(subscriber)];
        let rows = account::Entity::find()
            .filter(account::Column::TenantId.eq(self.tenant.0))
            .filter(account::Column::Name.is_in(own.map(|name| name.to_string())))
            .order_by_asc(account::Column::Name)
            .order_by_asc(account::Column::Currency)
            .all(&self.store.database().reader);
        rows.await.during("read the accounts of the subscriber")?.iter().map(entry).collect()
    }

    /// The names of accounts, by their numbers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn names(
        &self,
        ids: impl IntoIterator<Item = AccountId>,
    ) -> Result<BTreeMap<AccountId, AccountName>, StoreError> {
        let backend = self.store.database().backend();
        let rows = account::Entity::find()
            .filter(account::Column::TenantId.eq(self.tenant.0))
            .filter(among::numbers(backend, "id", ids.into_iter().map(|id| id.0)))
            .all(&self.store.database().reader);
        let rows = rows.await.during("read the accounts")?;
        rows.iter().map(|row| entry(row).map(|entry| (entry.account.id, entry.name))).collect()
    }

    /// What has moved in an account; nothing where it was never used.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn account(
        &self,
        name: &AccountName,
        currency: Currency,
    ) -> Result<Option<AccountEntry>, StoreError> {
        let row = account::Entity::find()
            .filter(account::Column::TenantId.eq(self.tenant.0))
            .filter(account::Column::Name.eq(name.to_string()))
            .filter(account::Column::Currency.eq(currency.code()))
            .one(&self.store.database().reader);
        row.await.during("read the account")?.as_ref().map(entry).transpose()
    }

    /// What was credited to an account less what was debited; nothing where it was never used.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn credit_balance(
        &self,
        name: &AccountName,
        currency: Currency,
    ) -> Result<Money, StoreError> {
        let found = self.account(name, currency).await?;
        let Some(entry) = found else { return Ok(Money::zero(currency)) };
        entry.account.credit_balance().map_err(|error| overflow(name, error))
    }

    /// As [`expire_holds_each`](Self::expire_holds_each) of the first `limit`. Gives how many there were.
    ///
    /// # Errors
    /// When the store is away; the first of those that could not be let go, when all have had their turn.
    pub async fn expire_holds(&self, by: &Actor, limit: u64) -> Result<usize, StoreError> {
        self.expire_holds_each(by, limit, 0).await?.all()
    }

    /// Lets go what is held and has expired by now, of `limit` transfers at most behind the first `skip`,
    /// which are those that could not be let go. Each is a transaction of its own.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn expire_holds_each(
        &self,
        by: &Actor,
        limit: u64,
        skip: u64,
    ) -> Result<DoneEach, StoreError> {
        let reader = &self.store.database().reader;
        let now = self.store.now();
        let mut each = DoneEach::default();
        for row in books::expired(reader, self.tenant, now, (limit, skip)).await? {
            let what = crate::sink::hexadecimal(&row.id);
            each.note(&what, self.expire_hold(by, row).await)?;
        }
        Ok(each)
    }

    async fn expire_hold(&self, by: &Actor, row: transfer::Model) -> Result<bool, StoreError> {
        let operation = "let go what is held and has expired";
        let unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let held = books::expire(&unit, &[row]).await?;
        if !held.is_empty() {
            reservations::let_go(&unit, &held).await?;
        }
        unit.commit().await?;
        Ok(!held.is_empty())
    }

    /// The last `limit` transfers of an account, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn transfers(
        &self,
        name: &AccountName,
        currency: Currency,
        limit: u64,
    ) -> Result<Vec<TransferEntry>, StoreError> {
        let Some(entry) = self.account(name, currency).await? else { return Ok(Vec::new()) };
        let id = entry.account.id.0;
        let of_account = Condition::any()
            .add(transfer::Column::DebitAccountId.eq(id))
            .add(transfer::Column::CreditAccountId.eq(id));
        let mut rows = transfer::Entity::find()
            .filter(transfer::Column::TenantId.eq(self.tenant.0))
            .filter(of_account)
            .order_by_desc(transfer::Column::At)
            .order_by_desc(transfer::Column::Id)
            .limit(limit)
            .all(&self.store.database().reader)
            .await
            .during("read the transfers")?;
        rows.reverse();
        rows.iter()
            .map(|row| {
                let kept = kept_of(row)?;
                Ok(TransferEntry { kept, invoice: row.invoice_id, memo: row.memo.clone() })
            })
            .collect()
    }
}

fn entry(row: &account::Model) -> Result<AccountEntry, StoreError> {
    let name = row.name.parse().map_err(|_| StoreError::Corrupt {
        what: Kind::Account,
        row: row.id.to_string(),
        problem: format!("`{}` is no account", row.name),
    })?;
    Ok(AccountEntry { name, account: account_of(row)? })
}

fn overflow(name: &AccountName, error: MoneyError) -> StoreError {
    let source = RuleError::Money(error);
    StoreError::Rule { what: Kind::Account, name: name.to_string(), source }
}
