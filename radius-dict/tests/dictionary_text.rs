//! The dictionary format: what is read, and what is refused with which words.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::io;
use std::path::Path;

use proptest::prelude::*;
use radius_dict::{DataType, Dictionary, Encryption, INCLUDE_DEPTH_MAX, Oid};
use radius_proto::VendorId;

fn error(text: &str) -> String {
    Dictionary::from_text("test", text).unwrap_err().to_string()
}

/// Reads `main` out of a set of files that exist here only.
fn from_files(files: &[(&str, &str)]) -> Result<Dictionary, radius_dict::DictionaryError> {
    let files: HashMap<_, _> = files.iter().copied().collect();
    let mut dictionary = Dictionary::default();
    dictionary.extend_with(Path::new("etc/main"), &mut |path| {
        let text = files.get(path.to_str().unwrap());
        text.map(|text| text.as_bytes().to_vec()).ok_or_else(|| io::ErrorKind::NotFound.into())
    })?;
    Ok(dictionary)
}

#[test]
fn every_statement_is_read() {
    let dictionary = Dictionary::from_text(
        "test",
        "# a comment\n\
         ATTRIBUTE\tUser-Name\t1\tstring\t# behind\r\n\
         attribute  Secret 0x02 string encrypt=1\n\
         ATTRIBUTE Tunnel-Password 69 string has_tag,encrypt=2\n\
         ATTRIBUTE Chunk 79 octets concat\n\
         ATTRIBUTE Fixed 70 octets[16]\n\
         ATTRIBUTE Kind 64 Integer has_tag\n\
         VALUE Later One 1\n\
         ATTRIBUTE Later 65 integer\n\
         VALUE Later Hex 0x10\n\
         VENDOR Wide 429 format=4,0\n\
         VENDOR Wimax 24757 format=1,1,c\n\
         BEGIN-VENDOR Wimax\n\
         ATTRIBUTE Outer 1 tlv\n\
         ATTRIBUTE Inner-A 1.1 byte\n\
         BEGIN-TLV Outer\n\
         ATTRIBUTE Inner-B 2 signed\n\
         END-TLV Outer\n\
         VALUE Inner-B Minus -1\n\
         END-VENDOR Wimax\n\
         BEGIN-VENDOR Wide\n\
         ATTRIBUTE Wide-A 0x00010000 integer\n\
         END-VENDOR Wide\n\
         ATTRIBUTE Ext 245 long-extended\n\
         ATTRIBUTE Evs-5 245.26 evs\n\
         BEGIN-VENDOR Wide format=Evs-5\n\
         ATTRIBUTE In-Evs 7 ipaddr\n\
         END-VENDOR Wide\n\
         ATTRIBUTE Vendor-Specific 26 vsa\n\
         BEGIN-VENDOR Wide parent=.Ext.Vendor-Specific\n\
         ATTRIBUTE Also-In-Evs 8 ipaddr\n\
         END-VENDOR Wide\n\
         ATTRIBUTE Old-Style 9 string Wide",
    )
    .unwrap();
    let find = |name| dictionary.attribute_by_name(name).unwrap();
    assert_eq!(&*find("user-name").name, "User-Name");
    assert_eq!(find("Secret").flags.encryption, Some(Encryption::UserPassword));
    assert!(find("Tunnel-Password").flags.has_tag);
    assert_eq!(find("Tunnel-Password").flags.encryption, Some(Encryption::TunnelPassword));
    assert!(find("Chunk").flags.concat);
    assert_eq!(find("Fixed").data_type, DataType::OctetsExact(16));
    assert_eq!(find("Kind").data_type, DataType::Integer);
    assert_eq!(find("Later").value_number("one"), Some(1));
    assert_eq!(find("Later").value_name(16), Some("Hex"));
    let wimax = Some(VendorId(24_757));
    let numbered = |vendor, parts: &[u32]| {
        let number = Oid::new(parts).unwrap();
        dictionary.attribute(vendor, number).map(|attribute| &*attribute.name)
    };
    assert_eq!(numbered(wimax, &[1, 1]), Some("Inner-A"));
    assert_eq!(numbered(wimax, &[1, 2]), Some("Inner-B"));
    assert_eq!(find("Inner-B").value_number("Minus"), Some(0xffff_ffff));
    assert_eq!(numbered(Some(VendorId(429)), &[0x1_0000]), Some("Wide-A"));
    assert_eq!(numbered(None, &[245, 26, 429, 7]), Some("In-Evs"));
    assert_eq!(numbered(None, &[245, 26, 429, 8]), Some("Also-In-Evs"));
    assert_eq!(find("Old-Style").vendor, Some(VendorId(429)));
    let counts = dictionary.counts();
    assert_eq!((counts.files, counts.vendors, counts.attributes, counts.values), (1, 2, 17, 3));
}

