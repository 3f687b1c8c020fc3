//! What somebody was asked to pay, and what has become of that.
//!
//! No provider is spoken to here: whoever does that is told by this what is to be done next, and tells it what
//! has happened.

mod answer;
mod charged;
mod list;
mod rows;

use billing_core::ledger::Provider;
use billing_core::payment::{
    Intent, IntentEvent, IntentId, IntentState, InvoiceId, NextPoll, Purpose, ReceiptNumber,
    next_poll,
};
use billing_core::{Currency, Money};
use entitlement::{ServiceId, SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement, Value,
};

pub(super) use self::answer::{activate, activate_served, answer, locked_for, waiting};
pub(super) use self::charged::{NotCharged, cancel_charged};
use self::rows::{described, locked, rule, state_of};
pub(super) use self::rows::{intent_of, is_renewal};
use super::due::DoneEach;
use super::subscriptions::lock;
use crate::constant;
use crate::entity::{invoice, payment_intent, payment_intent_event, service};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::outbox::{Happened, IntentTold, Topic, What};
use crate::repeated::repeated;
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};

/// The longest time that somebody may have to pay, seconds: a year.
const LIFETIME_MAX_S: u32 = 366 * 86_400;
/// The longest key or provider's reference, octets.
const TEXT_LEN_MAX: usize = 255;

/// Reads what was asked to be paid to one tenant, and what has become of it.
#[derive(Debug)]
pub struct PaymentIntents<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// What somebody is asked to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIntent {
    /// What tells this wish from another one, chosen by whoever makes it: the same again is the same wish.
    pub key: String,
    /// By whom it is to be taken in: `mpesa`.
    pub provider: Provider,
    /// How much.
    pub amount: Money,
    /// What for.
    pub paid_for: PaidFor,
    /// How long there is to pay, seconds.
    pub lifetime_s: u32,
}

/// What is to be paid, by the names that people know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaidFor {
    /// Whatever this subscriber owes, the oldest first.
    Open(String),
    /// The invoice of this number.
    Invoice(String),
    /// The next period of the service of this login.
    Renewal(String),
    /// Nothing yet: it is put into the wallet of this subscriber.
    TopUp(String),
}

/// What somebody was asked to pay, with what has become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentEntry {
    /// As the rules know it.
    pub intent: Intent,
    /// What tells it from another one.
    pub key: String,
    /// By whom it is to be taken in.
    pub provider: Provider,
    /// What the provider calls it, letter for letter; `None`: it was not told yet.
    pub reference: Option<String>,
    /// Who is asked.
    pub subscriber_name: String,
    /// The number of the invoice, or the login of the service, that it is for.
    pub of: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// How often the provider was asked what has become of it.
    pub polls: u32,
    /// When it is to be asked next; `None`: not before the statement of the night.
    pub poll_at: Option<Timestamp>,
    /// The number of the receipt that answers it.
    pub receipt: Option<ReceiptNumber>,
}

/// Something that has happened to an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentStep {
    /// When.
    pub at: Timestamp,
    /// Who has said so.
    pub actor: String,
    /// What.
    pub event: IntentEvent,
    /// What it has become by that.
    pub state: IntentState,
    /// What was said with it.
    pub note: Option<String>,
}

/// Whether a token is to be charged by who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntentClaim {
    /// He charges it, and nobody else does.
    Charge(Box<IntentEntry>),
    /// He does not.
    DoNot {
        /// Why: it was charged, or is being, or the wallet has enough.
        why: String,
    },
}

