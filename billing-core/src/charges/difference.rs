//! What was not billed yet, or too much.

use std::collections::{BTreeMap, BTreeSet};

use entitlement::Timestamp;

use super::due::{Due, DueKey, due};
use super::error::BillingError;
use super::terms::BillingTerms;
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
    /// The first moment at which it is over, as far as the lines say.
    over_at: Option<Timestamp>,
}

/// The lines by which everything that a subscription should have cost by `at` is billed, given those
/// that were billed already, in their order. A credit is never more than what was billed.
///
/// What is still to come changes nothing that was billed: it is neither charged nor credited before it
/// happens. What was not billed yet is billed as far as is known, so that a known end shortens it.
///
/// Lines of periods that are closed ([`BillingTerms::open_from`]) need not be given; of one key either
/// all are or none.
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
    difference_after_credits(timeline, prices, terms, billed, &BTreeMap::new(), at)
}

/// As [`difference`], where credit notes gave back something of what was billed: `credited` is how
/// much of each key, as its price is stated. What was given back is not billed again, and a credit is
/// never more than what is left.
///
/// # Errors
/// As [`difference`].
pub fn difference_after_credits(
    timeline: &Timeline,
    prices: &BTreeMap<ComponentId, PriceList>,
    terms: &BillingTerms,
    billed: &[Line],
    credited: &BTreeMap<DueKey, Money>,
    at: Timestamp,
) -> Result<Vec<Line>, BillingError> {
    let mut billed = sums(billed)?;
    let open_from = terms.open_from(timeline)?.unwrap_or(Timestamp::from_unix_ms(i64::MIN));
    let closed: BTreeSet<DueKey> = billed
        .iter()
        .filter(|(key, billed)| billed.over_at.unwrap_or(key.begins) <= open_from)
        .map(|(key, _)| *key)
        .collect();
    billed.retain(|key, _| !closed.contains(key));
    let last_from: BTreeMap<DueKey, Timestamp> =
        billed.iter().map(|(key, billed)| (*key, billed.last_from)).collect();
    // A run for an earlier moment takes nothing back.
    let at = last_from.values().copied().fold(at, Timestamp::max);
    let dues = |timeline: &Timeline,
                terms: &BillingTerms|
     -> Result<BTreeMap<DueKey, Due>, BillingError> {
        let dues = due(timeline, prices, terms, &last_from, at)?.into_iter();
        Ok(dues.map(|due| (due.key, due)).filter(|(key, _)| !closed.contains(key)).collect())
    };
    let mut known = dues(timeline, terms)?;
    let mut happened = match (timeline.until(at), terms.realigned_until(at)) {
        (None, None) => None,
        (events, aligned) => {
            Some(dues(events.as_ref().unwrap_or(timeline), aligned.as_ref().unwrap_or(terms))?)
        }
    };
    let mut lines = Vec::new();
    for (key, billed) in billed {
        let by_now = happened.as_mut().map(|happened| happened.remove(&key));
        let (due, mut amount) = to_bill(known.remove(&key), by_now, billed.amount)?;
        if let Some(credited) = credited.get(&key).filter(|_| amount.is_negative()) {
            // What is left of it can be credited, and no more.
            let left = billed.amount.minus(*credited)?;
            let most = if left.is_negative() { Money::zero(left.currency()) } else { left };
            amount = amount.negated()?.least(most)?.negated()?;
        }
        lines.push(Line { key, due, billed_before: billed.amount, amount });
    }
    for (key, due) in known {
        let by_now = happened.as_mut().map(|happened| happened.remove(&key));
        let billed_before = Money::zero(due.amount.currency());
        let (due, amount) = to_bill(Some(due), by_now, billed_before)?;
        lines.push(Line { key, due, billed_before, amount });
    }
    lines.retain(|line| !line.amount.is_zero());
    lines.sort_by_key(|line| (line.key.begins, line.key.component, line.key.kind));
    Ok(lines)
}

/// What is due by `at`, by what has happened until then, and costs nothing: a price of nothing, or one of which
/// all is taken off. Nothing is billed for it, but it is had.
///
/// # Errors
/// As [`due`].
pub fn free_of_charge(
    timeline: &Timeline,
    prices: &BTreeMap<ComponentId, PriceList>,
    terms: &BillingTerms,
    billed: &[Line],
    at: Timestamp,
) -> Result<Vec<Due>, BillingError> {
    let billed = sums(billed)?;
    let last_from: BTreeMap<DueKey, Timestamp> =
        billed.iter().map(|(key, billed)| (*key, billed.last_from)).collect();
    let at = last_from.values().copied().fold(at, Timestamp::max);
    let (events, aligned) = (timeline.until(at), terms.realigned_until(at));
    let timeline = events.as_ref().unwrap_or(timeline);
    let mut dues = due(timeline, prices, aligned.as_ref().unwrap_or(terms), &last_from, at)?;
    dues.retain(|due| due.amount.is_zero() && !billed.contains_key(&due.key));
    Ok(dues)
}

/// What is missing to what is due of a key: between what is due as far as is known and (where something is
/// still to come) what is due by what has happened, nothing is.
fn to_bill(
    known: Option<Due>,
    happened: Option<Option<Due>>,
    billed: Money,
) -> Result<(Option<Due>, Money), MoneyError> {
    let nothing = Money::zero(billed.currency());
    let missing = |due: &Option<Due>| due.as_ref().map_or(nothing, |due| due.amount).minus(billed);
    let by_known = missing(&known)?;
    let Some(happened) = happened else { return Ok((known, by_known)) };
    let by_happened = missing(&happened)?;
    let (less, more) = match by_known.least(by_happened)? == by_known {
        true => ((known, by_known), (happened, by_happened)),
        false => ((happened, by_happened), (known, by_known)),
    };
    // Both are more than was billed, or both are less: the nearer one is due in any case.
    Ok(if !less.1.is_negative() {
        less
    } else if more.1.is_negative() {
        more
    } else {
        (more.0, nothing)
    })
}

fn sums(lines: &[Line]) -> Result<BTreeMap<DueKey, Billed>, MoneyError> {
    let mut sums: BTreeMap<DueKey, Billed> = BTreeMap::new();
    for line in lines {
        let last_from = line.due.as_ref().map_or(line.key.begins, Due::last_from);
        let over_at = line.due.as_ref().map(Due::over_at);
        match sums.get_mut(&line.key) {
            Some(sum) => {
                sum.amount = sum.amount.plus(line.amount)?;
                sum.last_from = sum.last_from.max(last_from);
                sum.over_at = sum.over_at.max(over_at);
            }
            None => {
                sums.insert(line.key, Billed { amount: line.amount, last_from, over_at });
            }
        }
    }
    Ok(sums)
}
