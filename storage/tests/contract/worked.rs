//! What is agreed of prices, taxes, limits, coupons, numbers and ends, each with its amounts.

use std::collections::BTreeMap;

use billing_core::discount::{Coupon, CouponRefusal, Offer, On};
use billing_core::invoice::Series;
use billing_core::{
    AppliesTo, Billing, ComponentId, EarlyEnd, MaximumCharge, MinimumCharge, MinimumTerm, Money,
    PartOrAmount, Price, PriceVersion, Proration, RecurringPrice, Rounding, Tax, Transition, What,
};
use entitlement::{TenantId, TimeZone, Timestamp};
use futures_util::future::join_all;
use storage::{
    Ending, NewSubscription, OfferChange, ProductChange, RuleError, RunOrder, Store, StoreError,
    SubscriptionId, TaxSpecial,
};

use crate::billing::{on_the_first, shop, subscriber};
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{customer, lasts, offer, order, package, renewal, take};

/// A moment of Nairobi's clock: `2026-11-18T15:06`, or the midnight before a day.
fn on(text: &str) -> Timestamp {
    let text = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00") };
    let zone = TimeZone::named("Africa/Nairobi").unwrap();
    zone.first_shown(text.parse().unwrap()).unwrap()
}

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

/// `gold` for 1500 KES a month with 16 % VAT on it, on a clock that is set; it is 18 November 2026, 15:06.
struct Shop {
    store: Store,
    tenant: TenantId,
    clock: SetClock,
}

impl Shop {
    async fn open(ground: &Ground) -> Self {
        let clock = SetClock::at(on("2026-11-18T15:06"));
        let store = ground.open_by(&clock).await;
        let tenant = shop(&store).await;
        Self { store, tenant, clock }
    }

    /// Somebody new who has this since a moment, in months that begin on the 1st.
    async fn sell(&self, name: &str, product: &str, from: &str) -> SubscriptionId {
        subscriber(&self.store, self.tenant, name).await;
        let new = NewSubscription { from: on(from), ..on_the_first(name, &[product]) };
        self.store.subscriptions(self.tenant).add(&operator(), &new).await.unwrap().id
    }

    async fn price(&self, name: &str, price: PriceVersion) -> ComponentId {
        let change = ProductChange { taxes: Some(vec![]), ..Default::default() };
        let products = self.store.products(self.tenant);
        products.set(&operator(), name, &change, Some(&price)).await.unwrap().id
    }

    /// What a run bills, with taxes, in all.
    async fn bill(&self, at: &str) -> Vec<Money> {
        let order = RunOrder { at: on(at), batch: 100 };
        let runs = self.store.billing_runs(self.tenant);
        let batch = runs.batch(&operator(), order, None).await.unwrap();
        assert_eq!(batch.not_billed, []);
        batch.gross
    }
}

fn monthly(amount: &str, proration: Proration) -> PriceVersion {
    PriceVersion {
        from: on("2020-01-01"),
        applies_to: AppliesTo::Everybody,
        price: Price::Recurring(RecurringPrice {
            amount: kes(amount),
            cadence: "1 month".parse().unwrap(),
            billed: Billing::InAdvance,
            proration,
        }),
    }
}

pub async fn a_subscriber_has_a_rate_of_its_own(ground: &Ground) {
    let shop = Shop::open(ground).await;
    let special = async |special| {
        let subscribers = shop.store.subscribers(shop.tenant);
        subscribers.set_tax(&operator(), "jane", "VAT", special).await.unwrap();
    };
    shop.sell("jane", "gold", "2026-11-18T15:06").await;
    special(Some(TaxSpecial::Rate("8%".parse().unwrap()))).await;
    // 13 of 30 days of 1500.00 are 650.00, and 8 % of it 52.00.
    assert_eq!(shop.bill("2026-11-18T15:06").await, [kes("702")]);
    shop.sell("joe", "gold", "2026-11-18T15:06").await;
    assert_eq!(shop.bill("2026-11-18T15:06").await, [kes("754")]);
    let invoices = shop.store.invoices(shop.tenant);
    let janes = invoices.list(Some("jane"), 1).await.unwrap().remove(0).label;
    let (_, _, taxes) = invoices.find(&janes).await.unwrap();
    let taxes: Vec<_> =
        taxes.iter().map(|it| (it.tax.rate.to_string(), it.net, it.amount)).collect();
    assert_eq!(taxes, [("8%".to_owned(), kes("650"), kes("52"))]);
    // Without it the rate is everybody's again: 240.00 of 1500.00, for both.
    special(None).await;
    assert_eq!(shop.bill("2026-12-01").await, [kes("3480")]);
    shop.store.close().await;
}

