//! Worked tables: each names the rule that it shows. Amounts are KES where no other currency is said.

use core::num::NonZeroU16;

use entitlement::{SubscriberId, TimeZone, Timestamp};
use jiff::civil::{Time, Weekday, date};

use super::*;
use crate::ledger::{TransferId, TransferSource};
use crate::{Money, Rounding, SubscriptionState};

pub(super) fn nairobi() -> TimeZone {
    TimeZone::named("Africa/Nairobi").unwrap()
}

fn berlin() -> TimeZone {
    TimeZone::named("Europe/Berlin").unwrap()
}

/// Midnight before a day, or a time of it.
pub(super) fn at(zone: &TimeZone, text: &str) -> Timestamp {
    let text = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00") };
    zone.first_shown(text.parse().unwrap()).unwrap()
}

pub(super) fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

/// A step at nine o'clock on whatever day.
pub(super) fn step(id: u8, days: i16, kind: StepKind) -> Step {
    let id = StepId::new(id).unwrap();
    Step { id, days, at: time("09:00"), on_working_days: false, kind }
}

pub(super) fn fee(fee: Fee, every_days: u16) -> StepKind {
    StepKind::LateFee(LateFee { fee, every_days: NonZeroU16::new(every_days) })
}

fn percent(text: &str) -> Fee {
    Fee::Percent(text.parse().unwrap())
}

pub(super) fn rules(steps: Vec<Step>) -> Rules {
    Rules {
        currency: kes("0").currency(),
        steps,
        minimum_overdue: kes("0"),
        fee_cap: None,
        rounding: Rounding::HalfUp,
        working_days: WorkingDays::default(),
        reminders_stale_after_days: None,
        promises: PromiseRules { count_max: 2, within_days: 90, len_max_days: 14 },
    }
}

fn policy(steps: Vec<Step>) -> DunningPolicy {
    DunningPolicy::new(rules(steps)).unwrap()
}

/// Reminders around the due date, a fee of 2 % from day 5 each week, grace, suspension on day 10,
/// termination on day 30 and write-off on day 45.
fn usual() -> Rules {
    let mut rules = rules(vec![
        step(1, -3, StepKind::Remind),
        step(2, 0, StepKind::Remind),
        step(3, 3, StepKind::Remind),
        step(4, 1, StepKind::Grace),
        step(5, 5, fee(percent("2%"), 7)),
        step(6, 10, StepKind::Suspend),
        step(7, 30, StepKind::Terminate),
        step(8, 45, StepKind::WriteOff),
    ]);
    rules.fee_cap = Some(FeeCap::Percent("5%".parse().unwrap()));
    rules
}

pub(super) fn invoice(id: i64, due_at: Timestamp, open: Money) -> OpenInvoice {
    OpenInvoice { id: InvoiceId(id), due_at, total: open, open, fees: Vec::new(), write_offs: 0 }
}

pub(super) fn active(id: i64, since: Timestamp) -> Subscription {
    Subscription { id: SubscriptionId(id), state: SubscriptionState::Active, since }
}

fn promise(zone: &TimeZone, made: &str, until: &str) -> Promise {
    let (made_at, until) = (at(zone, made), at(zone, until));
    Promise { made_at, until, amount: kes("1"), paid: kes("0") }
}

/// Does what is to be done, as whoever keeps the account would.
pub(super) fn apply(account: &mut Account, actions: &[Action]) {
    for Action { at, measure } in actions {
        let open = |account: &mut Account, id: InvoiceId| {
            account.invoices.iter().position(|it| it.id == id).unwrap()
        };
        match *measure {
            Measure::Remind { .. } => account.reminded_at = Some(*at),
            Measure::LateFee { step, invoice, number, amount } => {
                let place = open(account, invoice);
                let fee = ChargedFee { step, number, at: *at, amount, open: amount };
                account.invoices[place].fees.push(fee);
            }
            Measure::Transition { subscription, transition, .. } => {
                let mut all = account.subscriptions.iter_mut();
                let it = all.find(|it| it.id == subscription).unwrap();
                assert!(it.since <= *at, "a transition before the last one");
                (it.state, it.since) = (it.state.after(transition).unwrap(), *at);
            }
            Measure::WriteOff { invoice, amount, .. } => {
                let place = open(account, invoice);
                let written_off = account.invoices.remove(place);
                let fees = written_off.fees.iter().map(|fee| fee.open);
                let rest = Money::sum(amount.currency(), fees.chain([written_off.open])).unwrap();
                assert_eq!(amount, rest);
                account.paid_at = Some(*at);
            }
        }
    }
}

