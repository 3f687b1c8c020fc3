//! The packets that the RFCs print, opened, verified, and written again octet by octet.
#![allow(clippy::unwrap_used, reason = "a broken test may stop here")]

mod common;

use common::{hex, secret};
use radius_proto::{
    AttributeType, Authenticator, Code, MessageAuthenticator, Packet, PacketWriter, user_password,
};

const TELNET_REQUEST: &str = "
    01 00 00 38 0f 40 3f 94 73 97 80 57 bd 83 d5 cb
    98 f4 22 7a 01 06 6e 65 6d 6f 02 12 0d be 70 8d
    93 d4 13 ce 31 96 e4 3f 78 2a 0a ee 04 06 c0 a8
    01 10 05 06 00 00 00 03";
const TELNET_ACCEPT: &str = "
    02 00 00 26 86 fe 22 0e 76 24 ba 2a 10 05 f6 bf
    9b 55 e0 b2 06 06 00 00 00 01 0f 06 00 00 00 00
    0e 06 c0 a8 01 03";
const CHAP_REQUEST: &str = "
    01 01 00 47 2a ee 86 f0 8d 0d 55 96 9c a5 97 8e
    0d 33 67 a2 01 08 66 6c 6f 70 73 79 03 13 16 e9
    75 57 c3 16 18 58 95 f2 93 ff 63 44 07 72 75 04
    06 c0 a8 01 10 05 06 00 00 00 14 06 06 00 00 00
    02 07 06 00 00 00 01";
const CHAP_ACCEPT: &str = "
    02 01 00 38 15 ef bc 7d ab 26 cf a3 dc 34 d9 c0
    3c 86 01 a4 06 06 00 00 00 02 07 06 00 00 00 01
    08 06 ff ff ff fe 0a 06 00 00 00 02 0d 06 00 00
    00 01 0c 06 00 00 05 dc";
const CARD_REQUEST: &str = "
    01 02 00 39 f3 a4 7a 1f 6a 6d 76 71 0b 94 7a b9
    30 41 a0 39 01 07 6d 6f 70 73 79 02 12 33 65 75
    73 77 82 89 b5 70 88 5e 15 08 48 25 c5 04 06 c0
    a8 01 10 05 06 00 00 00 07";
const CARD_CHALLENGE: &str = "
    0b 02 00 4e 36 f3 c8 76 4a e8 c7 11 57 40 3c 0c
    71 ff 9c 45 12 30 43 68 61 6c 6c 65 6e 67 65 20
    33 32 37 36 39 34 33 30 2e 20 20 45 6e 74 65 72
    20 72 65 73 70 6f 6e 73 65 20 61 74 20 70 72 6f
    6d 70 74 2e 18 0a 33 32 37 36 39 34 33 30";
// The State's length octet is the 0a that the packet's Length, 0043, leaves for it.
const CARD_ANSWER: &str = "
    01 03 00 43 b1 22 55 6d 42 8a 13 d0 d6 25 38 07
    c4 57 ec f0 01 07 6d 6f 70 73 79 02 12 69 2c 1f
    20 5f c0 81 b9 19 b9 51 95 f5 61 a5 81 04 06 c0
    a8 01 10 05 06 00 00 00 07 18 0a 33 32 37 36 39
    34 33 30";
const CARD_REJECT: &str = "
    03 03 00 14 a4 2f 4f ca 45 91 6c 4e 09 c8 34 0f
    9e 74 6a a0";

const STATUS_AUTH: &str = "
    0c da 00 26 8a 54 f4 68 6f b3 94 c5 28 66 e3 02
    18 5d 06 23 50 12 5a 66 5e 2e 1e 84 11 f3 e2 43
    82 20 97 c8 4f a3";
const STATUS_AUTH_REPLY: &str = "
    02 da 00 14 ef 0d 55 2a 4b f2 d6 93 ec 2b 6f e8
    b5 41 1d 66";
const STATUS_ACCT: &str = "
    0c b3 00 26 92 5f 6b 66 dd 5f ed 57 1f cb 1d b7
    ad 38 82 60 50 12 e8 d6 ea bd a9 10 87 5c d9 1f
    da de 26 36 78 58";
// The RFC prints code 02 here; its hash fits only the code that the text asks for, 05.
const STATUS_ACCT_REPLY: &str = "
    05 b3 00 14 0f 6f 92 14 5f 10 7e 2f 50 4e 86 0a
    48 60 66 9c";
const STATUS_NAS: &str = "
    0c 47 00 2c bf 58 de 56 ae 40 8a d3 b7 0c 85 13
    f9 b0 3f be 04 06 c0 00 02 10 50 12 85 2d 6f ec
    61 e7 ed 74 b8 e3 2d ac 2f 2a 5f b2";

#[test]
fn rfc2865_replies_belong_to_their_requests() {
    let exchanges = [
        ("7.1", TELNET_REQUEST, TELNET_ACCEPT, Code::ACCESS_ACCEPT),
        ("7.2", CHAP_REQUEST, CHAP_ACCEPT, Code::ACCESS_ACCEPT),
        ("7.3, first", CARD_REQUEST, CARD_CHALLENGE, Code::ACCESS_CHALLENGE),
        ("7.3, second", CARD_ANSWER, CARD_REJECT, Code::ACCESS_REJECT),
    ];
    for (section, request, reply, code) in exchanges {
        let (request, reply) = (hex(request), hex(reply));
        let request = Packet::parse(&request).unwrap();
        let reply = Packet::parse(&reply).unwrap();
        assert_eq!(request.code(), Code::ACCESS_REQUEST, "{section}");
        assert_eq!(reply.code(), code, "{section}");
        assert_eq!(reply.identifier(), request.identifier(), "{section}");
        let right = request.authenticator();
        assert!(reply.verify_response_authenticator(right, &secret()), "{section}");
        assert!(!reply.verify_response_authenticator(&[0; 16], &secret()), "{section}");
    }
}

