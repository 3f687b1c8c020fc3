//! `weir billing`: billing runs, and how is billed.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use anyhow::bail;
use billing_core::invoice::{NumberFormat, Restarts, Series};
use billing_core::payment::CallingCode;
use billing_core::{Cadence, ChangePolicy, Money, PausePolicy, Rounding, When};
use clap::{Args, Subcommand};
use entitlement::{SubscriberId, TimeZone};
use serde_json::json;
use storage::{NotBilled, Preview, RunOrder, Settings, UnredeemedVouchers};

use super::super::open::{self, Open};
use super::super::{Globals, print};
use super::{moment, seller, shown, zone};
use crate::clock;
use crate::units::{self, Setting};

/// How many subscribers are billed in one transaction.
const BATCH: u64 = 500;

/// What can be done about billing.
#[derive(Debug, Subcommand)]
pub(in super::super) enum BillingCommand {
    /// Bill everybody who has something to be billed.
    ///
    /// An invoice is the difference between what should have been billed by then and what was, so that a
    /// run can be repeated, stopped and run several times at once: nobody is billed twice.
    Run(BillingRun),
    /// Who sells, as it stands on documents from now on. Without options, show it.
    Seller(Box<seller::SellerArgs>),
    /// How is billed: rounding, time to pay, closed books. Without options, show it.
    Settings(BillingSettingsArgs),
}

/// What `weir billing run` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct BillingRun {
    /// Up to which moment is billed, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
    /// Bill up to a moment that is to come: what is billed ahead is owed at once.
    #[arg(long, requires = "at")]
    ahead: bool,
    /// Show the invoices that would be made, and make none.
    #[arg(long)]
    dry_run: bool,
}

/// What `weir billing settings` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct BillingSettingsArgs {
    /// How a part of a price becomes a whole amount: half-up, half-even, up, down, ceiling or
    /// floor.
    #[arg(long, value_name = "RULE", value_parser = rounding)]
    rounding: Option<Rounding>,
    /// How long an invoice may remain unpaid.
    #[arg(long, value_name = "DAYS")]
    payment_days: Option<u16>,
    /// Close the books until a moment, on the tenant's clock: nothing is entered before it any more.
    #[arg(long, value_name = "WHEN")]
    close_until: Option<String>,
    /// How invoices are numbered: INV-{year}-{number:06}.
    #[arg(long, value_name = "PATTERN")]
    invoice_numbers: Option<NumberFormat>,
    /// How credit notes are numbered: CN-{year}-{number:06}.
    #[arg(long, value_name = "PATTERN")]
    credit_note_numbers: Option<NumberFormat>,
    /// When a greater offer takes the place of another: at-once or period-end.
    #[arg(long, value_name = "WHEN", value_parser = when)]
    upgrade: Option<When>,
    /// When a smaller offer does: at-once or period-end.
    #[arg(long, value_name = "WHEN", value_parser = when)]
    downgrade: Option<When>,
    /// The product that is charged once with each change of plan, or none.
    #[arg(long, value_name = "PRODUCT", value_parser = product)]
    change_fee: Option<Setting<String>>,
    /// How long a pause can last: "3 months", or none: as long as one likes.
    #[arg(long, value_name = "PERIOD", value_parser = period)]
    pause_longest: Option<Setting<Cadence>>,
    /// How many pauses can begin within a year, or none: any number.
    #[arg(long, value_name = "COUNT", value_parser = count)]
    pauses_per_year: Option<Setting<u32>>,
    /// How long before its end a termination must be said: "30 days", or none.
    #[arg(long, value_name = "PERIOD", value_parser = period)]
    notice: Option<Setting<Cadence>>,
    /// When both begin anew: never, yearly or monthly.
    #[arg(long, value_name = "WHEN", value_parser = restarts)]
    restart: Option<Restarts>,
    /// Whether `weir serve` bills, and duns who does not pay, by itself: yes or no.
    #[arg(long, value_name = "YES", value_parser = yes_or_no)]
    automatic: Option<bool>,
    /// What the QR codes of printed vouchers hold, with {code} in the place of the code, or none: the code.
    #[arg(long, value_name = "LINK", value_parser = seller::text)]
    voucher_link: Option<Setting<String>>,
    /// The calling code of the telephone numbers that payers write as their reference, 254, or none: no
    /// telephone number says whose a payment is.
    #[arg(long, value_name = "CODE", value_parser = calling_code)]
    calling_code: Option<Setting<CallingCode>>,
    /// What becomes of what was paid for vouchers that nobody has redeemed in time, when `weir serve` lets them
    /// expire: owed, refunded, "earned with VAT" (by the names of the taxes within it), "earned without tax", or
    /// none: they wait for `weir voucher expire`.
    #[arg(long, value_name = "WHAT", value_parser = unredeemed)]
    unredeemed_vouchers: Option<Setting<UnredeemedVouchers>>,
}

