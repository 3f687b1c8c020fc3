//! What is final is not changed: a credit note gives back lines of it.

use billing_core::invoice::{CreditReason, Part, ToCredit};
use billing_core::{Money, Tax, What};
use entitlement::TenantId;
use futures_util::future::join_all;
use storage::{Invoice, NewCredit, NewGivenUp, NewReceipt, NewSubscription, Store, StoreError};

use crate::billing::{DAY_S, JOINED, at, balances, bill, moved, on_the_first, shop, subscriber};
use crate::ground::{Ground, SetClock, operator};
use crate::resellers::named;

const DECEMBER: i64 = 1_796_072_400;
const JANUARY: i64 = 1_798_750_800;

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

fn new(what: ToCredit) -> NewCredit {
    let (reason, memo) = (CreditReason::Service, "outage in May".to_owned());
    NewCredit { what, reason, memo, key: None }
}

fn amount(place: usize, text: &str) -> NewCredit {
    new(ToCredit::Lines(vec![(place, Part::Amount(kes(text)))]))
}

async fn credit(store: &Store, tenant: TenantId, label: &str, new: &NewCredit) -> Invoice {
    let (note, is_new) = store.invoices(tenant).credit(&operator(), label, new).await.unwrap();
    assert!(is_new);
    note
}

async fn refused(store: &Store, tenant: TenantId, label: &str, new: &NewCredit) -> String {
    let refused = store.invoices(tenant).credit(&operator(), label, new).await;
    let previewed = store.invoices(tenant).preview_credit(label, new).await;
    let said = refused.unwrap_err().to_string();
    assert_eq!(previewed.unwrap_err().to_string(), said);
    said
}

/// Each document as it is printed, what it comes to and what was paid of it, in minor units.
async fn all(store: &Store, tenant: TenantId) -> Vec<(String, i64, i64)> {
    let all = store.invoices(tenant).list(None, 100).await.unwrap().into_iter();
    all.map(|it| (it.label, it.gross.amount_minor(), it.paid.amount_minor())).collect()
}

fn listed(all: &[(&str, i64, i64)]) -> Vec<(String, i64, i64)> {
    all.iter().map(|(label, gross, paid)| ((*label).to_owned(), *gross, *paid)).collect()
}

async fn amounts(store: &Store, tenant: TenantId) -> Vec<i64> {
    balances(store, tenant).await.into_iter().map(|(_, minor)| minor).collect()
}

/// Jane has `gold` for 1500 KES a month from a moment on, which is billed then.
async fn jane(store: &Store, from: i64) -> (TenantId, storage::SubscriptionId) {
    let tenant = shop(store).await;
    subscriber(store, tenant, "jane").await;
    let new = NewSubscription { from: at(from), ..on_the_first("jane", &["gold"]) };
    let jane = store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    bill(store, tenant, from).await;
    (tenant, jane.id)
}

