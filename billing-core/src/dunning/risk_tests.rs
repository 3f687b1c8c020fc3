//! Why an account is one to look at.

use super::fixtures::*;
use super::*;

#[test]
fn why_an_account_is_one_to_look_at_is_said_with_its_figures() {
    let zone = nairobi();
    let mut account = of_march();
    account.invoices[0].fees = vec![charged(5, 0, "2027-03-06T09:00", "60")];
    account.invoices.push(invoice(2, at(&zone, "2027-04-01"), kes("3000")));
    account.promises = vec![promise(&zone, "2027-03-02", "2027-03-04")];
    let paid =
        |due: &str, paid: &str| PaidInvoice { due_at: at(&zone, due), paid_at: at(&zone, paid) };
    let history = History {
        paid: vec![
            paid("2026-12-01T12:00", "2026-11-20"),
            // Late by hours is not late.
            paid("2027-01-01T12:00", "2027-01-01T18:00"),
            paid("2027-02-01T12:00", "2027-02-15"),
        ],
        reversals: 2,
    };
    let limits = RiskLimits {
        late_payments: Some(1),
        average_delay_days: Some(4),
        broken_promises: Some(1),
        reversals: Some(2),
        overdue: Some(kes("3060")),
        oldest_days: Some(10),
    };
    let now = at(&zone, "2027-03-11");
    let said = |limits: &RiskLimits| {
        let risks = risks(limits, &account, &history, kes("0").currency(), now, &zone).unwrap();
        risks.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let expected = [
        "1 of 3 paid invoices were paid late (limit 1)",
        "invoices are paid 4.7 days late on average, 14 days in 3 invoices (limit 4)",
        "promises to pay that were broken: 1 (limit 1)",
        "payments that were taken back: 2 (limit 2)",
        "3060.00 KES is overdue (limit 3060.00 KES)",
        "invoice 1 is overdue for 10 days (limit 10)",
    ];
    assert_eq!(said(&limits), expected);
    // Each limit one higher, and none at all.
    let above = RiskLimits {
        late_payments: Some(2),
        average_delay_days: Some(5),
        broken_promises: Some(2),
        reversals: Some(3),
        overdue: Some(kes("3060.01")),
        oldest_days: Some(11),
    };
    assert_eq!((said(&above), said(&RiskLimits::default())), (vec![], vec![]));
}
