//! When the billing cycle of a service begins that is renewed.

use jiff::Span;

use crate::{TimeZone, Timestamp, Validity};

/// The most months of a validity that are looked through for the cycle it ends with.
const MONTHS_MAX: i64 = 1_200;

/// When the billing cycle of a service began, given that it is renewed `now`.
///
/// While the service is valid, nothing begins anew: its cycle goes on, and where it had none, it is
/// the month of those that end with its validity that `now` is in. Once its validity is over, or
/// where it never ends, the cycle begins now.
#[must_use]
pub fn cycle_at_renewal(
    cycle_from: Option<Timestamp>,
    validity: Validity,
    zone: &TimeZone,
    now: Timestamp,
) -> Timestamp {
    match (validity.until, cycle_from) {
        (Some(until), Some(cycle_from)) if now < until => cycle_from,
        (Some(until), None) if now < until => months_before(until, zone, now).unwrap_or(now),
        _ => now,
    }
}

/// The latest moment that is a number of months before `until` and not after `now`.
fn months_before(until: Timestamp, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let end = zone.shown(until)?;
    (1..=MONTHS_MAX).find_map(|months| {
        let begins = end.checked_sub(Span::new().try_months(months).ok()?).ok()?;
        zone.first_shown(begins).filter(|begins| *begins <= now)
    })
}
