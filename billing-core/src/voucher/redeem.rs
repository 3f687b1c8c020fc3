//! Whether a voucher can be redeemed, and what comes of it.

use core::num::{NonZeroU32, NonZeroU64};

use entitlement::{PlanId, SubscriberId, TenantId, TimeZone, Timestamp};

use super::batch::{AccessPackage, Batch, RedeemableBy, Worth};
use super::release::{Release, release};
use super::stage::{Redemption, RedemptionKey, Sale, Stage, Voucher};
use crate::ledger::Entry;
use crate::reseller::{TenantEntries, passed_on};
use crate::{Cadence, Money, MoneyError, Rounding, Taxes};

/// Who wishes to redeem a voucher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Redeemer {
    /// Which subscriber.
    pub subscriber: SubscriberId,
    /// Of which tenant.
    pub tenant: TenantId,
    /// Brought by which reseller; `None`: by none.
    pub reseller: Option<TenantId>,
}

/// One wish to redeem a voucher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RedeemRequest {
    /// Whose.
    pub by: Redeemer,
    /// Which wish it is: the same again has the same key.
    pub key: RedemptionKey,
    /// When.
    pub at: Timestamp,
}

/// How a redemption is reckoned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedeemTerms {
    /// The taxes that are within the price of access. Money in a wallet is taxed when it is spent.
    pub taxes: Taxes,
    /// On whose clock days are counted.
    pub zone: TimeZone,
    /// How taxes become whole numbers of minor units.
    pub rounding: Rounding,
}

/// What comes of a redemption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is redeemed now: all of this is kept in one transaction, and granted.
    Redeemed(Redeemed),
    /// The same wish was granted before. Nothing is kept, and nothing granted again.
    Repeated {
        /// How it was redeemed.
        redemption: Redemption,
        /// What was granted then.
        grant: Grant,
    },
}

/// A voucher that is redeemed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemed {
    /// The voucher, as it is then: access is active, money is used up.
    pub voucher: Voucher,
    /// What moves in the books of the tenant whose voucher it is.
    pub entries: Vec<Entry>,
    /// What moves in those of the reseller whose customer has redeemed it.
    pub of_reseller: Vec<TenantEntries>,
    /// What the subscriber gets.
    pub grant: Grant,
}

/// What a subscriber gets for a voucher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grant {
    /// Access, until the first of these.
    Access {
        /// On which plan.
        plan: PlanId,
        /// The moment at which it ends.
        valid_until: Option<Timestamp>,
        /// How long one is online, seconds.
        online_s: Option<NonZeroU32>,
        /// How much is transferred, octets.
        octets: Option<NonZeroU64>,
    },
    /// Money, which is in his wallet with the entries.
    Refill(Money),
}

/// A voucher that is not redeemed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedeemError {
    /// There is none with such a code.
    #[error("there is no such voucher; look whether its code was typed as it is printed")]
    Unknown,
    /// It is another tenant's, and was not sold to that of who has typed it, who is told that there is no such voucher.
    #[error(
        "the voucher is of tenant {has}, and the subscriber of tenant {given}; it is redeemed there"
    )]
    OtherTenant {
        /// Whose voucher it is.
        has: TenantId,
        /// Whose subscriber it is.
        given: TenantId,
    },
    /// It is for the customers of another reseller.
    #[error("the voucher is for {}, and who redeems it is one of {}", customers(.has), customers(.given))]
    OtherReseller {
        /// For whose customers; `None`: of the tenant itself.
        has: Option<TenantId>,
        /// Whose customer it is.
        given: Option<TenantId>,
    },
    /// Nobody has paid for it.
    #[error("the voucher was not sold yet; who has sold the card has to say so first")]
    NotSold,
    /// It was redeemed before.
    #[error("the voucher was redeemed at {at} already, by {}", who(*.is_own))]
    AlreadyUsed {
        /// When.
        at: Timestamp,
        /// By whom: for the operator, and not for who asks.
        by: SubscriberId,
        /// Was it who asks?
        is_own: bool,
    },
    /// It was not sold or redeemed in time.
    #[error("the voucher has expired: its time was over at {at}")]
    Expired {
        /// When.
        at: Timestamp,
    },
    /// The operator has stopped it.
    #[error("the voucher was revoked at {at}; who has sold it says why")]
    Revoked {
        /// When.
        at: Timestamp,
    },
    /// No calendar has the moment at which its access would end.
    #[error("redeemed at {at}, the voucher's access would end outside of the calendar")]
    OutOfCalendar {
        /// When it was to be redeemed.
        at: Timestamp,
    },
    /// Amounts out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl RedeemError {
    /// May it have been a guess? Then it counts against who has typed it.
    #[must_use]
    pub const fn is_guess(&self) -> bool {
        matches!(self, Self::Unknown | Self::OtherTenant { .. })
    }
}

