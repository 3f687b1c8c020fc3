use proptest::prelude::*;

use super::*;

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

#[test]
fn amounts_are_read_and_written_in_the_digits_of_their_currency() {
    let table = [
        ("1500 KES", 150_000, "1500.00 KES"),
        ("1500.5 KES", 150_050, "1500.50 KES"),
        ("-0.50 EUR", -50, "-0.50 EUR"),
        ("1500 UGX", 1_500, "1500 UGX"),
        ("1.005 KWD", 1_005, "1.005 KWD"),
        ("0 KES", 0, "0.00 KES"),
        ("92233720368547758.07 EUR", i64::MAX, "92233720368547758.07 EUR"),
    ];
    for (text, amount_minor, written) in table {
        let read = money(text);
        assert_eq!((read.amount_minor(), read.to_string().as_str()), (amount_minor, written));
    }
}

#[test]
fn what_is_no_amount_says_why() {
    let form = "is no amount; amounts are written `1500 KES` or `1500.50 KES`";
    let table = [
        ("", form),
        ("1500", form),
        ("KES", form),
        (" KES", form),
        ("1,500 KES", form),
        ("1500. KES", form),
        (".5 KES", form),
        ("+5 KES", form),
        ("--5 KES", form),
        ("1e3 KES", form),
        ("15 KSH", "`KSH` is no currency; "),
        ("15.5 UGX", "has 1 digits behind the point; UGX has 0"),
        ("15.005 KES", "has 3 digits behind the point; KES has 2"),
        ("92233720368547758.08 EUR", "is out of range; amounts are below 9223372036854775807"),
    ];
    for (text, problem) in table {
        let error = text.parse::<Money>().unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn currencies_are_not_mixed_and_nothing_wraps() {
    let error = money("1 KES").plus(money("1 UGX")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "KES and UGX cannot be reckoned together; one of them must be exchanged first"
    );
    let most = Money::new(i64::MAX, "KES".parse().unwrap());
    assert_eq!(most.plus(money("0.01 KES")), Err(MoneyError::Overflow));
    assert_eq!(most.times(2), Err(MoneyError::Overflow));
    assert_eq!(Money::new(i64::MIN, most.currency()).negated(), Err(MoneyError::Overflow));
    let more = Ratio::new(3, 2).unwrap();
    assert_eq!(most.part(more, Rounding::HalfUp), Err(MoneyError::Overflow));
}

#[test]
fn a_part_is_rounded_once() {
    // Ten of thirty days of 1499.99.
    let ratio = Ratio::new(10, 30).unwrap();
    let part = |rounding| money("1499.99 KES").part(ratio, rounding).unwrap().to_string();
    assert_eq!(part(Rounding::HalfUp), "500.00 KES");
    assert_eq!(part(Rounding::Down), "499.99 KES");
    let none = money("0 KES").part(ratio, Rounding::Up).unwrap();
    assert!(none.is_zero());
}

#[test]
fn an_amount_is_divided_to_the_last_cent() {
    let divided = |text: &str, shares: &[u64]| -> Vec<String> {
        let parts = money(text).divide(shares).unwrap();
        parts.iter().map(|part| part.to_string().replace(" KES", "")).collect()
    };
    assert_eq!(divided("100 KES", &[1, 1, 1]), ["33.34", "33.33", "33.33"]);
    assert_eq!(divided("-100 KES", &[1, 1, 1]), ["-33.34", "-33.33", "-33.33"]);
    assert_eq!(divided("0.05 KES", &[3, 7]), ["0.02", "0.03"]);
    assert_eq!(divided("1 KES", &[0, 2, 0, 1]), ["0.00", "0.67", "0.00", "0.33"]);
    assert_eq!(divided("0 KES", &[0, 0]), ["0.00", "0.00"]);
    assert_eq!(divided("0 KES", &[]), [""; 0]);
    assert_eq!(money("1 KES").divide(&[0, 0]), Err(MoneyError::NoShares));
    assert_eq!(money("1 KES").divide(&[]), Err(MoneyError::NoShares));
}

proptest! {
    #[test]
    fn amounts_are_read_as_they_are_written(
        amount_minor: i64,
        code in proptest::sample::select(vec!["KES", "UGX", "KWD", "CLF"]),
    ) {
        let money = Money::new(amount_minor, code.parse().unwrap());
        prop_assert_eq!(money.to_string().parse(), Ok(money));
    }

    #[test]
    fn parts_make_the_whole_and_none_is_a_unit_off(
        amount_minor: i64,
        shares in proptest::collection::vec(any::<u64>(), 1..20),
    ) {
        let money = Money::new(amount_minor, "KES".parse().unwrap());
        let whole: u128 = shares.iter().map(|share| u128::from(*share)).sum();
        prop_assume!(whole > 0);
        let parts = money.divide(&shares).unwrap();
        prop_assert_eq!(Money::sum(money.currency(), parts.iter().copied()), Ok(money));
        for (part, share) in parts.iter().zip(&shares) {
            let exact = u128::from(amount_minor.unsigned_abs()) * u128::from(*share);
            let got = u128::from(part.amount_minor().unsigned_abs());
            prop_assert!(got == exact / whole || got == exact / whole + 1);
            prop_assert!(got * whole < exact + whole, "no part is a whole unit too much");
        }
    }
}
