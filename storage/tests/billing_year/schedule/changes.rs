//! What customers take, and what happens to it: now, ahead and afterwards.

use billing_core::{Alignment, BilledIn, ComponentId, Transition};
use storage::{NewService, NewSubscription, SubscriptionId};

use super::{DAY_MS, MINUTE_MS, World, moment, runs};
use crate::ground::{new_service, operator};
use crate::judge::calendar::Align;
use crate::judge::facts::{Event, Subscription, What};
use crate::judge::standing;
use crate::kills::Killed;

const PLANS: [&str; 3] = ["home", "fast", "office"];
const WEEKS: [&str; 2] = ["week", "fast week"];
const ADD_ONS: [&str; 4] = ["address", "television", "backup", "hosting"];
const SUBSCRIPTIONS_MAX: usize = 3;

impl World<'_> {
    /// A subscription of a customer that is not over.
    pub(super) fn a_subscription(&mut self, customer: usize) -> Option<usize> {
        let is_live = |it: &Subscription| {
            let state = standing::state(&it.events, self.now).unwrap();
            it.customer == customer && !matches!(state, "pending" | "terminated")
        };
        let all = self.subscriptions.iter().enumerate().filter(|(_, it)| is_live(it));
        let all: Vec<usize> = all.map(|(place, _)| place).collect();
        (!all.is_empty()).then(|| *self.random.one(&all))
    }

    pub(super) fn is_monthly(&self, events: &[Event]) -> bool {
        let plans = PLANS.map(|name| self.product(name));
        events.iter().any(|event| matches!(event.what, What::Has(id, _) if plans.contains(&id)))
    }

    pub(super) async fn subscribe(&mut self, customer: usize) {
        let number = self.subscriptions.iter().filter(|it| it.customer == customer).count();
        if number >= SUBSCRIPTIONS_MAX {
            return;
        }
        let (align, products) = self.wish();
        let days = *self.random.one(&[0, 0, 0, -3, 7]);
        let from = (self.now + days * DAY_MS).max(self.closed_until);
        let name = self.customers[customer].name.clone();
        let login = format!("{customer}-{number}@isp");
        let service =
            NewService { subscriber: Some(name.clone()), ..new_service(&login, products[0].0) };
        let store = self.store();
        store.services(self.tenant).add(&operator(), &service).await.unwrap();
        let charged_in = [0; 3].map(|_| self.random.percent(30));
        let [suspended, blocked, paused] = charged_in;
        let new = NewSubscription {
            subscriber: name,
            service: Some(login.clone()),
            products: products.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect(),
            alignment: alignment(align),
            billed_in: BilledIn { suspended, blocked, paused },
            from: moment(from),
        };
        let added = store.subscriptions(self.tenant).add(&operator(), &new).await.unwrap();
        let has = |(name, count): &(&str, u32)| What::Has(self.product(name), *count);
        let whats = products.iter().map(has).chain([What::Is("activate")]);
        let events = whats.map(|what| Event { at: from, what }).collect();
        let id = added.id.0;
        self.counts.commands += 1;
        let told = format!("subscription {id}: {products:?}, {align:?}, from {}", self.shown(from));
        self.tell(
            customer,
            &format!("{told}, charged when suspended, blocked, paused: {charged_in:?}"),
        );
        let (service, discounts) = (login, Vec::new());
        self.subscriptions.push(Subscription {
            id,
            customer,
            align,
            service,
            charged_in,
            events,
            discounts,
        });
    }

    /// What somebody takes.
    fn wish(&mut self) -> (Align, Vec<(&'static str, u32)>) {
        let is_anniversary = self.random.percent(40);
        match self.random.within(0..10) {
            0 => (Align::Anniversary, vec![("ten days", 1)]),
            1..3 => {
                let day = Align::Weekday(self.random.within(1..8) as i8);
                let align = if is_anniversary { Align::Anniversary } else { day };
                (align, vec![(*self.random.one(&WEEKS), 1)])
            }
            _ => {
                let day = Align::DayOfMonth(self.random.within(1..32) as i8);
                let align = if is_anniversary { Align::Anniversary } else { day };
                let mut products = vec![(*self.random.one(&PLANS), 1)];
                for add_on in ADD_ONS {
                    if self.random.percent(30) {
                        products.push((add_on, self.random.within(1..4) as u32));
                    }
                }
                if self.random.percent(40) {
                    products.push(("router", self.random.within(1..3) as u32));
                }
                (align, products)
            }
        }
    }

    pub(super) async fn change_something(&mut self, customer: usize) {
        let Some(place) = self.a_subscription(customer) else { return };
        let at = self.some_moment(place).max(self.closed_until);
        let events = &self.subscriptions[place].events;
        let is_taken = events.iter().any(|event| event.at == at);
        let state = standing::state(events, at).unwrap();
        if is_taken || matches!(state, "pending" | "terminated") {
            return;
        }
        let whats = match self.random.within(0..10) {
            0..3 => self.another_plan(place, at),
            3..5 => self.another_quantity(place, at),
            _ => self.another_state(state),
        };
        if !whats.is_empty() {
            self.enter(place, at, &whats).await;
        }
    }

    /// Enters it; what cannot have happened is refused. Sometimes it is killed on the way, or workers bill in
    /// that moment.
    async fn enter(&mut self, place: usize, at: i64, whats: &[What]) {
        let subscription = &self.subscriptions[place];
        let (id, customer) = (subscription.id, subscription.customer);
        let new: Vec<_> = whats.iter().map(|what| Event { at, what: *what }).collect();
        let after = standing::entered(&subscription.events, &new, self.now);
        let changes: Vec<_> = whats.iter().map(|what| (moment(at), entered(*what))).collect();
        let (by, store) = (operator(), self.store());
        let subscriptions = store.subscriptions(self.tenant);
        let change = || subscriptions.change(&by, SubscriptionId(id), &changes);
        self.counts.commands += 1;
        let Some(after) = after else {
            change().await.unwrap_err();
            return;
        };
        if self.random.percent(25) {
            let polls = self.random.within(0..30) as u32;
            self.counts.kills += u64::from(Killed::after(polls, change()).await.is_none());
            self.raw.until_all_have_ended().await;
        }
        // Who was killed may have done it nevertheless.
        let entry = subscriptions.find(SubscriptionId(id)).await.unwrap();
        if !entry.events.iter().any(|it| it.event.at == moment(at)) {
            let other = self.store();
            let workers = if self.random.percent(15) { self.some_workers() } else { Vec::new() };
            let billing = runs::bill(&other, self.tenant, self.now, &workers);
            let (changed, killed) = futures_util::future::join(change(), billing).await;
            changed.unwrap();
            self.has_run(self.now, killed).await;
            self.collect(&[]).await;
        }
        self.subscriptions[place].events = after;
        let told = format!("subscription {id}: {whats:?} at {}", self.shown(at));
        self.tell(customer, &told);
    }

    /// Now, ahead, or after it has happened.
    fn some_moment(&mut self, place: usize) -> i64 {
        let minutes = self.random.within(0..1_440) * MINUTE_MS;
        match self.random.within(0..10) {
            0..5 => self.now,
            5..8 => self.now + self.random.within(0..40) * DAY_MS + minutes,
            _ => {
                let events = &self.subscriptions[place].events;
                let first = events.iter().map(|event| event.at).min().unwrap();
                let earlier = self.now - self.random.within(0..35) * DAY_MS - minutes;
                earlier.max(first + MINUTE_MS)
            }
        }
    }

    fn another_plan(&mut self, place: usize, at: i64) -> Vec<What> {
        let events = self.subscriptions[place].events.clone();
        let family: &[&str] = if self.is_monthly(&events) { &PLANS } else { &WEEKS };
        let ids: Vec<i64> = family.iter().map(|name| self.product(name)).collect();
        let held = ids.iter().copied().find(|id| standing::quantity(&events, *id, at) > 0);
        let wanted = *self.random.one(&ids);
        match held {
            Some(held) if held != wanted => vec![What::Has(held, 0), What::Has(wanted, 1)],
            _ => Vec::new(),
        }
    }

    fn another_quantity(&mut self, place: usize, at: i64) -> Vec<What> {
        let events = self.subscriptions[place].events.clone();
        if !self.is_monthly(&events) {
            return Vec::new();
        }
        let name = if self.random.percent(25) { "router" } else { *self.random.one(&ADD_ONS) };
        let add_on = self.product(name);
        let wanted = self.random.within(0..4) as u32;
        let has = standing::quantity(&events, add_on, at);
        if wanted == has { Vec::new() } else { vec![What::Has(add_on, wanted)] }
    }

    fn another_state(&mut self, state: &str) -> Vec<What> {
        let word = match (state, self.random.within(0..20)) {
            ("active" | "grace" | "suspended" | "paused" | "blocked", 0) => "terminate",
            ("active", 1..10) => "pause",
            ("active", 10..13) => "block",
            ("active", 13..16) => "suspend",
            ("active", _) => "fall-due",
            ("grace", 1..12) => "settle",
            ("grace", _) => "suspend",
            ("suspended", 1..10) => "settle",
            ("suspended", 10..15) => "promise",
            ("suspended", _) => "block",
            ("paused", 1..18) => "resume",
            ("paused", _) => "block",
            _ => "unblock",
        };
        vec![What::Is(word)]
    }

    /// What was entered ahead and has happened by now.
    pub(super) async fn carry_out(&mut self) {
        let store = self.store();
        let subscriptions = store.subscriptions(self.tenant);
        while subscriptions.carry_out(&operator(), 50).await.unwrap() > 0 {}
    }

    /// Two do it at once, or one is killed on the way.
    pub(super) async fn carry_out_somehow(&mut self) {
        let (by, one, other, tenant) = (operator(), self.store(), self.store(), self.tenant);
        let (one, other) = (one.subscriptions(tenant), other.subscriptions(tenant));
        let polls = self.random.within(0..60) as u32;
        let killed = Killed::after(polls, one.carry_out(&by, 10));
        let (killed, done) = futures_util::future::join(killed, other.carry_out(&by, 10)).await;
        done.unwrap();
        self.counts.kills += u64::from(killed.is_none());
        self.raw.until_all_have_ended().await;
    }
}

fn alignment(align: Align) -> Alignment {
    let text = match align {
        Align::Anniversary => "anniversary".to_owned(),
        Align::DayOfMonth(day) => format!("day {day}"),
        Align::Weekday(day) => {
            let days =
                ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
            days[usize::try_from(day).unwrap() - 1].to_owned()
        }
    };
    text.parse().unwrap()
}

fn entered(what: What) -> billing_core::What {
    match what {
        What::Has(product, quantity) => {
            billing_core::What::Quantity { component: ComponentId(product), quantity }
        }
        What::Is(word) => billing_core::What::Transition(Transition::from_code(word).unwrap()),
    }
}
