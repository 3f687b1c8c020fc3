//! Packages in place of others, and what of them is not used.

use super::*;
use crate::Interval;

const SLOW: OfferId = OfferId(40);
const FAST: OfferId = OfferId(41);
const DATA: OfferId = OfferId(42);

/// A family of packages: slow at 1000 and fast at 3000 a month, and data without time at 500.
fn family() -> Account {
    let mut account = Account::new(offers());
    let month = Package { lasts: Some("1 month".parse().unwrap()), ..Package::default() };
    let data = Package { data: offers()[5].package.data, ..Package::default() };
    let mut all = offers();
    all.push(Offer { package: month, ..offer(SLOW, PREPAID) });
    all.push(Offer { package: month, ..offer(FAST, PREPAID) });
    all.push(Offer { package: data, ..offer(DATA, PREPAID) });
    let mut prices = prices();
    for (offer, amount) in [(SLOW, "1000"), (FAST, "3000"), (DATA, "500")] {
        prices.insert(ComponentId(offer.0), always(Price::Once(kes(amount))));
    }
    account.catalogue = Catalogue::new(prices, all).unwrap();
    account.order(SLOW, "2027-01-01");
    account
}

fn time(offer: OfferId, from: &str, count: u32) -> PaidTime {
    let lasts = "1 month".parse().unwrap();
    PaidTime { offer, anchor: at(from), from: at(from), lasts, count, stopped_ms: 0 }
}

const fn policy(upgrade: When, downgrade: When) -> ChangePolicy {
    ChangePolicy { upgrade, downgrade, fee: None }
}

const DAY_MS: i64 = 86_400_000;

#[test]
fn what_is_not_used_is_given_back_by_period_and_by_the_millisecond() {
    let year = time(SLOW, "2027-01-01", 12);
    let stopped = PaidTime { stopped_ms: 10 * DAY_MS, ..year };
    // Of 12 periods, for 12000.00 together: at which moment how much of that is given back, and why.
    let table = [
        (year, "2027-01-01", "12000.00 KES", "12 of 12 periods"),
        (year, "2027-02-01", "11000.00 KES", "11 of 12 periods"),
        // February has 28 days, of which 14 are left: half of a month.
        (
            year,
            "2027-02-15",
            "10500.00 KES",
            "10 of 12 periods and 1209600 of 2419200 s of another",
        ),
        // An hour of the last month, which has 31 days: 1000 / 744 = 1.344, and never more.
        (year, "2027-12-31T23:00", "1.34 KES", "3600 of 2678400 s of one of 12 periods"),
        (year, "2028-01-01", "0.00 KES", "0 of 12 periods"),
        // It stood still for ten days: on the 25th it is where it would have been on the 15th.
        (
            stopped,
            "2027-02-25",
            "10500.00 KES",
            "10 of 12 periods and 1209600 of 2419200 s of another",
        ),
        (stopped, "2028-01-10T23:00", "1.34 KES", "3600 of 2678400 s of one of 12 periods"),
        // One period alone.
        (time(SLOW, "2027-02-01", 1), "2027-02-15", "6000.00 KES", "1209600 of 2419200 s"),
        (time(SLOW, "2027-02-01", 1), "2027-01-15", "12000.00 KES", "1 of 1 period"),
    ];
    for (time, when, back, why) in table {
        let unused = time.unused(at(when), &[], &zone()).unwrap();
        assert_eq!(unused.of_paid(kes("12000")).unwrap().to_string(), back, "{when}");
        assert_eq!(unused.to_string(), why, "{when}");
    }
    assert_eq!(shown(year.until(&zone()).unwrap()), "2028-01-01");
    assert_eq!(shown(stopped.until(&zone()).unwrap()), "2028-01-11");
    // Of what was given back already nothing is.
    let unused = year.unused(at("2027-01-01"), &[], &zone()).unwrap();
    assert_eq!(unused.of_paid(kes("-5")).unwrap(), kes("0"));
}

