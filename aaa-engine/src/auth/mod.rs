//! How a subscriber proves who it is: PAP, CHAP, MS-CHAPv1, MS-CHAPv2 and EAP-MD5, and a one-time
//! code behind a password.
//!
//! [`mschap`] and [`mppe`] hold the arithmetic of RFC 2759 and RFC 3079 as plain functions, so
//! that client code (a test client, a supplicant) computes with the same ones that verify.

mod address;
mod chap;
mod credential;
pub(crate) mod eap;
mod method;
pub mod mppe;
pub mod mschap;
pub(crate) mod one_time;
mod pap;
mod presented;
mod proven;
pub(crate) mod state;

pub use chap::response as chap_response;
pub use credential::Credential;
pub use method::{Method, Methods};
pub use one_time::{
    CODE_SECRET_LEN_MAX, CODE_SECRET_LEN_MIN, CODE_STEP_S, CodeDigits, CodeHash, CodeSecret,
    CodeSecretError, CodeStep,
};
pub(crate) use presented::Presented;
pub(crate) use proven::{Conversation, Proven};
