//! How Weir grows with its subscribers: how soon it is ready, its memory and its log-ins a second,
//! with nine in ten of them online; and how soon after `weir plan set` a log-in gets the change.
//!
//! Writes `docs/growth.md` and `docs/growth.svg`.

use anyhow::Context as _;
use benches::generator::users;
use benches::machine::{describe, now, pin_to_server_processor, program, resident_mib};
use benches::plot::{Panel, svg};
use benches::{Kind, Load, Pace, Target, change};
use conformance::{Installation, Postgres, open_sessions_for};

const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];
const ROUND_S: u32 = 5;
const WINDOW: u32 = 256;
const PREPARED: u32 = 1 << 19;
/// How often a plan is changed.
const CHANGES: u32 = 20;
/// How many subscribers there are where changes are measured.
const CHANGED: u32 = 10_000;
const CHANGE_GOAL_MS: f64 = 100.0;

/// One size.
struct Grown {
    subscribers: u32,
    ready_s: f64,
    resident_mib: f64,
    authentications_per_s: f64,
    lost: f64,
    import_s: f64,
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() -> anyhow::Result<()> {
    let postgres = Postgres::start_with(&[]).map_err(anyhow::Error::msg)?;
    pin_to_server_processor()?;
    let before = describe()?;
    let grown = SIZES.into_iter().map(grow).collect::<anyhow::Result<Vec<_>>>()?;
    let mut page = format!(
        "# Growth\n\nWritten by `cargo xtask bench subscribers`. SQLite, every subscriber with a \
         service, nine in ten with an open session; the server on one core, the generator on the \
         other, {WINDOW} requests in flight. Before: {before}. After: {}.\n\n| subscribers | open \
         sessions | import, s | from start to ready, s | resident memory, MiB | authentications/s \
         | lost |\n|---|---|---|---|---|---|---|\n",
        describe()?
    );
    for size in &grown {
        let Grown { subscribers, ready_s, resident_mib, authentications_per_s, lost, import_s } =
            size;
        page.push_str(&format!(
            "| {subscribers} | {} | {import_s:.1} | {ready_s:.2} | {resident_mib:.0} | \
             {authentications_per_s:.0} | {lost:.0} |\n",
            open(*subscribers)
        ));
    }
    page.push_str("\n![memory and start](growth.svg)\n\n## A change of a plan\n\n");
    page.push_str(&format!(
        "From when `weir plan set` has returned to the first log-in that gets the new speed, the \
         longest of {CHANGES} changes with {CHANGED} subscribers.\n\n| store | longest, ms | goal, \
         ms | |\n|---|---|---|---|\n"
    ));
    for (name, url) in [("SQLite", None), ("PostgreSQL", Some(postgres.url("postgres")))] {
        let longest_ms = changed(url.as_deref())?;
        let met = if longest_ms <= CHANGE_GOAL_MS { "met" } else { "MISSED" };
        page.push_str(&format!("| {name} | {longest_ms:.1} | {CHANGE_GOAL_MS} | {met} |\n"));
    }
    let of = |figure: fn(&Grown) -> f64| {
        grown.iter().map(|size| (f64::from(size.subscribers), figure(size))).collect()
    };
    let panels = [
        Panel { title: "resident memory, MiB".to_owned(), points: of(|size| size.resident_mib) },
        Panel { title: "from start to ready, s".to_owned(), points: of(|size| size.ready_s) },
        Panel {
            title: "authentications/s".to_owned(),
            points: of(|size| size.authentications_per_s),
        },
    ];
    std::fs::write("docs/growth.svg", svg("subscribers", &panels)).context("docs/growth.svg")?;
    std::fs::write("docs/growth.md", &page).context("docs/growth.md")?;
    println!("{page}");
    Ok(())
}

const fn open(subscribers: u32) -> u32 {
    subscribers / 10 * 9
}

fn grow(subscribers: u32) -> anyhow::Result<Grown> {
    let weir = Installation::create(program("weir")?)?;
    let started = now();
    weir.import_services(&users(subscribers))?;
    let import_s = started.elapsed().as_secs_f64();
    eprintln!("{subscribers} subscribers imported in {import_s:.1} s");
    open_sessions_for(&weir.path().join("weir.db"), open(subscribers))?;
    let started = now();
    let server = weir.serve()?;
    let ready_s = started.elapsed().as_secs_f64();
    let load = Load {
        kind: Kind::Authentication,
        pace: Pace::Window(WINDOW),
        seconds: ROUND_S,
        subscribers,
        prepared: PREPARED.max(subscribers),
    };
    // Read before the load: what the services and sessions take, not what a burst leaves behind.
    let resident_mib = resident_mib(server.process_id())?;
    let loaded = load.run(&Target::from(&weir))?;
    server.stop()?;
    Ok(Grown {
        subscribers,
        ready_s,
        resident_mib,
        authentications_per_s: loaded.per_s(),
        lost: loaded.lost,
        import_s,
    })
}

/// The longest time until a change was seen, on the store behind `url` or on SQLite, milliseconds.
fn changed(url: Option<&str>) -> anyhow::Result<f64> {
    let weir = Installation::create_on(program("weir")?, url)?;
    let users = users(CHANGED);
    weir.import_services(&users)?;
    let server = weir.serve()?;
    let (login, _) = users.first().context("a subscriber")?;
    let longest_ms = change::longest_ms(&weir, login, CHANGES)?;
    server.stop()?;
    Ok(longest_ms)
}
