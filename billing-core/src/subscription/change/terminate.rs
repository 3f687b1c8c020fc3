//! The end of a subscription, and what an early one costs.

use std::collections::BTreeSet;

use entitlement::Timestamp;

use super::{Change, ChangeError, Draft, Held, Subscription, When, after};
use crate::catalogue::{EarlyEnd, MinimumTerm, OfferId, Paid, ProductId, Role};
use crate::{
    Alignment, Cadence, ComponentId, Cycle, Money, Percentage, Ratio, SubscriptionState,
    Transition, What,
};

/// How often an end is moved on by the minimum term of something that is only taken before it.
const ENDS_MAX: usize = 16;

/// How a subscription can be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TerminationPolicy {
    /// At once, or with the period; of several products with the last of their periods.
    pub when: When,
    /// How long before the end it must be said; `None`: not at all.
    pub notice: Option<Cadence>,
}

/// The end of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Termination {
    /// When.
    pub ends_at: Timestamp,
    /// What it costs to end before the minimum terms are over, beside what is billed until then. The
    /// amount depends on when it is, so it is no price of a component.
    pub fees: Vec<EarlyFee>,
    /// What changes.
    pub change: Change,
}

/// What it costs to give up an offer within its minimum term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EarlyFee {
    /// Which.
    pub offer: OfferId,
    /// When it ends.
    pub ends_at: Timestamp,
    /// How many periods of the term had begun.
    pub begun: u32,
    /// Of how many.
    pub periods: u32,
    /// By which rule.
    pub charged: Charged,
    /// How much.
    pub amount: Money,
}

/// By which rule an early end is charged, with what it is reckoned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Charged {
    /// The same whenever it is.
    Fixed,
    /// A part of the price of each period that remains.
    OfRemaining {
        /// Which part.
        part: Percentage,
        /// Of one period, as it is in force at the end.
        price: Money,
    },
    /// Less with each period that has begun.
    Declining {
        /// At first.
        first: Money,
    },
}

