//! Sessions worked out by hand.

use core::convert::Infallible;

use super::books::{ACCOUNTS, Memory, at, kes, money, terms};
use crate::balance::{
    Decision, NoSlice, Phase, Report, Reservation, ReservationError, STEPS_MAX, SessionTerms,
    SilenceCharge, Slice, SliceLimits, SliceUnit, Step, expiry,
};
use crate::ledger::{AccountId, TransferId, TransferSource};
use crate::rating::{Model, UsagePrice};
use crate::{Money, MoneyError, Rounding};

type Refused = ReservationError<MoneyError>;

/// A session over its books.
struct Session {
    books: Memory,
    terms: SessionTerms,
    limits: SliceLimits,
    price: UsagePrice,
    now: Reservation,
}

impl Session {
    /// Where a unit costs 0.3 minor units.
    fn new(wallet_minor: i64) -> Self {
        let unit = "0.003 KES".parse().unwrap();
        let price = UsagePrice { free_units: 0, model: Model::PerUnit(unit), minimum: None };
        let now = Reservation::new(1, ACCOUNTS, kes(), at(0));
        let (books, limits) = (Memory::new(wallet_minor), SliceLimits::default());
        Self { books, terms: terms(), limits, price, now }
    }

    fn keeps(&mut self, step: Step) -> Step {
        self.books.post(&step.transfers).unwrap();
        self.now = step.next;
        step
    }

    fn report(&mut self, total_units: u64, s: i64) -> Result<Step, Refused> {
        let price = &self.price;
        let rate = |units| Ok(price.rate(units, Rounding::HalfUp)?.amount);
        let (report, wallet) = (Report { total_units, at: at(s) }, self.books.wallet());
        let step = self.now.report(report, &wallet, &self.terms, &self.limits, rate)?;
        Ok(self.keeps(step))
    }

    fn end(&mut self, total_units: u64, s: i64) -> Result<Step, Refused> {
        let price = &self.price;
        let rate = |units| Ok(price.rate(units, Rounding::HalfUp)?.amount);
        let report = Report { total_units, at: at(s) };
        let step = self.now.end(report, &self.books.wallet(), rate)?;
        Ok(self.keeps(step))
    }

    fn collect(&mut self, s: i64) -> Result<Step, Refused> {
        let price = &self.price;
        let rate = |units| Ok(price.rate(units, Rounding::HalfUp)?.amount);
        let step = self.now.collect(at(s), &self.books.wallet(), rate)?;
        Ok(self.keeps(step))
    }

    fn fall_silent(&mut self, s: i64) -> Result<Step, Refused> {
        let price = &self.price;
        let rate = |units| Ok(price.rate(units, Rounding::HalfUp)?.amount);
        let step = self.now.fall_silent(at(s), &self.books.wallet(), &self.terms, rate)?;
        Ok(self.keeps(step))
    }
}

