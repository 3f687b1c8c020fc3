//! What the outbox tells of money: documents, payments, sales, vouchers and what somebody was asked to pay.

use billing_core::payment::{IntentEvent, RefundTo};
use billing_core::voucher::BuyerPrice;
use serde_json::{Value, json};
use storage::{
    CustomerPaysFrom, NewBuyer, NewIntent, NewSubscription, OutboxFilter, PaidFor, RunOrder,
    SellVouchers, UnredeemedVouchers,
};

use crate::billing::{DAY_S, JOINED, at, bill, bill_when_free, on_the_first, shop, subscriber};
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{customer, top_up};
use crate::outbox_events::{DECEMBER, Ear, kes, mpesa};
use crate::resellers::{fibre, pay_in, three_levels};
use crate::vouchers::{access, range, redeem, refills, sell, sold, wish, with_service};
use crate::wallets::{below, card, change, gift};

pub async fn documents_and_payments_are_told_whole(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let new = storage::NewSubscriber {
        name: "jane".to_owned(),
        full_name: Some("Jane Wanjiru".to_owned()),
        phone: Some("+254700000001".to_owned()),
    };
    store.subscribers(tenant).add(&operator(), &new).await.unwrap();
    let new = on_the_first("jane", &["gold"]);
    let jane = store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    let mut ear = Ear::new(&store, tenant);
    assert_eq!(ear.topics().await, ["subscription.activated"]);
    let filter = OutboxFilter { subscriber: Some("jane".to_owned()), ..Default::default() };
    let event = store.outbox(tenant).list(&filter, 1).await.unwrap().pop().unwrap();
    let body: Value = serde_json::from_str(&event.body).unwrap();
    let who = json!({
        "id": jane.subscriber.0, "name": "jane", "full_name": "Jane Wanjiru",
        "phone": "+254700000001", "email": null,
    });
    assert_eq!(body["subscriber"], who);

    // What would be billed is told to nobody.
    let runs = store.billing_runs(tenant);
    let run = RunOrder { at: at(JOINED), batch: 100 };
    assert_eq!(runs.preview(run, None).await.unwrap().1.len(), 1);
    assert_eq!(ear.hears().await, []);
    bill_when_free(&store, tenant, JOINED).await.unwrap();
    let invoice = Ear::only(ear.hears().await, "invoice.finalised");
    let expected = json!({
        "subscriber": "jane", "by": "operator", "invoice": invoice["invoice"],
        "number": "INV-2026-000001", "kind": "invoice",
        "issued_at": "2026-11-18T12:06:00Z", "due_at": "2026-12-02T12:06:00Z",
        "net_minor": 65_000, "total_minor": 75_400, "open_minor": 75_400, "currency": "KES",
    });
    assert_eq!(invoice, expected);
    bill(&store, tenant, JOINED).await;
    assert_eq!(ear.hears().await, [], "nobody is billed twice");

    // 754.00 pay it, and 1246.00 are kept.
    let payments = store.payments(tenant);
    let receipt = mpesa("QK1", "2000", Some("jane"));
    payments.receive(&operator(), &receipt).await.unwrap();
    let received = Ear::only(ear.hears().await, "payment.received");
    let pays = |number: &str, amount: i64, open: i64, invoice: &Value| {
        json!({
            "debt": "invoice", "invoice": invoice, "number": number, "amount_minor": amount,
            "open_minor": open,
        })
    };
    let expected = json!({
        "subscriber": "jane", "by": "operator", "receipt": received["receipt"],
        "provider": "mpesa", "number": "QK1", "reference": "jane",
        "amount_minor": 200_000, "currency": "KES", "received_at": "2026-11-30T21:00:00Z",
        "pays": [pays("INV-2026-000001", 75_400, 0, &invoice["invoice"])],
        "to_wallet_minor": 124_600,
    });
    assert_eq!(received, expected);
    payments.receive(&operator(), &receipt).await.unwrap();
    assert_eq!(ear.hears().await, [], "the same receipt again is not told");

    // The wallet pays the next invoice as far as it goes: 494.00 are open.
    bill(&store, tenant, DECEMBER).await;
    let heard = ear.hears().await;
    let topics: Vec<_> = heard.iter().map(|(topic, _)| *topic).collect();
    assert_eq!(topics, ["invoice.finalised", "wallet.paid"]);
    let (invoice, paid) = (&heard[0].1, &heard[1].1);
    assert_eq!(
        (&invoice["number"], &invoice["total_minor"], &invoice["open_minor"]),
        (&json!("INV-2026-000002"), &json!(174_000), &json!(49_400))
    );
    let expected = json!({
        "subscriber": "jane", "by": "operator", "amount_minor": 124_600, "currency": "KES",
        "pays": [pays("INV-2026-000002", 124_600, 49_400, &invoice["invoice"])],
        "at": "2026-11-30T21:00:00Z",
    });
    assert_eq!(paid, &expected);

    // Of whom nobody knows, and then somebody does.
    payments.receive(&operator(), &mpesa("QK2", "500", Some("who"))).await.unwrap();
    let unknown = Ear::only(ear.hears().await, "payment.received");
    assert_eq!(
        (&unknown["subscriber"], &unknown["pays"], &unknown["to_wallet_minor"]),
        (&Value::Null, &json!([]), &json!(0))
    );
    let (provider, number) = ("mpesa".parse().unwrap(), "QK2".parse().unwrap());
    payments.assign(&operator(), &provider, &number, "jane").await.unwrap();
    let assigned = Ear::only(ear.hears().await, "payment.assigned");
    assert_eq!(
        (&assigned["subscriber"], &assigned["amount_minor"], &assigned["to_wallet_minor"]),
        (&json!("jane"), &json!(50_000), &json!(600))
    );
    assert_eq!(assigned["pays"], json!([pays("INV-2026-000002", 49_400, 0, &invoice["invoice"])]));
    store.close().await;
}

