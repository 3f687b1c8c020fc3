//! What is said of a subscription as a whole where each of its components may say something of its own.

use std::collections::{BTreeMap, BTreeSet};

use entitlement::{PlanId, Timestamp};

use super::{ComponentId, Timeline, What};

/// The components that a subscription has or had, each with whether it has it: those that it had first,
/// and behind them those that it has; each in the order in which it was taken or given up.
#[derive(Debug, Clone, Default)]
struct Had(Vec<(ComponentId, bool)>);

impl Timeline {
    /// The plan that its service is put on at a moment: that of the component that was taken last, of those
    /// that it has then and that have a plan. `None`: none of them has, and the service stays on its plan.
    #[must_use]
    pub fn plan_at(&self, plans: &BTreeMap<ComponentId, PlanId>, at: Timestamp) -> Option<PlanId> {
        let (_, had) = self.had_by(at).next_back()?;
        let held = had.0.iter().rev().filter(|(_, is_held)| *is_held);
        held.filter_map(|(component, _)| plans.get(component).copied()).next()
    }

    /// By the policy of which component it is dunned at a moment, where some have one of their own: of
    /// those that it has the one that was taken last; of those that it had the one that was given up last,
    /// so that nobody is rid of a policy by giving up everything. `None`: by the tenant's.
    #[must_use]
    pub fn dunned_by(&self, own: &BTreeSet<ComponentId>, at: Timestamp) -> Option<ComponentId> {
        self.had_by(at).next_back()?.1.last_of(own)
    }

    /// Since when it is dunned by another policy than before; `None`: it never was by another one.
    #[must_use]
    pub fn dunned_so_since(&self, own: &BTreeSet<ComponentId>, at: Timestamp) -> Option<Timestamp> {
        let policies: Vec<_> =
            self.had_by(at).map(|(moment, had)| (moment, had.last_of(own))).collect();
        let changes = policies.iter().zip(policies.iter().skip(1));
        let changes = changes.filter(|((_, before), (_, after))| before != after);
        changes.map(|(_, (moment, _))| *moment).next_back()
    }

    /// What it has and had, from each moment at which that changed, up to one. What lasts no time at all
    /// is not there.
    fn had_by(&self, at: Timestamp) -> impl DoubleEndedIterator<Item = (Timestamp, Had)> {
        let mut quantities: BTreeMap<Timestamp, BTreeMap<ComponentId, u32>> = BTreeMap::new();
        let mut order: BTreeMap<Timestamp, Vec<ComponentId>> = BTreeMap::new();
        for event in self.events().iter().take_while(|event| event.at <= at) {
            if let What::Quantity { component, quantity } = event.what {
                quantities.entry(event.at).or_default().insert(component, quantity);
                order.entry(event.at).or_default().push(component);
            }
        }
        let mut had = Had::default();
        let mut all = Vec::new();
        for (moment, components) in order {
            for component in components {
                let quantity = quantities.get(&moment).and_then(|of| of.get(&component));
                had.becomes(component, quantity.is_some_and(|quantity| *quantity > 0));
            }
            all.push((moment, had.clone()));
        }
        all.into_iter()
    }
}

impl Had {
    fn becomes(&mut self, component: ComponentId, is_held: bool) {
        let place = self.0.iter().position(|(it, _)| *it == component);
        match place.and_then(|place| self.0.get(place).map(|(_, was_held)| (place, *was_held))) {
            // It stays as it is, and in its place.
            Some((_, was_held)) if was_held == is_held => return,
            Some((place, _)) => _ = self.0.remove(place),
            // What it never had it does not give up.
            None if !is_held => return,
            None => {}
        }
        let place = match is_held {
            true => self.0.len(),
            false => self.0.partition_point(|(_, is_held)| !*is_held),
        };
        self.0.insert(place, (component, is_held));
    }

