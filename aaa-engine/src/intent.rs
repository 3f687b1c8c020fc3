//! What a session is to get, before any vendor's way of saying it.

use core::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use entitlement::{Burst, Ipv6Prefix, Networks, Priority, Route, Speed};

/// Declares the kinds of intent with the names that dialect files have for them.
macro_rules! kinds {
    ($($name:ident = $text:literal,)*) => {
        /// The kinds of intent, as dialect files name them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum IntentKind {
            $($name,)*
        }

        impl IntentKind {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];

            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

kinds! {
    Speed = "speed",
    Burst = "burst",
    Priority = "priority",
    Minimum = "minimum",
    Pool = "pool",
    Ipv6Pool = "ipv6_pool",
    DelegatedIpv6Pool = "delegated_ipv6_pool",
    FixedIpv4 = "fixed_ipv4",
    FixedIpv6 = "fixed_ipv6",
    Ipv6Prefix = "ipv6_prefix",
    DelegatedIpv6Prefix = "delegated_ipv6_prefix",
    Route = "route",
    Ipv6Route = "ipv6_route",
    SessionTimeout = "session_timeout",
    IdleTimeout = "idle_timeout",
    InterimInterval = "interim_interval",
    AddressList = "address_list",
    RoutingMark = "routing_mark",
    Group = "group",
    TotalLimit = "total_limit",
    DownloadLimit = "download_limit",
    UploadLimit = "upload_limit",
}

impl IntentKind {
    /// The parts of shaping, which many NASes take in one text.
    pub(crate) const SHAPING: [Self; 4] = [Self::Speed, Self::Burst, Self::Priority, Self::Minimum];
}

impl fmt::Display for IntentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Everything one session is to get.
///
/// The parts of shaping form a ladder, since RouterOS and its imitators write them in places of
/// one text: who has a minimum has a priority, who has a priority has a burst, if need be of zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Intents<'a> {
    pub(crate) speed: Option<Speed>,
    pub(crate) burst: Option<Burst>,
    pub(crate) priority: Option<Priority>,
    pub(crate) minimum: Option<Speed>,
    pub(crate) pool: Option<&'a str>,
    pub(crate) ipv6_pool: Option<&'a str>,
    pub(crate) delegated_ipv6_pool: Option<&'a str>,
    pub(crate) fixed_ipv4: Option<Ipv4Addr>,
    pub(crate) networks: Option<&'a Networks>,
    /// The prefix of the link, from a pool that is managed here.
    pub(crate) leased_ipv6: Option<Ipv6Prefix>,
    /// The delegated prefix, likewise.
    pub(crate) leased_delegated_ipv6: Option<Ipv6Prefix>,
    /// Counted from now.
    pub(crate) session_timeout_s: Option<u32>,
    /// How long the session has lasted: nothing in an Access-Accept.
    pub(crate) session_age_s: u32,
    pub(crate) idle_timeout_s: Option<u32>,
    pub(crate) interim_interval_s: Option<u32>,
    pub(crate) address_list: Option<&'a str>,
    pub(crate) routing_mark: Option<&'a str>,
    pub(crate) group: Option<&'a str>,
    /// How much the whole session may transfer, both ways together, octets: what the NAS itself
    /// ends it at, should it hear nothing more from here.
    pub(crate) total_limit_octets: Option<u64>,
    /// How much it may download, likewise.
    pub(crate) download_limit_octets: Option<u64>,
    /// How much it may upload, likewise.
    pub(crate) upload_limit_octets: Option<u64>,
}

impl<'a> Intents<'a> {
    pub(crate) fn has(&self, kind: IntentKind) -> bool {
        self.count(kind) > 0
    }

