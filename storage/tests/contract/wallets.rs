//! Wallets that are changed by hand, give to one another and are topped up by themselves, what may be owed, and
//! whose a telephone is.

use core::num::NonZeroU32;

use billing_core::Money;
use billing_core::balance::{AutoTopUp, CounterAccount};
use billing_core::ledger::AccountName;
use billing_core::payment::{IntentEvent, IntentState, Unmatched};
use billing_core::voucher::BuyerPrice;
use entitlement::{SubscriberId, TenantId, Timestamp};
use storage::{
    IntentClaim, NewAdjustment, NewBuyer, NewIntent, NewProviderToken, NewReceipt, NewSubscriber,
    NewWalletTransfer, PaidFor, PaymentOutcome, SellVouchers, Store, SubscriberChange,
    WalletAutoTopUp,
};

use crate::billing::{JOINED, at, bill, moved, on_the_first, shop, subscriber};
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{customer, lasts, on, order, package, renewal, take, top_up};
use crate::resellers::named;
use crate::vouchers::{money, range, refills};

pub fn change(name: &str, amount: &str, key: Option<&str>) -> NewAdjustment {
    NewAdjustment {
        subscriber: name.to_owned(),
        change: money(amount),
        counter: CounterAccount::Sales,
        reason: "an outage of two days".to_owned(),
        key: key.map(str::to_owned),
    }
}

pub fn gift(from: &str, to: &str, amount: &str, key: Option<&str>) -> NewWalletTransfer {
    NewWalletTransfer {
        from: from.to_owned(),
        to: to.to_owned(),
        amount: money(amount),
        key: key.map(str::to_owned),
    }
}

async fn id(store: &Store, tenant: TenantId, name: &str) -> SubscriberId {
    store.subscribers(tenant).find(name).await.unwrap().id
}

async fn has(store: &Store, tenant: TenantId, name: &str) -> Money {
    let name = AccountName::Wallet(id(store, tenant, name).await);
    store.ledger(tenant).credit_balance(&name, money("0").currency()).await.unwrap()
}

async fn owes(store: &Store, tenant: TenantId, name: &str) -> Money {
    let name = AccountName::Receivable(id(store, tenant, name).await);
    let balance = store.ledger(tenant).credit_balance(&name, money("0").currency()).await.unwrap();
    balance.negated().unwrap()
}

pub async fn a_wallet_is_changed_by_hand_once_for_each_key(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let jane = id(&store, tenant, "jane").await;
    let wallets = store.wallets(tenant);
    let by = operator();
    let given = change("jane", "200", Some("ticket-7"));
    let all = futures_util::future::join_all((0..8).map(|_| wallets.adjust(&by, &given))).await;
    let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
    assert_eq!(all.iter().filter(|(_, is_new)| *is_new).count(), 1, "{all:?}");
    assert!(all.iter().all(|(id, _)| *id == all[0].0));
    let wallet = format!("wallet:{jane}");
    assert_eq!(moved(&store, tenant).await, named(&[("sales", -20_000), (&wallet, 20_000)]));
    // What belongs to somebody else.
    let taken = NewAdjustment {
        counter: CounterAccount::Unallocated,
        reason: "paid for joe".to_owned(),
        ..change("jane", "-50", None)
    };
    wallets.adjust(&by, &taken).await.unwrap();
    let now = named(&[("sales", -20_000), ("unallocated", 5_000), (&wallet, 15_000)]);
    assert_eq!(moved(&store, tenant).await, now);
    // Never below nothing, to the last unit.
    let refused = async |new: &NewAdjustment, said: &str| {
        let error = wallets.adjust(&operator(), new).await.unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
        assert_eq!(moved(&store, tenant).await, now);
    };
    let said = "the wallet has 150.00 KES, and 150.01 KES is needed";
    refused(&change("jane", "-150.01", None), said).await;
    refused(&change("jane", "0", None), "0.00 KES cannot be moved").await;
    refused(&NewAdjustment { reason: " ".to_owned(), ..given.clone() }, "ticket-7").await;
    let without = NewAdjustment { reason: " ".to_owned(), ..change("jane", "1", None) };
    refused(&without, "a reason of 0 characters is none").await;
    let said = "the key `ticket-7` is that of adjustment 1, which is of 200.00 KES for `jane` (an outage of \
                two days)";
    refused(&change("jane", "201", Some("ticket-7")), said).await;
    wallets.adjust(&by, &change("jane", "-150", None)).await.unwrap();
    let entry = wallets.find("jane", 10).await.unwrap();
    assert_eq!(entry.balances[0].balance, money("0"));
    let changes: Vec<_> = entry.changes.iter().map(|it| (it.change, it.what.as_str())).collect();
    let mut expected = vec![
        (money("-150"), "an outage of two days"),
        (money("-50"), "paid for joe"),
        (money("200"), "an outage of two days"),
    ];
    expected.sort_by_key(|(change, _)| change.amount_minor());
    let mut changes = changes;
    changes.sort_by_key(|(change, _)| change.amount_minor());
    assert_eq!(changes, expected);
    let audit = store.audit(tenant).latest(20).await.unwrap();
    let told = |it: &storage::AuditEntry| {
        it.after.as_ref().is_some_and(|after| after.to_string().contains("paid for joe"))
    };
    assert!(audit.iter().any(told), "{audit:?}");
    store.close().await;
}

