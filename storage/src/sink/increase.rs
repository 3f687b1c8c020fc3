//! By how much a batch increases what sessions have counted, and in which buckets.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use aaa_engine::session::SessionId;
use aaa_engine::{AccountingEvent, Counters, Ipv6Counters};
use entitlement::{ServiceId, TenantId, Timestamp};
use sea_orm::{
    ConnectionTrait as _, DatabaseTransaction, DbBackend, QueryResult, Statement, Value,
};

use super::rows::{USAGE_COLUMNS, hexadecimal, usage_row};
use super::sql::AddUsage;
use super::{ROWS_PER_STATEMENT, Told, json, sql};
use crate::error::{During as _, Kind, StoreError};
use crate::usage::{UNKNOWN_SERVICE, UsageAmount, UsageSpan};
use crate::values;

/// Who drains a journal into a PostgreSQL store does it alone: between reading what sessions have
/// counted and writing what they have now, nobody else may write it. The number means nothing.
const DRAIN_LOCK: &str = "select pg_advisory_xact_lock(32774876537650)";

/// What one packet says that matters for the usage.
#[derive(Debug, Clone, Copy)]
pub(super) struct Report {
    happened_at: Timestamp,
    service: Option<ServiceId>,
    counters: Counters,
}

impl Report {
    pub(super) fn of(event: &AccountingEvent) -> Self {
        Self {
            happened_at: event.happened_at,
            service: event.service,
            counters: storable(event.counters),
        }
    }
}

/// What a session has counted, and for whom.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    service: Option<ServiceId>,
    counters: Counters,
}

/// Whose usage, and in which bucket of 5 minutes, in the order of the tables' keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    tenant: TenantId,
    bucket_start: Timestamp,
    service: Option<ServiceId>,
}

/// The increases of a batch so far.
#[derive(Debug, Default)]
pub(super) struct Increases {
    amounts: BTreeMap<Place, UsageAmount>,
    is_alone: bool,
}

impl Increases {
    /// Adds by how much these sessions grow when they are written, which is to be done next.
    pub(super) async fn add(
        &mut self,
        txn: &DatabaseTransaction,
        told: &[Told],
    ) -> Result<(), StoreError> {
        if txn.get_database_backend() == DbBackend::Postgres && !self.is_alone {
            txn.execute_unprepared(DRAIN_LOCK).await.during("wait for another drain")?;
            self.is_alone = true;
        }
        let stored = stored(txn, told).await?;
        for Told { session, reports } in told {
            let known = match stored.get(&session.id) {
                // A row of another tenant is not written either.
                Some((tenant, _)) if *tenant != session.tenant => continue,
                Some((_, counted)) => *counted,
                None => Counted::default(),
            };
            self.walk(session.tenant, known, reports);
        }
        Ok(())
    }

    /// Report by report, so that each increase comes to the bucket of the report that shows it,
    /// and to the service that the session was known to have by then.
    fn walk(&mut self, tenant: TenantId, known: Counted, reports: &[Report]) {
        let mut counted = known;
        for report in reports {
            counted.service = counted.service.or(report.service);
            let counters = counted.counters.max(report.counters);
            let increase = difference(counters, counted.counters);
            counted.counters = counters;
            if increase != UsageAmount::default() {
                let bucket_start = UsageSpan::FiveMinutes.bucket_start(report.happened_at);
                let place = Place { tenant, bucket_start, service: counted.service };
                let amount = self.amounts.entry(place).or_default();
                *amount = amount.plus(increase);
            }
        }
    }

    /// Adds what there is to the tables.
    pub(super) async fn write(&self, txn: &DatabaseTransaction) -> Result<(), StoreError> {
        let backend = txn.get_database_backend();
        let operation = "store the usage";
        for span in UsageSpan::ALL {
            let sql = AddUsage::to(backend, span);
            let rows = self.rows(span);
            if backend == DbBackend::Sqlite {
                let rows = rows.into_iter().map(|row| row.map(Value::from)).collect();
                values::insert(txn, &sql.insert, rows, &sql.on_conflict, operation).await?;
                continue;
            }
            let AddUsage { insert, rows_of_postgres, on_conflict } = sql;
            let sql = format!("{insert} {rows_of_postgres} {on_conflict}");
            for rows in rows.chunks(ROWS_PER_STATEMENT) {
                let parameters = column_texts(rows).map(Value::from);
                let statement = Statement::from_sql_and_values(backend, &sql, parameters);
                txn.execute_raw(statement).await.during(operation)?;
            }
        }
        Ok(())
    }

