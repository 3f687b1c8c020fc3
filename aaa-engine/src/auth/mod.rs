//! How a subscriber proves who it is: PAP, CHAP, MS-CHAPv1, MS-CHAPv2 and EAP-MD5.
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
mod pap;
mod presented;
mod proven;

pub use chap::response as chap_response;
pub use credential::Credential;
pub use method::{Method, Methods};
pub(crate) use presented::Presented;
pub(crate) use proven::{Conversation, Proven};