/// `2027-03-05T09:00 fee 5/0 of invoice 1: 60.00 KES`.
pub(super) fn said(zone: &TimeZone, action: &Action) -> String {
    let shown = zone.shown(action.at).unwrap().strftime("%Y-%m-%dT%H:%M");
    let what = match action.measure {
        Measure::Remind { step, invoice } => format!("remind {step} of invoice {invoice}"),
        Measure::LateFee { step, invoice, number, amount } => {
            format!("fee {step}/{number} of invoice {invoice}: {amount}")
        }
        Measure::Transition { subscription, transition, .. } => {
            format!("{transition} subscription {subscription}")
        }
        Measure::WriteOff { invoice, amount, .. } => {
            format!("write off invoice {invoice}: {amount}")
        }
    };
    format!("{shown} {what}")
}

fn run(policy: &DunningPolicy, account: &Account, now: &str, zone: &TimeZone) -> Vec<String> {
    let actions = due_steps(policy, account, at(zone, "2020-01-01"), at(zone, now), zone).unwrap();
    actions.iter().map(|action| said(zone, action)).collect()
}

/// One invoice of 3000 due at the end of 1 March 2027, a Monday, and one subscription.
fn of_march() -> Account {
    let zone = nairobi();
    Account {
        invoices: vec![invoice(1, at(&zone, "2027-03-01T23:59"), kes("3000"))],
        subscriptions: vec![active(1, at(&zone, "2026-03-01"))],
        ..Account::default()
    }
}

const LADDER: [&str; 10] = [
    "2027-02-26T09:00 remind 1 of invoice 1",
    "2027-03-01T09:00 remind 2 of invoice 1",
    "2027-03-02T09:00 fall-due subscription 1",
    "2027-03-04T09:00 remind 3 of invoice 1",
    "2027-03-06T09:00 fee 5/0 of invoice 1: 60.00 KES",
    "2027-03-11T09:00 suspend subscription 1",
    "2027-03-13T09:00 fee 5/1 of invoice 1: 60.00 KES",
    // The cap is 5 % of 3000, and 120 were charged.
    "2027-03-20T09:00 fee 5/2 of invoice 1: 30.00 KES",
    "2027-03-31T09:00 terminate subscription 1",
    "2027-04-15T09:00 write off invoice 1: 3150.00 KES",
];

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

fn charged(step: u8, number: u16, day: &str, amount: &str) -> ChargedFee {
    let step = StepId::new(step).unwrap();
    let at = at(&nairobi(), day);
    ChargedFee { step, number, at, amount: kes(amount), open: kes(amount) }
}

