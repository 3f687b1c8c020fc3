//! The events that a command makes, while it makes them.

use std::collections::BTreeMap;

use entitlement::Timestamp;

use super::{Change, ChangeError, Subscription};
use crate::subscription::timeline::quantity_at;
use crate::{ComponentId, Event, SubscriptionState, Timeline, TimelineError, Transition, What};

/// The most events of one subscription: one an hour for ten years.
pub const EVENTS_MAX: usize = 100_000;

/// The most of one component that a subscription has at a time.
pub const HELD_MAX: u32 = 1_000_000;

/// How long that is had which is charged once, ms: as short as can be, so that it can be taken again.
const MOMENT_MS: i64 = 1;

pub(super) struct Draft {
    /// What there was, without what was withdrawn.
    stay: Vec<Event>,
    change: Change,
    now: Timestamp,
    next_number: u64,
}

impl Draft {
    pub(super) fn new(subscription: &Subscription<'_>) -> Self {
        Self::of(subscription.timeline, subscription.now)
    }

    /// What is later than that moment has not happened.
    pub(super) fn of(timeline: &Timeline, now: Timestamp) -> Self {
        let stay = timeline.events().to_vec();
        let last = stay.iter().map(|event| event.number).max();
        let next_number = last.map_or(0, |last| last.saturating_add(1));
        Self { stay, change: Change::default(), now, next_number }
    }

    /// Takes out what is planned and like this.
    pub(super) fn withdraw(&mut self, is: impl Fn(&Event) -> bool) {
        let now = self.now;
        let gone = self.stay.extract_if(.., |event| event.at > now && is(event));
        self.change.withdrawn.extend(gone);
    }

    pub(super) fn transition(&mut self, transition: Transition, at: Timestamp) {
        self.push(at, What::Transition(transition));
    }

    /// From a moment on there are so many of a component.
    pub(super) fn quantity(&mut self, component: ComponentId, quantity: u32, at: Timestamp) {
        self.push(at, What::Quantity { component, quantity });
    }

    /// A component that is charged once is taken at a moment and given up at once: what was due of it
    /// stays due, and it can be taken again. If it is taken then already, the next moment that is free
    /// is its moment; were they one, they would be charged as one.
    pub(super) fn once(
        &mut self,
        component: ComponentId,
        quantity: u32,
        at: Timestamp,
    ) -> Result<(), ChangeError> {
        let mut all: Vec<Event> = self.all().copied().collect();
        all.sort_unstable();
        let mut quantities = BTreeMap::new();
        for event in &all {
            if let What::Quantity { component: of, quantity } = event.what
                && of == component
            {
                quantities.insert(event.at, quantity);
            }
        }
        let moments: Vec<_> = quantities.into_iter().collect();
        let mut free = at;
        for (place, (from, quantity)) in moments.iter().enumerate() {
            if *quantity == 0 {
                continue;
            }
            let next = moments.get(place + 1);
            let (until, _) = next.ok_or(ChangeError::HeldAlready { component })?;
            let is_before = plus_ms(free, MOMENT_MS) < *from;
            if !is_before && free <= *until {
                free = plus_ms(*until, MOMENT_MS);
            }
        }
        self.quantity(component, quantity, free);
        self.quantity(component, 0, plus_ms(free, MOMENT_MS));
        Ok(())
    }

    /// How many of a component there are at a moment, with what was made so far.
    pub(super) fn quantity_at(&self, component: ComponentId, at: Timestamp) -> u32 {
        let all: Vec<Event> = self.all().copied().collect();
        quantity_at(&all, component, at)
    }

    fn all(&self) -> impl Iterator<Item = &Event> {
        self.stay.iter().chain(&self.change.added)
    }

    pub(super) fn push(&mut self, at: Timestamp, what: What) {
        self.change.added.push(Event { at, number: self.next_number, what });
        self.next_number = self.next_number.saturating_add(1);
    }

    /// The change, if everything of it can happen. What was planned before and cannot happen any more
    /// is withdrawn.
    pub(super) fn finish(mut self) -> Result<Change, ChangeError> {
        let count = self.all().count();
        if count > EVENTS_MAX {
            return Err(ChangeError::TooManyEvents { count });
        }
        self.change.added.iter().try_for_each(|event| event.what.check())?;
        let mut all: Vec<_> = self.stay.iter().map(|event| (*event, false)).collect();
        all.extend(self.change.added.iter().map(|event| (*event, true)));
        all.sort_unstable();
        let mut state = SubscriptionState::Pending;
        let mut ends: Option<(Timestamp, bool)> = None;
        for (event, is_added) in all {
            let is_planned = event.at > self.now && !is_added;
            if let Some((ends_at, is_new)) = ends {
                match (is_planned, is_added && !(is_new && event.at == ends_at)) {
                    (true, _) => self.change.withdrawn.push(event),
                    (false, true) => return Err(ChangeError::Ends { ends_at, at: event.at }),
                    (false, false) => {}
                }
                continue;
            }
            let What::Transition(transition) = event.what else { continue };
            match state.after(transition) {
                Ok(next) => state = next,
                Err(_) if is_planned => self.change.withdrawn.push(event),
                Err(error) if is_added => return Err(error.into()),
                Err(error) => return Err(TimelineError { at: event.at, error }.into()),
            }
            if state == SubscriptionState::Terminated {
                ends = Some((event.at, is_added));
            }
        }
        Ok(self.change)
    }
}

impl What {
    /// Checks that there can be so many of a component.
    ///
    /// # Errors
    /// [`ChangeError::Quantity`] for more than [`HELD_MAX`].
    pub fn check(self) -> Result<(), ChangeError> {
        match self {
            Self::Quantity { component, quantity } if quantity > HELD_MAX => {
                let (quantity, min, max) = (quantity.into(), 0, HELD_MAX);
                Err(ChangeError::Quantity { component, quantity, min, max })
            }
            Self::Quantity { .. } | Self::Transition(_) => Ok(()),
        }
    }
}

fn plus_ms(at: Timestamp, ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms().saturating_add(ms))
}
