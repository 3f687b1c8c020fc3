//! What a shop sells by its own prices moves on every level above it, with the same commit.

use billing_core::What;
use billing_core::invoice::{CreditReason, ToCredit};
use entitlement::{TenantId, Terms, TimeZone};
use storage::{NewCredit, NewOrder, NewReceipt, NewSubscription, OfferChange, Store, StoreError};

use crate::billing::{bill, not_nothing, on_the_first, subscriber};
use crate::ground::{Ground, SetClock, new_service, operator};
use crate::offers::{
    customer, every, kes, lasts, on, once, order, package, product, renewal, take, top_up,
};
use crate::resellers::{agree, books, named, pay_in, three_levels};
use crate::vouchers::{access, redeem, sell, wish};

/// What the middle and the shop pay for a package `month` and a product `home`: 500 and 700 KES; the shop sells
/// each for 1000.
pub(crate) async fn levels(store: &Store) -> [TenantId; 3] {
    let all = three_levels(store).await;
    let [top, middle, shop] = all;
    let zone = TimeZone::named("Africa/Nairobi").unwrap();
    for name in ["middle", "shop"] {
        store.tenants().set_time_zone(&operator(), name, &zone).await.unwrap();
    }
    for plan in ["gold", "silver"] {
        store.plans(shop).add(&operator(), plan, &Terms::default(), None).await.unwrap();
    }
    for item in ["month", "home", "silver"] {
        priced(store, [(top, "middle", "500"), (middle, "shop", "700")], item).await;
    }
    let month = OfferChange::default();
    package(store, shop, "month", OfferChange { ..lasts("1 month") }).await;
    product(store, shop, ("home", Some("silver")), &every("1 month", "1000"), month).await;
    all
}

async fn priced(store: &Store, prices: [(TenantId, &str, &str); 2], item: &str) {
    for (parent, name, price) in prices {
        let resellers = store.resellers(parent);
        resellers.set_price(&operator(), name, item, kes(price)).await.unwrap();
    }
}

/// What the middle has at the top, and the shop at the middle, in minor units.
pub(crate) async fn held(store: &Store, [top, middle, shop]: [TenantId; 3]) -> [i64; 2] {
    agree(store, top, middle).await;
    agree(store, middle, shop).await;
    let of = async |parent, name| {
        store.resellers(parent).find(name).await.unwrap().wallet.balance().amount_minor()
    };
    [of(top, "middle").await, of(middle, "shop").await]
}

