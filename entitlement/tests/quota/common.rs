//! A service, its plan and its usage, in few words.

use std::sync::Arc;

use entitlement::{
    Allowance, Amount, BitsPerSecond, Direction, Entitlement, Extras, Grant, GrantId, GrantKind,
    Meter, Octets, OnlineTime, Quota, QuotaStatus, SessionKey, Speed, Stance, Standing, Terms,
    Tier, TierAction, TimeZone, Timestamp, UsageRecord, Validity, Window,
};

pub(crate) const SESSION: SessionKey = SessionKey([7; 16]);
pub(crate) const OTHER_SESSION: SessionKey = SessionKey([8; 16]);
pub(crate) const GB: u64 = 1_000_000_000;

pub(crate) fn moment(text: &str) -> Timestamp {
    let moment: jiff::Timestamp = text.parse().unwrap();
    Timestamp::from_unix_ms(moment.as_millisecond())
}

pub(crate) fn mbit(upload: u64, download: u64) -> Speed {
    let rate = |mbit| BitsPerSecond(mbit * 1_000_000);
    Speed { upload: rate(upload), download: rate(download) }
}

pub(crate) fn tier(percent: u32, action: TierAction) -> Tier {
    Tier { percent, action }
}

pub(crate) fn quota(name: &str, window: Window, allowance_octets: u64) -> Quota {
    Quota {
        name: name.into(),
        window,
        allowance: Allowance::Data { octets: Octets(allowance_octets), direction: Direction::Both },
        free: None,
        zero_rated: Vec::new(),
        tiers: Vec::new(),
    }
}

pub(crate) fn service(quotas: Vec<Quota>) -> Entitlement {
    Entitlement {
        standing: Standing::Active,
        validity: Validity::default(),
        fixed_ipv4: None,
        networks: None,
        first_use: None,
        time_zone: TimeZone::UTC,
        terms: Arc::new(Terms { speed: Some(mbit(20, 100)), quotas, ..Terms::default() }),
        extras: None,
        shared: None,
    }
}

/// The service in another zone.
pub(crate) fn in_zone(zone: &str, quotas: Vec<Quota>) -> Entitlement {
    Entitlement { time_zone: TimeZone::named(zone).unwrap(), ..service(quotas) }
}

/// The quota, of octets of one direction.
pub(crate) fn one_way(direction: Direction, quota: Quota) -> Quota {
    let octets = Octets(quota.amount().units());
    Quota { allowance: Allowance::Data { octets, direction }, ..quota }
}

/// A quota of time online that stops the service when it is used up.
pub(crate) fn online(name: &str, window: Window, allowance_s: u64) -> Quota {
    let tiers = vec![tier(100, TierAction::Quarantine)];
    Quota { allowance: Allowance::Online(OnlineTime(allowance_s)), tiers, ..quota(name, window, 0) }
}

/// Changes what the service has beside its plan.
pub(crate) fn change(service: &mut Entitlement, change: impl FnOnce(&mut Extras)) {
    let mut extras = service.extras.as_deref().cloned().unwrap_or_default();
    change(&mut extras);
    service.extras = Some(Arc::new(extras));
}

/// A top-up, bought at the epoch, that never ends.
pub(crate) fn top_up(id: i64, octets: u64) -> Grant {
    Grant {
        id: GrantId(id),
        amount: Amount::Data(Octets(octets)),
        validity: Validity::default(),
        priority: entitlement::EXTRA_PRIORITY_DEFAULT,
        kind: GrantKind::Purchased,
        granted_at: Timestamp::from_unix_s(0),
    }
}

pub(crate) fn record(from: Timestamp, to: Timestamp, upload: u64, download: u64) -> UsageRecord {
    UsageRecord {
        session: SESSION,
        from,
        to,
        upload_octets: upload,
        download_octets: download,
        online_s: 0,
    }
}

/// Downloads so much at one moment.
pub(crate) fn download(meter: &mut Meter, service: &Entitlement, at: Timestamp, octets: u64) {
    meter.consume(service, &record(at, at, 0, octets));
}

/// How the quota of that name stands for [`SESSION`].
pub(crate) fn status<'a>(
    service: &'a Entitlement,
    meter: &Meter,
    name: &str,
    now: Timestamp,
) -> QuotaStatus<'a> {
    let quotas = service.quotas(Some(meter), Some(SESSION), now);
    quotas.into_iter().find(|status| &*status.quota.name == name).unwrap()
}

pub(crate) fn charged(service: &Entitlement, meter: &Meter, name: &str, now: Timestamp) -> u64 {
    status(service, meter, name, now).charged.units()
}

pub(crate) fn stance(service: &Entitlement, meter: &Meter, now: Timestamp) -> Stance {
    service.stance(Some(meter), &[], Some(SESSION), now)
}
