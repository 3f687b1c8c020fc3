//! MikroTik RouterOS.
//!
//! A PPP session is found by User-Name with Acct-Session-Id or Framed-IP-Address, a client of a
//! hotspot by Framed-IP-Address with User-Name; whatever else is given must fit too. Nothing is
//! documented of a lease, and none is found. Session-Timeout counts from the CoA-Request. Where no
//! Error-Cause is documented for a request without an identity, it is 503 as for one that fits
//! nothing.

use radius_proto::AttributeType;

use super::given::{first, named, one};
use super::{Ask, Asked, Change, ErrorCause, Given, Held, Router, Verdict};
use crate::attributes as attr;
use crate::rate_limit::{Directions, RateLimit};

/// What names a session or the router, or is no part of what is asked for.
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
const NAMES: &[AttributeType] =
    &[attr::USER_NAME, attr::ACCT_SESSION_ID, attr::FRAMED_IP_ADDRESS, attr::CALLING_STATION_ID];

pub(super) fn judge(asked: &Asked<'_>, router: &Router<'_>) -> Verdict {
    if !router.accept {
        return Verdict::Silence;
    }
    match find(asked, router) {
        Err(cause) => Verdict::Refused(cause),
        Ok(session) if asked.ask == Ask::Disconnect => Verdict::Ended { session },
        Ok(session) => changed(asked, session),
    }
}

fn find(asked: &Asked<'_>, router: &Router<'_>) -> Result<usize, ErrorCause> {
    if router.is_another(&asked.given) {
        return Err(ErrorCause::NAS_IDENTIFICATION_MISMATCH);
    }
    let has = |kind| first(&asked.given, kind).is_some();
    let places: Vec<usize> = named(&asked.given, asked.sessions, NAMES)
        .into_iter()
        .filter(|place| {
            let Some(live) = asked.sessions.get(*place) else { return false };
            let kind = live.line.kind;
            let by_address = has(attr::FRAMED_IP_ADDRESS);
            let named = by_address || (!kind.is_hotspot() && has(attr::ACCT_SESSION_ID));
            has(attr::USER_NAME) && named && !kind.is_leased()
        })
        .collect();
    one(&places)
}

fn changed(asked: &Asked<'_>, session: usize) -> Verdict {
    let Some(live) = asked.sessions.get(session) else { return Verdict::Silence };
    let mut change = Change { held: live.held.clone(), ..Change::default() };
    for given in &asked.given {
        if given.vendor.is_none() && NEUTRAL.iter().any(|kind| given.is(*kind)) {
            continue;
        }
        match set(given, &mut change.held) {
            Ok(word) => change.what.push(word),
            Err(cause) => return Verdict::Refused(cause),
        }
    }
    set_ascend(&asked.given, &mut change.held);
    if change.what.is_empty() {
        return Verdict::Confirmed { session };
    }
    change.timeout_set = first(&asked.given, attr::SESSION_TIMEOUT).is_some();
    Verdict::Changed { session, change: Box::new(change) }
}

/// Takes one attribute of those that change while a session runs.
fn set(given: &Given<'_>, held: &mut Held) -> Result<String, ErrorCause> {
    /// RFC 5176 §3.2, asked of no router in the field.
    const AUTHORIZE_ONLY: u32 = 17;
    match (given.vendor, given.number) {
        (None, _) if given.is(attr::SERVICE_TYPE) && given.integer()? == AUTHORIZE_ONLY => {
            Err(ErrorCause::UNSUPPORTED_SERVICE)
        }
        (None, _) => super::held::set_usual(given, held),
        (Some(attr::MIKROTIK), attr::MIKROTIK_RATE_LIMIT) => {
            let text = given.text()?;
            let limit = RateLimit::parse(text).map_err(|_| ErrorCause::INVALID_REQUEST)?;
            held.set_rate_limit(text, &limit);
            Ok(given.said(text))
        }
        (Some(attr::MIKROTIK), attr::MIKROTIK_GROUP) => {
            held.group = Some(given.text()?.to_owned());
            Ok(given.said(given.text()?))
        }
        (Some(attr::MIKROTIK), attr::MIKROTIK_MARK_ID) => {
            held.mark_id = Some(given.text()?.to_owned());
            Ok(given.said(given.text()?))
        }
        // Recv-Limit and Xmit-Limit with their gigawords, Advertise-Interval.
        (Some(attr::MIKROTIK), 1 | 2 | 13..=15) => Ok(held.set_other(given, &given.integer()?)),
        // Advertise-URL.
        (Some(attr::MIKROTIK), 12) => Ok(held.set_other(given, &given.text()?)),
        (Some(attr::ASCEND), attr::ASCEND_DATA_RATE | attr::ASCEND_XMIT_RATE) => {
            Ok(held.set_other(given, &given.integer()?))
        }
        _ => Err(ErrorCause::UNSUPPORTED_ATTRIBUTE),
    }
}

/// Ascend-Data-Rate is what the router transmits, Ascend-Xmit-Rate what it receives; neither counts
/// beside Mikrotik-Rate-Limit.
fn set_ascend(given: &[Given<'_>], held: &mut Held) {
    let of = |vendor, number| {
        given.iter().find(move |given| given.vendor == Some(vendor) && given.number == number)
    };
    if of(attr::MIKROTIK, attr::MIKROTIK_RATE_LIMIT).is_some() {
        return;
    }
    let rate = |number| of(attr::ASCEND, number).and_then(|given| given.integer().ok());
    let (download, upload) = (rate(attr::ASCEND_DATA_RATE), rate(attr::ASCEND_XMIT_RATE));
    if let Some(download) = download {
        let upload = upload.unwrap_or(download);
        held.rate_limit = None;
        held.set_rate(Some(Directions { upload: upload.into(), download: download.into() }));
    }
}

/// What an Access-Accept gives that is not read for every kind of access.
pub(super) fn begin(given: &[Given<'_>], held: &mut Held) {
    let limited = held.rate_bps.is_some();
    for given in given {
        let known = matches!(
            (given.vendor, given.number),
            (Some(attr::MIKROTIK), 1 | 2 | attr::MIKROTIK_MARK_ID | 12..=15)
        );
        // A value that makes no sense is left out, and the session goes on without it.
        if known {
            let _ = set(given, held);
        }
    }
    if !limited {
        set_ascend(given, held);
    }
}
