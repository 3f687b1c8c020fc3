//! Every way in which a reply can be wrong is caught, and named.

use radius_proto::{PacketWriter, salted, user_password};

use super::*;
use crate::access::AccessKind;
use crate::line::Nas;
use crate::mac::Mac;
use crate::packet::{self, Asked};
use crate::subscriber::{Method, Subscriber};

/// As a correct server is held to.
const EVERYTHING: Demands = Demands {
    message_authenticator: true,
    mppe_keys: true,
    group: false,
    kind: AccessKind::Pppoe,
    manner: Manner::RouterOs,
};

/// What a reply of these tests carries; each test spoils one thing.
struct Reply {
    code: Code,
    identifier: u8,
    message_authenticator: Place,
    success: Option<Vec<u8>>,
    send_key: Option<[u8; 16]>,
    receive_key: Option<[u8; 16]>,
    v1_keys: Option<[u8; 32]>,
    rate_limit: Option<&'static str>,
    address: Option<&'static [u8]>,
    secret: Secret,
}

#[derive(PartialEq)]
enum Place {
    First,
    Last,
    Nowhere,
}

fn secret() -> Secret {
    Secret::new("demo secret").unwrap()
}

fn request(method: Method) -> Written {
    let nas = Nas::new("core-1", "192.0.2.1".parse().unwrap());
    let subscriber = Subscriber::new("ann", "correct horse").unwrap();
    let random = std::array::from_fn(|position| position as u8);
    let line = nas.line_of(AccessKind::Pppoe, subscriber.login(), Mac::numbered(1), 1, 1);
    let asked = Asked { nas: &nas, line: &line, subscriber: &subscriber, method, address: None };
    packet::access_request(&asked, 42, &random, &secret()).unwrap()
}

/// What a correct server answers.
fn correct(request: &Written) -> Reply {
    let mut reply = Reply {
        code: Code::ACCESS_ACCEPT,
        identifier: 42,
        message_authenticator: Place::First,
        success: None,
        send_key: None,
        receive_key: None,
        v1_keys: None,
        rate_limit: Some("2M/10M"),
        address: Some(&[10, 0, 0, 9]),
        secret: secret(),
    };
    match &request.proof {
        Proof::None => {}
        Proof::MsChapV1 { nt_key, .. } => {
            let mut keys = [0; 32];
            keys[8..24].copy_from_slice(nt_key);
            reply.v1_keys = Some(keys);
        }
        Proof::MsChapV2 { ident, response, keys } => {
            reply.success = Some([&[*ident], response.as_bytes()].concat());
            reply.send_key = Some(keys.send);
            reply.receive_key = Some(keys.receive);
        }
    }
    reply
}

impl Reply {
    fn bytes(&self, request: &Written) -> Vec<u8> {
        let mut buffer = [0; 4096];
        let mut writer =
            PacketWriter::without_message_authenticator(&mut buffer, self.code, self.identifier)
                .unwrap();
        if self.message_authenticator == Place::First {
            writer.message_authenticator().unwrap();
        }
        writer.attribute(attr::CLASS, b"token").unwrap();
        if let Some(address) = self.address {
            writer.attribute(attr::FRAMED_IP_ADDRESS, address).unwrap();
        }
        let mut vendor = |vendor, kind, value: &[u8]| {
            writer.vendor_attribute(vendor, kind, value).unwrap();
        };
        if let Some(limit) = self.rate_limit {
            vendor(attr::MIKROTIK, attr::MIKROTIK_RATE_LIMIT, limit.as_bytes());
        }
        if let Some(success) = &self.success {
            vendor(attr::MICROSOFT, attr::MS_CHAP2_SUCCESS, success);
        }
        let mut hidden = [0; 128];
        let authenticator = &request.authenticator;
        for (kind, key, salt) in [
            (attr::MS_MPPE_SEND_KEY, self.send_key, [0x80, 1]),
            (attr::MS_MPPE_RECV_KEY, self.receive_key, [0x80, 2]),
        ] {
            if let Some(key) = key {
                let len = salted::hide(&key, salt, &mut hidden, authenticator, &self.secret);
                vendor(attr::MICROSOFT, kind, &hidden[..len.unwrap()]);
            }
        }
        if let Some(keys) = self.v1_keys {
            let len = user_password::hide(&keys, &mut hidden, authenticator, &self.secret);
            vendor(attr::MICROSOFT, attr::MS_CHAP_MPPE_KEYS, &hidden[..len.unwrap()]);
        }
        if self.message_authenticator == Place::Last {
            writer.append_message_authenticator().unwrap();
        }
        writer.finish_response(authenticator, &self.secret).to_vec()
    }
}

fn read(reply: &Reply, request: &Written) -> Result<AccessReply, Disagreement> {
    read_access(&reply.bytes(request), request, &secret(), EVERYTHING)
}

/// Spoils one thing of the correct reply and gives what the client says to that.
fn spoiled(method: Method, spoil: impl FnOnce(&mut Reply)) -> Disagreement {
    let request = request(method);
    let mut reply = correct(&request);
    spoil(&mut reply);
    read(&reply, &request).unwrap_err()
}

