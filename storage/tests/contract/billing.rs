//! What is sold, billed and posted.

use std::collections::BTreeSet;

use billing_core::discount::{Offer, On};
use billing_core::invoice::{Restarts, Series};
use billing_core::ledger::AccountName;
use billing_core::{
    Alignment, AppliesTo, Billing, Currency, PartOrAmount, Price, PriceVersion, Proration,
    RecurringPrice, Tax, Transition, What,
};
use entitlement::{Standing, TenantId, Terms, Timestamp};
use storage::{
    BillingBatch, NewSubscriber, NewSubscription, ProductChange, RunOrder, Store, StoreError,
    TaxSpecial,
};

use crate::ground::{Ground, SetClock, default_tenant, new_service, operator};

/// 18 November 2026, 15:06 in Nairobi.
pub const JOINED: i64 = 1_795_003_560;
pub const DAY_S: i64 = 86_400;

pub fn at(s: i64) -> Timestamp {
    Timestamp::from_unix_s(s)
}

pub fn kes() -> Currency {
    "KES".parse().unwrap()
}

fn monthly(amount: &str) -> PriceVersion {
    PriceVersion {
        from: at(0),
        applies_to: AppliesTo::Everybody,
        price: Price::Recurring(RecurringPrice {
            amount: amount.parse().unwrap(),
            cadence: "1 month".parse().unwrap(),
            billed: Billing::InAdvance,
            proration: Proration::ByDay,
        }),
    }
}

pub fn on_the_first(subscriber: &str, products: &[&str]) -> NewSubscription {
    NewSubscription {
        subscriber: subscriber.to_owned(),
        service: None,
        products: products.iter().map(|name| ((*name).to_owned(), 1)).collect(),
        alignment: Alignment::DayOfMonth(1),
        billed_in: Default::default(),
        from: at(JOINED),
    }
}

/// Nairobi, VAT of 16 %, and two plans: `gold` for 1500 KES a month and `silver` for 900.
pub async fn shop(store: &Store) -> TenantId {
    let tenant = default_tenant(store).await;
    let zone = entitlement::TimeZone::named("Africa/Nairobi").unwrap();
    store.tenants().set_time_zone(&operator(), "default", &zone).await.unwrap();
    let vat = Tax { name: "VAT".into(), rate: "16%".parse().unwrap(), base: Default::default() };
    store.taxes(tenant).set(&operator(), &vat).await.unwrap();
    for (name, price) in [("gold", "1500 KES"), ("silver", "900 KES")] {
        store.plans(tenant).add(&operator(), name, &Terms::default(), None).await.unwrap();
        let change = ProductChange {
            plan: Some(Some(name.to_owned())),
            taxes: Some(vec!["VAT".to_owned()]),
            ..Default::default()
        };
        let products = store.products(tenant);
        products.set(&operator(), name, &change, Some(&monthly(price))).await.unwrap();
    }
    tenant
}

pub async fn subscriber(store: &Store, tenant: TenantId, name: &str) {
    let new = NewSubscriber { name: name.to_owned(), ..Default::default() };
    store.subscribers(tenant).add(&operator(), &new).await.unwrap();
}

pub async fn bill(store: &Store, tenant: TenantId, s: i64) -> BillingBatch {
    let order = RunOrder { at: at(s), batch: 100 };
    store.billing_runs(tenant).batch(&operator(), order, None).await.unwrap()
}

/// As [`bill`], once what was undone just before has let go of whom it held, of which nobody tells: a run
/// passes by who is held.
pub async fn bill_when_free(
    store: &Store,
    tenant: TenantId,
    s: i64,
) -> Result<BillingBatch, StoreError> {
    const TRIES_MAX: usize = 10_000;
    let order = RunOrder { at: at(s), batch: 100 };
    for _ in 0..TRIES_MAX {
        let done = store.billing_runs(tenant).batch(&operator(), order, None).await;
        if !matches!(&done, Ok(batch) if batch.subscribers == 0) {
            return done;
        }
    }
    panic!("nobody is billed, however often it is tried")
}