impl PaymentIntents<'_> {
    /// Keeps what somebody is to be asked to pay, once for each key. Says whether it is new: the same again is
    /// the same intent, whatever has become of it.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] where the key is that of another wish; [`StoreError::NotFound`] for whom or
    /// what it is for; [`StoreError::Rule`] for no amount.
    pub async fn create(
        &self,
        by: &Actor,
        new: &NewIntent,
    ) -> Result<(IntentEntry, bool), StoreError> {
        check_text("key", &new.key)?;
        if !(1..=LIFETIME_MAX_S).contains(&new.lifetime_s) {
            return Err(invalid("there is from a second to 366 days to pay it"));
        }
        let mut unit = Unit::begin(self.store, self.tenant, by, "keep an intent to pay").await?;
        let (owner, purpose, payable_in) = self.target(&unit, &new.paid_for).await?;
        check(&unit, new, (owner, purpose), payable_in)?;
        lock(&unit.txn, owner.0).await?;
        // One that is known takes no number.
        let known = self.by_key(&unit, &new.key).await?;
        let inserted = match known {
            Some(_) => None,
            None => insert(&mut unit, new, (owner, purpose), None).await?,
        };
        let is_new = inserted.is_some();
        let row = match inserted.or(known) {
            Some(row) => row,
            // Somebody else has put it there in this moment.
            None => {
                let row = self.by_key(&unit, &new.key).await?;
                row.ok_or_else(|| names::not_found(Kind::PaymentIntent, &new.key, []))?
            }
        };
        if !is_new {
            check_is_the_same(&row, new, (owner, purpose))?;
        }
        unit.commit().await?;
        Ok((self.find(IntentId(row.id)).await?, is_new))
    }

    /// The provider has accepted to ask the payer, and calls it so. From now on it is asked what has become of
    /// it. Where more has happened meanwhile only what the provider calls it is kept. Of one by which a token is
    /// to be charged this is what [`claim`](Self::claim) is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] where the provider called it otherwise before, or
    /// calls another one so, and where a token is not to be charged by it.
    pub async fn prompted(
        &self,
        by: &Actor,
        id: IntentId,
        reference: Option<&str>,
    ) -> Result<IntentEntry, StoreError> {
        match repeated(|| self.prompt_once(by, id, reference)).await? {
            IntentClaim::Charge(entry) => Ok(*entry),
            IntentClaim::DoNot { why } => Err(invalid(&why)),
        }
    }

    /// Somebody is about to charge a token by an intent, under a reference of his choice: one alone may, and
    /// may say so again under the same reference. It is asked right before, as the wallet may have been filled
    /// since the intent was made: then it is cancelled, and nothing is to be charged.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] where no token is to be charged by it, where it has
    /// another reference, or where another intent has this one.
    pub async fn claim(
        &self,
        by: &Actor,
        id: IntentId,
        reference: &str,
    ) -> Result<IntentClaim, StoreError> {
        if self.token(id).await?.is_none() {
            let problem = format!("by intent {id} no token is to be charged; its payer is asked");
            return Err(invalid(&problem));
        }
        repeated(|| self.prompt_once(by, id, Some(reference))).await
    }

    async fn prompt_once(
        &self,
        by: &Actor,
        id: IntentId,
        reference: Option<&str>,
    ) -> Result<IntentClaim, StoreError> {
        let operation = "say that the payer was asked";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let mut row = locked(&unit, id).await?;
        if let Some(why) = charged::why_not(&row, reference)? {
            return Ok(IntentClaim::DoNot { why });
        }
        let is_claimed = row.token_id.is_some() && state_of(&row)? == IntentState::Created;
        if is_claimed && intent_of(&row)?.has_expired(unit.now) {
            // Nobody has looked at it since its time was over.
            enter(&mut unit, row, IntentEvent::Expire, None).await?;
            unit.commit().await?;
            let why = format!("intent {id} is expired: nothing is charged by it any more");
            return Ok(IntentClaim::DoNot { why });
        }
        if let Some(enough) = charged::has_enough(&unit, &row).await? {
            enter(&mut unit, row, IntentEvent::Cancel, Some(enough.clone())).await?;
            unit.commit().await?;
            return Ok(IntentClaim::DoNot { why: format!("intent {id} is cancelled: {enough}") });
        }
        if let Some(reference) = reference {
            check_text("reference", reference)?;
            row = self.refer(&unit, row, reference).await?;
        }
        if state_of(&row)? == IntentState::Created {
            let note = row.reference.clone();
            enter(&mut unit, row, IntentEvent::Prompt, note).await?;
        }
        unit.commit().await?;
        Ok(IntentClaim::Charge(Box::new(self.find(id).await?)))
    }

    /// The number of the token that is to be charged by an intent.
    async fn token(&self, id: IntentId) -> Result<Option<i64>, StoreError> {
        let row = payment_intent::Entity::find_by_id(id.0)
            .filter(payment_intent::Column::TenantId.eq(self.tenant.0))
            .one(&self.store.database().reader);
        let row = row.await.during("find the intent to pay")?;
        let not_found = || names::not_found(Kind::PaymentIntent, &id.to_string(), []);
        Ok(row.ok_or_else(not_found)?.token_id)
    }

    /// Enters what the provider or the payer has said: it was cancelled, it has failed, its time is over, or
    /// nobody knows. That it was paid is said by its receipt alone ([`receive_for`]).
    ///
    /// [`receive_for`]: crate::Payments::receive_for
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] for what cannot happen to it any more.
    pub async fn enter(
        &self,
        by: &Actor,
        id: IntentId,
        event: IntentEvent,
        note: Option<&str>,
    ) -> Result<IntentEntry, StoreError> {
        repeated(|| self.enter_once(by, id, event, note)).await
    }

    async fn enter_once(
        &self,
        by: &Actor,
        id: IntentId,
        event: IntentEvent,
        note: Option<&str>,
    ) -> Result<IntentEntry, StoreError> {
        match event {
            IntentEvent::Cancel
            | IntentEvent::Fail
            | IntentEvent::Expire
            | IntentEvent::LoseTrack => {}
            IntentEvent::Prompt => return self.prompted(by, id, note).await,
            IntentEvent::Pay | IntentEvent::Apply | IntentEvent::Activate => {
                let problem = "that it was paid is said by its receipt; take that in for it";
                return Err(invalid(problem));
            }
        }
        let operation = "say what has become of an intent to pay";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let row = locked(&unit, id).await?;
        enter(&mut unit, row, event, note.map(str::to_owned)).await?;
        unit.commit().await?;
        self.find(id).await
    }

    /// As [`expire_each`](Self::expire_each) of the first `limit`. Gives how many there were.
    ///
    /// # Errors
    /// When the store is away; the first of those that could not be ended, when all have had their turn.
    pub async fn expire(&self, by: &Actor, limit: u64) -> Result<usize, StoreError> {
        self.expire_each(by, limit, 0).await?.all()
    }

    /// Ends intents whose time is over by now, `limit` at most behind the first `skip`, which are those that
    /// could not be ended. Each is a transaction of its own.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn expire_each(
        &self,
        by: &Actor,
        limit: u64,
        skip: u64,
    ) -> Result<DoneEach, StoreError> {
        let waiting = [IntentState::Created, IntentState::Prompted].map(IntentState::code);
        let due = payment_intent::Entity::find()
            .select_only()
            .column(payment_intent::Column::Id)
            .filter(payment_intent::Column::TenantId.eq(self.tenant.0))
            .filter(constant::is_one_of(payment_intent::Column::State, waiting))
            .filter(payment_intent::Column::ExpiresAt.lte(self.store.now().unix_ms()))
            .order_by_asc(payment_intent::Column::ExpiresAt)
            .order_by_asc(payment_intent::Column::Id)
            .offset(skip)
            .limit(limit)
            .into_tuple::<i64>()
            .all(&self.store.database().reader);
        let mut each = DoneEach::default();
        for id in due.await.during("find intents to pay whose time is over")? {
            each.note(&id, repeated(|| self.expire_one(by, IntentId(id))).await)?;
        }
        Ok(each)
    }

    async fn expire_one(&self, by: &Actor, id: IntentId) -> Result<bool, StoreError> {
        let operation = "end the intent to pay whose time is over";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let row = locked(&unit, id).await?;
        if !intent_of(&row)?.has_expired(unit.now) {
            return Ok(false);
        }
        enter(&mut unit, row, IntentEvent::Expire, None).await?;
        unit.commit().await?;
        Ok(true)
    }

    /// Those whose provider is to be asked by now what has become of them, the most urgent first, `limit` at
    /// most.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn to_poll(&self, limit: u64) -> Result<Vec<IntentEntry>, StoreError> {
        let rows = payment_intent::Entity::find()
            .filter(payment_intent::Column::TenantId.eq(self.tenant.0))
            .filter(payment_intent::Column::PollAt.lte(self.store.now().unix_ms()))
            .order_by_asc(payment_intent::Column::PollAt)
            .order_by_asc(payment_intent::Column::Id)
            .limit(limit)
            .all(&self.store.database().reader);
        self.entries(rows.await.during("find whose provider is to be asked")?).await
    }

    /// The provider was asked and did not say what has become of it: it is asked again later.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn polled(&self, by: &Actor, id: IntentId) -> Result<IntentEntry, StoreError> {
        let operation = "say that the provider was asked";
        let unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let row = locked(&unit, id).await?;
        if let Some(prompted_at) = row.prompted_at.filter(|_| row.poll_at.is_some()) {
            let polls = row.polls.saturating_add(1);
            let next = poll_at(Timestamp::from_unix_ms(prompted_at), polls);
            let polled = payment_intent::ActiveModel {
                id: Set(row.id),
                polls: Set(polls),
                poll_at: Set(next),
                ..Default::default()
            };
            polled.update(&unit.txn).await.during(operation)?;
        }
        unit.commit().await?;
        self.find(id).await
    }

    async fn by_key(
        &self,
        unit: &Unit<'_>,
        key: &str,
    ) -> Result<Option<payment_intent::Model>, StoreError> {
        let row = payment_intent::Entity::find()
            .filter(payment_intent::Column::TenantId.eq(self.tenant.0))
            .filter(payment_intent::Column::IdempotencyKey.eq(key))
            .one(&unit.txn);
        row.await.during("find the intent to pay")
    }

    /// Keeps what the provider calls an intent.
    async fn refer(
        &self,
        unit: &Unit<'_>,
        row: payment_intent::Model,
        reference: &str,
    ) -> Result<payment_intent::Model, StoreError> {
        match row.reference.as_deref() {
            Some(known) if known == reference => return Ok(row),
            Some(known) => {
                return Err(invalid(&format!(
                    "{} calls intent {} `{known}` and not `{reference}`",
                    row.provider, row.id
                )));
            }
            None => {}
        }
        let referred = payment_intent::ActiveModel {
            id: Set(row.id),
            reference: Set(Some(reference.to_owned())),
            ..Default::default()
        };
        let name = format!("of {} `{reference}`", row.provider);
        unit.unique(referred.update(&unit.txn).await, Kind::PaymentIntent, &name)
    }

    /// Whom it is for, and what; and in what that is to be paid where it is an invoice.
    async fn target(
        &self,
        unit: &Unit<'_>,
        paid_for: &PaidFor,
    ) -> Result<(SubscriberId, Purpose, Option<Currency>), StoreError> {
        let subscribers = self.store.subscribers(self.tenant);
        match paid_for {
            PaidFor::Open(name) => {
                let owner = subscribers.existing(&unit.txn, name).await?;
                Ok((SubscriberId(owner.id), Purpose::Open, None))
            }
            PaidFor::TopUp(name) => {
                let owner = subscribers.existing(&unit.txn, name).await?;
                Ok((SubscriberId(owner.id), Purpose::TopUp, None))
            }
            PaidFor::Invoice(label) => {
                let found = invoice::Entity::find()
                    .filter(invoice::Column::TenantId.eq(self.tenant.0))
                    .filter(invoice::Column::Label.eq(label.as_str()))
                    .one(&unit.txn);
                let found = found.await.during("find the invoice")?;
                let found = found.ok_or_else(|| names::not_found(Kind::Invoice, label, []))?;
                let purpose = Purpose::Invoice(InvoiceId(found.id));
                let currency = found.currency.parse().map_err(|_| StoreError::Corrupt {
                    what: Kind::Invoice,
                    row: found.id.to_string(),
                    problem: format!("`{}` is no currency", found.currency),
                })?;
                Ok((SubscriberId(found.subscriber_id), purpose, Some(currency)))
            }
            PaidFor::Renewal(login) => {
                let found = service::Entity::find()
                    .filter(service::Column::TenantId.eq(self.tenant.0))
                    .filter(service::Column::Login.eq(login.as_str()))
                    .one(&unit.txn);
                let found = found.await.during("find the service")?;
                let found = found.ok_or_else(|| names::not_found(Kind::Service, login, []))?;
                let purpose = Purpose::Renewal(ServiceId(found.id));
                Ok((SubscriberId(found.subscriber_id), purpose, None))
            }
        }
    }
}

