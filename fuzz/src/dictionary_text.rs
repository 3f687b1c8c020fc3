use std::sync::LazyLock;

use radius_dict::{Dictionary, codegen};

/// What the text is added to: one of each thing that a text can refer to, and no more, since it is
/// copied for each text.
fn base() -> &'static Dictionary {
    const TEXT: &str = "\
        VENDOR Base 9\n\
        VENDOR Wide 429 format=4,0\n\
        ATTRIBUTE User-Name 1 string\n\
        ATTRIBUTE Service-Type 6 integer\n\
        VALUE Service-Type Framed-User 2\n\
        ATTRIBUTE Vendor-Specific 26 vsa\n\
        ATTRIBUTE Extended-Attribute-1 241 extended\n\
        ATTRIBUTE Extended-Vendor-Specific-1 241.26 evs\n\
        ATTRIBUTE Extended-Attribute-5 245 long-extended\n\
        ATTRIBUTE Extended-Vendor-Specific-5 245.26 evs\n\
        BEGIN-VENDOR Base\n\
        ATTRIBUTE Base-Tlv 1 tlv\n\
        ATTRIBUTE Base-Inner 1.1 string\n\
        END-VENDOR Base\n";
    static BASE: LazyLock<Dictionary> = LazyLock::new(|| {
        Dictionary::from_text("base", TEXT).unwrap_or_else(|error| panic!("{error}"))
    });
    &BASE
}

/// Any text is read as a dictionary or refused with a place in it, and what is read can be asked
/// for by each of its names and numbers.
///
/// # Panics
/// When that does not hold.
pub fn dictionary_text(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut dictionary = base().clone();
    let before = dictionary.counts();
    if let Err(error) = dictionary.extend_from_text("fuzz", text) {
        let lines = text.lines().count();
        assert!(error.line <= lines.max(1), "{error} is beyond line {lines}");
        assert!(!error.to_string().is_empty());
        assert_eq!(dictionary.counts(), before, "a refusal leaves something");
        return;
    }
    for vendor in dictionary.vendors() {
        assert!(dictionary.vendor_by_name(&vendor.name).is_some());
        assert!(dictionary.vendor(vendor.id).is_some());
    }
    for attribute in dictionary.attributes() {
        assert!(dictionary.attribute_by_name(&attribute.name).is_some());
        assert!(dictionary.attribute(attribute.vendor, attribute.number).is_some());
        for (number, name) in attribute.values() {
            assert_eq!(attribute.value_name(number), Some(name));
            assert_eq!(attribute.value_number(name), Some(number));
        }
    }
    assert!(!codegen::handles(&dictionary, "fuzz", text).is_empty());
}
