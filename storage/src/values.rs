//! Many rows in few statements. On SQLite they are parameters: to unfold them from JSON costs it nearly
//! three times as much (measured for nine columns: 16 µs a row instead of 6).

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, Statement, Value};

use crate::among::Array;
use crate::error::{During as _, StoreError};

/// Most rows of one statement on PostgreSQL.
const ROWS_PER_ARRAY: usize = 5_000;
/// Most rows of one statement on SQLite. It is a power of two, as are the rows of every statement, so that
/// few statements differ and each is prepared once.
const ROWS_MAX: usize = 256;

/// Runs `insert`, which ends before its VALUES, with these rows, and `on_conflict` behind them.
pub(crate) async fn insert<const COLUMNS: usize>(
    txn: &DatabaseTransaction,
    insert: &str,
    rows: Vec<[Value; COLUMNS]>,
    on_conflict: &str,
    operation: &'static str,
) -> Result<(), StoreError> {
    if txn.get_database_backend() == DbBackend::Postgres {
        return insert_arrays(txn, insert, &rows, on_conflict, operation).await;
    }
    let mut rows = rows.into_iter();
    while let Some(count) = largest_power_of_two(rows.len()) {
        let parameters: Vec<Value> = rows.by_ref().take(count).flatten().collect();
        let placeholders = placeholders(count, COLUMNS);
        let sql = format!("{insert} values {placeholders} {on_conflict}");
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, parameters);
        txn.execute_raw(statement).await.during(operation)?;
    }
    Ok(())
}

/// On PostgreSQL each column is one array: one statement, whatever the number of rows.
async fn insert_arrays<const COLUMNS: usize>(
    txn: &DatabaseTransaction,
    insert: &str,
    rows: &[[Value; COLUMNS]],
    on_conflict: &str,
    operation: &'static str,
) -> Result<(), StoreError> {
    for rows in rows.chunks(ROWS_PER_ARRAY) {
        let Some(first) = rows.first() else { return Ok(()) };
        let mut unnested = Vec::with_capacity(COLUMNS);
        let mut parameters = Vec::with_capacity(COLUMNS);
        for (column, value) in first.iter().enumerate() {
            let kind = match value {
                Value::BigInt(_) => "bigint",
                Value::Bytes(_) => "bytea",
                _ => "text",
            };
            unnested.push(format!("${}::text::{kind}[]", column + 1));
            let mut array = Array::default();
            for row in rows {
                match row.get(column) {
                    Some(Value::BigInt(Some(number))) => array.number(*number),
                    Some(Value::Bytes(Some(octets))) => array.octets(octets),
                    Some(Value::String(Some(text))) => array.text(text),
                    _ => array.null(),
                }
            }
            parameters.push(Value::from(array.finish()));
        }
        let unnested = unnested.join(", ");
        let sql = format!("{insert} select * from unnest({unnested}) {on_conflict}");
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, parameters);
        txn.execute_raw(statement).await.during(operation)?;
    }
    Ok(())
}

/// How many of `rows` go into the next statement.
const fn largest_power_of_two(rows: usize) -> Option<usize> {
    match rows.checked_ilog2() {
        None => None,
        Some(_) if rows >= ROWS_MAX => Some(ROWS_MAX),
        Some(log) => Some(1 << log),
    }
}

fn placeholders(rows: usize, columns: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(","));
    vec![row.as_str(); rows].join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_goes_into_one_statement() {
        let mut left = 1_000 + 7;
        let mut statements = Vec::new();
        while let Some(count) = largest_power_of_two(left) {
            statements.push(count);
            left -= count;
        }
        assert_eq!(statements, [256, 256, 256, 128, 64, 32, 8, 4, 2, 1]);
        assert_eq!(placeholders(2, 3), "(?,?,?),(?,?,?)");
    }
}
