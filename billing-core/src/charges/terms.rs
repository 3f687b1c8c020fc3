//! How a subscription is billed.

use entitlement::{TimeZone, Timestamp};

use super::error::BillingError;
use super::measured::Measured;
use super::realigned::{Cut, Realignment};
use crate::catalogue::{AppliesTo, Billing, Price, PriceList, PriceVersion, RecurringPrice};
use crate::discount::{DISCOUNTS_MAX, Discount};
use crate::{
    Alignment, BilledIn, Cadence, ComponentId, Money, PartOrAmount, Proration, Rounding, Timeline,
};

/// How often the beginning of the open periods is moved back, where periods of several lengths do not
/// lie within each other.
const STEPS_BACK_MAX: usize = 16;

/// How a subscription is billed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingTerms {
    /// Where its periods begin at first.
    pub alignment: Alignment,
    /// From when on they begin elsewhere, in the order in which that was entered.
    pub realigned: Vec<Realignment>,
    /// On whose clock.
    pub zone: TimeZone,
    /// In which states it is billed.
    pub billed_in: BilledIn,
    /// How a part of a price becomes a whole number of minor units.
    pub rounding: Rounding,
    /// What is taken off, in whatever order: per cent come first, one after another, then fixed
    /// amounts; of each the discount that began first, then the one with the lower number. Nothing
    /// comes to less than 0.
    pub discounts: Vec<Discount>,
    /// What a period costs at most, after discounts.
    pub maximum: Option<MaximumCharge>,
    /// What it costs at least, after discounts.
    pub minimum: Option<MinimumCharge>,
    /// Until when the books are closed: periods that ended by then are not looked at any more, and
    /// nothing can be entered before it ([`check_open`](super::check_open)).
    pub closed_until: Option<Timestamp>,
    /// What was measured of the use of its components, and when it was not available.
    pub measured: Measured,
}

/// What the periods of a subscription cost at most. What is due first is charged in full; what does
/// not fit any more is deducted from what is due later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MaximumCharge {
    /// Of one period. What is for a period that does not lie wholly within is not counted.
    pub amount: Money,
    /// How long its periods are.
    pub per: Cadence,
    /// What it is of a period in which the subscription is not billed all the time.
    pub proration: Proration,
}

/// What the periods of a subscription cost at least. What is missing to it is due when the period is
/// over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MinimumCharge {
    /// As what it is billed: a component of its own, which says how it is taxed, and has no price.
    pub component: ComponentId,
    /// Of one period. What is for a period that does not lie wholly within is not counted.
    pub amount: Money,
    /// How long its periods are.
    pub per: Cadence,
    /// What it is of a period in which the subscription is not billed all the time.
    pub proration: Proration,
}

impl BillingTerms {
    /// Terms without discounts, minimum and maximum, with books that are open.
    #[must_use]
    pub fn new(
        alignment: Alignment,
        zone: TimeZone,
        billed_in: BilledIn,
        rounding: Rounding,
    ) -> Self {
        Self {
            alignment,
            realigned: Vec::new(),
            zone,
            billed_in,
            rounding,
            discounts: Vec::new(),
            maximum: None,
            minimum: None,
            closed_until: None,
            measured: Measured::default(),
        }
    }

    /// From when on a subscription is looked at: periods that ended by then are closed, and lines for
    /// them need not be given. It is [`closed_until`](Self::closed_until), or before that the
    /// beginning of the period whose fixed discount, minimum or maximum is still open. `None`: it is
    /// looked at from its beginning.
    ///
    /// # Errors
    /// When periods cannot begin so, or no calendar has them.
    pub fn open_from(&self, timeline: &Timeline) -> Result<Option<Timestamp>, BillingError> {
        let (Some(closed_until), Some(began_at)) = (self.closed_until, timeline.began_at()) else {
            return Ok(None);
        };
        let shared = self.shared();
        let mut open_from = closed_until;
        for _ in 0..STEPS_BACK_MAX {
            let mut earlier = open_from;
            for (what, per) in &shared {
                for cut in self.open_at(what, *per, began_at, open_from)? {
                    earlier = earlier.min(cut.part.from());
                }
            }
            if earlier == open_from {
                return Ok(Some(open_from));
            }
            open_from = earlier;
        }
        Ok(None)
    }

