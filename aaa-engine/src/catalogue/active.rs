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
/// | one that deactivates or replaces it is acknowledged | gone |
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
    /// When it was told, or first reported.
    pub since: Timestamp,
    /// Acct-Session-Id of its own session, when one has been heard of.
    pub reported_as: Option<Arc<[u8]>>,
    /// Has the NAS ended it?
    pub has_ended: bool,
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
    pub fn acknowledged(&mut self, change: &ServiceChange, sent_at: Timestamp) {
        self.services.retain(|service| {
            let told = [&change.deactivate, &change.replaced];
            !told.into_iter().any(|gone| gone.contains(&service.text))
        });
        for activation in &change.activate {
            self.told(activation.text(), ToldBy::Coa, sent_at);
        }
    }

    fn told(&mut self, text: &ServiceText, told_by: ToldBy, since: Timestamp) {
        let known = self.services.iter().position(|service| service.text == *text);
        let known = known.map(|place| self.services.remove(place));
        // Its start may have been reported before the acknowledgement came.
        let begun = known.filter(|service| !service.has_ended && service.since >= since);
        self.remember(ActiveService {
            text: text.clone(),
            told_by,
            since,
            reported_as: begun.and_then(|service| service.reported_as),
            has_ended: false,
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
                since: event.happened_at,
                reported_as: Some(Arc::clone(child)),
                has_ended: is_over,
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

    /// Without room the one that ended first is forgotten; with none ended, the new one is not
    /// taken in.
    fn remember(&mut self, service: ActiveService) {
        if self.services.len() >= ACTIVE_SERVICES_MAX {
            let Some(ended) = self.services.iter().position(|service| service.has_ended) else {
                return;
            };
            self.services.remove(ended);
        }
        self.services.push(service);
    }

    /// All that is known of, those that the NAS has ended included.
    #[must_use]
    pub fn all(&self) -> &[ActiveService] {
        &self.services
    }

    /// The texts of those that are active.
    #[must_use]
    pub fn active(&self) -> Vec<ServiceText> {
        let active = self.services.iter().filter(|service| !service.has_ended);
        active.map(|service| service.text.clone()).collect()
    }

    /// Those of `wanted` that are not used up: a service whose time or volume the NAS has ended is
    /// not activated again within the session, which would give its time or volume anew.
    #[must_use]
    pub fn not_used_up(&self, wanted: &[Activation]) -> Vec<Activation> {
        let used_up = |activation: &Activation| {
            activation.template().limits().end_it()
                && self
                    .services
                    .iter()
                    .any(|service| service.has_ended && service.text == *activation.text())
        };
        wanted.iter().filter(|activation| !used_up(activation)).cloned().collect()
    }
}

impl ActiveService {
    /// Takes in a report of a session `child` of this service.
    fn reported(&mut self, child: &Arc<[u8]>, is_over: bool, at: Timestamp) {
        let is_the_same = self.reported_as.as_ref() == Some(child);
        // A report from before it was told is about an earlier activation of the same text.
        if !is_the_same && at < self.since {
            return;
        }
        match (is_the_same, is_over) {
            // Once it is over, a late report does not bring it back.
            (true, _) => self.has_ended |= is_over,
            // Another session of it takes the place of the one known, but its end says nothing
            // about that one.
            (false, true) if self.reported_as.is_some() => {}
            (false, _) => {
                self.reported_as = Some(Arc::clone(child));
                self.has_ended = is_over;
                self.since = at;
            }
        }
    }
}
