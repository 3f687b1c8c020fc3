//! One sale on every level, or on none; and books of tenants that agree with each other.

use std::num::NonZeroU32;

use billing_core::voucher::{BuyerPrice, VoucherState};
use billing_core::{Pricing, Tax};
use entitlement::TenantId;
use storage::{
    CustomerPaysFrom, NewBuyer, NewResellerSale, NewTopUp, ResellerSaleMade, SellVouchers, Store,
    StoreError, UnredeemedVouchers,
};

use crate::billing::{JOINED, at, balances, shop, subscriber};
use crate::ground::{Ground, operator};
use crate::vouchers::{money, range, refills};

/// The top, a reseller below it, and a shop below that one, which buy `fibre` for 600 and 800 KES; it
/// costs the top 400.
async fn three_levels(store: &Store) -> [TenantId; 3] {
    let top = shop(store).await;
    let middle = store.tenants().add(&operator(), "middle").await.unwrap().id;
    let shop = store.tenants().add(&operator(), "shop").await.unwrap().id;
    for (parent, name, price) in [(top, "middle", "600"), (middle, "shop", "800")] {
        let resellers = store.resellers(parent);
        resellers.add(&operator(), name, money("0")).await.unwrap();
        resellers.set_price(&operator(), name, "fibre", money(price)).await.unwrap();
    }
    store.resellers(top).set_price(&operator(), "default", "fibre", money("400")).await.unwrap();
    let vat = Tax { name: "VAT".into(), rate: "16%".parse().unwrap(), base: Default::default() };
    store.taxes(shop).set(&operator(), &vat).await.unwrap();
    [top, middle, shop]
}

async fn pay_in(store: &Store, parent: TenantId, name: &str, amount: &str) {
    let new = NewTopUp {
        reseller: name.to_owned(),
        amount: money(amount),
        received_with: "bank".parse().unwrap(),
        paid_from: "cash".parse().unwrap(),
        at: at(JOINED),
    };
    store.resellers(parent).top_up(&operator(), &new).await.unwrap();
}

fn fibre(quantity: u32) -> NewResellerSale {
    NewResellerSale {
        item: "fibre".to_owned(),
        quantity: NonZeroU32::new(quantity).unwrap(),
        price: money("1160"),
        pricing: Pricing::TaxInclusive,
        taxes: vec!["VAT".to_owned()],
        paid_from: CustomerPaysFrom::Till("cash".parse().unwrap()),
        at: at(JOINED),
    }
}

async fn sell(
    store: &Store,
    tenant: TenantId,
    new: &NewResellerSale,
) -> Result<ResellerSaleMade, StoreError> {
    store.resellers(tenant).sell(&operator(), new).await
}

fn named(balances: &[(&str, i64)]) -> Vec<(String, i64)> {
    let mut named: Vec<_> =
        balances.iter().map(|(name, minor)| ((*name).to_owned(), *minor)).collect();
    named.sort();
    named
}

/// What one tenant says of the other agrees.
async fn agree(store: &Store, parent: TenantId, child: TenantId) {
    let of = async |tenant: TenantId, name: String| {
        let balances = balances(store, tenant).await;
        balances.into_iter().find(|(it, _)| *it == name).map_or(0, |(_, minor)| minor)
    };
    let held = of(parent, format!("reseller:{child}")).await;
    assert_eq!(held, -of(child, format!("supplier:{parent}")).await);
}

