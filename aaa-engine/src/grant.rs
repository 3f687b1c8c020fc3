//! From a log-in that has passed its rules, or not, to what its session gets.

use entitlement::{
    Access, Burst, Entitlement, Priority, Quarantine, Shaping, Speed, Stance, Terms, Timestamp,
    WhenWithheld,
};

use crate::attempt::Outcome;
use crate::dialect::Dialect;
use crate::enforcement::{Limits, Moving};
use crate::intent::{IntentKind, Intents};
use crate::reason::Reason;
use crate::reply_attributes::Applying;
use crate::rules::{AFTER_PROOF, Candidate, Refusal, rights};

/// The shortest Acct-Interim-Interval, seconds (RFC 2869 section 5.16).
pub const INTERIM_INTERVAL_MIN_S: u32 = 60;

/// An acceptance, in full or into quarantine.
#[derive(Debug)]
pub(crate) struct Grant<'a> {
    pub(crate) outcome: Outcome,
    pub(crate) reason: Reason,
    pub(crate) intents: Intents<'a>,
    /// What it is told of limits at a log-in, or can be told anew while it lasts.
    pub(crate) limits: Limits,
}

/// What a log-in whose credentials are right gets; `Err` is a rejection.
pub(crate) fn decide<'a>(
    candidate: &Candidate<'a>,
    dialect: &Dialect,
) -> Result<Grant<'a>, Reason> {
    let service = candidate.service;
    match AFTER_PROOF.iter().try_for_each(|rule| rule.judge(candidate)) {
        Ok(()) => {
            let mut grant = full_terms(&service.entitlement, &candidate.stance(), candidate.now);
            let nas = candidate.nas;
            let by_hand = &Applying::of(service, nas);
            let is_shown = candidate.activities.moves_limits(nas.id);
            grant.limits = Moving { dialect, nas, by_hand, is_shown }.told(&mut grant.intents);
            Ok(grant)
        }
        // There is no quarantine on a router's own console.
        Err(refusal) if candidate.wants_the_nas => Err(refusal.reason),
        Err(refusal) => withheld(&service.entitlement, &refusal, candidate.now, dialect),
    }
}

/// What a session of a service should have that it has already; `Err`: it should end.
pub(crate) fn live<'a>(
    entitlement: &'a Entitlement,
    stance: &Stance,
    now: Timestamp,
    moving: &Moving<'_>,
) -> Result<Grant<'a>, Reason> {
    match rights::judge(entitlement, stance.access) {
        Ok(()) => {
            let mut grant = full_terms(entitlement, stance, now);
            grant.limits = moving.wanted(&mut grant.intents);
            Ok(grant)
        }
        Err(refusal) => withheld(entitlement, &refusal, now, moving.dialect),
    }
}

/// What a log-in gets that a rule refuses.
///
/// Quarantine is only worth its name when something keeps the session in it: where neither a pool
/// nor an address list is set that the dialect can express, the log-in is rejected instead. A
/// terminated service is always rejected; there is nothing left to pay for.
fn withheld<'a>(
    entitlement: &'a Entitlement,
    refusal: &Refusal,
    now: Timestamp,
    dialect: &Dialect,
) -> Result<Grant<'a>, Reason> {
    let reason = refusal.reason;
    let cause = refusal.cause.ok_or(reason)?;
    let WhenWithheld::Quarantine(quarantine) = entitlement.terms.when_withheld_for(cause) else {
        return Err(reason);
    };
    let intents = quarantined(entitlement, quarantine, refusal, now);
    if !holds(quarantine, &intents, dialect) {
        return Err(reason);
    }
    Ok(Grant { outcome: Outcome::Quarantined, reason, intents, limits: Limits::default() })
}

