//! Reading dialect files, whose grammar the module above documents.

use radius_dict::{AttributeDefinition, DataType, Dictionary};
use radius_proto::{AttributeType, Tag};

use crate::catalogue::ServiceManner;
use crate::dialect::change::{COA_PORT, Changes, IdentityLine, IdentityTemplate};
use crate::dialect::error::Suggestion;
use crate::dialect::template::Template;
use crate::dialect::{DIALECT_LEN_MAX, Dialect, DialectError, DialectProblem, Place, Rule, Target};
use crate::intent::IntentKind;

/// Compiles the text of one dialect.
pub(super) fn dialect(
    file: &str,
    text: &str,
    dictionary: &Dictionary,
) -> Result<Dialect, DialectError> {
    let error = |line, problem| DialectError { file: file.to_owned(), line, problem };
    if text.len() > DIALECT_LEN_MAX {
        let (len, max) = (text.len(), DIALECT_LEN_MAX);
        return Err(error(1, DialectProblem::TooLong { len, max }));
    }
    let mut lines = Vec::new();
    for (number, text) in (1..).zip(text.lines()) {
        let words = words(text).map_err(|problem| error(number, problem))?;
        if !words.is_empty() {
            lines.push((number, words));
        }
    }
    let last_line = text.lines().count().max(1);
    let ((first_line, first), lines) =
        lines.split_first().ok_or_else(|| error(last_line, DialectProblem::NoName))?;
    let name = dialect_name(first).ok_or_else(|| error(*first_line, DialectProblem::NoName))?;
    let mut draft = Draft::default();
    for (number, words) in lines {
        draft.line(*number, words, dictionary).map_err(|problem| error(*number, problem))?;
    }
    let services = draft.services.map(|(_, manner)| manner);
    let (rules, changes) =
        draft.finish(dictionary).map_err(|(line, problem)| error(line, problem))?;
    Ok(Dialect { name: name.into(), rules, changes, services })
}

/// What the lines so far say.
#[derive(Default)]
struct Draft {
    rules: Vec<Rule>,
    /// Intents that change by the rules for the Access-Accept, and the lines that say so.
    as_accepted: Vec<(usize, IntentKind)>,
    /// Rules for a CoA-Request alone, and their lines.
    changes: Vec<(usize, Rule)>,
    identity: Vec<IdentityLine>,
    port: Option<u16>,
    /// The line that says that nothing can be changed.
    disconnect_only: Option<usize>,
    /// How services are told, and the line that says so.
    services: Option<(usize, ServiceManner)>,
}

impl Draft {
    fn line(
        &mut self,
        number: usize,
        words: &[&str],
        dictionary: &Dictionary,
    ) -> Result<(), DialectProblem> {
        match words {
            ["change", words @ ..] => self.change(number, words, dictionary)?,
            ["identify", words @ ..] => self.identity.push(identity(words, dictionary)?),
            ["coa", "port", port] => {
                let port = port.parse().ok().filter(|port| *port > 0);
                self.port = Some(port.ok_or(DialectProblem::BadCoa)?);
            }
            ["coa", "disconnect", "only"] => self.disconnect_only = Some(number),
            ["coa", ..] => return Err(DialectProblem::BadCoa),
            ["services", words @ ..] => {
                let manner = service_manner(words)?;
                if let Some((line, _)) = self.services.replace((number, manner)) {
                    return Err(DialectProblem::ServicesTwice { line });
                }
            }
            words => self.rules.push(rule(words, dictionary, RULE)?),
        }
        Ok(())
    }

    /// A list of intents, or a rule: its second word is an attribute.
    fn change(
        &mut self,
        number: usize,
        words: &[&str],
        dictionary: &Dictionary,
    ) -> Result<(), DialectProblem> {
        let is_attribute = |word: &&str| {
            let (name, _) = word.split_once(':').unwrap_or((word, ""));
            dictionary.attribute_by_name(name).is_some()
                || name.contains(|c: char| c.is_ascii_uppercase() || c == '-')
        };
        if words.get(1).is_some_and(is_attribute) {
            self.changes.push((number, rule(words, dictionary, CHANGE)?));
            return Ok(());
        }
        if words.is_empty() {
            return Err(DialectProblem::Missing { what: "the intent", form: CHANGE });
        }
        for word in words {
            self.as_accepted.push((number, intent(word)?));
        }
        Ok(())
    }

