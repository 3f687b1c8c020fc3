//! What happens to who does not pay: a run does what is due, and a payment settles it at once.
//!
//! [`due_steps`](billing_core::dunning::due_steps) says what is to be done; here is what it is asked about,
//! and what it said, in one transaction: states of subscriptions, and with them what is served; late fees,
//! which are owed like invoices; what is given up; and reminders, in the outbox. A run looks only at those of
//! whom something can have come due since it looked last.

mod case;
mod keep;
mod paid;
mod policy;
mod promises;
mod risks;
mod slowed;

use std::collections::BTreeMap;

use billing_core::Event;
use billing_core::dunning::{Account, Action, DAYS_BEFORE_MAX, InvoiceId};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

pub(super) use self::paid::{given_up, is_stopped, look_again, paid, reopened};
pub(super) use self::policy::dunned_apart;
pub use self::risks::Risks;
pub(super) use self::slowed::grace_throttle;

use self::policy::Ground;

use self::case::Case;
use super::runs::RunOrder;
use super::subscriptions::SubscriptionId;
use super::wallets;
use crate::among;
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::repeated::repeated;
use crate::store::{Actor, Store};
use crate::tenants;
use crate::unit::Unit;

const DAY_S: i64 = 86_400;

/// Duns the subscribers of one tenant.
#[derive(Debug)]
pub struct Dunning<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// At whom a run looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LookAt {
    /// Those of whom something can have come due since they were looked at.
    Due,
    /// Everybody who owes something that is due, or is not served for it.
    Everybody,
}

/// What came of one batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DunningBatch {
    /// The last subscriber that it took, from whom on the next one goes; `None`: there was nobody left.
    pub last: Option<SubscriberId>,
    /// How many subscribers were looked at.
    pub subscribers: usize,
    /// What was done about them; those are left out about whom nothing was to be done.
    pub dunned: Vec<Dunned>,
    /// About whom it cannot be said what is to be done.
    pub not_dunned: Vec<NotDunned>,
}

/// What was done about a subscriber.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dunned {
    /// About whom.
    pub subscriber: SubscriberId,
    /// What, in its order.
    pub actions: Vec<Action>,
    /// What was planned for its subscriptions and will not happen: it is not possible behind that.
    pub withdrawn: Vec<(SubscriptionId, Event)>,
    /// The numbers of the invoices, as they are printed.
    pub labels: BTreeMap<InvoiceId, String>,
}

/// A subscriber about whom it cannot be said what is to be done. Nothing of it was written; the next run
/// tries again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotDunned {
    /// Who.
    pub subscriber: SubscriberId,
    /// Why not.
    pub error: RuleError,
}

/// What a subscriber owes, and what has been done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DunningAccount {
    /// Whose.
    pub subscriber: SubscriberId,
    /// As the rules are asked about it.
    pub account: Account,
    /// The numbers of the invoices, as they are printed.
    pub labels: BTreeMap<InvoiceId, String>,
    /// Which invoices are dunned by the policy of a product, and which product that is.
    pub dunned_by: BTreeMap<InvoiceId, String>,
}

