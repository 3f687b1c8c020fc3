//! What a session is to get, before any vendor's way of saying it.

use core::fmt;
use std::net::Ipv4Addr;

use entitlement::Speed;

/// The kinds of intent, as dialect files name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum IntentKind {
    Speed,
    Pool,
    FixedIpv4,
    SessionTimeout,
    IdleTimeout,
    InterimInterval,
    AddressList,
}

impl IntentKind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Speed,
        Self::Pool,
        Self::FixedIpv4,
        Self::SessionTimeout,
        Self::IdleTimeout,
        Self::InterimInterval,
        Self::AddressList,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Speed => "speed",
            Self::Pool => "pool",
            Self::FixedIpv4 => "fixed_ipv4",
            Self::SessionTimeout => "session_timeout",
            Self::IdleTimeout => "idle_timeout",
            Self::InterimInterval => "interim_interval",
            Self::AddressList => "address_list",
        }
    }
}

impl fmt::Display for IntentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Everything one session is to get: at most one intent of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Intents<'a> {
    pub(crate) speed: Option<Speed>,
    pub(crate) pool: Option<&'a str>,
    pub(crate) fixed_ipv4: Option<Ipv4Addr>,
    pub(crate) session_timeout_s: Option<u32>,
    pub(crate) idle_timeout_s: Option<u32>,
    pub(crate) interim_interval_s: Option<u32>,
    pub(crate) address_list: Option<&'a str>,
}

impl Intents<'_> {
    pub(crate) const fn has(&self, kind: IntentKind) -> bool {
        match kind {
            IntentKind::Speed => self.speed.is_some(),
            IntentKind::Pool => self.pool.is_some(),
            IntentKind::FixedIpv4 => self.fixed_ipv4.is_some(),
            IntentKind::SessionTimeout => self.session_timeout_s.is_some(),
            IntentKind::IdleTimeout => self.idle_timeout_s.is_some(),
            IntentKind::InterimInterval => self.interim_interval_s.is_some(),
            IntentKind::AddressList => self.address_list.is_some(),
        }
    }
}
