//! Wallets that are topped up by themselves: an intent to pay is made when there is little in one, and a token of
//! a provider is to be charged by it. No provider is spoken to here.

use core::num::NonZeroU32;

use billing_core::Money;
use billing_core::balance::{AutoTopUp, AutoTopUpRefusal};
use billing_core::ledger::Provider;
use billing_core::payment::{IntentState, Purpose};
use entitlement::{SubscriberId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Statement,
};
use serde_json::json;

use super::due::{self, DoneEach};
use super::intents::{self, NewIntent, NotCharged, PaidFor};
use super::subscriptions::lock;
use super::wallet_changes::Wallets;
use crate::entity::{auto_top_up, payment_intent, provider_token};
use crate::error::{During as _, Kind, StoreError};
use crate::repeated::repeated;
use crate::store::Actor;
use crate::tenants;
use crate::unit::{Record, Unit};

const OPERATION: &str = "top up the wallet";
/// How long an intent waits to be charged, seconds: a day.
const LIFETIME_S: u32 = 86_400;
/// How far back tries are of any concern, seconds: the longest time between two, and more than a month.
const TRIES_S: i64 = 367 * 86_400;
/// The most tries that are looked at: more than there may be in a month.
const TRIES_MAX: u64 = 1_001;
/// After how long one whose provider has given no token is looked at again, seconds.
const WITHOUT_TOKEN_S: i64 = 3_600;

/// By which rule a wallet is topped up by itself, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletAutoTopUp {
    /// When, by how much and how often at most.
    pub rule: AutoTopUp,
    /// Whose token is charged.
    pub provider: Provider,
}

