//! Finds `weir.toml`, reads it, and says precisely what is wrong with it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::{Config, SECTIONS, check};
use crate::suggest;

/// Where the file is looked for when nobody says, in this order.
pub const DEFAULT_PATHS: [&str; 2] = ["weir.toml", "/etc/weir/weir.toml"];

/// The environment variable that names the file.
pub const PATH_VARIABLE: &str = "WEIR_CONFIG";

/// A configuration and the file it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The file.
    pub path: PathBuf,
    /// What it says, its relative paths resolved.
    pub config: Config,
}

/// Reads `path`, or the first of [`DEFAULT_PATHS`] that exists.
///
/// # Errors
/// When there is no file, or it cannot be read, or something in it is wrong: the error says
/// which file, which line, and what would be right.
pub fn load(path: Option<&Path>) -> anyhow::Result<Loaded> {
    let path = match path {
        Some(path) => path.to_path_buf(),
        None => found().with_context(|| {
            format!(
                "no configuration: neither {} exists; `weir init` makes one, or name it with \
                 --config FILE or {PATH_VARIABLE}",
                DEFAULT_PATHS.join(" nor ")
            )
        })?,
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            bail!("there is no configuration at {}; `weir init` makes one", path.display())
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
    };
    let mut config = parse(&text, &path)?;
    config.resolve(base(&path)?.as_path());
    Ok(Loaded { path, config })
}

fn found() -> Option<PathBuf> {
    DEFAULT_PATHS.iter().map(PathBuf::from).find(|path| path.exists())
}

/// Reads `text`, which came from `path`; relative paths in it stay as they are.
///
/// # Errors
/// When something in it is wrong: the error says which line, and what would be right.
pub fn parse(text: &str, path: &Path) -> anyhow::Result<Config> {
    let config: Config = toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| line_at(text, span.start));
        let place = line.map_or_else(String::new, |line| format!(", line {line}"));
        anyhow::anyhow!("{}{place}: {}", path.display(), explain(text, &error))
    })?;
    if let Some(problem) = check::problems(&config, text).into_iter().next() {
        let place = problem.line.map_or_else(String::new, |line| format!(", line {line}"));
        bail!("{}{place}: {}: {}", path.display(), problem.key, problem.what);
    }
    Ok(config)
}

/// Which line of `text` the octet at `offset` is on, from 1.
fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|octet| *octet == b'\n').count() + 1
}

/// What is wrong, in words: an unknown key with the one that was meant, a wrong value with its
/// key.
fn explain(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().trim_end().replace('\n', "; ");
    let Some(span) = error.span() else { return message };
    let section = section_at(text, span.start);
    if let Some(key) = between(&message, "unknown field `", "`") {
        return unknown_key(key, section.as_deref());
    }
    let line = text.lines().nth(line_at(text, span.start) - 1).unwrap_or("");
    let key = line.split_once('=').map(|(key, _)| key.trim()).unwrap_or_default();
    let key_is_known =
        SECTIONS.iter().any(|section| section.keys.iter().any(|doc| doc.name == key));
    match (section, key_is_known) {
        (Some(section), true) => format!("{section} {key}: {message}"),
        _ => message,
    }
}

fn unknown_key(key: &str, section: Option<&str>) -> String {
    let known = SECTIONS.iter().find(|known| Some(known.header) == section);
    let Some(known) = known else {
        let headers = SECTIONS.iter().map(|section| section.header.trim_matches(['[', ']']));
        let owner = SECTIONS
            .iter()
            .find(|section| section.keys.iter().any(|doc| doc.name == key))
            .map(|section| format!("{key} belongs to {}", section.header));
        let hint = owner.unwrap_or_else(|| suggest::hint(key, headers));
        return format!("there is no section [{key}]; {hint}");
    };
    let hint = suggest::hint(key, known.keys.iter().map(|doc| doc.name));
    format!("{} has no key `{key}`; {hint}", known.header)
}

/// The header of the section that the octet at `offset` is in, or that it is the name of.
fn section_at(text: &str, offset: usize) -> Option<String> {
    let mut header = None;
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let name = line.trim();
        let line_end = line_start + line.len();
        let is_header = name.starts_with('[');
        if is_header && offset < line_end {
            // The error is about this header itself, or lies before it.
            return header;
        }
        if is_header {
            header = name
                .split_inclusive(']')
                .collect::<Vec<_>>()
                .first()
                .map(|_| name.split('#').next().unwrap_or(name).trim().to_owned());
        }
        if offset < line_end {
            return header;
        }
        line_start = line_end;
    }
    header
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

