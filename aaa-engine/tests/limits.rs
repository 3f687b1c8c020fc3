//! How much a NAS is told that a session may transfer: at its log-in and while it lasts, by what the NAS has
//! shown that it does.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use std::sync::{Arc, LazyLock};

use aaa_engine::auth::Credential;
use aaa_engine::enforcement::{
    ATTEMPTS_MAX, Answer, Asked, Change, Next, Reconciler, RequestKind, Step,
};
use aaa_engine::ports::{Nas, NasId};
use aaa_engine::session::{Session, SessionId, SessionTable};
use aaa_engine::{AccountingKind, Activity, Counters, Engine, Known, Observation, ReplyAttributes};
use common::{Memory, NOW, TENANT, answer_at, engine, entitlement, nas, pap_with, secret, terms};
use entitlement::{
    Allowance, Amount, BitsPerSecond, Direction, Extras, Grant, GrantId, GrantKind, Octets, Quota,
    ServiceId, Speed, Tier, TierAction, Validity, Window,
};
use radius_dict::Dictionary;
use radius_proto::{AttributeType, Code, Packet, PacketWriter, VendorId};

const SERVICE: ServiceId = ServiceId(7);
const MIKROTIK: VendorId = VendorId(14_988);
const GB: u64 = 1_000_000_000;
/// Mikrotik-Recv-Limit, -Xmit-Limit and -Total-Limit, each with its gigawords, and -Rate-Limit.
const RECV: [u8; 2] = [1, 14];
const XMIT: [u8; 2] = [2, 15];
const TOTAL: [u8; 2] = [17, 18];
const RATE: u8 = 8;
/// 10 GB in two halves of 32 bits: 2,540B_E400 in hexadecimal digits.
const TEN_GB: [[u8; 4]; 2] = [[0x54, 0x0B, 0xE4, 0x00], [0, 0, 0, 2]];
const DONE: Answer = Answer::Acknowledged;

static ENGINE: LazyLock<Engine> = LazyLock::new(engine);

/// Ana has 10 GB a month, both ways together, and no more.
struct World {
    directory: Memory,
    activity: Activity,
    table: SessionTable,
    reconciler: Reconciler,
    nas: Nas,
    sessions: [SessionId; 3],
    second: i64,
}

fn quota(name: &str, octets: u64, direction: Direction) -> Quota {
    Quota {
        name: name.into(),
        window: Window::Month,
        allowance: Allowance::Data { octets: Octets(octets), direction },
        free: None,
        zero_rated: Vec::new(),
        tiers: vec![Tier { percent: 100, action: TierAction::Quarantine }],
    }
}

fn station(session: usize) -> String {
    format!("AA:BB:CC:00:00:0{session}")
}

/// Both halves of a limit, as they stand in a packet.
fn limit(octets: &[u8], [low, high]: [u8; 2]) -> Option<[[u8; 4]; 2]> {
    let packet = Packet::parse(octets).unwrap();
    let half = |kind| packet.first_vendor(MIKROTIK, kind).map(|half| half.try_into().unwrap());
    Some([half(low)?, half(high)?])
}

/// The limits down, up, and both ways together, octets.
fn limits(octets: &[u8]) -> [Option<u64>; 3] {
    let number = |[low, high]: [[u8; 4]; 2]| {
        u64::from(u32::from_be_bytes(high)) << 32 | u64::from(u32::from_be_bytes(low))
    };
    [XMIT, RECV, TOTAL].map(|kinds| limit(octets, kinds).map(number))
}

fn rate(octets: &[u8]) -> Option<String> {
    let packet = Packet::parse(octets).unwrap();
    packet.first_vendor(MIKROTIK, RATE).map(|rate| String::from_utf8(rate.to_vec()).unwrap())
}

const fn refused(error_cause: u32) -> Answer {
    Answer::Refused { error_cause: Some(error_cause) }
}

impl World {
    fn new() -> Self {
        Self::with(vec![quota("monthly", 10 * GB, Direction::Both)])
    }

    fn with(quotas: Vec<Quota>) -> Self {
        let terms = entitlement::Terms { quotas, ..terms() };
        Self {
            directory: Memory::with("ana", Credential::clear_text("pw"), entitlement(terms)),
            activity: Activity::new(),
            table: SessionTable::default(),
            reconciler: Reconciler::new(),
            nas: nas(1),
            sessions: [SessionId::NONE; 3],
            second: 0,
        }
    }

    fn entitlement(&mut self) -> &mut entitlement::Entitlement {
        &mut self.directory.services.get_mut(&b"ana"[..]).unwrap().0.entitlement
    }

