//! What late payment costs, and what of it moves in the ledger.

use crate::{Money, PartOrAmount};
use entitlement::SubscriberId;

use super::fixtures::*;
use super::*;
use crate::SubscriptionState;
use crate::ledger::{TransferId, TransferSource};

/// Fees by their rule, of an invoice of 1234.50 due on 1 March 2027, ten days later.
#[test]
fn late_fees_are_fixed_or_a_part_once_or_again_and_capped() {
    let zone = nairobi();
    let cap_percent = |text: &str| Some(PartOrAmount::Percent(text.parse().unwrap()));
    let table = [
        ("fixed, once", fee(PartOrAmount::Fixed(kes("50")), 0), None, vec!["50.00"]),
        ("a part, once, half up", fee(percent("1.5%"), 0), None, vec!["18.52"]),
        ("fixed, every three days", fee(PartOrAmount::Fixed(kes("50")), 3), None, vec!["50.00"; 3]),
        (
            "capped by an amount",
            fee(PartOrAmount::Fixed(kes("50")), 3),
            Some(PartOrAmount::Fixed(kes("120"))),
            vec!["50.00", "50.00", "20.00"],
        ),
        (
            "capped by a part of the invoice",
            fee(percent("2%"), 3),
            cap_percent("5%"),
            vec!["24.69", "24.69", "12.35"],
        ),
        (
            "a cap below the fee",
            fee(PartOrAmount::Fixed(kes("50")), 1),
            cap_percent("1%"),
            vec!["12.35"],
        ),
        ("a part too small", fee(percent("0.0001%"), 1), None, vec![]),
    ];
    for (rule, kind, fee_cap, expected) in table {
        let policy =
            DunningPolicy::new(Rules { fee_cap, ..rules(vec![step(1, 2, kind)]) }).unwrap();
        let account = Account {
            invoices: vec![invoice(1, at(&zone, "2027-03-01"), kes("1234.50"))],
            ..Account::default()
        };
        let from = at(&zone, "2020-01-01");
        let now = at(&zone, "2027-03-11");
        let actions = due_steps(&policy, &account, from, now, &zone).unwrap();
        let amount = |action: &Action| match action.measure {
            Measure::LateFee { amount, .. } => amount.to_string().replace(" KES", ""),
            _ => panic!("{action:?}"),
        };
        assert_eq!(actions.iter().map(amount).collect::<Vec<_>>(), expected, "{rule}");
    }
}

#[test]
fn each_invoice_has_its_own_fees_and_what_is_paid_in_part_a_smaller_one() {
    let zone = nairobi();
    let mut rules =
        rules(vec![step(1, 2, fee(percent("10%"), 0)), step(2, 4, fee(percent("5%"), 0))]);
    rules.fee_cap = Some(PartOrAmount::Percent("12%".parse().unwrap()));
    let policy = DunningPolicy::new(rules).unwrap();
    let mut first = invoice(1, at(&zone, "2027-03-01"), kes("1000"));
    first.fees = vec![charged(1, 0, "2027-03-03T09:00", "100")];
    // 700 were paid since; the cap is of 1000 still, and leaves 20.
    first.open = kes("300");
    let mut third = invoice(3, at(&zone, "2027-03-01"), kes("1000"));
    third.open = kes("0");
    third.fees = vec![charged(1, 0, "2027-03-03T09:00", "100")];
    let second = invoice(2, at(&zone, "2027-03-02"), kes("500"));
    let account = Account { invoices: vec![second, first, third], ..Account::default() };
    let expected = [
        "2027-03-04T09:00 fee 1/0 of invoice 2: 50.00 KES",
        "2027-03-05T09:00 fee 2/0 of invoice 1: 15.00 KES",
        "2027-03-06T09:00 fee 2/0 of invoice 2: 10.00 KES",
    ];
    assert_eq!(run(&policy, &account, "2027-03-10", &zone), expected);
}

/// What is charged of 1000 due on 1 March, of which all these were paid by 21 March, or taken back.
fn fees_of_1000(kind: StepKind, minimum: &str, paid: &[(&str, &str)]) -> Vec<String> {
    let zone = nairobi();
    let part =
        |(when, amount): &(&str, &str)| PaidPart { at: at(&zone, when), amount: kes(amount) };
    let paid: Vec<_> = paid.iter().map(part).collect();
    let all = Money::sum(kes("0").currency(), paid.iter().map(|part| part.amount)).unwrap();
    let invoice = invoice(1, at(&zone, "2027-03-01"), kes("1000"));
    let open = invoice.open.minus(all).unwrap();
    let policy = Rules { minimum_overdue: kes(minimum), ..rules(vec![step(1, 5, kind)]) };
    let account =
        Account { invoices: vec![OpenInvoice { open, paid, ..invoice }], ..Account::default() };
    run(&DunningPolicy::new(policy).unwrap(), &account, "2027-03-21", &zone)
        .iter()
        .map(|said| said.replace(" of invoice 1", ""))
        .collect()
}

