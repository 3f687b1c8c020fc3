//! Worked tables: which offer is the greater, who is offered it, and what cannot be sold.

use core::cmp::Ordering;
use core::num::NonZeroU32;
use std::collections::{BTreeMap, BTreeSet};

use entitlement::{BitsPerSecond, GrantKind, Octets, PlanId, Speed, TimeZone, Timestamp, Validity};
use proptest::prelude::*;

use super::*;
use crate::{Cadence, ComponentId, Money, Proration};

fn at(text: &str) -> Timestamp {
    zone().first_shown(text.parse().unwrap()).unwrap()
}

fn zone() -> TimeZone {
    TimeZone::named("Africa/Nairobi").unwrap()
}

fn recurring(amount: &str, cadence: &str) -> Price {
    Price::Recurring(RecurringPrice {
        amount: amount.parse().unwrap(),
        cadence: cadence.parse().unwrap(),
        billed: Billing::InAdvance,
        proration: Proration::ByDay,
    })
}

fn once(amount: &str) -> Price {
    Price::Once(amount.parse().unwrap())
}

fn always(price: Price) -> PriceList {
    let from = Timestamp::from_unix_s(0);
    PriceList {
        versions: vec![PriceVersion { from, applies_to: AppliesTo::Everybody, price }],
        ..Default::default()
    }
}

fn offer(id: i64) -> Offer {
    Offer {
        id: OfferId(id),
        product: ProductId(1),
        component: ComponentId(id),
        plan: Some(PlanId(id)),
        package: Package::default(),
        add_ons: Vec::new(),
        setup_fee: None,
        trial: None,
        minimum_term: None,
        rank: None,
        visibility: Visibility::default(),
    }
}

fn lasting(id: i64, lasts: &str) -> Offer {
    let lasts = Some(lasts.parse().unwrap());
    Offer { package: Package { lasts, ..Package::default() }, ..offer(id) }
}

fn catalogue(prices: &[(i64, Price)], offers: Vec<Offer>) -> Result<Catalogue, CatalogueError> {
    let prices = prices.iter().map(|(id, price)| (ComponentId(*id), always(*price)));
    Catalogue::new(prices.collect(), offers)
}

#[test]
fn the_greater_offer_is_the_dearer_one_per_nominal_day() {
    let table = [
        ("3000 KES", "1 month", "6000 KES", "1 month", Ordering::Less),
        // A year is twelve months, to the last minor unit.
        ("36000 KES", "1 year", "3000 KES", "1 month", Ordering::Equal),
        ("36000.01 KES", "1 year", "3000 KES", "1 month", Ordering::Greater),
        ("9000 KES", "3 months", "3000 KES", "1 month", Ordering::Equal),
        // A month is 30 5/12 days.
        ("3041 KES", "1 month", "100 KES", "1 day", Ordering::Less),
        ("3042 KES", "1 month", "100 KES", "1 day", Ordering::Greater),
        ("700 KES", "1 week", "100 KES", "1 day", Ordering::Equal),
        ("24 KES", "1 day", "1 KES", "1 hour", Ordering::Equal),
        ("90 KES", "90 minutes", "61 KES", "1 hour", Ordering::Less),
        ("0 KES", "1 year", "0 KES", "1 minute", Ordering::Equal),
        ("92233720368547758 KES", "1 minute", "1 KES", "100 years", Ordering::Greater),
    ];
    for (one, one_lasts, other, other_lasts, expected) in table {
        let prices = [(1, recurring(one, one_lasts)), (2, recurring(other, other_lasts))];
        let all = catalogue(&prices, vec![offer(1), offer(2)]).unwrap();
        let found = all.compare(&offer(1), &offer(2), at("2027-01-01T00:00"));
        assert_eq!(found, Ok(expected), "{one} for {one_lasts}, {other} for {other_lasts}");
        // A prepaid package is compared by how long it lasts.
        let prices = [(1, once(one)), (2, recurring(other, other_lasts))];
        let package = lasting(1, one_lasts);
        let all = catalogue(&prices, vec![package.clone(), offer(2)]).unwrap();
        assert_eq!(all.compare(&package, &offer(2), at("2027-01-01T00:00")), Ok(expected));
    }
}

