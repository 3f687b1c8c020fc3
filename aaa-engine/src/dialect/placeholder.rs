//! Placeholders: what stands between the braces of a template.

use core::fmt;

use entitlement::Speed;

use crate::dialect::DialectProblem;
use crate::intent::{IntentKind, Intents};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder {
    Rate(Rate),
    Seconds(IntentKind),
    /// The session's timeout from its start.
    SessionSeconds,
    BurstSeconds,
    Priority,
    Limit(IntentKind, LimitUnit),
    /// A name on the NAS.
    Name(IntentKind),
    Address,
    Ipv6Address,
    Prefix(IntentKind),
    Route(IntentKind),
}

/// One of the rates, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    of: RateOf,
    direction: Direction,
    pub(super) unit: Unit,
    /// How many times the unit.
    factor: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Upload,
    Download,
}

/// Which pair of rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RateOf {
    Speed,
    Burst,
    Threshold,
    Minimum,
    /// The burst where there is one above the speed, else the speed.
    Peak,
}

/// How a rate is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Bps,
    Kbps,
    Octets,
    Si,
}

/// How a number of octets is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LimitUnit {
    Octets,
    /// Its low 32 bits, beside the gigawords.
    Low32,
    /// How many times 2^32.
    Gigawords,
    /// 1,024 octets.
    Kib,
}

impl Rate {
    /// The text behind a placeholder's colon: a unit, perhaps with `*` and a number behind it.
    fn of(of: RateOf, direction: Direction, unit: Option<&str>) -> Option<Self> {
        let text = unit.unwrap_or("bps");
        let (unit, factor) = match text.split_once('*') {
            Some((unit, factor)) => (unit, factor.parse().ok().filter(|factor| *factor > 0)?),
            None => (text, 1),
        };
        Some(Self { of, direction, unit: Unit::of(unit)?, factor })
    }

    /// Is it a rate of an intent of this kind, or does one of it change it?
    pub(super) const fn shows(self, kind: IntentKind) -> bool {
        matches!(
            (self.of, kind),
            (RateOf::Speed | RateOf::Peak, IntentKind::Speed)
                | (RateOf::Burst | RateOf::Threshold | RateOf::Peak, IntentKind::Burst)
                | (RateOf::Minimum, IntentKind::Minimum)
        )
    }

    pub(super) fn bps(self, intents: &Intents<'_>) -> Option<u64> {
        let rate = match self.of {
            RateOf::Speed => self.direction.of(intents.speed?),
            RateOf::Burst => self.direction.of(intents.burst?.speed),
            RateOf::Threshold => self.direction.of(intents.burst?.threshold),
            RateOf::Minimum => self.direction.of(intents.minimum?),
            RateOf::Peak => match self.direction.of(intents.speed?) {
                // No limit.
                0 => 0,
                speed => {
                    intents.burst.map_or(speed, |burst| self.direction.of(burst.speed).max(speed))
                }
            },
        };
        Some(rate.saturating_mul(self.factor.into()))
    }
}

impl Direction {
    const fn of(self, speed: Speed) -> u64 {
        match self {
            Self::Upload => speed.upload.0,
            Self::Download => speed.download.0,
        }
    }
}

impl Unit {
    fn of(name: &str) -> Option<Self> {
        match name {
            "bps" => Some(Self::Bps),
            "kbps" => Some(Self::Kbps),
            "octets" => Some(Self::Octets),
            "si" => Some(Self::Si),
            _ => None,
        }
    }

    /// How many of the unit `rate_bps` is. A rate that is not zero does not become zero, which
    /// means "unlimited" to many NASes.
    pub(super) fn count(self, rate_bps: u64) -> u64 {
        match self {
            Self::Bps | Self::Si => rate_bps,
            Self::Kbps => (rate_bps / 1_000).max(u64::from(rate_bps > 0)),
            Self::Octets => (rate_bps / 8).max(u64::from(rate_bps > 0)),
        }
    }

    pub(super) fn write(self, rate_bps: u64, value: &mut impl fmt::Write) -> fmt::Result {
        const K: u64 = 1_000;
        const M: u64 = 1_000_000;
        match self {
            Self::Si if rate_bps > 0 && rate_bps.is_multiple_of(M) => {
                write!(value, "{}M", rate_bps / M)
            }
            Self::Si if rate_bps > 0 && rate_bps.is_multiple_of(K) => {
                write!(value, "{}k", rate_bps / K)
            }
            Self::Bps | Self::Kbps | Self::Octets | Self::Si => {
                write!(value, "{}", self.count(rate_bps))
            }
        }
    }
}

impl LimitUnit {
    /// The text behind a placeholder's colon.
    fn of(name: Option<&str>) -> Option<Self> {
        match name {
            None | Some("octets") => Some(Self::Octets),
            Some("low32") => Some(Self::Low32),
            Some("gigawords") => Some(Self::Gigawords),
            Some("kib") => Some(Self::Kib),
            Some(_) => None,
        }
    }

    /// How many of the unit `octets` is. What is left does not become nothing left, which means
    /// "unlimited" to many NASes.
    pub(super) fn count(self, octets: u64) -> u64 {
        match self {
            Self::Octets => octets,
            Self::Low32 => octets & u64::from(u32::MAX),
            Self::Gigawords => octets >> 32,
            Self::Kib => (octets / 1_024).max(u64::from(octets > 0)),
        }
    }
}

