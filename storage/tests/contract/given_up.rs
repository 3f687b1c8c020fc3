//! What an operator gives up of what is owed, and late fees that are made up for.

use billing_core::ledger::AccountName;
use billing_core::{Money, SubscriptionState};
use entitlement::Standing;
use futures_util::future::join_all;
use storage::{GivenUp, NewGivenUp, RuleError, StoreError};

use crate::dunning_shop::{Shop, USUAL, kes, on};
use crate::ground::{Ground, operator};

fn new(amount: Option<&str>) -> NewGivenUp {
    NewGivenUp { amount: amount.map(kes), reason: "moved away".to_owned(), key: None }
}

fn keyed(amount: Option<&str>, key: &str) -> NewGivenUp {
    NewGivenUp { key: Some(key.to_owned()), ..new(amount) }
}

const fn given(amount: Money) -> GivenUp {
    GivenUp { amount, is_new: true }
}

/// Why it is refused, by the rule and not by words alone.
fn rule(refused: Result<GivenUp, StoreError>) -> String {
    match refused {
        Err(StoreError::Rule { source: RuleError::GiveUp(error), .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

/// jane owes 3000.00 since 1 March, with two late fees of 60.00, and is suspended: it is 15 March.
async fn owing(ground: &Ground) -> (Shop<'_>, AccountName, storage::SubscriptionId) {
    let shop = Shop::open(ground, &USUAL).await;
    let (jane, line) = shop.sell("jane").await;
    shop.bill().await;
    shop.run("2027-03-15").await;
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    (shop, AccountName::Receivable(jane), line)
}

const INVOICE: &str = "INV-2027-000001";

pub async fn what_is_open_is_written_off_in_part_or_as_a_whole(ground: &Ground) {
    let (shop, receivable, line) = owing(ground).await;
    let (owed, invoices) = (receivable.to_string(), shop.store.invoices(shop.tenant));
    let write_off = async |new: &NewGivenUp| invoices.write_off(&operator(), INVOICE, new).await;
    let refused = rule(write_off(&new(Some("3000.01"))).await);
    assert_eq!(refused, "3000.01 KES cannot be given up; 3000.00 KES are open");
    assert_eq!(
        rule(write_off(&new(Some("0"))).await),
        "0.00 KES cannot be given up; it is more than 0"
    );
    let without = NewGivenUp { reason: " ".to_owned(), ..new(None) };
    assert!(matches!(write_off(&without).await, Err(StoreError::Invalid { .. })));
    let unknown = invoices.write_off(&operator(), "INV-2027-000009", &new(None)).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })));
    assert_eq!(shop.number("select count(*) from write_off").await, 0);

    // A part is of what the invoice asks for.
    let part = keyed(Some("1000"), "ticket-17");
    assert_eq!(write_off(&part).await.unwrap(), given(kes("1000")));
    let known = GivenUp { is_new: false, ..given(kes("1000")) };
    assert_eq!(write_off(&part).await.unwrap(), known);
    let other = write_off(&keyed(Some("1001"), "ticket-17")).await.unwrap_err().to_string();
    assert!(
        other.contains(
            "the key `ticket-17` is that of the write-off of 1000.00 KES of INV-2027-000001 (moved away)"
        ),
        "{other}"
    );
    let balances = shop.balances().await;
    assert_eq!((balances[&owed], balances["written-off"]), (-212_000, -100_000));
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    // The next fee is of what is left: 2 % of 2000.00 would be 40.00, and 30.00 are left to the cap.
    assert_eq!(shop.run("2027-03-20T10:00").await, ["2027-03-20 09:00 fee 30.00 KES"]);

    // The whole is with its late fees: nothing is overdue then, and she is served again at once.
    assert_eq!(write_off(&new(None)).await.unwrap(), given(kes("2150")));
    let balances = shop.balances().await;
    assert_eq!((balances[&owed], balances["written-off"]), (0, -315_000));
    assert_eq!(balances["late-fees"], 15_000);
    assert_eq!(shop.standing("jane").await, Standing::Active);
    assert_eq!(shop.events(line).await[3..], ["03-20 10:00 settle"]);
    assert_eq!(
        rule(write_off(&new(None)).await),
        "nothing of it is open, so there is nothing to give up"
    );
    let told = "select count(*) from outbox where topic = 'invoice.written_off'";
    assert_eq!(shop.number(told).await, 2);
    let audit = "select after from audit where kind = 'write_off' order by id desc limit 1";
    let audit: serde_json::Value = serde_json::from_str(&ground.text(audit).await).unwrap();
    let expected = (&"moved away".into(), &215_000.into(), &1.into());
    assert_eq!((&audit["reason"], &audit["amount_minor"], &audit["number"]), expected);

    // Nothing happens for it any more, and money that comes later is kept.
    assert_eq!(shop.run("2027-06-01").await, [""; 0]);
    shop.pay("1", INVOICE, "500").await;
    let balances = shop.balances().await;
    assert_eq!((balances[&owed], balances["wallet:1"]), (0, 50_000));
    assert_eq!(balances["written-off"], -315_000);
    shop.store.close().await;
}

