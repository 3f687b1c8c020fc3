//! Which late fees are due, and how much each of them is: by what was open at its own moment.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use entitlement::Timestamp;

use super::arrears::Arrears;
use super::due_steps::DunningError;
use super::policy::{LateFee, Step, StepKind};
use super::schedule::{Schedule, Turn};
use super::validate::FEE_TIMES_MAX;
use super::{Account, ChargedFee, InvoiceId, OpenInvoice, StepId};
use crate::{Money, MoneyError, PartOrAmount};

/// A late fee that is due and was not charged.
pub(super) struct DueFee {
    pub(super) turn: Turn,
    pub(super) invoice: InvoiceId,
    pub(super) step: StepId,
    /// Which of its step, from 0.
    pub(super) number: u16,
    /// How much; more than nothing.
    pub(super) amount: Money,
}

/// When a fee would be due.
struct Candidate<'a> {
    turn: Turn,
    /// The place of the invoice in the account.
    place: usize,
    invoice: &'a OpenInvoice,
    step: StepId,
    number: u16,
    fee: PartOrAmount,
}

/// The fees of all invoices that are due and were not charged, by time, as far as the cap of each allows.
/// `arrears` are those by what is open now; before something was paid, it is looked at what was then.
pub(super) fn due(
    account: &Account,
    schedule: &Schedule<'_>,
    arrears: &[Arrears],
) -> Result<Vec<DueFee>, DunningError> {
    let candidates = candidates(account, schedule)?;
    let mut caps = Caps::new(account, schedule)?;
    let moments: BTreeSet<_> =
        account.invoices.iter().flat_map(|it| &it.paid).map(|it| it.at).collect();
    let mut then = Then { until: None, arrears: Cow::Borrowed(arrears) };
    let mut fees: Vec<DueFee> = Vec::new();
    let mut is_first = true;
    for candidate in candidates {
        let Candidate { turn, place, invoice, step, number, fee } = candidate;
        if !moments.is_empty() && (is_first || then.until.is_some_and(|until| until <= turn.at)) {
            is_first = false;
            then = Then::at(turn.at, (account, &fees), schedule, &moments)?;
        }
        let Some(arrears) = Arrears::with(&then.arrears, invoice) else { continue };
        let open = invoice.open_at(turn.at)?;
        let is_missed = turn.scheduled < arrears.since || !arrears.is_before_end(turn);
        if is_missed || open.is_zero() {
            continue;
        }
        let amount = caps.take(place, fee.of(open, schedule.rules.rounding)?)?;
        if !amount.is_zero() {
            fees.push(DueFee { turn, invoice: invoice.id, step, number, amount });
        }
    }
    Ok(fees)
}

/// What an account was in arrears with, as long as nothing was paid.
struct Then<'a> {
    /// Until when; `None`: until now.
    until: Option<Timestamp>,
    arrears: Cow<'a, [Arrears]>,
}

impl Then<'_> {
    /// At a moment, with the fees that are due by then and were not charged.
    fn at(
        at: Timestamp,
        (account, due): (&Account, &[DueFee]),
        schedule: &Schedule<'_>,
        moments: &BTreeSet<Timestamp>,
    ) -> Result<Self, DunningError> {
        let mut as_it_was = account.clone();
        for invoice in &mut as_it_was.invoices {
            invoice.open = invoice.open_at(at)?;
            let of_it = due.iter().filter(|fee| fee.invoice == invoice.id);
            invoice.fees.extend(of_it.map(|fee| ChargedFee {
                step: fee.step,
                number: fee.number,
                at: fee.turn.at,
                amount: fee.amount,
                open: fee.amount,
            }));
        }
        let until = moments.iter().find(|moment| **moment > at).copied();
        Ok(Self { until, arrears: Cow::Owned(Arrears::of(&as_it_was, schedule)?) })
    }
}

/// What can still be charged of each invoice, by its place.
struct Caps<'a> {
    account: &'a Account,
    schedule: &'a Schedule<'a>,
    left: BTreeMap<usize, Money>,
}

impl<'a> Caps<'a> {
    fn new(account: &'a Account, schedule: &'a Schedule<'a>) -> Result<Self, MoneyError> {
        let mut caps = Self { account, schedule, left: BTreeMap::new() };
        for (place, invoice) in account.invoices.iter().enumerate() {
            for fee in &invoice.fees {
                caps.take(place, fee.amount)?;
            }
        }
        Ok(caps)
    }

    /// As much of an amount as the cap allows still.
    fn take(&mut self, place: usize, amount: Money) -> Result<Money, MoneyError> {
        let rules = self.schedule.rules;
        let (Some(cap), Some(invoice)) = (rules.fee_cap, self.account.invoices.get(place)) else {
            return Ok(amount);
        };
        let left = match self.left.get(&place) {
            Some(left) => *left,
            None => cap.of(invoice.total, rules.rounding)?,
        };
        let taken = amount.least(left)?;
        self.left.insert(place, left.minus(taken)?);
        Ok(taken)
    }
}

/// Every moment by now at which a fee was not charged, by time.
fn candidates<'a>(
    account: &'a Account,
    schedule: &Schedule<'_>,
) -> Result<Vec<Candidate<'a>>, DunningError> {
    let mut all = Vec::new();
    for (place, invoice) in account.invoices.iter().enumerate() {
        // Of what is paid there is no late fee any more.
        if invoice.open.is_zero() {
            continue;
        }
        for (order, step) in schedule.steps() {
            if let StepKind::LateFee(late) = step.kind {
                of_step((order, step), late, (place, invoice), schedule, &mut all)?;
            }
        }
    }
    // Stable: several of one step may wait for one working day.
    all.sort_by_key(|candidate| candidate.turn);
    Ok(all)
}

fn of_step<'a>(
    in_order: (usize, &Step),
    late: LateFee,
    (place, invoice): (usize, &'a OpenInvoice),
    schedule: &Schedule<'_>,
    all: &mut Vec<Candidate<'a>>,
) -> Result<(), DunningError> {
    let step = in_order.1.id;
    let charged = invoice.fees.iter().filter(|fee| fee.step == step);
    let charged: BTreeSet<u16> = charged.map(|fee| fee.number).collect();
    let times = if late.every_days.is_some() { FEE_TIMES_MAX } else { 1 };
    for number in 0..times {
        let every = late.every_days.map_or(0, |days| i64::from(days.get()));
        let turn = schedule.turn(in_order, invoice.due_at, i64::from(number) * every)?;
        if turn.at > schedule.now {
            break;
        }
        if turn.scheduled >= schedule.from && !charged.contains(&number) {
            all.push(Candidate { turn, place, invoice, step, number, fee: late.fee });
        }
    }
    Ok(())
}
