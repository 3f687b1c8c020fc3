//! How rows get into the directory: all of them at the start, then those that changed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use aaa_engine::auth::CodeStep;
use aaa_engine::ports::{Device, Devices, ListenerName, NasId, OneTimeCodes, SealedCredential};
use aaa_engine::{LineIdentifier, PoolId};
use entitlement::{Extras, PlanId, ServiceId, SubscriberId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};

use super::{MemoryDirectory, PlanRow, ServiceRow};
use crate::constant;
use crate::entity::{
    device, nas, plan, pool, reservation, service, service_booster, service_grant,
    service_identifier, service_share, service_template, tenant,
};
use crate::error::{During as _, Kind, StoreError};
use crate::feed::Change;
use crate::nas::read_attributes;
use crate::plans::Plan;
use crate::store::Store;
use crate::tenants::Tenant;
use crate::{nas as nas_table, pools, services};

/// Rows of one SELECT.
const ROWS_PER_READ: u64 = 2_000;
/// Row numbers of one SELECT: far below the 32,766 parameters that SQLite takes.
const IDS_PER_READ: usize = 500;

/// Reads a table from its first row to its last, some rows at a time.
macro_rules! each_page {
    ($store:expr, $table:ident, |$page:ident| $take:expr) => {
        let mut after = 0;
        loop {
            let $page = $table::Entity::find().filter($table::Column::Id.gt(after));
            let $page = read($store, $page.order_by_asc($table::Column::Id)).await?;
            let Some(last) = $page.last() else { break };
            after = last.id;
            $take;
        }
    };
}

