//! What has happened to a subscription, in the order of time.

use std::collections::BTreeMap;

use entitlement::Timestamp;

use super::{ComponentId, SubscriptionState, Transition, TransitionError};
use crate::Interval;

/// One thing that has happened, or that is known to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Its place among those of one moment: in the order in which they were entered.
    pub number: u64,
    /// What.
    pub what: What,
}

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Its state changes.
    Transition(Transition),
    /// From now on it has so many of a component; 0: none any more. A change of plan is the old one
    /// at 0 and the new one at 1, in one moment.
    Quantity {
        /// Of which.
        component: ComponentId,
        /// How many.
        quantity: u32,
    },
}

/// Everything that has happened to one subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// By time.
    events: Vec<Event>,
    /// The state from each moment at which something happened, by time; of one moment the last.
    states: BTreeMap<Timestamp, SubscriptionState>,
}

/// A way from one state to another that a subscription has gone, or is known to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// When.
    pub at: Timestamp,
    /// The number of the event that it is.
    pub number: u64,
    /// By what.
    pub transition: Transition,
    /// Its state before.
    pub from: SubscriptionState,
    /// Its state behind it.
    pub to: SubscriptionState,
}

/// Events that cannot have happened one after the other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at {at}: {error}")]
pub struct TimelineError {
    /// When it should have happened.
    pub at: Timestamp,
    /// Why it cannot have.
    #[source]
    pub error: TransitionError,
}

/// In which states a subscription is billed; it always is when it is active or in grace, and never
/// when it is pending or terminated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct BilledIn {
    /// Also when it is suspended: who does not pay owes the time too.
    pub suspended: bool,
    /// Also when it is blocked.
    pub blocked: bool,
    /// Also when it is paused.
    pub paused: bool,
}

/// A stretch of time in which a component is billed in one quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stretch {
    /// From when.
    pub from: Timestamp,
    /// Until when; `None`: until something is known to end it.
    pub until: Option<Timestamp>,
    /// How many.
    pub quantity: u32,
    /// Since when it has so many, billed or not.
    pub quantity_since: Timestamp,
    /// Since when the subscription has it without a break, billed or not.
    pub component_since: Timestamp,
}

impl Timeline {
    /// These events, in whatever order they are given.
    ///
    /// # Errors
    /// At the first that cannot have happened.
    pub fn new(events: impl IntoIterator<Item = Event>) -> Result<Self, TimelineError> {
        let mut events: Vec<_> = events.into_iter().collect();
        events.sort_unstable();
        let mut state = SubscriptionState::Pending;
        let mut states = BTreeMap::new();
        for Event { at, what, .. } in &events {
            if let What::Transition(transition) = what {
                state =
                    state.after(*transition).map_err(|error| TimelineError { at: *at, error })?;
                states.insert(*at, state);
            }
        }
        Ok(Self { events, states })
    }

    /// What has become of it by a moment.
    #[must_use]
    pub fn state_at(&self, at: Timestamp) -> SubscriptionState {
        let state = self.states.range(..=at).next_back();
        state.map_or(SubscriptionState::Pending, |(_, state)| *state)
    }

    /// Everything that has happened or is known to happen, by time.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// What has happened by a moment, where something is still to come; `None`: that is all.
    #[must_use]
    pub fn until(&self, at: Timestamp) -> Option<Self> {
        self.next_after(at)?;
        let events = self.events.iter().take_while(|event| event.at <= at).copied().collect();
        let states = self.states.range(..=at).map(|(at, state)| (*at, *state)).collect();
        Some(Self { events, states })
    }

    /// Every way from one state to another, by time.
    #[must_use]
    pub fn edges(&self) -> Vec<Edge> {
        let mut from = SubscriptionState::Pending;
        let mut edges = Vec::new();
        for Event { at, number, what } in &self.events {
            // They were possible one after the other when this was made.
            if let What::Transition(transition) = *what
                && let Ok(to) = from.after(transition)
            {
                edges.push(Edge { at: *at, number: *number, transition, from, to });
                from = to;
            }
        }
        edges
    }

