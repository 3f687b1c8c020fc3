//! What was asked to be paid, and what becomes of it when the money comes.

use billing_core::Money;
use billing_core::payment::{IntentEvent, IntentId, IntentState, RefundTo};
use entitlement::{TenantId, Timestamp};
use storage::{
    IntentEntry, KeyRing, NewIntent, NewProviderToken, NewReceipt, PaidFor, PaymentOutcome, Store,
    StoreOptions, SubscriptionId,
};

use crate::billing::{JOINED, at, bill, on_the_first, shop, subscriber};
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{customer, extra, lasts, on, order, package, take, top_up, wallet};
use crate::vouchers::{redeem, refills, sold, wish};

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

fn new(key: &str, amount: &str, paid_for: PaidFor) -> NewIntent {
    NewIntent {
        key: key.to_owned(),
        provider: "mpesa".parse().unwrap(),
        amount: kes(amount),
        paid_for,
        lifetime_s: 900,
    }
}

fn open_of(name: &str) -> PaidFor {
    PaidFor::Open(name.to_owned())
}

fn told(number: &str, amount: &str, by: Timestamp) -> NewReceipt {
    NewReceipt {
        provider: "mpesa".parse().unwrap(),
        number: Some(number.parse().unwrap()),
        amount: kes(amount),
        at: by,
        reference: None,
    }
}

async fn create(store: &Store, tenant: TenantId, new: &NewIntent) -> IntentEntry {
    let (entry, is_new) = store.payment_intents(tenant).create(&operator(), new).await.unwrap();
    assert!(is_new);
    assert_eq!(entry.intent.state(), IntentState::Created);
    entry
}

async fn steps(store: &Store, tenant: TenantId, id: IntentId) -> Vec<&'static str> {
    let steps = store.payment_intents(tenant).steps(id).await.unwrap();
    steps.iter().map(|step| step.event.code()).collect()
}

async fn state(store: &Store, tenant: TenantId, id: IntentId) -> &'static str {
    store.payment_intents(tenant).find(id).await.unwrap().intent.state().code()
}

async fn receive_for(
    store: &Store,
    tenant: TenantId,
    told: &NewReceipt,
    id: IntentId,
) -> Result<PaymentOutcome, String> {
    let received = store.payments(tenant).receive_for(&operator(), told, id).await;
    received.map(|(_, outcome)| outcome).map_err(|error| error.to_string())
}