pub async fn what_was_paid_before_and_is_taken_back_is_open_again(ground: &Ground) {
    let (shop, receivable, line) = owing(ground).await;
    let owed = receivable.to_string();
    shop.pay("1", INVOICE, "1000").await;
    let invoices = shop.store.invoices(shop.tenant);
    let done = invoices.write_off(&operator(), INVOICE, &new(None)).await.unwrap();
    assert_eq!(done.amount, kes("2120"));
    assert_eq!(shop.state(line).await, SubscriptionState::Active);
    // What was written off stays so: what was paid is owed again, and can be written off in its turn.
    shop.clock.set(on("2027-03-20T12:00"));
    let payments = shop.store.payments(shop.tenant);
    let (cash, number) = ("cash".parse().unwrap(), "1".parse().unwrap());
    payments.reverse(&operator(), (&cash, &number), kes("1000"), Some("CB-1")).await.unwrap();
    let balances = shop.balances().await;
    assert_eq!((balances[&owed], balances["written-off"]), (-100_000, -212_000));
    let done = invoices.write_off(&operator(), INVOICE, &new(None)).await.unwrap();
    assert_eq!(done.amount, kes("1000"));
    let balances = shop.balances().await;
    assert_eq!((balances[&owed], balances["written-off"]), (0, -312_000));
    shop.store.close().await;
}

pub async fn a_late_fee_is_waived_and_is_no_income(ground: &Ground) {
    let (shop, receivable, line) = owing(ground).await;
    let (owed, dunning) = (receivable.to_string(), shop.store.dunning(shop.tenant));
    let waive = async |new: &NewGivenUp| dunning.waive(&operator(), INVOICE, new).await;
    let refused = rule(waive(&new(Some("120.01"))).await);
    assert_eq!(refused, "120.01 KES cannot be given up; 120.00 KES are open");
    // Of what was charged last first.
    assert_eq!(waive(&new(Some("70"))).await.unwrap(), given(kes("70")));
    let balances = shop.balances().await;
    assert_eq!((balances[&owed], balances["late-fees"]), (-305_000, 5_000));
    assert_eq!(balances.get("written-off").copied().unwrap_or_default(), 0);
    let account = dunning.account("jane").await.unwrap().account;
    let open: Vec<_> = account.invoices[0].fees.iter().map(|fee| fee.open).collect();
    assert_eq!(open, [kes("50"), kes("0")]);
    // It is not charged again, and the cap counts it.
    assert_eq!(shop.run("2027-03-16").await, [""; 0]);
    shop.pay("1", INVOICE, "3000").await;
    assert_eq!(shop.state(line).await, SubscriptionState::Suspended);
    // The invoice was not given up: what is given back of it is a credit note still.
    let eight = join_all((0..8).map(|_| async { waive(&keyed(None, "ticket-18")).await.unwrap() }));
    let all = eight.await;
    assert!(all.iter().all(|done| done.amount == kes("50")), "{all:?}");
    assert_eq!(all.iter().filter(|done| done.is_new).count(), 1);
    let balances = shop.balances().await;
    assert_eq!((balances[&owed], balances["late-fees"]), (0, 0));
    assert_eq!(shop.state(line).await, SubscriptionState::Active);
    assert_eq!(
        rule(waive(&new(None)).await),
        "nothing of it is open, so there is nothing to give up"
    );
    let audit = "select count(*) from audit where kind = 'late_fee' and after like '%moved away%'";
    assert_eq!(shop.number(audit).await, 2);
    shop.store.close().await;
}

