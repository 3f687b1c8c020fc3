//! Vouchers that come to an end before they were used up: expired, or revoked.

use entitlement::Timestamp;

use super::batch::Batch;
use super::release::{Release, release};
use super::stage::{Stage, Voucher, Was};
use super::state::VoucherState;
use super::stock::{Serial, SerialRange, StockError};
use crate::ledger::Entry;
use crate::{MoneyError, Rounding, Taxes};

/// What becomes of what was paid for vouchers that nobody will redeem any more. Which of it is right, and
/// whether there are taxes on it, the law of the country says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unredeemed {
    /// It stays in `vouchers`: it is owed further on.
    StillOwed,
    /// It is earned (breakage), and these taxes are within it.
    Earned(Taxes),
    /// Who has paid it gets it back, and a reseller's commission is taken back with it.
    Refunded,
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VouchersEnded {
    /// Those that have ended, as they are then.
    pub vouchers: Vec<Voucher>,
    /// What moves.
    pub entries: Vec<Entry>,
    /// Those of a range that had ended before, or are used up, with their states: nothing can be done
    /// about them.
    pub left: Vec<(Serial, VoucherState)>,
}

/// Vouchers that cannot be ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndError {
    /// They are not those of the range.
    #[error(transparent)]
    Stock(#[from] StockError),
    /// Amounts out of range.
    #[error("voucher {serial}: {error}")]
    Money {
        /// Of which.
        serial: Serial,
        /// What is wrong.
        #[source]
        error: MoneyError,
    },
}

/// Revokes vouchers of a batch, or all of it with [`Batch::serials`]. What is being used is stopped, too;
/// what was paid for it was earned with its first use, and stays.
///
/// # Errors
/// When one of them is not there, or out of range.
pub fn revoke(
    vouchers: &[Voucher],
    range: SerialRange,
    unredeemed: &Unredeemed,
    at: Timestamp,
    rounding: Rounding,
) -> Result<VouchersEnded, EndError> {
    let mut ended = VouchersEnded::default();
    for voucher in range.of(vouchers)? {
        match voucher.stage.revoke(at) {
            Ok(stage) => ended.add(voucher, stage, unredeemed, rounding)?,
            Err(error) => ended.left.push((voucher.serial, error.state)),
        }
    }
    Ok(ended)
}

/// Lets those vouchers of a batch expire whose time is over at `at`: new ones that were to be sold before,
/// sold ones that were to be redeemed, active ones whose access was valid until then. The others are not
/// in what comes of it.
///
/// # Errors
/// Out of range.
pub fn expire(
    batch: &Batch,
    vouchers: &[Voucher],
    unredeemed: &Unredeemed,
    at: Timestamp,
    rounding: Rounding,
) -> Result<VouchersEnded, EndError> {
    let mut ended = VouchersEnded::default();
    for voucher in vouchers {
        let ends_at = match voucher.stage {
            Stage::New => batch.order().sell_by,
            _ => voucher.stage.ends_at(),
        };
        // It has expired when its time was over, however late somebody comes to say so.
        let Some(ends_at) = ends_at.filter(|ends_at| *ends_at <= at) else { continue };
        if let Ok(stage) = voucher.stage.expire(ends_at) {
            ended.add(voucher, stage, unredeemed, rounding)?;
        }
    }
    Ok(ended)
}

impl VouchersEnded {
    fn add(
        &mut self,
        voucher: &Voucher,
        stage: Stage,
        unredeemed: &Unredeemed,
        rounding: Rounding,
    ) -> Result<(), EndError> {
        if let Stage::Expired(ended) | Stage::Revoked(ended) = &stage
            && let Was::Sold(sale) = &ended.was
        {
            let to = match unredeemed {
                Unredeemed::StillOwed => None,
                Unredeemed::Earned(taxes) => Some(Release::Earned(taxes, rounding)),
                Unredeemed::Refunded => Some(Release::Refund),
            };
            if let Some(to) = to {
                let serial = voucher.serial;
                let entries = release(voucher.id, sale, &to);
                self.entries.extend(entries.map_err(|error| EndError::Money { serial, error })?);
            }
        }
        self.vouchers.push(Voucher { stage, ..*voucher });
        Ok(())
    }
}
