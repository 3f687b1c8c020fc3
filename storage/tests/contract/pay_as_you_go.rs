//! Services that are paid from the wallet while they are used: from the journal's batch to the ledger.

mod followed;
mod model;
mod taxes;
mod turns;

use std::sync::Arc;

use aaa_engine::ports::{Directory as _, NasId, Sink as _};
use aaa_engine::session::SessionId;
use aaa_engine::{AccountingEvent, AccountingKind, StoredMeter};
use billing_core::ledger::AccountName;
use billing_core::{AppliesTo, Pricing, Proration, UsageTerms, UsageVersion, What};
use entitlement::{
    Allowance, Direction, Entitlement, GrantId, Meter, Octets, Quota, ServiceId, SessionKey,
    Standing, SubscriberId, TenantId, Terms, TimeZone, Timestamp, UsageRecord, Validity, Window,
};
use storage::{
    NewReceipt, NewService, NewSubscription, ProductChange, ReservationEntry, ShareRefusal, Store,
    StoreError, StoreSink, SubscriptionEntry,
};

pub use followed::{
    what_stays_due_of_what_is_agreed_no_more_is_paid_by_the_next_money,
    who_has_less_than_a_slice_goes_on_by_the_next_price,
    with_a_subscription_that_is_over_nothing_is_agreed_again,
};
pub use model::wallet_sales_and_cover_are_what_a_simple_model_says;
pub use taxes::{
    another_tax_holds_from_then_on_and_what_stays_due_is_paid_first,
    the_taxes_of_what_is_used_are_in_the_books_and_on_the_statement,
    who_is_exempt_or_has_another_rate_pays_so_from_then_on,
};
pub use turns::a_wallet_that_is_used_up_and_filled_is_told_once_each;

use crate::billing::{on_the_first, shop, subscriber};
use crate::dunning_shop::{Shop, USUAL, on as dunned_on};
use crate::ground::{Ground, SetClock, new_service, operator};
use crate::offers::{kes, on, top_up};
use crate::sink::{batch, event};

const MB: u64 = 1_000_000;
const STOP: AccountingKind = AccountingKind::Stop { terminate_cause: 1 };
const PRICE: &str = "pay-as-you-go 20 KES per 1GB; slice 100MB";

fn after(s: i64) -> Timestamp {
    on(1, 2, 12).plus_s(s)
}

/// A price of use from a moment.
fn used(price: &str, from: Timestamp) -> UsageVersion {
    let terms = UsageTerms {
        cadence: "1 month".parse().unwrap(),
        proration: Proration::ByDay,
        price: price.parse().unwrap(),
    };
    UsageVersion { from, applies_to: AppliesTo::Everybody, terms }
}

/// Jane, who pays as she goes, and the journal of her NAS.
struct Jane {
    store: Store,
    sink: StoreSink,
    tenant: TenantId,
    clock: SetClock,
    subscriber: SubscriberId,
    service: ServiceId,
    subscription: SubscriptionEntry,
    meter: Meter,
    offset: u64,
}

async fn sell(store: &Store, tenant: TenantId, name: &str, price: &str) -> Result<(), StoreError> {
    sell_taxed(store, tenant, name, (price, &[], Pricing::TaxExclusive)).await
}

async fn sell_taxed(
    store: &Store,
    tenant: TenantId,
    name: &str,
    (price, taxes, pricing): (&str, &[&str], Pricing),
) -> Result<(), StoreError> {
    let change = ProductChange {
        plan: Some(Some("gold".to_owned())),
        taxes: Some(taxes.iter().copied().map(str::to_owned).collect()),
        pricing: Some(pricing),
        usage: Some(used(price, after(0))),
        ..Default::default()
    };
    store.products(tenant).set(&operator(), name, &change, None).await.map(|_| ())
}

impl Jane {
    async fn with(ground: &Ground, wallet: &str) -> Self {
        Self::taxed(ground, wallet, (PRICE, &[], Pricing::TaxExclusive)).await
    }

