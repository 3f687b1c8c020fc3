//! What accounts are for, and what moves between them.

use core::fmt;
use core::str::FromStr;

use entitlement::{SubscriberId, TenantId, Timestamp};

use super::{AccountId, Limit, Transfer, TransferId, TransferKind};
use crate::Money;

/// The longest name of a provider of payments, octets.
pub const PROVIDER_LEN_MAX: usize = 32;

/// What an account of a tenant is for. There is one of each in each currency.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccountName {
    /// What a subscriber owes us. Invoices are debited, what pays them is credited.
    Receivable(SubscriberId),
    /// What we hold for a subscriber; never less than nothing.
    Wallet(SubscriberId),
    /// What a provider of payments has taken for us and not paid out, or lies in the till.
    Clearing(Provider),
    /// What was paid and nobody knows for whom.
    Unallocated,
    /// What was sold, without taxes.
    Sales,
    /// Taxes that were charged and belong to the state.
    Tax,
    /// What late payers were charged for it.
    LateFees,
    /// What is not going to be paid any more.
    WrittenOff,
    /// What was paid for vouchers that nobody has redeemed.
    Vouchers,
    /// What resellers and agents have earned.
    Commissions,
    /// What we hold for a reseller below us; never less than nothing unless it has credit, which the
    /// keeper of the books says by [`Limit`].
    Reseller(TenantId),
    /// What we have at the tenant above us.
    Supplier(TenantId),
    /// What we have bought to sell it.
    Purchases,
}

/// A provider of payments, by a short name: `cash`, `bank`, `mpesa`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Provider(String);

/// A text that names no provider of payments.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is no name of a provider of payments; such names have 1 to {PROVIDER_LEN_MAX} of the letters \
     a to z, digits and hyphens, for example `cash` or `mpesa`", text.escape_debug()
)]
pub struct ProviderError {
    /// As written.
    pub text: String,
}

/// An amount that is to move from one account to another, as somebody says it who knows what for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Which; the same again changes nothing.
    pub id: TransferId,
    /// The account that is debited.
    pub debit: AccountName,
    /// The account that is credited.
    pub credit: AccountName,
    /// How much; more than nothing.
    pub amount: Money,
}

/// From what a transfer comes: together with the number of its row, its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u16)]
pub enum TransferSource {
    /// An invoice became final.
    Invoice = 1,
    /// A credit note became final.
    CreditNote = 2,
    /// A receipt of money.
    Receipt = 3,
    /// A part of a receipt or of a wallet pays an invoice.
    Allocation = 4,
    /// Money goes back to who paid it.
    Refund = 5,
    /// The provider took a payment back.
    Reversal = 6,
    /// A voucher was sold.
    VoucherSale = 7,
    /// A voucher was redeemed.
    VoucherRedemption = 8,
    /// A late fee.
    LateFee = 9,
    /// What is owed is given up.
    WriteOff = 10,
    /// Something was sold through a reseller.
    ResellerSale = 11,
    /// A commission was earned.
    Commission = 12,
    /// Money for a running session.
    Session = 13,
    /// A reseller has put money into its account.
    ResellerTopUp = 14,
    /// A commission was earned with what a customer has paid; the row is that of the receipt.
    PaymentCommission = 15,
    /// Some of such a commission is given back; the row is that of what was taken back of the receipt.
    PaymentCommissionBack = 16,
    /// The operator has changed a wallet by hand.
    WalletAdjustment = 17,
    /// A subscriber has given of the own wallet to another.
    WalletTransfer = 18,
    /// A customer of a reseller was charged or served; the row is that of the part of a level.
    Resale = 19,
}

impl TransferId {
    /// The transfer at this place of what happened to this row: always the same number.
    #[must_use]
    pub const fn of(source: TransferSource, row: i64, place: u16) -> Self {
        // 16 bits for the source, 64 for the row, 16 for the place.
        let row = row.cast_unsigned() as u128;
        Self(((source as u128) << 96) | (row << 16) | place as u128)
    }

    /// What it comes from, and the number of its row; `None`: its number was not made by
    /// [`of`](Self::of).
    #[must_use]
    pub fn source(self) -> Option<(TransferSource, i64)> {
        let source = TransferSource::ALL.into_iter().find(|it| *it as u128 == self.0 >> 96)?;
        // The shift leaves 80 bits, of which the lower 64 are the row.
        let row = u64::try_from((self.0 >> 16) & u128::from(u64::MAX)).ok()?;
        Some((source, row.cast_signed()))
    }
}

impl TransferSource {
    /// Every source.
    pub const ALL: [Self; 19] = [
        Self::Invoice,
        Self::CreditNote,
        Self::Receipt,
        Self::Allocation,
        Self::Refund,
        Self::Reversal,
        Self::VoucherSale,
        Self::VoucherRedemption,
        Self::LateFee,
        Self::WriteOff,
        Self::ResellerSale,
        Self::Commission,
        Self::Session,
        Self::ResellerTopUp,
        Self::PaymentCommission,
        Self::PaymentCommissionBack,
        Self::WalletAdjustment,
        Self::WalletTransfer,
        Self::Resale,
    ];
}

