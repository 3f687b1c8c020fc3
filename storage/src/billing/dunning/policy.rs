//! The dunning policies of a tenant, as they are kept.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::dunning::{
    DunningPolicy, PromiseRules, Rules, Step, StepId, StepKind, WorkingDays,
};
use billing_core::{ComponentId, Currency, Money};
use entitlement::{TenantId, TimeZone, Timestamp};
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QuerySelect as _, Statement, Value,
};
use serde_json::json;

use super::super::products;
use super::super::settings::{self, Settings};
use crate::entity::{dunning_policy, late_fee, product, tenant};
use crate::error::{During as _, Kind, StoreError};
use crate::store::Actor;
use crate::unit::{Record, Unit};
use crate::{names, tenants};

use super::{Dunning, rule, slowed};

/// What is asked of every subscriber.
pub(super) struct Ground {
    /// The policies, by the product that they are for; `None`: for those that have none of their own.
    policies: BTreeMap<Option<ComponentId>, Governing>,
    /// The products that have one of their own.
    own: BTreeSet<ComponentId>,
    pub(super) zone: TimeZone,
}

/// A policy that holds.
pub(super) struct Governing {
    pub(super) policy: DunningPolicy,
    /// Since when it is what it is, and the books are open.
    pub(super) from: Timestamp,
}

impl Ground {
    /// `None`: the tenant duns nobody.
    pub(super) async fn read(
        db: &impl ConnectionTrait,
        tenant: TenantId,
    ) -> Result<Option<Self>, StoreError> {
        let rows = dunning_policy::Entity::find()
            .filter(dunning_policy::Column::TenantId.eq(tenant.0))
            .all(db);
        let rows = rows.await.during("read the dunning policies")?;
        if rows.is_empty() {
            return Ok(None);
        }
        let settings = settings::read(db, tenant).await?;
        let mut policies = BTreeMap::new();
        for row in &rows {
            let from = Timestamp::from_unix_ms(row.from_at);
            let from = settings.closed_until.map_or(from, |closed_until| from.max(closed_until));
            policies
                .insert(product_of(row), Governing { policy: policy_of(row, &settings)?, from });
        }
        let own = policies.keys().copied().flatten().collect();
        Ok(Some(Self { policies, own, zone: tenants::time_zone(db, tenant).await? }))
    }

    /// The policy for a product; `None`: for those that have none of their own.
    pub(super) fn of(&self, product: Option<ComponentId>) -> Option<&Governing> {
        self.policies.get(&product)
    }

    /// Every policy, that of the tenant first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Governing> {
        self.policies.values()
    }

    /// The products that have a policy of their own.
    pub(super) const fn own(&self) -> &BTreeSet<ComponentId> {
        &self.own
    }

    /// The currency in which is answered what somebody owes: that of the tenant's policy, or else of the
    /// first product that has one.
    pub(super) fn currency(&self) -> Option<Currency> {
        self.all().next().map(|governing| governing.policy.rules().currency)
    }

    /// The last moment by then at which a step may have come. Between two of them nothing does that is not
    /// due at a moment of its own, as an invoice or the end of a promise.
    pub(super) fn last_turn(&self, at: Timestamp) -> Timestamp {
        let today = self.zone.shown(at).map(|shown| shown.date());
        let days = today.into_iter().flat_map(|today| [Some(today), today.yesterday().ok()]);
        let turns = days.flatten().flat_map(|day| {
            let steps = self.all().flat_map(|governing| &governing.policy.rules().steps);
            steps.filter_map(move |step| self.zone.first_shown(day.to_datetime(step.at)))
        });
        let begun = self.all().map(|governing| governing.from);
        turns.filter(|turn| *turn <= at).chain(begun).max().unwrap_or(at)
    }
}

