//! How much a subscriber may owe.

use billing_core::Money;
use billing_core::balance::{CreditLimit, CreditRefusal};
use billing_core::ledger::{Account, AccountId, AccountName, Limit};
use entitlement::{SubscriberId, TenantId};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};

use super::{books, pay_as_you_go};
use crate::entity::{account, subscriber};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::unit::Unit;

/// The credit limit that stands in the row of a subscriber; `None`: nobody has said one.
pub(crate) fn of_row(row: &subscriber::Model) -> Result<Option<Money>, StoreError> {
    let (Some(minor), Some(code)) = (row.credit_limit_minor, &row.credit_currency) else {
        return Ok(None);
    };
    let currency = code.parse().map_err(|_| StoreError::Corrupt {
        what: Kind::Subscriber,
        row: row.id.to_string(),
        problem: format!("`{code}`, in which its credit limit is, is no currency"),
    })?;
    Ok(Some(Money::new(minor, currency)))
}

/// Refuses a limit that is none.
pub(crate) fn check(name: &str, limit: Money) -> Result<(), StoreError> {
    CreditLimit::new(limit).map(|_| ()).map_err(|error| rule(name, error))
}

/// What a subscriber may owe; `None`: nobody has said it.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    subscriber: SubscriberId,
) -> Result<Option<Money>, StoreError> {
    let row = subscriber::Entity::find_by_id(subscriber.0).one(db).await;
    row.during("read the credit limit")?.as_ref().map(of_row).transpose().map(Option::flatten)
}

/// What may still be owed of a limit, by what is owed now and what was used beyond the wallet.
pub(super) async fn left(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    subscriber: SubscriberId,
    limit: Money,
) -> Result<Money, StoreError> {
    let receivable = receivable(db, tenant, subscriber, limit).await?;
    let unbilled = pay_as_you_go::uncovered(db, tenant, subscriber, limit.currency()).await?;
    let left = CreditLimit::new(limit).and_then(|limit| limit.left(&receivable, unbilled));
    left.map_err(|error| rule(&subscriber.to_string(), error))
}

/// Refuses what a subscriber, whose row is locked, owes by what was bought just now, `bought`, beyond the
/// limit.
pub(super) async fn check_owed(
    unit: &Unit<'_>,
    subscriber: SubscriberId,
    limit: Money,
    bought: Money,
) -> Result<(), StoreError> {
    let mut before = receivable(&unit.txn, unit.tenant, subscriber, limit).await?;
    let unbilled =
        pay_as_you_go::uncovered(&unit.txn, unit.tenant, subscriber, limit.currency()).await?;
    // It is owed already: so that the message says what was left before.
    let credits = &mut before.balance.credits_posted_minor;
    *credits = credits.saturating_add(bought.amount_minor());
    let admitted = CreditLimit::new(limit).and_then(|limit| limit.admit(&before, unbilled, bought));
    admitted.map_err(|error| rule(&subscriber.to_string(), error))
}

/// Refuses what was sold on account just now to a subscriber who would owe more than the limit, where there
/// is one.
pub(super) async fn check_sold(
    unit: &Unit<'_>,
    subscriber: SubscriberId,
    sold: Money,
) -> Result<(), StoreError> {
    match of(&unit.txn, subscriber).await? {
        None => Ok(()),
        // A limit in another currency is none in this one.
        Some(limit) if limit.currency() != sold.currency() => {
            check_owed(unit, subscriber, Money::zero(sold.currency()), sold).await
        }
        Some(limit) => check_owed(unit, subscriber, limit, sold).await,
    }
}

async fn receivable(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    subscriber: SubscriberId,
    of_currency: Money,
) -> Result<Account, StoreError> {
    let currency = of_currency.currency();
    let found = account::Entity::find()
        .filter(account::Column::TenantId.eq(tenant.0))
        .filter(account::Column::Name.eq(AccountName::Receivable(subscriber).to_string()))
        .filter(account::Column::Currency.eq(currency.code()))
        .one(db);
    match found.await.during("read what is owed")? {
        Some(row) => books::account_of(&row),
        None => Ok(Account::new(AccountId(0), currency, Limit::None)),
    }
}

fn rule(name: &str, error: CreditRefusal) -> StoreError {
    let source = RuleError::CreditLimit(error);
    StoreError::Rule { what: Kind::Subscriber, name: name.to_owned(), source }
}