pub async fn what_is_given_to_a_wallet_pays_what_is_open(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    subscriber(&store, tenant, "joe").await;
    let new = on_the_first("jane", &["gold"]);
    store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    bill(&store, tenant, JOINED).await;
    // 754.00 for the rest of November.
    assert_eq!(owes(&store, tenant, "jane").await, money("754"));
    let wallets = store.wallets(tenant);
    wallets.adjust(&operator(), &change("jane", "200", None)).await.unwrap();
    assert_eq!(owes(&store, tenant, "jane").await, money("554"));
    assert_eq!(has(&store, tenant, "jane").await, money("0"));
    wallets.adjust(&operator(), &change("joe", "600", None)).await.unwrap();
    wallets.transfer(&operator(), &gift("joe", "jane", "600", None)).await.unwrap();
    assert_eq!(owes(&store, tenant, "jane").await, money("0"));
    assert_eq!(has(&store, tenant, "jane").await, money("46"));
    assert_eq!(has(&store, tenant, "joe").await, money("0"));
    store.close().await;
}

pub async fn one_wallet_gives_to_another_or_neither_changes(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    for name in ["jane", "joe"] {
        subscriber(&store, tenant, name).await;
        top_up(&store, tenant, name, "100").await;
    }
    // Both give to each other at once, each four times by the same key: of 30.00 and of 10.00.
    let tasks = (0..16).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            let new = match number % 4 {
                0 => gift("jane", "joe", "30", Some("a")),
                1 => gift("joe", "jane", "10", Some("b")),
                2 => gift("joe", "jane", "5", Some("c")),
                _ => gift("jane", "joe", "1", Some("d")),
            };
            store.wallets(tenant).transfer(&operator(), &new).await.unwrap().1
        })
    });
    let done = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
    assert_eq!(done.into_iter().filter(|it| *it.as_ref().unwrap()).count(), 4);
    let both = async || [has(&store, tenant, "jane").await, has(&store, tenant, "joe").await];
    assert_eq!(both().await, [money("84"), money("116")]);
    let refused = async |new: &NewWalletTransfer, said: &str| {
        let error = store.wallets(tenant).transfer(&operator(), new).await.unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
        assert_eq!(both().await, [money("84"), money("116")]);
    };
    let said = "the wallet has 84.00 KES, and 84.01 KES is needed";
    refused(&gift("jane", "joe", "84.01", None), said).await;
    refused(&gift("jane", "jane", "1", None), "cannot transfer to the own wallet").await;
    refused(&gift("jane", "joe", "0", None), "0.00 KES cannot be moved").await;
    refused(&gift("joe", "jane", "-1", None), "-1.00 KES cannot be moved").await;
    refused(&gift("jane", "jo", "1", None), "there is no subscriber called `jo`").await;
    let said = "which is of 30.00 KES from `jane` to `joe`; each has a key of its own";
    refused(&gift("joe", "jane", "30", Some("a")), said).await;
    let entry = store.wallets(tenant).find("joe", 10).await.unwrap();
    let mut changes: Vec<_> =
        entry.changes.iter().map(|it| (it.change.amount_minor(), it.what.as_str())).collect();
    changes.sort_unstable();
    let expected =
        [(-1_000, "to jane"), (-500, "to jane"), (100, "from jane"), (3_000, "from jane")];
    assert_eq!(changes, expected);
    store.close().await;
}

