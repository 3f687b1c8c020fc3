//! Handles for the attributes of the built-in dictionaries, and constants for their named values.
//!
//! The names are those of the attributes in capitals: [`FRAMED_IP_ADDRESS`],
//! [`MIKROTIK_RATE_LIMIT`], [`acct_status_type::START`].

mod accel_ppp;
mod adsl_forum;
mod ascend;
mod cambium;
mod chillispot;
mod cisco;
mod erx;
mod h3c;
mod huawei;
mod ietf;
mod juniper;
mod microsoft;
mod mikrotik;
mod nokia_sr;
mod redback;
mod ruckus;
mod ubiquiti;
mod wispr;
mod zte;

pub use accel_ppp::*;
pub use adsl_forum::*;
pub use ascend::*;
pub use cambium::*;
pub use chillispot::*;
pub use cisco::*;
pub use erx::*;
pub use h3c::*;
pub use huawei::*;
pub use ietf::*;
pub use juniper::*;
pub use microsoft::*;
pub use mikrotik::*;
pub use nokia_sr::*;
pub use redback::*;
pub use ruckus::*;
pub use ubiquiti::*;
pub use wispr::*;
pub use zte::*;
