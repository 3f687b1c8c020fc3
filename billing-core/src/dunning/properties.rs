//! What holds whatever is owed: beside the clerk of the model, and in zones whose clock is changed.

use std::collections::BTreeSet;

use entitlement::{TimeZone, Timestamp};
use jiff::Span;
use jiff::civil::{Date, Weekday, date};
use proptest::prelude::*;

use super::fixtures::{active, apply, fee, invoice, kes, nairobi, rules, step};
use super::model::{Bill, Cap, Case, Does, Note, Rule, Service, clerk};
use super::*;
use crate::{Money, PartOrAmount, Percentage, SubscriptionState};

/// The day until which is looked.
const LAST: i64 = 170;

fn day(number: i64) -> Date {
    date(2027, 1, 1).saturating_add(Span::new().days(number))
}

fn moment(zone: &TimeZone, number: i64, hour: i8) -> Timestamp {
    zone.first_shown(day(number).at(hour, 0, 0, 0)).unwrap()
}

fn minor(amount: i64) -> Money {
    Money::new(amount, kes("0").currency())
}

/// The policy and the account of a case, as they are given here.
fn given(case: &Case, zone: &TimeZone) -> (DunningPolicy, Account) {
    let percent =
        |millionths: i64| Percentage::from_millionths(u64::try_from(millionths).unwrap()).unwrap();
    let steps = (0_u8..).zip(&case.steps).map(|(id, rule)| {
        let kind = match rule.does {
            Does::Remind => StepKind::Remind,
            Does::Charge { fixed, millionths, every } => {
                let of = if fixed > 0 {
                    PartOrAmount::Fixed(minor(fixed))
                } else {
                    PartOrAmount::Percent(percent(millionths))
                };
                fee(of, u16::try_from(every).unwrap())
            }
            Does::Warn => StepKind::Grace { throttle: None },
            Does::Cut => StepKind::Suspend,
            Does::End => StepKind::Terminate,
            Does::GiveUp => StepKind::WriteOff,
        };
        let days = i16::try_from(rule.days).unwrap();
        Step { on_working_days: rule.waits, ..step(id, days, kind) }
    });
    let weekdays = Weekday::Monday.cycle_forward().zip(case.weekend);
    let weekend: Vec<_> = weekdays.filter_map(|(day, is_off)| is_off.then_some(day)).collect();
    let holidays = case.holidays.iter().map(|number| day(*number)).collect();
    let policy = DunningPolicy::new(Rules {
        minimum_overdue: minor(case.minimum),
        fee_cap: case.cap.map(|cap| match cap {
            Cap::Fixed(cap) => PartOrAmount::Fixed(minor(cap)),
            Cap::Millionths(millionths) => PartOrAmount::Percent(percent(millionths)),
        }),
        working_days: WorkingDays::new(&weekend, holidays).unwrap(),
        ..rules(steps.collect())
    });
    let of = |(id, bill): (i64, &Bill)| OpenInvoice {
        open: minor(bill.open),
        ..invoice(id, moment(zone, bill.due, 0), minor(bill.total))
    };
    let has = |(id, it): (i64, &Service)| Subscription {
        state: SubscriptionState::from_code(it.state).unwrap(),
        ..active(id, moment(zone, it.since, 0))
    };
    let account = Account {
        invoices: (0..).zip(&case.bills).map(of).collect(),
        subscriptions: (0..).zip(&case.services).map(has).collect(),
        promises: case
            .promises
            .iter()
            .map(|(made, until)| Promise {
                made_at: moment(zone, *made, 12),
                until: moment(zone, *until, 12),
                amount: minor(1),
                paid: minor(0),
            })
            .collect(),
        ..Account::default()
    };
    (policy.unwrap(), account)
}

/// Runs at each of these moments, each time twice, and does what it is told.
fn runs(
    policy: &DunningPolicy,
    account: &mut Account,
    moments: &[Timestamp],
    zone: &TimeZone,
) -> Vec<Action> {
    let from = moment(zone, 0, 0);
    let mut all: Vec<Action> = Vec::new();
    for now in moments {
        let actions = due_steps(policy, account, from, *now, zone).unwrap();
        assert!(actions.is_sorted_by_key(|action| action.at), "{actions:?}");
        assert!(actions.iter().all(|action| action.at <= *now), "{actions:?}");
        assert!(actions.iter().filter(|action| is_reminder(action)).count() <= 1, "{actions:?}");
        apply(account, &actions);
        assert_eq!(due_steps(policy, account, from, *now, zone), Ok(Vec::new()), "twice");
        all.extend(actions);
    }
    all
}

const fn is_reminder(action: &Action) -> bool {
    matches!(action.measure, Measure::Remind { .. })
}

/// As the clerk writes it.
fn noted(action: &Action, zone: &TimeZone) -> Note {
    let shown = zone.shown(action.at).unwrap();
    let number = i64::from((shown.date() - day(0)).get_days());
    let hour = i64::from(shown.hour());
    match action.measure {
        Measure::Remind { step, invoice } => (number, -1, format!("remind {step} {invoice}")),
        Measure::LateFee { step, invoice, number: fee, amount } => {
            (number, hour, format!("fee {step}/{fee} {invoice}: {}", amount.amount_minor()))
        }
        Measure::Transition { subscription, transition, .. } => {
            (number, hour, format!("{transition} {subscription}"))
        }
        Measure::WriteOff { invoice, amount, .. } => {
            (number, hour, format!("give up {invoice}: {}", amount.amount_minor()))
        }
    }
}

