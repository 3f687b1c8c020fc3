//! Where datagrams become replies: everything between receiving and sending.

use core::ops::Range;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use aaa_engine::enforcement::{Change, Enforced, Goal, Why};
use aaa_engine::ports::{ListenerName, Nas};
use aaa_engine::session::Observed;
use aaa_engine::{
    AccessDecision, AccessReply, Known, Learned, Lease, Noticed, Outcome, PoolNotice, Port,
};
use entitlement::{Notice, ServiceId, Timestamp};
use radius_proto::{
    AttributeType, Authenticator, Code, MessageAuthenticator, PACKET_LEN_MAX, Packet,
};

use crate::delayed::Delayed;
use crate::duplicates::{DuplicateCache, REQUESTS_MAX, RequestKey, Seen};
use crate::entropy::Entropy;
use crate::journal::Group;
use crate::lane::Shared;
use crate::nas::Problem;
use crate::record::{encode_accounting, encode_attempt, encode_change};
use crate::stats::LaneCounters;
use crate::udp::{Datagram, Sender};

/// How many sessions a lane keeps in mind that have begun while the journal took nothing.
const TOLD_MAX: usize = 10_000;

/// Handles the datagrams of one lane, a batch at a time: [`open`](Self::open), [`take`](Self::take)
/// for each, [`close`](Self::close).
pub(crate) struct Desk {
    port: Port,
    listener: ListenerName,
    shared: Arc<Shared>,
    counters: Arc<LaneCounters>,
    duplicates: DuplicateCache,
    delayed: Delayed,
    entropy: Entropy,
    now: Timestamp,
    elapsed: Duration,
    /// Where a reply is written.
    reply: Box<[u8; PACKET_LEN_MAX]>,
    /// What the batch has to say to the journal.
    records: Group,
    /// Whether a log-in of the batch has told what must not be forgotten.
    learned: bool,
    /// Addresses that log-ins of the batch were given for the first time.
    leases: Vec<(ServiceId, Lease)>,
    /// Accounting-Responses, and Access-Accepts with such addresses, that wait for the journal.
    staged: Vec<Staged>,
    staged_octets: Vec<u8>,
    /// Services whose sessions the enforcement is to look at.
    called: Vec<ServiceId>,
    /// Of which meters, and of which counts, the batch records what was noticed.
    noticed: Vec<(ServiceId, u64)>,
    /// What log-ins told, known with the first packets of their sessions, until it is durable.
    told: Vec<Change>,
    /// Whether the journal did not take some of them.
    is_owed: bool,
}

/// A reply that may be sent once its record is durable.
struct Staged {
    key: RequestKey,
    authenticator: Authenticator,
    from: IpAddr,
    octets: Range<usize>,
}

/// A request whose sender is known and whose authenticators are right.
struct Admitted<'a> {
    packet: Packet<'a>,
    nas: Arc<Nas>,
    source: SocketAddr,
    destination: IpAddr,
}

impl Admitted<'_> {
    fn key(&self) -> RequestKey {
        RequestKey {
            source: self.source,
            identifier: self.packet.identifier(),
            code: self.packet.code(),
        }
    }
}

impl Desk {
    pub(crate) fn new(
        port: Port,
        listener: ListenerName,
        shared: Arc<Shared>,
        counters: Arc<LaneCounters>,
    ) -> Self {
        let lifetime = shared.settings.duplicate_lifetime;
        let reject_delay = shared.settings.reject_delay;
        Self {
            port,
            listener,
            now: shared.clock.now(),
            elapsed: shared.clock.elapsed(),
            shared,
            counters,
            duplicates: DuplicateCache::new(lifetime, REQUESTS_MAX),
            delayed: Delayed::new(reject_delay),
            entropy: Entropy::new(),
            reply: Box::new([0; PACKET_LEN_MAX]),
            records: Group::default(),
            learned: false,
            leases: Vec::new(),
            staged: Vec::new(),
            staged_octets: Vec::new(),
            called: Vec::new(),
            noticed: Vec::new(),
            told: Vec::new(),
            is_owed: false,
        }
    }

    /// Begins a batch: what is in it arrived now.
    pub(crate) fn open(&mut self) {
        self.now = self.shared.clock.now();
        self.elapsed = self.shared.clock.elapsed();
    }

