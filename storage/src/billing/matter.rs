//! What a billing run reads of some subscribers, and the bills that come of it.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::invoice::{
    ChargedLine, Credited, Document, DraftError, LineTaxes, OnExcess, credit_newest_first,
};
use billing_core::{
    BillingTerms, ChargeKind, ComponentId, Currency, Draft, Due, DueKey, Interval, Line, Money,
    MoneyError, Piece, Rounding, Share, Subscription, Taxation, Timeline, difference_after_credits,
    free_of_charge, next_due,
};
use entitlement::{SubscriberId, TenantId, TimeZone, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QueryResult, Statement, Value,
};

use super::billing_days::realigned;
use super::catalogue::Catalogue;
use super::charged_lines::ChargedLines;
use super::charges::{self, Charge};
use super::discounts;
use super::events::{self, timeline};
use super::settings::Settings;
use super::subscriber_taxes::SubscriberTaxes;
use super::subscriptions::{SubscriptionId, alignment, billed_in, maximum, minimum};
use super::written_off::{Losses, OfLoss};
use crate::among;
use crate::entity::subscription;
use crate::error::{During as _, Kind, RuleError, StoreError};

/// What is known of one subscription.
pub(super) struct Matter {
    pub(super) id: SubscriptionId,
    pub(super) subscriber: SubscriberId,
    /// The service that it pays for.
    pub(super) service: Option<i64>,
    pub(super) timeline: Timeline,
    pub(super) terms: BillingTerms,
    billed: Vec<Line>,
    /// What credit notes by hand gave back of each key.
    credited: BTreeMap<DueKey, Money>,
    /// How many lines of each key there are.
    ordinals: BTreeMap<DueKey, i64>,
    /// What it is charged beside, and was not billed, by time.
    charges: Vec<Charge>,
    /// What is given back of it with that.
    given_back: Vec<(Line, Origin)>,
}

/// An invoice that is to be made.
pub(super) struct Bill {
    pub(super) subscriber: SubscriberId,
    pub(super) document: Document,
    /// Of each line, whose it is and which of its key.
    pub(super) origins: Vec<Origin>,
    /// What of what it gives back was written off, and is a smaller loss by it.
    pub(super) of_loss: Option<OfLoss>,
}

/// Where a line comes from.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) subscription: SubscriptionId,
    pub(super) ordinal: i64,
    /// What it was charged as, where it is no price of a product, and why.
    pub(super) charge: Option<(i64, String)>,
    /// Which line it gives back something of.
    pub(super) credits: Option<Credits>,
    /// Of what is taken off here, how much of its key credit notes gave back before.
    pub(super) given_back: Option<Money>,
}

/// A line of a final invoice of which something is given back.
#[derive(Debug, Clone)]
pub(super) struct Credits {
    pub(super) invoice: i64,
    pub(super) place: i64,
    pub(super) by: CreditedBy,
}

/// Who gives something back.
#[derive(Debug, Clone)]
pub(super) enum CreditedBy {
    /// Somebody, by a credit note, or with what he takes in its place: it is not billed again.
    Hand {
        /// How many of those that the line is for; 0 where an amount is given back.
        quantity: u32,
        /// What for.
        why: String,
    },
    /// A run, as less is due; where that is of several charges, what all of it is, and how this one was taxed.
    Run(Option<(Money, String)>),
}

impl Origin {
    /// Whether somebody gives something back by it, and no run.
    pub(super) fn is_by_hand(&self) -> bool {
        matches!(&self.credits, Some(Credits { by: CreditedBy::Hand { .. }, .. }))
    }

