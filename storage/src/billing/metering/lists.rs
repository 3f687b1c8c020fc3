//! What is known of the use of subscriptions.

use std::collections::BTreeMap;

use billing_core::rating::bandwidth::Sample;
use billing_core::rating::metered::UsageRecord;
use entitlement::Timestamp;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::{Metering, samples};
use crate::billing::SubscriptionId;
use crate::billing::products;
use crate::entity::{product, usage_record};
use crate::error::{During as _, StoreError};

/// A record as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeteringRecord {
    /// Of which subscription.
    pub subscription: SubscriptionId,
    /// Of the use of which product.
    pub product: String,
    /// Who told of it.
    pub source: String,
    /// What it is called there.
    pub record: String,
    /// What was used.
    pub used: UsageRecord,
}

/// The samples of one day of UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeteringDay {
    /// Of which product.
    pub product: String,
    /// When the day begins.
    pub start: Timestamp,
    /// How many of its 288 samples are known.
    pub known: usize,
    /// The greatest rates of it.
    pub greatest: Sample,
}

impl Metering<'_> {
    /// The last `limit` records of a subscription, the earliest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscription.
    pub async fn records(
        &self,
        subscription: SubscriptionId,
        limit: u64,
    ) -> Result<Vec<MeteringRecord>, StoreError> {
        let reader = &self.store.database().reader;
        self.store.subscriptions(self.tenant).existing(reader, subscription).await?;
        let names = self.product_names().await?;
        let rows = usage_record::Entity::find()
            .filter(usage_record::Column::TenantId.eq(self.tenant.0))
            .filter(usage_record::Column::SubscriptionId.eq(subscription.0))
            .order_by_desc(usage_record::Column::At)
            .order_by_desc(usage_record::Column::Id)
            .limit(limit)
            .all(reader);
        let mut rows = rows.await.during("list the records")?;
        rows.reverse();
        let entry = |row: usage_record::Model| MeteringRecord {
            subscription,
            product: names.get(&row.product_id).cloned().unwrap_or_default(),
            used: UsageRecord {
                at: Timestamp::from_unix_ms(row.at),
                until: row.until_at.map(Timestamp::from_unix_ms),
                units: u64::try_from(row.units).unwrap_or(0),
            },
            source: row.source,
            record: row.record,
        };
        Ok(rows.into_iter().map(entry).collect())
    }

    /// The days of which a subscription has samples, since a moment.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscription.
    pub async fn days(
        &self,
        subscription: SubscriptionId,
        from: Timestamp,
    ) -> Result<Vec<MeteringDay>, StoreError> {
        let reader = &self.store.database().reader;
        self.store.subscriptions(self.tenant).existing(reader, subscription).await?;
        let names = self.product_names().await?;
        let days = samples::days_since(reader, subscription.0, from).await?;
        let entry = |(product, start, known, greatest): (i64, i64, usize, Sample)| MeteringDay {
            product: names.get(&product).cloned().unwrap_or_default(),
            start: Timestamp::from_unix_ms(start),
            known,
            greatest,
        };
        Ok(days.into_iter().map(entry).collect())
    }

    async fn product_names(&self) -> Result<BTreeMap<i64, String>, StoreError> {
        let rows = products::rows_of(&self.store.database().reader, self.tenant).await?;
        Ok(rows.into_iter().map(|row: product::Model| (row.id, row.name)).collect())
    }
}
