//! The services of the NAS that a plan gives beside its speed, as `tiered({upload}, {download})`.

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

/// How many services one plan may name: as many as an Access-Accept has tags for on Juniper's.
pub const PLANNED_SERVICES_MAX: usize = 8;

/// A service of the NAS that a plan gives: a template of the catalogue, and what stands in the
/// places of its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PlannedService {
    /// The name of the template.
    pub template: Arc<str>,
    /// One for each parameter, in their order.
    pub arguments: Vec<PlannedArgument>,
}

/// What stands in the place of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PlannedArgument {
    /// The upload of the speed in force, written `{upload}`.
    Upload,
    /// The download of the speed in force, written `{download}`.
    Download,
    /// This text.
    Literal(Arc<str>),
}

/// Why a text names no service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlannedServiceError {
    /// Parentheses that do not enclose the arguments.
    #[error("a service is written `name` or `name(argument, argument)`")]
    Malformed,
    /// There is nothing between two commas.
    #[error("an argument is empty")]
    EmptyArgument,
    /// A placeholder that does not exist.
    #[error("only `{{upload}}` and `{{download}}` stand for a number of the plan")]
    UnknownPlaceholder,
}

impl FromStr for PlannedService {
    type Err = PlannedServiceError;

    fn from_str(text: &str) -> Result<Self, PlannedServiceError> {
        let text = text.trim();
        let (name, arguments) = match text.split_once('(') {
            None => (text, Vec::new()),
            Some((name, rest)) => {
                let inside = rest.strip_suffix(')').ok_or(PlannedServiceError::Malformed)?;
                (name.trim_end(), arguments(inside)?)
            }
        };
        if name.is_empty() || name.contains([')', ',']) {
            return Err(PlannedServiceError::Malformed);
        }
        Ok(Self { template: name.into(), arguments })
    }
}

fn arguments(inside: &str) -> Result<Vec<PlannedArgument>, PlannedServiceError> {
    if inside.contains(['(', ')']) {
        return Err(PlannedServiceError::Malformed);
    }
    if inside.trim().is_empty() {
        return Ok(Vec::new());
    }
    inside.split(',').map(str::parse).collect()
}

impl FromStr for PlannedArgument {
    type Err = PlannedServiceError;

    fn from_str(text: &str) -> Result<Self, PlannedServiceError> {
        match text.trim() {
            "" => Err(PlannedServiceError::EmptyArgument),
            "{upload}" => Ok(Self::Upload),
            "{download}" => Ok(Self::Download),
            text if text.contains(['{', '}']) => Err(PlannedServiceError::UnknownPlaceholder),
            text => Ok(Self::Literal(text.into())),
        }
    }
}

impl fmt::Display for PlannedService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.template)?;
        for (number, argument) in self.arguments.iter().enumerate() {
            f.write_str(if number == 0 { "(" } else { ", " })?;
            argument.fmt(f)?;
        }
        if self.arguments.is_empty() { Ok(()) } else { f.write_str(")") }
    }
}

impl fmt::Display for PlannedArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Upload => f.write_str("{upload}"),
            Self::Download => f.write_str("{download}"),
            Self::Literal(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_read_as_they_are_written() {
        for text in ["voice", "tiered({upload}, {download})", "http(192.168.25.2, 80)"] {
            assert_eq!(text.parse::<PlannedService>().unwrap().to_string(), text);
        }
        let spaced: PlannedService = " tiered ( 1280000,5120000 )".parse().unwrap();
        assert_eq!(spaced.to_string(), "tiered(1280000, 5120000)");
        assert_eq!("voice()".parse::<PlannedService>().unwrap().to_string(), "voice");
    }

    #[test]
    fn what_is_none_is_refused() {
        let error = |text: &str| text.parse::<PlannedService>().unwrap_err();
        for text in ["", "(1)", "a(1", "a)", "a(1))", "a(b(1))", "a, b", "a(1) b"] {
            assert_eq!(error(text), PlannedServiceError::Malformed, "{text}");
        }
        assert_eq!(error("a(1,, 2)"), PlannedServiceError::EmptyArgument);
        assert_eq!(error("a({uplaod})"), PlannedServiceError::UnknownPlaceholder);
    }
}
