//! The key that signs the Class attribute, kept beside the key file.
//!
//! It is apart from the store's keys: those are rotated, while this one must stay as long as
//! sessions that were given a Class are online.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use aaa_engine::ClassKey;
use anyhow::{Context as _, bail};

use crate::entropy;

/// The length of the key, octets.
const KEY_LEN: usize = 32;

/// For its owner only: who has the key can make a Class that is believed.
const MODE: u32 = 0o600;

/// The file of the class key that belongs to the key file at `key_file`.
fn path(key_file: &Path) -> PathBuf {
    let mut path = key_file.as_os_str().to_owned();
    path.push(".class");
    path.into()
}

/// Makes a class key beside `key_file`, and says where; one that exists is kept, since sessions
/// may depend on it.
pub(crate) fn create(key_file: &Path) -> anyhow::Result<Option<PathBuf>> {
    let path = path(key_file);
    let octets: [u8; KEY_LEN] = entropy::random()?;
    let text: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    let made = OpenOptions::new().write(true).create_new(true).mode(MODE).open(&path);
    match made {
        Ok(mut file) => {
            file.write_all(format!("{text}\n").as_bytes())
                .and_then(|()| file.sync_all())
                .and_then(|()| sync_folder(&path))
                .with_context(|| format!("cannot write the class key {}", path.display()))?;
            Ok(Some(path))
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(None),
        Err(error) => {
            Err(error).with_context(|| format!("cannot make the class key {}", path.display()))
        }
    }
}

/// A new name survives a power cut only once its folder has been synced.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Reads the class key beside `key_file`. One that is missing is made anew: accounting of
/// sessions that are online now is then matched by their login.
pub(crate) fn load(key_file: &Path) -> anyhow::Result<ClassKey> {
    let path = path(key_file);
    let shown = path.display();
    if !path.exists() {
        tracing::warn!(
            path = %shown,
            "the class key is missing and is made anew; sessions that are online are matched by \
             login"
        );
        create(key_file)?;
    }
    let cannot_read = || format!("cannot read the class key {shown}");
    let mut file = File::open(&path).with_context(cannot_read)?;
    let mode = file.metadata().with_context(cannot_read)?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        bail!("others can read the class key {shown} (mode {mode:o}); run: chmod 600 {shown}");
    }
    let mut text = String::new();
    file.read_to_string(&mut text).with_context(cannot_read)?;
    match octets(text.trim()) {
        Some(octets) => Ok(ClassKey::new(octets)?),
        None => bail!(
            "the class key {shown} is damaged: it must be {} hexadecimal digits; remove it to \
             have a new one made",
            2 * KEY_LEN
        ),
    }
}

fn octets(text: &str) -> Option<[u8; KEY_LEN]> {
    if text.len() != 2 * KEY_LEN || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut octets = [0; KEY_LEN];
    for (octet, digits) in octets.iter_mut().zip(text.as_bytes().chunks(2)) {
        *octet = u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let key_file = folder.path().join("weir.key");
        let file = create(&key_file).unwrap().unwrap();
        for mode in [0o640, 0o604, 0o620] {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            let error = load(&key_file).unwrap_err().to_string();
            assert!(error.contains("chmod 600") && error.contains("weir.key.class"), "{error}");
        }
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o400)).unwrap();
        load(&key_file).unwrap();
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let key_file = folder.path().join("weir.key");
        create(&key_file).unwrap();
        let file = folder.path().join("weir.key.class");
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        create(&key_file).unwrap();
        load(&key_file).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "the key was replaced");
    }

    #[test]
    fn a_missing_key_is_made_and_a_damaged_one_refused() {
        let folder = tempfile::tempdir().unwrap();
        let key_file = folder.path().join("weir.key");
        load(&key_file).unwrap();
        let file = folder.path().join("weir.key.class");
        assert!(file.exists());
        for damaged in ["", "00ff", &"zz".repeat(KEY_LEN), &"é".repeat(KEY_LEN)] {
            std::fs::write(&file, damaged).unwrap();
            let error = load(&key_file).unwrap_err().to_string();
            assert!(error.contains("damaged") && error.contains("64"), "{error}");
        }
    }
}
