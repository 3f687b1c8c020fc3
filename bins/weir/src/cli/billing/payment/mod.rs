//! `weir payment`: what was paid, and what it pays.

mod intent;
mod reconcile;
mod token;

use std::process::ExitCode;

use anyhow::Context as _;
use billing_core::Money;
use billing_core::ledger::Provider;
use billing_core::payment::{ReceiptNumber, RefundTo, Unmatched};
use clap::{Args, Subcommand};
use entitlement::TimeZone;
use serde_json::json;
use storage::{NewReceipt, PaymentCommissionEntry, PaymentOutcome, ReceiptEntry};

use super::super::open::{self, Open};
use super::super::{Globals, csv, print};
use super::{moment, shown, zone};
use crate::table::{Column, Table};
use crate::units;

/// What can be done with payments.
#[derive(Debug, Subcommand)]
pub(in super::super) enum PaymentCommand {
    /// What somebody is asked to pay, and what has become of it.
    #[command(subcommand)]
    Intent(intent::IntentCommand),
    /// What providers give in the place of cards.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Compare a provider's statement with what was received, the ledger and what was renewed.
    ///
    /// Fails with exit code 1 when there is a difference.
    Reconcile(reconcile::ReconcileArgs),
    /// Take in a payment: it pays what is open, the oldest first, and the rest is put into the wallet.
    ///
    /// The same number of the same provider again changes nothing.
    Add(PaymentAdd),
    /// List the last payments.
    List {
        /// Those of this subscriber only.
        #[arg(long, value_name = "NAME")]
        subscriber: Option<String>,
        /// How many at most.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u64,
    },
    /// Show a payment and what it pays.
    Show(Which),
    /// Say whose a payment is of which nobody knew it; once.
    Assign {
        #[command(flatten)]
        which: Which,
        /// The subscriber, or the number of the invoice that it pays.
        reference: String,
    },
    /// Give a payment back, all of it or a part.
    Refund {
        #[command(flatten)]
        which: Which,
        /// How much: "500 KES".
        amount: Money,
        /// Into the wallet, and not back to who has paid: what it paid is open again.
        #[arg(long)]
        to_wallet: bool,
        /// The number of the refund: the same again changes nothing [default: the next one of the payment,
        /// so that it is one more].
        #[arg(long, value_name = "NUMBER")]
        number: Option<String>,
    },
    /// Enter that the provider took a payment back, all of it or a part.
    Reverse {
        #[command(flatten)]
        which: Which,
        /// How much: "500 KES".
        amount: Money,
        /// The provider's number of it: the same again changes nothing [default: the next one of the
        /// payment, so that it is one more].
        #[arg(long, value_name = "NUMBER")]
        number: Option<String>,
    },
}

/// A payment, by who took it and its number.
#[derive(Debug, Args)]
pub(in super::super) struct Which {
    /// Who took it: cash, mpesa.
    provider: Provider,
    /// Its number there.
    receipt: ReceiptNumber,
}

/// What `weir payment add` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct PaymentAdd {
    /// Who has paid, or the number of the invoice that is paid. What is neither waits to be assigned.
    reference: String,
    /// How much: "1500 KES".
    amount: Money,
    /// Who took it: a short name such as cash, bank or mpesa.
    #[arg(long, value_name = "NAME", default_value = "cash")]
    provider: Provider,
    /// Its number there [default: the next one of our own].
    #[arg(long, value_name = "NUMBER")]
    number: Option<ReceiptNumber>,
    /// When it was paid, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

pub(in super::super) fn run(
    command: PaymentCommand,
    globals: &Globals,
) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zone = zone(&open, globals).await?;
        let payments = open.store.payments(open.tenant);
        match command {
            PaymentCommand::Intent(command) => {
                intent::run(command, &open, &zone, globals.json).await
            }
            PaymentCommand::Token(command) => token::run(command, &open, &zone, globals.json).await,
            PaymentCommand::Reconcile(args) => {
                return reconcile::run(&args, &open, &zone, globals.json).await;
            }
            PaymentCommand::Add(args) => add(args, &open, &zone).await,
            PaymentCommand::List { subscriber, limit } => {
                let all = payments.list(subscriber.as_deref(), limit).await?;
                list(&all, &zone, globals.json)
            }
            PaymentCommand::Show(Which { provider, receipt }) => {
                show(&payments.find(&provider, &receipt).await?, &zone, globals.json)
            }
            PaymentCommand::Assign { which: Which { provider, receipt }, reference } => {
                let entry = payments.assign(&open.actor, &provider, &receipt, &reference).await?;
                open.done(&said(&entry)?)
            }
            PaymentCommand::Refund { which, amount, to_wallet, number } => {
                let to = if to_wallet { RefundTo::Wallet } else { RefundTo::Provider };
                let which = (&which.provider, &which.receipt);
                let number = number.as_deref();
                let made = payments.refund(&open.actor, which, amount, to, number).await?;
                taken_back(&made, &open)
            }
            PaymentCommand::Reverse { which, amount, number } => {
                let which = (&which.provider, &which.receipt);
                let made = payments.reverse(&open.actor, which, amount, number.as_deref()).await?;
                taken_back(&made, &open)
            }
        }?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn add(args: PaymentAdd, open: &Open, zone: &TimeZone) -> anyhow::Result<()> {
    let payments = open.store.payments(open.tenant);
    let new = NewReceipt {
        provider: args.provider,
        number: args.number,
        amount: args.amount,
        at: moment(args.at.as_deref(), zone)?,
        reference: Some(args.reference),
    };
    let (number, outcome) = payments.receive(&open.actor, &new).await?;
    let entry = payments.find(&new.provider, &number).await?;
    taken_in(outcome, &entry, open)
}