fn granted(step: &Step) -> u64 {
    match step.decision {
        Decision::Granted(slice) => slice.until_units,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_report_pays_what_all_of_it_costs_less_what_was_paid() {
    let mut session = Session::new(100);
    // Reported, paid, in the wallet, held. A slice costs 30.
    let table = [
        (0, 0, 100, 30),
        // 0.3 is 0, 0.6 is 1, 0.9 is 1, 1.2 is 1, 1.5 is 2: rounding never adds up.
        (1, 0, 100, 30),
        (2, 1, 99, 30),
        (3, 0, 99, 30),
        (4, 0, 99, 30),
        (5, 1, 98, 30),
        (105, 30, 68, 30),
        // It says nothing new, and less than before.
        (105, 0, 68, 30),
        (90, 0, 68, 30),
        (0, 0, 68, 30),
    ];
    for (s, (units, paid, has, held)) in (0..).zip(table) {
        let step = session.report(units, s).unwrap();
        assert_eq!(step.charge.committed, money(paid), "{units}");
        assert_eq!(step.charge.uncovered, money(0));
        assert_eq!(session.books.has(), (has, held), "{units}");
    }
    let step = session.end(150, 20).unwrap();
    assert_eq!(step.charge.committed, money(13));
    assert_eq!((step.decision, session.now.phase), (Decision::Over, Phase::Ended));
    // 150 units cost 45, whatever the way there.
    assert_eq!(session.books.has(), (55, 0));
}

#[test]
fn a_report_of_less_changes_nothing_at_all() {
    let mut session = Session::new(100);
    session.report(0, 0).unwrap();
    session.report(50, 60).unwrap();
    let before = session.now;
    let step = session.report(49, 90).unwrap();
    assert_eq!((step.transfers.len(), step.decision), (0, Decision::Unchanged));
    assert_eq!(session.now, before);
    // One of as much holds the money for longer.
    session.report(50, 100).unwrap();
    assert_eq!(session.now.hold().unwrap().expires_at, at(100 + 3 * 60));
}

#[test]
fn the_slice_is_the_least_of_all_limits() {
    let slice = |units, left, boundary_ms: Option<i64>, unit| {
        let mut session = Session::new(100);
        session.terms.slice_units = units;
        session.terms.unit = unit;
        let boundary = boundary_ms.map(entitlement::Timestamp::from_unix_ms);
        session.limits = SliceLimits { left_units: left, tariff_boundary: boundary };
        session.report(0, 10).map(|step| match step.decision {
            Decision::Granted(Slice { units, amount, .. }) => (units, amount.amount_minor()),
            _ => (0, 0),
        })
    };
    let units = |units: u64| units.try_into().unwrap();
    let (octets, seconds) = (SliceUnit::Octets, SliceUnit::Seconds);
    // The slice, what the plan leaves, when the tariff changes; what is granted and held.
    let table = [
        (100, None, None, seconds, (100, 30)),
        (100, Some(40), None, seconds, (40, 12)),
        (100, Some(140), None, seconds, (100, 30)),
        (100, Some(40), Some(30_000), seconds, (20, 6)),
        (100, None, Some(29_001), seconds, (20, 6)),
        (100, None, Some(10_001), seconds, (1, 0)),
        (100, None, Some(3_600_000), seconds, (100, 30)),
        (100, None, Some(30_000), octets, (100, 30)),
        (100, Some(0), None, octets, (0, 0)),
        (u64::MAX, Some(333), None, octets, (333, 100)),
    ];
    for (of, left, boundary, unit, expected) in table {
        assert_eq!(slice(units(of), left, boundary, unit), Ok(expected), "{of} {left:?}");
    }
    let error = slice(units(100), None, Some(10_000), octets).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the tariff was to change at 1970-01-01T00:00:10Z, and it is 1970-01-01T00:00:10Z; the next change is later"
    );
    // Octets have no seconds: the session must report when the tariff changes.
    let mut session = Session::new(100);
    session.limits.tariff_boundary = Some(at(30));
    let Decision::Granted(slice) = session.report(0, 10).unwrap().decision else { panic!() };
    assert_eq!(slice.until, Some(at(30)));
}

#[test]
fn a_wallet_with_less_than_a_slice_gives_what_it_has() {
    // What the wallet has, what is granted of 100 units, what is held.
    let table = [(30, 100, 30), (29, 98, 29), (15, 51, 15), (3, 11, 3), (1, 0, 0), (0, 0, 0)];
    for (has, units, held) in table {
        let mut session = Session::new(has);
        let step = session.report(0, 0).unwrap();
        let found = match step.decision {
            Decision::Granted(slice) => slice.units,
            Decision::Withheld(NoSlice::Money { available }) => {
                assert_eq!(available, money(has));
                0
            }
            other => panic!("{other:?}"),
        };
        assert_eq!((found, session.books.has()), (units, (has, held)), "{has}");
    }
}

#[test]
fn what_was_granted_is_not_taken_back_because_little_is_left() {
    let mut session = Session::new(6);
    // Units until which 6 is enough, rounded: 6.3 is, 6.6 is not.
    assert_eq!(granted(&session.report(0, 0).unwrap()), 21);
    // 5 are left, fewer than are worth granting.
    assert_eq!(granted(&session.report(16, 60).unwrap()), 21);
    let step = session.report(21, 120).unwrap();
    assert_eq!(step.decision, Decision::Withheld(NoSlice::Money { available: money(0) }));
    assert_eq!(session.books.has(), (0, 0));
}

#[test]
fn what_a_wallet_cannot_pay_stays_due_and_the_wallet_is_never_below_nothing() {
    let mut session = Session::new(40);
    session.report(0, 0).unwrap();
    // 200 units cost 60; 100 were granted.
    let step = session.report(200, 60).unwrap();
    assert_eq!((step.charge.committed, step.charge.uncovered), (money(40), money(20)));
    assert_eq!(step.decision, Decision::Withheld(NoSlice::Money { available: money(0) }));
    assert_eq!(session.books.has(), (0, 0));
    session.books.top_up(25);
    // What is due is paid first, and 5 are left for a slice.
    let step = session.report(200, 120).unwrap();
    assert_eq!((step.charge.committed, step.charge.uncovered), (money(20), money(0)));
    assert_eq!((granted(&step), session.books.has()), (218, (5, 5)));
    let step = session.end(300, 180).unwrap();
    assert_eq!((step.charge.committed, step.charge.uncovered), (money(5), money(25)));
    assert_eq!(session.books.has(), (0, 0));
}

#[test]
fn what_stays_due_of_what_is_over_is_paid_when_money_comes() {
    let mut session = Session::new(40);
    session.report(0, 0).unwrap();
    assert_eq!(session.collect(10).unwrap().decision, Decision::Unchanged, "it runs");
    let step = session.end(200, 60).unwrap();
    assert_eq!((step.charge.committed, step.charge.uncovered), (money(40), money(20)));
    assert_eq!(session.collect(70).unwrap().decision, Decision::Unchanged, "nothing is there");
    session.books.top_up(15);
    let step = session.collect(80).unwrap();
    assert_eq!((step.charge.committed, step.charge.uncovered), (money(15), money(5)));
    assert_eq!(session.now.phase, Phase::Ended);
    session.books.top_up(30);
    let step = session.collect(90).unwrap();
    assert_eq!((step.charge.committed, step.charge.uncovered), (money(5), money(0)));
    assert_eq!(session.books.has(), (25, 0));
    assert_eq!(session.collect(100).unwrap().decision, Decision::Unchanged, "nothing is due");
}

#[test]
fn units_that_cost_nothing_hold_nothing() {
    let mut session = Session::new(0);
    session.price.free_units = 150;
    assert_eq!(granted(&session.report(0, 0).unwrap()), 100);
    assert_eq!(session.now.hold(), None);
    // Of one unit more the cost is rounded to nothing.
    assert_eq!(granted(&session.report(100, 60).unwrap()), 151);
    assert_eq!(session.now.steps, 0);
    session.end(150, 120).unwrap();
    assert_eq!(session.books.has(), (0, 0));
}

#[test]
fn what_is_paid_at_least_is_paid_at_the_beginning() {
    let mut session = Session::new(100);
    session.price.minimum = Some(money(50));
    let step = session.report(0, 0).unwrap();
    // The first 166 units are paid with it.
    assert_eq!((step.charge.committed, session.books.has()), (money(50), (50, 0)));
    session.report(100, 60).unwrap();
    assert_eq!(session.books.has(), (50, 10));
    session.end(100, 60).unwrap();
    assert_eq!(session.books.has(), (50, 0));
}

#[test]
fn a_silent_session_pays_what_was_agreed_and_a_later_report_puts_it_right() {
    let units = |units: u64| SilenceCharge::Units(units.try_into().unwrap());
    // What was agreed, what is paid of what was granted beyond 50 units.
    let table = [
        (SilenceCharge::Nothing, 0),
        (units(20), 6),
        (units(99), 30),
        (units(100), 30),
        (units(500), 30),
        (SilenceCharge::Granted, 30),
    ];
    for (charge, paid) in table {
        let silent = || {
            let mut session = Session::new(100);
            session.terms.silence_charge = charge;
            session.report(0, 0).unwrap();
            session.report(50, 60).unwrap();
            let error = session.fall_silent(179).unwrap_err();
            assert_eq!(error, Refused::NotSilent { silent_at: at(180), at: at(179) });
            let step = session.fall_silent(180).unwrap();
            assert_eq!(step.charge.committed, money(paid), "{charge:?}");
            assert_eq!((session.now.phase, session.now.reported_units), (Phase::Silent, 50));
            assert_eq!(session.books.has(), (85 - paid, 0));
            assert_eq!(session.fall_silent(900), Err(Refused::NotOpen));
            session
        };
        // It had used 70: 21 in all.
        let mut session = silent();
        assert_eq!(granted(&session.report(70, 1_000).unwrap()), 170);
        assert_eq!(session.books.has(), (79, 30), "{charge:?}");
        // It had ended, and 60 were 18.
        let mut session = silent();
        session.end(60, 1_000).unwrap();
        assert_eq!(session.books.has(), (82, 0), "{charge:?}");
    }
}

#[test]
fn what_is_held_expires_by_itself_and_is_let_go_once() {
    let mut session = Session::new(100);
    session.report(0, 0).unwrap();
    let hold = session.now.hold().unwrap();
    assert_eq!(hold.expires_at, at(180));
    assert_eq!(session.now.lapse(at(179)), None);
    let error = session.report(50, 180).unwrap_err();
    assert_eq!(error, Refused::Lapsed { held: hold.id, expires_at: at(180) });
    assert!(matches!(session.end(50, 180), Err(Refused::Lapsed { .. })));
    assert!(matches!(session.fall_silent(180), Err(Refused::Lapsed { .. })));
    // Who looks for what has expired came first.
    session.books.post(&[expiry(hold.id, at(180))]).unwrap();
    assert_eq!(session.books.has(), (100, 0));
    let step = session.now.lapse(at(181)).unwrap();
    session.keeps(step);
    assert_eq!(session.now.lapse(at(181)), None);
    // What was used is paid nevertheless.
    let step = session.report(50, 181).unwrap();
    assert_eq!((step.charge.committed, granted(&step)), (money(15), 150));
    assert_eq!(session.books.has(), (85, 30));
}

#[test]
fn no_transfer_of_a_row_has_the_number_of_what_expires() {
    let of = TransferId::of;
    let source = TransferSource::WalletTransfer;
    let greatest = of(source, -1, u16::MAX);
    assert!(expiry(TransferId(0), at(0)).id > greatest);
    assert_ne!(expiry(TransferId(1), at(0)).id, expiry(TransferId(2), at(0)).id);
}

#[test]
fn what_comes_after_the_end_pays_nothing() {
    let mut session = Session::new(100);
    session.report(0, 0).unwrap();
    session.report(50, 60).unwrap();
    // A counter that was put to 0 at the end.
    session.end(0, 90).unwrap();
    assert_eq!(session.now.reported_units, 50);
    assert_eq!(session.books.has(), (85, 0));
    let before = session.now;
    for step in [session.end(50, 91), session.report(40, 92), session.report(50, 93)] {
        assert_eq!(step.unwrap().decision, Decision::Unchanged);
        assert_eq!(session.now, before);
    }
    let error = session.report(51, 94).unwrap_err().to_string();
    assert_eq!(
        error,
        "51 units were reported for a session that ended with 50; after the end there are no more"
    );
    assert_eq!(session.fall_silent(1_000), Err(Refused::NotOpen));
}

#[test]
fn a_price_that_falls_with_more_units_is_paid_back() {
    // Up to 50 units a unit is 1, from there on all are 0.4.
    let rate = |units: u64| {
        let minor = if units <= 50 { units * 10 } else { units * 4 };
        Ok::<Money, Infallible>(money(i64::try_from(minor).unwrap()))
    };
    let mut books = Memory::new(1_000);
    let mut now = Reservation::new(1, ACCOUNTS, kes(), at(0));
    for (units, paid, has) in [(0, 0, 1_000), (50, 500, 500), (100, -100, 600), (150, 200, 400)] {
        let (report, wallet) = (Report { total_units: units, at: at(0) }, books.wallet());
        let limits = SliceLimits::default();
        let step = now.report(report, &wallet, &terms(), &limits, rate).unwrap();
        books.post(&step.transfers).unwrap();
        assert_eq!((step.charge.committed, books.has().0), (money(paid), has), "{units}");
        now = step.next;
    }
    let report = Report { total_units: 150, at: at(1) };
    let step = now.end(report, &books.wallet(), rate).unwrap();
    books.post(&step.transfers).unwrap();
    assert_eq!(books.has(), (400, 0));

    // A slice that makes all of it cheaper holds nothing: 50 cost 500, and 60 cost 240.
    let now = Reservation::new(2, ACCOUNTS, kes(), at(0));
    let (mut books, report) = (Memory::new(1_000), Report { total_units: 50, at: at(0) });
    let terms = SessionTerms { slice_units: 10.try_into().unwrap(), ..terms() };
    let limits = SliceLimits::default();
    let step = now.report(report, &books.wallet(), &terms, &limits, rate).unwrap();
    books.post(&step.transfers).unwrap();
    assert_eq!((granted(&step), books.has()), (60, (500, 0)));
}

#[test]
fn a_tariff_that_changes_goes_on_from_what_was_counted_then() {
    // Until 30 s a unit is 2, from then on 1: what was counted at the change keeps its price.
    let mut books = Memory::new(1_000);
    let mut now = Reservation::new(1, ACCOUNTS, kes(), at(0));
    let mut reports = |units, s, changed: Option<u64>| {
        let before = |units: u64| changed.map_or(units, |changed| changed.min(units));
        let rate = |units: u64| {
            let minor = before(units) * 2 + (units - before(units));
            Ok::<Money, Infallible>(money(i64::try_from(minor).unwrap()))
        };
        let limits =
            SliceLimits { left_units: None, tariff_boundary: changed.is_none().then(|| at(30)) };
        let report = Report { total_units: units, at: at(s) };
        let step = now.report(report, &books.wallet(), &terms(), &limits, rate).unwrap();
        books.post(&step.transfers).unwrap();
        now = step.next;
        books.has()
    };
    assert_eq!(reports(0, 0, None), (1_000, 200));
    assert_eq!(reports(40, 30, Some(40)), (920, 100));
    assert_eq!(reports(90, 60, Some(40)), (870, 100));
}

#[test]
fn a_session_goes_on_with_another_row() {
    let mut session = Session::new(100);
    session.report(0, 0).unwrap();
    session.now.steps = STEPS_MAX - 1;
    session.report(10, 1).unwrap();
    let error = session.report(20, 2).unwrap_err();
    assert_eq!(
        error.to_string(),
        "row 1 has named the transfers of 5957 steps, which is all; the session goes on with \
         another row"
    );
    session.now = session.now.on_row(2);
    session.report(20, 2).unwrap();
    session.end(20, 3).unwrap();
    assert_eq!(session.books.has(), (94, 0));
}

#[test]
fn arguments_that_do_not_fit_are_refused() {
    let now = Reservation::new(1, ACCOUNTS, kes(), at(0));
    let books = Memory::new(100);
    let report = |wallet, amount: Result<Money, &'static str>| {
        let rate = |_| amount.map_err(std::io::Error::other);
        let (terms, limits) = (terms(), SliceLimits::default());
        let report = Report { total_units: 0, at: at(0) };
        now.report(report, &wallet, &terms, &limits, rate).unwrap_err().to_string()
    };
    let wallet = books.wallet();
    assert_eq!(
        report(wallet, Err("no price at night")),
        "the usage cannot be rated: no price at night"
    );
    assert_eq!(
        report(wallet, Ok(money(-1))),
        "0 units are rated at -0.01 KES; usage costs 0 or more"
    );
    let mut other = wallet;
    other.id = AccountId(77);
    assert_eq!(
        report(other, Ok(money(0))),
        "account 77 was given, and the session is paid from account 1"
    );
    assert_eq!(
        report(wallet, Ok("1 USD".parse().unwrap())),
        "USD and KES cannot be reckoned together; one of them must be exchanged first"
    );
}
