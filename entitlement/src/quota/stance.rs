//! What a session may have now: the one answer of rights, quotas, grants and boosters.

use std::sync::Arc;

use super::edges::Edges;
use super::forecast::{Forecast, Running};
use super::meter::{Meter, SessionKey};
use super::status::{Notice, QuotaStatus};
use super::window::WindowSpan;
use crate::{
    Access, Allowance, Booster, Direction, Entitlement, Extras, FirstUse, Grant, Measure,
    OnlineTime, Quota, Shaping, Speed, Standing, Throttle, Tier, TierAction, Timestamp, Withheld,
};

/// What a session of a service may have at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stance {
    /// May the service be used? Not when its time online has run out since the last report; and it
    /// ends when that is going to.
    pub access: Access,
    /// How fast it is: the plan's speed; below it where a quota throttles it; a booster's, which
    /// lifts such a throttle and never slows the service down; never more than the operator's throttle, and
    /// than is left while there is grace.
    pub speed: Option<Speed>,
    /// What goes with the speed: the plan's, and of another speed than the plan's only the priority.
    pub shaping: Shaping,
    /// The tier in force that weighs most: a quarantine, the slowest throttle, the highest notice.
    pub tier: Option<TierInForce>,
    /// For each quota of which a tier is in force, the highest.
    pub notices: Vec<Notice>,
    /// How much may be transferred until a quota stops the service; `None`: none does.
    pub quota_left: Option<QuotaLeft>,
    /// How much time online all sessions have together until a quota stops the service: at least so
    /// much; `None`: none does.
    pub online_left: Option<OnlineTime>,
    /// The first moment after now at which any of this may change by time alone.
    pub changes_at: Option<Timestamp>,
}

/// A tier that is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierInForce {
    /// The name of its quota.
    pub quota: Arc<str>,
    /// Which of the quota's tiers, from 0.
    pub index: usize,
    /// The tier.
    pub tier: Tier,
}

/// How many octets may be transferred until a quota stops the service: at least so many. A quota
/// that counts nothing now sets no limit now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct QuotaLeft {
    /// In both directions together.
    pub both: Option<u64>,
    /// From the network to the subscriber.
    pub download: Option<u64>,
    /// From the subscriber to the network.
    pub upload: Option<u64>,
}

impl QuotaLeft {
    const fn of(&mut self, direction: Direction) -> &mut Option<u64> {
        match direction {
            Direction::Both => &mut self.both,
            Direction::Download => &mut self.download,
            Direction::Upload => &mut self.upload,
        }
    }
}

/// What is left until a tier of a quota.
#[derive(Debug, Clone, Copy)]
pub(super) struct UntilTier<'q> {
    quota: &'q Quota,
    /// Of its own allowance; 0: grants alone hold the tier off.
    own: u64,
    /// With the grants that come before.
    pub(super) left: u64,
}

impl Entitlement {
    /// The grants of a measure that are valid at a moment.
    pub(super) fn grants_of(&self, of: Measure, at: Timestamp) -> impl Iterator<Item = Grant> {
        self.grants_at(at).filter(move |grant| grant.amount.measure() == of)
    }

    /// The grants that are valid at a moment.
    pub(super) fn grants_at(&self, at: Timestamp) -> impl Iterator<Item = Grant> {
        self.grants().filter(move |grant| grant.validity.contains(at)).copied()
    }

    /// The wallet, where the service is paid as it goes.
    #[must_use]
    pub fn wallet(&self) -> Option<&Grant> {
        self.grants().find(|grant| grant.is_wallet())
    }

    fn boosters(&self) -> &[Booster] {
        self.extras.as_deref().map_or(&[], |extras: &Extras| &extras.boosters)
    }

    /// The operator's throttle, if it is in force at a moment.
    #[must_use]
    pub fn throttle_at(&self, at: Timestamp) -> Option<Throttle> {
        self.extras.as_deref()?.throttle.filter(|throttle| throttle.is_in_force(at))
    }

    /// The most that is left of the speed while something is overdue that there is grace for.
    #[must_use]
    pub fn grace(&self) -> Option<Speed> {
        self.extras.as_deref()?.grace
    }

