//! What a tenant charges its own customers, on the levels above it, in the transaction in which it does.

use std::collections::BTreeMap;

use billing_core::ledger::{AccountName, Entry};
use billing_core::reseller::{Resale, ResaleId, ResaleLevel, ResaleMoves, Resold};
use billing_core::{ChargeKind, Currency, Due, DueKey, Money, MoneyError, PartOrAmount, Rounding};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryResult, Statement,
    Value,
};
use serde_json::json;

use super::commission::{self, Rates};
use super::payment_rates::{read_rate, way_to};
use super::tree::{money, record, rule, wallet};
use super::{BothSides, Resellers};
use crate::among;
use crate::billing::books::{self, About, NamedIn};
use crate::billing::invoices::take_ids;
use crate::billing::subscriptions::SubscriptionId;
use crate::entity::{reseller, reseller_price};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::unit::Unit;
use crate::values;

const OPERATION: &str = "enter on every level what was sold";

/// The levels above a tenant on which something that it sells has a price.
#[derive(Debug)]
pub(in super::super) struct Levels {
    seller: TenantId,
    /// From the top down.
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    level: ResaleLevel,
    /// In which the reseller pays.
    currency: Currency,
    /// What it pays, and since when it is so, by item.
    prices: BTreeMap<String, (Money, Timestamp)>,
    rates: Rates,
}

/// Whether resellers must have what they pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Cover {
    /// It is sold only if they have it.
    Needed,
    /// It is had already: what they have not, they owe.
    Owed,
}

/// A line of an invoice, or what is had for nothing.
pub(in super::super) struct Sold<'l> {
    pub(in super::super) invoice: Option<i64>,
    pub(in super::super) item: &'l str,
    pub(in super::super) subscription: SubscriptionId,
    pub(in super::super) key: DueKey,
    /// What is due of it; `None`: nothing any more.
    pub(in super::super) due: Option<&'l Due>,
    /// What was billed of it before.
    pub(in super::super) billed_before: Money,
    pub(in super::super) amount: Money,
    /// That without taxes.
    pub(in super::super) net: Money,
    /// Whether it was given back by hand.
    pub(in super::super) is_by_hand: bool,
}

/// What is sold once and for all: a voucher that is redeemed.
pub(in super::super) struct SoldOnce<'l> {
    pub(in super::super) voucher: i64,
    pub(in super::super) item: &'l str,
    /// What the customer has paid, with and without taxes.
    pub(in super::super) gross: Money,
    pub(in super::super) net: Money,
}

/// A charge on one level: the reseller, and the subscription, product and beginning.
type Key = (i64, i64, i64, i64);

/// What moves, before it is kept.
#[derive(Default)]
pub(in super::super) struct Planned {
    rows: Vec<[Value; 23]>,
    /// How much each level pays and earns.
    sums: BTreeMap<ResaleLevel, ResaleMoves>,
    sides: BothSides,
}

impl Levels {
    /// Those above a tenant, of which the one right above is known; `None` where nothing has a price.
    pub(in super::super) async fn read(
        db: &impl ConnectionTrait,
        (tenant, parent): (TenantId, Option<TenantId>),
    ) -> Result<Option<Self>, StoreError> {
        if parent.is_none() {
            return Ok(None);
        }
        let path = way_to(db, tenant).await?;
        let resellers: Vec<_> = path.steps().map(|(_, reseller)| reseller).collect();
        let ids = || resellers.iter().map(|reseller| reseller.0);
        let prices = reseller_price::Entity::find()
            .filter(reseller_price::Column::BuyerId.is_in(ids()))
            .all(db);
        let prices = prices.await.during("read the prices of resellers")?;
        if prices.is_empty() {
            return Ok(None);
        }
        let rows =
            reseller::Entity::find().filter(reseller::Column::ResellerId.is_in(ids())).all(db);
        let rows = rows.await.during("find the resellers")?;
        let mut rates = commission::rates(db, &resellers).await?;
        let mut steps = Vec::new();
        for (parent, reseller) in path.steps() {
            let Some(row) = rows.iter().find(|row| row.reseller_id == reseller.0) else { continue };
            let currency = money(0, &row.currency, row.reseller_id)?.currency();
            let of_step =
                prices.iter().filter(|it| (it.tenant_id, it.buyer_id) == (parent.0, reseller.0));
            let price = |it: &reseller_price::Model| {
                let price = money(it.amount_minor, &it.currency, it.id)?;
                Ok((it.item.clone(), (price, Timestamp::from_unix_ms(it.changed_at))))
            };
            steps.push(Step {
                level: ResaleLevel { parent, reseller },
                currency,
                prices: of_step.map(price).collect::<Result<_, StoreError>>()?,
                rates: rates.remove(&reseller).unwrap_or_default(),
            });
        }
        steps.retain(|step| !step.prices.is_empty());
        Ok((!steps.is_empty()).then_some(Self { seller: tenant, steps }))
    }

