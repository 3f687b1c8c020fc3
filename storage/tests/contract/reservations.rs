//! Money of sessions that are paid as they go: held, paid by what was used, and let go.

use billing_core::Interval;
use billing_core::Money;
use billing_core::balance::{
    Decision, NoSlice, Open, Phase, ReservationError, SessionTerms, SilenceCharge, SliceUnit,
};
use billing_core::ledger::AccountName;
use billing_core::ledger::TransferKind;
use billing_core::rating::metered::{MeteredPrice, UnitsPrice};
use billing_core::voucher::BuyerPrice;
use entitlement::{SubscriberId, TenantId, Timestamp};
use futures_util::future::join_all;
use storage::{
    NewBatch, NewBuyer, NewReservation, RedeemVoucher, ReservationEntry, ReservationsOf, Reserved,
    RuleError, SellVouchers, SessionReport, Store, StoreError, UnredeemedVouchers,
};

use crate::billing::{JOINED, at, bill, on_the_first, shop, subscriber};
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{kes, on, top_up};
use crate::vouchers::{range, refills, wish};

/// So many seconds after the sessions have begun.
fn after(s: i64) -> Timestamp {
    on(1, 2, 12).plus_s(s)
}

fn price(text: &str) -> UnitsPrice {
    match text.parse().unwrap() {
        MeteredPrice::Units(price) => price,
        other => panic!("{other}"),
    }
}

/// A unit is 0.3 minor units, a slice 100 units; reports each minute, and silent after two that did not
/// come.
fn new(session: &str, subscriber: &str) -> NewReservation {
    NewReservation {
        session: session.to_owned(),
        subscriber: subscriber.to_owned(),
        price: price("each 0.003 KES"),
        terms: SessionTerms {
            unit: SliceUnit::Octets,
            slice_units: 100.try_into().unwrap(),
            least_units: 10.try_into().unwrap(),
            interim_interval_s: 60.try_into().unwrap(),
            missed_interims: 2.try_into().unwrap(),
            silence_charge: SilenceCharge::Nothing,
        },
    }
}

const fn report(total_units: u64, at: Timestamp) -> SessionReport {
    SessionReport { total_units, asked_units: None, left_units: None, at }
}

/// A store whose clock stands where sessions begin, and a subscriber with something in the wallet.
struct Paid {
    store: Store,
    tenant: TenantId,
    clock: SetClock,
    subscriber: SubscriberId,
}

impl Paid {
    async fn open(ground: &Ground, wallet: &str) -> Self {
        let clock = SetClock::at(after(0));
        let store = ground.open_by(&clock).await;
        let tenant = shop(&store).await;
        subscriber(&store, tenant, "jane").await;
        top_up(&store, tenant, "jane", wallet).await;
        let subscriber = store.subscribers(tenant).find("jane").await.unwrap().id;
        Self { store, tenant, clock, subscriber }
    }

    async fn reserve(&self, new: &NewReservation) -> Reserved {
        let report = report(0, self.clock.now());
        let reservations = self.store.reservations(self.tenant);
        reservations.reserve(&operator(), new, &report).await.unwrap()
    }

    async fn try_update(&self, total_units: u64, s: i64) -> Result<Reserved, StoreError> {
        let report = report(total_units, after(s));
        self.store.reservations(self.tenant).update(&operator(), "a", &report).await
    }

    /// The session `a` reports then.
    async fn update(&self, total_units: u64, s: i64) -> Reserved {
        self.clock.set(after(s));
        self.try_update(total_units, s).await.unwrap()
    }

    async fn end(&self, total_units: u64, s: i64) -> Reserved {
        self.clock.set(after(s));
        let reservations = self.store.reservations(self.tenant);
        reservations.end(&operator(), "a", total_units, after(s)).await.unwrap()
    }

    async fn find(&self) -> ReservationEntry {
        self.store.reservations(self.tenant).find("a").await.unwrap()
    }

    async fn fall_silent(&self) -> usize {
        self.store.reservations(self.tenant).fall_silent(&operator(), 10).await.unwrap()
    }

    async fn expire(&self) -> usize {
        self.store.ledger(self.tenant).expire_holds(&operator(), 10).await.unwrap()
    }

