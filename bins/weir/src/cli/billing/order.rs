//! Taking offers and changing what was taken: `weir subscription subscribe`, `renew`, `move`, `cancel`,
//! `pause`, `resume`, `terminate` and `add-on`.

use anyhow::bail;
use billing_core::{Alignment, BilledIn, EarlyFee, Money, SubscriptionState, When};
use clap::{Args, Subcommand, ValueEnum};
use entitlement::{Amount, Measure, TimeZone, Timestamp};
use serde_json::json;
use storage::{
    ChangedSubscription, Ended, Ending, GivenBack, NewOrder, OfferOrder, RenewalOrder, Sold,
    SubscriptionEntry, SubscriptionEvent, SubscriptionId, UnusedTime,
};

use super::super::open::Open;
use super::offer::SeenArgs;
use super::subscription::{
    NOT_POSSIBLE, as_value, billed_state, tell_withdrawn, withdrawn_as_value,
};
use super::{moment, shown};
use crate::units;

/// What can be ordered.
#[derive(Debug, Subcommand)]
pub(in super::super) enum OrderCommand {
    /// Take an offer, with its set-up fee, as a subscription of its own or within one.
    ///
    /// A package that is paid once is billed and paid from the wallet at once, and refused where the
    /// wallet does not cover it.
    Subscribe(Subscribe),
    /// Buy a package once more: it is billed, paid from the wallet, and the service is valid longer, all
    /// of it or nothing.
    ///
    /// Another one of its family takes the place of the one that is paid. A greater one does at once, and
    /// what is not used of the old one is given back on the same invoice; a smaller one when what is paid is
    /// over, unless it is set otherwise.
    Renew(Renew),
    /// Take an offer in place of the one of its family: a greater one at once, a smaller one with the
    /// period, unless it is said or set otherwise.
    Move(Move),
    /// Cancel what is planned: a change of plan, a trial, or the end.
    Cancel(Cancel),
    /// Stop it for a while, by the customer's wish.
    Pause(Pause),
    /// Go on with what is paused.
    Resume(Resume),
    /// End it for good, as early as periods, minimum terms and notice allow.
    Terminate(Terminate),
    /// Have so many of an add-on from now on; 0: none.
    ///
    /// Of an add-on that is paid once, it buys so many more each time.
    AddOn(AddOn),
}

/// What `weir subscription subscribe` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct Subscribe {
    /// Whose.
    subscriber: String,
    /// The product.
    offer: String,
    /// Take it within this subscription instead of a new one.
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["service", "bill_while"])]
    within: Option<i64>,
    /// The login of the service that it pays for: it follows its state and its plan from now on.
    #[arg(long, value_name = "LOGIN")]
    service: Option<String>,
    /// Try it first.
    #[arg(long)]
    trial: bool,
    /// An add-on, or NAME=COUNT for several of it. Repeat it for more.
    #[arg(long, value_name = "PRODUCT", value_parser = quantity)]
    add_on: Vec<(String, i64)>,
    /// Where its periods begin: anniversary, "day 1" of the month, monday.
    #[arg(long, value_name = "DAY", default_value = "anniversary")]
    align: Alignment,
    /// A state in which it is billed although it is not served: suspended, blocked, paused. Repeat it
    /// for more.
    #[arg(long, value_name = "STATE", value_parser = billed_state)]
    bill_while: Vec<SubscriptionState>,
    /// When it begins, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,
    /// A package is bought although the wallet does not cover it; the rest is owed.
    #[arg(long)]
    on_credit: bool,
    /// A package is renewed by itself when it is over, or its data used up, and the wallet covers it.
    #[arg(long)]
    auto_renew: bool,
    #[command(flatten)]
    seen: SeenArgs,
}

/// What `weir subscription renew` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct Renew {
    /// Its number.
    id: i64,
    /// Which package [default: the one that it has bought].
    #[arg(long, value_name = "PRODUCT")]
    offer: Option<String>,
    /// How many periods at once.
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    periods: i64,
    /// It is renewed although the wallet does not cover it; the rest is owed.
    #[arg(long)]
    on_credit: bool,
    /// Renew it by itself from now on when it is over or its data used up, or no longer: on, off.
    #[arg(long, value_name = "WHETHER", value_parser = on_or_off)]
    auto_renew: Option<bool>,
    /// Buy nothing; only say whether it is renewed by itself.
    #[arg(long, requires = "auto_renew", conflicts_with_all = ["offer", "periods", "on_credit", "at"])]
    later: bool,
    /// When it was bought, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
    #[command(flatten)]
    seen: SeenArgs,
}

