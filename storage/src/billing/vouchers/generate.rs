//! Making a batch.

use std::collections::BTreeSet;

use billing_core::voucher::{
    AccessPackage, Batch, BatchOrder, RedeemableBy, Stage, VoucherCode, VoucherState, Worth,
};
use entitlement::{Measure, TenantId, TierAction, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseTransaction, EntityTrait as _,
    QueryFilter as _, QuerySelect as _, Value,
};
use serde_json::json;

use super::secrets::{self, Digests};
use super::{BatchEntry, NewBatch, NewWorth, Vouchers, rows};
use crate::billing::{resellers, taxes};
use crate::entity::{voucher, voucher_batch};
use crate::error::{During as _, Kind, StoreError};
use crate::plans::Plan;
use crate::store::Actor;
use crate::unit::{Record, Unit};
use crate::{entropy, values};

const OPERATION: &str = "make the batch of vouchers";

/// How often codes are drawn anew because some are there already. Beside a million vouchers with the
/// shortest codes that happens once to every hundredth batch of 10,000.
const DRAWS_MAX: usize = 8;

/// Digests that are looked for at once.
const DIGESTS_PER_READ: usize = 1_000;

impl Vouchers<'_> {
    /// Makes a batch with all of its codes. They are on stock: nobody can redeem one before it is sold.
    ///
    /// # Errors
    /// [`StoreError::Rule`] for an order that cannot be; [`StoreError::NotFound`] for its plan, a tax or
    /// the reseller; [`StoreError::Invalid`] for access that would not end by what it is to end by.
    pub async fn generate(&self, by: &Actor, new: &NewBatch) -> Result<BatchEntry, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, OPERATION).await?;
        let (batch, row) = self.ordered(&unit, new).await?;
        let added = voucher_batch::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let id = added.during(OPERATION)?.id;
        let keys = self.store.keys();
        let digests = Digests::read_or_draw(&unit.txn, keys, self.tenant, unit.now).await?;
        let (codes, digests) = draw(&unit.txn, self.tenant, &batch, &digests).await?;
        let sealed = voucher_batch::ActiveModel {
            id: Set(id),
            codes_sealed: Set(Some(secrets::seal(keys, self.tenant, id, &codes)?)),
            ..Default::default()
        };
        sealed.update(&unit.txn).await.during(OPERATION)?;
        insert(&unit.txn, id, &batch, digests).await?;
        let after = json!({
            "quantity": new.quantity,
            "price_minor": new.price.amount_minor(),
            "currency": new.price.currency().code(),
        });
        let (name, kind) = (id.to_string(), Kind::VoucherBatch);
        unit.record(Record { kind, row: id, name: &name, before: None, after: Some(after) });
        unit.commit().await?;
        self.batch(id).await
    }

    async fn ordered(
        &self,
        unit: &Unit<'_>,
        new: &NewBatch,
    ) -> Result<(Batch, voucher_batch::ActiveModel), StoreError> {
        let (worth, taxes) = match &new.worth {
            NewWorth::Refill(money) => (Worth::Refill(*money), None),
            NewWorth::Access { plan, validity, online_s, octets, taxes } => {
                let plan = self.store.plans(self.tenant).existing(&unit.txn, plan).await?;
                let plan = Plan::try_from(plan)?;
                let package = AccessPackage {
                    plan: plan.id,
                    validity: *validity,
                    online_s: *online_s,
                    octets: *octets,
                };
                check_ends(&package, &plan)?;
                (Worth::Access(package), Some(self.taxes(unit, taxes.as_deref()).await?))
            }
        };
        let owner = match &new.owner {
            Some(name) => Some(resellers::existing(&unit.txn, self.tenant, name).await?),
            None => None,
        };
        let order = BatchOrder {
            tenant: self.tenant,
            quantity: new.quantity,
            prefix: new.prefix.clone(),
            code_len: new.code_len,
            worth,
            price: new.price,
            ordered_at: new.at,
            sell_by: new.sell_by,
            redeem_within: new.redeem_within,
            owner: owner.map(|owner| TenantId(owner.reseller_id)),
            redeemable_by: RedeemableBy::Everybody,
        };
        let row = row(unit, &order, taxes)?;
        let batch = Batch::new(order).map_err(|error| StoreError::Rule {
            what: Kind::VoucherBatch,
            name: "new".to_owned(),
            source: error.into(),
        })?;
        Ok((batch, row))
    }

    /// The taxes of access as they are kept.
    async fn taxes(
        &self,
        unit: &Unit<'_>,
        wanted: Option<&[String]>,
    ) -> Result<String, StoreError> {
        let Some(wanted) = wanted else {
            return Err(invalid(
                "nobody has said how access is taxed; say which taxes are within the price, or that it \
                 has none",
            ));
        };
        let found = taxes::named(&unit.txn, self.tenant, Kind::VoucherBatch, wanted).await?;
        let ids: Vec<_> = found.iter().map(|entry| entry.id.to_string()).collect();
        Ok(if ids.is_empty() { rows::NO_TAXES.to_owned() } else { ids.join(",") })
    }
}

