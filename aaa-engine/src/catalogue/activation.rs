//! A service with its arguments, and the very text that the NAS was told.

use core::fmt;
use std::borrow::Borrow;
use std::sync::Arc;

use super::error::CatalogueError;
use super::template::ServiceTemplate;

/// Octets of text that a vendor's attribute has room for (RFC 2865 section 5.26).
pub const SERVICE_TEXT_LEN_MAX: usize = 247;

/// Those behind a tag.
pub const ACTIVATION_TEXT_LEN_MAX: usize = SERVICE_TEXT_LEN_MAX - 1;

/// A service as a NAS was told it, or tells it: `tiered(1280000, 5120000)`.
///
/// It is compared, and deactivated, by this very text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServiceText(Arc<str>);

/// The parts of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceParts<'a> {
    /// The name of the service.
    pub name: &'a str,
    /// Its arguments, without the blanks around them.
    pub arguments: Vec<&'a str>,
}

/// A service that is to be active: a template, and what is told to the NAS.
#[derive(Debug, Clone)]
pub struct Activation {
    template: Arc<ServiceTemplate>,
    text: ServiceText,
}

impl ServiceText {
    /// A text that a NAS was told, or tells, exactly as it is.
    ///
    /// # Errors
    /// [`CatalogueError::TextTooLong`] when no attribute could carry it.
    pub fn new(text: &str) -> Result<Self, CatalogueError> {
        Self::within(text, SERVICE_TEXT_LEN_MAX)
    }

    /// A text that is to stand behind a tag.
    pub(super) fn to_activate(text: &str) -> Result<Self, CatalogueError> {
        Self::within(text, ACTIVATION_TEXT_LEN_MAX)
    }

    fn within(text: &str, max: usize) -> Result<Self, CatalogueError> {
        if text.len() <= max {
            return Ok(Self(text.into()));
        }
        let template = text.split('(').next().unwrap_or_default().to_owned();
        Err(CatalogueError::TextTooLong { template, len: text.len(), max })
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its name and arguments; `None` when its parentheses do not enclose arguments.
    #[must_use]
    pub fn parts(&self) -> Option<ServiceParts<'_>> {
        let text = self.0.trim();
        let Some((name, rest)) = text.split_once('(') else {
            return Some(ServiceParts { name: text, arguments: Vec::new() });
        };
        let inside = rest.strip_suffix(')').filter(|inside| !inside.contains(['(', ')']))?;
        let arguments = if inside.trim().is_empty() {
            Vec::new()
        } else {
            inside.split(',').map(str::trim).collect()
        };
        Some(ServiceParts { name: name.trim(), arguments })
    }

    /// Its name, or all of it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.parts().map_or(&self.0, |parts| parts.name)
    }

    /// Is `other` the same service, however it is spaced? A NAS that reports a service may space
    /// it otherwise than it was told.
    #[must_use]
    pub fn is_the_service_of(&self, other: &Self) -> bool {
        self == other || self.parts().is_some_and(|parts| other.parts() == Some(parts))
    }
}

impl Activation {
    pub(super) const fn new(template: Arc<ServiceTemplate>, text: ServiceText) -> Self {
        Self { template, text }
    }

    /// What the NAS is told.
    #[must_use]
    pub const fn text(&self) -> &ServiceText {
        &self.text
    }

    /// The template that it is a service of.
    #[must_use]
    pub const fn template(&self) -> &Arc<ServiceTemplate> {
        &self.template
    }
}

/// By the text alone: it is what the NAS knows.
impl PartialEq for Activation {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Activation {}

impl Borrow<str> for ServiceText {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServiceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_parts() {
        let parts = |text: &str| {
            let text = ServiceText::new(text).unwrap();
            let parts = text.parts()?;
            Some(format!("{}|{}", parts.name, parts.arguments.join("|")))
        };
        assert_eq!(parts("tiered(1280000, 5120000)").as_deref(), Some("tiered|1280000|5120000"));
        assert_eq!(parts(" IPV4 (20M,30M ) ").as_deref(), Some("IPV4|20M|30M"));
        assert_eq!(
            parts("redirDynamic(http://172.16.13.11)").as_deref(),
            Some("redirDynamic|http://172.16.13.11")
        );
        assert_eq!(parts("ipoe-parking").as_deref(), Some("ipoe-parking|"));
        assert_eq!(parts("voice()").as_deref(), Some("voice|"));
        for bad in ["tiered(1", "tiered(1))", "tiered(f(1))", "tiered(1) x"] {
            assert_eq!(parts(bad), None, "{bad}");
            assert_eq!(ServiceText::new(bad).unwrap().name(), bad);
        }
    }

    #[test]
    fn the_same_service_may_be_spaced_otherwise() {
        let text = |text: &str| ServiceText::new(text).unwrap();
        assert!(text("a(1, 2)").is_the_service_of(&text("a(1,2)")));
        assert_ne!(text("a(1, 2)"), text("a(1,2)"));
        assert!(!text("a(1, 2)").is_the_service_of(&text("a(12)")));
        assert!(!text("a(1").is_the_service_of(&text("a( 1")));
    }
}