async fn limit(store: &Store, tenant: TenantId, name: &str, limit: Option<&str>) {
    let credit_limit = Some(limit.map(money));
    let change = SubscriberChange { credit_limit, ..Default::default() };
    store.subscribers(tenant).set(&operator(), name, &change).await.unwrap();
}

pub async fn who_has_a_credit_limit_owes_no_more_by_what_is_bought(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    customer(&store, tenant, "joe", "300").await;
    package(&store, tenant, "month", lasts("1 month")).await;
    // Who pays before pays before, whoever says otherwise.
    limit(&store, tenant, "joe", Some("0")).await;
    let mut order = order("joe", "month", on(3, 10, 12));
    for on_credit in [false, true] {
        order.order.on_credit = on_credit;
        let refused = store.subscriptions(tenant).subscribe(&operator(), &order).await;
        let error = refused.unwrap_err().to_string();
        let said = "the wallet has 300.00 KES and 1000.00 KES is needed: 700.00 KES is missing; top it up, as \
                    the credit limit allows nothing to be owed";
        assert!(error.contains(said), "{error}");
    }
    order.order.on_credit = false;
    limit(&store, tenant, "joe", Some("699.99")).await;
    let error = store.subscriptions(tenant).subscribe(&operator(), &order).await.unwrap_err();
    let said =
        "700.00 KES more is above the credit limit of 699.99 KES, of which 699.99 KES is left";
    assert!(error.to_string().contains(said), "{error}");
    assert_eq!(has(&store, tenant, "joe").await, money("300"));
    // The wallet pays what it has, and the rest is owed.
    limit(&store, tenant, "joe", Some("1000")).await;
    let sold = take(&store, tenant, &order).await;
    assert_eq!((sold.invoices[0].gross, sold.invoices[0].paid), (money("1000"), money("300")));
    assert_eq!(owes(&store, tenant, "joe").await, money("700"));
    let entry = store.wallets(tenant).find("joe", 10).await.unwrap();
    assert_eq!(entry.credit, Some((money("1000"), money("300"))));
    let renew = async || {
        let renewed = renewal(on(4, 10, 12), 1);
        let subscriptions = store.subscriptions(tenant);
        let renewed = subscriptions.renew(&operator(), sold.subscription.id, &renewed).await;
        renewed.map(|_| ()).map_err(|error| error.to_string())
    };
    let error = renew().await.unwrap_err();
    let said =
        "1000.00 KES more is above the credit limit of 1000.00 KES, of which 300.00 KES is left";
    assert!(error.contains(said), "{error}");
    // What is sold on account counts, and is held to it as well.
    let vouchers = store.vouchers(tenant);
    let batch = vouchers.generate(&operator(), &refills()).await.unwrap();
    let cards = |first, last| SellVouchers {
        batch: batch.id,
        range: range(first, last),
        buyer: NewBuyer::OnAccount("joe".to_owned()),
        price: BuyerPrice::List,
        at: at(JOINED),
    };
    let error = vouchers.sell(&operator(), &cards(1, 4)).await.unwrap_err().to_string();
    let said =
        "400.00 KES more is above the credit limit of 1000.00 KES, of which 300.00 KES is left";
    assert!(error.contains(said), "{error}");
    vouchers.sell(&operator(), &cards(1, 3)).await.unwrap();
    assert_eq!(owes(&store, tenant, "joe").await, money("1000"));
    // To the last unit; and what is paid is left again.
    top_up(&store, tenant, "joe", "999.99").await;
    assert!(renew().await.unwrap_err().contains("of which 999.99 KES is left"));
    top_up(&store, tenant, "joe", "0.01").await;
    renew().await.unwrap();
    assert_eq!(owes(&store, tenant, "joe").await, money("1000"));
    let change = SubscriberChange { credit_limit: Some(Some(money("-1"))), ..Default::default() };
    let error = store.subscribers(tenant).set(&operator(), "joe", &change).await.unwrap_err();
    assert!(error.to_string().contains("a credit limit of -1.00 KES is none"), "{error}");
    // Another currency is none in this one.
    let dollars = Some(Some("1000 USD".parse().unwrap()));
    let change = SubscriberChange { credit_limit: dollars, ..Default::default() };
    store.subscribers(tenant).set(&operator(), "joe", &change).await.unwrap();
    assert!(vouchers.sell(&operator(), &cards(4, 4)).await.is_err());
    limit(&store, tenant, "joe", None).await;
    vouchers.sell(&operator(), &cards(4, 4)).await.unwrap();
    store.close().await;
}

