//! What the outbox tells: everything that others are to hear of, once, whole, and with the commit in which it
//! happens.

use billing_core::{Money, SubscriptionState, Transition, What};
use entitlement::{TenantId, Timestamp};
use serde_json::{Value, json};
use storage::{NewReceipt, NewSubscription, OutboxFilter, RunOrder, Store, StoreError};

use crate::billing::{DAY_S, JOINED, at, bill_when_free, on_the_first, shop, subscriber};
use crate::dunning_shop::{self as dunning, Shop};
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{customer, lasts, on, order, package, renewal, take, top_up};
use crate::used_up::{DATA, last_grant, use_data, with_data};

pub fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

/// Hears what is told since it heard last.
pub struct Ear<'s> {
    store: &'s Store,
    tenant: TenantId,
    last: i64,
}

impl<'s> Ear<'s> {
    pub const fn new(store: &'s Store, tenant: TenantId) -> Self {
        Self { store, tenant, last: 0 }
    }

    /// Topics and bodies; of who it is about, the name.
    pub async fn hears(&mut self) -> Vec<(&'static str, Value)> {
        let filter = OutboxFilter::default();
        let events = self.store.outbox(self.tenant).list(&filter, 1_000).await.unwrap();
        let new: Vec<_> = events.into_iter().filter(|event| event.id > self.last).collect();
        self.last = new.last().map_or(self.last, |event| event.id);
        let heard = |event: &storage::OutboxEvent| {
            let mut body: Value = serde_json::from_str(&event.body).unwrap();
            assert_eq!(event.version, 1);
            assert_eq!(event.subscriber.map(|id| id.0), body["subscriber"]["id"].as_i64());
            body["subscriber"] = body["subscriber"]["name"].clone();
            (event.topic.known().unwrap().code(), body)
        };
        new.iter().map(heard).collect()
    }

    pub async fn topics(&mut self) -> Vec<&'static str> {
        self.hears().await.into_iter().map(|(topic, _)| topic).collect()
    }

    /// The only event, which is of this topic.
    #[track_caller]
    pub fn only(heard: Vec<(&'static str, Value)>, topic: &str) -> Value {
        let topics: Vec<_> = heard.iter().map(|(topic, _)| *topic).collect();
        assert_eq!(topics, [topic]);
        heard.into_iter().next().unwrap().1
    }
}

/// How a subscription that is active comes into a state.
fn way_to(state: SubscriptionState) -> &'static [Transition] {
    match state {
        SubscriptionState::Pending | SubscriptionState::Active => &[],
        SubscriptionState::Grace => &[Transition::FallDue],
        SubscriptionState::Suspended => &[Transition::Suspend],
        SubscriptionState::Blocked => &[Transition::Block],
        SubscriptionState::Paused => &[Transition::Pause],
        SubscriptionState::Terminated => &[Transition::Terminate],
    }
}

const TOPICS: [(Transition, &str); 10] = [
    (Transition::Activate, "subscription.activated"),
    (Transition::FallDue, "subscription.overdue"),
    (Transition::Suspend, "subscription.suspended"),
    (Transition::Promise, "subscription.promised"),
    (Transition::Settle, "subscription.settled"),
    (Transition::Block, "subscription.blocked"),
    (Transition::Unblock, "subscription.unblocked"),
    (Transition::Pause, "subscription.paused"),
    (Transition::Resume, "subscription.resumed"),
    (Transition::Terminate, "subscription.terminated"),
];

