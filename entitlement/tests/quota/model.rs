//! A slow model that counts octet by octet and millisecond by millisecond, around one midnight at
//! which a day, a week and a month begin, and with which the meter has to agree.

use std::collections::BTreeMap;

use entitlement::{
    Allowance, Amount, Direction, Entitlement, Grant, GrantId, GrantKind, Octets, Quota,
    SessionKey, Stretch, Tier, TierAction, TimeZone, Timestamp, UsageRecord, Validity, Window,
};
use proptest::prelude::*;

use crate::common::*;

/// Monday, 1 June 2026, in Nairobi.
pub(crate) const MIDNIGHT: &str = "2026-05-31T21:00:00Z";
/// How far from it anything happens, milliseconds.
pub(crate) const AROUND_MS: i64 = 40;

/// Milliseconds from midnight on.
pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(moment(MIDNIGHT).unix_ms() + ms)
}

/// A service in milliseconds around midnight.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) quotas: Vec<ModelQuota>,
    pub(crate) grants: Vec<ModelGrant>,
    /// When the billing cycle begins.
    pub(crate) cycle_from: Option<i64>,
}

#[derive(Debug, Clone)]
pub(crate) struct ModelQuota {
    pub(crate) window: Window,
    pub(crate) direction: Direction,
    allowance: u64,
    free: Free,
    zero_rated: Option<(i64, i64)>,
    /// At these percents it tells, and stops the service at the last.
    percents: Vec<u32>,
}

/// Free hours that have an edge at midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Free {
    Never,
    UntilMidnight,
    FromMidnight,
}

#[derive(Debug, Clone)]
pub(crate) struct ModelGrant {
    octets: u64,
    from: Option<i64>,
    until: Option<i64>,
    priority: u8,
    kind: GrantKind,
    granted_at: i64,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) session: u8,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) upload: u64,
    pub(crate) download: u64,
}

impl World {
    pub(crate) fn service(&self) -> Entitlement {
        let quotas = self.quotas.iter().enumerate().map(|(index, of)| Quota {
            name: format!("q{index}").into(),
            window: of.window,
            allowance: Allowance::Data { octets: Octets(of.allowance), direction: of.direction },
            free: match of.free {
                Free::Never => None,
                Free::UntilMidnight => Some("daily 20:00-24:00".parse().unwrap()),
                Free::FromMidnight => Some("daily 00:00-06:00".parse().unwrap()),
            },
            zero_rated: of
                .zero_rated
                .iter()
                .map(|(from, until)| Stretch { from: at(*from), until: at(*until) })
                .collect(),
            tiers: of
                .percents
                .iter()
                .enumerate()
                .map(|(index, percent)| Tier {
                    percent: *percent,
                    action: if index + 1 == of.percents.len() {
                        TierAction::Quarantine
                    } else {
                        TierAction::Notify
                    },
                })
                .collect(),
        });
        let mut service = Entitlement {
            time_zone: TimeZone::named("Africa/Nairobi").unwrap(),
            ..service(quotas.collect())
        };
        change(&mut service, |extras| {
            extras.cycle_from = self.cycle_from.map(at);
            extras.grants = (0..).zip(&self.grants).map(|(id, grant)| grant.grant(id)).collect();
        });
        service
    }
}

impl ModelGrant {
    fn grant(&self, id: i64) -> Grant {
        Grant {
            id: GrantId(id),
            amount: Amount::Data(Octets(self.octets)),
            validity: Validity { from: self.from.map(at), until: self.until.map(at) },
            priority: self.priority,
            kind: self.kind,
            granted_at: at(self.granted_at),
        }
    }

    fn is_valid(&self, ms: i64) -> bool {
        self.from.is_none_or(|from| ms >= from) && self.until.is_none_or(|until| ms < until)
    }
}

impl Usage {
    pub(crate) fn record(&self) -> UsageRecord {
        UsageRecord {
            session: SessionKey([self.session; 16]),
            from: at(self.from),
            to: at(self.to),
            upload_octets: self.upload,
            download_octets: self.download,
            online_s: 0,
        }
    }

    /// How many of the octets were transferred before that millisecond.
    fn before(&self, octets: u64, ms: i64) -> u64 {
        if ms >= self.to {
            return octets;
        }
        let (part, whole) = ((ms - self.from) as u64, (self.to - self.from) as u64);
        (octets * part) / whole
    }
}

