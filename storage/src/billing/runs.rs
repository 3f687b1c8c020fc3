//! Billing runs: everybody who has something to be billed, some at a time.
//!
//! A batch is one transaction: it takes subscribers that nobody else has, works out what is missing, and
//! keeps invoices, numbers and postings together, so that a run that is stopped anywhere goes on where it
//! was, and two runs at once bill nobody twice.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::invoice::Document;
use billing_core::ledger::Entry;
use billing_core::payment::Debt;
use billing_core::{ComponentId, Line, Money, MoneyError};
use entitlement::{SubscriberId, TenantId, TimeZone, Timestamp};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use serde_json::json;

use super::books::{self, About};
use super::catalogue::Catalogue;
use super::charged_lines::ChargedLines;
use super::document_terms::{self, Orders};
use super::invoices::InvoiceLine;
use super::matter::{self, Bill, Matter, Origin};
use super::resellers::{Cover, Levels, hold_prices_of_levels};
use super::reselling::{self, Reselling};
use super::settings::{self, Settings};
use super::subscriber_taxes::{self, SubscriberTaxes};
use super::subscriptions::{SubscriptionId, lock};
use super::written_off::{Losses, OfLoss};
use super::{charges, dunning, invoices, metering, wallets};
use crate::among;
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::repeated::repeated;
use crate::store::{Actor, Store};
use crate::tenants;
use crate::unit::{Record, Unit};

/// Bills the subscribers of one tenant.
#[derive(Debug)]
pub struct BillingRuns<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// What a run is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunOrder {
    /// Up to which moment is billed.
    pub at: Timestamp,
    /// How many subscribers a batch takes.
    pub batch: u64,
}

/// How far a run has come: the next batch goes on from there. What is due first comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunPlace {
    due_at: Timestamp,
    subscription: SubscriptionId,
}

/// What came of one batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BillingBatch {
    /// How far it has come, from where on the next one goes; `None`: there was nobody left.
    pub last: Option<RunPlace>,
    /// How many subscribers were looked at.
    pub subscribers: usize,
    /// How many invoices were made.
    pub invoices: usize,
    /// What they come to, for each currency.
    pub gross: Vec<Money>,
    /// Whom it could not bill.
    pub not_billed: Vec<NotBilled>,
}

/// A subscriber who could not be billed, and why. Nothing of it was written; the next run tries again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotBilled {
    /// Who.
    pub subscriber: SubscriberId,
    /// The subscription that it is about, where it is one.
    pub subscription: Option<SubscriptionId>,
    /// Why not.
    pub error: RuleError,
}

/// An invoice as it would be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Whose.
    pub subscriber: SubscriberId,
    /// Its lines and taxes.
    pub draft: billing_core::Draft,
    /// Its lines as they would stand on it.
    pub lines: Vec<InvoiceLine>,
}

/// What it takes to bill some subscribers beside themselves.
pub(super) struct Ground {
    pub(super) zone: TimeZone,
    pub(super) settings: Settings,
    pub(super) catalogue: Catalogue,
    /// The levels above the tenant on which something of it has a price.
    pub(super) levels: Option<Levels>,
    own_taxes: BTreeMap<SubscriberId, SubscriberTaxes>,
    /// The products whose subscriptions are dunned by a policy of their own, and billed apart for it.
    dunned_apart: BTreeSet<ComponentId>,
}

/// What came of billing some subscribers.
#[derive(Default)]
pub(super) struct Billed {
    /// The rows of the invoices.
    pub(super) invoices: Vec<i64>,
    gross: Vec<Money>,
    pub(super) not_billed: Vec<NotBilled>,
}

