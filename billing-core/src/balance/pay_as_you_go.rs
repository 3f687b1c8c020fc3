//! A service that is paid from the wallet while it is used: what its sessions do with the money.
//!
//! All sessions of a service have one [`Reservation`], whose units are the octets that its
//! [`Meter`](entitlement::Meter) has put on the wallet since it is paid so. While any of them runs, a slice is
//! held for each; when the last is over, what is held is let go. How far the wallet covers it, with what is
//! free in it, is what the service may use.

use core::num::{NonZeroU8, NonZeroU32, NonZeroU64};
use std::collections::BTreeMap;

use entitlement::Timestamp;

use super::reservation::{
    Phase, Report, Reservation, ReservationError, SessionTerms, SilenceCharge, SliceLimits,
    SliceUnit, Step,
};
use crate::ledger::Account;
use crate::rating::metered::{Measurement, MeteredPrice, PayAsYouGo};
use crate::{
    ComponentId, Money, MoneyError, PriceList, Pricing, Rounding, Taxation, TaxedAmount, Timeline,
    UsageVersion,
};

/// How often a session is taken to report, seconds, where its plan does not say so.
pub const REPORT_EVERY_S: NonZeroU32 = NonZeroU32::new(600).expect("it is not 0");
/// After so many reports that did not come, nothing is held any more.
pub const MISSED_REPORTS: NonZeroU8 = NonZeroU8::new(3).expect("it is not 0");

/// What is agreed with a service that is paid as it goes, until it is agreed anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// What its octets cost.
    pub price: PayAsYouGo,
    /// How a part of a minor unit becomes a whole one.
    pub rounding: Rounding,
    /// How often its sessions report, seconds.
    pub report_every_s: NonZeroU32,
    /// The taxes of this customer, and whether they are within the price.
    pub taxation: Taxation,
    /// What stayed due of what was agreed before: it is paid first.
    pub owed_before: Money,
}

/// What is known of the sessions of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Octets that they have put on the wallet since it was agreed: a total, never an increase.
    pub total_octets: u64,
    /// How many run.
    pub sessions: u32,
    /// The moment.
    pub at: Timestamp,
}

/// A subscription by which something would be paid twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgreementError {
    /// Two prices for the same octets.
    #[error(
        "components {0} and {1} are both paid as one goes; a subscription has one of them at most at a time"
    )]
    Twice(ComponentId, ComponentId),
    /// They would be billed from the accounting as well.
    #[error(
        "component {0} is paid as one goes, and component {1} bills the same octets from the accounting; a \
         subscription has one of them at most at a time"
    )]
    BilledToo(ComponentId, ComponentId),
}

/// What of a subscription is paid as it goes at a moment, and by which price.
///
/// # Errors
/// When the octets would be paid twice.
pub fn agreed_at(
    timeline: &Timeline,
    prices: &BTreeMap<ComponentId, PriceList>,
    at: Timestamp,
) -> Result<Option<(ComponentId, PayAsYouGo)>, AgreementError> {
    let (mut found, mut billed) = (None, None);
    for component in timeline.held_at(at) {
        let since = timeline.held_since(&[component], at).unwrap_or(at);
        let terms = prices.get(&component).and_then(|list| list.usage_at(at, since));
        match terms.map(|terms| (&terms.price, terms.price.measurement())) {
            Some((MeteredPrice::PayAsYouGo(price), _)) => {
                if let Some((before, _)) = found {
                    return Err(AgreementError::Twice(before, component));
                }
                found = Some((component, *price));
            }
            Some((_, Measurement::Accounting(_))) => billed = Some(component),
            _ => {}
        }
    }
    match (found, billed) {
        (Some((paid, _)), Some(billed)) => Err(AgreementError::BilledToo(paid, billed)),
        _ => Ok(found),
    }
}

/// A product that cannot be sold so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SoldError {
    /// Who had it would have to pay the same octets twice, or not at all, where the one price gives way to
    /// the other.
    #[error(
        "what is paid as one goes cannot have been billed otherwise, nor be so later: `{0}`; make another \
         product, and let those who have this one take it instead"
    )]
    BilledOtherwise(String),
    /// Nobody has said how it is taxed.
    #[error(
        "nobody has said how what is paid as one goes is taxed; set it with --tax, and --tax-included where they \
         are within its price, or --no-tax"
    )]
    TaxesUnsaid,
    /// Agreements do not wait.
    #[error("what is paid as one goes has its price from now on, and not from {0}")]
    NotYet(Timestamp),
}

