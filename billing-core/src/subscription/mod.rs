//! What was sold to whom, and what has become of it.

mod change;
mod decides;
mod state;
mod timeline;

pub use change::{
    Bought, Change, ChangeError, ChangePolicy, Charged, CountedFrom, EVENTS_MAX, EarlyFee, Held,
    Order, PackageGrant, PaidUntil, PausePolicy, Purchase, RENEWAL_PERIODS_MAX, Renewal,
    RenewalPolicy, Subscription, Termination, TerminationPolicy, When,
};
pub use state::{SubscriptionState, Transition, TransitionError};
pub use timeline::{BilledIn, Event, Stretch, Timeline, TimelineError, What};

/// What a subscription is charged for: a plan, an add-on, a fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ComponentId(pub i64);

impl core::fmt::Display for ComponentId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}
