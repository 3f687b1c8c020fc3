//! `weir invoice credit`: what is given back of an invoice.

use anyhow::{Context as _, bail};
use billing_core::Money;
use billing_core::invoice::{CreditNote, CreditReason, Part, ToCredit};
use clap::Args;
use serde_json::{Value, json};
use storage::{CreditEntry, NewCredit};

use super::super::open::Open;
use super::super::print;
use super::invoice;

/// What is given back, and why.
#[derive(Debug, Args)]
pub(in super::super) struct CreditArgs {
    /// The number of the invoice as it is printed: INV-2026-000017.
    number: String,
    /// A line of it, counted from 1; can be given several times. Without one, all that is left of the invoice.
    #[arg(long = "line", value_name = "LINE")]
    lines: Vec<usize>,
    /// So much and not all, as the prices are: without taxes where they come on top, which are given back
    /// with it. Of one line, or without one shared among all by what is left of them.
    #[arg(long, value_name = "AMOUNT", conflicts_with = "quantity")]
    amount: Option<Money>,
    /// So many of those that the line is for.
    #[arg(long, value_name = "COUNT")]
    quantity: Option<u32>,
    /// Why, as it stands on the lines of the credit note.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// What kind of reason that is: duplicate, mistake, service, order, goodwill, adjustment or other.
    #[arg(long, value_name = "KIND", default_value = "other")]
    kind: String,
    /// By which it is known again: the same again changes nothing.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Only say what would be given back.
    #[arg(long)]
    dry_run: bool,
}

impl CreditArgs {
    fn wanted(&self) -> anyhow::Result<ToCredit> {
        let part = match (self.amount, self.quantity) {
            (Some(amount), _) => Part::Amount(amount),
            (None, Some(quantity)) => Part::Quantity(quantity),
            (None, None) => Part::Rest,
        };
        match (self.lines.as_slice(), part) {
            ([], Part::Rest) => Ok(ToCredit::Whole),
            ([], Part::Amount(amount)) => Ok(ToCredit::Amount(amount)),
            ([], Part::Quantity(_)) => bail!("--quantity is of one line; say which with --line"),
            ([_, _, ..], Part::Amount(_) | Part::Quantity(_)) => {
                bail!("--amount and --quantity are of one line; give each line a credit note")
            }
            (lines, part) => {
                let place = |line: &usize| line.checked_sub(1).context("lines are counted from 1");
                let parts = lines.iter().map(|line| Ok((place(line)?, part)));
                Ok(ToCredit::Lines(parts.collect::<anyhow::Result<_>>()?))
            }
        }
    }

    fn kind(&self) -> anyhow::Result<CreditReason> {
        let known = || CreditReason::ALL.map(CreditReason::code).join(", ");
        CreditReason::from_code(&self.kind)
            .with_context(|| format!("`{}` is no kind of reason; there are {}", self.kind, known()))
    }
}

pub(super) async fn run(args: CreditArgs, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let (what, reason) = (args.wanted()?, args.kind()?);
    let CreditArgs { number, reason: memo, key, dry_run, .. } = args;
    let new = NewCredit { what, reason, memo, key };
    let invoices = open.store.invoices(open.tenant);
    if dry_run {
        return preview(&number, &invoices.preview_credit(&number, &new).await?, as_json);
    }
    let (note, is_new) = invoices.credit(&open.actor, &number, &new).await?;
    if as_json {
        let mut value = invoice::as_value(&note);
        value["credits"] = invoices.credits_of(&note).await?.first().map(as_value).into();
        value["is_new"] = is_new.into();
        return print::json(&value);
    }
    let known = if is_new { "" } else { "known already: " };
    print::line(&format!(
        "{known}{}: {} without taxes, {} with them, of {number}",
        note.label, note.net, note.gross
    ))
}

fn preview(number: &str, note: &CreditNote, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let line = |line: &billing_core::invoice::CreditLine| {
            json!({
                "line": line.place + 1,
                "net_minor": line.amount.net.amount_minor(),
                "gross_minor": line.amount.gross.amount_minor(),
            })
        };
        return print::json(&json!({
            "invoice": number,
            "currency": note.gross.currency().code(),
            "net_minor": note.net.amount_minor(),
            "gross_minor": note.gross.amount_minor(),
            "lines": note.lines.iter().map(line).collect::<Vec<_>>(),
        }));
    }
    for line in &note.lines {
        let (number, amount) = (line.place + 1, &line.amount);
        print::line(&format!("line {number}: {}, {} with taxes", amount.net, amount.gross))?;
    }
    print::line(&format!(
        "{} without taxes, {} with them, of {number} would be given back",
        note.net, note.gross
    ))
}

/// For machines: which note gives back something of which invoice, and why.
pub(super) fn as_value(credit: &CreditEntry) -> Value {
    json!({
        "number": credit.note.label,
        "invoice": credit.invoice,
        "gross_minor": credit.note.gross.amount_minor(),
        "kind": credit.reason.code(),
        "reason": credit.memo,
    })
}