/// What `weir subscription move` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct Move {
    /// Its number.
    id: i64,
    /// The product that takes the place of the present one.
    offer: String,
    /// At once, whatever is the greater.
    #[arg(long, conflicts_with = "at_period_end")]
    at_once: bool,
    /// When what is paid for is over.
    #[arg(long)]
    at_period_end: bool,
    /// When it was ordered, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
    #[command(flatten)]
    seen: SeenArgs,
}

/// What `weir subscription cancel` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct Cancel {
    /// Its number.
    id: i64,
    /// What is cancelled.
    what: Planned,
    /// Of which family, by an offer of it [default: the only one that it has].
    #[arg(long, value_name = "PRODUCT")]
    offer: Option<String>,
    /// A trial ends when it would have been over, and not at once.
    #[arg(long)]
    at_period_end: bool,
}

/// What can be planned and cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum Planned {
    /// A change of plan.
    Change,
    /// What a trial becomes.
    Trial,
    /// The end.
    Termination,
}

/// What `weir subscription pause` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct Pause {
    /// Its number.
    id: i64,
    /// When it goes on by itself, on the tenant's clock.
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// When it begins, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

/// What `weir subscription resume` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct Resume {
    /// Its number.
    id: i64,
    /// When it went on, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

/// What `weir subscription terminate` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct Terminate {
    /// Its number.
    id: i64,
    /// When what is had for a price each period, and the last of the packages, is paid until, and not at
    /// once. At once nothing is given back of packages.
    #[arg(long)]
    at_period_end: bool,
    /// Without the notice that is asked for.
    #[arg(long)]
    without_notice: bool,
    /// When it was said, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

/// What `weir subscription add-on` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct AddOn {
    /// Its number.
    id: i64,
    /// The product.
    product: String,
    /// How many.
    count: i64,
    /// From when on, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

fn lost_as_value(lost: &UnusedTime) -> serde_json::Value {
    json!({
        "product": lost.product,
        "paid_until": units::rfc3339(lost.until),
        "worth_minor": lost.worth.map(Money::amount_minor),
        "currency": lost.worth.map(|worth| worth.currency().code()),
    })
}

fn quantity(text: &str) -> Result<(String, i64), String> {
    let Some((name, count)) = text.rsplit_once('=') else { return Ok((text.to_owned(), 1)) };
    let count = count
        .parse()
        .map_err(|_| format!("`{count}` of {name} is no number, as {name}=2 has it"))?;
    Ok((name.to_owned(), count))
}

fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(format!("`{text}` is neither on nor off")),
    }
}

/// Where a command is run.
struct Ground<'o> {
    open: &'o Open,
    zone: &'o TimeZone,
    json: bool,
}

pub(super) async fn run(
    command: OrderCommand,
    open: &Open,
    zone: &TimeZone,
    json: bool,
) -> anyhow::Result<()> {
    let ground = Ground { open, zone, json };
    match command {
        OrderCommand::Subscribe(args) => ground.subscribe(args).await,
        OrderCommand::Renew(args) => ground.renew(args).await,
        OrderCommand::Move(args) => ground.move_to(args).await,
        OrderCommand::Cancel(args) => ground.cancel(args).await,
        OrderCommand::Pause(args) => ground.pause(args).await,
        OrderCommand::Resume(args) => ground.resume(args).await,
        OrderCommand::Terminate(args) => ground.terminate(args).await,
        OrderCommand::AddOn(args) => ground.add_on(args).await,
    }
}

