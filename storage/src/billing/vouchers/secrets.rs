//! How codes are kept: to be found, and to be printed again.
//!
//! A voucher's row holds HMAC-SHA-256 of its code under a key of its tenant; all codes of a batch are sealed
//! together in the row of the batch. The tenant's key is sealed with the key file. So a store that was
//! stolen without its key file is no heap of money: nothing in it opens, and as the digests are keyed, no
//! code can be tried against them. A new key in the file seals the tenant's key and the batches anew; the
//! digests stay as they are.

use billing_core::voucher::VoucherCode;
use entitlement::{TenantId, Timestamp};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::entity::{voucher_batch, voucher_key};
use crate::entropy;
use crate::error::{During as _, Kind, StoreError};
use crate::keys::{KeyRing, Purpose, Seal};

/// The length of a tenant's key, octets: that of the digest.
const KEY_LEN: usize = 32;

/// What stands between two codes of a batch; no code has it.
const SEPARATOR: &str = "\n";

/// What the seal of a tenant's key is bound to.
pub(crate) const fn key_seal(tenant: TenantId) -> Seal {
    Seal { purpose: Purpose::VoucherKey, tenant, row: 0 }
}

/// What the seal of a batch's codes is bound to.
pub(crate) const fn codes_seal(tenant: TenantId, batch: i64) -> Seal {
    Seal { purpose: Purpose::VoucherCodes, tenant, row: batch }
}

/// Makes digests of the codes of one tenant.
pub(super) struct Digests(Hmac<Sha256>);

impl Digests {
    /// Those of a tenant; `None`: it has never had a voucher.
    pub(super) async fn read(
        db: &impl ConnectionTrait,
        keys: &KeyRing,
        tenant: TenantId,
    ) -> Result<Option<Self>, StoreError> {
        let found = voucher_key::Entity::find_by_id(tenant.0).one(db).await;
        let Some(row) = found.during("read the key of the vouchers")? else { return Ok(None) };
        let key = keys.open(key_seal(tenant), &row.key_sealed).map_err(|error| {
            let problem = format!("the key of its vouchers does not open: {error}");
            StoreError::Corrupt { what: Kind::Tenant, row: tenant.to_string(), problem }
        })?;
        Ok(Some(Self::keyed(&key)))
    }

    /// Those of a tenant, with a key that is drawn where it has none.
    pub(super) async fn read_or_draw(
        txn: &DatabaseTransaction,
        keys: &KeyRing,
        tenant: TenantId,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let key = Zeroizing::new(entropy::octets::<KEY_LEN>()?);
        let row = voucher_key::ActiveModel {
            tenant_id: Set(tenant.0),
            key_sealed: Set(keys.seal(key_seal(tenant), &*key)?),
            created_at: Set(now.unix_ms()),
        };
        let none = OnConflict::column(voucher_key::Column::TenantId).do_nothing().to_owned();
        let insert = voucher_key::Entity::insert(row).on_conflict(none);
        insert.exec_without_returning(txn).await.during("keep a key for vouchers")?;
        // That of whoever was first.
        Ok(Self::read(txn, keys, tenant).await?.unwrap_or_else(|| Self::keyed(&*key)))
    }

    fn keyed(key: &[u8]) -> Self {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        Self(Hmac::new_from_slice(key).expect("any length"))
    }

    pub(super) fn of(&self, code: &VoucherCode) -> Vec<u8> {
        self.0.clone().chain_update(code.as_str()).finalize().into_bytes().to_vec()
    }
}

/// Seals the codes of a batch, in the order of their serial numbers.
pub(super) fn seal(
    keys: &KeyRing,
    tenant: TenantId,
    batch: i64,
    codes: &[VoucherCode],
) -> Result<Vec<u8>, StoreError> {
    let codes: Vec<_> = codes.iter().map(VoucherCode::as_str).collect();
    let plain = Zeroizing::new(codes.join(SEPARATOR));
    Ok(keys.seal(codes_seal(tenant, batch), plain.as_bytes())?)
}

/// The codes of a batch, in the order of their serial numbers.
pub(super) fn open(
    keys: &KeyRing,
    row: &voucher_batch::Model,
) -> Result<Vec<VoucherCode>, StoreError> {
    let corrupt = |problem: String| StoreError::Corrupt {
        what: Kind::VoucherBatch,
        row: row.id.to_string(),
        problem,
    };
    let sealed = row.codes_sealed.as_deref().unwrap_or_default();
    let plain = keys.open(codes_seal(TenantId(row.tenant_id), row.id), sealed);
    let plain = plain.map_err(|error| corrupt(format!("its codes do not open: {error}")))?;
    let text = core::str::from_utf8(&plain).map_err(|error| corrupt(error.to_string()))?;
    let codes = text.split(SEPARATOR).map(str::parse);
    codes.collect::<Result<_, _>>().map_err(|_| corrupt("one of its codes is none".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> VoucherCode {
        // The check letter that fits is found by trying them all.
        let letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ".chars();
        letters.filter_map(|check| format!("{text}{check}").parse().ok()).next().unwrap()
    }

    #[test]
    fn a_digest_depends_on_the_key_and_on_the_code() {
        let (one, other) = (Digests::keyed(&[1; 32]), Digests::keyed(&[2; 32]));
        let (a, b) = (code("ABCDEFGH"), code("ABCDEFGJ"));
        assert_eq!(one.of(&a), one.of(&a));
        assert_ne!(one.of(&a), one.of(&b));
        assert_ne!(one.of(&a), other.of(&a));
        assert_eq!(one.of(&a).len(), 32);
    }
}