/// The credit balances of all accounts, by name; they are nothing together.
pub async fn balances(store: &Store, tenant: TenantId) -> Vec<(String, i64)> {
    let accounts = store.ledger(tenant).accounts(100_000).await.unwrap();
    let balance = |entry: &storage::AccountEntry| {
        (entry.name.to_string(), entry.account.credit_balance().unwrap().amount_minor())
    };
    let mut balances: Vec<_> = accounts.iter().map(balance).collect();
    // Databases sort texts each in its way.
    balances.sort();
    assert_eq!(balances.iter().map(|(_, minor)| minor).sum::<i64>(), 0, "{balances:?}");
    balances
}

/// What stands in the books of a tenant, but for what is nothing.
pub async fn moved(store: &Store, tenant: TenantId) -> Vec<(String, i64)> {
    not_nothing(balances(store, tenant).await)
}

/// Balances, but for what is nothing.
pub fn not_nothing(balances: Vec<(String, i64)>) -> Vec<(String, i64)> {
    balances.into_iter().filter(|(_, minor)| *minor != 0).collect()
}

pub async fn a_month_is_billed_once_and_the_books_agree(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let new = on_the_first("jane", &["gold"]);
    let jane = store.subscriptions(tenant).add(&operator(), &new).await.unwrap();

    // 13 of 30 days of 1500.00, and 16 % on it.
    let first = bill(&store, tenant, JOINED).await;
    assert_eq!((first.invoices, first.gross), (1, vec!["754.00 KES".parse().unwrap()]));
    let (invoice, lines, taxes) = store.invoices(tenant).find("INV-2026-000001").await.unwrap();
    assert_eq!(
        (invoice.subscriber_name.as_str(), invoice.net),
        ("jane", "650 KES".parse().unwrap())
    );
    assert_eq!(invoice.due_at, at(JOINED + 14 * DAY_S));
    assert_eq!(
        lines[0].explanation,
        "gold: 2026-11-18 15:06:00 to 2026-11-30 (13 of 30 days) at 1500.00 KES: 650.00 KES; \
         charge 650.00 KES"
    );
    assert_eq!((taxes[0].tax.name.as_str(), taxes[0].amount), ("VAT", "104 KES".parse().unwrap()));

    // The same moment again, and a moment later: nothing.
    assert_eq!(bill(&store, tenant, JOINED).await.invoices, 0);
    assert_eq!(bill(&store, tenant, JOINED + 3 * DAY_S).await.invoices, 0);

    // December, and on the 11th a change of plan: 21 days less of gold, 21 more of silver.
    let december = 1_796_072_400;
    assert_eq!(bill(&store, tenant, december).await.gross, ["1740 KES".parse().unwrap()]);
    let (gold, silver) = (
        store.subscriptions(tenant).product("gold").await.unwrap(),
        store.subscriptions(tenant).product("silver").await.unwrap(),
    );
    let change = [(gold, 0), (silver, 1)].map(|(component, quantity)| {
        (at(december + 10 * DAY_S), What::Quantity { component, quantity })
    });
    store.subscriptions(tenant).change(&operator(), jane.id, &change).await.unwrap();
    let changed = bill(&store, tenant, december + 10 * DAY_S).await;
    // 21/31 of 900.00 are 609.68, of 1500.00 1016.13 (10/31 are 483.87): -406.45, and 16 % of it -65.03.
    assert_eq!(changed.gross, ["-471.48 KES".parse().unwrap()]);
    assert_eq!(
        balances(&store, tenant).await,
        [
            (format!("receivable:{}", jane.subscriber), -(75_400 + 174_000 - 47_148)),
            ("sales".to_owned(), 65_000 + 150_000 - 40_645),
            ("tax".to_owned(), 10_400 + 24_000 - 6_503),
            // What was given back has paid a part of the first invoice.
            (format!("wallet:{}", jane.subscriber), 0),
        ]
    );
    let all = store.invoices(tenant).list(Some("jane"), 10).await.unwrap();
    let paid: Vec<_> = all.iter().map(|it| (it.label.as_str(), it.paid.amount_minor())).collect();
    assert_eq!(
        paid,
        [("INV-2026-000001", 47_148), ("INV-2026-000002", 0), ("CN-2026-000001", -47_148)]
    );
    store.close().await;
}

