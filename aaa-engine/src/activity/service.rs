//! The activity of one service.

use std::borrow::Cow;
use std::sync::Arc;

use entitlement::{
    Access, Entitlement, GrantId, Meter, Notice, Running, SessionKey, Stance, Timestamp,
    UsageRecord, Withheld,
};
use radius_proto::{AttributeType, Packet};

use super::Noticed;
use super::addresses::ServiceAddresses;
use crate::accounting::{AccountingEvent, MeterNotice, StoredMeter};
use crate::auth::CodeStep;
use crate::enforcement::Posture;
use crate::explain::Check;
use crate::identity::MacAddress;
use crate::ports::{NasId, Service};
use crate::session::{Session, SessionId};
use crate::settings::LockOut;

/// How many sessions and slots of one service are remembered. A login that half a town shares has
/// more than can matter to a limit.
const USES_MAX: usize = 65_536;

/// How long an Access-Accept keeps a slot for the Start that should follow, seconds.
pub(crate) const SLOT_RESERVED_S: i64 = 60;

/// What one service is doing.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServiceActivity {
    /// Sessions and slots, the longest begun first.
    uses: Vec<Use>,
    failures: Failures,
    /// Wrong one-time codes beside them; few services ever have any.
    code_failures: Option<Box<Failures>>,
    /// Devices that were learnt, by the moment; the directory has them once they are stored.
    learned: Vec<(MacAddress, Timestamp)>,
    first_used_at: Option<Timestamp>,
    /// Its addresses in pools that are managed here.
    pub(crate) addresses: ServiceAddresses,
    /// The step of the latest one-time code that was accepted.
    last_code: Option<CodeStep>,
    /// What it has used of its quotas and grants; `None`: nothing.
    meter: Option<StoredMeter>,
    /// When its tiers were last looked at.
    metered_at: Option<Timestamp>,
}

/// One use of a service: a session, or a slot for one.
#[derive(Debug, Clone)]
pub(crate) struct Use {
    id: UseId,
    pub(crate) nas: NasId,
    /// From where at the NAS; see [`origin`].
    pub(crate) origin: Arc<str>,
    pub(crate) since: Timestamp,
    pub(crate) last_seen_at: Timestamp,
    /// How often it should report, seconds.
    pub(crate) interim_interval_s: Option<u32>,
    /// A session in quarantine takes nobody's place.
    pub(crate) is_quarantined: bool,
    /// Whether it was in quarantine at its last report: what it is online there is not counted.
    was_quarantined: bool,
    /// How long its reports say that it was online, seconds.
    online_s: u32,
    /// When the last report was that said so; of one that has said nothing of it, its beginning.
    counted_until: Timestamp,
    /// Of a slot, what the NAS was told.
    told: Option<Arc<Posture>>,
}

/// The bit of the first octet of a Class token's nonce that says that its session is in quarantine.
pub(crate) const NONCE_OF_QUARANTINE: u8 = 1;

pub(crate) const fn is_of_quarantine(nonce: &[u8; 16]) -> bool {
    nonce[0] & NONCE_OF_QUARANTINE != 0
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UseId {
    /// Of an acceptance, with the nonce of its Class token.
    Slot([u8; 16]),
    Session(SessionId),
}

/// What a log-in takes for the session that should follow.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    /// The nonce of its Class token.
    pub(crate) nonce: [u8; 16],
    pub(crate) nas: NasId,
    pub(crate) origin: Arc<str>,
    pub(crate) at: Timestamp,
    /// What the NAS is told.
    pub(crate) told: Arc<Posture>,
}

/// From where at its NAS a request comes: by the station, its escaped Calling-Station-Id, and where
/// there is none by NAS-Port and NAS-Port-Id; empty when nothing is said.
///
/// A retry comes from where the first try came from, and a session from where its log-in came from.
pub(crate) fn origin(request: &Packet<'_>, station: &Arc<str>) -> Arc<str> {
    if !station.is_empty() {
        return Arc::clone(station);
    }
    let port = request.first(AttributeType::NAS_PORT).unwrap_or_default();
    let id = request.first(AttributeType::NAS_PORT_ID).unwrap_or_default();
    if port.is_empty() && id.is_empty() {
        return Arc::default();
    }
    // No station is called so: a NUL in its name is escaped.
    format!("\0{}/{}", port.escape_ascii(), id.escape_ascii()).into()
}

