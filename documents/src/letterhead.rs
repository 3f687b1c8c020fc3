//! What invoices and statements have in common: who writes to whom, and what stands on each page.

use billing_core::invoice::Seller;

use crate::DocumentError;
use crate::page::{A4, Across, Sheets, Style};

/// Who buys, as it was when the document became final.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Buyer {
    /// The name that is billed.
    pub name: String,
    /// The lines of the address.
    pub address: Vec<String>,
    /// By which the tax authority knows it.
    pub tax_number: Option<String>,
    /// Where the document is sent.
    pub email: Option<String>,
    /// By which name we know it.
    pub account: String,
}

/// The left edge of what is written.
pub(crate) const LEFT: f32 = 48.0;
/// The right edge of it.
pub(crate) const RIGHT: f32 = A4.0 - 48.0;
const TOP: f32 = 56.0;
/// Where the foot of a page begins; nothing else stands beneath it.
pub(crate) const BOTTOM: f32 = A4.1 - 92.0;
/// Between the name of a fact and what it is.
const FACTS_LEFT: f32 = 330.0;
const FACT_VALUE: f32 = 420.0;

/// The usual text.
pub(crate) const TEXT: Style = Style::new(9.0);
/// What is said beside it.
pub(crate) const SMALL: Style = Style::new(7.5);

/// The head of the first page: the seller, what it is, the buyer and the facts. Returns where the
/// rest begins.
pub(crate) fn head(
    sheets: &mut Sheets<'_>,
    title: &str,
    (seller, buyer): (&Seller, &Buyer),
    facts: &[(&str, String)],
) -> Result<f32, DocumentError> {
    sheets.turn();
    let width = FACTS_LEFT - LEFT - 16.0;
    let mut y = TOP;
    let name = Style::new(14.0).bold();
    let lines = sheets.wrap(name, width, &seller.name)?;
    y = sheets.block(LEFT, y, name, lines);
    y = under(sheets, y - 2.0, width, &seller.address)?;
    let tax = seller.tax_number.as_ref().map(|number| format!("Tax no. {number}"));
    y = under(sheets, y, width, tax.iter().chain(&seller.contact))?;
    let style = Style::new(17.0).bold();
    sheets.fitted(Across::Right(RIGHT), TOP + 2.0, style, title, RIGHT - FACTS_LEFT)?;

    let top = (y + 22.0).max(132.0);
    sheets.text(Across::Left(LEFT), top, SMALL.grey(), "Bill to")?;
    let mut y = top + 14.0;
    let lines = sheets.wrap(Style::new(10.5).bold(), width, &buyer.name)?;
    y = sheets.block(LEFT, y, Style::new(10.5).bold(), lines);
    y = under(sheets, y, width, &buyer.address)?;
    let tax = buyer.tax_number.as_ref().map(|number| format!("Tax no. {number}"));
    y = under(sheets, y, width, tax.iter().chain(&buyer.email))?;

    let mut facts_y = top;
    for (what, value) in facts {
        sheets.text(Across::Left(FACTS_LEFT), facts_y, TEXT.grey(), what)?;
        let lines = sheets.wrap(TEXT, RIGHT - FACT_VALUE, value)?;
        facts_y =
            sheets.block(FACT_VALUE, facts_y, TEXT, lines).max(facts_y + TEXT.leading()) + 2.0;
    }
    Ok(y.max(facts_y) + 20.0)
}

fn under<'t>(
    sheets: &mut Sheets<'_>,
    y: f32,
    width: f32,
    texts: impl IntoIterator<Item = &'t String>,
) -> Result<f32, DocumentError> {
    let mut y = y;
    for text in texts {
        let lines = sheets.wrap(TEXT, width, text)?;
        y = sheets.block(LEFT, y, TEXT, lines);
    }
    Ok(y)
}

/// The head of a page that goes on with the one before. Returns where the rest begins.
pub(crate) fn head_again(
    sheets: &mut Sheets<'_>,
    what: &str,
    buyer: &Buyer,
) -> Result<f32, DocumentError> {
    sheets.turn();
    let half = (RIGHT - LEFT) / 2.0 - 8.0;
    sheets.fitted(Across::Left(LEFT), TOP - 8.0, TEXT.bold(), what, half)?;
    sheets.fitted(Across::Right(RIGHT), TOP - 8.0, TEXT, &buyer.account, half)?;
    Ok(TOP + 20.0)
}

/// The foot of every page, when it is known how many there are.
pub(crate) fn feet(
    sheets: &mut Sheets<'_>,
    what: &str,
    footer: Option<&str>,
) -> Result<(), DocumentError> {
    let style = SMALL.grey();
    let count = sheets.pages.len();
    let lines = sheets.wrap(style, RIGHT - LEFT, footer.unwrap_or_default())?;
    for page in 0..count {
        sheets.go_to(page);
        sheets.rule(LEFT, RIGHT, BOTTOM + 22.0, 200);
        let y = BOTTOM + 34.0;
        sheets.fitted(Across::Left(LEFT), y, style, what, (RIGHT - LEFT) * 0.7)?;
        let number = format!("Page {} of {count}", page + 1);
        sheets.text(Across::Right(RIGHT), y, style, &number)?;
        sheets.block(LEFT, y + style.leading() + 2.0, style, lines.clone());
    }
    Ok(())
}