impl Wallets<'_> {
    /// Says when a wallet is topped up by itself; `None`: it is not. What was to be charged by another rule and
    /// nobody has begun to charge is cancelled.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] where the provider has given no token of the
    /// subscriber.
    pub async fn set_auto_top_up(
        &self,
        by: &Actor,
        subscriber: &str,
        new: Option<&WalletAutoTopUp>,
    ) -> Result<(), StoreError> {
        let operation = "say when the wallet is topped up";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let owner = self.store.subscribers(self.tenant).existing(&unit.txn, subscriber).await?;
        lock(&unit.txn, owner.id).await?;
        let before = of(&unit.txn, owner.id).await?;
        if before.as_ref() != new {
            let note = "the wallet is not topped up by this rule any more";
            intents::cancel_charged(&mut unit, NotCharged::Of(owner.id), note).await?;
        }
        match new {
            None => {
                let delete = auto_top_up::Entity::delete_by_id(owner.id);
                delete.exec(&unit.txn).await.during(operation)?;
            }
            Some(new) => {
                if token_of(&unit, owner.id, &new.provider).await?.is_none() {
                    let problem = format!(
                        "{} has given no token of `{subscriber}` that could be charged; `weir payment token \
                         add`",
                        new.provider
                    );
                    return Err(StoreError::Invalid { what: Kind::Subscriber, problem });
                }
                let row = auto_top_up::ActiveModel::from(row_of(&unit, owner.id, new)).reset_all();
                let columns = [
                    auto_top_up::Column::Provider,
                    auto_top_up::Column::ThresholdMinor,
                    auto_top_up::Column::AmountMinor,
                    auto_top_up::Column::Currency,
                    auto_top_up::Column::MinutesBetween,
                    auto_top_up::Column::PerMonth,
                    auto_top_up::Column::LookAt,
                ];
                let there = OnConflict::column(auto_top_up::Column::SubscriberId)
                    .update_columns(columns)
                    .to_owned();
                let insert = auto_top_up::Entity::insert(row).on_conflict(there);
                insert.exec_without_returning(&unit.txn).await.during(operation)?;
            }
        }
        unit.record(Record {
            kind: Kind::Subscriber,
            row: owner.id,
            name: subscriber,
            before: Some(json!({ "auto_top_up": before.as_ref().map(described) })),
            after: Some(json!({ "auto_top_up": new.map(described) })),
        });
        unit.commit().await
    }

    /// Makes intents to pay for wallets that have too little by now, `limit` at most behind the first `skip`,
    /// which are those for which that could not be. Each is a transaction of its own, and while one waits, no
    /// other is made.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn top_up_each(
        &self,
        by: &Actor,
        limit: u64,
        skip: u64,
    ) -> Result<DoneEach, StoreError> {
        let reader = &self.store.database().reader;
        let sql = "select t.subscriber_id from auto_top_up t left join account a \
                   on a.tenant_id = t.tenant_id and a.name = 'wallet:' || t.subscriber_id \
                   and a.currency = t.currency where t.tenant_id = $1 and t.look_at <= $2 \
                   and coalesce(a.credits_posted_minor - a.debits_posted_minor - a.debits_pending_minor, 0) \
                   < t.threshold_minor order by t.look_at, t.subscriber_id limit $3 offset $4";
        let values = due::page(self.tenant, self.store.now(), limit, skip);
        let statement = Statement::from_sql_and_values(reader.get_database_backend(), sql, values);
        let rows = reader.query_all_raw(statement).await.during("find wallets to be topped up")?;
        let mut each = DoneEach::default();
        for row in rows {
            let id: i64 = row.try_get("", "subscriber_id").during(OPERATION)?;
            each.note(&id, repeated(|| self.top_up_one(by, SubscriberId(id))).await)?;
        }
        Ok(each)
    }

    /// Whether an intent was made.
    async fn top_up_one(&self, by: &Actor, owner: SubscriberId) -> Result<bool, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, OPERATION).await?;
        lock(&unit.txn, owner.0).await?;
        let row = auto_top_up::Entity::find_by_id(owner.0).one(&unit.txn).await;
        let Some(row) = row.during(OPERATION)? else { return Ok(false) };
        if row.look_at > unit.now.unix_ms() {
            return Ok(false);
        }
        let WalletAutoTopUp { rule, provider } = rule_of(&row)?;
        let (between_s, now) = (i64::from(rule.minutes_between().get()) * 60, unit.now);
        let made = made(&unit, owner).await?;
        if let Some(waits) = made.iter().find(|intent| waits(intent)) {
            // It is charged, or its time is over.
            let later = Timestamp::from_unix_ms(waits.expires_at).max(now.plus_s(60));
            return look_later(unit, owner, later).await;
        }
        let tried: Vec<_> = made.iter().map(|it| Timestamp::from_unix_ms(it.created_at)).collect();
        let available = self.available(&unit, owner, rule.amount().currency()).await?;
        let zone = tenants::time_zone(&unit.txn, self.tenant).await?;
        let amount = match rule.decide(available, &tried, &zone, now) {
            Ok(amount) => amount,
            Err(
                AutoTopUpRefusal::TooSoon { next_at, .. }
                | AutoTopUpRefusal::TooMany { next_at, .. },
            ) => return look_later(unit, owner, next_at).await,
            // There is enough by now.
            Err(_) => return Ok(false),
        };
        let Some(token) = token_of(&unit, owner.0, &provider).await? else {
            return look_later(unit, owner, now.plus_s(WITHOUT_TOKEN_S)).await;
        };
        let new = NewIntent {
            key: format!("auto-top-up:{owner}:{}", now.unix_ms()),
            provider,
            amount,
            paid_for: PaidFor::TopUp(String::new()),
            lifetime_s: LIFETIME_S,
        };
        intents::insert_charged(&mut unit, &new, owner, token).await?;
        set_look_at(&unit, owner, now.plus_s(between_s)).await?;
        unit.commit().await?;
        Ok(true)
    }
}

/// By which rule a wallet is topped up by itself, if it is.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    subscriber: i64,
) -> Result<Option<WalletAutoTopUp>, StoreError> {
    let row = auto_top_up::Entity::find_by_id(subscriber).one(db).await;
    row.during("read when the wallet is topped up")?.as_ref().map(rule_of).transpose()
}

