//! Rust source of typed handles from a dictionary's text: what `cargo xtask dict` writes.

use std::fmt::Write as _;

use radius_proto::VendorFormat;

use crate::Dictionary;
use crate::model::{AttributeDefinition, DataType};
use crate::parse::line::{Statement, comment, statement};

/// Columns of a line of source.
const WIDTH_MAX: usize = 100;

/// The module of handles for the dictionary of this name: one constant for each attribute that a
/// [`Handle`](crate::Handle) can stand for, and one module of constants for each attribute with
/// named values. The comments behind the `ATTRIBUTE` lines become their documentation.
///
/// `dictionary` must hold `text` already. Left out are attributes inside TLVs, the containers of
/// RFC 2865 and RFC 6929 themselves, and older names of an attribute.
#[must_use]
pub fn handles(dictionary: &Dictionary, name: &str, text: &str) -> String {
    let file = name.replace('_', "-");
    let mut constants = String::new();
    let mut modules = String::new();
    let mut kinds: Vec<&str> = Vec::new();
    let mut vendor = None;
    for line in text.lines() {
        let Ok(Some(Statement::Attribute(statement))) = statement(line) else { continue };
        let Some(attribute) = dictionary.attribute_by_name(statement.name.text) else { continue };
        let Some(kind) = kind(dictionary, attribute) else { continue };
        let Some(place) = place(dictionary, attribute) else { continue };
        kinds.push(kind);
        vendor = vendor.or(attribute.vendor);
        constant(&mut constants, attribute, kind, &place, comment(line));
        value_module(&mut modules, attribute);
    }
    kinds.sort_unstable();
    kinds.dedup();
    let mut source = format!(
        "// Written by `cargo xtask dict` from dictionaries/dictionary.{file}; not to be edited.\n\n"
    );
    if vendor.is_some() {
        source.push_str("use radius_proto::VendorId;\n\n");
    }
    source.push_str(&imports(&kinds));
    if let Some(vendor) = vendor {
        let _ = write!(source, "\nconst VENDOR: VendorId = VendorId({});\n", separated(vendor.0));
    }
    source + &constants + &modules
}

/// `use` of the kinds, folded as rustfmt does.
fn imports(kinds: &[&str]) -> String {
    let mut names: Vec<&str> = kinds.to_vec();
    names.push("Handle");
    names.sort_unstable();
    let list = names.join(", ");
    let line = format!("use crate::handle::{{{list}}};\n");
    if line.len() <= WIDTH_MAX {
        return line;
    }
    let mut folded = String::from("use crate::handle::{\n");
    let mut row = String::new();
    for name in names {
        if 4 + row.len() + name.len() + 1 > WIDTH_MAX {
            let _ = writeln!(folded, "    {}", row.trim_end());
            row.clear();
        }
        let _ = write!(row, "{name}, ");
    }
    let _ = writeln!(folded, "    {}\n}};", row.trim_end());
    folded
}

/// The source of an attribute's place; `None` for what no handle can stand for.
fn place(dictionary: &Dictionary, attribute: &AttributeDefinition) -> Option<String> {
    let name = &attribute.name;
    let octet = |number: u32| u8::try_from(number).ok();
    match (attribute.vendor, attribute.number.parts()) {
        (None, &[number]) => Some(format!("Handle::standard(\"{name}\", {})", octet(number)?)),
        (None, &[container @ 241..=246, number]) => {
            let (container, number) = (octet(container)?, octet(number)?);
            Some(format!("Handle::extended(\"{name}\", {container}, {number})"))
        }
        (Some(vendor), &[number]) => {
            let standard = dictionary.vendor_format(vendor) == VendorFormat::STANDARD;
            let number = octet(number).filter(|_| standard)?;
            Some(format!("Handle::of_vendor(\"{name}\", VENDOR, {number})"))
        }
        _ => None,
    }
}