#[test]
fn a_fee_is_made_up_for_by_what_was_open_when_it_was_due() {
    // What is paid, when and how much.
    type Payments<'p> = &'p [(&'p str, &'p str)];
    let table: [(&str, Payments<'_>, &[&str]); 9] = [
        ("nothing was paid", &[], &["50.00"]),
        ("paid the day after it was due", &[("2027-03-07", "900")], &["50.00"]),
        ("paid the day before", &[("2027-03-05", "900")], &["5.00"]),
        ("paid a moment before", &[("2027-03-06T08:59", "900")], &["5.00"]),
        ("paid in that moment", &[("2027-03-06T09:00", "900")], &["5.00"]),
        (
            "before and after, told in whatever order",
            &[("2027-03-07", "400"), ("2027-03-05", "500")],
            &["25.00"],
        ),
        (
            "taken back before it was due",
            &[("2027-03-05", "900"), ("2027-03-05T12:00", "-900")],
            &["50.00"],
        ),
        (
            "taken back after it was due",
            &[("2027-03-05", "900"), ("2027-03-07", "-900")],
            &["5.00"],
        ),
        // Whoever has paid all that he was asked for is asked for nothing more.
        ("paid as a whole after it was due", &[("2027-03-07", "1000")], &[]),
    ];
    for (rule, paid, expected) in table {
        let found = fees_of_1000(fee(percent("5%"), 0), "0", paid);
        let expected: Vec<_> =
            expected.iter().map(|it| format!("2027-03-06T09:00 fee 1/0: {it} KES")).collect();
        assert_eq!(found, expected, "{rule}");
    }
    // Each of several has its own moment.
    let found =
        fees_of_1000(fee(percent("2%"), 7), "0", &[("2027-03-10", "600"), ("2027-03-15", "300")]);
    let expected = [
        "2027-03-06T09:00 fee 1/0: 20.00 KES",
        "2027-03-13T09:00 fee 1/1: 8.00 KES",
        "2027-03-20T09:00 fee 1/2: 2.00 KES",
    ];
    assert_eq!(found, expected);
    // Whether so much was overdue that something happens is asked at that moment as well: 1000 were, and with
    // the fee of 50 are 150 later.
    let fixed = fee(PartOrAmount::Fixed(kes("50")), 7);
    let found = fees_of_1000(fixed, "151", &[("2027-03-07", "900")]);
    assert_eq!(found, ["2027-03-06T09:00 fee 1/0: 50.00 KES"]);
    let found = fees_of_1000(fixed, "150", &[("2027-03-07", "900")]);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(fees_of_1000(fixed, "150", &[("2027-03-06", "900")]), [""; 0]);
}

#[test]
fn an_unpaid_fee_is_overdue_since_it_was_charged() {
    let (zone, policy) = (nairobi(), DunningPolicy::new(usual()).unwrap());
    let mut account = of_march();
    account.reminded_at = Some(at(&zone, "2027-03-04T09:00"));
    account.subscriptions[0].state = SubscriptionState::Grace;
    account.subscriptions[0].since = at(&zone, "2027-03-02T09:00");
    account.invoices[0].open = kes("0");
    account.invoices[0].fees = vec![charged(5, 0, "2027-03-06T09:00", "60")];
    account.paid_at = Some(at(&zone, "2027-03-08"));
    // No fee on the fee, and suspension ten days after it.
    assert_eq!(
        run(&policy, &account, "2027-03-17", &zone),
        ["2027-03-09T09:00 remind 3 of invoice 1", "2027-03-16T09:00 suspend subscription 1"]
    );
}

#[test]
fn behind_a_write_off_days_are_counted_anew_and_what_was_paid_of_it_is_not_given_up() {
    let (zone, policy) = (nairobi(), DunningPolicy::new(usual()).unwrap());
    let mut account = of_march();
    account.invoices[0].open = kes("1000");
    account.invoices[0].write_offs = 1;
    account.invoices[0].fees = vec![
        ChargedFee { open: kes("0"), ..charged(5, 0, "2027-03-06T09:00", "150") },
        // Charged behind it, so that it is owed still.
        charged(5, 1, "2027-04-17T09:00", "70"),
    ];
    account.invoices.push(invoice(2, at(&zone, "2027-04-15T09:00"), kes("200")));
    account.invoices.push(invoice(3, at(&zone, "2027-04-15T09:01"), kes("300")));
    account.subscriptions[0] = active(2, at(&zone, "2027-04-15T10:00"));
    let now = at(&zone, "2027-04-19");
    let actions = due_steps(&policy, &account, at(&zone, "2020-01-01"), now, &zone).unwrap();
    let number = |action: &Action| match action.measure {
        Measure::WriteOff { number, .. } => Some(number),
        _ => None,
    };
    assert_eq!(actions.iter().filter_map(number).collect::<Vec<_>>(), [1, 0]);
    let said: Vec<_> = actions.iter().map(|action| said(&zone, action)).collect();
    let expected = [
        "2027-04-15T09:00 write off invoice 1: 1000.00 KES",
        "2027-04-15T09:00 write off invoice 2: 200.00 KES",
        "2027-04-16T09:00 fall-due subscription 2",
        "2027-04-18T09:00 remind 3 of invoice 3",
    ];
    assert_eq!(said, expected);
}

#[test]
fn a_fee_is_owed_and_what_is_given_up_is_not_any_more() {
    let (zone, policy) = (nairobi(), DunningPolicy::new(usual()).unwrap());
    let now = at(&zone, "2027-05-01");
    let actions = due_steps(&policy, &of_march(), at(&zone, "2020-01-01"), now, &zone).unwrap();
    let entries = entries(SubscriberId(17), &actions);
    let said: Vec<_> = entries
        .iter()
        .map(|entry| format!("{} to {}: {}", entry.debit, entry.credit, entry.amount))
        .collect();
    let expected = [
        "receivable:17 to late-fees: 60.00 KES",
        "receivable:17 to late-fees: 60.00 KES",
        "receivable:17 to late-fees: 30.00 KES",
        "written-off to receivable:17: 3150.00 KES",
    ];
    assert_eq!(said, expected);
    let ids: Vec<_> = entries.iter().map(|entry| entry.id).collect();
    let expected = [
        TransferId::of(TransferSource::LateFee, 1, 5_000),
        TransferId::of(TransferSource::LateFee, 1, 5_001),
        TransferId::of(TransferSource::LateFee, 1, 5_002),
        TransferId::of(TransferSource::WriteOff, 1, 0),
    ];
    assert_eq!(ids, expected);
}
