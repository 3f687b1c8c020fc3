//! Who sells, who buys and by which order, as it was when a document became final.

use billing_core::Interval;
use billing_core::invoice::Seller;
use billing_core::invoice::{CreditReason, ToCredit};
use entitlement::TenantId;
use storage::{
    Buyer, BuyerChange, NewCredit, NewService, NewSubscriber, NewSubscription, Settings, Store,
    SubscriberChange,
};

use crate::billing::{DAY_S, JOINED, at, bill, on_the_first, shop, subscriber};
use crate::ground::{Ground, SetClock, new_service, operator};

const DECEMBER: i64 = 1_796_072_400;
const JANUARY: i64 = 1_798_750_800;

fn seller(name: &str) -> Seller {
    Seller {
        name: name.to_owned(),
        address: vec!["Ngong Road 12".to_owned(), "Nairobi".to_owned()],
        tax_number: Some("P051234567X".to_owned()),
        contact: Some("billing@savanna.example".to_owned()),
        payment_instructions: Some("Paybill 400200\nAccount: your name".to_owned()),
        footer: None,
    }
}

fn said(text: &str) -> Option<Option<String>> {
    Some(Some(text.to_owned()))
}

async fn set(store: &Store, tenant: TenantId, change: &SubscriberChange) -> Result<(), String> {
    let set = store.subscribers(tenant).set(&operator(), "acme", change).await;
    set.map(|_| ()).map_err(|error| error.to_string())
}

fn billed(change: BuyerChange) -> SubscriberChange {
    SubscriberChange { buyer: change, ..Default::default() }
}

pub async fn what_a_document_says_of_its_parties_stays(ground: &Ground) {
    let store = ground.open_by(&SetClock::at(at(JOINED))).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "acme").await;
    let owner = Some("acme".to_owned());
    let service = NewService { subscriber: owner, ..new_service("site-1@acme", "gold") };
    store.services(tenant).add(&operator(), &service).await.unwrap();
    store.billing_settings(tenant).set_seller(&operator(), &seller("Savanna Ltd")).await.unwrap();
    let change = BuyerChange {
        name: said("Acme Widgets Plc"),
        address: Some(vec!["Westlands 5".to_owned()]),
        tax_number: said("A00987654Z"),
        email: said("accounts@acme.example"),
        purchase_order: said("PO-1"),
    };
    let change = SubscriberChange { payment_days: Some(Some(30)), ..billed(change) };
    set(&store, tenant, &change).await.unwrap();
    let subscriptions = store.subscriptions(tenant);
    let with_service = Some("site-1@acme".to_owned());
    let new = NewSubscription { service: with_service, ..on_the_first("acme", &["gold"]) };
    let new = NewSubscription { from: at(DECEMBER), ..new };
    subscriptions.add(&operator(), &new).await.unwrap();
    let new = NewSubscription { from: at(DECEMBER), ..on_the_first("acme", &["silver"]) };
    let second = subscriptions.add(&operator(), &new).await.unwrap().id;
    subscriptions.set_purchase_order(&operator(), second, Some("PO-2")).await.unwrap();

    // Both subscriptions are on one invoice: 1500 and 900, and 16 % on them.
    let run = bill(&store, tenant, DECEMBER).await;
    assert_eq!((run.invoices, run.gross), (1, vec!["2784 KES".parse().unwrap()]));
    let before = document(&store, tenant, "INV-2026-000001").await;
    let (due_at, parties, lines) = &before;
    assert_eq!(*due_at, at(DECEMBER + 30 * DAY_S), "its own time to pay");
    let acme = Buyer {
        name: "Acme Widgets Plc".to_owned(),
        address: vec!["Westlands 5".to_owned()],
        tax_number: Some("A00987654Z".to_owned()),
        email: Some("accounts@acme.example".to_owned()),
        purchase_order: Some("PO-1".to_owned()),
    };
    assert_eq!(*parties, (Some(seller("Savanna Ltd")), acme.clone()));
    let text = |text: &str| Some(text.to_owned());
    let month = Interval::new(at(DECEMBER), at(JANUARY));
    assert_eq!(
        *lines,
        [
            ("gold".to_owned(), text("site-1@acme"), None, month),
            ("silver".to_owned(), None, text("PO-2"), month),
        ]
    );

    let moved =
        BuyerChange { address: Some(vec!["Mombasa Road 1".to_owned()]), ..Default::default() };
    let moved = SubscriberChange { payment_days: Some(None), ..billed(moved) };
    set(&store, tenant, &moved).await.unwrap();
    store.billing_settings(tenant).set_seller(&operator(), &seller("Savanna Plc")).await.unwrap();
    subscriptions.set_purchase_order(&operator(), second, None).await.unwrap();
    assert_eq!(document(&store, tenant, "INV-2026-000001").await, before);

    // The credit note is a document of today, and so is the next invoice.
    let (reason, memo) = (CreditReason::Service, "sold by mistake".to_owned());
    let whole = NewCredit { what: ToCredit::Whole, reason, memo, key: None };
    store.invoices(tenant).credit(&operator(), "INV-2026-000001", &whole).await.unwrap();
    let (.., parties, lines) = document(&store, tenant, "CN-2026-000001").await;
    let moved = Buyer { address: vec!["Mombasa Road 1".to_owned()], ..acme };
    assert_eq!(parties, (Some(seller("Savanna Plc")), moved.clone()));
    assert_eq!(lines[1], ("silver".to_owned(), None, None, None));
    assert_eq!(bill(&store, tenant, JANUARY).await.invoices, 1);
    let (due_at, parties, _) = document(&store, tenant, "INV-2027-000001").await;
    assert_eq!((due_at, parties.1), (at(JANUARY + 14 * DAY_S), moved));
    assert_eq!(document(&store, tenant, "INV-2026-000001").await, before);
    store.close().await;
}

