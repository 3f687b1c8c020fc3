//! Promises to pay.

use entitlement::{TimeZone, Timestamp};
use jiff::civil::Date;

use super::{Account, DunningPolicy};
use crate::{Money, MoneyError};

/// Somebody who owes something said that an amount will be paid until a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Promise {
    /// When it was said.
    pub made_at: Timestamp,
    /// Until when: so long nothing is done, also when it was kept before. What was held up happens then,
    /// as far as something is overdue still.
    pub until: Timestamp,
    /// How much.
    pub amount: Money,
    /// How much was paid since it was said, until that moment.
    pub paid: Money,
}

/// What has become of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PromiseStanding {
    /// It can still be kept.
    Open,
    /// As much was paid as was said.
    Kept,
    /// Less was paid.
    Broken,
}

/// A promise that is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PromiseError {
    /// The policy accepts none.
    #[error("promises to pay are not accepted by this policy")]
    NotAccepted,
    /// There is nothing that could be promised.
    #[error("nothing is overdue, so there is nothing to promise")]
    NothingOverdue,
    /// Less than nothing, or more than is overdue.
    #[error(
        "{amount} cannot be promised; a promise is for more than 0 and up to the {overdue} overdue"
    )]
    Amount {
        /// As promised.
        amount: Money,
        /// What is overdue.
        overdue: Money,
    },
    /// It ends before it begins.
    #[error("a promise made on {today} until {until} is over already; its end lies ahead")]
    NotAhead {
        /// The day of the promise.
        today: Date,
        /// The day until which it is.
        until: Date,
    },
    /// It is for too long.
    #[error("a promise until {until} is for {days} days; the policy allows {max} at most")]
    TooLong {
        /// The day until which it is.
        until: Date,
        /// For how many days.
        days: i64,
        /// For how many it may be.
        max: u16,
    },
    /// One holds already.
    #[error("there is a promise until {until} already; another can be made then")]
    Holds {
        /// The day until which it is.
        until: Date,
    },
    /// There were too many.
    #[error("{count} promises were made in the last {within_days} days; the policy allows {max}")]
    TooMany {
        /// How many there were.
        count: usize,
        /// In how many days.
        within_days: u16,
        /// How many there may be.
        max: u16,
    },
    /// Two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// No calendar has a moment.
    #[error("{at} lies outside of the years that the calendar knows")]
    OutOfCalendar {
        /// Which.
        at: Timestamp,
    },
}

impl Promise {
    /// What has become of it.
    ///
    /// # Errors
    /// When what was promised and what was paid are of two currencies.
    pub fn standing(&self, now: Timestamp) -> Result<PromiseStanding, MoneyError> {
        Ok(if self.paid.least(self.amount)? == self.amount {
            PromiseStanding::Kept
        } else if now < self.until {
            PromiseStanding::Open
        } else {
            PromiseStanding::Broken
        })
    }

    /// How many of them were broken.
    ///
    /// # Errors
    /// When what was promised and what was paid are of two currencies.
    pub fn broken(promises: &[Self], now: Timestamp) -> Result<usize, MoneyError> {
        promises.iter().try_fold(0, |count: usize, promise| {
            let is_broken = promise.standing(now)? == PromiseStanding::Broken;
            Ok(count.saturating_add(usize::from(is_broken)))
        })
    }

    fn holds_at(&self, at: Timestamp) -> bool {
        self.made_at <= at && at < self.until
    }
}

impl DunningPolicy {
    /// The promise to pay so much of what is overdue until a moment, made now.
    ///
    /// # Errors
    /// When the policy does not accept it: what there would have to be is said.
    pub fn promise(
        &self,
        account: &Account,
        amount: Money,
        until: Timestamp,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<Promise, PromiseError> {
        let (rules, currency) = (self.rules().promises, self.rules().currency);
        if rules.count_max == 0 {
            return Err(PromiseError::NotAccepted);
        }
        let overdue = account.overdue(currency, now)?;
        if overdue.is_zero() {
            return Err(PromiseError::NothingOverdue);
        }
        let is_part = amount.least(overdue)? == amount && amount.amount_minor() > 0;
        if !is_part {
            return Err(PromiseError::Amount { amount, overdue });
        }
        let day = |at: Timestamp| {
            let shown = zone.shown(at).map(|shown| shown.date());
            shown.ok_or(PromiseError::OutOfCalendar { at })
        };
        let (today, last_day) = (day(now)?, day(until)?);
        if until <= now {
            return Err(PromiseError::NotAhead { today, until: last_day });
        }
        let (days, max) = (days_between(today, last_day), rules.len_max_days);
        if days > i64::from(max) {
            return Err(PromiseError::TooLong { until: last_day, days, max });
        }
        if let Some(holds) = account.promises.iter().find(|promise| promise.holds_at(now)) {
            return Err(PromiseError::Holds { until: day(holds.until)? });
        }
        let mut count = 0_usize;
        for promise in account.promises.iter().filter(|promise| promise.made_at <= now) {
            let is_recent =
                days_between(day(promise.made_at)?, today) < i64::from(rules.within_days);
            count = count.saturating_add(usize::from(is_recent));
        }
        if count >= usize::from(rules.count_max) {
            let (within_days, max) = (rules.within_days, rules.count_max);
            return Err(PromiseError::TooMany { count, within_days, max });
        }
        Ok(Promise { made_at: now, until, amount, paid: Money::zero(currency) })
    }
}

/// Days from one date to another.
pub(super) fn days_between(from: Date, until: Date) -> i64 {
    (until - from).get_days().into()
}