pub async fn every_edge_of_a_subscription_is_told_once(ground: &Ground) {
    let clock = SetClock::at(at(JOINED));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    let subscriptions = store.subscriptions(tenant);
    let mut ear = Ear::new(&store, tenant);
    let mut now_s = JOINED;
    let mut edges = 0;
    for state in SubscriptionState::ALL {
        for (transition, topic) in TOPICS {
            let name = format!("{state} {transition}");
            subscriber(&store, tenant, &name).await;
            now_s += 60;
            clock.set(at(now_s));
            let from = match state {
                SubscriptionState::Pending => at(now_s + DAY_S),
                _ => at(now_s),
            };
            let new = NewSubscription { from, ..on_the_first(&name, &["gold"]) };
            let id = subscriptions.add(&operator(), &new).await.unwrap().id;
            let enter = async |transition, s: i64| {
                let what = [(at(s), What::Transition(transition))];
                subscriptions.change(&operator(), id, &what).await
            };
            for step in way_to(state) {
                now_s += 60;
                clock.set(at(now_s));
                enter(*step, now_s).await.unwrap();
            }
            ear.hears().await;
            now_s += 60;
            clock.set(at(now_s));
            let entered = enter(transition, now_s).await;
            let heard = ear.hears().await;
            let Ok(to) = state.after(transition) else {
                assert!(entered.is_err(), "{name}");
                assert_eq!(heard, [], "{name}");
                continue;
            };
            entered.unwrap();
            edges += 1;
            let expected = json!({
                "subscriber": name,
                "by": "operator",
                "subscription": id.0,
                "service": null,
                "from": state.code(),
                "to": to.code(),
                "transition": transition.code(),
                "cause": "entered",
                "at": at(now_s).to_string(),
            });
            assert_eq!(heard, [(topic, expected)], "{name}");
        }
    }
    assert_eq!(edges, 20);
    store.close().await;
}

pub async fn what_was_entered_ahead_is_told_when_it_is_carried_out(ground: &Ground) {
    let clock = SetClock::at(at(JOINED));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    customer(&store, tenant, "jane", "1").await;
    let service = Some("jane".to_owned());
    let from = at(JOINED + 100);
    let new = NewSubscription { service, from, ..on_the_first("jane", &["gold"]) };
    let subscriptions = store.subscriptions(tenant);
    let mut ear = Ear::new(&store, tenant);
    ear.hears().await;
    let jane = subscriptions.add(&operator(), &new).await.unwrap().id;
    let ahead = |s: i64, transition| (at(JOINED + s), What::Transition(transition));
    let planned = [ahead(200, Transition::Pause), ahead(300, Transition::Resume)];
    subscriptions.change(&operator(), jane, &planned).await.unwrap();
    assert_eq!(ear.hears().await, [], "nothing has happened yet");

    // The worker is late: it begins, is paused, and goes on later.
    clock.set(at(JOINED + 250));
    assert_eq!(subscriptions.carry_out(&operator(), 10).await.unwrap(), 1);
    let edge = |from: &str, to: &str, transition: &str, cause: &str, s: i64| {
        json!({
            "subscriber": "jane", "by": "operator", "subscription": jane.0, "service": "jane",
            "from": from, "to": to, "transition": transition, "cause": cause,
            "at": at(JOINED + s).to_string(),
        })
    };
    let expected = [
        ("subscription.activated", edge("pending", "active", "activate", "planned", 100)),
        ("subscription.paused", edge("active", "paused", "pause", "planned", 200)),
    ];
    assert_eq!(ear.hears().await, expected);
    assert_eq!(subscriptions.carry_out(&operator(), 10).await.unwrap(), 0);
    assert_eq!(ear.hears().await, []);

    // What was planned is not told when it is withdrawn, and what is entered afterwards is told as it was.
    let block = [(at(JOINED + 260), What::Transition(Transition::Block))];
    clock.set(at(JOINED + 270));
    subscriptions.change(&operator(), jane, &block).await.unwrap();
    let blocked = edge("paused", "blocked", "block", "entered", 260);
    assert_eq!(ear.hears().await, [("subscription.blocked", blocked)]);
    clock.set(at(JOINED + 400));
    assert_eq!(subscriptions.carry_out(&operator(), 10).await.unwrap(), 0);
    // A command that carries out on its way what its time has come for tells that as well.
    let unblock = [
        (at(JOINED + 400), What::Transition(Transition::Unblock)),
        (at(JOINED + 500), What::Transition(Transition::Pause)),
    ];
    subscriptions.change(&operator(), jane, &unblock).await.unwrap();
    assert_eq!(ear.topics().await, ["subscription.unblocked"]);
    clock.set(at(JOINED + 600));
    let terminate = [(at(JOINED + 600), What::Transition(Transition::Terminate))];
    subscriptions.change(&operator(), jane, &terminate).await.unwrap();
    let expected = [
        ("subscription.paused", edge("active", "paused", "pause", "planned", 500)),
        ("subscription.terminated", edge("paused", "terminated", "terminate", "entered", 600)),
    ];
    assert_eq!(ear.hears().await, expected);
    store.close().await;
}