impl BillingRuns<'_> {
    /// Bills the next subscribers behind `after`. Before the first batch of a run everybody is found whom
    /// another price or an outage concerns, in parts, as by [`look_again`](Self::look_again).
    ///
    /// # Errors
    /// When the store cannot be read or written, and [`StoreError::Closed`] for a moment at which the books
    /// are closed; nothing of the batch is written then.
    pub async fn batch(
        &self,
        by: &Actor,
        order: RunOrder,
        after: Option<RunPlace>,
    ) -> Result<BillingBatch, StoreError> {
        repeated(|| self.batch_once(by, order, after)).await
    }

    async fn batch_once(
        &self,
        by: &Actor,
        order: RunOrder,
        after: Option<RunPlace>,
    ) -> Result<BillingBatch, StoreError> {
        if after.is_none() {
            while self.look_again(by, order.batch).await? > 0 {}
        }
        let mut unit = Unit::begin(self.store, self.tenant, by, "bill subscribers").await?;
        hold_prices_of_levels(&unit.txn, self.tenant).await?;
        check_open(&unit.txn, self.tenant, order.at).await?;
        let found = find_due(&unit.txn, self.tenant, order, after, Take::Lock).await?;
        let Some((last, subscribers)) = found else { return Ok(BillingBatch::default()) };
        let ground = Ground::read(&unit.txn, self.tenant, &subscribers).await?;
        let billed = bill_each(&mut unit, &ground, order.at, &subscribers).await?;
        unit.commit().await?;
        let Billed { invoices, gross, not_billed } = billed;
        let (last, invoices) = (Some(last), invoices.len());
        Ok(BillingBatch { last, subscribers: subscribers.len(), invoices, gross, not_billed })
    }

    /// Bills those of the next subscribers behind `after` that are still due after all batches of a run, as
    /// somebody else held them: waits for each, in a transaction of its own. `left_out` are those that the
    /// run could not bill.
    ///
    /// # Errors
    /// When the store is away. Who is held on and on is in [`BillingBatch::not_billed`].
    pub async fn rest(
        &self,
        by: &Actor,
        order: RunOrder,
        left_out: &BTreeSet<SubscriberId>,
        after: Option<RunPlace>,
    ) -> Result<BillingBatch, StoreError> {
        let reader = &self.store.database().reader;
        let found = find_due(reader, self.tenant, order, after, Take::Look).await?;
        let Some((last, subscribers)) = found else { return Ok(BillingBatch::default()) };
        let mut batch = BillingBatch { last: Some(last), ..BillingBatch::default() };
        let mut gross = BTreeMap::new();
        for subscriber in subscribers.into_iter().map(SubscriberId) {
            if left_out.contains(&subscriber) {
                continue;
            }
            batch.subscribers += 1;
            match self.bill_one(by, order, subscriber).await {
                Ok(billed) => {
                    batch.invoices += billed.invoices.len();
                    sum(&mut gross, billed.gross.into_iter())?;
                    batch.not_billed.extend(billed.not_billed);
                }
                Err(error) if error.is_away() => return Err(error),
                Err(error) => {
                    let error = RuleError::NotBilled { problem: error.to_string() };
                    batch.not_billed.push(NotBilled { subscriber, subscription: None, error });
                }
            }
        }
        batch.gross = gross.into_values().collect();
        Ok(batch)
    }

    /// Bills a subscriber when nobody else holds it any more. There may be nothing to be billed then.
    async fn bill_one(
        &self,
        by: &Actor,
        order: RunOrder,
        subscriber: SubscriberId,
    ) -> Result<Billed, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "bill the subscriber").await?;
        hold_prices_of_levels(&unit.txn, self.tenant).await?;
        lock(&unit.txn, subscriber.0).await?;
        let ground = Ground::read(&unit.txn, self.tenant, &[subscriber.0]).await?;
        let billed = bill(&mut unit, &ground, order.at, &[subscriber.0]).await?;
        unit.commit().await?;
        Ok(billed)
    }

    /// What a run would bill, of `limit` subscribers at most behind `after`. Nothing is written.
    ///
    /// # Errors
    /// When the store cannot be read; [`StoreError::Closed`] for a moment at which the books are closed.
    pub async fn preview(
        &self,
        order: RunOrder,
        after: Option<RunPlace>,
    ) -> Result<(Option<RunPlace>, Vec<Preview>, Vec<NotBilled>), StoreError> {
        let reader = &self.store.database().reader;
        check_open(reader, self.tenant, order.at).await?;
        let found = find_due(reader, self.tenant, order, after, Take::Look).await?;
        let Some((last, subscribers)) = found else { return Ok((None, Vec::new(), Vec::new())) };
        let (previews, not_billed) = self.previews(order.at, &subscribers).await?;
        Ok((Some(last), previews, not_billed))
    }

    /// What a run would bill the subscriber called `name` up to a moment. Nothing is written.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn preview_of(
        &self,
        name: &str,
        at: Timestamp,
    ) -> Result<(Vec<Preview>, Vec<NotBilled>), StoreError> {
        let reader = &self.store.database().reader;
        let row = self.store.subscribers(self.tenant).existing(reader, name).await?;
        self.previews(at, &[row.id]).await
    }

    async fn previews(
        &self,
        at: Timestamp,
        subscribers: &[i64],
    ) -> Result<(Vec<Preview>, Vec<NotBilled>), StoreError> {
        let reader = &self.store.database().reader;
        let ground = Ground::read(reader, self.tenant, subscribers).await?;
        let what = (self.tenant, &ground.zone, &ground.settings);
        let mut matters = Matter::read(reader, what, subscribers).await?;
        let of = (self.tenant, self.store.now());
        metering::attach(reader, of, &ground.catalogue, &mut matters).await?;
        let (made, not_billed) = make_bills(reader, &matters, &ground, at).await?;
        let orders = document_terms::orders(reader, &made).await?;
        let previews = made.into_iter().map(|bill| {
            let (subscriber, draft) = (bill.subscriber, bill.draft().clone());
            let line = |(line, origin)| preview_line(&ground, &orders, line, origin);
            let lines = draft.lines.iter().zip(&bill.origins).map(line).collect();
            Preview { subscriber, draft, lines }
        });
        Ok((previews.collect(), not_billed))
    }
}

