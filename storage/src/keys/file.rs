//! The key file: one key a line, `number hexadecimal`, `#` begins a comment.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::{KEY_LEN, KeyError};

const HEADER: &str = "\
# The keys of this Weir installation. Passwords in the store can be read with them only.
# Keep a copy in a safe place, apart from the copies of the store.
";
/// A file with thousands of keys is a mistake, and is not read into memory.
const FILE_LEN_MAX: u64 = 64 * 1024;
const MODE: u32 = 0o600;

pub(super) struct KeyLine {
    pub(super) id: u32,
    pub(super) key: Zeroizing<[u8; KEY_LEN]>,
}

/// Makes the file with one key; refuses to touch one that exists.
pub(super) fn create(path: &Path, line: &KeyLine) -> Result<(), KeyError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, MODE);
    let file = options.open(path).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => KeyError::Exists { path: path.to_path_buf() },
        _ => failed(path, "written", source),
    })?;
    let mut text = Zeroizing::new(HEADER.to_owned());
    line.write_to(&mut text);
    write_durably(path, file, &text)?;
    sync_folder(path).map_err(|source| failed(path, "written", source))
}

/// Adds a key at the end.
pub(super) fn append(path: &Path, line: &KeyLine) -> Result<(), KeyError> {
    let file = OpenOptions::new()
        .append(true)
        .open(path)
        .map_err(|source| failed(path, "written", source))?;
    let mut text = Zeroizing::new(String::from("\n"));
    line.write_to(&mut text);
    write_durably(path, file, &text)
}

/// Reads every key, after checking that nobody else can.
pub(super) fn read(path: &Path) -> Result<Vec<KeyLine>, KeyError> {
    let file = File::open(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => KeyError::Missing { path: path.to_path_buf() },
        _ => failed(path, "read", source),
    })?;
    check_mode(path, &file)?;
    let mut text = Zeroizing::new(String::new());
    file.take(FILE_LEN_MAX)
        .read_to_string(&mut text)
        .map_err(|source| failed(path, "read", source))?;
    parse(&text).map_err(|(line, problem)| KeyError::Malformed {
        path: path.to_path_buf(),
        line,
        problem,
    })
}

fn parse(text: &str) -> Result<Vec<KeyLine>, (usize, &'static str)> {
    let mut keys: Vec<KeyLine> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let key = parse_line(line).map_err(|problem| (index + 1, problem))?;
        if keys.iter().any(|earlier| earlier.id == key.id) {
            return Err((index + 1, "an earlier line has the same key number"));
        }
        keys.push(key);
    }
    if keys.is_empty() { Err((0, "it holds no key")) } else { Ok(keys) }
}

fn parse_line(line: &str) -> Result<KeyLine, &'static str> {
    let (id, hexadecimal) = line
        .split_once(char::is_whitespace)
        .ok_or("a line is a key number, a space and 64 hexadecimal digits")?;
    let id: u32 = id.parse().map_err(|_| "the key number is not a number")?;
    if id == 0 {
        return Err("key numbers begin at 1");
    }
    let digits = hexadecimal.trim_start().as_bytes();
    let mut key = Zeroizing::new([0; KEY_LEN]);
    if digits.len() != 2 * KEY_LEN {
        return Err("a key is 64 hexadecimal digits");
    }
    for (octet, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        *octet = pair.iter().try_fold(0, |value, digit| {
            let digit = char::from(*digit).to_digit(16).ok_or("a key is 64 hexadecimal digits")?;
            Ok::<u8, &'static str>(value << 4 | digit as u8)
        })?;
    }
    Ok(KeyLine { id, key })
}

impl KeyLine {
    fn write_to(&self, text: &mut String) {
        // Reserved beforehand, so that growing leaves no copy of the key behind.
        text.reserve(16 + 2 * KEY_LEN);
        let _ = write!(text, "{} ", self.id);
        for octet in self.key.iter() {
            let _ = write!(text, "{octet:02x}");
        }
        text.push('\n');
    }
}

fn write_durably(path: &Path, mut file: File, text: &str) -> Result<(), KeyError> {
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(|source| failed(path, "written", source))
}

/// A new name survives a power cut only once its folder has been synced.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(unix)]
fn check_mode(path: &Path, file: &File) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata().map_err(|source| failed(path, "read", source))?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & !MODE & 0o077 == 0 {
        Ok(())
    } else {
        Err(KeyError::TooOpen { path: path.to_path_buf(), mode })
    }
}

#[cfg(not(unix))]
fn check_mode(_path: &Path, _file: &File) -> Result<(), KeyError> {
    Ok(())
}

fn failed(path: &Path, action: &'static str, source: io::Error) -> KeyError {
    KeyError::Io { path: path.to_path_buf(), action, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

    #[test]
    fn comments_and_blank_lines_are_nothing() {
        let keys = parse(&format!("# two keys\n\n1 {KEY}\n  7\t{KEY}\n")).unwrap_or_default();
        assert_eq!(keys.iter().map(|key| key.id).collect::<Vec<_>>(), [1, 7]);
        assert_eq!(keys[0].key[..4], [0x00, 0x11, 0x22, 0x33]);
        assert_eq!(keys[0].key[31], 0xff);
    }

    #[test]
    fn a_bad_line_is_named_without_showing_it() {
        let problem = |text: &str| parse(text).map(|_| ()).unwrap_err();
        assert_eq!(problem("").0, 0);
        assert_eq!(problem(&format!("1 {KEY}\n1 {KEY}")).0, 2);
        assert_eq!(problem("x\n").0, 1);
        assert_eq!(problem(&format!("one {KEY}")).1, "the key number is not a number");
        assert_eq!(problem(&format!("0 {KEY}")).1, "key numbers begin at 1");
        assert_eq!(problem(&format!("1 {}", &KEY[1..])).1, "a key is 64 hexadecimal digits");
        assert_eq!(problem(&format!("1 {}", KEY.replace('0', "g"))).0, 1);
    }

    #[test]
    fn files_are_private_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weir.key");
        assert!(matches!(read(&path), Err(KeyError::Missing { .. })));
        let line = KeyLine { id: 1, key: Zeroizing::new([0xab; KEY_LEN]) };
        create(&path, &line).unwrap();
        assert!(matches!(create(&path, &line), Err(KeyError::Exists { .. })));
        append(&path, &KeyLine { id: 2, key: Zeroizing::new([0xcd; KEY_LEN]) }).unwrap();
        assert_eq!(read(&path).unwrap_or_default().len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weir.key");
        create(&path, &KeyLine { id: 1, key: Zeroizing::new([1; KEY_LEN]) }).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, MODE);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = read(&path).map(|_| ()).unwrap_err();
        assert!(matches!(error, KeyError::TooOpen { mode: 0o640, .. }));
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }
}
