//! Between the columns of a plan and its terms.

use core::num::NonZeroU16;
use std::sync::Arc;

use entitlement::{
    BitsPerSecond, Burst, Cause, DeviceBinding, HoursError, PlannedService, Priority, Quarantine,
    Quota, SessionLimit, Shaping, Speed, Terms, WhenFull, WhenWithheld,
};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};

use super::quotas;
use crate::entity::plan;
use crate::error::{Kind, StoreError};
use crate::names;
use crate::sink::hexadecimal;

const QUARANTINE: &str = "quarantine";
const REJECT: &str = "reject";
const REPLACE_OLDEST: &str = "replace_oldest";
const ANY: &str = "any";
const LISTED: &str = "listed";
const LEARN: &str = "learn";

pub(super) fn read(row: &plan::Model) -> Result<Terms, &'static str> {
    let text = |text: &Option<String>| text.as_deref().map(Arc::from);
    let when_withheld = match row.when_withheld.as_str() {
        REJECT => WhenWithheld::Reject,
        QUARANTINE => WhenWithheld::Quarantine(Quarantine {
            pool: text(&row.quarantine_pool),
            address_list: text(&row.quarantine_address_list),
            session_timeout_s: seconds(row.quarantine_session_timeout_s)?
                .ok_or("its quarantine has no session timeout")?,
        }),
        _ => return Err("what becomes of withheld services is not known to this version"),
    };
    let hours = row.hours.as_deref().map(str::parse).transpose();
    Ok(Terms {
        speed: speed(row.download_bps, row.upload_bps)?,
        shaping: shaping(row)?,
        pool: text(&row.pool),
        ipv6_pool: text(&row.ipv6_pool),
        delegated_ipv6_pool: text(&row.delegated_ipv6_pool),
        address_list: text(&row.address_list),
        routing_mark: text(&row.routing_mark),
        group: text(&row.nas_group),
        session_timeout_s: seconds(row.session_timeout_s)?,
        idle_timeout_s: seconds(row.idle_timeout_s)?,
        interim_interval_s: seconds(row.interim_interval_s)?,
        hours: hours.map_err(|_: HoursError| "its hours are not understood")?,
        session_limit: session_limit(row)?,
        quotas: quotas::read(row.quotas.as_deref())?,
        devices: devices(row)?,
        when_withheld,
        when_withheld_for: when_withheld_for(row.when_withheld_for.as_deref())?,
        services: services(row.services.as_deref())?,
    })
}

fn speed(download: Option<i64>, upload: Option<i64>) -> Result<Option<Speed>, &'static str> {
    match (download, upload) {
        (None, None) => Ok(None),
        (Some(download), Some(upload)) => {
            Ok(Some(Speed { download: rate(download)?, upload: rate(upload)? }))
        }
        _ => Err("it has one speed of two"),
    }
}

fn shaping(row: &plan::Model) -> Result<Shaping, &'static str> {
    let burst = speed(row.burst_download_bps, row.burst_upload_bps)?;
    let threshold = speed(row.burst_threshold_download_bps, row.burst_threshold_upload_bps)?;
    let burst = match (burst, threshold, seconds(row.burst_time_s)?) {
        (None, None, None) => None,
        (Some(speed), Some(threshold), Some(time_s)) => Some(Burst { speed, threshold, time_s }),
        _ => return Err("its burst lacks a part"),
    };
    let priority = match row.priority.map(u8::try_from).transpose() {
        Ok(None) => None,
        Ok(Some(number)) => Some(Priority::new(number).ok_or("its priority is not from 1 to 8")?),
        Err(_) => return Err("its priority is not from 1 to 8"),
    };
    let minimum = speed(row.minimum_download_bps, row.minimum_upload_bps)?;
    Ok(Shaping { burst, minimum, priority })
}

fn session_limit(row: &plan::Model) -> Result<Option<SessionLimit>, &'static str> {
    let Some(max) = count(row.sessions_max)? else { return Ok(None) };
    let when_full = match row.when_sessions_full.as_deref() {
        None | Some(REJECT) => WhenFull::Reject,
        Some(REPLACE_OLDEST) => WhenFull::ReplaceOldest,
        Some(_) => return Err("what becomes of too many sessions is not known to this version"),
    };
    Ok(Some(SessionLimit { max, when_full }))
}

fn devices(row: &plan::Model) -> Result<DeviceBinding, &'static str> {
    match (row.devices.as_str(), count(row.devices_max)?) {
        (ANY, _) => Ok(DeviceBinding::Any),
        (LISTED, _) => Ok(DeviceBinding::Listed),
        (LEARN, Some(max)) => Ok(DeviceBinding::Learn { max }),
        _ => Err("its binding of devices is not known to this version"),
    }
}

