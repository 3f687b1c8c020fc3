//! What would change books that are closed is refused, with nothing written; and what cannot be refused is
//! posted where they are open.

use billing_core::discount::{Offer, On};
use billing_core::{
    Alignment, AppliesTo, Billing, Interval, Money, PartOrAmount, Price, PriceVersion,
    PromiseVersion, Proration, RecurringPrice, UsageTerms, UsageVersion,
};
use entitlement::{TenantId, Timestamp};
use storage::{
    NewReceipt, NewSubscription, PaymentOutcome, ProductChange, RunOrder, Store, StoreError,
    SubscriptionId,
};

use crate::billing::{on_the_first, subscriber};
use crate::ground::{Ground, SetClock, default_tenant, operator};

fn zone() -> entitlement::TimeZone {
    entitlement::TimeZone::named("Africa/Nairobi").unwrap()
}

/// The midnight before a day, in Nairobi.
fn on(day: &str) -> Timestamp {
    zone().first_shown(format!("{day}T00:00").parse().unwrap()).unwrap()
}

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

fn price(amount: &str, cadence: &str, from: Timestamp) -> PriceVersion {
    PriceVersion {
        from,
        applies_to: AppliesTo::Everybody,
        price: Price::Recurring(RecurringPrice {
            amount: kes(amount),
            cadence: cadence.parse().unwrap(),
            billed: Billing::InAdvance,
            proration: Proration::ByDay,
        }),
    }
}

struct Books {
    store: Store,
    tenant: TenantId,
    clock: SetClock,
    jane: SubscriptionId,
}

/// jane has a line for 3000.00 each quarter since 1 December 2026, billed; and the books are closed until
/// 1 February 2027. It is the 10th.
async fn closed(ground: &Ground) -> Books {
    let clock = SetClock::at(on("2026-12-01"));
    let store = ground.open_by(&clock).await;
    let tenant = default_tenant(&store).await;
    store.tenants().set_time_zone(&operator(), "default", &zone()).await.unwrap();
    let change = ProductChange { taxes: Some(vec![]), ..Default::default() };
    for name in ["line", "other"] {
        let quarterly = price("3000", "3 months", on("2020-01-01"));
        store.products(tenant).set(&operator(), name, &change, Some(&quarterly)).await.unwrap();
    }
    subscriber(&store, tenant, "jane").await;
    let (from, alignment) = (on("2026-12-01"), Alignment::Anniversary);
    let new = NewSubscription { from, alignment, ..on_the_first("jane", &["line"]) };
    let jane = store.subscriptions(tenant).add(&operator(), &new).await.unwrap().id;
    let books = Books { store, tenant, clock, jane };
    assert_eq!(books.bill("2026-12-01").await, [kes("3000")]);
    books.clock.set(on("2027-02-10"));
    let settings = books.store.billing_settings(tenant);
    settings.change(&operator(), |it| it.closed_until = Some(on("2027-02-01"))).await.unwrap();
    books
}

impl Books {
    async fn bill(&self, day: &str) -> Vec<Money> {
        let order = RunOrder { at: on(day), batch: 100 };
        let batch = self.store.billing_runs(self.tenant).batch(&operator(), order, None).await;
        batch.unwrap().gross
    }
}

/// Refused for its moment, which is told with the first that can be.
fn refused<T: core::fmt::Debug>(result: Result<T, StoreError>, field: &str, at: Timestamp) {
    let error = result.unwrap_err();
    let StoreError::Closed { source, .. } = &error else { panic!("{error}") };
    assert_eq!((source.field, source.at, source.closed_until), (field, at, on("2027-02-01")));
    let open = on("2027-02-01");
    let words = format!("the books are closed until {open}; enter it at {open} or later");
    assert!(error.to_string().contains(&words), "{error}");
}

pub async fn no_price_begins_in_closed_books_of_what_somebody_had(ground: &Ground) {
    let books = closed(ground).await;
    let products = books.store.products(books.tenant);
    let late = Timestamp::from_unix_ms(on("2027-02-01").unix_ms() - 1);
    let before = products.find("line").await.unwrap();
    for at in [on("2026-12-01"), late] {
        let cheaper = price("1500", "3 months", at);
        let set = products.set(&operator(), "line", &Default::default(), Some(&cheaper)).await;
        refused(set, "the price", at);
        let usage = ProductChange {
            usage: Some(UsageVersion {
                from: at,
                applies_to: AppliesTo::Everybody,
                terms: UsageTerms {
                    cadence: "1 month".parse().unwrap(),
                    proration: Proration::ByDay,
                    price: "each 1 KES".parse().unwrap(),
                },
            }),
            ..Default::default()
        };
        refused(products.set(&operator(), "line", &usage, None).await, "the price of use", at);
        let promise = PromiseVersion { from: at, applies_to: AppliesTo::Everybody, sla: None };
        let promise = ProductChange { promise: Some(promise), ..Default::default() };
        refused(products.set(&operator(), "line", &promise, None).await, "what is promised", at);
    }
    assert_eq!(products.find("line").await.unwrap(), before, "nothing was written");
    // So February, which was paid with its quarter, costs what it cost.
    assert_eq!(books.bill("2027-02-10").await, []);
    // The first open moment is one.
    let cheaper = price("1500", "3 months", on("2027-02-01"));
    products.set(&operator(), "line", &Default::default(), Some(&cheaper)).await.unwrap();
    assert_eq!(books.bill("2027-02-10").await, [], "the quarter began before");
    assert_eq!(books.bill("2027-03-01").await, [kes("1500")]);
    // What nobody had by then can have had any price.
    let always = price("1500", "3 months", on("2026-12-01"));
    products.set(&operator(), "other", &Default::default(), Some(&always)).await.unwrap();
    books.store.close().await;
}