pub async fn a_package_moves_its_price_on_three_levels(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let all = levels(&store).await;
    let [top, middle, shop] = all;
    let tenth = "10%".parse().unwrap();
    store.resellers(middle).set_commission(&operator(), "shop", None, tenth).await.unwrap();
    pay_in(&store, top, "middle", "1000").await;
    pay_in(&store, middle, "shop", "800").await;
    customer(&store, shop, "jane", "1000").await;
    let sold = take(&store, shop, &order("jane", "month", on(3, 10, 12))).await;
    // Jane pays 1000.00; the shop buys for 700.00 and earns a tenth of what she pays, the middle buys for 500.00.
    let (middle_at_top, shop_at_middle) =
        (format!("reseller:{middle}"), format!("reseller:{shop}"));
    let (top_of_middle, middle_of_shop) = (format!("supplier:{top}"), format!("supplier:{middle}"));
    let expected = [
        named(&[("clearing:bank", -100_000), (&middle_at_top, 50_000), ("sales", 50_000)]),
        named(&[
            ("clearing:bank", -80_000),
            ("clearing:cash", 100_000),
            (&shop_at_middle, 20_000),
            (&top_of_middle, -50_000),
            ("sales", 70_000),
            ("purchases", -50_000),
            ("commissions", -10_000),
        ]),
        named(&[
            ("clearing:cash", -20_000),
            (&middle_of_shop, -20_000),
            ("sales", 100_000),
            ("purchases", -70_000),
            ("commissions", 10_000),
        ]),
    ];
    assert_eq!(books(&store, all).await.map(not_nothing), expected);
    // Each sees what was sold below it.
    let resold = store.resellers(middle).resold(10).await.unwrap();
    let [entry] = resold.as_slice() else { panic!("{resold:?}") };
    assert_eq!((entry.seller.as_str(), entry.reseller.as_str()), ("shop", "shop"));
    assert_eq!((entry.item.as_str(), entry.bought), ("month", kes("700")));
    assert_eq!(entry.commission, kes("100"));
    let resold = store.resellers(top).resold(10).await.unwrap();
    assert_eq!((resold.len(), resold[0].bought), (1, kes("500")));
    assert_eq!((resold[0].seller.as_str(), resold[0].reseller.as_str()), ("shop", "middle"));

    // A run bills nothing of it again, and nothing moves.
    assert_eq!(bill(&store, shop, on(3, 20, 0).unix_s()).await.invoices, 0);
    assert_eq!(books(&store, all).await.map(not_nothing), expected);

    // The shop has 200.00: Ben's purchase is refused as a whole.
    customer(&store, shop, "ben", "1000").await;
    let before = books(&store, all).await;
    let subscriptions = store.subscriptions(shop);
    let of_ben = order("ben", "month", on(3, 10, 12));
    let refused = async |said: String| {
        let error = subscriptions.subscribe(&operator(), &of_ben).await.unwrap_err();
        assert!(matches!(error, StoreError::Rule { .. }), "{error:?}");
        assert!(error.to_string().contains(&said), "{error}");
        assert_eq!(subscriptions.list(Some("ben"), 10).await.unwrap(), []);
        assert_eq!(store.services(shop).find("ben").await.unwrap().validity.until, None);
    };
    let said = format!(
        "reseller {shop} has 200.00 KES left at tenant {middle}, its credit included, and 700.00 KES is \
         needed"
    );
    refused(said).await;
    assert_eq!(books(&store, all).await, before);
    // With enough there the middle must have it, too, to the last unit.
    pay_in(&store, middle, "shop", "500").await;
    store.resellers(top).set_price(&operator(), "middle", "month", kes("500.01")).await.unwrap();
    refused(format!("reseller {middle} has 500.00 KES left at tenant {top}")).await;
    store.resellers(top).set_price(&operator(), "middle", "month", kes("500")).await.unwrap();
    take(&store, shop, &of_ben).await;
    assert_eq!(held(&store, all).await, [0, 10_000]);
    // By hand it is the same, and two periods are two prices.
    top_up(&store, shop, "jane", "2000").await;
    pay_in(&store, top, "middle", "1000").await;
    store.resellers(middle).set_credit(&operator(), "shop", kes("1300")).await.unwrap();
    clock.set(on(3, 11, 12));
    let twice = renewal(on(3, 11, 12), 2);
    subscriptions.renew(&operator(), sold.subscription.id, &twice).await.unwrap();
    assert_eq!(held(&store, all).await, [0, 10_000 - 140_000 + 20_000]);
    // Nobody says himself what he pays to the one above.
    let error = store.resellers(shop).set_price(&operator(), "shop", "month", kes("0")).await;
    assert!(error.unwrap_err().to_string().contains("the tenant above it says what it pays"));
    let dollars = "5 USD".parse().unwrap();
    let error = store.resellers(middle).set_price(&operator(), "shop", "month", dollars).await;
    assert!(error.unwrap_err().to_string().contains("so are its prices"));
    store.close().await;
}