pub async fn what_a_period_costs_at_least_and_at_most_is_billed(ground: &Ground) {
    let shop = Shop::open(ground).await;
    let jane = shop.sell("jane", "gold", "2026-11-18T15:06").await;
    let untaxed = ProductChange { taxes: Some(vec![]), ..Default::default() };
    let products = shop.store.products(shop.tenant);
    let least = products.set(&operator(), "least", &untaxed, None).await.unwrap().id;
    let (per, proration) = ("1 month".parse().unwrap(), Proration::ByDay);
    let minimum = MinimumCharge { component: least, amount: kes("2000"), per, proration };
    let subscriptions = shop.store.subscriptions(shop.tenant);
    subscriptions.set_limits(&operator(), jane, Some(minimum), None).await.unwrap();
    assert_eq!(shop.bill("2026-11-18T15:06").await, [kes("754")]);
    assert_eq!(shop.bill("2026-11-30").await, []);
    // 13 of 30 days of 2000.00 are 866.67, and 650.00 were charged: 216.67; and December with VAT.
    assert_eq!(shop.bill("2026-12-01").await, [kes("1956.67")]);
    assert_eq!(shop.bill("2027-01-01").await, [kes("2240")]);
    let invoices = shop.store.invoices(shop.tenant);
    let label = invoices.list(None, 1).await.unwrap().remove(0).label;
    let (_, lines, _) = invoices.find(&label).await.unwrap();
    let nets: Vec<_> = lines.iter().map(|line| (line.product.as_str(), line.net)).collect();
    let expected = BTreeMap::from([("gold", kes("1500")), ("least", kes("500"))]);
    assert_eq!(BTreeMap::from_iter(nets), expected);
    // 1200.00 at most, also of what was billed: 520.00 in November, which is 130.00 less, and 300.00 less in
    // December and January, with VAT; and nothing is missing to a minimum any more: 216.67 and 500.00.
    let maximum = MaximumCharge { amount: kes("1200"), per, proration };
    subscriptions.set_limits(&operator(), jane, None, Some(maximum)).await.unwrap();
    assert_eq!(shop.bill("2027-01-01").await, [kes("-1563.47")]);
    shop.store.close().await;
}

pub async fn a_price_for_new_customers_is_not_that_of_others(ground: &Ground) {
    let shop = Shop::open(ground).await;
    shop.price("line", monthly("1500", Proration::ByDay)).await;
    shop.sell("jane", "line", "2026-11-01").await;
    let new = PriceVersion {
        from: on("2026-12-01"),
        applies_to: AppliesTo::NewOnly,
        ..monthly("1600", Proration::ByDay)
    };
    shop.price("line", new).await;
    assert_eq!(shop.bill("2026-11-30").await, [kes("1500")]);
    // Who took it before the price was there is no new one, whenever it is billed.
    shop.sell("joe", "line", "2026-11-30").await;
    assert_eq!(shop.bill("2026-11-30").await, [kes("50")]);
    assert_eq!(shop.bill("2026-12-01").await, [kes("3000")]);
    // 27 of 31 days of 1600.00.
    shop.sell("kim", "line", "2026-12-05").await;
    assert_eq!(shop.bill("2026-12-05").await, [kes("1393.55")]);
    assert_eq!(shop.bill("2027-01-01").await, [kes("4600")]);
    shop.store.close().await;
}

