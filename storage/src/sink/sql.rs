//! The set-based statements. On PostgreSQL all rows of one travel in a single JSON parameter, which
//! it unfolds as fast as arrays; on SQLite each is a row of parameters (`values.rs`), or where rows
//! are few JSON as well.

use sea_orm::DbBackend;

use crate::usage::UsageSpan;

macro_rules! insert_sessions {
    () => {
        "insert into session (id, tenant_id, nas_id, acct_session_id, login, calling_station_id, \
         framed_ipv4, framed_ipv6, delegated_ipv6, service_id, started_at, last_seen_at, ended_at, \
         terminate_cause, upload_octets, download_octets, upload_packets, download_packets, \
         session_time_s, ipv6_upload_octets, ipv6_download_octets, ipv6_upload_packets, \
         ipv6_download_packets, parent_acct_session_id, activated_service, interim_interval_s)"
    };
}

/// Its rows follow, and then what joins them to those that are there.
pub(super) const INSERT_SESSIONS: &str = insert_sessions!();

/// The same on both: the greatest counters, the earliest beginning, the earliest end, the address of
/// the packet that came last, and the first word that was not empty, as
/// [`aaa_engine::session::apply`] joins packets.
macro_rules! join_sessions {
    ($greatest:literal, $least:literal) => {
        concat!(
            "on conflict (id) do update set ",
            "login = case when session.login = '' then excluded.login else session.login end, ",
            "calling_station_id = case when session.calling_station_id = '' ",
            "then excluded.calling_station_id else session.calling_station_id end, ",
            join_sessions!(@latest "framed_ipv4"),
            join_sessions!(@latest "framed_ipv6"),
            join_sessions!(@latest "delegated_ipv6"),
            "service_id = coalesce(session.service_id, excluded.service_id), ",
            "parent_acct_session_id = coalesce(session.parent_acct_session_id, ",
            "excluded.parent_acct_session_id), ",
            "activated_service = coalesce(session.activated_service, excluded.activated_service), ",
            // One of them alone, or the greater: both databases' functions differ over null.
            "interim_interval_s = ", $greatest,
            "(coalesce(session.interim_interval_s, excluded.interim_interval_s), ",
            "coalesce(excluded.interim_interval_s, session.interim_interval_s)), ",
            "started_at = ", $least, "(session.started_at, excluded.started_at), ",
            "last_seen_at = ", $greatest, "(session.last_seen_at, excluded.last_seen_at), ",
            "ended_at = case when ", join_sessions!(@earlier),
            " then excluded.ended_at else session.ended_at end, ",
            "terminate_cause = case when ", join_sessions!(@earlier),
            " then excluded.terminate_cause else session.terminate_cause end, ",
            "upload_octets = ", $greatest, "(session.upload_octets, excluded.upload_octets), ",
            "download_octets = ", $greatest,
            "(session.download_octets, excluded.download_octets), ",
            "upload_packets = ", $greatest, "(session.upload_packets, excluded.upload_packets), ",
            "download_packets = ", $greatest,
            "(session.download_packets, excluded.download_packets), ",
            "session_time_s = ", $greatest, "(session.session_time_s, excluded.session_time_s), ",
            "ipv6_upload_octets = ", $greatest,
            "(session.ipv6_upload_octets, excluded.ipv6_upload_octets), ",
            "ipv6_download_octets = ", $greatest,
            "(session.ipv6_download_octets, excluded.ipv6_download_octets), ",
            "ipv6_upload_packets = ", $greatest,
            "(session.ipv6_upload_packets, excluded.ipv6_upload_packets), ",
            "ipv6_download_packets = ", $greatest,
            "(session.ipv6_download_packets, excluded.ipv6_download_packets) ",
            "where session.tenant_id = excluded.tenant_id",
        )
    };
    // What the packet that came last says.
    (@latest $column:literal) => {
        concat!(
            $column, " = case when excluded.last_seen_at >= session.last_seen_at ",
            "then coalesce(excluded.", $column, ", session.", $column, ") ",
            "else coalesce(session.", $column, ", excluded.", $column, ") end, ",
        )
    };
    // Whether the end that arrives comes before the one that is stored, if one is.
    (@earlier) => {
        "excluded.ended_at is not null and (session.ended_at is null \
         or excluded.ended_at < session.ended_at or (excluded.ended_at = session.ended_at \
         and excluded.terminate_cause < session.terminate_cause))"
    };
}

pub(super) const JOIN_SESSIONS_SQLITE: &str = join_sessions!("max", "min");

