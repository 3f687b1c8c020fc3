//! What one component is charged for: its periods, one after another.

use std::collections::BTreeMap;

use entitlement::Timestamp;

use super::due::{ChargeKind, Draft, DraftPrice, DueKey, Piece};
use super::error::{BillingError, PERIODS_MAX};
use super::realigned::Cut;
use super::terms::{BillingTerms, MinimumCharge};
use crate::catalogue::{Billing, MissingPrice, Paid, PriceList, RecurringPrice, UsageTerms};
use crate::period::{Interval, Share};
use crate::rating::metered::{Measurement, MeteredPrice};
use crate::{AlignmentError, Cadence, ComponentId, Money, Proration, Stretch, Timeline};

/// One component of a subscription that has begun, with its prices or with those of its use.
pub(super) struct Component<'s> {
    component: ComponentId,
    kind: ChargeKind,
    prices: Option<&'s PriceList>,
    terms: &'s BillingTerms,
    began_at: Timestamp,
    stretches: Vec<Stretch>,
}

/// How long after it was due what is paid by accounting is looked at once more, seconds: a day. A Stop that a
/// NAS tells again and again, or that waits in the journal while the store is away, is known by then.
pub(super) const REPORTED_LATE_S: i64 = 86_400;

/// What is charged since a component was taken, period by period.
///
/// A period begins where the one before it ends, so that none overlaps another whatever becomes of
/// prices; a price of another length of periods comes into force where one of its periods has begun,
/// for the rest of that.
pub(super) struct Walk<'c> {
    component: &'c Component<'c>,
    /// Those since it was taken that are not behind.
    stretches: &'c [Stretch],
    /// Where the next period begins; `None`: there is none.
    next: Option<Timestamp>,
    /// The price of the one before it.
    last: Option<PeriodPrice<'c>>,
    /// Whether it cost nothing for a while since it was taken.
    was_free: bool,
    /// Of what is paid once: its last price, and how many it was paid for.
    paid_once: Option<(Money, u32)>,
    /// What is over by then is left out.
    open_from: Option<Timestamp>,
}

/// What a walk comes to.
pub(super) enum Step<'c> {
    /// A price that is paid once, for so many that are had from a moment on.
    Once(Bought),
    /// A period.
    Period(PeriodOf<'c>),
}

/// What is paid once: the first of it, or more of it.
#[derive(Clone, Copy)]
pub(super) struct Bought {
    price: Money,
    quantity: u32,
    /// Since when these are had, billed or not.
    since: Timestamp,
    /// Since when the component is had.
    component_since: Timestamp,
    pub(super) due_at: Timestamp,
}

/// A period of a component, in which it is billed at some time.
pub(super) struct PeriodOf<'c> {
    component: &'c Component<'c>,
    stretches: &'c [Stretch],
    price: PeriodPrice<'c>,
    key: DueKey,
    /// The whole period.
    period: Interval,
    /// What of it is charged at this price.
    part: Interval,
}

/// What a period is charged by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PeriodPrice<'s> {
    /// The same whatever is used.
    Fixed(&'s RecurringPrice),
    /// By what was measured in it, when it is over.
    Usage(&'s UsageTerms),
}

/// What is in force at a moment.
enum InForce<'s> {
    Once(Money),
    Period(PeriodPrice<'s>),
    /// It costs nothing yet, and from this moment on something, if ever.
    NothingUntil(Option<Timestamp>),
}

impl PeriodPrice<'_> {
    const fn cadence(self) -> Cadence {
        match self {
            Self::Fixed(price) => price.cadence,
            Self::Usage(terms) => terms.cadence,
        }
    }

    const fn proration(self) -> Proration {
        match self {
            Self::Fixed(price) => price.proration,
            Self::Usage(terms) => terms.proration,
        }
    }

    const fn billed(self) -> Billing {
        match self {
            Self::Fixed(price) => price.billed,
            Self::Usage(_) => Billing::InArrears,
        }
    }
}

impl<'s> Component<'s> {
    /// All that a subscription has ever had, and what is missing to its minimum.
    pub(super) fn all(
        timeline: &Timeline,
        prices: &'s BTreeMap<ComponentId, PriceList>,
        terms: &'s BillingTerms,
        minimum: Option<&'s PriceList>,
    ) -> Result<Vec<Self>, BillingError> {
        let Some(began_at) = timeline.began_at() else { return Ok(Vec::new()) };
        let components = timeline.components();
        terms.check(&components)?;
        let mut all = Vec::with_capacity(components.len());
        for component in components {
            let prices = prices.get(&component);
            let is_used = prices.is_some_and(|prices| !prices.usage.is_empty());
            let is_priced = prices.is_some_and(|prices| !prices.versions.is_empty());
            let stretches = timeline.billed(component, terms.billed_in);
            let of = |kind, stretches| Self { component, kind, prices, terms, began_at, stretches };
            if is_used {
                all.push(of(ChargeKind::Usage, stretches.clone()));
            }
            // Without any price it is an error, and no use.
            if is_priced || !is_used {
                all.push(of(ChargeKind::Price, stretches));
            }
        }
        if let (Some(MinimumCharge { component, .. }), Some(_)) = (terms.minimum, minimum) {
            let stretches = timeline.billed_at_all(terms.billed_in);
            let kind = ChargeKind::Price;
            all.push(Self { component, kind, prices: minimum, terms, began_at, stretches });
        }
        Ok(all)
    }