pub const DECEMBER: i64 = 1_796_072_400;

pub fn mpesa(number: &str, amount: &str, reference: Option<&str>) -> NewReceipt {
    NewReceipt {
        provider: "mpesa".parse().unwrap(),
        number: Some(number.parse().unwrap()),
        amount: kes(amount),
        at: at(DECEMBER),
        reference: reference.map(str::to_owned),
    }
}

pub async fn who_does_not_pay_is_told_of_step_by_step(ground: &Ground) {
    let shop = Shop::open(ground, &dunning::USUAL).await;
    let (_, line) = shop.sell("jane").await;
    shop.bill().await;
    let mut ear = Ear::new(&shop.store, shop.tenant);
    assert_eq!(ear.topics().await, ["subscription.activated", "invoice.finalised"]);
    // What would be done is told to nobody.
    shop.clock.set(dunning::on("2027-03-15"));
    let run = RunOrder { at: shop.clock.now(), batch: 10 };
    shop.store.dunning(shop.tenant).preview(run, None).await.unwrap();
    assert_eq!(ear.hears().await, []);

    shop.run("2027-02-27").await;
    assert_eq!(ear.topics().await, ["reminder"]);
    shop.run("2027-03-02T09:00").await;
    let heard = ear.hears().await;
    let topics: Vec<_> = heard.iter().map(|(topic, _)| *topic).collect();
    assert_eq!(topics, ["subscription.overdue", "reminder"]);
    let edge = |from: &str, to: &str, transition: &str, cause: &str, at: &str| {
        json!({
            "subscriber": "jane", "by": "operator", "subscription": line.0, "service": "jane",
            "from": from, "to": to, "transition": transition, "cause": cause, "at": at,
        })
    };
    let overdue = edge("active", "grace", "fall-due", "overdue", "2027-03-02T06:00:00Z");
    assert_eq!(heard[0].1, overdue);
    shop.run("2027-03-06T09:00").await;
    let heard = ear.hears().await;
    let (topic, fee) = &heard[0];
    assert_eq!(*topic, "late_fee.charged");
    let expected = json!({
        "subscriber": "jane", "by": "operator", "late_fee": fee["late_fee"],
        "invoice": fee["invoice"], "number": "INV-2027-000001", "amount_minor": 6_000,
        "currency": "KES", "at": "2027-03-06T06:00:00Z",
    });
    assert_eq!(fee, &expected);
    shop.run("2027-03-11T09:00").await;
    let suspended = Ear::only(ear.hears().await, "subscription.suspended");
    let expected = edge("grace", "suspended", "suspend", "overdue", "2027-03-11T06:00:00Z");
    assert_eq!(suspended, expected);

    // Who pays all of it, with the fee, is served again with the same commit: both are told.
    shop.clock.set(dunning::on("2027-03-12T10:00"));
    shop.pay("1", "jane", "3060").await;
    let heard = ear.hears().await;
    let topics: Vec<_> = heard.iter().map(|(topic, _)| *topic).collect();
    assert_eq!(topics, ["payment.received", "subscription.settled"]);
    let debts: Vec<_> =
        heard[0].1["pays"].as_array().unwrap().iter().map(|it| &it["debt"]).collect();
    assert_eq!(debts, ["invoice", "late_fee"]);
    let settled = edge("suspended", "active", "settle", "paid", "2027-03-12T07:00:00Z");
    assert_eq!(heard[1].1, settled);

    // The whole way of the next invoice.
    shop.sell("joe").await;
    let order = RunOrder { at: shop.clock.now(), batch: 10 };
    shop.store.billing_runs(shop.tenant).batch(&operator(), order, None).await.unwrap();
    ear.hears().await;
    shop.run("2027-06-01").await;
    let heard = ear.hears().await;
    let of_joe = heard.iter().filter(|(_, body)| body["subscriber"] == "joe");
    let ends: Vec<_> = of_joe.filter(|(topic, _)| !topic.starts_with("late_fee")).collect();
    let topics: Vec<_> = ends.iter().map(|(topic, _)| *topic).collect();
    let expected = [
        "subscription.overdue",
        "subscription.suspended",
        "subscription.terminated",
        "invoice.written_off",
    ];
    assert_eq!(topics.iter().filter(|it| **it != "reminder").collect::<Vec<_>>(), {
        expected.iter().collect::<Vec<_>>()
    });
    let written_off = &ends.iter().find(|(topic, _)| *topic == "invoice.written_off").unwrap().1;
    assert_eq!(written_off["amount_minor"], 315_000, "{written_off}");
    shop.store.close().await;
}

