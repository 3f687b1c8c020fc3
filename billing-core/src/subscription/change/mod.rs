//! How a subscription changes: each command says which events it makes of what has happened so far,
//! or why it cannot be, and what can.
//!
//! A command decides and does nothing: it looks at a [`Subscription`], and its answer is a [`Change`]
//! of the timeline. What it costs is not decided here: [`difference`](crate::difference) bills the
//! changed timeline as any other. What has happened stays; what is only known to happen (the end of a
//! trial, of a pause or of a term, a downgrade) can be withdrawn, and is where a command leaves no room
//! for it.

mod add_on;
mod draft;
mod error;
mod order;
mod paid_time;
mod pause;
mod plan;
mod renew;
mod terminate;

use entitlement::{TimeZone, Timestamp};

use super::{ComponentId, Event, SubscriptionState, Timeline, TimelineError, Transition, What};
use crate::catalogue::{Catalogue, MissingPrice, Offer, Paid, ProductId, Role};
use crate::{AlignmentError, BillingTerms, Cadence, Cycle, Interval};

use draft::Draft;
pub use draft::{EVENTS_MAX, HELD_MAX};
pub use error::ChangeError;
pub use order::Order;
pub use paid_time::{Follows, Left, PaidTime, Unused};
pub use pause::PausePolicy;
pub use plan::{ChangePolicy, When};
pub use renew::{
    Bought, CountedFrom, PackageGrant, PaidUntil, Purchase, RENEWAL_PERIODS_MAX, Renewal,
    RenewalPolicy,
};
pub use terminate::{Charged, EarlyFee, Termination, TerminationPolicy};

/// A subscription at the moment at which something is to be changed about it.
#[derive(Debug, Clone, Copy)]
pub struct Subscription<'s> {
    /// What has happened to it, and is known to happen.
    pub timeline: &'s Timeline,
    /// What can be had.
    pub catalogue: &'s Catalogue,
    /// How it is billed.
    pub terms: &'s BillingTerms,
    /// The moment: what is later has not happened.
    pub now: Timestamp,
}

/// What a command makes of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// What is known from now on. The events of one moment are about different things, so that they
    /// mean the same in any order; their numbers place them behind those that were there before.
    pub added: Vec<Event>,
    /// What was to happen later, and will not.
    pub withdrawn: Vec<Event>,
}

/// What a subscription has of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held<'c> {
    /// The offer.
    pub offer: &'c Offer,
    /// What it is charged as.
    pub component: ComponentId,
    /// Whether that is its trial.
    pub is_trial: bool,
}

impl Change {
    /// The timeline with it.
    ///
    /// # Errors
    /// When it was made for another one.
    pub fn of(&self, timeline: &Timeline) -> Result<Timeline, TimelineError> {
        let stay = timeline.events().iter().filter(|event| !self.withdrawn.contains(event));
        Timeline::new(stay.chain(&self.added).copied())
    }
}

impl Timeline {
    /// These happen, whenever that is: by the word of the operator, or because of what is paid or not.
    /// What was planned, is later than `now` and is not possible any more with them is withdrawn, such as
    /// the end of a pause when it is blocked; what has happened by then stays.
    ///
    /// # Errors
    /// [`ChangeError::Transition`] where one of them cannot happen, [`ChangeError::Timeline`] where what has
    /// happened behind them cannot have then; [`ChangeError::Ends`] behind the end of the subscription,
    /// [`ChangeError::Quantity`] for more of a component than [`HELD_MAX`].
    pub fn enter(
        &self,
        happens: impl IntoIterator<Item = (Timestamp, What)>,
        now: Timestamp,
    ) -> Result<Change, ChangeError> {
        let mut draft = Draft::of(self, now);
        for (at, what) in happens {
            draft.push(at, what);
        }
        draft.finish()
    }
}

impl<'s> Subscription<'s> {
    /// Something happens to its state now, by the word of the operator or because of what is paid or
    /// not: what was planned and is not possible after that is withdrawn, such as the end of a pause
    /// when it is blocked.
    ///
    /// # Errors
    /// [`ChangeError::Transition`] when it cannot.
    pub fn transition(&self, transition: Transition) -> Result<Change, ChangeError> {
        let mut draft = Draft::new(self);
        draft.transition(transition, self.now);
        draft.finish()
    }