pub async fn what_a_level_has_no_price_for_moves_nothing_there(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let all = levels(&store).await;
    let [top, _, shop] = all;
    // Only the top has a price for it; and of what costs the customer nothing it is paid, too.
    store.resellers(top).set_price(&operator(), "middle", "day", kes("20")).await.unwrap();
    let day = ("day", Some("gold"));
    product(&store, shop, day, &once("0"), lasts("1 day")).await;
    package(&store, shop, "other", lasts("1 month")).await;
    pay_in(&store, top, "middle", "50").await;
    customer(&store, shop, "jane", "1000").await;
    let sold = take(&store, shop, &order("jane", "day", on(3, 10, 12))).await;
    assert_eq!(held(&store, all).await, [3_000, 0]);
    assert_eq!(sold.invoices, []);
    // Once, whoever bills, and each time it is taken.
    bill(&store, shop, on(3, 12, 0).unix_s()).await;
    assert_eq!(held(&store, all).await, [3_000, 0]);
    clock.set(on(3, 11, 12));
    let subscriptions = store.subscriptions(shop);
    let id = sold.subscription.id;
    subscriptions.renew(&operator(), id, &renewal(on(3, 11, 12), 1)).await.unwrap();
    assert_eq!(held(&store, all).await, [1_000, 0]);
    clock.set(on(3, 12, 12));
    let error = subscriptions.renew(&operator(), id, &renewal(on(3, 12, 12), 1)).await.unwrap_err();
    assert!(error.to_string().contains("has 10.00 KES left"), "{error}");
    // Without any price nothing is asked of anybody.
    let other = NewOrder { service: None, ..order("jane", "other", on(3, 12, 12)) };
    take(&store, shop, &other).await;
    assert_eq!(held(&store, all).await, [1_000, 0]);
    store.close().await;
}

pub async fn a_renewal_waits_for_a_reseller_without_money(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let all = levels(&store).await;
    let [top, middle, shop] = all;
    pay_in(&store, top, "middle", "5000").await;
    pay_in(&store, middle, "shop", "700").await;
    customer(&store, shop, "jane", "2000").await;
    let mut month = order("jane", "month", on(3, 10, 12));
    month.order.auto_renew = true;
    take(&store, shop, &month).await;
    let subscriptions = store.subscriptions(shop);
    let until = async || store.services(shop).find("jane").await.unwrap().validity.until;
    // Over: Jane has 1000.00, and the shop nothing. It is tried again, and the reason is told.
    clock.set(on(4, 10, 12));
    let due = subscriptions.renew_due(&operator(), clock.now(), 10).await.unwrap();
    let [waits] = due.not_renewed.as_slice() else { panic!("{due:?}") };
    assert!(waits.error.contains(&format!("reseller {shop} has 0.00 KES left")), "{}", waits.error);
    assert_eq!(held(&store, all).await, [450_000, 0]);
    assert_eq!(until().await, Some(on(4, 10, 12)));
    assert_eq!(subscriptions.renew_due(&operator(), clock.now(), 10).await.unwrap().tried, 0);
    // What the shop pays in is what it waits for.
    pay_in(&store, middle, "shop", "700").await;
    let due = subscriptions.renew_due(&operator(), clock.now(), 10).await.unwrap();
    assert_eq!((due.renewed.len(), due.not_renewed.len()), (1, 0));
    assert_eq!(until().await, Some(on(5, 10, 12)));
    assert_eq!(held(&store, all).await, [400_000, 0]);

    // By payment: the money is received in any case, and renews only what the shop can pay for.
    clock.set(on(5, 10, 12));
    let pays = async |number: &str| {
        let receipt = NewReceipt {
            provider: "mpesa".parse().unwrap(),
            number: Some(number.parse().unwrap()),
            amount: kes("1000"),
            at: clock.now(),
            reference: Some("jane".to_owned()),
        };
        store.payments(shop).receive(&operator(), &receipt).await.unwrap();
    };
    pays("Q1").await;
    assert_eq!(until().await, Some(on(5, 10, 12)));
    pay_in(&store, middle, "shop", "700").await;
    pays("Q2").await;
    assert_eq!(until().await, Some(on(6, 10, 12)));
    assert_eq!(held(&store, all).await, [350_000, 0]);
    store.close().await;
}

