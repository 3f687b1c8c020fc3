//! To whom an offer is shown, and when.

use core::fmt;
use std::collections::BTreeSet;
use std::sync::Arc;

use entitlement::{
    Access, Entitlement, Hours, Standing, Terms, TimeZone, Timestamp, Validity, Withheld,
};

use super::{Offer, OfferId};

/// How a customer is connected, as offers tell it apart.
///
/// It is not what a request of a NAS asks for, which the other half tells apart under the same words: a
/// log-in to the router is no way to be connected, and who has a fixed address never asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccessKind {
    /// PPPoE and tunnels.
    Ppp,
    /// A captive portal.
    Hotspot,
    /// A lease by DHCP.
    Dhcp,
    /// A station of an access point, with 802.1X or a key of its own.
    Wireless,
    /// A port of a switch.
    Dot1x,
    /// A fixed address without a log-in.
    Static,
}

/// What kind of customer somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CustomerCategory {
    /// A household.
    Residential,
    /// A company without a service level agreement.
    Business,
    /// A company with one.
    Enterprise,
    /// A school, a hospital, an office of the state.
    PublicBody,
    /// Who sells on.
    Reseller,
}

/// What the device of a customer can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeviceCapability {
    /// IPv6 with a delegated prefix.
    Ipv6,
    /// Wi-Fi at 5 GHz.
    FiveGhz,
    /// A port of 1 Gbit/s.
    GigabitPort,
    /// Telephony.
    Voice,
    /// Multicast, for television.
    Multicast,
}

/// A part of the area that is served, by its row in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ZoneId(pub i64);

/// Which of several.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Among<T> {
    /// Whichever, known or not.
    #[default]
    All,
    /// One of these; a catalogue takes no empty set.
    Only(BTreeSet<T>),
}

/// To whom an offer is shown: who fulfils all of it. For people, zones are their names; for rules, their
/// rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visibility<Z = ZoneId> {
    /// With which access.
    pub access: Among<AccessKind>,
    /// To which customers.
    pub categories: Among<CustomerCategory>,
    /// What the device must be able to do, all of it.
    pub needs: BTreeSet<DeviceCapability>,
    /// Where.
    pub zones: Among<Z>,
    /// From when until when.
    pub dates: Validity,
    /// At which hours of the week, on the clock of the tenant.
    pub hours: Option<Hours>,
}

impl<Z> Default for Visibility<Z> {
    /// To everybody, always.
    fn default() -> Self {
        Self {
            access: Among::All,
            categories: Among::All,
            needs: BTreeSet::new(),
            zones: Among::All,
            dates: Validity::default(),
            hours: None,
        }
    }
}

/// Who looks at offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    /// With which access; `None`: not known, as of who looks from elsewhere.
    pub access: Option<AccessKind>,
    /// What kind of customer.
    pub category: Option<CustomerCategory>,
    /// What is known that the device can do.
    pub device: BTreeSet<DeviceCapability>,
    /// Where.
    pub zone: Option<ZoneId>,
    /// The clock of the tenant.
    pub time_zone: TimeZone,
}

/// Why an offer is not shown to somebody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotOffered {
    /// It is for other accesses.
    #[error("offer {offer} is not for {}; it is for {only}", known(.access.map(AccessKind::code), "access"))]
    Access {
        /// Which.
        offer: OfferId,
        /// The buyer's; `None`: not known.
        access: Option<AccessKind>,
        /// Those that it is for.
        only: Only<AccessKind>,
    },
    /// It is for other customers.
    #[error("offer {offer} is not for {}; it is for {only}", known(.category.map(CustomerCategory::code), "category"))]
    Category {
        /// Which.
        offer: OfferId,
        /// The buyer's; `None`: not known.
        category: Option<CustomerCategory>,
        /// Those that it is for.
        only: Only<CustomerCategory>,
    },
    /// The device cannot do what it takes.
    #[error("offer {offer} takes a device with {missing}, which this one is not known to have")]
    Device {
        /// Which.
        offer: OfferId,
        /// What is missing.
        missing: Only<DeviceCapability>,
    },
    /// It is for other places.
    #[error("offer {offer} is not for {}; it is for {only}", match .zone {
        Some(zone) => zone.to_string(),
        None => "who is in no known zone".to_owned(),
    })]
    Zone {
        /// Which.
        offer: OfferId,
        /// The buyer's; `None`: not known.
        zone: Option<ZoneId>,
        /// Those that it is for.
        only: Only<ZoneId>,
    },
    /// It is not offered yet.
    #[error("offer {offer} is not offered yet; it is from {from} on")]
    NotYet {
        /// Which.
        offer: OfferId,
        /// From when.
        from: Timestamp,
    },
    /// It is not offered any more.
    #[error("offer {offer} is not offered any more; it was until {until}")]
    NoLonger {
        /// Which.
        offer: OfferId,
        /// Until when.
        until: Timestamp,
    },
    /// It is not offered at this hour.
    #[error("offer {offer} is not offered at this hour; it is again at {opens_at}")]
    OutsideHours {
        /// Which.
        offer: OfferId,
        /// When it is again.
        opens_at: Timestamp,
    },
}

