//! Counting and the shape of round-trip times.

use std::time::Duration;

/// Round-trip times of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct RoundTrips {
    micros: Vec<u32>,
}

/// What round-trip times come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct RoundTripFigures {
    /// How many were measured.
    pub count: usize,
    /// Half of them were not longer, microseconds.
    pub p50_us: u32,
    /// All but one in a hundred were not longer, microseconds.
    pub p99_us: u32,
    /// The longest, microseconds.
    pub max_us: u32,
}

impl RoundTrips {
    pub(crate) fn add(&mut self, time: Duration) {
        self.micros.push(u32::try_from(time.as_micros()).unwrap_or(u32::MAX));
    }

    pub(crate) fn figures(&self) -> RoundTripFigures {
        let mut sorted = self.micros.clone();
        sorted.sort_unstable();
        let at = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100);
            sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
        };
        RoundTripFigures { count: sorted.len(), p50_us: at(50), p99_us: at(99), max_us: at(100) }
    }
}

impl std::fmt::Display for RoundTripFigures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |us: u32| f64::from(us) / 1000.0;
        let (p50, p99, max) = (ms(self.p50_us), ms(self.p99_us), ms(self.max_us));
        write!(f, "p50 {p50:.2} ms, p99 {p99:.2} ms, max {max:.2} ms of {}", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_rank() {
        let mut trips = RoundTrips::default();
        assert_eq!(trips.figures(), RoundTripFigures::default());
        for micros in (1..=200).rev() {
            trips.add(Duration::from_micros(micros));
        }
        let figures = trips.figures();
        assert_eq!((figures.p50_us, figures.p99_us, figures.max_us), (100, 198, 200));
    }
}
