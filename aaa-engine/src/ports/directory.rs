//! Who the NASes and the services are: read for every packet, always from memory.

use core::fmt;
use core::num::{NonZeroU16, NonZeroU32};
use std::net::IpAddr;
use std::sync::Arc;

use entitlement::{Entitlement, PlanId, ServiceId, SubscriberId, TenantId, Timestamp, Validity};
use radius_proto::Secret;

use crate::auth::{CodeSecret, CodeStep, Credential};
use crate::catalogue::Catalogue;
use crate::enforcement::CoaAbility;
use crate::identity::{Identifier, Identify, MacAddress};
use crate::pool::{Pool, PoolAddress};
use crate::reply_attributes::ReplyAttributes;

/// The engine's view of NASes and services.
///
/// Every method is called on the packet path: it must not block, and it must see a change as soon
/// as the change feed has brought it.
pub trait Directory: Send + Sync {
    /// The NAS that sends from `source` to the listener called `listener`; the pair is unique in
    /// an installation (RFC 2865 section 3: the secret is chosen by source address).
    fn nas(&self, listener: &ListenerName, source: IpAddr) -> Option<Arc<Nas>>;

    /// The NAS with this id. A directory that does not know its NASes so has none, and nothing is
    /// changed about a session while it lasts.
    fn nas_by_id(&self, id: NasId) -> Option<Arc<Nas>> {
        let _ = id;
        None
    }

    /// The service of `tenant` whose login is exactly `login` (octets of User-Name).
    fn service_by_login(&self, tenant: TenantId, login: &[u8]) -> Option<Service>;

    /// The service with this id, if it belongs to `tenant`.
    fn service(&self, tenant: TenantId, id: ServiceId) -> Option<Service>;

    /// The service of `tenant` that `identifier` leads to; none other may have it.
    fn service_by_identifier(&self, tenant: TenantId, identifier: &Identifier) -> Option<Service>;

    /// The pool of `tenant` that is managed here by this name. An implementation without pools has
    /// none, and every name is that of a pool on the NAS.
    fn pool(&self, tenant: TenantId, name: &str) -> Option<Arc<Pool>> {
        let _ = (tenant, name);
        None
    }

    /// Every pool that is managed here, of all tenants.
    fn pools(&self) -> Vec<Arc<Pool>> {
        Vec::new()
    }

    /// The pool of `tenant` that has `address` or a part of it, with the address of the pool that
    /// this is; see [`AddressSpace::touched_by`](crate::AddressSpace::touched_by).
    fn pool_touched_by(
        &self,
        tenant: TenantId,
        address: PoolAddress,
    ) -> Option<(Arc<Pool>, PoolAddress)> {
        let _ = (tenant, address);
        None
    }

    /// Whether a service of `tenant` has `address`, or a part of it, for its own, so that no pool
    /// may give it.
    fn is_fixed(&self, tenant: TenantId, address: PoolAddress) -> bool {
        match address {
            PoolAddress::Ipv4(address) => {
                self.service_by_identifier(tenant, &Identifier::Address(address)).is_some()
            }
            PoolAddress::Ipv6(_) => false,
        }
    }

    /// The services of NASes that plans of `tenant` may name; a directory without any has none.
    fn service_catalogue(&self, tenant: TenantId) -> Arc<Catalogue> {
        let _ = tenant;
        Arc::default()
    }

    /// Opens the sealed credential of `service` for this one request.
    ///
    /// # Errors
    /// When no key opens it: the key was removed, or the row was tampered with.
    fn open_credential(&self, service: &Service) -> Result<Credential, CredentialError>;

    /// Opens the sealed secret of `service`'s one-time codes, which are `codes`, for this one
    /// request. A directory whose services have none need not say how.
    ///
    /// # Errors
    /// As [`open_credential`](Self::open_credential).
    fn open_code_secret(
        &self,
        service: &Service,
        codes: &OneTimeCodes,
    ) -> Result<CodeSecret, CredentialError> {
        let _ = (service, codes);
        Err(CredentialError::Damaged)
    }
}

/// The name of a pair of listening sockets; together with a source address it finds a NAS, so
/// that two tenants may both have a router at 10.0.0.1.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListenerName(pub Arc<str>);

impl fmt::Display for ListenerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The identity of a NAS: the store's row id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NasId(pub i64);

impl fmt::Display for NasId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A network access server: a router, a BNG, an access point.
#[derive(Debug, Clone)]
pub struct Nas {
    /// Its identity in the store.
    pub id: NasId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What the operator calls it.
    pub name: Arc<str>,
    /// The shared secret.
    pub secret: Secret,
    /// The name of the dialect it is spoken to in, for example `mikrotik`.
    pub dialect: Arc<str>,
    /// Whether its Access-Requests must carry a Message-Authenticator.
    pub message_authenticator: MessageAuthenticatorPolicy,
    /// True when it counts from the subscriber's side: Acct-Input-Octets is what the subscriber
    /// received. The standard meaning is the reverse (RFC 2866 section 5.3).
    pub counters_swapped: bool,
    /// How far its counters of octets count before they begin again at 0.
    pub counter_width: CounterWidth,
    /// What each Access-Accept through it carries besides.
    pub reply_attributes: Option<ReplyAttributes>,
    /// What its subscribers are identified by.
    pub identify: Identify,
    /// The password that its hotspots send with the log-in of a device by its MAC address; `None`:
    /// none, an empty one, or the address again.
    pub mac_auth_password: Option<Secret>,
    /// How its sessions are changed while they last; `None`: they are not.
    pub coa: Option<Coa>,
}

