//! Text becomes glyphs: in the order in which they are seen, each from a font that has it, shaped by the
//! rules of its script.

use core::ops::Range;

use harfrust::{Direction, Feature, Script as ShaperScript, ShapeOptions, Tag, UnicodeBuffer};
use krilla::text::{GlyphId, KrillaGlyph};
use unicode_bidi::{BidiInfo, Level};
use unicode_script::{Script, UnicodeScript as _};

use crate::DocumentError;
use crate::font::{Face, Fonts, Weight};

/// Text on one line, ready to be drawn from the left.
#[derive(Debug, Clone)]
pub(crate) struct Shaped {
    pub(crate) text: String,
    pub(crate) runs: Vec<Run>,
    /// How wide it is, in sizes of its font.
    pub(crate) width_em: f32,
}

/// Glyphs of one font.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// The place of the font.
    pub(crate) font: usize,
    pub(crate) weight: Weight,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    pub(crate) width_em: f32,
}

/// A part of the text that one font sets in one script and direction.
struct Part {
    range: Range<usize>,
    font: usize,
    script: Script,
}

/// Shapes text for one line. What is no letter of a line, such as a tab, is a space. It reads from left to
/// right or from right to left by its level, or without one by its first letter.
///
/// # Errors
/// [`DocumentError::NoGlyph`].
pub(crate) fn shape(
    fonts: &Fonts,
    text: &str,
    weight: Weight,
    level: Option<Level>,
) -> Result<Shaped, DocumentError> {
    let text: String = text.chars().map(|c| if is_break(c) { ' ' } else { c }).collect();
    let mut runs = Vec::new();
    let bidi = BidiInfo::new(&text, level);
    for paragraph in &bidi.paragraphs {
        let (levels, visual) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for range in visual {
            let is_rtl = levels.get(range.start).is_some_and(Level::is_rtl);
            let mut parts = parts(fonts, &text, range, weight)?;
            if is_rtl {
                parts.reverse();
            }
            for part in parts {
                runs.push(run(fonts, &text, &part, weight, is_rtl)?);
            }
        }
    }
    let width_em = runs.iter().map(|run| run.width_em).sum();
    Ok(Shaped { text, runs, width_em })
}

fn is_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Characters that are not seen, and stand in the font of what is before them.
const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0100}'..='\u{E01EF}'
    )
}

fn parts(
    fonts: &Fonts,
    text: &str,
    range: Range<usize>,
    weight: Weight,
) -> Result<Vec<Part>, DocumentError> {
    let mut parts: Vec<Part> = Vec::new();
    for (at, c) in text.get(range.clone()).unwrap_or_default().char_indices() {
        let (from, until) = (range.start + at, range.start + at + c.len_utf8());
        let script = c.script();
        let belongs_to_all = matches!(script, Script::Common | Script::Inherited);
        if let Some(last) = parts.last_mut() {
            let shows =
                |last: &Part| fonts.face(last.font, weight).is_some_and(|face| face.can_show(c));
            let same_script = belongs_to_all || script == last.script;
            // What has no script of its own, such as a space, goes with what is before it, also where
            // that has none either: then the first letter says which it is.
            let may_take = matches!(last.script, Script::Common | Script::Inherited);
            if is_unseen(c) || ((same_script || may_take) && shows(last)) {
                last.range.end = until;
                if may_take && !belongs_to_all {
                    last.script = script;
                }
                continue;
            }
        }
        let can_show = |place: &usize| {
            fonts.face(*place, weight).is_some_and(|face| is_unseen(c) || face.can_show(c))
        };
        let font = (0..fonts.len()).find(can_show).ok_or_else(|| no_glyph(c, text))?;
        parts.push(Part { range: from..until, font, script });
    }
    Ok(parts)
}

fn no_glyph(character: char, text: &str) -> DocumentError {
    let script = character.script().full_name();
    DocumentError::NoGlyph { character, script, text: text.to_owned() }
}

fn run(
    fonts: &Fonts,
    text: &str,
    part: &Part,
    weight: Weight,
    is_rtl: bool,
) -> Result<Run, DocumentError> {
    let words = text.get(part.range.clone()).unwrap_or_default();
    let refused = |at: usize| {
        let c = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('\u{FFFD}');
        no_glyph(c, text)
    };
    let face = fonts.face(part.font, weight).ok_or(DocumentError::NoFont)?;
    let shaped = shape_run(face, words, part.script, is_rtl).ok_or(DocumentError::NoFont)?;
    let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
    let mut starts: Vec<usize> = infos.iter().map(|info| octet(info.cluster)).collect();
    starts.sort_unstable();
    starts.dedup();
    let end_of = |start: usize| {
        let next = starts.partition_point(|at| *at <= start);
        starts.get(next).copied().unwrap_or(words.len())
    };
    let em = |units: i32| in_em(units, face.units_per_em);
    let mut glyphs = Vec::with_capacity(infos.len());
    let mut width_em = 0.0;
    for (info, position) in infos.iter().zip(positions) {
        let start = octet(info.cluster);
        if info.glyph_id == 0 {
            return Err(refused(part.range.start + start));
        }
        let of = part.range.start + start..part.range.start + end_of(start);
        let advance = em(position.x_advance);
        width_em += advance;
        let (x, y) = (em(position.x_offset), em(position.y_offset));
        let id = GlyphId::new(info.glyph_id);
        glyphs.push(KrillaGlyph::new(id, advance, x, y, em(position.y_advance), of, None));
    }
    Ok(Run { font: part.font, weight, glyphs, width_em })
}

fn octet(cluster: u32) -> usize {
    usize::try_from(cluster).unwrap_or(usize::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "a font's units are few")]
fn in_em(units: i32, units_per_em: u16) -> f32 {
    units as f32 / f32::from(units_per_em)
}

fn shape_run(
    face: &Face,
    words: &str,
    script: Script,
    is_rtl: bool,
) -> Option<harfrust::GlyphBuffer> {
    let font = face.font()?;
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(words);
    buffer.set_direction(if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight });
    let tag = Tag::new_checked(script.short_name().as_bytes()).ok();
    if let Some(script) = tag.and_then(ShaperScript::from_iso15924_tag) {
        buffer.set_script(script);
    }
    // Amounts stand under one another only where all figures are as wide.
    let features = [Feature::new(Tag::new(b"tnum"), 1, ..)];
    let shaper = face.shaper.shaper(&font).build();
    Some(shaper.shape(buffer, ShapeOptions::new().features(&features)))
}