    /// How the line comes about, in words; `by_price` says it of what is a price of a product.
    pub(super) fn explain(&self, by_price: impl FnOnce() -> String) -> String {
        let by = self.credits.as_ref().map(|credits| &credits.by);
        if let (Some((_, why)), _) | (None, Some(CreditedBy::Hand { why, .. })) = (&self.charge, by)
        {
            return why.clone();
        }
        let mut words = by_price();
        if let Some(before) = self.given_back {
            words.push_str(&format!("; what is left after {before} by credit notes at most"));
        }
        if let Some(CreditedBy::Run(Some((all, taxes)))) = by {
            words.push_str(&format!("; of {all} in all what was charged {taxes}"));
        }
        words
    }
}

impl Matter {
    /// Everything about these subscribers, by subscriber.
    pub(super) async fn read(
        db: &impl ConnectionTrait,
        (tenant, zone, settings): (TenantId, &TimeZone, &Settings),
        subscribers: &[i64],
    ) -> Result<Vec<Self>, StoreError> {
        let mut all = Vec::new();
        let backend = db.get_database_backend();
        for subscribers in subscribers.chunks(among::VALUES_MAX) {
            let rows = subscription::Entity::find()
                .filter(subscription::Column::TenantId.eq(tenant.0))
                .filter(among::numbers(backend, "subscriber_id", subscribers.iter().copied()))
                .order_by_asc(subscription::Column::SubscriberId)
                .order_by_asc(subscription::Column::Id)
                .all(db);
            let rows = rows.await.during("read the subscriptions")?;
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            let mut events = events::of_all(db, &ids).await?;
            let mut billed = billed(db, &ids).await?;
            let mut discounts = discounts::of_subscriptions(db, &ids).await?;
            let mut charges = charges::open(db, tenant, &ids).await?;
            for row in rows {
                let events = events.remove(&row.id).unwrap_or_default();
                let Billed { billed, credited, ordinals } =
                    billed.remove(&row.id).unwrap_or_default();
                all.push(Self {
                    id: SubscriptionId(row.id),
                    subscriber: SubscriberId(row.subscriber_id),
                    service: row.service_id,
                    timeline: timeline(row.id, events)?,
                    terms: BillingTerms {
                        discounts: discounts.remove(&row.id).unwrap_or_default(),
                        ..terms(&row, zone, settings)?
                    },
                    billed,
                    credited,
                    ordinals,
                    charges: charges
                        .extract_if(.., |(id, _)| id.0 == row.id)
                        .map(|(_, charge)| charge)
                        .collect(),
                    given_back: Vec::new(),
                });
            }
        }
        Ok(all)
    }

    /// When there can be something to be billed behind a moment up to which it was.
    pub(super) fn due_next(
        &self,
        catalogue: &Catalogue,
        at: Timestamp,
    ) -> Result<Option<Timestamp>, RuleError> {
        let next = next_due(&self.timeline, &catalogue.prices, &self.terms, at)?;
        let charged = self.charges.iter().map(|charge| charge.at).filter(|due_at| *due_at > at);
        Ok(next.into_iter().chain(charged).min())
    }

    /// By the policy of which of these products it is dunned at a moment; `None`: by the tenant's.
    pub(super) fn dunned_by(
        &self,
        own: &BTreeSet<ComponentId>,
        at: Timestamp,
    ) -> Option<ComponentId> {
        self.timeline.dunned_by(own, at)
    }

    /// These are given back with what is billed: no run gives them back too.
    pub(super) fn give_back(&mut self, lines: Vec<(Line, Origin)>) -> Result<(), MoneyError> {
        for (line, _) in &lines {
            let nothing = Money::zero(line.amount.currency());
            let credited = self.credited.entry(line.key).or_insert(nothing);
            *credited = credited.minus(line.amount)?;
        }
        self.given_back = lines;
        Ok(())
    }

