//! What one component is charged for: its periods, one after another.

use std::collections::BTreeMap;

use entitlement::Timestamp;

use super::due::{Draft, DueKey, Piece};
use super::error::{BillingError, PERIODS_MAX};
use super::terms::{BillingTerms, MinimumCharge};
use crate::catalogue::{Billing, MissingPrice, Price, PriceList, RecurringPrice};
use crate::period::{Cycle, Interval, Share};
use crate::{ComponentId, Money, Stretch, Timeline};

/// One component of a subscription that has begun.
pub(super) struct Component<'s> {
    component: ComponentId,
    prices: Option<&'s PriceList>,
    terms: &'s BillingTerms,
    began_at: Timestamp,
    pub(super) stretches: Vec<Stretch>,
}

/// A price that is in force.
#[derive(Clone, Copy)]
pub(super) enum InForce<'p> {
    /// It is paid once.
    Once(Money),
    /// It is for this period.
    Recurring(&'p RecurringPrice, Interval),
}

/// The periods of one stretch, by time.
pub(super) struct Walk<'c> {
    component: &'c Component<'c>,
    stretch: &'c Stretch,
    /// Where the next one begins; `None`: there is none.
    next: Option<Timestamp>,
    /// What is over by then is left out.
    open_from: Option<Timestamp>,
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
        let of = |component: ComponentId| Self {
            component,
            prices: prices.get(&component),
            terms,
            began_at,
            stretches: timeline.billed(component, terms.billed_in),
        };
        let mut all: Vec<_> = components.into_iter().map(of).collect();
        if let (Some(MinimumCharge { component, .. }), Some(_)) = (terms.minimum, minimum) {
            let stretches = timeline.billed_at_all(terms.billed_in);
            all.push(Self { component, prices: minimum, terms, began_at, stretches });
        }
        Ok(all)
    }

    /// Adds what is due of it by `at`, and what was billed of it. What was over by `open_from` is
    /// left out.
    pub(super) fn collect(
        &self,
        billed: &BTreeMap<DueKey, Timestamp>,
        open_from: Option<Timestamp>,
        at: Timestamp,
        all: &mut BTreeMap<DueKey, Draft>,
    ) -> Result<(), BillingError> {
        let mut periods = 0;
        for stretch in &self.stretches {
            let mut walk = self.walk(stretch, open_from);
            while walk.next.is_some_and(|from| from <= at)
                && let Some(in_force) = walk.step()?
            {
                periods += 1;
                if periods > PERIODS_MAX {
                    return Err(BillingError::TooManyPeriods { component: self.component });
                }
                match in_force {
                    InForce::Once(amount) => {
                        let draft = self.once(amount, stretch);
                        all.entry(draft.key).or_insert(draft);
                    }
                    InForce::Recurring(price, period) => {
                        let Some((draft, piece)) = self.part(price, period, stretch) else {
                            continue;
                        };
                        let was_billed = billed.get(&draft.key);
                        let from = piece.interval.map(Interval::from);
                        if draft.due_at <= at || was_billed.is_some_and(|last| from <= Some(*last))
                        {
                            all.entry(draft.key).or_insert(draft).pieces.push(piece);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The periods of a stretch, but for those that were over by `open_from`.
    pub(super) fn walk<'c>(
        &'c self,
        stretch: &'c Stretch,
        open_from: Option<Timestamp>,
    ) -> Walk<'c> {
        Walk { component: self, stretch, next: Some(stretch.from), open_from }
    }

    /// When a part of a period is due.
    pub(super) fn due_at(
        &self,
        price: &RecurringPrice,
        period: Interval,
        part: Interval,
    ) -> Timestamp {
        match price.billed {
            Billing::InAdvance => part.from(),
            Billing::InArrears => {
                let last = self.stretches.last().and_then(|stretch| stretch.until);
                last.map_or(period.until(), |last| last.min(period.until()))
            }
        }
    }

    fn once(&self, price: Money, stretch: &Stretch) -> Draft {
        let key = DueKey { component: self.component, begins: stretch.component_since };
        let piece = Piece { interval: None, quantity: stretch.quantity, share: Share::Whole };
        Draft { key, period: None, price, pieces: vec![piece], due_at: stretch.from }
    }

    /// The part of a stretch that lies in a period, and what it is a part of.
    fn part(
        &self,
        price: &RecurringPrice,
        period: Interval,
        stretch: &Stretch,
    ) -> Option<(Draft, Piece)> {
        let interval = stretch.within(period)?;
        // What is taken again within a period may have another price.
        let begins = period.from().max(stretch.component_since);
        let key = DueKey { component: self.component, begins };
        let share = price.proration.share(period, interval, &self.terms.zone);
        let piece = Piece { interval: Some(interval), quantity: stretch.quantity, share };
        let due_at = self.due_at(price, period, interval);
        let (period, price, pieces) = (Some(period), price.amount, Vec::new());
        Some((Draft { key, period, price, pieces, due_at }, piece))
    }

    /// The price that holds at a moment, and its period around that: the price is that of the
    /// beginning of the period, or of the taking of the component.
    fn price_at(&self, at: Timestamp, since: Timestamp) -> Result<InForce<'_>, BillingError> {
        let now = match self.in_force(at, since)? {
            Price::Once(amount) => return Ok(InForce::Once(*amount)),
            Price::Recurring(now) => self.period_of(now, at)?,
        };
        Ok(match self.in_force(now.from().max(since), since)? {
            Price::Once(amount) => InForce::Once(*amount),
            Price::Recurring(first) => InForce::Recurring(first, self.period_of(first, at)?),
        })
    }

    fn in_force(&self, at: Timestamp, since: Timestamp) -> Result<&Price, BillingError> {
        let missing = MissingPrice { component: self.component, at };
        let price = self.prices.and_then(|prices| prices.at(at, since));
        price.ok_or_else(|| missing.into())
    }

    fn period_of(&self, price: &RecurringPrice, at: Timestamp) -> Result<Interval, BillingError> {
        let component = self.component;
        let BillingTerms { alignment, zone, .. } = self.terms;
        let cycle = Cycle::new(price.cadence, *alignment, self.began_at, zone.clone());
        let cycle = cycle.map_err(|error| BillingError::Alignment { component, error })?;
        let period = cycle.around(at).ok_or(BillingError::OutOfCalendar { component, at })?;
        Ok(period.interval)
    }

    /// When another price comes into force after a moment, for whomever.
    fn next_price(&self, after: Timestamp) -> Option<Timestamp> {
        let versions = self.prices.iter().flat_map(|prices| &prices.versions);
        versions.map(|version| version.from).filter(|from| *from > after).min()
    }

    /// Is it the first since the component was taken?
    fn is_first(&self, stretch: &Stretch) -> bool {
        let since = |other: &&Stretch| other.component_since == stretch.component_since;
        self.stretches.iter().find(since) == Some(stretch)
    }
}

impl<'c> Walk<'c> {
    /// The next period, with its price; of a price that is paid once that, where it is taken.
    pub(super) fn step(&mut self) -> Result<Option<InForce<'c>>, BillingError> {
        let (component, stretch) = (self.component, self.stretch);
        let is_in = |from: &Timestamp| stretch.until.is_none_or(|until| *from < until);
        while let Some(from) = self.next.filter(is_in) {
            let in_force = component.price_at(from, stretch.component_since)?;
            match in_force {
                InForce::Once(_) => {
                    self.next = None;
                    let is_taken = from == stretch.from && component.is_first(stretch);
                    let is_open = self.open_from.is_none_or(|open_from| open_from <= from);
                    return Ok((is_taken && is_open).then_some(in_force));
                }
                InForce::Recurring(price, period) => {
                    self.next = Some(period.until());
                    match self.open_from.filter(|open_from| period.until() <= *open_from) {
                        None => return Ok(Some(in_force)),
                        // As long as the price is the same its periods are those of one cycle.
                        Some(open_from) => {
                            let price_until = component.next_price(from).unwrap_or(open_from);
                            let near = component.period_of(price, open_from.min(price_until))?;
                            self.next = Some(near.from().max(period.until()));
                        }
                    }
                }
            }
        }
        Ok(None)
    }
}