pub async fn one_sale_is_balanced_on_three_levels(ground: &Ground) {
    let store = ground.open().await;
    let [top, middle, shop] = three_levels(&store).await;
    pay_in(&store, top, "middle", "5000").await;
    pay_in(&store, middle, "shop", "2000").await;
    // Two for 1160.00 with 16 %: 2000.00 and 320.00. The shop buys for 1600.00, the middle for 1200.00, the
    // top for 800.00: each earns 400.00.
    let made = sell(&store, shop, &fibre(2)).await.unwrap();
    assert_eq!((made.paid.gross, made.paid.net), (money("2320"), money("2000")));
    assert_eq!((made.margin.tenant, made.margin.amount), (shop, money("400")));
    let middle_at_top = format!("reseller:{middle}");
    let shop_at_middle = format!("reseller:{shop}");
    let (top_of_middle, middle_of_shop) = (format!("supplier:{top}"), format!("supplier:{middle}"));
    assert_eq!(
        balances(&store, top).await,
        named(&[("clearing:bank", -500_000), (&middle_at_top, 380_000), ("sales", 120_000),])
    );
    assert_eq!(
        balances(&store, middle).await,
        named(&[
            ("clearing:bank", -200_000),
            ("clearing:cash", 500_000),
            (&shop_at_middle, 40_000),
            (&top_of_middle, -380_000),
            ("sales", 160_000),
            ("purchases", -120_000),
        ])
    );
    assert_eq!(
        balances(&store, shop).await,
        named(&[
            ("clearing:cash", 200_000 - 232_000),
            (&middle_of_shop, -40_000),
            ("sales", 200_000),
            ("tax", 32_000),
            ("purchases", -160_000),
        ])
    );
    for (tenant, earned) in [(top, "400"), (middle, "400"), (shop, "400")] {
        let sales = store.resellers(tenant).sales(10).await.unwrap();
        assert_eq!(sales.len(), 1);
        assert_eq!((sales[0].seller.as_str(), sales[0].margin), ("shop", money(earned)));
        // It is in the audit of each.
        let audit = store.audit(tenant).latest(20).await.unwrap();
        assert!(audit.iter().any(|it| it.kind == storage::Kind::ResellerSale));
    }
    agree(&store, top, middle).await;
    agree(&store, middle, shop).await;
    // Who sells in the middle has two levels, and the top none.
    let of_middle = NewResellerSale { taxes: vec![], ..fibre(1) };
    assert_eq!(sell(&store, middle, &of_middle).await.unwrap().margin.amount, money("560"));
    assert_eq!(sell(&store, top, &fibre(1)).await.unwrap().margin.amount, money("600"));
    store.close().await;
}

pub async fn who_has_too_little_on_any_level_sells_nothing(ground: &Ground) {
    let store = ground.open().await;
    let [top, middle, shop] = three_levels(&store).await;
    // Enough for the shop, and one unit too little for the middle.
    pay_in(&store, top, "middle", "599.99").await;
    pay_in(&store, middle, "shop", "800").await;
    let before =
        [balances(&store, top).await, balances(&store, middle).await, balances(&store, shop).await];
    let refused = async |new: &NewResellerSale, said: &str| {
        let error = sell(&store, shop, new).await.unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
        let after = [
            balances(&store, top).await,
            balances(&store, middle).await,
            balances(&store, shop).await,
        ];
        assert_eq!(after, before);
        assert_eq!(store.resellers(shop).sales(10).await.unwrap(), []);
    };
    let said = format!(
        "reseller {middle} has 599.99 KES left at tenant {top}, its credit included, and 600.00 KES is \
         needed"
    );
    refused(&fibre(1), &said).await;
    let said = format!("reseller {shop} has 800.00 KES left at tenant {middle}");
    refused(&fibre(2), &said).await;
    let other = NewResellerSale { item: "copper".to_owned(), ..fibre(1) };
    refused(&other, "it is not known what reseller").await;
    // A customer whose wallet is empty stops it on every level, too.
    subscriber(&store, shop, "jane").await;
    pay_in(&store, top, "middle", "0.01").await;
    let before = balances(&store, top).await;
    let from_wallet =
        NewResellerSale { paid_from: CustomerPaysFrom::Wallet("jane".to_owned()), ..fibre(1) };
    let error = sell(&store, shop, &from_wallet).await.unwrap_err();
    assert!(error.to_string().contains("0.00 KES left for it"), "{error}");
    assert_eq!(balances(&store, top).await, before);
    sell(&store, shop, &fibre(1)).await.unwrap();

    // With credit it goes on, to the last unit of it.
    store.resellers(top).set_credit(&operator(), "middle", money("600")).await.unwrap();
    store.resellers(middle).set_credit(&operator(), "shop", money("1000")).await.unwrap();
    sell(&store, shop, &fibre(1)).await.unwrap();
    let wallet = store.resellers(top).find("middle").await.unwrap().wallet;
    assert_eq!((wallet.balance(), wallet.available().unwrap()), (money("-600"), money("0")));
    let error = sell(&store, shop, &fibre(1)).await.unwrap_err();
    assert!(error.to_string().contains("has 200.00 KES left"), "{error}");
    agree(&store, top, middle).await;
    agree(&store, middle, shop).await;
    // Books that are closed on one level are closed for the sale.
    let settings = store.billing_settings(top);
    settings.change(&operator(), |it| it.closed_until = Some(at(JOINED + 1))).await.unwrap();
    let error = sell(&store, shop, &fibre(1)).await.unwrap_err();
    assert!(error.to_string().contains("the books are closed"), "{error}");
    store.close().await;
}

