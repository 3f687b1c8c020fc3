//! A year of commands, made up from a seed, and what has happened by them.

mod cards;
mod changes;
mod money;
mod runs;
mod shop;

use std::collections::BTreeMap;

use entitlement::{TenantId, Timestamp};
use storage::{NewSubscriber, Store};

use crate::ground::{Ground, SetClock, default_tenant, operator};
use crate::judge::calendar::Calendar;
use crate::judge::charges::Key;
use crate::judge::documents::Charged;
use crate::judge::facts::{Document, Moved, Product, Subscription};
use crate::judge::purse::{Purse, in_any_order};
use crate::random::Random;
use crate::raw::Raw;

pub const MINUTE_MS: i64 = 60_000;
pub const DAY_MS: i64 = 86_400_000;

/// Zones whose clocks are never changed, at two in the morning, and at midnight.
const ZONES: [&str; 3] = ["Africa/Nairobi", "America/New_York", "Asia/Beirut"];
/// 1 January 2027, 00:00 UTC.
const BEGINS: i64 = 1_798_761_600_000;
const DAYS: i64 = 365;

/// How much of what there was.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    pub commands: u64,
    pub runs: u64,
    pub documents: usize,
    pub kills: u64,
    pub duplicates: u64,
    pub checks: u64,
}

pub struct Customer {
    pub name: String,
    pub id: i64,
    pub is_exempt: bool,
    pub has_redeemed: bool,
    /// What may have become of the money, where it moved in an order that nobody knows.
    pub purses: Vec<Purse>,
    /// Everything that was done about this customer.
    pub story: Vec<String>,
}

/// The store, and what has happened.
pub struct World<'g> {
    /// As several processes have it open.
    pub stores: Vec<Store>,
    pub tenant: TenantId,
    pub raw: Raw,
    pub calendar: Calendar,
    pub products: Vec<Product>,
    pub customers: Vec<Customer>,
    pub subscriptions: Vec<Subscription>,
    pub documents: Vec<Document>,
    /// Money of which nobody knows whose it is, by receipt.
    pub parked: BTreeMap<String, i64>,
    /// What providers have for us.
    pub cleared: i64,
    /// What was paid for cards at the counter, and what of it nobody has redeemed.
    pub paid_for_cards: i64,
    pub cards_left: i64,
    pub counts: Counts,
    pub now: i64,
    /// Until when the books are closed, and what was charged of each subscription and key when they were.
    pub closed_until: i64,
    pub closed: BTreeMap<(i64, Key), i64>,
    /// The latest that the clock has shown.
    latest: i64,
    /// What was charged and given back of each item, and its taxes.
    pub charged: Charged,
    /// How many per cent the tax is now.
    pub percent: i64,
    /// What the last run has billed of each subscription, product and beginning.
    pub billed_last: BTreeMap<(i64, i64, i64), i64>,
    ground: &'g Ground,
    clock: SetClock,
    random: Random,
    /// The codes of cards that nobody has redeemed.
    cards: Vec<String>,
    receipts: i64,
    seed: u64,
    /// Up to which moment was billed.
    billed_at: i64,
}

impl<'g> World<'g> {
    pub async fn new(ground: &'g Ground, seed: u64, customers: usize) -> Self {
        let clock = SetClock::at(moment(BEGINS));
        let stores = vec![ground.open_by(&clock).await, ground.open_by(&clock).await];
        let tenant = default_tenant(&stores[0]).await;
        let mut random = Random::new(seed);
        let zone = *random.one(&ZONES);
        let named = entitlement::TimeZone::named(zone).unwrap();
        stores[0].tenants().set_time_zone(&operator(), "default", &named).await.unwrap();
        let mut world = Self {
            stores,
            tenant,
            raw: Raw::connect(ground).await,
            calendar: Calendar::named(zone),
            products: Vec::new(),
            customers: Vec::new(),
            subscriptions: Vec::new(),
            documents: Vec::new(),
            parked: BTreeMap::new(),
            cleared: 0,
            paid_for_cards: 0,
            cards_left: 0,
            cards: Vec::new(),
            counts: Counts::default(),
            now: BEGINS,
            closed_until: 0,
            closed: BTreeMap::new(),
            latest: BEGINS,
            charged: Charged::default(),
            percent: 16,
            billed_last: BTreeMap::new(),
            ground,
            clock,
            random,
            receipts: 0,
            seed,
            billed_at: i64::MIN,
        };
        world.open_shop().await;
        for number in 0..customers {
            world.add_customer(number).await;
        }
        world.print_cards(customers).await;
        world
    }

    async fn add_customer(&mut self, number: usize) {
        let name = format!("customer {number}");
        let new = NewSubscriber { name: name.clone(), ..Default::default() };
        let added = self.stores[0].subscribers(self.tenant).add(&operator(), &new).await.unwrap();
        self.customers.push(Customer {
            name,
            id: added.id.0,
            is_exempt: false,
            has_redeemed: false,
            purses: vec![Purse::default()],
            story: Vec::new(),
        });
    }

