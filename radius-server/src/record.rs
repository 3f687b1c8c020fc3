//! The form in which facts stand in the journal.
//!
//! One octet version, one octet kind, then fields: tag (one octet), length (u16, little-endian),
//! value. Numbers are little-endian. Optional fields are left out. A tag that is not known is
//! refused like an unknown version: skipping it could lose a fact.

mod change;

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use aaa_engine::auth::{CodeStep, Method};
use aaa_engine::ports::{Entry, NasId};
use aaa_engine::session::SessionId;
use aaa_engine::{
    AccountingEvent, AccountingKind, ActivatedService, Attempt, Counters, Ipv6Counters, Learned,
    Lease, MacAddress, MeterNotice, Outcome, PoolAddress, PoolId, Reason, SessionIpv6, StoredMeter,
};
use entitlement::{Ipv6Prefix, Meter, Notice, ServiceId, TenantId, Timestamp};

const VERSION: u8 = 1;
const KIND_ACCOUNTING: u8 = 1;
const KIND_ATTEMPT: u8 = 2;
const KIND_CHANGE: u8 = 3;

/// In place of an Acct-Status-Type, of which the numbers up to 15 are taken (RFC 2867).
const SILENCE: u8 = 255;

pub(crate) use change::encode as encode_change;

/// Why a journal record cannot be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// It was written by another version of this program.
    #[error(
        "it has version {0}, which this program does not know; start the program that wrote it \
         once, so that its records reach the store"
    )]
    Version(u8),
    /// It is neither accounting nor a log-in, nor a change.
    #[error("it has the unknown kind {0}")]
    Kind(u8),
    /// A field that is not known.
    #[error("it has a field with the unknown tag {0}")]
    Tag(u8),
    /// A field stands twice.
    #[error("field {0} stands twice in it")]
    Repeated(u8),
    /// A field is missing.
    #[error("field {0} is missing in it")]
    Missing(u8),
    /// A field has a value that it cannot have.
    #[error("field {0} has a value that cannot be")]
    Value(u8),
    /// It ends within a field.
    #[error("it ends within a field")]
    Torn,
}

// Tags of both kinds.
const TENANT: u8 = 1;
const NAS: u8 = 2;
const AT: u8 = 3;
const LOGIN: u8 = 4;
const CALLING_STATION_ID: u8 = 5;
const SERVICE: u8 = 6;
// Of accounting; AT is when it arrived.
const SESSION: u8 = 7;
const HAPPENED_AT: u8 = 8;
const STATUS: u8 = 9;
const ACCT_SESSION_ID: u8 = 10;
const FRAMED_IPV4: u8 = 11;
const COUNTERS: u8 = 12;
// Of log-ins; AT is when it was decided.
const METHOD: u8 = 13;
const OUTCOME: u8 = 14;
const REASON: u8 = 15;
const LEARNED_DEVICE: u8 = 16;
const FIRST_USED_AT: u8 = 17;
// Of accounting again.
const FRAMED_IPV6: u8 = 18;
const DELEGATED_IPV6: u8 = 19;
// Of log-ins again.
const LEASES: u8 = 20;
const CODE_STEP: u8 = 21;
const METER: u8 = 22;
// Of changes; AT is when it was done.
const WHY: u8 = 23;
// Of accounting again.
const IPV6_COUNTERS: u8 = 24;
const ACTIVATED_IN: u8 = 25;
const ACTIVATED_NAME: u8 = 26;
const INTERIM_INTERVAL: u8 = 27;
// Of changes again.
const GOAL: u8 = 28;
const STEP: u8 = 29;
// Of accounting again.
const LEAD_METER: u8 = 30;
const NOTICES: u8 = 31;
const LEAD_NOTICES: u8 = 32;
const NOTICED_AT: u8 = 33;
const LEAD_NOTICED_AT: u8 = 34;
const TAGS: usize = 35;

/// Of a meter, what was noticed of it, and by which count each.
const OF_METER: [u8; 3] = [METER, NOTICES, NOTICED_AT];
const OF_LEAD_METER: [u8; 3] = [LEAD_METER, LEAD_NOTICES, LEAD_NOTICED_AT];

