//! What becomes of time online between reports: it runs by itself, so that it is known when it runs
//! out.

use super::count::Count;
use super::edges::Edges;
use super::meter::{Meter, SessionKey, UsageRecord};
use super::status::QuotaStatus;
use crate::{Entitlement, Measure, Timestamp};

/// How many sessions of one service are reckoned ahead; of more, the others count with their reports.
const RUNNING_MAX: usize = 256;
/// How many edges and tiers are looked at ahead. Beyond them it is looked again.
const STEPS_MAX: usize = 512;
/// The session that has yet to begin.
const NEXT: SessionKey = SessionKey([0xff; 16]);

/// A session of a service, as far as its reports say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// Which session.
    pub session: SessionKey,
    /// Until when its time online was counted: its last report, or its beginning.
    pub counted_until: Timestamp,
    /// Whether it goes on; another one has used time until now, and ends.
    pub goes_on: bool,
}

/// What a service has used by a moment, with what its sessions have been online since their last
/// reports.
#[derive(Debug, Clone)]
pub(super) struct Forecast<'e> {
    entitlement: &'e Entitlement,
    meter: Meter,
    sessions: Vec<Ticking>,
    /// The session that is meant.
    key: SessionKey,
    at: Timestamp,
}

/// A session whose time runs.
#[derive(Debug, Clone, Copy)]
struct Ticking {
    session: SessionKey,
    from: Timestamp,
    until: Option<Timestamp>,
    /// How many seconds of it are in the meter.
    counted_s: u64,
}

/// What is known ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Ahead {
    /// When another tier of a quota of time is in force.
    pub(super) changes_at: Option<Timestamp>,
    /// When one stops the service.
    pub(super) stops_at: Option<Timestamp>,
}

impl Entitlement {
    /// Whether time online is counted of the service.
    #[must_use]
    pub fn counts_online(&self) -> bool {
        self.terms.quotas.iter().any(|quota| quota.measure() == Measure::Online)
    }

    /// What the service has used by `now`: what it has by its last reports (`None`: nothing), and what
    /// its sessions have been online since; for one of them, or for one that begins now (`None`).
    #[must_use]
    pub fn used_by(
        &self,
        meter: Option<&Meter>,
        running: &[Running],
        session: Option<SessionKey>,
        now: Timestamp,
    ) -> Meter {
        let reported = meter.cloned().unwrap_or_default();
        let forecast = Forecast::at(self, &reported, running, session, now);
        forecast.map_or(reported, |forecast| forecast.meter)
    }
}

impl Ticking {
    fn ran_ms(&self, at: Timestamp) -> u64 {
        let to = self.until.map_or(at, |until| at.min(until));
        u64::try_from(to.unix_ms().saturating_sub(self.from.unix_ms())).unwrap_or(0)
    }
}

impl<'e> Forecast<'e> {
    /// For one of the sessions, or for one that begins now (`None`). Nothing where no time online is
    /// counted.
    pub(super) fn at(
        entitlement: &'e Entitlement,
        reported: &Meter,
        running: &[Running],
        session: Option<SessionKey>,
        now: Timestamp,
    ) -> Option<Self> {
        if !entitlement.counts_online() {
            return None;
        }
        let sessions = running.iter().take(RUNNING_MAX).map(|running| Ticking {
            session: running.session,
            from: running.counted_until.min(now),
            until: (!running.goes_on).then_some(now),
            counted_s: 0,
        });
        let sessions: Vec<_> = sessions.collect();
        let first = sessions.iter().map(|ticking| ticking.from).min();
        let at = first.unwrap_or(now);
        let (meter, key) = (reported.clone(), session.unwrap_or(NEXT));
        let mut forecast = Self { entitlement, meter, sessions, key, at };
        // In the order of time: of two sessions, none has used anything of what comes after an edge
        // before the other has of what was before it.
        for _ in 0..STEPS_MAX {
            let Some(edge) = forecast.next_edge().filter(|edge| *edge < now) else { break };
            forecast.advance(edge);
        }
        forecast.advance(now);
        Some(forecast)
    }

    pub(super) const fn meter(&self) -> &Meter {
        &self.meter
    }

