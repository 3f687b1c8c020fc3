use proptest::prelude::*;

use super::*;

/// A day of a statement, seconds.
const DAY_S: i64 = 86_400;

fn at(s: i64) -> Timestamp {
    Timestamp::from_unix_s(s)
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn number(text: &str) -> ReceiptNumber {
    text.parse().unwrap()
}

/// The day, five minutes to and fro, ten minutes to be made good, looked at an hour after its end.
fn scope() -> Scope {
    let stretch = Interval::new(at(0), at(DAY_S)).unwrap();
    Scope { stretch, tolerance_s: 300, patience_s: 600, now: at(DAY_S + 3_600) }
}

fn line(of: &str, movement: Movement, amount: &str, s: i64) -> StatementLine {
    let kind = LineKind::Movement(movement);
    StatementLine { number: number(of), kind, amount: money(amount), at: at(s) }
}

fn paid(of: &str, progress: Progress, amount: &str, s: i64) -> Booked {
    let (kind, amount) = (BookedKind::Payment(progress), money(amount));
    Booked { number: number(of), kind, amount, moved: amount, at: at(s) }
}

fn said(statement: &[StatementLine], booked: &[Booked]) -> Vec<String> {
    let reconciled = reconcile(statement, booked, &scope()).unwrap();
    let said = |difference: &Difference| format!("{}: {difference}", difference.code());
    reconciled.differences.iter().map(said).collect()
}

#[test]
fn each_difference_between_the_sides_is_found_and_said_in_words() {
    use Movement::{Payment, Refund, Reversal};
    let noon = DAY_S / 2;
    let there = |movement, amount| line("QK1", movement, amount, noon);
    let payment = || there(Payment, "1500 KES");
    let here = |amount| paid("QK1", Progress::Complete, amount, noon);
    let taken = |kind| Booked { kind, ..here("1500 KES") };
    let table: [(&[StatementLine], &[Booked], &[&str]); 11] = [
        (&[payment()], &[here("1500 KES")], &[]),
        (
            &[payment()],
            &[],
            &["missing-here: payment QK1 of 1500.00 KES is on the statement, and not booked here"],
        ),
        (
            &[there(Refund, "1500 KES")],
            &[],
            &["missing-here: refund QK1 of 1500.00 KES is on the statement, and not booked here"],
        ),
        (
            &[],
            &[here("1500 KES")],
            &["missing-there: payment QK1 of 1500.00 KES is booked here, and not on the statement"],
        ),
        (
            &[payment()],
            &[here("1499.99 KES")],
            &["amount: payment QK1 is of 1500.00 KES on the statement, and of 1499.99 KES here"],
        ),
        (
            &[payment()],
            &[here("1500 UGX")],
            &["currency: payment QK1 is of 1500.00 KES on the statement, and of 1500 UGX here"],
        ),
        (
            &[payment(), payment()],
            &[here("1500 KES")],
            &["twice-there: payment QK1 is on the statement 2 times"],
        ),
        // Of two lines the one that is like ours is compared.
        (
            &[there(Payment, "1 KES"), payment()],
            &[here("1500 KES")],
            &["twice-there: payment QK1 is on the statement 2 times"],
        ),
        (
            &[payment()],
            &[here("1500 KES"), here("1500 KES")],
            &["twice-here: payment QK1 is booked here 2 times"],
        ),
        // A reversal may have the number of its payment.
        (
            &[payment(), there(Reversal, "1500 KES")],
            &[here("1500 KES")],
            &[
                "reversed-there: 1500.00 KES were taken back by the provider under QK1, and not here",
            ],
        ),
        (
            &[payment(), there(Reversal, "1500 KES")],
            &[here("1500 KES"), taken(BookedKind::Reversal)],
            &[],
        ),
    ];
    for (statement, booked, expected) in table {
        assert_eq!(said(statement, booked), expected);
    }
}

#[test]
fn parts_of_one_number_agree_together_and_each_with_the_ledger() {
    use Movement::{Payment, Refund};
    let noon = DAY_S / 2;
    let there = |movement, amount| line("QK1", movement, amount, noon);
    let here = |amount| paid("QK1", Progress::Complete, amount, noon);
    let of_refund = |amount| Booked { kind: BookedKind::Refund, ..here(amount) };
    let table: [(&[StatementLine], &[Booked], &[&str]); 4] = [
        // Of one payment two parts were given back, both under its number, or one of them.
        (
            &[there(Refund, "200 KES"), there(Refund, "300 KES")],
            &[of_refund("300 KES"), of_refund("200 KES")],
            &[],
        ),
        (
            &[there(Refund, "200 KES"), there(Refund, "300 KES")],
            &[of_refund("300 KES")],
            &["twice-there: refund QK1 is on the statement 2 times"],
        ),
        (
            &[there(Payment, "1500 KES")],
            &[Booked { moved: money("1499.99 KES"), ..here("1500 KES") }],
            &["ledger: payment QK1 is booked as 1500.00 KES, and the ledger has 1499.99 KES"],
        ),
        (
            &[there(Refund, "1500 KES")],
            &[Booked { moved: money("0 KES"), ..of_refund("1500 KES") }],
            &["ledger: refund QK1 is booked as 1500.00 KES, and the ledger has 0.00 KES"],
        ),
    ];
    for (statement, booked, expected) in table {
        assert_eq!(said(statement, booked), expected);
    }
}

#[test]
fn a_refund_is_no_reversal_of_the_same_number() {
    let ours =
        Booked { kind: BookedKind::Reversal, ..paid("QK1", Progress::Complete, "1 KES", 900) };
    let expected = [
        "missing-here: refund QK1 of 1.00 KES is on the statement, and not booked here",
        "missing-there: reversal QK1 of 1.00 KES is booked here, and not on the statement",
    ];
    assert_eq!(said(&[line("QK1", Movement::Refund, "1 KES", 900)], &[ours]), expected);
}

#[test]
fn what_is_paid_and_brings_nothing_is_found_and_said_in_words() {
    let noon = DAY_S / 2;
    let statement = [line("QK1", Movement::Payment, "1500 KES", noon)];
    let table = [
        (Progress::Complete, None),
        (
            Progress::Paid,
            Some("not-applied: payment QK1 of 1500.00 KES has brought nothing for 780 minutes"),
        ),
        (
            Progress::Applied { at: at(noon + 60) },
            Some(
                "not-activated: payment QK1 of 1500.00 KES is applied, and the network has not \
                 confirmed for 779 minutes",
            ),
        ),
    ];
    for (progress, expected) in table {
        let booked = [paid("QK1", progress, "1500 KES", noon)];
        assert_eq!(said(&statement, &booked), Vec::from_iter(expected));
    }
}

#[test]
fn what_is_near_an_end_is_not_said_to_be_missing() {
    let found = |s| {
        let lonely = line("QK1", Movement::Payment, "1 KES", s);
        let ours = paid("QK2", Progress::Complete, "1 KES", s);
        let reconciled = reconcile(&[lonely], &[ours], &scope()).unwrap();
        (reconciled.differences.len(), reconciled.undecided)
    };
    let table = [
        (-1, (0, 0)),
        (0, (0, 2)),
        (299, (0, 2)),
        (300, (2, 0)),
        (DAY_S - 301, (2, 0)),
        (DAY_S - 300, (0, 2)),
        (DAY_S - 1, (0, 2)),
        (DAY_S, (0, 0)),
    ];
    for (s, expected) in table {
        assert_eq!(found(s), expected, "at {s}");
    }
}

#[test]
fn what_is_beyond_the_stretch_may_be_the_like_of_what_is_within() {
    let (within, beyond) = (DAY_S - 1_000, DAY_S + 1_000);
    for (there, here) in [(within, beyond), (beyond, within)] {
        let statement = [line("QK1", Movement::Payment, "1 KES", there)];
        let like = [paid("QK1", Progress::Complete, "1 KES", here)];
        assert_eq!(reconcile(&statement, &like, &scope()).unwrap().agreed, 1);
        let other = [paid("QK1", Progress::Complete, "2 KES", here)];
        assert_eq!(reconcile(&statement, &other, &scope()).unwrap().differences.len(), 1);
    }
    let statement = [line("QK1", Movement::Payment, "1 KES", beyond)];
    let booked = [paid("QK1", Progress::Complete, "2 KES", beyond)];
    let outside = reconcile(&statement, &booked, &scope()).unwrap();
    assert_eq!((outside.differences.len(), outside.agreed), (0, 0));
}

#[test]
fn what_is_paid_is_made_good_within_the_patience() {
    let now = scope().now.unix_s();
    let found = |at_s: i64, progress| {
        let ours = paid("QK1", progress, "1 KES", at_s);
        let scope = Scope { stretch: Interval::new(at(0), at(now + 1)).unwrap(), ..scope() };
        let lines = [line("QK1", Movement::Payment, "1 KES", at_s)];
        let found = reconcile(&lines, &[ours], &scope).unwrap().differences;
        found.first().map(Difference::code)
    };
    assert_eq!(found(now - 600, Progress::Paid), None);
    assert_eq!(found(now - 601, Progress::Paid), Some("not-applied"));
    let applied = |s| Progress::Applied { at: at(s) };
    assert_eq!(found(now - 5_000, applied(now - 600)), None);
    assert_eq!(found(now - 5_000, applied(now - 601)), Some("not-activated"));
    assert_eq!(found(now - 5_000, Progress::Complete), None);
}

#[test]
fn fees_are_summed_and_too_much_is_refused() {
    let fee = |text: &str, s| StatementLine {
        kind: LineKind::Fee,
        ..line("QK1", Movement::Payment, text, s)
    };
    let lines = [fee("0.50 KES", 1), fee("2 UGX", 2), fee("0.75 KES", 3), fee("9 KES", DAY_S)];
    let reconciled = reconcile(&lines, &[], &scope()).unwrap();
    assert_eq!(reconciled.fees, [money("1.25 KES"), money("2 UGX")]);
    assert_eq!(reconciled.differences, []);
    let many = vec![fee("1 KES", 1); STATEMENT_LINES_MAX + 1];
    let error = reconcile(&many, &[], &scope()).unwrap_err().to_string();
    assert!(error.starts_with("there are 1000001 lines to compare; at most 1000000 are at once"));
}

/// What is wrong about a pair.
#[derive(Debug, Clone, Copy)]
enum Planted {
    Nothing,
    MissingHere,
    MissingThere,
    Amount,
    Currency,
    TwiceThere,
    TwiceHere,
    Ledger,
    NotApplied,
    NotActivated,
    /// It is missing on one side, but so near to an end that this is no difference.
    NearAnEnd,
    /// The moments are on both sides of the end.
    AcrossTheEnd,
}

fn planted() -> impl Strategy<Value = Planted> {
    use Planted as P;
    prop_oneof![
        10 => Just(P::Nothing),
        1 => Just(P::MissingHere),
        1 => Just(P::MissingThere),
        1 => Just(P::Amount),
        1 => Just(P::Currency),
        1 => Just(P::TwiceThere),
        1 => Just(P::TwiceHere),
        1 => Just(P::Ledger),
        1 => Just(P::NotApplied),
        1 => Just(P::NotActivated),
        2 => Just(P::NearAnEnd),
        2 => Just(P::AcrossTheEnd),
    ]
}

/// A pair that matches, or does not; the sides, and the code of what is to be found.
type Pair = (Vec<StatementLine>, Vec<Booked>, Option<&'static str>);

fn pair(place: usize, (movement, planted, s, minor, here_first): Seed) -> Pair {
    let of = format!("QK{place}");
    let amount = Money::new(minor, "KES".parse().unwrap());
    let kind = match movement {
        Movement::Payment => BookedKind::Payment(Progress::Complete),
        Movement::Refund => BookedKind::Refund,
        Movement::Reversal => BookedKind::Reversal,
    };
    let line = StatementLine { amount, ..line(&of, movement, "0 KES", s) };
    // The clocks are a little apart.
    let at_ours = at(s + minor % 200 - 100);
    let ours = Booked { number: number(&of), kind, amount, moved: amount, at: at_ours };
    let plain = (vec![line.clone()], vec![ours.clone()], None);
    let with = |kind| Booked { kind: BookedKind::Payment(kind), ..ours.clone() };
    let is_payment = movement == Movement::Payment;
    match planted {
        Planted::Nothing => plain,
        Planted::MissingHere if movement == Movement::Reversal => {
            (vec![line], vec![], Some("reversed-there"))
        }
        Planted::MissingHere => (vec![line], vec![], Some("missing-here")),
        Planted::MissingThere => (vec![], vec![ours], Some("missing-there")),
        Planted::Amount => {
            let amount = Money::new(minor + 1, amount.currency());
            (vec![StatementLine { amount, ..line }], vec![ours], Some("amount"))
        }
        Planted::Currency => {
            let amount = Money::new(minor, "UGX".parse().unwrap());
            (vec![line], vec![Booked { amount, moved: amount, ..ours }], Some("currency"))
        }
        Planted::TwiceThere => (vec![line.clone(), line], vec![ours], Some("twice-there")),
        Planted::TwiceHere => (vec![line], vec![ours.clone(), ours], Some("twice-here")),
        Planted::Ledger => {
            let moved = Money::new(minor - 1, amount.currency());
            (vec![line], vec![Booked { moved, ..ours }], Some("ledger"))
        }
        Planted::NotApplied if is_payment => {
            (vec![line], vec![with(Progress::Paid)], Some("not-applied"))
        }
        Planted::NotActivated if is_payment => {
            let applied = Progress::Applied { at: at(s + 100) };
            (vec![line], vec![with(applied)], Some("not-activated"))
        }
        Planted::NotApplied | Planted::NotActivated => plain,
        Planted::NearAnEnd => {
            let at = at(if here_first { s % 300 } else { DAY_S - 1 - s % 300 });
            if minor % 2 == 0 {
                (vec![StatementLine { at, ..line }], vec![], None)
            } else {
                (vec![], vec![Booked { at, ..ours }], None)
            }
        }
        Planted::AcrossTheEnd => {
            let (there, here) = if here_first { (10, -10) } else { (-10, 10) };
            let line = StatementLine { at: at(DAY_S + there), ..line };
            (vec![line], vec![Booked { at: at(DAY_S + here), ..ours }], None)
        }
    }
}

type Seed = (Movement, Planted, i64, i64, bool);

fn seed() -> impl Strategy<Value = Seed> {
    let movement = prop_oneof![
        6 => Just(Movement::Payment),
        1 => Just(Movement::Refund),
        1 => Just(Movement::Reversal),
    ];
    (movement, planted(), 500..DAY_S - 500, 1..1_000_000_i64, any::<bool>())
}

proptest! {
    #[test]
    fn what_was_planted_is_found_and_nothing_else(
        (seeds, shuffled) in proptest::collection::vec(seed(), 0..60).prop_flat_map(|seeds| {
            let order: Vec<usize> = (0..2 * seeds.len()).collect();
            (Just(seeds), Just(order).prop_shuffle())
        }),
    ) {
        let (mut statement, mut booked, mut expected) = (Vec::new(), Vec::new(), Vec::new());
        for (place, seed) in seeds.into_iter().enumerate() {
            let (there, here, code) = pair(place, seed);
            statement.extend(there);
            booked.extend(here);
            expected.extend(code.map(|code| (format!("QK{place}"), code)));
        }
        let rank = |place: usize| shuffled.get(place).copied().unwrap_or(place);
        let mut places = (0..).map(rank);
        statement.sort_by_cached_key(|_| places.next());
        booked.sort_by_cached_key(|_| places.next());
        let reconciled = reconcile(&statement, &booked, &scope()).unwrap();
        let found = reconciled.differences.iter();
        let mut found: Vec<_> = found.map(|it| (it.number().to_string(), it.code())).collect();
        found.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(found, expected);
    }
}
