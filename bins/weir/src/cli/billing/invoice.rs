//! `weir invoice`: what subscribers were asked to pay, and why.

use std::process::ExitCode;

use clap::Subcommand;
use entitlement::TimeZone;
use serde_json::json;
use storage::{CreditEntry, Invoice, InvoiceKind, InvoiceLine, InvoiceTax};

use super::super::open::{self, Open};
use super::super::{Globals, print};
use super::credit::{self, CreditArgs};
use super::given_up::{self, GiveUpArgs};
use super::printed::{self, InvoicePreview, InvoicePrint};
use super::{shown, zone};
use crate::table::{Column, Table};
use crate::units;

/// What can be done with invoices.
#[derive(Debug, Subcommand)]
pub(in super::super) enum InvoiceCommand {
    /// List the last invoices.
    List {
        /// Those of this subscriber only.
        #[arg(long, value_name = "NAME")]
        subscriber: Option<String>,
        /// How many at most.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u64,
    },
    /// Show an invoice with its lines and taxes.
    Show {
        /// Its number as it is printed: INV-2026-000017.
        number: String,
    },
    /// Say how each line of an invoice comes about.
    Explain {
        /// Its number as it is printed: INV-2026-000017.
        number: String,
    },
    /// Print an invoice or a credit note as PDF, with what was said of seller and buyer when it became final.
    Print(InvoicePrint),
    /// Print as PDF what the next invoice of a subscriber will be if nothing changes. It has no number, and
    /// nothing is owed by it.
    Preview(InvoicePreview),
    /// Give back an invoice or lines of it, by a credit note. It pays what is open of the invoice, then what
    /// else is, and the rest is put into the wallet. What is given back is not billed again.
    Credit(CreditArgs),
    /// Give up what is open of an invoice, with its late fees, or an amount of it: nobody is asked for it any
    /// more, and who was not served for it is served again. It stays what was sold; see `credit` for what was
    /// not.
    WriteOff(GiveUpArgs),
}

