//! What goes wrong between the server and the router, the same in each run with the same seed.

use std::str::FromStr;
use std::time::Duration;

/// What goes wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trouble {
    /// Which part of the requests, and of the replies, is lost: 0 to 1.
    pub loss: f64,
    /// Chooses which of them.
    pub seed: u64,
    /// How long the router takes for an answer.
    pub delay: Duration,
    /// When it does not hear anything.
    pub away: Vec<Away>,
    /// So many requests, the first, are refused with Resources-Unavailable (506).
    pub refuse_first: u32,
}

/// A while in which the router hears nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// When it begins, since the router started.
    pub from: Duration,
    /// How long it is.
    pub lasts: Duration,
}

/// A text that says no such while.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not like 60s@10s: away for 60 seconds, 10 seconds after the start")]
pub struct AwayError(String);

impl FromStr for Away {
    type Err = AwayError;

    fn from_str(text: &str) -> Result<Self, AwayError> {
        let both = text.split_once('@').and_then(|(lasts, from)| {
            Some(Self { from: duration(from)?, lasts: duration(lasts)? })
        });
        both.ok_or_else(|| AwayError(text.to_owned()))
    }
}

/// `60s` or `500ms`.
fn duration(text: &str) -> Option<Duration> {
    let number = |digits: &str| {
        let plain = digits.bytes().all(|digit| digit.is_ascii_digit());
        plain.then(|| digits.parse::<u32>().ok()).flatten().map(u64::from)
    };
    if let Some(ms) = text.strip_suffix("ms") {
        return number(ms).map(Duration::from_millis);
    }
    number(text.strip_suffix('s')?).map(Duration::from_secs)
}

impl Trouble {
    /// Whether the router is away at a moment since its start.
    pub(crate) fn is_away(&self, elapsed: Duration) -> bool {
        self.away
            .iter()
            .any(|away| elapsed >= away.from && elapsed.saturating_sub(away.from) < away.lasts)
    }
}

/// Chooses what is lost: SplitMix64, for which any seed will do.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// True for that part of all throws.
    pub(crate) fn hits(&mut self, part: f64) -> bool {
        /// 53 bits are what a float holds.
        const PARTS: f64 = (1_u64 << 53) as f64;
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let thrown = (mixed ^ (mixed >> 31)) >> 11;
        (thrown as f64) < part * PARTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_while_is_read() {
        let away: Away = "60s@10s".parse().unwrap();
        let s = Duration::from_secs;
        assert_eq!(away, Away { from: s(10), lasts: s(60) });
        assert_eq!("500ms@0s".parse::<Away>().unwrap().lasts, Duration::from_millis(500));
        for wrong in ["60s", "60@10", "s@s", "-1s@1s", "@", "1h@1s"] {
            assert!(wrong.parse::<Away>().is_err(), "{wrong}");
        }
        let trouble = Trouble { away: vec![away], ..Trouble::default() };
        let away_at = [9, 10, 69, 70].map(|at| trouble.is_away(s(at)));
        assert_eq!(away_at, [false, true, true, false]);
    }

    #[test]
    fn about_a_fifth_is_lost_and_the_same_with_the_same_seed() {
        let thrown = |seed| {
            let mut dice = Dice::new(seed);
            (0..10_000).map(|_| dice.hits(0.2)).collect::<Vec<bool>>()
        };
        let lost = thrown(7).into_iter().filter(|hit| *hit).count();
        assert!((1_800..2_200).contains(&lost), "{lost}");
        assert_eq!(thrown(7), thrown(7));
        assert_ne!(thrown(7), thrown(8));
        assert!(!(0..1_000).any(|_| Dice::new(1).hits(0.0)));
        assert!(Dice::new(1).hits(1.0));
    }
}
