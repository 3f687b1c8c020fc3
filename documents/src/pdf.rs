//! Pages become a PDF.

use entitlement::{TimeZone, Timestamp};
use krilla::Document;
use krilla::color::luma;
use krilla::geom::{Path, PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke, StrokeDash};
use krilla::surface::Surface;

use crate::DocumentError;
use crate::code::{Code, QUIET_MODULES};
use crate::font::Fonts;
use crate::page::{Item, Page, Style};
use crate::shape::Shaped;

/// What a file says of itself.
pub(crate) struct About<'d> {
    pub(crate) title: String,
    pub(crate) author: &'d str,
    /// The moment of the document.
    pub(crate) at: Timestamp,
}

/// The octets of a PDF of these pages.
pub(crate) fn write(
    fonts: &Fonts,
    pages: &[Page],
    about: About<'_>,
) -> Result<Vec<u8>, DocumentError> {
    let mut document = Document::new();
    for page in pages {
        let settings = PageSettings::from_wh(page.width, page.height);
        let settings = settings.ok_or_else(|| wrong("a page has no size".to_owned()))?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        for item in &page.items {
            draw(&mut surface, fonts, item);
        }
        surface.finish();
        sheet.finish();
    }
    document.set_metadata(metadata(about));
    document.finish().map_err(|error| wrong(format!("{error}")))
}

const fn wrong(problem: String) -> DocumentError {
    DocumentError::Pdf { problem }
}

fn metadata(about: About<'_>) -> Metadata {
    let mut metadata = Metadata::new()
        .title(about.title)
        .authors(vec![about.author.to_owned()])
        .creator("Weir".to_owned())
        .language("en".to_owned());
    if let Some(at) = TimeZone::UTC.shown(about.at) {
        let number = |number: i8| u8::try_from(number).unwrap_or(0);
        let date = DateTime::new(u16::try_from(at.year()).unwrap_or(0))
            .month(number(at.month()))
            .day(number(at.day()))
            .hour(number(at.hour()))
            .minute(number(at.minute()))
            .second(number(at.second()))
            .utc_offset_hour(0);
        metadata = metadata.creation_date(date);
    }
    metadata
}

fn fill(grey: u8) -> Fill {
    Fill { paint: luma::Color::new(grey).into(), ..Fill::default() }
}

fn draw(surface: &mut Surface<'_>, fonts: &Fonts, item: &Item) {
    match item {
        Item::Text { x, baseline, style, shaped } => {
            text(surface, fonts, (*x, *baseline), *style, shaped);
        }
        Item::Rule { from, to, grey, is_dashed } => {
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            let dash = is_dashed.then(|| StrokeDash { array: vec![2.0, 2.0], offset: 0.0 });
            let paint = luma::Color::new(*grey).into();
            let stroke = Stroke { paint, width: 0.6, dash, ..Stroke::default() };
            surface.set_fill(None);
            surface.set_stroke(Some(stroke));
            draw_path(surface, path.finish());
            surface.set_stroke(None);
        }
        Item::Field { at: [x, y, width, height], grey } => {
            surface.set_fill(Some(fill(*grey)));
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                path.push_rect(rect);
            }
            draw_path(surface, path.finish());
        }
        Item::Code { x, y, size, code } => draw_code(surface, (*x, *y), *size, code),
    }
}

fn text(surface: &mut Surface<'_>, fonts: &Fonts, at: (f32, f32), style: Style, shaped: &Shaped) {
    surface.set_fill(Some(fill(style.grey)));
    let mut x = at.0;
    for run in &shaped.runs {
        if let Some(face) = fonts.face(run.font, run.weight) {
            let start = Point::from_xy(x, at.1);
            let font = face.krilla.clone();
            surface.draw_glyphs(start, &run.glyphs, font, &shaped.text, style.size, false);
        }
        x += run.width_em * style.size;
    }
}

/// A code is drawn in modules, so that its numbers are short: each run of dark ones is a stroke.
#[expect(clippy::cast_precision_loss, reason = "a code has less than 200 modules in a row")]
fn draw_code(surface: &mut Surface<'_>, (x, y): (f32, f32), size: f32, code: &Code) {
    let module = size / (code.width + 2 * QUIET_MODULES) as f32;
    let quiet = QUIET_MODULES as f32 * module;
    let mut path = PathBuilder::new();
    for (row, first, count) in code.runs() {
        let y = row as f32 + 0.5;
        path.move_to(first as f32, y);
        path.line_to((first + count) as f32, y);
    }
    surface.push_transform(&Transform::from_row(module, 0.0, 0.0, module, x + quiet, y + quiet));
    surface.set_fill(None);
    // A little more than a row, so that no white hair shows between two of them.
    surface.set_stroke(Some(Stroke { width: 1.02, ..Stroke::default() }));
    draw_path(surface, path.finish());
    surface.set_stroke(None);
    surface.pop();
}

fn draw_path(surface: &mut Surface<'_>, path: Option<Path>) {
    if let Some(path) = path {
        surface.draw_path(&path);
    }
}
