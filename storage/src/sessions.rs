//! The sessions, as far as the journal has been drained.

use std::net::Ipv4Addr;
use std::sync::Arc;

use aaa_engine::enforcement::Enforced;
use aaa_engine::ports::NasId;
use aaa_engine::session::{Ended, Session, SessionId};
use aaa_engine::{ActivatedService, Counters, Ipv6Counters, SessionIpv6};
use entitlement::{NetworkError, ServiceId, TenantId, Timestamp};
use sea_orm::{ConnectionTrait as _, FromQueryResult as _, Statement, Value};

use crate::auth_log::as_limit;
use crate::entity::session;
use crate::error::{During as _, Kind, StoreError};
use crate::services;
use crate::sink::hexadecimal;
use crate::store::Store;

/// Reads the sessions of one tenant.
#[derive(Debug)]
pub struct Sessions<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// A session as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEntry {
    /// What its packets have told.
    pub session: Session,
    /// The NAS's name; `None` when it was removed.
    pub nas_name: Option<String>,
    /// The name of the service's plan, as it is now; `None` when the service is unknown.
    pub plan_name: Option<String>,
    /// The name of the service's subscriber, likewise.
    pub subscriber_name: Option<String>,
}

impl Sessions<'_> {
    /// The open sessions, the longest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(&self) -> Result<Vec<SessionEntry>, StoreError> {
        let rest = "and s.ended_at is null \
                    and (s.silent_since is null or s.silent_since < s.last_seen_at) \
                    order by s.started_at, s.id";
        self.entries(rest, []).await
    }

    /// The open sessions of one service, the longest first, without those of what was activated in
    /// them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open_of(&self, service: ServiceId) -> Result<Vec<SessionEntry>, StoreError> {
        let rest = "and s.service_id = $2 and s.ended_at is null and s.activated_service is null \
                    and (s.silent_since is null or s.silent_since < s.last_seen_at) \
                    order by s.started_at, s.id";
        self.entries(rest, [service.0.into()]).await
    }

    /// The `limit` sessions that began last, open or not, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn recent(&self, limit: u64) -> Result<Vec<SessionEntry>, StoreError> {
        let limit = as_limit(limit);
        self.entries("order by s.started_at desc, s.id limit $2", [limit]).await
    }

    /// The `limit` sessions of `login` that began last, open or not, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn by_login(&self, login: &str, limit: u64) -> Result<Vec<SessionEntry>, StoreError> {
        let limit = as_limit(limit);
        let rest = "and s.login = $2 order by s.started_at desc, s.id limit $3";
        self.entries(rest, [login.into(), limit]).await
    }

    /// The sessions that had `address` at the moment `at`, the one that began last first: more than
    /// one where two NASes give out the same addresses, or where a Stop was lost. One without an end
    /// is among them however long ago its last packet came.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn by_address(
        &self,
        address: Ipv4Addr,
        at: Timestamp,
        limit: u64,
    ) -> Result<Vec<SessionEntry>, StoreError> {
        let rest = "and s.framed_ipv4 = $2 and s.started_at <= $3 and s.activated_service is null \
                    and (s.ended_at is null or s.ended_at > $4) \
                    order by s.started_at desc, s.id limit $5";
        let at = Value::from(at.unix_ms());
        let address = Value::from(address.to_string());
        self.entries(rest, [address, at.clone(), at, as_limit(limit)]).await
    }

    async fn entries<const N: usize>(
        &self,
        rest: &'static str,
        parameters: [Value; N],
    ) -> Result<Vec<SessionEntry>, StoreError> {
        let operation = "read the sessions";
        let sql = format!(
            "select s.*, n.name as nas_name, p.name as plan_name, b.name as subscriber_name \
             from session s \
             left join nas n on n.id = s.nas_id and n.tenant_id = s.tenant_id \
             left join service v on v.id = s.service_id and v.tenant_id = s.tenant_id \
             left join plan p on p.id = v.plan_id and p.tenant_id = s.tenant_id \
             left join subscriber b on b.id = v.subscriber_id and b.tenant_id = s.tenant_id \
             where s.tenant_id = $1 {rest}"
        );
        let database = self.store.database();
        let values = [Value::from(self.tenant.0)].into_iter().chain(parameters);
        let statement = Statement::from_sql_and_values(database.backend(), sql, values);
        let rows = database.reader.query_all_raw(statement).await.during(operation)?;
        rows.iter()
            .map(|row| {
                let found = session::Model::from_query_result(row, "").during(operation)?;
                Ok(SessionEntry {
                    session: session_of(&found)?,
                    nas_name: row.try_get("", "nas_name").during(operation)?,
                    plan_name: row.try_get("", "plan_name").during(operation)?,
                    subscriber_name: row.try_get("", "subscriber_name").during(operation)?,
                })
            })
            .collect()
    }
}

