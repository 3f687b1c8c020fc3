//! `weir service top-up`, `boost` and `renew`, `weir session throttle` and `restore`: what a service has
//! beside its plan.

use core::num::NonZeroU64;
use std::collections::BTreeMap;

use billing_core::balance::Carried;
use clap::Args;
use entitlement::{
    Amount, Booster, BoosterId, EXTRA_PRIORITY_DEFAULT, Extras, Grant, GrantId, GrantKind, Octets,
    OnlineTime, Speed, Throttle, Timestamp, Validity,
};
use serde_json::json;
use storage::NewGrant;

use super::open::Open;
use super::plan::{parse_amount, parse_online};
use super::print;
use crate::{clock, quotas, units};

/// From where each grant was carried over that was so.
type CarriedOver = BTreeMap<GrantId, Carried>;

/// What `weir service top-up` can be told.
#[derive(Debug, Args)]
pub(super) struct TopUp {
    /// The name the service logs in with.
    login: String,
    /// How much data, for example 10GB or 10GiB.
    #[arg(long, value_name = "AMOUNT", value_parser = parse_amount, required_unless_present_any = ["time", "remove"])]
    data: Option<NonZeroU64>,
    /// How much time online, for example 10h or 90m.
    #[arg(long, value_name = "TIME", value_parser = parse_online, conflicts_with = "data")]
    time: Option<OnlineTime>,
    /// When it begins to be valid [default: now]: 2026-12-31 (UTC) or RFC 3339.
    #[arg(long, value_name = "WHEN", value_parser = units::parse_when)]
    valid_from: Option<Timestamp>,
    /// When it ceases to be valid [default: never].
    #[arg(long, value_name = "WHEN", value_parser = units::parse_when)]
    valid_until: Option<Timestamp>,
    /// It is given, not bought; it is used before what was bought and ends at the same time.
    #[arg(long)]
    bonus: bool,
    /// Lower ones are used first; below 100 before the plan's allowance, from 100 on after it.
    #[arg(long, value_name = "NUMBER", default_value_t = EXTRA_PRIORITY_DEFAULT)]
    priority: u8,
    /// Take back what was granted under this number instead.
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["data", "time", "valid_from", "valid_until", "bonus"])]
    remove: Option<i64>,
}

/// What `weir service boost` can be told.
#[derive(Debug, Args)]
pub(super) struct Boost {
    /// The name the service logs in with.
    login: String,
    /// The speed, upload and download, for example 20M/100M.
    #[arg(long, value_name = "UP/DOWN", value_parser = units::parse_speed, required_unless_present = "remove")]
    speed: Option<Speed>,
    /// For how long, for example 2h.
    #[arg(long = "for", value_name = "SPAN", value_parser = units::parse_span_s, required_unless_present = "remove")]
    lasts_s: Option<u32>,
    /// When it begins [default: now]: 2026-12-31 (UTC) or RFC 3339.
    #[arg(long, value_name = "WHEN", value_parser = units::parse_when)]
    from: Option<Timestamp>,
    /// End the booster of this number instead.
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["speed", "lasts_s", "from"])]
    remove: Option<i64>,
}

/// What `weir service renew` can be told.
#[derive(Debug, Args)]
pub(super) struct Renew {
    /// The name the service logs in with.
    login: String,
    /// When it now ceases to be valid: 2026-12-31 (UTC) or RFC 3339.
    #[arg(long, value_name = "WHEN", value_parser = units::parse_when)]
    until: Timestamp,
    /// When its billing cycle began [default: it goes on while the service is valid, and begins now
    /// when it is not].
    #[arg(long, value_name = "WHEN", value_parser = units::parse_when)]
    cycle_from: Option<Timestamp>,
}

pub(super) async fn top_up(args: TopUp, open: &Open) -> anyhow::Result<()> {
    let services = open.store.services(open.tenant);
    let TopUp { login, data, time, valid_from, valid_until, bonus, priority, remove } = args;
    if let Some(number) = remove {
        services.remove_grant(&open.actor, &login, GrantId(number)).await?;
        return open.done(&format!("grant {number} of service `{login}` taken back"));
    }
    let data = Amount::Data(Octets(data.map_or(0, NonZeroU64::get)));
    let new = NewGrant {
        amount: time.map_or(data, Amount::Online),
        validity: Validity { from: valid_from, until: valid_until },
        priority,
        kind: if bonus { GrantKind::Bonus } else { GrantKind::Purchased },
    };
    let grant = services.grant(&open.actor, &login, &new).await?;
    open.done(&format!("service `{login}` topped up: {}", grant_in_words(&grant)))
}

pub(super) async fn boost(args: Boost, open: &Open) -> anyhow::Result<()> {
    let services = open.store.services(open.tenant);
    let Boost { login, speed, lasts_s, from, remove } = args;
    if let Some(number) = remove {
        services.remove_booster(&open.actor, &login, BoosterId(number)).await?;
        return open.done(&format!("booster {number} of service `{login}` ended"));
    }
    let from = from.unwrap_or_else(clock::now);
    let until = from.plus_s(lasts_s.unwrap_or_default().into());
    let validity = Validity { from: Some(from), until: Some(until) };
    let speed = speed.unwrap_or_default();
    let booster = services.boost(&open.actor, &login, speed, validity).await?;
    open.done(&format!("service `{login}` boosted: {}", booster_in_words(&booster)))
}

/// `weir session throttle`.
pub(super) async fn throttle(
    login: &str,
    speed: Speed,
    lasts_s: Option<u32>,
    open: &Open,
) -> anyhow::Result<()> {
    let until = lasts_s.map(|lasts_s| clock::now().plus_s(lasts_s.into()));
    let throttle = Throttle { speed, until };
    open.store.services(open.tenant).throttle(&open.actor, login, throttle).await?;
    open.done(&format!("service `{login}` throttled to {}", quotas::throttle_in_words(throttle)))
}

