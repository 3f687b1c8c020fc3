//! Redeeming a voucher, once.

use billing_core::Money;
use billing_core::ledger::{AccountName, Entry};
use billing_core::reseller::TenantEntries;
use billing_core::voucher::{
    self as core_voucher, Grant, LockedOut, Outcome, RedeemError, RedeemRequest, RedeemTerms,
    Redeemed, Redeemer, Redemption, VoucherCode, VoucherCodeError,
};
use entitlement::{PlanId, SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QuerySelect as _,
};
use serde_json::json;

use super::guesses::Typed;
use super::list::{by_code, login_of};
use super::rows::{self, Found, Lock};
use super::{RedeemVoucher, RedeemedVoucher, Vouchers};
use crate::billing::books::About;
use crate::billing::resellers::{BothSides, Cover, Levels, SoldOnce, hold_prices_of_levels};
use crate::billing::{auto_renewals, intents, sale_invoices, settings, subscriptions};
use crate::entity::{plan, subscriber, voucher};
use crate::error::{During as _, Kind, StoreError};
use crate::outbox::{Happened, RedeemedTold, Topic, What};
use crate::repeated::repeated;
use crate::services::{Access, provide, service_for_access};
use crate::store::Actor;
use crate::tenants;
use crate::unit::{Record, Unit};

/// Why a voucher was not redeemed. Each message is a sentence for whoever has typed its code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedeemRefusal {
    /// What was typed is no code. Nothing was looked up, and nothing counted.
    #[error(transparent)]
    Code(#[from] VoucherCodeError),
    /// Too many codes that do not exist were typed before.
    #[error(transparent)]
    LockedOut(#[from] LockedOut),
    /// The voucher cannot be redeemed.
    #[error(transparent)]
    Voucher(#[from] RedeemError),
    /// The key is that of another wish.
    #[error(
        "voucher {voucher} was redeemed by this subscriber with the same key; each wish has a key of \
         its own"
    )]
    KeyUsed {
        /// Which one was.
        voucher: String,
    },
    /// It is not clear which service gets the access.
    #[error("{problem}")]
    Service {
        /// Why not, and what would be right.
        problem: String,
    },
    /// It was sold to the tenant of who redeems it, which has no such plan.
    #[error(
        "the voucher gives access on a plan that is called `{plan}` where it comes from, and there is none of \
         that name here"
    )]
    NoPlan {
        /// What the plan is called.
        plan: String,
    },
    /// The service has something that would be lost.
    #[error(
        "service `{login}` is in use on plan `{plan}`: that would be lost; redeem it when that is over, or \
         say that it is to be replaced"
    )]
    WouldBeLost {
        /// The login of the service.
        login: String,
        /// The plan that it is on.
        plan: String,
        /// Until when it is valid; `None`: for ever.
        until: Option<Timestamp>,
    },
}

