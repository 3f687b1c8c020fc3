//! What was written off and is given back: a smaller loss, and nothing for who has not paid.

use billing_core::invoice::{CreditReason, MovementKind, ToCredit};
use billing_core::voucher::BuyerPrice;
use billing_core::{Alignment, Interval, What};
use entitlement::TenantId;
use storage::{
    NewBatch, NewBuyer, NewCredit, NewGivenUp, NewSubscription, ProductChange, SellVouchers, Store,
    SubscriptionId, UnredeemedVouchers,
};

use crate::billing::{bill, moved, on_the_first, shop, subscriber};
use crate::dunning_shop::{Shop, USUAL};
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{every, kes, on, product, top_up};
use crate::resellers::named;
use crate::vouchers::{range, refills};

const INVOICE: &str = "INV-2025-000001";

/// jane has `home` for 36,500.00 a year and 16 % on it, in advance: 100.00 a day. It is 1 February 2025.
async fn a_year(ground: &Ground) -> (SetClock, Store, TenantId, SubscriptionId) {
    let clock = SetClock::at(on(1, 1, 0));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    product(&store, tenant, ("home", None), &every("1 year", "36500"), Default::default()).await;
    let taxed = ProductChange { taxes: Some(vec!["VAT".to_owned()]), ..Default::default() };
    store.products(tenant).set(&operator(), "home", &taxed, None).await.unwrap();
    let new = NewSubscription {
        from: on(1, 1, 0),
        alignment: Alignment::Anniversary,
        ..on_the_first("jane", &["home"])
    };
    let sold = store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    assert_eq!(bill(&store, tenant, on(1, 1, 0).unix_s()).await.gross, [kes("42340")]);
    clock.set(on(2, 1, 0));
    (clock, store, tenant, sold.id)
}

async fn write_off(store: &Store, tenant: TenantId, label: &str, amount: Option<&str>) {
    let reason = "moved away".to_owned();
    let new = NewGivenUp { amount: amount.map(kes), reason, key: None };
    store.invoices(tenant).write_off(&operator(), label, &new).await.unwrap();
}

/// From 1 February on jane has so many of these, and it is billed.
async fn change(store: &Store, tenant: TenantId, id: SubscriptionId, to: &[(&str, u32)]) {
    let subscriptions = store.subscriptions(tenant);
    let mut changes = Vec::new();
    for (name, quantity) in to {
        let component = subscriptions.product(name).await.unwrap();
        changes.push((on(2, 1, 0), What::Quantity { component, quantity: *quantity }));
    }
    subscriptions.change(&operator(), id, &changes).await.unwrap();
    assert_eq!(bill(store, tenant, on(2, 1, 0).unix_s()).await.not_billed, []);
    assert_eq!(bill(store, tenant, on(2, 1, 0).unix_s()).await.invoices, 0);
}

async fn credit(store: &Store, tenant: TenantId, label: &str, what: ToCredit) {
    let (reason, memo) = (CreditReason::Service, "outage".to_owned());
    let new = NewCredit { what, reason, memo, key: None };
    store.invoices(tenant).credit(&operator(), label, &new).await.unwrap();
}

/// What each document comes to and what was paid of it, in the order in which they were made.
async fn documents(store: &Store, tenant: TenantId) -> Vec<(i64, i64)> {
    let all = store.invoices(tenant).list(Some("jane"), 100).await.unwrap();
    let mut all: Vec<_> = all
        .into_iter()
        .map(|it| (it.id, (it.gross.amount_minor(), it.paid.amount_minor())))
        .collect();
    all.sort_by_key(|(id, _)| *id);
    all.into_iter().map(|(_, sums)| sums).collect()
}

pub async fn a_run_gives_back_a_loss_and_nothing_to_who_has_not_paid(ground: &Ground) {
    let (_, store, tenant, jane) = a_year(ground).await;
    write_off(&store, tenant, INVOICE, None).await;
    let expected = [("sales", 3_650_000), ("tax", 584_000), ("written-off", -4_234_000)];
    assert_eq!(moved(&store, tenant).await, named(&expected));
    // 31 days of it were had: 3100.00 and their taxes are lost, and nothing more.
    change(&store, tenant, jane, &[("home", 0)]).await;
    let expected = [("sales", 310_000), ("tax", 49_600), ("written-off", -359_600)];
    assert_eq!(moved(&store, tenant).await, named(&expected));
    let expected = [(4_234_000, 4_234_000), (-3_874_400, -3_874_400)];
    assert_eq!(documents(&store, tenant).await, expected);
    let sql = "select cast(sum(invoice_minor - made_up_minor) as text) from write_off";
    assert_eq!(ground.text(sql).await, "359600");
    // What is left is given back by hand: it was no sale at all.
    credit(&store, tenant, INVOICE, ToCredit::Whole).await;
    assert_eq!(moved(&store, tenant).await, []);
    store.close().await;
}

