//! Somebody's wish to pay, and every way that it can go.

use core::fmt;

use entitlement::{ServiceId, SubscriberId, Timestamp};

use super::{IntentId, InvoiceId};
use crate::{Currency, Money};

/// What somebody was asked to pay, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Intent {
    id: IntentId,
    subscriber: SubscriberId,
    purpose: Purpose,
    amount: Money,
    expires_at: Timestamp,
    state: IntentState,
}

/// What is to be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Whatever is open, the oldest first.
    Open,
    /// This invoice.
    Invoice(InvoiceId),
    /// The next period of this service: what is open, and the rest into the wallet it is taken from.
    Renewal(ServiceId),
    /// Nothing yet: it is put into the wallet.
    TopUp,
}

/// What has become of an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IntentState {
    /// Recorded; as far as we know the provider has not been asked.
    Created,
    /// The provider has accepted to ask the payer. That is no payment.
    Prompted,
    /// The money is with the provider.
    Paid,
    /// The payer has declined.
    Cancelled,
    /// It was tried, and no money has moved.
    Failed,
    /// Nobody has paid in time.
    Expired,
    /// The provider does not say what became of it; it must be asked.
    Unknown,
    /// The receipt and what it brings are in the books.
    Applied,
    /// The network has confirmed what was bought.
    Activated,
}

/// What can happen to an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IntentEvent {
    /// The provider accepts to ask the payer.
    Prompt,
    /// The provider says, and it is believed, that the money has come.
    Pay,
    /// The payer declines.
    Cancel,
    /// The provider says that no money has moved.
    Fail,
    /// Its time is over.
    Expire,
    /// The provider does not say what became of it.
    LoseTrack,
    /// It is booked, with what it brings, in one transaction of the store.
    Apply,
    /// The network confirms.
    Activate,
}

/// Something that cannot happen to an intent in its state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an intent to pay that is {state} cannot {event}; {}", possible(*state))]
pub struct IntentStateError {
    /// Its state.
    pub state: IntentState,
    /// What was to happen.
    pub event: IntentEvent,
}

/// An intent that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IntentError {
    /// There is nothing to pay.
    #[error("{amount} cannot be asked for; what somebody is asked to pay is more than 0")]
    NotPositive {
        /// As given.
        amount: Money,
    },
    /// It would pay nothing of the invoice that it is for.
    #[error("{amount} pays nothing of an invoice in {currency}; ask for an amount in {currency}")]
    OtherCurrency {
        /// As given.
        amount: Money,
        /// In what the invoice is to be paid.
        currency: Currency,
    },
}

impl Intent {
    /// A wish to pay an amount, which is more than nothing, before `expires_at`.
    ///
    /// # Errors
    /// When there is nothing to pay.
    pub fn new(
        id: IntentId,
        subscriber: SubscriberId,
        purpose: Purpose,
        amount: Money,
        expires_at: Timestamp,
    ) -> Result<Self, IntentError> {
        if amount.is_negative() || amount.is_zero() {
            return Err(IntentError::NotPositive { amount });
        }
        let state = IntentState::Created;
        Ok(Self { id, subscriber, purpose, amount, expires_at, state })
    }

    /// Refuses what would pay nothing of an invoice in this currency.
    ///
    /// # Errors
    /// When it is asked for in another one.
    pub fn check_pays(&self, currency: Currency) -> Result<(), IntentError> {
        let amount = self.amount;
        if amount.currency() == currency {
            Ok(())
        } else {
            Err(IntentError::OtherCurrency { amount, currency })
        }
    }

    /// The same as it was kept, in the state that was kept.
    #[must_use]
    pub const fn in_state(self, state: IntentState) -> Self {
        Self { state, ..self }
    }

    /// The same after something has happened.
    ///
    /// # Errors
    /// When that cannot happen in its state.
    pub fn after(self, event: IntentEvent) -> Result<Self, IntentStateError> {
        Ok(self.in_state(self.state.after(event)?))
    }

    /// Is its time over, with nothing said about it? Then it is to [expire](IntentEvent::Expire). One
    /// whose fate is unknown never does: the provider must be asked.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.state.after(IntentEvent::Expire).is_ok() && self.expires_at <= now
    }

    /// Which.
    #[must_use]
    pub const fn id(&self) -> IntentId {
        self.id
    }

    /// For whom it is paid.
    #[must_use]
    pub const fn subscriber(&self) -> SubscriberId {
        self.subscriber
    }

    /// What for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// How much.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// When its time is over.
    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// What has become of it.
    #[must_use]
    pub const fn state(&self) -> IntentState {
        self.state
    }
}

impl Purpose {
    /// The name that is stored and shown; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invoice(_) => "invoice",
            Self::Renewal(_) => "renewal",
            Self::TopUp => "top-up",
        }
    }
}

