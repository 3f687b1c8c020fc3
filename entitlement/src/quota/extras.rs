//! What a service has beside its plan: its billing cycle, bought and given data and time online,
//! boosters, and the operator's throttle.

use crate::{Amount, Speed, Timestamp, Validity};

/// The most grants of one service.
pub const GRANTS_MAX: usize = 64;
/// The most boosters of one service.
pub const BOOSTERS_MAX: usize = 16;
/// The priority of a grant where nothing is said. A grant before it is used before the plan's
/// allowance, one at it or after it when an allowance is used up.
pub const EXTRA_PRIORITY_DEFAULT: u8 = 100;

/// A grant, by its row in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GrantId(pub i64);

impl GrantId {
    /// The grant that is the wallet, of which a service has one at most. No row has this number.
    pub const WALLET: Self = Self(0);
}

/// A booster, by its row in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BoosterId(pub i64);

/// What one service has that its plan does not say. Most services have none of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extras {
    /// When the billing cycle began that it is in: a renewal says so, and with that begins what is
    /// counted by the cycle anew.
    pub cycle_from: Option<Timestamp>,
    /// Data and time beside the plan's allowances, at most [`GRANTS_MAX`].
    pub grants: Vec<Grant>,
    /// More speed for a while, at most [`BOOSTERS_MAX`].
    pub boosters: Vec<Booster>,
    /// The operator's throttle.
    pub throttle: Option<Throttle>,
    /// The most that is left of the speed while something is overdue that there is grace for. It never makes
    /// it faster.
    pub grace: Option<Speed>,
}

/// Data or time online beside the plan's allowances. It covers what is counted by quotas of the same
/// measure, and nothing of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// Which one it is.
    pub id: GrantId,
    /// How much it is. Of the wallet: until which count of what it has covered since the service is paid
    /// as it goes, so that it grows with the money and may be all used up.
    pub amount: Amount,
    /// When it can be used.
    pub validity: Validity,
    /// Lower ones are used first; see [`EXTRA_PRIORITY_DEFAULT`].
    pub priority: u8,
    /// Whether it was given or bought.
    pub kind: GrantKind,
    /// When that was.
    pub granted_at: Timestamp,
}

/// Where a grant comes from. What was given is used before what was bought, and what is paid as it is
/// used comes last of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GrantKind {
    /// Given by the operator.
    Bonus,
    /// Bought: a top-up.
    Purchased,
    /// The wallet, of a service that is paid as it goes. It takes whatever nothing else covers, also
    /// beyond what there is: that is still to be paid.
    Wallet,
}

/// More speed for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booster {
    /// Which one it is.
    pub id: BoosterId,
    /// When it is in force.
    pub validity: Validity,
    /// The speed while it is.
    pub speed: Speed,
}

/// The operator slows a service down, whatever its plan, its quotas and its boosters say. It never
/// makes it faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// The most that is left of the speed.
    pub speed: Speed,
    /// When it ends by itself; `None`: when the operator ends it.
    pub until: Option<Timestamp>,
}

impl Throttle {
    /// Whether it is in force at a moment.
    #[must_use]
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        self.until.is_none_or(|until| at < until)
    }

    /// Whether it can be.
    ///
    /// # Errors
    ///
    /// When it would stop the service.
    pub const fn check(&self) -> Result<(), ExtrasError> {
        if self.speed.download.0 == 0 || self.speed.upload.0 == 0 {
            return Err(ExtrasError::ThrottleToNothing);
        }
        Ok(())
    }
}

impl Grant {
    /// The order in which grants are used: by priority, what ends sooner first, what was given
    /// before what was bought, what came first, the lower number. No two grants are equal in it.
    pub(crate) fn order(&self) -> impl Ord + use<> {
        let never = self.validity.until.is_none();
        (
            self.is_wallet(),
            self.priority,
            never,
            self.validity.until,
            self.kind,
            self.granted_at,
            self.id,
        )
    }

