//! What resellers earn for payments, on three levels, and give back with what is taken back of them.

use billing_core::payment::{ReceiptNumber, RefundTo};
use billing_core::{Money, PartOrAmount};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sqlx::{Connection as _, Executor as _};
use storage::{CustomerPaysFrom, NewReceipt, NewResellerSale, PaymentOutcome, Store};

use crate::billing::{JOINED, at, balances, not_nothing, subscriber};
use crate::ground::{Ground, operator};
use crate::outbox_events::Ear;
use crate::resellers::{agree, books, fibre, named, pay_in, three_levels};
use crate::vouchers::money;

fn mpesa(number: &str, amount: &str, received_at: Timestamp) -> NewReceipt {
    NewReceipt {
        provider: "mpesa".parse().unwrap(),
        number: Some(number.parse().unwrap()),
        amount: money(amount),
        at: received_at,
        reference: Some("jane".to_owned()),
    }
}

async fn agreed(store: &Store, parent: TenantId, name: &str, from: i64, rate: Option<&str>) {
    let rate = rate.map(|rate| rate.parse::<PartOrAmount>().unwrap());
    let resellers = store.resellers(parent);
    resellers.set_payment_commission(&operator(), name, at(from), rate).await.unwrap();
}

/// The middle earns 2 % at the top, and the shop 10 % in the middle; Jane is a customer of the shop.
async fn with_agreements(store: &Store) -> ([TenantId; 3], SubscriberId) {
    let [top, middle, shop] = three_levels(store).await;
    agreed(store, top, "middle", JOINED, Some("2%")).await;
    agreed(store, middle, "shop", JOINED, Some("10%")).await;
    subscriber(store, shop, "jane").await;
    let jane = store.subscribers(shop).find("jane").await.unwrap().id;
    ([top, middle, shop], jane)
}

/// What is in the books of everybody but for what is nothing.
async fn moved(store: &Store, tenants: [TenantId; 3]) -> [Vec<(String, i64)>; 3] {
    books(store, tenants).await.map(not_nothing)
}

async fn agree_with_each_other(store: &Store, [top, middle, shop]: [TenantId; 3]) {
    agree(store, top, middle).await;
    agree(store, middle, shop).await;
    for books in books(store, [top, middle, shop]).await {
        assert_eq!(books.iter().map(|(_, minor)| minor).sum::<i64>(), 0, "{books:?}");
    }
}

/// What the middle and the shop keep.
async fn kept(store: &Store, [top, middle, _]: [TenantId; 3]) -> [Money; 2] {
    let middle_has = store.resellers(top).find("middle").await.unwrap().wallet.balance();
    [middle_has, store.resellers(middle).find("shop").await.unwrap().wallet.balance()]
}

