//! What makes the wanted services active, whatever is active now.

use std::collections::BTreeSet;

use super::activation::{Activation, ServiceText};
use super::error::CatalogueError;
use super::template::{MutexGroup, ProfileRole, ServiceLimits, ServiceTemplate};
use super::{Catalogue, ServiceTag};

/// How many octets of a packet its services take at most; beside them there is room for all else.
pub const CHANGE_LEN_MAX: usize = 2_048;

/// How many deactivations go into the packet of the activation that they make way for.
const MAKING_WAY_MAX: usize = 4;

/// Services to deactivate and to activate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceChange {
    /// What the NAS is told to deactivate, each exactly as it was activated.
    pub deactivate: Vec<ServiceText>,
    /// What it is told to activate, in this order.
    pub activate: Vec<Activation>,
    /// What it deactivates by itself, because one of the same mutex group is activated: nothing is
    /// sent for it, and it is gone when the change is acknowledged.
    pub replaced: Vec<ServiceText>,
}

/// At most one service of each mutex group, and one for each profile.
pub(super) fn exclusive(wanted: &[Activation]) -> Result<(), CatalogueError> {
    for (number, activation) in wanted.iter().enumerate() {
        for before in wanted.iter().take(number).filter(|before| *before != activation) {
            let (first, second) = (before.to_string(), activation.to_string());
            match exclusion(before.template(), activation.template()) {
                None => {}
                Some(Exclusion::Mutex(mutex)) => {
                    let group = mutex.name.to_string();
                    return Err(CatalogueError::TwoOfGroup { group, first, second });
                }
                Some(Exclusion::Profile(role)) => {
                    let role = role.code();
                    return Err(CatalogueError::TwoProfiles { role, first, second });
                }
            }
        }
    }
    Ok(())
}

/// Why two services cannot both be active.
enum Exclusion<'t> {
    Mutex(&'t MutexGroup),
    Profile(ProfileRole),
}

fn exclusion<'t>(one: &'t ServiceTemplate, other: &ServiceTemplate) -> Option<Exclusion<'t>> {
    let group = other.mutex().map(|mutex| &mutex.name);
    let role = other.profile().map(|profile| profile.role);
    let of_group = one.mutex().filter(|mutex| Some(&mutex.name) == group).map(Exclusion::Mutex);
    of_group.or_else(|| {
        let profile = one.profile().filter(|profile| Some(profile.role) == role)?;
        Some(Exclusion::Profile(profile.role))
    })
}

impl ServiceChange {
    /// What makes exactly `wanted` active, where `active` is.
    ///
    /// # Errors
    /// [`CatalogueError::TwoOfGroup`] when two services are wanted that exclude each other.
    pub fn between(
        active: &[ServiceText],
        wanted: &[Activation],
        catalogue: &Catalogue,
    ) -> Result<Self, CatalogueError> {
        exclusive(wanted)?;
        let mut change = Self::default();
        let mut named: BTreeSet<&ServiceText> = active.iter().collect();
        for activation in wanted {
            if named.insert(activation.text()) {
                change.activate.push(activation.clone());
            }
        }
        let mut kept: BTreeSet<&ServiceText> = wanted.iter().map(Activation::text).collect();
        for text in active {
            if !kept.insert(text) {
                continue;
            }
            if change.router_takes_away(text, catalogue) {
                change.replaced.push(text.clone());
            } else {
                change.deactivate.push(text.clone());
            }
        }
        Ok(change)
    }

    /// Does the router itself deactivate the active `text` when this change activates another?
    fn router_takes_away(&self, text: &ServiceText, catalogue: &Catalogue) -> bool {
        let Some(template) = catalogue.template_of(text) else { return false };
        self.activate.iter().any(|activation| match exclusion(activation.template(), template) {
            Some(Exclusion::Mutex(mutex)) => mutex.router_deactivates,
            // A host has one profile of a role at a time.
            Some(Exclusion::Profile(_)) => true,
            None => false,
        })
    }

    /// Is there nothing to do?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.deactivate.is_empty() && self.activate.is_empty()
    }

    /// This as changes that each fit into one packet with tags from `first` on: a deactivation goes
    /// with the activation that it makes way for, where there is one.
    pub(super) fn in_packets(&self, first: ServiceTag, catalogue: &Catalogue) -> Vec<Self> {
        let tags = first.onward().count();
        let mut packets: Vec<Self> = Vec::new();
        for step in self.steps(catalogue) {
            let room = |packet: &&mut Self| {
                packet.activate.len() + step.activate.len() <= tags
                    && packet.len() + step.len() <= CHANGE_LEN_MAX
            };
            match packets.last_mut().filter(room) {
                Some(packet) => packet.append(step),
                None => packets.push(step),
            }
        }
        packets
    }

    /// This one activation at a time, each with what makes way for it, then what is left.
    fn steps(&self, catalogue: &Catalogue) -> Vec<Self> {
        let mut left = self.deactivate.clone();
        let mut left_replaced = self.replaced.clone();
        let mut steps = Vec::new();
        for activation in &self.activate {
            let template = activation.template();
            let makes_way = |text: &ServiceText| {
                let other = catalogue.template_of(text);
                text.name() == &**template.name()
                    || other.is_some_and(|other| exclusion(template, other).is_some())
            };
            let mut step = Self { activate: vec![activation.clone()], ..Self::default() };
            left.retain(|text| {
                let goes = step.deactivate.len() < MAKING_WAY_MAX && makes_way(text);
                if goes {
                    step.deactivate.push(text.clone());
                }
                !goes
            });
            left_replaced.retain(|text| {
                let goes = makes_way(text);
                if goes {
                    step.replaced.push(text.clone());
                }
                !goes
            });
            steps.push(step);
        }
        let alone = |text| Self { deactivate: vec![text], ..Self::default() };
        steps.extend(left.into_iter().map(alone));
        steps
    }

    fn append(&mut self, mut other: Self) {
        self.activate.append(&mut other.activate);
        self.deactivate.append(&mut other.deactivate);
        self.replaced.append(&mut other.replaced);
    }

    /// Octets in a packet, as Juniper is told it.
    fn len(&self) -> usize {
        const HEADER_LEN: usize = 8;
        const NUMBER_LEN: usize = HEADER_LEN + 4;
        let activations = self.activate.iter().map(|activation| {
            let numbers = numbers(activation.template().limits());
            HEADER_LEN + 1 + activation.text().as_str().len() + numbers * NUMBER_LEN
        });
        let deactivations = self.deactivate.iter().map(|text| HEADER_LEN + text.as_str().len());
        activations.sum::<usize>() + deactivations.sum::<usize>()
    }
}

/// How many numbers go with an activation.
fn numbers(limits: &ServiceLimits) -> usize {
    let ServiceLimits { timeout_s, volume_mb, volume_gigawords, statistics, interim_interval_s } =
        limits;
    let numbers = [timeout_s, volume_mb, volume_gigawords, interim_interval_s];
    numbers.into_iter().flatten().count() + usize::from(statistics.is_some())
}
