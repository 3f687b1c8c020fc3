//! `weir subscriber`: who buys.

use std::process::ExitCode;

use anyhow::bail;
use billing_core::{CustomerCategory, Money, Percentage};
use clap::{Args, Subcommand};
use serde_json::json;
use storage::{BuyerChange, NewSubscriber, StoreError, Subscriber, SubscriberChange, TaxSpecial};

use super::billing::seller::text;
use super::billing::statement::{self, StatementArgs};
use super::open::{self, Open};
use super::{Globals, print, service};
use crate::table::{Column, Table};
use crate::units::{self, Setting};

/// What can be done with subscribers.
#[derive(Debug, Subcommand)]
pub(super) enum SubscriberCommand {
    /// Make a subscriber.
    Add(SubscriberAdd),
    /// List the subscribers.
    List,
    /// Show a subscriber and its services.
    Show {
        /// What it is called.
        name: String,
    },
    /// Say what kind of customer a subscriber is, and where: some products are offered to some only; and who
    /// is billed for it, as it stands on its documents from now on.
    Set(Box<SubscriberSet>),
    /// Say that a subscriber does not pay a tax, or at a rate of its own.
    Tax(SubscriberTax),
    /// List what a subscriber was charged and has paid, and what is owed.
    Statement(StatementArgs),
    /// Remove a subscriber that has no services.
    Remove {
        /// What it is called.
        name: String,
    },
}

/// What `weir subscriber add` can be told.
#[derive(Debug, Args)]
pub(super) struct SubscriberAdd {
    /// What to call it, in commands.
    name: String,
    /// The name of the person or company.
    #[arg(long, value_name = "NAME")]
    full_name: Option<String>,
    /// The number to call.
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    /// Leave a subscriber of this name as it is.
    #[arg(long)]
    if_missing: bool,
}

/// What `weir subscriber set` can be told.
#[derive(Debug, Args)]
pub(super) struct SubscriberSet {
    /// What it is called.
    name: String,
    /// What kind of customer it is: residential, business, enterprise, public-body, reseller, or none.
    #[arg(long, value_name = "KIND", value_parser = category)]
    category: Option<Setting<CustomerCategory>>,
    /// In which zone it is, or none.
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    zone: Option<Setting<String>>,
    /// The name that is billed, or none: its full name.
    #[arg(long, value_name = "NAME", value_parser = text)]
    billing_name: Option<Setting<String>>,
    /// A line of the address that is billed. Repeat it for each; none takes it away.
    #[arg(long, value_name = "LINE")]
    address: Vec<String>,
    /// By which the tax authority knows it (VAT no.), or none.
    #[arg(long, value_name = "NUMBER", value_parser = text)]
    tax_number: Option<Setting<String>>,
    /// Where invoices are sent, or none.
    #[arg(long, value_name = "ADDRESS", value_parser = text)]
    email: Option<Setting<String>>,
    /// What it orders by, or none. A subscription can have an order of its own: `weir subscription
    /// purchase-order`.
    #[arg(long, value_name = "NUMBER", value_parser = text)]
    purchase_order: Option<Setting<String>>,
    /// How long its invoices may remain unpaid, days (30 is net-30), or none: as everybody's.
    #[arg(long, value_name = "DAYS", value_parser = days)]
    payment_days: Option<Setting<u16>>,
    /// The most that it may owe by what it buys, "1000 KES", or none: then packages are paid before, unless
    /// they are said to be on credit. "0 KES" pays before in any case.
    #[arg(long, value_name = "AMOUNT", value_parser = credit_limit)]
    credit_limit: Option<Setting<Money>>,
}

fn credit_limit(text: &str) -> Result<Setting<Money>, String> {
    units::parse_setting(text, |text| text.parse::<Money>().map_err(|error| error.to_string()))
}

fn days(text: &str) -> Result<Setting<u16>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|_| format!("`{text}` is no number of days; 0 to 365 are, or none"))
    })
}

fn category(text: &str) -> Result<Setting<CustomerCategory>, String> {
    units::parse_setting(text, |text| {
        CustomerCategory::from_code(text).ok_or_else(|| {
            let known = CustomerCategory::ALL.map(CustomerCategory::code).join(", ");
            format!("`{text}` is no kind of customer; there are {known}")
        })
    })
}

