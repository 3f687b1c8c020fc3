//! Pauses, and what becomes of what was planned.

use super::*;

fn policy(longest: &str, per_year: u32) -> PausePolicy {
    PausePolicy { longest: Some(longest.parse().unwrap()), per_year: Some(per_year) }
}

#[test]
fn a_pause_goes_on_by_itself_and_is_not_billed() {
    let mut account = Account::with(HOME, "2027-04-01");
    account.bill("2027-04-01");
    let until = Some(at("2027-04-21"));
    let change = account.does("2027-04-11", |it| it.pause(until, &policy("1 month", 2))).unwrap();
    assert_eq!(events(&change.added), ["2027-04-11 pause", "2027-04-21 resume"]);
    // Ten of 30 days.
    assert_eq!(account.bill("2027-04-21"), ["1 2027-04-01 -1000.00 KES"]);
    assert_eq!(account.state("2027-04-21"), "active");
}

#[test]
fn a_pause_is_no_longer_than_allowed() {
    let mut account = Account::with(HOME, "2027-04-01");
    let month = policy("1 month", 2);
    let too_late = account.refuses("2027-04-11", |it| it.pause(Some(at("2027-05-12")), &month));
    let unix = |when| at(when).to_string();
    assert_eq!(
        too_late,
        format!(
            "the end of the pause is {}; the latest is {}",
            unix("2027-05-12"),
            unix("2027-05-11")
        )
    );
    let too_early = account.refuses("2027-04-11", |it| it.pause(Some(at("2027-04-11")), &month));
    assert!(too_early.starts_with("the end of the pause is "), "{too_early}");
    account.does("2027-04-11", |it| it.pause(None, &month)).unwrap();
    assert_eq!((account.state("2027-05-10"), account.state("2027-05-11")), ("paused", "active"));
    let endless = PausePolicy { longest: None, per_year: None };
    account.does("2027-06-01", |it| it.pause(None, &endless)).unwrap();
    assert_eq!(account.state("2031-01-01"), "paused");
}

#[test]
fn there_are_so_many_pauses_within_a_year() {
    let mut account = Account::with(HOME, "2027-01-01");
    let twice = policy("1 month", 2);
    for when in ["2027-02-01", "2027-05-01"] {
        account.does(when, |it| it.pause(None, &twice)).unwrap();
    }
    let error = account.does("2028-01-31", |it| it.pause(None, &twice)).unwrap_err();
    let next_at = at("2028-02-01");
    assert_eq!(error, ChangeError::TooManyPauses { count: 2, max: 2, next_at });
    account.does("2028-02-01", |it| it.pause(None, &twice)).unwrap();
    let never = account.refuses("2029-06-01", |it| it.pause(None, &policy("1 month", 0)));
    assert_eq!(never, "the operator allows no pauses; what is not wanted can be terminated");
}

#[test]
fn what_is_overdue_is_not_paused() {
    let mut account = Account::with(HOME, "2027-04-01");
    account.does("2027-04-10", |it| it.transition(Transition::FallDue)).unwrap();
    assert_eq!(
        account.refuses("2027-04-11", |it| it.pause(None, &policy("1 month", 2))),
        "a subscription that is grace cannot pause; it can suspend, settle, block, terminate"
    );
    account.does("2027-04-12", |it| it.transition(Transition::Settle)).unwrap();
    account.does("2027-04-13", |it| it.pause(None, &policy("1 month", 2))).unwrap();
}

#[test]
fn what_was_planned_gives_way_to_what_happens() {
    // Resumed before its end.
    let mut account = Account::with(HOME, "2027-04-01");
    account.does("2027-04-11", |it| it.pause(None, &policy("1 month", 9))).unwrap();
    let change = account.does("2027-04-15", |it| it.resume()).unwrap();
    assert_eq!(events(&change.withdrawn), ["2027-05-11 resume"]);
    // Blocked while it is paused: it does not go on by itself.
    account.does("2027-04-16", |it| it.pause(None, &policy("1 month", 9))).unwrap();
    account.does("2027-04-17", |it| it.transition(Transition::Block)).unwrap();
    assert_eq!(account.state("2027-06-01"), "blocked");
    account.does("2027-06-02", |it| it.transition(Transition::Unblock)).unwrap();
    assert_eq!(account.state("2027-06-02"), "active");
    // Withdrawn before it began.
    let mut account = Account::new(offers());
    let order = Order { offer: HOME, begins: at("2027-05-01"), with_trial: false, add_ons: &[] };
    account.does("2027-04-01", |it| it.subscribe(&order)).unwrap();
    let change = account.does("2027-04-02", |it| it.transition(Transition::Terminate)).unwrap();
    assert_eq!((change.added.len(), change.withdrawn.len()), (1, 4));
    assert_eq!(account.bill("2028-01-01"), [""; 0]);
}

