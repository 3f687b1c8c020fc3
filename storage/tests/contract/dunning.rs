//! What happens to who does not pay, and to who does.

use std::collections::BTreeMap;

use billing_core::dunning::{
    Action, DunningPolicy, Measure, PromiseRules, PromiseStanding, Risk, RiskLimits, Rules, Step,
    StepId, WorkingDays,
};
use billing_core::ledger::AccountName;
use billing_core::voucher::{BuyerPrice, SerialRange};
use billing_core::{
    Alignment, AppliesTo, Billing, Money, PartOrAmount, Price, PriceVersion, Proration,
    RecurringPrice, Rounding, SubscriptionState, Transition, What,
};
use entitlement::{Standing, SubscriberId, TenantId, Terms, TimeZone, Timestamp};
use storage::{
    DunningBatch, LookAt, NewBatch, NewBuyer, NewReceipt, NewService, NewSubscription, NewWorth,
    PaymentOutcome, ProductChange, RedeemVoucher, RunOrder, SellVouchers, Store, SubscriptionId,
};

use crate::billing::{balances, subscriber};
use crate::ground::{Ground, SetClock, default_tenant, new_service, operator};
use crate::vouchers::{range, refills, wish};

fn nairobi() -> TimeZone {
    TimeZone::named("Africa/Nairobi").unwrap()
}

/// A moment on the clock of Nairobi: `2027-03-01T23:59`, or the midnight before a day.
pub fn on(text: &str) -> Timestamp {
    let text = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00") };
    nairobi().first_shown(text.parse().unwrap()).unwrap()
}

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

/// Reminders around the due date, a fee of 2 % from day 5 each week up to 5 %, grace, suspension on day
/// 10, termination on day 30 and write-off on day 45.
pub const USUAL: [&str; 8] = [
    "remind -3d",
    "remind 0d",
    "remind 3d",
    "grace 1d",
    "fee 2% 5d every 7d",
    "suspend 10d",
    "terminate 30d",
    "write-off 45d",
];

/// What happens by that to an invoice of 3000.00 due at the end of 1 March 2027.
const LADDER: [&str; 10] = [
    "2027-02-26 09:00 remind",
    "2027-03-01 09:00 remind",
    "2027-03-02 09:00 fall-due",
    "2027-03-04 09:00 remind",
    "2027-03-06 09:00 fee 60.00 KES",
    "2027-03-11 09:00 suspend",
    "2027-03-13 09:00 fee 60.00 KES",
    // The cap is 5 % of 3000, and 120 were charged.
    "2027-03-20 09:00 fee 30.00 KES",
    "2027-03-31 09:00 terminate",
    "2027-04-15 09:00 write off 3150.00 KES",
];

fn rules(steps: &[&str]) -> Rules {
    let step = |(id, text): (u8, &&str)| Step::read(StepId::new(id).unwrap(), text).unwrap();
    Rules {
        currency: kes("0").currency(),
        steps: (0..).zip(steps).map(step).collect(),
        minimum_overdue: kes("0"),
        fee_cap: Some(PartOrAmount::Percent("5%".parse().unwrap())),
        rounding: Rounding::HalfUp,
        working_days: WorkingDays::default(),
        reminders_stale_after_days: None,
        promises: PromiseRules { count_max: 2, within_days: 90, len_max_days: 14 },
    }
}

fn said(action: &Action) -> String {
    let shown = nairobi().shown(action.at).unwrap().strftime("%Y-%m-%d %H:%M");
    let what = match action.measure {
        Measure::Remind { .. } => "remind".to_owned(),
        Measure::LateFee { amount, .. } => format!("fee {amount}"),
        Measure::Transition { transition, .. } => transition.to_string(),
        Measure::WriteOff { amount, .. } => format!("write off {amount}"),
    };
    format!("{shown} {what}")
}

/// A tenant in Nairobi that sells `line` for 3000.00 a month without taxes, on a clock that is set.
pub struct Shop<'g> {
    ground: &'g Ground,
    pub store: Store,
    pub tenant: TenantId,
    pub clock: SetClock,
}

