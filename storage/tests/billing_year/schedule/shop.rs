//! What is sold, and for how much.

use billing_core::discount::{Coupon, Offer, On};
use billing_core::{
    AppliesTo, Billing, ComponentId, PartOrAmount, PriceVersion, Pricing, Proration,
    RecurringPrice, Tax,
};
use entitlement::Terms;
use storage::{ProductChange, StoreError, SubscriptionId, TaxSpecial};

use super::{DAY_MS, World, moment, runs};
use crate::ground::operator;
use crate::judge::calendar::Every;
use crate::judge::facts::{Discount, Event, Off, Price, Product, Taxed, What};

/// What is measured by the second.
const HOSTING: &str = "hosting";
const COUPON: &str = "WELCOME";
const COUPON_PERCENT: i64 = 15;
const COUPON_MONTHS: u32 = 2;

/// Name, whether it has a plan, how often it is charged, whether in arrears, how it is taxed, and its price.
type Ware = (&'static str, bool, Option<Every>, bool, Taxed, i64);

const SHOP: [Ware; 11] = [
    ("home", true, Some(Every::Month), false, Taxed::OnTop, 149_999),
    ("fast", true, Some(Every::Month), false, Taxed::OnTop, 299_950),
    ("office", true, Some(Every::Month), true, Taxed::OnTop, 655_321),
    ("address", false, Some(Every::Month), false, Taxed::OnTop, 30_001),
    ("television", false, Some(Every::Month), true, Taxed::Within, 77_777),
    ("backup", false, Some(Every::Month), false, Taxed::Not, 12_345),
    (HOSTING, false, Some(Every::Month), false, Taxed::OnTop, 99_991),
    ("router", false, None, false, Taxed::OnTop, 250_000),
    ("week", true, Some(Every::Week), false, Taxed::Within, 40_003),
    ("fast week", true, Some(Every::Week), false, Taxed::Within, 70_007),
    ("ten days", true, Some(Every::Days(10)), false, Taxed::OnTop, 33_333),
];

impl World<'_> {
    pub(super) async fn open_shop(&mut self) {
        let vat =
            Tax { name: "VAT".into(), rate: "16%".parse().unwrap(), base: Default::default() };
        let store = self.store();
        store.taxes(self.tenant).set(&operator(), &vat).await.unwrap();
        for (name, has_plan, every, in_arrears, taxed, amount) in SHOP {
            let plan = has_plan.then(|| name.to_owned());
            if has_plan {
                let plans = store.plans(self.tenant);
                plans.add(&operator(), name, &Terms::default(), None).await.unwrap();
            }
            let taxes = if taxed == Taxed::Not { vec![] } else { vec!["VAT".to_owned()] };
            let pricing =
                if taxed == Taxed::Within { Pricing::TaxInclusive } else { Pricing::TaxExclusive };
            let change = ProductChange {
                plan: Some(plan.clone()),
                taxes: Some(taxes),
                pricing: Some(pricing),
                ..Default::default()
            };
            let prices = vec![Price { from: 0, new_only: false, amount }];
            let (name, taxes) = (name.to_owned(), taxed);
            let mut product = Product {
                id: 0,
                by_second: name == HOSTING,
                name,
                plan,
                every,
                in_arrears,
                taxes,
                prices,
            };
            let version = version(&product, product.prices[0]);
            let products = store.products(self.tenant);
            let set = products.set(&operator(), &product.name, &change, Some(&version)).await;
            product.id = set.unwrap().id.0;
            self.products.push(product);
        }
        self.make_coupon().await;
    }

    pub(super) fn product(&self, name: &str) -> i64 {
        self.products.iter().find(|product| product.name == name).unwrap().id
    }

    /// Another price, from now on, later, or from before: for everybody or for new customers.
    pub(super) async fn set_a_price(&mut self) {
        let place = self.random.within(0..self.products.len() as i64) as usize;
        let days = *self.random.one(&[0, 0, 5, 30, -1, -10, -40]);
        let wished = self.now + days * DAY_MS;
        if wished < self.closed_until {
            self.set_a_closed_price(place, wished).await;
        }
        let old = self.products[place].prices.last().unwrap().amount;
        let price = Price {
            from: wished.max(self.closed_until),
            new_only: self.random.percent(30),
            amount: old * self.random.within(80..125) / 100 + self.random.within(0..3),
        };
        let product = &self.products[place];
        let (name, version) = (product.name.clone(), version(product, price));
        let (by, store, other) = (operator(), self.store(), self.store());
        let (products, change) = (store.products(self.tenant), ProductChange::default());
        // Sometimes others bill in that moment.
        let workers = if self.random.percent(40) { self.some_workers() } else { Vec::new() };
        let set = products.set(&by, &name, &change, Some(&version));
        let billing = runs::bill(&other, self.tenant, self.now, &workers);
        let (set, killed) = futures_util::future::join(set, billing).await;
        set.unwrap();
        self.has_run(self.now, killed).await;
        self.collect(&[]).await;
        let told = format!("price of {name}: {price:?}");
        self.counts.commands += 1;
        self.products[place].prices.push(price);
        for customer in 0..self.customers.len() {
            self.tell(customer, &told);
        }
    }

    /// What somebody had by then has no other price where the books are closed.
    async fn set_a_closed_price(&mut self, place: usize, from: i64) {
        let product = &self.products[place];
        let (id, name, last) = (product.id, product.name.clone(), *product.prices.last().unwrap());
        let version = version(product, Price { from, ..last });
        let is_it = |event: &Event| matches!(event.what, What::Has(of, _) if of == id);
        let had = |event: &Event| is_it(event) && event.at < self.closed_until;
        if self.subscriptions.iter().any(|it| it.events.iter().any(had)) {
            let (store, change) = (self.store(), ProductChange::default());
            let products = store.products(self.tenant);
            let set = products.set(&operator(), &name, &change, Some(&version)).await;
            assert!(matches!(set, Err(StoreError::Closed { .. })), "{set:?}");
        }
    }

    pub(super) async fn give_a_discount(&mut self, customer: usize) {
        let Some(place) = self.a_subscription(customer) else { return };
        let subscription = &self.subscriptions[place];
        let (id, events) = (subscription.id, subscription.events.clone());
        let is_monthly = self.is_monthly(&events);
        let days = *self.random.one(&[0, 0, 3, -5, -20]);
        let from = (self.now + days * DAY_MS).max(self.closed_until);
        let for_months = (is_monthly && self.random.percent(50)).then(|| self.random.within(1..4));
        let until = self.random.percent(30).then(|| from + self.random.within(5..90) * DAY_MS);
        let home = self.product("home");
        let (off, product) = match is_monthly && self.random.percent(40) {
            true => (Off::Amount(self.random.within(1_000..90_000)), Some(home)),
            false => (Off::PerCent(self.random.within(1..101)), None),
        };
        let months = for_months.map(|months| usize::try_from(months).unwrap());
        let discount = Discount { from, until, months, off, product };
        let core_off = match off {
            Off::PerCent(rate) => PartOrAmount::Percent(format!("{rate}%").parse().unwrap()),
            Off::Amount(amount) => PartOrAmount::Fixed(money(amount)),
        };
        let on = match product {
            Some(product) => On::Components([ComponentId(product)].into()),
            None => On::All,
        };
        let per = "1 month".parse().unwrap();
        let mut offer = Offer::new("Loyal".to_owned(), core_off, on, per).unwrap();
        if let Some(months) = months {
            offer = offer.for_periods(u32::try_from(months).unwrap().try_into().unwrap());
        }
        let store = self.store();
        let discounts = store.discounts(self.tenant);
        let span = (moment(from), until.map(moment));
        discounts.give(&operator(), SubscriptionId(id), &offer, span).await.unwrap();
        self.counts.commands += 1;
        self.subscriptions[place].discounts.push(discount);
        self.tell(customer, &format!("subscription {id}: {discount:?}"));
    }

    /// Somebody redeems the coupon; a second time is refused.
    pub(super) async fn redeem(&mut self, customer: usize) {
        let Some(place) = self.a_subscription(customer) else { return };
        let subscription = &self.subscriptions[place];
        if !self.is_monthly(&subscription.events) {
            return;
        }
        let id = subscription.id;
        let store = self.store();
        let (by, discounts) = (operator(), store.discounts(self.tenant));
        let code = COUPON.parse().unwrap();
        let redeemed = discounts.redeem(&by, &code, SubscriptionId(id)).await;
        self.counts.commands += 1;
        assert_eq!(redeemed.is_ok(), !self.customers[customer].has_redeemed, "{redeemed:?}");
        self.customers[customer].has_redeemed = true;
        if redeemed.is_ok() {
            let (from, off) = (self.now, Off::PerCent(COUPON_PERCENT));
            let months = Some(COUPON_MONTHS as usize);
            let discount = Discount { from, until: None, months, off, product: None };
            self.subscriptions[place].discounts.push(discount);
            self.tell(customer, &format!("subscription {id}, with a coupon: {discount:?}"));
        }
    }

    async fn make_coupon(&mut self) {
        let rate = format!("{COUPON_PERCENT}%").parse().unwrap();
        let per = "1 month".parse().unwrap();
        let offer =
            Offer::new("Welcome".to_owned(), PartOrAmount::Percent(rate), On::All, per).unwrap();
        let coupon = Coupon {
            code: COUPON.parse().unwrap(),
            offer: offer.for_periods(COUPON_MONTHS.try_into().unwrap()),
            redeem_by: None,
            redemptions_max: None,
            redemptions_per_subscriber_max: Some(1),
            is_first_purchase_only: false,
            is_combinable: true,
        };
        let store = self.store();
        store.discounts(self.tenant).set_coupon(&operator(), &coupon).await.unwrap();
    }

    pub(super) async fn set_exempt(&mut self, customer: usize) {
        let is_exempt = !self.customers[customer].is_exempt;
        let special = is_exempt.then_some(TaxSpecial::Exempt);
        let name = self.customers[customer].name.clone();
        let store = self.store();
        let subscribers = store.subscribers(self.tenant);
        subscribers.set_tax(&operator(), &name, "VAT", special).await.unwrap();
        self.counts.commands += 1;
        self.customers[customer].is_exempt = is_exempt;
        self.tell(customer, &format!("exempt from VAT: {is_exempt}"));
    }
}

