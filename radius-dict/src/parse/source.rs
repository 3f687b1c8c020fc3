//! Dictionary files: the one place of this crate that touches the world outside.

use std::io;
use std::path::Path;

/// Reads a whole dictionary file.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    std::fs::read(path)
}
