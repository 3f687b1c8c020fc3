use proptest::prelude::*;

use super::*;
use crate::Currency;

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

fn at(s: i64) -> Timestamp {
    Timestamp::from_unix_s(s)
}

fn between(from: i64, until: i64) -> Interval {
    Interval::new(at(from), at(until)).unwrap()
}

fn moved(s: i64, number: u64, kind: MovementKind, amount: &str) -> Movement {
    let reference = format!("{kind:?} {number}");
    Movement { at: at(s), number, kind, reference, amount: kes(amount), taxes: Vec::new() }
}

#[test]
fn each_movement_is_listed_with_what_is_owed_behind_it() {
    let movements = vec![
        moved(50, 6, MovementKind::WriteOff, "30"),
        moved(10, 1, MovementKind::Invoice, "3480"),
        moved(20, 3, MovementKind::CreditNote, "480"),
        // Of one moment in the order in which they were made.
        moved(20, 2, MovementKind::Payment, "4000"),
        moved(30, 4, MovementKind::Reversal, "1000"),
        moved(40, 5, MovementKind::Fee, "50"),
        moved(45, 7, MovementKind::Refund, "10"),
        // What is not in the period; its end is not in it.
        moved(9, 8, MovementKind::Payment, "1"),
        moved(60, 9, MovementKind::Payment, "1"),
    ];
    let statement = Statement::new(between(10, 60), kes("100"), movements).unwrap();
    let shown = |line: &StatementLine| format!("{} {}", line.movement.reference, line.balance);
    assert_eq!(
        statement.lines.iter().map(shown).collect::<Vec<_>>(),
        [
            "Invoice 1 3580.00 KES",
            "Payment 2 -420.00 KES",
            "CreditNote 3 -900.00 KES",
            "Reversal 4 100.00 KES",
            "Fee 5 150.00 KES",
            "Refund 7 160.00 KES",
            "WriteOff 6 130.00 KES",
        ]
    );
    assert_eq!((statement.opening, statement.closing), (kes("100"), kes("130")));
    let empty = Statement::new(between(10, 60), kes("-5"), []).unwrap();
    assert_eq!((empty.lines.len(), empty.closing), (0, kes("-5")));
}

#[test]
fn what_makes_no_statement_is_refused() {
    let of = |amount: &str| {
        let movements = [moved(1, 1, MovementKind::Fee, amount)];
        Statement::new(between(0, 5), kes("0"), movements).unwrap_err().to_string()
    };
    let expected = "moves 0.00 KES; movements are more than 0, and their kind says which way";
    assert_eq!(of("0"), format!("`Fee 1` {expected}"));
    assert_eq!(of("-1"), format!("`Fee 1` {}", expected.replace("0.00", "-1.00")));
    let movements = [moved(1, 1, MovementKind::Fee, "1")];
    let error = Statement::new(between(0, 5), "1 USD".parse().unwrap(), movements).unwrap_err();
    assert!(matches!(error, StatementError::Money(MoneyError::CurrencyMismatch { .. })));
    let many = vec![moved(1, 1, MovementKind::Fee, "1"); MOVEMENTS_MAX + 1];
    let all_but_one = many[1..].to_vec();
    assert!(Statement::new(between(0, 5), kes("0"), all_but_one).is_ok());
    assert_eq!(Statement::new(between(0, 5), kes("0"), many), Err(StatementError::TooMany));
    let of = |from, until, opening| Statement::new(between(from, until), kes(opening), []).unwrap();
    for next in [of(6, 9, "1"), of(4, 9, "1"), of(5, 9, "2")] {
        let error = of(0, 5, "1").followed_by(next).unwrap_err();
        assert!(matches!(error, StatementError::NotAdjacent { .. }));
    }
    assert_eq!(of(0, 5, "1").followed_by(of(5, 9, "1")), Ok(of(0, 9, "1")));
}

