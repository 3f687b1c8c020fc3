//! Retransmitted requests get the reply that was sent already (RFC 5080 section 2.2.2).

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use radius_proto::{Authenticator, Code};

/// How many requests one lane remembers. At a lifetime of 15 seconds that is 17,000 requests a
/// second; above it the oldest are forgotten before their time.
pub(crate) const REQUESTS_MAX: usize = 1 << 18;

/// The requests of one lane in the last few seconds, with their replies.
///
/// Each lane has its own: the kernel hashes source and destination of a datagram to choose the
/// lane, so a retransmission, which comes from the same address and port, reaches the lane that
/// has seen the original.
///
/// Requests enter only after their authenticators were verified: a forged packet must not push
/// out or answer a real one. Time is an argument, counted from any fixed moment.
pub(crate) struct DuplicateCache {
    lifetime: Duration,
    requests_max: usize,
    requests: HashMap<RequestKey, Request>,
    /// Oldest first. A request that was replaced or forgotten leaves its place behind, which its
    /// number tells from that of its successor.
    by_age: VecDeque<(RequestKey, u64)>,
    next_number: u64,
}

/// What a retransmission has in common with the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RequestKey {
    pub(crate) source: SocketAddr,
    pub(crate) identifier: u8,
    pub(crate) code: Code,
}

struct Request {
    authenticator: Authenticator,
    number: u64,
    arrived: Duration,
    /// `None` while it is being worked on.
    reply: Option<Bytes>,
}

/// What a request turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Never before: it is to be processed, and then answered or forgotten.
    Never,
    /// Before, and its reply is on the way: this one is dropped.
    InProgress,
    /// Before: these octets are to be sent again.
    Answered(Bytes),
}

impl DuplicateCache {
    pub(crate) fn new(lifetime: Duration, requests_max: usize) -> Self {
        Self {
            lifetime,
            requests_max: requests_max.max(1),
            requests: HashMap::new(),
            by_age: VecDeque::new(),
            next_number: 0,
        }
    }

    /// Looks a request up, and remembers it as being in progress if it is new. The same key with
    /// another authenticator is a new request that takes the place of the old one.
    pub(crate) fn see(
        &mut self,
        key: RequestKey,
        authenticator: &Authenticator,
        now: Duration,
    ) -> Seen {
        self.expire(now);
        let number = self.next_number;
        let request = Request { authenticator: *authenticator, number, arrived: now, reply: None };
        match self.requests.entry(key) {
            Entry::Occupied(mut known) if known.get().authenticator != *authenticator => {
                known.insert(request);
            }
            Entry::Occupied(known) => {
                return match &known.get().reply {
                    Some(reply) => Seen::Answered(reply.clone()),
                    None => Seen::InProgress,
                };
            }
            Entry::Vacant(place) => {
                place.insert(request);
            }
        }
        self.next_number += 1;
        self.by_age.push_back((key, number));
        // Places left behind count too, so that they cannot pile up.
        while self.by_age.len() > self.requests_max {
            self.forget_oldest();
        }
        Seen::Never
    }

    /// Remembers the reply to a request in progress.
    pub(crate) fn answer(&mut self, key: &RequestKey, authenticator: &Authenticator, reply: &[u8]) {
        if let Some(request) = self.requests.get_mut(key)
            && request.authenticator == *authenticator
        {
            request.reply = Some(Bytes::copy_from_slice(reply));
        }
    }

    /// Forgets a request that will not be answered, so that its retransmission is tried again.
    pub(crate) fn forget(&mut self, key: &RequestKey, authenticator: &Authenticator) {
        if let Entry::Occupied(request) = self.requests.entry(*key)
            && request.get().authenticator == *authenticator
        {
            request.remove();
        }
    }

