//! What a subscription is charged once that is no price of a product, such as for an end before its time:
//! the amount depends on when it is.

use billing_core::{
    ChargeKind, Charged, ComponentId, Due, DueKey, EarlyFee, Line, Money, Piece, Share,
};
use entitlement::{TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};

use super::subscriptions::SubscriptionId;
use crate::entity::subscription_charge;
use crate::error::{During as _, Kind, StoreError};
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
        .filter(subscription_charge::Column::SubscriptionId.is_in(subscriptions.iter().copied()))
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

/// Takes back what a subscription is to be charged later.
pub(super) async fn withdraw(unit: &Unit<'_>, subscription: i64) -> Result<(), StoreError> {
    let delete = subscription_charge::Entity::delete_many()
        .filter(subscription_charge::Column::TenantId.eq(unit.tenant.0))
        .filter(subscription_charge::Column::SubscriptionId.eq(subscription))
        .filter(subscription_charge::Column::InvoiceId.is_null())
        .filter(subscription_charge::Column::At.gt(unit.now.unix_ms()));
    delete.exec(&unit.txn).await.during("take back what is to be charged").map(|_| ())
}

/// Charges an end before its time, called like the offer and taxed as that.
pub(super) async fn charge_early_end(
    unit: &Unit<'_>,
    subscription: i64,
    (fee, called): (&EarlyFee, &str),
    at: Timestamp,
) -> Result<(), StoreError> {
    let row = subscription_charge::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        subscription_id: Set(subscription),
        product_id: Set(fee.offer.0),
        at: Set(at.unix_ms()),
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
        Charged::OfRemaining { price } => format!("a part of {left} × {price}, which remain"),
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
