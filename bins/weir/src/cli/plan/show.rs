//! How plans are shown.

use entitlement::{
    BitsPerSecond, DeviceBinding, SessionLimit, Speed, Terms, WhenFull, WhenWithheld,
};
use serde_json::json;
use storage::Plan;

use super::quotas;
use crate::cli::open::Open;
use crate::cli::print;
use crate::serve::words::Words;
use crate::table::{Column, Table};
use crate::units;

pub(super) async fn list(open: &Open, as_json: bool) -> anyhow::Result<()> {
    let plans = open.store.plans(open.tenant).list().await?;
    if as_json {
        let words = Words::load(&open.loaded.config)?;
        return print::json(&plans.iter().map(|plan| as_value(&words, plan)).collect::<Vec<_>>());
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
        Column::Left("QUOTAS"),
        Column::Left("SESSIONS"),
        Column::Left("DEVICES"),
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
            names_of_quotas(terms),
            terms.session_limit.map(sessions_in_words).unwrap_or_default(),
            devices_in_words(terms.devices),
            withheld_in_words(&terms.when_withheld),
        ]);
    }
    print::block(&table.render())
}

fn names_of_quotas(terms: &Terms) -> String {
    let quotas = terms.quotas.iter();
    let quotas = quotas.map(|quota| format!("{} {}", quota.name, quota.amount()));
    quotas.collect::<Vec<_>>().join(", ")
}

/// One plan, with all that is said of its quotas.
pub(super) async fn one(name: &str, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let plan = open.store.plans(open.tenant).find(name).await?;
    let words = Words::load(&open.loaded.config)?;
    if as_json {
        return print::json(&as_value(&words, &plan));
    }
    print::line(&format!("{:<12}{}", "plan", plan.name))?;
    print::line(&format!("{:<12}{}", "terms", summary(&plan.terms)))?;
    for quota in &plan.terms.quotas {
        print::line(&format!("{:<12}{}", "quota", quotas::in_words(quota)))?;
    }
    for attribute in words.shown(plan.reply_attributes.as_ref()) {
        print::line(&format!("{:<12}{attribute}", "attribute"))?;
    }
    print::line(&format!("{:<12}{}", "since", units::when(plan.created_at)))
}

pub(super) fn summary(terms: &Terms) -> String {
    let speed = terms.speed.map_or_else(
        || "speed open".to_owned(),
        |speed| format!("{} down, {} up", units::rate(speed.download), units::rate(speed.upload)),
    );
    let hours = terms.hours.as_ref().map_or_else(String::new, |hours| format!(", {hours}"));
    let sessions =
        terms.session_limit.map(|limit| format!(", sessions {}", sessions_in_words(limit)));
    let sessions = sessions.unwrap_or_default();
    let withheld = withheld_in_words(&terms.when_withheld);
    let services: String =
        terms.services.iter().map(|service| format!(", service {service}")).collect();
    format!("{speed}{hours}{sessions}{services}, when withheld {withheld}")
}

fn sessions_in_words(limit: SessionLimit) -> String {
    match limit.when_full {
        WhenFull::Reject => limit.max.to_string(),
        WhenFull::ReplaceOldest => format!("{}, the newest", limit.max),
    }
}

fn devices_in_words(binding: DeviceBinding) -> String {
    match binding {
        DeviceBinding::Any => String::new(),
        DeviceBinding::Listed => "listed".to_owned(),
        DeviceBinding::Learn { max } => format!("learn {max}"),
    }
}

fn withheld_in_words(what: &WhenWithheld) -> String {
    let WhenWithheld::Quarantine(quarantine) = what else { return "reject".to_owned() };
    let mut words = vec!["quarantine".to_owned()];
    words.extend(quarantine.pool.as_ref().map(|pool| format!("pool {pool}")));
    words.extend(quarantine.address_list.as_ref().map(|list| format!("list {list}")));
    words.push(units::span(quarantine.session_timeout_s));
    words.join(" ")
}

fn quarantine(when: &WhenWithheld) -> Option<serde_json::Value> {
    match when {
        WhenWithheld::Reject => None,
        WhenWithheld::Quarantine(quarantine) => Some(json!({
            "pool": quarantine.pool.as_deref(),
            "address_list": quarantine.address_list.as_deref(),
            "session_timeout_s": quarantine.session_timeout_s,
        })),
    }
}

fn speed(speed: Speed) -> serde_json::Value {
    json!({"download_bps": speed.download.0, "upload_bps": speed.upload.0})
}

fn as_value(words: &Words, plan: &Plan) -> serde_json::Value {
    let terms = &plan.terms;
    let shaping = terms.shaping;
    let burst = shaping.burst.map(|burst| {
        json!({
            "speed": speed(burst.speed),
            "threshold": speed(burst.threshold),
            "time_s": burst.time_s,
        })
    });
    let limit = terms.session_limit.map(|limit| {
        json!({
            "max": limit.max,
            "when_full": match limit.when_full {
                WhenFull::Reject => "reject",
                WhenFull::ReplaceOldest => "replace-oldest",
            },
        })
    });
    let withheld_for = terms.when_withheld_for.iter().map(|(cause, when)| {
        (cause.code().to_owned(), quarantine(when).unwrap_or_else(|| json!("reject")))
    });
    let when_withheld_for: serde_json::Map<_, _> = withheld_for.collect();
    let quarantine = quarantine(&terms.when_withheld);
    json!({
        "id": plan.id.0,
        "name": plan.name,
        "download_bps": terms.speed.map(|speed| speed.download.0),
        "upload_bps": terms.speed.map(|speed| speed.upload.0),
        "burst": burst,
        "minimum": shaping.minimum.map(speed),
        "priority": shaping.priority.map(entitlement::Priority::get),
        "pool": terms.pool.as_deref(),
        "ipv6_pool": terms.ipv6_pool.as_deref(),
        "delegated_ipv6_pool": terms.delegated_ipv6_pool.as_deref(),
        "address_list": terms.address_list.as_deref(),
        "routing_mark": terms.routing_mark.as_deref(),
        "group": terms.group.as_deref(),
        "sessions": limit,
        "devices": match terms.devices {
            DeviceBinding::Any => json!("any"),
            DeviceBinding::Listed => json!("listed"),
            DeviceBinding::Learn { max } => json!({"learn": max}),
        },
        "session_timeout_s": terms.session_timeout_s,
        "idle_timeout_s": terms.idle_timeout_s,
        "interim_interval_s": terms.interim_interval_s,
        "quotas": terms.quotas.iter().map(quotas::as_value).collect::<Vec<_>>(),
        "hours": terms.hours.as_ref().map(ToString::to_string),
        "when_withheld": if quarantine.is_some() { "quarantine" } else { "reject" },
        "quarantine": quarantine,
        "when_withheld_for": when_withheld_for,
        "services": terms.services.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "attributes": words.shown(plan.reply_attributes.as_ref()),
        "created_at": units::rfc3339(plan.created_at),
    })
}