pub async fn a_price_that_is_entered_late_is_billed(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let december = 1_796_072_400;
    let new = NewSubscription { from: at(december), ..on_the_first("jane", &["gold"]) };
    store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    assert_eq!(bill(&store, tenant, december).await.gross, ["1740 KES".parse().unwrap()]);
    assert_eq!(bill(&store, tenant, december + DAY_S).await.invoices, 0);
    // December was to cost 1600.00: 100.00 more, and 16 % on it.
    let late = PriceVersion { from: at(december), ..monthly("1600 KES") };
    let change = ProductChange::default();
    store.products(tenant).set(&operator(), "gold", &change, Some(&late)).await.unwrap();
    assert_eq!(bill(&store, tenant, december + DAY_S).await.gross, ["116 KES".parse().unwrap()]);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn what_is_given_back_has_the_taxes_that_it_was_charged_with(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let december = 1_796_072_400;
    let new = NewSubscription { from: at(december), ..on_the_first("jane", &["gold"]) };
    let subscriptions = store.subscriptions(tenant);
    let jane = subscriptions.add(&operator(), &new).await.unwrap();
    let [gold, silver] = [
        subscriptions.product("gold").await.unwrap(),
        subscriptions.product("silver").await.unwrap(),
    ];
    let moved = async |from, to, s| {
        let change = [(from, 0), (to, 1)]
            .map(|(component, quantity)| (at(s), What::Quantity { component, quantity }));
        store.subscriptions(tenant).change(&operator(), jane.id, &change).await.unwrap();
        bill(&store, tenant, s).await.gross
    };
    assert_eq!(bill(&store, tenant, december).await.gross, ["1740 KES".parse().unwrap()]);
    // From now on it is 18 %: -1016.13 and 16 % of it, 609.68 and 18 % of it.
    let vat = Tax { name: "VAT".into(), rate: "18%".parse().unwrap(), base: Default::default() };
    store.taxes(tenant).set(&operator(), &vat).await.unwrap();
    let gross = moved(gold, silver, december + 10 * DAY_S).await;
    assert_eq!(gross, ["-459.29 KES".parse().unwrap()]);
    // She is exempt from now on: -319.36 and 18 % of it, and 532.26 without taxes.
    let exempt = Some(TaxSpecial::Exempt);
    store.subscribers(tenant).set_tax(&operator(), "jane", "VAT", exempt).await.unwrap();
    let gross = moved(silver, gold, december + 20 * DAY_S).await;
    assert_eq!(gross, ["155.42 KES".parse().unwrap()]);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn a_price_that_is_entered_while_somebody_bills_is_billed(ground: &Ground) {
    const SUBSCRIBERS: i64 = 24;
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let december = 1_796_072_400;
    for number in 0..SUBSCRIBERS {
        let name = format!("subscriber {number}");
        subscriber(&store, tenant, &name).await;
        let new = NewSubscription { from: at(december), ..on_the_first(&name, &["gold"]) };
        store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    }
    let work = async || {
        let (order, mut after) = (RunOrder { at: at(december), batch: 5 }, None);
        loop {
            let runs = store.billing_runs(tenant);
            after = match runs.batch(&operator(), order, after).await.unwrap().last {
                Some(last) => Some(last),
                None => return,
            };
        }
    };
    for price in 1_600..1_612 {
        let late = PriceVersion { from: at(december), ..monthly(&format!("{price} KES")) };
        let (by, change) = (operator(), ProductChange::default());
        let products = store.products(tenant);
        let set = products.set(&by, "gold", &change, Some(&late));
        let workers = futures_util::future::join_all((0..3).map(|_| work()));
        futures_util::future::join(set, workers).await.0.unwrap();
        // What the runs of that moment have not seen is billed by the next one.
        work().await;
        let sales = store.ledger(tenant).credit_balance(&AccountName::Sales, kes()).await.unwrap();
        assert_eq!(sales.amount_minor(), SUBSCRIBERS * price * 100, "at {price} KES");
    }
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn what_is_still_to_come_is_neither_credited_nor_charged(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let december = 1_796_072_400;
    let new = NewSubscription { from: at(december), ..on_the_first("jane", &["gold"]) };
    let jane = store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    assert_eq!(bill(&store, tenant, december).await.gross, ["1740 KES".parse().unwrap()]);
    let (gold, silver) = (
        store.subscriptions(tenant).product("gold").await.unwrap(),
        store.subscriptions(tenant).product("silver").await.unwrap(),
    );
    let later = at(december + 10 * DAY_S);
    let change = [(gold, 0), (silver, 1)]
        .map(|(component, quantity)| (later, What::Quantity { component, quantity }));
    store.subscriptions(tenant).change(&operator(), jane.id, &change).await.unwrap();
    // On the fifth she takes something else, and is billed for that alone: 27 of 31 days of 900.00.
    let new =
        NewSubscription { from: at(december + 4 * DAY_S), ..on_the_first("jane", &["silver"]) };
    store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    let fifth = bill(&store, tenant, december + 4 * DAY_S).await;
    assert_eq!(fifth.gross, ["909.29 KES".parse().unwrap()]);
    // On the eleventh the plan is another one, and is billed though nothing else would be.
    let eleventh = bill(&store, tenant, december + 10 * DAY_S).await;
    assert_eq!(eleventh.gross, ["-471.48 KES".parse().unwrap()]);
    // A run for an earlier day takes nothing back.
    let order = [(at(december + 2 * DAY_S), What::Transition(Transition::FallDue))];
    store.subscriptions(tenant).change(&operator(), jane.id, &order).await.unwrap();
    let third = bill(&store, tenant, december + 2 * DAY_S).await;
    assert_eq!((third.subscribers, third.invoices), (1, 0));
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn a_service_follows_its_subscription(ground: &Ground) {
    let clock = SetClock::at(store_now());
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let service = storage::NewService {
        subscriber: Some("jane".to_owned()),
        ..new_service("jane@home", "silver")
    };
    store.services(tenant).add(&operator(), &service).await.unwrap();
    let follower = store.follow().await.unwrap();
    let new = NewSubscription {
        service: Some("jane@home".to_owned()),
        from: clock.now(),
        ..on_the_first("jane", &["gold"])
    };
    let jane = store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    let served = async || {
        follower.sync().await.unwrap();
        let entry = store.services(tenant).find("jane@home").await.unwrap();
        (entry.plan_name, entry.standing)
    };
    assert_eq!(served().await, ("gold".to_owned(), Standing::Active));
    let enter = async |at: Timestamp, transition: Transition| {
        let change = [(at, What::Transition(transition))];
        store.subscriptions(tenant).change(&operator(), jane.id, &change).await
    };
    enter(clock.now(), Transition::Suspend).await.unwrap();
    assert_eq!(served().await, ("gold".to_owned(), Standing::Suspended));
    enter(clock.now(), Transition::Settle).await.unwrap();
    assert_eq!(served().await, ("gold".to_owned(), Standing::Active));

    // What cannot be is refused, and nothing of it is kept.
    let error = enter(clock.now(), Transition::Resume).await.unwrap_err();
    assert!(matches!(error, StoreError::Rule { .. }), "{error}");
    assert!(error.to_string().contains("a subscription that is active cannot resume"), "{error}");

    // What was entered ahead is carried out when its time has come, and not before.
    let soon = Timestamp::from_unix_ms(clock.now().unix_ms() + 300);
    enter(soon, Transition::Terminate).await.unwrap();
    assert_eq!(served().await, ("gold".to_owned(), Standing::Active));
    assert_eq!(store.subscriptions(tenant).carry_out(&operator(), 10).await.unwrap(), 0);
    clock.set(soon);
    assert_eq!(store.subscriptions(tenant).carry_out(&operator(), 10).await.unwrap(), 1);
    assert_eq!(served().await, ("gold".to_owned(), Standing::Terminated));
    assert_eq!(store.subscriptions(tenant).carry_out(&operator(), 10).await.unwrap(), 0);
    follower.stop().await;
    store.close().await;
}

/// The clock of the store is that of the machine.
#[expect(clippy::disallowed_methods, reason = "it is compared with what the store enters")]
pub fn store_now() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_unix_ms(now.as_millis().try_into().unwrap())
}

pub async fn workers_that_bill_at_once_bill_everybody_once(ground: &Ground) {
    const SUBSCRIBERS: usize = 120;
    let store = ground.open().await;
    let tenant = shop(&store).await;
    for number in 0..SUBSCRIBERS {
        let name = format!("subscriber {number}");
        subscriber(&store, tenant, &name).await;
        let products: &[_] = if number % 3 == 0 { &["gold", "silver"] } else { &["gold"] };
        let new = on_the_first(&name, products);
        store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    }
    let work = async || {
        let order = RunOrder { at: at(JOINED), batch: 7 };
        let (mut after, mut invoices) = (None, 0);
        loop {
            let runs = store.billing_runs(tenant);
            let batch = runs.batch(&operator(), order, after).await.unwrap();
            assert_eq!(batch.not_billed, []);
            invoices += batch.invoices;
            after = match batch.last {
                Some(last) => Some(last),
                None => return invoices,
            };
        }
    };
    let made = futures_util::future::join_all((0..8).map(|_| work())).await;
    assert_eq!(made.iter().sum::<usize>(), SUBSCRIBERS, "{made:?}");
    let invoices = store.invoices(tenant).list(None, 1_000).await.unwrap();
    let labels: BTreeSet<_> = invoices.iter().map(|invoice| invoice.label.clone()).collect();
    let expected = (1..=SUBSCRIBERS).map(|number| format!("INV-2026-{number:06}")).collect();
    assert_eq!(labels, expected);
    let whose: BTreeSet<_> = invoices.iter().map(|invoice| invoice.subscriber).collect();
    assert_eq!(whose.len(), SUBSCRIBERS);
    // 13 of 30 days of 1500.00 for each, of 900.00 for every third.
    let net = 120 * 65_000 + 40 * 39_000;
    let sales = store.ledger(tenant).credit_balance(&AccountName::Sales, kes()).await.unwrap();
    assert_eq!(sales.amount_minor(), net);
    let tax = store.ledger(tenant).credit_balance(&AccountName::Tax, kes()).await.unwrap();
    assert_eq!(tax.amount_minor(), net * 16 / 100);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn who_has_several_subscriptions_is_looked_at_once(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let (untaxed, change) =
        (monthly("10 KES"), ProductChange { taxes: Some(vec![]), ..Default::default() });
    store.products(tenant).set(&operator(), "untaxed", &change, Some(&untaxed)).await.unwrap();
    // Due at different moments, with others between them.
    for (name, product) in [("ann", "gold"), ("ben", "untaxed"), ("cleo", "gold")] {
        subscriber(&store, tenant, name).await;
        for day in [0, 1, 2] {
            let from = at(JOINED + day * DAY_S);
            let new = NewSubscription { from, ..on_the_first(name, &[product]) };
            store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
        }
    }
    // Nobody can do that but past the store.
    ground.execute("update product set taxes = null where name = 'untaxed'").await;
    let order = RunOrder { at: at(JOINED + 3 * DAY_S), batch: 2 };
    let runs = store.billing_runs(tenant);
    let (mut after, mut previews, mut refused) = (None, 0, 0);
    loop {
        let (last, made, not_billed) = runs.preview(order, after).await.unwrap();
        (previews, refused) = (previews + made.len(), refused + not_billed.len());
        after = last;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((previews, refused), (2, 1));
    let (mut invoices, mut refused) = (0, 0);
    loop {
        let batch = runs.batch(&operator(), order, after).await.unwrap();
        (invoices, refused) = (invoices + batch.invoices, refused + batch.not_billed.len());
        after = batch.last;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((invoices, refused), (2, 1));
    let whole = store.invoices(tenant).list(None, 10).await.unwrap();
    // 13, 12 and 11 of 30 days of 1500.00 in one invoice.
    assert!(whole.iter().all(|invoice| invoice.net == "1800 KES".parse().unwrap()), "{whole:?}");
    store.close().await;
}

pub async fn who_cannot_be_billed_stops_nobody(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let change = ProductChange { taxes: Some(vec![]), ..Default::default() };
    let later = monthly("10 KES");
    let later = store.products(tenant).set(&operator(), "later", &change, Some(&later)).await;
    let later = later.unwrap().id;
    let untaxed = ProductChange::default();
    let price = monthly("10 KES");
    store.products(tenant).set(&operator(), "untaxed", &untaxed, Some(&price)).await.unwrap();
    store.products(tenant).set(&operator(), "untaxed", &change, None).await.unwrap();
    for (name, product) in [("ann", "later"), ("ben", "untaxed"), ("cleo", "gold")] {
        subscriber(&store, tenant, name).await;
        let new = on_the_first(name, &[product]);
        store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    }
    // Nobody can do that but past the store.
    ground.execute("update product set taxes = null where name = 'untaxed'").await;
    let moved = format!(
        "update product_price set from_at = {} where product_id = {later}",
        at(JOINED + 1).unix_ms()
    );
    ground.execute(&moved).await;
    let batch = bill(&store, tenant, JOINED).await;
    assert_eq!(batch.invoices, 1);
    let said: Vec<_> = batch.not_billed.iter().map(|it| it.error.to_string()).collect();
    assert!(said[0].contains("has no price at"), "{said:?}");
    assert!(said[1].contains("has no taxes; say which, or that it has none"), "{said:?}");
    // Once it is known, it is billed.
    let now = monthly("10 KES");
    store.products(tenant).set(&operator(), "later", &change, Some(&now)).await.unwrap();
    store.products(tenant).set(&operator(), "untaxed", &change, None).await.unwrap();
    let batch = bill(&store, tenant, JOINED).await;
    assert_eq!((batch.invoices, batch.not_billed), (2, vec![]));
    assert_eq!(batch.gross, ["8.66 KES".parse().unwrap()]);
    store.close().await;
}

pub async fn what_cannot_be_sold_is_refused(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let set = async |name: &str, change: ProductChange, price: Option<PriceVersion>| {
        let products = store.products(tenant);
        products.set(&operator(), name, &change, price.as_ref()).await.unwrap_err().to_string()
    };
    let taxed =
        |name: &str| ProductChange { taxes: Some(vec![name.to_owned()]), ..Default::default() };
    assert_eq!(set("x", taxed("VTA"), None).await, "there is no tax called `VTA`; there is `VAT`");
    let on = ProductChange { plan: Some(Some("golds".to_owned())), ..Default::default() };
    assert_eq!(set("x", on, None).await, "there is no plan called `golds`; did you mean `gold`?");
    let twice = ProductChange {
        taxes: Some(vec!["VAT".to_owned(), "VAT".to_owned()]),
        ..Default::default()
    };
    assert!(set("x", twice, None).await.contains("the tax `VAT` is there twice"));
    let negative = monthly("-1 KES");
    assert_eq!(
        set("x", ProductChange::default(), Some(negative)).await,
        "product: its price would be -1.00 KES; 0 and more are possible"
    );
    assert_eq!(store.products(tenant).list().await.unwrap().len(), 2);

    subscriber(&store, tenant, "jane").await;
    let add = async |new: NewSubscription| {
        store.subscriptions(tenant).add(&operator(), &new).await.unwrap_err().to_string()
    };
    assert_eq!(
        add(on_the_first("jane", &["god"])).await,
        "there is no product called `god`; did you mean `gold`?"
    );
    assert!(add(on_the_first("jane", &[])).await.contains("it has no product"));
    assert_eq!(store.subscriptions(tenant).list(None, 100).await.unwrap(), []);
    store.close().await;
}

pub async fn closed_books_take_nothing(ground: &Ground) {
    let store = ground.open_by(&SetClock::at(at(JOINED + DAY_S))).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let settings = store.billing_settings(tenant);
    settings.change(&operator(), |it| it.closed_until = Some(at(JOINED))).await.unwrap();
    let new = NewSubscription { from: at(JOINED - 1), ..on_the_first("jane", &["gold"]) };
    let error = store.subscriptions(tenant).add(&operator(), &new).await.unwrap_err();
    assert!(error.to_string().contains("the books are closed"), "{error}");
    assert_eq!(store.subscriptions(tenant).list(None, 100).await.unwrap(), []);
    let new = NewSubscription { from: at(JOINED), ..new };
    store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    let reopened = settings.change(&operator(), |it| it.closed_until = None).await.unwrap_err();
    assert!(reopened.to_string().contains("not opened again"), "{reopened}");
    store.close().await;
}

pub async fn no_two_documents_have_one_number(ground: &Ground) {
    let clock = SetClock::at(at(JOINED));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let jane = on_the_first("jane", &["gold"]);
    store.subscriptions(tenant).add(&operator(), &jane).await.unwrap();
    assert_eq!(bill(&store, tenant, JOINED).await.invoices, 1);
    let series = |format: &str, restarts| Series::new(format.parse().unwrap(), restarts).unwrap();
    let settings = store.billing_settings(tenant);
    let set = async |invoices: Option<Series>, credit_notes: Option<Series>| {
        let change = |it: &mut storage::Settings| {
            it.invoices = invoices.unwrap_or_else(|| it.invoices.clone());
            it.credit_notes = credit_notes.unwrap_or_else(|| it.credit_notes.clone());
        };
        settings.change(&operator(), change).await.map(|_| ())
    };
    let usual = "INV-{year}-{number:06}";
    // Counted anew with the same pattern, by the other kind, and of both kinds by one pattern.
    let taken = "billing settings `numbers`: the next document would be numbered INV-2026-000001, as one \
                 is already; what is counted anew needs a pattern by which none was numbered, such as one \
                 with another beginning";
    let alike = "billing settings `numbers`: by `INV-{year}-{number:06}` and `INV-{year}-{number}` an \
                 invoice and a credit note would have the same number; give one of them a beginning of \
                 its own, such as `CN-`";
    let never = |format: &str| Some(series(format, Restarts::Never));
    for (invoices, credit_notes, said) in [
        (never(usual), None, taken),
        (never("N-{number}"), never(usual), taken),
        (None, never("INV-{year}-{number}"), alike),
    ] {
        let error = set(invoices, credit_notes).await.unwrap_err();
        let StoreError::Rule { source: storage::RuleError::Numbering(_), .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(error.to_string(), said);
    }
    set(never("N-{number:04}"), None).await.unwrap();
    assert_eq!(bill(&store, tenant, JOINED + 30 * DAY_S).await.invoices, 1);
    // Where the counter has come past what there is, the pattern goes on.
    set(Some(series(usual, Restarts::Yearly)), None).await.unwrap();
    assert_eq!(bill(&store, tenant, JOINED + 60 * DAY_S).await.invoices, 1);
    let mut labels: Vec<_> = store
        .invoices(tenant)
        .list(None, 10)
        .await
        .unwrap()
        .into_iter()
        .map(|it| it.label)
        .collect();
    labels.sort();
    assert_eq!(labels, ["INV-2026-000001", "INV-2027-000001", "N-0001"]);
    // A number that comes again in another way is no document, and nothing of the run is written.
    ground.execute("update invoice set label = 'INV-2027-000002' where label = 'N-0001'").await;
    let order = RunOrder { at: at(JOINED + 90 * DAY_S), batch: 100 };
    let error = store.billing_runs(tenant).batch(&operator(), order, None).await.unwrap_err();
    assert!(error.to_string().contains("numbered INV-2027-000002, as one is already"), "{error}");
    assert_eq!(store.invoices(tenant).list(None, 10).await.unwrap().len(), 3);
    set(never("M-{number}"), None).await.unwrap();
    assert_eq!(bill(&store, tenant, JOINED + 90 * DAY_S).await.invoices, 1);
    store.close().await;
}

pub async fn discounts_are_shown_to_their_tenant_alone(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let jane = on_the_first("jane", &["gold"]);
    let jane = store.subscriptions(tenant).add(&operator(), &jane).await.unwrap().id;
    let (off, month) = (PartOrAmount::Percent("10%".parse().unwrap()), "1 month".parse().unwrap());
    let offer = Offer::new("Loyal".to_owned(), off, On::All, month).unwrap();
    let discounts = store.discounts(tenant);
    discounts.give(&operator(), jane, &offer, (at(JOINED), None)).await.unwrap();
    assert_eq!(discounts.of(jane).await.unwrap().len(), 1);
    let other = store.tenants().add(&operator(), "other").await.unwrap().id;
    let error = store.discounts(other).of(jane).await.unwrap_err();
    assert_eq!(error.to_string(), format!("there is no subscription called `{jane}`"));
    store.close().await;
}
