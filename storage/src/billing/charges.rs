//! What a subscription is charged once that is no price of a product, such as for an end before its time:
//! the amount depends on when it is.
//!
//! Such an end is noted with the event by which it comes about, whoever has entered that, and taken out with
//! it. What it costs is reckoned when it is billed, as prices, and what is had, can change before it has come.

use std::collections::BTreeSet;

use billing_core::{
    ChangeError, ChargeKind, Charged, ComponentId, Due, DueKey, EarlyFee, Line, Money, Piece,
    Share, Subscription, Timeline,
};
use entitlement::{TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::matter::terms;
use super::runs::Ground;
use super::subscriptions::SubscriptionId;
use crate::among;
use crate::entity::{product, subscription, subscription_charge};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::unit::Unit;

/// Something that is charged and was not billed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Charge {
    pub(super) id: i64,
    pub(super) at: Timestamp,
    component: ComponentId,
    amount: Money,
    pub(super) explanation: String,
}

impl Charge {
    /// The same, as it is reckoned when it is billed. What is not an end within a term any more, as no term
    /// is asked for now, costs what was agreed when it was entered.
    pub(super) fn reckoned(
        mut self,
        subscription: &Subscription<'_>,
        name: impl Fn(ComponentId) -> String,
    ) -> Result<Self, ChangeError> {
        let fees = subscription.early_fees_at(self.at)?;
        if let Some(fee) = fees.iter().find(|fee| fee.offer.0 == self.component.0) {
            self.amount = fee.amount;
            self.explanation = explained(fee, &name(self.component));
        }
        Ok(self)
    }

    /// As a line of an invoice.
    pub(super) fn line(&self) -> Line {
        let key = DueKey { component: self.component, kind: ChargeKind::Price, begins: self.at };
        let due = Due {
            key,
            period: None,
            price: self.amount,
            measured: None,
            pieces: vec![Piece { interval: None, quantity: 1, share: Share::Whole }],
            due_at: self.at,
            deductions: Vec::new(),
            amount: self.amount,
        };
        let billed_before = Money::zero(self.amount.currency());
        Line { key, due: Some(due), billed_before, amount: self.amount }
    }

    /// What numbers its line among those of its key: no line of another has a negative one.
    pub(super) const fn ordinal(&self) -> i64 {
        self.id.saturating_neg()
    }
}

/// What these subscriptions are charged and was not billed, by subscription and time.
pub(super) async fn open(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    subscriptions: &[i64],
) -> Result<Vec<(SubscriptionId, Charge)>, StoreError> {
    let rows = subscription_charge::Entity::find()
        .filter(subscription_charge::Column::TenantId.eq(tenant.0))
        .filter(among::numbers(
            db.get_database_backend(),
            "subscription_id",
            subscriptions.iter().copied(),
        ))
        .filter(subscription_charge::Column::InvoiceId.is_null())
        .order_by_asc(subscription_charge::Column::At)
        .order_by_asc(subscription_charge::Column::Id)
        .all(db);
    let rows = rows.await.during("read what subscriptions are charged")?;
    rows.into_iter().map(|row| Ok((SubscriptionId(row.subscription_id), charge(row)?))).collect()
}

/// Says on which invoice a charge was billed.
pub(super) async fn billed(unit: &Unit<'_>, charge: i64, invoice: i64) -> Result<(), StoreError> {
    let row = subscription_charge::ActiveModel {
        id: Set(charge),
        invoice_id: Set(Some(invoice)),
        ..Default::default()
    };
    row.update(&unit.txn).await.during("say what was billed").map(|_| ())
}

