//! One service's rights, and the question that is asked of them at every log-in.

use std::net::Ipv4Addr;
use std::sync::Arc;

use crate::{Terms, Timestamp};

/// What one service may do: its own state and dates, on the [`Terms`] of its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    /// What the operator decided about the service.
    pub standing: Standing,
    /// From when until when it has been paid for.
    pub validity: Validity,
    /// The address that is always its own; otherwise one comes from the pool.
    pub fixed_ipv4: Option<Ipv4Addr>,
    /// What its plan grants.
    pub terms: Arc<Terms>,
}

/// What the operator decided about a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// May be used while it is valid.
    Active,
    /// Stopped by the operator, to be resumed.
    Suspended,
    /// Ended for good.
    Terminated,
}

/// A half-open stretch of time: `from` belongs to it, `until` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Validity {
    /// `None`: since ever.
    pub from: Option<Timestamp>,
    /// `None`: for ever.
    pub until: Option<Timestamp>,
}

/// The answer at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// The service may be used.
    Granted {
        /// When that ends by itself, if it does: no session may outlast it.
        ends_at: Option<Timestamp>,
    },
    /// The service may not be used.
    Withheld(Withheld),
}

/// Why a service may not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Withheld {
    /// Its validity has not begun.
    NotYetValid,
    /// Its validity is over.
    Expired,
    /// The operator stopped it.
    Suspended,
    /// It was ended for good.
    Terminated,
}

impl Entitlement {
    /// May the service be used at `now`? The operator's word comes before the dates.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Access {
        match self.standing {
            Standing::Suspended => Access::Withheld(Withheld::Suspended),
            Standing::Terminated => Access::Withheld(Withheld::Terminated),
            Standing::Active => self.validity.at(now),
        }
    }
}

impl Validity {
    fn at(self, now: Timestamp) -> Access {
        if self.from.is_some_and(|from| now < from) {
            return Access::Withheld(Withheld::NotYetValid);
        }
        if self.until.is_some_and(|until| now >= until) {
            return Access::Withheld(Withheld::Expired);
        }
        Access::Granted { ends_at: self.until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entitlement(standing: Standing, from: Option<i64>, until: Option<i64>) -> Entitlement {
        Entitlement {
            standing,
            validity: Validity {
                from: from.map(Timestamp::from_unix_s),
                until: until.map(Timestamp::from_unix_s),
            },
            fixed_ipv4: None,
            terms: Arc::new(Terms::default()),
        }
    }

    #[test]
    fn validity_is_half_open() {
        let service = entitlement(Standing::Active, Some(100), Some(200));
        let at = |second| service.at(Timestamp::from_unix_s(second));
        let ends_at = Some(Timestamp::from_unix_s(200));
        assert_eq!(at(99), Access::Withheld(Withheld::NotYetValid));
        assert_eq!(at(100), Access::Granted { ends_at });
        assert_eq!(at(199), Access::Granted { ends_at });
        assert_eq!(at(200), Access::Withheld(Withheld::Expired));
    }

    #[test]
    fn the_operators_word_comes_before_the_dates() {
        let expired_too = entitlement(Standing::Suspended, None, Some(1));
        let now = Timestamp::from_unix_s(2);
        assert_eq!(expired_too.at(now), Access::Withheld(Withheld::Suspended));
        let terminated = entitlement(Standing::Terminated, None, None);
        assert_eq!(terminated.at(now), Access::Withheld(Withheld::Terminated));
    }

    #[test]
    fn without_dates_it_never_ends() {
        let service = entitlement(Standing::Active, None, None);
        let access = service.at(Timestamp::from_unix_ms(i64::MAX));
        assert_eq!(access, Access::Granted { ends_at: None });
    }
}
