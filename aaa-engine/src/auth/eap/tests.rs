use proptest::prelude::*;

use super::packet::Malformed;
use super::*;
use crate::settings::ClassKey;

const NOW: Timestamp = Timestamp::from_unix_s(1_800_000_000);
const NAS: NasId = NasId(3);
const ASKED: Asked = Asked::Md5 { identifier: 8, challenge: [9; CHALLENGE_LEN] };
const CHALLENGE_LIFETIME_MS: i64 = 30_000;

fn sealer(octet: u8) -> StateSealer {
    StateSealer::new(&ClassKey::new([octet; 16]).unwrap())
}

#[test]
fn responses_are_read_and_padding_is_not() {
    let identity = Response::Identity { identifier: 1, identity: b"alice" };
    assert_eq!(Response::parse(b"\x02\x01\x00\x0a\x01alice"), Ok(identity));
    assert_eq!(Response::parse(b"\x02\x01\x00\x0a\x01alice\x00\x00"), Ok(identity));
    let value = *b"sixteen octets..";
    let named = [&b"\x02\x07\x00\x1b\x04\x10"[..], &value, b"alice"].concat();
    assert_eq!(Response::parse(&named), Ok(Response::Md5 { identifier: 7, value: &value }));
    assert_eq!(Response::parse(b"\x02\x07\x00\x06\x03\x19"), Ok(Response::Nak { identifier: 7 }));
    assert_eq!(Response::parse(b"\x02\x07\x00\x05\xfe"), Ok(Response::Nak { identifier: 7 }));
    assert_eq!(Response::parse(b"\x02\x07\x00\x05\x15"), Ok(Response::Other { identifier: 7 }));
}

#[test]
fn what_is_no_response_is_malformed() {
    let cases: [(&[u8], u8); 10] = [
        (b"", 0),
        (b"\x02", 0),
        (b"\x02\x05", 5),
        (b"\x02\x05\x00\x04", 5),
        // Shorter than its own header, and longer than what there is.
        (b"\x02\x05\x00\x03\x01a", 5),
        (b"\x02\x05\x00\x07\x01a", 5),
        (b"\x01\x05\x00\x06\x01a", 5),
        (b"\x03\x05\x00\x04", 5),
        // A response of another length than MD5's, and one that is cut.
        (b"\x02\x05\x00\x15\x04\x0f123456789012345", 5),
        (b"\x02\x05\x00\x15\x04\x10123456789012345", 5),
    ];
    for (octets, identifier) in cases {
        assert_eq!(Response::parse(octets), Err(Malformed { identifier }), "{octets:02x?}");
    }
}

#[test]
fn a_state_comes_back_until_it_is_too_old() {
    let sealed = sealer(1).seal(&ASKED, NOW, NAS, b"alice");
    let open = |late_ms| {
        let now = Timestamp::from_unix_ms(NOW.unix_ms() + late_ms);
        sealer(1).open(&sealed, NAS, b"alice", now)
    };
    assert_eq!(open(0), Ok(ASKED));
    assert_eq!(open(CHALLENGE_LIFETIME_MS), Ok(ASKED));
    assert_eq!(open(CHALLENGE_LIFETIME_MS + 1), Err(StateError::TooOld));
    assert_eq!(open(-CHALLENGE_LIFETIME_MS - 1), Err(StateError::TooOld));
}

#[test]
fn a_state_of_another_key_nas_or_login_or_a_changed_one_is_foreign() {
    let sealed = sealer(1).seal(&ASKED, NOW, NAS, b"alice");
    let foreign = Err(StateError::Foreign);
    assert_eq!(sealer(2).open(&sealed, NAS, b"alice", NOW), foreign);
    assert_eq!(sealer(1).open(&sealed, NasId(4), b"alice", NOW), foreign);
    assert_eq!(sealer(1).open(&sealed, NAS, b"alicf", NOW), foreign);
    assert_eq!(sealer(1).open(&sealed[1..], NAS, b"alice", NOW), foreign);
    assert_eq!(sealer(1).open(b"", NAS, b"alice", NOW), foreign);
    for at in 0..sealed.len() {
        let mut changed = sealed;
        changed[at] ^= 1;
        assert_eq!(sealer(1).open(&changed, NAS, b"alice", NOW), foreign, "octet {at}");
    }
}

proptest! {
    #[test]
    fn octets_are_read_or_refused(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        let read = Response::parse(&octets);
        let identifier = octets.get(1).copied().unwrap_or(0);
        match read {
            Ok(response) => prop_assert_eq!(response.identifier(), identifier),
            Err(malformed) => prop_assert_eq!(malformed, Malformed { identifier }),
        }
    }

    #[test]
    fn nearly_right_octets_are_read_or_refused(
        kind in prop_oneof![Just(1_u8), Just(3), Just(4), Just(254), any::<u8>()],
        len in 0_u16..60,
        size in prop_oneof![Just(16_u8), any::<u8>()],
        data in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let [high, low] = len.to_be_bytes();
        let octets = [&[2, 77, high, low, kind, size][..], &data].concat();
        let is_whole = (5..=octets.len()).contains(&usize::from(len));
        let fits = kind != 4 || (size == 16 && len >= 22);
        prop_assert_eq!(Response::parse(&octets).is_ok(), is_whole && fits);
    }

    #[test]
    fn no_octets_pass_for_a_state(octets in proptest::collection::vec(any::<u8>(), 0..60)) {
        let opened = sealer(1).open(&octets, NAS, b"alice", NOW);
        prop_assert_eq!(opened, Err(StateError::Foreign));
    }
}
