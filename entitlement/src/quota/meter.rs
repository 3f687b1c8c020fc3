//! What a service has used: the one place where usage consumes what a plan and its extras give.

use super::count::{Charged, Count};
use super::edges::{Edges, share};
use super::plan::Direction;
use super::shared::ShareCount;
use super::window::WindowSpan;
use crate::{Allowance, Amount, Entitlement, Grant, GrantId, Measure, Quota, Timestamp};

/// The most sessions of one service whose usage is told apart by a quota of a session; of more, the
/// one that was heard of longest ago is forgotten.
pub const SESSIONS_MAX: usize = 32;
/// How far back a record reaches at most, seconds. A longer one counts as if all of it had been used
/// in so many seconds before its end.
pub const RECORD_SPAN_MAX_S: i64 = 40 * 86_400;

/// Which session of a service: octets that its owner chose, and that no other session has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey(pub [u8; 16]);

/// What one session has used since the report before: an increase, never a total, so that a report
/// that comes twice brings nothing the second time.
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
    /// How long it was online, seconds.
    pub online_s: u64,
}

/// What a record has of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Octets(Direction),
    Online,
}

impl Flow {
    const fn measure(self) -> Measure {
        match self {
            Self::Octets(_) => Measure::Data,
            Self::Online => Measure::Online,
        }
    }
}

impl Quota {
    /// Whether it counts what flows so.
    fn is_of(&self, flow: Flow) -> bool {
        match (self.allowance, flow) {
            (Allowance::Data { direction, .. }, Flow::Octets(way)) => {
                direction == way || direction == Direction::Both
            }
            (Allowance::Online(_), Flow::Online) => true,
            (Allowance::Data { .. }, Flow::Online) | (Allowance::Online(_), Flow::Octets(_)) => {
                false
            }
        }
    }
}

/// What one service has used of the quotas of its plan and of its grants.
///
/// # How usage is counted
///
/// A record's octets, and its seconds online, are spread evenly over the time from the report before to
/// this one, so that those up to any moment are the share of the time, rounded down to an octet or a
/// second: the parts always add up to the whole. A record without length is used at its end. The record is cut wherever something
/// begins or ends that matters: a window, free hours, a zero-rated stretch, the validity of a grant;
/// and its parts are consumed in the order of time, downloads before uploads.
///
/// An octet counts against each quota of its direction, except in the quota's free hours and
/// zero-rated stretches, and except before the beginning of the window that the quota now counts in:
/// that window has passed, and a quota never goes back to one. What counts against no quota consumes
/// nothing. A second online counts likewise against each quota of time; those of sessions that go on
/// at once are added up. Octets and seconds never meet: a grant of the one covers nothing of the
/// other, so that of a service with both each runs out by itself. What counts is covered, in this
/// order, by
///
/// 1. grants that are valid then and [come first](Grant::comes_first);
/// 2. the allowances of all the quotas it counts against at once, until the first is used up;
/// 3. other grants that are valid then;
/// 4. the wallet, of a service that is [paid as it goes](crate::GrantKind::Wallet), whether there is
///    enough in it or not;
/// 5. nothing: it is charged to the quotas beyond 100 %.
///
/// Of a plan without quotas all that is transferred counts, where there is a wallet. Grants are used in the order of priority, what ends sooner first (never ending last), what was
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
    /// What the service itself has used of data that it shares.
    pub(super) share: Option<ShareCount>,
}

impl Meter {
    /// A number that grows with each change.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// How much of a grant is used, in the unit of its measure: octets, or seconds online.
    #[must_use]
    pub fn used_of(&self, grant: GrantId) -> u64 {
        self.grants.iter().find(|(id, _)| *id == grant).map_or(0, |(_, used)| *used)
    }

    /// The grants of which something is used, and how much of each.
    pub fn used_grants(&self) -> impl Iterator<Item = (GrantId, u64)> + '_ {
        self.grants.iter().copied()
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

    /// Counts what a session of the service has used, as is said [above](Meter). Quotas and
    /// grants that the service no longer has are forgotten. A record of nothing changes nothing.
    pub fn consume(&mut self, entitlement: &Entitlement, record: &UsageRecord) {
        if (record.download_octets, record.upload_octets, record.online_s) == (0, 0, 0) {
            return;
        }
        let before = self.revision;
        self.forget_others(entitlement);
        if entitlement.quotas_in_force().next().is_some() || entitlement.wallet().is_some() {
            self.consume_in_parts(entitlement, record);
        }
        // However many steps it took, it is one change.
        self.revision = self.revision.min(before.saturating_add(1));
    }

    fn consume_in_parts(&mut self, entitlement: &Entitlement, record: &UsageRecord) {
        let to = record.to;
        let from = record.from.max(to.minus_s(RECORD_SPAN_MAX_S));
        if from >= to {
            self.consume_part(&Part::at(entitlement, record, to), |units| units);
        }
        let mut at = from;
        while at < to {
            let part = Part::at(entitlement, record, at);
            let next = self.next_edge(&part).map_or(to, |edge| edge.min(to));
            let between = |units| share(units, from, next, to) - share(units, from, at, to);
            self.consume_part(&part, between);
            at = next;
        }
    }

    pub(super) const fn change(&mut self) {
        self.revision = self.revision.saturating_add(1);
    }

