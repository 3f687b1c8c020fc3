//! Data that the members of a group share. Time online is not shared: each service has its own.
//!
//! The group has one [`Meter`](entitlement::Meter), and the usage of every member is consumed in it:
//! so they share what there is to the octet, and there is no other reckoning of it. How much each has
//! used, and may use, [`Shared`](entitlement::Shared) says. Here is what the meter does not know: whose
//! part of what was consumed is how large.

use std::collections::BTreeMap;

use entitlement::ServiceId;

use crate::MoneyError;
use crate::apportion::apportion;

/// The most members of a group.
pub const MEMBERS_MAX: usize = 1_000;

/// Who shares data in a period, and how much each has transferred in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    members: BTreeMap<ServiceId, u64>,
}

/// What cannot be shared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PoolError {
    /// There are too many.
    #[error("a group of {count} is too large; it has {MEMBERS_MAX} members at most")]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// Two members of one name.
    #[error("service {member} is twice in the group; each is in it once")]
    Twice {
        /// Which.
        member: ServiceId,
    },
    /// Something was consumed, and nobody has transferred anything.
    #[error("{consumed_octets} octets were consumed, and no member has transferred any")]
    NobodyUsed {
        /// How much.
        consumed_octets: u64,
    },
    /// More than can be divided.
    #[error("{consumed_octets} octets are too many to be divided among the members")]
    TooMuch {
        /// How much.
        consumed_octets: u64,
    },
}

impl Pool {
    /// These members, with what each has transferred in the period so far.
    ///
    /// # Errors
    /// When there are too many of them, or one is there twice.
    pub fn new(members: impl IntoIterator<Item = (ServiceId, u64)>) -> Result<Self, PoolError> {
        let mut pool = Self { members: BTreeMap::new() };
        for (member, octets) in members {
            if pool.members.insert(member, octets).is_some() {
                return Err(PoolError::Twice { member });
            }
            let count = pool.members.len();
            if count > MEMBERS_MAX {
                return Err(PoolError::TooMany { count });
            }
        }
        Ok(pool)
    }

    /// Each member with what it has transferred.
    pub fn members(&self) -> impl Iterator<Item = (ServiceId, u64)> {
        self.members.iter().map(|(member, octets)| (*member, *octets))
    }

