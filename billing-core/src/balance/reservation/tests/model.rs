//! Sessions that share a wallet, over a network that loses, repeats and reorders what they report,
//! and a server that crashes; against a clerk who knows what was used and adds up what was moved.

use entitlement::Timestamp;
use proptest::prelude::*;

use super::books::{ACCOUNTS, Memory, SALES, WALLET, at, kes, money, terms};
use crate::balance::{
    Charge, Decision, Phase, Report, Reservation, ReservationError, SessionTerms, SilenceCharge,
    SliceLimits, Step, expiry,
};
use crate::ledger::{TransferId, TransferKind};
use crate::rating::{Model, UnitPrice, UsagePrice};
use crate::{Money, MoneyError, Rounding};

type Refused = ReservationError<MoneyError>;

#[derive(Debug, Clone)]
enum Act {
    /// A session uses so much of what it was granted, in thousandths.
    Use(usize, u64),
    /// It uses more than it was granted: its NAS is slow.
    Overshoot(usize, u64),
    /// It reports.
    Send(usize),
    /// It ends.
    Stop(usize),
    /// One of its reports arrives.
    Deliver {
        session: usize,
        which: usize,
        stays: bool,
        fate: Fate,
    },
    /// One of its reports is lost.
    Lose(usize, usize),
    Pass(i64),
    TopUp(i64),
    /// The server looks for what is silent and for what has expired.
    Sweep,
}

/// What becomes of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is kept, and the session hears of it.
    Kept,
    /// It is kept, and the session does not hear of it.
    ReplyLost,
    /// The server crashes, and nothing is kept.
    NothingKept,
    /// The server crashes, and a store that is no good keeps the transfers without the state. Nobody
    /// knows the session any more.
    StateLost,
}

fn act(is_honest: bool) -> impl Strategy<Value = Act> {
    let session = || 0..4_usize;
    let fate = prop_oneof![
        16 => Just(Fate::Kept),
        2 => Just(Fate::ReplyLost),
        2 => Just(Fate::NothingKept),
        1 => Just(Fate::StateLost),
    ];
    let overshoot = u32::from(!is_honest);
    prop_oneof![
        8 => (session(), 0..=1_000_u64).prop_map(|(of, permille)| Act::Use(of, permille)),
        overshoot => (session(), 1..50_u64).prop_map(|(of, units)| Act::Overshoot(of, units)),
        6 => session().prop_map(Act::Send),
        1 => session().prop_map(Act::Stop),
        10 => (session(), 0..4_usize, any::<bool>(), fate).prop_map(
            |(session, which, stays, fate)| Act::Deliver { session, which, stays, fate }
        ),
        1 => (session(), 0..4_usize).prop_map(|(of, which)| Act::Lose(of, which)),
        4 => (1..90_i64).prop_map(Act::Pass),
        1 => (1..200_i64).prop_map(Act::TopUp),
        2 => Just(Act::Sweep),
    ]
}

/// What happens to be agreed.
#[derive(Debug, Clone, Copy)]
struct Agreed {
    wallet_minor: i64,
    /// What a unit costs, thousandths of a minor unit.
    unit_milli: u64,
    terms: SessionTerms,
}

fn agreed() -> impl Strategy<Value = Agreed> {
    let units = |units: u64| SilenceCharge::Units(units.try_into().unwrap());
    let charge = prop_oneof![
        Just(SilenceCharge::Nothing),
        (1..300_u64).prop_map(units),
        Just(SilenceCharge::Granted),
    ];
    (0..400_i64, 1..3_000_u64, 1..200_u64, 1..50_u64, charge).prop_map(
        |(wallet_minor, unit_milli, slice, least, silence_charge)| {
            let (slice_units, least_units) = (slice.try_into().unwrap(), least.try_into().unwrap());
            let terms = SessionTerms { slice_units, least_units, silence_charge, ..terms() };
            Agreed { wallet_minor, unit_milli, terms }
        },
    )
}

#[derive(Debug, Clone, Copy)]
enum Packet {
    Interim(u64),
    Stop(u64),
}

/// A session, as its NAS, the network and the server have it.
struct Session {
    /// What it has used in truth.
    used: u64,
    /// What its NAS was told that it may come to.
    may: u64,
    /// What it has used beyond that.
    overshot: u64,
    is_stopped: bool,
    under_way: Vec<Packet>,
    now: Reservation,
    /// What its last step could not pay.
    uncovered: Money,
    /// Whether what was held for it was let go while it ran.
    was_uncovered: bool,
    /// Whether the server has forgotten it.
    is_forgotten: bool,
    /// The most that the server knows it to have used.
    heard: u64,
    /// Its transfers.
    made: Vec<TransferId>,
}

