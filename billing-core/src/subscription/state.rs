//! The states of a subscription and every way from one to another.

use core::fmt;

use entitlement::Standing;

/// What has become of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SubscriptionState {
    /// Sold, and not begun.
    Pending,
    /// Served, and paid for as far as is known.
    Active,
    /// Served although something is overdue.
    Grace,
    /// Not served, for something is overdue.
    Suspended,
    /// Not served, by the operator's word: abuse, or a dispute.
    Blocked,
    /// Not served, by the customer's wish.
    Paused,
    /// Over for good.
    Terminated,
}

/// What can happen to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Transition {
    /// It begins.
    Activate,
    /// An invoice is overdue, and there is grace.
    FallDue,
    /// An invoice is overdue, and there is no grace left.
    Suspend,
    /// A promise to pay is accepted.
    Promise,
    /// What was overdue is paid.
    Settle,
    /// The operator stops it.
    Block,
    /// The operator lets it go on. What is overdue is judged anew.
    Unblock,
    /// The customer stops it for a while.
    Pause,
    /// The customer goes on with it.
    Resume,
    /// It ends.
    Terminate,
}

/// Something that cannot happen to a subscription in its state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a subscription that is {state} cannot {transition}; {}", possible(*state))]
pub struct TransitionError {
    /// Its state.
    pub state: SubscriptionState,
    /// What was to happen.
    pub transition: Transition,
}

impl SubscriptionState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Active,
        Self::Grace,
        Self::Suspended,
        Self::Blocked,
        Self::Paused,
        Self::Terminated,
    ];

    /// The state after something has happened.
    ///
    /// # Errors
    /// When that cannot happen in this state.
    pub const fn after(self, transition: Transition) -> Result<Self, TransitionError> {
        use Transition as On;
        let next = match (self, transition) {
            (Self::Pending, On::Activate)
            | (Self::Grace | Self::Suspended, On::Settle)
            | (Self::Blocked, On::Unblock)
            | (Self::Paused, On::Resume) => Self::Active,
            (Self::Active, On::FallDue) | (Self::Suspended, On::Promise) => Self::Grace,
            (Self::Active | Self::Grace, On::Suspend) => Self::Suspended,
            (Self::Active | Self::Grace | Self::Suspended | Self::Paused, On::Block) => {
                Self::Blocked
            }
            (Self::Active, On::Pause) => Self::Paused,
            (
                Self::Pending
                | Self::Active
                | Self::Grace
                | Self::Suspended
                | Self::Blocked
                | Self::Paused,
                On::Terminate,
            ) => Self::Terminated,
            (state, transition) => return Err(TransitionError { state, transition }),
        };
        Ok(next)
    }

    /// What that means to who serves it.
    #[must_use]
    pub const fn standing(self) -> Standing {
        match self {
            Self::Active | Self::Grace => Standing::Active,
            Self::Pending | Self::Suspended | Self::Blocked | Self::Paused => Standing::Suspended,
            Self::Terminated => Standing::Terminated,
        }
    }

    /// The name that is stored and shown; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Grace => "grace",
            Self::Suspended => "suspended",
            Self::Blocked => "blocked",
            Self::Paused => "paused",
            Self::Terminated => "terminated",
        }
    }

    /// The state that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

impl Transition {
    /// Every one.
    pub const ALL: [Self; 10] = [
        Self::Activate,
        Self::FallDue,
        Self::Suspend,
        Self::Promise,
        Self::Settle,
        Self::Block,
        Self::Unblock,
        Self::Pause,
        Self::Resume,
        Self::Terminate,
    ];

    /// The name that is stored and shown; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::FallDue => "fall-due",
            Self::Suspend => "suspend",
            Self::Promise => "promise",
            Self::Settle => "settle",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Terminate => "terminate",
        }
    }

    /// The transition that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|transition| transition.code() == code)
    }
}

impl fmt::Display for SubscriptionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What can happen in a state, in words.
fn possible(state: SubscriptionState) -> String {
    let possible = Transition::ALL.iter().filter(|transition| state.after(**transition).is_ok());
    let names: Vec<_> = possible.map(|transition| transition.code()).collect();
    match names.as_slice() {
        [] => "nothing can happen to it any more".to_owned(),
        names => format!("it can {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line for each state: what it becomes by each transition in the order of
    /// [`Transition::ALL`], by its first two letters.
    const EDGES: [(&str, &str); 7] = [
        ("pending", "ac .. .. .. .. .. .. .. .. te"),
        ("active", ".. gr su .. .. bl .. pa .. te"),
        ("grace", ".. .. su .. ac bl .. .. .. te"),
        ("suspended", ".. .. .. gr ac bl .. .. .. te"),
        ("blocked", ".. .. .. .. .. .. ac .. .. te"),
        ("paused", ".. .. .. .. .. bl .. .. ac te"),
        ("terminated", ".. .. .. .. .. .. .. .. .. .."),
    ];

    #[test]
    fn there_are_these_edges_and_no_others() {
        for (state, edges) in EDGES {
            let state = SubscriptionState::from_code(state).unwrap();
            let to = |transition: &Transition| match state.after(*transition) {
                Ok(next) => next.code()[..2].to_owned(),
                Err(_) => "..".to_owned(),
            };
            let found: Vec<_> = Transition::ALL.iter().map(to).collect();
            assert_eq!(found.join(" "), edges, "{state}");
        }
    }

    #[test]
    fn what_cannot_happen_says_what_can() {
        let refused =
            |state: SubscriptionState, transition| state.after(transition).unwrap_err().to_string();
        assert_eq!(
            refused(SubscriptionState::Blocked, Transition::Resume),
            "a subscription that is blocked cannot resume; it can unblock, terminate"
        );
        assert_eq!(
            refused(SubscriptionState::Terminated, Transition::Activate),
            "a subscription that is terminated cannot activate; nothing can happen to it any more"
        );
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        for state in SubscriptionState::ALL {
            assert_eq!(SubscriptionState::from_code(state.code()), Some(state));
        }
        for transition in Transition::ALL {
            assert_eq!(Transition::from_code(transition.code()), Some(transition));
        }
    }
}
