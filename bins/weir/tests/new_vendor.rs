//! The example of `docs/examples/new-vendor`: a vendor that is added by two text files.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use radius_proto::{AttributeType, Code, VendorId};
use support::Installation;

const FILES: [&str; 2] = ["dictionary.acme", "acme.dialect"];

#[test]
fn a_vendor_is_added_without_a_compiler() {
    let installation = Installation::with_subscriber();
    for file in FILES {
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/examples/new-vendor");
        std::fs::copy(format!("{example}/{file}"), installation.path(file)).unwrap();
    }
    let text = std::fs::read_to_string(installation.path("weir.toml")).unwrap();
    let named = text.replacen("#files = []", "files = [\"dictionary.acme\"]", 1).replacen(
        "#files = []",
        "files = [\"acme.dialect\"]",
        1,
    );
    std::fs::write(installation.path("weir.toml"), named).unwrap();
    installation.weir(&["nas", "set", "edge", "--dialect", "acme"]).well();
    let server = installation.serve();
    let answer = server.log_in("ann", "opensesame");
    assert_eq!(answer.code(), Code::ACCESS_ACCEPT);
    let packet = answer.packet();
    let kbps = |kind| packet.first_vendor(VendorId(99_999), kind).unwrap().to_vec();
    assert_eq!([kbps(1), kbps(2)], [10_000_u32, 2_000].map(|kbps| kbps.to_be_bytes().to_vec()));
    let explained = installation.weir(&["explain", "ann"]).well().out;
    assert!(explained.contains("Acme-Downstream-Kbps = 10000"), "{explained}");
    installation.weir(&["service", "suspend", "ann"]).well();
    let quarantined = server.log_in("ann", "opensesame");
    let garden = quarantined.packet().first_vendor(VendorId(99_999), 3).map(<[u8]>::to_vec);
    assert_eq!(garden, Some(b"weir-quarantine".to_vec()));
    assert!(quarantined.packet().first(AttributeType::SESSION_TIMEOUT).is_some());
    server.terminate();

    // A dialect that cannot work is refused where it is entered, with its line.
    let wrong = "dialect acme\nspeed Acme-Downstream-Kbs \"{download}\"\n";
    std::fs::write(installation.path("acme.dialect"), wrong).unwrap();
    installation.weir(&["serve"]).refused(
        1,
        &["acme.dialect:2", "no attribute `Acme-Downstream-Kbs`", "Acme-Downstream-Kbps"],
    );
}