    /// Handles one datagram. Its reply is handed to `sender`, now or when the batch is closed.
    pub(crate) fn take(&mut self, datagram: &Datagram<'_>, sender: &mut Sender) {
        self.counters.packets_received.add(1);
        let Some(request) = self.admit(datagram) else { return };
        if request.packet.code() == Code::STATUS_SERVER {
            return self.status(&request, sender);
        }
        let authenticator = request.packet.authenticator();
        match self.duplicates.see(request.key(), authenticator, self.elapsed) {
            Seen::InProgress => self.counters.duplicates_in_progress.add(1),
            Seen::Answered(reply) => {
                self.counters.duplicates.add(1);
                sender.push(request.source, request.destination, &reply);
            }
            Seen::Never => {
                let handled = match self.port {
                    Port::Authentication => self.access(&request, sender),
                    Port::Accounting => self.accounting(&request),
                };
                if handled.is_none() {
                    self.duplicates.forget(&request.key(), authenticator);
                }
            }
        }
    }

    /// Ends a batch: records what is to be recorded, and hands the replies that waited for it to
    /// `sender`. Accounting waits for the disk; log-ins do not.
    pub(crate) fn close(&mut self, sender: &mut Sender) {
        self.record(sender);
        // Behind what was recorded: a session begins before anything is done about it, in the
        // journal too.
        if !self.called.is_empty() {
            self.shared.enforcement.attention.services(self.called.drain(..));
        }
    }

    fn record(&mut self, sender: &mut Sender) {
        let count = self.records.len() as u64;
        if count == 0 {
            return;
        }
        self.record_told();
        let journal = &self.shared.journal;
        match self.port {
            Port::Authentication => {
                // A voucher's clock that started must not start again after a crash. Where the disk
                // does not take it, log-ins go on all the same.
                let appended = if core::mem::take(&mut self.learned) {
                    journal.append(&mut self.records, self.shared.settings.append_timeout)
                } else {
                    journal.append_without_waiting(&mut self.records)
                };
                match appended {
                    Ok(()) => self.release(sender),
                    Err(error) => {
                        self.counters.attempts_not_recorded.add(count);
                        tracing::debug!(%error, count, "log-ins are missing in the authentication log");
                        // An address that nobody would remember must not be used.
                        self.abandon();
                    }
                }
            }
            Port::Accounting => {
                match journal.append(&mut self.records, self.shared.settings.append_timeout) {
                    Ok(()) => {
                        self.told.clear();
                        self.is_owed = false;
                        for (service, revision) in self.noticed.drain(..) {
                            self.shared.activity.has_recorded(service, revision);
                        }
                        self.counters.accounting_responses.add(self.staged.len() as u64);
                        self.release(sender);
                    }
                    Err(error) => {
                        self.counters.accounting_not_recorded.add(count);
                        tracing::debug!(%error, count, "accounting is not recorded, not answered");
                        self.abandon();
                    }
                }
            }
        }
    }

    /// What was told of sessions that have begun comes behind their beginnings. What the journal did
    /// not take comes with the next batch, unless the session has been told something since: without
    /// it a start would take the session to have what it should, and the same packet, should it come
    /// again, does not bring it.
    fn record_told(&mut self) {
        let sessions = &self.shared.sessions;
        let still_holds = |change: &Change| {
            let found = sessions.find(change.session);
            found.is_some_and(|session| {
                let Enforced { told, in_doubt, end_ordered, .. } = session.enforced;
                let is_told = told.map(Goal::Have).as_ref() == Some(&change.goal);
                is_told && in_doubt.is_none() && end_ordered.is_none()
            })
        };
        if self.is_owed {
            self.told.retain(still_holds);
        }
        for change in &self.told {
            self.records.record(|out| encode_change(change, out));
        }
        self.is_owed = true;
    }

    /// Hands the replies to `sender` that were held back and whose time has come.
    pub(crate) fn release_due(&mut self, sender: &mut Sender) {
        self.release_held_until(self.shared.clock.elapsed(), sender);
    }

    /// Hands all replies to `sender` that were held back.
    pub(crate) fn release_held(&mut self, sender: &mut Sender) {
        self.release_held_until(Duration::MAX, sender);
    }

    fn release_held_until(&mut self, time: Duration, sender: &mut Sender) {
        while let Some(held) = self.delayed.next_due(time) {
            self.duplicates.answer(&held.key, &held.authenticator, &held.octets);
            sender.push(held.key.source, held.from, &held.octets);
        }
    }