    /// As [`with`](Self::with), with a price, its taxes by name and rate, and whether they are within it.
    async fn taxed(
        ground: &Ground,
        wallet: &str,
        (price, taxes, pricing): (&str, &[(&str, &str)], Pricing),
    ) -> Self {
        let clock = SetClock::at(after(0));
        let store = ground.open_by(&clock).await;
        let tenant = shop(&store).await;
        subscriber(&store, tenant, "jane").await;
        if wallet != "0" {
            top_up(&store, tenant, "jane", wallet).await;
        }
        let new = NewService {
            subscriber: Some("jane".to_owned()),
            ..new_service("jane@home", "silver")
        };
        let service = store.services(tenant).add(&operator(), &new).await.unwrap().id;
        for (name, rate) in taxes {
            let rate = rate.parse().unwrap();
            store.taxes(tenant).set_rate(&operator(), name, rate, None).await.unwrap();
        }
        let names: Vec<_> = taxes.iter().map(|(name, _)| *name).collect();
        sell_taxed(&store, tenant, "payg", (price, &names, pricing)).await.unwrap();
        let new = NewSubscription {
            service: Some("jane@home".to_owned()),
            from: clock.now(),
            ..on_the_first("jane", &["payg"])
        };
        let subscription = store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
        let subscriber = store.subscribers(tenant).find("jane").await.unwrap().id;
        let sink = store.sink("node-1");
        Self {
            store,
            sink,
            tenant,
            clock,
            subscriber,
            service,
            subscription,
            meter: Meter::default(),
            offset: 0,
        }
    }

    /// What an accounting packet becomes in the journal, once its increase is counted as the server does.
    async fn said(
        &mut self,
        session: u8,
        s: i64,
        kind: AccountingKind,
        (octets, more): (u64, u64),
    ) -> AccountingEvent {
        let extras = self.store.services(self.tenant).extras("jane@home").await.unwrap();
        let entitlement = Entitlement {
            standing: Standing::Active,
            validity: Validity::default(),
            fixed_ipv4: None,
            networks: None,
            first_use: None,
            time_zone: TimeZone::UTC,
            terms: Arc::new(Terms::default()),
            extras: Some(Arc::new(extras)),
            shared: None,
        };
        let record = UsageRecord {
            session: SessionKey([session; 16]),
            from: after(s),
            to: after(s),
            upload_octets: 0,
            download_octets: more,
            online_s: 0,
        };
        self.meter.consume(&entitlement, &record);
        let meter = Arc::new(self.meter.clone());
        let mut event = AccountingEvent {
            tenant: self.tenant,
            received_at: after(s),
            happened_at: after(s),
            service: Some(self.service),
            meter: Some(StoredMeter {
                tenant: self.tenant,
                service: self.service,
                meter,
                notices: Vec::new(),
            }),
            ..event(session, 0, kind)
        };
        event.counters.download_octets = octets;
        event
    }

    /// Brings the next batch of the journal into the store.
    async fn drain(&mut self, s: i64, events: impl IntoIterator<Item = AccountingEvent>) {
        self.clock.set(after(s));
        self.offset += 10;
        self.sink.apply(batch(self.offset, events)).await.unwrap();
    }

    /// A session says what it has counted, which is so much more than before.
    async fn says(&mut self, session: u8, s: i64, kind: AccountingKind, octets: (u64, u64)) {
        let octets = (octets.0 * MB, octets.1 * MB);
        let event = self.said(session, s, kind, octets).await;
        self.drain(s, [event]).await;
    }

    async fn entry(&self) -> Option<ReservationEntry> {
        self.store.reservations(self.tenant).of_service(self.service).await.unwrap()
    }

    /// What was used, paid, held and not covered, and how many MB more are covered, which the directory has
    /// as well.
    async fn stands(&self) -> (u64, i64, i64, i64, u64) {
        let entry = self.entry().await.unwrap();
        let held = entry.phase.hold().map_or(0, |hold| hold.amount.amount_minor());
        let extras = self.store.services(self.tenant).extras("jane@home").await.unwrap();
        let wallet = extras.grants.iter().find(|grant| grant.is_wallet()).unwrap();
        let left = wallet.amount.units() - self.meter.used_of(GrantId::WALLET);
        assert_eq!(left, entry.covered_units);
        let (paid, uncovered) = (entry.committed.amount_minor(), entry.uncovered.amount_minor());
        (entry.reported_units / MB, paid, held, uncovered, left / MB)
    }

