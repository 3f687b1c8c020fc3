//! `weir wallet`: what is held for subscribers, and what an operator changes of it.

use core::num::NonZeroU32;
use std::process::ExitCode;

use billing_core::Money;
use billing_core::balance::{AutoTopUp, CounterAccount};
use billing_core::ledger::Provider;
use clap::{Args, Subcommand, ValueEnum};
use entitlement::TimeZone;
use serde_json::json;
use storage::{
    IntentEntry, NewAdjustment, NewWalletTransfer, WalletAutoTopUp, WalletBalance, WalletChange,
    WalletEntry,
};

use super::super::open::{self, Open};
use super::super::{Globals, print};
use super::{shown, zone};
use crate::table::{Column, Table};
use crate::units;

/// What can be done with wallets.
#[derive(Debug, Subcommand)]
pub(in super::super) enum WalletCommand {
    /// Show what is in a wallet, what its owner may owe, and what was changed by hand.
    Show {
        /// Whose.
        subscriber: String,
        /// How many changes at most, the last ones.
        #[arg(long, value_name = "COUNT", default_value_t = 20)]
        limit: u64,
    },
    /// Give to a wallet, or take from it what is there and not held. What is given pays what is open.
    Adjust(WalletAdjust),
    /// Wallets that are topped up by themselves.
    #[command(subcommand)]
    AutoTopUp(AutoTopUpCommand),
    /// Give from one wallet to another: both change, or neither.
    Transfer {
        /// Whose wallet gives.
        from: String,
        /// Whose has it then.
        to: String,
        /// How much: "100 KES".
        amount: Money,
        /// By which the same transfer is known again: the same key changes nothing a second time.
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
}

/// What can be done about wallets that are topped up by themselves.
#[derive(Debug, Subcommand)]
pub(in super::super) enum AutoTopUpCommand {
    /// Let a wallet be topped up when there is little in it: an intent to pay is made, by which the token that
    /// the provider has given of this subscriber is to be charged. No provider is spoken to by Weir itself.
    Set(AutoTopUpSet),
    /// Let it be topped up by hand only.
    Remove {
        /// Whose.
        subscriber: String,
    },
    /// List the intents by which a token is to be charged now, for whoever speaks to providers.
    Due {
        /// How many at most.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u64,
    },
}

/// What `weir wallet auto-top-up set` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct AutoTopUpSet {
    /// Whose.
    subscriber: String,
    /// When less than so much can be spent: "100 KES".
    #[arg(long, value_name = "AMOUNT")]
    below: Money,
    /// By how much: "500 KES".
    #[arg(long, value_name = "AMOUNT")]
    by: Money,
    /// Whose token is charged: `weir payment token`.
    #[arg(long, value_name = "PROVIDER")]
    provider: Provider,
    /// How long after one the next may be, minutes; one that failed counts.
    #[arg(long, value_name = "MINUTES", default_value = "60")]
    minutes_between: NonZeroU32,
    /// How many there may be in a month of the calendar.
    #[arg(long, value_name = "COUNT", default_value = "5")]
    per_month: NonZeroU32,
}

/// What `weir wallet adjust` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct WalletAdjust {
    /// Whose.
    subscriber: String,
    /// How much: "200 KES" is given, "-200 KES" is taken.
    #[arg(allow_hyphen_values = true)]
    amount: Money,
    /// Why: a line, which is kept with it.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// On what it is booked beside the wallet.
    #[arg(long, value_enum, value_name = "ACCOUNT", default_value = "sales")]
    against: Against,
    /// By which the same change is known again: the same key changes nothing a second time.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// On what an adjustment is booked.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Against {
    /// What is given is revenue that is forgone, and what is taken is revenue: goodwill.
    Sales,
    /// What is given was paid and not assigned, and what is taken belongs to somebody else.
    Unallocated,
}

