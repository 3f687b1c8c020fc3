//! What could not be billed is refused when it is entered, with nothing written: so that nobody fails at
//! every run for what somebody has mistyped.

use core::num::NonZeroU32;

use billing_core::discount::{Coupon, Offer, On};
use billing_core::{
    Alignment, AppliesTo, Billing, BillingError, ChangeError, ComponentId, DraftError, HELD_MAX,
    MaximumCharge, MinimumCharge, Money, PartOrAmount, Price, PriceVersion, Proration,
    RecurringPrice, What, When,
};
use entitlement::{TenantId, Timestamp};
use storage::{
    NewOrder, NewSubscription, OfferChange, OfferOrder, ProductChange, RuleError, RunOrder, Store,
    StoreError, SubscriptionId,
};

use crate::billing::{JOINED, at, on_the_first, shop, subscriber};
use crate::ground::{Ground, SetClock, operator};

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

struct Shop {
    store: Store,
    tenant: TenantId,
    jane: SubscriptionId,
}

/// jane has gold for 1500 KES a month, in months that begin on the 1st.
async fn open(ground: &Ground) -> Shop {
    let store = ground.open_by(&SetClock::at(at(JOINED))).await;
    let tenant = shop(&store).await;
    subscriber(&store, tenant, "jane").await;
    let new = on_the_first("jane", &["gold"]);
    let jane = store.subscriptions(tenant).add(&operator(), &new).await.unwrap().id;
    Shop { store, tenant, jane }
}

impl Shop {
    async fn product(&self, name: &str, amount: &str, every: Option<&str>) -> ComponentId {
        let amount = money(amount);
        let price = every.map_or(Price::Once(amount), |every| {
            Price::Recurring(RecurringPrice {
                amount,
                cadence: every.parse().unwrap(),
                billed: Billing::InAdvance,
                proration: Proration::ByDay,
            })
        });
        let version = PriceVersion { from: at(0), applies_to: AppliesTo::Everybody, price };
        let change = ProductChange { taxes: Some(vec![]), ..Default::default() };
        let products = self.store.products(self.tenant);
        products.set(&operator(), name, &change, Some(&version)).await.unwrap().id
    }

    /// What is to be paid in December, before taxes: nobody is left out.
    async fn december(&self, ground: &Ground) -> Vec<Money> {
        // A run leaves out whom others have, and PostgreSQL may not have ended yet what was refused: this
        // waits for it.
        ground.execute("update subscriber set name = name").await;
        let order = RunOrder { at: at(JOINED + 20 * 86_400), batch: 100 };
        let runs = self.store.billing_runs(self.tenant);
        let batch = runs.batch(&operator(), order, None).await.unwrap();
        assert_eq!(batch.not_billed, []);
        batch.gross
    }
}

/// The rule that forbids it.
fn forbidden<T: core::fmt::Debug>(result: Result<T, StoreError>) -> BillingError {
    match result.unwrap_err() {
        StoreError::Rule { source: RuleError::Billing(error), .. } => error,
        other => panic!("{other}"),
    }
}

fn offer(off: PartOrAmount, per: &str) -> Offer {
    Offer::new("Loyal".to_owned(), off, On::All, per.parse().unwrap()).unwrap()
}