pub async fn a_run_moves_the_same_share_on_three_levels(ground: &Ground) {
    let clock = SetClock::at(on(2, 20, 12));
    let store = ground.open_by(&clock).await;
    let all = levels(&store).await;
    let [top, middle, shop] = all;
    let subscriptions = store.subscriptions(shop);
    subscriber(&store, shop, "jane").await;
    let new = NewSubscription { from: on(3, 1, 0), ..on_the_first("jane", &["home"]) };
    let jane = subscriptions.add(&operator(), &new).await.unwrap();
    clock.set(on(3, 11, 0));
    // Nobody has paid in: the invoice is made all the same, and everybody owes.
    assert_eq!(bill(&store, shop, on(3, 1, 0).unix_s()).await.gross, [kes("1000")]);
    assert_eq!(held(&store, all).await, [-50_000, -70_000]);
    assert_eq!(bill(&store, shop, on(3, 2, 0).unix_s()).await.invoices, 0);
    assert_eq!(held(&store, all).await, [-50_000, -70_000]);

    // Until that is paid nothing is ordered, of what has a price.
    subscriber(&store, shop, "ben").await;
    let of_ben = NewSubscription { subscriber: "ben".to_owned(), ..new.clone() };
    let said = format!(
        "reseller {shop} owes 700.00 KES at tenant {middle}, and may owe 0.00 KES; nothing is ordered \
         until that is paid"
    );
    let error = subscriptions.add(&operator(), &of_ben).await.unwrap_err();
    assert!(error.to_string().contains(&said), "{error}");
    let mut order = order("ben", "home", on(3, 11, 0));
    order.service = None;
    let error = subscriptions.subscribe(&operator(), &order).await.unwrap_err();
    assert!(error.to_string().contains(&said), "{error}");

    // 10 of 31 days remain: 322.58, 225.81 and 161.29. What went before comes back.
    let home = subscriptions.product("home").await.unwrap();
    let end = [(on(3, 11, 0), What::Quantity { component: home, quantity: 0 })];
    subscriptions.change(&operator(), jane.id, &end).await.unwrap();
    let gross = bill(&store, shop, on(3, 11, 0).unix_s()).await.gross;
    assert_eq!(gross, [kes("-677.42")]);
    assert_eq!(held(&store, all).await, [-16_129, -22_581]);

    // Half of that is given back by hand, and so is half of what was paid above: 112.91 and 80.65 are kept.
    let label = store.invoices(shop).list(Some("jane"), 10).await.unwrap()[0].label.clone();
    let half = NewCredit {
        what: ToCredit::Amount(kes("161.29")),
        reason: CreditReason::Service,
        memo: "outage".to_owned(),
        key: None,
    };
    store.invoices(shop).credit(&operator(), &label, &half).await.unwrap();
    assert_eq!(held(&store, all).await, [-8_065, -11_291]);
    let rest = NewCredit { what: ToCredit::Whole, ..half };
    store.invoices(shop).credit(&operator(), &label, &rest).await.unwrap();
    assert_eq!(held(&store, all).await, [0, 0]);
    assert_eq!(bill(&store, shop, on(3, 12, 0).unix_s()).await.invoices, 0);
    assert_eq!(held(&store, all).await, [0, 0]);
    let sum = store.resellers(middle).resold(10).await.unwrap();
    let sum: i64 = sum.iter().map(|it| it.bought.amount_minor()).sum();
    assert_eq!(sum, 0);

    // Who owes nothing orders again: April is 700.00 and 500.00 once more, of a price that was agreed then.
    let april = NewSubscription { from: on(4, 1, 0), ..of_ben };
    subscriptions.add(&operator(), &april).await.unwrap();
    priced(&store, [(top, "middle", "550"), (middle, "shop", "777")], "home").await;
    clock.set(on(4, 16, 0));
    bill(&store, shop, on(4, 1, 0).unix_s()).await;
    assert_eq!(held(&store, all).await, [-55_000, -77_700]);
    priced(&store, [(top, "middle", "500"), (middle, "shop", "700")], "home").await;
    let ben = subscriptions.list(Some("ben"), 10).await.unwrap()[0].id;
    let end = [(on(4, 16, 0), What::Quantity { component: home, quantity: 0 })];
    subscriptions.change(&operator(), ben, &end).await.unwrap();
    bill(&store, shop, on(4, 16, 0).unix_s()).await;
    // Half of the month, at the price of the month.
    assert_eq!(held(&store, all).await, [-27_500, -38_850]);
    store.close().await;
}

