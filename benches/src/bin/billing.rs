//! The monthly billing run over more and more subscriptions, on SQLite and on PostgreSQL: invoices a
//! second, what each costs in processor time, and whether memory grows with them. Writes
//! `docs/billing-run.md` and its plot.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use benches::machine::{
    describe, now, processor_seconds, processor_seconds_of_cluster, resident_mib,
};
use benches::plot::{Panel, svg};
use billing_core::{AppliesTo, Billing, Price, PriceVersion, Proration, RecurringPrice, Tax};
use conformance::Postgres;
use entitlement::{TenantId, TimeZone, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use storage::{Actor, DEFAULT_TENANT, KeyRing, ProductChange, RunOrder, Store, StoreOptions};

const SIZES: [u32; 3] = [1_000, 10_000, 100_000];
const GOAL_INVOICES_PER_S: f64 = 5_000.0;
const PAGE: &str = "docs/billing-run.md";
const PLOT: &str = "docs/billing-run.svg";
/// How many subscribers one transaction bills.
const BATCH: u64 = 500;
/// How many workers bill at once, where the store lets them.
const WORKERS: usize = 3;
/// PostgreSQL as it is installed, with the memory that its manual tells everybody to give it.
const SETTINGS: [&str; 2] = ["shared_buffers=2GB", "max_wal_size=4GB"];
/// 1 December 2026 in Nairobi.
const DECEMBER: Timestamp = Timestamp::from_unix_s(1_796_072_400);
const JANUARY: Timestamp = Timestamp::from_unix_s(1_798_750_800);

/// What one run showed.
#[derive(Serialize, Deserialize)]
struct Measured {
    store: String,
    subscriptions: u32,
    /// The first month.
    first: Duration,
    /// The month after it, with that to be looked back at.
    second: Duration,
    /// Processor time of the second month, seconds: ours, and the database's.
    processor_s: [f64; 2],
    /// One more run, which finds nothing.
    nothing: Duration,
    /// Resident memory when so many tenths of the second month were billed, MiB.
    resident_mib: [f64; 10],
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => compare(&SIZES),
        [subscriptions] => compare(&[subscriptions.parse()?]),
        [url, folder, cluster, subscriptions] => {
            let cluster = Some(Path::new(cluster)).filter(|path| !path.as_os_str().is_empty());
            one(url, Path::new(folder), cluster, subscriptions.parse()?)
        }
        _ => anyhow::bail!("how many subscriptions, or nothing"),
    }
}

/// Measures each store at each size, one after another and each in a process of its own, so that
/// none has the memory of another.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its figures")]
fn compare(sizes: &[u32]) -> anyhow::Result<ExitCode> {
    let before = describe()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut all = Vec::new();
    let postgres = Postgres::start_with(&SETTINGS).map_err(anyhow::Error::msg)?;
    for &subscriptions in sizes {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite:{}", folder.path().join("weir.db").display());
        all.push(in_its_own_process(&url, folder.path(), None, subscriptions)?);
        let name = format!("billing_{subscriptions}");
        runtime.block_on(execute(&postgres.url("postgres"), &format!("create database {name}")))?;
        let cluster = Some(postgres.folder());
        all.push(in_its_own_process(&postgres.url(&name), folder.path(), cluster, subscriptions)?);
        for one in all.iter().rev().take(2).rev() {
            eprintln!("{}", one.in_a_line());
        }
    }
    let page = page(&all, &before, &describe()?);
    print!("{page}");
    if sizes == SIZES {
        std::fs::write(PAGE, &page)?;
        std::fs::write(PLOT, plot(&all))?;
    }
    let is_met = all.iter().rev().take(2).all(|one| one.per_s(one.second) >= GOAL_INVOICES_PER_S);
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn in_its_own_process(
    url: &str,
    folder: &Path,
    cluster: Option<&Path>,
    subscriptions: u32,
) -> anyhow::Result<Measured> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(url).arg(folder).arg(cluster.unwrap_or(Path::new("")));
    let output = command.arg(subscriptions.to_string()).stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{subscriptions} on {url}: {}", output.status);
    serde_json::from_slice(&output.stdout).context("what was measured")
}

/// The process that measures one store at one size, and prints it.
#[expect(clippy::print_stdout, reason = "the other process reads it")]
fn one(
    url: &str,
    folder: &Path,
    cluster: Option<&Path>,
    subscriptions: u32,
) -> anyhow::Result<ExitCode> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let measured = runtime.block_on(measure(cluster, url, folder, subscriptions))?;
    println!("{}", serde_json::to_string(&measured)?);
    Ok(ExitCode::SUCCESS)
}

