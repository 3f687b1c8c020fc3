//! What the types of the configuration cannot say by themselves.

use std::ops::RangeInclusive;

use toml::de::{DeTable, DeValue};

use super::{Config, ListenerSection};

/// The smallest segment: below it the journal would mostly open files.
const SEGMENT_SIZE_BYTES_MIN: u64 = 1024 * 1024;
/// The largest segment.
const SEGMENT_SIZE_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// The longest that segments are kept: a year.
const RETENTION_H_MAX: u32 = 24 * 366;
/// How long replies are kept (RFC 5080 section 2.2.2), seconds.
const DUPLICATE_LIFETIME_S: RangeInclusive<u32> = 5..=30;
/// The longest that an Access-Reject is held back, milliseconds.
const REJECT_DELAY_MS_MAX: u32 = 5_000;
/// How long wrong passwords are remembered and logins are locked, seconds: up to a day.
const LOCK_OUT_S: RangeInclusive<u32> = 1..=24 * 3600;
/// The most Interim-Updates that may be missing.
const MISSED_INTERIMS_MAX: u16 = 100;
/// The longest that a session may be silent, hours: four weeks.
const SILENCE_H_MAX: u32 = 24 * 28;
/// How long the worker may wait between two rounds, seconds: up to an hour.
const WORKER_INTERVAL_S: RangeInclusive<u32> = 1..=3600;
/// The most listeners.
const LISTENERS_MAX: usize = 64;
/// The most threads on one socket.
const LANES_MAX: u16 = 64;
/// The longest name of a listener, octets.
const LISTENER_NAME_LEN_MAX: usize = 64;

/// Something that is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// The line it is on, when the file says it at all.
    pub line: Option<usize>,
    /// The key, with its section.
    pub key: String,
    /// What is wrong and what would be right.
    pub what: String,
}

/// Everything that is wrong with `config`, which `text` says.
pub(super) fn problems(config: &Config, text: &str) -> Vec<Problem> {
    let mut found = Findings { text, problems: Vec::new() };
    store(config, &mut found);
    found.range(
        &["journal", "segment_size_bytes"],
        &config.journal.segment_size_bytes,
        &(SEGMENT_SIZE_BYTES_MIN..=SEGMENT_SIZE_BYTES_MAX),
    );
    found.range(&["journal", "retention_h"], &config.journal.retention_h, &(1..=RETENTION_H_MAX));
    found.range(
        &["radius", "duplicate_lifetime_s"],
        &config.radius.duplicate_lifetime_s,
        &DUPLICATE_LIFETIME_S,
    );
    let radius = &config.radius;
    found.range(&["radius", "lanes"], &radius.lanes, &(0..=LANES_MAX));
    let methods = [radius.pap, radius.chap, radius.mschapv1, radius.mschapv2, radius.eap_md5];
    if !methods.contains(&true) {
        found.add(&["radius", "pap"], "every method is switched off; nobody could log in");
    }
    found.range(
        &["radius", "reject_delay_ms"],
        &radius.reject_delay_ms,
        &(0..=REJECT_DELAY_MS_MAX),
    );
    let policy = &config.policy;
    found.range(&["policy", "lock_out_within_s"], &policy.lock_out_within_s, &LOCK_OUT_S);
    found.range(&["policy", "lock_out_s"], &policy.lock_out_s, &LOCK_OUT_S);
    found.range(
        &["policy", "missed_interims"],
        &policy.missed_interims,
        &(1..=MISSED_INTERIMS_MAX),
    );
    found.range(&["policy", "silence_max_h"], &policy.silence_max_h, &(1..=SILENCE_H_MAX));
    found.range(&["worker", "interval_s"], &config.worker.interval_s, &WORKER_INTERVAL_S);
    listeners(config, &mut found);
    found.problems
}

fn store(config: &Config, found: &mut Findings<'_>) {
    let url = &config.store.url;
    let is_known =
        ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
    if !is_known {
        let shown = storage::shown_url(url);
        let what =
            format!("`{shown}` is not a store; write sqlite:FILE or postgres://user@host/database");
        found.add(&["store", "url"], &what);
    }
    if matches!(url.as_str(), "sqlite:" | "sqlite://") {
        found.add(&["store", "url"], "the file is missing; write for example sqlite:weir.db");
    }
}

fn listeners(config: &Config, found: &mut Findings<'_>) {
    let listeners = &config.radius.listener;
    if listeners.is_empty() || listeners.len() > LISTENERS_MAX {
        let what = format!("there must be 1 to {LISTENERS_MAX} listeners, not {}", listeners.len());
        found.add(&["radius", "listener"], &what);
    }
    for (index, listener) in listeners.iter().enumerate() {
        let place = index.to_string();
        let earlier = listeners.get(..index).unwrap_or_default();
        listener_name(listener, &place, earlier, found);
        addresses(listener, &place, earlier, found);
    }
}

fn listener_name(
    listener: &ListenerSection,
    place: &str,
    earlier: &[ListenerSection],
    found: &mut Findings<'_>,
) {
    let key = ["radius", "listener", place, "name"];
    let name = &listener.name;
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if name.is_empty() || name.len() > LISTENER_NAME_LEN_MAX || !is_plain {
        let what = format!(
            "`{}` cannot be a name; use 1 to {LISTENER_NAME_LEN_MAX} letters, digits, - _ and .",
            name.escape_debug()
        );
        found.add(&key, &what);
    }
    if earlier.iter().any(|other| other.name == *name) {
        found.add(&key, &format!("two listeners are called `{name}`; give each its own name"));
    }
}

