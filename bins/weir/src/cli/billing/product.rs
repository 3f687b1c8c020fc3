//! `weir product`: what is sold, and what it costs.

use std::process::ExitCode;

use anyhow::bail;
use billing_core::{
    AppliesTo, Billing, Cadence, Money, Price, PriceVersion, Pricing, Proration, RecurringPrice,
};
use clap::{ArgGroup, Args, Subcommand};
use entitlement::{TimeZone, Timestamp};
use serde_json::json;
use storage::{Product, ProductChange};

use super::super::open::{self, Open};
use super::super::{Globals, print};
use super::offer::{self, OfferArgs, SeenArgs};
use super::usage_price::{self, UsageArgs};
use super::{moment, shown, zone};
use crate::table::{Column, Table};
use crate::units::{self, Setting};

/// What can be done with products.
#[derive(Debug, Subcommand)]
pub(in super::super) enum ProductCommand {
    /// Make a product, change one, or give it another price.
    ///
    /// Another price is a version of its own, from a moment on, for everybody or for those only who take the
    /// product then or later. Periods that begin before that keep the price that they have. One from before
    /// (--from) bills what was billed since then anew: the difference is charged or credited with the next run.
    Set(Box<ProductSet>),
    /// List the products with the prices in force; for a subscriber, the offers that can be taken now.
    List(ProductList),
    /// Show a product and every version of its price.
    Show {
        /// What it is called.
        name: String,
    },
}

/// What `weir product list` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct ProductList {
    /// Only what this subscriber can take now.
    #[arg(long = "for", value_name = "SUBSCRIBER")]
    subscriber: Option<String>,
    /// And not now but then, on the tenant's clock.
    #[arg(long, value_name = "WHEN", requires = "subscriber")]
    at: Option<String>,
    #[command(flatten)]
    seen: SeenArgs,
}

/// What `weir product set` can be told.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("versioned").multiple(true))]
#[command(group = ArgGroup::new("periodic").multiple(true))]
pub(in super::super) struct ProductSet {
    /// What it is called; so it stands on invoices.
    name: String,
    /// The plan that the service of who has it is put on, or none.
    #[arg(long, value_name = "PLAN", value_parser = plan)]
    plan: Option<Setting<String>>,
    /// What it costs, without its taxes unless --tax-included: "1500 KES", 9.99EUR.
    #[arg(long, value_name = "AMOUNT", group = "versioned")]
    price: Option<Money>,
    /// For how long: "1 month", "30 days", "1 year"; without it the price is paid once.
    #[arg(long, value_name = "PERIOD", requires = "price", group = "periodic")]
    every: Option<Cadence>,
    /// Bill a period when it is over, and not when it begins.
    #[arg(long, requires = "every")]
    in_arrears: bool,
    /// What a part of a period costs: by-day, by-day-inclusive, thirty-day-month, by-second, or whole
    /// [default: by-day].
    #[arg(long, value_name = "RULE", requires = "periodic", value_parser = proration)]
    proration: Option<Proration>,
    /// Since when the price is in force, on the tenant's clock [default: always, and from now on where
    /// the product has had a price, of whichever kind].
    #[arg(long, value_name = "WHEN", requires = "versioned")]
    from: Option<String>,
    /// Who has the product already keeps the price that it has.
    #[arg(long, requires = "versioned")]
    new_only: bool,
    /// A tax on it. Repeat it for more, in their order; those given take the place of all that it had.
    #[arg(long, value_name = "TAX", conflicts_with = "no_tax")]
    tax: Vec<String>,
    /// It has no tax.
    #[arg(long)]
    no_tax: bool,
    /// Its prices include its taxes.
    #[arg(long, conflicts_with = "tax_on_top")]
    tax_included: bool,
    /// Its taxes come on top of its prices.
    #[arg(long)]
    tax_on_top: bool,
    #[command(flatten)]
    usage: UsageArgs,
    #[command(flatten)]
    offer: OfferArgs,
}