    /// What is in the wallet, what of it is held, and sales; all accounts come to nothing.
    async fn books(&self) -> (i64, i64, i64) {
        let accounts = self.store.ledger(self.tenant).accounts(1_000).await.unwrap();
        let of = |name: AccountName| {
            let entry = accounts.iter().find(|entry| entry.name == name);
            entry.map(|entry| entry.account.balance).unwrap_or_default()
        };
        let has =
            |it: billing_core::ledger::Balance| it.credits_posted_minor - it.debits_posted_minor;
        let sum: i64 = accounts.iter().map(|entry| has(entry.account.balance)).sum();
        assert_eq!(sum, 0);
        let wallet = of(AccountName::Wallet(self.subscriber));
        (has(wallet), wallet.debits_pending_minor, has(of(AccountName::Sales)))
    }

    /// Money comes, with a number of its own.
    async fn pays(&self, amount: &str, number: usize) {
        let receipt = NewReceipt {
            provider: "cash".parse().unwrap(),
            number: Some(format!("paid-{number}").parse().unwrap()),
            amount: kes(amount),
            at: self.clock.now(),
            reference: Some("jane".to_owned()),
        };
        self.store.payments(self.tenant).receive(&operator(), &receipt).await.unwrap();
    }

    async fn set_product(&self, name: &str, usage: UsageVersion) -> Result<(), StoreError> {
        let change = ProductChange { usage: Some(usage), ..Default::default() };
        self.store.products(self.tenant).set(&operator(), name, &change, None).await.map(|_| ())
    }

    async fn take(&self, s: i64, products: &[(&str, u32)]) -> Result<(), StoreError> {
        let all = self.store.products(self.tenant).list().await.unwrap();
        let changes: Vec<_> = products
            .iter()
            .map(|(name, quantity)| {
                let product = all.iter().find(|product| product.name == *name).unwrap();
                let (component, quantity) = (product.id, *quantity);
                (after(s), What::Quantity { component, quantity })
            })
            .collect();
        let subscriptions = self.store.subscriptions(self.tenant);
        subscriptions.change(&operator(), self.subscription.id, &changes).await.map(|_| ())
    }
}

const START: AccountingKind = AccountingKind::Start;
const INTERIM: AccountingKind = AccountingKind::Interim;

pub async fn what_a_session_uses_is_held_paid_and_let_go(ground: &Ground) {
    let mut jane = Jane::with(ground, "50").await;
    assert_eq!(jane.stands().await, (0, 0, 0, 0, 2_500));
    jane.says(1, 0, START, (0, 0)).await;
    assert_eq!(jane.stands().await, (0, 0, 200, 0, 2_500));
    jane.says(1, 60, INTERIM, (500, 500)).await;
    assert_eq!(jane.stands().await, (500, 1_000, 200, 0, 2_000));
    assert_eq!(jane.books().await, (4_000, 200, 1_000));
    // The batch again, as after a crash: its position is known.
    let again = jane.said(1, 60, INTERIM, (500 * MB, 0)).await;
    jane.offset -= 10;
    jane.drain(61, [again.clone()]).await;
    // The packet again, and one that was overtaken.
    jane.drain(62, [again]).await;
    jane.says(1, 50, INTERIM, (300, 0)).await;
    assert_eq!(jane.stands().await, (500, 1_000, 200, 0, 2_000));
    // Two sessions in one batch, the later one begun in it.
    let first = jane.said(1, 120, INTERIM, (900 * MB, 400 * MB)).await;
    let second = jane.said(2, 121, START, (0, 0)).await;
    let more = jane.said(2, 130, INTERIM, (100 * MB, 100 * MB)).await;
    jane.drain(130, [first, second, more]).await;
    assert_eq!(jane.stands().await, (1_000, 2_000, 400, 0, 1_500));
    jane.says(1, 180, STOP, (1_000, 100)).await;
    assert_eq!(jane.stands().await, (1_100, 2_200, 200, 0, 1_400));
    jane.says(2, 200, STOP, (100, 0)).await;
    assert_eq!(jane.stands().await, (1_100, 2_200, 0, 0, 1_400));
    assert_eq!(jane.books().await, (2_800, 0, 2_200));
    jane.store.close().await;
}