/// Writes an accounting event behind what `out` holds.
pub(crate) fn encode_accounting(event: &AccountingEvent, out: &mut Vec<u8>) {
    out.extend([VERSION, KIND_ACCOUNTING]);
    put(out, TENANT, &event.tenant.0.to_le_bytes());
    put(out, NAS, &event.nas.0.to_le_bytes());
    put(out, AT, &event.received_at.unix_ms().to_le_bytes());
    put(out, LOGIN, event.login.as_bytes());
    put(out, CALLING_STATION_ID, event.calling_station_id.as_bytes());
    if let Some(service) = event.service {
        put(out, SERVICE, &service.0.to_le_bytes());
    }
    put(out, SESSION, &event.session.0);
    put(out, HAPPENED_AT, &event.happened_at.unix_ms().to_le_bytes());
    let (status, cause) = match event.kind {
        AccountingKind::Start => (1, 0),
        AccountingKind::Stop { terminate_cause } => (2, terminate_cause),
        AccountingKind::Interim => (3, 0),
        AccountingKind::On => (7, 0),
        AccountingKind::Off => (8, 0),
        AccountingKind::Silence => (SILENCE, 0),
    };
    let [a, b, c, d] = u32::to_le_bytes(cause);
    put(out, STATUS, &[status, a, b, c, d]);
    put(out, ACCT_SESSION_ID, &event.acct_session_id);
    if let Some(address) = event.framed_ipv4 {
        put(out, FRAMED_IPV4, &address.octets());
    }
    for (tag, prefix) in [(FRAMED_IPV6, event.ipv6.framed), (DELEGATED_IPV6, event.ipv6.delegated)]
    {
        if let Some(prefix) = prefix {
            let mut value = [prefix.len_bits(); 17];
            let [_, address @ ..] = &mut value;
            *address = prefix.address().octets();
            put(out, tag, &value);
        }
    }
    if let Some(activated) = &event.activated {
        put(out, ACTIVATED_IN, &activated.parent);
        put(out, ACTIVATED_NAME, activated.name.as_bytes());
    }
    if let Some(interval_s) = event.interim_interval_s {
        put(out, INTERIM_INTERVAL, &interval_s.to_le_bytes());
    }
    put_meter(out, OF_METER, event.meter.as_ref());
    put_meter(out, OF_LEAD_METER, event.lead_meter.as_ref());
    if event.counters.ipv6 != Ipv6Counters::default() {
        out.extend([IPV6_COUNTERS, 32, 0]);
        let ipv6 = event.counters.ipv6;
        for count in
            [ipv6.upload_octets, ipv6.download_octets, ipv6.upload_packets, ipv6.download_packets]
        {
            out.extend(count.to_le_bytes());
        }
    }
    // Behind what may be missing, so that a record that was cut off is seen.
    out.extend([COUNTERS, 36, 0]);
    let counters = event.counters;
    for count in [
        counters.upload_octets,
        counters.download_octets,
        counters.upload_packets,
        counters.download_packets,
    ] {
        out.extend(count.to_le_bytes());
    }
    out.extend(counters.session_time_s.to_le_bytes());
}

/// The service whose meter it is, the meter, and what was noticed of it.
fn put_meter(
    out: &mut Vec<u8>,
    [tag, of_notices, of_counts]: [u8; 3],
    stored: Option<&StoredMeter>,
) {
    let Some(stored) = stored else { return };
    let mut octets = stored.service.0.to_le_bytes().to_vec();
    stored.meter.encode(&mut octets);
    put(out, tag, &octets);
    if !stored.notices.is_empty() {
        let (notices, counts): (Vec<_>, Vec<_>) = stored
            .notices
            .iter()
            .map(|noticed| (noticed.notice.clone(), noticed.revision.to_le_bytes()))
            .unzip();
        octets.clear();
        Notice::encode_all(&notices, &mut octets);
        put(out, of_notices, &octets);
        put(out, of_counts, counts.as_flattened());
    }
}

