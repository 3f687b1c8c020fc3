//! The example in `examples/minimal` serves.
#![allow(clippy::unwrap_used, reason = "a broken test may stop here")]

#[path = "../examples/minimal/main.rs"]
mod minimal;

use std::net::UdpSocket;
use std::time::Duration;

use radius_proto::{AttributeType, Code, Packet, PacketWriter, Secret, user_password};

#[test]
fn alice_logs_in() {
    let journal = tempfile::tempdir().unwrap();
    let server = minimal::start(0, 0, journal.path()).unwrap();
    let secret = Secret::new("testing123").unwrap();
    let authenticator = [7; 16];
    let mut hidden = [0; 128];
    let len = user_password::hide(b"wonderland", &mut hidden, &authenticator, &secret).unwrap();
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, 1).unwrap();
    writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
    writer.attribute(AttributeType::USER_PASSWORD, &hidden[..len]).unwrap();
    let request = writer.finish_access_request(&authenticator, &secret);
    let client = UdpSocket::bind("127.0.0.1:0").unwrap();
    client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    client.send_to(request, server.authentication_addresses()[0]).unwrap();
    let mut reply = [0; 4096];
    let len = client.recv(&mut reply).unwrap();
    assert_eq!(Packet::parse(&reply[..len]).unwrap().code(), Code::ACCESS_ACCEPT);
    server.stop();
}