pub async fn what_was_used_beyond_the_wallet_is_taken_from_the_next_money(ground: &Ground) {
    let mut jane = Jane::with(ground, "2").await;
    jane.says(1, 0, START, (0, 0)).await;
    assert_eq!(jane.stands().await, (0, 0, 200, 0, 100));
    jane.says(1, 60, INTERIM, (250, 250)).await;
    assert_eq!(jane.stands().await, (250, 200, 0, 300, 0));
    // What is paid while the session still runs pays that first.
    jane.clock.set(after(90));
    top_up(&jane.store, jane.tenant, "jane", "1").await;
    assert_eq!(jane.stands().await, (250, 300, 0, 200, 0));
    top_up(&jane.store, jane.tenant, "jane", "3").await;
    assert_eq!(jane.stands().await, (250, 500, 100, 0, 50));
    assert_eq!(jane.books().await, (100, 100, 500));
    jane.says(1, 120, STOP, (250, 0)).await;
    assert_eq!(jane.stands().await, (250, 500, 0, 0, 0), "to begin takes 2 KES");
    jane.clock.set(after(130));
    top_up(&jane.store, jane.tenant, "jane", "1.00").await;
    assert_eq!(jane.stands().await, (250, 500, 0, 0, 100));
    jane.store.close().await;
}

pub async fn what_is_held_for_a_session_that_is_lost_is_let_go(ground: &Ground) {
    let mut jane = Jane::with(ground, "10").await;
    // Reports are taken to come every 10 minutes, and three may be missed.
    jane.says(1, 0, START, (0, 0)).await;
    jane.says(1, 600, INTERIM, (100, 100)).await;
    assert_eq!(jane.stands().await, (100, 200, 200, 0, 400));
    let reservations = jane.store.reservations(jane.tenant);
    jane.clock.set(after(2_399));
    assert_eq!(reservations.fall_silent(&operator(), 10).await.unwrap(), 0);
    jane.clock.set(after(2_400));
    assert_eq!(reservations.fall_silent(&operator(), 10).await.unwrap(), 1);
    assert_eq!(jane.stands().await, (100, 200, 0, 0, 400));
    // It was there all the time.
    jane.says(1, 2_500, INTERIM, (150, 50)).await;
    assert_eq!(jane.stands().await, (150, 300, 200, 0, 350));
    // What expires is let go by itself, and is covered no more than once.
    jane.clock.set(after(5_000));
    assert_eq!(jane.store.ledger(jane.tenant).expire_holds(&operator(), 10).await.unwrap(), 1);
    assert_eq!(jane.stands().await, (150, 300, 0, 0, 350));
    jane.says(1, 5_100, INTERIM, (160, 10)).await;
    assert_eq!(jane.stands().await, (160, 320, 200, 0, 340));
    // The NAS starts anew: none of its sessions is left.
    let mut on = event(0, 0, AccountingKind::On);
    (on.tenant, on.nas, on.service) = (jane.tenant, NasId(1), None);
    (on.happened_at, on.received_at) = (after(5_200), after(5_200));
    on.session = SessionId([0; 16]);
    jane.drain(5_200, [on]).await;
    assert_eq!(jane.stands().await, (160, 320, 0, 0, 340));
    assert_eq!(jane.books().await, (680, 0, 320));
    jane.store.close().await;
}