/// How the sessions of a NAS are changed while they last (RFC 5176).
#[derive(Debug, Clone)]
pub struct Coa {
    /// The address that is asked.
    pub address: IpAddr,
    /// The port there; `None`: that of the NAS's dialect.
    pub port: Option<u16>,
    /// The secret that is shared for this; `None`: the same as for everything else.
    pub secret: Option<Secret>,
    /// What it can be asked for.
    pub ability: CoaAbility,
    /// How fast it can be asked.
    pub pace: CoaPace,
}

/// How fast a NAS can be asked. What it cannot take yet waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct CoaPace {
    /// Requests that may wait for their answers at a time; `None` is what the client takes for
    /// usual.
    pub in_flight_max: Option<NonZeroU16>,
    /// Requests a second, evenly spread; likewise.
    pub requests_per_s_max: Option<NonZeroU32>,
}

/// How many bits a NAS's counters of octets have. Those of packets have 32 always, as RADIUS has no
/// gigawords for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CounterWidth {
    /// It sends Acct-Input-Gigawords and Acct-Output-Gigawords (RFC 2869 sections 5.1 and 5.2).
    #[default]
    Bits64,
    /// It sends none: after 4 GiB it begins again at 0.
    Bits32,
}

/// Whether a NAS's Access-Requests must carry a Message-Authenticator (CVE-2024-3596).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MessageAuthenticatorPolicy {
    /// Required from the first Access-Request on that carried a valid one.
    #[default]
    Auto,
    /// Always required.
    Required,
    /// Never required; one that is present must still be right.
    Optional,
}

/// One service as the directory knows it; cheap to clone.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its identity in the store.
    pub id: ServiceId,
    /// Whose it is.
    pub tenant: TenantId,
    /// The subscriber it belongs to.
    pub subscriber: SubscriberId,
    /// The plan it is on.
    pub plan: PlanId,
    /// What the operator calls the plan.
    pub plan_name: Arc<str>,
    /// The name it logs in with.
    pub login: Arc<str>,
    /// Its password, encrypted.
    pub credential: SealedCredential,
    /// The one-time codes that it is asked for behind its password; `None`: none.
    pub one_time_codes: Option<Arc<OneTimeCodes>>,
    /// What it may do.
    pub entitlement: Entitlement,
    /// The devices that the operator or the first log-ins named; `None`: none.
    pub devices: Option<Arc<Devices>>,
    /// What each of its Access-Accepts carries besides.
    pub reply_attributes: Option<ReplyAttributes>,
    /// What each Access-Accept of its plan carries besides.
    pub plan_reply_attributes: Option<ReplyAttributes>,
    /// That it shares the data of another service, or has shared it until lately; `None`: neither. What it
    /// may do by it now, its entitlement says.
    pub shares: Option<Arc<Share>>,
    /// The services that share its data; `None`: none.
    pub members: Option<Arc<[ServiceId]>>,
}

/// That a service shares the data of another one, its lead. A lead shares nobody's itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The lead.
    pub lead: ServiceId,
    /// The name with which the lead logs in.
    pub login: Arc<str>,
    /// From when until when: what was used in it is the lead's.
    pub validity: Validity,
}

/// The one-time codes of one service.
#[derive(Debug, Clone)]
pub struct OneTimeCodes {
    /// What they are made of, encrypted.
    pub secret: SealedCredential,
    /// The step of the latest one that was accepted: it and those before it are used up.
    pub last_step: Option<CodeStep>,
}

/// The devices of one service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Devices {
    /// They, each once.
    pub list: Vec<Device>,
    /// When devices were last taken off the list: what was learnt before is forgotten.
    pub reset_at: Option<Timestamp>,
}

/// One device of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Device {
    /// Its address.
    pub address: MacAddress,
    /// Whether the service may be used from it, or must not be.
    pub is_allowed: bool,
}

impl Devices {
    /// Whether a device is allowed or denied; `None` when it is not listed.
    #[must_use]
    pub fn allows(&self, address: MacAddress) -> Option<bool> {
        let found = self.list.iter().find(|device| device.address == address);
        found.map(|device| device.is_allowed)
    }

    /// How many are allowed.
    #[must_use]
    pub fn allowed_count(&self) -> usize {
        self.list.iter().filter(|device| device.is_allowed).count()
    }
}

/// An encrypted credential: only the directory that gave it can open it.
#[derive(Clone)]
pub struct SealedCredential(pub Arc<[u8]>);

impl fmt::Debug for SealedCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedCredential({} octets)", self.0.len())
    }
}

/// Why a credential could not be opened. It never says what was in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The key it was sealed with is not in the key file.
    #[error("the credential was sealed with key {key_id}, which the key file does not hold")]
    UnknownKey {
        /// The number of the missing key.
        key_id: u32,
    },
    /// The sealed octets are damaged, or belong to another row.
    #[error("the sealed credential is damaged or belongs to another service")]
    Damaged,
}