/// The products of a tenant whose subscriptions are dunned by a policy of their own.
pub(in super::super) async fn dunned_apart(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<BTreeSet<ComponentId>, StoreError> {
    let products = dunning_policy::Entity::find()
        .select_only()
        .column(dunning_policy::Column::ProductId)
        .filter(dunning_policy::Column::TenantId.eq(tenant.0))
        .filter(dunning_policy::Column::ProductId.ne(TENANTS_OWN))
        .into_tuple::<i64>()
        .all(db);
    let products = products.await.during("read which products have a dunning policy")?;
    Ok(products.into_iter().map(ComponentId).collect())
}

/// In the place of a product: for those that have no policy of their own.
const TENANTS_OWN: i64 = 0;

fn product_of(row: &dunning_policy::Model) -> Option<ComponentId> {
    (row.product_id != TENANTS_OWN).then_some(ComponentId(row.product_id))
}

impl Dunning<'_> {
    /// What happens to who does not pay for something that has no policy of its own; `None`: nothing does.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn policy(&self) -> Result<Option<DunningPolicy>, StoreError> {
        let ground = Ground::read(&self.store.database().reader, self.tenant).await?;
        Ok(ground.and_then(|ground| ground.of(None).map(|it| it.policy.clone())))
    }

    /// What happens to who does not pay for a product that has a policy of its own, by its name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn product_policies(&self) -> Result<BTreeMap<String, DunningPolicy>, StoreError> {
        let reader = &self.store.database().reader;
        let Some(ground) = Ground::read(reader, self.tenant).await? else {
            return Ok(BTreeMap::new());
        };
        let names = names_of(reader, self.tenant, ground.own()).await?;
        let named = names
            .into_iter()
            .filter_map(|(product, name)| Some((name, ground.of(Some(product))?.policy.clone())));
        Ok(named.collect())
    }

    /// Sets what happens to who does not pay for something that has no policy of its own. A step that stays
    /// keeps its number, another gets one that no other has had; how parts of amounts are rounded is said
    /// by how the tenant bills. Where something else is done than before, it is done from now on: for
    /// reminders and fees of before nobody is made to pay.
    ///
    /// # Errors
    /// [`StoreError::Rule`] for rules that are no policy.
    pub async fn set(&self, by: &Actor, rules: Rules) -> Result<DunningPolicy, StoreError> {
        self.set_of(by, None, rules).await
    }

    /// As [`set`](Self::set), for who does not pay for a product: subscriptions that have it are billed and
    /// dunned apart from others from now on.
    ///
    /// # Errors
    /// As of [`set`](Self::set); [`StoreError::NotFound`] for the product.
    pub async fn set_for(
        &self,
        by: &Actor,
        product: &str,
        rules: Rules,
    ) -> Result<DunningPolicy, StoreError> {
        self.set_of(by, Some(product), rules).await
    }

    async fn set_of(
        &self,
        by: &Actor,
        product: Option<&str>,
        rules: Rules,
    ) -> Result<DunningPolicy, StoreError> {
        let operation = "set the dunning policy";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let of = self.product(&unit, product).await?;
        let (before, others) = self.locked(&unit, of).await?;
        let settings = settings::read(&unit.txn, self.tenant).await?;
        let known = before.as_ref().map(|row| policy_of(row, &settings)).transpose()?;
        let mut taken = charged(&unit).await?;
        for other in &others {
            taken.extend(fees_of(&policy_of(other, &settings)?));
        }
        let mut rules = Rules { rounding: settings.rounding, ..rules };
        let steps = known.as_ref().map_or(&[][..], |policy| &policy.rules().steps);
        number(&mut rules.steps, steps, &taken)?;
        let name = product.unwrap_or(UNNAMED);
        let policy = DunningPolicy::new(rules);
        let policy =
            policy.map_err(|error| rule(Kind::DunningPolicy, name, Box::new(error).into()))?;
        let does_the_same = known.is_some_and(|known| {
            let (known, now) = (known.rules(), policy.rules());
            known.currency == now.currency
                && known.steps == now.steps
                && known.minimum_overdue == now.minimum_overdue
                && known.fee_cap == now.fee_cap
                && known.working_days == now.working_days
        });
        let from_at = before.as_ref().filter(|_| does_the_same).map(|row| row.from_at);
        let from_at = from_at.unwrap_or(unit.now.unix_ms());
        let row = row_of((self.tenant, of), policy.rules(), from_at);
        let after = described(&row);
        keep(&unit, row).await?;
        slowed::follow(&mut unit).await?;
        unit.record(Record {
            kind: Kind::DunningPolicy,
            row: if of == TENANTS_OWN { self.tenant.0 } else { of },
            name,
            before: before.as_ref().map(described),
            after: Some(after),
        });
        unit.commit().await?;
        Ok(policy)
    }

    /// Nothing happens any more to who does not pay for something that has no policy of its own. What was
    /// charged is still owed.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn remove(&self, by: &Actor) -> Result<(), StoreError> {
        self.remove_of(by, None).await
    }

    /// A product has no policy of its own any more, and that of the tenant holds from now on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the product.
    pub async fn remove_for(&self, by: &Actor, product: &str) -> Result<(), StoreError> {
        self.remove_of(by, Some(product)).await
    }

    async fn remove_of(&self, by: &Actor, product: Option<&str>) -> Result<(), StoreError> {
        let operation = "remove the dunning policy";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let of = self.product(&unit, product).await?;
        let (before, _) = self.locked(&unit, of).await?;
        let Some(before) = before else { return Ok(()) };
        let delete = dunning_policy::Entity::delete_by_id((self.tenant.0, of));
        delete.exec(&unit.txn).await.during(operation)?;
        if of != TENANTS_OWN {
            begin_anew(&unit, of).await?;
        }
        slowed::follow(&mut unit).await?;
        unit.record(Record {
            kind: Kind::DunningPolicy,
            row: if of == TENANTS_OWN { self.tenant.0 } else { of },
            name: product.unwrap_or(UNNAMED),
            before: Some(described(&before)),
            after: None,
        });
        unit.commit().await
    }

    /// In which place a policy is kept.
    async fn product(&self, unit: &Unit<'_>, product: Option<&str>) -> Result<i64, StoreError> {
        let Some(name) = product else { return Ok(TENANTS_OWN) };
        match products::find(&unit.txn, self.tenant, name).await? {
            Some(row) => Ok(row.id),
            None => {
                let existing = products::names_of(&unit.txn, self.tenant).await?;
                Err(names::not_found(Kind::Product, name, existing))
            }
        }
    }

    /// The policy of a product and those of the others: two that are set at once follow one another.
    async fn locked(
        &self,
        unit: &Unit<'_>,
        of: i64,
    ) -> Result<(Option<dunning_policy::Model>, Vec<dunning_policy::Model>), StoreError> {
        // Also where there is none yet.
        let own = tenant::Entity::find_by_id(self.tenant.0).lock(LockType::NoKeyUpdate);
        own.one(&unit.txn).await.during("lock the dunning policies")?;
        let rows = dunning_policy::Entity::find()
            .filter(dunning_policy::Column::TenantId.eq(self.tenant.0))
            .all(&unit.txn);
        let mut rows = rows.await.during("read the dunning policies")?;
        let before = rows.extract_if(.., |row| row.product_id == of).next();
        Ok((before, rows))
    }
}

