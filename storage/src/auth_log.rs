//! The authentication log, as far as the journal has been drained.

use aaa_engine::auth::Method;
use aaa_engine::ports::NasId;
use aaa_engine::{Attempt, Learned, Outcome, Reason};
use entitlement::{ServiceId, TenantId, Timestamp};
use sea_orm::{ConnectionTrait as _, FromQueryResult as _, Statement, Value};

use crate::entity::auth_log;
use crate::error::{During as _, Kind, StoreError};
use crate::store::Store;

/// Reads the authentication log of one tenant.
#[derive(Debug)]
pub struct AuthLog<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// One entry of the authentication log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedAttempt {
    /// Its number; a later entry has a greater one.
    pub id: i64,
    /// What happened.
    pub attempt: Attempt,
    /// The NAS's name; `None` when it was removed.
    pub nas_name: Option<String>,
}

impl AuthLog<'_> {
    /// The last `limit` entries, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn latest(&self, limit: u64) -> Result<Vec<LoggedAttempt>, StoreError> {
        let mut entries = self.entries("order by a.id desc limit $2", [as_limit(limit)]).await?;
        entries.reverse();
        Ok(entries)
    }

    /// The last `limit` entries of `login`, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn by_login(
        &self,
        login: &str,
        limit: u64,
    ) -> Result<Vec<LoggedAttempt>, StoreError> {
        let rest = "and a.login = $2 order by a.id desc limit $3";
        let mut entries = self.entries(rest, [login.into(), as_limit(limit)]).await?;
        entries.reverse();
        Ok(entries)
    }

    /// The first `limit` entries after the one with number `id`, the oldest first: to follow the
    /// log as it grows.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn after(&self, id: i64, limit: u64) -> Result<Vec<LoggedAttempt>, StoreError> {
        let rest = "and a.id > $2 order by a.id limit $3";
        self.entries(rest, [id.into(), as_limit(limit)]).await
    }

    async fn entries<const N: usize>(
        &self,
        rest: &'static str,
        parameters: [Value; N],
    ) -> Result<Vec<LoggedAttempt>, StoreError> {
        let operation = "read the authentication log";
        let sql = format!(
            "select a.*, n.name as nas_name from auth_log a \
             left join nas n on n.id = a.nas_id and n.tenant_id = a.tenant_id \
             where a.tenant_id = $1 {rest}"
        );
        let database = self.store.database();
        let values = [Value::from(self.tenant.0)].into_iter().chain(parameters);
        let statement = Statement::from_sql_and_values(database.backend(), sql, values);
        let rows = database.reader.query_all_raw(statement).await.during(operation)?;
        rows.iter()
            .map(|row| {
                let found = auth_log::Model::from_query_result(row, "").during(operation)?;
                Ok(LoggedAttempt {
                    id: found.id,
                    attempt: attempt_of(&found)?,
                    nas_name: row.try_get("", "nas_name").during(operation)?,
                })
            })
            .collect()
    }
}

/// SQL counts in signed numbers.
pub(crate) fn as_limit(limit: u64) -> Value {
    i64::try_from(limit).unwrap_or(i64::MAX).into()
}

/// The word that stands for an outcome in the store.
pub(crate) fn outcome_code(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "accepted",
        Outcome::Quarantined => "quarantined",
        Outcome::Rejected => "rejected",
    }
}

fn outcome_from_code(code: &str) -> Option<Outcome> {
    [Outcome::Accepted, Outcome::Quarantined, Outcome::Rejected]
        .into_iter()
        .find(|outcome| outcome_code(*outcome) == code)
}

fn attempt_of(row: &auth_log::Model) -> Result<Attempt, StoreError> {
    let unknown = |what: &str, code: &str| StoreError::Corrupt {
        what: Kind::Attempt,
        row: row.id.to_string(),
        problem: format!("its {what} is `{}`", code.escape_debug()),
    };
    Ok(Attempt {
        at: Timestamp::from_unix_ms(row.at),
        tenant: TenantId(row.tenant_id),
        nas: NasId(row.nas_id),
        login: row.login.as_str().into(),
        calling_station_id: row.calling_station_id.as_str().into(),
        method: Method::from_code(&row.method).ok_or_else(|| unknown("method", &row.method))?,
        outcome: outcome_from_code(&row.outcome).ok_or_else(|| unknown("outcome", &row.outcome))?,
        reason: Reason::from_code(&row.reason).ok_or_else(|| unknown("reason", &row.reason))?,
        service: row.service_id.map(ServiceId),
        // It has gone to where it belongs.
        learned: Learned::default(),
    })
}