#[test]
fn mistakes_are_named_with_their_place() {
    let cases = [
        ("\nATTRIBUT X 1 string", "test:2:1: \"ATTRIBUT\" is not a statement"),
        ("ATTRIBUTE X 1", "test:1:14: ATTRIBUTE lacks its type"),
        ("ATTRIBUTE  X  one string", "test:1:15: \"one\" is not an attribute number"),
        ("ATTRIBUTE X 1. string", "test:1:13: \"1.\" is not an attribute number"),
        ("ATTRIBUTE X 1 strin", "test:1:15: \"strin\" is not a type"),
        ("ATTRIBUTE X 1 octets[99999]", "is not a type"),
        ("ATTRIBUTE X 1 string tagged", "test:1:22: \"tagged\" is not a flag"),
        ("ATTRIBUTE X 1 string has_tag,crypt=2", "test:1:30: \"crypt=2\" is not a flag"),
        ("ATTRIBUTE X 1 string has_tag more", "test:1:30: \"more\" is more than"),
        (
            "ATTRIBUTE X 65536 string",
            "test:1:13: 65536 is out of range; the largest number here is 65535",
        ),
        ("ATTRIBUTE X 99999999999 string", "is not an attribute number"),
        ("ATTRIBUTE X 5.1 string", "test:1:13: 5.1 stands in an attribute that is not defined"),
        ("ATTRIBUTE X 5 string\nATTRIBUTE Y 5.1 string", "5.1 stands in an attribute"),
        ("ATTRIBUTE X 5 tlv\nATTRIBUTE Y 5.256 string", "256 is out of range"),
        (
            "ATTRIBUTE X 1 string\nATTRIBUTE x 2 string",
            "test:2:11: \"x\" is already defined with the number 1",
        ),
        ("VALUE X A 1", "test:1:7: \"X\" is not an attribute"),
        ("ATTRIBUTE X 1 string\nVALUE X A 1", "\"X\" is of type string"),
        ("ATTRIBUTE X 1 byte\nVALUE X A 256", "test:2:11: 256 is out of range"),
        ("ATTRIBUTE X 1 byte\nVALUE X A ten", "test:2:11: \"ten\" is not a number"),
        (
            "ATTRIBUTE X 1 byte\nVALUE X A 1\nVALUE X a 2",
            "\"a\" is already defined with the number 1",
        ),
        ("VALUE X A 300\nATTRIBUTE X 1 byte", "test:1:11: 300 is out of range"),
        ("VENDOR V", "test:1:9: VENDOR lacks its number"),
        ("VENDOR V 1 format=3,1", "test:1:12: \"format=3,1\" is not a vendor format"),
        ("VENDOR V 1 format=2,1,c", "is not a vendor format"),
        ("VENDOR V 4294967296", "4294967296 is out of range"),
        ("VENDOR V 1\nVENDOR v 2", "\"v\" is already defined with the number 1"),
        ("BEGIN-VENDOR V", "test:1:14: \"V\" is not a vendor"),
        ("VENDOR V 1\nBEGIN-VENDOR V", "test:2:1: the block of \"V\" is not closed"),
        ("VENDOR V 1\nBEGIN-VENDOR V\nBEGIN-VENDOR V", "begins inside the block of \"V\""),
        ("VENDOR V 1\nBEGIN-VENDOR V\nEND-VENDOR W", "\"W\" is closed here, but \"V\" is open"),
        ("END-VENDOR W", "\"W\" is closed here, but no vendor is open"),
        ("VENDOR V 1\nBEGIN-VENDOR V\nATTRIBUTE X 256 string", "the largest number here is 255"),
        (
            "VENDOR V 1\nBEGIN-VENDOR V format=None",
            "test:2:23: \"None\" names no attribute of type evs",
        ),
        ("VENDOR V 1\nBEGIN-VENDOR V evs", "test:2:16: \"evs\" names no attribute of type evs"),
        ("ATTRIBUTE X 1 byte\nBEGIN-TLV X", "\"X\" is of type byte, not tlv"),
        ("BEGIN-TLV X", "\"X\" is not an attribute"),
        ("ATTRIBUTE X 1 tlv\nBEGIN-TLV X", "the block of \"X\" is not closed"),
        ("ATTRIBUTE X 1 tlv\nBEGIN-TLV X\nEND-TLV Y", "\"Y\" is closed here, but \"X\" is open"),
        ("$INCLUDE other", "test:1:10: \"other\" cannot be read: a single text includes no files"),
    ];
    for (text, wanted) in cases {
        let message = error(text);
        assert!(message.contains(wanted), "{text:?} gives {message:?}, not {wanted:?}");
    }
    let long = format!("ATTRIBUTE {} 1 string", "x".repeat(129));
    assert!(error(&long).contains("the name has 129 characters, at most 128"));
}

