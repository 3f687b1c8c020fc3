//! Why a document cannot be made.

/// Why a document cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// Its amounts cannot be reckoned together.
    #[error(transparent)]
    Money(billing_core::MoneyError),
    /// There is no font to begin with.
    #[error("there is no font to set a document in")]
    NoFont,
    /// A file is no font that can be read.
    #[error("`{name}` is no OpenType or TrueType font")]
    NotAFont {
        /// What the file is called.
        name: String,
    },
    /// No font has this character, or can set the script that it belongs to.
    #[error(
        "no font at hand can show `{character}` (U+{:04X}, script {script}) in `{text}`; \
         name one that can with --font",
        u32::from(*character)
    )]
    NoGlyph {
        /// Which.
        character: char,
        /// The name of its script in Unicode.
        script: &'static str,
        /// Where it stands.
        text: String,
    },
    /// What a QR code is to hold is too long for one.
    #[error("`{text}` is too long for a QR code")]
    CodeTooLong {
        /// What it was to hold.
        text: String,
    },
    /// A word does not fit where it must stand on one line.
    #[error("`{text}` does not fit into the {width_mm} mm of its place")]
    TooWide {
        /// The word.
        text: String,
        /// How wide the place is, mm.
        width_mm: u16,
    },
    /// The file cannot be written: a font that cannot be embedded, mostly.
    #[error("the PDF cannot be written: {problem}")]
    Pdf {
        /// What is wrong.
        problem: String,
    },
}