/// Wrong passwords, or codes, in a row.
#[derive(Debug, Clone, Copy, Default)]
struct Failures {
    count: u16,
    first_at: Option<Timestamp>,
    locked_until: Option<Timestamp>,
}

impl Failures {
    fn add(&mut self, now: Timestamp, lock_out: LockOut) {
        let is_first = self.first_at.is_none_or(|at| now >= at.plus_s(lock_out.within_s.into()));
        if is_first {
            *self = Self { count: 0, first_at: Some(now), locked_until: None };
        }
        self.count = self.count.saturating_add(1);
        if self.count >= lock_out.failures.get() {
            let locked_until = Some(now.plus_s(lock_out.locked_s.into()));
            *self = Self { count: 0, first_at: None, locked_until };
        }
    }
}

impl ServiceActivity {
    /// The sessions and slots, the longest begun first.
    pub(crate) fn uses(&self) -> core::slice::Iter<'_, Use> {
        self.uses.iter()
    }

    /// Keeps a slot; in place of one for the same origin at the same NAS.
    pub(crate) fn reserve(&mut self, slot: Slot) {
        self.uses.retain(|other| {
            let is_slot = matches!(other.id, UseId::Slot(_));
            !(is_slot && (other.is_by(slot.nas, &slot.origin) || !other.is_reserved(slot.at)))
        });
        self.push(Use {
            id: UseId::Slot(slot.nonce),
            nas: slot.nas,
            origin: slot.origin,
            since: slot.at,
            last_seen_at: slot.at,
            interim_interval_s: None,
            is_quarantined: slot.told.is_quarantined,
            was_quarantined: slot.told.is_quarantined,
            online_s: 0,
            counted_until: slot.at,
            told: Some(slot.told),
        });
    }

    /// An open session goes on, or begins in its slot.
    pub(crate) fn go_on(
        &mut self,
        event: &AccountingEvent,
        origin: &Arc<str>,
        nonce: Option<&[u8; 16]>,
    ) -> Noticed {
        let id = UseId::Session(event.session);
        if let Some(found) = self.uses.iter_mut().find(|found| found.id == id) {
            found.last_seen_at = found.last_seen_at.max(event.received_at);
            found.since = found.since.min(event.implied_start());
            found.interim_interval_s = found.interim_interval_s.max(event.interim_interval_s);
            // A report that comes again is of the moment of the first.
            if event.counters.session_time_s > found.online_s {
                found.online_s = event.counters.session_time_s;
                found.counted_until = found.counted_until.max(event.happened_at);
            }
            // It was only authenticated anew: a session that gives way reports no more.
            self.uses.retain(|slot| {
                let is_its_own = slot.is_slot_of(nonce) || slot.is_by(event.nas, origin);
                !(slot.session().is_none() && is_its_own && slot.since <= event.happened_at)
            });
            return Noticed::default();
        }
        // Without our token the slot is the one for the same origin.
        let slot = match nonce {
            Some(_) => self.uses.iter().position(|found| found.is_slot_of(nonce)),
            None => self
                .uses
                .iter()
                .position(|found| found.session().is_none() && found.is_by(event.nas, origin)),
        };
        let told = slot.and_then(|slot| self.uses.remove(slot).told);
        // What came from there before is over, whether its Stop came or not.
        let since = event.implied_start();
        self.uses.retain(|other| !(other.is_by(event.nas, origin) && other.since < since));
        let is_quarantined = nonce.is_some_and(is_of_quarantine);
        self.push(Use {
            id,
            nas: event.nas,
            origin: Arc::clone(origin),
            since,
            last_seen_at: event.received_at,
            interim_interval_s: event.interim_interval_s,
            is_quarantined,
            was_quarantined: told.as_ref().map_or(is_quarantined, |told| told.is_quarantined),
            online_s: event.counters.session_time_s,
            counted_until: event.happened_at,
            told: None,
        });
        Noticed { has_begun: true, told, ..Noticed::default() }
    }

    /// What it may have now, for one of its sessions or for one that has yet to begin, while these go
    /// on. `lead` is what its lead has used, of one that shares another one's data.
    pub(crate) fn stance(
        &self,
        entitlement: &Entitlement,
        lead: Option<&Meter>,
        running: &[Running],
        session: Option<SessionKey>,
        now: Timestamp,
    ) -> Stance {
        entitlement.stance(self.used(entitlement, lead).as_deref(), running, session, now)
    }

    /// What it has used by its last reports, of shared data what all have.
    pub(crate) fn used(
        &self,
        entitlement: &Entitlement,
        lead: Option<&Meter>,
    ) -> Option<Cow<'_, Meter>> {
        let own = self.meter.as_ref().map(|stored| &*stored.meter);
        if entitlement.shared.is_none() {
            return own.map(Cow::Borrowed);
        }
        let nothing = Meter::default();
        let joined = own.unwrap_or(&nothing).with_data_of(lead.unwrap_or(&nothing));
        Some(Cow::Owned(joined))
    }

    /// What its sessions use between their reports. Those that nothing is heard of are among them until
    /// they are taken to be over.
    pub(crate) fn running(&self, entitlement: &Entitlement, now: Timestamp) -> Vec<Running> {
        if !entitlement.counts_online() {
            return Vec::new();
        }
        let uses = self.uses().filter(|found| !found.was_quarantined && found.is_reserved(now));
        uses.map(|found| found.running(true)).collect()
    }

    /// Whether the time counts that a report says: not that of a session which was in quarantine
    /// already at the report before. `None`: the session is not known here.
    pub(crate) fn counts_online(
        &mut self,
        session: SessionId,
        is_quarantined: Option<bool>,
    ) -> Option<bool> {
        let id = UseId::Session(session);
        let found = self.uses.iter_mut().find(|found| found.id == id)?;
        let before = found.was_quarantined;
        found.was_quarantined = is_quarantined.unwrap_or(before);
        Some(!before)
    }

    /// Whether there is anything to count its usage against.
    pub(crate) fn is_metered(&self, entitlement: &Entitlement) -> bool {
        entitlement.quotas_in_force().next().is_some()
            || entitlement.wallet().is_some()
            || self.meter.is_some()
    }

    /// How far the wallet covers it, where it is paid as it goes.
    pub(crate) fn wallet(
        &self,
        entitlement: &Entitlement,
        lead: Option<&Meter>,
        now: Timestamp,
    ) -> Option<Check> {
        let wallet = entitlement.wallet()?;
        let used = self.used(entitlement, lead);
        let used_octets = used.map_or(0, |meter| meter.used_of(GrantId::WALLET));
        let access = self.stance(entitlement, lead, &[], None, now).access;
        Some(Check::Wallet {
            used_octets,
            left_octets: wallet.amount.units().saturating_sub(used_octets),
            is_used_up: access == Access::Withheld(Withheld::WalletUsedUp),
        })
    }

    /// The tiers in force that were told of when usage was last counted: as they stood then, so that
    /// one that comes into force by time alone, as by the end of a grant, is told of by the next report.
    pub(crate) fn told_of(&self, entitlement: &Entitlement, record: &UsageRecord) -> Vec<Notice> {
        let then = self.metered_at.unwrap_or(record.from);
        // By reports alone: what runs between them is told of by the next one.
        self.stance(entitlement, None, &[], Some(record.session), then).notices
    }

    /// The tiers are looked at now.
    pub(crate) fn tell_of(&mut self, now: Timestamp) {
        self.metered_at = self.metered_at.max(Some(now));
    }

    /// Counts something in the meter of `service`, which this is of.
    pub(crate) fn count(
        &mut self,
        service: &Service,
        work: impl FnOnce(&mut Meter),
    ) -> StoredMeter {
        let nothing = || StoredMeter {
            tenant: service.tenant,
            service: service.id,
            meter: Arc::default(),
            notices: Vec::new(),
        };
        let stored = self.meter.get_or_insert_with(nothing);
        work(Arc::make_mut(&mut stored.meter));
        stored.clone()
    }

    /// By what was just counted these tiers have come into force. That is kept with the meter until it
    /// [is recorded](Self::has_recorded), with whichever packet. Of each quota it is the latest.
    pub(crate) fn notice(&mut self, notices: &[Notice], counted: &mut Option<StoredMeter>) {
        for stored in self.meter.iter_mut().chain(counted) {
            let revision = stored.meter.revision();
            let is_replaced =
                |known: &MeterNotice| notices.iter().any(|new| new.quota == known.notice.quota);
            stored.notices.retain(|known| !is_replaced(known));
            let new = notices.iter().cloned();
            stored.notices.extend(new.map(|notice| MeterNotice { notice, revision }));
        }
    }

    /// What was noticed up to this count of the meter is recorded.
    pub(crate) fn has_recorded(&mut self, revision: u64) {
        if let Some(stored) = &mut self.meter {
            stored.notices.retain(|noticed| noticed.revision > revision);
        }
    }

    /// Takes a meter back that was stored, with what was noticed of it, unless a later one is known.
    pub(crate) fn restore_meter(&mut self, stored: StoredMeter) {
        let known = self.meter.as_ref().map(|known| known.meter.revision());
        if known.is_none_or(|known| known < stored.meter.revision()) {
            self.meter = Some(StoredMeter { notices: Vec::new(), ..stored });
        }
    }

    /// What it has used of its quotas and grants.
    pub(crate) const fn meter(&self) -> Option<&StoredMeter> {
        self.meter.as_ref()
    }

    pub(crate) fn restore(&mut self, session: &Session) {
        let id = UseId::Session(session.id);
        if self.uses.iter().all(|found| found.id != id) {
            let told = session.enforced.told.as_ref();
            let is_quarantined = told.is_some_and(|told| told.is_quarantined);
            let online_s = session.counters.session_time_s;
            self.push(Use {
                id,
                nas: session.nas,
                origin: Arc::clone(&session.calling_station_id),
                since: session.started_at,
                last_seen_at: session.last_seen_at,
                interim_interval_s: session.interim_interval_s,
                is_quarantined,
                was_quarantined: is_quarantined,
                online_s,
                counted_until: if online_s > 0 { session.last_seen_at } else { session.started_at },
                told: None,
            });
        }
    }

    /// A session is over, and with it the slot whose Class it has carried since it was
    /// authenticated anew.
    pub(crate) fn end(&mut self, session: SessionId, nonce: Option<&[u8; 16]>) {
        self.uses.retain(|found| found.id != UseId::Session(session) && !found.is_slot_of(nonce));
    }

    /// The NAS has started anew: what it had before is lost.
    pub(crate) fn forget_older(&mut self, nas: NasId, booted_at: Timestamp) {
        self.uses.retain(|other| other.nas != nas || other.since >= booted_at);
    }

    /// Leaves only these uses, the longest begun first: the one that is replaced does not count any
    /// more.
    pub(crate) fn replace_uses(&mut self, uses: Vec<Use>) {
        self.uses = uses;
    }

    fn push(&mut self, new: Use) {
        if self.uses.len() < USES_MAX {
            if self.uses.is_empty() {
                // Nearly all services have one, of which there may be a million.
                self.uses.reserve_exact(1);
            }
            let place = self.uses.partition_point(|other| other.since <= new.since);
            self.uses.insert(place, new);
        }
    }

    /// Until when the login is locked, if it is at `now`.
    pub(crate) fn locked_until(&self, now: Timestamp) -> Option<Timestamp> {
        let of_codes = self.code_failures.as_ref().and_then(|failures| failures.locked_until);
        self.failures.locked_until.max(of_codes).filter(|until| now < *until)
    }

    /// A wrong password was tried.
    pub(crate) fn fail(&mut self, now: Timestamp, lock_out: LockOut) {
        self.failures.add(now, lock_out);
    }

    /// A wrong one-time code was tried behind the right password.
    pub(crate) fn fail_code(&mut self, now: Timestamp) {
        self.code_failures.get_or_insert_default().add(now, LockOut::OF_CODES);
    }

    /// The right password was given, with the right code where one is asked for.
    pub(crate) fn succeed(&mut self) {
        self.failures = Failures::default();
        self.code_failures = None;
    }

    /// The devices that were learnt after `reset_at` and that the directory does not list yet.
    pub(crate) fn learned(
        &self,
        listed: impl Fn(MacAddress) -> bool,
        reset_at: Option<Timestamp>,
    ) -> impl Iterator<Item = MacAddress> {
        let fresh =
            self.learned.iter().filter(move |(_, at)| reset_at.is_none_or(|reset| *at > reset));
        fresh.map(|(address, _)| *address).filter(move |address| !listed(*address))
    }

    /// Takes a device in, and forgets those that are listed by now.
    pub(crate) fn learn(
        &mut self,
        address: MacAddress,
        now: Timestamp,
        listed: impl Fn(MacAddress) -> bool,
        reset_at: Option<Timestamp>,
    ) {
        self.learned.retain(|(known, at)| {
            !listed(*known) && *known != address && reset_at.is_none_or(|reset| *at > reset)
        });
        self.learned.push((address, now));
    }

    /// When the service was first used, as far as is known here.
    pub(crate) const fn first_used_at(&self) -> Option<Timestamp> {
        self.first_used_at
    }

    /// The service is used; gives when that was for the first time.
    pub(crate) fn use_first(&mut self, now: Timestamp) -> Timestamp {
        let at = self.first_used_at.map_or(now, |at| at.min(now));
        self.first_used_at = Some(at);
        at
    }

    /// The step of the latest one-time code that was accepted, as far as is known here.
    pub(crate) const fn last_code(&self) -> Option<CodeStep> {
        self.last_code
    }

    /// A one-time code was right; whether it, and every later one, is still unused.
    pub(crate) fn use_code(&mut self, step: CodeStep) -> bool {
        let is_fresh = self.last_code.is_none_or(|last| step > last);
        self.last_code = self.last_code.max(Some(step));
        is_fresh
    }

    /// The directory says when it was first used, or that it does not matter.
    pub(crate) const fn forget_first_use(&mut self) {
        self.first_used_at = None;
    }
}