    /// How many of a kind there are: of prefixes and routes there may be several.
    pub(crate) fn count(&self, kind: IntentKind) -> usize {
        usize::from(match kind {
            IntentKind::Speed => self.speed.is_some(),
            IntentKind::Burst => self.burst.is_some(),
            IntentKind::Priority => self.priority.is_some(),
            IntentKind::Minimum => self.minimum.is_some(),
            IntentKind::FixedIpv4 => self.fixed_ipv4.is_some(),
            IntentKind::FixedIpv6 => self.fixed_ipv6().is_some(),
            IntentKind::SessionTimeout | IntentKind::IdleTimeout | IntentKind::InterimInterval => {
                self.seconds(kind).is_some()
            }
            IntentKind::TotalLimit | IntentKind::DownloadLimit | IntentKind::UploadLimit => {
                self.octets(kind).is_some()
            }
            IntentKind::Pool
            | IntentKind::Ipv6Pool
            | IntentKind::DelegatedIpv6Pool
            | IntentKind::AddressList
            | IntentKind::RoutingMark
            | IntentKind::Group => self.name(kind).is_some(),
            IntentKind::Ipv6Prefix | IntentKind::DelegatedIpv6Prefix => {
                return self.prefixes(kind).len();
            }
            IntentKind::Route => return self.routes(false).count(),
            IntentKind::Ipv6Route => return self.routes(true).count(),
        })
    }

    /// The intent of a kind that is a name on the NAS.
    pub(crate) const fn name(&self, kind: IntentKind) -> Option<&'a str> {
        match kind {
            IntentKind::Pool => self.pool,
            IntentKind::Ipv6Pool => self.ipv6_pool,
            IntentKind::DelegatedIpv6Pool => self.delegated_ipv6_pool,
            IntentKind::AddressList => self.address_list,
            IntentKind::RoutingMark => self.routing_mark,
            IntentKind::Group => self.group,
            _ => None,
        }
    }

    /// The intent of a kind that is a time.
    pub(crate) const fn seconds(&self, kind: IntentKind) -> Option<u32> {
        match kind {
            IntentKind::SessionTimeout => self.session_timeout_s,
            IntentKind::IdleTimeout => self.idle_timeout_s,
            IntentKind::InterimInterval => self.interim_interval_s,
            _ => None,
        }
    }

    /// The intent of a kind that is an amount of traffic.
    pub(crate) const fn octets(&self, kind: IntentKind) -> Option<u64> {
        match kind {
            IntentKind::TotalLimit => self.total_limit_octets,
            IntentKind::DownloadLimit => self.download_limit_octets,
            IntentKind::UploadLimit => self.upload_limit_octets,
            _ => None,
        }
    }

    pub(crate) fn fixed_ipv6(&self) -> Option<Ipv6Addr> {
        self.networks.and_then(|networks| networks.ipv6)
    }

    /// The `number`-th prefix of a kind, or the only one.
    pub(crate) fn prefix(&self, kind: IntentKind, number: usize) -> Option<Ipv6Prefix> {
        self.prefixes(kind).get(number).copied()
    }

    /// The `number`-th route of a kind.
    pub(crate) fn route(&self, kind: IntentKind, number: usize) -> Option<&'a Route> {
        self.routes(kind == IntentKind::Ipv6Route).nth(number)
    }

    /// Those that are a service's own, else the one that was leased.
    fn prefixes(&self, kind: IntentKind) -> &[Ipv6Prefix] {
        let (own, leased) = match kind {
            IntentKind::Ipv6Prefix => {
                (self.networks.map(|networks| &networks.ipv6_prefixes), &self.leased_ipv6)
            }
            IntentKind::DelegatedIpv6Prefix => (
                self.networks.map(|networks| &networks.delegated_ipv6_prefixes),
                &self.leased_delegated_ipv6,
            ),
            _ => return &[],
        };
        own.filter(|own| !own.is_empty()).map_or(leased.as_slice(), Vec::as_slice)
    }

    fn routes(&self, ipv6: bool) -> impl Iterator<Item = &'a Route> {
        let routes = self.networks.map_or(&[][..], |networks| &networks.routes);
        routes.iter().filter(move |route| route.is_ipv6() == ipv6)
    }
}
