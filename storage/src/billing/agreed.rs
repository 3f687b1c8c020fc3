//! Whether what is to be agreed about a subscription can be billed, before it is written.

use billing_core::discount::Discount;
use billing_core::{BillingTerms, DraftError, Timeline, What};
use entitlement::Timestamp;

use super::catalogue::Catalogue;
use super::matter::terms;
use super::resellers::Levels;
use super::{discounts, events, settings};
use crate::entity::subscription;
use crate::error::{Kind, RuleError, StoreError};
use crate::tenants;
use crate::unit::Unit;

/// A subscription whose subscriber is locked, with what it is billed by.
pub(super) struct Agreed {
    id: i64,
    timeline: Timeline,
    terms: BillingTerms,
    catalogue: Catalogue,
    /// The levels above the tenant on which something of it has a price.
    levels: Option<Levels>,
}

impl Agreed {
    pub(super) async fn read(
        unit: &Unit<'_>,
        row: &subscription::Model,
    ) -> Result<Self, StoreError> {
        let (zone, parent) = tenants::clock_and_parent(&unit.txn, unit.tenant).await?;
        let settings = settings::read(&unit.txn, unit.tenant).await?;
        let timeline = events::timeline(row.id, events::of(&unit.txn, row.id).await?)?;
        let mut given = discounts::of_subscriptions(&unit.txn, &[row.id]).await?;
        let given = given.remove(&row.id).unwrap_or_default();
        let terms = BillingTerms { discounts: given, ..terms(row, &zone, &settings)? };
        let catalogue = Catalogue::read(&unit.txn, unit.tenant).await?;
        let levels = Levels::read(&unit.txn, (unit.tenant, parent)).await?;
        Ok(Self { id: row.id, timeline, terms, catalogue, levels })
    }

    /// What is taken by these, which it has already, has a price that can be billed.
    pub(super) fn check_taken(&self, taken: &[(Timestamp, What)]) -> Result<(), StoreError> {
        for (at, what) in taken {
            let What::Quantity { component, quantity } = *what else { continue };
            if quantity > 0 {
                let of_one = (component, quantity);
                let checked =
                    self.terms.check_taken(&self.timeline, &self.catalogue.prices, of_one, *at);
                checked.map_err(|error| self.rule(error))?;
            }
        }
        Ok(())
    }

    /// No reseller on the way that has to pay for something of this, which was not had right before, owes more
    /// than it may.
    pub(super) async fn check_may_order(
        &self,
        unit: &Unit<'_>,
        taken: &[(Timestamp, What)],
    ) -> Result<(), StoreError> {
        let Some(levels) = &self.levels else { return Ok(()) };
        let name = |(at, what): &(Timestamp, What)| match *what {
            What::Quantity { component, quantity } if quantity > 0 => {
                let before = Timestamp::from_unix_ms(at.unix_ms().saturating_sub(1));
                let is_had = self.timeline.held_at(before).into_iter().any(|it| it == component);
                (!is_had).then(|| self.catalogue.name(component))
            }
            What::Quantity { .. } | What::Transition(_) => None,
        };
        levels.check_may_order(&unit.txn, taken.iter().filter_map(name)).await
    }

    /// There can be one more discount.
    pub(super) fn check_discount(&self, discount: &Discount) -> Result<(), StoreError> {
        let checked = self.terms.check_discount(discount, &self.timeline, &self.catalogue.prices);
        checked.map_err(|error| self.rule(error))
    }

    /// What it has can be limited so, and what is missing to the minimum billed.
    pub(super) fn check_limits(&self, from: Timestamp) -> Result<(), StoreError> {
        let checked = self.terms.check_limits(&self.timeline, &self.catalogue.prices, from);
        checked.map_err(|error| self.rule(error))?;
        let minimum = self.terms.minimum.map(|minimum| minimum.component);
        let checked = minimum.into_iter().try_for_each(|it| {
            self.catalogue
                .taxations
                .get(&it)
                .map(|_| ())
                .ok_or(DraftError::NoTaxation { component: it })
        });
        checked.map_err(|error| self.rule(error))
    }

    /// The currency of what it has then, or takes later: of several the first.
    pub(super) fn currency(&self, at: Timestamp) -> Option<billing_core::Currency> {
        let had = self.timeline.held_at(at).into_iter().chain(self.timeline.components());
        let priced = had.filter_map(|component| self.catalogue.prices.get(&component));
        priced.flat_map(|list| list.currencies(at, at)).next()
    }

    fn rule(&self, error: impl Into<RuleError>) -> StoreError {
        let (what, name) = (Kind::Subscription, self.id.to_string());
        StoreError::Rule { what, name, source: error.into() }
    }
}