fn addresses(
    listener: &ListenerSection,
    place: &str,
    earlier: &[ListenerSection],
    found: &mut Findings<'_>,
) {
    let mut taken: Vec<_> = earlier
        .iter()
        .flat_map(|other| [(other.authentication, &other.name), (other.accounting, &other.name)])
        .collect();
    for (key, address) in
        [("authentication", listener.authentication), ("accounting", listener.accounting)]
    {
        // Port 0 asks the system for any free port, so it is never taken twice.
        let other = taken.iter().find(|(other, _)| *other == address && address.port() != 0);
        if let Some((_, name)) = other {
            let what = format!("{address} is already used by listener `{name}`");
            found.add(&["radius", "listener", place, key], &what);
        }
        taken.push((address, &listener.name));
    }
}

struct Findings<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

impl Findings<'_> {
    fn add(&mut self, path: &[&str], what: &str) {
        let key = match path {
            ["radius", "listener", _, key] => format!("[[radius.listener]] {key}"),
            [section, key] => format!("[{section}] {key}"),
            other => other.join("."),
        };
        self.problems.push(Problem { line: line_of(self.text, path), key, what: what.to_owned() });
    }

    fn range<N: PartialOrd + std::fmt::Display>(
        &mut self,
        path: &[&str],
        value: &N,
        allowed: &RangeInclusive<N>,
    ) {
        if !allowed.contains(value) {
            let what =
                format!("{value} is out of range; {} to {} is", allowed.start(), allowed.end());
            self.add(path, &format!("{what} allowed"));
        }
    }
}

/// The line that the value at `path` stands on; numbers in `path` count in arrays.
fn line_of(text: &str, path: &[&str]) -> Option<usize> {
    let root = DeTable::parse(text).ok()?;
    let mut table = root.get_ref();
    let mut offset = None;
    let mut steps = path.iter();
    while let Some(step) = steps.next() {
        let (key, value) = table.iter().find(|(key, _)| key.get_ref().as_ref() == *step)?;
        offset = Some(key.span().start);
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            DeValue::Array(items) => {
                let Some(index) = steps.next() else { break };
                let item = items.get(index.parse::<usize>().ok()?)?;
                let DeValue::Table(inner) = item.get_ref() else { break };
                table = inner;
            }
            _ => break,
        }
    }
    let before = text.as_bytes().get(..offset?)?;
    Some(before.iter().filter(|octet| **octet == b'\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Problem {
        let config: Config = toml::from_str(text).unwrap();
        problems(&config, text).into_iter().next().unwrap()
    }

    #[test]
    fn the_defaults_have_no_problem() {
        assert_eq!(problems(&Config::default(), ""), []);
    }

    #[test]
    fn a_value_out_of_range_is_told_with_its_line_and_range() {
        let problem = first("[journal]\n# small\nsegment_size_bytes = 4096\n");
        assert_eq!(problem.line, Some(3));
        assert_eq!(problem.key, "[journal] segment_size_bytes");
        assert!(problem.what.contains("1048576 to 4294967296"), "{}", problem.what);
        let problem = first("[radius]\nduplicate_lifetime_s = 0\n");
        assert!(problem.what.contains("5 to 30 "), "{}", problem.what);
        let problem = first("[worker]\ninterval_s = 0\n");
        assert!(problem.what.contains("1 to 3600 "), "{}", problem.what);
    }

    #[test]
    fn an_unknown_store_is_told_what_stores_there_are() {
        let problem = first("[store]\nurl = \"mysql://u:secret@h/d\"\n");
        assert_eq!(problem.line, Some(2));
        assert!(problem.what.contains("sqlite:FILE or postgres://"), "{}", problem.what);
        assert!(!problem.what.contains("secret"), "a password in an error: {}", problem.what);
    }

    #[test]
    fn listeners_must_not_share_a_name_or_an_address() {
        let one = "[[radius.listener]]\nname = \"a\"\n\n[[radius.listener]]\n";
        let same_name = format!("{one}name = \"a\"\nauthentication = \"[::1]:1\"\n");
        assert_eq!(first(&same_name).line, Some(5));
        assert!(first(&same_name).what.contains("two listeners are called `a`"));
        let same_address = format!("{one}name = \"b\"\nauthentication = \"0.0.0.0:1813\"\n");
        assert_eq!(first(&same_address).line, Some(6));
        assert!(first(&same_address).what.contains("already used by listener `a`"));
    }

    #[test]
    fn any_free_port_may_be_asked_for_twice() {
        let text = "[[radius.listener]]\nauthentication = \"127.0.0.1:0\"\n\
                    accounting = \"127.0.0.1:0\"\n";
        assert_eq!(problems(&toml::from_str(text).unwrap(), text), []);
    }

    #[test]
    fn some_method_must_be_left() {
        let text = "[radius]\npap = false\nchap = false\nmschapv1 = false\nmschapv2 = false\n\
                    eap_md5 = false\n";
        assert!(first(text).what.contains("nobody could log in"));
    }
}