impl Subscription<'_> {
    /// Ends it for good: as early as the notice, the period and the minimum terms of what it has allow.
    /// What was planned for later is withdrawn, and so is another end. One that has not begun ends at
    /// once and costs nothing.
    ///
    /// # Errors
    /// [`ChangeError::Transition`] when it has ended, and when an end cannot be reckoned.
    pub fn terminate(&self, policy: &TerminationPolicy) -> Result<Termination, ChangeError> {
        self.terminate_prepaid(policy, None)
    }

    /// As [`terminate`](Self::terminate), where packages are paid until a moment: their period is over then.
    ///
    /// # Errors
    /// As [`terminate`](Self::terminate).
    pub fn terminate_prepaid(
        &self,
        policy: &TerminationPolicy,
        paid_until: Option<Timestamp>,
    ) -> Result<Termination, ChangeError> {
        self.state().after(Transition::Terminate)?;
        let has_begun = self.state() != SubscriptionState::Pending;
        let paid_until = paid_until.filter(|_| policy.when == When::PeriodEnd);
        let ends_at = if has_begun { self.earliest_end(policy)? } else { self.now };
        let ends_at = paid_until.filter(|_| has_begun).map_or(ends_at, |paid| paid.max(ends_at));
        let mut draft = Draft::new(self);
        draft.withdraw(|event| event.what == What::Transition(Transition::Terminate));
        draft.transition(Transition::Terminate, ends_at);
        let change = draft.finish()?;
        let timeline = change.of(self.timeline)?;
        let fees = Subscription { timeline: &timeline, ..*self }.early_fees_at(ends_at)?;
        Ok(Termination { ends_at, fees, change })
    }

    /// What every end from a moment on costs that lies within a minimum term, in whatever way it came
    /// about: by a termination, also one that is planned or for what is not paid, and by giving an offer
    /// up. Another offer of the same product in its place is no end: the term goes on.
    ///
    /// # Errors
    /// When one cannot be reckoned: what it is a part of has no price then, or out of range.
    pub fn early_fees(&self, from: Timestamp) -> Result<Vec<EarlyFee>, ChangeError> {
        let ends = |what| {
            matches!(
                what,
                What::Transition(Transition::Terminate) | What::Quantity { quantity: 0, .. }
            )
        };
        let events = self.timeline.events().iter().filter(|event| event.at >= from);
        let moments: BTreeSet<_> =
            events.filter(|event| ends(event.what)).map(|event| event.at).collect();
        let mut fees = Vec::new();
        for at in moments {
            fees.extend(self.early_fees_at(at)?);
        }
        Ok(fees)
    }

    /// As [`early_fees`](Self::early_fees), of the ends at one moment. It is reckoned from what is had,
    /// and what it costs, when it ends: not when that was said.
    ///
    /// # Errors
    /// As of `early_fees`.
    pub fn early_fees_at(&self, ends_at: Timestamp) -> Result<Vec<EarlyFee>, ChangeError> {
        let before = just_before(ends_at);
        let is_over = |at| self.timeline.state_at(at) == SubscriptionState::Terminated;
        let has_begun = self.timeline.began_at().is_some_and(|began_at| began_at < ends_at);
        let mut fees = Vec::new();
        if !has_begun || is_over(before) {
            return Ok(fees);
        }
        for held in self.all_held(before) {
            let goes_on = !is_over(ends_at) && self.held(held.offer.product, ends_at).is_some();
            let Some((term, since)) = self.term(held, before).filter(|_| !goes_on) else {
                continue;
            };
            let cycle = self.cycle_of(&term, since)?;
            if ends_at < term_end(&term, since, &cycle)? {
                let begun = begun(&cycle, ends_at)?;
                fees.extend(self.early_fee(held, &term, (begun, ends_at))?);
            }
        }
        Ok(fees)
    }

    /// Cancels an end that is planned. What was withdrawn for its sake is not planned again.
    ///
    /// # Errors
    /// [`ChangeError::NothingPlanned`].
    pub fn cancel_termination(&self) -> Result<Change, ChangeError> {
        let planned = self.terminates_at().filter(|at| *at > self.now);
        planned.ok_or(ChangeError::NothingPlanned { what: "end" })?;
        let mut draft = Draft::new(self);
        draft.withdraw(|event| event.what == What::Transition(Transition::Terminate));
        draft.finish()
    }

    fn earliest_end(&self, policy: &TerminationPolicy) -> Result<Timestamp, ChangeError> {
        let zone = &self.terms.zone;
        let noticed = policy.notice.map_or(Ok(self.now), |notice| after(self.now, notice, zone))?;
        let mut ends_at = noticed;
        if policy.when == When::PeriodEnd {
            for held in self.all_held(noticed) {
                ends_at = ends_at.max(self.paid_until(held, noticed)?);
            }
        }
        // What it has then is what must be had so long: a trial may have become more by then.
        for _ in 0..ENDS_MAX {
            let (before, last) = (just_before(ends_at).max(self.now), ends_at);
            for held in self.all_held(before) {
                if let Some((term, since)) = self.term(held, before)
                    && term.early == EarlyEnd::AtTermEnd
                {
                    ends_at = ends_at.max(term_end(&term, since, &self.cycle_of(&term, since)?)?);
                }
            }
            if ends_at == last {
                break;
            }
        }
        Ok(ends_at)
    }

    /// When the period is over that a moment is in; where one begins just then, the moment itself.
    fn paid_until(&self, held: Held<'_>, at: Timestamp) -> Result<Timestamp, ChangeError> {
        if held.is_trial {
            return Ok(self.planned_end(held.component).map_or(at, |ends_at| ends_at.max(at)));
        }
        let Some((_, period)) = self.period(held.component, at)? else { return Ok(at) };
        Ok(if period.from() == at && at > self.now { at } else { period.until() })
    }

    /// The minimum term of what it has at a moment, and since when it counts: through all changes of plan.
    fn term(&self, held: Held<'_>, at: Timestamp) -> Option<(MinimumTerm, Timestamp)> {
        let term = held.offer.minimum_term.filter(|_| !held.is_trial)?;
        let of_product = self.components_of(held.offer.product);
        Some((term, self.timeline.held_since(&of_product, at)?))
    }

    /// What offers of a product are charged as. The time of a trial is none of the term.
    fn components_of(&self, product: ProductId) -> Vec<ComponentId> {
        let is_main = |component: &ComponentId| {
            matches!(self.catalogue.role(*component), Some(Role::Main(offer))
                if self.catalogue.offer(offer).is_some_and(|offer| offer.product == product))
        };
        self.timeline.components().into_iter().filter(is_main).collect()
    }

    fn early_fee(
        &self,
        held: Held<'_>,
        term: &MinimumTerm,
        (begun, ends_at): (u32, Timestamp),
    ) -> Result<Option<EarlyFee>, ChangeError> {
        let (periods, rounding) = (term.periods.get(), self.terms.rounding);
        let left = periods.saturating_sub(begun);
        let (charged, amount) = match term.early {
            EarlyEnd::AtTermEnd => return Ok(None),
            EarlyEnd::Fixed(amount) => (Charged::Fixed, amount),
            EarlyEnd::OfRemaining(part) => {
                // Those that remain would have begun at the price of then.
                let since = self.timeline.held_since(&[held.component], just_before(ends_at));
                let paid = self.paid(held.component, ends_at, since.unwrap_or(ends_at))?;
                let Paid::Recurring(price) = paid else { return Ok(None) };
                let all = price.amount.times(left.into())?;
                let charged = Charged::OfRemaining { part, price: price.amount };
                (charged, all.part(part.ratio(), rounding)?)
            }
            EarlyEnd::Declining(first) => {
                let left = Ratio::new(left.into(), periods.into()).unwrap_or(Ratio::WHOLE);
                (Charged::Declining { first }, first.part(left, rounding)?)
            }
        };
        Ok(Some(EarlyFee { offer: held.offer.id, ends_at, begun, periods, charged, amount }))
    }

    fn cycle_of(&self, term: &MinimumTerm, since: Timestamp) -> Result<Cycle, ChangeError> {
        let zone = self.terms.zone.clone();
        let cycle = Cycle::new(term.cadence, Alignment::Anniversary, since, zone);
        cycle.map_err(|_| ChangeError::OutOfCalendar { at: since })
    }
}

/// The last moment before one.
const fn just_before(at: Timestamp) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms().saturating_sub(1))
}

fn term_end(term: &MinimumTerm, since: Timestamp, cycle: &Cycle) -> Result<Timestamp, ChangeError> {
    let out_of_calendar = ChangeError::OutOfCalendar { at: since };
    cycle.begins(term.periods.get().into()).ok_or(out_of_calendar)
}

/// How many periods have begun before a moment.
fn begun(cycle: &Cycle, at: Timestamp) -> Result<u32, ChangeError> {
    let out_of_calendar = ChangeError::OutOfCalendar { at };
    let period = cycle.around(at).ok_or(out_of_calendar.clone())?;
    let before = if period.interval.from() < at { 1 } else { 0 };
    u32::try_from(period.number.max(0).saturating_add(before)).map_err(|_| out_of_calendar)
}