/// The session that a row holds.
pub(crate) fn session_of(row: &session::Model) -> Result<Session, StoreError> {
    let corrupt = |problem: &str| StoreError::Corrupt {
        what: Kind::Session,
        row: hexadecimal(&row.id),
        problem: problem.to_owned(),
    };
    let id = row.id.as_slice().try_into().map_err(|_| corrupt("its id has not 16 octets"))?;
    let prefix = |text: Option<&str>| {
        let parsed = text.map(str::parse).transpose();
        parsed.map_err(|_: NetworkError| corrupt("a network of it is no IPv6 prefix"))
    };
    let unsigned = |value: i64| u64::try_from(value).map_err(|_| corrupt("a counter is negative"));
    let small = |value: i64| u32::try_from(value).map_err(|_| corrupt("a value is out of range"));
    let ended = match row.ended_at {
        None => None,
        Some(at) => Some(Ended {
            at: Timestamp::from_unix_ms(at),
            terminate_cause: small(row.terminate_cause.unwrap_or(0))?,
        }),
    };
    Ok(Session {
        id: SessionId(id),
        tenant: TenantId(row.tenant_id),
        nas: NasId(row.nas_id),
        acct_session_id: row.acct_session_id.as_slice().into(),
        login: row.login.as_str().into(),
        calling_station_id: row.calling_station_id.as_str().into(),
        framed_ipv4: services::address(row.nas_id, row.framed_ipv4.as_deref())
            .map_err(|_| corrupt("its address is not an IPv4 address"))?,
        ipv6: SessionIpv6 {
            framed: prefix(row.framed_ipv6.as_deref())?,
            delegated: prefix(row.delegated_ipv6.as_deref())?,
        },
        service: row.service_id.map(ServiceId),
        activated: row.activated_service.as_deref().map(|name| {
            let parent = row.parent_acct_session_id.as_deref().unwrap_or_default();
            Arc::new(ActivatedService { parent: parent.into(), name: name.into() })
        }),
        interim_interval_s: row.interim_interval_s.map(small).transpose()?,
        started_at: Timestamp::from_unix_ms(row.started_at),
        last_seen_at: Timestamp::from_unix_ms(row.last_seen_at),
        ended,
        silent_since: row.silent_since.map(Timestamp::from_unix_ms),
        counters: Counters {
            upload_octets: unsigned(row.upload_octets)?,
            download_octets: unsigned(row.download_octets)?,
            upload_packets: unsigned(row.upload_packets)?,
            download_packets: unsigned(row.download_packets)?,
            session_time_s: small(row.session_time_s)?,
            ipv6: Ipv6Counters {
                upload_octets: unsigned(row.ipv6_upload_octets)?,
                download_octets: unsigned(row.ipv6_download_octets)?,
                upload_packets: unsigned(row.ipv6_upload_packets)?,
                download_packets: unsigned(row.ipv6_download_packets)?,
            },
        },
        // It has a table of its own.
        enforced: Enforced::default(),
    })
}
