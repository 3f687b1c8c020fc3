//! Time of packages that was paid ahead: what of it is not used yet, and how another package of the same
//! product comes after it or takes its place.

use core::cmp::Ordering;
use core::fmt;

use entitlement::{Measure, TimeZone, Timestamp};

use super::renew::Periods;
use super::{
    Bought, ChangeError, ChangePolicy, CountedFrom, Purchase, Renewal, Subscription, When,
};
use crate::catalogue::{OfferId, Package};
use crate::{Cadence, Money, MoneyError, Ratio, RenewalPolicy, Rounding, Share};

/// What was bought at one moment and has a time of its own: so many periods, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidTime {
    /// Of which offer.
    pub offer: OfferId,
    /// Where its periods are counted from.
    pub anchor: Timestamp,
    /// Where the first of them began, or begins, as they were bought.
    pub from: Timestamp,
    /// How long one of them is.
    pub lasts: Cadence,
    /// How many there are.
    pub count: u32,
    /// How long its time stood still since it was bought, milliseconds.
    pub stopped_ms: i64,
}

/// What is left of what came with some time, of one measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Of which measure.
    pub measure: Measure,
    /// How much is left that can still be used.
    pub left: u64,
    /// Of how much.
    pub of: u64,
}

/// Which part of what was bought is not used yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unused {
    /// How many periods have not begun.
    periods: u32,
    /// What of the one that has begun is still to come; `None`: none has.
    begun: Option<Share>,
    /// Of how many periods.
    of: u32,
    /// What there is less of than of the time.
    less: Option<Left>,
    ratio: Ratio,
}

/// How another package comes to what is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Follows {
    /// It goes on from it as a renewal does: it is the same, or nothing of the time is left.
    AsRenewal,
    /// It takes its place now: what is not used of the old one is given back, and the new one counts from
    /// now.
    AtOnce,
    /// It is bought now, and its time begins when all that was paid before is over.
    AtTheEnd,
}

impl PaidTime {
    /// When it begins, where that is still to come.
    #[must_use]
    pub const fn begins(&self) -> Timestamp {
        later(self.from, self.stopped_ms)
    }

    /// Until when it lasts.
    ///
    /// # Errors
    /// [`ChangeError::OutOfCalendar`].
    pub fn until(&self, zone: &TimeZone) -> Result<Timestamp, ChangeError> {
        let periods = self.periods(zone).from(self.anchor, self.from)?;
        let last = periods.last().map_or(self.from, |last| last.until());
        Ok(later(last, self.stopped_ms))
    }

    /// Which part of it is not used at a moment at which its time runs. Each period costs as much as the
    /// others, and is used by the millisecond. Of a hybrid, which is over with whichever ends first, it is
    /// what there is least of: `left` of its data and of its time online.
    ///
    /// # Errors
    /// [`ChangeError::OutOfCalendar`].
    pub fn unused(
        &self,
        at: Timestamp,
        left: &[Left],
        zone: &TimeZone,
    ) -> Result<Unused, ChangeError> {
        let out_of_calendar = ChangeError::OutOfCalendar { at: self.from };
        // The moment as it was when it was bought, had the time never stood still.
        let at = later(at, self.stopped_ms.saturating_neg());
        let (mut periods, mut begun) = (0, None);
        for period in self.periods(zone).from(self.anchor, self.from)? {
            if at <= period.from() {
                periods += 1;
            } else if at < period.until() {
                let some = period.until().unix_ms().abs_diff(at.unix_ms());
                begun = Some(Share::Milliseconds { some, of: period.len_ms() });
            }
        }
        let (some, of) = begun.map_or((0, 1), |share| {
            let ratio = share.ratio();
            (ratio.numerator(), ratio.denominator())
        });
        let whole = u64::from(periods).checked_mul(of).and_then(|whole| whole.checked_add(some));
        let all = u64::from(self.count).checked_mul(of);
        let time = whole.zip(all).and_then(|(some, all)| Ratio::new(some, all));
        let mut unused = Unused {
            periods,
            begun,
            of: self.count,
            less: None,
            ratio: time.ok_or(out_of_calendar)?,
        };
        for left in left {
            let part = Ratio::new(left.left.min(left.of), left.of);
            if let Some(part) = part.filter(|part| is_less(*part, unused.ratio)) {
                (unused.less, unused.ratio) = (Some(*left), part);
            }
        }
        Ok(unused)
    }

    const fn periods<'z>(&self, zone: &'z TimeZone) -> Periods<'z> {
        Periods { lasts: self.lasts, count: self.count, zone }
    }
}

impl Unused {
    /// What of what was paid for all of it is given back: rounded down, so that it is never more than was
    /// paid for what is not used.
    ///
    /// # Errors
    /// Out of range.
    pub fn of_paid(&self, paid: Money) -> Result<Money, MoneyError> {
        if paid.is_negative() {
            return Ok(Money::zero(paid.currency()));
        }
        paid.part(self.ratio, Rounding::Down)
    }
}

impl fmt::Display for Unused {
    /// `11 of 12 periods`, `2 periods and 43200 of 86400 s of another, of 12`, `43200 of 86400 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { periods, begun, of, less, .. } = self;
        match (periods, begun, of) {
            (0, Some(share), 1) => write!(f, "{share}")?,
            (periods, None, 1) => write!(f, "{periods} of 1 period")?,
            (periods, None, of) => write!(f, "{periods} of {of} periods")?,
            (0, Some(share), of) => write!(f, "{share} of one of {of} periods")?,
            (periods, Some(share), of) => {
                write!(f, "{periods} of {of} periods and {share} of another")?;
            }
        }
        match less {
            None => Ok(()),
            Some(Left { measure: Measure::Data, left, of }) => {
                write!(f, ", but no more than {left} of {of} octets")
            }
            Some(Left { measure: Measure::Online, left, of }) => {
                write!(f, ", but no more than {left} of {of} s online")
            }
        }
    }
}

