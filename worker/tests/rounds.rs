//! What workers do, and what becomes of it when one is killed.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use core::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use billing_core::balance::{AutoTopUp, SessionTerms, SilenceCharge, SliceUnit};
use billing_core::dunning::{PromiseRules, Rules, Step, StepId, WorkingDays};
use billing_core::rating::metered::MeteredPrice;
use billing_core::voucher::{BuyerPrice, CodeLen, SerialRange, VoucherState};
use billing_core::{
    Alignment, AppliesTo, Billing, Money, Price, PriceVersion, Proration, RecurringPrice, Rounding,
    SubscriptionState, Transition, What,
};
use entitlement::{TenantId, Timestamp};
use sqlx::{Connection as _, Executor as _};
use storage::{
    Actor, Clock, KeyRing, NewBatch, NewBuyer, NewIntent, NewOrder, NewProviderToken, NewReceipt,
    NewReservation, NewSubscriber, NewSubscription, NewWorth, OfferChange, OfferOrder, PaidFor,
    ProductChange, SellVouchers, SessionReport, Store, StoreOptions, SubscriptionId,
    WalletAutoTopUp,
};
use tempfile::TempDir;
use worker::{LEASE_S, Round, Worker};

/// 1 December 2026 in UTC.
const DECEMBER: i64 = 1_796_083_200;
const DAY_S: i64 = 86_400;

/// A store of a clock that is set, with one tenant that sells `line` for 10 KES a month.
struct Shop {
    store: Store,
    tenant: TenantId,
    clock: Arc<AtomicI64>,
    _folder: TempDir,
}

impl Shop {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyRing::generate_file(&folder.path().join("weir.key")).unwrap();
        let url = format!("sqlite:{}", folder.path().join("weir.db").display());
        let clock = Arc::new(AtomicI64::new(DECEMBER * 1_000));
        let shown = Arc::clone(&clock);
        let read = move || Timestamp::from_unix_ms(shown.load(Ordering::SeqCst));
        let options = StoreOptions { clock: Clock::new(read), ..StoreOptions::default() };
        let store = Store::open(&url, keys, options).await.unwrap();
        let tenant = store.tenants().find("default").await.unwrap().id;
        let shop = Self { store, tenant, clock, _folder: folder };
        let price = PriceVersion {
            from: Timestamp::from_unix_s(0),
            applies_to: AppliesTo::Everybody,
            price: Price::Recurring(RecurringPrice {
                amount: "10 KES".parse().unwrap(),
                cadence: "1 month".parse().unwrap(),
                billed: Billing::InAdvance,
                proration: Proration::ByDay,
            }),
        };
        let change = ProductChange { taxes: Some(Vec::new()), ..Default::default() };
        let products = shop.store.products(tenant);
        products.set(&by(), "line", &change, Some(&price)).await.unwrap();
        products.set(&by(), "riddle", &change, Some(&price)).await.unwrap();
        shop
    }

    async fn sell(&self, subscriber: &str, product: &str) -> SubscriptionId {
        let new = NewSubscriber { name: subscriber.to_owned(), ..Default::default() };
        self.store.subscribers(self.tenant).add(&by(), &new).await.unwrap();
        let new = NewSubscription {
            subscriber: subscriber.to_owned(),
            service: None,
            products: vec![(product.to_owned(), 1)],
            alignment: Alignment::DayOfMonth(1),
            billed_in: Default::default(),
            from: Timestamp::from_unix_s(DECEMBER),
        };
        self.store.subscriptions(self.tenant).add(&by(), &new).await.unwrap().id
    }

    fn worker(&self, name: &str) -> Worker {
        Worker::new(self.store.clone(), name)
    }

    fn set(&self, s: i64) {
        self.clock.store(s * 1_000, Ordering::SeqCst);
    }

    async fn invoices(&self) -> usize {
        self.store.invoices(self.tenant).list(None, 1_000).await.unwrap().len()
    }
}

#[tokio::test]
async fn intents_to_pay_end_when_their_time_is_over() {
    let shop = Shop::open().await;
    shop.sell("ann", "line").await;
    let mut worker = shop.worker("one");
    assert_eq!(worker.round().await, Round { invoices: 1, ..idle() });
    let intents = shop.store.payment_intents(shop.tenant);
    let new = NewIntent {
        key: "1".to_owned(),
        provider: "mpesa".parse().unwrap(),
        amount: "10 KES".parse().unwrap(),
        paid_for: PaidFor::Open("ann".to_owned()),
        lifetime_s: 60,
    };
    let id = intents.create(&by(), &new).await.unwrap().0.intent.id();
    assert_eq!(worker.round().await, idle());
    shop.set(DECEMBER + 60);
    assert_eq!(worker.round().await, Round { intents_expired: 1, ..idle() });
    assert_eq!(intents.find(id).await.unwrap().intent.state().code(), "expired");
    assert_eq!(worker.round().await, idle());
}

