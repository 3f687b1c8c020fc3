//! What an invoice will be.

use entitlement::Timestamp;

use super::draft::{Draft, DraftError, DraftLine, TaxLine, Taxation};
use crate::charges::Line;
use crate::{ComponentId, Currency, Money, Rounding};

/// What the next invoice will be if nothing changes. It is no invoice: it has no number, nobody owes
/// it, it moves nothing in the ledger, and nothing makes one of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proforma {
    at: Timestamp,
    draft: Draft,
}

impl Proforma {
    /// Of lines that will be due at a moment ([`next_lines`](crate::next_lines)).
    ///
    /// # Errors
    /// As [`Draft::new`].
    pub fn new<'t>(
        at: Timestamp,
        currency: Currency,
        lines: Vec<Line>,
        taxation: impl Fn(ComponentId) -> Option<&'t Taxation>,
        rounding: Rounding,
    ) -> Result<Self, DraftError> {
        Ok(Self { at, draft: Draft::new(currency, lines, taxation, rounding)? })
    }

    /// When it will be due.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// What will be billed.
    #[must_use]
    pub fn lines(&self) -> &[DraftLine] {
        &self.draft.lines
    }

    /// Each tax with what it will be on.
    #[must_use]
    pub fn taxes(&self) -> &[TaxLine] {
        &self.draft.taxes
    }

    /// Without taxes.
    #[must_use]
    pub const fn net(&self) -> Money {
        self.draft.net
    }

    /// With taxes.
    #[must_use]
    pub const fn gross(&self) -> Money {
        self.draft.gross
    }
}