    /// How many of a component it has at a moment.
    #[must_use]
    pub fn quantity_at(&self, component: ComponentId, at: Timestamp) -> u32 {
        quantity_at(&self.events, component, at)
    }

    /// Every component that it has at a moment.
    #[must_use]
    pub fn held_at(&self, at: Timestamp) -> Vec<ComponentId> {
        let mut held = BTreeMap::new();
        for event in self.events.iter().take_while(|event| event.at <= at) {
            if let What::Quantity { component, quantity } = event.what {
                held.insert(component, quantity);
            }
        }
        held.into_iter().filter(|(_, quantity)| *quantity > 0).map(|(it, _)| it).collect()
    }

    /// Since when it has had any of these components without a break, if it has one at a moment: one
    /// may take the place of another.
    #[must_use]
    pub fn held_since(&self, components: &[ComponentId], at: Timestamp) -> Option<Timestamp> {
        let (mut held, mut since) = (BTreeMap::new(), None);
        let mut until_now = self.events.iter().take_while(|event| event.at <= at).peekable();
        while let Some(event) = until_now.next() {
            if let What::Quantity { component, quantity } = event.what
                && components.contains(&component)
            {
                held.insert(component, quantity);
            }
            // What lasts no time at all is no break.
            if until_now.peek().is_some_and(|next| next.at == event.at) {
                continue;
            }
            let has_one = held.values().any(|quantity| *quantity > 0);
            since = if has_one { since.or(Some(event.at)) } else { None };
        }
        since
    }

    /// When it began.
    #[must_use]
    pub fn began_at(&self) -> Option<Timestamp> {
        let has_begun = |state: &SubscriptionState| *state != SubscriptionState::Pending;
        let first = self.states.iter().find(|(_, state)| has_begun(state));
        // One that was terminated before it began never did.
        first.filter(|(_, state)| **state != SubscriptionState::Terminated).map(|(at, _)| *at)
    }

    /// When something happens next, behind a moment.
    #[must_use]
    pub fn next_after(&self, at: Timestamp) -> Option<Timestamp> {
        self.events.iter().map(|event| event.at).find(|moment| *moment > at)
    }

    /// Every component that it has ever had.
    #[must_use]
    pub fn components(&self) -> Vec<ComponentId> {
        let of = |event: &Event| match event.what {
            What::Quantity { component, .. } => Some(component),
            What::Transition(_) => None,
        };
        let mut components: Vec<_> = self.events.iter().filter_map(of).collect();
        components.sort_unstable();
        components.dedup();
        components
    }

    /// When a component is billed, by time; neighbours differ in their quantity or have something
    /// between them.
    #[must_use]
    pub fn billed(&self, component: ComponentId, billed_in: BilledIn) -> Vec<Stretch> {
        let mut quantities = BTreeMap::new();
        for event in &self.events {
            if let What::Quantity { component: of, quantity } = event.what
                && of == component
            {
                quantities.insert(event.at, quantity);
            }
        }
        self.stretches(&quantities, billed_in)
    }

    /// When the subscription is billed, whatever it has: a quantity of 1, since it began.
    #[must_use]
    pub fn billed_at_all(&self, billed_in: BilledIn) -> Vec<Stretch> {
        let began_at = self.began_at();
        let quantities = began_at.into_iter().map(|at| (at, 1)).collect();
        self.stretches(&quantities, billed_in)
    }

