//! Which errors of a database mean that nobody answers.

use std::error::Error;

use sea_orm::{DbErr, RuntimeErr};

/// The classes of SQLSTATE with which PostgreSQL says that it cannot answer now: the connection,
/// too little of something, and the word of its operator, as while it starts or stops.
const CLASSES: [&str; 3] = ["08", "53", "57P"];

/// The SQLSTATEs of `deadlock_detected` and `serialization_failure`.
const UNDONE_FOR_OTHERS: [&str; 2] = ["40P01", "40001"];

/// As [`of_sqlx`], of any error that a database gave.
pub(super) fn is_away(error: &(dyn Error + Send + Sync + 'static)) -> bool {
    match error.downcast_ref::<DbErr>() {
        Some(DbErr::ConnectionAcquire(_)) => true,
        _ => sqlx_of(error).is_some_and(of_sqlx),
    }
}

/// Whether PostgreSQL has undone a transaction for the sake of others: it was one of a circle of which each
/// waits for the next, or others have changed what it had read.
pub(super) fn is_undone_for_others(error: &(dyn Error + Send + Sync + 'static)) -> bool {
    let code = sqlx_of(error).and_then(sqlx::Error::as_database_error).and_then(|it| it.code());
    code.is_some_and(|code| UNDONE_FOR_OTHERS.contains(&&*code))
}

/// What the driver has said.
fn sqlx_of<'e>(error: &'e (dyn Error + Send + Sync + 'static)) -> Option<&'e sqlx::Error> {
    match error.downcast_ref::<DbErr>() {
        Some(
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)),
        ) => Some(&**error),
        _ => error.downcast_ref::<sqlx::Error>(),
    }
}

/// Whether nobody answers, or only to say that it cannot now.
pub(crate) fn of_sqlx(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| CLASSES.iter().any(|class| code.starts_with(class)))
        }
        _ => false,
    }
}
