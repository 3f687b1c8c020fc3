//! The directory that answers for every packet: all of it in memory, read without a lock.

mod load;
mod pools;
mod rows;
mod templates;
mod touched;

use core::num::NonZeroU64;
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use aaa_engine::auth::{CodeSecret, Credential};
use aaa_engine::catalogue::Catalogue;
use aaa_engine::ports::{
    CredentialError, Devices, Directory, ListenerName, Nas, NasId, OneTimeCodes, SealedCredential,
    Service, Share,
};
use aaa_engine::{Identifier, LineIdentifier, Pool, PoolAddress, ReplyAttributes};
use entitlement::{
    Entitlement, Extras, FirstUse, Networks, PlanId, ServiceId, Shared, Standing, SubscriberId,
    TenantId, Terms, TimeZone, Validity,
};
use papaya::{Equivalent, HashMap, ResizeMode};

use crate::entity::{nas, plan, tenant};
use crate::error::{Kind, StoreError};
use crate::keys::KeyRing;
use crate::names;
use crate::{code_secret, credential};
use pools::DirectoryPools;
use touched::Touched;

use templates::DirectoryTemplates;
pub use touched::TouchedServices;

/// Every tenant, NAS, plan and service of the store, in memory.
///
/// Readers never wait; one task, the [`Follower`](crate::Follower)'s, writes. Services refer to
/// their plan, so that changing a plan is one change however many services are on it.
pub struct MemoryDirectory {
    keys: KeyRing,
    tenants: HashMap<Arc<str>, TenantId>,
    time_zones: HashMap<TenantId, TimeZone>,
    /// The few NASes of one address, told apart by their listener.
    nas_by_address: HashMap<IpAddr, Arc<[NasAt]>>,
    nas_places: HashMap<NasId, (ListenerName, IpAddr)>,
    plans: HashMap<PlanId, Arc<PlanRow>>,
    services: HashMap<ServiceId, Arc<ServiceRow>>,
    logins: HashMap<LoginKey, Arc<ServiceRow>>,
    /// The services that have a line or a fixed address.
    identifiers: HashMap<(TenantId, Identifier), ServiceId>,
    /// As the store has them, for the snapshot.
    tenant_rows: HashMap<TenantId, Arc<tenant::Model>>,
    nas_rows: HashMap<NasId, Arc<nas::Model>>,
    /// How often something has changed.
    changes: AtomicU64,
    pools: DirectoryPools,
    touched: Touched,
    templates: DirectoryTemplates,
}

/// How much a directory holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct DirectoryCounts {
    /// NASes.
    pub nas: usize,
    /// Plans.
    pub plans: usize,
    /// Services.
    pub services: usize,
}

#[derive(Clone)]
struct NasAt {
    listener: ListenerName,
    nas: Arc<Nas>,
}

struct PlanRow {
    tenant: TenantId,
    name: Arc<str>,
    terms: Arc<Terms>,
    reply_attributes: Option<ReplyAttributes>,
    /// As the store has it.
    row: plan::Model,
}

struct ServiceRow {
    id: ServiceId,
    tenant: TenantId,
    subscriber: SubscriberId,
    plan: PlanId,
    login: Arc<str>,
    credential: SealedCredential,
    one_time_codes: Option<Arc<OneTimeCodes>>,
    standing: Standing,
    validity: Validity,
    fixed_ipv4: Option<Ipv4Addr>,
    networks: Option<Arc<Networks>>,
    first_use: Option<FirstUse>,
    extras: Option<Arc<Extras>>,
    devices: Option<Arc<Devices>>,
    lines: Box<[LineIdentifier]>,
    reply_attributes: Option<ReplyAttributes>,
    /// Whose data it shares, or did so last.
    share: Option<Box<ShareRow>>,
    /// Who shares its data.
    members: Option<Arc<[ServiceId]>>,
}

/// That a service shares the data of another one.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ShareRow {
    pub(crate) lead: ServiceId,
    pub(crate) limit_octets: Option<NonZeroU64>,
    pub(crate) validity: Validity,
}

impl ServiceRow {
    /// What leads to it beside its login.
    fn identifiers(&self) -> impl Iterator<Item = (TenantId, Identifier)> + '_ {
        let lines = self.lines.iter().cloned().map(Identifier::Line);
        let address = self.fixed_ipv4.map(Identifier::Address);
        lines.chain(address).map(|identifier| (self.tenant, identifier))
    }
}

/// What a service is found by; looked up by [`LoginRef`], which needs no copy of the login.
#[derive(Clone, PartialEq, Eq)]
struct LoginKey {
    tenant: TenantId,
    login: Arc<str>,
}

#[derive(Hash)]
struct LoginRef<'a> {
    tenant: TenantId,
    login: &'a [u8],
}

impl Hash for LoginKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        LoginRef { tenant: self.tenant, login: self.login.as_bytes() }.hash(state);
    }
}

impl Equivalent<LoginKey> for LoginRef<'_> {
    fn equivalent(&self, key: &LoginKey) -> bool {
        self.tenant == key.tenant && self.login == key.login.as_bytes()
    }
}

