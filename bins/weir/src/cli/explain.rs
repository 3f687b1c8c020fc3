//! `weir explain`: why a log-in comes out as it does, and what the NAS is told.

use std::process::ExitCode;

use aaa_engine::auth::Method;
use aaa_engine::ports::{Directory as _, NasId};
use aaa_engine::{
    Activity, Check, DeviceStanding, Explanation, Known, LeaseOrigin, MacAddress, Outcome,
    Question, Reason, StoredAs,
};
use anyhow::{Context as _, bail};
use clap::Args;
use entitlement::{
    FirstUse, SessionLimit, Standing, Timestamp, Validity, WhenFull, WhenWithheld, Withheld,
};
use radius_proto::{PACKET_LEN_MAX, Packet};
use serde_json::json;
use storage::{MemoryDirectory, StoreError};

use super::auth_log::outcome_name;
use super::open::{self, Open};
use super::{Globals, print};
use crate::serve::{self, words::Words};
use crate::{clock, units};

/// What `weir explain` can be told.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The name the service logs in with.
    login: String,
    /// The NAS it logs in at; needless where there is one only.
    #[arg(long, value_name = "NAME")]
    nas: Option<String>,
    /// The moment of the log-in, 2026-12-31 (UTC) or RFC 3339 [default: now].
    #[arg(long, value_name = "WHEN", value_parser = units::parse_when)]
    at: Option<Timestamp>,
    /// The device that logs in, its Calling-Station-Id as the NAS writes it.
    #[arg(long, value_name = "STATION")]
    station: Option<String>,
}

/// An explanation with the words for it.
struct Explained {
    nas: String,
    at: Timestamp,
    explanation: Explanation,
    attributes: Vec<String>,
}