    /// What is to be billed of it at a moment.
    pub(super) fn lines(
        &self,
        catalogue: &Catalogue,
        at: Timestamp,
    ) -> Result<Vec<(Line, Origin)>, RuleError> {
        let (prices, billed) = (&catalogue.prices, &self.billed);
        let (timeline, terms, credited) = (&self.timeline, &self.terms, &self.credited);
        let lines = difference_after_credits(timeline, prices, terms, billed, credited, at)?;
        let origin = |line: &Line| Origin {
            subscription: self.id,
            ordinal: self.ordinals.get(&line.key).copied().unwrap_or(0) + 1,
            charge: None,
            credits: None,
            given_back: self.credited.get(&line.key).copied().filter(|_| line.amount.is_negative()),
        };
        let priced = lines.into_iter().map(|line| {
            let origin = origin(&line);
            (line, origin)
        });
        let charged = self.charged(catalogue, at)?;
        let charged = charged.into_iter().map(|charge| {
            let (line, ordinal, subscription) = (charge.line(), charge.ordinal(), self.id);
            let why = Some((charge.id, charge.explanation));
            let origin =
                Origin { subscription, ordinal, charge: why, credits: None, given_back: None };
            (line, origin)
        });
        let given_back = self.given_back.iter().cloned();
        Ok(given_back.chain(priced).chain(charged).collect())
    }

    /// What it is charged beside by a moment, as that is reckoned now.
    fn charged(&self, catalogue: &Catalogue, at: Timestamp) -> Result<Vec<Charge>, RuleError> {
        let mut due = self.charges.iter().filter(|charge| charge.at <= at).peekable();
        if due.peek().is_none() {
            return Ok(Vec::new());
        }
        let (whole, timeline, terms) = (catalogue.whole()?, &self.timeline, &self.terms);
        let subscription = Subscription { timeline, catalogue: &whole, terms, now: at };
        let name = |component| catalogue.name(component).to_owned();
        due.map(|charge| Ok(charge.clone().reckoned(&subscription, name)?)).collect()
    }

    /// What of it is had by a moment and costs nothing.
    pub(super) fn free(&self, catalogue: &Catalogue, at: Timestamp) -> Result<Vec<Due>, RuleError> {
        let (prices, billed) = (&catalogue.prices, &self.billed);
        Ok(free_of_charge(&self.timeline, prices, &self.terms, billed, at)?)
    }
}

/// How a subscription is billed, but for its discounts.
pub(super) fn terms(
    row: &subscription::Model,
    zone: &TimeZone,
    settings: &Settings,
) -> Result<BillingTerms, StoreError> {
    let (alignment, billed_in) = (alignment(row)?, billed_in(row)?);
    let terms = BillingTerms::new(alignment, zone.clone(), billed_in, settings.rounding);
    let (minimum, maximum) = (minimum(row)?, maximum(row)?);
    let realigned = realigned(row)?;
    Ok(BillingTerms { closed_until: settings.closed_until, realigned, minimum, maximum, ..terms })
}

/// How the lines of one subscriber are taxed.
pub(super) struct Taxed<'t> {
    usual: &'t BTreeMap<ComponentId, Taxation>,
    /// Where the subscriber is taxed otherwise.
    own: Option<BTreeMap<ComponentId, Taxation>>,
    charged: &'t ChargedLines,
}

impl<'t> Taxed<'t> {
    pub(super) fn new(
        catalogue: &'t Catalogue,
        own: Option<&SubscriberTaxes>,
        charged: &'t ChargedLines,
    ) -> Self {
        let usual = &catalogue.taxations;
        let own = own.map(|taxes| {
            usual.iter().map(|(component, usual)| (*component, taxes.taxation(usual))).collect()
        });
        Self { usual, own, charged }
    }

    /// How what is charged is taxed now.
    fn now(&self, component: ComponentId) -> Result<&Taxation, DraftError> {
        let taxations = self.own.as_ref().unwrap_or(self.usual);
        taxations.get(&component).ok_or(DraftError::NoTaxation { component })
    }

