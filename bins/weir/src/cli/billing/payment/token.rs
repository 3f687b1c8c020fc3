//! `weir payment token`: what providers give so that somebody can be charged again without the card.

use anyhow::Context as _;
use billing_core::ledger::Provider;
use billing_core::payment::TokenLabel;
use clap::Subcommand;
use entitlement::TimeZone;
use serde_json::json;
use storage::{NewProviderToken, ProviderTokenEntry};

use super::{Open, Table, open, print, shown};
use crate::table::Column;
use crate::units;

/// What can be done with tokens of providers.
#[derive(Debug, Subcommand)]
pub(in super::super::super) enum TokenCommand {
    /// Keep a token, which is read from standard input and never shown again.
    ///
    /// The number of a card is refused: it must not be kept.
    Add {
        /// Whose it is.
        subscriber: String,
        /// Who has given it: a short name such as paystack.
        provider: Provider,
        /// What it is known by: "Visa ending in 4242, 12/29".
        #[arg(long, value_name = "TEXT")]
        label: TokenLabel,
    },
    /// List what was kept last, without the tokens themselves.
    List {
        /// Those of this subscriber only.
        #[arg(long, value_name = "NAME")]
        subscriber: Option<String>,
        /// How many at most.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u64,
    },
    /// Forget a token.
    Remove {
        /// Its number.
        id: i64,
    },
}

pub(super) async fn run(
    command: TokenCommand,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let tokens = open.store.provider_tokens(open.tenant);
    match command {
        TokenCommand::Add { subscriber, provider, label } => {
            let token = open::secret_from_stdin("token")?;
            let token = token.parse().context("nothing is kept")?;
            let new = NewProviderToken { provider, subscriber, label, token };
            let entry = tokens.add(&open.actor, &new).await?;
            if as_json {
                return open.done_as_json(&as_value(&entry));
            }
            let (id, provider, name) = (entry.id, &entry.provider, &entry.subscriber_name);
            open.done(&format!("token {id} of {provider} for `{name}` is kept: {}", entry.label))
        }
        TokenCommand::List { subscriber, limit } => {
            list(&tokens.list(subscriber.as_deref(), limit).await?, zone, as_json)
        }
        TokenCommand::Remove { id } => {
            tokens.remove(&open.actor, id).await?;
            open.done(&format!("token {id} is forgotten"))
        }
    }
}

fn list(entries: &[ProviderTokenEntry], zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return print::json(&entries.iter().map(as_value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Right("NUMBER"),
        Column::Left("BY"),
        Column::Left("OF"),
        Column::Left("LABEL"),
        Column::Left("SINCE"),
    ]);
    for entry in entries {
        table.row([
            entry.id.to_string(),
            entry.provider.to_string(),
            entry.subscriber_name.clone(),
            entry.label.to_string(),
            shown(entry.created_at, zone),
        ]);
    }
    print::block(&table.render())
}

fn as_value(entry: &ProviderTokenEntry) -> serde_json::Value {
    json!({
        "id": entry.id,
        "provider": entry.provider.to_string(),
        "subscriber": entry.subscriber_name,
        "label": entry.label.as_str(),
        "created_at": units::rfc3339(entry.created_at),
    })
}