impl Dunning<'_> {
    /// Does what is due about the next subscribers behind `after`. Before anything is done about
    /// somebody, what is in the wallet pays.
    ///
    /// # Errors
    /// When the store cannot be read or written; nothing of the batch is written then.
    pub async fn batch(
        &self,
        by: &Actor,
        order: RunOrder,
        look_at: LookAt,
        after: Option<SubscriberId>,
    ) -> Result<DunningBatch, StoreError> {
        repeated(|| self.batch_once(by, order, look_at, after)).await
    }

    async fn batch_once(
        &self,
        by: &Actor,
        order: RunOrder,
        look_at: LookAt,
        after: Option<SubscriberId>,
    ) -> Result<DunningBatch, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "dun subscribers").await?;
        // Also what who is in grace may have stays as it is.
        tenants::hold_prices(&unit.txn, self.tenant).await?;
        let Some(ground) = Ground::read(&unit.txn, self.tenant).await? else {
            return Ok(DunningBatch::default());
        };
        let ids = find(&unit.txn, self.tenant, &ground, (order, look_at), after).await?;
        let Some(last) = ids.last().copied() else { return Ok(DunningBatch::default()) };
        let ids = take(&unit.txn, ids).await?;
        let (done, not_dunned) = dun_each(&mut unit, &ground, order.at, &ids).await?;
        unit.commit().await?;
        let last = Some(SubscriberId(last));
        Ok(DunningBatch { last, subscribers: ids.len(), dunned: dunned(done), not_dunned })
    }

    /// What a run would do about everybody, of `order.batch` subscribers at most behind `after`. Nothing
    /// is written, and no wallet pays before.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn preview(
        &self,
        order: RunOrder,
        after: Option<SubscriberId>,
    ) -> Result<DunningBatch, StoreError> {
        let reader = &self.store.database().reader;
        let Some(ground) = Ground::read(reader, self.tenant).await? else {
            return Ok(DunningBatch::default());
        };
        let ids = find(reader, self.tenant, &ground, (order, LookAt::Everybody), after).await?;
        let cases = Case::read(reader, self.tenant, &ground, &ids, order.at).await?;
        let (done, not_dunned) = judge(cases, &ground, (order.at, self.store.now()));
        let last = ids.last().map(|id| SubscriberId(*id));
        Ok(DunningBatch { last, subscribers: ids.len(), dunned: dunned(done), not_dunned })
    }

    /// What the subscriber called `name` owes in the currency of the policy (where products have their own:
    /// in that of the tenant's, or else of the first of them), and what has been done about it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] where there is no policy.
    pub async fn account(&self, name: &str) -> Result<DunningAccount, StoreError> {
        let reader = &self.store.database().reader;
        let owner = self.store.subscribers(self.tenant).existing(reader, name).await?;
        let ground = Ground::read(reader, self.tenant).await?.ok_or_else(no_policy)?;
        let now = self.store.now();
        let mut cases = Case::read(reader, self.tenant, &ground, &[owner.id], now).await?;
        let (Some(case), Some(currency)) = (cases.pop(), ground.currency()) else {
            return Err(crate::names::not_found(Kind::Subscriber, name, []));
        };
        let account = case.account_in(&ground, currency);
        let names = policy::names_of(reader, self.tenant, ground.own()).await?;
        let named = account.invoices.iter().filter_map(|invoice| {
            Some((invoice.id, names.get(&case.invoice(invoice.id)?.0?)?.clone()))
        });
        let dunned_by = named.collect();
        let Case { subscriber, labels, .. } = case;
        Ok(DunningAccount { subscriber, account, labels, dunned_by })
    }
}

/// What was done about whom, and about whom it cannot be said.
type Judged = (Vec<(Case, Vec<Action>)>, Vec<NotDunned>);

/// As [`dun`], but that nobody stops the others, whatever is wrong with him: where all together cannot be
/// dunned, each is by himself.
async fn dun_each(
    unit: &mut Unit<'_>,
    ground: &Ground,
    at: Timestamp,
    ids: &[i64],
) -> Result<Judged, StoreError> {
    let mark = unit.mark().await?;
    match dun(unit, ground, at, ids).await {
        Ok(judged) => {
            unit.forget(mark).await?;
            return Ok(judged);
        }
        Err(error) => {
            error.of_one()?;
            unit.go_back(mark).await?;
        }
    }
    let (mut done, mut not_dunned) = (Vec::new(), Vec::new());
    for id in ids {
        let mark = unit.mark().await?;
        match dun(unit, ground, at, &[*id]).await {
            Ok(judged) => {
                unit.forget(mark).await?;
                done.extend(judged.0);
                not_dunned.extend(judged.1);
            }
            Err(error) => {
                let error = error.of_one()?;
                unit.go_back(mark).await?;
                not_dunned.push(NotDunned { subscriber: SubscriberId(*id), error });
            }
        }
    }
    Ok((done, not_dunned))
}

/// Does what is due about these subscribers, whose rows are locked; before, what is in their wallets pays.
async fn dun(
    unit: &mut Unit<'_>,
    ground: &Ground,
    at: Timestamp,
    ids: &[i64],
) -> Result<Judged, StoreError> {
    let whose: Vec<_> = ids.iter().map(|id| SubscriberId(*id)).collect();
    let paid = wallets::pay(unit, unit.now, &whose).await?;
    paid::note_paid(unit, &paid).await?;
    promises::tell_broken(unit, ids).await?;
    let cases = Case::read(&unit.txn, unit.tenant, ground, ids, at).await?;
    let (done, not_dunned) = judge(cases, ground, (at, unit.now));
    keep::keep(unit, ground, at.min(unit.now), &done).await?;
    Ok((done, not_dunned))
}

