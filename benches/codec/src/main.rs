//! What decoding costs: the view, typed lookups, the text of a packet and the loading of the
//! dictionaries, beside the published crates on the same octets, in one run.
//!
//! Rounds take turns, so that a machine that changes its speed changes all; what is printed is the
//! median of the rounds. Nothing may allocate where the contender's name says so; that is counted.
//!
//! Run it with `cargo xtask bench-codec`.

mod contenders;
mod sample;

use std::hint::black_box;
use std::time::{Duration, Instant};

use contenders::{Contender, contenders};

const ROUNDS: usize = 15;
/// Long enough that reading the clock is nothing, short enough that rounds alternate often.
const ROUND: Duration = Duration::from_millis(40);

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() {
    let packet = sample::access_request();
    println!("one Access-Request of {} octets, {} attributes\n", packet.len(), sample::ATTRIBUTES);
    let contenders = contenders(&packet);
    for contender in &contenders {
        if contender.allocates {
            continue;
        }
        let counted = allocation_counter::measure(|| (contender.run)(100));
        assert_eq!(counted.count_total, 0, "{} allocates", contender.name);
    }
    let mut figures = vec![Vec::new(); contenders.len()];
    for _ in 0..ROUNDS {
        for (contender, figures) in contenders.iter().zip(&mut figures) {
            figures.push(nanoseconds(contender));
        }
    }
    println!("| | median | fastest | slowest | allocations |\n|---|---|---|---|---|");
    for (contender, mut figures) in contenders.iter().zip(figures) {
        figures.sort_by(f64::total_cmp);
        let at = |index: usize| shown(figures.get(index).copied().unwrap_or_default());
        let counted = allocation_counter::measure(|| (contender.run)(1)).count_total;
        println!(
            "| {} | {} | {} | {} | {counted} |",
            contender.name,
            at(ROUNDS / 2),
            at(0),
            at(ROUNDS - 1)
        );
    }
}

/// What one run of the contender takes.
#[expect(clippy::disallowed_methods, reason = "the clock of this program")]
fn nanoseconds(contender: &Contender<'_>) -> f64 {
    let mut times = 1_u32;
    loop {
        let start = Instant::now();
        (contender.run)(black_box(times));
        let took = start.elapsed();
        if took >= ROUND || times == u32::MAX {
            return took.as_secs_f64() * 1e9 / f64::from(times);
        }
        times = times.saturating_mul(2);
    }
}

fn shown(nanoseconds: f64) -> String {
    match nanoseconds {
        ns if ns < 10_000.0 => format!("{ns:.0} ns"),
        ns if ns < 1e6 => format!("{:.1} µs", ns / 1e3),
        ns => format!("{:.2} ms", ns / 1e6),
    }
}
