//! What a service may do now, and what becomes of it when it may not: the contract between the
//! half of Weir that answers RADIUS and the half that counts money.
//!
//! It decides nothing about packets and nothing about prices; it holds no clock, no IO and no
//! randomness. Time is an argument of every question.
//!
//! The types that matter: [`Entitlement`] (one service's rights), [`Terms`] (what its plan grants,
//! shared by every service on the plan), [`Meter`] (what it has used of its quotas) and [`Stance`]
//! (the answer at one moment).
//!
//! ```
//! use std::sync::Arc;
//! use entitlement::{
//!     Access, Entitlement, Standing, Terms, TimeZone, Timestamp, Validity, Withheld,
//! };
//!
//! let until = Timestamp::from_unix_s(1_800_000_000);
//! let entitlement = Entitlement {
//!     standing: Standing::Active,
//!     validity: Validity { from: None, until: Some(until) },
//!     fixed_ipv4: None,
//!     networks: None,
//!     first_use: None,
//!     time_zone: TimeZone::UTC,
//!     terms: Arc::new(Terms::default()),
//!     extras: None,
//!     shared: None,
//! };
//! let before = Timestamp::from_unix_s(1_799_999_999);
//! assert_eq!(entitlement.at(before), Access::Granted { ends_at: Some(until) });
//! assert_eq!(entitlement.at(until), Access::Withheld(Withheld::Expired));
//! ```

mod entitlement;
mod hours;
mod ids;
mod networks;
mod quota;
mod services;
mod speed;
mod terms;
mod time;
mod week;

pub use entitlement::{Access, Entitlement, FirstUse, Standing, Validity, Withheld};
pub use hours::{HOURS_RULES_MAX, Hours, HoursError, TimeZone};
pub use ids::{PlanId, ServiceId, SubscriberId, TenantId};
pub use networks::{Ipv6Prefix, NETWORKS_MAX, NetworkError, Networks, Route};
pub use quota::{
    Allowance, Amount, AmountError, BOOSTERS_MAX, Booster, BoosterId, Direction,
    EXTRA_PRIORITY_DEFAULT, Extras, ExtrasError, GRANTS_MAX, Grant, GrantId, GrantKind, Measure,
    Meter, MeterError, Notice, Octets, OctetsError, OnlineTime, PERCENT_MAX, QUOTA_NAME_OCTETS_MAX,
    QUOTAS_MAX, Quota, QuotaError, QuotaLeft, QuotaStatus, RECORD_SPAN_MAX_S, Running,
    SESSIONS_MAX, SessionKey, ShareUsed, Shared, Stance, Stretch, TIERS_MAX, Throttle, Tier,
    TierAction, TierInForce, UsageRecord, Window, ZERO_RATED_MAX, cycle_at_renewal,
};
pub use services::{PLANNED_SERVICES_MAX, PlannedArgument, PlannedService, PlannedServiceError};
pub use speed::{BitsPerSecond, Burst, Priority, Shaping, Speed, SpeedError};
pub use terms::{Cause, DeviceBinding, Quarantine, SessionLimit, Terms, WhenFull, WhenWithheld};
pub use time::Timestamp;
pub use week::{DAY_MIN, DayTimes, WEEKDAYS, WeekDays, window_parts};
