//! Vouchers that were paid for and that nobody has redeemed in time.

use billing_core::voucher::{BuyerPrice, VoucherState};
use entitlement::{TenantId, Timestamp};
use storage::{
    DoneEach, NewBatch, NewBuyer, SellVouchers, Settings, Store, StoreError, UnredeemedVouchers,
};

use crate::billing::{DAY_S, JOINED, at, balances, shop, subscriber};
use crate::ground::{Ground, SetClock, operator};
use crate::vouchers::{access, credit, money, range, refills, sell};

/// Twenty that are to be redeemed within 60 days, of which twelve are sold at 104.40 instead of 116.00.
async fn twelve_sold(store: &Store, tenant: TenantId, now: Timestamp) -> i64 {
    let vouchers = store.vouchers(tenant);
    let within = Some("60 days".parse().unwrap());
    let new = NewBatch { redeem_within: within, at: now, ..access() };
    let batch = vouchers.generate(&operator(), &new).await.unwrap();
    let price = BuyerPrice::Discount("10%".parse().unwrap());
    let order = SellVouchers { price, at: now, ..sell(&batch, range(1, 12)) };
    vouchers.sell(&operator(), &order).await.unwrap();
    batch.id
}

async fn say(store: &Store, tenant: TenantId, unredeemed: Option<&str>) -> Settings {
    let unredeemed = unredeemed.map(|text| text.parse().unwrap());
    let settings = store.billing_settings(tenant);
    settings.change(&operator(), |it| it.unredeemed = unredeemed).await.unwrap()
}

async fn expire(store: &Store, tenant: TenantId, (limit, skip): (u64, u64)) -> DoneEach {
    store.vouchers(tenant).expire_each(&operator(), limit, skip).await.unwrap()
}

/// Clearing, commissions, sales, taxes and what is owed for vouchers.
async fn five(store: &Store, tenant: TenantId) -> [i64; 5] {
    let mut all = [0; 5];
    let names = ["clearing:cash", "commissions", "sales", "tax", "vouchers"];
    for (place, name) in names.into_iter().enumerate() {
        all[place] = credit(store, tenant, name).await;
    }
    balances(store, tenant).await;
    all
}

pub async fn what_nobody_has_redeemed_becomes_what_the_tenant_says(ground: &Ground) {
    let clock = SetClock::at(at(JOINED));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    // What has moved when twelve were sold: 1252.80 paid, 139.20 of commission, 1392.00 owed.
    let sold = [-125_280, -13_920, 0, 0, 139_200];
    let mut before = [0; 5];
    for (says, moves) in [
        // 1200.00 and 16 % of them.
        (Some("earned with VAT"), [0, 0, 120_000, 19_200, -139_200]),
        (Some("earned without tax"), [0, 0, 139_200, 0, -139_200]),
        (Some("refunded"), [125_280, 13_920, 0, 0, -139_200]),
        (Some("owed"), [0; 5]),
    ] {
        let batch = twelve_sold(&store, tenant, clock.now()).await;
        let now = five(&store, tenant).await;
        assert_eq!(core::array::from_fn(|place| now[place] - before[place]), sold);
        before = now;
        assert_eq!(say(&store, tenant, None).await.unredeemed, None);
        clock.set(clock.now().plus_s(60 * DAY_S));
        // As long as nobody has said what becomes of them, they wait.
        assert_eq!(expire(&store, tenant, (100, 0)).await.tried, 0, "{says:?}");
        assert_eq!(five(&store, tenant).await, before);
        let said = say(&store, tenant, says).await.unredeemed;
        assert_eq!(said.map(|it| it.to_string()).as_deref(), says);
        // Eight at once, five at a time: each of the twelve once.
        let tasks = (0..8).map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut done = 0;
                loop {
                    let each = expire(&store, tenant, (5, 0)).await;
                    assert!(each.failed.is_empty(), "{:?}", each.failed);
                    done += each.done;
                    if each.tried == 0 {
                        return done;
                    }
                }
            })
        });
        let done = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
        assert_eq!(done.into_iter().map(Result::unwrap).sum::<usize>(), 12, "{says:?}");
        let after = five(&store, tenant).await;
        let moved: [i64; 5] = core::array::from_fn(|place| after[place] - before[place]);
        assert_eq!(moved, moves, "{says:?}");
        before = after;
        let stock = store.vouchers(tenant).batch(batch).await.unwrap().stock[&None];
        assert_eq!((stock.of(VoucherState::Expired), stock.of(VoucherState::New)), (12, 8));
        assert_eq!(expire(&store, tenant, (100, 0)).await.tried, 0, "{says:?}");
    }
    let unknown = "earned with GST".parse().unwrap();
    let settings = store.billing_settings(tenant);
    let error = settings.change(&operator(), |it| it.unredeemed = Some(unknown)).await.unwrap_err();
    assert!(matches!(error, StoreError::NotFound { .. }), "{error}");
    for text in ["", "earned", "earned with ", "earned with VAT,", "given away"] {
        assert!(text.parse::<UnredeemedVouchers>().is_err(), "{text}");
    }
    store.close().await;
}

