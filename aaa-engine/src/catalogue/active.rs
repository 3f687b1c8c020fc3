//! Which services a session has, by what its NAS was told and what accounting reports.

use std::sync::Arc;

use entitlement::Timestamp;

use super::activation::{Activation, ServiceText};
use super::change::ServiceChange;
use crate::accounting::{AccountingEvent, AccountingKind};

/// How many services of one session are remembered, those that ended included.
pub const ACTIVE_SERVICES_MAX: usize = 64;

/// The services of one session, from its log-in to its end.
///
/// | what happens | what becomes of the service |
/// |---|---|
/// | an Access-Accept activates it | told by log-in; nothing of an earlier session is left |
/// | a CoA-Request that activates it is acknowledged | told by CoA |
/// | one that deactivates or replaces it is acknowledged | deactivated |
/// | its session starts or reports | confirmed |
/// | its session stops | ended by the NAS: its time or volume is used up, or it was cleared there |
/// | the session itself ends, or its NAS starts or stops | all are gone |
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActiveServices {
    services: Vec<ActiveService>,
}

/// A service of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveService {
    /// Exactly as the NAS was told it; of one it was not told, as it reports it.
    pub text: ServiceText,
    /// How it came to be active.
    pub told_by: ToldBy,
    /// The moment of the latest word about it: when it was told, or what the NAS reports happened.
    pub heard_at: Timestamp,
    /// Acct-Session-Id of its own session, when one has been heard of.
    pub reported_as: Option<Arc<[u8]>>,
    /// Is it active?
    pub state: ServiceState,
}

/// Whether a service is active. One that is not is remembered, so that no late report of it is
/// taken for news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ServiceState {
    /// It is.
    Active,
    /// The NAS was told to deactivate it, or to activate what takes its place.
    Deactivated,
    /// The NAS ended it by itself.
    Ended,
}

/// How a service came to be active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ToldBy {
    /// The Access-Accept activated it.
    Login,
    /// A CoA-Request did.
    Coa,
    /// The NAS reports it, and nothing is known of having told it.
    Nobody,
}