#[tokio::test]
async fn a_wallet_with_too_little_is_to_be_topped_up() {
    let shop = Shop::open().await;
    shop.sell("ann", "line").await;
    let mut worker = shop.worker("one");
    assert_eq!(worker.round().await, Round { invoices: 1, ..idle() });
    let token = NewProviderToken {
        provider: "paystack".parse().unwrap(),
        subscriber: "ann".to_owned(),
        label: "Visa ending in 4242".parse().unwrap(),
        token: "AUTH_k1".parse().unwrap(),
    };
    let token = shop.store.provider_tokens(shop.tenant).add(&by(), &token).await.unwrap().id;
    let (threshold, amount) = ("1 KES".parse().unwrap(), "50 KES".parse().unwrap());
    let many = |count| NonZeroU32::new(count).unwrap();
    let rule = AutoTopUp::new(threshold, amount, many(60), many(5)).unwrap();
    let rule = WalletAutoTopUp { rule, provider: "paystack".parse().unwrap() };
    shop.store.wallets(shop.tenant).set_auto_top_up(&by(), "ann", Some(&rule)).await.unwrap();
    assert_eq!(worker.round().await, Round { to_top_up: 1, ..idle() });
    assert_eq!(worker.round().await, idle());
    let due = shop.store.payment_intents(shop.tenant).to_charge(10).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].1, due[0].0.intent.amount()), (token, amount));
}

#[tokio::test]
async fn what_is_over_is_told_once_and_what_was_delivered_is_removed_later() {
    let shop = Shop::open().await;
    let change = ProductChange {
        taxes: Some(Vec::new()),
        offer: OfferChange { lasts: Some(Some("1 month".parse().unwrap())), ..Default::default() },
        ..Default::default()
    };
    let price = Price::Once("5 KES".parse().unwrap());
    let price =
        PriceVersion { from: Timestamp::from_unix_s(0), applies_to: AppliesTo::Everybody, price };
    shop.store.products(shop.tenant).set(&by(), "month", &change, Some(&price)).await.unwrap();
    let new = NewSubscriber { name: "ann".to_owned(), ..Default::default() };
    shop.store.subscribers(shop.tenant).add(&by(), &new).await.unwrap();
    let order = OfferOrder {
        offer: "month".to_owned(),
        with_trial: false,
        add_ons: Vec::new(),
        from: None,
        on_credit: true,
        auto_renew: false,
    };
    let new = NewOrder {
        subscriber: "ann".to_owned(),
        service: None,
        alignment: Alignment::Anniversary,
        billed_in: Default::default(),
        order,
    };
    shop.store.subscriptions(shop.tenant).subscribe(&by(), &new).await.unwrap();
    let mut worker = shop.worker("one");
    shop.set(DECEMBER + 31 * DAY_S - 1);
    // What is paid once is had for a moment; the package lasts.
    assert_eq!(worker.round().await, Round { carried_out: 1, ..idle() });
    shop.set(DECEMBER + 31 * DAY_S);
    assert_eq!(worker.round().await, Round { over: 1, ..idle() });
    assert_eq!(worker.round().await, idle());

    let outbox = shop.store.outbox(shop.tenant);
    let mut topics = Vec::new();
    while let [event] = outbox.take("test", 1, 60).await.unwrap().as_slice() {
        topics.push(event.topic.known().unwrap().code());
        assert!(outbox.acknowledge(event).await.unwrap());
    }
    let all = ["subscription.activated", "invoice.finalised", "package.bought", "package.expired"];
    assert_eq!(topics, all);
    shop.set(DECEMBER + 61 * DAY_S);
    assert_eq!(worker.round().await, idle());
    shop.set(DECEMBER + 61 * DAY_S + 1);
    assert_eq!(worker.round().await, Round { outbox_cleaned: 4, ..idle() });
}

