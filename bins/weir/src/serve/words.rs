//! The languages of this installation: its dictionary and its dialects, the built-in ones and
//! those that `weir.toml` adds.

use std::io::Read as _;
use std::path::Path;

use aaa_engine::dialect::DIALECT_LEN_MAX;
use aaa_engine::{Dialects, ReplyAttributes, ReplyAttributesError};
use anyhow::Context as _;
use radius_dict::{Dictionary, text};
use radius_proto::Packet;

use crate::config::Config;

/// What attributes are called, and how NASes are spoken to.
pub(crate) struct Words {
    dictionary: Dictionary,
    dialects: Dialects,
}

impl Words {
    /// Reads every dictionary and dialect file that `config` names.
    pub(crate) fn load(config: &Config) -> anyhow::Result<Self> {
        let dictionary = dictionary(&config.dictionary.files)?;
        let mut dialects = Dialects::builtin();
        for file in &config.dialect.files {
            let shown = file.display().to_string();
            let text = dialect_text(file)
                .with_context(|| format!("[dialect] files: cannot read {shown}"))?;
            dialects.add(&shown, &text, &dictionary).context("[dialect] files")?;
        }
        Ok(Self { dictionary, dialects })
    }

    /// The attributes of `packet` in text form, one each.
    pub(crate) fn attributes_of(&self, packet: &Packet<'_>) -> Vec<String> {
        let text = text::packet(&self.dictionary, *packet).to_string();
        text.lines().map(|line| line.trim_start().to_owned()).collect()
    }

    /// Reads what an operator wants in Access-Accepts besides.
    pub(crate) fn reply_attributes(
        &self,
        text: &str,
    ) -> Result<ReplyAttributes, ReplyAttributesError> {
        ReplyAttributes::parse(text, &self.dictionary)
    }

    /// That in text form, one pair each; nothing where there is none.
    pub(crate) fn shown(&self, attributes: Option<&ReplyAttributes>) -> Vec<String> {
        let packet = attributes.and_then(ReplyAttributes::as_packet);
        packet.map(|packet| self.attributes_of(&packet)).unwrap_or_default()
    }

    /// The names of the dialects.
    pub(crate) fn dialect_names(&self) -> Vec<String> {
        self.dialects.names().map(str::to_owned).collect()
    }

    /// How NASes are spoken to.
    pub(crate) const fn dialects(&self) -> &Dialects {
        &self.dialects
    }

    /// As [`dialects`](Self::dialects), for the engine to keep.
    pub(crate) fn into_dialects(self) -> Dialects {
        self.dialects
    }
}

/// The built-in dictionary with `files` read after it.
pub(crate) fn dictionary<P: AsRef<Path>>(files: &[P]) -> anyhow::Result<Dictionary> {
    let mut dictionary = Dictionary::builtin().clone();
    for file in files {
        dictionary.extend_from_file(file.as_ref()).context("[dictionary] files")?;
    }
    Ok(dictionary)
}

/// The text of a dialect file, but never more than one too long to be a dialect.
fn dialect_text(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let limit = DIALECT_LEN_MAX as u64 + 1;
    std::fs::File::open(path)?.take(limit).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_after_what_is_built_in() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dictionary.acme");
        let text = "VENDOR Acme 99999\nBEGIN-VENDOR Acme\nATTRIBUTE Acme-Colour 1 string\n\
                    END-VENDOR Acme\n";
        std::fs::write(&file, text).unwrap();
        let mut config = Config::default();
        config.dictionary.files = vec![file.clone()];
        let words = Words::load(&config).unwrap();
        assert!(words.dictionary.attribute_by_name("Acme-Colour").is_some());
        assert!(words.dictionary.attribute_by_name("User-Name").is_some());
        assert!(words.dialect_names().iter().any(|name| name == "mikrotik"));

        std::fs::write(&file, "ATTRIBUTE Acme-Colour\n").unwrap();
        let error = format!("{:#}", Words::load(&config).err().unwrap());
        assert!(error.contains("[dictionary] files") && error.contains(":1:"), "{error}");
    }

    #[test]
    fn a_missing_file_is_told_by_its_name() {
        let mut config = Config::default();
        config.dialect.files = vec!["/nonexistent/acme.dialect".into()];
        let error = format!("{:#}", Words::load(&config).err().unwrap());
        assert!(error.contains("/nonexistent/acme.dialect"), "{error}");
    }
}
