//! What was sold to whom, and what has become of it.

mod change;
mod decides;
mod state;
mod stopped;
mod timeline;

use entitlement::row_id;

pub use change::{
    Bought, Change, ChangeError, ChangePolicy, Charged, CountedFrom, EVENTS_MAX, EarlyFee, Follows,
    HELD_MAX, Held, Left, Order, PackageGrant, PaidTime, PaidUntil, PausePolicy, Purchase,
    RENEWAL_PERIODS_MAX, Renewal, RenewalPolicy, Subscription, Termination, TerminationPolicy,
    Unused, When,
};
pub use state::{SubscriptionState, Transition, TransitionError};
pub use stopped::{newly_stopped, stood_still};
pub use timeline::{BilledIn, Edge, Event, Stretch, Timeline, TimelineError, What};

row_id! {
    /// What a subscription is charged for: a plan, an add-on, a fee.
    ComponentId
}