    fn last_of(&self, own: &BTreeSet<ComponentId>) -> Option<ComponentId> {
        let last = self.0.iter().rev().find(|(component, _)| own.contains(component));
        last.map(|(component, _)| *component)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscription::Event;

    const HOME: ComponentId = ComponentId(1);
    const FAST: ComponentId = ComponentId(2);
    const ROUTER: ComponentId = ComponentId(3);
    const TV: ComponentId = ComponentId(4);

    fn at(s: i64) -> Timestamp {
        Timestamp::from_unix_s(s)
    }

    fn timeline(events: &[(i64, ComponentId, u32)]) -> Timeline {
        let event = |(number, (s, component, quantity)): (u64, &(i64, ComponentId, u32))| Event {
            at: at(*s),
            number,
            what: What::Quantity { component: *component, quantity: *quantity },
        };
        Timeline::new((0..).zip(events).map(event)).unwrap()
    }

    fn plans() -> BTreeMap<ComponentId, PlanId> {
        [(HOME, PlanId(10)), (FAST, PlanId(20)), (TV, PlanId(40))].into()
    }

    #[test]
    fn a_service_is_on_the_plan_of_what_was_taken_last() {
        let plan = |events: &[_], s| timeline(events).plan_at(&plans(), at(s)).map(|plan| plan.0);
        // A router has no plan, and changes nothing.
        let bought = [(0, HOME, 1), (5, ROUTER, 1)];
        assert_eq!([-1, 0, 9].map(|s| plan(&bought, s)), [None, Some(10), Some(10)]);
        // One for another in one moment, in whichever order they were entered.
        for change in [[(10, HOME, 0), (10, FAST, 1)], [(10, FAST, 1), (10, HOME, 0)]] {
            let moved = [&[(0, HOME, 1)], &change[..]].concat();
            assert_eq!([9, 10].map(|s| plan(&moved, s)), [Some(10), Some(20)]);
        }
        // Of two the one that was taken last, whatever their numbers; a second one of it is none taken.
        let two = [(0, TV, 1), (5, HOME, 1), (6, TV, 2), (9, HOME, 0)];
        assert_eq!([4, 5, 6, 9].map(|s| plan(&two, s)), [Some(40), Some(10), Some(10), Some(40)]);
        // Away and back in one moment is no change either.
        let back = [(0, TV, 1), (5, HOME, 1), (6, TV, 0), (6, TV, 1)];
        assert_eq!(plan(&back, 6), Some(10));
        // Who has nothing more stays on what it was on.
        assert_eq!(plan(&[(0, HOME, 1), (9, HOME, 0)], 9), None);
    }

    #[test]
    fn a_subscription_is_dunned_by_what_it_has_and_by_what_it_had_last() {
        let own = BTreeSet::from([FAST, TV]);
        let by = |events: &[_], s| timeline(events).dunned_by(&own, at(s));
        let since =
            |events: &[_], s| timeline(events).dunned_so_since(&own, at(s)).map(Timestamp::unix_s);
        let moved = [(0, HOME, 1), (10, HOME, 0), (10, FAST, 1), (20, FAST, 0)];
        assert_eq!([0, 9, 10].map(|s| by(&moved, s)), [None, None, Some(FAST)]);
        assert_eq!(by(&moved, 20), Some(FAST), "it has nothing more");
        assert_eq!([9, 10, 25].map(|s| since(&moved, s)), [None, Some(10), Some(10)]);
        let two = [(0, TV, 1), (5, FAST, 1), (9, FAST, 0)];
        assert_eq!([4, 5, 9].map(|s| by(&two, s)), [Some(TV), Some(FAST), Some(TV)]);
        assert_eq!([4, 8, 9].map(|s| since(&two, s)), [None, Some(5), Some(9)]);
        assert_eq!(by(&[], 0), None);
        // What is still to come changes nothing.
        assert_eq!((by(&moved, 9), since(&moved, 9)), (None, None));
    }
}
