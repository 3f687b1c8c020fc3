//! The ledger's books, within one transaction.

use core::convert::Infallible;
use std::collections::{BTreeMap, BTreeSet};

use billing_core::balance::expiry;
use billing_core::ledger::{
    Account, AccountId, AccountName, Balance, Books, Entry, Kept, Limit, PendingState, Posted,
    Transfer, TransferId, TransferKind, post,
};
use billing_core::{Currency, Money};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement, Value,
};

use super::subscriptions::lock;
use super::{auto_renewals, codes, pay_as_you_go};
use crate::among;
use crate::constant;
use crate::entity::{account, transfer};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::unit::Unit;
use crate::values;

/// What was entered for which invoice, for whoever reads the ledger.
#[derive(Debug, Clone, Default)]
pub(super) struct About {
    pub(super) invoice: Option<i64>,
    pub(super) memo: Option<String>,
}

/// Makes entries, all of them or none; those that were made before change nothing. The accounts are made
/// where they are missing.
pub(super) async fn enter(
    unit: &Unit<'_>,
    tenant: TenantId,
    at: Timestamp,
    entries: &[(Entry, About)],
) -> Result<(), StoreError> {
    prepare(&unit.txn, tenant, at, entries).await?.finish(unit).await
}

/// As [`enter`], each with the moment at which it moves; it is entered at `made_at`.
pub(super) async fn enter_at(
    unit: &Unit<'_>,
    tenant: TenantId,
    made_at: Timestamp,
    entries: &[(Timestamp, Entry, About)],
) -> Result<(), StoreError> {
    prepare_at(&unit.txn, tenant, made_at, entries).await?.finish(unit).await
}

/// Entries that were made, but for the balances of their accounts.
#[must_use = "the balances are not changed before it is finished"]
#[derive(Default)]
pub(super) struct Prepared {
    /// How much each account changes, in the order of their numbers.
    changes: Vec<(AccountId, Balance)>,
    /// Accounts of which more can be spent afterwards.
    grown: Vec<AccountId>,
    /// Accounts that are locked with those that change, as the next transfers of the transaction may change
    /// them: all of them before any, in one order everywhere.
    held: Vec<AccountId>,
}

/// As [`enter`], but for the balances. Whoever changes the balance of an account that everybody uses, as
/// sales, holds up everybody until the end of the transaction: so that comes last.
///
/// Accounts with a limit are locked from here on, in one order everywhere; those without can come to
/// anything, and what others do to them meanwhile changes nothing about what is decided.
pub(super) async fn prepare(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    at: Timestamp,
    entries: &[(Entry, About)],
) -> Result<Prepared, StoreError> {
    let entries: Vec<_> =
        entries.iter().map(|(entry, about)| (at, entry.clone(), about.clone())).collect();
    prepare_at(txn, tenant, at, &entries).await
}

async fn prepare_at(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    made_at: Timestamp,
    entries: &[(Timestamp, Entry, About)],
) -> Result<Prepared, StoreError> {
    if entries.is_empty() {
        return Ok(Prepared::default());
    }
    let named = named(entries.iter().map(|(_, entry, _)| entry));
    let accounts = accounts(txn, tenant, &named).await?;
    let id = |name: &AccountName, currency: Currency| {
        let found = accounts.get(&(name.to_string(), currency.code()));
        // All of them were made just before.
        found.map_or(AccountId(0), |account| account.id)
    };
    let transfers: Vec<_> = entries
        .iter()
        .map(|(at, entry, _)| {
            let currency = entry.amount.currency();
            entry.transfer(*at, id(&entry.debit, currency), id(&entry.credit, currency))
        })
        .collect();
    let about: BTreeMap<_, _> = entries.iter().map(|(_, entry, about)| (entry.id, about)).collect();
    let accounts = accounts.into_values().map(|account| (account.id, account)).collect();
    make(txn, tenant, made_at, accounts, &transfers, &about).await
}

/// What is held and has expired by now, `limit` transfers at most behind the first `skip`.
pub(super) async fn expired(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    now: Timestamp,
    (limit, skip): (u64, u64),
) -> Result<Vec<transfer::Model>, StoreError> {
    let rows = transfer::Entity::find()
        .filter(transfer::Column::TenantId.eq(tenant.0))
        .filter(constant::is(transfer::Column::Pending, codes::pending(PendingState::Held)))
        .filter(transfer::Column::ExpiresAt.lte(now.unix_ms()))
        .order_by_asc(transfer::Column::ExpiresAt)
        .order_by_asc(transfer::Column::Id)
        .offset(skip)
        .limit(limit)
        .all(db);
    rows.await.during("find what is held and has expired")
}

