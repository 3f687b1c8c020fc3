//! The same, written another way: a clerk who comes every day, at midnight, at nine and at noon, has a
//! calendar of numbered days, and keeps a heap of what is to be done.
//!
//! Invoices are due at midnight, steps happen at nine, promises begin and end at noon.

use std::collections::{BTreeMap, VecDeque};

/// What the clerk is told. Steps are in the order of their days.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) steps: Vec<Rule>,
    pub(super) minimum: i64,
    pub(super) cap: Option<Cap>,
    pub(super) weekend: [bool; 7],
    pub(super) holidays: Vec<i64>,
    pub(super) bills: Vec<Bill>,
    pub(super) services: Vec<Service>,
    /// From the noon of a day to the noon of another.
    pub(super) promises: Vec<(i64, i64)>,
    /// In the evening of a day, of a bill, per cent of what is open of it then.
    pub(super) payments: Vec<(i64, usize, i64)>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub(super) days: i64,
    pub(super) waits: bool,
    pub(super) does: Does,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Does {
    Remind,
    /// An amount, or millionths of what is open; and after how many days again.
    Charge {
        fixed: i64,
        millionths: i64,
        every: i64,
    },
    Warn,
    Cut,
    End,
    GiveUp,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Cap {
    Fixed(i64),
    Millionths(i64),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Bill {
    pub(super) due: i64,
    pub(super) total: i64,
    pub(super) open: i64,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Service {
    pub(super) state: &'static str,
    pub(super) since: i64,
}

/// On which day, at which hour, what.
pub(super) type Note = (i64, i64, String);

#[derive(Debug, Clone, Copy)]
enum Task {
    Remind { rule: usize, bill: usize, planned: i64, is_ahead: bool },
    Charge { rule: usize, bill: usize, number: i64, planned: i64 },
    Rung { rule: usize },
}

struct Clerk<'c> {
    case: &'c Case,
    bills: Vec<Bill>,
    charged: Vec<i64>,
    states: Vec<&'static str>,
    /// Of each fee, of which bill and since when it is owed.
    fees: Vec<(usize, (i64, i64), i64)>,
    /// Since when, and by which bill, the account is in arrears.
    arrears: Option<(i64, usize)>,
    /// Rules of the ladder that were planned, and that have happened.
    planned: Vec<usize>,
    reached: Vec<usize>,
    numbers: BTreeMap<(usize, usize), i64>,
    heap: VecDeque<Task>,
    reminders: Vec<(usize, usize, i64, bool)>,
    notes: Vec<Note>,
}

/// What is to be done from day 0 to a day, with at most one reminder a day.
pub(super) fn clerk(case: &Case, last: i64) -> Vec<Note> {
    let mut clerk = Clerk {
        case,
        bills: case.bills.clone(),
        charged: vec![0; case.bills.len()],
        fees: Vec::new(),
        states: case.services.iter().map(|service| service.state).collect(),
        arrears: None,
        planned: Vec::new(),
        reached: Vec::new(),
        numbers: BTreeMap::new(),
        heap: VecDeque::new(),
        reminders: Vec::new(),
        notes: Vec::new(),
    };
    for day in 0..=last {
        clerk.day(day);
    }
    clerk.notes
}

impl Clerk<'_> {
    fn day(&mut self, day: i64) {
        self.fall_into_arrears(day);
        self.judge(day, 0);
        self.plan(day);
        for hour in [9, 12] {
            if !self.holds(day, hour) {
                self.work(day, hour);
            }
            self.judge(day, hour);
        }
        self.send(day);
        self.take_in(day);
    }

    /// What was paid in the evening, and what is overdue enough behind it.
    fn take_in(&mut self, day: i64) {
        let mut is_paid = false;
        for (paid_on, bill, percent) in &self.case.payments {
            let Some(bill) = self.bills.get_mut(*bill).filter(|_| *paid_on == day) else {
                continue;
            };
            bill.open -= bill.open * percent / 100;
            is_paid = true;
        }
        if is_paid {
            self.arrears = None;
            let bills = self.bills.iter().enumerate();
            let mut owed: Vec<_> = bills.map(|(bill, it)| ((it.due, 0), bill, it.open)).collect();
            owed.extend(self.fees.iter().map(|(bill, since, fee)| (*since, *bill, *fee)));
            owed.retain(|((since, _), _, open)| *since <= day && *open > 0);
            owed.sort_unstable();
            let mut sum = 0;
            for ((since, _), bill, open) in owed {
                sum += open;
                if sum >= self.case.minimum {
                    self.arrears = Some((since, bill));
                    break;
                }
            }
        }
    }

    fn send(&mut self, day: i64) {
        let Some((mut rule, mut bill, mut planned, _)) = self.reminders.first().copied() else {
            return;
        };
        for other in self.reminders.drain(..) {
            if (other.0, other.2) != (rule, planned) {
                (rule, bill, planned) = (other.0, other.1, other.2);
            }
        }
        self.notes.push((day, -1, format!("remind {rule} {bill}")));
    }

    fn fall_into_arrears(&mut self, day: i64) {
        if self.arrears.is_some() {
            return;
        }
        let mut sum = 0;
        let mut order: Vec<usize> = (0..self.bills.len()).collect();
        order.sort_by_key(|bill| self.bills[*bill].due);
        for bill in order {
            let Bill { due, open, .. } = self.bills[bill];
            sum += open;
            if due <= day && open > 0 && sum >= self.case.minimum {
                self.arrears = Some((day, bill));
                return;
            }
        }
    }

    /// Puts on the heap what this day has come for.
    fn plan(&mut self, day: i64) {
        for (place, rule) in self.case.steps.iter().enumerate() {
            match rule.does {
                Does::Remind if rule.days <= 0 => {
                    for (bill, it) in self.bills.iter().enumerate() {
                        let is_enough = it.open > 0 && it.open >= self.case.minimum;
                        if is_enough && self.waits_until(rule, it.due + rule.days) == day {
                            let task =
                                Task::Remind { rule: place, bill, planned: day, is_ahead: true };
                            self.heap.push_back(task);
                        }
                    }
                }
                Does::Remind => {
                    if let Some((since, bill)) = self.arrears
                        && self.waits_until(rule, since + rule.days) == day
                    {
                        let task =
                            Task::Remind { rule: place, bill, planned: day, is_ahead: false };
                        self.heap.push_back(task);
                    }
                }
                Does::Charge { every, .. } => self.plan_charges(day, place, every),
                _ => {
                    let ladder = self.case.steps.iter().enumerate().take(place);
                    let is_next = ladder
                        .filter(|(_, it)| !matches!(it.does, Does::Remind | Does::Charge { .. }))
                        .all(|(before, _)| self.planned.contains(&before));
                    if let Some((since, _)) = self.arrears
                        && is_next
                        && !self.planned.contains(&place)
                        && self.waits_until(rule, since + rule.days) <= day
                    {
                        self.planned.push(place);
                        self.heap.push_back(Task::Rung { rule: place });
                    }
                }
            }
        }
    }

    fn plan_charges(&mut self, day: i64, place: usize, every: i64) {
        let rule = self.case.steps[place];
        for bill in 0..self.bills.len() {
            loop {
                let number = self.numbers.get(&(place, bill)).copied().unwrap_or(0);
                let then = self.bills[bill].due + rule.days + number * every;
                if (every == 0 && number > 0) || self.waits_until(&rule, then) > day {
                    break;
                }
                self.numbers.insert((place, bill), number + 1);
                if self.arrears.is_some() && self.bills[bill].open > 0 {
                    let planned = self.waits_until(&rule, then);
                    let task = Task::Charge { rule: place, bill, number, planned };
                    self.heap.push_back(task);
                }
            }
        }
    }

    /// Does what lies on the heap.
    fn work(&mut self, day: i64, hour: i64) {
        while let Some(task) = self.heap.pop_front() {
            match task {
                Task::Remind { rule, bill, planned, is_ahead } => {
                    if !is_ahead || day <= self.bills[bill].due {
                        self.reminders.push((rule, bill, planned, is_ahead));
                    }
                }
                Task::Charge { rule, bill, number, planned } => {
                    // What was paid since may leave too little for something to happen.
                    if self.arrears.is_some_and(|(since, _)| since <= planned) {
                        self.charge(day, hour, (rule, bill, number));
                    }
                }
                Task::Rung { rule } => {
                    self.reached.push(rule);
                    self.judge(day, hour);
                    if self.case.steps[rule].does == Does::GiveUp {
                        self.give_up(day, hour);
                    }
                }
            }
        }
    }

    fn charge(&mut self, day: i64, hour: i64, (rule, bill, number): (usize, usize, i64)) {
        let Does::Charge { fixed, millionths, .. } = self.case.steps[rule].does else { return };
        let Bill { total, open, .. } = self.bills[bill];
        let part = |of: i64, millionths: i64| (of * millionths * 2 + 1_000_000) / 2_000_000;
        let mut fee = if fixed > 0 { fixed } else { part(open, millionths) };
        let cap = match self.case.cap {
            None => i64::MAX,
            Some(Cap::Fixed(cap)) => cap,
            Some(Cap::Millionths(millionths)) => part(total, millionths),
        };
        fee = fee.min(cap - self.charged[bill]);
        if fee > 0 && open > 0 {
            self.charged[bill] += fee;
            self.fees.push((bill, (day, hour), fee));
            self.notes.push((day, hour, format!("fee {rule}/{number} {bill}: {fee}")));
        }
    }

    /// What is owed is not any more, and nothing is left to be done about it.
    fn give_up(&mut self, day: i64, hour: i64) {
        for bill in 0..self.bills.len() {
            let Bill { due, open, .. } = self.bills[bill];
            let rest = open + self.charged[bill];
            if due > day || open == 0 {
                continue;
            }
            self.notes.push((day, hour, format!("give up {bill}: {rest}")));
            self.bills[bill].open = 0;
            self.charged[bill] = 0;
            self.fees.retain(|(of, ..)| *of != bill);
        }
        let bills = &self.bills;
        self.heap.retain(|task| match task {
            Task::Remind { bill, is_ahead, .. } => *is_ahead && bills[*bill].open > 0,
            Task::Charge { bill, .. } => bills[*bill].open > 0,
            Task::Rung { .. } => false,
        });
        self.reminders.retain(|(_, bill, _, is_ahead)| *is_ahead && bills[*bill].open > 0);
        self.arrears = None;
        self.planned.clear();
        self.reached.clear();
    }

    /// Looks at every service, and makes of it what it is to be.
    fn judge(&mut self, day: i64, hour: i64) {
        for (service, state) in self.states.iter_mut().enumerate() {
            if self.case.services[service].since > day {
                continue;
            }
            let mut note = |what: &str| {
                self.notes.push((day, hour, format!("{what} {service}")));
            };
            if self.arrears.is_none() {
                if matches!(*state, "grace" | "suspended") {
                    *state = "active";
                    note("settle");
                }
                continue;
            }
            if self.case.holds(day, hour) {
                if *state == "suspended" {
                    *state = "grace";
                    note("promise");
                }
                continue;
            }
            for rule in &self.reached {
                let (next, what) = match (self.case.steps[*rule].does, *state) {
                    (Does::Warn, "active") => ("grace", "fall-due"),
                    (Does::Cut, "active" | "grace") => ("suspended", "suspend"),
                    (Does::End, "active" | "grace" | "suspended") => ("terminated", "terminate"),
                    _ => continue,
                };
                *state = next;
                note(what);
            }
        }
    }

    fn holds(&self, day: i64, hour: i64) -> bool {
        self.case.holds(day, hour)
    }

    fn waits_until(&self, rule: &Rule, day: i64) -> i64 {
        let mut day = day;
        while rule.waits && self.case.is_off(day) {
            day += 1;
        }
        day
    }
}

impl Case {
    fn holds(&self, day: i64, hour: i64) -> bool {
        let holds =
            |(from, until): &(i64, i64)| (*from, 12) <= (day, hour) && (day, hour) < (*until, 12);
        self.promises.iter().any(holds)
    }

    /// Day 0 is a Friday, 1 January 2027.
    fn is_off(&self, day: i64) -> bool {
        self.weekend[usize::try_from((day + 4).rem_euclid(7)).unwrap()]
            || self.holidays.contains(&day)
    }
}
