//! What happens to who does not pay, and to who does.

use std::collections::BTreeMap;

use billing_core::dunning::{DunningPolicy, PromiseStanding, Risk, RiskLimits, WorkingDays};
use billing_core::ledger::AccountName;
use billing_core::{PartOrAmount, SubscriptionState, Transition, What};
use entitlement::Standing;
use storage::{DunningBatch, LookAt, RunOrder};

use crate::dunning_shop::{LADDER, Shop, USUAL, kes, nairobi, on, rules, said};
use crate::ground::{Ground, operator};

pub async fn who_never_pays_goes_down_the_whole_ladder(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (jane, line) = shop.sell("jane").await;
    shop.bill().await;
    let mut all = Vec::new();
    let mut served = Vec::new();
    for day in 0..80 {
        shop.clock.set(on("2027-02-20T18:00").plus_s(day * 86_400));
        let now = nairobi().shown(shop.clock.now()).unwrap().strftime("%Y-%m-%dT%H:%M").to_string();
        all.extend(shop.run(&now).await);
        assert_eq!(shop.run(&now).await, [""; 0], "twice at {now}");
        let again = shop.batch(LookAt::Everybody, 10, None).await;
        assert_eq!(again.dunned, [], "twice at {now}");
        let standing = shop.standing("jane").await;
        if served.last().is_none_or(|(_, before)| *before != standing) {
            served.push((now, standing));
        }
    }
    assert_eq!(all, LADDER);
    assert_eq!(
        served,
        [
            ("2027-02-20T18:00".to_owned(), Standing::Active),
            ("2027-03-11T18:00".to_owned(), Standing::Suspended),
            ("2027-03-31T18:00".to_owned(), Standing::Terminated),
        ]
    );
    assert_eq!(
        shop.events(line).await,
        [
            "02-15 23:59 activate",
            "03-02 09:00 fall-due",
            "03-11 09:00 suspend",
            "03-31 09:00 terminate"
        ]
    );
    let balances = shop.balances().await;
    assert_eq!(balances[&AccountName::Receivable(jane).to_string()], 0);
    assert_eq!((balances["late-fees"], balances["written-off"]), (15_000, -315_000));
    let invoices = shop.store.invoices(shop.tenant).list(None, 10).await.unwrap();
    assert_eq!((invoices.len(), invoices[0].paid), (1, kes("3000")));
    let account = shop.store.dunning(shop.tenant).account("jane").await.unwrap().account;
    assert_eq!(account.invoices, [], "nothing is open");
    assert_eq!(shop.number("select count(*) from outbox where topic = 'reminder'").await, 3);
    let last = "select body from outbox where id = \
                (select max(id) from outbox where topic = 'reminder')";
    let body = ground.text(last).await;
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let expected = serde_json::json!({
        "subscriber": {
            "id": jane.0, "name": "jane", "full_name": null, "phone": null, "email": null,
        },
        "by": "operator",
        "invoice": invoices[0].id,
        "number": "INV-2027-000001",
        "due_at": "2027-03-01T20:59:00Z",
        "open_minor": 300_000,
        "overdue_minor": 300_000,
        "currency": "KES",
        "step": 2,
        "days": 3,
        "at": "2027-03-04T06:00:00Z",
    });
    assert_eq!(body, expected);
    shop.store.close().await;
}

pub async fn after_a_standstill_everything_is_made_up_for_in_its_order(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (_, line) = shop.sell("jane").await;
    shop.bill().await;
    shop.clock.set(on("2027-03-15"));
    let order = RunOrder { at: on("2027-03-15"), batch: 10 };
    let preview = shop.store.dunning(shop.tenant).preview(order, None).await.unwrap();
    let previewed: Vec<_> = preview.dunned[0].actions.iter().map(said).collect();
    // Only the last of three reminders.
    assert_eq!(previewed, LADDER[2..7]);
    assert_eq!(shop.number("select count(*) from late_fee").await, 0, "a preview writes nothing");
    assert_eq!(shop.run("2027-03-15").await, LADDER[2..7]);
    assert_eq!(shop.run("2027-03-15").await, [""; 0]);
    let events = shop.events(line).await;
    assert_eq!(events[1..], ["03-02 09:00 fall-due", "03-11 09:00 suspend"]);
    assert_eq!(shop.run("2027-06-01").await, LADDER[7..]);
    assert_eq!(shop.balances().await["written-off"], -315_000);
    shop.store.close().await;
}

