//! A provider's statement against receipts, the ledger and what was activated.

use billing_core::payment::{
    IntentId, LineKind, Movement, Reconciled, RefundTo, Scope, StatementLine,
};
use billing_core::{Interval, Money};
use entitlement::{TenantId, Timestamp};
use storage::{NewIntent, NewReceipt, NewSubscription, PaidFor, Store};

use crate::billing::{at, bill, on_the_first, shop, subscriber};
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{customer, lasts, on, order, package, take};

const MINUTE_S: i64 = 60;
const DAY_S: i64 = 86_400;

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

/// The day whose statement is looked at, from its midnight in Nairobi.
fn day() -> i64 {
    on(3, 10, 0).unix_s()
}

/// The day, five minutes to and fro, ten minutes to be made good, looked at an hour after its end.
fn scope() -> Scope {
    let stretch = Interval::new(at(day()), at(day() + DAY_S)).unwrap();
    Scope { stretch, tolerance_s: 300, patience_s: 600, now: at(day() + DAY_S + 3_600) }
}

fn line(kind: LineKind, number: &str, amount: &str, s: i64) -> StatementLine {
    StatementLine { number: number.parse().unwrap(), kind, amount: kes(amount), at: at(s) }
}

fn moved(movement: Movement, number: &str, amount: &str, s: i64) -> StatementLine {
    line(LineKind::Movement(movement), number, amount, s)
}

struct Books {
    store: Store,
    tenant: TenantId,
}

impl Books {
    async fn received(&self, provider: &str, number: &str, amount: &str, s: i64, whose: &str) {
        let new = NewReceipt {
            provider: provider.parse().unwrap(),
            number: Some(number.parse().unwrap()),
            amount: kes(amount),
            at: at(s),
            reference: Some(whose.to_owned()),
        };
        self.store.payments(self.tenant).receive(&operator(), &new).await.unwrap();
    }

    async fn refunded(&self, number: &str, amount: &str, to: RefundTo, reference: &str) {
        let payments = self.store.payments(self.tenant);
        let which = (&"mpesa".parse().unwrap(), &number.parse().unwrap());
        payments.refund(&operator(), which, kes(amount), to, Some(reference)).await.unwrap();
    }

    async fn reversed(&self, number: &str, amount: &str, reference: &str) {
        let payments = self.store.payments(self.tenant);
        let which = (&"mpesa".parse().unwrap(), &number.parse().unwrap());
        payments.reverse(&operator(), which, kes(amount), Some(reference)).await.unwrap();
    }

    /// The next period of a service is asked for and paid with so much.
    async fn paid_for_renewal(&self, login: &str, number: &str, amount: &str, s: i64) -> IntentId {
        let new = NewIntent {
            key: number.to_owned(),
            provider: "mpesa".parse().unwrap(),
            amount: kes(amount),
            paid_for: PaidFor::Renewal(login.to_owned()),
            lifetime_s: 900,
        };
        let intents = self.store.payment_intents(self.tenant);
        let id = intents.create(&operator(), &new).await.unwrap().0.intent.id();
        let receipt = NewReceipt {
            provider: "mpesa".parse().unwrap(),
            number: Some(number.parse().unwrap()),
            amount: kes(amount),
            at: at(s),
            reference: None,
        };
        self.store.payments(self.tenant).receive_for(&operator(), &receipt, id).await.unwrap();
        id
    }

    async fn compared(&self, statement: &[StatementLine]) -> Reconciled {
        let payments = self.store.payments(self.tenant);
        payments.reconcile(&"mpesa".parse().unwrap(), statement, &scope()).await.unwrap()
    }
}

fn found(reconciled: &Reconciled) -> Vec<(String, &'static str)> {
    let differences = reconciled.differences.iter();
    let mut found: Vec<_> = differences.map(|it| (it.number().to_string(), it.code())).collect();
    found.sort_unstable();
    found
}

