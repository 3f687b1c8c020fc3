//! What an Accounting-Request says, once it has been understood.

use std::net::Ipv4Addr;
use std::sync::Arc;

use entitlement::{Ipv6Prefix, Meter, Notice, ServiceId, TenantId, Timestamp};

use crate::ports::NasId;
use crate::session::{SessionId, shard_key};

/// One accounting packet, understood and assigned to its session.
///
/// Counters are cumulative since the session's start, as the NAS sends them; nothing here is a
/// difference, so that repeating or reordering events cannot count anything twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountingEvent {
    /// The session it belongs to; for [`AccountingKind::On`] and [`AccountingKind::Off`] the
    /// session id says nothing, the event is about every session of the NAS.
    pub session: SessionId,
    /// Whose NAS sent it.
    pub tenant: TenantId,
    /// Which NAS sent it.
    pub nas: NasId,
    /// When it arrived here.
    pub received_at: Timestamp,
    /// When it happened: arrival less Acct-Delay-Time (RFC 2866 section 5.2).
    pub happened_at: Timestamp,
    /// What happened.
    pub kind: AccountingKind,
    /// Acct-Session-Id exactly as the NAS wrote it; CoA must repeat it octet for octet.
    pub acct_session_id: Arc<[u8]>,
    /// User-Name, with octets that are not UTF-8 or not printable escaped.
    pub login: Arc<str>,
    /// Calling-Station-Id, likewise; empty when absent.
    pub calling_station_id: Arc<str>,
    /// Framed-IP-Address, when the NAS sent it.
    pub framed_ipv4: Option<Ipv4Addr>,
    /// The IPv6 networks of the session, as far as the NAS sent them.
    pub ipv6: SessionIpv6,
    /// The service, when our Class token or the login names one; traffic of unknown users is
    /// kept apart and never billed.
    pub service: Option<ServiceId>,
    /// The activated service that it is about; `None`: the subscriber's own session.
    pub activated: Option<Arc<ActivatedService>>,
    /// How often the terms of the service asked for a report when it arrived, seconds.
    pub interim_interval_s: Option<u32>,
    /// What has been counted so far, in 64 bits whatever the NAS counts in.
    pub counters: Counters,
    /// What its service has used of its quotas and grants with it; `None`: the same as before.
    pub meter: Option<StoredMeter>,
    /// And the service whose data it shares; `None`: it shares none, or the same as before.
    pub lead_meter: Option<StoredMeter>,
}

/// What a service has used of its quotas and grants, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMeter {
    /// Whose service it is.
    pub tenant: TenantId,
    /// Which service.
    pub service: ServiceId,
    /// What it has used.
    pub meter: Arc<Meter>,
    /// The tiers of quotas that have come into force, as far as that is not recorded yet; each the latest of
    /// its quota.
    pub notices: Vec<MeterNotice>,
}

/// A tier of a quota that has come into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterNotice {
    /// Which, and of what.
    pub notice: Notice,
    /// The count of the meter by which it did. Another record that has the same, with a later count, is no news.
    pub revision: u64,
}

/// A service that was activated within a subscriber's session, for example a speed or a free
/// destination, and which the NAS reports as a session of its own.
///
/// What it counts is part of what the subscriber's session, its parent, counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActivatedService {
    /// Acct-Session-Id of the parent, as far as the NAS tells it.
    pub parent: Arc<[u8]>,
    /// What the NAS calls the service, escaped; for example `tiered(1280000, 5120000)`.
    pub name: Arc<str>,
}

/// The IPv6 networks of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SessionIpv6 {
    /// That of its link: Framed-IPv6-Prefix, or Framed-IPv6-Address as a prefix of 128 bits.
    pub framed: Option<Ipv6Prefix>,
    /// The one for the network behind it: Delegated-IPv6-Prefix.
    pub delegated: Option<Ipv6Prefix>,
}

impl SessionIpv6 {
    /// Each network of this, or of the other where this has none.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { framed: self.framed.or(other.framed), delegated: self.delegated.or(other.delegated) }
    }
}

/// What an accounting packet reports (Acct-Status-Type, RFC 2866 section 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountingKind {
    /// The session began.
    Start,
    /// The session goes on.
    Interim,
    /// The session ended, with Acct-Terminate-Cause (RFC 2866 section 5.10; 0 when absent).
    Stop {
        /// Acct-Terminate-Cause.
        terminate_cause: u32,
    },
    /// The NAS started: none of its earlier sessions exists any more.
    On,
    /// The NAS is about to stop: likewise.
    Off,
    /// Nothing was heard of the session for longer than it may be silent; no packet says so, but
    /// the server itself. The event happened when its last packet arrived.
    Silence,
}

