use radius_dict::{Dictionary, codegen};

/// Any text is read as a dictionary or refused with a place in it, and what is read can be asked
/// for by each of its names and numbers.
///
/// # Panics
/// When that does not hold.
pub fn dictionary_text(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut dictionary = Dictionary::builtin().clone();
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