/// A JSON object: a cause, and what becomes of a service that is withheld for it.
fn when_withheld_for(text: Option<&str>) -> Result<Vec<(Cause, WhenWithheld)>, &'static str> {
    const WRONG: &str = "what becomes of services withheld for a reason is not understood";
    let Some(text) = text else { return Ok(Vec::new()) };
    let value: Value = serde_json::from_str(text).map_err(|_| WRONG)?;
    let entries = value.as_object().ok_or(WRONG)?;
    entries
        .iter()
        .map(|(cause, when)| {
            let cause = Cause::from_code(cause).ok_or(WRONG)?;
            if when == REJECT {
                return Ok((cause, WhenWithheld::Reject));
            }
            let word = |name| when.get(name).and_then(Value::as_str).map(Arc::from);
            let timeout_s = when.get("session_timeout_s").and_then(Value::as_i64);
            let quarantine = Quarantine {
                pool: word("pool"),
                address_list: word("address_list"),
                session_timeout_s: seconds(timeout_s)?.ok_or(WRONG)?,
            };
            Ok((cause, WhenWithheld::Quarantine(quarantine)))
        })
        .collect()
}

/// A JSON array of services, each as it is typed.
fn services(text: Option<&str>) -> Result<Vec<PlannedService>, &'static str> {
    const WRONG: &str = "its services are not understood";
    let Some(text) = text else { return Ok(Vec::new()) };
    let texts: Vec<String> = serde_json::from_str(text).map_err(|_| WRONG)?;
    texts.iter().map(|text| text.parse().map_err(|_| WRONG)).collect()
}

fn services_as_json(services: &[PlannedService]) -> Option<String> {
    let texts: Vec<String> = services.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| json!(texts).to_string())
}

fn as_json(entries: &[(Cause, WhenWithheld)]) -> Option<String> {
    if entries.is_empty() {
        return None;
    }
    let entries = entries.iter().map(|(cause, when)| {
        let when = match when {
            WhenWithheld::Reject => json!(REJECT),
            WhenWithheld::Quarantine(quarantine) => json!({
                "pool": quarantine.pool.as_deref(),
                "address_list": quarantine.address_list.as_deref(),
                "session_timeout_s": quarantine.session_timeout_s,
            }),
        };
        (cause.code().to_owned(), when)
    });
    Some(Value::Object(entries.collect()).to_string())
}

fn rate(bps: i64) -> Result<BitsPerSecond, &'static str> {
    u64::try_from(bps).map(BitsPerSecond).map_err(|_| "a speed is negative")
}

fn seconds(seconds: Option<i64>) -> Result<Option<u32>, &'static str> {
    seconds.map(u32::try_from).transpose().map_err(|_| "a time is out of range")
}

fn count(count: Option<i64>) -> Result<Option<NonZeroU16>, &'static str> {
    const WRONG: &str = "a number of sessions or devices is out of range";
    let count = count.map(u16::try_from).transpose().map_err(|_| WRONG)?;
    count.map(|count| NonZeroU16::new(count).ok_or(WRONG)).transpose()
}

/// The columns that hold the terms; the others are left for the caller to set.
pub(super) fn columns(terms: &Terms) -> Result<plan::ActiveModel, StoreError> {
    if let Some(problem) = terms.shaping.problem(terms.speed) {
        return Err(StoreError::Invalid { what: Kind::Plan, problem: problem.to_owned() });
    }
    Quota::check_all(&terms.quotas, terms.speed)
        .map_err(|error| StoreError::Invalid { what: Kind::Plan, problem: error.to_string() })?;
    check_names(terms)?;
    let text = |text: &Option<Arc<str>>| Set(text.as_deref().map(str::to_owned));
    let quarantine = match &terms.when_withheld {
        WhenWithheld::Quarantine(quarantine) => Some(quarantine),
        WhenWithheld::Reject => None,
    };
    let Shaping { burst, minimum, priority } = terms.shaping;
    let down = |speed: Option<Speed>| stored_rate(speed.map(|speed| speed.download));
    let up = |speed: Option<Speed>| stored_rate(speed.map(|speed| speed.upload));
    let (burst_speed, threshold) = (burst.map(|b| b.speed), burst.map(|b| b.threshold));
    let limit = terms.session_limit;
    let (devices, devices_max) = match terms.devices {
        DeviceBinding::Any => (ANY, None),
        DeviceBinding::Listed => (LISTED, None),
        DeviceBinding::Learn { max } => (LEARN, Some(i64::from(max.get()))),
    };
    Ok(plan::ActiveModel {
        download_bps: Set(down(terms.speed)?),
        upload_bps: Set(up(terms.speed)?),
        burst_download_bps: Set(down(burst_speed)?),
        burst_upload_bps: Set(up(burst_speed)?),
        burst_threshold_download_bps: Set(down(threshold)?),
        burst_threshold_upload_bps: Set(up(threshold)?),
        burst_time_s: Set(burst.map(|burst| burst.time_s.into())),
        minimum_download_bps: Set(down(minimum)?),
        minimum_upload_bps: Set(up(minimum)?),
        priority: Set(priority.map(|priority| priority.get().into())),
        pool: text(&terms.pool),
        ipv6_pool: text(&terms.ipv6_pool),
        delegated_ipv6_pool: text(&terms.delegated_ipv6_pool),
        address_list: text(&terms.address_list),
        routing_mark: text(&terms.routing_mark),
        nas_group: text(&terms.group),
        session_timeout_s: Set(terms.session_timeout_s.map(i64::from)),
        idle_timeout_s: Set(terms.idle_timeout_s.map(i64::from)),
        interim_interval_s: Set(terms.interim_interval_s.map(i64::from)),
        hours: Set(terms.hours.as_ref().map(ToString::to_string)),
        sessions_max: Set(limit.map(|limit| limit.max.get().into())),
        when_sessions_full: Set(limit.map(|limit| when_full_code(limit.when_full).to_owned())),
        devices: Set(devices.to_owned()),
        devices_max: Set(devices_max),
        when_withheld: Set(if quarantine.is_some() { QUARANTINE } else { REJECT }.to_owned()),
        quarantine_pool: Set(
            quarantine.and_then(|quarantine| quarantine.pool.as_deref().map(str::to_owned))
        ),
        quarantine_address_list: Set(
            quarantine.and_then(|quarantine| quarantine.address_list.as_deref().map(str::to_owned))
        ),
        quarantine_session_timeout_s: Set(
            quarantine.map(|quarantine| i64::from(quarantine.session_timeout_s))
        ),
        when_withheld_for: Set(as_json(&terms.when_withheld_for)),
        quotas: Set(quotas::stored(&terms.quotas)?),
        services: Set(services_as_json(&terms.services)),
        ..Default::default()
    })
}

