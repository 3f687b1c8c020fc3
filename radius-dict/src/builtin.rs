use std::sync::LazyLock;

use crate::Dictionary;

/// A dictionary that is part of this crate.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BuiltinText {
    /// What it is about; the name of its module of handles.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// The dictionaries of [`Dictionary::builtin`], as text.
pub const BUILTIN_TEXTS: [BuiltinText; 6] = [
    BuiltinText { name: "ietf", text: include_str!("../dictionaries/dictionary.ietf") },
    BuiltinText { name: "microsoft", text: include_str!("../dictionaries/dictionary.microsoft") },
    BuiltinText { name: "mikrotik", text: include_str!("../dictionaries/dictionary.mikrotik") },
    BuiltinText { name: "wispr", text: include_str!("../dictionaries/dictionary.wispr") },
    BuiltinText { name: "adsl_forum", text: include_str!("../dictionaries/dictionary.adsl-forum") },
    BuiltinText { name: "chillispot", text: include_str!("../dictionaries/dictionary.chillispot") },
];

static BUILTIN: LazyLock<Dictionary> = LazyLock::new(|| {
    let texts = BUILTIN_TEXTS.iter().map(|builtin| (builtin.name, builtin.text));
    #[expect(clippy::expect_used, reason = "the texts are constants, and a test reads them")]
    Dictionary::from_texts(texts).expect("the built-in dictionaries are well formed")
});

impl Dictionary {
    /// The dictionary that needs no file: the standard attributes of the RFCs, Microsoft,
    /// MikroTik, WISPr, the Broadband Forum's lines and ChilliSpot.
    ///
    /// Parsed at the first call. To add an operator's own attributes, clone and extend it.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }
}
