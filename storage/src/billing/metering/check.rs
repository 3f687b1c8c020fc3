//! What can be kept of what is told.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::rating::metered::Measurement;
use billing_core::{AppliesTo, ComponentId, UsageVersion};
use entitlement::Timestamp;

use super::{Metered, NewMeasurement, day};
use crate::billing::matter::Matter;
use crate::billing::runs::Ground;

/// A measurement that can be kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checked<'n> {
    /// Which of those that were given.
    pub(super) index: usize,
    pub(super) subscription: i64,
    pub(super) product: i64,
    pub(super) what: &'n Metered,
}

/// What is known of those whose subscribers are held, by what measurements say of them.
pub(super) struct Held<'g> {
    pub(super) ground: &'g Ground,
    pub(super) subscriptions: BTreeMap<i64, Had>,
    products: BTreeMap<&'g str, ComponentId>,
}

/// Which components a subscription has or has had, and since when it has had them last, if it has been
/// billed for them.
pub(super) type Had = BTreeMap<ComponentId, Option<Timestamp>>;

impl<'g> Held<'g> {
    pub(super) fn new(ground: &'g Ground, matters: &[Matter]) -> Self {
        let had = |matter: &Matter| -> Had {
            let since = |component| {
                let stretches = matter.timeline.billed(component, matter.terms.billed_in);
                stretches.last().map(|stretch| stretch.component_since)
            };
            let components = matter.timeline.components().into_iter();
            components.map(|component| (component, since(component))).collect()
        };
        let names = ground.catalogue.names.iter();
        Self {
            ground,
            subscriptions: matters.iter().map(|matter| (matter.id.0, had(matter))).collect(),
            products: names.map(|(component, name)| (name.as_str(), *component)).collect(),
        }
    }

    /// What can be said of a measurement without what is known already.
    pub(super) fn check<'n>(
        &self,
        index: usize,
        new: &'n NewMeasurement,
    ) -> Result<Checked<'n>, String> {
        let NewMeasurement { subscription, product, what } = new;
        let had = self.subscriptions.get(&subscription.0);
        let had = had.ok_or_else(|| format!("there is no subscription {subscription}"))?;
        let component = self.products.get(product.as_str());
        let component =
            *component.ok_or_else(|| format!("there is no product called `{product}`"))?;
        let since = had.get(&component);
        let since = *since
            .ok_or_else(|| format!("subscription {subscription} has never had `{product}`"))?;
        let (Metered::Sample { at, .. } | Metered::Record { at, .. }) = what;
        check_open(self.ground, *at)?;
        self.check_price((product, component, since), *at, what)?;
        check_value(what, self.ground)?;
        Ok(Checked { index, subscription: subscription.0, product: component.0, what })
    }

    /// A price that may be paid for it takes what is told. A period keeps the price with which it began, and
    /// one for new customers is not paid by others: so it need not be the one that is in force by then.
    fn check_price(
        &self,
        (product, component, since): (&str, ComponentId, Option<Timestamp>),
        at: Timestamp,
        what: &Metered,
    ) -> Result<(), String> {
        let may_apply = |version: &&UsageVersion| {
            let is_for = match version.applies_to {
                AppliesTo::Everybody => true,
                AppliesTo::NewOnly => since.is_none_or(|since| version.from <= since),
            };
            version.from <= at && is_for
        };
        let list = self.ground.catalogue.prices.get(&component);
        let versions = list.into_iter().flat_map(|list| &list.usage).filter(may_apply);
        let mut needed = BTreeSet::new();
        for version in versions {
            let measurement = version.terms.price.measurement();
            if is_taken(measurement, what) {
                return Ok(());
            }
            needed.insert(measurement.code());
        }
        if needed.is_empty() {
            return Err(format!(
                "`{product}` has no price of use at {}; give it one that is in force by then, with `weir \
                 product set {product} --usage`",
                shown(self.ground, at)
            ));
        }
        let given = match what {
            Metered::Sample { .. } => "a sample of five minutes",
            Metered::Record { until: None, .. } => "a record without an end",
            Metered::Record { .. } => "a record with an end",
        };
        let needed = needed.into_iter().collect::<Vec<_>>().join(" or ");
        Err(format!("`{product}` is paid by {needed}, and this is {given}"))
    }
}

const fn is_taken(measurement: Measurement, what: &Metered) -> bool {
    matches!(
        (measurement, what),
        (Measurement::Samples, Metered::Sample { .. })
            | (Measurement::Units, Metered::Record { until: None, .. })
            | (Measurement::Time | Measurement::Volume, Metered::Record { until: Some(_), .. })
    )
}

pub(super) fn check_open(ground: &Ground, at: Timestamp) -> Result<(), String> {
    match ground.settings.closed_until {
        Some(closed) if at < closed => Err(format!(
            "{} lies before the moment until which the books are closed, {}",
            shown(ground, at),
            shown(ground, closed)
        )),
        _ => Ok(()),
    }
}

/// The longest source and name of a record, octets.
const NAME_LEN_MAX: usize = 128;

fn check_value(what: &Metered, ground: &Ground) -> Result<(), String> {
    match what {
        Metered::Sample { at, sample } => {
            if at.unix_ms().rem_euclid(day::SAMPLE_MS) != 0 {
                return Err(format!(
                    "{} does not begin five minutes; samples begin at 00, 05, 10 and so on",
                    shown(ground, *at)
                ));
            }
            match sample.down_bps.max(sample.up_bps) {
                0..=day::RATE_MAX => Ok(()),
                most => Err(format!("{most} bit/s are more than can be kept")),
            }
        }
        Metered::Record { source, record, at, until, units } => {
            for (name, value) in [("source", source), ("record", record)] {
                let is_short = (1..=NAME_LEN_MAX).contains(&value.len());
                if !is_short || value.chars().any(char::is_control) {
                    return Err(format!(
                        "its {name} has {} octets; there are 1 to {NAME_LEN_MAX}, and none that are \
                         not printed",
                        value.len()
                    ));
                }
            }
            if until.is_some_and(|until| until < *at) {
                return Err(format!("it ends before it begins, at {}", shown(ground, *at)));
            }
            i64::try_from(*units)
                .map(|_| ())
                .map_err(|_| format!("{units} are more than can be kept"))
        }
    }
}

fn shown(ground: &Ground, at: Timestamp) -> String {
    let shown = ground.zone.shown(at);
    shown.map_or_else(|| at.to_string(), |shown| shown.strftime("%Y-%m-%d %H:%M:%S").to_string())
}