fn charge() -> impl Strategy<Value = Does> {
    let every = prop_oneof![Just(0), 1..12_i64];
    let amount = prop_oneof![(1..5_000_i64, Just(0)), (Just(0), 1..200_000_i64)];
    (amount, every).prop_map(|((fixed, millionths), every)| Does::Charge {
        fixed,
        millionths,
        every,
    })
}

fn steps() -> impl Strategy<Value = Vec<Rule>> {
    let ladder = proptest::collection::btree_set(0..60_i64, 4);
    let reminders = proptest::collection::btree_set(-7..40_i64, 0..5);
    let charges = proptest::collection::btree_map(0..40_i64, charge(), 0..3);
    let kept = proptest::sample::subsequence(vec![Does::Warn, Does::Cut], 0..=2);
    let ends = 0..3_usize;
    let all =
        (ladder, reminders, charges, kept, ends, proptest::collection::vec(any::<bool>(), 16));
    all.prop_map(|(ladder, reminders, charges, mut kept, ends, waits)| {
        kept.extend([Does::End, Does::GiveUp].into_iter().take(ends));
        let mut rules: Vec<_> = ladder.into_iter().zip(kept).collect();
        rules.extend(reminders.into_iter().map(|days| (days, Does::Remind)));
        rules.extend(charges);
        rules.sort_by_key(|(days, _)| *days);
        let waits = waits.into_iter().cycle();
        rules
            .into_iter()
            .zip(waits)
            .map(|((days, does), waits)| Rule { days, waits, does })
            .collect()
    })
}

fn bills() -> impl Strategy<Value = Vec<Bill>> {
    let amounts = (0..60_000_i64, 0..=100_i64);
    let bills = proptest::collection::btree_map(10..110_i64, amounts, 0..5);
    bills.prop_map(|bills| {
        let bill = |(due, (total, percent))| Bill { due, total, open: total * percent / 100 };
        bills.into_iter().map(bill).collect()
    })
}

fn services() -> impl Strategy<Value = Vec<Service>> {
    let states: Vec<_> = SubscriptionState::ALL.iter().map(|state| state.code()).collect();
    let state = prop_oneof![Just("active"), proptest::sample::select(states)];
    let service = (state, 0..120_i64).prop_map(|(state, since)| Service { state, since });
    proptest::collection::vec(service, 0..4)
}

prop_compose! {
    fn cases()(
        steps in steps(),
        minimum in prop_oneof![Just(0), 0..90_000_i64],
        cap in prop_oneof![
            Just(None),
            (1..9_000_i64).prop_map(|cap| Some(Cap::Fixed(cap))),
            (1..300_000_i64).prop_map(|cap| Some(Cap::Millionths(cap))),
        ],
        off in proptest::collection::btree_set(0..7_usize, 0..3),
        holidays in proptest::collection::vec(0..LAST, 0..12),
        bills in bills(),
        services in services(),
        promises in proptest::collection::vec((10..130_i64, 0..20_i64), 0..4),
    ) -> Case {
        let weekend = core::array::from_fn(|place| off.contains(&place));
        let promises = promises.into_iter().map(|(made, days)| (made, made + days)).collect();
        let payments = Vec::new();
        Case { steps, minimum, cap, weekend, holidays, bills, services, promises, payments }
    }
}

prop_compose! {
    /// Late fees alone, of bills of which something is paid between, and never all.
    fn paid_cases()(
        case in cases(),
        payments in proptest::collection::vec((0..LAST, 0..5_usize, 1..100_i64), 1..8),
        is_held in any::<bool>(),
    ) -> Case {
        let is_fee = |rule: &Rule| matches!(rule.does, Does::Charge { .. });
        let steps = case.steps.iter().filter(|rule| is_fee(rule)).copied().collect();
        let (minimum, promises) =
            if is_held { (0, case.promises) } else { (case.minimum, Vec::new()) };
        Case { steps, services: Vec::new(), minimum, promises, payments, ..case }
    }
}

/// Takes in what is paid in the evening of a day, when all was done that was due.
fn pay(account: &mut Account, case: &Case, number: i64, zone: &TimeZone) {
    for (day, bill, percent) in case.payments.iter().filter(|(day, ..)| *day == number) {
        let Some(invoice) = account.invoices.get_mut(*bill) else { continue };
        let amount = minor(invoice.open.amount_minor() * percent / 100);
        let at = moment(zone, *day, 20);
        invoice.open = invoice.open.minus(amount).unwrap();
        invoice.paid.push(PaidPart { at, amount });
        account.paid_at = Some(at);
    }
}