/// Puts it there, once, to be charged by a token of its provider where there is one; `None`: it was there.
async fn insert(
    unit: &mut Unit<'_>,
    new: &NewIntent,
    (owner, purpose): (SubscriberId, Purpose),
    token: Option<i64>,
) -> Result<Option<payment_intent::Model>, StoreError> {
    let (invoice, service) = rows::of_purpose(purpose);
    let sql = "insert into payment_intent (tenant_id, idempotency_key, provider, subscriber_id, purpose, \
               invoice_id, service_id, amount_minor, currency, state, created_at, expires_at, token_id, \
               polls) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0) \
               on conflict (tenant_id, idempotency_key) do nothing returning *";
    let values: [Value; 13] = [
        unit.tenant.0.into(),
        new.key.as_str().into(),
        new.provider.to_string().into(),
        owner.0.into(),
        purpose.code().into(),
        invoice.into(),
        service.into(),
        new.amount.amount_minor().into(),
        new.amount.currency().code().into(),
        IntentState::Created.code().into(),
        unit.now.unix_ms().into(),
        unit.now.plus_s(new.lifetime_s.into()).unix_ms().into(),
        token.into(),
    ];
    let backend = unit.txn.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let inserted = payment_intent::Entity::find().from_raw_sql(statement).one(&unit.txn).await;
    let inserted = inserted.during("keep an intent to pay")?;
    if let Some(row) = &inserted {
        unit.record(Record {
            kind: Kind::PaymentIntent,
            row: row.id,
            name: &row.id.to_string(),
            before: None,
            after: Some(described(row)),
        });
    }
    Ok(inserted)
}

