//! What there is: batches with their stock, single vouchers, and codes to be printed.

use std::collections::BTreeMap;

use billing_core::Currency;
use billing_core::voucher::{Serial, StockCount, VoucherCode, VoucherState, stock};
use entitlement::TenantId;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Statement, Value,
};
use serde_json::json;

use super::rows::{self, Found, Lock};
use super::secrets::{self, Digests};
use super::{BatchEntry, PrintedVoucher, VoucherEntry, Vouchers};
use crate::billing::taxes;
use crate::entity::{plan, service, subscriber, voucher, voucher_batch};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::store::Actor;
use crate::unit::{Record, Unit};

type Stock = BTreeMap<i64, BTreeMap<Option<TenantId>, StockCount>>;

impl Vouchers<'_> {
    /// Every batch of the tenant with its stock, in the order in which they were made.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn batches(&self) -> Result<Vec<BatchEntry>, StoreError> {
        let reader = &self.store.database().reader;
        let rows = voucher_batch::Entity::find()
            .filter(voucher_batch::Column::TenantId.eq(self.tenant.0))
            .order_by_asc(voucher_batch::Column::Id)
            .all(reader);
        let rows = rows.await.during("list the batches of vouchers")?;
        let mut stock = self.stock(None).await?;
        let mut entries = Vec::new();
        for row in rows {
            let stock = stock.remove(&row.id).unwrap_or_default();
            entries.push(self.entry(Found { batch: rows::batch_of(&row)?, row }, stock).await?);
        }
        Ok(entries)
    }

    /// The batch of this number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn batch(&self, id: i64) -> Result<BatchEntry, StoreError> {
        let reader = &self.store.database().reader;
        let found = rows::batch(reader, self.tenant, id, Lock::None).await?;
        let stock = self.stock(Some(id)).await?.remove(&id).unwrap_or_default();
        self.entry(found, stock).await
    }

    /// A voucher, by the number of its batch and its own in it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, batch: i64, serial: Serial) -> Result<VoucherEntry, StoreError> {
        let reader = &self.store.database().reader;
        let row = voucher::Entity::find()
            .filter(voucher::Column::TenantId.eq(self.tenant.0))
            .filter(voucher::Column::BatchId.eq(batch))
            .filter(voucher::Column::Serial.eq(serial.get()))
            .one(reader);
        let row = row.await.during("find the voucher")?;
        let name = rows::name(batch, serial);
        let row = row.ok_or_else(|| names::not_found(Kind::Voucher, &name, []))?;
        self.voucher(row).await
    }

    /// The voucher with this code. Whoever may ask this must not be asked by everybody: nothing is counted.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find_by_code(&self, code: &VoucherCode) -> Result<VoucherEntry, StoreError> {
        let reader = &self.store.database().reader;
        let row = by_code(reader, self.store.keys(), self.tenant, code).await?;
        // The code is a secret also where it is wrong: it may be nearly right.
        let row = row.ok_or_else(|| names::not_found(Kind::Voucher, "that code", []))?;
        self.voucher(row).await
    }

    /// The codes of a batch, to be printed. That somebody has asked for them is in the audit.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Corrupt`] where they do not open.
    pub async fn export(&self, by: &Actor, id: i64) -> Result<Vec<PrintedVoucher>, StoreError> {
        let operation = "export the codes of the batch";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let Found { row, batch } = rows::batch(&unit.txn, self.tenant, id, Lock::None).await?;
        let codes = secrets::open(self.store.keys(), &row)?;
        let states = rows::range(&unit.txn, self.tenant, id, batch.serials()).await?;
        if codes.len() != states.len() {
            let problem = format!("it has {} vouchers and {} codes", states.len(), codes.len());
            let (what, row) = (Kind::VoucherBatch, id.to_string());
            return Err(StoreError::Corrupt { what, row, problem });
        }
        let (before, after) = (Some(json!({})), Some(json!({ "exported": codes.len() })));
        let (kind, name) = (Kind::VoucherBatch, id.to_string());
        unit.record(Record { kind, row: id, name: &name, before, after });
        let vouchers = rows::vouchers_of(&states, batch.order().price.currency())?;
        unit.commit().await?;
        let printed = vouchers.into_iter().zip(codes).map(|(voucher, code)| PrintedVoucher {
            serial: voucher.serial,
            code,
            state: voucher.stage.state(),
        });
        Ok(printed.collect())
    }

    async fn stock(&self, batch: Option<i64>) -> Result<Stock, StoreError> {
        let operation = "count the vouchers";
        let database = self.store.database();
        let sql = "select batch_id, owner_id, state, count(*) as count from voucher \
                   where tenant_id = $1 and ($2 = 0 or batch_id = $2) \
                   group by batch_id, owner_id, state";
        // No batch has the number 0.
        let values = [Value::from(self.tenant.0), batch.unwrap_or(0).into()];
        let statement = Statement::from_sql_and_values(database.backend(), sql, values);
        let rows = database.reader.query_all_raw(statement).await.during(operation)?;
        let mut counted: BTreeMap<i64, Vec<(Option<TenantId>, VoucherState)>> = BTreeMap::new();
        for row in rows {
            let batch: i64 = row.try_get("", "batch_id").during(operation)?;
            let owner: Option<i64> = row.try_get("", "owner_id").during(operation)?;
            let state: String = row.try_get("", "state").during(operation)?;
            let count: i64 = row.try_get("", "count").during(operation)?;
            let state = VoucherState::from_code(&state).ok_or_else(|| StoreError::Corrupt {
                what: Kind::VoucherBatch,
                row: batch.to_string(),
                problem: format!("`{state}` is no state of a voucher"),
            })?;
            let count = usize::try_from(count).unwrap_or_default();
            let these = core::iter::repeat_n((owner.map(TenantId), state), count);
            counted.entry(batch).or_default().extend(these);
        }
        Ok(counted.into_iter().map(|(batch, vouchers)| (batch, stock(vouchers))).collect())
    }

    async fn entry(
        &self,
        Found { row, batch }: Found,
        stock: BTreeMap<Option<TenantId>, StockCount>,
    ) -> Result<BatchEntry, StoreError> {
        let reader = &self.store.database().reader;
        let plan = match row.plan_id {
            Some(plan) => {
                plan::Entity::find_by_id(plan).one(reader).await.during("find the plan")?
            }
            None => None,
        };
        let all = taxes::all(reader, self.tenant).await?;
        let taxes = row.taxes.is_some().then(|| rows::tax_entries(&row, &all)).flatten();
        let taxes = taxes.map(|taxes| taxes.iter().map(|it| it.tax.name.clone()).collect());
        Ok(BatchEntry { id: row.id, batch, plan: plan.map(|plan| plan.name), taxes, stock })
    }

    async fn voucher(&self, row: voucher::Model) -> Result<VoucherEntry, StoreError> {
        let reader = &self.store.database().reader;
        let found = rows::batch(reader, self.tenant, row.batch_id, Lock::None).await?;
        let subscriber = match row.redeemed_by {
            Some(id) => {
                let found = subscriber::Entity::find_by_id(id).one(reader).await;
                found.during("find the subscriber")?.map(|subscriber| subscriber.name)
            }
            None => None,
        };
        let service = login_of(reader, row.service_id).await?;
        let currency: Currency = found.batch.order().price.currency();
        let voucher = rows::voucher_of(&row, currency)?;
        Ok(VoucherEntry { batch: row.batch_id, voucher, subscriber, service })
    }
}

/// The row of the voucher with this code.
pub(super) async fn by_code(
    db: &impl ConnectionTrait,
    keys: &crate::keys::KeyRing,
    tenant: TenantId,
    code: &VoucherCode,
) -> Result<Option<voucher::Model>, StoreError> {
    let Some(digests) = Digests::read(db, keys, tenant).await? else { return Ok(None) };
    let found = voucher::Entity::find()
        .filter(voucher::Column::TenantId.eq(tenant.0))
        .filter(voucher::Column::Digest.eq(digests.of(code)))
        .one(db);
    found.await.during("look for the voucher")
}

/// The login of a service, if it is still there.
pub(super) async fn login_of(
    db: &impl ConnectionTrait,
    service: Option<i64>,
) -> Result<Option<String>, StoreError> {
    let Some(id) = service else { return Ok(None) };
    let found = service::Entity::find()
        .select_only()
        .column(service::Column::Login)
        .filter(service::Column::Id.eq(id))
        .into_tuple::<String>()
        .one(db);
    found.await.during("find the service")
}
