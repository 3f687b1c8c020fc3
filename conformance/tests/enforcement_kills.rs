//! What sessions should have is what they get, however often the server is killed on the way.
//!
//! A plan's speed changes and services expire and are renewed while `weir serve` is killed with
//! SIGKILL at random moments: before a request, between a request and its answer, before the answer
//! is recorded. After the last start every session has what it should, and nothing that the journal
//! had as confirmed was asked for again.
//!
//! The test here is the short form; the long one is ignored and run by `cargo xtask soak`.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking; not all kinds of chance are needed"
)]

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use conformance::{Installation, SECRET, Server, free_udp_ports};
use jiff::{SignedDuration, Timestamp};
use nas_sim::coa::Answer;
use nas_sim::dial::{self, SessionReport};
use nas_sim::fleet::{Fleet, Routers, Seen};
use radius_proto::Secret;
use random::Random;

// One source of chance serves these tests and the model.
#[path = "accounting_model/random.rs"]
mod random;

const WEIR: &str = env!("CARGO_BIN_EXE_weir-under-test");
const SESSIONS: u32 = 6;
/// How long the server runs at most after the last wish, and before it is killed.
const MOMENT_MAX_MS: u64 = 400;
/// How long after it is said a service expires at most.
const EXPIRES_WITHIN_MS: u64 = 3_000;
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn short_soak_sigkill_loses_no_wish_and_repeats_no_confirmed_change() {
    soak(8, [127, 85, 0, 1]);
}

#[test]
#[ignore = "soak: 200 kills; cargo xtask soak"]
fn long_soak_sigkill_loses_no_wish_and_repeats_no_confirmed_change() {
    soak(200, [127, 86, 0, 1]);
}

fn soak(kills: u32, address: [u8; 4]) {
    let seed = random::seed();
    eprintln!("{}={seed} chooses the same wishes and moments again", random::SEED_VARIABLE);
    let mut random = Random::new(seed, 0);
    let (installation, routers) = installation(address);
    let mut server = installation.serve().unwrap();
    let fleet = Fleet::start(vec![router(&routers)], 1).unwrap();
    assert!(fleet.wait(PATIENCE, |seen| seen.started() == u64::from(SESSIONS)));
    let mut wishes = Wishes::new(&installation, &routers);
    for _ in 0..kills {
        for _ in 0..random.between(1, 3) {
            wishes.wish(&mut random);
        }
        // Wherever the server is then.
        let moment = Duration::from_millis(random.between(0, MOMENT_MAX_MS));
        let arrivals = arrivals(&fleet);
        let happens_sooner = random.happens(50);
        fleet.wait(moment, |seen| happens_sooner && count(seen) > arrivals);
        server.kill().unwrap();
        if random.happens(50) {
            wishes.wish(&mut random);
        }
        server = installation.serve().unwrap();
    }
    let seen = wishes.await_all(&fleet);
    let log = Log::read(&installation, server);
    log.assert_nothing_confirmed_is_repeated();
    log.assert_nothing_is_sent_unrecorded(&fleet);
    eprintln!(
        "{kills} kills, {} wishes, {} requests arrived: {} steps recorded, {} changes and {} ends \
         confirmed; {seen} sessions have what they should",
        wishes.count,
        arrivals_in(&fleet),
        log.steps.len(),
        log.count("coa confirmed"),
        log.count("disconnect confirmed"),
    );
    assert!(log.count("coa confirmed") > 0 && log.count("disconnect confirmed") > 0);
}

fn installation(address: [u8; 4]) -> (Installation, Routers) {
    let installation = Installation::create(WEIR).unwrap();
    let (authentication, accounting) = (installation.authentication(), installation.accounting());
    let secret = Secret::new(SECRET).unwrap();
    let server = Ipv4Addr::LOCALHOST.into();
    let routers = Routers {
        sessions: SESSIONS,
        first_address: address.into(),
        authenticates: true,
        coa_port: free_udp_ports().unwrap()[0].port(),
        ..Routers::of(server, authentication.port(), accounting.port(), secret)
    };
    let address = routers.address(0).to_string();
    installation.add_nas("killed", &address, SECRET).unwrap();
    let coa_port = routers.coa_port.to_string();
    installation.weir(&["nas", "set", "killed", "--coa-port", &coa_port]).unwrap();
    let login = |session| routers.login(0, session);
    let users: Vec<(String, String)> =
        (0..SESSIONS).map(|it| (login(it), format!("pw-{}", login(it)))).collect();
    installation.import_services(&users).unwrap();
    (installation, routers)
}

/// Whoever is disconnected, refused or not answered dials again.
fn router(routers: &Routers) -> dial::Settings {
    let settings = routers.settings().unwrap().remove(0);
    let interim = Some(Duration::from_secs(1));
    dial::Settings {
        redial: Some(Duration::from_millis(100)),
        timeout: Duration::from_millis(500),
        interim,
        ..settings
    }
}

/// What the operator wishes now.
struct Wishes<'a> {
    installation: &'a Installation,
    routers: &'a Routers,
    download_mbps: u64,
    expires: [bool; SESSIONS as usize],
    count: u32,
}

impl<'a> Wishes<'a> {
    const fn new(installation: &'a Installation, routers: &'a Routers) -> Self {
        Self {
            installation,
            routers,
            download_mbps: 10,
            expires: [false; SESSIONS as usize],
            count: 0,
        }
    }

