//! Sealing everything anew, after a key was added.

use entitlement::TenantId;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseTransaction, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

use crate::entity::{nas, provider_token, service, store, voucher_batch, voucher_key};
use crate::error::{During as _, Kind, StoreError};
use crate::keys::{KEY_CHECK_SEAL, KeyRing, Seal};
use crate::nas::{coa_secret_seal, mac_auth_password_seal, seal as nas_seal};
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};
use crate::{billing, code_secret, credential};

const OPERATION: &str = "seal the store with the newest key";
/// Rows of one SELECT.
const ROWS_PER_READ: u64 = 1_000;

impl Store {
    /// Seals every secret of every tenant with the newest key of the key file; returns how many
    /// were sealed with an older one. After it the older keys may be removed from the file, once
    /// no copy of the store that needs them is kept.
    ///
    /// # Errors
    /// When one does not open; nothing is changed then.
    pub async fn rotate_keys(&self, by: &Actor) -> Result<u64, StoreError> {
        let mut unit = Unit::begin(self, TenantId(0), by, OPERATION).await?;
        let keys = self.keys();
        let checks = reseal_check(&unit.txn, keys).await?;
        let nases = reseal_nases(&unit.txn, keys).await?;
        let services = reseal_services(&unit.txn, keys).await?;
        let vouchers = reseal_vouchers(&unit.txn, keys).await?;
        let tokens = reseal_tokens(&unit.txn, keys).await?;
        let resealed = checks + vouchers + tokens + (nases.len() + services.len()) as u64;
        if resealed > 0 {
            let seals = json!({ "sealed_anew": resealed });
            unit.record(Record {
                kind: Kind::Store,
                row: 0,
                name: "keys",
                before: Some(json!({})),
                after: Some(seals),
            });
        }
        // Whoever follows needs the rows anew, because the old key may go.
        unit.announce(Kind::Nas, &nases);
        unit.announce(Kind::Service, &services);
        unit.commit().await?;
        Ok(resealed)
    }
}

async fn reseal_check(txn: &DatabaseTransaction, keys: &KeyRing) -> Result<u64, StoreError> {
    let mut resealed = 0;
    for row in store::Entity::find().all(txn).await.during(OPERATION)? {
        if keys.is_newest(&row.key_check) {
            continue;
        }
        let what = Sealed { of: Kind::Store, row: row.id, what: "its key check" };
        let key_check = Set(reseal(keys, KEY_CHECK_SEAL, &row.key_check, what)?);
        let changed = store::ActiveModel { id: Set(row.id), key_check, ..Default::default() };
        changed.update(txn).await.during(OPERATION)?;
        resealed += 1;
    }
    Ok(resealed)
}

async fn reseal_nases(
    txn: &DatabaseTransaction,
    keys: &KeyRing,
) -> Result<Vec<(TenantId, i64)>, StoreError> {
    let mut resealed = Vec::new();
    for row in nas::Entity::find().all(txn).await.during(OPERATION)? {
        let of_devices = row.mac_auth_password_sealed.as_deref();
        let of_coa = row.coa_secret_sealed.as_deref();
        let mut blobs = [Some(&*row.secret_sealed), of_devices, of_coa].into_iter().flatten();
        if blobs.all(|blob| keys.is_newest(blob)) {
            continue;
        }
        let tenant = TenantId(row.tenant_id);
        let of = |what| Sealed { of: Kind::Nas, row: row.id, what };
        let seal = nas_seal(tenant, row.id);
        let secret = reseal(keys, seal, &row.secret_sealed, of("its secret"))?;
        let seal = mac_auth_password_seal(tenant, row.id);
        let of_devices =
            of_devices.map(|blob| reseal(keys, seal, blob, of("its password for devices")));
        let seal = coa_secret_seal(tenant, row.id);
        let of_coa = of_coa.map(|blob| reseal(keys, seal, blob, of("its secret for CoA")));
        let changed = nas::ActiveModel {
            id: Set(row.id),
            secret_sealed: Set(secret),
            mac_auth_password_sealed: Set(of_devices.transpose()?),
            coa_secret_sealed: Set(of_coa.transpose()?),
            ..Default::default()
        };
        changed.update(txn).await.during(OPERATION)?;
        resealed.push((tenant, row.id));
    }
    Ok(resealed)
}

