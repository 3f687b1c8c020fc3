//! Services that are paid from the wallet while they are used.
//!
//! What is agreed, what is paid and held, and how far the wallet covers a service is decided by
//! [`billing_core::balance`]. Here it is kept: with a service there is one [`reservation`] at a time, which
//! says until which count of the service's meter it is covered. The directory has that as a grant, and is told
//! whenever it changes: by a report, and by any other movement of the wallet.

mod drained;
mod follow;
mod turns;

use std::collections::BTreeMap;

use billing_core::balance::Counted;
use billing_core::ledger::{AccountId, AccountName};
use billing_core::{Currency, Money};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, DatabaseTransaction, DbBackend,
    EntityTrait as _, QueryFilter as _, QueryOrder as _, Statement, Value,
};

use super::books;
use super::reservations::rows::{agreed, reservation_of};
use super::reservations::{self, Act};
use crate::among;
use crate::constant;
use crate::entity::{account, change, reservation, session};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::feed::NOTIFY_CHANNEL;
use crate::unit::Unit;

pub(crate) use drained::Concerned;
pub(crate) use follow::is_to_pay_as_it_goes;
pub(super) use follow::{By, follow, payer_is_set, product_is_set, tax_is_set};
pub(crate) use turns::tell_of_turns;

const OPERATION: &str = "keep what is paid as it is used";
/// The state of what is agreed no more.
const ENDED: &str = "ended";
/// The state in which nothing runs.
const IDLE: &str = "silent";

/// What is agreed with services of these subscribers, whose rows are locked.
async fn of_subscribers(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    subscribers: &[i64],
) -> Result<Vec<reservation::Model>, StoreError> {
    let found = reservation::Entity::find()
        .filter(reservation::Column::TenantId.eq(tenant.0))
        .filter(among::numbers(
            db.get_database_backend(),
            "subscriber_id",
            subscribers.iter().copied(),
        ))
        .filter(reservation::Column::ServiceId.is_not_null())
        .filter(constant::is_not(reservation::Column::State, ENDED))
        .order_by_asc(reservation::Column::Id)
        .all(db);
    found.await.during(OPERATION)
}

/// Money has moved in these accounts: how far those that are wallets cover is looked at again.
pub(super) async fn cover_of_accounts(unit: &Unit<'_>, accounts: &[i64]) -> Result<(), StoreError> {
    if accounts.is_empty() {
        return Ok(());
    }
    let txn = &unit.txn;
    let backend = txn.get_database_backend();
    let (is_among, ids) = among::numbers_at(backend, "$1", accounts.iter().copied());
    let sql =
        format!("select tenant_id, name from account where id {is_among} and name like 'wallet:%'");
    let statement = Statement::from_sql_and_values(backend, sql, [Value::from(ids)]);
    let mut wallets: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for row in txn.query_all_raw(statement).await.during(OPERATION)? {
        let name: String = row.try_get("", "name").during(OPERATION)?;
        if let Ok(AccountName::Wallet(SubscriberId(subscriber))) = name.parse() {
            let tenant = row.try_get("", "tenant_id").during(OPERATION)?;
            wallets.entry(tenant).or_default().push(subscriber);
        }
    }
    for (tenant, subscribers) in wallets {
        cover(unit, TenantId(tenant), &subscribers).await?;
    }
    Ok(())
}

/// Says how far the wallets of these subscribers, whose rows are locked, cover their services now.
pub(super) async fn cover(
    unit: &Unit<'_>,
    tenant: TenantId,
    subscribers: &[i64],
) -> Result<(), StoreError> {
    let (txn, mut changed) = (&unit.txn, Vec::new());
    for row in of_subscribers(txn, tenant, subscribers).await? {
        let covered = covered(txn, &row).await?;
        if (covered <= row.seen_octets) != (row.is_drained == 1) {
            unit.note_turn(row.id);
        }
        if covered == row.covered_octets {
            continue;
        }
        changed.extend(row.service_id);
        let row = reservation::ActiveModel {
            id: Set(row.id),
            covered_octets: Set(covered),
            ..Default::default()
        };
        row.update(txn).await.during(OPERATION)?;
    }
    announce(txn, tenant, &changed).await
}

