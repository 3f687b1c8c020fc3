//! Cards that a tenant sells to a reseller below it, whose customers redeem them.

use std::sync::Arc;

use billing_core::Tax;
use billing_core::voucher::{BuyerPrice, RedeemError};
use entitlement::{TenantId, Terms};
use storage::{BatchEntry, NewBatch, NewBuyer, NewWorth, RedeemRefusal, SellVouchers, Store};

use crate::billing::{JOINED, at, balances, moved, subscriber};
use crate::ground::{Ground, SetClock, operator};
use crate::outbox_events::Ear;
use crate::resellers::{agree, named, pay_in, three_levels};
use crate::used_up::{last_grant, use_data};
use crate::vouchers::{
    access, add_data_plan, data, id_of, money, range, redeem, refills, wish, with_service,
};

/// The middle sells cards to the shop below it. Both have a plan `silver`, and the middle alone `bronze`.
async fn middle_and_shop(store: &Store) -> [TenantId; 3] {
    let all = three_levels(store).await;
    let [_, middle, shop] = all;
    let vat = Tax { name: "VAT".into(), rate: "16%".parse().unwrap(), base: Default::default() };
    store.taxes(middle).set(&operator(), &vat).await.unwrap();
    for (tenant, plan) in [(middle, "silver"), (middle, "bronze"), (shop, "silver"), (shop, "gold")]
    {
        store.plans(tenant).add(&operator(), plan, &Terms::default(), None).await.unwrap();
    }
    all
}

/// Sells all of a batch of the middle to the shop. Gives their codes.
pub(crate) async fn to_the_shop(
    store: &Store,
    middle: TenantId,
    new: &NewBatch,
    price: BuyerPrice,
) -> (BatchEntry, Vec<String>) {
    let vouchers = store.vouchers(middle);
    let batch = vouchers.generate(&operator(), new).await.unwrap();
    let order = SellVouchers {
        batch: batch.id,
        range: batch.batch.serials(),
        buyer: NewBuyer::Reseller("shop".to_owned()),
        price,
        at: at(JOINED),
    };
    vouchers.sell(&operator(), &order).await.unwrap();
    let codes = vouchers.export(&operator(), batch.id).await.unwrap();
    (batch, codes.into_iter().map(|it| it.code.to_string()).collect())
}

pub async fn a_refill_that_a_reseller_has_bought_is_its_customers(ground: &Ground) {
    let store = ground.open().await;
    let [_, middle, shop] = middle_and_shop(&store).await;
    pay_in(&store, middle, "shop", "2000").await;
    subscriber(&store, shop, "jane").await;
    let ten = NewBatch { quantity: 10, ..refills() };
    // The shop pays 90.00 for each of ten that cost a customer 100.00.
    let each = BuyerPrice::Fixed(money("90"));
    let (_, codes) = to_the_shop(&store, middle, &ten, each).await;
    let of_jane = wish(&codes[0], "jane", 1);
    redeem(&store, shop, &of_jane).await.unwrap();
    let (shop_at_middle, middle_of_shop) =
        (format!("reseller:{shop}"), format!("supplier:{middle}"));
    let jane = format!("wallet:{}", id_of(&store, shop, "jane").await);
    // Jane has 120.00: the shop owes them to her, and the middle to the shop. 20.00 of that are a gift of the
    // middle's, which makes less what it has sold.
    let of_middle = named(&[
        ("clearing:bank", -200_000),
        (&shop_at_middle, 200_000 - 90_000 + 12_000),
        ("commissions", -10_000),
        ("vouchers", 100_000 - 10_000),
        ("sales", -2_000),
    ]);
    let of_shop = named(&[
        ("clearing:cash", 200_000),
        (&middle_of_shop, -200_000 + 90_000 - 12_000),
        ("purchases", -90_000),
        (&jane, 12_000),
    ]);
    assert_eq!(moved(&store, middle).await, of_middle);
    assert_eq!(moved(&store, shop).await, of_shop);
    agree(&store, middle, shop).await;
    // The same wish again changes nothing, and nobody else has it.
    assert!(redeem(&store, shop, &of_jane).await.unwrap().is_repeated);
    subscriber(&store, middle, "ben").await;
    let error = redeem(&store, middle, &wish(&codes[0], "ben", 1)).await.unwrap_err();
    assert!(matches!(error, RedeemRefusal::Voucher(RedeemError::AlreadyUsed { .. })), "{error}");
    assert_eq!(moved(&store, shop).await, of_shop);
    // Whose customer has redeemed it is kept.
    let error = store.subscribers(shop).remove(&operator(), "jane").await.unwrap_err();
    assert!(error.to_string().contains("redeemed"), "{error}");
    store.close().await;
}

