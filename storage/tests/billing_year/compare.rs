//! Whether the store holds what must have come of it.

use std::collections::BTreeMap;

use storage::Store;

use crate::judge::charges::{Charge, Key, charges, open_from};
use crate::judge::facts::{Document, Subscription};
use crate::judge::purse::Purse;
use crate::judge::standing;
use crate::schedule::World;

/// The first thing that is otherwise, with the story of whom it is about.
pub async fn check(world: &mut World<'_>) -> Result<(), String> {
    check_documents(world).await?;
    check_charges(world).await?;
    check_money(world).await?;
    check_standing(world).await
}

/// The lines of the last run bring what was billed to what it should be, and no further.
pub async fn check_lines(world: &mut World<'_>) -> Result<(), String> {
    let mut billed = billed(world).await;
    billed.retain(|key, _| world.billed_last.contains_key(key));
    let mut whose: Vec<i64> = billed.keys().map(|(of, ..)| *of).collect();
    whose.dedup();
    let is_whose = |it: &&Subscription| whose.contains(&it.id);
    let subscriptions: Vec<_> = world.subscriptions.iter().filter(is_whose).collect();
    check_keys(world, &subscriptions, billed, |key| world.billed_last.contains_key(&key))
}

/// Each key was billed what it should have been.
async fn check_charges(world: &mut World<'_>) -> Result<(), String> {
    let billed = billed(world).await;
    let subscriptions: Vec<_> = world.subscriptions.iter().collect();
    check_keys(world, &subscriptions, billed, |_| true)
}

/// What was billed of each subscription, product and beginning.
async fn billed(world: &mut World<'_>) -> BTreeMap<(i64, i64, i64), i64> {
    let billed = "select subscription_id, product_id, begins, cast(sum(amount_minor) as bigint) \
                  from invoice_line group by subscription_id, product_id, begins";
    let billed = world.raw.numbers::<4>(billed).await;
    billed.iter().map(|[of, product, begins, sum]| ((*of, *product, *begins), *sum)).collect()
}

fn check_keys(
    world: &World<'_>,
    subscriptions: &[&Subscription],
    mut billed: BTreeMap<(i64, i64, i64), i64>,
    is_meant: impl Fn((i64, i64, i64)) -> bool,
) -> Result<(), String> {
    for subscription in subscriptions {
        let open_from = open_from(&world.calendar, subscription, world.closed_until);
        let should = charges(&world.calendar, &world.products, subscription, world.now);
        let is_meant = |(key, _): &(Key, Charge)| is_meant((subscription.id, key.0, key.1));
        for (key, charge) in should.into_iter().filter(is_meant) {
            let sum = billed.remove(&(subscription.id, key.0, key.1)).unwrap_or(0);
            let [least, most] = bounds(world, (subscription.id, key), &charge, open_from);
            if !(least..=most).contains(&sum) {
                let (id, product) = (subscription.id, key.0);
                let begins = world.calendar.shown(key.1);
                let difference = format!(
                    "subscription {id} was billed {sum} of product {product} since {begins}, and should \
                     have been {least} to {most}: {charge:?}"
                );
                return Err(told(world, subscription.customer, &difference));
            }
        }
    }
    let Some(((of, product, begins), sum)) = billed.iter().find(|(_, sum)| **sum != 0) else {
        return Ok(());
    };
    let customer = world.subscriptions.iter().find(|it| it.id == *of).unwrap().customer;
    let begins = world.calendar.shown(*begins);
    let difference = format!(
        "subscription {of} was billed {sum} of product {product} since {begins}, which is nothing that it \
         should have been billed"
    );
    Err(told(world, customer, &difference))
}

/// What a key must have been billed, at least and at most.
fn bounds(world: &World<'_>, of: (i64, Key), charge: &Charge, open_from: i64) -> [i64; 2] {
    if charge.over_at <= open_from {
        return [world.closed.get(&of).copied().unwrap_or(0); 2];
    }
    let (subscription, (product, begins)) = of;
    let line =
        world.billed_last.get(&(subscription, product, begins)).filter(|_| charge.is_certain);
    match line {
        // What is still to come makes no line: a credit goes down to the higher of the two, a charge up to
        // the lower one.
        Some(amount) if *amount < 0 => [charge.most(); 2],
        Some(amount) if *amount > 0 => [charge.least(); 2],
        _ => [charge.least(), charge.most()],
    }
}

/// Documents come to their lines with taxes, and their numbers have no gap.
async fn check_documents(world: &mut World<'_>) -> Result<(), String> {
    let rows = "select id, net_minor, gross_minor from invoice where kind <> 'debit_note'";
    let rows = world.raw.numbers::<3>(rows).await;
    let rows: BTreeMap<_, _> = rows.iter().map(|[id, net, gross]| (*id, (*net, *gross))).collect();
    if rows.len() != world.documents.len() {
        return Err(format!("{} documents, {} were seen", rows.len(), world.documents.len()));
    }
    for document in &world.documents {
        let Document { id, customer, lines, percent, totals: should } = document;
        let is = rows[id];
        if is != (should.net, should.gross) {
            let difference = format!(
                "document {id} of {lines:?} at {percent} % comes to {is:?}, and should to {should:?}"
            );
            return Err(told(world, *customer, &difference));
        }
    }
    check_taxes(world).await?;
    let numbers = "select cast(count(distinct number) as bigint), min(number), max(number) \
                   from invoice group by kind, scope";
    for [count, first, last] in world.raw.numbers::<3>(numbers).await {
        if (first, last) != (1, count) {
            return Err(format!("{count} numbers from {first} to {last}"));
        }
    }
    Ok(())
}

