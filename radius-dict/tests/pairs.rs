//! Attributes as text: reading, printing, writing into packets, and the words of its errors.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use proptest::prelude::*;
use radius_dict::text::{self, Hiding, Operator, PAIRS_MAX, Pair, parse_pair, parse_pairs};
use radius_dict::{AttributeDefinition, DataType, Dictionary, Encryption};
use radius_proto::{Code, Packet, PacketWriter, Secret, salted, user_password};

const AUTHENTICATOR: [u8; 16] = [7; 16];

fn secret() -> Secret {
    Secret::new("testing123").unwrap()
}

fn pair(text: &str) -> Pair {
    parse_pair(Dictionary::builtin(), text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The octets of a packet with these attributes, and their text.
fn written(dictionary: &Dictionary, text: &str) -> (Vec<u8>, String) {
    let secret = secret();
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, 1).unwrap();
    let mut hiding = Hiding::new(&AUTHENTICATOR, &secret, [0x80, 1]);
    for pair in parse_pairs(dictionary, text).unwrap_or_else(|error| panic!("{text}: {error}")) {
        pair.write(&mut writer, &mut hiding).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    let octets = writer.finish_access_request(&AUTHENTICATOR, &secret).to_vec();
    let packet = Packet::parse(&octets).unwrap();
    let printed = text::packet(dictionary, packet).to_string();
    (octets[20..].to_vec(), printed)
}

fn attributes(text: &str) -> Vec<u8> {
    written(Dictionary::builtin(), text).0
}

fn error(text: &str) -> String {
    parse_pairs(Dictionary::builtin(), text).unwrap_err().to_string()
}

#[test]
fn values_of_each_type_become_their_octets() {
    let cases: [(&str, &[u8]); 27] = [
        ("User-Name = \"bob\"", b"bob"),
        ("user-name=bob", b"bob"),
        ("User-Name = 'b\\'o\\\\b\"'", b"b'o\\b\""),
        (r#"User-Name = "a\"\\\n\r\t\001\xfFz\'""#, b"a\"\\\n\r\t\x01\xffz'"),
        ("User-Name = \"\"", b""),
        ("User-Name = 0x00ff", b"\x00\xff"),
        ("User-Name = \"0x00ff\"", b"0x00ff"),
        ("Class = 0xABcd", b"\xab\xcd"),
        ("Class = \"text\"", b"text"),
        ("Class = 0x", b""),
        ("Session-Timeout = 3600", &[0, 0, 14, 16]),
        ("Session-Timeout = \"3600\"", &[0, 0, 14, 16]),
        ("Service-Type = Framed-User", &[0, 0, 0, 2]),
        ("Service-Type = framed-user", &[0, 0, 0, 2]),
        ("NAS-Port-Type = X.25", &[0, 0, 0, 8]),
        ("Framed-IP-Address = 10.0.0.1", &[10, 0, 0, 1]),
        ("Framed-IP-Address = 0x0a00", &[10, 0]),
        ("Event-Timestamp = \"Nov 21 2025 03:04:05 UTC\"", &[0x69, 0x1f, 0xd6, 0xa5]),
        ("Event-Timestamp = 1763694245", &[0x69, 0x1f, 0xd6, 0xa5]),
        ("Framed-Interface-Id = 200:5eff:fe00:5213", &[2, 0, 0x5e, 0xff, 0xfe, 0, 0x52, 0x13]),
        ("NAS-IPv6-Address = ::1", &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        ("Mikrotik-Rate-Limit = 2M/10M", b"2M/10M"),
        ("Mikrotik-Wireless-Enc-Algo = AES-CCM", &[0, 0, 0, 3]),
        ("Tunnel-Type:1 = VLAN", &[0, 0, 13]),
        ("Attr-250 = 0x01", &[1]),
        ("attr-250 = \"a\"", b"a"),
        ("Attr-26.14988.99 = 0x01", &[1]),
    ];
    for (text, octets) in cases {
        assert_eq!(pair(text).octets(), octets, "{text}");
    }
    let prefix = pair("Delegated-IPv6-Prefix = 2001:db8::/32");
    assert_eq!(prefix.octets()[..6], [0, 32, 0x20, 0x01, 0x0d, 0xb8]);
    assert_eq!(prefix.octets().len(), 18);
}

#[test]
fn operators_tags_and_separators_are_read() {
    let text = "User-Name := bob, Class += 0x01,\n\n# a remark\n\tReply-Message=hi # behind\r\n\
                Tunnel-Private-Group-Id:31:=\"12\",";
    let pairs = parse_pairs(Dictionary::builtin(), text).unwrap();
    let seen: Vec<_> =
        pairs.iter().map(|pair| (pair.name(), pair.operator(), pair.tag())).collect();
    let wanted = [
        ("User-Name", Operator::Assign, None),
        ("Class", Operator::Append, None),
        ("Reply-Message", Operator::Set, None),
        ("Tunnel-Private-Group-Id", Operator::Assign, Some(31)),
    ];
    assert_eq!(seen, wanted);
    for nothing in ["", " \t\r\n", "# remark", ",\n,"] {
        assert_eq!(parse_pairs(Dictionary::builtin(), nothing), Ok(Vec::new()), "{nothing:?}");
    }
}

/// Texts and a part of the message that each gives.
const MISTAKES: &[(&str, &str)] = &[
    (
        "Framed-IP-Adress = 10.0.0.1",
        "line 1, column 1: \"Framed-IP-Adress\" is not an attribute; did you mean \
             \"Framed-IP-Address\"?",
    ),
    ("User-Name = bob,\n Colour = red", "line 2, column 2: \"Colour\" is not an attribute; write"),
    ("= bob", "line 1, column 1: the name of an attribute is expected"),
    ("User-Name bob", "column 11: an operator is expected behind User-Name: =, := or +="),
    ("User-Name == bob", "column 11: an operator is expected behind User-Name"),
    ("User-Name < bob", "column 11: an operator is expected"),
    ("User-Name =", "column 12: the value of User-Name is missing"),
    ("User-Name = # bob", "column 13: the value of User-Name is missing"),
    ("User-Name = bob smith", "column 17: a comma or the end of the line is expected"),
    ("User-Name = \"bob", "column 13: the text is not closed by \""),
    ("User-Name = \"bob\n\"", "column 13: the text is not closed by \""),
    ("User-Name = \"bob\\", "column 13: the text is not closed by \""),
    ("User-Name = \"b\\ob\"", "column 15: \"\\o\" is not an escape"),
    ("User-Name = \"\\777\"", "column 14: \"\\7\" is not an escape"),
    ("User-Name = 'b\\nb'", "column 15: \"\\n\" is not an escape"),
    ("Class = 0x123", "column 9: \"0x123\" is not an even number of hexadecimal digits"),
    ("Class = 0xzz", "column 9: \"0xzz\" is not"),
    (
        "Framed-IP-Address = 10.0.0",
        "\"10.0.0\" is not a value of Framed-IP-Address, of type ipaddr; it takes an IPv4",
    ),
    ("Service-Type = Framed-Usr", "did you mean \"Framed-User\"?"),
    ("Service-Type = Whatever", "it takes a number or one of its names"),
    (
        "Session-Timeout = long",
        "\"long\" is not a value of Session-Timeout, of type integer; it takes a number from 0 to \
         4294967295",
    ),
    (
        "Session-Timeout = 4294967296",
        "4294967296 is out of range; Session-Timeout, of type integer, takes numbers from 0 to \
         4294967295",
    ),
    ("Session-Timeout = 99999999999999999999999", "is out of range"),
    ("Session-Timeout = -1", "\"-1\" is not a value of Session-Timeout"),
    ("Tunnel-Type = 16777216", "Tunnel-Type, of type integer, takes numbers from 0 to 16777215"),
    ("Tunnel-Type:32 = VLAN", "column 12: \"32\" is not a tag; tags are 1 to 31"),
    ("User-Name:1 = bob", "column 10: User-Name has no tag"),
    ("Delegated-IPv6-Prefix = 2001:db8::1/32", "the prefix itself is 2001:db8::/32"),
    ("Delegated-IPv6-Prefix = 2001:db8::/129", "it takes an IPv6 prefix"),
    ("Event-Timestamp = \"Feb 30 2025 00:00:00\"", "it takes a date, such as \"Nov"),
    ("Event-Timestamp = 4294967296", "is out of range"),
    ("MS-CHAP2-Response = \"short\"", "it takes 50 octets"),
    ("Framed-Interface-Id = 1:2:3", "it takes an interface id"),
    ("Framed-Interface-Id = +1:2:3:4", "it takes an interface id"),
    ("Vendor-Specific = bob", "it takes octets, such as 0x00ff"),
    ("Attr-0 = 0x", "\"Attr-0\" is not an attribute number"),
    ("Attr-256 = 0x", "is not an attribute number"),
    ("Attr-26.14988.256 = 0x", "is not an attribute number"),
    ("Attr-26..1 = 0x", "is not an attribute number"),
    ("Attr-1.2.3.4.5.6.7.8.9 = 0x", "is not an attribute number"),
    ("Attr-250 = bob", "column 12: \"bob\" is not a value of Attr-250"),
];

#[test]
fn mistakes_say_where_what_and_what_would_be_right() {
    for (text, wanted) in MISTAKES {
        let message = error(text);
        assert!(message.contains(wanted), "{text:?} gives {message:?}, not {wanted:?}");
    }
    let too_long = |name: &str, len: usize| error(&format!("{name} = \"{}\"", "x".repeat(len)));
    assert!(
        too_long("User-Name", 254)
            .contains("254 octets; User-Name, of type string, carries at most 253")
    );
    assert!(too_long("Mikrotik-Rate-Limit", 248).contains("carries at most 247"));
    assert!(too_long("User-Password", 129).contains("carries at most 128"));
    assert!(too_long("Tunnel-Password", 240).contains("carries at most 239"));
    assert!(too_long("Tunnel-Private-Group-Id:1", 253).contains("carries at most 252"));
    assert!(too_long("Attr-241.1", 253).contains("carries at most 252"));
    let many = "Class = 0x\n".repeat(PAIRS_MAX + 1);
    assert!(error(&many).contains("more than 2038 attributes"));
    let none = parse_pair(Dictionary::builtin(), "").unwrap_err().to_string();
    assert!(none.contains("exactly one attribute is expected, not 0"), "{none}");
    let two = parse_pair(Dictionary::builtin(), "Class=0x,Class=0x").unwrap_err().to_string();
    assert!(two.contains("not 2"), "{two}");
}

#[test]
fn attributes_of_servers_only_are_refused() {
    let text = "ATTRIBUTE Cleartext-Password 1100 string\nATTRIBUTE Packet-Kind 5 integer virtual";
    let dictionary = Dictionary::from_text("test", text).unwrap();
    for name in ["Cleartext-Password", "Packet-Kind"] {
        let error = parse_pairs(&dictionary, &format!("{name} = 1")).unwrap_err().to_string();
        assert!(error.contains("never stands in a packet"), "{error}");
    }
}

#[test]
fn tags_are_written_as_rfc_2868_says() {
    assert_eq!(attributes("Tunnel-Type:1 = VLAN"), [64, 6, 1, 0, 0, 13]);
    assert_eq!(attributes("Tunnel-Type = VLAN"), [64, 6, 0, 0, 0, 13]);
    assert_eq!(attributes("Tunnel-Private-Group-Id:1 = \"12\""), b"\x51\x05\x0112");
    assert_eq!(attributes("Tunnel-Private-Group-Id = \"12\""), b"\x51\x0412");
    assert_eq!(attributes("Tunnel-Private-Group-Id:0 = \"12\""), b"\x51\x05\x0012");
    assert_eq!(attributes("Tunnel-Private-Group-Id = \"\\0012\""), b"\x51\x05\x00\x012");
}

#[test]
fn hidden_attributes_are_hidden_and_printed_hidden() {
    let text = "User-Password = \"arctangent\"\nTunnel-Password:3 = \"t1\"\n\
                MS-MPPE-Send-Key = 0x01020304\nMS-MPPE-Recv-Key = 0x05060708";
    let (octets, printed) = written(Dictionary::builtin(), text);
    let mut packet = vec![1, 1, 0, u8::try_from(20 + octets.len()).unwrap()];
    packet.extend_from_slice(&AUTHENTICATOR);
    packet.extend_from_slice(&octets);
    let packet = Packet::parse(&packet).unwrap();
    let (secret, mut out) = (secret(), [0; 253]);
    let password = packet.first(radius_proto::AttributeType::USER_PASSWORD).unwrap();
    assert_eq!(password.len(), 16);
    let plain = user_password::reveal(password, &mut out, &AUTHENTICATOR, &secret).unwrap();
    assert_eq!(plain, b"arctangent");
    let tunnel = packet.first(radius_proto::AttributeType::TUNNEL_PASSWORD).unwrap();
    assert_eq!((tunnel[0], &tunnel[1..3]), (3, &[0x80, 1][..]));
    let plain = salted::reveal(&tunnel[1..], &mut out, &AUTHENTICATOR, &secret).unwrap();
    assert_eq!(plain, b"t1");
    let microsoft = radius_proto::VendorId::MICROSOFT;
    for (kind, salt, key) in [(16, 2, [1, 2, 3, 4]), (17, 3, [5, 6, 7, 8])] {
        let hidden = packet.first_vendor(microsoft, kind).unwrap();
        assert_eq!(hidden[..2], [0x80, salt], "each salted attribute has its own salt");
        let plain = salted::reveal(hidden, &mut out, &AUTHENTICATOR, &secret).unwrap();
        assert_eq!(plain, key);
    }
    assert!(!printed.contains("arctangent"), "{printed}");
    assert!(printed.starts_with("\tAttr-2 = 0x"), "{printed}");
    assert!(printed.contains(" # User-Password, hidden\n\tAttr-69 = 0x03"), "{printed}");
    assert!(printed.contains("\tAttr-26.311.16 = 0x8002"), "{printed}");
    assert_eq!(written(Dictionary::builtin(), &printed).0, octets);
    let debug = format!("{:?}", pair("User-Password = \"arctangent\""));
    assert!(!debug.contains("arctangent") && !debug.contains("97, 114"), "{debug}");
}

#[test]
fn ascends_hiding_is_undone_like_the_others() {
    let text = "ATTRIBUTE Send-Secret 214 string encrypt=3";
    let dictionary = Dictionary::from_text("test", text).unwrap();
    let pair = parse_pair(&dictionary, "Send-Secret = \"ascend\"").unwrap();
    let secret = secret();
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_ACCEPT, 1).unwrap();
    let mut hiding = Hiding::new(&AUTHENTICATOR, &secret, [0; 2]);
    pair.write(&mut writer, &mut hiding).unwrap();
    let packet = Packet::parse(writer.finish_response(&AUTHENTICATOR, &secret)).unwrap();
    assert_eq!(packet.as_bytes()[20..22], [214, 18]);
    let hidden = text::packet(&dictionary, packet);
    assert!(hidden.to_string().ends_with(" # Send-Secret, hidden\n"), "{hidden}");
    let revealed = hidden.revealing(Some(&AUTHENTICATOR), &secret).to_string();
    assert_eq!(revealed, "\tSend-Secret = \"ascend\"\n");
    let error = parse_pair(&dictionary, "Send-Secret = \"seventeen octets!\"").unwrap_err();
    assert!(error.to_string().contains("carries at most 16"), "{error}");
}

/// A dictionary with each layout that vendors use, and each container.
fn layouts() -> Dictionary {
    let mut dictionary = Dictionary::builtin().clone();
    let text = "VENDOR Usr 429 format=4,0\nVENDOR Lucent 4846 format=2,1\n\
                VENDOR Starent 8164 format=2,2\nVENDOR Wimax 24757 format=1,1,c\n\
                BEGIN-VENDOR Usr\nATTRIBUTE Usr-A 0x9843 integer\nEND-VENDOR Usr\n\
                BEGIN-VENDOR Lucent\nATTRIBUTE Lucent-A 300 string\nEND-VENDOR Lucent\n\
                BEGIN-VENDOR Starent\nATTRIBUTE Starent-A 2 string\nEND-VENDOR Starent\n\
                BEGIN-VENDOR Wimax\nATTRIBUTE Wimax-Long 5 octets\nATTRIBUTE Wimax-Outer 1 tlv\n\
                ATTRIBUTE Wimax-A 1.1 string\nATTRIBUTE Wimax-B 1.2 byte\n\
                ATTRIBUTE Wimax-C 1.3 tlv\nATTRIBUTE Wimax-D 1.3.4 short\nEND-VENDOR Wimax\n\
                ATTRIBUTE Ext-A 241.1 integer\nATTRIBUTE Ext-T 241.5 tlv\n\
                ATTRIBUTE Ext-B 241.5.2 ipaddr\nATTRIBUTE Long-A 245.1 octets\n\
                BEGIN-VENDOR Usr format=Extended-Vendor-Specific-5\n\
                ATTRIBUTE Evs-A 7 string\nATTRIBUTE Evs-T 8 tlv\nATTRIBUTE Evs-B 8.1 byte\n\
                END-VENDOR Usr\nBEGIN-VENDOR Usr format=Extended-Vendor-Specific-1\n\
                ATTRIBUTE Evs-C 7 string\nEND-VENDOR Usr";
    dictionary.extend_from_text("layouts", text).unwrap();
    dictionary
}

#[test]
fn each_layout_is_written_as_its_document_shows() {
    let dictionary = layouts();
    let cases: [(&str, &[u8]); 11] = [
        ("Usr-A = 1", &[26, 14, 0, 0, 1, 173, 0, 0, 0x98, 0x43, 0, 0, 0, 1]),
        ("Lucent-A = \"x\"", &[26, 10, 0, 0, 0x12, 0xee, 0x01, 0x2c, 4, b'x']),
        ("Starent-A = \"x\"", &[26, 11, 0, 0, 0x1f, 0xe4, 0, 2, 0, 5, b'x']),
        ("Wimax-A = \"x\"", &[26, 12, 0, 0, 0x60, 0xb5, 1, 6, 0, 1, 3, b'x']),
        ("Wimax-D = 258", &[26, 15, 0, 0, 0x60, 0xb5, 1, 9, 0, 3, 6, 4, 4, 1, 2]),
        ("Ext-A = 1", &[241, 7, 1, 0, 0, 0, 1]),
        ("Ext-B = 10.0.0.1", &[241, 9, 5, 2, 6, 10, 0, 0, 1]),
        ("Long-A = 0xff", &[245, 5, 1, 0, 0xff]),
        ("Evs-A = \"x\"", &[245, 10, 26, 0, 0, 0, 1, 173, 7, b'x']),
        ("Evs-B = 9", &[245, 12, 26, 0, 0, 0, 1, 173, 8, 1, 3, 9]),
        ("Evs-C = \"x\"", &[241, 9, 26, 0, 0, 1, 173, 7, b'x']),
    ];
    for (text, octets) in cases {
        let (written, printed) = written(&dictionary, text);
        assert_eq!(written, octets, "{text}");
        assert_eq!(printed, format!("\t{text}\n"));
    }
}

#[test]
fn long_values_are_spread_and_joined() {
    let dictionary = layouts();
    for (name, first, pieces) in [
        ("EAP-Message", &[79, 255, 0x61][..], 3),
        ("Long-A", &[245, 255, 1, 0x80, 0x61][..], 3),
        ("Evs-A", &[245, 255, 26, 0x80, 0, 0, 1, 173, 7, 0x61][..], 3),
        ("Wimax-Long", &[26, 255, 0, 0, 0x60, 0xb5, 5, 249, 0x80, 0x61][..], 3),
    ] {
        let value = "61".repeat(600);
        let line = format!("Message-Authenticator = 0x00, {name} = 0x{value}");
        let (octets, printed) = written(&dictionary, &line);
        // The signature stands first: its 18 octets.
        assert_eq!(&octets[18..18 + first.len()], first, "{name}");
        let mut packet = vec![1, 1, 0, 0];
        packet[2..4].copy_from_slice(&u16::try_from(20 + octets.len()).unwrap().to_be_bytes());
        packet.extend_from_slice(&AUTHENTICATOR);
        packet.extend_from_slice(&octets);
        assert_eq!(Packet::parse(&packet).unwrap().attributes().count(), 1 + pieces, "{name}");
        let shown = printed.lines().nth(1).unwrap().trim();
        let read = parse_pair(&dictionary, shown).unwrap();
        assert_eq!(read.octets(), [b'a'; 600], "{name}");
        assert_eq!(written(&dictionary, &printed).0[18..], octets[18..], "{name}");
    }
}

#[test]
fn what_does_not_fit_leaves_the_packet_alone() {
    let secret = secret();
    let dictionary = layouts();
    let mut buffer = [0; 600];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_ACCEPT, 1).unwrap();
    let mut hiding = Hiding::new(&AUTHENTICATOR, &secret, [0; 2]);
    for name in ["EAP-Message", "Long-A", "Evs-A", "Wimax-Long"] {
        let pair = parse_pair(&dictionary, &format!("{name} = 0x{}", "00".repeat(600))).unwrap();
        let before = writer.remaining();
        let error = pair.write(&mut writer, &mut hiding).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{name}: the attribute needs")), "{error}");
        assert_eq!(writer.remaining(), before);
    }
}

#[test]
fn malformed_and_unknown_attributes_print_as_octets_and_read_back() {
    let dictionary = layouts();
    let cases = [
        "Framed-IP-Address = 0x0a00",
        "Framed-IP-Address = 0x",
        "Tunnel-Private-Group-Id = \"\"",
        "Tunnel-Type:1 = 0x",
        "Tunnel-Type = 0x000d",
        "Attr-64 = 0x20000001",
        "Attr-250 = 0x00",
        "Attr-26.14988.99 = 0x01",
        "Attr-26.99999.1 = 0x01",
        "Vendor-Specific = 0x0000",
        "Vendor-Specific = 0x00003a8c0809",
        "Extended-Attribute-1 = 0x",
        "Extended-Attribute-5 = 0x01",
        "Extended-Attribute-5 = 0x018000",
        "Attr-241.99 = 0x01",
        "Extended-Vendor-Specific-1 = 0x000001",
        "Attr-241.26.9.1 = 0x01",
        "Ext-T = 0x0201",
        "Ext-T = 0x",
        "Attr-241.5.99 = 0x01",
        "Wimax-Outer = 0x01",
        "Wimax-Outer = 0x0103780201",
        "User-Name = \"\\377\\376\\000\"",
        "Delegated-IPv6-Prefix = 0x0080",
        "Delegated-IPv6-Prefix = 0x000101",
        "Service-Type = 999",
        "ADSL-IWF-Session = 0x",
        "User-Name = \"ünïcödé, with # and = and \\\" and \\\\\"",
    ];
    for text in cases {
        let (octets, printed) = written(&dictionary, text);
        assert_eq!(printed, format!("\t{text}\n"));
        assert_eq!(written(&dictionary, &printed).0, octets);
    }
}

#[test]
fn characters_that_cannot_be_seen_are_escaped_and_read_back() {
    let dictionary = layouts();
    for hidden in ['\u{202e}', '\u{200b}', '\u{feff}', '\u{85}'] {
        let text = format!("User-Name = \"a{hidden}b's\"");
        let (octets, printed) = written(&dictionary, &text);
        assert!(printed.trim().is_ascii(), "{printed}");
        assert_eq!(written(&dictionary, &printed).0, octets);
    }
}

#[test]
fn attributes_in_one_container_come_apart() {
    let dictionary = layouts();
    let together = "Attr-26 = 0x000060b501090001036102030a";
    let (_, printed) = written(&dictionary, together);
    assert_eq!(printed, "\tWimax-A = \"a\"\n\tWimax-B = 10\n");
    let (_, again) = written(&dictionary, &printed);
    assert_eq!(again, printed);
}

/// Whether the value stands in hexadecimal digits.
fn is_octets(shown: &str) -> bool {
    shown.split_once(" = ").is_some_and(|(_, value)| value.starts_with("0x"))
}

/// A value of the attribute's type, as octets.
fn value_of(attribute: &AttributeDefinition) -> BoxedStrategy<Vec<u8>> {
    let max = match attribute.flags.encryption {
        Some(Encryption::UserPassword) => 128,
        Some(Encryption::AscendSecret) => 16,
        Some(Encryption::TunnelPassword) if attribute.number.parent().is_some() => 200,
        Some(Encryption::TunnelPassword) => 239,
        None if attribute.number.parent().is_some() => 240,
        None if attribute.vendor.is_some() => 246,
        None => 252,
    };
    let octets = |len| prop::collection::vec(any::<u8>(), len).boxed();
    match attribute.data_type {
        DataType::String | DataType::Octets => prop::collection::vec(any::<u8>(), 0..=max).boxed(),
        DataType::OctetsExact(len) => octets(len.into()),
        DataType::Integer if attribute.flags.has_tag => octets(3),
        DataType::Integer | DataType::Date | DataType::Ipv4Address => {
            // Small numbers often, since those have names.
            prop_oneof![octets(4), (0_u8..30).prop_map(|low| vec![0, 0, 0, low])].boxed()
        }
        DataType::Signed => octets(4),
        DataType::Byte => octets(1),
        DataType::Short => octets(2),
        DataType::Ether => octets(6),
        DataType::ComboIp => prop_oneof![octets(4), octets(16)].boxed(),
        DataType::Ipv6Address => octets(16),
        DataType::InterfaceId | DataType::Integer64 => octets(8),
        DataType::AscendBinary => prop::sample::select(&common::FILTERS[..])
            .prop_map(|filter| {
                let pair = parse_pair(
                    Dictionary::builtin(),
                    &format!("Ascend-Data-Filter = \"{filter}\""),
                );
                pair.unwrap().octets().to_vec()
            })
            .boxed(),
        DataType::Ipv4Prefix => (0_u8..=32, any::<u32>())
            .prop_map(|(len, bits)| {
                let mask = u32::MAX.checked_shl(32 - u32::from(len)).unwrap_or(0);
                [&[0, len][..], &(bits & mask).to_be_bytes()].concat()
            })
            .boxed(),
        DataType::Ipv6Prefix => (0_u8..=128, any::<u128>())
            .prop_map(|(len, bits)| {
                let mask = u128::MAX.checked_shl(128 - u32::from(len)).unwrap_or(0);
                [&[0, len][..], &(bits & mask).to_be_bytes()].concat()
            })
            .boxed(),
        other => panic!("the built-in dictionaries have a new type to be tested: {other}"),
    }
}

/// Any built-in attribute that holds a value itself, with such a value and perhaps a tag.
fn any_pair() -> impl Strategy<Value = (&'static AttributeDefinition, Option<u8>, Vec<u8>)> {
    let attributes: Vec<_> = Dictionary::builtin()
        .attributes()
        .filter(|attribute| !attribute.data_type.is_container())
        .collect();
    prop::sample::select(attributes).prop_flat_map(|attribute| {
        let tag = match attribute.flags.has_tag {
            true => prop::option::of(0_u8..=31).boxed(),
            false => Just(None).boxed(),
        };
        (Just(attribute), tag, value_of(attribute))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Octets, to text in the attribute's own form, to a pair, to a packet, to text again.
    #[test]
    fn every_builtin_attribute_makes_the_round_trip((attribute, tag, octets) in any_pair()) {
        let dictionary = Dictionary::builtin();
        let hexadecimal: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        let tag = tag.map_or(String::new(), |tag| format!(":{tag}"));
        let name = &attribute.name;
        let raw = parse_pair(dictionary, &format!("{name}{tag} = 0x{hexadecimal}")).unwrap();
        let shown = raw.text(dictionary).to_string();
        let typed = parse_pair(dictionary, &shown).unwrap();
        prop_assert_eq!(typed.octets(), &octets, "{}", shown);
        prop_assert_eq!(&typed, &raw);
        if !matches!(attribute.data_type, DataType::Octets | DataType::OctetsExact(_)) {
            prop_assert!(!is_octets(&shown), "{} has no text of its own", shown);
        }

        // An EAP-Message is a packet's only beside a signature.
        let signature = if &**name == "EAP-Message" { "Message-Authenticator = 0x\n" } else { "" };
        let (wire, printed) = written(dictionary, &format!("{signature}{shown}"));
        let (wire_again, printed_again) = written(dictionary, &printed);
        prop_assert_eq!(&printed_again, &printed);
        prop_assert_eq!(wire_again, wire);
        if attribute.flags.encryption.is_none() {
            let current = &dictionary.attribute(attribute.vendor, attribute.number).unwrap().name;
            prop_assert!(printed.contains(&format!("\t{current}")), "{}", printed);
        }
    }

    #[test]
    fn any_packet_prints_as_text_that_reads_back(
        attributes in prop::collection::vec(
            (1_u8..=255, prop::collection::vec(any::<u8>(), 0..40)), 0..8
        ),
        layouts_known: bool,
    ) {
        let dictionary = if layouts_known { layouts() } else { Dictionary::builtin().clone() };
        let secret = secret();
        let mut buffer = [0; 4096];
        let mut writer = PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, 1).unwrap();
        writer.message_authenticator().unwrap();
        for (kind, value) in attributes {
            // The signature is written above; every other attribute stands as it is.
            let _ = writer.attribute(radius_proto::AttributeType(kind), &value);
        }
        let octets = writer.finish_access_request(&AUTHENTICATOR, &secret);
        let printed = text::packet(&dictionary, Packet::parse(octets).unwrap()).to_string();
        let (_, again) = written(&dictionary, &printed);
        // The signature covers what follows it, which may be laid out anew.
        let rest = |text: &str| text.split_once('\n').map(|(_, rest)| rest.to_owned());
        prop_assert_eq!(rest(&again), rest(&printed));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC*") {
        let _ = parse_pairs(Dictionary::builtin(), &text);
    }

    #[test]
    fn no_likely_text_makes_the_reader_panic(
        text in "((User-Name|Tunnel-Type|Attr-26|Attr-241.26|Class|Event-Timestamp|Framed-IPv6-Prefix)\
                 (:[0-9]{1,3})?[ =:+]{1,3}(0x[0-9a-f]{0,5}|\"[a-z\\\\\"0-9x]{0,6}\"?|[-0-9./: a-f]{0,9})\
                 [,\n#]?){0,4}"
    ) {
        let _ = parse_pairs(Dictionary::builtin(), &text);
    }
}
