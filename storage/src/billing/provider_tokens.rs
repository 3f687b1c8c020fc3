//! What providers give in the place of cards, so that somebody can be charged again. Each is sealed with the key
//! file; what people see of it is its label.

use billing_core::ledger::Provider;
use billing_core::payment::{ProviderToken, TokenLabel};
use entitlement::{TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use serde_json::json;

use super::intents::{self, NotCharged};
use super::subscriptions::lock;
use crate::entity::provider_token;
use crate::error::{During as _, Kind, StoreError};
use crate::keys::{KeyRing, Purpose, Seal};
use crate::names;
use crate::store::{Actor, Store};
use crate::subscribers::names_of;
use crate::unit::{Record, Unit};

/// Keeps the tokens of one tenant's subscribers.
#[derive(Debug)]
pub struct ProviderTokens<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// A token that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProviderToken {
    /// Who has given it.
    pub provider: Provider,
    /// Whose it is.
    pub subscriber: String,
    /// What it is known by.
    pub label: TokenLabel,
    /// The token itself, which is never a card's number.
    pub token: ProviderToken,
}

/// A token that is kept, without itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderTokenEntry {
    /// Its number.
    pub id: i64,
    /// Who has given it.
    pub provider: Provider,
    /// Whose it is.
    pub subscriber_name: String,
    /// What it is known by.
    pub label: TokenLabel,
    /// When it was kept.
    pub created_at: Timestamp,
}

/// What the seal of a token is bound to.
pub(crate) const fn token_seal(tenant: TenantId, row: i64) -> Seal {
    Seal { purpose: Purpose::ProviderToken, tenant, row }
}

