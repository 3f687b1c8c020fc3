//! Units of work that a database has undone for the sake of others, done once more.

use crate::error::StoreError;

/// How often a unit is tried. Who was undone let everybody before it pass, so that few are undone twice.
const ATTEMPTS: u32 = 8;

/// As [`repeated`], a unit that is done once for each key. Where it is refused, another one with the same key may
/// have been done at the same time: by its key, or because the money is gone that only that one has spent. So it
/// is tried once more, and finds that one if there is one.
pub(crate) async fn once_by_key<T, Unit, Attempt>(unit: Unit) -> Result<T, StoreError>
where
    Unit: Fn() -> Attempt + Send + Sync,
    Attempt: Future<Output = Result<T, StoreError>> + Send,
{
    match repeated(&unit).await {
        Err(error) if !error.is_away() => repeated(&unit).await,
        done => done,
    }
}

/// Does a unit of work, and does it again where PostgreSQL has undone it because it stood in a circle with
/// others, or because they had changed what it had read (SQLSTATE 40P01 and 40001). Nothing but rows of the
/// store may be changed by it: whatever else was done would be done twice.
pub(crate) async fn repeated<T, Unit, Attempt>(unit: Unit) -> Result<T, StoreError>
where
    Unit: Fn() -> Attempt + Send,
    Attempt: Future<Output = Result<T, StoreError>> + Send,
{
    for _ in 1..ATTEMPTS {
        match unit().await {
            Err(error) if error.is_undone_for_others() => {
                tracing::debug!(%error, "done once more");
            }
            done => return done,
        }
    }
    unit().await
}
