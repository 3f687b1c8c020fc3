//! From an entitlement to what the session gets.

use entitlement::{Access, Entitlement, Quarantine, Timestamp, WhenWithheld, Withheld};

use crate::attempt::Outcome;
use crate::dialect::Dialect;
use crate::intent::{IntentKind, Intents};
use crate::reason::Reason;

/// The shortest Acct-Interim-Interval, seconds (RFC 2869 section 5.16).
pub const INTERIM_INTERVAL_MIN_S: u32 = 60;

/// An acceptance, in full or into quarantine.
#[derive(Debug)]
pub(crate) struct Grant<'a> {
    pub(crate) outcome: Outcome,
    pub(crate) reason: Reason,
    pub(crate) intents: Intents<'a>,
}

/// What a service whose credentials are right gets at `now`; `Err` is a rejection.
///
/// Quarantine is only worth its name when something keeps the session in it: where neither a pool
/// nor an address list is set that the dialect can express, the service is rejected instead. A
/// terminated service is always rejected; there is nothing left to pay for.
pub(crate) fn decide<'a>(
    entitlement: &'a Entitlement,
    now: Timestamp,
    dialect: &Dialect,
) -> Result<Grant<'a>, Reason> {
    let withheld = match entitlement.at(now) {
        Access::Granted { ends_at } => return Ok(full_terms(entitlement, now, ends_at)),
        Access::Withheld(withheld) => withheld,
    };
    let reason = reason_of(withheld);
    match &entitlement.terms.when_withheld {
        WhenWithheld::Quarantine(quarantine) if withheld != Withheld::Terminated => {
            let intents = quarantined(entitlement, quarantine, withheld, now);
            if !holds(quarantine, &intents, dialect) {
                return Err(reason);
            }
            Ok(Grant { outcome: Outcome::Quarantined, reason, intents })
        }
        WhenWithheld::Quarantine(_) | WhenWithheld::Reject => Err(reason),
    }
}

fn full_terms(entitlement: &Entitlement, now: Timestamp, ends_at: Option<Timestamp>) -> Grant<'_> {
    let terms = &*entitlement.terms;
    let validity_s = ends_at.map(|end| whole_seconds(now, end));
    let intents = Intents {
        speed: terms.speed,
        pool: terms.pool.as_deref(),
        fixed_ipv4: entitlement.fixed_ipv4,
        session_timeout_s: sooner(terms.session_timeout_s, validity_s),
        idle_timeout_s: terms.idle_timeout_s,
        interim_interval_s: interim_interval_s(entitlement),
        address_list: None,
    };
    Grant { outcome: Outcome::Accepted, reason: Reason::Ok, intents }
}

/// On an address list alone the session keeps the address and speed it would have; a quarantine
/// pool replaces a fixed address, which would lead around it.
fn quarantined<'a>(
    entitlement: &'a Entitlement,
    quarantine: &'a Quarantine,
    withheld: Withheld,
    now: Timestamp,
) -> Intents<'a> {
    let terms = &*entitlement.terms;
    let begins = match withheld {
        Withheld::NotYetValid => entitlement.validity.from,
        Withheld::OutsideHours { opens_at } => Some(opens_at),
        Withheld::Expired | Withheld::Suspended | Withheld::Terminated => None,
    };
    let until_valid_s = begins.map(|begin| whole_seconds(now, begin));
    let timeout_s = quarantine.session_timeout_s.max(1);
    let pool = quarantine.pool.as_deref();
    Intents {
        speed: terms.speed,
        pool: pool.or(terms.pool.as_deref()),
        fixed_ipv4: if pool.is_some() { None } else { entitlement.fixed_ipv4 },
        session_timeout_s: sooner(Some(timeout_s), until_valid_s),
        idle_timeout_s: terms.idle_timeout_s,
        interim_interval_s: interim_interval_s(entitlement),
        address_list: quarantine.address_list.as_deref(),
    }
}

/// Does the dialect say anything that keeps a session with these intents in this quarantine?
fn holds(quarantine: &Quarantine, intents: &Intents<'_>, dialect: &Dialect) -> bool {
    (quarantine.pool.is_some() && dialect.expresses(IntentKind::Pool, intents))
        || (quarantine.address_list.is_some()
            && dialect.expresses(IntentKind::AddressList, intents))
}

fn interim_interval_s(entitlement: &Entitlement) -> Option<u32> {
    entitlement.terms.interim_interval_s.map(|interval_s| interval_s.max(INTERIM_INTERVAL_MIN_S))
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

const fn reason_of(withheld: Withheld) -> Reason {
    match withheld {
        Withheld::NotYetValid => Reason::NotYetValid,
        Withheld::Expired => Reason::Expired,
        Withheld::Suspended => Reason::Suspended,
        Withheld::Terminated => Reason::Terminated,
        Withheld::OutsideHours { .. } => Reason::OutsideHours,
    }
}
