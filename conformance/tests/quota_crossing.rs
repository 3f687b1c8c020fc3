//! Thousands of sessions cross a quota within a second, and each is slowed down by a CoA-Request:
//! once, and whatever is lost on the way.
//!
//! What is asserted is what the sessions have in the end; how long it took is printed. The tests
//! here are the short form; the long one is ignored and run by `cargo xtask soak`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use conformance::{Installation, SECRET, Server, free_udp_ports};
use nas_sim::coa::{Answer, Trouble};
use nas_sim::dial::{self, SessionReport};
use nas_sim::fleet::{Fleet, Routers, Seen};
use radius_proto::Secret;

const WEIR: &str = env!("CARGO_BIN_EXE_weir-under-test");

/// More than the 5 GB of the plan.
const USED: u64 = 6_000_000_000;
/// Over so long the sessions come to it.
const SPREAD: Duration = Duration::from_secs(1);
/// The plan's speed and that of the tier, from the subscriber first.
const FULL: &str = "2M/10M";
const SLOW: &str = "2M/2M";
/// A NAS takes so long for an answer.
const DELAY: Duration = Duration::from_millis(5);
/// Log-ins are so far apart, and are repeated so often, that the slowest machine takes them all.
const RAMP_EACH: Duration = Duration::from_millis(2);
const LOGIN_TRIES: u32 = 60;
/// How long anything may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(300);

#[test]
fn each_of_a_thousand_sessions_is_slowed_down_once() {
    all_are_slowed_down_once(20, 50, [127, 81, 0, 1]);
}

#[test]
#[ignore = "soak: 10,000 sessions on 100 NASes; cargo xtask soak"]
fn long_soak_each_of_ten_thousand_sessions_is_slowed_down_once() {
    all_are_slowed_down_once(100, 100, [127, 82, 0, 1]);
}

#[test]
fn with_loss_a_nas_away_and_a_newer_wish_none_is_left_with_an_older_one() {
    none_has_what_is_outdated((20, 20), [127, 83, 0, 1], Duration::from_secs(10));
}

#[test]
#[ignore = "soak: 10,000 sessions, a NAS away for a minute; cargo xtask soak"]
fn long_soak_with_loss_none_of_ten_thousand_is_left_with_an_older_wish() {
    none_has_what_is_outdated((100, 100), [127, 84, 0, 1], Duration::from_secs(60));
}

fn all_are_slowed_down_once(count: u32, sessions: u32, first_address: [u8; 4]) {
    let trouble = Trouble { delay: DELAY, ..Trouble::default() };
    let online = Online::begin(Routers { count, sessions, trouble, ..routers(first_address) });
    online.cross();
    let all = u64::from(count * sessions);
    let slowed_down = online.fleet.wait(PATIENCE, |seen| seen.changes() >= all);
    assert!(slowed_down, "{} of {all}", online.fleet.look(Seen::changes));
    online.await_confirmations();
    online.assert_quiet();
    online.await_steps("coa confirmed", all);
    // A machine that is too slow for the server to hear an answer in time is asked once more.
    let unanswered = online.unanswered();
    for session in online.sessions() {
        let has = session.has.rate_limit.as_deref();
        assert_eq!((has, session.differences), (Some(SLOW), 1), "{session:?}");
        let tries = 1 + unanswered.iter().filter(|login| **login == session.login).count();
        assert!((1..=tries).contains(&(session.changes as usize)), "{tries} tries: {session:?}");
    }
    online.assert_none_refused();
    let latencies = online.fleet.look(Seen::latencies);
    assert_eq!(latencies.len() as u64, all);
    eprintln!(
        "{all} sessions on {count} NASes, {} requests not answered in time; {}",
        unanswered.len(),
        percentiles(&latencies)
    );
    online.server.stop().unwrap();
}

