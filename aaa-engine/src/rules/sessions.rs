//! How many sessions a service has at a time.

use entitlement::{SessionLimit, WhenFull};

use super::{Candidate, Refusal, Rule};
use crate::explain::Check;
use crate::reason::Reason;

/// The service has room for one more session: an acceptance counts from the moment it is decided,
/// so that two log-ins at once cannot both take the last place. Sessions whose end was lost do not
/// count; see [`Candidate::other_uses`].
pub(super) struct HasRoom;

/// Where the session of a log-in would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// There is room; or the plan sets no limit.
    Free,
    /// In place of so many of those that have lasted longest.
    InsteadOf(usize),
    /// Nowhere.
    None,
}

pub(crate) fn place(candidate: &Candidate<'_>) -> Place {
    let Some(SessionLimit { max, when_full }) = candidate.service.entitlement.terms.session_limit
    else {
        return Place::Free;
    };
    let (others, max) = (candidate.other_uses().count(), usize::from(max.get()));
    if others < max {
        return Place::Free;
    }
    match when_full {
        WhenFull::Reject => Place::None,
        WhenFull::ReplaceOldest => Place::InsteadOf(1 + others - max),
    }
}

impl Rule for HasRoom {
    fn judge(&self, candidate: &Candidate<'_>) -> Result<(), Refusal> {
        match place(candidate) {
            Place::Free | Place::InsteadOf(_) => Ok(()),
            Place::None => Err(Refusal::final_(Reason::TooManySessions)),
        }
    }

    fn checks(&self, candidate: &Candidate<'_>) -> Vec<Check> {
        let Some(limit) = candidate.service.entitlement.terms.session_limit else {
            return Vec::new();
        };
        vec![Check::Sessions { limit, others: candidate.other_uses().count() }]
    }
}
