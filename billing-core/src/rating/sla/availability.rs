//! Which part of a period a service was available.

use core::fmt;

use entitlement::Timestamp;

use crate::{Interval, Percentage, Ratio};

/// The most outages of a period, and the most maintenance in it: each entry counts.
pub const OUTAGES_MAX: usize = 100_000;

/// For how long of a period a service was available.
///
/// Planned maintenance is no part of the time in which it should have been: an outage within it does
/// not count, and the time itself does not either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Availability {
    /// The period.
    pub period: Interval,
    /// How much of it was planned maintenance, milliseconds.
    pub maintenance_ms: u64,
    /// How much of it does not count at all, because the service was not had then, milliseconds.
    pub uncounted_ms: u64,
    /// How long the service was down at other times, milliseconds.
    pub down_ms: u64,
    /// How often: outages that overlap or follow one another are one.
    pub outages: usize,
}

/// Too many outages, or too much maintenance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are {count} entries of {what}; a period has {OUTAGES_MAX} at most")]
pub struct TooManyOutages {
    /// Of outages or of maintenance.
    pub what: &'static str,
    /// How many there are.
    pub count: usize,
}

impl Availability {
    /// That of a period with these outages, in any order; they may overlap one another, the planned
    /// maintenance and the ends of the period. One that lasts ends with the period.
    ///
    /// # Errors
    /// When there are more than [`OUTAGES_MAX`] of either.
    pub fn of(
        period: Interval,
        outages: &[Interval],
        maintenance: &[Interval],
    ) -> Result<Self, TooManyOutages> {
        for (what, count) in [("outages", outages.len()), ("maintenance", maintenance.len())] {
            if count > OUTAGES_MAX {
                return Err(TooManyOutages { what, count });
            }
        }
        let planned = merged(period, maintenance);
        let down = without(&merged(period, outages), &planned);
        let sum = |intervals: &[Interval]| intervals.iter().map(|it| it.len_ms()).sum();
        let (maintenance_ms, down_ms, outages) = (sum(&planned), sum(&down), down.len());
        Ok(Self { period, maintenance_ms, uncounted_ms: 0, down_ms, outages })
    }

    /// That of a period of which only these stretches count, in the order of time; the time between them
    /// is no part of that in which it should have been available. `None` of no stretch.
    ///
    /// # Errors
    /// As of [`of`](Self::of).
    pub fn of_stretches(
        stretches: &[Interval],
        outages: &[Interval],
        maintenance: &[Interval],
    ) -> Result<Option<Self>, TooManyOutages> {
        let (Some(first), Some(last)) = (stretches.first(), stretches.last()) else {
            return Ok(None);
        };
        let Some(period) = Interval::new(first.from(), last.until()) else { return Ok(None) };
        let counted = merged(period, stretches);
        let mut all = Self { period, maintenance_ms: 0, uncounted_ms: 0, down_ms: 0, outages: 0 };
        for stretch in &counted {
            let of = Self::of(*stretch, outages, maintenance)?;
            all.maintenance_ms += of.maintenance_ms;
            all.down_ms += of.down_ms;
            all.outages += of.outages;
        }
        all.uncounted_ms = without(&[period], &counted).iter().map(|it| it.len_ms()).sum();
        Ok(Some(all))
    }

    /// For how long it should have been available, milliseconds.
    #[must_use]
    pub fn agreed_ms(&self) -> u64 {
        self.period.len_ms().saturating_sub(self.maintenance_ms).saturating_sub(self.uncounted_ms)
    }

    /// Exactly; the whole where there was nothing but maintenance.
    #[must_use]
    pub fn ratio(&self) -> Ratio {
        let agreed_ms = self.agreed_ms();
        Ratio::new(agreed_ms.saturating_sub(self.down_ms), agreed_ms).unwrap_or(Ratio::WHOLE)
    }

    /// Is it less than that, by however little?
    #[must_use]
    pub fn is_below(&self, rate: Percentage) -> bool {
        let ratio = self.ratio();
        let part = u128::from(ratio.numerator()) * u128::from(Percentage::WHOLE_MILLIONTHS);
        part < u128::from(rate.millionths()) * u128::from(ratio.denominator())
    }

    /// In per cent, rounded down to four digits: it is never shown to be what it does not reach.
    fn shown(&self) -> Percentage {
        let ratio = self.ratio();
        let part = u128::from(ratio.numerator()) * u128::from(Percentage::WHOLE_MILLIONTHS);
        let millionths = part.checked_div(ratio.denominator().into());
        let millionths = millionths.and_then(|it| u64::try_from(it).ok());
        millionths.and_then(Percentage::from_millionths).unwrap_or_default()
    }
}

/// What of these lies in the period, ascending, none overlapping or touching another.
fn merged(period: Interval, intervals: &[Interval]) -> Vec<Interval> {
    let mut within: Vec<Interval> =
        intervals.iter().filter_map(|it| it.intersection(period)).collect();
    within.sort_unstable();
    let mut merged: Vec<Interval> = Vec::new();
    for next in within {
        let joined = merged.last_mut().filter(|last| next.from() <= last.until());
        match joined {
            Some(last) => {
                let until = last.until().max(next.until());
                *last = Interval::new(last.from(), until).unwrap_or(*last);
            }
            None => merged.push(next),
        }
    }
    merged
}

/// What of these does not lie in the others; both are merged.
fn without(intervals: &[Interval], others: &[Interval]) -> Vec<Interval> {
    let mut left = Vec::new();
    let mut others = others.iter().peekable();
    for interval in intervals {
        let mut from: Timestamp = interval.from();
        while let Some(other) = others.peek().filter(|it| it.from() < interval.until()) {
            left.extend(Interval::new(from, other.from()));
            from = from.max(other.until());
            // It may reach into the next as well.
            if other.until() > interval.until() {
                break;
            }
            others.next();
        }
        left.extend(Interval::new(from, interval.until()));
    }
    left
}

impl fmt::Display for Availability {
    /// `down 1 h 30 min in 2 outages of 720 h: available 99.7916%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (down, agreed) = (Duration(self.down_ms), Duration(self.agreed_ms()));
        match self.outages {
            0 => write!(f, "never down in {agreed}")?,
            1 => write!(f, "down {down} in 1 outage of {agreed}")?,
            outages => write!(f, "down {down} in {outages} outages of {agreed}")?,
        }
        if self.maintenance_ms > 0 {
            write!(f, ", {} of planned maintenance not counted", Duration(self.maintenance_ms))?;
        }
        write!(f, ": available {}", self.shown())
    }
}

/// Milliseconds, in the units that they are made of.
struct Duration(u64);

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms")];
        let (mut rest, mut blank) = (self.0, "");
        for (ms, unit) in units {
            let count = rest / ms;
            rest %= ms;
            if count > 0 {
                write!(f, "{blank}{count} {unit}")?;
                blank = " ";
            }
        }
        if self.0 == 0 { f.write_str("0 s") } else { Ok(()) }
    }
}
