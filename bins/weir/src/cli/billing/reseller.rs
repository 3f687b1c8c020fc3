//! `weir reseller`: tenants that sell for this one.

use core::num::NonZeroU32;
use std::process::ExitCode;

use anyhow::bail;
use billing_core::PartOrAmount;
use billing_core::ledger::Provider;
use billing_core::reseller::ResellerSaleId;
use billing_core::{Money, Pricing};
use clap::{Args, Subcommand, ValueEnum};
use entitlement::TimeZone;
use serde_json::json;
use storage::{
    CustomerPaysFrom, NewResellerSale, NewTopUp, PaymentCommissionEntry, PaymentRate,
    ResellerEntry, ResoldEntry,
};

use super::super::open::{self, Open};
use super::super::{Globals, print};
use super::{moment, shown, zone};
use crate::table::{Column, Table};
use crate::units;

/// What can be done with resellers.
#[derive(Debug, Subcommand)]
pub(in super::super) enum ResellerCommand {
    /// Put another tenant right below this one: it buys here, and sells to customers of its own.
    Add {
        /// What that tenant is called.
        name: String,
        /// How much it may owe, in the currency of its wallet; "0 KES" pays ahead.
        #[arg(long, value_name = "AMOUNT")]
        credit: Money,
    },
    /// Give a reseller other credit.
    Credit {
        /// What its tenant is called.
        name: String,
        /// How much it may owe: "500 KES".
        amount: Money,
    },
    /// Say what a reseller pays for something; with the tenant's own name, what it costs the tenant. What the
    /// reseller, and whoever is below it, charges its own customers for a product or a plan of this name moves it
    /// by itself.
    Price {
        /// What the reseller's tenant is called.
        name: String,
        /// What is sold, by a name that is the same on every level: a product, or the plan of vouchers.
        item: String,
        /// What it pays for one, without taxes: "800 KES".
        amount: Money,
    },
    /// Take money that a reseller pays in; it is in the books of both.
    TopUp(ResellerTopUp),
    /// Sell something to a customer of this tenant, through all of the tenants above it.
    Sale(ResellerSaleArgs),
    /// List the sales of this tenant and of those below it, with what it has earned with each.
    Sales {
        /// How many at most, the last ones.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u64,
    },
    /// List what resellers right below this tenant have paid and earned for what they, and those below them, have
    /// charged their own customers, the last first.
    Resold {
        /// How many at most.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u64,
    },
    /// Take back a sale of this tenant: all that has moved for it, on every level, with the commissions. The
    /// customer has back what was paid, from where it was paid.
    Refund {
        /// Its number, as `weir reseller sales` lists it.
        sale: i64,
        /// When, on the tenant's clock [default: now].
        #[arg(long, value_name = "WHEN")]
        at: Option<String>,
    },
    /// What a reseller earns for what its customers buy, and those of who is below it.
    #[command(subcommand)]
    Commission(CommissionCommand),
    /// List the resellers right below this tenant.
    List,
}

/// What can be agreed on about commissions.
#[derive(Debug, Subcommand)]
pub(in super::super) enum CommissionCommand {
    /// Agree on what a reseller earns for each sale to a customer, or for each payment of one: it is put into
    /// its wallet here with the sale or the payment. It is a part of what the customer pays, of a sale without
    /// taxes, or a fixed amount, but no more than that.
    Set {
        /// What its tenant is called.
        name: String,
        /// How much: "10%", or "25 KES" for each.
        rate: String,
        #[command(flatten)]
        of: CommissionOf,
    },
    /// End the agreement: on an item, so that what is agreed on for everything else holds, or on that.
    Remove {
        /// What its tenant is called.
        name: String,
        #[command(flatten)]
        of: CommissionOf,
    },
    /// List what this tenant has earned and given for payments of customers, the last first; those for sales
    /// are with the sales.
    List {
        /// How many at most.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u64,
    },
}

