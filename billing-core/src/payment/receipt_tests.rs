use super::*;
use crate::payment::{Debt, InvoiceId, OpenDebt, Policy, RefundId, ReversalId, allocate};

const SUBSCRIBER: SubscriberId = SubscriberId(7);

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn receipt(amount: &str) -> Receipt {
    Receipt::new(Received {
        id: ReceiptId(5),
        provider: "mpesa".parse().unwrap(),
        number: "RKTQDM7W6S".parse().unwrap(),
        amount: money(amount),
        at: Timestamp::from_unix_s(1_000),
    })
    .unwrap()
}

/// 1,000 for invoice 1, of which 0.40 are written off with what is paid of it, 500 for invoice 2, and
/// 300 into the wallet.
fn settled(receipt: &Receipt) -> Change {
    let open = |number, open: &str| OpenDebt {
        debt: Debt::Invoice(InvoiceId(number)),
        due_at: Timestamp::from_unix_s(number),
        open: money(open),
    };
    let tolerance = Some(money("1 KES"));
    let part =
        allocate(money("1000 KES"), &[open(1, "1000.40 KES")], &Policy::default(), tolerance);
    let rest = allocate(money("800 KES"), &[open(2, "500 KES")], &Policy::default(), None).unwrap();
    let mut allocated = part.unwrap();
    allocated.allocations.extend(rest.allocations);
    allocated.rest = rest.rest;
    receipt.settle(SUBSCRIBER, allocated).unwrap()
}

fn shown(entries: &[Entry]) -> Vec<String> {
    let shown = |it: &Entry| format!("{} -> {}: {}", it.debit, it.credit, it.amount);
    entries.iter().map(shown).collect()
}

/// The source and the place of each.
fn ids(entries: &[Entry]) -> Vec<(u128, u128, u128)> {
    let parts = |it: &Entry| (it.id.0 >> 96, (it.id.0 >> 16) & 0xFFFF_FFFF, it.id.0 & 0xFFFF);
    entries.iter().map(parts).collect()
}

#[test]
fn what_is_known_whose_it_is_goes_from_the_provider_to_debts_and_wallet() {
    let change = settled(&receipt("1800 KES"));
    let expected = [
        "clearing:mpesa -> receivable:7: 1000.00 KES",
        "written-off -> receivable:7: 0.40 KES",
        "clearing:mpesa -> receivable:7: 500.00 KES",
        "clearing:mpesa -> wallet:7: 300.00 KES",
    ];
    assert_eq!(shown(&change.entries), expected);
    assert_eq!(ids(&change.entries), [(3, 5, 1), (3, 5, 2), (3, 5, 3), (3, 5, 4)]);
    assert_eq!(change.receipt.subscriber(), Some(SUBSCRIBER));
    assert_eq!(change.receipt.left(), Ok(money("1800 KES")));
}

#[test]
fn what_nobody_knows_the_owner_of_is_parked_and_assigned_once() {
    let parked = receipt("1800 KES").park().unwrap();
    assert_eq!(shown(&parked.entries), ["clearing:mpesa -> unallocated: 1800.00 KES"]);
    assert_eq!(ids(&parked.entries), [(3, 5, 0)]);
    assert_eq!(parked.receipt.park(), Err(ReceiptError::AlreadyBooked));
    let assigned = settled(&parked.receipt);
    let expected = [
        "unallocated -> receivable:7: 1000.00 KES",
        "written-off -> receivable:7: 0.40 KES",
        "unallocated -> receivable:7: 500.00 KES",
        "unallocated -> wallet:7: 300.00 KES",
    ];
    assert_eq!(shown(&assigned.entries), expected);
    let again = Allocated { allocations: Vec::new(), rest: money("1800 KES") };
    let error = assigned.receipt.settle(SubscriberId(8), again).unwrap_err().to_string();
    assert_eq!(error, "this receipt was assigned to subscriber 7 before; it is assigned once");
    assert_eq!(assigned.receipt.park(), Err(ReceiptError::AlreadyBooked));
}

