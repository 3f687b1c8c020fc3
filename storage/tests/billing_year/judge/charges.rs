//! What each period of each product should have cost by a moment: by walking over its days.

use std::collections::BTreeMap;

use super::calendar::{Calendar, Every};
use super::facts::{Discount, Event, Off, Price, Product, Subscription, What};
use super::standing;

/// Of what, and when that began: the period, or the moment at which it was taken in it.
pub type Key = (i64, i64);

/// What should have been billed of a key. Where something is still to come, anything between the two is right:
/// it depends on when it became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// When nothing that is still to come is thought of.
    pub happened: i64,
    /// When everything is that is known.
    pub known: i64,
    /// The first moment at which all that it is for is over.
    pub over_at: i64,
    /// Whether both do not depend on when it was billed; in arrears they do until the period is over.
    pub is_certain: bool,
    /// When it is due.
    due_at: i64,
    is_once: bool,
}

impl Charge {
    pub fn least(&self) -> i64 {
        self.happened.min(self.known)
    }

    pub fn most(&self) -> i64 {
        self.happened.max(self.known)
    }
}

/// What one product was at each moment at which something has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    from: i64,
    /// How many there are.
    has: u32,
    /// How many are charged.
    count: u32,
    /// Since when it is had without a break, charged or not.
    since: Option<i64>,
}

/// What a subscription should have cost by `at`.
pub fn charges(
    calendar: &Calendar,
    products: &[Product],
    subscription: &Subscription,
    at: i64,
) -> BTreeMap<Key, Charge> {
    let known = standing::in_order(&subscription.events);
    let Some(began_at) = known
        .iter()
        .map(|event| event.at)
        .find(|moment| !matches!(standing::state(&known, *moment), Some("pending")))
    else {
        return BTreeMap::new();
    };
    let mut charges = BTreeMap::new();
    for product in products {
        let known = steps(&known, product.id, subscription.charged_in);
        let happened: Vec<_> = known.iter().copied().filter(|step| step.from <= at).collect();
        let mut takings: Vec<i64> = happened.iter().filter_map(|step| step.since).collect();
        takings.dedup();
        for since in takings {
            let walk = Walk { calendar, product, subscription, began_at, since, at };
            charges.extend(walk.charges(&happened, &known));
        }
    }
    let mut discounts = subscription.discounts.clone();
    // Parts come first, then amounts; of each those that began first.
    discounts.sort_by_key(|it| (matches!(it.off, Off::Amount(_)), it.from));
    for discount in &discounts {
        take_off(calendar, subscription, began_at, discount, &mut charges);
    }
    charges
}

fn steps(events: &[Event], product: i64, charged_in: [bool; 3]) -> Vec<Step> {
    let mut moments: Vec<i64> = events.iter().map(|event| event.at).collect();
    moments.dedup();
    let (mut steps, mut since) = (Vec::new(), None);
    for from in moments {
        let has = standing::quantity(events, product, from);
        since = if has > 0 { since.or(Some(from)) } else { None };
        let is_charged = match standing::state(events, from).unwrap() {
            "active" | "grace" => true,
            "suspended" => charged_in[0],
            "blocked" => charged_in[1],
            "paused" => charged_in[2],
            _ => false,
        };
        steps.push(Step { from, has, count: if is_charged { has } else { 0 }, since });
    }
    steps
}

fn step_at(steps: &[Step], at: i64) -> Step {
    let none = Step { from: i64::MIN, has: 0, count: 0, since: None };
    steps.iter().rev().find(|step| step.from <= at).copied().unwrap_or(none)
}

/// The stretches of a period between which something changes: how each begins, and how long it is.
fn stretches((from, until): (i64, i64), steps: &[Step]) -> Vec<(i64, i64)> {
    let within = steps.iter().map(|step| step.from).filter(|at| *at > from && *at < until);
    let begins: Vec<i64> = [from].into_iter().chain(within).collect();
    let ends = begins.iter().skip(1).copied().chain([until]);
    begins.iter().zip(ends).map(|(begin, end)| (*begin, end - begin)).collect()
}