pub async fn another_price_holds_from_then_on_and_another_product_ends_it(ground: &Ground) {
    let mut jane = Jane::with(ground, "50").await;
    jane.says(1, 0, START, (0, 0)).await;
    jane.says(1, 60, INTERIM, (500, 500)).await;
    jane.clock.set(after(100));
    let dearer = used("pay-as-you-go 40 KES per 1GB; slice 100MB", after(100));
    jane.set_product("payg", dearer).await.unwrap();
    // A slice is held for the session that runs, by the new price.
    assert_eq!(jane.stands().await, (0, 0, 400, 0, 1_000));
    assert_eq!(jane.books().await, (4_000, 400, 1_000));
    jane.says(1, 120, INTERIM, (600, 100)).await;
    assert_eq!(jane.stands().await, (100, 400, 400, 0, 900));
    assert_eq!(jane.books().await, (3_600, 400, 1_400));
    // The plan without it is not paid so; what was held is let go.
    jane.clock.set(after(150));
    jane.take(150, &[("payg", 0), ("gold", 1)]).await.unwrap();
    assert_eq!(jane.entry().await, None);
    assert_eq!(jane.books().await, (3_600, 0, 1_400));
    let extras = jane.store.services(jane.tenant).extras("jane@home").await.unwrap();
    assert_eq!(extras.grants, []);
    jane.says(1, 180, INTERIM, (900, 300)).await;
    assert_eq!(jane.books().await, (3_600, 0, 1_400));
    // And back: what was used in between is not paid. The meter has forgotten the wallet meanwhile.
    jane.clock.set(after(200));
    jane.take(200, &[("payg", 1), ("gold", 0)]).await.unwrap();
    assert_eq!(jane.entry().await.unwrap().covered_units, 900 * MB);
    jane.says(1, 240, INTERIM, (1_000, 100)).await;
    assert_eq!(jane.books().await, (3_200, 400, 1_800));
    jane.store.close().await;
}

pub async fn octets_are_not_paid_twice(ground: &Ground) {
    let jane = Jane::with(ground, "50").await;
    sell(&jane.store, jane.tenant, "other", PRICE).await.unwrap();
    let error = jane.take(0, &[("other", 1)]).await.unwrap_err().to_string();
    assert!(error.contains("are both paid as one goes"), "{error}");
    let accounted = "each 20 KES; unit 1G; accounting both";
    sell(&jane.store, jane.tenant, "accounted", accounted).await.unwrap();
    let error = jane.take(0, &[("accounted", 1)]).await.unwrap_err().to_string();
    assert!(error.contains("bills the same octets from the accounting"), "{error}");
    for (product, price) in [("payg", accounted), ("accounted", PRICE)] {
        let error = jane.set_product(product, used(price, after(0))).await.unwrap_err();
        assert!(error.to_string().contains("cannot have been billed otherwise"), "{error}");
    }
    let error = jane.set_product("payg", used(PRICE, after(1))).await.unwrap_err().to_string();
    assert!(error.contains("has its price from now on"), "{error}");
    // A run finds nothing to bill.
    let billed = crate::billing::bill(&jane.store, jane.tenant, after(90 * 86_400).unix_s()).await;
    assert_eq!((billed.invoices, billed.not_billed.len()), (0, 0), "{billed:?}");
    jane.store.close().await;
}

pub async fn services_share_a_wallet(ground: &Ground) {
    let mut jane = Jane::with(ground, "10").await;
    let new =
        NewService { subscriber: Some("jane".to_owned()), ..new_service("jane@shop", "silver") };
    let other = jane.store.services(jane.tenant).add(&operator(), &new).await.unwrap().id;
    let new = NewSubscription {
        service: Some("jane@shop".to_owned()),
        from: jane.clock.now(),
        ..on_the_first("jane", &["payg"])
    };
    jane.store.subscriptions(jane.tenant).add(&operator(), &new).await.unwrap();
    let covered = async |jane: &Jane, service| {
        let entry = jane.store.reservations(jane.tenant).of_service(service).await.unwrap();
        entry.unwrap().covered_units / MB
    };
    let follower = jane.store.follow().await.unwrap();
    let directory = |jane: &Jane, login: &str| {
        let found = follower.directory().service_by_login(jane.tenant, login.as_bytes()).unwrap();
        found.entitlement.wallet().unwrap().amount.units() / MB
    };
    assert_eq!((directory(&jane, "jane@home"), directory(&jane, "jane@shop")), (500, 500));
    jane.says(1, 0, START, (0, 0)).await;
    // What is held for the one is not the other's.
    assert_eq!((jane.stands().await.4, covered(&jane, other).await), (500, 400));
    jane.says(1, 60, INTERIM, (300, 300)).await;
    assert_eq!((jane.stands().await.4, covered(&jane, other).await), (200, 100));
    follower.sync().await.unwrap();
    assert_eq!((directory(&jane, "jane@home"), directory(&jane, "jane@shop")), (500, 100));
    jane.says(1, 120, INTERIM, (350, 50)).await;
    assert_eq!((jane.stands().await.4, covered(&jane, other).await), (150, 0));
    follower.stop().await;
    jane.store.close().await;
}