impl Vouchers<'_> {
    /// Redeems a voucher of this tenant, or one that the tenant above has sold to it: money is in the wallet, or the service has its access, with the same commit by
    /// which the voucher is used. The same wish again, by its key, changes nothing and has the same outcome.
    ///
    /// # Errors
    /// [`StoreError::NotRedeemed`] with the reason; a code that does not exist is counted against the
    /// subscriber and the source. [`StoreError::NotFound`] for the subscriber or the service;
    /// [`StoreError::Invalid`] while the books are closed.
    pub async fn redeem(
        &self,
        by: &Actor,
        wish: &RedeemVoucher,
    ) -> Result<RedeemedVoucher, StoreError> {
        repeated(|| self.redeem_once(by, wish)).await
    }

    async fn redeem_once(
        &self,
        by: &Actor,
        wish: &RedeemVoucher,
    ) -> Result<RedeemedVoucher, StoreError> {
        let code: VoucherCode = wish.code.parse().map_err(RedeemRefusal::Code)?;
        let mut unit = Unit::begin(self.store, self.tenant, by, "redeem the voucher").await?;
        // What waits for the money is billed with it.
        let parent = hold_prices_of_levels(&unit.txn, self.tenant).await?;
        let found = self.typed(&unit, &code, parent).await?;
        // The batch before the subscriber: who revokes it holds it alone, and then those who have
        // redeemed of it.
        let batch = match &found {
            Some(row) => {
                let has = TenantId(row.tenant_id);
                Some(rows::batch(&unit.txn, has, row.batch_id, Lock::Shared).await?)
            }
            None => None,
        };
        let name = &wish.subscriber;
        let subscriber = self.store.subscribers(self.tenant).existing(&unit.txn, name).await?;
        subscriptions::lock(&unit.txn, subscriber.id).await?;
        let id = SubscriberId(subscriber.id);
        let typed = Typed::hold(&unit.txn, self.tenant, id, wish.source, wish.at).await?;
        typed.check(wish.at)?;
        let (Some(found), Some(batch)) = (found, batch) else {
            typed.count_wrong(&unit.txn, self.tenant, wish.at).await?;
            // It is kept that somebody guesses, whatever becomes of it.
            unit.commit().await?;
            return Err(RedeemRefusal::from(RedeemError::Unknown).into());
        };
        // Only now nobody else redeems it.
        let row = held(&unit, found.id).await?;
        self.check_key(&unit, wish, &row, id).await?;
        match self.decide(&unit, wish, id, &batch, &row).await? {
            Outcome::Repeated { redemption, grant } => {
                let service = login_of(&unit.txn, row.service_id).await?;
                outcome(&row, redemption, grant, service, true)
            }
            Outcome::Redeemed(redeemed) => {
                let (redemption, grant) = (redemption(&redeemed)?, redeemed.grant);
                let service = self.keep(&mut unit, wish, &subscriber, &batch, redeemed).await?;
                unit.commit().await?;
                outcome(&row, redemption, grant, service, false)
            }
        }
    }

    /// The voucher with this code: of the tenant itself, or of the one right above, which has sold it to this
    /// one.
    async fn typed(
        &self,
        unit: &Unit<'_>,
        code: &VoucherCode,
        parent: Option<TenantId>,
    ) -> Result<Option<voucher::Model>, StoreError> {
        let keys = self.store.keys();
        let own = by_code(&unit.txn, keys, self.tenant, code).await?;
        let (None, Some(parent)) = (&own, parent) else { return Ok(own) };
        let above = by_code(&unit.txn, keys, parent, code).await?;
        Ok(above.filter(|row| row.owner_id == Some(self.tenant.0)))
    }

    /// Refuses a key by which the subscriber has redeemed another voucher.
    async fn check_key(
        &self,
        unit: &Unit<'_>,
        wish: &RedeemVoucher,
        row: &voucher::Model,
        by: SubscriberId,
    ) -> Result<(), StoreError> {
        let other = voucher::Entity::find()
            .filter(voucher::Column::RedeemedBy.eq(by.0))
            .filter(voucher::Column::RedemptionKey.eq(rows::key(wish.key)))
            .filter(voucher::Column::Id.ne(row.id))
            .one(&unit.txn);
        match other.await.during("look for the key")? {
            None => Ok(()),
            Some(other) => {
                let voucher = format!("{}-{}", other.batch_id, other.serial);
                Err(RedeemRefusal::KeyUsed { voucher }.into())
            }
        }
    }

    async fn decide(
        &self,
        unit: &Unit<'_>,
        wish: &RedeemVoucher,
        by: SubscriberId,
        Found { row: batch_row, batch }: &Found,
        row: &voucher::Model,
    ) -> Result<Outcome, StoreError> {
        let what = (Kind::Voucher, "the redemption", wish.at);
        let mut settings = settings::read_open(&unit.txn, self.tenant, what).await?;
        if batch_row.tenant_id != self.tenant.0 {
            let has = TenantId(batch_row.tenant_id);
            settings = settings::read_open(&unit.txn, has, what).await?;
        }
        let terms = RedeemTerms {
            taxes: rows::taxes_of(&unit.txn, batch_row).await?,
            zone: tenants::time_zone(&unit.txn, self.tenant).await?,
            rounding: settings.rounding,
        };
        // Subscribers are the tenant's own here; those of a reseller are of a tenant of their own.
        let by = Redeemer { subscriber: by, tenant: self.tenant, reseller: None };
        let request = RedeemRequest { by, key: wish.key, at: wish.at };
        let voucher = rows::voucher_of(row, batch.order().price.currency())?;
        let decided = core_voucher::redeem(Some((batch, &voucher)), &request, &terms);
        Ok(decided.map_err(RedeemRefusal::Voucher)?)
    }

    /// Keeps what was decided: the voucher, what moves, and the access. Gives the login of the service.
    async fn keep(
        &self,
        unit: &mut Unit<'_>,
        wish: &RedeemVoucher,
        subscriber: &subscriber::Model,
        batch: &Found,
        redeemed: Redeemed,
    ) -> Result<Option<String>, StoreError> {
        let Redeemed { voucher, grant, .. } = &redeemed;
        let (voucher, grant) = (voucher.clone(), *grant);
        let has = TenantId(batch.row.tenant_id);
        let name = rows::name(batch.row.id, voucher.serial);
        let before = json!({ "state": "sold" });
        rows::write(&unit.txn, has, &batch.batch, core::slice::from_ref(&voucher)).await?;
        let is_refill = matches!(grant, Grant::Refill(_));
        let login = match grant {
            Grant::Refill(_) => None,
            Grant::Access { plan, valid_until, online_s, octets } => {
                let own = plan_in(&unit.txn, self.tenant, plan).await?;
                let plan = own.map_err(|plan| RedeemRefusal::NoPlan { plan })?;
                let access = Access { plan, valid_until, octets, online_s, at: wish.at };
                Some(self.give(unit, wish, subscriber, voucher.id.0, &access).await?)
            }
        };
        self.enter(unit, (wish.at, SubscriberId(subscriber.id)), batch, redeemed).await?;
        let after = json!({
            "state": voucher.stage.state().code(),
            "subscriber": subscriber.name,
            "service": login,
        });
        // It is in the audit of whose voucher it is, and of whose customer has it.
        let whose = core::iter::once(has).chain(Some(self.tenant).filter(|own| *own != has));
        for tenant in whose {
            unit.tenant = tenant;
            unit.record(Record {
                kind: Kind::Voucher,
                row: voucher.id.0,
                name: &name,
                before: Some(before.clone()),
                after: Some(after.clone()),
            });
        }
        unit.tenant = self.tenant;
        let told = RedeemedTold {
            batch: batch.row.id,
            serial: voucher.serial.get(),
            grant,
            service: login.clone(),
            at: wish.at,
        };
        let owner = Some(SubscriberId(subscriber.id));
        unit.tell(Happened::new(Topic::VoucherRedeemed, owner, What::Redeemed(told)));
        if is_refill {
            // As a payment: what is open is paid, and what waits for money is served again, with the same
            // commit.
            sale_invoices::pay_open(unit, wish.at, SubscriberId(subscriber.id), None).await?;
            auto_renewals::renew_waiting(unit, SubscriberId(subscriber.id), None).await?;
            intents::activate_served(unit, SubscriberId(subscriber.id)).await?;
        }
        Ok(login)
    }

    /// Enters what moves, in the books of everybody.
    async fn enter(
        &self,
        unit: &mut Unit<'_>,
        (at, owner): (Timestamp, SubscriberId),
        batch: &Found,
        redeemed: Redeemed,
    ) -> Result<(), StoreError> {
        let Redeemed { voucher, entries, of_reseller, grant } = redeemed;
        let has = TenantId(batch.row.tenant_id);
        let currency = batch.batch.order().price.currency();
        let name = rows::name(batch.row.id, voucher.serial);
        let about = About { memo: Some(format!("voucher {name}")), ..Default::default() };
        let own: Vec<_> = entries.iter().map(|entry| (entry.clone(), about.clone())).collect();
        let mut postings = vec![TenantEntries { tenant: has, entries }];
        postings.extend(of_reseller);
        let sides = BothSides::of_all(postings, &about);
        match grant {
            Grant::Refill(_) => {
                let (from, others) = match has == self.tenant {
                    true => (AccountName::Vouchers, Vec::new()),
                    false => (AccountName::Supplier(has), vec![AccountName::Supplier(has)]),
                };
                let from = (from, currency);
                auto_renewals::hold_accounts(unit, owner, None, from, (others, &sides)).await?;
            }
            Grant::Access { plan, .. } => {
                let nothing = Money::zero(currency);
                resell(unit, (has, at), (voucher.id.0, plan, nothing), &own).await?;
            }
        }
        sides.enter(unit, at).await
    }

    async fn give(
        &self,
        unit: &mut Unit<'_>,
        wish: &RedeemVoucher,
        subscriber: &subscriber::Model,
        voucher: i64,
        access: &Access,
    ) -> Result<String, StoreError> {
        let service = service_for_access(unit, subscriber, wish.service.as_deref()).await?;
        if !wish.replace && !access.loses_nothing(&service) {
            let plan = plan::Entity::find_by_id(service.plan_id).one(&unit.txn).await;
            let plan = plan.during("find the plan")?.map(|plan| plan.name).unwrap_or_default();
            let until = service.valid_until.map(Timestamp::from_unix_ms);
            return Err(RedeemRefusal::WouldBeLost { login: service.login, plan, until }.into());
        }
        let granted = provide(unit, &service, access).await?;
        let of_voucher = voucher::ActiveModel {
            id: Set(voucher),
            service_id: Set(Some(service.id)),
            grant_id: Set(granted.data),
            online_grant_id: Set(granted.online),
            ..Default::default()
        };
        of_voucher.update(&unit.txn).await.during("say which service has the access")?;
        Ok(service.login)
    }
}

