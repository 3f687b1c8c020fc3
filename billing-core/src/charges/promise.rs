//! What is credited because something was not available for as long as was promised.

use entitlement::Timestamp;

use super::due::{DeductionReason, Due, DueKey, Piece};
use super::error::BillingError;
use super::terms::BillingTerms;
use crate::period::Interval;
use crate::rating::sla::{Availability, Sla};

/// Takes what is credited off what is due of a key, if its period is over by `at`.
///
/// It comes behind everything else, so that a maximum does not swallow it and a minimum does not charge
/// it again. Only the time in which the component was billed counts.
pub(super) fn credit(
    sla: &Sla,
    key: &DueKey,
    terms: &BillingTerms,
    at: Timestamp,
    dues: &mut [Due],
) -> Result<(), BillingError> {
    let Some(due) = dues.iter_mut().find(|due| due.key == *key) else { return Ok(()) };
    let Some(period) = due.period.filter(|period| period.until() <= at) else { return Ok(()) };
    if due.amount.amount_minor() <= 0 {
        return Ok(());
    }
    let intervals = due.pieces.iter().filter_map(|piece: &Piece| piece.interval);
    let served: Vec<Interval> = intervals.collect();
    let (down, planned) = terms.measured.outages_of(key.component, period.until());
    if down.is_empty() {
        return Ok(());
    }
    let failed = |problem: String| BillingError::Promise { component: key.component, problem };
    let availability = Availability::of_stretches(&served, &down, &planned)
        .map_err(|error| failed(error.to_string()))?;
    let Some(availability) = availability else { return Ok(()) };
    let credit = sla
        .credit(due.amount, availability, terms.rounding)
        .map_err(|error| failed(error.to_string()))?;
    Ok(due.deduct(DeductionReason::Availability(Box::new(credit)), credit.amount)?)
}