    fn expire(&mut self, now: Duration) {
        while let Some((key, number)) = self.by_age.front() {
            let alive = self.requests.get(key).is_some_and(|request| {
                request.number == *number && request.arrived + self.lifetime > now
            });
            if alive {
                break;
            }
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((key, number)) = self.by_age.pop_front()
            && let Entry::Occupied(request) = self.requests.entry(key)
            && request.get().number == number
        {
            request.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(identifier: u8) -> RequestKey {
        let source = ([127, 0, 0, 1], 4000).into();
        RequestKey { source, identifier, code: Code::ACCESS_REQUEST }
    }

    fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_retransmission_gets_the_identical_octets_until_the_lifetime_is_over() {
        let mut cache = DuplicateCache::new(s(5), 100);
        assert_eq!(cache.see(key(1), &[1; 16], s(0)), Seen::Never);
        assert_eq!(cache.see(key(1), &[1; 16], s(1)), Seen::InProgress);
        cache.answer(&key(1), &[1; 16], b"reply");
        assert_eq!(cache.see(key(1), &[1; 16], s(4)), Seen::Answered(Bytes::from("reply")));
        assert_eq!(cache.see(key(1), &[1; 16], s(5)), Seen::Never);
    }

    #[test]
    fn by_default_a_nas_that_waits_five_seconds_gets_the_reply_at_its_second_and_third_try() {
        let lifetime = crate::Settings::default().duplicate_lifetime;
        let mut cache = DuplicateCache::new(lifetime, 100);
        assert_eq!(cache.see(key(1), &[1; 16], s(0)), Seen::Never);
        cache.answer(&key(1), &[1; 16], b"reply");
        let late = Duration::from_millis(200);
        for retransmitted in [s(5) + late, s(10) + late] {
            let seen = cache.see(key(1), &[1; 16], retransmitted);
            assert_eq!(seen, Seen::Answered(Bytes::from("reply")), "{retransmitted:?}");
        }
    }

    #[test]
    fn another_authenticator_is_another_request() {
        let mut cache = DuplicateCache::new(s(5), 100);
        assert_eq!(cache.see(key(1), &[1; 16], s(0)), Seen::Never);
        cache.answer(&key(1), &[1; 16], b"one");
        assert_eq!(cache.see(key(1), &[2; 16], s(1)), Seen::Never);
        // A late reply to the first must not answer the second.
        cache.answer(&key(1), &[1; 16], b"one");
        assert_eq!(cache.see(key(1), &[2; 16], s(1)), Seen::InProgress);
        cache.answer(&key(1), &[2; 16], b"two");
        assert_eq!(cache.see(key(1), &[2; 16], s(2)), Seen::Answered(Bytes::from("two")));
        // And the first is gone.
        assert_eq!(cache.see(key(1), &[1; 16], s(2)), Seen::Never);
    }

    #[test]
    fn port_identifier_and_code_tell_requests_apart() {
        let mut cache = DuplicateCache::new(s(5), 100);
        let other_port = RequestKey { source: ([127, 0, 0, 1], 4001).into(), ..key(1) };
        let other_code = RequestKey { code: Code::ACCOUNTING_REQUEST, ..key(1) };
        for key in [key(1), key(2), other_port, other_code] {
            assert_eq!(cache.see(key, &[1; 16], s(0)), Seen::Never);
        }
    }

    #[test]
    fn what_was_not_answered_is_tried_again() {
        let mut cache = DuplicateCache::new(s(5), 100);
        assert_eq!(cache.see(key(1), &[1; 16], s(0)), Seen::Never);
        cache.forget(&key(1), &[1; 16]);
        assert_eq!(cache.see(key(1), &[1; 16], s(1)), Seen::Never);
    }

    /// The same in the plainest way: a list that is searched.
    struct Model {
        lifetime: Duration,
        requests: Vec<(RequestKey, Authenticator, Duration, Option<Bytes>)>,
    }

    impl Model {
        fn see(&mut self, key: RequestKey, authenticator: Authenticator, now: Duration) -> Seen {
            self.requests.retain(|(_, _, arrived, _)| *arrived + self.lifetime > now);
            let same =
                |(k, a, ..): &&(RequestKey, Authenticator, _, _)| *k == key && *a == authenticator;
            if let Some((.., reply)) = self.requests.iter().find(same) {
                return reply.clone().map_or(Seen::InProgress, Seen::Answered);
            }
            self.requests.retain(|(k, ..)| *k != key);
            self.requests.push((key, authenticator, now, None));
            Seen::Never
        }

        fn answer(&mut self, key: RequestKey, authenticator: Authenticator, reply: &[u8]) {
            for (k, a, _, r) in &mut self.requests {
                if *k == key && *a == authenticator {
                    *r = Some(Bytes::copy_from_slice(reply));
                }
            }
        }

        fn forget(&mut self, key: RequestKey, authenticator: Authenticator) {
            self.requests.retain(|(k, a, ..)| *k != key || *a != authenticator);
        }
    }

    #[derive(Debug, Clone)]
    enum Step {
        See(u8, u8),
        Answer(u8, u8, u8),
        Forget(u8, u8),
        Wait(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0..4_u8, 0..3_u8).prop_map(|(id, a)| Step::See(id, a)),
            3 => (0..4_u8, 0..3_u8, any::<u8>()).prop_map(|(id, a, r)| Step::Answer(id, a, r)),
            1 => (0..4_u8, 0..3_u8).prop_map(|(id, a)| Step::Forget(id, a)),
            2 => (0..2_000_u64).prop_map(Step::Wait),
        ]
    }

    proptest! {
        #[test]
        fn it_does_what_the_plain_list_does(steps in proptest::collection::vec(step(), 1..200)) {
            let mut cache = DuplicateCache::new(s(5), 10_000);
            let mut model = Model { lifetime: s(5), requests: Vec::new() };
            let mut now = Duration::ZERO;
            for step in steps {
                match step {
                    Step::See(id, a) => prop_assert_eq!(
                        cache.see(key(id), &[a; 16], now),
                        model.see(key(id), [a; 16], now)
                    ),
                    Step::Answer(id, a, reply) => {
                        cache.answer(&key(id), &[a; 16], &[reply]);
                        model.answer(key(id), [a; 16], &[reply]);
                    }
                    Step::Forget(id, a) => {
                        cache.forget(&key(id), &[a; 16]);
                        model.forget(key(id), [a; 16]);
                    }
                    Step::Wait(ms) => now += Duration::from_millis(ms),
                }
            }
        }

        #[test]
        fn it_never_holds_more_than_it_may(seen in proptest::collection::vec(any::<(u8, u8)>(), 1..300)) {
            let mut cache = DuplicateCache::new(s(5), 16);
            for (id, a) in seen {
                cache.see(key(id), &[a; 16], s(0));
                prop_assert!(cache.requests.len() <= 16 && cache.by_age.len() <= 16);
                // The one just seen is never the one that makes room.
                prop_assert_eq!(cache.see(key(id), &[a; 16], s(0)), Seen::InProgress);
            }
        }
    }
}