/// Until which count of its meter the wallet covers a service.
async fn covered(txn: &DatabaseTransaction, row: &reservation::Model) -> Result<i64, StoreError> {
    let wallet = AccountName::Wallet(SubscriberId(row.subscriber_id));
    let found = account::Entity::find()
        .filter(account::Column::TenantId.eq(row.tenant_id))
        .filter(account::Column::Name.eq(wallet.to_string()))
        .filter(account::Column::Currency.eq(row.currency.as_str()))
        .one(txn);
    // Nothing was ever in a wallet that is not there.
    let Some(found) = found.await.during("look into the wallet")? else {
        return Ok(row.seen_octets);
    };
    let wallet = books::account_of(&found)?;
    // What it is paid to is no matter here.
    let [credit, tax] = [AccountId(0); 2];
    let accounts = billing_core::balance::SessionAccounts { wallet: wallet.id, credit, tax };
    let Some(agreement) = agreed(row)?.with_service() else { return Ok(row.seen_octets) };
    let reservation = reservation_of(row, accounts)?;
    let until =
        agreement.covered_until(&reservation, &wallet).map_err(|error| StoreError::Rule {
            what: Kind::Reservation,
            name: row.session_key.clone(),
            source: RuleError::Reservation(Box::new(error)),
        })?;
    let more = until.saturating_sub(reservation.reported_units);
    Ok(row.seen_octets.saturating_add(i64::try_from(more).unwrap_or(i64::MAX)))
}

/// Lets whoever follows read these services again.
pub(super) async fn announce(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    services: &[i64],
) -> Result<(), StoreError> {
    if services.is_empty() {
        return Ok(());
    }
    let rows = services.iter().map(|service| change::ActiveModel {
        tenant_id: Set(tenant.0),
        kind: Set(Kind::Service.code().to_owned()),
        row_id: Set(*service),
        ..Default::default()
    });
    let insert = change::Entity::insert_many(rows).exec_without_returning(txn).await;
    insert.during("say that services have changed")?;
    if txn.get_database_backend() == DbBackend::Postgres {
        let notify = format!("notify {NOTIFY_CHANNEL}");
        txn.execute_unprepared(&notify).await.during("say that services have changed")?;
    }
    Ok(())
}

/// What services of a subscriber have used beyond what the wallet had, also by what is agreed no more and
/// nothing has taken over.
async fn owing(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    subscriber: SubscriberId,
) -> Result<Vec<reservation::Model>, StoreError> {
    let found = reservation::Entity::find()
        .filter(reservation::Column::TenantId.eq(tenant.0))
        .filter(reservation::Column::SubscriberId.eq(subscriber.0))
        .filter(reservation::Column::ServiceId.is_not_null())
        .filter(reservation::Column::UncoveredMinor.gt(0))
        .order_by_asc(reservation::Column::Id)
        .all(db);
    found.await.during(OPERATION)
}

/// Whether services of a subscriber have used more than the wallet had.
pub(super) async fn owes(unit: &Unit<'_>, subscriber: SubscriberId) -> Result<bool, StoreError> {
    Ok(!owing(&unit.txn, unit.tenant, subscriber).await?.is_empty())
}

/// What services of a subscriber have used beyond what the wallet had.
pub(super) async fn uncovered(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    subscriber: SubscriberId,
    currency: Currency,
) -> Result<Money, StoreError> {
    let all = owing(db, tenant, subscriber).await?;
    let of = all.iter().filter(|row| row.currency == currency.code());
    let minor = of.fold(0_i64, |sum, row| sum.saturating_add(row.uncovered_minor));
    Ok(Money::new(minor, currency))
}

/// Takes what services of a subscriber, whose row is locked, have used beyond what the wallet had, now that
/// money may have come.
pub(super) async fn collect(unit: &Unit<'_>, subscriber: SubscriberId) -> Result<(), StoreError> {
    for row in owing(&unit.txn, unit.tenant, subscriber).await? {
        if row.state == ENDED {
            reservations::take(unit, row, unit.now, &Act::Collect).await?;
            continue;
        }
        let total_octets = u64::try_from(row.reported_units).unwrap_or_default();
        let sessions = running(&unit.txn, row.service_id).await?;
        let counted = Counted { total_octets, sessions, at: unit.now };
        reservations::take(unit, row, unit.now, &Act::Counted(counted)).await?;
    }
    Ok(())
}

/// How many sessions of a service run, as far as is known.
async fn running(db: &impl ConnectionTrait, service: Option<i64>) -> Result<u32, StoreError> {
    use sea_orm::PaginatorTrait as _;
    let Some(service) = service else { return Ok(0) };
    let count = session::Entity::find()
        .filter(session::Column::ServiceId.eq(service))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::SilentSince.is_null())
        .filter(session::Column::ActivatedService.is_null())
        .count(db);
    Ok(u32::try_from(count.await.during(OPERATION)?).unwrap_or(u32::MAX))
}

/// The moment at which something that was said then is entered: not before the books were closed.
async fn open_at(unit: &Unit<'_>, at: Timestamp) -> Result<Timestamp, StoreError> {
    let settings = super::settings::read(&unit.txn, unit.tenant).await?;
    Ok(settings.closed_until.map_or(at, |closed| closed.max(at)))
}
