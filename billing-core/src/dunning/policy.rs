//! What is done about what is overdue, and when.

use core::fmt;
use core::num::NonZeroU16;

use entitlement::Speed;
use jiff::civil::Time;

use super::WorkingDays;
use super::validate::{self, PolicyError};
use crate::{Currency, Money, PartOrAmount, Rounding, Transition};

/// What is done about what is overdue, of one tenant and plan, in one currency; it makes sense as a
/// whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DunningPolicy(Rules);

/// A policy as it is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Of which currency its amounts are, and what it is applied to.
    pub currency: Currency,
    /// What is done, in whatever order.
    pub steps: Vec<Step>,
    /// Below this amount nothing is overdue. Zero: any amount is.
    pub minimum_overdue: Money,
    /// The most that all late fees of one invoice come to; a part is of what it came to, whatever was paid of
    /// it since.
    pub fee_cap: Option<PartOrAmount>,
    /// How a fee in per cent becomes a whole number of minor units.
    pub rounding: Rounding,
    /// Which days the steps wait for that are kept to working days.
    pub working_days: WorkingDays,
    /// A reminder that is later than so many days is not sent any more. `None`: the latest always is.
    pub reminders_stale_after_days: Option<u16>,
    /// Which promises to pay are accepted.
    pub promises: PromiseRules,
}

/// The number of a step, by which it is known however the policy is changed: from 0 to
/// [`MAX`](Self::MAX).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepId(u8);

/// One thing that is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Step {
    /// Which.
    pub id: StepId,
    /// How many days after the due date; below 0: before it, of reminders alone.
    pub days: i16,
    /// At which time of the tenant's clock. What is done on the due date itself, and is no reminder,
    /// waits until the invoice is due.
    pub at: Time,
    /// Whether it waits for a working day.
    pub on_working_days: bool,
    /// What.
    pub kind: StepKind,
}

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// The subscriber is reminded: up to the due date of one invoice, behind it of all that is overdue.
    Remind,
    /// Late payment is charged for.
    LateFee(LateFee),
    /// Subscriptions are served on, and it is said that they will not be.
    Grace {
        /// The most that is left of their speed until what is overdue is paid; `None`: all of it.
        throttle: Option<Speed>,
    },
    /// Subscriptions are not served any more.
    Suspend,
    /// Subscriptions end.
    Terminate,
    /// Everything that is overdue is given up.
    WriteOff,
}

/// What late payment of one invoice is charged for, from its own due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LateFee {
    /// How much; a part is of what is open of the invoice. Fees are not part of that: there is no fee on a fee.
    pub fee: PartOrAmount,
    /// After how many days it is charged again, and again. `None`: it is charged once.
    pub every_days: Option<NonZeroU16>,
}

/// Which promises to pay are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PromiseRules {
    /// The most promises in [`within_days`](Self::within_days). 0: none is accepted.
    pub count_max: u16,
    /// In how many days, today being one of them.
    pub within_days: u16,
    /// The most days from the day of a promise to the day until which it is.
    pub len_max_days: u16,
}

impl DunningPolicy {
    /// The policy of these rules. Its steps are put in the order in which they happen.
    ///
    /// # Errors
    /// When a step cannot be, or not together with the others.
    pub fn new(mut rules: Rules) -> Result<Self, PolicyError> {
        validate::check(&rules)?;
        rules.steps.sort_by_key(|step| (step.days, step.at));
        Ok(Self(rules))
    }

    /// What it says; its steps in the order in which they happen.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.0
    }

    /// The most that is left of the speed of what is in grace; `None`: all of it.
    #[must_use]
    pub fn grace_throttle(&self) -> Option<Speed> {
        self.0.steps.iter().find_map(|step| match step.kind {
            StepKind::Grace { throttle } => throttle,
            _ => None,
        })
    }
}

impl StepId {
    /// The greatest one.
    pub const MAX: u8 = 63;

    /// This one, if it is not above [`MAX`](Self::MAX).
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number > Self::MAX { None } else { Some(Self(number)) }
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StepKind {
    /// The name that is stored and shown; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Remind => "remind",
            Self::LateFee(_) => "late-fee",
            Self::Grace { .. } => "grace",
            Self::Suspend => "suspend",
            Self::Terminate => "terminate",
            Self::WriteOff => "write-off",
        }
    }

    /// What becomes of subscriptions by it.
    #[must_use]
    pub const fn transition(self) -> Option<Transition> {
        match self {
            Self::Grace { .. } => Some(Transition::FallDue),
            Self::Suspend => Some(Transition::Suspend),
            Self::Terminate => Some(Transition::Terminate),
            Self::Remind | Self::LateFee(_) | Self::WriteOff => None,
        }
    }
}

impl fmt::Display for Step {
    /// As errors name it: `step 3 (suspend, day 10)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {} ({}, day {})", self.id, self.kind.code(), self.days)
    }
}