pub async fn access_that_a_reseller_has_bought_is_on_its_plan_of_that_name(ground: &Ground) {
    let store = ground.open().await;
    let [top, middle, shop] = middle_and_shop(&store).await;
    // What was agreed is what is paid: 90.00 for a card that costs a customer 116.00; the middle pays 60.00.
    store.resellers(middle).set_price(&operator(), "shop", "silver", money("90")).await.unwrap();
    store.resellers(top).set_price(&operator(), "middle", "silver", money("60")).await.unwrap();
    pay_in(&store, top, "middle", "60").await;
    pay_in(&store, middle, "shop", "1000").await;
    with_service(&store, shop, "jane", "gold").await;
    let two = NewBatch { quantity: 2, ..access() };
    let (batch, codes) = to_the_shop(&store, middle, &two, BuyerPrice::List).await;
    let shop_at_middle = format!("reseller:{shop}");
    let held = async || store.resellers(middle).find("shop").await.unwrap().wallet.balance();
    assert_eq!(held().await, money("820"));
    // A card of the middle's that the shop has not bought is none for its customers.
    let other = store.vouchers(middle).generate(&operator(), &access()).await.unwrap();
    let others = store.vouchers(middle).export(&operator(), other.id).await.unwrap();
    let error = redeem(&store, shop, &wish(&others[0].code.to_string(), "jane", 9)).await;
    let unknown = RedeemRefusal::Voucher(RedeemError::Unknown);
    assert_eq!(error.unwrap_err(), unknown);

    redeem(&store, shop, &wish(&codes[0], "jane", 1)).await.unwrap();
    let service = store.services(shop).find("jane@home").await.unwrap();
    assert_eq!(service.plan_name, "silver");
    assert!(service.validity.until.is_some());
    // The middle has earned 100.00 and 16.00 of tax, and has paid 60.00 above; the shop pays nothing more.
    let of_middle = named(&[
        ("clearing:bank", -100_000),
        ("clearing:cash", 6_000),
        (&shop_at_middle, 82_000),
        ("commissions", -5_200),
        ("vouchers", 11_600),
        ("sales", 10_000),
        ("tax", 1_600),
        ("purchases", -6_000),
    ]);
    assert_eq!(moved(&store, middle).await, of_middle);
    agree(&store, top, middle).await;
    agree(&store, middle, shop).await;
    // With nothing there the next one is refused, and is as it was.
    let error = store.vouchers(shop).redeem(&operator(), &wish(&codes[1], "jane", 2)).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains(&format!("reseller {middle} has 0.00 KES left")), "{error}");
    assert_eq!(moved(&store, middle).await, of_middle);

    // Revoked by the middle, the access of Jane is stopped.
    let kept = storage::UnredeemedVouchers::StillOwed;
    let now = crate::billing::store_now();
    let vouchers = store.vouchers(middle);
    let ended =
        vouchers.revoke(&operator(), batch.id, Some(range(1, 1)), &kept, now).await.unwrap();
    assert_eq!(ended.stopped, ["jane@home"]);

    // A plan that the shop has not is said, and the card is as it was.
    let bronze = NewBatch {
        quantity: 1,
        worth: NewWorth::Access {
            plan: "bronze".to_owned(),
            validity: Some("30 days".parse().unwrap()),
            online_s: None,
            octets: None,
            taxes: Some(vec![]),
        },
        ..refills()
    };
    let (_, codes) = to_the_shop(&store, middle, &bronze, BuyerPrice::List).await;
    let of_jane = wish(&codes[0], "jane", 3);
    let error = redeem(&store, shop, &of_jane).await.unwrap_err();
    assert_eq!(error, RedeemRefusal::NoPlan { plan: "bronze".to_owned() });
    store.plans(shop).add(&operator(), "bronze", &Terms::default(), None).await.unwrap();
    redeem(&store, shop, &of_jane).await.unwrap();
    assert_eq!(store.services(shop).find("jane@home").await.unwrap().plan_name, "bronze");
    store.close().await;
}

pub async fn of_64_of_two_tenants_who_redeem_a_card_at_once_one_has_it(ground: &Ground) {
    const EACH: usize = 32;
    let store = ground.open().await;
    let [_, middle, shop] = middle_and_shop(&store).await;
    pay_in(&store, middle, "shop", "2000").await;
    let one = NewBatch { quantity: 1, ..refills() };
    let (_, codes) = to_the_shop(&store, middle, &one, BuyerPrice::List).await;
    for tenant in [middle, shop] {
        for it in 0..4 {
            subscriber(&store, tenant, &format!("it{it}")).await;
        }
    }
    let together = Arc::new(tokio::sync::Barrier::new(2 * EACH));
    let tasks = (0..2 * EACH).map(|it| {
        let (store, together) = (store.clone(), together.clone());
        let tenant = if it % 2 == 0 { middle } else { shop };
        let wish = wish(&codes[0], &format!("it{}", it / 2 % 4), it.try_into().unwrap());
        tokio::spawn(async move {
            together.wait().await;
            redeem(&store, tenant, &wish).await
        })
    });
    let done = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
    let done: Vec<_> = done.into_iter().map(Result::unwrap).collect();
    assert_eq!(done.iter().filter(|it| it.is_ok()).count(), 1, "{done:?}");
    let used =
        |it: &&RedeemRefusal| matches!(it, RedeemRefusal::Voucher(RedeemError::AlreadyUsed { .. }));
    let refused = done.iter().filter_map(|it| it.as_ref().err());
    assert_eq!(refused.filter(used).count(), 2 * EACH - 1, "{done:?}");
    // 120.00 are in one wallet of either, and nowhere else.
    let mut in_wallets = 0;
    for tenant in [middle, shop] {
        let all = balances(&store, tenant).await;
        let wallets = all.iter().filter(|(name, _)| name.starts_with("wallet:"));
        in_wallets += wallets.map(|(_, minor)| minor).sum::<i64>();
    }
    assert_eq!(in_wallets, 12_000);
    agree(&store, middle, shop).await;
    store.close().await;
}