    /// From when on its periods are looked at for what comes behind a moment: those that were over by
    /// then, where something of them may be known late.
    pub(super) fn looked_at_from(&self, at: Timestamp) -> Timestamp {
        match self.kind {
            ChargeKind::Price => at,
            ChargeKind::Usage => at.minus_s(REPORTED_LATE_S),
        }
    }

    /// Adds what is due of it by `at`, and what was billed of it. What was over by `open_from` is
    /// left out.
    pub(super) fn collect<'c>(
        &'c self,
        billed: &BTreeMap<DueKey, Timestamp>,
        open_from: Option<Timestamp>,
        at: Timestamp,
        all: &mut BTreeMap<DueKey, Draft<'c>>,
    ) -> Result<(), BillingError> {
        let mut periods = 0;
        for mut walk in self.walks(open_from) {
            while walk.next.is_some_and(|from| from <= at)
                && let Some(step) = walk.step()?
            {
                periods += 1;
                if periods > PERIODS_MAX {
                    return Err(BillingError::TooManyPeriods { component: self.component });
                }
                match step {
                    Step::Once(bought) if bought.due_at <= at => {
                        let draft = self.once(bought);
                        all.insert(draft.key, draft);
                    }
                    Step::Once(_) => {}
                    Step::Period(period) => period.collect(billed, at, all),
                }
            }
        }
        Ok(())
    }

    /// What is charged since each time that it was taken, but for what was over by `open_from`.
    pub(super) fn walks(&self, open_from: Option<Timestamp>) -> impl Iterator<Item = Walk<'_>> {
        let one_taking =
            |left: &Stretch, right: &Stretch| left.component_since == right.component_since;
        self.stretches.chunk_by(one_taking).map(move |stretches| {
            let since = stretches.first().map(|stretch| stretch.component_since);
            let next = since.map(|since| since.max(self.began_at));
            Walk {
                component: self,
                stretches,
                next,
                last: None,
                was_free: false,
                paid_once: None,
                open_from,
            }
        })
    }

    const fn key(&self, begins: Timestamp) -> DueKey {
        DueKey { component: self.component, kind: self.kind, begins }
    }

    fn once(&self, bought: Bought) -> Draft<'s> {
        let Bought { price, quantity, since, component_since, due_at } = bought;
        let piece = Piece { interval: None, quantity, share: Share::Whole };
        let (price, pieces) = (DraftPrice::Fixed(price), vec![piece]);
        let key = self.key(since);
        Draft { key, since: component_since, period: None, price, pieces, due_at }
    }

    fn in_force(&self, at: Timestamp, since: Timestamp) -> Result<InForce<'s>, BillingError> {
        let missing = MissingPrice { component: self.component, at };
        let prices = self.prices.ok_or(missing)?;
        match self.kind {
            ChargeKind::Price => match prices.paid_at(at, since) {
                Some(Paid::Once(amount)) => Ok(InForce::Once(amount)),
                Some(Paid::Recurring(price)) => Ok(InForce::Period(PeriodPrice::Fixed(price))),
                // Its use is paid, and that it is had costs nothing yet.
                Some(Paid::ByUse(_)) => Ok(InForce::NothingUntil(self.next_price(at))),
                None => Err(missing.into()),
            },
            ChargeKind::Usage => match prices.usage_at(at, since) {
                // It was paid when it was used.
                Some(UsageTerms { price: MeteredPrice::PayAsYouGo(_), .. }) => {
                    Ok(InForce::NothingUntil(self.next_price(at)))
                }
                Some(terms) => Ok(InForce::Period(PeriodPrice::Usage(terms))),
                None => {
                    let next = self.next_price(at);
                    let measured = self.was_measured(at, next);
                    // Something else is to be paid for it, and nothing was used.
                    if prices.versions.is_empty() || measured {
                        return Err(missing.into());
                    }
                    Ok(InForce::NothingUntil(next))
                }
            },
        }
    }

    /// Was anything measured since a moment and before another, while it was billed?
    fn was_measured(&self, from: Timestamp, until: Option<Timestamp>) -> bool {
        self.stretches.iter().any(|stretch| {
            let until = stretch.until.into_iter().chain(until).min();
            self.terms.measured.has_some(self.component, stretch.from.max(from), until)
        })
    }

    fn period_of(&self, price: PeriodPrice<'_>, at: Timestamp) -> Result<Cut, BillingError> {
        let component = self.component;
        let period = self.terms.period_around(price.cadence(), self.began_at, at);
        period.map_err(|error| match error {
            AlignmentError::OutOfRange => BillingError::OutOfCalendar { component, at },
            error => BillingError::Alignment { component, error },
        })
    }

    /// When another price comes into force after a moment, for whomever.
    fn next_price(&self, after: Timestamp) -> Option<Timestamp> {
        let prices = self.prices?;
        let later = |from: &Timestamp| *from > after;
        match self.kind {
            ChargeKind::Price => prices.versions.iter().map(|it| it.from).filter(later).min(),
            ChargeKind::Usage => prices.usage.iter().map(|it| it.from).filter(later).min(),
        }
    }
}

