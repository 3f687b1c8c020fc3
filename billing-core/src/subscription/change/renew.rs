//! Prepaid packages: for how long one is paid, and with which data and time online, when it is bought
//! once more.

use entitlement::{Amount, GrantKind, TimeZone, Timestamp, Validity};

use super::{Change, ChangeError, Draft, Subscription};
use crate::ComponentId;
use crate::balance::Rollover;
use crate::catalogue::{DataPackage, GrantedPer, OfferId, OnlinePackage, Package};
use crate::{Alignment, Cadence, Cycle, Interval};

/// The most periods that are bought at once.
pub const RENEWAL_PERIODS_MAX: u32 = 120;

/// From when a renewal counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CountedFrom {
    /// From when what was paid for is over, so that a renewal before that loses nothing; also after
    /// that within the grace, in which it was used.
    #[default]
    OldExpiry,
    /// From when it is bought.
    Now,
}

/// How a package is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RenewalPolicy {
    /// From when it counts.
    pub counted_from: CountedFrom,
    /// So long after the old expiry it may still be counted from there; `None`: only until then. Who
    /// comes later starts anew.
    pub grace: Option<Cadence>,
}

/// For how long a package is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PaidUntil {
    /// Where the periods that follow one another without a break began: after 31 January and
    /// 28 February comes 31 March.
    pub anchor: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// What is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purchase {
    /// How many periods, as entered.
    pub count: i64,
    /// For how long the package is paid already; `None`: it was never bought.
    pub paid: Option<PaidUntil>,
    /// Whether its data or its time online is used up: then a hybrid is over, and what is bought counts from now.
    pub is_used_up: bool,
}

/// What a purchase gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bought {
    /// For how long the package is paid then; `None`: it has no time of its own.
    pub paid: Option<PaidUntil>,
    /// What was bought of that, period by period.
    pub periods: Vec<Interval>,
    /// The data and the time online that came with it.
    pub grants: Vec<PackageGrant>,
}

/// A package that was bought once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// What it gives.
    pub bought: Bought,
    /// What it is charged as.
    pub change: Change,
}

/// Data or time online that came with a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PackageGrant {
    /// How much.
    pub amount: Amount,
    /// When it can be used: with a hybrid as long as the time that was bought with it.
    pub validity: Validity,
    /// Lower ones are used first.
    pub priority: u8,
    /// Given or bought.
    pub kind: GrantKind,
    /// What is carried over of it when it ends; `None`: nothing.
    pub rollover: Option<Rollover>,
}

impl Subscription<'_> {
    /// Buys a prepaid package once more, or several of it one after the other: it is charged now, and
    /// [`Purchase::gives`] says what it gives.
    ///
    /// # Errors
    /// [`ChangeError::NotServed`], [`ChangeError::WrongPrice`] of an offer that is not paid once, and as
    /// [`Purchase::gives`].
    pub fn renew(
        &self,
        offer: OfferId,
        purchase: &Purchase,
        policy: &RenewalPolicy,
    ) -> Result<Renewal, ChangeError> {
        self.renew_with(offer, purchase, policy, None)
    }

    /// As [`renew`](Self::renew), with a fee that is paid once beside it.
    pub(super) fn renew_with(
        &self,
        offer: OfferId,
        purchase: &Purchase,
        policy: &RenewalPolicy,
        fee: Option<ComponentId>,
    ) -> Result<Renewal, ChangeError> {
        self.check_is_served("a renewal")?;
        let offer = self.offer(offer)?;
        let component = offer.component;
        if !self.paid(component, self.now, self.now)?.is_once() {
            let offer = offer.id;
            return Err(ChangeError::WrongPrice { offer, component, needed: "paid once" });
        }
        let bought = purchase.gives(&offer.package, policy, self.now, &self.terms.zone)?;
        let mut draft = Draft::new(self);
        draft.once(component, in_range(purchase.count)?, self.now)?;
        if let Some(fee) = fee {
            self.check_fee(fee, self.now)?;
            draft.once(fee, 1, self.now)?;
        }
        Ok(Renewal { bought, change: draft.finish()? })
    }
}

impl Purchase {
    /// What it gives of a package at a moment, on a clock; so too the first purchase, which is charged
    /// when it is subscribed to. None shortens what was paid for.
    ///
    /// # Errors
    /// [`ChangeError::Periods`], [`ChangeError::OutOfCalendar`].
    pub fn gives(
        &self,
        package: &Package,
        policy: &RenewalPolicy,
        at: Timestamp,
        zone: &TimeZone,
    ) -> Result<Bought, ChangeError> {
        let count = in_range(self.count)?;
        let (paid, periods) = match package.lasts {
            Some(lasts) => {
                let (paid, periods) = self.time(Periods { lasts, count, zone }, policy, at)?;
                (Some(paid), periods)
            }
            None => (None, Vec::new()),
        };
        let grants = grants(package, count, &periods, at);
        Ok(Bought { paid, periods, grants })
    }