fn full_terms<'a>(entitlement: &'a Entitlement, stance: &Stance, now: Timestamp) -> Grant<'a> {
    let terms = &*entitlement.terms;
    let ends_at = match stance.access {
        Access::Granted { ends_at } => ends_at,
        Access::Withheld(_) => None,
    };
    // What the NAS ends the session at by itself, should it hear nothing more from here.
    let left = stance.quota_left.unwrap_or_default();
    let Intents { speed, burst, priority, minimum, .. } = shaped(stance.speed, stance.shaping);
    let intents = Intents {
        speed,
        burst,
        priority,
        minimum,
        total_limit_octets: left.both,
        download_limit_octets: left.download,
        upload_limit_octets: left.upload,
        session_timeout_s: sooner(
            terms.session_timeout_s,
            ends_at.map(|end| whole_seconds(now, end)),
        ),
        ..of_plan_and_service(entitlement)
    };
    let limits = Limits::default();
    Grant { outcome: Outcome::Accepted, reason: Reason::Ok, intents, limits }
}

/// On an address list alone the session keeps the address and speed it would have; a quarantine
/// pool replaces a fixed address, which would lead around it. Other networks, another virtual
/// router and another profile would lead around both.
fn quarantined<'a>(
    entitlement: &'a Entitlement,
    quarantine: &'a Quarantine,
    refusal: &Refusal,
    now: Timestamp,
) -> Intents<'a> {
    let timeout_s = quarantine.session_timeout_s.max(1);
    let over_s = refusal.over_at.map(|at| whole_seconds(now, at));
    let intents = Intents {
        address_list: quarantine.address_list.as_deref(),
        session_timeout_s: sooner(Some(timeout_s), over_s),
        networks: None,
        ipv6_pool: None,
        delegated_ipv6_pool: None,
        routing_mark: None,
        group: None,
        ..of_plan_and_service(entitlement)
    };
    match quarantine.pool.as_deref() {
        None => intents,
        pool => Intents { pool, fixed_ipv4: None, ..intents },
    }
}

/// What a session in good standing gets, but for when it must end.
fn of_plan_and_service(entitlement: &Entitlement) -> Intents<'_> {
    Intents {
        fixed_ipv4: entitlement.fixed_ipv4,
        networks: entitlement.networks.as_deref(),
        ..of_plan(&entitlement.terms)
    }
}

/// What every session of a plan gets in good standing.
pub(crate) fn of_plan(terms: &Terms) -> Intents<'_> {
    Intents {
        pool: terms.pool.as_deref(),
        ipv6_pool: terms.ipv6_pool.as_deref(),
        delegated_ipv6_pool: terms.delegated_ipv6_pool.as_deref(),
        address_list: terms.address_list.as_deref(),
        session_timeout_s: terms.session_timeout_s,
        idle_timeout_s: terms.idle_timeout_s,
        interim_interval_s: terms.interim_interval_s.map(|s| s.max(INTERIM_INTERVAL_MIN_S)),
        routing_mark: terms.routing_mark.as_deref(),
        group: terms.group.as_deref(),
        ..shaped(terms.speed, terms.shaping)
    }
}

/// The ladder of shaping: see [`Intents`].
fn shaped<'a>(speed: Option<Speed>, shaping: Shaping) -> Intents<'a> {
    let mut intents = Intents { speed, ..Intents::default() };
    if speed.is_some() {
        intents.minimum = shaping.minimum;
        intents.priority = shaping.priority.or(shaping.minimum.map(|_| Priority::LAST));
        intents.burst = shaping.burst.or(intents.priority.map(|_| Burst::default()));
    }
    intents
}

/// Does the dialect say anything that keeps a session with these intents in this quarantine?
fn holds(quarantine: &Quarantine, intents: &Intents<'_>, dialect: &Dialect) -> bool {
    (quarantine.pool.is_some() && dialect.expresses(IntentKind::Pool, intents))
        || (quarantine.address_list.is_some()
            && dialect.expresses(IntentKind::AddressList, intents))
}

/// Seconds from `now` until `end`, at least one: a Session-Timeout of zero means for ever to some
/// NASes.
fn whole_seconds(now: Timestamp, end: Timestamp) -> u32 {
    u32::try_from(now.seconds_until(end)).unwrap_or(u32::MAX).max(1)
}

fn sooner(a: Option<u32>, b: Option<u32>) -> Option<u32> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}
