//! Subscribers who pay other taxes than the rest: none, or at a rate of their own.

use std::collections::BTreeMap;

use billing_core::{Percentage, Taxation};
use entitlement::SubscriberId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, Set};
use serde_json::json;

use super::pay_as_you_go;
use super::subscriptions::lock;
use super::taxes;
use crate::among;
use crate::entity::subscriber_tax;
use crate::error::{During as _, Kind, StoreError};
use crate::store::Actor;
use crate::subscribers::Subscribers;
use crate::tenants;
use crate::unit::{Record, Unit};

/// What is special about the taxes of one subscriber.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubscriberTaxes {
    /// Those that it does not pay, by name.
    pub exempt: Vec<String>,
    /// Those that it pays at a rate of its own, by name.
    pub rates: Vec<(String, Percentage)>,
}

impl Subscribers<'_> {
    /// Says that a subscriber does not pay a tax, or at another rate; `None`: as everybody. It holds for
    /// what is billed from then on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber or the tax.
    pub async fn set_tax(
        &self,
        by: &Actor,
        name: &str,
        tax: &str,
        special: Option<TaxSpecial>,
    ) -> Result<SubscriberTaxes, StoreError> {
        let operation = "set the taxes of the subscriber";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        // What is paid as it is used is agreed anew by what it costs now.
        tenants::hold_prices(&unit.txn, self.tenant).await?;
        let owner = self.existing(&unit.txn, name).await?;
        lock(&unit.txn, owner.id).await?;
        let known = taxes::all(&unit.txn, self.tenant).await?;
        if !known.iter().any(|entry| entry.tax.name == tax) {
            return Err(taxes::none_of(&known, tax));
        }
        let before = of(&unit.txn, &[owner.id]).await?.remove(&SubscriberId(owner.id));
        match special {
            None => {
                let gone = subscriber_tax::Entity::delete_many()
                    .filter(subscriber_tax::Column::SubscriberId.eq(owner.id))
                    .filter(subscriber_tax::Column::Tax.eq(tax))
                    .exec(&unit.txn);
                gone.await.during(operation)?;
            }
            Some(special) => {
                let rate = match special {
                    TaxSpecial::Exempt => None,
                    TaxSpecial::Rate(rate) => i64::try_from(rate.millionths()).ok(),
                };
                let row = subscriber_tax::ActiveModel {
                    tenant_id: Set(self.tenant.0),
                    subscriber_id: Set(owner.id),
                    tax: Set(tax.to_owned()),
                    rate_millionths: Set(rate),
                };
                let key = [subscriber_tax::Column::SubscriberId, subscriber_tax::Column::Tax];
                let on_conflict = OnConflict::columns(key)
                    .update_column(subscriber_tax::Column::RateMillionths)
                    .to_owned();
                let insert = subscriber_tax::Entity::insert(row).on_conflict(on_conflict);
                insert.exec_without_returning(&unit.txn).await.during(operation)?;
            }
        }
        let after = of(&unit.txn, &[owner.id]).await?.remove(&SubscriberId(owner.id));
        let after = after.unwrap_or_default();
        pay_as_you_go::payer_is_set(&mut unit, owner.id).await?;
        unit.record(Record {
            kind: Kind::Subscriber,
            row: owner.id,
            name,
            before: Some(described(&before.unwrap_or_default())),
            after: Some(described(&after)),
        });
        unit.commit().await?;
        Ok(after)
    }

    /// What is special about the taxes of the subscriber called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn taxes(&self, name: &str) -> Result<SubscriberTaxes, StoreError> {
        let reader = &self.store.database().reader;
        let owner = self.existing(reader, name).await?;
        Ok(of(reader, &[owner.id]).await?.remove(&SubscriberId(owner.id)).unwrap_or_default())
    }
}

/// How a subscriber pays a tax that others pay otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxSpecial {
    /// Not at all.
    Exempt,
    /// At this rate.
    Rate(Percentage),
}

impl SubscriberTaxes {
    /// How something is taxed for this subscriber.
    pub(super) fn taxation(&self, usual: &Taxation) -> Taxation {
        Taxation { taxes: usual.taxes.of_customer(&self.exempt, &self.rates), ..*usual }
    }
}

/// What is special about the taxes of these subscribers; who is not in it pays as everybody.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    subscribers: &[i64],
) -> Result<BTreeMap<SubscriberId, SubscriberTaxes>, StoreError> {
    let rows = subscriber_tax::Entity::find()
        .filter(among::numbers(
            db.get_database_backend(),
            "subscriber_id",
            subscribers.iter().copied(),
        ))
        .all(db);
    let mut all: BTreeMap<SubscriberId, SubscriberTaxes> = BTreeMap::new();
    for row in rows.await.during("read the taxes of subscribers")? {
        let of = all.entry(SubscriberId(row.subscriber_id)).or_default();
        match row.rate_millionths {
            None => of.exempt.push(row.tax),
            Some(millionths) => {
                let rate = u64::try_from(millionths).ok().and_then(Percentage::from_millionths);
                let rate = rate.ok_or_else(|| StoreError::Corrupt {
                    what: Kind::Subscriber,
                    row: row.subscriber_id.to_string(),
                    problem: format!("{millionths} millionths are no rate of a tax"),
                })?;
                of.rates.push((row.tax, rate));
            }
        }
    }
    Ok(all)
}

fn described(taxes: &SubscriberTaxes) -> serde_json::Value {
    let rates: Vec<_> = taxes.rates.iter().map(|(tax, rate)| format!("{tax} {rate}")).collect();
    json!({ "exempt": taxes.exempt, "rates": rates })
}