pub async fn no_discount_is_given_that_could_not_be_billed(ground: &Ground) {
    let shop = open(ground).await;
    let discounts = shop.store.discounts(shop.tenant);
    let give = async |offer: &Offer| {
        discounts.give(&operator(), shop.jane, offer, (at(JOINED), None)).await
    };
    let dollars = forbidden(give(&offer(PartOrAmount::Fixed(money("100 USD")), "1 month")).await);
    assert!(matches!(dollars, BillingError::OtherCurrency { .. }), "{dollars}");
    assert!(dollars.to_string().starts_with("discount `Loyal` is 100.00 USD, and "), "{dollars}");
    assert!(dollars.to_string().ends_with(" costs KES; enter it in KES"), "{dollars}");
    // Weeks do not begin on a day of the month.
    let weekly = offer(PartOrAmount::Fixed(money("100 KES")), "1 week");
    let some = offer(PartOrAmount::Percent("10%".parse().unwrap()), "1 week");
    for weekly in [weekly, some.clone().for_periods(NonZeroU32::MIN)] {
        let error = forbidden(give(&weekly).await);
        assert!(matches!(error, BillingError::AlignmentOf { .. }), "{error}");
        assert!(error.to_string().starts_with("discount `Loyal`: "), "{error}");
    }
    // What it is on may cost another currency than the rest.
    let hosting = shop.product("hosting", "10 USD", Some("1 month")).await;
    let on = On::Components([hosting].into());
    let month = "1 month".parse().unwrap();
    let kes = Offer::new("Hosting".into(), PartOrAmount::Fixed(money("1 KES")), on.clone(), month)
        .unwrap();
    assert!(matches!(forbidden(give(&kes).await), BillingError::OtherCurrency { .. }));
    assert_eq!(discounts.of(shop.jane).await.unwrap(), []);
    let usd = Offer::new("Hosting".into(), PartOrAmount::Fixed(money("1 USD")), on, month).unwrap();
    give(&usd).await.unwrap();
    // And there are 32 of them at most.
    for _ in 1..32 {
        give(&some).await.unwrap();
    }
    let many = forbidden(give(&some).await);
    assert_eq!(many, BillingError::TooManyDiscounts { count: 33 });
    assert_eq!(discounts.of(shop.jane).await.unwrap().len(), 32);
    assert_eq!(shop.december(ground).await.len(), 1);
    shop.store.close().await;
}

pub async fn no_limit_is_set_that_could_not_be_billed(ground: &Ground) {
    let shop = open(ground).await;
    let subscriptions = shop.store.subscriptions(shop.tenant);
    let gold = subscriptions.product("gold").await.unwrap();
    let least = shop.product("least", "0 KES", None).await;
    let (per, proration) = ("1 month".parse().unwrap(), Proration::ByDay);
    let maximum = |text: &str| Some(MaximumCharge { amount: money(text), per, proration });
    let minimum = |text: &str, component: ComponentId| {
        Some(MinimumCharge { component, amount: money(text), per, proration })
    };
    let set = async |minimum: Option<MinimumCharge>, maximum: Option<MaximumCharge>| {
        subscriptions.set_limits(&operator(), shop.jane, minimum, maximum).await
    };
    let dollars = forbidden(set(None, maximum("10 USD")).await);
    assert!(dollars.to_string().starts_with("the maximum charge is 10.00 USD, and "), "{dollars}");
    let dollars = forbidden(set(minimum("10 USD", least), None).await);
    assert!(dollars.to_string().starts_with("the minimum charge is 10.00 USD, and "), "{dollars}");
    let negative = forbidden(set(None, maximum("-5 KES")).await);
    assert_eq!(negative.to_string(), "the maximum charge is -5.00 KES; it is 0 or more");
    let above = forbidden(set(minimum("2000 KES", least), maximum("1000 KES")).await);
    assert_eq!(
        above.to_string(),
        "a period costs at least 2000.00 KES and at most 1000.00 KES; the minimum is the lower one"
    );
    let own = forbidden(set(minimum("10 KES", gold), None).await);
    assert_eq!(own, BillingError::MinimumIsComponent { component: gold });
    let weekly = MaximumCharge { per: "1 week".parse().unwrap(), ..maximum("10 KES").unwrap() };
    let weekly = forbidden(set(None, Some(weekly)).await);
    assert!(matches!(weekly, BillingError::AlignmentOf { .. }), "{weekly}");
    // Nothing of it holds: 650.00 for November and 1500.00 for December, with 16 %.
    assert_eq!(shop.december(ground).await, [money("2494 KES")]);
    // One that can be limits December, and November by its days: 1000.00 and 433.33. 716.67 are given back, and 16 % on it.
    set(None, maximum("1000 KES")).await.unwrap();
    assert_eq!(shop.december(ground).await, [money("-831.34 KES")]);
    shop.store.close().await;
}