#[test]
fn rfc2865_passwords_open_and_hide_again() {
    let passwords: [(&str, &[u8]); 3] =
        [(TELNET_REQUEST, b"arctangent"), (CARD_REQUEST, b"challenge"), (CARD_ANSWER, b"99101462")];
    for (dump, password) in passwords {
        let octets = hex(dump);
        let request = Packet::parse(&octets).unwrap();
        let hidden = request.first(AttributeType::USER_PASSWORD).unwrap();
        let mut out = [0; user_password::PASSWORD_LEN_MAX];
        let plain =
            user_password::reveal(hidden, &mut out, request.authenticator(), &secret()).unwrap();
        assert_eq!(plain, password);

        let mut again = [0; user_password::PASSWORD_LEN_MAX];
        let len =
            user_password::hide(password, &mut again, request.authenticator(), &secret()).unwrap();
        assert_eq!(&again[..len], hidden);
    }
}

#[test]
fn rfc2865_chap_request_is_read_field_by_field() {
    let octets = hex(CHAP_REQUEST);
    let request = Packet::parse(&octets).unwrap();
    let read: Vec<_> = request.attributes().map(|a| (a.kind.0, a.offset, a.value.len())).collect();
    assert_eq!(read, [(1, 20, 6), (3, 28, 17), (4, 47, 4), (5, 53, 4), (6, 59, 4), (7, 65, 4)]);
    assert_eq!(request.first(AttributeType::USER_NAME), Some(&b"flopsy"[..]));
    assert_eq!(request.first(AttributeType::CHAP_PASSWORD).unwrap()[0], 0x16);
    assert_eq!(request.verify_message_authenticator(&secret()), MessageAuthenticator::Absent);
}

#[test]
fn rfc5997_status_servers_are_signed() {
    for dump in [STATUS_AUTH, STATUS_ACCT, STATUS_NAS] {
        let octets = hex(dump);
        let request = Packet::parse(&octets).unwrap();
        assert_eq!(request.code(), Code::STATUS_SERVER);
        assert_eq!(request.verify_message_authenticator(&secret()), MessageAuthenticator::Valid);
        let other = radius_proto::Secret::new("xyzzy5462").unwrap();
        assert_eq!(request.verify_message_authenticator(&other), MessageAuthenticator::Invalid);
    }
}

#[test]
fn rfc5997_replies_belong_to_their_requests() {
    for (request, reply) in [(STATUS_AUTH, STATUS_AUTH_REPLY), (STATUS_ACCT, STATUS_ACCT_REPLY)] {
        let (request, reply) = (hex(request), hex(reply));
        let request = Packet::parse(&request).unwrap();
        let reply = Packet::parse(&reply).unwrap();
        assert!(reply.verify_response_authenticator(request.authenticator(), &secret()));
    }
}

#[test]
fn the_writer_makes_the_packets_of_the_rfcs() {
    for (dump, kind) in [
        (TELNET_REQUEST, Signing::AccessRequest),
        (CHAP_REQUEST, Signing::AccessRequest),
        (CARD_ANSWER, Signing::AccessRequest),
        (STATUS_AUTH, Signing::AccessRequest),
        (STATUS_ACCT, Signing::AccessRequest),
        (STATUS_NAS, Signing::AccessRequest),
        (TELNET_ACCEPT, Signing::ReplyTo(TELNET_REQUEST)),
        (CHAP_ACCEPT, Signing::ReplyTo(CHAP_REQUEST)),
        (CARD_CHALLENGE, Signing::ReplyTo(CARD_REQUEST)),
        (CARD_REJECT, Signing::ReplyTo(CARD_ANSWER)),
        (STATUS_AUTH_REPLY, Signing::ReplyTo(STATUS_AUTH)),
        (STATUS_ACCT_REPLY, Signing::ReplyTo(STATUS_ACCT)),
    ] {
        let octets = hex(dump);
        let model = Packet::parse(&octets).unwrap();
        let mut buffer = [0xaa; 4096];
        let mut writer = PacketWriter::without_message_authenticator(
            &mut buffer,
            model.code(),
            model.identifier(),
        )
        .unwrap();
        for attribute in model.attributes() {
            match attribute.kind {
                AttributeType::MESSAGE_AUTHENTICATOR => {
                    writer.append_message_authenticator().unwrap();
                }
                kind => writer.attribute(kind, attribute.value).unwrap(),
            }
        }
        let written = match kind {
            Signing::AccessRequest => {
                writer.finish_access_request(model.authenticator(), &secret())
            }
            Signing::ReplyTo(request) => {
                let request: Authenticator = hex(request)[4..20].try_into().unwrap();
                writer.finish_response(&request, &secret())
            }
        };
        assert_eq!(written, octets, "{dump}");
    }
}

enum Signing {
    AccessRequest,
    ReplyTo(&'static str),
}