impl MemoryDirectory {
    /// Reads everything.
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        let directory = Self::empty(store.keys().clone());
        directory.reload(store).await?;
        Ok(directory)
    }

    /// Reads everything again, in place: what is there stays until its row has been read, and what
    /// the store has no more goes at the end.
    pub(crate) async fn reload(&self, store: &Store) -> Result<(), StoreError> {
        let mut before = Ids::of(self);
        each_page!(store, tenant, |page| self.put_tenants(page));
        each_page!(store, pool, |page| {
            for row in &page {
                before.pools.remove(&PoolId(row.id));
            }
            self.put_pools(&page);
        });
        each_page!(store, service_template, |page| {
            for row in &page {
                before.templates.remove(&row.id);
            }
            self.templates.put(page);
        });
        each_page!(store, plan, |page| {
            for row in &page {
                before.plans.remove(&PlanId(row.id));
            }
            self.put_plans(page);
        });
        each_page!(store, nas, |page| {
            for row in &page {
                before.nases.remove(&NasId(row.id));
            }
            self.put_nases(page);
        });
        each_page!(store, service, |page| {
            for row in &page {
                before.services.remove(&ServiceId(row.id));
            }
            self.put_services(store, page).await?;
        });
        for id in before.nases {
            self.remove_nas(id);
        }
        for id in before.services {
            self.remove_service(id);
        }
        for id in before.plans {
            self.plans.pin().remove(&id);
        }
        for id in before.pools {
            self.pools.remove(id);
        }
        for id in before.templates {
            self.templates.remove(id);
        }
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.touched.note_all();
        Ok(())
    }

    /// Brings the rows that `changes` name to their present state. Doing so twice, or for a
    /// change that a later one has overtaken, is harmless.
    pub(crate) async fn refresh(
        &self,
        store: &Store,
        changes: &[Change],
    ) -> Result<(), StoreError> {
        let rows = |kind: Kind| {
            let of_kind = changes.iter().filter(move |change| change.kind == kind);
            let mut rows: Vec<i64> = of_kind.map(|change| change.row).collect();
            rows.sort_unstable();
            rows.dedup();
            rows
        };
        // A tenant is never removed or renamed.
        for ids in rows(Kind::Tenant).chunks(IDS_PER_READ) {
            let found = tenant::Entity::find();
            let found = found.filter(tenant::Column::Id.is_in(ids.iter().copied()));
            self.put_tenants(read(store, found).await?);
        }
        for ids in rows(Kind::Pool).chunks(IDS_PER_READ) {
            let found = pool::Entity::find().filter(pool::Column::Id.is_in(ids.iter().copied()));
            let found = read(store, found).await?;
            for id in missing(ids, found.iter().map(|row| row.id)) {
                self.pools.remove(PoolId(id));
            }
            self.put_pools(&found);
        }
        self.refresh_templates(store, &rows(Kind::ServiceTemplate)).await?;
        // Plans come before the services on them, and go after them.
        let gone = self.refresh_plans(store, &rows(Kind::Plan)).await?;
        for ids in rows(Kind::Nas).chunks(IDS_PER_READ) {
            let found = nas::Entity::find().filter(nas::Column::Id.is_in(ids.iter().copied()));
            let found = read(store, found).await?;
            for id in missing(ids, found.iter().map(|row| row.id)) {
                self.remove_nas(NasId(id));
            }
            self.put_nases(found);
        }
        for ids in rows(Kind::Service).chunks(IDS_PER_READ) {
            let found =
                service::Entity::find().filter(service::Column::Id.is_in(ids.iter().copied()));
            let found = read(store, found).await?;
            for id in missing(ids, found.iter().map(|row| row.id)) {
                self.remove_service(ServiceId(id));
            }
            self.put_services(store, found).await?;
        }
        for id in gone {
            self.plans.pin().remove(&PlanId(id));
        }
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.touched.note(changes);
        Ok(())
    }

    async fn refresh_templates(&self, store: &Store, ids: &[i64]) -> Result<(), StoreError> {
        use service_template::{Column, Entity};
        for ids in ids.chunks(IDS_PER_READ) {
            let found = Entity::find().filter(Column::Id.is_in(ids.iter().copied()));
            let found = read(store, found).await?;
            for id in missing(ids, found.iter().map(|row| row.id)) {
                self.templates.remove(id);
            }
            self.templates.put(found);
        }
        Ok(())
    }

    async fn refresh_plans(&self, store: &Store, ids: &[i64]) -> Result<Vec<i64>, StoreError> {
        let mut gone = Vec::new();
        for ids in ids.chunks(IDS_PER_READ) {
            let found = plan::Entity::find().filter(plan::Column::Id.is_in(ids.iter().copied()));
            let found = read(store, found).await?;
            gone.extend(missing(ids, found.iter().map(|row| row.id)));
            self.put_plans(found);
        }
        Ok(gone)
    }

    pub(super) fn put_tenants(&self, rows: Vec<tenant::Model>) {
        for row in rows {
            let id = TenantId(row.id);
            match Tenant::try_from(row.clone()) {
                Ok(tenant) => {
                    self.time_zones.pin().insert(id, tenant.time_zone);
                }
                Err(error) => report(&error),
            }
            self.tenants.pin().insert(row.name.as_str().into(), id);
            self.tenant_rows.pin().insert(id, Arc::new(row));
        }
    }

    pub(super) fn put_plans(&self, rows: Vec<plan::Model>) {
        for row in rows {
            let (id, tenant) = (PlanId(row.id), TenantId(row.tenant_id));
            match Plan::try_from(row.clone()) {
                Ok(plan) => {
                    let (name, terms) = (plan.name.into(), Arc::new(plan.terms));
                    let reply_attributes = plan.reply_attributes;
                    let row = PlanRow { tenant, name, terms, reply_attributes, row };
                    self.plans.pin().insert(plan.id, Arc::new(row));
                }
                // To take it away would put everybody who is on it offline.
                Err(error) if self.plans.pin().contains_key(&id) => tracing::error!(
                    %error,
                    "a plan keeps the terms it had, until it is mended or the server restarted"
                ),
                Err(error) => report(&error),
            }
        }
    }

    pub(super) fn put_pools(&self, rows: &[pool::Model]) {
        for row in rows {
            match pools::pool_of(row) {
                Ok(pool) => self.pools.put(pool, row.clone()),
                // Without it the NAS would be told a name that means nothing there.
                Err(error) if self.pools.has(PoolId(row.id)) => tracing::error!(
                    %error,
                    "a pool stays as it was, until it is mended or the server restarted"
                ),
                Err(error) => report(&error),
            }
        }
    }

    pub(super) fn put_nases(&self, rows: Vec<nas::Model>) {
        for row in rows {
            self.learn_key_of(&row.secret_sealed);
            row.mac_auth_password_sealed.iter().for_each(|sealed| self.learn_key_of(sealed));
            row.coa_secret_sealed.iter().for_each(|sealed| self.learn_key_of(sealed));
            let (id, listener) = (NasId(row.id), ListenerName(row.listener.as_str().into()));
            let address = row.address.parse();
            match (address, nas_table::opened(row.clone(), &self.keys)) {
                (Ok(address), Ok(nas)) => {
                    self.put_nas(listener, address, Arc::new(nas));
                    self.nas_rows.pin().insert(id, Arc::new(row));
                }
                (_, Err(error)) => {
                    report(&error);
                    self.remove_nas(id);
                }
                // An address that does not parse is an error of `opened` too.
                (Err(_), Ok(_)) => self.remove_nas(id),
            }
        }
    }

    async fn put_services(
        &self,
        store: &Store,
        rows: Vec<service::Model>,
    ) -> Result<(), StoreError> {
        // A service read just now may be on a plan whose own change is still to come.
        let unknown: Vec<i64> = {
            let plans = self.plans.pin();
            let plan_ids = rows.iter().map(|row| row.plan_id);
            plan_ids.filter(|id| !plans.contains_key(&PlanId(*id))).collect()
        };
        self.refresh_plans(store, &unknown).await?;
        let mut belongings = Belongings::of(store, &rows).await?;
        for row in rows {
            self.learn_key_of(&row.credential_sealed);
            row.code_secret_sealed.iter().for_each(|sealed| self.learn_key_of(sealed));
            let id = ServiceId(row.id);
            match belongings.join(row) {
                Ok(row) => self.put_service(row),
                Err(error) => {
                    report(&error);
                    self.remove_service(id);
                }
            }
        }
        Ok(())
    }

    /// Another process may have added a key since this one read the key file.
    fn learn_key_of(&self, blob: &[u8]) {
        if !self.keys.knows_key_of(blob)
            && let Err(error) = self.keys.reload()
        {
            tracing::error!(%error, "a row is sealed with a newer key, which cannot be read");
        }
    }
}