#[test]
fn inclusions_are_relative_to_the_including_file() {
    let dictionary = from_files(&[
        ("etc/main", "$INCLUDE sub/a\nATTRIBUTE Main 1 string"),
        ("etc/sub/a", "$INCLUDE b"),
        ("etc/sub/b", "ATTRIBUTE B 2 string"),
    ])
    .unwrap();
    assert!(dictionary.attribute_by_name("B").is_some());
    assert_eq!(dictionary.counts().files, 3);
}

#[test]
fn errors_in_included_files_name_those() {
    let files = [("etc/main", "\n$INCLUDE a"), ("etc/a", "\n\nATTRIBUTE X")];
    let message = from_files(&files).unwrap_err().to_string();
    let wanted = "etc/a:3:12: ATTRIBUTE lacks its number\n  3 | ATTRIBUTE X\n    |            ^";
    assert_eq!(message, wanted);
    let missing = from_files(&[("etc/main", "\n  $INCLUDE a")]).unwrap_err().to_string();
    assert!(missing.starts_with("etc/main:2:12: \"etc/a\" cannot be read: "), "{missing}");
    let nothing = from_files(&[]).unwrap_err().to_string();
    assert!(nothing.starts_with("etc/main:0:0: \"etc/main\" cannot be read"), "{nothing}");
}

#[test]
fn an_error_shows_the_line_and_marks_what_is_meant() {
    let long = format!("ATTRIBUTE {} 1 strin", "x".repeat(200));
    for (text, wanted) in [
        (
            "\n\tATTRIBUTE\tAcme-Grüße 1 strin\t# unit",
            "test:2:25: \"strin\" is not a type of attribute; did you mean \"string\"?\n  2 |  \
             ATTRIBUTE Acme-Grüße 1 strin # unit\n    |                         ^^^^^",
        ),
        (
            "VENDOR Acme 32473 format=9,9",
            "test:1:19: \"format=9,9\" is not a vendor format; write format=T,L with T 1, 2 or 4 \
             and L 0, 1 or 2\n  1 | VENDOR Acme 32473 format=9,9\n    |                   \
             ^^^^^^^^^^",
        ),
        (
            "ATTRIBUTE X 1 byte\nVALUE X A 1\n#\nVALUE X a 2",
            "test:4:9: \"a\" is already defined with the number 1, at test:2\n  4 | VALUE X a 2\n    \
             |         ^",
        ),
        (
            long.as_str(),
            &format!("\n  1 | {} 1 strin\n    |                    ^^^^^", "x".repeat(16)),
        ),
    ] {
        let message = error(text);
        assert!(message.ends_with(wanted), "{message}\n---\n{wanted}");
    }
}

#[test]
fn conflicting_definitions_name_both_places() {
    let files = [
        ("etc/main", "VENDOR V 1\n$INCLUDE a\n$INCLUDE b"),
        ("etc/a", "\n\nATTRIBUTE X 1 string"),
        ("etc/b", "ATTRIBUTE X 2 string"),
    ];
    let message = from_files(&files).unwrap_err().to_string();
    let wanted = "etc/b:1:11: \"X\" is already defined with the number 1, at etc/a:3\n";
    assert!(message.starts_with(wanted), "{message}");
    let files = [("etc/main", "VENDOR V 1\n$INCLUDE a"), ("etc/a", "\nVENDOR V 2")];
    let message = from_files(&files).unwrap_err().to_string();
    let wanted = "etc/a:2:8: \"V\" is already defined with the number 1, at etc/main:1\n";
    assert!(message.starts_with(wanted), "{message}");
}