pub async fn a_wish_is_kept_once_for_each_key(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    subscriber(&store, tenant, "ben").await;
    let jane = new("cart-17", "1500", open_of("jane"));
    let intents = store.payment_intents(tenant);
    let by = operator();
    let all = (0..16).map(|_| intents.create(&by, &jane));
    let all = futures_util::future::join_all(all).await;
    let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
    assert_eq!(all.iter().filter(|(_, is_new)| *is_new).count(), 1);
    let (first, _) = &all[0];
    assert!(all.iter().all(|(entry, _)| entry == first));
    assert_eq!((first.subscriber_name.as_str(), first.intent.amount()), ("jane", kes("1500")));
    let key = format!("the key `cart-17` is that of intent {}, which is ", first.intent.id());
    for (other, differs) in [
        (new("cart-17", "1500.01", open_of("jane")), "of 1500.00 KES and not of 1500.01 KES"),
        (
            NewIntent { provider: "airtel".parse().unwrap(), ..jane.clone() },
            "by mpesa and not by airtel",
        ),
        (new("cart-17", "1500", open_of("ben")), "for another subscriber"),
        (new("cart-17", "1500", PaidFor::TopUp("jane".to_owned())), "for another purpose (open)"),
        (NewIntent { lifetime_s: 60, ..jane.clone() }, "to be paid within 900 seconds and not 60"),
    ] {
        let error = intents.create(&operator(), &other).await.unwrap_err().to_string();
        assert!(error.contains(&format!("{key}{differs}; each wish has a key")), "{error}");
    }
    // What became of it changes nothing about that.
    let id = first.intent.id();
    intents.enter(&operator(), id, IntentEvent::Cancel, Some("wrong amount")).await.unwrap();
    let (again, is_new) = intents.create(&operator(), &jane).await.unwrap();
    assert_eq!((again.intent.state(), is_new), (IntentState::Cancelled, false));
    let said = intents.steps(id).await.unwrap();
    assert_eq!((said.len(), said[0].note.as_deref()), (1, Some("wrong amount")));
    for (wrong, words) in [
        (new("a", "0", open_of("jane")), "what somebody is asked to pay is more than 0"),
        (new("", "1", open_of("jane")), "a key has 1 to 255 letters"),
        (
            new("b", "1", open_of("jan")),
            "there is no subscriber called `jan`; did you mean `jane`?",
        ),
        (new("c", "1", PaidFor::Invoice("INV-1".to_owned())), "there is no invoice called"),
        (NewIntent { lifetime_s: 0, ..jane.clone() }, "from a second to 366 days"),
    ] {
        let error = intents.create(&operator(), &wrong).await.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    assert_eq!(intents.list(None, None, 10).await.unwrap(), [again]);
    let removed = store.subscribers(tenant).remove(&operator(), "jane").await.unwrap_err();
    assert!(removed.to_string().contains("is in use by intent to pay 1"), "{removed}");
    store.close().await;
}

pub async fn nobody_is_asked_for_what_pays_nothing_of_an_invoice(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let gold = on_the_first("jane", &["gold"]);
    store.subscriptions(tenant).add(&operator(), &gold).await.unwrap();
    bill(&store, tenant, JOINED).await;
    let label = store.invoices(tenant).list(None, 1).await.unwrap()[0].label.clone();
    let mut wish = new("cart-17", "5", PaidFor::Invoice(label));
    wish.amount = "5 USD".parse().unwrap();
    let intents = store.payment_intents(tenant);
    let error = intents.create(&operator(), &wish).await.unwrap_err().to_string();
    let expected = "5.00 USD pays nothing of an invoice in KES; ask for an amount in KES";
    assert!(error.contains(expected), "{error}");
    assert_eq!(intents.list(None, None, 10).await.unwrap(), []);
    wish.amount = kes("5");
    assert!(intents.create(&operator(), &wish).await.unwrap().1);
    store.close().await;
}

pub async fn the_rules_say_what_can_happen_to_an_intent_and_it_is_kept(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let intents = store.payment_intents(tenant);
    use IntentEvent::{Activate, Apply, Cancel, Expire, Fail, LoseTrack, Pay, Prompt};
    // What happens in its order, and what has become of it.
    let table: [(&[IntentEvent], &str); 9] = [
        (&[], "created"),
        (&[Prompt], "prompted"),
        (&[Cancel], "cancelled"),
        (&[Prompt, Cancel], "cancelled"),
        (&[Prompt, Fail], "failed"),
        (&[Expire], "expired"),
        (&[Prompt, Expire], "expired"),
        (&[LoseTrack], "unknown"),
        (&[Prompt, LoseTrack, Fail], "failed"),
    ];
    for (place, (events, expected)) in table.into_iter().enumerate() {
        let wish = new(&place.to_string(), "10", open_of("jane"));
        let id = create(&store, tenant, &wish).await.intent.id();
        for event in events {
            intents.enter(&operator(), id, *event, None).await.unwrap();
        }
        assert_eq!(state(&store, tenant, id).await, expected);
        let codes: Vec<_> = events.iter().map(|event| event.code()).collect();
        assert_eq!(steps(&store, tenant, id).await, codes);
        // What the rules refuse is refused, and nothing is kept of it.
        let known = IntentState::from_code(expected).unwrap();
        for event in [Cancel, Fail, Expire, LoseTrack] {
            if known.after(event).is_err() {
                let error = intents.enter(&operator(), id, event, None).await.unwrap_err();
                let words = format!("an intent to pay that is {expected} cannot {event}");
                assert!(error.to_string().contains(&words), "{error}");
            }
        }
        for event in [Pay, Apply, Activate] {
            let error = intents.enter(&operator(), id, event, None).await.unwrap_err().to_string();
            assert!(error.contains("that it was paid is said by its receipt"), "{error}");
        }
        assert_eq!(steps(&store, tenant, id).await.len(), events.len());
    }
    let expired = intents.list(Some("jane"), Some(IntentState::Expired), 10).await.unwrap();
    assert_eq!(expired.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(), ["5", "6"]);
    store.close().await;
}

pub async fn a_receipt_completes_the_intent_that_it_answers(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let gold = on_the_first("jane", &["gold"]);
    let jane = store.subscriptions(tenant).add(&operator(), &gold).await.unwrap().subscriber;
    // November, December and January: 754.00, 1740.00 and 1740.00.
    for s in [JOINED, 1_796_072_400, 1_798_750_800] {
        bill(&store, tenant, s).await;
    }
    let intents = store.payment_intents(tenant);

    // The second invoice, though the first is older.
    let invoice = PaidFor::Invoice("INV-2026-000002".to_owned());
    let wish = create(&store, tenant, &new("a", "1740", invoice)).await;
    let id = wish.intent.id();
    assert_eq!(wish.of.as_deref(), Some("INV-2026-000002"));
    intents.prompted(&operator(), id, Some("ws_CO_17")).await.unwrap();
    // To say it again changes nothing; to say something else is refused.
    intents.prompted(&operator(), id, Some("ws_CO_17")).await.unwrap();
    let error = intents.prompted(&operator(), id, Some("ws_CO_18")).await.unwrap_err().to_string();
    assert!(error.contains("mpesa calls intent 1 `ws_CO_17` and not `ws_CO_18`"), "{error}");
    let provider = "mpesa".parse().unwrap();
    assert_eq!(intents.find_by_reference(&provider, "ws_CO_17").await.unwrap().intent.id(), id);

    // Another amount than was asked for is not taken in.
    let short = receive_for(&store, tenant, &told("QK1", "1739.99", at(JOINED)), id).await;
    let error = short.unwrap_err();
    assert!(
        error.contains("1740.00 KES was asked for, and mpesa QK1 is of 1739.99 KES"),
        "{error}"
    );
    assert_eq!(store.payments(tenant).list(None, 10).await.unwrap(), []);
    assert_eq!(state(&store, tenant, id).await, "prompted");

    let paid = told("QK1", "1740", at(JOINED));
    let payments = store.payments(tenant);
    let by = operator();
    let all = (0..64).map(|_| payments.receive_for(&by, &paid, id));
    let outcomes = futures_util::future::join_all(all).await;
    let credited = outcomes.iter().filter(|it| {
        it.as_ref().is_ok_and(|(_, outcome)| *outcome == PaymentOutcome::Credited(jane))
    });
    assert_eq!(credited.count(), 1);
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(steps(&store, tenant, id).await, ["prompt", "pay", "apply"]);
    let entry = intents.find(id).await.unwrap();
    assert_eq!((entry.intent.state(), entry.poll_at), (IntentState::Applied, None));
    assert_eq!(entry.receipt, Some("QK1".parse().unwrap()));
    let invoices = store.invoices(tenant).list(None, 10).await.unwrap();
    let open: Vec<_> = invoices.iter().map(|invoice| invoice.paid).collect();
    assert_eq!(open, ["0", "1740", "0"].map(kes));

    // The money came by another way first: it is one receipt, and the intent is paid by it.
    let wish = create(&store, tenant, &new("b", "754", open_of("jane"))).await.intent.id();
    let by_account =
        NewReceipt { reference: Some("jane".to_owned()), ..told("QK2", "754", at(JOINED)) };
    store.payments(tenant).receive(&operator(), &by_account).await.unwrap();
    let answered = receive_for(&store, tenant, &told("QK2", "754", at(JOINED)), wish).await;
    assert_eq!(answered, Ok(PaymentOutcome::Repeated));
    assert_eq!(steps(&store, tenant, wish).await, ["pay", "apply"]);
    // It answers one, and another receipt cannot answer what is paid.
    let third = create(&store, tenant, &new("c", "754", open_of("jane"))).await.intent.id();
    let error = receive_for(&store, tenant, &told("QK2", "754", at(JOINED)), third).await;
    assert!(error.unwrap_err().contains("mpesa QK2 answers intent 2 and cannot answer 3"));
    assert_eq!(state(&store, tenant, third).await, "created");
    let error = receive_for(&store, tenant, &told("QK3", "754", at(JOINED)), wish).await;
    assert!(error.unwrap_err().contains("was paid by another receipt than mpesa QK3"));
    let other = NewReceipt { provider: "cash".parse().unwrap(), ..told("QK4", "754", at(JOINED)) };
    let error = receive_for(&store, tenant, &other, third).await.unwrap_err();
    assert!(error.contains("is to be paid by mpesa and not by cash"), "{error}");

    // A top-up is put into the wallet, whatever is owed.
    let top_up = new("d", "100", PaidFor::TopUp("jane".to_owned()));
    let top_up = create(&store, tenant, &top_up).await.intent.id();
    receive_for(&store, tenant, &told("QK5", "100", at(JOINED)), top_up).await.unwrap();
    let accounts = store.ledger(tenant).accounts_of(jane).await.unwrap();
    let balances: Vec<_> = accounts
        .iter()
        .map(|entry| (entry.name.to_string(), entry.account.credit_balance().unwrap()))
        .collect();
    let expected = [("receivable", "-1740"), ("wallet", "100")];
    assert_eq!(balances, expected.map(|(name, minor)| (format!("{name}:{jane}"), kes(minor))));
    crate::billing::balances(&store, tenant).await;
    store.close().await;
}

pub async fn money_that_comes_late_is_received(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let jane = store.subscribers(tenant).find("jane").await.unwrap().id;
    let intents = store.payment_intents(tenant);
    let mut ids = Vec::new();
    for key in ["expired", "failed", "cancelled", "prompted"] {
        ids.push(create(&store, tenant, &new(key, "100", open_of("jane"))).await.intent.id());
    }
    intents.enter(&operator(), ids[1], IntentEvent::Fail, Some("no answer")).await.unwrap();
    intents.enter(&operator(), ids[2], IntentEvent::Cancel, None).await.unwrap();
    intents.prompted(&operator(), ids[3], None).await.unwrap();
    // A quarter of an hour to pay.
    clock.set(Timestamp::from_unix_s(on(3, 10, 12).unix_s() + 899));
    assert_eq!(intents.expire(&operator(), 10).await.unwrap(), 0);
    clock.set(Timestamp::from_unix_s(on(3, 10, 12).unix_s() + 900));
    assert_eq!(intents.expire(&operator(), 1).await.unwrap(), 1);
    assert_eq!(intents.expire(&operator(), 10).await.unwrap(), 1);
    assert_eq!(intents.expire(&operator(), 10).await.unwrap(), 0);
    for (place, (id, kept)) in
        ids.into_iter().zip(["expired", "failed", "cancelled", "expired"]).enumerate()
    {
        let before = steps(&store, tenant, id).await;
        let late = told(&format!("L{place}"), "100", clock.now());
        for expected in [PaymentOutcome::Credited(jane), PaymentOutcome::Repeated] {
            assert_eq!(receive_for(&store, tenant, &late, id).await, Ok(expected), "{kept}");
        }
        let entry = intents.find(id).await.unwrap();
        assert_eq!(entry.intent.state().code(), kept);
        assert_eq!(entry.receipt, late.number);
        assert_eq!(steps(&store, tenant, id).await, before, "{kept}");
    }
    let name = billing_core::ledger::AccountName::Wallet(jane);
    let balance = store.ledger(tenant).credit_balance(&name, kes("0").currency()).await.unwrap();
    assert_eq!(balance, kes("400"));
    store.close().await;
}

pub async fn a_provider_is_asked_six_times_and_then_nightly(ground: &Ground) {
    let begin = on(3, 10, 12).unix_s();
    let clock = SetClock::at(at(begin));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let intents = store.payment_intents(tenant);
    let asked = create(&store, tenant, &new("a", "100", open_of("jane"))).await.intent.id();
    // Of one that nobody was asked for nothing is asked.
    create(&store, tenant, &new("b", "100", open_of("jane"))).await;
    intents.prompted(&operator(), asked, Some("ws_1")).await.unwrap();
    for after_s in [10, 20, 40, 80, 180, 600] {
        clock.set(at(begin + after_s - 1));
        assert_eq!(intents.to_poll(10).await.unwrap(), [], "{after_s}");
        clock.set(at(begin + after_s));
        let due = intents.to_poll(10).await.unwrap();
        assert_eq!(due.iter().map(|entry| entry.intent.id()).collect::<Vec<_>>(), [asked]);
        if after_s == 80 {
            // Nobody knows; it is asked all the same.
            intents.enter(&operator(), asked, IntentEvent::LoseTrack, None).await.unwrap();
        }
        intents.polled(&operator(), asked).await.unwrap();
    }
    clock.set(at(begin + 86_400));
    assert_eq!(intents.to_poll(10).await.unwrap(), []);
    let entry = intents.find(asked).await.unwrap();
    assert_eq!((entry.polls, entry.poll_at), (6, None));
    // Its fate is unknown, so that it never expires; the other one does.
    assert_eq!(intents.expire(&operator(), 10).await.unwrap(), 1);
    assert_eq!(state(&store, tenant, asked).await, "unknown");
    receive_for(&store, tenant, &told("QK1", "100", clock.now()), asked).await.unwrap();
    let expected = ["prompt", "lose-track", "pay", "apply"];
    assert_eq!(steps(&store, tenant, asked).await, expected);
    store.close().await;
}

async fn paid_until(store: &Store, tenant: TenantId, id: SubscriptionId) -> Timestamp {
    store.subscriptions(tenant).find(id).await.unwrap().packages[0].paid.unwrap().until
}

pub async fn money_serves_again_what_waits_for_it_with_the_same_commit(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    let mut all = Vec::new();
    for name in ["jane", "ben", "cleo"] {
        customer(&store, tenant, name, "1000").await;
        let mut order = order(name, "month", on(3, 10, 12));
        order.order.auto_renew = name != "cleo";
        all.push(take(&store, tenant, &order).await);
    }
    let [jane, ben, cleo] = all.as_slice() else { panic!() };
    // Two days after the end nobody is served, and the worker cannot do anything about it.
    clock.set(on(4, 12, 12));
    let renewals =
        store.subscriptions(tenant).renew_due(&operator(), clock.now(), 10).await.unwrap();
    assert_eq!((renewals.renewed.len(), renewals.not_renewed.len()), (0, 2));
    let valid_until = async |login: &str| {
        store.services(tenant).find(login).await.unwrap().validity.until.unwrap()
    };
    assert_eq!(valid_until("jane").await, on(4, 10, 12));

    // Too little is kept, and nothing else changes.
    top_up(&store, tenant, "jane", "300").await;
    assert_eq!(wallet(&store, tenant, jane).await, 30_000);
    assert_eq!(paid_until(&store, tenant, jane.subscription.id).await, on(4, 10, 12));
    assert_eq!(store.invoices(tenant).list(Some("jane"), 10).await.unwrap().len(), 1);

    // The rest is told of by 64 at once: one renewal, from now on.
    let rest = NewReceipt { reference: Some("jane".to_owned()), ..told("QK1", "800", clock.now()) };
    let payments = store.payments(tenant);
    let by = operator();
    let told_of = (0..64).map(|_| payments.receive(&by, &rest));
    let outcomes = futures_util::future::join_all(told_of).await;
    let credited = PaymentOutcome::Credited(jane.subscription.subscriber);
    let credited = |it: &Result<_, _>| matches!(it, Ok((_, outcome)) if *outcome == credited);
    assert_eq!(outcomes.iter().filter(|it| credited(it)).count(), 1);
    assert_eq!(paid_until(&store, tenant, jane.subscription.id).await, on(5, 12, 12));
    assert_eq!(valid_until("jane").await, on(5, 12, 12));
    assert_eq!(wallet(&store, tenant, jane).await, 10_000);
    let invoices = store.invoices(tenant).list(Some("jane"), 10).await.unwrap();
    let labels: Vec<_> =
        invoices.iter().map(|invoice| (invoice.label.as_str(), invoice.paid)).collect();
    // What could not be bought before has taken no number.
    assert_eq!(labels, [("INV-2025-000001", kes("1000")), ("INV-2025-000004", kes("1000"))]);
    let due = store.subscriptions(tenant).renew_due(&operator(), on(4, 12, 13), 10).await.unwrap();
    assert!(due.renewed.is_empty(), "{due:?}");

    // A voucher does the same.
    top_up(&store, tenant, "ben", "900").await;
    let (_, codes) =
        sold(&store, tenant, &storage::NewBatch { at: clock.now(), ..refills() }).await;
    let wish = storage::RedeemVoucher { at: clock.now(), ..wish(&codes[0], "ben", 1) };
    redeem(&store, tenant, &wish).await.unwrap();
    assert_eq!(valid_until("ben").await, on(5, 12, 12));
    assert_eq!(wallet(&store, tenant, ben).await, 2_000);

    // Who does not want to be renewed is not.
    top_up(&store, tenant, "cleo", "5000").await;
    assert_eq!(wallet(&store, tenant, cleo).await, 500_000);
    assert_eq!(valid_until("cleo").await, on(4, 10, 12));
    // Unless it is asked for by the payment itself.
    let renewal = new("r", "1000", PaidFor::Renewal("cleo".to_owned()));
    let renewal = create(&store, tenant, &renewal).await.intent.id();
    receive_for(&store, tenant, &told("QK2", "1000", clock.now()), renewal).await.unwrap();
    assert_eq!(valid_until("cleo").await, on(5, 12, 12));
    assert_eq!(steps(&store, tenant, renewal).await, ["pay", "apply", "activate"]);
    assert_eq!(wallet(&store, tenant, cleo).await, 500_000);
    crate::billing::balances(&store, tenant).await;
    store.close().await;
}

pub async fn a_renewal_that_is_paid_is_of_what_the_service_is_served_by(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    extra(&store, tenant, "booster", "300", lasts("1 day")).await;
    customer(&store, tenant, "jane", "1300").await;
    let jane = take(&store, tenant, &order("jane", "month", on(3, 10, 12))).await;
    let booster = storage::RenewalOrder {
        offer: Some("booster".to_owned()),
        count: 1,
        on_credit: false,
        auto_renew: None,
        at: None,
    };
    let subscriptions = store.subscriptions(tenant);
    subscriptions.renew(&operator(), jane.subscription.id, &booster).await.unwrap();
    assert_eq!(wallet(&store, tenant, &jane).await, 0);

    // Both are over, the booster longer; the month is what the payment is for.
    clock.set(on(4, 12, 12));
    let wish = new("r", "1000", PaidFor::Renewal("jane".to_owned()));
    let wish = create(&store, tenant, &wish).await.intent.id();
    receive_for(&store, tenant, &told("QK1", "1000", clock.now()), wish).await.unwrap();
    let service = store.services(tenant).find("jane").await.unwrap();
    assert_eq!(service.validity.until, Some(on(5, 12, 12)));
    assert_eq!(steps(&store, tenant, wish).await, ["pay", "apply", "activate"]);
    assert_eq!(wallet(&store, tenant, &jane).await, 0);

    // Another booster does not make a renewal that was paid for and is not covered one in force.
    clock.set(on(6, 12, 12));
    let half = new("s", "500", PaidFor::Renewal("jane".to_owned()));
    let half = create(&store, tenant, &half).await.intent.id();
    receive_for(&store, tenant, &told("QK2", "500", clock.now()), half).await.unwrap();
    subscriptions.renew(&operator(), jane.subscription.id, &booster).await.unwrap();
    assert_eq!(state(&store, tenant, half).await, "applied");
    store.close().await;
}

pub async fn all_who_pay_at_once_are_renewed_while_others_are_billed(ground: &Ground) {
    const PAYERS: usize = 24;
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    for place in 0..PAYERS {
        let name = format!("payer{place}");
        customer(&store, tenant, &name, "1000").await;
        let mut order = order(&name, "month", on(3, 10, 12));
        order.order.auto_renew = true;
        take(&store, tenant, &order).await;
        let billed = format!("billed{place}");
        subscriber(&store, tenant, &billed).await;
        let gold =
            storage::NewSubscription { from: on(4, 1, 0), ..on_the_first(&billed, &["gold"]) };
        store.subscriptions(tenant).add(&operator(), &gold).await.unwrap();
    }
    clock.set(on(4, 12, 12));
    let payments = (0..PAYERS).map(|place| {
        let (store, now) = (store.clone(), clock.now());
        tokio::spawn(async move {
            let whose = format!("payer{place}");
            let receipt =
                NewReceipt { reference: Some(whose), ..told(&format!("QK{place}"), "1000", now) };
            store.payments(tenant).receive(&operator(), &receipt).await.unwrap();
        })
    });
    let runs = (0..4).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let order = storage::RunOrder { at: on(4, 12, 12), batch: 3 };
            let mut after = None;
            loop {
                let batch = store.billing_runs(tenant).batch(&operator(), order, after).await;
                let batch = batch.unwrap();
                assert!(batch.not_billed.is_empty());
                after = batch.last;
                if after.is_none() {
                    break;
                }
            }
        })
    });
    let tasks: Vec<_> = payments.chain(runs).collect();
    for task in tasks {
        task.await.unwrap();
    }
    for place in 0..PAYERS {
        let service = store.services(tenant).find(&format!("payer{place}")).await.unwrap();
        assert_eq!(service.validity.until, Some(on(5, 12, 12)));
    }
    // One for each that was bought, renewed or billed, and no number is missing.
    let invoices = store.invoices(tenant).list(None, 1_000).await.unwrap();
    let mut labels: Vec<_> = invoices.into_iter().map(|invoice| invoice.label).collect();
    labels.sort_unstable();
    let all: Vec<_> = (1..=3 * PAYERS).map(|number| format!("INV-2025-{number:06}")).collect();
    assert_eq!(labels, all);
    crate::billing::balances(&store, tenant).await;
    store.close().await;
}