/// What a directory holds before it is read again.
struct Ids {
    pools: HashSet<PoolId>,
    templates: HashSet<i64>,
    plans: HashSet<PlanId>,
    nases: HashSet<NasId>,
    services: HashSet<ServiceId>,
}

impl Ids {
    fn of(directory: &MemoryDirectory) -> Self {
        Self {
            pools: directory.pools.ids(),
            templates: directory.templates.ids(),
            plans: directory.plans.pin().keys().copied().collect(),
            nases: directory.nas_places.pin().keys().copied().collect(),
            services: directory.services.pin().keys().copied().collect(),
        }
    }
}

/// What stands in other tables about some services.
struct Belongings {
    devices: HashMap<ServiceId, Vec<device::Model>>,
    lines: HashMap<ServiceId, Vec<service_identifier::Model>>,
    grants: HashMap<ServiceId, Vec<service_grant::Model>>,
    boosters: HashMap<ServiceId, Vec<service_booster::Model>>,
    paid: HashMap<ServiceId, Vec<reservation::Model>>,
    shares: HashMap<ServiceId, Vec<service_share::Model>>,
    members: HashMap<ServiceId, Vec<service_share::Model>>,
}

impl Belongings {
    /// Those of these services, but for grants and boosters that were over days ago.
    async fn of(store: &Store, services: &[service::Model]) -> Result<Self, StoreError> {
        let since = services::read_since();
        let devices = (device::Entity::find(), device::Column::ServiceId);
        let lines = (service_identifier::Entity::find(), service_identifier::Column::ServiceId);
        let lasts = services::lasts(service_grant::Column::ValidUntil, since);
        let grants = service_grant::Entity::find().filter(lasts);
        let grants = (grants, service_grant::Column::ServiceId);
        let lasts = services::lasts(service_booster::Column::ValidUntil, since);
        let boosters = service_booster::Entity::find().filter(lasts);
        let boosters = (boosters, service_booster::Column::ServiceId);
        let paid = reservation::Entity::find()
            .filter(reservation::Column::ServiceId.is_not_null())
            .filter(constant::is_not(reservation::Column::State, "ended"));
        let paid = (paid, reservation::Column::ServiceId);
        let shares = service_share::Entity::find()
            .filter(services::lasts(service_share::Column::UntilAt, since));
        let shares = (shares, service_share::Column::ServiceId);
        let members = service_share::Entity::find()
            .filter(service_share::Column::UntilAt.is_null())
            .order_by_asc(service_share::Column::ServiceId);
        let members = (members, service_share::Column::LeadId);
        // The filter leaves out those without.
        let of_paid = |row: &reservation::Model| row.service_id.unwrap_or_default();
        Ok(Self {
            devices: of_services(store, services, devices, |row| row.service_id).await?,
            lines: of_services(store, services, lines, |row| row.service_id).await?,
            grants: of_services(store, services, grants, |row| row.service_id).await?,
            boosters: of_services(store, services, boosters, |row| row.service_id).await?,
            paid: of_services(store, services, paid, of_paid).await?,
            shares: of_services(store, services, shares, |row| row.service_id).await?,
            members: of_services(store, services, members, |row| row.lead_id).await?,
        })
    }