    /// What it has of a product at a moment. A prepaid package is bought and not had; see
    /// [`renew`](Self::renew).
    #[must_use]
    pub fn held(&self, product: ProductId, at: Timestamp) -> Option<Held<'s>> {
        self.all_held(at).find(|held| held.offer.product == product)
    }

    /// What it has at a moment, of every product.
    pub fn all_held(&self, at: Timestamp) -> impl Iterator<Item = Held<'s>> {
        let held = self.timeline.held_at(at).into_iter();
        held.filter_map(move |component| self.held_as(component, at))
    }

    fn held_as(&self, component: ComponentId, at: Timestamp) -> Option<Held<'s>> {
        let (offer, is_trial) = match self.catalogue.role(component)? {
            Role::Main(offer) => (offer, false),
            Role::Trial(offer) => (offer, true),
            Role::AddOn(_) | Role::SetupFee => return None,
        };
        let is_bought = self.paid(component, at, at).is_ok_and(Paid::is_once);
        let offer = self.catalogue.offer(offer).filter(|_| is_trial || !is_bought)?;
        Some(Held { offer, component, is_trial })
    }

    fn state(&self) -> SubscriptionState {
        self.timeline.state_at(self.now)
    }

    /// What is served can be changed; what is not can be resumed, paid or unblocked first.
    fn check_is_served(&self, what: &'static str) -> Result<(), ChangeError> {
        match self.state() {
            SubscriptionState::Active | SubscriptionState::Grace => Ok(()),
            state => Err(ChangeError::NotServed { what, state }),
        }
    }

    /// How a component is paid at a moment by who has it since then or takes it then.
    fn paid(
        &self,
        component: ComponentId,
        at: Timestamp,
        since: Timestamp,
    ) -> Result<Paid<'s>, ChangeError> {
        let prices = self.catalogue.prices().get(&component);
        let prices = prices.ok_or(ChangeError::UnknownComponent { component })?;
        Ok(prices.paid_at(at, since).ok_or(MissingPrice { component, at })?)
    }

    fn cycle(
        &self,
        component: ComponentId,
        cadence: Cadence,
        began_at: Timestamp,
    ) -> Result<Cycle, ChangeError> {
        let alignment = self.terms.alignment_at(self.now);
        let cycle = Cycle::new(cadence, alignment, began_at, self.terms.zone.clone());
        cycle.map_err(|error| ChangeError::Alignment { component, error })
    }

    const fn not_aligned(
        component: ComponentId,
        at: Timestamp,
        error: AlignmentError,
    ) -> ChangeError {
        match error {
            AlignmentError::OutOfRange => ChangeError::OutOfCalendar { at },
            error => ChangeError::Alignment { component, error },
        }
    }

    /// How a component is paid that it has at a moment, and the period of that, as [`due`](crate::due)
    /// reckons them: the price is that of the beginning of the period, or of the taking of the component.
    /// Of what is paid by use alone it is the period of its use. `None`: the component is paid once.
    fn period(
        &self,
        component: ComponentId,
        at: Timestamp,
    ) -> Result<Option<(Paid<'s>, Interval)>, ChangeError> {
        let since = self.timeline.held_since(&[component], at).unwrap_or(at);
        let began_at = self.timeline.began_at().unwrap_or(at);
        let around = |cadence: Cadence| -> Result<Interval, ChangeError> {
            let period = self.terms.period_around(cadence, began_at, at);
            Ok(period.map_err(|error| Self::not_aligned(component, at, error))?.part)
        };
        let Some(now) = self.paid(component, at, since)?.cadence() else { return Ok(None) };
        let first = self.paid(component, around(now)?.from().max(since), since)?;
        let Some(cadence) = first.cadence() else { return Ok(None) };
        Ok(Some((first, around(cadence)?)))
    }
}

/// So long after a moment, on a clock.
fn after(from: Timestamp, cadence: Cadence, zone: &TimeZone) -> Result<Timestamp, ChangeError> {
    cadence.after(from, zone).ok_or(ChangeError::OutOfCalendar { at: from })
}

#[cfg(test)]
mod tests;