impl<'g> Shop<'g> {
    pub async fn open(ground: &'g Ground, steps: &[&str]) -> Self {
        let clock = SetClock::at(on("2027-02-15T23:59"));
        let store = ground.open_by(&clock).await;
        let tenant = default_tenant(&store).await;
        store.tenants().set_time_zone(&operator(), "default", &nairobi()).await.unwrap();
        store.plans(tenant).add(&operator(), "line", &Terms::default(), None).await.unwrap();
        let change = ProductChange {
            plan: Some(Some("line".into())),
            taxes: Some(vec![]),
            ..Default::default()
        };
        let price = PriceVersion {
            from: on("2020-01-01"),
            applies_to: AppliesTo::Everybody,
            price: Price::Recurring(RecurringPrice {
                amount: kes("3000"),
                cadence: "1 month".parse().unwrap(),
                billed: Billing::InAdvance,
                proration: Proration::ByDay,
            }),
        };
        let products = store.products(tenant);
        products.set(&operator(), "line", &change, Some(&price)).await.unwrap();
        store.dunning(tenant).set(&operator(), rules(steps)).await.unwrap();
        Self { ground, store, tenant, clock }
    }

    /// Sells a line, which is served, from 15 February.
    pub async fn sell(&self, name: &str) -> (SubscriberId, SubscriptionId) {
        subscriber(&self.store, self.tenant, name).await;
        let service = NewService { subscriber: Some(name.into()), ..new_service(name, "line") };
        self.store.services(self.tenant).add(&operator(), &service).await.unwrap();
        let new = NewSubscription {
            subscriber: name.to_owned(),
            service: Some(name.to_owned()),
            products: vec![("line".to_owned(), 1)],
            alignment: Alignment::Anniversary,
            billed_in: Default::default(),
            from: on("2027-02-15T23:59"),
        };
        let sold = self.store.subscriptions(self.tenant).add(&operator(), &new).await.unwrap();
        (sold.subscriber, sold.id)
    }

    /// Bills what was sold: 3000.00 each, due at 23:59 on 1 March.
    pub async fn bill(&self) {
        let order = RunOrder { at: on("2027-02-15T23:59"), batch: 1_000 };
        let billed = self.store.billing_runs(self.tenant).batch(&operator(), order, None).await;
        assert_eq!(billed.unwrap().not_billed, []);
    }

    pub async fn batch(
        &self,
        look_at: LookAt,
        size: u64,
        after: Option<SubscriberId>,
    ) -> DunningBatch {
        let order = RunOrder { at: self.clock.now(), batch: size };
        self.store.dunning(self.tenant).batch(&operator(), order, look_at, after).await.unwrap()
    }

    /// What a run does at a moment.
    pub async fn run(&self, at: &str) -> Vec<String> {
        self.clock.set(on(at));
        let batch = self.batch(LookAt::Due, 1_000, None).await;
        assert_eq!(batch.not_dunned, []);
        let actions = batch.dunned.iter().flat_map(|dunned| &dunned.actions);
        actions.map(said).collect()
    }

    pub async fn pay(&self, number: &str, reference: &str, amount: &str) {
        let new = NewReceipt {
            provider: "cash".parse().unwrap(),
            number: Some(number.parse().unwrap()),
            amount: kes(amount),
            at: self.clock.now(),
            reference: Some(reference.to_owned()),
        };
        let outcome = self.store.payments(self.tenant).receive(&operator(), &new).await.unwrap().1;
        assert!(matches!(outcome, PaymentOutcome::Credited(_)), "{outcome:?}");
    }

    async fn standing(&self, name: &str) -> Standing {
        self.store.services(self.tenant).find(name).await.unwrap().standing
    }

    /// What has happened to a subscription, but how many it has.
    async fn events(&self, id: SubscriptionId) -> Vec<String> {
        let found = self.store.subscriptions(self.tenant).find(id).await.unwrap();
        let said = |entry: &storage::SubscriptionEvent| match entry.event.what {
            What::Transition(transition) => {
                let shown = nairobi().shown(entry.event.at).unwrap().strftime("%m-%d %H:%M");
                Some(format!("{shown} {transition}"))
            }
            What::Quantity { .. } => None,
        };
        found.events.iter().filter_map(said).collect()
    }

