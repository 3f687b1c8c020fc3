use super::*;
use crate::PartOrAmount;

fn month() -> Cadence {
    "1 month".parse().unwrap()
}

fn offered(name: &str, off: PartOrAmount, on: On) -> Result<Offer, String> {
    Offer::new(name.to_owned(), off, on, month()).map_err(|error| error.to_string())
}

fn percent(rate: &str) -> PartOrAmount {
    PartOrAmount::Percent(rate.parse().unwrap())
}

#[test]
fn what_would_take_off_nothing_or_more_than_everything_is_refused() {
    let fixed = |amount: &str| PartOrAmount::Fixed(amount.parse().unwrap());
    let table = [
        (percent("0%"), "0% cannot be taken off; a discount is more than 0% and at most 100%"),
        (percent("100.0001%"), "100.0001% cannot be taken off; a discount is more than 0% and at"),
        (fixed("0 KES"), "0.00 KES cannot be taken off; a discount is more than 0"),
        (fixed("-5 KES"), "-5.00 KES cannot be taken off; a discount is more than 0"),
    ];
    for (off, expected) in table {
        let error = offered("D", off, On::All).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
    for off in [percent("0.0001%"), percent("100%"), fixed("0.01 KES")] {
        assert_eq!(offered("D", off, On::All).unwrap().off(), off);
    }
    for name in ["", "  ", &"x".repeat(65)] {
        let error = offered(name, percent("1%"), On::All).unwrap_err();
        assert!(error.starts_with("a discount's name has "), "{error}");
    }
    let many = |count: i64| On::Components((0..count).map(ComponentId).collect());
    assert!(offered("D", percent("1%"), many(1)).is_ok());
    assert!(offered("D", percent("1%"), many(64)).is_ok());
    for count in [0, 65] {
        let error = offered("D", percent("1%"), many(count)).unwrap_err();
        assert!(error.starts_with(&format!("a discount names {count} components; ")), "{error}");
    }
}

#[test]
fn a_discount_ends_later_than_it_begins() {
    let offer = offered("D", percent("1%"), On::All).unwrap();
    let at = Timestamp::from_unix_s;
    assert!(Discount::new(DiscountId(1), offer.clone(), at(5), Some(at(6))).is_ok());
    let error = Discount::new(DiscountId(1), offer, at(5), Some(at(5))).unwrap_err();
    assert!(error.to_string().ends_with("it ends later than it begins"), "{error}");
}

#[test]
fn its_periods_end_where_those_of_the_subscription_do() {
    let zone = TimeZone::named("Africa/Nairobi").unwrap();
    let at = |text: &str| zone.first_shown(format!("{text}T00:00").parse().unwrap()).unwrap();
    let ends = |from: &str, periods: u32, until: Option<&str>| {
        let offer = offered("D", percent("1%"), On::All).unwrap();
        let offer = offer.for_periods(periods.try_into().unwrap());
        let discount = Discount::new(DiscountId(1), offer, at(from), until.map(at)).unwrap();
        discount.ends_at(Alignment::DayOfMonth(15), at("2027-01-20"), &zone).unwrap()
    };
    assert_eq!(ends("2027-02-15", 1, None), Some(at("2027-03-15")));
    assert_eq!(ends("2027-02-16", 1, None), Some(at("2027-04-15")));
    assert_eq!(ends("2027-02-14", 12, None), Some(at("2028-02-15")));
    assert_eq!(ends("2027-02-15", 12, Some("2027-04-01")), Some(at("2027-04-01")));
    assert_eq!(ends("2027-02-15", 1, Some("2027-04-01")), Some(at("2027-03-15")));
    let offer = offered("D", percent("1%"), On::All).unwrap();
    let endless = Discount::since(DiscountId(1), offer.clone(), at("2027-02-15"));
    let ends_at =
        |discount: &Discount| discount.ends_at(Alignment::DayOfMonth(15), at("2027-01-20"), &zone);
    assert_eq!(ends_at(&endless), Ok(None));
    let far = offer.for_periods(NonZeroU32::MAX);
    let far = Discount::since(DiscountId(1), far, at("2027-02-15"));
    assert_eq!(ends_at(&far), Err(AlignmentError::OutOfRange));
}
