//! `--attributes`: what an operator wants in Access-Accepts besides.

use aaa_engine::ReplyAttributes;
use anyhow::Context as _;
use clap::Args;

use super::open::Open;
use crate::serve::words::Words;

/// The option that NASes, plans and services share.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Attributes for each Access-Accept, as `Port-Limit = 2, Filter-Id = "gold.in"`, in place of
    /// those that Weir would write; or none.
    #[arg(long, value_name = "PAIRS")]
    attributes: Option<String>,
}

impl Options {
    /// What was given: attributes, or that there are to be none.
    pub(super) fn read(&self, open: &Open) -> anyhow::Result<Option<Option<ReplyAttributes>>> {
        match self.attributes.as_deref().map(str::trim) {
            None => Ok(None),
            Some("none" | "") => Ok(Some(None)),
            Some(text) => {
                let words = Words::load(&open.loaded.config)?;
                let parsed = words.reply_attributes(text).context("--attributes")?;
                Ok(Some(Some(parsed)))
            }
        }
    }
}
