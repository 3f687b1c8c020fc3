//! Vouchers that give access: there at once, gone when it is over or used up.

use std::num::NonZeroU64;

use billing_core::voucher::VoucherState;
use entitlement::{Terms, Timestamp};
use serde_json::json;
use storage::{NewBatch, NewWorth, RedeemVoucher, SellVouchers, UnredeemedVouchers};

use crate::billing::{DAY_S, balances, store_now};
use crate::ground::{Ground, SetClock, operator};
use crate::outbox_events::Ear;
use crate::used_up::use_data;
use crate::vouchers::{
    access, data, money, range, redeem, sell, sold, wish, with_data_plan, with_service,
};

pub async fn access_is_there_with_the_next_look_and_gone_when_it_is_revoked(ground: &Ground) {
    let store = ground.open().await;
    let tenant = with_data_plan(&store).await;
    with_service(&store, tenant, "jane", "gold").await;
    let (batch, codes) = sold(&store, tenant, &data()).await;
    let follower = store.follow().await.unwrap();
    let redeemed = redeem(&store, tenant, &wish(&codes[0], "jane", 1)).await.unwrap();
    let until = redeemed.redemption.valid_until.unwrap();
    // 30 days of Nairobi, which does not change its clocks.
    assert_eq!(
        until,
        Timestamp::from_unix_ms(redeemed.redemption.at.unix_ms() + 30 * DAY_S * 1_000)
    );
    let served = async || {
        follower.sync().await.unwrap();
        let directory = follower.directory();
        let service = {
            use aaa_engine::ports::Directory as _;
            directory.service_by_login(tenant, b"jane@home").unwrap()
        };
        let extras = service.entitlement.extras.as_deref();
        let grants = extras.into_iter().flat_map(|extras| &extras.grants);
        let octets: Vec<_> = grants.map(|it| (it.amount.units(), it.validity.until)).collect();
        (service.entitlement.validity.until, octets)
    };
    assert_eq!(served().await, (Some(until), vec![(10_000_000_000, Some(until))]));
    let entry = store.vouchers(tenant).find(batch.id, redeemed.serial).await.unwrap();
    assert_eq!(entry.service.as_deref(), Some("jane@home"));
    assert_eq!(entry.subscriber.as_deref(), Some("jane"));

    let now = store_now();
    let (vouchers, becomes) = (store.vouchers(tenant), UnredeemedVouchers::Refunded);
    let revoked = vouchers.revoke(&operator(), batch.id, None, &becomes, now).await.unwrap();
    assert_eq!((revoked.count, revoked.stopped), (20, vec!["jane@home".to_owned()]));
    assert_eq!(served().await, (Some(now), vec![]));
    // 19 were given back, and what was in use stays earned.
    assert_eq!(
        balances(&store, tenant).await,
        [
            ("clearing:cash".to_owned(), -11_600),
            ("sales".to_owned(), 10_000),
            ("tax".to_owned(), 1_600),
            ("vouchers".to_owned(), 0),
        ]
    );
    // What was renewed since is not touched.
    let (other, codes) = sold(&store, tenant, &access()).await;
    redeem(&store, tenant, &wish(&codes[0], "jane", 2)).await.unwrap();
    let later = Timestamp::from_unix_ms(until.unix_ms() + 60 * DAY_S * 1_000);
    store.services(tenant).renew(&operator(), "jane@home", later, None).await.unwrap();
    let becomes = UnredeemedVouchers::StillOwed;
    let vouchers = store.vouchers(tenant);
    let revoked =
        vouchers.revoke(&operator(), other.id, None, &becomes, store_now()).await.unwrap();
    assert_eq!(revoked.stopped, Vec::<String>::new());
    assert_eq!(served().await.0, Some(later));
    follower.stop().await;
    store.close().await;
}