/// Checks that what is paid as one goes can be sold so, by its prices and taxes.
///
/// # Errors
/// What is wrong with it.
pub fn check_sold(
    prices: &PriceList,
    taxation: Option<&Taxation>,
    now: Timestamp,
) -> Result<(), SoldError> {
    let is_paid_so =
        |version: &&UsageVersion| matches!(version.terms.price, MeteredPrice::PayAsYouGo(_));
    let Some(paid_so) = prices.usage.iter().rfind(is_paid_so) else { return Ok(()) };
    if let Some(other) = prices.usage.iter().find(|version| !is_paid_so(version)) {
        return Err(SoldError::BilledOtherwise(other.terms.price.to_string()));
    }
    if paid_so.from > now {
        return Err(SoldError::NotYet(paid_so.from));
    }
    if taxation.is_none() { Err(SoldError::TaxesUnsaid) } else { Ok(()) }
}

impl Agreement {
    /// How slices of so many sessions are cut. To begin needs what is agreed; who has begun may use up what
    /// is there. Who falls silent pays what was reported.
    #[must_use]
    pub fn terms(&self, sessions: u32) -> SessionTerms {
        let to_begin = self.price.least_octets();
        let least_units = if sessions == 0 { to_begin } else { NonZeroU64::MIN };
        let slice = self.price.slice_octets();
        let sessions = NonZeroU64::new(sessions.into()).unwrap_or(NonZeroU64::MIN);
        SessionTerms {
            unit: SliceUnit::Octets,
            slice_units: slice.saturating_mul(sessions),
            least_units,
            interim_interval_s: self.report_every_s,
            missed_interims: MISSED_REPORTS,
            silence_charge: SilenceCharge::Nothing,
        }
    }

    /// Pays what was used, and holds a slice for each session that runs, or lets go what was held where
    /// none does.
    ///
    /// # Errors
    /// As [`Reservation::report`].
    pub fn step(
        &self,
        reservation: &Reservation,
        counted: Counted,
        wallet: &Account,
    ) -> Result<Step, ReservationError<MoneyError>> {
        let Counted { total_octets, sessions, at } = counted;
        let report = Report { total_units: total_octets, at };
        if sessions == 0 {
            return reservation.rest(report, wallet, |octets| self.amount(octets));
        }
        let (terms, limits) = (self.terms(sessions), SliceLimits::default());
        reservation.report(report, wallet, &terms, &limits, |octets| self.amount(octets))
    }

    /// Until which count of octets the wallet covers the service.
    ///
    /// # Errors
    /// As [`Reservation::report`].
    pub fn covered_until(
        &self,
        reservation: &Reservation,
        wallet: &Account,
    ) -> Result<u64, ReservationError<MoneyError>> {
        let terms = self.terms(u32::from(matches!(reservation.phase, Phase::Open(_))));
        let rate_up = |octets| self.rated(octets, Rounding::Ceiling);
        reservation.covered_until(wallet, &terms, |octets| self.amount(octets), rate_up)
    }

    /// What so many octets cost altogether, with their taxes and what stayed due before.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn amount(&self, octets: u64) -> Result<Money, MoneyError> {
        self.rated(octets, self.rounding)
    }

    fn rated(&self, octets: u64, rounding: Rounding) -> Result<Money, MoneyError> {
        let price = self.price.amount(octets, rounding)?;
        let gross = match self.taxation.pricing {
            Pricing::TaxInclusive => price,
            Pricing::TaxExclusive => self.taxed(price, Pricing::TaxExclusive, rounding)?.gross,
        };
        self.owed_before.plus(gross)
    }

    /// How much of what was paid is which tax, in the order of the taxes: what is paid has them within it,
    /// however the price is stated.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn taxes_within(&self, paid: Money) -> Result<Vec<Money>, MoneyError> {
        Ok(self.taxed(paid, Pricing::TaxInclusive, self.rounding)?.taxes)
    }

    fn taxed(
        &self,
        amount: Money,
        pricing: Pricing,
        rounding: Rounding,
    ) -> Result<TaxedAmount, MoneyError> {
        let taxes = &self.taxation.taxes;
        Ok(taxes.on(amount.currency(), &[amount], pricing, rounding)?.total)
    }

    /// A step that `before` has taken also puts the taxes within what it has paid into their account: those
    /// of all that was paid so far less what was put there before, which is `posted`, in the order of the
    /// taxes. Gives how much more each is.
    ///
    /// # Errors
    /// As [`Reservation::report`].
    pub fn with_taxes(
        &self,
        before: &Reservation,
        step: Step,
        posted: &[Money],
        at: Timestamp,
    ) -> Result<(Step, Vec<Money>), ReservationError<MoneyError>> {
        let nothing = Money::zero(step.next.committed.currency());
        let within = self.taxes_within(step.next.committed)?;
        let before_it = posted.iter().copied().chain(core::iter::repeat(nothing));
        let more = within.into_iter().zip(before_it).map(|(tax, before)| tax.minus(before));
        let more = more.collect::<Result<Vec<_>, _>>()?;
        Ok((before.put_taxes(step, &more, at)?, more))
    }
}

#[cfg(test)]
#[path = "pay_as_you_go_tests.rs"]
mod tests;
