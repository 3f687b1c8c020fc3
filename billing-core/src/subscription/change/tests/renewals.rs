//! Prepaid packages.

use super::*;

const OLD: CountedFrom = CountedFrom::OldExpiry;
const NOW: CountedFrom = CountedFrom::Now;

fn paid(anchor: &str, until: &str) -> Option<PaidUntil> {
    Some(PaidUntil { anchor: at(anchor), until: at(until) })
}

fn lasting(lasts: &str) -> Package {
    Package { lasts: Some(lasts.parse().unwrap()), ..Package::default() }
}

fn policy(counted_from: CountedFrom, grace: Option<&str>) -> RenewalPolicy {
    RenewalPolicy { counted_from, grace: grace.map(|grace| grace.parse().unwrap()) }
}

#[test]
fn a_renewal_counts_from_the_old_expiry_or_from_now() {
    // A package of 30 days from 1 April, paid until 1 May.
    let none = None;
    let grace = Some("5 days");
    let table = [
        // Three days early.
        (OLD, none, "2027-04-28T09:00", "2027-05-31"),
        (NOW, none, "2027-04-28T09:00", "2027-05-28T09:00:00"),
        // Exactly at the expiry.
        (OLD, none, "2027-05-01", "2027-05-31"),
        (NOW, none, "2027-05-01", "2027-05-31"),
        // Three days late: without grace anew, within the grace as if it had been in time.
        (OLD, none, "2027-05-04T09:00", "2027-06-03T09:00:00"),
        (OLD, grace, "2027-05-04T09:00", "2027-05-31"),
        (NOW, grace, "2027-05-04T09:00", "2027-06-03T09:00:00"),
        // At the end of the grace, and behind it.
        (OLD, grace, "2027-05-06", "2027-05-31"),
        (OLD, grace, "2027-05-06T00:01", "2027-06-05T00:01:00"),
    ];
    for (counted_from, grace, when, until) in table {
        let purchase =
            Purchase { count: 1, paid: paid("2027-04-01", "2027-05-01"), is_used_up: false };
        let policy = policy(counted_from, grace);
        let bought = purchase.gives(&lasting("30 days"), &policy, at(when), &zone()).unwrap();
        let shown = shown(bought.paid.unwrap().until);
        assert_eq!(shown, until, "{counted_from:?}, {grace:?}, bought {when}");
    }
}

#[test]
fn a_renewal_in_grace_is_never_over_when_it_is_bought() {
    let purchase = Purchase { count: 1, paid: paid("2027-04-01", "2027-04-02"), is_used_up: false };
    let policy = policy(OLD, Some("5 days"));
    let until = |when| {
        let bought = purchase.gives(&lasting("1 day"), &policy, at(when), &zone()).unwrap();
        shown(bought.paid.unwrap().until)
    };
    assert_eq!(until("2027-04-02T23:59"), "2027-04-03");
    assert_eq!(until("2027-04-03"), "2027-04-04");
    assert_eq!(until("2027-04-05T08:00"), "2027-04-06T08:00:00");
}

