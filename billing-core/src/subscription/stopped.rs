//! When the time of what was paid ahead does not run.

use entitlement::Timestamp;

use super::{BilledIn, SubscriptionState, Timeline};
use crate::Interval;

impl BilledIn {
    /// Does time that was paid ahead stand still in this state? It does where what is paid by the period is
    /// not billed although there is a subscription: nobody pays for time in which he is not served, unless
    /// it is said that he does.
    #[must_use]
    pub const fn is_stopped(self, state: SubscriptionState) -> bool {
        match state {
            SubscriptionState::Suspended
            | SubscriptionState::Blocked
            | SubscriptionState::Paused => !self.is_billed(state),
            SubscriptionState::Pending
            | SubscriptionState::Active
            | SubscriptionState::Grace
            | SubscriptionState::Terminated => false,
        }
    }
}

impl Timeline {
    /// When time that was paid ahead stood still, of stretches that were over by a moment, by time. What
    /// ended with the subscription was no stop.
    #[must_use]
    pub fn stops(&self, billed_in: BilledIn, by: Timestamp) -> Vec<Interval> {
        let mut stops = Vec::new();
        let mut since: Option<Timestamp> = None;
        for edge in self.edges().into_iter().filter(|edge| edge.at <= by) {
            if billed_in.is_stopped(edge.to) {
                since = since.or(Some(edge.at));
            } else if let Some(since) = since.take()
                && edge.to != SubscriptionState::Terminated
            {
                stops.extend(Interval::new(since, edge.at));
            }
        }
        stops
    }
}

/// What of these stretches is not among those that were known before, by time.
#[must_use]
pub fn newly_stopped(stops: &[Interval], known: &[Interval]) -> Vec<Interval> {
    let mut left = stops.to_vec();
    for known in known {
        let cut = |stop: Interval| {
            let before = Interval::new(stop.from(), stop.until().min(known.from()));
            let behind = Interval::new(stop.from().max(known.until()), stop.until());
            before.into_iter().chain(behind)
        };
        left = left.into_iter().flat_map(cut).collect();
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, Transition, What};

    fn at(s: i64) -> Timestamp {
        Timestamp::from_unix_s(s)
    }

    fn between(from: i64, until: i64) -> Interval {
        Interval::new(at(from), at(until)).unwrap()
    }

    fn timeline(events: &[(i64, Transition)]) -> Timeline {
        let event = |(number, (s, transition)): (u64, &(i64, Transition))| Event {
            at: at(*s),
            number,
            what: What::Transition(*transition),
        };
        Timeline::new((0..).zip(events).map(event)).unwrap()
    }

    #[test]
    fn time_stands_still_where_nothing_is_billed() {
        let timeline = timeline(&[
            (0, Transition::Activate),
            (10, Transition::Pause),
            (20, Transition::Resume),
            // One stop, although it has two reasons.
            (30, Transition::Suspend),
            (35, Transition::Block),
            (50, Transition::Unblock),
            (60, Transition::Pause),
            (70, Transition::Terminate),
        ]);
        let stops = |billed_in, by| timeline.stops(billed_in, at(by));
        let never = BilledIn::default();
        assert_eq!(stops(never, 99), [between(10, 20), between(30, 50)]);
        // One that goes on is not over.
        assert_eq!(stops(never, 19), []);
        assert_eq!(stops(never, 20), [between(10, 20)]);
        // Who is billed all the same has the time.
        let paused = BilledIn { paused: true, ..never };
        assert_eq!(stops(paused, 99), [between(30, 50)]);
        let suspended = BilledIn { suspended: true, ..never };
        assert_eq!(stops(suspended, 99), [between(10, 20), between(35, 50)]);
    }

    #[test]
    fn what_was_known_is_no_news() {
        let known = [between(10, 20)];
        assert_eq!(newly_stopped(&[between(10, 20)], &known), []);
        assert_eq!(newly_stopped(&[between(10, 20), between(30, 40)], &known), [between(30, 40)]);
        assert_eq!(newly_stopped(&[between(5, 25)], &known), [between(5, 10), between(20, 25)]);
        assert_eq!(newly_stopped(&[between(1, 2)], &[]), [between(1, 2)]);
    }
}