    async fn held(&self) -> Vec<String> {
        let reservations = self.store.reservations(self.tenant);
        let held = reservations.list(ReservationsOf::Held, Some("jane"), 100).await.unwrap();
        held.into_iter().map(|entry| entry.session).collect()
    }

    /// What is in the wallet, and what of it is held, minor units; all accounts come to nothing.
    async fn has(&self) -> (i64, i64) {
        let accounts = self.store.ledger(self.tenant).accounts(100_000).await.unwrap();
        let balances = accounts.iter().map(|entry| entry.account.balance);
        let (mut posted, mut pending) = (0, 0);
        for balance in balances {
            posted += balance.credits_posted_minor - balance.debits_posted_minor;
            pending += balance.credits_pending_minor - balance.debits_pending_minor;
        }
        assert_eq!((posted, pending), (0, 0), "{accounts:?}");
        let name = AccountName::Wallet(self.subscriber);
        let wallet = accounts.iter().find(|entry| entry.name == name).unwrap().account.balance;
        let has = wallet.credits_posted_minor - wallet.debits_posted_minor;
        (has, wallet.debits_pending_minor)
    }

    async fn sales(&self) -> i64 {
        let ledger = self.store.ledger(self.tenant);
        let sales = ledger.credit_balance(&AccountName::Sales, kes("0").currency()).await;
        sales.unwrap().amount_minor()
    }
}

fn granted(step: &Reserved) -> u64 {
    match step.decision {
        Decision::Granted(slice) => slice.until_units,
        other => panic!("{other:?}"),
    }
}

/// What was paid, and what could not be, minor units.
fn charged(step: &Reserved) -> (i64, i64) {
    (step.charge.committed.amount_minor(), step.charge.uncovered.amount_minor())
}

fn minor(amount: Money) -> i64 {
    amount.amount_minor()
}

pub async fn a_session_is_paid_from_its_first_slice_to_its_end(ground: &Ground) {
    let it = Paid::open(ground, "1").await;
    let first = it.reserve(&new("a", "jane")).await;
    assert_eq!((granted(&first), charged(&first), it.has().await), (100, (0, 0), (100, 30)));
    // It begins again, as after a reply that was lost.
    let again = it.reserve(&new("a", "jane")).await;
    assert_eq!((again.decision, again.now), (Decision::Unchanged, first.now));
    // What was counted, when; until what is granted, what is paid, what the wallet has and holds.
    let table = [
        (50, 60, 150, 15, (85, 30)),
        (150, 120, 250, 30, (55, 30)),
        // The same count later holds the same for longer.
        (150, 180, 250, 0, (55, 30)),
    ];
    for (units, s, until, paid, has) in table {
        let step = it.update(units, s).await;
        assert_eq!((granted(&step), charged(&step)), (until, (paid, 0)), "{units}");
        assert_eq!(it.has().await, has, "{units}");
        let Phase::Open(Open { hold: Some(hold), .. }) = step.now.phase else { panic!("{step:?}") };
        assert_eq!((minor(hold.amount), hold.expires_at), (30, after(s + 180)));
    }
    assert_eq!(it.held().await, ["a"]);
    // It asks for less than a slice, and then the plan leaves less than that.
    let asks =
        SessionReport { asked_units: Some(40.try_into().unwrap()), ..report(150, after(190)) };
    let left = SessionReport { left_units: Some(20), ..report(150, after(191)) };
    it.clock.set(after(191));
    for (report, until, held) in [(asks, 190, 12), (left, 170, 6)] {
        let reservations = it.store.reservations(it.tenant);
        let step = reservations.update(&operator(), "a", &report).await.unwrap();
        assert_eq!((granted(&step), it.has().await), (until, (55, held)));
    }
    let end = it.end(170, 200).await;
    // 170 units cost 51, whatever the way there.
    assert_eq!((end.decision, charged(&end)), (Decision::Over, (6, 0)));
    assert_eq!((it.has().await, it.sales().await), ((49, 0), 51));
    assert_eq!((end.now.phase, minor(end.now.committed)), (Phase::Ended, 51));
    assert!(it.held().await.is_empty());
    let again = it.end(170, 201).await;
    assert_eq!((again.decision, it.has().await), (Decision::Unchanged, (49, 0)));
    let refused = it.try_update(171, 201).await.unwrap_err();
    let StoreError::Rule { source: RuleError::Reservation(error), .. } = &refused else {
        panic!("{refused}")
    };
    let expected = ReservationError::AfterEnd { total_units: 171, final_units: 170 };
    assert_eq!(**error, expected);
    assert_eq!(
        refused.to_string(),
        "session with a reservation `a`: 171 units were reported for a session that ended with 170; after \
         the end there are no more"
    );
    it.store.close().await;
}

