//! What is taken off what is due: discounts, what goes beyond the maximum, and of the minimum what is
//! charged otherwise.

use std::collections::BTreeMap;

use entitlement::Timestamp;

use super::due::{DeductionReason, Due, Piece, reckon};
use super::error::BillingError;
use super::realigned::Cut;
use super::terms::{BillingTerms, MAXIMUM, MaximumCharge, of_discount};
use crate::discount::Discount;
use crate::period::Interval;
use crate::{Cadence, Money, MoneyError, PartOrAmount, Percentage, Ratio, Stretch, Timeline};

/// The dues that lie in one period, by the moments at which they are due: as places in a list.
type Shared = BTreeMap<Timestamp, Vec<usize>>;

pub(super) struct Deductions<'d> {
    pub(super) terms: &'d BillingTerms,
    pub(super) timeline: &'d Timeline,
    pub(super) began_at: Timestamp,
    /// By when something is due.
    pub(super) at: Timestamp,
}

impl Deductions<'_> {
    /// What is due, with what is taken off.
    pub(super) fn take(&self, dues: Vec<Due>) -> Result<Vec<Due>, BillingError> {
        let minimum = self.terms.minimum.map(|minimum| minimum.component);
        let is_minimum = |due: &Due| Some(due.key.component) == minimum;
        let (mut minimums, mut dues): (Vec<_>, Vec<_>) = dues.into_iter().partition(is_minimum);
        let mut discounts: Vec<_> = self.terms.discounts.iter().collect();
        discounts.sort_by_key(|discount| discount.place());
        for discount in discounts {
            self.discount(discount, &mut dues)?;
        }
        if let Some(maximum) = self.terms.maximum {
            self.maximum(maximum, &mut dues)?;
        }
        for minimum in &mut minimums {
            let charged = self.charged_in(minimum, &dues)?;
            minimum.deduct(DeductionReason::ChargedOtherwise, charged)?;
        }
        dues.extend(minimums);
        dues.sort_by_key(|due| due.key);
        Ok(dues)
    }

    fn discount(&self, discount: &Discount, dues: &mut [Due]) -> Result<(), BillingError> {
        let BillingTerms { zone, rounding, .. } = self.terms;
        let what = of_discount(discount);
        // Another billing day later does not move its end.
        let alignment = self.terms.alignment_at(discount.from());
        let ends_at = discount.ends_at(alignment, self.began_at, zone);
        let ends_at =
            ends_at.map_err(|error| BillingError::AlignmentOf { what: what.clone(), error })?;
        let holds = |due: &Due| {
            let begins = self.begins(due);
            discount.is_on(due.key.component)
                && discount.from() <= begins
                && ends_at.is_none_or(|ends_at| begins < ends_at)
                && due.amount.amount_minor() > 0
        };
        let (id, name) = (discount.id(), discount.offer().name().to_owned());
        match discount.offer().off() {
            PartOrAmount::Percent(rate) => {
                for due in dues.iter_mut().filter(|due| holds(due)) {
                    let rest = due.amount.part(rest_of(rate), *rounding)?;
                    let reason =
                        DeductionReason::Discount { id, name: name.clone(), rate: Some(rate) };
                    due.deduct(reason, due.amount.minus(rest)?)?;
                }
            }
            PartOrAmount::Fixed(amount) => {
                let per = discount.offer().per();
                let reason = DeductionReason::Discount { id, name, rate: None };
                for shared in self.shared(&what, per, dues, holds)?.into_values() {
                    let mut left = amount;
                    for places in shared.into_values() {
                        let off = left.least(sum(amount, dues, &places)?)?;
                        deduct(dues, &places, off, &reason)?;
                        left = left.minus(off)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn maximum(&self, maximum: MaximumCharge, dues: &mut [Due]) -> Result<(), BillingError> {
        let is_charge = |due: &Due| due.amount.amount_minor() > 0;
        // As a part of a price is due when it begins, and not when that is known, so is that of the most.
        let mut stretches = self.timeline.billed_at_all(self.terms.billed_in);
        stretches.retain(|stretch| stretch.from <= self.at);
        for (period, shared) in self.shared(MAXIMUM, maximum.per, dues, is_charge)? {
            let mut left = self.maximum_of(maximum, &stretches, period)?;
            for places in shared.into_values() {
                let sum = sum(left, dues, &places)?;
                let kept = left.least(sum)?;
                deduct(dues, &places, sum.minus(kept)?, &DeductionReason::Maximum)?;
                left = left.minus(kept)?;
            }
        }
        Ok(())
    }

    /// What a period costs at most, in which the subscription may not be billed all the time.
    fn maximum_of(
        &self,
        maximum: MaximumCharge,
        stretches: &[Stretch],
        period: Cut,
    ) -> Result<Money, MoneyError> {
        let pieces = stretches.iter().filter_map(|stretch| {
            let interval = stretch.within(period.part)?;
            let share = maximum.proration.share(period.whole, interval, &self.terms.zone);
            Some(Piece { interval: Some(interval), quantity: 1, share })
        });
        reckon(maximum.amount, &pieces.collect::<Vec<_>>(), self.terms.rounding)
    }

    /// When what it is for begins.
    fn begins(&self, due: &Due) -> Timestamp {
        match due.period {
            // What was taken before the subscription began is charged from then on.
            Some(_) => due.key.begins.max(self.began_at),
            None => due.due_at,
        }
    }

    /// What of a minimum is charged otherwise in its period. What is cut out of a period by another billing
    /// day is of the part in which it begins.
    fn charged_in(&self, minimum: &Due, dues: &[Due]) -> Result<Money, MoneyError> {
        let nothing = Money::zero(minimum.amount.currency());
        let Some(period) = minimum.period else { return Ok(nothing) };
        let era = self.terms.era_at(self.begins(minimum));
        let is_of_era = |due: &&Due| self.terms.era_at(self.begins(due)) == era;
        let within = dues.iter().filter(|due| lies_in(due, period)).filter(is_of_era);
        let charged = Money::sum(nothing.currency(), within.map(|due| due.amount))?;
        if charged.is_negative() { Ok(nothing) } else { charged.least(minimum.amount) }
    }

    /// The dues that lie wholly in one period, of each period in which there are some.
    fn shared(
        &self,
        what: &str,
        per: Cadence,
        dues: &[Due],
        is_meant: impl Fn(&Due) -> bool,
    ) -> Result<BTreeMap<Cut, Shared>, BillingError> {
        let mut all: BTreeMap<Cut, Shared> = BTreeMap::new();
        for (place, due) in dues.iter().enumerate().filter(|(_, due)| is_meant(due)) {
            let period = self.terms.period(what, per, self.began_at, self.begins(due))?;
            if lies_in(due, period.whole) {
                let shared = all.entry(period).or_default();
                shared.entry(due.due_at).or_default().push(place);
            }
        }
        Ok(all)
    }
}

fn lies_in(due: &Due, period: Interval) -> bool {
    match due.period {
        Some(whole) => period.intersection(whole) == Some(whole),
        None => period.contains(due.due_at),
    }
}

/// What is left of everything when so much per cent are taken off.
fn rest_of(rate: Percentage) -> Ratio {
    let whole = Percentage::WHOLE_MILLIONTHS;
    Ratio::new(whole.saturating_sub(rate.millionths()), whole).unwrap_or(Ratio::WHOLE)
}

/// What these come to; `like` is of their currency.
fn sum(like: Money, dues: &[Due], places: &[usize]) -> Result<Money, MoneyError> {
    let amounts = places.iter().filter_map(|place| dues.get(*place)).map(|due| due.amount);
    Money::sum(like.currency(), amounts)
}

/// Takes an amount off these, each in proportion to what it comes to.
fn deduct(
    dues: &mut [Due],
    places: &[usize],
    amount: Money,
    reason: &DeductionReason,
) -> Result<(), MoneyError> {
    let of = |place: &usize| dues.get(*place).map(|due| due.amount.amount_minor().unsigned_abs());
    let shares: Vec<u64> = places.iter().filter_map(of).collect();
    for (place, part) in places.iter().zip(amount.divide(&shares)?) {
        if let Some(due) = dues.get_mut(*place) {
            due.deduct(reason.clone(), part)?;
        }
    }
    Ok(())
}
