//! What is known of who owes something, and what is to be done about it.

use std::collections::BTreeMap;

use billing_core::dunning::{
    Account, Action, ChargedFee, InvoiceId, Measure, OpenInvoice, PROMISES_MAX, Promise, StepId,
    Subscription, SubscriptionId, due_steps,
};
use billing_core::{Currency, Event, Money, Timeline, What};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    Statement, Value,
};

use super::super::events::{event_of, timeline};
use super::NotDunned;
use super::policy::Ground;
use crate::among;
use crate::entity::{dunning_account, late_fee, promise, subscription, subscription_event};
use crate::error::{During as _, Kind, RuleError, StoreError};

/// One subscriber.
pub(super) struct Case {
    pub(super) subscriber: SubscriberId,
    pub(super) account: Account,
    /// The numbers of its invoices, as they are printed.
    pub(super) labels: BTreeMap<InvoiceId, String>,
    /// What it has, with what has happened to it and will.
    pub(super) subscriptions: BTreeMap<i64, (subscription::Model, Vec<Event>)>,
    /// Since when it is dunned.
    from: Timestamp,
}

impl Case {
    /// Everything that is known of these subscribers at a moment, in their order.
    pub(super) async fn read(
        db: &impl ConnectionTrait,
        tenant: TenantId,
        ground: &Ground,
        subscribers: &[i64],
        at: Timestamp,
    ) -> Result<Vec<Self>, StoreError> {
        let currency = ground.policy.rules().currency;
        let mut cases: BTreeMap<i64, Self> = subscribers
            .iter()
            .map(|id| {
                let subscriber = SubscriberId(*id);
                let (account, labels) = (Account::default(), BTreeMap::new());
                let (subscriptions, from) = (BTreeMap::new(), ground.from);
                (*id, Self { subscriber, account, labels, subscriptions, from })
            })
            .collect();
        read_accounts(db, tenant, &mut cases).await?;
        read_invoices(db, tenant, currency, &mut cases).await?;
        read_subscriptions(db, tenant, at, &mut cases).await?;
        read_promises(db, tenant, currency, &mut cases).await?;
        Ok(cases.into_values().collect())
    }

    /// What is to be done by then.
    pub(super) fn due(&self, ground: &Ground, at: Timestamp) -> Result<Vec<Action>, NotDunned> {
        let not_dunned = |error| NotDunned { subscriber: self.subscriber, error };
        let actions = due_steps(&ground.policy, &self.account, self.from, at, &ground.zone);
        let actions = actions.map_err(|error| not_dunned(RuleError::Dunning(error)))?;
        self.check(&actions).map_err(not_dunned)?;
        Ok(actions)
    }

    /// What was entered ahead must still be possible.
    fn check(&self, actions: &[Action]) -> Result<(), RuleError> {
        for (id, (_, events)) in &self.subscriptions {
            let number = (0..).map(|place: u64| u64::MAX / 2 + place);
            let new = transitions(*id, actions).zip(number);
            let new = new.map(|((at, what), number)| Event { at, number, what });
            Timeline::new(events.iter().copied().chain(new))?;
        }
        Ok(())
    }
}

/// What happens to one subscription by these actions.
pub(super) fn transitions(id: i64, actions: &[Action]) -> impl Iterator<Item = (Timestamp, What)> {
    actions.iter().filter_map(move |action| match action.measure {
        Measure::Transition { subscription, transition, .. } if subscription.0 == id => {
            Some((action.at, What::Transition(transition)))
        }
        _ => None,
    })
}

type Cases = BTreeMap<i64, Case>;

fn ids(cases: &Cases) -> impl Iterator<Item = i64> + Clone {
    cases.keys().copied()
}

async fn read_accounts(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    cases: &mut Cases,
) -> Result<(), StoreError> {
    let rows = dunning_account::Entity::find()
        .filter(dunning_account::Column::TenantId.eq(tenant.0))
        .filter(dunning_account::Column::SubscriberId.is_in(ids(cases)))
        .all(db);
    for row in rows.await.during("read what was done about who does not pay")? {
        let Some(case) = cases.get_mut(&row.subscriber_id) else { continue };
        case.account.paid_at = row.paid_at.map(Timestamp::from_unix_ms);
        case.account.reminded_at = row.reminded_at.map(Timestamp::from_unix_ms);
        let from = row.from_at.map(Timestamp::from_unix_ms);
        case.from = from.map_or(case.from, |from| from.max(case.from));
    }
    Ok(())
}

