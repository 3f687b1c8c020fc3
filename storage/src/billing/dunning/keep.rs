//! What was decided about who does not pay, as it is kept.

use billing_core::Money;
use billing_core::dunning::{Action, InvoiceId, Measure, StepId, entries};
use billing_core::ledger::Entry;
use entitlement::Timestamp;
use sea_orm::{ConnectionTrait as _, Statement, Value};
use serde_json::json;

use super::super::books::{self, About};
use super::super::events::{self, Entered};
use super::super::invoices::take_ids;
use super::case::Case;
use super::policy::Ground;
use crate::error::{During as _, Kind, StoreError};
use crate::outbox::{Happened, Reminder, Topic, What};
use crate::unit::{Record, Unit};
use crate::values;

/// Keeps what is done about these subscribers, whose rows are locked: states with what is served by them,
/// what is owed and what is not any more, and reminders to be sent. `looked_at` is the moment up to which
/// it was looked.
pub(super) async fn keep(
    unit: &mut Unit<'_>,
    ground: &Ground,
    looked_at: Timestamp,
    done: &[(Case, Vec<Action>)],
) -> Result<(), StoreError> {
    for (case, _) in done {
        enter(unit, case).await?;
    }
    charge(unit, done).await?;
    for (case, actions) in done {
        write_off(unit, case, actions).await?;
    }
    remind(unit, ground, done)?;
    let mut moved = Vec::new();
    for (case, actions) in done {
        for action in actions {
            let invoice = invoice_of(action).map(|id| id.0);
            let about = About { invoice, memo: None };
            let of_one = entries(case.subscriber, core::slice::from_ref(action));
            moved.extend(of_one.into_iter().map(|entry: Entry| (action.at, entry, about.clone())));
        }
    }
    books::enter_at(unit, unit.tenant, unit.now, &moved).await?;
    note(unit, looked_at, done).await
}

const fn invoice_of(action: &Action) -> Option<InvoiceId> {
    match action.measure {
        Measure::Remind { invoice, .. }
        | Measure::LateFee { invoice, .. }
        | Measure::WriteOff { invoice, .. } => Some(invoice),
        Measure::Transition { .. } => None,
    }
}

async fn enter(unit: &mut Unit<'_>, case: &Case) -> Result<(), StoreError> {
    for (id, change) in &case.changes {
        let Some((row, _)) = case.subscriptions.get(id) else { continue };
        let before = Some(json!({ "state": row.state }));
        let entered = Entered::changed(change).by_dunning();
        events::enter(unit, row.clone(), &entered, before).await?;
    }
    Ok(())
}

/// A late fee that is to be charged.
struct Fee<'c> {
    case: &'c Case,
    at: Timestamp,
    step: StepId,
    number: u16,
    invoice: InvoiceId,
    amount: Money,
}

async fn charge(unit: &mut Unit<'_>, done: &[(Case, Vec<Action>)]) -> Result<(), StoreError> {
    let mut fees = Vec::new();
    for (case, actions) in done {
        for Action { at, measure } in actions {
            if let Measure::LateFee { step, invoice, number, amount } = *measure {
                fees.push(Fee { case, at: *at, step, number, invoice, amount });
            }
        }
    }
    let ids = take_ids(unit, "late_fee", fees.len()).await?;
    let mut rows = Vec::new();
    for (id, Fee { case, at, step, number, invoice, amount }) in ids.into_iter().zip(&fees) {
        rows.push([
            Value::from(id),
            unit.tenant.0.into(),
            case.subscriber.0.into(),
            invoice.0.into(),
            i64::from(step.number()).into(),
            i64::from(*number).into(),
            at.unix_ms().into(),
            amount.currency().code().into(),
            amount.amount_minor().into(),
            0_i64.into(),
        ]);
        unit.record(Record {
            kind: Kind::LateFee,
            row: id,
            name: case.labels.get(invoice).map_or("", String::as_str),
            before: None,
            after: Some(json!({
                "invoice": invoice.0,
                "step": step.number(),
                "number": number,
                "at": at.unix_ms(),
                "amount_minor": amount.amount_minor(),
                "currency": amount.currency().code(),
            })),
        });
        let what = What::LateFee { id, invoice: invoice.0, amount: *amount, at: *at };
        unit.tell(Happened::new(Topic::LateFeeCharged, Some(case.subscriber), what));
    }
    let insert = "insert into late_fee (id, tenant_id, subscriber_id, invoice_id, step, number, at, \
                  currency, amount_minor, paid_minor)";
    values::insert(&unit.txn, insert, rows, "", "charge for paying late").await
}