pub async fn a_whole_invoice_is_given_back_and_not_billed_again(ground: &Ground) {
    let clock = SetClock::at(at(JOINED));
    let store = ground.open_by(&clock).await;
    let (tenant, _) = jane(&store, JOINED).await;
    let (label, whole) = ("INV-2026-000001", new(ToCredit::Whole));
    let would_be = store.invoices(tenant).preview_credit(label, &whole).await.unwrap();
    assert_eq!((would_be.net, would_be.gross), (kes("650"), kes("754")));
    assert_eq!(all(&store, tenant).await, listed(&[(label, 75_400, 0)]));

    let note = credit(&store, tenant, label, &whole).await;
    assert_eq!((note.label.as_str(), note.gross), ("CN-2026-000001", kes("-754")));
    let both = [(label, 75_400, 75_400), ("CN-2026-000001", -75_400, -75_400)];
    assert_eq!(all(&store, tenant).await, listed(&both));
    // Nobody owes anything, nothing was sold, and there is no tax.
    assert_eq!(amounts(&store, tenant).await, [0, 0, 0, 0]);
    let (_, lines, taxes) = store.invoices(tenant).find("CN-2026-000001").await.unwrap();
    assert_eq!(
        lines[0].explanation,
        "gold: 650.00 KES of 650.00 KES of line 1 of INV-2026-000001 given back: outage in May"
    );
    assert_eq!((lines[0].net, lines[0].gross), (kes("-650"), kes("-754")));
    assert_eq!((taxes[0].net, taxes[0].amount), (kes("-650"), kes("-104")));
    let (invoice, ..) = store.invoices(tenant).find(label).await.unwrap();
    for of in [&invoice, &note] {
        let credits = store.invoices(tenant).credits_of(of).await.unwrap();
        let found = credits.iter().map(|it| (it.invoice.as_str(), it.note.label.as_str()));
        assert_eq!(found.collect::<Vec<_>>(), [(label, "CN-2026-000001")]);
        assert_eq!(credits[0].memo, "outage in May");
    }

    for moment in [JOINED, JOINED + 3 * DAY_S, DECEMBER - 1] {
        assert_eq!(bill(&store, tenant, moment).await.invoices, 0);
    }
    assert_eq!(
        refused(&store, tenant, label, &whole).await,
        "invoice `INV-2026-000001`: nothing of the invoice is left that could be credited"
    );
    let of_note = "invoice: CN-2026-000001 is a credit note; only invoices can be credited";
    assert_eq!(refused(&store, tenant, "CN-2026-000001", &whole).await, of_note);
    clock.set(at(DECEMBER));
    assert_eq!(bill(&store, tenant, DECEMBER).await.gross, [kes("1740")]);
    assert_eq!(all(&store, tenant).await[2], ("INV-2026-000002".to_owned(), 174_000, 0));
    store.close().await;
}

pub async fn a_part_of_a_line_has_its_own_taxes_and_no_more_than_is_left_is_given(ground: &Ground) {
    let store = ground.open_by(&SetClock::at(at(JOINED))).await;
    let (tenant, _) = jane(&store, JOINED).await;
    let label = "INV-2026-000001";
    // What the product is taxed now is nothing to an invoice that is final.
    let vat = Tax { name: "VAT".into(), rate: "20%".parse().unwrap(), base: Default::default() };
    store.taxes(tenant).set(&operator(), &vat).await.unwrap();
    let note = credit(&store, tenant, label, &amount(0, "100")).await;
    assert_eq!((note.net, note.gross), (kes("-100"), kes("-116")));
    let (_, _, taxes) = store.invoices(tenant).find(&note.label).await.unwrap();
    assert_eq!((taxes[0].tax.rate.to_string().as_str(), taxes[0].amount), ("16%", kes("-16")));
    // What is open of it is less now: 638.00.
    let before = [(label, 75_400, 11_600), ("CN-2026-000001", -11_600, -11_600)];
    assert_eq!(all(&store, tenant).await, listed(&before));
    assert_eq!(amounts(&store, tenant).await, [-63_800, 55_000, 8_800, 0]);

    let too_much = "invoice `INV-2026-000001`: 550.01 KES of line 1 cannot be credited; 550.00 KES of it is \
                    left";
    assert_eq!(refused(&store, tenant, label, &amount(0, "550.01")).await, too_much);
    let no_line =
        "invoice `INV-2026-000001`: there is no line 2; the invoice has 1, counted from 1";
    assert_eq!(refused(&store, tenant, label, &amount(1, "1")).await, no_line);
    let dollars = new(ToCredit::Amount("1 USD".parse().unwrap()));
    assert!(refused(&store, tenant, label, &dollars).await.contains("KES and USD"));
    let nameless = NewCredit { memo: String::new(), ..new(ToCredit::Whole) };
    assert!(refused(&store, tenant, label, &nameless).await.contains("reason of a credit note"));
    let nobody = refused(&store, tenant, "INV-1", &new(ToCredit::Whole)).await;
    assert_eq!(nobody, "there is no invoice called `INV-1`");
    assert_eq!(all(&store, tenant).await, listed(&before));
    assert_eq!(amounts(&store, tenant).await, [-63_800, 55_000, 8_800, 0]);

    // What was refused has taken no number.
    let rest = credit(&store, tenant, label, &new(ToCredit::Amount(kes("550")))).await;
    assert_eq!((rest.label.as_str(), rest.gross), ("CN-2026-000002", kes("-638")));
    assert_eq!(amounts(&store, tenant).await, [0, 0, 0, 0]);
    assert_eq!(bill(&store, tenant, JOINED + DAY_S).await.invoices, 0);
    store.close().await;
}

