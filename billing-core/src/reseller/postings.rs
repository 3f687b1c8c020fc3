//! What moves in the books of several tenants.

use entitlement::{SubscriberId, TenantId};

use crate::ledger::{AccountName, Entry, TransferId};

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

/// Transfers with this bit are what the books of a reseller say of those of the tenant above it.
const OTHER_SIDE: u16 = 0x4000;

/// What the books of a reseller say of an entry in those of the tenant above it that moves what that one
/// holds for it: what it has paid is a purchase, and what it gets back makes purchases less. `None` of an
/// entry that concerns no reseller.
///
/// It is for what one tenant decides alone, as when it sells vouchers to a reseller. Sales to customers,
/// commissions and top-ups say both sides themselves.
#[must_use]
pub fn other_side(parent: TenantId, entry: &Entry) -> Option<TenantEntries> {
    let (supplier, purchases) = (AccountName::Supplier(parent), AccountName::Purchases);
    let (tenant, debit, credit) = match (&entry.debit, &entry.credit) {
        (AccountName::Reseller(reseller), _) => (*reseller, purchases, supplier),
        (_, AccountName::Reseller(reseller)) => (*reseller, supplier, purchases),
        _ => return None,
    };
    let id = TransferId(entry.id.0 | u128::from(OTHER_SIDE));
    let entries = vec![Entry { id, debit, credit, amount: entry.amount }];
    Some(TenantEntries { tenant, entries })
}

/// What the books of a reseller say where the tenant above it puts something into what it holds for it that is a
/// customer's: it is owed to that customer, as the money of a card which that one has bought. `None` of an entry
/// that puts nothing there.
#[must_use]
pub fn passed_on(parent: TenantId, entry: &Entry, customer: SubscriberId) -> Option<TenantEntries> {
    let AccountName::Reseller(reseller) = entry.credit else { return None };
    let id = TransferId(entry.id.0 | u128::from(OTHER_SIDE));
    let (debit, credit) = (AccountName::Supplier(parent), AccountName::Wallet(customer));
    let entries = vec![Entry { id, debit, credit, amount: entry.amount }];
    Some(TenantEntries { tenant: reseller, entries })
}