    /// Whether it is used before the plan's allowance.
    #[must_use]
    pub const fn comes_first(&self) -> bool {
        self.priority < EXTRA_PRIORITY_DEFAULT && !self.is_wallet()
    }

    /// The wallet of a service that is paid as it goes since a moment, which covers its use until a count
    /// of octets.
    #[must_use]
    pub const fn wallet(until_octets: u64, since: Timestamp) -> Self {
        Self {
            id: GrantId::WALLET,
            amount: Amount::Data(super::Octets(until_octets)),
            validity: Validity { from: None, until: None },
            priority: EXTRA_PRIORITY_DEFAULT,
            kind: GrantKind::Wallet,
            granted_at: since,
        }
    }

    /// Whether it is the wallet.
    #[must_use]
    pub const fn is_wallet(&self) -> bool {
        matches!(self.kind, GrantKind::Wallet)
    }
}

impl GrantKind {
    /// The name that is stored and typed; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bonus => "bonus",
            Self::Purchased => "purchased",
            Self::Wallet => "wallet",
        }
    }

    /// The kind that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Bonus, Self::Purchased, Self::Wallet].into_iter().find(|kind| kind.code() == code)
    }
}

/// What is wrong with a service's [`Extras`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtrasError {
    /// There are more grants than [`GRANTS_MAX`].
    #[error("there are {count} grants; a service has {} at most at a time", GRANTS_MAX)]
    TooManyGrants {
        /// How many there are.
        count: usize,
    },
    /// There are more boosters than [`BOOSTERS_MAX`].
    #[error("there are {count} boosters; a service has {} at most at a time", BOOSTERS_MAX)]
    TooManyBoosters {
        /// How many there are.
        count: usize,
    },
    /// A grant of nothing.
    #[error("a grant is 1 octet or more, or 1 second online or more")]
    NoAmount,
    /// A booster that stops the service.
    #[error("a booster's speed is 1 bit a second or more in each direction")]
    NoSpeed,
    /// A throttle that stops the service.
    #[error(
        "a throttle is 1 bit a second or more in each direction; a service is stopped by \
         `weir service suspend`"
    )]
    ThrottleToNothing,
    /// A stretch of time that is none.
    #[error("it would end before it begins, or when it begins; the end is later")]
    EndsBeforeItBegins,
}

impl Extras {
    /// Whether they can be.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with what would be right.
    pub fn check(&self) -> Result<(), ExtrasError> {
        if self.grants.len() > GRANTS_MAX {
            return Err(ExtrasError::TooManyGrants { count: self.grants.len() });
        }
        if self.boosters.len() > BOOSTERS_MAX {
            return Err(ExtrasError::TooManyBoosters { count: self.boosters.len() });
        }
        self.grants.iter().try_for_each(Grant::check)?;
        self.boosters.iter().try_for_each(Booster::check)?;
        self.throttle.iter().try_for_each(Throttle::check)?;
        let grace = self.grace.map(|speed| Throttle { speed, until: None });
        grace.iter().try_for_each(Throttle::check)
    }
}

impl Grant {
    /// Whether it can be.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with what would be right.
    pub const fn check(&self) -> Result<(), ExtrasError> {
        // An empty wallet is one.
        if self.amount.is_nothing() && !self.is_wallet() {
            return Err(ExtrasError::NoAmount);
        }
        check_validity(self.validity)
    }
}

impl Booster {
    /// Whether it can be.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with what would be right.
    pub const fn check(&self) -> Result<(), ExtrasError> {
        if self.speed.download.0 == 0 || self.speed.upload.0 == 0 {
            return Err(ExtrasError::NoSpeed);
        }
        check_validity(self.validity)
    }
}

const fn check_validity(validity: Validity) -> Result<(), ExtrasError> {
    match (validity.from, validity.until) {
        (Some(from), Some(until)) if until.unix_ms() <= from.unix_ms() => {
            Err(ExtrasError::EndsBeforeItBegins)
        }
        _ => Ok(()),
    }
}