pub(in super::super) fn run(
    command: InvoiceCommand,
    globals: &Globals,
) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zone = zone(&open, globals).await?;
        let invoices = open.store.invoices(open.tenant);
        match command {
            InvoiceCommand::List { subscriber, limit } => {
                let all = invoices.list(subscriber.as_deref(), limit).await?;
                list(&all, &zone, globals.json)
            }
            InvoiceCommand::Show { number } => {
                let (invoice, lines, taxes) = invoices.find(&number).await?;
                let credits = invoices.credits_of(&invoice).await?;
                if globals.json {
                    return print::json(&whole(&invoice, &lines, &taxes, &credits));
                }
                head(&invoice, &credits, &zone)?;
                print::block(&table(&lines, &taxes, &invoice).render())
            }
            InvoiceCommand::Explain { number } => {
                let (invoice, lines, taxes) = invoices.find(&number).await?;
                let credits = invoices.credits_of(&invoice).await?;
                if globals.json {
                    return print::json(&whole(&invoice, &lines, &taxes, &credits));
                }
                head(&invoice, &credits, &zone)?;
                explain(&lines, &taxes, &invoice)
            }
            InvoiceCommand::Print(args) => printed::invoice(&args, &open, &zone).await,
            InvoiceCommand::Preview(args) => printed::preview(&args, &open, &zone).await,
            InvoiceCommand::Credit(args) => credit::run(args, &open, globals.json).await,
            InvoiceCommand::WriteOff(args) => given_up::write_off(args, &open, globals.json).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

fn list(invoices: &[Invoice], zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return print::json(&invoices.iter().map(as_value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Left("NUMBER"),
        Column::Left("SUBSCRIBER"),
        Column::Left("ISSUED"),
        Column::Left("DUE"),
        Column::Right("TO PAY"),
        Column::Right("PAID"),
    ]);
    for invoice in invoices {
        table.row([
            invoice.label.clone(),
            invoice.subscriber_name.clone(),
            shown(invoice.issued_at, zone),
            shown(invoice.due_at, zone),
            invoice.gross.to_string(),
            invoice.paid.to_string(),
        ]);
    }
    print::block(&table.render())
}

fn head(invoice: &Invoice, credits: &[CreditEntry], zone: &TimeZone) -> anyhow::Result<()> {
    let kind = match invoice.kind {
        InvoiceKind::Invoice => "invoice     ",
        InvoiceKind::CreditNote => "credit note ",
        InvoiceKind::DebitNote => "debit note  ",
    };
    print::line(&format!("{kind}{}", invoice.label))?;
    print::line(&format!("subscriber  {}", invoice.subscriber_name))?;
    print::line(&format!("issued      {}", shown(invoice.issued_at, zone)))?;
    print::line(&format!("due         {}", shown(invoice.due_at, zone)))?;
    for CreditEntry { note, invoice: of, memo, .. } in credits {
        print::line(&match invoice.kind {
            InvoiceKind::CreditNote => format!("credits     {of}: {memo}"),
            InvoiceKind::Invoice | InvoiceKind::DebitNote => {
                format!("credited    {} by {}: {memo}", note.gross, note.label)
            }
        })?;
    }
    print::line("")
}

fn table(lines: &[InvoiceLine], taxes: &[InvoiceTax], invoice: &Invoice) -> Table {
    let mut table =
        Table::new(&[Column::Left("FOR"), Column::Right("NET"), Column::Right("GROSS")]);
    for line in lines {
        table.row([line.product.clone(), line.net.to_string(), line.gross.to_string()]);
    }
    for InvoiceTax { tax, base, amount, .. } in taxes {
        table.row([
            format!("{} {} on {base}", tax.name, tax.rate),
            String::new(),
            amount.to_string(),
        ]);
    }
    table.row(["to pay".to_owned(), invoice.net.to_string(), invoice.gross.to_string()]);
    table
}

fn explain(lines: &[InvoiceLine], taxes: &[InvoiceTax], invoice: &Invoice) -> anyhow::Result<()> {
    for line in lines {
        print::line(&line.explanation)?;
    }
    for InvoiceTax { tax, base, amount, .. } in taxes {
        print::line(&format!("{}: {} of {base}: {amount}", tax.name, tax.rate))?;
    }
    print::line(&format!("to pay: {} without taxes, {} with them", invoice.net, invoice.gross))
}

fn whole(
    invoice: &Invoice,
    lines: &[InvoiceLine],
    taxes: &[InvoiceTax],
    credits: &[CreditEntry],
) -> serde_json::Value {
    let line = |line: &InvoiceLine| {
        json!({
            "subscription": line.subscription.map(|id| id.0),
            "product": line.product,
            "net_minor": line.net.amount_minor(),
            "gross_minor": line.gross.amount_minor(),
            "explanation": line.explanation,
        })
    };
    let tax = |it: &InvoiceTax| {
        json!({
            "name": it.tax.name,
            "rate": it.tax.rate.to_string(),
            "net_minor": it.net.amount_minor(),
            "base_minor": it.base.amount_minor(),
            "amount_minor": it.amount.amount_minor(),
        })
    };
    let mut value = as_value(invoice);
    value["lines"] = lines.iter().map(line).collect();
    value["taxes"] = taxes.iter().map(tax).collect();
    match invoice.kind {
        InvoiceKind::Invoice | InvoiceKind::DebitNote => {
            value["credit_notes"] = credits.iter().map(credit::as_value).collect();
        }
        InvoiceKind::CreditNote => {
            value["credits"] = credits.first().map(credit::as_value).into();
        }
    }
    value
}

pub(super) fn as_value(invoice: &Invoice) -> serde_json::Value {
    json!({
        "number": invoice.label,
        "subscriber": invoice.subscriber_name,
        "kind": invoice.kind.code(),
        "issued_at": units::rfc3339(invoice.issued_at),
        "due_at": units::rfc3339(invoice.due_at),
        "currency": invoice.gross.currency().code(),
        "net_minor": invoice.net.amount_minor(),
        "gross_minor": invoice.gross.amount_minor(),
        "paid_minor": invoice.paid.amount_minor(),
    })
}
