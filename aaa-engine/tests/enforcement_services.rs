//! The services of live sessions: the guided entrance of Juniper's manual, and a session whose
//! services are wished for at random on a NAS that loses requests, answers and services, while the
//! server is restarted.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use aaa_engine::auth::Credential;
use aaa_engine::catalogue::{Catalogue, ServiceLimits, Statistics, TemplateDraft};
use aaa_engine::enforcement::{
    Answer, Asked, Change, CoaAbility, Next, Posture, Reconciler, RequestKind, Step,
};
use aaa_engine::ports::{Coa, Nas, NasId};
use aaa_engine::session::{Session, SessionId, apply};
use aaa_engine::{
    AccountingEvent, AccountingKind, ActivatedService, Activity, Counters, Engine, Known,
};
use common::{Memory, NOW, TENANT, answer, engine, entitlement, nas, pap, secret, terms};
use entitlement::{
    BitsPerSecond, Quarantine, ServiceId, Speed, Standing, Terms, Timestamp, WhenWithheld,
};
use proptest::prelude::*;
use radius_dict::attr::{ERX_SERVICE_ACTIVATE, ERX_SERVICE_DEACTIVATE};
use radius_dict::{Dictionary, ReadAttributes as _, text};
use radius_proto::{Code, Packet, PacketWriter};

const GARDEN: &str = "http(192.168.25.2, 80)";

fn at(second: i64) -> Timestamp {
    NOW.plus_s(second)
}

fn catalogue() -> Catalogue {
    let draft = |name: &str, parameters: &[&str], limits| TemplateDraft {
        name: name.into(),
        parameters: parameters.iter().map(|parameter| parameter.parse().unwrap()).collect(),
        limits,
        ..TemplateDraft::default()
    };
    let bought = ServiceLimits {
        timeout_s: Some(720),
        statistics: Some(Statistics::TimeVolume),
        ..ServiceLimits::default()
    };
    let none = ServiceLimits::default();
    let many = (1..=12).map(|number| draft(&format!("s{number}"), &[], none));
    let drafts = [
        draft("tiered", &["inputBW:bps", "outputBW:bps"], bought),
        draft("http", &["portal:ipv4", "port:port"], none),
    ];
    Catalogue::new(drafts.into_iter().chain(many).map(|draft| draft.check().unwrap())).unwrap()
}

/// What a plan says that names these services.
fn plan(services: &[&str], mbps: Option<u64>) -> Terms {
    let speed = mbps.map(|mbps| Speed {
        upload: BitsPerSecond(1_280_000),
        download: BitsPerSecond(mbps * 1_024_000),
    });
    let quarantine =
        Quarantine { pool: None, address_list: Some(GARDEN.into()), session_timeout_s: 300 };
    Terms {
        services: services.iter().map(|text| text.parse().unwrap()).collect(),
        speed,
        pool: None,
        when_withheld: WhenWithheld::Quarantine(quarantine),
        ..terms()
    }
}

fn event(kind: AccountingKind, second: i64) -> AccountingEvent {
    AccountingEvent {
        session: SessionId([9; 16]),
        tenant: TENANT,
        nas: NasId(1),
        received_at: at(second),
        happened_at: at(second),
        kind,
        acct_session_id: (*b"77").into(),
        login: "client5@isp1.com".into(),
        calling_station_id: "".into(),
        framed_ipv4: None,
        ipv6: Default::default(),
        service: Some(ServiceId(7)),
        activated: None,
        interim_interval_s: None,
        counters: Counters::default(),
        meter: None,
        lead_meter: None,
    }
}

/// The NAS's side: which services the session has, by the rules of Juniper's Service Manager.
#[derive(Debug, Default)]
struct NasSide {
    active: BTreeSet<String>,
    /// Sessions of services, as accounting has them.
    reported: Vec<Session>,
    is_open: bool,
    requests: u32,
    /// Activations of what was active already.
    repeated: u32,
}