/// Writes a log-in behind what `out` holds.
pub(crate) fn encode_attempt(attempt: &Attempt, out: &mut Vec<u8>) {
    out.extend([VERSION, KIND_ATTEMPT]);
    put(out, TENANT, &attempt.tenant.0.to_le_bytes());
    put(out, NAS, &attempt.nas.0.to_le_bytes());
    put(out, AT, &attempt.at.unix_ms().to_le_bytes());
    put(out, LOGIN, attempt.login.as_bytes());
    put(out, CALLING_STATION_ID, attempt.calling_station_id.as_bytes());
    if let Some(service) = attempt.service {
        put(out, SERVICE, &service.0.to_le_bytes());
    }
    put(out, METHOD, attempt.method.code().as_bytes());
    let outcome = match attempt.outcome {
        Outcome::Accepted => 1,
        Outcome::Quarantined => 2,
        Outcome::Rejected => 3,
    };
    put(out, OUTCOME, &[outcome]);
    put(out, REASON, attempt.reason.code().as_bytes());
    if let Some(MacAddress(address)) = attempt.learned.device {
        put(out, LEARNED_DEVICE, &address);
    }
    if let Some(at) = attempt.learned.first_used_at {
        put(out, FIRST_USED_AT, &at.unix_ms().to_le_bytes());
    }
    let leases: Vec<u8> = attempt.learned.leases.iter().flatten().flat_map(lease_octets).collect();
    if !leases.is_empty() {
        put(out, LEASES, &leases);
    }
    if let Some(CodeStep(step)) = attempt.learned.code_step {
        put(out, CODE_STEP, &step.to_le_bytes());
    }
}

/// Octets of one lease: the pool, how many bits the address has, and the address, one of IPv4 at
/// the end of it.
const LEASE_LEN: usize = 8 + 1 + 16;
/// In place of the bits of a prefix.
const LEASE_OF_IPV4: u8 = 255;

fn lease_octets(lease: &Lease) -> [u8; LEASE_LEN] {
    let (kind, address) = match lease.address {
        PoolAddress::Ipv4(address) => (LEASE_OF_IPV4, u128::from(address.to_bits())),
        PoolAddress::Ipv6(prefix) => (prefix.len_bits(), prefix.address().to_bits()),
    };
    let mut octets = [kind; LEASE_LEN];
    let (pool, rest) = octets.split_at_mut(8);
    pool.copy_from_slice(&lease.pool.0.to_le_bytes());
    let (_, of_address) = rest.split_at_mut(1);
    of_address.copy_from_slice(&address.to_be_bytes());
    octets
}

fn lease(octets: &[u8; LEASE_LEN]) -> Option<Lease> {
    let (pool, rest) = octets.split_first_chunk()?;
    let (&[kind], rest) = rest.split_first_chunk()?;
    let address = u128::from_be_bytes(rest.try_into().ok()?);
    let address = if kind == LEASE_OF_IPV4 {
        PoolAddress::Ipv4(Ipv4Addr::from_bits(u32::try_from(address).ok()?))
    } else {
        PoolAddress::Ipv6(Ipv6Prefix::of(Ipv6Addr::from_bits(address), kind)?)
    };
    Some(Lease { pool: PoolId(i64::from_le_bytes(*pool)), address })
}

fn leases(fields: &Fields<'_>) -> Result<[Option<Lease>; 3], RecordError> {
    let mut leases = [None; 3];
    let octets = match fields.octets(LEASES) {
        Err(RecordError::Missing(_)) => return Ok(leases),
        octets => octets?,
    };
    let (given, rest) = octets.as_chunks();
    if given.len() > leases.len() || !rest.is_empty() {
        return Err(RecordError::Value(LEASES));
    }
    for (place, octets) in leases.iter_mut().zip(given) {
        *place = Some(lease(octets).ok_or(RecordError::Value(LEASES))?);
    }
    Ok(leases)
}

/// Reads a record.
///
/// # Errors
/// When anything in it is not as it was written by this version.
pub(crate) fn decode(record: &[u8]) -> Result<Entry, RecordError> {
    let (&[version, kind], rest) = record.split_first_chunk().ok_or(RecordError::Torn)?;
    if version != VERSION {
        return Err(RecordError::Version(version));
    }
    let fields = Fields::read(rest)?;
    match kind {
        KIND_ACCOUNTING => Ok(Entry::Accounting(accounting(&fields)?)),
        KIND_ATTEMPT => Ok(Entry::Attempt(attempt(&fields)?)),
        KIND_CHANGE => Ok(Entry::Change(change::read(&fields)?)),
        _ => Err(RecordError::Kind(kind)),
    }
}

