//! `cargo xtask crates [--check]`: what the crates for other programmers promise.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::cargo::{cargo, must, root};

/// The crates that are meant to be published.
const CRATES: [&str; 3] = ["radius-proto", "radius-dict", "coa-client"];
/// Whose unstable JSON the `public-api` crate reads.
const RUST: &str = env!("CARGO_PKG_RUST_VERSION");

/// Writes the public items of each crate to its `public-api.txt`; with `check` compares them, and
/// packages the crates as they would be published, which compiles them alone.
///
/// # Errors
/// A crate that cannot be documented or packaged; with `check`, the first list that is out of date.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    for name in CRATES {
        let path = root().join(name).join("public-api.txt");
        let wanted = public_items(name)?;
        let present = std::fs::read_to_string(&path).unwrap_or_default();
        if present == wanted {
            continue;
        }
        if check {
            let difference = first_difference(&present, &wanted);
            let path = path.display();
            bail!("{path} is out of date ({difference}); run `cargo xtask crates` and review it");
        }
        std::fs::write(&path, wanted)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    if check {
        package()?;
    }
    Ok(())
}

/// The public items of a crate, one a line, without what every type gets by itself.
fn public_items(name: &str) -> anyhow::Result<String> {
    let target = target_folder().join("public-api");
    let mut document = cargo();
    document.args(["rustdoc", "--quiet", "--lib", "--locked", "--all-features", "--package", name]);
    document.arg("--target-dir").arg(&target).args([
        "--",
        "-Z",
        "unstable-options",
        "--output-format",
        "json",
    ]);
    // rustdoc writes JSON for who asks for what is not stable yet.
    must(document.env("RUSTC_BOOTSTRAP", "1"))?;
    let json = target.join("doc").join(name.replace('-', "_")).with_extension("json");
    let items = public_api::Builder::from_rustdoc_json(&json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .with_context(|| {
            format!("cannot read {}: it is read as Rust {RUST} writes it", json.display())
        })?;
    let lines = items.items().map(|item| format!("{item}\n"));
    Ok(lines.filter(|line| !is_handle(line)).collect())
}

/// Handles and the names of values are listed in the dictionaries already, and held against them by
/// `cargo xtask dict`.
fn is_handle(line: &str) -> bool {
    let kinds = ["pub const ", "pub mod "];
    let path = kinds.iter().find_map(|kind| line.strip_prefix(kind));
    path.is_some_and(|path| path.starts_with("radius_dict::attr::"))
}

/// Packages each crate and compiles what is in the package. The crates of ours that it needs are
/// those of this tree: cargo would otherwise take them from a registry that it makes for the
/// occasion, and from which it keeps what it unpacked the last time, under the same version.
fn package() -> anyhow::Result<()> {
    for name in CRATES {
        let mut package = cargo();
        package.args(["package", "--allow-dirty", "--all-features", "--package", name]);
        for other in CRATES.iter().filter(|other| **other != name) {
            package.args(["--config", &format!("patch.crates-io.{other}.path=\"{other}\"")]);
        }
        must(&mut package)?;
    }
    Ok(())
}

fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| Path::new(&root()).join(folder))
}

fn first_difference(present: &str, wanted: &str) -> String {
    let (mut present, mut wanted) = (present.lines(), wanted.lines());
    loop {
        match (present.next(), wanted.next()) {
            (Some(before), Some(now)) if before == now => {}
            (Some(before), Some(now)) => break format!("`{before}` became `{now}`"),
            (Some(before), None) => break format!("`{before}` is gone"),
            (None, Some(now)) => break format!("`{now}` is new"),
            (None, None) => break "line ends".to_owned(),
        }
    }
}