pub async fn no_product_is_taken_that_could_not_be_billed(ground: &Ground) {
    let shop = open(ground).await;
    let subscriptions = shop.store.subscriptions(shop.tenant);
    let untaxed = ProductChange { taxes: Some(vec![]), ..Default::default() };
    let products = shop.store.products(shop.tenant);
    products.set(&operator(), "free", &untaxed, None).await.unwrap();
    shop.product("days", "100 KES", Some("30 days")).await;
    let later = PriceVersion {
        from: at(JOINED + 1),
        applies_to: AppliesTo::Everybody,
        price: Price::Once(money("1 KES")),
    };
    products.set(&operator(), "later", &untaxed, Some(&later)).await.unwrap();
    let change = async |name: &str, at: Timestamp| {
        let component = subscriptions.product(name).await.unwrap();
        let what = What::Quantity { component, quantity: 1 };
        subscriptions.change(&operator(), shop.jane, &[(at, what)]).await
    };
    let add = async |name: &str| {
        subscriptions.add(&operator(), &on_the_first("jane", &["silver", name])).await
    };
    for name in ["free", "later"] {
        for error in [forbidden(add(name).await), forbidden(change(name, at(JOINED)).await)] {
            assert!(matches!(error, BillingError::MissingPrice(_)), "{error}");
        }
    }
    for error in [forbidden(add("days").await), forbidden(change("days", at(JOINED)).await)] {
        assert!(matches!(error, BillingError::Alignment { .. }), "{error}");
    }
    assert_eq!(subscriptions.list(None, 10).await.unwrap().len(), 1, "nothing was added");
    let events = subscriptions.find(shop.jane).await.unwrap().events.len();
    assert_eq!(events, 2, "nothing was entered");
    // When it has a price it can be had, and on an anniversary periods are as long as one likes.
    change("later", at(JOINED + 1)).await.unwrap();
    let days = on_the_first("jane", &["days"]);
    let days = NewSubscription { alignment: Alignment::Anniversary, ..days };
    subscriptions.add(&operator(), &days).await.unwrap();
    // Another currency than that of a discount of a fixed amount on everything.
    let fixed = offer(PartOrAmount::Fixed(money("100 KES")), "1 month");
    let discounts = shop.store.discounts(shop.tenant);
    discounts.give(&operator(), shop.jane, &fixed, (at(JOINED), None)).await.unwrap();
    shop.product("hosting", "10 USD", Some("1 month")).await;
    let dollars = forbidden(change("hosting", at(JOINED)).await);
    assert!(matches!(dollars, BillingError::OtherCurrency { .. }), "{dollars}");
    // 650.00 and 1500.00, 100.00 less each, with 16 %; 1.00; and 100.00.
    assert_eq!(shop.december(ground).await, [money("2363 KES")]);
    shop.store.close().await;
}

pub async fn nothing_is_taken_of_which_nobody_said_how_it_is_taxed(ground: &Ground) {
    let shop = open(ground).await;
    let subscriptions = shop.store.subscriptions(shop.tenant);
    let products = shop.store.products(shop.tenant);
    // Two ways to have one thing, and something beside; of all but the first nobody has said how it is taxed.
    for (name, family) in [("fine", "fine"), ("raw", "fine"), ("extra", "extra")] {
        shop.product(name, "100 KES", Some("1 month")).await;
        let family = Some(Some(family.to_owned()));
        let offer = OfferChange { family, ..Default::default() };
        let change = ProductChange { offer, ..Default::default() };
        products.set(&operator(), name, &change, None).await.unwrap();
    }
    ground.execute("update product set taxes = null where name in ('raw', 'extra')").await;
    let extra = subscriptions.product("extra").await.unwrap();
    let raw = subscriptions.product("raw").await.unwrap();
    let refused_for = |component: ComponentId, result: Result<(), StoreError>| {
        let error = result.unwrap_err();
        let StoreError::Rule { source: RuleError::Draft(error), .. } = error else {
            panic!("{error}");
        };
        assert_eq!(error, DraftError::NoTaxation { component });
    };
    let refused = |result: Result<(), StoreError>| refused_for(raw, result);
    let what = What::Quantity { component: raw, quantity: 1 };
    let add = subscriptions.add(&operator(), &on_the_first("jane", &["raw"])).await;
    refused(add.map(|_| ()));
    // Now, afterwards and ahead.
    for s in [JOINED, JOINED + 1, JOINED + 10 * 86_400] {
        let change = subscriptions.change(&operator(), shop.jane, &[(at(s), what)]).await;
        refused(change.map(|_| ()));
    }
    let order = NewOrder {
        subscriber: "jane".to_owned(),
        service: None,
        alignment: Alignment::DayOfMonth(1),
        billed_in: Default::default(),
        order: OfferOrder {
            offer: "raw".to_owned(),
            with_trial: false,
            add_ons: Vec::new(),
            from: None,
            on_credit: false,
            auto_renew: false,
        },
    };
    let by = operator();
    refused(subscriptions.subscribe(&by, &order).await.map(|_| ()));
    let fine = OfferOrder { offer: "fine".to_owned(), ..order.order.clone() };
    let fine = NewOrder { order: fine, ..order.clone() };
    let fine = subscriptions.subscribe(&by, &fine).await.unwrap().subscription.id;
    let beside = OfferOrder { offer: "extra".to_owned(), ..order.order.clone() };
    refused_for(extra, subscriptions.order(&by, fine, &beside).await.map(|_| ()));
    for when in [When::AtOnce, When::PeriodEnd] {
        let moved = subscriptions.move_to(&by, fine, "raw", Some(when), None).await;
        refused(moved.map(|_| ()));
    }
    // And nothing can be made up to a minimum with it.
    let (per, proration) = ("1 month".parse().unwrap(), Proration::ByDay);
    let minimum = MinimumCharge { component: raw, amount: money("10 KES"), per, proration };
    refused(subscriptions.set_limits(&by, shop.jane, Some(minimum), None).await);
    // Once it is said it can be had.
    let said = ProductChange { taxes: Some(vec![]), ..Default::default() };
    products.set(&operator(), "raw", &said, None).await.unwrap();
    subscriptions.change(&operator(), shop.jane, &[(at(JOINED), what)]).await.unwrap();
    shop.store.close().await;
}

