//! Debian's whole set of dictionaries loads, and each attribute in it can be written as text.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "says that it is not run")]

use std::path::Path;

use radius_dict::{DataType, Dictionary, text};

const MASTER: &str = "/usr/share/freeradius/dictionary";

/// The dictionary, or `None` where the package `freeradius-common` is not installed. In CI it must
/// be.
fn debian() -> Option<Dictionary> {
    if !Path::new(MASTER).exists() {
        let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!in_ci, "{MASTER} is missing: install freeradius-common");
        println!("not run: {MASTER} is missing, install freeradius-common");
        return None;
    }
    Some(Dictionary::from_file(Path::new(MASTER)).unwrap_or_else(|error| panic!("{error}")))
}

#[test]
fn the_whole_set_loads() {
    let Some(dictionary) = debian() else { return };
    let counts = dictionary.counts();
    let counts = (counts.files, counts.vendors, counts.attributes, counts.values);
    assert_eq!(counts, (225, 186, 7_468, 7_987));

    let flagged = |wanted: fn(&radius_dict::AttributeDefinition) -> bool| {
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
            let pair =
                text::parse_pair(&dictionary, &line).unwrap_or_else(|e| panic!("{line}: {e}"));
            let octets = pair.octets().iter().fold(0, |sum, octet| sum << 8 | u64::from(*octet));
            assert_eq!(octets, number, "{line}");
            let again = text::parse_pair(&dictionary, &pair.text(&dictionary).to_string()).unwrap();
            assert_eq!(again, pair);
            read_back += 1;
        }
    }
    assert!(read_back > 7_000, "only {read_back} values were looked at");
}
