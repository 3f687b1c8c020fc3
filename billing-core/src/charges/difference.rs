//! What was not billed yet, or too much.

use std::collections::BTreeMap;

use entitlement::Timestamp;

use super::due::{BillingError, BillingTerms, Due, DueKey, Piece, due};
use crate::catalogue::PriceList;
use crate::{ComponentId, Money, MoneyError, Timeline};

/// One line of an invoice: what brings the billed amount of a key to what is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Of what.
    pub key: DueKey,
    /// What is due of it now, with how that comes about; `None`: nothing any more.
    pub due: Option<Due>,
    /// What was billed of it before.
    pub billed_before: Money,
    /// What is still to be billed; negative where that was too much: a credit.
    pub amount: Money,
}

/// What was billed of one key so far.
struct Billed {
    amount: Money,
    /// When the last of its parts begins.
    last_from: Timestamp,
}

/// The lines by which everything that a subscription should have cost by `at` is billed, given those
/// that were billed already, in their order. A credit is never more than what was billed.
///
/// # Errors
/// As [`due`], and when a key was billed in two currencies.
pub fn difference(
    timeline: &Timeline,
    prices: &BTreeMap<ComponentId, PriceList>,
    terms: &BillingTerms,
    billed: &[Line],
    at: Timestamp,
) -> Result<Vec<Line>, BillingError> {
    let billed = sums(billed)?;
    let last_from = billed.iter().map(|(key, billed)| (*key, billed.last_from)).collect();
    let mut dues: BTreeMap<DueKey, Due> = due(timeline, prices, terms, &last_from, at)?
        .into_iter()
        .map(|due| (due.key, due))
        .collect();
    let mut lines = Vec::new();
    for (key, billed) in billed {
        let due = dues.remove(&key);
        let currency = billed.amount.currency();
        let should = due.as_ref().map_or(Money::zero(currency), |due| due.amount);
        let amount = should.minus(billed.amount)?;
        lines.push(Line { key, due, billed_before: billed.amount, amount });
    }
    lines.extend(dues.into_values().map(|due| {
        let billed_before = Money::zero(due.amount.currency());
        Line { key: due.key, amount: due.amount, billed_before, due: Some(due) }
    }));
    lines.retain(|line| !line.amount.is_zero());
    lines.sort_by_key(|line| (line.key.begins, line.key.component));
    Ok(lines)
}

fn sums(lines: &[Line]) -> Result<BTreeMap<DueKey, Billed>, MoneyError> {
    let mut sums: BTreeMap<DueKey, Billed> = BTreeMap::new();
    for line in lines {
        let pieces = line.due.iter().flat_map(|due| &due.pieces);
        let begins = |piece: &Piece| piece.interval.map(|interval| interval.from());
        let last_from = pieces.filter_map(begins).max().unwrap_or(line.key.begins);
        match sums.get_mut(&line.key) {
            Some(sum) => {
                sum.amount = sum.amount.plus(line.amount)?;
                sum.last_from = sum.last_from.max(last_from);
            }
            None => {
                sums.insert(line.key, Billed { amount: line.amount, last_from });
            }
        }
    }
    Ok(sums)
}
