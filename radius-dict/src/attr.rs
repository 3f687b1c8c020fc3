//! Handles for the attributes of the built-in dictionaries, and constants for their named values.
//!
//! The names are those of the attributes in capitals: [`FRAMED_IP_ADDRESS`],
//! [`MIKROTIK_RATE_LIMIT`], [`acct_status_type::START`].

mod adsl_forum;
mod chillispot;
mod ietf;
mod microsoft;
mod mikrotik;
mod wispr;

pub use adsl_forum::*;
pub use chillispot::*;
pub use ietf::*;
pub use microsoft::*;
pub use mikrotik::*;
pub use wispr::*;