pub async fn promises_are_told_when_they_are_made_and_when_they_are_broken(ground: &Ground) {
    let shop = Shop::open(ground, &dunning::USUAL).await;
    shop.sell("jane").await;
    shop.sell("joe").await;
    shop.bill().await;
    shop.run("2027-03-12").await;
    let mut ear = Ear::new(&shop.store, shop.tenant);
    ear.hears().await;
    let promises = shop.store.dunning(shop.tenant);
    let until = dunning::on("2027-03-18T12:00");
    promises.promise(&operator(), "jane", kes("3060.01"), until).await.unwrap_err();
    assert_eq!(ear.hears().await, []);
    promises.promise(&operator(), "jane", kes("3060"), until).await.unwrap();
    let heard = ear.hears().await;
    let topics: Vec<_> = heard.iter().map(|(topic, _)| *topic).collect();
    assert_eq!(topics, ["promise.made", "subscription.promised"]);
    let made = &heard[0].1;
    let expected = json!({
        "subscriber": "jane", "by": "operator", "promise": made["promise"],
        "amount_minor": 306_000, "paid_minor": 0, "currency": "KES",
        "made_at": "2027-03-11T21:00:00Z", "until": "2027-03-18T09:00:00Z",
    });
    assert_eq!(made, &expected);
    promises.promise(&operator(), "joe", kes("3060"), until).await.unwrap();
    shop.clock.set(dunning::on("2027-03-17T08:00"));
    shop.pay("1", "joe", "3060").await;
    shop.pay("2", "jane", "1000").await;
    shop.run("2027-03-18T11:59").await;
    ear.hears().await;
    // Joe has kept his.
    shop.run("2027-03-18T12:00").await;
    let heard = ear.hears().await;
    let topics: Vec<_> = heard.iter().map(|(topic, _)| *topic).collect();
    assert_eq!(topics, ["promise.broken", "subscription.suspended", "late_fee.charged"]);
    let broken = &heard[0].1;
    assert_eq!(
        (&broken["subscriber"], &broken["amount_minor"], &broken["paid_minor"]),
        (&json!("jane"), &json!(306_000), &json!(100_000))
    );
    shop.run("2027-03-19").await;
    assert!(!ear.topics().await.contains(&"promise.broken"), "once");
    shop.store.close().await;
}

