//! Whether what is to be agreed about a subscription can be billed: it is asked before it is agreed, so that
//! nobody fails at every run for what somebody has mistyped.

use std::collections::BTreeMap;

use entitlement::Timestamp;

use super::error::BillingError;
use super::terms::{BillingTerms, MAXIMUM, MINIMUM, of_discount};
use crate::PartOrAmount;
use crate::catalogue::{MissingPrice, Price, PriceList};
use crate::discount::{DISCOUNTS_MAX, Discount, On};
use crate::{Cadence, ComponentId, Currency, Money, Timeline, What};

/// What components cost.
type Prices = BTreeMap<ComponentId, PriceList>;

impl BillingTerms {
    /// Checks that a component can be had from a moment on, so many times: it has a price then, whose
    /// periods can begin as those of the subscription do, in the currency of what is taken off and limits it.
    /// `timeline` has it already.
    ///
    /// # Errors
    /// The first thing for which it could not be billed.
    pub fn check_taken(
        &self,
        timeline: &Timeline,
        prices: &Prices,
        (component, quantity): (ComponentId, u32),
        at: Timestamp,
    ) -> Result<(), BillingError> {
        let since = timeline.held_since(&[component], at).unwrap_or(at);
        let began_at = timeline.began_at().unwrap_or(at);
        let missing = MissingPrice { component, at };
        let list = prices.get(&component).ok_or(missing)?;
        let (price, usage) = (list.at(at, since), list.usage_at(at, since));
        if price.is_none() && usage.is_none() {
            return Err(missing.into());
        }
        if usage.is_some() && quantity > 1 {
            return Err(BillingError::UsedTwice { component, quantity });
        }
        let recurring = price.and_then(|price| match price {
            Price::Recurring(price) => Some(price.cadence),
            Price::Once(_) => None,
        });
        for cadence in recurring.into_iter().chain(usage.map(|usage| usage.cadence)) {
            let period = self.period_around(cadence, began_at, at.max(began_at));
            period.map_err(|error| BillingError::Alignment { component, error })?;
        }
        for discount in &self.discounts {
            let lasts = discount.until().is_none_or(|until| until > at);
            if let PartOrAmount::Fixed(amount) = discount.offer().off()
                && lasts
                && discount.is_on(component)
            {
                check_currency(&of_discount(discount), amount, (component, list), (at, since))?;
            }
        }
        for (what, amount, _) in self.limits() {
            check_currency(what, amount, (component, list), (at, since))?;
        }
        Ok(())
    }

    /// Checks that a discount can be given beside those that there are.
    ///
    /// # Errors
    /// For one too many, periods that cannot begin as those of the subscription do, and another currency
    /// than that of what it is taken off.
    pub fn check_discount(
        &self,
        discount: &Discount,
        timeline: &Timeline,
        prices: &Prices,
    ) -> Result<(), BillingError> {
        let count = self.discounts.len() + 1;
        if count > DISCOUNTS_MAX {
            return Err(BillingError::TooManyDiscounts { count });
        }
        let from = discount.from();
        let began_at = timeline.began_at().unwrap_or(from);
        let what = of_discount(discount);
        discount
            .ends_at(self.alignment_at(from), began_at, &self.zone)
            .map_err(|error| BillingError::AlignmentOf { what: what.clone(), error })?;
        let PartOrAmount::Fixed(amount) = discount.offer().off() else { return Ok(()) };
        self.period(&what, discount.offer().per(), began_at, from.max(began_at))?;
        let mut on = had_from(timeline, from);
        if let On::Components(named) = discount.offer().on() {
            on.extend(named.iter().map(|component| (*component, from)));
        }
        on.retain(|(component, _)| discount.is_on(*component));
        check_currencies(&what, amount, &on, timeline, prices)
    }

    /// Checks that what its periods cost at least and at most can be billed from a moment on.
    ///
    /// # Errors
    /// For less than nothing, a minimum above the maximum or billed as something that the subscription has,
    /// periods that cannot begin as those of the subscription do, and another currency than that of what
    /// it has.
    pub fn check_limits(
        &self,
        timeline: &Timeline,
        prices: &Prices,
        from: Timestamp,
    ) -> Result<(), BillingError> {
        self.check(&timeline.components())?;
        let began_at = timeline.began_at().unwrap_or(from);
        let had = had_from(timeline, from);
        for (what, amount, per) in self.limits() {
            self.period(what, per, began_at, from.max(began_at))?;
            check_currencies(what, amount, &had, timeline, prices)?;
        }
        Ok(())
    }

    fn limits(&self) -> impl Iterator<Item = (&'static str, Money, Cadence)> {
        let maximum = self.maximum.map(|it| (MAXIMUM, it.amount, it.per));
        let minimum = self.minimum.map(|it| (MINIMUM, it.amount, it.per));
        maximum.into_iter().chain(minimum)
    }
}

/// What a subscription has at a moment or takes later, each with when.
fn had_from(timeline: &Timeline, from: Timestamp) -> Vec<(ComponentId, Timestamp)> {
    let mut had: Vec<_> = timeline.held_at(from).into_iter().map(|it| (it, from)).collect();
    had.extend(timeline.events().iter().filter(|event| event.at > from).filter_map(|event| {
        match event.what {
            What::Quantity { component, quantity } if quantity > 0 => Some((component, event.at)),
            What::Quantity { .. } | What::Transition(_) => None,
        }
    }));
    had
}

fn check_currencies(
    what: &str,
    amount: Money,
    on: &[(ComponentId, Timestamp)],
    timeline: &Timeline,
    prices: &Prices,
) -> Result<(), BillingError> {
    for (component, at) in on {
        let Some(list) = prices.get(component) else { continue };
        let since = timeline.held_since(&[*component], *at).unwrap_or(*at);
        check_currency(what, amount, (*component, list), (*at, since))?;
    }
    Ok(())
}

fn check_currency(
    what: &str,
    amount: Money,
    (component, list): (ComponentId, &PriceList),
    (at, since): (Timestamp, Timestamp),
) -> Result<(), BillingError> {
    match list.currencies(at, since).find(|currency| *currency != amount.currency()) {
        None => Ok(()),
        Some(currency) => {
            Err(BillingError::OtherCurrency { what: what.to_owned(), amount, component, currency })
        }
    }
}

impl PriceList {
    /// In which currencies it is paid at a moment by who has had it since another.
    pub fn currencies(
        &self,
        at: Timestamp,
        since: Timestamp,
    ) -> impl Iterator<Item = Currency> + use<> {
        let price = self.at(at, since).map(|price| match price {
            Price::Once(amount) => amount.currency(),
            Price::Recurring(price) => price.amount.currency(),
        });
        let usage = self.usage_at(at, since).map(|usage| usage.price.currency());
        price.into_iter().chain(usage)
    }
}
