//! Invoices, credit notes, and what the next invoice will be.

use billing_core::invoice::Seller;
use billing_core::{Money, Tax};
use entitlement::{TimeZone, Timestamp};

use crate::DocumentError;
use crate::amount::{date, days, figures, with_currency};
use crate::font::Fonts;
use crate::letterhead::{self, BOTTOM, Buyer, LEFT, RIGHT, SMALL, TEXT};
use crate::page::{A4, Across, Sheets, Style};
use crate::pdf::{self, About};

/// What it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvoiceKind {
    /// Its amount is owed.
    Invoice,
    /// Its amount was given back.
    CreditNote {
        /// Of which invoice, by its number, where it is one; and why.
        credits: Option<(String, String)>,
    },
    /// Its amount is owed, and nothing was sold for it: its payment was taken back.
    DebitNote,
    /// What will be billed if nothing changes. It has no number and nothing is owed by it.
    Proforma,
}

/// An invoice, as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// What it is.
    pub kind: InvoiceKind,
    /// Its number; a proforma has none.
    pub number: Option<String>,
    /// Who sells.
    pub seller: Seller,
    /// Who buys.
    pub buyer: Buyer,
    /// The clock of its dates.
    pub zone: TimeZone,
    /// When it was issued, and up to when it bills.
    pub issued_at: Timestamp,
    /// When it is to be paid; of an invoice only.
    pub due_at: Option<Timestamp>,
    /// What the buyer ordered it by.
    pub purchase_order: Option<String>,
    /// Its lines, in their order.
    pub lines: Vec<InvoiceLine>,
    /// Its taxes, each at one rate.
    pub taxes: Vec<InvoiceTax>,
    /// Without taxes.
    pub net: Money,
    /// With taxes.
    pub gross: Money,
    /// What was paid of it, credited or written off; `None`: it is not said.
    pub settled: Option<Money>,
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// The number of the subscription; `None`: it is for none.
    pub subscription: Option<i64>,
    /// The log-in of the service that the subscription paid for.
    pub service: Option<String>,
    /// What the subscription was ordered by, where it has an order of its own.
    pub purchase_order: Option<String>,
    /// What the product is called.
    pub product: String,
    /// For when, where it is for a time: from, and the first moment behind it.
    pub period: Option<(Timestamp, Timestamp)>,
    /// How it comes about, in words.
    pub explanation: String,
    /// Without taxes.
    pub net: Money,
    /// With taxes.
    pub gross: Money,
}

/// What one tax comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceTax {
    /// Which, at which rate.
    pub tax: Tax,
    /// What it is taken on: of a tax on taxes with the taxes before it.
    pub base: Money,
    /// How much it is.
    pub amount: Money,
}

/// The right edges of the columns, and the left one of the second.
const PERIOD_LEFT: f32 = 250.0;
const NET_RIGHT: f32 = 462.0;
/// Room for an amount.
const AMOUNT_WIDTH: f32 = 82.0;
/// What is said beneath a line is no wider.
const EXPLANATION_WIDTH: f32 = NET_RIGHT - AMOUNT_WIDTH - LEFT;
const TOTALS_LEFT: f32 = 330.0;

impl Invoice {
    /// The octets of its PDF.
    ///
    /// # Errors
    /// As [`DocumentError`] says.
    pub fn to_pdf(&self, fonts: &Fonts) -> Result<Vec<u8>, DocumentError> {
        let pages = self.pages(fonts)?.pages;
        let about = About { title: self.title(), author: &self.seller.name, at: self.issued_at };
        pdf::write(fonts, &pages, about)
    }

