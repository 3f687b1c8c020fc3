//! The states of a voucher and every way from one to another.

use core::fmt;

/// What has become of a voucher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VoucherState {
    /// It exists, and nobody has paid for it: whoever finds its code has nothing.
    New,
    /// It is paid for, and not redeemed.
    Sold,
    /// Its access is being used.
    Active,
    /// Nothing is left of what it is worth.
    Used,
    /// Its time was over before that.
    Expired,
    /// The operator has stopped it.
    Revoked,
}

/// What can happen to it.
///
/// A new one cannot be activated: what nobody has paid for is not in `vouchers` and could not leave it,
/// and cards that were stolen from the stock would be money. Who gives vouchers away sells them for
/// nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VoucherTransition {
    /// A reseller or a customer buys it.
    Sell,
    /// Its access is used for the first time.
    Activate,
    /// Nothing is left of it: its access is used up, or its money is in a wallet.
    UseUp,
    /// Its time is over: it was not sold by its date, not redeemed in time, or its access has ended.
    Expire,
    /// The operator stops it.
    Revoke,
}

/// Something that cannot happen to a voucher in its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a voucher that is {state} cannot {transition}; {}", possible(*state))]
pub struct VoucherTransitionError {
    /// Its state.
    pub state: VoucherState,
    /// What was to happen.
    pub transition: VoucherTransition,
}

impl VoucherState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::New, Self::Sold, Self::Active, Self::Used, Self::Expired, Self::Revoked];

    /// The state after something has happened.
    ///
    /// # Errors
    /// When that cannot happen in this state.
    pub const fn after(
        self,
        transition: VoucherTransition,
    ) -> Result<Self, VoucherTransitionError> {
        use VoucherTransition as On;
        let next = match (self, transition) {
            (Self::New, On::Sell) => Self::Sold,
            (Self::Sold, On::Activate) => Self::Active,
            // Money is used up at once, access after it was active.
            (Self::Sold | Self::Active, On::UseUp) => Self::Used,
            (Self::New | Self::Sold | Self::Active, On::Expire) => Self::Expired,
            (Self::New | Self::Sold | Self::Active, On::Revoke) => Self::Revoked,
            (state, transition) => return Err(VoucherTransitionError { state, transition }),
        };
        Ok(next)
    }

    /// The name that is stored and shown; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Sold => "sold",
            Self::Active => "active",
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// The state that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

impl VoucherTransition {
    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::Sell, Self::Activate, Self::UseUp, Self::Expire, Self::Revoke];

    /// The name that is stored and shown; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sell => "sell",
            Self::Activate => "activate",
            Self::UseUp => "use-up",
            Self::Expire => "expire",
            Self::Revoke => "revoke",
        }
    }

    /// The transition that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|transition| transition.code() == code)
    }

    /// As it stands in a sentence of which the voucher is the subject.
    const fn name(self) -> &'static str {
        match self {
            Self::Sell => "be sold",
            Self::Activate => "be activated",
            Self::UseUp => "be used up",
            Self::Expire => "expire",
            Self::Revoke => "be revoked",
        }
    }
}

impl fmt::Display for VoucherState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for VoucherTransition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What can happen in a state, in words.
fn possible(state: VoucherState) -> String {
    let possible =
        VoucherTransition::ALL.iter().filter(|transition| state.after(**transition).is_ok());
    let names: Vec<_> = possible.map(|transition| transition.name()).collect();
    match names.as_slice() {
        [] => "nothing can happen to it any more".to_owned(),
        names => format!("it can {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line for each state: what it becomes by each transition in the order of
    /// [`VoucherTransition::ALL`], by its first two letters.
    const EDGES: [(&str, &str); 6] = [
        ("new", "so .. .. ex re"),
        ("sold", ".. ac us ex re"),
        ("active", ".. .. us ex re"),
        ("used", ".. .. .. .. .."),
        ("expired", ".. .. .. .. .."),
        ("revoked", ".. .. .. .. .."),
    ];

    #[test]
    fn there_are_these_edges_and_no_others() {
        for (state, edges) in EDGES {
            let state = VoucherState::from_code(state).unwrap();
            let to = |transition: &VoucherTransition| match state.after(*transition) {
                Ok(next) => next.code()[..2].to_owned(),
                Err(_) => "..".to_owned(),
            };
            let found: Vec<_> = VoucherTransition::ALL.iter().map(to).collect();
            assert_eq!(found.join(" "), edges, "{state}");
        }
    }

    #[test]
    fn what_cannot_happen_says_what_can() {
        let refused =
            |state: VoucherState, transition| state.after(transition).unwrap_err().to_string();
        assert_eq!(
            refused(VoucherState::New, VoucherTransition::Activate),
            "a voucher that is new cannot be activated; it can be sold, expire, be revoked"
        );
        assert_eq!(
            refused(VoucherState::Used, VoucherTransition::Revoke),
            "a voucher that is used cannot be revoked; nothing can happen to it any more"
        );
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        for state in VoucherState::ALL {
            assert_eq!(VoucherState::from_code(state.code()), Some(state));
        }
        for transition in VoucherTransition::ALL {
            assert_eq!(VoucherTransition::from_code(transition.code()), Some(transition));
        }
    }
}
