//! Which errors of a database mean that nobody answers.

use std::error::Error;

use sea_orm::{DbErr, RuntimeErr};

/// The classes of SQLSTATE with which PostgreSQL says that it cannot answer now: the connection,
/// too little of something, and the word of its operator, as while it starts or stops.
const CLASSES: [&str; 3] = ["08", "53", "57P"];

/// As [`of_sqlx`], of any error that a database gave.
pub(super) fn is_away(error: &(dyn Error + Send + Sync + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<sqlx::Error>() {
        return of_sqlx(error);
    }
    match error.downcast_ref::<DbErr>() {
        Some(DbErr::ConnectionAcquire(_)) => true,
        Some(
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)),
        ) => of_sqlx(error),
        _ => false,
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
