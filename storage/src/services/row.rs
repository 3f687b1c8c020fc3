//! Between the table and the types.

use std::net::Ipv4Addr;

use entitlement::{PlanId, ServiceId, Standing, SubscriberId, TenantId, Timestamp, Validity};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryResult,
    QuerySelect as _, Statement, Value,
};
use serde_json::json;

use super::{ServiceEntry, Services};
use crate::entity::service;
use crate::error::{During as _, Kind, StoreError};
use crate::store::Store;

/// How many logins are looked through for the one that was meant.
const GUESSES_MAX: u64 = 10_000;

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
             s.created_at from service s \
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
        created_at: Timestamp::from_unix_ms(row.try_get("", "created_at")?),
    }))
}

pub(super) async fn logins(store: &Store, tenant: TenantId) -> Result<Vec<String>, StoreError> {
    service::Entity::find()
        .select_only()
        .column(service::Column::Login)
        .filter(service::Column::TenantId.eq(tenant.0))
        .limit(GUESSES_MAX)
        .into_tuple()
        .all(&store.database().reader)
        .await
        .during("read the logins")
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
    text.map(str::parse).transpose().map_err(|_| StoreError::Corrupt {
        what: Kind::Service,
        row: row.to_string(),
        problem: "its address is not an IPv4 address".to_owned(),
    })
}

pub(super) fn standing_code(standing: Standing) -> &'static str {
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
        .ok_or_else(|| StoreError::Corrupt {
            what: Kind::Service,
            row: row.to_string(),
            problem: format!("its standing is `{}`", code.escape_debug()),
        })
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
    })
}
