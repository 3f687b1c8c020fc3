//! `cargo xtask dict [--check]`: the typed handles of the built-in dictionaries.

use std::path::Path;

use anyhow::{Context, bail};
use radius_dict::{BUILTIN_TEXTS, Dictionary, codegen};

/// Writes `radius-dict/src/attr/*.rs` from the built-in dictionaries; with `check` compares only.
///
/// # Errors
/// A file that cannot be read or written; with `check`, the first one that is out of date.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../radius-dict/src/attr");
    for builtin in BUILTIN_TEXTS {
        let path = folder.join(builtin.name).with_extension("rs");
        let path = path.as_path();
        let wanted = codegen::handles(Dictionary::builtin(), builtin.name, builtin.text);
        let present = std::fs::read_to_string(path).unwrap_or_default();
        if present == wanted {
            continue;
        }
        if check {
            bail!("{} is out of date; run `cargo xtask dict`", path.display());
        }
        std::fs::write(path, wanted).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
