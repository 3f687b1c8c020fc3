//! Everything in the corpus goes through its target again, findings of the past included.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

#[test]
fn the_corpus_finds_nothing() {
    for (name, target) in fuzz::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let mut files: Vec<_> =
            folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(files.len() >= 20, "only {} files for {name}", files.len());
        for file in files {
            let data = std::fs::read(&file).unwrap();
            // The file is named before, so that a failure tells which one it was.
            println!("{}", file.display());
            target(&data);
        }
    }
}
