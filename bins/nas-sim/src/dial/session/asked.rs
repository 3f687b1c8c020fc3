//! What CoA- and Disconnect-Requests find of a session, and what they do to it.

use std::time::Duration;

use super::super::Settings;
use super::{SESSION_TIMEOUT, Session, State};
use crate::clock::Moment;
use crate::coa::{Change, Given, Held, Live, Router};
use crate::packet::{Record, RecordKind};

impl Session {
    /// What the Access-Accept gives the session, as the make of the router takes it.
    pub(super) fn granted(&self, settings: &Settings, now: Moment) -> Held {
        let grant = &self.grant;
        let mut held = Held {
            address_lists: grant.address_lists.clone(),
            group: grant.group.clone(),
            session_timeout_s: grant.session_timeout_s,
            interim_interval_s: grant.interim_interval_s,
            class: grant.class.clone(),
            ..Held::default()
        };
        let given: Vec<Given<'_>> = grant.given();
        held.begin(&given, grant.rate_limit.as_ref());
        let (accept, templates) =
            settings.coa.as_ref().map_or((true, &[][..]), |coa| (coa.accept, &coa.templates));
        let router = Router { nas: &settings.nas, accept, templates, now };
        settings.manner().begin(&given, &mut held, &router);
        held
    }

    /// The server ends the session at this moment: a Stop follows.
    pub(crate) fn disconnect(&mut self, at: Duration, terminate_cause: u32) {
        self.disconnects += 1;
        self.disconnected = Some((at, terminate_cause));
        match &self.state {
            State::Asking { renewing: Some(online), .. } => self.go_on(*online),
            State::Online(_) => self.due = self.due.min(at),
            State::Telling { record, .. } if record.kind == RecordKind::Interim => {
                self.due = self.due.min(at);
            }
            State::Idle | State::Asking { .. } | State::Telling { .. } | State::Over => {}
        }
    }

    /// The server has changed what the session has.
    pub(crate) fn change(&mut self, settings: &Settings, change: Change, now: Moment) {
        let Some(mut online) = self.online_now().copied() else { return };
        online.counted = self.usage_at(settings, online, now.elapsed);
        online.counted_until = now.elapsed;
        self.changes += 1;
        self.differences += u32::from(self.held != change.held);
        self.held = change.held;
        self.kept.class.clone_from(&self.held.class);
        if change.timeout_set {
            let lasts = self.held.session_timeout_s.filter(|s| *s > 0);
            online.ends =
                lasts.map(|s| (now.elapsed + Duration::from_secs(u64::from(s)), SESSION_TIMEOUT));
        }
        match &mut self.state {
            State::Asking { renewing, .. } => *renewing = Some(online),
            State::Telling { online: kept, .. } => *kept = online,
            State::Online(_) => self.go_on(online),
            State::Idle | State::Over => {}
        }
    }

    /// A service of the session has ended by itself.
    pub(crate) fn expire(&mut self, settings: &Settings, text: &str, now: Moment) {
        let mut held = self.held.clone();
        if held.deactivate(text) {
            let (changes, differences) = (self.changes, self.differences);
            self.change(settings, Change { held, ..Change::default() }, now);
            (self.changes, self.differences) = (changes, differences);
        }
    }

    /// The session as a CoA- or Disconnect-Request finds it; nothing when it is not online.
    pub(crate) fn live<'s>(&'s self, settings: &'s Settings) -> Option<Live<'s>> {
        // Looked at for every session at every request: nothing is copied.
        let found = self.online_now().is_some() && self.disconnected.is_none();
        found.then_some(Live {
            number: self.number,
            nas: &settings.nas,
            line: &self.line,
            address: self.kept.address,
            held: &self.held,
        })
    }

    /// Whether nothing waits for its acknowledgement: what is sent next was not sent before.
    pub(crate) const fn unsaid(&self) -> bool {
        matches!(self.state, State::Online(_))
    }

    /// The record that waits for its acknowledgement.
    pub(crate) const fn telling(&self) -> Option<&Record> {
        match &self.state {
            State::Telling { record, .. } => Some(record),
            _ => None,
        }
    }

    /// Whether what it wants to send now is its Stop.
    pub(crate) fn stops(&self, now: Moment) -> Option<(Duration, u32)> {
        match &self.state {
            State::Online(online) if online.started => self.ended(*online, now),
            State::Telling { record, online, .. } if self.supersedes(*record, now) => {
                self.ended(*online, now)
            }
            _ => None,
        }
    }
}