    async fn state(&self, id: SubscriptionId) -> SubscriptionState {
        self.store.subscriptions(self.tenant).find(id).await.unwrap().state
    }

    async fn balances(&self) -> BTreeMap<String, i64> {
        balances(&self.store, self.tenant).await.into_iter().collect()
    }

    async fn number(&self, sql: &str) -> i64 {
        self.ground.text(&format!("select cast(({sql}) as text)")).await.parse().unwrap()
    }
}

/// What happens to who does not pay for an office: a fee of 1000.00 and suspension after 30 days.
fn for_offices() -> Rules {
    let promises = PromiseRules { count_max: 0, within_days: 90, len_max_days: 14 };
    Rules { fee_cap: None, promises, ..rules(&["remind 2d", "fee 1000 KES 3d", "suspend 30d"]) }
}

impl Shop<'_> {
    /// One that sells `office` for 10000.00 a month beside, which is dunned by a policy of its own.
    async fn with_offices(ground: &Ground) -> Shop<'_> {
        let shop = Shop::open(ground, &USUAL).await;
        shop.store
            .plans(shop.tenant)
            .add(&operator(), "office", &Terms::default(), None)
            .await
            .unwrap();
        let change = ProductChange {
            plan: Some(Some("office".into())),
            taxes: Some(vec![]),
            ..Default::default()
        };
        let line = shop.store.products(shop.tenant).find("line").await.unwrap().prices.versions[0];
        let Price::Recurring(monthly) = line.price else { unreachable!() };
        let price = Price::Recurring(RecurringPrice { amount: kes("10000"), ..monthly });
        let price = PriceVersion { price, ..line };
        let products = shop.store.products(shop.tenant);
        products.set(&operator(), "office", &change, Some(&price)).await.unwrap();
        let dunning = shop.store.dunning(shop.tenant);
        dunning.set_for(&operator(), "office", for_offices()).await.unwrap();
        shop
    }

    /// Sells an office to who has a line already.
    async fn sell_office(&self, name: &str) -> SubscriptionId {
        let login = format!("{name}-office");
        let service = NewService { subscriber: Some(name.into()), ..new_service(&login, "office") };
        self.store.services(self.tenant).add(&operator(), &service).await.unwrap();
        let new = NewSubscription {
            subscriber: name.to_owned(),
            service: Some(login),
            products: vec![("office".to_owned(), 1)],
            alignment: Alignment::Anniversary,
            billed_in: Default::default(),
            from: on("2027-02-15T23:59"),
        };
        self.store.subscriptions(self.tenant).add(&operator(), &new).await.unwrap().id
    }
}