/// Values come from packets of at most 4,096 octets, escaped to at most ten octets for each of
/// the 253 of an attribute, so the length always fits.
fn put(out: &mut Vec<u8>, tag: u8, value: &[u8]) {
    let len = u16::try_from(value.len()).unwrap_or(u16::MAX);
    out.push(tag);
    out.extend(len.to_le_bytes());
    out.extend(value.iter().take(usize::from(len)));
}

fn accounting(fields: &Fields<'_>) -> Result<AccountingEvent, RecordError> {
    let [status, cause @ ..] = fields.exactly::<5>(STATUS)?;
    let kind = match status {
        1 => AccountingKind::Start,
        2 => AccountingKind::Stop { terminate_cause: u32::from_le_bytes(cause) },
        3 => AccountingKind::Interim,
        7 => AccountingKind::On,
        8 => AccountingKind::Off,
        SILENCE => AccountingKind::Silence,
        _ => return Err(RecordError::Value(STATUS)),
    };
    Ok(AccountingEvent {
        session: SessionId(fields.exactly(SESSION)?),
        tenant: TenantId(fields.number(TENANT)?),
        nas: NasId(fields.number(NAS)?),
        received_at: Timestamp::from_unix_ms(fields.number(AT)?),
        happened_at: Timestamp::from_unix_ms(fields.number(HAPPENED_AT)?),
        kind,
        acct_session_id: fields.octets(ACCT_SESSION_ID)?.into(),
        login: fields.text(LOGIN)?,
        calling_station_id: fields.text(CALLING_STATION_ID)?,
        framed_ipv4: fields.optional(FRAMED_IPV4)?.map(<Ipv4Addr as From<[u8; 4]>>::from),
        ipv6: SessionIpv6 {
            framed: ipv6(fields, FRAMED_IPV6)?,
            delegated: ipv6(fields, DELEGATED_IPV6)?,
        },
        service: fields.optional(SERVICE)?.map(i64::from_le_bytes).map(ServiceId),
        activated: activated(fields)?,
        interim_interval_s: fields.optional(INTERIM_INTERVAL)?.map(u32::from_le_bytes),
        counters: counters(fields)?,
        meter: meter(fields, OF_METER)?,
        lead_meter: meter(fields, OF_LEAD_METER)?,
    })
}

/// The service whose meter it is, the meter, and what was noticed of it.
fn meter(
    fields: &Fields<'_>,
    [tag, of_notices, of_counts]: [u8; 3],
) -> Result<Option<StoredMeter>, RecordError> {
    let octets = match fields.octets(tag) {
        Err(RecordError::Missing(_)) => return Ok(None),
        octets => octets?,
    };
    let wrong = RecordError::Value(tag);
    let (service, meter) = octets.split_first_chunk().ok_or(wrong)?;
    Ok(Some(StoredMeter {
        tenant: TenantId(fields.number(TENANT)?),
        service: ServiceId(i64::from_le_bytes(*service)),
        meter: Arc::new(Meter::decode(meter).map_err(|_| wrong)?),
        notices: match fields.octets(of_notices) {
            Err(RecordError::Missing(_)) => Vec::new(),
            octets => {
                let notices = Notice::decode_all(octets?);
                let notices = notices.map_err(|_| RecordError::Value(of_notices))?;
                noticed(notices, fields.octets(of_counts)?).ok_or(RecordError::Value(of_counts))?
            }
        },
    }))
}

/// Each with its count, of which there are as many.
fn noticed(notices: Vec<Notice>, counts: &[u8]) -> Option<Vec<MeterNotice>> {
    let (counts, []) = counts.as_chunks() else { return None };
    let of = |(notice, count): (Notice, &[u8; 8])| {
        let revision = u64::from_le_bytes(*count);
        MeterNotice { notice, revision }
    };
    let is_each = notices.len() == counts.len();
    is_each.then(|| notices.into_iter().zip(counts).map(of).collect())
}

fn activated(fields: &Fields<'_>) -> Result<Option<Arc<ActivatedService>>, RecordError> {
    let parent = match fields.octets(ACTIVATED_IN) {
        Err(RecordError::Missing(_)) => return Ok(None),
        parent => parent?.into(),
    };
    Ok(Some(Arc::new(ActivatedService { parent, name: fields.text(ACTIVATED_NAME)? })))
}

