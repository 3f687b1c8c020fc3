//! `weir billing seller`: who sells, as it stands on documents.

use anyhow::Context as _;
use billing_core::invoice::Seller;
use clap::Args;
use serde_json::json;

use super::super::open::Open;
use super::super::print;
use crate::units::{self, Setting};

/// What `weir billing seller` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct SellerArgs {
    /// The legal name.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A line of the address. Repeat it for each.
    #[arg(long, value_name = "LINE")]
    address: Vec<String>,
    /// By which the tax authority knows it, or none.
    #[arg(long, value_name = "NUMBER", value_parser = text)]
    tax_number: Option<Setting<String>>,
    /// Where to ask: an e-mail address, a number to call, or none.
    #[arg(long, value_name = "TEXT", value_parser = text)]
    contact: Option<Setting<String>>,
    /// A line of how to pay. Repeat it for each; none takes it away.
    #[arg(long, value_name = "LINE")]
    payment: Vec<String>,
    /// A line at the foot of each page. Repeat it for each; none takes it away.
    #[arg(long, value_name = "LINE")]
    footer: Vec<String>,
}

/// A text, or none.
pub(in super::super) fn text(text: &str) -> Result<Setting<String>, String> {
    units::parse_setting(text, |text| Ok(text.to_owned()))
}

/// Lines that take the place of what was there; none, where there were none on the command line.
fn lines(given: &[String], before: Option<String>) -> Option<String> {
    match given {
        [] => before,
        [one] if one == "none" => None,
        lines => Some(lines.join("\n")),
    }
}

pub(super) async fn run(args: SellerArgs, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let settings = open.store.billing_settings(open.tenant);
    let before = settings.seller().await?;
    let is_changed = args.name.is_some()
        || !(args.address.is_empty() && args.payment.is_empty() && args.footer.is_empty())
        || args.tax_number.is_some()
        || args.contact.is_some();
    let now = if is_changed {
        let was =
            |of: fn(&Seller) -> &Option<String>| before.as_ref().and_then(|it| of(it).clone());
        let name = args.name.or_else(|| before.as_ref().map(|it| it.name.clone()));
        let new = Seller {
            name: name.context("--name: nobody has said yet what the seller is called")?,
            address: match args.address.is_empty() {
                true => before.as_ref().map(|it| it.address.clone()).unwrap_or_default(),
                false => args.address,
            },
            tax_number: args
                .tax_number
                .map_or_else(|| was(|it| &it.tax_number), Setting::into_option),
            contact: args.contact.map_or_else(|| was(|it| &it.contact), Setting::into_option),
            payment_instructions: lines(&args.payment, was(|it| &it.payment_instructions)),
            footer: lines(&args.footer, was(|it| &it.footer)),
        };
        settings.set_seller(&open.actor, &new).await?;
        Some(new)
    } else {
        before
    };
    show(now, as_json)
}

fn show(seller: Option<Seller>, as_json: bool) -> anyhow::Result<()> {
    let Some(seller) = seller else {
        return match as_json {
            true => print::json(&serde_json::Value::Null),
            false => print::line("nobody has said who sells"),
        };
    };
    if as_json {
        return print::json(&json!({
            "name": seller.name,
            "address": seller.address,
            "tax_number": seller.tax_number,
            "contact": seller.contact,
            "payment": seller.payment_instructions,
            "footer": seller.footer,
        }));
    }
    print::line(&format!("name        {}", seller.name))?;
    for line in &seller.address {
        print::line(&format!("address     {line}"))?;
    }
    let one = |what: &str, text: &Option<String>| -> anyhow::Result<()> {
        text.iter()
            .flat_map(|text| text.lines())
            .try_for_each(|line| print::line(&format!("{what:<12}{line}")))
    };
    one("tax number", &seller.tax_number)?;
    one("contact", &seller.contact)?;
    one("payment", &seller.payment_instructions)?;
    one("footer", &seller.footer)
}
