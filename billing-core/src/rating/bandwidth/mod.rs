//! What a bandwidth costs that is measured: the 95th percentile of a month, a commitment, and bursts.
//!
//! [`Samples`] are the rates of a billing period, one for every five minutes, as they were measured or
//! worked out from counters. A [`Percentile`] is what is left of them without the greatest twentieth;
//! a [`Commitment`] says what that costs.

mod commitment;
mod counters;
mod percentile;
mod samples;

pub use commitment::{BandwidthCharge, Commitment, CommitmentError};
pub use counters::{Counters, CountersError, READINGS_MAX, Reading};
pub use percentile::{Billable, Missing, NoSamples, Percentile};
pub use samples::{SAMPLE_S, SAMPLES_A_MONTH, SAMPLES_MAX, Sample, Samples, SamplesError};

#[cfg(test)]
mod tests;
