//! Products that are dunned by policies of their own.

use std::collections::BTreeMap;

use billing_core::dunning::{DunningPolicy, PromiseRules, Rules};
use billing_core::ledger::AccountName;
use billing_core::{Alignment, Price, PriceVersion, RecurringPrice, What};
use entitlement::{Standing, Terms};
use storage::{NewService, NewSubscription, ProductChange, SubscriptionId};

use crate::dunning_shop::{LADDER, Shop, USUAL, kes, nairobi, on, rules};
use crate::ground::{Ground, new_service, operator};

/// What happens to who does not pay for an office: a fee of 1000.00 and suspension after 30 days.
fn for_offices() -> Rules {
    let promises = PromiseRules { count_max: 0, within_days: 90, len_max_days: 14 };
    Rules { fee_cap: None, promises, ..rules(&["remind 2d", "fee 1000 KES 3d", "suspend 30d"]) }
}

impl Shop<'_> {
    /// One that sells `office` for 10000.00 a month beside, which is dunned by a policy of its own.
    async fn with_offices(ground: &Ground) -> Shop<'_> {
        let shop = Shop::open(ground, &USUAL).await;
        shop.store
            .plans(shop.tenant)
            .add(&operator(), "office", &Terms::default(), None)
            .await
            .unwrap();
        let change = ProductChange {
            plan: Some(Some("office".into())),
            taxes: Some(vec![]),
            ..Default::default()
        };
        let line = shop.store.products(shop.tenant).find("line").await.unwrap().prices.versions[0];
        let Price::Recurring(monthly) = line.price else { unreachable!() };
        let price = Price::Recurring(RecurringPrice { amount: kes("10000"), ..monthly });
        let price = PriceVersion { price, ..line };
        let products = shop.store.products(shop.tenant);
        products.set(&operator(), "office", &change, Some(&price)).await.unwrap();
        let dunning = shop.store.dunning(shop.tenant);
        dunning.set_for(&operator(), "office", for_offices()).await.unwrap();
        shop
    }

    /// Sells an office to who has a line already.
    async fn sell_office(&self, name: &str) -> SubscriptionId {
        let login = format!("{name}-office");
        let service = NewService { subscriber: Some(name.into()), ..new_service(&login, "office") };
        self.store.services(self.tenant).add(&operator(), &service).await.unwrap();
        let new = NewSubscription {
            subscriber: name.to_owned(),
            service: Some(login),
            products: vec![("office".to_owned(), 1)],
            alignment: Alignment::Anniversary,
            billed_in: Default::default(),
            from: on("2027-02-15T23:59"),
        };
        self.store.subscriptions(self.tenant).add(&operator(), &new).await.unwrap().id
    }
}

pub async fn what_has_a_policy_of_its_own_is_billed_and_dunned_apart(ground: &Ground) {
    let shop = Shop::with_offices(ground).await;
    let (jane, line) = shop.sell("jane").await;
    let office = shop.sell_office("jane").await;
    shop.bill().await;
    let invoices = shop.store.invoices(shop.tenant).list(None, 10).await.unwrap();
    let amounts: Vec<_> = invoices.iter().map(|it| (it.label.as_str(), it.gross)).collect();
    let expected = [("INV-2027-000001", kes("3000")), ("INV-2027-000002", kes("10000"))];
    assert_eq!(amounts, expected);
    let mut all = Vec::new();
    for day in 0..18 {
        shop.clock.set(on("2027-02-26T18:00").plus_s(day * 86_400));
        let now = nairobi().shown(shop.clock.now()).unwrap().strftime("%Y-%m-%dT%H:%M").to_string();
        all.extend(shop.run(&now).await);
        assert_eq!(shop.run(&now).await, [""; 0], "twice at {now}");
    }
    // Of each what its own policy says: the office is not suspended with the line.
    let expected = [
        "2027-02-26 09:00 remind",
        "2027-03-01 09:00 remind",
        "2027-03-02 09:00 fall-due",
        "2027-03-03 09:00 remind",
        "2027-03-04 09:00 remind",
        "2027-03-04 09:00 fee 1000.00 KES",
        "2027-03-06 09:00 fee 60.00 KES",
        "2027-03-11 09:00 suspend",
        "2027-03-13 09:00 fee 60.00 KES",
    ];
    assert_eq!(all, expected);
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    assert_eq!(shop.standing("jane-office").await, Standing::Active);
    assert_eq!(shop.balances().await[&AccountName::Receivable(jane).to_string()], -1_412_000);
    // The reminder for the office says what is owed for that.
    let body = "select body from outbox where topic = 'reminder' and body like '%INV-2027-000002%'";
    let body: serde_json::Value = serde_json::from_str(&ground.text(body).await).unwrap();
    let said = [&body["overdue_minor"], &body["days"]].map(serde_json::Value::as_i64);
    assert_eq!(said, [Some(1_000_000), Some(2)]);
    assert_eq!(body["at"], "2027-03-03T06:00:00Z");
    // What is owed says by which policy.
    let owed = shop.store.dunning(shop.tenant).account("jane").await.unwrap();
    let by: Vec<_> = owed.account.invoices.iter().map(|it| owed.dunned_by.get(&it.id)).collect();
    assert_eq!(by, [None, Some(&"office".to_owned())]);
    // The one that is paid is served again, whatever is owed for the other.
    shop.clock.set(on("2027-03-16T10:00"));
    shop.pay("1", "INV-2027-000001", "3120").await;
    assert_eq!(shop.standing("jane").await, Standing::Active);
    assert_eq!(shop.run("2027-04-20").await, ["2027-03-31 09:00 suspend"]);
    assert_eq!(shop.standing("jane").await, Standing::Active);
    assert_eq!(shop.standing("jane-office").await, Standing::Suspended);
    let settled = [
        "02-15 23:59 activate",
        "03-02 09:00 fall-due",
        "03-11 09:00 suspend",
        "03-16 10:00 settle",
    ];
    assert_eq!(shop.events(line).await, settled);
    assert_eq!(shop.events(office).await, ["02-15 23:59 activate", "03-31 09:00 suspend"]);
    shop.pay("2", "jane", "11000").await;
    assert_eq!(shop.standing("jane-office").await, Standing::Active);
    assert_eq!(shop.balances().await[&AccountName::Receivable(jane).to_string()], 0);
    shop.store.close().await;
}