    /// What comes, as far as `until`.
    pub(super) fn ahead(mut self, until: Option<Timestamp>) -> Ahead {
        let key = self.key;
        let goes_on = |ticking: &Ticking| ticking.session == key && ticking.until.is_none();
        if !self.sessions.iter().any(goes_on) {
            let (from, until) = (self.at, None);
            self.sessions.push(Ticking { session: key, from, until, counted_s: 0 });
        }
        let now = self.tiers();
        let mut ahead = Ahead::default();
        for step in 0.. {
            let next = self.next_edge().into_iter().chain(self.next_tier()).min();
            let Some(next) = next.filter(|next| until.is_none_or(|until| *next < until)) else {
                break;
            };
            if step == STEPS_MAX {
                ahead.changes_at = ahead.changes_at.or(Some(next));
                break;
            }
            self.advance(next);
            if ahead.changes_at.is_none() && self.tiers() != now {
                ahead.changes_at = Some(next);
            }
            if self.quotas().iter().any(QuotaStatus::is_quarantined) {
                ahead.stops_at = Some(next);
                break;
            }
        }
        ahead
    }

    /// Lets time pass until a moment: the sessions are online, each by the second, and together as
    /// many seconds as have passed for all.
    fn advance(&mut self, to: Timestamp) {
        let ran_ms = |ticking: &Ticking| u128::from(ticking.ran_ms(to));
        let all = self.sessions.iter().map(ran_ms).sum::<u128>() / 1_000;
        let mut counted: Vec<u64> = self
            .sessions
            .iter()
            .map(|ticking| ticking.counted_s.max(ticking.ran_ms(to) / 1_000))
            .collect();
        let sum = counted.iter().copied().map(u128::from).sum();
        // What begun seconds are together falls to those that are the nearest to their ends, and not
        // to the one that is meant, which is as old as it is.
        let mut begun: Vec<_> = self.sessions.iter().zip(&mut counted).collect();
        begun.sort_by_key(|(ticking, _)| {
            (ticking.session == self.key, core::cmp::Reverse(ticking.ran_ms(to) % 1_000))
        });
        let more = usize::try_from(all.saturating_sub(sum)).unwrap_or(0);
        begun.into_iter().take(more).for_each(|(_, counted_s)| *counted_s += 1);
        for (ticking, counted_s) in self.sessions.iter_mut().zip(counted) {
            let record = UsageRecord {
                session: ticking.session,
                from: ticking.from.plus_s(ticking.counted_s.cast_signed()),
                to: ticking.from.plus_s(counted_s.cast_signed()),
                upload_octets: 0,
                download_octets: 0,
                online_s: counted_s - ticking.counted_s,
            };
            ticking.counted_s = counted_s;
            self.meter.consume(self.entitlement, &record);
        }
        self.at = self.at.max(to);
    }

    fn quotas(&self) -> Vec<QuotaStatus<'e>> {
        let mut quotas = self.entitlement.quotas(Some(&self.meter), Some(self.key), self.at);
        quotas.retain(|status| status.quota.measure() == Measure::Online);
        quotas
    }

    fn tiers(&self) -> Vec<usize> {
        self.quotas().iter().map(|status| status.tiers_in_force).collect()
    }

    /// The first moment at which so much has run that one more tier may be in force.
    fn next_tier(&self) -> Option<Timestamp> {
        let quotas = self.quotas();
        let next = |status: &QuotaStatus<'_>| {
            let tier = status.quota.tiers.get(status.tiers_in_force)?;
            Some(tier.percent)
        };
        let of = Measure::Online;
        let until = self.entitlement.until_tiers(of, &self.meter, &quotas, self.at, next);
        let left_s = until.into_iter().map(|until| until.left).min()?.max(1);
        let counted_s: u128 = self.sessions.iter().map(|it| u128::from(it.counted_s)).sum();
        let all_ms = (counted_s + u128::from(left_s)) * 1_000;
        let ran_ms = self.sessions.iter().map(|it| u128::from(it.ran_ms(self.at))).sum();
        let going = self.sessions.iter().filter(|it| it.until.is_none()).count().max(1);
        let more_ms = all_ms.saturating_sub(ran_ms).div_ceil(going as u128).max(1);
        let more_ms = i64::try_from(more_ms).ok()?;
        self.at.unix_ms().checked_add(more_ms).map(Timestamp::from_unix_ms)
    }

    /// The first moment at which something else may be consumed than now.
    fn next_edge(&self) -> Option<Timestamp> {
        let mut edges = Edges::after(self.at);
        let quotas = self.entitlement.quotas_in_force();
        for quota in quotas.filter(|quota| quota.measure() == Measure::Online) {
            edges.add(self.entitlement.window_of(quota, self.at).ends_at());
            edges.add(self.meter.count(quota).and_then(Count::window_from));
            quota.add_uncounted(self.entitlement, &mut edges);
        }
        let grants = self.entitlement.grants();
        for grant in grants.filter(|grant| grant.amount.measure() == Measure::Online) {
            edges.add(grant.validity.from);
            edges.add(grant.validity.until);
        }
        edges.next
    }
}