pub async fn a_part_of_a_period_costs_what_its_rule_and_its_rounding_say(ground: &Ground) {
    let shop = Shop::open(ground).await;
    let subscriptions = shop.store.subscriptions(shop.tenant);
    // From 1 December until noon of the 25th, of 1000.00.
    for (rule, expected) in [
        (Proration::ByDay, "774.19"),
        (Proration::ByDayInclusive, "806.45"),
        (Proration::ThirtyDayMonth, "800"),
        (Proration::BySecond, "790.32"),
        (Proration::Whole, "1000"),
    ] {
        shop.price(rule.code(), monthly("1000", rule)).await;
        let id = shop.sell(rule.code(), rule.code(), "2026-12-01").await;
        let end = [(on("2026-12-25T12:00"), What::Transition(Transition::Terminate))];
        subscriptions.change(&operator(), id, &end).await.unwrap();
        assert_eq!(shop.bill("2026-12-25T12:00").await, [kes(expected)], "{rule:?}");
    }
    // 15 of 30 days of 10.01 are 5.005, and of 10.03 are 5.015.
    shop.price("odd", monthly("10.01", Proration::ByDay)).await;
    shop.price("even", monthly("10.03", Proration::ByDay)).await;
    for (year, rounding, odd, even) in [
        (Rounding::HalfUp, "5.01", "5.02"),
        (Rounding::HalfEven, "5.00", "5.02"),
        (Rounding::Up, "5.01", "5.02"),
        (Rounding::Down, "5.00", "5.01"),
        (Rounding::Ceiling, "5.01", "5.02"),
        (Rounding::Floor, "5.00", "5.01"),
    ]
    .into_iter()
    .enumerate()
    .map(|(place, (rounding, odd, even))| (2027 + place, rounding, odd, even))
    {
        // It is another one only when nothing is open that was billed by the one before.
        let closed_until = on(&format!("{year}-01-15"));
        shop.clock.set(closed_until);
        let settings = shop.store.billing_settings(shop.tenant);
        let change = |it: &mut storage::Settings| {
            (it.rounding, it.closed_until) = (rounding, Some(closed_until));
        };
        settings.change(&operator(), change).await.unwrap();
        for (product, expected) in [("odd", odd), ("even", even)] {
            let name = format!("{product} {}", rounding.code());
            let id = shop.sell(&name, product, &format!("{year}-04-16")).await;
            assert_eq!(shop.bill(&format!("{year}-04-16")).await, [kes(expected)], "{name}");
            let ends = format!("{year}-04-30");
            let end = [(on(&ends), What::Transition(Transition::Terminate))];
            subscriptions.change(&operator(), id, &end).await.unwrap();
            shop.bill(&ends).await;
        }
    }
    shop.store.close().await;
}

pub async fn numbers_follow_their_pattern_and_begin_anew(ground: &Ground) {
    let shop = Shop::open(ground).await;
    let series = |format: &str, restarts| Series::new(format.parse().unwrap(), restarts).unwrap();
    let set = async |restarts| {
        let settings = shop.store.billing_settings(shop.tenant);
        let change = |it: &mut storage::Settings| {
            it.invoices = series("R{year}/{month}-{number:03}", restarts);
            it.credit_notes = series("G{year}/{month}-{number}", restarts);
        };
        settings.change(&operator(), change).await.unwrap();
    };
    let labels = async || {
        let all = shop.store.invoices(shop.tenant).list(None, 100).await.unwrap();
        all.into_iter().map(|it| it.label).collect::<Vec<_>>()
    };
    set(billing_core::invoice::Restarts::Monthly).await;
    let jane = shop.sell("jane", "gold", "2026-11-18T15:06").await;
    shop.sell("joe", "gold", "2026-11-18T15:06").await;
    shop.bill("2026-11-18T15:06").await;
    shop.bill("2026-12-01").await;
    let end = [(on("2026-12-11"), What::Transition(Transition::Terminate))];
    shop.store.subscriptions(shop.tenant).change(&operator(), jane, &end).await.unwrap();
    shop.bill("2026-12-11").await;
    assert_eq!(
        labels().await,
        ["R2026/11-001", "R2026/11-002", "R2026/12-001", "R2026/12-002", "G2026/12-1"]
    );
    shop.bill("2027-01-01").await;
    shop.bill("2027-02-01").await;
    assert_eq!(labels().await[5..], ["R2027/01-001", "R2027/02-001"]);
    shop.store.close().await;
}

pub async fn an_end_before_its_time_costs_a_fixed_or_a_declining_fee(ground: &Ground) {
    let shop = Shop::open(ground).await;
    let (store, tenant) = (&shop.store, shop.tenant);
    let agreed = async |early: EarlyEnd| {
        let term = MinimumTerm {
            periods: 12.try_into().unwrap(),
            cadence: "1 month".parse().unwrap(),
            early,
        };
        let change = OfferChange { minimum_term: Some(Some(term)), ..Default::default() };
        offer(store, tenant, "gold", change).await;
    };
    shop.clock.set(on("2027-03-11"));
    let mut ids = Vec::new();
    for name in ["jane", "ben"] {
        customer(store, tenant, name, "1").await;
        ids.push(take(store, tenant, &order(name, "gold", on("2027-01-01"))).await.subscription.id);
    }
    // Two of 1500.00 with VAT, for two months.
    assert_eq!(shop.bill("2027-01-01").await, [kes("3480")]);
    assert_eq!(shop.bill("2027-02-01").await, [kes("3480")]);
    let subscriptions = store.subscriptions(tenant);
    let end = async |id| {
        let ending = Ending { at: Some(on("2027-03-11")), ..Default::default() };
        let ended = subscriptions.terminate(&operator(), id, &ending).await.unwrap();
        assert_eq!(ended.ends_at, on("2027-03-11"));
        let fees = ended.changed.fees;
        fees.iter().map(|fee| (fee.begun, fee.periods, fee.amount)).collect::<Vec<_>>()
    };
    agreed(EarlyEnd::Fixed(kes("500"))).await;
    assert_eq!(end(ids[0]).await, [(3, 12, kes("500"))]);
    // 10 of 31 days of 1500.00 are 483.87; 16 % on 983.87 are 157.42. ben's March is whole so far.
    assert_eq!(shop.bill("2027-03-11").await, [kes("2881.29")]);
    agreed(EarlyEnd::Declining(kes("1200"))).await;
    // Three of twelve parts are gone of 1200.00.
    assert_eq!(end(ids[1]).await, [(3, 12, kes("900"))]);
    // 1016.13 of March are given back: -116.13, and 16 % of it -18.58.
    assert_eq!(shop.bill("2027-03-11").await, [kes("-134.71")]);
    store.close().await;
}

