//! What can be wrong with a dialect file.

use core::fmt;

use strsim::levenshtein;

/// A dialect file that cannot be used: where, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct DialectError {
    /// The file, as the caller named it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: DialectProblem,
}

/// What is wrong with a line of a dialect file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DialectProblem {
    /// The file is longer than a dialect can be.
    #[error("the file has {len} octets; a dialect has at most {max}")]
    TooLong {
        /// Octets of the file.
        len: usize,
        /// The most that is read.
        max: usize,
    },
    /// The file does not begin with its name.
    #[error("the first line must be `dialect <name>`, the name of small letters, digits, - and _")]
    NoName,
    /// A line lacks one of its parts.
    #[error("{what} is missing; {form}")]
    Missing {
        /// Which part.
        what: &'static str,
        /// What the line should look like.
        form: &'static str,
    },
    /// Something follows a complete line.
    #[error("`{text}` is too much; {form}")]
    Trailing {
        /// What follows.
        text: String,
        /// What the line should look like.
        form: &'static str,
    },
    /// An intent that does not exist.
    #[error("there is no intent `{intent}`{suggestion}")]
    UnknownIntent {
        /// As written.
        intent: String,
        /// What may have been meant.
        suggestion: Suggestion,
    },
    /// A rule that could never apply.
    #[error("a rule for `{intent}` that ends in `unless {intent}` says nothing, ever")]
    UnlessItself {
        /// The intent.
        intent: &'static str,
    },
    /// An intent whose change is said twice.
    #[error("how `{intent}` changes is said already, in line {line}, as it is in an Access-Accept")]
    ChangedTwice {
        /// The intent.
        intent: &'static str,
        /// Where it is said.
        line: usize,
    },
    /// A change that would be said as in an Access-Accept, where nothing is said of it.
    #[error(
        "there is no rule for `{intent}` that could be sent in a CoA-Request; write one: \
         `change {intent} <attribute> \"<template>\"`"
    )]
    NothingToChange {
        /// The intent.
        intent: &'static str,
    },
    /// A change for a NAS that takes none.
    #[error("`coa disconnect only` stands in line {line}, so nothing can be changed")]
    DisconnectOnly {
        /// Where it stands.
        line: usize,
    },
    /// A `coa` line that is none.
    #[error("a line of `coa` is `coa port <number from 1 to 65535>` or `coa disconnect only`")]
    BadCoa,
    /// A manner of services that does not exist.
    #[error("services are told in no manner `{manner}`; there is {known}")]
    UnknownServiceManner {
        /// As written.
        manner: String,
        /// What there is.
        known: String,
    },
    /// How services are told is said twice.
    #[error("how services are told is said already, in line {line}")]
    ServicesTwice {
        /// Where it is said.
        line: usize,
    },
    /// A placeholder that names no session.
    #[error("a session has no `{{{placeholder}}}`; it has {known}")]
    UnknownIdentity {
        /// As written.
        placeholder: String,
        /// What there is.
        known: String,
    },
    /// A template that makes no address of a session, for an attribute that is one.
    #[error(
        "`{attribute}` is an address: its template must be `{{framed_ipv4}}` or `{{nas_ipv4}}`"
    )]
    NotAnIdentityAddress {
        /// The attribute.
        attribute: String,
    },
    /// An attribute that the dictionary does not have.
    #[error("the dictionary has no attribute `{attribute}`{suggestion}")]
    UnknownAttribute {
        /// As written.
        attribute: String,
        /// What may have been meant.
        suggestion: Suggestion,
    },
    /// A tag that is none.
    #[error("`:{tag}` is no tag; a tag is a number from 1 to {}", radius_proto::TAG_MAX)]
    BadTag {
        /// As written.
        tag: String,
    },
    /// An attribute that dialects cannot write.
    #[error("`{attribute}` cannot be written by a dialect: {why}")]
    UnsupportedAttribute {
        /// As written.
        attribute: String,
        /// What stands in the way.
        why: &'static str,
    },
    /// A quote or brace without its partner.
    #[error("`{opening}` is not closed")]
    Unclosed {
        /// What was opened.
        opening: char,
    },
    /// A closing brace that closes nothing.
    #[error("`}}` closes nothing; write `}}}}` for the brace itself")]
    Unopened,
    /// A placeholder that the intent does not have.
    #[error("the intent `{intent}` has no `{{{placeholder}}}`; it has {known}")]
    UnknownPlaceholder {
        /// The intent of the rule.
        intent: &'static str,
        /// As written.
        placeholder: String,
        /// What there is.
        known: String,
    },
    /// A unit that the placeholder does not have.
    #[error("`{{{placeholder}}}` has no unit `{unit}`; {known}")]
    UnknownUnit {
        /// The placeholder.
        placeholder: String,
        /// The unit as written.
        unit: String,
        /// What there is.
        known: &'static str,
    },
    /// A template whose text alone does not fit.
    #[error("the template has {len} octets of text; `{attribute}` has room for {max}")]
    ValueTooLong {
        /// The attribute.
        attribute: String,
        /// Octets outside of placeholders.
        len: usize,
        /// The longest value.
        max: usize,
    },
    /// A template that makes no number, for an attribute that is one.
    #[error(
        "`{attribute}` is a number: its template must be one placeholder of a number in any unit \
         but `si`, a number, or a name that the dictionary has for one"
    )]
    NotANumber {
        /// The attribute.
        attribute: String,
    },
    /// A template that makes no address, for an attribute that is one.
    #[error("`{attribute}` is an address: its template must be `{{address}}`, or an IPv4 address")]
    NotAnAddress {
        /// The attribute.
        attribute: String,
    },
    /// A template that makes no prefix, for an attribute that is one.
    #[error("`{attribute}` is an IPv6 prefix: its template must be `{{prefix}}`")]
    NotAPrefix {
        /// The attribute.
        attribute: String,
    },
}

/// A name that may have been meant; shown as `; did you mean ..?`, or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suggestion(pub Option<String>);

impl Suggestion {
    /// The candidate that is most like `given`, if one is like it at all.
    pub(super) fn among<'c>(given: &str, candidates: impl Iterator<Item = &'c str>) -> Self {
        let given = given.to_ascii_lowercase();
        let tolerated = (given.len() / 3).max(1);
        let nearest = candidates
            .filter(|candidate| candidate.len().abs_diff(given.len()) <= tolerated)
            .map(|candidate| (levenshtein(&given, &candidate.to_ascii_lowercase()), candidate))
            .min_by_key(|(distance, _)| *distance);
        let near = nearest.filter(|(distance, _)| *distance <= tolerated);
        Self(near.map(|(_, candidate)| candidate.to_owned()))
    }
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(name) => write!(f, "; did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}