struct World {
    engine: Engine,
    directory: Memory,
    activity: Activity,
    nas: Nas,
    session: Session,
    reconciler: Reconciler,
    side: NasSide,
    second: i64,
    random: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Network {
    Good,
    LosesRequests,
    LosesAnswers,
}

impl World {
    /// A session that has logged in by this plan.
    fn new(terms: Terms, standing: Standing) -> Self {
        let mut of = entitlement(terms);
        of.standing = standing;
        let directory = Memory::with("client5@isp1.com", Credential::clear_text("x"), of);
        let directory = Memory { catalogue: Arc::new(catalogue()), ..directory };
        let nas = Nas { dialect: "juniper".into(), ..nas(1) };
        let mut world = Self {
            engine: engine(),
            directory,
            activity: Activity::new(),
            nas,
            session: apply(&event(AccountingKind::Start, 0), None).unwrap(),
            reconciler: Reconciler::new(),
            side: NasSide { is_open: true, ..NasSide::default() },
            second: 0,
            random: 1,
        };
        let told = world.wanted();
        let change = Change::at_login(&event(AccountingKind::Start, 0), told);
        world.session.enforced.apply(&change);
        // What the Access-Accept activated.
        let request = pap("client5@isp1.com", "x");
        let accept = answer(&world.engine, &world.directory, &world.nas, &request);
        for activated in accept.packet().get_all(ERX_SERVICE_ACTIVATE) {
            world.side.activate(activated.value, 0);
        }
        assert_eq!(
            told_texts(&world.session),
            world.side.active,
            "what was told is what was written"
        );
        world
    }

    fn wanted(&self) -> Arc<Posture> {
        let known = Known { directory: &self.directory, activity: &self.activity };
        let wanted = self.engine.wanted(known, &self.nas, &self.session, at(self.second)).unwrap();
        match wanted.goal {
            aaa_engine::enforcement::Goal::Have(posture) => posture,
            aaa_engine::enforcement::Goal::End => panic!("it should go on"),
        }
    }

    fn entitlement(&mut self) -> &mut entitlement::Entitlement {
        &mut self.directory.services.get_mut(&b"client5@isp1.com"[..]).unwrap().0.entitlement
    }

    fn next(&mut self) -> Next {
        let now = at(self.second);
        let known = Known { directory: &self.directory, activity: &self.activity };
        let wanted = self.engine.wanted(known, &self.nas, &self.session, now);
        if let Some(wanted) = &wanted
            && let Some(change) = self.session.services_ended(&self.side.reported, wanted, now)
        {
            self.take(&change);
        }
        self.reconciler.consider(&self.engine, &self.nas, &self.session, wanted, now)
    }

    /// Applies a step, as it is read back by whoever starts anew.
    fn take(&mut self, change: &Change) {
        self.session.enforced.apply(change);
        if let Some(told) = &mut self.session.enforced.told {
            let mut octets = Vec::new();
            told.encode(&mut octets);
            *told = Arc::new(Posture::decode(&octets).unwrap());
        }
    }

    fn settle(&mut self, network: Network) {
        for _ in 0..100 {
            let Next { change, asked, .. } = self.next();
            if let Some(change) = change {
                self.take(&change);
            }
            let Some(asked) = asked else { return };
            let answer = self.ask(&asked, network);
            self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let times = (at(self.second), self.random >> 20);
            let Self { engine, nas, session, reconciler, .. } = self;
            let change = reconciler.answered(engine, nas, session, &asked, answer, times);
            self.take(&change);
        }
        panic!("it goes round in a ring: {:?}", self.session.enforced);
    }

    fn request(&self, asked: &Asked) -> Vec<u8> {
        let mut buffer = [0; 4096];
        let code = match asked.request {
            RequestKind::Change => Code::COA_REQUEST,
            RequestKind::Disconnect => Code::DISCONNECT_REQUEST,
        };
        let mut writer = PacketWriter::without_message_authenticator(&mut buffer, code, 1).unwrap();
        self.engine.write_request(asked, &self.session, &self.nas, &mut writer).unwrap();
        writer.finish_request(&secret()).to_vec()
    }