pub async fn what_has_a_policy_of_its_own_is_billed_and_dunned_apart(ground: &Ground) {
    let shop = Shop::with_offices(ground).await;
    let (jane, line) = shop.sell("jane").await;
    let office = shop.sell_office("jane").await;
    shop.bill().await;
    let invoices = shop.store.invoices(shop.tenant).list(None, 10).await.unwrap();
    let amounts: Vec<_> = invoices.iter().map(|it| (it.label.as_str(), it.gross)).collect();
    let expected = [("INV-2027-000001", kes("3000")), ("INV-2027-000002", kes("10000"))];
    assert_eq!(amounts, expected);
    let mut all = Vec::new();
    for day in 0..18 {
        shop.clock.set(on("2027-02-26T18:00").plus_s(day * 86_400));
        let now = nairobi().shown(shop.clock.now()).unwrap().strftime("%Y-%m-%dT%H:%M").to_string();
        all.extend(shop.run(&now).await);
        assert_eq!(shop.run(&now).await, [""; 0], "twice at {now}");
    }
    // Of each what its own policy says: the office is not suspended with the line.
    let expected = [
        "2027-02-26 09:00 remind",
        "2027-03-01 09:00 remind",
        "2027-03-02 09:00 fall-due",
        "2027-03-03 09:00 remind",
        "2027-03-04 09:00 remind",
        "2027-03-04 09:00 fee 1000.00 KES",
        "2027-03-06 09:00 fee 60.00 KES",
        "2027-03-11 09:00 suspend",
        "2027-03-13 09:00 fee 60.00 KES",
    ];
    assert_eq!(all, expected);
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    assert_eq!(shop.standing("jane-office").await, Standing::Active);
    assert_eq!(shop.balances().await[&AccountName::Receivable(jane).to_string()], -1_412_000);
    // The reminder for the office says what is owed for that.
    let body = "select body from outbox where topic = 'reminder' and body like '%INV-2027-000002%'";
    let body: serde_json::Value = serde_json::from_str(&ground.text(body).await).unwrap();
    let said = [&body["overdue_minor"], &body["days"]].map(serde_json::Value::as_i64);
    assert_eq!(said, [Some(1_000_000), Some(2)]);
    assert_eq!(body["at"], "2027-03-03T06:00:00Z");
    // What is owed says by which policy.
    let owed = shop.store.dunning(shop.tenant).account("jane").await.unwrap();
    let by: Vec<_> = owed.account.invoices.iter().map(|it| owed.dunned_by.get(&it.id)).collect();
    assert_eq!(by, [None, Some(&"office".to_owned())]);
    // The one that is paid is served again, whatever is owed for the other.
    shop.clock.set(on("2027-03-16T10:00"));
    shop.pay("1", "INV-2027-000001", "3120").await;
    assert_eq!(shop.standing("jane").await, Standing::Active);
    assert_eq!(shop.run("2027-04-20").await, ["2027-03-31 09:00 suspend"]);
    assert_eq!(shop.standing("jane").await, Standing::Active);
    assert_eq!(shop.standing("jane-office").await, Standing::Suspended);
    let settled = [
        "02-15 23:59 activate",
        "03-02 09:00 fall-due",
        "03-11 09:00 suspend",
        "03-16 10:00 settle",
    ];
    assert_eq!(shop.events(line).await, settled);
    assert_eq!(shop.events(office).await, ["02-15 23:59 activate", "03-31 09:00 suspend"]);
    shop.pay("2", "jane", "11000").await;
    assert_eq!(shop.standing("jane-office").await, Standing::Active);
    assert_eq!(shop.balances().await[&AccountName::Receivable(jane).to_string()], 0);
    shop.store.close().await;
}

pub async fn who_takes_another_plan_is_dunned_by_its_policy_from_then_on(ground: &Ground) {
    let shop = Shop::with_offices(ground).await;
    let (_, line) = shop.sell("jane").await;
    shop.bill().await;
    let until_then = [LADDER[2], LADDER[3], LADDER[4]];
    assert_eq!(shop.run("2027-03-08T12:00").await, until_then);
    let component =
        async |name: &str| shop.store.products(shop.tenant).find(name).await.unwrap().id;
    let (from, to) = (component("line").await, component("office").await);
    let quantity =
        |component, quantity| (on("2027-03-08T12:00"), What::Quantity { component, quantity });
    let moved = [quantity(from, 0), quantity(to, 1)];
    shop.store.subscriptions(shop.tenant).change(&operator(), line, &moved).await.unwrap();
    // What is open goes with it: no suspension on day 10 but on day 30, no weekly fee, and none of 1000.00,
    // which would have been charged before.
    assert_eq!(shop.run("2027-03-30").await, [""; 0]);
    assert_eq!(shop.run("2027-03-31T12:00").await, ["2027-03-31 09:00 suspend"]);

    // Without a policy of its own it is dunned by that of the tenant, from then on.
    shop.clock.set(on("2027-04-05T12:00"));
    shop.store.dunning(shop.tenant).remove_for(&operator(), "office").await.unwrap();
    assert_eq!(shop.run("2027-04-05T12:00").await, ["2027-04-05 12:00 terminate"]);
    let rest = ["2027-04-10 09:00 fee 60.00 KES", "2027-04-15 09:00 write off 3120.00 KES"];
    assert_eq!(shop.run("2027-05-01").await, rest);
    shop.store.close().await;
}

