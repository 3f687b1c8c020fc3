//! A requester behind a network that loses, repeats, delays and forges.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use core::net::SocketAddr;
use core::time::Duration;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use coa_client::{
    Arrival, BeginError, Destination, Outcome, RequestId, RequestKind, Requester, Retransmission,
    Settings,
};
use proptest::prelude::*;
use radius_proto::{AttributeType, Packet, PacketWriter, Secret};

const SECRET: &str = "of the NAS";
/// Out of a hundred.
type Percent = u64;

#[derive(Clone, Debug)]
struct Weather {
    seed: u64,
    requests: usize,
    settings: Settings,
    lost: Percent,
    repeated: Percent,
    forged: Percent,
    cancelled: Percent,
    delay_max_ms: u64,
    /// The NAS has another secret for us.
    is_stranger: bool,
}

fn weather() -> impl Strategy<Value = Weather> {
    let settings = (1_usize..50, 1_u32..5, 10_u64..2000, 0_u64..5000, any::<bool>()).prop_map(
        |(in_flight_max, transmissions_max, initial_ms, rest_ms, signed)| Settings {
            retransmission: Retransmission {
                initial: Duration::from_millis(initial_ms),
                interval_max: Duration::from_millis(initial_ms * 4),
                transmissions_max,
                duration_max: Duration::from_millis(initial_ms * 9),
            },
            in_flight_max,
            requests_per_s_max: core::num::NonZeroU32::new(100),
            identifier_rest: Duration::from_millis(rest_ms),
            event_timestamp: signed,
            message_authenticator: signed,
            replies_are_signed: signed,
        },
    );
    let percents = (0_u64..60, 0_u64..60, 0_u64..60, 0_u64..30);
    let rest = (any::<u64>(), 1_usize..400, 1_u64..3000, prop::bool::weighted(0.1));
    (settings, percents, rest).prop_map(|(settings, percents, rest)| {
        let (lost, repeated, forged, cancelled) = percents;
        let (seed, requests, delay_max_ms, is_stranger) = rest;
        Weather {
            seed,
            requests,
            settings,
            lost,
            repeated,
            forged,
            cancelled,
            delay_max_ms,
            is_stranger,
        }
    })
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn happens(&mut self, chance: Percent) -> bool {
        self.below(100) < chance
    }
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    AtNas(Vec<u8>),
    AtClient(SocketAddr, Vec<u8>),
}

/// What is known of a request from outside.
struct Asked {
    kind: RequestKind,
    number: u32,
    first: Option<Vec<u8>>,
    transmissions: u32,
    outcome: Option<Outcome>,
    is_cancelled: bool,
}

struct World {
    weather: Weather,
    dice: Dice,
    now: Duration,
    requester: Requester,
    events: BinaryHeap<Reverse<(Duration, u64, Event)>>,
    sequence: u64,
    asked: BTreeMap<RequestId, Asked>,
    /// The request that has the identifier, or when it was given up.
    in_use: BTreeMap<u8, RequestId>,
    given_up: BTreeMap<u8, Duration>,
}

impl World {
    fn new(weather: Weather) -> Self {
        let address = "192.0.2.1:3799".parse().unwrap();
        let destination = Destination::new(address, Secret::new(SECRET).unwrap());
        let destination = destination.with_settings(weather.settings);
        let mut dice = Dice(weather.seed);
        let first_identifier = u8::try_from(dice.below(256)).unwrap();
        Self {
            dice,
            now: Duration::from_secs(1),
            requester: Requester::new(destination, first_identifier),
            events: BinaryHeap::new(),
            sequence: 0,
            asked: BTreeMap::new(),
            in_use: BTreeMap::new(),
            given_up: BTreeMap::new(),
            weather,
        }
    }

