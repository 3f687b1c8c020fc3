//! What a service has used: the one place where usage consumes what a plan and its extras give.

use std::sync::Arc;

use super::edges::{Edges, share};
use super::plan::Direction;
use crate::{Entitlement, Grant, GrantId, Quota, Timestamp, Window};

/// The most sessions of one service whose usage is told apart by a quota of a session; of more, the
/// one that was heard of longest ago is forgotten.
pub const SESSIONS_MAX: usize = 32;
/// How far back a record reaches at most, seconds. A longer one counts as if all of it had been used
/// in so many seconds before its end.
pub const RECORD_SPAN_MAX_S: i64 = 40 * 86_400;

/// Which session of a service: octets that its owner chose, and that no other session has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey(pub [u8; 16]);

/// What one session has transferred since the report before: an increase, never a total, so that a
/// report that comes twice brings nothing the second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UsageRecord {
    /// Which session.
    pub session: SessionKey,
    /// The report before, or the beginning of the session.
    pub from: Timestamp,
    /// This report.
    pub to: Timestamp,
    /// From the subscriber to the network.
    pub upload_octets: u64,
    /// From the network to the subscriber.
    pub download_octets: u64,
}

/// What one service has used of the quotas of its plan and of its grants.
///
/// # How usage is counted
///
/// A record's octets are spread evenly over the time from the report before to this one, so that
/// those up to any moment are the share of the time, rounded down to an octet: the parts always add
/// up to the whole. A record without length is used at its end. The record is cut wherever something
/// begins or ends that matters: a window, free hours, a zero-rated stretch, the validity of a grant;
/// and its parts are consumed in the order of time, downloads before uploads.
///
/// An octet counts against each quota of its direction, except in the quota's free hours and
/// zero-rated stretches, and except before the beginning of the window that the quota now counts in:
/// that window has passed, and a quota never goes back to one. What counts against no quota consumes
/// nothing. What counts is covered, in this order, by
///
/// 1. grants that are valid then and [come first](Grant::comes_first);
/// 2. the allowances of all the quotas it counts against at once, until the first is used up;
/// 3. other grants that are valid then;
/// 4. nothing: it is charged to the quotas beyond 100 %.
///
/// Grants are used in the order of priority, what ends sooner first (never ending last), what was
/// given before what was bought, what came first, and the lower number. What a grant covers counts
/// against no quota.
///
/// So it makes no difference where a record is cut in which none of these edges lies, nor which of
/// two such records comes first, as long as the same quotas count all of them. Where grants meet
/// quotas of different directions or of single sessions, the octets that come first use the grants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meter {
    pub(super) revision: u64,
    pub(super) counts: Vec<Count>,
    pub(super) grants: Vec<(GrantId, u64)>,
}

