//! Wallets that pay what is open.

use std::collections::BTreeMap;

use billing_core::Money;
use billing_core::ledger::AccountName;
use billing_core::payment::{Allocated, AllocationId, DEBTS_MAX, Debt, OpenDebt, Policy, allocate};
use entitlement::{SubscriberId, Timestamp};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement, Value};

use super::books::{self, About};
use super::debts;
use super::invoices::take_ids;
use crate::error::{During as _, Kind, StoreError};
use crate::outbox::{Happened, Topic, What};
use crate::unit::Unit;
use crate::values;

/// Lets the wallets of these subscribers, whose rows are locked, pay what is open, the oldest first.
/// Gives who has paid something, and how much.
pub(super) async fn pay(
    unit: &mut Unit<'_>,
    at: Timestamp,
    subscribers: &[SubscriberId],
) -> Result<Vec<(SubscriberId, Money)>, StoreError> {
    pay_first(unit, at, subscribers, None).await
}

/// As [`pay`], but that debt, where it is open, before all others.
pub(super) async fn pay_first(
    unit: &mut Unit<'_>,
    at: Timestamp,
    subscribers: &[SubscriberId],
    first: Option<Debt>,
) -> Result<Vec<(SubscriberId, Money)>, StoreError> {
    let funds = funds(unit, subscribers).await?;
    if funds.is_empty() {
        return Ok(Vec::new());
    }
    let whose: Vec<_> = funds.keys().map(|(subscriber, _)| *subscriber).collect();
    let mut owed = debts::open(&unit.txn, unit.tenant, &whose).await?;
    let mut all: Vec<(SubscriberId, Allocated, Money)> = Vec::new();
    for (key, mut available) in funds {
        let Some(mut open) = owed.remove(&key) else { continue };
        open.sort_unstable_by_key(|it| (Some(it.debt) != first, it.due_at, it.debt));
        // However many there are: as many payments as it takes.
        for open in open.chunks(DEBTS_MAX) {
            let allocated = allocate(available, open, &policy(open, first), None);
            let allocated = allocated.map_err(|error| rule(key.0, error.into()))?;
            if allocated.allocations.is_empty() {
                break;
            }
            let spent = available.minus(allocated.rest);
            let spent = spent.map_err(|error| rule(key.0, error.into()))?;
            available = allocated.rest;
            all.push((key.0, allocated, spent));
        }
    }
    if !all.is_empty() {
        keep(unit, at, &all).await?;
    }
    Ok(all.into_iter().map(|(subscriber, _, spent)| (subscriber, spent)).collect())
}

/// Of debts that stand in the order in which they are paid.
fn policy(open: &[OpenDebt], first: Option<Debt>) -> Policy {
    if !open.iter().any(|it| Some(it.debt) == first) {
        return Policy::OldestFirst;
    }
    Policy::Named(open.iter().map(|it| it.debt).collect())
}

async fn keep(
    unit: &mut Unit<'_>,
    at: Timestamp,
    all: &[(SubscriberId, Allocated, Money)],
) -> Result<(), StoreError> {
    let ids = take_ids(unit, "wallet_payment", all.len()).await?;
    let (mut payments, mut allocations) = (Vec::new(), Vec::new());
    let (mut entries, mut paid) = (Vec::new(), Vec::new());
    for (id, (subscriber, allocated, spent)) in ids.into_iter().zip(all) {
        payments.push([
            Value::from(id),
            unit.tenant.0.into(),
            subscriber.0.into(),
            at.unix_ms().into(),
            spent.amount_minor().into(),
            spent.currency().code().into(),
        ]);
        for allocation in &allocated.allocations {
            let (debt, debt_id) = debts::words(allocation.debt);
            allocations.push([
                Value::from(unit.tenant.0),
                id.into(),
                debt.into(),
                debt_id.into(),
                allocation.amount.amount_minor().into(),
            ]);
        }
        paid.extend(debts::parts(&allocated.allocations));
        let moved = allocated.entries_from_wallet(AllocationId(id), *subscriber);
        let moved = moved.map_err(|error| rule(*subscriber, error.into()))?;
        entries.extend(moved.into_iter().map(|entry| (entry, About::default())));
    }
    let insert =
        "insert into wallet_payment (id, tenant_id, subscriber_id, at, amount_minor, currency)";
    values::insert(&unit.txn, insert, payments, "", "keep what wallets have paid").await?;
    let insert = "insert into wallet_allocation (tenant_id, wallet_payment_id, debt, debt_id, \
                  amount_minor)";
    values::insert(&unit.txn, insert, allocations, "", "keep what wallets have paid").await?;
    debts::pay(unit, &paid).await?;
    books::enter(&unit.txn, unit.tenant, at, &entries).await?;
    for (subscriber, allocated, spent) in all {
        let allocations = allocated.allocations.clone();
        let what = What::WalletPaid { amount: *spent, allocations, at };
        unit.tell(Happened::new(Topic::WalletPaid, Some(*subscriber), what));
    }
    Ok(())
}

/// What is in the wallet of a subscriber and not held, of each currency of which there is some.
pub(super) async fn all_available(
    unit: &Unit<'_>,
    subscriber: SubscriberId,
) -> Result<Vec<Money>, StoreError> {
    Ok(funds(unit, &[subscriber]).await?.into_values().collect())
}

type Funds = BTreeMap<(SubscriberId, String), Money>;

/// What is in the wallets of these subscribers and not held; empty ones are left out.
async fn funds(unit: &Unit<'_>, subscribers: &[SubscriberId]) -> Result<Funds, StoreError> {
    let operation = "look into wallets";
    let names = subscribers.iter().map(|subscriber| AccountName::Wallet(*subscriber).to_string());
    let names = serde_json::to_string(&names.collect::<Vec<_>>())
        .map_err(|error| StoreError::Database { operation, source: error.into() })?;
    let backend = unit.txn.get_database_backend();
    let names_of = match backend {
        DbBackend::Postgres => "select value from json_array_elements_text($2::json)",
        _ => "select value from json_each($2)",
    };
    let sql = format!(
        "select name, currency, \
         credits_posted_minor - debits_posted_minor - debits_pending_minor as minor \
         from account where tenant_id = $1 and name in ({names_of}) \
         and credits_posted_minor > debits_posted_minor + debits_pending_minor"
    );
    let values = [Value::from(unit.tenant.0), names.into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let mut funds = Funds::new();
    for row in unit.txn.query_all_raw(statement).await.during(operation)? {
        let name: String = row.try_get("", "name").during(operation)?;
        let code: String = row.try_get("", "currency").during(operation)?;
        let minor: i64 = row.try_get("", "minor").during(operation)?;
        if let (Ok(AccountName::Wallet(subscriber)), Ok(currency)) = (name.parse(), code.parse()) {
            funds.insert((subscriber, code), Money::new(minor, currency));
        }
    }
    Ok(funds)
}

fn rule(subscriber: SubscriberId, source: crate::error::RuleError) -> StoreError {
    StoreError::Rule { what: Kind::Subscriber, name: subscriber.to_string(), source }
}