/// For what there is a commission.
#[derive(Debug, Args)]
pub(in super::super) struct CommissionOf {
    /// For each sale, or for each payment of a customer. Agreements on both stand beside each other.
    #[arg(long, value_enum, value_name = "WHAT", default_value = "sales")]
    on: CommissionOn,
    /// Of this alone; without it, of everything that has no rate of its own. Of sales only.
    #[arg(long, value_name = "ITEM")]
    item: Option<String>,
    /// For what is paid from this moment on, on the tenant's clock [default: now]. Of payments only: each has
    /// the rate of when it was received.
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,
}

/// What a commission is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CommissionOn {
    /// Each sale through resellers.
    Sales,
    /// Each payment of a customer.
    Payments,
}

/// What `weir reseller top-up` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct ResellerTopUp {
    /// What its tenant is called.
    name: String,
    /// How much: "1000 KES".
    amount: Money,
    /// With which provider it is received here.
    #[arg(long, value_name = "PROVIDER", default_value = "cash")]
    received_with: Provider,
    /// From which provider of its own the reseller pays it.
    #[arg(long, value_name = "PROVIDER", default_value = "cash")]
    paid_from: Provider,
    /// When, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
    /// By which the same payment is known again: the same key changes nothing a second time.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// What `weir reseller sale` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct ResellerSaleArgs {
    /// What is sold, by the name that has prices on every level.
    item: String,
    /// What the customer pays for one, without taxes unless --tax-included: "1000 KES".
    #[arg(long, value_name = "AMOUNT")]
    price: Money,
    /// How many.
    #[arg(long, value_name = "COUNT", default_value = "1")]
    quantity: NonZeroU32,
    /// A tax that the customer pays. Repeat it for more, in their order.
    #[arg(long, value_name = "TAX", required_unless_present = "no_tax", conflicts_with = "no_tax")]
    tax: Vec<String>,
    /// He pays no tax.
    #[arg(long)]
    no_tax: bool,
    /// The price includes its taxes.
    #[arg(long)]
    tax_included: bool,
    /// He pays with this provider: cash, mpesa.
    #[arg(long, value_name = "PROVIDER", conflicts_with_all = ["on_account", "wallet"])]
    till: Option<Provider>,
    /// This subscriber owes it: an invoice is made at once, which payments and the wallet pay.
    #[arg(long, value_name = "SUBSCRIBER", conflicts_with = "wallet")]
    on_account: Option<String>,
    /// This subscriber pays from the wallet.
    #[arg(long, value_name = "SUBSCRIBER")]
    wallet: Option<String>,
    /// When, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
    /// By which the same sale is known again: the same key changes nothing a second time.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

