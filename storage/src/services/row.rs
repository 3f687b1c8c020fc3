//! Between the table and the types.

use core::fmt::Display;
use core::str::FromStr;
use std::net::Ipv4Addr;

use aaa_engine::MacAddress;
use aaa_engine::auth::Credential;
use entitlement::{
    FirstUse, NETWORKS_MAX, Networks, PlanId, ServiceId, Standing, SubscriberId, TenantId,
    Timestamp, Validity,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryResult,
    QuerySelect as _, Statement, Value,
};
use serde_json::json;

use super::{ServiceEntry, Services};
use crate::entity::service;
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::nas::read_attributes;
use crate::sink::hexadecimal;
use crate::store::Store;
use crate::unit::Unit;

impl Services<'_> {
    /// The services of the tenant that meet `condition`, whose parameters begin at `$2`.
    pub(super) async fn entries<const N: usize>(
        &self,
        condition: &'static str,
        parameters: [Value; N],
    ) -> Result<Vec<ServiceEntry>, StoreError> {
        let operation = "read the services";
        let sql = format!(
            "select s.id, s.login, s.plan_id, p.name as plan_name, s.subscriber_id, \
             b.name as subscriber_name, s.standing, s.valid_from, s.valid_until, s.fixed_ipv4, \
             s.created_at, s.ipv6_address, s.ipv6_prefixes, s.delegated_ipv6_prefixes, s.routes, \
             s.first_use_lasts_s, s.first_used_at, s.reply_attributes from service s \
             join plan p on p.id = s.plan_id join subscriber b on b.id = s.subscriber_id \
             where s.tenant_id = $1 {condition} order by s.login"
        );
        let database = self.store.database();
        let values = [Value::from(self.tenant.0)].into_iter().chain(parameters);
        let statement = Statement::from_sql_and_values(database.backend(), sql, values);
        let rows = database.reader.query_all_raw(statement).await.during(operation)?;
        rows.iter().map(|row| entry(row).during(operation)?).collect()
    }
}

/// Two errors on top of each other: the row cannot be read, or says what it may not.
fn entry(row: &QueryResult) -> Result<Result<ServiceEntry, StoreError>, DbErr> {
    let id: i64 = row.try_get("", "id")?;
    let standing: String = row.try_get("", "standing")?;
    let fixed_ipv4: Option<String> = row.try_get("", "fixed_ipv4")?;
    let (valid_from, valid_until) =
        (row.try_get("", "valid_from")?, row.try_get("", "valid_until")?);
    let standing = match standing_from_code(id, &standing) {
        Ok(standing) => standing,
        Err(error) => return Ok(Err(error)),
    };
    let fixed_ipv4 = match address(id, fixed_ipv4.as_deref()) {
        Ok(address) => address,
        Err(error) => return Ok(Err(error)),
    };
    let networks = networks(
        id,
        &Columns {
            ipv6_address: row.try_get("", "ipv6_address")?,
            ipv6_prefixes: row.try_get("", "ipv6_prefixes")?,
            delegated_ipv6_prefixes: row.try_get("", "delegated_ipv6_prefixes")?,
            routes: row.try_get("", "routes")?,
        },
    );
    let networks = match networks {
        Ok(networks) => networks,
        Err(error) => return Ok(Err(error)),
    };
    let (lasts_s, used_at) =
        (row.try_get("", "first_use_lasts_s")?, row.try_get("", "first_used_at")?);
    let first_use = match first_use(id, lasts_s, used_at) {
        Ok(first_use) => first_use,
        Err(error) => return Ok(Err(error)),
    };
    let attributes: Option<Vec<u8>> = row.try_get("", "reply_attributes")?;
    let reply_attributes = match read_attributes(attributes.as_deref()) {
        Ok(attributes) => attributes,
        Err(problem) => return Ok(Err(corrupt(id, problem.to_owned()))),
    };
    Ok(Ok(ServiceEntry {
        id: ServiceId(id),
        login: row.try_get("", "login")?,
        plan: PlanId(row.try_get("", "plan_id")?),
        plan_name: row.try_get("", "plan_name")?,
        subscriber: SubscriberId(row.try_get("", "subscriber_id")?),
        subscriber_name: row.try_get("", "subscriber_name")?,
        standing,
        validity: between(valid_from, valid_until),
        fixed_ipv4,
        networks,
        first_use,
        reply_attributes,
        created_at: Timestamp::from_unix_ms(row.try_get("", "created_at")?),
    }))
}

