//! Too many wrong passwords or one-time codes.

use super::{Candidate, Refusal, Rule};
use crate::explain::Check;
use crate::reason::Reason;

/// The login is not locked after wrong passwords (see [`LockOut`](crate::LockOut)).
pub(super) struct NotLockedOut;

impl Rule for NotLockedOut {
    fn judge(&self, candidate: &Candidate<'_>) -> Result<(), Refusal> {
        match candidate.activity.locked_until(candidate.now) {
            None => Ok(()),
            Some(until) => {
                Err(Refusal { over_at: Some(until), ..Refusal::final_(Reason::LockedOut) })
            }
        }
    }

    fn checks(&self, candidate: &Candidate<'_>) -> Vec<Check> {
        let until = candidate.activity.locked_until(candidate.now);
        let is_counted =
            candidate.settings.lock_out.is_some() || candidate.service.one_time_codes.is_some();
        if is_counted || until.is_some() { vec![Check::LockOut { until }] } else { Vec::new() }
    }
}
