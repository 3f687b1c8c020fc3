use proptest::prelude::*;

use super::*;
use crate::Currency;

fn kes(minor: i64) -> Money {
    Money::new(minor, "KES".parse::<Currency>().unwrap())
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn invoice(number: i64) -> Debt {
    Debt::Invoice(InvoiceId(number))
}

/// By number, second at which it was due, and what is open.
fn debts(of: &[(i64, i64, &str)]) -> Vec<OpenDebt> {
    let debt = |(number, due_s, open): &(i64, i64, &str)| OpenDebt {
        debt: invoice(*number),
        due_at: Timestamp::from_unix_s(*due_s),
        open: money(open),
    };
    of.iter().map(debt).collect()
}

/// Number of the invoice, what pays it, what is written off; and the rest.
fn shown(allocated: &Allocated) -> String {
    let mut shown = String::new();
    for Allocation { debt, amount, written_off } in &allocated.allocations {
        shown += &format!("{debt}: {amount}");
        if !written_off.is_zero() {
            shown += &format!(" ({written_off} off)");
        }
        shown += "; ";
    }
    shown + &format!("rest {}", allocated.rest)
}

#[test]
fn each_policy_has_its_table() {
    let open = debts(&[(3, 300, "500 KES"), (1, 100, "1000 KES"), (2, 300, "250 KES")]);
    let named = |numbers: &[i64]| Policy::Named(numbers.iter().map(|it| invoice(*it)).collect());
    let table = [
        // Underpaid: the oldest is partly paid, the others not at all.
        ("400 KES", Policy::OldestFirst, "invoice 1: 400.00 KES; rest 0.00 KES"),
        // Of one moment the lower number is first.
        (
            "1300 KES",
            Policy::OldestFirst,
            "invoice 1: 1000.00 KES; invoice 2: 250.00 KES; invoice 3: 50.00 KES; rest 0.00 KES",
        ),
        // Overpaid: the rest is nobody's.
        (
            "2000 KES",
            Policy::OldestFirst,
            "invoice 1: 1000.00 KES; invoice 2: 250.00 KES; invoice 3: 500.00 KES; rest 250.00 KES",
        ),
        ("0 KES", Policy::OldestFirst, "rest 0.00 KES"),
        // Named: those alone, as they are named.
        ("600 KES", named(&[3, 1]), "invoice 3: 500.00 KES; invoice 1: 100.00 KES; rest 0.00 KES"),
        ("600 KES", named(&[3]), "invoice 3: 500.00 KES; rest 100.00 KES"),
        ("600 KES", named(&[]), "rest 600.00 KES"),
        // By 1000 : 250 : 500.
        (
            "875 KES",
            Policy::Proportional,
            "invoice 1: 500.00 KES; invoice 2: 125.00 KES; invoice 3: 250.00 KES; rest 0.00 KES",
        ),
        // 0.02 KES are 1.142.., 0.285.. and 0.571.. cents.
        (
            "0.02 KES",
            Policy::Proportional,
            "invoice 1: 0.01 KES; invoice 3: 0.01 KES; rest 0.00 KES",
        ),
        (
            "1800 KES",
            Policy::Proportional,
            "invoice 1: 1000.00 KES; invoice 2: 250.00 KES; invoice 3: 500.00 KES; rest 50.00 KES",
        ),
    ];
    for (amount, policy, expected) in table {
        let allocated = allocate(money(amount), &open, &policy, None).unwrap();
        assert_eq!(shown(&allocated), expected, "{amount} by {policy:?}");
    }
}

#[test]
fn the_oldest_is_the_one_that_was_due_first() {
    let open = debts(&[(1, 200, "10 KES"), (2, 100, "10 KES"), (3, 150, "10 KES")]);
    let allocated = allocate(money("15 KES"), &open, &Policy::OldestFirst, None).unwrap();
    assert_eq!(shown(&allocated), "invoice 2: 10.00 KES; invoice 3: 5.00 KES; rest 0.00 KES");
}

#[test]
fn what_is_tiny_is_written_off_and_no_more_than_tolerated() {
    let open = debts(&[(1, 100, "1740.40 KES"), (2, 200, "100.30 KES")]);
    let one = Policy::Named(vec![invoice(1)]);
    let table = [
        ("1740 KES", &one, "0.50 KES", "invoice 1: 1740.00 KES (0.40 KES off); rest 0.00 KES"),
        ("1740 KES", &one, "0.40 KES", "invoice 1: 1740.00 KES (0.40 KES off); rest 0.00 KES"),
        ("1740 KES", &one, "0.39 KES", "invoice 1: 1740.00 KES; rest 0.00 KES"),
        // What gets nothing is not written off.
        ("1740.40 KES", &Policy::OldestFirst, "200 KES", "invoice 1: 1740.40 KES; rest 0.00 KES"),
        // Of the 0.27 that are missing 0.2552.. and 0.0147.. are; the tolerance is for both together.
        (
            "1840.43 KES",
            &Policy::Proportional,
            "0.26 KES",
            "invoice 1: 1740.14 KES (0.26 KES off); invoice 2: 100.29 KES; rest 0.00 KES",
        ),
        // What is overpaid is not written off: it is the customer's.
        ("1740.50 KES", &one, "1 KES", "invoice 1: 1740.40 KES; rest 0.10 KES"),
    ];
    for (amount, policy, tolerance, expected) in table {
        let allocated = allocate(money(amount), &open, policy, Some(money(tolerance))).unwrap();
        assert_eq!(shown(&allocated), expected, "{amount} with {tolerance}");
    }
}

#[test]
fn what_is_paid_already_may_be_named_and_gets_nothing() {
    let open = debts(&[(1, 100, "0 KES")]);
    for policy in [Policy::OldestFirst, Policy::Named(vec![invoice(1)]), Policy::Proportional] {
        let allocated = allocate(money("5 KES"), &open, &policy, None).unwrap();
        assert_eq!(shown(&allocated), "rest 5.00 KES");
    }
}

#[test]
fn what_cannot_be_shared_says_why() {
    let said = |amount: &str, open: &[OpenDebt], policy: &Policy, tolerance: Option<&str>| {
        let tolerance = tolerance.map(money);
        allocate(money(amount), open, policy, tolerance).unwrap_err().to_string()
    };
    let open = debts(&[(1, 100, "5 KES")]);
    let oldest = Policy::OldestFirst;
    assert_eq!(said("-1 KES", &open, &oldest, None), "what is paid is -1.00 KES; it is 0 or more");
    assert_eq!(
        said("1 KES", &open, &oldest, Some("-1 KES")),
        "the tolerance is -1.00 KES; it is 0 or more"
    );
    assert_eq!(
        said("1 KES", &debts(&[(1, 100, "-5 KES")]), &oldest, None),
        "what is open of a debt is -5.00 KES; it is 0 or more"
    );
    let twice = "invoice 1 is given twice; each debt is paid once";
    assert_eq!(said("1 KES", &[open[0], open[0]], &oldest, None), twice);
    assert_eq!(said("1 KES", &open, &Policy::Named(vec![invoice(1); 2]), None), twice);
    assert_eq!(
        said("1 KES", &open, &Policy::Named(vec![Debt::Reversal(ReversalId(1))]), None),
        "reversal 1 is none of the debts of this subscriber; name those that he has"
    );
    let many: Vec<_> = (0..1_001).map(|it| OpenDebt { debt: invoice(it), ..open[0] }).collect();
    assert_eq!(
        said("1 KES", &many, &oldest, None),
        "there are 1001 debts; one payment is shared among 1000 at most"
    );
    for policy in [Policy::OldestFirst, Policy::Proportional] {
        let error = allocate(money("1 UGX"), &open, &policy, None).unwrap_err();
        assert!(matches!(error, AllocationError::Money(MoneyError::CurrencyMismatch { .. })));
    }
}

#[test]
fn a_wallet_pays_with_entries_of_its_own() {
    let open = debts(&[(1, 100, "10.30 KES"), (2, 200, "5 KES")]);
    let allocated =
        allocate(money("15 KES"), &open, &Policy::OldestFirst, Some(money("0.30 KES"))).unwrap();
    let entries = allocated.entries_from_wallet(AllocationId(9), SubscriberId(7)).unwrap();
    let shown: Vec<_> = entries
        .iter()
        .map(|it| format!("{} -> {}: {} by {}", it.debit, it.credit, it.amount, it.id))
        .collect();
    let expected = [
        "wallet:7 -> receivable:7: 10.30 KES by 00000004000000000000000000090000",
        "wallet:7 -> receivable:7: 4.70 KES by 00000004000000000000000000090001",
        "written-off -> receivable:7: 0.30 KES by 00000004000000000000000000090002",
    ];
    assert_eq!(shown, expected);
}

fn policy() -> impl Strategy<Value = Policy> {
    let named = proptest::collection::btree_set(0..8_i64, 0..8);
    prop_oneof![
        Just(Policy::OldestFirst),
        Just(Policy::Proportional),
        named.prop_map(|it| Policy::Named(it.into_iter().map(invoice).collect())),
    ]
}

proptest! {
    #[test]
    fn nothing_is_lost_and_no_debt_is_paid_more_than_it_is(
        amount in prop_oneof![0..2_000_i64, 0..i64::MAX / 16],
        opens in proptest::collection::vec(prop_oneof![0..500_i64, 0..i64::MAX / 16], 8),
        policy in policy(),
        tolerance in proptest::option::of(0..20_i64),
    ) {
        let open: Vec<_> = (0..).zip(&opens).map(|(number, open)| OpenDebt {
            debt: invoice(number),
            due_at: Timestamp::from_unix_s(open % 3),
            open: kes(*open),
        }).collect();
        let allocated = allocate(kes(amount), &open, &policy, tolerance.map(kes)).unwrap();
        let parts = &allocated.allocations;
        let paid: i64 = parts.iter().map(|it| it.amount.amount_minor()).sum();
        prop_assert_eq!(paid + allocated.rest.amount_minor(), amount);
        let off: i64 = parts.iter().map(|it| it.written_off.amount_minor()).sum();
        prop_assert!((0..=tolerance.unwrap_or(0)).contains(&off));
        for part in parts {
            let Debt::Invoice(InvoiceId(number)) = part.debt else { panic!("{part:?}") };
            let open = opens[usize::try_from(number).unwrap()];
            let covered = part.amount.amount_minor() + part.written_off.amount_minor();
            prop_assert!(part.amount.amount_minor() > 0 && covered <= open);
        }
        // There is no rest while something that was to be paid is open.
        let named = |debt: &Debt| match &policy {
            Policy::Named(named) => named.contains(debt),
            _ => true,
        };
        let wanted: i128 = open.iter().filter(|it| named(&it.debt))
            .map(|it| i128::from(it.open.amount_minor())).sum();
        prop_assert_eq!(i128::from(paid), wanted.min(amount.into()));
    }
}
