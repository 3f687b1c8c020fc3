//! Chance that can be repeated.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// What names the seed of a run that is to be repeated.
pub const SEED_VARIABLE: &str = "WEIR_MODEL_SEED";

/// The seed that the environment names, or one that nobody has seen yet.
pub fn seed() -> u64 {
    std::env::var(SEED_VARIABLE).map_or_else(
        |_| RandomState::new().build_hasher().finish() >> 16,
        |seed| seed.parse().expect("the seed is a number"),
    )
}

/// SplitMix64: small, seeded, and good enough to choose what happens.
pub struct Random(u64);

impl Random {
    /// Equal seeds and numbers give equal series; different ones give different ones.
    pub const fn new(seed: u64, number: u64) -> Self {
        Self(seed ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93))
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `from` to `below`, without it.
    pub const fn between(&mut self, from: u64, below: u64) -> u64 {
        from + self.next() % (below - from)
    }

    /// True `percent` times of a hundred.
    pub const fn happens(&mut self, percent: u64) -> bool {
        self.between(0, 100) < percent
    }
}
