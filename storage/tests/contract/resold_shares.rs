//! What moves on every level for what costs the customer nothing, and of what is earned by an amount.

use billing_core::What;
use billing_core::invoice::{CreditReason, ToCredit};
use billing_core::voucher::BuyerPrice;
use entitlement::{TenantId, Timestamp};
use sqlx::{Connection as _, Executor as _};
use storage::{NewBatch, NewCredit, NewReceipt, NewSubscription, NewWorth, Store, SubscriptionId};

use crate::billing::{bill, on_the_first, subscriber};
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{customer, every, kes, on, order, product, take};
use crate::resellers::pay_in;
use crate::resold::{held, levels};
use crate::resold_cards::to_the_shop;
use crate::vouchers::{redeem, refills, wish};

async fn say(store: &Store, parent: TenantId, name: &str, price: &str) {
    store.resellers(parent).set_price(&operator(), name, "line", kes(price)).await.unwrap();
}

/// The shop gives `line` for nothing, of which nobody has said what it costs the shop.
async fn free_lines(store: &Store) -> [TenantId; 3] {
    let all = levels(store).await;
    product(store, all[2], ("line", None), &every("1 month", "0"), Default::default()).await;
    all
}

async fn has(store: &Store, shop: TenantId, name: &str, from: Timestamp) -> SubscriptionId {
    subscriber(store, shop, name).await;
    let new = NewSubscription { from, ..on_the_first(name, &["line"]) };
    store.subscriptions(shop).add(&operator(), &new).await.unwrap().id
}

async fn bill_at(store: &Store, shop: TenantId, clock: &SetClock, at: Timestamp) {
    clock.set(at);
    assert_eq!(bill(store, shop, at.unix_s()).await.not_billed, []);
}

pub async fn a_level_is_paid_for_what_is_free_from_when_it_says_its_price(ground: &Ground) {
    let clock = SetClock::at(on(1, 1, 0));
    let store = ground.open_by(&clock).await;
    let all = free_lines(&store).await;
    let [top, middle, shop] = all;
    say(&store, top, "middle", "500").await;
    has(&store, shop, "jane", on(1, 1, 0)).await;
    for month in 1..7 {
        bill_at(&store, shop, &clock, on(month, 1, 0)).await;
        assert_eq!(held(&store, all).await, [-50_000 * month, 0]);
    }
    // In July there are seven months, of which one has begun since the middle has said its price.
    clock.set(on(7, 1, 0));
    say(&store, middle, "shop", "700").await;
    bill_at(&store, shop, &clock, on(7, 1, 0)).await;
    assert_eq!(held(&store, all).await, [-350_000, -70_000]);
    bill_at(&store, shop, &clock, on(7, 2, 0)).await;
    assert_eq!(held(&store, all).await, [-350_000, -70_000]);
    store.close().await;
}

pub async fn a_price_that_is_said_again_gives_back_what_was_paid_by_the_one_before(
    ground: &Ground,
) {
    let clock = SetClock::at(on(5, 1, 0));
    let store = ground.open_by(&clock).await;
    let all = free_lines(&store).await;
    let [top, middle, shop] = all;
    say(&store, top, "middle", "500").await;
    say(&store, middle, "shop", "700").await;
    let jane = has(&store, shop, "jane", on(6, 1, 0)).await;
    bill_at(&store, shop, &clock, on(6, 1, 0)).await;
    assert_eq!(held(&store, all).await, [-50_000, -70_000]);
    // The top says the same, and the middle something else. Of who was not billed for June yet it is as said
    // before at the top, and the middle has said its price since.
    store.resellers(middle).set_credit(&operator(), "shop", kes("5000")).await.unwrap();
    store.resellers(top).set_credit(&operator(), "middle", kes("5000")).await.unwrap();
    has(&store, shop, "ben", on(6, 1, 0)).await;
    clock.set(on(6, 10, 0));
    say(&store, top, "middle", "500").await;
    say(&store, middle, "shop", "800").await;
    bill_at(&store, shop, &clock, on(6, 11, 0)).await;
    assert_eq!(held(&store, all).await, [-100_000, -70_000]);
    // 15 of 30 days remain of jane's.
    let subscriptions = store.subscriptions(shop);
    let component = subscriptions.product("line").await.unwrap();
    let end = [(on(6, 16, 0), What::Quantity { component, quantity: 0 })];
    clock.set(on(6, 16, 0));
    subscriptions.change(&operator(), jane, &end).await.unwrap();
    bill_at(&store, shop, &clock, on(6, 16, 0)).await;
    assert_eq!(held(&store, all).await, [-75_000, -35_000]);
    bill_at(&store, shop, &clock, on(6, 17, 0)).await;
    assert_eq!(held(&store, all).await, [-75_000, -35_000]);
    store.close().await;
}