pub async fn policies_of_products_are_kept_and_each_accepts_a_promise(ground: &Ground) {
    let shop = Shop::with_offices(ground).await;
    let dunning = shop.store.dunning(shop.tenant);
    // Fees have numbers that no other policy charges by: 4 is the tenant's.
    let steps =
        ["remind 1d", "remind 2d", "remind 3d", "remind 4d", "fee 900 KES 3d", "suspend 30d"];
    dunning.remove_for(&operator(), "office").await.unwrap();
    let wanted = Rules { steps: rules(&steps).steps, ..for_offices() };
    let set = dunning.set_for(&operator(), "office", wanted).await.unwrap();
    let ids: Vec<_> = set.rules().steps.iter().map(|step| (step.id.number(), step.days)).collect();
    assert_eq!(ids, [(0, 1), (1, 2), (2, 3), (5, 3), (3, 4), (6, 30)]);
    assert_eq!(dunning.product_policies().await.unwrap(), BTreeMap::from([("office".into(), set)]));
    let usual = dunning.policy().await.unwrap().unwrap();
    assert_eq!(usual, DunningPolicy::new(rules(&USUAL)).unwrap());
    let unknown = dunning.set_for(&operator(), "offices", for_offices()).await.unwrap_err();
    assert!(unknown.to_string().contains("did you mean `office`"), "{unknown}");

    shop.sell("jane").await;
    shop.sell_office("jane").await;
    shop.bill().await;
    shop.run("2027-03-12").await;
    // 3060.00 and 10900.00 are overdue. That for offices accepts no promise, and so there is none.
    let (until, all) = (on("2027-03-18T12:00"), kes("13960"));
    let refused = dunning.promise(&operator(), "jane", all, until).await.unwrap_err();
    assert!(refused.to_string().contains("promises to pay are not accepted"), "{refused}");
    shop.pay("1", "INV-2027-000002", "10900").await;
    let refused = dunning.promise(&operator(), "jane", all, until).await.unwrap_err();
    assert!(refused.to_string().contains("up to the 3060.00 KES overdue"), "{refused}");
    dunning.promise(&operator(), "jane", kes("3060"), until).await.unwrap();
    assert_eq!(shop.standing("jane").await, Standing::Active);
    shop.store.close().await;
}

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
    let last =
        "select body from outbox where id = (select max(id) from outbox where topic = 'reminder')";
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

impl Shop<'_> {
    /// Ten vouchers, of which each costs 100.00 and refills that, and their codes.
    async fn vouchers(&self, refill: &str, price: &str) -> (i64, Vec<String>) {
        let new = NewBatch {
            quantity: 10,
            worth: NewWorth::Refill(kes(refill)),
            price: kes(price),
            at: self.clock.now(),
            ..refills()
        };
        let vouchers = self.store.vouchers(self.tenant);
        let batch = vouchers.generate(&operator(), &new).await.unwrap();
        let codes = vouchers.export(&operator(), batch.id).await.unwrap();
        (batch.id, codes.into_iter().map(|it| it.code.to_string()).collect())
    }

    async fn sell_vouchers(
        &self,
        batch: i64,
        which: SerialRange,
        buyer: NewBuyer,
    ) -> storage::VoucherSaleEntry {
        let at = self.clock.now();
        let order = SellVouchers { batch, range: which, buyer, price: BuyerPrice::List, at };
        self.store.vouchers(self.tenant).sell(&operator(), &order).await.unwrap()
    }

    async fn balance(&self, name: AccountName) -> i64 {
        let ledger = self.store.ledger(self.tenant);
        ledger.credit_balance(&name, kes("0").currency()).await.unwrap().amount_minor()
    }

    /// Each document with what it comes to and what was paid of it, in minor units.
    async fn documents(&self) -> Vec<(String, i64, i64)> {
        let all = self.store.invoices(self.tenant).list(None, 100).await.unwrap();
        let of = |it: storage::Invoice| (it.label, it.gross.amount_minor(), it.paid.amount_minor());
        all.into_iter().map(of).collect()
    }
}