#[tokio::test]
async fn vouchers_end_when_their_time_is_over() {
    let shop = Shop::open().await;
    let vouchers = shop.store.vouchers(shop.tenant);
    let now = Timestamp::from_unix_s(DECEMBER);
    let new = NewBatch {
        quantity: 3,
        prefix: None,
        code_len: CodeLen::USUAL,
        worth: NewWorth::Refill("1 KES".parse().unwrap()),
        price: "1 KES".parse().unwrap(),
        sell_by: Some(now.plus_s(DAY_S)),
        redeem_within: Some("1 day".parse().unwrap()),
        owner: None,
        at: now,
    };
    let batch = vouchers.generate(&by(), &new).await.unwrap();
    let one = SellVouchers {
        batch: batch.id,
        range: SerialRange::new(1, 1).unwrap(),
        buyer: NewBuyer::Till("cash".parse().unwrap()),
        price: BuyerPrice::List,
        at: now,
    };
    vouchers.sell(&by(), &one).await.unwrap();
    let mut worker = shop.worker("one");
    assert_eq!(worker.round().await, idle());
    // Two were not sold in time. What becomes of the money for the third nobody has said.
    shop.set(DECEMBER + DAY_S);
    assert_eq!(worker.round().await, Round { vouchers_expired: 2, ..idle() });
    let stock = &vouchers.batch(batch.id).await.unwrap().stock[&None];
    let of = [VoucherState::Expired, VoucherState::Sold].map(|state| stock.of(state));
    assert_eq!(of, [2, 1]);
    assert_eq!(worker.round().await, idle());
    let settings = shop.store.billing_settings(shop.tenant);
    settings.change(&by(), |it| it.unredeemed = "refunded".parse().ok()).await.unwrap();
    assert_eq!(worker.round().await, Round { vouchers_expired: 1, ..idle() });
    assert_eq!(worker.round().await, idle());
}

#[tokio::test]
async fn a_session_that_falls_silent_is_charged_before_what_is_held_expires() {
    let shop = Shop::open().await;
    let new = NewSubscriber { name: "ann".to_owned(), ..Default::default() };
    shop.store.subscribers(shop.tenant).add(&by(), &new).await.unwrap();
    let receipt = NewReceipt {
        provider: "cash".parse().unwrap(),
        number: None,
        amount: "1 KES".parse().unwrap(),
        at: Timestamp::from_unix_s(DECEMBER),
        reference: Some("ann".to_owned()),
    };
    shop.store.payments(shop.tenant).receive(&by(), &receipt).await.unwrap();
    let MeteredPrice::Units(price) = "each 0.01 KES".parse().unwrap() else { panic!() };
    let new = NewReservation {
        session: "s".to_owned(),
        subscriber: "ann".to_owned(),
        price,
        terms: SessionTerms {
            unit: SliceUnit::Octets,
            slice_units: 40.try_into().unwrap(),
            least_units: 1.try_into().unwrap(),
            interim_interval_s: 60.try_into().unwrap(),
            missed_interims: 2.try_into().unwrap(),
            silence_charge: SilenceCharge::Granted,
        },
    };
    let at = Timestamp::from_unix_s(DECEMBER);
    let report = SessionReport { total_units: 0, asked_units: None, left_units: None, at };
    let reservations = shop.store.reservations(shop.tenant);
    reservations.reserve(&by(), &new, &report).await.unwrap();
    let mut worker = shop.worker("one");
    shop.set(DECEMBER + 119);
    assert_eq!(worker.round().await, idle());
    // So late that what was held has expired as well: the session is charged nevertheless.
    shop.set(DECEMBER + 500);
    assert_eq!(worker.round().await, Round { silent: 1, ..idle() });
    assert_eq!(reservations.find("s").await.unwrap().committed, "0.40 KES".parse().unwrap());
    assert_eq!(worker.round().await, idle());
}

fn by() -> Actor {
    Actor::new("operator")
}

fn idle() -> Round {
    Round { tenants: 1, ..Round::default() }
}

#[tokio::test]
async fn a_round_does_what_is_due_and_repeated_nothing() {
    let shop = Shop::open().await;
    let ann = shop.sell("ann", "line").await;
    shop.sell("ben", "line").await;
    let ahead = Timestamp::from_unix_s(DECEMBER + 10 * DAY_S);
    let ends = [(ahead, What::Transition(Transition::Terminate))];
    shop.store.subscriptions(shop.tenant).change(&by(), ann, &ends).await.unwrap();
    let mut worker = shop.worker("a");
    assert_eq!(worker.round().await, Round { invoices: 2, ..idle() });
    assert_eq!(worker.round().await, idle());

    // On the 11th ann has gone. As that was known, she was billed until then.
    shop.set(DECEMBER + 10 * DAY_S - 1);
    assert_eq!(worker.round().await, idle());
    shop.set(DECEMBER + 10 * DAY_S);
    assert_eq!(worker.round().await, Round { carried_out: 1, ..idle() });
    assert_eq!(worker.round().await, idle());
    let found = shop.store.subscriptions(shop.tenant).find(ann).await.unwrap();
    assert_eq!(found.state, SubscriptionState::Terminated);
    // In January only ben is billed.
    shop.set(DECEMBER + 31 * DAY_S);
    assert_eq!(worker.round().await, Round { invoices: 1, ..idle() });
    assert_eq!(shop.invoices().await, 3);
}