pub async fn the_same_sixteen_times_at_once_is_one_credit_note(ground: &Ground) {
    let store = ground.open_by(&SetClock::at(at(DECEMBER))).await;
    let (tenant, _) = jane(&store, DECEMBER).await;
    let label = "INV-2026-000001";
    let keyed = NewCredit { key: Some("ticket 17".to_owned()), ..amount(0, "100") };
    let once = async || store.invoices(tenant).credit(&operator(), label, &keyed).await.unwrap();
    let made = join_all((0..16).map(|_| once())).await;
    assert_eq!(made.iter().filter(|(_, is_new)| *is_new).count(), 1);
    assert!(made.iter().all(|(note, _)| note.label == "CN-2026-000001"));
    let other = NewCredit { key: keyed.key.clone(), ..amount(0, "101") };
    let refused = store.invoices(tenant).credit(&operator(), label, &other).await.unwrap_err();
    assert!(matches!(refused, StoreError::Invalid { .. }));
    assert_eq!(
        refused.to_string(),
        "invoice: the key `ticket 17` is that of CN-2026-000001, which is of 100.00 KES of line 1, and \
         not of 101.00 KES of line 1; each credit note has a key of its own"
    );
    // Without a key each is another wish: of the whole only one finds something.
    let whole = new(ToCredit::Whole);
    let once = async || store.invoices(tenant).credit(&operator(), label, &whole).await.is_ok();
    let made = join_all((0..16).map(|_| once())).await;
    assert_eq!(made.iter().filter(|is_made| **is_made).count(), 1);
    let notes = [
        (label, 174_000, 174_000),
        ("CN-2026-000001", -11_600, -11_600),
        ("CN-2026-000002", -162_400, -162_400),
    ];
    assert_eq!(all(&store, tenant).await, listed(&notes));
    assert_eq!(amounts(&store, tenant).await, [0, 0, 0, 0]);
    store.close().await;
}

pub async fn an_end_afterwards_gives_back_only_what_is_left(ground: &Ground) {
    let clock = SetClock::at(at(DECEMBER));
    let store = ground.open_by(&clock).await;
    let (tenant, subscription) = jane(&store, DECEMBER).await;
    let label = "INV-2026-000001";
    credit(&store, tenant, label, &amount(0, "800")).await;
    // From the 11th on 1016.13 of 1500.00 are not due; but only 700.00 are left, and 16 % on it.
    let the_11th = DECEMBER + 10 * DAY_S;
    clock.set(at(the_11th));
    let component = store.subscriptions(tenant).product("gold").await.unwrap();
    let end = [(at(the_11th), What::Quantity { component, quantity: 0 })];
    store.subscriptions(tenant).change(&operator(), subscription, &end).await.unwrap();
    assert_eq!(bill(&store, tenant, the_11th).await.gross, [kes("-812")]);
    let (_, lines, _) = store.invoices(tenant).find("CN-2026-000002").await.unwrap();
    assert_eq!(
        lines[0].explanation,
        "gold: 2026-12-01 to 2026-12-10 (10 of 31 days) at 1500.00 KES: 483.87 KES; 1500.00 KES billed \
         before; credit -700.00 KES; what is left after 800.00 KES by credit notes at most"
    );
    let said = "invoice `INV-2026-000001`: nothing of the invoice is left that could be credited";
    assert_eq!(refused(&store, tenant, label, &new(ToCredit::Whole)).await, said);
    for moment in [the_11th, the_11th + DAY_S, JANUARY] {
        assert_eq!(bill(&store, tenant, moment).await.invoices, 0);
    }
    assert_eq!(amounts(&store, tenant).await, [0, 0, 0, 0]);
    store.close().await;
}