impl World<'_> {
    /// The tax is another one from now on.
    pub(super) async fn set_the_rate(&mut self) {
        self.percent = *self.random.one(&[8, 16, 20]);
        let rate = format!("{}%", self.percent).parse().unwrap();
        let vat = Tax { name: "VAT".into(), rate, base: Default::default() };
        let store = self.store();
        store.taxes(self.tenant).set(&operator(), &vat).await.unwrap();
        self.counts.commands += 1;
        for customer in 0..self.customers.len() {
            self.tell(customer, &format!("VAT is {} %", self.percent));
        }
    }
}

pub(super) fn money(amount: i64) -> billing_core::Money {
    billing_core::Money::new(amount, "KES".parse().unwrap())
}

fn version(product: &Product, price: Price) -> PriceVersion {
    let amount = money(price.amount);
    let cadence = match product.every {
        None => None,
        Some(Every::Month) => Some("1 month".to_owned()),
        Some(Every::Week) => Some("1 week".to_owned()),
        Some(Every::Days(count)) => Some(format!("{count} days")),
    };
    let price_of = match cadence {
        None => billing_core::Price::Once(amount),
        Some(cadence) => billing_core::Price::Recurring(RecurringPrice {
            amount,
            cadence: cadence.parse().unwrap(),
            billed: if product.in_arrears { Billing::InArrears } else { Billing::InAdvance },
            proration: if product.by_second { Proration::BySecond } else { Proration::ByDay },
        }),
    };
    let applies_to = if price.new_only { AppliesTo::NewOnly } else { AppliesTo::Everybody };
    PriceVersion { from: moment(price.from), applies_to, price: price_of }
}