fn ipv6(fields: &Fields<'_>, tag: u8) -> Result<Option<Ipv6Prefix>, RecordError> {
    let Some([len_bits, address @ ..]) = fields.optional::<17>(tag)? else { return Ok(None) };
    Ipv6Prefix::of(Ipv6Addr::from(address), len_bits).map(Some).ok_or(RecordError::Value(tag))
}

fn counters(fields: &Fields<'_>) -> Result<Counters, RecordError> {
    let wrong = RecordError::Value(COUNTERS);
    let octets = fields.exactly::<36>(COUNTERS)?;
    let (counts, session_time_s) = octets.split_last_chunk().ok_or(wrong)?;
    let (counts, _) = counts.as_chunks();
    let [upload_octets, download_octets, upload_packets, download_packets] = counts else {
        return Err(wrong);
    };
    Ok(Counters {
        upload_octets: u64::from_le_bytes(*upload_octets),
        download_octets: u64::from_le_bytes(*download_octets),
        upload_packets: u64::from_le_bytes(*upload_packets),
        download_packets: u64::from_le_bytes(*download_packets),
        session_time_s: u32::from_le_bytes(*session_time_s),
        ipv6: ipv6_counters(fields)?,
    })
}

fn ipv6_counters(fields: &Fields<'_>) -> Result<Ipv6Counters, RecordError> {
    let Some(octets) = fields.optional::<32>(IPV6_COUNTERS)? else {
        return Ok(Ipv6Counters::default());
    };
    let (counts, _) = octets.as_chunks();
    let [upload_octets, download_octets, upload_packets, download_packets] = counts else {
        return Err(RecordError::Value(IPV6_COUNTERS));
    };
    Ok(Ipv6Counters {
        upload_octets: u64::from_le_bytes(*upload_octets),
        download_octets: u64::from_le_bytes(*download_octets),
        upload_packets: u64::from_le_bytes(*upload_packets),
        download_packets: u64::from_le_bytes(*download_packets),
    })
}

fn attempt(fields: &Fields<'_>) -> Result<Attempt, RecordError> {
    let method = Method::from_code(&fields.text(METHOD)?).ok_or(RecordError::Value(METHOD))?;
    let reason = Reason::from_code(&fields.text(REASON)?).ok_or(RecordError::Value(REASON))?;
    let outcome = match fields.exactly::<1>(OUTCOME)? {
        [1] => Outcome::Accepted,
        [2] => Outcome::Quarantined,
        [3] => Outcome::Rejected,
        _ => return Err(RecordError::Value(OUTCOME)),
    };
    Ok(Attempt {
        at: Timestamp::from_unix_ms(fields.number(AT)?),
        tenant: TenantId(fields.number(TENANT)?),
        nas: NasId(fields.number(NAS)?),
        login: fields.text(LOGIN)?,
        calling_station_id: fields.text(CALLING_STATION_ID)?,
        method,
        outcome,
        reason,
        service: fields.optional(SERVICE)?.map(i64::from_le_bytes).map(ServiceId),
        learned: Learned {
            device: fields.optional(LEARNED_DEVICE)?.map(MacAddress),
            first_used_at: fields
                .optional(FIRST_USED_AT)?
                .map(i64::from_le_bytes)
                .map(Timestamp::from_unix_ms),
            leases: leases(fields)?,
            code_step: fields.optional(CODE_STEP)?.map(i64::from_le_bytes).map(CodeStep),
        },
    })
}

/// The fields of one record by tag.
struct Fields<'a> {
    values: [Option<&'a [u8]>; TAGS],
}

impl<'a> Fields<'a> {
    fn read(mut rest: &'a [u8]) -> Result<Self, RecordError> {
        let mut values = [None; TAGS];
        while !rest.is_empty() {
            let (&[tag, low, high], after) = rest.split_first_chunk().ok_or(RecordError::Torn)?;
            let len = usize::from(u16::from_le_bytes([low, high]));
            let (value, after) = after.split_at_checked(len).ok_or(RecordError::Torn)?;
            let place = values.get_mut(usize::from(tag)).filter(|_| tag > 0);
            let place = place.ok_or(RecordError::Tag(tag))?;
            if place.replace(value).is_some() {
                return Err(RecordError::Repeated(tag));
            }
            rest = after;
        }
        Ok(Self { values })
    }