pub async fn what_a_run_gave_back_is_not_given_back_by_hand(ground: &Ground) {
    let clock = SetClock::at(at(DECEMBER));
    let store = ground.open_by(&clock).await;
    let (tenant, subscription) = jane(&store, DECEMBER).await;
    let the_11th = DECEMBER + 10 * DAY_S;
    clock.set(at(the_11th));
    let component = store.subscriptions(tenant).product("gold").await.unwrap();
    let end = [(at(the_11th), What::Quantity { component, quantity: 0 })];
    store.subscriptions(tenant).change(&operator(), subscription, &end).await.unwrap();
    // 1016.13 and 16 % on it, 162.58.
    assert_eq!(bill(&store, tenant, the_11th).await.gross, [kes("-1178.71")]);
    let label = "INV-2026-000001";
    let too_much = "invoice `INV-2026-000001`: 483.88 KES of line 1 cannot be credited; 483.87 KES of it is \
                    left";
    assert_eq!(refused(&store, tenant, label, &amount(0, "483.88")).await, too_much);
    let rest = credit(&store, tenant, label, &new(ToCredit::Whole)).await;
    assert_eq!((rest.net, rest.gross), (kes("-483.87"), kes("-561.29")));
    assert_eq!(bill(&store, tenant, JANUARY).await.invoices, 0);
    assert_eq!(amounts(&store, tenant).await, [0, 0, 0, 0]);
    store.close().await;
}

pub async fn what_is_given_back_pays_its_invoice_first_and_goes_into_the_wallet(ground: &Ground) {
    let clock = SetClock::at(at(JOINED));
    let store = ground.open_by(&clock).await;
    let (tenant, _) = jane(&store, JOINED).await;
    clock.set(at(DECEMBER));
    bill(&store, tenant, DECEMBER).await;
    // The older one is open as well; of the later one 580.00 are given back, and that is what it pays.
    credit(&store, tenant, "INV-2026-000002", &amount(0, "500")).await;
    let paid = async || all(&store, tenant).await.into_iter().map(|it| it.2).collect::<Vec<_>>();
    assert_eq!(paid().await, [0, 58_000, -58_000]);
    let receipt = NewReceipt {
        provider: "mpesa".parse().unwrap(),
        number: Some("QK1".parse().unwrap()),
        amount: kes("1914"),
        at: at(DECEMBER),
        reference: Some("jane".to_owned()),
    };
    store.payments(tenant).receive(&operator(), &receipt).await.unwrap();
    assert_eq!(paid().await, [75_400, 174_000, -58_000]);
    // Both are paid: what is given back now is money in the wallet, and pays January.
    credit(&store, tenant, "INV-2026-000001", &amount(0, "100")).await;
    let wallet = async || {
        let mut all = balances(&store, tenant).await;
        all.retain(|(name, _)| name.starts_with("wallet:"));
        all[0].1
    };
    assert_eq!(wallet().await, 11_600);
    clock.set(at(JANUARY));
    assert_eq!(bill(&store, tenant, JANUARY).await.gross, [kes("1740")]);
    assert_eq!((wallet().await, paid().await[4]), (0, 11_600));
    store.close().await;
}

pub async fn what_was_written_off_is_not_given_back(ground: &Ground) {
    let store = ground.open_by(&SetClock::at(at(DECEMBER))).await;
    let (tenant, _) = jane(&store, DECEMBER).await;
    let label = "INV-2026-000001";
    let given_up =
        NewGivenUp { amount: Some(kes("500")), reason: "a friend".to_owned(), key: None };
    store.invoices(tenant).write_off(&operator(), label, &given_up).await.unwrap();
    // 500.00 of 580.00 make the loss smaller, and 80.00 pay what is open.
    let would_be = store.invoices(tenant).preview_credit(label, &amount(0, "500")).await.unwrap();
    assert_eq!(would_be.gross, kes("580"));
    credit(&store, tenant, label, &amount(0, "500")).await;
    let paid = |minor| listed(&[(label, 174_000, minor), ("CN-2026-000001", -58_000, -58_000)]);
    assert_eq!(all(&store, tenant).await, paid(58_000));
    let expected = named(&[("receivable:1", -116_000), ("sales", 100_000), ("tax", 16_000)]);
    assert_eq!(moved(&store, tenant).await, expected);
    credit(&store, tenant, label, &new(ToCredit::Whole)).await;
    assert_eq!(moved(&store, tenant).await, []);
    store.close().await;
}