pub async fn what_is_taken_back_is_told(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let new = on_the_first("jane", &["gold"]);
    store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    bill(&store, tenant, JOINED).await;
    let payments = store.payments(tenant);
    payments.receive(&operator(), &mpesa("QK1", "1000", Some("jane"))).await.unwrap();
    let mut ear = Ear::new(&store, tenant);
    ear.hears().await;
    let (provider, number) = ("mpesa".parse().unwrap(), "QK1".parse().unwrap());
    let which = (&provider, &number);
    // 246.00 are in the wallet, and the rest has paid the invoice.
    let refund = async |key: &str, amount: &str| {
        let to = RefundTo::Provider;
        payments.refund(&operator(), which, kes(amount), to, Some(key)).await.unwrap()
    };
    refund("1", "300").await;
    let refunded = Ear::only(ear.hears().await, "payment.refunded");
    let expected = json!({
        "subscriber": "jane", "by": "operator", "receipt": refunded["receipt"],
        "provider": "mpesa", "number": "QK1", "reference": "jane", "amount_minor": 30_000,
        "currency": "KES", "to": "provider", "from_wallet_minor": 24_600,
        "unallocated_minor": 0, "owed_minor": 0,
        "reopens": [{
            "debt": "invoice", "invoice": refunded["reopens"][0]["invoice"],
            "number": "INV-2026-000001", "amount_minor": 5_400, "open_minor": 5_400,
        }],
        "at": refunded["at"],
    });
    assert_eq!(refunded, expected);
    refund("1", "300").await;
    assert_eq!(ear.hears().await, [], "the same refund again");

    // What is in the wallet is spent before the provider takes it back: it is owed, by a debit note.
    payments.receive(&operator(), &mpesa("QK2", "2000", Some("jane"))).await.unwrap();
    bill(&store, tenant, DECEMBER).await;
    ear.hears().await;
    let number = "QK2".parse().unwrap();
    let which = (&provider, &number);
    payments.reverse(&operator(), which, kes("2000"), Some("CB1")).await.unwrap();
    let heard = ear.hears().await;
    let topics: Vec<_> = heard.iter().map(|(topic, _)| *topic).collect();
    assert_eq!(topics, ["payment.reversed", "debit_note.finalised"]);
    let (reversed, note) = (&heard[0].1, &heard[1].1);
    // 54.00 had paid the rest of November, 1740.00 December, and 206.00 are still there.
    assert_eq!(
        (&reversed["amount_minor"], &reversed["from_wallet_minor"], &reversed["owed_minor"]),
        (&json!(200_000), &json!(20_600), &json!(174_000))
    );
    assert_eq!(
        (&note["kind"], &note["number"], &note["open_minor"]),
        (&json!("debit_note"), &json!("DN-2026-000001"), &json!(174_000))
    );
    store.close().await;
}

