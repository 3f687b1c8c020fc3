//! How many usage records a second are rated in memory by one core: sessions by the time of day in
//! increments, volume by the time of day, and volume over the tiers of a subscriber's month.
//!
//! The records are of a month with a change of the clock, in no order. Writes `docs/rating.md`.

use std::hint::black_box;
use std::num::NonZeroU64;
use std::process::ExitCode;

use anyhow::Context as _;
use benches::machine::{describe, pin_to_server_processor, processor_seconds};
use billing_core::rating::tariff::{
    Holidays, Increments, Measure, Progress, Rate, Tariff, TariffTerms, Usage,
};
use billing_core::rating::{Model, Tier, Tiers, UsagePrice};
use billing_core::{Interval, Money, Rounding};
use entitlement::{TimeZone, Timestamp};

const SIZES: [usize; 6] = [1_000, 10_000, 100_000, 300_000, 1_000_000, 3_000_000];
/// Each size is rated until so many records were.
const RATED_AT_LEAST: usize = 12_000_000;
const GOAL_PER_S: f64 = 3_000_000.0;
const ZONE: &str = "America/New_York";
/// 1 March 2026, 0:00 in New York, whose clock is put forward on the 8th.
const MONTH_BEGINS_S: i64 = 1_772_341_200;
const MONTH_S: u64 = 31 * 86_400 - 3_600;
/// Usage of a subscriber's month.
const RECORDS_A_SUBSCRIBER: usize = 300;
const PAGE: &str = "docs/rating.md";

/// What a NAS has reported.
struct Record {
    subscriber: u32,
    from: Timestamp,
    until: Timestamp,
    octets: u64,
}

