//! The loop that gives sessions their sockets and their clock.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use super::asked::Coa;
use super::service::Active;
use super::session::{Heard, Outcome, Port, Session, Usage, Want};
use super::{Event, LoginDisagreement, SessionReport, Settings, Summary};
use crate::Error;
use crate::attributes as attr;
use crate::clock::{self, Clock, Moment};
use crate::figures::RoundTrips;
use crate::lanes::{self, Lanes, Slot};
use crate::packet::{self, RecordKind, RequestError};
use crate::reply;

/// More requests than this at once would only fill the server's socket buffer.
const OUTSTANDING_MAX: usize = 1024;
/// So many disagreements are kept in words; all are counted.
const DISAGREEMENTS_KEPT: usize = 100;

/// Who waits for the answer to what the router says of itself.
const ROUTER: u32 = u32::MAX;
/// In the place of a session's number: the service with the number that follows.
pub(super) const SERVICE: u32 = 1 << 31;

/// A run under way.
pub(crate) struct Driver<'s> {
    pub(super) settings: Cow<'s, Settings>,
    pub(super) on_event: Box<dyn FnMut(Event<'_>) + 's>,
    pub(super) clock: Clock,
    pub(super) sides: Sides,
    pub(super) coa: Option<Coa>,
    pub(super) sessions: Vec<Dialled>,
    /// How many of them are not over.
    open: usize,
    /// The services of all sessions, those that are over among them until their place is taken.
    pub(super) services: Vec<Serviced>,
    /// When a session or a service wants something. An entry counts only while it is still its
    /// time.
    pub(super) timers: BinaryHeap<Reverse<(Duration, u32)>>,
    hanging_up_since: Option<Duration>,
    reboot: Option<Duration>,
    pub(super) summary: Summary,
}

/// A service of a session, with its request on the way.
pub(super) struct Serviced {
    pub(super) active: Active,
    pub(super) slot: Option<Slot>,
    pub(super) repeated: bool,
}

pub(super) struct Dialled {
    pub(super) session: Session,
    slot: Option<(Port, Slot)>,
    /// The same octets went out more than once, so more than one reply may come.
    repeated: bool,
    /// In the queue of a side, until an identifier is free.
    queued: bool,
    over: bool,
}

pub(super) struct Sides {
    authentication: Side,
    accounting: Side,
}

/// One of the server's two ports.
pub(super) struct Side {
    pub(super) lanes: Lanes,
    times: RoundTrips,
    queue: VecDeque<u32>,
}

impl Sides {
    pub(super) const fn of(&mut self, port: Port) -> &mut Side {
        match port {
            Port::Authentication => &mut self.authentication,
            Port::Accounting => &mut self.accounting,
        }
    }
}

impl Side {
    fn open(source: IpAddr, target: SocketAddr) -> Result<Self, Error> {
        let lanes = Lanes::open(source, target)?;
        Ok(Self { lanes, times: RoundTrips::default(), queue: VecDeque::new() })
    }

    /// An identifier, unless so much is under way that nothing more should be.
    fn take(&mut self, owner: u32, now: Moment) -> Result<Option<Slot>, Error> {
        if self.lanes.outstanding() >= OUTSTANDING_MAX {
            return Ok(None);
        }
        self.lanes.take(owner, now.elapsed)
    }
}