/// What is to be done about each. Who cannot be judged does not stop the others.
fn judge(
    cases: Vec<Case>,
    ground: &Ground,
    (at, now): (Timestamp, Timestamp),
) -> (Vec<(Case, Vec<Action>)>, Vec<NotDunned>) {
    let (mut done, mut not_dunned) = (Vec::new(), Vec::new());
    for mut case in cases {
        match case.due(ground, at, now) {
            Ok(actions) => done.push((case, actions)),
            Err(error) => not_dunned.push(error),
        }
    }
    (done, not_dunned)
}

fn dunned(done: Vec<(Case, Vec<Action>)>) -> Vec<Dunned> {
    let done = done.into_iter().filter(|(_, actions)| !actions.is_empty());
    let of_one = |(case, actions): (Case, Vec<Action>)| {
        let withdrawn = case.withdrawn();
        let withdrawn =
            withdrawn.into_iter().map(|(id, event)| (SubscriptionId(id), event)).collect();
        let Case { subscriber, labels, .. } = case;
        Dunned { subscriber, actions, withdrawn, labels }
    };
    done.map(of_one).collect()
}

/// Who owes something that is due, or soon and may be reminded of, or is not served for what is overdue.
/// It begins with what is open, of which there is little, and never looks through the subscribers.
const OWING: &str = "select o.id from (\
     select i.subscriber_id as id from invoice i where i.tenant_id = $1 and i.subscriber_id > $2 \
     and i.paid_minor < i.gross_minor and i.due_at <= $3 \
     union select f.subscriber_id from late_fee f where f.tenant_id = $1 and f.subscriber_id > $2 \
     and f.paid_minor < f.amount_minor \
     union select b.subscriber_id from subscription b where b.tenant_id = $1 \
     and b.subscriber_id > $2 and b.state in ('grace', 'suspended')) o \
     left join dunning_account d on d.subscriber_id = o.id";

/// Of whom something can have come due since.
const CAN_BE_DUE: &str = "where (d.looked_at is null or d.looked_at < $5 \
     or exists (select 1 from invoice i where i.subscriber_id = o.id \
     and i.paid_minor < i.gross_minor and i.due_at > d.looked_at and i.due_at <= $6) \
     or exists (select 1 from promise p where p.subscriber_id = o.id \
     and p.until > d.looked_at and p.until <= $6))";

/// The next subscribers to look at.
async fn find(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    ground: &Ground,
    (RunOrder { at, batch }, look_at): (RunOrder, LookAt),
    after: Option<SubscriberId>,
) -> Result<Vec<i64>, StoreError> {
    let soon = at.plus_s((i64::from(DAYS_BEFORE_MAX) + 1) * DAY_S);
    let mut values: Vec<Value> = vec![
        tenant.0.into(),
        after.map_or(i64::MIN, |subscriber| subscriber.0).into(),
        soon.unix_ms().into(),
        i64::try_from(batch).unwrap_or(i64::MAX).into(),
    ];
    let can_be_due = match look_at {
        LookAt::Everybody => "",
        LookAt::Due => {
            values.extend([ground.last_turn(at).unix_ms().into(), at.unix_ms().into()]);
            CAN_BE_DUE
        }
    };
    let sql = format!("{OWING} {can_be_due} order by o.id limit $4");
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    numbers(db, statement).await
}

/// Those of these subscribers whom nobody else has; they are nobody else's until the end of the transaction.
async fn take(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<Vec<i64>, StoreError> {
    let backend = db.get_database_backend();
    if backend != DbBackend::Postgres {
        // Its transactions that write are one at a time.
        return Ok(ids);
    }
    let (is_among, ids) = among::numbers_at(backend, "$1", ids);
    let sql =
        format!("select id from subscriber where id {is_among} order by id for update skip locked");
    numbers(db, Statement::from_sql_and_values(backend, sql, [Value::from(ids)])).await
}

async fn numbers(db: &impl ConnectionTrait, statement: Statement) -> Result<Vec<i64>, StoreError> {
    let operation = "find who does not pay";
    let rows = db.query_all_raw(statement).await.during(operation)?;
    rows.iter().map(|row| row.try_get("", "id").during(operation)).collect()
}

fn no_policy() -> StoreError {
    let problem = "there is none; set what happens to who does not pay first".to_owned();
    StoreError::Invalid { what: Kind::DunningPolicy, problem }
}

fn rule(what: Kind, name: &str, source: RuleError) -> StoreError {
    StoreError::Rule { what, name: name.to_owned(), source }
}
