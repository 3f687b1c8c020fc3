//! A session on a NAS that loses requests, loses answers and is away, while its service is changed
//! and the server is restarted: it always ends with what it should have, and nothing that was
//! confirmed is told again.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use std::sync::Arc;

use aaa_engine::auth::Credential;
use aaa_engine::enforcement::{
    ATTEMPTS_MAX, Answer, Asked, Change, CoaAbility, Doubt, Goal, Next, Reconciler, RequestKind,
    Step,
};
use aaa_engine::ports::{Coa, Nas, NasId};
use aaa_engine::session::{Session, SessionId, SessionTable, apply};
use aaa_engine::{
    AccountingEvent, AccountingKind, Activity, Counters, Dialects, Engine, Known, Observation,
};
use common::{Memory, NOW, TENANT, engine, entitlement, nas, secret, terms};
use entitlement::{
    Allowance, BitsPerSecond, Direction, Octets, Quota, ServiceId, Speed, Standing, Timestamp,
    Window,
};
use proptest::prelude::*;
use radius_dict::Dictionary;
use radius_proto::{AttributeType, Code, Packet, PacketWriter, VendorId};

const MIKROTIK: VendorId = VendorId(14_988);
const RATE_LIMIT: u8 = 8;
const SPEEDS_MBPS: [u64; 3] = [10, 20, 50];

fn at(second: i64) -> Timestamp {
    NOW.plus_s(second)
}

fn speed(mbps: u64) -> Speed {
    Speed { upload: BitsPerSecond(mbps * 200_000), download: BitsPerSecond(mbps * 1_000_000) }
}

/// What the NAS has for the session, as it read it itself.
#[derive(Debug)]
struct NasSide {
    rate_limit: Option<String>,
    is_open: bool,
    /// Changes that gave the session what it had already.
    repeated: u32,
    changes: u32,
}

struct World {
    engine: Engine,
    directory: Memory,
    activity: Activity,
    nas: Nas,
    session: Session,
    reconciler: Reconciler,
    nas_side: NasSide,
    second: i64,
    random: u64,
}

/// How the network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Network {
    Good,
    LosesRequests,
    LosesAnswers,
    /// It arrives, and the NAS has no room for it.
    Refuses,
}

#[derive(Debug, Clone)]
enum Act {
    Speed(usize),
    Suspend(bool),
    Pass(i64),
    Network(Network),
    Restart,
}

impl World {
    fn new() -> Self {
        let mut terms = terms();
        terms.speed = Some(speed(SPEEDS_MBPS[0]));
        let directory = Memory::with("ana", Credential::MacAddress, entitlement(terms));
        let event = AccountingEvent {
            session: SessionId([9; 16]),
            tenant: TENANT,
            nas: NasId(1),
            received_at: NOW,
            happened_at: NOW,
            kind: AccountingKind::Start,
            acct_session_id: (*b"81a09556").into(),
            login: "ana".into(),
            calling_station_id: "".into(),
            framed_ipv4: Some([100, 64, 0, 1].into()),
            ipv6: Default::default(),
            service: Some(ServiceId(7)),
            activated: None,
            interim_interval_s: None,
            counters: Counters::default(),
            meter: None,
            lead_meter: None,
        };
        let mut world = Self {
            engine: engine(),
            directory,
            activity: Activity::new(),
            nas: nas(1),
            session: apply(&event, None).unwrap(),
            reconciler: Reconciler::new(),
            nas_side: NasSide {
                rate_limit: Some("2M/10M".to_owned()),
                is_open: true,
                repeated: 0,
                changes: 0,
            },
            second: 0,
            random: 1,
        };
        // The log-in told it.
        let told = world.wanted().unwrap();
        world.session.enforced.apply(&Change::at_login(&event, told));
        world
    }

    fn entitlement(&mut self) -> &mut entitlement::Entitlement {
        &mut self.directory.services.get_mut(&b"ana"[..]).unwrap().0.entitlement
    }

    fn wanted(&self) -> Option<Arc<aaa_engine::enforcement::Posture>> {
        let known = Known { directory: &self.directory, activity: &self.activity };
        match self.engine.wanted(known, &self.nas, &self.session, at(self.second))?.goal {
            Goal::Have(posture) => Some(posture),
            Goal::End => None,
        }
    }