#[tokio::test]
async fn who_does_not_pay_is_suspended_and_a_round_repeated_does_nothing() {
    let shop = Shop::open().await;
    let ann = shop.sell("ann", "line").await;
    let currency = "KES".parse().unwrap();
    let step = Step::read(StepId::new(0).unwrap(), "suspend 1d").unwrap();
    let rules = Rules {
        currency,
        steps: vec![step],
        minimum_overdue: Money::zero(currency),
        fee_cap: None,
        rounding: Rounding::HalfUp,
        working_days: WorkingDays::default(),
        reminders_stale_after_days: None,
        promises: PromiseRules { count_max: 0, within_days: 0, len_max_days: 0 },
    };
    shop.store.dunning(shop.tenant).set(&by(), rules).await.unwrap();
    let mut worker = shop.worker("a");
    assert_eq!(worker.round().await, Round { invoices: 1, ..idle() });
    // Due after 14 days, and suspended at nine o'clock of the day after.
    let nine = DECEMBER + 15 * DAY_S + 9 * 3_600;
    shop.set(nine - 1);
    assert_eq!(worker.round().await, idle());
    shop.set(nine);
    assert_eq!(worker.round().await, Round { dunned: 1, ..idle() });
    assert_eq!(
        worker.round().await,
        Round { invoices: 1, ..idle() },
        "what is not served is credited"
    );
    assert_eq!(worker.round().await, idle());
    let found = shop.store.subscriptions(shop.tenant).find(ann).await.unwrap();
    assert_eq!(found.state, SubscriptionState::Suspended);
}

#[tokio::test]
async fn who_cannot_be_billed_stops_nobody() {
    let shop = Shop::open().await;
    shop.sell("ann", "riddle").await;
    shop.sell("ben", "line").await;
    let url = format!("sqlite:{}", shop.store.place());
    let mut past = sqlx::SqliteConnection::connect(&url).await.unwrap();
    // What has no price is not sold: it has lost it past the store.
    let of_riddle = "product_id in (select id from product where name = 'riddle')";
    let gone = format!("delete from product_price where {of_riddle}");
    past.execute(sqlx::AssertSqlSafe(gone)).await.unwrap();
    let mut worker = shop.worker("a");
    assert_eq!(worker.round().await, Round { invoices: 1, not_billed: 1, ..idle() });
    assert_eq!(worker.round().await, Round { not_billed: 1, ..idle() });
}

#[tokio::test]
async fn a_tenant_that_bills_by_command_is_not_billed_by_itself() {
    let shop = Shop::open().await;
    shop.sell("ann", "line").await;
    let settings = shop.store.billing_settings(shop.tenant);
    settings.change(&by(), |it| it.is_automatic = false).await.unwrap();
    let mut worker = shop.worker("a");
    assert_eq!(worker.round().await, idle());
    settings.change(&by(), |it| it.is_automatic = true).await.unwrap();
    assert_eq!(worker.round().await, Round { invoices: 1, ..idle() });
}

#[tokio::test]
async fn what_a_killed_worker_leaves_is_done_by_another() {
    let shop = Shop::open().await;
    let (mut a, mut b) = (shop.worker("a"), shop.worker("b"));
    assert_eq!(a.round().await, idle());
    shop.sell("ann", "line").await;
    // It is not b's turn, and a does not come any more.
    assert_eq!(b.round().await, Round::default());
    drop(a);
    shop.set(DECEMBER + i64::from(LEASE_S) - 1);
    assert_eq!(b.round().await, Round::default());
    shop.set(DECEMBER + i64::from(LEASE_S));
    assert_eq!(b.round().await, Round { invoices: 1, ..idle() });
}

