//! What becomes of rows that are due, each of them in a transaction of its own: who cannot be dealt with stops
//! nobody else.

use entitlement::{TenantId, Timestamp};
use sea_orm::Value;

use crate::error::StoreError;

/// What came of those that were due.
#[derive(Debug, Default)]
pub struct DoneEach {
    /// How many there were. Fewer than were asked for: there are no more.
    pub tried: usize,
    /// How many of them somebody else had not dealt with meanwhile.
    pub done: usize,
    /// Those that could not be dealt with. They are still due.
    pub failed: Vec<NotDone>,
}

/// Something due that could not be dealt with. Nothing of it was written.
#[derive(Debug)]
pub struct NotDone {
    /// Its number, or what it is called.
    pub what: String,
    /// Why not.
    pub error: StoreError,
}

impl DoneEach {
    /// Notes what came of one, `true`: it was dealt with. Fails only when the store is away: so would all
    /// others.
    pub(super) fn note(
        &mut self,
        what: &impl ToString,
        came: Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        self.tried += 1;
        match came {
            Ok(is_done) => self.done += usize::from(is_done),
            Err(error) if error.is_away() => return Err(error),
            Err(error) => self.failed.push(NotDone { what: what.to_string(), error }),
        }
        Ok(())
    }

    /// Notes what came of several together: so many of them were dealt with.
    pub(super) const fn note_many(&mut self, tried: usize, done: usize) {
        self.tried += tried;
        self.done += done;
    }

    /// How many were dealt with, or the first failure.
    pub(super) fn all(self) -> Result<usize, StoreError> {
        self.failed.into_iter().next().map_or(Ok(self.done), |failed| Err(failed.error))
    }
}

/// What a statement takes that finds some of those of a tenant that are due: the tenant, now, how many, and behind
/// how many.
pub(super) fn page(tenant: TenantId, now: Timestamp, limit: u64, skip: u64) -> [Value; 4] {
    let [limit, skip] = [limit, skip].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    [tenant.0, now.unix_ms(), limit, skip].map(Value::from)
}
