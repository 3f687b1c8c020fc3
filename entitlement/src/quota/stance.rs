//! What a session may have now: the one answer of rights, quotas, grants and boosters.

use std::sync::Arc;

use super::edges::Edges;
use super::meter::{Meter, SessionKey};
use super::status::{Notice, QuotaStatus};
use super::window::WindowSpan;
use crate::{
    Access, Booster, Direction, Entitlement, Extras, FirstUse, Grant, Quota, Shaping, Speed,
    Standing, Throttle, Tier, TierAction, Timestamp, Withheld,
};

/// What a session of a service may have at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stance {
    /// May the service be used?
    pub access: Access,
    /// How fast it is: the plan's speed; below it where a quota throttles it; a booster's, which
    /// lifts such a throttle and never slows the service down; never more than the operator's throttle.
    pub speed: Option<Speed>,
    /// What goes with the speed: the plan's, and of another speed than the plan's only the priority.
    pub shaping: Shaping,
    /// The tier in force that weighs most: a quarantine, the slowest throttle, the highest notice.
    pub tier: Option<TierInForce>,
    /// For each quota of which a tier is in force, the highest.
    pub notices: Vec<Notice>,
    /// How much may be transferred until a quota stops the service; `None`: none does.
    pub quota_left: Option<QuotaLeft>,
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

impl Entitlement {
    pub(super) fn grants(&self) -> &[Grant] {
        self.extras.as_deref().map_or(&[], |extras: &Extras| &extras.grants)
    }

    /// The grants that are valid at a moment.
    pub(super) fn grants_at(&self, at: Timestamp) -> impl Iterator<Item = Grant> {
        self.grants().iter().filter(move |grant| grant.validity.contains(at)).copied()
    }

    /// The wallet, where the service is paid as it goes.
    #[must_use]
    pub fn wallet(&self) -> Option<&Grant> {
        self.grants().iter().find(|grant| grant.is_wallet())
    }

    fn boosters(&self) -> &[Booster] {
        self.extras.as_deref().map_or(&[], |extras: &Extras| &extras.boosters)
    }

    /// The operator's throttle, if it is in force at a moment.
    #[must_use]
    pub fn throttle_at(&self, at: Timestamp) -> Option<Throttle> {
        self.extras.as_deref()?.throttle.filter(|throttle| throttle.is_in_force(at))
    }

    pub(super) fn window_of(&self, quota: &Quota, at: Timestamp) -> WindowSpan {
        let cycle_from = self.extras.as_deref().and_then(|extras: &Extras| extras.cycle_from);
        quota.window.around(at, &self.time_zone, cycle_from)
    }

    /// What a session of the service may have at `now`, given what the service has used (`None`:
    /// nothing yet) and which of its sessions is meant (`None`: one that has yet to begin).
    #[must_use]
    pub fn stance(
        &self,
        meter: Option<&Meter>,
        session: Option<SessionKey>,
        now: Timestamp,
    ) -> Stance {
        let nothing = Meter::default();
        let meter = meter.unwrap_or(&nothing);
        let quotas = self.quotas(Some(meter), session, now);
        let access = match self.at(now) {
            Access::Granted { ends_at } => {
                let withheld = if self.is_wallet_used_up(meter, &quotas, now) {
                    Some(Withheld::WalletUsedUp)
                } else {
                    exhausted(&quotas)
                };
                withheld.map_or(Access::Granted { ends_at }, Access::Withheld)
            }
            withheld @ Access::Withheld(_) => withheld,
        };
        let (speed, shaping) = self.speed_at(now, &quotas);
        Stance {
            access,
            speed,
            shaping,
            tier: weightiest(&quotas),
            notices: quotas.iter().filter_map(QuotaStatus::notice).collect(),
            quota_left: self.quota_left(meter, &quotas, now),
            changes_at: self.changes_at(meter, &quotas, now),
        }
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
        let speed = match self.throttle_at(now) {
            Some(Throttle { speed: most, .. }) => {
                Some(speed.map_or(most, |speed| speed.least(most)))
            }
            None => speed,
        };
        (speed, if speed == plan { self.terms.shaping } else { plain })
    }

    /// Whether the next octet would have to be paid, and there is nothing to pay it from.
    fn is_wallet_used_up(&self, meter: &Meter, quotas: &[QuotaStatus<'_>], now: Timestamp) -> bool {
        self.wallet().is_some()
            && self.grants_at(now).all(|grant| meter.left_of(&grant) == 0)
            && (quotas.is_empty() || self.room(quotas, now) == Some(0))
    }

    /// What is left of the allowances of the quotas that count now, of that with the least; `None`: none
    /// counts.
    fn room(&self, quotas: &[QuotaStatus<'_>], now: Timestamp) -> Option<u64> {
        let counting = quotas.iter().filter(|status| status.quota.counts_at(self, now));
        let room = counting.map(|status| {
            status.quota.allowance_octets.get().saturating_sub(status.charged_octets)
        });
        room.min()
    }

    fn quota_left(
        &self,
        meter: &Meter,
        quotas: &[QuotaStatus<'_>],
        now: Timestamp,
    ) -> Option<QuotaLeft> {
        let left = |first: bool| {
            let grants = self.grants_at(now).filter(move |grant| grant.comes_first() == first);
            grants.fold(0_u64, |sum, grant| sum.saturating_add(meter.left_of(&grant)))
        };
        let (first, later) = (left(true), left(false));
        let is_any_counting = quotas.iter().any(|status| status.quota.counts_at(self, now));
        let mut least = QuotaLeft::default();
        for status in quotas {
            let Some(percent) = status.quota.quarantined_from() else { continue };
            let grants = if percent < 100 { first } else { first.saturating_add(later) };
            let own = status.quota.octets_at(percent).saturating_sub(status.charged_octets);
            // Where only grants hold it off, those are used up by what others count, too.
            let is_held_off = own == 0;
            let is_counting = status.quota.counts_at(self, now);
            let is_consumed = is_counting || (is_held_off && is_any_counting);
            if !is_consumed {
                continue;
            }
            let slot = match status.quota.direction {
                Direction::Both => &mut least.both,
                _ if is_held_off => &mut least.both,
                Direction::Download => &mut least.download,
                Direction::Upload => &mut least.upload,
            };
            let left = own.saturating_add(grants);
            *slot = Some(slot.map_or(left, |before| before.min(left)));
        }
        let room = if quotas.is_empty() { Some(0) } else { self.room(quotas, now) };
        if let (Some(_), Some(room)) = (self.wallet(), room) {
            let left = room.saturating_add(first).saturating_add(later);
            least.both = Some(least.both.map_or(left, |before| before.min(left)));
        }
        (least != QuotaLeft::default()).then_some(least)
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
        let may_stop = self.wallet().is_some()
            || quotas.iter().any(|status| status.quota.quarantined_from().is_some());
        for status in quotas {
            if status.charged_octets > 0 {
                edges.add(status.resets_at);
            }
            if may_stop {
                status.quota.add_uncounted(self, &mut edges);
            }
        }
        let usable = self.grants().iter().filter(|grant| meter.left_of(grant) > 0);
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
fn exhausted(quotas: &[QuotaStatus<'_>]) -> Option<Withheld> {
    let stopping = quotas.iter().filter(|status| status.is_quarantined());
    let resets = stopping.map(|status| status.resets_at);
    let last = resets.reduce(|a, b| Some(a?.max(b?)));
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