impl Use {
    /// Is it from this origin at this NAS? There is one session at a time from there: what was
    /// before is over. One that says nothing may be any.
    pub(crate) fn is_by(&self, nas: NasId, origin: &str) -> bool {
        self.nas == nas && !origin.is_empty() && *self.origin == *origin
    }

    /// Is it the slot of the acceptance with this nonce?
    fn is_slot_of(&self, nonce: Option<&[u8; 16]>) -> bool {
        nonce.is_some_and(|nonce| self.id == UseId::Slot(*nonce))
    }

    /// Is it a session, or a slot whose Start may still come?
    pub(crate) fn is_reserved(&self, now: Timestamp) -> bool {
        match self.id {
            UseId::Slot(_) => now < self.since.plus_s(SLOT_RESERVED_S),
            UseId::Session(_) => true,
        }
    }

    /// How its time runs.
    pub(crate) const fn running(&self, goes_on: bool) -> Running {
        let (UseId::Slot(key) | UseId::Session(SessionId(key))) = self.id;
        Running { session: SessionKey(key), counted_until: self.counted_until, goes_on }
    }

    /// Which session it is, if it has begun.
    pub(crate) const fn session(&self) -> Option<SessionId> {
        match self.id {
            UseId::Slot(_) => None,
            UseId::Session(id) => Some(id),
        }
    }
}