fn check_names(terms: &Terms) -> Result<(), StoreError> {
    let others = terms.when_withheld_for.iter().map(|(_, when)| when);
    let quarantines = [&terms.when_withheld].into_iter().chain(others);
    let of_quarantines = quarantines.flat_map(|when| match when {
        WhenWithheld::Quarantine(quarantine) => [&quarantine.pool, &quarantine.address_list],
        WhenWithheld::Reject => [&None, &None],
    });
    let own = [
        &terms.pool,
        &terms.ipv6_pool,
        &terms.delegated_ipv6_pool,
        &terms.address_list,
        &terms.routing_mark,
        &terms.group,
    ];
    for name in own.into_iter().chain(of_quarantines).flatten() {
        names::check(Kind::Plan, name, names::LOGIN_LEN_MAX)?;
    }
    Ok(())
}

fn stored_rate(rate: Option<BitsPerSecond>) -> Result<Option<i64>, StoreError> {
    rate.map(|rate| i64::try_from(rate.0)).transpose().map_err(|_| StoreError::Invalid {
        what: Kind::Plan,
        problem: "a speed is greater than can be stored".to_owned(),
    })
}

const fn when_full_code(when: WhenFull) -> &'static str {
    match when {
        WhenFull::Reject => REJECT,
        WhenFull::ReplaceOldest => REPLACE_OLDEST,
    }
}

/// What the audit keeps of a plan.
pub(super) fn described(row: &plan::Model) -> Value {
    json!({
        "name": row.name,
        "download_bps": row.download_bps,
        "upload_bps": row.upload_bps,
        "burst_download_bps": row.burst_download_bps,
        "burst_upload_bps": row.burst_upload_bps,
        "burst_threshold_download_bps": row.burst_threshold_download_bps,
        "burst_threshold_upload_bps": row.burst_threshold_upload_bps,
        "burst_time_s": row.burst_time_s,
        "minimum_download_bps": row.minimum_download_bps,
        "minimum_upload_bps": row.minimum_upload_bps,
        "priority": row.priority,
        "pool": row.pool,
        "ipv6_pool": row.ipv6_pool,
        "delegated_ipv6_pool": row.delegated_ipv6_pool,
        "address_list": row.address_list,
        "routing_mark": row.routing_mark,
        "group": row.nas_group,
        "session_timeout_s": row.session_timeout_s,
        "idle_timeout_s": row.idle_timeout_s,
        "interim_interval_s": row.interim_interval_s,
        "hours": row.hours,
        "sessions_max": row.sessions_max,
        "when_sessions_full": row.when_sessions_full,
        "devices": row.devices,
        "devices_max": row.devices_max,
        "when_withheld": row.when_withheld,
        "quarantine_pool": row.quarantine_pool,
        "quarantine_address_list": row.quarantine_address_list,
        "quarantine_session_timeout_s": row.quarantine_session_timeout_s,
        "when_withheld_for": row.when_withheld_for,
        "quotas": row.quotas,
        "services": row.services,
        "reply_attributes": row.reply_attributes.as_deref().map(hexadecimal),
    })
}