/// A hundred payments that are on both sides, with what was taken back of some and is, too; and what concerns
/// the statement in no way.
async fn matching(books: &Books, clock: &SetClock) -> Vec<StatementLine> {
    use Movement::{Payment, Refund, Reversal};
    let mut statement = Vec::new();
    for place in 0..100 {
        let (number, amount) = (format!("M{place:03}"), format!("{}.50", 1_000 + place));
        let s = day() + 1_000 + place * 800;
        books.received("mpesa", &number, &amount, s, "jane").await;
        // The clocks are a little apart.
        statement.push(moved(Payment, &number, &amount, s + place % 7 - 3));
    }
    // A refund and a reversal under numbers of their own, however they are typed.
    books.refunded("M000", "200", RefundTo::Provider, "rf 1").await;
    statement.push(moved(Refund, "RF1", "200", clock.now().unix_s() + 5));
    books.reversed("M001", "1001.50", "CB-1").await;
    statement.push(moved(Reversal, "CB-1", "1001.50", clock.now().unix_s() + 5));
    // Two parts of one payment, both under its number.
    books.refunded("M002", "200", RefundTo::Provider, "1").await;
    books.refunded("M002", "300", RefundTo::Provider, "2").await;
    statement.push(moved(Refund, "M002", "300", clock.now().unix_s() + 60));
    statement.push(moved(Refund, "M002", "200", clock.now().unix_s()));
    // Into the wallet is no matter of the provider's.
    books.received("mpesa", "DORA", "100", day() + 30_000, "dora").await;
    books.refunded("DORA", "10", RefundTo::Wallet, "1").await;
    statement.push(moved(Payment, "DORA", "100", day() + 30_000));
    // By another provider; a day before; and just before the end, with its line on the next statement.
    books.received("cash", "M000", "7", day() + 5_000, "jane").await;
    books.received("mpesa", "BEFORE", "7", day() - 5_000, "jane").await;
    books.received("mpesa", "LATE", "7", day() + DAY_S - 60, "jane").await;
    // Across the end, on both sides.
    books.received("mpesa", "ACROSS", "9", day() + DAY_S + 20, "jane").await;
    statement.push(moved(Payment, "ACROSS", "9", day() + DAY_S - 20));
    for (number, amount) in [("M000", "13.50"), ("F2", "6.75")] {
        statement.push(line(LineKind::Fee, number, amount, day() + 6_000));
    }
    // Paid for a renewal and renewed; and parked, but just now.
    books.paid_for_renewal("ben", "RENEWED", "1000", day() + 40_000).await;
    statement.push(moved(Payment, "RENEWED", "1000", day() + 40_000));
    statement
}

