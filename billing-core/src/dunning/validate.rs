//! Which policies make sense.

use super::policy::{Rules, Step, StepKind};
use crate::{Currency, Money, PartOrAmount, Percentage};

/// The most steps of a policy.
pub const STEPS_MAX: usize = 32;
/// The latest day of a step after the due date: some ten years.
pub const DAYS_MAX: i16 = 3_650;
/// The earliest day of a reminder before the due date.
pub const DAYS_BEFORE_MAX: i16 = 90;
/// How often one fee is charged at most.
pub const FEE_TIMES_MAX: u16 = 1_000;
/// The most days of a promise to pay, and in which promises are counted.
pub const PROMISE_DAYS_MAX: u16 = 366;

/// Rules that are no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Too many steps.
    #[error("there are {count} steps; a policy has {STEPS_MAX} at most")]
    TooManySteps {
        /// How many there are.
        count: usize,
    },
    /// A step happens too early, or too late.
    #[error("{step} lies outside of the days that it can have, {first} to {last}")]
    Days {
        /// Which.
        step: Step,
        /// The first day that it can have.
        first: i16,
        /// The last.
        last: i16,
    },
    /// Two steps of one number.
    #[error("{first} and {second} have one number; each step has its own")]
    SameId {
        /// One of them.
        first: Step,
        /// The other.
        second: Step,
    },
    /// Two steps that do the same on the same day.
    #[error("{first} and {second} are equal; leave one of them, or give it another day")]
    Equal {
        /// One of them.
        first: Step,
        /// The other.
        second: Step,
    },
    /// Something that can happen once only happens twice.
    #[error("{first} and {second} do what is done once; a policy has one {} at most", first.kind.code())]
    Twice {
        /// One of them.
        first: Step,
        /// The other.
        second: Step,
    },
    /// A step that is not behind the one that it must be behind.
    #[error("{step} must come behind {behind}: on day {} to {DAYS_MAX}", behind.days.saturating_add(1))]
    Order {
        /// Which.
        step: Step,
        /// Behind which it must be.
        behind: Step,
    },
    /// What is given up is not owed any more, so that a suspended subscription would be served again.
    #[error("{step} needs a termination before it: without, who never pays is served again")]
    WriteOffWithoutTermination {
        /// Which.
        step: Step,
    },
    /// A fee in per cent that is none.
    #[error("{step} charges {rate}; a late fee is more than 0% and at most 100%")]
    FeePercent {
        /// Which.
        step: Step,
        /// As entered.
        rate: Percentage,
    },
    /// A fixed fee that is none.
    #[error("{step} charges {fee}; a late fee is more than 0")]
    FeeAmount {
        /// Which.
        step: Step,
        /// As entered.
        fee: Money,
    },
    /// A cap in per cent that is none.
    #[error("late fees are capped at {cap}; a cap is more than 0% and at most 100% of the invoice")]
    CapPercent {
        /// As entered.
        cap: Percentage,
    },
    /// A fixed cap that is none.
    #[error(
        "late fees are capped at {cap}; a cap is more than 0, and without fees no cap is needed"
    )]
    CapAmount {
        /// As entered.
        cap: Money,
    },
    /// A minimum below nothing.
    #[error("the minimum that counts as overdue is {minimum}; it is 0 or more")]
    Minimum {
        /// As entered.
        minimum: Money,
    },
    /// An amount of another currency.
    #[error("{given} is no amount in {currency}, in which the policy is")]
    Currency {
        /// As entered.
        given: Money,
        /// That of the policy.
        currency: Currency,
    },
    /// Days of promises that cannot be.
    #[error("promises are for {days} days; where any are accepted, it is 1 to {PROMISE_DAYS_MAX}")]
    PromiseLen {
        /// As entered.
        days: u16,
    },
    /// Days in which promises are counted that cannot be.
    #[error(
        "promises are counted in {days} days; where any are accepted, it is 1 to {PROMISE_DAYS_MAX}"
    )]
    PromiseWindow {
        /// As entered.
        days: u16,
    },
}

