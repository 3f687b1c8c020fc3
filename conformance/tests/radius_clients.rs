//! radclient, radtest and pyrad against `weir serve`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use conformance::{Installation, Peer, SECRET, Server};

const WEIR: &str = env!("CARGO_BIN_EXE_weir-under-test");
const PASSWORD: &str = "correct horse";

fn serving() -> (Installation, Server) {
    let installation = Installation::create(WEIR).unwrap();
    installation.add_service("alice@example", PASSWORD).unwrap();
    let server = installation.serve().unwrap();
    (installation, server)
}

/// What radclient printed: the reply with its attributes, and whether it liked it.
fn radclient(
    program: &Path,
    to: std::net::SocketAddr,
    kind: &str,
    secret: &str,
    pairs: &str,
) -> String {
    let mut client = Command::new(program)
        .args(["-x", "-r", "1", "-t", "5", &to.to_string(), kind, secret])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    client.stdin.take().unwrap().write_all(pairs.as_bytes()).unwrap();
    let output = client.wait_with_output().unwrap();
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn last_attempt(installation: &Installation) -> serde_json::Value {
    // The log-in was answered before its line was in the store: ask until it is.
    for _ in 0..500 {
        let log = installation.weir_json(&["auth-log", "--last", "1"]).unwrap();
        if let Some(line) = log.as_array().and_then(|lines| lines.first()) {
            return line.clone();
        }
    }
    panic!("the log-in never reached the authentication log");
}

#[test]
fn radclient_logs_in_with_every_method_and_gets_the_plan() {
    let Some(program) = Peer::Radclient.find() else { return };
    let (installation, server) = serving();
    for credential in [
        format!("User-Password = \"{PASSWORD}\""),
        format!("CHAP-Password = \"{PASSWORD}\""),
        format!("MS-CHAP-Password = \"{PASSWORD}\""),
        format!("User-Password = \"{PASSWORD}\", Message-Authenticator = 0x00"),
        format!("CHAP-Password = \"{PASSWORD}\", Message-Authenticator = 0x00"),
    ] {
        let pairs = format!("User-Name = \"alice@example\", {credential}\n");
        let printed = radclient(&program, installation.authentication(), "auth", SECRET, &pairs);
        assert!(printed.contains("Received Access-Accept"), "{credential}: {printed}");
        assert!(printed.contains("Mikrotik-Rate-Limit = \"2M/10M\""), "{printed}");
        assert!(printed.contains("Framed-Pool = \"subscribers\""), "{printed}");
        assert!(printed.contains("Acct-Interim-Interval = 60"), "{printed}");
        assert!(printed.contains("Class = 0x"), "{printed}");
        let attributes = printed.split("Received Access-Accept").nth(1).unwrap();
        let first = attributes.lines().nth(1).unwrap();
        assert!(first.contains("Message-Authenticator"), "the first attribute is {first}");
    }
    server.stop().unwrap();
}

/// The one-time code of this moment, by another implementation than ours.
fn one_time_code(python: &Path, secret: &str) -> String {
    let script = "import base64, hmac, struct, sys, time\n\
                  key = base64.b32decode(sys.argv[1])\n\
                  tag = hmac.digest(key, struct.pack('>Q', int(time.time()) // 30), 'sha1')\n\
                  at = tag[19] & 15\n\
                  number = struct.unpack('>I', tag[at:at + 4])[0] & 0x7fffffff\n\
                  print('%06d' % (number % 1000000))";
    let output = Command::new(python).args(["-c", script, secret]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn radclient_is_asked_for_a_one_time_code_and_passes_the_state_on() {
    let (Some(program), Some(python)) = (Peer::Radclient.find(), Peer::Pyrad.find()) else {
        return;
    };
    let (installation, _server) = serving();
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    installation.weir(&["one-time-code", "enable", "alice@example", "--secret", secret]).unwrap();
    let ask = |password: &str, rest: &str| {
        let pairs =
            format!("User-Name = \"alice@example\", User-Password = \"{password}\"{rest}\n");
        radclient(&program, installation.authentication(), "auth", SECRET, &pairs)
    };
    let printed = ask(PASSWORD, "");
    assert!(printed.contains("Received Access-Challenge"), "{printed}");
    assert!(printed.contains("Reply-Message = \"One-time code:\""), "{printed}");
    let state = printed.split_once("State = ").unwrap().1.split_whitespace().next().unwrap();
    let code = one_time_code(&python, secret);
    let forged = format!(", State = {}00", &state[..state.len() - 2]);
    let refused = ask(&code, if forged.ends_with(state) { ", State = 0x00" } else { &forged });
    assert!(refused.contains("Received Access-Reject"), "{refused}");
    let state = format!(", State = {state}");
    let accepted = ask(&code, &state);
    assert!(accepted.contains("Received Access-Accept"), "{accepted}");
    assert!(accepted.contains("Mikrotik-Rate-Limit = \"2M/10M\""), "{accepted}");
    let again = ask(&code, &state);
    assert!(again.contains("Received Access-Reject"), "{again}");
}

#[test]
fn a_wrong_password_is_rejected_and_the_log_says_why() {
    let Some(program) = Peer::Radclient.find() else { return };
    let (installation, _server) = serving();
    for (attribute, method) in
        [("User-Password", "pap"), ("CHAP-Password", "chap"), ("MS-CHAP-Password", "mschapv1")]
    {
        let login = format!("{method}@example");
        installation.add_service(&login, PASSWORD).unwrap();
        let pairs = format!("User-Name = \"{login}\", {attribute} = \"wrong\"\n");
        let printed = radclient(&program, installation.authentication(), "auth", SECRET, &pairs);
        assert!(printed.contains("Received Access-Reject"), "{attribute}: {printed}");
        let mut seen = serde_json::Value::Null;
        for _ in 0..500 {
            let log = installation.weir_json(&["auth-log", "--login", &login]).unwrap();
            seen = log[0].clone();
            if !seen.is_null() {
                break;
            }
        }
        assert_eq!(seen["reason"], "wrong_password", "{seen}");
        assert_eq!(seen["method"], method, "{seen}");
    }
}

#[test]
fn an_unknown_login_is_rejected_and_the_log_says_why() {
    let Some(program) = Peer::Radclient.find() else { return };
    let (installation, _server) = serving();
    let pairs = "User-Name = \"nobody\", User-Password = \"x\"\n";
    let printed = radclient(&program, installation.authentication(), "auth", SECRET, pairs);
    assert!(printed.contains("Received Access-Reject"), "{printed}");
    assert_eq!(last_attempt(&installation)["reason"], "unknown_login");
}

#[test]
fn radtest_logs_in_with_pap_chap_and_mschap() {
    let Some(program) = Peer::Radtest.find() else { return };
    let (installation, _server) = serving();
    for method in ["pap", "chap", "mschap"] {
        let run = |password: &str| {
            let output = Command::new(&program)
                .args(["-t", method, "-x", "alice@example", password])
                .args([&installation.authentication().to_string(), "0", SECRET])
                // Otherwise it asks the resolver for the address of this machine's name.
                .args(["0", "127.0.0.1"])
                .output()
                .unwrap();
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        assert!(run(PASSWORD).contains("Received Access-Accept"), "{method}");
        assert!(run("wrong").contains("Received Access-Reject"), "{method}");
    }
}

#[test]
fn radclient_is_told_that_the_server_is_alive() {
    let Some(program) = Peer::Radclient.find() else { return };
    let (installation, _server) = serving();
    let pairs = "Message-Authenticator = 0x00\n";
    let printed = radclient(&program, installation.authentication(), "status", SECRET, pairs);
    assert!(printed.contains("Received Access-Accept"), "{printed}");
    let printed = radclient(&program, installation.accounting(), "status", SECRET, pairs);
    assert!(printed.contains("Received Accounting-Response"), "{printed}");
}

#[test]
fn radclient_accounting_makes_a_session_that_is_seen_and_then_closed() {
    let Some(program) = Peer::Radclient.find() else { return };
    let (installation, _server) = serving();
    let send = |status: &str, counters: &str| {
        let pairs = format!(
            "User-Name = \"alice@example\", Acct-Session-Id = \"81a09556\", \
             Calling-Station-Id = \"00:0C:42:00:D4:64\", Framed-IP-Address = 10.0.0.49, \
             Acct-Status-Type = {status}{counters}\n"
        );
        let printed = radclient(&program, installation.accounting(), "acct", SECRET, &pairs);
        assert!(printed.contains("Received Accounting-Response"), "{status}: {printed}");
    };
    send("Start", "");
    send(
        "Interim-Update",
        ", Acct-Session-Time = 60, Acct-Input-Octets = 1000, Acct-Output-Octets = 5, \
         Acct-Output-Gigawords = 1",
    );
    let online = installation.weir_json(&["sessions"]).unwrap();
    assert_eq!(online.as_array().unwrap().len(), 1, "{online}");
    assert_eq!(online[0]["login"], "alice@example");
    assert_eq!(online[0]["plan"], "home");
    assert_eq!(online[0]["upload_octets"], 1000);
    assert_eq!(online[0]["download_octets"], 4_294_967_301_u64);
    send(
        "Stop",
        ", Acct-Session-Time = 61, Acct-Input-Octets = 1001, Acct-Terminate-Cause = User-Request",
    );
    assert_eq!(installation.weir_json(&["sessions"]).unwrap(), serde_json::json!([]));
}

#[test]
fn a_wrong_secret_and_an_unknown_nas_get_no_answer_and_are_listed() {
    let Some(program) = Peer::Radclient.find() else { return };
    let (installation, _server) = serving();
    let pairs = format!(
        "User-Name = \"alice@example\", CHAP-Password = \"{PASSWORD}\", Message-Authenticator = 0x00\n"
    );
    let to = installation.authentication();
    let printed = radclient(&program, to, "auth", "another-secret", &pairs);
    assert!(printed.contains("No reply from server"), "{printed}");
    let problems = installation.weir_json(&["status"]).unwrap();
    assert!(problems.to_string().contains("\"bad_authenticators\":1"), "{problems}");

    installation.weir(&["nas", "remove", "loopback"]).unwrap();
    let printed = radclient(&program, to, "auth", SECRET, &pairs);
    assert!(printed.contains("No reply from server"), "{printed}");
    let unknown = installation.weir_json(&["nas", "unknown"]).unwrap();
    assert_eq!(unknown[0]["source"], "127.0.0.1", "{unknown}");
}

#[test]
fn a_plan_changed_by_the_command_line_is_seen_by_the_next_packet() {
    let Some(program) = Peer::Radclient.find() else { return };
    let (installation, _server) = serving();
    for (download, limit) in [("20M", "2M/20M"), ("512k", "2M/512k"), ("1G", "2M/1000M")] {
        installation.weir(&["plan", "set", "home", "--download", download]).unwrap();
        let pairs = format!("User-Name = \"alice@example\", User-Password = \"{PASSWORD}\"\n");
        let printed = radclient(&program, installation.authentication(), "auth", SECRET, &pairs);
        assert!(printed.contains(&format!("Mikrotik-Rate-Limit = \"{limit}\"")), "{printed}");
    }
}

#[test]
fn pyrad_logs_in_with_pap_chap_and_mschap() {
    let Some(python) = Peer::Pyrad.find() else { return };
    let (installation, _server) = serving();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/pyrad_login.py");
    for method in ["pap", "chap", "mschapv1", "mschapv2"] {
        for (password, verdict) in [(PASSWORD, "accept"), ("wrong", "reject")] {
            let output = Command::new(&python)
                .arg(script)
                .args([&installation.authentication().port().to_string(), SECRET])
                .args([method, "alice@example", password])
                .output()
                .unwrap();
            let printed = String::from_utf8_lossy(&output.stdout);
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert_eq!(printed.trim(), verdict, "{method} {password}: {complaint}");
        }
    }
}