    /// Refuses orders of items which a reseller on the way has to pay for, while it owes more than it may.
    pub(in super::super) async fn check_may_order<'i>(
        &self,
        db: &impl ConnectionTrait,
        items: impl Iterator<Item = &'i str> + Clone,
    ) -> Result<(), StoreError> {
        for step in self.steps.iter().rev() {
            if !items.clone().any(|item| step.prices.contains_key(item)) {
                continue;
            }
            let wallet = step.wallet(db).await?;
            let refused = |error: billing_core::reseller::ResellerSaleError| step.rule(error);
            step.level.check_owes_no_more(wallet).map_err(refused)?;
        }
        Ok(())
    }

    /// What moves for lines of invoices, and for what is had for nothing.
    pub(in super::super) async fn plan(
        &self,
        unit: &Unit<'_>,
        (at, rounding): (Timestamp, Rounding),
        lines: &[Sold<'_>],
    ) -> Result<Planned, StoreError> {
        let is_price = |line: &&Sold<'_>| line.key.kind == ChargeKind::Price;
        let lines: Vec<_> = lines.iter().filter(is_price).collect();
        let ids = lines.iter().map(|line| line.subscription.0);
        let mut states = states(&unit.txn, ids).await?;
        let mut moved = Vec::new();
        for (line, step) in
            lines.iter().flat_map(|line| self.steps.iter().map(move |it| (line, it)))
        {
            let refused = |error: MoneyError| step.rule(error);
            let key: Key = (
                step.level.reseller.0,
                line.subscription.0,
                line.key.component.0,
                line.key.begins.unix_ms(),
            );
            // Of what was billed before anybody had said a price nothing moves later.
            let is_begun = line.is_by_hand || !line.billed_before.is_zero();
            let before = match states.get(&key) {
                Some(before) => *before,
                None if is_begun => continue,
                None => match step.begun(line) {
                    Some(nothing) => nothing,
                    None => continue,
                },
            };
            let resale = resale(line, &before, rounding).map_err(refused)?;
            let after = before.after(resale, rounding).map_err(refused)?;
            if after == before {
                continue;
            }
            states.insert(key, after);
            let subject = Subject::Line(line);
            moved.push(Moved { step, subject, before, after });
        }
        self.planned(unit, at, moved).await
    }

    /// As [`plan`](Self::plan), of what is sold once.
    pub(in super::super) async fn plan_once(
        &self,
        unit: &Unit<'_>,
        (at, rounding): (Timestamp, Rounding),
        sold: &SoldOnce<'_>,
    ) -> Result<Planned, StoreError> {
        let mut moved = Vec::new();
        for step in &self.steps {
            let refused = |error: MoneyError| step.rule(error);
            let Some(before) = step.nothing(sold.item, sold.gross) else { continue };
            let resale = before.charged_once((sold.gross, sold.net));
            let after = before.after(resale, rounding).map_err(refused)?;
            let subject = Subject::Voucher(sold);
            moved.push(Moved { step, subject, before, after });
        }
        self.planned(unit, at, moved).await
    }

    async fn planned(
        &self,
        unit: &Unit<'_>,
        at: Timestamp,
        moved: Vec<Moved<'_>>,
    ) -> Result<Planned, StoreError> {
        let mut planned = Planned::default();
        if moved.is_empty() {
            return Ok(planned);
        }
        let ids = take_ids(unit, "resold", moved.len()).await?;
        for (id, moved) in ids.into_iter().zip(moved) {
            let step = moved.step;
            let refused = |error: MoneyError| step.rule(error);
            let moves = moved.after.since(&moved.before).map_err(refused)?;
            let postings = moves.postings(ResaleId(id), step.level).map_err(refused)?;
            let about = moved.subject.about(self.seller);
            postings.into_iter().for_each(|postings| planned.sides.add(postings, &about));
            let nothing = Money::zero(step.currency);
            let sum = planned.sums.entry(step.level);
            let sum = sum.or_insert(ResaleMoves { bought: nothing, commission: nothing });
            sum.bought = sum.bought.plus(moves.bought).map_err(refused)?;
            sum.commission = sum.commission.plus(moves.commission).map_err(refused)?;
            planned.rows.push(moved.row(id, (self.seller, at, unit.now)).map_err(refused)?);
        }
        Ok(planned)
    }

    /// Holds the accounts of everybody in which something moves, tenant by tenant in the order of their numbers,
    /// those of the seller's own with what else moves there; then keeps and enters it.
    pub(in super::super) async fn enter(
        &self,
        unit: &mut Unit<'_>,
        at: Timestamp,
        planned: Planned,
        (cover, own, wallets): (Cover, &[(Entry, About)], &[SubscriberId]),
    ) -> Result<(), StoreError> {
        let Planned { rows, sums, sides } = planned;
        if rows.is_empty() {
            return Ok(());
        }
        sides.hold_before(&unit.txn, self.seller).await?;
        let mut all = sides.entries_of(self.seller).to_vec();
        all.extend_from_slice(own);
        let if_there: Vec<_> = wallets.iter().map(|whose| AccountName::Wallet(*whose)).collect();
        books::hold_with(&unit.txn, self.seller, &all, &if_there).await?;
        sides.hold_behind(&unit.txn, self.seller).await?;
        if cover == Cover::Needed {
            // Of several that have too little the one nearest to the customer is named.
            for step in self.steps.iter().rev() {
                let Some(moves) = sums.get(&step.level) else { continue };
                let wallet = step.wallet(&unit.txn).await?;
                let covered = step.level.check_has(wallet, moves.bought);
                covered.map_err(|error| step.rule(error))?;
            }
        }
        values::insert(&unit.txn, INSERT, rows, "", OPERATION).await?;
        sides.enter_owed(unit, at).await?;
        self.audit(unit, &sums);
        Ok(())
    }

    /// It is in the audit of who sells and of who buys.
    fn audit(&self, unit: &mut Unit<'_>, sums: &BTreeMap<ResaleLevel, ResaleMoves>) {
        let own = unit.tenant;
        for (level, moves) in sums {
            let name = level.reseller.to_string();
            for tenant in [level.parent, level.reseller] {
                unit.tenant = tenant;
                let after = json!({
                    "seller": self.seller.0,
                    "bought_minor": moves.bought.amount_minor(),
                    "commission_minor": moves.commission.amount_minor(),
                });
                record(unit, level.reseller, &name, Some(json!({})), after);
            }
        }
        unit.tenant = own;
    }

    /// The accounts in which something may move, by tenant.
    pub(in super::super) fn accounts(&self) -> BTreeMap<TenantId, NamedIn> {
        let mut all: BTreeMap<TenantId, NamedIn> = BTreeMap::new();
        for Step { level: ResaleLevel { parent, reseller }, currency, .. } in &self.steps {
            let above =
                [AccountName::Reseller(*reseller), AccountName::Sales, AccountName::Commissions];
            let below =
                [AccountName::Supplier(*parent), AccountName::Purchases, AccountName::Commissions];
            for (tenant, names) in [(*parent, above), (*reseller, below)] {
                let names = names.iter().map(|name| (name.to_string(), currency.code()));
                all.entry(tenant).or_default().extend(names);
            }
        }
        all
    }
}

