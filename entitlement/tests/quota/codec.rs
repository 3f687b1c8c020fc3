//! The form in which a meter is kept.

use entitlement::{Meter, MeterError, ServiceId};
use proptest::prelude::*;

use crate::common::*;
use crate::model::{some_usage, some_world};

fn encoded(meter: &Meter) -> Vec<u8> {
    let mut octets = Vec::new();
    meter.encode(&mut octets);
    octets
}

#[test]
fn it_is_small_and_its_first_octet_is_the_version() {
    assert_eq!(encoded(&Meter::default()), [1, 0, 0, 0]);
    let service = service(vec![quota("monthly", entitlement::Window::Month, 500 * GB)]);
    let now = moment("2026-11-26T12:00:00Z");
    let mut meter = Meter::default();
    download(&mut meter, &service, now, 300);
    let mut expected = vec![1, 1, 1, 7];
    expected.extend_from_slice(b"monthly");
    expected.push(3);
    let november = moment("2026-11-01T00:00:00Z");
    expected.extend_from_slice(&november.unix_ms().to_le_bytes());
    expected.extend_from_slice(&[0xac, 0x02, 0]);
    assert_eq!(encoded(&meter), expected);
    assert_eq!(Meter::decode(&expected), Ok(meter));
}

fn most_of_64_bits() -> [u8; 10] {
    [255, 255, 255, 255, 255, 255, 255, 255, 255, 1]
}

#[test]
fn what_is_wrong_is_named() {
    let error = |octets: &[u8]| Meter::decode(octets).unwrap_err();
    assert_eq!(error(&[]), MeterError::CutShort);
    assert_eq!(error(&[3, 0, 0, 0]), MeterError::Version { found: 3 });
    // With a share of a group's data, which is not there.
    assert_eq!(error(&[2, 0, 0, 0]), MeterError::CutShort);
    for (octets, what) in [
        (&[1, 0, 0, 0, 0][..], "something follows its end"),
        (&[1, 0, 1, 1, 0xff, 1], "a quota's name is not UTF-8"),
        (&[1, 0, 1, 1, b'x', 9], "an unknown window"),
        (&[1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2], "a number has more than 64 bits"),
        (&[1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 129], "a number has more than 64 bits"),
    ] {
        assert_eq!(error(octets), MeterError::Damaged { what }, "{octets:?}");
    }
    // What claims to hold more than there is.
    for octets in [&[1, 0, 9, 0][..], &[1, 0, 0, 65], &[1, 0, 1, 33], &[1, 0, 1, 1, b'x', 0, 33]] {
        let many = [&octets[..octets.len() - 1], &most_of_64_bits()].concat();
        assert_eq!(error(octets), MeterError::CutShort, "{octets:?}");
        assert_eq!(error(&many), MeterError::CutShort, "{many:?}");
    }
    let most = [1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0];
    assert_eq!(Meter::decode(&most).unwrap().revision(), u64::MAX);
}

proptest! {
    #[test]
    fn it_reads_back_and_cannot_be_cut(
        world in some_world(),
        usages in prop::collection::vec(some_usage(), 0..8),
        is_shared: bool,
    ) {
        let service = world.service();
        let mut meter = Meter::default();
        for usage in &usages {
            meter.consume(&service, &usage.record());
            if is_shared {
                meter.count_share(ServiceId(7), &service, &usage.record());
            }
        }
        let octets = encoded(&meter);
        prop_assert_eq!(Meter::decode(&octets), Ok(meter));
        for length in 0..octets.len() {
            prop_assert_eq!(Meter::decode(&octets[..length]), Err(MeterError::CutShort));
        }
    }

    #[test]
    fn any_octets_are_a_meter_or_an_error(
        octets in prop::collection::vec(any::<u8>(), 0..200),
        usages in prop::collection::vec(some_usage(), 0..3),
        world in some_world(),
    ) {
        let mut version_1 = octets.clone();
        if let Some(first) = version_1.first_mut() {
            *first = 1;
        }
        for octets in [octets, version_1] {
            let Ok(mut meter) = Meter::decode(&octets) else { continue };
            let read = encoded(&meter);
            prop_assert_eq!(Meter::decode(&read), Ok(meter.clone()));
            let service = world.service();
            for usage in &usages {
                meter.consume(&service, &usage.record());
                let now = usage.record().to;
                let stance = service.stance(Some(&meter), &[], None, now);
                prop_assert!(stance.changes_at.is_none_or(|edge| edge > now));
            }
        }
    }

    /// A meter that is damaged here and there.
    #[test]
    fn a_damaged_meter_is_used_without_harm(
        world in some_world(),
        usages in prop::collection::vec(some_usage(), 1..6),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let service = world.service();
        let mut meter = Meter::default();
        for usage in &usages {
            meter.consume(&service, &usage.record());
        }
        let mut octets = encoded(&meter);
        for (index, octet) in damage {
            let index = index.index(octets.len());
            octets[index] = octet;
        }
        if let Ok(mut meter) = Meter::decode(&octets) {
            for usage in &usages {
                meter.consume(&service, &usage.record());
                let now = usage.record().to;
                let stance = service.stance(Some(&meter), &[], None, now);
                prop_assert!(stance.changes_at.is_none_or(|edge| edge > now));
            }
        }
    }
}