pub(super) async fn logins(store: &Store, tenant: TenantId) -> Result<Vec<String>, StoreError> {
    service::Entity::find()
        .select_only()
        .column(service::Column::Login)
        .filter(service::Column::TenantId.eq(tenant.0))
        .limit(names::GUESSES_MAX)
        .into_tuple()
        .all(&store.database().reader)
        .await
        .during("read the logins")
}

/// The login of the service with this number.
pub(super) async fn login_of(unit: &Unit<'_>, service: i64) -> Result<Option<String>, StoreError> {
    let found = service::Entity::find_by_id(service).one(&unit.txn).await;
    Ok(found.during("find the service")?.map(|found| found.login))
}

pub(crate) fn validity(row: &service::Model) -> Validity {
    between(row.valid_from, row.valid_until)
}

fn between(from: Option<i64>, until: Option<i64>) -> Validity {
    Validity { from: from.map(Timestamp::from_unix_ms), until: until.map(Timestamp::from_unix_ms) }
}

/// Refuses a stretch of time that holds no moment.
pub(super) fn check_validity(validity: Validity) -> Result<(), StoreError> {
    match (validity.from, validity.until) {
        (Some(from), Some(until)) if from >= until => Err(StoreError::Invalid {
            what: Kind::Service,
            problem: "its validity ends before it begins".to_owned(),
        }),
        _ => Ok(()),
    }
}

/// The address as the table holds it.
pub(crate) fn address(row: i64, text: Option<&str>) -> Result<Option<Ipv4Addr>, StoreError> {
    let wrong = |_| corrupt(row, "its address is not an IPv4 address".to_owned());
    text.map(str::parse).transpose().map_err(wrong)
}

/// The columns that hold networks: lists with commas between.
pub(crate) struct Columns {
    pub(crate) ipv6_address: Option<String>,
    pub(crate) ipv6_prefixes: Option<String>,
    pub(crate) delegated_ipv6_prefixes: Option<String>,
    pub(crate) routes: Option<String>,
}

/// The networks as the table holds them.
pub(crate) fn networks(row: i64, columns: &Columns) -> Result<Networks, StoreError> {
    let ipv6 = columns.ipv6_address.as_deref().map(str::parse).transpose();
    Ok(Networks {
        ipv6: ipv6.map_err(|_| corrupt(row, "its IPv6 address is none".to_owned()))?,
        ipv6_prefixes: list(row, columns.ipv6_prefixes.as_deref())?,
        delegated_ipv6_prefixes: list(row, columns.delegated_ipv6_prefixes.as_deref())?,
        routes: list(row, columns.routes.as_deref())?,
    })
}

fn list<T: FromStr<Err: Display>>(row: i64, text: Option<&str>) -> Result<Vec<T>, StoreError> {
    let parts = text.into_iter().flat_map(|text| text.split(','));
    parts
        .map(|part| part.parse().map_err(|error: T::Err| corrupt(row, error.to_string())))
        .collect()
}

