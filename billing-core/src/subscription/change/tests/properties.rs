//! Commands in any order, against a model that lives through them day by day.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::{SubscriptionState, due};

const DAYS: i64 = 400;
const PAUSE_DAYS_MAX: i64 = 30;
const FIRST_S: i64 = 1_798_750_800; // 2027-01-01 in Nairobi, which never changes its clock.

#[derive(Debug, Clone, Copy)]
enum Command {
    Change(OfferId),
    CancelChange,
    Television(i64),
    NoTelevision,
    Pause(Option<i64>),
    Resume,
    Happens(Transition),
    Terminate(When),
    CancelTermination,
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => select(vec![HOME, OFFICE, TRIED]).prop_map(Command::Change),
        1 => Just(Command::CancelChange),
        2 => (-1..10_i64).prop_map(Command::Television),
        1 => Just(Command::NoTelevision),
        3 => proptest::option::of(-1..PAUSE_DAYS_MAX + 5).prop_map(Command::Pause),
        2 => Just(Command::Resume),
        5 => select(Transition::ALL.to_vec()).prop_map(Command::Happens),
        1 => select(vec![When::AtOnce, When::PeriodEnd, When::PeriodEnd])
            .prop_map(Command::Terminate),
        2 => Just(Command::CancelTermination),
    ]
}

fn day(day: i64) -> Timestamp {
    Timestamp::from_unix_s(FIRST_S + day * 86_400)
}

/// Lives from day to day. It knows neither events nor periods: what is planned is a day.
#[derive(Debug, Clone)]
struct Model {
    state: &'static str,
    plan: i64,
    televisions: i64,
    plan_then: Option<(i64, i64)>,
    resumes_on: Option<i64>,
    ends_on: Option<i64>,
}

/// The days on which months begin, from January 2027 on.
const MONTHS: [i64; 16] =
    [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365, 396, 425, 456];

/// What becomes of each state; what is not here cannot happen.
const EDGES: [(&str, &str, &str); 20] = [
    ("active", "fall-due", "grace"),
    ("active", "suspend", "suspended"),
    ("active", "block", "blocked"),
    ("active", "pause", "paused"),
    ("active", "terminate", "terminated"),
    ("grace", "suspend", "suspended"),
    ("grace", "settle", "active"),
    ("grace", "block", "blocked"),
    ("grace", "terminate", "terminated"),
    ("suspended", "promise", "grace"),
    ("suspended", "settle", "active"),
    ("suspended", "block", "blocked"),
    ("suspended", "terminate", "terminated"),
    ("blocked", "unblock", "active"),
    ("blocked", "terminate", "terminated"),
    ("paused", "resume", "active"),
    ("paused", "block", "blocked"),
    ("paused", "terminate", "terminated"),
    ("pending", "activate", "active"),
    ("pending", "terminate", "terminated"),
];

impl Model {
    fn price(plan: i64) -> i64 {
        match plan {
            1 => 3000,
            4 => 4500,
            _ => 6000,
        }
    }

    fn next_month(today: i64) -> i64 {
        *MONTHS.iter().find(|day| **day > today).unwrap()
    }

    fn dawns(&mut self, today: i64) {
        if self.resumes_on == Some(today) && self.state == "paused" {
            (self.state, self.resumes_on) = ("active", None);
        }
        if let Some((_, plan)) = self.plan_then.filter(|(day, _)| *day == today) {
            self.has(plan);
        }
        if self.ends_on == Some(today) {
            self.ends();
        }
    }

    fn has(&mut self, plan: i64) {
        (self.plan, self.plan_then) = (plan, None);
        if plan != 1 {
            self.televisions = 0;
        }
    }

    fn ends(&mut self) {
        let Self { plan, televisions, .. } = *self;
        *self = Self {
            state: "terminated",
            plan,
            televisions,
            plan_then: None,
            resumes_on: None,
            ends_on: None,
        };
    }

