//! Between the tables of vouchers and the types.

use billing_core::ledger::AccountName;
use billing_core::voucher::{
    AccessPackage, Batch, BatchOrder, Buyer, CodeLen, Ended, RedeemableBy, Redemption,
    RedemptionKey, Sale, Serial, SerialRange, Stage, Voucher, VoucherId, VoucherState, Was, Worth,
};
use billing_core::{Currency, Money};
use entitlement::{PlanId, SubscriberId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement, Value,
};
use serde_json::json;

use super::super::taxes::{self, TaxEntry};
use crate::entity::{voucher, voucher_batch};
use crate::error::{During as _, Kind, StoreError};
use crate::names;

pub(super) const ACCESS: &str = "access";
pub(super) const REFILL: &str = "refill";
/// What stands for no taxes at all.
pub(super) const NO_TAXES: &str = "-";

/// Vouchers that are changed by one statement.
const ROWS_PER_UPDATE: usize = 5_000;

/// A batch with its row.
pub(super) struct Found {
    pub(super) row: voucher_batch::Model,
    pub(super) batch: Batch,
}

/// The batch of this number. `lock` holds it until the end of the transaction: for whoever redeems one of
/// its vouchers beside others who do, for whoever does something with many of them alone.
pub(super) async fn batch(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    id: i64,
    lock: Lock,
) -> Result<Found, StoreError> {
    let find =
        voucher_batch::Entity::find_by_id(id).filter(voucher_batch::Column::TenantId.eq(tenant.0));
    let find = match lock {
        Lock::None => find,
        Lock::Shared => find.lock_shared(),
        Lock::Alone => find.lock_exclusive(),
    };
    let row = find.one(db).await.during("find the batch of vouchers")?;
    let row = row.ok_or_else(|| names::not_found(Kind::VoucherBatch, &id.to_string(), []))?;
    Ok(Found { batch: batch_of(&row)?, row })
}

/// How a batch is held.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lock {
    None,
    Shared,
    Alone,
}

pub(super) fn batch_of(row: &voucher_batch::Model) -> Result<Batch, StoreError> {
    let read = || {
        let currency = row.currency.parse::<Currency>().ok()?;
        let cadence = |text: &Option<String>| text.as_deref().map(str::parse).transpose().ok();
        let worth = match (row.worth.as_str(), row.plan_id, row.refill_minor) {
            (ACCESS, Some(plan), None) => Worth::Access(AccessPackage {
                plan: PlanId(plan),
                validity: cadence(&row.validity)?,
                online_s: match row.online_s {
                    Some(online_s) => Some(u32::try_from(online_s).ok()?.try_into().ok()?),
                    None => None,
                },
                octets: match row.octets {
                    Some(octets) => Some(u64::try_from(octets).ok()?.try_into().ok()?),
                    None => None,
                },
            }),
            (REFILL, None, Some(minor)) => Worth::Refill(Money::new(minor, currency)),
            _ => return None,
        };
        let order = BatchOrder {
            tenant: TenantId(row.tenant_id),
            quantity: row.quantity.try_into().ok()?,
            prefix: row.prefix.as_deref().map(str::parse).transpose().ok()?,
            code_len: CodeLen::new(row.code_len.try_into().ok()?)?,
            worth,
            price: Money::new(row.price_minor, currency),
            ordered_at: Timestamp::from_unix_ms(row.ordered_at),
            sell_by: row.sell_by.map(Timestamp::from_unix_ms),
            redeem_within: cadence(&row.redeem_within)?,
            owner: row.owner_id.map(TenantId),
            redeemable_by: RedeemableBy::Everybody,
        };
        Batch::new(order).ok()
    };
    read().ok_or_else(|| StoreError::Corrupt {
        what: Kind::VoucherBatch,
        row: row.id.to_string(),
        problem: "it is none that this version makes".to_owned(),
    })
}

/// The taxes that are within the price of a batch; of a refill none are said.
pub(super) async fn taxes_of(
    db: &impl ConnectionTrait,
    row: &voucher_batch::Model,
) -> Result<billing_core::Taxes, StoreError> {
    let all = taxes::all(db, TenantId(row.tenant_id)).await?;
    let corrupt = |problem: String| StoreError::Corrupt {
        what: Kind::VoucherBatch,
        row: row.id.to_string(),
        problem,
    };
    let taxes = tax_entries(row, &all).ok_or_else(|| corrupt("a tax of it is gone".to_owned()))?;
    let taxes = taxes.into_iter().map(|entry| entry.tax.clone()).collect();
    billing_core::Taxes::new(taxes).map_err(|error| corrupt(error.to_string()))
}

