//! The fonts that documents are set in.

use std::sync::Arc;

use harfrust::ShaperData;
use read_fonts::tables::layout::ScriptTags;
use read_fonts::types::Tag;
use read_fonts::{FontRef, TableProvider as _};
use unicode_script::{Script, UnicodeScript as _};

use crate::DocumentError;

/// The file of a font.
#[derive(Clone)]
pub struct FontFile {
    /// What it is called, for error messages.
    pub name: String,
    /// Its octets.
    pub octets: Vec<u8>,
    /// The octets of its bold companion; without one, bold text is set in it as well.
    pub bold: Option<Vec<u8>>,
}

impl core::fmt::Debug for FontFile {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FontFile").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Fonts in the order in which they are asked for a character: the first one that has it sets it.
pub struct Fonts {
    families: Vec<Family>,
}

impl core::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Fonts").field("families", &self.families.len()).finish()
    }
}

struct Family {
    regular: Face,
    bold: Option<Face>,
}

/// How heavy text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// One font.
pub(crate) struct Face {
    octets: Arc<Vec<u8>>,
    pub(crate) krilla: krilla::text::Font,
    pub(crate) shaper: ShaperData,
    pub(crate) units_per_em: u16,
}

impl Fonts {
    /// Reads fonts.
    ///
    /// # Errors
    /// [`DocumentError::NotAFont`], and [`DocumentError::NoFont`] where there is none.
    pub fn new(files: impl IntoIterator<Item = FontFile>) -> Result<Self, DocumentError> {
        let family = |file: FontFile| {
            let not_a_font = || DocumentError::NotAFont { name: file.name.clone() };
            let bold = file.bold.map(|octets| Face::read(octets).ok_or_else(not_a_font));
            Ok(Family {
                regular: Face::read(file.octets).ok_or_else(not_a_font)?,
                bold: bold.transpose()?,
            })
        };
        let families: Vec<_> = files.into_iter().map(family).collect::<Result<_, _>>()?;
        if families.is_empty() {
            return Err(DocumentError::NoFont);
        }
        Ok(Self { families })
    }

    pub(crate) const fn len(&self) -> usize {
        self.families.len()
    }

    pub(crate) fn face(&self, place: usize, weight: Weight) -> Option<&Face> {
        let family = self.families.get(place)?;
        match (weight, &family.bold) {
            (Weight::Bold, Some(bold)) => Some(bold),
            _ => Some(&family.regular),
        }
    }
}

impl Face {
    fn read(octets: Vec<u8>) -> Option<Self> {
        let octets = Arc::new(octets);
        let krilla = krilla::text::Font::new(Arc::clone(&octets).into(), 0)?;
        let (shaper, units_per_em) = {
            let font = FontRef::from_index(&octets, 0).ok()?;
            font.cmap().ok()?;
            (ShaperData::new(&font), font.head().ok()?.units_per_em())
        };
        (units_per_em > 0).then_some(Self { octets, krilla, shaper, units_per_em })
    }

    /// The font, to be read; it was read once before.
    pub(crate) fn font(&self) -> Option<FontRef<'_>> {
        FontRef::from_index(&self.octets, 0).ok()
    }

    /// Whether it has a glyph for this character and can set its script.
    pub(crate) fn can_show(&self, character: char) -> bool {
        let Some(font) = self.font() else { return false };
        let glyph = font.cmap().ok().and_then(|cmap| cmap.map_codepoint(character));
        glyph.is_some_and(|glyph| glyph.to_u32() != 0) && can_set(&font, character.script())
    }
}

/// Whether a font can set a script: letters that take the shapes of their neighbours, or change their
/// places, need its rules, without which they come out wrong.
fn can_set(font: &FontRef<'_>, script: Script) -> bool {
    if is_simple(script) {
        return true;
    }
    let Ok(tag) = Tag::new_checked(script.short_name().as_bytes()) else { return false };
    let Ok(scripts) = font.gsub().and_then(|gsub| gsub.script_list()) else { return false };
    ScriptTags::from_unicode(tag).iter().any(|tag| scripts.index_for_tag(*tag).is_some())
}

/// Scripts whose letters stand one behind the other as they are.
const fn is_simple(script: Script) -> bool {
    matches!(
        script,
        Script::Common
            | Script::Inherited
            | Script::Latin
            | Script::Greek
            | Script::Cyrillic
            | Script::Armenian
            | Script::Georgian
            | Script::Hebrew
            | Script::Thai
            | Script::Lao
            | Script::Ethiopic
            | Script::Tifinagh
            | Script::Cherokee
            | Script::Canadian_Aboriginal
            | Script::Vai
            | Script::Yi
            | Script::Lisu
            | Script::Han
            | Script::Hiragana
            | Script::Katakana
            | Script::Bopomofo
            | Script::Hangul
    )
}
