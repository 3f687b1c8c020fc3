//! The pools of addresses that are managed here, and the leases of them.

use aaa_engine::{AddressSpace, Lease, Pool, PoolAddress, PoolId, PoolKind, StoredLease};
use entitlement::{ServiceId, TenantId, Terms, Timestamp, WhenWithheld};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Statement, Value,
};
use serde_json::json;

use crate::entity::{plan, pool, tenant};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::plans::Plan;
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};

/// Reads and changes the pools of one tenant.
#[derive(Debug)]
pub struct Pools<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// A lease as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseEntry {
    /// The lease.
    pub lease: StoredLease,
    /// The login of the service; `None` when it was removed.
    pub login: Option<String>,
}

impl Pools<'_> {
    /// Makes the pool called `name`, or changes it. A lease of an address that is no longer in it is
    /// not given again.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when it has addresses of another pool, or when a plan wants another
    /// kind of it.
    pub async fn set(
        &self,
        by: &Actor,
        name: &str,
        space: &AddressSpace,
        warning_percent: u8,
    ) -> Result<Pool, StoreError> {
        names::check(Kind::Pool, name, names::LOGIN_LEN_MAX)?;
        if !(1..=100).contains(&warning_percent) {
            return Err(invalid(format!(
                "--warn-at: {warning_percent} % is no warning level; 1 to 100 are possible"
            )));
        }
        let mut unit = Unit::begin(self.store, self.tenant, by, "set the pool").await?;
        // Until the commit no other pool of the tenant is set.
        let tenant = tenant::Entity::find_by_id(self.tenant.0).lock_exclusive();
        tenant.one(&unit.txn).await.during("set the pool")?;
        let others = self.rows(&unit.txn).await?;
        for other in others.iter().filter(|other| other.name != name) {
            let other = pool_of(other)?;
            if let Some((range, met)) = space.overlap(&other.space) {
                return Err(invalid(format!(
                    "{range} has addresses in common with {met} of pool `{}`; leave them out of one \
                     of the two",
                    other.name
                )));
            }
        }
        self.check_plans(&unit.txn, name, space.kind()).await?;
        let before = others.into_iter().find(|row| row.name == name);
        let columns = columns(space, warning_percent);
        let row = match &before {
            Some(before) => pool::ActiveModel { id: Set(before.id), ..columns }
                .update(&unit.txn)
                .await
                .during("set the pool")?,
            None => {
                let row = pool::ActiveModel {
                    tenant_id: Set(self.tenant.0),
                    name: Set(name.to_owned()),
                    created_at: Set(unit.now.unix_ms()),
                    ..columns
                };
                let added = pool::Entity::insert(row).exec_with_returning(&unit.txn).await;
                unit.unique(added, Kind::Pool, name)?
            }
        };
        unit.record(Record {
            kind: Kind::Pool,
            row: row.id,
            name,
            before: before.as_ref().map(described),
            after: Some(described(&row)),
        });
        unit.commit().await?;
        pool_of(&row)
    }

    /// Every pool of the tenant, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self) -> Result<Vec<Pool>, StoreError> {
        self.rows(&self.store.database().reader).await?.iter().map(pool_of).collect()
    }

    /// The pool called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, name: &str) -> Result<Pool, StoreError> {
        pool_of(&self.existing(&self.store.database().reader, name).await?)
    }

    /// Removes the pool called `name` with its leases. Plans may name a pool of the NAS so again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::InUse`] while a plan names it.
    pub async fn remove(&self, by: &Actor, name: &str) -> Result<(), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "remove the pool").await?;
        let row = self.existing(&unit.txn, name).await?;
        if let Some((plan, _)) = self.plan_that_names(&unit.txn, name).await? {
            let by = format!("plan `{plan}`");
            return Err(StoreError::InUse { what: Kind::Pool, name: name.to_owned(), by });
        }
        let leases = "delete from lease where pool_id = $1";
        let backend = unit.txn.get_database_backend();
        let leases = Statement::from_sql_and_values(backend, leases, [Value::from(row.id)]);
        unit.txn.execute_raw(leases).await.during("remove the leases of the pool")?;
        pool::Entity::delete_by_id(row.id).exec(&unit.txn).await.during("remove the pool")?;
        let before = Some(described(&row));
        unit.record(Record { kind: Kind::Pool, row: row.id, name, before, after: None });
        unit.commit().await
    }

    /// The leases of the pool called `name`, by address.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn leases(&self, name: &str) -> Result<Vec<LeaseEntry>, StoreError> {
        let pool = self.find(name).await?;
        let rest = "and l.tenant_id = $1 and l.pool_id = $2";
        let parameters = [self.tenant.0.into(), pool.id.0.into()];
        let mut leases = read_leases(self.store, rest, parameters).await?;
        leases.sort_by_key(|entry| entry.lease.lease.address);
        Ok(leases)
    }

    /// The leases of one service, by address.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn leases_of(&self, service: ServiceId) -> Result<Vec<LeaseEntry>, StoreError> {
        let rest = "and l.tenant_id = $1 and l.service_id = $2";
        read_leases(self.store, rest, [self.tenant.0.into(), service.0.into()]).await
    }

    /// Every lease of the tenant.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn all_leases(&self) -> Result<Vec<LeaseEntry>, StoreError> {
        read_leases(self.store, "and l.tenant_id = $1", [self.tenant.0.into()]).await
    }

    async fn rows(&self, db: &impl ConnectionTrait) -> Result<Vec<pool::Model>, StoreError> {
        pool::Entity::find()
            .filter(pool::Column::TenantId.eq(self.tenant.0))
            .order_by_asc(pool::Column::Name)
            .all(db)
            .await
            .during("list the pools")
    }

    async fn existing(
        &self,
        db: &impl ConnectionTrait,
        name: &str,
    ) -> Result<pool::Model, StoreError> {
        let rows = self.rows(db).await?;
        let names: Vec<_> = rows.iter().map(|row| row.name.clone()).collect();
        let found = rows.into_iter().find(|row| row.name == name);
        found.ok_or_else(|| names::not_found(Kind::Pool, name, names))
    }

    /// A plan of the tenant that names the pool, and whether it wants IPv4 addresses of it.
    async fn plan_that_names(
        &self,
        db: &impl ConnectionTrait,
        name: &str,
    ) -> Result<Option<(String, bool)>, StoreError> {
        let plans = plan::Entity::find().filter(plan::Column::TenantId.eq(self.tenant.0));
        for row in plans.all(db).await.during("read the plans")? {
            let plan = Plan::try_from(row)?;
            if let Some((_, is_ipv4)) = pools_named(&plan.terms).find(|(named, _)| *named == name) {
                return Ok(Some((plan.name, is_ipv4)));
            }
        }
        Ok(None)
    }

    async fn check_plans(
        &self,
        db: &impl ConnectionTrait,
        name: &str,
        kind: PoolKind,
    ) -> Result<(), StoreError> {
        let is_ipv4 = kind == PoolKind::Ipv4;
        match self.plan_that_names(db, name).await? {
            Some((plan, wants_ipv4)) if wants_ipv4 != is_ipv4 => Err(invalid(format!(
                "plan `{plan}` wants {} of a pool of this name; make it with {}",
                if wants_ipv4 { "IPv4 addresses" } else { "IPv6 prefixes" },
                if wants_ipv4 { "--range" } else { "--prefixes and --length" },
            ))),
            _ => Ok(()),
        }
    }
}

