//! What is known of who owes something, and what is to be done about it.

use std::collections::BTreeMap;

use billing_core::dunning::{
    Account, Action, ChargedFee, InvoiceId, Measure, OpenInvoice, PROMISES_MAX, PaidPart, Promise,
    StepId, Subscription, SubscriptionId, due_steps,
};
use billing_core::{Change, ComponentId, Currency, Event, Money, Timeline, What};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    Statement, Value,
};

use super::super::events::{event_of, timeline};
use super::NotDunned;
use super::policy::{Governing, Ground};
use crate::among;
use crate::entity::{dunning_account, late_fee, promise, subscription, subscription_event};
use crate::error::{During as _, Kind, RuleError, StoreError};

/// One subscriber.
pub(super) struct Case {
    pub(super) subscriber: SubscriberId,
    /// What is judged apart from the rest, by the product by whose policy it is; `None`: by the tenant's.
    pub(super) parts: BTreeMap<Option<ComponentId>, Part>,
    /// The numbers of its invoices, as they are printed.
    pub(super) labels: BTreeMap<InvoiceId, String>,
    /// What it has, with what has happened to it and will.
    pub(super) subscriptions: BTreeMap<i64, (subscription::Model, Vec<Event>)>,
    /// What becomes of each by what is due, with what was planned for it and will not happen.
    pub(super) changes: BTreeMap<i64, Change>,
    /// By the policy of which product each subscription is dunned.
    dunned_by: BTreeMap<i64, Option<ComponentId>>,
    /// Since when it is dunned.
    from: Timestamp,
    paid_at: Option<Timestamp>,
    reminded_at: Option<Timestamp>,
}

/// What of a subscriber is dunned by one policy: subscriptions, and what is owed for them.
pub(super) struct Part {
    pub(super) account: Account,
    /// Since when it is dunned so.
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
        let mut cases: Cases = subscribers.iter().map(|id| (*id, Self::new(*id))).collect();
        read_accounts(db, tenant, &mut cases).await?;
        read_subscriptions(db, tenant, ground, at, &mut cases).await?;
        read_invoices(db, tenant, ground, &mut cases).await?;
        read_promises(db, tenant, ground, &mut cases).await?;
        Ok(cases.into_values().collect())
    }

    const fn new(subscriber: i64) -> Self {
        Self {
            subscriber: SubscriberId(subscriber),
            parts: BTreeMap::new(),
            labels: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            changes: BTreeMap::new(),
            dunned_by: BTreeMap::new(),
            from: Timestamp::from_unix_ms(i64::MIN),
            paid_at: None,
            reminded_at: None,
        }
    }

    /// What is dunned by a policy, which begins with that.
    fn part(&mut self, product: Option<ComponentId>, governing: &Governing) -> &mut Part {
        let (paid_at, reminded_at) = (self.paid_at, self.reminded_at);
        let from = self.from.max(governing.from);
        self.parts.entry(product).or_insert_with(|| Part {
            account: Account { paid_at, reminded_at, ..Account::default() },
            from,
        })
    }

    /// Everything that is owed in a currency, whatever it is dunned by.
    pub(super) fn account_in(&self, ground: &Ground, currency: Currency) -> Account {
        let is_of =
            |product| ground.of(product).is_some_and(|of| of.policy.rules().currency == currency);
        let mut whole =
            Account { paid_at: self.paid_at, reminded_at: self.reminded_at, ..Account::default() };
        for (_, part) in self.parts.iter().filter(|(product, _)| is_of(**product)) {
            whole.invoices.extend(part.account.invoices.iter().cloned());
            whole.subscriptions.extend(&part.account.subscriptions);
            // All of them have all promises.
            whole.promises.clone_from(&part.account.promises);
        }
        whole.invoices.sort_by_key(|invoice| invoice.id);
        whole
    }

    /// An invoice, the account that it is of, and by the policy of which product that is judged.
    pub(super) fn invoice(
        &self,
        id: InvoiceId,
    ) -> Option<(Option<ComponentId>, &Account, &OpenInvoice)> {
        self.parts.iter().find_map(|(product, Part { account, .. })| {
            let found = account.invoices.iter().find(|invoice| invoice.id == id)?;
            Some((*product, account, found))
        })
    }

    /// What is to be done by `at`, by every policy, in the order in which it should have happened. What is
    /// later than `now` has not happened yet.
    pub(super) fn due(
        &mut self,
        ground: &Ground,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Action>, NotDunned> {
        let subscriber = self.subscriber;
        let not_dunned = |error| NotDunned { subscriber, error };
        let mut actions = Vec::new();
        for (product, Part { account, from }) in &self.parts {
            let Some(Governing { policy, .. }) = ground.of(*product) else { continue };
            let of_part = due_steps(policy, account, *from, at, &ground.zone);
            actions.extend(of_part.map_err(|error| not_dunned(RuleError::Dunning(error)))?);
        }
        // Stable: what is done by one policy stays in its order.
        actions.sort_by_key(|action| action.at);
        self.changes = self.changes_by(&actions, now).map_err(not_dunned)?;
        Ok(actions)
    }

    /// What was entered ahead and is not possible any more does not happen.
    fn changes_by(
        &self,
        actions: &[Action],
        now: Timestamp,
    ) -> Result<BTreeMap<i64, Change>, RuleError> {
        let mut changes = BTreeMap::new();
        for (id, (_, events)) in &self.subscriptions {
            let mut happens = transitions(*id, actions).peekable();
            if happens.peek().is_some() {
                let timeline = Timeline::new(events.iter().copied())?;
                changes.insert(*id, timeline.enter(happens, now)?);
            }
        }
        Ok(changes)
    }

    /// What was planned and will not happen, by subscription and time.
    pub(super) fn withdrawn(&self) -> Vec<(i64, Event)> {
        let of_one = |(id, change): (&i64, &Change)| {
            let (id, mut events) = (*id, change.withdrawn.clone());
            events.sort_unstable();
            events.into_iter().map(move |event| (id, event))
        };
        self.changes.iter().flat_map(of_one).collect()
    }
}