pub(super) fn tax_entries<'t>(
    row: &voucher_batch::Model,
    all: &'t [TaxEntry],
) -> Option<Vec<&'t TaxEntry>> {
    let ids = row.taxes.as_deref().filter(|ids| *ids != NO_TAXES);
    let ids = ids.into_iter().flat_map(|ids| ids.split(','));
    let find = |id: &str| {
        let id = id.parse::<i64>().ok()?;
        all.iter().find(|entry| entry.id == id)
    };
    ids.map(find).collect()
}

/// The vouchers of a range, as they are now, in the order of their serial numbers.
pub(super) async fn range(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    batch: i64,
    range: SerialRange,
) -> Result<Vec<voucher::Model>, StoreError> {
    let (first, last) = bounds(range);
    voucher::Entity::find()
        .filter(voucher::Column::TenantId.eq(tenant.0))
        .filter(voucher::Column::BatchId.eq(batch))
        .filter(voucher::Column::Serial.between(first, last))
        .order_by_asc(voucher::Column::Serial)
        .all(db)
        .await
        .during("read the vouchers")
}

/// The first and the last serial number of a range.
pub(super) fn bounds(range: SerialRange) -> (u32, u32) {
    let mut serials = range.into_iter().map(Serial::get);
    let first = serials.next().unwrap_or_default();
    (first, serials.next_back().unwrap_or(first))
}

pub(super) fn vouchers_of(
    rows: &[voucher::Model],
    currency: Currency,
) -> Result<Vec<Voucher>, StoreError> {
    rows.iter().map(|row| voucher_of(row, currency)).collect()
}

