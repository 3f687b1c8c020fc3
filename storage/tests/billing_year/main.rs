//! A year of customers who take, change and pause what they have, pay, pay twice and not at all, while workers
//! are killed and clocks jump: it ends in the state that a day-by-day reckoning comes to, which imports nothing
//! of what it judges.
//!
//! `WEIR_YEAR_SEED` and `WEIR_YEAR_CUSTOMERS` repeat a year; `WEIR_YEAR_SEEDS` is how many seeds are tried.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a test that cannot go on stops"
)]

mod compare;
#[path = "../contract/ground.rs"]
#[allow(dead_code, reason = "it is that of the contract suite too")]
mod ground;
mod judge;
mod kills;
#[path = "../support/postgres.rs"]
mod postgres;
mod random;
mod raw;
mod schedule;

use crate::ground::Ground;
use crate::schedule::World;

/// Lets these years pass, each in a store of its own.
async fn years(ground: impl AsyncFn() -> Option<Ground>, seeds: u64, customers: usize) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let customers = number("WEIR_YEAR_CUSTOMERS").map_or(customers, |count| count as usize);
    let first = number("WEIR_YEAR_SEED");
    let count = number("WEIR_YEAR_SEEDS").unwrap_or(if first.is_some() { 1 } else { seeds });
    let first = first.unwrap_or(1);
    for seed in first..first + count {
        let Some(ground) = ground().await else { return };
        let started = std::time::Instant::now();
        let mut world = World::new(&ground, seed, customers).await;
        world.year(compare::check).await;
        eprintln!(
            "seed {seed}, {customers} customers, {} subscriptions: {:?}, {:.1} s",
            world.subscriptions.len(),
            world.counts,
            started.elapsed().as_secs_f64()
        );
        for store in &world.stores {
            store.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_year_of_24_customers_on_sqlite() {
    years(async || Some(Ground::sqlite()), 1, 24).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_year_of_24_customers_on_postgres() {
    years(Ground::postgres, 1, 24).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "soak: three years of 200 customers; cargo xtask soak"]
async fn soak_of_years_of_200_customers_on_sqlite() {
    years(async || Some(Ground::sqlite()), 3, 200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "soak: three years of 200 customers; cargo xtask soak"]
async fn soak_of_years_of_200_customers_on_postgres() {
    years(Ground::postgres, 3, 200).await;
}