/// What a line is to a charge that has come to so much.
fn resale(line: &Sold<'_>, before: &Resold, rounding: Rounding) -> Result<Resale, MoneyError> {
    let Sold { amount, net, .. } = *line;
    if line.is_by_hand {
        return Ok(Resale::GivenBack { amount: amount.negated()?, net: net.negated()? });
    }
    before.charged(line.due, (amount, net), rounding)
}

impl Step {
    /// Nothing that was charged of an item so far; `None` where it has no price.
    fn nothing(&self, item: &str, sold_in: Money) -> Option<Resold> {
        let (price, _) = *self.prices.get(item)?;
        let rate = commission::of_item(&self.rates, item);
        Some(Resold::nothing(price, rate, sold_in))
    }

    /// As [`nothing`](Self::nothing), of a line: what costs the customer nothing is only paid for that was had
    /// from when its price was said here on.
    fn begun(&self, line: &Sold<'_>) -> Option<Resold> {
        let (_, since) = *self.prices.get(line.item)?;
        let is_said = line.invoice.is_some() || line.due.is_some_and(|due| due.due_at >= since);
        is_said.then(|| self.nothing(line.item, line.amount)).flatten()
    }

    async fn wallet(
        &self,
        db: &impl ConnectionTrait,
    ) -> Result<billing_core::reseller::ResellerWallet, StoreError> {
        let row = reseller::Entity::find_by_id(self.level.reseller.0).one(db).await;
        let row = row.during("find the reseller")?;
        let row = row.ok_or_else(|| StoreError::Corrupt {
            what: Kind::Reseller,
            row: self.level.reseller.to_string(),
            problem: "it is on the way and is not there".to_owned(),
        })?;
        wallet(db, &row).await
    }