pub async fn who_guesses_cards_of_the_tenant_above_is_locked_out(ground: &Ground) {
    let store = ground.open().await;
    let [_, middle, shop] = middle_and_shop(&store).await;
    pay_in(&store, middle, "shop", "2000").await;
    subscriber(&store, shop, "jane").await;
    // Cards of the middle that were sold over its own counter, and one that the shop has bought.
    let (_, others) = crate::vouchers::sold(&store, middle, &refills()).await;
    let one = NewBatch { quantity: 1, ..refills() };
    let (_, codes) = to_the_shop(&store, middle, &one, BuyerPrice::List).await;
    for (key, code) in (1..).zip(&others[..5]) {
        let error = redeem(&store, shop, &wish(code, "jane", key)).await.unwrap_err();
        assert_eq!(error, RedeemRefusal::Voucher(RedeemError::Unknown));
    }
    let error = redeem(&store, shop, &wish(&codes[0], "jane", 9)).await.unwrap_err();
    assert!(matches!(error, RedeemRefusal::LockedOut(_)), "{error}");
    store.close().await;
}

pub async fn that_a_card_is_over_is_told_to_the_tenant_of_who_has_redeemed_it(ground: &Ground) {
    let clock = SetClock::at(at(JOINED));
    let store = ground.open_by(&clock).await;
    let [_, middle, shop] = middle_and_shop(&store).await;
    pay_in(&store, middle, "shop", "1000").await;
    with_service(&store, shop, "jane", "gold").await;
    for tenant in [middle, shop] {
        add_data_plan(&store, tenant).await;
    }
    // A card of data, and one of a month.
    let one = NewBatch { quantity: 1, ..data() };
    let (_, of_data) = to_the_shop(&store, middle, &one, BuyerPrice::List).await;
    let one = NewBatch { quantity: 1, ..access() };
    let (_, of_a_month) = to_the_shop(&store, middle, &one, BuyerPrice::List).await;
    let (mut of_middle, mut of_shop) = (Ear::new(&store, middle), Ear::new(&store, shop));
    of_middle.topics().await;
    of_shop.topics().await;
    redeem(&store, shop, &wish(&of_data[0], "jane", 1)).await.unwrap();
    let grant = last_grant(ground).await;
    use_data(&store, shop, "jane@home", (1, &[(grant, 10_000_000_000)])).await;
    store.subscriptions(middle).notice_used_up(&operator(), 10).await.unwrap();
    store.subscriptions(shop).notice_used_up(&operator(), 10).await.unwrap();
    assert_eq!(of_shop.topics().await, ["voucher.redeemed", "voucher.used_up"]);
    redeem(&store, shop, &wish(&of_a_month[0], "jane", 2)).await.unwrap();
    // The month is behind the thirty days of the other card.
    clock.set(at(JOINED).plus_s(62 * 86_400));
    store.vouchers(middle).expire_each(&operator(), 10, 0).await.unwrap();
    let heard = of_shop.hears().await;
    let topics: Vec<_> = heard.iter().map(|(topic, _)| *topic).collect();
    assert_eq!(topics, ["voucher.redeemed", "voucher.expired"]);
    assert_eq!(heard[1].1["subscriber"], "jane");
    // Who has made the cards hears nothing of who that is, and nothing of hers waits behind its events.
    let names: Vec<_> =
        of_middle.hears().await.into_iter().map(|(_, it)| it["subscriber"].clone()).collect();
    assert!(names.iter().all(serde_json::Value::is_null), "{names:?}");
    let outbox = store.outbox(shop);
    let mut last = None;
    while let Some(event) = outbox.take("test", 1, 60).await.unwrap().pop() {
        assert!(outbox.acknowledge(&event).await.unwrap());
        last = Some(event.topic.code().to_owned());
    }
    assert_eq!(last.as_deref(), Some("voucher.expired"));
    store.close().await;
}