async fn with_phone(store: &Store, tenant: TenantId, name: &str, phone: &str) {
    let phone = Some(phone.to_owned());
    let new = NewSubscriber { name: name.to_owned(), phone, ..Default::default() };
    store.subscribers(tenant).add(&operator(), &new).await.unwrap();
}

pub async fn a_telephone_number_that_is_written_says_who_has_paid(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    with_phone(&store, tenant, "ann", "0712 345-678").await;
    with_phone(&store, tenant, "ben", "+256 (772) 123456").await;
    with_phone(&store, tenant, "cat", "254722000001").await;
    with_phone(&store, tenant, "dan", "0722000001").await;
    // An account that looks like a telephone number is an account.
    with_phone(&store, tenant, "254733000003", "0733000004").await;
    with_phone(&store, tenant, "eve", "0733000003").await;
    let mut count = 0;
    let mut pays = async |reference: &str| {
        count += 1;
        let new = NewReceipt {
            provider: "mpesa".parse().unwrap(),
            number: Some(format!("QK{count}").parse().unwrap()),
            amount: money("100"),
            at: at(JOINED),
            reference: Some(reference.to_owned()),
        };
        store.payments(tenant).receive(&operator(), &new).await.unwrap().1
    };
    // Unless the tenant says so, nobody is known by a telephone.
    assert_eq!(pays("0712345678").await, PaymentOutcome::Unallocated(Unmatched::Nobody));
    let settings = store.billing_settings(tenant);
    let home = Some("254".parse().unwrap());
    settings.change(&operator(), |it| it.calling_code = home).await.unwrap();
    let read = settings.read().await.unwrap();
    assert_eq!(read.calling_code.unwrap().to_string(), "254");
    let ann = PaymentOutcome::Credited(id(&store, tenant, "ann").await);
    for text in ["0712345678", "254712345678", "+254 712 345 678", "00254-712-345678"] {
        assert_eq!(pays(text).await, ann, "{text}");
    }
    let ben = PaymentOutcome::Credited(id(&store, tenant, "ben").await);
    assert_eq!(pays("+256772123456").await, ben);
    // Two have it, written in two ways; and nobody has these.
    for text in ["0722000001", "254722000001", "0700000000", "712345678", "INV-1"] {
        assert_eq!(pays(text).await, PaymentOutcome::Unallocated(Unmatched::Nobody), "{text}");
    }
    let account = PaymentOutcome::Credited(id(&store, tenant, "254733000003").await);
    assert_eq!(pays("254733000003").await, account);
    let eve = PaymentOutcome::Credited(id(&store, tenant, "eve").await);
    assert_eq!(pays("0733000003").await, eve);
    assert_eq!(has(&store, tenant, "ann").await, money("400"));
    let payments = store.payments(tenant);
    let first = ("mpesa".parse().unwrap(), "QK1".parse().unwrap());
    payments.assign(&operator(), &first.0, &first.1, "0712345678").await.unwrap();
    assert_eq!(has(&store, tenant, "ann").await, money("500"));
    store.close().await;
}