    /// The rows to be added to the table of `span`, in the order of its key.
    fn rows(&self, span: UsageSpan) -> Vec<[i64; USAGE_COLUMNS]> {
        let mut amounts: BTreeMap<Place, UsageAmount> = BTreeMap::new();
        for (place, increase) in &self.amounts {
            let bucket_start = span.bucket_start(place.bucket_start);
            let amount = amounts.entry(Place { bucket_start, ..*place }).or_default();
            *amount = amount.plus(*increase);
        }
        amounts
            .into_iter()
            .map(|(place, amount)| {
                let service = place.service.map_or(UNKNOWN_SERVICE, |service| service.0);
                usage_row(place.tenant, place.bucket_start, service, amount)
            })
            .collect()
    }
}

/// Each column as PostgreSQL writes an array.
fn column_texts(rows: &[[i64; USAGE_COLUMNS]]) -> [String; USAGE_COLUMNS] {
    std::array::from_fn(|column| {
        let mut text = String::from("{");
        for (index, row) in rows.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            // Writing to a string cannot fail.
            let _ = write!(text, "{comma}{}", row[column]);
        }
        text.push('}');
        text
    })
}

/// What is stored of the sessions that are told of.
async fn stored(
    txn: &DatabaseTransaction,
    told: &[Told],
) -> Result<HashMap<SessionId, (TenantId, Counted)>, StoreError> {
    let operation = "read what sessions have counted";
    let ids: Vec<_> = told.iter().map(|told| hexadecimal(&told.session.id.0)).collect();
    let backend = txn.get_database_backend();
    let sql = sql::stored_counters(backend);
    let ids = match backend {
        DbBackend::Postgres => format!("{{\"\\\\x{}\"}}", ids.join("\",\"\\\\x")),
        _ => json(&ids)?,
    };
    let statement = Statement::from_sql_and_values(backend, sql, [ids.into()]);
    let rows = txn.query_all_raw(statement).await.during(operation)?;
    rows.iter().map(counted_of).collect()
}

fn counted_of(row: &QueryResult) -> Result<(SessionId, (TenantId, Counted)), StoreError> {
    let operation = "read what sessions have counted";
    let id: Vec<u8> = row.try_get_by_index(0).during(operation)?;
    let corrupt = |problem: &str| StoreError::Corrupt {
        what: Kind::Session,
        row: hexadecimal(&id),
        problem: problem.to_owned(),
    };
    let counter = |column: usize| {
        let number: i64 = row.try_get_by_index(column).during(operation)?;
        u64::try_from(number).map_err(|_| corrupt("a counter is negative"))
    };
    let service: Option<i64> = row.try_get_by_index(2).during(operation)?;
    let counted = Counted {
        service: service.map(ServiceId),
        counters: Counters {
            upload_octets: counter(3)?,
            download_octets: counter(4)?,
            upload_packets: counter(5)?,
            download_packets: counter(6)?,
            session_time_s: u32::try_from(counter(7)?)
                .map_err(|_| corrupt("a value is out of range"))?,
            // It is part of the octets, and no usage of its own.
            ipv6: Ipv6Counters::default(),
        },
    };
    let tenant = TenantId(row.try_get_by_index(1).during(operation)?);
    let id = id.as_slice().try_into().map_err(|_| corrupt("its id has not 16 octets"))?;
    Ok((SessionId(id), (tenant, counted)))
}

/// The counters as the store keeps them.
fn storable(counters: Counters) -> Counters {
    let most = i64::MAX.unsigned_abs();
    Counters {
        upload_octets: counters.upload_octets.min(most),
        download_octets: counters.download_octets.min(most),
        upload_packets: counters.upload_packets.min(most),
        download_packets: counters.download_packets.min(most),
        session_time_s: counters.session_time_s,
        ipv6: Ipv6Counters::default(),
    }
}

/// `after` has counted at least what `before` has.
fn difference(after: Counters, before: Counters) -> UsageAmount {
    UsageAmount {
        upload_octets: after.upload_octets.saturating_sub(before.upload_octets),
        download_octets: after.download_octets.saturating_sub(before.download_octets),
        upload_packets: after.upload_packets.saturating_sub(before.upload_packets),
        download_packets: after.download_packets.saturating_sub(before.download_packets),
        session_time_s: after.session_time_s.saturating_sub(before.session_time_s).into(),
    }
}