pub async fn what_the_wallet_does_not_have_stays_due_and_is_shown(ground: &Ground) {
    let it = Paid::open(ground, "0.4").await;
    it.reserve(&new("a", "jane")).await;
    // 200 units cost 60, and 100 were granted.
    let step = it.update(200, 60).await;
    assert_eq!((charged(&step), it.has().await), ((40, 20), (0, 0)));
    let nothing = NoSlice::Money { available: kes("0") };
    assert_eq!(step.decision, Decision::Withheld(nothing));
    // What is due is paid first, and 5 are left for a slice.
    top_up(&it.store, it.tenant, "jane", "0.25").await;
    let step = it.update(200, 120).await;
    assert_eq!((charged(&step), granted(&step), it.has().await), ((20, 0), 218, (5, 5)));
    let step = it.end(300, 180).await;
    assert_eq!((charged(&step), it.has().await), ((5, 25), (0, 0)));
    assert_eq!((minor(it.find().await.uncovered), it.sales().await), (25, 65));
    it.store.close().await;
}

pub async fn sessions_that_ask_at_once_use_a_wallet_to_the_last_cent(ground: &Ground) {
    let it = Paid::open(ground, "30.05").await;
    let cent = NewReservation {
        price: price("each 0.01 KES"),
        terms: SessionTerms { least_units: 1.try_into().unwrap(), ..new("", "").terms },
        ..new("", "jane")
    };
    let mut used = [0; 16];
    // What was paid; what was granted, in its order; what the wallet has and holds.
    let hundred = |count| vec![100; count];
    let rounds = [
        (0, hundred(16), (3_005, 1_600)),
        (1_600, [vec![0, 5], hundred(14)].concat(), (1_405, 1_405)),
        (1_405, vec![0; 16], (0, 0)),
        (0, vec![0; 16], (0, 0)),
    ];
    for (round, (paid, units, has)) in rounds.into_iter().enumerate() {
        it.clock.set(after(i64::try_from(round).unwrap() * 60));
        let at = it.clock.now();
        let tasks = used.iter().enumerate().map(|(which, used)| {
            let (store, tenant, total_units) = (it.store.clone(), it.tenant, *used);
            let new = NewReservation { session: format!("s{which}"), ..cent.clone() };
            tokio::spawn(async move {
                let report = report(total_units, at);
                store.reservations(tenant).reserve(&operator(), &new, &report).await.unwrap()
            })
        });
        let tasks: Vec<_> = tasks.collect();
        // However far they are, no more is held than there is.
        while !tasks.iter().all(tokio::task::JoinHandle::is_finished) {
            let (has, held) = it.has().await;
            assert!(held <= has, "{held} of {has} is held");
        }
        let steps: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
        let committed: i64 = steps.iter().map(|step| minor(step.charge.committed)).sum();
        let mut found: Vec<_> = used
            .iter_mut()
            .zip(&steps)
            .map(|(used, step)| {
                let before = *used;
                if let Decision::Granted(slice) = step.decision {
                    *used = slice.until_units;
                }
                *used - before
            })
            .collect();
        found.sort_unstable();
        assert_eq!((committed, found, it.has().await), (paid, units, has), "round {round}");
    }
    assert_eq!((used.iter().sum::<u64>(), it.sales().await), (3_005, 3_005));
    it.store.close().await;
}