    fn forget_others(&mut self, entitlement: &Entitlement) {
        let before = (self.counts.len(), self.grants.len());
        let quotas = entitlement.quotas_in_force();
        self.counts.retain(|count| quotas.clone().any(|quota| count.is_of(quota)));
        let grants = entitlement.grants();
        self.grants.retain(|(id, _)| grants.clone().any(|grant| grant.id == *id));
        if before != (self.counts.len(), self.grants.len()) {
            self.change();
        }
    }

    /// The first moment after the beginning of the part at which it may be told otherwise what
    /// consumes what.
    fn next_edge(&self, part: &Part<'_>) -> Option<Timestamp> {
        let mut edges = Edges::after(part.at);
        for (quota, span) in &part.quotas {
            edges.add(span.ends_at());
            edges.add(self.count(quota).and_then(Count::window_from));
            quota.add_uncounted(part.entitlement, &mut edges);
        }
        for grant in part.entitlement.grants() {
            edges.add(grant.validity.from);
            edges.add(grant.validity.until);
        }
        edges.next
    }

    /// Consumes the share that a part has of a record.
    fn consume_part(&mut self, part: &Part<'_>, share: impl Fn(u64) -> u64) {
        let UsageRecord { upload_octets, download_octets, online_s, .. } = *part.record;
        let flows = [
            (Flow::Octets(Direction::Download), download_octets),
            (Flow::Octets(Direction::Upload), upload_octets),
            (Flow::Online, online_s),
        ];
        for (flow, whole) in flows {
            let units = share(whole);
            if units > 0 {
                self.consume_flow(part, flow, units);
            }
        }
    }

    fn consume_flow(&mut self, part: &Part<'_>, flow: Flow, units: u64) {
        let counting = part.quotas.iter().filter(|(quota, _)| {
            quota.is_of(flow)
                && quota.counts_at(part.entitlement, part.at)
                && !self.has_passed(quota, part.at)
        });
        let counting: Vec<&(&Quota, WindowSpan)> = counting.collect();
        let session = Some(part.record.session);
        let room = counting.iter().map(|(quota, span)| {
            let charged = self.charged(quota, *span, session);
            quota.amount().units().saturating_sub(charged)
        });
        let room = match room.min() {
            Some(room) => room,
            // Without a quota of data there is no allowance: all of it is paid.
            None if flow.measure() == Measure::Data
                && !part.quotas.iter().any(|(quota, _)| quota.measure() == Measure::Data) =>
            {
                0
            }
            // What counts against no quota consumes nothing.
            None => return,
        };
        let (first, later): (Vec<Grant>, Vec<Grant>) =
            part.entitlement.grants_of(flow.measure(), part.at).partition(Grant::comes_first);
        let left = self.use_up(first, units);
        let within = left.min(room);
        let beyond = self.use_up(later, left - within);
        let charge = within + beyond;
        if charge > 0 {
            for (quota, span) in counting {
                self.charge(quota, *span, part.record, charge);
            }
        }
    }

    /// Uses so much of grants, which are of one measure, in their order; what is left that they do not
    /// cover.
    fn use_up(&mut self, mut grants: Vec<Grant>, units: u64) -> u64 {
        grants.sort_by_key(Grant::order);
        let mut left = units;
        for grant in grants {
            let covers = self.left_of(&grant).units();
            let used = if grant.is_wallet() { left } else { left.min(covers) };
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
    pub fn left_of(&self, grant: &Grant) -> Amount {
        grant.amount.with_units(grant.amount.units().saturating_sub(self.used_of(grant.id)))
    }

    fn charge(&mut self, quota: &Quota, span: WindowSpan, record: &UsageRecord, units: u64) {
        if self.count(quota).is_none() {
            self.counts.push(Count::begin(quota, span));
        }
        if let Some(count) = self.counts.iter_mut().find(|count| count.is_of(quota)) {
            count.charge(span, record, units);
        }
        self.change();
    }

    /// Whether the window that the quota now counts in begins only later.
    fn has_passed(&self, quota: &Quota, at: Timestamp) -> bool {
        self.count(quota).and_then(Count::window_from).is_some_and(|from| at < from)
    }

    pub(super) fn count(&self, quota: &Quota) -> Option<&Count> {
        self.counts.iter().find(|count| count.is_of(quota))
    }

    /// What is charged to a quota in a window; of a session, to it.
    pub(super) fn charged(
        &self,
        quota: &Quota,
        span: WindowSpan,
        session: Option<SessionKey>,
    ) -> u64 {
        self.count(quota).map_or(0, |count| count.charged(span, session))
    }
}

/// The beginning of a part of a record in which nothing begins or ends.
struct Part<'a> {
    entitlement: &'a Entitlement,
    record: &'a UsageRecord,
    at: Timestamp,
    /// The quotas, and the windows that it lies in.
    quotas: Vec<(&'a Quota, WindowSpan)>,
}

impl<'a> Part<'a> {
    fn at(entitlement: &'a Entitlement, record: &'a UsageRecord, at: Timestamp) -> Self {
        let quotas = entitlement.quotas_in_force();
        let quotas = quotas.map(|quota| (quota, entitlement.window_of(quota, at))).collect();
        Self { entitlement, record, at, quotas }
    }
}