pub async fn no_more_is_had_than_can_be(ground: &Ground) {
    let shop = open(ground).await;
    let subscriptions = shop.store.subscriptions(shop.tenant);
    let silver = subscriptions.product("silver").await.unwrap();
    let said = |result: Result<(), StoreError>| {
        let error = result.unwrap_err();
        let StoreError::Rule { source: RuleError::Change(error), .. } = error else {
            panic!("{error}");
        };
        assert!(matches!(error, ChangeError::Quantity { .. }), "{error}");
        error.to_string()
    };
    let words = |count: u32| {
        format!("the quantity of component {} is {count}; it is from 0 to 1000000", silver.0)
    };
    let change = async |quantity: u32| {
        let what = What::Quantity { component: silver, quantity };
        let change = subscriptions.change(&operator(), shop.jane, &[(at(JOINED), what)]).await;
        change.map(|_| ())
    };
    for count in [4_000_000_000, HELD_MAX + 1] {
        assert_eq!(said(change(count).await), words(count));
        let products = vec![("silver".to_owned(), count)];
        let new = NewSubscription { products, ..on_the_first("jane", &[]) };
        assert_eq!(said(subscriptions.add(&operator(), &new).await.map(|_| ())), words(count));
    }
    assert_eq!(subscriptions.find(shop.jane).await.unwrap().events.len(), 2, "nothing was entered");
    change(HELD_MAX).await.unwrap();
    shop.store.close().await;
}

pub async fn a_coupon_of_another_currency_is_not_redeemed_by_who_was_never_billed(ground: &Ground) {
    let shop = open(ground).await;
    let discounts = shop.store.discounts(shop.tenant);
    let coupon = Coupon {
        code: "DOLLARS".parse().unwrap(),
        offer: offer(PartOrAmount::Fixed(money("5 USD")), "1 month"),
        redeem_by: None,
        redemptions_max: None,
        redemptions_per_subscriber_max: None,
        is_first_purchase_only: false,
        is_combinable: true,
    };
    discounts.set_coupon(&operator(), &coupon).await.unwrap();
    let refused = discounts.redeem(&operator(), &coupon.code, shop.jane).await.unwrap_err();
    let words = "coupon DOLLARS takes off USD, and the subscription is billed in KES";
    assert!(refused.to_string().contains(words), "{refused}");
    assert_eq!(discounts.of(shop.jane).await.unwrap(), []);
    assert_eq!(shop.december(ground).await, [money("2494 KES")]);
    shop.store.close().await;
}
