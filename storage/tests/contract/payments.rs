//! What is paid, and what it pays.

use billing_core::ledger::AccountName;
use billing_core::payment::{ReceiptNumber, RefundTo, Unmatched};
use billing_core::{Interval, Money};
use entitlement::{SubscriberId, TenantId};
use storage::{NewReceipt, PaymentOutcome, ReceiptEntry, Store, StoreError};

use crate::billing::{JOINED, at, balances, bill, on_the_first, shop, subscriber};
use crate::ground::{Ground, operator};

const DECEMBER: i64 = 1_796_072_400;
const JANUARY: i64 = 1_798_750_800;

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

fn mpesa(number: &str, amount: &str, reference: Option<&str>) -> NewReceipt {
    NewReceipt {
        provider: "mpesa".parse().unwrap(),
        number: Some(number.parse().unwrap()),
        amount: kes(amount),
        at: at(DECEMBER),
        reference: reference.map(str::to_owned),
    }
}

fn number(text: &str) -> ReceiptNumber {
    text.parse().unwrap()
}

/// Jane owes 754.00 (November) and 1740.00 (December).
async fn jane(store: &Store) -> (TenantId, SubscriberId) {
    let tenant = shop(store).await;
    subscriber(store, tenant, "jane").await;
    let new = on_the_first("jane", &["gold"]);
    let jane = store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    bill(store, tenant, JOINED).await;
    bill(store, tenant, DECEMBER).await;
    (tenant, jane.subscriber)
}

async fn receive(store: &Store, tenant: TenantId, new: &NewReceipt) -> PaymentOutcome {
    store.payments(tenant).receive(&operator(), new).await.unwrap().1
}

/// What was paid of each invoice, in minor units.
async fn paid(store: &Store, tenant: TenantId) -> Vec<i64> {
    let invoices = store.invoices(tenant).list(None, 100).await.unwrap();
    invoices.iter().map(|invoice| invoice.paid.amount_minor()).collect()
}

async fn balance(store: &Store, tenant: TenantId, name: AccountName) -> i64 {
    let currency = "KES".parse().unwrap();
    store.ledger(tenant).credit_balance(&name, currency).await.unwrap().amount_minor()
}

