//! Percentiles against literal rates and amounts, against sorting, and against octets one by one.

use core::num::NonZeroU64;

use entitlement::{TimeZone, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::{Interval, Money, Rounding};

const SLOT_S: i64 = 300;

fn at(s: i64) -> Timestamp {
    Timestamp::from_unix_s(s)
}

fn period(slots: i64) -> Interval {
    Interval::new(at(0), at(slots * SLOT_S)).unwrap()
}

fn sample(down_bps: u64, up_bps: u64) -> Sample {
    Sample { down_bps, up_bps }
}

/// Of as many slots as there are samples.
fn samples(list: &[Option<Sample>]) -> Samples {
    let mut samples = Samples::new(period(list.len() as i64)).unwrap();
    for (slot, sample) in (0..).zip(list) {
        if let Some(sample) = sample {
            samples.set(at(slot * SLOT_S + 299), *sample).unwrap();
        }
    }
    samples
}

#[test]
fn the_greatest_twentieth_is_left_out_rounded_down() {
    for (count, left_out, expected) in [
        (1, 0, 1),
        (19, 0, 19),
        (20, 1, 19),
        (39, 1, 38),
        (40, 2, 38),
        (100, 5, 95),
        (8_640, 432, 8_208),
        (8_928, 446, 8_482),
    ] {
        // 1, 2, 3 and so on, from the greatest down.
        let list: Vec<_> = (1..=count).rev().map(|rate| Some(sample(rate, 0))).collect();
        let percentile =
            Percentile::of(&samples(&list), Billable::Greater, Missing::LeftOut).unwrap();
        assert_eq!((percentile.left_out, percentile.billable_bps), (left_out, expected), "{count}");
    }
}

#[test]
fn each_rule_has_its_table() {
    // Of twenty samples the greatest is left out: in each direction another one, together one.
    let mut list = vec![Some(sample(100, 10)); 17];
    list.extend([Some(sample(900, 300)), Some(sample(500, 800)), None]);
    let samples = samples(&list);
    for (billable, missing, expected) in [
        (Billable::Greater, Missing::Zero, (500, 300, 500, 20, 1)),
        (Billable::SumOfPercentiles, Missing::Zero, (500, 300, 800, 20, 1)),
        (Billable::PercentileOfSums, Missing::Zero, (500, 300, 1_200, 20, 1)),
        // Of nineteen none is left out.
        (Billable::Greater, Missing::LeftOut, (900, 800, 900, 19, 0)),
        (Billable::SumOfPercentiles, Missing::LeftOut, (900, 800, 1_700, 19, 0)),
        (Billable::PercentileOfSums, Missing::LeftOut, (900, 800, 1_300, 19, 0)),
    ] {
        let it = Percentile::of(&samples, billable, missing).unwrap();
        let found = (it.down_bps, it.up_bps, it.billable_bps, it.samples, it.left_out);
        assert_eq!(found, expected, "{billable:?}, {missing:?}");
        assert_eq!((it.missing, Billable::from_code(billable.code())), (1, Some(billable)));
        assert_eq!(Missing::from_code(missing.code()), Some(missing));
    }
}

#[test]
fn where_nothing_was_measured_the_rule_for_missing_ones_counts() {
    let samples = samples(&[None, None]);
    let error = Percentile::of(&samples, Billable::Greater, Missing::LeftOut).unwrap_err();
    assert_eq!(
        error.to_string(),
        "all 2 samples of the period are missing; measure one at least, or take missing ones for 0"
    );
    let nothing = Percentile::of(&samples, Billable::Greater, Missing::Zero).unwrap();
    assert_eq!((nothing.billable_bps, nothing.missing), (0, 2));
}

#[test]
fn a_month_has_its_samples_and_no_period_more_than_a_month() {
    let berlin = TimeZone::named("Europe/Berlin").unwrap();
    let at = |text: &str| berlin.first_shown(text.parse().unwrap()).unwrap();
    for (from, until, count) in [
        ("2027-02-01T00:00", "2027-03-01T00:00", 8_064),
        ("2027-03-01T00:00", "2027-04-01T00:00", 8_916),
        ("2027-07-01T00:00", "2027-08-01T00:00", SAMPLES_A_MONTH),
        ("2027-10-01T00:00", "2027-11-01T00:00", 8_940),
        ("2027-07-01T00:00", "2027-07-01T00:07", 2),
    ] {
        let period = Interval::new(at(from), at(until)).unwrap();
        assert_eq!(Samples::new(period).unwrap().as_slice().len(), count, "{from}");
    }
    let year = Interval::new(at("2027-01-01T00:00"), at("2028-01-01T00:00")).unwrap();
    let error = Samples::new(year).unwrap_err().to_string();
    assert_eq!(
        error,
        "the period has 105120 samples of 300 s; one has 9216 at most, as many as a month of 31 days \
         and a day"
    );
    // The last sample of a period may be shorter.
    let seven = Interval::new(Timestamp::from_unix_s(0), Timestamp::from_unix_s(420)).unwrap();
    let mut shorter = Samples::new(seven).unwrap();
    assert_eq!(shorter.set(Timestamp::from_unix_s(419), sample(1, 1)), Ok(()));
    let beyond = Timestamp::from_unix_s(420);
    let expected = SamplesError::Outside { at: beyond, period: seven };
    assert_eq!(shorter.set(beyond, sample(1, 1)), Err(expected));
    let mut samples = samples(&[None]);
    for s in [-1, 300, i64::MAX] {
        let at = Timestamp::from_unix_s(s);
        let expected = SamplesError::Outside { at, period: period(1) };
        assert_eq!(samples.set(at, sample(1, 1)), Err(expected));
    }
}

fn reading(s: i64, down_octets: u64, up_octets: u64) -> Reading {
    Reading { at: at(s), down_octets, up_octets }
}

fn rates(counters: &Counters) -> Vec<Option<(u64, u64)>> {
    let samples = counters.samples.as_slice().iter();
    samples.map(|sample| sample.map(|it| (it.down_bps, it.up_bps))).collect()
}

#[test]
fn counters_become_rates() {
    // 37,500 octets in five minutes are 1,000 bit/s.
    for (readings, expected) in [
        // On the minute.
        (
            vec![(0, 0, 5), (300, 37_500, 5), (600, 112_500, 42_505)],
            [Some((1_000, 0)), Some((2_000, 1_133)), None],
        ),
        // Between: what two readings are apart is spread evenly.
        (
            vec![(-150, 0, 0), (150, 37_500, 0), (450, 112_500, 0), (900, 168_750, 0)],
            [Some((1_500, 0)), Some((1_500, 0)), Some((1_000, 0))],
        ),
        // More often than every five minutes.
        (
            vec![(0, 0, 0), (60, 10, 0), (299, 20, 0), (300, 37_500, 0), (301, 37_500, 0)],
            [Some((1_000, 0)), None, None],
        ),
        // As far apart as they may be.
        (vec![(0, 0, 0), (600, 75_000, 0)], [Some((1_000, 0)), Some((1_000, 0)), None]),
        // A single reading, and none.
        (vec![(0, 0, 0)], [None; 3]),
        (vec![], [None; 3]),
        // The last sample is not covered to its end.
        (
            vec![(0, 0, 0), (300, 0, 0), (600, 0, 0), (899, 99_999, 0)],
            [Some((0, 0)), Some((0, 0)), None],
        ),
    ] {
        let list = readings.iter().map(|(s, down, up)| reading(*s, *down, *up));
        let counters = Counters::sample(period(3), list, 600).unwrap();
        assert_eq!(rates(&counters), expected, "{readings:?}");
        assert_eq!((counters.restarts, counters.gaps), (0, 0));
    }
}

#[test]
fn what_was_not_read_is_missing_and_said() {
    let readings = [
        reading(0, 1_000, 1_000),
        reading(300, 38_500, 1_000),
        // Started anew, in one direction or both.
        reading(600, 5, 1_000),
        reading(900, 37_505, 1_000),
        reading(1_200, 37_506, 7),
        reading(1_500, 75_006, 7),
        // Away for longer than ten minutes.
        reading(2_101, 75_006, 7),
        reading(2_400, 75_006, 7),
    ];
    let counters = Counters::sample(period(8), readings, 600).unwrap();
    let some = Some((1_000, 0));
    assert_eq!(rates(&counters), [some, None, some, None, some, None, None, None]);
    assert_eq!((counters.restarts, counters.gaps), (2, 1));
    let error = Counters::sample(period(1), [reading(5, 0, 0), reading(5, 0, 0)], 600);
    assert_eq!(
        error.unwrap_err().to_string(),
        "the reading of 1970-01-01T00:00:05Z comes behind that of 1970-01-01T00:00:05Z; readings are in the order of time, and no \
         two are of one moment"
    );
    let many = (0..).map(|s| reading(s, 0, 0));
    assert_eq!(Counters::sample(period(1), many, 600), Err(CountersError::TooMany));
    let burst = [reading(0, 0, 0), reading(1, u64::MAX, 0)];
    let second = Interval::new(at(0), at(1)).unwrap();
    assert_eq!(Counters::sample(second, burst, 600), Err(CountersError::OutOfRange));
}

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

/// 10 Mbit/s at 5,000, and 300.50 for each more, up to 20.
fn commitment() -> Commitment {
    let million = NonZeroU64::new(1_000_000).unwrap();
    let burst = "300.50 KES".parse().unwrap();
    Commitment::new(10_000_000, kes("5000"), burst, million, Some(20_000_000)).unwrap()
}

fn measured(billable_bps: u64) -> Percentile {
    let list = [Some(sample(billable_bps, 7))];
    Percentile::of(&samples(&list), Billable::Greater, Missing::Zero).unwrap()
}

#[test]
fn what_is_committed_is_paid_and_what_is_above_it_too() {
    for (billable_bps, expected) in [
        (0, "5000.00 KES"),
        (10_000_000, "5000.00 KES"),
        (10_000_001, "5000.00 KES"),
        (10_001_000, "5000.30 KES"),
        (11_000_000, "5300.50 KES"),
        (12_345_678, "5704.88 KES"),
        (20_000_000, "8005.00 KES"),
        (25_000_000, "8005.00 KES"),
        (u64::MAX, "8005.00 KES"),
    ] {
        let charge = commitment().charge(measured(billable_bps), Rounding::HalfUp).unwrap();
        assert_eq!(charge.amount.to_string(), expected, "{billable_bps}");
    }
}

#[test]
fn a_commitment_that_is_none_is_refused() {
    let million = NonZeroU64::new(1_000_000).unwrap();
    let refused = |price: &str, burst: &str, peak_bps| {
        let (price, burst) = (price.parse().unwrap(), burst.parse().unwrap());
        Commitment::new(10, price, burst, million, peak_bps).unwrap_err().to_string()
    };
    assert_eq!(
        refused("1 KES", "1 UGX", None),
        "the commitment is paid in KES, and a burst in UGX; both are in one currency"
    );
    assert_eq!(
        refused("-1 KES", "1 KES", None),
        "the commitment costs -1.00 KES; it costs 0 or more"
    );
    assert_eq!(
        refused("1 KES", "1 KES", Some(9)),
        "the peak rate of 9 bit/s is below the committed one of 10 bit/s"
    );
    let dear =
        Commitment::new(0, kes("0"), "90000000 KES".parse().unwrap(), million, None).unwrap();
    let error = dear.charge(measured(u64::MAX), Rounding::HalfUp);
    assert_eq!(error, Err(crate::MoneyError::Overflow));
}

#[test]
fn what_a_bandwidth_costs_says_how_it_comes_about() {
    let said = |billable_bps| {
        commitment().charge(measured(billable_bps), Rounding::HalfUp).unwrap().to_string()
    };
    assert_eq!(
        said(9_000_000),
        "95th percentile of 1 samples without the greatest 0: 9000000 bit/s down, 7 bit/s up, the \
         greater 9000000 bit/s; 10000000 bit/s committed at 5000.00 KES; charge 5000.00 KES"
    );
    assert_eq!(
        said(25_000_000),
        "95th percentile of 1 samples without the greatest 0: 25000000 bit/s down, 7 bit/s up, the \
         greater 25000000 bit/s; 10000000 bit/s committed at 5000.00 KES; 10000000 bit/s above that \
         at 300.5 KES for 1000000 bit/s; 5000000 bit/s above the peak not billed; charge 8005.00 KES"
    );
    let list = samples(&[Some(sample(3, 4)), None]);
    let said = |billable, missing| Percentile::of(&list, billable, missing).unwrap().to_string();
    assert_eq!(
        said(Billable::PercentileOfSums, Missing::Zero),
        "95th percentile of 2 samples without the greatest 0 (1 missing, taken for 0): 3 bit/s down, \
         4 bit/s up, both together 7 bit/s"
    );
    assert_eq!(
        said(Billable::SumOfPercentiles, Missing::LeftOut),
        "95th percentile of 1 samples without the greatest 0 (1 missing, left out): 3 bit/s down, 4 \
         bit/s up, their sum 7 bit/s"
    );
}

proptest! {
    #[test]
    fn a_percentile_is_what_sorting_finds(
        list in proptest::collection::vec(
            proptest::option::weighted(0.9, (0..1_000_u64, 0..1_000_u64)), 1..400,
        ),
        is_zero in any::<bool>(),
    ) {
        let missing = if is_zero { Missing::Zero } else { Missing::LeftOut };
        let found: Vec<_> =
            list.iter().map(|it| it.map(|(down, up)| sample(down, up))).collect();
        let found = Percentile::of(&samples(&found), Billable::PercentileOfSums, missing);
        let mut known: Vec<(u64, u64)> = list.iter().flatten().copied().collect();
        if is_zero {
            known.resize(list.len(), (0, 0));
        }
        let sorted = |rate: fn(&(u64, u64)) -> u64| {
            let mut rates: Vec<u64> = known.iter().map(rate).collect();
            rates.sort_unstable();
            // The greatest go one by one.
            for _ in 0..known.len() * 5 / 100 {
                rates.pop();
            }
            rates.pop()
        };
        let found = found.ok();
        prop_assert_eq!(found.map(|it| it.down_bps), sorted(|it| it.0));
        prop_assert_eq!(found.map(|it| it.up_bps), sorted(|it| it.1));
        prop_assert_eq!(found.map(|it| it.billable_bps), sorted(|it| it.0 + it.1));
        prop_assert_eq!(found.map_or(0, |it| it.missing), if found.is_some() { list.iter().filter(|it| it.is_none()).count() } else { 0 });
    }

    /// Octets are neither lost nor made, and each sample is what its seconds are together.
    #[test]
    fn rates_are_those_of_the_seconds(
        steps in proptest::collection::vec((1..700_i64, 0..100_000_u64), 1..30),
    ) {
        let (mut readings, mut now, mut octets) = (vec![reading(-100, 0, 0)], -100, 0);
        // Octets of each second of an hour.
        let mut seconds = vec![None; 3_600];
        for (len_s, per_s) in steps {
            for s in now..now + len_s {
                if let Some(second) = usize::try_from(s).ok().and_then(|s| seconds.get_mut(s)) {
                    *second = Some(per_s);
                }
            }
            (now, octets) = (now + len_s, octets + per_s * len_s as u64);
            readings.push(reading(now, octets, octets / 2));
        }
        let counters = Counters::sample(period(12), readings, 700).unwrap();
        for (sample, seconds) in counters.samples.as_slice().iter().zip(seconds.chunks(300)) {
            let sum: Option<u64> = seconds.iter().copied().sum();
            // 8 of 300: rounded half up.
            let expected = sum.map(|octets| (octets * 16 + 300) / 600);
            prop_assert_eq!(sample.map(|it| it.down_bps), expected);
        }
    }
}