/// As [`insert`], of one that is new and is to be charged by a token of its provider. Its owner's row is
/// locked.
pub(super) async fn insert_charged(
    unit: &mut Unit<'_>,
    new: &NewIntent,
    owner: SubscriberId,
    token: i64,
) -> Result<(), StoreError> {
    check(unit, new, (owner, Purpose::TopUp), None)?;
    if let Some(row) = insert(unit, new, (owner, Purpose::TopUp), Some(token)).await? {
        tell(unit, Topic::IntentToCharge, &row, &intent_of(&row)?);
    }
    Ok(())
}

/// Refuses what is no intent.
fn check(
    unit: &Unit<'_>,
    new: &NewIntent,
    (owner, purpose): (SubscriberId, Purpose),
    payable_in: Option<Currency>,
) -> Result<(), StoreError> {
    let expires_at = unit.now.plus_s(new.lifetime_s.into());
    let wish = Intent::new(IntentId(0), owner, purpose, new.amount, expires_at);
    let wish = wish.and_then(|wish| payable_in.map_or(Ok(()), |in_this| wish.check_pays(in_this)));
    wish.map_err(|error| rule(IntentId(0), error.into()))
}

/// Refuses another wish under a known key.
fn check_is_the_same(
    row: &payment_intent::Model,
    new: &NewIntent,
    (owner, purpose): (SubscriberId, Purpose),
) -> Result<(), StoreError> {
    let known = intent_of(row)?;
    let lifetime_ms = row.expires_at.saturating_sub(row.created_at);
    let differs = if known.amount() != new.amount {
        format!("of {} and not of {}", known.amount(), new.amount)
    } else if row.provider != new.provider.to_string() {
        format!("by {} and not by {}", row.provider, new.provider)
    } else if known.subscriber() != owner {
        "for another subscriber".to_owned()
    } else if known.purpose() != purpose {
        format!("for another purpose ({})", known.purpose().code())
    } else if lifetime_ms != i64::from(new.lifetime_s) * 1_000 {
        format!("to be paid within {} seconds and not {}", lifetime_ms / 1_000, new.lifetime_s)
    } else {
        return Ok(());
    };
    Err(invalid(&format!(
        "the key `{}` is that of intent {}, which is {differs}; each wish has a key of its own",
        row.idempotency_key, row.id
    )))
}