pub async fn vouchers_are_told_without_their_codes(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    with_service(&store, tenant, "jane", "gold").await;
    let mut ear = Ear::new(&store, tenant);
    ear.hears().await;
    let (batch, refill) = sold(&store, tenant, &refills()).await;
    let sale = Ear::only(ear.hears().await, "sale.paid");
    let expected = json!({
        "subscriber": null, "by": "operator", "sale": sale["sale"], "kind": "vouchers",
        "item": format!("vouchers 1 to 20 of batch {}", batch.id), "quantity": 20,
        "net_minor": 200_000, "total_minor": 200_000, "currency": "KES",
        "paid_from": "clearing:cash", "at": "2026-11-18T12:06:00Z",
    });
    assert_eq!(sale, expected);
    let typed = wish(&refill[0], "jane", 1);
    redeem(&store, tenant, &typed).await.unwrap();
    let redeemed = Ear::only(ear.hears().await, "voucher.redeemed");
    let expected = json!({
        "subscriber": "jane", "by": "operator", "batch": batch.id, "serial": 1,
        "worth": "refill", "amount_minor": 12_000, "currency": "KES",
        "at": typed.at.to_string(),
    });
    assert_eq!(redeemed, expected);
    redeem(&store, tenant, &typed).await.unwrap();
    redeem(&store, tenant, &wish(&refill[0], "jane", 2)).await.unwrap_err();
    assert_eq!(ear.hears().await, [], "neither the same wish nor one that is refused is told");

    let (batch, codes) = sold(&store, tenant, &access()).await;
    ear.hears().await;
    let typed = wish(&codes[4], "jane", 3);
    redeem(&store, tenant, &typed).await.unwrap();
    let redeemed = Ear::only(ear.hears().await, "voucher.redeemed");
    let expected = json!({
        "subscriber": "jane", "by": "operator", "batch": batch.id, "serial": 5,
        "worth": "access", "service": "jane@home", "plan": "silver",
        "valid_until": typed.at.plus_s(30 * DAY_S).to_string(), "data_octets": null,
        "online_s": null, "at": typed.at.to_string(),
    });
    assert_eq!(redeemed, expected);

    let vouchers = store.vouchers(tenant);
    let revoke = async || {
        let still_owed = UnredeemedVouchers::StillOwed;
        let some = Some(range(1, 3));
        vouchers.revoke(&operator(), batch.id, some, &still_owed, at(JOINED)).await.unwrap()
    };
    assert_eq!(revoke().await.count, 3);
    let revoked = Ear::only(ear.hears().await, "voucher_batch.revoked");
    let expected = json!({
        "subscriber": null, "by": "operator", "batch": batch.id, "first": 1, "last": 3,
        "count": 3, "moved": [], "at": "2026-11-18T12:06:00Z",
    });
    assert_eq!(revoked, expected);
    revoke().await;
    assert_eq!(ear.hears().await, [], "they were revoked before");

    // On account it is an invoice.
    let (first, second) = (vouchers.generate(&operator(), &refills()).await.unwrap(), range(1, 2));
    let on_account = SellVouchers {
        buyer: NewBuyer::OnAccount("jane".to_owned()),
        price: BuyerPrice::List,
        ..sell(&first, second)
    };
    vouchers.sell(&operator(), &on_account).await.unwrap();
    assert_eq!(ear.topics().await, ["invoice.finalised", "wallet.paid"]);
    let all = store.outbox(tenant).list(&OutboxFilter::default(), 1_000).await.unwrap();
    for code in refill.iter().chain(&codes) {
        let plain = code.replace('-', "");
        assert!(all.iter().all(|event| !event.body.contains(code) && !event.body.contains(&plain)));
    }
    store.close().await;
}

