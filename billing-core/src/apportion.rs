//! Dividing a whole so that the parts make exactly the whole.

use core::cmp::Reverse;

use crate::MoneyError;

/// Whole parts that make `total` together, of which each is less than one off `numerators[i] /
/// denominator`: each is rounded towards zero, and what is missing then goes in ones to those that
/// lost most, of equal ones to the first. So the parts of the opposite are the opposites of the parts.
///
/// `total` must be the sum of the exact parts, rounded in any way; `denominator` is more than 0.
///
/// # Errors
/// [`MoneyError::Overflow`].
pub(crate) fn apportion(
    total: i128,
    numerators: &[i128],
    denominator: i128,
) -> Result<Vec<i128>, MoneyError> {
    let overflow = MoneyError::Overflow;
    let mut parts = Vec::with_capacity(numerators.len());
    let mut rests = Vec::with_capacity(numerators.len());
    for numerator in numerators {
        parts.push(numerator.checked_div(denominator).ok_or(overflow.clone())?);
        rests.push(numerator.checked_rem(denominator).ok_or(overflow.clone())?);
    }
    let given = parts.iter().try_fold(0_i128, |sum, part| sum.checked_add(*part));
    let left = given.and_then(|given| total.checked_sub(given)).ok_or(overflow.clone())?;
    // Who lost in the direction in which something is missing.
    let mut order: Vec<usize> = (0..parts.len())
        .filter(|place| rests.get(*place).is_some_and(|rest| rest.signum() == left.signum()))
        .collect();
    order.sort_by_key(|place| Reverse(rests.get(*place).map(|rest| rest.unsigned_abs())));
    let count = usize::try_from(left.unsigned_abs()).map_err(|_| overflow)?;
    debug_assert!(count <= order.len(), "the total is none of these parts");
    for place in order.into_iter().take(count) {
        if let Some(part) = parts.get_mut(place) {
            *part += left.signum();
        }
    }
    Ok(parts)
}