pub async fn packages_at_once_spend_no_more_than_resellers_have(ground: &Ground) {
    const EACH: usize = 12;
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let all = levels(&store).await;
    let [top, middle, shop] = all;
    // Seven of 500.00; the shop has enough for more. Renewals, payments and runs go on beside.
    pay_in(&store, top, "middle", "3500").await;
    pay_in(&store, middle, "shop", "10000").await;
    let names: Vec<_> = (0..EACH).map(|it| format!("it{it}")).collect();
    for name in &names {
        customer(&store, shop, name, "1000").await;
    }
    let tasks = names.iter().map(|name| {
        let (store, name) = (store.clone(), name.clone());
        tokio::spawn(async move {
            let of_it = order(&name, "month", on(3, 10, 12));
            let taken = store.subscriptions(shop).subscribe(&operator(), &of_it).await;
            top_up(&store, shop, &name, "1").await;
            taken
        })
    });
    let done = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
    let done: Vec<_> = done.into_iter().map(Result::unwrap).collect();
    assert_eq!(done.iter().filter(|it| it.is_ok()).count(), 7, "{done:?}");
    let said = format!("reseller {middle} has 0.00 KES left at tenant {top}");
    for refused in done.iter().filter_map(|it| it.as_ref().err()) {
        assert!(refused.to_string().contains(&said), "{refused}");
    }
    assert_eq!(held(&store, all).await, [0, 1_000_000 - 7 * 70_000]);
    store.close().await;
}

pub async fn a_voucher_of_a_shop_moves_the_price_of_its_plan_when_it_is_redeemed(ground: &Ground) {
    let store = ground.open().await;
    let all = levels(&store).await;
    let [top, middle, shop] = all;
    pay_in(&store, top, "middle", "500").await;
    pay_in(&store, middle, "shop", "700").await;
    let vouchers = store.vouchers(shop);
    let batch = vouchers.generate(&operator(), &access()).await.unwrap();
    vouchers.sell(&operator(), &sell(&batch, batch.batch.serials())).await.unwrap();
    let codes = vouchers.export(&operator(), batch.id).await.unwrap();
    for name in ["jane", "ben"] {
        subscriber(&store, shop, name).await;
        let subscriber = Some(name.to_owned());
        let service = storage::NewService { subscriber, ..new_service(name, "gold") };
        store.services(shop).add(&operator(), &service).await.unwrap();
    }
    // Sold to customers it is not used yet.
    assert_eq!(held(&store, all).await, [50_000, 70_000]);
    let of_jane = wish(&codes[0].code.to_string(), "jane", 1);
    redeem(&store, shop, &of_jane).await.unwrap();
    assert_eq!(held(&store, all).await, [0, 0]);
    assert!(redeem(&store, shop, &of_jane).await.unwrap().is_repeated);
    assert_eq!(held(&store, all).await, [0, 0]);
    // Ben's stays as it was, until the shop has money.
    let of_ben = wish(&codes[1].code.to_string(), "ben", 2);
    let before = books(&store, all).await;
    let error = vouchers.redeem(&operator(), &of_ben).await.unwrap_err();
    assert!(error.to_string().contains(&format!("reseller {shop} has 0.00 KES left")), "{error}");
    assert_eq!(books(&store, all).await, before);
    pay_in(&store, top, "middle", "500").await;
    pay_in(&store, middle, "shop", "700").await;
    redeem(&store, shop, &of_ben).await.unwrap();
    assert_eq!(held(&store, all).await, [0, 0]);
    store.close().await;
}
