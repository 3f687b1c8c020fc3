//! Why an account is one to look at.

use core::fmt;

use entitlement::{TimeZone, Timestamp};
use jiff::civil::Date;

use super::promise::days_between;
use super::{Account, AccountError, InvoiceId, Promise};
use crate::{Currency, Money, MoneyError, Rounding};

/// The most paid invoices of a history that are looked at.
pub const PAID_MAX: usize = 10_000;

/// From which figure on each is a reason; `None`: it is none. Reasons are not weighed against each
/// other, so that everybody can see why an account is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RiskLimits {
    /// Invoices that were paid late.
    pub late_payments: Option<u32>,
    /// Days by which invoices were paid late on average; those in time count as 0.
    pub average_delay_days: Option<u32>,
    /// Promises that were broken.
    pub broken_promises: Option<u32>,
    /// Payments that were taken back.
    pub reversals: Option<u32>,
    /// What is overdue now.
    pub overdue: Option<Money>,
    /// Days since the oldest invoice that is overdue was due.
    pub oldest_days: Option<u32>,
}

/// How an account has paid; as far back as whoever asks wants to look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// What was paid as a whole.
    pub paid: Vec<PaidInvoice>,
    /// How many payments were taken back: reversals and chargebacks.
    pub reversals: u32,
}

/// An invoice that was paid as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PaidInvoice {
    /// When it was due.
    pub due_at: Timestamp,
    /// When the last of it was paid.
    pub paid_at: Timestamp,
}

/// A reason to look at an account, with its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Risk {
    /// Invoices were paid late.
    LatePayments {
        /// How many: a day behind the due date, or later.
        count: u32,
        /// Of how many that were paid.
        of: u32,
        /// From how many on it is a reason.
        limit: u32,
    },
    /// Invoices are paid late on average.
    AverageDelay {
        /// All days together.
        days: i64,
        /// Of how many invoices; more than 0.
        of: u32,
        /// From how many days on it is a reason.
        limit_days: u32,
    },
    /// Promises were broken.
    BrokenPromises {
        /// How many.
        count: u32,
        /// From how many on it is a reason.
        limit: u32,
    },
    /// Payments were taken back.
    Reversals {
        /// How many.
        count: u32,
        /// From how many on it is a reason.
        limit: u32,
    },
    /// Much is overdue.
    Overdue {
        /// How much.
        amount: Money,
        /// From how much on it is a reason.
        limit: Money,
    },
    /// Something is overdue for long.
    OldestOverdue {
        /// What.
        invoice: InvoiceId,
        /// For how many days.
        days: i64,
        /// From how many on it is a reason.
        limit_days: u32,
    },
}

/// An account of which it cannot be said why it is one to look at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RiskError {
    /// It cannot be.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// Two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Too long a history.
    #[error("the history has {count} paid invoices; at most {PAID_MAX} are looked at")]
    TooLong {
        /// How many there are.
        count: usize,
    },
    /// No calendar has a moment.
    #[error("{at} lies outside of the years that the calendar knows")]
    OutOfCalendar {
        /// Which.
        at: Timestamp,
    },
}

/// Every reason to look at an account, in the order of [`RiskLimits`]; none: there is nothing to see.
///
/// # Errors
/// Of an account that cannot be, of a limit in another currency, or out of range.
pub fn risks(
    limits: &RiskLimits,
    account: &Account,
    history: &History,
    currency: Currency,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Vec<Risk>, RiskError> {
    account.check(currency)?;
    let count = history.paid.len();
    if count > PAID_MAX {
        return Err(RiskError::TooLong { count });
    }
    let mut risks = Vec::new();
    of_history(limits, history, zone, &mut risks)?;
    let broken = number(Promise::broken(&account.promises, now)?);
    if let Some(limit) = limits.broken_promises.filter(|limit| broken >= *limit) {
        risks.push(Risk::BrokenPromises { count: broken, limit });
    }
    let count = history.reversals;
    if let Some(limit) = limits.reversals.filter(|limit| count >= *limit) {
        risks.push(Risk::Reversals { count, limit });
    }
    if let Some(limit) = limits.overdue {
        let amount = account.overdue(currency, now)?;
        if amount.least(limit)? == limit {
            risks.push(Risk::Overdue { amount, limit });
        }
    }
    let overdue = account.invoices.iter().filter(|it| it.due_at <= now && !it.open.is_zero());
    let oldest = overdue.min_by_key(|invoice| (invoice.due_at, invoice.id));
    if let Some((limit_days, oldest)) = limits.oldest_days.zip(oldest) {
        let days = days_between(day(oldest.due_at, zone)?, day(now, zone)?);
        if days >= i64::from(limit_days) {
            risks.push(Risk::OldestOverdue { invoice: oldest.id, days, limit_days });
        }
    }
    Ok(risks)
}

fn of_history(
    limits: &RiskLimits,
    history: &History,
    zone: &TimeZone,
    risks: &mut Vec<Risk>,
) -> Result<(), RiskError> {
    let (mut count, mut days) = (0_u32, 0_i64);
    for PaidInvoice { due_at, paid_at } in &history.paid {
        let late = days_between(day(*due_at, zone)?, day(*paid_at, zone)?).max(0);
        count = count.saturating_add(u32::from(late > 0));
        days = days.saturating_add(late);
    }
    let of = number(history.paid.len());
    if let Some(limit) = limits.late_payments.filter(|limit| count >= *limit) {
        risks.push(Risk::LatePayments { count, of, limit });
    }
    let is_slow = |limit: &u32| of > 0 && days >= i64::from(of) * i64::from(*limit);
    if let Some(limit_days) = limits.average_delay_days.filter(is_slow) {
        risks.push(Risk::AverageDelay { days, of, limit_days });
    }
    Ok(())
}

fn day(at: Timestamp, zone: &TimeZone) -> Result<Date, RiskError> {
    Ok(zone.shown(at).ok_or(RiskError::OutOfCalendar { at })?.date())
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl fmt::Display for Risk {
    /// In words, as it is read in a list.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::LatePayments { count, of, limit } => {
                write!(f, "{count} of {of} paid invoices were paid late (limit {limit})")
            }
            Self::AverageDelay { days, of, limit_days } => {
                let tenths = Rounding::HalfUp
                    .divide(i128::from(days) * 10, of.into())
                    .map_err(|_| fmt::Error)?;
                let (whole, tenth) = (tenths / 10, tenths % 10);
                write!(f, "invoices are paid {whole}.{tenth} days late on average, ")?;
                write!(f, "{days} days in {of} invoices (limit {limit_days})")
            }
            Self::BrokenPromises { count, limit } => {
                write!(f, "promises to pay that were broken: {count} (limit {limit})")
            }
            Self::Reversals { count, limit } => {
                write!(f, "payments that were taken back: {count} (limit {limit})")
            }
            Self::Overdue { amount, limit } => write!(f, "{amount} is overdue (limit {limit})"),
            Self::OldestOverdue { invoice, days, limit_days } => {
                write!(f, "invoice {invoice} is overdue for {days} days (limit {limit_days})")
            }
        }
    }
}
