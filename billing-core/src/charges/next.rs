//! When there can be something to bill, and what it will be.

use std::collections::BTreeMap;

use entitlement::Timestamp;

use super::component::{Component, Step, Walk};
use super::difference::{Line, difference};
use super::error::BillingError;
use super::terms::BillingTerms;
use crate::catalogue::{MissingPrice, PriceList};
use crate::{ComponentId, Timeline};

/// At how many moments to come it is looked for something to bill.
const MOMENTS_MAX: usize = 64;

/// The earliest moment after `at` at which a run could find something to bill, if all that was due by
/// `at` is billed and nothing else becomes known; `None`: there is none. It is never later than the
/// first at which there is something, and earlier only where that comes to 0. What is paid by the accounting
/// of its service is looked at once more a day after it was due, since reports may come late.
///
/// Where a price is missing then, it is that moment: the run says so.
///
/// # Errors
/// When something has no price by `at`, or is out of range.
pub fn next_due(
    timeline: &Timeline,
    prices: &BTreeMap<ComponentId, PriceList>,
    terms: &BillingTerms,
    at: Timestamp,
) -> Result<Option<Timestamp>, BillingError> {
    let minimum = terms.minimum.map(|minimum| minimum.prices());
    let components = Component::all(timeline, prices, terms, minimum.as_ref())?;
    // What is known to come may change what is due when it happens.
    let known = timeline.next_after(at).into_iter().chain(terms.next_realigned_after(at));
    let mut next: Option<Timestamp> = known.min();
    for component in &components {
        // What was over by then was due.
        for walk in component.walks(Some(component.looked_at_from(at))) {
            next = [next, first_after(walk, at)?].into_iter().flatten().min();
        }
    }
    Ok(next)
}

/// What the next run that finds something will bill if nothing changes, and when that is: behind what
/// is due by `at` and not billed yet. `None`: nothing, as far as is known.
///
/// # Errors
/// As [`difference`].
pub fn next_lines(
    timeline: &Timeline,
    prices: &BTreeMap<ComponentId, PriceList>,
    terms: &BillingTerms,
    billed: &[Line],
    at: Timestamp,
) -> Result<Option<(Timestamp, Vec<Line>)>, BillingError> {
    let mut billed = billed.to_vec();
    billed.extend(difference(timeline, prices, terms, &billed, at)?);
    let mut now = at;
    for _ in 0..MOMENTS_MAX {
        let Some(next) = next_due(timeline, prices, terms, now)? else { return Ok(None) };
        let lines = difference(timeline, prices, terms, &billed, next)?;
        if !lines.is_empty() {
            return Ok(Some((next, lines)));
        }
        now = next;
    }
    Ok(None)
}

/// When the first becomes due of what is charged since a component was taken and is not due by `at`.
///
/// Of a period that another alignment has cut, what is promised is known behind those that follow it: so
/// it is looked on as long as a period begins before what was found.
fn first_after(mut walk: Walk<'_>, at: Timestamp) -> Result<Option<Timestamp>, BillingError> {
    let mut first: Option<Timestamp> = None;
    while first.is_none_or(|first| walk.next_from().is_some_and(|from| from < first)) {
        let due_at = match walk.step() {
            Ok(None) => break,
            Ok(Some(Step::Once(bought))) => Some(bought.due_at).filter(|due_at| *due_at > at),
            Ok(Some(Step::Period(period))) => period.first_due_after(at),
            Err(BillingError::MissingPrice(MissingPrice { at: then, .. })) if then > at => {
                return Ok(first.into_iter().chain([then]).min());
            }
            Err(error) => return Err(error),
        };
        first = first.into_iter().chain(due_at).min();
    }
    Ok(first)
}
