//! Reservations as they are looked at.

use billing_core::Money;
use entitlement::{ServiceId, Timestamp};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::rows::{agreed, currency, phase};
use super::{ReservationEntry, Reservations, ReservationsOf};
use crate::constant;
use crate::entity::reservation;
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::subscribers::names_of;

const OPERATION: &str = "read what is held for sessions";

impl Reservations<'_> {
    /// The last `limit` sessions that have begun, the oldest first; with a name, those of that subscriber.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber.
    pub async fn list(
        &self,
        which: ReservationsOf,
        subscriber: Option<&str>,
        limit: u64,
    ) -> Result<Vec<ReservationEntry>, StoreError> {
        let reader = &self.store.database().reader;
        let mut find =
            reservation::Entity::find().filter(reservation::Column::TenantId.eq(self.tenant.0));
        if which == ReservationsOf::Held {
            find = find.filter(reservation::Column::HoldId.is_not_null());
        }
        if let Some(name) = subscriber {
            let owner = self.store.subscribers(self.tenant).existing(reader, name).await?;
            find = find.filter(reservation::Column::SubscriberId.eq(owner.id));
        }
        let rows = find.order_by_desc(reservation::Column::Id).limit(limit).all(reader).await;
        let mut rows = rows.during(OPERATION)?;
        rows.reverse();
        self.entries(rows).await
    }

    /// What is kept of a session.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, session: &str) -> Result<ReservationEntry, StoreError> {
        let row = reservation::Entity::find()
            .filter(reservation::Column::TenantId.eq(self.tenant.0))
            .filter(reservation::Column::SessionKey.eq(session))
            .one(&self.store.database().reader);
        let row = row.await.during(OPERATION)?;
        self.entry(row.ok_or_else(|| names::not_found(Kind::Reservation, session, []))?).await
    }

    /// What is kept of a service that is paid as it goes; `None`: it is not.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn of_service(
        &self,
        service: ServiceId,
    ) -> Result<Option<ReservationEntry>, StoreError> {
        let row = reservation::Entity::find()
            .filter(reservation::Column::TenantId.eq(self.tenant.0))
            .filter(reservation::Column::ServiceId.eq(service.0))
            .filter(constant::is_not(reservation::Column::State, "ended"))
            .one(&self.store.database().reader);
        Ok(self.entries(row.await.during(OPERATION)?.into_iter().collect()).await?.pop())
    }

    pub(super) async fn entry(
        &self,
        row: reservation::Model,
    ) -> Result<ReservationEntry, StoreError> {
        let session = row.session_key.clone();
        let entry = self.entries(vec![row]).await?.pop();
        entry.ok_or_else(|| names::not_found(Kind::Reservation, &session, []))
    }

    async fn entries(
        &self,
        rows: Vec<reservation::Model>,
    ) -> Result<Vec<ReservationEntry>, StoreError> {
        let reader = &self.store.database().reader;
        let owners = names_of(reader, rows.iter().map(|row| row.subscriber_id)).await?;
        let entry = |row: reservation::Model| {
            let (agreed, phase, currency) = (agreed(&row)?, phase(&row)?, currency(&row)?);
            Ok(ReservationEntry {
                subscriber_name: owners.get(&row.subscriber_id).cloned().unwrap_or_default(),
                session: row.session_key,
                service: row.service_id.map(ServiceId),
                price: agreed.price,
                terms: agreed.terms,
                begins_at: Timestamp::from_unix_ms(row.begins_at),
                heard_at: Timestamp::from_unix_ms(row.heard_at),
                // It is read as not negative with the rest of the row whenever it is written.
                reported_units: u64::try_from(row.reported_units).unwrap_or_default(),
                committed: Money::new(row.committed_minor, currency),
                uncovered: Money::new(row.uncovered_minor, currency),
                covered_units: u64::try_from(row.covered_octets - row.seen_octets)
                    .unwrap_or_default(),
                taxes: agreed
                    .taxation
                    .taxes
                    .as_slice()
                    .iter()
                    .cloned()
                    .zip(agreed.posted)
                    .collect(),
                phase,
            })
        };
        rows.into_iter().map(entry).collect()
    }
}