#[test]
fn all_that_is_left_is_shared_out_and_nothing_else() {
    let rest = |text: &str| Allocated { allocations: Vec::new(), rest: money(text) };
    let new = receipt("10 KES");
    for text in ["9.99 KES", "10.01 KES"] {
        let error = new.settle(SUBSCRIBER, rest(text)).unwrap_err();
        assert!(matches!(error, ReceiptError::NotShared { .. }), "{error}");
    }
    let parked = new.park().unwrap().receipt;
    let reverse = |receipt: &Receipt, id, amount: &str| {
        receipt.reverse(ReversalId(id), money(amount), money("0 KES")).unwrap()
    };
    let partly = reverse(&parked, 1, "4 KES");
    assert_eq!(shown(&partly.entries), ["unallocated -> clearing:mpesa: 4.00 KES"]);
    assert!(partly.receipt.settle(SUBSCRIBER, rest("6 KES")).is_ok());
    let all = reverse(&partly.receipt, 2, "6 KES").receipt;
    let error = all.settle(SUBSCRIBER, rest("0 KES")).unwrap_err();
    assert_eq!(error, ReceiptError::NothingLeft);
    for text in ["0 KES", "-1 KES"] {
        let received = Received { amount: money(text), ..new.received().clone() };
        let error = Receipt::new(received).unwrap_err();
        assert!(matches!(error, ReceiptError::NotPositive { .. }));
    }
}

#[test]
fn a_refund_takes_from_the_wallet_first_and_then_from_what_was_paid_last() {
    let receipt = settled(&receipt("1800 KES")).receipt;
    let refund = |amount: &str, wallet: &str| {
        receipt.refund(RefundId(1), money(amount), RefundTo::Provider, money(wallet))
    };
    let to_provider = "wallet:7 -> clearing:mpesa";
    let table: [(&str, &str, &[&str]); 5] = [
        ("200 KES", "900 KES", &["wallet:7 -> clearing:mpesa: 200.00 KES"]),
        // No more from the wallet than this receipt has put there, and than there is.
        (
            "400 KES",
            "900 KES",
            &[
                "wallet:7 -> clearing:mpesa: 300.00 KES",
                "receivable:7 -> clearing:mpesa: 100.00 KES",
            ],
        ),
        (
            "400 KES",
            "50 KES",
            &[
                "wallet:7 -> clearing:mpesa: 50.00 KES",
                "receivable:7 -> clearing:mpesa: 350.00 KES",
            ],
        ),
        // As soon as something of an invoice is open again, what was written off of it is too.
        (
            "900 KES",
            "300 KES",
            &[
                "wallet:7 -> clearing:mpesa: 300.00 KES",
                "receivable:7 -> clearing:mpesa: 500.00 KES",
                "receivable:7 -> clearing:mpesa: 100.00 KES",
                "receivable:7 -> written-off: 0.40 KES",
            ],
        ),
        (
            "1800 KES",
            "300 KES",
            &[
                "wallet:7 -> clearing:mpesa: 300.00 KES",
                "receivable:7 -> clearing:mpesa: 500.00 KES",
                "receivable:7 -> clearing:mpesa: 1000.00 KES",
                "receivable:7 -> written-off: 0.40 KES",
            ],
        ),
    ];
    for (amount, wallet, expected) in table {
        let change = refund(amount, wallet).unwrap();
        assert_eq!(shown(&change.entries), expected, "{amount} with {wallet}");
        assert!(shown(&change.entries)[0].starts_with(to_provider));
        let left = money("1800 KES").minus(money(amount)).unwrap();
        assert_eq!(change.receipt.left(), Ok(left));
    }
    assert_eq!(
        refund("1800.01 KES", "9999 KES").unwrap_err().to_string(),
        "1800.01 KES cannot be taken back, 1800.00 KES is left of this receipt; take that or less"
    );
    assert_eq!(
        refund("1600 KES", "50 KES").unwrap_err().to_string(),
        "1600.00 KES cannot be refunded: with what is in the wallet 1550.00 KES can be, as the rest has \
         been spent from it; refund that or less"
    );
}