impl<'c> Walk<'c> {
    /// Where the next period begins, if there is one.
    pub(super) const fn next_from(&self) -> Option<Timestamp> {
        self.next
    }

    /// The next period in which it is billed; of a price that is paid once that.
    pub(super) fn step(&mut self) -> Result<Option<Step<'c>>, BillingError> {
        let component = self.component;
        while let Some(from) = self.next {
            let behind = |stretch: &&Stretch| stretch.until.is_some_and(|until| until <= from);
            let behind = self.stretches.iter().take_while(behind).count();
            self.stretches = self.stretches.get(behind..).unwrap_or_default();
            let Some(stretch) = self.stretches.first() else { break };
            let since = stretch.component_since;
            if let Some((last, so_many)) = self.paid_once {
                // It may have a price of another kind by now; who has it has bought it.
                let price = match component.in_force(from, since) {
                    Ok(InForce::Once(price)) => price,
                    _ => last,
                };
                if let Some(bought) = self.more_at_once(stretch, price, so_many) {
                    return Ok(Some(Step::Once(bought)));
                }
                continue;
            }
            let (now, price) = match component.in_force(from, since)? {
                InForce::NothingUntil(next) => {
                    (self.next, self.was_free) = (next, true);
                    continue;
                }
                InForce::Once(price) => {
                    // None of those that it was taken with is paid, where they have cost nothing or
                    // something for each period.
                    let is_taken = self.last.is_none() && !self.was_free;
                    let paid = if is_taken { 0 } else { stretch.quantity };
                    if let Some(bought) = self.more_at_once(stretch, price, paid) {
                        let bought = Bought { since, ..bought };
                        return Ok(Some(Step::Once(bought)));
                    }
                    continue;
                }
                InForce::Period(now) => (now, self.price_at(now, from, since)?),
            };
            let period = component.period_of(price, from)?;
            let first = self.last.is_none();
            if first && self.begins_with_the_next(period.part, from) {
                let another = component.next_price(from);
                self.next = another.into_iter().chain([period.part.until()]).min();
                continue;
            }
            self.last = Some(price);
            self.next = Some(period.part.until());
            let skipped_until = self.open_from.map_or(stretch.from, |at| at.max(stretch.from));
            if period.whole.until() > skipped_until {
                // What is taken before the subscription begins is of the period around that.
                let begins = if first { period.part.from().max(since) } else { from };
                let key = component.key(begins);
                let part = Interval::new(from, period.part.until());
                let part =
                    part.ok_or(BillingError::OutOfCalendar { component: key.component, at: from })?;
                let stretches = self.stretches;
                let period = period.whole;
                let period = PeriodOf { component, stretches, price, key, period, part };
                return Ok(Some(Step::Period(period)));
            }
            // As long as a price is in force its periods are those of one cycle.
            if price == now {
                let price_until = component.next_price(from).unwrap_or(skipped_until);
                let mut near = skipped_until.min(price_until);
                // The last one before periods begin elsewhere is not over yet where it would last longer.
                if let Some(until) = component.terms.era_at(from).until {
                    near = near.min(Timestamp::from_unix_ms(until.unix_ms().saturating_sub(1)));
                }
                let near = component.period_of(price, near)?;
                self.next = Some(near.part.from().max(period.part.until()));
            }
        }
        Ok(None)
    }

    /// How many more there are in a stretch than have been paid once, and goes on behind it. What becomes
    /// less is not given back, and what becomes more again is bought again.
    fn more_at_once(&mut self, stretch: &Stretch, price: Money, so_many: u32) -> Option<Bought> {
        let Stretch { from, quantity, quantity_since: since, component_since, .. } = *stretch;
        self.paid_once = Some((price, quantity));
        self.next = self.stretches.get(1).map(|next| next.from);
        let quantity = quantity.saturating_sub(so_many);
        let is_open = self.open_from.is_none_or(|open_from| open_from <= from);
        let bought = Bought { price, quantity, since, component_since, due_at: from };
        (quantity > 0 && is_open).then_some(bought)
    }

    /// Does a fee that has come into force amid a period, for what cost nothing before, begin with the next
    /// one? Not what use costs: nothing that is used is free.
    fn begins_with_the_next(&self, period: Interval, from: Timestamp) -> bool {
        self.was_free && self.component.kind == ChargeKind::Price && period.from() < from
    }

    /// The price of the period that begins at a moment: that of the one before it, as long as no
    /// period of the price in force has begun since that is.
    fn price_at(
        &self,
        now: PeriodPrice<'c>,
        from: Timestamp,
        since: Timestamp,
    ) -> Result<PeriodPrice<'c>, BillingError> {
        let Some(last) = self.last else { return Ok(now) };
        let begins = self.component.period_of(now, from)?.part.from().max(since);
        let then = self.component.in_force(begins, since);
        let is_now = matches!(then, Ok(InForce::Period(then)) if then == now);
        Ok(if is_now { now } else { last })
    }
}

