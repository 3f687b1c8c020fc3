//! One-time codes behind a password: whole log-ins, packet by packet.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use core::num::NonZeroU16;
use std::sync::Arc;

use aaa_engine::auth::{
    CodeDigits, CodeHash, CodeSecret, CodeStep, Credential, chap_response, mschap,
};
use aaa_engine::ports::{Nas, OneTimeCodes, SealedCredential};
use aaa_engine::{
    AccessReply, Activity, Check, ClassKey, Dialects, Engine, EngineSettings, Identifier, Known,
    LineIdentifier, LineKind, LockOut, Outcome, Question, Reason,
};
use common::*;
use entitlement::{Standing, Timestamp};
use radius_proto::{AttributeType, Code, Packet};

const PASSWORD: &str = "correct horse";

struct Network {
    engine: Engine,
    directory: Memory,
    activity: Activity,
}

impl Network {
    fn new(credential: Credential) -> Self {
        Self::with_settings(credential, |_| ())
    }

    fn with_settings(credential: Credential, change: impl FnOnce(&mut EngineSettings)) -> Self {
        let mut settings = settings();
        change(&mut settings);
        let mut directory = Memory::with("alice", credential, entitlement(terms()));
        directory.code_secret = Some(
            CodeSecret::new(*b"12345678901234567890", CodeHash::Sha1, CodeDigits::Six).unwrap(),
        );
        let engine = Engine::new(settings, Dialects::builtin());
        let mut network = Self { engine, directory, activity: Activity::new() };
        network.stored(None);
        network
    }

    fn alice() -> Self {
        Self::new(Credential::clear_text(PASSWORD))
    }

    fn service(&mut self) -> &mut aaa_engine::ports::Service {
        &mut self.directory.services.get_mut(&b"alice"[..]).unwrap().0
    }

    /// The store knows this step as the latest used.
    fn stored(&mut self, last_step: Option<CodeStep>) {
        let secret = SealedCredential(Arc::from(*b"sealed"));
        self.service().one_time_codes = Some(Arc::new(OneTimeCodes { secret, last_step }));
    }

    fn code_at(&self, now: Timestamp) -> String {
        self.directory.code_secret.as_ref().unwrap().code(CodeStep::at(now)).to_string()
    }

    fn code(&self) -> String {
        self.code_at(NOW)
    }

    fn ask(&self, nas_id: i64, login: &str, password: &str, now: Timestamp) -> Vec<u8> {
        let request = pap(login, password);
        let (reply, octets) =
            reply_at(&self.engine, &self.directory, &self.activity, &nas(nas_id), &request, now);
        assert!(matches!(reply, AccessReply::Challenge { .. }), "{reply:?}");
        octets
    }

    /// Gives the right password and gets the State of the question.
    fn state(&self) -> Vec<u8> {
        let octets = self.ask(1, "alice", PASSWORD, NOW);
        Packet::parse(&octets).unwrap().first(AttributeType::STATE).unwrap().to_vec()
    }

    fn end(&self, nas_id: i64, request: &[u8], now: Timestamp) -> Answered {
        answer_at(&self.engine, &self.directory, &self.activity, &nas(nas_id), request, now)
    }

    fn gives(&self, state: &[u8], code: &str, now: Timestamp) -> Answered {
        self.end(1, &pap_with("alice", code, &[(AttributeType::STATE, state)]), now)
    }

    /// The whole log-in with this code.
    fn log_in(&self, code: &str) -> Answered {
        self.gives(&self.state(), code, NOW)
    }
}

#[track_caller]
fn assert_refused(answered: &Answered, reason: Reason) {
    assert_eq!(answered.decision.attempt.reason, reason);
    assert_eq!(answered.packet().code(), Code::ACCESS_REJECT);
}

