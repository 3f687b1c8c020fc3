//! Cisco ISG.
//!
//! A session is found by Account-Info `S10.1.1.1`, Acct-Session-Id, User-Name or
//! Framed-IP-Address; all that are given must fit. One command to a request. Where nothing is
//! documented: without an identity 402, a service that is not known 404, one that is not active 503,
//! two commands 404, a command that is not simulated 406.

use radius_proto::AttributeType;

use super::given::{first, named, one};
use super::held::set_usual;
use super::{
    Ask, Asked, Change, ErrorCause, Given, Held, Router, Service, ServiceText, Statistics, Verdict,
};
use crate::attributes as attr;
use crate::rate_limit::Directions;

const NEUTRAL: &[AttributeType] = &[
    attr::USER_NAME,
    attr::NAS_IP_ADDRESS,
    attr::NAS_PORT,
    attr::FRAMED_IP_ADDRESS,
    attr::CALLING_STATION_ID,
    attr::NAS_IDENTIFIER,
    attr::PROXY_STATE,
    attr::ACCT_SESSION_ID,
    attr::EVENT_TIMESTAMP,
    attr::NAS_PORT_TYPE,
    attr::MESSAGE_AUTHENTICATOR,
    attr::NAS_PORT_ID,
    attr::NAS_IPV6_ADDRESS,
];
const NAMES: &[AttributeType] = &[attr::USER_NAME, attr::ACCT_SESSION_ID, attr::FRAMED_IP_ADDRESS];

pub(super) fn judge(asked: &Asked<'_>, router: &Router<'_>) -> Verdict {
    match answer(asked, router) {
        Ok(verdict) => verdict,
        Err(cause) => Verdict::Refused(cause),
    }
}

fn answer(asked: &Asked<'_>, router: &Router<'_>) -> Result<Verdict, ErrorCause> {
    if router.is_another(&asked.given) {
        return Err(ErrorCause::NAS_IDENTIFICATION_MISMATCH);
    }
    let session = find(asked)?;
    if asked.ask == Ask::Disconnect {
        return Ok(Verdict::Ended { session });
    }
    let live = asked.sessions.get(session).ok_or(ErrorCause::SESSION_CONTEXT_NOT_FOUND)?;
    let mut change = Change { held: live.held.clone(), ..Change::default() };
    for given in &asked.given {
        match (given.vendor, given.number) {
            (None, _) if NEUTRAL.iter().any(|kind| given.is(*kind)) => {}
            (None, _) => change.what.push(set_usual(given, &mut change.held)?),
            (Some(attr::CISCO), attr::CISCO_ACCOUNT_INFO) if identity(given).is_some() => {}
            (Some(attr::CISCO), attr::CISCO_ACCOUNT_INFO) => {
                let rates = police(given.text()?).ok_or(ErrorCause::INVALID_REQUEST)?;
                change.held.set_rate(Some(rates));
                change.what.push(given.said(given.text()?));
            }
            (Some(attr::CISCO), attr::CISCO_AVPAIR) => {
                let word = set_policy(given.text()?, &mut change.held);
                change.what.extend(word);
            }
            _ => return Err(ErrorCause::UNSUPPORTED_ATTRIBUTE),
        }
    }
    match command(&asked.given)? {
        None => {}
        Some("account-logoff") => return Ok(Verdict::Ended { session }),
        Some("session-query" | "account-status-query") => {
            return Ok(Verdict::Confirmed { session });
        }
        Some("activate-service") => {
            change.what.push(activate(&asked.given, &mut change.held, router)?);
        }
        Some("deactivate-service") => {
            let name = service_name(&asked.given)?;
            if !change.held.deactivate(name) {
                return Err(ErrorCause::SESSION_CONTEXT_NOT_FOUND);
            }
            change.what.push(format!("deactivate-service {name}"));
        }
        Some(_) => return Err(ErrorCause::UNSUPPORTED_EXTENSION),
    }
    if change.what.is_empty() {
        return Ok(Verdict::Confirmed { session });
    }
    change.timeout_set = first(&asked.given, attr::SESSION_TIMEOUT).is_some();
    Ok(Verdict::Changed { session, change: Box::new(change) })
}

fn find(asked: &Asked<'_>) -> Result<usize, ErrorCause> {
    let mut addresses = asked.given.iter().filter_map(identity).peekable();
    let by_address = addresses.peek().is_some();
    let by_name = asked.given.iter().any(|given| NAMES.iter().any(|kind| given.is(*kind)));
    if !by_address && !by_name {
        return Err(ErrorCause::MISSING_ATTRIBUTE);
    }
    let places = if by_name {
        named(&asked.given, asked.sessions, NAMES)
    } else {
        (0..asked.sessions.len()).collect()
    };
    let addresses: Vec<&str> = addresses.collect();
    let at = |place: &usize| {
        let live = asked.sessions.get(*place);
        let address = live.and_then(|live| live.address).map(|address| address.to_string());
        addresses.iter().all(|wanted| address.as_deref() == Some(*wanted))
    };
    one(&places.into_iter().filter(at).collect::<Vec<usize>>())
}

