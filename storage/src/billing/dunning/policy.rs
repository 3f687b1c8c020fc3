//! The dunning policy of a tenant, as it is kept.

use std::collections::BTreeSet;

use billing_core::dunning::{
    DunningPolicy, FeeCap, PromiseRules, Rules, Step, StepId, WorkingDays,
};
use billing_core::{Currency, Money};
use entitlement::{TenantId, TimeZone, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QuerySelect as _,
};
use serde_json::json;

use super::super::settings::{self, Settings};
use crate::entity::{dunning_policy, late_fee, tenant};
use crate::error::{During as _, Kind, StoreError};
use crate::store::Actor;
use crate::tenants::Tenant;
use crate::unit::{Record, Unit};

use super::{Dunning, rule};

/// What is asked of every subscriber.
pub(super) struct Ground {
    pub(super) policy: DunningPolicy,
    pub(super) zone: TimeZone,
    /// Since when the policy is what it is, and the books are open.
    pub(super) from: Timestamp,
}

impl Ground {
    /// `None`: the tenant duns nobody.
    pub(super) async fn read(
        db: &impl ConnectionTrait,
        tenant: TenantId,
    ) -> Result<Option<Self>, StoreError> {
        let row = dunning_policy::Entity::find_by_id(tenant.0).one(db).await;
        let Some(row) = row.during("read the dunning policy")? else { return Ok(None) };
        let settings = settings::read(db, tenant).await?;
        let policy = policy_of(&row, &settings)?;
        let found = tenant::Entity::find_by_id(tenant.0).one(db).await;
        let found = found.during("find the tenant")?.map(Tenant::try_from).transpose()?;
        let from = Timestamp::from_unix_ms(row.from_at);
        Ok(Some(Self {
            policy,
            zone: found.map_or(TimeZone::UTC, |tenant| tenant.time_zone),
            from: settings.closed_until.map_or(from, |closed_until| from.max(closed_until)),
        }))
    }

    /// The last moment by then at which a step may have come. Between two of them nothing does that is not
    /// due at a moment of its own, as an invoice or the end of a promise.
    pub(super) fn last_turn(&self, at: Timestamp) -> Timestamp {
        let today = self.zone.shown(at).map(|shown| shown.date());
        let days = today.into_iter().flat_map(|today| [Some(today), today.yesterday().ok()]);
        let turns = days.flatten().flat_map(|day| {
            let times = self.policy.rules().steps.iter().map(|step| step.at);
            times.filter_map(move |time| self.zone.first_shown(day.to_datetime(time)))
        });
        turns.filter(|turn| *turn <= at).chain([self.from]).max().unwrap_or(self.from)
    }
}

impl Dunning<'_> {
    /// What happens to who does not pay; `None`: nothing does.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn policy(&self) -> Result<Option<DunningPolicy>, StoreError> {
        let ground = Ground::read(&self.store.database().reader, self.tenant).await?;
        Ok(ground.map(|ground| ground.policy))
    }

    /// Sets what happens to who does not pay. A step that stays keeps its number, another gets one that no
    /// other has had; how parts of amounts are rounded is said by how the tenant bills. Where something
    /// else is done than before, it is done from now on: for reminders and fees of before nobody is made
    /// to pay.
    ///
    /// # Errors
    /// [`StoreError::Rule`] for rules that are no policy.
    pub async fn set(&self, by: &Actor, rules: Rules) -> Result<DunningPolicy, StoreError> {
        let operation = "set the dunning policy";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let before = dunning_policy::Entity::find_by_id(self.tenant.0).lock_exclusive();
        let before = before.one(&unit.txn).await.during(operation)?;
        let settings = settings::read(&unit.txn, self.tenant).await?;
        let known = before.as_ref().map(|row| policy_of(row, &settings)).transpose()?;
        let mut rules = Rules { rounding: settings.rounding, ..rules };
        let steps = known.as_ref().map_or(&[][..], |policy| &policy.rules().steps);
        number(&mut rules.steps, steps, &charged(&unit).await?)?;
        let policy = DunningPolicy::new(rules);
        let policy =
            policy.map_err(|error| rule(Kind::DunningPolicy, "dunning", Box::new(error).into()))?;
        let does_the_same = known.is_some_and(|known| {
            let (known, now) = (known.rules(), policy.rules());
            known.currency == now.currency
                && known.steps == now.steps
                && known.minimum_overdue == now.minimum_overdue
                && known.fee_cap == now.fee_cap
                && known.working_days == now.working_days
        });
        let from_at = before.as_ref().filter(|_| does_the_same).map(|row| row.from_at);
        let row = row_of(self.tenant, policy.rules(), from_at.unwrap_or(unit.now.unix_ms()));
        let after = described(&row);
        let on_conflict = OnConflict::column(dunning_policy::Column::TenantId)
            .update_columns([
                dunning_policy::Column::Currency,
                dunning_policy::Column::Steps,
                dunning_policy::Column::MinimumMinor,
                dunning_policy::Column::FeeCap,
                dunning_policy::Column::Weekend,
                dunning_policy::Column::Holidays,
                dunning_policy::Column::StaleDays,
                dunning_policy::Column::PromisesMax,
                dunning_policy::Column::PromisesWithinDays,
                dunning_policy::Column::PromiseDaysMax,
                dunning_policy::Column::FromAt,
            ])
            .to_owned();
        let insert =
            dunning_policy::Entity::insert(dunning_policy::ActiveModel::from(row).reset_all())
                .on_conflict(on_conflict);
        insert.exec_without_returning(&unit.txn).await.during(operation)?;
        unit.record(Record {
            kind: Kind::DunningPolicy,
            row: self.tenant.0,
            name: "dunning",
            before: before.as_ref().map(described),
            after: Some(after),
        });
        unit.commit().await?;
        Ok(policy)
    }

    /// Nothing happens any more to who does not pay. What was charged is still owed.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn remove(&self, by: &Actor) -> Result<(), StoreError> {
        let operation = "remove the dunning policy";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let before = dunning_policy::Entity::find_by_id(self.tenant.0).lock_exclusive();
        let Some(before) = before.one(&unit.txn).await.during(operation)? else { return Ok(()) };
        let delete = dunning_policy::Entity::delete_by_id(self.tenant.0);
        delete.exec(&unit.txn).await.during(operation)?;
        unit.record(Record {
            kind: Kind::DunningPolicy,
            row: self.tenant.0,
            name: "dunning",
            before: Some(described(&before)),
            after: None,
        });
        unit.commit().await
    }
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

/// Gives each step the number that it had, or one that is free.
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

fn row_of(tenant: TenantId, rules: &Rules, from_at: i64) -> dunning_policy::Model {
    let step = |step: &Step| format!("{} {}", step.id, step.written());
    let [weekend, holidays] = rules.working_days.written();
    let PromiseRules { count_max, within_days, len_max_days } = rules.promises;
    dunning_policy::Model {
        tenant_id: tenant.0,
        currency: rules.currency.code().to_owned(),
        steps: rules.steps.iter().map(step).collect::<Vec<_>>().join("\n"),
        minimum_minor: rules.minimum_overdue.amount_minor(),
        fee_cap: rules.fee_cap.map(|cap| cap.written()),
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
            fee_cap: row.fee_cap.as_deref().map(FeeCap::read).transpose().ok()?,
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
        row: row.tenant_id.to_string(),
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