pub async fn a_payment_is_earned_for_on_three_levels_once(ground: &Ground) {
    let store = ground.open().await;
    let (all, jane) = with_agreements(&store).await;
    let [top, middle, shop] = all;
    // Told 64 times at once, it is earned for once.
    let receipt = mpesa("QK1", "1000", at(JOINED + 1));
    let tasks = (0..64).map(|_| {
        let (store, receipt) = (store.clone(), receipt.clone());
        tokio::spawn(async move { store.payments(shop).receive(&operator(), &receipt).await })
    });
    let done = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
    let done: Vec<_> = done.into_iter().map(|it| it.unwrap().unwrap().1).collect();
    let credited = done.iter().filter(|it| **it == PaymentOutcome::Credited(jane)).count();
    assert_eq!((credited, done.len()), (1, 64), "{done:?}");
    let (middle_at_top, shop_at_middle) =
        (format!("reseller:{middle}"), format!("reseller:{shop}"));
    let (top_of_middle, middle_of_shop) = (format!("supplier:{top}"), format!("supplier:{middle}"));
    let wallet = format!("wallet:{jane}");
    let expected = [
        named(&[(&middle_at_top, 2_000), ("commissions", -2_000)]),
        // Of 20.00 that it earns and 100.00 that it gives.
        named(&[(&top_of_middle, -2_000), (&shop_at_middle, 10_000), ("commissions", -8_000)]),
        named(&[
            ("clearing:mpesa", -100_000),
            (&wallet, 100_000),
            (&middle_of_shop, -10_000),
            ("commissions", 10_000),
        ]),
    ];
    assert_eq!(moved(&store, all).await, expected);
    agree_with_each_other(&store, all).await;
    // Each is told of its own part.
    let entry = store.payments(shop).find(&receipt.provider, &number("QK1")).await.unwrap();
    let commission = entry.commission.unwrap();
    assert_eq!(
        (
            commission.amount,
            commission.paid,
            commission.rate.to_string(),
            commission.giver.as_str()
        ),
        (money("100"), money("1000"), "10%".to_owned(), "middle")
    );
    for (tenant, earned) in [
        (top, vec![("default", "middle", "20", false)]),
        (middle, vec![("middle", "shop", "100", false), ("default", "middle", "20", true)]),
        (shop, vec![("middle", "shop", "100", true)]),
    ] {
        let entries = store.resellers(tenant).payment_commissions(10).await.unwrap();
        let seen = entries.iter().map(|it| {
            assert_eq!((it.seller.as_str(), it.number.as_str()), ("shop", "QK1"));
            (it.giver.as_str(), it.earner.as_str(), it.amount, it.is_earned)
        });
        let earned = earned
            .into_iter()
            .map(|(giver, earner, amount, is_earned)| (giver, earner, money(amount), is_earned));
        assert_eq!(seen.collect::<Vec<_>>(), earned.collect::<Vec<_>>());
        let audit = store.audit(tenant).latest(20).await.unwrap();
        assert!(audit.iter().any(|it| it.kind == storage::Kind::Payment), "{audit:?}");
    }
    store.close().await;
}

fn number(text: &str) -> ReceiptNumber {
    text.parse().unwrap()
}

async fn refund(store: &Store, shop: TenantId, which: &str, amount: &str, key: &str) {
    let (provider, number) = ("mpesa".parse().unwrap(), number(which));
    let to = RefundTo::Provider;
    let payments = store.payments(shop);
    let which = (&provider, &number);
    payments.refund(&operator(), which, money(amount), to, Some(key)).await.unwrap();
}

async fn reverse(store: &Store, shop: TenantId, which: &str, amount: &str) {
    let (provider, number) = ("mpesa".parse().unwrap(), number(which));
    let payments = store.payments(shop);
    payments.reverse(&operator(), (&provider, &number), money(amount), None).await.unwrap();
}

pub async fn what_is_taken_back_of_a_payment_takes_its_part_with_it(ground: &Ground) {
    let store = ground.open().await;
    let (all, _) = with_agreements(&store).await;
    let [_, middle, shop] = all;
    let before = moved(&store, all).await;
    let receive = async |number: &str, amount: &str| {
        let receipt = mpesa(number, amount, at(JOINED + 1));
        store.payments(shop).receive(&operator(), &receipt).await.unwrap();
    };
    receive("QK1", "1000").await;
    // 333.33 of 1000.00: 6.67 of 20.00, and 33.33 of 100.00. The same again changes nothing.
    for _ in 0..2 {
        refund(&store, shop, "QK1", "333.33", "1").await;
        assert_eq!(kept(&store, all).await, [money("13.33"), money("66.67")]);
    }
    // Another payment has commissions of its own.
    receive("QK2", "500").await;
    assert_eq!(kept(&store, all).await, [money("23.33"), money("116.67")]);
    // 500.00 and 166.67 of the 666.67 that are left.
    reverse(&store, shop, "QK2", "500").await;
    assert_eq!(kept(&store, all).await, [money("13.33"), money("66.67")]);
    refund(&store, shop, "QK1", "166.67", "2").await;
    assert_eq!(kept(&store, all).await, [money("10"), money("50")]);
    agree_with_each_other(&store, all).await;
    let of_shop = store.resellers(shop).payment_commissions(10).await.unwrap();
    let of_shop: Vec<_> = of_shop.iter().map(|it| (it.amount, it.back)).collect();
    assert_eq!(of_shop, [(money("50"), money("50")), (money("100"), money("50"))]);
    // The shop has spent what it has: what is taken back is owed by it, and nothing else is sold to it.
    store.resellers(middle).set_price(&operator(), "shop", "fibre", money("45")).await.unwrap();
    let spent = fibre(1);
    store.resellers(shop).sell(&operator(), &spent).await.unwrap_err();
    agreed(&store, middle, "shop", JOINED + 2, Some("100%")).await;
    receive("QK3", "1").await;
    let top = store.resellers(all[0]);
    top.set_price(&operator(), "middle", "fibre", money("10")).await.unwrap();
    store.resellers(shop).sell(&operator(), &spent).await.unwrap();
    assert_eq!(kept(&store, all).await, [money("0.02"), money("5.10")]);
    refund(&store, shop, "QK1", "500", "3").await;
    assert_eq!(kept(&store, all).await, [money("-9.98"), money("-44.90")]);
    let error = store.resellers(shop).sell(&operator(), &spent).await.unwrap_err();
    assert!(error.to_string().contains("is needed"), "{error}");
    agree_with_each_other(&store, all).await;
    assert_ne!(moved(&store, all).await, before);
    // What comes in pays it.
    pay_in(&store, middle, "shop", "44.90").await;
    assert_eq!(kept(&store, all).await[1], money("0"));
    store.close().await;
}

