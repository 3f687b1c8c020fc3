//! One-time codes over UDP through `weir serve`, with what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    dead_code,
    unreachable_pub,
    reason = "a test fails by panicking, and uses a part of what tests share"
)]

mod support;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aaa_engine::auth::{CodeDigits, CodeHash, CodeSecret, CodeStep};
use radius_proto::{AttributeType, Code};
use support::{Answer, Installation, SECRET, Server, access_request_with, exchange};

/// The secret of RFC 6238 appendix B.
const BASE32: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// The code of the step that is so many after this one.
fn code(steps: i64) -> String {
    let secret =
        CodeSecret::new(*b"12345678901234567890", CodeHash::Sha1, CodeDigits::Six).unwrap();
    let unix_s = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    secret.code(CodeStep(unix_s / 30 + steps)).to_string()
}

fn state(server: &Server) -> Vec<u8> {
    let challenge = server.log_in("ann", "opensesame");
    assert_eq!(challenge.code(), Code::ACCESS_CHALLENGE);
    assert_eq!(
        challenge.packet().first(AttributeType::REPLY_MESSAGE),
        Some(&b"One-time code:"[..])
    );
    challenge.packet().first(AttributeType::STATE).unwrap().to_vec()
}

fn answer(server: &Server, code: &str, state: &[u8]) -> Answer {
    let request = access_request_with("ann", code, SECRET, &[(AttributeType::STATE, state)]);
    Answer::of(exchange(server.authentication, &request, SECRET).unwrap())
}

/// The reason in the authentication log of the last log-in, once it has got there.
#[track_caller]
fn last_reason(installation: &Installation, code: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let said = installation.weir(&["auth-log", "--json"]).well().out;
        let log: serde_json::Value = serde_json::from_str(&said).unwrap();
        let last = log.as_array().and_then(|entries| entries.last()).cloned().unwrap_or_default();
        if last["reason"] == code {
            return;
        }
        assert!(Instant::now() < deadline, "no {code} in {said}");
        std::thread::yield_now();
    }
}

#[test]
fn a_code_is_asked_for_and_serves_once_also_after_a_crash() {
    let installation = Installation::with_subscriber();
    let said = installation.weir(&["one-time-code", "enable", "ann", "--secret", BASE32]).well();
    let uri = format!("otpauth://totp/Weir:ann?secret={BASE32}&issuer=Weir&algorithm=SHA1");
    assert!(said.out.starts_with(&uri), "{said:?}");
    let explained = installation.weir(&["explain", "ann"]).well().out;
    assert!(explained.contains("one of 6 digits would be asked for"), "{explained}");
    assert!(explained.contains("if the password and the one-time code are right"), "{explained}");

    let server = installation.serve();
    assert_eq!(server.log_in("ann", "opensesame?").code(), Code::ACCESS_REJECT);
    last_reason(&installation, "wrong_password");
    let asked = state(&server);
    assert_eq!(answer(&server, "000000", &asked).code(), Code::ACCESS_REJECT);
    last_reason(&installation, "wrong_code");
    let mut forged = asked.clone();
    forged[15] ^= 1;
    assert_eq!(answer(&server, &code(0), &forged).code(), Code::ACCESS_REJECT);
    last_reason(&installation, "code_out_of_turn");

    // The next one, so that it is right for another minute.
    let next = code(1);
    assert_eq!(answer(&server, &next, &asked).code(), Code::ACCESS_ACCEPT);
    last_reason(&installation, "ok");
    assert_eq!(answer(&server, &next, &state(&server)).code(), Code::ACCESS_REJECT);
    last_reason(&installation, "code_used");
    assert_eq!(server.log_in("ann", &format!("opensesame{next}")).code(), Code::ACCESS_REJECT);
    last_reason(&installation, "code_used");
    // Killed, not stopped: what was in the journal is enough.
    drop(server);
    let server = installation.serve();
    assert_eq!(answer(&server, &next, &asked).code(), Code::ACCESS_REJECT);
    last_reason(&installation, "code_used");

    let shown = installation.weir(&["one-time-code", "show", "ann"]).well().out;
    assert!(shown.contains("6 digits (sha1); the latest that was used is of"), "{shown}");
    installation.weir(&["one-time-code", "disable", "ann"]).well();
    assert_eq!(server.log_in("ann", "opensesame").code(), Code::ACCESS_ACCEPT);
}

#[test]
fn a_code_stands_behind_the_password_where_nobody_can_be_asked() {
    let installation = Installation::with_subscriber();
    installation.configure("#lock_out_failures = 0", "lock_out_failures = 2");
    let server = installation.serve();
    let enable = ["one-time-code", "enable", "ann", "--secret-stdin"];
    let said = installation.weir_reading(&enable, "gezd gnbv gy3t qojq gezd gnbv gy3t qojq\n");
    assert!(said.well().out.contains(BASE32));
    let both = format!("opensesame{}", code(0));
    assert_eq!(server.log_in("ann", &both).code(), Code::ACCESS_ACCEPT);
    for wrong in ["opensesame000000", "opensesame111111"] {
        assert_eq!(server.log_in("ann", wrong).code(), Code::ACCESS_REJECT);
    }
    last_reason(&installation, "wrong_code");
    assert_eq!(server.log_in("ann", "opensesame").code(), Code::ACCESS_REJECT);
    last_reason(&installation, "locked_out");
}

#[test]
fn what_cannot_be_a_secret_or_would_be_lost_is_refused() {
    let installation = Installation::with_subscriber();
    let device = "00:00:5E:00:53:0A";
    installation.weir(&["service", "add", device, "--plan", "home", "--by-mac"]).well();
    let enable =
        |arguments: &[&str]| installation.weir(&[&["one-time-code", "enable"], arguments].concat());
    enable(&["ann", "--secret", "no base32!"]).refused(1, &["the secret is no base32"]);
    enable(&["ann", "--secret", "GEZDGNBV"]).refused(1, &["5 octets", "10 to 64"]);
    enable(&[device]).refused(1, &["logs in by its MAC address"]);
    enable(&["nobody"]).refused(1, &["nobody"]);
    enable(&["ann"]).well();
    enable(&["ann"]).refused(1, &["has one-time codes already", "--replace"]);
    let again = enable(&["ann", "--replace", "--digits", "8", "--hash", "sha256"]).well();
    assert!(again.out.contains("algorithm=SHA256&digits=8&period=30"), "{again:?}");
    installation.weir(&["one-time-code", "disable", device]).refused(1, &["no one-time codes"]);
}
