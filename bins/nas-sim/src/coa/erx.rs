//! Juniper E-series, and what MX does the same way.
//!
//! Services come and go by Activate-Service and Deactivate-Service. Where the manuals are silent:
//! a service that is not known, has another number of parameters, or a tag that is no other's is
//! refused with 404; a Deactivate-Service whose text is not that of an active service with 503; the
//! text of an active service once more begins its time anew. All of a request is done, or nothing.

use radius_proto::{AttributeType, Tag};

use super::given::{first, named, one};
use super::held::set_usual;
use super::{
    Ask, Asked, Change, ErrorCause, Given, Held, Router, Service, ServiceText, Statistics,
    Template, Verdict,
};
use crate::attributes as attr;

/// Tags are 1 to 8, one for each service of a packet.
const TAG_LAST: u8 = 8;
const MEGABYTE: u64 = 1 << 20;

const NEUTRAL: &[AttributeType] = &[
    attr::USER_NAME,
    attr::NAS_IP_ADDRESS,
    attr::NAS_PORT,
    attr::FRAMED_IP_ADDRESS,
    attr::CALLED_STATION_ID,
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
const NAMES: &[AttributeType] = &[
    attr::USER_NAME,
    attr::ACCT_SESSION_ID,
    attr::FRAMED_IP_ADDRESS,
    attr::CALLING_STATION_ID,
    attr::NAS_PORT_ID,
];

pub(super) fn judge(asked: &Asked<'_>, router: &Router<'_>) -> Verdict {
    match answer(asked, router) {
        Ok(verdict) => verdict,
        Err(cause) => Verdict::Refused(cause),
    }
}

fn answer(asked: &Asked<'_>, router: &Router<'_>) -> Result<Verdict, ErrorCause> {
    let given = &asked.given;
    if router.is_another(given) {
        return Err(ErrorCause::NAS_IDENTIFICATION_MISMATCH);
    }
    if !given.iter().any(|given| NAMES.iter().any(|kind| given.is(*kind))) {
        return Err(ErrorCause::MISSING_ATTRIBUTE);
    }
    let session = one(&named(given, asked.sessions, NAMES))?;
    if asked.ask == Ask::Disconnect {
        return Ok(Verdict::Ended { session });
    }
    let live = asked.sessions.get(session).ok_or(ErrorCause::SESSION_CONTEXT_NOT_FOUND)?;
    let mut change = Change { held: live.held.clone(), ..Change::default() };
    for given in given {
        match (given.vendor, given.number) {
            (None, _) if NEUTRAL.iter().any(|kind| given.is(*kind)) => {}
            (None, _) => change.what.push(set_usual(given, &mut change.held)?),
            (Some(attr::ERX), number) if is_of_a_service(number) => {}
            (Some(attr::ERX), _) => change.what.push(set_policy(given, &mut change.held)?),
            _ => return Err(ErrorCause::UNSUPPORTED_ATTRIBUTE),
        }
    }
    // What ends makes room for what begins.
    for given in of(given, attr::ERX_DEACTIVATE_SERVICE) {
        if !change.held.deactivate(given.text()?) {
            return Err(ErrorCause::SESSION_CONTEXT_NOT_FOUND);
        }
        change.what.push(given.said(given.text()?));
    }
    for (kind, told, service) in services(given, router)? {
        let text = service.text.clone();
        if kind == attr::ERX_UPDATE_SERVICE {
            update(&mut change.held, service)?;
        } else {
            change.held.activate(service);
        }
        change.what.push(told.said(text));
    }
    if change.what.is_empty() {
        return Ok(Verdict::Confirmed { session });
    }
    change.timeout_set = first(given, attr::SESSION_TIMEOUT).is_some();
    Ok(Verdict::Changed { session, change: Box::new(change) })
}

fn of<'g, 'a>(given: &'g [Given<'a>], number: u8) -> impl Iterator<Item = &'g Given<'a>> {
    given.iter().filter(move |given| given.vendor == Some(attr::ERX) && given.number == number)
}

const fn is_of_a_service(number: u8) -> bool {
    matches!(
        number,
        attr::ERX_ACTIVATE_SERVICE
            | attr::ERX_DEACTIVATE_SERVICE
            | attr::ERX_UPDATE_SERVICE
            | attr::ERX_SERVICE_VOLUME
            | attr::ERX_SERVICE_VOLUME_GIGAWORDS
            | attr::ERX_SERVICE_TIMEOUT
            | attr::ERX_SERVICE_STATISTICS
            | attr::ERX_SERVICE_INTERIM
            | attr::ERX_SERVICE_ACTIVATE_TYPE
    )
}