    fn has_speed(&mut self, mbps: u64) {
        let rate = BitsPerSecond(mbps * 1_000_000);
        let speed = Some(Speed { upload: rate, download: rate });
        Arc::make_mut(&mut self.entitlement().terms).speed = speed;
    }

    fn has_bought(&mut self, octets: u64) {
        let grant = Grant {
            id: GrantId(1),
            amount: Amount::Data(Octets(octets)),
            validity: Validity::default(),
            priority: 100,
            kind: GrantKind::Purchased,
            granted_at: NOW,
        };
        let extras = Extras { grants: vec![grant], ..Extras::default() };
        self.entitlement().extras = Some(Arc::new(extras));
    }

    /// The Access-Accept of a session.
    fn log_in(&self, session: usize) -> Vec<u8> {
        let station = station(session);
        let from = [(AttributeType::CALLING_STATION_ID, station.as_bytes())];
        let request = pap_with("ana", "pw", &from);
        let now = NOW.plus_s(self.second);
        let answered =
            answer_at(&ENGINE, &self.directory, &self.activity, &self.nas, &request, now);
        assert_eq!(answered.packet().code(), Code::ACCESS_ACCEPT);
        answered.octets
    }

    /// It logs in and begins; gives the Access-Accept.
    fn begin(&mut self, session: usize) -> Vec<u8> {
        let accept = self.log_in(session);
        self.take(AccountingKind::Start, session, [0, 0]);
        accept
    }

    fn report(&mut self, session: usize, octets: [u64; 2]) {
        self.take(AccountingKind::Interim, session, octets);
    }

    fn take(&mut self, kind: AccountingKind, session: usize, [download, upload]: [u64; 2]) {
        self.second += 1;
        let station: Arc<str> = station(session).into();
        let observation = Observation {
            tenant: TENANT,
            nas: NasId(1),
            received_at: NOW.plus_s(self.second),
            happened_at: NOW.plus_s(self.second),
            kind,
            acct_session_id: Arc::from(format!("81a0000{session}").as_bytes()),
            login: "ana".into(),
            calling_station_id: Arc::clone(&station),
            origin: station,
            framed_ipv4: None,
            ipv6: Default::default(),
            service: Some(SERVICE),
            activated: None,
            interim_interval_s: None,
            counters: Counters {
                upload_octets: upload,
                download_octets: download,
                ..Counters::default()
            },
            counter_width: Default::default(),
            class_nonce: None,
        };
        let observed = self.table.observe(&observation);
        self.sessions[session] = observed.event.session;
        let noticed = self.activity.observe(&self.directory, &observation, &observed);
        if let Some(told) = noticed.told {
            self.table.take_change(&Change::at_login(&observed.event, told));
        }
    }

    fn session(&self, session: usize) -> Session {
        self.table.get(self.sessions[session]).unwrap().clone()
    }

    /// What is to be done about a session now.
    fn consider(&mut self, session: usize) -> Next {
        let (session, now) = (self.session(session), NOW.plus_s(self.second));
        let known = Known { directory: &self.directory, activity: &self.activity };
        let wanted = ENGINE.wanted(known, &self.nas, &session, now);
        let next = self.reconciler.consider(&ENGINE, &self.nas, &session, wanted, now);
        if let Some(change) = &next.change {
            self.learn();
            self.table.take_change(change);
        }
        next
    }

    /// What the NAS is asked about a session now, to which it answers so.
    fn asked(&mut self, session: usize, answer: Answer) -> Option<Vec<u8>> {
        let asked = self.consider(session).asked?;
        assert_eq!(asked.request, RequestKind::Change);
        let request = self.written(session, &asked);
        let (session, now) = (self.session(session), NOW.plus_s(self.second));
        let times = (now, 0);
        let change = self.reconciler.answered(&ENGINE, &self.nas, &session, &asked, answer, times);
        self.learn();
        self.table.take_change(&change);
        Some(request)
    }

    fn written(&self, session: usize, asked: &Asked) -> Vec<u8> {
        let mut buffer = [0; 4096];
        let code = Code::COA_REQUEST;
        let mut writer = PacketWriter::without_message_authenticator(&mut buffer, code, 1).unwrap();
        ENGINE.write_request(asked, &self.session(session), &self.nas, &mut writer).unwrap();
        writer.finish_request(&secret()).to_vec()
    }

    fn learn(&self) {
        if let Some(moves_limits) = self.reconciler.moves_limits(NasId(1)) {
            self.activity.learn_of_nas(NasId(1), moves_limits);
        }
    }