/// Do they make sense together?
pub(super) fn check(rules: &Rules) -> Result<(), PolicyError> {
    let steps = &rules.steps;
    let count = steps.len();
    if count > STEPS_MAX {
        return Err(PolicyError::TooManySteps { count });
    }
    for (place, step) in steps.iter().enumerate() {
        check_step(step, rules.currency)?;
        for before in steps.iter().take(place) {
            check_pair(before, step)?;
        }
    }
    check_order(steps)?;
    check_amounts(rules)?;
    let promises = rules.promises;
    let is_len = |days: u16| promises.count_max == 0 || (1..=PROMISE_DAYS_MAX).contains(&days);
    if !is_len(promises.len_max_days) {
        return Err(PolicyError::PromiseLen { days: promises.len_max_days });
    }
    if !is_len(promises.within_days) {
        return Err(PolicyError::PromiseWindow { days: promises.within_days });
    }
    Ok(())
}

fn check_step(step: &Step, currency: Currency) -> Result<(), PolicyError> {
    let first = if step.kind == StepKind::Remind { -DAYS_BEFORE_MAX } else { 0 };
    if !(first..=DAYS_MAX).contains(&step.days) {
        return Err(PolicyError::Days { step: *step, first, last: DAYS_MAX });
    }
    match step.kind {
        StepKind::LateFee(late) => match late.fee {
            PartOrAmount::Fixed(fee) => {
                in_currency(fee, currency)?;
                if fee.amount_minor() <= 0 {
                    return Err(PolicyError::FeeAmount { step: *step, fee });
                }
                Ok(())
            }
            PartOrAmount::Percent(rate) if is_part(rate) => Ok(()),
            PartOrAmount::Percent(rate) => Err(PolicyError::FeePercent { step: *step, rate }),
        },
        _ => Ok(()),
    }
}

fn check_pair(first: &Step, second: &Step) -> Result<(), PolicyError> {
    let (first, second) = (*first, *second);
    if first.id == second.id {
        return Err(PolicyError::SameId { first, second });
    }
    if first.kind.code() != second.kind.code() {
        return Ok(());
    }
    if first.days == second.days {
        return Err(PolicyError::Equal { first, second });
    }
    match first.kind {
        StepKind::Remind | StepKind::LateFee(_) => Ok(()),
        _ => Err(PolicyError::Twice { first, second }),
    }
}

/// Grace, suspension, termination, write-off: each on a later day than those before it.
fn check_order(steps: &[Step]) -> Result<(), PolicyError> {
    let find = |kind: StepKind| steps.iter().find(|step| step.kind.code() == kind.code()).copied();
    let grace = StepKind::Grace { throttle: None };
    let ladder = [grace, StepKind::Suspend, StepKind::Terminate, StepKind::WriteOff];
    let mut behind: Option<Step> = None;
    for step in ladder.into_iter().filter_map(find) {
        if let Some(behind) = behind.filter(|behind| step.days <= behind.days) {
            return Err(PolicyError::Order { step, behind });
        }
        behind = Some(step);
    }
    match find(StepKind::WriteOff) {
        Some(step) if find(StepKind::Terminate).is_none() => {
            Err(PolicyError::WriteOffWithoutTermination { step })
        }
        _ => Ok(()),
    }
}

fn check_amounts(rules: &Rules) -> Result<(), PolicyError> {
    let minimum = rules.minimum_overdue;
    in_currency(minimum, rules.currency)?;
    if minimum.is_negative() {
        return Err(PolicyError::Minimum { minimum });
    }
    match rules.fee_cap {
        Some(PartOrAmount::Fixed(cap)) => {
            in_currency(cap, rules.currency)?;
            if cap.amount_minor() <= 0 {
                return Err(PolicyError::CapAmount { cap });
            }
            Ok(())
        }
        Some(PartOrAmount::Percent(cap)) if !is_part(cap) => Err(PolicyError::CapPercent { cap }),
        Some(PartOrAmount::Percent(_)) | None => Ok(()),
    }
}

fn is_part(rate: Percentage) -> bool {
    (1..=Percentage::WHOLE_MILLIONTHS).contains(&rate.millionths())
}

fn in_currency(given: Money, currency: Currency) -> Result<(), PolicyError> {
    if given.currency() == currency {
        return Ok(());
    }
    Err(PolicyError::Currency { given, currency })
}