/// Since when there are as many as in the last of these steps.
fn had_since(steps: &[Step]) -> i64 {
    let last = steps.last().unwrap();
    let as_many = steps.iter().rev().take_while(|step| step.has == last.has);
    as_many.last().unwrap().from
}

/// One product since it was taken.
struct Walk<'w> {
    calendar: &'w Calendar,
    product: &'w Product,
    subscription: &'w Subscription,
    began_at: i64,
    since: i64,
    at: i64,
}

impl Walk<'_> {
    fn charges(&self, happened: &[Step], known: &[Step]) -> Vec<(Key, Charge)> {
        let Self { product, began_at, since, at, .. } = *self;
        let from = since.max(began_at);
        let Some(every) = product.every else {
            return self.bought(from, happened);
        };
        let rhythm = (every, self.subscription.align);
        let periods = self.calendar.periods(rhythm, began_at, from, at);
        let charge = |(place, period): (usize, &(i64, i64))| {
            let begins = if place == 0 { period.0.max(since) } else { period.0 };
            let priced_at = if place == 0 { from } else { period.0 };
            let price = price(&product.prices, priced_at, since);
            ((product.id, begins), self.period(*period, price, happened, known))
        };
        periods.iter().enumerate().map(charge).collect()
    }

    /// What is paid once: what it was taken with, and each time that there are more while it is charged.
    fn bought(&self, from: i64, happened: &[Step]) -> Vec<(Key, Charge)> {
        let Self { product, since, .. } = *self;
        let (mut all, mut paid) = (Vec::new(), None);
        for (place, step) in happened.iter().enumerate() {
            if step.since != Some(since) || step.count == 0 {
                continue;
            }
            let more = i64::from(step.count) - i64::from(paid.unwrap_or(0));
            let (begins, priced_at) = match paid {
                None => (since, from),
                Some(_) => (had_since(&happened[..=place]), step.from),
            };
            paid = Some(step.count);
            if more > 0 {
                let amount = price(&product.prices, priced_at, since) * more;
                let (happened, known) = (amount, amount);
                let (due_at, over_at) = (step.from, step.from + 1);
                let (is_once, is_certain) = (true, true);
                let charge = Charge { happened, known, over_at, is_certain, due_at, is_once };
                all.push(((product.id, begins), charge));
            }
        }
        all
    }

    fn period(&self, period: (i64, i64), price: i64, happened: &[Step], known: &[Step]) -> Charge {
        let Self { calendar, product, since, at, .. } = *self;
        let now = step_at(happened, at);
        let is_over = period.1 <= at;
        // Days are looked at in their last moment; what is measured by the second, between any two changes.
        let (looks, whole) = match product.by_second {
            false => {
                let ends = calendar.day_ends(period);
                let whole = ends.len() as i64;
                (ends.into_iter().map(|end| (end, 1)).collect(), whole)
            }
            true => (stretches(period, known), period.1 - period.0),
        };
        let mut counted = [0_i128; 2];
        for (look, len) in looks {
            // In arrears only what is over is charged.
            if product.in_arrears && look > at {
                continue;
            }
            let then = step_at(happened, look);
            if then.since == Some(since) {
                let part = i128::from(then.count) * i128::from(len);
                counted[0] += part;
                let mut to_come = known.iter().filter(|step| step.from > at && step.from <= look);
                if to_come.all(|step| (step.count, step.since) == (now.count, now.since)) {
                    counted[1] += part;
                }
            }
        }
        let begins = period.0.max(since).max(self.began_at);
        let is_first = |step: &&Step| step.from > begins && step.count > 0;
        let due_at = match step_at(happened, begins).count {
            0 => happened.iter().find(is_first).map_or(i64::MAX, |step| step.from),
            _ => begins,
        };
        let amount = |part: i128| rounded(i128::from(price) * part, whole.into());
        let mut charge = Charge {
            happened: amount(counted[0]),
            known: amount(counted[1]),
            over_at: period.1,
            is_certain: !product.in_arrears || is_over,
            due_at: if product.in_arrears { period.1 } else { due_at },
            is_once: false,
        };
        // It may have been billed when it seemed to be the end, and need not have been.
        let goes_on = now.count > 0 || known.iter().any(|step| step.from > at && step.count > 0);
        if product.in_arrears && !is_over && goes_on {
            charge.known = 0;
        }
        charge
    }
}