async fn reseal_services(
    txn: &DatabaseTransaction,
    keys: &KeyRing,
) -> Result<Vec<(TenantId, i64)>, StoreError> {
    let (mut resealed, mut after) = (Vec::new(), 0);
    loop {
        let rows = service::Entity::find()
            .filter(service::Column::Id.gt(after))
            .order_by_asc(service::Column::Id)
            .limit(ROWS_PER_READ)
            .all(txn)
            .await
            .during(OPERATION)?;
        let Some(last) = rows.last() else { return Ok(resealed) };
        after = last.id;
        let is_old = |blob: &Vec<u8>| !keys.is_newest(blob);
        let is_due = |row: &&service::Model| {
            is_old(&row.credential_sealed) || row.code_secret_sealed.as_ref().is_some_and(is_old)
        };
        for row in rows.iter().filter(is_due) {
            let tenant = TenantId(row.tenant_id);
            let of = |what| Sealed { of: Kind::Service, row: row.id, what };
            let seal = credential::seal_of(tenant, row.id);
            let sealed = reseal(keys, seal, &row.credential_sealed, of("its credential"))?;
            let seal = code_secret::seal_of(tenant, row.id);
            let codes = row.code_secret_sealed.as_deref();
            let codes =
                codes.map(|blob| reseal(keys, seal, blob, of("the secret of its one-time codes")));
            let changed = service::ActiveModel {
                id: Set(row.id),
                credential_sealed: Set(sealed),
                code_secret_sealed: Set(codes.transpose()?),
                ..Default::default()
            };
            changed.update(txn).await.during(OPERATION)?;
            resealed.push((tenant, row.id));
        }
    }
}

/// The keys of vouchers' digests, and the codes of batches. The digests themselves stay as they are.
async fn reseal_vouchers(txn: &DatabaseTransaction, keys: &KeyRing) -> Result<u64, StoreError> {
    let mut resealed = 0;
    for row in voucher_key::Entity::find().all(txn).await.during(OPERATION)? {
        if keys.is_newest(&row.key_sealed) {
            continue;
        }
        let what = "the key of its vouchers";
        let of = Sealed { of: Kind::Tenant, row: row.tenant_id, what };
        let seal = billing::key_seal(TenantId(row.tenant_id));
        let key_sealed = Set(reseal(keys, seal, &row.key_sealed, of)?);
        let changed = voucher_key::ActiveModel {
            tenant_id: Set(row.tenant_id),
            key_sealed,
            ..Default::default()
        };
        changed.update(txn).await.during(OPERATION)?;
        resealed += 1;
    }
    let mut after = 0;
    loop {
        // One after the other: the codes of each are many.
        let row = voucher_batch::Entity::find()
            .filter(voucher_batch::Column::Id.gt(after))
            .order_by_asc(voucher_batch::Column::Id)
            .one(txn);
        let Some(row) = row.await.during(OPERATION)? else { return Ok(resealed) };
        after = row.id;
        let Some(sealed) = row.codes_sealed.filter(|sealed| !keys.is_newest(sealed)) else {
            continue;
        };
        let of = Sealed { of: Kind::VoucherBatch, row: row.id, what: "its codes" };
        let seal = billing::codes_seal(TenantId(row.tenant_id), row.id);
        let codes_sealed = Set(Some(reseal(keys, seal, &sealed, of)?));
        let changed =
            voucher_batch::ActiveModel { id: Set(row.id), codes_sealed, ..Default::default() };
        changed.update(txn).await.during(OPERATION)?;
        resealed += 1;
    }
}

async fn reseal_tokens(txn: &DatabaseTransaction, keys: &KeyRing) -> Result<u64, StoreError> {
    let (mut resealed, mut after) = (0, 0);
    loop {
        let rows = provider_token::Entity::find()
            .filter(provider_token::Column::Id.gt(after))
            .order_by_asc(provider_token::Column::Id)
            .limit(ROWS_PER_READ)
            .all(txn)
            .await
            .during(OPERATION)?;
        let Some(last) = rows.last() else { return Ok(resealed) };
        after = last.id;
        for row in rows.iter().filter(|row| !keys.is_newest(&row.token_sealed)) {
            let of = Sealed { of: Kind::ProviderToken, row: row.id, what: "it" };
            let seal = billing::token_seal(TenantId(row.tenant_id), row.id);
            let token_sealed = Set(reseal(keys, seal, &row.token_sealed, of)?);
            let changed =
                provider_token::ActiveModel { id: Set(row.id), token_sealed, ..Default::default() };
            changed.update(txn).await.during(OPERATION)?;
            resealed += 1;
        }
    }
}

/// What is sealed, for who reads that it does not open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sealed<'a> {
    pub(crate) of: Kind,
    pub(crate) row: i64,
    pub(crate) what: &'a str,
}

/// Opens and seals again, under the newest key.
pub(crate) fn reseal(
    keys: &KeyRing,
    seal: Seal,
    blob: &[u8],
    Sealed { of, row, what }: Sealed<'_>,
) -> Result<Vec<u8>, StoreError> {
    let plain = keys.open(seal, blob).map_err(|error| StoreError::Corrupt {
        what: of,
        row: row.to_string(),
        problem: format!("{what} does not open: {error}"),
    })?;
    Ok(keys.seal(seal, &plain)?)
}