fn calling_code(text: &str) -> Result<Setting<CallingCode>, String> {
    units::parse_setting(text, |text| {
        text.parse::<CallingCode>().map_err(|error| error.to_string())
    })
}

impl BillingSettingsArgs {
    /// Whether anything was said that is to be so from now on.
    const fn changes_something(&self) -> bool {
        let numbers = self.invoice_numbers.is_some()
            || self.credit_note_numbers.is_some()
            || self.restart.is_some();
        let changes =
            self.upgrade.is_some() || self.downgrade.is_some() || self.change_fee.is_some();
        let pauses = self.pause_longest.is_some() || self.pauses_per_year.is_some();
        let amounts = self.rounding.is_some() || self.payment_days.is_some();
        let others = self.close_until.is_some()
            || self.notice.is_some()
            || self.automatic.is_some()
            || self.voucher_link.is_some()
            || self.calling_code.is_some()
            || self.unredeemed_vouchers.is_some();
        numbers || changes || pauses || amounts || others
    }
}

fn unredeemed(text: &str) -> Result<Setting<UnredeemedVouchers>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|it: storage::UnredeemedVouchersError| it.to_string())
    })
}

fn when(text: &str) -> Result<When, String> {
    match text {
        "at-once" => Ok(When::AtOnce),
        "period-end" => Ok(When::PeriodEnd),
        _ => Err(format!("nothing changes at `{text}`; at-once and period-end there are")),
    }
}

fn product(text: &str) -> Result<Setting<String>, String> {
    units::parse_setting(text, |name| Ok(name.to_owned()))
}

fn period(text: &str) -> Result<Setting<Cadence>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|error: billing_core::CadenceError| error.to_string())
    })
}

fn count(text: &str) -> Result<Setting<u32>, String> {
    units::parse_setting(text, |text| {
        text.parse()
            .map_err(|_| format!("`{text}` is no number of pauses; 0 and more are, or none"))
    })
}

fn restarts(text: &str) -> Result<Restarts, String> {
    match text {
        "never" => Ok(Restarts::Never),
        "yearly" => Ok(Restarts::Yearly),
        "monthly" => Ok(Restarts::Monthly),
        _ => Err(format!(
            "`{text}` is no time for numbers to begin anew; never, yearly and monthly are"
        )),
    }
}

pub(super) fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(format!("`{text}` is neither yes nor no")),
    }
}

fn rounding(text: &str) -> Result<Rounding, String> {
    Rounding::from_code(text).ok_or_else(|| {
        let known = Rounding::ALL.map(Rounding::code).join(", ");
        format!("`{text}` is no way of rounding; there are {known}")
    })
}