/// Redeems the voucher that was found by its code, with its batch. What is decided here holds for the
/// voucher as it was read: whoever keeps it holds its row until the outcome is kept, so that of two who
/// redeem it at once one is told that it is used.
///
/// # Errors
/// Why it is not redeemed. Nothing is to be kept then.
pub fn redeem(
    found: Option<(&Batch, &Voucher)>,
    request: &RedeemRequest,
    terms: &RedeemTerms,
) -> Result<Outcome, RedeemError> {
    let (batch, voucher) = found.ok_or(RedeemError::Unknown)?;
    let RedeemRequest { by, key, at } = *request;
    let order = batch.order();
    // Who has bought the card from us sells it to customers of its own.
    let reseller = Some(by.tenant).filter(|tenant| *tenant != order.tenant);
    if reseller.is_some() && voucher.owner != reseller {
        return Err(RedeemError::OtherTenant { has: order.tenant, given: by.tenant });
    }
    // Also of one that has ended since: the answer to the same wish is the same.
    let is_repeated = |it: &&Redemption| it.by == by.subscriber && it.key == key;
    if let Some(redemption) = voucher.stage.redemption().filter(is_repeated) {
        let grant = order.worth.grant(redemption.valid_until);
        return Ok(Outcome::Repeated { redemption: *redemption, grant });
    }
    let sale = redeemable(&voucher.stage, by.subscriber, at)?;
    let given = reseller.or(by.reseller);
    if order.redeemable_by == RedeemableBy::CustomersOfOwner && voucher.owner != given {
        return Err(RedeemError::OtherReseller { has: voucher.owner, given });
    }
    let (valid_until, to) = match order.worth {
        Worth::Refill(worth) => match reseller {
            None => (None, Release::Wallet(by.subscriber, worth)),
            Some(reseller) => (None, Release::Reseller(reseller, worth)),
        },
        Worth::Access(AccessPackage { validity, .. }) => {
            let until = |validity: Cadence| {
                validity.after(at, &terms.zone).ok_or(RedeemError::OutOfCalendar { at })
            };
            (validity.map(until).transpose()?, Release::Earned(&terms.taxes, terms.rounding))
        }
    };
    let entries = release(voucher.id, sale, &to)?;
    let passed = |entry: &Entry| passed_on(order.tenant, entry, by.subscriber);
    let of_reseller = entries.iter().filter_map(passed).collect();
    let redemption = Redemption { at, by: by.subscriber, key, valid_until };
    let stage = match order.worth {
        Worth::Access(_) => Stage::Active(sale.clone(), redemption),
        Worth::Refill(_) => Stage::Used(sale.clone(), redemption),
    };
    let voucher = Voucher { stage, ..*voucher };
    let grant = order.worth.grant(valid_until);
    Ok(Outcome::Redeemed(Redeemed { voucher, entries, of_reseller, grant }))
}

impl Worth {
    fn grant(&self, valid_until: Option<Timestamp>) -> Grant {
        match *self {
            Self::Refill(money) => Grant::Refill(money),
            Self::Access(AccessPackage { plan, online_s, octets, .. }) => {
                Grant::Access { plan, valid_until, online_s, octets }
            }
        }
    }
}

/// How a voucher was sold that nobody has redeemed, if it can be.
fn redeemable(stage: &Stage, by: SubscriberId, at: Timestamp) -> Result<&Sale, RedeemError> {
    match stage {
        Stage::New => Err(RedeemError::NotSold),
        Stage::Sold(sale) => match sale.redeem_by {
            // Also before anybody has come to say that it has expired.
            Some(redeem_by) if redeem_by <= at => Err(RedeemError::Expired { at: redeem_by }),
            _ => Ok(sale),
        },
        Stage::Active(_, redemption) | Stage::Used(_, redemption) => {
            let Redemption { at, by: used_by, .. } = *redemption;
            Err(RedeemError::AlreadyUsed { at, by: used_by, is_own: used_by == by })
        }
        Stage::Expired(ended) => Err(RedeemError::Expired { at: ended.at }),
        Stage::Revoked(ended) => Err(RedeemError::Revoked { at: ended.at }),
    }
}

/// Who has redeemed a voucher, as far as that is told.
const fn who(is_own: bool) -> &'static str {
    if is_own { "the same subscriber" } else { "somebody else" }
}

/// Whose customers, in words.
fn customers(reseller: &Option<TenantId>) -> String {
    match reseller {
        Some(reseller) => format!("the customers of reseller {reseller}"),
        None => "the tenant's own customers".to_owned(),
    }
}