/// What happens to one subscription by these actions.
fn transitions(id: i64, actions: &[Action]) -> impl Iterator<Item = (Timestamp, What)> {
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
        case.paid_at = row.paid_at.map(Timestamp::from_unix_ms);
        case.reminded_at = row.reminded_at.map(Timestamp::from_unix_ms);
        case.from = row.from_at.map_or(case.from, Timestamp::from_unix_ms);
    }
    Ok(())
}

async fn read_invoices(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    ground: &Ground,
    cases: &mut Cases,
) -> Result<(), StoreError> {
    let operation = "read what is owed";
    let backend = db.get_database_backend();
    let (condition, subscribers) = among::numbers_at(backend, "$2", ids(cases));
    // What was billed together is dunned as its first line is.
    let sql = format!(
        "select i.id, i.subscriber_id, i.label, i.due_at, i.currency, i.gross_minor, \
         i.gross_minor - i.paid_minor as open_minor, \
         (select count(*) from write_off w where w.invoice_id = i.id) as write_offs, \
         (select l.subscription_id from invoice_line l where l.invoice_id = i.id \
         and l.place = 0) as subscription_id \
         from invoice i where i.tenant_id = $1 and i.subscriber_id {condition} \
         and (i.paid_minor < i.gross_minor or exists (select 1 from late_fee f \
         where f.invoice_id = i.id and f.paid_minor < f.amount_minor)) order by i.id"
    );
    let values = [Value::from(tenant.0), subscribers.into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let mut whose = BTreeMap::new();
    for row in db.query_all_raw(statement).await.during(operation)? {
        let number = |column: &str| row.try_get::<i64>("", column).during(operation);
        let Some(case) = cases.get_mut(&number("subscriber_id")?) else { continue };
        let of: Option<i64> = row.try_get("", "subscription_id").during(operation)?;
        let by = of.and_then(|of| case.dunned_by.get(&of).copied()).flatten();
        let Some(governing) = ground.of(by) else { continue };
        let currency = governing.policy.rules().currency;
        let code: String = row.try_get("", "currency").during(operation)?;
        // What is owed in another currency than that of its policy is not dunned.
        if code != currency.code() {
            continue;
        }
        let id = number("id")?;
        case.labels.insert(InvoiceId(id), row.try_get("", "label").during(operation)?);
        let subscriber = case.subscriber.0;
        let invoices = &mut case.part(by, governing).account.invoices;
        whose.insert(id, (subscriber, by, invoices.len(), currency));
        invoices.push(OpenInvoice {
            id: InvoiceId(id),
            due_at: Timestamp::from_unix_ms(number("due_at")?),
            total: Money::new(number("gross_minor")?, currency),
            open: Money::new(number("open_minor")?, currency),
            paid: Vec::new(),
            fees: Vec::new(),
            write_offs: number("write_offs")?.try_into().unwrap_or(u16::MAX),
        });
    }
    read_parts(db, tenant, &whose, cases).await?;
    let (condition, invoices) = among::numbers_at(backend, "$2", whose.keys().copied());
    let sql = format!(
        "select * from late_fee where tenant_id = $1 and invoice_id {condition} order by id"
    );
    let statement =
        Statement::from_sql_and_values(backend, sql, [Value::from(tenant.0), invoices.into()]);
    let fees = late_fee::Entity::find().from_raw_sql(statement).all(db).await;
    for row in fees.during("read what was charged for paying late")? {
        let Some(found) = whose.get(&row.invoice_id) else { continue };
        if let Some(invoice) = invoice_of(cases, found) {
            invoice.fees.push(fee_of(&row, found.3)?);
        }
    }
    Ok(())
}

/// Where an invoice was put: with which subscriber, by the policy of which product, at which place there, and in
/// which currency.
type Whose = (i64, Option<ComponentId>, usize, Currency);

fn invoice_of<'c>(
    cases: &'c mut Cases,
    (subscriber, by, place, _): &Whose,
) -> Option<&'c mut OpenInvoice> {
    let part = cases.get_mut(subscriber)?.parts.get_mut(by)?;
    part.account.invoices.get_mut(*place)
}