async fn read_invoices(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    currency: Currency,
    cases: &mut Cases,
) -> Result<(), StoreError> {
    let operation = "read what is owed";
    let backend = db.get_database_backend();
    let (condition, subscribers) = among::numbers_at(backend, "$2", ids(cases));
    let sql = format!(
        "select i.id, i.subscriber_id, i.label, i.due_at, i.gross_minor, \
         i.gross_minor - i.paid_minor as open_minor, \
         (select count(*) from write_off w where w.invoice_id = i.id) as write_offs \
         from invoice i where i.tenant_id = $1 and i.subscriber_id {condition} and i.currency = $3 \
         and (i.paid_minor < i.gross_minor or exists (select 1 from late_fee f \
         where f.invoice_id = i.id and f.paid_minor < f.amount_minor)) order by i.id"
    );
    let values = [Value::from(tenant.0), subscribers.into(), currency.code().into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let mut whose = BTreeMap::new();
    for row in db.query_all_raw(statement).await.during(operation)? {
        let number = |column: &str| row.try_get::<i64>("", column).during(operation);
        let Some(case) = cases.get_mut(&number("subscriber_id")?) else { continue };
        let id = number("id")?;
        case.labels.insert(InvoiceId(id), row.try_get("", "label").during(operation)?);
        whose.insert(id, (case.subscriber.0, case.account.invoices.len()));
        case.account.invoices.push(OpenInvoice {
            id: InvoiceId(id),
            due_at: Timestamp::from_unix_ms(number("due_at")?),
            total: Money::new(number("gross_minor")?, currency),
            open: Money::new(number("open_minor")?, currency),
            fees: Vec::new(),
            write_offs: number("write_offs")?.try_into().unwrap_or(u16::MAX),
        });
    }
    let (condition, invoices) = among::numbers_at(backend, "$2", whose.keys().copied());
    let sql = format!(
        "select * from late_fee where tenant_id = $1 and invoice_id {condition} order by id"
    );
    let statement =
        Statement::from_sql_and_values(backend, sql, [Value::from(tenant.0), invoices.into()]);
    let fees = late_fee::Entity::find().from_raw_sql(statement).all(db).await;
    for row in fees.during("read what was charged for paying late")? {
        let found = whose.get(&row.invoice_id).and_then(|(subscriber, place)| {
            cases.get_mut(subscriber)?.account.invoices.get_mut(*place)
        });
        let Some(invoice) = found else { continue };
        invoice.fees.push(fee_of(&row, currency)?);
    }
    Ok(())
}

fn fee_of(row: &late_fee::Model, currency: Currency) -> Result<ChargedFee, StoreError> {
    let read = || {
        Some(ChargedFee {
            step: StepId::new(row.step.try_into().ok()?)?,
            number: row.number.try_into().ok()?,
            at: Timestamp::from_unix_ms(row.at),
            amount: Money::new(row.amount_minor, currency),
            open: Money::new(row.amount_minor.checked_sub(row.paid_minor)?, currency),
        })
    };
    read().ok_or_else(|| StoreError::Corrupt {
        what: Kind::LateFee,
        row: row.id.to_string(),
        problem: "it is none that this version charges".to_owned(),
    })
}

async fn read_subscriptions(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    at: Timestamp,
    cases: &mut Cases,
) -> Result<(), StoreError> {
    let rows = subscription::Entity::find()
        .filter(subscription::Column::TenantId.eq(tenant.0))
        .filter(subscription::Column::SubscriberId.is_in(ids(cases)))
        .order_by_asc(subscription::Column::Id)
        .all(db);
    let rows = rows.await.during("read the subscriptions")?;
    let backend = db.get_database_backend();
    let (condition, subscriptions) =
        among::numbers_at(backend, "$2", rows.iter().map(|row| row.id));
    let sql = format!(
        "select * from subscription_event where tenant_id = $1 and subscription_id {condition} \
         order by at, id"
    );
    let statement =
        Statement::from_sql_and_values(backend, sql, [Value::from(tenant.0), subscriptions.into()]);
    let events = subscription_event::Entity::find().from_raw_sql(statement).all(db).await;
    let mut of_each: BTreeMap<i64, Vec<Event>> = BTreeMap::new();
    for row in events.during("read what has happened to the subscriptions")? {
        of_each.entry(row.subscription_id).or_default().push(event_of(&row)?);
    }
    for row in rows {
        let Some(case) = cases.get_mut(&row.subscriber_id) else { continue };
        let events = of_each.remove(&row.id).unwrap_or_default();
        let happened = events.iter().filter(|event| event.at <= at);
        let mut happened = happened.filter(|event| matches!(event.what, What::Transition(_)));
        let since = happened.next_back();
        if let Some(since) = since.map(|event| event.at) {
            let state = timeline(row.id, events.iter().copied())?.state_at(at);
            let id = SubscriptionId(row.id);
            case.account.subscriptions.push(Subscription { id, state, since });
        }
        case.subscriptions.insert(row.id, (row, events));
    }
    Ok(())
}

async fn read_promises(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    currency: Currency,
    cases: &mut Cases,
) -> Result<(), StoreError> {
    let rows = promise::Entity::find()
        .filter(promise::Column::TenantId.eq(tenant.0))
        .filter(promise::Column::SubscriberId.is_in(ids(cases)))
        .filter(promise::Column::Currency.eq(currency.code()))
        .order_by_desc(promise::Column::Id)
        .all(db);
    for row in rows.await.during("read what was promised")? {
        let Some(case) = cases.get_mut(&row.subscriber_id) else { continue };
        if case.account.promises.len() < PROMISES_MAX {
            case.account.promises.push(Promise {
                made_at: Timestamp::from_unix_ms(row.made_at),
                until: Timestamp::from_unix_ms(row.until),
                amount: Money::new(row.amount_minor, currency),
                paid: Money::new(row.paid_minor, currency),
            });
        }
    }
    Ok(())
}