struct World {
    agreed: Agreed,
    price: UsagePrice,
    books: Memory,
    put_in_minor: i64,
    now: Timestamp,
    sessions: Vec<Session>,
}

impl World {
    fn new(agreed: Agreed) -> Self {
        let nanos = i64::try_from(agreed.unit_milli).unwrap() * 1_000_000;
        let unit = UnitPrice::from_nanos(nanos, kes()).unwrap();
        let price = UsagePrice { free_units: 0, model: Model::PerUnit(unit), minimum: None };
        let session = |row| Session {
            used: 0,
            may: 0,
            overshot: 0,
            is_stopped: false,
            under_way: vec![Packet::Interim(0)],
            now: Reservation::new(row, ACCOUNTS, kes(), at(0)),
            uncovered: money(0),
            was_uncovered: false,
            is_forgotten: false,
            heard: 0,
            made: Vec::new(),
        };
        let books = Memory::new(agreed.wallet_minor);
        let sessions = (1..=4).map(session).collect();
        let put_in_minor = agreed.wallet_minor;
        Self { agreed, price, books, put_in_minor, now: at(0), sessions }
    }

    fn acts(&mut self, act: &Act) {
        match *act {
            Act::Use(of, permille) => {
                let it = &mut self.sessions[of];
                if !it.is_stopped {
                    it.used += it.may.saturating_sub(it.used) * permille / 1_000;
                }
            }
            Act::Overshoot(of, units) => {
                let it = &mut self.sessions[of];
                if !it.is_stopped {
                    it.used += units;
                    it.overshot += units;
                }
            }
            Act::Send(of) => {
                let it = &mut self.sessions[of];
                if !it.is_stopped {
                    it.under_way.push(Packet::Interim(it.used));
                }
            }
            Act::Stop(of) => self.stops(of),
            Act::Deliver { session, which, stays, fate } => {
                let under_way = &mut self.sessions[session].under_way;
                let Some(packet) = under_way.get(which).copied() else { return };
                if !stays {
                    under_way.remove(which);
                }
                self.arrives(session, packet, fate);
            }
            Act::Lose(of, which) => {
                let under_way = &mut self.sessions[of].under_way;
                if which < under_way.len() {
                    under_way.remove(which);
                }
            }
            Act::Pass(s) => self.now = self.now.plus_s(s),
            Act::TopUp(minor) => {
                self.books.top_up(minor);
                self.put_in_minor += minor;
            }
            Act::Sweep => self.sweeps(),
        }
    }

    fn stops(&mut self, of: usize) {
        let it = &mut self.sessions[of];
        it.is_stopped = true;
        it.under_way.push(Packet::Stop(it.used));
    }

    fn arrives(&mut self, of: usize, packet: Packet, fate: Fate) {
        if self.sessions[of].is_forgotten {
            return;
        }
        self.lapses(of);
        let (price, agreed) = (self.price.clone(), self.agreed);
        let rate = |units| Ok(price.rate(units, Rounding::HalfUp)?.amount);
        let (wallet, now, at) = (self.books.wallet(), self.sessions[of].now, self.now);
        let step: Result<Step, Refused> = match packet {
            Packet::Interim(total_units) => {
                let report = Report { total_units, at };
                now.report(report, &wallet, &agreed.terms, &SliceLimits::default(), rate)
            }
            Packet::Stop(total_units) => now.end(Report { total_units, at }, &wallet, rate),
        };
        let step = step.unwrap();
        if fate == Fate::NothingKept {
            return;
        }
        if fate == Fate::StateLost {
            self.sessions[of].is_forgotten = true;
        }
        self.keeps(of, &step);
        let (Packet::Interim(units) | Packet::Stop(units)) = packet;
        self.sessions[of].heard = self.sessions[of].heard.max(units);
        if fate == Fate::Kept
            && let Decision::Granted(slice) = step.decision
        {
            self.sessions[of].may = slice.until_units;
        }
    }

    fn keeps(&mut self, of: usize, step: &Step) {
        self.books.post(&step.transfers).unwrap();
        let it = &mut self.sessions[of];
        it.now = step.next;
        it.made.extend(step.transfers.iter().map(|transfer| transfer.id));
        if step.decision != Decision::Unchanged {
            let Charge { uncovered, .. } = step.charge;
            it.uncovered = uncovered;
        }
    }

    fn lapses(&mut self, of: usize) {
        if let Some(step) = self.sessions[of].now.lapse(self.now) {
            self.keeps(of, &step);
            self.sessions[of].was_uncovered = true;
        }
    }