fn preview_line(
    ground: &Ground,
    orders: &Orders,
    line: &billing_core::DraftLine,
    origin: &Origin,
) -> InvoiceLine {
    let (service, purchase_order) = orders.get(&origin.subscription.0).cloned().unwrap_or_default();
    InvoiceLine {
        subscription: Some(origin.subscription),
        service,
        purchase_order,
        product: ground.catalogue.name(line.line.key.component).to_owned(),
        covers: line.line.due.as_ref().and_then(invoices::covered),
        net: line.amount.net,
        gross: line.amount.gross,
        explanation: origin.explain(|| explained(ground, &line.line)),
    }
}

impl Ground {
    pub(super) async fn read(
        db: &impl ConnectionTrait,
        tenant: TenantId,
        subscribers: &[i64],
    ) -> Result<Self, StoreError> {
        let (zone, parent) = tenants::clock_and_parent(db, tenant).await?;
        Ok(Self {
            zone,
            levels: Levels::read(db, (tenant, parent)).await?,
            settings: settings::read(db, tenant).await?,
            catalogue: Catalogue::read(db, tenant).await?,
            own_taxes: subscriber_taxes::of(db, subscribers).await?,
            dunned_apart: dunning::dunned_apart(db, tenant).await?,
        })
    }
}

/// As [`bill`], but that nobody stops the others, whatever is wrong with him: where all together cannot be
/// billed, each is by himself.
async fn bill_each(
    unit: &mut Unit<'_>,
    ground: &Ground,
    at: Timestamp,
    subscribers: &[i64],
) -> Result<Billed, StoreError> {
    let mark = unit.mark().await?;
    match bill(unit, ground, at, subscribers).await {
        Ok(billed) => {
            unit.forget(mark).await?;
            return Ok(billed);
        }
        Err(error) => {
            error.of_one()?;
            unit.go_back(mark).await?;
        }
    }
    let mut all = Billed::default();
    for subscriber in subscribers {
        let mark = unit.mark().await?;
        match bill(unit, ground, at, &[*subscriber]).await {
            Ok(billed) => {
                unit.forget(mark).await?;
                all.invoices.extend(billed.invoices);
                all.gross = sums(all.gross.into_iter().chain(billed.gross))?;
                all.not_billed.extend(billed.not_billed);
            }
            Err(error) => {
                let error = error.of_one()?;
                unit.go_back(mark).await?;
                let (subscriber, subscription) = (SubscriberId(*subscriber), None);
                all.not_billed.push(NotBilled { subscriber, subscription, error });
            }
        }
    }
    Ok(all)
}