/// Lets go what these transfers hold and has expired by now, and gives those that still held it.
pub(super) async fn expire(
    unit: &Unit<'_>,
    rows: &[transfer::Model],
) -> Result<Vec<TransferId>, StoreError> {
    let (txn, tenant, now) = (&unit.txn, unit.tenant, unit.now);
    let operation = "let go what is held and has expired";
    let ids = rows.iter().flat_map(|row| [row.debit_account_id, row.credit_account_id]).flatten();
    let ids: BTreeSet<_> = ids.collect();
    // First the subscribers and then the accounts, as everywhere.
    let named = account::Entity::find()
        .filter(account::Column::TenantId.eq(tenant.0))
        .filter(account::Column::Id.is_in(ids.iter().copied()))
        .all(txn);
    let named = named.await.during(operation)?;
    let whose = named.iter().filter_map(|row| match row.name.parse() {
        Ok(AccountName::Wallet(subscriber) | AccountName::Receivable(subscriber)) => {
            Some(subscriber.0)
        }
        _ => None,
    });
    for subscriber in whose.collect::<BTreeSet<_>>() {
        lock(txn, subscriber).await?;
    }
    let locked = account::Entity::find()
        .filter(account::Column::TenantId.eq(tenant.0))
        .filter(account::Column::Id.is_in(ids))
        .order_by_asc(account::Column::Id)
        .lock_exclusive()
        .all(txn);
    let mut accounts = BTreeMap::new();
    for row in locked.await.during("lock accounts")? {
        let account = account_of(&row)?;
        accounts.insert(account.id, account);
    }
    let mut transfers = Vec::new();
    for row in rows {
        transfers.push(expiry(kept_of(row)?.transfer.id, now));
    }
    // Only now nobody else decides what becomes of them.
    let before = kept(txn, tenant, &transfers).await?;
    let is_held = |transfer: &Transfer| match transfer.kind {
        TransferKind::ExpireHeld { held } => {
            before.get(&held).is_some_and(|kept| kept.pending == Some(PendingState::Held))
        }
        _ => false,
    };
    transfers.retain(is_held);
    make(txn, tenant, now, accounts, &transfers, &BTreeMap::new()).await?.finish(unit).await?;
    let held = transfers.iter().filter_map(|transfer| match transfer.kind {
        TransferKind::ExpireHeld { held } => Some(held),
        _ => None,
    });
    Ok(held.collect())
}

/// The accounts of these names, made where they are missing, and locked to the end of the transaction where
/// they have a limit: for whoever has to know what is in them before it says what moves.
pub(super) async fn these<const N: usize>(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    names: [&AccountName; N],
    currency: Currency,
) -> Result<[Account; N], StoreError> {
    let keys = names.map(|name| (name.to_string(), currency.code()));
    let found = accounts(txn, tenant, &BTreeSet::from(keys.clone())).await?;
    let all: Vec<_> = keys.iter().filter_map(|key| found.get(key).copied()).collect();
    // All of them were made just before.
    all.try_into().map_err(|_| StoreError::Corrupt {
        what: Kind::Account,
        row: format!("{keys:?}"),
        problem: "it was opened and is not there".to_owned(),
    })
}

/// As [`prepare`], of transfers between [these](these) accounts, each with words of its own.
pub(super) async fn chain<const N: usize>(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    made_at: Timestamp,
    accounts: [Account; N],
    transfers: &[Transfer],
    memo: impl Fn(TransferId) -> String,
) -> Result<Prepared, StoreError> {
    if transfers.is_empty() {
        return Ok(Prepared::default());
    }
    let held = accounts.iter().map(|account| account.id).collect();
    let accounts = accounts.into_iter().map(|account| (account.id, account)).collect();
    let about = |transfer: &Transfer| About { invoice: None, memo: Some(memo(transfer.id)) };
    let about: Vec<_> = transfers.iter().map(about).collect();
    let about = transfers.iter().map(|transfer| transfer.id).zip(&about).collect();
    let prepared = make(txn, tenant, made_at, accounts, transfers, &about).await?;
    Ok(Prepared { held, ..prepared })
}