    fn sweeps(&mut self) {
        for held in self.books.expired(self.now) {
            self.books.post(&[expiry(held, self.now)]).unwrap();
        }
        for of in 0..self.sessions.len() {
            if self.sessions[of].is_forgotten {
                continue;
            }
            self.lapses(of);
            let price = self.price.clone();
            let rate = |units| Ok(price.rate(units, Rounding::HalfUp)?.amount);
            let (wallet, now, terms) =
                (self.books.wallet(), self.sessions[of].now, self.agreed.terms);
            let step: Result<Step, Refused> = now.fall_silent(self.now, &wallet, &terms, rate);
            match step {
                Ok(step) => {
                    self.keeps(of, &step);
                    self.sessions[of].was_uncovered = true;
                }
                Err(Refused::NotSilent { .. } | Refused::NotOpen) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// What so many units cost, as the clerk works it out: half a minor unit is one.
    fn cost_minor(&self, units: u64) -> i64 {
        i64::try_from((units * self.agreed.unit_milli + 500) / 1_000).unwrap()
    }

    /// What a session has paid less what it was paid back, as the clerk adds it up.
    fn paid_minor(&self, of: usize) -> i64 {
        let made = self.sessions[of].made.iter();
        let paid = made.map(|id| match self.books.transfers[id].transfer.kind {
            TransferKind::Move { debit: WALLET, amount, .. }
            | TransferKind::PostHeld { amount, .. } => amount.amount_minor(),
            TransferKind::Move { debit: SALES, amount, .. } => -amount.amount_minor(),
            _ => 0,
        });
        paid.sum()
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let (has, held) = self.books.has();
        prop_assert!(held <= has, "{held} of {has} is held");
        let paid: i64 = (0..self.sessions.len()).map(|of| self.paid_minor(of)).sum();
        prop_assert_eq!(has, self.put_in_minor - paid);
        let mut holds = 0;
        for (of, it) in self.sessions.iter().enumerate() {
            let slice_minor = self.cost_minor(self.agreed.terms.slice_units.get()) + 1;
            let hold_minor = it.now.hold().map_or(0, |hold| hold.amount.amount_minor());
            prop_assert!(hold_minor <= slice_minor);
            holds += hold_minor;
            prop_assert_eq!(it.now.committed, money(self.paid_minor(of)));
            prop_assert_eq!(it.now.reported_units, it.heard);
            if it.now.phase != Phase::Silent {
                let due = self.paid_minor(of) + it.uncovered.amount_minor();
                prop_assert_eq!(due, self.cost_minor(it.heard));
            }
            // One that keeps to what it was granted is covered, however many others there are.
            let beyond = self.cost_minor(it.overshot) + 1;
            let most = if it.was_uncovered { slice_minor + beyond } else { beyond };
            let is_covered = it.overshot == 0 && !it.was_uncovered;
            let most = if is_covered { 0 } else { most };
            let uncovered = it.uncovered.amount_minor();
            prop_assert!((0..=most).contains(&uncovered), "{uncovered} of {most}");
        }
        // What has expired may be let go before the session knows.
        prop_assert!(held <= holds);
        Ok(())
    }

    /// The sessions that the server knows end, and what was held for the others expires.
    fn ends(&mut self) -> Result<(), TestCaseError> {
        for of in 0..self.sessions.len() {
            if !self.sessions[of].is_stopped {
                self.stops(of);
            }
            let used = self.sessions[of].used;
            self.arrives(of, Packet::Stop(used), Fate::Kept);
            // And what is still under way comes later.
            for packet in core::mem::take(&mut self.sessions[of].under_way) {
                self.arrives(of, packet, Fate::Kept);
            }
            let it = &self.sessions[of];
            if !it.is_forgotten {
                let due = self.paid_minor(of) + it.uncovered.amount_minor();
                prop_assert_eq!(due, self.cost_minor(used), "session {}", of);
            }
        }
        self.now = self.now.plus_s(100_000);
        self.sweeps();
        let paid: i64 = (0..self.sessions.len()).map(|of| self.paid_minor(of)).sum();
        prop_assert_eq!(self.books.has(), (self.put_in_minor - paid, 0));
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn what_sessions_pay_is_what_they_used(
        agreed in agreed(),
        acts in any::<bool>().prop_flat_map(|is_honest| {
            proptest::collection::vec(act(is_honest), 0..120)
        }),
    ) {
        let mut world = World::new(agreed);
        for act in &acts {
            world.acts(act);
            world.check()?;
        }
        world.ends()?;
    }
}
