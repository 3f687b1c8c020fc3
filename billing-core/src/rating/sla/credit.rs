//! What an availability is worth.

use core::fmt;
use core::str::FromStr;

use super::availability::Availability;
use crate::{Money, MoneyError, Percentage, PercentageError, Rounding};

/// The most steps of an agreement.
pub const STEPS_MAX: usize = 32;

/// A service level agreement: which part of a recurring charge is credited below which availability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sla {
    /// From the highest availability down, so that the last that was missed counts.
    steps: Vec<CreditStep>,
}

/// A step of an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CreditStep {
    /// Credited is what was available for less than this.
    pub below: Percentage,
    /// Which part of the charge.
    pub credit: Percentage,
}

/// Steps that are no agreement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SlaStepsError {
    /// There is none.
    #[error("the agreement has no step; it has one at least, such as 5% below 99.9%")]
    Empty,
    /// Too many.
    #[error("there are {count} steps; an agreement has {STEPS_MAX} at most")]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// More than all.
    #[error("step {number} is {credit} below {below}; neither is more than 100%")]
    AboveWhole {
        /// Which, from 1.
        number: usize,
        /// Below which availability.
        below: Percentage,
        /// What is credited.
        credit: Percentage,
    },
    /// They are in no order.
    #[error(
        "step {number} is {credit} below {below}, behind {credit_before} below {below_before}; from step \
         to step the availability falls and the credit rises"
    )]
    NotDescending {
        /// Which, from 1.
        number: usize,
        /// Below which availability.
        below: Percentage,
        /// What is credited.
        credit: Percentage,
        /// The availability of the step before.
        below_before: Percentage,
        /// The credit of the step before.
        credit_before: Percentage,
    },
}

/// What cannot be credited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SlaError {
    /// There is no charge of which something could be credited.
    #[error("of {charge} nothing can be credited; the recurring charge is 0 or more")]
    NegativeCharge {
        /// As given.
        charge: Money,
    },
    /// Out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What is credited for a period. Printed, it says in words how it comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlaCredit {
    /// How much, 0 or more: the amount of a credit note.
    pub amount: Money,
    /// Of which charge.
    pub charge: Money,
    /// What was measured.
    pub availability: Availability,
    /// The step that was reached; `None`: what was agreed was kept.
    pub step: Option<CreditStep>,
}

impl Sla {
    /// These steps, from the highest availability down: 5 % below 99.9 %, 20 % below 99 %.
    ///
    /// # Errors
    /// When there are none or too many, one is above 100 %, or a lower availability would be
    /// credited less.
    pub fn new(steps: Vec<CreditStep>) -> Result<Self, SlaStepsError> {
        let count = steps.len();
        if count == 0 {
            return Err(SlaStepsError::Empty);
        }
        if count > STEPS_MAX {
            return Err(SlaStepsError::TooMany { count });
        }
        let mut before: Option<CreditStep> = None;
        for (number, step) in (1..).zip(&steps) {
            let CreditStep { below, credit } = *step;
            let is_above = |rate: Percentage| rate.millionths() > Percentage::WHOLE_MILLIONTHS;
            if is_above(below) || is_above(credit) {
                return Err(SlaStepsError::AboveWhole { number, below, credit });
            }
            if let Some(CreditStep { below: below_before, credit: credit_before }) =
                before.filter(|before| below >= before.below || credit <= before.credit)
            {
                return Err(SlaStepsError::NotDescending {
                    number,
                    below,
                    credit,
                    below_before,
                    credit_before,
                });
            }
            before = Some(*step);
        }
        Ok(Self { steps })
    }

    /// Its steps, from the highest availability down.
    #[must_use]
    pub fn as_slice(&self) -> &[CreditStep] {
        &self.steps
    }

    /// What is credited of the charge of a period for that availability, rounded once, and never more
    /// than the charge.
    ///
    /// # Errors
    /// When the charge is less than nothing.
    pub fn credit(
        &self,
        charge: Money,
        availability: Availability,
        rounding: Rounding,
    ) -> Result<SlaCredit, SlaError> {
        if charge.is_negative() {
            return Err(SlaError::NegativeCharge { charge });
        }
        let step = self.steps.iter().rev().find(|step| availability.is_below(step.below));
        let amount = match step {
            // The part is not more than the whole, and neither is it when it is rounded.
            Some(step) => charge.part(step.credit.ratio(), rounding)?.least(charge)?,
            None => Money::zero(charge.currency()),
        };
        Ok(SlaCredit { amount, charge, availability, step: step.copied() })
    }
}

impl SlaCredit {
    /// How it comes about, without what it is: `down 8 h in 1 outage of 720 h: available 98.8888%; below
    /// 99%: 20% of 3000.00 KES`.
    #[must_use]
    pub fn why(&self) -> impl fmt::Display + '_ {
        Why(self)
    }
}

struct Why<'c>(&'c SlaCredit);

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SlaCredit { charge, availability, step, .. } = self.0;
        match step {
            Some(CreditStep { below, credit }) => {
                write!(f, "{availability}; below {below}: {credit} of {charge}")
            }
            None => write!(f, "{availability}, as agreed"),
        }
    }
}

impl fmt::Display for SlaCredit {
    /// `down 1 h 30 min in 2 outages of 720 h: available 99.7916%; below 99.9%: 5% of 3000.00 KES;
    /// credit 150.00 KES`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; credit {}", self.why(), self.amount)
    }
}

impl fmt::Display for Sla {
    /// `5% below 99.9%, 20% below 99%`: as it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, CreditStep { below, credit }) in self.steps.iter().enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            write!(f, "{comma}{credit} below {below}")?;
        }
        Ok(())
    }
}

impl FromStr for Sla {
    type Err = ParseSlaError;

    fn from_str(text: &str) -> Result<Self, ParseSlaError> {
        let form = || ParseSlaError::Form { text: text.to_owned() };
        let step = |step: &str| {
            let (credit, below) = step.split_once(" below ").ok_or_else(form)?;
            Ok(CreditStep { below: below.trim().parse()?, credit: credit.trim().parse()? })
        };
        let steps = text.split(',').map(step).collect::<Result<_, ParseSlaError>>()?;
        Ok(Self::new(steps)?)
    }
}

/// A text that is no agreement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseSlaError {
    /// It is not written as one.
    #[error("`{text}` is no agreement; such are written `5% below 99.9%, 20% below 99%`")]
    Form {
        /// As written.
        text: String,
    },
    /// A part of it is no rate.
    #[error(transparent)]
    Rate(#[from] PercentageError),
    /// Its steps do not go together.
    #[error(transparent)]
    Steps(#[from] SlaStepsError),
}