/// What is charged to one quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) name: Arc<str>,
    pub(super) charged: Charged,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Charged {
    /// In the window that began then.
    Window { window: Window, from: Timestamp, octets: u64 },
    /// By each session.
    Sessions(Vec<SessionCount>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SessionCount {
    pub(super) session: SessionKey,
    /// The latest report.
    pub(super) reported_at: Timestamp,
    pub(super) octets: u64,
}

impl Meter {
    /// A number that grows with each change.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// How much of a grant is used.
    #[must_use]
    pub fn used_of(&self, grant: GrantId) -> u64 {
        self.grants.iter().find(|(id, _)| *id == grant).map_or(0, |(_, used)| *used)
    }

    /// Forgets what a session has used of the quotas that count sessions: it is over.
    pub fn end_session(&mut self, session: SessionKey) {
        let mut is_known = false;
        for count in &mut self.counts {
            if let Charged::Sessions(sessions) = &mut count.charged {
                let before = sessions.len();
                sessions.retain(|of| of.session != session);
                is_known |= sessions.len() != before;
            }
        }
        if is_known {
            self.change();
        }
    }

    /// Counts what a session of the service has transferred, as is said [above](Meter). Quotas and
    /// grants that the service no longer has are forgotten. A record of nothing changes nothing.
    pub fn consume(&mut self, entitlement: &Entitlement, record: &UsageRecord) {
        if record.download_octets == 0 && record.upload_octets == 0 {
            return;
        }
        let before = self.revision;
        self.forget_others(entitlement);
        let to = record.to;
        let from = record.from.max(to.minus_s(RECORD_SPAN_MAX_S));
        if from >= to {
            let octets = (record.download_octets, record.upload_octets);
            self.consume_at(entitlement, record, to, octets);
        }
        let mut at = from;
        while at < to {
            let next = self.next_edge(entitlement, at).map_or(to, |edge| edge.min(to));
            let part = |octets| share(octets, from, next, to) - share(octets, from, at, to);
            let octets = (part(record.download_octets), part(record.upload_octets));
            self.consume_at(entitlement, record, at, octets);
            at = next;
        }
        // However many steps it took, it is one change.
        self.revision = self.revision.min(before.saturating_add(1));
    }

    const fn change(&mut self) {
        self.revision = self.revision.saturating_add(1);
    }

    fn forget_others(&mut self, entitlement: &Entitlement) {
        let before = (self.counts.len(), self.grants.len());
        let quotas = &entitlement.terms.quotas;
        self.counts.retain(|count| quotas.iter().any(|quota| count.is_of(quota)));
        let grants = entitlement.grants();
        self.grants.retain(|(id, _)| grants.iter().any(|grant| grant.id == *id));
        if before != (self.counts.len(), self.grants.len()) {
            self.change();
        }
    }

    /// The next moment after `at` at which it may be told otherwise what consumes what.
    fn next_edge(&self, entitlement: &Entitlement, at: Timestamp) -> Option<Timestamp> {
        let mut edges = Edges::after(at);
        for quota in &entitlement.terms.quotas {
            edges.add(entitlement.window_of(quota, at).ends_at());
            edges.add(self.count(quota).and_then(Count::window_from));
            quota.add_uncounted(entitlement, &mut edges);
        }
        for grant in entitlement.grants() {
            edges.add(grant.validity.from);
            edges.add(grant.validity.until);
        }
        edges.next
    }

    /// Counts octets (down, up) that were transferred at a moment.
    fn consume_at(
        &mut self,
        entitlement: &Entitlement,
        record: &UsageRecord,
        at: Timestamp,
        (download, upload): (u64, u64),
    ) {
        for (direction, octets) in [(Direction::Download, download), (Direction::Upload, upload)] {
            if octets > 0 {
                self.consume_one_way(entitlement, record, at, direction, octets);
            }
        }
    }

    fn consume_one_way(
        &mut self,
        entitlement: &Entitlement,
        record: &UsageRecord,
        at: Timestamp,
        direction: Direction,
        octets: u64,
    ) {
        let quotas = &entitlement.terms.quotas;
        let counting: Vec<&Quota> = quotas
            .iter()
            .filter(|quota| quota.direction == direction || quota.direction == Direction::Both)
            .filter(|quota| quota.counts_at(entitlement, at))
            .filter(|quota| !self.has_passed(quota, at))
            .collect();
        if counting.is_empty() {
            return;
        }
        let session = Some(record.session);
        let room = counting.iter().map(|quota| {
            let charged = self.charged(entitlement, quota, session, at);
            quota.allowance_octets.get().saturating_sub(charged)
        });
        let room = room.min().unwrap_or(0);
        let (first, later): (Vec<Grant>, Vec<Grant>) =
            entitlement.grants_at(at).partition(Grant::comes_first);
        let left = self.use_up(first, octets);
        let within = left.min(room);
        let beyond = self.use_up(later, left - within);
        let charge = within + beyond;
        if charge > 0 {
            for quota in counting {
                self.charge(entitlement, quota, record, at, charge);
            }
        }
    }

    /// Uses so many octets of grants, in their order; what is left that they do not cover.
    fn use_up(&mut self, mut grants: Vec<Grant>, octets: u64) -> u64 {
        grants.sort_by_key(Grant::order);
        let mut left = octets;
        for grant in grants {
            let used = left.min(self.left_of(&grant));
            left -= used;
            if used == 0 {
                continue;
            }
            match self.grants.iter_mut().find(|(id, _)| *id == grant.id) {
                Some((_, before)) => *before = before.saturating_add(used),
                None => self.grants.push((grant.id, used)),
            }
            self.change();
        }
        left
    }

    /// How much of a grant is left, whether it is valid or not.
    #[must_use]
    pub fn left_of(&self, grant: &Grant) -> u64 {
        grant.octets.saturating_sub(self.used_of(grant.id))
    }

    fn charge(
        &mut self,
        entitlement: &Entitlement,
        quota: &Quota,
        record: &UsageRecord,
        at: Timestamp,
        octets: u64,
    ) {
        let from = entitlement.window_of(quota, at).from;
        if self.count(quota).is_none() {
            let charged = match quota.window {
                Window::Session => Charged::Sessions(Vec::new()),
                window => Charged::Window { window, from, octets: 0 },
            };
            self.counts.push(Count { name: quota.name.clone(), charged });
        }
        self.change();
        let Some(count) = self.counts.iter_mut().find(|count| count.is_of(quota)) else { return };
        match &mut count.charged {
            Charged::Window { from: counted_from, octets: charged, .. } => {
                if from > *counted_from {
                    (*counted_from, *charged) = (from, 0);
                }
                *charged = charged.saturating_add(octets);
            }
            Charged::Sessions(sessions) => charge_session(sessions, record, octets),
        }
    }

    /// Whether the window that the quota now counts in begins only later.
    fn has_passed(&self, quota: &Quota, at: Timestamp) -> bool {
        self.count(quota).and_then(Count::window_from).is_some_and(|from| at < from)
    }

    fn count(&self, quota: &Quota) -> Option<&Count> {
        self.counts.iter().find(|count| count.is_of(quota))
    }

    /// What is charged to a quota in the window of a moment; of a session, to it.
    pub(super) fn charged(
        &self,
        entitlement: &Entitlement,
        quota: &Quota,
        session: Option<SessionKey>,
        at: Timestamp,
    ) -> u64 {
        match self.count(quota).map(|count| &count.charged) {
            None => 0,
            Some(Charged::Window { from, octets, .. }) => {
                if entitlement.window_of(quota, at).from > *from { 0 } else { *octets }
            }
            Some(Charged::Sessions(sessions)) => {
                let of = sessions.iter().find(|of| Some(of.session) == session);
                of.map_or(0, |of| of.octets)
            }
        }
    }
}

impl Count {
    fn is_of(&self, quota: &Quota) -> bool {
        let window = match self.charged {
            Charged::Window { window, .. } => window,
            Charged::Sessions(_) => Window::Session,
        };
        window == quota.window && self.name == quota.name
    }

    fn window_from(&self) -> Option<Timestamp> {
        match self.charged {
            Charged::Window { from, .. } => Some(from),
            Charged::Sessions(_) => None,
        }
    }
}

fn charge_session(sessions: &mut Vec<SessionCount>, record: &UsageRecord, octets: u64) {
    if let Some(of) = sessions.iter_mut().find(|of| of.session == record.session) {
        of.octets = of.octets.saturating_add(octets);
        of.reported_at = of.reported_at.max(record.to);
        return;
    }
    if sessions.len() >= SESSIONS_MAX {
        let oldest = (0..).zip(&*sessions).min_by_key(|(_, of)| (of.reported_at, of.session));
        if let Some((index, _)) = oldest {
            sessions.swap_remove(index);
        }
    }
    sessions.push(SessionCount { session: record.session, reported_at: record.to, octets });
}