pub async fn sales_at_once_never_spend_what_is_not_there(ground: &Ground) {
    let store = ground.open().await;
    let [top, middle, shop] = three_levels(&store).await;
    // Seven of 600.00, of which 600.00 are credit; the shop has enough for more.
    pay_in(&store, top, "middle", "3700").await;
    store.resellers(top).set_credit(&operator(), "middle", money("600")).await.unwrap();
    pay_in(&store, middle, "shop", "16000").await;
    let tasks = (0..20).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { sell(&store, shop, &fibre(1)).await })
    });
    let done = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
    let done: Vec<_> = done.into_iter().map(Result::unwrap).collect();
    assert_eq!(done.iter().filter(|it| it.is_ok()).count(), 7, "{done:?}");
    let refused = |it: &&Result<ResellerSaleMade, StoreError>| {
        it.as_ref().is_err_and(|error| error.to_string().contains("is needed"))
    };
    assert_eq!(done.iter().filter(refused).count(), 13, "{done:?}");
    let wallet = store.resellers(top).find("middle").await.unwrap().wallet;
    assert_eq!(wallet.available().unwrap(), money("100"));
    agree(&store, top, middle).await;
    agree(&store, middle, shop).await;
    store.close().await;
}

pub async fn vouchers_for_a_reseller_are_in_both_books(ground: &Ground) {
    let store = ground.open().await;
    let [top, middle, shop] = three_levels(&store).await;
    let shop_at_middle = format!("reseller:{shop}");
    pay_in(&store, top, "middle", "1000").await;
    let vouchers = store.vouchers(top);
    let batch = vouchers.generate(&operator(), &refills()).await.unwrap();
    let to_middle = |first, last| SellVouchers {
        batch: batch.id,
        range: range(first, last),
        buyer: NewBuyer::Reseller("middle".to_owned()),
        price: BuyerPrice::Discount("10%".parse().unwrap()),
        at: at(JOINED),
    };
    // Eleven of 90.00 are 990.00; a twelfth is too much.
    let error = vouchers.sell(&operator(), &to_middle(1, 12)).await.unwrap_err();
    assert!(error.to_string().contains("has 1000.00 KES left at tenant"), "{error}");
    vouchers.sell(&operator(), &to_middle(1, 11)).await.unwrap();
    let stock = vouchers.batch(batch.id).await.unwrap().stock;
    assert_eq!(stock[&Some(middle)].of(VoucherState::Sold), 11);
    let reseller = format!("reseller:{middle}");
    let supplier = format!("supplier:{top}");
    assert_eq!(
        balances(&store, top).await,
        named(&[
            ("clearing:bank", -100_000),
            ("commissions", -11_000),
            (&reseller, 1_000),
            ("vouchers", 110_000),
        ])
    );
    assert_eq!(
        balances(&store, middle).await,
        named(&[
            ("clearing:cash", 100_000),
            ("purchases", -99_000),
            (&shop_at_middle, 0),
            (&supplier, -1_000)
        ])
    );
    agree(&store, top, middle).await;
    // Four are revoked, and paid back in both books.
    let becomes = UnredeemedVouchers::Refunded;
    let four = Some(range(1, 4));
    vouchers.revoke(&operator(), batch.id, four, &becomes, at(JOINED + 1)).await.unwrap();
    assert_eq!(
        balances(&store, middle).await,
        named(&[
            ("clearing:cash", 100_000),
            ("purchases", -63_000),
            (&shop_at_middle, 0),
            (&supplier, -37_000)
        ])
    );
    agree(&store, top, middle).await;

    // On consignment: they are with the reseller, and only it buys them.
    let handed = vouchers.hand_on(&operator(), batch.id, range(15, 20), None, Some("middle")).await;
    assert_eq!(handed.unwrap(), 6);
    let over_the_counter = SellVouchers {
        buyer: NewBuyer::Till("cash".parse().unwrap()),
        price: BuyerPrice::List,
        ..to_middle(14, 15)
    };
    let error = vouchers.sell(&operator(), &over_the_counter).await.unwrap_err();
    let said =
        format!("voucher 15 is in the stock of reseller {middle}; it is sold to this reseller");
    assert!(error.to_string().contains(&said), "{error}");
    vouchers.sell(&operator(), &to_middle(15, 16)).await.unwrap();
    let back = vouchers.hand_on(&operator(), batch.id, range(16, 17), Some("middle"), None).await;
    let error = back.unwrap_err();
    assert!(error.to_string().contains("voucher 16 is sold, and not on stock"), "{error}");
    let back = vouchers.hand_on(&operator(), batch.id, range(17, 20), Some("middle"), None).await;
    assert_eq!(back.unwrap(), 4);
    agree(&store, top, middle).await;
    store.close().await;
}

