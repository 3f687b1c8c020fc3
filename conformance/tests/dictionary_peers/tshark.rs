//! Text to our encoder to the dissector, which has dictionaries of its own.

use std::net::{IpAddr, SocketAddrV4};
use std::path::Path;

use conformance::Peer;
use conformance::capture::{self, Datagram};
use radius_dict::text::Hiding;
use radius_dict::{DataType, Dictionary};
use radius_proto::{Code, PacketWriter};

use crate::common::{SECRET, debian, secret};
use crate::sample::{SEED, Sample, samples, vendors};

#[test]
fn the_dissector_reads_what_we_write() {
    let (Some(program), Some(dictionary)) = (Peer::Tshark.find(), debian()) else { return };
    let mut samples = samples(&dictionary);
    // The dissector opens passwords only.
    samples.retain(|sample| !sample.is_hidden());
    let dissected = dissect(&program, &samples);
    let packets: Vec<_> = dissected.split("<packet>").skip(1).collect();
    assert_eq!(packets.len(), samples.len());

    let (mut wrong, mut compared) = (Vec::new(), Vec::new());
    for (sample, packet) in samples.into_iter().zip(packets) {
        if TAKEN_APART.contains(&sample.pair.name()) {
            continue;
        }
        // Many attributes are in Debian's dictionaries only.
        let Some(field) = field(packet, sample.pair.name()) else { continue };
        if !agrees(&dictionary, &sample, field) {
            wrong.push(format!("{} is {}", sample.text, field.trim()));
        }
        compared.push(sample);
    }
    assert!(wrong.is_empty(), "seed {SEED}: {} differ\n{}", wrong.len(), wrong.join("\n"));
    println!("{} pairs of {} vendors dissected", compared.len(), vendors(&compared));
    assert!(compared.len() > 4_000, "only {} pairs were compared", compared.len());
}

/// Attributes whose value the dissector splits into fields.
const TAKEN_APART: [&str; 2] = ["Egress-VLANID", "Egress-VLAN-Name"];

/// What the dissector says of a packet with each of these, as PDML: one field a line.
fn dissect(program: &Path, samples: &[Sample]) -> String {
    let datagrams: Vec<_> = samples.iter().map(datagram).collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), capture::write(&datagrams)).unwrap();
    let output = std::process::Command::new(program)
        .args(["-o", &format!("radius.shared_secret:{SECRET}"), "-T", "pdml", "-J", "radius", "-r"])
        .arg(file.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn datagram(sample: &Sample) -> Datagram {
    const AUTHENTICATOR: [u8; 16] = [7; 16];
    let address = |port| SocketAddrV4::new([192, 0, 2, 1].into(), port);
    let secret = secret();
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, 0).unwrap();
    let mut hiding = Hiding::new(&AUTHENTICATOR, &secret, [0x80, 1]);
    sample.pair.write(&mut writer, &mut hiding).unwrap();
    let payload = writer.finish_access_request(&AUTHENTICATOR, &secret).to_vec();
    Datagram { source: address(40_000), destination: address(1812), payload }
}

/// The field that is called like the attribute, as far as letters and digits go.
fn field<'p>(packet: &'p str, name: &str) -> Option<&'p str> {
    let letters = |name: &str| name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");
    let wanted = letters(name);
    packet.split("<field").find(|field| {
        let name = part(field, "name").and_then(|name| name.strip_prefix("radius."));
        name.is_some_and(|name| letters(name).eq_ignore_ascii_case(&wanted))
    })
}

/// An XML attribute of the field.
fn part<'f>(field: &'f str, name: &str) -> Option<&'f str> {
    let (_, rest) = field.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

/// Whether the octets are those of the pair, and what they mean too, where the dissector's
/// dictionary gives them a type that has one form.
fn agrees(dictionary: &Dictionary, sample: &Sample, field: &str) -> bool {
    let octets = sample.pair.octets();
    let hexadecimal: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    let definition = dictionary.attribute(sample.pair.vendor(), sample.pair.number());
    let shown = part(field, "show").unwrap_or_default();
    let means_the_same = match definition.map(|definition| definition.data_type) {
        Some(DataType::Ipv4Address | DataType::Ipv6Address) => {
            let address: Result<IpAddr, _> = shown.parse();
            address.is_err() || sample.text.ends_with(&format!(" = {shown}"))
        }
        Some(DataType::Integer) if octets.len() == 4 => {
            let number: Result<u32, _> = shown.parse();
            number.is_err() || number == Ok(u32::from_be_bytes(octets.try_into().unwrap()))
        }
        _ => true,
    };
    // Some attributes have no tag in the dissector's dictionary, and some TLVs a TLV's header:
    // there, these octets stand before the value.
    let tag = sample.pair.tag().map(|tag| format!("{tag:02x}"));
    let number = sample.pair.number();
    let header = number.parts().last().map(|child| format!("{child:02x}{:02x}", octets.len() + 2));
    let value = part(field, "value").unwrap_or_default();
    let Some(before) = value.strip_suffix(&*hexadecimal) else { return false };
    let is_after = |octets: Option<String>| octets.as_deref() == Some(before);
    (before.is_empty() && means_the_same) || is_after(tag) || is_after(header)
}