/// Nothing of an invoice is open any more, and nothing of what was charged for paying it late.
async fn write_off(unit: &mut Unit<'_>, case: &Case, actions: &[Action]) -> Result<(), StoreError> {
    let operation = "write off what is not paid";
    for Action { at, measure } in actions {
        let Measure::WriteOff { invoice, number, amount, .. } = *measure else { continue };
        let backend = unit.txn.get_database_backend();
        for (sql, values) in [
            (
                "insert into write_off (tenant_id, subscriber_id, invoice_id, number, at, currency, \
                 amount_minor, invoice_minor) values ($1, $2, $3, $4, $5, $6, $7, \
                 (select gross_minor - paid_minor from invoice where tenant_id = $1 and id = $3))",
                vec![
                    Value::from(unit.tenant.0),
                    case.subscriber.0.into(),
                    invoice.0.into(),
                    i64::from(number).into(),
                    at.unix_ms().into(),
                    amount.currency().code().into(),
                    amount.amount_minor().into(),
                ],
            ),
            (
                "update invoice set paid_minor = gross_minor, paid_at = null \
                 where tenant_id = $1 and id = $2",
                vec![unit.tenant.0.into(), invoice.0.into()],
            ),
            (
                "update late_fee set paid_minor = amount_minor \
                 where tenant_id = $1 and invoice_id = $2 and at <= $3",
                vec![unit.tenant.0.into(), invoice.0.into(), at.unix_ms().into()],
            ),
        ] {
            let statement = Statement::from_sql_and_values(backend, sql, values);
            unit.txn.execute_raw(statement).await.during(operation)?;
        }
        unit.record(Record {
            kind: Kind::WriteOff,
            row: invoice.0,
            name: case.labels.get(&invoice).map_or("", String::as_str),
            before: None,
            after: Some(json!({
                "number": number,
                "at": at.unix_ms(),
                "amount_minor": amount.amount_minor(),
                "currency": amount.currency().code(),
            })),
        });
        let what = What::WrittenOff { invoice: invoice.0, amount, at: *at };
        unit.tell(Happened::new(Topic::InvoiceWrittenOff, Some(case.subscriber), what));
    }
    Ok(())
}

/// Puts reminders into the outbox.
fn remind(
    unit: &mut Unit<'_>,
    ground: &Ground,
    done: &[(Case, Vec<Action>)],
) -> Result<(), StoreError> {
    for (case, Action { at, measure }) in
        done.iter().flat_map(|(case, actions)| actions.iter().map(move |it| (case, it)))
    {
        let Measure::Remind { step, invoice } = *measure else { continue };
        let Some((by, account, found)) = case.invoice(invoice) else { continue };
        let Some(rules) = ground.of(by).map(|of| of.policy.rules()) else { continue };
        let overdue = account.overdue(rules.currency, *at);
        let overdue = overdue.map_err(|error| super::rule(Kind::Invoice, "", error.into()))?;
        let reminder = Reminder {
            invoice: invoice.0,
            due_at: found.due_at,
            open: found.open,
            overdue,
            step,
            days: rules.steps.iter().find(|it| it.id == step).map(|it| it.days),
            at: *at,
        };
        let what = What::Reminder(reminder);
        unit.tell(Happened::new(Topic::Reminder, Some(case.subscriber), what));
    }
    Ok(())
}

/// What the next look has to know.
async fn note(
    unit: &Unit<'_>,
    looked_at: Timestamp,
    done: &[(Case, Vec<Action>)],
) -> Result<(), StoreError> {
    let row = |(case, actions): &(Case, Vec<Action>)| {
        let last = |is_it: fn(&Measure) -> bool| {
            let moments = actions.iter().filter(|action| is_it(&action.measure));
            moments.map(|action| action.at.unix_ms()).max()
        };
        [
            Value::from(case.subscriber.0),
            unit.tenant.0.into(),
            last(|measure| matches!(measure, Measure::WriteOff { .. })).into(),
            last(|measure| matches!(measure, Measure::Remind { .. })).into(),
            looked_at.unix_ms().into(),
        ]
    };
    let insert =
        "insert into dunning_account (subscriber_id, tenant_id, paid_at, reminded_at, looked_at)";
    let tail = "on conflict (subscriber_id) do update set \
                paid_at = coalesce(excluded.paid_at, dunning_account.paid_at), \
                reminded_at = coalesce(excluded.reminded_at, dunning_account.reminded_at), \
                looked_at = excluded.looked_at";
    let rows = done.iter().map(row).collect();
    values::insert(&unit.txn, insert, rows, tail, "note what was done").await
}
