//! A million timers of the enforcement, one for each service: what they take of memory, and how late
//! each is taken when all are due within a minute.
//!
//! The minute is simulated: between moments nothing is waited for, and what the machine takes to
//! take timers out and to set them anew passes in it as it does in life. Writes `docs/timers.md`.

use std::process::ExitCode;
use std::time::Duration;

use aaa_engine::enforcement::{TimerKey, Timers};
use benches::machine::{describe, now, resident_mib};
use entitlement::{ServiceId, Timestamp};

const TIMERS: i64 = 1_000_000;
/// All are due within so long.
const SPREAD_MS: u64 = 60_000;
const GOAL_OCTETS: f64 = 100.0;
const GOAL_LATE: Duration = Duration::from_secs(1);
const PAGE: &str = "docs/timers.md";

/// What was measured.
struct Measured {
    /// Set one after the other.
    set_octets: f64,
    set_ms: f64,
    /// Once each has been moved as well.
    moved_octets: f64,
    p50_late: Duration,
    p99_late: Duration,
    max_late: Duration,
    /// What the machine took for all of them, of the minute.
    busy_ms: f64,
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() -> anyhow::Result<ExitCode> {
    let before = describe()?;
    let measured = measure()?;
    let page = page(&measured, &before, &describe()?);
    print!("{page}");
    std::fs::write(PAGE, page)?;
    let is_met = measured.moved_octets <= GOAL_OCTETS && measured.max_late <= GOAL_LATE;
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn measure() -> anyhow::Result<Measured> {
    // So that they do not make memory that is counted as the timers'.
    let mut late = vec![Duration::ZERO; usize::try_from(TIMERS)?];
    late.fill(Duration::from_nanos(1));
    let resident = || resident_mib(std::process::id());
    let empty_mib = resident()?;
    let octets = |mib: f64| (mib - empty_mib) * 1024.0 * 1024.0 / TIMERS as f64;
    let mut timers = Timers::default();
    let began = now();
    for service in 0..TIMERS {
        timers.set(key(service), Some(moment(service, 1)));
    }
    let set_ms = began.elapsed().as_secs_f64() * 1_000.0;
    let set_octets = octets(resident()?);
    for service in 0..TIMERS {
        timers.set(key(service), Some(moment(service, 2)));
    }
    let moved_octets = octets(resident()?);
    let busy = run(&mut timers, &mut late);
    late.sort_unstable();
    let at = |part: usize| late.get(late.len() * part / 100).or(late.last()).copied();
    let at = |part: usize| at(part).unwrap_or_default();
    Ok(Measured {
        set_octets,
        set_ms,
        moved_octets,
        p50_late: at(50),
        p99_late: at(99),
        max_late: at(100),
        busy_ms: busy.as_secs_f64() * 1_000.0,
    })
}

const fn key(service: i64) -> TimerKey {
    TimerKey::Service(ServiceId(service))
}

/// Some moment of the minute, in no order.
fn moment(service: i64, turn: u64) -> Timestamp {
    let mixed = (service.unsigned_abs() ^ (turn << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let ms = (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 16;
    Timestamp::from_unix_ms(i64::try_from(ms % SPREAD_MS).unwrap_or(0))
}

/// Takes every timer when it is due, sets it for the next day, as an edge that returns is, and notes
/// how late it was; what it took of the machine.
fn run(timers: &mut Timers, late: &mut [Duration]) -> Duration {
    const DAY_S: i64 = 86_400;
    let (mut simulated, mut busy) = (Duration::ZERO, Duration::ZERO);
    let mut late = late.iter_mut();
    let minute_is_over = |at: Timestamp| at.unix_ms().unsigned_abs() >= SPREAD_MS;
    while let Some(next) = timers.next_at().filter(|at| !minute_is_over(*at)) {
        let next = Duration::from_millis(next.unix_ms().unsigned_abs());
        simulated = simulated.max(next);
        let woken = now();
        let at = |elapsed: Duration| simulated.saturating_add(elapsed);
        let ms = i64::try_from(simulated.as_millis()).unwrap_or(i64::MAX);
        let clock = Timestamp::from_unix_ms(ms);
        let mut due = Vec::new();
        // All that are due now, as the enforcement takes them.
        while let Some(next) = timers.next_at().filter(|next| *next <= clock) {
            let Some(key) = timers.next_due(clock) else { break };
            let moment = Duration::from_millis(next.unix_ms().unsigned_abs());
            if let Some(late) = late.next() {
                *late = at(woken.elapsed()).saturating_sub(moment);
            }
            due.push(key);
        }
        for key in due {
            timers.set(key, Some(clock.plus_s(DAY_S)));
        }
        let took = woken.elapsed();
        simulated = simulated.saturating_add(took);
        busy = busy.saturating_add(took);
    }
    busy
}

fn page(measured: &Measured, before: &str, after: &str) -> String {
    let Measured { set_octets, set_ms, moved_octets, p50_late, p99_late, max_late, busy_ms } =
        measured;
    let met = |is_met: bool| if is_met { "met" } else { "missed" };
    let build = if cfg!(debug_assertions) { "without" } else { "with" };
    let (fits, on_time) = (met(*moved_octets <= GOAL_OCTETS), met(*max_late <= GOAL_LATE));
    format!(
        "# Timers\n\nWritten by `cargo xtask bench timers`: {TIMERS} timers of the enforcement, one \
         for each service, all due within a simulated minute, each set for the next day when it was \
         due; built {build} optimisation. Before: {before}. After: {after}.\n\n| | measured | goal | |\n|---|---|---|---|\n\
         | resident memory of a timer, octets | {set_octets:.0} | | |\n\
         | the same, once each was moved | {moved_octets:.0} | {GOAL_OCTETS:.0} | {fits} |\n\
         | setting all, ms | {set_ms:.0} | | |\n\
         | late, half of them at most | {p50_late:?} | | |\n\
         | late, all but one in a hundred at most | {p99_late:?} | | |\n\
         | late, the latest | {max_late:?} | {GOAL_LATE:?} | {on_time} |\n\
         | of the minute the machine was busy, ms | {busy_ms:.0} | | |\n"
    )
}
