//! Which vouchers of a batch are meant, who has them, and how many there are of each kind.

use core::fmt;
use core::num::NonZeroU32;
use std::collections::BTreeMap;

use entitlement::TenantId;

use super::batch::QUANTITY_MAX;
use super::stage::{Stage, Voucher};
use super::state::VoucherState;

/// The number of a voucher in its batch, from 1. It is printed beside the code, and is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Serial(NonZeroU32);

/// Vouchers of a batch that follow one another, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SerialRange {
    first: Serial,
    last: Serial,
}

/// Vouchers that are not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StockError {
    /// The range is none.
    #[error(
        "there are no vouchers {first} to {last}; a range goes from 1 or more up to {QUANTITY_MAX}, \
         and not backwards"
    )]
    NoRange {
        /// Where it begins.
        first: u32,
        /// Where it ends.
        last: u32,
    },
    /// One of the range is not there.
    #[error("voucher {serial} is not among those of the batch; say a range of which all exist")]
    Missing {
        /// Which; the first of them.
        serial: Serial,
    },
    /// One is there twice.
    #[error("voucher {serial} is there twice; each has a number of its own in its batch")]
    Twice {
        /// Which.
        serial: Serial,
    },
    /// One is not where it is to be taken from.
    #[error("voucher {serial} is {}, and not {}", stock_of(.has), stock_of(.given))]
    OtherOwner {
        /// Which; the first of them.
        serial: Serial,
        /// Who has it; `None`: the tenant itself.
        has: Option<TenantId>,
        /// Who was to have it.
        given: Option<TenantId>,
    },
    /// One is no stock any more.
    #[error(
        "voucher {serial} is {state}, and not on stock; only new ones are handed on, a sold one is revoked \
         and another one sold"
    )]
    NotNew {
        /// Which; the first of them.
        serial: Serial,
        /// Its state.
        state: VoucherState,
    },
}

/// How many vouchers are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct StockCount([u64; VoucherState::ALL.len()]);

impl Serial {
    /// This number; `None` of 0 and of those that no batch reaches.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(serial) if number <= QUANTITY_MAX => Some(Self(serial)),
            _ => None,
        }
    }

    /// As a number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl SerialRange {
    /// From `first` to `last`, both included.
    ///
    /// # Errors
    /// When there is nothing between them.
    pub fn new(first: u32, last: u32) -> Result<Self, StockError> {
        match (Serial::new(first), Serial::new(last)) {
            (Some(from), Some(to)) if first <= last => Ok(Self { first: from, last: to }),
            _ => Err(StockError::NoRange { first, last }),
        }
    }

    /// So many from the first voucher on.
    pub(super) const fn first(count: NonZeroU32) -> Self {
        Self { first: Serial(NonZeroU32::MIN), last: Serial(count) }
    }

    /// Is it one of them?
    #[must_use]
    pub fn contains(self, serial: Serial) -> bool {
        (self.first..=self.last).contains(&serial)
    }

    /// These vouchers, in their order: each is there once.
    pub(super) fn of(self, vouchers: &[Voucher]) -> Result<Vec<&Voucher>, StockError> {
        let mut found = BTreeMap::new();
        for voucher in vouchers.iter().filter(|voucher| self.contains(voucher.serial)) {
            let serial = voucher.serial;
            if found.insert(serial, voucher).is_some() {
                return Err(StockError::Twice { serial });
            }
        }
        let missing = |serial: &Serial| !found.contains_key(serial);
        match self.into_iter().find(missing) {
            Some(serial) => Err(StockError::Missing { serial }),
            None => Ok(found.into_values().collect()),
        }
    }
}

impl IntoIterator for SerialRange {
    type Item = Serial;
    type IntoIter =
        core::iter::FilterMap<core::ops::RangeInclusive<u32>, fn(u32) -> Option<Serial>>;

    fn into_iter(self) -> Self::IntoIter {
        (self.first.get()..=self.last.get()).filter_map(Serial::new)
    }
}

impl StockCount {
    /// How many are in this state.
    #[must_use]
    pub fn of(&self, state: VoucherState) -> u64 {
        let counts = VoucherState::ALL.iter().zip(self.0);
        counts.filter(|(of, _)| **of == state).map(|(_, count)| count).sum()
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    fn add(&mut self, state: VoucherState) {
        for (of, count) in VoucherState::ALL.iter().zip(&mut self.0) {
            *count += u64::from(*of == state);
        }
    }
}

/// Counts vouchers, of one batch or of many, by who has them (`None`: the tenant itself) and their state.
#[must_use]
pub fn stock(
    vouchers: impl IntoIterator<Item = (Option<TenantId>, VoucherState)>,
) -> BTreeMap<Option<TenantId>, StockCount> {
    let mut counts: BTreeMap<_, StockCount> = BTreeMap::new();
    for (owner, state) in vouchers {
        counts.entry(owner).or_default().add(state);
    }
    counts
}

/// Hands new vouchers of a batch on: from the tenant to a reseller, from one reseller to another, or back.
/// Nothing is paid for that, and nothing moves in the ledger. All of the range or none.
///
/// # Errors
/// When one of them is not there, is with somebody else, or is not new any more.
pub fn hand_on(
    vouchers: &[Voucher],
    range: SerialRange,
    from: Option<TenantId>,
    to: Option<TenantId>,
) -> Result<Vec<Voucher>, StockError> {
    let hand_on = |voucher: &Voucher| {
        let Voucher { serial, owner: has, .. } = *voucher;
        if has != from {
            return Err(StockError::OtherOwner { serial, has, given: from });
        }
        if voucher.stage != Stage::New {
            return Err(StockError::NotNew { serial, state: voucher.stage.state() });
        }
        Ok(Voucher { owner: to, ..voucher.clone() })
    };
    range.of(vouchers)?.into_iter().map(hand_on).collect()
}

/// Where a voucher is, in words.
pub(super) fn stock_of(owner: &Option<TenantId>) -> String {
    match owner {
        Some(reseller) => format!("in the stock of reseller {reseller}"),
        None => "in the tenant's own stock".to_owned(),
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
