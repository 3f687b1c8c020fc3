//! When the requests of an open loop are due, whatever the server does meanwhile.

use std::num::NonZeroU32;
use std::time::Duration;

/// A rate that is reached evenly over a ramp and then kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    rate_per_s: f64,
    ramp_s: f64,
}

impl Pace {
    pub(super) fn new(rate_per_s: NonZeroU32, ramp: Duration) -> Self {
        Self { rate_per_s: f64::from(rate_per_s.get()), ramp_s: ramp.as_secs_f64() }
    }

    /// How many requests are due by then, counted from the start.
    pub(super) fn due_by(&self, elapsed: Duration) -> u64 {
        let at_s = elapsed.as_secs_f64();
        let due = if at_s < self.ramp_s {
            self.rate_per_s * at_s * at_s / (2.0 * self.ramp_s)
        } else {
            self.rate_per_s * (at_s - self.ramp_s / 2.0)
        };
        due as u64
    }

    /// When the request after the first `number` is due.
    pub(super) fn due_at(&self, number: u64) -> Duration {
        let nth = number.saturating_add(1) as f64;
        let of_ramp = self.rate_per_s * self.ramp_s / 2.0;
        let at_s = if nth < of_ramp {
            (2.0 * self.ramp_s * nth / self.rate_per_s).sqrt()
        } else {
            nth / self.rate_per_s + self.ramp_s / 2.0
        };
        Duration::from_secs_f64(at_s)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pace(rate_per_s: u32, ramp_ms: u64) -> Pace {
        Pace::new(NonZeroU32::new(rate_per_s).unwrap(), Duration::from_millis(ramp_ms))
    }

    #[test]
    fn a_ramp_sends_half_of_what_its_time_would_allow() {
        let pace = pace(1000, 2000);
        assert_eq!(pace.due_by(Duration::from_secs(1)), 250);
        assert_eq!(pace.due_by(Duration::from_secs(2)), 1000);
        assert_eq!(pace.due_by(Duration::from_secs(3)), 2000);
    }

    #[test]
    fn without_a_ramp_requests_are_evenly_apart() {
        let pace = pace(1000, 0);
        assert_eq!(pace.due_at(0), Duration::from_millis(1));
        assert_eq!(pace.due_at(1999), Duration::from_secs(2));
    }

    proptest! {
        #[test]
        fn a_request_is_due_from_its_moment_on(
            rate in 1_u32..1_000_000, ramp_ms in 0_u64..10_000, number in 0_u64..10_000_000,
        ) {
            let pace = pace(rate, ramp_ms);
            let at = pace.due_at(number);
            // A nanosecond either way is rounding.
            prop_assert!(pace.due_by(at + Duration::from_nanos(10)) > number);
            prop_assert!(pace.due_by(at.saturating_sub(Duration::from_nanos(10))) <= number + 1);
            prop_assert!(pace.due_at(number + 1) >= at);
        }
    }
}
