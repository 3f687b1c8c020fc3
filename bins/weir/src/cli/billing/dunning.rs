//! `weir dunning`: what happens to who does not pay.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use billing_core::dunning::{
    Action, DunningPolicy, InvoiceId, Measure, PromiseRules, PromiseStanding, RiskLimits, Rules,
    Step, StepId, WorkingDays,
};
use billing_core::{Currency, Event, Money, Rounding, What};
use clap::{Args, Subcommand};
use entitlement::{SubscriberId, TimeZone, Timestamp};
use serde_json::json;
use storage::{Dunned, DunningAccount, DunningBatch, LookAt, NotDunned, RunOrder, SubscriptionId};

use super::super::open::{self, Open};
use super::super::{Globals, print};
use super::given_up::{self, GiveUpArgs};
use super::run::names;
use super::{moment, shown, zone};
use crate::table::{Column, Table};
use crate::units;

/// How many subscribers are dealt with in one transaction.
const BATCH: u64 = 500;
const DAY_S: i64 = 86_400;

/// What can be done about who does not pay.
#[derive(Debug, Subcommand)]
pub(in super::super) enum DunningCommand {
    /// Set what happens to who does not pay. What is not said stays as it is.
    ///
    /// Days are counted from the due date, on the tenant's clock. Where other things are done than before,
    /// they are done from now on: reminders and fees of before are not made up for, and who is overdue for
    /// long is suspended by the next run. `weir dunning run --dry-run` shows what that would do.
    Set(DunningSet),
    /// Show what happens to who does not pay; with a subscriber, what is owed and what was done about it.
    Show {
        /// Whose account.
        subscriber: Option<String>,
        /// What happens to who does not pay for this product.
        #[arg(long, value_name = "NAME", conflicts_with = "subscriber")]
        product: Option<String>,
    },
    /// Do now what is due. `weir serve` does it by itself.
    Run(DunningRun),
    /// Who is to be looked at, and why: each reason with its figures.
    Risks(DunningRisks),
    /// Take in a promise to pay: until then nothing is done, and who is suspended is served again.
    Promise {
        /// Who has promised it.
        subscriber: String,
        /// How much: "1500 KES".
        amount: Money,
        /// Until when, on the tenant's clock.
        #[arg(long, value_name = "WHEN")]
        until: String,
    },
    /// Waive what was charged for paying an invoice late, or an amount of it, of what was charged last first.
    Waive(GiveUpArgs),
}

/// What `weir dunning set` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct DunningSet {
    /// What happens to who does not pay for this product, instead of what happens to all others. What is not
    /// said is as for them at first. Who has it is billed apart from what else they have; an invoice is
    /// dunned as what it is for, and what is suspended or ended is what that policy is for.
    #[arg(long, value_name = "NAME")]
    product: Option<String>,
    /// What is done, when: "remind -3d", "grace 1d", "grace 1d at 512k/1M" (no faster until it is paid, up
    /// and down), "fee 2% 5d every 7d", "fee 100 KES 5d", "suspend 10d 10:00 working", "terminate 60d",
    /// "write-off 90d". Repeat it for all of them: they take the place of those of before.
    #[arg(long, value_name = "STEP", allow_hyphen_values = true)]
    step: Vec<String>,
    /// The currency of invoices that are dunned; needed the first time.
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// Below this amount nothing counts as overdue: "50 KES".
    #[arg(long, value_name = "AMOUNT")]
    minimum: Option<Money>,
    /// The most that late fees of one invoice come to: "5%" of it, "500 KES", or none.
    #[arg(long, value_name = "CAP")]
    fee_cap: Option<String>,
    /// The weekend, on which steps with `working` wait: "sat,sun", or none.
    #[arg(long, value_name = "DAYS")]
    weekend: Option<String>,
    /// The holidays, on which they wait too: "2027-12-25,2027-12-26", or none.
    #[arg(long, value_name = "DATES")]
    holidays: Option<String>,
    /// A reminder that is later than so many days is not sent any more; or never.
    #[arg(long, value_name = "DAYS")]
    reminders_stale_after: Option<String>,
    /// How many promises to pay are accepted within --promises-within days; 0 accepts none.
    #[arg(long, value_name = "COUNT")]
    promises: Option<u16>,
    /// In how many days promises are counted.
    #[arg(long, value_name = "DAYS")]
    promises_within: Option<u16>,
    /// For how many days one may be.
    #[arg(long, value_name = "DAYS")]
    promise_days: Option<u16>,
    /// Nothing happens any more to who does not pay; with a product, what happens to all others.
    #[arg(long, conflicts_with = "step")]
    off: bool,
}