    /// The rules, and what the other lines say; what is wrong with them together, and where.
    fn finish(
        self,
        dictionary: &Dictionary,
    ) -> Result<(Vec<Rule>, Changes), (usize, DialectProblem)> {
        let changed = self.as_accepted.iter().map(|(number, _)| number);
        let first_changed = changed.chain(self.changes.iter().map(|(number, _)| number)).min();
        if let (Some(line), Some(number)) = (self.disconnect_only, first_changed) {
            return Err((*number, DialectProblem::DisconnectOnly { line }));
        }
        for (number, kind) in &self.as_accepted {
            if !self.rules.iter().any(|rule| rule.intent == *kind) {
                let intent = kind.name();
                return Err((*number, DialectProblem::NothingToChange { intent }));
            }
        }
        for (number, rule) in &self.changes {
            if let Some((line, kind)) = self.as_accepted.iter().find(|(_, k)| *k == rule.intent) {
                let (intent, line) = (kind.name(), *line);
                return Err((*number, DialectProblem::ChangedTwice { intent, line }));
            }
        }
        let mut identity = self.identity;
        if identity.is_empty() {
            for line in IDENTITY {
                identity.push(self::identity(line, dictionary).map_err(|problem| (1, problem))?);
            }
        }
        let changes = Changes {
            as_accepted: self.as_accepted.into_iter().map(|(_, kind)| kind).collect(),
            rules: self.changes.into_iter().map(|(_, rule)| rule).collect(),
            identity,
            port: self.port.unwrap_or(COA_PORT),
        };
        Ok((self.rules, changes))
    }
}

/// What lines look like, for messages.
const RULE: &str = "a rule is `<intent> <attribute> \"<template>\" [unless <intent>…]`";
const CHANGE: &str = "a change is `change <intent>…` or \
    `change <intent> <attribute> \"<template>\" [unless <intent>…]`";
const IDENTIFY: &str = "a line of `identify` is `identify <attribute> \"<template>\" [optional]`";

const SERVICES: &str = "a line of `services` is `services <manner>`";

/// How sessions are named by a dialect that does not say.
const IDENTITY: [&[&str]; 2] =
    [&["Acct-Session-Id", "{acct_session_id}"], &["User-Name", "{user_name}", "optional"]];

fn dialect_name<'t>(words: &[&'t str]) -> Option<&'t str> {
    let [keyword, name] = words else { return None };
    let letter = |octet| matches!(octet, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    (*keyword == "dialect" && !name.is_empty() && name.bytes().all(letter)).then_some(name)
}

/// A rule, whose line is of the given form.
fn rule(
    words: &[&str],
    dictionary: &Dictionary,
    form: &'static str,
) -> Result<Rule, DialectProblem> {
    let mut words = words.iter().copied();
    let mut next = |what| words.next().ok_or(DialectProblem::Missing { what, form });
    let intent = intent(next("the intent")?)?;
    let (name, tag) = tag(next("the attribute")?)?;
    let definition = attribute(name, dictionary)?;
    let attribute = target(definition, tag, dictionary)?;
    let template = Template::compile(next("the template")?, intent, definition, attribute.room())?;
    let mut unless = Vec::new();
    match words.next() {
        None => {}
        Some("unless") => {
            for word in words {
                let kind = self::intent(word)?;
                if kind == intent {
                    return Err(DialectProblem::UnlessItself { intent: intent.name() });
                }
                unless.push(kind);
            }
            if unless.is_empty() {
                return Err(DialectProblem::Missing { what: "an intent", form });
            }
        }
        Some(text) => return Err(DialectProblem::Trailing { text: text.to_owned(), form }),
    }
    let attribute_name = (&*definition.name).into();
    Ok(Rule { intent, unless, attribute, attribute_name, template })
}

/// What follows `identify`.
fn identity(words: &[&str], dictionary: &Dictionary) -> Result<IdentityLine, DialectProblem> {
    let form = IDENTIFY;
    let mut words = words.iter().copied();
    let mut next = |what| words.next().ok_or(DialectProblem::Missing { what, form });
    let (name, tag) = tag(next("the attribute")?)?;
    let definition = attribute(name, dictionary)?;
    let attribute = target(definition, tag, dictionary)?;
    let template = IdentityTemplate::compile(next("the template")?, definition, attribute.room())?;
    let optional = match (words.next(), words.next()) {
        (None, _) => false,
        (Some("optional"), None) => true,
        (Some("optional"), Some(text)) | (Some(text), _) => {
            return Err(DialectProblem::Trailing { text: text.to_owned(), form });
        }
    };
    Ok(IdentityLine { attribute, template, optional })
}