/// What the policy of a tenant is called.
const UNNAMED: &str = "dunning";

/// What these products are called.
pub(super) async fn names_of(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    products: &BTreeSet<ComponentId>,
) -> Result<BTreeMap<ComponentId, String>, StoreError> {
    if products.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = product::Entity::find()
        .filter(product::Column::TenantId.eq(tenant.0))
        .filter(product::Column::Id.is_in(products.iter().map(|product| product.0)))
        .all(db);
    let rows = rows.await.during("read what products are called")?;
    Ok(rows.into_iter().map(|row| (ComponentId(row.id), row.name)).collect())
}

async fn keep(unit: &Unit<'_>, row: dunning_policy::Model) -> Result<(), StoreError> {
    use dunning_policy::Column;
    let on_conflict = OnConflict::columns([Column::TenantId, Column::ProductId])
        .update_columns([
            Column::Currency,
            Column::Steps,
            Column::MinimumMinor,
            Column::FeeCap,
            Column::Weekend,
            Column::Holidays,
            Column::StaleDays,
            Column::PromisesMax,
            Column::PromisesWithinDays,
            Column::PromiseDaysMax,
            Column::FromAt,
        ])
        .to_owned();
    let row = dunning_policy::ActiveModel::from(row).reset_all();
    let insert = dunning_policy::Entity::insert(row).on_conflict(on_conflict);
    insert.exec_without_returning(&unit.txn).await.during("set the dunning policy").map(|_| ())
}

/// Who has or had a product is dunned by another policy from now on: what that has not done before is not
/// made up for.
async fn begin_anew(unit: &Unit<'_>, product: i64) -> Result<(), StoreError> {
    let sql = "insert into dunning_account (subscriber_id, tenant_id, from_at) \
               select distinct b.subscriber_id, b.tenant_id, cast($1 as bigint) \
               from subscription b join subscription_event e on e.subscription_id = b.id \
               where b.tenant_id = $2 and e.product_id = $3 order by b.subscriber_id \
               on conflict (subscriber_id) do update set from_at = excluded.from_at, \
               looked_at = null";
    let values = [unit.now.unix_ms(), unit.tenant.0, product].map(Value::from);
    let backend = unit.txn.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let written = unit.txn.execute_raw(statement).await;
    written.during("say by which policy is dunned from now on").map(|_| ())
}

/// The numbers of the steps by which a policy charges. An invoice may come to be dunned by another policy,
/// and each fee of it is told from those of every other.
fn fees_of(policy: &DunningPolicy) -> impl Iterator<Item = i64> {
    let fees = policy.rules().steps.iter();
    let fees = fees.filter(|step| matches!(step.kind, StepKind::LateFee(_)));
    fees.map(|step| step.id.number().into()).collect::<Vec<_>>().into_iter()
}

