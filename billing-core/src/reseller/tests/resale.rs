//! What is charged to a customer, on the levels above.

use super::*;
use crate::PartOrAmount;

const LEVEL: ResaleLevel = ResaleLevel { parent: MIDDLE, reseller: SHOP };

/// A month for which the shop pays 700.00.
fn month(rate: Option<&str>) -> Resold {
    let rate = rate.map(|rate| rate.parse::<PartOrAmount>().unwrap());
    Resold::nothing(kes("700"), rate, kes("0"))
}

fn charged(due: &str, amount: &str) -> Resale {
    with_fixed(due, "0", amount)
}

fn with_fixed(due: &str, fixed: &str, amount: &str) -> Resale {
    Resale::Charged { due: kes(due), fixed: kes(fixed), amount: kes(amount), net: kes(amount) }
}

fn given_back(amount: &str) -> Resale {
    Resale::GivenBack { amount: kes(amount), net: kes(amount) }
}

/// What moves with each of these, one after the other.
fn moves(of: Resold, all: &[Resale]) -> Vec<(String, String)> {
    let mut before = of;
    let mut moved = Vec::new();
    for resale in all {
        let after = before.after(*resale, Rounding::HalfUp).unwrap();
        let ResaleMoves { bought, commission } = after.since(&before).unwrap();
        moved.push((bought.to_string(), commission.to_string()));
        before = after;
    }
    moved
}

fn said(moves: &[(&str, &str)]) -> Vec<(String, String)> {
    moves.iter().map(|(one, other)| (format!("{one} KES"), format!("{other} KES"))).collect()
}

#[test]
fn parts_are_the_whole_and_what_goes_back_is_the_same_share() {
    // 31 days for 1000.00, of which 10 remain when it ends: 225.81 are due of 700.00.
    let ended = [charged("700", "1000"), charged("225.81", "-677.42")];
    assert_eq!(moves(month(None), &ended), said(&[("700.00", "0.00"), ("-474.19", "0.00")]));
    // Discounts are the shop's own: it pays as for what costs everything, and for what costs nothing.
    assert_eq!(moves(month(None), &[charged("700", "0")]), said(&[("700.00", "0.00")]));
    // A third, twice, and the rest: 233.33, 233.34 and 233.33.
    let thirds =
        [charged("700", "1000"), given_back("333.33"), given_back("333.33"), given_back("333.34")];
    let back = [("700.00", "0.00"), ("-233.33", "0.00"), ("-233.33", "0.00"), ("-233.34", "0.00")];
    assert_eq!(moves(month(None), &thirds), said(&back));
    // Half was given back by hand, and then it ends: half of 225.81 is kept.
    let both = [charged("700", "1000"), given_back("500"), charged("225.81", "0")];
    let expected = [("700.00", "0.00"), ("-350.00", "0.00"), ("-237.09", "0.00")];
    assert_eq!(moves(month(None), &both), said(&expected));
}

#[test]
fn commissions_follow_what_is_sold() {
    let sold = [charged("700", "1000"), charged("350", "-500"), given_back("500")];
    let expected = [("700.00", "100.00"), ("-350.00", "-50.00"), ("-350.00", "-50.00")];
    assert_eq!(moves(month(Some("10%")), &sold), said(&expected));
    // What is fixed is for the whole, and the same share of it is earned; never more than is sold.
    let fixed = |charges: &[Resale]| moves(month(Some("25 KES")), charges);
    let sold = [with_fixed("700", "25", "1000"), with_fixed("350", "12.50", "-500")];
    let expected = [("700.00", "25.00"), ("-350.00", "-12.50"), ("-210.00", "-7.50")];
    assert_eq!(fixed(&[&sold[..], &[given_back("300")]].concat()), said(&expected));
    let expected = [("700.00", "25.00"), ("-350.00", "-12.50"), ("-350.00", "-12.50")];
    assert_eq!(fixed(&[&sold[..], &[given_back("500")]].concat()), said(&expected));
    assert_eq!(fixed(&[with_fixed("700", "25", "20")]), said(&[("700.00", "20.00")]));
    // Of what is sold in another currency nothing is earned, and the price is paid all the same.
    let dollars =
        Resold::nothing(kes("700"), Some("10%".parse().unwrap()), "0 USD".parse().unwrap());
    let usd: Money = "8 USD".parse().unwrap();
    let charged = Resale::Charged { due: kes("700"), fixed: kes("0"), amount: usd, net: usd };
    assert_eq!(moves(dollars, &[charged]), said(&[("700.00", "0.00")]));
}

#[test]
fn it_is_balanced_in_both_books_in_either_direction() {
    let moved = ResaleMoves { bought: kes("700"), commission: kes("100") };
    let [above, below] = moved.postings(ResaleId(9), LEVEL).unwrap();
    assert_eq!(
        written(&[above, below]),
        [
            "2: reseller:3 -> sales: 700.00 KES",
            "2: commissions -> reseller:3: 100.00 KES",
            "3: purchases -> supplier:2: 700.00 KES",
            "3: supplier:2 -> commissions: 100.00 KES",
        ]
    );
    let back = ResaleMoves { bought: kes("-700"), commission: kes("0") };
    let postings = back.postings(ResaleId(9), LEVEL).unwrap();
    assert_eq!(
        written(&postings),
        ["2: sales -> reseller:3: 700.00 KES", "3: supplier:2 -> purchases: 700.00 KES"]
    );
}

#[test]
fn who_has_too_little_buys_nothing_and_who_owes_too_much_orders_nothing() {
    let wallet = |balance, credit| ResellerWallet::new(kes(balance), kes(credit)).unwrap();
    assert_eq!(LEVEL.check_has(wallet("200", "500"), kes("700")), Ok(()));
    let error = LEVEL.check_has(wallet("199.99", "500"), kes("700")).unwrap_err().to_string();
    assert_eq!(
        error,
        "reseller 3 has 699.99 KES left at tenant 2, its credit included, and 700.00 KES is needed"
    );
    // What is free, and what comes back, is had by whoever owes.
    assert_eq!(LEVEL.check_has(wallet("-700", "0"), kes("0")), Ok(()));
    assert_eq!(LEVEL.check_has(wallet("-700", "0"), kes("-5")), Ok(()));
    assert_eq!(LEVEL.check_owes_no_more(wallet("-500", "500")), Ok(()));
    let error = LEVEL.check_owes_no_more(wallet("-500.01", "500")).unwrap_err().to_string();
    assert_eq!(
        error,
        "reseller 3 owes 500.01 KES at tenant 2, and may owe 500.00 KES; nothing is ordered until that is \
         paid"
    );
}