    /// The NAS does a change of another speed.
    fn does_a_change(&mut self, session: usize) {
        self.has_speed(20);
        let request = self.asked(session, DONE).expect("a change");
        assert_eq!((rate(&request).as_deref(), limits(&request)), (Some("20M/20M"), [None; 3]));
    }

    /// One session that was told what is left of both ways together, and one that was told it of each.
    fn of_each() -> Self {
        let mut world = Self::new();
        assert_eq!(limits(&world.begin(0)), [None, None, Some(10 * GB)]);
        world.does_a_change(0);
        assert_eq!(limits(&world.begin(1)), [Some(10 * GB), Some(10 * GB), None]);
        world
    }
}

#[test]
fn until_a_nas_has_done_a_change_it_is_told_the_exact_limit_of_both_ways() {
    let mut world = World::new();
    let accept = world.begin(0);
    assert_eq!(limit(&accept, TOTAL), Some(TEN_GB));
    assert_eq!((limit(&accept, XMIT), limit(&accept, RECV)), (None, None));
    // Nothing is asked about it, whatever is bought: it ends at what it was told.
    world.has_bought(5 * GB);
    assert_eq!(world.asked(0, DONE), None);
    world.has_bought(0);

    world.does_a_change(0);
    let accept = world.begin(1);
    assert_eq!((limit(&accept, XMIT), limit(&accept, RECV)), (Some(TEN_GB), Some(TEN_GB)));
    assert_eq!(limit(&accept, TOTAL), None);
    // What was told the total stays as it is, but for what another session uses.
    assert_eq!(world.asked(0, DONE), None);
    world.has_bought(5 * GB);
    assert_eq!(world.asked(0, DONE), None);
    let request = world.asked(1, DONE).expect("more is left");
    assert_eq!(limits(&request), [Some(15 * GB), Some(15 * GB), None]);
    world.report(1, [11 * GB, 0]);
    assert_eq!(world.asked(1, DONE), None);
    let request = world.asked(0, DONE).expect("less than half is left");
    assert_eq!(limits(&request), [Some(4 * GB), Some(4 * GB), None]);
    assert_eq!(world.asked(0, DONE), None);
}

#[test]
fn what_a_nas_has_shown_ends_when_it_answers_no_more_or_refuses_changes() {
    let total = [None, None, Some(10 * GB)];
    let mut world = World::of_each();
    world.has_speed(50);
    for _ in 0..ATTEMPTS_MAX {
        assert!(world.asked(1, Answer::Unanswered).is_some());
        world.second += 80;
    }
    assert_eq!(limits(&world.log_in(2))[2], None, "it may only be slow");
    assert_eq!(world.consider(1).change.unwrap().step, Step::GivenUp);
    assert_eq!(limits(&world.log_in(2)), total);
    // It answers again.
    assert!(world.asked(0, DONE).is_some());
    assert_eq!(limits(&world.log_in(2))[2], None);

    let mut world = World::of_each();
    world.has_speed(50);
    assert!(world.asked(1, refused(405)).is_some());
    assert_eq!(limits(&world.log_in(2)), total);
}

#[test]
fn what_sessions_were_told_shows_it_behind_a_restart() {
    let restarted = |world: &World, sessions: &[usize]| {
        let activity = Activity::new();
        for session in sessions {
            activity.restore(&world.directory, &world.session(*session));
        }
        activity
    };
    let mut world = World::of_each();
    world.activity = restarted(&world, &[0]);
    assert_eq!(limits(&world.log_in(2)), [None, None, Some(10 * GB)]);
    world.reconciler = Reconciler::new();
    world.activity = restarted(&world, &[0, 1]);
    assert_eq!(limits(&world.log_in(2)), [Some(10 * GB), Some(10 * GB), None]);
    // A session goes on to be told, though its log-in is all that is known.
    world.activity.learn_of_nas(NasId(1), false);
    world.has_bought(5 * GB);
    let request = world.asked(1, DONE).expect("more is left");
    assert_eq!(limits(&request), [Some(15 * GB), Some(15 * GB), None]);
}

