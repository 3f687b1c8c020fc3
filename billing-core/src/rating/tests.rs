use core::num::NonZeroU64;

use proptest::prelude::*;

use super::*;
use crate::{Currency, Money, Percentage, Ratio, Rounding};

fn unit(text: &str) -> UnitPrice {
    format!("{text} KES").parse().unwrap()
}

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

fn tier(up_to: Option<u64>, price: &str, flat: &str) -> Tier {
    Tier { up_to, unit: unit(price), flat: kes(flat) }
}

/// 100 GB at 20, the next 400 at 15, the rest at 10, each with a fee for being reached.
fn tiers() -> Tiers {
    let tiers = [(Some(100), "20", "0"), (Some(500), "15", "50"), (None, "10", "100")];
    Tiers::new(tiers.map(|(up_to, price, flat)| tier(up_to, price, flat)).to_vec()).unwrap()
}

fn price(model: Model) -> UsagePrice {
    UsagePrice { free_units: 0, model, minimum: None }
}

fn amounts(price: &UsagePrice, units: &[u64]) -> Vec<String> {
    let amount = |units: &u64| price.rate(*units, Rounding::HalfUp).unwrap().amount;
    units.iter().map(|units| amount(units).to_string().replace(" KES", "")).collect()
}

#[test]
fn each_model_has_its_table() {
    let units = [0, 1, 100, 101, 500, 501, 1_000];
    let table = [
        (Model::PerUnit(unit("0.015")), ["0.00", "0.02", "1.50", "1.52", "7.50", "7.52", "15.00"]),
        (
            Model::Package { size: NonZeroU64::new(100).unwrap(), price: kes("250") },
            ["0.00", "250.00", "250.00", "500.00", "1250.00", "1500.00", "2500.00"],
        ),
        (
            Model::Graduated(tiers()),
            ["0.00", "20.00", "2000.00", "2065.00", "8050.00", "8160.00", "13150.00"],
        ),
        (
            Model::Volume(tiers()),
            ["0.00", "20.00", "2000.00", "1565.00", "7550.00", "5110.00", "10100.00"],
        ),
        (
            Model::Percentage { currency: "KES".parse().unwrap(), rate: "2.5%".parse().unwrap() },
            ["0.00", "0.00", "0.03", "0.03", "0.13", "0.13", "0.25"],
        ),
    ];
    for (model, expected) in table {
        assert_eq!(amounts(&price(model.clone()), &units), expected, "{model:?}");
    }
}

#[test]
fn free_units_come_first_and_the_minimum_last() {
    let price =
        UsagePrice { free_units: 50, model: Model::Graduated(tiers()), minimum: Some(kes("500")) };
    assert_eq!(
        amounts(&price, &[0, 50, 60, 80, 150]),
        ["500.00", "500.00", "500.00", "600.00", "2000.00"]
    );
    let rated = price.rate(60, Rounding::HalfUp).unwrap();
    assert_eq!(rated.true_up, kes("300"));
    let expected = [Step::Free { units: 50 }, Step::Units { units: 10, unit: unit("20") }];
    assert_eq!(rated.steps, expected);
}

#[test]
fn a_tier_that_is_reached_says_so_in_its_steps() {
    let rated = price(Model::Graduated(tiers())).rate(600, Rounding::HalfUp).unwrap();
    let expected = [
        Step::Units { units: 100, unit: unit("20") },
        Step::Units { units: 400, unit: unit("15") },
        Step::Flat { amount: kes("50") },
        Step::Units { units: 100, unit: unit("10") },
        Step::Flat { amount: kes("100") },
    ];
    assert_eq!(rated.steps, expected);
    assert_eq!(rated.amount, kes("9150"));
}

#[test]
fn what_usage_costs_says_how_it_comes_about() {
    let said = |price: &UsagePrice, units| price.rate(units, Rounding::HalfUp).unwrap().to_string();
    let tiered =
        UsagePrice { free_units: 50, model: Model::Graduated(tiers()), minimum: Some(kes("500")) };
    assert_eq!(
        said(&tiered, 60),
        "50 units free; 10 units at 20 KES; 300.00 KES to come to the minimum; charge 500.00 KES"
    );
    assert_eq!(
        said(&tiered, 250),
        "50 units free; 100 units at 20 KES; 100 units at 15 KES; 50.00 KES for the tier; charge \
         3550.00 KES"
    );
    let size = NonZeroU64::new(100).unwrap();
    let packages = price(Model::Package { size, price: kes("250") });
    assert_eq!(said(&packages, 101), "2 packages at 250.00 KES; charge 500.00 KES");
    let (currency, rate) = ("KES".parse().unwrap(), "2.5%".parse().unwrap());
    let part = price(Model::Percentage { currency, rate });
    assert_eq!(said(&part, 10_000), "2.5% of 100.00 KES; charge 2.50 KES");
}

