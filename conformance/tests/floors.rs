//! The floors of ARCHITECTURE.md, kept: an arrow between crates never points up or sideways, and
//! what may not be reached is not reached.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::process::Command;

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, PackageId};

/// Every crate of the family that stands on a floor. Those beside the floors (tests, tasks) may
/// depend on any of them and none of them on those.
const FLOORS: [(&str, u8); 12] = [
    ("radius-proto", 1),
    ("radius-dict", 2),
    ("entitlement", 2),
    ("aaa-engine", 3),
    ("billing-core", 3),
    ("coa-client", 4),
    ("documents", 4),
    ("storage", 5),
    ("radius-server", 5),
    ("worker", 6),
    ("weir", 7),
    ("nas-sim", 7),
];

const BESIDE: [&str; 5] = ["benches", "codec-benches", "conformance", "fuzz", "xtask"];

/// What floors 1 to 3 may not reach through any dependency: IO, stores, clocks, random sources.
const NEVER_BELOW_FLOOR_4: [&str; 12] = [
    "tokio",
    "mio",
    "async-std",
    "sea-orm",
    "sqlx",
    "sqlx-core",
    "nix",
    "socket2",
    "getrandom",
    "rand",
    "time",
    "chrono",
];

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .features(CargoOpt::AllFeatures)
        // Only what was fetched to build this: other platforms' crates may not be here.
        .other_options(vec!["--locked".to_owned(), "--filter-platform".to_owned(), host()])
        .exec()
        .expect("cargo metadata runs in a checkout that has been built")
}

fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().expect("rustc says its version");
    let version = String::from_utf8(output.stdout).unwrap();
    version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

/// The packages that `from` is built from: normal and build dependencies, all the way down.
fn reached(metadata: &Metadata, from: &str) -> BTreeSet<String> {
    let nodes: BTreeMap<&PackageId, _> =
        metadata.resolve.as_ref().unwrap().nodes.iter().map(|node| (&node.id, node)).collect();
    let names: BTreeMap<&PackageId, &str> =
        metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    let start =
        metadata.workspace_packages().into_iter().find(|p| p.name.as_str() == from).unwrap();
    let mut seen = BTreeSet::new();
    let mut waiting = VecDeque::from([&start.id]);
    while let Some(id) = waiting.pop_front() {
        for dependency in &nodes[id].deps {
            let built =
                dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development);
            if built && seen.insert(names[&dependency.pkg].to_owned()) {
                waiting.push_back(&dependency.pkg);
            }
        }
    }
    seen
}

#[test]
fn every_crate_of_the_workspace_has_its_place() {
    let known: BTreeSet<&str> = FLOORS.iter().map(|(name, _)| *name).chain(BESIDE).collect();
    let metadata = metadata();
    let members: BTreeSet<&str> =
        metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    assert_eq!(members, known, "a new crate is given its floor here and in ARCHITECTURE.md");
}

#[test]
fn no_arrow_points_up_or_sideways() {
    let floors: BTreeMap<&str, u8> = FLOORS.into_iter().collect();
    for package in metadata().workspace_packages() {
        let Some(floor) = floors.get(package.name.as_str()) else { continue };
        for dependency in &package.dependencies {
            if dependency.kind == DependencyKind::Development {
                continue;
            }
            let to = dependency.name.as_str();
            assert!(
                !BESIDE.contains(&to),
                "{} depends on {to}, which is beside the floors",
                package.name
            );
            if let Some(below) = floors.get(to) {
                assert!(below < floor, "{} (floor {floor}) -> {to} (floor {below})", package.name);
            }
        }
    }
}

#[test]
fn the_floors_that_decide_and_documents_reach_no_io_clock_or_randomness() {
    let metadata = metadata();
    let deciding = FLOORS.iter().filter(|(_, floor)| *floor <= 3).map(|(name, _)| *name);
    // A document is a function of what it says.
    for name in deciding.chain(["documents"]) {
        let reached = reached(&metadata, name);
        for forbidden in NEVER_BELOW_FLOOR_4 {
            assert!(!reached.contains(forbidden), "{name} reaches {forbidden}");
        }
    }
}

#[test]
fn the_coa_client_alone_needs_only_the_codec() {
    let metadata = metadata();
    let packages = metadata.workspace_packages();
    let client = packages.iter().find(|package| package.name.as_str() == "coa-client").unwrap();
    let mandatory: BTreeSet<&str> = client
        .dependencies
        .iter()
        .filter(|it| it.kind == DependencyKind::Normal && !it.optional)
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(mandatory, BTreeSet::from(["radius-proto", "thiserror"]));
    assert_eq!(client.features["default"], [""; 0], "tokio comes only when it is asked for");
}

#[test]
fn the_server_sees_the_store_only_through_the_ports() {
    let reached = reached(&metadata(), "radius-server");
    for forbidden in ["sea-orm", "sqlx", "sqlx-core", "storage"] {
        assert!(!reached.contains(forbidden), "radius-server reaches {forbidden}");
    }
}

#[test]
fn the_simulated_nas_shares_only_the_codec_with_the_server() {
    let reached = reached(&metadata(), "nas-sim");
    let shared: Vec<&str> =
        FLOORS.iter().map(|(name, _)| *name).filter(|name| reached.contains(*name)).collect();
    assert_eq!(shared, ["radius-proto"]);
}
