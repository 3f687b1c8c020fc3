use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn zone() -> TimeZone {
    TimeZone::named("Africa/Nairobi").unwrap()
}

fn at(text: &str) -> Timestamp {
    zone().first_shown(text.parse().unwrap()).unwrap()
}

fn series(format: &str, restarts: Restarts) -> Series {
    Series::new(format.parse().unwrap(), restarts).unwrap()
}

fn written(format: &str, number: u64) -> String {
    let number = number.try_into().unwrap();
    series(format, Restarts::Never).written(number, at("2027-03-09T12:00"), &zone()).unwrap()
}

#[test]
fn numbers_are_written_by_their_pattern() {
    let table = [
        ("INV-{year}-{number:06}", 42, "INV-2027-000042"),
        ("{number}", 42, "42"),
        ("{number:02}/{month}.{year}", 7, "07/03.2027"),
        ("F{year}{month}{number:04}", 123_456, "F202703123456"),
        ("Nº {number:012}", 1, "Nº 000000000001"),
        ("{number}", u64::MAX, "18446744073709551615"),
    ];
    for (format, number, expected) in table {
        assert_eq!(written(format, number), expected);
        assert_eq!(format.parse::<NumberFormat>().unwrap().to_string(), format);
    }
}

#[test]
fn what_is_no_pattern_says_why() {
    let table = [
        ("INV", "`{number}` is there 0 times; it is there once"),
        ("", "`{number}` is there 0 times; it is there once"),
        ("{number}{number:03}", "`{number}` is there 2 times; it is there once"),
        ("A{number", "the brace at place 2 has no other"),
        ("A{nu{mber}}", "the brace at place 2 has no other"),
        ("{number}}", "the brace at place 9 has no other"),
        ("{day}{number}", "`{day}` is not known; there are `{year}`, `{month}`, `{number}` and,"),
        ("{year:02}{number}", "`{year:02}` is not known"),
        ("{year:01}{number}", "`{year:01}` is not known"),
        ("{number:6}", "`{number:6}` is not known"),
        ("{number:00}", "`{number:00}` is not known"),
        ("{number:0}", "`{number:0}` is not known"),
        ("{number:013}", "`{number:013}` is not known"),
        ("{number:0+5}", "`{number:0+5}` is not known"),
        ("{}{number}", "`{}` is not known"),
        ("A\n{number}", "`\\n` at place 2 cannot stand in a number"),
        ("<{number}>", "`<` at place 1 cannot stand in a number"),
    ];
    for (text, expected) in table {
        let error = text.parse::<NumberFormat>().unwrap_err().to_string();
        assert!(error.starts_with(expected), "{text}: {error}");
    }
    let long = format!("{}{{number}}", "x".repeat(57));
    let error = long.parse::<NumberFormat>().unwrap_err().to_string();
    assert_eq!(error, "the pattern has 65 octets; it has 64 at most");
    assert!(long[1..].parse::<NumberFormat>().is_ok());
}

#[test]
fn each_year_or_month_has_a_counter_of_its_own_on_the_clock_of_the_tenant() {
    let last = at("2027-12-31T23:59");
    let first = at("2028-01-01T00:00");
    let of = |restarts, at| {
        let scope = series("{year}/{month}/{number}", restarts).scope(at, &zone()).unwrap();
        (scope.year, scope.month)
    };
    assert_eq!(of(Restarts::Yearly, last), (Some(2027), None));
    assert_eq!(of(Restarts::Yearly, first), (Some(2028), None));
    assert_eq!(of(Restarts::Monthly, last), (Some(2027), Some(12)));
    assert_eq!(of(Restarts::Monthly, first), (Some(2028), Some(1)));
    assert_eq!(of(Restarts::Never, first), (None, None));
    let error = series("{number}", Restarts::Never)
        .scope(Timestamp::from_unix_ms(i64::MAX), &zone())
        .unwrap_err();
    assert!(error.to_string().ends_with("in which documents have numbers"), "{error}");
}

#[test]
fn a_series_that_would_repeat_itself_is_refused() {
    let table = [
        ("{number}", Restarts::Yearly, "year", "year"),
        ("{month}{number}", Restarts::Yearly, "year", "year"),
        ("{month}{number}", Restarts::Monthly, "month", "year"),
        ("{year}{number}", Restarts::Monthly, "month", "month"),
    ];
    for (format, restarts, every, missing) in table {
        let error = Series::new(format.parse().unwrap(), restarts).unwrap_err();
        assert_eq!((error.every, error.missing), (every, missing), "{format}");
    }
    assert_eq!(
        Series::new("A{number}".parse().unwrap(), Restarts::Yearly).unwrap_err().to_string(),
        "numbers begin anew with each year, and `{year}` is not in the pattern `A{number}`; the same \
         number would come again"
    );
}

proptest! {
    #[test]
    fn no_two_documents_have_the_same_number(
        pieces in proptest::sample::subsequence(
            vec!["{year}", "1", "{number:03}", "{month}", "0"], 5,
        ).prop_shuffle(),
        restarts in proptest::sample::select(vec![
            Restarts::Never, Restarts::Yearly, Restarts::Monthly,
        ]),
        documents in proptest::collection::vec((0..120_000_000_i64, 1..2_000_u64), 0..60),
    ) {
        let series = series(&pieces.concat(), restarts);
        let mut seen: BTreeMap<String, (Scope, u64)> = BTreeMap::new();
        for (s, number) in documents {
            let at = at("2027-01-01T00:00").plus_s(s);
            let scope = series.scope(at, &zone()).unwrap();
            let written = series.written(number.try_into().unwrap(), at, &zone()).unwrap();
            let is = (scope, number);
            // Where numbers never begin anew, one number has one document.
            let before = seen.insert(written, is);
            prop_assert!(before.is_none_or(|before| before == is), "{before:?} {is:?}");
        }
    }
}

#[test]
fn an_invoice_and_a_credit_note_are_told_apart() {
    let apart = |one, other| {
        let (one, other) = (series(one, Restarts::Never), series(other, Restarts::Never));
        Series::check_apart(&one, &other)
    };
    assert_eq!(apart("INV-{year}-{number:06}", "CN-{year}-{number:06}"), Ok(()));
    assert_eq!(apart("{year}-{number}", "{number}-{year}"), Ok(()));
    // A million is written the same by both.
    let error = apart("D-{number:06}", "D-{number:03}").unwrap_err();
    assert_eq!(
        error.to_string(),
        "by `D-{number:06}` and `D-{number:03}` an invoice and a credit note would have the same \
         number; give one of them a beginning of its own, such as `CN-`"
    );
    assert!(apart("D-{number}", "D-{number}").is_err());
}
