//! What can be wrong with a service, its template, or the whole of a catalogue.

use radius_proto::WriteError;
use strsim::levenshtein;

use super::parameter::PARAMETERS_MAX;
use super::template::NAME_LEN_MAX;
use super::{CATALOGUE_TEMPLATES_MAX, SERVICE_TAG_MAX};

/// Why something is no template, no service, or no set of services.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// A name with characters that would break what it is written into.
    #[error(
        "`{name}` cannot be the name of a {what}: a name has 1 to {NAME_LEN_MAX} letters, digits, \
         `-`, `_` and `.`, the first a letter or digit"
    )]
    BadName {
        /// Of what.
        what: &'static str,
        /// As given.
        name: String,
    },
    /// A parameter that is not written as `name:kind`.
    #[error("`{text}` is no parameter; it is `<name>:<kind>`, the kind one of {kinds}")]
    BadParameter {
        /// As given.
        text: String,
        /// The kinds.
        kinds: String,
    },
    /// More parameters than a template may have.
    #[error("the template has {count} parameters; it may have {PARAMETERS_MAX}")]
    TooManyParameters {
        /// How many.
        count: usize,
    },
    /// Two parameters of one name.
    #[error("there are two parameters `{name}`")]
    ParameterTwice {
        /// The name.
        name: String,
    },
    /// A number outside of what the NAS takes: above 2^24-1 it would wrap there.
    #[error("{field} is {value}; it is {range}")]
    OutOfRange {
        /// Which limit.
        field: &'static str,
        /// As given.
        value: u32,
        /// What is valid.
        range: &'static str,
    },
    /// A volume that the NAS would not count.
    #[error("a volume limit needs statistics `time-volume`: without them the NAS counts no volume")]
    VolumeNotCounted,
    /// A profile with parameters.
    #[error("a profile is a name alone; the template cannot have parameters too")]
    ProfileWithParameters,
    /// Two templates of one name.
    #[error("there are two service templates `{name}`")]
    TemplateTwice {
        /// The name.
        name: String,
    },
    /// More templates than a catalogue may have.
    #[error("there are more than {CATALOGUE_TEMPLATES_MAX} service templates")]
    TooManyTemplates,
    /// Templates of one group that say different things of it.
    #[error(
        "the templates of the mutex group `{group}` disagree on whether the router deactivates the \
         other member by itself"
    )]
    GroupDisagrees {
        /// The group.
        group: String,
    },
    /// A template that does not exist.
    #[error("there is no service template `{name}`{}", did_you_mean(.suggestion.as_deref()))]
    UnknownTemplate {
        /// As given.
        name: String,
        /// What may have been meant.
        suggestion: Option<String>,
    },
    /// More or fewer arguments than parameters.
    #[error("`{service}` has {given} arguments; the template is `{template}`")]
    WrongCount {
        /// The service as given.
        service: String,
        /// The template with its parameters.
        template: String,
        /// How many were given.
        given: usize,
    },
    /// An argument that is not of the parameter's kind.
    #[error("`{argument}` cannot be the `{parameter}` of `{template}`; it is {expected}")]
    WrongKind {
        /// The template.
        template: String,
        /// The parameter.
        parameter: String,
        /// As given.
        argument: String,
        /// What is valid.
        expected: &'static str,
    },
    /// A placeholder for a plan's rate, where no speed is in force.
    #[error("the `{parameter}` of `{template}` is the plan's {which}, and no speed is in force")]
    NoSpeed {
        /// The template.
        template: String,
        /// The parameter.
        parameter: String,
        /// Upload or download.
        which: &'static str,
    },
    /// A text that no attribute has room for.
    #[error("the text of `{template}` has {len} octets; an attribute has room for {max}")]
    TextTooLong {
        /// The template or text.
        template: String,
        /// Its length.
        len: usize,
        /// The most that fits.
        max: usize,
    },
    /// Two services of which only one can be active.
    #[error("`{first}` and `{second}` exclude each other: both are in the mutex group `{group}`")]
    TwoOfGroup {
        /// The group.
        group: String,
        /// One.
        first: String,
        /// The other.
        second: String,
    },
    /// Two services that are the same profile.
    #[error("`{first}` and `{second}` exclude each other: both are the {role} profile")]
    TwoProfiles {
        /// Which profile.
        role: &'static str,
        /// One.
        first: String,
        /// The other.
        second: String,
    },
}

/// Why a change could not be written into a packet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceWriteError {
    /// The packet has no room.
    #[error(transparent)]
    Packet(#[from] WriteError),
    /// More activations than there are tags from the first one on.
    #[error(
        "{count} services are to be activated with tags from {first} on, and the last tag is \
         {SERVICE_TAG_MAX}"
    )]
    OutOfTags {
        /// How many services.
        count: usize,
        /// The first tag.
        first: u8,
    },
    /// More in one packet than this kind of NAS does.
    #[error("this kind of NAS does one thing in a packet, and there are {count}")]
    OneAtATime {
        /// How many.
        count: usize,
    },
    /// Something that this kind of NAS is not known to do.
    #[error("`{service}` cannot be {what} on this kind of NAS")]
    Unsupported {
        /// The service's text.
        service: String,
        /// What was to be done, as a participle.
        what: &'static str,
    },
    /// A template without a profile, for a NAS that knows profiles only.
    #[error("`{service}` is no profile, and this kind of NAS knows profiles only")]
    NoProfile {
        /// The service's text.
        service: String,
    },
}

/// The candidate that is most like `given`, if one is like it at all.
pub(super) fn nearest<'c>(
    given: &str,
    candidates: impl Iterator<Item = &'c str>,
) -> Option<String> {
    let given = given.to_ascii_lowercase();
    let tolerated = (given.len() / 3).max(1);
    let of = |candidate: &str| levenshtein(&given, &candidate.to_ascii_lowercase());
    let measured = candidates
        .filter(|candidate| candidate.len().abs_diff(given.len()) <= tolerated)
        .map(|candidate| (of(candidate), candidate));
    let nearest = measured.min_by_key(|(distance, _)| *distance);
    nearest.filter(|(distance, _)| *distance <= tolerated).map(|(_, name)| name.to_owned())
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