pub fn below(threshold: &str, amount: &str, per_month: u32) -> WalletAutoTopUp {
    let many = |count| NonZeroU32::new(count).unwrap();
    let rule = AutoTopUp::new(money(threshold), money(amount), many(60), many(per_month));
    WalletAutoTopUp { rule: rule.unwrap(), provider: "paystack".parse().unwrap() }
}

/// A token of the card of `jane`.
pub fn card() -> NewProviderToken {
    NewProviderToken {
        provider: "paystack".parse().unwrap(),
        subscriber: "jane".to_owned(),
        label: "Visa ending in 4242".parse().unwrap(),
        token: "AUTH_k1".parse().unwrap(),
    }
}

pub async fn a_wallet_is_topped_up_by_itself_one_at_a_time_and_not_too_often(ground: &Ground) {
    // The tenth of March in Nairobi.
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    subscriber(&store, tenant, "joe").await;
    let wallets = store.wallets(tenant);
    let by = operator();
    let rule = below("100", "500", 3);
    let error = wallets.set_auto_top_up(&by, "jane", Some(&rule)).await.unwrap_err().to_string();
    assert!(error.contains("paystack has given no token of `jane`"), "{error}");
    let token = store.provider_tokens(tenant).add(&by, &card()).await.unwrap().id;
    wallets.set_auto_top_up(&by, "jane", Some(&rule)).await.unwrap();
    assert_eq!(wallets.find("jane", 1).await.unwrap().auto_top_up, Some(rule.clone()));
    top_up(&store, tenant, "jane", "100").await;
    let intents = store.payment_intents(tenant);
    let made = async || wallets.top_up_each(&by, 10, 0).await.unwrap().done;
    // There is enough, to the last unit.
    assert_eq!((made().await, intents.to_charge(10).await.unwrap()), (0, vec![]));
    wallets.adjust(&by, &change("jane", "-0.01", None)).await.unwrap();
    // Eight workers at once make one intent.
    let tasks = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            store.wallets(tenant).top_up_each(&operator(), 10, 0).await.unwrap().done
        })
    });
    let done = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
    assert_eq!(done.into_iter().map(|it| it.unwrap()).sum::<usize>(), 1);
    let due = intents.to_charge(10).await.unwrap();
    let [(intent, of)] = due.as_slice() else { panic!("{due:?}") };
    assert_eq!((*of, intent.intent.amount()), (token, money("500")));
    assert_eq!(intent.subscriber_name, "jane");
    // While it is charged no other one is made, however long that takes within its day.
    let id = intent.intent.id();
    intents.prompted(&by, id, Some("T1")).await.unwrap();
    assert_eq!(intents.to_charge(10).await.unwrap(), []);
    clock.set(on(3, 10, 14));
    assert_eq!(made().await, 0);
    // What comes is in the wallet.
    let paid = |number: &str| NewReceipt {
        provider: "paystack".parse().unwrap(),
        number: Some(number.parse().unwrap()),
        amount: money("500"),
        at: clock.now(),
        reference: None,
    };
    store.payments(tenant).receive_for(&by, &paid("P1"), id).await.unwrap();
    assert_eq!(has(&store, tenant, "jane").await, money("599.99"));
    clock.set(on(3, 12, 12));
    assert_eq!(made().await, 0);
    // One that has failed counts, and another comes an hour later at the earliest.
    wallets.adjust(&by, &change("jane", "-599", None)).await.unwrap();
    assert_eq!(made().await, 1);
    let second = intents.to_charge(10).await.unwrap()[0].0.intent.id();
    intents.enter(&by, second, IntentEvent::Fail, Some("declined")).await.unwrap();
    clock.set(Timestamp::from_unix_ms(on(3, 12, 13).unix_ms() - 1));
    assert_eq!(made().await, 0);
    clock.set(on(3, 12, 13));
    assert_eq!(made().await, 1);
    let third = intents.to_charge(10).await.unwrap()[0].0.intent.id();
    intents.enter(&by, third, IntentEvent::Fail, None).await.unwrap();
    // Three in a month of the tenant's clock, and then the next month.
    clock.set(on(3, 20, 0));
    assert_eq!(made().await, 0);
    clock.set(Timestamp::from_unix_ms(on(4, 1, 0).unix_ms() - 1));
    assert_eq!(made().await, 0);
    clock.set(on(4, 1, 0));
    assert_eq!(made().await, 1);
    // What waits to be charged is not, while there is enough in the wallet.
    let fourth = intents.to_charge(10).await.unwrap()[0].0.intent.id();
    wallets.adjust(&by, &change("jane", "99.01", None)).await.unwrap();
    assert_eq!(has(&store, tenant, "jane").await, money("100"));
    assert_eq!(intents.to_charge(10).await.unwrap(), []);
    wallets.adjust(&by, &change("jane", "-0.01", None)).await.unwrap();
    assert_eq!(intents.to_charge(10).await.unwrap().len(), 1);
    // The same rule again changes nothing of it; without the rule it is not charged, and none is made.
    wallets.set_auto_top_up(&by, "jane", Some(&rule)).await.unwrap();
    assert_eq!(intents.to_charge(10).await.unwrap().len(), 1);
    wallets.set_auto_top_up(&by, "jane", None).await.unwrap();
    assert_eq!(intents.to_charge(10).await.unwrap(), []);
    let state = async |id| intents.find(id).await.unwrap().intent.state();
    assert_eq!(state(fourth).await, IntentState::Cancelled);
    clock.set(on(4, 3, 0));
    assert_eq!(made().await, 0);
    // Nor is what another rule has made, or what was to be charged by a token that is forgotten.
    wallets.set_auto_top_up(&by, "jane", Some(&rule)).await.unwrap();
    assert_eq!(made().await, 1);
    let fifth = intents.to_charge(10).await.unwrap()[0].0.intent.id();
    let other = below("100", "200", 3);
    wallets.set_auto_top_up(&by, "jane", Some(&other)).await.unwrap();
    assert_eq!(
        (state(fifth).await, intents.to_charge(10).await.unwrap()),
        (IntentState::Cancelled, vec![])
    );
    clock.set(on(4, 3, 1));
    assert_eq!(made().await, 1);
    let sixth = intents.to_charge(10).await.unwrap()[0].0.intent.id();
    store.provider_tokens(tenant).remove(&by, token).await.unwrap();
    assert_eq!(state(sixth).await, IntentState::Cancelled);
    clock.set(on(5, 3, 0));
    assert_eq!((made().await, intents.to_charge(10).await.unwrap()), (0, vec![]));
    store.close().await;
}