pub async fn a_report_that_eight_tell_at_once_is_charged_once(ground: &Ground) {
    let it = Paid::open(ground, "1").await;
    let first = new("a", "jane");
    let steps = join_all((0..8).map(|_| it.reserve(&first))).await;
    let unchanged = |steps: &[Reserved]| {
        steps.iter().filter(|step| step.decision == Decision::Unchanged).count()
    };
    assert_eq!((unchanged(&steps), it.has().await), (7, (100, 30)));
    it.clock.set(after(60));
    let steps = join_all((0..8).map(|_| it.update(50, 60))).await;
    let paid: i64 = steps.iter().map(|step| minor(step.charge.committed)).sum();
    assert_eq!((unchanged(&steps), paid, it.has().await), (7, 15, (85, 30)));
    // Everybody is told the same.
    assert!(steps.iter().all(|step| step.now == steps[0].now), "{steps:?}");
    let wallet = AccountName::Wallet(it.subscriber);
    let ledger = it.store.ledger(it.tenant);
    let transfers = ledger.transfers(&wallet, kes("0").currency(), 100).await.unwrap();
    // The top-up, two that hold, and what the first of them has paid.
    assert_eq!(transfers.len(), 4, "{transfers:?}");
    assert_eq!(transfers[2].memo.as_deref(), Some("session a"));
    let steps = join_all((0..8).map(|_| it.end(80, 90))).await;
    let paid: i64 = steps.iter().map(|step| minor(step.charge.committed)).sum();
    assert_eq!((unchanged(&steps), paid, it.has().await), (7, 9, (76, 0)));
    it.store.close().await;
}

pub async fn an_older_report_after_a_newer_one_changes_nothing(ground: &Ground) {
    let it = Paid::open(ground, "1").await;
    it.reserve(&new("a", "jane")).await;
    it.update(50, 60).await;
    it.update(90, 120).await;
    let before = it.find().await;
    assert_eq!(it.has().await, (73, 30));
    // One that was taken before, one that was overtaken, and counters that were put to 0.
    for (units, s) in [(50, 60), (70, 90), (90, 120), (90, 119), (0, 121), (89, 130)] {
        let step = it.try_update(units, s).await.unwrap();
        assert_eq!((step.decision, charged(&step)), (Decision::Unchanged, (0, 0)), "{units}");
        assert_eq!((it.find().await, it.has().await), (before.clone(), (73, 30)), "{units}");
    }
    // In whatever order they come, all of them together pay what the greatest costs.
    it.clock.set(after(180));
    let units = [130, 100, 120, 110, 170, 140, 160, 150];
    let steps = join_all(units.map(|units| it.try_update(units, 180))).await;
    let paid: i64 = steps.iter().map(|step| charged(step.as_ref().unwrap()).0).sum();
    assert_eq!((paid, it.has().await, it.find().await.reported_units), (24, (49, 30), 170));
    it.store.close().await;
}

pub async fn what_expires_is_let_go_and_what_was_used_is_paid_nevertheless(ground: &Ground) {
    let it = Paid::open(ground, "1").await;
    it.reserve(&new("a", "jane")).await;
    it.clock.set(after(179));
    assert_eq!((it.expire().await, it.has().await), (0, (100, 30)));
    it.clock.set(after(180));
    let let_go = join_all((0..8).map(|_| it.expire())).await;
    assert_eq!((let_go.iter().sum::<usize>(), it.has().await), (1, (100, 0)));
    let phase = Phase::Open(Open { granted_units: 100, hold: None });
    assert_eq!(it.find().await.phase, phase);
    assert!(it.held().await.is_empty());
    let step = it.update(50, 181).await;
    assert_eq!((charged(&step), granted(&step), it.has().await), ((15, 0), 150, (85, 30)));
    // The session and who looks for what has expired come at once.
    it.clock.set(after(361));
    let all = (0..4).map(|_| async { tokio::join!(it.expire(), it.update(70, 361)).1 });
    let steps = join_all(all).await;
    let paid: i64 = steps.iter().map(|step| charged(step).0).sum();
    assert_eq!((paid, it.has().await), (6, (79, 30)));
    assert_eq!(it.expire().await, 0);
    // Nobody has looked, and it ends.
    let step = it.end(80, 900).await;
    assert_eq!((charged(&step), it.has().await, it.sales().await), ((3, 0), (76, 0), 24));
    assert_eq!(it.expire().await, 0);
    it.store.close().await;
}