impl Directory for MemoryDirectory {
    fn nas(&self, listener: &ListenerName, source: IpAddr) -> Option<Arc<Nas>> {
        let nas_by_address = self.nas_by_address.pin();
        let candidates = nas_by_address.get(&source.to_canonical())?;
        let found = candidates.iter().find(|candidate| candidate.listener == *listener)?;
        Some(Arc::clone(&found.nas))
    }

    fn nas_by_id(&self, id: NasId) -> Option<Arc<Nas>> {
        let (_, address) = self.nas_places.pin().get(&id).cloned()?;
        let nas_by_address = self.nas_by_address.pin();
        let found = nas_by_address.get(&address)?.iter().find(|at| at.nas.id == id)?;
        Some(Arc::clone(&found.nas))
    }

    fn service_by_login(&self, tenant: TenantId, login: &[u8]) -> Option<Service> {
        let logins = self.logins.pin();
        self.with_plan(logins.get(&LoginRef { tenant, login })?)
    }

    fn service(&self, tenant: TenantId, id: ServiceId) -> Option<Service> {
        let services = self.services.pin();
        let row = services.get(&id)?;
        if row.tenant == tenant { self.with_plan(row) } else { None }
    }

    fn service_by_identifier(&self, tenant: TenantId, identifier: &Identifier) -> Option<Service> {
        let id = *self.identifiers.pin().get(&(tenant, identifier.clone()))?;
        self.service(tenant, id)
    }

    fn pool(&self, tenant: TenantId, name: &str) -> Option<Arc<Pool>> {
        self.pools.named(tenant, name)
    }

    fn pools(&self) -> Vec<Arc<Pool>> {
        self.pools.all()
    }

    fn pool_touched_by(
        &self,
        tenant: TenantId,
        address: PoolAddress,
    ) -> Option<(Arc<Pool>, PoolAddress)> {
        self.pools.touched_by(tenant, address)
    }

    fn is_fixed(&self, tenant: TenantId, address: PoolAddress) -> bool {
        match address {
            PoolAddress::Ipv4(address) => {
                self.identifiers.pin().contains_key(&(tenant, Identifier::Address(address)))
            }
            PoolAddress::Ipv6(prefix) => self.pools.is_own(tenant, prefix),
        }
    }

    fn service_catalogue(&self, tenant: TenantId) -> Arc<Catalogue> {
        self.templates.catalogue(tenant)
    }

    fn open_credential(&self, service: &Service) -> Result<Credential, CredentialError> {
        credential::open(&self.keys, service.tenant, service.id.0, &service.credential.0)
    }

    fn open_code_secret(
        &self,
        service: &Service,
        codes: &OneTimeCodes,
    ) -> Result<CodeSecret, CredentialError> {
        code_secret::open(&self.keys, service.tenant, service.id.0, &codes.secret.0)
    }
}

/// Resized at once, by the one writer: papaya's incremental way leaves a chain of half-copied tables
/// behind, all of which are searched for every packet.
fn table<K: Eq + Hash, V>() -> HashMap<K, V> {
    HashMap::builder().resize_mode(ResizeMode::Blocking).build()
}

impl MemoryDirectory {
    fn empty(keys: KeyRing) -> Self {
        Self {
            keys,
            tenants: table(),
            time_zones: table(),
            nas_by_address: table(),
            nas_places: table(),
            plans: table(),
            services: table(),
            logins: table(),
            identifiers: table(),
            tenant_rows: table(),
            nas_rows: table(),
            changes: AtomicU64::new(0),
            pools: DirectoryPools::default(),
            touched: Touched::default(),
            templates: DirectoryTemplates::default(),
        }
    }

    pub(crate) const fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// How much the directory holds now.
    #[must_use]
    pub fn counts(&self) -> DirectoryCounts {
        DirectoryCounts {
            nas: self.nas_places.len(),
            plans: self.plans.len(),
            services: self.services.len(),
        }
    }