    /// For how long it is paid then, and the periods of that.
    fn time(
        &self,
        bought: Periods<'_>,
        policy: &RenewalPolicy,
        at: Timestamp,
    ) -> Result<(PaidUntil, Vec<Interval>), ChangeError> {
        if let Some(old) = self.paid
            && policy.counted_from == CountedFrom::OldExpiry
            && !self.is_used_up
            && at <= with_grace(old.until, policy, bought.zone)?
        {
            let anchor = if bought.has_boundary(old) { old.anchor } else { old.until };
            let periods = bought.from(anchor, old.until)?;
            let until = last(&periods, old.until);
            // What would be over already is of no use.
            if until > at {
                return Ok((PaidUntil { anchor, until }, periods));
            }
        }
        let periods = bought.from(at, at)?;
        let anew = PaidUntil { anchor: at, until: last(&periods, at) };
        let longer = self.paid.filter(|old| old.until > anew.until);
        Ok((longer.unwrap_or(anew), periods))
    }
}

/// So many periods of one length, on a clock.
#[derive(Clone, Copy)]
pub(super) struct Periods<'z> {
    pub(super) lasts: Cadence,
    pub(super) count: u32,
    pub(super) zone: &'z TimeZone,
}

impl Periods<'_> {
    /// The periods from a moment on, which is where one begins.
    pub(super) fn from(
        self,
        anchor: Timestamp,
        from: Timestamp,
    ) -> Result<Vec<Interval>, ChangeError> {
        let out_of_calendar = ChangeError::OutOfCalendar { at: from };
        let cycle = self.cycle(anchor).ok_or(out_of_calendar.clone())?;
        let first = cycle.around(from).ok_or(out_of_calendar.clone())?.number;
        let numbers = (0..i64::from(self.count)).map(|place| first.checked_add(place));
        let period = |number: Option<i64>| cycle.period(number?).map(|period| period.interval);
        numbers.map(|number| period(number).ok_or(out_of_calendar.clone())).collect()
    }

    /// Whether a period of this length ends where it is paid until. Where another package or a gift
    /// of some days came between, it counts from there.
    fn has_boundary(self, paid: PaidUntil) -> bool {
        let around = self.cycle(paid.anchor).and_then(|cycle| cycle.around(paid.until));
        around.is_some_and(|period| period.interval.from() == paid.until)
    }

    fn cycle(self, anchor: Timestamp) -> Option<Cycle> {
        Cycle::new(self.lasts, Alignment::Anniversary, anchor, self.zone.clone()).ok()
    }
}

fn with_grace(
    until: Timestamp,
    policy: &RenewalPolicy,
    zone: &TimeZone,
) -> Result<Timestamp, ChangeError> {
    policy.grace.map_or(Ok(until), |grace| super::after(until, grace, zone))
}

fn grants(package: &Package, count: u32, periods: &[Interval], at: Timestamp) -> Vec<PackageGrant> {
    let validity = Validity::default();
    let data = package.data.map(|it| {
        let DataPackage { octets, per, priority, kind, rollover } = it;
        (PackageGrant { amount: Amount::Data(octets), validity, priority, kind, rollover }, per)
    });
    let online = package.online.map(|it| {
        let OnlinePackage { time, per, priority, kind, rollover } = it;
        (PackageGrant { amount: Amount::Online(time), validity, priority, kind, rollover }, per)
    });
    let parts = data.into_iter().chain(online);
    parts.flat_map(|(each, per)| grants_of(each, per, (count, periods), at)).collect()
}

/// What there is of one measure.
fn grants_of(
    part: PackageGrant,
    per: GrantedPer,
    (count, periods): (u32, &[Interval]),
    at: Timestamp,
) -> Vec<PackageGrant> {
    let grant = |units: u64, from: Timestamp, until: Option<Timestamp>| PackageGrant {
        amount: part.amount.with_units(units),
        validity: Validity { from: Some(from), until },
        ..part
    };
    let each = part.amount.units();
    match (per, periods) {
        (GrantedPer::Period, [_, ..]) => {
            let of = |period: &Interval| grant(each, period.from(), Some(period.until()));
            periods.iter().map(of).collect()
        }
        (GrantedPer::Purchase, [first, .., last]) => {
            vec![grant(each, first.from(), Some(last.until()))]
        }
        (GrantedPer::Purchase, [only]) => vec![grant(each, only.from(), Some(only.until()))],
        (GrantedPer::Period, []) => vec![grant(each.saturating_mul(count.into()), at, None)],
        (GrantedPer::Purchase, []) => vec![grant(each, at, None)],
    }
}

fn last(periods: &[Interval], otherwise: Timestamp) -> Timestamp {
    periods.last().map_or(otherwise, |period| period.until())
}

fn in_range(count: i64) -> Result<u32, ChangeError> {
    let in_range = u32::try_from(count).ok().filter(|it| (1..=RENEWAL_PERIODS_MAX).contains(it));
    in_range.ok_or(ChangeError::Periods { count, max: RENEWAL_PERIODS_MAX })
}