impl ActiveServices {
    /// Those that an Access-Accept activates at the beginning of a session.
    #[must_use]
    pub fn at_login<'t>(told: impl IntoIterator<Item = &'t ServiceText>, at: Timestamp) -> Self {
        let mut services = Self::default();
        for text in told {
            services.told(text, ToldBy::Login, at);
        }
        services
    }

    /// As [`at_login`](Self::at_login), and what `events` of the session and its services report.
    #[must_use]
    pub fn active_from<'t>(
        told: impl IntoIterator<Item = &'t ServiceText>,
        at: Timestamp,
        events: impl IntoIterator<Item = &'t AccountingEvent>,
    ) -> Self {
        let mut services = Self::at_login(told, at);
        for event in events {
            services.reported(event);
        }
        services
    }

    /// The NAS acknowledged this change, which was sent at this moment.
    ///
    /// Reports of what it did may have come before the acknowledgement.
    pub fn acknowledged(&mut self, change: &ServiceChange, sent_at: Timestamp) {
        for service in &mut self.services {
            let mut gone = change.deactivate.iter().chain(&change.replaced);
            // What is active by a later word has been activated again since.
            let is_later = service.is_active() && service.heard_at > sent_at;
            if !is_later && gone.any(|text| *text == service.text) {
                service.state = ServiceState::Deactivated;
                service.heard_at = service.heard_at.max(sent_at);
            }
        }
        for activation in &change.activate {
            self.told(activation.text(), ToldBy::Coa, sent_at);
        }
    }

    fn told(&mut self, text: &ServiceText, told_by: ToldBy, at: Timestamp) {
        let known = self.services.iter().position(|service| service.text.is_the_service_of(text));
        let known = known.map(|place| self.services.remove(place));
        let told = ActiveService {
            text: text.clone(),
            told_by,
            heard_at: at,
            reported_as: None,
            state: ServiceState::Active,
        };
        let is_later = |known: &ActiveService| {
            let is_deactivated = known.state == ServiceState::Deactivated;
            known.heard_at > at || (known.heard_at == at && !is_deactivated)
        };
        self.remember(match known.filter(is_later) {
            Some(known) => ActiveService { text: told.text, told_by, ..known },
            None => told,
        });
    }

    /// Takes in what accounting reports of the session or of one of its services.
    pub fn reported(&mut self, event: &AccountingEvent) {
        let is_over = event.kind.terminate_cause().is_some();
        let Some(activated) = &event.activated else {
            if is_over || event.kind == AccountingKind::Silence {
                self.services.clear();
            }
            return;
        };
        // A silent service is not known to have ended: the NAS may report none of its services.
        if event.kind == AccountingKind::Silence {
            return;
        }
        let Ok(text) = ServiceText::new(&activated.name) else { return };
        let child = &event.acct_session_id;
        match self.place_of(&text, child) {
            Some(place) => {
                if let Some(service) = self.services.get_mut(place) {
                    service.reported(child, is_over, event.happened_at);
                }
            }
            None => self.remember(ActiveService {
                text,
                told_by: ToldBy::Nobody,
                heard_at: event.happened_at,
                reported_as: Some(Arc::clone(child)),
                state: ServiceState::reported(is_over),
            }),
        }
    }

    /// The service that is reported as `child`, else the one of the same text, however spaced.
    fn place_of(&self, text: &ServiceText, child: &Arc<[u8]>) -> Option<usize> {
        let known = |service: &ActiveService| service.reported_as.as_ref() == Some(child);
        let by_child = self.services.iter().position(known);
        let exactly = || self.services.iter().position(|service| service.text == *text);
        let spaced = || {
            let same = |service: &ActiveService| service.text.is_the_service_of(text);
            self.services.iter().position(same)
        };
        by_child.or_else(exactly).or_else(spaced)
    }

    /// Without room the one that was active longest ago is forgotten; with all active, the new one
    /// is not taken in.
    fn remember(&mut self, service: ActiveService) {
        if self.services.len() >= ACTIVE_SERVICES_MAX {
            let Some(over) = self.services.iter().position(|service| !service.is_active()) else {
                return;
            };
            self.services.remove(over);
        }
        self.services.push(service);
    }

    /// All that are remembered, those that are not active any more included.
    #[must_use]
    pub fn all(&self) -> &[ActiveService] {
        &self.services
    }

    /// The texts of those that are active.
    #[must_use]
    pub fn active(&self) -> Vec<ServiceText> {
        let active = self.services.iter().filter(|service| service.is_active());
        active.map(|service| service.text.clone()).collect()
    }

    /// Those of `wanted` that are not used up: a service whose time or volume the NAS has ended is
    /// not activated again within the session, which would give its time or volume anew.
    #[must_use]
    pub fn not_used_up(&self, wanted: &[Activation]) -> Vec<Activation> {
        let used_up = |activation: &Activation| {
            let has_ended = |service: &ActiveService| {
                service.state == ServiceState::Ended && service.text == *activation.text()
            };
            activation.template().limits().end_it() && self.services.iter().any(has_ended)
        };
        wanted.iter().filter(|activation| !used_up(activation)).cloned().collect()
    }
}

impl ActiveService {
    fn is_active(&self) -> bool {
        self.state == ServiceState::Active
    }

    /// Takes in a report of a session `child` of this service.
    ///
    /// The sessions of one service follow each other, so the later of two reports is about the
    /// later session, in whatever order they come.
    fn reported(&mut self, child: &Arc<[u8]>, is_over: bool, at: Timestamp) {
        let is_known = self.reported_as.as_ref() == Some(child);
        // One ends before the next begins, if at the same moment.
        let is_later = if is_over { at > self.heard_at } else { at >= self.heard_at };
        if !is_known && !is_later {
            return;
        }
        self.state = match (self.state, is_over) {
            // Once it is over, a late report does not bring it back.
            (state, false) if is_known => state,
            // The report of what was told is no news.
            (ServiceState::Deactivated, true) => ServiceState::Deactivated,
            (_, is_over) => ServiceState::reported(is_over),
        };
        self.heard_at = self.heard_at.max(at);
        if !is_known {
            self.reported_as = Some(Arc::clone(child));
        }
    }
}

impl ServiceState {
    const fn reported(is_over: bool) -> Self {
        if is_over { Self::Ended } else { Self::Active }
    }
}