    /// Another speed for all, or the end or the renewal of one service.
    fn wish(&mut self, random: &mut Random) {
        self.count += 1;
        if random.happens(50) {
            self.download_mbps = random.between(10, 100);
            let download = format!("{}M", self.download_mbps);
            self.installation.weir(&["plan", "set", "home", "--download", &download]).unwrap();
            return;
        }
        let session = u32::try_from(random.between(0, SESSIONS.into())).unwrap();
        let expires = &mut self.expires[session as usize];
        *expires = !*expires;
        let until = if *expires {
            let within_ms = i64::try_from(random.between(0, EXPIRES_WITHIN_MS)).unwrap();
            let until = Timestamp::now() + SignedDuration::from_millis(within_ms);
            until.to_string()
        } else {
            "none".to_owned()
        };
        let login = self.routers.login(0, session);
        self.installation.weir(&["service", "set", &login, "--valid-until", &until]).unwrap();
    }

    /// Waits until every session has what it should and the server has nothing left to ask for;
    /// how many sessions there are.
    fn await_all(&self, fleet: &Fleet) -> usize {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let sessions = fleet.sessions(0);
            let list = self.installation.weir_json(&["coa", "list"]).unwrap();
            let wrong = (0..).zip(&sessions).find(|(place, it)| !self.is_right(*place, it));
            if wrong.is_none() && list == serde_json::Value::Array(Vec::new()) {
                return sessions.len();
            }
            assert!(Instant::now() < deadline, "{wrong:?} of {:?}, {list}", self.expires);
        }
    }

    fn is_right(&self, place: usize, session: &SessionReport) -> bool {
        let has = &session.has;
        if session.outcome != dial::Outcome::Open {
            return false;
        }
        if self.expires[place] {
            return has.address_lists == ["weir-quarantine"];
        }
        let speed = format!("2M/{}M", self.download_mbps);
        has.address_lists.is_empty() && has.rate_limit.as_deref() == Some(&*speed)
    }
}

fn count(seen: &Seen) -> usize {
    seen.routers.iter().map(|router| router.arrivals.len()).sum()
}

fn arrivals(fleet: &Fleet) -> usize {
    fleet.look(count)
}

/// Requests that arrived, each once however often it came.
fn arrivals_in(fleet: &Fleet) -> usize {
    fleet.look(|seen| {
        let all = seen.routers.iter().flat_map(|router| &router.arrivals);
        all.filter(|arrival| arrival.answer != Answer::Repeated).count()
    })
}

/// A step of `weir coa show`.
struct Step {
    session: String,
    should_have: String,
    step: String,
}

/// All that was recorded, in its order.
struct Log {
    steps: Vec<Step>,
    /// The session's Acct-Session-Id, by its id.
    acct_session_ids: HashMap<String, String>,
}

impl Log {
    /// Once the server has ended and everything is in the store.
    fn read(installation: &Installation, server: Server) -> Self {
        server.stop().unwrap();
        let text = |line: &serde_json::Value, of: &str| line[of].as_str().unwrap().to_owned();
        let shown = installation.weir_json(&["coa", "show", "--last", "100000"]).unwrap();
        let step = |line| Step {
            session: text(line, "session"),
            should_have: text(line, "should_have"),
            step: text(line, "step"),
        };
        let sessions = installation.weir_json(&["sessions", "--all"]).unwrap();
        let named = |line| (text(line, "id"), text(line, "acct_session_id"));
        Self {
            steps: shown.as_array().unwrap().iter().map(step).collect(),
            acct_session_ids: sessions.as_array().unwrap().iter().map(named).collect(),
        }
    }

    fn count(&self, step: &str) -> usize {
        self.steps.iter().filter(|it| it.step == step).count()
    }

    /// What a NAS has confirmed is not asked for again before something else was.
    fn assert_nothing_confirmed_is_repeated(&self) {
        let mut confirmed: HashMap<&str, &str> = HashMap::new();
        for Step { session, should_have, step } in &self.steps {
            let now = confirmed.get(&**session).copied();
            if step.ends_with(" confirmed") {
                confirmed.insert(session, should_have);
            } else if step.contains(" sent, try ") {
                assert_ne!(now, Some(&**should_have), "{session} is asked for {step} again");
                confirmed.remove(&**session);
            }
        }
    }

    /// What arrived was recorded before it was sent.
    fn assert_nothing_is_sent_unrecorded(&self, fleet: &Fleet) {
        let mut sent: HashMap<&str, usize> = HashMap::new();
        let requests = self.steps.iter().filter(|it| it.step.contains(" sent, try "));
        let mut all = 0;
        for request in requests {
            all += 1;
            let name = self.acct_session_ids.get(&request.session).map_or("", String::as_str);
            *sent.entry(name).or_default() += 1;
        }
        assert!(arrivals_in(fleet) <= all, "{} of {all}", arrivals_in(fleet));
        let mut arrived: HashMap<String, usize> = HashMap::new();
        fleet.look(|seen| {
            let arrivals = seen.routers.iter().flat_map(|router| &router.arrivals);
            for arrival in arrivals.filter(|arrival| arrival.answer == Answer::Acknowledged) {
                let session = arrival.session_id.clone().unwrap();
                *arrived.entry(session).or_default() += 1;
            }
        });
        for (session, count) in arrived {
            let recorded = sent.get(&*session).copied().unwrap_or(0);
            assert!(count <= recorded, "{session}: {count} arrived, {recorded} were recorded");
        }
    }
}
