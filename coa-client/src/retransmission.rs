//! When a request is sent again (RFC 5080 section 2.2.1).

use core::time::Duration;

/// How long to wait for a reply before the same octets go out again, and when to give up.
///
/// The first wait is `initial`, and each is twice the one before, up to `interval_max`; to each a
/// tenth of itself is added or taken away at random, so that requests that began together do not
/// stay together. Every wait is at least [`WAIT_MIN`](Self::WAIT_MIN).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retransmission {
    /// The first wait (RFC 5080's IRT).
    pub initial: Duration,
    /// The longest wait (MRT).
    pub interval_max: Duration,
    /// How often the request is sent, the first time included (MRC); 0 counts as 1.
    pub transmissions_max: u32,
    /// How long after its beginning the request is given up at the latest (MRD). A request with
    /// Event-Timestamp is dropped by its NAS when it is older than the NAS's window, which is 300
    /// seconds where nobody said otherwise (RFC 5176 section 6.3): stay below it.
    pub duration_max: Duration,
}

/// The values of RFC 5080: 2 s, 16 s, five times, 30 s. That is a request at 0, 2, 6 and 14 seconds, and
/// its end at 30.
impl Default for Retransmission {
    fn default() -> Self {
        Self {
            initial: Duration::from_secs(2),
            interval_max: Duration::from_secs(16),
            transmissions_max: 5,
            duration_max: Duration::from_secs(30),
        }
    }
}

impl Retransmission {
    /// The shortest wait there is, so that no setting floods a NAS.
    pub const WAIT_MIN: Duration = Duration::from_millis(1);

    /// The wait after the transmission with this number, the first of which is 1, for a request
    /// that was given `jitter`.
    pub(crate) fn wait(&self, transmission: u32, jitter: u64) -> Duration {
        let doublings = transmission.saturating_sub(1).min(31);
        let wait = self.initial.saturating_mul(1 << doublings).min(self.interval_max);
        // -100 to +100 thousandths.
        let spread = mixed(jitter.wrapping_add(u64::from(transmission))) % 201;
        let thousandths = 900 + u32::try_from(spread).unwrap_or_default();
        (wait / 1000).saturating_mul(thousandths).max(Self::WAIT_MIN)
    }
}

/// Another number for each number, without order: the finaliser of SplitMix64.
pub(crate) const fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_within_a_tenth() {
        let retransmission = Retransmission::default();
        for jitter in 0..1000 {
            for (transmission, seconds) in (1..).zip([2_u32, 4, 8, 16, 16, 16]) {
                let wait = retransmission.wait(transmission, jitter).as_secs_f64();
                let seconds = f64::from(seconds);
                assert!(wait >= seconds * 0.9 - 1e-6 && wait <= seconds * 1.1 + 1e-6, "{wait}");
            }
        }
    }

    #[test]
    fn waits_are_spread() {
        let retransmission = Retransmission::default();
        let waits = (0..1000).map(|jitter| retransmission.wait(1, jitter).as_millis());
        assert!(waits.clone().min().unwrap() < 1820);
        assert!(waits.max().unwrap() > 2180);
    }

    #[test]
    fn no_setting_overflows_or_floods() {
        let none = Duration::ZERO;
        let zero = Retransmission {
            initial: none,
            interval_max: none,
            transmissions_max: 0,
            duration_max: none,
        };
        assert_eq!(zero.wait(1, 7), Retransmission::WAIT_MIN);
        let most = Duration::MAX;
        let huge = Retransmission {
            initial: most,
            interval_max: most,
            transmissions_max: u32::MAX,
            duration_max: most,
        };
        assert!(huge.wait(u32::MAX, u64::MAX) > Duration::from_secs(1 << 60));
    }
}
