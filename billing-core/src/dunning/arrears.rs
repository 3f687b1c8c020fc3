//! From when until when an account is in arrears.

use entitlement::Timestamp;

use super::due_steps::DunningError;
use super::policy::{Step, StepKind};
use super::schedule::{Schedule, Turn};
use super::{Account, InvoiceId, OpenInvoice};
use crate::Money;

/// A time in which what is overdue is no less than the policy's minimum. Behind a write-off another
/// may begin.
#[derive(Debug, Clone)]
pub(super) struct Arrears {
    /// When what is overdue came to the minimum: from then the days of the steps are counted.
    pub(super) since: Timestamp,
    /// The invoice with which it came to that.
    pub(super) invoice: InvoiceId,
    /// What becomes of subscriptions, in the order in which it happens.
    pub(super) ladder: Vec<(Turn, Step)>,
    /// The write-off by which they end, if it is due by now.
    pub(super) end: Option<(Turn, Step)>,
}

/// Something that is owed from a moment on.
struct Item {
    at: Timestamp,
    invoice: InvoiceId,
    amount: Money,
}

impl Arrears {
    /// All of an account, by time.
    pub(super) fn of(
        account: &Account,
        schedule: &Schedule<'_>,
    ) -> Result<Vec<Self>, DunningError> {
        let items = items(account, schedule.now);
        let (mut all, mut rest) = (Vec::new(), items.as_slice());
        while let Some((since, invoice)) = reached(rest, schedule.rules.minimum_overdue)? {
            let mut ladder = schedule.ladder(since)?;
            let is_write_off = |(_, step): &(Turn, Step)| step.kind == StepKind::WriteOff;
            let end = ladder.pop_if(|rung| is_write_off(rung));
            let end = end.filter(|(turn, _)| turn.at <= schedule.now);
            all.push(Self { since, invoice, ladder, end });
            let Some((turn, _)) = end else { break };
            let given_up = rest.partition_point(|item| item.at <= turn.at);
            rest = rest.get(given_up..).unwrap_or_default();
        }
        Ok(all)
    }

    /// Are they at that moment? When they end, what is due at that moment happens still.
    pub(super) fn contains(&self, at: Timestamp) -> bool {
        self.since <= at && self.end.is_none_or(|(turn, _)| at <= turn.at)
    }

    /// Is something of them that happens then before their end?
    pub(super) fn is_before_end(&self, turn: Turn) -> bool {
        self.end.is_none_or(|(end, _)| turn < end)
    }

    /// Of those of an account, the first that had not ended when the invoice was due.
    pub(super) fn with<'a>(all: &'a [Self], invoice: &OpenInvoice) -> Option<&'a Self> {
        let is_due = |end: &Turn| invoice.due_at <= end.at;
        all.iter().find(|arrears| arrears.end.is_none_or(|(end, _)| is_due(&end)))
    }
}

/// What is overdue by now, by time. A late fee is owed since it was charged: so fees never let the
/// minimum be reached earlier than it was.
fn items(account: &Account, now: Timestamp) -> Vec<Item> {
    let of = |it: &OpenInvoice| {
        let invoice = it.id;
        let fees = it.fees.iter().map(move |fee| Item { at: fee.at, invoice, amount: fee.open });
        core::iter::once(Item { at: it.due_at, invoice, amount: it.open })
            .chain(fees)
            .collect::<Vec<_>>()
    };
    let mut items: Vec<_> = account.invoices.iter().flat_map(of).collect();
    items.retain(|item| !item.amount.is_zero() && item.at <= now);
    items.sort_by_key(|item| (item.at, item.invoice));
    items
}

/// When the sum comes to the minimum, and by which invoice.
fn reached(items: &[Item], minimum: Money) -> Result<Option<(Timestamp, InvoiceId)>, DunningError> {
    let mut sum = Money::zero(minimum.currency());
    for Item { at, invoice, amount } in items {
        sum = sum.plus(*amount)?;
        if sum.least(minimum)? == minimum {
            return Ok(Some((*at, *invoice)));
        }
    }
    Ok(None)
}
