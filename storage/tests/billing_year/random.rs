//! Numbers that follow from a seed.

use core::ops::Range;

/// SplitMix64.
pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn within(&mut self, range: Range<i64>) -> i64 {
        let len = u64::try_from(range.end - range.start).unwrap();
        range.start + i64::try_from(self.next() % len).unwrap()
    }

    /// Whether something happens that happens so often of a hundred times.
    pub fn percent(&mut self, percent: i64) -> bool {
        self.within(0..100) < percent
    }

    pub fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[usize::try_from(self.within(0..of.len() as i64)).unwrap()]
    }
}