/// The kind of the handle; `None` for what no handle can stand for.
fn kind(dictionary: &Dictionary, attribute: &AttributeDefinition) -> Option<&'static str> {
    let current = dictionary.attribute(attribute.vendor, attribute.number)?;
    if current.name != attribute.name {
        return None;
    }
    if attribute.flags.encryption.is_some() {
        return Some("Hidden");
    }
    Some(match (attribute.data_type, attribute.flags.has_tag) {
        (DataType::String, true) => "TaggedText",
        (DataType::Integer, true) => "TaggedInteger",
        (_, true) => "Octets",
        (DataType::String, false) => "Text",
        (DataType::Octets | DataType::OctetsExact(_) | DataType::AscendBinary, false) => "Octets",
        (DataType::Integer, false) => "Integer",
        (DataType::Signed, false) => "Signed",
        (DataType::Integer64, false) => "Integer64",
        (DataType::Byte, false) => "Byte",
        (DataType::Short, false) => "Short",
        (DataType::Date, false) => "Date",
        (DataType::Ipv4Address, false) => "Ipv4",
        (DataType::Ipv6Address, false) => "Ipv6",
        (DataType::Ipv4Prefix, false) => "Ipv4Prefix",
        (DataType::Ipv6Prefix, false) => "Ipv6Prefix",
        (DataType::ComboIp, false) => "ComboIp",
        (DataType::InterfaceId, false) => "Ifid",
        (DataType::Ether, false) => "Ether",
        (DataType::Tlv, false) => "TlvSequence",
        (
            DataType::Vsa
            | DataType::Extended
            | DataType::LongExtended
            | DataType::ExtendedVendorSpecific,
            false,
        ) => return None,
    })
}

fn constant(
    out: &mut String,
    attribute: &AttributeDefinition,
    kind: &str,
    place: &str,
    comment: &str,
) {
    let AttributeDefinition { name, number, .. } = attribute;
    let text =
        if comment.is_empty() { format!("The attribute {name}.") } else { comment.to_owned() };
    let constant = constant_name(name);
    let head = format!("pub const {constant}: Handle<{kind}> =");
    let value = format!("{place};");
    let break_or_blank = if head.len() + 1 + value.len() <= WIDTH_MAX { " " } else { "\n    " };
    let _ = write!(out, "\n/// `{name}` ({number}): {text}\n{head}{break_or_blank}{value}\n");
}

fn value_module(out: &mut String, attribute: &AttributeDefinition) {
    if attribute.values().next().is_none() {
        return;
    }
    let number_type = match attribute.data_type {
        DataType::Byte => "u8",
        DataType::Short => "u16",
        DataType::Integer64 => "u64",
        _ => "u32",
    };
    let name = &attribute.name;
    let module = constant_name(name).to_lowercase();
    let _ = write!(out, "\n/// The values of `{name}`.\npub mod {module} {{\n");
    for (index, (number, value)) in attribute.values().enumerate() {
        let blank = if index == 0 { "" } else { "\n" };
        let constant = constant_name(value);
        let _ = write!(
            out,
            "{blank}    /// `{value}`.\n    pub const {constant}: {number_type} = {number};\n"
        );
    }
    out.push_str("}\n");
}

/// A name as a constant: `MS-CHAP2-Response` becomes `MS_CHAP2_RESPONSE`.
fn constant_name(name: &str) -> String {
    let mut constant: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
        .collect();
    if constant.starts_with(|first: char| first.is_ascii_digit()) {
        constant.insert(0, '_');
    }
    constant
}

/// A number with its thousands apart, as clippy wants large literals.
fn separated(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_constants() {
        assert_eq!(constant_name("MS-CHAP2-Response"), "MS_CHAP2_RESPONSE");
        assert_eq!(constant_name("802.1q"), "_802_1Q");
        assert_eq!(separated(311), "311");
        assert_eq!(separated(3561), "3561");
        assert_eq!(separated(14988), "14_988");
    }

    #[test]
    fn handles_follow_type_flags_and_layout() {
        let text = "VENDOR V 9 format=2,1\nATTRIBUTE A 1 string has_tag # The A.\nATTRIBUTE B 2 byte\n\
                    VALUE B one-B 1\nATTRIBUTE C 300 string\nATTRIBUTE D 4 tlv\nATTRIBUTE D1 4.1 byte\n\
                    BEGIN-VENDOR V\nATTRIBUTE E 1 string\nEND-VENDOR V\n";
        let dictionary = Dictionary::from_text("t", text).unwrap();
        let source = handles(&dictionary, "t", text);
        assert!(
            source.contains("/// `A` (1): The A.\npub const A: Handle<TaggedText>"),
            "{source}"
        );
        assert!(source.contains("pub const B: Handle<Byte>"));
        assert!(source.contains("pub mod b {\n    /// `one-B`.\n    pub const ONE_B: u8 = 1;\n}"));
        assert!(source.contains("pub const D: Handle<TlvSequence>"));
        for absent in ["const C", "const D1", "const E"] {
            assert!(!source.contains(absent), "{absent} in {source}");
        }
    }
}