    /// Looks at the session as often as it says, until nothing is to be done now.
    fn settle(&mut self, network: Network) -> Option<Timestamp> {
        loop {
            let now = at(self.second);
            let known = Known { directory: &self.directory, activity: &self.activity };
            let wanted = self.engine.wanted(known, &self.nas, &self.session, now);
            let Next { change, asked, look_at } =
                self.reconciler.consider(&self.engine, &self.nas, &self.session, wanted, now);
            if let Some(change) = change {
                self.session.enforced.apply(&change);
            }
            let Some(asked) = asked else { return look_at };
            let answer = self.ask(&asked, network);
            self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let times = (now, self.random >> 20);
            let change = self.reconciler.answered(
                &self.engine,
                &self.nas,
                &self.session,
                &asked,
                answer,
                times,
            );
            self.session.enforced.apply(&change);
        }
    }

    /// Loses every request until the session is given up; gives the second of that.
    fn give_up(&mut self) -> i64 {
        for _ in 0..ATTEMPTS_MAX {
            self.settle(Network::LosesRequests);
            self.second += 80;
        }
        assert_eq!(self.reconciler.pursuits().next().unwrap().given_up_at, None);
        self.settle(Network::LosesRequests);
        let given_up_at = self.reconciler.pursuits().next().unwrap().given_up_at;
        assert_eq!(given_up_at, Some(at(self.second)));
        assert_eq!(self.nas_side.changes, 0);
        self.second
    }

    fn ask(&mut self, asked: &Asked, network: Network) -> Answer {
        let mut buffer = [0; 4096];
        let code = match asked.request {
            RequestKind::Change => Code::COA_REQUEST,
            RequestKind::Disconnect => Code::DISCONNECT_REQUEST,
        };
        let mut writer = PacketWriter::without_message_authenticator(&mut buffer, code, 1).unwrap();
        self.engine.write_request(asked, &self.session, &self.nas, &mut writer).unwrap();
        let octets = writer.finish_request(&secret()).to_vec();
        if network == Network::LosesRequests {
            return Answer::Unanswered;
        }
        if network == Network::Refuses {
            return Answer::Refused { error_cause: Some(506) };
        }
        let answer = self.nas_side.take(&Packet::parse(&octets).unwrap());
        if network == Network::LosesAnswers { Answer::Unanswered } else { answer }
    }

    /// The Stop of a session that has ended on the NAS arrives.
    fn hear(&mut self) {
        if !self.nas_side.is_open && self.session.ended.is_none() {
            self.session.ended =
                Some(aaa_engine::session::Ended { at: at(self.second), terminate_cause: 6 });
        }
    }
}

impl NasSide {
    fn take(&mut self, request: &Packet<'_>) -> Answer {
        assert_eq!(request.first(AttributeType::ACCT_SESSION_ID), Some(&b"81a09556"[..]));
        assert_eq!(request.first(AttributeType::USER_NAME), Some(&b"ana"[..]));
        if !self.is_open {
            return Answer::Refused { error_cause: Some(503) };
        }
        if request.code() == Code::DISCONNECT_REQUEST {
            self.is_open = false;
            return Answer::Acknowledged;
        }
        let rate = request.first_vendor(MIKROTIK, RATE_LIMIT).expect("a change of speed");
        let rate = Some(String::from_utf8(rate.to_vec()).unwrap());
        self.changes += 1;
        self.repeated += u32::from(rate == self.rate_limit);
        self.rate_limit = rate;
        Answer::Acknowledged
    }
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (0..SPEEDS_MBPS.len()).prop_map(Act::Speed),
        1 => any::<bool>().prop_map(Act::Suspend),
        3 => (1..90_i64).prop_map(Act::Pass),
        3 => proptest::sample::select(vec![
            Network::Good,
            Network::LosesRequests,
            Network::LosesAnswers,
            Network::Refuses,
        ])
        .prop_map(Act::Network),
        1 => Just(Act::Restart),
    ]
}