pub async fn a_payment_has_the_rate_of_its_moment_however_late_it_is_told(ground: &Ground) {
    let store = ground.open().await;
    let (all, _) = with_agreements(&store).await;
    let [top, middle, shop] = all;
    // From the tenth second on 5.00 for each, from the twentieth on nothing.
    agreed(&store, middle, "shop", JOINED + 10, Some("5 KES")).await;
    agreed(&store, middle, "shop", JOINED + 20, None).await;
    let rates = store.resellers(middle).find("shop").await.unwrap().payment_rates;
    let rates: Vec<_> =
        rates.into_iter().map(|it| (it.from, it.rate.map(|rate| rate.to_string()))).collect();
    let expected = [(0, Some("10%")), (10, Some("5.00 KES")), (20, None)];
    let expected = expected.map(|(s, rate)| (at(JOINED + s), rate.map(str::to_owned)));
    assert_eq!(rates, expected);
    // The books of the top are closed meanwhile: its part is posted when they are open again.
    let settings = store.billing_settings(top);
    settings.change(&operator(), |it| it.closed_until = Some(at(JOINED + 15))).await.unwrap();
    let receive = async |number: &str, s: i64, amount: &str| {
        let receipt = mpesa(number, amount, at(JOINED + s));
        store.payments(shop).receive(&operator(), &receipt).await.unwrap();
    };
    receive("LATEST", 20, "100").await;
    assert_eq!(kept(&store, all).await, [money("2"), money("0")]);
    receive("MIDDLE", 19, "100").await;
    assert_eq!(kept(&store, all).await, [money("4"), money("5")]);
    receive("EARLY", 9, "100").await;
    assert_eq!(kept(&store, all).await, [money("6"), money("15")]);
    // Before anything was agreed on, and less than what is agreed on.
    receive("BEFORE", -1, "100").await;
    receive("TINY", 12, "3").await;
    assert_eq!(kept(&store, all).await, [money("6.06"), money("18")]);
    // Another currency than that of the wallets.
    let dollars =
        NewReceipt { amount: "10 USD".parse().unwrap(), ..mpesa("USD", "1", at(JOINED + 1)) };
    store.payments(shop).receive(&operator(), &dollars).await.unwrap();
    assert_eq!(kept(&store, all).await, [money("6.06"), money("18")]);
    // Of nobody knows whom, until it is assigned: by what was agreed on when it came.
    let parked =
        NewReceipt { reference: Some("who".to_owned()), ..mpesa("QK9", "100", at(JOINED + 1)) };
    store.payments(shop).receive(&operator(), &parked).await.unwrap();
    assert_eq!(kept(&store, all).await, [money("6.06"), money("18")]);
    refund(&store, shop, "QK9", "40", "1").await;
    let payments = store.payments(shop);
    payments.assign(&operator(), &parked.provider, &number("QK9"), "jane").await.unwrap();
    assert_eq!(kept(&store, all).await, [money("7.26"), money("24")]);
    reverse(&store, shop, "QK9", "60").await;
    assert_eq!(kept(&store, all).await, [money("6.06"), money("18")]);
    agree_with_each_other(&store, all).await;
    // Nothing is earned with what is given back before it is anybody's.
    let gone = NewReceipt { number: Some(number("QK10")), ..parked };
    payments.receive(&operator(), &gone).await.unwrap();
    refund(&store, shop, "QK10", "100", "1").await;
    let assigned = payments.assign(&operator(), &gone.provider, &number("QK10"), "jane").await;
    let error = assigned.unwrap_err().to_string();
    assert!(
        error.contains(&billing_core::payment::ReceiptError::NothingLeft.to_string()),
        "{error}"
    );

    let resellers = store.resellers(middle);
    let set = async |rate: &str| {
        let rate = Some(rate.parse().unwrap());
        let set = resellers.set_payment_commission(&operator(), "shop", at(JOINED), rate).await;
        set.unwrap_err().to_string()
    };
    assert!(set("100.1%").await.contains("more than what it is for; it is 0% to 100%"));
    assert!(set("5 UGX").await.contains("the wallet of `shop` is in KES"));
    store.close().await;
}