pub async fn a_package_of_hours_weeks_or_a_year_is_over_to_the_minute(ground: &Ground) {
    let shop = Shop::open(ground).await;
    let (store, tenant) = (&shop.store, shop.tenant);
    shop.clock.set(on("2029-01-01"));
    for (name, period, until, renewed) in [
        ("hours", "6 hours", "2028-02-29T18:30", "2028-03-01T00:30"),
        ("weeks", "2 weeks", "2028-03-14T12:30", "2028-03-28T12:30"),
        // A year after a 29 February is the 28th, and two years after it as well.
        ("year", "1 year", "2029-02-28T12:30", "2030-02-28T12:30"),
    ] {
        customer(store, tenant, name, "5000").await;
        package(store, tenant, name, lasts(period)).await;
        let sold = take(store, tenant, &order(name, name, on("2028-02-29T12:30"))).await;
        assert_eq!(sold.paid.unwrap().until, on(until), "{name}");
        let id = sold.subscription.id;
        let order = renewal(on("2028-02-29T13:00"), 1);
        let sold = store.subscriptions(tenant).renew(&operator(), id, &order).await.unwrap();
        assert_eq!(sold.paid.unwrap().until, on(renewed), "{name}");
        let service = store.services(tenant).find(name).await.unwrap();
        assert_eq!(service.validity.until, Some(on(renewed)), "{name}");
    }
    store.close().await;
}

pub async fn what_is_final_stays_whatever_changes_behind_it(ground: &Ground) {
    let shop = Shop::open(ground).await;
    let jane = shop.sell("jane", "gold", "2026-11-18T15:06").await;
    assert_eq!(shop.bill("2026-11-18T15:06").await, [kes("754")]);
    let invoices = shop.store.invoices(shop.tenant);
    let label = invoices.list(None, 1).await.unwrap().remove(0).label;
    let before = invoices.find(&label).await.unwrap();
    // Another rate, another price from before, another pattern, and an end at the beginning.
    let vat = Tax { name: "VAT".into(), rate: "20%".parse().unwrap(), base: Default::default() };
    shop.store.taxes(shop.tenant).set(&operator(), &vat).await.unwrap();
    let cheap = monthly("300", Proration::ByDay);
    let change = ProductChange::default();
    let products = shop.store.products(shop.tenant);
    products.set(&operator(), "gold", &change, Some(&cheap)).await.unwrap();
    let settings = shop.store.billing_settings(shop.tenant);
    let pattern = "NEW-{number}".parse().unwrap();
    let series = Series::new(pattern, billing_core::invoice::Restarts::Never).unwrap();
    settings.change(&operator(), |it| it.invoices = series).await.unwrap();
    let end = [(on("2026-11-20"), What::Transition(Transition::Terminate))];
    shop.store.subscriptions(shop.tenant).change(&operator(), jane, &end).await.unwrap();
    // 2 of 30 days of 300.00 are 20.00: 630.00 are given back, with the 16 % that were charged, whatever they are now.
    assert_eq!(shop.bill("2026-11-20").await, [kes("-730.80")]);
    let (invoice, lines, taxes) = invoices.find(&label).await.unwrap();
    // What it was paid is not of the document.
    let paid = storage::Invoice { paid: before.0.paid, ..invoice };
    assert_eq!((paid, lines, taxes), before);
    shop.store.close().await;
}

fn coupon(code: &str) -> Coupon {
    let off = PartOrAmount::Percent("10%".parse().unwrap());
    Coupon {
        code: code.parse().unwrap(),
        offer: Offer::new(code.to_owned(), off, On::All, "1 month".parse().unwrap()).unwrap(),
        redeem_by: None,
        redemptions_max: None,
        redemptions_per_subscriber_max: None,
        is_first_purchase_only: false,
        is_combinable: true,
    }
}