impl ProviderTokens<'_> {
    /// Keeps a token. The same one of the same subscriber again gets the new label.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber.
    pub async fn add(
        &self,
        by: &Actor,
        new: &NewProviderToken,
    ) -> Result<ProviderTokenEntry, StoreError> {
        let operation = "keep the token of a provider";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let owner =
            self.store.subscribers(self.tenant).existing(&unit.txn, &new.subscriber).await?;
        lock(&unit.txn, owner.id).await?;
        let known = provider_token::Entity::find()
            .filter(provider_token::Column::TenantId.eq(self.tenant.0))
            .filter(provider_token::Column::SubscriberId.eq(owner.id))
            .filter(provider_token::Column::Provider.eq(new.provider.to_string()))
            .all(&unit.txn);
        let mut same = None;
        for row in known.await.during(operation)? {
            // What does not open is not this one.
            if open(self.store.keys(), &row).is_ok_and(|token| token == new.token) {
                same = Some(row);
            }
        }
        let before = same.as_ref().map(described);
        let row = match same {
            Some(row) => row,
            None => {
                let row = provider_token::ActiveModel {
                    tenant_id: Set(self.tenant.0),
                    provider: Set(new.provider.to_string()),
                    subscriber_id: Set(owner.id),
                    label: Set(new.label.as_str().to_owned()),
                    // Bound to its number, which is not known yet.
                    token_sealed: Set(Vec::new()),
                    created_at: Set(unit.now.unix_ms()),
                    ..Default::default()
                };
                row.insert(&unit.txn).await.during(operation)?
            }
        };
        let sealed = self
            .store
            .keys()
            .seal(token_seal(self.tenant, row.id), new.token.reveal().as_bytes())?;
        let kept = provider_token::ActiveModel {
            id: Set(row.id),
            label: Set(new.label.as_str().to_owned()),
            token_sealed: Set(sealed),
            ..Default::default()
        };
        let after = kept.update(&unit.txn).await.during(operation)?;
        unit.record(Record {
            kind: Kind::ProviderToken,
            row: row.id,
            name: &row.id.to_string(),
            before,
            after: Some(described(&after)),
        });
        unit.commit().await?;
        entry(&after, owner.name)
    }

    /// The last `limit` tokens, in the order of their numbers; with a name, those of that subscriber.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber.
    pub async fn list(
        &self,
        subscriber: Option<&str>,
        limit: u64,
    ) -> Result<Vec<ProviderTokenEntry>, StoreError> {
        let operation = "list the tokens of providers";
        let reader = &self.store.database().reader;
        let mut find = provider_token::Entity::find()
            .filter(provider_token::Column::TenantId.eq(self.tenant.0))
            .order_by_desc(provider_token::Column::Id)
            .limit(limit);
        if let Some(name) = subscriber {
            let owner = self.store.subscribers(self.tenant).existing(reader, name).await?;
            find = find.filter(provider_token::Column::SubscriberId.eq(owner.id));
        }
        let mut rows = find.all(reader).await.during(operation)?;
        rows.reverse();
        let owners = names_of(reader, rows.iter().map(|row| row.subscriber_id)).await?;
        let name = |row: &provider_token::Model| owners.get(&row.subscriber_id).cloned();
        rows.iter().map(|row| entry(row, name(row).unwrap_or_default())).collect()
    }

    /// The token itself, for whoever charges with it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Corrupt`] when the key file does not open it.
    pub async fn reveal(&self, id: i64) -> Result<ProviderToken, StoreError> {
        let reader = &self.store.database().reader;
        let row = provider_token::Entity::find_by_id(id)
            .filter(provider_token::Column::TenantId.eq(self.tenant.0))
            .one(reader);
        let row = row.await.during("open the token of a provider")?;
        let row = row.ok_or_else(|| names::not_found(Kind::ProviderToken, &id.to_string(), []))?;
        open(self.store.keys(), &row)
    }

    /// Forgets a token. What it was to be charged for and nobody has begun to charge is cancelled.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove(&self, by: &Actor, id: i64) -> Result<(), StoreError> {
        let operation = "forget the token of a provider";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let find = || {
            provider_token::Entity::find_by_id(id)
                .filter(provider_token::Column::TenantId.eq(self.tenant.0))
        };
        let not_found = || names::not_found(Kind::ProviderToken, &id.to_string(), []);
        let seen = find().one(&unit.txn).await.during(operation)?.ok_or_else(not_found)?;
        // Nothing is to be charged by it that is made meanwhile.
        lock(&unit.txn, seen.subscriber_id).await?;
        let row = find().one(&unit.txn).await.during(operation)?.ok_or_else(not_found)?;
        let note = "its token is forgotten";
        intents::cancel_charged(&mut unit, NotCharged::By(id), note).await?;
        provider_token::Entity::delete_by_id(id).exec(&unit.txn).await.during(operation)?;
        unit.record(Record {
            kind: Kind::ProviderToken,
            row: id,
            name: &id.to_string(),
            before: Some(described(&row)),
            after: None,
        });
        unit.commit().await
    }
}

fn open(keys: &KeyRing, row: &provider_token::Model) -> Result<ProviderToken, StoreError> {
    let corrupt = |problem| StoreError::Corrupt {
        what: Kind::ProviderToken,
        row: row.id.to_string(),
        problem,
    };
    let plain = keys.open(token_seal(TenantId(row.tenant_id), row.id), &row.token_sealed);
    let plain = plain.map_err(|error| corrupt(format!("it does not open: {error}")))?;
    let text = core::str::from_utf8(&plain).map_err(|error| corrupt(error.to_string()))?;
    text.parse().map_err(|_| corrupt("it is none".to_owned()))
}

fn entry(row: &provider_token::Model, owner: String) -> Result<ProviderTokenEntry, StoreError> {
    let corrupt = |problem: &str| StoreError::Corrupt {
        what: Kind::ProviderToken,
        row: row.id.to_string(),
        problem: problem.to_owned(),
    };
    Ok(ProviderTokenEntry {
        id: row.id,
        provider: row.provider.parse().map_err(|_| corrupt("its provider is none"))?,
        subscriber_name: owner,
        label: row.label.parse().map_err(|_| corrupt("its label is none"))?,
        created_at: Timestamp::from_unix_ms(row.created_at),
    })
}

/// For the audit, without the token.
fn described(row: &provider_token::Model) -> serde_json::Value {
    json!({ "provider": row.provider, "subscriber": row.subscriber_id, "label": row.label })
}
