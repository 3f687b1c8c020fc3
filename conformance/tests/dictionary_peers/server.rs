//! Text to FreeRADIUS's server to our decoder, values hidden with a salt included.

use std::net::UdpSocket;
use std::time::Duration;

use conformance::{FREERADIUS_SECRET, FreeRadius};
use radius_dict::Dictionary;
use radius_dict::text::{self, Hiding, parse_pairs};
use radius_proto::{Authenticator, Code, Packet, PacketWriter, Secret};

use crate::common::debian;
use crate::sample::{NOT_WRITTEN, SEED, Sample, samples, vendors};

const PASSWORD: &str = "correct horse";
const AUTHENTICATOR: Authenticator = *b"sixteen octets..";
/// As many as fit into a packet: the values of the samples are short.
const PAIRS_IN_A_REPLY: usize = 30;

#[test]
fn the_server_writes_what_we_read() {
    let Some(dictionary) = debian() else { return };
    let mut samples = samples(&dictionary);
    samples.retain(|sample| !NOT_WRITTEN.contains(&sample.pair.name()));
    // Neighbours go into different replies: TLVs of one container the server would put into one
    // attribute, and cut the last one short where that is full.
    let replies = samples.len().div_ceil(PAIRS_IN_A_REPLY);
    assert!(replies <= 256, "{replies} requests with one authenticator need as many identifiers");
    let part = |number| samples.iter().skip(number).step_by(replies).collect::<Vec<_>>();
    let parts: Vec<_> = (0..replies).map(part).collect();
    let replies: Vec<_> = parts
        .iter()
        .enumerate()
        .map(|(number, part)| {
            (format!("part-{number}"), part.iter().map(|sample| added(sample)).collect())
        })
        .collect();
    let Some(server) = FreeRadius::start_replying(PASSWORD, &replies).unwrap() else { return };

    let secret = Secret::new(FREERADIUS_SECRET).unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    socket.connect(server.authentication()).unwrap();
    let mut wrong = Vec::new();
    for (number, ((login, _), part)) in replies.iter().zip(parts).enumerate() {
        // Another identifier each time, or the server would take it for a retransmission.
        let identifier = u8::try_from(number).unwrap();
        socket.send(&request(&dictionary, identifier, login, &secret)).unwrap();
        let mut datagram = [0; 4096];
        let len = socket.recv(&mut datagram).unwrap();
        let reply = Packet::parse(&datagram[..len]).unwrap();
        assert_eq!(reply.code(), Code::ACCESS_ACCEPT, "{login}");
        wrong.extend(compare(&dictionary, &part, reply, &secret));
    }
    assert!(wrong.is_empty(), "seed {SEED}: {} differ\n{}", wrong.len(), wrong.join("\n"));
    let salted = samples.iter().filter(|sample| sample.is_salted()).count();
    let vendors = vendors(&samples);
    println!("{} pairs of {vendors} vendors read, {salted} of them salted", samples.len());
    assert!(salted > 30, "only {salted} salted attributes were opened");
    assert!(samples.len() > 6_700, "only {} pairs were compared", samples.len());
}

/// The pair as one of several.
fn added(sample: &Sample) -> String {
    sample.text.replacen(" = ", " += ", 1)
}

fn request(dictionary: &Dictionary, identifier: u8, login: &str, secret: &Secret) -> Vec<u8> {
    let mut buffer = [0; 4096];
    let mut writer = PacketWriter::new(&mut buffer, Code::ACCESS_REQUEST, identifier).unwrap();
    let mut hiding = Hiding::new(&AUTHENTICATOR, secret, [0x80, 1]);
    let text = format!("User-Name = \"{login}\"\nUser-Password = \"{PASSWORD}\"");
    for pair in parse_pairs(dictionary, &text).unwrap() {
        pair.write(&mut writer, &mut hiding).unwrap();
    }
    writer.finish_access_request(&AUTHENTICATOR, secret).to_vec()
}

/// Which of the pairs are not in the reply as they were given to the server.
fn compare(
    dictionary: &Dictionary,
    part: &[&Sample],
    reply: Packet<'_>,
    secret: &Secret,
) -> Vec<String> {
    let shown = text::packet(dictionary, reply).revealing(Some(&AUTHENTICATOR), secret).to_string();
    let read = parse_pairs(dictionary, &shown).unwrap();
    let missing = part.iter().filter(|sample| !read.contains(&sample.pair));
    missing
        .map(|sample| {
            let name = sample.pair.name();
            let there: Vec<_> = shown.lines().filter(|line| line.contains(name)).collect();
            format!("{} was read as {there:?}", sample.text)
        })
        .collect()
}