pub async fn what_is_paid_as_it_goes_is_not_shared(ground: &Ground) {
    let jane = Jane::with(ground, "100").await;
    let (store, tenant) = (&jane.store, jane.tenant);
    let services = store.services(tenant);
    for login in ["jane@shop", "jane@bar"] {
        let new =
            NewService { subscriber: Some("jane".to_owned()), ..new_service(login, "silver") };
        services.add(&operator(), &new).await.unwrap();
    }
    let refused = |result: Result<_, StoreError>, login: &str| {
        let refused = result.map(|_: ()| ()).unwrap_err();
        let login = login.to_owned();
        let expected = ShareRefusal::PaysAsItGoes { login };
        assert!(matches!(&refused, StoreError::NotShared(of) if *of == expected), "{refused}");
    };
    let share = async |login: &str, lead: &str| {
        services.share(&operator(), login, lead, None).await.map(|_| ())
    };
    refused(share("jane@home", "jane@shop").await, "jane@home");
    refused(share("jane@shop", "jane@home").await, "jane@home");
    // Nor is paid as it goes what is shared.
    let quota = Quota {
        name: "monthly".into(),
        window: Window::Month,
        allowance: Allowance::Data { octets: Octets(MB), direction: Direction::Both },
        free: None,
        zero_rated: Vec::new(),
        tiers: Vec::new(),
    };
    let set = |terms: &mut Terms| terms.quotas = vec![quota];
    store.plans(tenant).update(&operator(), "silver", set, None).await.unwrap();
    share("jane@shop", "jane@bar").await.unwrap();
    for login in ["jane@shop", "jane@bar"] {
        let new = NewSubscription {
            service: Some(login.to_owned()),
            from: jane.clock.now(),
            ..on_the_first("jane", &["payg"])
        };
        refused(store.subscriptions(tenant).add(&operator(), &new).await.map(|_| ()), login);
    }
    let unshared = services.unshare(&operator(), "jane@shop").await.unwrap();
    assert_eq!(unshared.lead_login, "jane@bar");
}

/// The number of a product.
async fn component(store: &Store, tenant: TenantId, name: &str) -> billing_core::ComponentId {
    store.subscriptions(tenant).product(name).await.unwrap()
}

