//! One service's rights, and the question that is asked of them at every log-in.

use std::net::Ipv4Addr;
use std::sync::Arc;

use crate::hours::Now;
use crate::{Cause, Extras, Networks, Shared, Terms, TimeZone, Timestamp};

/// What one service may do: its own state and dates, on the [`Terms`] of its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    /// What the operator decided about the service.
    pub standing: Standing,
    /// From when until when it has been paid for.
    pub validity: Validity,
    /// The address that is always its own; otherwise one comes from the pool.
    pub fixed_ipv4: Option<Ipv4Addr>,
    /// What else is always its own; `None`: nothing.
    pub networks: Option<Arc<Networks>>,
    /// For a service that lasts for some time from its first use, as a voucher does.
    pub first_use: Option<FirstUse>,
    /// The zone of the clock that the hours of its plan are read on: its tenant's.
    pub time_zone: TimeZone,
    /// What its plan grants.
    pub terms: Arc<Terms>,
    /// What it has beside its plan; `None`: nothing.
    pub extras: Option<Arc<Extras>>,
    /// The data of another service that it has instead of its own; `None`: its own, as nearly all.
    pub shared: Option<Arc<Shared>>,
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

/// The clock of a service that begins with its first use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FirstUse {
    /// How long it then lasts, seconds.
    pub lasts_s: u32,
    /// When it was first used; `None`: not yet.
    pub at: Option<Timestamp>,
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
    /// It is valid, but not at this hour.
    OutsideHours {
        /// When the next window of its plan begins.
        opens_at: Timestamp,
    },
    /// It is valid, but it has used up a quota whose tier is quarantine.
    QuotaExhausted {
        /// When the quota begins anew, if it does so by itself.
        resets_at: Option<Timestamp>,
    },
    /// It is valid and paid as it goes, and the wallet does not cover what it would use next.
    WalletUsedUp,
    /// It is valid and shares the data of another service, which may not be used itself.
    LeadWithheld,
}

impl Withheld {
    /// The cause, as plans tell them apart; a terminated service has none, since nothing can be
    /// decided about it any more.
    #[must_use]
    pub const fn cause(self) -> Option<Cause> {
        match self {
            Self::NotYetValid => Some(Cause::NotYetValid),
            Self::Expired => Some(Cause::Expired),
            Self::Suspended => Some(Cause::Suspended),
            Self::OutsideHours { .. } => Some(Cause::OutsideHours),
            // It has no data, as when that is used up.
            Self::QuotaExhausted { .. } | Self::LeadWithheld => Some(Cause::Quota),
            Self::WalletUsedUp => Some(Cause::Wallet),
            Self::Terminated => None,
        }
    }
}

impl Entitlement {
    /// May the service be used at `now`, whatever it has used up? The operator's word comes before
    /// the dates, and the dates before the hours. What its quotas say beside is
    /// [`stance`](Self::stance).
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Access {
        match self.in_use_at(now) {
            Access::Granted { ends_at } => self.in_hours(now, ends_at),
            withheld @ Access::Withheld(_) => withheld,
        }
    }

    /// May it be used by the operator's word and its dates, whatever the hour?
    pub(crate) fn in_use_at(&self, now: Timestamp) -> Access {
        match self.standing {
            Standing::Suspended => Access::Withheld(Withheld::Suspended),
            Standing::Terminated => Access::Withheld(Withheld::Terminated),
            Standing::Active => self.dates_at(now),
        }
    }

    /// The answer of the dates: of the validity, and of the clock that the first use starts, which
    /// would be `now` if there was none before.
    fn dates_at(&self, now: Timestamp) -> Access {
        let Access::Granted { ends_at } = self.validity.at(now) else {
            return self.validity.at(now);
        };
        let Some(FirstUse { lasts_s, at }) = self.first_use else {
            return Access::Granted { ends_at };
        };
        let until = at.unwrap_or(now).plus_s(lasts_s.into());
        if now >= until {
            return Access::Withheld(Withheld::Expired);
        }
        Access::Granted { ends_at: Some(ends_at.map_or(until, |end| end.min(until))) }
    }

    /// The answer of the plan's hours, where the dates grant it until `ends_at`.
    fn in_hours(&self, now: Timestamp, ends_at: Option<Timestamp>) -> Access {
        let Some(hours) = &self.terms.hours else { return Access::Granted { ends_at } };
        match hours.at(now, &self.time_zone) {
            Now::Closed { opens_at } => Access::Withheld(Withheld::OutsideHours { opens_at }),
            Now::Open { until: None } => Access::Granted { ends_at },
            Now::Open { until: Some(until) } => {
                let sooner = ends_at.map_or(until, |end| end.min(until));
                Access::Granted { ends_at: Some(sooner) }
            }
        }
    }
}

impl Validity {
    /// Whether a moment lies in it.
    #[must_use]
    pub fn contains(self, now: Timestamp) -> bool {
        matches!(self.at(now), Access::Granted { .. })
    }

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
            networks: None,
            first_use: None,
            time_zone: TimeZone::UTC,
            terms: Arc::new(Terms::default()),
            extras: None,
            shared: None,
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
    fn hours_come_after_the_dates_and_end_a_session_with_them() {
        let monday_noon = Timestamp::from_unix_s(1_795_435_200);
        let hours = "mon 08:00-18:00".parse().unwrap();
        let mut service = entitlement(Standing::Active, None, None);
        service.terms = Arc::new(Terms { hours: Some(hours), ..Terms::default() });
        let window_end = Timestamp::from_unix_s(1_795_456_800);
        assert_eq!(service.at(monday_noon), Access::Granted { ends_at: Some(window_end) });
        let sooner = Timestamp::from_unix_s(1_795_440_000);
        service.validity.until = Some(sooner);
        assert_eq!(service.at(monday_noon), Access::Granted { ends_at: Some(sooner) });
        assert_eq!(service.at(sooner), Access::Withheld(Withheld::Expired));
        service.validity.until = None;
        let opens_at = Timestamp::from_unix_s(1_795_420_800 + 7 * 86_400);
        let closed = Access::Withheld(Withheld::OutsideHours { opens_at });
        assert_eq!(service.at(window_end), closed);
    }

    #[test]
    fn a_voucher_lasts_from_its_first_use() {
        let mut service = entitlement(Standing::Active, None, Some(2_000));
        let at = |service: &Entitlement, second| service.at(Timestamp::from_unix_s(second));
        let granted_until =
            |second| Access::Granted { ends_at: Some(Timestamp::from_unix_s(second)) };
        service.first_use = Some(FirstUse { lasts_s: 600, at: None });
        assert_eq!(at(&service, 1_000), granted_until(1_600));
        assert_eq!(at(&service, 1_900), granted_until(2_000), "its last day is the sooner end");
        assert_eq!(at(&service, 2_000), Access::Withheld(Withheld::Expired));
        service.first_use =
            Some(FirstUse { lasts_s: 600, at: Some(Timestamp::from_unix_s(1_000)) });
        assert_eq!(at(&service, 1_599), granted_until(1_600));
        assert_eq!(at(&service, 1_600), Access::Withheld(Withheld::Expired));
    }

    #[test]
    fn without_dates_it_never_ends() {
        let service = entitlement(Standing::Active, None, None);
        let access = service.at(Timestamp::from_unix_ms(i64::MAX));
        assert_eq!(access, Access::Granted { ends_at: None });
    }
}