#[test]
fn ranks_decide_where_both_have_one() {
    let prices = [(1, recurring("1 KES", "1 month")), (2, recurring("9 KES", "1 month"))];
    let all = catalogue(&prices, vec![offer(1), offer(2)]).unwrap();
    let ranked = |id, rank| Offer { rank, ..offer(id) };
    let compare = |one, other| {
        all.compare(&ranked(1, one), &ranked(2, other), at("2027-01-01T00:00")).unwrap()
    };
    assert_eq!(compare(Some(2), Some(1)), Ordering::Greater);
    assert_eq!(compare(Some(1), Some(1)), Ordering::Equal);
    assert_eq!(compare(Some(2), None), Ordering::Less);
    let too_early = all.compare(&offer(1), &offer(2), Timestamp::from_unix_s(-1)).unwrap_err();
    assert!(too_early.to_string().starts_with("component 1 has no price at "));
}

proptest! {
    #[test]
    fn comparing_is_an_order(
        offers in proptest::collection::vec((0..1_000_000_i64, 1..40_u32, 0..6_usize), 3),
    ) {
        let unit = |place: usize| crate::CadenceUnit::ALL[place];
        let price = |(amount, count, place): &(i64, u32, usize)| {
            Price::Recurring(RecurringPrice {
                amount: Money::new(*amount, "KES".parse().unwrap()),
                cadence: Cadence { count: NonZeroU32::new(*count).unwrap(), unit: unit(*place) },
                billed: Billing::InAdvance,
                proration: Proration::ByDay,
            })
        };
        let prices: Vec<_> = (1..).zip(offers.iter().map(price)).collect();
        let all = catalogue(&prices, vec![offer(1), offer(2), offer(3)]).unwrap();
        let compare =
            |one, other| all.compare(&offer(one), &offer(other), at("2027-01-01T00:00")).unwrap();
        for (one, other) in [(1, 2), (2, 3), (1, 3)] {
            prop_assert_eq!(compare(one, other), compare(other, one).reverse());
        }
        if compare(1, 2) == compare(2, 3) {
            prop_assert_eq!(compare(1, 3), compare(1, 2));
        }
    }
}

#[test]
fn an_offer_is_shown_to_whom_it_is_for() {
    let buyer = Buyer {
        access: Some(AccessKind::Ppp),
        category: Some(CustomerCategory::Residential),
        device: BTreeSet::from([DeviceCapability::Ipv6]),
        zone: Some(ZoneId(7)),
        time_zone: zone(),
    };
    let nobody = Buyer {
        access: None,
        category: None,
        device: BTreeSet::new(),
        zone: None,
        ..buyer.clone()
    };
    let noon = at("2027-04-12T12:00"); // A Monday.
    let seen = |visibility: Visibility, buyer: &Buyer, at| {
        let offer = Offer { visibility, ..offer(3) };
        offer.is_visible_to(buyer, at).map_err(|why| why.to_string())
    };
    let anyone = Visibility::default;
    assert_eq!(seen(anyone(), &nobody, noon), Ok(()), "what names nothing is for all");
    let ppp = Visibility {
        access: Among::Only(BTreeSet::from([AccessKind::Ppp, AccessKind::Dhcp])),
        ..anyone()
    };
    assert_eq!(seen(ppp.clone(), &buyer, noon), Ok(()));
    let hotspot = Buyer { access: Some(AccessKind::Hotspot), ..buyer.clone() };
    assert_eq!(
        seen(ppp.clone(), &hotspot, noon).unwrap_err(),
        "offer 3 is not for hotspot; it is for ppp, dhcp"
    );
    assert_eq!(
        seen(ppp, &nobody, noon).unwrap_err(),
        "offer 3 is not for who has no known access; it is for ppp, dhcp"
    );
    let business = Visibility {
        categories: Among::Only(BTreeSet::from([CustomerCategory::Business])),
        ..anyone()
    };
    assert_eq!(
        seen(business, &buyer, noon).unwrap_err(),
        "offer 3 is not for residential; it is for business"
    );
    let voice = Visibility {
        needs: BTreeSet::from([DeviceCapability::Ipv6, DeviceCapability::Voice]),
        ..anyone()
    };
    assert_eq!(
        seen(voice, &buyer, noon).unwrap_err(),
        "offer 3 takes a device with voice, which this one is not known to have"
    );
    let zones = Visibility { zones: Among::Only(BTreeSet::from([ZoneId(8)])), ..anyone() };
    assert_eq!(
        seen(zones.clone(), &buyer, noon).unwrap_err(),
        "offer 3 is not for zone 7; it is for zone 8"
    );
    assert_eq!(
        seen(zones, &nobody, noon).unwrap_err(),
        "offer 3 is not for who is in no known zone; it is for zone 8"
    );
}

