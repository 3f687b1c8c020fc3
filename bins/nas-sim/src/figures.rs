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
    /// Nine in ten were not longer, microseconds.
    pub p90_us: u32,
    /// All but one in a hundred were not longer, microseconds.
    pub p99_us: u32,
    /// All but one in a thousand were not longer, microseconds.
    pub p999_us: u32,
    /// The longest, microseconds.
    pub max_us: u32,
}

impl RoundTrips {
    pub(crate) fn add(&mut self, time: Duration) {
        self.micros.push(u32::try_from(time.as_micros()).unwrap_or(u32::MAX));
    }

    pub(crate) fn count(&self) -> usize {
        self.micros.len()
    }

    pub(crate) fn figures(&self) -> RoundTripFigures {
        self.figures_from(0)
    }

    /// Without the first `skipped`.
    pub(crate) fn figures_from(&self, skipped: usize) -> RoundTripFigures {
        let mut sorted = self.micros.get(skipped..).unwrap_or_default().to_vec();
        sorted.sort_unstable();
        let at = |per_mille: usize| {
            let rank = (sorted.len() * per_mille).div_ceil(1000);
            sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
        };
        RoundTripFigures {
            count: sorted.len(),
            p50_us: at(500),
            p90_us: at(900),
            p99_us: at(990),
            p999_us: at(999),
            max_us: at(1000),
        }
    }
}

impl std::fmt::Display for RoundTripFigures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |us: u32| f64::from(us) / 1000.0;
        let (p50, p90, p99) = (ms(self.p50_us), ms(self.p90_us), ms(self.p99_us));
        let (p999, max, count) = (ms(self.p999_us), ms(self.max_us), self.count);
        write!(
            f,
            "p50 {p50:.2} ms, p90 {p90:.2} ms, p99 {p99:.2} ms, p99.9 {p999:.2} ms, max {max:.2} \
             ms of {count}"
        )
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
        assert_eq!((figures.p90_us, figures.p999_us), (180, 200));
        // They were added from the longest on.
        assert_eq!((trips.figures_from(150).count, trips.figures_from(150).max_us), (50, 50));
    }
}