/// What follows `services`.
fn service_manner(words: &[&str]) -> Result<ServiceManner, DialectProblem> {
    match words {
        [] => Err(DialectProblem::Missing { what: "the manner", form: SERVICES }),
        [name] => ServiceManner::named(name).ok_or_else(|| {
            let known: Vec<_> = ServiceManner::ALL.iter().map(|manner| manner.name()).collect();
            let (manner, known) = ((*name).to_owned(), known.join(", "));
            DialectProblem::UnknownServiceManner { manner, known }
        }),
        [_, text, ..] => Err(DialectProblem::Trailing { text: (*text).to_owned(), form: SERVICES }),
    }
}

fn intent(word: &str) -> Result<IntentKind, DialectProblem> {
    IntentKind::ALL.iter().copied().find(|kind| kind.name() == word).ok_or_else(|| {
        let names = IntentKind::ALL.iter().map(|kind| kind.name());
        let suggestion = Suggestion::among(word, names);
        DialectProblem::UnknownIntent { intent: word.to_owned(), suggestion }
    })
}

fn attribute<'d>(
    word: &str,
    dictionary: &'d Dictionary,
) -> Result<&'d AttributeDefinition, DialectProblem> {
    dictionary.attribute_by_name(word).ok_or_else(|| {
        let names = dictionary.attributes().map(|attribute| &*attribute.name);
        let suggestion = Suggestion::among(word, names);
        DialectProblem::UnknownAttribute { attribute: word.to_owned(), suggestion }
    })
}

/// The name of an attribute and the tag behind it.
fn tag(word: &str) -> Result<(&str, Option<Tag>), DialectProblem> {
    let Some((name, tag)) = word.split_once(':') else { return Ok((word, None)) };
    match tag.parse().ok().and_then(Tag::new) {
        Some(tag) => Ok((name, Some(tag))),
        None => Err(DialectProblem::BadTag { tag: tag.to_owned() }),
    }
}

/// Where the attribute goes in a packet; an error for those the engine writes itself, and those
/// whose value is not the plain octets of its type.
fn target(
    definition: &AttributeDefinition,
    tag: Option<Tag>,
    dictionary: &Dictionary,
) -> Result<Target, DialectProblem> {
    let unsupported =
        |why| DialectProblem::UnsupportedAttribute { attribute: definition.name.to_string(), why };
    if definition.flags.encryption.is_some() {
        return Err(unsupported("its value is encrypted"));
    }
    match (definition.flags.has_tag, definition.data_type) {
        (true, DataType::String | DataType::Octets) => {}
        (true, _) => return Err(unsupported("its value is a number beside a tag")),
        (false, _) if tag.is_some() => return Err(unsupported("it takes no tag")),
        (false, _) => {}
    }
    let ([kind], true) = (definition.number.parts(), definition.is_on_wire()) else {
        return Err(unsupported("it does not stand in a packet by itself"));
    };
    if let Some(vendor) = definition.vendor {
        let format = dictionary.vendor_format(vendor);
        return Ok(Target { place: Place::Vendor { format, vendor, kind: *kind }, tag });
    }
    let number = u8::try_from(*kind);
    match number.map(AttributeType) {
        Err(_) => Err(unsupported("it does not stand in a packet by itself")),
        Ok(
            AttributeType::MESSAGE_AUTHENTICATOR
            | AttributeType::PROXY_STATE
            | AttributeType::CLASS
            | AttributeType::STATE
            | AttributeType::EAP_MESSAGE,
        ) => Err(unsupported("the engine writes it itself")),
        Ok(kind) => Ok(Target { place: Place::Standard(kind), tag }),
    }
}

/// The words of a line, a quoted text being one, without the comment.
fn words(line: &str) -> Result<Vec<&str>, DialectProblem> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with('#') {
        let (word, after) = if let Some(quoted) = rest.strip_prefix('"') {
            quoted.split_once('"').ok_or(DialectProblem::Unclosed { opening: '"' })?
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || c == '#').unwrap_or(rest.len());
            rest.split_at(end)
        };
        words.push(word);
        rest = after.trim_start();
    }
    Ok(words)
}