pub async fn a_token_is_charged_by_one_and_its_wallet_is_looked_at_when_that_ends(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let (wallets, intents, by) = (store.wallets(tenant), store.payment_intents(tenant), operator());
    store.provider_tokens(tenant).add(&by, &card()).await.unwrap();
    wallets.set_auto_top_up(&by, "jane", Some(&below("100", "500", 9))).await.unwrap();
    let made = async || wallets.top_up_each(&by, 10, 0).await.unwrap().done;
    assert_eq!(made().await, 1);
    let id = intents.to_charge(10).await.unwrap()[0].0.intent.id();
    // Two at once: one charges.
    let two = ["T1", "T2"].map(|reference| {
        let store = store.clone();
        tokio::spawn(async move {
            let intents = store.payment_intents(tenant);
            intents.prompted(&operator(), id, Some(reference)).await.map(|it| it.reference)
        })
    });
    let done = futures_util::future::join_all(two).await;
    let (won, lost): (Vec<_>, Vec<_>) =
        done.into_iter().map(Result::unwrap).partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 1), "{won:?} {lost:?}");
    let said = format!(
        "intent {id} is prompted: somebody charges it already; ask its provider what has become of it"
    );
    let error = lost[0].as_ref().unwrap_err().to_string();
    assert!(error.contains(&said), "{error}");
    let error = intents.prompted(&by, id, None).await.unwrap_err().to_string();
    assert!(error.contains(&said), "{error}");
    // Who charges may say it again.
    let reference = won[0].as_ref().unwrap().clone().unwrap();
    intents.prompted(&by, id, Some(&reference)).await.unwrap();
    // It is seen waiting, and fails within its day: the next one is made at once.
    clock.set(on(3, 10, 14));
    assert_eq!(made().await, 0);
    intents.enter(&by, id, IntentEvent::Fail, Some("declined")).await.unwrap();
    assert_eq!(made().await, 1);
    // What is cancelled is charged by nobody.
    let id = intents.to_charge(10).await.unwrap()[0].0.intent.id();
    intents.enter(&by, id, IntentEvent::Cancel, None).await.unwrap();
    let error = intents.prompted(&by, id, Some("T3")).await.unwrap_err().to_string();
    let said = format!("intent {id} is cancelled: nothing is charged by it any more");
    assert!(error.contains(&said), "{error}");
    store.close().await;
}

