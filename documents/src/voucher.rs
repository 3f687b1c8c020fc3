//! Vouchers as cards: sheets of A4 to be cut, and rolls of thermal printers.

use billing_core::Money;
use entitlement::Timestamp;

use crate::DocumentError;
use crate::amount::with_currency;
use crate::code::Code;
use crate::font::Fonts;
use crate::page::{A4, Across, MM, Sheets, Style};
use crate::pdf::{self, About};

/// What the cards are printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardLayout {
    /// Sheets of A4 with 24 cards of 62 by 34 mm, to be cut along the lines.
    A4,
    /// A roll, one card to a page.
    Thermal {
        /// How wide the paper is, mm: 58 or 80, mostly.
        paper_mm: u16,
    },
}

/// The cards of one batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cards {
    /// Who sells them, as it stands on each.
    pub seller: String,
    /// What a voucher is worth, in words.
    pub worth: String,
    /// What one costs.
    pub price: Money,
    /// What else stands on each: until when it can be used.
    pub note: Option<String>,
    /// When the batch was made.
    pub at: Timestamp,
    /// The number of the batch.
    pub batch: i64,
    /// The cards.
    pub cards: Vec<Card>,
}

/// One card.
#[derive(Clone, PartialEq, Eq)]
pub struct Card {
    /// Its number in the batch.
    pub serial: u32,
    /// What is typed, in its groups.
    pub code: String,
    /// What its QR code holds: a link that logs in, or the code itself.
    pub link: String,
}

impl core::fmt::Debug for Card {
    /// Whoever has a code has what it is worth.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Card").field("serial", &self.serial).finish_non_exhaustive()
    }
}

const COLUMNS: usize = 3;
const ROWS: usize = 8;
const CARD: (f32, f32) = (62.0 * MM, 34.0 * MM);
/// The width of paper that a thermal printer leaves white at each side.
const WHITE_MM: u16 = 5;
/// The narrowest paper on which a code can be read.
const PAPER_MM_MIN: u16 = 40;

impl Cards {
    /// The octets of their PDF.
    ///
    /// # Errors
    /// As [`DocumentError`] says; [`DocumentError::TooWide`] also for paper that no card fits on.
    pub fn to_pdf(&self, fonts: &Fonts, layout: CardLayout) -> Result<Vec<u8>, DocumentError> {
        let sheets = self.pages(fonts, layout)?;
        let title = format!("Vouchers of batch {}", self.batch);
        pdf::write(fonts, &sheets.pages, About { title, author: &self.seller, at: self.at })
    }

