//! Between the tables of services, grants and boosters and the types.

use entitlement::{
    Amount, BitsPerSecond, Booster, BoosterId, Extras, Grant, GrantId, GrantKind, Octets,
    OnlineTime, Speed, Throttle, Timestamp, Validity,
};
use sea_orm::{ColumnTrait, Condition};
use serde_json::{Value, json};

use crate::clock;
use crate::entity::{reservation, service, service_booster, service_grant};
use crate::error::{Kind, StoreError};

/// How long what is over is still read, seconds: reports of the time before may be late.
const OVER_FOR_S: i64 = 2 * 86_400;

/// Since when what is over is no longer read.
pub(crate) fn read_since() -> Timestamp {
    clock::now().minus_s(OVER_FOR_S)
}

/// What is not over at a moment.
pub(crate) fn lasts(until: impl ColumnTrait, now: Timestamp) -> Condition {
    Condition::any().add(until.is_null()).add(until.gt(now.unix_ms()))
}

/// What a service has, as the tables hold it; `paid` is what is agreed with one that is paid as it goes.
pub(crate) fn extras(
    service: &service::Model,
    grants: &[service_grant::Model],
    boosters: &[service_booster::Model],
    paid: Option<&reservation::Model>,
) -> Result<Extras, StoreError> {
    let grants = grants.iter().map(grant).chain(paid.map(wallet));
    Ok(Extras {
        cycle_from: service.cycle_from.map(Timestamp::from_unix_ms),
        grants: grants.collect::<Result<_, _>>()?,
        boosters: boosters.iter().map(booster).collect::<Result<_, _>>()?,
        throttle: throttle(service)?,
        grace: grace(service)?,
    })
}

pub(super) fn throttle(row: &service::Model) -> Result<Option<Throttle>, StoreError> {
    let speeds = row.throttle_download_bps.zip(row.throttle_upload_bps);
    let Some((download, upload)) = speeds else { return Ok(None) };
    let rate = |bps| rate(bps, Kind::Service, row.id);
    Ok(Some(Throttle {
        speed: Speed { download: rate(download)?, upload: rate(upload)? },
        until: row.throttle_until.map(Timestamp::from_unix_ms),
    }))
}

/// The most that is left of the speed while there is grace.
fn grace(row: &service::Model) -> Result<Option<Speed>, StoreError> {
    let speeds = row.grace_download_bps.zip(row.grace_upload_bps);
    let Some((download, upload)) = speeds else { return Ok(None) };
    let rate = |bps| rate(bps, Kind::Service, row.id);
    Ok(Some(Speed { download: rate(download)?, upload: rate(upload)? }))
}

fn rate(bps: i64, what: Kind, row: i64) -> Result<BitsPerSecond, StoreError> {
    let bps = u64::try_from(bps).map_err(|_| StoreError::Corrupt {
        what,
        row: row.to_string(),
        problem: "a speed is negative".to_owned(),
    });
    bps.map(BitsPerSecond)
}

fn validity(from: Option<i64>, until: Option<i64>) -> Validity {
    Validity { from: from.map(Timestamp::from_unix_ms), until: until.map(Timestamp::from_unix_ms) }
}

pub(crate) fn grant(row: &service_grant::Model) -> Result<Grant, StoreError> {
    let corrupt = |problem: &str| StoreError::Corrupt {
        what: Kind::Grant,
        row: row.id.to_string(),
        problem: problem.to_owned(),
    };
    let units = |units: i64| u64::try_from(units).map_err(|_| corrupt("it is negative"));
    let amount = match (row.octets, row.online_s) {
        (octets, None) => Amount::Data(Octets(units(octets)?)),
        (0, Some(online_s)) => Amount::Online(OnlineTime(units(online_s)?)),
        (_, Some(_)) => return Err(corrupt("it is of data and of time at once")),
    };
    Ok(Grant {
        id: GrantId(row.id),
        amount,
        validity: validity(row.valid_from, row.valid_until),
        priority: u8::try_from(row.priority).map_err(|_| corrupt("its priority is too great"))?,
        kind: GrantKind::from_code(&row.kind)
            .ok_or_else(|| corrupt("its kind is not known to this version"))?,
        granted_at: Timestamp::from_unix_ms(row.created_at),
    })
}

/// How far the wallet covers a service that is paid as it goes.
fn wallet(row: &reservation::Model) -> Result<Grant, StoreError> {
    let until = u64::try_from(row.covered_octets).map_err(|_| StoreError::Corrupt {
        what: Kind::Reservation,
        row: row.id.to_string(),
        problem: "what is covered is negative".to_owned(),
    })?;
    Ok(Grant::wallet(until, Timestamp::from_unix_ms(row.begins_at)))
}

pub(super) fn booster(row: &service_booster::Model) -> Result<Booster, StoreError> {
    let rate = |bps| rate(bps, Kind::Booster, row.id);
    Ok(Booster {
        id: BoosterId(row.id),
        validity: validity(row.valid_from, row.valid_until),
        speed: Speed { download: rate(row.download_bps)?, upload: rate(row.upload_bps)? },
    })
}

/// A number as a column holds it.
pub(super) fn stored(what: Kind, number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Invalid {
        what,
        problem: format!("{number} is more than can be stored, {}", i64::MAX),
    })
}

pub(super) fn described_grant(row: &service_grant::Model) -> Value {
    let (measure, units) = match row.online_s {
        Some(online_s) => ("online_s", online_s),
        None => ("octets", row.octets),
    };
    json!({
        "grant": row.id,
        measure: units,
        "valid_from_ms": row.valid_from,
        "valid_until_ms": row.valid_until,
        "priority": row.priority,
        "kind": row.kind,
    })
}

pub(super) fn described_booster(row: &service_booster::Model) -> Value {
    json!({
        "booster": row.id,
        "download_bps": row.download_bps,
        "upload_bps": row.upload_bps,
        "valid_from_ms": row.valid_from,
        "valid_until_ms": row.valid_until,
    })
}

pub(super) fn described_throttle(row: &service::Model) -> Value {
    if row.throttle_download_bps.is_none() {
        return json!({});
    }
    json!({
        "throttle_download_bps": row.throttle_download_bps,
        "throttle_upload_bps": row.throttle_upload_bps,
        "throttle_until_ms": row.throttle_until,
    })
}