pub(super) const UPSERT_SESSIONS_POSTGRES: &str = concat!(
    insert_sessions!(),
    " select decode(id, 'hex'), tenant_id, nas_id, decode(acct_session_id, 'hex'), login, \
     calling_station_id, framed_ipv4, framed_ipv6, delegated_ipv6, service_id, started_at, \
     last_seen_at, ended_at, terminate_cause, upload_octets, download_octets, upload_packets, \
     download_packets, session_time_s, ipv6_upload_octets, ipv6_download_octets, \
     ipv6_upload_packets, ipv6_download_packets, decode(parent_acct_session_id, 'hex'), \
     activated_service, interim_interval_s from json_to_recordset($1::json) as rows (id text, \
     tenant_id bigint, nas_id bigint, acct_session_id text, login text, calling_station_id text, \
     framed_ipv4 text, framed_ipv6 text, delegated_ipv6 text, service_id bigint, \
     started_at bigint, last_seen_at bigint, ended_at bigint, terminate_cause bigint, \
     upload_octets bigint, download_octets bigint, upload_packets bigint, \
     download_packets bigint, session_time_s bigint, ipv6_upload_octets bigint, \
     ipv6_download_octets bigint, ipv6_upload_packets bigint, ipv6_download_packets bigint, \
     parent_acct_session_id text, activated_service text, interim_interval_s bigint) where true ",
    join_sessions!("greatest", "least")
);

/// What the sessions of these ids have counted so far.
const STORED_COUNTERS_SQLITE: &str = "\
    select id, tenant_id, service_id, upload_octets, download_octets, upload_packets, \
    download_packets, session_time_s from session \
    where id in (select unhex(value) from json_each($1))";

/// By an array the index is used always; joined to what JSON unfolds to, a table of some ten
/// thousand sessions is read whole, with all the dead rows that updates leave in it.
const STORED_COUNTERS_POSTGRES: &str = "\
    select id, tenant_id, service_id, upload_octets, download_octets, upload_packets, \
    download_packets, session_time_s from session where id = any($1::text::bytea[])";

pub(super) const fn stored_counters(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => STORED_COUNTERS_POSTGRES,
        _ => STORED_COUNTERS_SQLITE,
    }
}

/// Adds usage to what is there; more than the numbers hold is the most they hold, as an error would
/// stop the journal.
pub(super) struct AddUsage {
    /// The rows of SQLite follow it.
    pub(super) insert: String,
    /// Rows as the texts of arrays, one for each column: there are three for each session, so the
    /// cheapest way for PostgreSQL.
    pub(super) rows_of_postgres: &'static str,
    pub(super) on_conflict: String,
}

impl AddUsage {
    pub(super) fn to(backend: DbBackend, span: UsageSpan) -> Self {
        const COUNTERS: [&str; 5] = [
            "upload_octets",
            "download_octets",
            "upload_packets",
            "download_packets",
            "session_time_s",
        ];
        let least = if backend == DbBackend::Postgres { "least" } else { "min" };
        let table = span.table();
        let sums = COUNTERS.map(|counter| {
            let stored = format!("{table}.{counter}");
            format!("{counter} = {stored} + {least}(excluded.{counter}, {} - {stored})", i64::MAX)
        });
        Self {
            insert: format!(
                "insert into {table} (tenant_id, bucket_start, service_id, {})",
                COUNTERS.join(", ")
            ),
            rows_of_postgres: "select * from unnest($1::text::bigint[], $2::text::bigint[], \
                $3::text::bigint[], $4::text::bigint[], $5::text::bigint[], $6::text::bigint[], \
                $7::text::bigint[], $8::text::bigint[]) where true",
            on_conflict: format!(
                "on conflict (tenant_id, bucket_start, service_id) do update set {}",
                sums.join(", ")
            ),
        }
    }
}

macro_rules! insert_attempts {
    () => {
        "insert into auth_log (tenant_id, nas_id, at, login, calling_station_id, method, outcome, \
         reason, service_id)"
    };
}

/// Its rows follow.
pub(super) const INSERT_ATTEMPTS: &str = insert_attempts!();

pub(super) const INSERT_ATTEMPTS_POSTGRES: &str = concat!(
    insert_attempts!(),
    " select * from json_to_recordset($1::json) as rows (tenant_id bigint, nas_id bigint, \
     at bigint, login text, calling_station_id text, method text, outcome text, reason text, \
     service_id bigint)"
);

/// Ends what is open. Apart from [`END_SESSIONS_EARLIER`], so that each finds its index.
pub(super) const END_OPEN_SESSIONS: &str = "\
    update session set ended_at = $1, terminate_cause = $2 \
    where tenant_id = $3 and nas_id = $4 and started_at < $1 and ended_at is null";

/// What a NAS was told about the sessions that [`END_OPEN_SESSIONS`] is about to end.
pub(super) const FORGET_TOLD: &str = "\
    delete from session_told where session_id in (select id from session \
    where tenant_id = $2 and nas_id = $3 and started_at < $1 and ended_at is null)";

/// Of two ends the earlier one holds.
pub(super) const END_SESSIONS_EARLIER: &str = "\
    update session set ended_at = $1, terminate_cause = $2 \
    where tenant_id = $3 and nas_id = $4 and started_at < $1 \
    and (ended_at > $1 or (ended_at = $1 and terminate_cause > $2)) and ended_at >= $1";
