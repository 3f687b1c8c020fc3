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
pub const BUILTIN_TEXTS: &[BuiltinText] = &[
    BuiltinText { name: "ietf", text: include_str!("../dictionaries/dictionary.ietf") },
    BuiltinText { name: "microsoft", text: include_str!("../dictionaries/dictionary.microsoft") },
    BuiltinText { name: "mikrotik", text: include_str!("../dictionaries/dictionary.mikrotik") },
    BuiltinText { name: "wispr", text: include_str!("../dictionaries/dictionary.wispr") },
    BuiltinText { name: "accel_ppp", text: include_str!("../dictionaries/dictionary.accel-ppp") },
    BuiltinText { name: "adsl_forum", text: include_str!("../dictionaries/dictionary.adsl-forum") },
    BuiltinText { name: "ascend", text: include_str!("../dictionaries/dictionary.ascend") },
    BuiltinText { name: "cambium", text: include_str!("../dictionaries/dictionary.cambium") },
    BuiltinText { name: "chillispot", text: include_str!("../dictionaries/dictionary.chillispot") },
    BuiltinText { name: "cisco", text: include_str!("../dictionaries/dictionary.cisco") },
    BuiltinText { name: "erx", text: include_str!("../dictionaries/dictionary.erx") },
    BuiltinText { name: "h3c", text: include_str!("../dictionaries/dictionary.h3c") },
    BuiltinText { name: "huawei", text: include_str!("../dictionaries/dictionary.huawei") },
    BuiltinText { name: "juniper", text: include_str!("../dictionaries/dictionary.juniper") },
    BuiltinText { name: "nokia_sr", text: include_str!("../dictionaries/dictionary.nokia-sr") },
    BuiltinText { name: "redback", text: include_str!("../dictionaries/dictionary.redback") },
    BuiltinText { name: "ruckus", text: include_str!("../dictionaries/dictionary.ruckus") },
    BuiltinText { name: "ubiquiti", text: include_str!("../dictionaries/dictionary.ubiquiti") },
    BuiltinText { name: "zte", text: include_str!("../dictionaries/dictionary.zte") },
];

static BUILTIN: LazyLock<Dictionary> = LazyLock::new(|| {
    let texts = BUILTIN_TEXTS.iter().map(|builtin| (builtin.name, builtin.text));
    #[expect(clippy::expect_used, reason = "the texts are constants, and a test reads them")]
    Dictionary::from_texts(texts).expect("the built-in dictionaries are well formed")
});

impl Dictionary {
    /// The dictionary that needs no file: the standard attributes of the RFCs and those of the
    /// vendors in [`BUILTIN_TEXTS`].
    ///
    /// Parsed at the first call. To add an operator's own attributes, clone and extend it.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }
}
