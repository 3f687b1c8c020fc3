//! What is sold by use: by which rule what was measured in a period becomes an amount.
//!
//! A [`MeteredPrice`] is written and kept as a text of clauses with `;` between:
//!
//! ```text
//! 95th; committed 100M at 50000 KES; above 600 KES per 1M; peak 1G; missing left-out
//! graduated 100 at 20 KES, 500 at 15 KES + 50 KES, rest at 10 KES; unit 1G; free 50; minimum 500 KES
//! time 60; by 60/60; rate peak 10 KES mon-fri 08:00-20:00; otherwise 5 KES; set-up 2 KES
//! pay-as-you-go 20 KES per 1GB; slice 100MB
//! ```

mod charge;
mod pay_as_you_go;
mod text;
mod write;

use core::num::NonZeroU64;

pub use charge::{
    AccountedOctets, MeasuredPeriod, MeteredCharge, MeteredError, RateSum, UsageRecord,
};
pub use pay_as_you_go::{PayAsYouGo, PayAsYouGoError};
pub use text::MeteredPriceError;

use super::UsagePrice;
use super::bandwidth::{Billable, Commitment, Missing};
use super::tariff::Tariff;
use crate::Currency;

/// By which rule what was measured in a period is priced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeteredPrice {
    /// By the 95th percentile of samples of five minutes.
    Bandwidth(BandwidthPrice),
    /// By what all records of the period count together.
    Units(UnitsPrice),
    /// Each record by the time at which it was used.
    Tariff(Box<Tariff>),
    /// From the wallet while it is used, so that nothing of it is billed afterwards.
    PayAsYouGo(PayAsYouGo),
}

/// What a measured bandwidth costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BandwidthPrice {
    /// What is committed, and what is paid above it.
    pub commitment: Commitment,
    /// Which direction counts.
    pub billable: Billable,
    /// What becomes of samples that are missing; `None`: then it cannot be said what the period costs.
    pub missing: Option<Missing>,
}

/// What counted units cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitsPrice {
    /// What the units of a period cost.
    pub price: UsagePrice,
    /// How much of what is counted is a unit, 1,000,000,000 octets for a gigabyte. One that is begun is
    /// a whole one.
    pub unit: NonZeroU64,
    /// Where what is counted comes from.
    pub counted: Counted,
}

/// Where what is counted comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Counted {
    /// Records that are entered or imported.
    #[default]
    Records,
    /// The octets that the sessions of the subscription's service have counted.
    Accounting(Direction),
}

/// Which octets of a session count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Those to the subscriber.
    Down,
    /// Those from the subscriber.
    Up,
    /// Both.
    Both,
}

/// What has to be measured for a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measurement {
    /// A sample for every five minutes.
    Samples,
    /// Records of so many units at a moment.
    Units,
    /// Records of time, with a beginning and an end.
    Time,
    /// Records of octets, with a beginning and an end.
    Volume,
    /// Nothing: it is taken from the accounting of the service.
    Accounting(Direction),
    /// Nothing: it is paid from the wallet while it is used.
    Wallet,
}

impl Direction {
    /// Every direction.
    pub const ALL: [Self; 3] = [Self::Down, Self::Up, Self::Both];

    /// The name that is stored and typed; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Up => "up",
            Self::Both => "both",
        }
    }
}

impl Measurement {
    /// The name that is shown.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Samples => "samples of five minutes",
            Self::Units => "units",
            Self::Time => "time with a beginning and an end",
            Self::Volume => "octets with a beginning and an end",
            Self::Accounting(_) => "the accounting of the service",
            Self::Wallet => "nothing, as it is paid from the wallet while it is used",
        }
    }
}

impl MeteredPrice {
    /// Of which currency its amounts are.
    #[must_use]
    pub fn currency(&self) -> Currency {
        match self {
            Self::Bandwidth(price) => price.commitment.price().currency(),
            Self::Units(price) => price.price.model.currency(),
            Self::Tariff(tariff) => tariff.currency(),
            Self::PayAsYouGo(price) => price.currency(),
        }
    }

    /// What has to be measured for it.
    #[must_use]
    pub fn measurement(&self) -> Measurement {
        match self {
            Self::Bandwidth(_) => Measurement::Samples,
            Self::Units(UnitsPrice { counted: Counted::Records, .. }) => Measurement::Units,
            Self::Units(UnitsPrice { counted: Counted::Accounting(direction), .. }) => {
                Measurement::Accounting(*direction)
            }
            Self::Tariff(tariff) => match tariff.terms().measure {
                super::tariff::Measure::Time => Measurement::Time,
                super::tariff::Measure::Volume => Measurement::Volume,
            },
            Self::PayAsYouGo(_) => Measurement::Wallet,
        }
    }
}

#[cfg(test)]
mod tests;