    fn ask(&mut self, asked: &Asked, network: Network) -> Answer {
        let octets = self.request(asked);
        if network == Network::LosesRequests {
            return Answer::Unanswered;
        }
        let answer = self.side.take(&Packet::parse(&octets).unwrap(), self.second);
        if network == Network::LosesAnswers { Answer::Unanswered } else { answer }
    }
}

fn told_texts(session: &Session) -> BTreeSet<String> {
    let told = session.enforced.told.as_ref().unwrap();
    told.services.active.iter().map(|text| text.as_str().to_owned()).collect()
}

impl NasSide {
    fn activate(&mut self, text: &str, second: i64) {
        self.repeated += u32::from(!self.active.insert(text.to_owned()));
        if self
            .reported
            .iter()
            .any(|own| own.activated.as_ref().unwrap().name.as_ref() == text && own.ended.is_none())
        {
            return;
        }
        let number = u8::try_from(self.reported.len() % 256).unwrap();
        let start = AccountingEvent {
            session: SessionId([number; 16]),
            acct_session_id: format!("77:{}", self.reported.len()).into_bytes().into(),
            activated: Some(Arc::new(ActivatedService {
                parent: (*b"77").into(),
                name: text.into(),
            })),
            ..event(AccountingKind::Start, second)
        };
        self.reported.push(apply(&start, None).unwrap());
    }

    fn deactivate(&mut self, text: &str, second: i64) -> bool {
        for own in &mut self.reported {
            if own.activated.as_ref().unwrap().name.as_ref() == text && own.ended.is_none() {
                own.ended = Some(aaa_engine::session::Ended { at: at(second), terminate_cause: 5 });
            }
        }
        self.active.remove(text)
    }