#[test]
fn an_offer_is_shown_at_its_dates_and_hours() {
    let buyer = Buyer {
        access: None,
        category: None,
        device: BTreeSet::new(),
        zone: None,
        time_zone: zone(),
    };
    let dates =
        Validity { from: Some(at("2027-04-01T00:00")), until: Some(at("2027-05-01T00:00")) };
    let hours = Some("mon-fri 08:00-18:00".parse().unwrap());
    let offer =
        Offer { visibility: Visibility { dates, hours, ..Visibility::default() }, ..offer(3) };
    let seen = |when| offer.is_visible_to(&buyer, at(when));
    let id = OfferId(3);
    // On the clock of the tenant, half-open.
    assert_eq!(seen("2027-04-12T08:00"), Ok(()));
    assert_eq!(seen("2027-04-12T17:59"), Ok(()));
    let opens_at = at("2027-04-13T08:00");
    assert_eq!(seen("2027-04-12T18:00"), Err(NotOffered::OutsideHours { offer: id, opens_at }));
    let from = at("2027-04-01T00:00");
    assert_eq!(seen("2027-03-31T12:00"), Err(NotOffered::NotYet { offer: id, from }));
    let until = at("2027-05-01T00:00");
    assert_eq!(seen("2027-05-01T00:00"), Err(NotOffered::NoLonger { offer: id, until }));
    let why = seen("2027-05-01T00:00").unwrap_err().to_string();
    assert!(why.starts_with("offer 3 is not offered any more; it was until "), "{why}");
}

fn some(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap()
}

#[test]
fn what_cannot_be_sold_is_refused() {
    let monthly = recurring("3000 KES", "1 month");
    let prices = [(1, monthly), (2, monthly), (3, once("5 KES")), (4, monthly)];
    let refused = |offers: Vec<Offer>| catalogue(&prices, offers).unwrap_err().to_string();
    assert_eq!(
        refused(vec![offer(9)]),
        "the main component of offer 9 is component 9, which has no price; give it one"
    );
    assert_eq!(
        refused(vec![Offer { setup_fee: Some(ComponentId(2)), ..offer(1) }]),
        "the set-up fee of offer 1 is component 2, whose price must be paid once"
    );
    assert_eq!(
        refused(vec![offer(1), Offer { component: ComponentId(1), ..offer(2) }]),
        "component 1 is offer 1 itself and offer 2 itself; it can be one of them only"
    );
    assert_eq!(
        refused(vec![offer(1), Offer { rank: Some(1), ..offer(1) }]),
        "there are two offers 1; each has an id of its own"
    );
    let trial = |becomes| Trial {
        component: ComponentId(4),
        lasts: "14 days".parse().unwrap(),
        becomes: ComponentId(becomes),
    };
    let tried = |becomes| Offer { trial: Some(trial(becomes)), ..offer(1) };
    assert_eq!(
        refused(vec![tried(2), Offer { product: ProductId(2), ..offer(2) }]),
        "the trial of offer 1 becomes component 2, which is no offer of product 1; name the \
         component of one"
    );
    assert!(catalogue(&prices, vec![tried(2), offer(2)]).is_ok());
    let term = |periods, early| Offer {
        minimum_term: Some(MinimumTerm {
            periods: some(periods),
            cadence: "1 year".parse().unwrap(),
            early,
        }),
        ..offer(1)
    };
    assert_eq!(
        refused(vec![term(2, EarlyEnd::OfRemaining("50%".parse().unwrap()))]),
        "the main component of offer 1 is component 1, whose price must be for 1 year, as the \
         periods of its minimum term"
    );
    assert_eq!(
        refused(vec![term(121, EarlyEnd::AtTermEnd)]),
        "the minimum term in periods of offer 1 is 121; it is from 1 to 120"
    );
    let nobody = Visibility { access: Among::Only(BTreeSet::new()), ..Visibility::default() };
    assert_eq!(
        refused(vec![Offer { visibility: nobody, ..offer(1) }]),
        "offer 1 is for no access at all; name one, or leave it open to all"
    );
}