pub async fn what_was_sold_on_account_is_an_invoice_that_is_paid_and_dunned(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (jane, _) = shop.sell("jane").await;
    let (batch, _) = shop.vouchers("100", "100").await;
    let on_account = || NewBuyer::OnAccount("jane".to_owned());
    let sold = shop.sell_vouchers(batch, range(1, 3), on_account()).await;
    assert_eq!((sold.paid, sold.invoice.as_deref()), (kes("300"), Some("INV-2027-000001")));
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, -30_000);
    let invoices = shop.store.invoices(shop.tenant);
    let (invoice, lines, taxes) = invoices.find("INV-2027-000001").await.unwrap();
    assert_eq!((invoice.gross, invoice.due_at), (kes("300"), on("2027-03-01T23:59")));
    let line = (lines[0].subscription, lines[0].product.as_str(), lines[0].gross);
    assert_eq!(line, (None, "vouchers 1 to 3 of batch 1", kes("300")));
    assert_eq!((lines.len(), taxes.len()), (1, 0));
    // It is not given back as what belongs to a subscription.
    let credit = storage::NewCredit {
        what: billing_core::invoice::ToCredit::Whole,
        reason: billing_core::invoice::CreditReason::Mistake,
        memo: "no".to_owned(),
        key: None,
    };
    let error = invoices.credit(&operator(), "INV-2027-000001", &credit).await.unwrap_err();
    assert!(error.to_string().contains("is of a sale on account"), "{error}");

    // 2 % of 300.00 are 6.00.
    let expected = [
        "2027-03-02 09:00 fall-due",
        "2027-03-04 09:00 remind",
        "2027-03-06 09:00 fee 6.00 KES",
        "2027-03-11 09:00 suspend",
    ];
    assert_eq!(shop.run("2027-03-12").await, expected);
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    shop.pay("1", "jane", "1000").await;
    assert_eq!(shop.standing("jane").await, Standing::Active);
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, 0);
    assert_eq!(shop.balance(AccountName::Wallet(jane)).await, 69_400);
    // The wallet pays the next one at once.
    let next = shop.sell_vouchers(batch, range(4, 5), on_account()).await;
    assert_eq!(next.invoice.as_deref(), Some("INV-2027-000002"));
    assert_eq!(shop.balance(AccountName::Wallet(jane)).await, 49_400);
    // What is revoked is given back by a credit note.
    let vouchers = shop.store.vouchers(shop.tenant);
    let refund = storage::UnredeemedVouchers::Refunded;
    let at = shop.clock.now();
    vouchers.revoke(&operator(), batch, Some(range(4, 4)), &refund, at).await.unwrap();
    assert_eq!(shop.balance(AccountName::Wallet(jane)).await, 59_400);
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, 0);
    assert_eq!(shop.balance(AccountName::Vouchers).await, 40_000);
    let expected = [
        ("INV-2027-000001".to_owned(), 30_000, 30_000),
        ("INV-2027-000002".to_owned(), 20_000, 20_000),
        ("CN-2027-000001".to_owned(), -10_000, -10_000),
    ];
    assert_eq!(shop.documents().await, expected);
    let (note, ..) = invoices.find("CN-2027-000001").await.unwrap();
    assert_eq!(invoices.credits_of(&note).await.unwrap()[0].invoice, "INV-2027-000002");
    shop.balances().await;
    shop.store.close().await;
}

pub async fn a_payment_is_taken_in_however_much_is_owed(ground: &Ground) {
    let fees = [1, 2, 3, 4, 5].map(|day| format!("fee 1 KES {day}d every 1d"));
    let fees = fees.each_ref().map(String::as_str);
    let shop = Shop::open(ground, &fees).await;
    let mut rules = rules(&fees);
    rules.fee_cap = None;
    shop.store.dunning(shop.tenant).set(&operator(), rules).await.unwrap();
    let (jane, _) = shop.sell("jane").await;
    shop.bill().await;
    // Fees of 1.00 on 242, 241, 240, 239 and 238 days.
    assert_eq!(shop.run("2027-10-29T12:00").await.len(), 1_200);
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, -420_000);
    // 3000.00 and 999 fees by the receipt, and one fee by the wallet; and 200 are left.
    shop.pay("1", "jane", "4000").await;
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, -20_000);
    assert_eq!(shop.balance(AccountName::Wallet(jane)).await, 0);
    assert_eq!(shop.number("select sum(paid_minor) from late_fee").await, 100_000);
    shop.pay("2", "jane", "300").await;
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, 0);
    assert_eq!(shop.balance(AccountName::Wallet(jane)).await, 10_000);
    shop.balances().await;
    shop.store.close().await;
}