pub async fn what_was_planted_in_a_statement_is_found_and_nothing_else(ground: &Ground) {
    use Movement::{Payment, Refund, Reversal};
    let clock = SetClock::at(on(2, 5, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    package(&store, tenant, "month", lasts("1 month")).await;
    for name in ["ben", "cleo"] {
        customer(&store, tenant, name, "1000").await;
        take(&store, tenant, &order(name, "month", on(2, 5, 12))).await;
    }
    clock.set(at(day() + 12 * 3_600));
    // She owes something.
    subscriber(&store, tenant, "dora").await;
    let dora = NewSubscription { from: clock.now(), ..on_the_first("dora", &["gold"]) };
    store.subscriptions(tenant).add(&operator(), &dora).await.unwrap();
    assert_eq!(bill(&store, tenant, clock.now().unix_s()).await.invoices, 1);
    let books = Books { store: store.clone(), tenant };
    let mut statement = matching(&books, &clock).await;
    let all = books.compared(&statement).await;
    assert_eq!(found(&all), []);
    // A hundred payments, RF1, CB-1, the refunds of M002, DORA, ACROSS and RENEWED; LATE is the next day's.
    assert_eq!((all.agreed, all.undecided), (106, 1));
    assert_eq!(all.fees, [kes("20.25")]);

    let noon = clock.now().unix_s();
    let mut expected = Vec::new();
    let mut plant = |number: &str, code: &'static str| expected.push((number.to_owned(), code));
    // On the statement, and not here.
    statement.push(moved(Payment, "X1", "10", noon));
    plant("X1", "missing-here");
    statement.push(moved(Refund, "M010", "10", noon));
    plant("M010", "missing-here");
    statement.push(moved(Reversal, "M011", "1011.50", noon));
    plant("M011", "reversed-there");
    // Here, and not on the statement.
    books.received("mpesa", "Y1", "10", noon, "jane").await;
    plant("Y1", "missing-there");
    books.refunded("M012", "10", RefundTo::Provider, "RF9").await;
    plant("M012", "missing-there");
    // Of another amount, in another currency, twice.
    let of = |statement: &mut Vec<StatementLine>, number: &str, amount: &str| {
        let line = statement.iter_mut().find(|line| line.number.as_str() == number).unwrap();
        line.amount = amount.parse().unwrap();
    };
    of(&mut statement, "M020", "1020.51 KES");
    plant("M020", "amount");
    of(&mut statement, "M021", "1021 UGX");
    plant("M021", "currency");
    statement.push(moved(Payment, "M022", "1022.50", noon));
    plant("M022", "twice-there");
    books.refunded("M023", "10", RefundTo::Provider, "1").await;
    books.refunded("M023", "10", RefundTo::Provider, "2").await;
    statement.push(moved(Refund, "M023", "10", noon));
    plant("M023", "twice-here");
    // In the ledger as something else, and not at all.
    ground
        .execute("update transfer set amount_minor = amount_minor - 1 where memo = 'mpesa M024'")
        .await;
    plant("M024", "ledger");
    let of_account = "(select id from account where name = 'clearing:cash')";
    ground
        .execute(&format!(
            "update transfer set debit_account_id = {of_account} where memo = 'mpesa M025'"
        ))
        .await;
    plant("M025", "ledger");
    // Nobody knows whose it is; and what was paid for was not renewed.
    books.received("mpesa", "LOST", "10", noon, "jnae").await;
    statement.push(moved(Payment, "LOST", "10", noon));
    plant("LOST", "not-applied");
    let short = books.paid_for_renewal("cleo", "SHORT", "999", noon).await;
    statement.push(moved(Payment, "SHORT", "999", noon));
    plant("SHORT", "not-activated");

    expected.sort_unstable();
    let reconciled = books.compared(&statement).await;
    assert_eq!(found(&reconciled), expected);
    let said: Vec<_> = reconciled.differences.iter().map(ToString::to_string).collect();
    for words in [
        "payment M024 is booked as 1024.50 KES, and the ledger has 1024.49 KES",
        "payment M025 is booked as 1025.50 KES, and the ledger has 0.00 KES",
        "payment M020 is of 1020.51 KES on the statement, and of 1020.50 KES here",
        "payment SHORT of 999.00 KES is applied, and the network has not confirmed for 780 minutes",
    ] {
        assert!(said.iter().any(|it| it == words), "{words}: {said:#?}");
    }
    // In any order of the lines.
    statement.reverse();
    assert_eq!(found(&books.compared(&statement).await), expected);

    // What is mended is no difference any more.
    let payments = store.payments(tenant);
    let which = ("mpesa".parse().unwrap(), "LOST".parse().unwrap());
    payments.assign(&operator(), &which.0, &which.1, "jane").await.unwrap();
    books.received("mpesa", "TOPPED", "1", noon, "cleo").await;
    statement.push(moved(Payment, "TOPPED", "1", noon));
    let subscription = store.subscriptions(tenant).list(Some("cleo"), 100).await.unwrap()[0].id;
    let renewal = storage::RenewalOrder {
        offer: None,
        count: 1,
        on_credit: false,
        auto_renew: None,
        at: Some(clock.now()),
    };
    store.subscriptions(tenant).renew(&operator(), subscription, &renewal).await.unwrap();
    let intent = store.payment_intents(tenant).find(short).await.unwrap();
    assert_eq!(intent.intent.state().code(), "activated");
    expected.retain(|(number, _)| !["LOST", "SHORT"].contains(&number.as_str()));
    assert_eq!(found(&books.compared(&statement).await), expected);
    // What was lately paid has its time.
    books.received("mpesa", "FRESH", "10", noon, "nobody").await;
    statement.push(moved(Payment, "FRESH", "10", noon));
    let soon = Scope { now: Timestamp::from_unix_s(noon + 10 * MINUTE_S), ..scope() };
    let provider = "mpesa".parse().unwrap();
    let fresh = payments.reconcile(&provider, &statement, &soon).await.unwrap();
    assert_eq!(found(&fresh), expected);
    store.close().await;
}

pub async fn statements_of_tenants_and_of_nothing_are_compared(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let books = Books { store: store.clone(), tenant };
    assert_eq!(found(&books.compared(&[]).await), []);
    books.received("mpesa", "QK1", "10", day() + 40_000, "jane").await;
    assert_eq!(found(&books.compared(&[]).await), [("QK1".to_owned(), "missing-there")]);
    store.tenants().add(&operator(), "other").await.unwrap();
    let other = store.tenants().find("other").await.unwrap().id;
    let of_other = Books { store: store.clone(), tenant: other };
    let statement = [moved(Movement::Payment, "QK1", "10", day() + 40_000)];
    let missing = [("QK1".to_owned(), "missing-here")];
    assert_eq!(found(&of_other.compared(&statement).await), missing);
    assert_eq!(found(&books.compared(&statement).await), []);
    store.close().await;
}