#[test]
fn a_refund_into_the_wallet_opens_what_was_paid_last() {
    let receipt = settled(&receipt("1800 KES")).receipt;
    let refund =
        |amount: &str| receipt.refund(RefundId(1), money(amount), RefundTo::Wallet, money("0 KES"));
    let change = refund("600 KES").unwrap();
    let expected = [
        "receivable:7 -> wallet:7: 500.00 KES",
        "receivable:7 -> wallet:7: 100.00 KES",
        "receivable:7 -> written-off: 0.40 KES",
    ];
    assert_eq!(shown(&change.entries), expected);
    // It is still what was paid.
    assert_eq!(change.receipt.left(), Ok(money("1800 KES")));
    let settlement = change.receipt.settlement().unwrap();
    let paid: Vec<_> = settlement.allocations.iter().map(|it| it.amount.to_string()).collect();
    assert_eq!((paid, settlement.to_wallet), (vec!["900.00 KES".to_owned()], money("900 KES")));
    assert_eq!(
        refund("1500.01 KES").unwrap_err().to_string(),
        "1500.01 KES cannot be moved into the wallet: debts were paid with 1500.00 KES; move that or less"
    );
}

#[test]
fn what_was_written_off_is_open_again_once() {
    let receipt = settled(&receipt("1800 KES")).receipt;
    let refund = |receipt: &Receipt, id, amount: &str| {
        let to = RefundTo::Provider;
        receipt.refund(RefundId(id), money(amount), to, money("300 KES")).unwrap()
    };
    let first = refund(&receipt, 1, "900 KES");
    assert_eq!(shown(&first.entries)[3], "receivable:7 -> written-off: 0.40 KES");
    let second = refund(&first.receipt, 2, "100 KES");
    assert_eq!(shown(&second.entries), ["receivable:7 -> clearing:mpesa: 100.00 KES"]);
}

#[test]
fn a_reversal_takes_what_is_in_the_wallet_and_the_rest_of_that_is_owed() {
    let receipt = settled(&receipt("1800 KES")).receipt;
    let table: [(&str, &str, &[&str]); 4] = [
        ("200 KES", "900 KES", &["wallet:7 -> clearing:mpesa: 200.00 KES"]),
        (
            "200 KES",
            "50 KES",
            &[
                "wallet:7 -> clearing:mpesa: 50.00 KES",
                "receivable:7 -> clearing:mpesa: 150.00 KES",
            ],
        ),
        (
            "400 KES",
            "0 KES",
            &[
                "receivable:7 -> clearing:mpesa: 300.00 KES",
                "receivable:7 -> clearing:mpesa: 100.00 KES",
            ],
        ),
        (
            "1800 KES",
            "120 KES",
            &[
                "wallet:7 -> clearing:mpesa: 120.00 KES",
                "receivable:7 -> clearing:mpesa: 180.00 KES",
                "receivable:7 -> clearing:mpesa: 500.00 KES",
                "receivable:7 -> clearing:mpesa: 1000.00 KES",
                "receivable:7 -> written-off: 0.40 KES",
            ],
        ),
    ];
    for (amount, wallet, expected) in table {
        let change = receipt.reverse(ReversalId(2), money(amount), money(wallet)).unwrap();
        assert_eq!(shown(&change.entries), expected, "{amount} with {wallet}");
        assert!(ids(&change.entries).iter().all(|(source, row, _)| (*source, *row) == (6, 2)));
        let ReceiptEvent::TakenBack(taken) = change.event else { panic!("{:?}", change.event) };
        let of_wallet = taken.wallet.plus(taken.owed).unwrap();
        assert_eq!(of_wallet, money(amount).least(money("300 KES")).unwrap());
    }
}

#[test]
fn a_refund_or_reversal_is_made_once_and_again_gives_the_same() {
    let receipt = settled(&receipt("1800 KES")).receipt;
    let first = receipt.reverse(ReversalId(2), money("400 KES"), money("300 KES")).unwrap();
    // The wallet may be another by now.
    let again = first.receipt.reverse(ReversalId(2), money("400 KES"), money("0 KES")).unwrap();
    assert_eq!(again, first);
    let otherwise = first.receipt.reverse(ReversalId(2), money("401 KES"), money("0 KES"));
    assert_eq!(
        otherwise.unwrap_err().to_string(),
        "reversal 2 was made before, of 400.00 KES, and now it is of 401.00 KES; each is made once"
    );
    let refund =
        |receipt: &Receipt, to| receipt.refund(RefundId(2), money("400 KES"), to, money("300 KES"));
    // A refund of the same number is something else; to another place it is not.
    let refunded = refund(&first.receipt, RefundTo::Provider).unwrap();
    assert_ne!(refunded.receipt, first.receipt);
    let elsewhere = refund(&refunded.receipt, RefundTo::Wallet).unwrap_err();
    assert!(matches!(elsewhere, ReceiptError::MadeOtherwise { .. }));
}

