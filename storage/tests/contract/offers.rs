//! What is sold as a whole, how that changes, and packages that are bought and renewed.

use billing_core::ledger::AccountName;
use billing_core::{
    Alignment, AppliesTo, Billing, CountedFrom, DataPackage, EarlyEnd, GrantedPer, MinimumTerm,
    Money, OnlinePackage, PausePolicy, Price, PriceVersion, Proration, RecurringPrice,
    RenewalPolicy, SubscriptionState, What, When,
};
use entitlement::{GrantKind, Measure, Octets, OnlineTime, Standing, TenantId, Timestamp};
use storage::{
    Ending, NewOrder, NewReceipt, NewService, OfferChange, OfferOrder, ProductAddOn, ProductChange,
    ProductTrial, RenewalOrder, RuleError, Sold, Store, StoreError, SubscriptionId,
};

use crate::billing::{at, bill, shop, store_now, subscriber};
use crate::ground::{Ground, SetClock, new_service, operator};

/// A moment of 2025 as Nairobi's clock shows it, three hours ahead of UTC.
pub fn on(month: i64, day: i64, hour: i64) -> Timestamp {
    const DAYS_BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    const NEW_YEAR_S: i64 = 1_735_689_600;
    let days = DAYS_BEFORE[usize::try_from(month - 1).unwrap()] + day - 1;
    at(NEW_YEAR_S + days * 86_400 + (hour - 3) * 3_600)
}

pub fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

pub fn once(amount: &str) -> PriceVersion {
    let (from, applies_to) = (at(0), AppliesTo::Everybody);
    PriceVersion { from, applies_to, price: Price::Once(kes(amount)) }
}

pub fn every(period: &str, amount: &str) -> PriceVersion {
    let price = Price::Recurring(RecurringPrice {
        amount: kes(amount),
        cadence: period.parse().unwrap(),
        billed: Billing::InAdvance,
        proration: Proration::ByDay,
    });
    PriceVersion { price, ..once("0") }
}

pub async fn product(
    store: &Store,
    tenant: TenantId,
    (name, plan): (&str, Option<&str>),
    price: &PriceVersion,
    offer: OfferChange,
) {
    let change = ProductChange {
        plan: Some(plan.map(str::to_owned)),
        taxes: Some(vec![]),
        offer,
        ..Default::default()
    };
    store.products(tenant).set(&operator(), name, &change, Some(price)).await.unwrap();
}

pub async fn offer(store: &Store, tenant: TenantId, name: &str, offer: OfferChange) {
    let change = ProductChange { offer, ..Default::default() };
    store.products(tenant).set(&operator(), name, &change, None).await.unwrap();
}

/// A package of the plan gold for 1000 KES.
pub async fn package(store: &Store, tenant: TenantId, name: &str, change: OfferChange) {
    product(store, tenant, (name, Some("gold")), &once("1000"), change).await;
}

/// A package beside what gives the plan.
pub async fn extra(store: &Store, tenant: TenantId, name: &str, price: &str, change: OfferChange) {
    product(store, tenant, (name, None), &once(price), change).await;
}

pub fn lasts(period: &str) -> OfferChange {
    OfferChange { lasts: Some(Some(period.parse().unwrap())), ..Default::default() }
}

/// A subscriber with a service of that name and something in the wallet.
pub async fn customer(store: &Store, tenant: TenantId, name: &str, wallet: &str) {
    subscriber(store, tenant, name).await;
    let subscriber = Some(name.to_owned());
    let service = NewService { subscriber, ..new_service(name, "silver") };
    store.services(tenant).add(&operator(), &service).await.unwrap();
    top_up(store, tenant, name, wallet).await;
}

pub async fn top_up(store: &Store, tenant: TenantId, name: &str, amount: &str) {
    let receipt = NewReceipt {
        provider: "cash".parse().unwrap(),
        number: Some(format!("{name}-{amount}").parse().unwrap()),
        amount: kes(amount),
        at: on(1, 1, 0),
        reference: Some(name.to_owned()),
    };
    store.payments(tenant).receive(&operator(), &receipt).await.unwrap();
}

pub fn order(name: &str, offer: &str, from: Timestamp) -> NewOrder {
    NewOrder {
        subscriber: name.to_owned(),
        service: Some(name.to_owned()),
        alignment: Alignment::DayOfMonth(1),
        billed_in: Default::default(),
        order: OfferOrder {
            offer: offer.to_owned(),
            with_trial: false,
            add_ons: Vec::new(),
            from: Some(from),
            on_credit: false,
            auto_renew: false,
        },
    }
}