pub async fn who_takes_another_plan_is_dunned_by_its_policy_from_then_on(ground: &Ground) {
    let shop = Shop::with_offices(ground).await;
    let (_, line) = shop.sell("jane").await;
    shop.bill().await;
    let until_then = [LADDER[2], LADDER[3], LADDER[4]];
    assert_eq!(shop.run("2027-03-08T12:00").await, until_then);
    let component =
        async |name: &str| shop.store.products(shop.tenant).find(name).await.unwrap().id;
    let (from, to) = (component("line").await, component("office").await);
    let quantity =
        |component, quantity| (on("2027-03-08T12:00"), What::Quantity { component, quantity });
    let moved = [quantity(from, 0), quantity(to, 1)];
    shop.store.subscriptions(shop.tenant).change(&operator(), line, &moved).await.unwrap();
    // What is open goes with it: no suspension on day 10 but on day 30, no weekly fee, and none of 1000.00,
    // which would have been charged before.
    assert_eq!(shop.run("2027-03-30").await, [""; 0]);
    assert_eq!(shop.run("2027-03-31T12:00").await, ["2027-03-31 09:00 suspend"]);

    // Without a policy of its own it is dunned by that of the tenant, from then on.
    shop.clock.set(on("2027-04-05T12:00"));
    shop.store.dunning(shop.tenant).remove_for(&operator(), "office").await.unwrap();
    assert_eq!(shop.run("2027-04-05T12:00").await, ["2027-04-05 12:00 terminate"]);
    let rest = ["2027-04-10 09:00 fee 60.00 KES", "2027-04-15 09:00 write off 3120.00 KES"];
    assert_eq!(shop.run("2027-05-01").await, rest);
    shop.store.close().await;
}

pub async fn policies_of_products_are_kept_and_each_accepts_a_promise(ground: &Ground) {
    let shop = Shop::with_offices(ground).await;
    let dunning = shop.store.dunning(shop.tenant);
    // Fees have numbers that no other policy charges by: 4 is the tenant's.
    let steps =
        ["remind 1d", "remind 2d", "remind 3d", "remind 4d", "fee 900 KES 3d", "suspend 30d"];
    dunning.remove_for(&operator(), "office").await.unwrap();
    let wanted = Rules { steps: rules(&steps).steps, ..for_offices() };
    let set = dunning.set_for(&operator(), "office", wanted).await.unwrap();
    let ids: Vec<_> = set.rules().steps.iter().map(|step| (step.id.number(), step.days)).collect();
    assert_eq!(ids, [(0, 1), (1, 2), (2, 3), (5, 3), (3, 4), (6, 30)]);
    assert_eq!(dunning.product_policies().await.unwrap(), BTreeMap::from([("office".into(), set)]));
    let usual = dunning.policy().await.unwrap().unwrap();
    assert_eq!(usual, DunningPolicy::new(rules(&USUAL)).unwrap());
    let unknown = dunning.set_for(&operator(), "offices", for_offices()).await.unwrap_err();
    assert!(unknown.to_string().contains("did you mean `office`"), "{unknown}");

    shop.sell("jane").await;
    shop.sell_office("jane").await;
    shop.bill().await;
    shop.run("2027-03-12").await;
    // 3060.00 and 10900.00 are overdue. That for offices accepts no promise, and so there is none.
    let (until, all) = (on("2027-03-18T12:00"), kes("13960"));
    let refused = dunning.promise(&operator(), "jane", all, until).await.unwrap_err();
    assert!(refused.to_string().contains("promises to pay are not accepted"), "{refused}");
    shop.pay("1", "INV-2027-000002", "10900").await;
    let refused = dunning.promise(&operator(), "jane", all, until).await.unwrap_err();
    assert!(refused.to_string().contains("up to the 3060.00 KES overdue"), "{refused}");
    dunning.promise(&operator(), "jane", kes("3060"), until).await.unwrap();
    assert_eq!(shop.standing("jane").await, Standing::Active);
    shop.store.close().await;
}
