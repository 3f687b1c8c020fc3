use entitlement::{EXTRA_PRIORITY_DEFAULT, Octets, OnlineTime, TimeZone};
use proptest::prelude::*;

use super::*;

const GB: u64 = 1_000_000_000;

fn zone(name: &str) -> TimeZone {
    TimeZone::named(name).unwrap()
}

fn at(zone_name: &str, text: &str) -> Timestamp {
    zone(zone_name).first_shown(text.parse().unwrap()).unwrap()
}

fn shown(zone_name: &str, at: Timestamp) -> String {
    zone(zone_name).shown(at).unwrap().to_string()
}

/// Calendar months.
fn months(zone_name: &str) -> Cycle {
    let began_at = at(zone_name, "2027-01-01T00:00");
    let cadence = "1 month".parse().unwrap();
    Cycle::new(cadence, Alignment::DayOfMonth(1), began_at, zone(zone_name)).unwrap()
}

fn lasting(text: &str) -> GrantedFor {
    GrantedFor::Cadence(text.parse().unwrap())
}

fn offer(granted_for: GrantedFor) -> GrantOffer {
    GrantOffer {
        amount: data(10 * GB),
        priority: EXTRA_PRIORITY_DEFAULT,
        kind: GrantKind::Purchased,
        granted_for,
        scope: GrantScope::Service,
        rollover: None,
    }
}

fn data(octets: u64) -> Amount {
    Amount::Data(Octets(octets))
}

fn times(count: u8) -> NonZeroU8 {
    NonZeroU8::new(count).unwrap()
}

#[test]
fn a_grant_ends_where_the_clock_says() {
    let (nairobi, new_york) = ("Africa/Nairobi", "America/New_York");
    // From when, for how long, until when.
    let table = [
        (nairobi, "2027-01-31T10:00", lasting("1 month"), "2027-02-28T10:00:00"),
        (nairobi, "2027-01-31T10:00", lasting("30 days"), "2027-03-02T10:00:00"),
        (nairobi, "2027-01-31T10:00", GrantedFor::Period, "2027-02-01T00:00:00"),
        (nairobi, "2027-02-01T00:00", GrantedFor::Period, "2027-03-01T00:00:00"),
        // The clock is put forward at 2:00 on 14 March.
        (new_york, "2027-03-13T10:00", lasting("1 day"), "2027-03-14T10:00:00"),
        (new_york, "2027-03-13T10:00", lasting("24 hours"), "2027-03-14T11:00:00"),
        (new_york, "2027-03-13T02:30", lasting("1 day"), "2027-03-14T03:00:00"),
        (new_york, "2027-03-20T10:00", GrantedFor::Period, "2027-04-01T00:00:00"),
        // And back at 2:00 on 7 November.
        (new_york, "2027-11-06T10:00", lasting("24 hours"), "2027-11-07T09:00:00"),
        (new_york, "2027-11-06T01:30", lasting("1 day"), "2027-11-07T01:30:00"),
    ];
    for (zone, from, granted_for, until) in table {
        let from = at(zone, from);
        let issued = offer(granted_for).issue(GrantId(1), from, from, &months(zone)).unwrap();
        let found = shown(zone, issued.grant.validity.until.unwrap());
        assert_eq!(found, until, "{granted_for:?} from {}", shown(zone, from));
    }
}

#[test]
fn a_grant_is_what_was_offered() {
    let zone = "Africa/Nairobi";
    let (bought, from) = (at(zone, "2027-01-10T09:00"), at(zone, "2027-02-01T00:00"));
    let offer = GrantOffer {
        priority: 7,
        kind: GrantKind::Bonus,
        scope: GrantScope::Group,
        ..offer(lasting("1 week"))
    };
    let issued = offer.issue(GrantId(9), bought, from, &months(zone)).unwrap();
    let validity = Validity { from: Some(from), until: Some(at(zone, "2027-02-08T00:00")) };
    let grant = Grant {
        id: GrantId(9),
        amount: data(10 * GB),
        validity,
        priority: 7,
        kind: GrantKind::Bonus,
        granted_at: bought,
    };
    assert_eq!(issued, IssuedGrant { grant, scope: GrantScope::Group, carried: None });
    let end_of_time = Timestamp::from_unix_ms(i64::MAX);
    assert!(offer.issue(GrantId(9), bought, end_of_time, &months(zone)).is_err());
}

#[test]
fn what_is_carried_over_is_between_the_least_and_the_most() {
    // The least, the most, what is left, what is carried over.
    let table = [
        (0, 5, 3, 3),
        (0, 5, 5, 5),
        (0, 5, 9, 5),
        (0, 5, 0, 0),
        (2, 5, 0, 2),
        (2, 5, 1, 2),
        (2, 5, 3, 3),
        (5, 5, 1, 5),
        (5, 5, 9, 5),
    ];
    for (least, most, left, expected) in table {
        let rule =
            Rollover::new(data(least * GB), data(most * GB), times(1), GrantedFor::Period).unwrap();
        assert_eq!(rule.units(left * GB), expected * GB, "{left} of {least} to {most}");
    }
    let error = Rollover::new(data(6), data(5), times(1), GrantedFor::Period).unwrap_err();
    assert!(error.to_string().starts_with("at least 6B and at most 5B cannot be carried over"));
    assert!(Rollover::new(data(0), data(0), times(1), GrantedFor::Period).is_err());
    let time = Amount::Online(OnlineTime(5));
    assert!(Rollover::new(data(1), time, times(1), GrantedFor::Period).is_err());
}