pub(super) fn run(args: &ExplainArgs, globals: &Globals) -> anyhow::Result<ExitCode> {
    let explained = open::block_on(explain(args, globals))?;
    if globals.json {
        print::json(&as_json(&explained))?;
    } else {
        show(&explained)?;
    }
    let is_rejected = explained.explanation.outcome == Outcome::Rejected;
    Ok(if is_rejected { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn explain(args: &ExplainArgs, globals: &Globals) -> anyhow::Result<Explained> {
    let open = Open::new(globals).await?;
    let words = Words::load(&open.loaded.config)?;
    let id = nas(&open, args.nas.as_deref()).await?;
    let follower = open.store.follow().await?;
    let directory = follower.directory();
    let nas = directory.nas_by_id(id).context("the NAS was removed just now")?;

    let engine = serve::engine(&open.loaded.config, words.dialects().clone())?;
    let at = args.at.unwrap_or_else(clock::now);
    let activity = activity_of(&args.login, &open, &directory).await?;
    let question = Question {
        nas: &nas,
        login: args.login.as_bytes(),
        station: args.station.as_deref().map(str::as_bytes),
        at,
    };
    let known = Known { directory: &*directory, activity: &activity };
    let mut reply = vec![0; PACKET_LEN_MAX];
    let explanation = engine.explain(known, &question, &mut reply)?;
    let packet = Packet::parse(reply.get(..explanation.reply_len).unwrap_or_default())?;
    let attributes = words.attributes_of(&packet);
    // Both are other ones in each packet.
    let ours = |line: &String| {
        ["Message-Authenticator", "Class "].iter().any(|name| line.starts_with(name))
    };
    let attributes = attributes.into_iter().filter(|line| !ours(line)).collect();
    let name = nas.name.to_string();
    follower.stop().await;
    open.store.close().await;
    Ok(Explained { nas: name, at, explanation, attributes })
}

/// What the service is doing, as far as the store knows; where an address may have to be chosen for
/// it, what all are doing.
async fn activity_of(
    login: &str,
    open: &Open,
    directory: &MemoryDirectory,
) -> anyhow::Result<Activity> {
    let activity = Activity::new();
    let service = match open.store.services(open.tenant).find(login).await {
        Ok(service) => service.id,
        // The explanation says so itself.
        Err(StoreError::NotFound { .. }) => return Ok(activity),
        Err(error) => return Err(error.into()),
    };
    let sessions = open.store.sessions(open.tenant).open_of(service).await?;
    if directory.pools().iter().any(|pool| pool.tenant == open.tenant) {
        let leases = open.store.pools(open.tenant).leases_of(service).await?;
        if leases.len() <= sessions.len() {
            return super::pool::stored_activity(open, directory).await;
        }
        let leases = leases.into_iter().map(|entry| entry.lease).collect();
        activity.restore_leases(directory, leases, clock::now());
    }
    for entry in sessions {
        activity.restore(directory, &entry.session);
    }
    Ok(activity)
}

async fn nas(open: &Open, name: Option<&str>) -> anyhow::Result<NasId> {
    let all = open.store.nas(open.tenant);
    if let Some(name) = name {
        return Ok(all.find(name).await?.id);
    }
    match all.list().await?.as_slice() {
        [only] => Ok(only.id),
        [] => bail!("there is no NAS yet; add one with `weir nas add`"),
        several => {
            let names: Vec<_> = several.iter().map(|nas| nas.name.as_str()).collect();
            bail!("at which NAS? Name it with --nas: {}", names.join(", "))
        }
    }
}

fn show(explained: &Explained) -> anyhow::Result<()> {
    let Explained { nas, at, explanation, attributes } = explained;
    print::line(&format!("at NAS {nas}, {}", units::when(*at)))?;
    for check in &explanation.checks {
        let mark = if check.is_passed() { "ok" } else { "NO" };
        print::line(&format!("  {mark}  {:<10}{}", rule(check), finding(check)))?;
    }
    let proviso = match (explanation.assumes_password, explanation.assumes_code) {
        (_, true) => ", if the password and the one-time code are right",
        (true, false) => ", if the password is right",
        (false, false) => "",
    };
    let verdict = outcome_name(explanation.outcome);
    print::line(&format!("{verdict}{proviso}: {}", explanation.reason))?;
    for attribute in attributes {
        print::line(&format!("  {attribute}"))?;
    }
    Ok(())
}

fn as_json(explained: &Explained) -> serde_json::Value {
    let Explained { nas, at, explanation, attributes } = explained;
    let checks = explanation.checks.iter().map(|check| {
        json!({"rule": rule(check), "passed": check.is_passed(), "finding": finding(check)})
    });
    json!({
        "nas": nas,
        "at": units::rfc3339(*at),
        "checks": checks.collect::<Vec<_>>(),
        "outcome": outcome_name(explanation.outcome),
        "assumes_password": explanation.assumes_password,
        "assumes_one_time_code": explanation.assumes_code,
        "reason": explanation.reason.code(),
        "words": explanation.reason.to_string(),
        "attributes": attributes,
    })
}

const fn rule(check: &Check) -> &'static str {
    match check {
        Check::Login { .. } => "login",
        Check::Password { .. } => "password",
        Check::OneTimeCode { .. } => "code",
        Check::Dialect { .. } => "dialect",
        Check::Standing(_) => "state",
        Check::Validity { .. } => "validity",
        Check::Hours { .. } => "hours",
        Check::LockOut { .. } => "lock-out",
        Check::Device { .. } => "device",
        Check::Sessions { .. } => "sessions",
        Check::Address { .. } => "address",
        Check::WhenWithheld { .. } => "otherwise",
        _ => "check",
    }
}

/// What a check found, in words.
fn finding(check: &Check) -> String {
    match check {
        Check::Login { service: None } => Reason::UnknownLogin.to_string(),
        Check::Login { service: Some(service) } => {
            format!("service {} on plan {}", service.id, service.plan_name)
        }
        Check::Password { stored: Ok(stored), methods } => password(*stored, methods),
        Check::Password { stored: Err(reason), .. } => reason.to_string(),
        Check::OneTimeCode { secret: Ok(_), is_possible: false } => {
            "asked for, but PAP, which alone brings it, is switched off".to_owned()
        }
        Check::OneTimeCode { secret: Ok((_, digits)), .. } => {
            format!("one of {} digits would be asked for, by PAP alone", digits.count())
        }
        Check::OneTimeCode { secret: Err(reason), .. } => reason.to_string(),
        Check::LockOut { until: None } => "not locked, as far as the store knows".to_owned(),
        Check::LockOut { until: Some(until) } => format!("locked until {}", units::when(*until)),
        Check::Device { address, device } => self::device(*address, *device),
        Check::Sessions { limit, others } => sessions(*limit, *others),
        Check::Dialect { name, is_loaded: true } => name.to_string(),
        Check::Dialect { name, is_loaded: false } => format!("{name}: {}", Reason::UnknownDialect),
        Check::Standing(Standing::Active) => "active".to_owned(),
        Check::Standing(Standing::Suspended) => "suspended".to_owned(),
        Check::Standing(Standing::Terminated) => "terminated".to_owned(),
        Check::Validity { validity, first_use, outside } => {
            self::validity(*validity, *first_use, *outside)
        }
        Check::Hours { hours, time_zone, opens_at } => {
            let zone = time_zone.name();
            let next = opens_at.map(|at| format!("; the next begins {} UTC", units::when(at)));
            format!("{hours} in {zone}{}", next.unwrap_or_default())
        }
        Check::Address { pool, address: None } => format!("pool {pool} has none left"),
        Check::Address { pool, address: Some((address, origin)) } => {
            format!("{address} of pool {pool}, {}", self::origin(*origin))
        }
        Check::WhenWithheld { policy, is_possible } => otherwise(policy, *is_possible),
        other => format!("{other:?}"),
    }
}

/// What is stored, and the methods that are switched on and can use it.
fn password(stored: StoredAs, methods: &[Method]) -> String {
    let stored = match stored {
        StoredAs::ClearText => "stored",
        StoredAs::NtHash => "stored as an NT hash",
        StoredAs::Nothing => return "none: it logs in by its MAC address".to_owned(),
    };
    if methods.is_empty() {
        return format!("{stored}, but every method that can use it is switched off");
    }
    let methods: Vec<_> = methods.iter().map(ToString::to_string).collect();
    format!("{stored}; serves {}", methods.join(", "))
}

fn device(address: Option<MacAddress>, device: DeviceStanding) -> String {
    let named = address.map_or_else(|| "the device".to_owned(), |address| address.to_string());
    match device {
        DeviceStanding::Any => format!("{named}: any will do"),
        DeviceStanding::Listed => format!("{named} is on the list"),
        DeviceStanding::New => format!("{named} would be taken into the list"),
        DeviceStanding::Denied => format!("{named} is denied"),
        DeviceStanding::Unknown => format!("{named} is not on the list"),
        DeviceStanding::OneTooMany => format!("{named} is not on the list, which is full"),
        DeviceStanding::Nameless => "unknown; name it with --station".to_owned(),
    }
}

fn sessions(limit: SessionLimit, others: usize) -> String {
    let SessionLimit { max, when_full } = limit;
    let is_full = others >= usize::from(max.get());
    let then = match when_full {
        WhenFull::ReplaceOldest if is_full => ": the one that has lasted longest gives way",
        _ => "",
    };
    format!("{others} of {max} are open, as far as the store knows{then}")
}

fn origin(origin: LeaseOrigin) -> String {
    match origin {
        LeaseOrigin::Again => "which the service had before".to_owned(),
        LeaseOrigin::Fresh => "which nobody has had before, as far as the store knows".to_owned(),
        LeaseOrigin::TakenOver { unused_since } => format!(
            "another's before, which has been unused for the longest time, since {}, as far as the \
             store knows",
            units::when(unused_since)
        ),
    }
}

fn validity(validity: Validity, first_use: Option<FirstUse>, outside: Option<Withheld>) -> String {
    let span = match (validity.from, validity.until) {
        (None, None) => "for ever".to_owned(),
        (Some(from), None) => format!("from {}", units::when(from)),
        (None, Some(until)) => format!("until {}", units::when(until)),
        (Some(from), Some(until)) => {
            format!("from {} until {}", units::when(from), units::when(until))
        }
    };
    let span = match first_use {
        None => span,
        Some(FirstUse { lasts_s, at: None }) => {
            format!("{span}, and {} from this log-in, its first", units::span(lasts_s))
        }
        Some(FirstUse { lasts_s, at: Some(at) }) => {
            format!("{span}, and {} from {}", units::span(lasts_s), units::when(at))
        }
    };
    match outside {
        None => span,
        Some(Withheld::NotYetValid) => format!("{span}, which has not begun"),
        Some(_) => format!("{span}, which is over"),
    }
}

fn otherwise(policy: &WhenWithheld, is_possible: bool) -> String {
    let WhenWithheld::Quarantine(quarantine) = policy else {
        return "the plan says to reject".to_owned();
    };
    let pool = quarantine.pool.as_ref().map(|pool| format!("pool {pool}"));
    let list = quarantine.address_list.as_ref().map(|list| format!("address list {list}"));
    let places: Vec<_> = [pool, list].into_iter().flatten().collect();
    match (places.is_empty(), is_possible) {
        (true, _) => "quarantine without a pool or an address list: rejected".to_owned(),
        (false, true) => format!("quarantine: {}", places.join(", ")),
        (false, false) => {
            format!("quarantine ({}), which cannot be said here: rejected", places.join(", "))
        }
    }
}