type Line = (String, Option<String>, Option<String>, Option<Interval>);

/// When it is to be paid, who sold and bought, and its lines.
async fn document(
    store: &Store,
    tenant: TenantId,
    label: &str,
) -> (entitlement::Timestamp, (Option<Seller>, Buyer), Vec<Line>) {
    let (invoice, lines, _) = store.invoices(tenant).find(label).await.unwrap();
    let parties = store.invoices(tenant).parties(&invoice).await.unwrap();
    let line = |it: storage::InvoiceLine| (it.product, it.service, it.purchase_order, it.covers);
    (invoice.due_at, parties, lines.into_iter().map(line).collect())
}

pub async fn what_became_final_before_anybody_was_named_gets_the_first_that_is(ground: &Ground) {
    let store = ground.open_by(&SetClock::at(at(JOINED))).await;
    let tenant = shop(&store).await;
    let full_name = Some("Acme Widgets".to_owned());
    let new = NewSubscriber { name: "acme".to_owned(), full_name, phone: None };
    store.subscribers(tenant).add(&operator(), &new).await.unwrap();
    let new = on_the_first("acme", &["gold"]);
    store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    bill(&store, tenant, JOINED).await;
    let parties = |label: &'static str| {
        let store = &store;
        async move {
            let (invoice, ..) = store.invoices(tenant).find(label).await.unwrap();
            let (seller, buyer) = store.invoices(tenant).parties(&invoice).await.unwrap();
            (seller.map(|it| it.name), buyer.name)
        }
    };
    assert_eq!(parties("INV-2026-000001").await, (None, "Acme Widgets".to_owned()));
    let change = billed(BuyerChange { name: said("Acme Plc"), ..Default::default() });
    set(&store, tenant, &change).await.unwrap();
    for name in ["Savanna Ltd", "Savanna Plc"] {
        store.billing_settings(tenant).set_seller(&operator(), &seller(name)).await.unwrap();
        let first = (Some("Savanna Ltd".to_owned()), "Acme Widgets".to_owned());
        assert_eq!(parties("INV-2026-000001").await, first);
    }
    bill(&store, tenant, DECEMBER).await;
    let second = (Some("Savanna Plc".to_owned()), "Acme Plc".to_owned());
    assert_eq!(parties("INV-2026-000002").await, second);
    let back = billed(BuyerChange { name: Some(None), ..Default::default() });
    set(&store, tenant, &back).await.unwrap();
    assert_eq!(store.subscribers(tenant).buyer("acme").await.unwrap().name, "Acme Widgets");
    store.close().await;
}

pub async fn what_cannot_stand_on_a_document_is_refused(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "acme").await;
    let name = |text: &str| billed(BuyerChange { name: said(text), ..Default::default() });
    let refused = [
        (name(" "), "subscriber: the billing name is empty"),
        (name("a\tb"), "subscriber: the billing name `a\\tb` holds a control character"),
        (
            billed(BuyerChange { email: said("nowhere"), ..Default::default() }),
            "subscriber: the e-mail address has no `@`",
        ),
        (
            billed(BuyerChange { address: Some(vec![String::new()]), ..Default::default() }),
            "subscriber: the address is empty",
        ),
        (
            SubscriberChange { payment_days: Some(Some(366)), ..Default::default() },
            "subscriber: its invoices cannot be due after 366 days; 0 to 365 are possible",
        ),
    ];
    for (change, why) in refused {
        assert_eq!(set(&store, tenant, &change).await, Err(why.to_owned()));
    }
    let settings = store.billing_settings(tenant);
    let nameless = settings.set_seller(&operator(), &seller("")).await.unwrap_err();
    assert_eq!(nameless.to_string(), "seller: the name is empty");
    let link =
        |link: &'static str| move |it: &mut Settings| it.voucher_link = Some(link.to_owned());
    let without = settings.change(&operator(), link("https://login.example")).await.unwrap_err();
    assert_eq!(
        without.to_string(),
        "billing settings: the link of vouchers, `https://login.example`, has no place for their code; \
         write {code} there"
    );
    settings.change(&operator(), link("https://login.example/?c={code}")).await.unwrap();
    let link = settings.read().await.unwrap().voucher_link;
    assert_eq!(link.as_deref(), Some("https://login.example/?c={code}"));
    assert_eq!(settings.seller().await.unwrap(), None);

    // Who has no document is forgotten altogether.
    set(&store, tenant, &name("Acme Plc")).await.unwrap();
    store.subscribers(tenant).remove(&operator(), "acme").await.unwrap();
    subscriber(&store, tenant, "acme").await;
    assert_eq!(store.subscribers(tenant).buyer("acme").await.unwrap().name, "acme");
    store.close().await;
}