#[test]
fn it_is_carried_over_so_often_and_then_expires() {
    let zone = "Africa/Nairobi";
    let cycle = months(zone);
    let bought = at(zone, "2027-01-10T09:00");
    let issued = offer(GrantedFor::Period).issue(GrantId(1), bought, bought, &cycle).unwrap();
    let rule = Rollover::new(data(0), data(4 * GB), times(2), GrantedFor::Period).unwrap();

    let first = rule.carry(&issued, data(6 * GB), GrantId(2), &cycle).unwrap().unwrap();
    assert_eq!(first.grant.amount, data(4 * GB));
    assert_eq!(first.grant.validity.from, Some(at(zone, "2027-02-01T00:00")));
    assert_eq!(first.grant.validity.until, Some(at(zone, "2027-03-01T00:00")));
    assert_eq!((first.grant.granted_at, first.grant.kind), (bought, GrantKind::Purchased));
    assert_eq!(first.carried, Some(Carried { from: GrantId(1), times: times(1) }));

    let second = rule.carry(&first, data(3 * GB), GrantId(3), &cycle).unwrap().unwrap();
    assert_eq!(second.grant.amount, data(3 * GB));
    assert_eq!(second.grant.validity.until, Some(at(zone, "2027-04-01T00:00")));
    assert_eq!(second.carried, Some(Carried { from: GrantId(2), times: times(2) }));
    assert_eq!(rule.carry(&second, data(3 * GB), GrantId(4), &cycle), Ok(None));
    assert_eq!(rule.carry(&issued, data(0), GrantId(2), &cycle), Ok(None));

    // A week of grace rather than another month.
    let rule = Rollover::new(data(0), data(4 * GB), times(1), lasting("1 week")).unwrap();
    let week = rule.carry(&issued, data(GB), GrantId(2), &cycle).unwrap().unwrap();
    assert_eq!(week.grant.validity.until, Some(at(zone, "2027-02-08T00:00")));
}

#[test]
fn time_online_is_carried_over_as_data_are_and_by_rules_of_its_own() {
    let zone = "Africa/Nairobi";
    let cycle = months(zone);
    let bought = at(zone, "2027-01-10T09:00");
    let hours = |hours: u64| Amount::Online(OnlineTime(hours * 3_600));
    let offer = GrantOffer { amount: hours(20), ..offer(GrantedFor::Period) };
    let issued = offer.issue(GrantId(1), bought, bought, &cycle).unwrap();
    let rule = Rollover::new(hours(0), hours(5), times(1), GrantedFor::Period).unwrap();
    let next = rule.carry(&issued, hours(7), GrantId(2), &cycle).unwrap().unwrap();
    assert_eq!((next.grant.amount, next.grant.granted_at), (hours(5), bought));
    assert_eq!(next.grant.validity.until, Some(at(zone, "2027-03-01T00:00")));
    assert_eq!(rule.carry(&next, hours(1), GrantId(3), &cycle), Ok(None));
    let error = rule.carry(&issued, hours(21), GrantId(2), &cycle).unwrap_err();
    assert_eq!(error.to_string(), "21h cannot be left of grant 1, which was of 20h");
    assert!(rule.carry(&issued, data(1), GrantId(2), &cycle).is_err());
    let of_data = Rollover::new(data(0), data(GB), times(1), GrantedFor::Period).unwrap();
    let error = of_data.carry(&issued, hours(1), GrantId(2), &cycle).unwrap_err();
    assert_eq!(error.to_string(), "grant 1 is of 20h, and the rule carries over 1GB at most");
}

#[test]
fn what_cannot_be_carried_over_says_why() {
    let zone = "Africa/Nairobi";
    let cycle = months(zone);
    let from = at(zone, "2027-01-10T09:00");
    let issued = offer(GrantedFor::Period).issue(GrantId(1), from, from, &cycle).unwrap();
    let rule = Rollover::new(data(0), data(GB), times(1), GrantedFor::Period).unwrap();
    let error = rule.carry(&issued, data(10 * GB + 1), GrantId(2), &cycle).unwrap_err();
    assert_eq!(error.to_string(), "10000000001B cannot be left of grant 1, which was of 10GB");
    let mut endless = issued;
    endless.grant.validity.until = None;
    let error = rule.carry(&endless, data(1), GrantId(2), &cycle).unwrap_err();
    assert_eq!(error.to_string(), "grant 1 never ends, so nothing is carried over of it");
}

proptest! {
    /// One grant takes the place of the other without a gap, and nothing lasts longer than it was
    /// allowed to be carried over.
    #[test]
    fn carried_over_without_a_gap_and_not_for_ever(
        from_s in 1_700_000_000_i64..1_900_000_000,
        allowed in 1..6_u8,
        used_permille in 0..1_000_u64,
        place in 0..3_usize,
    ) {
        let zone = ["Africa/Nairobi", "America/New_York", "Australia/Lord_Howe"][place];
        let cycle = months(zone);
        let from = Timestamp::from_unix_s(from_s);
        let rule = Rollover::new(data(1), data(8 * GB), times(allowed), GrantedFor::Period).unwrap();
        let mut grant = offer(GrantedFor::Period).issue(GrantId(0), from, from, &cycle).unwrap();
        let mut count = 0;
        loop {
            let had = grant.grant.amount.units();
            let left = had - had * used_permille / 1_000;
            let id = GrantId(grant.grant.id.0 + 1);
            let Some(next) = rule.carry(&grant, data(left), id, &cycle).unwrap() else { break };
            prop_assert_eq!(next.grant.validity.from, grant.grant.validity.until);
            prop_assert!(next.grant.amount.units() <= left.max(1));
            count += 1;
            grant = next;
        }
        prop_assert_eq!(count, allowed);
    }
}
