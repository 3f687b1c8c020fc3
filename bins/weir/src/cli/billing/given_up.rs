//! `weir invoice write-off` and `weir dunning waive`: what is owed and is not asked for any more.

use billing_core::Money;
use clap::Args;
use serde_json::json;
use storage::{GivenUp, NewGivenUp};

use super::super::open::Open;
use super::super::print;

/// What is given up, and why.
#[derive(Debug, Args)]
pub(in super::super) struct GiveUpArgs {
    /// The number of the invoice as it is printed: INV-2026-000017.
    number: String,
    /// So much and not all that is open, with its taxes: "500 KES".
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<Money>,
    /// Why, as it is kept.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// By which it is known again: the same again changes nothing.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

pub(super) async fn write_off(args: GiveUpArgs, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let (number, new) = args.wanted();
    let done = open.store.invoices(open.tenant).write_off(&open.actor, &number, &new).await?;
    tell(&number, done, ("of", "is written off"), as_json)
}

pub(super) async fn waive(args: GiveUpArgs, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let (number, new) = args.wanted();
    let done = open.store.dunning(open.tenant).waive(&open.actor, &number, &new).await?;
    tell(&number, done, ("of the late fees of", "is waived"), as_json)
}

impl GiveUpArgs {
    fn wanted(self) -> (String, NewGivenUp) {
        let Self { number, amount, reason, key } = self;
        (number, NewGivenUp { amount, reason, key })
    }
}

fn tell(
    number: &str,
    GivenUp { amount, is_new }: GivenUp,
    (of, what): (&str, &str),
    as_json: bool,
) -> anyhow::Result<()> {
    if as_json {
        return print::json(&json!({
            "invoice": number,
            "amount_minor": amount.amount_minor(),
            "currency": amount.currency().code(),
            "is_new": is_new,
        }));
    }
    let known = if is_new { "" } else { "known already: " };
    print::line(&format!("{known}{amount} {of} {number} {what}"))
}