/// The address of Account-Info `S10.1.1.1` or `S10.1.1.1:vrf-id=NAME`.
fn identity<'a>(given: &Given<'a>) -> Option<&'a str> {
    if (given.vendor, given.number) != (Some(attr::CISCO), attr::CISCO_ACCOUNT_INFO) {
        return None;
    }
    let identity = given.text().ok()?.strip_prefix('S')?;
    Some(identity.split_once(':').map_or(identity, |(address, _)| address))
}

/// The value of each AV-pair of this name.
fn pairs<'a>(given: &[Given<'a>], name: &str) -> Vec<&'a str> {
    given
        .iter()
        .filter(|it| (it.vendor, it.number) == (Some(attr::CISCO), attr::CISCO_AVPAIR))
        .filter_map(|it| it.text().ok()?.strip_prefix("subscriber:")?.split_once('='))
        .filter(|(called, _)| *called == name)
        .map(|(_, value)| value)
        .collect()
}

fn command<'a>(given: &[Given<'a>]) -> Result<Option<&'a str>, ErrorCause> {
    match pairs(given, "command")[..] {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        _ => Err(ErrorCause::INVALID_REQUEST),
    }
}

fn service_name<'a>(given: &[Given<'a>]) -> Result<&'a str, ErrorCause> {
    match pairs(given, "service-name")[..] {
        [only] => Ok(only),
        [] => Err(ErrorCause::MISSING_ATTRIBUTE),
        _ => Err(ErrorCause::INVALID_REQUEST),
    }
}

fn activate(
    given: &[Given<'_>],
    held: &mut Held,
    router: &Router<'_>,
) -> Result<String, ErrorCause> {
    let name = service_name(given)?;
    let service = service(name, router).ok_or(ErrorCause::INVALID_REQUEST)?;
    if pairs(given, "activation-mode").contains(&"replace-all") {
        held.services.retain(|active| active.text == name);
    }
    held.activate(service);
    Ok(format!("activate-service {name}"))
}

/// The service of this name, if the router knows it.
fn service(name: &str, router: &Router<'_>) -> Option<Service> {
    let read: ServiceText = name.parse().ok()?;
    let template = router.templates.iter().find(|template| template.takes(&read));
    if template.is_none() && !router.templates.is_empty() {
        return None;
    }
    Some(Service {
        text: name.to_owned(),
        statistics: Statistics::Volume,
        rate_bps: template.and_then(|template| template.rate_bps(&read)),
        group: template.and_then(super::Template::group),
        since: router.now.elapsed,
        ..Service::default()
    })
}

/// `QU;committed;normal;excess;D;committed;normal;excess`: bits a second, octets, octets.
fn police(text: &str) -> Option<Directions<u64>> {
    let mut fields = text.strip_prefix('Q')?.split(';').peekable();
    let (mut upload, mut download) = (None, None);
    while let Some(direction) = fields.next() {
        let committed = fields.next()?.parse().ok();
        match direction {
            "U" => upload = Some(committed?),
            "D" => download = Some(committed?),
            _ => return None,
        }
        // The sizes of bursts follow, which nothing here depends on.
        while let Some(size) = fields.next_if(|field| !matches!(*field, "U" | "D")) {
            size.parse::<u64>().ok()?;
        }
    }
    Some(Directions { upload: upload?, download: download? })
}

/// `ip:sub-qos-policy-in=NAME`, in either prefix; in is upload.
fn set_policy(text: &str, held: &mut Held) -> Option<String> {
    let (name, value) = text.split_once('=')?;
    let policies = &mut held.policies;
    let place = match name.split_once(':')? {
        ("ip" | "subscriber", "sub-qos-policy-in") => &mut policies.upload,
        ("ip" | "subscriber", "sub-qos-policy-out") => &mut policies.download,
        _ => return None,
    };
    *place = Some(value.to_owned());
    Some(format!("{name} {value}"))
}

/// The speed, policies and services (`Aservice`) of an Access-Accept.
pub(super) fn begin(given: &[Given<'_>], held: &mut Held, router: &Router<'_>) {
    for given in given.iter().filter(|given| given.vendor == Some(attr::CISCO)) {
        let Ok(text) = given.text() else { continue };
        match given.number {
            attr::CISCO_AVPAIR => {
                set_policy(text, held);
            }
            attr::CISCO_ACCOUNT_INFO => {
                if let Some(rates) = police(text) {
                    held.set_rate(Some(rates));
                } else if let Some(service) =
                    text.strip_prefix('A').and_then(|name| service(name, router))
                {
                    held.activate(service);
                }
            }
            _ => {}
        }
    }
}