    /// The row of a service with what belongs to it, which is taken out.
    fn join(&mut self, service: service::Model) -> Result<ServiceRow, StoreError> {
        let id = ServiceId(service.id);
        let devices = readable(self.devices.remove(&id), services::device);
        let lines = readable(self.lines.remove(&id), services::line);
        let grants = self.grants.remove(&id).unwrap_or_default();
        let boosters = self.boosters.remove(&id).unwrap_or_default();
        let paid = self.paid.remove(&id).unwrap_or_default();
        let extras = services::extras(&service, &grants, &boosters, paid.first())?;
        let share = self.shares.remove(&id).unwrap_or_default();
        let share = share.first().map(services::share).transpose()?.map(Box::new);
        let members = self.members.remove(&id).unwrap_or_default();
        let members: Arc<[_]> = members.iter().map(|row| ServiceId(row.service_id)).collect();
        let members = Some(members).filter(|members| !members.is_empty());
        Ok(ServiceRow { share, members, ..service_row(service, devices, lines, extras)? })
    }
}

/// What `select` finds of these services, which are a page of them or the few that changed.
async fn of_services<E: EntityTrait>(
    store: &Store,
    rows: &[service::Model],
    (select, column): (Select<E>, E::Column),
    service: fn(&E::Model) -> i64,
) -> Result<HashMap<ServiceId, Vec<E::Model>>, StoreError>
where
    E::Model: Send + Sync,
{
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    let ids = || rows.iter().map(|row| row.id);
    let (Some(first), Some(last)) = (ids().min(), ids().max()) else { return Ok(found) };
    let select = if rows.len() > IDS_PER_READ {
        select.filter(column.between(first, last))
    } else {
        select.filter(column.is_in(ids()))
    };
    for row in select.all(&store.database().reader).await.during("read the directory")? {
        found.entry(ServiceId(service(&row))).or_default().push(row);
    }
    Ok(found)
}

/// What could be read; what could not is reported.
fn readable<M, T>(rows: Option<Vec<M>>, read: fn(&M) -> Result<T, StoreError>) -> Vec<T> {
    let rows = rows.unwrap_or_default();
    rows.iter().filter_map(|row| read(row).inspect_err(report).ok()).collect()
}

fn service_row(
    row: service::Model,
    list: Vec<Device>,
    lines: Vec<LineIdentifier>,
    extras: Extras,
) -> Result<ServiceRow, StoreError> {
    let reset_at = row.devices_reset_at.map(Timestamp::from_unix_ms);
    let has_devices = !list.is_empty() || reset_at.is_some();
    let networks = services::networks(
        row.id,
        &services::NetworkColumns {
            ipv6_address: row.ipv6_address.clone(),
            ipv6_prefixes: row.ipv6_prefixes.clone(),
            delegated_ipv6_prefixes: row.delegated_ipv6_prefixes.clone(),
            routes: row.routes.clone(),
        },
    )?;
    Ok(ServiceRow {
        id: ServiceId(row.id),
        tenant: TenantId(row.tenant_id),
        subscriber: SubscriberId(row.subscriber_id),
        plan: PlanId(row.plan_id),
        standing: services::standing_from_code(row.id, &row.standing)?,
        validity: services::validity(&row),
        fixed_ipv4: services::address(row.id, row.fixed_ipv4.as_deref())?,
        networks: (!networks.is_empty()).then(|| Arc::new(networks)),
        first_use: services::first_use(row.id, row.first_use_lasts_s, row.first_used_at)?,
        extras: (extras != Extras::default()).then(|| Arc::new(extras)),
        share: None,
        members: None,
        devices: has_devices.then(|| Arc::new(Devices { list, reset_at })),
        lines: lines.into(),
        reply_attributes: read_attributes(row.reply_attributes.as_deref()).map_err(|problem| {
            StoreError::Corrupt {
                what: Kind::Service,
                row: row.id.to_string(),
                problem: problem.to_owned(),
            }
        })?,
        login: row.login.into(),
        credential: SealedCredential(row.credential_sealed.into()),
        one_time_codes: row.code_secret_sealed.map(|sealed| {
            let secret = SealedCredential(sealed.into());
            Arc::new(OneTimeCodes { secret, last_step: row.code_last_step.map(CodeStep) })
        }),
    })
}

/// One row that cannot be understood must not keep all the others offline.
fn report(error: &StoreError) {
    tracing::error!(%error, "a row is left out of the directory");
}

async fn read<E: EntityTrait>(store: &Store, select: Select<E>) -> Result<Vec<E::Model>, StoreError>
where
    E::Model: Send + Sync,
{
    let select = select.limit(ROWS_PER_READ);
    select.all(&store.database().reader).await.during("read the directory")
}

fn missing(wanted: &[i64], found: impl Iterator<Item = i64>) -> Vec<i64> {
    let found: HashSet<i64> = found.collect();
    wanted.iter().copied().filter(|id| !found.contains(id)).collect()
}