fn none_has_what_is_outdated(
    (count, sessions): (u32, u32),
    first_address: [u8; 4],
    away: Duration,
) {
    let trouble = Trouble { loss: 0.2, seed: 42, delay: DELAY, ..Trouble::default() };
    let online = Online::begin(Routers { count, sessions, trouble, ..routers(first_address) });
    online.fleet.leave(0, away);
    let began = Instant::now();
    online.cross();
    online.top_up_every_second();
    let topped_up = began.elapsed();
    let settled = online.await_wishes(&began);
    online.assert_quiet();
    for (number, session) in online.numbered() {
        // Who got the data early enough was never slowed down.
        let differences: &[u32] = if is_topped_up(number) { &[0, 2] } else { &[1] };
        assert_eq!(session.has.rate_limit.as_deref(), Some(wish(number)), "{session:?}");
        assert!(differences.contains(&session.differences), "{session:?}");
    }
    online.assert_none_refused();
    let latencies = online.fleet.look(Seen::latencies);
    let arrivals = online.arrivals();
    eprintln!(
        "{} sessions on {count} NASes, a fifth lost each way, one NAS away for {away:?}: topped up \
         after {topped_up:?}, settled after {settled:?}, {arrivals} requests arrived; {}",
        count * sessions,
        percentiles(&latencies)
    );
    online.server.stop().unwrap();
}

/// Every second session of a router gets more data.
const fn is_topped_up(session: u32) -> bool {
    session.is_multiple_of(2)
}

/// What a session should have in the end.
const fn wish(session: u32) -> &'static str {
    if is_topped_up(session) { FULL } else { SLOW }
}

/// One router, which is to be made more.
fn routers(first_address: [u8; 4]) -> Routers {
    let secret = Secret::new(SECRET).unwrap();
    Routers {
        first_address: first_address.into(),
        authenticates: true,
        coa_port: free_udp_ports().unwrap()[0].port(),
        ..Routers::of(Ipv4Addr::LOCALHOST.into(), 0, 0, secret)
    }
}

/// A running server and the routers whose sessions have begun.
struct Online {
    installation: Installation,
    server: Server,
    routers: Routers,
    fleet: Fleet,
}

impl Online {
    fn begin(routers: Routers) -> Self {
        let installation = Installation::create(WEIR).unwrap();
        let (authentication, accounting) =
            (installation.authentication().port(), installation.accounting().port());
        let of = Routers::of(
            Ipv4Addr::LOCALHOST.into(),
            authentication,
            accounting,
            routers.secret.clone(),
        );
        let ramp = RAMP_EACH * routers.count * routers.sessions;
        let routers = Routers { target: of.target, ramp, ..routers };
        let set = ["plan", "set", "home", "--interim-interval", "none"];
        let quota = ["--quota", "name=monthly,window=month,allowance=5GB"];
        let tier = ["--tier", "monthly:100%=2M/2M"];
        installation.weir(&[&set[..], &quota, &tier].concat()).unwrap();
        let coa_port = routers.coa_port.to_string();
        for router in 0..routers.count {
            let address = routers.address(router).to_string();
            let name = routers.name(router);
            installation.add_nas(&name, &address, SECRET).unwrap();
            installation.weir(&["nas", "set", &name, "--coa-port", &coa_port]).unwrap();
        }
        let users: Vec<(String, String)> = (0..routers.count)
            .flat_map(|router| (0..routers.sessions).map(move |session| (router, session)))
            .map(|(router, session)| routers.login(router, session))
            .map(|login| (login.clone(), format!("pw-{login}")))
            .collect();
        installation.import_services(&users).unwrap();
        let server = installation.serve().unwrap();
        let patient = |settings| dial::Settings { tries: LOGIN_TRIES, ..settings };
        let settings = routers.settings().unwrap().into_iter().map(patient).collect();
        let fleet = Fleet::start(settings, 2).unwrap();
        let all = users.len() as u64;
        let started = fleet.wait(PATIENCE, |seen| seen.started() == all);
        assert!(started, "{} of {all}", fleet.look(Seen::started));
        assert_eq!(fleet.look(|seen| seen.routers.iter().map(|it| it.outside).sum::<u64>()), 0);
        Self { installation, server, routers, fleet }
    }

    /// All sessions say that they have used more than there is.
    fn cross(&self) {
        let Routers { count, sessions, .. } = self.routers;
        let each = SPREAD / sessions / count;
        let places =
            (0..sessions).flat_map(|session| (0..count).map(move |router| (router, session)));
        for (turn, (router, session)) in (0..).zip(places) {
            self.fleet.report_after(each * turn, router as usize, session, [7, USED]);
        }
    }