pub async fn a_silent_session_pays_what_was_agreed_and_a_later_report_puts_it_right(
    ground: &Ground,
) {
    let it = Paid::open(ground, "1").await;
    let mut first = new("a", "jane");
    first.terms.silence_charge = SilenceCharge::Units(20.try_into().unwrap());
    it.reserve(&first).await;
    it.update(50, 60).await;
    it.clock.set(after(179));
    assert_eq!((it.fall_silent().await, it.has().await), (0, (85, 30)));
    it.clock.set(after(180));
    let silent = join_all((0..8).map(|_| it.fall_silent())).await;
    // 20 units more are 6.
    assert_eq!((silent.iter().sum::<usize>(), it.has().await), (1, (79, 0)));
    let entry = it.find().await;
    assert_eq!((entry.phase, entry.reported_units), (Phase::Silent, 50));
    assert_eq!(it.expire().await, 0);
    // A report from before does not wake it.
    assert_eq!(it.try_update(50, 60).await.unwrap().decision, Decision::Unchanged);
    // It had used 60, and 2 of 20 are paid back beside the next slice; then it is silent again, so late
    // that what was held has expired, and all 20 are paid.
    let step = it.update(60, 1_000).await;
    assert_eq!((charged(&step), granted(&step), it.has().await), ((-3, 0), 160, (82, 30)));
    it.clock.set(after(2_000));
    assert_eq!((it.fall_silent().await, it.has().await), (1, (76, 0)));
    let step = it.end(60, 2_001).await;
    assert_eq!((charged(&step), it.has().await, it.sales().await), ((-6, 0), (82, 0), 18));
    it.store.close().await;
}

pub async fn a_long_session_goes_on_with_another_row(ground: &Ground) {
    let it = Paid::open(ground, "1").await;
    it.reserve(&new("a", "jane")).await;
    let row = async || {
        ground.text("select row_id || '/' || steps from reservation where session_key = 'a'").await
    };
    assert_eq!(row().await, "1/1");
    ground.execute("update reservation set steps = 5956").await;
    it.update(10, 60).await;
    assert_eq!(row().await, "1/5957");
    it.reserve(&new("b", "jane")).await;
    let step = it.update(20, 120).await;
    // The second row is that of the other session.
    assert_eq!((row().await, charged(&step), it.has().await), ("3/1".into(), (3, 0), (94, 60)));
    it.end(20, 121).await;
    assert_eq!(it.has().await, (94, 30));
    it.store.close().await;
}

pub async fn what_cannot_be_reserved_is_refused(ground: &Ground) {
    let it = Paid::open(ground, "1").await;
    subscriber(&it.store, it.tenant, "ben").await;
    let reservations = it.store.reservations(it.tenant);
    let refused = async |new: &NewReservation| {
        let begun = reservations.reserve(&operator(), new, &report(0, after(0))).await;
        begun.unwrap_err().to_string()
    };
    assert!(refused(&new("a", "nobody")).await.contains("no subscriber called `nobody`"));
    assert!(refused(&new("", "jane")).await.contains("the name is empty"));
    let missing = it.try_update(1, 0).await.unwrap_err().to_string();
    assert_eq!(missing, "there is no session with a reservation called `a`");
    // A name is one session's, whoever is first; nothing of the other one is kept.
    let begin =
        async |name| reservations.reserve(&operator(), &new("a", name), &report(0, after(0))).await;
    let (jane, ben) = tokio::join!(begin("jane"), begin("ben"));
    let both = [jane, ben];
    assert_eq!(both.iter().filter(|it| it.is_ok()).count(), 1, "{both:?}");
    let owner = it.find().await.subscriber_name;
    let other = if owner == "jane" { "ben" } else { "jane" };
    let mut dear = new("a", &owner);
    dear.price = price("each 1 KES");
    for again in [new("a", other), dear] {
        let error = refused(&again).await;
        assert!(error.contains("has begun with another subscriber, price or terms"), "{error}");
    }
    let all = reservations.list(ReservationsOf::All, None, 100).await.unwrap();
    assert_eq!(all.len(), 1);
    // What cannot be kept changes nothing.
    let before = it.find().await;
    it.clock.set(after(60));
    it.try_update(u64::MAX, 60).await.unwrap_err();
    assert_eq!(it.find().await, before);
    let settings = it.store.billing_settings(it.tenant);
    settings.change(&operator(), |it| it.closed_until = Some(after(50))).await.unwrap();
    let closed = it.try_update(1, 49).await.unwrap_err().to_string();
    assert!(closed.contains("the books are closed"), "{closed}");
    it.try_update(1, 50).await.unwrap();
    let removed = it.store.subscribers(it.tenant).remove(&operator(), &owner).await;
    let removed = removed.unwrap_err().to_string();
    assert!(removed.contains("session a: what was paid for it is kept"), "{removed}");
    it.store.close().await;
}

