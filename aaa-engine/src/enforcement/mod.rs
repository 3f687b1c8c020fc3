//! What live sessions should have, and how their NASes are brought to it.
//!
//! It goes by level, not by edge: what a session should have is a function of its service's rights,
//! its usage and the time ([`Wanted`]); what it has is what its NAS confirmed last ([`Enforced`]).
//! A [`Reconciler`] compares the two and asks for the difference until there is none. So a newer
//! wish replaces an older one by itself, a restart forgets nothing, and the same payment twice
//! changes nothing twice.

mod capability;
mod change;
mod doubt;
mod limits;
mod posture;
mod pursuit;
mod reconciler;
mod request;
mod services;
mod timers;
mod wanted;

pub use capability::{Capability, CoaAbility};
pub use change::{Change, Enforced, Step, Why};
pub use doubt::Doubt;
pub use limits::Limits;
pub(crate) use limits::Moving;
pub use posture::{Posture, PostureError};
pub use pursuit::{ATTEMPTS_MAX, Answer, PursuitView};
pub use reconciler::{Asked, Next, Reconciler, TimerKey};
pub use request::{Goal, RequestKind};
pub use services::{SessionServices, WantedServices};
pub use timers::Timers;
pub use wanted::Wanted;