#[test]
fn a_correct_accept_is_read_for_every_method() {
    for method in Method::ALL {
        let request = request(method);
        let AccessReply::Accept(grant) = read(&correct(&request), &request).unwrap() else {
            panic!("{method} was refused");
        };
        assert_eq!(grant.class, [b"token"]);
        assert_eq!(grant.address, Some([10, 0, 0, 9].into()));
        assert_eq!(grant.rate_limit.unwrap().rate_bps.download, 10_000_000);
    }
}

#[test]
fn any_changed_octet_is_noticed() {
    let request = request(Method::MsChapV2);
    let bytes = correct(&request).bytes(&request);
    for position in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[position] ^= 1 << bit;
            let read = read_access(&changed, &request, &secret(), EVERYTHING);
            assert!(read.is_err_and(|error| error.is_discarded()), "octet {position}, bit {bit}");
        }
    }
}

#[test]
fn another_secret_another_request_another_code() {
    let other = Secret::new("other").unwrap();
    let wrong = spoiled(Method::Pap, |reply| reply.secret = other);
    assert_eq!(wrong, Disagreement::ResponseAuthenticator);
    let wrong = spoiled(Method::Pap, |reply| reply.identifier = 43);
    assert_eq!(wrong, Disagreement::Identifier { expected: 42, got: 43 });
    let wrong = spoiled(Method::Pap, |reply| reply.code = Code::ACCESS_CHALLENGE);
    assert_eq!(wrong, Disagreement::Code(Code::ACCESS_CHALLENGE));
}

#[test]
fn the_message_authenticator_must_be_there_and_first() {
    let wrong = spoiled(Method::Pap, |reply| reply.message_authenticator = Place::Nowhere);
    assert_eq!(wrong, Disagreement::MessageAuthenticatorAbsent);
    let wrong = spoiled(Method::Pap, |reply| reply.message_authenticator = Place::Last);
    assert_eq!(wrong, Disagreement::MessageAuthenticatorNotFirst(attr::CLASS.0));
    assert!(!wrong.is_discarded());
}

/// Only the Message-Authenticator is wrong: the Response Authenticator is computed after it.
fn with_wrong_message_authenticator(request: &Written) -> Vec<u8> {
    use md5::{Digest, Md5};
    let mut bytes = correct(request).bytes(request);
    bytes[30] ^= 1;
    bytes[4..20].copy_from_slice(&request.authenticator);
    let signed = Md5::new().chain_update(&bytes).chain_update(secret().expose()).finalize();
    bytes[4..20].copy_from_slice(&signed);
    bytes
}

#[test]
fn a_wrong_message_authenticator_under_a_right_response_authenticator() {
    let request = request(Method::Pap);
    let forged = with_wrong_message_authenticator(&request);
    let wrong = read_access(&forged, &request, &secret(), EVERYTHING).unwrap_err();
    assert_eq!(wrong, Disagreement::MessageAuthenticator);
}

#[test]
fn the_server_must_prove_itself_after_ms_chap_v2() {
    let wrong = spoiled(Method::MsChapV2, |reply| reply.success = None);
    assert_eq!(wrong, Disagreement::AuthenticatorResponseAbsent);
    let wrong = spoiled(Method::MsChapV2, |reply| {
        if let Some(last) = reply.success.as_mut().and_then(|success| success.last_mut()) {
            *last ^= 1;
        }
    });
    assert!(matches!(wrong, Disagreement::AuthenticatorResponse { .. }), "{wrong}");
    let wrong = spoiled(Method::MsChapV2, |reply| {
        if let Some(ident) = reply.success.as_mut().and_then(|success| success.first_mut()) {
            *ident ^= 1;
        }
    });
    assert!(matches!(wrong, Disagreement::AuthenticatorResponse { .. }), "{wrong}");
}

#[test]
fn mppe_keys_must_be_there_and_right() {
    let wrong = spoiled(Method::MsChapV2, |reply| reply.send_key = None);
    assert_eq!(wrong, Disagreement::MppeKeyAbsent("MS-MPPE-Send-Key"));
    let wrong = spoiled(Method::MsChapV2, |reply| {
        std::mem::swap(&mut reply.send_key, &mut reply.receive_key);
    });
    assert_eq!(wrong, Disagreement::MppeKey("MS-MPPE-Send-Key"));
    let wrong = spoiled(Method::MsChapV2, |reply| reply.receive_key = Some([7; 16]));
    assert_eq!(wrong, Disagreement::MppeKey("MS-MPPE-Recv-Key"));
    let wrong = spoiled(Method::MsChapV1, |reply| reply.v1_keys = None);
    assert_eq!(wrong, Disagreement::MppeKeyAbsent("MS-CHAP-MPPE-Keys"));
    for position in [0, 8, 23, 31] {
        let wrong = spoiled(Method::MsChapV1, |reply| {
            if let Some(keys) = &mut reply.v1_keys {
                keys[position] ^= 0x55;
            }
        });
        assert_eq!(wrong, Disagreement::MppeKey("MS-CHAP-MPPE-Keys"), "octet {position}");
    }
}

