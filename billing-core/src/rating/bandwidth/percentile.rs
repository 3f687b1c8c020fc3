//! The 95th percentile of a month.

use super::samples::{Sample, Samples};

/// One of so many samples is left out: five per cent.
const LEFT_OUT_ONE_OF: usize = 20;

/// Which of both directions is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Billable {
    /// The percentile of each direction, and of both the greater.
    #[default]
    Greater,
    /// The percentile of each direction, added up.
    SumOfPercentiles,
    /// The percentile of what both directions are together in each sample.
    PercentileOfSums,
}

/// What becomes of samples that are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Missing {
    /// They are taken for 0: what was not measured is not billed.
    #[default]
    Zero,
    /// They are left out: the month is as long as it was measured.
    LeftOut,
}

/// The 95th percentile of samples: of n that are sorted, the greatest n / 20, rounded down, are left
/// out, and the next is it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Percentile {
    /// Of what goes to the subscriber, bit/s.
    pub down_bps: u64,
    /// Of what comes from the subscriber, bit/s.
    pub up_bps: u64,
    /// What is billed, bit/s.
    pub billable_bps: u64,
    /// By which rule.
    pub billable: Billable,
    /// How many samples it is of, with the missing ones where they count.
    pub samples: usize,
    /// How many of the greatest were left out.
    pub left_out: usize,
    /// How many samples of the period are missing.
    pub missing: usize,
    /// What became of them.
    pub missing_are: Missing,
}

/// There is nothing to take a percentile of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "all {missing} samples of the period are missing; measure one at least, or take missing ones for 0"
)]
pub struct NoSamples {
    /// How many there should be.
    pub missing: usize,
}

impl Billable {
    /// Every rule.
    pub const ALL: [Self; 3] = [Self::Greater, Self::SumOfPercentiles, Self::PercentileOfSums];

    /// The name that is stored and typed; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Greater => "greater",
            Self::SumOfPercentiles => "sum-of-percentiles",
            Self::PercentileOfSums => "percentile-of-sums",
        }
    }

    /// The rule that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }
}

impl Missing {
    /// Every rule.
    pub const ALL: [Self; 2] = [Self::Zero, Self::LeftOut];

    /// The name that is stored and typed; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::LeftOut => "left-out",
        }
    }

    /// The rule that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }
}

impl Percentile {
    /// That of the samples of a period.
    ///
    /// # Errors
    /// When there is no sample that counts.
    pub fn of(
        samples: &Samples,
        billable: Billable,
        missing_are: Missing,
    ) -> Result<Self, NoSamples> {
        Self::of_all(core::slice::from_ref(samples), billable, missing_are)
    }

    /// That of a time in which no sample lies: 0.
    #[must_use]
    pub const fn of_no_time(billable: Billable, missing_are: Missing) -> Self {
        let (down_bps, up_bps, billable_bps) = (0, 0, 0);
        let (samples, left_out, missing) = (0, 0, 0);
        Self { down_bps, up_bps, billable_bps, billable, samples, left_out, missing, missing_are }
    }

    /// That of the samples of several stretches of time together.
    ///
    /// # Errors
    /// When there is no sample that counts.
    pub fn of_all(
        stretches: &[Samples],
        billable: Billable,
        missing_are: Missing,
    ) -> Result<Self, NoSamples> {
        let all = || stretches.iter().flat_map(Samples::as_slice);
        let missing = all().filter(|sample| sample.is_none()).count();
        let counted: Vec<Sample> = match missing_are {
            Missing::Zero => all().map(|sample| sample.unwrap_or_default()).collect(),
            Missing::LeftOut => all().copied().flatten().collect(),
        };
        let left_out = counted.len() / LEFT_OUT_ONE_OF;
        let of = |rate: fn(&Sample) -> u64| {
            let mut rates: Vec<u64> = counted.iter().map(rate).collect();
            behind_the_greatest(&mut rates, left_out).ok_or(NoSamples { missing })
        };
        let (down_bps, up_bps) = (of(|it| it.down_bps)?, of(|it| it.up_bps)?);
        let billable_bps = match billable {
            Billable::Greater => down_bps.max(up_bps),
            Billable::SumOfPercentiles => down_bps.saturating_add(up_bps),
            Billable::PercentileOfSums => of(|it| it.down_bps.saturating_add(it.up_bps))?,
        };
        let samples = counted.len();
        Ok(Self {
            down_bps,
            up_bps,
            billable_bps,
            billable,
            samples,
            left_out,
            missing,
            missing_are,
        })
    }
}

/// The greatest but for so many; `None` of nothing.
fn behind_the_greatest(rates: &mut [u64], count: usize) -> Option<u64> {
    if count >= rates.len() {
        return None;
    }
    let (_, rate, _) = rates.select_nth_unstable_by(count, |one, other| other.cmp(one));
    Some(*rate)
}
