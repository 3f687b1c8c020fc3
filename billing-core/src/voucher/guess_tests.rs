use proptest::prelude::*;

use super::*;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(ms)
}

/// What comes of wrong codes that are typed at these moments, as far as they are looked up.
fn typed(limit: &GuessLimit, moments_ms: impl IntoIterator<Item = i64>) -> (Guesses, Vec<i64>) {
    let (mut guesses, mut looked_up) = (Guesses::default(), Vec::new());
    for ms in moments_ms {
        if guesses.check(at(ms)).is_ok() {
            looked_up.push(ms);
            guesses = guesses.after_wrong(limit, at(ms));
        }
    }
    (guesses, looked_up)
}

#[test]
fn the_third_wrong_code_within_the_window_locks_out() {
    let limit = GuessLimit::new(3, 1_000, 5_000, 60_000).unwrap();
    let (guesses, looked_up) = typed(&limit, [0, 400, 999]);
    assert_eq!(looked_up, [0, 400, 999]);
    let locked = guesses.check(at(5_998)).unwrap_err();
    assert_eq!(
        locked.to_string(),
        "too many codes were wrong; no voucher is looked up before 1970-01-01T00:00:05.999Z"
    );
    assert_eq!(guesses.check(at(5_999)), Ok(()));
    // A second behind the first the first is not counted.
    let (guesses, _) = typed(&limit, [0, 400, 1_000]);
    assert_eq!((guesses.check(at(1_001)), guesses.lockouts), (Ok(()), 0));
}

#[test]
fn each_lockout_is_twice_as_long_up_to_the_longest_and_they_are_forgotten() {
    let limit = GuessLimit::new(1, 1_000, 5_000, 18_000).unwrap();
    let mut guesses = Guesses::default();
    let mut now = 0;
    let mut lockouts = Vec::new();
    for wait in [0, 0, 0, 0, 17_999, 18_000, 0] {
        now += wait;
        guesses = guesses.after_wrong(&limit, at(now));
        let until = guesses.check(at(now)).unwrap_err().until.unix_ms();
        lockouts.push(until - now);
        now = until;
    }
    assert_eq!(lockouts, [5_000, 10_000, 18_000, 18_000, 18_000, 5_000, 10_000]);
}

#[test]
fn with_the_usual_limit_the_sixth_code_is_not_looked_up() {
    let every_second = (0..6).map(|number| number * 1_000);
    let (_, looked_up) = typed(&GuessLimit::USUAL, every_second);
    assert_eq!(looked_up.len(), 5);
    // One code each 150 seconds is the fastest that is never locked out.
    let day = (0..576).map(|number| number * 150_000);
    assert_eq!(typed(&GuessLimit::USUAL, day).1.len(), 576);
    let faster = (0..577).map(|number| number * 149_999);
    assert!(typed(&GuessLimit::USUAL, faster).1.len() < 100);
}

#[test]
fn what_is_no_limit_says_which_field_and_what_it_can_be() {
    let said = |guesses, window, lockout, longest| {
        GuessLimit::new(guesses, window, lockout, longest).unwrap_err().to_string()
    };
    assert_eq!(said(0, 1, 1, 1), "guesses: 0 wrong codes are no limit; it is 1 to 100");
    assert_eq!(said(101, 1, 1, 1), "guesses: 101 wrong codes are no limit; it is 1 to 100");
    assert_eq!(said(1, 0, 1, 1), "window_ms: 0 ms cannot be; it is 1 to 2592000000 ms");
    assert_eq!(
        said(1, 1, 1, 2_592_000_001),
        "lockout_max_ms: 2592000001 ms cannot be; it is 1 to 2592000000 ms"
    );
    assert!(said(1, 1, 7, 6).starts_with("lockout_max_ms: 6 ms are shorter than the first"));
    assert!(GuessLimit::new(100, 1, 1, GUESS_TIME_MAX_MS).is_ok());
}

proptest! {
    #[test]
    fn in_no_window_more_is_looked_up_than_the_limit_and_less_is_remembered(
        limit in (1..6_u8, 1..5_000_i64, 1..5_000_i64, 0..20_000_i64),
        pauses in proptest::collection::vec(0..3_000_i64, 0..80),
    ) {
        let (count, window, lockout, more) = limit;
        let limit = GuessLimit::new(count, window, lockout, lockout + more).unwrap();
        let moments = pauses.iter().scan(0, |now, pause| { *now += pause; Some(*now) });
        let (guesses, looked_up) = typed(&limit, moments);
        prop_assert!(guesses.wrong_at.len() < usize::from(count));
        for first in &looked_up {
            // The lockout may be shorter than the window; then it is the lockout that counts.
            let span = window.min(lockout);
            let within = looked_up.iter().filter(|ms| (*first..first + span).contains(ms)).count();
            prop_assert!(within <= usize::from(count), "{within} from {first} ms on");
        }
    }

    #[test]
    fn a_clock_that_is_put_back_lets_nobody_out_sooner(
        first in 0..10_000_i64, back in 0..10_000_i64,
    ) {
        let limit = GuessLimit::new(1, 1_000, 5_000, 60_000).unwrap();
        let guesses = Guesses::default().after_wrong(&limit, at(first));
        let until = guesses.locked_until;
        let guesses = guesses.after_wrong(&limit, at(first - back));
        prop_assert!(guesses.locked_until >= until);
    }
}