#[test]
fn the_right_password_is_asked_for_a_code_and_the_right_code_is_let_in() {
    let network = Network::alice();
    let octets = network.ask(1, "alice", PASSWORD, NOW);
    let challenge = Packet::parse(&octets).unwrap();
    assert_eq!(challenge.code(), Code::ACCESS_CHALLENGE);
    assert_eq!(challenge.first(AttributeType::REPLY_MESSAGE), Some(&b"One-time code:"[..]));
    assert_eq!(challenge.first(AttributeType::SESSION_TIMEOUT), Some(&[0, 0, 0, 120][..]));
    let state = challenge.first(AttributeType::STATE).unwrap();
    let accepted = network.gives(state, &network.code(), NOW);
    assert_eq!(accepted.packet().code(), Code::ACCESS_ACCEPT);
    assert_eq!(accepted.decision.attempt.learned.code_step, Some(CodeStep::at(NOW)));
    assert!(accepted.packet().first(AttributeType::CLASS).is_some());
    // With the space that an authenticator shows in the middle.
    let later = NOW.plus_s(60);
    let (head, tail) =
        (network.code_at(later)[..3].to_owned(), network.code_at(later)[3..].to_owned());
    let spaced = network.gives(state, &format!("{head} {tail}"), later);
    assert_eq!(spaced.decision.attempt.reason, Reason::Ok);
}

#[test]
fn a_wrong_password_is_asked_for_nothing() {
    let network = Network::alice();
    for password in ["correct house", "", "287082"] {
        let refused = network.end(1, &pap("alice", password), NOW);
        assert_eq!(refused.packet().code(), Code::ACCESS_REJECT, "{password}");
    }
    let unknown = network.end(1, &pap("mallory", PASSWORD), NOW);
    assert_refused(&unknown, Reason::UnknownLogin);
}

#[test]
fn a_code_serves_within_a_step_of_its_own_and_once_only() {
    for late_s in [-30, 0, 30] {
        let network = Network::alice();
        let accepted = network.log_in(&network.code_at(NOW.plus_s(late_s)));
        assert_eq!(accepted.decision.attempt.reason, Reason::Ok, "{late_s} s");
    }
    let network = Network::alice();
    for late_s in [-60, 60] {
        assert_refused(&network.log_in(&network.code_at(NOW.plus_s(late_s))), Reason::WrongCode);
    }
    assert_eq!(network.log_in(&network.code()).decision.attempt.reason, Reason::Ok);
    assert_refused(&network.log_in(&network.code()), Reason::CodeUsed);
    assert_refused(&network.log_in(&network.code_at(NOW.plus_s(-30))), Reason::CodeUsed);
    assert_eq!(
        network.log_in(&network.code_at(NOW.plus_s(30))).decision.attempt.reason,
        Reason::Ok
    );
}

#[test]
fn a_code_that_the_store_knows_as_used_is_used_after_a_restart() {
    let mut network = Network::alice();
    network.stored(Some(CodeStep::at(NOW)));
    assert_refused(&network.log_in(&network.code()), Reason::CodeUsed);
    network.stored(Some(CodeStep(CodeStep::at(NOW).0 - 1)));
    assert_eq!(network.log_in(&network.code()).decision.attempt.reason, Reason::Ok);
}

#[test]
fn a_code_that_a_start_finds_in_the_journal_is_used() {
    let mut network = Network::alice();
    let accepted = network.log_in(&network.code());
    network.activity = Activity::new();
    network.activity.restore_learned(&accepted.decision.attempt);
    assert_refused(&network.log_in(&network.code()), Reason::CodeUsed);
}

#[test]
fn a_line_is_asked_for_no_code() {
    let mut network = Network::alice();
    let line = LineIdentifier::new(LineKind::Port, None, b"ge-0/0/1:7").unwrap();
    network.directory.identifiers.insert(Identifier::Line(line), b"alice".to_vec());
    let by_line = Nas { identify: "port, user-name".parse().unwrap(), ..nas(1) };
    let log_in = |port: &[u8]| {
        let request = pap_with("alice", PASSWORD, &[(AttributeType::NAS_PORT_ID, port)]);
        let (engine, directory) = (&network.engine, &network.directory);
        reply_at(engine, directory, &network.activity, &by_line, &request, NOW).0
    };
    assert!(matches!(log_in(b"ge-0/0/1:7"), AccessReply::Decision(_)));
    assert!(matches!(log_in(b"ge-0/0/1:8"), AccessReply::Challenge { .. }));
}

#[test]
fn of_many_at_once_with_one_code_one_is_let_in() {
    let network = Network::alice();
    let (state, code) = (network.state(), network.code());
    let accepted = std::thread::scope(|scope| {
        let tries: Vec<_> =
            (0..8).map(|_| scope.spawn(|| network.gives(&state, &code, NOW))).collect();
        let outcomes = tries.into_iter().map(|one| one.join().unwrap().decision.attempt.outcome);
        outcomes.filter(|outcome| *outcome == Outcome::Accepted).count()
    });
    assert_eq!(accepted, 1);
}

