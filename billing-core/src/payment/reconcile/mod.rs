//! What a provider says to have moved against what we have booked and made good.

mod difference;

use std::collections::BTreeMap;

use entitlement::Timestamp;

use super::ReceiptNumber;
use crate::{Interval, Money, MoneyError};

pub use difference::Difference;

/// The most lines of a statement, and the most of ours that are compared with it.
pub const STATEMENT_LINES_MAX: usize = 1_000_000;

/// What is compared, and how strictly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// The stretch of time that the statement covers.
    pub stretch: Interval,
    /// How far the clocks and the booking days of both sides may be apart, seconds. What is so near to
    /// an end of the stretch may be in the statement before or after it, so that it is not said to be
    /// missing. Stretches that overlap by twice as much leave nothing out.
    pub tolerance_s: u32,
    /// How long it may take until what is paid is applied, and what is applied is activated, seconds.
    pub patience_s: u32,
    /// When it is compared.
    pub now: Timestamp,
}

/// What moves between a customer and us by a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Movement {
    /// A customer paid.
    Payment,
    /// We gave something back.
    Refund,
    /// The provider took something back.
    Reversal,
}

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// Something that is booked here too.
    Movement(Movement),
    /// What the provider keeps for itself. We know of it by the statement alone.
    Fee,
}

/// A line of a provider's statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// The provider's number; it may be that of the payment also for what is taken back of it.
    pub number: ReceiptNumber,
    /// What it is about.
    pub kind: LineKind,
    /// How much; more than 0, whichever way it moved.
    pub amount: Money,
    /// When, by the provider's clock.
    pub at: Timestamp,
}

/// What we have booked of the same provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The provider's number.
    pub number: ReceiptNumber,
    /// What it is about.
    pub kind: BookedKind,
    /// How much; more than 0, whichever way it moved.
    pub amount: Money,
    /// How much of it the ledger has taken from the account of the provider, or given back to it.
    pub moved: Money,
    /// When, by our clock.
    pub at: Timestamp,
}

/// What something that was booked is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BookedKind {
    /// A receipt, and how far it has come.
    Payment(Progress),
    /// A refund.
    Refund,
    /// A reversal.
    Reversal,
}

/// How far what was paid has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Progress {
    /// It is paid, and what it brings is not in the books.
    Paid,
    /// It is in the books, and the network has not confirmed.
    Applied {
        /// Since when it is.
        at: Timestamp,
    },
    /// It is in the books, and the network has confirmed or has nothing to do.
    Complete,
}

/// What came of comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciled {
    /// What is not as it should be, by number and kind.
    pub differences: Vec<Difference>,
    /// How many lines have their like here, in everything.
    pub agreed: usize,
    /// How many have none, and are so near to an end of the stretch that it is not said to be missing.
    pub undecided: usize,
    /// What the provider keeps for itself, one sum for each currency.
    pub fees: Vec<Money>,
}

/// Why it cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReconcileError {
    /// Too many.
    #[error(
        "there are {count} lines to compare; at most {STATEMENT_LINES_MAX} are at once: take a shorter stretch"
    )]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// Fees come to more than can be counted.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What is known under one number of one kind, on each side.
#[derive(Default)]
struct Sides<'l> {
    there: Vec<&'l StatementLine>,
    here: Vec<&'l Booked>,
}

/// Compares a provider's statement with what was booked of it. Either may reach beyond the stretch: what
/// is outside is no difference by itself, and may be the like of what is within.
///
/// # Errors
/// Of too many lines, or when fees are out of range.
pub fn reconcile(
    statement: &[StatementLine],
    booked: &[Booked],
    scope: &Scope,
) -> Result<Reconciled, ReconcileError> {
    let count = statement.len().max(booked.len());
    if count > STATEMENT_LINES_MAX {
        return Err(ReconcileError::TooMany { count });
    }
    let mut sides: BTreeMap<(&ReceiptNumber, Movement), Sides<'_>> = BTreeMap::new();
    let (mut differences, mut fees) = (Vec::new(), Vec::new());
    for line in statement {
        match line.kind {
            LineKind::Fee => add_fee(&mut fees, line, scope)?,
            LineKind::Movement(movement) => {
                sides.entry((&line.number, movement)).or_default().there.push(line);
            }
        }
    }
    for ours in booked {
        sides.entry((&ours.number, ours.kind.movement())).or_default().here.push(ours);
    }
    let (mut agreed, mut undecided) = (0, 0);
    for ((number, movement), sides) in &sides {
        match sides.compare(number, *movement, scope) {
            Compared::Outside => {}
            Compared::Undecided => undecided += 1,
            Compared::Within(found) if found.is_empty() => agreed += 1,
            Compared::Within(found) => differences.extend(found),
        }
        for ours in sides.here.iter().filter(|ours| scope.stretch.contains(ours.at)) {
            differences.extend(ours.not_in_the_ledger());
            differences.extend(scope.not_made_good(ours));
        }
    }
    Ok(Reconciled { differences, agreed, undecided, fees })
}

