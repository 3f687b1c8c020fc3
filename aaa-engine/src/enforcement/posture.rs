//! The part of what a session gets that can be changed, or must be undone, while it lasts.

use std::sync::Arc;

use super::limits::Limits;
use super::services::SessionServices;
use entitlement::{BitsPerSecond, Burst, Priority, Speed};

use crate::attempt::Outcome;
use crate::catalogue::ServiceText;
use crate::dialect::Dialect;
use crate::grant::Grant;
use crate::intent::{IntentKind, Intents};
use crate::reply_attributes::Applying;

/// What a session has, or should have: as a NAS was told at its log-in, and by each change since.
///
/// Addresses, routes and the times that run out are no part of it: they stay for the session's
/// life, and ends are kept by the server's own timers. The limits of its traffic are part of it where its
/// NAS can be asked for anything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Posture {
    /// Whether it is in the place from which only the payment page can be reached.
    pub is_quarantined: bool,
    /// Whether it is there for something that only a log-in can mend, its device for example: it is
    /// left there until it ends.
    pub is_barred: bool,
    /// How fast it is; `None`: as the NAS has it by itself.
    pub speed: Option<Speed>,
    /// More than that for a while.
    pub burst: Option<Burst>,
    /// Who comes first.
    pub priority: Option<Priority>,
    /// What is kept free.
    pub minimum: Option<Speed>,
    /// The pool on the NAS of a quarantined session; other sessions keep the address they have.
    pub quarantine_pool: Option<Arc<str>>,
    /// The address list on the NAS.
    pub address_list: Option<Arc<str>>,
    /// The group or profile on the NAS.
    pub group: Option<Arc<str>>,
    /// The routing mark or virtual router.
    pub routing_mark: Option<Arc<str>>,
    /// How long it may be idle, seconds.
    pub idle_timeout_s: Option<u32>,
    /// The services of the NAS.
    pub services: SessionServices,
    /// How much it may transfer.
    pub limits: Limits,
}

/// What a posture has kinds of intents for, those of shaping together since NASes take them as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Part {
    Place,
    Shaping,
    AddressList,
    Group,
    RoutingMark,
    IdleTimeout,
    Services,
    Limits,
}

impl Part {
    pub(crate) const ALL: [Self; 8] = [
        Self::Place,
        Self::Shaping,
        Self::AddressList,
        Self::Group,
        Self::RoutingMark,
        Self::IdleTimeout,
        Self::Services,
        Self::Limits,
    ];

    /// The intents that say it.
    pub(crate) const fn kinds(self) -> &'static [IntentKind] {
        match self {
            Self::Place => &[IntentKind::Pool],
            Self::Shaping => {
                &[IntentKind::Speed, IntentKind::Burst, IntentKind::Priority, IntentKind::Minimum]
            }
            Self::AddressList => &[IntentKind::AddressList],
            Self::Group => &[IntentKind::Group],
            Self::RoutingMark => &[IntentKind::RoutingMark],
            Self::IdleTimeout => &[IntentKind::IdleTimeout],
            Self::Services => &[],
            Self::Limits => {
                &[IntentKind::TotalLimit, IntentKind::DownloadLimit, IntentKind::UploadLimit]
            }
        }
    }
}

impl Posture {
    /// The posture that a log-in with this grant begins with.
    pub(crate) fn of(grant: &Grant<'_>) -> Self {
        let intents = &grant.intents;
        let is_quarantined = grant.outcome == Outcome::Quarantined;
        let own = |name: Option<&str>| name.map(Arc::from);
        Self {
            is_quarantined,
            is_barred: is_quarantined && !grant.reason.is_of_rights(),
            speed: intents.speed,
            burst: intents.burst,
            priority: intents.priority,
            minimum: intents.minimum,
            quarantine_pool: own(intents.pool.filter(|_| is_quarantined)),
            address_list: own(intents.address_list),
            group: own(intents.group),
            routing_mark: own(intents.routing_mark),
            idle_timeout_s: intents.idle_timeout_s,
            services: SessionServices::default(),
            limits: grant.limits,
        }
    }

    /// This without what is set by hand for the NAS, the plan or the service: those attributes stay
    /// as the log-in gave them, whatever the terms say meanwhile.
    pub(crate) fn but_by_hand(
        self,
        by_hand: &Applying<'_>,
        dialect: &Dialect,
        grant: &Grant<'_>,
    ) -> Self {
        if by_hand.are_none() || grant.outcome != Outcome::Accepted {
            return self;
        }
        let is_by_hand = |part: &Part| {
            dialect.is_replaced(&grant.intents, part.kinds(), |name| by_hand.replace(name))
        };
        let parts: Vec<Part> = Part::ALL.into_iter().filter(is_by_hand).collect();
        self.with(&parts, &Self::default())
    }

