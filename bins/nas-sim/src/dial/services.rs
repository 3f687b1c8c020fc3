//! The services of the sessions, as the loop serves them.

use std::cmp::Reverse;

use super::driver::{Driver, SERVICE, Serviced};
use super::service::{Active, Wanted};
use super::session::{Port, Usage};
use crate::Error;
use crate::clock::Moment;
use crate::packet::RecordKind;

impl Driver<'_> {
    /// Begins and ends services, so that they are those that the session has.
    pub(super) fn settle_services(&mut self, number: u32, now: Moment) {
        let Some(dialled) = self.sessions.get(number as usize) else { return };
        let session = &dialled.session;
        let Some(usage) = session.usage(&self.settings, now.elapsed) else { return };
        let mut changed = Vec::new();
        for (place, serviced) in (0_u32..).zip(&mut self.services) {
            let active = &mut serviced.active;
            if active.session != number || active.due().is_none() {
                continue;
            }
            active.keep(&session.kept);
            let held = session.held.services.iter().find(|it| it.number == active.service.number);
            match held {
                Some(held) if *held == active.service => continue,
                Some(held) => active.renew(held.clone(), usage, now),
                None => active.end(now.elapsed, None, usage),
            }
            changed.push(place);
        }
        for service in &session.held.services {
            let known = |it: &Serviced| {
                let active = &it.active;
                active.session == number
                    && active.due().is_some()
                    && active.service.number == service.number
            };
            if !self.services.iter().any(known) {
                let manner = self.settings.manner();
                let active = Active::new(session, number, service.clone(), usage, now, manner);
                changed.push(place(&mut self.services, active));
            }
        }
        changed.into_iter().for_each(|place| self.settle_service(place));
    }

    /// Ends all services of a session; tells whether any is still to be told of.
    pub(super) fn end_services(&mut self, number: u32, at: (std::time::Duration, u32)) -> bool {
        let Some(dialled) = self.sessions.get(number as usize) else { return false };
        let usage = dialled.session.usage(&self.settings, at.0).unwrap_or_default();
        let mut open = Vec::new();
        for (place, serviced) in (0_u32..).zip(&mut self.services) {
            if serviced.active.session == number && serviced.active.due().is_some() {
                serviced.active.end(at.0, Some(at.1), usage);
                open.push(place);
            }
        }
        open.iter().for_each(|place| self.settle_service(*place));
        !open.is_empty()
    }

    /// The router lost its power: nobody is told.
    pub(super) fn drop_services(&mut self, now: Moment) {
        for serviced in std::mem::take(&mut self.services) {
            if let Some(slot) = serviced.slot {
                self.sides.of(Port::Accounting).lanes.abandon(slot, now.elapsed);
            }
        }
    }

    /// A service's timer has come.
    pub(super) fn serve_service(&mut self, place: u32, now: Moment) -> Result<(), Error> {
        self.expire_service(place, now);
        let settings = &self.settings;
        let Some(serviced) = self.services.get_mut(place as usize) else { return Ok(()) };
        let lanes = &mut self.sides.of(Port::Accounting).lanes;
        match serviced.active.wants(settings, now) {
            None => {}
            Some(Wanted::Again) => {
                self.summary.retransmissions += 1;
                serviced.repeated = true;
                if let Some(slot) = serviced.slot {
                    lanes.send(slot, serviced.active.again(settings, now))?;
                }
            }
            Some(Wanted::Fresh) => {
                if let Some(slot) = serviced.slot.take() {
                    self.summary.retransmissions += 1;
                    lanes.abandon(slot, now.elapsed);
                }
                let Some(slot) = lanes.take(SERVICE | place, now.elapsed)? else {
                    serviced.active.postpone(now.elapsed + settings.timeout);
                    self.settle_service(place);
                    return Ok(());
                };
                serviced.slot = Some(slot);
                serviced.repeated = false;
                let session =
                    self.sessions.get(serviced.active.session as usize).map(|it| &it.session);
                let usage: Option<Usage> =
                    session.and_then(|session| session.usage(settings, now.elapsed));
                let request = serviced.active.fresh(
                    settings,
                    now,
                    slot.identifier,
                    usage.unwrap_or_default(),
                );
                let request = request.map_err(|source| Error::Request {
                    login: session.map_or("", |it| it.subscriber.login()).to_owned(),
                    source,
                })?;
                lanes.send(slot, request)?;
            }
        }
        self.settle_service(place);
        Ok(())
    }

    /// Ends a service whose time or volume is used up.
    fn expire_service(&mut self, place: u32, now: Moment) {
        let Some(serviced) = self.services.get_mut(place as usize) else { return };
        let number = serviced.active.session;
        let Some(dialled) = self.sessions.get_mut(number as usize) else { return };
        let Some(usage) = dialled.session.usage(&self.settings, now.elapsed) else { return };
        if let Some((at, cause)) = serviced.active.expires(usage, now) {
            serviced.active.end(at, Some(cause), usage);
            let text = serviced.active.service.text.clone();
            dialled.session.expire(&self.settings, &text, now);
            self.settle(number, now);
        }
    }

    /// An answer to a service's record.
    pub(super) fn hear_service(&mut self, place: u32, datagram: &[u8], now: Moment) {
        let Some(serviced) = self.services.get_mut(place as usize) else { return };
        let number = serviced.active.session;
        match serviced.active.hear(&self.settings, datagram) {
            None => {
                self.summary.unexpected += 1;
                return;
            }
            Some(Err(wrong)) => {
                self.disagree(number, &wrong);
                return;
            }
            Some(Ok(RecordKind::Start)) => self.summary.service_starts += 1,
            Some(Ok(RecordKind::Interim)) => self.summary.service_interims += 1,
            Some(Ok(RecordKind::Stop { .. })) => self.summary.service_stops += 1,
        }
        if let Some(slot) = serviced.slot.take() {
            let lanes = &mut self.sides.of(Port::Accounting).lanes;
            if serviced.repeated {
                lanes.abandon(slot, now.elapsed);
            } else {
                lanes.release(slot);
            }
        }
        let over = serviced.active.due().is_none();
        self.settle_service(place);
        let open = |it: &Serviced| it.active.session == number && it.active.due().is_some();
        if over && !self.services.iter().any(open) {
            // The session may have waited for this to send its own Stop.
            if let Some(dialled) = self.sessions.get_mut(number as usize) {
                dialled.session.resume(now);
            }
            self.settle(number, now);
        }
    }

    fn settle_service(&mut self, place: u32) {
        let due = self.services.get(place as usize).and_then(|it| it.active.due());
        if let Some(due) = due {
            self.timers.push(Reverse((due, SERVICE | place)));
        }
    }
}

/// Puts a service where one is over, or at the end.
fn place(services: &mut Vec<Serviced>, active: Active) -> u32 {
    let serviced = Serviced { active, slot: None, repeated: false };
    let over = services.iter().position(|it| it.active.due().is_none() && it.slot.is_none());
    let place = over.unwrap_or(services.len());
    match services.get_mut(place) {
        Some(free) => *free = serviced,
        None => services.push(serviced),
    }
    u32::try_from(place).unwrap_or(u32::MAX)
}
