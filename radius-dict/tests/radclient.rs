//! The same text gives the same octets as in FreeRADIUS: `radclient` is run beside this crate,
//! with the same dictionary.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "says that it is not run")]

use std::io::Write;
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use radius_dict::Dictionary;
use radius_dict::text::{Hiding, parse_pairs};
use radius_proto::{Code, Packet, PacketWriter, Secret};

const MASTER: &str = "/usr/share/freeradius/dictionary";
const RADCLIENT: &str = "/usr/bin/radclient";
const SECRET: &str = "testing123";

/// One of each type, flag, vendor layout and container.
const PAIRS: &[&str] = &[
    "User-Name = \"bob\"",
    "User-Name = \"a\\\"b\\\\c\\n\\t\\001z\"",
    "User-Name = bob",
    "User-Password = \"arctangent\"",
    "Class = 0xABcd",
    "Class = \"text\"",
    "Session-Timeout = 3600",
    "Session-Timeout = 0x0000000a",
    "Service-Type = Framed-User",
    "Framed-IP-Address = 10.0.0.1",
    "Event-Timestamp = \"Nov 21 2025 03:04:05 UTC\"",
    "Framed-Interface-Id = 200:5eff:fe00:5213",
    "NAS-IPv6-Address = 2001:db8::1",
    "Delegated-IPv6-Prefix = 2001:db8::/32",
    "Framed-IPv6-Prefix = 2001:db8:1:2::/64",
    "PMIP6-Home-IPv4-HoA = 192.0.2.0/24",
    "Tunnel-Type:1 = VLAN",
    "Tunnel-Type = VLAN",
    "Tunnel-Private-Group-Id:1 = \"12\"",
    "Tunnel-Private-Group-Id = \"12\"",
    "Mikrotik-Rate-Limit = \"2M/10M\"",
    "ERX-Service-Activate:1 = \"tiered(1280000, 5120000)\"",
    "ERX-Service-Timeout:6 = 18000",
    "ERX-Service-Volume = 500",
    "Cisco-AVPair = \"ip:addr-pool=P, x\"",
    "USR-Speed-Of-Connection = 5",
    "USR-Last-Number-Dialed-Out = \"x\"",
    "Lucent-Max-Shared-Users = 7",
    "SN-VPN-Name = \"vpn\"",
    "A-ESAM-VRF-Name = \"vrf\"",
    "WiMAX-Release = \"1.0\"",
    "WiMAX-GMT-Timezone-offset = -3600",
    "WiMAX-AAA-Session-Id = 0x0102030405",
    "IP-Port-Limit = 5",
    "IP-Port-Ext-IPv4-Addr = 10.0.0.1",
    "Frag-Status = 1",
    "FreeRADIUS-802.1X-Anonce = 0x0102",
    "Attr-250 = 0x01",
    "Attr-26.14988.99 = 0x0102",
];

/// Ends the process when the test does.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether the peer is installed. In CI it must be.
fn is_installed() -> bool {
    let missing = [MASTER, RADCLIENT].into_iter().find(|path| !Path::new(path).exists());
    let Some(missing) = missing else { return true };
    let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!in_ci, "{missing} is missing: install freeradius-utils and freeradius-common");
    println!("not run: {missing} is missing, install freeradius-utils and freeradius-common");
    false
}

/// Has radclient send one Access-Request for each pair, all at once.
fn radclient(to: &UdpSocket) -> Running {
    let address = to.local_addr().unwrap().to_string();
    let parallel = PAIRS.len().to_string();
    let mut child = Command::new(RADCLIENT)
        .args(["-r", "1", "-t", "5", "-p", &parallel, &address, "auth", SECRET])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // An empty line ends a packet.
    let input = PAIRS.join("\n\n");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Running(child)
}

#[test]
fn radclient_sends_the_same_octets() {
    if !is_installed() {
        return;
    }
    let dictionary = Dictionary::from_file(Path::new(MASTER)).unwrap();
    let secret = Secret::new(SECRET).unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let _running = radclient(&socket);
    for text in PAIRS {
        let mut datagram = [0; 4096];
        let len = socket.recv(&mut datagram).unwrap();
        let theirs = Packet::parse(&datagram[..len]).unwrap();

        let mut buffer = [0; 4096];
        let mut writer =
            PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, 0)
                .unwrap();
        let mut hiding = Hiding::new(theirs.authenticator(), &secret, [0; 2]);
        for pair in parse_pairs(&dictionary, text).unwrap() {
            pair.write(&mut writer, &mut hiding).unwrap();
        }
        let ours = writer.finish_access_request(theirs.authenticator(), &secret);
        assert_eq!(ours[20..], theirs.as_bytes()[20..], "{text}");
    }
}