pub async fn what_is_given_back_of_one_sale_is_one_credit_note(ground: &Ground) {
    let clock = SetClock::at(at(JOINED));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let vouchers = store.vouchers(tenant);
    let within = Some("60 days".parse().unwrap());
    let new = NewBatch { redeem_within: within, ..refills() };
    let batch = vouchers.generate(&operator(), &new).await.unwrap();
    let on_account = || NewBuyer::OnAccount("jane".to_owned());
    let order = SellVouchers { buyer: on_account(), ..sell(&batch, range(1, 3)) };
    vouchers.sell(&operator(), &order).await.unwrap();
    say(&store, tenant, Some("refunded")).await;
    clock.set(at(JOINED + 60 * DAY_S));
    let each = expire(&store, tenant, (100, 0)).await;
    assert_eq!((each.tried, each.done), (3, 3));
    let documents = store.invoices(tenant).list(Some("jane"), 10).await.unwrap();
    let mut amounts: Vec<_> = documents.iter().map(|it| (it.gross, it.paid)).collect();
    amounts.sort_by_key(|(gross, _)| gross.amount_minor());
    // The credit note of 300.00 pays the invoice.
    assert_eq!(amounts, [(money("-300"), money("-300")), (money("300"), money("300"))]);
    assert_eq!(credit(&store, tenant, "vouchers").await, 0);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn one_that_cannot_expire_is_named_and_stops_no_other(ground: &Ground) {
    let clock = SetClock::at(at(JOINED));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    let batch = twelve_sold(&store, tenant, clock.now()).await;
    say(&store, tenant, Some("earned with VAT")).await;
    ground
        .execute(&format!(
            "update voucher set sold_at = null where batch_id = {batch} and serial = 7"
        ))
        .await;
    clock.set(at(JOINED + 60 * DAY_S));
    let each = expire(&store, tenant, (100, 0)).await;
    assert_eq!((each.tried, each.done), (12, 11));
    let names: Vec<_> = each.failed.iter().map(|failed| failed.what.clone()).collect();
    assert_eq!(names, [format!("{batch}-7")]);
    // 11 of 116.00 are earned, and one is still owed.
    assert_eq!(five(&store, tenant).await, [-125_280, -13_920, 110_000, 17_600, 11_600]);
    assert_eq!(expire(&store, tenant, (100, 1)).await.tried, 0);
    let again = expire(&store, tenant, (100, 0)).await;
    assert_eq!((again.tried, again.done, again.failed.len()), (1, 0, 1));
    store.close().await;
}

pub async fn one_that_cannot_expire_leaves_other_sales_whole(ground: &Ground) {
    let clock = SetClock::at(at(JOINED));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    let vouchers = store.vouchers(tenant);
    let within = Some("60 days".parse().unwrap());
    let new = NewBatch { redeem_within: within, ..refills() };
    let batch = vouchers.generate(&operator(), &new).await.unwrap();
    for (name, serials) in [("jane", range(1, 3)), ("ben", range(4, 6))] {
        subscriber(&store, tenant, name).await;
        let buyer = NewBuyer::OnAccount(name.to_owned());
        let order = SellVouchers { buyer, ..sell(&batch, serials) };
        vouchers.sell(&operator(), &order).await.unwrap();
    }
    say(&store, tenant, Some("refunded")).await;
    let broken =
        format!("update voucher set sold_at = null where batch_id = {} and serial = 2", batch.id);
    ground.execute(&broken).await;
    clock.set(at(JOINED + 60 * DAY_S));
    let each = expire(&store, tenant, (100, 0)).await;
    assert_eq!((each.tried, each.done, each.failed.len()), (6, 5, 1));
    for (name, back) in [("jane", vec!["-100", "-100"]), ("ben", vec!["-300"])] {
        let documents = store.invoices(tenant).list(Some(name), 10).await.unwrap();
        let notes = documents.iter().map(|it| it.gross).filter(|it| it.amount_minor() < 0);
        assert_eq!(notes.collect::<Vec<_>>(), back.into_iter().map(money).collect::<Vec<_>>());
    }
    balances(&store, tenant).await;
    store.close().await;
}
