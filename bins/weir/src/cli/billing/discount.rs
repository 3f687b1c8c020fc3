//! `weir discount` and `weir coupon`: what is taken off, and who may have it.

use core::num::NonZeroU32;
use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::bail;
use billing_core::discount::{Coupon, CouponCode, Discount, DiscountId, Offer, On};
use billing_core::{Cadence, Money, PartOrAmount, Percentage};
use clap::{Args, Subcommand};
use entitlement::TimeZone;
use serde_json::json;
use storage::{DiscountEntry, SubscriptionId};

use super::super::open::{self, Open};
use super::super::{Globals, print};
use super::{moment, shown, zone};
use crate::table::{Column, Table};
use crate::units;

/// What can be done with discounts.
#[derive(Debug, Subcommand)]
pub(in super::super) enum DiscountCommand {
    /// Take something off what a subscription costs, before taxes.
    Give {
        /// Its number.
        subscription: i64,
        #[command(flatten)]
        offer: OfferArgs,
        /// Since when, on the tenant's clock [default: now].
        #[arg(long, value_name = "WHEN")]
        from: Option<String>,
        /// Until when, on the tenant's clock.
        #[arg(long, value_name = "WHEN")]
        until: Option<String>,
    },
    /// End a discount: what begins then has it no more.
    End {
        /// Its number, as `weir discount list` shows it.
        id: i64,
        /// When, on the tenant's clock [default: now].
        #[arg(long, value_name = "WHEN")]
        at: Option<String>,
    },
    /// List the discounts of a subscription.
    List {
        /// Its number.
        subscription: i64,
    },
}

/// What can be done with coupons.
#[derive(Debug, Subcommand)]
pub(in super::super) enum CouponCommand {
    /// Make a coupon, or give it other rules.
    Set(CouponSet),
    /// List the coupons.
    List,
    /// Give a subscription what a coupon is worth.
    Redeem {
        /// What is typed: WELCOME-10.
        code: CouponCode,
        /// The number of the subscription.
        subscription: i64,
    },
}

/// What is taken off.
#[derive(Debug, Args)]
pub(in super::super) struct OfferArgs {
    /// As it stands on the invoice.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// A part: 10%.
    #[arg(
        long,
        value_name = "RATE",
        conflicts_with = "amount",
        required_unless_present = "amount"
    )]
    percent: Option<Percentage>,
    /// So much of each period: "200 KES".
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<Money>,
    /// Off this product, and not off everything. Repeat it for more.
    #[arg(long, value_name = "PRODUCT")]
    on: Vec<String>,
    /// How long a period is, of which an amount is taken off and in which --periods counts.
    #[arg(long, value_name = "PERIOD", default_value = "1 month")]
    per: Cadence,
    /// For so many periods.
    #[arg(long, value_name = "COUNT")]
    periods: Option<NonZeroU32>,
}

/// What `weir coupon set` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct CouponSet {
    /// What is typed: WELCOME-10.
    code: CouponCode,
    #[command(flatten)]
    offer: OfferArgs,
    /// Until when it can be redeemed, on the tenant's clock.
    #[arg(long, value_name = "WHEN")]
    redeem_by: Option<String>,
    /// How often it can be redeemed.
    #[arg(long, value_name = "COUNT")]
    times: Option<u32>,
    /// How often by one subscriber.
    #[arg(long, value_name = "COUNT")]
    times_each: Option<u32>,
    /// Only for who was never billed before.
    #[arg(long)]
    first_purchase: bool,
    /// There can be other discounts beside it.
    #[arg(long)]
    combinable: bool,
}

impl OfferArgs {
    async fn offer(self, open: &Open) -> anyhow::Result<Offer> {
        let off = match (self.percent, self.amount) {
            (Some(rate), _) => PartOrAmount::Percent(rate),
            (None, Some(amount)) => PartOrAmount::Fixed(amount),
            (None, None) => bail!("nothing is taken off; name --percent or --amount"),
        };
        let mut components = BTreeSet::new();
        for name in &self.on {
            components.insert(open.store.subscriptions(open.tenant).product(name).await?);
        }
        let on = if components.is_empty() { On::All } else { On::Components(components) };
        let offer = Offer::new(self.name, off, on, self.per)?;
        Ok(match self.periods {
            None => offer,
            Some(periods) => offer.for_periods(periods),
        })
    }
}

