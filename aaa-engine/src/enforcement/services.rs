//! The services of a NAS within a session: which it has, which it should have, and the next step
//! from the one to the other.

use std::collections::BTreeSet;
use std::sync::Arc;

use entitlement::Timestamp;
use radius_proto::{Code, PACKET_LEN_MAX, PacketWriter};

use super::change::{Change, Enforced, Step};
use super::posture::Posture;
use super::request::Goal;
use super::wanted::Wanted;
use crate::catalogue::{
    Activation, Catalogue, Message, ServiceChange, ServiceManner, ServiceTag, ServiceText,
    ServiceWriteError,
};
use crate::session::Session;

/// A service that ends so soon after it was activated would end again, whatever ended it: it is
/// not activated once more, seconds.
const ENDED_SOON_S: i64 = 60;

/// The services of a NAS that a session has, or should have; each list is in the order of the texts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SessionServices {
    /// Those that are active.
    pub active: Vec<ServiceText>,
    /// Those of which nobody knows whether they are: what was sent about them was not answered.
    pub doubtful: Vec<ServiceText>,
    /// Those that the NAS has ended by itself, and that are still wished for: activated again, they
    /// would give their time or volume anew.
    pub used_up: Vec<ServiceText>,
    /// Whether they say how fast the session is, or where.
    pub say_terms: bool,
}

/// The services that a session should have, with all that their NAS must be told of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedServices {
    pub(crate) manner: ServiceManner,
    pub(crate) activations: Vec<Activation>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) say_speed: bool,
    /// Those by which the dialect says the address list.
    pub(crate) list: Vec<ServiceText>,
}

/// What a CoA-Request says of services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServiceRequest {
    pub(super) manner: ServiceManner,
    change: ServiceChange,
    catalogue: Arc<Catalogue>,
    /// It is about one that may not be active at all.
    is_doubtful: bool,
}

/// One request, and which services there are when it is confirmed.
pub(super) struct ServiceStep {
    pub(super) request: ServiceRequest,
    pub(super) after: SessionServices,
}

impl SessionServices {
    /// Is another service active, or does nobody know?
    pub(super) fn differ(&self, other: &Self) -> bool {
        (&self.active, &self.doubtful) != (&other.active, &other.doubtful)
    }

    pub(super) fn lists(&self) -> [&Vec<ServiceText>; 3] {
        [&self.active, &self.doubtful, &self.used_up]
    }

    /// What is known after a request was sent that makes these `goal`, and before it is answered.
    pub(super) fn asked(&self, goal: &Self) -> Self {
        let is_sure = |text: &&ServiceText| goal.active.contains(text);
        let active: Vec<_> = self.active.iter().filter(is_sure).cloned().collect();
        let all = [&self.active, &self.doubtful, &goal.active, &goal.doubtful];
        let all: BTreeSet<_> = all.into_iter().flatten().collect();
        let doubtful = all.into_iter().filter(|text| !active.contains(text)).cloned().collect();
        let say_terms = self.say_terms || goal.say_terms;
        Self { active, doubtful, used_up: self.used_up.clone(), say_terms }
    }
}

impl Posture {
    /// This one, whose speed and list are said by `services` where these say them.
    pub(crate) fn saying(mut self, services: Option<&WantedServices>) -> Self {
        let Some(services) = services else { return self };
        if services.say_speed {
            (self.speed, self.burst, self.priority, self.minimum) = (None, None, None, None);
        }
        if !services.list.is_empty() {
            self.address_list = None;
        }
        let active: BTreeSet<_> = services.activations.iter().map(Activation::text).collect();
        self.services = SessionServices {
            active: active.into_iter().cloned().collect(),
            say_terms: services.say_speed || !services.list.is_empty(),
            ..SessionServices::default()
        };
        self
    }

    /// Does nothing but a service keep the session in quarantine?
    pub(super) const fn is_held_by_service(&self) -> bool {
        self.is_quarantined && self.quarantine_pool.is_none() && self.address_list.is_none()
    }
}

impl Wanted {
    /// This without the services that are used up. Where one of these keeps the session in
    /// quarantine, it should end: a new log-in has it again.
    pub(super) fn less_used_up(mut self, enforced: &Enforced) -> Self {
        let used_up = enforced.told.as_ref().map(|told| &told.services.used_up);
        let Some(used_up) = used_up.filter(|used_up| !used_up.is_empty()) else { return self };
        if let Some(services) = &mut self.services {
            services.activations.retain(|activation| !used_up.contains(activation.text()));
        }
        let list = self.services.as_ref().map_or(&[][..], |services| &services.list);
        let is_let_out = list.iter().any(|text| used_up.contains(text));
        if let Goal::Have(posture) = &mut self.goal {
            if posture.is_held_by_service() && is_let_out {
                return Self { goal: Goal::End, services: None, ..self };
            }
            let services = &mut Arc::make_mut(posture).services;
            services.active.retain(|text| !used_up.contains(text));
            services.used_up.clone_from(used_up);
        }
        self
    }
}