pub async fn take(store: &Store, tenant: TenantId, order: &NewOrder) -> Sold {
    store.subscriptions(tenant).subscribe(&operator(), order).await.unwrap()
}

pub fn renewal(at: Timestamp, count: i64) -> RenewalOrder {
    RenewalOrder { offer: None, count, on_credit: false, auto_renew: None, at: Some(at) }
}

pub async fn wallet(store: &Store, tenant: TenantId, sold: &Sold) -> i64 {
    let name = AccountName::Wallet(sold.subscription.subscriber);
    let balance = store.ledger(tenant).credit_balance(&name, kes("0").currency()).await.unwrap();
    balance.amount_minor()
}

pub async fn a_package_is_renewed_from_its_old_expiry_or_from_now(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let old = RenewalPolicy::default();
    let grace = RenewalPolicy { grace: Some("5 days".parse().unwrap()), ..old };
    let now = RenewalPolicy { counted_from: CountedFrom::Now, grace: None };
    // When it is renewed (early, at the end, late), and until when it is paid then.
    let worked = [
        ("old", old, [((4, 7), (5, 10)), ((5, 10), (6, 10)), ((6, 13), (7, 13))]),
        ("grace", grace, [((4, 7), (5, 10)), ((5, 10), (6, 10)), ((6, 13), (7, 10))]),
        ("now", now, [((4, 7), (5, 7)), ((5, 7), (6, 7)), ((6, 10), (7, 10))]),
    ];
    for (name, policy, renewals) in worked {
        customer(&store, tenant, name, "10000").await;
        let change = OfferChange { renewal: Some(policy), ..lasts("1 month") };
        package(&store, tenant, name, change).await;
        let sold = take(&store, tenant, &order(name, name, on(3, 10, 12))).await;
        assert_eq!(sold.paid.unwrap().until, on(4, 10, 12), "{name}");
        let paid: Vec<_> = sold.invoices.iter().map(|it| (it.gross, it.paid)).collect();
        assert_eq!(paid, [(kes("1000"), kes("1000"))], "{name}");
        for ((month, day), (until_month, until_day)) in renewals {
            let order = renewal(on(month, day, 12), 1);
            let subscriptions = store.subscriptions(tenant);
            let renewed = subscriptions.renew(&operator(), sold.subscription.id, &order).await;
            let until = on(until_month, until_day, 12);
            assert_eq!(renewed.unwrap().paid.unwrap().until, until, "{name} {month}-{day}");
            let service = store.services(tenant).find(name).await.unwrap();
            assert_eq!(service.validity.until, Some(until), "{name} {month}-{day}");
            assert_eq!((service.plan_name.as_str(), service.standing), ("gold", Standing::Active));
        }
        // Four at 1000.00 of 10000.00.
        assert_eq!(wallet(&store, tenant, &sold).await, 600_000, "{name}");
    }
    // A later run bills nothing of it again.
    assert_eq!(bill(&store, tenant, on(12, 1, 0).unix_s()).await.invoices, 0);
    store.close().await;
}