pub async fn a_statement_closes_with_what_the_ledger_has(ground: &Ground) {
    let paid = Paid::open(ground, "1000").await;
    let (store, tenant, jane) = (&paid.store, paid.tenant, paid.subscriber);
    let ledger = store.ledger(tenant);
    let currency = kes("0").currency();
    let whole = Interval::new(Timestamp::from_unix_ms(0), at(2_000_000_000)).unwrap();
    // What the statement closes with is what is owed less what the wallet has; of the latter, in minor units.
    let agree = async |wallet: i64, owed: i64| {
        let balance = async |name: AccountName| {
            ledger.credit_balance(&name, currency).await.unwrap().amount_minor()
        };
        let is = [
            balance(AccountName::Wallet(jane)).await,
            -balance(AccountName::Receivable(jane)).await,
        ];
        assert_eq!(is, [wallet, owed]);
        let statement = ledger.statement(jane, currency, whole).await.unwrap();
        assert_eq!(statement.closing.amount_minor(), owed - wallet, "{statement:?}");
        statement
    };
    agree(100_000, 0).await;
    // 100 units of 1.00 are held, which moves nothing; 80 of them are paid.
    let session = NewReservation { price: price("each 1 KES"), ..new("a", "jane") };
    paid.reserve(&session).await;
    agree(100_000, 0).await;
    paid.end(80, 60).await;
    let statement = agree(92_000, 0).await;
    assert_eq!(statement.lines.len(), 2);
    let line = &statement.lines[1];
    assert_eq!((line.movement.amount, line.balance), (kes("80"), kes("-920")));
    let wallet = ledger.transfers(&AccountName::Wallet(jane), currency, 10).await.unwrap();
    let posted = wallet.iter().find_map(|it| match it.kept.transfer.kind {
        TransferKind::PostHeld { amount, .. } => Some(amount),
        _ => None,
    });
    assert_eq!(posted, Some(kes("80")));
    // An invoice of 754.00, of which the wallet pays all.
    let subscribed = on_the_first("jane", &["gold"]);
    store.subscriptions(tenant).add(&operator(), &subscribed).await.unwrap();
    bill(store, tenant, JOINED).await;
    let billed = ledger.credit_balance(&AccountName::Wallet(jane), currency).await.unwrap();
    assert_eq!(billed, kes("166"));
    agree(16_600, 0).await;
    // 1100.00 come, and 600.00 of them are taken back.
    top_up(store, tenant, "jane", "1100").await;
    agree(126_600, 0).await;
    let payments = store.payments(tenant);
    let last = payments.list(Some("jane"), 10).await.unwrap().pop().unwrap().receipt;
    let last = (last.received().provider.clone(), last.received().number.clone());
    let of_last = (&last.0, &last.1);
    payments.reverse(&operator(), of_last, kes("600"), Some("CB-1")).await.unwrap();
    agree(66_600, 0).await;
    // Vouchers on account for 700.00, of which the wallet pays 666.00; one of them is given back.
    let vouchers = store.vouchers(tenant);
    let new_batch = NewBatch { at: paid.clock.now(), ..refills() };
    let batch = vouchers.generate(&operator(), &new_batch).await.unwrap();
    let order = SellVouchers {
        batch: batch.id,
        range: range(1, 7),
        buyer: NewBuyer::OnAccount("jane".to_owned()),
        price: BuyerPrice::List,
        at: paid.clock.now(),
    };
    vouchers.sell(&operator(), &order).await.unwrap();
    agree(0, 3_400).await;
    let refunded = UnredeemedVouchers::Refunded;
    let now = paid.clock.now();
    vouchers.revoke(&operator(), batch.id, Some(range(7, 7)), &refunded, now).await.unwrap();
    agree(6_600, 0).await;
    // A refill of 120.00.
    let codes = vouchers.export(&operator(), batch.id).await.unwrap();
    let wish = RedeemVoucher { at: now, ..wish(&codes[0].code.to_string(), "jane", 1) };
    vouchers.redeem(&operator(), &wish).await.unwrap();
    agree(18_600, 0).await;
    // Of the rest that is taken back the wallet has 186.00.
    payments.reverse(&operator(), of_last, kes("500"), Some("CB-2")).await.unwrap();
    agree(0, 31_400).await;
    store.close().await;
}
