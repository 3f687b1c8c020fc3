//! Renewals beside what else a subscriber has, and by money that comes twice, late or with others at once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use billing_core::dunning::{PromiseRules, Rules, Step, StepId, WorkingDays};
use billing_core::payment::IntentId;
use billing_core::{PartOrAmount, Rounding};
use entitlement::{Standing, TenantId, Timestamp};
use sqlx::{Connection as _, Executor as _};
use storage::{
    LookAt, NewIntent, NewReceipt, NewSubscription, PaidFor, PaymentOutcome, RenewalOrder,
    RunOrder, Sold, Store,
};

use crate::billing::{balances, bill, on_the_first, shop};
use crate::ground::{Ground, SetClock, operator};
use crate::metering::{product, used};
use crate::offers::{customer, kes, lasts, on, order, package, renewal, take, top_up, wallet};

/// What a subscriber was billed, the oldest first, with what of it is paid.
async fn billed(store: &Store, tenant: TenantId, name: &str) -> Vec<(String, String)> {
    let mut all = store.invoices(tenant).list(Some(name), 100).await.unwrap();
    all.sort_by_key(|it| it.id);
    all.iter().map(|it| (it.gross.to_string(), it.paid.to_string())).collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(gross, paid)| ((*gross).to_owned(), (*paid).to_owned())).collect()
}

/// 1000.00 of somebody.
fn mpesa(number: &str, name: &str, at: Timestamp) -> NewReceipt {
    NewReceipt {
        provider: "mpesa".parse().unwrap(),
        number: Some(number.parse().unwrap()),
        amount: kes("1000"),
        at,
        reference: Some(name.to_owned()),
    }
}

/// The next period of a service is asked for, for 1000.00, within a quarter of an hour.
async fn asked(store: &Store, tenant: TenantId, login: &str) -> IntentId {
    let new = NewIntent {
        key: format!("renewal of {login}"),
        provider: "mpesa".parse().unwrap(),
        amount: kes("1000"),
        paid_for: PaidFor::Renewal(login.to_owned()),
        lifetime_s: 900,
    };
    let intents = store.payment_intents(tenant);
    let (entry, _) = intents.create(&operator(), &new).await.unwrap();
    let reference = format!("ws-{login}");
    intents.prompted(&operator(), entry.intent.id(), Some(&reference)).await.unwrap();
    entry.intent.id()
}

/// What has become of an intent.
async fn state(store: &Store, tenant: TenantId, id: IntentId) -> &'static str {
    store.payment_intents(tenant).find(id).await.unwrap().intent.state().code()
}

async fn valid_until(store: &Store, tenant: TenantId, login: &str) -> Option<Timestamp> {
    store.services(tenant).find(login).await.unwrap().validity.until
}

/// Somebody with a package from 10 March to 10 April, 12:00, and nothing in the wallet.
async fn with_package(store: &Store, tenant: TenantId, name: &str, auto_renew: bool) -> Sold {
    customer(store, tenant, name, "1000").await;
    let mut order = order(name, "month", on(3, 10, 12));
    order.order.auto_renew = auto_renew;
    // Its time runs also when it is not served for what is owed.
    order.billed_in.suspended = true;
    take(store, tenant, &order).await
}

