//! Reading an Accounting-Request.

mod of_vendor;

use std::net::Ipv4Addr;
use std::sync::Arc;

use entitlement::{Ipv6Prefix, ServiceId, TenantId, Timestamp};
use radius_proto::{AttributeType, Code, Packet};

use crate::accounting::{
    AccountingEvent, AccountingKind, ActivatedService, Counters, SessionIpv6, family,
};
use crate::activity;
use crate::chargeable::IdentitySealer;
use crate::class::{ClassSigner, ClassToken};
use crate::identity::{self, AccessKind};
use crate::ports::{CounterWidth, Directory, Nas, NasId};
use crate::session::{SessionId, shard_key};
use crate::text::printable_shared;

/// The longest Acct-Delay-Time that is believed, seconds: a week. A NAS that has kept a record
/// for longer has more likely lost its clock.
pub const ACCT_DELAY_MAX_S: u32 = 7 * 24 * 3600;

/// For how long an On or Off is repeated at most, seconds.
const REPEATED_MAX_S: i64 = 300;

/// An Accounting-Request, understood but not yet assigned to its session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Whose NAS sent it.
    pub tenant: TenantId,
    /// Which NAS sent it.
    pub nas: NasId,
    /// When it arrived here.
    pub received_at: Timestamp,
    /// When it happened: arrival less Acct-Delay-Time (RFC 2866 section 5.2).
    pub happened_at: Timestamp,
    /// What happened.
    pub kind: AccountingKind,
    /// Acct-Session-Id exactly as the NAS wrote it; empty where an On or Off has none.
    pub acct_session_id: Arc<[u8]>,
    /// User-Name, escaped.
    pub login: Arc<str>,
    /// Calling-Station-Id, escaped; empty when absent.
    pub calling_station_id: Arc<str>,
    /// From where at the NAS it comes: the Calling-Station-Id, else its port; empty when it says
    /// neither.
    pub origin: Arc<str>,
    /// Framed-IP-Address, when the NAS sent it.
    pub framed_ipv4: Option<Ipv4Addr>,
    /// The IPv6 networks of the session, as far as the NAS sent them.
    pub ipv6: SessionIpv6,
    /// The service that our Class token names, else our Chargeable-User-Identity, else the one that
    /// the NAS identifies by its line or name, else the one with this login.
    pub service: Option<ServiceId>,
    /// The activated service that it is about; `None`: the subscriber's own session.
    pub activated: Option<Arc<ActivatedService>>,
    /// How often the terms of its service ask for a report now, seconds.
    pub interim_interval_s: Option<u32>,
    /// What has been counted so far, as the NAS says it.
    pub counters: Counters,
    /// How far those of octets count.
    pub counter_width: CounterWidth,
    /// The number in our Class token that no other acceptance has.
    pub class_nonce: Option<[u8; 16]>,
}

impl Observation {
    /// The event this is, in that session.
    #[must_use]
    pub fn in_session(&self, session: SessionId) -> AccountingEvent {
        AccountingEvent {
            session,
            tenant: self.tenant,
            nas: self.nas,
            received_at: self.received_at,
            happened_at: self.happened_at,
            kind: self.kind,
            acct_session_id: Arc::clone(&self.acct_session_id),
            login: Arc::clone(&self.login),
            calling_station_id: Arc::clone(&self.calling_station_id),
            framed_ipv4: self.framed_ipv4,
            ipv6: self.ipv6,
            service: self.service,
            activated: self.activated.clone(),
            interim_interval_s: self.interim_interval_s,
            counters: self.counters,
            meter: None,
            lead_meter: None,
        }
    }

    /// The [`shard_key`] of its session; `None` for an On or Off, which every shard must observe.
    #[must_use]
    pub fn shard_key(&self) -> Option<u64> {
        if self.kind.is_about_the_nas() {
            return None;
        }
        Some(shard_key(self.nas, family(&self.acct_session_id, self.activated.as_deref())))
    }
}