pub async fn tenants_make_a_tree(ground: &Ground) {
    let store = ground.open().await;
    let [top, middle, shop] = three_levels(&store).await;
    let add = async |parent: TenantId, name: &str| {
        let added = store.resellers(parent).add(&operator(), name, money("0")).await;
        added.map(|_| ()).map_err(|error| error.to_string())
    };
    let error = add(shop, "default").await.unwrap_err();
    assert!(error.contains(&format!("{top} -> {shop} -> {middle} -> {top} is a loop")), "{error}");
    assert_eq!(add(top, "shop").await.unwrap_err(), "reseller `shop` already exists");
    assert_eq!(
        add(top, "shp").await.unwrap_err(),
        "there is no tenant called `shp`; did you mean `shop`?"
    );
    // Eight levels are possible, with the top.
    let mut above = shop;
    for level in 4..=9 {
        let name = format!("level {level}");
        let below = store.tenants().add(&operator(), &name).await.unwrap().id;
        let added = add(above, &name).await;
        match level {
            9 => assert!(added.unwrap_err().contains("there are 8 levels at most")),
            _ => added.unwrap(),
        }
        above = below;
    }
    // Two who would be below each other, at once: one is.
    let one = store.tenants().add(&operator(), "one").await.unwrap().id;
    let two = store.tenants().add(&operator(), "two").await.unwrap().id;
    let both = tokio::join!(add(one, "two"), add(two, "one"));
    assert_eq!([both.0.is_ok(), both.1.is_ok()].iter().filter(|it| **it).count(), 1);
    // Nobody has a price or credit below nothing.
    let resellers = store.resellers(top);
    let error = resellers.set_credit(&operator(), "middle", money("-1")).await.unwrap_err();
    assert!(error.to_string().contains("a credit limit cannot be -1.00 KES"), "{error}");
    let price = resellers.set_price(&operator(), "middle", "fibre", money("-1")).await;
    assert!(price.unwrap_err().to_string().contains("a price cannot be -1.00 KES"));
    let error = resellers.set_price(&operator(), "shop", "fibre", money("1")).await.unwrap_err();
    assert!(error.to_string().contains("no reseller called `shop`"), "{error}");
    store.close().await;
}
