//! Rows as the parameters of a statement. For SQLite to unfold them from JSON costs nearly three times
//! as much (measured for nine columns: 16 µs a row instead of 6).

use core::fmt::Write as _;

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, Statement, Value};

use crate::error::{During as _, StoreError};

/// Most rows of one statement. It is a power of two, as are the rows of every statement, so that
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
    let backend = txn.get_database_backend();
    let mut rows = rows.into_iter();
    while let Some(count) = largest_power_of_two(rows.len()) {
        let parameters: Vec<Value> = rows.by_ref().take(count).flatten().collect();
        let placeholders = placeholders(backend, count, COLUMNS);
        let sql = format!("{insert} values {placeholders} {on_conflict}");
        let statement = Statement::from_sql_and_values(backend, sql, parameters);
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

fn placeholders(backend: DbBackend, rows: usize, columns: usize) -> String {
    let mut text = String::new();
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..columns {
            text.push_str(if column == 0 { "" } else { "," });
            match backend {
                // To write to a string cannot fail.
                DbBackend::Postgres => {
                    let _ = write!(text, "${}", row * columns + column + 1);
                }
                _ => text.push('?'),
            }
        }
        text.push(')');
    }
    text
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
        assert_eq!(placeholders(DbBackend::Sqlite, 2, 3), "(?,?,?),(?,?,?)");
        assert_eq!(placeholders(DbBackend::Postgres, 2, 3), "($1,$2,$3),($4,$5,$6)");
    }
}
