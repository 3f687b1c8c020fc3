//! accel-ppp, as its source has it and the capture shows.
//!
//! Any attribute that identifies a session will do, and all that are given must fit. What it does
//! not know it passes over. With Class in a request Session-Timeout is not looked at. A speed that
//! cannot be read changes nothing and is acknowledged.

use radius_proto::AttributeType;

use super::given::{first, named};
use super::{Ask, Asked, Change, ErrorCause, Given, Held, Router, Verdict};
use crate::attributes as attr;
use crate::rate_limit::{Directions, bits_per_second};

const NAMES: &[AttributeType] = &[
    attr::USER_NAME,
    attr::NAS_PORT,
    attr::FRAMED_IP_ADDRESS,
    attr::CALLING_STATION_ID,
    attr::ACCT_SESSION_ID,
    attr::NAS_PORT_ID,
];

pub(super) fn judge(asked: &Asked<'_>, router: &Router<'_>) -> Verdict {
    let given = &asked.given;
    if router.is_another(given) {
        return Verdict::Refused(ErrorCause::NAS_IDENTIFICATION_MISMATCH);
    }
    // The first that fits is taken, whether another would too.
    let Some(session) = named(given, asked.sessions, NAMES).first().copied() else {
        return Verdict::Refused(ErrorCause::SESSION_CONTEXT_NOT_FOUND);
    };
    let Some(live) = asked.sessions.get(session) else { return Verdict::Silence };
    // While one is pending, another is dropped.
    if asked.pending.contains(&live.number) {
        return Verdict::Silence;
    }
    if asked.ask == Ask::Disconnect {
        return Verdict::Ended { session };
    }
    let mut change = Change { held: live.held.clone(), ..Change::default() };
    change.what.extend(shape(given, &mut change.held));
    let class: Vec<&Given<'_>> = given.iter().filter(|given| given.is(attr::CLASS)).collect();
    if let Some(last) = class.last() {
        change.held.class = vec![last.value.to_vec()];
        change.what.push(last.said(last.value.escape_ascii()));
    } else if let Some(timeout) = first(given, attr::SESSION_TIMEOUT)
        && let Ok(timeout_s) = timeout.integer()
    {
        change.held.session_timeout_s = Some(timeout_s);
        change.timeout_set = true;
        change.what.push(timeout.said(timeout_s));
    }
    if change.what.is_empty() {
        return Verdict::Confirmed { session };
    }
    Verdict::Changed { session, change: Box::new(change) }
}

/// The speed: kbit/s of Filter-Id, what the subscriber receives first; or the first pair of
/// Mikrotik-Rate-Limit, what the subscriber sends first.
fn shape(given: &[Given<'_>], held: &mut Held) -> Vec<String> {
    let mut what = Vec::new();
    for given in given {
        let Ok(text) = given.text() else { continue };
        let rate = if given.is(attr::FILTER_ID) {
            kilobits(text)
        } else if (given.vendor, given.number) == (Some(attr::MIKROTIK), attr::MIKROTIK_RATE_LIMIT)
        {
            first_pair(text)
        } else {
            None
        };
        if let Some(rate) = rate {
            held.set_rate(Some(rate));
            what.push(given.said(text));
        }
    }
    what
}

/// `10000/2000` or `10000`. With a time range before it, as in `1,10000/2000`, it would hold in that
/// range only, and there is none.
fn kilobits(text: &str) -> Option<Directions<u64>> {
    let kbit = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
        digits.then(|| text.parse::<u64>().ok()).flatten()?.checked_mul(1_000)
    };
    let (download, upload) = text.split_once('/').unwrap_or((text, text));
    Some(Directions { upload: kbit(upload)?, download: kbit(download)? })
}

/// Only whole kilobits count.
fn first_pair(text: &str) -> Option<Directions<u64>> {
    let pair = text.split_ascii_whitespace().next()?;
    let (upload, download) = pair.split_once('/').unwrap_or((pair, pair));
    let whole = |text| Some(bits_per_second(text)? / 1_000 * 1_000);
    Some(Directions { upload: whole(upload)?, download: whole(download)? })
}

/// The speed of an Access-Accept.
pub(super) fn begin(given: &[Given<'_>], held: &mut Held) {
    shape(given, held);
}