pub(in super::super) fn run(
    command: DiscountCommand,
    globals: &Globals,
) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zone = zone(&open, globals).await?;
        let discounts = open.store.discounts(open.tenant);
        match command {
            DiscountCommand::Give { subscription, offer, from, until } => {
                let from = moment(from.as_deref(), &zone)?;
                let until = until.as_deref().map(|text| moment(Some(text), &zone)).transpose()?;
                let offer = offer.offer(&open).await?;
                let id = SubscriptionId(subscription);
                let given = discounts.give(&open.actor, id, &offer, (from, until)).await?;
                print::line(&format!("subscription {id}: {}", said(&given.discount, &zone)))
            }
            DiscountCommand::End { id, at } => {
                let at = moment(at.as_deref(), &zone)?;
                let ended = discounts.end(&open.actor, DiscountId(id), at).await?;
                let id = ended.subscription;
                print::line(&format!("subscription {id}: {}", said(&ended.discount, &zone)))
            }
            DiscountCommand::List { subscription } => {
                list(&discounts.of(SubscriptionId(subscription)).await?, &zone, globals.json)
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

pub(in super::super) fn run_coupon(
    command: CouponCommand,
    globals: &Globals,
) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zone = zone(&open, globals).await?;
        let discounts = open.store.discounts(open.tenant);
        match command {
            CouponCommand::Set(args) => {
                let redeem_by = args.redeem_by.as_deref();
                let coupon = Coupon {
                    code: args.code,
                    redeem_by: redeem_by.map(|text| moment(Some(text), &zone)).transpose()?,
                    redemptions_max: args.times,
                    redemptions_per_subscriber_max: args.times_each,
                    is_first_purchase_only: args.first_purchase,
                    is_combinable: args.combinable,
                    offer: args.offer.offer(&open).await?,
                };
                discounts.set_coupon(&open.actor, &coupon).await?;
                print::line(&format!("coupon {}: {}", coupon.code, off(&coupon.offer)))
            }
            CouponCommand::List => coupons(&discounts.coupons().await?, &zone, globals.json),
            CouponCommand::Redeem { code, subscription } => {
                let id = SubscriptionId(subscription);
                let given = discounts.redeem(&open.actor, &code, id).await?;
                print::line(&format!("subscription {id}: {}", said(&given.discount, &zone)))
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

fn off(offer: &Offer) -> String {
    let off = match offer.off() {
        PartOrAmount::Percent(rate) => format!("{rate} off"),
        PartOrAmount::Fixed(amount) => format!("{amount} off every {}", offer.per()),
    };
    let on = match offer.on() {
        On::All => "everything",
        On::Components(_) => "some products",
    };
    let periods = match offer.periods() {
        None => String::new(),
        Some(periods) => format!(", for {periods} periods of {}", offer.per()),
    };
    format!("{}: {off} {on}{periods}", offer.name())
}

fn said(discount: &Discount, zone: &TimeZone) -> String {
    let until = discount.until().map(|at| format!(" until {}", shown(at, zone)));
    let from = shown(discount.from(), zone);
    format!("{} from {from}{}", off(discount.offer()), until.unwrap_or_default())
}

fn list(entries: &[DiscountEntry], zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let value = |entry: &DiscountEntry| {
            json!({
                "id": entry.discount.id().0,
                "discount": off(entry.discount.offer()),
                "from": units::rfc3339(entry.discount.from()),
                "until": entry.discount.until().map(units::rfc3339),
            })
        };
        return print::json(&entries.iter().map(value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[Column::Right("NUMBER"), Column::Left("DISCOUNT")]);
    for entry in entries {
        table.row([entry.discount.id().to_string(), said(&entry.discount, zone)]);
    }
    print::block(&table.render())
}

fn coupons(all: &[(Coupon, u64)], zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let value = |(coupon, redeemed): &(Coupon, u64)| {
            json!({
                "code": coupon.code.to_string(),
                "discount": off(&coupon.offer),
                "redeem_by": coupon.redeem_by.map(units::rfc3339),
                "times": coupon.redemptions_max,
                "times_each": coupon.redemptions_per_subscriber_max,
                "first_purchase": coupon.is_first_purchase_only,
                "combinable": coupon.is_combinable,
                "redeemed": redeemed,
            })
        };
        return print::json(&all.iter().map(value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Left("CODE"),
        Column::Left("DISCOUNT"),
        Column::Left("UNTIL"),
        Column::Right("REDEEMED"),
    ]);
    for (coupon, redeemed) in all {
        let until = coupon.redeem_by.map(|at| shown(at, zone)).unwrap_or_default();
        let of = coupon.redemptions_max.map(|max| format!(" of {max}")).unwrap_or_default();
        let redeemed = format!("{redeemed}{of}");
        table.row([coupon.code.to_string(), off(&coupon.offer), until, redeemed]);
    }
    print::block(&table.render())
}