    /// A line with its taxes: what is given back, as it was charged, of each charge a line of its own, or of the
    /// one that it names. `given` is what was given back before it on the same document.
    fn lines(
        &self,
        (line, origin): (Line, Origin),
        rounding: Rounding,
        given: &mut Given,
    ) -> Result<Vec<(Line, LineTaxes<'_>, Origin)>, RuleError> {
        if !line.amount.is_negative() {
            let taxes = LineTaxes::Charged(self.now(line.key.component)?);
            return Ok(vec![(line, taxes, origin)]);
        }
        let named = origin.credits.as_ref().map(|it| (it.invoice, it.place));
        let mut charges = self.charged.of(origin.subscription.0, line.key);
        charges.retain(|(place, _)| named.is_none_or(|named| named == *place));
        let as_left = |(place, charge): &((i64, i64), &ChargedLine)| match given.get(place) {
            Some(credited) => ChargedLine { credited: credited.clone(), ..(*charge).clone() },
            None => (*charge).clone(),
        };
        let left: Vec<ChargedLine> = charges.iter().map(as_left).collect();
        let parts = credit_newest_first(&left, line.amount.negated()?, rounding)?;
        let are_several = parts.len() > 1;
        let mut lines = Vec::with_capacity(parts.len());
        for (ordinal, part) in (origin.ordinal..).zip(parts) {
            let Some(((invoice, place), charge)) = charges.get(part.place).copied() else {
                continue;
            };
            let before = given.entry((invoice, place)).or_insert_with(|| charge.credited.clone());
            before.add(part.stated, &part.amount.taxes, 0)?;
            let taxation = &charge.taxation;
            let of_all = are_several.then(|| (line.amount, taxation.to_string()));
            let by = CreditedBy::Run(of_all);
            let credits = origin.credits.clone().unwrap_or(Credits { invoice, place, by });
            let credits = Some(credits);
            let taxes = LineTaxes::GivenBack(taxation, part.amount.negated()?);
            let line = Line { amount: part.stated.negated()?, ..line.clone() };
            lines.push((line, taxes, Origin { ordinal, credits, ..origin.clone() }));
        }
        Ok(lines)
    }
}

/// What was given back of the lines of invoices, by these and their places.
type Given = BTreeMap<(i64, i64), Credited>;

/// Which lines are on one document: those of a currency, and what is given back of an invoice of which something
/// was written off. That pays for nothing else: nobody has paid it.
type Apart = (Option<i64>, &'static str);

/// The bills of one subscriber.
pub(super) fn bills(
    subscriber: SubscriberId,
    lines: Vec<(Line, Origin)>,
    taxed: &Taxed<'_>,
    (settings, losses): (&Settings, &mut Losses),
) -> Result<Vec<Bill>, RuleError> {
    type Lines<'t> = (Currency, Vec<(Line, LineTaxes<'t>)>, Vec<Origin>);
    let mut apart: BTreeMap<Apart, Lines<'_>> = BTreeMap::new();
    let mut given = Given::new();
    for (line, origin) in lines {
        let currency = line.amount.currency();
        for (line, taxes, origin) in taxed.lines((line, origin), settings.rounding, &mut given)? {
            let of = origin.credits.as_ref().map(|credits| credits.invoice);
            let of = of.filter(|invoice| losses.is_of(*invoice));
            let of = apart.entry((of, currency.code()));
            let (_, lines, origins) = of.or_insert_with(|| (currency, Vec::new(), Vec::new()));
            lines.push((line, taxes));
            origins.push(origin);
        }
    }
    let mut bills = Vec::with_capacity(apart.len());
    for ((of, _), (currency, lines, origins)) in apart {
        let draft = Draft::taxed(currency, lines, settings.rounding)?;
        let Some(document) = draft.document(OnExcess::CreditNote)? else { continue };
        let of_loss = match (&document, of) {
            (Document::CreditNote(_, note), Some(of)) => losses.made_up(of, note.gross)?,
            _ => None,
        };
        bills.push(Bill { subscriber, document, origins, of_loss });
    }
    Ok(bills)
}