async fn measure(
    cluster: Option<&Path>,
    url: &str,
    folder: &Path,
    subscriptions: u32,
) -> anyhow::Result<Measured> {
    let (kind, workers) = match cluster {
        Some(_) => ("PostgreSQL", WORKERS),
        None => ("SQLite", 1),
    };
    let key_path = folder.join(format!("{kind}.key"));
    let keys = KeyRing::generate_file(&key_path)?;
    let store = Store::open(url, keys, StoreOptions::default()).await?;
    let tenant = store.tenants().find(DEFAULT_TENANT).await?.id;
    sell(&store, tenant).await?;
    subscribe(url, kind, tenant, subscriptions).await?;
    let first = run(&store, tenant, DECEMBER, subscriptions, workers, &Watch::default()).await?;
    if kind == "PostgreSQL" {
        execute(url, "analyze").await?;
    }
    let used = || {
        let database = cluster.map_or(Ok(0.0), processor_seconds_of_cluster)?;
        anyhow::Ok([processor_seconds(std::process::id())?, database])
    };
    let before = used()?;
    let watch = Watch::default();
    let second = run(&store, tenant, JANUARY, subscriptions, workers, &watch).await?;
    let after = used()?;
    let processor_s = [after[0] - before[0], after[1] - before[1]];
    let resident_mib = watch.tenths();
    let nothing = run(&store, tenant, JANUARY, 0, workers, &Watch::default()).await?;
    store.close().await;
    Ok(Measured {
        store: kind.to_owned(),
        subscriptions,
        first,
        second,
        processor_s,
        nothing,
        resident_mib,
    })
}

/// One product for each month, and one that every third subscriber has beside it, with VAT.
async fn sell(store: &Store, tenant: TenantId) -> anyhow::Result<()> {
    let by = Actor::new("benchmark");
    let zone = TimeZone::named("Africa/Nairobi").context("a zone")?;
    store.tenants().set_time_zone(&by, DEFAULT_TENANT, &zone).await?;
    let vat = Tax { name: "VAT".into(), rate: "16%".parse()?, base: Default::default() };
    store.taxes(tenant).set(&by, &vat).await?;
    for (name, amount) in [("home", "1500 KES"), ("address", "200 KES")] {
        let change = ProductChange { taxes: Some(vec!["VAT".into()]), ..Default::default() };
        let price = PriceVersion {
            from: Timestamp::from_unix_s(0),
            applies_to: AppliesTo::Everybody,
            price: Price::Recurring(RecurringPrice {
                amount: amount.parse()?,
                cadence: "1 month".parse()?,
                billed: Billing::InAdvance,
                proration: Proration::ByDay,
            }),
        };
        store.products(tenant).set(&by, name, &change, Some(&price)).await?;
    }
    Ok(())
}

/// Puts subscribers and their subscriptions there past the store: that is not what is measured.
async fn subscribe(
    url: &str,
    kind: &str,
    tenant: TenantId,
    subscriptions: u32,
) -> anyhow::Result<()> {
    let from = DECEMBER.unix_ms();
    let numbers = match kind {
        "PostgreSQL" => format!("(select generate_series(1, {subscriptions}) as n) numbers"),
        _ => format!(
            "(with recursive c (n) as (select 1 union all select n + 1 from c where n < \
             {subscriptions}) select n from c) numbers"
        ),
    };
    for sql in [
        format!(
            "insert into subscriber (tenant_id, name, created_at) \
             select {tenant}, 'subscriber ' || n, {from} from {numbers}"
        ),
        format!(
            "insert into subscription (tenant_id, subscriber_id, alignment, billed_in, state, \
             due_at, created_at) select {tenant}, id, 'day 1', '', 'active', {from}, {from} \
             from subscriber order by id"
        ),
        event(
            tenant,
            "'quantity', (select p.id as product from product p where name = 'home'), 1",
            "true",
        ),
        event(
            tenant,
            "'quantity', (select p.id as product from product p where name = 'address'), 1",
            "id % 3 = 0",
        ),
        event(tenant, "'activate', null, null", "true"),
    ] {
        execute(url, &sql).await?;
    }
    if kind == "PostgreSQL" {
        execute(url, "analyze").await?;
    }
    Ok(())
}

fn event(tenant: TenantId, what: &str, condition: &str) -> String {
    format!(
        "insert into subscription_event (tenant_id, subscription_id, at, created_at, what, \
         product_id, quantity) select {tenant}, id, created_at, created_at, {what} \
         from subscription where {condition} order by id"
    )
}

async fn execute(url: &str, sql: &str) -> anyhow::Result<()> {
    let sql = AssertSqlSafe(sql.to_owned());
    if url.starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(url).await?;
        connection.execute(sql).await?;
        connection.close().await?;
    } else {
        let mut connection = sqlx::PgConnection::connect(url).await?;
        connection.execute(sql).await?;
        connection.close().await?;
    }
    Ok(())
}

/// Bills a month, and counts the invoices.
async fn run(
    store: &Store,
    tenant: TenantId,
    at: Timestamp,
    expected: u32,
    workers: usize,
    watch: &Watch,
) -> anyhow::Result<Duration> {
    let began: Instant = now();
    let work = || async {
        let by = Actor::new("benchmark");
        let (mut after, mut invoices) = (None, 0);
        loop {
            let order = RunOrder { at, batch: BATCH };
            let batch = store.billing_runs(tenant).batch(&by, order, after).await?;
            ensure!(batch.not_billed.is_empty(), "{:?}", batch.not_billed);
            invoices += batch.invoices;
            watch.saw(batch.invoices, expected)?;
            match batch.last {
                Some(last) => after = Some(last),
                None => return Ok::<usize, anyhow::Error>(invoices),
            }
        }
    };
    let mut tasks = Vec::new();
    for _ in 0..workers {
        tasks.push(work());
    }
    let made: usize = futures_util::future::try_join_all(tasks).await?.iter().sum();
    let took = began.elapsed();
    ensure!(made == usize::try_from(expected)?, "{made} invoices instead of {expected}");
    Ok(took)
}