    /// What a CoA-Request says of it.
    pub(crate) fn intents(&self) -> Intents<'_> {
        Intents {
            speed: self.speed,
            burst: self.burst,
            priority: self.priority,
            minimum: self.minimum,
            pool: self.quarantine_pool.as_deref(),
            address_list: self.address_list.as_deref(),
            group: self.group.as_deref(),
            routing_mark: self.routing_mark.as_deref(),
            idle_timeout_s: self.idle_timeout_s,
            total_limit_octets: self.limits.total,
            download_limit_octets: self.limits.download,
            upload_limit_octets: self.limits.upload,
            ..Intents::default()
        }
    }

    /// The parts in which the two differ.
    pub(crate) fn differences<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Part> + 'a {
        let differs = move |part: &Part| match part {
            Part::Place => {
                self.is_quarantined != other.is_quarantined
                    || self.is_barred != other.is_barred
                    || self.quarantine_pool != other.quarantine_pool
            }
            Part::Shaping => {
                (self.speed, self.burst, self.priority, self.minimum)
                    != (other.speed, other.burst, other.priority, other.minimum)
            }
            Part::AddressList => self.address_list != other.address_list,
            Part::Group => self.group != other.group,
            Part::RoutingMark => self.routing_mark != other.routing_mark,
            Part::IdleTimeout => self.idle_timeout_s != other.idle_timeout_s,
            Part::Services => self.services.differ(&other.services),
            Part::Limits => self.limits != other.limits,
        };
        Part::ALL.into_iter().filter(differs)
    }

    /// This one, with some parts as the other has them.
    pub(crate) fn with(&self, parts: &[Part], other: &Self) -> Self {
        let mut posture = self.clone();
        for part in parts {
            match part {
                Part::Place => {
                    posture.is_quarantined = other.is_quarantined;
                    posture.is_barred = other.is_barred;
                    posture.quarantine_pool.clone_from(&other.quarantine_pool);
                }
                Part::Shaping => {
                    (posture.speed, posture.burst) = (other.speed, other.burst);
                    (posture.priority, posture.minimum) = (other.priority, other.minimum);
                }
                Part::AddressList => posture.address_list.clone_from(&other.address_list),
                Part::Group => posture.group.clone_from(&other.group),
                Part::RoutingMark => posture.routing_mark.clone_from(&other.routing_mark),
                Part::IdleTimeout => posture.idle_timeout_s = other.idle_timeout_s,
                Part::Services => posture.services.clone_from(&other.services),
                Part::Limits => posture.limits = other.limits,
            }
        }
        posture
    }

    /// Whether it says nothing of a part, which then can only be had by a new log-in.
    pub(crate) fn lacks(&self, part: Part) -> bool {
        match part {
            Part::Place => false,
            Part::Shaping => self.speed.is_none(),
            Part::AddressList => self.address_list.is_none(),
            Part::Group => self.group.is_none(),
            Part::RoutingMark => self.routing_mark.is_none(),
            Part::IdleTimeout => self.idle_timeout_s.is_none(),
            // They are brought about by differences alone.
            Part::Services => true,
            Part::Limits => self.limits.are_none(),
        }
    }
}

/// Octets that are no posture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PostureError {
    /// They end too soon, or go on behind the end.
    #[error("what the NAS was told has the wrong length")]
    Length,
    /// They were written by another version of this program.
    #[error("what the NAS was told was written by another version of this program ({version})")]
    Version {
        /// The version.
        version: u8,
    },
    /// A value that cannot be.
    #[error("what the NAS was told has a value that cannot be")]
    Value,
}

const VERSION: u8 = 1;

/// The fields that may be missing, by their bit.
const SPEED: u16 = 1;
const BURST: u16 = 1 << 1;
const PRIORITY: u16 = 1 << 2;
const MINIMUM: u16 = 1 << 3;
const QUARANTINE_POOL: u16 = 1 << 4;
const ADDRESS_LIST: u16 = 1 << 5;
const GROUP: u16 = 1 << 6;
const ROUTING_MARK: u16 = 1 << 7;
const IDLE_TIMEOUT: u16 = 1 << 8;
const QUARANTINED: u16 = 1 << 9;
const BARRED: u16 = 1 << 10;
const SERVICES: u16 = 1 << 11;
const TOTAL_LIMIT: u16 = 1 << 12;
const DOWNLOAD_LIMIT: u16 = 1 << 13;
const UPLOAD_LIMIT: u16 = 1 << 14;
const KNOWN: u16 = (1 << 15) - 1;