/// What `weir dunning run` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct DunningRun {
    /// Up to which moment, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
    /// Show what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
}

/// What `weir dunning risks` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct DunningRisks {
    /// How far back is looked at what was paid, days.
    #[arg(long, value_name = "DAYS", default_value_t = 365)]
    days: u16,
    /// From how many invoices paid late.
    #[arg(long, value_name = "COUNT", default_value_t = 3)]
    late_payments: u32,
    /// From how many days late on average.
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    average_delay: u32,
    /// From how many broken promises.
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    broken_promises: u32,
    /// From how many payments that were taken back.
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    reversals: u32,
    /// From how much overdue: "5000 KES" [default: any amount is no reason].
    #[arg(long, value_name = "AMOUNT")]
    overdue: Option<Money>,
    /// From how many days that something is overdue.
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    oldest: u32,
}

pub(in super::super) fn run(
    command: DunningCommand,
    globals: &Globals,
) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zone = zone(&open, globals).await?;
        let as_json = globals.json;
        match command {
            DunningCommand::Set(args) => set(args, &open).await?,
            DunningCommand::Show { subscriber: None, product } => {
                let dunning = open.store.dunning(open.tenant);
                let (policy, of_products) =
                    (dunning.policy().await?, dunning.product_policies().await?);
                match product {
                    None => show_policies(policy.as_ref(), &of_products, as_json)?,
                    Some(product) => {
                        let own = of_products.get(&product).with_context(|| {
                            format!("product `{product}` has no dunning policy of its own")
                        })?;
                        show_policy(own, as_json)?;
                    }
                }
            }
            DunningCommand::Show { subscriber: Some(name), .. } => {
                let account = open.store.dunning(open.tenant).account(&name).await?;
                show_account(&account, &zone, as_json)?;
            }
            DunningCommand::Run(args) => return run_now(&args, &open, &zone, as_json).await,
            DunningCommand::Risks(args) => risks(&args, &open, as_json).await?,
            DunningCommand::Promise { subscriber, amount, until } => {
                let until = moment(Some(&until), &zone)?;
                let dunning = open.store.dunning(open.tenant);
                let made = dunning.promise(&open.actor, &subscriber, amount, until).await?;
                let until = shown(made.until, &zone);
                let said = format!("`{subscriber}` has promised {} until {until}", made.amount);
                open.done(&said)?;
            }
            DunningCommand::Waive(args) => given_up::waive(args, &open, as_json).await?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn set(mut args: DunningSet, open: &Open) -> anyhow::Result<()> {
    let dunning = open.store.dunning(open.tenant);
    let usual = dunning.policy().await?;
    let Some(product) = args.product.take() else {
        if args.off {
            dunning.remove(&open.actor).await?;
            return open.done("nothing happens any more to who does not pay");
        }
        let policy = dunning.set(&open.actor, rules(args, usual.as_ref())?).await?;
        let count = policy.rules().steps.len();
        return open.done(&format!("{count} things happen to who does not pay"));
    };
    if args.off {
        dunning.remove_for(&open.actor, &product).await?;
        let said = format!("who does not pay for `{product}` is dunned as everybody else");
        return open.done(&said);
    }
    let own = dunning.product_policies().await?.remove(&product);
    let policy =
        dunning.set_for(&open.actor, &product, rules(args, own.or(usual).as_ref())?).await?;
    let count = policy.rules().steps.len();
    open.done(&format!("{count} things happen to who does not pay for `{product}`"))
}

/// The rules of before with what was said.
fn rules(args: DunningSet, before: Option<&DunningPolicy>) -> anyhow::Result<Rules> {
    let mut rules = match (before, args.currency) {
        (Some(before), _) => before.rules().clone(),
        (None, Some(currency)) => Rules {
            currency,
            steps: Vec::new(),
            minimum_overdue: Money::zero(currency),
            fee_cap: None,
            rounding: Rounding::HalfUp,
            working_days: WorkingDays::default(),
            reminders_stale_after_days: None,
            promises: PromiseRules { count_max: 2, within_days: 90, len_max_days: 14 },
        },
        (None, None) => bail!("say of which currency the invoices are: --currency KES"),
    };
    if let Some(currency) = args.currency.filter(|currency| *currency != rules.currency) {
        rules.currency = currency;
        rules.minimum_overdue = Money::zero(currency);
    }
    if !args.step.is_empty() {
        // Which number each has in the end is decided where they are kept.
        let step = |(id, text): (u8, &String)| {
            let id = StepId::new(id).context("there are too many steps")?;
            Ok(Step::read(id, text)?)
        };
        rules.steps = (0..).zip(&args.step).map(step).collect::<anyhow::Result<_>>()?;
    }
    rules.minimum_overdue = args.minimum.unwrap_or(rules.minimum_overdue);
    if let Some(cap) = unless(args.fee_cap, "none") {
        rules.fee_cap = cap.map(|text| text.parse()).transpose()?;
    }
    let [weekend, holidays] = rules.working_days.written();
    let list = |said: Option<String>, before| match unless(said, "none") {
        None => before,
        Some(said) => said.unwrap_or_default(),
    };
    rules.working_days =
        WorkingDays::read(&list(args.weekend, weekend), &list(args.holidays, holidays))?;
    if let Some(days) = unless(args.reminders_stale_after, "never") {
        let parse = |text: String| {
            text.parse().with_context(|| format!("`{text}` are no days; write a number, or never"))
        };
        rules.reminders_stale_after_days = days.map(parse).transpose()?;
    }
    let promises = &mut rules.promises;
    promises.count_max = args.promises.unwrap_or(promises.count_max);
    promises.within_days = args.promises_within.unwrap_or(promises.within_days);
    promises.len_max_days = args.promise_days.unwrap_or(promises.len_max_days);
    Ok(rules)
}

/// What was said, with a word for nothing.
fn unless(said: Option<String>, nothing: &str) -> Option<Option<String>> {
    said.map(|text| Some(text).filter(|text| text != nothing))
}

/// That of the tenant, and those of products, by name.
fn show_policies(
    policy: Option<&DunningPolicy>,
    of_products: &BTreeMap<String, DunningPolicy>,
    as_json: bool,
) -> anyhow::Result<()> {
    if as_json {
        let mut value = policy.map_or(json!(null), value_of);
        if !of_products.is_empty() {
            let of_products = of_products.iter().map(|(name, own)| (name.clone(), value_of(own)));
            value["products"] = of_products.collect::<serde_json::Map<_, _>>().into();
        }
        return print::json(&value);
    }
    match policy {
        Some(policy) => show_policy(policy, false)?,
        None => {
            print::line("nothing happens to who does not pay; `weir dunning set` changes that")?;
        }
    }
    for (name, own) in of_products {
        print::line(&format!("\nwho does not pay for `{name}`:"))?;
        show_policy(own, false)?;
    }
    Ok(())
}

fn value_of(policy: &DunningPolicy) -> serde_json::Value {
    let rules = policy.rules();
    let [weekend, holidays] = rules.working_days.written();
    let PromiseRules { count_max, within_days, len_max_days } = rules.promises;
    let step = |step: &Step| json!({ "number": step.id.number(), "step": step.written() });
    json!({
        "currency": rules.currency.code(),
        "steps": rules.steps.iter().map(step).collect::<Vec<_>>(),
        "minimum_minor": rules.minimum_overdue.amount_minor(),
        "fee_cap": rules.fee_cap.map(|cap| cap.to_string()),
        "weekend": weekend,
        "holidays": holidays,
        "reminders_stale_after_days": rules.reminders_stale_after_days,
        "promises": count_max,
        "promises_within_days": within_days,
        "promise_days_max": len_max_days,
    })
}

fn show_policy(policy: &DunningPolicy, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return print::json(&value_of(policy));
    }
    let rules = policy.rules();
    let [weekend, holidays] = rules.working_days.written();
    let cap = rules.fee_cap.map(|cap| cap.to_string());
    let stale = rules.reminders_stale_after_days;
    let PromiseRules { count_max, within_days, len_max_days } = rules.promises;
    let or = |text: String, nothing: &str| if text.is_empty() { nothing.to_owned() } else { text };
    for step in &rules.steps {
        print::line(&format!("step {:<9} {}", step.id.to_string(), step.written()))?;
    }
    print::line(&format!("currency       {}", rules.currency.code()))?;
    print::line(&format!("minimum        {}", rules.minimum_overdue))?;
    print::line(&format!("late fees      at most {}", cap.as_deref().unwrap_or("what they are")))?;
    print::line(&format!("weekend        {}", or(weekend, "none")))?;
    print::line(&format!("holidays       {}", or(holidays, "none")))?;
    let stale =
        stale.map_or_else(|| "never stale".to_owned(), |it| format!("stale after {it} days"));
    print::line(&format!("reminders      {stale}"))?;
    print::line(&format!(
        "promises       {count_max} in {within_days} days, each for {len_max_days} days at most"
    ))
}

