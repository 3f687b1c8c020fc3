//! Vouchers: each redeemed once whoever comes at once, every amount in the ledger, and codes that nobody
//! finds in the store.

use std::collections::BTreeSet;
use std::num::NonZeroU64;
use std::time::Instant;

use billing_core::Money;
use billing_core::ledger::AccountName;
use billing_core::voucher::{
    BuyerPrice, CodeLen, Grant, RedeemError, RedemptionKey, SerialRange, VoucherState,
};
use entitlement::{SubscriberId, TenantId, Terms, Timestamp};
use storage::{
    BatchEntry, KeyRing, NewBatch, NewBuyer, NewWorth, RedeemRefusal, RedeemVoucher,
    RedeemedVoucher, SellVouchers, Store, StoreError, StoreOptions, UnredeemedVouchers,
};

use crate::billing::{DAY_S, JOINED, at, balances, kes, shop, store_now, subscriber};
use crate::ground::{Ground, new_service, operator};

/// Tasks that come at once.
const AT_ONCE: usize = 64;

pub fn money(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

pub fn range(first: u32, last: u32) -> SerialRange {
    SerialRange::new(first, last).unwrap()
}

/// Twenty vouchers for 100 KES that put 120 KES into a wallet.
pub fn refills() -> NewBatch {
    NewBatch {
        quantity: 20,
        prefix: None,
        code_len: CodeLen::USUAL,
        worth: NewWorth::Refill(money("120")),
        price: money("100"),
        sell_by: None,
        redeem_within: None,
        owner: None,
        at: at(JOINED),
    }
}

/// Twenty vouchers for 116 KES with 16 % of tax that give 30 days on `silver`.
pub fn access() -> NewBatch {
    NewBatch {
        worth: NewWorth::Access {
            plan: "silver".to_owned(),
            validity: Some("30 days".parse().unwrap()),
            online_s: None,
            octets: None,
            taxes: Some(vec!["VAT".to_owned()]),
        },
        price: money("116"),
        ..refills()
    }
}

pub fn sell(batch: &BatchEntry, range: SerialRange) -> SellVouchers {
    SellVouchers {
        batch: batch.id,
        range,
        buyer: NewBuyer::Till("cash".parse().unwrap()),
        price: BuyerPrice::List,
        at: at(JOINED),
    }
}

/// A batch of which all are sold over the counter.
pub async fn sold(store: &Store, tenant: TenantId, new: &NewBatch) -> (BatchEntry, Vec<String>) {
    let vouchers = store.vouchers(tenant);
    let batch = vouchers.generate(&operator(), new).await.unwrap();
    vouchers.sell(&operator(), &sell(&batch, batch.batch.serials())).await.unwrap();
    let codes = vouchers.export(&operator(), batch.id).await.unwrap();
    (batch, codes.into_iter().map(|it| it.code.to_string()).collect())
}

pub fn wish(code: &str, subscriber: &str, key: u128) -> RedeemVoucher {
    RedeemVoucher {
        code: code.to_owned(),
        subscriber: subscriber.to_owned(),
        service: None,
        key: RedemptionKey(key),
        source: None,
        replace: true,
        at: store_now(),
    }
}

pub async fn redeem(
    store: &Store,
    tenant: TenantId,
    wish: &RedeemVoucher,
) -> Result<RedeemedVoucher, RedeemRefusal> {
    match store.vouchers(tenant).redeem(&operator(), wish).await {
        Ok(redeemed) => Ok(redeemed),
        Err(StoreError::NotRedeemed(refusal)) => Err(refusal),
        Err(error) => panic!("{error}"),
    }
}

/// Redeems all of these at once, each in a task of its own.
async fn all_at_once(
    store: &Store,
    tenant: TenantId,
    wishes: Vec<RedeemVoucher>,
) -> Vec<Result<RedeemedVoucher, RedeemRefusal>> {
    let together = std::sync::Arc::new(tokio::sync::Barrier::new(wishes.len()));
    let tasks = wishes.into_iter().map(|wish| {
        let (store, together) = (store.clone(), together.clone());
        tokio::spawn(async move {
            together.wait().await;
            redeem(&store, tenant, &wish).await
        })
    });
    let done = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
    done.into_iter().map(Result::unwrap).collect()
}

pub async fn with_service(store: &Store, tenant: TenantId, name: &str, plan: &str) {
    subscriber(store, tenant, name).await;
    let service = storage::NewService {
        subscriber: Some(name.to_owned()),
        ..new_service(&format!("{name}@home"), plan)
    };
    store.services(tenant).add(&operator(), &service).await.unwrap();
}

pub async fn credit(store: &Store, tenant: TenantId, name: &str) -> i64 {
    let name: AccountName = name.parse().unwrap();
    store.ledger(tenant).credit_balance(&name, kes()).await.unwrap().amount_minor()
}

pub async fn id_of(store: &Store, tenant: TenantId, name: &str) -> SubscriberId {
    store.subscribers(tenant).find(name).await.unwrap().id
}

/// A shop with a plan `data` whose access ends with its data.
pub async fn with_data_plan(store: &Store) -> TenantId {
    let tenant = shop(store).await;
    add_data_plan(store, tenant).await;
    tenant
}

/// A plan `data` that serves as long as data that were bought last.
pub async fn add_data_plan(store: &Store, tenant: TenantId) {
    let quota = entitlement::Quota {
        name: "data".into(),
        window: entitlement::Window::Cycle,
        allowance: entitlement::Allowance::Data {
            octets: entitlement::Octets(0),
            direction: entitlement::Direction::Both,
        },
        free: None,
        zero_rated: Vec::new(),
        tiers: vec![entitlement::Tier {
            percent: 100,
            action: entitlement::TierAction::Quarantine,
        }],
    };
    let terms = Terms { quotas: vec![quota], ..Default::default() };
    store.plans(tenant).add(&operator(), "data", &terms, None).await.unwrap();
}

/// Access to `data` for 30 days and 10 GB.
pub fn data() -> NewBatch {
    NewBatch {
        worth: NewWorth::Access {
            plan: "data".to_owned(),
            validity: Some("30 days".parse().unwrap()),
            online_s: None,
            octets: NonZeroU64::new(10_000_000_000),
            taxes: Some(vec!["VAT".to_owned()]),
        },
        ..access()
    }
}

#[expect(clippy::disallowed_methods, reason = "it says how long it took")]
pub async fn ten_thousand_codes_are_distinct_and_none_is_in_the_store(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let new = NewBatch {
        quantity: 10_000,
        prefix: Some("CAFE".parse().unwrap()),
        code_len: CodeLen::MIN,
        ..refills()
    };
    let began = Instant::now();
    let batch = store.vouchers(tenant).generate(&operator(), &new).await.unwrap();
    let kind = if ground.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    eprintln!("10,000 codes on {kind}: {} ms", began.elapsed().as_millis());
    assert_eq!(batch.stock[&None].of(VoucherState::New), 10_000);
    let printed = store.vouchers(tenant).export(&operator(), batch.id).await.unwrap();
    let other = store.vouchers(tenant).generate(&operator(), &new).await.unwrap();
    let others = store.vouchers(tenant).export(&operator(), other.id).await.unwrap();
    let codes: BTreeSet<_> = printed.iter().chain(&others).map(|it| it.code.clone()).collect();
    assert_eq!(codes.len(), 20_000);
    assert!(printed.iter().all(|it| it.code.to_string().starts_with("CAFE-")));
    let serials: Vec<_> = printed.iter().map(|it| it.serial.get()).collect();
    assert_eq!(serials, (1..=10_000).collect::<Vec<_>>());

    // Each code finds the voucher beside which it was printed.
    for it in [&printed[0], &printed[4_711], &printed[9_999]] {
        let found = store.vouchers(tenant).find_by_code(&it.code).await.unwrap();
        assert_eq!((found.batch, found.voucher.serial), (batch.id, it.serial));
    }
    // Neither a code nor its digest without a key is anywhere in the rows.
    let hex = match ground.is_sqlite() {
        true => "lower(hex(codes_sealed))",
        false => "encode(codes_sealed, 'hex')",
    };
    let sealed = ground.text(&format!("select {hex} from voucher_batch where id = 1")).await;
    let plain: String = printed[0].code.as_str().bytes().map(|it| format!("{it:02x}")).collect();
    assert!(sealed.len() > 200_000 && !sealed.contains(&plain));
    // Who has printed them is known.
    let audit = store.audit(tenant).latest(10).await.unwrap();
    let exported = |entry: &&storage::AuditEntry| {
        entry.after.as_deref().is_some_and(|after| after.contains("\"exported\":10000"))
    };
    assert_eq!(audit.iter().filter(exported).count(), 2);
    store.close().await;
}

pub async fn of_64_who_redeem_a_refill_at_once_one_has_it(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let (batch, codes) = sold(&store, tenant, &refills()).await;
    for number in 0..AT_ONCE {
        subscriber(&store, tenant, &format!("s{number}")).await;
    }
    let wishes = (0..AT_ONCE).map(|number| wish(&codes[0], &format!("s{number}"), 1));
    let done = all_at_once(&store, tenant, wishes.collect()).await;
    let redeemed: Vec<_> = done.iter().flatten().collect();
    assert_eq!(redeemed.len(), 1, "{done:?}");
    assert_eq!(redeemed[0].grant, Grant::Refill(money("120")));
    let refused = |it: &&Result<_, RedeemRefusal>| {
        matches!(it, Err(RedeemRefusal::Voucher(RedeemError::AlreadyUsed { is_own: false, .. })))
    };
    assert_eq!(done.iter().filter(refused).count(), AT_ONCE - 1, "{done:?}");

    // One wallet has 120.00: 100.00 were paid, and 20.00 make the sales less. 19 vouchers are owed.
    let by = redeemed[0].redemption.by;
    let mut expected = vec![
        ("clearing:cash".to_owned(), -200_000),
        ("sales".to_owned(), -2_000),
        ("vouchers".to_owned(), 190_000),
        (format!("wallet:{by}"), 12_000),
    ];
    expected.sort();
    assert_eq!(balances(&store, tenant).await, expected);
    let stock = store.vouchers(tenant).batch(batch.id).await.unwrap().stock;
    assert_eq!((stock[&None].of(VoucherState::Used), stock[&None].of(VoucherState::Sold)), (1, 19));
    store.close().await;
}

pub async fn of_64_who_redeem_access_at_once_one_has_it(ground: &Ground) {
    let store = ground.open().await;
    let tenant = with_data_plan(&store).await;
    let (_, codes) = sold(&store, tenant, &data()).await;
    for number in 0..AT_ONCE {
        with_service(&store, tenant, &format!("s{number}"), "gold").await;
    }
    let wishes = (0..AT_ONCE).map(|number| wish(&codes[0], &format!("s{number}"), 1));
    let done = all_at_once(&store, tenant, wishes.collect()).await;
    assert_eq!(done.iter().flatten().count(), 1, "{done:?}");
    let services = store.services(tenant).list_on_plan("data").await.unwrap();
    assert_eq!(services.len(), 1);
    let redeemed = done.iter().flatten().next().unwrap();
    assert_eq!(redeemed.service.as_deref(), Some(services[0].login.as_str()));
    assert_eq!(services[0].validity.until, redeemed.redemption.valid_until);
    assert_eq!(count(ground, "service_grant").await, 1);
    assert_eq!(credit(&store, tenant, "sales").await, 10_000);
    assert_eq!(credit(&store, tenant, "tax").await, 1_600);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn the_same_wish_64_times_at_once_has_one_effect_and_one_outcome(ground: &Ground) {
    let store = ground.open().await;
    let tenant = with_data_plan(&store).await;
    let (_, refills) = sold(&store, tenant, &refills()).await;
    let (_, access) = sold(&store, tenant, &data()).await;
    with_service(&store, tenant, "jane", "gold").await;
    for (key, code) in [(7, &refills[3]), (8, &access[3])] {
        let wishes = vec![wish(code, "jane", key); AT_ONCE];
        let done = all_at_once(&store, tenant, wishes).await;
        let mut outcomes: Vec<_> = done.into_iter().map(Result::unwrap).collect();
        assert_eq!(outcomes.iter().filter(|it| !it.is_repeated).count(), 1);
        outcomes.iter_mut().for_each(|it| it.is_repeated = false);
        outcomes.dedup();
        assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    }
    let jane = id_of(&store, tenant, "jane").await;
    assert_eq!(credit(&store, tenant, &format!("wallet:{jane}")).await, 12_000);
    assert_eq!(count(ground, "service_grant").await, 1);
    balances(&store, tenant).await;

    // The key is that of one voucher: for another one it is a mistake. By another key it is used.
    let error = redeem(&store, tenant, &wish(&refills[4], "jane", 7)).await.unwrap_err();
    assert_eq!(error, RedeemRefusal::KeyUsed { voucher: "1-4".to_owned() });
    let error = redeem(&store, tenant, &wish(&refills[3], "jane", 9)).await.unwrap_err();
    assert!(
        matches!(error, RedeemRefusal::Voucher(RedeemError::AlreadyUsed { is_own: true, .. })),
        "{error}"
    );
    store.close().await;
}

/// How many rows there are.
async fn count(ground: &Ground, table: &str) -> i64 {
    let counted = format!("select cast(count(*) as text) from {table}");
    ground.text(&counted).await.parse().unwrap()
}

pub async fn sales_move_these_amounts(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let jane = id_of(&store, tenant, "jane").await;
    let receivable = format!("receivable:{jane}");
    let vouchers = store.vouchers(tenant);
    let batch = vouchers.generate(&operator(), &refills()).await.unwrap();
    let on_account = NewBuyer::OnAccount("jane".to_owned());
    let till = || NewBuyer::Till("mpesa".parse().unwrap());
    // Who buys how many at which price; what the buyer pays, and what is then in `vouchers` and in
    // `commissions`.
    let rows: [(SerialRange, NewBuyer, BuyerPrice, &str, i64, i64); 4] = [
        (range(1, 10), till(), BuyerPrice::List, "1000", 100_000, 0),
        (
            range(11, 13),
            till(),
            BuyerPrice::Discount("7.5%".parse().unwrap()),
            "277.50",
            130_000,
            -2_250,
        ),
        (range(14, 14), on_account, BuyerPrice::Fixed(money("60")), "60", 140_000, -6_250),
        (range(15, 16), till(), BuyerPrice::Fixed(money("0")), "0", 160_000, -26_250),
    ];
    for (which, buyer, price, paid, owed, commissions) in rows {
        let order = SellVouchers { buyer, price, ..sell(&batch, which) };
        let sale = vouchers.sell(&operator(), &order).await.unwrap();
        assert_eq!(sale.paid, money(paid), "{which:?}");
        assert_eq!(credit(&store, tenant, "vouchers").await, owed, "{which:?}");
        assert_eq!(credit(&store, tenant, "commissions").await, commissions, "{which:?}");
        balances(&store, tenant).await;
    }
    assert_eq!(credit(&store, tenant, "clearing:mpesa").await, -127_750);
    assert_eq!(credit(&store, tenant, &receivable).await, -6_000);

    // All of a range or none: 16 is sold already, and 21 is not there.
    for (which, said) in [
        (range(16, 18), "voucher 16: a voucher that is sold cannot be sold; it can be activated"),
        (range(19, 21), "voucher 21 is not among those of the batch"),
    ] {
        let error = vouchers.sell(&operator(), &sell(&batch, which)).await.unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
    assert_eq!(credit(&store, tenant, "vouchers").await, 160_000);
    let stock = vouchers.batch(batch.id).await.unwrap().stock;
    assert_eq!((stock[&None].of(VoucherState::New), stock[&None].of(VoucherState::Sold)), (4, 16));
    store.close().await;
}

pub async fn two_who_sell_the_same_range_at_once_sell_it_once(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let batch = store.vouchers(tenant).generate(&operator(), &refills()).await.unwrap();
    let tasks = (0..16).map(|_| {
        let (store, order) = (store.clone(), sell(&batch, range(5, 15)));
        tokio::spawn(async move { store.vouchers(tenant).sell(&operator(), &order).await.is_ok() })
    });
    let done = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
    assert_eq!(done.into_iter().filter(|it| *it.as_ref().unwrap()).count(), 1);
    assert_eq!(credit(&store, tenant, "vouchers").await, 110_000);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn ends_move_these_amounts(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    with_service(&store, tenant, "jane", "gold").await;
    let vouchers = store.vouchers(tenant);
    let new = NewBatch {
        sell_by: Some(at(JOINED + 100 * DAY_S)),
        redeem_within: Some("60 days".parse().unwrap()),
        ..access()
    };
    let batch = vouchers.generate(&operator(), &new).await.unwrap();
    let order = SellVouchers {
        price: BuyerPrice::Discount("10%".parse().unwrap()),
        ..sell(&batch, range(1, 12))
    };
    vouchers.sell(&operator(), &order).await.unwrap();
    let codes = vouchers.export(&operator(), batch.id).await.unwrap();
    // The first is in use, on the clock of the test.
    let first = RedeemVoucher { at: at(JOINED), ..wish(&codes[0].code.to_string(), "jane", 1) };
    redeem(&store, tenant, &first).await.unwrap();
    // 12 of 116.00 at 104.40; one of them is earned: 100.00 and 16.00.
    let expected = |clearing, commissions, sales, tax, vouchers| {
        [
            ("clearing:cash".to_owned(), clearing),
            ("commissions".to_owned(), commissions),
            ("sales".to_owned(), sales),
            ("tax".to_owned(), tax),
            ("vouchers".to_owned(), vouchers),
        ]
    };
    assert_eq!(balances(&store, tenant).await, expected(-125_280, -13_920, 10_000, 1_600, 127_600));
    let revoke = async |first, last, becomes: UnredeemedVouchers| {
        let which = Some(range(first, last));
        let at = at(JOINED + DAY_S);
        vouchers.revoke(&operator(), batch.id, which, &becomes, at).await.unwrap()
    };
    // Owed further on; then back to who has paid it, with the commission; then earned with its tax. What is
    // in use stays earned.
    assert_eq!(revoke(2, 2, UnredeemedVouchers::StillOwed).await.moved, []);
    assert_eq!(balances(&store, tenant).await, expected(-125_280, -13_920, 10_000, 1_600, 127_600));
    let refunded = revoke(1, 4, UnredeemedVouchers::Refunded).await;
    assert_eq!((refunded.count, refunded.moved), (3, vec![money("232")]));
    assert_eq!(
        refunded.left.iter().map(|(it, state)| (it.get(), *state)).collect::<Vec<_>>(),
        [(2, VoucherState::Revoked)]
    );
    assert_eq!(balances(&store, tenant).await, expected(-104_400, -11_600, 10_000, 1_600, 104_400));
    let earned = UnredeemedVouchers::Earned(vec!["VAT".to_owned()]);
    assert_eq!(revoke(5, 6, earned.clone()).await.moved, [money("232")]);
    assert_eq!(balances(&store, tenant).await, expected(-104_400, -11_600, 30_000, 4_800, 81_200));

    // 59 days after the sale nothing has expired; after 60 the six sold ones have, and on the 100th day
    // those that nobody has sold. Two at a time.
    let expire = async |days: i64, becomes: &UnredeemedVouchers| {
        let (mut count, at) = (0, at(JOINED + days * DAY_S));
        loop {
            let ended = vouchers.expire(&operator(), becomes, at, 2).await.unwrap();
            assert!(ended.count <= 2);
            count += ended.count;
            if ended.count == 0 {
                return count;
            }
        }
    };
    assert_eq!(expire(59, &earned).await, 0);
    assert_eq!(expire(60, &earned).await, 6);
    assert_eq!(balances(&store, tenant).await, expected(-104_400, -11_600, 90_000, 14_400, 11_600));
    assert_eq!(expire(100, &UnredeemedVouchers::Refunded).await, 8);
    let stock = vouchers.batch(batch.id).await.unwrap().stock[&None];
    assert_eq!((stock.of(VoucherState::Expired), stock.of(VoucherState::Revoked)), (14, 6));
    balances(&store, tenant).await;
    // What is revoked, expired or not sold is not redeemed.
    let states = [(1, "was revoked at"), (7, "has expired"), (12, "has expired")];
    for (place, said) in states {
        let wish = wish(&codes[place].code.to_string(), "jane", 99 + place as u128);
        let error = redeem(&store, tenant, &wish).await.unwrap_err();
        assert!(error.to_string().contains(said), "{place}: {error}");
    }
    store.close().await;
}

pub async fn what_would_be_lost_or_of_no_use_is_not_redeemed(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let (batch, codes) = sold(&store, tenant, &access()).await;
    let new = store.vouchers(tenant).generate(&operator(), &access()).await.unwrap();
    let unsold = store.vouchers(tenant).export(&operator(), new.id).await.unwrap();
    subscriber(&store, tenant, "nobody").await;
    with_service(&store, tenant, "jane", "gold").await;
    let keep = |wish: RedeemVoucher| RedeemVoucher { replace: false, ..wish };
    let refused =
        async |wish: RedeemVoucher| redeem(&store, tenant, &wish).await.unwrap_err().to_string();
    let of_nobody = refused(wish(&codes[0], "nobody", 1)).await;
    assert_eq!(of_nobody, "subscriber `nobody` has no service to be given access");
    // A service that is valid for ever, on another plan.
    let lost = refused(keep(wish(&codes[0], "jane", 1))).await;
    assert!(
        lost.starts_with("service `jane@home` is in use on plan `gold`: that would be lost"),
        "{lost}"
    );
    let not_sold = refused(wish(&unsold[0].code.to_string(), "jane", 1)).await;
    assert!(not_sold.contains("was not sold yet"), "{not_sold}");
    // Once it is over, nothing is lost; then 30 days are.
    let now = store_now();
    let over = storage::ServiceUpdate {
        valid_until: Some(Some(Timestamp::from_unix_ms(now.unix_ms() - 1))),
        ..Default::default()
    };
    store.services(tenant).update(&operator(), "jane@home", &over).await.unwrap();
    redeem(&store, tenant, &keep(wish(&codes[0], "jane", 1))).await.unwrap();
    let lost = refused(keep(wish(&codes[1], "jane", 2))).await;
    assert!(lost.contains("is in use on plan `silver`: that would be lost"), "{lost}");

    let update = async |update: storage::ServiceUpdate| {
        store.services(tenant).update(&operator(), "jane@home", &update).await.unwrap();
    };
    let suspended = entitlement::Standing::Suspended;
    update(storage::ServiceUpdate { standing: Some(suspended), ..Default::default() }).await;
    let said = refused(wish(&codes[1], "jane", 3)).await;
    assert!(said.contains("service `jane@home` is suspended"), "{said}");
    let active = entitlement::Standing::Active;
    update(storage::ServiceUpdate { standing: Some(active), ..Default::default() }).await;
    let two = storage::NewService {
        subscriber: Some("jane".to_owned()),
        ..new_service("jane@office", "gold")
    };
    store.services(tenant).add(&operator(), &two).await.unwrap();
    let said = refused(wish(&codes[1], "jane", 4)).await;
    assert!(said.contains("several services; say which") && said.contains("jane@office"), "{said}");
    let office = |code: &str| RedeemVoucher {
        service: Some("jane@office".to_owned()),
        ..wish(code, "jane", 5)
    };
    let new = storage::NewSubscription {
        service: Some("jane@office".to_owned()),
        from: now,
        subscriber: "jane".to_owned(),
        products: vec![("gold".to_owned(), 1)],
        alignment: billing_core::Alignment::DayOfMonth(1),
        billed_in: Default::default(),
    };
    let subscription = store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    let said = refused(office(&codes[1])).await;
    assert!(said.contains(&format!("paid for by subscription {}", subscription.id)), "{said}");

    // Nothing of all that was written.
    let stock = store.vouchers(tenant).batch(batch.id).await.unwrap().stock[&None];
    assert_eq!((stock.of(VoucherState::Active), stock.of(VoucherState::Sold)), (1, 19));
    assert_eq!(credit(&store, tenant, "sales").await, 10_000);
    // A voucher that was redeemed keeps its plan and its subscriber.
    let error = store.plans(tenant).remove(&operator(), "silver").await.unwrap_err();
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    store.close().await;
}

pub async fn wrong_codes_are_counted_by_whoever_types_them(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let (_, codes) = sold(&store, tenant, &refills()).await;
    // Codes of another tenant are well formed and exist nowhere here.
    let other = store.tenants().add(&operator(), "other").await.unwrap().id;
    let (_, foreign) = sold(&store, other, &refills()).await;
    for name in ["ann", "ben", "cleo", "dora", "eva"] {
        subscriber(&store, tenant, name).await;
    }
    let now = store_now();
    let minutes = |count: i64| Timestamp::from_unix_ms(now.unix_ms() + count * 60_000);
    let type_at = async |code: &str, name: &str, minute: i64| {
        let key = u128::from(code.len() as u64) + 1_000 + minute as u128;
        let wish = RedeemVoucher { at: minutes(minute), ..wish(code, name, key) };
        redeem(&store, tenant, &wish).await
    };
    // What is no code at all is not counted.
    for _ in 0..10 {
        let error = type_at("0000-0000-0000", "ann", 0).await.unwrap_err();
        assert!(matches!(error, RedeemRefusal::Code(_)), "{error}");
    }
    // Four wrong ones, and a right one is let through and changes nothing; with the fifth it is over.
    let unknown = RedeemRefusal::Voucher(RedeemError::Unknown);
    for code in &foreign[..4] {
        assert_eq!(type_at(code, "ann", 0).await.unwrap_err(), unknown);
    }
    type_at(&codes[0], "ann", 1).await.unwrap();
    assert_eq!(type_at(&foreign[4], "ann", 1).await.unwrap_err(), unknown);
    let locked = |until| RedeemRefusal::LockedOut(billing_core::voucher::LockedOut { until });
    assert_eq!(type_at(&codes[1], "ann", 2).await.unwrap_err(), locked(minutes(16)));
    // Nobody else is: and a restart forgets nothing.
    type_at(&codes[1], "ben", 2).await.unwrap();
    let again = ground.open().await;
    let early = RedeemVoucher { at: minutes(15), ..wish(&codes[2], "ann", 1) };
    assert_eq!(redeem(&again, tenant, &early).await.unwrap_err(), locked(minutes(16)));
    type_at(&codes[2], "ann", 16).await.unwrap();
    // The operator may forget it before.
    for code in &foreign[5..10] {
        assert_eq!(type_at(code, "ann", 20).await.unwrap_err(), unknown);
    }
    assert_eq!(type_at(&codes[3], "ann", 21).await.unwrap_err(), locked(minutes(50)));
    store.vouchers(tenant).forgive(&operator(), "ann").await.unwrap();
    type_at(&codes[3], "ann", 21).await.unwrap();

    // 64 wrong codes at once from one address, by three subscribers: not more than five are looked up.
    let source = Some("192.0.2.7".parse().unwrap());
    let names = ["ben", "cleo", "dora"];
    let wishes = (0..AT_ONCE).map(|number| RedeemVoucher {
        source,
        ..wish(&foreign[number % 20], names[number % 3], number as u128)
    });
    let done = all_at_once(&store, tenant, wishes.collect()).await;
    let looked_up = done.iter().filter(|it| it.as_ref().unwrap_err() == &unknown).count();
    assert_eq!(looked_up, 5, "{done:?}");
    let locked = |it: &&Result<_, RedeemRefusal>| matches!(it, Err(RedeemRefusal::LockedOut(_)));
    assert_eq!(done.iter().filter(locked).count(), AT_ONCE - 5);
    // Another address is free, as long as the subscriber is.
    let elsewhere =
        RedeemVoucher { source: Some("192.0.2.8".parse().unwrap()), ..wish(&codes[5], "eva", 500) };
    redeem(&store, tenant, &elsewhere).await.unwrap();
    let same = RedeemVoucher { source, ..wish(&codes[6], "eva", 501) };
    assert!(matches!(redeem(&store, tenant, &same).await, Err(RedeemRefusal::LockedOut(_))));
    balances(&store, tenant).await;
    again.close().await;
    store.close().await;
}

pub async fn codes_outlive_a_rotation_of_keys_and_no_store_without_its_key(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let (batch, codes) = sold(&store, tenant, &refills()).await;
    let keys = KeyRing::add_key(&ground.key_path()).unwrap();
    let other = Store::open(&ground.url, keys, StoreOptions::default()).await.unwrap();
    // The store's check, the key of the tenant's vouchers, and the codes of a batch.
    assert_eq!(other.rotate_keys(&operator()).await.unwrap(), 3);
    assert_eq!(other.rotate_keys(&operator()).await.unwrap(), 0);
    // The first key is no longer needed by anything.
    let file = std::fs::read_to_string(ground.key_path()).unwrap();
    let newest: String = file
        .lines()
        .filter(|line| !line.starts_with("1 "))
        .map(|line| format!("{line}\n"))
        .collect();
    std::fs::write(ground.key_path(), newest).unwrap();
    let again = ground.open().await;
    let printed = again.vouchers(tenant).export(&operator(), batch.id).await.unwrap();
    assert_eq!(printed.iter().map(|it| it.code.to_string()).collect::<Vec<_>>(), codes);
    redeem(&again, tenant, &wish(&codes[0], "jane", 1)).await.unwrap();
    // Codes that were moved into another batch do not open there.
    let second = again.vouchers(tenant).generate(&operator(), &refills()).await.unwrap();
    ground
        .execute(&format!(
            "update voucher_batch set codes_sealed = (select o.codes_sealed from voucher_batch o \
             where o.id = {}) where id = {}",
            batch.id, second.id
        ))
        .await;
    let error = again.vouchers(tenant).export(&operator(), second.id).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    again.close().await;
    other.close().await;
    store.close().await;
}

pub async fn batches_that_cannot_be_are_refused(ground: &Ground) {
    let store = ground.open().await;
    let tenant = with_data_plan(&store).await;
    let refused = async |new: NewBatch| {
        store.vouchers(tenant).generate(&operator(), &new).await.unwrap_err().to_string()
    };
    let worth = |plan: &str, online_s: u32, octets: u64, taxes: Option<&str>| NewBatch {
        worth: NewWorth::Access {
            plan: plan.to_owned(),
            validity: None,
            online_s: std::num::NonZeroU32::new(online_s),
            octets: NonZeroU64::new(octets),
            taxes: taxes.map(|tax| vec![tax.to_owned()]),
        },
        ..access()
    };
    for (new, said) in [
        (NewBatch { quantity: 0, ..refills() }, "quantity: 0 vouchers cannot be made at once"),
        (NewBatch { quantity: 100_001, ..refills() }, "a batch has 1 to 100000"),
        (NewBatch { price: money("130"), ..refills() }, "is too little for 130.00 KES"),
        (NewBatch { sell_by: Some(at(JOINED)), ..refills() }, "sell_by: "),
        (NewBatch { owner: Some("zed".to_owned()), ..refills() }, "no reseller called `zed`"),
        (worth("god", 0, 1, Some("VAT")), "no plan called `god`; did you mean `gold`?"),
        (worth("gold", 0, 0, Some("VAT")), "would never end; give it a validity"),
        (worth("gold", 0, 1, Some("VAT")), "no quota of plan `gold` ends it"),
        (
            worth("data", 3_600, 1, Some("VAT")),
            "when its time online is used up: no quota of plan `data`",
        ),
        (worth("data", 0, 1, None), "nobody has said how access is taxed"),
        (worth("data", 0, 1, Some("VATT")), "there is no tax called `VATT`; did you mean `VAT`?"),
    ] {
        let error = refused(new).await;
        assert!(error.contains(said), "{said}: {error}");
    }
    assert_eq!(store.vouchers(tenant).batches().await.unwrap(), []);
    assert_eq!(count(ground, "voucher").await, 0);

    // Closed books take no sale and no redemption.
    let (batch, codes) = sold(&store, tenant, &NewBatch { quantity: 2, ..refills() }).await;
    subscriber(&store, tenant, "jane").await;
    let settings = store.billing_settings(tenant);
    let closed = store_now();
    let at = Timestamp::from_unix_ms(closed.unix_ms() - 1);
    settings.change(&operator(), |it| it.closed_until = Some(closed)).await.unwrap();
    let wish = RedeemVoucher { at, ..wish(&codes[0], "jane", 1) };
    let error = store.vouchers(tenant).redeem(&operator(), &wish).await;
    let words = |what: &str| {
        format!(
            "{what} is at {at}, and the books are closed until {closed}; enter it at {closed} or later"
        )
    };
    assert_eq!(error.unwrap_err().to_string(), words("voucher: the redemption"));
    let vouchers = store.vouchers(tenant);
    let order = SellVouchers { at, ..sell(&batch, range(1, 1)) };
    let error = vouchers.sell(&operator(), &order).await.unwrap_err();
    assert_eq!(error.to_string(), words("batch of vouchers: the sale"));
    store.close().await;
}