/// All that decides what an octet consumes at that time.
fn context(world: &World, ms: i64) -> Vec<i64> {
    let mut context = Vec::new();
    for quota in &world.quotas {
        context.push(quota.window_at(world, ms));
        context.push(i64::from(quota.is_free(ms)));
        context.push(i64::from(quota.is_zero_rated(ms)));
    }
    context.extend(world.grants.iter().map(|grant| i64::from(grant.is_valid(ms))));
    context
}

/// What the model knows of a service.
#[derive(Debug, Default, Clone)]
pub(crate) struct Model {
    /// By quota and, of a session's, session: the window counted in, and what is charged.
    charged: BTreeMap<(usize, u8), (i64, u64)>,
    used: BTreeMap<usize, u64>,
}

impl Model {
    pub(crate) fn count(&mut self, world: &World, usage: &Usage) {
        if usage.from >= usage.to {
            self.stretch(world, usage, usage.to, usage.download, usage.upload);
            return;
        }
        // Milliseconds between which nothing changes are consumed together, downloads first.
        let (mut download, mut upload) = (0, 0);
        for ms in usage.from..usage.to {
            let part = |octets| usage.before(octets, ms + 1) - usage.before(octets, ms);
            download += part(usage.download);
            upload += part(usage.upload);
            let is_last = ms + 1 == usage.to;
            if is_last || context(world, ms) != context(world, ms + 1) {
                self.stretch(world, usage, ms, download, upload);
                (download, upload) = (0, 0);
            }
        }
    }

    fn stretch(&mut self, world: &World, usage: &Usage, ms: i64, download: u64, upload: u64) {
        for _ in 0..download {
            self.octet(world, usage.session, ms, Direction::Upload);
        }
        for _ in 0..upload {
            self.octet(world, usage.session, ms, Direction::Download);
        }
    }

    /// One octet of the direction that is not `other`.
    fn octet(&mut self, world: &World, session: u8, ms: i64, other: Direction) {
        let mut counting = Vec::new();
        for (index, quota) in world.quotas.iter().enumerate() {
            let key = (index, if quota.window == Window::Session { session } else { 0 });
            let window = quota.window_at(world, ms);
            let (counted_in, charged) = self.charged.get(&key).copied().unwrap_or((window, 0));
            if quota.direction == other || !quota.is_counting(ms) || window < counted_in {
                continue;
            }
            counting.push((key, window, if window > counted_in { 0 } else { charged }));
        }
        if counting.is_empty() {
            return;
        }
        if self.grant(world, ms, |priority| priority < 100) {
            return;
        }
        let is_used_up =
            |(key, _, charged): &((usize, u8), i64, u64)| *charged >= world.quotas[key.0].allowance;
        if counting.iter().any(is_used_up) && self.grant(world, ms, |priority| priority >= 100) {
            return;
        }
        for (key, window, charged) in counting {
            self.charged.insert(key, (window, charged + 1));
        }
    }

    /// Takes an octet of the first grant that has one.
    fn grant(&mut self, world: &World, ms: i64, is_asked: impl Fn(u8) -> bool) -> bool {
        let mut order: Vec<usize> = (0..world.grants.len()).collect();
        order.sort_by(|a, b| {
            let (one, other) = (&world.grants[*a], &world.grants[*b]);
            let ends = |grant: &ModelGrant| grant.until.unwrap_or(i64::MAX);
            let is_bought = |grant: &ModelGrant| grant.kind == GrantKind::Purchased;
            one.priority
                .cmp(&other.priority)
                .then(ends(one).cmp(&ends(other)))
                .then(is_bought(one).cmp(&is_bought(other)))
                .then(one.granted_at.cmp(&other.granted_at))
                .then(a.cmp(b))
        });
        for index in order {
            let grant = &world.grants[index];
            let used = self.used.entry(index).or_default();
            if grant.is_valid(ms) && is_asked(grant.priority) && *used < grant.octets {
                *used += 1;
                return true;
            }
        }
        false
    }

    pub(crate) fn charged(&self, world: &World, index: usize, session: u8, now: i64) -> u64 {
        let quota = &world.quotas[index];
        let key = (index, if quota.window == Window::Session { session } else { 0 });
        match self.charged.get(&key) {
            Some((window, charged)) if quota.window_at(world, now) <= *window => *charged,
            _ => 0,
        }
    }

    pub(crate) fn used(&self, index: usize) -> u64 {
        self.used.get(&index).copied().unwrap_or(0)
    }

    /// How many tiers of a quota are in force.
    pub(crate) fn tiers(&self, world: &World, index: usize, session: u8, now: i64) -> usize {
        let quota = &world.quotas[index];
        let charged = self.charged(world, index, session, now);
        let has_grant = (0..world.grants.len()).any(|grant| {
            let of = &world.grants[grant];
            of.is_valid(now) && self.used(grant) < of.octets
        });
        let mut count = 0;
        for percent in &quota.percents {
            let is_reached = charged * 100 >= quota.allowance * u64::from(*percent);
            if is_reached && (*percent < 100 || !has_grant) {
                count += 1;
            }
        }
        count
    }
}