/// The row of a voucher, which nobody else redeems until the end of the transaction.
async fn held(unit: &Unit<'_>, id: i64) -> Result<voucher::Model, StoreError> {
    let row = voucher::Entity::find_by_id(id).lock_exclusive().one(&unit.txn).await;
    let row = row.during("hold the voucher")?;
    row.ok_or_else(|| RedeemRefusal::from(RedeemError::Unknown).into())
}

/// What access by a voucher moves on the levels above the tenant whose voucher it is: it is an item by the name of
/// its plan.
async fn resell(
    unit: &mut Unit<'_>,
    (has, at): (TenantId, Timestamp),
    (voucher, plan, nothing): (i64, PlanId, Money),
    entries: &[(Entry, About)],
) -> Result<(), StoreError> {
    let (_, parent) = tenants::clock_and_parent(&unit.txn, has).await?;
    let Some(levels) = Levels::read(&unit.txn, (has, parent)).await? else { return Ok(()) };
    let found = plan::Entity::find_by_id(plan.0).one(&unit.txn).await;
    let Some(found) = found.during("find the plan")? else { return Ok(()) };
    let rounding = settings::read(&unit.txn, has).await?.rounding;
    let sold = sold_once((voucher, &found.name, nothing), entries)?;
    let planned = levels.plan_once(unit, (at, rounding), &sold).await?;
    levels.enter(unit, at, planned, (Cover::Needed, entries, &[])).await
}

