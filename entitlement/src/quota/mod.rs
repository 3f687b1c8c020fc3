//! Quotas and fair use: how much a service may transfer and how long it may be online, what becomes of
//! it beyond that, and the one function by which usage consumes what there is.

mod amount;
mod codec;
mod count;
mod edges;
mod error;
mod extras;
mod forecast;
mod meter;
mod octets;
mod plan;
mod renewal;
mod shared;
mod stance;
mod status;
mod window;

pub use amount::{Allowance, Amount, AmountError, Measure, OnlineTime};
pub use codec::MeterError;
pub use error::QuotaError;
pub use extras::{
    BOOSTERS_MAX, Booster, BoosterId, EXTRA_PRIORITY_DEFAULT, Extras, ExtrasError, GRANTS_MAX,
    Grant, GrantId, GrantKind, Throttle,
};
pub use forecast::Running;
pub use meter::{Meter, RECORD_SPAN_MAX_S, SESSIONS_MAX, SessionKey, UsageRecord};
pub use octets::{Octets, OctetsError};
pub use plan::{
    Direction, PERCENT_MAX, QUOTA_NAME_OCTETS_MAX, QUOTAS_MAX, Quota, Stretch, TIERS_MAX, Tier,
    TierAction, ZERO_RATED_MAX,
};
pub use renewal::cycle_at_renewal;
pub use shared::{ShareUsed, Shared};
pub use stance::{QuotaLeft, Stance, TierInForce};
pub use status::{Notice, QuotaStatus};
pub use window::Window;