    fn octets(&self, tag: u8) -> Result<&'a [u8], RecordError> {
        self.values.get(usize::from(tag)).copied().flatten().ok_or(RecordError::Missing(tag))
    }

    fn exactly<const N: usize>(&self, tag: u8) -> Result<[u8; N], RecordError> {
        self.octets(tag)?.try_into().map_err(|_| RecordError::Value(tag))
    }

    fn optional<const N: usize>(&self, tag: u8) -> Result<Option<[u8; N]>, RecordError> {
        match self.exactly(tag) {
            Err(RecordError::Missing(_)) => Ok(None),
            other => other.map(Some),
        }
    }

    fn number(&self, tag: u8) -> Result<i64, RecordError> {
        self.exactly(tag).map(i64::from_le_bytes)
    }

    fn text(&self, tag: u8) -> Result<Arc<str>, RecordError> {
        let octets = self.octets(tag)?;
        core::str::from_utf8(octets).map(Arc::from).map_err(|_| RecordError::Value(tag))
    }
}

#[cfg(test)]
mod tests {
    use entitlement::{Amount, BitsPerSecond, Octets, OnlineTime, Speed, TierAction, Window};
    use proptest::prelude::*;

    use super::*;

    fn kind() -> impl Strategy<Value = AccountingKind> {
        prop_oneof![
            Just(AccountingKind::Start),
            Just(AccountingKind::Interim),
            any::<u32>().prop_map(|terminate_cause| AccountingKind::Stop { terminate_cause }),
            Just(AccountingKind::On),
            Just(AccountingKind::Off),
            Just(AccountingKind::Silence),
        ]
    }

    fn prefix(parts: Option<([u8; 16], u8)>) -> Option<Ipv6Prefix> {
        parts.and_then(|(address, len_bits)| Ipv6Prefix::of(address.into(), len_bits % 129))
    }

    fn numbers() -> impl Strategy<Value = Counters> {
        any::<([u64; 4], u32, Option<[u64; 4]>)>().prop_map(|([a, b, c, d], e, ipv6)| Counters {
            upload_octets: a,
            download_octets: b,
            upload_packets: c,
            download_packets: d,
            session_time_s: e,
            ipv6: ipv6.map_or_else(Ipv6Counters::default, |[a, b, c, d]| Ipv6Counters {
                upload_octets: a,
                download_octets: b,
                upload_packets: c,
                download_packets: d,
            }),
        })
    }

    prop_compose! {
        fn notice()(
            quota in ".{1,80}", window in proptest::sample::select(&Window::ALL[..]),
            window_from: Option<i64>, resets_at: Option<i64>, percent: u32, is_of_time: bool,
            units: u64, action in proptest::option::of(any::<Option<(u64, u64)>>()),
        ) -> Notice {
            Notice {
                quota: quota.into(),
                window,
                window_from: window_from.map(Timestamp::from_unix_ms),
                percent,
                action: match action {
                    None => TierAction::Notify,
                    Some(None) => TierAction::Quarantine,
                    Some(Some((upload, download))) => TierAction::Throttle(Speed {
                        upload: BitsPerSecond(upload),
                        download: BitsPerSecond(download),
                    }),
                },
                allowance: match is_of_time {
                    true => Amount::Online(OnlineTime(units)),
                    false => Amount::Data(Octets(units)),
                },
                resets_at: resets_at.map(Timestamp::from_unix_ms),
            }
        }
    }

    prop_compose! {
        fn event()(
            session: [u8; 16], tenant: i64, nas: i64, received_at: i64, happened_at: i64,
            kind in kind(), acct_session_id in proptest::collection::vec(any::<u8>(), 0..253),
            login in ".{0,80}", calling_station_id in ".{0,40}", framed_ipv4: Option<[u8; 4]>,
            framed: Option<([u8; 16], u8)>, delegated: Option<([u8; 16], u8)>,
            service: Option<i64>, counters in numbers(), interim_interval_s: Option<u32>,
            activated in proptest::option::of((proptest::collection::vec(any::<u8>(), 0..253), ".{0,80}")),
            metered: Option<i64>, lead: Option<i64>,
            notices in proptest::collection::vec(notice(), 0..=8),
        ) -> AccountingEvent {
            let noticed = |(notice, revision)| MeterNotice { notice, revision };
            let stored = |service| StoredMeter {
                tenant: TenantId(tenant),
                service: ServiceId(service),
                meter: Arc::default(),
                notices: notices.iter().cloned().zip(7..).map(noticed).collect(),
            };
            AccountingEvent {
                session: SessionId(session),
                tenant: TenantId(tenant),
                nas: NasId(nas),
                received_at: Timestamp::from_unix_ms(received_at),
                happened_at: Timestamp::from_unix_ms(happened_at),
                kind,
                acct_session_id: acct_session_id.into(),
                login: login.into(),
                calling_station_id: calling_station_id.into(),
                framed_ipv4: framed_ipv4.map(Ipv4Addr::from),
                ipv6: SessionIpv6 { framed: prefix(framed), delegated: prefix(delegated) },
                service: service.map(ServiceId),
                activated: activated.map(|(parent, name): (Vec<u8>, String)| {
                    Arc::new(ActivatedService { parent: parent.into(), name: name.into() })
                }),
                interim_interval_s,
                counters,
                meter: metered.map(stored),
                lead_meter: lead.map(stored),
            }
        }
    }