/// What was paid of these invoices since they were due, and when.
async fn read_parts(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    whose: &BTreeMap<i64, Whose>,
    cases: &mut Cases,
) -> Result<(), StoreError> {
    let operation = "read what was paid when";
    let backend = db.get_database_backend();
    let (condition, invoices) = among::numbers_at(backend, "$2", whose.keys().copied());
    let sql = format!(
        "select invoice_id, at, amount_minor from part_payment where tenant_id = $1 \
         and invoice_id {condition} order by id"
    );
    let values = [Value::from(tenant.0), invoices.into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    for row in db.query_all_raw(statement).await.during(operation)? {
        let number = |column: &str| row.try_get::<i64>("", column).during(operation);
        let Some(found) = whose.get(&number("invoice_id")?) else { continue };
        if let Some(invoice) = invoice_of(cases, found) {
            let at = Timestamp::from_unix_ms(number("at")?);
            invoice
                .paid
                .push(PaidPart { at, amount: Money::new(number("amount_minor")?, found.3) });
        }
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
    ground: &Ground,
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
        let timeline = timeline(row.id, events.iter().copied())?;
        let by = timeline.dunned_by(ground.own(), at);
        case.dunned_by.insert(row.id, by);
        let happened = events.iter().filter(|event| event.at <= at);
        let mut happened = happened.filter(|event| matches!(event.what, What::Transition(_)));
        let since = happened.next_back().map(|event| event.at);
        if let Some((since, governing)) = since.zip(ground.of(by)) {
            let part = case.part(by, governing);
            let (id, state) = (SubscriptionId(row.id), timeline.state_at(at));
            part.account.subscriptions.push(Subscription { id, state, since });
            // What its policy would have done before it was its policy is not made up for.
            if let Some(changed_at) = timeline.dunned_so_since(ground.own(), at) {
                part.from = part.from.max(changed_at);
            }
        }
        case.subscriptions.insert(row.id, (row, events));
    }
    Ok(())
}

async fn read_promises(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    ground: &Ground,
    cases: &mut Cases,
) -> Result<(), StoreError> {
    let rows = promise::Entity::find()
        .filter(promise::Column::TenantId.eq(tenant.0))
        .filter(promise::Column::SubscriberId.is_in(ids(cases)))
        .order_by_desc(promise::Column::Id)
        .all(db);
    for row in rows.await.during("read what was promised")? {
        let Some(case) = cases.get_mut(&row.subscriber_id) else { continue };
        for (product, Part { account, .. }) in &mut case.parts {
            let currency = ground.of(*product).map(|of| of.policy.rules().currency);
            let currency = currency.filter(|currency| currency.code() == row.currency);
            let Some(currency) = currency else { continue };
            if account.promises.len() < PROMISES_MAX {
                account.promises.push(Promise {
                    made_at: Timestamp::from_unix_ms(row.made_at),
                    until: Timestamp::from_unix_ms(row.until),
                    amount: Money::new(row.amount_minor, currency),
                    paid: Money::new(row.paid_minor, currency),
                });
            }
        }
    }
    Ok(())
}