    /// A few at a time, as an operator's billing would do it.
    fn top_up_every_second(&self) {
        std::thread::scope(|scope| {
            for part in 0..4 {
                scope.spawn(move || {
                    let of_part = (0..self.routers.count).filter(|router| router % 4 == part);
                    for router in of_part {
                        for session in (0..self.routers.sessions).filter(|it| is_topped_up(*it)) {
                            let login = self.routers.login(router, session);
                            let top_up = ["service", "top-up", &login, "--data", "10GB"];
                            self.installation.weir(&top_up).unwrap();
                        }
                    }
                });
            }
        });
    }

    /// All sessions, with the places they have in their routers.
    fn numbered(&self) -> Vec<(u32, SessionReport)> {
        let of = |router| (0..).zip(self.fleet.sessions(router));
        (0..self.fleet.len()).flat_map(of).collect()
    }

    /// The logins of sessions for which a request was not answered, once for each.
    fn unanswered(&self) -> Vec<String> {
        let shown = self.installation.weir_json(&["coa", "show", "--last", "100000"]).unwrap();
        let steps = shown.as_array().unwrap().iter();
        let unanswered = steps.filter(|step| step["step"] == "coa not answered");
        unanswered.map(|step| step["login"].as_str().unwrap().to_owned()).collect()
    }

    fn sessions(&self) -> Vec<SessionReport> {
        self.numbered().into_iter().map(|(_, session)| session).collect()
    }

    /// Waits until every session has what it should and the server knows; how long that took.
    fn await_wishes(&self, began: &Instant) -> Duration {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let outdated = self
                .numbered()
                .into_iter()
                .find(|(number, session)| session.has.rate_limit.as_deref() != Some(wish(*number)));
            let Some(outdated) = outdated else {
                let settled = began.elapsed();
                self.await_confirmations();
                return settled;
            };
            let waiting = self.waiting();
            assert!(Instant::now() < deadline, "{outdated:?}, {} wait", waiting.len());
        }
    }

    /// Waits until the server has nothing left to ask for.
    fn await_confirmations(&self) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let waiting = self.waiting();
            if waiting.is_empty() {
                return;
            }
            assert!(Instant::now() < deadline, "{} wait, as {}", waiting.len(), waiting[0]);
        }
    }

    fn waiting(&self) -> Vec<serde_json::Value> {
        let list = self.installation.weir_json(&["coa", "list"]).unwrap();
        list.as_array().unwrap().clone()
    }

    /// Waits until the store has so many steps of this kind, and no more.
    fn await_steps(&self, step: &str, count: u64) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let shown = self.installation.weir_json(&["coa", "show", "--last", "100000"]).unwrap();
            let shown = shown.as_array().unwrap();
            let found = shown.iter().filter(|line| line["step"] == step).count() as u64;
            if found == count {
                return;
            }
            assert!(found < count && Instant::now() < deadline, "{found} of {count} {step}");
        }
    }

    fn arrivals(&self) -> usize {
        self.fleet.look(|seen| seen.routers.iter().map(|router| router.arrivals.len()).sum())
    }

    /// Hears of every session again, and asks for nothing any more.
    fn assert_quiet(&self) {
        let before = self.arrivals();
        let acknowledged = self.fleet.look(Seen::acknowledged);
        let Routers { count, sessions, .. } = self.routers;
        for router in 0..count as usize {
            for session in 0..sessions {
                self.fleet.report(router, session, 7, USED + 1);
            }
        }
        let all = acknowledged + u64::from(count * sessions);
        assert!(self.fleet.wait(PATIENCE, |seen| seen.acknowledged() >= all));
        self.await_confirmations();
        assert_eq!(self.arrivals(), before);
    }

    fn assert_none_refused(&self) {
        let refused = self.fleet.look(|seen| {
            let arrivals = seen.routers.iter().flat_map(|router| &router.arrivals);
            let is_fine = |answer| matches!(answer, Answer::Acknowledged | Answer::Repeated);
            arrivals.clone().find(|arrival| !is_fine(arrival.answer)).cloned()
        });
        assert_eq!(refused, None);
        assert_eq!(self.fleet.look(Seen::disconnects), 0);
    }
}

/// Of what took so long, the shortest first.
fn percentiles(sorted: &[Duration]) -> String {
    let at = |part: usize| sorted[(sorted.len() * part / 100).min(sorted.len() - 1)];
    format!(
        "from Interim-Update to CoA-Request: p50 {:?}, p99 {:?}, max {:?}",
        at(50),
        at(99),
        at(100)
    )
}