impl Entry {
    /// What the ledger is asked for, once its accounts are known by number.
    #[must_use]
    pub const fn transfer(&self, at: Timestamp, debit: AccountId, credit: AccountId) -> Transfer {
        let kind = TransferKind::Move { debit, credit, amount: self.amount };
        Transfer { id: self.id, at, kind }
    }
}

impl AccountName {
    /// What such an account may not come to, where nobody says otherwise.
    #[must_use]
    pub const fn limit(&self) -> Limit {
        match self {
            Self::Wallet(_) | Self::Reseller(_) => Limit::DebitsWithinCredits,
            _ => Limit::None,
        }
    }
}

impl fmt::Display for AccountName {
    /// The name that is stored and shown; it never changes: `receivable:17`, `clearing:mpesa`, `sales`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Receivable(subscriber) => write!(f, "receivable:{subscriber}"),
            Self::Wallet(subscriber) => write!(f, "wallet:{subscriber}"),
            Self::Clearing(provider) => write!(f, "clearing:{provider}"),
            Self::Unallocated => f.write_str("unallocated"),
            Self::Sales => f.write_str("sales"),
            Self::Tax => f.write_str("tax"),
            Self::LateFees => f.write_str("late-fees"),
            Self::WrittenOff => f.write_str("written-off"),
            Self::Vouchers => f.write_str("vouchers"),
            Self::Commissions => f.write_str("commissions"),
            Self::Reseller(tenant) => write!(f, "reseller:{tenant}"),
            Self::Supplier(tenant) => write!(f, "supplier:{tenant}"),
            Self::Purchases => f.write_str("purchases"),
        }
    }
}

/// A text that names no account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is no account; accounts are called `receivable:NUMBER`, `wallet:NUMBER`, `clearing:PROVIDER`, \
     `reseller:NUMBER`, `supplier:NUMBER`, `unallocated`, `sales`, `tax`, `late-fees`, `written-off`, \
     `vouchers`, `commissions` or `purchases`", text.escape_debug()
)]
pub struct AccountNameError {
    /// As written.
    pub text: String,
}

impl FromStr for AccountName {
    type Err = AccountNameError;

    fn from_str(text: &str) -> Result<Self, AccountNameError> {
        let read = || {
            let (kind, of) = text.split_once(':').unwrap_or((text, ""));
            let number = || of.parse::<i64>().ok();
            let name = match kind {
                "receivable" => Self::Receivable(SubscriberId(number()?)),
                "wallet" => Self::Wallet(SubscriberId(number()?)),
                "clearing" => Self::Clearing(of.parse().ok()?),
                "unallocated" => Self::Unallocated,
                "sales" => Self::Sales,
                "tax" => Self::Tax,
                "late-fees" => Self::LateFees,
                "written-off" => Self::WrittenOff,
                "vouchers" => Self::Vouchers,
                "commissions" => Self::Commissions,
                "reseller" => Self::Reseller(TenantId(number()?)),
                "supplier" => Self::Supplier(TenantId(number()?)),
                "purchases" => Self::Purchases,
                _ => return None,
            };
            // One name, one spelling.
            (name.to_string() == text).then_some(name)
        };
        read().ok_or_else(|| AccountNameError { text: text.to_owned() })
    }
}

impl FromStr for Provider {
    type Err = ProviderError;

    fn from_str(text: &str) -> Result<Self, ProviderError> {
        let letter = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
        if text.is_empty() || text.len() > PROVIDER_LEN_MAX || !text.bytes().all(letter) {
            return Err(ProviderError { text: text.to_owned() });
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_read_as_they_are_written() {
        for text in [
            "receivable:17",
            "wallet:-1",
            "clearing:mpesa",
            "unallocated",
            "sales",
            "tax",
            "late-fees",
            "written-off",
            "vouchers",
            "commissions",
            "reseller:2",
            "supplier:1",
            "purchases",
        ] {
            assert_eq!(text.parse::<AccountName>().unwrap().to_string(), text);
        }
        for text in
            ["", "sale", "sales:", "sales:1", "wallet", "wallet:01", "clearing:", "clearing:M"]
        {
            let error = text.parse::<AccountName>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` is no account; ")), "{error}");
        }
    }

    #[test]
    fn a_transfer_has_one_number_for_what_it_comes_from() {
        let of = TransferId::of;
        let ids = [
            of(TransferSource::Invoice, 1, 0),
            of(TransferSource::Invoice, 1, 1),
            of(TransferSource::Invoice, 2, 0),
            of(TransferSource::Invoice, 0x1_0000, 0),
            of(TransferSource::CreditNote, 1, 0),
            of(TransferSource::Invoice, -1, 0),
            of(TransferSource::Invoice, -1, 1),
        ];
        let mut distinct = ids.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), ids.len());
        assert_eq!(of(TransferSource::Receipt, 5, 2), of(TransferSource::Receipt, 5, 2));
        for source in TransferSource::ALL {
            for row in [0, 1, -1, i64::MAX, i64::MIN] {
                assert_eq!(of(source, row, 0xffff).source(), Some((source, row)));
            }
        }
        assert_eq!(TransferId(7).source(), None);
    }
}
