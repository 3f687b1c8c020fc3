//! Worked tables of what happens, in which order: each names the rule that it shows.

use super::fixtures::*;
use super::*;
use crate::SubscriptionState;

#[test]
fn who_never_pays_is_reminded_charged_suspended_terminated_and_given_up() {
    let (zone, policy) = (nairobi(), DunningPolicy::new(usual()).unwrap());
    let (mut account, mut all) = (of_march(), Vec::new());
    let from = at(&zone, "2020-01-01");
    for day in 0..80 {
        let now = at(&zone, "2027-02-20T18:00").plus_s(day * 86_400);
        let actions = due_steps(&policy, &account, from, now, &zone).unwrap();
        apply(&mut account, &actions);
        assert_eq!(due_steps(&policy, &account, from, now, &zone), Ok(Vec::new()), "twice");
        all.extend(actions.iter().map(|action| said(&zone, action)));
    }
    assert_eq!(all, LADDER);
    assert_eq!(account.subscriptions[0].state, SubscriptionState::Terminated);
}

#[test]
fn after_a_standstill_everything_is_made_up_for_in_its_order_and_one_reminder_is_sent() {
    let (zone, policy) = (nairobi(), DunningPolicy::new(usual()).unwrap());
    let account = of_march();
    // Only the latest of three reminders.
    let expected: Vec<_> = LADDER[2..7].to_vec();
    assert_eq!(run(&policy, &account, "2027-03-15", &zone), expected);
    assert_eq!(run(&policy, &account, "2027-03-01T08:59", &zone), LADDER[..1]);
    assert_eq!(run(&policy, &account, "2027-03-01T09:00", &zone), LADDER[1..2]);
    // What was given up is not reminded of.
    let expected: Vec<_> = [&LADDER[2..3], &LADDER[4..]].concat();
    assert_eq!(run(&policy, &account, "2027-06-01", &zone), expected);
}

#[test]
fn a_stale_reminder_is_left_out_where_the_policy_says_so() {
    let zone = nairobi();
    let mut rules = usual();
    rules.reminders_stale_after_days = Some(2);
    let policy = DunningPolicy::new(rules).unwrap();
    let account = of_march();
    assert!(run(&policy, &account, "2027-03-06T08:59", &zone).contains(&LADDER[3].to_owned()));
    assert_eq!(run(&policy, &account, "2027-03-06T09:01", &zone), [LADDER[2], LADDER[4]]);
}

#[test]
fn paying_removes_the_rest_and_settles_what_dunning_has_done() {
    let (zone, policy) = (nairobi(), DunningPolicy::new(usual()).unwrap());
    let mut account = of_march();
    let states = ["active", "grace", "suspended", "blocked", "paused", "pending", "terminated"];
    account.subscriptions = (1..)
        .zip(states)
        .map(|(id, state)| Subscription {
            state: SubscriptionState::from_code(state).unwrap(),
            ..active(id, at(&zone, "2027-03-11T09:00"))
        })
        .collect();
    account.invoices.clear();
    account.paid_at = Some(at(&zone, "2027-03-12T14:30"));
    let expected =
        ["2027-03-12T14:30 settle subscription 2", "2027-03-12T14:30 settle subscription 3"];
    assert_eq!(run(&policy, &account, "2027-06-01", &zone), expected);
    assert_eq!(run(&policy, &account, "2027-03-12T14:29", &zone), [""; 0], "not before it was");
}

#[test]
fn what_is_still_overdue_keeps_a_subscription_suspended_and_what_falls_due_later_does_not() {
    let (zone, policy) = (nairobi(), DunningPolicy::new(usual()).unwrap());
    let mut account = of_march();
    account.subscriptions[0].state = SubscriptionState::Suspended;
    account.subscriptions[0].since = at(&zone, "2027-03-11T09:00");
    account.paid_at = Some(at(&zone, "2027-03-14T12:00"));
    // The first is paid. The second was due the day before.
    account.invoices = vec![invoice(2, at(&zone, "2027-03-13"), kes("500"))];
    assert_eq!(
        run(&policy, &account, "2027-03-15", &zone),
        ["2027-03-13T09:00 remind 2 of invoice 2"]
    );
    // It was due the day after: nothing was overdue in between.
    account.invoices = vec![invoice(2, at(&zone, "2027-03-15"), kes("500"))];
    let expected = [
        "2027-03-14T12:00 settle subscription 1",
        "2027-03-16T09:00 fall-due subscription 1",
        "2027-03-18T09:00 remind 3 of invoice 2",
    ];
    assert_eq!(run(&policy, &account, "2027-03-19", &zone), expected);
}

#[test]
fn what_is_unblocked_is_judged_anew() {
    let (zone, policy) = (nairobi(), DunningPolicy::new(usual()).unwrap());
    let mut account = of_march();
    account.reminded_at = Some(at(&zone, "2027-03-04T09:00"));
    account.invoices[0].fees = vec![charged(5, 0, "2027-03-06T09:00", "60")];
    account.subscriptions[0].state = SubscriptionState::Blocked;
    assert_eq!(run(&policy, &account, "2027-03-12", &zone), [""; 0]);
    account.subscriptions[0] = active(1, at(&zone, "2027-03-12T16:00"));
    let expected =
        ["2027-03-12T16:00 fall-due subscription 1", "2027-03-12T16:00 suspend subscription 1"];
    assert_eq!(run(&policy, &account, "2027-03-12T17:00", &zone), expected);
}

#[test]
fn below_the_minimum_nothing_happens_and_days_are_counted_from_when_it_is_reached() {
    let zone = nairobi();
    let mut rules = usual();
    rules.minimum_overdue = kes("1000");
    let policy = DunningPolicy::new(rules).unwrap();
    let mut account = of_march();
    account.invoices = vec![
        invoice(1, at(&zone, "2027-03-01"), kes("400")),
        invoice(2, at(&zone, "2027-03-15"), kes("600")),
    ];
    assert_eq!(run(&policy, &account, "2027-03-14T23:59", &zone), [""; 0]);
    let expected = [
        "2027-03-16T09:00 fall-due subscription 1",
        "2027-03-18T09:00 remind 3 of invoice 2",
        // Those of 6 and 13 March were not due: nothing was overdue then.
        "2027-03-20T09:00 fee 5/2 of invoice 1: 8.00 KES",
        "2027-03-20T09:00 fee 5/0 of invoice 2: 12.00 KES",
        "2027-03-25T09:00 suspend subscription 1",
    ];
    assert_eq!(run(&policy, &account, "2027-03-26", &zone), expected);
    // What is left is below it, so that it is settled.
    account.subscriptions[0].state = SubscriptionState::Suspended;
    account.subscriptions[0].since = at(&zone, "2027-03-25T09:00");
    account.invoices[0].open = kes("399.99");
    account.paid_at = Some(at(&zone, "2027-03-25T10:00"));
    let expected = ["2027-03-25T10:00 settle subscription 1"];
    assert_eq!(run(&policy, &account, "2027-03-26", &zone), expected);
}