#[tokio::test]
async fn a_worker_that_was_too_slow_notices_and_leaves_it_to_the_other() {
    let shop = Shop::open().await;
    let (mut a, mut b) = (shop.worker("a"), shop.worker("b"));
    assert_eq!(a.round().await, idle());
    // It renews in time.
    shop.set(DECEMBER + i64::from(LEASE_S) - 10);
    assert_eq!(a.round().await, idle());
    shop.set(DECEMBER + i64::from(LEASE_S) + 1);
    assert_eq!(b.round().await, Round::default());
    // And then does not.
    shop.set(DECEMBER + 3 * i64::from(LEASE_S));
    assert_eq!(b.round().await, idle());
    shop.sell("ann", "line").await;
    assert_eq!(a.round().await, Round::default());
    assert_eq!(b.round().await, Round { invoices: 1, ..idle() });
    // Who stops gives it back at once.
    b.release().await;
    assert_eq!(a.round().await, idle());
}

#[tokio::test]
async fn a_subscription_that_cannot_be_read_stops_no_job() {
    let shop = Shop::open().await;
    shop.sell("ann", "line").await;
    let url = format!("sqlite:{}", shop.store.place());
    let mut past = sqlx::SqliteConnection::connect(&url).await.unwrap();
    // A state that this version does not know: the subscription cannot be read.
    past.execute("update subscription set effect_at = 0, alignment = 'nowhere'").await.unwrap();
    let mut worker = shop.worker("a");
    let round = worker.round().await;
    assert_eq!(round, Round { carried_out: 1, not_billed: 1, ..idle() });
    past.execute("update subscription set alignment = 'day 1'").await.unwrap();
    assert_eq!(worker.round().await, Round { invoices: 1, ..idle() });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_runs_stops_in_order() {
    let shop = Shop::open().await;
    shop.sell("ann", "line").await;
    let running = shop.worker("a").start(Duration::from_millis(1));
    while shop.invoices().await == 0 {
        tokio::task::yield_now().await;
    }
    running.stop().await;
    // Its lease is given back: another one does not wait.
    shop.sell("ben", "line").await;
    assert_eq!(shop.worker("b").round().await, Round { invoices: 1, ..idle() });
}

#[tokio::test]
async fn no_job_and_no_tenant_waits_until_another_is_done() {
    let shop = Shop::open().await;
    let other = shop.store.tenants().add(&by(), "other").await.unwrap();
    for name in ["ann", "ben", "cleo", "dan", "eve"] {
        shop.sell(name, "line").await;
    }
    let ahead = Timestamp::from_unix_s(DECEMBER + DAY_S);
    for id in 1..=5 {
        let ends = [(ahead, What::Transition(Transition::Terminate))];
        let subscriptions = shop.store.subscriptions(shop.tenant);
        subscriptions.change(&by(), SubscriptionId(id), &ends).await.unwrap();
    }
    // Nobody was billed, and all of them end: two of each have their turn in a round.
    shop.set(DECEMBER + DAY_S);
    let mut worker = shop.worker("a").with_batch(1);
    let both = || Round { tenants: 2, ..idle() };
    let turn = Round { carried_out: 2, invoices: 2, unfinished: 2, ..both() };
    assert_eq!(worker.round().await, turn);
    assert_eq!(worker.round().await, turn);
    assert_eq!(worker.round().await, Round { carried_out: 1, invoices: 1, ..both() });
    assert_eq!(worker.round().await, both());
    assert_eq!(shop.store.invoices(other.id).list(None, 10).await.unwrap(), []);
    assert_eq!(shop.invoices().await, 5);
}

#[tokio::test]
async fn what_cannot_be_done_is_told_and_passed_over() {
    let shop = Shop::open().await;
    let ahead = Timestamp::from_unix_s(DECEMBER + DAY_S);
    for name in ["ann", "ben", "cleo"] {
        let id = shop.sell(name, "line").await;
        let ends = [(ahead, What::Transition(Transition::Terminate))];
        shop.store.subscriptions(shop.tenant).change(&by(), id, &ends).await.unwrap();
    }
    let settings = shop.store.billing_settings(shop.tenant);
    settings.change(&by(), |it| it.is_automatic = false).await.unwrap();
    let url = format!("sqlite:{}", shop.store.place());
    let mut past = sqlx::SqliteConnection::connect(&url).await.unwrap();
    past.execute("update subscription_event set what = 'riddle' where subscription_id = 1 and at > 1796083200000")
        .await
        .unwrap();
    shop.set(DECEMBER + DAY_S);
    // The first stays due and is at the head: those behind it are carried out nevertheless.
    let mut worker = shop.worker("a").with_batch(1);
    assert_eq!(worker.round().await, Round { carried_out: 1, failed: 1, unfinished: 1, ..idle() });
    assert_eq!(worker.round().await, Round { carried_out: 1, ..idle() });
    assert_eq!(worker.round().await, Round { failed: 1, ..idle() });
}
