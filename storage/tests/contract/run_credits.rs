//! What a run gives back takes its taxes with it: those with which it was charged, to the last unit, whatever the
//! taxes are by then.

use billing_core::invoice::{CreditReason, Part, ToCredit};
use billing_core::ledger::AccountName;
use billing_core::{
    AppliesTo, Billing, ComponentId, Money, Price, PriceVersion, Pricing, Proration,
    RecurringPrice, Tax, TaxBase, What,
};
use entitlement::{TenantId, Timestamp};
use storage::{NewCredit, NewSubscription, ProductChange, Store, SubscriptionId, TaxSpecial};

use crate::billing::{DAY_S, at, balances, bill, kes, on_the_first, shop, subscriber};
use crate::ground::{Ground, SetClock, operator};

/// 1 April 2027 in Nairobi: a month of 30 days.
const APRIL: i64 = 1_796_072_400 + 121 * DAY_S;
/// Half of it is over.
const HALF: i64 = APRIL + 15 * DAY_S;

fn money(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

struct Books {
    store: Store,
    tenant: TenantId,
}

impl Books {
    async fn open(ground: &Ground) -> Self {
        let store = ground.open_by(&SetClock::at(at(HALF + DAY_S))).await;
        let tenant = shop(&store).await;
        subscriber(&store, tenant, "jane").await;
        Self { store, tenant }
    }

    async fn product(
        &self,
        name: &str,
        price: &str,
        taxes: &[&str],
        pricing: Pricing,
    ) -> ComponentId {
        let price = PriceVersion {
            from: at(0),
            applies_to: AppliesTo::Everybody,
            price: Price::Recurring(RecurringPrice {
                amount: money(price),
                cadence: "1 month".parse().unwrap(),
                billed: Billing::InAdvance,
                proration: Proration::ByDay,
            }),
        };
        let change = ProductChange {
            taxes: Some(taxes.iter().map(ToString::to_string).collect()),
            pricing: Some(pricing),
            ..Default::default()
        };
        let products = self.store.products(self.tenant);
        products.set(&operator(), name, &change, Some(&price)).await.unwrap().id
    }

    async fn tax(&self, name: &str, rate: &str, base: TaxBase) {
        let tax = Tax { name: name.to_owned(), rate: rate.parse().unwrap(), base };
        self.store.taxes(self.tenant).set(&operator(), &tax).await.unwrap();
    }

    /// jane has these from the beginning of April on.
    async fn has(&self, products: &[(&str, u32)]) -> SubscriptionId {
        let products = products.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        let new = NewSubscription { from: at(APRIL), products, ..on_the_first("jane", &[]) };
        self.store.subscriptions(self.tenant).add(&operator(), &new).await.unwrap().id
    }

    async fn change(&self, id: SubscriptionId, changes: &[(i64, ComponentId, u32)]) {
        let change = |(s, component, quantity): &(i64, ComponentId, u32)| {
            (at(*s), What::Quantity { component: *component, quantity: *quantity })
        };
        let changes: Vec<(Timestamp, What)> = changes.iter().map(change).collect();
        self.store.subscriptions(self.tenant).change(&operator(), id, &changes).await.unwrap();
    }

    /// What is billed, as it was said before; twice it is nothing.
    async fn bill(&self, s: i64) -> String {
        let runs = self.store.billing_runs(self.tenant);
        let (preview, _) = runs.preview_of("jane", at(s)).await.unwrap();
        let preview: Vec<_> = preview.iter().map(|it| it.draft.gross).collect();
        let billed = bill(&self.store, self.tenant, s).await;
        assert_eq!((&billed.gross, billed.not_billed), (&preview, vec![]));
        assert_eq!(bill(&self.store, self.tenant, s).await.invoices, 0);
        billed.gross.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }

    /// What is in the accounts of sales and of taxes.
    async fn sold(&self) -> [i64; 2] {
        balances(&self.store, self.tenant).await;
        let ledger = self.store.ledger(self.tenant);
        let balance = async |name: AccountName| {
            ledger.credit_balance(&name, kes()).await.unwrap().amount_minor()
        };
        [balance(AccountName::Sales).await, balance(AccountName::Tax).await]
    }

    /// Each line without and with its taxes, and each tax with what it is taken on.
    async fn document(&self, label: &str) -> (Vec<String>, Vec<String>) {
        let (_, lines, taxes) = self.store.invoices(self.tenant).find(label).await.unwrap();
        let lines = lines.iter().map(|line| format!("{} / {}", line.net, line.gross)).collect();
        let tax = |it: &storage::InvoiceTax| format!("{} of {}: {}", it.tax, it.base, it.amount);
        (lines, taxes.iter().map(tax).collect())
    }

    async fn credit(&self, label: &str, what: ToCredit) -> Money {
        let (reason, memo) = (CreditReason::Service, "outage".to_owned());
        let new = NewCredit { what, reason, memo, key: None };
        let invoices = self.store.invoices(self.tenant);
        invoices.credit(&operator(), label, &new).await.unwrap().0.gross
    }
}

fn shown(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

pub async fn of_two_charges_at_two_rates_each_is_given_back_at_its_own(ground: &Ground) {
    let books = Books::open(ground).await;
    let seat = books.product("seat", "1000", &["VAT"], Pricing::TaxExclusive).await;
    let jane = books.has(&[("seat", 1)]).await;
    assert_eq!(books.bill(APRIL).await, "1160.00 KES");
    // From now on it is 20 %, with which the second one is charged.
    books.tax("VAT", "20%", TaxBase::Price).await;
    books.change(jane, &[(HALF, seat, 2)]).await;
    assert_eq!(books.bill(HALF).await, "600.00 KES");
    assert_eq!(books.sold().await, [150_000, 26_000]);
    // Both are taken back: what was charged is given back, and not a cent more.
    books.change(jane, &[(APRIL, seat, 0), (HALF, seat, 0)]).await;
    assert_eq!(books.bill(HALF).await, "-1760.00 KES");
    assert_eq!(books.sold().await, [0, 0]);
    let (lines, taxes) = books.document("CN-2027-000001").await;
    assert_eq!(lines, shown(&["-500.00 KES / -600.00 KES", "-1000.00 KES / -1160.00 KES"]));
    assert_eq!(
        taxes,
        shown(&["VAT 20% of -500.00 KES: -100.00 KES", "VAT 16% of -1000.00 KES: -160.00 KES"])
    );
    let (_, lines, _) = books.store.invoices(books.tenant).find("CN-2027-000001").await.unwrap();
    let words: Vec<_> = lines.iter().map(|line| line.explanation.as_str()).collect();
    assert!(
        words[0].ends_with("; of -1500.00 KES in all what was charged with VAT 20%"),
        "{words:?}"
    );
    assert!(
        words[1].ends_with("; of -1500.00 KES in all what was charged with VAT 16%"),
        "{words:?}"
    );
    books.store.close().await;
}

pub async fn what_was_rounded_together_is_given_back_to_the_last_cent(ground: &Ground) {
    let books = Books::open(ground).await;
    let mut products = Vec::new();
    for name in ["one", "two", "three"] {
        products.push(books.product(name, "33.35", &["VAT"], Pricing::TaxExclusive).await);
    }
    let jane = books.has(&[("one", 1), ("two", 1), ("three", 1)]).await;
    assert_eq!(books.bill(APRIL).await, "116.06 KES");
    for (product, expected) in products.iter().zip(["-38.69 KES", "-38.69 KES", "-38.68 KES"]) {
        books.change(jane, &[(APRIL, *product, 0)]).await;
        assert_eq!(books.bill(APRIL).await, expected);
    }
    assert_eq!(books.sold().await, [0, 0]);
    // The same as one line for three, which a run, somebody by hand, and a run give back.
    let three = books.product("each", "33.35", &["VAT"], Pricing::TaxExclusive).await;
    let other = books.has(&[("each", 3)]).await;
    assert_eq!(books.bill(APRIL).await, "116.06 KES");
    books.change(other, &[(APRIL, three, 2)]).await;
    assert_eq!(books.bill(APRIL).await, "-38.69 KES");
    let part = ToCredit::Lines(vec![(0, Part::Amount(money("33.35")))]);
    assert_eq!(books.credit("INV-2027-000002", part).await, money("-38.68"));
    books.change(other, &[(APRIL, three, 0)]).await;
    assert_eq!(books.bill(APRIL).await, "-38.69 KES");
    assert_eq!(books.sold().await, [0, 0]);
    books.store.close().await;
}

pub async fn what_a_run_has_given_back_is_not_left_for_a_credit_note(ground: &Ground) {
    let books = Books::open(ground).await;
    let seat = books.product("seat", "1000", &["VAT"], Pricing::TaxExclusive).await;
    let jane = books.has(&[("seat", 2)]).await;
    assert_eq!(books.bill(APRIL).await, "2320.00 KES");
    books.tax("VAT", "20%", TaxBase::Price).await;
    books.change(jane, &[(HALF, seat, 3)]).await;
    assert_eq!(books.bill(HALF).await, "600.00 KES");
    // From the middle on there is none: 500.00 of the newer charge, and 1000.00 of the older one.
    books.change(jane, &[(HALF, seat, 0)]).await;
    assert_eq!(books.bill(HALF).await, "-1760.00 KES");
    let invoices = books.store.invoices(books.tenant);
    let new = |what| {
        let (reason, memo) = (CreditReason::Service, "outage".to_owned());
        NewCredit { what, reason, memo, key: None }
    };
    let nothing = invoices.preview_credit("INV-2027-000002", &new(ToCredit::Whole)).await;
    let words = nothing.unwrap_err().to_string();
    assert!(words.contains("nothing of the invoice is left that could be credited"), "{words}");
    assert_eq!(books.credit("INV-2027-000001", ToCredit::Whole).await, money("-1160"));
    assert_eq!(books.sold().await, [0, 0]);
    books.store.close().await;
}

pub async fn taxes_within_prices_on_taxes_and_exemptions_are_given_back_as_they_were(
    ground: &Ground,
) {
    let books = Books::open(ground).await;
    books.tax("Duty", "15%", TaxBase::Price).await;
    books.tax("VAT on all", "16%", TaxBase::PriceAndTaxesBefore).await;
    let both = ["Duty", "VAT on all"];
    let within = books.product("within", "116", &["VAT"], Pricing::TaxInclusive).await;
    let on_taxes = books.product("on taxes", "264.97", &both, Pricing::TaxExclusive).await;
    let all_within = books.product("all within", "133.40", &both, Pricing::TaxInclusive).await;
    let jane = books.has(&[("within", 1), ("on taxes", 1), ("all within", 1)]).await;
    // 100.00 and 16.00; 264.97, 39.75 and 48.75; 100.00, 15.00 and 18.40.
    assert_eq!(books.bill(APRIL).await, "602.87 KES");
    let (_, taxes) = books.document("INV-2027-000001").await;
    // 16 % of 264.97 with 39.75 duty, and of 100.00 with 15.00: what it says is what it was taken on.
    let stated = shown(&[
        "VAT 16% of 100.00 KES: 16.00 KES",
        "Duty 15% of 364.97 KES: 54.75 KES",
        "VAT on all 16% of 419.72 KES: 67.15 KES",
    ]);
    assert_eq!(taxes, stated);
    // From now on she is exempt, and others pay more.
    for name in ["VAT", "Duty", "VAT on all"] {
        let subscribers = books.store.subscribers(books.tenant);
        subscribers.set_tax(&operator(), "jane", name, Some(TaxSpecial::Exempt)).await.unwrap();
    }
    books.tax("Duty", "30%", TaxBase::Price).await;
    books.change(jane, &[(HALF, within, 0), (HALF, on_taxes, 0), (HALF, all_within, 0)]).await;
    // Half of it: 58.00, of that 8.00; 132.48, 19.87 and 24.37; 66.70, of that 7.50 and 9.20.
    assert_eq!(books.bill(HALF).await, "-301.42 KES");
    books.change(jane, &[(APRIL, within, 0), (APRIL, on_taxes, 0), (APRIL, all_within, 0)]).await;
    assert_eq!(books.bill(HALF).await, "-301.45 KES");
    assert_eq!(books.sold().await, [0, 0]);
    books.store.close().await;
}