/// What is billed for a moment is posted then, and so not where the books are closed.
async fn check_open(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    at: Timestamp,
) -> Result<(), StoreError> {
    settings::read(db, tenant).await?.check_open(Kind::BillingRun, "the run", at)
}

/// Bills subscribers up to a moment within a unit of work that holds their rows. Who cannot be billed
/// does not stop the others.
async fn bill(
    unit: &mut Unit<'_>,
    ground: &Ground,
    at: Timestamp,
    subscribers: &[i64],
) -> Result<Billed, StoreError> {
    let what = (unit.tenant, &ground.zone, &ground.settings);
    let matters = Matter::read(&unit.txn, what, subscribers).await?;
    bill_matters(unit, ground, at, (matters, Cover::Owed)).await
}

/// As [`bill`], one subscription alone: what is bought of it neither waits for what the others of its
/// subscriber lack, nor pays for them. It is sold only if all resellers on the way have what they pay for it.
/// What is given back with it is on the same invoice.
pub(super) async fn bill_one(
    unit: &mut Unit<'_>,
    ground: &Ground,
    at: Timestamp,
    (subscriber, subscription, given_back): (SubscriberId, SubscriptionId, Vec<(Line, Origin)>),
) -> Result<Billed, StoreError> {
    let what = (unit.tenant, &ground.zone, &ground.settings);
    let mut matters = Matter::read(&unit.txn, what, &[subscriber.0]).await?;
    matters.retain(|matter| matter.id == subscription);
    if let Some(matter) = matters.first_mut() {
        matter.give_back(given_back).map_err(|error| StoreError::Rule {
            what: Kind::Subscription,
            name: subscription.to_string(),
            source: error.into(),
        })?;
    }
    bill_matters(unit, ground, at, (matters, Cover::Needed)).await
}

async fn bill_matters(
    unit: &mut Unit<'_>,
    ground: &Ground,
    at: Timestamp,
    (mut matters, cover): (Vec<Matter>, Cover),
) -> Result<Billed, StoreError> {
    metering::attach(&unit.txn, (unit.tenant, unit.now), &ground.catalogue, &mut matters).await?;
    let (made, mut not_billed) = make_bills(&unit.txn, &matters, ground, at).await?;
    let gross = totals(&made)?;
    look_again(unit, ground, &matters, &mut not_billed, at).await?;
    let explain = |line: &Line| explained(ground, line);
    let reselling = match &ground.levels {
        None => None,
        Some(levels) => {
            let free = reselling::free(&matters, ground, &not_billed, at)?;
            let names = &ground.catalogue.names;
            Some(Reselling { levels, cover, names, free })
        }
    };
    let what = (explain, None, reselling);
    let invoices = write(unit, (&ground.settings, &ground.zone), at, &made, what).await?;
    if let (Some(first), Some(last)) = (invoices.first(), invoices.last()) {
        unit.record(Record {
            kind: Kind::BillingRun,
            row: *first,
            name: &at.to_string(),
            before: None,
            after: Some(json!({ "invoices": invoices.len(), "first": first, "last": last })),
        });
    }
    Ok(Billed { invoices, gross, not_billed })
}