pub(in super::super) fn run(
    command: ResellerCommand,
    globals: &Globals,
) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zone = zone(&open, globals).await?;
        let resellers = open.store.resellers(open.tenant);
        match command {
            ResellerCommand::Add { name, credit } => {
                let entry = resellers.add(&open.actor, &name, credit).await?;
                print::line(&format!("`{name}` is below `{}`{}", globals.tenant, has(&entry)))
            }
            ResellerCommand::Credit { name, amount } => {
                let entry = resellers.set_credit(&open.actor, &name, amount).await?;
                print::line(&format!("`{name}` changed{}", has(&entry)))
            }
            ResellerCommand::Price { name, item, amount } => {
                resellers.set_price(&open.actor, &name, &item, amount).await?;
                print::line(&format!("`{item}` costs `{name}` {amount}"))
            }
            ResellerCommand::TopUp(args) => top_up(args, &open, &zone).await,
            ResellerCommand::Sale(args) => sale(args, &open, &zone, globals.json).await,
            ResellerCommand::Sales { limit } => sales(limit, &open, &zone, globals.json).await,
            ResellerCommand::Resold { limit } => resold(limit, &open, &zone, globals.json).await,
            ResellerCommand::Refund { sale, at } => {
                let at = at.map(|at| moment(Some(&at), &zone)).transpose()?;
                let back = resellers.refund(&open.actor, ResellerSaleId(sale), at).await?;
                if globals.json {
                    return print::json(&json!({
                        "sale": back.id.0,
                        "at": units::rfc3339(back.at),
                        "paid_back_minor": back.paid_back.amount_minor(),
                        "currency": back.paid_back.currency().code(),
                        "is_new": back.is_new,
                    }));
                }
                let at = shown(back.at, &zone);
                print::line(&match back.is_new {
                    true => format!(
                        "sale {sale} is taken back: the customer has back {}",
                        back.paid_back
                    ),
                    false => {
                        format!("sale {sale} was taken back before, at {at}; nothing has moved")
                    }
                })
            }
            ResellerCommand::Commission(command) => {
                commission(command, &open, &zone, globals.json).await
            }
            ResellerCommand::List => list(&open, &zone, globals.json).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn commission(
    command: CommissionCommand,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let resellers = open.store.resellers(open.tenant);
    let (name, rate, of) = match command {
        CommissionCommand::Set { name, rate, of } => (name, Some(rate.parse()?), of),
        CommissionCommand::Remove { name, of } => (name, None, of),
        CommissionCommand::List { limit } => {
            let all = resellers.payment_commissions(limit).await?;
            return earned(&all, zone, as_json);
        }
    };
    let what = match of.on {
        CommissionOn::Payments if of.item.is_some() => {
            bail!("what is paid is not of an item; leave --item out")
        }
        CommissionOn::Payments => {
            let from = moment(of.from.as_deref(), zone)?;
            resellers.set_payment_commission(&open.actor, &name, from, rate).await?;
            format!("each payment from {} on", shown(from, zone))
        }
        CommissionOn::Sales if of.from.is_some() => {
            bail!("what is earned for sales holds from now on; leave --from out")
        }
        CommissionOn::Sales => {
            let item = of.item.as_deref();
            match rate {
                Some(rate) => resellers.set_commission(&open.actor, &name, item, rate).await?,
                None => resellers.remove_commission(&open.actor, &name, item).await?,
            }
            of_what(item)
        }
    };
    print::line(&match rate {
        Some(rate) => format!("`{name}` earns {rate} of {what}"),
        None => format!("there is no agreement with `{name}` on {what}"),
    })
}

/// Commissions on payments, the newest first.
fn earned(all: &[PaymentCommissionEntry], zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let value = |it: &PaymentCommissionEntry| {
            json!({
                "at": units::rfc3339(it.at),
                "seller": it.seller,
                "provider": it.provider.to_string(),
                "number": it.number.as_str(),
                "paid_minor": it.paid.amount_minor(),
                "rate": it.rate.to_string(),
                "giver": it.giver,
                "earner": it.earner,
                "is_earned": it.is_earned,
                "amount_minor": it.amount.amount_minor(),
                "given_back_minor": it.back.amount_minor(),
                "currency": it.amount.currency().code(),
            })
        };
        return print::json(&all.iter().map(value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Left("AT"),
        Column::Left("PAYMENT"),
        Column::Left("SELLER"),
        Column::Right("PAID"),
        Column::Left("RATE"),
        Column::Right("EARNED"),
        Column::Right("GIVEN BACK"),
        Column::Left("WHO"),
    ]);
    for it in all {
        let who = match it.is_earned {
            true => format!("from {}", it.giver),
            false => format!("given to {}", it.earner),
        };
        table.row([
            shown(it.at, zone),
            format!("{} {}", it.provider, it.number),
            it.seller.clone(),
            it.paid.to_string(),
            it.rate.to_string(),
            it.amount.to_string(),
            it.back.to_string(),
            who,
        ]);
    }
    print::block(&table.render())
}

/// What a reseller earns for payments, from which moment on.
fn payment_rate(PaymentRate { from, rate }: &PaymentRate, zone: &TimeZone) -> String {
    let rate = rate.map_or_else(|| "nothing".to_owned(), |rate| rate.to_string());
    format!("{rate} of payments from {}", shown(*from, zone))
}

fn of_what(item: Option<&str>) -> String {
    item.map_or_else(|| "everything else that is sold".to_owned(), |item| format!("`{item}`"))
}

fn has(entry: &ResellerEntry) -> String {
    let (balance, credit) = (entry.wallet.balance(), entry.wallet.credit_limit());
    format!(", has {balance} there and {credit} of credit")
}

async fn top_up(args: ResellerTopUp, open: &Open, zone: &TimeZone) -> anyhow::Result<()> {
    let new = NewTopUp {
        reseller: args.name,
        amount: args.amount,
        received_with: args.received_with,
        paid_from: args.paid_from,
        at: moment(args.at.as_deref(), zone)?,
        key: args.key,
    };
    let resellers = open.store.resellers(open.tenant);
    let (id, is_new) = resellers.top_up(&open.actor, &new).await?;
    let entry = resellers.find(&new.reseller).await?;
    let (id, amount, name) = (id.0, new.amount, &new.reseller);
    let known = known_already(is_new);
    print::line(&format!("{known}top-up {id}: {amount} from `{name}`, which{}", &has(&entry)[1..]))
}

/// What is said before something that was done already, and has changed nothing.
const fn known_already(is_new: bool) -> &'static str {
    if is_new { "" } else { "known already: " }
}