pub async fn time_online_is_redeemed_alone_or_with_data_and_taken_back(ground: &Ground) {
    let store = ground.open().await;
    let tenant = with_data_plan(&store).await;
    let terms = |terms: &mut Terms| {
        let online = entitlement::Allowance::Online(entitlement::OnlineTime(0));
        let of_time = |quota: &entitlement::Quota| entitlement::Quota {
            name: "online".into(),
            allowance: online,
            ..quota.clone()
        };
        let quota = of_time(&terms.quotas[0]);
        terms.quotas.push(quota);
    };
    store.plans(tenant).update(&operator(), "data", terms, None).await.unwrap();
    for login in ["jane", "joan"] {
        with_service(&store, tenant, login, "data").await;
    }
    let worth = |octets: u64| NewWorth::Access {
        plan: "data".to_owned(),
        validity: Some("30 days".parse().unwrap()),
        online_s: std::num::NonZeroU32::new(10_800),
        octets: NonZeroU64::new(octets),
        taxes: Some(vec!["VAT".to_owned()]),
    };
    let mut granted = Vec::new();
    let mut batches = Vec::new();
    for (login, octets) in [("jane", 0), ("joan", 5)] {
        let new = NewBatch { quantity: 1, worth: worth(octets), ..access() };
        let (batch, codes) = sold(&store, tenant, &new).await;
        // As it was ordered, so it is kept.
        let again = store.vouchers(tenant).batch(batch.id).await.unwrap().batch;
        assert_eq!(again, batch.batch);
        let redeemed = redeem(&store, tenant, &wish(&codes[0], login, 1)).await.unwrap();
        let service = format!("{login}@home");
        let extras = store.services(tenant).extras(&service).await.unwrap();
        let until = redeemed.redemption.valid_until;
        assert!(extras.grants.iter().all(|grant| grant.validity.until == until));
        granted
            .push(extras.grants.iter().map(|grant| grant.amount.to_string()).collect::<Vec<_>>());
        batches.push(batch.id);
    }
    assert_eq!(granted, [vec!["3h"], vec!["5B", "3h"]]);
    for (login, batch) in [("jane", batches[0]), ("joan", batches[1])] {
        let vouchers = store.vouchers(tenant);
        let becomes = UnredeemedVouchers::StillOwed;
        let ended = vouchers.revoke(&operator(), batch, None, &becomes, store_now()).await.unwrap();
        let service = format!("{login}@home");
        assert_eq!(ended.stopped, std::slice::from_ref(&service));
        assert_eq!(store.services(tenant).extras(&service).await.unwrap().grants, []);
    }
    store.close().await;
}

pub async fn access_is_used_when_its_data_is_and_ends_by_itself(ground: &Ground) {
    let clock = SetClock::at(store_now());
    let store = ground.open_by(&clock).await;
    let tenant = with_data_plan(&store).await;
    with_service(&store, tenant, "jane", "gold").await;
    with_service(&store, tenant, "ben", "gold").await;
    let vouchers = store.vouchers(tenant);
    let short = NewBatch { redeem_within: Some("10 days".parse().unwrap()), ..data() };
    let short = NewBatch { at: clock.now(), ..short };
    let batch = vouchers.generate(&operator(), &short).await.unwrap();
    let order = SellVouchers { at: clock.now(), ..sell(&batch, range(1, 5)) };
    vouchers.sell(&operator(), &order).await.unwrap();
    let codes = vouchers.export(&operator(), batch.id).await.unwrap();
    let mut last = Vec::new();
    for (name, code) in [("jane", &codes[0]), ("ben", &codes[1])] {
        let wish = RedeemVoucher { at: clock.now(), ..wish(&code.code.to_string(), name, 1) };
        let redeemed = redeem(&store, tenant, &wish).await.unwrap();
        let grant = ground.text("select cast(max(id) as text) from service_grant").await;
        last.push((redeemed.serial, grant.parse::<i64>().unwrap()));
    }
    let state = async |place: usize| {
        vouchers.find(batch.id, last[place].0).await.unwrap().voucher.stage.state()
    };
    let mut ear = Ear::new(&store, tenant);
    ear.hears().await;
    let gb = 10_000_000_000;
    use_data(&store, tenant, "jane@home", (1, &[(last[0].1, gb)])).await;
    use_data(&store, tenant, "ben@home", (1, &[(last[1].1, gb - 1)])).await;
    let subscriptions = store.subscriptions(tenant);
    assert_eq!(subscriptions.notice_used_up(&operator(), 10).await.unwrap(), 1);
    assert_eq!(subscriptions.notice_used_up(&operator(), 10).await.unwrap(), 0);
    assert_eq!((state(0).await, state(1).await), (VoucherState::Used, VoucherState::Active));
    let told = Ear::only(ear.hears().await, "voucher.used_up");
    let expected = json!({
        "subscriber": "jane", "by": "operator", "batch": batch.id, "serial": last[0].0.get(),
        "service": "jane@home", "at": clock.now().to_string(),
    });
    assert_eq!(told, expected);
    // After 31 days the access of the other one is over. Three were not redeemed within 10 days: what becomes
    // of the money, 348.00, nobody has said.
    clock.set(clock.now().plus_s(31 * DAY_S));
    let each = vouchers.expire_each(&operator(), 10, 0).await.unwrap();
    assert_eq!((each.tried, each.done), (1, 1));
    assert_eq!(state(1).await, VoucherState::Expired);
    let told = ear.hears().await;
    let topics: Vec<_> = told.iter().map(|(topic, _)| *topic).collect();
    assert_eq!(topics, ["voucher_batch.expired", "voucher.expired"]);
    let (whose, serial) = (&told[1].1["subscriber"], &told[1].1["serial"]);
    assert_eq!((whose, serial), (&json!("ben"), &json!(last[1].0.get())));
    let earned = UnredeemedVouchers::Earned(vec!["VAT".to_owned()]);
    let ended = vouchers.expire(&operator(), &earned, clock.now(), 10).await.unwrap();
    assert_eq!((ended.count, ended.moved), (3, vec![money("348")]));
    assert_eq!(ear.topics().await, ["voucher_batch.expired"], "nobody has used them");
    balances(&store, tenant).await;
    store.close().await;
}
