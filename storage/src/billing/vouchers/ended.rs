//! Vouchers that end before they were used up: revoked, or expired.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::Money;
use billing_core::ledger::Entry;
use billing_core::voucher::{
    self as core_voucher, Buyer, Ended, Serial, SerialRange, Stage, Unredeemed, Voucher,
    VoucherState, VouchersEnded, Was, Worth,
};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select,
};
use serde_json::json;

use super::redeem::plan_in;
use super::rows::{self, Found, Lock};
use super::sell::{of_batch, record};
use super::{EndedVouchers, UnredeemedVouchers, Vouchers};
use crate::among;
use crate::billing::books::About;
use crate::billing::due::DoneEach;
use crate::billing::resellers::BothSides;
use crate::billing::sale_invoices::{self, Item, Source};
use crate::billing::{settings, subscriptions, taxes};
use crate::entity::{service, voucher, voucher_sale};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::outbox::{Happened, Topic, What};
use crate::repeated::repeated;
use crate::services::{Access, AccessGrants, withdraw};
use crate::store::Actor;
use crate::unit::{Record, Unit};

/// So many letters of the names of vouchers stand on a credit note.
const EXPLANATION_LEN_MAX: usize = 100;

const EXPIRE: &str = "let the vouchers expire";

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
        let outcome = self.end(&mut unit, &found, &rows, (ended, &decided_by), at, memo).await?;
        let after = json!({ "revoked": [first, last], "count": outcome.count });
        record(&mut unit, batch, after);
        if outcome.count > 0 {
            let (count, moved) = (outcome.count, outcome.moved.clone());
            let what = What::Ended { batch, first, last, count, moved, at };
            unit.tell(Happened::new(Topic::VouchersRevoked, None, what));
        }
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
        let mut unit = Unit::begin(self.store, self.tenant, by, EXPIRE).await?;
        let due = self.due(at, true);
        let first = due.clone().one(&unit.txn).await.during(EXPIRE)?;
        let Some(first) = first else { return Ok(EndedVouchers::default()) };
        let id = first.batch_id;
        let found = rows::batch(&unit.txn, self.tenant, id, Lock::Alone).await?;
        let due = due.filter(voucher::Column::BatchId.eq(id)).limit(limit);
        let rows = due.all(&unit.txn).await.during(EXPIRE)?;
        let outcome = self.expire_rows(&mut unit, &found, &rows, (unredeemed, at)).await?;
        unit.commit().await?;
        Ok(outcome)
    }

    /// Lets vouchers expire by themselves whose time is over by now, `limit` at most behind the first `skip`,
    /// which are those that could not. What becomes of what was paid for those that nobody has redeemed is as
    /// [`Settings::unredeemed`](crate::Settings::unredeemed) says; where that says nothing, they are left to
    /// [`expire`](Self::expire).
    ///
    /// Those of a batch are one transaction, so that what is given back of one sale is one credit note. Where
    /// that fails, each sale is by itself, and of one that fails each voucher; who cannot be is named and stops
    /// nobody.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn expire_each(
        &self,
        by: &Actor,
        limit: u64,
        skip: u64,
    ) -> Result<DoneEach, StoreError> {
        let (reader, now) = (&self.store.database().reader, self.store.now());
        let settings = settings::read(reader, self.tenant).await?;
        let due =
            self.due(now, settings.unredeemed.is_some()).offset(skip).limit(limit).all(reader);
        let mut batches: BTreeMap<i64, Vec<voucher::Model>> = BTreeMap::new();
        for row in due.await.during(EXPIRE)? {
            batches.entry(row.batch_id).or_default().push(row);
        }
        let mut each = DoneEach::default();
        for (batch, rows) in batches {
            let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
            match repeated(|| self.expire_these(by, batch, &ids)).await {
                Ok(count) => each.note_many(ids.len(), count),
                Err(error) if error.is_away() => return Err(error),
                Err(_) => self.expire_apart(by, batch, rows, &mut each).await?,
            }
        }
        Ok(each)
    }

    /// Lets those of a batch expire sale by sale, and those of a sale that fails one by one.
    async fn expire_apart(
        &self,
        by: &Actor,
        batch: i64,
        rows: Vec<voucher::Model>,
        each: &mut DoneEach,
    ) -> Result<(), StoreError> {
        let sales = voucher_sale::Entity::find()
            .filter(voucher_sale::Column::TenantId.eq(self.tenant.0))
            .filter(voucher_sale::Column::BatchId.eq(batch))
            .all(&self.store.database().reader);
        let sales = sales.await.during("find the sales of the vouchers")?;
        let mut by_sale: BTreeMap<Option<i64>, Vec<voucher::Model>> = BTreeMap::new();
        for row in rows {
            let is_of = |sale: &&voucher_sale::Model| {
                (sale.first_serial..=sale.last_serial).contains(&row.serial)
            };
            let sale = sales.iter().find(is_of).map(|sale| sale.id);
            by_sale.entry(sale).or_default().push(row);
        }
        for rows in by_sale.into_values() {
            let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
            match repeated(|| self.expire_these(by, batch, &ids)).await {
                Ok(count) => each.note_many(ids.len(), count),
                Err(error) if error.is_away() => return Err(error),
                Err(_) => {
                    for row in rows {
                        let id = [row.id];
                        let alone = repeated(|| self.expire_these(by, batch, &id)).await;
                        let name = format!("{batch}-{}", row.serial);
                        each.note(&name, alone.map(|count| count > 0))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// What is over, the first to end first; with those that were paid for and not redeemed, or without.
    fn due(&self, now: Timestamp, with_money: bool) -> Select<voucher::Entity> {
        let no_money = Condition::any()
            .add(voucher::Column::State.ne(VoucherState::Sold.code()))
            .add(voucher::Column::PaidMinor.eq(0));
        voucher::Entity::find()
            .filter(voucher::Column::TenantId.eq(self.tenant.0))
            .filter(voucher::Column::EndsAt.lte(now.unix_ms()))
            .filter(if with_money { Condition::all() } else { no_money })
            .order_by_asc(voucher::Column::EndsAt)
            .order_by_asc(voucher::Column::Id)
    }

    /// Lets those of a batch expire whose time is still over when nobody else can do it any more. Gives how
    /// many have.
    async fn expire_these(&self, by: &Actor, batch: i64, ids: &[i64]) -> Result<usize, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, EXPIRE).await?;
        let found = rows::batch(&unit.txn, self.tenant, batch, Lock::Alone).await?;
        let policy = settings::read(&unit.txn, self.tenant).await?.unredeemed;
        let due = self
            .due(unit.now, policy.is_some())
            .filter(voucher::Column::BatchId.eq(batch))
            .filter(among::numbers(unit.txn.get_database_backend(), "id", ids.iter().copied()));
        let rows = due.all(&unit.txn).await.during(EXPIRE)?;
        if rows.is_empty() {
            return Ok(0);
        }
        let policy = policy.unwrap_or(UnredeemedVouchers::StillOwed);
        let now = unit.now;
        let outcome = self.expire_rows(&mut unit, &found, &rows, (&policy, now)).await?;
        unit.commit().await?;
        Ok(outcome.count)
    }

    /// Lets these vouchers of a batch, which nobody else touches, expire.
    async fn expire_rows(
        &self,
        unit: &mut Unit<'_>,
        found: &Found,
        rows: &[voucher::Model],
        (unredeemed, at): (&UnredeemedVouchers, Timestamp),
    ) -> Result<EndedVouchers, StoreError> {
        let id = found.row.id;
        let (decided_by, rounding) = self.unredeemed(unit, unredeemed, at).await?;
        let vouchers = rows::vouchers_of(rows, found.batch.order().price.currency())?;
        let ended = core_voucher::expire(&found.batch, &vouchers, &decided_by, at, rounding);
        let ended = ended.map_err(|error| of_batch(id, error.into()))?;
        let memo = format!("vouchers of batch {id} expired");
        let outcome = self.end(unit, found, rows, (ended, &decided_by), at, memo).await?;
        record(unit, id, json!({ "expired": outcome.count }));
        let serials = || rows.iter().filter_map(|row| u32::try_from(row.serial).ok());
        if let (count @ 1.., Some(first), Some(last)) =
            (outcome.count, serials().min(), serials().max())
        {
            let moved = outcome.moved.clone();
            let what = What::Ended { batch: id, first, last, count, moved, at };
            unit.tell(Happened::new(Topic::VouchersExpired, None, what));
        }
        // Whose access is over hears of it.
        let in_use = rows.iter().filter(|row| row.state == VoucherState::Active.code());
        in_use.for_each(|row| tell_over(unit, Topic::VoucherExpired, row));
        Ok(outcome)
    }

    /// All access of a voucher was used, the data of it.
    pub(in super::super) async fn use_up(
        &self,
        by: &Actor,
        seen: &voucher::Model,
    ) -> Result<(), StoreError> {
        let operation = "say that the voucher is used";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let found = rows::batch(&unit.txn, self.tenant, seen.batch_id, Lock::Shared).await?;
        if let Some(user) = seen.redeemed_by {
            subscriptions::lock(&unit.txn, user).await?;
        }
        let row = voucher::Entity::find_by_id(seen.id)
            .filter(voucher::Column::TenantId.eq(self.tenant.0))
            .lock_exclusive()
            .one(&unit.txn);
        let Some(row) = row.await.during(operation)? else { return Ok(()) };
        let voucher = rows::voucher_of(&row, found.batch.order().price.currency())?;
        // It may have been revoked meanwhile.
        let Ok(stage) = voucher.stage.use_up() else { return Ok(()) };
        let used = Voucher { stage, ..voucher };
        rows::write(&unit.txn, self.tenant, &found.batch, core::slice::from_ref(&used)).await?;
        unit.record(Record {
            kind: Kind::Voucher,
            row: row.id,
            name: &rows::name(found.row.id, used.serial),
            before: Some(json!({ "state": row.state })),
            after: Some(json!({ "state": used.stage.state().code() })),
        });
        tell_over(&mut unit, Topic::VoucherUsedUp, &row);
        unit.commit().await
    }

    async fn unredeemed(
        &self,
        unit: &Unit<'_>,
        unredeemed: &UnredeemedVouchers,
        at: Timestamp,
    ) -> Result<(Unredeemed, billing_core::Rounding), StoreError> {
        let rounding =
            settings::read_open(&unit.txn, self.tenant, (Kind::VoucherBatch, "the end", at))
                .await?
                .rounding;
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
        (ended, decided_by): (VouchersEnded, &Unredeemed),
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
        let back = match decided_by {
            Unredeemed::Refunded => on_account(&ended.vouchers),
            Unredeemed::StillOwed | Unredeemed::Earned(_) => Vec::new(),
        };
        // Who hears that it is over is held too, so that its events have numbers in their order.
        let in_use = rows.iter().filter(|row| row.state == VoucherState::Active.code());
        let users = in_use.filter_map(|row| row.redeemed_by);
        let buyers = back.iter().map(|(buyer, ..)| buyer.0);
        for user in users.chain(buyers).collect::<BTreeSet<_>>() {
            subscriptions::lock(&unit.txn, user).await?;
        }
        rows::write(&unit.txn, self.tenant, batch, &ended.vouchers).await?;
        let mut logins = Vec::new();
        for row in of_stopped {
            let voucher = stopped.get(&row.id).copied();
            let access = voucher.and_then(|voucher| access(batch, voucher, at));
            let (Some(mut access), Some(service)) = (access, row.service_id) else { continue };
            let granted = AccessGrants { data: row.grant_id, online: row.online_grant_id };
            // A customer of the reseller that had bought it may have it.
            let whose = match row.owner_id {
                None => Some(self.tenant),
                Some(_) => tenant_of(unit, service).await?,
            };
            let Some(whose) = whose else { continue };
            if let Ok(plan) = plan_in(&unit.txn, whose, access.plan).await? {
                access.plan = plan;
            }
            unit.tenant = whose;
            logins.extend(withdraw(unit, service, &access, granted).await?);
            unit.tenant = self.tenant;
        }
        let moved = totals(&ended.entries).map_err(|error| of_batch(row.id, error))?;
        let about = About { memo: Some(memo), ..Default::default() };
        let books = BothSides::of_one(self.tenant, ended.entries, &about);
        books.enter(unit, at).await?;
        let settings = settings::read(&unit.txn, self.tenant).await?;
        for item in self.of_sales(unit, row.id, &back).await? {
            sale_invoices::credit(unit, &settings, at, &item).await?;
        }
        let count = ended.vouchers.len();
        Ok(EndedVouchers { count, moved, stopped: logins, left: ended.left })
    }

    /// What is given back of each sale by which these vouchers were sold.
    async fn of_sales(
        &self,
        unit: &Unit<'_>,
        batch: i64,
        back: &[(SubscriberId, Serial, Money)],
    ) -> Result<Vec<Item>, StoreError> {
        if back.is_empty() {
            return Ok(Vec::new());
        }
        let sales = voucher_sale::Entity::find()
            .filter(voucher_sale::Column::TenantId.eq(self.tenant.0))
            .filter(voucher_sale::Column::BatchId.eq(batch))
            .all(&unit.txn);
        let sales = sales.await.during("find the sales of the vouchers")?;
        let mut items: BTreeMap<i64, Item> = BTreeMap::new();
        for (subscriber, serial, paid) in back {
            let number = i64::from(serial.get());
            let is_of = |sale: &&voucher_sale::Model| {
                (sale.first_serial..=sale.last_serial).contains(&number)
            };
            let Some(sale) = sales.iter().find(is_of) else { continue };
            let name = rows::name(batch, *serial);
            let item = items.entry(sale.id).or_insert_with(|| Item {
                source: Source::VoucherSale(sale.id),
                subscriber: *subscriber,
                item: format!("vouchers of batch {batch}"),
                explanation: "vouchers".to_owned(),
                net: Money::zero(paid.currency()),
                gross: Money::zero(paid.currency()),
                taxes: Vec::new(),
            });
            let sum = item.gross.plus(*paid).map_err(|error| of_batch(batch, error.into()))?;
            (item.net, item.gross) = (sum, sum);
            item.explanation.push(' ');
            item.explanation.push_str(&name);
        }
        for item in items.values_mut() {
            let cut = item.explanation.char_indices().nth(EXPLANATION_LEN_MAX);
            if let Some((at, _)) = cut {
                item.explanation.truncate(at);
                item.explanation.push_str(" ...");
            }
        }
        Ok(items.into_values().collect())
    }
}

/// Others hear that the access of a voucher is over.
fn tell_over(unit: &mut Unit<'_>, topic: Topic, row: &voucher::Model) {
    let serial = u32::try_from(row.serial).unwrap_or_default();
    let what =
        What::VoucherOver { batch: row.batch_id, serial, service: row.service_id, at: unit.now };
    unit.tell(Happened::new(topic, row.redeemed_by.map(SubscriberId), what));
}

/// Whose a service is.
async fn tenant_of(unit: &Unit<'_>, service: i64) -> Result<Option<TenantId>, StoreError> {
    let found = service::Entity::find_by_id(service).one(&unit.txn).await;
    Ok(found.during("find the service")?.map(|found| TenantId(found.tenant_id)))
}

/// Those of them that were sold on account and not redeemed: to whom, and for how much.
fn on_account(vouchers: &[Voucher]) -> Vec<(SubscriberId, Serial, Money)> {
    let sold = vouchers.iter().filter_map(|voucher| match &voucher.stage {
        Stage::Expired(Ended { was: Was::Sold(sale), .. })
        | Stage::Revoked(Ended { was: Was::Sold(sale), .. }) => match sale.buyer {
            Buyer::OnAccount(buyer) => Some((buyer, voucher.serial, sale.paid)),
            Buyer::Till(_) | Buyer::Reseller(_) => None,
        },
        _ => None,
    });
    sold.filter(|(.., paid)| !paid.is_zero()).collect()
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