async fn sale(
    args: ResellerSaleArgs,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let paid_from = match (args.till, args.on_account, args.wallet) {
        (Some(provider), _, _) => CustomerPaysFrom::Till(provider),
        (_, Some(subscriber), _) => CustomerPaysFrom::OnAccount(subscriber),
        (_, _, Some(subscriber)) => CustomerPaysFrom::Wallet(subscriber),
        _ => {
            bail!("say how it is paid: --till cash, --on-account SUBSCRIBER or --wallet SUBSCRIBER")
        }
    };
    let new = NewResellerSale {
        item: args.item,
        quantity: args.quantity,
        price: args.price,
        pricing: match args.tax_included {
            true => Pricing::TaxInclusive,
            false => Pricing::TaxExclusive,
        },
        taxes: args.tax,
        paid_from,
        at: moment(args.at.as_deref(), zone)?,
        key: args.key,
    };
    let made = open.store.resellers(open.tenant).sell(&open.actor, &new).await?;
    if as_json {
        return print::json(&json!({
            "sale": made.id.0,
            "net_minor": made.net.amount_minor(),
            "gross_minor": made.gross.amount_minor(),
            "margin_minor": made.margin.amount.amount_minor(),
            "commission_minor": made.commission.amount_minor(),
            "currency": made.gross.currency().code(),
            "invoice": made.invoice,
            "is_new": made.is_new,
        }));
    }
    let known = known_already(made.is_new);
    let (id, gross, margin) = (made.id.0, made.gross, made.margin.amount);
    let invoice = made.invoice.map(|label| format!(" by {label}")).unwrap_or_default();
    let commission = match made.commission.is_zero() {
        true => String::new(),
        false => format!(" and a commission of {}", made.commission),
    };
    print::line(&format!(
        "{known}sale {id}: the customer pays {gross}{invoice}, earned with it {margin}{commission}"
    ))
}

