//! Which journal this is, in the store: an identity kept among its segments.
//!
//! The store remembers for each node how far it has taken the journal. Two journals under one
//! name would share that position, and batches of the one would count as taken because the other
//! is further; so the name is drawn at random, and goes where the journal goes.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::entropy;

/// The file of the identity, in the journal's folder.
const FILE_NAME: &str = "node";

/// The length of an identity, octets; the file holds it in hexadecimal.
const NODE_LEN: usize = 16;

/// The identity of the journal in `directory`; drawn, with the folder, when there is none yet.
pub(super) fn identity(directory: &Path) -> anyhow::Result<String> {
    let path = directory.join(FILE_NAME);
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            create(directory, &path).with_context(|| {
                format!(
                    "[journal] directory: cannot make the journal's identity {}",
                    path.display()
                )
            })?;
            std::fs::read_to_string(&path)
        }
        read => read,
    };
    let text =
        text.with_context(|| format!("cannot read the journal's identity {}", path.display()))?;
    let node = text.trim_end_matches('\n');
    let is_digit = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    if node.len() != 2 * NODE_LEN || !node.bytes().all(is_digit) {
        bail!(
            "the journal's identity {} is damaged: it must be {} lower-case hexadecimal digits; \
             bring it back from a copy, or remove it to have a new one made, and the store takes \
             all that is left in this journal once more",
            path.display(),
            2 * NODE_LEN
        );
    }
    Ok(node.to_owned())
}

/// Puts a new identity in its place, whole or not at all; one that another process has put there
/// in the meantime is kept.
fn create(directory: &Path, path: &Path) -> anyhow::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let octets: [u8; NODE_LEN] = entropy::random()?;
    let node: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    let draft = directory.join(format!("{FILE_NAME}.{node}"));
    let linked = write(&draft, &node).and_then(|()| match std::fs::hard_link(&draft, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = std::fs::remove_file(&draft);
    linked.and(removed)?;
    File::open(directory)?.sync_all()?;
    Ok(())
}

fn write(path: &Path, node: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(format!("{node}\n").as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_drawn_once_for_each_journal() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("deep/other"));
        let node = identity(&one).unwrap();
        assert_eq!(identity(&one).unwrap(), node);
        assert_ne!(identity(&other).unwrap(), node);
        assert_eq!(std::fs::read_dir(&one).unwrap().count(), 1, "a draft was left");
    }

    #[test]
    fn a_damaged_identity_is_refused_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        for damaged in ["", "00ff", &"zz".repeat(NODE_LEN), &"A0".repeat(NODE_LEN)] {
            std::fs::write(&path, damaged).unwrap();
            let error = identity(folder.path()).unwrap_err().to_string();
            assert!(error.contains(path.to_str().unwrap()) && error.contains("32"), "{error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), damaged);
        }
    }
}