/// Of the tax on each item no more was given back than was charged, and all of it where nothing is left of it.
async fn check_taxes(world: &mut World<'_>) -> Result<(), String> {
    let taxes = "select subscription_id, product_id, begins, cast(sum(gross_minor - net_minor) as bigint), \
                 cast(sum(net_minor) as bigint) \
                 from invoice_line group by subscription_id, product_id, begins";
    let mut should = world.charged.taxes();
    for [of, product, begins, tax, net] in world.raw.numbers::<5>(taxes).await {
        let left = should.remove(&(of, product, begins)).unwrap_or(0);
        if tax != left || tax < 0 || net < 0 || (net == 0 && tax != 0) {
            let begins = world.calendar.shown(begins);
            return Err(format!(
                "of product {product} of subscription {of} since {begins} there are {net} and taxes of {tax}, \
                 which should be {left}"
            ));
        }
    }
    match should.is_empty() {
        true => Ok(()),
        false => Err(format!("nothing was charged of {should:?}")),
    }
}

/// What is open, in wallets, and in every account.
async fn check_money(world: &mut World<'_>) -> Result<(), String> {
    let paid = "select id, paid_minor from invoice where kind = 'invoice'";
    let paid: BTreeMap<i64, i64> =
        world.raw.numbers::<2>(paid).await.iter().map(|[id, paid]| (*id, *paid)).collect();
    let owed = "select subscriber_id, cast(sum(gross_minor - paid_minor) as bigint) from invoice \
                where kind = 'debit_note' group by subscriber_id";
    let owed: BTreeMap<i64, i64> =
        world.raw.numbers::<2>(owed).await.iter().map(|[of, owed]| (*of, *owed)).collect();
    let mut balances = balances(&world.stores[0], world).await;
    let mut balance = |name: &str| balances.remove(name).unwrap_or(0);
    for place in 0..world.customers.len() {
        let customer = &mut world.customers[place];
        let (receivable, wallet) = (
            -balance(&format!("receivable:{}", customer.id)),
            balance(&format!("wallet:{}", customer.id)),
        );
        let owed = owed.get(&customer.id).copied().unwrap_or(0);
        let is_so = |purse: &Purse| {
            let of_invoices: i64 = purse.invoices().map(|(.., open)| open).sum();
            purse.wallet == wallet
                && purse.open() == receivable
                && purse.open() - of_invoices == owed
                && purse.invoices().all(|(id, amount, open)| paid[&id] == amount - open)
        };
        let before = customer.purses.clone();
        customer.purses.retain(is_so);
        if customer.purses.is_empty() {
            return Err(told(
                world,
                place,
                &format!(
                    "{receivable} is open, of that {owed} reversed, and {wallet} in the wallet; that \
                 should be one of {before:?}; paid: {paid:?}"
                ),
            ));
        }
    }
    let all = world.documents.iter().map(|document| document.totals);
    let (net, gross) = all.fold((0, 0), |sum, it| (sum.0 + it.net, sum.1 + it.gross));
    if net < 0 || gross < net {
        return Err(format!("{net} was sold, and {} are its taxes", gross - net));
    }
    let should = [
        ("sales", net),
        ("tax", gross - net),
        ("unallocated", world.parked.values().sum()),
        ("clearing:mpesa", -world.cleared),
        ("clearing:cash", -world.paid_for_cards),
        ("vouchers", world.cards_left),
    ];
    for (name, should) in should {
        let is = balance(name);
        if is != should {
            return Err(format!("{is} is in the account {name}, and should be {should}"));
        }
    }
    match balances.iter().find(|(_, minor)| **minor != 0) {
        None => Ok(()),
        Some(account) => Err(format!("an account that should be empty: {account:?}")),
    }
}

async fn balances(store: &Store, world: &World<'_>) -> BTreeMap<String, i64> {
    let accounts = store.ledger(world.tenant).accounts(100_000).await.unwrap();
    let balance = |entry: &storage::AccountEntry| {
        (entry.name.to_string(), entry.account.credit_balance().unwrap().amount_minor())
    };
    let balances: BTreeMap<_, _> = accounts.iter().map(balance).collect();
    assert_eq!(balances.values().sum::<i64>(), 0, "{balances:?}");
    balances
}

/// The state of each subscription, and what its service is by it.
async fn check_standing(world: &World<'_>) -> Result<(), String> {
    let World { stores, tenant, now, .. } = world;
    let store = &stores[0];
    for subscription in &world.subscriptions {
        let id = storage::SubscriptionId(subscription.id);
        let entry = store.subscriptions(*tenant).find(id).await.unwrap();
        let service = store.services(*tenant).find(&subscription.service).await.unwrap();
        let state = standing::state(&subscription.events, *now).unwrap();
        let plan = standing::plan(&subscription.events, &world.products, *now);
        let is = (entry.state.code(), format!("{:?}", service.standing).to_lowercase());
        let should = (state, standing::standing(state).to_owned());
        if is != should || plan.is_some_and(|plan| plan != service.plan_name) {
            return Err(told(
                world,
                subscription.customer,
                &format!(
                    "subscription {} is {is:?} with the plan {}, and should be {should:?} with {plan:?}",
                    subscription.id, service.plan_name
                ),
            ));
        }
    }
    Ok(())
}

fn told(world: &World<'_>, customer: usize, difference: &str) -> String {
    let customer = &world.customers[customer];
    format!("{difference}\n{} ({}):\n  {}", customer.name, customer.id, customer.story.join("\n  "))
}
