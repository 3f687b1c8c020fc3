#![doc = include_str!("../README.md")]

pub mod accounting;
mod activity;
pub mod attempt;
pub mod auth;
pub mod catalogue;
mod chargeable;
mod class;
pub mod dialect;
pub mod enforcement;
mod engine;
mod explain;
mod grant;
mod identity;
mod intent;
mod lend;
mod microsoft;
mod observation;
mod pool;
pub mod ports;
pub mod reason;
mod reply;
mod reply_attributes;
mod rules;
pub mod session;
mod settings;
mod text;

pub use accounting::{
    AccountingEvent, AccountingKind, ActivatedService, Counters, Ipv6Counters, MeterNotice,
    SessionIpv6, StoredMeter, TERMINATE_CAUSE_ADMIN_REBOOT, TERMINATE_CAUSE_LOST_SERVICE,
    TERMINATE_CAUSE_NAS_REBOOT,
};
pub use activity::{Activity, AddressRole, LeaseOrigin, Noticed};
pub use attempt::{Attempt, Learned, Outcome};
pub use dialect::Dialects;
pub use engine::{AccessDecision, AccessReply, Engine, Known};
pub use explain::{Check, Explanation, Question, StoredAs};
pub use grant::INTERIM_INTERVAL_MIN_S;
pub use identity::{
    AccessKind, Identifier, Identify, IdentifyBy, IdentifyError, LINE_TEXT_LEN_MAX, LineIdentifier,
    LineKind, MacAddress,
};
pub use observation::{ACCT_DELAY_MAX_S, AccountingError, Observation};
pub use pool::{
    AddressSpace, AddressSpaceError, Lease, POOL_RANGES_MAX, POOL_SIZE_MAX, POOL_WARNING_PERCENT,
    Pool, PoolAddress, PoolId, PoolKind, PoolNotice, PoolUse, StoredLease,
};
pub use reason::Reason;
pub use reply::{Port, ReplyError};
pub use reply_attributes::{REPLY_ATTRIBUTES_LEN_MAX, ReplyAttributes, ReplyAttributesError};
pub use rules::DeviceStanding;
pub use settings::{
    CLASS_KEY_LEN_MIN, ClassKey, EngineSettings, LockOut, MISSED_INTERIMS, Mppe, SILENCE_MAX_S,
    ShortClassKey,
};