pub async fn a_commission_that_is_an_amount_is_the_same_share(ground: &Ground) {
    let clock = SetClock::at(on(2, 20, 12));
    let store = ground.open_by(&clock).await;
    let all = levels(&store).await;
    let [_, middle, shop] = all;
    let hundred = "100 KES".parse().unwrap();
    store.resellers(middle).set_commission(&operator(), "shop", None, hundred).await.unwrap();
    subscriber(&store, shop, "jane").await;
    let new = NewSubscription { from: on(3, 1, 0), ..on_the_first("jane", &["home"]) };
    let subscriptions = store.subscriptions(shop);
    let jane = subscriptions.add(&operator(), &new).await.unwrap().id;
    bill_at(&store, shop, &clock, on(3, 1, 0)).await;
    assert_eq!(held(&store, all).await, [-50_000, -70_000 + 10_000]);
    // 10 of 31 days remain: 225.81 of the price, and 32.26 of the commission.
    let component = subscriptions.product("home").await.unwrap();
    let end = [(on(3, 11, 0), What::Quantity { component, quantity: 0 })];
    subscriptions.change(&operator(), jane, &end).await.unwrap();
    bill_at(&store, shop, &clock, on(3, 11, 0)).await;
    assert_eq!(held(&store, all).await, [-16_129, -22_581 + 3_226]);
    // Half of that is given back by hand, and then the rest.
    let label = store.invoices(shop).list(Some("jane"), 10).await.unwrap()[0].label.clone();
    let credit = async |what| {
        let (reason, memo) = (CreditReason::Service, "outage".to_owned());
        let new = NewCredit { what, reason, memo, key: None };
        store.invoices(shop).credit(&operator(), &label, &new).await.unwrap();
    };
    credit(ToCredit::Amount(kes("161.29"))).await;
    assert_eq!(held(&store, all).await, [-8_065, -11_291 + 1_613]);
    credit(ToCredit::Whole).await;
    assert_eq!(held(&store, all).await, [0, 0]);
    store.close().await;
}

/// Does something while somebody holds the account of the middle at the top. As long as it waits for that it
/// holds none of the middle's own: everybody holds accounts in the order of the tenants.
async fn in_order<O: Send + 'static>(
    ground: &Ground,
    [top, middle, shop]: [TenantId; 3],
    done: impl Future<Output = O> + Send + 'static,
) -> O {
    let mut other = sqlx::PgConnection::connect(&ground.url).await.unwrap();
    let mut seen = sqlx::PgConnection::connect(&ground.url).await.unwrap();
    let hold = |tenant: TenantId, reseller: TenantId| {
        sqlx::AssertSqlSafe(format!(
            "select id from account where tenant_id = {tenant} and name = 'reseller:{reseller}' \
             for update nowait"
        ))
    };
    other.execute("begin").await.unwrap();
    other.execute(hold(top, middle)).await.unwrap();
    let task = tokio::spawn(done);
    let waits = "select count(*) from pg_stat_activity where datname = current_database() \
                 and wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut seen).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    seen.execute(hold(middle, shop)).await.unwrap();
    other.execute("commit").await.unwrap();
    task.await.unwrap()
}

pub async fn money_that_renews_holds_accounts_in_the_order_of_tenants(ground: &Ground) {
    // SQLite's transactions that write are one at a time.
    if ground.is_sqlite() {
        return;
    }
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let all = levels(&store).await;
    let [top, middle, shop] = all;
    pay_in(&store, top, "middle", "5000").await;
    pay_in(&store, middle, "shop", "5000").await;
    let tenth = Some("10%".parse().unwrap());
    let resellers = store.resellers(middle);
    resellers.set_payment_commission(&operator(), "shop", on(1, 1, 0), tenth).await.unwrap();
    customer(&store, shop, "jane", "1000").await;
    let mut month = order("jane", "month", on(3, 10, 12));
    month.order.auto_renew = true;
    take(&store, shop, &month).await;
    let thousand = NewBatch {
        quantity: 1,
        worth: NewWorth::Refill(kes("1000")),
        price: kes("1000"),
        ..refills()
    };
    let (_, codes) = to_the_shop(&store, middle, &thousand, BuyerPrice::Fixed(kes("900"))).await;
    // What she paid when she came earned 100.00, and each month costs 700.00 and 500.00.
    let [at_top, at_middle] = held(&store, all).await;
    assert_eq!([at_top, at_middle], [450_000, 500_000 + 10_000 - 70_000 - 90_000]);
    // Her month is over: money that comes earns for the shop at the middle, and renews.
    clock.set(on(4, 10, 12));
    let paid = {
        let (store, now) = (store.clone(), clock.now());
        async move {
            let receipt = NewReceipt {
                provider: "mpesa".parse().unwrap(),
                number: Some("Q1".parse().unwrap()),
                amount: kes("1000"),
                at: now,
                reference: Some("jane".to_owned()),
            };
            store.payments(shop).receive(&operator(), &receipt).await.unwrap();
        }
    };
    in_order(ground, all, paid).await;
    let until = async || store.services(shop).find("jane").await.unwrap().validity.until;
    assert_eq!(until().await, Some(on(5, 10, 12)));
    assert_eq!(held(&store, all).await, [at_top - 50_000, at_middle + 10_000 - 70_000]);
    // A card of the middle's does the same.
    clock.set(on(5, 10, 12));
    let redeemed = {
        let (store, wish) = (store.clone(), wish(&codes[0], "jane", 1));
        async move { redeem(&store, shop, &wish).await.unwrap() }
    };
    in_order(ground, all, redeemed).await;
    assert_eq!(until().await, Some(on(6, 10, 12)));
    let expected = [at_top - 100_000, at_middle + 10_000 - 70_000 + 100_000 - 70_000];
    assert_eq!(held(&store, all).await, expected);
    store.close().await;
}