    pub(super) fn window_of(&self, quota: &Quota, at: Timestamp) -> WindowSpan {
        quota.window.around(at, &self.time_zone, self.cycle_of(quota.measure()))
    }

    /// What a session of the service may have at `now`, given what the service has used by its last
    /// reports (`None`: nothing yet), which of its sessions go on, and which one is meant (`None`: one
    /// that begins now).
    ///
    /// Time online runs between reports as well: what has passed since is taken to be used, and when
    /// it runs out is known before it does. The sessions that go on use it up together, and the one
    /// that is meant with them.
    #[must_use]
    pub fn stance(
        &self,
        meter: Option<&Meter>,
        running: &[Running],
        session: Option<SessionKey>,
        now: Timestamp,
    ) -> Stance {
        let nothing = Meter::default();
        let reported = meter.unwrap_or(&nothing);
        let forecast = Forecast::at(self, reported, running, session, now);
        let meter = forecast.as_ref().map_or(reported, Forecast::meter);
        let quotas = self.quotas(Some(meter), session, now);
        let mut access = match self.at(now) {
            Access::Granted { ends_at } => self.with_quotas(ends_at, meter, &quotas, now),
            withheld @ Access::Withheld(_) => withheld,
        };
        let online_left = self.online_left(meter, &quotas, now);
        let mut changes_at = self.changes_at(meter, &quotas, now);
        let (tier, quota_left) = (weightiest(&quotas), self.quota_left(meter, &quotas, now));
        let notices = quotas.iter().filter_map(QuotaStatus::notice).collect();
        let (speed, shaping) = self.speed_at(now, &quotas);
        if let (Some(forecast), Access::Granted { ends_at }) = (forecast, &mut access) {
            let ahead = forecast.ahead(*ends_at);
            *ends_at = (*ends_at).into_iter().chain(ahead.stops_at).min();
            changes_at = changes_at.into_iter().chain(ahead.changes_at).min();
        }
        Stance { access, speed, shaping, tier, notices, quota_left, online_left, changes_at }
    }