/// The folder that relative paths in the file at `path` start at.
fn base(path: &Path) -> anyhow::Result<PathBuf> {
    let absolute = std::path::absolute(path)
        .with_context(|| format!("cannot tell where {} is", path.display()))?;
    Ok(absolute.parent().map_or_else(|| PathBuf::from("/"), Path::to_path_buf))
}

impl Config {
    /// Makes every path absolute, starting at `base`.
    pub(crate) fn resolve(&mut self, base: &Path) {
        self.store.url = resolve_url(&self.store.url, base);
        let single =
            [&mut self.store.key_file, &mut self.journal.directory, &mut self.control.socket];
        let listed = self.dictionary.files.iter_mut().chain(&mut self.dialect.files);
        for path in single.into_iter().chain(listed) {
            *path = base.join(&path);
        }
    }
}

fn resolve_url(url: &str, base: &Path) -> String {
    let Some(rest) = url.strip_prefix("sqlite:") else { return url.to_owned() };
    let file = rest.strip_prefix("//").unwrap_or(rest);
    if file.starts_with(':') || file.is_empty() {
        return url.to_owned();
    }
    format!("sqlite:{}", base.join(file).display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        parse(text, Path::new("weir.toml")).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_key_is_told_with_its_line_and_the_right_one() {
        let text = "[store]\nurl = \"sqlite:a.db\"\n\n[journal]\nretension_h = 4\n";
        assert_eq!(
            refusal(text),
            "weir.toml, line 5: [journal] has no key `retension_h`; did you mean `retention_h`?"
        );
    }

    #[test]
    fn an_unknown_key_of_a_listener_is_told_the_same_way() {
        let text = "[[radius.listener]] # the first\nname = \"a\"\nauthentification = \"[::]:1\"\n";
        assert_eq!(
            refusal(text),
            "weir.toml, line 3: [[radius.listener]] has no key `authentification`; did you mean \
             `authentication`?"
        );
    }

    #[test]
    fn an_unknown_section_is_told_with_the_right_one() {
        let message = refusal("[jurnal]\nretention_h = 4\n");
        assert_eq!(
            message,
            "weir.toml, line 1: there is no section [jurnal]; did you mean `journal`?"
        );
    }

    #[test]
    fn a_key_outside_its_section_is_told_where_it_belongs() {
        let message = refusal("socket = \"weir.sock\"\n");
        assert!(
            message.contains("line 1") && message.contains("belongs to [control]"),
            "{message}"
        );
    }

    #[test]
    fn a_wrong_value_is_told_with_its_key() {
        let message = refusal("[journal]\nretention_h = \"a day\"\n");
        assert!(message.starts_with("weir.toml, line 2: [journal] retention_h: "), "{message}");
        let message = refusal("[log]\nlevel = \"verbose\"\n");
        assert!(
            message.contains("line 2: [log] level: ") && message.contains("debug"),
            "{message}"
        );
        let message = refusal("[[radius.listener]]\nauthentication = \"here\"\n");
        assert!(message.contains("line 2: [[radius.listener]] authentication: "), "{message}");
    }

    #[test]
    fn broken_toml_is_told_with_its_line() {
        assert!(refusal("[store]\nurl = \n").starts_with("weir.toml, line 2: "));
        assert!(refusal("[store\n").starts_with("weir.toml, line 1: "));
    }

    #[test]
    fn relative_paths_start_at_the_folder_of_the_file() {
        let mut config = Config::default();
        config.dictionary.files = vec!["extra".into(), "/usr/share/dictionary.x".into()];
        config.resolve(Path::new("/etc/weir"));
        assert_eq!(config.store.url, "sqlite:/etc/weir/weir.db");
        assert_eq!(config.store.key_file, Path::new("/etc/weir/weir.key"));
        assert_eq!(config.dictionary.files[0], Path::new("/etc/weir/extra"));
        assert_eq!(config.dictionary.files[1], Path::new("/usr/share/dictionary.x"));
    }

    #[test]
    fn only_relative_sqlite_files_are_resolved() {
        let base = Path::new("/b");
        assert_eq!(resolve_url("sqlite://x.db", base), "sqlite:/b/x.db");
        assert_eq!(resolve_url("sqlite:///y/x.db", base), "sqlite:/y/x.db");
        assert_eq!(resolve_url("sqlite::memory:", base), "sqlite::memory:");
        assert_eq!(resolve_url("postgres://h/d", base), "postgres://h/d");
    }
}