fn refusal<T: core::fmt::Debug>(result: Result<T, StoreError>) -> CouponRefusal {
    match result.unwrap_err() {
        StoreError::Rule { source: RuleError::CouponRefused(refusal), .. } => refusal,
        other => panic!("{other}"),
    }
}

pub async fn of_sixteen_who_redeem_the_last_of_a_coupon_one_has_it(ground: &Ground) {
    let shop = Shop::open(ground).await;
    let mut ids = Vec::new();
    for number in 0..16 {
        ids.push(shop.sell(&format!("customer {number}"), "gold", "2026-11-18T15:06").await);
    }
    let last = Coupon { redemptions_max: Some(1), ..coupon("LAST") };
    shop.store.discounts(shop.tenant).set_coupon(&operator(), &last).await.unwrap();
    let redeem = |id: SubscriptionId| {
        let (store, tenant, code) = (shop.store.clone(), shop.tenant, last.code.clone());
        tokio::spawn(async move { store.discounts(tenant).redeem(&operator(), &code, id).await })
    };
    let done = join_all(ids.iter().map(|id| redeem(*id))).await;
    let (won, lost): (Vec<_>, Vec<_>) =
        done.into_iter().map(Result::unwrap).partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 15));
    for result in lost {
        let code = last.code.clone();
        assert_eq!(refusal(result), CouponRefusal::Exhausted { code, max: 1 });
    }
    assert_eq!(shop.store.discounts(shop.tenant).coupons().await.unwrap()[0].1, 1);
    // Fifteen pay 754.00, and one 10 % of its 650.00 less: 678.60.
    assert_eq!(shop.bill("2026-11-18T15:06").await, [kes("11988.60")]);
    shop.store.close().await;
}

pub async fn coupons_are_redeemed_as_their_rules_say(ground: &Ground) {
    let shop = Shop::open(ground).await;
    let discounts = shop.store.discounts(shop.tenant);
    let jane = shop.sell("jane", "gold", "2026-11-18T15:06").await;
    let first = Coupon { is_first_purchase_only: true, ..coupon("FIRST") };
    let alone = Coupon { is_combinable: false, ..coupon("ALONE") };
    let soon = Coupon { redeem_by: Some(on("2026-11-20")), ..coupon("SOON") };
    for coupon in [&first, &alone, &soon] {
        discounts.set_coupon(&operator(), coupon).await.unwrap();
    }
    let redeem = async |coupon: &Coupon, id| discounts.redeem(&operator(), &coupon.code, id).await;
    // Who was billed has bought something.
    assert_eq!(shop.bill("2026-11-18T15:06").await, [kes("754")]);
    let code = first.code.clone();
    assert_eq!(refusal(redeem(&first, jane).await), CouponRefusal::NotFirstPurchase { code });
    let joe = shop.sell("joe", "gold", "2026-11-18T15:06").await;
    redeem(&first, joe).await.unwrap();
    // Beside another there is none that is to be alone.
    let (code, beside) = (alone.code.clone(), "FIRST".to_owned());
    let not_combinable = CouponRefusal::NotCombinable { code, beside };
    assert_eq!(refusal(redeem(&alone, joe).await), not_combinable);
    redeem(&alone, jane).await.unwrap();
    let (code, beside) = (soon.code.clone(), "ALONE".to_owned());
    let not_combinable = CouponRefusal::NotCombinable { code, beside };
    assert_eq!(refusal(redeem(&soon, jane).await), not_combinable);
    // Until the last moment before it is over.
    let kim = shop.sell("kim", "gold", "2026-11-18T15:06").await;
    let (at, redeem_by) = (on("2026-11-20"), on("2026-11-20"));
    shop.clock.set(at);
    let code = soon.code.clone();
    let expired = CouponRefusal::Expired { code, redeem_by, at };
    assert_eq!(refusal(redeem(&soon, kim).await), expired);
    shop.clock.set(Timestamp::from_unix_ms(at.unix_ms() - 1));
    redeem(&soon, kim).await.unwrap();
    // Who redeemed it when November began has 10 % off it: joe pays 585.00, and jane has 65.00 back; kim did so
    // later, and pays 650.00. And 16 % on it.
    assert_eq!(shop.bill("2026-11-20").await, [kes("1357.20")]);
    // All of them have it of December: three times 1350.00.
    assert_eq!(shop.bill("2026-12-01").await, [kes("4698")]);
    shop.store.close().await;
}