pub async fn a_renewal_bills_what_was_bought_and_nothing_else(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    product(
        &store,
        tenant,
        "transit",
        &used("95th; committed 100M at 50000 KES; above 600 KES per 1M"),
    )
    .await;
    let subscriptions = store.subscriptions(tenant);
    // Jane lacks every sample of March, and of Ben two months of 1740.00 are due which no run has billed.
    let mut sold = Vec::new();
    for (name, beside) in [("jane", "transit"), ("ben", "gold")] {
        sold.push(with_package(&store, tenant, name, true).await);
        let beside = NewSubscription { from: on(3, 1, 0), ..on_the_first(name, &[beside]) };
        subscriptions.add(&operator(), &beside).await.unwrap();
    }
    for (name, sold) in ["jane", "ben"].into_iter().zip(&sold) {
        clock.set(on(4, 12, 12));
        // The money renews it, which takes what the package costs.
        let receipt = mpesa(&format!("QK-{name}"), name, clock.now());
        store.payments(tenant).receive(&operator(), &receipt).await.unwrap();
        let service = store.services(tenant).find(name).await.unwrap();
        assert_eq!(service.validity.until, Some(on(5, 12, 12)), "{name}");
        assert_eq!(wallet(&store, tenant, sold).await, 0, "{name}");
        let expected = pairs(&[("1000.00 KES", "1000.00 KES"); 2]);
        assert_eq!(billed(&store, tenant, name).await, expected, "{name}");
        // So it is by hand, ahead.
        clock.set(on(4, 12, 13));
        top_up(&store, tenant, name, "1001").await;
        subscriptions
            .renew(&operator(), sold.subscription.id, &renewal(clock.now(), 1))
            .await
            .unwrap();
        assert_eq!(wallet(&store, tenant, sold).await, 100, "{name}");
    }
    // The run bills the rest, and says what it cannot.
    let batch = bill(&store, tenant, clock.now().unix_s()).await;
    assert_eq!((batch.invoices, batch.gross), (1, vec![kes("3480")]));
    let [failed] = batch.not_billed.as_slice() else { panic!("{:?}", batch.not_billed) };
    assert!(failed.error.to_string().contains("samples of 300 s are missing"), "{}", failed.error);
    let three = [("1000.00 KES", "1000.00 KES"); 3];
    assert_eq!(billed(&store, tenant, "jane").await, pairs(&three));
    let four = [three.as_slice(), &[("3480.00 KES", "1.00 KES")]].concat();
    assert_eq!(billed(&store, tenant, "ben").await, pairs(&four));
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn what_a_receipt_has_renewed_is_not_renewed_again_by_its_intent(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    let (payments, by) = (store.payments(tenant), operator());
    // How much each has besides: nothing, and enough for one more period.
    for (name, besides) in [("jane", 0), ("ben", 100_000)] {
        clock.set(on(3, 10, 12));
        let sold = with_package(&store, tenant, name, true).await;
        clock.set(on(4, 12, 12));
        let intent = asked(&store, tenant, name).await;
        let receipt = mpesa(&format!("QK-{name}"), name, clock.now());
        let (_, outcome) = payments.receive(&by, &receipt).await.unwrap();
        assert_eq!(outcome, PaymentOutcome::Credited(sold.subscription.subscriber));
        assert_eq!(valid_until(&store, tenant, name).await, Some(on(5, 12, 12)));
        clock.set(on(4, 12, 13));
        if besides > 0 {
            top_up(&store, tenant, name, "1000.00").await;
        }
        for _ in 0..2 {
            let (_, outcome) = payments.receive_for(&by, &receipt, intent).await.unwrap();
            assert_eq!(outcome, PaymentOutcome::Repeated);
            assert_eq!(state(&store, tenant, intent).await, "activated", "{name}");
            assert_eq!(valid_until(&store, tenant, name).await, Some(on(5, 12, 12)), "{name}");
            assert_eq!(wallet(&store, tenant, &sold).await, besides, "{name}");
        }
    }
    // Where the receipt has bought nothing yet, its intent does.
    clock.set(on(3, 10, 12));
    let cleo = with_package(&store, tenant, "cleo", false).await;
    clock.set(on(4, 12, 12));
    let intent = asked(&store, tenant, "cleo").await;
    let receipt = mpesa("QK-cleo", "cleo", clock.now());
    payments.receive(&by, &receipt).await.unwrap();
    assert_eq!(wallet(&store, tenant, &cleo).await, 100_000);
    clock.set(on(4, 12, 13));
    payments.receive_for(&by, &receipt, intent).await.unwrap();
    assert_eq!(state(&store, tenant, intent).await, "activated");
    assert_eq!(valid_until(&store, tenant, "cleo").await, Some(on(5, 12, 13)));
    assert_eq!(wallet(&store, tenant, &cleo).await, 0);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn money_that_comes_late_renews_what_was_asked_for(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    let (payments, by) = (store.payments(tenant), operator());
    let names = ["jane", "ben", "cleo"];
    let mut all = Vec::new();
    for name in names {
        all.push(with_package(&store, tenant, name, false).await);
    }
    clock.set(on(4, 12, 12));
    let mut intents = Vec::new();
    for name in names {
        intents.push(asked(&store, tenant, name).await);
    }
    // A quarter of an hour is over, and the provider needs a minute more.
    let late = |minutes: i64| Timestamp::from_unix_s(on(4, 12, 12).unix_s() + minutes * 60);
    clock.set(late(15));
    assert_eq!(store.payment_intents(tenant).expire(&by, 10).await.unwrap(), 3);
    clock.set(late(16));
    // By the intent alone.
    let jane = mpesa("QK-jane", "jane", clock.now());
    payments.receive_for(&by, &jane, intents[0]).await.unwrap();
    // By its name first, and then by the intent.
    let ben = mpesa("QK-ben", "ben", clock.now());
    payments.receive(&by, &ben).await.unwrap();
    assert_eq!(valid_until(&store, tenant, "ben").await, Some(on(4, 10, 12)));
    payments.receive_for(&by, &ben, intents[1]).await.unwrap();
    // Who has renewed it meanwhile has the money.
    top_up(&store, tenant, "cleo", "1000.00").await;
    let subscriptions = store.subscriptions(tenant);
    let cleo = all[2].subscription.id;
    subscriptions.renew(&by, cleo, &renewal(clock.now(), 1)).await.unwrap();
    payments.receive_for(&by, &mpesa("QK-cleo", "cleo", clock.now()), intents[2]).await.unwrap();
    // From when the money came, for a month.
    let until = Timestamp::from_unix_s(on(5, 12, 12).unix_s() + 16 * 60);
    // Told once more, each changes nothing.
    for _ in 0..2 {
        for (place, name) in names.into_iter().enumerate() {
            assert_eq!(state(&store, tenant, intents[place]).await, "expired", "{name}");
            assert_eq!(valid_until(&store, tenant, name).await, Some(until), "{name}");
            let expected = if name == "cleo" { 100_000 } else { 0 };
            assert_eq!(wallet(&store, tenant, &all[place]).await, expected, "{name}");
            let receipt = mpesa(&format!("QK-{name}"), name, clock.now());
            let again = payments.receive_for(&by, &receipt, intents[place]).await.unwrap();
            assert_eq!(again.1, PaymentOutcome::Repeated);
        }
    }
    balances(&store, tenant).await;
    store.close().await;
}

/// Who pays late is charged 50.00 each week, half of what was due at most, and not served after three days.
fn strict() -> Rules {
    let steps = ["grace 1d", "fee 50 KES 2d every 7d", "suspend 3d"];
    let step = |(id, text): (u8, &&str)| Step::read(StepId::new(id).unwrap(), text).unwrap();
    Rules {
        currency: kes("0").currency(),
        steps: (0..).zip(&steps).map(step).collect(),
        minimum_overdue: kes("0"),
        fee_cap: Some(PartOrAmount::Percent("50%".parse().unwrap())),
        rounding: Rounding::HalfUp,
        working_days: WorkingDays::default(),
        reminders_stale_after_days: None,
        promises: PromiseRules { count_max: 0, within_days: 90, len_max_days: 14 },
    }
}

pub async fn payments_at_once_of_who_is_stopped_and_who_waits_are_all_received(ground: &Ground) {
    const EACH: usize = 12;
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    let names: Vec<_> =
        (0..EACH).flat_map(|it| [format!("waits{it}"), format!("stopped{it}")]).collect();
    let subscriptions = store.subscriptions(tenant);
    for name in &names {
        let sold = with_package(&store, tenant, name, true).await;
        if name.starts_with("stopped") {
            // Bought on credit: 1000.00 are open, and due on the 24th.
            let order = RenewalOrder { on_credit: true, ..renewal(on(3, 10, 12), 1) };
            clock.set(on(3, 10, 13));
            let order = RenewalOrder { at: Some(clock.now()), ..order };
            subscriptions.renew(&operator(), sold.subscription.id, &order).await.unwrap();
        }
    }
    store.dunning(tenant).set(&operator(), strict()).await.unwrap();
    clock.set(on(4, 1, 12));
    let order = RunOrder { at: clock.now(), batch: 1_000 };
    let dunned = store.dunning(tenant).batch(&operator(), order, LookAt::Everybody, None).await;
    assert_eq!(dunned.unwrap().not_dunned, []);
    clock.set(on(6, 12, 12));
    for name in &names {
        let expected =
            if name.starts_with("stopped") { Standing::Suspended } else { Standing::Active };
        assert_eq!(store.services(tenant).find(name).await.unwrap().standing, expected, "{name}");
    }
    // Eight pay at a time, while others are billed and dunned.
    let next = Arc::new(AtomicUsize::new(0));
    let payers = (0..8).map(|_| {
        let (store, now, next, names) = (store.clone(), clock.now(), next.clone(), names.clone());
        tokio::spawn(async move {
            while let Some(name) = names.get(next.fetch_add(1, Ordering::SeqCst)) {
                let receipt =
                    NewReceipt { amount: kes("50000"), ..mpesa(&format!("Q-{name}"), name, now) };
                store.payments(tenant).receive(&operator(), &receipt).await.unwrap();
            }
        })
    });
    let runs = (0..2).map(|_| {
        let (store, order) = (store.clone(), RunOrder { at: clock.now(), batch: 2 });
        tokio::spawn(async move {
            let (mut billed, mut dunned) = (None, None);
            for _ in 0..EACH {
                let batch = store.billing_runs(tenant).batch(&operator(), order, billed).await;
                billed = batch.unwrap().last;
                let dunning = store.dunning(tenant);
                let batch = dunning.batch(&operator(), order, LookAt::Everybody, dunned).await;
                dunned = batch.unwrap().last;
            }
        })
    });
    for task in payers.chain(runs).collect::<Vec<_>>() {
        task.await.unwrap();
    }
    // Fees of weeks in which nobody looked may have come behind a payment: the wallet pays them.
    let order = RunOrder { at: clock.now(), batch: 1_000 };
    let dunned = store.dunning(tenant).batch(&operator(), order, LookAt::Everybody, None).await;
    assert_eq!(dunned.unwrap().not_dunned, []);
    let renewals = subscriptions.renew_due(&operator(), clock.now(), 1_000).await.unwrap();
    assert_eq!(renewals.not_renewed, []);
    for name in &names {
        let service = store.services(tenant).find(name).await.unwrap();
        assert_eq!(service.standing, Standing::Active, "{name}");
        assert_eq!(service.validity.until, Some(on(7, 12, 12)), "{name}");
    }
    let balances: BTreeMap<_, _> = balances(&store, tenant).await.into_iter().collect();
    // Three months of each who was stopped, two of each who was not, at 1000.00; nobody owes anything.
    assert_eq!(balances["sales"], EACH as i64 * 500_000);
    let owed = balances.iter().filter(|(name, _)| name.starts_with("receivable"));
    assert!(owed.clone().all(|(_, minor)| *minor == 0), "{balances:?}");
    assert!(balances["late-fees"] > 0, "{balances:?}");
    store.close().await;
}

pub async fn a_payment_that_was_undone_for_others_is_received_once(ground: &Ground) {
    // SQLite's transactions that write are one at a time.
    if ground.is_sqlite() {
        return;
    }
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    let jane = with_package(&store, tenant, "jane", false).await;
    let owner = jane.subscription.subscriber.0;
    // Somebody holds the account that the payment moves, and waits for the subscriber that the payment
    // holds. He waits for ever, and so it is the payment that is undone.
    let mut other = sqlx::PgConnection::connect(&ground.url).await.unwrap();
    let mut seen = sqlx::PgConnection::connect(&ground.url).await.unwrap();
    other.execute("begin; set local deadlock_timeout = '1h'").await.unwrap();
    other.execute("select id from account where name = 'clearing:cash' for update").await.unwrap();
    let receipt =
        NewReceipt { provider: "cash".parse().unwrap(), ..mpesa("Q1", "jane", clock.now()) };
    let payment = {
        let store = store.clone();
        tokio::spawn(async move { store.payments(tenant).receive(&operator(), &receipt).await })
    };
    let waits = "select count(*) from pg_stat_activity where datname = current_database() \
                 and wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut seen).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    let hold = format!("select id from subscriber where id = {owner} for update");
    other.execute(sqlx::AssertSqlSafe(hold)).await.unwrap();
    other.execute("commit").await.unwrap();
    payment.await.unwrap().unwrap();
    assert_eq!(wallet(&store, tenant, &jane).await, 100_000);
    store.close().await;
}

pub async fn transactions_see_what_is_committed_whatever_the_server_begins_with(ground: &Ground) {
    // SQLite's transactions that write are one at a time.
    if ground.is_sqlite() {
        return;
    }
    let store = ground.open().await;
    let tenant = shop(&store).await;
    customer(&store, tenant, "jane", "1").await;
    store.close().await;
    ground
        .execute(
            "create table begun (isolation text); \
             create function note_begun() returns trigger language plpgsql as \
             $$ begin insert into begun values (current_setting('transaction_isolation')); \
             return new; end $$; \
             create trigger note_begun before insert on receipt for each row execute function note_begun(); \
             do $$ begin execute format('alter database %I set default_transaction_isolation = serializable', \
             current_database()); end $$",
        )
        .await;
    assert_eq!(
        ground.text("select current_setting('transaction_isolation')").await,
        "serializable"
    );
    let store = ground.open().await;
    let payments = store.payments(tenant);
    let by = operator();
    let receipts: Vec<_> =
        (0..16).map(|it| mpesa(&format!("Q{it}"), "jane", on(3, 10, 12))).collect();
    let all = receipts.iter().map(|receipt| payments.receive(&by, receipt));
    for received in futures_util::future::join_all(all).await {
        received.unwrap();
    }
    let begun = "select string_agg(distinct isolation, ', ') || ' ' || count(*) from begun";
    assert_eq!(ground.text(begun).await, "read committed 16");
    store.close().await;
}
