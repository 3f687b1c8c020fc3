//! The examples do what they say.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::net::UdpSocket;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use radius_dict::{ReadAttributes, WriteAttributes, attr};
use radius_proto::{Code, Packet, PacketWriter, Secret};

/// An example, which lies where `cargo test` puts it.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let path: PathBuf = test.parent().unwrap().with_file_name("examples").join(name);
    assert!(path.is_file(), "{} is not built: cargo build --examples", path.display());
    Command::new(path)
}

fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_capture_is_decoded_and_its_signatures_are_right() {
    let capture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pppd.pcap");
    let printed = printed(example("decode_capture").args([capture, "testing123"]));
    assert!(printed.contains("\tUser-Name = \"alice\"\n"), "{printed}");
    let reply = "Accounting-Response 112 (no Message-Authenticator)";
    assert!(printed.contains(reply) && printed.contains("User-Name"), "{printed}");
    assert_eq!(printed.matches("WRONG").count(), 0, "{printed}");
    assert!(!printed.contains("not RADIUS") && !printed.contains("not in the capture"));
}

#[test]
fn another_secret_is_noticed() {
    let capture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/coovachilli.pcap");
    let right = printed(example("decode_capture").args([capture, "testing123"]));
    assert!(right.contains("(signed)") && !right.contains("WRONG"), "{right}");
    let wrong = printed(example("decode_capture").args([capture, "testing124"]));
    assert!(wrong.contains("WRONG Message-Authenticator"), "{wrong}");
    assert!(wrong.contains("WRONG authenticator") && !wrong.contains("(signed)"), "{wrong}");
}

#[test]
fn a_vendor_is_added_and_a_mistake_is_shown() {
    let printed = printed(&mut example("custom_dictionary"));
    assert!(printed.contains("\tAcme-Burst-When = Night\n"), "{printed}");
    let caret = "dictionary.mistaken:6:49: ";
    assert!(printed.contains(caret) && printed.contains("integer"), "{printed}");
}

#[test]
fn a_coa_is_sent_and_its_answer_is_checked() {
    let secret = Secret::new("testing123").unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let running =
        std::thread::spawn(move || printed(example("coa_by_hand").args([&address, "testing123"])));

    let mut datagram = [0; 4096];
    let received = socket.recv_from(&mut datagram);
    if received.is_err() {
        running.join().unwrap();
        panic!("nothing was sent");
    }
    let (len, from) = received.unwrap();
    let request = Packet::parse(&datagram[..len]).unwrap();
    assert!(request.verify_request_authenticator(&secret));
    assert_eq!(request.get(attr::MIKROTIK_RATE_LIMIT), Some("5M/20M"));
    let mut buffer = [0; 4096];
    let mut writer = PacketWriter::new(&mut buffer, Code::COA_NAK, request.identifier()).unwrap();
    writer.put(attr::ERROR_CAUSE, 503).unwrap();
    let reply = writer.finish_response(request.authenticator(), &secret);
    socket.send_to(reply, from).unwrap();
    let printed = running.join().unwrap();
    assert!(printed.ends_with("CoA-NAK, Error-Cause 503\n"), "{printed}");
}
