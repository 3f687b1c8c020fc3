//! The quotas of a plan as its row holds them: a JSON list.

use std::sync::Arc;

use entitlement::{
    Allowance, BitsPerSecond, Direction, HoursError, Octets, OnlineTime, Quota, Speed, Stretch,
    Tier, TierAction, Timestamp, Window,
};
use serde::{Deserialize, Serialize};

use crate::error::{Kind, StoreError};

const WRONG: &str = "its quotas are not understood";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredQuota {
    name: String,
    window: String,
    /// Of data, as is the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    direction: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    allowance_octets: Option<u64>,
    /// Of time online.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    allowance_online_s: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    free: Option<String>,
    /// Each as the moment it begins and the moment after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    zero_rated: Vec<(i64, i64)>,
    tiers: Vec<StoredTier>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredTier {
    percent: u32,
    action: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    download_bps: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    upload_bps: Option<u64>,
}

pub(super) fn read(text: Option<&str>) -> Result<Vec<Quota>, &'static str> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let stored: Vec<StoredQuota> = serde_json::from_str(text).map_err(|_| WRONG)?;
    let quotas: Vec<_> = stored.into_iter().map(quota).collect::<Result<_, _>>()?;
    // A throttle that is no slower than the plan does no harm.
    Quota::check_all(&quotas, None).map_err(|_| WRONG)?;
    Ok(quotas)
}

fn quota(stored: StoredQuota) -> Result<Quota, &'static str> {
    let free = stored.free.as_deref().map(str::parse).transpose();
    let moment = Timestamp::from_unix_ms;
    let zero_rated = stored.zero_rated.into_iter();
    let allowance = match (stored.allowance_octets, stored.direction, stored.allowance_online_s) {
        (Some(octets), Some(direction), None) => Allowance::Data {
            octets: Octets(octets),
            direction: Direction::from_code(&direction).ok_or(WRONG)?,
        },
        (None, None, Some(seconds)) => Allowance::Online(OnlineTime(seconds)),
        _ => return Err(WRONG),
    };
    Ok(Quota {
        name: Arc::from(stored.name),
        window: Window::from_code(&stored.window).ok_or(WRONG)?,
        allowance,
        free: free.map_err(|_: HoursError| WRONG)?,
        zero_rated: zero_rated
            .map(|(from, until)| Stretch { from: moment(from), until: moment(until) })
            .collect(),
        tiers: stored.tiers.iter().map(tier).collect::<Result<_, _>>()?,
    })
}

fn tier(stored: &StoredTier) -> Result<Tier, &'static str> {
    let action = match (stored.action.as_str(), stored.download_bps, stored.upload_bps) {
        ("notify", None, None) => TierAction::Notify,
        ("quarantine", None, None) => TierAction::Quarantine,
        ("throttle", Some(download), Some(upload)) => TierAction::Throttle(Speed {
            download: BitsPerSecond(download),
            upload: BitsPerSecond(upload),
        }),
        _ => return Err(WRONG),
    };
    Ok(Tier { percent: stored.percent, action })
}

pub(super) fn stored(quotas: &[Quota]) -> Result<Option<String>, StoreError> {
    if quotas.is_empty() {
        return Ok(None);
    }
    let stored: Vec<_> = quotas.iter().map(stored_quota).collect();
    let text = serde_json::to_string(&stored)
        .map_err(|error| StoreError::Invalid { what: Kind::Plan, problem: error.to_string() })?;
    Ok(Some(text))
}

fn stored_quota(quota: &Quota) -> StoredQuota {
    let zero_rated = quota.zero_rated.iter();
    let (direction, allowance_octets, allowance_online_s) = match quota.allowance {
        Allowance::Data { octets, direction } => {
            (Some(direction.code().to_owned()), Some(octets.0), None)
        }
        Allowance::Online(time) => (None, None, Some(time.0)),
    };
    StoredQuota {
        name: quota.name.to_string(),
        window: quota.window.code().to_owned(),
        direction,
        allowance_octets,
        allowance_online_s,
        free: quota.free.as_ref().map(ToString::to_string),
        zero_rated: zero_rated
            .map(|stretch| (stretch.from.unix_ms(), stretch.until.unix_ms()))
            .collect(),
        tiers: quota.tiers.iter().map(stored_tier).collect(),
    }
}

fn stored_tier(tier: &Tier) -> StoredTier {
    let speed = match tier.action {
        TierAction::Throttle(speed) => Some(speed),
        TierAction::Notify | TierAction::Quarantine => None,
    };
    StoredTier {
        percent: tier.percent,
        action: tier.action.code().to_owned(),
        download_bps: speed.map(|speed| speed.download.0),
        upload_bps: speed.map(|speed| speed.upload.0),
    }
}
