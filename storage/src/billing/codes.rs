//! The words that stand in the store for what is none there.

use billing_core::invoice::Restarts;
use billing_core::ledger::{Limit, PendingState};
use billing_core::{
    AppliesTo, BilledIn, Billing, CountedFrom, GrantedPer, Pricing, SubscriptionState, When,
};

/// Declares both ways between a value and its word.
macro_rules! words {
    ($type:ty, $write:ident, $read:ident, { $($value:path => $word:literal),* $(,)? }) => {
        pub(super) const fn $write(value: $type) -> &'static str {
            match value {
                $($value => $word,)*
            }
        }

        pub(super) fn $read(word: &str) -> Option<$type> {
            match word {
                $($word => Some($value),)*
                _ => None,
            }
        }
    };
}

words!(AppliesTo, applies_to, read_applies_to, {
    AppliesTo::Everybody => "everybody",
    AppliesTo::NewOnly => "new",
});

words!(Billing, billed, read_billed, {
    Billing::InAdvance => "advance",
    Billing::InArrears => "arrears",
});

words!(Pricing, pricing, read_pricing, {
    Pricing::TaxExclusive => "exclusive",
    Pricing::TaxInclusive => "inclusive",
});

words!(Limit, limit, read_limit, {
    Limit::None => "none",
    Limit::DebitsWithinCredits => "overdraw",
    Limit::CreditsWithinDebits => "overfill",
});

words!(PendingState, pending, read_pending, {
    PendingState::Held => "held",
    PendingState::Posted => "posted",
    PendingState::Voided => "voided",
    PendingState::Expired => "expired",
});

words!(Restarts, restarts, read_restarts, {
    Restarts::Never => "never",
    Restarts::Yearly => "yearly",
    Restarts::Monthly => "monthly",
});

words!(When, when, read_when, {
    When::AtOnce => "at_once",
    When::PeriodEnd => "period_end",
});

words!(CountedFrom, counted_from, read_counted_from, {
    CountedFrom::OldExpiry => "old_expiry",
    CountedFrom::Now => "now",
});

words!(GrantedPer, granted_per, read_granted_per, {
    GrantedPer::Period => "period",
    GrantedPer::Purchase => "purchase",
});

/// The states beside those that always are, with commas between.
pub(super) fn billed_in(value: BilledIn) -> String {
    let BilledIn { suspended, blocked, paused } = value;
    let states = [
        (suspended, SubscriptionState::Suspended),
        (blocked, SubscriptionState::Blocked),
        (paused, SubscriptionState::Paused),
    ];
    let states = states.into_iter().filter(|(is_billed, _)| *is_billed);
    states.map(|(_, state)| state.code()).collect::<Vec<_>>().join(",")
}

pub(super) fn read_billed_in(text: &str) -> Option<BilledIn> {
    let mut value = BilledIn::default();
    for word in text.split(',').filter(|word| !word.is_empty()) {
        match SubscriptionState::from_code(word)? {
            SubscriptionState::Suspended => value.suspended = true,
            SubscriptionState::Blocked => value.blocked = true,
            SubscriptionState::Paused => value.paused = true,
            _ => return None,
        }
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_that_are_billed_are_read_as_they_are_written() {
        for suspended in [false, true] {
            for paused in [false, true] {
                let value = BilledIn { suspended, paused, blocked: !paused };
                assert_eq!(read_billed_in(&billed_in(value)), Some(value));
            }
        }
        assert_eq!(read_billed_in("active"), None);
        assert_eq!(read_billed_in("nothing"), None);
    }
}