pub async fn who_pays_is_served_again_in_the_same_moment(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (jane, line) = shop.sell("jane").await;
    shop.bill().await;
    shop.run("2027-03-15").await;
    let follower = shop.store.follow().await.unwrap();
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    // The invoice alone does not do: two fees of 60.00 are owed as well.
    shop.clock.set(on("2027-03-16T10:00"));
    shop.pay("1", "jane", "3000").await;
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    assert_eq!(shop.balances().await[&AccountName::Receivable(jane).to_string()], -12_000);
    shop.clock.set(on("2027-03-16T10:05"));
    shop.pay("2", "jane", "150").await;
    assert_eq!(shop.standing("jane").await, Standing::Active);
    follower.sync().await.unwrap();
    follower.stop().await;
    assert_eq!(shop.state(line).await, SubscriptionState::Active);
    assert_eq!(shop.events(line).await[3..], ["03-16 10:05 settle"]);
    let balances = shop.balances().await;
    assert_eq!(balances[&AccountName::Receivable(jane).to_string()], 0);
    assert_eq!(balances[&AccountName::Wallet(jane).to_string()], 3_000);
    assert_eq!(balances["late-fees"], 12_000);
    // And nothing more happens to it.
    assert_eq!(shop.run("2027-06-01").await, [""; 0]);
    // The receipt says which of them it has paid.
    let (cash, second) = ("cash".parse().unwrap(), "2".parse().unwrap());
    let second = shop.store.payments(shop.tenant).find(&cash, &second).await.unwrap();
    let pays: Vec<_> = second.pays.iter().map(|it| (it.debt.to_string(), it.amount)).collect();
    assert_eq!(pays, [("late fee 1".into(), kes("60")), ("late fee 2".into(), kes("60"))]);
    shop.store.close().await;
}

pub async fn an_invoice_is_paid_by_its_number_with_its_late_fees(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (jane, line) = shop.sell("jane").await;
    shop.bill().await;
    shop.run("2027-03-15").await;
    shop.pay("1", "INV-2027-000001", "3120").await;
    assert_eq!(shop.state(line).await, SubscriptionState::Active);
    assert_eq!(shop.balances().await[&AccountName::Receivable(jane).to_string()], 0);
    assert_eq!(shop.balances().await.get(&AccountName::Wallet(jane).to_string()), None);

    // A payment that is taken back is owed again. What was served meanwhile was: from now on it is not.
    shop.clock.set(on("2027-03-20T12:00"));
    let payments = shop.store.payments(shop.tenant);
    let (cash, number) = ("cash".parse().unwrap(), "1".parse().unwrap());
    payments.reverse(&operator(), (&cash, &number), kes("3120"), Some("CB-1")).await.unwrap();
    assert_eq!(shop.balances().await[&AccountName::Receivable(jane).to_string()], -312_000);
    let done = shop.run("2027-03-20T12:01").await;
    assert_eq!(done, ["2027-03-20 12:00 fall-due", "2027-03-20 12:00 suspend"]);
    shop.pay("2", "jane", "3120").await;
    assert_eq!(shop.state(line).await, SubscriptionState::Active);
    shop.store.close().await;
}

pub async fn a_promise_holds_everything_up_and_is_kept_or_broken(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (_, janes) = shop.sell("jane").await;
    let (_, joes) = shop.sell("joe").await;
    shop.bill().await;
    shop.run("2027-03-12").await;
    let dunning = shop.store.dunning(shop.tenant);
    let until = on("2027-03-18T12:00");
    let refused = dunning.promise(&operator(), "jane", kes("3060.01"), until).await.unwrap_err();
    assert!(refused.to_string().contains("up to the 3060.00 KES overdue"), "{refused}");
    assert_eq!(shop.number("select count(*) from promise").await, 0);
    for name in ["jane", "joe"] {
        dunning.promise(&operator(), name, kes("3060"), until).await.unwrap();
        assert_eq!(shop.standing(name).await, Standing::Active, "{name} is served again at once");
    }
    assert_eq!(shop.state(janes).await, SubscriptionState::Grace);
    let refused = dunning.promise(&operator(), "jane", kes("1"), until).await.unwrap_err();
    assert!(refused.to_string().contains("there is a promise until 2027-03-18"), "{refused}");
    assert_eq!(shop.run("2027-03-18T11:59").await, [""; 0]);

    shop.clock.set(on("2027-03-17T08:00"));
    shop.pay("1", "joe", "3060").await;
    assert_eq!(shop.state(joes).await, SubscriptionState::Active);
    shop.pay("2", "jane", "1000").await;
    assert_eq!(shop.state(janes).await, SubscriptionState::Grace);
    // What was held up happens at its end: a fee of 2 % on the 2000.00 that are left, and suspension.
    assert_eq!(
        shop.run("2027-03-18T12:00").await,
        ["2027-03-18 12:00 suspend", "2027-03-18 12:00 fee 40.00 KES"]
    );
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    assert_eq!(shop.standing("joe").await, Standing::Active);
    let standing = async |name: &str| {
        let account = dunning.account(name).await.unwrap().account;
        let promise = account.promises[0];
        (promise.paid, promise.standing(shop.clock.now()).unwrap())
    };
    assert_eq!(standing("jane").await, (kes("1000"), PromiseStanding::Broken));
    assert_eq!(standing("joe").await, (kes("3060"), PromiseStanding::Kept));
    shop.store.close().await;
}

