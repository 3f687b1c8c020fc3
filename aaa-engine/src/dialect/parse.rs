//! Reading dialect files, whose grammar the module above documents.

use radius_dict::{AttributeDefinition, DataType, Dictionary};
use radius_proto::{AttributeType, Tag};

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
    let mut name = None;
    let mut rules = Vec::new();
    let mut last_line = 1;
    for (line, text) in (1..).zip(text.lines()) {
        last_line = line;
        let words = words(text).map_err(|problem| error(line, problem))?;
        if words.is_empty() {
            continue;
        }
        if name.is_none() {
            name = Some(dialect_name(&words).ok_or_else(|| error(line, DialectProblem::NoName))?);
        } else {
            rules.push(rule(&words, dictionary).map_err(|problem| error(line, problem))?);
        }
    }
    let name = name.ok_or_else(|| error(last_line, DialectProblem::NoName))?.into();
    Ok(Dialect { name, rules })
}

fn dialect_name<'t>(words: &[&'t str]) -> Option<&'t str> {
    let [keyword, name] = words else { return None };
    let letter = |octet| matches!(octet, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    (*keyword == "dialect" && !name.is_empty() && name.bytes().all(letter)).then_some(name)
}

fn rule(words: &[&str], dictionary: &Dictionary) -> Result<Rule, DialectProblem> {
    let mut words = words.iter().copied();
    let mut next = |what| words.next().ok_or(DialectProblem::Missing { what });
    let intent = intent(next("the intent")?)?;
    let (name, tag) = tag(next("the attribute")?)?;
    let definition = attribute(name, dictionary)?;
    let attribute = target(definition, tag, dictionary)?;
    let template = Template::compile(next("the template")?, intent, definition, attribute.room())?;
    let unless = match words.next() {
        None => None,
        Some("unless") => {
            let word = words.next();
            let unless = self::intent(word.ok_or(DialectProblem::Missing { what: "an intent" })?)?;
            if unless == intent {
                return Err(DialectProblem::UnlessItself { intent: intent.name() });
            }
            Some(unless)
        }
        Some(text) => return Err(DialectProblem::Trailing { text: text.to_owned() }),
    };
    if let Some(text) = words.next() {
        return Err(DialectProblem::Trailing { text: text.to_owned() });
    }
    Ok(Rule { intent, unless, attribute, template })
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