impl ModelQuota {
    /// 0 before the window that begins around midnight, 1 in it.
    fn window_at(&self, world: &World, ms: i64) -> i64 {
        let begins = match (self.window, world.cycle_from) {
            (Window::Session, _) => return 0,
            (Window::Cycle, Some(begins)) => begins,
            _ => 0,
        };
        i64::from(ms >= begins)
    }

    fn is_free(&self, ms: i64) -> bool {
        match self.free {
            Free::Never => false,
            Free::UntilMidnight => ms < 0,
            Free::FromMidnight => ms >= 0,
        }
    }

    fn is_zero_rated(&self, ms: i64) -> bool {
        self.zero_rated.is_some_and(|(from, until)| ms >= from && ms < until)
    }

    fn is_counting(&self, ms: i64) -> bool {
        !self.is_free(ms) && !self.is_zero_rated(ms)
    }
}

pub(crate) fn some_ms() -> impl Strategy<Value = i64> {
    -AROUND_MS..AROUND_MS
}

fn some_quota() -> impl Strategy<Value = ModelQuota> {
    let windows = prop::sample::select(Window::ALL.to_vec());
    let directions = prop::sample::select(Direction::ALL.to_vec());
    let free = prop_oneof![
        3 => Just(Free::Never),
        1 => Just(Free::UntilMidnight),
        1 => Just(Free::FromMidnight)
    ];
    let zero_rated = prop::option::weighted(0.3, (some_ms(), 1..30_i64));
    let percents = prop::collection::btree_set(1..220_u32, 0..4);
    (windows, directions, 1..60_u64, free, zero_rated, percents).prop_map(
        |(window, direction, allowance, free, zero_rated, percents)| ModelQuota {
            window,
            direction,
            allowance,
            free,
            zero_rated: zero_rated.map(|(from, length)| (from, from + length)),
            percents: percents.into_iter().collect(),
        },
    )
}

fn some_grant() -> impl Strategy<Value = ModelGrant> {
    let from = prop::option::of(some_ms());
    let until = prop::option::of(some_ms());
    let priority = prop::sample::select(vec![0, 99, 100, 101]);
    let kind = prop::sample::select(vec![GrantKind::Bonus, GrantKind::Purchased]);
    (1..40_u64, from, until, priority, kind, 0..3_i64).prop_map(
        |(octets, from, until, priority, kind, granted_at)| ModelGrant {
            octets,
            from,
            // It ends after it begins.
            until: until.filter(|until| from.is_none_or(|from| from < *until)),
            priority,
            kind,
            granted_at,
        },
    )
}

pub(crate) fn some_world() -> impl Strategy<Value = World> {
    let quotas = prop::collection::vec(some_quota(), 0..4);
    let grants = prop::collection::vec(some_grant(), 0..5);
    (quotas, grants, prop::option::of(some_ms())).prop_map(|(quotas, grants, cycle_from)| World {
        quotas,
        grants,
        cycle_from,
    })
}

pub(crate) fn some_usage() -> impl Strategy<Value = Usage> {
    (1..3_u8, some_ms(), some_ms(), 0..80_u64, 0..80_u64).prop_map(
        |(session, from, to, upload, download)| Usage { session, from, to, upload, download },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn the_meter_counts_as_the_model_does(
        world in some_world(),
        usages in prop::collection::vec(some_usage(), 1..8),
        now in some_ms(),
    ) {
        let service = world.service();
        let (mut meter, mut model) = (entitlement::Meter::default(), Model::default());
        for usage in &usages {
            meter.consume(&service, &usage.record());
            model.count(&world, usage);
            for session in 1..3 {
                let key = Some(SessionKey([session; 16]));
                let statuses = service.quotas(Some(&meter), key, at(now));
                for (index, status) in statuses.iter().enumerate() {
                    let charged = model.charged(&world, index, session, now);
                    prop_assert_eq!(status.charged.units(), charged, "q{}", index);
                    let tiers = model.tiers(&world, index, session, now);
                    prop_assert_eq!(status.tiers_in_force, tiers, "q{}", index);
                }
            }
            for index in 0..world.grants.len() {
                let id = GrantId(i64::try_from(index).unwrap());
                prop_assert_eq!(meter.used_of(id), model.used(index), "grant {}", index);
            }
        }
    }
}
