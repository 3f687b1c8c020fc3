//! `weir plan`: what is sold.

use std::process::ExitCode;
use std::sync::Arc;

use aaa_engine::INTERIM_INTERVAL_MIN_S;
use anyhow::bail;
use clap::{Args, Subcommand, ValueEnum};
use entitlement::{BitsPerSecond, Hours, HoursError, Quarantine, Speed, Terms, WhenWithheld};
use serde_json::json;
use storage::{Plan, StoreError};

use super::open::{self, Open};
use super::{Globals, print};
use crate::table::{Column, Table};
use crate::units::{self, Setting};

/// What can be done with plans.
#[derive(Debug, Subcommand)]
pub(super) enum PlanCommand {
    /// Make a plan.
    Add(PlanAdd),
    /// List the plans.
    List,
    /// Change a plan, for every service that is on it.
    Set(PlanSet),
    /// Remove a plan that no service is on.
    Remove {
        /// What it is called.
        name: String,
    },
}

/// What `weir plan add` can be told.
#[derive(Debug, Args)]
pub(super) struct PlanAdd {
    /// What to call it.
    name: String,
    #[command(flatten)]
    terms: TermsOptions,
    /// Leave a plan of this name as it is.
    #[arg(long)]
    if_missing: bool,
}

/// What `weir plan set` can be told.
#[derive(Debug, Args)]
pub(super) struct PlanSet {
    /// What it is called.
    name: String,
    #[command(flatten)]
    terms: TermsOptions,
}

/// What both can be told; `none` takes a value away.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub(super) struct TermsOptions {
    /// Speed towards the subscriber, for example 10M, or none.
    #[arg(long, value_name = "RATE", value_parser = rate_setting)]
    download: Option<Setting<BitsPerSecond>>,
    /// Speed from the subscriber, for example 2M, or none.
    #[arg(long, value_name = "RATE", value_parser = rate_setting)]
    upload: Option<Setting<BitsPerSecond>>,
    /// The pool on the NAS that addresses come from, or none.
    #[arg(long, value_name = "POOL", value_parser = name_setting)]
    pool: Option<Setting<Arc<str>>>,
    /// Longest time of one session, for example 24h, or none.
    #[arg(long, value_name = "SPAN", value_parser = span_setting)]
    session_timeout: Option<Setting<u32>>,
    /// How long a session may be idle, for example 5m, or none.
    #[arg(long, value_name = "SPAN", value_parser = span_setting)]
    idle_timeout: Option<Setting<u32>>,
    /// How often usage is reported, 60s or more, or none.
    #[arg(long, value_name = "SPAN", value_parser = span_setting)]
    interim_interval: Option<Setting<u32>>,
    /// When it may be used, for example "mon-fri 08:00-18:00, sat 09:00-13:00" on the tenant's
    /// clock, or none for always.
    #[arg(long, value_name = "HOURS", value_parser = hours_setting)]
    hours: Option<Setting<Hours>>,
    /// What an expired or suspended service gets when it logs in.
    #[arg(long, value_name = "WHAT")]
    when_withheld: Option<Withheld>,
    /// The pool on the NAS that quarantined addresses come from, or none.
    #[arg(long, value_name = "POOL", value_parser = name_setting)]
    quarantine_pool: Option<Setting<Arc<str>>>,
    /// The address list on the NAS that quarantined addresses are put on, or none.
    #[arg(long, value_name = "LIST", value_parser = name_setting)]
    quarantine_address_list: Option<Setting<Arc<str>>>,
    /// How long a quarantined session lasts, for example 5m.
    #[arg(long, value_name = "SPAN", value_parser = units::parse_span_s)]
    quarantine_session_timeout: Option<u32>,
}

/// How `--when-withheld` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Withheld {
    /// Accepted into a place from which the payment page can be reached.
    Quarantine,
    /// Refused.
    Reject,
}

fn rate_setting(text: &str) -> Result<Setting<BitsPerSecond>, String> {
    units::parse_setting(text, units::parse_rate)
}

fn span_setting(text: &str) -> Result<Setting<u32>, String> {
    units::parse_setting(text, units::parse_span_s)
}

fn hours_setting(text: &str) -> Result<Setting<Hours>, String> {
    units::parse_setting(text, |text| text.parse().map_err(|error: HoursError| error.to_string()))
}

fn name_setting(text: &str) -> Result<Setting<Arc<str>>, String> {
    units::parse_setting(text, |name| match name {
        "" => Err("a name is missing; write none to take it away".to_owned()),
        name => Ok(Arc::from(name)),
    })
}