/// Why an Accounting-Request cannot be understood. It is not answered, since nothing of it can be
/// recorded (RFC 2866 section 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountingError {
    /// Another kind of packet.
    #[error("{code} is not an Accounting-Request")]
    NotAccountingRequest {
        /// What it is.
        code: Code,
    },
    /// There is no Acct-Status-Type of four octets.
    #[error("there is no Acct-Status-Type in the Accounting-Request")]
    MissingStatusType,
    /// An Acct-Status-Type that is not Start, Stop, Interim-Update, Accounting-On or
    /// Accounting-Off.
    #[error("Acct-Status-Type {status_type} is not supported")]
    UnsupportedStatusType {
        /// Which.
        status_type: u32,
    },
    /// There is no Acct-Session-Id, or an empty one.
    #[error("there is no Acct-Session-Id in the Accounting-Request")]
    MissingSessionId,
}

/// What tells our own names of services from others.
pub(crate) struct Tokens<'a> {
    pub(crate) signer: &'a ClassSigner,
    pub(crate) identities: &'a IdentitySealer,
}

pub(crate) fn observe(
    ours: &Tokens<'_>,
    directory: &dyn Directory,
    nas: &Nas,
    request: &Packet<'_>,
    now: Timestamp,
) -> Result<Observation, AccountingError> {
    let code = request.code();
    if code != Code::ACCOUNTING_REQUEST {
        return Err(AccountingError::NotAccountingRequest { code });
    }
    let kind = kind(request)?;
    let acct_session_id = request.first(AttributeType::ACCT_SESSION_ID).unwrap_or_default();
    if acct_session_id.is_empty() && !kind.is_about_the_nas() {
        return Err(AccountingError::MissingSessionId);
    }
    let login = login(request);
    let token = own_token(ours.signer, nas.tenant, request);
    let identity = request.first(AttributeType::CHARGEABLE_USER_IDENTITY);
    let charged = identity.and_then(|identity| ours.identities.open(nas.tenant, identity));
    let found = identity::find(directory, nas, request, AccessKind::of(request), login);
    let service = found
        .map(|found| found.service)
        .or_else(|| identity::service(directory, nas.tenant, login));
    let station = request.first(AttributeType::CALLING_STATION_ID).unwrap_or_default();
    let station = printable_shared(station, None);
    // What we have named ourselves is the service of the session, whoever is found besides.
    let named = token.map(|token| token.service).or(charged);
    let service = match (named, service) {
        (Some(id), found) if found.as_ref().is_none_or(|found| found.id != id) => {
            directory.service(nas.tenant, id)
        }
        (_, found) => found,
    };
    let interim_interval_s =
        service.as_ref().and_then(|service| service.entitlement.terms.interim_interval_s);
    Ok(Observation {
        tenant: nas.tenant,
        nas: nas.id,
        received_at: now,
        happened_at: happened_at(request, kind, now),
        kind,
        acct_session_id: acct_session_id.into(),
        login: printable_shared(login, service.as_ref().map(|service| &service.login)),
        origin: activity::origin(request, &station),
        calling_station_id: station,
        framed_ipv4: number(request, AttributeType::FRAMED_IP_ADDRESS).map(Ipv4Addr::from_bits),
        ipv6: ipv6(request),
        service: named.or(service.map(|service| service.id)),
        interim_interval_s,
        activated: of_vendor::activated_service(request, acct_session_id).map(Arc::new),
        counters: counters(request, nas),
        counter_width: nas.counter_width,
        class_nonce: token.map(|token| token.nonce),
    })
}

/// Arrival less Acct-Delay-Time (RFC 2866 section 5.2).
///
/// An On or Off that is repeated until it is answered does not always say for how long, and would
/// end sessions that began meanwhile. So its Event-Timestamp (RFC 2869 section 5.3) counts too,
/// where it is so shortly before the arrival that it is not just a wrong clock.
fn happened_at(request: &Packet<'_>, kind: AccountingKind, now: Timestamp) -> Timestamp {
    let delay_s = number(request, AttributeType::ACCT_DELAY_TIME).unwrap_or(0);
    let by_delay = now.minus_s(i64::from(delay_s.min(ACCT_DELAY_MAX_S)));
    let event_timestamp = number(request, AttributeType::EVENT_TIMESTAMP);
    event_timestamp
        .filter(|_| kind.is_about_the_nas())
        .map(|unix_s| Timestamp::from_unix_s(i64::from(unix_s)))
        .filter(|at| *at < by_delay && now.minus_s(REPEATED_MAX_S) <= *at)
        .unwrap_or(by_delay)
}