    fn rule(&self, error: impl Into<RuleError>) -> StoreError {
        rule(&self.level.reseller.to_string(), error.into())
    }
}

/// For what something moves.
#[derive(Clone, Copy)]
enum Subject<'l> {
    Line(&'l Sold<'l>),
    Voucher(&'l SoldOnce<'l>),
}

impl Subject<'_> {
    fn item(&self) -> &str {
        match self {
            Self::Line(line) => line.item,
            Self::Voucher(sold) => sold.item,
        }
    }

    fn about(&self, seller: TenantId) -> About {
        let memo = match self {
            Self::Line(line) => {
                format!("{} of subscription {} of tenant {seller}", line.item, line.subscription)
            }
            Self::Voucher(sold) => format!("{} by a voucher of tenant {seller}", sold.item),
        };
        About { invoice: None, memo: Some(memo) }
    }
}

/// What becomes of a charge on one level.
struct Moved<'l> {
    step: &'l Step,
    subject: Subject<'l>,
    before: Resold,
    after: Resold,
}

const INSERT: &str = "insert into resold (id, tenant_id, reseller_id, seller_id, item, \
     subscription_id, product_id, begins, voucher_id, invoice_id, at, made_at, price_minor, rate, \
     currency, due_minor, bought_minor, commission_minor, sold_currency, charged_minor, \
     credited_minor, sold_minor, fixed_minor)";

impl Moved<'_> {
    fn row(
        &self,
        id: i64,
        (seller, at, made_at): (TenantId, Timestamp, Timestamp),
    ) -> Result<[Value; 23], MoneyError> {
        let Self { step, subject, before, after } = self;
        let more = |of: fn(&Resold) -> Money| Ok(of(after).minus(of(before))?.amount_minor());
        let (line, voucher, invoice) = match subject {
            Subject::Line(line) => (Some(line), None, line.invoice),
            Subject::Voucher(sold) => (None, Some(sold.voucher), None),
        };
        Ok([
            id.into(),
            step.level.parent.0.into(),
            step.level.reseller.0.into(),
            seller.0.into(),
            subject.item().into(),
            line.map(|line| line.subscription.0).into(),
            line.map(|line| line.key.component.0).into(),
            line.map(|line| line.key.begins.unix_ms()).into(),
            voucher.into(),
            invoice.into(),
            at.unix_ms().into(),
            made_at.unix_ms().into(),
            after.price.amount_minor().into(),
            after.rate.map(|rate| rate.to_string()).into(),
            after.price.currency().code().into(),
            more(|it| it.due)?.into(),
            more(|it| it.bought)?.into(),
            more(|it| it.commission)?.into(),
            after.charged.currency().code().into(),
            more(|it| it.charged)?.into(),
            more(|it| it.credited)?.into(),
            more(|it| it.sold)?.into(),
            more(|it| it.fixed)?.into(),
        ])
    }
}