proptest! {
    #[test]
    fn a_session_ends_with_what_it_should_have(acts in proptest::collection::vec(act(), 1..40)) {
        let mut world = World::new();
        let mut network = Network::Good;
        let (mut mbps, mut is_suspended, mut lost) = (SPEEDS_MBPS[0], false, 0);
        for act in acts {
            match act {
                Act::Speed(index) => {
                    mbps = SPEEDS_MBPS[index];
                    let terms = terms_of(mbps);
                    world.entitlement().terms = Arc::new(terms);
                }
                Act::Suspend(suspend) => {
                    is_suspended = suspend;
                    world.entitlement().standing =
                        if suspend { Standing::Suspended } else { Standing::Active };
                }
                Act::Pass(seconds) => world.second += seconds,
                Act::Network(new) => network = new,
                Act::Restart => world.reconciler = Reconciler::new(),
            }
            lost += u32::from(network != Network::Good);
            world.settle(network);
            world.hear();
        }
        // From now on everything arrives: so few tries that none was given up are over soon.
        world.reconciler = Reconciler::new();
        for _ in 0..30 {
            world.settle(Network::Good);
            world.hear();
            world.second += 61;
        }
        if world.nas_side.is_open {
            prop_assert!(!is_suspended, "it should be in quarantine");
            let expected = format!("{}/{mbps}M", upload(mbps));
            prop_assert_eq!(world.nas_side.rate_limit.as_deref(), Some(&*expected));
        }
        // Where nothing was lost, nothing was told twice.
        if lost == 0 {
            prop_assert_eq!(world.nas_side.repeated, 0);
        }
        // And then nothing is told at all.
        let changes = world.nas_side.changes;
        world.reconciler = Reconciler::new();
        world.settle(Network::Good);
        prop_assert_eq!(world.nas_side.changes, changes);
    }
}

fn terms_of(mbps: u64) -> entitlement::Terms {
    entitlement::Terms { speed: Some(speed(mbps)), ..terms() }
}

fn upload(mbps: u64) -> &'static str {
    match mbps {
        10 => "2M",
        20 => "4M",
        _ => "10M",
    }
}

#[test]
fn a_nas_that_refuses_changes_is_asked_to_disconnect_instead() {
    let mut world = World::new();
    world.entitlement().terms = Arc::new(terms_of(50));
    let known = Known { directory: &world.directory, activity: &world.activity };
    let wanted = world.engine.wanted(known, &world.nas, &world.session, at(0));
    let next =
        world.reconciler.consider(&world.engine, &world.nas, &world.session, wanted.clone(), at(0));
    let asked = next.asked.unwrap();
    assert_eq!(asked.request, RequestKind::Change);
    world.session.enforced.apply(&next.change.unwrap());
    let refused = Answer::Refused { error_cause: Some(406) };
    let times = (at(0), 0);
    let World { engine, nas, session, reconciler, .. } = &mut world;
    let change = reconciler.answered(engine, nas, session, &asked, refused, times);
    session.enforced.apply(&change);
    let next = reconciler.consider(engine, nas, session, wanted, at(0));
    assert_eq!(next.asked.unwrap().request, RequestKind::Disconnect);
}

#[test]
fn where_nothing_may_be_asked_nothing_is() {
    let mut world = World::new();
    world.nas.coa = world.nas.coa.take().map(|coa| Coa { ability: CoaAbility::Off, ..coa });
    world.entitlement().standing = Standing::Suspended;
    assert_eq!(world.settle(Network::Good), None);
    assert!(world.nas_side.is_open);
    world.nas.coa =
        world.nas.coa.take().map(|coa| Coa { ability: CoaAbility::DisconnectOnly, ..coa });
    world.entitlement().standing = Standing::Active;
    world.entitlement().terms = Arc::new(terms_of(50));
    world.settle(Network::Good);
    assert!(!world.nas_side.is_open, "a change of speed without CoA is a new log-in");
}

#[test]
fn what_is_not_answered_is_given_up_visibly_and_tried_again_when_it_should_be_something_else() {
    let mut world = World::new();
    world.entitlement().terms = Arc::new(terms_of(20));
    world.give_up();
    world.settle(Network::Good);
    assert_eq!(world.nas_side.changes, 0, "given up is given up");
    world.entitlement().terms = Arc::new(terms_of(50));
    world.settle(Network::Good);
    assert_eq!(world.nas_side.rate_limit.as_deref(), Some("10M/50M"));
}

