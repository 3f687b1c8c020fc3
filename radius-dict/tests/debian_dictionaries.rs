//! Debian's whole set of dictionaries loads, and each attribute in it can be written as text.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "says that it is not run")]

mod common;

use common::{Numbers, as_octets, debian, secret, value, written};
use radius_dict::text::{self, Pair, parse_pair, parse_pairs};
use radius_dict::{AttributeDefinition, DataType, Dictionary};
use radius_proto::{Code, Packet};

#[test]
fn the_whole_set_loads() {
    let Some(dictionary) = debian() else { return };
    let counts = dictionary.counts();
    let counts = (counts.files, counts.vendors, counts.attributes, counts.values);
    assert_eq!(counts, (225, 186, 7_468, 7_987));

    let flagged = |wanted: fn(&AttributeDefinition) -> bool| {
        dictionary.attributes().filter(|attribute| wanted(attribute)).count()
    };
    assert_eq!(flagged(|attribute| attribute.flags.has_tag), 40);
    assert_eq!(flagged(|attribute| attribute.flags.concat), 4);
    let encrypted = |with| {
        let attributes = dictionary.attributes();
        attributes.filter(|attribute| attribute.flags.encryption == Some(with)).count()
    };
    assert_eq!(encrypted(radius_dict::Encryption::UserPassword), 2);
    assert_eq!(encrypted(radius_dict::Encryption::TunnelPassword), 38);
    assert_eq!(encrypted(radius_dict::Encryption::AscendSecret), 6);
}

#[test]
fn layouts_out_of_the_ordinary_are_known() {
    let Some(dictionary) = debian() else { return };
    let format = |name| {
        let format = dictionary.vendor_by_name(name).unwrap().format;
        (format.type_octets(), format.length_octets(), format.continuation())
    };
    assert_eq!(format("USR"), (4, 0, false));
    assert_eq!(format("Lucent"), (2, 1, false));
    assert_eq!(format("Alcatel-ESAM"), (2, 1, false));
    assert_eq!(format("Starent"), (2, 2, false));
    assert_eq!(format("WiMAX"), (1, 1, true));
    assert_eq!(format("Telrad"), (1, 1, true));

    let nested = dictionary.attribute_by_name("WiMAX-Release").unwrap();
    assert_eq!(nested.number.to_string(), "1.1");
    let in_evs = dictionary.attribute_by_name("FreeRADIUS-802.1X-Anonce").unwrap();
    assert_eq!((in_evs.vendor, in_evs.number.to_string().as_str()), (None, "245.26.11344.1"));
    // Old names lead to the same number as the new one, which is what the number leads to.
    let new = dictionary.attribute(None, 242_u32).unwrap();
    assert_eq!(&*new.name, "Extended-Attribute-2");
    let old = dictionary.attribute_by_name("X-Ascend-Data-Filter").unwrap();
    assert_eq!(old.data_type, DataType::AscendBinary);
}

#[test]
fn names_of_values_read_back() {
    let Some(dictionary) = debian() else { return };
    let mut read_back = 0;
    for attribute in dictionary.attributes().filter(|attribute| attribute.is_on_wire()) {
        if matches!(attribute.data_type, DataType::Octets) {
            continue;
        }
        for (number, name) in attribute.values() {
            let is_numeric = name.bytes().all(|c| c.is_ascii_digit());
            if is_numeric || (attribute.flags.has_tag && number > 0x00ff_ffff) {
                continue;
            }
            let line = format!("{} = \"{name}\"", attribute.name);
            let pair = parse_pair(&dictionary, &line).unwrap_or_else(|e| panic!("{line}: {e}"));
            let octets = pair.octets().iter().fold(0, |sum, octet| sum << 8 | u64::from(*octet));
            assert_eq!(octets, number, "{line}");
            let again = parse_pair(&dictionary, &pair.text(&dictionary).to_string()).unwrap();
            assert_eq!(again, pair);
            read_back += 1;
        }
    }
    assert!(read_back > 7_000, "only {read_back} values were looked at");
}

/// Types whose values have a text of their own.
fn has_text(data_type: DataType) -> bool {
    !data_type.is_container() && !matches!(data_type, DataType::Octets | DataType::OctetsExact(_))
}

/// The attributes as a packet prints them, hidden values opened.
fn printed(dictionary: &Dictionary, attributes: &[u8]) -> String {
    let mut octets = vec![Code::ACCESS_ACCEPT.0, 1];
    octets.extend(u16::try_from(20 + attributes.len()).unwrap().to_be_bytes());
    octets.extend([7; 16]);
    octets.extend(attributes);
    let packet = Packet::parse(&octets).unwrap();
    text::packet(dictionary, packet).revealing(Some(&[7; 16]), &secret()).to_string()
}