/// Locks the accounts of these entries to the end of the transaction, and makes those that are missing: for
/// whoever has to know what is in them before anything moves.
pub(super) async fn hold(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    entries: &[(Entry, About)],
) -> Result<(), StoreError> {
    hold_with(txn, tenant, entries, &[]).await
}

/// As [`hold`], with other accounts where they are there.
pub(super) async fn hold_with(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    entries: &[(Entry, About)],
    if_there: &[AccountName],
) -> Result<(), StoreError> {
    hold_named(txn, tenant, named(entries.iter().map(|(entry, _)| entry)), if_there).await
}

/// As [`hold`], of accounts of a currency by their names; others where they are there.
pub(super) async fn hold_accounts(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    (names, if_there): (&[AccountName], &[AccountName]),
    currency: Currency,
) -> Result<(), StoreError> {
    let named = |name: &AccountName| (name.to_string(), currency.code());
    hold_named(txn, tenant, names.iter().map(named).collect(), if_there).await
}

/// As [`hold`], of accounts by their names and currencies; others where they are there.
pub(super) async fn hold_named(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    mut all: NamedIn,
    if_there: &[AccountName],
) -> Result<(), StoreError> {
    accounts(txn, tenant, &all).await?;
    // Accounts are locked by their names, in whichever currency.
    all.extend(if_there.iter().map(|name| (name.to_string(), "")));
    lock_named(txn, tenant, all).await
}

/// Locks the accounts of these names that are there, in one order everywhere.
async fn lock_named(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    named: BTreeSet<(String, &'static str)>,
) -> Result<(), StoreError> {
    let names = named.iter().map(|(name, _)| name.as_str());
    let all = account::Entity::find()
        .filter(account::Column::TenantId.eq(tenant.0))
        .filter(among::texts(txn.get_database_backend(), "name", names))
        .order_by_asc(account::Column::Id)
        .lock_exclusive()
        .all(txn);
    all.await.during("lock accounts").map(|_| ())
}

/// Lets accounts, which are held, come below nothing; gives those that were not to. Whoever does so
/// [limits them again](limit_again) in the same transaction.
pub(super) async fn unlimit(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    names: &[String],
) -> Result<Vec<i64>, StoreError> {
    let names = names.iter().map(String::as_str);
    let limited = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(account::Column::TenantId.eq(tenant.0))
        .filter(account::Column::MayNot.eq(codes::limit(Limit::DebitsWithinCredits)))
        .filter(among::texts(txn.get_database_backend(), "name", names))
        .into_tuple::<i64>()
        .all(txn);
    let limited = limited.await.during("lock accounts")?;
    set_limit(txn, &limited, Limit::None).await?;
    Ok(limited)
}

/// Nothing more is taken from these accounts until there is something in them.
pub(super) async fn limit_again(
    txn: &DatabaseTransaction,
    accounts: &[i64],
) -> Result<(), StoreError> {
    set_limit(txn, accounts, Limit::DebitsWithinCredits).await
}

async fn set_limit(
    txn: &DatabaseTransaction,
    accounts: &[i64],
    limit: Limit,
) -> Result<(), StoreError> {
    let limited = account::Entity::update_many()
        .col_expr(account::Column::MayNot, Expr::value(codes::limit(limit)))
        .filter(account::Column::Id.is_in(accounts.iter().copied()));
    limited.exec(txn).await.during("limit accounts").map(|_| ())
}

/// Names of accounts, each with its currency.
pub(super) type NamedIn = BTreeSet<(String, &'static str)>;

/// The names of the accounts in which something moves, with its currency.
pub(super) fn named<'e>(entries: impl Iterator<Item = &'e Entry>) -> NamedIn {
    let mut named = BTreeSet::new();
    for entry in entries {
        let currency = entry.amount.currency().code();
        named.insert((entry.debit.to_string(), currency));
        named.insert((entry.credit.to_string(), currency));
    }
    named
}

/// Decides over what was read, and keeps the transfers.
async fn make(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    at: Timestamp,
    accounts: BTreeMap<AccountId, Account>,
    transfers: &[Transfer],
    about: &BTreeMap<TransferId, &About>,
) -> Result<Prepared, StoreError> {
    let read = Read { accounts, transfers: kept(txn, tenant, transfers).await? };
    let Ok(decided) = post(&read, transfers);
    let posted = decided.map_err(|error| StoreError::Rule {
        what: Kind::Transfer,
        name: error.id.to_string(),
        source: RuleError::Post(Box::new(error)),
    })?;
    keep(txn, tenant, at, &posted, about).await?;
    let change = |after: &Account| {
        let before = read.accounts.get(&after.id).map(|account| account.balance);
        (after.id, less(after.balance, before.unwrap_or_default()))
    };
    let changes: Vec<_> = posted.accounts.iter().map(change).collect();
    let can_spend_more = |(id, change): &&(AccountId, Balance)| {
        let spent = change.debits_posted_minor + change.debits_pending_minor;
        let is_limited = read.accounts.get(id).is_some_and(|of| of.limit != Limit::None);
        is_limited && change.credits_posted_minor > spent
    };
    let grown = changes.iter().filter(can_spend_more).map(|(id, _)| *id).collect();
    Ok(Prepared { changes, grown, held: Vec::new() })
}

/// Whose wallets are among these accounts.
async fn whose(
    txn: &DatabaseTransaction,
    accounts: &[AccountId],
) -> Result<Vec<SubscriberId>, StoreError> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let ids = accounts.iter().map(|id| id.0);
    let names = account::Entity::find()
        .select_only()
        .column(account::Column::Name)
        .filter(among::numbers(txn.get_database_backend(), "id", ids))
        .into_tuple::<String>()
        .all(txn);
    let names = names.await.during("read accounts")?;
    let wallet = |name: String| match name.parse() {
        Ok(AccountName::Wallet(subscriber)) => Some(subscriber),
        _ => None,
    };
    Ok(names.into_iter().filter_map(wallet).collect())
}