/// The price that is in force at a moment for who has had the product since another.
fn price(prices: &[Price], at: i64, since: i64) -> i64 {
    let mut found: Option<&Price> = None;
    for price in prices {
        let is_for = price.from <= at && (!price.new_only || price.from <= since);
        if is_for && found.is_none_or(|found| price.from >= found.from) {
            found = Some(price);
        }
    }
    found.unwrap().amount
}

/// From when on a subscription is looked at, if books are closed until a moment: where an amount is taken off
/// what is charged in a month, that month is open as a whole.
pub fn open_from(calendar: &Calendar, subscription: &Subscription, closed_until: i64) -> i64 {
    let events = standing::in_order(&subscription.events);
    let activated = events.iter().find(|event| event.what == What::Is("activate"));
    let shares = subscription.discounts.iter().any(|it| matches!(it.off, Off::Amount(_)));
    match activated {
        Some(Event { at, .. }) if shares && *at < closed_until => {
            let rhythm = (Every::Month, subscription.align);
            calendar.periods(rhythm, *at, closed_until, closed_until)[0].0
        }
        _ => closed_until,
    }
}

/// The nearest whole number, of two equally near ones the greater; for what is not negative.
pub fn rounded(numerator: i128, denominator: i128) -> i64 {
    i64::try_from((2 * numerator + denominator) / (2 * denominator)).unwrap()
}

fn take_off(
    calendar: &Calendar,
    subscription: &Subscription,
    began_at: i64,
    discount: &Discount,
    charges: &mut BTreeMap<Key, Charge>,
) {
    let rhythm = (Every::Month, subscription.align);
    let months = |from: i64, at: i64| calendar.periods(rhythm, began_at, from, at);
    let by_months = discount.months.map(|count| {
        let all = months(discount.from, discount.from + 400 * 86_400_000);
        let first_whole = usize::from(all[0].0 < discount.from);
        all[first_whole + count - 1].1
    });
    let until = [discount.until, by_months].into_iter().flatten().min();
    let holds = |key: &Key, charge: &Charge| {
        let begins = if charge.is_once { charge.due_at } else { key.1.max(began_at) };
        discount.product.is_none_or(|product| product == key.0)
            && discount.from <= begins
            && until.is_none_or(|until| begins < until)
    };
    match discount.off {
        Off::PerCent(rate) => {
            for charge in charges.iter_mut().filter(|(key, charge)| holds(key, charge)) {
                let rest = |amount: i64| rounded(i128::from(amount) * i128::from(100 - rate), 100);
                charge.1.happened = rest(charge.1.happened);
                charge.1.known = rest(charge.1.known);
            }
        }
        Off::Amount(amount) => {
            let mut left: BTreeMap<i64, [i64; 2]> = BTreeMap::new();
            let mut keys: Vec<_> = charges.iter().map(|(key, it)| (it.due_at, *key)).collect();
            keys.sort_unstable();
            for (_, key) in keys {
                let charge = charges.get_mut(&key).unwrap();
                if !holds(&key, charge) {
                    continue;
                }
                let month = months(key.1, key.1)[0];
                let left = left.entry(month.0).or_insert([amount; 2]);
                for (left, amount) in left.iter_mut().zip([&mut charge.happened, &mut charge.known])
                {
                    let off = (*left).min(*amount);
                    *left -= off;
                    *amount -= off;
                }
            }
        }
    }
}
