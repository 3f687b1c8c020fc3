//! What the books of a reseller say of those of the tenant above it.

use super::*;
use crate::ledger::{Entry, TransferId, TransferSource};

#[test]
fn what_one_tenant_decides_alone_is_a_purchase_of_the_other() {
    // What moves in the books of the top, and what those of the middle say.
    let rows = [
        ("reseller:2", "vouchers", Some("2: purchases -> supplier:1: 90.00 KES")),
        ("vouchers", "reseller:2", Some("2: supplier:1 -> purchases: 90.00 KES")),
        ("commissions", "vouchers", None),
        ("clearing:cash", "vouchers", None),
    ];
    for (debit, credit, said) in rows {
        let entry = Entry {
            id: TransferId::of(TransferSource::VoucherSale, 7, 0),
            debit: debit.parse().unwrap(),
            credit: credit.parse().unwrap(),
            amount: kes("90"),
        };
        let other = other_side(TOP, &entry);
        let lines = other.as_ref().map(|other| written(core::slice::from_ref(other)).concat());
        assert_eq!(lines.as_deref(), said, "{debit} -> {credit}");
        // In one table for all tenants each transfer has a number of its own.
        assert!(other.is_none_or(|other| other.entries[0].id != entry.id));
    }
}