    fn any_lease() -> impl Strategy<Value = Lease> {
        let address = prop_oneof![
            any::<[u8; 4]>().prop_map(|octets| PoolAddress::Ipv4(octets.into())),
            any::<([u8; 16], u8)>().prop_filter_map("a prefix", |parts| {
                prefix(Some(parts)).map(PoolAddress::Ipv6)
            }),
        ];
        (any::<i64>(), address).prop_map(|(pool, address)| Lease { pool: PoolId(pool), address })
    }

    prop_compose! {
        fn log_in()(
            at: i64, tenant: i64, nas: i64, login in ".{0,80}", calling_station_id in ".{0,40}",
            method in proptest::sample::select(&Method::ALL[..]),
            outcome in proptest::sample::select(
                vec![Outcome::Accepted, Outcome::Quarantined, Outcome::Rejected]
            ),
            reason in proptest::sample::select(Reason::ALL), service: Option<i64>,
            device: Option<[u8; 6]>, first_used: Option<i64>, code_step: Option<i64>,
            given in proptest::collection::vec(any_lease(), 0..=3),
        ) -> Attempt {
            Attempt {
                at: Timestamp::from_unix_ms(at),
                tenant: TenantId(tenant),
                nas: NasId(nas),
                login: login.into(),
                calling_station_id: calling_station_id.into(),
                method,
                outcome,
                reason,
                service: service.map(ServiceId),
                learned: Learned {
                    device: device.map(MacAddress),
                    first_used_at: first_used.map(Timestamp::from_unix_ms),
                    leases: core::array::from_fn(|place| given.get(place).copied()),
                    code_step: code_step.map(CodeStep),
                },
            }
        }
    }

    proptest! {
        #[test]
        fn accounting_is_read_back_as_it_was_written(event in event()) {
            let mut out = Vec::new();
            encode_accounting(&event, &mut out);
            prop_assert_eq!(decode(&out), Ok(Entry::Accounting(event)));
            for len in 0..out.len() {
                prop_assert!(decode(&out[..len]).is_err());
            }
        }

        #[test]
        fn log_ins_are_read_back_as_they_were_written(attempt in log_in()) {
            let mut out = Vec::new();
            encode_attempt(&attempt, &mut out);
            prop_assert_eq!(decode(&out), Ok(Entry::Attempt(attempt)));
        }

        #[test]
        fn nothing_makes_it_panic(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&octets);
            let mut versioned = vec![VERSION, KIND_ACCOUNTING];
            versioned.extend(octets);
            prop_assert!(decode(&versioned).is_err());
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert_eq!(decode(&[2, KIND_ACCOUNTING]), Err(RecordError::Version(2)));
        assert_eq!(decode(&[VERSION, 9]), Err(RecordError::Kind(9)));
        assert_eq!(decode(&[VERSION, KIND_ATTEMPT]), Err(RecordError::Missing(METHOD)));
        assert_eq!(decode(&[VERSION, KIND_ATTEMPT, 35, 0, 0]), Err(RecordError::Tag(35)));
        assert_eq!(decode(&[VERSION, KIND_ATTEMPT, 0, 0, 0]), Err(RecordError::Tag(0)));
        let twice = [VERSION, KIND_ATTEMPT, LOGIN, 0, 0, LOGIN, 0, 0];
        assert_eq!(decode(&twice), Err(RecordError::Repeated(LOGIN)));
    }
}