#[test]
fn of_a_hybrid_no_more_is_given_back_than_is_left_of_what_there_is_least_of() {
    let month = time(SLOW, "2027-02-01", 1);
    let data = |left, of| Left { measure: Measure::Data, left, of };
    let online = |left, of| Left { measure: Measure::Online, left, of };
    // At half of the time, of 1000.00.
    let table = [
        (vec![data(60, 100)], "500.00 KES", "1209600 of 2419200 s"),
        (
            vec![data(10, 100), online(1, 2)],
            "100.00 KES",
            "1209600 of 2419200 s, but no more than 10 of 100 octets",
        ),
        (
            vec![data(90, 100), online(0, 7_200)],
            "0.00 KES",
            "1209600 of 2419200 s, but no more than 0 of 7200 s online",
        ),
    ];
    for (left, back, why) in table {
        let unused = month.unused(at("2027-02-15"), &left, &zone()).unwrap();
        assert_eq!(unused.of_paid(kes("1000")).unwrap().to_string(), back);
        assert_eq!(unused.to_string(), why);
    }
}

#[test]
fn a_greater_package_comes_at_once_and_a_smaller_one_at_the_end_or_as_it_is_said() {
    use Follows::{AsRenewal, AtOnce, AtTheEnd};
    let mut account = family();
    account.now = at("2027-01-15");
    let usual = ChangePolicy::default();
    let (now, end) = (When::AtOnce, When::PeriodEnd);
    let slow = || vec![time(SLOW, "2027-01-01", 12)];
    let fast = || vec![time(FAST, "2027-01-01", 1)];
    let then_slow = || vec![time(FAST, "2027-01-01", 1), time(SLOW, "2027-02-01", 1)];
    let table = [
        // The usual policy: a greater one at once, a smaller one at the end.
        (FAST, slow(), false, usual, AtOnce),
        (SLOW, fast(), false, usual, AtTheEnd),
        // The policy turned round, and the same for both.
        (FAST, slow(), false, policy(end, now), AtTheEnd),
        (SLOW, fast(), false, policy(end, now), AtOnce),
        (SLOW, fast(), false, policy(now, now), AtOnce),
        (FAST, slow(), false, policy(end, end), AtTheEnd),
        // The same again, whatever the policy.
        (SLOW, slow(), false, policy(now, now), AsRenewal),
        // Nothing is paid, or all of it is over.
        (FAST, vec![], false, usual, AsRenewal),
        (FAST, vec![time(SLOW, "2026-12-01", 1)], false, usual, AsRenewal),
        // A smaller one is paid ahead already: what runs is compared, and what is the same comes behind all.
        (FAST, then_slow(), false, usual, AtTheEnd),
        (SLOW, then_slow(), false, usual, AtTheEnd),
        // What runs is used up: nothing is waited for.
        (SLOW, fast(), true, usual, AtOnce),
        // What has no time of its own takes nobody's place.
        (DATA, fast(), false, usual, AsRenewal),
    ];
    for (offer, paid, is_used_up, policy, expected) in table {
        let follows = account.subscription().follows(offer, &paid, is_used_up, &policy);
        assert_eq!(follows.unwrap(), expected, "{offer} on {paid:?}");
    }
}

#[test]
fn it_counts_from_now_or_from_the_end_whatever_a_renewal_does() {
    let account = family();
    let subscription = Subscription { now: at("2027-01-15"), ..account.subscription() };
    let paid = PaidUntil { anchor: at("2027-01-01"), until: at("2027-03-01") };
    let purchase = Purchase { count: 2, paid: Some(paid), is_used_up: false };
    for counted_from in [CountedFrom::OldExpiry, CountedFrom::Now] {
        let renewal = RenewalPolicy { counted_from, grace: None };
        let bought = |follows| {
            let policies = (&renewal, &ChangePolicy::default());
            let bought = subscription.buy(FAST, &purchase, follows, policies).unwrap().bought;
            let shown = |it: &Interval| format!("{} {}", shown(it.from()), shown(it.until()));
            bought.periods.iter().map(shown).collect::<Vec<_>>()
        };
        assert_eq!(bought(Follows::AtOnce), ["2027-01-15 2027-02-15", "2027-02-15 2027-03-15"]);
        assert_eq!(bought(Follows::AtTheEnd), ["2027-03-01 2027-04-01", "2027-04-01 2027-05-01"]);
    }
}