#[test]
fn every_attribute_round_trips_through_octets_and_text() {
    let Some(dictionary) = debian() else { return };
    let seed = 20_261_125;
    println!("seed {seed}");
    let mut numbers = Numbers::new(seed);
    let (mut count, mut named) = (0, 0);
    for definition in dictionary.attributes().filter(|definition| definition.is_on_wire()) {
        // The signature is not written by value, and an EAP-Message is refused without it.
        if ["Message-Authenticator", "EAP-Message"].contains(&&*definition.name) {
            continue;
        }
        let octets = value(definition, &mut numbers);
        let line = as_octets(definition, &octets);
        let pair = parse_pair(&dictionary, &line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(pair.octets(), octets, "{line}");
        pair_text_reads_back(&dictionary, definition, &pair);

        let attributes = written(&[pair], &[7; 16]).unwrap_or_else(|e| panic!("{line}: {e}"));
        let shown = printed(&dictionary, &attributes);
        let again = parse_pairs(&dictionary, &shown).unwrap_or_else(|e| panic!("{shown}: {e}"));
        // A number leads to the name defined last, which may have another type; a short prefix,
        // for one, is then written in full.
        let current = dictionary.attribute(definition.vendor, definition.number).unwrap();
        if current.data_type == definition.data_type {
            assert_eq!(written(&again, &[7; 16]).unwrap(), attributes, "{line}\n{shown}");
        }
        if !definition.data_type.is_container() && current.data_type == definition.data_type {
            assert_eq!(again.len(), 1, "{line}\n{shown}");
            assert_eq!(again[0].name(), &*current.name, "{line}\n{shown}");
            named += 1;
        }
        count += 1;
    }
    println!("{count} attributes, {named} of them with values of their own");
    assert!(named > 6_900 && count > 7_000, "{count} and {named}");
}

/// The text of one pair gives the same pair; a type with a text is not shown as octets.
fn pair_text_reads_back(dictionary: &Dictionary, definition: &AttributeDefinition, pair: &Pair) {
    let text = pair.text(dictionary).to_string();
    let again = parse_pair(dictionary, &text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(&again, pair, "{text}");
    if has_text(definition.data_type) {
        let (_, value) = text.split_once(" = ").unwrap();
        assert!(!value.starts_with("0x"), "{text} is of type {}", definition.data_type);
    }
}

#[test]
fn the_built_in_dictionaries_agree_with_debians() {
    let Some(theirs) = debian() else { return };
    let (mut same, mut ours_only) = (0, 0);
    let mut different = Vec::new();
    for ours in Dictionary::builtin().attributes() {
        let Some(their) = theirs.attribute(ours.vendor, ours.number) else {
            ours_only += 1;
            continue;
        };
        let is_older_name = Dictionary::builtin()
            .attribute(ours.vendor, ours.number)
            .is_none_or(|leads_to| leads_to.name != ours.name);
        // What Ascend once took of the standard space, Debian's still leads to.
        let is_squatted = ours.vendor.is_none() && their.name.starts_with("X-Ascend-");
        if is_older_name || is_squatted {
            continue;
        }
        let is_known = KNOWN_DIFFERENCES.iter().any(|(name, _)| *name == &*ours.name);
        let found = different.len();
        // Ours say how many octets there are where the RFC does.
        let kind = |data_type| match data_type {
            DataType::OctetsExact(_) => DataType::Octets,
            other => other,
        };
        // Debian's names of the line attributes are without the vendor.
        let said = |said: &AttributeDefinition| {
            let name = said.name.strip_prefix("ADSL-").unwrap_or(&said.name);
            (name.to_owned(), kind(said.data_type), said.flags)
        };
        if said(ours) != said(their) {
            different.push(format!("{:?} is {:?}", said(ours), said(their)));
        }
        for (number, name) in their.values() {
            // Vendors have added to the standard attributes' values.
            let is_known = ours.vendor.is_none() || ours.value_name(number).is_some();
            if !is_known {
                different.push(format!("{} lacks {name} {number}", ours.name));
            }
        }
        for (number, name) in ours.values() {
            let number_there = their.value_number(name);
            let same = number_there.is_none_or(|there| there == number);
            if !same {
                different.push(format!("{}: {name} is {number_there:?} there", ours.name));
            }
        }
        if is_known {
            assert!(different.len() > found, "{} does not differ any more", ours.name);
            different.truncate(found);
            continue;
        }
        same += 1;
    }
    assert!(different.is_empty(), "{different:#?}");
    println!("{same} attributes are the same, {ours_only} are not in Debian's");
    assert!(same > 1_500, "only {same} attributes were compared");
}

/// Where the built-in dictionaries say something else than Debian's, and why.
const KNOWN_DIFFERENCES: &[(&str, &str)] = &[
    ("MS-MPPE-Encryption-Types", "the bits of RFC 2548 section 2.4.5 start at 2"),
    ("MS-User-Security-Identity", "MS-RNAP 2.2.1.5 has a binary SID"),
    ("MS-Extended-Quarantine-State", "MS-RNAP 2.2.1.21 numbers No-Data 0"),
    ("Mikrotik-DHCP-Option-Param-STR2", "the name of the vendor's manual"),
    ("ERX-Service-Activate-Type", "the manual has opscript 2; Debian's has both as 1"),
    ("H3C-Acct-IPv6-Input-Packets", "Debian's has the gigawords on this number too"),
    ("H3C-Acct-IPv6-Output-Packets", "Debian's has the gigawords on this number too"),
    ("Huawei-Subscriber-QoS-Profile", "the name of current manuals; Debian's leads to the older"),
    ("Huawei-Policy-Route", "Debian's begins with a small letter"),
    ("Huawei-NAT-Port-Forwarding", "the manual's example is text"),
    ("ZTE-Client-DNS-Pri", "seen on the wire as four octets"),
    ("ZTE-Client-DNS-Sec", "seen on the wire as four octets"),
    ("ZTE-Context-Name", "seen on the wire as a number"),
];
