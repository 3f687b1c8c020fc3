//! How what usage costs comes about, in words.

use core::fmt;
use core::num::NonZeroU64;

use jiff::civil::DateTime;

use super::rater::Charge;
use super::usage::Measure;
use crate::Money;
use crate::rating::UnitPrice;

/// What a usage costs, with its steps. Printed, it says in words how it comes about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatedUsage {
    /// What it costs, and where the session goes on from.
    pub charge: Charge,
    /// How that comes about. Their exact amounts are rounded once, in the sum.
    pub steps: Vec<TariffStep>,
}

/// A part of what a usage costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TariffStep {
    /// What is paid once for a session.
    SetUp {
        /// How much.
        amount: Money,
    },
    /// Time in which one rate holds, with the increments that begin in it.
    Billed {
        /// From when, on the clock.
        from: DateTime,
        /// Until when.
        until: DateTime,
        /// What the rate is called; `None`: that of all other times.
        rate: Option<String>,
        /// What was used in it: milliseconds or octets.
        used: u64,
        /// In whole increments: seconds or octets.
        billed: u64,
        /// What a unit costs.
        price: UnitPrice,
        /// How many seconds or octets that is.
        unit: NonZeroU64,
        /// What is counted.
        measure: Measure,
    },
    /// Time in which no increment begins: what is used was paid for with the one that is running.
    Running {
        /// From when, on the clock.
        from: DateTime,
        /// Until when.
        until: DateTime,
        /// What was used in it: milliseconds or octets.
        used: u64,
        /// What is counted.
        measure: Measure,
    },
    /// The session would cost more than it may.
    Maximum {
        /// What it costs at most.
        maximum: Money,
    },
}

impl fmt::Display for RatedUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            write!(f, "{step}; ")?;
        }
        write!(f, "charge {}", self.charge.amount)
    }
}

impl fmt::Display for TariffStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetUp { amount } => write!(f, "set-up {amount}"),
            Self::Billed { from, until, rate, used, billed, price, unit, measure } => {
                write_stretch(f, *from, *until)?;
                let rate = rate.as_deref().unwrap_or("at other times");
                let (used, billed, unit) = (
                    Used(*used, *measure),
                    Billed(*billed, *measure),
                    Billed(unit.get(), *measure),
                );
                write!(f, ", {rate}: {used} used, {billed} billed at {price} for {unit}")
            }
            Self::Running { from, until, used, measure } => {
                write_stretch(f, *from, *until)?;
                let used = Used(*used, *measure);
                write!(f, ": {used} used, in an increment that began before")
            }
            Self::Maximum { maximum } => write!(f, "{maximum} at most for the session"),
        }
    }
}

/// The day is said once where it is the same.
fn write_stretch(f: &mut fmt::Formatter<'_>, from: DateTime, until: DateTime) -> fmt::Result {
    write!(f, "{} {} to ", from.date(), from.time())?;
    if from.date() != until.date() {
        write!(f, "{} ", until.date())?;
    }
    write!(f, "{}", until.time())
}

/// In milliseconds or octets.
struct Used(u64, Measure);

/// In seconds or octets.
struct Billed(u64, Measure);

impl fmt::Display for Used {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self(ms, Measure::Time) if ms % 1_000 != 0 => {
                write!(f, "{}.{:03} s", ms / 1_000, ms % 1_000)
            }
            Self(ms, Measure::Time) => write!(f, "{} s", ms / 1_000),
            Self(octets, Measure::Volume) => write!(f, "{octets} octets"),
        }
    }
}

impl fmt::Display for Billed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self(seconds, Measure::Time) => write!(f, "{seconds} s"),
            Self(octets, Measure::Volume) => write!(f, "{octets} octets"),
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Time => "time",
            Self::Volume => "volume",
        })
    }
}
