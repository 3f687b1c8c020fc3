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

    /// Until when time that was paid ahead stood still last, of stretches that were over by a moment: what was
    /// paid before has been made longer by them.
    #[must_use]
    pub fn stopped_until(&self, billed_in: BilledIn, by: Timestamp) -> Option<Timestamp> {
        self.stops(billed_in, by).last().map(|stop| stop.until())
    }

    /// How long time that was paid ahead will have stood still by a moment beside the [`stops`](Self::stops) that
    /// were over by `now`, ms: in a stretch that goes on, or with which the subscription ends, and in those to
    /// come.
    #[must_use]
    pub fn still_stopped_ms(&self, billed_in: BilledIn, now: Timestamp, until: Timestamp) -> i64 {
        let edges = self.edges();
        let ends =
            edges.iter().skip(1).map(|edge| edge.at).chain([Timestamp::from_unix_ms(i64::MAX)]);
        let stretches = edges.iter().zip(ends).filter(|(edge, _)| billed_in.is_stopped(edge.to));
        let all = stretches.filter_map(|(edge, end)| Interval::new(edge.at, end.min(until)));
        let all: u64 = all.map(Interval::len_ms).sum();
        let known = self.stops(billed_in, now.min(until)).into_iter();
        let known: u64 = known.map(Interval::len_ms).sum();
        i64::try_from(all.saturating_sub(known)).unwrap_or(i64::MAX)
    }
}

/// What of a stop stood still of time that is paid without a break since a moment: before that nothing was
/// paid that could have.
#[must_use]
pub fn stood_still(stop: Interval, paid_since: Timestamp) -> Option<Interval> {
    Interval::new(stop.from().max(paid_since), stop.until())
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

    const THREE_STOPS: [(i64, Transition); 8] = [
        (0, Transition::Activate),
        (10, Transition::Pause),
        (20, Transition::Resume),
        // One stop, although it has two reasons.
        (30, Transition::Suspend),
        (35, Transition::Block),
        (50, Transition::Unblock),
        (60, Transition::Pause),
        (70, Transition::Terminate),
    ];

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
        let timeline = timeline(&THREE_STOPS);
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
    fn what_goes_on_or_is_to_come_stands_still_too() {
        let timeline = timeline(&THREE_STOPS);
        let never = BilledIn::default();
        let still = |now, until| timeline.still_stopped_ms(never, at(now), at(until));
        // What was over by then is known.
        assert_eq!([still(9, 9), still(20, 25), still(55, 59)], [0, 0, 0]);
        // What goes on, also where it has two reasons, and what is to come.
        assert_eq!([still(15, 15), still(9, 40), still(40, 40)], [5_000, 20_000, 10_000]);
        // That with which it ends.
        assert_eq!([still(70, 70), still(55, 90)], [10_000, 10_000]);
        let stopped_until = |by| timeline.stopped_until(never, at(by));
        assert_eq!([stopped_until(19), stopped_until(49)], [None, Some(at(20))]);
        assert_eq!([stopped_until(50), stopped_until(99)], [Some(at(50)); 2]);
    }

    #[test]
    fn what_was_bought_behind_a_stop_has_not_stood_still() {
        let stop = between(10, 20);
        let of = |paid_since| stood_still(stop, at(paid_since));
        assert_eq!([of(5), of(10), of(15)], [Some(stop), Some(stop), Some(between(15, 20))]);
        assert_eq!([of(20), of(25)], [None, None]);
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