pub(super) fn run(command: PlanCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        match command {
            PlanCommand::Add(args) => add(args, &open).await,
            PlanCommand::Set(args) => set(args, &open).await,
            PlanCommand::List => list(&open, globals.json).await,
            PlanCommand::Remove { name } => {
                open.store.plans(open.tenant).remove(&open.actor, &name).await?;
                open.done(&format!("plan `{name}` removed"))
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn add(args: PlanAdd, open: &Open) -> anyhow::Result<()> {
    let plans = open.store.plans(open.tenant);
    if args.if_missing {
        match plans.find(&args.name).await {
            Ok(_) => return print::line(&format!("plan `{}` exists already", args.name)),
            Err(StoreError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let terms = applied(args.terms, Terms::default())?;
    let plan = plans.add(&open.actor, &args.name, &terms).await?;
    open.done(&format!("plan `{}` added: {}", plan.name, summary(&plan.terms)))
}

async fn set(args: PlanSet, open: &Open) -> anyhow::Result<()> {
    if args.terms == TermsOptions::default() {
        bail!(
            "nothing to set; name at least one option, for example --download (see `weir plan set --help`)"
        );
    }
    let plans = open.store.plans(open.tenant);
    let current = plans.find(&args.name).await?.terms;
    // Refuse what is wrong before the row is locked; then apply to what the row holds by then.
    applied(args.terms.clone(), current)?;
    let change = args.terms;
    let plan = plans
        .update(&open.actor, &args.name, move |terms| {
            if let Ok(changed) = applied(change, terms.clone()) {
                *terms = changed;
            }
        })
        .await?;
    open.done(&format!("plan `{}` changed: {}", plan.name, summary(&plan.terms)))
}

/// `terms` with what the options say.
fn applied(options: TermsOptions, mut terms: Terms) -> anyhow::Result<Terms> {
    terms.speed = speed(options.download, options.upload, terms.speed)?;
    if let Some(pool) = options.pool {
        terms.pool = pool.into_option();
    }
    if let Some(timeout) = options.session_timeout {
        terms.session_timeout_s = timeout.into_option();
    }
    if let Some(timeout) = options.idle_timeout {
        terms.idle_timeout_s = timeout.into_option();
    }
    if let Some(interval) = options.interim_interval {
        terms.interim_interval_s = interval.into_option();
    }
    if let Some(hours) = options.hours {
        terms.hours = hours.into_option();
    }
    if terms.interim_interval_s.is_some_and(|interval_s| interval_s < INTERIM_INTERVAL_MIN_S) {
        bail!(
            "--interim-interval must be {INTERIM_INTERVAL_MIN_S}s at least (RFC 2869 section 5.16)"
        );
    }
    let timeouts = [
        ("--session-timeout", terms.session_timeout_s),
        ("--idle-timeout", terms.idle_timeout_s),
        ("--quarantine-session-timeout", options.quarantine_session_timeout),
    ];
    if let Some((name, _)) = timeouts.iter().find(|(_, timeout_s)| *timeout_s == Some(0)) {
        bail!("{name} 0 would end every session at once; write none for no limit");
    }
    terms.when_withheld = when_withheld(
        options.when_withheld,
        options.quarantine_pool,
        options.quarantine_address_list,
        options.quarantine_session_timeout,
        terms.when_withheld,
    )?;
    Ok(terms)
}

fn speed(
    download: Option<Setting<BitsPerSecond>>,
    upload: Option<Setting<BitsPerSecond>>,
    current: Option<Speed>,
) -> anyhow::Result<Option<Speed>> {
    let download = download.map_or(current.map(|speed| speed.download), Setting::into_option);
    let upload = upload.map_or(current.map(|speed| speed.upload), Setting::into_option);
    match (download, upload) {
        (Some(download), Some(upload)) => Ok(Some(Speed { download, upload })),
        (None, None) => Ok(None),
        (Some(_), None) => bail!("--download needs --upload too: a NAS is told both or neither"),
        (None, Some(_)) => bail!("--upload needs --download too: a NAS is told both or neither"),
    }
}

fn when_withheld(
    what: Option<Withheld>,
    pool: Option<Setting<Arc<str>>>,
    address_list: Option<Setting<Arc<str>>>,
    session_timeout_s: Option<u32>,
    current: WhenWithheld,
) -> anyhow::Result<WhenWithheld> {
    let says_quarantine = pool.is_some() || address_list.is_some() || session_timeout_s.is_some();
    let mut quarantine = match (what, current) {
        (Some(Withheld::Reject), _) | (None, WhenWithheld::Reject) => {
            if says_quarantine {
                bail!(
                    "--quarantine-… has no meaning while --when-withheld is reject; add --when-withheld quarantine"
                );
            }
            return Ok(WhenWithheld::Reject);
        }
        (_, WhenWithheld::Quarantine(quarantine)) => quarantine,
        (Some(Withheld::Quarantine), WhenWithheld::Reject) => Quarantine::default(),
    };
    if let Some(pool) = pool {
        quarantine.pool = pool.into_option();
    }
    if let Some(list) = address_list {
        quarantine.address_list = list.into_option();
    }
    if let Some(timeout_s) = session_timeout_s {
        quarantine.session_timeout_s = timeout_s;
    }
    Ok(WhenWithheld::Quarantine(quarantine))
}

async fn list(open: &Open, as_json: bool) -> anyhow::Result<()> {
    let plans = open.store.plans(open.tenant).list().await?;
    if as_json {
        return print::json(&plans.iter().map(as_value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Left("NAME"),
        Column::Right("DOWN"),
        Column::Right("UP"),
        Column::Left("POOL"),
        Column::Right("SESSION"),
        Column::Right("IDLE"),
        Column::Right("INTERIM"),
        Column::Left("HOURS"),
        Column::Left("WHEN WITHHELD"),
    ]);
    let span = |span_s: Option<u32>| span_s.map(units::span).unwrap_or_default();
    for Plan { name, terms, .. } in &plans {
        let rate = |pick: fn(Speed) -> BitsPerSecond| {
            terms.speed.map(|speed| units::rate(pick(speed))).unwrap_or_default()
        };
        table.row([
            name.clone(),
            rate(|speed| speed.download),
            rate(|speed| speed.upload),
            terms.pool.as_deref().unwrap_or_default().to_owned(),
            span(terms.session_timeout_s),
            span(terms.idle_timeout_s),
            span(terms.interim_interval_s),
            terms.hours.as_ref().map(ToString::to_string).unwrap_or_default(),
            withheld_in_words(&terms.when_withheld),
        ]);
    }
    print::block(&table.render())
}

fn summary(terms: &Terms) -> String {
    let speed = terms.speed.map_or_else(
        || "speed open".to_owned(),
        |speed| format!("{} down, {} up", units::rate(speed.download), units::rate(speed.upload)),
    );
    let hours = terms.hours.as_ref().map_or_else(String::new, |hours| format!(", {hours}"));
    format!("{speed}{hours}, when withheld {}", withheld_in_words(&terms.when_withheld))
}

fn withheld_in_words(what: &WhenWithheld) -> String {
    let WhenWithheld::Quarantine(quarantine) = what else { return "reject".to_owned() };
    let mut words = vec!["quarantine".to_owned()];
    words.extend(quarantine.pool.as_ref().map(|pool| format!("pool {pool}")));
    words.extend(quarantine.address_list.as_ref().map(|list| format!("list {list}")));
    words.push(units::span(quarantine.session_timeout_s));
    words.join(" ")
}

fn as_value(plan: &Plan) -> serde_json::Value {
    let terms = &plan.terms;
    let quarantine = match &terms.when_withheld {
        WhenWithheld::Reject => None,
        WhenWithheld::Quarantine(quarantine) => Some(json!({
            "pool": quarantine.pool.as_deref(),
            "address_list": quarantine.address_list.as_deref(),
            "session_timeout_s": quarantine.session_timeout_s,
        })),
    };
    json!({
        "id": plan.id.0,
        "name": plan.name,
        "download_bps": terms.speed.map(|speed| speed.download.0),
        "upload_bps": terms.speed.map(|speed| speed.upload.0),
        "pool": terms.pool.as_deref(),
        "session_timeout_s": terms.session_timeout_s,
        "idle_timeout_s": terms.idle_timeout_s,
        "interim_interval_s": terms.interim_interval_s,
        "hours": terms.hours.as_ref().map(ToString::to_string),
        "when_withheld": if quarantine.is_some() { "quarantine" } else { "reject" },
        "quarantine": quarantine,
        "created_at": units::rfc3339(plan.created_at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEED: Speed =
        Speed { download: BitsPerSecond(10_000_000), upload: BitsPerSecond(2_000_000) };

    #[test]
    fn one_direction_alone_is_refused_unless_the_other_is_known() {
        let download = Some(Setting::To(BitsPerSecond(5_000_000)));
        assert!(speed(download, None, None).is_err());
        let changed = speed(download, None, Some(SPEED)).unwrap().unwrap();
        assert_eq!(changed, Speed { download: BitsPerSecond(5_000_000), ..SPEED });
        assert!(speed(Some(Setting::None), None, Some(SPEED)).is_err());
        let open = speed(Some(Setting::None), Some(Setting::None), Some(SPEED)).unwrap();
        assert_eq!(open, None);
    }

    #[test]
    fn quarantine_settings_need_quarantine() {
        let list = || Some(Setting::To(Arc::from("unpaid")));
        let refused = when_withheld(None, None, list(), None, WhenWithheld::Reject);
        assert!(refused.unwrap_err().to_string().contains("--when-withheld quarantine"));
        let asked = Some(Withheld::Quarantine);
        let set = when_withheld(asked, None, list(), None, WhenWithheld::Reject).unwrap();
        let WhenWithheld::Quarantine(quarantine) = set else { panic!("{set:?}") };
        assert_eq!(quarantine.address_list.as_deref(), Some("unpaid"));
    }

    #[test]
    fn an_interim_interval_below_a_minute_is_refused() {
        let options =
            TermsOptions { interim_interval: Some(Setting::To(30)), ..TermsOptions::default() };
        let error = applied(options, Terms::default()).unwrap_err().to_string();
        assert!(error.contains("60s"), "{error}");
    }

    #[test]
    fn what_is_not_named_stays() {
        let terms = Terms { speed: Some(SPEED), pool: Some("home".into()), ..Terms::default() };
        let options =
            TermsOptions { session_timeout: Some(Setting::To(60)), ..TermsOptions::default() };
        let changed = applied(options, terms.clone()).unwrap();
        assert_eq!(changed, Terms { session_timeout_s: Some(60), ..terms });
    }
}
