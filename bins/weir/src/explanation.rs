//! The words of an explanation, in the running server and on the command line.

use aaa_engine::auth::Method;
use aaa_engine::{
    Check, DeviceStanding, Explanation, IdentifyBy, LeaseOrigin, MacAddress, Outcome, Reason,
    StoredAs,
};
use entitlement::{
    Amount, FirstUse, Octets, SessionLimit, Standing, Validity, WhenFull, WhenWithheld, Withheld,
};

use crate::control::protocol::{CheckLine, ExplainedLine};
use crate::{base32, quotas, units};

/// Who explains, which says what can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// The running server, from what it decides by.
    Server,
    /// The store, while no server runs.
    Store,
}

/// An explanation with the words for it; `reply` begins with the reply's octets.
pub(crate) fn in_words(explanation: &Explanation, reply: &[u8], view: View) -> ExplainedLine {
    let check = |check: &Check| CheckLine {
        rule: rule(check).to_owned(),
        passed: check.is_passed(),
        finding: finding(check, view),
    };
    ExplainedLine {
        checks: explanation.checks.iter().map(check).collect(),
        outcome: outcome_name(explanation.outcome).to_owned(),
        assumes_password: explanation.assumes_password,
        assumes_one_time_code: explanation.assumes_code,
        reason: explanation.reason.code().to_owned(),
        words: explanation.reason.to_string(),
        reply: base32::encode(reply.get(..explanation.reply_len).unwrap_or_default()),
    }
}

/// What came of a log-in, as it is shown and given to machines.
pub(crate) const fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "accepted",
        Outcome::Quarantined => "quarantined",
        Outcome::Rejected => "rejected",
    }
}

const fn rule(check: &Check) -> &'static str {
    match check {
        Check::Login { .. } => "login",
        Check::ForDevices => "device",
        Check::Password { .. } => "password",
        Check::OneTimeCode { .. } => "code",
        Check::Dialect { .. } => "dialect",
        Check::Standing(_) => "state",
        Check::Validity { .. } => "validity",
        Check::Hours { .. } => "hours",
        Check::Quota { .. } => "quota",
        Check::Share { .. } => "shares",
        Check::OnlineLeft(_) => "online",
        Check::Wallet { .. } => "wallet",
        Check::Throttled(_) => "throttle",
        Check::InGrace(_) => "grace",
        Check::LockOut { .. } => "lock-out",
        Check::Device { .. } => "device",
        Check::Sessions { .. } => "sessions",
        Check::Address { .. } => "address",
        Check::WhenWithheld { .. } => "otherwise",
        _ => "check",
    }
}

/// What a check found, in words.
fn finding(check: &Check, view: View) -> String {
    match check {
        Check::Login { service: None, reason, .. } => reason.to_string(),
        Check::Login { service: Some(service), by, .. } => {
            let found = format!("service {} on plan {}", service.id, service.plan_name);
            match by {
                Some(by) if by.is_proof() => {
                    format!("{found}, by its {}, which is the proof, too", by.word())
                }
                Some(by) if *by != IdentifyBy::UserName => format!("{found}, by {}", by.word()),
                _ => found,
            }
        }
        Check::ForDevices => Reason::NotForDevices.to_string(),
        Check::Password { stored: Ok(stored), methods } => password(*stored, methods),
        Check::Password { stored: Err(reason), .. } => reason.to_string(),
        Check::OneTimeCode { secret: Ok(_), is_possible: false } => {
            "asked for, but PAP, which alone brings it, is switched off".to_owned()
        }
        Check::OneTimeCode { secret: Ok((_, digits)), .. } => {
            format!("one of {} digits would be asked for, by PAP alone", digits.count())
        }
        Check::OneTimeCode { secret: Err(reason), .. } => reason.to_string(),
        Check::LockOut { until: None } => match view {
            View::Server => "not locked".to_owned(),
            View::Store => "not known: only a running server counts what was wrong".to_owned(),
        },
        Check::LockOut { until: Some(until) } => format!("locked until {}", units::when(*until)),
        Check::Device { address, device } => self::device(*address, *device),
        Check::Sessions { limit, others } => sessions(*limit, *others, view),
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
        Check::Quota { name, allowance, charged, tier, resets_at, .. } => {
            let used = quotas::used_in_words(*charged, *allowance);
            let tier = quotas::tier_in_words(*tier);
            let anew = resets_at.map(|at| format!("; it begins anew {} UTC", units::when(at)));
            format!("{name}: {used}{tier}{}", anew.unwrap_or_default())
        }
        Check::Share { .. } => shared(check),
        Check::OnlineLeft(left) => format!("{left} left of its time online, with all grants"),
        Check::Wallet { used_octets, left_octets, is_used_up } => {
            let (used, left) = (Octets(*used_octets), Octets(*left_octets));
            let end = if *is_used_up { "; the wallet is used up" } else { "" };
            format!("{used} used and {left} more covered{end}")
        }
        Check::InGrace(speed) => format!("{speed} until what is overdue is paid"),
        Check::Throttled(throttle) => {
            format!("by the operator, to {}", quotas::throttle_in_words(*throttle))
        }
        Check::Address { pool, address: None } => format!("pool {pool} has none left"),
        Check::Address { pool, address: Some((address, origin)) } => {
            format!("{address} of pool {pool}, {}", self::origin(*origin, view))
        }
        Check::WhenWithheld { policy, is_possible } => otherwise(policy, *is_possible),
        other => format!("{other:?}"),
    }
}

/// Whose data it has, and how much it has used of it.
fn shared(check: &Check) -> String {
    let Check::Share { lead, limit_octets, used_octets, resets_at, is_withheld } = check else {
        return String::new();
    };
    if *is_withheld {
        return format!("the data of {lead}, which may not be used itself");
    }
    let data = |octets| Amount::Data(Octets(octets));
    let used = match (limit_octets, *used_octets) {
        (Some(limit), Some(used)) => quotas::used_in_words(data(used), data(limit.get())),
        (None, Some(used)) => format!("{} used of it", quotas::rounded(used)),
        (Some(limit), None) => format!(
            "not counted, so that its limit of {} stops nothing",
            quotas::rounded(limit.get())
        ),
        (None, None) => "not counted".to_owned(),
    };
    let anew = resets_at.map(|at| format!("; it begins anew {} UTC", units::when(at)));
    format!("the data of {lead}: {used}{}", anew.unwrap_or_default())
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

fn sessions(limit: SessionLimit, others: usize, view: View) -> String {
    let SessionLimit { max, when_full } = limit;
    let is_full = others >= usize::from(max.get());
    let then = match when_full {
        WhenFull::ReplaceOldest if is_full => ": the one that has lasted longest gives way",
        _ => "",
    };
    let unknown = match view {
        View::Server => "",
        View::Store => ", as far as the store knows: not those that log in at this moment",
    };
    format!("{others} of {max} are open{unknown}{then}")
}

fn origin(origin: LeaseOrigin, view: View) -> String {
    let known = match view {
        View::Server => "",
        View::Store => ", as far as the store knows",
    };
    match origin {
        LeaseOrigin::Again => "which the service had before".to_owned(),
        LeaseOrigin::Fresh => format!("which nobody has had before{known}"),
        LeaseOrigin::TakenOver { unused_since } => format!(
            "another's before, which has been unused for the longest time, since {}{known}",
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