    fn pages<'f>(&self, fonts: &'f Fonts, layout: CardLayout) -> Result<Sheets<'f>, DocumentError> {
        match layout {
            CardLayout::A4 => self.on_a4(fonts),
            CardLayout::Thermal { paper_mm } => self.on_a_roll(fonts, paper_mm),
        }
    }

    fn on_a4<'f>(&self, fonts: &'f Fonts) -> Result<Sheets<'f>, DocumentError> {
        let mut sheets = Sheets::new(fonts, A4);
        let left = (A4.0 - places(COLUMNS) * CARD.0) / 2.0;
        let top = (A4.1 - places(ROWS) * CARD.1) / 2.0;
        for page in self.cards.chunks(COLUMNS * ROWS) {
            sheets.turn();
            let (right, bottom) = (left + places(COLUMNS) * CARD.0, top + places(ROWS) * CARD.1);
            for column in 0..=COLUMNS {
                let x = left + places(column) * CARD.0;
                sheets.cut((x, top), (x, bottom));
            }
            for row in 0..=ROWS {
                let y = top + places(row) * CARD.1;
                sheets.cut((left, y), (right, y));
            }
            for (place, card) in page.iter().enumerate() {
                let x = left + places(place % COLUMNS) * CARD.0;
                let y = top + places(place / COLUMNS) * CARD.1;
                self.card(&mut sheets, (x, y), card)?;
            }
        }
        Ok(sheets)
    }

    /// A card that lies: what is read at the left, what is scanned at the right, the code beneath.
    fn card(
        &self,
        sheets: &mut Sheets<'_>,
        (x, y): (f32, f32),
        card: &Card,
    ) -> Result<(), DocumentError> {
        let inside = 3.0 * MM;
        let (left, size) = (x + inside, 25.0 * MM);
        let width = CARD.0 - inside - size - 1.5 * MM;
        sheets.code(x + CARD.0 - size - 1.0 * MM, y + 1.0 * MM, size, Code::of(&card.link)?);
        let name = Style::new(9.0).bold();
        sheets.fitted(Across::Left(left), y + 6.0 * MM, name, &self.seller, width)?;
        let style = Style::new(7.0);
        let mut lines = sheets.wrap(style, width, &self.worth)?;
        let room = if self.note.is_some() { 3 } else { 4 };
        if lines.len() > room {
            return Err(too_much(&self.worth));
        }
        lines.extend(sheets.wrap(style, width, self.note.as_deref().unwrap_or_default())?);
        if lines.len() > 4 {
            return Err(too_much(self.note.as_deref().unwrap_or_default()));
        }
        sheets.block(left, y + 10.0 * MM, style, lines);
        let price = Style::new(9.0).bold();
        let words = with_currency(self.price);
        sheets.fitted(Across::Left(left), y + 25.0 * MM, price, &words, width)?;
        let code = Style::new(11.0).bold();
        let width = CARD.0 - 2.0 * inside;
        let at = Across::Left(left);
        sheets.fitted(at, y + 30.5 * MM, code, &card.code, width - 14.0 * MM)?;
        let serial = format!("{}-{}", self.batch, card.serial);
        let at = Across::Right(x + CARD.0 - inside);
        sheets.fitted(at, y + 30.5 * MM, Style::new(6.5).grey(), &serial, 13.0 * MM)
    }

    fn on_a_roll<'f>(&self, fonts: &'f Fonts, paper_mm: u16) -> Result<Sheets<'f>, DocumentError> {
        if paper_mm < PAPER_MM_MIN {
            return Err(DocumentError::TooWide {
                text: "a voucher".to_owned(),
                width_mm: paper_mm,
            });
        }
        let paper = f32::from(paper_mm) * MM;
        let width = f32::from(paper_mm - 2 * WHITE_MM) * MM;
        let (middle, left) = (paper / 2.0, f32::from(WHITE_MM) * MM);
        let style = Style::new(8.5);
        let measuring = Sheets::new(fonts, (paper, paper));
        let words = [Some(self.worth.as_str()), self.note.as_deref()];
        let words = words.into_iter().flatten().collect::<Vec<_>>().join("\n");
        let lines = measuring.wrap(style, width, &words)?;
        let code_size = width.min(44.0 * MM);
        let text_height = places(lines.len()) * style.leading();
        let height = 34.0 * MM + text_height + code_size;
        let mut sheets = Sheets::new(fonts, (paper, height));
        for card in &self.cards {
            sheets.turn();
            let mut y = 8.0 * MM;
            let name = Style::new(12.0).bold();
            sheets.fitted(Across::Middle(middle), y, name, &self.seller, width)?;
            y += 7.0 * MM;
            for line in &lines {
                let x = middle - line.width_em * style.size / 2.0;
                y = sheets.block(x, y, style, vec![line.clone()]);
            }
            sheets.code(middle - code_size / 2.0, y - 2.0 * MM, code_size, Code::of(&card.link)?);
            y += code_size + 3.0 * MM;
            let code = Style::new(13.0).bold();
            sheets.fitted(Across::Middle(middle), y, code, &card.code, width)?;
            y += 7.0 * MM;
            let price = Style::new(11.0).bold();
            let words = with_currency(self.price);
            sheets.fitted(Across::Left(left), y, price, &words, width * 0.6)?;
            let serial = format!("{}-{}", self.batch, card.serial);
            let small = Style::new(7.5).grey();
            sheets.fitted(Across::Right(paper - left), y, small, &serial, width * 0.35)?;
        }
        Ok(sheets)
    }
}

fn too_much(text: &str) -> DocumentError {
    DocumentError::TooWide { text: text.to_owned(), width_mm: 32 }
}

#[expect(clippy::cast_precision_loss, reason = "places on a sheet are few")]
const fn places(count: usize) -> f32 {
    count as f32
}