pub async fn packages_are_told_from_their_purchase_to_their_end(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    with_data(&store, tenant).await;
    customer(&store, tenant, "jane", "2500").await;
    customer(&store, tenant, "ben", "100").await;
    let mut ear = Ear::new(&store, tenant);
    ear.hears().await;
    let subscriptions = store.subscriptions(tenant);
    let mut wanted = order("jane", "month", on(3, 10, 12));
    wanted.order.auto_renew = true;
    let jane = take(&store, tenant, &wanted).await;
    let heard = ear.hears().await;
    let topics: Vec<_> = heard.iter().map(|(topic, _)| *topic).collect();
    let all = ["subscription.activated", "invoice.finalised", "wallet.paid", "package.bought"];
    assert_eq!(topics, all);
    let package_of = |paid_until: &str, number: &str, at: Timestamp| {
        json!({
            "subscriber": "jane", "by": "operator", "subscription": jane.subscription.id.0,
            "service": "jane", "product": "month", "paid_until": paid_until, "data_octets": 0,
            "online_s": 0, "at": at.to_string(),
            "invoices": [{
                "number": number, "total_minor": 100_000, "open_minor": 0, "currency": "KES",
            }],
        })
    };
    let bought = package_of("2025-04-10T09:00:00Z", "INV-2025-000001", on(3, 10, 12));
    assert_eq!(heard[3].1, bought);

    // By itself when it is over, and again, and then there is not enough.
    clock.set(on(4, 10, 12));
    subscriptions.renew_due(&operator(), clock.now(), 10).await.unwrap();
    let heard = ear.hears().await;
    let topics: Vec<_> = heard.iter().map(|(topic, _)| *topic).collect();
    assert_eq!(topics, ["invoice.finalised", "wallet.paid", "package.renewed"]);
    let renewed = package_of("2025-05-10T09:00:00Z", "INV-2025-000002", on(4, 10, 12));
    assert_eq!(heard[2].1, renewed);
    let over = async || subscriptions.tell_over_each(&operator(), 10, 0).await.unwrap().done;
    assert_eq!(over().await, 0);
    clock.set(on(5, 10, 12));
    // What is to be renewed is not over before that was tried.
    assert_eq!(over().await, 0);
    subscriptions.renew_due(&operator(), clock.now(), 10).await.unwrap();
    let not_renewed = Ear::only(ear.hears().await, "package.not_renewed");
    let expected = json!({
        "subscriber": "jane", "by": "operator", "subscription": jane.subscription.id.0,
        "service": "jane", "product": "month", "reason": not_renewed["reason"],
        "available_minor": 50_000, "needed_minor": 100_000, "missing_minor": 50_000,
        "currency": "KES",
    });
    assert_eq!(not_renewed, expected);
    assert_eq!((over().await, over().await), (1, 0));
    let expired = Ear::only(ear.hears().await, "package.expired");
    let expected = json!({
        "subscriber": "jane", "by": "operator", "subscription": jane.subscription.id.0,
        "service": "jane", "product": "month", "paid_until": "2025-05-10T09:00:00Z",
    });
    assert_eq!(expired, expected);
    // The next tries are no news.
    clock.set(on(5, 10, 13));
    let again = subscriptions.renew_due(&operator(), clock.now(), 10).await.unwrap();
    assert_eq!(again.not_renewed.len(), 1);
    assert_eq!(ear.hears().await, []);
    // Money renews it with the same commit, and it can be over once more.
    top_up(&store, tenant, "jane", "500").await;
    let topics = ear.topics().await;
    assert_eq!(topics, ["payment.received", "invoice.finalised", "wallet.paid", "package.renewed"]);
    let once_more = renewal(clock.now(), 1);
    assert!(subscriptions.renew(&operator(), jane.subscription.id, &once_more).await.is_err());
    assert_eq!(ear.hears().await, [], "a command that fails leaves none");
    clock.set(on(6, 11, 12));
    subscriptions.renew_due(&operator(), clock.now(), 10).await.unwrap();
    assert_eq!(over().await, 1);
    assert_eq!(ear.topics().await, ["package.not_renewed", "package.expired"]);

    // Data that is used up, of what nobody renews.
    let ben = take(&store, tenant, &order("ben", "data", clock.now())).await;
    let grant = last_grant(ground).await;
    let heard = ear.hears().await;
    assert_eq!(heard.last().unwrap().1["data_octets"], DATA);
    use_data(&store, tenant, "ben", (1, &[(grant, DATA)])).await;
    subscriptions.notice_used_up(&operator(), 10).await.unwrap();
    subscriptions.notice_used_up(&operator(), 10).await.unwrap();
    let used_up = Ear::only(ear.hears().await, "package.used_up");
    let expected = json!({
        "subscriber": "ben", "by": "operator", "subscription": ben.subscription.id.0,
        "service": "ben", "product": "data", "paid_until": null,
    });
    assert_eq!(used_up, expected);
    store.close().await;
}