impl<'s> Driver<'s> {
    pub(crate) fn open(
        settings: &'s Settings,
        on_event: Box<dyn FnMut(Event<'_>) + 's>,
    ) -> Result<Self, Error> {
        let clock = Clock::start();
        if settings.subscribers.is_empty() {
            return Err(Error::NobodyToDial);
        }
        let target = &settings.target;
        let sessions: Vec<Dialled> = (0_u32..)
            .zip(&settings.subscribers)
            .map(|(number, subscriber)| Dialled {
                session: Session::new(settings, number, subscriber.clone()),
                slot: None,
                repeated: false,
                queued: false,
                over: false,
            })
            .collect();
        let timers = (0_u32..)
            .zip(&sessions)
            .filter_map(|(number, dialled)| Some(Reverse((dialled.session.due()?, number))))
            .collect();
        Ok(Self {
            settings: Cow::Borrowed(settings),
            on_event,
            clock,
            coa: Coa::open(settings, clock)?,
            services: Vec::new(),
            reboot: settings.reboot_after,
            sides: Sides {
                authentication: Side::open(target.source, target.authentication)?,
                accounting: Side::open(target.source, target.accounting)?,
            },
            open: sessions.len(),
            sessions,
            timers,
            hanging_up_since: None,
            summary: Summary::default(),
        })
    }

    pub(super) fn run(mut self, stop: BorrowedFd<'_>) -> Result<Summary, Error> {
        let mut stopped = false;
        self.begin()?;
        while self.turn(stopped)? {
            // Once told, the stop stays readable: it is not asked again.
            let stop = Some(stop).filter(|_| !stopped);
            let wait = self.next_wake().saturating_sub(self.clock.now().elapsed);
            stopped |= lanes::wait_for(self.sockets(), stop, wait)?;
            self.serve()?;
        }
        self.finish()
    }

    /// Tells that the router is there.
    pub(crate) fn begin(&mut self) -> Result<(), Error> {
        if let Some(coa) = &self.coa {
            let address = coa.address()?;
            (self.on_event)(Event::Listening { address });
        }
        self.announce(attr::STATUS_ACCOUNTING_ON)
    }

    /// Does what is due; tells whether it goes on after that.
    pub(crate) fn turn(&mut self, stopped: bool) -> Result<bool, Error> {
        let now = self.clock.now();
        if self.reboot.is_some_and(|at| at <= now.elapsed) && self.hanging_up_since.is_none() {
            self.reboot = None;
            self.lose_power(now)?;
        }
        let over = self.settings.duration.is_some_and(|duration| now.elapsed >= duration);
        if (stopped || over) && self.hanging_up_since.is_none() {
            self.hang_up(now);
        }
        self.serve_timers(now)?;
        Ok(self.open > 0 && self.drain_end().is_none_or(|end| now.elapsed < end))
    }

    /// Where something may come.
    pub(crate) fn sockets(&self) -> impl Iterator<Item = &UdpSocket> {
        let Sides { authentication, accounting } = &self.sides;
        let coa = self.coa.iter().map(|coa| &coa.socket);
        authentication.lanes.sockets().chain(accounting.lanes.sockets()).chain(coa)
    }

    /// Takes what has come.
    pub(crate) fn serve(&mut self) -> Result<(), Error> {
        self.serve_asked()?;
        self.serve_replies()?;
        self.serve_queues()
    }

    /// When something is to be done at the latest, unless something comes.
    pub(crate) fn due_at(&self) -> Option<Instant> {
        self.clock.started().checked_add(self.next_wake())
    }

    /// Says what a session has used so far, and has an Interim-Update tell it after a while.
    pub(crate) fn report(&mut self, number: u32, usage: Usage, after: Duration) {
        let now = self.clock.now();
        if let Some(dialled) = self.sessions.get_mut(number as usize) {
            dialled.session.report(usage, now.elapsed.saturating_add(after));
            self.settle(number, now);
        }
    }

    /// The router hears no CoA and no Disconnect for so long.
    pub(crate) fn leave(&mut self, lasts: Duration) {
        let until = self.clock.now().elapsed.saturating_add(lasts);
        if let Some(coa) = &mut self.coa {
            coa.responder.leave_until(until);
        }
    }

    /// What every session has now.
    pub(crate) fn sessions(&self) -> Vec<SessionReport> {
        self.sessions.iter().map(|dialled| report(&dialled.session)).collect()
    }

    /// Tells that the router goes, and sums up.
    pub(crate) fn finish(mut self) -> Result<Summary, Error> {
        self.announce(attr::STATUS_ACCOUNTING_OFF)?;
        Ok(self.sum_up())
    }

    /// Power is lost and comes back: nobody is told of the sessions that were.
    fn lose_power(&mut self, now: Moment) -> Result<(), Error> {
        let nas = &mut self.settings.to_mut().nas;
        nas.boot = nas.boot.wrapping_add(1) & 0xf;
        (self.on_event)(Event::Rebooted);
        self.sides.authentication.queue.clear();
        self.sides.accounting.queue.clear();
        self.drop_services(now);
        for number in 0..self.sessions.len() as u32 {
            self.abandon(number, now);
            if let Some(dialled) = self.sessions.get_mut(number as usize) {
                dialled.queued = false;
                dialled.session.cut(&self.settings, now);
            }
            self.settle(number, now);
        }
        self.announce(attr::STATUS_ACCOUNTING_ON)
    }

    /// Tells that the router starts or ends, and waits for the answer: it does nothing else then.
    fn announce(&mut self, status: u32) -> Result<(), Error> {
        if !self.settings.accounting_on {
            return Ok(());
        }
        let side = &mut self.sides.accounting;
        let Some(slot) = side.lanes.take(ROUTER, self.clock.now().elapsed)? else { return Ok(()) };
        let Settings { nas, secret, .. } = &*self.settings;
        let unix_s = self.clock.now().unix_s;
        let request = packet::router_record(nas, status, unix_s, slot.identifier, secret)
            .map_err(|source| Error::Request { login: nas.identifier.clone(), source })?;
        let mut buffer = [0; radius_proto::PACKET_LEN_MAX];
        for _ in 0..self.settings.tries {
            side.lanes.send(slot, &request.bytes)?;
            let until = self.clock.now().elapsed + self.settings.timeout;
            while self.clock.now().elapsed < until {
                lanes::wait(&[&side.lanes], None, until.saturating_sub(self.clock.now().elapsed))?;
                while let Some(datagram) = side.lanes.receive(&mut buffer)? {
                    if datagram.owner == Some(ROUTER)
                        && reply::read_accounting(datagram.octets, &request, secret).is_ok()
                    {
                        side.lanes.release(slot);
                        self.summary.announced += 1;
                        return Ok(());
                    }
                    self.summary.unexpected += 1;
                }
            }
        }
        side.lanes.abandon(slot, self.clock.now().elapsed);
        self.summary.unannounced += 1;
        (self.on_event)(Event::RouterUnanswered);
        Ok(())
    }

    /// When something is to be done at the latest.
    fn next_wake(&self) -> Duration {
        let first = self.timers.peek().map(|Reverse((first, _))| *first);
        let last = self.drain_end().or(self.settings.duration);
        let next = [first, last, self.reboot, self.answer_due()];
        next.into_iter().flatten().min().unwrap_or(Duration::MAX)
    }

    fn drain_end(&self) -> Option<Duration> {
        self.hanging_up_since.map(|since| since + self.settings.drain)
    }

    fn hang_up(&mut self, now: Moment) {
        (self.on_event)(Event::HangingUp);
        self.hanging_up_since = Some(now.elapsed);
        for number in 0..self.sessions.len() {
            if let Some(dialled) = self.sessions.get_mut(number) {
                dialled.session.hang_up(now);
            }
            self.settle(number as u32, now);
        }
    }

    fn serve_timers(&mut self, now: Moment) -> Result<(), Error> {
        while let Some(Reverse((due, number))) = self.timers.peek().copied() {
            if due > now.elapsed {
                break;
            }
            self.timers.pop();
            if number & SERVICE != 0 {
                let place = number & !SERVICE;
                let active = self.services.get(place as usize).map(|it| &it.active);
                if active.is_some_and(|active| active.due() == Some(due)) {
                    self.serve_service(place, now)?;
                }
                continue;
            }
            let dialled = self.sessions.get(number as usize);
            let counts = |dialled: &Dialled| !dialled.queued && dialled.session.due() == Some(due);
            if dialled.is_some_and(counts) {
                self.serve_session(number, now)?;
                self.settle(number, now);
            }
        }
        Ok(())
    }

    fn serve_session(&mut self, number: u32, now: Moment) -> Result<(), Error> {
        let stops = self.sessions.get(number as usize).and_then(|it| it.session.stops(now));
        // Its services stop before it.
        if stops.is_some_and(|stops| self.end_services(number, stops)) {
            if let Some(dialled) = self.sessions.get_mut(number as usize) {
                dialled.session.postpone(Duration::MAX);
            }
            return Ok(());
        }
        let Some(dialled) = self.sessions.get_mut(number as usize) else { return Ok(()) };
        match dialled.session.want(&self.settings, now) {
            Want::Nothing => Ok(()),
            Want::GiveUp => {
                dialled.session.give_up(&self.settings, now);
                self.summary.unanswered += 1;
                let login = dialled.session.subscriber.login();
                (self.on_event)(Event::Unanswered { login });
                self.abandon(number, now);
                Ok(())
            }
            Want::Again(port) => {
                self.summary.retransmissions += 1;
                dialled.repeated = true;
                let octets = dialled.session.again(&self.settings, now);
                let Some((_, slot)) = dialled.slot else { return Ok(()) };
                self.sides.of(port).lanes.send(slot, octets)
            }
            Want::Fresh(port) => self.send_fresh(number, port, now),
        }
    }

    fn send_fresh(&mut self, number: u32, port: Port, now: Moment) -> Result<(), Error> {
        self.summary.retransmissions += u64::from(self.abandon(number, now));
        let side = self.sides.of(port);
        let Some(dialled) = self.sessions.get_mut(number as usize) else { return Ok(()) };
        let Some(slot) = side.take(number, now)? else {
            dialled.queued = true;
            dialled.session.postpone(Duration::MAX);
            side.queue.push_back(number);
            return Ok(());
        };
        dialled.slot = Some((port, slot));
        dialled.repeated = false;
        let random = clock::random()?;
        let login = dialled.session.subscriber.login().to_owned();
        let unsaid = dialled.session.unsaid();
        let octets = dialled
            .session
            .fresh(&self.settings, now, slot.identifier, &random)
            .map_err(|source: RequestError| Error::Request { login, source })?;
        let at = self.clock.instant();
        side.lanes.send(slot, octets)?;
        if let Some(record) = dialled.session.telling().filter(|_| unsaid)
            && record.kind == RecordKind::Interim
        {
            (self.on_event)(Event::Interim {
                session: number,
                at,
                input_octets: record.input_octets,
                output_octets: record.output_octets,
            });
        }
        if port == Port::Authentication {
            self.summary.dialled += 1;
        }
        Ok(())
    }

    fn serve_replies(&mut self) -> Result<(), Error> {
        let mut buffer = [0; radius_proto::PACKET_LEN_MAX];
        for port in [Port::Authentication, Port::Accounting] {
            loop {
                let lanes = &mut self.sides.of(port).lanes;
                let Some(datagram) = lanes.receive(&mut buffer)? else { break };
                match datagram.owner {
                    Some(ROUTER) => self.summary.unexpected += 1,
                    Some(number) if number & SERVICE != 0 => {
                        let now = self.clock.now();
                        self.hear_service(number & !SERVICE, datagram.octets, now);
                    }
                    Some(number) => self.hear(number, port, datagram.octets),
                    None => self.summary.unexpected += 1,
                }
            }
        }
        Ok(())
    }

    /// Lets those who queue have the identifiers that have become free.
    fn serve_queues(&mut self) -> Result<(), Error> {
        let now = self.clock.now();
        for port in [Port::Authentication, Port::Accounting] {
            while self.sides.of(port).lanes.outstanding() < OUTSTANDING_MAX {
                let Some(number) = self.sides.of(port).queue.pop_front() else { break };
                let Some(dialled) = self.sessions.get_mut(number as usize) else { continue };
                dialled.queued = false;
                if dialled.session.due().is_some() {
                    dialled.session.postpone(now.elapsed);
                    self.serve_session(number, now)?;
                    self.settle(number, now);
                }
            }
        }
        Ok(())
    }

    fn hear(&mut self, number: u32, port: Port, datagram: &[u8]) {
        let now = self.clock.now();
        let Some(dialled) = self.sessions.get_mut(number as usize) else { return };
        let Some((heard, time)) = dialled.session.hear(&self.settings, datagram, now) else {
            self.summary.unexpected += 1;
            return;
        };
        if let Heard::Discarded(wrong) = &heard {
            self.disagree(number, wrong);
            return;
        }
        self.sides.of(port).times.add(time);
        self.count(number, &heard);
        self.release(number, now);
        if matches!(heard, Heard::Accepted | Heard::Renewed) {
            self.settle_services(number, now);
        }
        self.settle(number, now);
    }

    fn count(&mut self, number: u32, heard: &Heard) {
        let Some(dialled) = self.sessions.get(number as usize) else { return };
        let session = &dialled.session;
        let login = session.subscriber.login();
        match heard {
            Heard::Discarded(wrong) | Heard::Broken(wrong) => self.disagree(number, wrong),
            Heard::Accepted => {
                self.summary.accepted += 1;
                (self.on_event)(Event::Online {
                    login,
                    kind: session.line.kind,
                    session_id: &session.line.session_id,
                    address: session.kept.address,
                    grant: &session.grant,
                });
            }
            Heard::Renewed => self.summary.renewed += 1,
            Heard::Rejected(refusal) => {
                self.summary.rejected += 1;
                (self.on_event)(Event::Rejected { login, refusal });
            }
            Heard::Acknowledged(RecordKind::Start) => {
                self.summary.starts += 1;
                (self.on_event)(Event::Started { login });
            }
            Heard::Acknowledged(RecordKind::Interim) => {
                self.summary.interims += 1;
                (self.on_event)(Event::Acknowledged { login });
            }
            Heard::Acknowledged(RecordKind::Stop { terminate_cause }) => {
                self.summary.stops += 1;
                let terminate_cause = *terminate_cause;
                (self.on_event)(Event::Offline { login, terminate_cause });
            }
        }
    }

    pub(super) fn disagree(&mut self, number: u32, what: &reply::Disagreement) {
        self.summary.disagreed += 1;
        let Some(dialled) = self.sessions.get(number as usize) else { return };
        let login = dialled.session.subscriber.login();
        (self.on_event)(Event::Disagreement { login, what });
        if self.summary.disagreements.len() < DISAGREEMENTS_KEPT {
            let (login, what) = (login.to_owned(), what.to_string());
            self.summary.disagreements.push(LoginDisagreement { login, what });
        }
    }

    /// Notes when a session next wants something.
    pub(super) fn settle(&mut self, number: u32, now: Moment) {
        let Some(dialled) = self.sessions.get_mut(number as usize) else { return };
        match dialled.session.due() {
            Some(due) => self.timers.push(Reverse((due, number))),
            None if dialled.over => {}
            None => {
                dialled.over = true;
                self.open -= 1;
                self.abandon(number, now);
            }
        }
    }

    /// Frees the identifier of a session that has its reply.
    fn release(&mut self, number: u32, now: Moment) {
        let Some(dialled) = self.sessions.get_mut(number as usize) else { return };
        if dialled.repeated {
            self.abandon(number, now);
        } else if let Some((port, slot)) = dialled.slot.take() {
            self.sides.of(port).lanes.release(slot);
        }
    }

    /// Gives up an identifier for which a reply may still come; tells whether there was one.
    fn abandon(&mut self, number: u32, now: Moment) -> bool {
        let taken = self.sessions.get_mut(number as usize).and_then(|dialled| dialled.slot.take());
        if let Some((port, slot)) = taken {
            self.sides.of(port).lanes.abandon(slot, now.elapsed);
        }
        taken.is_some()
    }

    fn sum_up(mut self) -> Summary {
        let Sides { authentication, accounting } = &self.sides;
        self.summary.authentication = authentication.times.figures();
        self.summary.accounting = accounting.times.figures();
        self.summary.refused = authentication.lanes.refused + accounting.lanes.refused;
        self.summary.sessions = self.sessions();
        let open = |session: &&SessionReport| session.outcome == Outcome::Open;
        self.summary.unacknowledged = self.summary.sessions.iter().filter(open).count() as u64;
        let services = self.services.iter().filter(|it| it.active.due().is_some());
        self.summary.services_unacknowledged = services.count() as u64;
        if let Some(coa) = &mut self.coa {
            self.summary.coa = coa.responder.figures.clone();
            self.summary.arrivals.append(&mut coa.responder.arrivals);
        }
        self.summary
    }
}

fn report(session: &Session) -> SessionReport {
    let acknowledged = session.acknowledged;
    SessionReport {
        login: session.subscriber.login().to_owned(),
        kind: session.line.kind,
        method: session.method,
        outcome: session.outcome,
        session_id: session.line.session_id.clone(),
        address: session.kept.address,
        session_time_s: acknowledged.map_or(0, |record| record.session_time_s),
        input_octets: acknowledged.map_or(0, |record| record.input_octets),
        output_octets: acknowledged.map_or(0, |record| record.output_octets),
        changes: session.changes,
        differences: session.differences,
        disconnects: session.disconnects,
        has: session.held.clone(),
    }
}