/// The lines of one subscriber: what is dunned apart is billed apart.
type Apart = BTreeMap<Option<ComponentId>, Vec<(Line, Origin)>>;

/// What is to be billed of one subscriber.
struct ToBill {
    subscriber: SubscriberId,
    apart: Apart,
}

/// The bills of these subscribers. Who cannot be billed does not stop the others.
async fn make_bills(
    db: &impl ConnectionTrait,
    matters: &[Matter],
    ground: &Ground,
    at: Timestamp,
) -> Result<(Vec<Bill>, Vec<NotBilled>), StoreError> {
    let (mut to_bill, mut not_billed) = (Vec::new(), Vec::new());
    for of_one in matters.chunk_by(|one, next| one.subscriber == next.subscriber) {
        let Some(first) = of_one.first() else { continue };
        let subscriber = first.subscriber;
        match lines_of(of_one, ground, at) {
            Ok(apart) => to_bill.push(ToBill { subscriber, apart }),
            Err((id, error)) => {
                not_billed.push(NotBilled { subscriber, subscription: Some(id), error });
            }
        }
    }
    // What is given back has the taxes that it was charged with.
    let lines = to_bill.iter().flat_map(|it| it.apart.values().flatten());
    let given_back = lines.filter(|(line, _)| line.amount.is_negative());
    let given_back = given_back.map(|(line, origin)| (origin.subscription.0, line.key)).collect();
    let charged = ChargedLines::of_keys(db, &given_back).await?;
    let mut losses = Losses::of(db, &charged.invoices()).await?;
    let mut made = Vec::new();
    for ToBill { subscriber, apart } in to_bill {
        let own = ground.own_taxes.get(&subscriber);
        let taxed = matter::Taxed::new(&ground.catalogue, own, &charged);
        let of_one = apart
            .into_values()
            .map(|lines| matter::bills(subscriber, lines, &taxed, (&ground.settings, &mut losses)));
        match of_one.collect::<Result<Vec<_>, _>>() {
            Ok(bills) => made.extend(bills.into_iter().flatten()),
            Err(error) => not_billed.push(NotBilled { subscriber, subscription: None, error }),
        }
    }
    Ok((made, not_billed))
}

fn lines_of(
    matters: &[Matter],
    ground: &Ground,
    at: Timestamp,
) -> Result<Apart, (SubscriptionId, RuleError)> {
    let mut apart = Apart::new();
    for matter in matters {
        let lines = matter.lines(&ground.catalogue, at).map_err(|error| (matter.id, error))?;
        apart.entry(matter.dunned_by(&ground.dunned_apart, at)).or_default().extend(lines);
    }
    Ok(apart)
}

fn explained(ground: &Ground, line: &Line) -> String {
    format!("{}: {}", ground.catalogue.name(line.key.component), line.explain(&ground.zone))
}

fn totals(made: &[Bill]) -> Result<Vec<Money>, StoreError> {
    sums(made.iter().map(|bill| bill.draft().gross))
}

/// What these come to in each currency.
fn sums(amounts: impl Iterator<Item = Money>) -> Result<Vec<Money>, StoreError> {
    let mut totals = BTreeMap::new();
    sum(&mut totals, amounts)?;
    Ok(totals.into_values().collect())
}

fn sum(
    totals: &mut BTreeMap<&'static str, Money>,
    amounts: impl Iterator<Item = Money>,
) -> Result<(), StoreError> {
    for amount in amounts {
        let total = totals.entry(amount.currency().code());
        let total = total.or_insert_with(|| Money::zero(amount.currency()));
        *total = total.plus(amount).map_err(|error| StoreError::Rule {
            what: Kind::BillingRun,
            name: amount.currency().to_string(),
            source: error.into(),
        })?;
    }
    Ok(())
}

