//! When there can be something to bill, and what it will be.

use std::collections::BTreeMap;

use entitlement::Timestamp;

use super::component::{Component, InForce};
use super::difference::{Line, difference};
use super::error::BillingError;
use super::terms::BillingTerms;
use crate::catalogue::{MissingPrice, PriceList};
use crate::{ComponentId, Stretch, Timeline};

/// At how many moments to come it is looked for something to bill.
const MOMENTS_MAX: usize = 64;

/// The earliest moment after `at` at which a run could find something to bill, if all that was due by
/// `at` is billed and nothing else becomes known; `None`: there is none. It is never later than the
/// first at which there is something, and earlier only where that comes to 0.
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
    let mut next: Option<Timestamp> = None;
    for component in &components {
        for stretch in &component.stretches {
            let of_stretch = first_after(component, stretch, at)?;
            next = [next, of_stretch].into_iter().flatten().min();
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

/// When the first part of a stretch becomes due that is not due by `at`.
fn first_after(
    component: &Component<'_>,
    stretch: &Stretch,
    at: Timestamp,
) -> Result<Option<Timestamp>, BillingError> {
    // What was over by then was due.
    let mut walk = component.walk(stretch, Some(at));
    loop {
        let due_at = match walk.step() {
            Ok(None) => return Ok(None),
            Ok(Some(InForce::Once(_))) => stretch.from,
            Ok(Some(InForce::Recurring(price, period))) => match stretch.within(period) {
                Some(part) => component.due_at(price, period, part),
                None => continue,
            },
            Err(BillingError::MissingPrice(MissingPrice { at: then, .. })) if then > at => then,
            Err(error) => return Err(error),
        };
        if due_at > at {
            return Ok(Some(due_at));
        }
    }
}
