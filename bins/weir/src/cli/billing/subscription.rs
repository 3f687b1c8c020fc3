//! `weir subscription`: what subscribers have, and what becomes of it.

use std::process::ExitCode;

use anyhow::bail;
use billing_core::{
    Alignment, BilledIn, Cadence, Event, HELD_MAX, MaximumCharge, MinimumCharge, Money, Proration,
    Realignment, SubscriptionState, Transition, What,
};
use clap::{Args, Subcommand};
use entitlement::{TimeZone, Timestamp};
use serde_json::json;
use storage::{
    NewSubscription, PackageAhead, PackageEntry, SubscriptionEntry, SubscriptionEvent,
    SubscriptionId,
};

use super::super::open::{self, Open};
use super::super::{Globals, print};
use super::order::{self, OrderCommand};
use super::{moment, seller, shown, zone};
use crate::table::{Column, Table};
use crate::units::{self, Setting};

/// What can be done with subscriptions.
#[derive(Debug, Subcommand)]
pub(in super::super) enum SubscriptionCommand {
    /// Begin a subscription.
    Add(SubscriptionAdd),
    /// List the last subscriptions.
    List {
        /// Those of this subscriber only.
        #[arg(long, value_name = "NAME")]
        subscriber: Option<String>,
        /// How many at most.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u64,
    },
    /// Show a subscription and everything that has happened to it.
    Show {
        /// Its number.
        id: i64,
    },
    /// Give it more of a product, less of it, or another one, at a moment.
    ///
    /// `gold=0 silver=1` takes silver for gold. What is over is credited and what begins is charged with
    /// the next billing run, each for its part of the period.
    Change(SubscriptionChange),
    /// Set what its periods cost at least and at most; what is left out is not limited any more.
    Limit(SubscriptionLimit),
    /// Let its periods begin elsewhere: the present one ends, and what is left until the next begins is billed
    /// for its days.
    ChangeDay(SubscriptionChangeDay),
    /// Say what it was ordered by, which stands on its lines from now on, or none: what its subscriber orders by.
    PurchaseOrder {
        /// Its number.
        id: i64,
        /// The number of the order, or none.
        #[arg(value_parser = seller::text)]
        order: Setting<String>,
    },
    /// Let something happen to it: activate, fall-due, suspend, promise, settle, block, unblock, pause,
    /// resume or terminate.
    Enter(SubscriptionEnter),
    #[command(flatten)]
    Order(OrderCommand),
}

/// What `weir subscription add` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct SubscriptionAdd {
    /// Whose.
    subscriber: String,
    /// A product, or NAME=COUNT for several of it. Repeat it for more.
    #[arg(long, value_name = "PRODUCT", required = true, value_parser = quantity)]
    product: Vec<(String, u32)>,
    /// The login of the service that it pays for: it follows its state and its plan from now on.
    #[arg(long, value_name = "LOGIN")]
    service: Option<String>,
    /// Where its periods begin: anniversary, "day 1" of the month, monday.
    #[arg(long, value_name = "DAY", default_value = "anniversary")]
    align: Alignment,
    /// A state in which it is billed although it is not served: suspended, blocked, paused. Repeat it
    /// for more.
    #[arg(long, value_name = "STATE", value_parser = billed_state)]
    bill_while: Vec<SubscriptionState>,
    /// When it is activated, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,
}

/// What `weir subscription change` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct SubscriptionChange {
    /// Its number.
    id: i64,
    /// How many of which product it has then: NAME=COUNT.
    #[arg(required = true, value_name = "PRODUCT", value_parser = quantity)]
    product: Vec<(String, u32)>,
    /// When, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

/// What `weir subscription change-day` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct SubscriptionChangeDay {
    /// Its number.
    id: i64,
    /// Where its periods begin: anniversary, "day 15" of the month, monday.
    to: Alignment,
    /// From when on, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