    /// What was consumed of the shared data, divided among the members by what they have transferred,
    /// to be shown. Not all that was transferred need be consumed: there are hours that are not counted.
    /// The shares are together exactly what was consumed.
    ///
    /// # Errors
    /// When nobody has transferred anything, or the numbers are out of range.
    pub fn shares(&self, consumed_octets: u64) -> Result<Vec<(ServiceId, u64)>, PoolError> {
        let too_much = || PoolError::TooMuch { consumed_octets };
        // A thousand numbers of 64 bits.
        let whole: i128 = self.members.values().map(|octets| i128::from(*octets)).sum();
        if whole == 0 {
            return match consumed_octets {
                0 => Ok(self.members.keys().map(|member| (*member, 0)).collect()),
                _ => Err(PoolError::NobodyUsed { consumed_octets }),
            };
        }
        let consumed = i128::from(consumed_octets);
        let product = |octets: &u64| consumed.checked_mul(i128::from(*octets));
        let products: Option<Vec<i128>> = self.members.values().map(product).collect();
        let parts = apportion(consumed, &products.ok_or_else(too_much)?, whole);
        let parts = parts.map_err(|_: MoneyError| too_much())?;
        let shares = self.members.keys().zip(parts);
        let share = |(member, part): (&ServiceId, i128)| Some((*member, u64::try_from(part).ok()?));
        shares.map(share).collect::<Option<_>>().ok_or_else(too_much)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use entitlement::{
        Allowance, Amount, Direction, Entitlement, Extras, Grant, GrantId, GrantKind, Meter,
        Octets, Quota, SessionKey, Standing, Terms, TimeZone, Timestamp, UsageRecord, Validity,
        Window,
    };
    use proptest::prelude::*;

    use super::*;

    fn pool(used: &[u64]) -> Pool {
        Pool::new((1..).map(ServiceId).zip(used.iter().copied())).unwrap()
    }

    #[test]
    fn what_was_consumed_is_divided_by_what_was_transferred() {
        // Transferred, consumed, shares.
        let table: [(&[u64], u64, &[u64]); 5] = [
            (&[600, 300, 100], 1_000, &[600, 300, 100]),
            (&[600, 300, 100], 500, &[300, 150, 50]),
            // 33 and a third each: the first gets what is left over.
            (&[7, 7, 7], 100, &[34, 33, 33]),
            (&[5, 0, 5], 3, &[2, 0, 1]),
            (&[0, 0], 0, &[0, 0]),
        ];
        for (used, consumed, expected) in table {
            let shares = pool(used).shares(consumed).unwrap();
            let shares: Vec<_> = shares.into_iter().map(|(_, octets)| octets).collect();
            assert_eq!(shares, expected, "{used:?}");
        }
        let error = pool(&[0, 0]).shares(1).unwrap_err();
        assert_eq!(error, PoolError::NobodyUsed { consumed_octets: 1 });
    }

    /// A group with a plan of 100 octets a month, and a grant.
    fn group(grant: Grant) -> Entitlement {
        let quota = Quota {
            name: "data".into(),
            window: Window::Month,
            allowance: Allowance::Data { octets: Octets(100), direction: Direction::Both },
            free: None,
            zero_rated: Vec::new(),
            tiers: Vec::new(),
        };
        Entitlement {
            standing: Standing::Active,
            validity: Validity { from: None, until: None },
            fixed_ipv4: None,
            networks: None,
            first_use: None,
            time_zone: TimeZone::UTC,
            terms: Arc::new(Terms { quotas: vec![quota], ..Terms::default() }),
            extras: Some(Arc::new(Extras { grants: vec![grant], ..Extras::default() })),
            shared: None,
        }
    }

    #[test]
    fn members_share_a_grant_to_the_octet_in_one_meter() {
        let now = Timestamp::from_unix_s(1_800_000_000);
        let grant = Grant {
            id: GrantId(1),
            amount: Amount::Data(Octets(1_000)),
            validity: Validity { from: Some(now), until: Some(now.plus_s(86_400)) },
            priority: 100,
            kind: GrantKind::Purchased,
            granted_at: now,
        };
        let (group, mut meter, mut used) = (group(grant), Meter::default(), [0, 0]);
        // Of 450 octets the plan covers 100, and the grant the rest.
        for (member, octets, to_s) in [(1, 200, 60), (2, 100, 90), (1, 150, 120)] {
            let session = SessionKey([member; 16]);
            let (from, to) = (now.plus_s(to_s - 60), now.plus_s(to_s));
            let (upload_octets, download_octets) = (0, octets);
            let record =
                UsageRecord { session, from, to, upload_octets, download_octets, online_s: 0 };
            meter.consume(&group, &record);
            used[usize::from(member - 1)] += octets;
        }
        let consumed = meter.used_of(grant.id);
        assert_eq!((consumed, meter.left_of(&grant)), (350, Amount::Data(Octets(650))));
        // 350 and 100 of 450: 272.2 and 77.8.
        let shares = pool(&used).shares(consumed).unwrap();
        assert_eq!(shares, [(ServiceId(1), 272), (ServiceId(2), 78)]);
    }

    #[test]
    fn two_of_one_name_and_too_many_are_refused() {
        let twice = Pool::new([(ServiceId(1), 0), (ServiceId(1), 0)]);
        assert_eq!(twice, Err(PoolError::Twice { member: ServiceId(1) }));
        let many = |count| Pool::new((0..count).map(|number| (ServiceId(number), 0)));
        assert!(many(1_000).is_ok());
        assert_eq!(many(1_001), Err(PoolError::TooMany { count: 1_001 }));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nobody_gets_more_than_a_unit_too_much(
            used in proptest::collection::vec(any::<u32>(), 1..20),
            consumed in any::<u32>(),
        ) {
            let used: Vec<u64> = used.into_iter().map(u64::from).collect();
            let whole: u64 = used.iter().sum();
            prop_assume!(whole > 0);
            let shares = pool(&used).shares(consumed.into()).unwrap();
            let sum: u64 = shares.iter().map(|(_, octets)| octets).sum();
            prop_assert_eq!(sum, u64::from(consumed));
            for ((_, share), used) in shares.iter().zip(&used) {
                let least = u64::from(consumed) * used / whole;
                prop_assert!(*share == least || *share == least + 1);
            }
        }
    }
}
