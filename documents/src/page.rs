//! Pages, and what stands where on them. Distances are in points, from the upper left corner.

use unicode_bidi::{BidiInfo, Level};

use crate::DocumentError;
use crate::code::Code;
use crate::font::{Fonts, Weight};
use crate::shape::{Shaped, shape};

/// Points in a millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;
/// The size of A4, points.
pub(crate) const A4: (f32, f32) = (210.0 * MM, 297.0 * MM);

/// A page.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) items: Vec<Item>,
}

/// Something on a page.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    /// Text on one line, by the left end of its baseline.
    Text { x: f32, baseline: f32, style: Style, shaped: Shaped },
    /// A line from left to right, or down.
    Rule { from: (f32, f32), to: (f32, f32), grey: u8, is_dashed: bool },
    /// A filled rectangle: x, y, width and height.
    Field { at: [f32; 4], grey: u8 },
    /// A QR code, with the space around it that it needs to be read.
    Code { x: f32, y: f32, size: f32, code: Code },
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    /// Points.
    pub(crate) size: f32,
    pub(crate) weight: Weight,
    /// 0 is black, 255 white.
    pub(crate) grey: u8,
}

/// Where text stands on its line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Across {
    /// It begins here.
    Left(f32),
    /// It ends here.
    Right(f32),
    /// Its middle is here.
    Middle(f32),
}

/// A document while its pages are filled.
pub(crate) struct Sheets<'f> {
    fonts: &'f Fonts,
    size: (f32, f32),
    /// The page that is written on.
    current: usize,
    pub(crate) pages: Vec<Page>,
}

impl Style {
    pub(crate) const fn new(size: f32) -> Self {
        Self { size, weight: Weight::Regular, grey: 0 }
    }

    pub(crate) const fn bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }

    pub(crate) const fn grey(self) -> Self {
        Self { grey: 96, ..self }
    }

    /// From one baseline to the next.
    pub(crate) fn leading(self) -> f32 {
        self.size * 1.3
    }
}

impl<'f> Sheets<'f> {
    pub(crate) const fn new(fonts: &'f Fonts, size: (f32, f32)) -> Self {
        Self { fonts, size, current: 0, pages: Vec::new() }
    }

    /// Begins a page; what is put down afterwards stands on it.
    pub(crate) fn turn(&mut self) {
        let (width, height) = self.size;
        self.pages.push(Page { width, height, items: Vec::new() });
        self.current = self.pages.len() - 1;
    }

    /// Goes back to a page; what is put down afterwards stands on it.
    pub(crate) const fn go_to(&mut self, page: usize) {
        self.current = page;
    }

    fn put(&mut self, item: Item) {
        if self.pages.is_empty() {
            self.turn();
        }
        if let Some(page) = self.pages.get_mut(self.current) {
            page.items.push(item);
        }
    }

    /// One line of text.
    pub(crate) fn text(
        &mut self,
        across: Across,
        baseline: f32,
        style: Style,
        text: &str,
    ) -> Result<(), DocumentError> {
        if text.is_empty() {
            return Ok(());
        }
        let shaped = shape(self.fonts, text, style.weight, None)?;
        self.put_shaped(across, baseline, style, shaped);
        Ok(())
    }

    /// One line of text that is made smaller until it fits into a width, down to six tenths.
    pub(crate) fn fitted(
        &mut self,
        across: Across,
        baseline: f32,
        style: Style,
        text: &str,
        width: f32,
    ) -> Result<(), DocumentError> {
        if text.is_empty() {
            return Ok(());
        }
        let shaped = shape(self.fonts, text, style.weight, None)?;
        let size = style.size.min(width / shaped.width_em.max(f32::EPSILON));
        if size < style.size * 0.6 {
            return Err(too_wide(text, width));
        }
        self.put_shaped(across, baseline, Style { size, ..style }, shaped);
        Ok(())
    }

    /// Lines of text under one another, and where the next baseline would be.
    pub(crate) fn block(&mut self, x: f32, baseline: f32, style: Style, lines: Vec<Shaped>) -> f32 {
        let mut y = baseline;
        for line in lines {
            self.put_shaped(Across::Left(x), y, style, line);
            y += style.leading();
        }
        y
    }

    fn put_shaped(&mut self, across: Across, baseline: f32, style: Style, shaped: Shaped) {
        let width = shaped.width_em * style.size;
        let x = match across {
            Across::Left(x) => x,
            Across::Right(x) => x - width,
            Across::Middle(x) => x - width / 2.0,
        };
        self.put(Item::Text { x, baseline, style, shaped });
    }

    pub(crate) fn rule(&mut self, from: f32, to: f32, y: f32, grey: u8) {
        self.put(Item::Rule { from: (from, y), to: (to, y), grey, is_dashed: false });
    }

    pub(crate) fn cut(&mut self, from: (f32, f32), to: (f32, f32)) {
        self.put(Item::Rule { from, to, grey: 160, is_dashed: true });
    }

    pub(crate) fn field(&mut self, at: [f32; 4], grey: u8) {
        self.put(Item::Field { at, grey });
    }

    pub(crate) fn code(&mut self, x: f32, y: f32, size: f32, code: Code) {
        self.put(Item::Code { x, y, size, code });
    }

    /// Breaks text into lines that are no wider than this, at spaces, and within a word only where it is
    /// wider by itself. A line break in the text is one.
    pub(crate) fn wrap(
        &self,
        style: Style,
        width: f32,
        text: &str,
    ) -> Result<Vec<Shaped>, DocumentError> {
        let mut lines = Vec::new();
        for paragraph in text.lines().filter(|line| !line.trim().is_empty()) {
            let level = BidiInfo::new(paragraph, None).paragraphs.first().map(|it| it.level);
            let whole = shape(self.fonts, paragraph, style.weight, level)?;
            if whole.width_em * style.size <= width {
                lines.push(whole);
            } else {
                self.wrap_words(style, (width, level), paragraph, &mut lines)?;
            }
        }
        Ok(lines)
    }

    fn wrap_words(
        &self,
        style: Style,
        (width, level): (f32, Option<Level>),
        paragraph: &str,
        lines: &mut Vec<Shaped>,
    ) -> Result<(), DocumentError> {
        let shaped = |text: &str| shape(self.fonts, text, style.weight, level);
        let wide = |text: &str| Ok(shaped(text)?.width_em * style.size > width);
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if !wide(&longer)? {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(shaped(&line)?);
                line.clear();
            }
            for c in word.chars() {
                line.push(c);
                if line.chars().nth(1).is_some() && wide(&line)? {
                    line.pop();
                    lines.push(shaped(&line)?);
                    line = c.to_string();
                }
            }
        }
        if !line.is_empty() {
            lines.push(shaped(&line)?);
        }
        Ok(())
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a width on paper, rounded for a message"
)]
fn too_wide(text: &str, width: f32) -> DocumentError {
    DocumentError::TooWide { text: text.to_owned(), width_mm: (width / MM) as u16 }
}