pub async fn closed_books_give_nothing_up(ground: &Ground) {
    let (shop, ..) = owing(ground).await;
    let settings = shop.store.billing_settings(shop.tenant);
    let closed = shop.clock.now();
    settings.change(&operator(), |it| it.closed_until = Some(closed)).await.unwrap();
    // A clock that was put back.
    shop.clock.set(on("2027-03-14"));
    let invoices = shop.store.invoices(shop.tenant);
    let refused = invoices.write_off(&operator(), INVOICE, &new(None)).await;
    assert!(matches!(refused, Err(StoreError::Closed { .. })), "{refused:?}");
    let refused = shop.store.dunning(shop.tenant).waive(&operator(), INVOICE, &new(None)).await;
    assert!(matches!(refused, Err(StoreError::Closed { .. })), "{refused:?}");
    assert_eq!(shop.number("select count(*) from write_off").await, 0);
    shop.store.close().await;
}

pub async fn a_fee_that_was_missed_is_of_what_was_open_when_it_was_due(ground: &Ground) {
    let shop = Shop::open(ground, &["fee 5% 5d"]).await;
    for name in ["after", "before", "whole", "back", "wallet"] {
        shop.sell(name).await;
    }
    shop.bill().await;
    let payments = shop.store.payments(shop.tenant);
    let cash = "cash".parse().unwrap();
    // Nobody looks until the 8th: 5 % of 3000.00 were due on the 6th at nine.
    shop.clock.set(on("2027-03-05"));
    shop.pay("1", "before", "2700").await;
    shop.pay("2", "back", "2700").await;
    payments
        .reverse(&operator(), (&cash, &"2".parse().unwrap()), kes("2700"), Some("CB"))
        .await
        .unwrap();
    shop.clock.set(on("2027-03-07"));
    shop.pay("3", "after", "2700").await;
    shop.pay("4", "whole", "3000").await;
    let adjustment = storage::NewAdjustment {
        subscriber: "wallet".to_owned(),
        change: kes("2700"),
        counter: billing_core::balance::CounterAccount::Sales,
        reason: "outage".to_owned(),
        key: None,
    };
    shop.store.wallets(shop.tenant).adjust(&operator(), &adjustment).await.unwrap();
    shop.clock.set(on("2027-03-08"));
    let batch = shop.batch(storage::LookAt::Due, 100, None).await;
    assert_eq!(batch.not_dunned, []);
    let said = batch.dunned.iter().flat_map(|dunned| {
        dunned
            .actions
            .iter()
            .map(|action| format!("{} {}", dunned.subscriber.0, crate::dunning_shop::said(action)))
    });
    let expected = [
        "1 2027-03-06 09:00 fee 150.00 KES",
        "2 2027-03-06 09:00 fee 15.00 KES",
        // Who has paid all that was asked for is asked for nothing more.
        "4 2027-03-06 09:00 fee 150.00 KES",
        "5 2027-03-06 09:00 fee 150.00 KES",
    ];
    assert_eq!(said.collect::<Vec<_>>(), expected);
    assert_eq!(shop.run("2027-03-30").await, [""; 0]);
    assert_eq!(shop.balances().await["late-fees"], 46_500);
    shop.store.close().await;
}
