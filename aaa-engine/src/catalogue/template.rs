//! One service as the NAS knows it: its name, what it takes, and what limits it there.

use core::fmt;
use std::sync::Arc;

use entitlement::{PlannedService, Speed};
use radius_proto::TAGGED_NUMBER_MAX;

use super::activation::{Activation, ServiceText};
use super::error::CatalogueError;
use super::parameter::{PARAMETERS_MAX, Parameter};

/// The longest name of a template, parameter, mutex group or profile, octets.
pub const NAME_LEN_MAX: usize = 64;

/// The shortest interval at which a service reports, seconds.
pub const SERVICE_INTERIM_INTERVAL_MIN_S: u32 = 600;

/// The longest, seconds.
pub const SERVICE_INTERIM_INTERVAL_MAX_S: u32 = 86_400;

/// A service of the catalogue; made by [`TemplateDraft::check`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceTemplate(TemplateDraft);

/// What a template is to be, before it is checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateDraft {
    /// What the NAS calls the service.
    pub name: Arc<str>,
    /// What it takes, in the order of the macro on the NAS.
    pub parameters: Vec<Parameter>,
    /// Where the NAS ends it by itself, and what it reports.
    pub limits: ServiceLimits,
    /// The group of which one member is active at a time.
    pub mutex: Option<MutexGroup>,
    /// Which profile it is, on NASes that know profiles only (Nokia).
    pub profile: Option<Profile>,
}

/// What Juniper's Service Manager is told of a service beside its name. Other NASes have it in the
/// service's own configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServiceLimits {
    /// When it ends, seconds after its activation; 0: never. 30 s sooner or later.
    pub timeout_s: Option<u32>,
    /// After how many megabytes to the subscriber it ends; 0: never.
    pub volume_mb: Option<u32>,
    /// Further units of 4 GiB of that volume; MX only.
    pub volume_gigawords: Option<u32>,
    /// What it counts.
    pub statistics: Option<Statistics>,
    /// How often it reports, seconds; 0: not at all.
    pub interim_interval_s: Option<u32>,
}

/// What a service counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Statistics {
    /// Nothing.
    Off,
    /// Its time.
    Time,
    /// Its time and volume.
    TimeVolume,
}

/// A group of services that exclude each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MutexGroup {
    /// Its name, here; the NAS has a number for it in the macro.
    pub name: Arc<str>,
    /// Does the router deactivate the active member by itself when another is activated by CoA?
    /// Else the deactivation is sent with the activation.
    pub router_deactivates: bool,
}

/// A profile of a host or subscriber on the NAS.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Profile {
    /// Which of the two.
    pub role: ProfileRole,
    /// The profile that is in force when the service is not active.
    pub default: Arc<str>,
}

/// Which profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProfileRole {
    /// The SLA profile of the host.
    Sla,
    /// The profile of the subscriber.
    Subscriber,
}

impl TemplateDraft {
    /// The template, if there is nothing wrong with it.
    ///
    /// # Errors
    /// A [`CatalogueError`] that names what is wrong and what would be right.
    pub fn check(self) -> Result<ServiceTemplate, CatalogueError> {
        checked_name("service template", &self.name)?;
        let count = self.parameters.len();
        if count > PARAMETERS_MAX {
            return Err(CatalogueError::TooManyParameters { count });
        }
        for (number, parameter) in self.parameters.iter().enumerate() {
            checked_name("parameter", &parameter.name)?;
            let before = self.parameters.iter().take(number);
            if before.into_iter().any(|earlier| earlier.name == parameter.name) {
                let name = parameter.name.to_string();
                return Err(CatalogueError::ParameterTwice { name });
            }
        }
        self.limits.check()?;
        if let Some(mutex) = &self.mutex {
            checked_name("mutex group", &mutex.name)?;
        }
        if let Some(profile) = &self.profile {
            checked_name("profile", &profile.default)?;
            if count > 0 {
                return Err(CatalogueError::ProfileWithParameters);
            }
        }
        Ok(ServiceTemplate(self))
    }
}

impl ServiceLimits {
    fn check(&self) -> Result<(), CatalogueError> {
        const RANGE: &str = "from 0 to 16777215; the NAS would take a greater number modulo 2^24";
        let numbers = [
            ("the service timeout", self.timeout_s),
            ("the service volume", self.volume_mb),
            ("the gigawords of the service volume", self.volume_gigawords),
        ];
        for (field, value) in numbers {
            if let Some(value) = value.filter(|value| *value > TAGGED_NUMBER_MAX) {
                return Err(CatalogueError::OutOfRange { field, value, range: RANGE });
            }
        }
        let valid = SERVICE_INTERIM_INTERVAL_MIN_S..=SERVICE_INTERIM_INTERVAL_MAX_S;
        if let Some(value) = self.interim_interval_s
            && value != 0
            && !valid.contains(&value)
        {
            let field = "the service's interim interval";
            return Err(CatalogueError::OutOfRange { field, value, range: "0, or 600 to 86400" });
        }
        let limits_volume =
            [self.volume_mb, self.volume_gigawords].into_iter().flatten().any(|units| units > 0);
        if limits_volume && self.statistics != Some(Statistics::TimeVolume) {
            return Err(CatalogueError::VolumeNotCounted);
        }
        Ok(())
    }

