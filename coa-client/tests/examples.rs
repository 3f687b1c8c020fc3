//! The example does what it says.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::net::UdpSocket;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use radius_proto::{AttributeType, Code, Packet, PacketWriter, Secret};

/// Runs the example against a NAS that answers its one request so.
fn run(code: Code, cause: Option<u32>) -> Output {
    let test = std::env::current_exe().unwrap();
    let path = test.parent().unwrap().with_file_name("examples").join("disconnect");
    assert!(path.is_file(), "{} is not built: cargo build --examples", path.display());
    let nas = UdpSocket::bind("127.0.0.1:0").unwrap();
    nas.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let example = Command::new(path)
        .arg(nas.local_addr().unwrap().to_string())
        .args(["testing123", "ana@example.net"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut received = [0; 4096];
    let (len, from) = nas.recv_from(&mut received).expect("a request");
    let request = Packet::parse(&received[..len]).unwrap();
    assert_eq!(request.first(AttributeType::USER_NAME), Some(&b"ana@example.net"[..]));
    let mut buffer = [0; 4096];
    let mut reply = PacketWriter::new(&mut buffer, code, request.identifier()).unwrap();
    if let Some(cause) = cause {
        reply.attribute(AttributeType::ERROR_CAUSE, &cause.to_be_bytes()).unwrap();
    }
    let secret = Secret::new("testing123").unwrap();
    nas.send_to(reply.finish_response(request.authenticator(), &secret), from).unwrap();
    example.wait_with_output().unwrap()
}

#[test]
fn a_session_is_ended() {
    let output = run(Code::DISCONNECT_ACK, None);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "Disconnect-ACK\n");
}

#[test]
fn a_refusal_is_a_failure() {
    let output = run(Code::DISCONNECT_NAK, Some(503));
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("SessionContextNotFound"), "{error}");
}