/// Notes what the ends of a subscription cost that have come about by a change, which it was `before`, and
/// takes out what ends that do not happen were to cost. Gives what was noted. `from` is the first moment that
/// the change is about.
pub(super) async fn follow_ends(
    unit: &Unit<'_>,
    row: &subscription::Model,
    (before, timeline): (Option<&Timeline>, &Timeline),
    from: Timestamp,
) -> Result<Vec<EarlyFee>, StoreError> {
    let noted = subscription_charge::Entity::find()
        .filter(subscription_charge::Column::TenantId.eq(unit.tenant.0))
        .filter(subscription_charge::Column::SubscriptionId.eq(row.id))
        .all(&unit.txn);
    let noted = noted.await.during("read what the subscription is charged")?;
    if noted.is_empty() && !has_term(unit, timeline).await? {
        return Ok(Vec::new());
    }
    let rule = |source: RuleError| {
        let (what, name) = (Kind::Subscription, row.id.to_string());
        StoreError::Rule { what, name, source }
    };
    let ground = Ground::read(&unit.txn, unit.tenant, &[row.subscriber_id]).await?;
    let whole = ground.catalogue.whole().map_err(rule)?;
    let terms = terms(row, &ground.zone, &ground.settings)?;
    let fees_of = |timeline: &Timeline| {
        let subscription =
            Subscription { timeline, catalogue: &whole, terms: &terms, now: unit.now };
        subscription.early_fees(from.min(unit.now)).map_err(|error| rule(error.into()))
    };
    let fees = fees_of(timeline)?;
    let place = |fee: &EarlyFee| (fee.offer.0, fee.ends_at.unix_ms());
    let ends: BTreeSet<_> = fees.iter().map(place).collect();
    let is_gone = |row: &&subscription_charge::Model| {
        let is_planned = row.invoice_id.is_none() && row.at > unit.now.unix_ms();
        is_planned && !ends.contains(&(row.product_id, row.at))
    };
    let gone: Vec<i64> = noted.iter().filter(is_gone).map(|row| row.id).collect();
    if !gone.is_empty() {
        let delete = subscription_charge::Entity::delete_many()
            .filter(subscription_charge::Column::TenantId.eq(unit.tenant.0))
            .filter(subscription_charge::Column::Id.is_in(gone));
        delete.exec(&unit.txn).await.during("take back what is to be charged")?;
    }
    // What had ended before this is not looked at again: what it cost was decided then.
    let ended = before.map(fees_of).transpose()?.unwrap_or_default();
    let ended = ended.iter().filter(|fee| fee.ends_at <= unit.now).map(place);
    let known = noted.iter().map(|row| (row.product_id, row.at));
    let known: BTreeSet<_> = known.chain(ended).collect();
    let new: Vec<_> = fees.into_iter().filter(|fee| !known.contains(&place(fee))).collect();
    for fee in &new {
        let called = ground.catalogue.name(ComponentId(fee.offer.0));
        charge_early_end(unit, row.id, (fee, called)).await?;
    }
    Ok(new)
}

/// Whether anything that a subscription ever had must be had for a while.
async fn has_term(unit: &Unit<'_>, timeline: &Timeline) -> Result<bool, StoreError> {
    let bound = product::Entity::find()
        .select_only()
        .column(product::Column::Id)
        .filter(product::Column::TenantId.eq(unit.tenant.0))
        .filter(product::Column::TermPeriods.is_not_null())
        .into_tuple::<i64>()
        .all(&unit.txn);
    let bound = bound.await.during("find what must be had for a while")?;
    Ok(timeline.components().iter().any(|component| bound.contains(&component.0)))
}

/// Charges an end before its time, called like the offer and taxed as that.
async fn charge_early_end(
    unit: &Unit<'_>,
    subscription: i64,
    (fee, called): (&EarlyFee, &str),
) -> Result<(), StoreError> {
    let row = subscription_charge::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        subscription_id: Set(subscription),
        product_id: Set(fee.offer.0),
        at: Set(fee.ends_at.unix_ms()),
        amount_minor: Set(fee.amount.amount_minor()),
        currency: Set(fee.amount.currency().code().to_owned()),
        explanation: Set(explained(fee, called)),
        created_at: Set(unit.now.unix_ms()),
        ..Default::default()
    };
    row.insert(&unit.txn).await.during("charge the early end").map(|_| ())
}

fn explained(fee: &EarlyFee, called: &str) -> String {
    let EarlyFee { begun, periods, charged, amount, .. } = fee;
    let left = periods.saturating_sub(*begun);
    let rule = match charged {
        Charged::Fixed => "the same whenever it is".to_owned(),
        Charged::OfRemaining { part, price } => {
            format!("{part} of {left} × {price}, which remain")
        }
        Charged::Declining { first } => format!("{left} of {periods} parts of {first}"),
    };
    format!(
        "{called}: ends when {begun} of the {periods} periods of its minimum term had begun, {rule}; \
         charge {amount}"
    )
}

fn charge(row: subscription_charge::Model) -> Result<Charge, StoreError> {
    let currency = row.currency.parse().map_err(|_| StoreError::Corrupt {
        what: Kind::Subscription,
        row: row.subscription_id.to_string(),
        problem: format!("it is charged in the currency `{}`", row.currency),
    })?;
    Ok(Charge {
        id: row.id,
        at: Timestamp::from_unix_ms(row.at),
        component: ComponentId(row.product_id),
        amount: Money::new(row.amount_minor, currency),
        explanation: row.explanation,
    })
}