    fn pages<'f>(&self, fonts: &'f Fonts) -> Result<Sheets<'f>, DocumentError> {
        let mut sheets = Sheets::new(fonts, A4);
        let parties = (&self.seller, &self.buyer);
        let y = letterhead::head(&mut sheets, self.heading(), parties, &self.facts())?;
        let y = self.lines(&mut sheets, y)?;
        let y = self.totals(&mut sheets, y)?;
        if !matches!(self.kind, InvoiceKind::CreditNote { .. }) {
            self.how_to_pay(&mut sheets, y)?;
        }
        letterhead::feet(&mut sheets, &self.title(), self.seller.footer.as_deref())?;
        Ok(sheets)
    }

    const fn heading(&self) -> &'static str {
        match self.kind {
            InvoiceKind::Invoice => "Invoice",
            InvoiceKind::CreditNote { .. } => "Credit note",
            InvoiceKind::DebitNote => "Debit note",
            InvoiceKind::Proforma => "Proforma invoice",
        }
    }

    fn title(&self) -> String {
        match &self.number {
            Some(number) => format!("{} {number}", self.heading()),
            None => self.heading().to_owned(),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        facts.extend(self.number.iter().map(|number| ("Number", number.clone())));
        facts.push(("Date", date(self.issued_at, &self.zone)));
        facts.extend(self.due_at.map(|due| ("Due date", date(due, &self.zone))));
        facts.extend(self.purchase_order.iter().map(|it| ("Purchase order", it.clone())));
        if let InvoiceKind::CreditNote { credits: Some((invoice, why)) } = &self.kind {
            facts.push(("Credits", invoice.clone()));
            facts.push(("Reason", why.clone()));
        }
        facts.push(("Customer", self.buyer.account.clone()));
        facts.push(("Currency", self.gross.currency().code().to_owned()));
        facts
    }

    fn lines(&self, sheets: &mut Sheets<'_>, y: f32) -> Result<f32, DocumentError> {
        let mut y = table_head(sheets, y)?;
        let mut before = None;
        for line in &self.lines {
            let of = (line.subscription, &line.service, &line.purchase_order);
            let group = (before != Some(of)).then(|| self.group(line)).flatten();
            before = Some(of);
            let explanation = sheets.wrap(SMALL.grey(), EXPLANATION_WIDTH, line.why())?;
            let product = sheets.wrap(TEXT, PERIOD_LEFT - LEFT - 10.0, &line.product)?;
            let height = block_height(TEXT, product.len())
                + block_height(SMALL, explanation.len())
                + group.as_ref().map_or(0.0, |_| GROUP_HEIGHT)
                + 8.0;
            if y + height > BOTTOM {
                let below = letterhead::head_again(sheets, &self.title(), &self.buyer)?;
                y = table_head(sheets, below)?;
            }
            if let Some(group) = &group {
                let width = RIGHT - LEFT;
                sheets.fitted(Across::Left(LEFT), y + 2.0, TEXT.bold(), group, width)?;
                y += GROUP_HEIGHT;
            }
            if let Some((from, until)) = line.period {
                let (at, period) = (Across::Left(PERIOD_LEFT), days(from, until, &self.zone));
                let width = NET_RIGHT - AMOUNT_WIDTH - PERIOD_LEFT;
                sheets.fitted(at, y, Style::new(8.5), &period, width)?;
            }
            amount(sheets, NET_RIGHT, y, TEXT, line.net)?;
            amount(sheets, RIGHT, y, TEXT, line.gross)?;
            y = sheets.block(LEFT, y, TEXT, product);
            y = sheets.block(LEFT, y - 1.0, SMALL.grey(), explanation) - 2.0;
            sheets.rule(LEFT, RIGHT, y - 4.0, 225);
            y += 9.0;
        }
        Ok(y)
    }

    /// What stands above the lines of one subscription.
    fn group(&self, line: &InvoiceLine) -> Option<String> {
        let first = self.lines.first()?.subscription;
        let are_several = self.lines.iter().any(|it| it.subscription != first);
        let mut parts: Vec<String> = line.service.iter().cloned().collect();
        if let Some(subscription) = line.subscription.filter(|_| are_several) {
            parts.push(format!("subscription {subscription}"));
        }
        parts.extend(line.purchase_order.iter().map(|it| format!("purchase order {it}")));
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    fn totals(&self, sheets: &mut Sheets<'_>, y: f32) -> Result<f32, DocumentError> {
        let settled = self.settled.filter(|settled| !settled.is_zero());
        let rows = 2 + self.taxes.len() + if settled.is_some() { 2 } else { 0 };
        let mut y = y + 6.0;
        if y + block_height(Style::new(12.0), rows) > BOTTOM {
            y = letterhead::head_again(sheets, &self.title(), &self.buyer)? + 4.0;
        }
        y = total(sheets, y, TEXT, "Net", self.net)?;
        for InvoiceTax { tax, base, amount } in &self.taxes {
            let what = format!("{} {} of {}", tax.name, tax.rate, figures(*base));
            y = total(sheets, y, TEXT, &what, *amount)?;
        }
        sheets.rule(TOTALS_LEFT, RIGHT, y - 8.0, 0);
        y += 5.0;
        let code = self.gross.currency().code();
        let words = match self.kind {
            InvoiceKind::CreditNote { .. } => format!("Total credited, {code}"),
            _ => format!("Total, {code}"),
        };
        y = total(sheets, y, Style::new(11.0).bold(), &words, self.gross)?;
        if let Some(settled) = settled {
            y = total(sheets, y, TEXT, "Paid or credited", settled)?;
            // What is paid is no more than what was to be paid, and both are of one currency.
            if let Ok(open) = self.gross.minus(settled) {
                y = total(sheets, y, TEXT.bold(), "Still to be paid", open)?;
            }
        }
        Ok(y)
    }

    fn how_to_pay(&self, sheets: &mut Sheets<'_>, y: f32) -> Result<(), DocumentError> {
        let mut words = Vec::new();
        if let (InvoiceKind::Invoice | InvoiceKind::DebitNote, Some(due_at)) =
            (&self.kind, self.due_at)
        {
            let settled = self.settled.unwrap_or(Money::zero(self.gross.currency()));
            match self.gross.minus(settled) {
                Ok(open) if !open.is_zero() => words.push(format!(
                    "Please pay {} by {}.",
                    with_currency(open),
                    date(due_at, &self.zone)
                )),
                _ => words
                    .push(format!("This {} is paid. Thank you.", self.heading().to_lowercase())),
            }
        }
        words.extend(self.seller.payment_instructions.clone());
        let lines = sheets.wrap(TEXT, RIGHT - LEFT, &words.join("\n"))?;
        if lines.is_empty() {
            return Ok(());
        }
        let mut y = y + 12.0;
        if y + block_height(TEXT, lines.len() + 1) > BOTTOM {
            y = letterhead::head_again(sheets, &self.title(), &self.buyer)?;
        }
        sheets.text(Across::Left(LEFT), y, TEXT.bold(), "Payment")?;
        sheets.block(LEFT, y + TEXT.leading() + 2.0, TEXT, lines);
        Ok(())
    }
}

const GROUP_HEIGHT: f32 = 16.0;

impl InvoiceLine {
    /// How it comes about, without the product, which stands above it.
    fn why(&self) -> &str {
        let rest = self.explanation.strip_prefix(&self.product);
        rest.and_then(|rest| rest.strip_prefix(": ")).unwrap_or(&self.explanation)
    }
}

#[expect(clippy::cast_precision_loss, reason = "lines on a page are few")]
fn block_height(style: Style, lines: usize) -> f32 {
    style.leading() * lines as f32
}

fn table_head(sheets: &mut Sheets<'_>, y: f32) -> Result<f32, DocumentError> {
    let style = Style::new(8.0).bold();
    sheets.field([LEFT - 4.0, y - 11.0, RIGHT - LEFT + 8.0, 16.0], 232);
    sheets.text(Across::Left(LEFT), y, style, "Description")?;
    sheets.text(Across::Left(PERIOD_LEFT), y, style, "Period")?;
    sheets.text(Across::Right(NET_RIGHT), y, style, "Net")?;
    sheets.text(Across::Right(RIGHT), y, style, "With taxes")?;
    Ok(y + 20.0)
}

fn amount(
    sheets: &mut Sheets<'_>,
    right: f32,
    y: f32,
    style: Style,
    money: Money,
) -> Result<(), DocumentError> {
    sheets.fitted(Across::Right(right), y, style, &figures(money), AMOUNT_WIDTH)
}

fn total(
    sheets: &mut Sheets<'_>,
    y: f32,
    style: Style,
    what: &str,
    money: Money,
) -> Result<f32, DocumentError> {
    let width = RIGHT - TOTALS_LEFT - AMOUNT_WIDTH - 16.0;
    sheets.fitted(Across::Left(TOTALS_LEFT), y, style, what, width)?;
    sheets.fitted(Across::Right(RIGHT), y, style, &figures(money), AMOUNT_WIDTH + 14.0)?;
    Ok(y + style.leading() + 2.0)
}