/// The plan that a tenant has by the name of this one, which may be another tenant's; otherwise the name.
pub(super) async fn plan_in(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    plan: PlanId,
) -> Result<Result<PlanId, String>, StoreError> {
    let operation = "find the plan";
    let Some(given) = plan::Entity::find_by_id(plan.0).one(db).await.during(operation)? else {
        return Ok(Err(plan.to_string()));
    };
    if given.tenant_id == tenant.0 {
        return Ok(Ok(plan));
    }
    let own = plan::Entity::find()
        .filter(plan::Column::TenantId.eq(tenant.0))
        .filter(plan::Column::Name.eq(given.name.as_str()))
        .one(db);
    let own = own.await.during(operation)?;
    Ok(own.map(|own| PlanId(own.id)).ok_or(given.name))
}

/// What a customer has paid for access, by what its redemption moves.
fn sold_once<'l>(
    (voucher, item, nothing): (i64, &'l str, Money),
    entries: &[(Entry, About)],
) -> Result<SoldOnce<'l>, StoreError> {
    let sum = |is_of: fn(&AccountName) -> bool| {
        let of = entries.iter().filter(|(entry, _)| is_of(&entry.credit));
        Money::sum(nothing.currency(), of.map(|(entry, _)| entry.amount)).map_err(RedeemError::from)
    };
    let net = sum(|name| *name == AccountName::Sales).map_err(RedeemRefusal::from)?;
    let gross = sum(|_| true).map_err(RedeemRefusal::from)?;
    Ok(SoldOnce { voucher, item, gross, net })
}

fn redemption(redeemed: &Redeemed) -> Result<Redemption, StoreError> {
    redeemed.voucher.stage.redemption().copied().ok_or_else(|| StoreError::Corrupt {
        what: Kind::Voucher,
        row: redeemed.voucher.id.to_string(),
        problem: "it was redeemed and has no redemption".to_owned(),
    })
}

fn outcome(
    row: &voucher::Model,
    redemption: Redemption,
    grant: Grant,
    service: Option<String>,
    is_repeated: bool,
) -> Result<RedeemedVoucher, StoreError> {
    let serial = u32::try_from(row.serial).ok().and_then(core_voucher::Serial::new);
    let serial = serial.ok_or_else(|| StoreError::Corrupt {
        what: Kind::Voucher,
        row: row.id.to_string(),
        problem: format!("{} is no number in a batch", row.serial),
    })?;
    Ok(RedeemedVoucher { batch: row.batch_id, serial, redemption, grant, service, is_repeated })
}
