use entitlement::{ServiceId, Timestamp};

use super::*;
use crate::payment::{Allocated, IntentState, ReceiptId, Received, ReversalId};

const JANE: SubscriberId = SubscriberId(7);
const JOHN: SubscriberId = SubscriberId(8);
const ALREADY: Matched = Matched { verdict: Verdict::Repeated, pays: None };

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn intent(state: IntentState) -> Intent {
    let at = Timestamp::from_unix_s(100);
    let intent = Intent::new(IntentId(3), JANE, Purpose::TopUp, money("1500 KES"), at);
    intent.unwrap().in_state(state)
}

fn parked(amount: &str) -> Receipt {
    let received = Received {
        id: ReceiptId(5),
        provider: "mpesa".parse().unwrap(),
        number: "RKTQDM7W6S".parse().unwrap(),
        amount: money(amount),
        at: Timestamp::from_unix_s(1_000),
    };
    Receipt::new(received).unwrap().park().unwrap().receipt
}

fn credited(subscriber: SubscriberId) -> Receipt {
    let all = Allocated { allocations: Vec::new(), rest: money("1500 KES") };
    parked("1500 KES").settle(subscriber, all).unwrap().receipt
}

fn credit(subscriber: SubscriberId, by: MatchedBy) -> Verdict {
    Verdict::Credit { subscriber, by }
}

#[test]
fn what_was_asked_for_is_credited_to_the_letter_or_not_at_all() {
    let judged = |state, notified: &str| {
        judge(money(notified), &Found { intent: Some(&intent(state)), ..Found::default() })
    };
    let by = MatchedBy::Intent(Purpose::TopUp);
    let credited = Matched { verdict: credit(JANE, by), pays: Some(IntentId(3)) };
    // A notification may be faster than the reply to the request.
    for state in [IntentState::Created, IntentState::Prompted, IntentState::Unknown] {
        assert_eq!(judged(state, "1500 KES"), credited, "{state}");
    }
    let review = |review| Matched { verdict: Verdict::NeedsReview(review), pays: None };
    let asked = money("1500 KES");
    for text in ["1499.99 KES", "1500.01 KES", "1500 TZS"] {
        let expected = review(Review::NotAsAsked { asked, notified: money(text) });
        assert_eq!(judged(IntentState::Prompted, text), expected);
    }
    // What comes late is credited as well, and nothing else happens to the intent.
    for state in [IntentState::Cancelled, IntentState::Failed, IntentState::Expired] {
        assert_eq!(judged(state, "1500 KES"), Matched { pays: None, ..credited }, "{state}");
        let expected = review(Review::NotAsAsked { asked, notified: money("1500.01 KES") });
        assert_eq!(judged(state, "1500.01 KES"), expected, "{state}");
    }
    for state in [IntentState::Paid, IntentState::Applied, IntentState::Activated] {
        assert_eq!(judged(state, "1500 KES"), review(Review::PaidBefore));
    }
    for text in ["0 KES", "-1500 KES"] {
        let notified = money(text);
        let expected = review(Review::NotPositive { notified });
        assert_eq!(judged(IntentState::Prompted, text), expected);
    }
}

#[test]
fn what_was_paid_without_is_matched_by_what_the_payer_has_written() {
    let invoice = InvoiceId(17);
    let [kes, usd] = ["KES", "USD"].map(|code| code.parse::<Currency>().unwrap());
    let ladder = |accounts: &[SubscriberId], invoices: &[_], phones: &[SubscriberId]| {
        let found = Found { accounts, invoices, phones, ..Found::default() };
        let Matched { verdict, pays } = judge(money("10 KES"), &found);
        assert_eq!(pays, None);
        verdict
    };
    let (nobody, several) =
        (Verdict::Unallocated(Unmatched::Nobody), Verdict::Unallocated(Unmatched::Several));
    assert_eq!(ladder(&[JANE], &[(invoice, JOHN, kes)], &[JOHN]), credit(JANE, MatchedBy::Account));
    let by_invoice = credit(JOHN, MatchedBy::Invoice(invoice));
    assert_eq!(ladder(&[], &[(invoice, JOHN, kes)], &[JANE]), by_invoice);
    assert_eq!(ladder(&[], &[], &[JANE]), credit(JANE, MatchedBy::Phone));
    assert_eq!(ladder(&[], &[], &[]), nobody);
    // One with two services has one telephone; of two people it is not guessed who pays.
    assert_eq!(ladder(&[], &[], &[JANE, JANE]), credit(JANE, MatchedBy::Phone));
    assert_eq!(ladder(&[], &[], &[JANE, JOHN]), several);
    assert_eq!(ladder(&[JANE, JOHN], &[(invoice, JOHN, kes)], &[JANE]), several);
    assert_eq!(ladder(&[], &[(invoice, JANE, kes), (InvoiceId(18), JANE, kes)], &[]), several);
    // 10 KES pay nothing of what is to be paid in USD, and it is not guessed what else they are for.
    let dollars = Verdict::Unallocated(Unmatched::OtherCurrency { currency: usd });
    assert_eq!(ladder(&[], &[(invoice, JOHN, usd)], &[JANE]), dollars);
    assert_eq!(ladder(&[JANE], &[(invoice, JOHN, usd)], &[]), credit(JANE, MatchedBy::Account));
}

