//! How the quotas of a plan stand.

use std::sync::Arc;

use super::meter::{Meter, SessionKey};
use crate::{Amount, Entitlement, Measure, Quota, Speed, Tier, TierAction, Timestamp, Window};

/// How one quota stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaStatus<'a> {
    /// The quota.
    pub quota: &'a Quota,
    /// When the window began; `None` of a session, and of a cycle before the first.
    pub from: Option<Timestamp>,
    /// When it begins anew, if it does so by itself.
    pub resets_at: Option<Timestamp>,
    /// What is charged to it.
    pub charged: Amount,
    /// How many of its tiers are reached by the charge, and not held off by a grant.
    pub tiers_in_force: usize,
}

/// The highest tier of a quota that is in force. That a subscriber was told of it can be remembered
/// by all of these together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Notice {
    /// The name of the quota.
    pub quota: Arc<str>,
    /// What it counts in.
    pub window: Window,
    /// When that window began; `None` of a session, and of a cycle before the first.
    pub window_from: Option<Timestamp>,
    /// Percent of the allowance.
    pub percent: u32,
    /// What it does.
    pub action: TierAction,
    /// What the quota allows in the window.
    pub allowance: Amount,
    /// When the window begins anew, if it does so by itself.
    pub resets_at: Option<Timestamp>,
}

impl Notice {
    /// Whether `told` says the same, or more, of the same window.
    #[must_use]
    pub fn is_told_by(&self, told: &Self) -> bool {
        let window = (&self.quota, self.window, self.window_from);
        window == (&told.quota, told.window, told.window_from) && self.percent <= told.percent
    }
}

impl Entitlement {
    /// How the quotas of the plan stand, in its order; those of a session for the one that is named.
    #[must_use]
    pub fn quotas(
        &self,
        meter: Option<&Meter>,
        session: Option<SessionKey>,
        now: Timestamp,
    ) -> Vec<QuotaStatus<'_>> {
        let nothing = Meter::default();
        let meter = meter.unwrap_or(&nothing);
        let has_grant = |measure: Measure| {
            let mut left = self.grants_at(now).map(|grant| meter.left_of(&grant));
            left.any(|left| left.measure() == measure && !left.is_nothing())
        };
        let quotas = self.quotas_in_force();
        let status = quotas.map(|quota| {
            let span = self.window_of(quota, now);
            let charged = meter.charged(quota, span, session);
            QuotaStatus {
                quota,
                from: span.begins_at(),
                resets_at: span.ends_at(),
                charged: quota.amount().with_units(charged),
                tiers_in_force: quota.tiers_in_force(charged, has_grant(quota.measure())),
            }
        });
        status.collect()
    }
}

impl QuotaStatus<'_> {
    pub(super) fn in_force(&self) -> impl DoubleEndedIterator<Item = &Tier> {
        self.quota.tiers.iter().take(self.tiers_in_force)
    }

    /// The tier in force that weighs most: a quarantine, the slowest throttle, the highest notice.
    #[must_use]
    pub fn tier(&self) -> Option<Tier> {
        self.in_force().max_by_key(|tier| tier.weight()).copied()
    }

    /// How much of the allowance is charged, percent, rounded down; of an allowance of nothing all.
    #[must_use]
    pub fn percent(&self) -> u64 {
        let hundredfold = u128::from(self.charged.units()) * 100;
        let percent = hundredfold.checked_div(self.quota.amount().units().into()).unwrap_or(100);
        u64::try_from(percent).unwrap_or(u64::MAX)
    }

    /// Whether it stops the service.
    #[must_use]
    pub fn is_quarantined(&self) -> bool {
        self.in_force().any(|tier| tier.action == TierAction::Quarantine)
    }

    /// What it slows the service down to.
    #[must_use]
    pub fn throttle(&self) -> Option<Speed> {
        self.in_force().rev().find_map(|tier| match tier.action {
            TierAction::Throttle(speed) => Some(speed),
            TierAction::Notify | TierAction::Quarantine => None,
        })
    }

    pub(super) fn notice(&self) -> Option<Notice> {
        let highest = self.in_force().next_back()?;
        Some(Notice {
            quota: self.quota.name.clone(),
            window: self.quota.window,
            window_from: self.from,
            percent: highest.percent,
            action: highest.action,
            allowance: self.quota.amount(),
            resets_at: self.resets_at,
        })
    }
}

impl Quota {
    /// How many of the tiers are in force, given what is charged and whether a grant has anything
    /// left: the tiers are in ascending order, so that they are the first ones.
    fn tiers_in_force(&self, charged: u64, has_grant: bool) -> usize {
        let is_in_force = |tier: &&Tier| {
            let is_held_off = tier.percent >= 100 && has_grant;
            let part = u128::from(self.amount().units()) * u128::from(tier.percent);
            !is_held_off && u128::from(charged) * 100 >= part
        };
        self.tiers.iter().take_while(is_in_force).count()
    }

    /// The least charge that is so many percent of the allowance; the greatest number where that is
    /// more.
    pub(super) fn units_at(&self, percent: u32) -> u64 {
        let hundredfold = u128::from(self.amount().units()) * u128::from(percent);
        u64::try_from(hundredfold.div_ceil(100)).unwrap_or(u64::MAX)
    }

    /// From which percent on it stops the service.
    pub(super) fn quarantined_from(&self) -> Option<u32> {
        let tier = self.tiers.iter().find(|tier| tier.action == TierAction::Quarantine);
        tier.map(|tier| tier.percent)
    }
}