/// What `weir subscription limit` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct SubscriptionLimit {
    /// Its number.
    id: i64,
    /// What a period costs at least: what is missing is billed when it is over.
    #[arg(long, value_name = "AMOUNT", requires = "minimum_as")]
    minimum: Option<Money>,
    /// The product as which that is billed, which says how it is taxed and has no price.
    #[arg(long, value_name = "PRODUCT", requires = "minimum")]
    minimum_as: Option<String>,
    /// What a period costs at most.
    #[arg(long, value_name = "AMOUNT")]
    maximum: Option<Money>,
    /// How long a period is.
    #[arg(long, value_name = "PERIOD", default_value = "1 month")]
    per: Cadence,
}

/// What `weir subscription enter` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct SubscriptionEnter {
    /// Its number.
    id: i64,
    /// What happens.
    #[arg(value_parser = transition)]
    what: Transition,
    /// When, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

fn quantity(text: &str) -> Result<(String, u32), String> {
    let Some((name, count)) = text.rsplit_once('=') else { return Ok((text.to_owned(), 1)) };
    let count = count.parse().map_err(|_| {
        format!("`{count}` of {name} cannot be had; 0 to {HELD_MAX} can, for example {name}=2")
    })?;
    Ok((name.to_owned(), count))
}

pub(super) fn billed_state(text: &str) -> Result<SubscriptionState, String> {
    use SubscriptionState as State;
    let state = State::from_code(text);
    state.filter(|it| matches!(it, State::Suspended | State::Blocked | State::Paused)).ok_or_else(
        || format!("`{text}` is no state to choose; there are suspended, blocked and paused"),
    )
}

fn transition(text: &str) -> Result<Transition, String> {
    Transition::from_code(text).ok_or_else(|| {
        let known = Transition::ALL.map(Transition::code).join(", ");
        format!("`{text}` is nothing that happens to a subscription; {known} are")
    })
}