pub(in super::super) fn run(command: WalletCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zone = zone(&open, globals).await?;
        let wallets = open.store.wallets(open.tenant);
        match command {
            WalletCommand::Show { subscriber, limit } => {
                let entry = wallets.find(&subscriber, limit).await?;
                show(&subscriber, &entry, &zone, globals.json)
            }
            WalletCommand::Adjust(args) => adjust(args, &open, globals.json).await,
            WalletCommand::Transfer { from, to, amount, key } => {
                let new = NewWalletTransfer { from, to, amount, key };
                let (id, is_new) = wallets.transfer(&open.actor, &new).await?;
                if globals.json {
                    return print::json(&json!({ "transfer": id, "is_new": is_new }));
                }
                let NewWalletTransfer { from, to, amount, .. } = &new;
                let text = format!("transfer {id}: {amount} from `{from}` to `{to}`");
                done(&open, is_new, &text)
            }
            WalletCommand::AutoTopUp(command) => auto_top_up(command, &open, globals.json).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn auto_top_up(command: AutoTopUpCommand, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let wallets = open.store.wallets(open.tenant);
    match command {
        AutoTopUpCommand::Set(args) => {
            let rule = AutoTopUp::new(args.below, args.by, args.minutes_between, args.per_month)?;
            let new = WalletAutoTopUp { rule, provider: args.provider };
            wallets.set_auto_top_up(&open.actor, &args.subscriber, Some(&new)).await?;
            open.done(&format!("`{}` is {}", args.subscriber, topped_up(&new)))
        }
        AutoTopUpCommand::Remove { subscriber } => {
            wallets.set_auto_top_up(&open.actor, &subscriber, None).await?;
            open.done(&format!("`{subscriber}` is not topped up by itself"))
        }
        AutoTopUpCommand::Due { limit } => {
            let due = open.store.payment_intents(open.tenant).to_charge(limit).await?;
            if as_json {
                let value = |(intent, token): &(IntentEntry, i64)| {
                    json!({
                        "intent": intent.intent.id().0,
                        "token": token,
                        "provider": intent.provider.to_string(),
                        "subscriber": intent.subscriber_name,
                        "amount_minor": intent.intent.amount().amount_minor(),
                        "currency": intent.intent.amount().currency().code(),
                    })
                };
                return print::json(&due.iter().map(value).collect::<Vec<_>>());
            }
            let mut table = Table::new(&[
                Column::Right("INTENT"),
                Column::Left("BY"),
                Column::Right("TOKEN"),
                Column::Right("AMOUNT"),
                Column::Left("OF"),
            ]);
            for (intent, token) in due {
                table.row([
                    intent.intent.id().to_string(),
                    intent.provider.to_string(),
                    token.to_string(),
                    intent.intent.amount().to_string(),
                    intent.subscriber_name,
                ]);
            }
            print::block(&table.render())
        }
    }
}

/// When and by how much a wallet is topped up, in words.
fn topped_up(WalletAutoTopUp { rule, provider }: &WalletAutoTopUp) -> String {
    let (amount, threshold) = (rule.amount(), rule.threshold());
    let (minutes, count) = (rule.minutes_between(), rule.per_month());
    format!(
        "topped up by {amount} by {provider} below {threshold}, once in {minutes} minutes and {count} times \
         a month at most"
    )
}

async fn adjust(args: WalletAdjust, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let new = NewAdjustment {
        subscriber: args.subscriber,
        change: args.amount,
        counter: match args.against {
            Against::Sales => CounterAccount::Sales,
            Against::Unallocated => CounterAccount::Unallocated,
        },
        reason: args.reason,
        key: args.key,
    };
    let (id, is_new) = open.store.wallets(open.tenant).adjust(&open.actor, &new).await?;
    if as_json {
        return print::json(&json!({ "adjustment": id, "is_new": is_new }));
    }
    let (change, of) = (new.change, &new.subscriber);
    done(open, is_new, &format!("adjustment {id}: {change} to the wallet of `{of}`"))
}

/// A running server sees what is new at once, and what was known already has changed nothing.
fn done(open: &Open, is_new: bool, text: &str) -> anyhow::Result<()> {
    match is_new {
        true => open.done(text),
        false => print::line(&format!("known already: {text}")),
    }
}

fn show(
    subscriber: &str,
    entry: &WalletEntry,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let WalletEntry { balances, credit, auto_top_up, changes } = entry;
    if as_json {
        let balance = |it: &WalletBalance| {
            json!({
                "balance_minor": it.balance.amount_minor(),
                "available_minor": it.available.amount_minor(),
                "currency": it.balance.currency().code(),
            })
        };
        let change = |it: &WalletChange| {
            json!({
                "at": units::rfc3339(it.at),
                "change_minor": it.change.amount_minor(),
                "currency": it.change.currency().code(),
                "what": it.what,
            })
        };
        return print::json(&json!({
            "subscriber": subscriber,
            "balances": balances.iter().map(balance).collect::<Vec<_>>(),
            "credit": credit.map(|(limit, left)| json!({
                "limit_minor": limit.amount_minor(),
                "left_minor": left.amount_minor(),
                "currency": limit.currency().code(),
            })),
            "auto_top_up": auto_top_up.as_ref().map(|it| json!({
                "below_minor": it.rule.threshold().amount_minor(),
                "by_minor": it.rule.amount().amount_minor(),
                "currency": it.rule.amount().currency().code(),
                "provider": it.provider.to_string(),
                "minutes_between": it.rule.minutes_between(),
                "per_month": it.rule.per_month(),
            })),
            "changes": changes.iter().map(change).collect::<Vec<_>>(),
        }));
    }
    for WalletBalance { balance, available } in balances {
        print::line(&format!("in the wallet  {balance}, of which {available} can be spent"))?;
    }
    if balances.is_empty() {
        print::line("in the wallet  nothing")?;
    }
    if let Some((limit, left)) = credit {
        print::line(&format!("may owe        {limit}, of which {left} is left"))?;
    }
    if let Some(rule) = auto_top_up {
        print::line(&format!("by itself      {}", topped_up(rule)))?;
    }
    if changes.is_empty() {
        return Ok(());
    }
    let mut table =
        Table::new(&[Column::Left("AT"), Column::Right("CHANGE"), Column::Left("WHAT")]);
    for WalletChange { at, change, what } in changes {
        table.row([shown(*at, zone), change.to_string(), what.clone()]);
    }
    print::block(&table.render())
}