pub async fn nothing_is_earned_in_books_that_are_closed_in_that_moment(ground: &Ground) {
    // SQLite's transactions that write are one at a time.
    if ground.is_sqlite() {
        return;
    }
    let store = ground.open().await;
    let (all, _) = with_agreements(&store).await;
    let [top, _, shop] = all;
    let settings = store.billing_settings(top);
    settings.change(&operator(), |it| it.closed_until = Some(at(JOINED + 1))).await.unwrap();
    // Somebody closes the books of the top: he has them, and has not said so yet.
    let mut other = sqlx::PgConnection::connect(&ground.url).await.unwrap();
    let mut seen = sqlx::PgConnection::connect(&ground.url).await.unwrap();
    let hold = format!("begin; select id from tenant where id = {top} for no key update");
    other.execute(sqlx::AssertSqlSafe(hold)).await.unwrap();
    let payment = {
        let (store, receipt) = (store.clone(), mpesa("QK1", "1000", at(JOINED + 2)));
        tokio::spawn(async move { store.payments(shop).receive(&operator(), &receipt).await })
    };
    let waits = "select count(*) from pg_stat_activity where datname = current_database() \
                 and wait_event_type = 'Lock'";
    while !payment.is_finished()
        && sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut seen).await.unwrap() == 0
    {
        tokio::task::yield_now().await;
    }
    let closed_until = at(JOINED + 10).unix_ms();
    let close = format!(
        "update billing_settings set closed_until = {closed_until} where tenant_id = {top}; commit"
    );
    other.execute(sqlx::AssertSqlSafe(close)).await.unwrap();
    payment.await.unwrap().unwrap();
    let posted = format!("select cast(min(at) as text) from transfer where tenant_id = {top}");
    assert_eq!(ground.text(&posted).await, closed_until.to_string());
    assert_eq!(kept(&store, all).await, [money("20"), money("100")]);
    store.close().await;
}