#[test]
fn a_receipt_is_credited_once_in_whichever_ways_it_is_notified() {
    let judged = |found: Found<'_>| judge(money("1500 KES"), &found);
    let receipt = credited(JANE);
    let known = Found { receipt: Some(&receipt), ..Found::default() };
    // By the same way again, or by another that does not know who it is for.
    let activated = intent(IntentState::Activated);
    assert_eq!(judged(Found { intent: Some(&activated), ..known }), ALREADY);
    assert_eq!(judged(known), ALREADY);
    assert_eq!(judged(Found { accounts: &[JANE], ..known }), ALREADY);
    // The money came first by another way: the intent is paid by it, and nothing is credited.
    let prompted = intent(IntentState::Prompted);
    let pays = Some(IntentId(3));
    assert_eq!(judged(Found { intent: Some(&prompted), ..known }), Matched { pays, ..ALREADY });
    // It was parked, and now it is known for whom it is.
    let receipt = parked("1500 KES");
    let known = Found { receipt: Some(&receipt), ..Found::default() };
    let verdict = credit(JANE, MatchedBy::Intent(Purpose::TopUp));
    assert_eq!(judged(Found { intent: Some(&prompted), ..known }), Matched { verdict, pays });
    assert_eq!(judged(known).verdict, Verdict::Unallocated(Unmatched::Nobody));
    // It was taken back in between.
    let reversed = receipt.reverse(ReversalId(1), money("1500 KES"), money("0 KES")).unwrap();
    let known = Found { receipt: Some(&reversed.receipt), ..known };
    assert_eq!(judged(Found { intent: Some(&prompted), ..known }), ALREADY);
}

#[test]
fn what_contradicts_a_receipt_is_looked_at() {
    let receipt = credited(JOHN);
    let prompted = intent(IntentState::Prompted);
    let found = Found { receipt: Some(&receipt), intent: Some(&prompted), ..Found::default() };
    let said = |notified: &str, found: &Found<'_>| match judge(money(notified), found) {
        Matched { verdict: Verdict::NeedsReview(review), pays: None } => review.to_string(),
        matched => panic!("{matched:?}"),
    };
    assert_eq!(
        said("1500 KES", &found),
        "it was credited to subscriber 8, and is for subscriber 7 by this"
    );
    assert_eq!(
        said("1500.01 KES", &found),
        "the receipt of this number is of 1500.00 KES, and 1500.01 KES was notified; ask the provider"
    );
}

#[test]
fn what_it_pays_first_follows_from_what_it_was_matched_by() {
    let invoice = Policy::Named(vec![Debt::Invoice(InvoiceId(17))]);
    let table = [
        (MatchedBy::Account, Policy::OldestFirst),
        (MatchedBy::Phone, Policy::OldestFirst),
        (MatchedBy::Invoice(InvoiceId(17)), invoice.clone()),
        (MatchedBy::Intent(Purpose::Invoice(InvoiceId(17))), invoice),
        (MatchedBy::Intent(Purpose::Open), Policy::OldestFirst),
        (MatchedBy::Intent(Purpose::Renewal(ServiceId(1))), Policy::OldestFirst),
        (MatchedBy::Intent(Purpose::TopUp), Policy::Named(Vec::new())),
    ];
    for (by, policy) in table {
        assert_eq!(by.policy(), policy, "{by:?}");
    }
}
