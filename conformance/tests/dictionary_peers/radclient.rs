//! Text to radclient to our decoder, and our encoder to radclient to text.

use std::io::Write as _;
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use conformance::Peer;
use radius_dict::Dictionary;
use radius_dict::text::{self, Hiding, parse_pair};
use radius_proto::{Code, Packet, PacketWriter};

use crate::common::{SECRET, debian, secret};
use crate::sample::{NOT_WRITTEN, SEED, Sample, samples, vendors};

/// Ends the process when the test does.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_hidden_value_is_opened_in_every_kind_of_request() {
    let (Some(program), Some(dictionary)) = (Peer::Radclient.find(), debian()) else { return };
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let secret = secret();
    let mut input = tempfile::NamedTempFile::new().unwrap();
    writeln!(input, "User-Password = \"hello\"").unwrap();
    for command in ["auth", "acct", "coa", "disconnect"] {
        let child = Command::new(&program)
            .args(["-r", "1", "-t", "20", "-f"])
            .arg(input.path())
            .args([&address, command, SECRET])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let _running = Running(child);
        let mut datagram = [0; 4096];
        let len = socket.recv(&mut datagram).unwrap();
        let request = Packet::parse(&datagram[..len]).unwrap();
        let shown = text::packet(&dictionary, request).revealing(None, &secret).to_string();
        assert!(shown.contains("User-Password = \"hello\""), "{command}: {shown}");
    }
}

/// How many radclients run at once: one waits for each reply before it sends the next request.
const AT_ONCE: usize = 4;

#[test]
fn radclient_writes_and_reads_what_we_write_and_read() {
    let (Some(program), Some(dictionary)) = (Peer::Radclient.find(), debian()) else { return };
    let mut samples = samples(&dictionary);
    samples.retain(|sample| !NOT_WRITTEN.contains(&sample.pair.name()));
    let wrong: Vec<_> = std::thread::scope(|scope| {
        let parts = samples.chunks(samples.len().div_ceil(AT_ONCE));
        let (program, dictionary) = (&program, &dictionary);
        let exchange = |part| scope.spawn(move || exchange(program, dictionary, part));
        let running: Vec<_> = parts.map(exchange).collect();
        running.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "seed {SEED}: {} differ\n{}", wrong.len(), wrong.join("\n"));
    println!("{} pairs of {} vendors, the same both ways", samples.len(), vendors(&samples));
    assert!(samples.len() > 6_700, "only {} pairs were compared", samples.len());
}

#[test]
fn radclient_reads_what_people_write_as_we_do() {
    let (Some(program), Some(dictionary)) = (Peer::Radclient.find(), debian()) else { return };
    let samples: Vec<_> =
        WRITTEN_BY_HAND.iter().map(|text| Sample::new(&dictionary, (*text).to_owned())).collect();
    let wrong = exchange(&program, &dictionary, &samples);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Forms that people write and this crate does not print.
const WRITTEN_BY_HAND: &[&str] = &[
    "User-Name = \"bob\"",
    "User-Name = \"a\\\"b\\\\c\\n\\t\\001z\"",
    "User-Name = bob",
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

/// Has radclient send each sample and hear it again in the reply; what differs.
fn exchange(program: &Path, dictionary: &Dictionary, samples: &[Sample]) -> Vec<String> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let mut input = tempfile::NamedTempFile::new().unwrap();
    for sample in samples {
        // radclient hides nothing with a salt in a request; the server does, in its replies.
        let request = if sample.is_salted() { "User-Name = \"bob\"" } else { &sample.text };
        // An empty line ends a packet.
        writeln!(input, "{request}\n").unwrap();
    }
    // A file, because nobody would empty a pipe while the packets are exchanged.
    let output = tempfile::NamedTempFile::new().unwrap();
    let child = Command::new(program)
        .args(["-x", "-r", "1", "-t", "5", "-p", "1", "-f"])
        .arg(input.path())
        .args([&address, "auth", SECRET])
        .stdin(Stdio::null())
        .stdout(output.as_file().try_clone().unwrap())
        .stderr(output.as_file().try_clone().unwrap())
        .spawn()
        .unwrap();
    let mut running = Running(child);

    let mut wrong = Vec::new();
    for sample in samples {
        let mut datagram = [0; 4096];
        let received = socket.recv_from(&mut datagram);
        let (len, from) = received.unwrap_or_else(|error| {
            panic!("{error}\n{}", std::fs::read_to_string(output.path()).unwrap())
        });
        let request = Packet::parse(&datagram[..len]).unwrap();
        if !sample.is_salted() {
            wrong.extend(compare_request(dictionary, sample, request));
        }
        socket.send_to(&reply(sample, request), from).unwrap();
    }
    running.0.wait().unwrap();

    let output = std::fs::read_to_string(output.path()).unwrap();
    let blocks: Vec<_> = output.split("Sent Access-Request").skip(1).collect();
    assert_eq!(blocks.len(), samples.len(), "{output}");
    for (sample, block) in samples.iter().zip(blocks) {
        let printed = reply_printed(block);
        let read = parse_pair(dictionary, printed.trim());
        if !read.as_ref().is_ok_and(|read| sample.is_the_same(read)) {
            let ours = &sample.text;
            wrong.push(format!("we sent {ours}, radclient printed {printed} read as {read:?}"));
        }
    }
    wrong
}

/// What radclient sent, beside what we would have sent and what we read.
fn compare_request(
    dictionary: &Dictionary,
    sample: &Sample,
    request: Packet<'_>,
) -> Option<String> {
    let secret = secret();
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, 0).unwrap();
    let mut hiding = Hiding::new(request.authenticator(), &secret, [0; 2]);
    sample.pair.write(&mut writer, &mut hiding).unwrap();
    let ours = writer.finish_access_request(request.authenticator(), &secret);
    let text = &sample.text;
    if ours[20..] != request.as_bytes()[20..] {
        let (ours, theirs) = (&ours[20..], &request.as_bytes()[20..]);
        return Some(format!("{text}\n  ours   {ours:02x?}\n  theirs {theirs:02x?}"));
    }
    let shown = text::packet(dictionary, request).revealing(None, &secret);
    let shown = shown.to_string();
    let read = parse_pair(dictionary, shown.trim());
    let same = read.as_ref().is_ok_and(|read| sample.is_the_same(read));
    (!same).then(|| format!("{text} was read as {shown}"))
}

/// An Access-Accept that holds the pair.
fn reply(sample: &Sample, request: Packet<'_>) -> Vec<u8> {
    let secret = secret();
    let mut buffer = [0; 4096];
    let mut writer = PacketWriter::without_message_authenticator(
        &mut buffer,
        Code::ACCESS_ACCEPT,
        request.identifier(),
    )
    .unwrap();
    let mut hiding = Hiding::new(request.authenticator(), &secret, [0x80, 1]);
    sample.pair.write(&mut writer, &mut hiding).unwrap();
    writer.finish_response(request.authenticator(), &secret).to_vec()
}

/// The attribute in the reply that radclient printed after the request.
fn reply_printed(block: &str) -> &str {
    let reply = block.split_once("Received Access-Accept").map_or("", |(_, reply)| reply);
    reply.split_once('\n').map_or("", |(_, attributes)| attributes)
}