fn show_account(
    DunningAccount { account, labels, dunned_by, .. }: &DunningAccount,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let label = |id: InvoiceId| labels.get(&id).map_or("", String::as_str);
    if as_json {
        let invoices = account.invoices.iter().map(|it| {
            let fees = it.fees.iter().map(|fee| {
                json!({
                    "step": fee.step.number(),
                    "at": units::rfc3339(fee.at),
                    "amount_minor": fee.amount.amount_minor(),
                    "open_minor": fee.open.amount_minor(),
                })
            });
            json!({
                "number": label(it.id),
                "due_at": units::rfc3339(it.due_at),
                "open_minor": it.open.amount_minor(),
                "currency": it.open.currency().code(),
                "dunned_by": dunned_by.get(&it.id),
                "fees": fees.collect::<Vec<_>>(),
            })
        });
        let promises = account.promises.iter().map(|it| {
            json!({
                "made_at": units::rfc3339(it.made_at),
                "until": units::rfc3339(it.until),
                "amount_minor": it.amount.amount_minor(),
                "paid_minor": it.paid.amount_minor(),
            })
        });
        return print::json(&json!({
            "invoices": invoices.collect::<Vec<_>>(),
            "promises": promises.collect::<Vec<_>>(),
            "reminded_at": account.reminded_at.map(units::rfc3339),
            "paid_at": account.paid_at.map(units::rfc3339),
        }));
    }
    let columns = [
        Column::Left("OWED"),
        Column::Left("SINCE"),
        Column::Right("AMOUNT"),
        Column::Right("OPEN"),
    ];
    let mut table = Table::new(&columns);
    for invoice in &account.invoices {
        let due = shown(invoice.due_at, zone);
        let by = dunned_by.get(&invoice.id).map(|name| format!(" ({name})"));
        let number = format!("{}{}", label(invoice.id), by.unwrap_or_default());
        table.row([number, due, invoice.total.to_string(), invoice.open.to_string()]);
        for fee in &invoice.fees {
            let (at, what) = (shown(fee.at, zone), "  late fee".to_owned());
            table.row([what, at, fee.amount.to_string(), fee.open.to_string()]);
        }
    }
    print::block(&table.render())?;
    for promise in &account.promises {
        let standing = match promise.standing(crate::clock::now())? {
            PromiseStanding::Open => "can still be kept",
            PromiseStanding::Kept => "was kept",
            PromiseStanding::Broken => "was broken",
        };
        let (amount, until) = (promise.amount, shown(promise.until, zone));
        print::line(&format!(
            "promise of {amount} until {until}: {} paid, {standing}",
            promise.paid
        ))?;
    }
    let reminded = account.reminded_at.map_or_else(|| "never".to_owned(), |at| shown(at, zone));
    print::line(&format!("last reminder: {reminded}"))
}

