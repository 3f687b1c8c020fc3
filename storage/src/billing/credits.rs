//! Credit notes by hand: what is final is not changed, lines of it are given back.
//!
//! A line of a credit note lies among the lines of the key that it gives back, and names the line: so what
//! was billed and what was given back of it is one read.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::invoice::{CreditNote, CreditReason, Credited, FinalInvoice, Part, ToCredit};
use billing_core::payment::{Debt, InvoiceId};
use billing_core::{ComponentId, Currency, DraftLine, Due, Interval, Line, Money, Piece, Share};
use entitlement::{SubscriberId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, Value,
};
use serde_json::json;

use super::invoices::{self, Invoice, InvoiceKind, Invoices};
use super::matter::{Bill, CreditedBy, Credits, Origin};
use super::resellers::{Cover, Levels, hold_prices_of_levels};
use super::reselling::Reselling;
use super::subscriptions::{SubscriptionId, lock};
use super::written_off::Losses;
use super::{charged_lines, line_taxes, runs, sale_invoices, settings};
use crate::entity::{credit_note, invoice, invoice_line, product};
use crate::error::{During as _, Kind, StoreError};
use crate::repeated::repeated;
use crate::store::Actor;
use crate::unit::{Record, Unit};
use crate::{names, tenants, values};

/// The longest key and the longest words for a credit note, octets.
const TEXT_LEN_MAX: usize = 200;

/// What is to be given back of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCredit {
    /// How much of it.
    pub what: ToCredit,
    /// Why.
    pub reason: CreditReason,
    /// Why, in words that stand on each of its lines.
    pub memo: String,
    /// By which the same wish is known again; `None`: each is another one.
    pub key: Option<String>,
}

/// A credit note that was made by hand, and the invoice that it gives back something of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditEntry {
    /// The credit note.
    pub note: Invoice,
    /// The number of the invoice, as it is printed.
    pub invoice: String,
    /// Why.
    pub reason: CreditReason,
    /// Why, in words.
    pub memo: String,
}

/// What is read to give something back.
struct Ground {
    row: invoice::Model,
    lines: Vec<invoice_line::Model>,
    products: BTreeMap<i64, String>,
    invoice: FinalInvoice,
    losses: Losses,
}