    /// Whether it is done.
    fn does(&mut self, today: i64, command: Command) -> bool {
        let is_served = matches!(self.state, "active" | "grace");
        match command {
            Command::Change(OfferId(to)) => {
                let is_greater = Self::price(to) > Self::price(self.plan);
                let on = if is_greater { today } else { Self::next_month(today) };
                let in_time = self.ends_on.is_none_or(|ends_on| on < ends_on);
                let can = is_served && to != self.plan && in_time;
                if can && is_greater {
                    self.has(to);
                } else if can {
                    self.plan_then = Some((on, to));
                }
                can
            }
            Command::CancelChange => self.plan_then.take().is_some(),
            Command::Television(count) => {
                let can = is_served && self.plan == 1 && (1..=8).contains(&count);
                self.televisions = if can { count } else { self.televisions };
                can
            }
            Command::NoTelevision => {
                let can = is_served && self.plan == 1 && self.televisions > 0;
                self.televisions = if can { 0 } else { self.televisions };
                can
            }
            Command::Pause(days) => self.pauses(today, days),
            Command::Resume => self.happens("resume"),
            Command::Happens(transition) => self.happens(transition.code()),
            Command::Terminate(When::AtOnce) => self.happens("terminate"),
            Command::Terminate(When::PeriodEnd) => {
                let can = self.state != "terminated";
                if can {
                    let on = Self::next_month(today);
                    self.ends_on = Some(on);
                    self.plan_then = self.plan_then.filter(|(day, _)| *day <= on);
                    self.resumes_on = self.resumes_on.filter(|day| *day <= on);
                }
                can
            }
            Command::CancelTermination => self.ends_on.take().is_some(),
        }
    }

    fn pauses(&mut self, today: i64, days: Option<i64>) -> bool {
        let until = today + days.unwrap_or(PAUSE_DAYS_MAX);
        let in_time = self.ends_on.is_none_or(|ends_on| until < ends_on);
        let in_range = days.is_none_or(|days| (1..=PAUSE_DAYS_MAX).contains(&days) && in_time);
        let can = self.state == "active" && in_range;
        if can {
            (self.state, self.resumes_on) = ("paused", in_time.then_some(until));
        }
        can
    }

    fn happens(&mut self, what: &str) -> bool {
        let edge = EDGES.iter().find(|(from, by, _)| (*from, *by) == (self.state, what));
        let Some((_, _, to)) = edge else { return false };
        (self.state, self.resumes_on) = (*to, None);
        if *to == "terminated" {
            self.ends();
        }
        true
    }
}

fn give(it: &Subscription<'_>, command: Command) -> Result<Change, ChangeError> {
    let policy = ChangePolicy::default();
    match command {
        Command::Change(to) => it.change_plan(to, &policy),
        Command::CancelChange => it.cancel_change(INTERNET, &policy),
        Command::Television(count) => it.set_add_on(TELEVISION, count),
        Command::NoTelevision => it.remove_add_on(TELEVISION),
        Command::Pause(days) => {
            let longest = Some(format!("{PAUSE_DAYS_MAX} days").parse().unwrap());
            let until = days.map(|days| it.now.plus_s(days * 86_400));
            it.pause(until, &PausePolicy { longest, per_year: None })
        }
        Command::Resume => it.resume(),
        Command::Happens(transition) => it.transition(transition),
        Command::Terminate(when) => {
            it.terminate(&TerminationPolicy { when, notice: None }).map(|it| it.change)
        }
        Command::CancelTermination => it.cancel_termination(),
    }
}

/// What a timeline means: its states and what is billed of each component.
fn meaning(timeline: &Timeline) -> (Vec<SubscriptionState>, Vec<Vec<crate::Stretch>>) {
    let moments = timeline.events().iter().map(|event| event.at);
    let states = moments.map(|at| timeline.state_at(at)).collect();
    let billed = |component| timeline.billed(component, BilledIn::default());
    (states, timeline.components().into_iter().map(billed).collect())
}

