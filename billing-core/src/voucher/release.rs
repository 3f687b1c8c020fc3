//! What was paid for a voucher leaves `vouchers` once.
//!
//! Whether it is redeemed, expires or is revoked: the transfers have the same identities, those of its
//! redemption, counted from the first that moves something. So if two of these were decided about one
//! voucher, the ledger makes one and refuses the other.

use entitlement::{SubscriberId, TenantId};

use super::stage::{Sale, VoucherId};
use crate::ledger::{AccountName, Entry, TransferId, TransferSource};
use crate::{Money, MoneyError, Pricing, Rounding, Taxes};

/// Where what was paid for a voucher goes.
pub(super) enum Release<'r> {
    /// It is earned, and these taxes are within it.
    Earned(&'r Taxes, Rounding),
    /// It refills a wallet, with so much.
    Wallet(SubscriberId, Money),
    /// It is held for a reseller whose customer has so much in a wallet there.
    Reseller(TenantId, Money),
    /// It goes back to who has paid it.
    Refund,
}

/// What moves when what was paid for a voucher leaves `vouchers`.
pub(super) fn release(
    id: VoucherId,
    sale: &Sale,
    to: &Release<'_>,
) -> Result<Vec<Entry>, MoneyError> {
    let (price, vouchers) = (sale.price, AccountName::Vouchers);
    let parts = match to {
        Release::Earned(taxes, rounding) => {
            let taxed = taxes.on(price.currency(), &[price], Pricing::TaxInclusive, *rounding)?;
            let net = taxed.total.net;
            vec![
                (vouchers.clone(), AccountName::Sales, net),
                (vouchers, AccountName::Tax, price.minus(net)?),
            ]
        }
        Release::Wallet(subscriber, worth) => {
            refilled(price, AccountName::Wallet(*subscriber), *worth)?
        }
        Release::Reseller(reseller, worth) => {
            refilled(price, AccountName::Reseller(*reseller), *worth)?
        }
        Release::Refund => {
            let commission = price.minus(sale.paid)?;
            vec![
                (vouchers.clone(), sale.buyer.account(), sale.paid),
                (vouchers, AccountName::Commissions, commission),
            ]
        }
    };
    let moved = parts.into_iter().filter(|(_, _, amount)| !amount.is_zero());
    let entry = |(place, (debit, credit, amount))| {
        let id = TransferId::of(TransferSource::VoucherRedemption, id.0, place);
        Entry { id, debit, credit, amount }
    };
    Ok((0..).zip(moved).map(entry).collect())
}

/// What is given beside the price was never paid: it makes what was sold less.
fn refilled(
    price: Money,
    account: AccountName,
    worth: Money,
) -> Result<Vec<(AccountName, AccountName, Money)>, MoneyError> {
    let bonus = (AccountName::Sales, account.clone(), worth.minus(price)?);
    Ok(vec![(AccountName::Vouchers, account, price), bonus])
}