#[test]
fn keys_may_be_left_out_when_they_are_not_required() {
    let request = request(Method::MsChapV2);
    let reply = Reply { send_key: None, receive_key: None, ..correct(&request) };
    let demands = Demands { mppe_keys: false, ..EVERYTHING };
    assert!(read_access(&reply.bytes(&request), &request, &secret(), demands).is_ok());
    let reply = Reply { send_key: Some([1; 16]), ..reply };
    let wrong = read_access(&reply.bytes(&request), &request, &secret(), demands);
    assert_eq!(wrong, Err(Disagreement::MppeKey("MS-MPPE-Send-Key")));
}

#[test]
fn a_message_authenticator_that_is_not_required_is_verified_all_the_same() {
    let demands = Demands { message_authenticator: false, ..EVERYTHING };
    let request = request(Method::Pap);
    for place in [Place::First, Place::Last, Place::Nowhere] {
        let reply = Reply { message_authenticator: place, ..correct(&request) };
        assert!(read_access(&reply.bytes(&request), &request, &secret(), demands).is_ok());
    }
    let forged = with_wrong_message_authenticator(&request);
    let wrong = read_access(&forged, &request, &secret(), demands);
    assert_eq!(wrong, Err(Disagreement::MessageAuthenticator));
}

#[test]
fn the_lm_key_may_be_filled_in() {
    let request = request(Method::MsChapV1);
    let Proof::MsChapV1 { lm_key: Some(lm_key), .. } = request.proof else { panic!("no LM key") };
    let mut reply = correct(&request);
    if let Some(keys) = &mut reply.v1_keys {
        keys[..8].copy_from_slice(&lm_key);
    }
    assert!(read(&reply, &request).is_ok());
}

#[test]
fn attributes_that_a_router_cannot_use_are_named() {
    let wrong = spoiled(Method::Pap, |reply| reply.rate_limit = Some("very fast"));
    assert!(matches!(wrong, Disagreement::RateLimit { .. }), "{wrong}");
    let wrong = spoiled(Method::Pap, |reply| reply.address = Some(&[10, 0, 0]));
    assert_eq!(wrong, Disagreement::Size { kind: 8, len: 3, expected: 4 });
}

#[test]
fn an_address_from_the_pool_is_no_address() {
    let request = request(Method::Pap);
    let reply = Reply { address: Some(&[255, 255, 255, 254]), ..correct(&request) };
    let AccessReply::Accept(grant) = read(&reply, &request).unwrap() else { panic!("refused") };
    assert_eq!(grant.address, None);
}

#[test]
fn a_reject_says_why() {
    let request = request(Method::MsChapV2);
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REJECT, 42).unwrap();
    writer.message_authenticator().unwrap();
    writer.attribute(attr::REPLY_MESSAGE, b"Wrong password").unwrap();
    let error = b"\x2aE=691 R=0 V=3";
    writer.vendor_attribute(attr::MICROSOFT, attr::MS_CHAP_ERROR, error).unwrap();
    let bytes = writer.finish_response(&request.authenticator, &secret());
    let refusal = Refusal {
        message: Some("Wrong password".to_owned()),
        ms_chap_error: Some("E=691 R=0 V=3".to_owned()),
    };
    let read = read_access(bytes, &request, &secret(), EVERYTHING).unwrap();
    assert_eq!(read, AccessReply::Reject(refusal));
}

#[test]
fn accounting_replies_are_checked_too() {
    let nas = Nas::new("core-1", "192.0.2.1".parse().unwrap());
    let record = packet::Record {
        kind: packet::RecordKind::Start,
        unix_s: 1,
        session_time_s: 0,
        input_octets: 0,
        output_octets: 0,
    };
    let kept = packet::Kept::default();
    let line = nas.line(1, 1);
    let (line, record) = (&line, &record);
    let told = packet::Told { nas: &nas, line, kept: &kept, record, delay_s: 0, service: None };
    let request = packet::accounting_request(&told, 42, &secret()).unwrap();
    let answer = |code: Code, secret: &Secret| {
        let mut buffer = [0; 64];
        let writer = PacketWriter::without_message_authenticator(&mut buffer, code, 42).unwrap();
        writer.finish_response(&request.authenticator, secret).to_vec()
    };
    let read = |bytes: &[u8]| read_accounting(bytes, &request, &secret());
    assert_eq!(read(&answer(Code::ACCOUNTING_RESPONSE, &secret())), Ok(()));
    let other = Secret::new("other").unwrap();
    let forged = answer(Code::ACCOUNTING_RESPONSE, &other);
    assert_eq!(read(&forged), Err(Disagreement::ResponseAuthenticator));
    let accept = answer(Code::ACCESS_ACCEPT, &secret());
    assert_eq!(read(&accept), Err(Disagreement::Code(Code::ACCESS_ACCEPT)));
}
