//! Signatures, repeated requests and trouble, by RouterOS.

use radius_proto::{Code, Secret};

use super::super::rig::{Heard, Rig, request, text, vendor};
use super::super::{Answer, Away, Manner, Settings, Trouble};
use crate::access::AccessKind;
use crate::attributes as attr;

fn rig(trouble: Trouble) -> Rig {
    let settings =
        Settings { trouble, ..Settings::new("127.0.0.1:3799".parse().unwrap(), Manner::RouterOs) };
    let mut rig = Rig::with(settings);
    rig.online(AccessKind::Pppoe);
    rig
}

fn faster(rig: &mut Rig) -> Vec<u8> {
    let limit = vendor(attr::MIKROTIK, attr::MIKROTIK_RATE_LIMIT, "4M/20M");
    let attributes = [text(attr::USER_NAME, "s1"), rig.session_id(0), limit];
    rig.written(Code::COA_REQUEST, &attributes)
}

#[test]
fn what_proves_nothing_is_not_answered() {
    let mut rig = rig(Trouble::default());
    let right = faster(&mut rig);
    let mut spoilt: Vec<Vec<u8>> = Vec::new();
    // One octet of the authenticator, of the Message-Authenticator, of an attribute.
    for at in [4, 24, 42] {
        let mut octets = right.clone();
        octets[at] ^= 1;
        spoilt.push(octets);
    }
    spoilt.push(right[..19].to_vec());
    let name = [text(attr::USER_NAME, "s1")];
    let other = Secret::new("another").unwrap();
    spoilt.push(request(Code::COA_REQUEST, 9, false, &name, &other));
    spoilt.push(request(Code::ACCOUNTING_REQUEST, 9, false, &name, &rig.secret));
    // Signed rightly on the outside, and with a Message-Authenticator that is not.
    let mut forged = request(Code::COA_REQUEST, 9, true, &name, &rig.secret);
    forged[22..38].copy_from_slice(&[0; 16]);
    let digest = md5_of_request(&forged, b"demo secret");
    forged[4..20].copy_from_slice(&digest);
    spoilt.push(forged);
    let count = spoilt.len() as u64;
    for octets in spoilt {
        rig.hand_in(&octets);
        assert_eq!(rig.outgoing(), None);
    }
    assert_eq!((rig.responder.figures.silent, rig.sessions[0].changes), (count, 0));
    rig.hand_in(&right);
    assert_eq!(rig.answer_to(&right), Heard::Ack);
}

/// RFC 5176 §2.3, over the authenticator as zeros.
fn md5_of_request(octets: &[u8], secret: &[u8]) -> [u8; 16] {
    use md5::{Digest as _, Md5};
    Md5::new()
        .chain_update(&octets[..4])
        .chain_update([0; 16])
        .chain_update(&octets[20..])
        .chain_update(secret)
        .finalize()
        .into()
}

#[test]
fn a_request_that_comes_again_is_answered_as_before_and_not_done_again() {
    let mut rig = rig(Trouble { delay: ms(5), ..Trouble::default() });
    let octets = faster(&mut rig);
    rig.hand_in(&octets);
    assert_eq!(rig.outgoing(), None, "the router takes its time");
    // Before the answer is out, nothing more comes of it.
    rig.hand_in(&octets);
    rig.now_ms = 5;
    let answer = rig.outgoing().unwrap();
    assert_eq!(rig.outgoing(), None);
    rig.hand_in(&octets);
    rig.now_ms = 10;
    assert_eq!(rig.outgoing(), Some(answer));
    assert_eq!(rig.sessions[0].changes, 1);
    let figures = &rig.responder.figures;
    assert_eq!((figures.received, figures.repeated, figures.changes), (3, 2, 1));
    let logins: Vec<_> = rig.responder.arrivals.iter().map(|it| it.login.as_deref()).collect();
    assert_eq!(logins, [Some("s1"); 3]);
    let answers: Vec<Answer> = rig.responder.arrivals.iter().map(|it| it.answer).collect();
    assert_eq!(answers, [Answer::Acknowledged, Answer::Repeated, Answer::Repeated]);
    // The same with another identifier is another request.
    let again = faster(&mut rig);
    rig.hand_in(&again);
    assert_eq!(rig.sessions[0].changes, 2);
}

const fn ms(ms: u64) -> std::time::Duration {
    std::time::Duration::from_millis(ms)
}

#[test]
fn an_answer_that_is_lost_is_given_again_and_a_request_that_is_lost_did_nothing() {
    let mut rig = rig(Trouble { loss: 0.5, seed: 3, ..Trouble::default() });
    for _ in 0..100 {
        let octets = faster(&mut rig);
        let before = rig.sessions[0].changes;
        let mut sends = 0;
        while {
            sends += 1;
            assert!(sends < 100, "half of all is lost, not all");
            rig.hand_in(&octets);
            rig.answer_to(&octets) == Heard::Nothing
        } {}
        assert_eq!(rig.sessions[0].changes, before + 1);
    }
    let figures = &rig.responder.figures;
    assert!(figures.lost_requests > 50 && figures.lost_replies > 50, "{figures:?}");
    assert_eq!(figures.repeated, figures.lost_replies);
}

#[test]
fn a_router_that_is_away_hears_nothing() {
    let away = Away { from: ms(10), lasts: ms(60) };
    let mut rig = rig(Trouble { away: vec![away], ..Trouble::default() });
    for (at_ms, heard) in
        [(9, Heard::Ack), (10, Heard::Nothing), (69, Heard::Nothing), (70, Heard::Ack)]
    {
        rig.now_ms = at_ms;
        let octets = faster(&mut rig);
        rig.hand_in(&octets);
        assert_eq!(rig.answer_to(&octets), heard, "{at_ms}");
    }
    assert_eq!((rig.responder.figures.away, rig.sessions[0].changes), (2, 2));
    rig.responder.leave_until(ms(100));
    let octets = faster(&mut rig);
    rig.hand_in(&octets);
    assert_eq!(rig.answer_to(&octets), Heard::Nothing);
}

#[test]
fn the_first_ones_may_be_refused() {
    let mut rig = rig(Trouble { refuse_first: 2, ..Trouble::default() });
    let mut ask = || {
        let octets = faster(&mut rig);
        rig.hand_in(&octets);
        rig.answer_to(&octets)
    };
    assert_eq!([ask(), ask(), ask()], [Heard::Nak(506), Heard::Nak(506), Heard::Ack]);
    assert_eq!(rig.responder.figures.refused_for[&506], 2);
    assert_eq!(rig.sessions[0].changes, 1);
}