impl Ground<'_> {
    fn at(&self, text: Option<&str>) -> anyhow::Result<Option<Timestamp>> {
        text.map(|text| moment(Some(text), self.zone)).transpose()
    }

    async fn subscribe(&self, args: Subscribe) -> anyhow::Result<()> {
        let subscriptions = self.open.store.subscriptions(self.open.tenant);
        let subscriptions = subscriptions.seen_as(args.seen.seen());
        let has = |state| args.bill_while.contains(&state);
        let order = OfferOrder {
            offer: args.offer,
            with_trial: args.trial,
            add_ons: args.add_on,
            from: self.at(args.from.as_deref())?,
            on_credit: args.on_credit,
            auto_renew: args.auto_renew,
        };
        let sold = match args.within {
            Some(id) => {
                let found = subscriptions.find(SubscriptionId(id)).await?;
                if found.subscriber_name != args.subscriber {
                    bail!(
                        "subscription {id} is of `{}`, and not of `{}`",
                        found.subscriber_name,
                        args.subscriber
                    );
                }
                subscriptions.order(&self.open.actor, found.id, &order).await?
            }
            None => {
                let new = NewOrder {
                    subscriber: args.subscriber,
                    service: args.service,
                    alignment: args.align,
                    billed_in: BilledIn {
                        suspended: has(SubscriptionState::Suspended),
                        blocked: has(SubscriptionState::Blocked),
                        paused: has(SubscriptionState::Paused),
                    },
                    order,
                };
                subscriptions.subscribe(&self.open.actor, &new).await?
            }
        };
        self.tell_sold(&sold)
    }

    async fn renew(&self, args: Renew) -> anyhow::Result<()> {
        let subscriptions = self.open.store.subscriptions(self.open.tenant);
        let subscriptions = subscriptions.seen_as(args.seen.seen());
        let id = SubscriptionId(args.id);
        if let Some(on) = args.auto_renew.filter(|_| args.later) {
            let entry = subscriptions.set_auto_renew(&self.open.actor, id, on).await?;
            return self.tell(&entry, (&[], ""));
        }
        let order = RenewalOrder {
            offer: args.offer,
            count: args.periods,
            on_credit: args.on_credit,
            auto_renew: args.auto_renew,
            at: self.at(args.at.as_deref())?,
        };
        self.tell_sold(&subscriptions.renew(&self.open.actor, id, &order).await?)
    }

    async fn move_to(&self, args: Move) -> anyhow::Result<()> {
        let subscriptions = self.open.store.subscriptions(self.open.tenant);
        let subscriptions = subscriptions.seen_as(args.seen.seen());
        let when = match (args.at_once, args.at_period_end) {
            (true, _) => Some(When::AtOnce),
            (_, true) => Some(When::PeriodEnd),
            _ => None,
        };
        let (id, at) = (SubscriptionId(args.id), self.at(args.at.as_deref())?);
        let moved = subscriptions.move_to(&self.open.actor, id, &args.offer, when, at).await?;
        // It takes the place of what was planned.
        self.tell_changed(&moved, "")
    }

    async fn cancel(&self, args: Cancel) -> anyhow::Result<()> {
        let subscriptions = self.open.store.subscriptions(self.open.tenant);
        let (by, id, offer) = (&self.open.actor, SubscriptionId(args.id), args.offer.as_deref());
        let changed = match args.what {
            Planned::Change => subscriptions.cancel_change(by, id, offer).await?,
            Planned::Trial => {
                let when = if args.at_period_end { When::PeriodEnd } else { When::AtOnce };
                subscriptions.cancel_trial(by, id, offer, when).await?
            }
            Planned::Termination => subscriptions.cancel_termination(by, id).await?,
        };
        self.tell_changed(&changed, "")
    }

    async fn pause(&self, args: Pause) -> anyhow::Result<()> {
        let subscriptions = self.open.store.subscriptions(self.open.tenant);
        let until = self.at(args.until.as_deref())?;
        let (id, at) = (SubscriptionId(args.id), self.at(args.at.as_deref())?);
        let changed = subscriptions.pause(&self.open.actor, id, until, at).await?;
        self.tell_changed(&changed, NOT_POSSIBLE)
    }

    async fn resume(&self, args: Resume) -> anyhow::Result<()> {
        let subscriptions = self.open.store.subscriptions(self.open.tenant);
        let (id, at) = (SubscriptionId(args.id), self.at(args.at.as_deref())?);
        let changed = subscriptions.resume(&self.open.actor, id, at).await?;
        self.tell_changed(&changed, NOT_POSSIBLE)
    }

    async fn add_on(&self, args: AddOn) -> anyhow::Result<()> {
        let subscriptions = self.open.store.subscriptions(self.open.tenant);
        let (id, at) = (SubscriptionId(args.id), self.at(args.at.as_deref())?);
        let wanted = (args.product.as_str(), args.count);
        let changed = subscriptions.set_add_on(&self.open.actor, id, wanted, at).await?;
        self.tell_changed(&changed, NOT_POSSIBLE)
    }

    async fn terminate(&self, args: Terminate) -> anyhow::Result<()> {
        let subscriptions = self.open.store.subscriptions(self.open.tenant);
        let ending = Ending {
            when: if args.at_period_end { When::PeriodEnd } else { When::AtOnce },
            without_notice: args.without_notice,
            at: self.at(args.at.as_deref())?,
        };
        let id = SubscriptionId(args.id);
        let ended = subscriptions.terminate(&self.open.actor, id, &ending).await?;
        let Ended { changed, ends_at, lost } = ended;
        let fees = &changed.fees;
        let entry = &changed.subscription;
        if self.json {
            let mut value = as_value(entry);
            value["withdrawn"] = withdrawn_as_value(&changed.withdrawn);
            value["ends_at"] = json!(units::rfc3339(ends_at));
            let fee = |fee: &EarlyFee| {
                json!({
                    "amount_minor": fee.amount.amount_minor(),
                    "currency": fee.amount.currency().code(),
                })
            };
            value["fees"] = fees.iter().map(fee).collect();
            value["lost"] = lost.iter().map(lost_as_value).collect();
            return self.open.done_as_json(&value);
        }
        tell_withdrawn(&changed.withdrawn, NOT_POSSIBLE, self.zone)?;
        let (ends, costs) = (shown(ends_at, self.zone), costs(fees));
        let lost: String = lost.iter().map(|lost| self.lost_in_words(lost)).collect();
        self.open.done(&format!("subscription {} ends {ends}{costs}{lost}", entry.id))
    }

    fn lost_in_words(&self, lost: &UnusedTime) -> String {
        let UnusedTime { product, until, unused, worth } = lost;
        let until = shown(*until, self.zone);
        let worth = worth.map(|worth| format!(", worth {worth}")).unwrap_or_default();
        format!(
            "; nothing is given back of {product}, which is paid until {until}: {unused} were not used{worth}"
        )
    }

    fn tell_changed(&self, changed: &ChangedSubscription, why: &str) -> anyhow::Result<()> {
        self.tell(&changed.subscription, (&changed.withdrawn, why))
    }

    fn tell(
        &self,
        entry: &SubscriptionEntry,
        (withdrawn, why): (&[SubscriptionEvent], &str),
    ) -> anyhow::Result<()> {
        if self.json {
            let mut value = as_value(entry);
            value["withdrawn"] = withdrawn_as_value(withdrawn);
            return self.open.done_as_json(&value);
        }
        tell_withdrawn(withdrawn, why, self.zone)?;
        let state = entry.state.code();
        let now = crate::clock::now();
        let planned = entry.events.iter().map(|event| event.event.at).find(|at| *at > now);
        let planned = planned
            .map(|at| format!("; more is planned for {}", shown(at, self.zone)))
            .unwrap_or_default();
        self.open.done(&format!("subscription {} is {state} now{planned}", entry.id))
    }

    fn tell_sold(&self, sold: &Sold) -> anyhow::Result<()> {
        let entry = &sold.subscription;
        if self.json {
            let mut value = as_value(entry);
            value["paid_until"] = json!(sold.paid.map(|paid| units::rfc3339(paid.until)));
            let of = |measure: Measure| {
                let amounts = sold.grants.iter().map(|grant| grant.amount);
                let of = amounts.filter(|amount| amount.measure() == measure);
                of.map(Amount::units).sum::<u64>()
            };
            value["begins"] = json!(sold.begins.map(units::rfc3339));
            let given_back = |it: &GivenBack| {
                json!({
                    "product": it.product,
                    "amount_minor": it.amount.amount_minor(),
                    "currency": it.amount.currency().code(),
                })
            };
            value["given_back"] = sold.given_back.iter().map(given_back).collect();
            value["data_octets"] = of(Measure::Data).into();
            value["online_s"] = of(Measure::Online).into();
            let invoice = |it: &storage::Invoice| {
                json!({
                    "number": it.label,
                    "gross_minor": it.gross.amount_minor(),
                    "paid_minor": it.paid.amount_minor(),
                    "currency": it.gross.currency().code(),
                })
            };
            value["invoices"] = sold.invoices.iter().map(invoice).collect();
            return self.open.done_as_json(&value);
        }
        let mut text = format!("subscription {} of `{}`", entry.id, entry.subscriber_name);
        if let Some(paid) = sold.paid {
            text.push_str(&format!(", paid until {}", shown(paid.until, self.zone)));
        }
        if let Some(begins) = sold.begins {
            let begins = shown(begins, self.zone);
            text.push_str(&format!("; what was bought begins {begins}, when what is paid is over"));
        }
        for GivenBack { product, amount } in &sold.given_back {
            text.push_str(&format!("; {amount} of {product} given back"));
        }
        for invoice in &sold.invoices {
            let (label, gross, paid) = (&invoice.label, invoice.gross, invoice.paid);
            text.push_str(&format!("; {label} of {gross}, {paid} of it paid"));
        }
        self.open.done(&text)
    }
}

/// What it costs that something ends before its time, behind what is said of it; nothing where it does not.
pub(super) fn costs(fees: &[EarlyFee]) -> String {
    let costs: Vec<_> = fees.iter().map(|fee| fee.amount.to_string()).collect();
    match costs.as_slice() {
        [] => String::new(),
        costs => format!("; to end before its time costs {}", costs.join(" and ")),
    }
}
