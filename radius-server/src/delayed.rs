//! Access-Rejects that are held back for a while, so that guessing takes time.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::Duration;

use radius_proto::Authenticator;

use crate::duplicates::RequestKey;

/// How many replies one lane holds back; beyond them a reply leaves at once, since holding more
/// would be a favour to whoever floods.
pub(crate) const HELD_REPLIES_MAX: usize = 16_384;

/// The replies of one lane that are not sent yet, the first due first.
pub(crate) struct Delayed {
    delay: Duration,
    waiting: VecDeque<Held>,
}

/// A reply that waits for its time. Until then its request is in progress, and a retransmission
/// of it is dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    due: Duration,
    pub(crate) key: RequestKey,
    pub(crate) authenticator: Authenticator,
    /// The local address that it is sent from.
    pub(crate) from: IpAddr,
    pub(crate) octets: Box<[u8]>,
}

impl Delayed {
    pub(crate) const fn new(delay: Duration) -> Self {
        Self { delay, waiting: VecDeque::new() }
    }

    /// Holds a reply back. False when it is to be sent at once instead.
    pub(crate) fn hold(
        &mut self,
        key: RequestKey,
        authenticator: &Authenticator,
        from: IpAddr,
        octets: &[u8],
        now: Duration,
    ) -> bool {
        if self.delay.is_zero() || self.waiting.len() >= HELD_REPLIES_MAX {
            return false;
        }
        let (due, authenticator) = (now.saturating_add(self.delay), *authenticator);
        self.waiting.push_back(Held { due, key, authenticator, from, octets: octets.into() });
        true
    }

    /// The next reply whose time has come.
    pub(crate) fn next_due(&mut self, now: Duration) -> Option<Held> {
        if self.waiting.front()?.due > now {
            return None;
        }
        self.waiting.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use radius_proto::Code;

    use super::*;

    fn key(identifier: u8) -> RequestKey {
        let source = SocketAddr::from(([127, 0, 0, 1], 1812));
        RequestKey { source, identifier, code: Code::ACCESS_REQUEST }
    }

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn replies_leave_in_order_once_their_time_has_come() {
        let mut delayed = Delayed::new(Duration::from_secs(1));
        let at = Duration::from_millis;
        assert!(delayed.hold(key(1), &[1; 16], HERE, b"first", at(0)));
        assert!(delayed.hold(key(2), &[2; 16], HERE, b"second", at(500)));
        assert_eq!(delayed.next_due(at(999)), None);
        assert_eq!(&*delayed.next_due(at(1_000)).unwrap().octets, b"first");
        assert_eq!(delayed.next_due(at(1_000)), None);
        assert_eq!(delayed.next_due(at(9_000)).unwrap().key, key(2));
        assert_eq!(delayed.next_due(at(9_000)), None);
    }

    #[test]
    fn without_a_delay_or_room_a_reply_leaves_at_once() {
        let mut none = Delayed::new(Duration::ZERO);
        assert!(!none.hold(key(1), &[1; 16], HERE, b"", Duration::ZERO));
        let mut delayed = Delayed::new(Duration::from_secs(1));
        for _ in 0..HELD_REPLIES_MAX {
            assert!(delayed.hold(key(1), &[1; 16], HERE, b"", Duration::ZERO));
        }
        assert!(!delayed.hold(key(1), &[1; 16], HERE, b"", Duration::ZERO));
    }
}