/// Some of many, in words: `ppp, dhcp`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Only<T>(pub BTreeSet<T>);

impl Offer {
    /// Whether somebody is offered it at a moment. The reasons are asked in the order of
    /// [`Visibility`]; the first that keeps it back is the answer.
    ///
    /// # Errors
    /// Why not, and for whom it is.
    pub fn is_visible_to(&self, buyer: &Buyer, at: Timestamp) -> Result<(), NotOffered> {
        let (offer, visibility) = (self.id, &self.visibility);
        if let Some(only) = visibility.access.without(buyer.access) {
            return Err(NotOffered::Access { offer, access: buyer.access, only });
        }
        if let Some(only) = visibility.categories.without(buyer.category) {
            return Err(NotOffered::Category { offer, category: buyer.category, only });
        }
        let missing: BTreeSet<_> = visibility.needs.difference(&buyer.device).copied().collect();
        if !missing.is_empty() {
            return Err(NotOffered::Device { offer, missing: Only(missing) });
        }
        if let Some(only) = visibility.zones.without(buyer.zone) {
            return Err(NotOffered::Zone { offer, zone: buyer.zone, only });
        }
        self.is_offered_at(at, &buyer.time_zone)
    }

    /// Dates and hours are those of a service: one that would have these is asked.
    fn is_offered_at(&self, at: Timestamp, time_zone: &TimeZone) -> Result<(), NotOffered> {
        let (offer, dates) = (self.id, self.visibility.dates);
        let hours = self.visibility.hours.clone();
        let as_a_service = Entitlement {
            standing: Standing::Active,
            validity: dates,
            fixed_ipv4: None,
            networks: None,
            first_use: None,
            time_zone: time_zone.clone(),
            terms: Arc::new(Terms { hours, ..Terms::default() }),
            extras: None,
            shared: None,
        };
        let Access::Withheld(why) = as_a_service.at(at) else { return Ok(()) };
        Err(match why {
            Withheld::OutsideHours { opens_at } => NotOffered::OutsideHours { offer, opens_at },
            Withheld::NotYetValid => NotOffered::NotYet { offer, from: dates.from.unwrap_or(at) },
            _ => NotOffered::NoLonger { offer, until: dates.until.unwrap_or(at) },
        })
    }
}

impl<T: Ord + Copy> Among<T> {
    /// Those that it is, where this is none of them.
    fn without(&self, one: Option<T>) -> Option<Only<T>> {
        match self {
            Self::Only(set) if one.is_none_or(|one| !set.contains(&one)) => Some(Only(set.clone())),
            Self::Only(_) | Self::All => None,
        }
    }

    /// Is it for nobody?
    pub(super) fn is_nobody(&self) -> bool {
        matches!(self, Self::Only(set) if set.is_empty())
    }
}

impl AccessKind {
    /// Every one, in the order of their declaration.
    pub const ALL: [Self; 6] =
        [Self::Ppp, Self::Hotspot, Self::Dhcp, Self::Wireless, Self::Dot1x, Self::Static];

    /// The name that is stored and shown; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ppp => "ppp",
            Self::Hotspot => "hotspot",
            Self::Dhcp => "dhcp",
            Self::Wireless => "wireless",
            Self::Dot1x => "dot1x",
            Self::Static => "static",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

impl CustomerCategory {
    /// Every one, in the order of their declaration.
    pub const ALL: [Self; 5] =
        [Self::Residential, Self::Business, Self::Enterprise, Self::PublicBody, Self::Reseller];

    /// The name that is stored and shown; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Residential => "residential",
            Self::Business => "business",
            Self::Enterprise => "enterprise",
            Self::PublicBody => "public-body",
            Self::Reseller => "reseller",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

impl DeviceCapability {
    /// Every one, in the order of their declaration.
    pub const ALL: [Self; 5] =
        [Self::Ipv6, Self::FiveGhz, Self::GigabitPort, Self::Voice, Self::Multicast];

    /// The name that is stored and shown; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ipv6 => "ipv6",
            Self::FiveGhz => "5ghz",
            Self::GigabitPort => "gigabit-port",
            Self::Voice => "voice",
            Self::Multicast => "multicast",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

impl fmt::Display for AccessKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for CustomerCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for DeviceCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for ZoneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "zone {}", self.0)
    }
}

impl<T: fmt::Display> fmt::Display for Only<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, one) in self.0.iter().enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            write!(f, "{comma}{one}")?;
        }
        Ok(())
    }
}

fn known(code: Option<&'static str>, what: &str) -> String {
    code.map_or_else(|| format!("who has no known {what}"), str::to_owned)
}
