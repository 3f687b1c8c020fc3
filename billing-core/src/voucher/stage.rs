//! A voucher, and what has happened to it.

use core::fmt;

use entitlement::{SubscriberId, TenantId, Timestamp};

use super::state::{VoucherState, VoucherTransition, VoucherTransitionError};
use super::stock::Serial;
use crate::Money;
use crate::ledger::{AccountName, Provider};

/// A voucher, by the number of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VoucherId(pub i64);

/// One voucher of a batch. Its code is not here: who decides about it does not need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voucher {
    /// Which.
    pub id: VoucherId,
    /// Its number in its batch.
    pub serial: Serial,
    /// The reseller that has it, or has sold it; `None`: the tenant itself.
    pub owner: Option<TenantId>,
    /// What has happened to it.
    pub stage: Stage,
}

/// What has happened to a voucher: its state, with what a voucher in that state has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Nothing.
    New,
    /// It was sold.
    Sold(Sale),
    /// Its access is being used.
    Active(Sale, Redemption),
    /// Nothing is left of it.
    Used(Sale, Redemption),
    /// Its time was over.
    Expired(Ended),
    /// The operator has stopped it.
    Revoked(Ended),
}

/// How a voucher was sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// When.
    pub at: Timestamp,
    /// To whom.
    pub buyer: Buyer,
    /// What its batch said that it costs; so much lies in `vouchers` for it.
    pub price: Money,
    /// What the buyer has paid of that. The rest is his commission.
    pub paid: Money,
    /// When it is too late to redeem it; `None`: never.
    pub redeem_by: Option<Timestamp>,
}

/// Who has bought a voucher, and so what is debited.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Buyer {
    /// Somebody who has paid with this provider: cash over the counter.
    Till(Provider),
    /// A subscriber who pays it with the next invoice.
    OnAccount(SubscriberId),
    /// A reseller, from what we hold for it.
    Reseller(TenantId),
}

/// How a voucher was redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Redemption {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: SubscriberId,
    /// By which request.
    pub key: RedemptionKey,
    /// When its access ends on the clock; `None`: not by the clock.
    pub valid_until: Option<Timestamp>,
}

/// The number that who asks has drawn for one wish to redeem, so that asking again is not redeeming again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RedemptionKey(pub u128);

/// How a voucher came to its end before it was used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// What it was until then.
    pub was: Was,
}

/// What a voucher was before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Was {
    /// New.
    New,
    /// Sold, and not redeemed.
    Sold(Sale),
    /// Active.
    Active(Sale, Redemption),
}

impl Stage {
    /// The state that it is.
    #[must_use]
    pub const fn state(&self) -> VoucherState {
        match self {
            Self::New => VoucherState::New,
            Self::Sold(_) => VoucherState::Sold,
            Self::Active(..) => VoucherState::Active,
            Self::Used(..) => VoucherState::Used,
            Self::Expired(_) => VoucherState::Expired,
            Self::Revoked(_) => VoucherState::Revoked,
        }
    }

    /// How it was redeemed, if it was.
    #[must_use]
    pub const fn redemption(&self) -> Option<&Redemption> {
        match self {
            Self::Active(_, redemption)
            | Self::Used(_, redemption)
            | Self::Expired(Ended { was: Was::Active(_, redemption), .. })
            | Self::Revoked(Ended { was: Was::Active(_, redemption), .. }) => Some(redemption),
            _ => None,
        }
    }

    /// When its time is over, as far as that is known by itself: of a sold one when it is too late to
    /// redeem it, of an active one when its access ends.
    #[must_use]
    pub const fn ends_at(&self) -> Option<Timestamp> {
        match self {
            Self::Sold(sale) => sale.redeem_by,
            Self::Active(_, redemption) => redemption.valid_until,
            _ => None,
        }
    }

    /// It was sold.
    pub(super) fn sell(&self, sale: Sale) -> Result<Self, VoucherTransitionError> {
        self.state().after(VoucherTransition::Sell)?;
        Ok(Self::Sold(sale))
    }

    /// All of its access is used.
    ///
    /// # Errors
    /// When it is not active. Money is used up when it is redeemed.
    pub fn use_up(&self) -> Result<Self, VoucherTransitionError> {
        let transition = VoucherTransition::UseUp;
        match self {
            Self::Active(sale, redemption) => Ok(Self::Used(sale.clone(), *redemption)),
            _ => Err(VoucherTransitionError { state: self.state(), transition }),
        }
    }

    /// Its time is over.
    pub(super) fn expire(&self, at: Timestamp) -> Result<Self, VoucherTransitionError> {
        Ok(Self::Expired(Ended { at, was: self.end(VoucherTransition::Expire)? }))
    }

    /// The operator stops it.
    pub(super) fn revoke(&self, at: Timestamp) -> Result<Self, VoucherTransitionError> {
        Ok(Self::Revoked(Ended { at, was: self.end(VoucherTransition::Revoke)? }))
    }

    fn end(&self, transition: VoucherTransition) -> Result<Was, VoucherTransitionError> {
        match self {
            Self::New => Ok(Was::New),
            Self::Sold(sale) => Ok(Was::Sold(sale.clone())),
            Self::Active(sale, redemption) => Ok(Was::Active(sale.clone(), *redemption)),
            Self::Used(..) | Self::Expired(_) | Self::Revoked(_) => {
                Err(VoucherTransitionError { state: self.state(), transition })
            }
        }
    }
}

impl Buyer {
    /// The account from which a voucher is paid, and to which a refund goes.
    #[must_use]
    pub fn account(&self) -> AccountName {
        match self {
            Self::Till(provider) => AccountName::Clearing(provider.clone()),
            Self::OnAccount(subscriber) => AccountName::Receivable(*subscriber),
            Self::Reseller(reseller) => AccountName::Reseller(*reseller),
        }
    }
}

impl fmt::Display for VoucherId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