pub(super) fn set_networks(
    networks: &Networks,
    columns: &mut service::ActiveModel,
) -> Result<(), StoreError> {
    let Networks { ipv6, ipv6_prefixes, delegated_ipv6_prefixes, routes } = networks;
    for (count, what) in [
        (ipv6_prefixes.len(), "IPv6 prefixes"),
        (delegated_ipv6_prefixes.len(), "delegated prefixes"),
        (routes.len(), "routes"),
    ] {
        if count > NETWORKS_MAX {
            let problem = format!("{count} {what} are more than {NETWORKS_MAX}");
            return Err(StoreError::Invalid { what: Kind::Service, problem });
        }
    }
    columns.ipv6_address = Set(ipv6.map(|address| address.to_string()));
    columns.ipv6_prefixes = Set(joined(ipv6_prefixes));
    columns.delegated_ipv6_prefixes = Set(joined(delegated_ipv6_prefixes));
    columns.routes = Set(joined(routes));
    Ok(())
}

fn joined(parts: &[impl Display]) -> Option<String> {
    let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
    (!parts.is_empty()).then(|| parts.join(","))
}

/// The clock of the first use as the table holds it.
pub(crate) fn first_use(
    row: i64,
    lasts_s: Option<i64>,
    used_at: Option<i64>,
) -> Result<Option<FirstUse>, StoreError> {
    let wrong = |_| corrupt(row, "the time from its first use is out of range".to_owned());
    let lasts_s = lasts_s.map(u32::try_from).transpose().map_err(wrong)?;
    let at = used_at.map(Timestamp::from_unix_ms);
    Ok(lasts_s.map(|lasts_s| FirstUse { lasts_s, at }))
}

/// The login under which a service with this credential is stored: a MAC address in one way,
/// whichever way it was typed.
pub(super) fn login_for(login: &str, credential: &Credential) -> Result<String, StoreError> {
    if *credential != Credential::MacAddress {
        return Ok(login.to_owned());
    }
    let address = MacAddress::parse(login.as_bytes()).ok_or_else(|| StoreError::Invalid {
        what: Kind::Service,
        problem: format!(
            "its login `{}` is no MAC address such as 00:E1:0C:38:C8:F8, and it logs in by one",
            login.escape_debug()
        ),
    })?;
    Ok(address.to_string())
}

/// The ways in which `login` may be stored: as it is, and of a MAC address the common one.
pub(super) fn spellings(login: &str) -> impl Iterator<Item = String> {
    let address = MacAddress::parse(login.as_bytes()).map(|address| address.to_string());
    let other = address.filter(|address| address != login);
    [login.to_owned()].into_iter().chain(other)
}

pub(super) fn corrupt(row: i64, problem: String) -> StoreError {
    StoreError::Corrupt { what: Kind::Service, row: row.to_string(), problem }
}

pub(crate) fn standing_code(standing: Standing) -> &'static str {
    match standing {
        Standing::Active => "active",
        Standing::Suspended => "suspended",
        Standing::Terminated => "terminated",
    }
}

pub(crate) fn standing_from_code(row: i64, code: &str) -> Result<Standing, StoreError> {
    [Standing::Active, Standing::Suspended, Standing::Terminated]
        .into_iter()
        .find(|standing| standing_code(*standing) == code)
        .ok_or_else(|| corrupt(row, format!("its standing is `{}`", code.escape_debug())))
}

/// What the audit keeps of a service.
pub(super) fn described(row: &service::Model) -> serde_json::Value {
    json!({
        "login": row.login,
        "subscriber_id": row.subscriber_id,
        "plan_id": row.plan_id,
        "standing": row.standing,
        "valid_from_ms": row.valid_from,
        "valid_until_ms": row.valid_until,
        "fixed_ipv4": row.fixed_ipv4,
        "ipv6_address": row.ipv6_address,
        "ipv6_prefixes": row.ipv6_prefixes,
        "delegated_ipv6_prefixes": row.delegated_ipv6_prefixes,
        "routes": row.routes,
        "first_use_lasts_s": row.first_use_lasts_s,
        "cycle_from_ms": row.cycle_from,
        "reply_attributes": row.reply_attributes.as_deref().map(hexadecimal),
    })
}