pub async fn eight_workers_at_once_do_everything_once(ground: &Ground) {
    const SUBSCRIBERS: i64 = 40;
    let shop = Shop::open(ground, &USUAL).await;
    for number in 0..SUBSCRIBERS {
        shop.sell(&format!("subscriber {number}")).await;
    }
    shop.bill().await;
    shop.clock.set(on("2027-03-15"));
    let work = async || {
        let (mut after, mut done) = (None, 0);
        loop {
            let batch = shop.batch(LookAt::Everybody, 7, after).await;
            assert_eq!(batch.not_dunned, []);
            done += batch.dunned.iter().map(|dunned| dunned.actions.len()).sum::<usize>();
            after = match batch.last {
                Some(last) => Some(last),
                None => return done,
            };
        }
    };
    let done = futures_util::future::join_all((0..8).map(|_| work())).await;
    // A reminder, two fees and two transitions for each.
    assert_eq!(done.iter().sum::<usize>(), 200, "{done:?}");
    for (sql, count) in [
        ("select count(*) from late_fee", 2 * SUBSCRIBERS),
        ("select count(*) from outbox where topic = 'reminder'", SUBSCRIBERS),
        ("select count(*) from outbox where topic = 'late_fee.charged'", 2 * SUBSCRIBERS),
        ("select count(*) from outbox where topic = 'subscription.suspended'", SUBSCRIBERS),
        ("select count(*) from subscription_event where what = 'suspend'", SUBSCRIBERS),
        ("select count(*) from service where standing = 'suspended'", SUBSCRIBERS),
    ] {
        assert_eq!(shop.number(sql).await, count, "{sql}");
    }
    assert_eq!(shop.balances().await["late-fees"], 12_000 * SUBSCRIBERS);
    // They pay while it is run.
    let pay = async |number: i64| {
        shop.pay(&format!("P{number}"), &format!("subscriber {number}"), "3120").await;
        0_usize
    };
    let pays = (0..SUBSCRIBERS).map(|number| Box::pin(pay(number)) as Work<'_>);
    let works = (0..4).map(|_| Box::pin(work()) as Work<'_>);
    futures_util::future::join_all(pays.chain(works)).await;
    let active = "select count(*) from service where standing = 'active'";
    assert_eq!(shop.number(active).await, SUBSCRIBERS);
    assert_eq!(shop.balances().await["late-fees"], 12_000 * SUBSCRIBERS);
    shop.store.close().await;
}

type Work<'a> = std::pin::Pin<Box<dyn Future<Output = usize> + 'a>>;

pub async fn who_cannot_be_dunned_stops_nobody(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (jane, janes) = shop.sell("jane").await;
    let (_, joes) = shop.sell("joe").await;
    shop.bill().await;
    // She has paused, and it is dunned for a moment before: who would have been suspended then could not.
    let pause = [(on("2027-04-01"), What::Transition(Transition::Pause))];
    shop.store.subscriptions(shop.tenant).change(&operator(), janes, &pause).await.unwrap();
    shop.clock.set(on("2027-04-02"));
    let before = RunOrder { at: on("2027-03-15"), batch: 10 };
    let dunning = shop.store.dunning(shop.tenant);
    let run = async || dunning.batch(&operator(), before, LookAt::Due, None).await.unwrap();
    let batch = run().await;
    assert_eq!(batch.not_dunned[0].subscriber, jane);
    let error = batch.not_dunned[0].error.to_string();
    assert!(error.contains("a subscription that is suspended cannot pause"), "{error}");
    assert_eq!(shop.state(joes).await, SubscriptionState::Suspended);
    assert_eq!(shop.state(janes).await, SubscriptionState::Active);
    // She is looked at again and again, he is not.
    let batch = run().await;
    assert_eq!((batch.subscribers, batch.not_dunned.len()), (1, 1));
    // And can pay.
    shop.pay("1", "jane", "3000").await;
    assert_eq!(run().await.not_dunned, []);
    shop.store.close().await;
}

pub async fn a_pause_that_was_planned_keeps_nobody_from_being_dunned(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (_, line) = shop.sell("jane").await;
    shop.bill().await;
    let subscriptions = shop.store.subscriptions(shop.tenant);
    let far = [
        (on("2040-01-01"), What::Transition(Transition::Pause)),
        (on("2040-02-01"), What::Transition(Transition::Resume)),
    ];
    subscriptions.change(&operator(), line, &far).await.unwrap();
    shop.clock.set(on("2027-03-15"));
    let order = RunOrder { at: shop.clock.now(), batch: 10 };
    let said = |batch: &DunningBatch| -> Vec<String> {
        assert_eq!(batch.not_dunned, []);
        let withdrawn = batch.dunned.iter().flat_map(|it| &it.withdrawn);
        let said = withdrawn.map(|(id, event)| format!("{id} {} {:?}", event.at, event.what));
        said.collect()
    };
    let gone = [
        format!("{line} {} Transition(Pause)", on("2040-01-01")),
        format!("{line} {} Transition(Resume)", on("2040-02-01")),
    ];
    let preview = shop.store.dunning(shop.tenant).preview(order, None).await.unwrap();
    assert_eq!(said(&preview), gone);
    let events = async || {
        let entry = subscriptions.find(line).await.unwrap();
        entry.events.iter().filter(|it| it.event.at > shop.clock.now()).count()
    };
    assert_eq!(events().await, 2, "a preview withdraws nothing");
    let batch = shop.batch(LookAt::Due, 10, None).await;
    assert_eq!(said(&batch), gone);
    assert_eq!((shop.state(line).await, events().await), (SubscriptionState::Suspended, 0));
    let audit = "select after from audit where kind = 'subscription' order by id desc limit 1";
    let audit: serde_json::Value = serde_json::from_str(&shop.ground.text(audit).await).unwrap();
    assert_eq!(audit["withdrawn"][0]["what"], "pause");
    // What follows is that of everybody: charged, ended and written off.
    let rest = shop.run("2028-01-01").await;
    let expected: Vec<_> = LADDER[7..].iter().map(ToString::to_string).collect();
    assert_eq!(rest, expected);
    shop.store.close().await;
}

pub async fn what_is_entered_withdraws_what_was_planned_and_cannot_be(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (_, line) = shop.sell("jane").await;
    shop.clock.set(on("2027-04-01"));
    let subscriptions = shop.store.subscriptions(shop.tenant);
    subscriptions.pause(&operator(), line, Some(on("2027-04-21")), None).await.unwrap();
    shop.clock.set(on("2027-04-10"));
    let now = shop.clock.now();
    let block = [(now, What::Transition(Transition::Block))];
    let changed = subscriptions.change(&operator(), line, &block).await.unwrap();
    assert_eq!(changed.subscription.state, SubscriptionState::Blocked);
    let withdrawn = changed.withdrawn.iter().map(|it| (it.event.at, it.event.what));
    let resume = (on("2027-04-21"), What::Transition(Transition::Resume));
    assert_eq!(withdrawn.collect::<Vec<_>>(), [resume]);
    // On the 21st nothing happens.
    shop.clock.set(on("2027-04-22"));
    assert_eq!(subscriptions.carry_out(&operator(), 10).await.unwrap(), 0);
    assert_eq!(shop.state(line).await, SubscriptionState::Blocked);
    let unblock = [(shop.clock.now(), What::Transition(Transition::Unblock))];
    let changed = subscriptions.change(&operator(), line, &unblock).await.unwrap();
    assert_eq!(changed.withdrawn, []);
    // What has happened cannot be withdrawn by what is entered before it.
    let late = [(on("2027-03-20"), What::Transition(Transition::Suspend))];
    let error = subscriptions.change(&operator(), line, &late).await.unwrap_err().to_string();
    assert!(error.contains("a subscription that is suspended cannot pause"), "{error}");
    shop.store.close().await;
}

pub async fn a_policy_is_kept_and_its_steps_keep_their_numbers(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let dunning = shop.store.dunning(shop.tenant);
    let mut full = rules(&USUAL);
    full.minimum_overdue = kes("50");
    full.fee_cap = Some(PartOrAmount::Fixed(kes("500")));
    full.working_days = WorkingDays::read("sat,sun", "2027-12-25").unwrap();
    full.reminders_stale_after_days = Some(2);
    let set = dunning.set(&operator(), full.clone()).await.unwrap();
    assert_eq!(set, DunningPolicy::new(full).unwrap());
    assert_eq!(dunning.policy().await.unwrap(), Some(set));
    // Another fee is another step, with a number that none has had.
    let ids = |policy: &DunningPolicy| -> BTreeMap<String, u8> {
        policy.rules().steps.iter().map(|step| (step.written(), step.id.number())).collect()
    };
    let changed = dunning.set(&operator(), rules(&["fee 3% 5d", "suspend 10d"])).await.unwrap();
    let expected = [("fee 3% 5d 09:00".to_owned(), 8), ("suspend 10d 09:00".to_owned(), 5)];
    assert_eq!(ids(&changed), BTreeMap::from(expected));
    let refused = dunning.set(&operator(), rules(&["suspend 10d", "grace 10d"])).await.unwrap_err();
    assert!(refused.to_string().contains("must come behind"), "{refused}");
    assert_eq!(dunning.policy().await.unwrap(), Some(changed));
    dunning.remove(&operator()).await.unwrap();
    assert_eq!(dunning.policy().await.unwrap(), None);
    let none = dunning.promise(&operator(), "jane", kes("1"), on("2027-03-01")).await.unwrap_err();
    assert!(none.to_string().contains("jane"), "{none}");
    shop.sell("jane").await;
    shop.bill().await;
    assert_eq!(shop.run("2028-01-01").await, [""; 0]);
    let none = dunning.promise(&operator(), "jane", kes("1"), on("2027-03-01")).await.unwrap_err();
    assert!(none.to_string().contains("dunning policy: there is none"), "{none}");
    shop.store.close().await;
}

pub async fn a_policy_begins_when_it_is_set(ground: &Ground) {
    let shop = Shop::open(ground, &["suspend 100d"]).await;
    let (_, line) = shop.sell("jane").await;
    shop.bill().await;
    shop.clock.set(on("2027-03-15T12:00"));
    let dunning = shop.store.dunning(shop.tenant);
    dunning.set(&operator(), rules(&USUAL)).await.unwrap();
    // What was to be reminded of and charged for is not made up for.
    let begun = ["2027-03-15 12:00 fall-due", "2027-03-15 12:00 suspend"];
    assert_eq!(shop.run("2027-03-15T12:00").await, begun);
    // Other promises are nothing else that is done.
    shop.clock.set(on("2027-03-20T12:00"));
    let mut other = rules(&USUAL);
    other.promises.count_max = 5;
    dunning.set(&operator(), other).await.unwrap();
    assert_eq!(shop.run("2027-03-20T12:00").await, ["2027-03-20 09:00 fee 60.00 KES"]);
    assert_eq!(shop.state(line).await, SubscriptionState::Suspended);
    shop.store.close().await;
}

pub async fn risks_say_why_somebody_is_to_be_looked_at(ground: &Ground) {
    let shop = Shop::open(ground, &["suspend 100d"]).await;
    let (jane, _) = shop.sell("jane").await;
    let (joe, _) = shop.sell("joe").await;
    shop.sell("jim").await;
    shop.bill().await;
    // In time, six days late, and not at all.
    shop.clock.set(on("2027-03-01T12:00"));
    shop.pay("1", "jim", "3000").await;
    shop.clock.set(on("2027-03-07T12:00"));
    shop.pay("2", "jane", "3000").await;
    let limits = RiskLimits {
        late_payments: Some(1),
        average_delay_days: Some(6),
        reversals: Some(1),
        overdue: Some(kes("3000")),
        ..RiskLimits::default()
    };
    let dunning = shop.store.dunning(shop.tenant);
    let look = async |since: &str| dunning.risks(&limits, on(since), 10, None).await.unwrap().1;
    let late = Risk::LatePayments { count: 1, of: 1, limit: 1 };
    let slow = Risk::AverageDelay { days: 6, of: 1, limit_days: 6 };
    let much = Risk::Overdue { amount: kes("3000"), limit: kes("3000") };
    assert_eq!(look("2027-01-01").await, [(jane, vec![late, slow]), (joe, vec![much])]);
    assert_eq!(look("2027-03-08").await, [(joe, vec![much])]);
    // What is taken back was not paid.
    let (cash, number) = ("cash".parse().unwrap(), "2".parse().unwrap());
    let payments = shop.store.payments(shop.tenant);
    payments.reverse(&operator(), (&cash, &number), kes("3000"), Some("CB-1")).await.unwrap();
    let reversed = Risk::Reversals { count: 1, limit: 1 };
    let expected = [(jane, vec![reversed, much]), (joe, vec![much])];
    assert_eq!(look("2027-01-01").await, expected);
    shop.store.close().await;
}