fn zone(text: &str) -> Result<Setting<String>, String> {
    units::parse_setting(text, |name| Ok(name.to_owned()))
}

/// What `weir subscriber tax` can be told.
#[derive(Debug, Args)]
pub(super) struct SubscriberTax {
    /// What it is called.
    name: String,
    /// Which tax.
    tax: String,
    /// Does not pay it.
    #[arg(long, conflicts_with_all = ["rate", "usual"])]
    exempt: bool,
    /// Pays it at this rate: 8%.
    #[arg(long, value_name = "RATE", conflicts_with = "usual")]
    rate: Option<Percentage>,
    /// Pays it as everybody.
    #[arg(long)]
    usual: bool,
}

pub(super) fn run(command: SubscriberCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        match command {
            SubscriberCommand::Add(args) => add(args, &open).await,
            SubscriberCommand::List => list(&open, globals.json).await,
            SubscriberCommand::Show { name } => show(&name, &open, globals.json).await,
            SubscriberCommand::Set(args) => set(*args, &open).await,
            SubscriberCommand::Tax(args) => tax(args, &open).await,
            SubscriberCommand::Statement(args) => statement::show(&args, &open, globals).await,
            SubscriberCommand::Remove { name } => {
                open.store.subscribers(open.tenant).remove(&open.actor, &name).await?;
                open.done(&format!("subscriber `{name}` removed"))
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn add(args: SubscriberAdd, open: &Open) -> anyhow::Result<()> {
    let subscribers = open.store.subscribers(open.tenant);
    if args.if_missing {
        match subscribers.find(&args.name).await {
            Ok(_) => return print::line(&format!("subscriber `{}` exists already", args.name)),
            Err(StoreError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let new = NewSubscriber { name: args.name, full_name: args.full_name, phone: args.phone };
    let subscriber = subscribers.add(&open.actor, &new).await?;
    open.done(&format!("subscriber `{}` added", subscriber.name))
}

async fn set(args: SubscriberSet, open: &Open) -> anyhow::Result<()> {
    let change = SubscriberChange {
        category: args.category.map(Setting::into_option),
        zone: args.zone.map(Setting::into_option),
        payment_days: args.payment_days.map(Setting::into_option),
        credit_limit: args.credit_limit.map(Setting::into_option),
        buyer: BuyerChange {
            name: args.billing_name.map(Setting::into_option),
            address: match args.address.as_slice() {
                [] => None,
                [one] if one == "none" => Some(Vec::new()),
                _ => Some(args.address),
            },
            tax_number: args.tax_number.map(Setting::into_option),
            email: args.email.map(Setting::into_option),
            purchase_order: args.purchase_order.map(Setting::into_option),
        },
    };
    if change == SubscriberChange::default() {
        bail!("nothing to set; name --category business, --zone north or --address");
    }
    let set = open.store.subscribers(open.tenant).set(&open.actor, &args.name, &change).await?;
    let category = set.category.map_or("a customer of no known kind", CustomerCategory::code);
    let zone = zone_name(&set, open).await?;
    let zone = zone.map_or_else(|| "no known zone".to_owned(), |zone| format!("zone `{zone}`"));
    print::line(&format!("`{}` is {category}, in {zone}", args.name))?;
    let buyer = open.store.subscribers(open.tenant).buyer(&args.name).await?;
    let days = set.payment_days.map_or_else(String::new, |days| format!(", due after {days} days"));
    print::line(&format!("its invoices are for {}{days}", buyer.name))?;
    match set.credit_limit {
        Some(limit) => print::line(&format!("it may owe {limit} by what it buys")),
        None => Ok(()),
    }
}

/// What the zone of a subscriber is called.
async fn zone_name(subscriber: &Subscriber, open: &Open) -> anyhow::Result<Option<String>> {
    let Some(id) = subscriber.zone else { return Ok(None) };
    let zones = open.store.zones(open.tenant).list().await?;
    Ok(zones.into_iter().find(|zone| zone.id == id).map(|zone| zone.name))
}

async fn tax(args: SubscriberTax, open: &Open) -> anyhow::Result<()> {
    let SubscriberTax { name, tax, exempt, rate, usual } = args;
    let special = match (exempt, rate, usual) {
        (true, ..) => Some(TaxSpecial::Exempt),
        (_, Some(rate), _) => Some(TaxSpecial::Rate(rate)),
        (_, _, true) => None,
        _ => bail!("nothing to set; name --exempt, --rate 8% or --usual"),
    };
    open.store.subscribers(open.tenant).set_tax(&open.actor, &name, &tax, special).await?;
    print::line(&match special {
        Some(TaxSpecial::Exempt) => format!("`{name}` does not pay {tax}"),
        Some(TaxSpecial::Rate(rate)) => format!("`{name}` pays {rate} of {tax}"),
        None => format!("`{name}` pays {tax} as everybody"),
    })
}

async fn list(open: &Open, as_json: bool) -> anyhow::Result<()> {
    let subscribers = open.store.subscribers(open.tenant).list().await?;
    if as_json {
        return print::json(&subscribers.iter().map(as_value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Left("NAME"),
        Column::Left("FULL NAME"),
        Column::Left("PHONE"),
        Column::Left("SINCE"),
    ]);
    for subscriber in subscribers {
        table.row([
            subscriber.name,
            subscriber.full_name.unwrap_or_default(),
            subscriber.phone.unwrap_or_default(),
            units::when(subscriber.created_at),
        ]);
    }
    print::block(&table.render())
}

async fn show(name: &str, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let subscriber = open.store.subscribers(open.tenant).find(name).await?;
    let services = open.store.services(open.tenant).list_of_subscriber(name).await?;
    let zone = zone_name(&subscriber, open).await?;
    let buyer = open.store.subscribers(open.tenant).buyer(name).await?;
    if as_json {
        let mut value = as_value(&subscriber);
        value["billed"] = json!({
            "name": buyer.name,
            "address": buyer.address,
            "tax_number": buyer.tax_number,
            "email": buyer.email,
            "purchase_order": buyer.purchase_order,
        });
        value["zone"] = json!(zone);
        value["services"] = services.iter().map(|entry| service::as_value(None, entry)).collect();
        return print::json(&value);
    }
    print::line(&format!("subscriber  {}", subscriber.name))?;
    print::line(&format!("full name   {}", subscriber.full_name.unwrap_or_default()))?;
    print::line(&format!("phone       {}", subscriber.phone.unwrap_or_default()))?;
    let category = subscriber.category.map_or("", CustomerCategory::code);
    print::line(&format!("category    {category}"))?;
    print::line(&format!("zone        {}", zone.unwrap_or_default()))?;
    print::line(&format!("since       {}", units::when(subscriber.created_at)))?;
    print::line(&format!("billed      {}", buyer.name))?;
    let rest = [
        ("tax number", buyer.tax_number),
        ("e-mail", buyer.email),
        ("order", buyer.purchase_order),
        ("due after", subscriber.payment_days.map(|days| format!("{days} days"))),
        ("may owe", subscriber.credit_limit.map(|limit| limit.to_string())),
    ];
    let address = buyer.address.into_iter().map(|line| ("address", Some(line)));
    for (what, text) in address.chain(rest) {
        if let Some(text) = text {
            print::line(&format!("{what:<12}{text}"))?;
        }
    }
    print::line("")?;
    print::block(&service::table(&services).render())
}

fn as_value(subscriber: &Subscriber) -> serde_json::Value {
    json!({
        "id": subscriber.id.0,
        "name": subscriber.name,
        "full_name": subscriber.full_name,
        "phone": subscriber.phone,
        "category": subscriber.category.map(CustomerCategory::code),
        "zone": subscriber.zone.map(|zone| zone.0),
        "payment_days": subscriber.payment_days,
        "credit_limit_minor": subscriber.credit_limit.map(Money::amount_minor),
        "credit_currency": subscriber.credit_limit.map(|limit| limit.currency().code()),
        "created_at": units::rfc3339(subscriber.created_at),
    })
}