/// Refuses terms that want addresses of a pool that has other ones.
pub(crate) async fn check_terms(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    terms: &Terms,
) -> Result<(), StoreError> {
    for (name, wants_ipv4) in pools_named(terms) {
        let found = pool::Entity::find()
            .filter(pool::Column::TenantId.eq(tenant.0))
            .filter(pool::Column::Name.eq(name))
            .one(db)
            .await
            .during("find the pool of the plan")?;
        if found.is_some_and(|row| row.len_bits.is_none() != wants_ipv4) {
            let problem = if wants_ipv4 {
                format!("pool `{name}` has IPv6 prefixes; name one made with --range")
            } else {
                format!("pool `{name}` has IPv4 addresses; name one made with --prefixes")
            };
            return Err(StoreError::Invalid { what: Kind::Plan, problem });
        }
    }
    Ok(())
}

/// The pools that a plan names, and whether it wants IPv4 addresses of each.
fn pools_named(terms: &Terms) -> impl Iterator<Item = (&str, bool)> {
    let withheld = std::iter::once(&terms.when_withheld)
        .chain(terms.when_withheld_for.iter().map(|(_, when)| when))
        .filter_map(|when| match when {
            WhenWithheld::Quarantine(quarantine) => quarantine.pool.as_deref(),
            WhenWithheld::Reject => None,
        });
    let ipv4 = terms.pool.as_deref().into_iter().chain(withheld).map(|name| (name, true));
    let ipv6 = [&terms.ipv6_pool, &terms.delegated_ipv6_pool];
    ipv4.chain(ipv6.into_iter().filter_map(Option::as_deref).map(|name| (name, false)))
}