    /// Until every request has ended and nothing is on its way.
    fn run(&mut self) {
        let mut begins_at = Some(self.now);
        let mut begun = 0;
        loop {
            self.drive();
            if begins_at.is_some_and(|at| at <= self.now) {
                begins_at = match self.begin(u32::try_from(begun).unwrap()) {
                    Ok(()) => {
                        begun += 1;
                        let is_more = begun < self.weather.requests;
                        let pause = Duration::from_millis(self.dice.below(40));
                        is_more.then_some(self.now + pause)
                    }
                    Err(BeginError::TooSoon { until }) => Some(until),
                    Err(BeginError::NoIdentifier { until: Some(until) }) => Some(until),
                    // Until one has ended.
                    Err(_) => Some(self.next().unwrap().max(self.now + Duration::from_millis(1))),
                };
            }
            self.drive();
            let deadline = self.requester.next_deadline();
            assert!(deadline.is_none_or(|at| at > self.now), "nothing more to do now");
            let Some(next) = [self.next(), begins_at].into_iter().flatten().min() else { break };
            self.now = self.now.max(next);
            while let Some(Reverse((at, ..))) = self.events.peek()
                && *at <= self.now
            {
                let Reverse((_, _, event)) = self.events.pop().unwrap();
                match event {
                    Event::AtNas(datagram) => self.answer(&datagram),
                    Event::AtClient(source, datagram) => self.receive(source, &datagram),
                }
            }
        }
        assert_eq!(begun, self.weather.requests);
    }

    /// When something comes in or is due.
    fn next(&self) -> Option<Duration> {
        let event = self.events.peek().map(|Reverse((at, ..))| *at);
        [event, self.requester.next_deadline()].into_iter().flatten().min()
    }

    fn begin(&mut self, number: u32) -> Result<(), BeginError> {
        let kind = match number % 2 {
            0 => RequestKind::Change,
            _ => RequestKind::Disconnect,
        };
        let jitter = self.dice.below(u64::MAX);
        let state = number.to_be_bytes();
        let id = self.requester.begin(kind, self.now, 1_795_676_400, jitter, |writer| {
            writer.attribute(AttributeType::STATE, &state)
        })?;
        let asked = Asked {
            kind,
            number,
            first: None,
            transmissions: 0,
            outcome: None,
            is_cancelled: false,
        };
        assert!(self.asked.insert(id, asked).is_none());
        let max = self.weather.settings.in_flight_max;
        assert!(self.requester.in_flight() <= max);
        Ok(())
    }

    fn drive(&mut self) {
        let mut sent = Vec::new();
        while let Some(transmit) = self.requester.poll_transmit(self.now) {
            let asked = self.asked.get_mut(&transmit.request).unwrap();
            asked.transmissions += 1;
            assert_eq!(transmit.number, asked.transmissions);
            let identifier = transmit.datagram[1];
            match &asked.first {
                Some(first) => assert_eq!(first, transmit.datagram, "the same octets again"),
                None => {
                    asked.first = Some(transmit.datagram.to_vec());
                    let before = self.in_use.insert(identifier, transmit.request);
                    assert_eq!(before, None, "an identifier is in flight once");
                    if let Some(at) = self.given_up.remove(&identifier) {
                        let rest = self.weather.settings.identifier_rest;
                        assert!(self.now >= at + rest, "an identifier rests");
                    }
                }
            }
            assert_eq!(self.in_use[&identifier], transmit.request);
            assert!(asked.outcome.is_none() && !asked.is_cancelled);
            sent.push((transmit.request, transmit.datagram.to_vec()));
        }
        for (request, datagram) in sent {
            self.carry(Event::AtNas, &datagram);
            if self.dice.happens(self.weather.cancelled) {
                self.cancel(request);
            }
        }
        while let Some((request, outcome)) = self.requester.poll_outcome(self.now) {
            self.end(request, outcome);
        }
    }

    fn end(&mut self, request: RequestId, outcome: Outcome) {
        let asked = self.asked.get_mut(&request).unwrap();
        assert!(asked.outcome.is_none() && !asked.is_cancelled, "one outcome");
        let identifier = asked.first.as_ref().unwrap()[1];
        assert_eq!(self.in_use.remove(&identifier), Some(request));
        let max = self.weather.settings.retransmission.transmissions_max;
        match &outcome {
            Outcome::Answered(reply) => {
                assert!(!self.weather.is_stranger, "of another secret");
                let state = asked.number.to_be_bytes();
                assert_eq!(reply.packet().first(AttributeType::STATE), Some(&state[..]));
                let is_refused = asked.number.is_multiple_of(3);
                assert_eq!(reply.is_acknowledged(), !is_refused);
                assert_eq!(reply.error_cause().map(|cause| cause.number()).is_some(), is_refused);
            }
            Outcome::TimedOut { transmissions, .. } => {
                assert_eq!(*transmissions, asked.transmissions);
                assert!((1..=max).contains(transmissions));
                self.given_up.insert(identifier, self.now);
            }
        }
        asked.outcome = Some(outcome);
    }