/// Says what has come of money that was taken in.
fn taken_in(outcome: PaymentOutcome, entry: &ReceiptEntry, open: &Open) -> anyhow::Result<()> {
    match outcome {
        PaymentOutcome::Credited(_) => open.done(&said(entry)?),
        PaymentOutcome::Repeated => print::line(&format!("known already: {}", said(entry)?)),
        PaymentOutcome::Unallocated(why) => {
            let received = entry.receipt.received();
            let reference = entry.reference.as_deref().unwrap_or_default();
            let why = match why {
                Unmatched::OtherCurrency { currency } => {
                    format!("`{reference}` is an invoice in {currency}, of which this pays nothing")
                }
                _ => format!("`{reference}` is neither a subscriber nor an invoice"),
            };
            print::line(&said(entry)?)?;
            print::warning(&format!(
                "{why}: `weir payment assign {} {} NAME`",
                received.provider, received.number
            ));
            Ok(())
        }
    }
}

/// Says what is left of a payment of which something was taken back, now or before.
fn taken_back((entry, is_new): &(ReceiptEntry, bool), open: &Open) -> anyhow::Result<()> {
    match is_new {
        true => open.done(&said(entry)?),
        false => print::line(&format!("known already: {}", said(entry)?)),
    }
}

/// A payment and what it pays, in a sentence.
fn said(entry: &ReceiptEntry) -> anyhow::Result<String> {
    let received = entry.receipt.received();
    let left = entry.receipt.left().context("the payment cannot be added up")?;
    let mut text = format!("{} {}: {}", received.provider, received.number, received.amount);
    if left != received.amount {
        text.push_str(&format!(", of which {left} is left"));
    }
    match &entry.subscriber_name {
        None => text.push_str(", not assigned"),
        Some(name) => text.push_str(&format!(" of `{name}`")),
    }
    for paid in &entry.pays {
        let label = paid.label.clone().unwrap_or_else(|| paid.debt.to_string());
        text.push_str(&format!(", {} pays {label}", paid.amount));
    }
    if let Some(settlement) = entry.receipt.settlement().filter(|it| !it.to_wallet.is_zero()) {
        text.push_str(&format!(", {} into the wallet", settlement.to_wallet));
    }
    Ok(text)
}

fn list(entries: &[ReceiptEntry], zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return print::json(&entries.iter().map(as_value).collect::<Result<Vec<_>, _>>()?);
    }
    let mut table = Table::new(&[
        Column::Left("AT"),
        Column::Left("BY"),
        Column::Left("NUMBER"),
        Column::Right("AMOUNT"),
        Column::Right("LEFT"),
        Column::Left("OF"),
    ]);
    for entry in entries {
        let received = entry.receipt.received();
        table.row([
            shown(received.at, zone),
            received.provider.to_string(),
            received.number.as_str().to_owned(),
            received.amount.to_string(),
            entry.receipt.left()?.to_string(),
            entry.subscriber_name.clone().unwrap_or_else(|| "nobody yet".to_owned()),
        ]);
    }
    print::block(&table.render())
}

fn show(entry: &ReceiptEntry, zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return print::json(&as_value(entry)?);
    }
    print::line(&format!("at         {}", shown(entry.receipt.received().at, zone)))?;
    print::line(&format!("reference  {}", entry.reference.as_deref().unwrap_or("none")))?;
    print::line(&said(entry)?)?;
    match &entry.commission {
        Some(commission) => print::line(&earned(commission)),
        None => Ok(()),
    }
}

/// What was earned with a payment at the tenant above, in a sentence.
fn earned(commission: &PaymentCommissionEntry) -> String {
    let PaymentCommissionEntry { giver, amount, rate, paid, back, .. } = commission;
    let back = match back.is_zero() {
        true => String::new(),
        false => format!(", of which {back} is given back"),
    };
    format!("`{giver}` gives {amount} for it: {rate} of {paid}{back}")
}

fn as_value(entry: &ReceiptEntry) -> anyhow::Result<serde_json::Value> {
    let received = entry.receipt.received();
    let pays = entry.pays.iter().map(|paid| {
        json!({
            "debt": paid.label.clone().unwrap_or_else(|| paid.debt.to_string()),
            "amount_minor": paid.amount.amount_minor(),
        })
    });
    Ok(json!({
        "provider": received.provider.to_string(),
        "number": received.number.as_str(),
        "at": units::rfc3339(received.at),
        "amount_minor": received.amount.amount_minor(),
        "left_minor": entry.receipt.left()?.amount_minor(),
        "currency": received.amount.currency().code(),
        "reference": entry.reference,
        "subscriber": entry.subscriber_name,
        "pays": pays.collect::<Vec<_>>(),
        "commission": entry.commission.as_ref().map(|it| json!({
            "from": it.giver,
            "rate": it.rate.to_string(),
            "paid_minor": it.paid.amount_minor(),
            "amount_minor": it.amount.amount_minor(),
            "given_back_minor": it.back.amount_minor(),
        })),
        "to_wallet_minor": entry.receipt.settlement().map(|it| it.to_wallet.amount_minor()),
    }))
}
