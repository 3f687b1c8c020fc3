//! What moves in the books of several tenants.

use entitlement::TenantId;

use crate::ledger::{Entry, TransferId};

/// What moves in the books of one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantEntries {
    /// Whose books.
    pub tenant: TenantId,
    /// What moves in them, in this order.
    pub entries: Vec<Entry>,
}

/// Places of transfers from this one on are of what takes others back.
pub(super) const TAKEN_BACK: u16 = 0x8000;

/// Takes back what [`sell`](super::sell), [`commissions`](super::commissions) or
/// [`top_up`](super::top_up) have moved, on every level and to the last unit: each entry the other way.
///
/// Each has one identity for being taken back: to do it again changes nothing, and to take back what takes
/// something back the ledger refuses. A commission that is taken back may leave a reseller with credit below
/// its limit: it is owed all the same.
#[must_use]
pub fn refund(made: &[TenantEntries]) -> Vec<TenantEntries> {
    let back = |entry: &Entry| Entry {
        id: TransferId(entry.id.0 | u128::from(TAKEN_BACK)),
        debit: entry.credit.clone(),
        credit: entry.debit.clone(),
        amount: entry.amount,
    };
    let of_tenant = |made: &TenantEntries| {
        // The last first, so that nothing is taken from an account before it is back there.
        TenantEntries { entries: made.entries.iter().rev().map(back).collect(), ..*made }
    };
    made.iter().rev().map(of_tenant).collect()
}