#[test]
fn an_optional_file_may_be_missing() {
    let files = [("etc/main", "$INCLUDE- none\nATTRIBUTE X 1 string\n$INCLUDE- a"), ("etc/a", "X")];
    let message = from_files(&files).unwrap_err().to_string();
    assert!(message.starts_with("etc/a:1:1: \"X\" is not a statement"), "{message}");
    assert!(from_files(&files[..1]).is_ok_and(|read| read.attribute_by_name("X").is_some()));

    let refused = Dictionary::default().extend_with(Path::new("main"), &mut |path| {
        if path == Path::new("main") {
            return Ok(b"$INCLUDE- secret".to_vec());
        }
        Err(io::ErrorKind::PermissionDenied.into())
    });
    let message = refused.unwrap_err().to_string();
    assert!(message.starts_with("main:1:11: \"secret\" cannot be read: "), "{message}");
}

#[test]
fn inclusions_end() {
    let files = [("etc/main", "$INCLUDE a"), ("etc/a", "$INCLUDE main")];
    let message = from_files(&files).unwrap_err().to_string();
    let wanted =
        "etc/a:1:10: \"etc/main\" includes itself\n  1 | $INCLUDE main\n    |          ^^^^";
    assert_eq!(message, wanted);

    let mut deeper = 0;
    let mut dictionary = Dictionary::default();
    let error = dictionary.extend_with(Path::new("0"), &mut |_| {
        deeper += 1;
        Ok(format!("$INCLUDE {deeper}").into_bytes())
    });
    let message = error.unwrap_err().to_string();
    assert!(message.contains(&format!("more than {INCLUDE_DEPTH_MAX} deep")), "{message}");
    assert_eq!(deeper, INCLUDE_DEPTH_MAX);

    let many: String = (1..5_000).map(|file| format!("$INCLUDE {file}\n")).collect();
    let error = dictionary.extend_with(Path::new("0"), &mut |path| {
        Ok(if path == Path::new("0") { many.clone().into_bytes() } else { Vec::new() })
    });
    assert!(error.unwrap_err().to_string().contains("more than 4096 files"));
}

#[test]
fn a_failed_extension_changes_nothing() {
    let mut dictionary = Dictionary::builtin().clone();
    let before = dictionary.counts();
    let text = "ATTRIBUTE Mine 250 string\nATTRIBUTE Broken";
    dictionary.extend_from_text("mine", text).unwrap_err();
    assert_eq!(dictionary.counts(), before);
    assert!(dictionary.attribute_by_name("Mine").is_none());
    dictionary.extend_from_text("mine", "ATTRIBUTE Mine 250 string").unwrap();
    assert!(dictionary.attribute_by_name("Mine").is_some());
}

#[test]
fn a_definition_may_be_repeated_and_refined() {
    let text = "ATTRIBUTE X 1 octets\nATTRIBUTE Y 1 integer\nATTRIBUTE x 1 string";
    let dictionary = Dictionary::from_text("test", text).unwrap();
    assert_eq!(dictionary.attribute_by_name("X").unwrap().data_type, DataType::String);
    assert_eq!(&*dictionary.attribute(None, 1_u8).unwrap().name, "X");
    assert_eq!(dictionary.attribute_by_name("Y").unwrap().data_type, DataType::Integer);
}

/// Lines that come near the grammar.
fn nearly_a_dictionary() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("ATTRIBUTE"),
        Just("VALUE"),
        Just("VENDOR"),
        Just("BEGIN-VENDOR"),
        Just("END-VENDOR"),
        Just("BEGIN-TLV"),
        Just("END-TLV"),
        Just("$INCLUDE"),
        Just("test"),
        Just("A"),
        Just("B"),
        Just("1"),
        Just("241.26"),
        Just("1.2.3.4.5.6.7.8.9"),
        Just("0xffffffff"),
        Just("0x"),
        Just("-1"),
        Just("-4294967296"),
        Just("string"),
        Just("integer"),
        Just("tlv"),
        Just("evs"),
        Just("octets["),
        Just("octets[2]"),
        Just("has_tag,,encrypt=2"),
        Just("format=4,0"),
        Just("format="),
        Just("parent=.A.B"),
        Just("\n"),
        Just("#"),
        Just("é"),
    ];
    prop::collection::vec(word, 0..60).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC*") {
        let _ = Dictionary::from_text("test", &text);
    }

    #[test]
    fn no_likely_text_makes_the_reader_panic(text in nearly_a_dictionary()) {
        let _ = Dictionary::from_text("test", &text);
    }

    #[test]
    fn no_octets_make_the_reader_panic(octets: Vec<u8>) {
        let mut dictionary = Dictionary::default();
        let _ = dictionary.extend_with(Path::new("test"), &mut |_| Ok(octets.clone()));
    }
}