#[test]
fn tiers_leave_no_unit_without_a_price() {
    let refused = |tiers: Vec<Tier>| Tiers::new(tiers).unwrap_err().to_string();
    assert_eq!(refused(vec![]), "units above 0 have no price; the last tier has no end");
    assert_eq!(
        refused(vec![tier(Some(100), "1", "0")]),
        "units above 100 have no price; the last tier has no end"
    );
    assert_eq!(
        refused(vec![tier(Some(100), "1", "0"), tier(Some(100), "1", "0"), tier(None, "1", "0")]),
        "tier 2 ends at 100, which is not above the one before it; tiers ascend"
    );
    assert_eq!(
        refused(vec![tier(None, "1", "0"), tier(Some(100), "1", "0")]),
        "tier 2 comes behind one without an end; only the last has none"
    );
    assert_eq!(
        refused(vec![tier(None, "1", "-5")]),
        "tier 1 costs -5.00 KES; a tier costs 0 or more"
    );
    let abroad = Tier { unit: "1 UGX".parse().unwrap(), ..tier(None, "1", "0") };
    assert_eq!(
        refused(vec![tier(Some(1), "1", "0"), abroad]),
        "tier 2 is in UGX, and the first in KES; all are in one"
    );
    let many = (1..66).map(|up_to| tier(Some(up_to), "1", "0")).collect();
    assert_eq!(refused(many), "there are 65 tiers; a price has 64 at most");
}