async fn sales(limit: u64, open: &Open, zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    let sales = open.store.resellers(open.tenant).sales(limit).await?;
    if as_json {
        let value = |it: &storage::ResellerSaleEntry| {
            json!({
                "sale": it.id.0,
                "at": units::rfc3339(it.at),
                "seller": it.seller,
                "item": it.item,
                "quantity": it.quantity,
                "margin_minor": it.margin.amount_minor(),
                "commission_minor": it.commission.amount_minor(),
                "refunded_at": it.refunded_at.map(units::rfc3339),
                "currency": it.margin.currency().code(),
            })
        };
        return print::json(&sales.iter().map(value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Right("SALE"),
        Column::Left("AT"),
        Column::Left("SELLER"),
        Column::Left("ITEM"),
        Column::Right("COUNT"),
        Column::Right("EARNED"),
        Column::Right("COMMISSION"),
        Column::Left("TAKEN BACK"),
    ]);
    for it in sales {
        let (at, count) = (shown(it.at, zone), it.quantity.to_string());
        let back = it.refunded_at.map_or_else(String::new, |at| shown(at, zone));
        let [margin, commission] = [it.margin, it.commission].map(|amount| amount.to_string());
        table.row([it.id.0.to_string(), at, it.seller, it.item, count, margin, commission, back]);
    }
    print::block(&table.render())
}

async fn resold(limit: u64, open: &Open, zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    let all = open.store.resellers(open.tenant).resold(limit).await?;
    if as_json {
        let value = |it: &ResoldEntry| {
            json!({
                "at": units::rfc3339(it.at),
                "seller": it.seller,
                "reseller": it.reseller,
                "item": it.item,
                "paid_minor": it.bought.amount_minor(),
                "commission_minor": it.commission.amount_minor(),
                "currency": it.bought.currency().code(),
            })
        };
        return print::json(&all.iter().map(value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Left("AT"),
        Column::Left("SELLER"),
        Column::Left("RESELLER"),
        Column::Left("ITEM"),
        Column::Right("PAID"),
        Column::Right("COMMISSION"),
    ]);
    for it in all {
        let [paid, commission] = [it.bought, it.commission].map(|amount| amount.to_string());
        table.row([shown(it.at, zone), it.seller, it.reseller, it.item, paid, commission]);
    }
    print::block(&table.render())
}

async fn list(open: &Open, zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    let resellers = open.store.resellers(open.tenant).list().await?;
    if as_json {
        let price = |(item, price): &(String, Money)| json!({ "item": item, "price_minor": price.amount_minor() });
        let commission = |(item, rate): &(String, PartOrAmount)| json!({ "item": item, "commission": rate.to_string() });
        let of_payments = |PaymentRate { from, rate }: &PaymentRate| json!({ "from": units::rfc3339(*from), "commission": rate.map(|rate| rate.to_string()) });
        let value = |entry: &ResellerEntry| {
            json!({
                "id": entry.id.0,
                "name": entry.name,
                "balance_minor": entry.wallet.balance().amount_minor(),
                "credit_minor": entry.wallet.credit_limit().amount_minor(),
                "currency": entry.wallet.balance().currency().code(),
                "prices": entry.prices.iter().map(price).collect::<Vec<_>>(),
                "commission": entry.commission.map(|rate| rate.to_string()),
                "commissions": entry.commissions.iter().map(commission).collect::<Vec<_>>(),
                "payment_commissions": entry.payment_rates.iter().map(of_payments).collect::<Vec<_>>(),
            })
        };
        return print::json(&resellers.iter().map(value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Left("NAME"),
        Column::Right("BALANCE"),
        Column::Right("CREDIT"),
        Column::Left("PAYS"),
        Column::Left("EARNS"),
    ]);
    for entry in &resellers {
        let prices = entry.prices.iter().map(|(item, price)| format!("{item} {price}"));
        let own = entry.commissions.iter().map(|(item, rate)| format!("{item} {rate}"));
        let usual = entry.commission.map(|rate| rate.to_string());
        let of_payments = entry.payment_rates.iter().map(|rate| payment_rate(rate, zone));
        table.row([
            entry.name.clone(),
            entry.wallet.balance().to_string(),
            entry.wallet.credit_limit().to_string(),
            prices.collect::<Vec<_>>().join(", "),
            usual.into_iter().chain(own).chain(of_payments).collect::<Vec<_>>().join(", "),
        ]);
    }
    print::block(&table.render())
}