pub async fn intents_to_pay_are_told_at_their_end(ground: &Ground) {
    let clock = SetClock::at(at(JOINED));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    customer(&store, tenant, "jane", "1").await;
    let service = Some("jane".to_owned());
    let new = NewSubscription { service, ..on_the_first("jane", &["gold"]) };
    store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    bill(&store, tenant, JOINED).await;
    let mut ear = Ear::new(&store, tenant);
    ear.hears().await;
    let intents = store.payment_intents(tenant);
    let ask = async |key: &str, amount: &str, paid_for: PaidFor| {
        let provider = "mpesa".parse().unwrap();
        let (key, amount) = (key.to_owned(), kes(amount));
        let new = NewIntent { key, provider, amount, paid_for, lifetime_s: 900 };
        intents.create(&operator(), &new).await.unwrap().0.intent.id()
    };
    let invoice = PaidFor::Invoice("INV-2026-000001".to_owned());
    let first = ask("1", "100", invoice).await;
    intents.prompted(&operator(), first, Some("ws_1")).await.unwrap();
    intents.enter(&operator(), first, IntentEvent::LoseTrack, None).await.unwrap();
    assert_eq!(ear.hears().await, [], "it has not ended");
    store
        .payments(tenant)
        .receive_for(&operator(), &mpesa("QK1", "100", None), first)
        .await
        .unwrap();
    let heard = ear.hears().await;
    let topics: Vec<_> = heard.iter().map(|(topic, _)| *topic).collect();
    assert_eq!(topics, ["payment.received", "payment_intent.applied"]);
    let applied = &heard[1].1;
    let expected = json!({
        "subscriber": "jane", "by": "operator", "intent": first.0, "provider": "mpesa",
        "reference": "ws_1", "purpose": "invoice", "invoice": applied["invoice"],
        "invoice_number": "INV-2026-000001", "service": null, "amount_minor": 10_000,
        "currency": "KES", "state": "applied", "receipt_number": "QK1",
        "expires_at": at(JOINED + 900).to_string(), "at": at(JOINED).to_string(),
    });
    assert_eq!(applied, &expected);

    let renewal = ask("2", "100", PaidFor::Renewal("jane".to_owned())).await;
    store
        .payments(tenant)
        .receive_for(&operator(), &mpesa("QK2", "100", None), renewal)
        .await
        .unwrap();
    let heard = ear.hears().await;
    let topics: Vec<_> = heard.iter().map(|(topic, _)| *topic).collect();
    let all = ["payment.received", "payment_intent.applied", "payment_intent.activated"];
    assert_eq!(topics, all);
    assert_eq!(heard[2].1["service"], "jane");

    for (key, event, topic) in [
        ("3", IntentEvent::Cancel, "payment_intent.cancelled"),
        ("4", IntentEvent::Fail, "payment_intent.failed"),
    ] {
        let id = ask(key, "100", PaidFor::TopUp("jane".to_owned())).await;
        intents.enter(&operator(), id, event, None).await.unwrap();
        let told = Ear::only(ear.hears().await, topic);
        assert_eq!((&told["intent"], &told["purpose"]), (&json!(id.0), &json!("top-up")));
    }
    let last = ask("5", "100", PaidFor::Open("jane".to_owned())).await;
    clock.set(at(JOINED + 900));
    assert_eq!(intents.expire(&operator(), 10).await.unwrap(), 1);
    let told = Ear::only(ear.hears().await, "payment_intent.expired");
    assert_eq!((&told["intent"], &told["state"]), (&json!(last.0), &json!("expired")));
    store.close().await;
}