pub(in super::super) fn run(
    command: BillingCommand,
    globals: &Globals,
) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zone = zone(&open, globals).await?;
        match command {
            BillingCommand::Run(args) => {
                let at = moment(args.at.as_deref(), &zone)?;
                let now = clock::now();
                if at > now && !args.ahead && !args.dry_run {
                    bail!(
                        "--at: {} is to come; now, {}, is the latest, or say --ahead to bill what is not due \
                         yet, and --dry-run to see it",
                        shown(at, &zone),
                        shown(now, &zone)
                    );
                }
                let order = RunOrder { at, batch: BATCH };
                // Whom another price or an outage concerns, so that nobody is missed.
                let runs = open.store.billing_runs(open.tenant);
                while runs.look_again(&open.actor, BATCH).await? > 0 {}
                if args.dry_run {
                    preview(order, &open, &zone, globals.json).await
                } else {
                    bill(order, &open, &zone, globals.json).await
                }
            }
            BillingCommand::Seller(args) => {
                seller::run(*args, &open, globals.json).await.map(|()| ExitCode::SUCCESS)
            }
            BillingCommand::Settings(args) => {
                settings(args, &open, &zone, globals.json).await.map(|()| ExitCode::SUCCESS)
            }
        }
    })
}

async fn bill(
    order: RunOrder,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let (mut after, mut invoices, mut not_billed) = (None, 0, Vec::new());
    let mut gross = Sums::default();
    loop {
        let runs = open.store.billing_runs(open.tenant);
        let batch = runs.batch(&open.actor, order, after).await?;
        invoices += batch.invoices;
        gross.add(&batch.gross)?;
        not_billed.extend(batch.not_billed);
        match batch.last {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    // Those that somebody else held are billed when they can be, or named.
    let mut after = None;
    loop {
        let left_out: BTreeSet<_> = not_billed.iter().map(|one| one.subscriber).collect();
        let runs = open.store.billing_runs(open.tenant);
        let batch = runs.rest(&open.actor, order, &left_out, after).await?;
        invoices += batch.invoices;
        gross.add(&batch.gross)?;
        not_billed.extend(batch.not_billed);
        match batch.last {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    if as_json {
        print::json(&json!({
            "at": units::rfc3339(order.at),
            "invoices": invoices,
            "gross": gross.as_value(),
            "not_billed": failures(open, &not_billed).await?,
        }))?;
    } else {
        let until = shown(order.at, zone);
        print::line(&format!("{invoices} invoices until {until}{gross}"))?;
    }
    tell(open, &not_billed).await
}

async fn preview(
    order: RunOrder,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let (mut after, mut invoices, mut not_billed) = (None, 0, Vec::new());
    let mut gross = Sums::default();
    let mut values = Vec::new();
    loop {
        let runs = open.store.billing_runs(open.tenant);
        let (last, previews, failed) = runs.preview(order, after).await?;
        let names = names(open, previews.iter().map(|it| it.subscriber)).await?;
        for preview in &previews {
            invoices += 1;
            gross.add(&[preview.draft.gross])?;
            let name = names.get(&preview.subscriber).map_or("", String::as_str);
            match as_json {
                true => values.push(as_value(name, preview)),
                false => print::block(&as_text(name, preview))?,
            }
        }
        not_billed.extend(failed);
        match last {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    if as_json {
        print::json(&json!({
            "at": units::rfc3339(order.at),
            "invoices": values,
            "gross": gross.as_value(),
            "not_billed": failures(open, &not_billed).await?,
        }))?;
    } else {
        let until = shown(order.at, zone);
        print::line(&format!("{invoices} invoices would be made until {until}{gross}"))?;
    }
    tell(open, &not_billed).await
}

/// Says whom it could not bill. That makes the command fail, so that whoever runs it by the clock hears
/// of it.
async fn tell(open: &Open, not_billed: &[NotBilled]) -> anyhow::Result<ExitCode> {
    let names = names(open, not_billed.iter().map(|it| it.subscriber)).await.unwrap_or_default();
    for NotBilled { subscriber, subscription, error } in not_billed {
        let name = names.get(subscriber).map_or("", String::as_str);
        let which = subscription.map(|id| format!(", subscription {id}")).unwrap_or_default();
        let error = open.in_words(&error.to_string()).await?;
        print::warning(&format!("subscriber `{name}`{which} is not billed: {error}"));
    }
    Ok(if not_billed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What these subscribers are called.
pub(super) async fn names(
    open: &Open,
    ids: impl IntoIterator<Item = SubscriberId>,
) -> anyhow::Result<BTreeMap<SubscriberId, String>> {
    Ok(open.store.subscribers(open.tenant).names(ids).await?)
}

fn as_text(name: &str, preview: &Preview) -> String {
    let mut text = format!("{name}\n");
    for line in &preview.lines {
        text.push_str(&format!("  {} ({} with taxes)\n", line.explanation, line.gross));
    }
    for tax in &preview.draft.taxes {
        text.push_str(&format!(
            "  {} {} on {}: {}\n",
            tax.tax.name, tax.tax.rate, tax.base, tax.amount
        ));
    }
    text.push_str(&format!("  to pay: {}\n", preview.draft.gross));
    text
}

fn as_value(name: &str, preview: &Preview) -> serde_json::Value {
    json!({
        "subscriber": name,
        "net_minor": preview.draft.net.amount_minor(),
        "gross_minor": preview.draft.gross.amount_minor(),
        "currency": preview.draft.gross.currency().code(),
        "lines": preview.lines.iter().map(|line| &line.explanation).collect::<Vec<_>>(),
    })
}

async fn failures(open: &Open, not_billed: &[NotBilled]) -> anyhow::Result<Vec<serde_json::Value>> {
    let mut values = Vec::new();
    for NotBilled { subscriber, subscription, error } in not_billed {
        values.push(json!({
            "subscriber_id": subscriber.0,
            "subscription": subscription.map(|id| id.0),
            "error": open.in_words(&error.to_string()).await?,
        }));
    }
    Ok(values)
}

/// Amounts, a sum for each currency.
#[derive(Default)]
struct Sums(BTreeMap<&'static str, Money>);

impl Sums {
    fn add(&mut self, amounts: &[Money]) -> anyhow::Result<()> {
        for amount in amounts {
            let sum = self.0.entry(amount.currency().code());
            let sum = sum.or_insert_with(|| Money::zero(amount.currency()));
            *sum = sum.plus(*amount)?;
        }
        Ok(())
    }

    fn as_value(&self) -> serde_json::Value {
        let minor = |(code, sum): (&&str, &Money)| ((*code).to_owned(), sum.amount_minor().into());
        serde_json::Value::Object(self.0.iter().map(minor).collect())
    }
}

impl std::fmt::Display for Sums {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.values().try_for_each(|sum| write!(f, ", {sum}"))
    }
}

async fn settings(
    args: BillingSettingsArgs,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let is_change = args.changes_something();
    let close_until = args.close_until.as_deref();
    let close_until = close_until.map(|text| moment(Some(text), zone)).transpose()?;
    let settings = open.store.billing_settings(open.tenant);
    let fee = match &args.change_fee {
        None => None,
        Some(Setting::None) => Some(None),
        Some(Setting::To(name)) => {
            Some(Some(open.store.subscriptions(open.tenant).product(name).await?))
        }
    };
    // All of it is decided by what is so when it is changed: somebody else may change it as well.
    let change = |it: &mut Settings| -> anyhow::Result<()> {
        let series = |format: Option<NumberFormat>, had: &Series| {
            let format = format.unwrap_or_else(|| had.format().clone());
            Series::new(format, args.restart.unwrap_or_else(|| had.restarts()))
        };
        it.invoices = series(args.invoice_numbers, &it.invoices)?;
        it.credit_notes = series(args.credit_note_numbers, &it.credit_notes)?;
        it.rounding = args.rounding.unwrap_or(it.rounding);
        it.payment_days = args.payment_days.unwrap_or(it.payment_days);
        it.closed_until = close_until.or(it.closed_until);
        it.changes = ChangePolicy {
            upgrade: args.upgrade.unwrap_or(it.changes.upgrade),
            downgrade: args.downgrade.unwrap_or(it.changes.downgrade),
            fee: fee.unwrap_or(it.changes.fee),
        };
        it.pauses = PausePolicy {
            longest: args.pause_longest.map_or(it.pauses.longest, Setting::into_option),
            per_year: args.pauses_per_year.map_or(it.pauses.per_year, Setting::into_option),
        };
        it.notice = args.notice.map_or(it.notice, Setting::into_option);
        it.is_automatic = args.automatic.unwrap_or(it.is_automatic);
        let link = args.voucher_link.map(Setting::into_option);
        it.voucher_link = link.unwrap_or_else(|| it.voucher_link.take());
        let code = args.calling_code.map(Setting::into_option);
        it.calling_code = code.unwrap_or_else(|| it.calling_code.take());
        let unredeemed = args.unredeemed_vouchers.map(Setting::into_option);
        it.unredeemed = unredeemed.unwrap_or_else(|| it.unredeemed.take());
        Ok(())
    };
    let now = match is_change {
        true => settings.try_change(&open.actor, change).await?,
        false => settings.read().await?,
    };
    show_settings(&now, zone, as_json)
}

fn show_settings(now: &Settings, zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return print::json(&json!({
            "rounding": now.rounding.code(),
            "payment_days": now.payment_days,
            "closed_until": now.closed_until.map(units::rfc3339),
            "invoice_numbers": now.invoices.format().to_string(),
            "credit_note_numbers": now.credit_notes.format().to_string(),
            "upgrade": when_in_words(now.changes.upgrade),
            "downgrade": when_in_words(now.changes.downgrade),
            "change_fee": now.changes.fee.map(|fee| fee.0),
            "pause_longest": now.pauses.longest.map(|longest| longest.to_string()),
            "pauses_per_year": now.pauses.per_year,
            "notice": now.notice.map(|notice| notice.to_string()),
            "automatic": now.is_automatic,
            "voucher_link": now.voucher_link,
            "calling_code": now.calling_code.as_ref().map(CallingCode::to_string),
            "unredeemed_vouchers": now.unredeemed.as_ref().map(ToString::to_string),
        }));
    }
    let closed = now
        .closed_until
        .map_or_else(|| "open".to_owned(), |at| format!("closed until {}", shown(at, zone)));
    print::line(&format!("rounding      {}", now.rounding.code()))?;
    print::line(&format!("time to pay   {} days", now.payment_days))?;
    print::line(&format!("books         {closed}"))?;
    print::line(&format!("invoices      {}", now.invoices.format()))?;
    print::line(&format!("credit notes  {}", now.credit_notes.format()))?;
    let (up, down) = (now.changes.upgrade, now.changes.downgrade);
    let (up, down) = (when_in_words(up), when_in_words(down));
    print::line(&format!("changes       up {up}, down {down}"))?;
    let longest = now.pauses.longest.map_or_else(|| "any time".to_owned(), |it| it.to_string());
    let often = now.pauses.per_year.map_or_else(String::new, |it| format!(", {it} a year"));
    print::line(&format!("pauses        for {longest}{often}"))?;
    let notice = now.notice.map_or_else(|| "none".to_owned(), |notice| notice.to_string());
    print::line(&format!("notice        {notice}"))?;
    let automatic = if now.is_automatic { "yes" } else { "by command only" };
    print::line(&format!("automatic     {automatic}"))?;
    let link = now.voucher_link.as_deref().unwrap_or("their code");
    print::line(&format!("voucher QR    {link}"))?;
    let phones =
        now.calling_code.as_ref().map_or_else(|| "not looked up".to_owned(), |it| format!("+{it}"));
    print::line(&format!("telephones    {phones}"))?;
    let unredeemed = now.unredeemed.as_ref();
    let unredeemed = unredeemed
        .map_or_else(|| "waits for `weir voucher expire`".to_owned(), ToString::to_string);
    print::line(&format!("not redeemed  {unredeemed}"))
}

const fn when_in_words(when: When) -> &'static str {
    match when {
        When::AtOnce => "at-once",
        When::PeriodEnd => "period-end",
    }
}
