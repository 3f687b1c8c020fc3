//! `weir ledger`: what has moved between accounts.

use std::process::ExitCode;

use anyhow::bail;
use billing_core::balance::{Held, Phase};
use billing_core::ledger::{AccountName, TransferKind};
use billing_core::{Currency, Money};
use clap::Subcommand;
use entitlement::TimeZone;
use serde_json::json;
use storage::{AccountEntry, ReservationEntry, ReservationsOf, TransferEntry};

use super::super::open::{self, Open};
use super::super::{Globals, print};
use super::{shown, zone};
use crate::table::{Column, Table};
use crate::units;

/// What can be done with the ledger.
#[derive(Debug, Subcommand)]
pub(in super::super) enum LedgerCommand {
    /// List the accounts with their balances, and whether all of them come to nothing together.
    Accounts {
        /// How many are listed at most, by name.
        #[arg(long, value_name = "COUNT", default_value_t = 1_000)]
        limit: u64,
    },
    /// List what has moved in an account.
    Account {
        /// What it is called: sales, tax, receivable:17, wallet:17, clearing:mpesa.
        name: AccountName,
        /// In which currency.
        currency: Currency,
        /// How many transfers at most, the last ones.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u64,
    },
    /// List for which sessions money is held, until when, and what they have paid.
    Reservations {
        /// Those of this subscriber only.
        #[arg(long, value_name = "NAME")]
        subscriber: Option<String>,
        /// Those too for which nothing is held: silent or ended, or without money.
        #[arg(long)]
        all: bool,
        /// How many at most, the last that have begun.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u64,
    },
}