pub async fn no_discount_begins_or_ends_in_closed_books(ground: &Ground) {
    let books = closed(ground).await;
    let discounts = books.store.discounts(books.tenant);
    let half = Offer::new(
        "Half".to_owned(),
        PartOrAmount::Percent("50%".parse().unwrap()),
        On::All,
        "3 months".parse().unwrap(),
    )
    .unwrap();
    let give = async |day: &str, until: Option<&str>| {
        let span = (on(day), until.map(on));
        discounts.give(&operator(), books.jane, &half, span).await
    };
    refused(give("2027-01-31", None).await, "the beginning", on("2027-01-31"));
    assert_eq!(discounts.of(books.jane).await.unwrap(), []);
    let given = give("2027-02-01", None).await.unwrap().discount.id();
    let end = async |day: &str| discounts.end(&operator(), given, on(day)).await;
    end("2027-02-20").await.unwrap();
    // Its end is in closed books now, and so is what it was taken off.
    books.clock.set(on("2027-03-01"));
    let settings = books.store.billing_settings(books.tenant);
    settings.change(&operator(), |it| it.closed_until = Some(on("2027-03-01"))).await.unwrap();
    let error = end("2027-03-10").await.unwrap_err();
    let StoreError::Closed { source, .. } = error else { panic!("{error}") };
    assert_eq!((source.field, source.at), ("the end that it had", on("2027-02-20")));
    let lasting = give("2027-03-01", None).await.unwrap().discount.id();
    let early = discounts.end(&operator(), lasting, on("2027-02-28")).await.unwrap_err();
    assert!(early.to_string().contains("ends"), "{early}");
    assert_eq!(discounts.of(books.jane).await.unwrap()[1].discount.until(), None);
    books.store.close().await;
}

pub async fn no_run_is_for_a_moment_in_closed_books(ground: &Ground) {
    let books = closed(ground).await;
    let at = on("2027-01-31");
    let order = RunOrder { at, batch: 100 };
    let runs = books.store.billing_runs(books.tenant);
    refused(runs.batch(&operator(), order, None).await, "the run", at);
    refused(runs.preview(order, None).await, "the run", at);
    assert_eq!(books.bill("2027-02-01").await, []);
    books.store.close().await;
}

pub async fn money_of_closed_books_is_posted_at_the_first_open_moment(ground: &Ground) {
    let books = closed(ground).await;
    let statement = async |from: &str, until: &str| {
        let jane = books.store.subscribers(books.tenant).find("jane").await.unwrap().id;
        let period = Interval::new(on(from), on(until)).unwrap();
        let ledger = books.store.ledger(books.tenant);
        ledger.statement(jane, kes("0").currency(), period).await.unwrap()
    };
    let before = statement("2026-12-01", "2027-02-01").await;
    let new = NewReceipt {
        provider: "mpesa".parse().unwrap(),
        number: Some("RKTQDM7W6S".parse().unwrap()),
        amount: kes("1000"),
        at: on("2027-01-15"),
        reference: Some("jane".to_owned()),
    };
    let payments = books.store.payments(books.tenant);
    let (number, outcome) = payments.receive(&operator(), &new).await.unwrap();
    assert!(matches!(outcome, PaymentOutcome::Credited(_)), "{outcome:?}");
    assert_eq!(statement("2026-12-01", "2027-02-01").await, before, "it is closed");
    let open = statement("2027-02-01", "2027-03-01").await;
    let lines: Vec<_> = open.lines.iter().map(|line| (line.movement.at, line.balance)).collect();
    assert_eq!(lines, [(on("2027-02-01"), kes("2000"))]);
    // By the provider's moment it is found in what the provider states.
    let found = payments.find(&new.provider, &number).await.unwrap();
    assert_eq!(found.receipt.received().at, on("2027-01-15"));
    books.store.close().await;
}