/// Fees by their rule, of an invoice of 1234.50 due on 1 March 2027, ten days later.
#[test]
fn late_fees_are_fixed_or_a_part_once_or_again_and_capped() {
    let zone = nairobi();
    let cap_percent = |text: &str| Some(FeeCap::Percent(text.parse().unwrap()));
    let table = [
        ("fixed, once", fee(Fee::Fixed(kes("50")), 0), None, vec!["50.00"]),
        ("a part, once, half up", fee(percent("1.5%"), 0), None, vec!["18.52"]),
        ("fixed, every three days", fee(Fee::Fixed(kes("50")), 3), None, vec!["50.00"; 3]),
        (
            "capped by an amount",
            fee(Fee::Fixed(kes("50")), 3),
            Some(FeeCap::Fixed(kes("120"))),
            vec!["50.00", "50.00", "20.00"],
        ),
        (
            "capped by a part of the invoice",
            fee(percent("2%"), 3),
            cap_percent("5%"),
            vec!["24.69", "24.69", "12.35"],
        ),
        ("a cap below the fee", fee(Fee::Fixed(kes("50")), 1), cap_percent("1%"), vec!["12.35"]),
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
    rules.fee_cap = Some(FeeCap::Percent("12%".parse().unwrap()));
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
    let (zone, policy) =
        (nairobi(), policy(vec![step(1, 1, StepKind::Grace), step(2, 10, StepKind::Suspend)]));
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
fn suspension_waits_for_a_working_day_in_nairobi() {
    let zone = nairobi();
    let mut rules = usual();
    // Good Friday and Easter Monday.
    let holidays = vec![date(2027, 3, 26), date(2027, 3, 29)];
    let weekend = [Weekday::Saturday, Weekday::Sunday];
    rules.working_days = WorkingDays::new(&weekend, holidays).unwrap();
    for step in &mut rules.steps {
        step.on_working_days = matches!(step.kind, StepKind::Suspend);
        if step.on_working_days {
            step.at = time("10:30");
        }
    }
    let policy = DunningPolicy::new(rules.clone()).unwrap();
    let suspended = |policy: &DunningPolicy, due: &str| {
        let mut account = of_march();
        account.invoices[0].due_at = at(&zone, due);
        let said = run(policy, &account, "2027-05-01", &zone);
        let is_suspension = |text: &&String| text.contains(" suspend ");
        said.iter().find(is_suspension).map(|text| text[..16].to_owned()).unwrap_or_default()
    };
    let table = [
        ("2027-03-12", "2027-03-22T10:30", "a Monday"),
        ("2027-03-13", "2027-03-23T10:30", "a Tuesday"),
        ("2027-03-15", "2027-03-25T10:30", "the day before Good Friday"),
        ("2027-03-16", "2027-03-30T10:30", "Good Friday, Easter, Easter Monday"),
        ("2027-03-17", "2027-03-30T10:30", "a Saturday, Easter, Easter Monday"),
        ("2027-03-20", "2027-03-30T10:30", "a Tuesday"),
        ("2027-03-24", "2027-04-05T10:30", "a Saturday"),
    ];
    for (due, expected, day) in table {
        assert_eq!(suspended(&policy, due), expected, "{day}");
    }
    // What comes behind it does not overtake it: termination the next day, which is a holiday.
    let kinds = [StepKind::Terminate, StepKind::WriteOff];
    rules.steps.retain(|step| !kinds.contains(&step.kind));
    rules.steps.push(step(7, 11, StepKind::Terminate));
    let policy = DunningPolicy::new(rules).unwrap();
    let mut account = of_march();
    account.invoices[0].due_at = at(&zone, "2027-03-16");
    let all = run(&policy, &account, "2027-05-01", &zone);
    let last: Vec<_> = all.iter().filter(|text| text.starts_with("2027-03-30T10:30")).collect();
    assert_eq!(
        last,
        ["2027-03-30T10:30 suspend subscription 1", "2027-03-30T10:30 terminate subscription 1"]
    );
}

#[test]
fn steps_are_read_on_the_clock_of_berlin_also_where_it_is_changed() {
    let zone = berlin();
    let eur = |text: &str| -> Money { format!("{text} EUR").parse().unwrap() };
    let mut rules =
        rules(vec![step(1, 1, fee(Fee::Fixed(eur("2.50")), 1)), step(2, 10, StepKind::Suspend)]);
    rules.currency = eur("0").currency();
    rules.minimum_overdue = eur("0");
    rules.steps[1].at = time("02:30");
    // Easter Monday.
    let weekend = [Weekday::Saturday, Weekday::Sunday];
    rules.working_days = WorkingDays::new(&weekend, vec![date(2027, 3, 29)]).unwrap();
    let in_utc = |rules: &Rules, due: &str, until: &str| -> Vec<String> {
        let policy = DunningPolicy::new(rules.clone()).unwrap();
        let account = Account {
            invoices: vec![invoice(1, at(&zone, due), eur("49.90"))],
            subscriptions: vec![active(1, at(&zone, "2026-01-01"))],
            ..Account::default()
        };
        let (from, now) = (at(&zone, "2020-01-01"), at(&zone, until));
        let actions = due_steps(&policy, &account, from, now, &zone).unwrap();
        actions.iter().map(|action| said(&TimeZone::UTC, action)).collect()
    };
    // The clock is put forward from 02:00 to 03:00 on Easter Sunday, 28 March 2027.
    let spring = in_utc(&rules, "2027-03-18", "2027-03-30");
    assert_eq!(
        spring[8..],
        [
            "2027-03-27T08:00 fee 1/8 of invoice 1: 2.50 EUR",
            "2027-03-28T01:00 suspend subscription 1",
            "2027-03-28T07:00 fee 1/9 of invoice 1: 2.50 EUR",
            "2027-03-29T07:00 fee 1/10 of invoice 1: 2.50 EUR",
        ]
    );
    // On 31 October it is put back, and shows 02:30 twice.
    let autumn = in_utc(&rules, "2027-10-21", "2027-11-01T12:00");
    assert_eq!(
        autumn[8..],
        [
            "2027-10-30T07:00 fee 1/8 of invoice 1: 2.50 EUR",
            "2027-10-31T00:30 suspend subscription 1",
            "2027-10-31T08:00 fee 1/9 of invoice 1: 2.50 EUR",
            "2027-11-01T08:00 fee 1/10 of invoice 1: 2.50 EUR",
        ]
    );
    // On working days alone it is Tuesday behind Easter, in summer time.
    rules.steps[1].on_working_days = true;
    let spring = in_utc(&rules, "2027-03-18", "2027-03-31");
    assert_eq!(spring[11], "2027-03-30T00:30 suspend subscription 1");
}

#[test]
fn what_is_done_on_the_due_date_waits_until_it_is_due() {
    let zone = nairobi();
    let policy = policy(vec![step(1, 0, StepKind::Suspend), step(2, 0, StepKind::Remind)]);
    let expected =
        ["2027-03-01T09:00 remind 2 of invoice 1", "2027-03-01T23:59 suspend subscription 1"];
    assert_eq!(run(&policy, &of_march(), "2027-03-02", &zone), expected);
}

#[test]
fn what_was_before_dunning_began_is_not_made_up_for() {
    let (zone, policy) = (nairobi(), DunningPolicy::new(usual()).unwrap());
    let from = at(&zone, "2027-03-15");
    let now = at(&zone, "2027-03-20T09:00");
    let actions = due_steps(&policy, &of_march(), from, now, &zone).unwrap();
    let expected = [
        "2027-03-15T00:00 fall-due subscription 1",
        "2027-03-15T00:00 suspend subscription 1",
        "2027-03-20T09:00 fee 5/2 of invoice 1: 60.00 KES",
    ];
    let said: Vec<_> = actions.iter().map(|action| said(&zone, action)).collect();
    assert_eq!(said, expected);
}

#[test]
fn behind_a_write_off_days_are_counted_anew_and_what_was_paid_of_it_is_not_given_up() {
    let (zone, policy) = (nairobi(), DunningPolicy::new(usual()).unwrap());
    let mut account = of_march();
    account.invoices[0].open = kes("1000");
    account.invoices[0].write_offs = 1;
    account.invoices[0].fees =
        vec![ChargedFee { open: kes("0"), ..charged(5, 0, "2027-03-06T09:00", "150") }];
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

#[test]
fn a_policy_that_makes_no_sense_is_refused_with_its_step() {
    let with = |steps: Vec<Step>| rules(steps);
    let fixed = |text: &str| fee(Fee::Fixed(kes(text)), 0);
    let usd: Money = "1 USD".parse().unwrap();
    let table = [
        (
            with(vec![step(1, 10, StepKind::Grace), step(2, 5, StepKind::Suspend)]),
            "step 2 (suspend, day 5) must come behind step 1 (grace, day 10): on day 11 to 3650",
        ),
        (
            with(vec![step(1, 30, StepKind::Suspend), step(2, 30, StepKind::Terminate)]),
            "step 2 (terminate, day 30) must come behind step 1 (suspend, day 30): on day 31 to 3650",
        ),
        (
            with(vec![step(1, 30, StepKind::Grace), step(2, 20, StepKind::Terminate)]),
            "step 2 (terminate, day 20) must come behind step 1 (grace, day 30): on day 31 to 3650",
        ),
        (
            with(vec![step(1, 60, StepKind::Suspend), step(2, 90, StepKind::WriteOff)]),
            "step 2 (write-off, day 90) needs a termination before it: without, who never pays is \
             served again",
        ),
        (
            with(vec![step(4, 3, StepKind::Remind), step(5, 3, StepKind::Remind)]),
            "step 4 (remind, day 3) and step 5 (remind, day 3) are equal; leave one of them, or give \
             it another day",
        ),
        (
            with(vec![step(4, 3, StepKind::Remind), step(4, 5, StepKind::Remind)]),
            "step 4 (remind, day 3) and step 4 (remind, day 5) have one number; each step has its own",
        ),
        (
            with(vec![step(1, 3, StepKind::Suspend), step(2, 5, StepKind::Suspend)]),
            "step 1 (suspend, day 3) and step 2 (suspend, day 5) do what is done once; a policy has \
             one suspend at most",
        ),
        (
            with(vec![step(1, -1, StepKind::Suspend)]),
            "step 1 (suspend, day -1) lies outside of the days that it can have, 0 to 3650",
        ),
        (
            with(vec![step(1, -91, StepKind::Remind)]),
            "step 1 (remind, day -91) lies outside of the days that it can have, -90 to 3650",
        ),
        (
            with(vec![step(1, 1, fee(percent("100.0001%"), 0))]),
            "step 1 (late-fee, day 1) charges 100.0001%; a late fee is more than 0% and at most 100%",
        ),
        (
            with(vec![step(1, 1, fee(percent("0%"), 0))]),
            "step 1 (late-fee, day 1) charges 0%; a late fee is more than 0% and at most 100%",
        ),
        (
            with(vec![step(1, 1, fixed("0"))]),
            "step 1 (late-fee, day 1) charges 0.00 KES; a late fee is more than 0",
        ),
        (
            with(vec![step(1, 1, fee(Fee::Fixed(usd), 0))]),
            "1.00 USD is no amount in KES, in which the policy is",
        ),
        (
            Rules { fee_cap: Some(FeeCap::Percent("0%".parse().unwrap())), ..with(vec![]) },
            "late fees are capped at 0%; a cap is more than 0% and at most 100% of the invoice",
        ),
        (
            Rules { fee_cap: Some(FeeCap::Fixed(kes("-1"))), ..with(vec![]) },
            "late fees are capped at -1.00 KES; a cap is more than 0, and without fees no cap is needed",
        ),
        (
            Rules { minimum_overdue: kes("-5"), ..with(vec![]) },
            "the minimum that counts as overdue is -5.00 KES; it is 0 or more",
        ),
        (
            Rules {
                promises: PromiseRules { count_max: 1, within_days: 30, len_max_days: 0 },
                ..with(vec![])
            },
            "promises are for 0 days; where any are accepted, it is 1 to 366",
        ),
        (
            Rules {
                promises: PromiseRules { count_max: 1, within_days: 367, len_max_days: 7 },
                ..with(vec![])
            },
            "promises are counted in 367 days; where any are accepted, it is 1 to 366",
        ),
        (
            with((0..33).map(|id| step(id, id.into(), StepKind::Remind)).collect()),
            "there are 33 steps; a policy has 32 at most",
        ),
    ];
    for (rules, expected) in table {
        assert_eq!(DunningPolicy::new(rules).unwrap_err().to_string(), expected);
    }
    assert_eq!(StepId::new(64), None);
    let none = PromiseRules { count_max: 0, within_days: 0, len_max_days: 0 };
    assert!(DunningPolicy::new(Rules { promises: none, ..usual() }).is_ok());
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
            "0.00 KES cannot be promised; more than 0 and up to 3000.00 KES is overdue",
        ),
        (
            "3000.01",
            "2027-03-20",
            "3000.01 KES cannot be promised; more than 0 and up to 3000.00 KES is overdue",
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

#[test]
fn an_account_that_cannot_be_is_refused() {
    let (zone, policy) = (nairobi(), DunningPolicy::new(usual()).unwrap());
    let refused = |account: &Account| {
        let now = at(&zone, "2027-03-12");
        due_steps(&policy, account, now, now, &zone).unwrap_err().to_string()
    };
    let mut twice = of_march();
    twice.invoices.push(twice.invoices[0].clone());
    assert_eq!(refused(&twice), "invoice 1 is given twice; give each once");
    let mut other = of_march();
    other.invoices[0].open = "1 USD".parse().unwrap();
    assert_eq!(
        refused(&other),
        "invoice 1 has an amount of 1.00 USD; the policy is for amounts in KES"
    );
    let mut negative = of_march();
    negative.invoices[0].open = kes("-1");
    assert_eq!(
        refused(&negative),
        "invoice 1 has an amount of -1.00 KES; what is owed is 0 or more"
    );
    let mut many = of_march();
    many.promises = vec![promise(&zone, "2027-03-02", "2027-03-04"); PROMISES_MAX + 1];
    assert_eq!(refused(&many), "the account has 101 promises; at most 100 are looked at, in a run");
    let mut far = of_march();
    far.invoices[0].due_at = Timestamp::from_unix_ms(i64::MIN);
    assert!(refused(&far).ends_with("lie outside of the years that the calendar knows"));
}