/// What each charge of these subscriptions has come to on each level.
async fn states(
    db: &impl ConnectionTrait,
    subscriptions: impl Iterator<Item = i64>,
) -> Result<BTreeMap<Key, Resold>, StoreError> {
    let operation = "read what was sold on every level";
    let mut ids: Vec<_> = subscriptions.collect();
    ids.sort_unstable();
    ids.dedup();
    let mut all = BTreeMap::new();
    let backend = db.get_database_backend();
    for ids in ids.chunks(among::VALUES_MAX) {
        let (is_among, ids) = among::numbers_at(backend, "$1", ids.iter().copied());
        let sum = |column: &str| format!("cast(sum({column}) as bigint) as {column}");
        let sums = ["due_minor", "bought_minor", "commission_minor", "charged_minor"].map(sum);
        let more = ["credited_minor", "sold_minor", "fixed_minor"].map(sum);
        let sql = format!(
            "select reseller_id, subscription_id, product_id, begins, currency, sold_currency, \
             max(price_minor) as price_minor, max(rate) as rate, {}, {} from resold \
             where subscription_id {is_among} group by reseller_id, subscription_id, product_id, \
             begins, currency, sold_currency",
            sums.join(", "),
            more.join(", ")
        );
        let statement = Statement::from_sql_and_values(backend, sql, [Value::from(ids)]);
        for row in &db.query_all_raw(statement).await.during(operation)? {
            let (key, state) = state(row)?;
            all.insert(key, state);
        }
    }
    Ok(all)
}

fn state(row: &QueryResult) -> Result<(Key, Resold), StoreError> {
    let operation = "read what was sold on every level";
    let number = |column: &str| row.try_get::<i64>("", column).during(operation);
    let text = |column: &str| row.try_get::<String>("", column).during(operation);
    let key = (
        number("reseller_id")?,
        number("subscription_id")?,
        number("product_id")?,
        number("begins")?,
    );
    let (currency, sold) = (text("currency")?, text("sold_currency")?);
    let own = |column: &str| money(number(column)?, &currency, key.1);
    let theirs = |column: &str| money(number(column)?, &sold, key.1);
    let rate: Option<String> = row.try_get("", "rate").during(operation)?;
    let rate: Option<PartOrAmount> = rate.map(|rate| read_rate(&rate, key.0)).transpose()?;
    let state = Resold {
        price: own("price_minor")?,
        rate,
        due: own("due_minor")?,
        fixed: own("fixed_minor")?,
        charged: theirs("charged_minor")?,
        credited: theirs("credited_minor")?,
        sold: theirs("sold_minor")?,
        bought: own("bought_minor")?,
        commission: own("commission_minor")?,
    };
    Ok((key, state))
}

/// What moved on one level for what a tenant has charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResoldEntry {
    /// When.
    pub at: Timestamp,
    /// Whose customer it was, by name.
    pub seller: String,
    /// The reseller right below who has sold it, by name.
    pub reseller: String,
    /// Of what.
    pub item: String,
    /// What the reseller has paid; less than nothing: it has it back.
    pub bought: Money,
    /// What it has earned of it; less than nothing: it has given it back.
    pub commission: Money,
}

impl Resellers<'_> {
    /// What resellers right below this tenant have paid to it, and earned, for what they and those below them
    /// have charged their customers: the last `limit`, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn resold(&self, limit: u64) -> Result<Vec<ResoldEntry>, StoreError> {
        let operation = "list what was sold on every level";
        let database = self.store.database();
        let sql = "select o.id, o.at, o.item, o.currency, o.bought_minor, o.commission_minor, \
                   s.name as seller, r.name as reseller from resold o \
                   join tenant s on s.id = o.seller_id join tenant r on r.id = o.reseller_id \
                   where o.tenant_id = $1 order by o.id desc limit $2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = [self.tenant.0, limit].map(Value::from);
        let statement = Statement::from_sql_and_values(database.backend(), sql, values);
        let rows = database.reader.query_all_raw(statement).await.during(operation)?;
        let entry = |row: &QueryResult| {
            let number = |column: &str| row.try_get::<i64>("", column).during(operation);
            let text = |column: &str| row.try_get::<String>("", column).during(operation);
            let (id, currency) = (number("id")?, text("currency")?);
            Ok(ResoldEntry {
                at: Timestamp::from_unix_ms(number("at")?),
                seller: text("seller")?,
                reseller: text("reseller")?,
                item: text("item")?,
                bought: money(number("bought_minor")?, &currency, id)?,
                commission: money(number("commission_minor")?, &currency, id)?,
            })
        };
        rows.iter().map(entry).collect()
    }
}