pub async fn a_wallet_that_was_filled_meanwhile_is_not_charged(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let (wallets, intents, by) = (store.wallets(tenant), store.payment_intents(tenant), operator());
    store.provider_tokens(tenant).add(&by, &card()).await.unwrap();
    wallets.set_auto_top_up(&by, "jane", Some(&below("100", "500", 9))).await.unwrap();
    let next = async || {
        assert_eq!(wallets.top_up_each(&by, 10, 0).await.unwrap().done, 1);
        intents.to_charge(10).await.unwrap()[0].0.intent.id()
    };
    // 99.00 are too little still, and it is charged; who charges is told so again.
    let id = next().await;
    top_up(&store, tenant, "jane", "99").await;
    for _ in 0..2 {
        let claim = intents.claim(&by, id, "R1").await.unwrap();
        let IntentClaim::Charge(entry) = claim else { panic!("{claim:?}") };
        assert_eq!(entry.intent.state(), IntentState::Prompted);
    }
    let refused = IntentClaim::DoNot {
        why: format!(
            "intent {id} is prompted: somebody charges it already; ask its provider what has become of it"
        ),
    };
    assert_eq!(intents.claim(&by, id, "R2").await.unwrap(), refused);
    intents.enter(&by, id, IntentEvent::Fail, None).await.unwrap();
    // With one more there is enough: it is cancelled, and said so to both ways of asking.
    clock.set(on(3, 10, 14));
    let id = next().await;
    top_up(&store, tenant, "jane", "1").await;
    let enough = format!(
        "intent {id} is cancelled: the wallet has 100.00 KES, which is not below 100.00 KES"
    );
    let claim = intents.claim(&by, id, "R3").await.unwrap();
    assert_eq!(claim, IntentClaim::DoNot { why: enough });
    let entry = intents.find(id).await.unwrap();
    assert_eq!((entry.intent.state(), entry.reference), (IntentState::Cancelled, None));
    let steps = intents.steps(id).await.unwrap();
    let note = steps.last().unwrap().note.as_deref();
    assert_eq!(note, Some("the wallet has 100.00 KES, which is not below 100.00 KES"));
    let error = intents.prompted(&by, id, Some("R3")).await.unwrap_err().to_string();
    assert!(error.contains("is cancelled: nothing is charged by it any more"), "{error}");
    let topics: Vec<_> = store.outbox(tenant).list(&Default::default(), 10).await.unwrap();
    let last: Vec<_> = topics.iter().rev().take(3).map(|event| event.topic.to_string()).collect();
    assert_eq!(last[0], "payment_intent.cancelled", "{last:?}");
    // Nor is one charged whose time is over, though nobody has looked at it since.
    wallets.adjust(&by, &change("jane", "-50", None)).await.unwrap();
    clock.set(on(3, 10, 16));
    let id = next().await;
    clock.set(on(3, 12, 16));
    let why = format!("intent {id} is expired: nothing is charged by it any more");
    assert_eq!(intents.claim(&by, id, "R4").await.unwrap(), IntentClaim::DoNot { why });
    assert_eq!(intents.find(id).await.unwrap().intent.state(), IntentState::Expired);
    // Where nobody is charged, nobody claims.
    let ask = NewIntent {
        key: "ask".to_owned(),
        provider: "mpesa".parse().unwrap(),
        amount: money("10"),
        paid_for: PaidFor::TopUp("jane".to_owned()),
        lifetime_s: 60,
    };
    let asked = intents.create(&by, &ask).await.unwrap().0.intent.id();
    let error = intents.claim(&by, asked, "R4").await.unwrap_err().to_string();
    assert!(error.contains("no token is to be charged"), "{error}");
    store.close().await;
}