/// Something happens to an intent, whose row and subscriber are locked: it is kept with what the intent becomes
/// by that, and with when its provider is to be asked.
async fn enter(
    unit: &mut Unit<'_>,
    row: payment_intent::Model,
    event: IntentEvent,
    note: Option<String>,
) -> Result<payment_intent::Model, StoreError> {
    let operation = "keep what has become of an intent to pay";
    let intent = intent_of(&row)?;
    let state = intent.state().after(event).map_err(|error| rule(intent.id(), error.into()))?;
    let step = payment_intent_event::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        intent_id: Set(row.id),
        at: Set(unit.now.unix_ms()),
        actor: Set(unit.actor().to_string()),
        event: Set(event.code().to_owned()),
        state: Set(state.code().to_owned()),
        note: Set(note),
        ..Default::default()
    };
    let insert = payment_intent_event::Entity::insert(step);
    insert.exec_without_returning(&unit.txn).await.during(operation)?;
    let before = described(&row);
    let mut changed = payment_intent::ActiveModel {
        id: Set(row.id),
        state: Set(state.code().to_owned()),
        ..Default::default()
    };
    match (state, row.prompted_at) {
        (IntentState::Prompted | IntentState::Unknown, None) => {
            changed.prompted_at = Set(Some(unit.now.unix_ms()));
            changed.poll_at = Set(poll_at(unit.now, 0));
        }
        // It is asked as before.
        (IntentState::Unknown, Some(_)) => {}
        _ => changed.poll_at = Set(None),
    }
    let after = changed.update(&unit.txn).await.during(operation)?;
    if let Some(topic) = end_of(state) {
        tell(unit, topic, &after, &intent_of(&after)?);
        charged::look_again(unit, &after).await?;
    }
    unit.record(Record {
        kind: Kind::PaymentIntent,
        row: row.id,
        name: &row.id.to_string(),
        before: Some(before),
        after: Some(described(&after)),
    });
    Ok(after)
}