#[test]
fn what_lies_nowhere_is_not_taken_back_and_nothing_is_too_often() {
    let new = receipt("1800 KES");
    let (one, none) = (money("0.01 KES"), money("0 KES"));
    assert_eq!(new.reverse(ReversalId(1), one, none), Err(ReceiptError::NotBooked));
    let parked = new.park().unwrap().receipt;
    let into_wallet = parked.refund(RefundId(1), one, RefundTo::Wallet, none).unwrap_err();
    assert!(matches!(into_wallet, ReceiptError::ExceedsAllocated { .. }));
    let mut receipt = parked;
    for id in 0..100 {
        receipt = receipt.reverse(ReversalId(id), one, none).unwrap().receipt;
    }
    assert_eq!(receipt.reverse(ReversalId(100), one, none), Err(ReceiptError::TooOften));
    assert!(receipt.reverse(ReversalId(99), one, none).is_ok());
}

#[test]
fn events_that_cannot_have_happened_are_refused() {
    let new = receipt("1800 KES");
    let receipt = settled(&new).receipt;
    let none = money("0 KES");
    let by = TakeBack::Refund(RefundId(1), RefundTo::Provider);
    let nothing =
        || TakenBack { by, unallocated: none, wallet: none, owed: none, allocations: Vec::new() };
    let first = receipt.settlement().unwrap().allocations[0];
    let of = |allocation| TakenBack { allocations: vec![allocation], ..nothing() };
    let too_much = Allocation { amount: money("1000.01 KES"), ..first };
    let other_debt = Allocation { debt: Debt::Invoice(InvoiceId(9)), ..first };
    let kept_off = Allocation { written_off: none, ..first };
    for taken in [
        TakenBack { wallet: money("300.01 KES"), ..nothing() },
        TakenBack { wallet: money("-1 KES"), ..nothing() },
        // We do not give back what we do not have.
        TakenBack { owed: money("1 KES"), ..nothing() },
        TakenBack { unallocated: money("1 KES"), ..nothing() },
        TakenBack {
            wallet: money("1 KES"),
            by: TakeBack::Refund(RefundId(1), RefundTo::Wallet),
            ..nothing()
        },
        TakenBack {
            wallet: money("2 KES"),
            owed: money("-1 KES"),
            by: TakeBack::Reversal(ReversalId(1)),
            ..nothing()
        },
        of(too_much),
        of(other_debt),
        of(kept_off),
    ] {
        let error = receipt.apply(ReceiptEvent::TakenBack(taken.clone())).unwrap_err();
        assert!(matches!(error, ReceiptError::NotThere { .. }), "{taken:?}: {error}");
    }
    let kept = ReceiptEvent::TakenBack(TakenBack { wallet: money("1 KES"), ..nothing() });
    let once = receipt.apply(kept.clone()).unwrap().receipt;
    let twice = once.apply(kept).unwrap_err();
    assert!(matches!(twice, ReceiptError::MadeOtherwise { .. }), "{twice}");
    assert!(receipt.apply(ReceiptEvent::TakenBack(of(first))).is_ok());
    let half = Allocation { amount: money("900 KES"), ..first };
    let allocated = Allocated { allocations: vec![half, half], rest: none };
    let error = new.settle(SUBSCRIBER, allocated).unwrap_err();
    assert_eq!(error.to_string(), "invoice 1 gets two parts of this receipt; each debt gets one");
}

#[test]
fn its_events_say_where_it_lies() {
    let new = receipt("1800 KES");
    let parked = new.park().unwrap();
    let assigned = settled(&parked.receipt);
    let refunded = assigned
        .receipt
        .refund(RefundId(1), money("350 KES"), RefundTo::Provider, money("300 KES"))
        .unwrap();
    let reversed =
        refunded.receipt.reverse(ReversalId(1), money("1450 KES"), money("0 KES")).unwrap();
    let changes = [parked, assigned, refunded, reversed];
    let last = changes[3].receipt.clone();
    let events = changes.into_iter().map(|change| change.event);
    let replayed = Receipt::replay(new.received().clone(), events).unwrap();
    assert_eq!(replayed, last);
    assert_eq!(replayed.left(), Ok(money("0 KES")));
}