pub async fn what_receipts_have_brought_is_assigned_and_not_given_by_hand(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    for name in ["jane", "joe"] {
        subscriber(&store, tenant, name).await;
    }
    let (jane, joe) = (id(&store, tenant, "jane").await, id(&store, tenant, "joe").await);
    let parked = NewReceipt {
        provider: "mpesa".parse().unwrap(),
        number: Some("QK1".parse().unwrap()),
        amount: money("754"),
        at: at(JOINED),
        reference: Some("jo".to_owned()),
    };
    store.payments(tenant).receive(&operator(), &parked).await.unwrap();
    let wallets = store.wallets(tenant);
    let adjust = async |amount: &str| {
        let counter = CounterAccount::Unallocated;
        let new = NewAdjustment { counter, ..change("jane", amount, None) };
        wallets.adjust(&operator(), &new).await.map(|_| ()).map_err(|error| error.to_string())
    };
    let refused = async |amount: &str, of: &str| {
        let said = format!(
            "{amount}.00 KES cannot be given of {of}.00 KES that is not assigned: 754.00 KES of what is not \
             assigned is of receipts; `weir payment assign` gives it"
        );
        let error = adjust(amount).await.unwrap_err();
        assert!(error.contains(&said), "{error}");
    };
    refused("754", "754").await;
    refused("1", "754").await;
    // What was taken as somebody else's is of no receipt.
    top_up(&store, tenant, "jane", "50").await;
    adjust("-50").await.unwrap();
    refused("51", "804").await;
    adjust("50").await.unwrap();
    refused("1", "754").await;
    let (provider, number) = (parked.provider, "QK1".parse().unwrap());
    store.payments(tenant).assign(&operator(), &provider, &number, "joe").await.unwrap();
    let books = moved(&store, tenant).await;
    let of =
        |account: String| books.iter().find(|(name, _)| *name == account).map(|(_, minor)| *minor);
    assert_eq!(
        (of(format!("wallet:{jane}")), of(format!("wallet:{joe}")), of("unallocated".to_owned())),
        (Some(5_000), Some(75_400), None)
    );
    store.close().await;
}