impl Subscription<'_> {
    /// Refuses to buy an offer with a time of its own at a moment before its time stood still last, of what was
    /// over `by` the moment at which that is said: what was paid then is longer by that already, and what is
    /// bought then is not.
    ///
    /// # Errors
    /// [`ChangeError::TooEarly`] with the end of that stop, [`ChangeError::UnknownOffer`].
    pub fn check_is_behind_stops(&self, offer: OfferId, by: Timestamp) -> Result<(), ChangeError> {
        let has_time = self.offer(offer)?.package.lasts.is_some();
        match self.timeline.stopped_until(self.terms.billed_in, by).filter(|_| has_time) {
            Some(earliest) if self.now < earliest => {
                Err(ChangeError::TooEarly { field: "the purchase", at: self.now, earliest })
            }
            _ => Ok(()),
        }
    }

    /// How an offer that is bought comes to what is paid of its product: a greater one, as
    /// [`Catalogue::compare`](crate::Catalogue::compare) has it, when upgrades come into force, and a
    /// smaller one when downgrades do. It is compared with the one whose time runs now. Where that is used
    /// up nothing is left to wait for, and another one begins at once. What has no time of its own comes
    /// beside it.
    ///
    /// # Errors
    /// [`ChangeError::UnknownOffer`], [`ChangeError::NotComparable`], [`ChangeError::OutOfCalendar`].
    pub fn follows(
        &self,
        offer: OfferId,
        paid: &[PaidTime],
        is_used_up: bool,
        policy: &ChangePolicy,
    ) -> Result<Follows, ChangeError> {
        let to = self.offer(offer)?;
        let mut left = Vec::new();
        for time in paid {
            if time.until(&self.terms.zone)? > self.now {
                left.push(*time);
            }
        }
        let runs = left.iter().min_by_key(|time| time.begins());
        let Some(runs) = runs.filter(|_| to.package.lasts.is_some()) else {
            return Ok(Follows::AsRenewal);
        };
        if left.iter().all(|time| time.offer == offer) {
            return Ok(Follows::AsRenewal);
        }
        if is_used_up {
            return Ok(Follows::AtOnce);
        }
        if runs.offer == offer {
            return Ok(Follows::AtTheEnd);
        }
        let when = match (policy.upgrade, policy.downgrade) {
            (upgrade, downgrade) if upgrade == downgrade => upgrade,
            (upgrade, downgrade) => {
                match self.catalogue.compare(to, self.offer(runs.offer)?, self.now)? {
                    Ordering::Greater | Ordering::Equal => upgrade,
                    Ordering::Less => downgrade,
                }
            }
        };
        Ok(match when {
            When::AtOnce => Follows::AtOnce,
            When::PeriodEnd => Follows::AtTheEnd,
        })
    }

    /// Buys a package that is to come to what is paid so: as [`renew`](Self::renew), and where it takes the
    /// place of another one with the fee for that, which is paid with it.
    ///
    /// # Errors
    /// As [`renew`](Self::renew); [`ChangeError::RecurringFee`].
    pub fn buy(
        &self,
        offer: OfferId,
        purchase: &Purchase,
        follows: Follows,
        (renewal, changes): (&RenewalPolicy, &ChangePolicy),
    ) -> Result<Renewal, ChangeError> {
        let fee = changes.fee.filter(|_| follows != Follows::AsRenewal);
        let (purchase, renewal) = follows.counted(purchase, renewal);
        self.renew_with(offer, &purchase, &renewal, fee)
    }
}

impl Follows {
    /// From when a purchase that comes to what is paid so counts: what it gives is what
    /// [`Purchase::gives`] says of these.
    #[must_use]
    pub const fn counted(
        self,
        purchase: &Purchase,
        renewal: &RenewalPolicy,
    ) -> (Purchase, RenewalPolicy) {
        let at_the_end = RenewalPolicy { counted_from: CountedFrom::OldExpiry, grace: None };
        match self {
            Self::AsRenewal => (*purchase, *renewal),
            Self::AtOnce => (Purchase { paid: None, is_used_up: false, ..*purchase }, *renewal),
            Self::AtTheEnd => (Purchase { is_used_up: false, ..*purchase }, at_the_end),
        }
    }
}

impl Package {
    /// As how much paid time a purchase of it is known, whose periods are on a clock; `None`: it has no time
    /// of its own.
    #[must_use]
    pub fn paid_time(&self, offer: OfferId, bought: &Bought, zone: &TimeZone) -> Option<PaidTime> {
        let (lasts, from) = (self.lasts?, bought.periods.first()?.from());
        let count = u32::try_from(bought.periods.len()).ok()?;
        let periods = Periods { lasts, count, zone };
        // What was bought within longer time that is paid counts from its own beginning.
        let goes_on = |anchor: &Timestamp| {
            periods.from(*anchor, from).is_ok_and(|counted| counted == bought.periods)
        };
        let anchor = bought.paid.map(|paid| paid.anchor).filter(goes_on).unwrap_or(from);
        Some(PaidTime { offer, anchor, from, lasts, count, stopped_ms: 0 })
    }
}

const fn later(at: Timestamp, ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms().saturating_add(ms))
}

fn is_less(one: Ratio, other: Ratio) -> bool {
    let product = |of: Ratio, by: Ratio| u128::from(of.numerator()) * u128::from(by.denominator());
    product(one, other) < product(other, one)
}
