//! On which day and at which moment a step happens.

use entitlement::TimeZone;
use jiff::civil::{Weekday, date};

use super::fixtures::*;
use super::*;
use crate::{Money, PartOrAmount, SubscriptionState};

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
    let mut rules = rules(vec![
        step(1, 1, fee(PartOrAmount::Fixed(eur("2.50")), 1)),
        step(2, 10, StepKind::Suspend),
    ]);
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
    let late = fee(PartOrAmount::Fixed(kes("50")), 0);
    let steps = [StepKind::Suspend, StepKind::Remind, late];
    let policy = policy((1..).zip(steps).map(|(id, kind)| step(id, 0, kind)).collect());
    let expected = [
        "2027-03-01T09:00 remind 2 of invoice 1",
        "2027-03-01T23:59 suspend subscription 1",
        "2027-03-01T23:59 fee 3/0 of invoice 1: 50.00 KES",
    ];
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
    let found: Vec<_> = actions.iter().map(|action| said(&zone, action)).collect();
    assert_eq!(found, expected);
    let mut account = of_march();
    account.invoices.clear();
    account.subscriptions[0].state = SubscriptionState::Suspended;
    account.paid_at = Some(at(&zone, "2027-03-12"));
    let actions = due_steps(&policy, &account, from, now, &zone).unwrap();
    let found: Vec<_> = actions.iter().map(|action| said(&zone, action)).collect();
    assert_eq!(found, ["2027-03-15T00:00 settle subscription 1"]);
}
