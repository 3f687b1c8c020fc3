//! The services that a NAS activates within a session: a speed, voice, a walled garden.
//!
//! A [`Catalogue`] holds a tenant's [`ServiceTemplate`]s: what a service is called on the NAS, the
//! typed parameters that it takes, and what limits it there. A plan names services of it, and with
//! the speed in force they become [`Activation`]s, each with the very text that the NAS is told.
//! [`ServiceChange::between`] says what makes the wanted services active, whatever is active now,
//! and a [`ServiceManner`] writes it as one kind of NAS understands it. [`ActiveServices`] is what
//! is known to be active, by what was told and what accounting reports.

mod activation;
mod active;
mod change;
mod error;
mod manner;
mod parameter;
mod template;

use std::collections::BTreeMap;
use std::sync::Arc;

use entitlement::{PlannedService, Speed};
use radius_proto::Tag;

pub use activation::{
    ACTIVATION_TEXT_LEN_MAX, Activation, SERVICE_TEXT_LEN_MAX, ServiceParts, ServiceText,
};
pub use active::{ACTIVE_SERVICES_MAX, ActiveService, ActiveServices, ServiceState, ToldBy};
pub use change::{CHANGE_LEN_MAX, ServiceChange};
pub use error::{CatalogueError, ServiceWriteError};
pub use manner::{Message, ServiceManner};
pub use parameter::{PARAMETERS_MAX, Parameter, ParameterKind};
pub use template::{
    MutexGroup, NAME_LEN_MAX, Profile, ProfileRole, SERVICE_INTERIM_INTERVAL_MAX_S,
    SERVICE_INTERIM_INTERVAL_MIN_S, ServiceLimits, ServiceTemplate, Statistics, TemplateDraft,
};

/// How many templates a catalogue may have.
pub const CATALOGUE_TEMPLATES_MAX: usize = 1_000;

/// The last tag of a service: a packet has room for so many.
pub const SERVICE_TAG_MAX: u8 = 8;

/// The services that a tenant's plans may name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalogue {
    templates: BTreeMap<Arc<str>, Arc<ServiceTemplate>>,
}

/// The tag by which attributes of one packet belong to one service, 1 to 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceTag(u8);

impl ServiceTag {
    /// The first.
    pub const FIRST: Self = Self(1);

    /// The tag of this number, if it is from 1 to 8.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if matches!(number, 1..=SERVICE_TAG_MAX) { Some(Self(number)) } else { None }
    }

    /// Its number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// It and those behind it.
    fn onward(self) -> impl Iterator<Item = Tag> + Clone {
        (self.0..=SERVICE_TAG_MAX).filter_map(Tag::new)
    }
}

impl Catalogue {
    /// The catalogue of these templates.
    ///
    /// # Errors
    /// Two templates of one name, two that disagree about their mutex group, or too many.
    pub fn new(
        templates: impl IntoIterator<Item = ServiceTemplate>,
    ) -> Result<Self, CatalogueError> {
        let mut catalogue = Self::default();
        for template in templates {
            catalogue.add(template)?;
        }
        Ok(catalogue)
    }

    /// Adds a template.
    ///
    /// # Errors
    /// As [`new`](Self::new); the catalogue is then as it was.
    pub fn add(&mut self, template: ServiceTemplate) -> Result<(), CatalogueError> {
        let disagrees = |mutex: &&MutexGroup| {
            let of_others = self.templates.values().filter_map(|other| other.mutex());
            of_others.into_iter().any(|other| other.name == mutex.name && other != *mutex)
        };
        if let Some(mutex) = template.mutex().filter(disagrees) {
            return Err(CatalogueError::GroupDisagrees { group: mutex.name.to_string() });
        }
        if self.templates.len() == CATALOGUE_TEMPLATES_MAX {
            return Err(CatalogueError::TooManyTemplates);
        }
        let name = Arc::clone(template.name());
        if self.templates.contains_key(&name) {
            return Err(CatalogueError::TemplateTwice { name: name.to_string() });
        }
        self.templates.insert(name, Arc::new(template));
        Ok(())
    }

    /// The template of this name.
    #[must_use]
    pub fn template(&self, name: &str) -> Option<&Arc<ServiceTemplate>> {
        self.templates.get(name)
    }

    /// The templates, by name.
    pub fn templates(&self) -> impl Iterator<Item = &Arc<ServiceTemplate>> {
        self.templates.values()
    }

    /// The services that a plan names, at the speed in force.
    ///
    /// # Errors
    /// As [`check`](Self::check), and a placeholder without a speed in force.
    pub fn activations(
        &self,
        planned: &[PlannedService],
        speed: Option<Speed>,
    ) -> Result<Vec<Activation>, CatalogueError> {
        let activation = |planned| self.known(planned)?.activation(planned, speed);
        let activations: Vec<_> = planned.iter().map(activation).collect::<Result<_, _>>()?;
        change::exclusive(&activations)?;
        Ok(activations)
    }

    /// A service that is told by its text alone, as a dialect does it: without the limits that a
    /// template of its name has.
    pub(crate) fn bare(&self, text: ServiceText) -> Activation {
        let mutex = self.template_of(&text).and_then(|template| template.mutex());
        Activation::new(Arc::new(ServiceTemplate::bare(text.name(), mutex)), text)
    }

    /// Can a plan name these services, whatever the speed in force will be?
    ///
    /// # Errors
    /// A template that does not exist, arguments that are too many, too few or of a wrong kind, a
    /// text that is too long, and two services of which only one can be active.
    pub fn check(&self, planned: &[PlannedService]) -> Result<(), CatalogueError> {
        for service in planned {
            self.known(service)?.check(service)?;
        }
        self.activations(planned, Some(Speed::default())).map(drop)
    }

    fn known(&self, planned: &PlannedService) -> Result<&Arc<ServiceTemplate>, CatalogueError> {
        self.template(&planned.template).ok_or_else(|| {
            let names = self.templates.keys().map(AsRef::as_ref);
            CatalogueError::UnknownTemplate {
                name: planned.template.to_string(),
                suggestion: error::nearest(&planned.template, names),
            }
        })
    }

    /// The template of a service that a NAS has.
    fn template_of(&self, text: &ServiceText) -> Option<&Arc<ServiceTemplate>> {
        self.template(text.name())
    }
}