    /// All of a request is done, or nothing.
    fn take(&mut self, request: &Packet<'_>, second: i64) -> Answer {
        self.requests += 1;
        if request.code() == Code::DISCONNECT_REQUEST {
            self.is_open = false;
            return Answer::Acknowledged;
        }
        let gone: Vec<_> = request.get_all(ERX_SERVICE_DEACTIVATE).collect();
        if !gone.iter().all(|text| self.active.contains(*text)) {
            return Answer::Refused { error_cause: Some(503) };
        }
        for text in gone {
            self.deactivate(text, second);
        }
        for activated in request.get_all(ERX_SERVICE_ACTIVATE) {
            self.activate(activated.value, second);
        }
        Answer::Acknowledged
    }
}

fn lines(octets: &[u8]) -> Vec<String> {
    let packet = Packet::parse(octets).unwrap();
    let shown = text::packet(Dictionary::builtin(), packet).to_string();
    shown.lines().map(|line| line.trim().to_owned()).collect()
}

/// The log-in is to the walled garden; what is paid for comes in its place, in one request.
fn becomes_what_was_paid_for(mut world: World, pay: impl FnOnce(&mut World)) {
    let request = pap("client5@isp1.com", "x");
    let accept = answer(&world.engine, &world.directory, &world.nas, &request);
    let accept = accept.packet();
    let activated = accept.get_all(ERX_SERVICE_ACTIVATE).map(|it| it.value);
    assert_eq!(activated.collect::<Vec<_>>(), [GARDEN]);
    assert_eq!(world.next(), Next::default());
    pay(&mut world);
    let Next { change, asked, .. } = world.next();
    world.take(&change.unwrap());
    let asked = asked.unwrap();
    let expected = [
        "User-Name = \"client5@isp1.com\"",
        "Acct-Session-Id = \"77\"",
        "ERX-Service-Activate:1 = \"tiered(1280000, 5120000)\"",
        "ERX-Service-Deactivate = \"http(192.168.25.2, 80)\"",
        "ERX-Service-Timeout:1 = 720",
        "ERX-Service-Statistics:1 = time-volume",
    ];
    let shown = lines(&world.request(&asked));
    assert_eq!(shown, expected);
    let answer = world.ask(&asked, Network::Good);
    let World { engine, nas, session, reconciler, .. } = &mut world;
    let change = reconciler.answered(engine, nas, session, &asked, answer, (at(0), 0));
    world.take(&change);
    assert_eq!(world.next(), Next::default());
    assert_eq!(world.side.active, BTreeSet::from(["tiered(1280000, 5120000)".to_owned()]));
}

#[test]
fn the_guided_entrance_by_another_plan() {
    let world = World::new(plan(&[GARDEN], None), Standing::Active);
    becomes_what_was_paid_for(world, |world| {
        world.entitlement().terms = Arc::new(plan(&["tiered({upload}, {download})"], Some(5)));
    });
}

#[test]
fn the_guided_entrance_out_of_quarantine() {
    let paid = plan(&["tiered({upload}, {download})"], Some(5));
    becomes_what_was_paid_for(World::new(paid, Standing::Suspended), |world| {
        world.entitlement().standing = Standing::Active;
    });
}

#[test]
fn a_service_that_is_used_up_stays_so_until_something_else_is_wished_for() {
    let paid = || Arc::new(plan(&["tiered({upload}, {download})", "s1"], Some(5)));
    let mut world = World::new(Terms::clone(&paid()), Standing::Active);
    world.second = 720;
    world.side.deactivate("tiered(1280000, 5120000)", 720);
    world.side.deactivate("s1", 720);
    // One has had its time; the other was lost.
    world.settle(Network::Good);
    assert_eq!(world.side.active, BTreeSet::from(["s1".to_owned()]));
    world.reconciler = Reconciler::new();
    world.second = 1_000;
    world.settle(Network::Good);
    assert_eq!((world.side.active.len(), world.side.requests), (1, 1));
    // Another wish, and the same again: it was bought anew.
    world.entitlement().terms = Arc::new(plan(&["s1"], None));
    world.settle(Network::Good);
    world.entitlement().terms = paid();
    world.settle(Network::Good);
    assert_eq!((world.side.active.len(), world.side.requests), (2, 2));
}

#[test]
fn a_service_that_ends_as_soon_as_it_begins_does_not_go_round_in_a_ring() {
    let mut world = World::new(plan(&["s1"], None), Standing::Active);
    for second in 100..110 {
        world.second = second;
        world.side.deactivate("s1", second);
        world.settle(Network::Good);
    }
    assert_eq!(world.side.requests, 1);
}

#[test]
fn what_cannot_be_changed_is_a_new_log_in_where_it_says_the_speed() {
    let with = |services: &[&str], mbps| {
        let mut world = World::new(plan(&["s1"], None), Standing::Active);
        world.nas.coa =
            world.nas.coa.take().map(|coa| Coa { ability: CoaAbility::DisconnectOnly, ..coa });
        world.entitlement().terms = Arc::new(plan(services, mbps));
        world.settle(Network::Good);
        world.side.is_open
    };
    assert!(with(&["s2"], None), "it waits for the next log-in");
    assert!(!with(&["tiered({upload}, {download})"], Some(5)));
}

#[test]
fn what_does_not_fit_into_one_request_comes_in_several() {
    let all: Vec<_> = (1..=12).map(|number| format!("s{number}")).collect();
    let all: Vec<_> = all.iter().map(String::as_str).collect();
    let mut world = World::new(plan(&all[..1], None), Standing::Active);
    world.entitlement().terms = Arc::new(plan(&all, None));
    world.settle(Network::Good);
    assert_eq!((world.side.active.len(), world.side.requests), (12, 2));
}

#[derive(Debug, Clone)]
enum Act {
    Wish(Vec<usize>, u64),
    Suspend(bool),
    Pass(i64),
    Network(Network),
    Restart,
    /// The NAS ends one of its services.
    Lose(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let network = vec![Network::Good, Network::LosesRequests, Network::LosesAnswers];
    prop_oneof![
        4 => (proptest::collection::vec(0..3_usize, 0..3), 1..4_u64)
            .prop_map(|(services, mbps)| Act::Wish(services, mbps)),
        1 => any::<bool>().prop_map(Act::Suspend),
        3 => (1..90_i64).prop_map(Act::Pass),
        3 => proptest::sample::select(network).prop_map(Act::Network),
        1 => Just(Act::Restart),
        1 => (0..4_usize).prop_map(Act::Lose),
    ]
}

const SERVICES: [&str; 3] = ["s1", "s2", "tiered({upload}, {download})"];

proptest! {
    #[test]
    fn a_session_ends_with_the_services_it_should_have(
        acts in proptest::collection::vec(act(), 1..40),
    ) {
        let mut world = World::new(plan(&["s1"], Some(1)), Standing::Active);
        let (mut network, mut lost, mut garden_lost) = (Network::Good, 0, false);
        for act in acts {
            match act {
                Act::Wish(services, mbps) => {
                    let services: BTreeSet<_> = services.into_iter().map(|i| SERVICES[i]).collect();
                    let services: Vec<_> = services.into_iter().collect();
                    world.entitlement().terms = Arc::new(plan(&services, Some(mbps)));
                }
                Act::Suspend(suspend) => {
                    world.entitlement().standing =
                        if suspend { Standing::Suspended } else { Standing::Active };
                }
                Act::Pass(seconds) => world.second += seconds,
                Act::Network(new) => network = new,
                Act::Restart => world.reconciler = Reconciler::new(),
                Act::Lose(which) => {
                    let text = world.side.active.iter().nth(which).cloned();
                    world.second += 1;
                    if let Some(text) = text {
                        garden_lost |= text == GARDEN;
                        world.side.deactivate(&text, world.second);
                    }
                }
            }
            lost += u32::from(network != Network::Good);
            world.settle(network);
        }
        world.reconciler = Reconciler::new();
        for _ in 0..30 {
            world.settle(Network::Good);
            world.second += 61;
            world.session.last_seen_at = at(world.second);
        }
        if !world.side.is_open {
            prop_assert!(garden_lost, "every change can be told");
            return Ok(());
        }
        let told = world.session.enforced.told.clone().unwrap();
        prop_assert!(told.services.doubtful.is_empty(), "{:?}", told.services);
        let mut wished: BTreeSet<_> =
            world.wanted().services.active.iter().map(|text| text.as_str().to_owned()).collect();
        for used_up in &told.services.used_up {
            prop_assert!(wished.remove(used_up.as_str()));
        }
        prop_assert_eq!(&world.side.active, &wished);
        if lost == 0 {
            prop_assert_eq!(world.side.repeated, 0);
        }
        // And then nothing is told at all.
        let requests = world.side.requests;
        world.reconciler = Reconciler::new();
        world.settle(Network::Good);
        prop_assert_eq!(world.side.requests, requests);
    }
}

#[test]
fn steps_that_are_repeated_lead_to_the_same() {
    let mut world = World::new(plan(&["s1"], None), Standing::Active);
    world.entitlement().terms = Arc::new(plan(&["s2"], None));
    let before = world.session.enforced.clone();
    let sent = world.next().change.unwrap();
    assert!(matches!(sent.step, Step::Sent { .. }));
    world.take(&sent);
    let doubtful = &world.session.enforced.told.as_ref().unwrap().services.doubtful;
    assert_eq!(doubtful.len(), 2, "{doubtful:?}");
    let confirmed =
        Change { step: Step::Confirmed { request: RequestKind::Change }, ..sent.clone() };
    world.take(&confirmed);
    let after = world.session.enforced.clone();
    for change in [&sent, &confirmed] {
        world.take(change);
    }
    assert_ne!(before, after);
    assert_eq!(world.session.enforced, after);
}