impl<'c> PeriodOf<'c> {
    /// When what it is billed for begins.
    pub(super) fn begins(&self) -> Timestamp {
        self.key.begins.min(self.part.from())
    }

    fn collect(
        &self,
        billed: &BTreeMap<DueKey, Timestamp>,
        at: Timestamp,
        all: &mut BTreeMap<DueKey, Draft<'c>>,
    ) {
        let Self { component, price, key, period, .. } = *self;
        let was_billed = billed.get(&key);
        for (stretch, interval) in self.parts() {
            let due_at = self.due_at(interval);
            if due_at > at && was_billed.is_none_or(|last| interval.from() > *last) {
                continue;
            }
            let share = price.proration().share(period, interval, &component.terms.zone);
            let piece = Piece { interval: Some(interval), quantity: stretch.quantity, share };
            let price = match price {
                PeriodPrice::Fixed(price) => DraftPrice::Fixed(price.amount),
                PeriodPrice::Usage(terms) => DraftPrice::Usage(terms),
            };
            let (period, pieces, since) = (Some(period), Vec::new(), stretch.component_since);
            let draft = Draft { key, since, period, price, pieces, due_at };
            all.entry(key).or_insert(draft).pieces.push(piece);
        }
    }

    /// When the first part becomes due that is not due by `at`, or what is promised of it can be
    /// credited, or what was reported late of it is known.
    pub(super) fn first_due_after(&self, at: Timestamp) -> Option<Timestamp> {
        let due_at = |(_, interval)| self.due_at(interval);
        let due = self.parts().map(due_at).find(|due_at| *due_at > at);
        let reported = self.parts().filter(|_| self.is_accounted());
        let mut reported = reported.map(due_at).map(|due_at| due_at.plus_s(REPORTED_LATE_S));
        let reported = reported.find(|known_at| *known_at > at);
        // What is promised is known to be kept when the period is over.
        let over = self.parts().next().filter(|(stretch, _)| {
            let prices = self.component.prices.filter(|prices| !prices.promises.is_empty());
            let since = stretch.component_since;
            prices.is_some_and(|it| it.promised_at(self.key.begins, since).is_some())
        });
        let over = over.map(|_| self.period.until()).filter(|over_at| *over_at > at);
        due.into_iter().chain(over).chain(reported).min()
    }

    /// Is it paid by what its service has counted?
    fn is_accounted(&self) -> bool {
        match self.price {
            PeriodPrice::Fixed(_) => false,
            PeriodPrice::Usage(terms) => {
                matches!(terms.price.measurement(), Measurement::Accounting(_))
            }
        }
    }

    /// Where each part begins and ends, if it is paid by what its service has counted.
    pub(super) fn accounted_edges(&self) -> impl Iterator<Item = Timestamp> {
        let parts = self.parts().filter(|_| self.is_accounted());
        parts.flat_map(|(_, interval)| [interval.from(), interval.until()])
    }

    /// The parts in which it is billed.
    fn parts(&self) -> impl Iterator<Item = (&Stretch, Interval)> {
        let until = self.part.until();
        let within = self.stretches.iter().take_while(move |stretch| stretch.from < until);
        within.filter_map(|stretch| Some((stretch, stretch.within(self.part)?)))
    }

    /// When a part is due.
    fn due_at(&self, interval: Interval) -> Timestamp {
        match self.price.billed() {
            Billing::InAdvance => interval.from(),
            Billing::InArrears => {
                let last = self.component.stretches.last().and_then(|stretch| stretch.until);
                last.map_or(self.part.until(), |last| last.min(self.part.until()))
            }
        }
    }
}