impl IntentState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Created,
        Self::Prompted,
        Self::Paid,
        Self::Cancelled,
        Self::Failed,
        Self::Expired,
        Self::Unknown,
        Self::Applied,
        Self::Activated,
    ];

    /// The state after something has happened.
    ///
    /// What can follow a prompt can follow its request too: a provider's notification may be faster
    /// than its reply. What is unknown is found out to be paid or failed, and nothing else.
    ///
    /// # Errors
    /// When that cannot happen in this state.
    pub const fn after(self, event: IntentEvent) -> Result<Self, IntentStateError> {
        use IntentEvent as On;
        let next = match (self, event) {
            (Self::Created, On::Prompt) => Self::Prompted,
            (Self::Created | Self::Prompted | Self::Unknown, On::Pay) => Self::Paid,
            (Self::Created | Self::Prompted | Self::Unknown, On::Fail) => Self::Failed,
            (Self::Created | Self::Prompted, On::Cancel) => Self::Cancelled,
            (Self::Created | Self::Prompted, On::Expire) => Self::Expired,
            (Self::Created | Self::Prompted, On::LoseTrack) => Self::Unknown,
            (Self::Paid, On::Apply) => Self::Applied,
            (Self::Applied, On::Activate) => Self::Activated,
            (state, event) => return Err(IntentStateError { state, event }),
        };
        Ok(next)
    }

    /// Has the money come? That it has is never taken back: a reversal is something else.
    #[must_use]
    pub const fn is_paid(self) -> bool {
        matches!(self, Self::Paid | Self::Applied | Self::Activated)
    }

    /// The name that is stored and shown; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Prompted => "prompted",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Unknown => "unknown",
            Self::Applied => "applied",
            Self::Activated => "activated",
        }
    }

    /// The state that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

impl IntentEvent {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Prompt,
        Self::Pay,
        Self::Cancel,
        Self::Fail,
        Self::Expire,
        Self::LoseTrack,
        Self::Apply,
        Self::Activate,
    ];

    /// The name that is stored and shown; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Pay => "pay",
            Self::Cancel => "cancel",
            Self::Fail => "fail",
            Self::Expire => "expire",
            Self::LoseTrack => "lose-track",
            Self::Apply => "apply",
            Self::Activate => "activate",
        }
    }

    /// The event that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.code() == code)
    }
}

impl fmt::Display for IntentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for IntentEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What can happen in a state, in words.
fn possible(state: IntentState) -> String {
    let possible = IntentEvent::ALL.iter().filter(|event| state.after(**event).is_ok());
    let names: Vec<_> = possible.map(|event| event.code()).collect();
    match names.as_slice() {
        [] => "nothing can happen to it any more".to_owned(),
        names => format!("it can {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line for each state: what it becomes by each event in the order of [`IntentEvent::ALL`],
    /// by its first three letters.
    const EDGES: [(&str, &str); 9] = [
        ("created", "pro pai can fai exp unk ... ..."),
        ("prompted", "... pai can fai exp unk ... ..."),
        ("paid", "... ... ... ... ... ... app ..."),
        ("cancelled", "... ... ... ... ... ... ... ..."),
        ("failed", "... ... ... ... ... ... ... ..."),
        ("expired", "... ... ... ... ... ... ... ..."),
        ("unknown", "... pai ... fai ... ... ... ..."),
        ("applied", "... ... ... ... ... ... ... act"),
        ("activated", "... ... ... ... ... ... ... ..."),
    ];

    #[test]
    fn there_are_these_edges_and_no_others() {
        assert_eq!(EDGES.map(|(state, _)| state), IntentState::ALL.map(IntentState::code));
        for (state, edges) in EDGES {
            let state = IntentState::from_code(state).unwrap();
            let to = |event: &IntentEvent| match state.after(*event) {
                Ok(next) => next.code()[..3].to_owned(),
                Err(_) => "...".to_owned(),
            };
            let found: Vec<_> = IntentEvent::ALL.iter().map(to).collect();
            assert_eq!(found.join(" "), edges, "{state}");
        }
    }

    #[test]
    fn what_cannot_happen_says_what_can() {
        let refused = |state: IntentState, event| state.after(event).unwrap_err().to_string();
        assert_eq!(
            refused(IntentState::Unknown, IntentEvent::Expire),
            "an intent to pay that is unknown cannot expire; it can pay, fail"
        );
        assert_eq!(
            refused(IntentState::Failed, IntentEvent::Pay),
            "an intent to pay that is failed cannot pay; nothing can happen to it any more"
        );
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        for state in IntentState::ALL {
            assert_eq!(IntentState::from_code(state.code()), Some(state));
        }
        for event in IntentEvent::ALL {
            assert_eq!(IntentEvent::from_code(event.code()), Some(event));
        }
    }

    #[test]
    fn an_intent_expires_at_its_moment_unless_it_is_paid_or_nobody_knows() {
        let new = |text: &str| {
            let (amount, at) = (text.parse().unwrap(), Timestamp::from_unix_s(100));
            Intent::new(IntentId(1), SubscriberId(7), Purpose::Open, amount, at)
        };
        let intent = new("1500 KES").unwrap();
        let has_expired = |intent: &Intent, s| intent.has_expired(Timestamp::from_unix_s(s));
        assert_eq!((has_expired(&intent, 99), has_expired(&intent, 100)), (false, true));
        let prompted = intent.after(IntentEvent::Prompt).unwrap();
        assert!(has_expired(&prompted, 100));
        for event in [IntentEvent::Pay, IntentEvent::LoseTrack, IntentEvent::Fail] {
            assert!(!has_expired(&prompted.after(event).unwrap(), 100), "{event}");
        }
        for text in ["0 KES", "-1 KES"] {
            let error = new(text).unwrap_err().to_string();
            assert!(error.ends_with("what somebody is asked to pay is more than 0"), "{error}");
        }
    }

    #[test]
    fn that_the_money_has_come_stays_so_while_the_network_is_waited_for() {
        let mut state = IntentState::Created;
        let mut paid = Vec::new();
        for event in
            [IntentEvent::Prompt, IntentEvent::Pay, IntentEvent::Apply, IntentEvent::Activate]
        {
            state = state.after(event).unwrap();
            paid.push((state.code(), state.is_paid()));
        }
        let expected =
            [("prompted", false), ("paid", true), ("applied", true), ("activated", true)];
        assert_eq!(paid, expected);
    }
}