impl WantedServices {
    /// The next request, where services other than those that are there should be; `None` where
    /// this kind of NAS cannot be told.
    ///
    /// Nothing is deactivated that may not be active along with anything else: the NAS would refuse
    /// all of it.
    pub(super) fn next_step(&self, there: &SessionServices) -> Option<ServiceStep> {
        let is_wanted =
            |text: &&ServiceText| self.activations.iter().any(|wanted| wanted.text() == *text);
        let doubtful = there.doubtful.iter().filter(|text| !is_wanted(text));
        let active: Vec<_> = there.active.iter().chain(doubtful).cloned().collect();
        let mut change =
            ServiceChange::between(&active, &self.activations, &self.catalogue).ok()?;
        let is_doubtful = |text: &ServiceText| there.doubtful.contains(text);
        let (doubtful, sure) = change.deactivate.into_iter().partition(is_doubtful);
        change.deactivate = sure;
        let (message, first) = (Message::CoaRequest, ServiceTag::FIRST);
        let packets = self.manner.packets(message, &change, first, &self.catalogue);
        let next = packets.into_iter().next().map(|change| (change, false)).or_else(|| {
            let deactivate: Vec<_> = Vec::into_iter(doubtful).take(1).collect();
            let alone = ServiceChange { deactivate, ..ServiceChange::default() };
            (!alone.is_empty()).then_some((alone, true))
        });
        let (change, is_doubtful) = next?;
        let (manner, catalogue) = (self.manner, Arc::clone(&self.catalogue));
        let request = ServiceRequest { manner, change, catalogue, is_doubtful };
        let mut scratch = [0; PACKET_LEN_MAX];
        let writer =
            PacketWriter::without_message_authenticator(&mut scratch, Code::COA_REQUEST, 0);
        request.write(&mut writer.ok()?).ok()?;
        let after = request.after(there);
        Some(ServiceStep { request, after })
    }

    /// Is this wished for, and does its NAS end it by itself at some point?
    fn is_limited(&self, text: &ServiceText) -> bool {
        let limited = |wanted: &&Activation| wanted.template().limits().end_it();
        self.activations.iter().filter(limited).any(|wanted| wanted.text() == text)
    }
}

impl ServiceStep {
    /// Whether it can be part of a request that changes something else too; IOS takes one action.
    pub(super) fn goes_with_others(&self) -> bool {
        self.request.manner != ServiceManner::CiscoIsg
    }
}

impl ServiceRequest {
    pub(super) fn write(&self, writer: &mut PacketWriter<'_>) -> Result<(), ServiceWriteError> {
        let Self { manner, change, catalogue, .. } = self;
        manner.write(Message::CoaRequest, change, ServiceTag::FIRST, catalogue, writer)
    }

    /// Whether it asks for nothing but the end of a service that may not be there: a NAS that does
    /// not know of it has done as asked.
    pub(super) const fn is_doubtful(&self) -> bool {
        self.is_doubtful
    }

    /// Whether a NAS may refuse it because a service is not there that it should deactivate.
    pub(super) fn deactivates(&self) -> bool {
        !self.change.deactivate.is_empty()
    }

    fn after(&self, there: &SessionServices) -> SessionServices {
        let ServiceChange { deactivate, activate, replaced } = &self.change;
        let activated = || activate.iter().map(Activation::text);
        let stays = |text: &&ServiceText| !deactivate.contains(text) && !replaced.contains(text);
        let active: BTreeSet<_> = there.active.iter().filter(stays).chain(activated()).collect();
        let is_doubtful = |text: &&ServiceText| stays(text) && !active.contains(text);
        SessionServices {
            doubtful: there.doubtful.iter().filter(is_doubtful).cloned().collect(),
            active: active.into_iter().cloned().collect(),
            used_up: there.used_up.clone(),
            say_terms: there.say_terms,
        }
    }
}

impl Session {
    /// Whether anything is known of services in it.
    #[must_use]
    pub fn has_services(&self) -> bool {
        let told = self.enforced.told.as_ref();
        told.is_some_and(|told| told.services != SessionServices::default())
    }

    /// What accounting shows of the session's services that is not known yet, as a step to be made
    /// durable and applied: `of_services` are the sessions of the services activated in it.
    ///
    /// A service that has ended by itself is gone. It is used up, and not activated again until
    /// something else is wished for, if its NAS limits it; else it was lost.
    #[must_use]
    pub fn services_ended(
        &self,
        of_services: &[Self],
        wanted: &Wanted,
        now: Timestamp,
    ) -> Option<Change> {
        let told = self.enforced.told.as_ref()?;
        let there = &told.services;
        let mut services = there.clone();
        let activated_at = self.enforced.activated_at;
        for text in &there.active {
            let Some(ended_at) = ended_at(text, of_services, activated_at) else { continue };
            services.active.retain(|active| active != text);
            let is_soon = activated_at.is_some_and(|at| ended_at <= at.plus_s(ENDED_SOON_S));
            let wish = wanted.services.as_ref().filter(|wish| is_soon || wish.is_limited(text));
            if wish.is_some() && !services.used_up.contains(text) {
                services.used_up.push(text.clone());
            }
        }
        let is_wanted = |text: &ServiceText| {
            let wish = wanted.services.iter().flat_map(|wish| &wish.activations);
            wish.into_iter().any(|wanted| wanted.text() == text)
        };
        services.used_up.retain(is_wanted);
        services.used_up.sort_unstable();
        (services != *there).then(|| Change {
            session: self.id,
            tenant: self.tenant,
            nas: self.nas,
            service: self.service,
            login: Arc::clone(&self.login),
            at: now,
            why: wanted.why,
            goal: Goal::Have(Arc::new(Posture { services, ..Posture::clone(told) })),
            step: Step::Reported,
        })
    }
}

/// When a service ended that was activated last at `activated_at`, if all its sessions are over.
fn ended_at(
    text: &ServiceText,
    of_services: &[Session],
    activated_at: Option<Timestamp>,
) -> Option<Timestamp> {
    let is_of = |session: &&Session| {
        let name = session.activated.as_ref().and_then(|own| ServiceText::new(&own.name).ok());
        name.is_some_and(|name| name.is_the_service_of(text))
    };
    let mut last = None;
    for session in of_services.iter().filter(is_of) {
        last = last.max(Some(session.ended?.at));
    }
    last.filter(|at| activated_at.is_none_or(|activated_at| *at > activated_at))
}