/// What one is more than the other: neither is negative, and so nothing overflows.
const fn less(after: Balance, before: Balance) -> Balance {
    Balance {
        debits_posted_minor: after.debits_posted_minor - before.debits_posted_minor,
        credits_posted_minor: after.credits_posted_minor - before.credits_posted_minor,
        debits_pending_minor: after.debits_pending_minor - before.debits_pending_minor,
        credits_pending_minor: after.credits_pending_minor - before.credits_pending_minor,
    }
}

struct Read {
    accounts: BTreeMap<AccountId, Account>,
    transfers: BTreeMap<TransferId, Kept>,
}

impl Books for Read {
    type Error = Infallible;

    fn account(&self, id: AccountId) -> Result<Option<Account>, Infallible> {
        Ok(self.accounts.get(&id).copied())
    }

    fn transfer(&self, id: TransferId) -> Result<Option<Kept>, Infallible> {
        Ok(self.transfers.get(&id).copied())
    }
}

type Named = BTreeMap<(String, &'static str), Account>;

/// The accounts of these names, made where they are missing, and locked where they have a limit.
async fn accounts(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    named: &BTreeSet<(String, &'static str)>,
) -> Result<Named, StoreError> {
    let mut accounts = find_accounts(txn, tenant, named).await?;
    let is_missing = |(name, code): &&(String, &'static str)| {
        // Which is cheaper than to ask the database to insert what is there.
        !accounts.contains_key(&(name.clone(), *code))
    };
    let missing: BTreeSet<_> = named.iter().filter(is_missing).cloned().collect();
    if !missing.is_empty() {
        open_accounts(txn, tenant, &missing).await?;
        accounts.extend(find_accounts(txn, tenant, &missing).await?);
    }
    Ok(accounts)
}

async fn open_accounts(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    missing: &BTreeSet<(String, &'static str)>,
) -> Result<(), StoreError> {
    let rows = missing.iter().map(|(name, currency)| {
        [
            Value::from(tenant.0),
            name.as_str().into(),
            (*currency).into(),
            codes::limit(limit(name)).into(),
            0_i64.into(),
            0_i64.into(),
            0_i64.into(),
            0_i64.into(),
        ]
    });
    let insert = "insert into account (tenant_id, name, currency, may_not, debits_posted_minor, \
                  credits_posted_minor, debits_pending_minor, credits_pending_minor)";
    // Somebody else may open one meanwhile.
    let tail = "on conflict (tenant_id, name, currency) do nothing";
    values::insert(txn, insert, rows.collect(), tail, "open accounts").await
}

fn limit(name: &str) -> Limit {
    name.parse::<AccountName>().map(|name| name.limit()).unwrap_or_default()
}

/// Those of these accounts that there are, locked where they have a limit.
async fn find_accounts(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    named: &BTreeSet<(String, &'static str)>,
) -> Result<Named, StoreError> {
    let names = named.iter().map(|(name, _)| name.as_str());
    let (limited, free): (Vec<_>, Vec<_>) = names.partition(|name| limit(name) != Limit::None);
    let find = |names: Vec<&str>| {
        account::Entity::find()
            .filter(account::Column::TenantId.eq(tenant.0))
            .filter(among::texts(txn.get_database_backend(), "name", names))
            .order_by_asc(account::Column::Id)
    };
    let mut rows = Vec::new();
    if !limited.is_empty() {
        let locked = find(limited).lock_exclusive().all(txn).await;
        rows.extend(locked.during("lock accounts")?);
    }
    if !free.is_empty() {
        rows.extend(find(free).all(txn).await.during("read accounts")?);
    }
    let mut accounts = Named::new();
    for row in rows {
        let account = account_of(&row)?;
        accounts.insert((row.name, account.currency.code()), account);
    }
    Ok(accounts)
}

pub(super) fn account_of(row: &account::Model) -> Result<Account, StoreError> {
    let read = || {
        let mut account = Account::new(
            AccountId(row.id),
            row.currency.parse::<Currency>().ok()?,
            codes::read_limit(&row.may_not)?,
        );
        account.balance = Balance {
            debits_posted_minor: row.debits_posted_minor,
            credits_posted_minor: row.credits_posted_minor,
            debits_pending_minor: row.debits_pending_minor,
            credits_pending_minor: row.credits_pending_minor,
        };
        Some(account)
    };
    read().ok_or_else(|| StoreError::Corrupt {
        what: Kind::Account,
        row: row.id.to_string(),
        problem: "its currency or its limit is not known".to_owned(),
    })
}

/// Those of these transfers, and of those that they are about, that were made before.
async fn kept(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    transfers: &[Transfer],
) -> Result<BTreeMap<TransferId, Kept>, StoreError> {
    let about = |transfer: &Transfer| match transfer.kind {
        TransferKind::PostHeld { held, .. }
        | TransferKind::VoidHeld { held }
        | TransferKind::ExpireHeld { held } => Some(held),
        TransferKind::Move { .. } | TransferKind::Hold { .. } => None,
    };
    let ids = transfers.iter().flat_map(|transfer| [Some(transfer.id), about(transfer)]);
    let ids: Vec<_> = ids.flatten().map(|id| id.0.to_be_bytes().to_vec()).collect();
    let ids = ids.iter().map(Vec::as_slice);
    let rows = transfer::Entity::find()
        .filter(transfer::Column::TenantId.eq(tenant.0))
        .filter(among::octets(txn.get_database_backend(), "id", ids))
        .all(txn);
    let mut found = BTreeMap::new();
    for row in rows.await.during("read transfers")? {
        let kept = kept_of(&row)?;
        found.insert(kept.transfer.id, kept);
    }
    Ok(found)
}

/// Those of these transfers that were made and move something, as entries and in this order.
pub(super) async fn entries(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    ids: &[TransferId],
) -> Result<Vec<Entry>, StoreError> {
    let octets: Vec<_> = ids.iter().map(|id| id.0.to_be_bytes().to_vec()).collect();
    let octets = octets.iter().map(Vec::as_slice);
    let rows = transfer::Entity::find()
        .filter(transfer::Column::TenantId.eq(tenant.0))
        .filter(among::octets(db.get_database_backend(), "id", octets))
        .all(db);
    let mut moves = BTreeMap::new();
    for row in rows.await.during("read transfers")? {
        let transfer = kept_of(&row)?.transfer;
        if let TransferKind::Move { debit, credit, amount } = transfer.kind {
            moves.insert(transfer.id, (debit, credit, amount));
        }
    }
    let accounts: BTreeSet<_> =
        moves.values().flat_map(|(debit, credit, _)| [debit.0, credit.0]).collect();
    let accounts = account::Entity::find()
        .filter(account::Column::TenantId.eq(tenant.0))
        .filter(account::Column::Id.is_in(accounts))
        .all(db);
    let accounts = accounts.await.during("read accounts")?;
    let name = |id: AccountId| {
        let row = accounts.iter().find(|row| row.id == id.0);
        row.and_then(|row| row.name.parse().ok()).ok_or_else(|| StoreError::Corrupt {
            what: Kind::Account,
            row: id.0.to_string(),
            problem: "it is no account that this version names".to_owned(),
        })
    };
    let of = |id: &TransferId| moves.get(id).map(|of| (*id, *of));
    let entry = |(id, (debit, credit, amount)): (TransferId, (AccountId, AccountId, Money))| {
        Ok(Entry { id, debit: name(debit)?, credit: name(credit)?, amount })
    };
    ids.iter().filter_map(of).map(entry).collect()
}

pub(super) fn kept_of(row: &transfer::Model) -> Result<Kept, StoreError> {
    let id = |octets: &[u8]| octets.try_into().ok().map(u128::from_be_bytes).map(TransferId);
    let read = || {
        let currency = row.currency.as_deref().map(str::parse::<Currency>).transpose().ok()?;
        let amount = currency.map(|currency| Money::new(row.amount_minor, currency));
        let accounts = row.debit_account_id.zip(row.credit_account_id);
        let accounts = accounts.map(|(debit, credit)| (AccountId(debit), AccountId(credit)));
        let held = row.held_id.as_deref().and_then(id);
        let kind = match (row.kind.as_str(), accounts, held) {
            ("move", Some((debit, credit)), None) => {
                TransferKind::Move { debit, credit, amount: amount? }
            }
            ("hold", Some((debit, credit)), None) => {
                let expires_at = row.expires_at.map(Timestamp::from_unix_ms);
                TransferKind::Hold { debit, credit, amount: amount?, expires_at }
            }
            ("post", _, Some(held)) => TransferKind::PostHeld { held, amount: amount? },
            ("void", None, Some(held)) => TransferKind::VoidHeld { held },
            ("expire", None, Some(held)) => TransferKind::ExpireHeld { held },
            _ => return None,
        };
        let pending = match row.pending.as_deref() {
            None => None,
            Some(word) => Some(codes::read_pending(word)?),
        };
        let at = Timestamp::from_unix_ms(row.at);
        Some(Kept { transfer: Transfer { id: id(&row.id)?, at, kind }, pending })
    };
    read().ok_or_else(|| StoreError::Corrupt {
        what: Kind::Transfer,
        row: crate::sink::hexadecimal(&row.id),
        problem: "it is none that this version makes".to_owned(),
    })
}

async fn keep(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    made_at: Timestamp,
    posted: &Posted,
    about: &BTreeMap<TransferId, &About>,
) -> Result<(), StoreError> {
    let held: BTreeMap<_, _> = posted.transfers.iter().filter_map(between).collect();
    let rows = posted.transfers.iter().map(|kept| {
        let about = about.get(&kept.transfer.id).copied().cloned().unwrap_or_default();
        transfer_row(tenant, made_at, kept, (about, &held))
    });
    let insert = "insert into transfer (tenant_id, id, at, kind, debit_account_id, \
                  credit_account_id, amount_minor, currency, held_id, expires_at, pending, \
                  invoice_id, memo, made_at)";
    // Of one that was there only what has become of it has changed.
    let tail = "on conflict (tenant_id, id) do update set pending = excluded.pending";
    values::insert(txn, insert, rows.collect(), tail, "keep transfers").await
}

/// Between which accounts something is held.
fn between(kept: &Kept) -> Option<(TransferId, [AccountId; 2])> {
    match kept.transfer.kind {
        TransferKind::Hold { debit, credit, .. } => Some((kept.transfer.id, [debit, credit])),
        _ => None,
    }
}

fn transfer_row(
    tenant: TenantId,
    made_at: Timestamp,
    kept: &Kept,
    (about, held_between): (About, &BTreeMap<TransferId, [AccountId; 2]>),
) -> [Value; 14] {
    let Kept { transfer: Transfer { id, at, kind }, pending } = *kept;
    let octets = |id: TransferId| id.0.to_be_bytes().to_vec();
    let none = || None::<i64>;
    let (code, debit, credit, amount, held, expires_at) = match kind {
        TransferKind::Move { debit, credit, amount } => {
            ("move", Some(debit.0), Some(credit.0), Some(amount), None, none())
        }
        TransferKind::Hold { debit, credit, amount, expires_at } => {
            let expires_at = expires_at.map(Timestamp::unix_ms);
            ("hold", Some(debit.0), Some(credit.0), Some(amount), None, expires_at)
        }
        TransferKind::PostHeld { held, amount } => {
            // It moves between the accounts of what was held, and is found by them.
            let [debit, credit] = [0, 1].map(|side| {
                let accounts = held_between.get(&held);
                accounts.and_then(|accounts| accounts.get(side)).map(|account| account.0)
            });
            ("post", debit, credit, Some(amount), Some(octets(held)), none())
        }
        TransferKind::VoidHeld { held } => {
            ("void", none(), none(), None, Some(octets(held)), none())
        }
        TransferKind::ExpireHeld { held } => {
            ("expire", none(), none(), None, Some(octets(held)), none())
        }
    };
    [
        tenant.0.into(),
        octets(id).into(),
        at.unix_ms().into(),
        code.into(),
        debit.into(),
        credit.into(),
        amount.map_or(0, Money::amount_minor).into(),
        amount.map(|amount| amount.currency().code()).into(),
        held.into(),
        expires_at.into(),
        pending.map(codes::pending).into(),
        about.invoice.into(),
        about.memo.into(),
        made_at.unix_ms().into(),
    ]
}

impl Prepared {
    /// Changes the balances. Each is added to what is there then. How far wallets cover who pays as he goes
    /// changes with them.
    pub(super) async fn finish(self, unit: &Unit<'_>) -> Result<(), StoreError> {
        let changed: Vec<_> = self.changes.iter().map(|(id, _)| id.0).collect();
        self.change_balances(&unit.txn).await?;
        pay_as_you_go::cover_of_accounts(unit, &changed).await
    }

    /// As [`finish`](Self::finish), for whoever says himself how far the wallet covers then.
    pub(super) async fn change_balances(self, txn: &DatabaseTransaction) -> Result<(), StoreError> {
        let operation = "change balances";
        if self.changes.is_empty() {
            return Ok(());
        }
        let row = |(id, balance): &(AccountId, Balance)| {
            let Balance {
                debits_posted_minor,
                credits_posted_minor,
                debits_pending_minor,
                credits_pending_minor,
            } = *balance;
            let sums = [debits_posted_minor, credits_posted_minor];
            let pending = [debits_pending_minor, credits_pending_minor];
            [id.0, sums[0], sums[1], pending[0], pending[1]]
        };
        let backend = txn.get_database_backend();
        if backend == DbBackend::Postgres {
            // In one order everywhere: an update takes rows in whatever order it comes upon them.
            let changed = self.changes.iter().map(|(id, _)| *id);
            let ids = changed.chain(self.held).map(|id| id.0).collect::<BTreeSet<_>>();
            let locked = account::Entity::find()
                .select_only()
                .column(account::Column::Id)
                .filter(among::numbers(backend, "id", ids))
                .order_by_asc(account::Column::Id)
                .lock_exclusive()
                .into_tuple::<i64>()
                .all(txn);
            locked.await.during(operation)?;
        }
        let rows: Vec<_> = self.changes.iter().map(row).collect();
        let rows = serde_json::to_string(&rows)
            .map_err(|error| StoreError::Database { operation, source: error.into() })?;
        let sql = match backend {
            DbBackend::Postgres => {
                "update account set debits_posted_minor = debits_posted_minor + (r.value ->> 1)::bigint, \
                 credits_posted_minor = credits_posted_minor + (r.value ->> 2)::bigint, \
                 debits_pending_minor = debits_pending_minor + (r.value ->> 3)::bigint, \
                 credits_pending_minor = credits_pending_minor + (r.value ->> 4)::bigint \
                 from json_array_elements($1::json) r where account.id = (r.value ->> 0)::bigint"
            }
            _ => {
                "update account set \
                 debits_posted_minor = debits_posted_minor + json_extract(r.value, '$[1]'), \
                 credits_posted_minor = credits_posted_minor + json_extract(r.value, '$[2]'), \
                 debits_pending_minor = debits_pending_minor + json_extract(r.value, '$[3]'), \
                 credits_pending_minor = credits_pending_minor + json_extract(r.value, '$[4]') \
                 from json_each($1) r where account.id = json_extract(r.value, '$[0]')"
            }
        };
        let statement = Statement::from_sql_and_values(backend, sql, [Value::from(rows)]);
        txn.execute_raw(statement).await.during(operation)?;
        auto_renewals::try_again(txn, &whose(txn, &self.grown).await?).await
    }
}
