//! What SQLite's planner is told about the tables: that a tenant has many rows.
//!
//! Knowing nothing, it takes each index for one that leaves ten rows. A statement that names its rows and,
//! so that none of another tenant is among them, the tenant beside them is then answered by looking at all
//! rows of the tenant: a billing run over twice as many subscribers takes four times as long. Its own
//! `analyze` would say how many there are now, which is nothing while the store is new. So the figures are
//! given by hand, as its manual allows, and are the same in every store: a statement has one plan.

use sea_orm_migration::DbErr;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement};

/// The column that says whose a row is.
const TENANT: &str = "tenant_id";
/// How many rows a table has.
const ROWS: i64 = 1_000_000;
/// How many of them a tenant has: fewer than all, so that an index is better than to look at them all.
const ROWS_OF_TENANT: i64 = 100_000;
/// How many rows SQLite thinks that one more column of an index leaves, and at least.
const ROWS_OF_COLUMN: i64 = 10;
const ROWS_OF_COLUMN_MIN: i64 = 5;

/// Tells it of all indexes that begin with the tenant. Has no effect on PostgreSQL, which counts by itself.
pub(crate) async fn tell_planner(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    if backend != DbBackend::Sqlite {
        return Ok(());
    }
    // Of the table of tables alone there is nothing to be counted: it makes room for the figures.
    db.execute_unprepared("analyze sqlite_schema").await?;
    let sql = "select i.tbl_name, i.name, l.\"unique\" as is_unique, count(*) as columns \
               from sqlite_schema i join pragma_index_list(i.tbl_name) l on l.name = i.name \
               join pragma_index_info(i.name) c \
               where i.type = 'index' \
               and (select name from pragma_index_info(i.name) where seqno = 0) = $1 \
               group by i.tbl_name, i.name, l.\"unique\"";
    let statement = Statement::from_sql_and_values(backend, sql, [TENANT.into()]);
    for row in db.query_all_raw(statement).await? {
        let (table, index): (String, String) =
            (row.try_get("", "tbl_name")?, row.try_get("", "name")?);
        let figures = figures(row.try_get("", "columns")?, row.try_get("", "is_unique")?);
        for (sql, values) in [
            ("delete from sqlite_stat1 where tbl = $1 and idx = $2", vec![&table, &index]),
            ("insert into sqlite_stat1 values ($1, $2, $3)", vec![&table, &index, &figures]),
        ] {
            let statement = Statement::from_sql_and_values(
                backend,
                sql,
                values.into_iter().map(|value| value.as_str().into()),
            );
            db.execute_raw(statement).await?;
        }
    }
    // The connection that holds them reads them now, the others with the tables.
    db.execute_unprepared("analyze sqlite_schema").await.map(|_| ())
}

/// Rows of the table, and those that are left when the first, the first two, … columns are known.
fn figures(columns: i64, is_unique: bool) -> String {
    let left = (1..=columns).map(|known| match known {
        _ if is_unique && known == columns => 1,
        1 => ROWS_OF_TENANT,
        _ => (ROWS_OF_COLUMN + 1 - known).max(ROWS_OF_COLUMN_MIN),
    });
    let all = core::iter::once(ROWS).chain(left);
    all.map(|rows| rows.to_string()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_has_many_rows_and_a_unique_index_leaves_one() {
        assert_eq!(figures(1, false), "1000000 100000");
        assert_eq!(figures(1, true), "1000000 1");
        assert_eq!(figures(3, false), "1000000 100000 9 8");
        assert_eq!(figures(4, true), "1000000 100000 9 8 1");
        assert_eq!(figures(8, false), "1000000 100000 9 8 7 6 5 5 5");
    }
}