impl Invoices<'_> {
    /// Makes a credit note of the invoice with this label, and says whether it is new: the same key and wish
    /// again changes nothing. It goes into the subscriber's wallet, which pays what is open of this invoice
    /// first, and then what else is; but for what of the invoice was written off: that is a smaller loss by it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] where more would be given back than is left;
    /// [`StoreError::Invalid`] for another wish under a known key. Nothing is written then.
    pub async fn credit(
        &self,
        by: &Actor,
        label: &str,
        new: &NewCredit,
    ) -> Result<(Invoice, bool), StoreError> {
        repeated(|| self.credit_once(by, label, new)).await
    }

    async fn credit_once(
        &self,
        by: &Actor,
        label: &str,
        new: &NewCredit,
    ) -> Result<(Invoice, bool), StoreError> {
        check_texts(new)?;
        let mut unit = Unit::begin(self.store, self.tenant, by, "make a credit note").await?;
        hold_prices_of_levels(&unit.txn, self.tenant).await?;
        let row = self.to_credit(&unit.txn, label).await?;
        lock(&unit.txn, row.subscriber_id).await?;
        if let Some(known) = self.by_key(&unit.txn, new).await? {
            let note = self.of_rows(&unit.txn, &[known.invoice_id]).await?.pop();
            let note = note.ok_or_else(|| names::not_found(Kind::Invoice, label, []))?;
            check_is_the_same(&known, &note, row.id, new)?;
            return Ok((note, false));
        }
        let (zone, parent) = tenants::clock_and_parent(&unit.txn, self.tenant).await?;
        let levels = Levels::read(&unit.txn, (self.tenant, parent)).await?;
        let settings = settings::read(&unit.txn, self.tenant).await?;
        let mut ground = Ground::read(&unit.txn, row).await?;
        let bill = ground.bill(new, ground.note(new, settings.rounding)?)?;
        let (at, first) = (unit.now, Debt::Invoice(InvoiceId(ground.row.id)));
        let explain = |_: &Line| String::new();
        // What is given back to the customer, resellers have back by the same share.
        let names = ground.names();
        let reselling = levels.as_ref().map(|levels| Reselling {
            levels,
            cover: Cover::Owed,
            names: &names,
            free: Vec::new(),
        });
        let what = (explain, Some(first), reselling);
        let made = runs::write(&mut unit, (&settings, &zone), at, &[bill], what).await?;
        let note = self.of_rows(&unit.txn, &made).await?.pop();
        let note = note.ok_or_else(|| names::not_found(Kind::Invoice, label, []))?;
        keep(&unit, &note, ground.row.id, new).await?;
        unit.record(Record {
            kind: Kind::Invoice,
            row: note.id,
            name: &note.label,
            before: None,
            after: Some(json!({
                "credits": label, "reason": new.reason.code(), "memo": new.memo,
                "gross_minor": note.gross.amount_minor(),
            })),
        });
        unit.commit().await?;
        Ok((note, true))
    }

    /// The credit note that would be made now. Nothing is written.
    ///
    /// # Errors
    /// As [`credit`](Self::credit), but for the key, which is not looked at.
    pub async fn preview_credit(
        &self,
        label: &str,
        new: &NewCredit,
    ) -> Result<CreditNote, StoreError> {
        check_texts(new)?;
        let reader = &self.store.database().reader;
        let row = self.to_credit(reader, label).await?;
        let settings = settings::read(reader, self.tenant).await?;
        Ground::read(reader, row).await?.note(new, settings.rounding)
    }

    /// The credit notes that were made of an invoice by hand; of such a credit note itself it alone.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn credits_of(&self, of: &Invoice) -> Result<Vec<CreditEntry>, StoreError> {
        let reader = &self.store.database().reader;
        let column = match of.kind {
            InvoiceKind::Invoice | InvoiceKind::DebitNote => credit_note::Column::OfInvoiceId,
            InvoiceKind::CreditNote => credit_note::Column::InvoiceId,
        };
        let rows = credit_note::Entity::find()
            .filter(credit_note::Column::TenantId.eq(self.tenant.0))
            .filter(column.eq(of.id))
            .order_by_asc(credit_note::Column::InvoiceId)
            .all(reader);
        let rows = rows.await.during("read the credit notes")?;
        let ids = rows.iter().flat_map(|row| [row.invoice_id, row.of_invoice_id]);
        let all = self.of_rows(reader, &ids.collect::<Vec<_>>()).await?;
        let find = |id: i64| {
            let found = all.iter().find(|invoice| invoice.id == id).cloned();
            found.ok_or_else(|| corrupt(id, "it is credited and is not there".to_owned()))
        };
        let entry = |row: credit_note::Model| {
            let reason = CreditReason::from_code(&row.reason);
            Ok(CreditEntry {
                note: find(row.invoice_id)?,
                invoice: find(row.of_invoice_id)?.label,
                reason: reason.ok_or_else(|| {
                    corrupt(row.invoice_id, format!("it was made for `{}`", row.reason))
                })?,
                memo: row.memo,
            })
        };
        rows.into_iter().map(entry).collect()
    }

    async fn to_credit(
        &self,
        db: &impl ConnectionTrait,
        label: &str,
    ) -> Result<invoice::Model, StoreError> {
        let row = invoice::Entity::find()
            .filter(invoice::Column::TenantId.eq(self.tenant.0))
            .filter(invoice::Column::Label.eq(label))
            .one(db);
        let row = row.await.during("find the invoice")?;
        let row = row.ok_or_else(|| names::not_found(Kind::Invoice, label, []))?;
        let kind = InvoiceKind::from_code(&row.kind);
        match kind {
            Some(InvoiceKind::Invoice) if sale_invoices::is_one(db, row.id).await? => {
                Err(invalid(format!(
                    "{label} is of a sale on account; take the sale back, or revoke its vouchers with a \
                     refund"
                )))
            }
            Some(InvoiceKind::Invoice) => Ok(row),
            Some(InvoiceKind::DebitNote) => Err(invalid(format!(
                "{label} is a debit note of what a provider took back; only invoices can be credited"
            ))),
            _ => Err(invalid(format!("{label} is a credit note; only invoices can be credited"))),
        }
    }

    async fn by_key(
        &self,
        db: &impl ConnectionTrait,
        new: &NewCredit,
    ) -> Result<Option<credit_note::Model>, StoreError> {
        let Some(key) = &new.key else { return Ok(None) };
        let row = credit_note::Entity::find()
            .filter(credit_note::Column::TenantId.eq(self.tenant.0))
            .filter(credit_note::Column::IdempotencyKey.eq(key.as_str()))
            .one(db);
        row.await.during("find the credit note")
    }
}