#[test]
fn a_code_is_used_up_by_a_log_in_that_a_rule_refuses() {
    let mut network = Network::alice();
    network.service().entitlement.standing = Standing::Terminated;
    let refused = network.log_in(&network.code());
    assert_refused(&refused, Reason::Terminated);
    assert_eq!(refused.decision.attempt.learned.code_step, Some(CodeStep::at(NOW)));
    network.service().entitlement.standing = Standing::Active;
    assert_refused(&network.log_in(&network.code()), Reason::CodeUsed);
}

#[test]
fn the_state_must_be_ours_and_young_and_of_this_login_and_nas() {
    let mut network = Network::alice();
    let bob = entitlement(terms());
    network.directory.add(8, "bob", Ok(Credential::clear_text("b")), bob);
    let codes = network.service().one_time_codes.clone();
    network.directory.services.get_mut(&b"bob"[..]).unwrap().0.one_time_codes = codes;
    let (state, code) = (network.state(), network.code());
    let mut forged = state.clone();
    forged[12] ^= 1;
    let elsewhere = Network::with_settings(Credential::clear_text(PASSWORD), |settings| {
        settings.class_key = ClassKey::new([43; 16]).unwrap();
    });
    for state in [&forged, &elsewhere.state(), &b"\x01".to_vec()] {
        assert_refused(&network.gives(state, &code, NOW), Reason::CodeOutOfTurn);
    }
    let with_state = |nas_id, login: &str| {
        network.end(nas_id, &pap_with(login, &code, &[(AttributeType::STATE, &state)]), NOW)
    };
    assert_refused(&with_state(2, "alice"), Reason::CodeOutOfTurn);
    assert_refused(&with_state(1, "bob"), Reason::CodeOutOfTurn);
    // The password with it proves nothing either: it was asked for the code.
    assert_refused(&network.gives(&state, PASSWORD, NOW), Reason::WrongCode);
    let late = NOW.plus_s(121);
    assert_refused(&network.gives(&state, &network.code_at(late), late), Reason::CodeTooLate);
    let in_time = NOW.plus_s(120);
    let accepted = network.gives(&state, &network.code_at(in_time), in_time);
    assert_eq!(accepted.decision.attempt.reason, Reason::Ok);
}

#[test]
fn wrong_codes_lock_the_login_and_the_right_password_does_not_undo_it() {
    let failures = NonZeroU16::new(3).unwrap();
    let lock_out = Some(LockOut { failures, within_s: 60, locked_s: 60 });
    let network = Network::with_settings(Credential::clear_text(PASSWORD), |settings| {
        settings.lock_out = lock_out;
    });
    for _ in 0..3 {
        assert_refused(&network.log_in("000000"), Reason::WrongCode);
    }
    let locked = network.end(1, &pap("alice", PASSWORD), NOW);
    assert_refused(&locked, Reason::LockedOut);
    // Where nobody asked for it, ten in a row do.
    let network = Network::alice();
    let state = network.state();
    for _ in 0..10 {
        assert_refused(&network.gives(&state, "000000", NOW), Reason::WrongCode);
    }
    assert_refused(&network.gives(&state, &network.code(), NOW), Reason::LockedOut);
    let strangers = Network::alice();
    for _ in 0..20 {
        assert_refused(&strangers.end(1, &pap("alice", "guess"), NOW), Reason::WrongPassword);
    }
    assert_eq!(strangers.log_in(&strangers.code()).decision.attempt.reason, Reason::Ok);
}

#[test]
fn explain_says_that_a_login_is_locked_that_is_asked_for_codes_no_more() {
    let mut network = Network::alice();
    for _ in 0..10 {
        assert_refused(&network.log_in("000000"), Reason::WrongCode);
    }
    network.service().one_time_codes = None;
    assert_refused(&network.end(1, &pap("alice", PASSWORD), NOW), Reason::LockedOut);
    let (nas, request) = (nas(1), pap("alice", ""));
    let request = Packet::parse(&request).unwrap();
    let question = Question { nas: &nas, request: &request, at: NOW };
    let known = Known { directory: &network.directory, activity: &network.activity };
    let explanation = network.engine.explain(known, &question, &mut [0; 4096]).unwrap();
    assert_eq!(explanation.reason, Reason::LockedOut);
    let is_locked = |check: &Check| matches!(check, Check::LockOut { until: Some(_) });
    assert!(explanation.checks.iter().any(is_locked), "{:?}", explanation.checks);
}

