//! What the server has done since it was started.

use std::sync::atomic::{AtomicU64, Ordering};

use radius_proto::{DecodeError, DecodeErrorKind};

use crate::drain::DrainStats;
use crate::journal::JournalStats;

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What the server has done since it was started. Numbers of packets unless said
        /// otherwise.
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct Stats {
            $($(#[$doc])* pub $name: u64,)*
            /// Datagrams that are no RADIUS packet.
            pub malformed: u64,
            /// The same by what is wrong with them; every kind is listed.
            pub malformed_by_kind: Vec<(&'static str, u64)>,
            /// Sessions that are open now.
            pub sessions_open: u64,
            /// CoA-Requests and Disconnect-Requests to NASes, each counted once however often it was
            /// sent.
            pub coa_requests: u64,
            /// Of these, done by the NAS.
            pub coa_acknowledged: u64,
            /// Of these, refused.
            pub coa_refused: u64,
            /// Of these, not answered in time.
            pub coa_unanswered: u64,
            /// Replies to them with a wrong authenticator; dropped.
            pub coa_unauthentic: u64,
            /// Sessions that do not have yet what they should.
            pub sessions_pursued: u64,
            /// The journal.
            pub journal: JournalStats,
            /// The way from the journal to the sink.
            pub drain: DrainStats,
        }

        /// The counters of one lane, written by it alone, so that lanes do not pull one cache
        /// line out of each other's hands.
        #[derive(Default)]
        pub(crate) struct LaneCounters {
            $(pub(crate) $name: Counter,)*
            malformed: [Counter; MALFORMED_KINDS],
        }

        impl LaneCounters {
            /// Adds what this lane has counted.
            pub(crate) fn add_to(&self, stats: &mut Stats) {
                $(stats.$name += self.$name.value();)*
                stats.malformed_by_kind.resize(MALFORMED_KINDS, ("", 0));
                let kinds = MALFORMED_NAMES.iter().zip(&self.malformed);
                for (entry, (name, count)) in stats.malformed_by_kind.iter_mut().zip(kinds) {
                    *entry = (name, entry.1 + count.value());
                    stats.malformed += count.value();
                }
            }
        }
    };
}

counters! {
    /// Datagrams that arrived.
    packets_received,
    /// Access-Accepts decided, quarantine included; retransmitted ones are not counted again.
    access_accepts,
    /// Of these, into quarantine.
    access_quarantines,
    /// Access-Rejects decided.
    access_rejects,
    /// Access-Challenges: log-ins that went on with a further request.
    access_challenges,
    /// Accounting-Requests recorded and answered.
    accounting_responses,
    /// Status-Servers answered.
    status_responses,
    /// Retransmissions that got the reply that had been sent already.
    duplicates,
    /// Retransmissions of a request that was not answered yet; dropped.
    duplicates_in_progress,
    /// From sources that are no NAS of the installation; dropped.
    unknown_nas,
    /// With a wrong Request Authenticator or Message-Authenticator; dropped.
    bad_authenticators,
    /// Access-Requests without the Message-Authenticator that the NAS's policy requires; dropped.
    missing_message_authenticators,
    /// Of a kind that this port does not serve; dropped.
    unexpected_codes,
    /// Requests that no reply could be made for; dropped.
    not_answerable,
    /// Interim-Updates that had waited for too long; dropped, so that Starts and Stops are not.
    interims_shed,
    /// Accounting-Requests that cannot be understood; neither recorded nor answered.
    accounting_not_understood,
    /// Accounting-Requests that the journal did not take; not answered.
    accounting_not_recorded,
    /// Log-ins that the journal did not take, and so are missing in the authentication log; they
    /// were answered.
    attempts_not_recorded,
    /// Replies that the system refused to send.
    send_failures,
    /// Failed calls to receive.
    receive_failures,
}

/// A number that one thread writes and others read.
#[derive(Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The kinds of malformed datagrams; the first is for what is not listed.
const MALFORMED_NAMES: [&str; 14] = [
    "other",
    "datagram_too_long",
    "header_truncated",
    "length_too_small",
    "length_too_large",
    "length_beyond_datagram",
    "unknown_code",
    "attribute_type_zero",
    "attribute_length_too_small",
    "attribute_overrun",
    "message_authenticator_length",
    "message_authenticator_repeated",
    "status_server_unsigned",
    "eap_message_unsigned",
];
const MALFORMED_KINDS: usize = MALFORMED_NAMES.len();

impl LaneCounters {
    /// Counts a datagram longer than any packet.
    pub(crate) fn count_too_long(&self) {
        self.count_malformed(1);
    }

    /// Counts a datagram that is no packet.
    pub(crate) fn count_undecodable(&self, error: &DecodeError) {
        self.count_malformed(match error.kind {
            DecodeErrorKind::HeaderTruncated => 2,
            DecodeErrorKind::LengthTooSmall => 3,
            DecodeErrorKind::LengthTooLarge => 4,
            DecodeErrorKind::LengthBeyondDatagram => 5,
            DecodeErrorKind::UnknownCode => 6,
            DecodeErrorKind::AttributeTypeZero => 7,
            DecodeErrorKind::AttributeLengthTooSmall => 8,
            DecodeErrorKind::AttributeOverrun => 9,
            DecodeErrorKind::MessageAuthenticatorLength => 10,
            DecodeErrorKind::MessageAuthenticatorRepeated => 11,
            DecodeErrorKind::StatusServerUnsigned => 12,
            DecodeErrorKind::EapMessageUnsigned => 13,
            _ => 0,
        });
    }

    fn count_malformed(&self, kind: usize) {
        if let Some(counter) = self.malformed.get(kind) {
            counter.add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use radius_proto::Packet;

    use super::*;

    #[test]
    fn lanes_are_added_up_and_malformed_packets_keep_their_kind() {
        let lanes = [LaneCounters::default(), LaneCounters::default()];
        for lane in &lanes {
            lane.packets_received.add(3);
            lane.count_too_long();
            lane.count_undecodable(&Packet::parse(b"short").unwrap_err());
        }
        let mut stats = Stats::default();
        lanes.iter().for_each(|lane| lane.add_to(&mut stats));
        assert_eq!((stats.packets_received, stats.malformed), (6, 4));
        assert!(stats.malformed_by_kind.contains(&("datagram_too_long", 2)));
        assert!(stats.malformed_by_kind.contains(&("header_truncated", 2)));
        assert!(stats.malformed_by_kind.contains(&("unknown_code", 0)));
    }
}