pub async fn what_was_paid_beside_what_was_written_off_is_given_back(ground: &Ground) {
    let (_, store, tenant, jane) = a_year(ground).await;
    top_up(&store, tenant, "jane", "30000").await;
    write_off(&store, tenant, INVOICE, None).await;
    // Of 38744.00 nobody has paid 12340.00; she had 3596.00 for 30000.00.
    change(&store, tenant, jane, &[("home", 0)]).await;
    let expected = [
        ("clearing:cash", -3_000_000),
        ("sales", 310_000),
        ("tax", 49_600),
        ("wallet:1", 2_640_400),
    ];
    assert_eq!(moved(&store, tenant).await, named(&expected));
    // By hand she gets all that is left of it.
    credit(&store, tenant, INVOICE, ToCredit::Whole).await;
    let expected = [("clearing:cash", -3_000_000), ("wallet:1", 3_000_000)];
    assert_eq!(moved(&store, tenant).await, named(&expected));
    store.close().await;
}

pub async fn a_loss_pays_nothing_that_is_charged_with_it(ground: &Ground) {
    let (_, store, tenant, jane) = a_year(ground).await;
    write_off(&store, tenant, INVOICE, None).await;
    // `gold` in its place is 1500.00 and 240.00: it is to be paid.
    change(&store, tenant, jane, &[("home", 0), ("gold", 1)]).await;
    let expected = [
        ("receivable:1", -174_000),
        ("sales", 460_000),
        ("tax", 73_600),
        ("written-off", -359_600),
    ];
    assert_eq!(moved(&store, tenant).await, named(&expected));
    let expected = [(4_234_000, 4_234_000), (174_000, 0), (-3_874_400, -3_874_400)];
    assert_eq!(documents(&store, tenant).await, expected);
    store.close().await;
}

pub async fn late_fees_that_were_written_off_stay_so(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (jane, _) = shop.sell("jane").await;
    shop.bill().await;
    shop.run("2027-04-16").await;
    assert_eq!(shop.balances().await["written-off"], -315_000);
    // 3000.00 of that are the invoice; she has left long before, and half of it was not had.
    let invoice = "INV-2027-000001";
    credit(&shop.store, shop.tenant, invoice, ToCredit::Amount(kes("1500"))).await;
    let expected = [("late-fees", 15_000), ("sales", 150_000), ("written-off", -165_000)];
    assert_eq!(moved(&shop.store, shop.tenant).await, named(&expected));
    credit(&shop.store, shop.tenant, invoice, ToCredit::Whole).await;
    let expected = [("late-fees", 15_000), ("written-off", -15_000)];
    assert_eq!(moved(&shop.store, shop.tenant).await, named(&expected));
    // Her account says why she owes nothing all the same.
    let (from, until) = (crate::dunning_shop::on("2027-01-01"), shop.clock.now().plus_s(1));
    let period = Interval::new(from, until).unwrap();
    let ledger = shop.store.ledger(shop.tenant);
    let statement = ledger.statement(jane, kes("0").currency(), period).await.unwrap();
    let lines: Vec<_> = statement.lines.iter().rev().take(4).rev().collect();
    let kinds: Vec<_> = lines.iter().map(|it| (it.movement.kind, it.movement.amount)).collect();
    let expected = [
        (MovementKind::CreditNote, kes("1500")),
        (MovementKind::WriteOffTakenBack, kes("1500")),
        (MovementKind::CreditNote, kes("1500")),
        (MovementKind::WriteOffTakenBack, kes("1500")),
    ];
    assert_eq!((kinds.as_slice(), statement.closing), (&expected[..], kes("0")));
    shop.store.close().await;
}

pub async fn cards_of_a_sale_of_which_a_part_was_written_off_end(ground: &Ground) {
    let clock = SetClock::at(on(1, 1, 0));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let vouchers = store.vouchers(tenant);
    let within = Some("60 days".parse().unwrap());
    let new = NewBatch { quantity: 100, redeem_within: within, at: on(1, 1, 0), ..refills() };
    let batch = vouchers.generate(&operator(), &new).await.unwrap();
    let order = SellVouchers {
        batch: batch.id,
        range: batch.batch.serials(),
        buyer: NewBuyer::OnAccount("jane".to_owned()),
        price: BuyerPrice::List,
        at: on(1, 1, 0),
    };
    vouchers.sell(&operator(), &order).await.unwrap();
    write_off(&store, tenant, INVOICE, Some("50")).await;
    top_up(&store, tenant, "jane", "9950").await;
    let expected = [("clearing:cash", -995_000), ("vouchers", 1_000_000), ("written-off", -5_000)];
    assert_eq!(moved(&store, tenant).await, named(&expected));
    // Of the first 50.00 were never paid, and all of the others was.
    let refund = UnredeemedVouchers::Refunded;
    for (serial, wallet) in [(1, 5_000), (2, 15_000)] {
        let range = Some(range(serial, serial));
        vouchers.revoke(&operator(), batch.id, range, &refund, on(1, 1, 0)).await.unwrap();
        let left = 1_000_000 - i64::from(serial) * 10_000;
        let expected = [("clearing:cash", -995_000), ("vouchers", left), ("wallet:1", wallet)];
        assert_eq!(moved(&store, tenant).await, named(&expected));
    }
    let settings = store.billing_settings(tenant);
    settings.change(&operator(), |it| it.unredeemed = Some(refund)).await.unwrap();
    clock.set(on(4, 1, 0));
    let each = vouchers.expire_each(&operator(), 1_000, 0).await.unwrap();
    assert_eq!((each.done, each.failed.len()), (98, 0), "{:?}", each.failed);
    let expected = [("clearing:cash", -995_000), ("wallet:1", 995_000)];
    assert_eq!(moved(&store, tenant).await, named(&expected));
    store.close().await;
}