pub async fn what_comes_pays_the_oldest_and_the_rest_is_kept(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, jane) = jane(&store).await;
    assert_eq!(balance(&store, tenant, AccountName::Receivable(jane)).await, -249_400);
    // A part of the first.
    let first = mpesa("QK1", "700", Some("jane"));
    assert_eq!(receive(&store, tenant, &first).await, PaymentOutcome::Credited(jane));
    assert_eq!(paid(&store, tenant).await, [70_000, 0]);
    // The second, by its number, though the first is older.
    let named = mpesa("QK2", "1000", Some("INV-2026-000002"));
    assert_eq!(receive(&store, tenant, &named).await, PaymentOutcome::Credited(jane));
    assert_eq!(paid(&store, tenant).await, [70_000, 100_000]);
    // More than is open: 54.00 and 740.00, and 206.00 into the wallet.
    let rest = mpesa("QK3", "1000", Some("jane"));
    receive(&store, tenant, &rest).await;
    assert_eq!(paid(&store, tenant).await, [75_400, 174_000]);
    assert_eq!(balance(&store, tenant, AccountName::Receivable(jane)).await, 0);
    assert_eq!(balance(&store, tenant, AccountName::Wallet(jane)).await, 20_600);
    let clearing = AccountName::Clearing("mpesa".parse().unwrap());
    assert_eq!(balance(&store, tenant, clearing).await, -270_000);
    // Another amount under a known number is nothing to guess about.
    let other = mpesa("QK3", "1001", Some("jane"));
    let error = store.payments(tenant).receive(&operator(), &other).await.unwrap_err();
    assert!(
        error.to_string().contains("was received as 1000.00 KES and is 1001.00 KES"),
        "{error}"
    );
    let nothing = mpesa("QK9", "0", Some("jane"));
    let error = store.payments(tenant).receive(&operator(), &nothing).await.unwrap_err();
    assert!(error.to_string().contains("more than 0"), "{error}");
    assert_eq!(store.payments(tenant).list(Some("jane"), 10).await.unwrap().len(), 3);
    // November was billed on the 18th, December and what was paid are of one moment.
    let december = Interval::new(at(DECEMBER), at(DECEMBER + 1)).unwrap();
    let currency = "KES".parse().unwrap();
    let statement = store.ledger(tenant).statement(jane, currency, december).await.unwrap();
    assert_eq!((statement.opening, statement.closing), (kes("754"), kes("-206")));
    let lines = statement.lines.iter().map(|line| {
        (line.movement.reference.as_str(), line.movement.amount, line.movement.kind.is_charge())
    });
    let mut lines: Vec<_> = lines.collect();
    lines.sort_unstable_by_key(|(reference, ..)| *reference);
    assert_eq!(
        lines,
        [
            ("INV-2026-000002", kes("1740"), true),
            ("mpesa QK1", kes("700"), false),
            ("mpesa QK2", kes("1000"), false),
            ("mpesa QK3", kes("1000"), false),
        ]
    );
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn the_same_receipt_told_by_many_at_once_is_received_once(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, jane) = jane(&store).await;
    let told = mpesa("RKTQDM7W6S", "754", Some("jane"));
    let all = (0..64).map(|_| receive(&store, tenant, &told));
    let outcomes = futures_util::future::join_all(all).await;
    let credited = outcomes.iter().filter(|it| **it == PaymentOutcome::Credited(jane)).count();
    let repeated = outcomes.iter().filter(|it| **it == PaymentOutcome::Repeated).count();
    assert_eq!((credited, repeated), (1, 63));
    assert_eq!(paid(&store, tenant).await, [75_400, 0]);
    assert_eq!(balance(&store, tenant, AccountName::Receivable(jane)).await, -174_000);
    assert_eq!(balance(&store, tenant, AccountName::Wallet(jane)).await, 0);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn who_is_paid_at_two_tills_at_once_is_credited_for_both(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, jane) = jane(&store).await;
    let cash = NewReceipt { number: None, ..mpesa("X", "100", Some("jane")) };
    let tills = (0..16).map(|_| receive(&store, tenant, &cash));
    let outcomes = futures_util::future::join_all(tills).await;
    assert_eq!(outcomes, vec![PaymentOutcome::Credited(jane); 16]);
    assert_eq!(paid(&store, tenant).await, [75_400, 84_600]);
    let receipts = store.payments(tenant).list(Some("jane"), 100).await.unwrap();
    let mut numbers: Vec<_> =
        receipts.iter().map(|entry| entry.receipt.received().number.to_string()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=16).map(|number| format!("{number:06}")).collect::<Vec<_>>());
    // One that was entered by hand is passed over.
    receive(&store, tenant, &mpesa("000017", "1", Some("jane"))).await;
    let own = store.payments(tenant).receive(&operator(), &cash).await.unwrap().0;
    assert_eq!(own, number("000018"));
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn what_nobody_knows_the_owner_of_waits_and_is_assigned_once(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, jane) = jane(&store).await;
    let lost = mpesa("LOST", "754", Some("jnae"));
    assert_eq!(
        receive(&store, tenant, &lost).await,
        PaymentOutcome::Unallocated(Unmatched::Nobody)
    );
    assert_eq!(receive(&store, tenant, &lost).await, PaymentOutcome::Repeated);
    assert_eq!(balance(&store, tenant, AccountName::Unallocated).await, 75_400);
    assert_eq!(paid(&store, tenant).await, [0, 0]);
    let provider = "mpesa".parse().unwrap();
    let assign = async |to: &str| {
        store.payments(tenant).assign(&operator(), &provider, &number("lost"), to).await
    };
    let error = assign("jan").await.unwrap_err().to_string();
    assert_eq!(error, "there is no subscriber called `jan`; did you mean `jane`?");
    let assigned = assign("jane").await.unwrap();
    assert_eq!(assigned.receipt.subscriber(), Some(jane));
    assert_eq!(assigned.pays[0].label.as_deref(), Some("INV-2026-000001"));
    let error = assign("jane").await.unwrap_err().to_string();
    assert!(error.contains("it is assigned once"), "{error}");
    assert_eq!(balance(&store, tenant, AccountName::Unallocated).await, 0);
    assert_eq!(paid(&store, tenant).await, [75_400, 0]);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn money_pays_no_invoice_in_another_currency(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, jane) = jane(&store).await;
    let dollars = |number: &str, reference: &str| NewReceipt {
        amount: "5 USD".parse().unwrap(),
        ..mpesa(number, "5", Some(reference))
    };
    // It is in the books, and in nobody's wallet.
    let currency = "KES".parse().unwrap();
    let unallocated = PaymentOutcome::Unallocated(Unmatched::OtherCurrency { currency });
    let of_invoice = dollars("QK1", "INV-2026-000001");
    assert_eq!(receive(&store, tenant, &of_invoice).await, unallocated);
    assert_eq!(paid(&store, tenant).await, [0, 0]);
    let payments = store.payments(tenant);
    let wallets = async || payments.find(&of_invoice.provider, &number("QK1")).await.unwrap();
    assert_eq!(wallets().await.receipt.subscriber(), None);
    // By hand it is no invoice's either, and nothing has changed.
    let assign = async |to: &str| {
        let assigned = payments.assign(&operator(), &of_invoice.provider, &number("QK1"), to).await;
        assigned.map(|entry| entry.receipt.subscriber()).map_err(|error| error.to_string())
    };
    let error = assign("INV-2026-000001").await.unwrap_err();
    assert!(error.contains("USD and KES"), "{error}");
    assert_eq!(wallets().await.receipt.subscriber(), None);
    // It is whose it is said to be, in a wallet of its own.
    assert_eq!(assign("jane").await, Ok(Some(jane)));
    assert_eq!(paid(&store, tenant).await, [0, 0]);
    let by_name = dollars("QK2", "jane");
    assert_eq!(receive(&store, tenant, &by_name).await, PaymentOutcome::Credited(jane));
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn what_was_given_back_or_taken_back_is_open_again(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, jane) = jane(&store).await;
    receive(&store, tenant, &mpesa("A", "2594", Some("jane"))).await;
    assert_eq!(paid(&store, tenant).await, [75_400, 174_000]);
    assert_eq!(balance(&store, tenant, AccountName::Wallet(jane)).await, 10_000);
    let payments = store.payments(tenant);
    let provider = "mpesa".parse().unwrap();
    let a = number("a");
    // 150.00 back to who has paid: 100.00 of the wallet, 50.00 of what paid December last.
    for _ in 0..2 {
        let to = RefundTo::Provider;
        payments.refund(&operator(), (&provider, &a), kes("150"), to, Some("R1")).await.unwrap();
        assert_eq!(paid(&store, tenant).await, [75_400, 169_000]);
        assert_eq!(balance(&store, tenant, AccountName::Wallet(jane)).await, 0);
    }
    let (by, to) = (operator(), RefundTo::Provider);
    let more = payments.refund(&by, (&provider, &a), kes("5000"), to, Some("R2")).await;
    let error = more.unwrap_err().to_string();
    assert!(error.contains("5000.00 KES"), "{error}");
    // The provider takes all that is left: everything is open again.
    let left = payments.find(&provider, &a).await.unwrap().receipt.left().unwrap();
    assert_eq!(left, kes("2444"));
    payments.reverse(&operator(), (&provider, &a), left, Some("CB-1")).await.unwrap();
    payments.reverse(&operator(), (&provider, &a), left, Some("CB-1")).await.unwrap();
    assert_eq!(paid(&store, tenant).await, [0, 0]);
    assert_eq!(balance(&store, tenant, AccountName::Receivable(jane)).await, -249_400);
    let clearing = AccountName::Clearing(provider.clone());
    assert_eq!(balance(&store, tenant, clearing).await, 0);

    // What is taken back of a wallet that was spent is owed, and is paid like an invoice.
    receive(&store, tenant, &mpesa("B", "2594", Some("jane"))).await;
    let b = number("b");
    bill(&store, tenant, JANUARY).await;
    assert_eq!(paid(&store, tenant).await, [75_400, 174_000, 10_000]);
    payments.reverse(&operator(), (&provider, &b), kes("100"), Some("CB-2")).await.unwrap();
    assert_eq!(balance(&store, tenant, AccountName::Receivable(jane)).await, -174_000);
    receive(&store, tenant, &mpesa("C", "1740", Some("jane"))).await;
    assert_eq!(balance(&store, tenant, AccountName::Receivable(jane)).await, 0);
    // Beside the invoices a debit note of 100.00.
    assert_eq!(paid(&store, tenant).await, [75_400, 174_000, 174_000, 10_000]);
    let receipt = payments.find(&provider, &number("c")).await.unwrap();
    let pays: Vec<_> = receipt.pays.iter().map(|it| (it.label.as_deref(), it.amount)).collect();
    let (invoice, note) = ("INV-2027-000001", "DN-2026-000001");
    assert_eq!(pays, [(Some(note), kes("100")), (Some(invoice), kes("1640"))]);
    assert_eq!(balance(&store, tenant, AccountName::Wallet(jane)).await, 0);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn a_wallet_pays_the_next_invoice(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, jane) = jane(&store).await;
    receive(&store, tenant, &mpesa("A", "4494", Some("jane"))).await;
    assert_eq!(balance(&store, tenant, AccountName::Wallet(jane)).await, 200_000);
    bill(&store, tenant, JANUARY).await;
    assert_eq!(paid(&store, tenant).await, [75_400, 174_000, 174_000]);
    assert_eq!(balance(&store, tenant, AccountName::Wallet(jane)).await, 26_000);
    assert_eq!(balance(&store, tenant, AccountName::Receivable(jane)).await, 0);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn a_second_part_is_taken_back_beside_the_first(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, jane) = jane(&store).await;
    receive(&store, tenant, &mpesa("A", "3494", Some("jane"))).await;
    assert_eq!(balance(&store, tenant, AccountName::Wallet(jane)).await, 100_000);
    let (payments, by) = (store.payments(tenant), operator());
    let (provider, a) = ("mpesa".parse().unwrap(), number("a"));
    let which = (&provider, &a);
    let refund = async |amount: &str, reference: Option<&str>| {
        let to = RefundTo::Provider;
        let made = payments.refund(&by, which, kes(amount), to, reference).await;
        let left = |(entry, is_new): (ReceiptEntry, bool)| {
            (entry.receipt.left().unwrap().amount_minor(), is_new)
        };
        made.map(left).map_err(|error| error.to_string())
    };
    // Without a number it is one more, of as much as before too.
    assert_eq!(refund("100", None).await, Ok((339_400, true)));
    assert_eq!(refund("100", None).await, Ok((329_400, true)));
    // With the number of one that there is it changes nothing, and says so.
    assert_eq!(refund("100", Some("2")).await, Ok((329_400, false)));
    let other = refund("50", Some("2")).await.unwrap_err();
    assert!(other.contains("100.00 KES") && other.contains("50.00 KES"), "{other}");
    // Numbers that were given by hand are passed over.
    assert_eq!(refund("10", Some("3")).await, Ok((328_400, true)));
    assert_eq!(refund("10", None).await, Ok((327_400, true)));
    assert_eq!(refund("10", Some("4")).await, Ok((327_400, false)));
    // Reversals have numbers of their own.
    for (reference, left, is_new) in
        [(None, 307_400, true), (None, 287_400, true), (Some("2"), 287_400, false)]
    {
        let (entry, was_new) = payments.reverse(&by, which, kes("200"), reference).await.unwrap();
        assert_eq!((entry.receipt.left().unwrap().amount_minor(), was_new), (left, is_new));
    }
    // 1000.00 less two of 100.00, two of 10.00 and two of 200.00.
    assert_eq!(balance(&store, tenant, AccountName::Wallet(jane)).await, 38_000);
    let clearing = AccountName::Clearing(provider.clone());
    assert_eq!(balance(&store, tenant, clearing).await, -287_400);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn who_has_paid_or_been_paid_to_is_not_removed(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, _) = jane(&store).await;
    let (subscribers, by) = (store.subscribers(tenant), operator());
    for name in ["ben", "cleo", "dora"] {
        subscriber(&store, tenant, name).await;
    }
    // Ben has paid, and has all of it back: what was received is kept.
    receive(&store, tenant, &mpesa("A", "100", Some("ben"))).await;
    let (payments, mpesa_) = (store.payments(tenant), "mpesa".parse().unwrap());
    let which = (&mpesa_, &number("a"));
    payments.refund(&by, which, kes("100"), RefundTo::Provider, None).await.unwrap();
    let error = subscribers.remove(&by, "ben").await.unwrap_err();
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "subscriber `ben` is in use by payment mpesa A: what was received is kept; move or remove that first"
    );
    // Something has moved in an account of Cleo's.
    let cleo = subscribers.find("cleo").await.unwrap().id;
    ground
        .execute(&format!(
            "insert into account (tenant_id, name, currency, may_not, debits_posted_minor, \
             credits_posted_minor, debits_pending_minor, credits_pending_minor) \
             select tenant_id, 'receivable:{cleo}', currency, may_not, 500, 500, 0, 0 \
             from account where name like 'receivable:%' limit 1"
        ))
        .await;
    let error = subscribers.remove(&by, "cleo").await.unwrap_err().to_string();
    assert!(
        error.contains(&format!("account receivable:{cleo}: what has moved is kept")),
        "{error}"
    );
    // Who has nothing of it is removed, or has it by the payment that comes in the same moment.
    for round in 0..8 {
        let receipt = mpesa(&format!("R{round}"), "10", Some("dora"));
        let removed = subscribers.remove(&by, "dora");
        let paid = payments.receive(&by, &receipt);
        let (removed, paid) = futures_util::future::join(removed, paid).await;
        let owners = format!(
            "select cast(count(*) as text) from receipt r join subscriber s on s.id = r.subscriber_id \
             where r.number = 'R{round}'"
        );
        let owners = ground.text(&owners).await;
        match (removed, paid) {
            (
                Ok(()),
                Ok((_, PaymentOutcome::Unallocated(Unmatched::Nobody)))
                | Err(StoreError::NotFound { .. }),
            ) => {
                assert_eq!(owners, "0");
                subscriber(&store, tenant, "dora").await;
            }
            (Err(StoreError::InUse { .. }), Ok((_, PaymentOutcome::Credited(_)))) => {
                assert_eq!(owners, "1");
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    store.close().await;
}

pub async fn a_reference_is_known_however_it_is_typed(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, jane) = jane(&store).await;
    for name in ["Ann", "ann"] {
        subscriber(&store, tenant, name).await;
    }
    let id = async |name: &str| store.subscribers(tenant).find(name).await.unwrap().id;
    let (upper, lower) = (id("Ann").await, id("ann").await);
    let known = [
        ("QK1", "JANE", PaymentOutcome::Credited(jane)),
        ("QK2", " Ja ne", PaymentOutcome::Credited(jane)),
        ("QK3", "inv-2026-000002", PaymentOutcome::Credited(jane)),
        ("QK4", "Ann", PaymentOutcome::Credited(upper)),
        ("QK5", "ann", PaymentOutcome::Credited(lower)),
        // It may be either.
        ("QK6", "ANN", PaymentOutcome::Unallocated(Unmatched::Nobody)),
        ("QK7", "JANET", PaymentOutcome::Unallocated(Unmatched::Nobody)),
    ];
    for (receipt, reference, outcome) in known {
        let new = mpesa(receipt, "100", Some(reference));
        assert_eq!(receive(&store, tenant, &new).await, outcome, "{reference}");
    }
    assert_eq!(paid(&store, tenant).await, [20_000, 10_000]);
    balances(&store, tenant).await;
    store.close().await;
}