#[test]
fn the_last_of_a_month_does_not_drift() {
    let month = lasting("1 month");
    let policy = policy(OLD, None);
    let first = Purchase { count: 1, paid: None, is_used_up: false };
    let mut paid = first.gives(&month, &policy, at("2027-01-31"), &zone()).unwrap().paid;
    let mut seen = vec![shown(paid.unwrap().until)];
    for _ in 0..4 {
        let purchase = Purchase { paid, ..first };
        let when = Timestamp::minus_s(paid.unwrap().until, 3 * 86_400);
        paid = purchase.gives(&month, &policy, when, &zone()).unwrap().paid;
        seen.push(shown(paid.unwrap().until));
    }
    assert_eq!(seen, ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30"]);
    // Three at once are three one after the other.
    let three = Purchase { count: 3, ..first };
    let bought = three.gives(&month, &policy, at("2027-01-31"), &zone()).unwrap();
    let ends: Vec<_> = bought.periods.iter().map(|period| shown(period.until())).collect();
    assert_eq!(ends, seen[..3]);
    // After a week that was bought between, months count from its end.
    let between = PaidUntil { until: at("2027-03-07"), ..bought.paid.unwrap() };
    let purchase = Purchase { paid: Some(between), ..first };
    let bought = purchase.gives(&month, &policy, at("2027-03-01"), &zone()).unwrap();
    assert_eq!(shown(bought.paid.unwrap().until), "2027-04-07");
}

#[test]
fn a_hybrid_is_renewed_in_both_and_is_over_with_whichever_ends_first() {
    let account = Account::with(PACKAGE, "2027-01-31");
    let package = account.catalogue.offer(PACKAGE).unwrap().package;
    let until = at("2027-02-28");
    let early = at("2027-02-10");
    let ends = [
        (Some(until), None, Some(until)),
        (Some(until), Some(early), Some(early)),
        (Some(early), Some(until), Some(early)),
        (None, None, None),
    ];
    for (time, data, expected) in ends {
        assert_eq!(package.ends_at(time, data, None), expected);
    }
    assert_eq!(
        lasting("1 day").ends_at(Some(until), Some(early), Some(early)),
        Some(until),
        "it has no data"
    );
    let grants = |purchase: Purchase, when| {
        let bought = purchase.gives(&package, &policy(OLD, None), at(when), &zone()).unwrap();
        let grant = |grant: &PackageGrant| {
            let (from, until) = (grant.validity.from.unwrap(), grant.validity.until.unwrap());
            format!("{} {} to {}", grant.amount.units(), shown(from), shown(until))
        };
        let data: Vec<_> = bought.grants.iter().map(grant).collect();
        (shown(bought.paid.unwrap().until), data)
    };
    // Two months early: each has its data for itself.
    let purchase = Purchase { count: 2, paid: paid("2027-01-31", "2027-02-28"), is_used_up: false };
    let (until, data) = grants(purchase, "2027-02-20");
    assert_eq!(until, "2027-04-30");
    let expected = ["10000000000 2027-02-28 to 2027-03-31", "10000000000 2027-03-31 to 2027-04-30"];
    assert_eq!(data, expected);
    // Its data was used up on the tenth: the next begins now, and its data is for its own time.
    let (until, data) = grants(Purchase { count: 1, is_used_up: true, ..purchase }, "2027-02-12");
    assert_eq!(until, "2027-03-12");
    assert_eq!(data, ["10000000000 2027-02-12 to 2027-03-12"]);
    // A day that is bought in between does not shorten the month, nor lengthen the data of the day.
    let day = Package { lasts: Some("1 day".parse().unwrap()), ..package };
    let purchase = Purchase { count: 1, is_used_up: true, ..purchase };
    let bought = purchase.gives(&day, &policy(OLD, None), early, &zone()).unwrap();
    assert_eq!(bought.paid, purchase.paid);
    assert_eq!(bought.grants[0].validity.until, Some(at("2027-02-11")));
}

#[test]
fn data_without_time_lasts_until_it_is_used_and_one_purchase_can_share_it() {
    let data = offers()[5].package.data.unwrap();
    let gives = |lasts: Option<&str>, per| {
        let lasts = lasts.map(|lasts| lasts.parse().unwrap());
        let package =
            Package { lasts, data: Some(DataPackage { per, ..data }), ..Package::default() };
        let purchase = Purchase { count: 3, paid: None, is_used_up: false };
        let bought =
            purchase.gives(&package, &policy(OLD, None), at("2027-04-01"), &zone()).unwrap();
        let grant = |it: &PackageGrant| (it.amount.units(), it.validity.until.map(shown));
        (bought.paid.is_some(), bought.grants.iter().map(grant).collect::<Vec<_>>())
    };
    let gb = 1_000_000_000;
    assert_eq!(gives(None, GrantedPer::Period), (false, vec![(30 * gb, None)]));
    assert_eq!(gives(None, GrantedPer::Purchase), (false, vec![(10 * gb, None)]));
    let july = Some("2027-07-01".to_owned());
    assert_eq!(gives(Some("1 month"), GrantedPer::Purchase), (true, vec![(10 * gb, july)]));
}

#[test]
fn each_purchase_is_charged_when_it_is_made() {
    let mut account = Account::with(PACKAGE, "2027-04-01");
    assert_eq!(account.bill("2027-04-01"), ["6 2027-04-01 1500.00 KES"]);
    // It is bought, not had: another way to have the product does not take its place.
    assert_eq!(account.subscription().held(PREPAID, at("2027-04-01")), None);
    let renew = |count| {
        let purchase =
            Purchase { count, paid: paid("2027-04-01", "2027-05-01"), is_used_up: false };
        move |it: &Subscription<'_>| {
            it.renew(PACKAGE, &purchase, &RenewalPolicy::default()).map(|renewal| renewal.change)
        }
    };
    account.does("2027-04-28", renew(1)).unwrap();
    assert_eq!(account.bill("2027-04-28"), ["6 2027-04-28 1500.00 KES"]);
    account.does("2027-04-29", renew(3)).unwrap();
    assert_eq!(account.bill("2027-09-01"), ["6 2027-04-29 4500.00 KES"]);
    for wrong in [0, -1, 121, i64::MAX] {
        let expected = format!("{wrong} periods are bought; it can be 1 to 120 at once");
        assert_eq!(account.refuses("2027-04-30", renew(wrong)), expected);
    }
    let mut account = Account::with(HOME, "2027-04-01");
    let purchase = Purchase { count: 1, paid: None, is_used_up: false };
    let renew = |it: &Subscription<'_>| {
        it.renew(HOME, &purchase, &RenewalPolicy::default()).map(|renewal| renewal.change)
    };
    assert_eq!(
        account.refuses("2027-04-02", renew),
        "component 1 of offer 1 must be paid once for this"
    );
}