impl Posture {
    /// Writes its octets behind what `out` holds: a version, which fields there are, and these.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(VERSION);
        let present = self.present();
        out.extend(present.to_le_bytes());
        let mut speed = |speed: Speed| {
            out.extend(speed.download.0.to_le_bytes());
            out.extend(speed.upload.0.to_le_bytes());
        };
        self.speed.into_iter().for_each(&mut speed);
        if let Some(burst) = self.burst {
            speed(burst.speed);
            speed(burst.threshold);
            out.extend(burst.time_s.to_le_bytes());
        }
        out.extend(self.priority.map(Priority::get));
        if let Some(minimum) = self.minimum {
            out.extend(minimum.download.0.to_le_bytes());
            out.extend(minimum.upload.0.to_le_bytes());
        }
        for name in [&self.quarantine_pool, &self.address_list, &self.group, &self.routing_mark]
            .into_iter()
            .flatten()
        {
            let len = u16::try_from(name.len()).unwrap_or(u16::MAX);
            out.extend(len.to_le_bytes());
            out.extend(name.as_bytes().iter().take(len.into()));
        }
        out.extend(self.idle_timeout_s.into_iter().flat_map(u32::to_le_bytes));
        if self.services != SessionServices::default() {
            out.push(self.services.say_terms.into());
            for texts in self.services.lists() {
                let count = u16::try_from(texts.len()).unwrap_or(u16::MAX);
                out.extend(count.to_le_bytes());
                for text in texts.iter().take(count.into()) {
                    // A text is never longer than an attribute.
                    let len = u16::try_from(text.as_str().len()).unwrap_or(u16::MAX);
                    out.extend(len.to_le_bytes());
                    out.extend(text.as_str().as_bytes().iter().take(len.into()));
                }
            }
        }
        let Limits { total, download, upload } = self.limits;
        out.extend([total, download, upload].into_iter().flatten().flat_map(u64::to_le_bytes));
    }

    fn present(&self) -> u16 {
        let fields = [
            (SPEED, self.speed.is_some()),
            (BURST, self.burst.is_some()),
            (PRIORITY, self.priority.is_some()),
            (MINIMUM, self.minimum.is_some()),
            (QUARANTINE_POOL, self.quarantine_pool.is_some()),
            (ADDRESS_LIST, self.address_list.is_some()),
            (GROUP, self.group.is_some()),
            (ROUTING_MARK, self.routing_mark.is_some()),
            (IDLE_TIMEOUT, self.idle_timeout_s.is_some()),
            (QUARANTINED, self.is_quarantined),
            (BARRED, self.is_barred),
            (SERVICES, self.services != SessionServices::default()),
            (TOTAL_LIMIT, self.limits.total.is_some()),
            (DOWNLOAD_LIMIT, self.limits.download.is_some()),
            (UPLOAD_LIMIT, self.limits.upload.is_some()),
        ];
        fields.iter().filter(|(_, is_present)| *is_present).fold(0, |all, (bit, _)| all | bit)
    }

    /// The posture of these octets.
    ///
    /// # Errors
    /// When they are none; nothing in them is believed then.
    pub fn decode(octets: &[u8]) -> Result<Self, PostureError> {
        let mut rest = Rest(octets);
        let [version] = rest.array()?;
        if version != VERSION {
            return Err(PostureError::Version { version });
        }
        let present = u16::from_le_bytes(rest.array()?);
        if present & !KNOWN != 0 {
            return Err(PostureError::Value);
        }
        let has = |bit| present & bit != 0;
        let posture = Self {
            is_quarantined: has(QUARANTINED),
            is_barred: has(BARRED),
            speed: rest.when(has(SPEED), Rest::speed)?,
            burst: rest.when(has(BURST), |rest| {
                let (speed, threshold) = (rest.speed()?, rest.speed()?);
                Ok(Burst { speed, threshold, time_s: u32::from_le_bytes(rest.array()?) })
            })?,
            priority: rest.when(has(PRIORITY), |rest| {
                let [number] = rest.array()?;
                Priority::new(number).ok_or(PostureError::Value)
            })?,
            minimum: rest.when(has(MINIMUM), Rest::speed)?,
            quarantine_pool: rest.when(has(QUARANTINE_POOL), Rest::name)?,
            address_list: rest.when(has(ADDRESS_LIST), Rest::name)?,
            group: rest.when(has(GROUP), Rest::name)?,
            routing_mark: rest.when(has(ROUTING_MARK), Rest::name)?,
            idle_timeout_s: rest
                .when(has(IDLE_TIMEOUT), |rest| Ok(u32::from_le_bytes(rest.array()?)))?,
            services: rest.when(has(SERVICES), Rest::services)?.unwrap_or_default(),
            limits: Limits {
                total: rest.when(has(TOTAL_LIMIT), Rest::octets)?,
                download: rest.when(has(DOWNLOAD_LIMIT), Rest::octets)?,
                upload: rest.when(has(UPLOAD_LIMIT), Rest::octets)?,
            },
        };
        if rest.0.is_empty() { Ok(posture) } else { Err(PostureError::Length) }
    }
}

