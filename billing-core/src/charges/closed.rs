//! Books that are closed.

use entitlement::Timestamp;

use crate::{Event, Timeline};

/// Something that would change books that are closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{field} is at {at}, and the books are closed until {closed_until}; enter it at {closed_until} or \
     later"
)]
pub struct ClosedError {
    /// What was entered.
    pub field: &'static str,
    /// When it was to be.
    pub at: Timestamp,
    /// Until when the books are closed: the first moment that is open.
    pub closed_until: Timestamp,
}

/// Checks that what is entered (an event, a version of a price, the beginning of a discount) does not
/// lie where the books are closed.
///
/// # Errors
/// When it does, with the moments at which it could be.
pub fn check_open(
    field: &'static str,
    at: Timestamp,
    closed_until: Option<Timestamp>,
) -> Result<(), ClosedError> {
    match closed_until {
        Some(closed_until) if at < closed_until => Err(ClosedError { field, at, closed_until }),
        _ => Ok(()),
    }
}

impl Timeline {
    /// Checks that nothing was added to `before`, and nothing of it left out, where the books are
    /// closed.
    ///
    /// # Errors
    /// At the first event that was.
    pub fn check_open(
        &self,
        before: &Self,
        closed_until: Option<Timestamp>,
    ) -> Result<(), ClosedError> {
        let (mut new, mut old) =
            (self.events().iter().peekable(), before.events().iter().peekable());
        loop {
            let differs: &Event = match (new.peek(), old.peek()) {
                (None, None) => return Ok(()),
                (Some(only), None) | (None, Some(only)) => only,
                (Some(left), Some(right)) if left == right => {
                    new.next();
                    old.next();
                    continue;
                }
                (Some(left), Some(right)) => left.min(right),
            };
            // Both are in the order of time, so this is the first.
            return check_open("the event", differs.at, closed_until);
        }
    }
}