#[test]
fn limits_that_are_another_thing_with_each_report_are_tried_no_more_often() {
    let mut world = World::of_each();
    for attempt in 1..=u64::from(ATTEMPTS_MAX) {
        world.has_bought(attempt * 10 * GB);
        world.report(1, [attempt, 0]);
        let request = world.asked(1, Answer::Unanswered).expect("a try");
        assert_eq!(limits(&request)[0], Some((attempt + 1) * 10 * GB));
        world.second += 80;
    }
    world.has_bought(900 * GB);
    world.report(1, [GB, 0]);
    assert_eq!(world.consider(1).change.unwrap().step, Step::GivenUp);
    // Once more for each quarter of an hour, while it is heard of.
    let given_up_at = world.second;
    for more in 1..=3 {
        world.has_bought((900 + 100 * more) * GB);
        world.report(1, [(1 + more) * GB, 0]);
        assert_eq!(world.asked(1, DONE), None, "given up is given up");
    }
    world.second = given_up_at + 900;
    world.has_bought(2_000 * GB);
    world.report(1, [6 * GB, 0]);
    assert_eq!(limits(&world.asked(1, DONE).unwrap())[0], Some(2_010 * GB));

    // For good: not until it should have something else as well.
    world.has_bought(3_000 * GB);
    assert!(world.asked(1, refused(407)).is_some());
    world.has_bought(4_000 * GB);
    world.report(1, [7 * GB, 0]);
    assert_eq!(world.asked(1, DONE), None);
    world.has_speed(50);
    let request = world.asked(1, DONE).unwrap();
    assert_eq!(rate(&request).as_deref(), Some("50M/50M"));
    assert_eq!(limits(&request)[0], Some(4_010 * GB));
}

#[test]
fn a_limit_that_is_set_by_hand_stands_alone() {
    for (by_hand, expected, moved) in [
        ("Mikrotik-Total-Limit = 2820130816, Mikrotik-Total-Limit-Gigawords = 4", 20, [None; 2]),
        (
            "Mikrotik-Xmit-Limit = 2820130816, Mikrotik-Xmit-Limit-Gigawords = 4",
            10,
            [Some(20 * GB), None],
        ),
    ] {
        let mut world = World::of_each();
        let by_hand = ReplyAttributes::parse(by_hand, Dictionary::builtin()).unwrap();
        let service = &mut world.directory.services.get_mut(&b"ana"[..]).unwrap().0;
        service.reply_attributes = Some(by_hand);
        let [download, upload, total] = limits(&world.begin(2));
        assert_eq!(([download, upload], total), (moved, Some(expected * GB)));
        world.report(1, [9 * GB, 0]);
        assert_eq!(world.asked(2, DONE), None);
        world.has_bought(50 * GB);
        assert_eq!(world.asked(2, DONE), None);
    }
}

#[test]
fn a_nas_that_refuses_a_change_with_a_limit_is_asked_for_the_rest() {
    for error_cause in [401, 402, 405, 406, 501] {
        let mut world = World::of_each();
        world.has_speed(50);
        world.has_bought(10 * GB);
        let request = world.asked(1, refused(error_cause)).unwrap();
        assert_eq!(rate(&request).as_deref(), Some("50M/50M"));
        assert_eq!(limits(&request)[0], Some(20 * GB));
        let request = world.asked(1, DONE).unwrap();
        assert_eq!((rate(&request).as_deref(), limits(&request)), (Some("50M/50M"), [None; 3]));
        let named = |octets: &[u8], kind| Packet::parse(octets).unwrap().first(kind).is_some();
        assert!(named(&request, AttributeType::CALLING_STATION_ID));
        // That alone is learnt: changes go on, log-ins are told the exact limit.
        world.has_bought(30 * GB);
        assert_eq!(world.asked(1, DONE), None);
        world.has_speed(10);
        assert_eq!(rate(&world.asked(1, DONE).unwrap()).as_deref(), Some("10M/10M"));
        assert_eq!(limits(&world.log_in(2)), [None, None, Some(40 * GB)]);
    }
    // It was not the limit: without the attribute that it does not have it is told all.
    let mut world = World::of_each();
    world.has_speed(50);
    world.has_bought(10 * GB);
    for _ in 0..2 {
        assert!(world.asked(1, refused(401)).is_some());
    }
    let request = world.asked(1, DONE).unwrap();
    assert_eq!(limits(&request)[0], Some(20 * GB));
    assert_eq!(limits(&world.log_in(2))[2], None);
}

#[test]
fn what_another_session_uses_one_way_is_told_of_that_way() {
    let mut world = World::with(vec![
        quota("download", 10 * GB, Direction::Download),
        quota("upload", GB, Direction::Upload),
    ]);
    assert_eq!(limits(&world.begin(0)), [Some(10 * GB), Some(GB), None]);
    assert_eq!(limits(&world.begin(1)), [Some(10 * GB), Some(GB), None]);
    world.report(1, [9_400_000_000, 0]);
    assert_eq!(world.asked(1, DONE), None);
    let request = world.asked(0, DONE).expect("less than half of it is left");
    assert_eq!(limits(&request), [Some(600_000_000), Some(GB), None]);
}