pub async fn what_was_paid_and_is_not_covered_is_activated_when_it_is(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    customer(&store, tenant, "jane", "1000").await;
    let jane = take(&store, tenant, &order("jane", "month", on(3, 10, 12))).await;
    clock.set(on(4, 12, 12));
    // Half of the price was asked for, by mistake.
    let half = new("r", "500", PaidFor::Renewal("jane".to_owned()));
    let half = create(&store, tenant, &half).await.intent.id();
    receive_for(&store, tenant, &told("QK1", "500", clock.now()), half).await.unwrap();
    assert_eq!(state(&store, tenant, half).await, "applied");
    assert_eq!(wallet(&store, tenant, &jane).await, 50_000);
    top_up(&store, tenant, "jane", "500").await;
    let renewal = storage::RenewalOrder {
        offer: None,
        count: 1,
        on_credit: false,
        auto_renew: None,
        at: None,
    };
    let subscriptions = store.subscriptions(tenant);
    subscriptions.renew(&operator(), jane.subscription.id, &renewal).await.unwrap();
    assert_eq!(steps(&store, tenant, half).await, ["pay", "apply", "activate"]);

    // Who has a subscription that buys no packages has nothing to renew.
    subscriber(&store, tenant, "ben").await;
    let service = storage::NewService {
        subscriber: Some("ben".to_owned()),
        ..crate::ground::new_service("ben", "gold")
    };
    store.services(tenant).add(&operator(), &service).await.unwrap();
    let ben = storage::NewSubscription {
        service: Some("ben".to_owned()),
        from: clock.now(),
        ..on_the_first("ben", &["gold"])
    };
    store.subscriptions(tenant).add(&operator(), &ben).await.unwrap();
    let next = create(&store, tenant, &new("s", "700", PaidFor::Renewal("ben".to_owned()))).await;
    let id = next.intent.id();
    receive_for(&store, tenant, &told("QK2", "700", clock.now()), id).await.unwrap();
    assert_eq!(steps(&store, tenant, id).await, ["pay", "apply", "activate"]);
    // What is taken back afterwards is something else.
    let (provider, number) = ("mpesa".parse().unwrap(), "QK2".parse().unwrap());
    let payments = store.payments(tenant);
    let to = RefundTo::Provider;
    payments.refund(&operator(), (&provider, &number), kes("700"), to, Some("1")).await.unwrap();
    assert_eq!(state(&store, tenant, id).await, "activated");
    store.close().await;
}