/// Ingress- and Egress-Policy-Name; Qos-Profile-Name and Cos-Shaping-Rate as they are told.
fn set_policy(given: &Given<'_>, held: &mut Held) -> Result<String, ErrorCause> {
    match given.number {
        10 => held.policies.upload = Some(given.text()?.to_owned()),
        11 => held.policies.download = Some(given.text()?.to_owned()),
        26 | 177 => return Ok(held.set_other(given, &given.text()?)),
        _ => return Err(ErrorCause::UNSUPPORTED_ATTRIBUTE),
    }
    Ok(given.said(given.text()?))
}

/// Activate-Service or Update-Service, and the service that it makes.
type Told<'a> = (u8, Given<'a>, Service);

/// The services of a packet, each with what stands under its tag.
fn services<'a>(given: &[Given<'a>], router: &Router<'_>) -> Result<Vec<Told<'a>>, ErrorCause> {
    let mut told: Vec<(Option<Tag>, Told<'a>)> = Vec::new();
    for kind in [attr::ERX_ACTIVATE_SERVICE, attr::ERX_UPDATE_SERVICE] {
        for given in of(given, kind) {
            let (tag, text) = Tag::split_text(given.value);
            let taken = told.iter().any(|(other, _)| *other == tag);
            if taken || tag.is_some_and(|tag| tag.get() > TAG_LAST) {
                return Err(ErrorCause::INVALID_REQUEST);
            }
            let text = std::str::from_utf8(text).map_err(|_| ErrorCause::INVALID_REQUEST)?;
            told.push((tag, (kind, *given, service(text, router)?)));
        }
    }
    for given in given.iter().filter(|given| given.vendor == Some(attr::ERX)) {
        if matches!(given.number, attr::ERX_DEACTIVATE_SERVICE)
            || !is_of_a_service(given.number)
            || told.iter().any(|(_, (_, activating, _))| activating == given)
        {
            continue;
        }
        let (tag, number) = Tag::split_number(given.value).ok_or(ErrorCause::INVALID_REQUEST)?;
        let service = told.iter_mut().find(|(other, _)| *other == tag);
        let Some((_, (_, _, service))) = service else { return Err(ErrorCause::INVALID_REQUEST) };
        put(service, given.number, number)?;
    }
    Ok(told.into_iter().map(|(_, told)| told).collect())
}

/// The service of a text, if the router knows one that takes it.
fn service(text: &str, router: &Router<'_>) -> Result<Service, ErrorCause> {
    let read: ServiceText = text.parse().map_err(|_| ErrorCause::INVALID_REQUEST)?;
    let usual = Template::usual();
    let known = if router.templates.is_empty() { &usual[..] } else { router.templates };
    let template = known.iter().find(|template| template.takes(&read));
    let template = template.ok_or(ErrorCause::INVALID_REQUEST)?;
    Ok(Service {
        text: text.to_owned(),
        rate_bps: template.rate_bps(&read),
        group: template.group(),
        since: router.now.elapsed,
        ..Service::default()
    })
}

/// Sets one of the numbers that stand under a service's tag.
fn put(service: &mut Service, kind: u8, number: u32) -> Result<(), ErrorCause> {
    match kind {
        attr::ERX_SERVICE_TIMEOUT => service.timeout_s = number,
        attr::ERX_SERVICE_INTERIM => service.interim_s = number,
        attr::ERX_SERVICE_VOLUME => service.volume_octets += u64::from(number) * MEGABYTE,
        attr::ERX_SERVICE_VOLUME_GIGAWORDS => service.volume_octets += u64::from(number) << 32,
        attr::ERX_SERVICE_STATISTICS => {
            service.statistics = match number {
                0 | 1 => Statistics::Time,
                2 => Statistics::Volume,
                _ => return Err(ErrorCause::INVALID_REQUEST),
            }
        }
        attr::ERX_SERVICE_ACTIVATE_TYPE if matches!(number, 1 | 2) => {}
        _ => return Err(ErrorCause::INVALID_REQUEST),
    }
    Ok(())
}

/// New parameters for the active service of this name.
fn update(held: &mut Held, service: Service) -> Result<(), ErrorCause> {
    let name = |text: &str| text.split('(').next().unwrap_or_default().to_owned();
    let wanted = name(&service.text);
    let active = held.services.iter().rev().find(|active| name(&active.text) == wanted);
    let text = active.ok_or(ErrorCause::SESSION_CONTEXT_NOT_FOUND)?.text.clone();
    held.update(&text, service);
    Ok(())
}

/// The services and policies of an Access-Accept. One that is not known is left out, as is
/// everything when the tags make no sense.
pub(super) fn begin(given: &[Given<'_>], held: &mut Held, router: &Router<'_>) {
    for given in given.iter().filter(|given| given.vendor == Some(attr::ERX)) {
        if !is_of_a_service(given.number) {
            let _ = set_policy(given, held);
        }
    }
    for (_, _, service) in services(given, router).unwrap_or_default() {
        held.activate(service);
    }
}