    /// Lets the year pass. `check` is called where everything is billed.
    pub async fn year(&mut self, check: impl AsyncFn(&mut Self) -> Result<(), String>) {
        let customers = self.customers.len() as i64;
        let mut next_check = BEGINS + self.random.within(20..40) * DAY_MS;
        let mut day = 0;
        while day < DAYS {
            let minutes = self.random.within(0..600);
            self.set_clock(BEGINS + day * DAY_MS + minutes * MINUTE_MS);
            let busy = self.random.within(1..2 + customers / 8);
            for _ in 0..busy {
                let after = self.fork();
                self.do_something().await;
                self.random = after;
                let later = self.random.within(1..40) * MINUTE_MS;
                // Sometimes the clock is put back a little.
                let later = if self.random.percent(4) { -later } else { later };
                self.set_clock(self.now + later);
            }
            if self.random.percent(60) {
                let after = self.fork();
                self.bill_somehow().await;
                self.random = after;
            }
            if self.random.percent(40) {
                let after = self.fork();
                self.carry_out_somehow().await;
                self.random = after;
            }
            if self.random.percent(2) {
                self.restart().await;
            }
            if self.now >= next_check {
                next_check = self.now + self.random.within(20..45) * DAY_MS;
                self.check(&check).await;
                if self.random.percent(30) {
                    self.close_books().await;
                }
            }
            // Some days nobody looks at anything.
            day += if self.random.percent(10) { self.random.within(2..9) } else { 1 };
        }
        // What was planned has happened by then.
        self.set_clock(BEGINS + (DAYS + 60) * DAY_MS);
        self.check(&check).await;
    }

    async fn check(&mut self, check: &impl AsyncFn(&mut Self) -> Result<(), String>) {
        self.set_clock(self.latest.max(self.billed_at) + MINUTE_MS);
        self.carry_out().await;
        self.bill_everything().await;
        self.counts.checks += 1;
        let difference = check(self).await;
        self.agree(difference);
    }

    fn agree(&self, difference: Result<(), String>) {
        if let Err(difference) = difference {
            let (seed, customers) = (self.seed, self.customers.len());
            let shown = self.shown(self.now);
            panic!(
                "WEIR_YEAR_SEED={seed} WEIR_YEAR_CUSTOMERS={customers}: at {shown} {difference}"
            );
        }
    }

    /// What is done next draws from numbers of its own, so that what comes after it does not depend on how often
    /// it did. Gives those that come after it.
    fn fork(&mut self) -> Random {
        let own = Random::new(self.random.next());
        core::mem::replace(&mut self.random, own)
    }

    async fn do_something(&mut self) {
        let customer = self.random.within(0..self.customers.len() as i64) as usize;
        match self.random.within(0..100) {
            0..12 => self.subscribe(customer).await,
            12..55 => self.change_something(customer).await,
            55..58 => self.set_a_price().await,
            58..61 => self.give_a_discount(customer).await,
            61..63 => self.redeem(customer).await,
            63..64 => self.set_exempt(customer).await,
            64..85 => self.pay(customer).await,
            85..90 => self.refill(customer).await,
            90..92 => self.pay_without_a_name().await,
            92..93 => self.set_the_rate().await,
            93..95 => self.assign().await,
            _ => self.take_back(customer).await,
        }
    }

    /// The store as one of the processes has it.
    fn store(&mut self) -> Store {
        self.random.one(&self.stores).clone()
    }

    /// A process ends, and begins again.
    async fn restart(&mut self) {
        let place = self.random.within(0..self.stores.len() as i64) as usize;
        let again = self.ground.open_by(&self.clock).await;
        core::mem::replace(&mut self.stores[place], again).close().await;
    }

    fn set_clock(&mut self, at: i64) {
        self.now = at;
        self.latest = self.latest.max(at);
        self.clock.set(moment(at));
    }

    /// Writes into the story of a customer.
    fn tell(&mut self, customer: usize, what: &str) {
        let shown = self.calendar.shown(self.now);
        self.customers[customer].story.push(format!("{shown} {what}"));
    }

    fn shown(&self, at: i64) -> String {
        self.calendar.shown(at).to_string()
    }

    /// Money has moved, all of this in an order that nobody knows.
    fn moved(&mut self, customer: usize, moved: &[Moved]) {
        if !moved.is_empty() {
            self.tell(customer, &format!("moved: {moved:?}"));
            let customer = &mut self.customers[customer];
            customer.purses = in_any_order(&customer.purses, moved);
        }
    }
}

pub const fn moment(at: i64) -> Timestamp {
    Timestamp::from_unix_ms(at)
}
