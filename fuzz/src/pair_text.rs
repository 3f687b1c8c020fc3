use std::sync::LazyLock;

use radius_dict::text::{self, Hiding, Pair, parse_pair, parse_pairs};
use radius_dict::{BUILTIN_TEXTS, Dictionary, Encryption};
use radius_proto::{Code, Packet, PacketWriter, Secret};

const AUTHENTICATOR: [u8; 16] = *b"sixteen octets !";

/// One attribute of each layout and type that the texts below lack.
const LAYOUTS: &str = "\
    VENDOR Usr 429 format=4,0\n\
    VENDOR Lucent 4846 format=2,1\n\
    VENDOR Starent 8164 format=2,2\n\
    VENDOR Wimax 24757 format=1,1,c\n\
    BEGIN-VENDOR Usr\nATTRIBUTE Usr-A 0x9843 integer\nATTRIBUTE Usr-F 7 abinary\nEND-VENDOR Usr\n\
    BEGIN-VENDOR Lucent\nATTRIBUTE Lucent-A 300 string\nEND-VENDOR Lucent\n\
    BEGIN-VENDOR Starent\nATTRIBUTE Starent-A 2 ether\nEND-VENDOR Starent\n\
    BEGIN-VENDOR Wimax\nATTRIBUTE Wimax-Long 5 octets\nATTRIBUTE Wimax-Outer 1 tlv\n\
    ATTRIBUTE Wimax-A 1.1 signed\nATTRIBUTE Wimax-B 1.2 byte\nATTRIBUTE Wimax-C 1.3 tlv\n\
    ATTRIBUTE Wimax-D 1.3.4 short\nATTRIBUTE Wimax-E 6 combo-ip\nEND-VENDOR Wimax\n\
    BEGIN-VENDOR Usr format=Extended-Vendor-Specific-5\n\
    ATTRIBUTE Usr-Ext 3 string\nEND-VENDOR Usr\n";

/// Few enough names that looking for the nearest one to a mistyped name does not take all the time.
fn dictionary() -> &'static Dictionary {
    static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| {
        let builtin = BUILTIN_TEXTS
            .iter()
            .filter(|builtin| ["ietf", "mikrotik", "microsoft"].contains(&builtin.name))
            .map(|builtin| (builtin.name, builtin.text));
        Dictionary::from_texts(builtin.chain([("layouts", LAYOUTS)]))
            .unwrap_or_else(|error| panic!("{error}"))
    });
    &DICTIONARY
}

/// Any text is read as attributes or refused with a place in it; what is read prints as text that
/// is the same attribute, and what is written into a packet prints as text that writes it again.
///
/// # Panics
/// When that does not hold.
pub fn pair_text(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let dictionary = dictionary();
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