    /// The tenant called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn tenant(&self, name: &str) -> Result<TenantId, StoreError> {
        let tenants = self.tenants.pin();
        tenants.get(name).copied().ok_or_else(|| {
            names::not_found(Kind::Tenant, name, tenants.keys().map(ToString::to_string))
        })
    }

    fn with_plan(&self, row: &ServiceRow) -> Option<Service> {
        let service = self.alone(row)?;
        match &row.share {
            None => Some(service),
            Some(share) => Some(self.sharing(service, share)),
        }
    }

    /// The service with what it has of the data of another one. Whose data that one shares is no matter:
    /// there is no chain.
    fn sharing(&self, mut service: Service, share: &ShareRow) -> Service {
        let row = self.services.pin().get(&share.lead).cloned();
        let row = row.filter(|row| row.tenant == service.tenant);
        let lead = row.and_then(|row| self.alone(&row));
        service.shares = Some(Arc::new(Share {
            lead: share.lead,
            login: lead.as_ref().map_or_else(Arc::default, |lead| Arc::clone(&lead.login)),
            validity: share.validity,
        }));
        // What was shared until lately matters to what was used meanwhile alone.
        if share.validity.until.is_none() {
            service.entitlement.shared = Some(Arc::new(Shared {
                lead: share.lead,
                limit_octets: share.limit_octets,
                of: lead.map(|lead| lead.entitlement),
            }));
        }
        service
    }

    /// The service without what it has of another one.
    fn alone(&self, row: &ServiceRow) -> Option<Service> {
        let plans = self.plans.pin();
        let plan = plans.get(&row.plan).filter(|plan| plan.tenant == row.tenant)?;
        let time_zone = self.time_zones.pin().get(&row.tenant).cloned().unwrap_or(TimeZone::UTC);
        Some(Service {
            id: row.id,
            tenant: row.tenant,
            subscriber: row.subscriber,
            plan: row.plan,
            plan_name: Arc::clone(&plan.name),
            login: Arc::clone(&row.login),
            credential: row.credential.clone(),
            one_time_codes: row.one_time_codes.clone(),
            entitlement: Entitlement {
                standing: row.standing,
                validity: row.validity,
                fixed_ipv4: row.fixed_ipv4,
                networks: row.networks.clone(),
                first_use: row.first_use,
                time_zone,
                terms: Arc::clone(&plan.terms),
                extras: row.extras.clone(),
                shared: None,
            },
            devices: row.devices.clone(),
            reply_attributes: row.reply_attributes.clone(),
            plan_reply_attributes: plan.reply_attributes.clone(),
            shares: None,
            members: row.members.clone(),
        })
    }

    fn put_nas(&self, listener: ListenerName, address: IpAddr, nas: Arc<Nas>) {
        let id = nas.id;
        let place = (listener, address.to_canonical());
        let before = self.nas_places.pin().get(&id).cloned();
        let at = NasAt { listener: place.0.clone(), nas };
        self.change_address(place.1, |others| {
            others.retain(|other| other.nas.id != id && other.listener != at.listener);
            others.push(at.clone());
        });
        self.nas_places.pin().insert(id, place.clone());
        if let Some((_, old)) = before.filter(|before| before.1 != place.1) {
            self.change_address(old, |others| others.retain(|other| other.nas.id != id));
        }
    }

    fn remove_nas(&self, id: NasId) {
        self.nas_rows.pin().remove(&id);
        if let Some((_, address)) = self.nas_places.pin().remove(&id) {
            let address = *address;
            self.change_address(address, |others| others.retain(|other| other.nas.id != id));
        }
    }

    fn change_address(&self, address: IpAddr, change: impl FnOnce(&mut Vec<NasAt>)) {
        let nas_by_address = self.nas_by_address.pin();
        let mut all = nas_by_address.get(&address).map(|all| all.to_vec()).unwrap_or_default();
        change(&mut all);
        if all.is_empty() {
            nas_by_address.remove(&address);
        } else {
            nas_by_address.insert(address, all.into());
        }
    }

    fn put_service(&self, row: ServiceRow) {
        let row = Arc::new(row);
        let key = LoginKey { tenant: row.tenant, login: Arc::clone(&row.login) };
        let before = self.services.pin().get(&row.id).cloned();
        self.logins.pin().insert(key, Arc::clone(&row));
        self.services.pin().insert(row.id, Arc::clone(&row));
        let identifiers = self.identifiers.pin();
        for identifier in row.identifiers() {
            identifiers.insert(identifier, row.id);
        }
        let networks = before.as_ref().and_then(|before| before.networks.as_deref());
        self.pools.own(row.tenant, networks, row.networks.as_deref());
        let Some(before) = before else { return };
        if before.login != row.login {
            self.forget_login(&before);
        }
        if before.lines != row.lines || before.fixed_ipv4 != row.fixed_ipv4 {
            let kept: Vec<_> = row.identifiers().collect();
            self.forget_identifiers(&before, &kept);
        }
    }

    fn remove_service(&self, id: ServiceId) {
        let row = self.services.pin().remove(&id).cloned();
        if let Some(row) = row {
            self.forget_login(&row);
            self.forget_identifiers(&row, &[]);
            self.pools.own(row.tenant, row.networks.as_deref(), None);
        }
    }

    /// What leads to another service meanwhile stays.
    fn forget_identifiers(&self, row: &ServiceRow, kept: &[(TenantId, Identifier)]) {
        let identifiers = self.identifiers.pin();
        for gone in row.identifiers().filter(|identifier| !kept.contains(identifier)) {
            if identifiers.get(&gone) == Some(&row.id) {
                identifiers.remove(&gone);
            }
        }
    }

    /// The login may meanwhile be another service's; then it stays.
    fn forget_login(&self, row: &ServiceRow) {
        let logins = self.logins.pin();
        let key = LoginRef { tenant: row.tenant, login: row.login.as_bytes() };
        if logins.get(&key).is_some_and(|found| found.id == row.id) {
            logins.remove(&key);
        }
    }
}

impl std::fmt::Debug for MemoryDirectory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("MemoryDirectory").field(&self.counts()).finish()
    }
}
