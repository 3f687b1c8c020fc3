//! What was measured of a subscription.

use std::collections::{BTreeMap, BTreeSet};

use entitlement::Timestamp;

use super::component::{Component, Step};
use super::due::{DueKey, Piece, parts_of};
use super::error::BillingError;
use super::explain::moment;
use super::terms::BillingTerms;
use crate::catalogue::{PriceList, UsageTerms};
use crate::period::Interval;
use crate::rating::bandwidth::Sample;
use crate::rating::metered::{AccountedOctets, MeasuredPeriod, MeteredCharge, UsageRecord};
use crate::{ComponentId, MoneyError, Ratio, Timeline};

/// What was measured of the use of a subscription's components, and when they were not available. What
/// lies before [`BillingTerms::measured_from`] need not be in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measured {
    samples: BTreeMap<ComponentId, Vec<(Timestamp, Sample)>>,
    records: BTreeMap<ComponentId, Vec<UsageRecord>>,
    accounted: Vec<AccountedOctets>,
    outages: Vec<Outage>,
}

/// Time in which something was not available.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Outage {
    /// Of what; `None`: of everything that the subscription has.
    pub component: Option<ComponentId>,
    /// Since when.
    pub from: Timestamp,
    /// Until when; `None`: it lasts.
    pub until: Option<Timestamp>,
    /// Whether it was planned maintenance, which does not count.
    pub is_planned: bool,
}

impl BillingTerms {
    /// From when on what was measured, and when something was not available, is asked for: books that are
    /// closed amid a period leave that open as a whole. `None`: since the subscription began.
    ///
    /// # Errors
    /// As [`due`](super::due()).
    pub fn measured_from(
        &self,
        timeline: &Timeline,
        prices: &BTreeMap<ComponentId, PriceList>,
    ) -> Result<Option<Timestamp>, BillingError> {
        let Some(open_from) = self.open_from(timeline)? else { return Ok(None) };
        let mut from = open_from;
        for component in &Component::all(timeline, prices, self, None)? {
            for mut walk in component.walks(Some(open_from)) {
                if let Some(Step::Period(period)) = walk.step()? {
                    from = from.min(period.begins());
                }
            }
        }
        Ok(Some(from))
    }

    /// Where the time begins and ends, before a moment, for which it is paid by the octets that its service
    /// has counted, as far as the books are open: whoever adds them up for longer than need be must not
    /// across these.
    ///
    /// # Errors
    /// As [`due`](super::due()).
    pub fn accounted_edges(
        &self,
        timeline: &Timeline,
        prices: &BTreeMap<ComponentId, PriceList>,
        until: Timestamp,
    ) -> Result<BTreeSet<Timestamp>, BillingError> {
        let open_from = self.open_from(timeline)?;
        let mut edges = BTreeSet::new();
        for component in &Component::all(timeline, prices, self, None)? {
            for mut walk in component.walks(open_from) {
                while walk.next_from().is_some_and(|from| from < until)
                    && let Some(step) = walk.step()?
                {
                    if let Step::Period(period) = step {
                        edges.extend(period.accounted_edges().filter(|edge| *edge < until));
                    }
                }
            }
        }
        Ok(edges)
    }
}

impl Measured {
    /// Of each component its samples and its records, in whatever order, and the outages.
    #[must_use]
    pub fn new(
        mut samples: BTreeMap<ComponentId, Vec<(Timestamp, Sample)>>,
        mut records: BTreeMap<ComponentId, Vec<UsageRecord>>,
        outages: Vec<Outage>,
    ) -> Self {
        samples.values_mut().for_each(|all| all.sort_by_key(|(at, _)| *at));
        records.values_mut().for_each(|all| all.sort_unstable());
        Self { samples, records, accounted: Vec::new(), outages }
    }

    /// With the octets that the sessions of the subscription's service have counted, in whatever order. A
    /// component is paid by them in the periods whose price counts them, and by its records in others.
    #[must_use]
    pub fn with_accounted(mut self, mut accounted: Vec<AccountedOctets>) -> Self {
        accounted.sort_unstable();
        self.accounted = accounted;
        self
    }

    /// Was anything told of a component since a moment and before another? The accounting of its service
    /// counts whether there is a price for it or not.
    pub(super) fn has_some(
        &self,
        component: ComponentId,
        from: Timestamp,
        until: Option<Timestamp>,
    ) -> bool {
        let within = |at: Timestamp| from <= at && until.is_none_or(|until| at < until);
        let samples = self.samples.get(&component).into_iter().flatten().map(|(at, _)| *at);
        let records = self.records.get(&component).into_iter().flatten().map(|record| record.at);
        samples.chain(records).any(within)
    }

    /// What a period of use costs.
    pub(super) fn charge(
        &self,
        key: DueKey,
        usage: &UsageTerms,
        pieces: &[Piece],
        terms: &BillingTerms,
    ) -> Result<MeteredCharge, BillingError> {
        let DueKey { component, begins, .. } = key;
        if let Some(piece) = pieces.iter().find(|piece| piece.quantity > 1) {
            return Err(BillingError::UsedTwice { component, quantity: piece.quantity });
        }
        let stretches: Vec<Interval> = pieces.iter().filter_map(|piece| piece.interval).collect();
        let measured = MeasuredPeriod {
            stretches: &stretches,
            part: part_of(pieces)?,
            samples: self.samples.get(&component).map(Vec::as_slice).unwrap_or_default(),
            records: self.records.get(&component).map(Vec::as_slice).unwrap_or_default(),
            accounted: &self.accounted,
        };
        let charge = usage.price.charge(&measured, &terms.zone, terms.rounding);
        charge.map_err(|error| BillingError::Usage {
            component,
            begins: moment(begins, &terms.zone),
            error: Box::new(error),
        })
    }

    /// The outages of a component and the planned maintenance, as far as they lie before a moment.
    pub(super) fn outages_of(
        &self,
        component: ComponentId,
        until: Timestamp,
    ) -> (Vec<Interval>, Vec<Interval>) {
        let (mut down, mut planned) = (Vec::new(), Vec::new());
        let concerned = |outage: &&Outage| outage.component.is_none_or(|of| of == component);
        for outage in self.outages.iter().filter(concerned) {
            let ends = outage.until.map_or(until, |ends| ends.min(until));
            let of = if outage.is_planned { &mut planned } else { &mut down };
            of.extend(Interval::new(outage.from, ends));
        }
        (down, planned)
    }
}

/// How much of a period its pieces are.
fn part_of(pieces: &[Piece]) -> Result<Ratio, MoneyError> {
    let (part, of) = parts_of(pieces)?;
    let number = |number: i128| u64::try_from(number).map_err(|_| MoneyError::Overflow);
    Ratio::new(number(part)?, number(of)?).ok_or(MoneyError::Overflow)
}