/// The intents by which a wallet was to be topped up by itself, the newest first.
async fn made(
    unit: &Unit<'_>,
    owner: SubscriberId,
) -> Result<Vec<payment_intent::Model>, StoreError> {
    let since = unit.now.plus_s(-TRIES_S).unix_ms();
    let rows = payment_intent::Entity::find()
        .filter(payment_intent::Column::SubscriberId.eq(owner.0))
        .filter(payment_intent::Column::Purpose.eq(Purpose::TopUp.code()))
        .filter(payment_intent::Column::TokenId.is_not_null())
        .filter(payment_intent::Column::CreatedAt.gte(since))
        .order_by_desc(payment_intent::Column::Id)
        .limit(TRIES_MAX)
        .all(&unit.txn);
    rows.await.during(OPERATION)
}

/// Whether money may still come by an intent: it waits to be charged, is being, or nobody knows.
fn waits(intent: &payment_intent::Model) -> bool {
    let waiting = [IntentState::Created, IntentState::Prompted, IntentState::Unknown];
    waiting.map(IntentState::code).contains(&intent.state.as_str())
}

async fn look_later(
    unit: Unit<'_>,
    owner: SubscriberId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    set_look_at(&unit, owner, at).await?;
    unit.commit().await?;
    Ok(false)
}

async fn set_look_at(
    unit: &Unit<'_>,
    owner: SubscriberId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let changed = auto_top_up::ActiveModel {
        subscriber_id: Set(owner.0),
        look_at: Set(at.unix_ms()),
        ..Default::default()
    };
    changed.update(&unit.txn).await.during(OPERATION).map(|_| ())
}

/// The token of a provider that is to be charged: the last that was kept.
async fn token_of(
    unit: &Unit<'_>,
    owner: i64,
    provider: &Provider,
) -> Result<Option<i64>, StoreError> {
    let row = provider_token::Entity::find()
        .filter(provider_token::Column::SubscriberId.eq(owner))
        .filter(provider_token::Column::Provider.eq(provider.to_string()))
        .order_by_desc(provider_token::Column::Id)
        .one(&unit.txn);
    Ok(row.await.during("find the token of the provider")?.map(|row| row.id))
}

fn row_of(unit: &Unit<'_>, owner: i64, new: &WalletAutoTopUp) -> auto_top_up::Model {
    let rule = &new.rule;
    auto_top_up::Model {
        subscriber_id: owner,
        tenant_id: unit.tenant.0,
        provider: new.provider.to_string(),
        threshold_minor: rule.threshold().amount_minor(),
        amount_minor: rule.amount().amount_minor(),
        currency: rule.amount().currency().code().to_owned(),
        minutes_between: rule.minutes_between().get().into(),
        per_month: rule.per_month().get().into(),
        look_at: unit.now.unix_ms(),
    }
}

fn rule_of(row: &auto_top_up::Model) -> Result<WalletAutoTopUp, StoreError> {
    let read = || {
        let currency = row.currency.parse().ok()?;
        let money = |minor| Money::new(minor, currency);
        let count = |count: i64| u32::try_from(count).ok().and_then(NonZeroU32::new);
        let (between, per_month) = (count(row.minutes_between)?, count(row.per_month)?);
        let (threshold, amount) = (money(row.threshold_minor), money(row.amount_minor));
        let rule = AutoTopUp::new(threshold, amount, between, per_month).ok()?;
        Some(WalletAutoTopUp { rule, provider: row.provider.parse().ok()? })
    };
    read().ok_or_else(|| StoreError::Corrupt {
        what: Kind::Subscriber,
        row: row.subscriber_id.to_string(),
        problem: "when its wallet is topped up cannot be understood".to_owned(),
    })
}

fn described(rule: &WalletAutoTopUp) -> serde_json::Value {
    json!({
        "below_minor": rule.rule.threshold().amount_minor(),
        "by_minor": rule.rule.amount().amount_minor(),
        "currency": rule.rule.amount().currency().code(),
        "provider": rule.provider.to_string(),
        "minutes_between": rule.rule.minutes_between(),
        "per_month": rule.rule.per_month(),
    })
}