proptest! {
    #[test]
    fn what_was_owed_and_what_moved_is_what_is_owed_and_two_stretches_join(
        movements in proptest::collection::vec(
            (0..100_i64, proptest::sample::select(MovementKind::ALL.to_vec()), 1..1_000_000_i64),
            0..30,
        ),
        opening in -1_000_000..1_000_000_i64,
        cut in 1..99_i64,
    ) {
        let currency: Currency = "KES".parse().unwrap();
        let movements: Vec<_> = (0..)
            .zip(movements)
            .map(|(number, (s, kind, minor))| {
                let (reference, amount) = (number.to_string(), Money::new(minor, currency));
                Movement { at: at(s), number, kind, reference, amount, taxes: Vec::new() }
            })
            .collect();
        let opening = Money::new(opening, currency);
        let whole = Statement::new(between(0, 100), opening, movements.clone()).unwrap();
        // Reckoned without it.
        let moved: i64 = movements
            .iter()
            .map(|it| match it.kind {
                MovementKind::CreditNote | MovementKind::Payment | MovementKind::WriteOff => {
                    -it.amount.amount_minor()
                }
                _ => it.amount.amount_minor(),
            })
            .sum();
        prop_assert_eq!(whole.closing.amount_minor(), opening.amount_minor() + moved);
        prop_assert_eq!(whole.lines.len(), movements.len());
        let last = whole.lines.last().map_or(opening, |line| line.balance);
        prop_assert_eq!(last, whole.closing);
        let first = Statement::new(between(0, cut), opening, movements.clone()).unwrap();
        let second = Statement::new(between(cut, 100), first.closing, movements.clone()).unwrap();
        prop_assert_eq!(first.followed_by(second), Ok(whole.clone()));
        let reversed = movements.into_iter().rev();
        prop_assert_eq!(Statement::new(between(0, 100), opening, reversed), Ok(whole));
    }
}

#[test]
fn a_transfer_is_what_it_comes_from_and_goes_to() {
    use crate::ledger::{AccountName, TransferSource};
    let of = |source, other: AccountName, is_charge| MovementKind::of(source, &other, is_charge);
    let cash = AccountName::Clearing("cash".parse().unwrap());
    for (source, other, is_charge, kind) in [
        (Some(TransferSource::Invoice), AccountName::Sales, true, MovementKind::Invoice),
        (Some(TransferSource::Invoice), AccountName::Tax, true, MovementKind::Invoice),
        (Some(TransferSource::CreditNote), AccountName::Sales, false, MovementKind::CreditNote),
        (
            Some(TransferSource::CreditNote),
            AccountName::WrittenOff,
            true,
            MovementKind::WriteOffTakenBack,
        ),
        (Some(TransferSource::Receipt), cash.clone(), false, MovementKind::Payment),
        (Some(TransferSource::Receipt), AccountName::WrittenOff, false, MovementKind::WriteOff),
        (Some(TransferSource::Refund), cash.clone(), true, MovementKind::Refund),
        (Some(TransferSource::Reversal), cash, true, MovementKind::Reversal),
        (Some(TransferSource::LateFee), AccountName::LateFees, true, MovementKind::Fee),
        (Some(TransferSource::WriteOff), AccountName::WrittenOff, false, MovementKind::WriteOff),
        (Some(TransferSource::WriteOff), AccountName::LateFees, false, MovementKind::WriteOff),
        (
            Some(TransferSource::VoucherRedemption),
            AccountName::Vouchers,
            false,
            MovementKind::Payment,
        ),
        (Some(TransferSource::Session), AccountName::Sales, true, MovementKind::Usage),
        (None, AccountName::Sales, true, MovementKind::Fee),
    ] {
        assert_eq!(of(source, other, is_charge), kind);
        assert_eq!(kind.is_charge(), is_charge);
    }
}

#[test]
fn what_was_used_is_summed_up_by_its_taxes() {
    let used = |s, amount: &str, taxes: &[(&str, &str)]| {
        let tax = |(rate, amount): &(&str, &str)| TaxWithin {
            name: "VAT".to_owned(),
            rate: rate.parse().unwrap(),
            amount: kes(amount),
        };
        let taxes = taxes.iter().map(tax).collect();
        Movement { taxes, ..moved(s, 1, MovementKind::Usage, amount) }
    };
    let movements = [
        used(10, "116", &[("16%", "16")]),
        used(20, "1.16", &[("16%", "0.16")]),
        used(30, "118", &[("18%", "18")]),
        moved(40, 1, MovementKind::Fee, "50"),
        used(70, "116", &[("16%", "16")]),
    ];
    let statement = Statement::new(between(10, 60), kes("0"), movements).unwrap();
    let of = |it: &TaxWithin| format!("{} {}: {}", it.name, it.rate, it.amount);
    let Used { net, taxes, gross } = statement.used().unwrap().unwrap();
    assert_eq!((net, gross), (kes("201"), kes("235.16")));
    assert_eq!(
        taxes.iter().map(of).collect::<Vec<_>>(),
        ["VAT 16%: 16.16 KES", "VAT 18%: 18.00 KES"]
    );
    assert_eq!(statement.lines[1].movement.net(), Ok(kes("1")));
    let empty = Statement::new(between(10, 60), kes("0"), []).unwrap();
    assert_eq!(empty.used(), Ok(None));
}
