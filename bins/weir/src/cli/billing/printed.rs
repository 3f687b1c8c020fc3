//! Invoices and statements as they are printed: what the store keeps, in the words of `documents`.

use anyhow::{Context as _, bail};
use billing_core::invoice::Seller;
use clap::Args;
use documents::{Buyer, Invoice, InvoiceKind, InvoiceLine, InvoiceTax, Statement};
use entitlement::{TimeZone, Timestamp};
use storage::Preview;

use super::super::open::Open;
use super::paper::{self, PaperArgs};
use super::{moment, zone};
use crate::cli::Globals;

/// What `weir invoice print` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct InvoicePrint {
    /// Its number as it is printed: INV-2026-000017.
    number: String,
    #[command(flatten)]
    paper: PaperArgs,
}

/// What `weir invoice preview` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct InvoicePreview {
    /// Whose.
    subscriber: String,
    /// Up to which moment is billed, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
    #[command(flatten)]
    paper: PaperArgs,
}

/// Prints an invoice or a credit note.
pub(super) async fn invoice(
    args: &InvoicePrint,
    open: &Open,
    zone: &TimeZone,
) -> anyhow::Result<()> {
    let invoices = open.store.invoices(open.tenant);
    let (invoice, lines, taxes) = invoices.find(&args.number).await?;
    let (sold_by, bought_by) = invoices.parties(&invoice).await?;
    let kind = match invoice.kind {
        storage::InvoiceKind::Invoice => InvoiceKind::Invoice,
        storage::InvoiceKind::DebitNote => InvoiceKind::DebitNote,
        storage::InvoiceKind::CreditNote => {
            let of = invoices.credits_of(&invoice).await?.into_iter().next();
            InvoiceKind::CreditNote { credits: of.map(|of| (of.invoice, of.memo)) }
        }
    };
    let is_owed = invoice.kind != storage::InvoiceKind::CreditNote;
    let tax =
        |it: storage::InvoiceTax| InvoiceTax { tax: it.tax, base: it.base, amount: it.amount };
    let document = Invoice {
        kind,
        number: Some(invoice.label.clone()),
        seller: seller(sold_by)?,
        purchase_order: bought_by.purchase_order.clone(),
        buyer: buyer(bought_by, &invoice.subscriber_name),
        zone: zone.clone(),
        issued_at: invoice.issued_at,
        due_at: is_owed.then_some(invoice.due_at),
        lines: lines.into_iter().map(line).collect(),
        taxes: taxes.into_iter().map(tax).collect(),
        net: invoice.net,
        gross: invoice.gross,
        settled: is_owed.then_some(invoice.paid),
    };
    paper::write(&args.paper, &invoice.label, |fonts| document.to_pdf(fonts))
}

/// Prints what a subscriber would be billed.
pub(super) async fn preview(
    args: &InvoicePreview,
    open: &Open,
    zone: &TimeZone,
) -> anyhow::Result<()> {
    let at = moment(args.at.as_deref(), zone)?;
    let runs = open.store.billing_runs(open.tenant);
    let (previews, not_billed) = runs.preview_of(&args.subscriber, at).await?;
    if let Some(failed) = not_billed.into_iter().next() {
        return Err(failed.error)
            .with_context(|| format!("`{}` cannot be billed", args.subscriber));
    }
    let preview = match previews.as_slice() {
        [] => bail!("nothing would be billed to `{}` by then", args.subscriber),
        [one] => one.clone(),
        several => bail!(
            "`{}` would get {} invoices, in several currencies or for what is dunned apart; see `weir \
             billing run --dry-run`",
            args.subscriber,
            several.len()
        ),
    };
    let sold_by = open.store.billing_settings(open.tenant).seller().await?;
    let bought_by = open.store.subscribers(open.tenant).buyer(&args.subscriber).await?;
    let Preview { draft, lines, .. } = preview;
    let tax = |it: &billing_core::TaxLine| InvoiceTax {
        tax: it.tax.clone(),
        base: it.base,
        amount: it.amount,
    };
    let document = Invoice {
        kind: InvoiceKind::Proforma,
        number: None,
        seller: seller(sold_by)?,
        purchase_order: bought_by.purchase_order.clone(),
        buyer: buyer(bought_by, &args.subscriber),
        zone: zone.clone(),
        issued_at: at,
        due_at: None,
        lines: lines.into_iter().map(line).collect(),
        taxes: draft.taxes.iter().map(tax).collect(),
        net: draft.net,
        gross: draft.gross,
        settled: None,
    };
    let name = format!("proforma-{}", args.subscriber);
    paper::write(&args.paper, &name, |fonts| document.to_pdf(fonts))
}

/// Prints a statement.
pub(super) async fn statement(
    (name, account): (&str, billing_core::invoice::Statement),
    paper: &PaperArgs,
    open: &Open,
    globals: &Globals,
) -> anyhow::Result<()> {
    let sold_by = open.store.billing_settings(open.tenant).seller().await?;
    let bought_by = open.store.subscribers(open.tenant).buyer(name).await?;
    let document = Statement {
        seller: seller(sold_by)?,
        buyer: buyer(bought_by, name),
        zone: zone(open, globals).await?,
        account,
    };
    paper::write(paper, &format!("statement-{name}"), |fonts| document.to_pdf(fonts))
}

/// Who sells, as it is printed.
pub(super) fn seller(said: Option<Seller>) -> anyhow::Result<Seller> {
    said.context(
        "nobody has said who sells, which stands on every document: weir billing seller --name \
         \"Savanna Networks Ltd\" --address \"Ngong Road 12\" --tax-number P051234567X",
    )
}

fn buyer(said: storage::Buyer, account: &str) -> Buyer {
    Buyer {
        name: said.name,
        address: said.address,
        tax_number: said.tax_number,
        email: said.email,
        account: account.to_owned(),
    }
}

fn line(it: storage::InvoiceLine) -> InvoiceLine {
    let covers: Option<(Timestamp, Timestamp)> = it.covers.map(|it| (it.from(), it.until()));
    InvoiceLine {
        subscription: it.subscription.map(|id| id.0),
        service: it.service,
        purchase_order: it.purchase_order,
        product: it.product,
        period: covers,
        explanation: it.explanation,
        net: it.net,
        gross: it.gross,
    }
}