/// User-Name, empty when absent. One of NULs alone is no name: CoovaChilli sends four of them in
/// the Start of a session that has none.
pub(crate) fn login<'p>(request: &Packet<'p>) -> &'p [u8] {
    let login = request.first(AttributeType::USER_NAME).unwrap_or_default();
    if login.iter().all(|octet| *octet == 0) { &[] } else { login }
}

fn kind(request: &Packet<'_>) -> Result<AccountingKind, AccountingError> {
    let status_type = number(request, AttributeType::ACCT_STATUS_TYPE)
        .ok_or(AccountingError::MissingStatusType)?;
    Ok(match status_type {
        1 => AccountingKind::Start,
        2 => AccountingKind::Stop {
            terminate_cause: number(request, AttributeType::ACCT_TERMINATE_CAUSE).unwrap_or(0),
        },
        3 => AccountingKind::Interim,
        7 => AccountingKind::On,
        8 => AccountingKind::Off,
        _ => return Err(AccountingError::UnsupportedStatusType { status_type }),
    })
}

/// The first Class that is a token of ours for this tenant; others are somebody else's.
fn own_token(signer: &ClassSigner, tenant: TenantId, request: &Packet<'_>) -> Option<ClassToken> {
    let mut classes = request.all(AttributeType::CLASS);
    classes.find_map(|class| signer.open(class).filter(|token| token.tenant == tenant))
}

/// An attribute of another form than its own counts as absent.
fn ipv6(request: &Packet<'_>) -> SessionIpv6 {
    let prefix = |kind| request.first(kind).and_then(ipv6_prefix);
    let address = || {
        let octets: [u8; 16] = request.first(FRAMED_IPV6_ADDRESS)?.try_into().ok()?;
        Ipv6Prefix::of(octets.into(), 128)
    };
    SessionIpv6 {
        framed: prefix(FRAMED_IPV6_PREFIX).or_else(address),
        delegated: prefix(DELEGATED_IPV6_PREFIX),
    }
}

/// A reserved octet, the length in bits, and as much of the prefix as is needed (RFC 3162 section
/// 2.3).
fn ipv6_prefix(value: &[u8]) -> Option<Ipv6Prefix> {
    let (&[_, len_bits], octets) = value.split_first_chunk()?;
    let mut address = [0; 16];
    address.get_mut(..octets.len())?.copy_from_slice(octets);
    Ipv6Prefix::of(address.into(), len_bits)
}

const FRAMED_IPV6_PREFIX: AttributeType = AttributeType(97);
const DELEGATED_IPV6_PREFIX: AttributeType = AttributeType(123);
const FRAMED_IPV6_ADDRESS: AttributeType = AttributeType(168);

fn counters(request: &Packet<'_>, nas: &Nas) -> Counters {
    let count = |kind| u64::from(number(request, kind).unwrap_or(0));
    let wide = |low, gigawords| match nas.counter_width {
        CounterWidth::Bits64 => (count(gigawords) << 32) | count(low),
        CounterWidth::Bits32 => count(low),
    };
    let input_octets = wide(AttributeType::ACCT_INPUT_OCTETS, AttributeType::ACCT_INPUT_GIGAWORDS);
    let output_octets =
        wide(AttributeType::ACCT_OUTPUT_OCTETS, AttributeType::ACCT_OUTPUT_GIGAWORDS);
    let input_packets = count(AttributeType::ACCT_INPUT_PACKETS);
    let output_packets = count(AttributeType::ACCT_OUTPUT_PACKETS);
    // Input is what the NAS received: what the subscriber sent.
    let counters = Counters {
        upload_octets: input_octets,
        download_octets: output_octets,
        upload_packets: input_packets,
        download_packets: output_packets,
        session_time_s: number(request, AttributeType::ACCT_SESSION_TIME).unwrap_or(0),
        ipv6: of_vendor::ipv6_counters(request),
    };
    if nas.counters_swapped { counters.swapped() } else { counters }
}

impl Counters {
    /// Upload and download exchanged.
    fn swapped(self) -> Self {
        Self {
            upload_octets: self.download_octets,
            download_octets: self.upload_octets,
            upload_packets: self.download_packets,
            download_packets: self.upload_packets,
            session_time_s: self.session_time_s,
            ipv6: self.ipv6.swapped(),
        }
    }
}

/// An attribute of four octets; of another length it counts as absent.
fn number(request: &Packet<'_>, kind: AttributeType) -> Option<u32> {
    request.first(kind)?.try_into().ok().map(u32::from_be_bytes)
}
