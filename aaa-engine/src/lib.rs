#![doc = include_str!("../README.md")]

pub mod accounting;
pub mod attempt;
pub mod auth;
mod class;
pub mod dialect;
mod engine;
mod explain;
mod identity;
mod intent;
mod microsoft;
mod observation;
mod policy;
pub mod ports;
pub mod reason;
mod reply;
pub mod session;
mod settings;
mod text;

pub use accounting::{
    AccountingEvent, AccountingKind, Counters, TERMINATE_CAUSE_ADMIN_REBOOT,
    TERMINATE_CAUSE_LOST_SERVICE, TERMINATE_CAUSE_NAS_REBOOT,
};
pub use attempt::{Attempt, Outcome};
pub use dialect::Dialects;
pub use engine::{AccessDecision, Engine};
pub use explain::{Check, Explanation, StoredAs};
pub use identity::MacAddress;
pub use observation::{ACCT_DELAY_MAX_S, AccountingError, Observation};
pub use policy::INTERIM_INTERVAL_MIN_S;
pub use reason::Reason;
pub use reply::{Port, ReplyError};
pub use settings::{CLASS_KEY_LEN_MIN, ClassKey, EngineSettings, Mppe, ShortClassKey};