pub(in super::super) fn run(command: LedgerCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zone = zone(&open, globals).await?;
        match command {
            LedgerCommand::Accounts { limit } => accounts(limit, &open, globals.json).await,
            LedgerCommand::Account { name, currency, limit } => {
                account(&name, currency, limit, &open, &zone, globals.json).await
            }
            LedgerCommand::Reservations { subscriber, all, limit } => {
                let which = if all { ReservationsOf::All } else { ReservationsOf::Held };
                let reservations = open.store.reservations(open.tenant);
                let entries = reservations.list(which, subscriber.as_deref(), limit).await?;
                show_reservations(&entries, &zone, globals.json)
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn accounts(limit: u64, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let ledger = open.store.ledger(open.tenant);
    let all = ledger.trial_balance().await?;
    if let Some(wrong) = all.iter().find(|it| it.debits_minor != it.credits_minor) {
        let minor = wrong.credits_minor - wrong.debits_minor;
        let sum = match i64::try_from(minor) {
            Ok(minor) => Money::new(minor, wrong.currency).to_string(),
            Err(_) => format!("{minor} minor units of {}", wrong.currency),
        };
        bail!(
            "the accounts come to {sum} together and not to nothing: the store was changed past Weir"
        );
    }
    let accounts = ledger.accounts(limit).await?;
    if as_json {
        return print::json(&accounts.iter().map(as_value).collect::<Result<Vec<_>, _>>()?);
    }
    let mut table = Table::new(&[
        Column::Left("ACCOUNT"),
        Column::Right("DEBITS"),
        Column::Right("CREDITS"),
        Column::Right("BALANCE"),
        Column::Right("HELD"),
    ]);
    for entry in &accounts {
        let balance = entry.account.balance;
        let money = |minor| Money::new(minor, entry.account.currency).to_string();
        table.row([
            entry.name.to_string(),
            money(balance.debits_posted_minor),
            money(balance.credits_posted_minor),
            entry.account.credit_balance()?.to_string(),
            money(balance.debits_pending_minor),
        ]);
    }
    print::block(&table.render())?;
    let count: u64 = all.iter().map(|it| it.accounts).sum();
    let listed = u64::try_from(accounts.len()).unwrap_or(u64::MAX);
    if let more @ 1.. = count.saturating_sub(listed) {
        print::line(&format!("{more} more are not listed; --limit says how many are"))?;
    }
    print::line("all debits are all credits")
}

fn as_value(entry: &AccountEntry) -> anyhow::Result<serde_json::Value> {
    let balance = entry.account.balance;
    Ok(json!({
        "name": entry.name.to_string(),
        "currency": entry.account.currency.code(),
        "debits_minor": balance.debits_posted_minor,
        "credits_minor": balance.credits_posted_minor,
        "balance_minor": entry.account.credit_balance()?.amount_minor(),
        "held_debits_minor": balance.debits_pending_minor,
        "held_credits_minor": balance.credits_pending_minor,
    }))
}

async fn account(
    name: &AccountName,
    currency: Currency,
    limit: u64,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let ledger = open.store.ledger(open.tenant);
    let Some(this) = ledger.account(name, currency).await? else {
        bail!("nothing has ever moved in the account `{name}` in {currency}");
    };
    let transfers = ledger.transfers(name, currency, limit).await?;
    let both = |entry: &TransferEntry| match entry.kept.transfer.kind {
        TransferKind::Move { debit, credit, .. } | TransferKind::Hold { debit, credit, .. } => {
            Some([debit, credit])
        }
        _ => None,
    };
    let names = ledger.names(transfers.iter().filter_map(both).flatten()).await?;
    let mut table = Table::new(&[
        Column::Left("AT"),
        Column::Right("DEBIT"),
        Column::Right("CREDIT"),
        Column::Left("WITH"),
        Column::Left("TRANSFER"),
    ]);
    let mut values = Vec::new();
    for entry in &transfers {
        let transfer = entry.kept.transfer;
        let (TransferKind::Move { debit, credit, amount }
        | TransferKind::Hold { debit, credit, amount, .. }) = transfer.kind
        else {
            continue;
        };
        let is_debit = debit == this.account.id;
        let other = if is_debit { credit } else { debit };
        let other = names.get(&other).map(ToString::to_string).unwrap_or_default();
        let side = |is_here: bool| if is_here { amount.to_string() } else { String::new() };
        values.push(json!({
            "id": transfer.id.to_string(),
            "at": units::rfc3339(transfer.at),
            "amount_minor": if is_debit { -amount.amount_minor() } else { amount.amount_minor() },
            "with": other,
            "invoice_id": entry.invoice,
            "memo": entry.memo,
            "held": matches!(transfer.kind, TransferKind::Hold { .. }),
        }));
        let at = shown(transfer.at, zone);
        table.row([at, side(is_debit), side(!is_debit), other, transfer.id.to_string()]);
    }
    if as_json {
        return print::json(&values);
    }
    print::block(&table.render())?;
    print::line(&format!("balance: {}", this.account.credit_balance()?))
}

fn show_reservations(
    entries: &[ReservationEntry],
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    if as_json {
        return print::json(&entries.iter().map(as_reservation).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Left("SESSION"),
        Column::Left("OF"),
        Column::Left("STATE"),
        Column::Right("USED"),
        Column::Right("GRANTED"),
        Column::Right("HELD"),
        Column::Left("UNTIL"),
        Column::Right("PAID"),
        Column::Right("NOT COVERED"),
    ]);
    for entry in entries {
        let (state, granted, hold) = standing(entry);
        table.row([
            entry.session.clone(),
            entry.subscriber_name.clone(),
            state.to_owned(),
            entry.reported_units.to_string(),
            granted.map(|units| units.to_string()).unwrap_or_default(),
            hold.map(|hold| hold.amount.to_string()).unwrap_or_default(),
            hold.map(|hold| shown(hold.expires_at, zone)).unwrap_or_default(),
            entry.committed.to_string(),
            entry.uncovered.to_string(),
        ]);
    }
    print::block(&table.render())
}

/// What has become of a session, until what it was granted, and what is held for it.
const fn standing(entry: &ReservationEntry) -> (&'static str, Option<u64>, Option<Held>) {
    match entry.phase {
        Phase::Open(open) => ("open", Some(open.granted_units), open.hold),
        Phase::Silent => ("silent", None, None),
        Phase::Ended => ("ended", None, None),
    }
}

fn as_reservation(entry: &ReservationEntry) -> serde_json::Value {
    let (state, granted, hold) = standing(entry);
    json!({
        "session": entry.session,
        "subscriber": entry.subscriber_name,
        "state": state,
        "currency": entry.committed.currency().code(),
        "reported_units": entry.reported_units,
        "granted_until_units": granted,
        "held_minor": hold.map_or(0, |hold| hold.amount.amount_minor()),
        "held_until": hold.map(|hold| units::rfc3339(hold.expires_at)),
        "committed_minor": entry.committed.amount_minor(),
        "uncovered_minor": entry.uncovered.amount_minor(),
        "begins_at": units::rfc3339(entry.begins_at),
        "heard_at": units::rfc3339(entry.heard_at),
    })
}