    /// Does the NAS end the service by itself at some point?
    #[must_use]
    pub fn end_it(&self) -> bool {
        let limits = [self.timeout_s, self.volume_mb, self.volume_gigawords];
        limits.into_iter().flatten().any(|limit| limit > 0)
    }
}

impl Statistics {
    /// Every setting.
    pub const ALL: [Self; 3] = [Self::Off, Self::Time, Self::TimeVolume];

    /// The name that is stored and typed; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Time => "time",
            Self::TimeVolume => "time-volume",
        }
    }

    /// The setting that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|statistics| statistics.code() == code)
    }
}

impl ProfileRole {
    /// The name that is stored and typed; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sla => "sla",
            Self::Subscriber => "subscriber",
        }
    }

    /// The role that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Sla, Self::Subscriber].into_iter().find(|role| role.code() == code)
    }
}

impl ServiceTemplate {
    /// A service that is told by its text alone, without limits.
    pub(super) fn bare(name: &str, mutex: Option<&MutexGroup>) -> Self {
        let name = name.into();
        Self(TemplateDraft { name, mutex: mutex.cloned(), ..TemplateDraft::default() })
    }

    /// What the NAS calls the service.
    #[must_use]
    pub const fn name(&self) -> &Arc<str> {
        &self.0.name
    }

    /// What it takes, in order.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        &self.0.parameters
    }

    /// Where the NAS ends it by itself, and what it reports.
    #[must_use]
    pub const fn limits(&self) -> &ServiceLimits {
        &self.0.limits
    }

    /// The group of which one member is active at a time.
    #[must_use]
    pub const fn mutex(&self) -> Option<&MutexGroup> {
        self.0.mutex.as_ref()
    }

    /// Which profile it is.
    #[must_use]
    pub const fn profile(&self) -> Option<&Profile> {
        self.0.profile.as_ref()
    }

    /// Can `planned` be a service of this template, whatever the speed in force is?
    ///
    /// # Errors
    /// A wrong number of arguments, one of a wrong kind, and a text that is too long.
    pub fn check(&self, planned: &PlannedService) -> Result<(), CatalogueError> {
        self.check_count(planned)?;
        let mut arguments = self.0.parameters.iter().zip(&planned.arguments);
        arguments.try_for_each(|(parameter, argument)| parameter.check(&self.0.name, argument))?;
        // No rate is longer than this one.
        self.text(planned, Some(Speed { download: MOST, upload: MOST })).map(drop)
    }

    /// The service as it is told to the NAS, with the rates of `speed` in their places.
    pub(super) fn text(
        &self,
        planned: &PlannedService,
        speed: Option<Speed>,
    ) -> Result<ServiceText, CatalogueError> {
        self.check_count(planned)?;
        let mut text = self.0.name.to_string();
        for (number, (parameter, argument)) in
            self.0.parameters.iter().zip(&planned.arguments).enumerate()
        {
            text.push_str(if number == 0 { "(" } else { ", " });
            text.push_str(&parameter.render(&self.0.name, argument, speed)?);
        }
        if !planned.arguments.is_empty() {
            text.push(')');
        }
        ServiceText::to_activate(&text)
    }

    fn check_count(&self, planned: &PlannedService) -> Result<(), CatalogueError> {
        let given = planned.arguments.len();
        if given == self.0.parameters.len() {
            return Ok(());
        }
        let (service, template) = (planned.to_string(), self.to_string());
        Err(CatalogueError::WrongCount { service, template, given })
    }

    /// A service of this template.
    ///
    /// # Errors
    /// As [`check`](Self::check), and a placeholder without a speed in force.
    pub fn activation(
        self: &Arc<Self>,
        planned: &PlannedService,
        speed: Option<Speed>,
    ) -> Result<Activation, CatalogueError> {
        Ok(Activation::new(Arc::clone(self), self.text(planned, speed)?))
    }
}

const MOST: entitlement::BitsPerSecond = entitlement::BitsPerSecond(u64::MAX);

/// As `tiered(upload:bps, download:bps)`.
impl fmt::Display for ServiceTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.name)?;
        for (number, parameter) in self.0.parameters.iter().enumerate() {
            write!(f, "{}{parameter}", if number == 0 { "(" } else { ", " })?;
        }
        if self.0.parameters.is_empty() { Ok(()) } else { f.write_str(")") }
    }
}

/// `name`, if it can stand in texts of attributes without being mistaken for anything else.
pub(super) fn checked_name(what: &'static str, name: &str) -> Result<Arc<str>, CatalogueError> {
    let begins = name.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric());
    let goes_on = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'.');
    if begins && name.len() <= NAME_LEN_MAX && name.bytes().all(goes_on) {
        Ok(name.into())
    } else {
        Err(CatalogueError::BadName { what, name: name.to_owned() })
    }
}