/// What came of comparing what is known under one number.
enum Compared {
    /// It is not of this stretch.
    Outside,
    /// It has no like, and need not have.
    Undecided,
    /// It is of this stretch, and that is not as it should be.
    Within(Vec<Difference>),
}

impl Sides<'_> {
    fn compare(&self, number: &ReceiptNumber, movement: Movement, scope: &Scope) -> Compared {
        let found = match (self.there.first(), self.here.first()) {
            (Some(first), Some(ours)) => {
                if !scope.stretch.contains(first.at) && !scope.stretch.contains(ours.at) {
                    return Compared::Outside;
                }
                // Of several the one that is like ours.
                let like = self.there.iter().find(|line| line.amount == ours.amount);
                let line = like.unwrap_or(first);
                Difference::of_amounts(number, movement, line.amount, ours.amount)
            }
            (Some(line), None) => match scope.place_of(line.at) {
                Place::Inner => Some(Difference::not_here(number, movement, line.amount)),
                Place::NearAnEnd => return Compared::Undecided,
                Place::Outside => return Compared::Outside,
            },
            (None, Some(ours)) => match scope.place_of(ours.at) {
                Place::Inner => Some(Difference::not_there(number, movement, ours.amount)),
                Place::NearAnEnd => return Compared::Undecided,
                Place::Outside => return Compared::Outside,
            },
            (None, None) => return Compared::Outside,
        };
        if movement != Movement::Payment && self.have_the_same_amounts() {
            // Of one payment several parts may be given back, all of them under its number.
            return Compared::Within(Vec::new());
        }
        let (there, here) = (self.there.len(), self.here.len());
        let twice = Difference::twice(number, movement, there, here);
        Compared::Within(found.into_iter().chain(twice).collect())
    }

    /// Whether both have the same amounts, each as often.
    fn have_the_same_amounts(&self) -> bool {
        let sorted = |amounts: &mut dyn Iterator<Item = Money>| {
            let mut amounts: Vec<_> =
                amounts.map(|it| (it.currency().code(), it.amount_minor())).collect();
            amounts.sort_unstable();
            amounts
        };
        let there = sorted(&mut self.there.iter().map(|line| line.amount));
        there == sorted(&mut self.here.iter().map(|ours| ours.amount))
    }
}

impl Booked {
    /// Whether the ledger has it otherwise.
    fn not_in_the_ledger(&self) -> Option<Difference> {
        (self.moved != self.amount).then(|| Difference::Ledger {
            number: self.number.clone(),
            movement: self.kind.movement(),
            booked: self.amount,
            moved: self.moved,
        })
    }
}

/// Where a moment lies in a stretch.
enum Place {
    Inner,
    NearAnEnd,
    Outside,
}

impl Scope {
    fn place_of(&self, at: Timestamp) -> Place {
        if !self.stretch.contains(at) {
            return Place::Outside;
        }
        let tolerance_s = i64::from(self.tolerance_s);
        let from = self.stretch.from().plus_s(tolerance_s);
        let until = self.stretch.until().minus_s(tolerance_s);
        if from <= at && at < until { Place::Inner } else { Place::NearAnEnd }
    }

    /// Whether a payment within the stretch has waited too long for what it should bring.
    fn not_made_good(&self, ours: &Booked) -> Option<Difference> {
        let BookedKind::Payment(progress) = ours.kind else { return None };
        let waited_s = |since: Timestamp| {
            let waited_s = since.seconds_until(self.now);
            (waited_s > u64::from(self.patience_s)).then_some(waited_s)
        };
        let (number, amount) = (ours.number.clone(), ours.amount);
        match progress {
            Progress::Paid => waited_s(ours.at).map(|waited_s| Difference::NotApplied {
                number,
                amount,
                waited_s,
            }),
            Progress::Applied { at } => {
                waited_s(at).map(|waited_s| Difference::NotActivated { number, amount, waited_s })
            }
            Progress::Complete => None,
        }
    }
}

impl BookedKind {
    /// What moved.
    #[must_use]
    pub const fn movement(self) -> Movement {
        match self {
            Self::Payment(_) => Movement::Payment,
            Self::Refund => Movement::Refund,
            Self::Reversal => Movement::Reversal,
        }
    }
}

fn add_fee(fees: &mut Vec<Money>, line: &StatementLine, scope: &Scope) -> Result<(), MoneyError> {
    if !scope.stretch.contains(line.at) {
        return Ok(());
    }
    match fees.iter_mut().find(|sum| sum.currency() == line.amount.currency()) {
        Some(sum) => *sum = sum.plus(line.amount)?,
        None => fees.push(line.amount),
    }
    Ok(())
}

#[cfg(test)]
mod tests;