fn plan(text: &str) -> Result<Setting<String>, String> {
    units::parse_setting(text, |name| Ok(name.to_owned()))
}

fn proration(text: &str) -> Result<Proration, String> {
    Proration::from_code(text).ok_or_else(|| {
        let known = Proration::ALL.map(Proration::code).join(", ");
        format!("`{text}` is no rule for a part of a period; there are {known}")
    })
}

pub(in super::super) fn run(
    command: ProductCommand,
    globals: &Globals,
) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        match command {
            ProductCommand::Set(args) => set(*args, &open, globals).await,
            ProductCommand::List(args) => list(args, &open, globals).await,
            ProductCommand::Show { name } => show(&name, &open, globals).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn set(args: ProductSet, open: &Open, globals: &Globals) -> anyhow::Result<()> {
    let products = open.store.products(open.tenant);
    let known = products.list().await?;
    let before = known.iter().find(|product| product.name == args.name);
    let zone = zone(open, globals).await?;
    let mut change = ProductChange {
        plan: args.plan.clone().map(Setting::into_option),
        taxes: (args.no_tax || !args.tax.is_empty()).then(|| args.tax.clone()),
        pricing: match (args.tax_included, args.tax_on_top) {
            (true, _) => Some(Pricing::TaxInclusive),
            (_, true) => Some(Pricing::TaxExclusive),
            _ => None,
        },
        offer: args.offer.change(before, &zone)?,
        ..Default::default()
    };
    let version = args.price.map(|amount| version(&args, amount, before, &zone)).transpose()?;
    let applies_to = applies_to(args.new_only);
    let versioned = (args.from.as_deref(), applies_to, args.proration);
    args.usage.add_to(&mut change, before, versioned, &zone)?;
    if version.is_none() && change == ProductChange::default() {
        bail!(
            "nothing to set; name at least one option, for example --price \"1500 KES\" --every \
             \"1 month\" (see `weir product set --help`)"
        );
    }
    let product = products.set(&open.actor, &args.name, &change, version.as_ref()).await?;
    print::line(&format!("product `{}` {}", product.name, is_sold(&product)))?;
    if !product.prices.has_price() {
        print::warning(
            "it has no price yet, and cannot be billed without one: --price, or --usage",
        );
    }
    if product.taxes.is_none() {
        print::warning(
            "nobody has said how it is taxed, and it cannot be billed before: --tax or --no-tax",
        );
    }
    Ok(())
}

fn is_sold(product: &Product) -> String {
    match product.prices.versions.last() {
        Some(version) => format!("costs {}", price(&version.price)),
        None if product.prices.has_price() => "is paid by use".to_owned(),
        None => "is there".to_owned(),
    }
}

fn version(
    args: &ProductSet,
    amount: Money,
    before: Option<&Product>,
    zone: &TimeZone,
) -> anyhow::Result<PriceVersion> {
    let has_price = before.is_some_and(|product| product.prices.has_price());
    let from = match (&args.from, has_price) {
        (None, false) => Timestamp::from_unix_ms(0),
        (from, _) => moment(from.as_deref(), zone)?,
    };
    let price = match args.every {
        None => Price::Once(amount),
        Some(cadence) => Price::Recurring(RecurringPrice {
            amount,
            cadence,
            billed: if args.in_arrears { Billing::InArrears } else { Billing::InAdvance },
            proration: args.proration.unwrap_or_default(),
        }),
    };
    Ok(PriceVersion { from, applies_to: applies_to(args.new_only), price })
}

const fn applies_to(new_only: bool) -> AppliesTo {
    if new_only { AppliesTo::NewOnly } else { AppliesTo::Everybody }
}

fn price(price: &Price) -> String {
    match price {
        Price::Once(amount) => format!("{amount} once"),
        Price::Recurring(RecurringPrice { amount, cadence, billed, proration }) => {
            let billed = match billed {
                Billing::InAdvance => "in advance",
                Billing::InArrears => "in arrears",
            };
            format!("{amount} every {cadence}, {billed}, {}", proration.code())
        }
    }
}

fn taxes(product: &Product) -> String {
    match &product.taxes {
        None => "not said".to_owned(),
        Some(taxes) if taxes.is_empty() => "none".to_owned(),
        Some(taxes) => {
            let within = if product.pricing == Pricing::TaxInclusive { " (included)" } else { "" };
            format!("{}{within}", taxes.join(", "))
        }
    }
}

async fn list(args: ProductList, open: &Open, globals: &Globals) -> anyhow::Result<()> {
    let products = open.store.products(open.tenant);
    let at = moment(args.at.as_deref(), &zone(open, globals).await?)?;
    let products = match args.subscriber {
        Some(subscriber) => products.offered(&subscriber, &args.seen.seen(), at).await?,
        None => products.list().await?,
    };
    if globals.json {
        return print::json(&products.iter().map(as_value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Left("NAME"),
        Column::Left("PRICE NOW"),
        Column::Left("TAXES"),
        Column::Left("PLAN"),
    ]);
    for product in &products {
        let fixed = product.prices.at(at, at).map(price);
        let used = product.prices.usage_at(at, at).map(usage_price::usage);
        let in_force: Vec<_> = fixed.into_iter().chain(used).collect();
        let in_force = if in_force.is_empty() { "none".to_owned() } else { in_force.join("; ") };
        let plan = product.plan.clone().unwrap_or_default();
        table.row([product.name.clone(), in_force, taxes(product), plan]);
    }
    print::block(&table.render())
}

async fn show(name: &str, open: &Open, globals: &Globals) -> anyhow::Result<()> {
    let product = open.store.products(open.tenant).find(name).await?;
    if globals.json {
        return print::json(&as_value(&product));
    }
    let zone = zone(open, globals).await?;
    print::line(&format!("product  {}", product.name))?;
    print::line(&format!("plan     {}", product.plan.as_deref().unwrap_or("none")))?;
    print::line(&format!("taxes    {}", taxes(&product)))?;
    print::line(&format!("number   {}", product.id))?;
    for (name, value) in offer::in_words(&product.offer, &zone) {
        print::line(&format!("{name:<9}{value}"))?;
    }
    print::line("")?;
    let mut table = Table::new(&[Column::Left("FROM"), Column::Left("FOR"), Column::Left("PRICE")]);
    for version in &product.prices.versions {
        let from = match version.from.unix_ms() {
            0 => "always".to_owned(),
            _ => shown(version.from, &zone),
        };
        table.row([from, for_whom(version.applies_to).to_owned(), price(&version.price)]);
    }
    for row in usage_price::rows(&product, &zone) {
        table.row(row);
    }
    print::block(&table.render())
}

pub(super) const fn for_whom(applies_to: AppliesTo) -> &'static str {
    match applies_to {
        AppliesTo::Everybody => "everybody",
        AppliesTo::NewOnly => "new only",
    }
}

fn as_value(product: &Product) -> serde_json::Value {
    let version = |version: &PriceVersion| {
        let (amount, recurring) = match version.price {
            Price::Once(amount) => (amount, None),
            Price::Recurring(price) => (price.amount, Some(price)),
        };
        json!({
            "from": units::rfc3339(version.from),
            "for": for_whom(version.applies_to),
            "amount_minor": amount.amount_minor(),
            "currency": amount.currency().code(),
            "every": recurring.map(|price| price.cadence.to_string()),
            "in_arrears": recurring.map(|price| price.billed == Billing::InArrears),
            "proration": recurring.map(|price| price.proration.code()),
        })
    };
    json!({
        "name": product.name,
        "number": product.id.0,
        "plan": product.plan,
        "taxes": product.taxes,
        "tax_included": product.pricing == Pricing::TaxInclusive,
        "prices": product.prices.versions.iter().map(version).collect::<Vec<_>>(),
        "usage": usage_price::usage_as_value(product),
        "promises": usage_price::promises_as_value(product),
        "offer": offer::as_value(&product.offer),
    })
}
