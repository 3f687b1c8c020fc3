//! One sale on every level, or on none; and books of tenants that agree with each other.

use std::num::NonZeroU32;

use billing_core::PartOrAmount;
use billing_core::voucher::{BuyerPrice, VoucherState};
use billing_core::{Pricing, Tax};
use entitlement::TenantId;
use storage::{
    CustomerPaysFrom, NewBuyer, NewResellerSale, NewTopUp, ResellerSaleMade, SellVouchers, Store,
    StoreError, UnredeemedVouchers,
};

use crate::billing::{JOINED, at, balances, not_nothing, shop, subscriber};
use crate::ground::{Ground, operator};
use crate::vouchers::{money, range, refills};

/// The top, a reseller below it, and a shop below that one, which buy `fibre` for 600 and 800 KES; it
/// costs the top 400.
pub async fn three_levels(store: &Store) -> [TenantId; 3] {
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

pub async fn pay_in(store: &Store, parent: TenantId, name: &str, amount: &str) {
    let new = NewTopUp {
        reseller: name.to_owned(),
        amount: money(amount),
        received_with: "bank".parse().unwrap(),
        paid_from: "cash".parse().unwrap(),
        at: at(JOINED),
        key: None,
    };
    store.resellers(parent).top_up(&operator(), &new).await.unwrap();
}

pub fn fibre(quantity: u32) -> NewResellerSale {
    NewResellerSale {
        item: "fibre".to_owned(),
        quantity: NonZeroU32::new(quantity).unwrap(),
        price: money("1160"),
        pricing: Pricing::TaxInclusive,
        taxes: vec!["VAT".to_owned()],
        paid_from: CustomerPaysFrom::Till("cash".parse().unwrap()),
        at: at(JOINED),
        key: None,
    }
}

async fn sell(
    store: &Store,
    tenant: TenantId,
    new: &NewResellerSale,
) -> Result<ResellerSaleMade, StoreError> {
    store.resellers(tenant).sell(&operator(), new).await
}

pub(crate) fn named(balances: &[(&str, i64)]) -> Vec<(String, i64)> {
    let mut named: Vec<_> =
        balances.iter().map(|(name, minor)| ((*name).to_owned(), *minor)).collect();
    named.sort();
    named
}

/// What one tenant says of the other agrees.
pub(crate) async fn agree(store: &Store, parent: TenantId, child: TenantId) {
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
    assert_eq!((made.gross, made.net), (money("2320"), money("2000")));
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

/// What stands in the books of one tenant.
pub(crate) async fn books(store: &Store, tenants: [TenantId; 3]) -> [Vec<(String, i64)>; 3] {
    let [top, middle, shop] = tenants;
    [balances(store, top).await, balances(store, middle).await, balances(store, shop).await]
}

pub async fn commissions_and_refunds_are_balanced_on_three_levels(ground: &Ground) {
    let store = ground.open().await;
    let [top, middle, shop] = three_levels(&store).await;
    let all = [top, middle, shop];
    pay_in(&store, top, "middle", "5000").await;
    pay_in(&store, middle, "shop", "2000").await;
    let percent = "2%".parse().unwrap();
    let of_top = store.resellers(top);
    of_top.set_commission(&operator(), "middle", None, percent).await.unwrap();
    // The shop earns 25.00 for fibre, whatever it costs, and a tenth of everything else.
    let (tenth, each) = ("10%".parse().unwrap(), "25 KES".parse::<PartOrAmount>().unwrap());
    let of_middle = store.resellers(middle);
    of_middle.set_commission(&operator(), "shop", None, tenth).await.unwrap();
    of_middle.set_commission(&operator(), "shop", Some("fibre"), each).await.unwrap();
    let agreed = of_middle.find("shop").await.unwrap();
    let expected = (Some(tenth), vec![("fibre".to_owned(), each)]);
    assert_eq!((agreed.commission, agreed.commissions), expected);

    subscriber(&store, shop, "jane").await;
    let on_account = NewResellerSale {
        paid_from: CustomerPaysFrom::OnAccount("jane".to_owned()),
        at: at(JOINED + 1),
        ..fibre(2)
    };
    let before = books(&store, all).await;
    let made = sell(&store, shop, &on_account).await.unwrap();
    assert_eq!((made.margin.amount, made.commission), (money("400"), money("25")));
    // 2 % of the 2000.00 that the customer pays without taxes are 40.00, of which the middle gives 25.00.
    let (middle_at_top, shop_at_middle) =
        (format!("reseller:{middle}"), format!("reseller:{shop}"));
    let (top_of_middle, middle_of_shop) = (format!("supplier:{top}"), format!("supplier:{middle}"));
    let jane = store.subscribers(shop).find("jane").await.unwrap().id;
    let owed = format!("receivable:{jane}");
    let sold = books(&store, all).await;
    assert_eq!(
        sold,
        [
            named(&[
                ("clearing:bank", -500_000),
                (&middle_at_top, 384_000),
                ("sales", 120_000),
                ("commissions", -4_000),
            ]),
            named(&[
                ("clearing:bank", -200_000),
                ("clearing:cash", 500_000),
                (&shop_at_middle, 42_500),
                (&top_of_middle, -384_000),
                ("sales", 160_000),
                ("purchases", -120_000),
                ("commissions", 1_500),
            ]),
            named(&[
                ("clearing:cash", 200_000),
                (&owed, -232_000),
                (&middle_of_shop, -42_500),
                ("sales", 200_000),
                ("tax", 32_000),
                ("purchases", -160_000),
                ("commissions", 2_500),
            ]),
        ]
    );
    let nothing = |books: &Vec<(String, i64)>| books.iter().map(|(_, minor)| minor).sum::<i64>();
    assert_eq!(sold.each_ref().map(nothing), [0, 0, 0]);
    for (tenant, commission) in [(top, "-40"), (middle, "15"), (shop, "25")] {
        let sales = store.resellers(tenant).sales(10).await.unwrap();
        assert_eq!((sales[0].commission, sales[0].refunded_at), (money(commission), None));
    }
    agree(&store, top, middle).await;
    agree(&store, middle, shop).await;

    // Only who has sold it takes it back; and then everything is as if it had never been, but for who has
    // paid in. Of many who take it back at once one does.
    let error = of_middle.refund(&operator(), made.id, None).await.unwrap_err();
    assert!(error.to_string().contains("there is no sale"), "{error}");
    let of_shop = store.resellers(shop);
    let early = of_shop.refund(&operator(), made.id, Some(at(JOINED))).await.unwrap_err();
    assert!(early.to_string().contains("cannot be taken back at"), "{early}");
    let tasks = (0..8).map(|_| {
        let store = store.clone();
        let id = made.id;
        tokio::spawn(async move {
            store.resellers(shop).refund(&operator(), id, Some(at(JOINED + 2))).await
        })
    });
    let done = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
    let done: Vec<_> = done.into_iter().map(|it| it.unwrap().unwrap()).collect();
    assert_eq!(done.iter().filter(|it| it.is_new).count(), 1, "{done:?}");
    assert!(done.iter().all(|it| (it.paid_back, it.at) == (money("2320"), at(JOINED + 2))));
    let after = books(&store, all).await;
    assert_eq!(after.map(not_nothing), before.map(not_nothing));
    for tenant in all {
        let sales = store.resellers(tenant).sales(10).await.unwrap();
        assert_eq!(sales[0].refunded_at, Some(at(JOINED + 2)));
        let audit = store.audit(tenant).latest(20).await.unwrap();
        let of_sale = audit.iter().filter(|it| it.kind == storage::Kind::ResellerSale);
        assert_eq!(of_sale.count(), 2, "sold and taken back");
    }
    store.close().await;
}

pub async fn what_was_spent_of_a_commission_is_not_taken_back(ground: &Ground) {
    let store = ground.open().await;
    let [top, middle, shop] = three_levels(&store).await;
    let all = [top, middle, shop];
    pay_in(&store, top, "middle", "5000").await;
    pay_in(&store, middle, "shop", "800").await;
    // All that the customer pays: 1000.00 for what the shop has bought for 800.00.
    let of_middle = store.resellers(middle);
    let rate = "100%".parse().unwrap();
    of_middle.set_commission(&operator(), "shop", None, rate).await.unwrap();
    let first = sell(&store, shop, &fibre(1)).await.unwrap();
    of_middle.remove_commission(&operator(), "shop", None).await.unwrap();
    assert_eq!(of_middle.find("shop").await.unwrap().commission, None);
    sell(&store, shop, &fibre(1)).await.unwrap();
    // Of 1000.00 there are 200.00 left. With 800.00 that come back 1000.00 can be given back.
    let before = books(&store, all).await;
    let of_shop = store.resellers(shop);
    assert!(of_shop.refund(&operator(), first.id, None).await.unwrap().is_new);
    assert_eq!(of_middle.find("shop").await.unwrap().wallet.balance(), money("0"));
    // With a unit less it cannot: nothing moves on any level.
    of_middle.set_commission(&operator(), "shop", None, rate).await.unwrap();
    pay_in(&store, middle, "shop", "800").await;
    let second = sell(&store, shop, &fibre(1)).await.unwrap();
    of_middle.set_price(&operator(), "shop", "fibre", money("800.01")).await.unwrap();
    let none = "0%".parse().unwrap();
    of_middle.set_commission(&operator(), "shop", None, none).await.unwrap();
    let third = sell(&store, shop, &fibre(1)).await.unwrap();
    let spent = books(&store, all).await;
    let error = of_shop.refund(&operator(), second.id, None).await.unwrap_err();
    assert!(error.to_string().contains("999.99 KES left"), "{error}");
    assert_eq!(books(&store, all).await, spent);
    assert_ne!(before, spent);
    // With credit it is owed.
    of_middle.set_credit(&operator(), "shop", money("100")).await.unwrap();
    of_shop.refund(&operator(), second.id, None).await.unwrap();
    assert_eq!(of_middle.find("shop").await.unwrap().wallet.balance(), money("-0.01"));
    agree(&store, top, middle).await;
    agree(&store, middle, shop).await;

    let set = async |item: Option<&str>, rate: &str| {
        let rate = rate.parse().unwrap();
        of_middle.set_commission(&operator(), "shop", item, rate).await.unwrap_err().to_string()
    };
    assert!(set(None, "100.1%").await.contains("more than what it is for; it is 0% to 100%"));
    assert!(set(None, "5 UGX").await.contains("the wallet of `shop` is in KES"));
    // Books that are closed on one level take nothing back.
    let settings = store.billing_settings(top);
    settings.change(&operator(), |it| it.closed_until = Some(at(JOINED + 9))).await.unwrap();
    let at_then = Some(at(JOINED + 1));
    let error = of_shop.refund(&operator(), third.id, at_then).await.unwrap_err();
    assert!(error.to_string().contains("the books are closed"), "{error}");
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

pub async fn a_repeated_sale_or_payment_of_a_reseller_is_made_once(ground: &Ground) {
    let store = ground.open().await;
    let [top, middle, shop] = three_levels(&store).await;
    let resellers = store.resellers(top);
    let by = operator();
    let paid_in = NewTopUp {
        reseller: "middle".to_owned(),
        amount: money("3000"),
        received_with: "bank".parse().unwrap(),
        paid_from: "cash".parse().unwrap(),
        at: at(JOINED),
        key: Some("transfer-7".to_owned()),
    };
    // Of many at once one is new, and all have its number.
    let all = (0..8).map(|_| resellers.top_up(&by, &paid_in));
    let all = futures_util::future::join_all(all).await;
    let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
    assert_eq!(all.iter().filter(|(_, is_new)| *is_new).count(), 1);
    assert!(all.iter().all(|(id, _)| *id == all[0].0));
    let other = NewTopUp { amount: money("3001"), ..paid_in.clone() };
    let error = resellers.top_up(&by, &other).await.unwrap_err().to_string();
    let said = format!(
        "the key `transfer-7` is that of top-up {}, which is of 3000.00 KES, and not of 3001.00 KES; each \
         has a key of its own",
        all[0].0.0
    );
    assert!(error.contains(&said), "{error}");
    pay_in(&store, middle, "shop", "3000").await;

    let sale = NewResellerSale { key: Some("till-1-42".to_owned()), ..fibre(2) };
    let of_shop = store.resellers(shop);
    let all = futures_util::future::join_all((0..8).map(|_| of_shop.sell(&by, &sale))).await;
    let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
    let [new] = all.iter().filter(|it| it.is_new).collect::<Vec<_>>()[..] else {
        panic!("{all:?}")
    };
    for made in &all {
        assert_eq!(made, &ResellerSaleMade { is_new: made.is_new, ..new.clone() });
    }
    assert_eq!(
        (new.gross, new.net, new.margin.amount),
        (money("2320"), money("2000"), money("400"))
    );
    // Later it is the same still, whatever the clock says.
    let later = NewResellerSale { at: at(JOINED + 60), ..sale.clone() };
    assert_eq!(
        sell(&store, shop, &later).await.unwrap(),
        ResellerSaleMade { is_new: false, ..new.clone() }
    );
    let error = sell(&store, shop, &NewResellerSale { key: sale.key.clone(), ..fibre(3) }).await;
    let error = error.unwrap_err().to_string();
    let said =
        "which is 2 of `fibre` at 1160.00 KES with taxes (VAT), paid by cash, and not 3 of `fibre`";
    assert!(error.contains(said), "{error}");
    // Another tenant has keys of its own, and without one each sale is another.
    assert!(sell(&store, shop, &fibre(1)).await.unwrap().is_new);
    assert_eq!(of_shop.sales(10).await.unwrap().len(), 2);
    // 3000.00 less three at 800.00 below, and less three at 600.00 above.
    let held = async |tenant: TenantId, name: String| {
        let balances = balances(&store, tenant).await;
        balances.into_iter().find(|(it, _)| *it == name).map(|(_, minor)| minor)
    };
    assert_eq!(held(middle, format!("reseller:{shop}")).await, Some(60_000));
    assert_eq!(held(top, format!("reseller:{middle}")).await, Some(120_000));
    agree(&store, top, middle).await;
    agree(&store, middle, shop).await;
    store.close().await;
}
