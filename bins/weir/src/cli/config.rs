//! `weir config`: what is in force, and whether it is right.

use std::process::ExitCode;

use clap::Subcommand;

use super::{Globals, print};
use crate::config::{Config, Values, render};
use crate::serve::words::Words;

/// What can be done with the configuration.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print every key with its documentation and the value in force; paths are absolute, and
    /// the password and the parameters of the store's URL are left out.
    Print {
        /// Print the defaults instead, as comments.
        #[arg(long)]
        defaults: bool,
    },
    /// Say whether the configuration, its dictionaries and its dialects can be used.
    Check,
}

pub(super) fn run(command: &ConfigCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    match command {
        ConfigCommand::Print { defaults: true } if globals.json => print::json(&Config::default())?,
        ConfigCommand::Print { defaults: true } => {
            print::block(&render(&Config::default(), Values::DefaultsAsComments)?)?;
        }
        ConfigCommand::Print { defaults: false } => {
            let mut config = globals.load()?.config;
            config.store.url = storage::shown_url(&config.store.url);
            if globals.json {
                print::json(&config)?;
            } else {
                print::block(&render(&config, Values::All)?)?;
            }
        }
        ConfigCommand::Check => {
            let loaded = globals.load()?;
            Words::load(&loaded.config)?;
            print::line(&format!("{} is right", loaded.path.display()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