pub async fn tokens_of_providers_are_sealed_and_never_cards(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let token = |label: &str, token: &str| NewProviderToken {
        provider: "paystack".parse().unwrap(),
        subscriber: "jane".to_owned(),
        label: label.parse().unwrap(),
        token: token.parse().unwrap(),
    };
    let tokens = store.provider_tokens(tenant);
    let visa = token("Visa ending in 4242", "AUTH_8dfhjjdt");
    let first = tokens.add(&operator(), &visa).await.unwrap();
    // The same token again is one, under its new label.
    let renamed = token("Visa ending in 4242, 12/29", "AUTH_8dfhjjdt");
    let again = tokens.add(&operator(), &renamed).await.unwrap();
    assert_eq!((again.id, again.label.as_str()), (first.id, "Visa ending in 4242, 12/29"));
    let other = tokens.add(&operator(), &token("M-PESA", "AUTH_other")).await.unwrap();
    assert_eq!(tokens.list(Some("jane"), 100).await.unwrap(), [again, other.clone()]);
    assert_eq!(tokens.reveal(first.id).await.unwrap().reveal(), "AUTH_8dfhjjdt");
    // Neither the row nor the audit shows it.
    let cast = if ground.is_sqlite() { "hex(token_sealed)" } else { "encode(token_sealed, 'hex')" };
    let row = format!("select {cast} from provider_token where id = {}", first.id);
    let sealed = ground.text(&row).await.to_lowercase();
    // Without `AUTH_8` in hexadecimal digits.
    assert!(sealed.len() > 50 && !sealed.contains("415554485f38"), "{sealed}");
    let audit = store.audit(tenant).latest(100).await.unwrap();
    assert!(!format!("{audit:?}").contains("AUTH_8dfhjjdt"));
    // A token that was copied into another row does not open.
    ground
        .execute(&format!(
            "update provider_token set token_sealed = (select o.token_sealed from provider_token o \
         where o.id = {}) where id = {}",
            first.id, other.id
        ))
        .await;
    let error = tokens.reveal(other.id).await.unwrap_err().to_string();
    assert!(error.contains("does not open"), "{error}");
    tokens.remove(&operator(), other.id).await.unwrap();
    assert!(tokens.remove(&operator(), other.id).await.is_err());

    // A new key seals it anew, and the old one is not needed any more.
    let keys = KeyRing::add_key(&ground.key_path()).unwrap();
    let rotated = Store::open(&ground.url, keys, StoreOptions::default()).await.unwrap();
    assert!(rotated.rotate_keys(&operator()).await.unwrap() >= 1);
    assert_eq!(rotated.rotate_keys(&operator()).await.unwrap(), 0);
    let file = std::fs::read_to_string(ground.key_path()).unwrap();
    let newest: Vec<_> = file.lines().filter(|line| !line.starts_with("1 ")).collect();
    std::fs::write(ground.key_path(), newest.join("\n") + "\n").unwrap();
    let opened = ground.open().await;
    let token = opened.provider_tokens(tenant).reveal(first.id).await.unwrap();
    assert_eq!(token.reveal(), "AUTH_8dfhjjdt");
    // Nobody is charged with it when its subscriber is gone.
    opened.subscribers(tenant).remove(&operator(), "jane").await.unwrap();
    assert_eq!(opened.provider_tokens(tenant).list(None, 100).await.unwrap(), []);
    for store in [store, rotated, opened] {
        store.close().await;
    }
}
