//! What is to be done by now.

use std::collections::BTreeSet;

use entitlement::{TimeZone, Timestamp};

use super::arrears::Arrears;
use super::late_fees::{self, DueFee};
use super::policy::StepKind;
use super::schedule::{Schedule, Turn};
use super::{
    Account, AccountError, DunningPolicy, InvoiceId, OpenInvoice, StepId, Subscription,
    SubscriptionId,
};
use crate::{Money, MoneyError, SubscriptionState, Transition};

/// Something that is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Action {
    /// When it should have happened.
    pub at: Timestamp,
    /// What.
    pub measure: Measure,
}

/// What can be done about what is overdue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    /// The subscriber is reminded.
    Remind {
        /// By which step.
        step: StepId,
        /// Of which invoice; behind its due date, of all that is overdue since it was.
        invoice: InvoiceId,
    },
    /// Late payment is charged for.
    LateFee {
        /// By which step.
        step: StepId,
        /// Of which invoice.
        invoice: InvoiceId,
        /// Which fee of the step, from 0.
        number: u16,
        /// How much; more than nothing.
        amount: Money,
    },
    /// The state of a subscription changes.
    Transition {
        /// By which step; `None`: by a promise, or because what was overdue is paid.
        step: Option<StepId>,
        /// Of which.
        subscription: SubscriptionId,
        /// How.
        transition: Transition,
    },
    /// The rest of an invoice and of its late fees is given up.
    WriteOff {
        /// By which step.
        step: StepId,
        /// Of which invoice.
        invoice: InvoiceId,
        /// How often it was before, from 0.
        number: u16,
        /// How much; more than nothing.
        amount: Money,
    },
}

/// An account of which it cannot be said what is to be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DunningError {
    /// It cannot be.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// Amounts of two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// No calendar has a moment.
    #[error("steps counted from {at} lie outside of the years that the calendar knows")]
    OutOfCalendar {
        /// From when they are counted.
        at: Timestamp,
    },
}

/// What is to be done by `now` about an account, in the order in which it should have happened.
///
/// `from` is when dunning began for it, or the policy was changed: reminders and fees of before are not
/// made up for, and what becomes of subscriptions, and a write-off, is not earlier than that.
///
/// A late fee is reckoned from what was open at its own moment, and charged if something was overdue enough
/// then, whatever was paid since; but of what is paid as a whole by now none is charged any more.
///
/// Subscriptions that are active, in grace or suspended are judged by what is overdue, whatever was done
/// about them before; those that are blocked, paused or pending are left alone until they are not.
///
/// # Errors
/// When the account cannot be, or something is out of range. Nothing is left out silently.
pub fn due_steps(
    policy: &DunningPolicy,
    account: &Account,
    from: Timestamp,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Vec<Action>, DunningError> {
    account.check(policy.rules().currency)?;
    let schedule = Schedule::new(policy, account, from, now, zone);
    let arrears = Arrears::of(account, &schedule)?;
    let fees = late_fees::due(account, &schedule, &arrears)?;
    let run = Run { account, schedule: &schedule, arrears: &arrears, fees: &fees };
    let mut planned = Vec::new();
    for invoice in &account.invoices {
        run.invoice(invoice, &mut planned)?;
    }
    planned.extend(run.reminder()?);
    for subscription in &account.subscriptions {
        run.subscription(*subscription, &mut planned);
    }
    // Stable: what happens to one subscription stays in its order.
    planned.sort_by_key(|(turn, _)| *turn);
    Ok(planned.into_iter().map(|(turn, measure)| Action { at: turn.at, measure }).collect())
}

type Planned = (Turn, Measure);

struct Run<'r> {
    account: &'r Account,
    schedule: &'r Schedule<'r>,
    arrears: &'r [Arrears],
    fees: &'r [DueFee],
}