/// Lets whoever writes into a table fail, on PostgreSQL by the end of his connection.
async fn break_table(ground: &Ground, table: &str) {
    let sql = match ground.is_sqlite() {
        true => format!(
            "create trigger broken before insert on {table} begin select raise(abort, 'no'); end"
        ),
        false => format!(
            "create function break_it() returns trigger language plpgsql as $$ begin \
             perform pg_terminate_backend(pg_backend_pid()); return new; end $$; \
             create trigger broken before insert on {table} for each row execute function break_it()"
        ),
    };
    ground.execute(&sql).await;
}

async fn mend_table(ground: &Ground, table: &str) {
    let sql = match ground.is_sqlite() {
        true => "drop trigger broken".to_owned(),
        false => format!("drop trigger broken on {table}; drop function break_it()"),
    };
    ground.execute(&sql).await;
}

pub async fn what_fails_or_is_killed_leaves_neither_command_nor_event(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    customer(&store, tenant, "jane", "1").await;
    let subscriptions = store.subscriptions(tenant);
    let service = Some("jane".to_owned());
    let new = NewSubscription { service, ..on_the_first("jane", &["gold"]) };
    let jane = subscriptions.add(&operator(), &new).await.unwrap().id;
    let mut ear = Ear::new(&store, tenant);
    ear.hears().await;
    let block = [(at(JOINED + 60), What::Transition(Transition::Block))];
    let receipt = mpesa("QK1", "10", Some("jane"));
    // Before its events are written, with them, and behind them: the audit and the changes come last.
    for table in ["subscription_event", "outbox", "audit", "change"] {
        break_table(ground, table).await;
        assert!(subscriptions.change(&operator(), jane, &block).await.is_err(), "{table}");
        if table != "subscription_event" {
            assert!(bill_when_free(&store, tenant, JOINED).await.is_err(), "{table}");
            let paid = store.payments(tenant).receive(&operator(), &receipt).await;
            assert!(paid.is_err(), "{table}");
        }
        mend_table(ground, table).await;
        let found = subscriptions.find(jane).await.unwrap();
        assert_eq!((found.state, found.events.len()), (SubscriptionState::Active, 2), "{table}");
        assert_eq!(store.invoices(tenant).list(None, 10).await.unwrap(), [], "{table}");
        assert_eq!(ear.hears().await, [], "{table}");
    }
    let refused = subscriptions
        .change(&operator(), jane, &[(at(JOINED + 60), What::Transition(Transition::Resume))])
        .await;
    assert!(matches!(refused, Err(StoreError::Rule { .. })), "{refused:?}");
    assert_eq!(ear.hears().await, []);
    // Nobody stands in the way of it any more.
    bill_when_free(&store, tenant, JOINED).await.unwrap();
    subscriptions.change(&operator(), jane, &block).await.unwrap();
    store.payments(tenant).receive(&operator(), &mpesa("QK1", "10", Some("jane"))).await.unwrap();
    let topics = ear.topics().await;
    let all = ["invoice.finalised", "wallet.paid", "subscription.blocked", "payment.received"];
    assert_eq!(topics, all);
    store.close().await;
}