pub async fn what_is_planned_to_be_paid_as_it_goes_is_refused_and_ends_what_is_shared(
    ground: &Ground,
) {
    let jane = Jane::with(ground, "100").await;
    let (store, tenant, by) = (&jane.store, jane.tenant, &operator());
    let services = store.services(tenant);
    let quota = Quota {
        name: "monthly".into(),
        window: Window::Month,
        allowance: Allowance::Data { octets: Octets(MB), direction: Direction::Both },
        free: None,
        zero_rated: Vec::new(),
        tiers: Vec::new(),
    };
    for plan in ["silver", "gold"] {
        let quotas = vec![quota.clone()];
        store.plans(tenant).update(by, plan, |terms| terms.quotas = quotas, None).await.unwrap();
    }
    for login in ["jane@shop", "jane@bar"] {
        let new =
            NewService { subscriber: Some("jane".to_owned()), ..new_service(login, "silver") };
        services.add(by, &new).await.unwrap();
    }
    let new = NewSubscription {
        service: Some("jane@shop".to_owned()),
        from: jane.clock.now(),
        ..on_the_first("jane", &["gold"])
    };
    let id = store.subscriptions(tenant).add(by, &new).await.unwrap().id;
    let payg = component(store, tenant, "payg").await;
    let later = [(after(3_600), What::Quantity { component: payg, quantity: 1 })];
    let refused = |result: Result<(), StoreError>| {
        let refused = result.unwrap_err();
        let expected = ShareRefusal::PaysAsItGoes { login: "jane@shop".to_owned() };
        assert!(matches!(&refused, StoreError::NotShared(of) if *of == expected), "{refused}");
    };
    let plan = async || store.subscriptions(tenant).change(by, id, &later).await.map(|_| ());
    let share =
        async |login: &str, lead: &str| services.share(by, login, lead, None).await.map(|_| ());
    // Planned for who shares, and for whose data is shared.
    for (member, lead) in [("jane@shop", "jane@bar"), ("jane@bar", "jane@shop")] {
        share(member, lead).await.unwrap();
        refused(plan().await);
        services.unshare(by, member).await.unwrap();
    }
    // Shared by who is to pay so, and with that one.
    plan().await.unwrap();
    refused(share("jane@shop", "jane@bar").await);
    refused(share("jane@bar", "jane@shop").await);

    // What is carried out nevertheless ends it, and does not fail.
    ground.execute("update service_share set until_at = null").await;
    let follower = store.follow().await.unwrap();
    let found = |login: &str| {
        follower.directory().service_by_login(tenant, login.as_bytes()).unwrap().entitlement
    };
    assert!(found("jane@bar").shared.is_some());
    // Another command is not refused for what was planned before it.
    jane.clock.set(after(60));
    let gold = component(store, tenant, "gold").await;
    let none = [(after(60), What::Quantity { component: gold, quantity: 2 })];
    store.subscriptions(tenant).change(by, id, &none).await.unwrap();
    assert!(services.shares("jane@shop").await.unwrap().is_some());
    jane.clock.set(after(3_600));
    assert_eq!(store.subscriptions(tenant).carry_out(by, 10).await.unwrap(), 1);
    for login in ["jane@shop", "jane@bar"] {
        assert_eq!(services.shares(login).await.unwrap(), None, "{login}");
    }
    follower.sync().await.unwrap();
    assert_eq!(found("jane@bar").shared, None);
    assert!(found("jane@shop").wallet().is_some());
    follower.stop().await;
    let ended = store.audit(tenant).latest(10).await.unwrap().into_iter().filter(|entry| {
        let before = entry.before.as_deref().unwrap_or_default();
        before.contains("shares_data_of") && entry.at == after(3_600)
    });
    let ended: Vec<_> = ended.map(|entry| entry.name).collect();
    assert_eq!(ended, ["jane@shop", "jane@bar"]);
    jane.store.close().await;
}

pub async fn a_payment_that_serves_again_what_is_paid_as_it_goes_ends_what_is_shared(
    ground: &Ground,
) {
    let shop = Shop::open(ground, &USUAL).await;
    let (store, tenant, by) = (&shop.store, shop.tenant, &operator());
    let (_, line) = shop.sell("jane").await;
    let new =
        NewService { subscriber: Some("jane".to_owned()), ..new_service("jane@shop", "line") };
    store.services(tenant).add(by, &new).await.unwrap();
    shop.bill().await;
    let change = ProductChange {
        taxes: Some(Vec::new()),
        usage: Some(used(PRICE, shop.clock.now())),
        ..Default::default()
    };
    store.products(tenant).set(by, "payg", &change, None).await.unwrap();
    let payg = component(store, tenant, "payg").await;
    let later = [(dunned_on("2027-03-16T09:00"), What::Quantity { component: payg, quantity: 1 })];
    store.subscriptions(tenant).change(by, line, &later).await.unwrap();
    shop.run("2027-03-15").await;
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    let share = "insert into service_share (service_id, tenant_id, lead_id, from_at) select s.id, \
                 s.tenant_id, l.id, 0 from service s join service l on l.login = 'jane@shop' \
                 where s.login = 'jane'";
    ground.execute(share).await;
    shop.clock.set(dunned_on("2027-03-16T10:00"));
    shop.pay("1", "jane", "3120").await;
    assert_eq!(shop.standing("jane").await, Standing::Active);
    assert_eq!(store.services(tenant).shares("jane").await.unwrap(), None);
    let jane = store.services(tenant).find("jane").await.unwrap().id;
    assert!(store.reservations(tenant).of_service(jane).await.unwrap().is_some());
    shop.store.close().await;
}