    fn stretches(
        &self,
        quantities: &BTreeMap<Timestamp, u32>,
        billed_in: BilledIn,
    ) -> Vec<Stretch> {
        let moments: Vec<_> = self.events.iter().map(|event| event.at).collect();
        let (mut stretches, mut since): (Vec<Stretch>, _) = (Vec::new(), None);
        let mut so_many: Option<(u32, Timestamp)> = None;
        for (place, at) in moments.iter().enumerate() {
            // What lasts no time at all is no stretch.
            if moments.get(place + 1) == Some(at) {
                continue;
            }
            let until = moments.get(place + 1).copied();
            let quantity = quantities.range(..=at).next_back().map_or(0, |(_, quantity)| *quantity);
            if quantity == 0 {
                (since, so_many) = (None, None);
                continue;
            }
            let component_since = *since.get_or_insert(*at);
            let before = so_many.filter(|(before, _)| *before == quantity);
            let (_, quantity_since) = *so_many.insert(before.unwrap_or((quantity, *at)));
            if !billed_in.is_billed(self.state_at(*at)) {
                continue;
            }
            let stretch = Stretch { from: *at, until, quantity, quantity_since, component_since };
            match stretches.last_mut() {
                Some(last) if last.goes_on_as(&stretch) => last.until = until,
                _ => stretches.push(stretch),
            }
        }
        stretches
    }
}

/// How many of a component there are at a moment, by events in any order.
pub(super) fn quantity_at(events: &[Event], component: ComponentId, at: Timestamp) -> u32 {
    let of = |event: &Event| match event.what {
        What::Quantity { component: of, quantity } if of == component && event.at <= at => {
            Some((event.at, event.number, quantity))
        }
        _ => None,
    };
    events.iter().filter_map(of).max().map_or(0, |(.., quantity)| quantity)
}

impl BilledIn {
    /// Is it billed in this state?
    #[must_use]
    pub const fn is_billed(self, state: SubscriptionState) -> bool {
        match state {
            SubscriptionState::Active | SubscriptionState::Grace => true,
            SubscriptionState::Suspended => self.suspended,
            SubscriptionState::Blocked => self.blocked,
            SubscriptionState::Paused => self.paused,
            SubscriptionState::Pending | SubscriptionState::Terminated => false,
        }
    }
}

impl Stretch {
    /// What of it lies in an interval.
    #[must_use]
    pub fn within(&self, interval: Interval) -> Option<Interval> {
        let until = self.until.map_or(interval.until(), |until| until.min(interval.until()));
        Interval::new(self.from.max(interval.from()), until)
    }

