//! Writes `weir.toml` with the documentation of every key.

use std::fmt::Write as _;

use toml::Value;

use super::{Config, SECTIONS, SectionDoc};

/// Which values stand in the text as settings, and which as comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// A key that has its default is a comment: what `weir init` writes, so that a later
    /// version's better default takes effect.
    DefaultsAsComments,
    /// Every key is set: what is in force.
    All,
}

/// The configuration as a `weir.toml` that documents itself.
///
/// # Errors
/// When a path is not UTF-8: TOML cannot say it.
pub fn render(config: &Config, values: Values) -> Result<String, toml::ser::Error> {
    let current = Value::try_from(config)?;
    let default = Value::try_from(Config::default())?;
    let mut text = String::from(
        "# The configuration of Weir. A key behind a `#` without a space shows the default.\n\
         # Relative paths start at the folder of this file.\n",
    );
    for section in &SECTIONS {
        let (now, usual) = (tables(&current, section), tables(&default, section));
        for (index, table) in now.iter().enumerate() {
            let usual = usual.first().copied();
            let listed_default = values == Values::DefaultsAsComments
                && section.header.starts_with("[[")
                && index == 0
                && usual == Some(*table);
            text.push('\n');
            write_doc(&mut text, section.doc);
            let comment = if listed_default { "#" } else { "" };
            let _ = writeln!(text, "{comment}{}", section.header);
            write_keys(&mut text, section, table, usual, values);
        }
    }
    Ok(text)
}

fn write_doc(text: &mut String, doc: &[&str]) {
    for line in doc {
        let _ = writeln!(text, "#{line}");
    }
}

fn write_keys(
    text: &mut String,
    section: &SectionDoc,
    table: &Value,
    usual: Option<&Value>,
    values: Values,
) {
    for key in section.keys {
        let Some(value) = table.get(key.name) else { continue };
        let is_default = usual.and_then(|usual| usual.get(key.name)) == Some(value);
        let comment = if is_default && values == Values::DefaultsAsComments { "#" } else { "" };
        write_doc(text, key.doc);
        let _ = writeln!(text, "{comment}{} = {value}", key.name);
    }
}

/// The tables that `section` stands for in `config`: one, or each of an array.
fn tables<'a>(config: &'a Value, section: &SectionDoc) -> Vec<&'a Value> {
    let path = section.header.trim_matches(['[', ']']);
    let mut value = Some(config);
    for name in path.split('.') {
        value = value.and_then(|table| table.get(name));
    }
    match value {
        Some(Value::Array(tables)) => tables.iter().collect(),
        Some(table) => vec![table],
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{ListenerSection, parse};

    fn parsed(text: &str) -> Config {
        parse(text, Path::new("weir.toml")).unwrap()
    }

    /// The template with every commented key taken out of its comment.
    fn uncommented(text: &str) -> String {
        text.lines()
            .map(|line| match line.strip_prefix('#') {
                Some(key) if !key.starts_with(' ') && !key.is_empty() => key,
                _ => line,
            })
            .fold(String::new(), |all, line| all + line + "\n")
    }

    #[test]
    fn the_template_means_the_defaults_with_and_without_its_comments() {
        let text = render(&Config::default(), Values::DefaultsAsComments).unwrap();
        assert_eq!(parsed(&text), Config::default());
        assert_eq!(parsed(&uncommented(&text)), Config::default());
        assert!(text.lines().all(|line| line.is_empty() || line.starts_with(['#', '['])));
    }

    #[test]
    fn every_key_that_is_read_is_documented() {
        let config = Value::try_from(Config::default()).unwrap();
        let mut keys_read = 0;
        for section in &SECTIONS {
            assert!(!section.doc.is_empty(), "{} is not documented", section.header);
            let [table] = tables(&config, section)[..] else { panic!("{}", section.header) };
            let Value::Table(table) = table else { panic!("{}", section.header) };
            for key in table.keys().filter(|key| *key != "listener") {
                let key = section.keys.iter().find(|doc| doc.name == key);
                assert!(key.is_some_and(|key| !key.doc.is_empty()), "{}", section.header);
                keys_read += 1;
            }
        }
        assert_eq!(keys_read, SECTIONS.iter().map(|section| section.keys.len()).sum::<usize>());
        assert_eq!(Value::try_from(Config::default()).unwrap().as_table().unwrap().len(), 9);
    }

    #[test]
    fn what_differs_from_the_default_is_set() {
        let mut config = Config::default();
        config.store.url = "sqlite:other.db".to_owned();
        config.radius.listener[0].accounting = "127.0.0.1:1999".parse().unwrap();
        config.radius.listener.push(ListenerSection {
            name: "second".to_owned(),
            authentication: "[::1]:3812".parse().unwrap(),
            ..ListenerSection::default()
        });
        let text = render(&config, Values::DefaultsAsComments).unwrap();
        assert!(text.contains("\nurl = \"sqlite:other.db\"\n"), "{text}");
        assert!(text.contains("\n#key_file = \"weir.key\"\n"), "{text}");
        assert_eq!(parsed(&text), config);
        assert_eq!(parsed(&render(&config, Values::All).unwrap()), config);
    }
}