proptest! {
    #[test]
    fn commands_do_what_the_model_does(
        commands in proptest::collection::vec((0..25_i64, command()), 0..24),
    ) {
        let mut account = Account::with(HOME, "2027-01-01");
        prop_assert_eq!(account.now, day(0));
        let mut model = Model {
            state: "active",
            plan: 1,
            televisions: 0,
            plan_then: None,
            resumes_on: None,
            ends_on: None,
        };
        let (mut today, mut lived) = (0, vec![]);
        for (days, command) in commands {
            for next in today + 1..=today + days {
                lived.push(model.clone());
                model.dawns(next);
            }
            today += days;
            account.now = day(today);
            let change = give(&account.subscription(), command);
            let done = model.does(today, command);
            prop_assert_eq!(change.is_ok(), done, "day {}: {:?}: {:?}", today, command, change);
            if let Ok(change) = change {
                account.timeline = change.of(&account.timeline).unwrap();
            }
        }
        for next in today + 1..=DAYS + today {
            lived.push(model.clone());
            model.dawns(next);
        }
        for (on, lived) in (0..).zip(&lived) {
            let at = day(on);
            prop_assert_eq!(account.timeline.state_at(at).code(), lived.state, "day {}", on);
            if lived.state != "terminated" {
                let held = account.subscription().held(INTERNET, at).map(|held| held.offer.id.0);
                let televisions = account.timeline.quantity_at(TELEVISION, at);
                prop_assert_eq!(
                    (held, i64::from(televisions)), (Some(lived.plan), lived.televisions),
                    "day {}", on
                );
            }
        }
        // What is over is never billed for later.
        let Account { timeline, catalogue, terms, .. } = &account;
        let ends_at = account.subscription().terminates_at();
        let all = due(timeline, catalogue.prices(), terms, &BTreeMap::new(), day(2 * DAYS)).unwrap();
        for due in all {
            let last = due.pieces.iter().filter_map(|piece| piece.interval).map(Interval::until).max();
            if let Some(ends_at) = ends_at {
                prop_assert!(due.key.begins < ends_at && last.is_none_or(|last| last <= ends_at));
            }
        }
    }

    /// The numbers say which command came first. Within one, they say nothing: it has no two events
    /// about the same thing at one moment.
    #[test]
    fn the_events_of_one_command_mean_the_same_in_any_order(
        commands in proptest::collection::vec((0..25_i64, command()), 0..16),
        turn in any::<u64>(),
        with_trial in any::<bool>(),
    ) {
        let mut account = Account::new(offers());
        let offer = if with_trial { TRIED } else { HOME };
        let order =
            Order { offer, begins: day(3), with_trial, add_ons: &[(ADDRESS, 2)] };
        let mut today = 0;
        let check = |account: &mut Account, change: Change| {
            let after = change.of(&account.timeline).unwrap();
            let mut turned = change.clone();
            turned.added.reverse();
            prop_assert_eq!(&turned.of(&account.timeline).unwrap(), &after);
            let count = turned.added.len();
            let numbers: Vec<_> = change.added.iter().map(|event| event.number).collect();
            for (place, event) in turned.added.iter_mut().enumerate() {
                event.number = numbers[(place + usize::try_from(turn % 64).unwrap()) % count];
            }
            prop_assert_eq!(meaning(&turned.of(&account.timeline).unwrap()), meaning(&after));
            let mut all: Vec<_> = after.events().iter().map(|event| event.number).collect();
            all.sort_unstable();
            all.dedup();
            prop_assert_eq!(all.len(), after.events().len(), "each has its own number");
            account.timeline = after;
            Ok(())
        };
        account.now = day(0);
        let change = account.subscription().subscribe(&order).unwrap();
        check(&mut account, change)?;
        for (days, command) in commands {
            today += days;
            account.now = day(today);
            if let Ok(change) = give(&account.subscription(), command) {
                check(&mut account, change)?;
            }
        }
    }

    #[test]
    fn there_and_back_in_one_moment_costs_nothing(
        after_s in 0..20_000_000_i64,
        to in select(vec![OFFICE, TRIED, YEARLY]),
        there in 1..4_usize,
        bill_first in any::<bool>(),
    ) {
        let policy = ChangePolicy { downgrade: When::AtOnce, ..ChangePolicy::default() };
        let mut account = Account::with(HOME, "2027-01-01");
        account.does("2027-01-01", |it| it.set_add_on(ADDRESS, 2)).unwrap();
        let now = day(0).plus_s(after_s);
        let mut untouched = Account::with(HOME, "2027-01-01");
        untouched.does("2027-01-01", |it| it.set_add_on(ADDRESS, 2)).unwrap();
        if bill_first {
            account.bill("2027-01-01");
            untouched.bill("2027-01-01");
        }
        // An add-on that the other has not is taken again by hand.
        for _ in 0..there {
            for to in [to, HOME] {
                account.now = now;
                let change = account.subscription().change_plan(to, &policy).unwrap();
                account.timeline = change.of(&account.timeline).unwrap();
            }
        }
        let change = account.subscription().set_add_on(ADDRESS, 2).unwrap();
        account.timeline = change.of(&account.timeline).unwrap();
        prop_assert_eq!(account.bill("2028-06-01"), untouched.bill("2028-06-01"));
    }

    #[test]
    fn a_renewal_never_shortens_and_gives_what_was_bought(
        cadence in select(vec!["90 minutes", "1 day", "1 week", "1 month", "3 months", "1 year"]),
        steps in proptest::collection::vec(
            (0..5_000_000_i64, 1..6_i64, any::<bool>(), any::<bool>(), proptest::option::of(1..10_u32)),
            1..12,
        ),
    ) {
        let package = Package { lasts: Some(cadence.parse().unwrap()), ..Package::default() };
        let (mut paid, mut now) = (None, day(30));
        for (after_s, count, from_now, is_used_up, grace) in steps {
            now = now.plus_s(after_s);
            let policy = RenewalPolicy {
                counted_from: if from_now { CountedFrom::Now } else { CountedFrom::OldExpiry },
                grace: grace.map(|days| format!("{days} days").parse().unwrap()),
            };
            let purchase = Purchase { count, paid, is_used_up };
            let bought = purchase.gives(&package, &policy, now, &zone()).unwrap();
            let next = bought.paid.unwrap();
            prop_assert!(next.until > now);
            prop_assert!(paid.is_none_or(|paid: PaidUntil| paid.until <= next.until));
            prop_assert_eq!(i64::try_from(bought.periods.len()).unwrap(), count);
            for pair in bought.periods.windows(2) {
                prop_assert_eq!(pair[0].until(), pair[1].from());
            }
            // With what there is left before it is over, an early renewal adds all that is bought.
            if let Some(old) = paid.filter(|old| old.until >= now && !from_now && !is_used_up) {
                prop_assert_eq!(bought.periods[0].from(), old.until);
                prop_assert_eq!(bought.periods.last().unwrap().until(), next.until);
            }
            paid = Some(next);
        }
    }

    /// A command and a bill have the same idea of a period.
    #[test]
    fn a_period_is_the_one_that_is_billed(
        began in 0..200_i64,
        later in 0..200_i64,
        changed in 0..300_i64,
        new_only in any::<bool>(),
        cadence in select(vec!["1 month", "3 months", "1 year"]),
        alignment in prop_oneof![
            Just(Alignment::Anniversary), (1..32_u8).prop_map(Alignment::DayOfMonth)
        ],
    ) {
        let mut account = Account::new(offers());
        account.terms.alignment = alignment;
        let applies_to = if new_only { AppliesTo::NewOnly } else { AppliesTo::Everybody };
        let mut prices = prices();
        let mut list = always(recurring("3000", "1 month"));
        let price = recurring("9000", cadence);
        list.versions.push(PriceVersion { from: day(changed), applies_to, price });
        prices.insert(ComponentId(1), list);
        account.catalogue = Catalogue::new(prices, offers()).unwrap();
        account.now = day(began);
        let order = Order { offer: HOME, begins: day(began), with_trial: false, add_ons: &[] };
        account.timeline =
            account.subscription().subscribe(&order).unwrap().of(&account.timeline).unwrap();
        account.now = day(began + later);
        let (paid, period) =
            account.subscription().period(ComponentId(1), account.now).unwrap().unwrap();
        let Paid::Recurring(price) = paid else { panic!("{paid:?}") };
        let Account { timeline, catalogue, terms, now, .. } = &account;
        let all = due(timeline, catalogue.prices(), terms, &BTreeMap::new(), *now).unwrap();
        let is_now = |due: &&crate::Due| {
            due.key.component == ComponentId(1)
                && due.pieces.iter().filter_map(|piece| piece.interval).any(|it| it.contains(*now))
        };
        let billed = all.iter().find(is_now).unwrap();
        prop_assert_eq!((billed.period, billed.price), (Some(period), price.amount));
    }
}
