//! Vouchers that end before they were used up: revoked, or expired.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::Money;
use billing_core::ledger::Entry;
use billing_core::voucher::{
    self as core_voucher, Ended, SerialRange, Stage, Unredeemed, Voucher, VouchersEnded, Was, Worth,
};
use entitlement::Timestamp;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

use super::rows::{self, Found, Lock};
use super::sell::{of_batch, record};
use super::{EndedVouchers, UnredeemedVouchers, Vouchers};
use crate::billing::books::About;
use crate::billing::resellers::BothSides;
use crate::billing::{settings, subscriptions, taxes};
use crate::entity::voucher;
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::services::{Access, AccessGrants, withdraw};
use crate::store::Actor;
use crate::unit::Unit;

impl Vouchers<'_> {
    /// Revokes vouchers of a batch, or all of it. Access that is being used is stopped.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the batch or a tax; [`StoreError::Rule`] for vouchers that are not
    /// there; [`StoreError::Invalid`] while the books are closed.
    pub async fn revoke(
        &self,
        by: &Actor,
        batch: i64,
        range: Option<SerialRange>,
        unredeemed: &UnredeemedVouchers,
        at: Timestamp,
    ) -> Result<EndedVouchers, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "revoke the vouchers").await?;
        let found = rows::batch(&unit.txn, self.tenant, batch, Lock::Alone).await?;
        let range = range.unwrap_or_else(|| found.batch.serials());
        // Nobody sells or redeems one of them from here on.
        let rows = rows::range(&unit.txn, self.tenant, batch, range).await?;
        let (decided_by, rounding) = self.unredeemed(&unit, unredeemed, at).await?;
        let vouchers = rows::vouchers_of(&rows, found.batch.order().price.currency())?;
        let ended = core_voucher::revoke(&vouchers, range, &decided_by, at, rounding);
        let ended = ended.map_err(|error| of_batch(batch, error.into()))?;
        let (first, last) = rows::bounds(range);
        let memo = format!("vouchers {first} to {last} of batch {batch} revoked");
        let outcome = self.end(&mut unit, &found, &rows, ended, at, memo).await?;
        let after = json!({ "revoked": [first, last], "count": outcome.count });
        record(&mut unit, batch, after);
        unit.commit().await?;
        Ok(outcome)
    }

    /// Lets vouchers expire whose time is over, `limit` at most of one batch. There may be more as long as
    /// some have.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a tax; [`StoreError::Invalid`] while the books are closed.
    pub async fn expire(
        &self,
        by: &Actor,
        unredeemed: &UnredeemedVouchers,
        at: Timestamp,
        limit: u64,
    ) -> Result<EndedVouchers, StoreError> {
        let operation = "let the vouchers expire";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let due = voucher::Entity::find()
            .filter(voucher::Column::TenantId.eq(self.tenant.0))
            .filter(voucher::Column::EndsAt.lte(at.unix_ms()))
            .order_by_asc(voucher::Column::EndsAt)
            .order_by_asc(voucher::Column::Id);
        let first = due.clone().one(&unit.txn).await.during(operation)?;
        let Some(first) = first else { return Ok(EndedVouchers::default()) };
        let id = first.batch_id;
        let found = rows::batch(&unit.txn, self.tenant, id, Lock::Alone).await?;
        let due = due.filter(voucher::Column::BatchId.eq(id)).limit(limit);
        let rows = due.all(&unit.txn).await.during(operation)?;
        let (decided_by, rounding) = self.unredeemed(&unit, unredeemed, at).await?;
        let vouchers = rows::vouchers_of(&rows, found.batch.order().price.currency())?;
        let ended = core_voucher::expire(&found.batch, &vouchers, &decided_by, at, rounding);
        let ended = ended.map_err(|error| of_batch(id, error.into()))?;
        let memo = format!("vouchers of batch {id} expired");
        let outcome = self.end(&mut unit, &found, &rows, ended, at, memo).await?;
        record(&mut unit, id, json!({ "expired": outcome.count }));
        unit.commit().await?;
        Ok(outcome)
    }

    async fn unredeemed(
        &self,
        unit: &Unit<'_>,
        unredeemed: &UnredeemedVouchers,
        at: Timestamp,
    ) -> Result<(Unredeemed, billing_core::Rounding), StoreError> {
        let rounding = settings::read_open(&unit.txn, self.tenant, at).await?.rounding;
        let unredeemed = match unredeemed {
            UnredeemedVouchers::StillOwed => Unredeemed::StillOwed,
            UnredeemedVouchers::Refunded => Unredeemed::Refunded,
            UnredeemedVouchers::Earned(names) => {
                let what = Kind::VoucherBatch;
                let taxes = taxes::named(&unit.txn, self.tenant, what, names).await?;
                let taxes = taxes::together(&taxes).map_err(|error| StoreError::Rule {
                    what,
                    name: names.join(","),
                    source: error.into(),
                })?;
                Unredeemed::Earned(taxes)
            }
        };
        Ok((unredeemed, rounding))
    }

    /// Keeps what was decided.
    async fn end(
        &self,
        unit: &mut Unit<'_>,
        Found { row, batch }: &Found,
        rows: &[voucher::Model],
        ended: VouchersEnded,
        at: Timestamp,
        memo: String,
    ) -> Result<EndedVouchers, StoreError> {
        let stopped: BTreeMap<i64, &Voucher> = ended
            .vouchers
            .iter()
            .filter(|voucher| in_use_until(voucher).is_some())
            .map(|voucher| (voucher.id.0, voucher))
            .collect();
        let of_stopped = rows.iter().filter(|row| stopped.contains_key(&row.id));
        let users: BTreeSet<_> = of_stopped.clone().filter_map(|row| row.redeemed_by).collect();
        for user in users {
            subscriptions::lock(&unit.txn, user).await?;
        }
        rows::write(&unit.txn, self.tenant, batch, &ended.vouchers).await?;
        let mut logins = Vec::new();
        for row in of_stopped {
            let voucher = stopped.get(&row.id).copied();
            let access = voucher.and_then(|voucher| access(batch, voucher, at));
            let (Some(access), Some(service)) = (access, row.service_id) else { continue };
            let granted = AccessGrants { data: row.grant_id, online: row.online_grant_id };
            logins.extend(withdraw(unit, service, &access, granted).await?);
        }
        let moved = totals(&ended.entries).map_err(|error| of_batch(row.id, error))?;
        let about = About { memo: Some(memo), ..Default::default() };
        let books = BothSides::of_one(self.tenant, ended.entries, &about);
        books.enter(&unit.txn, at).await?;
        let count = ended.vouchers.len();
        Ok(EndedVouchers { count, moved, stopped: logins, left: ended.left })
    }
}

/// Until when access was to be valid that was revoked in use; `Some(None)`: not by the clock.
fn in_use_until(voucher: &Voucher) -> Option<Option<Timestamp>> {
    match &voucher.stage {
        // The access of one that has expired is over by itself.
        Stage::Revoked(Ended { was: Was::Active(_, redemption), .. }) => {
            Some(redemption.valid_until)
        }
        _ => None,
    }
}

fn access(batch: &core_voucher::Batch, voucher: &Voucher, at: Timestamp) -> Option<Access> {
    let Worth::Access(package) = batch.order().worth else { return None };
    let valid_until = in_use_until(voucher)?;
    let (octets, online_s) = (package.octets, package.online_s);
    Some(Access { plan: package.plan, valid_until, octets, online_s, at })
}

fn totals(entries: &[Entry]) -> Result<Vec<Money>, RuleError> {
    let mut totals: BTreeMap<&str, Money> = BTreeMap::new();
    for Entry { amount, .. } in entries {
        let total = totals.entry(amount.currency().code());
        let total = total.or_insert_with(|| Money::zero(amount.currency()));
        *total = total.plus(*amount)?;
    }
    Ok(totals.into_values().collect())
}
