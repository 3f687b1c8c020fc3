//! How a price of usage is written: as it is read.

use core::fmt;

use super::{BandwidthPrice, Counted, MeteredPrice, UnitsPrice};
use crate::rating::bandwidth::Billable;
use crate::rating::tariff::{Measure, Rate, Tariff};
use crate::rating::{Model, Tier, Tiers};

/// A number with the greatest unit that it is a multiple of: `100M`.
struct Scaled(u64);

impl fmt::Display for Scaled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units =
            [(1_000_000_000_000, "T"), (1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")];
        let fits = |(scale, _): &&(u64, &str)| self.0 >= *scale && self.0.is_multiple_of(*scale);
        match units.iter().find(fits) {
            Some((scale, unit)) => write!(f, "{}{unit}", self.0 / scale),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Display for MeteredPrice {
    /// As it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bandwidth(price) => bandwidth(price, f),
            Self::Units(price) => units(price, f),
            Self::Tariff(price) => tariff(price, f),
            Self::PayAsYouGo(price) => price.fmt(f),
        }
    }
}

fn bandwidth(price: &BandwidthPrice, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let BandwidthPrice { commitment, billable, missing } = price;
    let (committed, unit) = (commitment.committed_bps(), commitment.burst_unit_bps().get());
    write!(f, "95th; committed {} at {}", Scaled(committed), commitment.price())?;
    write!(f, "; above {} per {}", commitment.burst(), Scaled(unit))?;
    if let Some(peak) = commitment.peak_bps() {
        write!(f, "; peak {}", Scaled(peak))?;
    }
    if *billable != Billable::default() {
        write!(f, "; counted {}", billable.code())?;
    }
    missing.map_or(Ok(()), |missing| write!(f, "; missing {}", missing.code()))
}

fn units(price: &UnitsPrice, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match &price.price.model {
        Model::PerUnit(unit) => write!(f, "each {unit}")?,
        Model::Package { size, price } => write!(f, "package {} at {price}", Scaled(size.get()))?,
        Model::Graduated(all) => tiers("graduated", all, f)?,
        Model::Volume(all) => tiers("volume", all, f)?,
        Model::Percentage { currency, rate } => write!(f, "percentage {rate} of {currency}")?,
    }
    if price.unit.get() > 1 {
        write!(f, "; unit {}", Scaled(price.unit.get()))?;
    }
    if price.price.free_units > 0 {
        write!(f, "; free {}", Scaled(price.price.free_units))?;
    }
    if let Some(minimum) = price.price.minimum {
        write!(f, "; minimum {minimum}")?;
    }
    match price.counted {
        Counted::Records => Ok(()),
        Counted::Accounting(direction) => write!(f, "; accounting {}", direction.code()),
    }
}

fn tiers(word: &str, tiers: &Tiers, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(word)?;
    for (place, Tier { up_to, unit, flat }) in tiers.as_slice().iter().enumerate() {
        f.write_str(if place == 0 { " " } else { ", " })?;
        match up_to {
            Some(up_to) => write!(f, "{} at {unit}", Scaled(*up_to))?,
            None => write!(f, "rest at {unit}")?,
        }
        if !flat.is_zero() {
            write!(f, " + {flat}")?;
        }
    }
    Ok(())
}

fn tariff(tariff: &Tariff, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let terms = tariff.terms();
    let measure = match terms.measure {
        Measure::Time => "time",
        Measure::Volume => "octets",
    };
    write!(f, "{measure} {}; by {}", Scaled(terms.unit.get()), terms.increments)?;
    for Rate { name, windows, price } in &terms.rates {
        write!(f, "; rate {name} {price} {windows}")?;
    }
    if let Some(price) = terms.otherwise {
        write!(f, "; otherwise {price}")?;
    }
    if let Some(amount) = terms.set_up {
        write!(f, "; set-up {amount}")?;
    }
    if let Some(amount) = terms.maximum {
        write!(f, "; maximum {amount}")?;
    }
    for (place, day) in terms.holidays.dates().enumerate() {
        f.write_str(if place == 0 { "; holidays " } else { ", " })?;
        write!(f, "{day}")?;
    }
    Ok(())
}