/// `weir session restore`.
pub(super) async fn restore(login: &str, open: &Open) -> anyhow::Result<()> {
    let services = open.store.services(open.tenant);
    if services.end_throttle(&open.actor, login).await? {
        return open.done(&format!("the throttle of service `{login}` ended"));
    }
    print::line(&format!(
        "service `{login}` is not throttled; a quota's throttle is lifted by a top-up"
    ))
}

pub(super) async fn renew(args: Renew, open: &Open) -> anyhow::Result<()> {
    let services = open.store.services(open.tenant);
    let Renew { login, until, cycle_from } = args;
    services.renew(&open.actor, &login, until, cycle_from).await?;
    let cycle = services.extras(&login).await?.cycle_from.map(units::when);
    let cycle = cycle.map_or_else(String::new, |began| format!(", billing cycle from {began}"));
    open.done(&format!("service `{login}` renewed until {}{cycle}", units::when(until)))
}

/// What was granted to a service. Of what it pays as it goes more is said elsewhere.
fn granted(extras: &Extras) -> impl Iterator<Item = &Grant> {
    extras.grants.iter().filter(|grant| !grant.is_wallet())
}

/// What a service has beside its plan, as lines of a name and a value.
pub(super) fn in_words(extras: &Extras, carried: &CarriedOver) -> Vec<(&'static str, String)> {
    let cycle = extras.cycle_from.map(|began| ("cycle from", units::when(began)));
    let grants = granted(extras).map(|grant| {
        let carried = carried.get(&grant.id).map(carried_in_words).unwrap_or_default();
        ("grant", format!("{}{carried}", grant_in_words(grant)))
    });
    let boosters = extras.boosters.iter().map(|booster| ("booster", booster_in_words(booster)));
    let throttle = extras.throttle.filter(|throttle| throttle.is_in_force(clock::now()));
    let throttle = throttle.map(|throttle| ("throttle", quotas::throttle_in_words(throttle)));
    let grace =
        extras.grace.map(|speed| ("grace", format!("{speed} until what is overdue is paid")));
    cycle.into_iter().chain(grants).chain(boosters).chain(throttle).chain(grace).collect()
}

fn grant_in_words(grant: &Grant) -> String {
    let priority = match grant.priority {
        EXTRA_PRIORITY_DEFAULT => String::new(),
        priority => format!(", priority {priority}"),
    };
    let validity = validity_in_words(grant.validity);
    let kind = match grant.kind {
        GrantKind::Bonus => "bonus",
        GrantKind::Purchased => "bought",
        GrantKind::Wallet => "paid from the wallet",
    };
    let online = match grant.amount {
        Amount::Data(_) => "",
        Amount::Online(_) => " online",
    };
    format!("{}: {}{online} {kind}{priority}{validity}", grant.id.0, grant.amount)
}

fn carried_in_words(carried: &Carried) -> String {
    let times = match carried.times.get() {
        1 => String::new(),
        times => format!(" for the {times}. time"),
    };
    format!(", carried over from {}{times}", carried.from.0)
}

fn booster_in_words(booster: &Booster) -> String {
    format!("{}: {}{}", booster.id.0, booster.speed, validity_in_words(booster.validity))
}

fn validity_in_words(validity: Validity) -> String {
    let from = validity.from.map(|from| format!(" from {}", units::when(from)));
    let until = validity.until.map(|until| format!(" until {}", units::when(until)));
    [from, until].into_iter().flatten().collect()
}

/// What a service has beside its plan, for machines.
pub(super) fn as_values(
    extras: &Extras,
    carried: &CarriedOver,
) -> [(&'static str, serde_json::Value); 5] {
    let validity = |validity: Validity, mut value: serde_json::Value| {
        value["valid_from"] = json!(validity.from.map(units::rfc3339));
        value["valid_until"] = json!(validity.until.map(units::rfc3339));
        value
    };
    let grants = granted(extras).map(|grant| {
        let (octets, online_s) = match grant.amount {
            Amount::Data(octets) => (Some(octets.0), None),
            Amount::Online(time) => (None, Some(time.0)),
        };
        let value = json!({
            "id": grant.id.0,
            "octets": octets,
            "online_s": online_s,
            "priority": grant.priority,
            "kind": grant.kind.code(),
            "granted_at": units::rfc3339(grant.granted_at),
            "carried_from": carried.get(&grant.id).map(|of| of.from.0),
            "carried_times": carried.get(&grant.id).map(|of| of.times),
        });
        validity(grant.validity, value)
    });
    let boosters = extras.boosters.iter().map(|booster| {
        let value = json!({
            "id": booster.id.0,
            "download_bps": booster.speed.download.0,
            "upload_bps": booster.speed.upload.0,
        });
        validity(booster.validity, value)
    });
    let throttle = extras.throttle.filter(|throttle| throttle.is_in_force(clock::now()));
    let throttle = throttle.map(|Throttle { speed, until }| {
        json!({
            "download_bps": speed.download.0,
            "upload_bps": speed.upload.0,
            "valid_until": until.map(units::rfc3339),
        })
    });
    [
        ("cycle_from", json!(extras.cycle_from.map(units::rfc3339))),
        ("grants", grants.collect()),
        ("boosters", boosters.collect()),
        ("throttle", json!(throttle)),
        (
            "grace",
            json!(extras.grace.map(|Speed { download, upload }| {
                json!({ "download_bps": download.0, "upload_bps": upload.0 })
            })),
        ),
    ]
}