    fn cancel(&mut self, request: RequestId) {
        assert!(self.requester.cancel(request, self.now));
        assert!(!self.requester.cancel(request, self.now));
        let asked = self.asked.get_mut(&request).unwrap();
        asked.is_cancelled = true;
        let identifier = asked.first.as_ref().unwrap()[1];
        assert_eq!(self.in_use.remove(&identifier), Some(request));
        self.given_up.insert(identifier, self.now);
    }

    /// The NAS answers everything that comes, duplicates too, and some forge answers beside it.
    fn answer(&mut self, datagram: &[u8]) {
        let request = Packet::parse(datagram).unwrap();
        let own = if self.weather.is_stranger { "of another" } else { SECRET };
        let (nas, other) =
            (self.requester.destination().address, "192.0.2.1:3800".parse().unwrap());
        let reply = reply(request, own, self.weather.settings.replies_are_signed);
        if self.dice.happens(self.weather.forged) {
            let forged = self::reply(request, "guessed", true);
            self.carry(move |octets| Event::AtClient(nas, octets), &forged);
            let mut broken = reply.clone();
            let at = usize::try_from(self.dice.below(broken.len() as u64)).unwrap();
            broken[at] ^= 1 << self.dice.below(8);
            self.carry(move |octets| Event::AtClient(nas, octets), &broken);
            self.carry(move |octets| Event::AtClient(other, octets), &reply);
        }
        self.carry(move |octets| Event::AtClient(nas, octets), &reply);
    }

    fn receive(&mut self, source: SocketAddr, datagram: &[u8]) {
        let in_flight = self.requester.in_flight();
        let arrival = self.requester.receive(source, datagram, self.now);
        let is_answer = matches!(arrival, Arrival::Answer(_));
        assert_eq!(self.requester.in_flight(), in_flight - usize::from(is_answer));
    }

    /// Loses it, or delivers it once or twice, whenever.
    fn carry(&mut self, event: impl Fn(Vec<u8>) -> Event, datagram: &[u8]) {
        if self.dice.happens(self.weather.lost) {
            return;
        }
        let copies = 1 + u64::from(self.dice.happens(self.weather.repeated));
        for _ in 0..copies {
            let delay = Duration::from_millis(self.dice.below(self.weather.delay_max_ms));
            self.sequence += 1;
            let event = event(datagram.to_vec());
            self.events.push(Reverse((self.now + delay, self.sequence, event)));
        }
    }
}

/// Every third request is refused; each answer says to which request it belongs.
fn reply(request: Packet<'_>, secret: &str, is_signed: bool) -> Vec<u8> {
    let kind = match request.code() {
        code if code == RequestKind::Change.code() => RequestKind::Change,
        _ => RequestKind::Disconnect,
    };
    let state = request.first(AttributeType::STATE).unwrap();
    let number = u32::from_be_bytes(state.try_into().unwrap());
    let is_refused = number.is_multiple_of(3);
    let code = if is_refused { kind.nak() } else { kind.ack() };
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, code, request.identifier())
            .unwrap();
    if is_signed {
        writer.message_authenticator().unwrap();
    }
    writer.attribute(AttributeType::STATE, state).unwrap();
    if is_refused {
        writer.attribute(AttributeType::ERROR_CAUSE, &503_u32.to_be_bytes()).unwrap();
    }
    let secret = Secret::new(secret).unwrap();
    writer.finish_response(request.authenticator(), &secret).to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the network does, each request has one outcome, which is its own answer or that there
    /// was none.
    #[test]
    fn every_request_ends_once_with_its_own_answer(weather in weather()) {
        let mut world = World::new(weather.clone());
        world.run();
        let (mut answered, mut timed_out, mut cancelled) = (0, 0, 0);
        for asked in world.asked.values() {
            match &asked.outcome {
                Some(Outcome::Answered(reply)) => {
                    answered += 1;
                    prop_assert!(
                        [asked.kind.ack(), asked.kind.nak()].contains(&reply.code())
                    );
                }
                Some(Outcome::TimedOut { .. }) => timed_out += 1,
                None => {
                    prop_assert!(asked.is_cancelled);
                    cancelled += 1;
                }
            }
        }
        let counters = world.requester.counters();
        prop_assert_eq!(counters.acknowledged + counters.refused, answered);
        prop_assert_eq!(counters.timed_out, timed_out);
        prop_assert_eq!(counters.cancelled, cancelled);
        prop_assert_eq!(counters.requests, u64::try_from(weather.requests).unwrap());
        let sent: u32 = world.asked.values().map(|asked| asked.transmissions).sum();
        prop_assert_eq!(counters.transmissions, u64::from(sent));
        let rested = world.now + weather.settings.identifier_rest;
        prop_assert!(world.requester.is_idle(rested));
    }

    /// Where nothing is lost and answers come before the first retransmission, each request is sent
    /// once and answered.
    #[test]
    fn a_good_network_answers_all(mut weather in weather()) {
        weather.lost = 0;
        weather.cancelled = 0;
        weather.is_stranger = false;
        weather.settings.retransmission.initial = Duration::from_secs(10);
        weather.settings.retransmission.interval_max = Duration::from_secs(10);
        weather.settings.retransmission.duration_max = Duration::from_secs(10);
        let requests = u64::try_from(weather.requests).unwrap();
        let mut world = World::new(weather);
        world.run();
        let counters = world.requester.counters();
        prop_assert_eq!(counters.acknowledged + counters.refused, requests);
        prop_assert_eq!(counters.transmissions, requests);
    }
}