pub async fn sales_that_are_paid_at_once_are_told(ground: &Ground) {
    let store = ground.open().await;
    let [top, middle, shop] = three_levels(&store).await;
    pay_in(&store, top, "middle", "5000").await;
    pay_in(&store, middle, "shop", "5000").await;
    subscriber(&store, shop, "jane").await;
    top_up(&store, shop, "jane", "1160").await;
    let mut ear = Ear::new(&store, shop);
    ear.hears().await;
    let resellers = store.resellers(shop);
    let key = Some("till-1".to_owned());
    let with_key = storage::NewResellerSale { key, ..fibre(2) };
    let made = resellers.sell(&operator(), &with_key).await.unwrap();
    let expected = json!({
        "subscriber": null, "by": "operator", "sale": made.id.0, "kind": "reseller",
        "item": "fibre", "quantity": 2, "net_minor": 200_000, "total_minor": 232_000,
        "currency": "KES", "paid_from": "clearing:cash", "at": "2026-11-18T12:06:00Z",
    });
    assert_eq!(ear.hears().await, [("sale.paid", expected)]);
    resellers.sell(&operator(), &with_key).await.unwrap();
    assert_eq!(ear.hears().await, [], "the same sale again");
    let from_wallet = storage::NewResellerSale {
        paid_from: CustomerPaysFrom::Wallet("jane".to_owned()),
        ..fibre(1)
    };
    let made = resellers.sell(&operator(), &from_wallet).await.unwrap();
    let sale = Ear::only(ear.hears().await, "sale.paid");
    assert_eq!((&sale["subscriber"], &sale["total_minor"]), (&json!("jane"), &json!(116_000)));
    assert!(resellers.sell(&operator(), &from_wallet).await.is_err());
    resellers.refund(&operator(), made.id, Some(at(JOINED))).await.unwrap();
    resellers.refund(&operator(), made.id, Some(at(JOINED))).await.unwrap();
    let back = Ear::only(ear.hears().await, "sale.taken_back");
    assert_eq!((&back["sale"], &back["total_minor"]), (&json!(made.id.0), &json!(116_000)));
    // It is told to whose sale it was, and to none above.
    for above in [top, middle] {
        assert_eq!(Ear::new(&store, above).hears().await, []);
    }
    store.close().await;
}

pub async fn wallets_tell_what_changes_them(ground: &Ground) {
    let store = ground.open_by(&SetClock::at(at(JOINED))).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    subscriber(&store, tenant, "ben").await;
    let mut ear = Ear::new(&store, tenant);
    let wallets = store.wallets(tenant);
    let by = operator();
    let new = change("jane", "200", Some("ticket-7"));
    let (adjusted, _) = wallets.adjust(&by, &new).await.unwrap();
    let at = at(JOINED).to_string();
    let expected = json!({
        "subscriber": "jane", "by": "operator", "adjustment": adjusted, "transfer": null,
        "change_minor": 20_000, "currency": "KES", "reason": "an outage of two days", "with": null,
        "at": at,
    });
    assert_eq!(ear.hears().await, [("wallet.changed", expected)]);
    let (given, _) = wallets.transfer(&by, &gift("jane", "ben", "50", Some("g"))).await.unwrap();
    let told = |name: &str, minor: i64, with: &str| {
        let body = json!({
            "subscriber": name, "by": "operator", "adjustment": null, "transfer": given,
            "change_minor": minor, "currency": "KES", "reason": null, "with": with, "at": at,
        });
        ("wallet.changed", body)
    };
    assert_eq!(ear.hears().await, [told("jane", -5_000, "ben"), told("ben", 5_000, "jane")]);
    wallets.adjust(&by, &new).await.unwrap();
    wallets.transfer(&by, &gift("jane", "ben", "50", Some("g"))).await.unwrap();
    wallets.transfer(&by, &gift("jane", "ben", "151", None)).await.unwrap_err();
    assert_eq!(ear.hears().await, [], "the same again, and what is refused");

    // What a gateway has to charge.
    let token = store.provider_tokens(tenant).add(&by, &card()).await.unwrap().id;
    let rule = below("151", "500", 3);
    wallets.set_auto_top_up(&by, "jane", Some(&rule)).await.unwrap();
    assert_eq!(wallets.top_up_each(&by, 10, 0).await.unwrap().done, 1);
    let charge = Ear::only(ear.hears().await, "payment_intent.to_charge");
    let (token, amount, state) = (json!(token), json!(50_000), json!("created"));
    assert_eq!(
        (&charge["token"], &charge["amount_minor"], &charge["state"]),
        (&token, &amount, &state)
    );
    assert_eq!(wallets.top_up_each(&by, 10, 0).await.unwrap().done, 0);
    assert_eq!(ear.hears().await, [], "it is told once");
    store.close().await;
}
