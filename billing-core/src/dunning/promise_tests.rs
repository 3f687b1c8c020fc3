//! What a promise to pay does, and which is accepted.

use super::fixtures::*;
use super::*;
use crate::SubscriptionState;

#[test]
fn a_promise_holds_everything_up_and_what_was_held_up_happens_when_it_is_over() {
    let (zone, policy) = (nairobi(), DunningPolicy::new(usual()).unwrap());
    let mut account = of_march();
    account.promises = vec![promise(&zone, "2027-03-05T12:00", "2027-03-15T18:00")];
    let before = [LADDER[2], LADDER[3]];
    assert_eq!(run(&policy, &account, "2027-03-15T17:59", &zone), before);
    let mut expected = before.to_vec();
    expected.extend([
        "2027-03-15T18:00 fee 5/0 of invoice 1: 60.00 KES",
        "2027-03-15T18:00 suspend subscription 1",
        "2027-03-15T18:00 fee 5/1 of invoice 1: 60.00 KES",
        LADDER[7],
    ]);
    assert_eq!(run(&policy, &account, "2027-03-21", &zone), expected);
    // Another that follows it at once.
    account.promises.push(promise(&zone, "2027-03-15T18:00", "2027-03-17T18:00"));
    let at_once = run(&policy, &account, "2027-03-21", &zone);
    assert_eq!(at_once[3], "2027-03-17T18:00 suspend subscription 1");
    // What was overdue is paid before it is over.
    account.invoices.clear();
    account.subscriptions[0].state = SubscriptionState::Grace;
    account.paid_at = Some(at(&zone, "2027-03-16"));
    let expected = ["2027-03-16T00:00 settle subscription 1"];
    assert_eq!(run(&policy, &account, "2027-03-16", &zone), expected);
}

#[test]
fn a_promise_lifts_a_suspension_to_grace_until_it_is_broken() {
    let (zone, policy) = (
        nairobi(),
        policy(vec![
            step(1, 1, StepKind::Grace { throttle: None }),
            step(2, 10, StepKind::Suspend),
        ]),
    );
    let mut account = of_march();
    account.promises = vec![promise(&zone, "2027-03-12T12:00", "2027-03-15T18:00")];
    let expected = [
        "2027-03-02T09:00 fall-due subscription 1",
        "2027-03-11T09:00 suspend subscription 1",
        "2027-03-12T12:00 promise subscription 1",
        "2027-03-15T18:00 suspend subscription 1",
    ];
    assert_eq!(run(&policy, &account, "2027-03-20", &zone), expected);
}

#[test]
fn a_promise_is_accepted_within_the_limits_of_the_policy() {
    let (zone, policy) = (nairobi(), DunningPolicy::new(usual()).unwrap());
    let account = of_march();
    let ask = |account: &Account, amount: &str, until: &str| {
        let now = at(&zone, "2027-03-12T12:00");
        policy.promise(account, kes(amount), at(&zone, until), now, &zone)
    };
    let refused = |account: &Account, amount: &str, until: &str| {
        ask(account, amount, until).unwrap_err().to_string()
    };
    let accepted = ask(&account, "3000", "2027-03-26T18:00").unwrap();
    assert_eq!((accepted.amount, accepted.paid), (kes("3000"), kes("0")));
    let table = [
        (
            "3000",
            "2027-03-27",
            "a promise until 2027-03-27 is for 15 days; the policy allows 14 at most",
        ),
        (
            "3000",
            "2027-03-12T12:00",
            "a promise made on 2027-03-12 until 2027-03-12 is over already; its end lies ahead",
        ),
        (
            "0",
            "2027-03-20",
            "0.00 KES cannot be promised; a promise is for more than 0 and up to the 3000.00 KES overdue",
        ),
        (
            "3000.01",
            "2027-03-20",
            "3000.01 KES cannot be promised; a promise is for more than 0 and up to the 3000.00 KES overdue",
        ),
    ];
    for (amount, until, expected) in table {
        assert_eq!(refused(&account, amount, until), expected);
    }
    let mut promised = account.clone();
    promised.promises = vec![
        // The 90th day before is counted, the 91st is not.
        promise(&zone, "2026-12-12", "2026-12-13"),
        promise(&zone, "2026-12-13", "2026-12-20"),
    ];
    assert!(ask(&promised, "3000", "2027-03-20").is_ok());
    promised.promises.push(promise(&zone, "2027-03-01", "2027-03-03"));
    assert_eq!(
        refused(&promised, "3000", "2027-03-20"),
        "2 promises were made in the last 90 days; the policy allows 2"
    );
    promised.promises = vec![promise(&zone, "2027-03-10", "2027-03-14")];
    assert_eq!(
        refused(&promised, "3000", "2027-03-20"),
        "there is a promise until 2027-03-14 already; another can be made then"
    );
    let paid = Account::default();
    assert_eq!(
        refused(&paid, "1", "2027-03-20"),
        "nothing is overdue, so there is nothing to promise"
    );
    let mut rules = usual();
    rules.promises.count_max = 0;
    let policy = DunningPolicy::new(rules).unwrap();
    let now = at(&zone, "2027-03-12");
    let refused = policy.promise(&account, kes("1"), now.plus_s(60), now, &zone);
    assert_eq!(refused, Err(PromiseError::NotAccepted));
}

#[test]
fn a_promise_is_open_kept_or_broken() {
    let zone = nairobi();
    let promised = Promise { amount: kes("500"), ..promise(&zone, "2027-03-10", "2027-03-14") };
    let partly = Promise { paid: kes("499.99"), ..promised };
    let kept = Promise { paid: kes("500"), ..promised };
    let (before, then) = (at(&zone, "2027-03-13T23:59"), at(&zone, "2027-03-14"));
    let table = [
        (partly, before, PromiseStanding::Open),
        (partly, then, PromiseStanding::Broken),
        (kept, before, PromiseStanding::Kept),
        (kept, then, PromiseStanding::Kept),
    ];
    for (promise, now, expected) in table {
        assert_eq!(promise.standing(now), Ok(expected));
    }
    assert_eq!(Promise::broken(&[promised, kept, partly], then), Ok(2));
    assert_eq!(Promise::broken(&[promised, kept, partly], before), Ok(0));
}