proptest! {
    #[test]
    fn every_day_it_is_what_the_clerk_does(case in cases()) {
        let zone = nairobi();
        let (policy, mut account) = given(&case, &zone);
        let evenings: Vec<_> = (0..=LAST).map(|number| moment(&zone, number, 18)).collect();
        let actions = runs(&policy, &mut account, &evenings, &zone);
        let mut found: Vec<_> = actions.iter().map(|action| noted(action, &zone)).collect();
        let mut expected = clerk(&case, LAST);
        found.sort();
        expected.sort();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn fees_are_what_the_clerk_charges_whenever_it_is_looked_and_whatever_is_paid_between(
        case in paid_cases(),
        looked in proptest::collection::btree_set(0..LAST, 0..12),
    ) {
        let zone = nairobi();
        let from = moment(&zone, 0, 0);
        let mut expected = clerk(&case, LAST);
        expected.sort();
        let daily: BTreeSet<_> = (0..=LAST).collect();
        for days in [daily, looked.into_iter().chain([LAST]).collect(), BTreeSet::from([LAST])] {
            let (policy, mut account) = given(&case, &zone);
            let mut found = Vec::new();
            for number in 0..=LAST {
                if days.contains(&number) {
                    let now = moment(&zone, number, 18);
                    let actions = due_steps(&policy, &account, from, now, &zone).unwrap();
                    apply(&mut account, &actions);
                    found.extend(actions.iter().map(|action| noted(action, &zone)));
                    prop_assert_eq!(due_steps(&policy, &account, from, now, &zone), Ok(Vec::new()));
                }
                pay(&mut account, &case, number, &zone);
            }
            found.sort();
            prop_assert_eq!(&found, &expected, "looked at on {:?}", days);
        }
    }

    #[test]
    fn once_at_the_end_is_the_same_as_at_any_moments_before_it(
        case in cases(),
        zone in proptest::sample::select(vec![
            "Africa/Nairobi", "Europe/Berlin", "Asia/Beirut", "America/New_York",
        ]),
        hours in proptest::collection::btree_set(0..LAST * 24, 0..60),
    ) {
        let zone = TimeZone::named(zone).unwrap();
        let (policy, mut once) = given(&case, &zone);
        let first = moment(&zone, 0, 0);
        let last = moment(&zone, LAST, 0);
        let mut often = once.clone();
        let moments = hours.into_iter().map(|hour| first.plus_s(hour * 3_600)).chain([last]);
        let by_and_by = runs(&policy, &mut often, &moments.collect::<Vec<_>>(), &zone);
        let at_once = runs(&policy, &mut once, &[last], &zone);
        // Of reminders only the last is sent.
        let (reminders, rest): (Vec<_>, Vec<_>) = at_once.into_iter().partition(is_reminder);
        prop_assert!(reminders.iter().all(|reminder| by_and_by.contains(reminder)));
        let by_and_by: Vec<_> = by_and_by.into_iter().filter(|it| !is_reminder(it)).collect();
        let differs = by_and_by.iter().zip(&rest).find(|(often, once)| often != once);
        prop_assert_eq!(differs, None);
        prop_assert_eq!(by_and_by.len(), rest.len());
        prop_assert_eq!(&often.invoices, &once.invoices);
        prop_assert_eq!(&often.subscriptions, &once.subscriptions);
    }

    #[test]
    fn fees_are_never_more_than_their_cap(case in cases()) {
        let zone = nairobi();
        let (policy, mut account) = given(&case, &zone);
        let actions = runs(&policy, &mut account, &[moment(&zone, LAST, 0)], &zone);
        for (bill, Bill { total, .. }) in (0..).zip(&case.bills) {
            let of = |action: &Action| match action.measure {
                Measure::LateFee { invoice: InvoiceId(id), amount, .. } if id == bill => {
                    assert!(amount.amount_minor() > 0);
                    amount.amount_minor()
                }
                _ => 0,
            };
            let sum: i64 = actions.iter().map(of).sum();
            match case.cap {
                Some(Cap::Fixed(cap)) => prop_assert!(sum <= cap),
                // Half a unit above at most, as the cap is rounded.
                Some(Cap::Millionths(cap)) => {
                    prop_assert!(sum * 2_000_000 <= total * cap * 2 + 1_000_000);
                }
                None => {}
            }
        }
    }

    #[test]
    fn paying_everything_ends_it(case in cases(), paid in 0..LAST, later in 1..LAST) {
        let zone = nairobi();
        let (policy, mut account) = given(&case, &zone);
        let paid_at = moment(&zone, paid, 18);
        runs(&policy, &mut account, &[paid_at], &zone);
        account.invoices.clear();
        account.paid_at = Some(paid_at);
        let now = paid_at.plus_s(later * 86_400);
        for action in runs(&policy, &mut account, &[now], &zone) {
            let is_settled = matches!(
                action.measure,
                Measure::Transition { step: None, transition: crate::Transition::Settle, .. }
            );
            prop_assert!(is_settled, "{action:?}");
        }
        let is_held_down = |it: &Subscription| {
            let states = [SubscriptionState::Grace, SubscriptionState::Suspended];
            it.since <= now && states.contains(&it.state)
        };
        prop_assert!(!account.subscriptions.iter().any(is_held_down));
    }
}