impl AccountingEvent {
    /// The [`shard_key`] of its session.
    #[must_use]
    pub fn shard_key(&self) -> u64 {
        shard_key(self.nas, family(&self.acct_session_id, self.activated.as_deref()))
    }
}

/// The Acct-Session-Id that a session has in common with the services activated within it.
pub(crate) fn family<'a>(
    acct_session_id: &'a [u8],
    activated: Option<&'a ActivatedService>,
) -> &'a [u8] {
    activated.map_or(acct_session_id, |activated| &activated.parent)
}

impl AccountingKind {
    /// Is it about every session of the NAS, rather than about one?
    #[must_use]
    pub const fn is_about_the_nas(self) -> bool {
        matches!(self, Self::On | Self::Off)
    }

    /// The terminate cause of the sessions this ends: the NAS's own word of a Stop, Admin-Reboot
    /// for [`Off`](Self::Off), and NAS-Reboot for [`On`](Self::On), before which the sessions can
    /// only have been lost.
    #[must_use]
    pub const fn terminate_cause(self) -> Option<u32> {
        match self {
            Self::Stop { terminate_cause } => Some(terminate_cause),
            Self::On => Some(TERMINATE_CAUSE_NAS_REBOOT),
            Self::Off => Some(TERMINATE_CAUSE_ADMIN_REBOOT),
            Self::Start | Self::Interim | Self::Silence => None,
        }
    }
}

/// Acct-Terminate-Cause Admin-Reboot (RFC 2866 section 5.10).
pub const TERMINATE_CAUSE_ADMIN_REBOOT: u32 = 7;

/// Acct-Terminate-Cause Lost-Service (RFC 2866 section 5.10): of a session that a later one shows
/// to be over. Nobody said why; that the NAS rebooted, or that a line broke, would be a guess.
pub const TERMINATE_CAUSE_LOST_SERVICE: u32 = 3;

/// Acct-Terminate-Cause NAS-Reboot (RFC 2866 section 5.10).
pub const TERMINATE_CAUSE_NAS_REBOOT: u32 = 11;

/// Cumulative counters of a session, 64 bits wide (RFC 2869 sections 5.1 and 5.2 joined), named
/// from the subscriber's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Counters {
    /// Octets sent by the subscriber.
    pub upload_octets: u64,
    /// Octets received by the subscriber.
    pub download_octets: u64,
    /// Packets sent by the subscriber.
    pub upload_packets: u64,
    /// Packets received by the subscriber.
    pub download_packets: u64,
    /// Acct-Session-Time, seconds.
    pub session_time_s: u32,
    /// How much of it was IPv6, where the NAS says so.
    pub ipv6: Ipv6Counters,
}

/// The part of the counters of a session that was IPv6; 0 where the NAS does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Ipv6Counters {
    /// Octets sent by the subscriber.
    pub upload_octets: u64,
    /// Octets received by the subscriber.
    pub download_octets: u64,
    /// Packets sent by the subscriber.
    pub upload_packets: u64,
    /// Packets received by the subscriber.
    pub download_packets: u64,
}

impl Ipv6Counters {
    fn max(self, other: Self) -> Self {
        Self {
            upload_octets: self.upload_octets.max(other.upload_octets),
            download_octets: self.download_octets.max(other.download_octets),
            upload_packets: self.upload_packets.max(other.upload_packets),
            download_packets: self.download_packets.max(other.download_packets),
        }
    }

    /// Upload and download exchanged.
    pub(crate) const fn swapped(self) -> Self {
        Self {
            upload_octets: self.download_octets,
            download_octets: self.upload_octets,
            upload_packets: self.download_packets,
            download_packets: self.upload_packets,
        }
    }
}

impl Counters {
    /// The greater of each: how two reports of the same session are joined, whichever came first.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            upload_octets: self.upload_octets.max(other.upload_octets),
            download_octets: self.download_octets.max(other.download_octets),
            upload_packets: self.upload_packets.max(other.upload_packets),
            download_packets: self.download_packets.max(other.download_packets),
            session_time_s: self.session_time_s.max(other.session_time_s),
            ipv6: self.ipv6.max(other.ipv6),
        }
    }

    /// Is there nothing in these counters that `other` has not counted too?
    #[must_use]
    pub fn within(self, other: Self) -> bool {
        self.max(other) == other
    }
}