    /// The periods that are not over at a moment: the one that it is in, and those that another alignment
    /// has cut before. Something of these is still open, as what is charged in them is for the whole.
    fn open_at(
        &self,
        what: &str,
        per: Cadence,
        began_at: Timestamp,
        at: Timestamp,
    ) -> Result<Vec<Cut>, BillingError> {
        let mut open = vec![self.period(what, per, began_at, at)?];
        for change in self.changes().into_iter().filter(|change| change.since <= at) {
            let before = Timestamp::from_unix_ms(change.since.unix_ms().saturating_sub(1));
            let cut = self.period(what, per, began_at, before)?;
            open.extend((cut.whole.until() > at).then_some(cut));
        }
        Ok(open)
    }

    /// The lengths of periods in which several charges have something in common.
    fn shared(&self) -> Vec<(String, Cadence)> {
        let fixed =
            self.discounts.iter().filter(|it| matches!(it.offer().off(), PartOrAmount::Fixed(_)));
        let fixed = fixed.map(|it| (of_discount(it), it.offer().per()));
        let maximum = self.maximum.map(|it| (MAXIMUM.to_owned(), it.per));
        let minimum = self.minimum.map(|it| (MINIMUM.to_owned(), it.per));
        fixed.chain(maximum).chain(minimum).collect()
    }

    /// The period of this length that a moment is in, as the subscription has them.
    pub(super) fn period(
        &self,
        what: &str,
        per: Cadence,
        began_at: Timestamp,
        at: Timestamp,
    ) -> Result<Cut, BillingError> {
        let period = self.period_around(per, began_at, at);
        period.map_err(|error| BillingError::AlignmentOf { what: what.to_owned(), error })
    }

    /// Checks what can be said without prices.
    pub(super) fn check(&self, components: &[ComponentId]) -> Result<(), BillingError> {
        let count = self.discounts.len();
        if count > DISCOUNTS_MAX {
            return Err(BillingError::TooManyDiscounts { count });
        }
        let limits = [
            (MAXIMUM, self.maximum.map(|maximum| maximum.amount)),
            (MINIMUM, self.minimum.map(|minimum| minimum.amount)),
        ];
        for (what, amount) in limits {
            if let Some(amount) = amount.filter(|amount| amount.is_negative()) {
                return Err(BillingError::BelowZero { what, amount });
            }
        }
        let Some(minimum) = self.minimum else { return Ok(()) };
        if components.contains(&minimum.component) {
            return Err(BillingError::MinimumIsComponent { component: minimum.component });
        }
        if let Some(maximum) = self.maximum.filter(|maximum| maximum.per == minimum.per)
            && maximum.amount.least(minimum.amount)? != minimum.amount
        {
            let (minimum, maximum) = (minimum.amount, maximum.amount);
            return Err(BillingError::MinimumAboveMaximum { minimum, maximum });
        }
        Ok(())
    }
}

impl MinimumCharge {
    /// It is charged like something that costs so much and is billed when the period is over; what was
    /// charged otherwise is then deducted from it.
    pub(super) fn prices(&self) -> PriceList {
        let price = RecurringPrice {
            amount: self.amount,
            cadence: self.per,
            billed: Billing::InArrears,
            proration: self.proration,
        };
        let from = Timestamp::from_unix_ms(i64::MIN);
        let price = Price::Recurring(price);
        let version = PriceVersion { from, applies_to: AppliesTo::Everybody, price };
        PriceList { versions: vec![version], ..Default::default() }
    }
}

/// What an error is about.
pub(super) const MAXIMUM: &str = "the maximum charge";
pub(super) const MINIMUM: &str = "the minimum charge";

pub(super) fn of_discount(discount: &Discount) -> String {
    format!("discount `{}`", discount.offer().name())
}
