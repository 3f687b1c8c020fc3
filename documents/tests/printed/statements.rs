use billing_core::Interval;
use billing_core::invoice::{
    Movement, MovementKind, Statement as Account, StatementLine, TaxWithin,
};
use documents::Statement;
use entitlement::TimeZone;

use crate::invoices::{DECEMBER, NOVEMBER, at, buyer, money, seller};
use crate::paper::{fonts, pages};

#[test]
fn a_statement_lists_what_moved_and_what_is_owed_behind_it() {
    let Some(fonts) = fonts() else { return };
    let line = |s: i64, kind, reference: &str, amount: &str, balance: &str| StatementLine {
        movement: Movement {
            at: at(s),
            number: 1,
            kind,
            reference: reference.to_owned(),
            amount: money(amount),
            taxes: Vec::new(),
        },
        balance: money(balance),
    };
    let mut used = line(NOVEMBER + 86_400, MovementKind::Usage, "payg", "116 KES", "-44 KES");
    let vat = |amount| TaxWithin {
        name: "VAT".to_owned(),
        rate: "16%".parse().unwrap(),
        amount: money(amount),
    };
    used.movement.taxes = vec![vat("16 KES")];
    let statement = Statement {
        seller: seller(),
        buyer: buyer(),
        zone: TimeZone::named("Africa/Nairobi").unwrap(),
        account: Account {
            period: Interval::new(at(NOVEMBER), at(DECEMBER)).unwrap(),
            opening: money("100 KES"),
            lines: vec![
                line(NOVEMBER, MovementKind::Invoice, "INV-2026-000017", "1740 KES", "1840 KES"),
                line(
                    NOVEMBER + 86_400,
                    MovementKind::Payment,
                    "RKTQDM7W6S",
                    "2000 KES",
                    "-160 KES",
                ),
                used,
            ],
            closing: money("-44 KES"),
        },
    };
    let text = pages(&statement.to_pdf(&fonts).unwrap()).concat();
    let table = text.iter().skip_while(|line| !line.starts_with("Date What")).take(9);
    assert_eq!(
        table.collect::<Vec<_>>(),
        [
            "Date What Number Charged Paid Owed",
            "Owed before 100.00",
            "2026-11-01 Invoice INV-2026-000017 1,740.00 1,840.00",
            "2026-11-02 Payment RKTQDM7W6S 2,000.00 -160.00",
            "2026-11-02 Use 100.00 + VAT 16% 16.00 116.00 -44.00",
            "Owed then -44.00",
            "Paid for use, without taxes 100.00",
            "VAT 16% 16.00",
            "Paid for use, with taxes 116.00",
        ]
    );
    for fact in ["From 2026-11-01", "Until 2026-11-30", "Customer acme", "Currency KES"] {
        assert!(text.iter().any(|line| line.ends_with(fact)), "`{fact}` is missing: {text:#?}");
    }
}