impl Run<'_> {
    fn fees_of(&self, invoice: &OpenInvoice) -> impl Iterator<Item = &DueFee> {
        self.fees.iter().filter(|fee| fee.invoice == invoice.id)
    }

    /// Its late fees, and what of it is written off.
    fn invoice(
        &self,
        invoice: &OpenInvoice,
        planned: &mut Vec<Planned>,
    ) -> Result<(), DunningError> {
        let mut rest = invoice.open;
        for DueFee { turn, step, number, amount, .. } in self.fees_of(invoice) {
            rest = rest.plus(*amount)?;
            let (step, number, amount) = (*step, *number, *amount);
            let measure = Measure::LateFee { step, invoice: invoice.id, number, amount };
            planned.push((*turn, measure));
        }
        let arrears = Arrears::with(self.arrears, invoice);
        if let Some((turn, step)) = arrears.and_then(|arrears| arrears.end) {
            for fee in invoice.fees.iter().filter(|fee| fee.at <= turn.at) {
                rest = rest.plus(fee.open)?;
            }
            if !rest.is_zero() {
                let (step, number) = (step.id, invoice.write_offs);
                let measure = Measure::WriteOff { step, invoice: invoice.id, number, amount: rest };
                planned.push((turn, measure));
            }
        }
        Ok(())
    }

    /// The latest reminder, unless it or a later one was sent, or it is stale.
    fn reminder(&self) -> Result<Option<Planned>, DunningError> {
        let schedule = self.schedule;
        let mut latest: Option<Planned> = None;
        let mut offer = |turn: Turn, step: StepId, invoice: InvoiceId| {
            let is_new = turn.scheduled >= schedule.from
                && turn.at <= schedule.now
                && self.account.reminded_at.is_none_or(|before| turn.at > before)
                && latest.is_none_or(|(before, _)| turn > before);
            if is_new {
                latest = Some((turn, Measure::Remind { step, invoice }));
            }
        };
        let reminders = || schedule.steps().filter(|(_, step)| step.kind == StepKind::Remind);
        let current = self.arrears.last().filter(|arrears| arrears.end.is_none());
        if let Some(Arrears { since, invoice, .. }) = current {
            for place in reminders().filter(|(_, step)| !step.is_ahead()) {
                offer(schedule.turn(place, *since, 0)?, place.1.id, *invoice);
            }
        }
        for invoice in &self.account.invoices {
            let given_up = Arrears::with(self.arrears, invoice).is_some_and(|it| it.end.is_some());
            let minimum = schedule.rules.minimum_overdue;
            let is_enough = !invoice.open.is_zero() && invoice.open.least(minimum)? == minimum;
            if given_up || !is_enough {
                continue;
            }
            for place in reminders().filter(|(_, step)| step.is_ahead()) {
                let turn = schedule.turn(place, invoice.due_at, 0)?;
                // Who is overdue is not told of what is ahead.
                if schedule.day(turn.at)? <= schedule.day(invoice.due_at)? {
                    offer(turn, place.1.id, invoice.id);
                }
            }
        }
        let is_fresh = |turn: Turn| {
            let after = schedule.rules.reminders_stale_after_days.map(i64::from);
            after.is_none_or(|days| turn.at.plus_s(days * DAY_S) >= schedule.now)
        };
        Ok(latest.filter(|(turn, _)| is_fresh(*turn)))
    }

    /// What becomes of a subscription: at every moment at which something changes, by what holds then.
    fn subscription(&self, subscription: Subscription, planned: &mut Vec<Planned>) {
        let Subscription { id, mut state, since } = subscription;
        let start = since.max(self.schedule.from);
        let rungs = self.arrears.iter().flat_map(|arrears| {
            let ladder = arrears.ladder.iter().map(|(turn, _)| turn.at);
            ladder.chain([arrears.since]).chain(arrears.end.map(|(turn, _)| turn.at))
        });
        let holds = self.schedule.hold_ends();
        let moments = rungs.chain(holds).chain(self.account.paid_at).filter(|at| *at > start);
        let moments: BTreeSet<_> = moments.chain([start]).collect();
        for at in moments.range(..=self.schedule.now) {
            for (turn, step, transition) in self.transitions(*at) {
                if !is_dunned(state) {
                    break;
                }
                if let Ok(next) = state.after(transition) {
                    state = next;
                    let measure = Measure::Transition { step, subscription: id, transition };
                    planned.push((turn, measure));
                }
            }
        }
    }

    /// What happens at a moment to every subscription to which it can happen, in its order.
    fn transitions(&self, at: Timestamp) -> Vec<(Turn, Option<StepId>, Transition)> {
        let ahead = Turn::ahead_of_steps(at);
        let Some(arrears) = self.arrears.iter().find(|arrears| arrears.contains(at)) else {
            // What was open before the last payment is not known.
            let is_known = self.account.paid_at.is_none_or(|paid_at| paid_at <= at);
            return is_known.then_some((ahead, None, Transition::Settle)).into_iter().collect();
        };
        if self.schedule.is_held(at) {
            return vec![(ahead, None, Transition::Promise)];
        }
        let reached = arrears.ladder.iter().filter(|(turn, _)| turn.at <= at);
        let happens = reached.filter_map(|(turn, step)| {
            Some((Turn { at, ..*turn }, Some(step.id), step.kind.transition()?))
        });
        happens.collect()
    }
}

const DAY_S: i64 = 86_400;

/// Is what becomes of it decided by what is overdue?
const fn is_dunned(state: SubscriptionState) -> bool {
    matches!(
        state,
        SubscriptionState::Active | SubscriptionState::Grace | SubscriptionState::Suspended
    )
}
