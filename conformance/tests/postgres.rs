//! `weir serve` on PostgreSQL: the same log-in, the same change, the same session.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::net::UdpSocket;
use std::time::Duration;

use conformance::{Installation, Peer, Postgres, SECRET};
use radius_dict::{ReadAttributes, attr};
use radius_proto::{AttributeType, Code, Packet, PacketWriter, Secret, user_password};

const WEIR: &str = env!("CARGO_BIN_EXE_weir-under-test");

fn log_in(installation: &Installation, identifier: u8) -> String {
    let secret = Secret::new(SECRET).unwrap();
    let authenticator = [identifier; 16];
    let mut hidden = [0; 128];
    let len = user_password::hide(b"correct horse", &mut hidden, &authenticator, &secret).unwrap();
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, identifier)
            .unwrap();
    writer.message_authenticator().unwrap();
    writer.attribute(AttributeType(1), b"alice").unwrap();
    writer.attribute(AttributeType(2), &hidden[..len]).unwrap();
    let request = writer.finish_access_request(&authenticator, &secret);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    socket.send_to(request, installation.authentication()).unwrap();
    let mut reply = [0; 4096];
    let len = socket.recv(&mut reply).unwrap();
    let reply = Packet::parse(&reply[..len]).unwrap();
    assert!(reply.verify_response_authenticator(&authenticator, &secret));
    assert_eq!(reply.code(), Code::ACCESS_ACCEPT);
    reply.get(attr::MIKROTIK_RATE_LIMIT).unwrap().to_owned()
}

#[test]
fn a_log_in_a_change_and_a_restart_on_postgresql() {
    if Peer::PostgreSql.find().is_none() {
        return;
    }
    let postgres = Postgres::start().unwrap();
    let installation = Installation::create_on(WEIR, Some(&postgres.url("postgres"))).unwrap();
    installation.add_service("alice", "correct horse").unwrap();
    let server = installation.serve().unwrap();
    assert_eq!(log_in(&installation, 1), "2M/10M");
    installation.weir(&["plan", "set", "home", "--download", "20M"]).unwrap();
    assert_eq!(log_in(&installation, 2), "2M/20M");
    server.stop().unwrap();
    let log = installation.weir_json(&["auth-log"]).unwrap();
    assert_eq!(log.as_array().unwrap().len(), 2, "{log}");
    let server = installation.serve().unwrap();
    assert_eq!(log_in(&installation, 3), "2M/20M");
    server.stop().unwrap();
}
