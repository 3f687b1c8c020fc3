//! Intents as they are looked at.

use std::collections::BTreeMap;

use billing_core::ledger::Provider;
use billing_core::payment::{IntentEvent, IntentId, IntentState};
use entitlement::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::rows::{corrupt, intent_of};
use super::{IntentEntry, IntentStep, PaymentIntents};
use crate::among;
use crate::constant;
use crate::entity::{invoice, payment_intent, payment_intent_event, receipt, service};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::subscribers::names_of;

const OPERATION: &str = "read what was asked to be paid";
/// Whether the wallet that an intent is for is still to be topped up by itself.
const HAS_TOO_LITTLE: &str = "exists (select 1 from auto_top_up t left join account a \
    on a.tenant_id = t.tenant_id and a.name = 'wallet:' || t.subscriber_id and a.currency = t.currency \
    where t.subscriber_id = payment_intent.subscriber_id \
    and coalesce(a.credits_posted_minor - a.debits_posted_minor - a.debits_pending_minor, 0) \
    < t.threshold_minor)";

impl PaymentIntents<'_> {
    /// The last `limit` intents, the oldest first; with a name, those of that subscriber, and with a state,
    /// those that are in it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber.
    pub async fn list(
        &self,
        subscriber: Option<&str>,
        state: Option<IntentState>,
        limit: u64,
    ) -> Result<Vec<IntentEntry>, StoreError> {
        let reader = &self.store.database().reader;
        let mut find = payment_intent::Entity::find()
            .filter(payment_intent::Column::TenantId.eq(self.tenant.0));
        if let Some(name) = subscriber {
            let owner = self.store.subscribers(self.tenant).existing(reader, name).await?;
            find = find.filter(payment_intent::Column::SubscriberId.eq(owner.id));
        }
        if let Some(state) = state {
            find = find.filter(payment_intent::Column::State.eq(state.code()));
        }
        let rows = find.order_by_desc(payment_intent::Column::Id).limit(limit).all(reader).await;
        let mut rows = rows.during(OPERATION)?;
        rows.reverse();
        self.entries(rows).await
    }

    /// Those by which a token of a provider is to be charged and nobody has begun to, with the numbers of the
    /// [tokens](crate::ProviderTokens::reveal), the oldest first, `limit` at most. Those whose wallet has enough
    /// meanwhile, or is not topped up by itself any more, are none. Whoever charges one says
    /// [`prompted`](Self::prompted) first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn to_charge(&self, limit: u64) -> Result<Vec<(IntentEntry, i64)>, StoreError> {
        let rows = payment_intent::Entity::find()
            .filter(payment_intent::Column::TenantId.eq(self.tenant.0))
            .filter(constant::is(payment_intent::Column::State, IntentState::Created.code()))
            .filter(payment_intent::Column::TokenId.is_not_null())
            .filter(payment_intent::Column::ExpiresAt.gt(self.store.now().unix_ms()))
            .filter(Expr::cust(HAS_TOO_LITTLE))
            .order_by_asc(payment_intent::Column::Id)
            .limit(limit)
            .all(&self.store.database().reader);
        let rows = rows.await.during(OPERATION)?;
        let tokens: Vec<_> = rows.iter().map(|row| row.token_id.unwrap_or_default()).collect();
        Ok(self.entries(rows).await?.into_iter().zip(tokens).collect())
    }

    /// The intent of this number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, id: IntentId) -> Result<IntentEntry, StoreError> {
        let row = payment_intent::Entity::find_by_id(id.0)
            .filter(payment_intent::Column::TenantId.eq(self.tenant.0))
            .one(&self.store.database().reader);
        self.one(row.await.during(OPERATION)?, &id.to_string()).await
    }

    /// The intent that a provider calls so, letter for letter.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find_by_reference(
        &self,
        provider: &Provider,
        reference: &str,
    ) -> Result<IntentEntry, StoreError> {
        let row = payment_intent::Entity::find()
            .filter(payment_intent::Column::TenantId.eq(self.tenant.0))
            .filter(payment_intent::Column::Provider.eq(provider.to_string()))
            .filter(payment_intent::Column::Reference.eq(reference))
            .one(&self.store.database().reader);
        let name = format!("{provider} {reference}");
        self.one(row.await.during(OPERATION)?, &name).await
    }

    /// Everything that has happened to an intent since it was made, in its order.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn steps(&self, id: IntentId) -> Result<Vec<IntentStep>, StoreError> {
        self.find(id).await?;
        let rows = payment_intent_event::Entity::find()
            .filter(payment_intent_event::Column::IntentId.eq(id.0))
            .order_by_asc(payment_intent_event::Column::Id)
            .all(&self.store.database().reader);
        let step = |row: payment_intent_event::Model| {
            let read = IntentEvent::from_code(&row.event).zip(IntentState::from_code(&row.state));
            let (event, state) = read.ok_or_else(|| StoreError::Corrupt {
                what: Kind::PaymentIntent,
                row: id.to_string(),
                problem: format!("`{}` is nothing that happens to it", row.event),
            })?;
            let at = Timestamp::from_unix_ms(row.at);
            Ok(IntentStep { at, actor: row.actor, event, state, note: row.note })
        };
        rows.await.during(OPERATION)?.into_iter().map(step).collect()
    }

    async fn one(
        &self,
        row: Option<payment_intent::Model>,
        name: &str,
    ) -> Result<IntentEntry, StoreError> {
        let not_found = || names::not_found(Kind::PaymentIntent, name, []);
        let row = row.ok_or_else(not_found)?;
        self.entries(vec![row]).await?.pop().ok_or_else(not_found)
    }

    pub(super) async fn entries(
        &self,
        rows: Vec<payment_intent::Model>,
    ) -> Result<Vec<IntentEntry>, StoreError> {
        let reader = &self.store.database().reader;
        let backend = reader.get_database_backend();
        let ids = |column: fn(&payment_intent::Model) -> Option<i64>| {
            among::numbers(backend, "id", rows.iter().filter_map(column))
        };
        let owners = names_of(reader, rows.iter().map(|row| row.subscriber_id)).await?;
        let invoices = invoice::Entity::find().filter(ids(|row| row.invoice_id));
        let invoices = invoices.all(reader).await.during(OPERATION)?;
        let invoices: BTreeMap<_, _> =
            invoices.into_iter().map(|row| (row.id, row.label)).collect();
        let services = service::Entity::find().filter(ids(|row| row.service_id));
        let services = services.all(reader).await.during(OPERATION)?;
        let services: BTreeMap<_, _> =
            services.into_iter().map(|row| (row.id, row.login)).collect();
        let receipts = receipt::Entity::find().filter(ids(|row| row.receipt_id));
        let receipts = receipts.all(reader).await.during(OPERATION)?;
        let receipts: BTreeMap<_, _> =
            receipts.into_iter().map(|row| (row.id, row.number)).collect();
        let entry = |row: &payment_intent::Model| {
            let of = |names: &BTreeMap<i64, String>, id: Option<i64>| {
                id.and_then(|id| names.get(&id).cloned())
            };
            let receipt = of(&receipts, row.receipt_id).map(|number| number.parse()).transpose();
            Ok(IntentEntry {
                intent: intent_of(row)?,
                key: row.idempotency_key.clone(),
                provider: row.provider.parse().map_err(|_| corrupt(row, "its provider"))?,
                reference: row.reference.clone(),
                subscriber_name: of(&owners, Some(row.subscriber_id)).unwrap_or_default(),
                of: of(&invoices, row.invoice_id).or_else(|| of(&services, row.service_id)),
                created_at: Timestamp::from_unix_ms(row.created_at),
                polls: u32::try_from(row.polls).map_err(|_| corrupt(row, "its polls"))?,
                poll_at: row.poll_at.map(Timestamp::from_unix_ms),
                receipt: receipt.map_err(|_| corrupt(row, "its receipt"))?,
            })
        };
        rows.iter().map(entry).collect()
    }
}