/// Keeps the documents with their numbers and what they move. Credits go into the wallets, but for what of them
/// was written off, and the wallets pay what is open, `first` before everything else. What is sold on the levels
/// above moves there. What everybody waits for, the balance of sales and the next number, comes as late as it can.
pub(super) async fn write(
    unit: &mut Unit<'_>,
    ground: (&Settings, &TimeZone),
    at: Timestamp,
    made: &[Bill],
    (explain, first, reselling): (impl Fn(&Line) -> String, Option<Debt>, Option<Reselling<'_>>),
) -> Result<Vec<i64>, StoreError> {
    let rounding = ground.0.rounding;
    if made.is_empty() {
        if let Some(reselling) = reselling {
            reselling.enter(unit, (at, rounding), (&[], &[]), &[]).await?;
        }
        return Ok(Vec::new());
    }
    let ids = invoices::take_ids(unit, "invoice", made.len()).await?;
    invoices::write_lines(unit, &ids, made, explain).await?;
    let mut entries = Vec::new();
    for (id, bill) in ids.iter().zip(made) {
        let about = About { invoice: Some(*id), memo: None };
        let postings = postings(*id, bill).map_err(|error| StoreError::Rule {
            what: Kind::Invoice,
            name: id.to_string(),
            source: error.into(),
        })?;
        entries.extend(postings.into_iter().map(|entry| (entry, about.clone())));
        if let Some(of_loss) = bill.of_loss {
            of_loss.keep(unit).await?;
        }
        for (charge, _) in bill.origins.iter().filter_map(|origin| origin.charge.as_ref()) {
            charges::billed(unit, *charge, *id).await?;
        }
    }
    if let Some(reselling) = reselling {
        reselling.enter(unit, (at, rounding), (&ids, made), &entries).await?;
    }
    let prepared = books::prepare(&unit.txn, unit.tenant, at, &entries).await?;
    prepared.finish(unit).await?;
    invoices::write(unit, ground, at, &ids, made).await?;
    let mut whose: Vec<_> = made.iter().map(|bill| bill.subscriber).collect();
    whose.dedup();
    dunning::look_again(unit, whose.iter().map(|subscriber| subscriber.0)).await?;
    let paid = wallets::pay_first(unit, at, &whose, first).await?;
    dunning::paid(unit, &paid).await?;
    Ok(ids)
}

fn postings(id: i64, bill: &Bill) -> Result<Vec<Entry>, MoneyError> {
    match &bill.document {
        Document::Invoice(draft) => draft.entries(id, bill.subscriber),
        Document::CreditNote(_, note) => {
            let mut entries = note.entries(id, bill.subscriber)?;
            let of_loss = OfLoss::amount_of(bill.of_loss, note.gross.currency());
            entries.extend(note.settled(id, bill.subscriber, of_loss)?);
            Ok(entries)
        }
    }
}

/// What is done with who is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Take {
    /// Nobody else has them until the end of the transaction; who is had by somebody else is left out.
    Lock,
    /// Nothing.
    Look,
}

