//! Which quotas a plan may have, and how amounts of data are written.

use entitlement::{
    Octets, OctetsError, PERCENT_MAX, QUOTAS_MAX, Quota, QuotaError, Stretch, TIERS_MAX, Tier,
    TierAction, Timestamp, Window, ZERO_RATED_MAX,
};

use crate::common::*;

fn with(tiers: Vec<Tier>) -> Quota {
    Quota { tiers, ..quota("monthly", Window::Month, 500 * GB) }
}

#[test]
fn tables_of_tiers_that_cannot_be_are_named_with_what_would_be_right() {
    use TierAction::{Notify, Quarantine, Throttle};
    let check = |tiers| with(tiers).check(Some(mbit(20, 100)));
    assert_eq!(
        check(vec![
            tier(1, Notify),
            tier(80, Throttle(mbit(20, 100))),
            tier(90, Notify),
            tier(100, Throttle(mbit(20, 100))),
            tier(101, Throttle(mbit(1, 100))),
            tier(PERCENT_MAX, Quarantine),
        ]),
        Ok(())
    );
    let throttle = |percent, upload, download| tier(percent, Throttle(mbit(upload, download)));
    for (tiers, words) in [
        (vec![tier(0, Notify)], "has a tier at 0 %; tiers are from 1 to 1000 %"),
        (vec![tier(1_001, Notify)], "has a tier at 1001 %; tiers are from 1 to 1000 %"),
        (
            vec![tier(80, Notify), tier(80, Quarantine)],
            "a tier at 80 % after one at 80 %; each tier is above the one before it",
        ),
        (vec![tier(80, Notify), tier(79, Notify)], "a tier at 79 % after one at 80 %"),
        (
            vec![tier(100, Quarantine), tier(150, Notify)],
            "a tier at 150 % after its quarantine at 100 %; the quarantine is the last one",
        ),
        (
            vec![throttle(80, 2, 2), tier(90, Notify), throttle(100, 3, 2)],
            "throttles at 100 % to 3M/2M, which is faster than 2M/2M at 80 %",
        ),
        (vec![throttle(80, 2, 2), throttle(100, 1, 3)], "at most as fast as the one before it"),
        (
            vec![throttle(80, 21, 100)],
            "at 80 % to 21M/100M, which is faster than the plan's 20M/100M; a throttle is at most",
        ),
        (vec![throttle(80, 0, 2)], "to 0 bits a second at 80 %; a throttle is 1 bit a second"),
        (vec![throttle(80, 2, 0)], "a service is stopped by `quarantine`"),
        ((1..10).map(|percent| tier(percent, Notify)).collect(), "has 9 tiers; it may have 8"),
    ] {
        let error = check(tiers).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert!(error.contains("the quota `monthly`"), "{error}");
    }
    let fast = with(vec![throttle(80, 900, 900)]);
    assert_eq!(fast.check(None), Ok(()), "a plan without a speed may have any throttle");
    let most = (1..=TIERS_MAX).map(|percent| tier(u32::try_from(percent).unwrap(), Notify));
    assert_eq!(check(most.collect()), Ok(()));
}

#[test]
fn quotas_have_names_of_their_own() {
    let named = |name: &str| quota(name, Window::Day, 1);
    let check = |quotas: &[Quota]| Quota::check_all(quotas, None);
    assert_eq!(check(&[named("day"), named("night_2-x")]), Ok(()));
    assert_eq!(
        check(&[named("day"), Quota { window: Window::Week, ..named("day") }]),
        Err(QuotaError::SameName { quota: "day".into() })
    );
    for wrong in ["", "Day", "a:b", "a b", "é", &"x".repeat(33)] {
        let error = check(&[named(wrong)]).unwrap_err();
        assert_eq!(error, QuotaError::Name { quota: wrong.into() });
        assert!(error.to_string().contains("1 to 32 letters a-z, digits, - or _"));
    }
    let many = |count| (0..count).map(|n| named(&format!("q{n}"))).collect::<Vec<_>>();
    assert_eq!(check(&many(QUOTAS_MAX)), Ok(()));
    let error = check(&many(QUOTAS_MAX + 1)).unwrap_err();
    assert_eq!(error.to_string(), "there are 9 quotas; a plan has 8 at most");
}

#[test]
fn stretches_that_are_not_counted_have_a_length() {
    let at = Timestamp::from_unix_s;
    let with = |zero_rated| Quota { zero_rated, ..quota("q", Window::Day, 1) };
    let hour = Stretch { from: at(0), until: at(3_600) };
    assert_eq!(with(vec![hour; ZERO_RATED_MAX]).check(None), Ok(()));
    let count = ZERO_RATED_MAX + 1;
    let error = with(vec![hour; count]).check(None).unwrap_err();
    assert_eq!(error, QuotaError::TooManyZeroRated { quota: "q".into(), count });
    let error = with(vec![Stretch { from: at(1), until: at(1) }]).check(None).unwrap_err();
    assert_eq!(error, QuotaError::NoStretch { quota: "q".into() });
}

#[test]
fn amounts_of_data_are_exact() {
    for (text, octets, shown) in [
        ("500GB", 500_000_000_000, "500GB"),
        ("500GiB", 536_870_912_000, "500GiB"),
        ("1.5GB", 1_500_000_000, "1500MB"),
        ("0.000000001GB", 1, "1B"),
        ("1.50 GiB", 1_610_612_736, "1536MiB"),
        ("0.5KiB", 512, "512B"),
        (" 7 kB ", 7_000, "7kB"),
        ("7KB", 7_000, "7kB"),
        ("1PB", 1_000_000_000_000_000, "1PB"),
        ("1024KiB", 1 << 20, "1MiB"),
        ("0B", 0, "0B"),
        ("18446744073709551615B", u64::MAX, "18446744073709551615B"),
    ] {
        let read: Octets = text.parse().unwrap();
        assert_eq!(read, Octets(octets), "{text}");
        assert_eq!(read.to_string(), shown, "{text}");
        assert_eq!(shown.parse(), Ok(read));
    }
    for text in
        ["", "GB", "500", "500gb", "500Gb", "5,5GB", "1.GB", ".5GB", "1.2.3GB", "-1GB", "1 G B"]
    {
        let error = text.parse::<Octets>().unwrap_err();
        assert_eq!(error, OctetsError::NotAnAmount { text: text.to_owned() });
        assert!(error.to_string().contains("`500GB`, `1.5GB` or `500GiB`"));
    }
    for text in ["0.5B", "1.0001kB", "0.3KiB", "0.0000000000000000000001PB"] {
        let error = text.parse::<Octets>().unwrap_err();
        assert_eq!(error, OctetsError::NotWhole { text: text.to_owned() });
    }
    for text in ["18446744073709551616B", "18447PB", "99999999999999999999999PB"] {
        let error = text.parse::<Octets>().unwrap_err();
        assert_eq!(error, OctetsError::TooMuch { text: text.to_owned() });
    }
}