/// Every lease of the store whose pool is there.
pub(crate) async fn all_leases(store: &Store) -> Result<Vec<StoredLease>, StoreError> {
    let leases = read_leases(store, "", []).await?;
    Ok(leases.into_iter().map(|entry| entry.lease).collect())
}

async fn read_leases<const N: usize>(
    store: &Store,
    rest: &'static str,
    parameters: [Value; N],
) -> Result<Vec<LeaseEntry>, StoreError> {
    let operation = "read the leases";
    let sql = format!(
        "select l.pool_id, l.address, l.tenant_id, l.service_id, l.station, l.leased_at, \
         v.login from lease l \
         join pool p on p.id = l.pool_id and p.tenant_id = l.tenant_id \
         left join service v on v.id = l.service_id and v.tenant_id = l.tenant_id \
         where true {rest}"
    );
    let database = store.database();
    let statement = Statement::from_sql_and_values(database.backend(), sql, parameters);
    let rows = database.reader.query_all_raw(statement).await.during(operation)?;
    rows.iter()
        .map(|row| {
            let address: String = row.try_get("", "address").during(operation)?;
            let station: String = row.try_get("", "station").during(operation)?;
            let number = |column| row.try_get::<i64>("", column).during(operation);
            let parsed = PoolAddress::parse(&address).ok_or_else(|| StoreError::Corrupt {
                what: Kind::Pool,
                row: address.clone(),
                problem: "a lease of it is no address".to_owned(),
            })?;
            let lease = StoredLease {
                lease: Lease { pool: PoolId(number("pool_id")?), address: parsed },
                tenant: TenantId(number("tenant_id")?),
                service: ServiceId(number("service_id")?),
                station: station.into(),
                leased_at: Timestamp::from_unix_ms(number("leased_at")?),
                is_recorded: true,
            };
            Ok(LeaseEntry { lease, login: row.try_get("", "login").during(operation)? })
        })
        .collect()
}

fn columns(space: &AddressSpace, warning_percent: u8) -> pool::ActiveModel {
    let joined = |parts: &mut dyn Iterator<Item = &str>| parts.collect::<Vec<_>>().join(",");
    let excluded = joined(&mut space.excluded());
    let len_bits = match space.kind() {
        PoolKind::Ipv4 => None,
        PoolKind::Ipv6 { len_bits } => Some(i64::from(len_bits)),
    };
    pool::ActiveModel {
        ranges: Set(joined(&mut space.ranges())),
        excluded: Set((!excluded.is_empty()).then_some(excluded)),
        len_bits: Set(len_bits),
        warning_percent: Set(warning_percent.into()),
        ..Default::default()
    }
}

/// The pool that a row holds.
pub(crate) fn pool_of(row: &pool::Model) -> Result<Pool, StoreError> {
    let corrupt = |problem: String| StoreError::Corrupt {
        what: Kind::Pool,
        row: row.id.to_string(),
        problem,
    };
    let ranges: Vec<_> = row.ranges.split(',').collect();
    let excluded: Vec<_> = row.excluded.iter().flat_map(|text| text.split(',')).collect();
    let space = match row.len_bits.map(u8::try_from) {
        None => AddressSpace::ipv4(&ranges, &excluded),
        Some(Ok(len_bits)) => AddressSpace::ipv6(&ranges, len_bits, &excluded),
        Some(Err(_)) => return Err(corrupt("the length of its prefixes is none".to_owned())),
    };
    Ok(Pool {
        id: PoolId(row.id),
        tenant: TenantId(row.tenant_id),
        name: row.name.as_str().into(),
        space: space.map_err(|error| corrupt(error.to_string()))?,
        warning_percent: u8::try_from(row.warning_percent)
            .map_err(|_| corrupt("its warning level is no percentage".to_owned()))?,
    })
}

fn described(row: &pool::Model) -> serde_json::Value {
    json!({
        "name": row.name,
        "ranges": row.ranges,
        "excluded": row.excluded,
        "len_bits": row.len_bits,
        "warning_percent": row.warning_percent,
    })
}

fn invalid(problem: String) -> StoreError {
    StoreError::Invalid { what: Kind::Pool, problem }
}