pub(super) fn voucher_of(row: &voucher::Model, currency: Currency) -> Result<Voucher, StoreError> {
    let read = || {
        let state = |code: &str| VoucherState::from_code(code);
        let stage = match (state(&row.state)?, row.was.as_deref().map(state)) {
            (VoucherState::New, None) => Stage::New,
            (VoucherState::Sold, None) => Stage::Sold(sale(row, currency)?),
            (VoucherState::Active, None) => Stage::Active(sale(row, currency)?, redemption(row)?),
            (VoucherState::Used, None) => Stage::Used(sale(row, currency)?, redemption(row)?),
            (ended, Some(was)) => {
                let was = match was? {
                    VoucherState::New => Was::New,
                    VoucherState::Sold => Was::Sold(sale(row, currency)?),
                    VoucherState::Active => Was::Active(sale(row, currency)?, redemption(row)?),
                    _ => return None,
                };
                let end = Ended { at: Timestamp::from_unix_ms(row.ended_at?), was };
                match ended {
                    VoucherState::Expired => Stage::Expired(end),
                    VoucherState::Revoked => Stage::Revoked(end),
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(Voucher {
            id: VoucherId(row.id),
            serial: Serial::new(row.serial.try_into().ok()?)?,
            owner: row.owner_id.map(TenantId),
            stage,
        })
    };
    read().ok_or_else(|| StoreError::Corrupt {
        what: Kind::Voucher,
        row: row.id.to_string(),
        problem: "what has happened to it cannot have happened".to_owned(),
    })
}

fn sale(row: &voucher::Model, currency: Currency) -> Option<Sale> {
    let buyer = match row.buyer.as_deref()?.parse().ok()? {
        AccountName::Clearing(provider) => Buyer::Till(provider),
        AccountName::Receivable(subscriber) => Buyer::OnAccount(subscriber),
        AccountName::Reseller(reseller) => Buyer::Reseller(reseller),
        _ => return None,
    };
    Some(Sale {
        at: Timestamp::from_unix_ms(row.sold_at?),
        buyer,
        price: Money::new(row.price_minor?, currency),
        paid: Money::new(row.paid_minor?, currency),
        redeem_by: row.redeem_by.map(Timestamp::from_unix_ms),
    })
}

fn redemption(row: &voucher::Model) -> Option<Redemption> {
    Some(Redemption {
        at: Timestamp::from_unix_ms(row.redeemed_at?),
        by: SubscriberId(row.redeemed_by?),
        key: read_key(row.redemption_key.as_deref()?)?,
        valid_until: row.valid_until.map(Timestamp::from_unix_ms),
    })
}

/// A key as it is kept: 32 hexadecimal digits.
pub(super) fn key(key: RedemptionKey) -> String {
    format!("{:032x}", key.0)
}

fn read_key(text: &str) -> Option<RedemptionKey> {
    u128::from_str_radix(text, 16).ok().map(RedemptionKey)
}

const SET: [(&str, bool); 14] = [
    ("owner_id", true),
    ("state", false),
    ("was", false),
    ("sold_at", true),
    ("buyer", false),
    ("price_minor", true),
    ("paid_minor", true),
    ("redeem_by", true),
    ("redeemed_at", true),
    ("redeemed_by", true),
    ("redemption_key", false),
    ("valid_until", true),
    ("ended_at", true),
    ("ends_at", true),
];

/// Keeps what vouchers of a batch are now.
pub(super) async fn write(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    batch: &Batch,
    vouchers: &[Voucher],
) -> Result<(), StoreError> {
    let operation = "change the vouchers";
    let backend = txn.get_database_backend();
    let sql = update(backend);
    for vouchers in vouchers.chunks(ROWS_PER_UPDATE) {
        let rows: Vec<_> = vouchers.iter().map(|voucher| columns(batch, voucher)).collect();
        let rows = serde_json::to_string(&rows)
            .map_err(|error| StoreError::Database { operation, source: error.into() })?;
        let values = [Value::from(rows), tenant.0.into()];
        let statement = Statement::from_sql_and_values(backend, &sql, values);
        txn.execute_raw(statement).await.during(operation)?;
    }
    Ok(())
}

/// Of each row of an array in JSON, the number of the voucher is first.
fn update(backend: DbBackend) -> String {
    let of_row = |place: usize, is_number: bool| match (backend, is_number) {
        (DbBackend::Postgres, true) => format!("(r.value ->> {place})::bigint"),
        (DbBackend::Postgres, false) => format!("r.value ->> {place}"),
        _ => format!("json_extract(r.value, '$[{place}]')"),
    };
    let set: Vec<_> = (1..)
        .zip(SET)
        .map(|(place, (column, is_number))| format!("{column} = {}", of_row(place, is_number)))
        .collect();
    let rows = match backend {
        DbBackend::Postgres => "json_array_elements($1::json)",
        _ => "json_each($1)",
    };
    let (set, id) = (set.join(", "), of_row(0, true));
    format!("update voucher set {set} from {rows} r where voucher.id = {id} and tenant_id = $2")
}

fn columns(batch: &Batch, voucher: &Voucher) -> serde_json::Value {
    let (was, sale, redemption, ended_at) = match &voucher.stage {
        Stage::New => (None, None, None, None),
        Stage::Sold(sale) => (None, Some(sale), None, None),
        Stage::Active(sale, redemption) | Stage::Used(sale, redemption) => {
            (None, Some(sale), Some(redemption), None)
        }
        Stage::Expired(ended) | Stage::Revoked(ended) => {
            let (was, sale, redemption) = match &ended.was {
                Was::New => (VoucherState::New, None, None),
                Was::Sold(sale) => (VoucherState::Sold, Some(sale), None),
                Was::Active(sale, redemption) => {
                    (VoucherState::Active, Some(sale), Some(redemption))
                }
            };
            (Some(was.code()), sale, redemption, Some(ended.at.unix_ms()))
        }
    };
    json!([
        voucher.id.0,
        voucher.owner.map(|owner| owner.0),
        voucher.stage.state().code(),
        was,
        sale.map(|sale| sale.at.unix_ms()),
        sale.map(|sale| sale.buyer.account().to_string()),
        sale.map(|sale| sale.price.amount_minor()),
        sale.map(|sale| sale.paid.amount_minor()),
        sale.and_then(|sale| sale.redeem_by).map(Timestamp::unix_ms),
        redemption.map(|redemption| redemption.at.unix_ms()),
        redemption.map(|redemption| redemption.by.0),
        redemption.map(|redemption| key(redemption.key)),
        redemption.and_then(|redemption| redemption.valid_until).map(Timestamp::unix_ms),
        ended_at,
        ends_at(batch, &voucher.stage).map(Timestamp::unix_ms),
    ])
}

/// When its time is over by itself: of a new one when it is too late to sell it.
pub(super) fn ends_at(batch: &Batch, stage: &Stage) -> Option<Timestamp> {
    match stage {
        Stage::New => batch.order().sell_by,
        _ => stage.ends_at(),
    }
}

/// What a voucher is called: `3-17` is the 17th of batch 3.
pub(super) fn name(batch: i64, serial: Serial) -> String {
    format!("{batch}-{serial}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_kept() {
        for number in [0, 1, 0xfeed, u128::MAX] {
            let text = key(RedemptionKey(number));
            assert_eq!(text.len(), 32);
            assert_eq!(read_key(&text), Some(RedemptionKey(number)));
        }
    }

    #[test]
    fn a_range_has_its_bounds() {
        for (first, last) in [(1, 1), (3, 17), (1, 100_000)] {
            assert_eq!(bounds(SerialRange::new(first, last).unwrap()), (first, last));
        }
    }
}