#[test]
fn who_was_given_up_for_want_of_answers_is_tried_once_more_when_heard_of_long_after() {
    let mut world = World::new();
    world.entitlement().terms = Arc::new(terms_of(20));
    let given_up_at = world.give_up();
    let still_heard_at = |world: &mut World, second, network| {
        world.second = second;
        world.session.last_seen_at = at(second);
        world.settle(network);
        world.reconciler.pursuits().next()
    };
    assert!(still_heard_at(&mut world, given_up_at + 899, Network::Good).is_some());
    assert_eq!(world.nas_side.changes, 0, "not yet");
    // It is still away: one try, and then it is given up again.
    let tried = still_heard_at(&mut world, given_up_at + 900, Network::LosesRequests).unwrap();
    assert_eq!((tried.attempts, tried.given_up_at), (ATTEMPTS_MAX, None));
    world.second += 80;
    world.settle(Network::Good);
    assert_eq!(world.nas_side.changes, 0, "given up is given up");
    let next = given_up_at + 900 + 80 + 900;
    assert_eq!(still_heard_at(&mut world, next, Network::Good), None);
    assert_eq!(world.nas_side.rate_limit.as_deref(), Some("4M/20M"));
}

#[test]
fn who_was_given_up_is_tried_at_once_when_its_nas_has_answered_for_another() {
    let mut world = World::new();
    world.entitlement().terms = Arc::new(terms_of(20));
    let given_up_at = world.give_up();
    let first = world.session.clone();
    // A neighbour on the same NAS gets its change.
    world.session.id = SessionId([8; 16]);
    world.second = given_up_at + 1;
    world.settle(Network::Good);
    assert_eq!(world.nas_side.changes, 1);
    world.session = first;
    world.settle(Network::Good);
    assert_eq!(world.nas_side.changes, 1, "nothing is heard of it");
    world.second += 1;
    world.session.last_seen_at = at(world.second);
    world.settle(Network::Good);
    assert_eq!(world.nas_side.changes, 2);
    assert_eq!(world.reconciler.pursuits().count(), 0);
}

#[test]
fn the_end_of_a_session_is_ordered_once_and_awaited() {
    let mut world = World::new();
    let order = Change {
        step: Step::Ordered,
        goal: Goal::End,
        why: aaa_engine::enforcement::Why::Operator,
        ..Change::at_login(&event_of(&world.session), Arc::default())
    };
    world.session.enforced.apply(&order);
    world.settle(Network::Good);
    assert!(!world.nas_side.is_open);
    // The Stop is on its way, also for a server that was started anew.
    world.reconciler = Reconciler::new();
    world.second += 5;
    assert_eq!(world.settle(Network::Good), None);
    assert_eq!(world.reconciler.pursuits().count(), 0);
    // It is heard of long after all the same: the NAS is asked again.
    world.nas_side.is_open = true;
    world.second += 60;
    world.session.last_seen_at = at(world.second);
    world.settle(Network::Good);
    assert!(!world.nas_side.is_open);
}

fn event_of(session: &Session) -> AccountingEvent {
    AccountingEvent {
        session: session.id,
        tenant: session.tenant,
        nas: session.nas,
        received_at: NOW,
        happened_at: NOW,
        kind: AccountingKind::Interim,
        acct_session_id: Arc::clone(&session.acct_session_id),
        login: Arc::clone(&session.login),
        calling_station_id: "".into(),
        framed_ipv4: None,
        ipv6: Default::default(),
        service: session.service,
        activated: None,
        interim_interval_s: None,
        counters: Counters::default(),
        meter: None,
        lead_meter: None,
    }
}

#[test]
fn who_is_in_quarantine_for_its_device_stays_there() {
    use aaa_engine::enforcement::Posture;
    let mut world = World::new();
    let list = Some("weir-quarantine".into());
    let barred =
        Posture { is_quarantined: true, is_barred: true, address_list: list, ..Posture::default() };
    let told = Change::at_login(&event_of(&world.session), Arc::new(barred));
    world.session.enforced.apply(&told);
    assert_eq!(world.settle(Network::Good), None);
    assert!(world.nas_side.is_open, "a log-in from the same device would come out the same");
}