async fn run_now(
    args: &DunningRun,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let at = moment(args.at.as_deref(), zone)?;
    let order = RunOrder { at, batch: BATCH };
    let dunning = open.store.dunning(open.tenant);
    let (mut dunned, mut not_dunned, mut after) = (Vec::new(), Vec::new(), None);
    loop {
        let batch = match args.dry_run {
            true => dunning.preview(order, after).await?,
            false => dunning.batch(&open.actor, order, LookAt::Everybody, after).await?,
        };
        let DunningBatch { last, dunned: done, not_dunned: failed, .. } = batch;
        dunned.extend(done);
        not_dunned.extend(failed);
        after = last;
        if after.is_none() {
            break;
        }
    }
    let looked_at = dunned.iter().map(|it| it.subscriber);
    let looked_at = looked_at.chain(not_dunned.iter().map(|it| it.subscriber));
    let names = names(open, looked_at).await?;
    let name = |id: SubscriberId| names.get(&id).map_or("", String::as_str);
    if as_json {
        let all = dunned.iter().flat_map(|it| values(name(it.subscriber), it));
        let mut failed = Vec::new();
        for NotDunned { subscriber, error } in &not_dunned {
            let error = open.in_words(&error.to_string()).await?;
            failed.push(json!({ "subscriber": name(*subscriber), "error": error }));
        }
        print::json(&json!({
            "at": units::rfc3339(at),
            "done": all.collect::<Vec<_>>(),
            "not_dunned": failed,
        }))?;
    } else {
        tell(&dunned, name, zone, at, args.dry_run, open)?;
    }
    for NotDunned { subscriber, error } in &not_dunned {
        let subscriber = name(*subscriber);
        let error = open.in_words(&error.to_string()).await?;
        print::warning(&format!("nothing is done about subscriber `{subscriber}`: {error}"));
    }
    Ok(if not_dunned.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell<'n>(
    dunned: &[Dunned],
    name: impl Fn(SubscriberId) -> &'n str,
    zone: &TimeZone,
    at: Timestamp,
    is_dry: bool,
    open: &Open,
) -> anyhow::Result<()> {
    let columns = [Column::Left("SUBSCRIBER"), Column::Left("WHEN"), Column::Left("WHAT")];
    let mut table = Table::new(&columns);
    let mut count = 0;
    for one in dunned {
        for action in &one.actions {
            count += 1;
            let when = shown(action.at, zone);
            table.row([name(one.subscriber).to_owned(), when, in_words(action, &one.labels)]);
        }
        for (subscription, event) in &one.withdrawn {
            let what = withdrawn_in_words(*subscription, event);
            table.row([name(one.subscriber).to_owned(), shown(event.at, zone), what]);
        }
    }
    if count > 0 {
        print::block(&table.render())?;
    }
    let until = shown(at, zone);
    match is_dry {
        true => print::line(&format!("{count} things would be done until {until}")),
        false => open.done(&format!("{count} things are done until {until}")),
    }
}

fn in_words(action: &Action, labels: &BTreeMap<InvoiceId, String>) -> String {
    let label = |id: InvoiceId| labels.get(&id).map_or("", String::as_str);
    match action.measure {
        Measure::Remind { invoice, .. } => format!("remind of {}", label(invoice)),
        Measure::LateFee { invoice, amount, .. } => {
            format!("late fee of {amount} for {}", label(invoice))
        }
        Measure::Transition { subscription, transition, .. } => {
            format!("{transition} subscription {subscription}")
        }
        Measure::WriteOff { invoice, amount, .. } => {
            format!("write off {amount} of {}", label(invoice))
        }
    }
}

/// What was planned, and is not possible behind what is done.
fn withdrawn_in_words(subscription: SubscriptionId, event: &Event) -> String {
    match event.what {
        What::Transition(transition) => {
            format!("withdrawn: {transition} subscription {subscription}")
        }
        What::Quantity { .. } => {
            format!("withdrawn: another quantity of subscription {subscription}")
        }
    }
}

fn values(name: &str, one: &Dunned) -> Vec<serde_json::Value> {
    let value = |action: &Action| {
        let mut value = json!({
            "subscriber": name,
            "at": units::rfc3339(action.at),
            "what": in_words(action, &one.labels),
        });
        match action.measure {
            Measure::LateFee { amount, .. } | Measure::WriteOff { amount, .. } => {
                value["amount_minor"] = amount.amount_minor().into();
                value["currency"] = amount.currency().code().into();
            }
            Measure::Transition { subscription, transition, .. } => {
                value["subscription"] = subscription.0.into();
                value["transition"] = transition.code().into();
            }
            Measure::Remind { .. } => {}
        }
        value
    };
    let withdrawn = one.withdrawn.iter().map(|(subscription, event)| {
        json!({
            "subscriber": name,
            "at": units::rfc3339(event.at),
            "what": withdrawn_in_words(*subscription, event),
            "subscription": subscription.0,
            "withdrawn": true,
        })
    });
    one.actions.iter().map(value).chain(withdrawn).collect()
}

async fn risks(args: &DunningRisks, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let limits = RiskLimits {
        late_payments: Some(args.late_payments),
        average_delay_days: Some(args.average_delay),
        broken_promises: Some(args.broken_promises),
        reversals: Some(args.reversals),
        overdue: args.overdue,
        oldest_days: Some(args.oldest),
    };
    let since = crate::clock::now().minus_s(i64::from(args.days) * DAY_S);
    let dunning = open.store.dunning(open.tenant);
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let (last, found) = dunning.risks(&limits, since, BATCH, after).await?;
        all.extend(found);
        after = last;
        if after.is_none() {
            break;
        }
    }
    let names = names(open, all.iter().map(|(id, _)| *id)).await?;
    let name = |id: &SubscriberId| names.get(id).cloned().unwrap_or_default();
    if as_json {
        let value = |(id, risks): &(SubscriberId, Vec<_>)| {
            let why: Vec<_> = risks.iter().map(ToString::to_string).collect();
            json!({ "subscriber": name(id), "why": why })
        };
        return print::json(&all.iter().map(value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[Column::Left("SUBSCRIBER"), Column::Left("WHY")]);
    for (id, risks) in &all {
        for risk in risks {
            table.row([name(id), risk.to_string()]);
        }
    }
    print::block(&table.render())
}