#[test]
fn the_fee_of_a_change_is_paid_with_the_package_and_not_with_a_renewal() {
    let mut account = family();
    account.bill("2027-01-01");
    let changes = ChangePolicy { fee: Some(CHANGE_FEE), ..ChangePolicy::default() };
    let mut buy = |when, offer, follows| {
        let purchase = Purchase { count: 1, paid: None, is_used_up: false };
        let policies = (&RenewalPolicy::default(), &changes);
        let buy = |it: &Subscription<'_>| {
            it.buy(offer, &purchase, follows, policies).map(|renewal| renewal.change)
        };
        account.does(when, buy).unwrap();
        account.bill(when)
    };
    assert_eq!(buy("2027-01-05", SLOW, Follows::AsRenewal), ["40 2027-01-05 1000.00 KES"]);
    let with_fee = ["31 2027-01-06 200.00 KES", "41 2027-01-06 3000.00 KES"];
    assert_eq!(buy("2027-01-06", FAST, Follows::AtOnce), with_fee);
}

#[test]
fn a_package_ends_at_the_end_of_what_is_paid_and_at_once_when_that_is_said() {
    let policy = |when| TerminationPolicy { when, notice: None };
    let paid_until = Some(at("2027-12-27T10:00"));
    let ends = |when, notice: Option<&str>| {
        let mut account = family();
        account.now = at("2027-11-27");
        let notice = notice.map(|notice| notice.parse().unwrap());
        let policy = TerminationPolicy { notice, ..policy(when) };
        let end = account.subscription().terminate_prepaid(&policy, paid_until).unwrap();
        (shown(end.ends_at), end.change.added.len())
    };
    let table = [
        (When::PeriodEnd, None, "2027-12-27T10:00:00"),
        (When::AtOnce, None, "2027-11-27"),
        // What is said too late ends with the notice.
        (When::PeriodEnd, Some("10 days"), "2027-12-27T10:00:00"),
        (When::PeriodEnd, Some("2 months"), "2028-01-27"),
        (When::AtOnce, Some("10 days"), "2027-12-07"),
    ];
    for (when, notice, expected) in table {
        assert_eq!(ends(when, notice), (expected.to_owned(), 1), "{when:?} {notice:?}");
    }
}

#[test]
fn time_is_not_bought_at_a_moment_before_it_stood_still() {
    let mut account = family();
    let endless = PausePolicy { longest: None, per_year: None };
    account.does("2027-01-10", |it| it.pause(None, &endless)).unwrap();
    account.does("2027-01-20", |it| it.resume()).unwrap();
    let mut refused = |when, offer, by| {
        account.now = at(when);
        account.subscription().check_is_behind_stops(offer, at(by)).err()
    };
    let early = |when| {
        let (at, earliest) = (at(when), at("2027-01-20"));
        Some(ChangeError::TooEarly { field: "the purchase", at, earliest })
    };
    let by = "2027-01-21";
    for when in ["2027-01-08", "2027-01-15", "2027-01-19T23:59"] {
        assert_eq!(refused(when, FAST, by), early(when));
        assert_eq!(refused(when, SLOW, by), early(when));
        // What has no time of its own has none that could stand still.
        assert_eq!(refused(when, DATA, by), None);
    }
    assert_eq!(refused("2027-01-20", FAST, by), None);
    // A stop that goes on is not over: whatever is paid is longer when it is.
    assert_eq!(refused("2027-01-08", FAST, "2027-01-19"), None);
}