#[test]
fn a_pause_does_not_go_on_behind_the_end() {
    let ending = || {
        let mut account = Account::with(HOME, "2027-04-01");
        let policy = TerminationPolicy { when: When::PeriodEnd, notice: None };
        account.does("2027-04-05", |it| it.terminate(&policy).map(|end| end.change)).unwrap();
        account
    };
    let change = ending().does("2027-04-11", |it| it.pause(None, &policy("1 month", 2))).unwrap();
    assert_eq!(events(&change.added), ["2027-04-11 pause"]);
    let until = Some(at("2027-05-01"));
    let error = ending().does("2027-04-11", |it| it.pause(until, &policy("1 month", 2)));
    let ends_at = at("2027-05-01");
    assert_eq!(error, Err(ChangeError::Ends { ends_at, at: ends_at }));
}

#[test]
fn what_happens_withdraws_what_was_planned_and_is_not_possible_behind_it() {
    let event =
        |(number, (day, what)): (u64, &(&str, What))| Event { at: at(day), number, what: *what };
    let on = What::Transition;
    let timeline = |events: &[(&str, What)]| Timeline::new((0..).zip(events).map(event)).unwrap();
    let said = |change: &Change| {
        let all = |events: &[Event]| -> Vec<_> {
            let mut events: Vec<_> = events.iter().map(|it| (it.number, shown(it.at))).collect();
            events.sort();
            events
        };
        (all(&change.added), all(&change.withdrawn))
    };
    let day = |number: u64, day: &str| (number, day.to_owned());
    // It is paused until the 21st; who is blocked on the 10th is not resumed by that.
    let paused = timeline(&[
        ("2027-01-01", on(Transition::Activate)),
        ("2027-04-01", on(Transition::Pause)),
        ("2027-04-21", on(Transition::Resume)),
    ]);
    let now = at("2027-04-10");
    let change = paused.enter([(now, on(Transition::Block))], now).unwrap();
    assert_eq!(said(&change), (vec![day(3, "2027-04-10")], vec![day(2, "2027-04-21")]));
    let blocked = change.of(&paused).unwrap();
    assert_eq!(blocked.state_at(at("2027-05-01")), SubscriptionState::Blocked);
    // A pause of 2040 and its end are gone with a suspension of today; what it has is not.
    let far = timeline(&[
        ("2027-01-01", on(Transition::Activate)),
        ("2039-01-01", What::Quantity { component: ADDRESS, quantity: 1 }),
        ("2040-01-01", on(Transition::Pause)),
        ("2040-02-01", on(Transition::Resume)),
    ]);
    let change = far.enter([(now, on(Transition::Suspend))], now).unwrap();
    let gone = vec![day(2, "2040-01-01"), day(3, "2040-02-01")];
    assert_eq!(said(&change), (vec![day(4, "2027-04-10")], gone));
    // Behind an end there is nothing.
    let change = far.enter([(now, on(Transition::Terminate))], now).unwrap();
    assert_eq!(said(&change).1.len(), 3);
    // What is possible stays.
    let change = far.enter([(now, on(Transition::FallDue)), (now, on(Transition::Settle))], now);
    assert_eq!(said(&change.unwrap()).1, []);
    // What has happened stays, and what is entered before it must leave room for it.
    let late = at("2027-04-25");
    let error = paused.enter([(at("2027-03-15"), on(Transition::Suspend))], late).unwrap_err();
    let ChangeError::Timeline(error) = error else { panic!("{error}") };
    assert_eq!((error.at, error.error.transition), (at("2027-04-01"), Transition::Pause));
    // And what is entered must itself be possible, also when it is planned.
    let error = paused.enter([(at("2027-05-01"), on(Transition::Resume))], now).unwrap_err();
    let cannot =
        TransitionError { state: SubscriptionState::Active, transition: Transition::Resume };
    assert_eq!(error, ChangeError::Transition(cannot));
}