    fn goes_on_as(&self, next: &Self) -> bool {
        (self.until, self.quantity, self.component_since)
            == (Some(next.from), next.quantity, next.component_since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: ComponentId = ComponentId(1);
    const OTHER: ComponentId = ComponentId(2);

    fn at(s: i64) -> Timestamp {
        Timestamp::from_unix_s(s)
    }

    fn timeline(events: &[(i64, What)]) -> Timeline {
        let event =
            |(number, (s, what)): (u64, &(i64, What))| Event { at: at(*s), number, what: *what };
        Timeline::new((0..).zip(events).map(event)).unwrap()
    }

    const fn has(component: ComponentId, quantity: u32) -> What {
        What::Quantity { component, quantity }
    }

    const fn on(transition: Transition) -> What {
        What::Transition(transition)
    }

    /// From, until and quantity of each stretch.
    fn billed(
        timeline: &Timeline,
        component: ComponentId,
        billed_in: BilledIn,
    ) -> Vec<(i64, Option<i64>, u32)> {
        let stretches = timeline.billed(component, billed_in);
        let of = |it: &Stretch| (it.from.unix_s(), it.until.map(Timestamp::unix_s), it.quantity);
        stretches.iter().map(of).collect()
    }

    #[test]
    fn a_pause_is_not_billed_and_grace_is() {
        let timeline = timeline(&[
            (0, has(PLAN, 1)),
            (10, on(Transition::Activate)),
            (20, on(Transition::FallDue)),
            (30, on(Transition::Settle)),
            (40, on(Transition::Pause)),
            (50, on(Transition::Resume)),
            (90, on(Transition::Terminate)),
        ]);
        let never = BilledIn::default();
        assert_eq!(billed(&timeline, PLAN, never), [(10, Some(40), 1), (50, Some(90), 1)]);
        let edge = |edge: &Edge| format!("{} {}>{}", edge.number, edge.from, edge.to);
        let edges: Vec<_> = timeline.edges().iter().map(edge).collect();
        let expected = [
            "1 pending>active",
            "2 active>grace",
            "3 grace>active",
            "4 active>paused",
            "5 paused>active",
            "6 active>terminated",
        ];
        assert_eq!(edges, expected);
        let paused = BilledIn { paused: true, ..never };
        assert_eq!(billed(&timeline, PLAN, paused), [(10, Some(90), 1)]);
        assert_eq!(timeline.began_at(), Some(at(10)));
        assert_eq!(timeline.state_at(at(45)), SubscriptionState::Paused);
        assert_eq!(timeline.state_at(at(9)), SubscriptionState::Pending);
    }

    #[test]
    fn one_plan_takes_the_place_of_another_in_one_moment() {
        let timeline = timeline(&[
            (10, has(PLAN, 1)),
            (10, on(Transition::Activate)),
            (20, has(PLAN, 0)),
            (20, has(OTHER, 1)),
            (30, has(OTHER, 3)),
            // There and back in no time.
            (40, has(OTHER, 0)),
            (40, has(PLAN, 1)),
            (40, has(PLAN, 0)),
            (40, has(OTHER, 3)),
        ]);
        assert_eq!(billed(&timeline, PLAN, BilledIn::default()), [(10, Some(20), 1)]);
        assert_eq!(
            billed(&timeline, OTHER, BilledIn::default()),
            [(20, Some(30), 1), (30, None, 3)]
        );
        assert_eq!(timeline.components(), [PLAN, OTHER]);
        let had = |s| (timeline.quantity_at(PLAN, at(s)), timeline.quantity_at(OTHER, at(s)));
        assert_eq!(
            [9, 10, 19, 20, 30, 40].map(had),
            [(0, 0), (1, 0), (1, 0), (0, 1), (0, 3), (0, 3)]
        );
        assert_eq!(timeline.next_after(at(10)), Some(at(20)));
        assert_eq!(timeline.next_after(at(40)), None);
    }

    #[test]
    fn it_says_how_many_there_are_and_since_when_without_a_break() {
        let timeline = timeline(&[
            (10, has(PLAN, 1)),
            (10, on(Transition::Activate)),
            (20, has(PLAN, 0)),
            (20, has(OTHER, 2)),
            (30, has(OTHER, 0)),
            (40, has(OTHER, 1)),
        ]);
        let quantities = [9, 10, 19, 20, 29, 30, 40]
            .map(|s| (timeline.quantity_at(PLAN, at(s)), timeline.quantity_at(OTHER, at(s))));
        assert_eq!(quantities, [(0, 0), (1, 0), (1, 0), (0, 2), (0, 2), (0, 0), (0, 1)]);
        let since = [5, 15, 25, 35, 45]
            .map(|s| timeline.held_since(&[PLAN, OTHER], at(s)).map(Timestamp::unix_s));
        assert_eq!(since, [None, Some(10), Some(10), None, Some(40)]);
        assert_eq!(timeline.held_since(&[OTHER], at(25)), Some(at(20)));
        assert_eq!(timeline.events().len(), 6);
        assert_eq!(
            [15, 25, 35].map(|s| timeline.held_at(at(s))),
            [vec![PLAN], vec![OTHER], vec![]]
        );
    }

    #[test]
    fn what_cannot_have_happened_says_when() {
        let events = [(10, on(Transition::Activate)), (20, on(Transition::Settle))];
        let event =
            |(number, (s, what)): (u64, &(i64, What))| Event { at: at(*s), number, what: *what };
        let error = Timeline::new((0..).zip(&events).map(event)).unwrap_err();
        assert_eq!(error.at, at(20));
        assert!(error.to_string().contains("a subscription that is active cannot settle"));
    }

    #[test]
    fn one_that_never_began_is_never_billed() {
        let timeline = timeline(&[(0, has(PLAN, 1)), (5, on(Transition::Terminate))]);
        assert_eq!(
            (billed(&timeline, PLAN, BilledIn::default()), timeline.began_at()),
            (vec![], None)
        );
    }
}