#[test]
fn nobody_is_disconnected_for_what_no_log_in_could_say() {
    let mut world = World::new();
    let text = "dialect bare\nidentify User-Name {user_name}\n\
                identify Acct-Session-Id {acct_session_id}\n";
    let mut dialects = Dialects::builtin();
    dialects.add("bare.dialect", text, Dictionary::builtin()).unwrap();
    world.engine = Engine::new(common::settings(), dialects);
    world.nas.dialect = "bare".into();
    world.entitlement().terms = Arc::new(terms_of(50));
    assert_eq!(world.settle(Network::Good), None);
    assert!(world.nas_side.is_open);
    world.entitlement().standing = Standing::Suspended;
    world.settle(Network::Good);
    assert!(!world.nas_side.is_open, "it cannot be quarantined, so it ends");
}

#[test]
fn what_was_sent_before_a_refusal_is_still_in_doubt() {
    let mut world = World::new();
    world.entitlement().terms = Arc::new(terms_of(50));
    world.settle(Network::LosesAnswers);
    assert_eq!(world.nas_side.rate_limit.as_deref(), Some("10M/50M"));
    world.entitlement().terms = Arc::new(terms_of(10));
    world.settle(Network::Refuses);
    world.second += 2;
    world.settle(Network::Good);
    assert_eq!(world.nas_side.rate_limit.as_deref(), Some("2M/10M"));
    assert!(world.session.enforced.in_doubt.is_none());
    // A refusal by itself leaves nothing in doubt.
    world.entitlement().terms = Arc::new(terms_of(20));
    world.settle(Network::Refuses);
    assert!(world.session.enforced.in_doubt.is_none());
}

#[test]
fn a_doubt_that_no_change_can_end_is_ended_by_a_new_log_in() {
    let mut world = World::new();
    // As the NAS has it by itself, and no words undo a speed.
    let unlimited = entitlement::Terms { speed: None, ..terms() };
    world.entitlement().terms = Arc::new(unlimited.clone());
    let told = Change::at_login(&event_of(&world.session), world.wanted().unwrap());
    world.session.enforced.apply(&told);
    world.nas_side.rate_limit = None;
    world.entitlement().terms = Arc::new(terms_of(20));
    world.settle(Network::LosesAnswers);
    assert!(world.nas_side.rate_limit.is_some(), "it has got the change that is in doubt");
    world.entitlement().terms = Arc::new(unlimited);
    // Also for a server that knows of it only what was stored.
    world.reconciler = Reconciler::new();
    world.session.enforced.in_doubt = Doubt::from_code(world.session.enforced.in_doubt.code());
    world.settle(Network::Good);
    assert!(!world.nas_side.is_open);
}

#[test]
fn a_request_is_not_overtaken_by_a_second_one() {
    let mut world = World::new();
    let mut consider = |mbps: u64| {
        world.entitlement().terms = Arc::new(terms_of(mbps));
        let known = Known { directory: &world.directory, activity: &world.activity };
        let wanted = world.engine.wanted(known, &world.nas, &world.session, at(0));
        let World { engine, nas, session, reconciler, .. } = &mut world;
        reconciler.consider(engine, nas, session, wanted, at(0)).asked.is_some()
    };
    assert!(consider(20));
    // Before the step is applied, the wish goes back, and is another one again.
    assert!(!consider(10));
    assert!(!consider(50), "the answer to the first is still to come");
}

#[test]
fn what_the_disk_does_not_take_is_no_try_of_the_nas() {
    let mut world = World::new();
    world.entitlement().terms = Arc::new(terms_of(20));
    for _ in 0..100 {
        let known = Known { directory: &world.directory, activity: &world.activity };
        let now = at(world.second);
        let wanted = world.engine.wanted(known, &world.nas, &world.session, now);
        let World { engine, nas, session, reconciler, .. } = &mut world;
        let asked = reconciler.consider(engine, nas, session, wanted, now).asked.unwrap();
        reconciler.not_sent(&asked, now, 0);
        world.second += 80;
    }
    world.settle(Network::Good);
    assert_eq!(world.nas_side.rate_limit.as_deref(), Some("4M/20M"));
}

