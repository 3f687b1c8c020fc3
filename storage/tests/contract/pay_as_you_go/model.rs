//! Whatever sessions come, report and go, with money between them: what was paid is what was used, as far as
//! there was money, and nothing is ever spent or covered twice.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::taxes::VAT;
use super::*;

const STEPS: usize = 300;
const SEED: u8 = 33;
/// What a cent buys: so nothing is ever rounded.
const OCTETS_PER_CENT: u64 = 500_000;
const SLICE_CENTS: i64 = 200;

#[derive(Debug, Clone)]
enum Happens {
    /// One of four sessions has used what so many cents buy.
    Uses(u8, i64),
    /// What was said of it last is said again.
    Repeats(u8),
    Stops(u8, i64),
    /// Money comes, cents.
    Pays(i64),
    /// Nothing is heard of anybody for a day.
    Quiet,
}

fn happens() -> impl Strategy<Value = Happens> {
    let session = || 0..4_u8;
    prop_oneof![
        6 => (session(), 0..700_i64).prop_map(|(session, cents)| Happens::Uses(session, cents)),
        1 => session().prop_map(Happens::Repeats),
        2 => (session(), 0..300_i64).prop_map(|(session, cents)| Happens::Stops(session, cents)),
        2 => (1..1_500_i64).prop_map(Happens::Pays),
        1 => Just(Happens::Quiet),
    ]
}

/// All that there is to it.
#[derive(Debug, Default)]
struct Model {
    paid_in: i64,
    used: i64,
    held: i64,
    is_running: bool,
}

impl Model {
    fn spent(&self) -> i64 {
        self.used.min(self.paid_in)
    }

    fn wallet(&self) -> i64 {
        self.paid_in - self.spent()
    }

    /// Something is heard while so many sessions run.
    fn hears(&mut self, sessions: usize) {
        self.is_running = sessions > 0;
        self.held = (SLICE_CENTS * i64::try_from(sessions).unwrap()).min(self.wallet());
    }

    /// Until a payment, or another report, what is held stays what it is.
    fn stands(&self) -> (i64, i64, i64, i64, i64) {
        let wallet = self.wallet();
        let covered = if self.is_running || wallet >= SLICE_CENTS { wallet } else { 0 };
        (self.spent(), self.held, self.used - self.spent(), covered, wallet)
    }
}

/// A session as its NAS counts it.
#[derive(Debug, Clone, Copy, Default)]
struct Counting {
    id: u8,
    cents: i64,
    is_open: bool,
}

struct Run {
    jane: Jane,
    model: Model,
    sessions: BTreeMap<u8, Counting>,
    begun: u8,
    second: i64,
    payments: usize,
}

impl Run {
    async fn counts(&mut self, place: u8, cents: i64, kind: AccountingKind) {
        let begun = &mut self.begun;
        let session = self.sessions.entry(place).or_insert_with(|| {
            *begun += 1;
            Counting { id: *begun, cents: 0, is_open: false }
        });
        session.cents += cents;
        session.is_open = kind != STOP;
        let session = *session;
        if !session.is_open {
            self.sessions.remove(&place);
        }
        let octets = |cents: i64| u64::try_from(cents).unwrap() * OCTETS_PER_CENT;
        let counted = (octets(session.cents), octets(cents));
        let event = self.jane.said(session.id, self.second, kind, counted).await;
        self.jane.drain(self.second, [event]).await;
        self.model.used += cents;
        let open = self.sessions.values().filter(|session| session.is_open).count();
        self.model.hears(open);
    }

    async fn step(&mut self, happens: &Happens) {
        self.second += 1;
        match *happens {
            Happens::Uses(place, cents) => self.counts(place, cents, INTERIM).await,
            Happens::Repeats(place) if self.sessions.contains_key(&place) => {
                self.counts(place, 0, INTERIM).await;
            }
            Happens::Repeats(_) => {}
            Happens::Stops(place, cents) => self.counts(place, cents, STOP).await,
            Happens::Pays(cents) => {
                self.jane.clock.set(after(self.second));
                self.payments += 1;
                let amount = format!("{}.{:02}", cents / 100, cents % 100);
                self.jane.pays(&amount, self.payments).await;
                let owed = self.model.used > self.model.paid_in;
                self.model.paid_in += cents;
                if owed {
                    let open = self.sessions.values().filter(|session| session.is_open).count();
                    self.model.hears(open);
                }
            }
            Happens::Quiet => {
                self.second += 86_400;
                self.jane.clock.set(after(self.second));
                let (store, tenant) = (&self.jane.store, self.jane.tenant);
                store.reservations(tenant).fall_silent(&operator(), 10).await.unwrap();
                store.ledger(tenant).expire_holds(&operator(), 10).await.unwrap();
                (self.model.held, self.model.is_running) = (0, false);
            }
        }
    }

    async fn check(&self, happens: &Happens) {
        let entry = self.jane.entry().await.unwrap();
        let held = entry.phase.hold().map_or(0, |hold| hold.amount.amount_minor());
        let (wallet, pending, sales) = self.jane.books().await;
        let covered = i64::try_from(entry.covered_units / OCTETS_PER_CENT).unwrap();
        let stands =
            (entry.committed.amount_minor(), held, entry.uncovered.amount_minor(), covered, wallet);
        assert_eq!(stands, self.model.stands(), "after {happens:?}: {:?}", self.model);
        assert_eq!(pending, held);
        // Of all that was spent 16 parts of 116 are VAT, to the nearest cent.
        let spent = self.model.spent();
        let net = (spent * 200 + 116) / 232;
        assert_eq!((sales, self.jane.taxed_books().await.2), (net, spent - net));
        assert!(held <= wallet, "{held} of {wallet} are held");
    }
}

pub async fn wallet_sales_and_cover_are_what_a_simple_model_says(ground: &Ground) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[SEED; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let history = prop::collection::vec(happens(), STEPS).new_tree(&mut runner).unwrap().current();
    let jane = Jane::taxed(ground, "0", (PRICE, VAT, Pricing::TaxInclusive)).await;
    let (sessions, model) = (BTreeMap::new(), Model::default());
    let mut run = Run { jane, model, sessions, begun: 0, second: 0, payments: 0 };
    for happens in &history {
        run.step(happens).await;
        run.check(happens).await;
    }
    run.jane.store.close().await;
}