/// Records a second of one size.
struct Measured {
    records: usize,
    time_per_s: f64,
    volume_per_s: f64,
    tiers_per_s: f64,
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() -> anyhow::Result<ExitCode> {
    pin_to_server_processor()?;
    let before = describe()?;
    let measured = SIZES.into_iter().map(measure).collect::<anyhow::Result<Vec<_>>>()?;
    let page = page(&measured, &before, &describe()?);
    print!("{page}");
    std::fs::write(PAGE, page).context(PAGE)?;
    let is_met = measured.iter().all(|size| size.slowest_per_s() >= GOAL_PER_S);
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn measure(count: usize) -> anyhow::Result<Measured> {
    let records: Vec<Record> = (0..count).map(|number| record(number, count)).collect();
    let zone = TimeZone::named(ZONE).context(ZONE)?;
    let by_tariff = |tariff: &Tariff| -> anyhow::Result<f64> {
        let mut rater = tariff.on(&zone)?;
        let measure = tariff.terms().measure;
        per_second(count, || {
            let mut sum = 0;
            for record in &records {
                let interval = Interval::new(record.from, record.until).context("no time")?;
                let usage = match measure {
                    Measure::Time => Usage::time(interval)?,
                    Measure::Volume => Usage::volume(interval, record.octets)?,
                };
                let charge = rater.charge(Progress::default(), &usage, Rounding::HalfUp)?;
                sum += charge.amount.amount_minor();
            }
            Ok(sum)
        })
    };
    let (time_per_s, volume_per_s) =
        (by_tariff(&tariff(Measure::Time)?)?, by_tariff(&tariff(Measure::Volume)?)?);
    let tiers = tiers()?;
    let subscribers = count.div_ceil(RECORDS_A_SUBSCRIBER);
    let tiers_per_s = per_second(count, || {
        // What each has used in the month, and what that came to.
        let mut months = vec![(0_u64, 0_i64); subscribers];
        let mut sum = 0;
        for record in &records {
            let month = months.get_mut(usize::try_from(record.subscriber)?);
            let (used, billed) = month.context("no such subscriber")?;
            *used += record.octets;
            let due = tiers.amount(*used, Rounding::HalfUp)?.amount_minor();
            sum += due - *billed;
            *billed = due;
        }
        Ok(sum)
    })?;
    Ok(Measured { records: count, time_per_s, volume_per_s, tiers_per_s })
}

/// How many records are rated in a second of processor time, over as many rounds as it takes: others
/// use the machine too.
fn per_second(count: usize, mut round: impl FnMut() -> anyhow::Result<i64>) -> anyhow::Result<f64> {
    let rounds = RATED_AT_LEAST.div_ceil(count);
    let began_s = processor_seconds(std::process::id())?;
    for _ in 0..rounds {
        black_box(round()?);
    }
    let took_s = processor_seconds(std::process::id())? - began_s;
    Ok((rounds * count) as f64 / took_s)
}

/// Some record of the month: up to an hour long, up to a gigaoctet.
fn record(number: usize, count: usize) -> Record {
    let mut state = number as u64;
    let mut some = |below: u64| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    };
    let subscribers = count.div_ceil(RECORDS_A_SUBSCRIBER) as u64;
    let from = Timestamp::from_unix_s(MONTH_BEGINS_S + some(MONTH_S) as i64);
    let len_ms = 1 + some(3_600_000) as i64;
    Record {
        subscriber: some(subscribers) as u32,
        from,
        until: Timestamp::from_unix_ms(from.unix_ms() + len_ms),
        octets: some(1_000_000_000),
    }
}

/// Prices of holidays, of the daytime of weekdays, of nights and of all other times.
fn tariff(measure: Measure) -> anyhow::Result<Tariff> {
    let rate = |name: &str, windows: &str, price: &str| -> anyhow::Result<Rate> {
        Ok(Rate { name: name.to_owned(), windows: windows.parse()?, price: price.parse()? })
    };
    let (unit, increments): (u64, Increments) = match measure {
        Measure::Time => (60, "30/6".parse()?),
        Measure::Volume => (1_000_000, "10000/1000".parse()?),
    };
    Ok(Tariff::new(TariffTerms {
        measure,
        unit: NonZeroU64::new(unit).context("a unit")?,
        increments,
        rates: vec![
            rate("holiday", "holiday 00:00-24:00", "0.01 USD")?,
            rate("peak", "mon-fri 08:00-12:00, mon-fri 14:00-20:00", "0.05 USD")?,
            rate("night", "daily 22:00-06:00", "0.005 USD")?,
        ],
        otherwise: Some("0.02 USD".parse()?),
        set_up: Some("0.01 USD".parse()?),
        maximum: Some("20 USD".parse()?),
        holidays: Holidays::new(["2026-03-17".parse()?, "2026-12-25".parse()?])?,
    })?)
}

/// The first 50 GB are free, and of four tiers that follow each is cheaper.
fn tiers() -> anyhow::Result<UsagePrice> {
    const GIGA: u64 = 1_000_000_000;
    let ends = [Some(50 * GIGA), Some(100 * GIGA), Some(150 * GIGA), None];
    let prices = ["0.000000001 USD", "0.0000000008 USD", "0.0000000005 USD", "0.0000000002 USD"];
    let tier = |(up_to, price): (Option<u64>, &str)| -> anyhow::Result<Tier> {
        let unit: billing_core::rating::UnitPrice = price.parse()?;
        Ok(Tier { up_to, unit, flat: Money::zero(unit.currency()) })
    };
    let tiers = ends.into_iter().zip(prices).map(tier).collect::<anyhow::Result<_>>()?;
    let model = Model::Graduated(Tiers::new(tiers)?);
    Ok(UsagePrice { free_units: 50 * GIGA, model, minimum: None })
}

impl Measured {
    const fn slowest_per_s(&self) -> f64 {
        self.time_per_s.min(self.volume_per_s).min(self.tiers_per_s)
    }
}

fn page(measured: &[Measured], before: &str, after: &str) -> String {
    let build = if cfg!(debug_assertions) { "without" } else { "with" };
    let mut page = format!(
        "# Rating\n\nWritten by `cargo run --release -p benches --bin rating`: usage records of a month \
         in {ZONE}, in no order, rated in memory by one core, each size until {RATED_AT_LEAST} were; \
         a second is one of processor time; \
         built {build} optimisation. Time is billed by 30/6 seconds and volume by 10000/1000 octets, \
         both by the time of day with a set-up fee and a maximum; over tiers a record is what it adds \
         to its subscriber's month. Goal: {GOAL_PER_S} records/s. Before: {before}. After: \
         {after}.\n\n| records | time by the hour, records/s | volume by the hour, records/s | volume \
         over tiers, records/s | goal |\n|---|---|---|---|---|\n"
    );
    for size in measured {
        let Measured { records, time_per_s, volume_per_s, tiers_per_s } = size;
        let met = if size.slowest_per_s() >= GOAL_PER_S { "met" } else { "missed" };
        page.push_str(&format!(
            "| {records} | {time_per_s:.0} | {volume_per_s:.0} | {tiers_per_s:.0} | {met} |\n"
        ));
    }
    page
}
