//! When a provider is asked what has become of a payment that it does not tell of.

use entitlement::Timestamp;

/// When it is asked, seconds after the payer was. What is not known by then is found out by the nightly
/// [reconciliation](super::reconcile).
pub const POLLS_S: [u32; 6] = [10, 20, 40, 80, 180, 600];

/// When to ask next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NextPoll {
    /// Then.
    At(Timestamp),
    /// With the statement of the night.
    Nightly,
}

/// When to ask next about a payment that the payer was asked for at `prompted_at`, after so many
/// attempts.
#[must_use]
pub fn next_poll(prompted_at: Timestamp, attempts: u32) -> NextPoll {
    let after_s = usize::try_from(attempts).ok().and_then(|attempts| POLLS_S.get(attempts));
    after_s.map_or(NextPoll::Nightly, |after_s| NextPoll::At(prompted_at.plus_s((*after_s).into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_six_times_within_ten_minutes_and_then_nightly() {
        let next = |attempts| next_poll(Timestamp::from_unix_s(1_000), attempts);
        let table = [(0, 1_010), (1, 1_020), (2, 1_040), (3, 1_080), (4, 1_180), (5, 1_600)];
        for (attempts, at_s) in table {
            assert_eq!(next(attempts), NextPoll::At(Timestamp::from_unix_s(at_s)));
        }
        assert_eq!((next(6), next(u32::MAX)), (NextPoll::Nightly, NextPoll::Nightly));
    }
}