pub async fn payments_refunds_and_reversals_in_any_order_keep_a_part_of_each(ground: &Ground) {
    let store = ground.open().await;
    let (all, _) = with_agreements(&store).await;
    let shop = all[2];
    // Whatever a sequence of numbers says: pay, give back, take back.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut receipts: Vec<(String, i64, i64)> = Vec::new();
    let (provider, to) = ("mpesa".parse().unwrap(), RefundTo::Provider);
    let kes = |minor: i64| Money::new(minor, money("0").currency());
    for round in 0..60 {
        let payments = store.payments(shop);
        if receipts.is_empty() || next(3) == 0 {
            let (name, minor) = (format!("R{round}"), i64::try_from(next(50_000)).unwrap() + 1);
            let receipt = NewReceipt { amount: kes(minor), ..mpesa(&name, "1", at(JOINED + 1)) };
            payments.receive(&operator(), &receipt).await.unwrap();
            receipts.push((name, minor, minor));
            continue;
        }
        let which = usize::try_from(next(receipts.len() as u64)).unwrap();
        let (name, _, left) = &mut receipts[which];
        if *left == 0 {
            continue;
        }
        let part = i64::try_from(next(u64::try_from(*left).unwrap())).unwrap() + 1;
        let number = number(name);
        let of = (&provider, &number);
        let taken = match next(2) {
            0 => payments.refund(&operator(), of, kes(part), to, None).await,
            _ => payments.reverse(&operator(), of, kes(part), None).await,
        };
        taken.unwrap();
        *left -= part;
    }
    let mut expected = [0, 0];
    for (_, amount, left) in &receipts {
        // To the nearest minor unit: what is earned of all, and its part.
        for (sum, percent) in expected.iter_mut().zip([2, 10]) {
            let earned = (amount * percent * 2 + 100) / 200;
            *sum += (2 * earned * left + amount) / (2 * amount);
        }
    }
    assert_eq!(kept(&store, all).await, expected.map(kes));
    agree_with_each_other(&store, all).await;
    let still = receipts.iter().filter(|(_, _, left)| *left > 0);
    for (name, _, left) in still {
        reverse(&store, shop, name, &kes(*left).to_string().replace(" KES", "")).await;
    }
    assert_eq!(kept(&store, all).await, [money("0"), money("0")]);
    let commissions = balances(&store, all[1]).await;
    assert!(commissions.iter().all(|(name, minor)| name != "commissions" || *minor == 0));
    agree_with_each_other(&store, all).await;
    store.close().await;
}

pub async fn payments_and_sales_at_once_on_three_levels_all_happen(ground: &Ground) {
    let store = ground.open().await;
    let (all, _) = with_agreements(&store).await;
    let [top, middle, shop] = all;
    pay_in(&store, top, "middle", "20000").await;
    pay_in(&store, middle, "shop", "20000").await;
    let tasks = (0..24).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            if number % 2 == 0 {
                let sale = fibre(1);
                store.resellers(shop).sell(&operator(), &sale).await.map(|_| ()).unwrap();
            } else {
                let receipt = mpesa(&format!("QK{number}"), "100", at(JOINED + 1));
                store.payments(shop).receive(&operator(), &receipt).await.map(|_| ()).unwrap();
            }
        })
    });
    let done = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    // Twelve sales for 600.00 and 800.00, and 2.00 and 10.00 for each of twelve payments.
    assert_eq!(kept(&store, all).await, [money("12824"), money("10520")]);
    agree_with_each_other(&store, all).await;
    store.close().await;
}

pub async fn a_sale_is_taken_back_from_a_reseller_who_owes(ground: &Ground) {
    let store = ground.open().await;
    let (all, _) = with_agreements(&store).await;
    let [top, middle, shop] = all;
    pay_in(&store, top, "middle", "100").await;
    store.resellers(top).set_price(&operator(), "middle", "fibre", money("5")).await.unwrap();
    store
        .payments(shop)
        .receive(&operator(), &mpesa("QK1", "10000", at(JOINED + 1)))
        .await
        .unwrap();
    assert_eq!(kept(&store, all).await, [money("300"), money("1000")]);
    let of_middle = store.resellers(middle);
    let sell = async |price: &str, commission: &str| {
        let rate = commission.parse().unwrap();
        of_middle.set_price(&operator(), "shop", "fibre", money(price)).await.unwrap();
        of_middle.set_commission(&operator(), "shop", None, rate).await.unwrap();
        let sale = fibre(1);
        store.resellers(shop).sell(&operator(), &sale).await.unwrap().id
    };
    let first = sell("800", "25 KES").await;
    let second = sell("10", "25 KES").await;
    sell("240", "0%").await;
    assert_eq!(kept(&store, all).await, [money("285"), money("0")]);
    reverse(&store, shop, "QK1", "10000").await;
    assert_eq!(kept(&store, all).await, [money("85"), money("-1000")]);
    let of_shop = store.resellers(shop);
    // 10.00 come back for 25.00 that are to be given back: the shop has nothing to give.
    of_shop.refund(&operator(), second, None).await.unwrap_err();
    assert_eq!(kept(&store, all).await, [money("85"), money("-1000")]);
    // 800.00 come back for 25.00.
    assert!(of_shop.refund(&operator(), first, None).await.unwrap().is_new);
    assert_eq!(kept(&store, all).await, [money("90"), money("-225")]);
    // Nothing is sold to it meanwhile, as before.
    of_shop.sell(&operator(), &fibre(1)).await.unwrap_err();
    agree_with_each_other(&store, all).await;
    store.close().await;
}