impl Ground {
    async fn read(db: &impl ConnectionTrait, row: invoice::Model) -> Result<Self, StoreError> {
        let lines = invoice_line::Entity::find()
            .filter(invoice_line::Column::InvoiceId.eq(row.id))
            .order_by_asc(invoice_line::Column::Place)
            .all(db);
        let lines = lines.await.during("read the lines of the invoice")?;
        let ids = lines.iter().map(|line| line.product_id);
        let products = product::Entity::find().filter(product::Column::Id.is_in(ids)).all(db).await;
        let products = products.during("read the products")?;
        let products = products.into_iter().map(|row| (row.id, row.name)).collect();
        let currency = invoices::currency(&row)?;
        let invoice = FinalInvoice {
            lines: lines.iter().map(|line| draft_line(line, currency)).collect::<Result<_, _>>()?,
            credited: credited(db, row.id, currency).await?,
        };
        let losses = Losses::of(db, &BTreeSet::from([row.id])).await?;
        Ok(Self { row, lines, products, invoice, losses })
    }

    /// What was sold, by name.
    fn names(&self) -> BTreeMap<ComponentId, String> {
        self.products.iter().map(|(id, name)| (ComponentId(*id), name.clone())).collect()
    }

    fn note(
        &self,
        new: &NewCredit,
        rounding: billing_core::Rounding,
    ) -> Result<CreditNote, StoreError> {
        let note = self.invoice.credit(&new.what, new.reason, rounding);
        note.map_err(|error| self.rule(error.into()))
    }

    /// The note as it is kept: of each line, whose it is and which line it gives back.
    fn bill(&mut self, new: &NewCredit, note: CreditNote) -> Result<Bill, StoreError> {
        let mut origins = Vec::with_capacity(note.lines.len());
        for credited in &note.lines {
            // The core gives back nothing else than these lines.
            let Some(line) = self.lines.get(credited.place) else { continue };
            let product = self.products.get(&line.product_id).map_or("", String::as_str);
            let whole = Money::new(line.amount_minor, credited.stated.currency());
            let why = format!(
                "{product}: {} of {whole} of line {} of {} given back: {}",
                credited.stated,
                line.place + 1,
                self.row.label,
                new.memo
            );
            let (invoice, place, quantity) = (self.row.id, line.place, credited.quantity);
            origins.push(Origin {
                subscription: SubscriptionId(line.subscription_id),
                ordinal: line.ordinal,
                charge: None,
                credits: Some(Credits { invoice, place, by: CreditedBy::Hand { quantity, why } }),
                given_back: None,
            });
        }
        let of_loss = self.losses.made_up(self.row.id, note.gross);
        let of_loss = of_loss.map_err(|error| self.rule(error.into()))?;
        let document = note.document(&self.invoice.lines);
        let document = document.map_err(|error| self.rule(error.into()))?;
        Ok(Bill { subscriber: SubscriberId(self.row.subscriber_id), document, origins, of_loss })
    }

    fn rule(&self, source: crate::error::RuleError) -> StoreError {
        StoreError::Rule { what: Kind::Invoice, name: self.row.label.clone(), source }
    }
}

/// A line as it was billed.
fn draft_line(row: &invoice_line::Model, currency: Currency) -> Result<DraftLine, StoreError> {
    let money = |minor: i64| Money::new(minor, currency);
    let at = Timestamp::from_unix_ms;
    let key = charged_lines::key_of(row);
    let (last_from, amount) = (at(row.last_from), money(row.amount_minor));
    let interval = Interval::new(last_from, last_from.plus_s(1));
    let quantity = u32::try_from(row.quantity)
        .map_err(|_| corrupt(row.invoice_id, format!("a line is for {}", row.quantity)))?;
    let due = Due {
        key,
        period: row
            .period_from
            .zip(row.period_until)
            .and_then(|(from, until)| Interval::new(at(from), at(until))),
        price: money(row.price_minor),
        measured: None,
        // Of what was due, only for how many and since when the last of it was is asked for.
        pieces: vec![Piece { interval, quantity, share: Share::Whole }],
        due_at: at(row.begins),
        deductions: Vec::new(),
        amount,
    };
    let sums = [row.net_minor, row.gross_minor].map(money);
    let (taxation, taxed) = line_taxes::read(&row.taxation, currency, sums)?;
    let billed_before = money(row.billed_before_minor);
    let line = Line { key, due: Some(due), billed_before, amount };
    Ok(DraftLine { line, taxation, amount: taxed })
}

