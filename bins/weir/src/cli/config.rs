//! `weir config`: what is in force, and whether it is right.

use std::process::ExitCode;

use clap::Subcommand;

use super::{Globals, print};
use crate::config::{Config, Values, render};
use crate::serve::words::Words;

/// What can be done with the configuration.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print every key with its documentation and the value in force; paths are absolute, and a
    /// password in the store's URL is left out.
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
            config.store.url = without_password(&config.store.url);
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

/// `url` with its password replaced, for people to see.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let Some((user, host)) = authority.rsplit_once('@') else { return url.to_owned() };
    let user = user.split(':').next().unwrap_or(user);
    format!("{scheme}://{user}:***@{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_the_url_is_not_shown() {
        assert_eq!(without_password("postgres://w:p@ss@h:5432/d"), "postgres://w:***@h:5432/d");
        assert_eq!(without_password("postgres://h/d"), "postgres://h/d");
        assert_eq!(without_password("sqlite:/var/lib/weir.db"), "sqlite:/var/lib/weir.db");
    }
}