/// The placeholder of an intent that is written so.
pub(super) fn placeholder(text: &str, intent: IntentKind) -> Result<Placeholder, DialectProblem> {
    let (name, unit) = match text.split_once(':') {
        Some((name, unit)) => (name, Some(unit)),
        None => (text, None),
    };
    let unitless = |placeholder| match unit {
        None => Ok(placeholder),
        Some(_) => Err(unknown_unit(name, unit, "it has none")),
    };
    let found = PLACEHOLDERS.iter().find(|(of, known, _)| *known == name && of.contains(&intent));
    match found {
        Some((_, _, Of::Rate(of, direction))) => match Rate::of(*of, *direction, unit) {
            Some(rate) => Ok(Placeholder::Rate(rate)),
            None => {
                let known =
                    "a rate has `bps`, `kbps`, `octets` and `si`, times a number if need be";
                Err(unknown_unit(name, unit, known))
            }
        },
        Some((_, _, Of::Limit)) => match LimitUnit::of(unit) {
            Some(unit) => Ok(Placeholder::Limit(intent, unit)),
            None => {
                let known = "a limit has `octets`, `low32`, `gigawords` and `kib`";
                Err(unknown_unit(name, unit, known))
            }
        },
        Some((_, _, Of::Kind(placeholder))) => unitless(placeholder(intent)),
        None => {
            let of_intent = PLACEHOLDERS.iter().filter(|(of, ..)| of.contains(&intent));
            let known: Vec<_> = of_intent.map(|(_, name, _)| format!("`{{{name}}}`")).collect();
            Err(DialectProblem::UnknownPlaceholder {
                intent: intent.name(),
                placeholder: name.to_owned(),
                known: known.join(", "),
            })
        }
    }
}

/// What a placeholder's name means.
enum Of {
    Rate(RateOf, Direction),
    Limit,
    Kind(fn(IntentKind) -> Placeholder),
}

/// The intents that have a speed, a burst, and so on up the ladder.
const WITH_SPEED: &[IntentKind] =
    &[IntentKind::Speed, IntentKind::Burst, IntentKind::Priority, IntentKind::Minimum];
const WITH_BURST: &[IntentKind] = &[IntentKind::Burst, IntentKind::Priority, IntentKind::Minimum];
const WITH_PRIORITY: &[IntentKind] = &[IntentKind::Priority, IntentKind::Minimum];

/// Every placeholder: the intents that have it, its name, and what it stands for.
const PLACEHOLDERS: &[(&[IntentKind], &str, Of)] = &[
    (WITH_SPEED, "upload", Of::Rate(RateOf::Speed, Direction::Upload)),
    (WITH_SPEED, "download", Of::Rate(RateOf::Speed, Direction::Download)),
    (WITH_SPEED, "peak_upload", Of::Rate(RateOf::Peak, Direction::Upload)),
    (WITH_SPEED, "peak_download", Of::Rate(RateOf::Peak, Direction::Download)),
    (WITH_BURST, "burst_upload", Of::Rate(RateOf::Burst, Direction::Upload)),
    (WITH_BURST, "burst_download", Of::Rate(RateOf::Burst, Direction::Download)),
    (WITH_BURST, "threshold_upload", Of::Rate(RateOf::Threshold, Direction::Upload)),
    (WITH_BURST, "threshold_download", Of::Rate(RateOf::Threshold, Direction::Download)),
    (WITH_BURST, "burst_seconds", Of::Kind(|_| Placeholder::BurstSeconds)),
    (WITH_PRIORITY, "priority", Of::Kind(|_| Placeholder::Priority)),
    (&[IntentKind::Minimum], "minimum_upload", Of::Rate(RateOf::Minimum, Direction::Upload)),
    (&[IntentKind::Minimum], "minimum_download", Of::Rate(RateOf::Minimum, Direction::Download)),
    (
        &[IntentKind::Pool, IntentKind::Ipv6Pool, IntentKind::DelegatedIpv6Pool],
        "pool",
        Of::Kind(Placeholder::Name),
    ),
    (&[IntentKind::AddressList], "list", Of::Kind(Placeholder::Name)),
    (&[IntentKind::RoutingMark], "mark", Of::Kind(Placeholder::Name)),
    (&[IntentKind::Group], "group", Of::Kind(Placeholder::Name)),
    (&[IntentKind::FixedIpv4], "address", Of::Kind(|_| Placeholder::Address)),
    (&[IntentKind::FixedIpv6], "address", Of::Kind(|_| Placeholder::Ipv6Address)),
    (
        &[IntentKind::Ipv6Prefix, IntentKind::DelegatedIpv6Prefix],
        "prefix",
        Of::Kind(Placeholder::Prefix),
    ),
    (&[IntentKind::Route, IntentKind::Ipv6Route], "route", Of::Kind(Placeholder::Route)),
    (
        &[IntentKind::SessionTimeout, IntentKind::IdleTimeout, IntentKind::InterimInterval],
        "seconds",
        Of::Kind(Placeholder::Seconds),
    ),
    (&[IntentKind::SessionTimeout], "session_seconds", Of::Kind(|_| Placeholder::SessionSeconds)),
    (
        &[IntentKind::TotalLimit, IntentKind::DownloadLimit, IntentKind::UploadLimit],
        "octets",
        Of::Limit,
    ),
];

fn unknown_unit(placeholder: &str, unit: Option<&str>, known: &'static str) -> DialectProblem {
    let (placeholder, unit) = (placeholder.to_owned(), unit.unwrap_or_default().to_owned());
    DialectProblem::UnknownUnit { placeholder, unit, known }
}