impl Bill {
    /// Its lines and taxes, as they are billed.
    pub(super) const fn draft(&self) -> &Draft {
        match &self.document {
            Document::Invoice(draft) | Document::CreditNote(draft, _) => draft,
        }
    }
}

/// What was billed of a subscription.
#[derive(Default)]
struct Billed {
    /// Each key, as one line.
    billed: Vec<Line>,
    credited: BTreeMap<DueKey, Money>,
    ordinals: BTreeMap<DueKey, i64>,
}

/// What was billed of each subscription, and what credit notes gave back of it.
async fn billed(
    db: &impl ConnectionTrait,
    subscriptions: &[i64],
) -> Result<BTreeMap<i64, Billed>, StoreError> {
    let mut all: BTreeMap<i64, Billed> = BTreeMap::new();
    let backend = db.get_database_backend();
    for ids in subscriptions.chunks(among::VALUES_MAX) {
        let (condition, ids) = among::numbers_at(backend, "$1", ids.iter().copied());
        let sql = format!(
            "select subscription_id, product_id, begins, is_usage, currency, \
             cast(sum(case when by_hand = 0 then amount_minor else 0 end) as bigint) \
             as amount_minor, cast(sum(case when by_hand = 0 then 0 else -amount_minor end) \
             as bigint) as credited_minor, max(last_from) as last_from, \
             max(coalesce(period_until, begins + 1)) as over_at, max(ordinal) as ordinal \
             from invoice_line where subscription_id {condition} and ordinal > 0 \
             group by subscription_id, product_id, begins, is_usage, currency"
        );
        let statement = Statement::from_sql_and_values(backend, sql, [Value::from(ids)]);
        let rows = db.query_all_raw(statement).await.during("read what was billed")?;
        for row in &rows {
            let (subscription, line, ordinal) = billed_line(row)?;
            let of = all.entry(subscription).or_default();
            let last = of.ordinals.entry(line.key).or_default();
            *last = ordinal.max(*last);
            let credited: i64 =
                row.try_get("", "credited_minor").during("read what was credited")?;
            if credited != 0 {
                of.credited.insert(line.key, Money::new(credited, line.amount.currency()));
            }
            of.billed.push(line);
        }
    }
    Ok(all)
}

fn billed_line(row: &QueryResult) -> Result<(i64, Line, i64), StoreError> {
    let operation = "read what was billed";
    let number = |column: &str| row.try_get::<i64>("", column).during(operation);
    let subscription = number("subscription_id")?;
    let code: String = row.try_get("", "currency").during(operation)?;
    let currency: Currency = code.parse().map_err(|_| StoreError::Corrupt {
        what: Kind::Invoice,
        row: subscription.to_string(),
        problem: format!("it was billed in the currency `{code}`"),
    })?;
    let key = DueKey {
        component: ComponentId(number("product_id")?),
        kind: match number("is_usage")? {
            0 => ChargeKind::Price,
            _ => ChargeKind::Usage,
        },
        begins: Timestamp::from_unix_ms(number("begins")?),
    };
    let amount = Money::new(number("amount_minor")?, currency);
    let last_from = Timestamp::from_unix_ms(number("last_from")?);
    let interval = Interval::new(last_from, last_from.plus_s(1));
    let period = Interval::new(key.begins, Timestamp::from_unix_ms(number("over_at")?));
    // Of what was billed only its key, its amount, when its last part begins and when it is over are
    // asked for.
    let piece = Piece { interval, quantity: 1, share: Share::Whole };
    let (pieces, deductions) = (vec![piece], Vec::new());
    let (price, measured, due_at) = (amount, None, key.begins);
    let due = Due { key, period, price, measured, pieces, due_at, deductions, amount };
    let line = Line { key, due: Some(due), billed_before: Money::zero(currency), amount };
    Ok((subscription, line, number("ordinal")?))
}
