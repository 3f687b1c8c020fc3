//! `weir serve`: the server, until it is told to stop.

use std::process::ExitCode;

use anyhow::Context as _;

use super::Globals;
use crate::{log, serve};

pub(super) fn run(globals: &Globals) -> anyhow::Result<ExitCode> {
    let loaded = globals.load()?;
    log::init(&loaded.config.log).context("cannot begin to log")?;
    serve::run(&loaded, None)?;
    Ok(ExitCode::SUCCESS)
}
