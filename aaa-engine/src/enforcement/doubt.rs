//! What was sent of which nobody knows whether it was done.

use super::posture::{Part, Posture};

/// The parts of a session that its NAS may have as it confirmed them last, or as something that was
/// sent since says: no answer came, or the server was started anew before it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Doubt {
    /// A bit for each part.
    parts: u16,
    /// The same before the latest request was sent.
    before: u16,
}

impl Doubt {
    /// Whether everything is as it was confirmed.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.parts == 0
    }

    /// The number that is stored.
    #[must_use]
    pub const fn code(self) -> i64 {
        // Both have 16 bits: nothing is cut off.
        ((self.before as i64) << 16) | self.parts as i64
    }

    /// What a stored number stands for.
    #[must_use]
    pub fn from_code(code: i64) -> Self {
        let half = |shift: u32| u16::try_from((code >> shift) & 0xffff).unwrap_or(u16::MAX);
        Self { parts: half(0), before: half(16) }
    }

    pub(super) const fn is_of(self, part: Part) -> bool {
        self.parts & bit(part) != 0
    }

    /// These parts have been sent too.
    pub(super) fn and(self, sent: impl Iterator<Item = Part>) -> Self {
        let parts = sent.fold(self.parts, |parts, part| parts | bit(part));
        Self { parts, before: self.parts }
    }

    /// The latest that was sent was not done.
    pub(super) const fn but_the_latest(self) -> Self {
        Self { parts: self.before, before: self.before }
    }

    /// The NAS has confirmed this: only what could not be said stays in doubt.
    pub(super) fn but_what_it_says(self, told: &Posture) -> Self {
        let unsaid = Part::ALL.into_iter().filter(|part| told.lacks(*part) && self.is_of(*part));
        let parts = unsaid.fold(0, |parts, part| parts | bit(part));
        Self { parts, before: parts }
    }
}

/// They are stored: a new part comes last.
const fn bit(part: Part) -> u16 {
    1 << part as u16
}