/// Octets that are still to be read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], PostureError> {
        let (array, rest) = self.0.split_first_chunk().ok_or(PostureError::Length)?;
        self.0 = rest;
        Ok(*array)
    }

    fn when<T>(
        &mut self,
        is_present: bool,
        read: impl FnOnce(&mut Self) -> Result<T, PostureError>,
    ) -> Result<Option<T>, PostureError> {
        is_present.then(|| read(self)).transpose()
    }

    fn octets(&mut self) -> Result<u64, PostureError> {
        self.array().map(u64::from_le_bytes)
    }

    fn speed(&mut self) -> Result<Speed, PostureError> {
        let mut rate = || self.array().map(u64::from_le_bytes).map(BitsPerSecond);
        Ok(Speed { download: rate()?, upload: rate()? })
    }

    fn services(&mut self) -> Result<SessionServices, PostureError> {
        let [say_terms] = self.array()?;
        let mut texts = || -> Result<Vec<ServiceText>, PostureError> {
            let count = u16::from_le_bytes(self.array()?);
            let text = |_| ServiceText::new(&self.name()?).map_err(|_| PostureError::Value);
            (0..count).map(text).collect()
        };
        let (active, doubtful, used_up) = (texts()?, texts()?, texts()?);
        Ok(SessionServices { active, doubtful, used_up, say_terms: say_terms != 0 })
    }

    fn name(&mut self) -> Result<Arc<str>, PostureError> {
        let len = u16::from_le_bytes(self.array()?);
        let (name, rest) = self.0.split_at_checked(len.into()).ok_or(PostureError::Length)?;
        self.0 = rest;
        core::str::from_utf8(name).map(Arc::from).map_err(|_| PostureError::Value)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use proptest::prelude::*;

    use super::*;

    fn speed() -> impl Strategy<Value = Speed> {
        any::<(u64, u64)>().prop_map(|(download, upload)| Speed {
            download: BitsPerSecond(download),
            upload: BitsPerSecond(upload),
        })
    }

    fn name() -> impl Strategy<Value = Option<Arc<str>>> {
        proptest::option::of(".{0,60}".prop_map(|name: String| Arc::from(name)))
    }

    fn services() -> impl Strategy<Value = SessionServices> {
        let texts = || {
            let text = "[a-c](\\(1, 2\\))?".prop_map(|text| ServiceText::new(&text).unwrap());
            proptest::collection::btree_set(text, 0..3).prop_map(Vec::from_iter)
        };
        let lists = (texts(), texts(), texts(), any::<bool>());
        lists.prop_map(|(active, doubtful, used_up, say_terms)| SessionServices {
            active,
            doubtful,
            used_up,
            say_terms,
        })
    }

    prop_compose! {
        pub(crate) fn posture()(
            is_quarantined: bool,
            is_barred: bool,
            speed in proptest::option::of(speed()),
            burst in proptest::option::of((speed(), speed(), any::<u32>())),
            priority in proptest::option::of(1_u8..=8),
            minimum in proptest::option::of(speed()),
            (quarantine_pool, address_list, group, routing_mark) in
                (name(), name(), name(), name()),
            idle_timeout_s: Option<u32>,
            services in services(),
            (total, download, upload) in any::<(Option<u64>, Option<u64>, Option<u64>)>(),
        ) -> Posture {
            Posture {
                is_quarantined,
                is_barred,
                speed,
                burst: burst.map(|(speed, threshold, time_s)| Burst { speed, threshold, time_s }),
                priority: priority.and_then(Priority::new),
                minimum,
                quarantine_pool,
                address_list,
                group,
                routing_mark,
                idle_timeout_s,
                services,
                limits: Limits { total, download, upload },
            }
        }
    }

    proptest! {
        #[test]
        fn it_is_read_back_as_it_was_written(posture in posture()) {
            let mut octets = Vec::new();
            posture.encode(&mut octets);
            prop_assert_eq!(Posture::decode(&octets), Ok(posture));
            for len in 0..octets.len() {
                prop_assert!(Posture::decode(&octets[..len]).is_err());
            }
            octets.push(0);
            prop_assert_eq!(Posture::decode(&octets), Err(PostureError::Length));
        }

        #[test]
        fn nothing_makes_it_panic(octets in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = Posture::decode(&octets);
        }

        #[test]
        fn equal_ones_differ_in_nothing(a in posture(), mut b in posture()) {
            // What is remembered beside what is active makes no difference.
            b.services.used_up.clone_from(&a.services.used_up);
            b.services.say_terms = a.services.say_terms;
            prop_assert_eq!(a.differences(&a.clone()).count(), 0);
            let parts: Vec<_> = a.differences(&b).collect();
            prop_assert_eq!(parts.is_empty(), a == b);
            prop_assert_eq!(a.with(&parts, &b), b);
        }
    }
}