pub async fn somebody_of_whom_nothing_can_be_read_stops_no_run(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (_, broken) = shop.sell("john").await;
    shop.sell("jane").await;
    let john = shop.store.subscribers(shop.tenant).find("john").await.unwrap().id;
    let broken = broken.0;
    let event =
        format!("update subscription_event set what = 'dance' where subscription_id = {broken}");
    let order = RunOrder { at: on("2027-02-15T23:59"), batch: 1_000 };
    shop.ground.execute(&event).await;
    let billed =
        shop.store.billing_runs(shop.tenant).batch(&operator(), order, None).await.unwrap();
    assert_eq!((billed.invoices, billed.gross), (1, vec![kes("3000")]));
    let left_out: Vec<_> = billed.not_billed.iter().map(|it| it.subscriber).collect();
    assert_eq!(left_out, [john]);
    // He owes something, too.
    let invoice = format!(
        "insert into invoice (tenant_id, subscriber_id, currency, kind, scope, number, label, made_at, \
         issued_at, due_at, net_minor, gross_minor, paid_minor) \
         select tenant_id, {}, currency, kind, scope, 99, 'X', made_at, issued_at, due_at, net_minor, \
         gross_minor, 0 from invoice",
        john.0
    );
    shop.ground.execute(&invoice).await;
    shop.clock.set(on("2027-03-12"));
    let batch = shop.batch(LookAt::Due, 1_000, None).await;
    let left_out: Vec<_> = batch.not_dunned.iter().map(|it| it.subscriber).collect();
    assert_eq!((left_out, batch.dunned.len()), (vec![john], 1));
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    shop.store.close().await;
}

pub async fn who_redeems_what_he_owes_is_served_again(ground: &Ground) {
    let shop = Shop::open(ground, &["grace 1d", "suspend 10d"]).await;
    let (jane, _) = shop.sell("jane").await;
    let (batch, codes) = shop.vouchers("3000", "3000").await;
    shop.sell_vouchers(batch, range(1, 10), NewBuyer::Till("cash".parse().unwrap())).await;
    shop.bill().await;
    let expected = ["2027-03-02 09:00 fall-due", "2027-03-11 09:00 suspend"];
    assert_eq!(shop.run("2027-03-12").await, expected);
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    let wish = RedeemVoucher { at: shop.clock.now(), ..wish(&codes[0], "jane", 1) };
    shop.store.vouchers(shop.tenant).redeem(&operator(), &wish).await.unwrap();
    assert_eq!(shop.standing("jane").await, Standing::Active);
    assert_eq!(shop.balance(AccountName::Wallet(jane)).await, 0);
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, 0);
    assert_eq!(shop.documents().await, [("INV-2027-000001".to_owned(), 300_000, 300_000)]);
    shop.balances().await;
    shop.store.close().await;
}

pub async fn what_a_provider_took_back_is_dunned(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (jane, _) = shop.sell("jane").await;
    shop.pay("1", "jane", "3000").await;
    shop.bill().await;
    assert_eq!(shop.documents().await, [("INV-2027-000001".to_owned(), 300_000, 300_000)]);
    // The wallet has paid the invoice, and has nothing left.
    shop.clock.set(on("2027-02-20T08:00"));
    let payments = shop.store.payments(shop.tenant);
    let receipt = ("cash".parse().unwrap(), "1".parse().unwrap());
    for _ in 0..2 {
        let receipt = (&receipt.0, &receipt.1);
        payments.reverse(&operator(), receipt, kes("3000"), Some("CB-1")).await.unwrap();
    }
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, -300_000);
    let expected = [
        ("INV-2027-000001".to_owned(), 300_000, 300_000),
        ("DN-2027-000001".to_owned(), 300_000, 0),
    ];
    assert_eq!(shop.documents().await, expected);
    let expected = [
        "2027-02-21 09:00 fall-due",
        "2027-02-23 09:00 remind",
        "2027-02-25 09:00 fee 60.00 KES",
        "2027-03-02 09:00 suspend",
        "2027-03-04 09:00 fee 60.00 KES",
    ];
    assert_eq!(shop.run("2027-03-05T12:00").await, expected);
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    shop.pay("2", "DN-2027-000001", "3120").await;
    assert_eq!(shop.standing("jane").await, Standing::Active);
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, 0);
    shop.balances().await;
    shop.store.close().await;
}