#[test]
fn sessions_that_wait_for_a_nas_are_not_looked_at_all_the_time() {
    const SESSIONS: u64 = 21_000;
    let mut world = World::new();
    world.entitlement().terms = Arc::new(terms_of(20));
    let mut soon = 0;
    let mut latest = at(0);
    for number in 0..SESSIONS {
        world.session.id = SessionId(u128::from(number).to_be_bytes());
        let known = Known { directory: &world.directory, activity: &world.activity };
        let wanted = world.engine.wanted(known, &world.nas, &world.session, at(0));
        let World { engine, nas, session, reconciler, .. } = &mut world;
        let next = reconciler.consider(engine, nas, session, wanted, at(0));
        if next.asked.is_none() {
            let look_at = next.look_at.expect("it is looked at again");
            soon += u32::from(look_at <= at(1));
            latest = latest.max(look_at);
        }
    }
    assert!((1..=1_000).contains(&soon), "{soon} looks in the first second");
    assert!(latest > at(19) && latest < at(30), "{latest:?}");
}

#[test]
fn sessions_that_are_over_are_not_pursued_for_ever() {
    let mut world = World::new();
    world.entitlement().terms = Arc::new(terms_of(20));
    world.settle(Network::LosesRequests);
    world.reconciler.forget_ended(|_| true);
    assert_eq!(world.reconciler.pursuits().count(), 1);
    world.reconciler.forget_ended(|_| false);
    assert_eq!(world.reconciler.pursuits().count(), 0);
}

/// A report of `ana`'s session, of so many octets.
fn report(kind: AccountingKind, second: i64, octets: u64) -> Observation {
    Observation {
        tenant: TENANT,
        nas: NasId(1),
        received_at: at(second),
        happened_at: at(second),
        kind,
        acct_session_id: (*b"81a09556").into(),
        login: "ana".into(),
        calling_station_id: "".into(),
        origin: "".into(),
        framed_ipv4: None,
        ipv6: Default::default(),
        service: Some(ServiceId(7)),
        activated: None,
        interim_interval_s: None,
        counters: Counters { download_octets: octets, ..Counters::default() },
        counter_width: Default::default(),
        class_nonce: None,
    }
}

#[test]
fn what_the_journal_did_not_take_of_a_meter_comes_with_the_packet_that_is_sent_again() {
    let quota = Quota {
        name: "monthly".into(),
        window: Window::Month,
        allowance: Allowance::Data { octets: Octets(1_000_000), direction: Direction::Both },
        free: None,
        zero_rated: Vec::new(),
        tiers: Vec::new(),
    };
    let terms = entitlement::Terms { quotas: vec![quota], ..terms() };
    let directory = Memory::with("ana", Credential::MacAddress, entitlement(terms));
    let (mut table, activity) = (SessionTable::default(), Activity::new());
    let mut observe = |observation: &Observation| {
        let observed = table.observe(observation);
        activity.observe(&directory, observation, &observed).meter
    };
    observe(&report(AccountingKind::Start, 0, 0));
    let stop = report(AccountingKind::Stop { terminate_cause: 1 }, 60, 400_000);
    let meter = observe(&stop).expect("something was used");
    assert_eq!(observe(&stop), Some(meter));
}

#[test]
fn what_is_set_by_hand_is_not_overwritten_by_what_the_plan_says() {
    let mut world = World::new();
    let by_hand = "Mikrotik-Rate-Limit = \"7M/7M\"";
    let by_hand = aaa_engine::ReplyAttributes::parse(by_hand, Dictionary::builtin()).unwrap();
    let service = &mut world.directory.services.get_mut(&b"ana"[..]).unwrap().0;
    service.reply_attributes = Some(by_hand);
    let told = Change::at_login(&event_of(&world.session), world.wanted().unwrap());
    world.session.enforced.apply(&told);
    world.entitlement().terms = Arc::new(terms_of(50));
    assert_eq!(world.settle(Network::Good), None);
    assert_eq!((world.nas_side.changes, world.nas_side.is_open), (0, true));
}