pub(in super::super) fn run(
    command: SubscriptionCommand,
    globals: &Globals,
) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zone = zone(&open, globals).await?;
        match command {
            SubscriptionCommand::Add(args) => add(args, &open, &zone).await,
            SubscriptionCommand::List { subscriber, limit } => {
                list((subscriber.as_deref(), limit), &open, globals.json).await
            }
            SubscriptionCommand::Show { id } => show(id, &open, &zone, globals.json).await,
            SubscriptionCommand::Change(args) => {
                let at = moment(args.at.as_deref(), &zone)?;
                let mut changes = Vec::new();
                for (name, quantity) in &args.product {
                    let subscriptions = open.store.subscriptions(open.tenant);
                    let component = subscriptions.product(name).await?;
                    changes.push((at, What::Quantity { component, quantity: *quantity }));
                }
                enter(args.id, &changes, &open, &zone).await
            }
            SubscriptionCommand::ChangeDay(SubscriptionChangeDay { id, to, at }) => {
                let at = moment(at.as_deref(), &zone)?;
                let subscriptions = open.store.subscriptions(open.tenant);
                subscriptions.change_day(&open.actor, SubscriptionId(id), to, Some(at)).await?;
                let from = shown(at, &zone);
                print::line(&format!(
                    "the periods of subscription {id} begin at {to} from {from} on"
                ))
            }
            SubscriptionCommand::PurchaseOrder { id, order } => {
                let order = order.into_option();
                let subscriptions = open.store.subscriptions(open.tenant);
                let which = SubscriptionId(id);
                subscriptions.set_purchase_order(&open.actor, which, order.as_deref()).await?;
                print::line(&match order {
                    Some(order) => format!("subscription {id} was ordered by {order}"),
                    None => format!("subscription {id} has no order of its own"),
                })
            }
            SubscriptionCommand::Limit(args) => limit(args, &open).await,
            SubscriptionCommand::Enter(args) => {
                let at = moment(args.at.as_deref(), &zone)?;
                enter(args.id, &[(at, What::Transition(args.what))], &open, &zone).await
            }
            SubscriptionCommand::Order(command) => {
                order::run(command, &open, &zone, globals.json).await
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn add(args: SubscriptionAdd, open: &Open, zone: &TimeZone) -> anyhow::Result<()> {
    let from = moment(args.from.as_deref(), zone)?;
    if args.product.iter().any(|(_, count)| *count == 0) {
        bail!("a subscription that begins with none of a product does not have it; leave it out");
    }
    let has = |state| args.bill_while.contains(&state);
    let new = NewSubscription {
        subscriber: args.subscriber,
        service: args.service,
        products: args.product,
        alignment: args.align,
        billed_in: BilledIn {
            suspended: has(SubscriptionState::Suspended),
            blocked: has(SubscriptionState::Blocked),
            paused: has(SubscriptionState::Paused),
        },
        from,
    };
    let added = open.store.subscriptions(open.tenant).add(&open.actor, &new).await?;
    let from = shown(from, zone);
    open.done(&format!("subscription {} of `{}` from {from}", added.id, added.subscriber_name))
}

async fn limit(args: SubscriptionLimit, open: &Open) -> anyhow::Result<()> {
    let SubscriptionLimit { id, minimum, minimum_as, maximum, per } = args;
    let subscriptions = open.store.subscriptions(open.tenant);
    let proration = Proration::default();
    let minimum = match minimum.zip(minimum_as) {
        None => None,
        Some((amount, name)) => {
            let component = subscriptions.product(&name).await?;
            Some(MinimumCharge { component, amount, per, proration })
        }
    };
    let maximum = maximum.map(|amount| MaximumCharge { amount, per, proration });
    subscriptions.set_limits(&open.actor, SubscriptionId(id), minimum, maximum).await?;
    let said = |what: &str, amount: Option<Money>| match amount {
        None => format!("no {what}"),
        Some(amount) => format!("a {what} of {amount} every {per}"),
    };
    let minimum = said("minimum", minimum.map(|it| it.amount));
    let maximum = said("maximum", maximum.map(|it| it.amount));
    print::line(&format!("subscription {id} has {minimum} and {maximum}"))
}

async fn enter(
    id: i64,
    changes: &[(Timestamp, What)],
    open: &Open,
    zone: &TimeZone,
) -> anyhow::Result<()> {
    let subscriptions = open.store.subscriptions(open.tenant);
    let changed = subscriptions.change(&open.actor, SubscriptionId(id), changes).await?;
    tell_withdrawn(&changed.withdrawn, NOT_POSSIBLE, zone)?;
    let (state, costs) = (changed.subscription.state.code(), order::costs(&changed.fees));
    open.done(&format!("subscription {id} is {state} now{costs}"))
}

/// Why something is withdrawn for which nobody has asked.
pub(super) const NOT_POSSIBLE: &str = ": it is not possible now";

/// Says what was planned and will not happen, and why not.
pub(super) fn tell_withdrawn(
    withdrawn: &[SubscriptionEvent],
    why: &str,
    zone: &TimeZone,
) -> anyhow::Result<()> {
    for SubscriptionEvent { event, product } in withdrawn {
        let (what, at) = (happens(event, product.as_deref()), shown(event.at, zone));
        print::line(&format!("{what} at {at} was planned, and is withdrawn{why}"))?;
    }
    Ok(())
}

/// The same for machines.
pub(super) fn withdrawn_as_value(withdrawn: &[SubscriptionEvent]) -> serde_json::Value {
    withdrawn.iter().map(event_as_value).collect()
}

/// What happens, in a word.
fn happens(event: &Event, product: Option<&str>) -> String {
    match (event.what, product) {
        (What::Quantity { quantity, .. }, Some(product)) => format!("{product}={quantity}"),
        (What::Quantity { quantity, component }, None) => format!("{component}={quantity}"),
        (What::Transition(transition), _) => transition.code().to_owned(),
    }
}

async fn list(
    (subscriber, limit): (Option<&str>, u64),
    open: &Open,
    as_json: bool,
) -> anyhow::Result<()> {
    let entries = open.store.subscriptions(open.tenant).list(subscriber, limit).await?;
    if as_json {
        return print::json(&entries.iter().map(as_value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Right("NUMBER"),
        Column::Left("SUBSCRIBER"),
        Column::Left("STATE"),
        Column::Left("PERIODS"),
        Column::Left("HAS"),
    ]);
    for entry in &entries {
        table.row([
            entry.id.to_string(),
            entry.subscriber_name.clone(),
            entry.state.code().to_owned(),
            entry.alignment.to_string(),
            has(entry).join(", "),
        ]);
    }
    print::block(&table.render())
}

/// What it has at the end of everything that was entered.
fn has(entry: &SubscriptionEntry) -> Vec<String> {
    let mut all: Vec<(String, u32)> = Vec::new();
    for event in &entry.events {
        let (What::Quantity { quantity, .. }, Some(product)) = (event.event.what, &event.product)
        else {
            continue;
        };
        match all.iter_mut().find(|(name, _)| name == product) {
            Some((_, has)) => *has = quantity,
            None => all.push((product.clone(), quantity)),
        }
    }
    let all = all.into_iter().filter(|(_, quantity)| *quantity > 0);
    all.map(|(name, quantity)| match quantity {
        1 => name,
        _ => format!("{quantity} × {name}"),
    })
    .collect()
}

async fn show(id: i64, open: &Open, zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    let entry = open.store.subscriptions(open.tenant).find(SubscriptionId(id)).await?;
    if as_json {
        return print::json(&as_value(&entry));
    }
    print::line(&format!("subscription  {}", entry.id))?;
    print::line(&format!("subscriber    {}", entry.subscriber_name))?;
    print::line(&format!("state         {}", entry.state.code()))?;
    print::line(&format!("periods       {}", entry.alignment))?;
    if let Some(order) = &entry.purchase_order {
        print::line(&format!("ordered by    {order}"))?;
    }
    for Realignment { since, alignment } in &entry.realigned {
        print::line(&format!("  from {}: {alignment}", shown(*since, zone)))?;
    }
    print::line(&format!("has           {}", has(&entry).join(", ")))?;
    for PackageEntry { product, ahead, paid, auto_renew } in &entry.packages {
        let renewed = if *auto_renew { ", renewed by itself" } else { "" };
        let until = match (ahead.first(), paid) {
            (Some(next), _) => format!(" until {}", shown(next.begins, zone)),
            (None, Some(paid)) => format!(" paid until {}{renewed}", shown(paid.until, zone)),
            (None, None) => renewed.to_owned(),
        };
        print::line(&format!("package       {product}{until}"))?;
        for (place, PackageAhead { product, begins, until }) in ahead.iter().enumerate() {
            let renewed = if place + 1 == ahead.len() { renewed } else { "" };
            let (from, until) = (shown(*begins, zone), shown(*until, zone));
            let paid = format!("paid until {until}{renewed}");
            print::line(&format!("  from {from}: {product}, {paid}"))?;
        }
    }
    print::line("")?;
    let mut table = Table::new(&[Column::Left("AT"), Column::Left("WHAT")]);
    for event in &entry.events {
        let what = happens(&event.event, event.product.as_deref());
        table.row([shown(event.event.at, zone), what]);
    }
    print::block(&table.render())
}

fn event_as_value(it: &SubscriptionEvent) -> serde_json::Value {
    match it.event.what {
        What::Transition(transition) => {
            json!({ "at": units::rfc3339(it.event.at), "what": transition.code() })
        }
        What::Quantity { quantity, .. } => json!({
            "at": units::rfc3339(it.event.at),
            "product": it.product,
            "quantity": quantity,
        }),
    }
}

pub(super) fn as_value(entry: &SubscriptionEntry) -> serde_json::Value {
    let ahead = |it: &PackageAhead| {
        json!({
            "product": it.product,
            "begins": units::rfc3339(it.begins),
            "paid_until": units::rfc3339(it.until),
        })
    };
    let package = |it: &PackageEntry| {
        json!({
            "product": it.product,
            "ahead": it.ahead.iter().map(ahead).collect::<Vec<_>>(),
            "paid_until": it.paid.map(|paid| units::rfc3339(paid.until)),
            "auto_renew": it.auto_renew,
        })
    };
    json!({
        "packages": entry.packages.iter().map(package).collect::<Vec<_>>(),
        "id": entry.id.0,
        "subscriber": entry.subscriber_name,
        "service_id": entry.service.map(|service| service.0),
        "state": entry.state.code(),
        "align": entry.alignment.to_string(),
        "purchase_order": entry.purchase_order,
        "realigned": entry.realigned.iter().map(|it| json!({
            "since": units::rfc3339(it.since),
            "align": it.alignment.to_string(),
        })).collect::<Vec<_>>(),
        "events": entry.events.iter().map(event_as_value).collect::<Vec<_>>(),
    })
}