/// The memory of this process while a month is billed.
#[derive(Default)]
struct Watch {
    /// How many invoices there are, and the memory at each tenth of them.
    seen: Mutex<(usize, [f64; 10])>,
}

impl Watch {
    fn saw(&self, invoices: usize, expected: u32) -> anyhow::Result<()> {
        let mut seen = self.seen.lock().map_err(|_| anyhow::anyhow!("a worker panicked"))?;
        let tenth = |made: usize| made * 10 / usize::try_from(expected.max(1)).unwrap_or(1);
        let passed = tenth(seen.0)..tenth(seen.0 + invoices);
        seen.0 += invoices;
        if !passed.is_empty() {
            let resident_mib = resident_mib(std::process::id())?;
            for at in passed {
                if let Some(place) = seen.1.get_mut(at) {
                    *place = resident_mib;
                }
            }
        }
        Ok(())
    }

    fn tenths(&self) -> [f64; 10] {
        self.seen.lock().map_or([0.0; 10], |seen| seen.1)
    }
}

impl Measured {
    fn in_a_line(&self) -> String {
        format!(
            "{} {}: {:.0} invoices/s, then {:.0} ({:.0} + {:.0} µs of processor time each), \
             nothing in {:.0} ms, {:.0?} MiB",
            self.store,
            self.subscriptions,
            self.per_s(self.first),
            self.per_s(self.second),
            self.processor_us()[0],
            self.processor_us()[1],
            self.nothing.as_secs_f64() * 1_000.0,
            self.resident_mib
        )
    }

    /// Memory when a tenth, half and all of the second month was billed, MiB.
    fn memory(&self) -> [f64; 3] {
        [self.resident_mib[0], self.resident_mib[4], self.resident_mib[9]]
    }

    fn per_s(&self, took: Duration) -> f64 {
        f64::from(self.subscriptions) / took.as_secs_f64()
    }

    /// Processor time of one invoice of the second month, microseconds: ours, and the database's.
    fn processor_us(&self) -> [f64; 2] {
        self.processor_s.map(|seconds| seconds * 1e6 / f64::from(self.subscriptions))
    }
}

fn page(all: &[Measured], before: &str, after: &str) -> String {
    let settings = SETTINGS.map(|setting| format!("`{setting}`")).join(" and ");
    let mut page = format!(
        "# The monthly billing run\n\n\
         Written by `cargo xtask bench billing`. Each subscriber has one subscription, every third with \
         an add-on, with VAT. A run finds who is due, works out what is missing, and keeps the invoice \
         with its lines, taxes, number and postings, {BATCH} subscribers a transaction, of which every \
         one is on disk before the next. Each row is a process of its own. PostgreSQL has {WORKERS} workers and its usual settings but \
         for {settings}. Goal: {GOAL_INVOICES_PER_S:.0} invoices a second.\n\n\
         | store | subscriptions | first month, invoices/s | next month, invoices/s | processor \
         time of one, ours + the database's, µs | a run that finds nothing, ms | memory when a tenth, \
         half and all of the next month is billed, MiB |\n|---|---|---|---|---|---|---|\n"
    );
    for one in all {
        page.push_str(&format!(
            "| {} | {} | {:.0} | {:.0} | {:.0} + {:.0} | {:.0} | {:.0}, {:.0}, {:.0} |\n",
            one.store,
            one.subscriptions,
            one.per_s(one.first),
            one.per_s(one.second),
            one.processor_us()[0],
            one.processor_us()[1],
            one.nothing.as_secs_f64() * 1_000.0,
            one.memory()[0],
            one.memory()[1],
            one.memory()[2]
        ));
    }
    page.push_str(&format!(
        "\n![Invoices a second and memory](billing-run.svg)\n\nBefore: {before}\n\nAfter: {after}\n"
    ));
    page
}

fn plot(all: &[Measured]) -> String {
    let points = |store: &str, value: fn(&Measured) -> f64| {
        let of_store = all.iter().filter(|one| one.store == store);
        of_store.map(|one| (f64::from(one.subscriptions), value(one))).collect()
    };
    let panels = ["SQLite", "PostgreSQL"].map(|store| Panel {
        title: format!("{store}: invoices a second, next month"),
        points: points(store, |one| one.per_s(one.second)),
    });
    let memory = ["SQLite", "PostgreSQL"].map(|store| Panel {
        title: format!("{store}: memory of the process at the end, MiB"),
        points: points(store, |one| one.memory()[2]),
    });
    let [sqlite, postgres] = panels;
    let [sqlite_memory, postgres_memory] = memory;
    svg("subscriptions", &[sqlite, postgres, sqlite_memory, postgres_memory])
}