    /// May the service be used that may be by its dates until `ends_at`?
    fn with_quotas(
        &self,
        ends_at: Option<Timestamp>,
        meter: &Meter,
        quotas: &[QuotaStatus<'_>],
        now: Timestamp,
    ) -> Access {
        let of_lead = match self.lead_at(now) {
            Access::Granted { ends_at } => ends_at,
            withheld @ Access::Withheld(_) => return withheld,
        };
        let ends_at = ends_at.into_iter().chain(of_lead).min();
        if self.is_wallet_used_up(meter, quotas, now) {
            return Access::Withheld(Withheld::WalletUsedUp);
        }
        let limit = self.limit(meter, now).filter(|limit| limit.left_octets == 0);
        let withheld = exhausted(quotas, limit.map(|limit| limit.used.resets_at));
        withheld.map_or(Access::Granted { ends_at }, Access::Withheld)
    }

    /// Whether a booster is in force at a moment.
    #[must_use]
    pub fn is_boosted_at(&self, at: Timestamp) -> bool {
        self.boosters().iter().any(|booster| booster.validity.contains(at))
    }

    fn speed_at(&self, now: Timestamp, quotas: &[QuotaStatus<'_>]) -> (Option<Speed>, Shaping) {
        let plan = self.terms.speed;
        let plain = Shaping { priority: self.terms.shaping.priority, ..Shaping::default() };
        let in_force = self.boosters().iter().filter(|booster| booster.validity.contains(now));
        let fastest = in_force.map(|booster| booster.speed);
        let fastest = fastest.max_by_key(|speed| (speed.download, speed.upload));
        let throttles = quotas.iter().filter_map(|status| status.throttle());
        let throttle = throttles.reduce(Speed::least);
        let speed = match (fastest, throttle) {
            (Some(booster), _) => Some(plan.map_or(booster, |plan| plan.greatest(booster))),
            (None, Some(throttle)) => Some(plan.map_or(throttle, |plan| plan.least(throttle))),
            (None, None) => plan,
        };
        let throttle = self.throttle_at(now).map(|Throttle { speed, .. }| speed);
        let most = throttle.into_iter().chain(self.grace());
        let speed = speed.into_iter().chain(most).reduce(Speed::least);
        (speed, if speed == plan { self.terms.shaping } else { plain })
    }

    /// Whether the next octet would have to be paid, and there is nothing to pay it from.
    fn is_wallet_used_up(&self, meter: &Meter, quotas: &[QuotaStatus<'_>], now: Timestamp) -> bool {
        self.wallet().is_some()
            && self.grants_of(Measure::Data, now).all(|grant| meter.left_of(&grant).is_nothing())
            && self.room(quotas, now) == Some(0)
    }

    /// How many octets are left of the allowances of the quotas that count now, of that with the least;
    /// none where no quota is of data, since all of it is paid then. `None`: none counts.
    fn room(&self, quotas: &[QuotaStatus<'_>], now: Timestamp) -> Option<u64> {
        let mut of_data =
            quotas.iter().filter(|status| status.quota.measure() == Measure::Data).peekable();
        if of_data.peek().is_none() {
            return Some(0);
        }
        let counting = of_data.filter(|status| status.quota.counts_at(self, now));
        let room = counting
            .map(|status| status.quota.amount().units().saturating_sub(status.charged.units()));
        room.min()
    }

    fn quota_left(
        &self,
        meter: &Meter,
        quotas: &[QuotaStatus<'_>],
        now: Timestamp,
    ) -> Option<QuotaLeft> {
        let mut least = QuotaLeft::default();
        for UntilTier { quota, own, left } in
            self.until_tiers(Measure::Data, meter, quotas, now, |status| {
                status.quota.quarantined_from()
            })
        {
            let direction = match quota.allowance {
                Allowance::Data { direction, .. } if own > 0 => direction,
                // Where only grants hold it off, those are used up by what others count, too.
                _ => Direction::Both,
            };
            let slot = least.of(direction);
            *slot = Some(slot.map_or(left, |before| before.min(left)));
        }
        if let Some(limit) = self.limit(meter, now).filter(|limit| limit.is_counting) {
            let slot = least.of(limit.direction);
            *slot = Some(slot.map_or(limit.left_octets, |before| before.min(limit.left_octets)));
        }
        if let (Some(_), Some(room)) = (self.wallet(), self.room(quotas, now)) {
            let granted = self.grants_of(Measure::Data, now);
            let granted = granted.map(|grant| meter.left_of(&grant).units());
            let left = granted.fold(room, u64::saturating_add);
            least.both = Some(least.both.map_or(left, |before| before.min(left)));
        }
        (least != QuotaLeft::default()).then_some(least)
    }

    fn online_left(
        &self,
        meter: &Meter,
        quotas: &[QuotaStatus<'_>],
        now: Timestamp,
    ) -> Option<OnlineTime> {
        let until = self.until_tiers(Measure::Online, meter, quotas, now, |status| {
            status.quota.quarantined_from()
        });
        until.into_iter().map(|until| OnlineTime(until.left)).min()
    }

    /// How much is left until a tier of each quota of a measure, of those of which what is used now
    /// brings it nearer.
    pub(super) fn until_tiers<'q>(
        &self,
        of: Measure,
        meter: &Meter,
        quotas: &[QuotaStatus<'q>],
        now: Timestamp,
        percent: impl Fn(&QuotaStatus<'_>) -> Option<u32>,
    ) -> Vec<UntilTier<'q>> {
        let left = |first: bool| {
            let grants = self.grants_of(of, now).filter(move |grant| grant.comes_first() == first);
            grants.fold(0_u64, |sum, grant| sum.saturating_add(meter.left_of(&grant).units()))
        };
        let (first, later) = (left(true), left(false));
        let quotas = quotas.iter().filter(|status| status.quota.measure() == of);
        let is_any_counting = quotas.clone().any(|status| status.quota.counts_at(self, now));
        let until = quotas.filter_map(|status| {
            let percent = percent(status)?;
            let grants = if percent < 100 { first } else { first.saturating_add(later) };
            let own = status.quota.units_at(percent).saturating_sub(status.charged.units());
            let is_counting = status.quota.counts_at(self, now);
            // Where only grants hold it off, those are used up by what others count, too.
            let is_consumed = is_counting || (own == 0 && is_any_counting);
            let left = own.saturating_add(grants);
            is_consumed.then_some(UntilTier { quota: status.quota, own, left })
        });
        until.collect()
    }

    fn changes_at(
        &self,
        meter: &Meter,
        quotas: &[QuotaStatus<'_>],
        now: Timestamp,
    ) -> Option<Timestamp> {
        let mut edges = Edges::after(now);
        if self.standing == Standing::Active {
            edges.add(self.validity.from);
            // What is not in use yet ends at a time that moves along with now.
            let has_begun = !matches!(self.first_use, Some(FirstUse { at: None, .. }));
            match self.at(now) {
                Access::Granted { ends_at } if has_begun => edges.add(ends_at),
                Access::Granted { .. } => edges.add(self.validity.until),
                Access::Withheld(Withheld::OutsideHours { opens_at }) => edges.add(Some(opens_at)),
                Access::Withheld(_) => {}
            }
        }
        self.lead_changes(now).into_iter().for_each(|at| edges.add(at));
        let limit = self.limit(meter, now);
        if let Some(limit) = limit.filter(|limit| limit.used.octets > 0) {
            edges.add(limit.used.resets_at);
        }
        let may_stop = self.wallet().is_some()
            || limit.is_some()
            || quotas.iter().any(|status| status.quota.quarantined_from().is_some());
        for status in quotas {
            if !status.charged.is_nothing() {
                edges.add(status.resets_at);
            }
            // Of time online it is known ahead when a tier comes, whatever lies between.
            if may_stop && status.quota.measure() == Measure::Data {
                status.quota.add_uncounted(self, &mut edges);
            }
        }
        let usable = self.grants().filter(|grant| !meter.left_of(grant).is_nothing());
        let counts = !quotas.is_empty() || self.wallet().is_some();
        let usable = usable.filter(|_| counts).map(|grant| grant.validity);
        let boosters = self.boosters().iter().map(|booster| booster.validity);
        for validity in usable.chain(boosters) {
            edges.add(validity.from);
            edges.add(validity.until);
        }
        edges.add(self.throttle_at(now).and_then(|throttle| throttle.until));
        edges.next
    }
}

/// When the service may be used again, if a quota stops it: when the last one that does begins anew.
/// `limit` is when that of the service begins anew, if it is used up.
fn exhausted(quotas: &[QuotaStatus<'_>], limit: Option<Option<Timestamp>>) -> Option<Withheld> {
    let stopping = quotas.iter().filter(|status| status.is_quarantined());
    // What allows nothing by itself begins anew with nothing.
    let resets =
        stopping.map(|status| status.resets_at.filter(|_| !status.quota.amount().is_nothing()));
    let last = resets.chain(limit).reduce(|a, b| Some(a?.max(b?)));
    last.map(|resets_at| Withheld::QuotaExhausted { resets_at })
}

impl Tier {
    /// A quarantine weighs more than a throttle, a slow throttle more than a fast one.
    pub(super) const fn weight(&self) -> (u8, u64, u32) {
        match self.action {
            TierAction::Notify => (0, 0, self.percent),
            TierAction::Throttle(speed) => (1, u64::MAX - speed.download.0, self.percent),
            TierAction::Quarantine => (2, 0, self.percent),
        }
    }
}

fn weightiest(quotas: &[QuotaStatus<'_>]) -> Option<TierInForce> {
    let in_force = quotas.iter().flat_map(|status| {
        let tiers = status.quota.tiers.iter().enumerate().take(status.tiers_in_force);
        tiers.map(|(index, tier)| TierInForce {
            quota: status.quota.name.clone(),
            index,
            tier: *tier,
        })
    });
    in_force.max_by_key(|in_force| in_force.tier.weight())
}
