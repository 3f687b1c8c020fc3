//! Statements: what a customer was charged and has paid.

use billing_core::Money;
use billing_core::invoice::Seller;
use billing_core::invoice::{Movement, MovementKind, Statement as Account, TaxWithin};
use entitlement::{TimeZone, Timestamp};

use crate::DocumentError;
use crate::amount::{date, figures};
use crate::font::Fonts;
use crate::letterhead::{self, BOTTOM, Buyer, LEFT, RIGHT, TEXT};
use crate::page::{A4, Across, Sheets, Style};
use crate::pdf::{self, About};

/// A statement, as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Who sells.
    pub seller: Seller,
    /// Who buys.
    pub buyer: Buyer,
    /// The clock of its dates.
    pub zone: TimeZone,
    /// What has moved.
    pub account: Account,
}

const WHAT_LEFT: f32 = 112.0;
const NUMBER_LEFT: f32 = 190.0;
const CHARGED_RIGHT: f32 = 386.0;
const PAID_RIGHT: f32 = 466.0;
const AMOUNT_WIDTH: f32 = 72.0;

impl Statement {
    /// The octets of its PDF.
    ///
    /// # Errors
    /// As [`DocumentError`] says.
    pub fn to_pdf(&self, fonts: &Fonts) -> Result<Vec<u8>, DocumentError> {
        let pages = self.pages(fonts)?.pages;
        let at = self.account.period.until();
        let about = About { title: self.title(), author: &self.seller.name, at };
        pdf::write(fonts, &pages, about)
    }

    fn title(&self) -> String {
        format!("Statement of {}", self.buyer.account)
    }

    fn pages<'f>(&self, fonts: &'f Fonts) -> Result<Sheets<'f>, DocumentError> {
        let mut sheets = Sheets::new(fonts, A4);
        let period = self.account.period;
        let last = Timestamp::from_unix_ms(period.until().unix_ms() - 1);
        let mut facts = Vec::new();
        // A statement from the beginning has no first day that says anything.
        if period.from() > Timestamp::from_unix_ms(0) {
            facts.push(("From", date(period.from(), &self.zone)));
        }
        facts.push(("Until", date(last, &self.zone)));
        facts.push(("Customer", self.buyer.account.clone()));
        facts.push(("Currency", self.account.opening.currency().code().to_owned()));
        let parties = (&self.seller, &self.buyer);
        let y = letterhead::head(&mut sheets, "Statement", parties, &facts)?;
        let mut y = table_head(&mut sheets, y)?;
        y = balance(&mut sheets, y, "Owed before", self.account.opening)?;
        for line in &self.account.lines {
            if y + TEXT.leading() > BOTTOM {
                let below = letterhead::head_again(&mut sheets, &self.title(), &self.buyer)?;
                y = table_head(&mut sheets, below)?;
            }
            let movement = &line.movement;
            sheets.text(Across::Left(LEFT), y, TEXT, &date(movement.at, &self.zone))?;
            sheets.text(Across::Left(WHAT_LEFT), y, TEXT, what(movement.kind))?;
            let width = CHARGED_RIGHT - AMOUNT_WIDTH - NUMBER_LEFT;
            let reference = number(movement)?;
            sheets.fitted(Across::Left(NUMBER_LEFT), y, TEXT, &reference, width)?;
            let right = if movement.kind.is_charge() { CHARGED_RIGHT } else { PAID_RIGHT };
            let figures_of = figures(movement.amount);
            sheets.fitted(Across::Right(right), y, TEXT, &figures_of, AMOUNT_WIDTH)?;
            sheets.fitted(Across::Right(RIGHT), y, TEXT, &figures(line.balance), AMOUNT_WIDTH)?;
            sheets.rule(LEFT, RIGHT, y + 4.0, 225);
            y += TEXT.leading() + 4.0;
        }
        if y + 30.0 > BOTTOM {
            y = letterhead::head_again(&mut sheets, &self.title(), &self.buyer)?;
        }
        y = balance(&mut sheets, y + 2.0, "Owed then", self.account.closing)?;
        self.used(&mut sheets, y)?;
        letterhead::feet(&mut sheets, &self.title(), self.seller.footer.as_deref())?;
        Ok(sheets)
    }

    /// What was paid for use: no invoice says its taxes.
    fn used<'f>(&self, sheets: &mut Sheets<'f>, mut y: f32) -> Result<(), DocumentError> {
        let Some(used) = self.account.used().map_err(DocumentError::Money)? else { return Ok(()) };
        let tax = |tax: &TaxWithin| (format!("{} {}", tax.name, tax.rate), tax.amount);
        let mut lines = vec![("Paid for use, without taxes".to_owned(), used.net)];
        lines.extend(used.taxes.iter().map(tax));
        lines.push(("Paid for use, with taxes".to_owned(), used.gross));
        y += TEXT.leading();
        for (what, amount) in lines {
            if y + TEXT.leading() > BOTTOM {
                y = letterhead::head_again(sheets, &self.title(), &self.buyer)?;
            }
            sheets.text(Across::Left(WHAT_LEFT), y, TEXT, &what)?;
            sheets.fitted(Across::Right(CHARGED_RIGHT), y, TEXT, &figures(amount), AMOUNT_WIDTH)?;
            y += TEXT.leading() + 2.0;
        }
        Ok(())
    }
}

/// The number of a document; of what was paid for use, what it is without taxes, and these.
fn number(movement: &Movement) -> Result<String, DocumentError> {
    if movement.kind != MovementKind::Usage || movement.taxes.is_empty() {
        return Ok(movement.reference.clone());
    }
    let net = figures(movement.net().map_err(DocumentError::Money)?);
    let tax = |tax: &TaxWithin| format!(" + {} {} {}", tax.name, tax.rate, figures(tax.amount));
    Ok(net + &movement.taxes.iter().map(tax).collect::<String>())
}

const fn what(kind: MovementKind) -> &'static str {
    match kind {
        MovementKind::Invoice => "Invoice",
        MovementKind::Fee => "Fee",
        MovementKind::CreditNote => "Credit note",
        MovementKind::Payment => "Payment",
        MovementKind::Reversal => "Reversal",
        MovementKind::Refund => "Refund",
        MovementKind::WriteOff => "Write-off",
        MovementKind::WriteOffTakenBack => "Write-off taken back",
        MovementKind::Usage => "Use",
    }
}

fn balance(
    sheets: &mut Sheets<'_>,
    y: f32,
    what: &str,
    money: Money,
) -> Result<f32, DocumentError> {
    sheets.text(Across::Left(WHAT_LEFT), y, TEXT.bold(), what)?;
    sheets.fitted(Across::Right(RIGHT), y, TEXT.bold(), &figures(money), AMOUNT_WIDTH + 8.0)?;
    Ok(y + TEXT.leading() + 4.0)
}

fn table_head(sheets: &mut Sheets<'_>, y: f32) -> Result<f32, DocumentError> {
    let style = Style::new(8.0).bold();
    sheets.field([LEFT - 4.0, y - 11.0, RIGHT - LEFT + 8.0, 16.0], 232);
    sheets.text(Across::Left(LEFT), y, style, "Date")?;
    sheets.text(Across::Left(WHAT_LEFT), y, style, "What")?;
    sheets.text(Across::Left(NUMBER_LEFT), y, style, "Number")?;
    sheets.text(Across::Right(CHARGED_RIGHT), y, style, "Charged")?;
    sheets.text(Across::Right(PAID_RIGHT), y, style, "Paid")?;
    sheets.text(Across::Right(RIGHT), y, style, "Owed")?;
    Ok(y + 20.0)
}