/// Refuses access that would go on when its measure is full.
fn check_ends(package: &AccessPackage, plan: &Plan) -> Result<(), StoreError> {
    let ends = |action: &TierAction| matches!(action, TierAction::Quarantine);
    let ends_by = |measure: Measure| {
        let mut quotas = plan.terms.quotas.iter().filter(|quota| quota.measure() == measure);
        quotas.any(|quota| quota.tiers.iter().any(|tier| ends(&tier.action)))
    };
    let goes_on = |what: &str, quota: &str| {
        Err(invalid(&format!(
            "the access would go on when its {what} used up: no quota of plan `{plan}` ends it; give it \
             one with a tier of quarantine (`weir plan set {plan} --quota \
             name={quota} --tier NAME:100%=quarantine`)",
            plan = plan.name
        )))
    };
    if package.octets.is_some() && !ends_by(Measure::Data) {
        return goes_on("data are", "NAME,window=cycle,allowance=0B");
    }
    if package.online_s.is_some() && !ends_by(Measure::Online) {
        return goes_on("time online is", "NAME,window=cycle,allowance=0s");
    }
    Ok(())
}

fn row(
    unit: &Unit<'_>,
    order: &BatchOrder,
    taxes: Option<String>,
) -> Result<voucher_batch::ActiveModel, StoreError> {
    let (worth, access, refill) = match order.worth {
        Worth::Access(package) => (rows::ACCESS, Some(package), None),
        Worth::Refill(money) => (rows::REFILL, None, Some(money)),
    };
    let octets = access.and_then(|access| access.octets);
    let octets = octets.map(|octets| i64::try_from(octets.get())).transpose();
    let octets = octets.map_err(|_| invalid("so many octets cannot be counted"))?;
    Ok(voucher_batch::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        quantity: Set(order.quantity.into()),
        prefix: Set(order.prefix.as_ref().map(|prefix| prefix.as_str().to_owned())),
        code_len: Set(order.code_len.get().into()),
        worth: Set(worth.to_owned()),
        plan_id: Set(access.map(|access| access.plan.0)),
        validity: Set(access.and_then(|access| access.validity).map(|it| it.to_string())),
        octets: Set(octets),
        online_s: Set(access.and_then(|access| access.online_s).map(|it| it.get().into())),
        refill_minor: Set(refill.map(|money| money.amount_minor())),
        price_minor: Set(order.price.amount_minor()),
        currency: Set(order.price.currency().code().to_owned()),
        taxes: Set(taxes),
        ordered_at: Set(order.ordered_at.unix_ms()),
        sell_by: Set(order.sell_by.map(Timestamp::unix_ms)),
        redeem_within: Set(order.redeem_within.map(|within| within.to_string())),
        owner_id: Set(order.owner.map(|owner| owner.0)),
        codes_sealed: Set(None),
        created_at: Set(unit.now.unix_ms()),
        ..Default::default()
    })
}

/// Codes that no other voucher of the tenant has, with their digests.
async fn draw(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    batch: &Batch,
    digests: &Digests,
) -> Result<(Vec<VoucherCode>, Vec<Vec<u8>>), StoreError> {
    let mut taken: BTreeSet<VoucherCode> = BTreeSet::new();
    for _ in 0..DRAWS_MAX {
        let random = || entropy::octets().ok();
        let codes = batch.generate(random, |code| taken.contains(code));
        let codes = codes.map_err(|error| StoreError::Rule {
            what: Kind::VoucherBatch,
            name: "new".to_owned(),
            source: error.into(),
        })?;
        let of_codes: Vec<_> = codes.iter().map(|code| digests.of(code)).collect();
        let there = there(txn, tenant, &of_codes).await?;
        if there.is_empty() {
            return Ok((codes, of_codes));
        }
        let of_taken = codes.into_iter().zip(&of_codes);
        let of_taken = of_taken.filter(|(_, digest)| there.contains(*digest));
        taken.extend(of_taken.map(|(code, _)| code));
    }
    Err(invalid(&format!(
        "after {DRAWS_MAX} times some of its codes still exist already; give them more letters"
    )))
}

/// Which of these digests there are already.
async fn there(
    txn: &DatabaseTransaction,
    tenant: TenantId,
    digests: &[Vec<u8>],
) -> Result<BTreeSet<Vec<u8>>, StoreError> {
    let mut there = BTreeSet::new();
    for digests in digests.chunks(DIGESTS_PER_READ) {
        let found = voucher::Entity::find()
            .select_only()
            .column(voucher::Column::Digest)
            .filter(voucher::Column::TenantId.eq(tenant.0))
            .filter(voucher::Column::Digest.is_in(digests.iter().cloned()))
            .into_tuple::<Vec<u8>>()
            .all(txn);
        there.extend(found.await.during("look for codes that exist")?);
    }
    Ok(there)
}

async fn insert(
    txn: &DatabaseTransaction,
    id: i64,
    batch: &Batch,
    digests: Vec<Vec<u8>>,
) -> Result<(), StoreError> {
    let order = batch.order();
    let ends_at = rows::ends_at(batch, &Stage::New).map(Timestamp::unix_ms);
    let row = |(serial, digest): (billing_core::voucher::Serial, Vec<u8>)| {
        [
            Value::from(order.tenant.0),
            id.into(),
            i64::from(serial.get()).into(),
            digest.into(),
            order.owner.map(|owner| owner.0).into(),
            VoucherState::New.code().into(),
            ends_at.into(),
        ]
    };
    let vouchers = batch.serials().into_iter().zip(digests).map(row).collect();
    let insert =
        "insert into voucher (tenant_id, batch_id, serial, digest, owner_id, state, ends_at)";
    values::insert(txn, insert, vouchers, "", OPERATION).await
}

fn invalid(problem: &str) -> StoreError {
    StoreError::Invalid { what: Kind::VoucherBatch, problem: problem.to_owned() }
}
