//! What a session has used between two of its packets.

use entitlement::{SessionKey, Timestamp, UsageRecord};

use crate::accounting::{AccountingEvent, Counters};

/// What an event brings beyond what was counted by the report before; `None`: nothing. A report
/// that comes twice, or after a later one, brings nothing: counters are of all that was.
pub(super) fn increase(
    event: &AccountingEvent,
    counted: Counters,
    last_seen_at: Timestamp,
) -> Option<UsageRecord> {
    // How long it took, the NAS has measured itself: what arrived late, or again, is no report of its
    // moment. One that does not say is taken to report without delay.
    let took_s = event.counters.session_time_s.saturating_sub(counted.session_time_s);
    let from = if took_s > 0 { event.happened_at.minus_s(took_s.into()) } else { last_seen_at };
    let record = UsageRecord {
        session: SessionKey(event.session.0),
        from,
        to: event.happened_at,
        upload_octets: event.counters.upload_octets.saturating_sub(counted.upload_octets),
        download_octets: event.counters.download_octets.saturating_sub(counted.download_octets),
        online_s: took_s.into(),
    };
    let is_nothing = (record.upload_octets, record.download_octets, took_s) == (0, 0, 0);
    (!is_nothing).then_some(record)
}