/// The subscribers of the next subscriptions of which there may be something to be billed, and how far
/// that is; `None`: there is nobody left. Who was looked at before `after`, for another subscription, is
/// left out.
async fn find_due(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    RunOrder { at, batch }: RunOrder,
    after: Option<RunPlace>,
    take: Take,
) -> Result<Option<(RunPlace, Vec<i64>)>, StoreError> {
    let operation = "find who is to be billed";
    let backend = db.get_database_backend();
    let (join, lock) = match (take, backend) {
        (Take::Lock, DbBackend::Postgres) => {
            ("join subscriber s on s.id = b.subscriber_id", "for update of s skip locked")
        }
        // SQLite's transactions that write are one at a time.
        _ => ("", ""),
    };
    let sql = format!(
        "select b.id, b.due_at, b.subscriber_id from subscription b {join} where b.tenant_id = $1 \
         and b.due_at <= $2 and (b.due_at, b.id) > ($3, $4) order by b.due_at, b.id limit $5 {lock}"
    );
    let place = |place: Option<RunPlace>| {
        place.map_or((i64::MIN, i64::MIN), |it| (it.due_at.unix_ms(), it.subscription.0))
    };
    let (due_at, id) = place(after);
    let batch = i64::try_from(batch).unwrap_or(i64::MAX);
    let values = [tenant.0, at.unix_ms(), due_at, id, batch].map(Value::from);
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let rows = db.query_all_raw(statement).await.during(operation)?;
    let number = |row: &QueryResult, column: &str| row.try_get::<i64>("", column).during(operation);
    let Some(last) = rows.last() else { return Ok(None) };
    let last = RunPlace {
        due_at: Timestamp::from_unix_ms(number(last, "due_at")?),
        subscription: SubscriptionId(number(last, "id")?),
    };
    let subscribers = rows.iter().map(|row| number(row, "subscriber_id"));
    let mut subscribers = subscribers.collect::<Result<BTreeSet<_>, _>>()?;
    if after.is_some() {
        let (is_among, ids) = among::numbers_at(backend, "$3", subscribers.iter().copied());
        let sql = format!(
            "select subscriber_id from subscription where (due_at, id) <= ($1, $2) \
             and subscriber_id {is_among}"
        );
        let values = [due_at.into(), id.into(), Value::from(ids)];
        let statement = Statement::from_sql_and_values(backend, sql, values);
        for row in &db.query_all_raw(statement).await.during(operation)? {
            subscribers.remove(&number(row, "subscriber_id")?);
        }
    }
    Ok(Some((last, subscribers.into_iter().collect())))
}

/// Says when each subscription is to be looked at again; of who could not be billed, at once.
async fn look_again(
    unit: &Unit<'_>,
    ground: &Ground,
    matters: &[Matter],
    not_billed: &mut Vec<NotBilled>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let failed: BTreeSet<_> = not_billed.iter().map(|one| one.subscriber).collect();
    let mut rows = Vec::new();
    for matter in matters.iter().filter(|matter| !failed.contains(&matter.subscriber)) {
        match matter.due_next(&ground.catalogue, at) {
            Ok(next) => rows.push([Some(matter.id.0), next.map(Timestamp::unix_ms)]),
            Err(error) => not_billed.push(NotBilled {
                subscriber: matter.subscriber,
                subscription: Some(matter.id),
                error,
            }),
        }
    }
    let operation = "say when to look again";
    let rows = serde_json::to_string(&rows)
        .map_err(|error| StoreError::Database { operation, source: error.into() })?;
    let backend = unit.txn.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            "update subscription set due_at = (r.value ->> 1)::bigint \
             from json_array_elements($1::json) r where subscription.id = (r.value ->> 0)::bigint"
        }
        _ => {
            "update subscription set due_at = json_extract(r.value, '$[1]') from json_each($1) r \
             where subscription.id = json_extract(r.value, '$[0]')"
        }
    };
    let statement = Statement::from_sql_and_values(backend, sql, [Value::from(rows)]);
    unit.txn.execute_raw(statement).await.during(operation)?;
    Ok(())
}

/// Lets the next run look at a subscription from a moment on, if it would not earlier. Whoever sets a price
/// does so too, without a lock of the subscriber: so nothing is written that was read before.
pub(super) async fn look_at(
    unit: &Unit<'_>,
    subscription: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "update subscription set due_at = $1 where tenant_id = $2 and id = $3 \
               and (due_at is null or due_at > $1)";
    let values = [at.unix_ms(), unit.tenant.0, subscription].map(Value::from);
    let statement = Statement::from_sql_and_values(unit.txn.get_database_backend(), sql, values);
    unit.txn.execute_raw(statement).await.during("say when to look again").map(|_| ())
}