/// The numbers of steps by which somebody was charged: none of them may mean another step.
async fn charged(unit: &Unit<'_>) -> Result<BTreeSet<i64>, StoreError> {
    let rows = late_fee::Entity::find()
        .select_only()
        .column(late_fee::Column::Step)
        .filter(late_fee::Column::TenantId.eq(unit.tenant.0))
        .distinct()
        .into_tuple::<i64>()
        .all(&unit.txn);
    Ok(rows.await.during("read by which steps was charged")?.into_iter().collect())
}

/// Gives each step the number that it had, or one that is free: also of those by which was charged, and by
/// which other policies charge.
fn number(steps: &mut [Step], before: &[Step], charged: &BTreeSet<i64>) -> Result<(), StoreError> {
    let mut taken: BTreeSet<StepId> = BTreeSet::new();
    for step in steps.iter_mut() {
        let same = before.iter().find(|it| Step { id: it.id, ..*step } == **it);
        if let Some(same) = same.filter(|same| !taken.contains(&same.id)) {
            step.id = same.id;
        } else {
            let is_free = |id: &StepId| {
                !taken.contains(id)
                    && !charged.contains(&id.number().into())
                    && before.iter().all(|step| step.id != *id)
            };
            let mut free = (0..=StepId::MAX).filter_map(StepId::new).filter(is_free);
            step.id = free.next().ok_or_else(|| StoreError::Invalid {
                what: Kind::DunningPolicy,
                problem: format!(
                    "of {} numbers of steps none is free; keep steps by which was charged",
                    u16::from(StepId::MAX) + 1
                ),
            })?;
        }
        taken.insert(step.id);
    }
    Ok(())
}

fn row_of(
    (tenant, product_id): (TenantId, i64),
    rules: &Rules,
    from_at: i64,
) -> dunning_policy::Model {
    let step = |step: &Step| format!("{} {}", step.id, step.written());
    let [weekend, holidays] = rules.working_days.written();
    let PromiseRules { count_max, within_days, len_max_days } = rules.promises;
    dunning_policy::Model {
        tenant_id: tenant.0,
        product_id,
        currency: rules.currency.code().to_owned(),
        steps: rules.steps.iter().map(step).collect::<Vec<_>>().join("\n"),
        minimum_minor: rules.minimum_overdue.amount_minor(),
        fee_cap: rules.fee_cap.map(|cap| cap.to_string()),
        weekend,
        holidays,
        stale_days: rules.reminders_stale_after_days.map(i64::from),
        promises_max: count_max.into(),
        promises_within_days: within_days.into(),
        promise_days_max: len_max_days.into(),
        from_at,
    }
}

fn policy_of(
    row: &dunning_policy::Model,
    settings: &Settings,
) -> Result<DunningPolicy, StoreError> {
    let step = |line: &str| {
        let (id, text) = line.split_once(' ')?;
        Step::read(StepId::new(id.parse().ok()?)?, text).ok()
    };
    let read = || {
        let currency: Currency = row.currency.parse().ok()?;
        let days = |days: i64| u16::try_from(days).ok();
        let rules = Rules {
            currency,
            steps: row.steps.lines().map(step).collect::<Option<Vec<_>>>()?,
            minimum_overdue: Money::new(row.minimum_minor, currency),
            fee_cap: row.fee_cap.as_deref().map(str::parse).transpose().ok()?,
            rounding: settings.rounding,
            working_days: WorkingDays::read(&row.weekend, &row.holidays).ok()?,
            reminders_stale_after_days: match row.stale_days {
                None => None,
                Some(stale) => Some(days(stale)?),
            },
            promises: PromiseRules {
                count_max: days(row.promises_max)?,
                within_days: days(row.promises_within_days)?,
                len_max_days: days(row.promise_days_max)?,
            },
        };
        DunningPolicy::new(rules).ok()
    };
    read().ok_or_else(|| StoreError::Corrupt {
        what: Kind::DunningPolicy,
        row: format!("{}/{}", row.tenant_id, row.product_id),
        problem: "it is none that this version makes".to_owned(),
    })
}

fn described(row: &dunning_policy::Model) -> serde_json::Value {
    json!({
        "currency": row.currency,
        "steps": row.steps.lines().collect::<Vec<_>>(),
        "minimum_minor": row.minimum_minor,
        "fee_cap": row.fee_cap,
        "weekend": row.weekend,
        "holidays": row.holidays,
        "stale_days": row.stale_days,
        "promises_max": row.promises_max,
        "promises_within_days": row.promises_within_days,
        "promise_days_max": row.promise_days_max,
        "from_at": row.from_at,
    })
}