    /// Gives the current batch up: what waits in it is not recorded and not answered, and a
    /// retransmission of it is a new request.
    pub(crate) fn abandon(&mut self) {
        for staged in self.staged.drain(..) {
            self.duplicates.forget(&staged.key, &staged.authenticator);
        }
        self.staged_octets.clear();
        self.records.clear();
        self.noticed.clear();
        self.learned = false;
        for (service, lease) in self.leases.drain(..) {
            self.shared.activity.not_given(service, &[lease]);
        }
    }

    /// Sends what waited for the journal.
    fn release(&mut self, sender: &mut Sender) {
        for (service, lease) in self.leases.drain(..) {
            self.shared.activity.recorded(service, &[lease]);
        }
        for staged in self.staged.drain(..) {
            let reply = self.staged_octets.get(staged.octets).unwrap_or_default();
            self.duplicates.answer(&staged.key, &staged.authenticator, reply);
            sender.push(staged.key.source, staged.from, reply);
        }
        self.staged_octets.clear();
    }

    /// Finds out who sent a datagram, and whether it really did.
    fn admit<'a>(&self, datagram: &Datagram<'a>) -> Option<Admitted<'a>> {
        let source = datagram.source.ip().to_canonical();
        let Some(nas) = self.shared.directory.nas(&self.listener, source) else {
            self.counters.unknown_nas.add(1);
            let listener = &self.listener;
            if self.shared.unknown.note(source, listener, datagram.octets, self.now) {
                tracing::debug!(%source, %listener, "packets from an unknown NAS are dropped");
            }
            return None;
        };
        if datagram.truncated {
            self.counters.count_too_long();
            return None;
        }
        let packet = match Packet::parse(datagram.octets) {
            Ok(packet) => packet,
            Err(error) => {
                self.counters.count_undecodable(&error);
                tracing::debug!(nas = %nas.name, %error, "a malformed packet is dropped");
                return None;
            }
        };
        if !self.serves(packet.code()) {
            self.counters.unexpected_codes.add(1);
            return None;
        }
        if self.is_to_be_shed(datagram, &packet) {
            self.counters.interims_shed.add(1);
            return None;
        }
        if let Err(problem) = self.authenticate(&nas, &packet) {
            self.note_problem(&nas, problem);
            return None;
        }
        let Datagram { source, destination, .. } = *datagram;
        self.shared.heard.note(nas.id, destination, self.now);
        Some(Admitted { packet, nas, source, destination })
    }

    /// Is it an Interim-Update that has waited for too long? It is looked at before its digest, so
    /// that shedding is cheap.
    fn is_to_be_shed(&self, datagram: &Datagram<'_>, packet: &Packet<'_>) -> bool {
        const INTERIM_UPDATE: [u8; 4] = 3_u32.to_be_bytes();
        let patience = self.shared.settings.shed_interims_after.as_millis();
        let waited = |at: Timestamp| self.now.unix_ms().saturating_sub(at.unix_ms());
        let is_late = |at| u128::try_from(waited(at)).is_ok_and(|waited_ms| waited_ms >= patience);
        packet.first(AttributeType::ACCT_STATUS_TYPE) == Some(&INTERIM_UPDATE[..])
            && packet.code() == Code::ACCOUNTING_REQUEST
            && datagram.arrived_at.is_some_and(is_late)
    }

    fn serves(&self, code: Code) -> bool {
        code == Code::STATUS_SERVER
            || code
                == match self.port {
                    Port::Authentication => Code::ACCESS_REQUEST,
                    Port::Accounting => Code::ACCOUNTING_REQUEST,
                }
    }

    fn authenticate(&self, nas: &Nas, packet: &Packet<'_>) -> Result<(), Problem> {
        match packet.code() {
            Code::ACCESS_REQUEST => return self.shared.guard.admit(nas, packet),
            Code::ACCOUNTING_REQUEST if !packet.verify_request_authenticator(&nas.secret) => {
                return Err(Problem::BadAuthenticator);
            }
            _ => {}
        }
        // A Status-Server always has one: without, it is malformed.
        match packet.verify_message_authenticator(&nas.secret) {
            MessageAuthenticator::Invalid => Err(Problem::BadAuthenticator),
            MessageAuthenticator::Valid | MessageAuthenticator::Absent => Ok(()),
        }
    }

    fn note_problem(&self, nas: &Nas, problem: Problem) {
        let (counter, words) = match problem {
            Problem::BadAuthenticator => (
                &self.counters.bad_authenticators,
                "packets with a wrong authenticator are dropped; is the shared secret the same?",
            ),
            Problem::MissingMessageAuthenticator => (
                &self.counters.missing_message_authenticators,
                "Access-Requests without Message-Authenticator are dropped",
            ),
            Problem::AccountingNotUnderstood => (
                &self.counters.accounting_not_understood,
                "accounting that cannot be understood is not recorded and not answered",
            ),
        };
        counter.add(1);
        let times = self.shared.problems.note(nas, problem, self.now);
        // Said at the first, second, fourth, eighth ... time: never once a packet.
        if times.is_power_of_two() {
            tracing::warn!(nas = %nas.name, times, "{words}");
        }
    }

    fn status(&mut self, request: &Admitted<'_>, sender: &mut Sender) {
        let engine = &self.shared.engine;
        let reply = &mut self.reply[..];
        match engine.status(&request.packet, &request.nas.secret, self.port, reply) {
            Ok(len) => {
                self.counters.status_responses.add(1);
                let reply = self.reply.get(..len).unwrap_or_default();
                sender.push(request.source, request.destination, reply);
            }
            Err(error) => {
                self.counters.not_answerable.add(1);
                tracing::debug!(nas = %request.nas.name, %error, "a Status-Server is not answered");
            }
        }
    }

    /// Decides an Access-Request; `None` when there will be no reply.
    fn access(&mut self, request: &Admitted<'_>, sender: &mut Sender) -> Option<()> {
        let entropy = match self.entropy.draw() {
            Ok(entropy) => entropy,
            Err(error) => {
                self.counters.not_answerable.add(1);
                tracing::error!(%error, "the kernel gives no random octets");
                return None;
            }
        };
        let Shared { directory, activity, engine, .. } = &*self.shared;
        let Admitted { packet, nas, .. } = request;
        let known = Known { directory: &**directory, activity };
        let reply = &mut self.reply[..];
        let answer = match engine.access(known, nas, packet, self.now, entropy, reply) {
            Ok(answer) => answer,
            Err(error) => {
                self.counters.not_answerable.add(1);
                tracing::debug!(nas = %nas.name, %error, "an Access-Request is not answered");
                return None;
            }
        };
        let (is_rejected, has_new_lease) = match &answer {
            AccessReply::Challenge { .. } => {
                self.counters.access_challenges.add(1);
                (false, false)
            }
            AccessReply::Decision(decision) => {
                self.note_decision(decision)?;
                let attempt = &decision.attempt;
                let has_new_lease = attempt.learned.leases.iter().any(Option::is_some);
                (attempt.outcome == Outcome::Rejected, has_new_lease)
            }
        };
        let reply = self.reply.get(..answer.reply_len()).unwrap_or_default();
        let (key, authenticator) = (request.key(), packet.authenticator());
        if is_rejected
            && self.delayed.hold(key, authenticator, request.destination, reply, self.elapsed)
        {
            return Some(());
        }
        if has_new_lease {
            self.stage(request, answer.reply_len());
            return Some(());
        }
        self.duplicates.answer(&key, authenticator, reply);
        sender.push(request.source, request.destination, reply);
        Some(())
    }

    /// Keeps the reply until its record is durable.
    fn stage(&mut self, request: &Admitted<'_>, reply_len: usize) {
        let start = self.staged_octets.len();
        self.staged_octets.extend(self.reply.iter().take(reply_len));
        self.staged.push(Staged {
            key: request.key(),
            authenticator: *request.packet.authenticator(),
            from: request.destination,
            octets: start..self.staged_octets.len(),
        });
    }

    /// Counts a log-in and records it. `None` when it cannot be recorded and must not be answered
    /// then.
    fn note_decision(&mut self, decision: &AccessDecision) -> Option<()> {
        match decision.attempt.outcome {
            Outcome::Accepted => self.counters.access_accepts.add(1),
            Outcome::Quarantined => {
                self.counters.access_accepts.add(1);
                self.counters.access_quarantines.add(1);
            }
            Outcome::Rejected => self.counters.access_rejects.add(1),
        }
        for notice in &decision.notices {
            tell_of_pool(notice);
        }
        if !decision.replaced.is_empty() {
            let replaced = decision.replaced.iter().copied();
            self.shared.enforcement.attention.end(replaced, Why::Replaced);
        }
        let learned = decision.attempt.learned;
        if !self.records.record(|out| encode_attempt(&decision.attempt, out)) {
            self.counters.attempts_not_recorded.add(1);
            return learned.leases.iter().all(Option::is_none).then_some(());
        }
        self.learned |= learned != Learned::default();
        if let Some(service) = decision.attempt.service {
            self.leases.extend(learned.leases.iter().flatten().map(|lease| (service, *lease)));
        }
        Some(())
    }

    /// Takes an Accounting-Request in; its reply waits for the journal. `None` when there will be
    /// no reply.
    fn accounting(&mut self, request: &Admitted<'_>) -> Option<()> {
        let Shared { directory, activity, engine, sessions, .. } = &*self.shared;
        let Admitted { packet, nas, .. } = request;
        let observation = match engine.accounting(&**directory, nas, packet, self.now) {
            Ok(observation) => observation,
            Err(error) => {
                tracing::debug!(nas = %nas.name, %error, "accounting is not understood");
                self.note_problem(nas, Problem::AccountingNotUnderstood);
                return None;
            }
        };
        let reply = &mut self.reply[..];
        let reply_len = match engine.accounting_response(packet, &nas.secret, reply) {
            Ok(len) => len,
            Err(error) => {
                self.counters.not_answerable.add(1);
                tracing::debug!(nas = %nas.name, %error, "an Accounting-Request is not answered");
                return None;
            }
        };
        let mut noticed = Noticed::default();
        let mut observed = sessions.observe(&observation, |observed| {
            noticed = activity.observe(&**directory, &observation, observed);
        });
        observed.event.meter = noticed.meter.take();
        observed.event.lead_meter = noticed.lead_meter.take();
        // An older session ends before the newer one that took its name goes on.
        let events = observed.superseded.iter().chain([&observed.event]);
        for event in events.chain(&observed.ended) {
            if !self.records.record(|out| encode_accounting(event, out)) {
                self.counters.accounting_not_recorded.add(1);
                return None;
            }
        }
        let meters = observed.event.meter.iter().chain(&observed.event.lead_meter);
        let with_news = meters.filter(|stored| !stored.notices.is_empty());
        self.noticed.extend(with_news.map(|stored| (stored.service, stored.meter.revision())));
        self.note(&observed, noticed);
        self.stage(request, reply_len);
        Some(())
    }

    /// Keeps what the log-in of a session told its NAS, and has the enforcement look at a session
    /// that has begun, or of which something was awaited.
    fn note(&mut self, observed: &Observed, noticed: Noticed) {
        let Noticed { has_begun, told, has_crossed, notices, group, .. } = noticed;
        self.called.extend(group);
        for notice in &notices {
            tell_of_quota(&observed.event.login, notice);
        }
        if let Some(told) = told {
            let change = Change::at_login(&observed.event, told);
            self.shared.sessions.take_change(&change);
            if self.told.len() < TOLD_MAX {
                self.told.push(change);
            }
        }
        if observed.waits && observed.service.is_none() {
            self.shared.enforcement.attention.session(observed.event.session);
        }
        // A service of a session has ended, which may be by itself.
        let event = &observed.event;
        let has_lost = event.activated.is_some() && event.kind.terminate_cause().is_some();
        let is_limited = observed.is_limited && observed.is_open;
        if has_begun || has_crossed || has_lost || observed.waits || is_limited {
            self.called.extend(observed.service);
        }
    }
}

/// Says that a service has reached a tier of a quota.
fn tell_of_quota(login: &str, notice: &Notice) {
    let Notice { quota, window, percent, action, .. } = notice;
    let (window, action) = (window.code(), action.code());
    tracing::info!(%login, %quota, window, percent, action, "a quota has reached a tier");
}

/// Says that a pool has crossed its warning level.
pub(crate) fn tell_of_pool(notice: &PoolNotice) {
    let PoolNotice { pool, in_use, is_filling } = notice;
    let (name, tenant, size) = (&pool.name, pool.tenant, pool.space.size());
    let level = pool.warning_percent;
    if *is_filling {
        tracing::warn!(
            pool = %name, %tenant, in_use, size, level_percent = level,
            "a pool of addresses is running out; see `weir pool list`"
        );
    } else {
        tracing::info!(pool = %name, %tenant, in_use, size, "a pool of addresses has room again");
    }
}
