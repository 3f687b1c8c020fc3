//! hostapd as the NAS of a wired 802.1X port, wpa_supplicant as the subscriber behind it, against
//! `weir serve`: EAP-MD5, the accounting of the session, and its end by RFC 5176, asked for by a test
//! and by the server.
//!
//! The port is a pair of virtual Ethernet interfaces: hostapd holds one end, the supplicant the
//! other, in a network namespace of its own. That takes root; without it the test says so and
//! does not run, except under `CI=true`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod disconnect;
mod enforced;
mod port;

use std::time::{Duration, Instant};

use conformance::Installation;
use port::Port;

const WEIR: &str = env!("CARGO_BIN_EXE_weir-under-test");
const LOGIN: &str = "alice@example";
const PASSWORD: &str = "correct horse";

/// Acct-Terminate-Cause of who leaves by himself (RFC 2866 section 5.10).
const USER_REQUEST: u32 = 1;

/// How long anything may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_session_of_a_wired_port_is_authenticated_and_accounted() {
    let Some(port) = Port::open() else { return };
    let installation = installation();
    let server = installation.serve().unwrap();
    let hostapd = port.hostapd(&installation, "");
    hostapd.wait_for("AP-ENABLED");

    let supplicant = port.supplicant(installation.path(), PASSWORD);
    supplicant.wait_for("CTRL-EVENT-EAP-SUCCESS");
    supplicant.wait_for("CTRL-EVENT-CONNECTED");
    let attempt = attempt(&installation, "accepted");
    assert_eq!(attempt["method"], "eap_md5", "{attempt}");
    assert_eq!(attempt["reason"], "ok", "{attempt}");
    assert_eq!(attempt["nas"], "loopback", "{attempt}");

    let started = wait_until("the Start in the store", || session(&installation));
    assert_eq!(started["login"], LOGIN, "{started}");
    assert_eq!(started["plan"], "wired", "the Class came back: {started}");
    assert_eq!(started["calling_station_id"], attempt["calling_station_id"]);
    assert!(started["ended_at_unix_ms"].is_null(), "{started}");

    let seen_at = |session: &serde_json::Value| session["last_seen_at_unix_ms"].as_i64().unwrap();
    let reported = wait_until("an Interim-Update in the store", || {
        session(&installation).filter(|now| seen_at(now) > seen_at(&started))
    });
    assert_eq!(reported["id"], started["id"]);
    assert!(reported["ended_at_unix_ms"].is_null(), "{reported}");

    port.log_off(installation.path());
    let ended = wait_until("the Stop in the store", || {
        session(&installation).filter(|now| !now["ended_at_unix_ms"].is_null())
    });
    assert_eq!(ended["id"], started["id"]);
    assert_eq!(ended["terminate_cause"], USER_REQUEST, "{ended}");

    // The log-in took more than one request, and is one line in the log.
    let log = installation.weir_json(&["auth-log"]).unwrap();
    let accepted = |attempt: &&serde_json::Value| attempt["outcome"] == "accepted";
    assert_eq!(log.as_array().unwrap().iter().filter(accepted).count(), 1, "{log}");
    assert_eq!(counter(&installation, "access accepts"), 1);
    assert!(counter(&installation, "access challenges") >= 1);
    assert_eq!(counter(&installation, "not answerable"), 0);
    assert_eq!(counter(&installation, "accounting not understood"), 0);
    drop((supplicant, hostapd));
    server.stop().unwrap();
}

#[test]
fn a_wrong_password_is_refused_and_the_log_says_why() {
    let Some(port) = Port::open() else { return };
    let installation = installation();
    let _server = installation.serve().unwrap();
    let hostapd = port.hostapd(&installation, "");
    hostapd.wait_for("AP-ENABLED");
    let supplicant = port.supplicant(installation.path(), "correct house");
    supplicant.wait_for("CTRL-EVENT-EAP-FAILURE");
    let attempt = attempt(&installation, "rejected");
    assert_eq!(attempt["reason"], "wrong_password", "{attempt}");
    assert_eq!(attempt["method"], "eap_md5", "{attempt}");
    assert_eq!(session(&installation), None);
}

/// An installation with a plan that leaves the interval of Interim-Updates to hostapd, which is
/// told one second, where RADIUS has a minute at least.
fn installation() -> Installation {
    let installation = Installation::create(WEIR).unwrap();
    installation.weir(&["plan", "add", "wired"]).unwrap();
    let service = ["service", "add", LOGIN, "--plan", "wired", "--password", PASSWORD];
    installation.weir(&service).unwrap();
    installation
}

/// The one session in the store, if there is one.
fn session(installation: &Installation) -> Option<serde_json::Value> {
    let sessions = installation.weir_json(&["sessions", "--all"]).unwrap();
    let sessions = sessions.as_array().unwrap();
    assert!(sessions.len() <= 1, "{sessions:?}");
    sessions.first().cloned()
}

/// The newest line of the authentication log with this outcome, once it is there.
fn attempt(installation: &Installation, outcome: &str) -> serde_json::Value {
    wait_until("the log-in in the authentication log", || {
        let log = installation.weir_json(&["auth-log", "--login", LOGIN]).unwrap();
        log.as_array()?.iter().find(|attempt| attempt["outcome"] == outcome).cloned()
    })
}

fn counter(installation: &Installation, name: &str) -> u64 {
    let status = installation.weir_json(&["status"]).unwrap();
    let counters = status["counters"].as_array().unwrap();
    counters.iter().find(|pair| pair[0] == name).unwrap()[1].as_u64().unwrap()
}

/// Asks until there is an answer; asking takes its time, since it looks into a store.
fn wait_until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what} did not come in {PATIENCE:?}");
    }
}
