//! What is wrong with a plan's quotas, and what would be right.

use std::sync::Arc;

use super::plan::{PERCENT_MAX, QUOTA_NAME_OCTETS_MAX, QUOTAS_MAX, TIERS_MAX, ZERO_RATED_MAX};
use crate::Speed;

/// What is wrong with a plan's quotas.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuotaError {
    /// There are more than [`QUOTAS_MAX`].
    #[error("there are {count} quotas; a plan has {} at most", QUOTAS_MAX)]
    TooManyQuotas {
        /// How many there are.
        count: usize,
    },
    /// Two have the same name.
    #[error("two quotas are called `{quota}`; each has a name of its own")]
    SameName {
        /// The name.
        quota: Arc<str>,
    },
    /// A name that cannot be typed or told.
    #[error(
        "`{quota}` is no name of a quota; it is 1 to {} letters a-z, digits, - or _",
        QUOTA_NAME_OCTETS_MAX
    )]
    Name {
        /// The name.
        quota: Arc<str>,
    },
    /// There are more tiers than [`TIERS_MAX`].
    #[error("the quota `{quota}` has {count} tiers; it may have {} at most", TIERS_MAX)]
    TooManyTiers {
        /// Of which quota.
        quota: Arc<str>,
        /// How many there are.
        count: usize,
    },
    /// A tier that no usage reaches, or all.
    #[error("the quota `{quota}` has a tier at {percent} %; tiers are from 1 to {} %", PERCENT_MAX)]
    Percent {
        /// Of which quota.
        quota: Arc<str>,
        /// At which part of it.
        percent: u32,
    },
    /// A tier that is always reached.
    #[error(
        "the quota `{quota}` allows nothing by itself, so that its tier at {percent} % is always \
         reached; its tiers are from 100 % on"
    )]
    OfNothing {
        /// Of which quota.
        quota: Arc<str>,
        /// At which part of it.
        percent: u32,
    },
    /// Two tiers that are not in ascending order.
    #[error(
        "the quota `{quota}` has a tier at {percent} % after one at {before} %; each tier is \
         above the one before it"
    )]
    NotAscending {
        /// Of which quota.
        quota: Arc<str>,
        /// The tier before.
        before: u32,
        /// The one that is not above it.
        percent: u32,
    },
    /// A tier that is never reached.
    #[error(
        "the quota `{quota}` has a tier at {percent} % after its quarantine at {quarantine} %; \
         the quarantine is the last one"
    )]
    AfterQuarantine {
        /// Of which quota.
        quota: Arc<str>,
        /// At which part of it the service is quarantined.
        quarantine: u32,
        /// The tier that comes after.
        percent: u32,
    },
    /// A throttle to nothing.
    #[error(
        "the quota `{quota}` throttles to 0 bits a second at {percent} %; a throttle is 1 bit a \
         second or more in each direction, a service is stopped by `quarantine`"
    )]
    NoSpeed {
        /// Of which quota.
        quota: Arc<str>,
        /// At which part of it.
        percent: u32,
    },
    /// A throttle that makes the service faster again.
    #[error(
        "the quota `{quota}` throttles at {percent} % to {speed}, which is faster than \
         {slower} at {before} %; a throttle is at most as fast as the one before it"
    )]
    FasterThanBefore {
        /// Of which quota.
        quota: Arc<str>,
        /// The throttle before.
        before: u32,
        /// Its speed.
        slower: Speed,
        /// The one that is faster.
        percent: u32,
        /// Its speed.
        speed: Speed,
    },
    /// A throttle that makes the service faster than its plan.
    #[error(
        "the quota `{quota}` throttles at {percent} % to {speed}, which is faster than the plan's \
         {plan}; a throttle is at most as fast as the plan"
    )]
    FasterThanPlan {
        /// Of which quota.
        quota: Arc<str>,
        /// At which part of it.
        percent: u32,
        /// Its speed.
        speed: Speed,
        /// The plan's.
        plan: Speed,
    },
    /// There are more stretches that are not counted than [`ZERO_RATED_MAX`].
    #[error(
        "the quota `{quota}` has {count} zero-rated stretches; it may have {} at most",
        ZERO_RATED_MAX
    )]
    TooManyZeroRated {
        /// Of which quota.
        quota: Arc<str>,
        /// How many there are.
        count: usize,
    },
    /// A stretch without a moment in it.
    #[error("the quota `{quota}` has a zero-rated stretch that ends before it begins")]
    NoStretch {
        /// Of which quota.
        quota: Arc<str>,
    },
}