#[test]
fn prices_of_a_unit_are_read_as_they_are_written() {
    for (text, nanos) in [
        ("2 KES", 200_000_000_000),
        ("0.0004 KES", 40_000_000),
        ("0.00000000001 KES", 1),
        ("1.5 UGX", 1_500_000_000),
        ("0 KES", 0),
    ] {
        let price: UnitPrice = text.parse().unwrap();
        assert_eq!((price.nanos(), price.to_string().as_str()), (nanos, text));
    }
    let form = "is no price of a unit; such prices are written `2 KES` or `0.0004 KES`";
    for (text, problem) in [
        ("", form),
        ("-1 KES", form),
        ("1. KES", form),
        (".5 KES", form),
        ("1 KSH", "`KSH` is no currency"),
        ("0.000000000001 KES", "has 12 digits behind the point; a price of a unit in KES has 11"),
        ("99999999999 KES", "is out of range; a unit costs less than 9223372036 minor units"),
    ] {
        let error = text.parse::<UnitPrice>().unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn what_is_out_of_range_or_of_two_currencies_is_an_error() {
    let error = price(Model::PerUnit(unit("90000000"))).rate(u64::MAX, Rounding::HalfUp);
    assert_eq!(error, Err(crate::MoneyError::Overflow));
    let mixed =
        UsagePrice { minimum: Some("5 UGX".parse().unwrap()), ..price(Model::PerUnit(unit("1"))) };
    let error = mixed.rate(1, Rounding::HalfUp).unwrap_err().to_string();
    assert!(error.contains("cannot be reckoned together"), "{error}");
}

fn models() -> impl Strategy<Value = Model> {
    let currency: Currency = "KES".parse().unwrap();
    let unit = || {
        (0..10_000_000_000_000_i64)
            .prop_map(move |nanos| UnitPrice::from_nanos(nanos, currency).unwrap())
    };
    let flat = || (0..100_000_i64).prop_map(move |minor| Money::new(minor, currency));
    let list = proptest::collection::vec((1..1_000_u64, unit(), flat()), 1..6);
    let tiers = list.prop_map(|list| {
        let count = list.len();
        let mut end = 0;
        let tier = |(place, (size, unit, flat))| {
            end += size;
            Tier { up_to: (place + 1 < count).then_some(end), unit, flat }
        };
        Tiers::new(list.into_iter().enumerate().map(tier).collect()).unwrap()
    });
    prop_oneof![
        unit().prop_map(Model::PerUnit),
        (1..1_000_u64, flat()).prop_map(|(size, price)| Model::Package {
            size: NonZeroU64::new(size).unwrap(),
            price,
        }),
        tiers.prop_map(Model::Graduated),
        (0..2_000_000_u64).prop_map(move |millionths| Model::Percentage {
            currency,
            rate: Percentage::from_millionths(millionths).unwrap(),
        }),
    ]
}

proptest! {
    #[test]
    fn more_never_costs_less(model in models(), free_units in 0..500_u64, units in 0..5_000_u64) {
        let price = UsagePrice { free_units, model, minimum: None };
        let [less, more] = [units, units + 1].map(|units| price.rate(units, Rounding::HalfUp).unwrap());
        prop_assert!(less.amount.amount_minor() <= more.amount.amount_minor());
    }

    #[test]
    fn the_amount_alone_is_that_of_the_steps(
        model in models(), free_units in 0..500_u64, units in 0..5_000_u64,
        minimum in proptest::option::of(0..1_000_000_i64),
    ) {
        let minimum = minimum.map(|minor| Money::new(minor, model.currency()));
        let price = UsagePrice { free_units, model, minimum };
        let rated = price.rate(units, Rounding::HalfUp).unwrap();
        prop_assert_eq!(price.amount(units, Rounding::HalfUp), Ok(rated.amount));
    }

    #[test]
    fn graduated_tiers_cost_what_each_unit_in_them_does(model in models(), units in 0..5_000_u64) {
        let Model::Graduated(tiers) = &model else { return Ok(()) };
        let mut nanos = 0_i128;
        for number in 1..=units {
            // The tier of each unit by itself, and its fee with its first one.
            let mut from = 0;
            for tier in tiers.as_slice() {
                let to = tier.up_to.unwrap_or(u64::MAX);
                if number > from && number <= to {
                    nanos += i128::from(tier.unit.nanos());
                    if number == from + 1 {
                        nanos += i128::from(tier.flat.amount_minor()) * 1_000_000_000;
                    }
                }
                from = to;
            }
        }
        let expected = Rounding::HalfUp.divide(nanos, 1_000_000_000).unwrap();
        let rated = price(model.clone()).rate(units, Rounding::HalfUp).unwrap();
        prop_assert_eq!(i128::from(rated.amount.amount_minor()), expected);
    }

    #[test]
    fn prices_are_read_back(nanos in 0..i64::MAX, code in proptest::sample::select(vec!["KES", "UGX", "KWD"])) {
        let price = UnitPrice::from_nanos(nanos, code.parse().unwrap()).unwrap();
        prop_assert_eq!(price.to_string().parse(), Ok(price));
    }
}

#[test]
fn a_part_of_a_period_has_its_part_of_what_is_by_the_period() {
    let part = |part, of| Ratio::new(part, of).unwrap();
    let of = |price: &UsagePrice, of: Ratio, units| {
        price
            .of_part(of, Rounding::HalfUp)
            .unwrap()
            .rate(units, Rounding::HalfUp)
            .unwrap()
            .to_string()
    };
    let each = UsagePrice {
        free_units: 100,
        minimum: Some("1000 KES".parse().unwrap()),
        ..price(Model::PerUnit(unit("20")))
    };
    // (which part, how many units, what they cost): 9 of 30 days of 100 free and of 1000 at least.
    let table = [
        (part(9, 30), 0, "300.00 KES to come to the minimum; charge 300.00 KES"),
        (part(9, 30), 30, "30 units free; 300.00 KES to come to the minimum; charge 300.00 KES"),
        (part(9, 30), 50, "30 units free; 20 units at 20 KES; charge 400.00 KES"),
        // Each is rounded once: 16.13 units, and 161.29.
        (
            part(5, 31),
            17,
            "16 units free; 1 units at 20 KES; 141.29 KES to come to the minimum; charge \
            161.29 KES",
        ),
        (part(30, 30), 50, "50 units free; 1000.00 KES to come to the minimum; charge 1000.00 KES"),
    ];
    for (which, units, expected) in table {
        assert_eq!(of(&each, which, units), expected, "{which:?} {units}");
    }
    // Tiers begin where their part of the units is reached, and cost their part for being reached: what is free
    // as the first tier is as free as free units.
    let tiers = |tiers: &[Tier]| Tiers::new(tiers.to_vec()).unwrap();
    let list =
        tiers(&[tier(Some(100), "20", "0"), tier(Some(500), "15", "50"), tier(None, "10", "0")]);
    let graduated = price(Model::Graduated(list.clone()));
    let nine = part(9, 30);
    assert_eq!(
        of(&graduated, nine, 200),
        "30 units at 20 KES; 120 units at 15 KES; 15.00 KES for the tier; 50 units at 10 KES; charge \
         2915.00 KES"
    );
    assert_eq!(
        of(&price(Model::Volume(list)), nine, 200),
        "200 units at 10 KES; charge 2000.00 KES"
    );
    let free = price(Model::Graduated(tiers(&[tier(Some(100), "0", "0"), tier(None, "20", "0")])));
    assert_eq!(of(&free, nine, 50), "30 units at 0 KES; 20 units at 20 KES; charge 400.00 KES");
    // One of which nothing is left is not reached.
    let narrow =
        tiers(&[tier(Some(1), "20", "9"), tier(Some(100), "15", "0"), tier(None, "10", "0")]);
    assert_eq!(
        of(&price(Model::Graduated(narrow)), part(1, 30), 5),
        "3 units at 15 KES; 2 units at 10 KES; charge 65.00 KES"
    );
    // Packages are what they are.
    let package = price(Model::Package { size: NonZeroU64::new(10).unwrap(), price: kes("100") });
    assert_eq!(of(&package, nine, 11), "2 packages at 100.00 KES; charge 200.00 KES");
}
