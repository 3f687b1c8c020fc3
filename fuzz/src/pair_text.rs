use radius_dict::text::{self, Hiding, Pair, parse_pair, parse_pairs};
use radius_dict::{Dictionary, Encryption};
use radius_proto::{Code, Packet, PacketWriter, Secret};

const AUTHENTICATOR: [u8; 16] = *b"sixteen octets !";

/// Any text is read as attributes or refused with a place in it; what is read prints as text that
/// is the same attribute, and what is written into a packet prints as text that writes it again.
///
/// # Panics
/// When that does not hold.
pub fn pair_text(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let dictionary = Dictionary::builtin();
    let pairs = match parse_pairs(dictionary, text) {
        Ok(pairs) => pairs,
        Err(error) => {
            let lines = text.split('\n').count();
            assert!((1..=lines).contains(&error.line), "{error} is beyond line {lines}");
            return;
        }
    };
    for pair in &pairs {
        let printed = pair.text(dictionary).to_string();
        let again = parse_pair(dictionary, &printed)
            .unwrap_or_else(|error| panic!("what is printed is not read: {error}\n{printed}"));
        assert_eq!(&again, pair, "{printed}");
    }
    let mut first = [0; 4096];
    let first = written(dictionary, &pairs, &mut first);
    let printed = text::packet(dictionary, first).to_string();
    let pairs = parse_pairs(dictionary, &printed)
        .unwrap_or_else(|error| panic!("what is printed is not read: {error}\n{printed}"));
    let mut second = [0; 4096];
    let second = written(dictionary, &pairs, &mut second);
    assert_eq!(text::packet(dictionary, second).to_string(), printed);
}

/// A packet of as many of the pairs as fit. Salted values are left out: each writing hides them
/// otherwise.
fn written<'b>(dictionary: &Dictionary, pairs: &[Pair], buffer: &'b mut [u8; 4096]) -> Packet<'b> {
    let secret = Secret::new("testing123").unwrap_or_else(|e| panic!("{e}"));
    let mut hiding = Hiding::new(&AUTHENTICATOR, &secret, [0; 2]);
    let code = Code::ACCESS_REQUEST;
    let mut writer = PacketWriter::without_message_authenticator(buffer, code, 1)
        .unwrap_or_else(|e| panic!("{e}"));
    writer.append_message_authenticator().unwrap_or_else(|e| panic!("{e}"));
    for pair in pairs {
        let definition = dictionary.attribute_by_name(pair.name());
        let encryption = definition.and_then(|definition| definition.flags.encryption);
        let is_signature = pair.vendor().is_none() && pair.number().first() == 80;
        if encryption != Some(Encryption::TunnelPassword) && !is_signature {
            // What does not fit is left out, and the packet is as it was.
            let _ = pair.write(&mut writer, &mut hiding);
        }
    }
    let octets = writer.finish_access_request(&AUTHENTICATOR, &secret);
    Packet::parse(octets).unwrap_or_else(|e| panic!("{e}"))
}