#[test]
fn a_lock_out_for_passwords_makes_codes_no_easier_to_guess() {
    let failures = NonZeroU16::new(5).unwrap();
    let network = Network::with_settings(Credential::clear_text(PASSWORD), |settings| {
        settings.lock_out = Some(LockOut { failures, within_s: 60, locked_s: 60 });
    });
    let wrong = |password: &str, after_s| {
        network.end(1, &pap("alice", password), NOW.plus_s(after_s)).decision.attempt.reason
    };
    // Too slowly for the one, with a wrong password between that begins its row anew.
    let guess = format!("{PASSWORD}000000");
    for round in 0..3 {
        let tries = if round < 2 { 4 } else { 2 };
        for _ in 0..tries {
            assert_eq!(wrong(&guess, round * 100), Reason::WrongCode);
        }
        assert_eq!(
            wrong("guess", round * 100 + 61),
            if round < 2 { Reason::WrongPassword } else { Reason::LockedOut }
        );
    }
    assert_eq!(wrong(&guess, 200 + 3_599), Reason::LockedOut);
    assert_eq!(wrong(&guess, 200 + 3_600), Reason::WrongCode);
}

#[test]
fn a_code_may_stand_behind_the_password() {
    for credential in
        [Credential::clear_text(PASSWORD), Credential::NtHash(mschap::nt_hash(PASSWORD))]
    {
        let network = Network::new(credential);
        let both = |code: &str| network.end(1, &pap("alice", &format!("{PASSWORD}{code}")), NOW);
        assert_refused(&both("000000"), Reason::WrongCode);
        assert_refused(&both("00000"), Reason::WrongPassword);
        assert_refused(&both("x00000"), Reason::WrongPassword);
        assert_eq!(both(&network.code()).decision.attempt.reason, Reason::Ok);
        assert_refused(&both(&network.code()), Reason::CodeUsed);
        assert_refused(&network.end(1, &pap("alice", &network.code()), NOW), Reason::WrongPassword);
    }
}

#[test]
fn other_methods_bring_no_code_and_say_so_once_the_password_is_right() {
    let network = Network::alice();
    let chap = |password: &str| {
        let response = chap_response(9, password.as_bytes(), &REQUEST_AUTHENTICATOR);
        let value = [&[9][..], &response].concat();
        let request = access_request(|writer| {
            writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
            writer.attribute(AttributeType::CHAP_PASSWORD, &value).unwrap();
        });
        network.end(1, &request, NOW)
    };
    let (right, wrong) = (chap(PASSWORD), chap("correct house"));
    assert_refused(&right, Reason::CodeMissing);
    assert_refused(&wrong, Reason::WrongPassword);
    assert_eq!(right.octets, wrong.octets, "nobody learns that the password was right");
}

#[test]
fn a_secret_that_does_not_open_lets_nobody_in() {
    let mut network = Network::alice();
    network.directory.code_secret = None;
    let refused = network.end(1, &pap("alice", PASSWORD), NOW);
    assert_refused(&refused, Reason::CredentialKeyMissing);
}

#[test]
fn explain_says_that_a_code_would_be_asked_for() {
    let network = Network::alice();
    let nas = nas(1);
    let request = pap("alice", "");
    let request = Packet::parse(&request).unwrap();
    let question = Question { nas: &nas, request: &request, at: NOW };
    let known = Known { directory: &network.directory, activity: &network.activity };
    let explanation = network.engine.explain(known, &question, &mut [0; 4096]).unwrap();
    assert_eq!(explanation.outcome, Outcome::Accepted);
    assert!(explanation.assumes_password && explanation.assumes_code);
    let secret = Ok((CodeHash::Sha1, CodeDigits::Six));
    let is_asked = |check: &Check| matches!(check, Check::OneTimeCode { secret: found, is_possible: true } if *found == secret);
    assert!(explanation.checks.iter().any(is_asked), "{:?}", explanation.checks);
    // It asked nobody and used nothing up.
    assert_eq!(network.log_in(&network.code()).decision.attempt.reason, Reason::Ok);
}
