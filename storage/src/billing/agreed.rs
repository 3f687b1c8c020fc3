//! Whether what is to be agreed about a subscription can be billed, before it is written.

use billing_core::discount::Discount;
use billing_core::{BillingTerms, DraftError, Timeline, What};
use entitlement::Timestamp;

use super::catalogue::Catalogue;
use super::matter::terms;
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
}

impl Agreed {
    pub(super) async fn read(
        unit: &Unit<'_>,
        row: &subscription::Model,
    ) -> Result<Self, StoreError> {
        let zone = tenants::time_zone(&unit.txn, unit.tenant).await?;
        let settings = settings::read(&unit.txn, unit.tenant).await?;
        let timeline = events::timeline(row.id, events::of(&unit.txn, row.id).await?)?;
        let mut given = discounts::of_subscriptions(&unit.txn, &[row.id]).await?;
        let given = given.remove(&row.id).unwrap_or_default();
        let terms = BillingTerms { discounts: given, ..terms(row, &zone, &settings)? };
        let catalogue = Catalogue::read(&unit.txn, unit.tenant).await?;
        Ok(Self { id: row.id, timeline, terms, catalogue })
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