/// 256 that were given up rest; the next waits for the first of them.
#[test]
fn identifiers_run_out_and_come_back() {
    let address = "192.0.2.1:3799".parse().unwrap();
    let mut settings = Settings { in_flight_max: 256, ..Settings::default() };
    settings.requests_per_s_max = None;
    settings.retransmission.transmissions_max = 1;
    let destination = Destination::new(address, Secret::new(SECRET).unwrap());
    let mut requester = Requester::new(destination.with_settings(settings), 250);
    let mut now = Duration::ZERO;
    let begin = |requester: &mut Requester, now| {
        requester.begin(RequestKind::Change, now, 0, 7, |_| Ok(()))
    };
    let mut identifiers = Vec::new();
    for _ in 0..256 {
        begin(&mut requester, now).unwrap();
        identifiers.push(requester.poll_transmit(now).unwrap().datagram[1]);
    }
    assert_eq!(identifiers[..7], [250, 251, 252, 253, 254, 255, 0]);
    identifiers.sort_unstable();
    assert!(identifiers.iter().copied().eq(0..=255));
    let full = begin(&mut requester, now);
    assert_eq!(full, Err(BeginError::InFlightMax { max: 256 }));

    now = requester.next_deadline().unwrap();
    let mut ended = 0;
    while let Some((_, outcome)) = requester.poll_outcome(now) {
        assert_eq!(outcome, Outcome::TimedOut { transmissions: 1, unauthentic: 0 });
        ended += 1;
    }
    assert_eq!(ended, 256, "all had the same jitter");
    let until = now + settings.identifier_rest;
    let resting = begin(&mut requester, now);
    assert_eq!(resting, Err(BeginError::NoIdentifier { until: Some(until) }));
    assert!(!requester.is_idle(now));
    begin(&mut requester, until).unwrap();
    assert_eq!(requester.poll_transmit(until).unwrap().datagram[1], 250);
}

#[test]
fn the_default_sends_at_0_2_6_and_14_seconds_and_gives_up_at_30() {
    let address = "192.0.2.1:3799".parse().unwrap();
    let destination = Destination::new(address, Secret::new(SECRET).unwrap());
    let mut requester = Requester::new(destination, 0);
    let start = Duration::from_secs(1000);
    requester.begin(RequestKind::Disconnect, start, 0, 1, |_| Ok(())).unwrap();
    let mut now = start;
    let mut sent = Vec::new();
    let ended = loop {
        if requester.poll_transmit(now).is_some() {
            sent.push((now - start).as_secs_f64());
        }
        if let Some((_, outcome)) = requester.poll_outcome(now) {
            break outcome;
        }
        now = requester.next_deadline().unwrap();
    };
    assert_eq!(ended, Outcome::TimedOut { transmissions: 4, unauthentic: 0 });
    assert_eq!(now - start, Duration::from_secs(30));
    for (sent, about) in sent.iter().zip([0.0, 2.0, 6.0, 14.0]) {
        assert!((sent - about).abs() <= about * 0.1, "{sent} is about {about}");
    }
    assert_eq!(sent.len(), 4);
}
