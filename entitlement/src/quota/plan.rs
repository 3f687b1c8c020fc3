//! What a plan says of data and of time online: how much, counted how, and what becomes of a service
//! beyond it.

use std::sync::Arc;

use super::amount::{Allowance, Amount, Measure};
use super::error::QuotaError;
use crate::{Hours, Speed, Timestamp, Window};

/// The most quotas of one plan.
pub const QUOTAS_MAX: usize = 8;
/// The most tiers of one quota.
pub const TIERS_MAX: usize = 8;
/// The most stretches of time of one quota that are not counted.
pub const ZERO_RATED_MAX: usize = 32;
/// The longest name of a quota.
pub const QUOTA_NAME_OCTETS_MAX: usize = 32;
/// The highest tier, percent of the allowance.
pub const PERCENT_MAX: u32 = 1_000;

/// How much data a service may transfer in a window, or how long it may be online, and what becomes of
/// it then. A quota that
/// cannot be is found by [`Quota::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// What it is called in notices, and what tells it from the plan's others.
    pub name: Arc<str>,
    /// How long it counts before it begins anew.
    pub window: Window,
    /// How much there is in a window, 100 %, and so what it counts.
    pub allowance: Allowance,
    /// The hours of the week that are not counted.
    pub free: Option<Hours>,
    /// What else is not counted: holidays, days on which the network was down.
    pub zero_rated: Vec<Stretch>,
    /// What becomes of a service at which part of the allowance, in ascending order.
    pub tiers: Vec<Tier>,
}

/// A half-open stretch of time: `from` belongs to it, `until` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stretch {
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}

/// Which octets a quota of data counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// All of them.
    #[default]
    Both,
    /// Those from the network to the subscriber.
    Download,
    /// Those from the subscriber to the network.
    Upload,
}

/// What becomes of a service from some part of the allowance on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tier {
    /// Percent of the allowance. From 100 on, it is in force only when no grant has anything left.
    pub percent: u32,
    /// What then becomes of the service.
    pub action: TierAction,
}

/// What a [`Tier`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TierAction {
    /// The subscriber is told.
    Notify,
    /// The service is slowed down to this.
    Throttle(Speed),
    /// The service may not be used until the window ends or a grant is added.
    Quarantine,
}

impl Direction {
    /// Every direction.
    pub const ALL: [Self; 3] = [Self::Both, Self::Download, Self::Upload];

    /// The name that is stored and typed; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Download => "download",
            Self::Upload => "upload",
        }
    }

    /// The direction that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.code() == code)
    }
}

impl TierAction {
    /// The name that is stored; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Notify => "notify",
            Self::Throttle(_) => "throttle",
            Self::Quarantine => "quarantine",
        }
    }
}

impl Stretch {
    pub(crate) fn contains(self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

impl Quota {
    /// How much there is in a window.
    #[must_use]
    pub const fn amount(&self) -> Amount {
        self.allowance.amount()
    }

    /// Which octets it counts; `None` of time online.
    #[must_use]
    pub const fn direction(&self) -> Option<Direction> {
        match self.allowance {
            Allowance::Data { direction, .. } => Some(direction),
            Allowance::Online(_) => None,
        }
    }

    /// What it counts.
    #[must_use]
    pub const fn measure(&self) -> Measure {
        self.amount().measure()
    }

    /// Whether the quotas of a plan of this speed can be; `None` leaves out the comparison with it.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with what would be right.
    pub fn check_all(quotas: &[Self], speed: Option<Speed>) -> Result<(), QuotaError> {
        if quotas.len() > QUOTAS_MAX {
            return Err(QuotaError::TooManyQuotas { count: quotas.len() });
        }
        for (index, quota) in quotas.iter().enumerate() {
            quota.check(speed)?;
            if quotas.iter().take(index).any(|before| before.name == quota.name) {
                return Err(QuotaError::SameName { quota: quota.name.clone() });
            }
        }
        Ok(())
    }

    /// Whether this quota can be on a plan of this speed; `None` leaves out the comparison with it.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with what would be right.
    pub fn check(&self, speed: Option<Speed>) -> Result<(), QuotaError> {
        let quota = || self.name.clone();
        let is_plain = |octet: u8| matches!(octet, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        let is_name = (1..=QUOTA_NAME_OCTETS_MAX).contains(&self.name.len());
        if !is_name || !self.name.bytes().all(is_plain) {
            return Err(QuotaError::Name { quota: quota() });
        }
        if self.zero_rated.len() > ZERO_RATED_MAX {
            let count = self.zero_rated.len();
            return Err(QuotaError::TooManyZeroRated { quota: quota(), count });
        }
        if self.zero_rated.iter().any(|stretch| stretch.from >= stretch.until) {
            return Err(QuotaError::NoStretch { quota: quota() });
        }
        if self.tiers.len() > TIERS_MAX {
            return Err(QuotaError::TooManyTiers { quota: quota(), count: self.tiers.len() });
        }
        self.check_order()?;
        self.check_speeds(speed)
    }

    fn check_order(&self) -> Result<(), QuotaError> {
        let quota = || self.name.clone();
        let wrong = self.tiers.iter().find(|tier| !(1..=PERCENT_MAX).contains(&tier.percent));
        if let Some(&Tier { percent, .. }) = wrong {
            return Err(QuotaError::Percent { quota: quota(), percent });
        }
        let below = self.tiers.iter().find(|tier| tier.percent < 100);
        if let Some(&Tier { percent, .. }) = below.filter(|_| self.amount().is_nothing()) {
            return Err(QuotaError::OfNothing { quota: quota(), percent });
        }
        for (before, tier) in self.tiers.iter().zip(self.tiers.iter().skip(1)) {
            let percent = tier.percent;
            if before.action == TierAction::Quarantine {
                let quarantine = before.percent;
                return Err(QuotaError::AfterQuarantine { quota: quota(), quarantine, percent });
            }
            if percent <= before.percent {
                let before = before.percent;
                return Err(QuotaError::NotAscending { quota: quota(), before, percent });
            }
        }
        Ok(())
    }

    fn check_speeds(&self, plan: Option<Speed>) -> Result<(), QuotaError> {
        let quota = || self.name.clone();
        let mut slowest: Option<(u32, Speed)> = None;
        for &Tier { percent, action } in &self.tiers {
            let TierAction::Throttle(speed) = action else { continue };
            if speed.download.0 == 0 || speed.upload.0 == 0 {
                return Err(QuotaError::NoSpeed { quota: quota(), percent });
            }
            if let Some(plan) = plan.filter(|plan| speed.exceeds(*plan)) {
                return Err(QuotaError::FasterThanPlan { quota: quota(), percent, speed, plan });
            }
            if let Some((before, slower)) = slowest.filter(|(_, slower)| speed.exceeds(*slower)) {
                let quota = quota();
                return Err(QuotaError::FasterThanBefore { quota, before, slower, percent, speed });
            }
            slowest = Some((percent, speed));
        }
        Ok(())
    }
}
