//! Whether the store holds what must have come of it.

use std::collections::BTreeMap;

use storage::Store;

use crate::judge::charges::{charges, open_from};
use crate::judge::documents::totals;
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

/// Each key was billed what it should have been.
async fn check_charges(world: &mut World<'_>) -> Result<(), String> {
    let billed = "select subscription_id, product_id, begins, cast(sum(amount_minor) as bigint) \
                  from invoice_line group by subscription_id, product_id, begins";
    let billed = world.raw.numbers::<4>(billed).await;
    let mut billed: BTreeMap<_, _> =
        billed.iter().map(|[of, product, begins, sum]| ((*of, *product, *begins), *sum)).collect();
    for subscription in &world.subscriptions {
        let open_from = open_from(&world.calendar, subscription, world.closed_until);
        let should = charges(&world.calendar, &world.products, subscription, world.now);
        for ((product, begins), charge) in should {
            let sum = billed.remove(&(subscription.id, product, begins)).unwrap_or(0);
            let closed = world.closed.get(&(subscription.id, (product, begins)));
            let (least, most) = match charge.over_at <= open_from {
                true => (*closed.unwrap_or(&0), *closed.unwrap_or(&0)),
                false => (charge.least(), charge.most()),
            };
            if !(least..=most).contains(&sum) {
                let begins = world.calendar.shown(begins);
                return Err(told(world, subscription.customer, &format!(
                    "subscription {} was billed {sum} of product {product} since {begins}, and \
                     should have been {least} to {most}: {charge:?}",
                    subscription.id
                )));
            }
        }
    }
    match billed.iter().find(|(_, sum)| **sum != 0) {
        None => Ok(()),
        Some(((of, product, begins), sum)) => {
            let customer = world.subscriptions.iter().find(|it| it.id == *of).unwrap().customer;
            let begins = world.calendar.shown(*begins);
            Err(told(world, customer, &format!(
                "subscription {of} was billed {sum} of product {product} since {begins}, which is \
                 nothing that it should have been billed"
            )))
        }
    }
}

/// Documents come to their lines with taxes, and their numbers have no gap.
async fn check_documents(world: &mut World<'_>) -> Result<(), String> {
    let rows = world.raw.numbers::<3>("select id, net_minor, gross_minor from invoice").await;
    let rows: BTreeMap<_, _> = rows.iter().map(|[id, net, gross]| (*id, (*net, *gross))).collect();
    if rows.len() != world.documents.len() {
        return Err(format!("{} documents, {} were seen", rows.len(), world.documents.len()));
    }
    for document in &world.documents {
        let should = totals(document, &world.products);
        if rows[&document.id] != (should.net, should.gross) {
            let is = rows[&document.id];
            let difference = format!("{document:?} comes to {is:?}, and should to {should:?}");
            return Err(told(world, document.customer, &difference));
        }
    }
    let numbers = "select cast(count(distinct number) as bigint), min(number), max(number) \
                   from invoice group by kind, scope";
    for [count, first, last] in world.raw.numbers::<3>(numbers).await {
        if (first, last) != (1, count) {
            return Err(format!("{count} numbers from {first} to {last}"));
        }
    }
    Ok(())
}

/// What is open, in wallets, and in every account.
async fn check_money(world: &mut World<'_>) -> Result<(), String> {
    let paid = "select id, paid_minor from invoice where kind = 'invoice'";
    let paid: BTreeMap<i64, i64> =
        world.raw.numbers::<2>(paid).await.iter().map(|[id, paid]| (*id, *paid)).collect();
    let owed = "select subscriber_id, cast(sum(owed_minor - paid_minor) as bigint) from take_back \
                where subscriber_id is not null group by subscriber_id";
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
            return Err(told(world, place, &format!(
                "{receivable} is open, of that {owed} reversed, and {wallet} in the wallet; that \
                 should be one of {before:?}; paid: {paid:?}"
            )));
        }
    }
    let all = world.documents.iter().map(|document| totals(document, &world.products));
    let (net, gross) = all.fold((0, 0), |sum, it| (sum.0 + it.net, sum.1 + it.gross));
    let should = [
        ("sales", net),
        ("tax", gross - net),
        ("unallocated", world.parked.values().sum()),
        ("clearing:mpesa", -world.cleared),
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
    let accounts = store.ledger(world.tenant).accounts().await.unwrap();
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
            return Err(told(world, subscription.customer, &format!(
                "subscription {} is {is:?} with the plan {}, and should be {should:?} with {plan:?}",
                subscription.id, service.plan_name
            )));
        }
    }
    Ok(())
}

fn told(world: &World<'_>, customer: usize, difference: &str) -> String {
    let customer = &world.customers[customer];
    format!("{difference}\n{} ({}):\n  {}", customer.name, customer.id, customer.story.join("\n  "))
}