/// Tells of an intent, as it is now.
fn tell(unit: &mut Unit<'_>, topic: Topic, row: &payment_intent::Model, intent: &Intent) {
    let told = IntentTold {
        id: row.id,
        provider: row.provider.clone(),
        reference: row.reference.clone(),
        purpose: row.purpose.clone(),
        invoice: row.invoice_id,
        service: row.service_id,
        receipt: row.receipt_id,
        token: row.token_id.filter(|_| topic == Topic::IntentToCharge),
        amount: intent.amount(),
        state: intent.state().code(),
        expires_at: intent.expires_at(),
        at: unit.now,
    };
    unit.tell(Happened::new(topic, Some(intent.subscriber()), What::Intent(told)));
}

/// What is told of an intent that has come to an end.
const fn end_of(state: IntentState) -> Option<Topic> {
    match state {
        IntentState::Applied => Some(Topic::IntentApplied),
        IntentState::Activated => Some(Topic::IntentActivated),
        IntentState::Cancelled => Some(Topic::IntentCancelled),
        IntentState::Failed => Some(Topic::IntentFailed),
        IntentState::Expired => Some(Topic::IntentExpired),
        // It is applied with the same commit.
        IntentState::Paid | IntentState::Created | IntentState::Prompted | IntentState::Unknown => {
            None
        }
    }
}

fn poll_at(prompted_at: Timestamp, polls: i64) -> Option<i64> {
    match next_poll(prompted_at, u32::try_from(polls).unwrap_or(u32::MAX)) {
        NextPoll::At(at) => Some(at.unix_ms()),
        NextPoll::Nightly => None,
    }
}

fn check_text(what: &str, text: &str) -> Result<(), StoreError> {
    let is_right = !text.is_empty() && text.len() <= TEXT_LEN_MAX;
    if is_right && !text.chars().any(char::is_control) && text.trim() == text {
        return Ok(());
    }
    Err(invalid(&format!(
        "a {what} has 1 to {TEXT_LEN_MAX} letters that can be shown, without blanks around them"
    )))
}

fn invalid(problem: &str) -> StoreError {
    StoreError::Invalid { what: Kind::PaymentIntent, problem: problem.to_owned() }
}