pub async fn several_periods_keep_the_day_and_bring_their_data(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    customer(&store, tenant, "jane", "10000").await;
    let data = DataPackage {
        octets: Octets(10_000_000_000),
        per: GrantedPer::Period,
        priority: 100,
        kind: GrantKind::Purchased,
        rollover: None,
    };
    let online = OnlinePackage {
        time: OnlineTime(72_000),
        per: GrantedPer::Purchase,
        priority: 50,
        kind: GrantKind::Bonus,
        rollover: None,
    };
    let change =
        OfferChange { data: Some(Some(data)), online: Some(Some(online)), ..lasts("1 month") };
    package(&store, tenant, "hybrid", change).await;
    let offered = store.products(tenant).find("hybrid").await.unwrap().offer.package;
    assert_eq!((offered.data, offered.online), (Some(data), Some(online)));
    let sold = take(&store, tenant, &order("jane", "hybrid", on(1, 31, 10))).await;
    assert_eq!(sold.paid.unwrap().until, on(2, 28, 10));
    let renew = async |at, count| {
        let subscriptions = store.subscriptions(tenant);
        subscriptions.renew(&operator(), sold.subscription.id, &renewal(at, count)).await
    };
    let two = renew(on(2, 20, 9), 2).await.unwrap();
    assert_eq!(two.paid.unwrap().until, on(4, 30, 10));
    let of = |measure: Measure| {
        let of = two.grants.iter().filter(move |grant| grant.amount.measure() == measure);
        of.map(|grant| (grant.validity.from, grant.validity.until)).collect::<Vec<_>>()
    };
    let validities = of(Measure::Data);
    // The time online is for both periods together.
    assert_eq!(of(Measure::Online), [(Some(on(2, 28, 10)), Some(on(4, 30, 10)))]);
    let periods =
        [(Some(on(2, 28, 10)), Some(on(3, 31, 10))), (Some(on(3, 31, 10)), Some(on(4, 30, 10)))];
    assert_eq!(validities, periods);
    assert_eq!(two.invoices[0].gross, kes("2000"));
    let next = renew(on(4, 30, 10), 1).await.unwrap();
    assert_eq!(next.paid.unwrap().until, on(5, 31, 10));
    assert_eq!(wallet(&store, tenant, &sold).await, 600_000);
    let granted = "select cast(count(*) as text) || ' of ' || cast(sum(octets) as text) \
                   from service_grant where online_s is null";
    assert_eq!(ground.text(granted).await, "4 of 40000000000");
    let granted = "select cast(count(*) as text) || ' of ' || cast(sum(online_s) as text) \
                   from service_grant where octets = 0";
    assert_eq!(ground.text(granted).await, "3 of 216000");
    let cycle = "select cast(cycle_from as text) from service";
    assert_eq!(ground.text(cycle).await, on(1, 31, 10).unix_ms().to_string());

    for (count, words) in [(0, "0 periods are bought; it can be 1 to 120"), (121, "121 periods")] {
        let error = renew(on(5, 31, 10), count).await.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    let later = Timestamp::from_unix_ms(store_now().unix_ms() + 600_000);
    let error = renew(later, 1).await.unwrap_err().to_string();
    assert!(error.contains("which is to come"), "{error}");
    store.close().await;
}

pub async fn what_the_wallet_does_not_cover_is_not_sold(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    customer(&store, tenant, "jane", "300").await;
    package(&store, tenant, "month", lasts("1 month")).await;
    let mut order = order("jane", "month", on(3, 10, 12));
    let error = store.subscriptions(tenant).subscribe(&operator(), &order).await.unwrap_err();
    let StoreError::Rule { source: RuleError::NotCovered { available, needed, missing }, .. } =
        &error
    else {
        panic!("{error}")
    };
    assert_eq!([*available, *needed, *missing], ["300", "1000", "700"].map(kes));
    assert!(error.to_string().contains("700.00 KES is missing; top it up"), "{error}");
    assert_eq!(store.subscriptions(tenant).list(None, 100).await.unwrap(), []);
    assert_eq!(store.invoices(tenant).list(None, 10).await.unwrap(), []);
    let service = store.services(tenant).find("jane").await.unwrap();
    assert_eq!((service.plan_name.as_str(), service.validity.until), ("silver", None));

    // On credit the wallet pays what it can, and the rest is owed.
    order.order.on_credit = true;
    let sold = take(&store, tenant, &order).await;
    assert_eq!((sold.invoices[0].gross, sold.invoices[0].paid), (kes("1000"), kes("300")));
    let before = store.subscriptions(tenant).find(sold.subscription.id).await.unwrap();
    let renewal = renewal(on(4, 10, 12), 1);
    let refused = store.subscriptions(tenant).renew(&operator(), before.id, &renewal).await;
    let error = refused.unwrap_err().to_string();
    assert!(error.contains("the wallet has 0.00 KES and 1000.00 KES is needed"), "{error}");
    assert_eq!(store.subscriptions(tenant).find(before.id).await.unwrap(), before);
    assert_eq!(store.invoices(tenant).list(None, 10).await.unwrap().len(), 1);
    // What comes pays what is owed first; the number of the invoice that was refused is not lost.
    top_up(&store, tenant, "jane", "1700").await;
    let renewed = store.subscriptions(tenant).renew(&operator(), before.id, &renewal).await;
    let renewed = renewed.unwrap();
    assert_eq!(renewed.invoices[0].label, "INV-2025-000002");
    assert_eq!(
        (renewed.paid.unwrap().until, wallet(&store, tenant, &sold).await),
        (on(5, 10, 12), 0)
    );
    store.close().await;
}

pub async fn many_that_renew_at_once_renew_once(ground: &Ground) {
    const MINUTE_S: i64 = 60;
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    let mut sold = Vec::new();
    for (name, in_wallet) in [("jane", "5000"), ("ben", "1000"), ("cleo", "5000")] {
        customer(&store, tenant, name, in_wallet).await;
        let mut order = order(name, "month", on(3, 10, 12));
        order.order.auto_renew = name != "cleo";
        sold.push(take(&store, tenant, &order).await);
    }
    let (jane, ben) = (&sold[0], &sold[1]);
    let renew = |now: Timestamp| {
        clock.set(now);
        let store = store.clone();
        tokio::spawn(async move {
            store.subscriptions(tenant).renew_due(&operator(), now, 100).await.unwrap()
        })
    };
    // Nothing is over yet.
    let early = renew(on(4, 10, 11)).await.unwrap();
    assert_eq!((early.renewed.len(), early.not_renewed.len()), (0, 0));
    // Three seconds late is at the end.
    let over = Timestamp::from_unix_s(on(4, 10, 12).unix_s() + 3);
    let tasks: Vec<_> = (0..16).map(|_| renew(over)).collect();
    let mut renewed = Vec::new();
    for task in tasks {
        let done = task.await.unwrap();
        renewed.extend(done.renewed);
        for failed in done.not_renewed {
            assert_eq!(failed.subscription, ben.subscription.id);
            assert!(failed.error.contains("1000.00 KES is missing"), "{}", failed.error);
        }
    }
    assert_eq!(renewed.len(), 1, "{renewed:?}");
    assert_eq!(renewed[0].0, jane.subscription.id);
    assert_eq!(renewed[0].1.unwrap().until, on(5, 10, 12));
    assert_eq!(wallet(&store, tenant, jane).await, 300_000);
    assert_eq!(store.invoices(tenant).list(Some("jane"), 10).await.unwrap().len(), 2);
    assert_eq!(store.invoices(tenant).list(Some("ben"), 10).await.unwrap().len(), 1);

    // Who tops up is served again in that moment; within ten minutes of the end nothing is lost.
    clock.set(Timestamp::from_unix_s(over.unix_s() + MINUTE_S));
    top_up(&store, tenant, "ben", "1500").await;
    let ben = store.subscriptions(tenant).find(ben.subscription.id).await.unwrap();
    assert_eq!(ben.packages[0].paid.unwrap().until, on(5, 10, 12));
    // Nobody does it again.
    let again = renew(Timestamp::from_unix_s(over.unix_s() + 6 * MINUTE_S)).await.unwrap();
    assert_eq!(again.renewed, []);
    // Who comes days late is renewed from then on.
    let subscriptions = store.subscriptions(tenant);
    let cleo = sold[2].subscription.id;
    let said = subscriptions.set_auto_renew(&operator(), cleo, true).await.unwrap();
    assert!(said.packages[0].auto_renew);
    let late = renew(on(4, 13, 12)).await.unwrap();
    assert_eq!(late.renewed.len(), 1);
    assert_eq!(late.renewed[0].1.unwrap().until, on(5, 13, 12));
    store.close().await;
}

pub async fn an_upgrade_is_at_once_and_a_downgrade_with_the_period(ground: &Ground) {
    let clock = SetClock::at(store_now());
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    let family = OfferChange { family: Some(Some("gold".to_owned())), ..Default::default() };
    offer(&store, tenant, "silver", family.clone()).await;
    customer(&store, tenant, "jane", "1").await;
    let jane = take(&store, tenant, &order("jane", "silver", on(3, 1, 0))).await;
    let subscriptions = store.subscriptions(tenant);
    let middle = Some(on(3, 16, 0));
    let id = jane.subscription.id;
    subscriptions.move_to(&operator(), id, "gold", None, middle).await.unwrap();
    assert_eq!(store.services(tenant).find("jane").await.unwrap().plan_name, "gold");
    // 15 of 31 days of 900.00 are 435.48, 16 of 1500.00 774.19, and 16 % on both 193.55.
    assert_eq!(bill(&store, tenant, on(3, 16, 0).unix_s()).await.gross, [kes("1403.22")]);

    // A minute is a period.
    product(
        &store,
        tenant,
        ("fast", Some("gold")),
        &every("1 minute", "60"),
        OfferChange::default(),
    )
    .await;
    let slower = OfferChange { family: Some(Some("fast".to_owned())), ..Default::default() };
    product(&store, tenant, ("slow", Some("silver")), &every("1 minute", "30"), slower).await;
    customer(&store, tenant, "ben", "1").await;
    let began = Timestamp::from_unix_ms(clock.now().unix_ms() - 50_000);
    let anniversary = NewOrder { alignment: Alignment::Anniversary, ..order("ben", "fast", began) };
    let ben = take(&store, tenant, &anniversary).await.subscription.id;
    let planned = async || {
        let events = subscriptions.find(ben).await.unwrap().events;
        let is_new = |at: Timestamp| at > began;
        events.iter().map(|it| it.event.at).filter(|at| is_new(*at)).collect::<Vec<_>>()
    };
    let down = async || subscriptions.move_to(&operator(), ben, "slow", None, None).await.unwrap();
    down().await;
    assert_eq!(planned().await.len(), 2);
    subscriptions.cancel_change(&operator(), ben, None).await.unwrap();
    assert_eq!(planned().await, []);
    let error = subscriptions.cancel_change(&operator(), ben, None).await.unwrap_err().to_string();
    assert!(error.contains("no change of plan is planned"), "{error}");
    down().await;
    let ends_at = planned().await[0];
    assert_eq!((ends_at.unix_ms() - began.unix_ms()) % 60_000, 0);
    let plan = async || store.services(tenant).find("ben").await.unwrap().plan_name;
    assert_eq!(plan().await, "gold");
    clock.set(ends_at.plus_s(1));
    subscriptions.carry_out(&operator(), 10).await.unwrap();
    assert_eq!(plan().await, "silver");
    // What has happened is not taken back, also not by a decision for a moment before.
    let before = Some(Timestamp::from_unix_ms(ends_at.unix_ms() - 1));
    let to = subscriptions.move_to(&operator(), ben, "slow", Some(When::AtOnce), before).await;
    let error = to.unwrap_err().to_string();
    assert!(error.contains("cannot be taken back"), "{error}");
    store.close().await;
}

pub async fn an_end_before_its_time_costs_what_was_agreed(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    product(&store, tenant, ("install", None), &once("2000"), OfferChange::default()).await;
    let term = MinimumTerm {
        periods: 12.try_into().unwrap(),
        cadence: "1 month".parse().unwrap(),
        early: EarlyEnd::OfRemaining("50%".parse().unwrap()),
    };
    let change = OfferChange {
        setup_fee: Some(Some("install".to_owned())),
        minimum_term: Some(Some(term)),
        ..Default::default()
    };
    offer(&store, tenant, "gold", change).await;
    customer(&store, tenant, "jane", "1").await;
    let jane = take(&store, tenant, &order("jane", "gold", on(1, 1, 0))).await.subscription.id;
    // 1500.00 with 16 % on it, and 2000.00 once.
    let billed = async |at: Timestamp| bill(&store, tenant, at.unix_s()).await.gross;
    assert_eq!(billed(on(1, 1, 0)).await, [kes("3740")]);
    assert_eq!(billed(on(2, 1, 0)).await, [kes("1740")]);
    let ending = Ending { at: Some(on(3, 11, 0)), ..Default::default() };
    let subscriptions = store.subscriptions(tenant);
    let ended = subscriptions.terminate(&operator(), jane, &ending).await.unwrap();
    let (entry, ends_at, fees) = (&ended.changed, ended.ends_at, &ended.changed.fees);
    assert_eq!((entry.subscription.state, ends_at), (SubscriptionState::Terminated, on(3, 11, 0)));
    // Three of twelve months had begun: half of nine times 1500.00.
    let fees: Vec<_> = fees.iter().map(|fee| (fee.begun, fee.periods, fee.amount)).collect();
    assert_eq!(fees, [(3, 12, kes("6750"))]);
    // 10 of 31 days of 1500.00 are 483.87; 16 % on 7233.87 are 1157.42.
    assert_eq!(billed(on(3, 11, 0)).await, [kes("8391.29")]);
    assert_eq!(billed(on(3, 11, 0)).await, []);
    assert_eq!(billed(on(6, 1, 0)).await, []);
    let invoices = store.invoices(tenant).list(Some("jane"), 10).await.unwrap();
    let (_, lines, _) = store.invoices(tenant).find(&invoices[2].label).await.unwrap();
    let why =
        lines.iter().map(|line| line.explanation.as_str()).find(|it| it.contains("ends when"));
    assert_eq!(
        why.unwrap(),
        "gold: ends when 3 of the 12 periods of its minimum term had begun, 50% of 9 × 1500.00 KES, \
         which remain; charge 6750.00 KES"
    );

    // What is planned can be cancelled, and costs nothing then.
    customer(&store, tenant, "ben", "1").await;
    let ben = take(&store, tenant, &order("ben", "gold", store_now())).await.subscription.id;
    let ending = Ending { when: When::PeriodEnd, ..Default::default() };
    let ended = subscriptions.terminate(&operator(), ben, &ending).await.unwrap();
    let (entry, ends_at, fees) = (&ended.changed, ended.ends_at, &ended.changed.fees);
    assert_eq!((entry.subscription.state, fees.len()), (SubscriptionState::Active, 1));
    assert!(ends_at > store_now());
    let open = "select cast(count(*) as text) from subscription_charge where invoice_id is null";
    assert_eq!(ground.text(open).await, "1");
    let entry = subscriptions.cancel_termination(&operator(), ben).await.unwrap();
    assert!(entry.subscription.events.iter().all(|event| event.event.at < ends_at));
    assert_eq!(ground.text(open).await, "0");
    store.close().await;
}

pub async fn a_trial_becomes_what_it_is_to_become(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    product(&store, tenant, ("try", None), &every("1 month", "0"), OfferChange::default()).await;
    let trial = ProductTrial {
        product: "try".to_owned(),
        lasts: "14 days".parse().unwrap(),
        becomes: None,
    };
    let change = OfferChange { trial: Some(Some(trial)), ..Default::default() };
    offer(&store, tenant, "gold", change).await;
    let tried = |name: &str, from: Timestamp| {
        let mut order = order(name, "gold", from);
        order.order.with_trial = true;
        order
    };
    customer(&store, tenant, "jane", "1").await;
    take(&store, tenant, &tried("jane", on(3, 1, 0))).await;
    let billed = async |at: Timestamp| bill(&store, tenant, at.unix_s()).await.gross;
    assert_eq!(billed(on(3, 14, 23)).await, []);
    // 17 of 31 days of 1500.00 are 822.58, and 16 % 131.61.
    assert_eq!(billed(on(3, 15, 0)).await, [kes("954.19")]);

    // Whoever tries it is served as with it, and may leave.
    customer(&store, tenant, "ben", "1").await;
    let ben = take(&store, tenant, &tried("ben", store_now())).await.subscription.id;
    assert_eq!(store.services(tenant).find("ben").await.unwrap().plan_name, "gold");
    let subscriptions = store.subscriptions(tenant);
    let entry = subscriptions.cancel_trial(&operator(), ben, None, When::AtOnce).await.unwrap();
    assert_eq!(entry.subscription.state, SubscriptionState::Terminated);
    let gold = subscriptions.product("gold").await.unwrap();
    let has_gold =
        |what: What| matches!(what, What::Quantity { component, .. } if component == gold);
    assert!(!entry.subscription.events.iter().any(|event| has_gold(event.event.what)), "{entry:?}");
    let service = store.services(tenant).find("ben").await.unwrap();
    assert_eq!(service.standing, Standing::Terminated);
    store.close().await;
}

pub async fn pauses_and_add_ons_keep_within_what_is_allowed(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    product(&store, tenant, ("ip", None), &every("1 month", "100"), OfferChange::default()).await;
    let add_on = ProductAddOn { product: "ip".to_owned(), quantity_min: 1, quantity_max: 4 };
    let change = OfferChange { add_ons: vec![add_on], ..Default::default() };
    offer(&store, tenant, "gold", change).await;
    let pauses = PausePolicy { longest: Some("1 month".parse().unwrap()), per_year: Some(1) };
    let settings = store.billing_settings(tenant);
    let changed = settings.change(&operator(), |it| it.pauses = pauses).await.unwrap();
    assert_eq!(settings.read().await.unwrap(), changed);
    customer(&store, tenant, "jane", "1").await;
    let mut new = order("jane", "gold", on(3, 1, 0));
    new.order.add_ons = vec![("ip".to_owned(), 2)];
    let jane = take(&store, tenant, &new).await.subscription.id;
    // 1500.00 with 16 %, and twice 100.00.
    let march = on(3, 1, 0).unix_s();
    assert_eq!(bill(&store, tenant, march).await.gross, [kes("1940")]);
    let subscriptions = store.subscriptions(tenant);
    let at = Some(on(3, 2, 0));
    let set =
        async |quantity| subscriptions.set_add_on(&operator(), jane, ("ip", quantity), at).await;
    let error = set(5).await.unwrap_err().to_string();
    assert!(error.contains("is 5; it is from 1 to 4"), "{error}");
    set(0).await.unwrap();
    let error = subscriptions.set_add_on(&operator(), jane, ("silver", 1), at).await.unwrap_err();
    assert!(error.to_string().contains("is no add-on of what the subscription has"), "{error}");

    let pause =
        async |from, until| subscriptions.pause(&operator(), jane, Some(until), Some(from)).await;
    let error = pause(on(4, 1, 0), on(5, 2, 0)).await.unwrap_err().to_string();
    assert!(error.contains("the end of the pause is"), "{error}");
    let entry = pause(on(4, 1, 0), on(4, 16, 0)).await.unwrap();
    assert_eq!(entry.subscription.state, SubscriptionState::Active);
    let error = pause(on(6, 1, 0), on(6, 2, 0)).await.unwrap_err().to_string();
    assert!(error.contains("it was paused 1 times within a year, of 1"), "{error}");
    // A pause that lasts is ended by hand; another one of it is refused.
    settings.change(&operator(), |it| it.pauses.per_year = Some(2)).await.unwrap();
    let entry = subscriptions.pause(&operator(), jane, None, None).await.unwrap();
    assert_eq!(entry.subscription.state, SubscriptionState::Paused);
    let service = store.services(tenant).find("jane").await.unwrap();
    assert_eq!(service.standing, Standing::Suspended);
    let entry = subscriptions.resume(&operator(), jane, None).await.unwrap();
    assert_eq!(entry.subscription.state, SubscriptionState::Active);
    store.close().await;
}

pub async fn what_cannot_be_an_offer_is_refused(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let refused = async |offer: OfferChange| {
        let change = ProductChange { offer, ..Default::default() };
        let products = store.products(tenant);
        products.set(&operator(), "gold", &change, None).await.unwrap_err().to_string()
    };
    let fee =
        |name: &str| OfferChange { setup_fee: Some(Some(name.to_owned())), ..Default::default() };
    assert_eq!(
        refused(fee("silvr")).await,
        "there is no product called `silvr`; did you mean `silver`?"
    );
    assert!(refused(fee("silver")).await.contains("whose price must be paid once"));
    let of_itself = ProductTrial {
        product: "gold".to_owned(),
        lasts: "14 days".parse().unwrap(),
        becomes: None,
    };
    let of_itself = OfferChange { trial: Some(Some(of_itself)), ..Default::default() };
    assert!(refused(of_itself).await.contains("it can be one of them only"));
    let add_on = ProductAddOn { product: "silver".to_owned(), quantity_min: 3, quantity_max: 2 };
    let add_ons = OfferChange { add_ons: vec![add_on], ..Default::default() };
    assert!(refused(add_ons).await.contains("there would be 3 to 2; the fewest is 1 or more"));
    let term = MinimumTerm {
        periods: 121.try_into().unwrap(),
        cadence: "1 month".parse().unwrap(),
        early: EarlyEnd::AtTermEnd,
    };
    let term = OfferChange { minimum_term: Some(Some(term)), ..Default::default() };
    assert!(refused(term).await.contains("is 121; it is from 1 to 120"));
    let gold = store.products(tenant).find("gold").await.unwrap();
    assert_eq!(gold.offer, Default::default());
    // What was set is read as it was.
    let change = OfferChange {
        rank: Some(Some(7)),
        renewal: Some(RenewalPolicy {
            counted_from: CountedFrom::Now,
            grace: Some("3 days".parse().unwrap()),
        }),
        ..lasts("30 days")
    };
    offer(&store, tenant, "gold", change).await;
    let gold = store.products(tenant).find("gold").await.unwrap().offer;
    assert_eq!((gold.rank, gold.renewal.counted_from), (Some(7), CountedFrom::Now));
    assert_eq!(gold.package.lasts, Some("30 days".parse().unwrap()));
    // Nobody of another tenant sees it, or takes it.
    let other = store.tenants().add(&operator(), "other").await.unwrap().id;
    assert_eq!(store.products(other).list().await.unwrap(), []);
    let error = store.subscriptions(other).resume(&operator(), SubscriptionId(1), None).await;
    assert!(matches!(error, Err(StoreError::NotFound { .. })));
    store.close().await;
}

pub async fn another_billing_day_is_billed_for_its_parts_and_once(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "alice").await;
    product(&store, tenant, ("line", None), &every("1 month", "3100"), OfferChange::default())
        .await;
    let mut wanted = order("alice", "line", on(4, 1, 0));
    wanted.service = None;
    let sold = take(&store, tenant, &wanted).await;
    let id = sold.subscription.id;
    let subscriptions = store.subscriptions(tenant);
    let to = async |day: u8, at| {
        let alignment = Alignment::DayOfMonth(day);
        subscriptions.change_day(&operator(), id, alignment, Some(at)).await
    };
    // What each invoice comes to that a run makes.
    let billed = async |at: Timestamp| {
        let before = store.invoices(tenant).list(None, 100).await.unwrap().len();
        let batch = bill(&store, tenant, at.unix_s()).await;
        assert_eq!(batch.not_billed, []);
        let all = store.invoices(tenant).list(None, 100).await.unwrap();
        all[before..].iter().map(|it| it.gross).collect::<Vec<_>>()
    };
    assert_eq!(billed(on(5, 1, 0)).await, [kes("6200")]);
    let changed = to(15, on(5, 10, 0)).await.unwrap();
    assert_eq!(changed.alignment, Alignment::DayOfMonth(15));
    let since = changed.realigned.iter().map(|change| change.since);
    assert_eq!(since.collect::<Vec<_>>(), [on(5, 10, 0)]);
    // 22 of 31 days of May are given back, and five of 30 charged: 2200.00 and 516.67.
    assert_eq!(billed(on(5, 10, 0)).await, [kes("-1683.33")]);
    let last = store.invoices(tenant).list(None, 100).await.unwrap().pop().unwrap();
    let (_, lines, _) = store.invoices(tenant).find(&last.label).await.unwrap();
    let said: Vec<_> = lines.iter().map(|line| line.explanation.as_str()).collect();
    let expected = [
        "line: 2025-05-01 to 2025-05-09 (9 of 31 days) at 3100.00 KES: 900.00 KES; 3100.00 KES billed \
         before; credit -2200.00 KES",
        "line: 2025-05-10 to 2025-05-14 (5 of 30 days) at 3100.00 KES: 516.67 KES; charge 516.67 KES",
    ];
    assert_eq!(said, expected);
    assert_eq!(billed(on(5, 10, 0)).await, [], "twice");
    assert_eq!(billed(on(5, 14, 0)).await, []);
    assert_eq!(billed(on(5, 15, 0)).await, [kes("3100")]);
    // There and back in one moment costs nothing, whatever was said before.
    to(1, on(5, 20, 0)).await.unwrap();
    to(15, on(5, 20, 0)).await.unwrap();
    assert_eq!(billed(on(6, 14, 0)).await, []);
    assert_eq!(billed(on(6, 15, 0)).await, [kes("3100")]);
    // Ahead: it is billed until then when its time has come.
    to(20, on(7, 20, 0)).await.unwrap();
    assert_eq!(billed(on(7, 15, 0)).await, [kes("500")]);
    assert_eq!(billed(on(7, 20, 0)).await, [kes("3100")]);
    // What comes to nothing together with all that was paid, in one look at everything.
    let accounts = crate::billing::balances(&store, tenant).await;
    let sales = accounts.iter().find(|(name, _)| name == "sales").unwrap().1;
    assert_eq!(sales, 620_000 - 168_333 + 310_000 + 310_000 + 50_000 + 310_000);

    let week = "monday".parse().unwrap();
    let refused = subscriptions.change_day(&operator(), id, week, None).await.unwrap_err();
    assert!(refused.to_string().contains("do not begin on a day of the week"), "{refused}");
    let settings = store.billing_settings(tenant);
    settings.change(&operator(), |it| it.closed_until = Some(on(7, 1, 0))).await.unwrap();
    let closed = to(3, on(6, 30, 0)).await.unwrap_err();
    assert!(closed.to_string().contains("the books are closed"), "{closed}");
    assert_eq!(billed(on(7, 21, 0)).await, []);
    assert_eq!(subscriptions.find(id).await.unwrap().realigned.len(), 3);
    store.close().await;
}