pub async fn commissions_are_told_to_both_once(ground: &Ground) {
    let store = ground.open().await;
    let (all, _) = with_agreements(&store).await;
    let [top, middle, shop] = all;
    let mut ears = all.map(|tenant| Ear::new(&store, tenant));
    for ear in &mut ears {
        ear.hears().await;
    }
    let commissions = async |ears: &mut [Ear<'_>; 3]| {
        let mut told = [const { Vec::new() }; 3];
        for (ear, told) in ears.iter_mut().zip(&mut told) {
            let heard = ear.hears().await.into_iter();
            *told = heard
                .filter(|(topic, _)| topic.starts_with("commission."))
                .map(|(topic, body)| {
                    let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
                    let minor = body["amount_minor"].as_i64().unwrap();
                    (topic, text("giver"), text("reseller"), minor)
                })
                .collect();
        }
        told
    };
    let row = |topic, giver: &str, reseller: &str, minor| {
        (topic, giver.to_owned(), reseller.to_owned(), minor)
    };
    let receipt = mpesa("QK1", "1000", at(JOINED + 1));
    store.payments(shop).receive(&operator(), &receipt).await.unwrap();
    store.payments(shop).receive(&operator(), &receipt).await.unwrap();
    let of_middle = row("commission.earned", "default", "middle", 2_000);
    let of_shop = row("commission.earned", "middle", "shop", 10_000);
    let expected = [vec![of_middle.clone()], vec![of_middle, of_shop.clone()], vec![of_shop]];
    assert_eq!(commissions(&mut ears).await, expected);
    // A quarter goes back, and with it a quarter of each.
    refund(&store, shop, "QK1", "250", "key").await;
    refund(&store, shop, "QK1", "250", "key").await;
    let of_middle = row("commission.taken_back", "default", "middle", 500);
    let of_shop = row("commission.taken_back", "middle", "shop", 2_500);
    let expected = [vec![of_middle.clone()], vec![of_middle, of_shop.clone()], vec![of_shop]];
    assert_eq!(commissions(&mut ears).await, expected);

    // So it is with sales: 2 % of 2000.00 for the middle, of which the shop has 10 % of 2000.00.
    pay_in(&store, top, "middle", "5000").await;
    pay_in(&store, middle, "shop", "2000").await;
    let of_top = store.resellers(top);
    of_top.set_commission(&operator(), "middle", None, "2%".parse().unwrap()).await.unwrap();
    let of_middle = store.resellers(middle);
    of_middle.set_commission(&operator(), "shop", None, "1%".parse().unwrap()).await.unwrap();
    commissions(&mut ears).await;
    let new = NewResellerSale {
        paid_from: CustomerPaysFrom::OnAccount("jane".to_owned()),
        at: at(JOINED + 1),
        ..fibre(2)
    };
    let sale = store.resellers(shop).sell(&operator(), &new).await.unwrap().id;
    let sold = |topic| {
        let of_middle = row(topic, "default", "middle", 4_000);
        let of_shop = row(topic, "middle", "shop", 2_000);
        [vec![of_middle.clone()], vec![of_middle, of_shop.clone()], vec![of_shop]]
    };
    assert_eq!(commissions(&mut ears).await, sold("commission.earned"));
    for _ in 0..2 {
        store.resellers(shop).refund(&operator(), sale, None).await.unwrap();
    }
    assert_eq!(commissions(&mut ears).await, sold("commission.taken_back"));
    store.close().await;
}