/// What was given back of the lines of an invoice, by credit notes and by later runs.
async fn credited(
    db: &impl ConnectionTrait,
    invoice: i64,
    currency: Currency,
) -> Result<BTreeMap<usize, Credited>, StoreError> {
    let rows = invoice_line::Entity::find()
        .filter(invoice_line::Column::OfInvoiceId.eq(invoice))
        .order_by_asc(invoice_line::Column::Id)
        .all(db);
    let mut credited = BTreeMap::new();
    for row in rows.await.during("read what is left of the invoice")? {
        let place = row.of_place.and_then(|place| usize::try_from(place).ok());
        let of = credited.entry(place.unwrap_or(usize::MAX));
        charged_lines::add(of.or_insert(Credited::nothing(currency)), &row)?;
    }
    Ok(credited)
}

async fn keep(
    unit: &Unit<'_>,
    note: &Invoice,
    invoice: i64,
    new: &NewCredit,
) -> Result<(), StoreError> {
    let why = (new.reason, new.memo.as_str(), asked(&new.what));
    self::note(unit, note.id, invoice, (why.0, why.1, &why.2), new.key.clone()).await
}

/// Keeps why a credit note gives back something of an invoice.
pub(super) async fn note(
    unit: &Unit<'_>,
    note: i64,
    of_invoice: i64,
    (reason, memo, asked): (CreditReason, &str, &str),
    key: Option<String>,
) -> Result<(), StoreError> {
    let insert = "insert into credit_note (invoice_id, tenant_id, of_invoice_id, reason, memo, asked, \
                  idempotency_key)";
    let row = [
        Value::from(note),
        unit.tenant.0.into(),
        of_invoice.into(),
        reason.code().into(),
        memo.into(),
        asked.into(),
        key.into(),
    ];
    values::insert(&unit.txn, insert, vec![row], "", "keep the credit note").await
}

/// What was asked for, in words that are compared; lines are counted from 1.
fn asked(what: &ToCredit) -> String {
    match what {
        ToCredit::Whole => "the whole".to_owned(),
        ToCredit::Amount(amount) => amount.to_string(),
        ToCredit::Lines(parts) => {
            let mut parts = parts.clone();
            parts.sort_by_key(|(place, _)| *place);
            let part = |(place, part): &(usize, Part)| match part {
                Part::Rest => format!("line {}", place + 1),
                Part::Amount(amount) => format!("{amount} of line {}", place + 1),
                Part::Quantity(quantity) => format!("{quantity} times line {}", place + 1),
            };
            parts.iter().map(part).collect::<Vec<_>>().join(", ")
        }
    }
}

/// Refuses another wish under a known key.
fn check_is_the_same(
    known: &credit_note::Model,
    note: &Invoice,
    invoice: i64,
    new: &NewCredit,
) -> Result<(), StoreError> {
    let differs = if known.of_invoice_id != invoice {
        "of another invoice".to_owned()
    } else if known.asked != asked(&new.what) {
        format!("of {}, and not of {}", known.asked, asked(&new.what))
    } else if known.reason != new.reason.code() || known.memo != new.memo {
        format!("for another reason, `{}` ({})", known.memo, known.reason)
    } else {
        return Ok(());
    };
    Err(invalid(format!(
        "the key `{}` is that of {}, which is {differs}; each credit note has a key of its own",
        known.idempotency_key.as_deref().unwrap_or_default(),
        note.label
    )))
}

fn check_texts(new: &NewCredit) -> Result<(), StoreError> {
    for (what, text) in [("reason", Some(&new.memo)), ("key", new.key.as_ref())] {
        let Some(text) = text else { continue };
        let is_right = !text.is_empty() && text.len() <= TEXT_LEN_MAX && text.trim() == text;
        if !is_right || text.chars().any(char::is_control) {
            return Err(invalid(format!(
                "the {what} of a credit note has 1 to {TEXT_LEN_MAX} letters that can be shown, without \
                 blanks around them"
            )));
        }
    }
    Ok(())
}

fn invalid(problem: String) -> StoreError {
    StoreError::Invalid { what: Kind::Invoice, problem }
}

fn corrupt(row: i64, problem: String) -> StoreError {
    StoreError::Corrupt { what: Kind::Invoice, row: row.to_string(), problem }
}
