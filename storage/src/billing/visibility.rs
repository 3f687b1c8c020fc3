//! To whom offers are shown, and so who can take them.

use std::collections::BTreeSet;

use billing_core::{
    AccessKind, Among, Buyer, CustomerCategory, DeviceCapability, OfferId, Visibility, ZoneId,
};
use entitlement::{TimeZone, Timestamp, Validity};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;

use super::catalogue::Catalogue;
use super::products::{Product, Products};
use super::standpoint::Standpoint;
use super::subscriptions::Subscriptions;
use super::zones;
use crate::entity::{product, subscriber, zone};
use crate::error::{During as _, Kind, StoreError};
use crate::tenants;
use crate::unit::Unit;

/// What is known of somebody who is to be offered something, beside what is known of the subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenAs {
    /// How they are connected.
    pub access: Option<AccessKind>,
    /// What their device can do.
    pub device: BTreeSet<DeviceCapability>,
    /// Where they are, by the name of the zone; `None`: where the subscriber is.
    pub zone: Option<String>,
}

impl Products<'_> {
    /// What a subscriber can take at a moment, by name: the offers that are shown to them then.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber or the zone; [`StoreError::Rule`] where what is sold
    /// does not go together.
    pub async fn offered(
        &self,
        subscriber: &str,
        seen: &SeenAs,
        at: Timestamp,
    ) -> Result<Vec<Product>, StoreError> {
        let reader = &self.store.database().reader;
        let owner = self.store.subscribers(self.tenant).existing(reader, subscriber).await?;
        let time_zone = tenants::time_zone(reader, self.tenant).await?;
        let zones = zones::all(reader, self.tenant).await?;
        let buyer = buyer(&owner, seen, &zones, time_zone)?;
        let whole = Catalogue::read(reader, self.tenant).await?.whole();
        let whole = whole.map_err(|source| StoreError::Rule {
            what: Kind::Product,
            name: "of this tenant".to_owned(),
            source,
        })?;
        let mut products = self.list().await?;
        products.retain(|product| {
            let offer = whole.offer(OfferId(product.id.0));
            offer.is_some_and(|offer| offer.is_visible_to(&buyer, at).is_ok())
        });
        Ok(products)
    }
}

impl Subscriptions<'_> {
    /// The same, for somebody of whom more is known: what is only offered to some is then offered to them,
    /// if they are among those.
    #[must_use]
    pub fn seen_as(self, seen: SeenAs) -> Self {
        Self { seen, ..self }
    }

    /// An offer that is not shown to the subscriber cannot be taken.
    pub(super) async fn check_offered(
        &self,
        unit: &Unit<'_>,
        standpoint: &Standpoint,
        offer: OfferId,
    ) -> Result<(), StoreError> {
        // What is no offer is refused for that.
        let Some(offer) = standpoint.whole.offer(offer) else { return Ok(()) };
        if offer.visibility == Visibility::default() {
            return Ok(());
        }
        let owner = subscriber::Entity::find_by_id(standpoint.subscriber().0).one(&unit.txn);
        let Some(owner) = owner.await.during("find the subscriber")? else { return Ok(()) };
        let zones = zones::all(&unit.txn, self.tenant).await?;
        let buyer = buyer(&owner, &self.seen, &zones, standpoint.ground.zone.clone())?;
        offer.is_visible_to(&buyer, standpoint.at).map_err(|error| standpoint.rule(Box::new(error)))
    }
}

fn buyer(
    owner: &subscriber::Model,
    seen: &SeenAs,
    zones: &[zone::Model],
    time_zone: TimeZone,
) -> Result<Buyer, StoreError> {
    let zone = match &seen.zone {
        Some(name) => Some(zones::named(zones, name)?),
        None => owner.zone_id.map(ZoneId),
    };
    let category = category(owner)?;
    Ok(Buyer { access: seen.access, category, device: seen.device.clone(), zone, time_zone })
}

/// What kind of customer a subscriber is.
pub(crate) fn category(owner: &subscriber::Model) -> Result<Option<CustomerCategory>, StoreError> {
    let Some(code) = owner.category.as_deref() else { return Ok(None) };
    CustomerCategory::from_code(code).map(Some).ok_or_else(|| StoreError::Corrupt {
        what: Kind::Subscriber,
        row: owner.id.to_string(),
        problem: format!("it is a customer of the kind `{code}`"),
    })
}

/// The columns by which an offer is shown to those.
pub(super) fn set_columns(
    columns: &mut product::ActiveModel,
    wanted: &Visibility<String>,
    all: &[zone::Model],
) -> Result<(), StoreError> {
    if let Among::Only(wanted) = &wanted.zones {
        for name in wanted {
            zones::named(all, name)?;
        }
    }
    let written = wanted.conditions(|name| {
        zones::named(all, name).map_or_else(|_| String::new(), |zone| zone.0.to_string())
    });
    let Validity { from, until } = wanted.dates;
    if let Some((from, until)) = from.zip(until).filter(|(from, until)| from >= until) {
        let problem = format!("it would be offered from {from} until {until}, which is not later");
        return Err(StoreError::Invalid { what: Kind::Product, problem });
    }
    columns.visible_to = Set((!written.is_empty()).then(|| written.join("\n")));
    columns.visible_from = Set(from.map(Timestamp::unix_ms));
    columns.visible_until = Set(until.map(Timestamp::unix_ms));
    Ok(())
}

/// To whom an offer is shown.
pub(super) fn of(row: &product::Model) -> Result<Visibility, StoreError> {
    let mut visibility = Visibility {
        dates: Validity {
            from: row.visible_from.map(Timestamp::from_unix_ms),
            until: row.visible_until.map(Timestamp::from_unix_ms),
        },
        ..Visibility::default()
    };
    for condition in row.visible_to.iter().flat_map(|text| text.lines()) {
        let set = visibility.set(condition, |zone| zone.parse().ok().map(ZoneId));
        set.map_err(|error| corrupt(row, error.to_string()))?;
    }
    Ok(visibility)
}

/// The same, with the names of zones.
pub(super) fn named(
    row: &product::Model,
    all: &[zone::Model],
) -> Result<Visibility<String>, StoreError> {
    let name = |id: &ZoneId| all.iter().find(|zone| zone.id == id.0).map(|zone| zone.name.clone());
    let named = of(row)?.with_zones(name);
    named.ok_or_else(|| corrupt(row, "it is offered in a zone that is not there".to_owned()))
}

/// Is an offer shown only in some zones, of which this is one?
pub(super) fn is_of_zone(row: &product::Model, zone: ZoneId) -> Result<bool, StoreError> {
    Ok(matches!(of(row)?.zones, Among::Only(zones) if zones.contains(&zone)))
}

fn corrupt(row: &product::Model, problem: String) -> StoreError {
    StoreError::Corrupt { what: Kind::Product, row: row.id.to_string(), problem }
}