#[test]
fn numbers_of_an_offer_have_their_ranges() {
    let monthly = recurring("3000 KES", "1 month");
    let refused = |offer: Offer| {
        catalogue(&[(1, monthly), (2, monthly)], vec![offer]).map_err(|error| error.to_string())
    };
    let add_on = |quantity_min, quantity_max| AddOn {
        component: ComponentId(2),
        quantity_min: some(quantity_min),
        quantity_max: some(quantity_max),
    };
    let with = |add_ons| refused(Offer { add_ons, ..offer(1) }).map(|_| ());
    assert_eq!(
        with(vec![add_on(3, 2)]).unwrap_err(),
        "the greatest quantity of an add-on of offer 1 is 2; it is from 3 to 10000"
    );
    assert_eq!(with(vec![add_on(3, 10_000)]), Ok(()));
    assert_eq!(
        with(vec![add_on(1, 1); 65]).unwrap_err(),
        "offer 1 has 65 add-ons; it has 64 at most"
    );
    let giving = |package| refused(Offer { package, ..offer(1) }).map(|_| ());
    let data = DataPackage {
        octets: Octets(0),
        per: GrantedPer::Period,
        priority: 100,
        kind: GrantKind::Bonus,
        rollover: None,
    };
    assert_eq!(
        giving(Package { data: Some(data), ..Package::default() }).unwrap_err(),
        "the data in octets of offer 1 is 0; it is from 1 to 18446744073709551615"
    );
    let speed = |download, upload| Speed {
        download: BitsPerSecond(download),
        upload: BitsPerSecond(upload),
    };
    let rate = CommittedRate {
        cir: speed(10_000_000, 10_000_000),
        pir: speed(50_000_000, 10_000_000),
        percentile: Some(95),
        availability: Some("99.5%".parse().unwrap()),
    };
    let promising = |rate| giving(Package { committed: Some(rate), ..Package::default() });
    assert_eq!(promising(rate), Ok(()));
    assert_eq!(
        promising(CommittedRate { pir: speed(50_000_000, 9_999_999), ..rate }).unwrap_err(),
        "offer 1 has a committed rate above its peak rate; in both directions it is at most as much"
    );
    assert_eq!(
        promising(CommittedRate { percentile: Some(101), ..rate }).unwrap_err(),
        "the percentile of offer 1 is 101; it is from 1 to 100"
    );
    assert_eq!(
        promising(CommittedRate { availability: Some("100.0001%".parse().unwrap()), ..rate })
            .unwrap_err(),
        "the availability in millionths of offer 1 is 1000001; it is from 0 to 1000000"
    );
}

#[test]
fn a_catalogue_says_what_its_components_are() {
    let monthly = recurring("3000 KES", "1 month");
    let prices = [(1, monthly), (2, monthly), (3, once("5 KES")), (4, monthly)];
    let add_on = AddOn { component: ComponentId(4), quantity_min: some(1), quantity_max: some(2) };
    let with = |id| Offer { setup_fee: Some(ComponentId(3)), add_ons: vec![add_on], ..offer(id) };
    let all = catalogue(&prices, vec![with(1), with(2)]).unwrap();
    let role = |id| all.role(ComponentId(id));
    assert_eq!(role(2), Some(Role::Main(OfferId(2))));
    assert_eq!(role(3), Some(Role::SetupFee));
    assert_eq!(role(4), Some(Role::AddOn(ProductId(1))));
    assert_eq!(role(5), None);
    assert_eq!(all.offers().count(), 2);
    // An add-on is of one product, so that it is known with what it ends.
    let other = Offer { product: ProductId(2), ..with(2) };
    assert_eq!(
        catalogue(&prices, vec![with(1), other]).unwrap_err().to_string(),
        "component 4 is an add-on of product 1 and an add-on of product 2; it can be one of them only"
    );
    let none =
        BTreeMap::from([(ComponentId(1), PriceList { versions: vec![], ..Default::default() })]);
    assert!(matches!(Catalogue::new(none, vec![offer(1)]), Err(CatalogueError::NoPrice { .. })));
}
