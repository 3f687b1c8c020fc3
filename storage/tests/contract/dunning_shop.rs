//! A tenant that sells what is dunned when it is not paid.

use std::collections::BTreeMap;

use billing_core::dunning::{Action, Measure, PromiseRules, Rules, Step, StepId, WorkingDays};
use billing_core::{
    Alignment, AppliesTo, Billing, Money, PartOrAmount, Price, PriceVersion, Proration,
    RecurringPrice, Rounding, SubscriptionState, What,
};
use entitlement::{Standing, SubscriberId, TenantId, Terms, TimeZone, Timestamp};
use storage::{
    DunningBatch, LookAt, NewReceipt, NewService, NewSubscription, PaymentOutcome, ProductChange,
    RunOrder, Store, SubscriptionId,
};

use crate::billing::{balances, subscriber};
use crate::ground::{Ground, SetClock, default_tenant, new_service, operator};

pub fn nairobi() -> TimeZone {
    TimeZone::named("Africa/Nairobi").unwrap()
}

/// A moment on the clock of Nairobi: `2027-03-01T23:59`, or the midnight before a day.
pub fn on(text: &str) -> Timestamp {
    let text = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00") };
    nairobi().first_shown(text.parse().unwrap()).unwrap()
}

pub fn kes(text: &str) -> Money {
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
pub const LADDER: [&str; 10] = [
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

pub fn rules(steps: &[&str]) -> Rules {
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

pub fn said(action: &Action) -> String {
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
    pub ground: &'g Ground,
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

    pub async fn standing(&self, name: &str) -> Standing {
        self.store.services(self.tenant).find(name).await.unwrap().standing
    }

    /// What has happened to a subscription, but how many it has.
    pub async fn events(&self, id: SubscriptionId) -> Vec<String> {
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

    pub async fn state(&self, id: SubscriptionId) -> SubscriptionState {
        self.store.subscriptions(self.tenant).find(id).await.unwrap().state
    }

    pub async fn balances(&self) -> BTreeMap<String, i64> {
        balances(&self.store, self.tenant).await.into_iter().collect()
    }

    pub async fn number(&self, sql: &str) -> i64 {
        self.ground.text(&format!("select cast(({sql}) as text)")).await.parse().unwrap()
    }
}
