//! What workers do: nobody waits for those of whom nothing can become.

use std::collections::BTreeSet;

use billing_core::balance::{SessionTerms, SilenceCharge, SliceUnit};
use billing_core::rating::metered::MeteredPrice;
use billing_core::{
    AppliesTo, Billing, Price, PriceVersion, Proration, RecurringPrice, Rounding,
    SubscriptionState, Tax, TaxBase, Transition, What,
};
use entitlement::{TenantId, TimeZone, Timestamp};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use storage::{
    NewReservation, ProductChange, RunOrder, SessionReport, Sold, Store, SubscriptionId,
};

use crate::billing::{DAY_S, JOINED, at, bill, on_the_first, shop, subscriber};
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{customer, lasts, on, order, package, take, top_up, wallet};

/// Somebody with the package of a month from 10 March on, paid once, that is to be renewed by itself.
async fn renewing(store: &Store, tenant: TenantId, name: &str, in_wallet: &str) -> Sold {
    customer(store, tenant, name, in_wallet).await;
    let mut order = order(name, "month", on(3, 10, 12));
    order.order.auto_renew = true;
    take(store, tenant, &order).await
}

pub async fn renewals_come_ever_later_and_without_money_not_at_all(ground: &Ground) {
    const MINUTE_S: i64 = 60;
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    let jane = renewing(&store, tenant, "jane", "1000").await;
    let over_s = on(4, 12, 12).unix_s();
    let tried = async |after_min: i64| {
        let now = Timestamp::from_unix_s(over_s + after_min * MINUTE_S);
        clock.set(now);
        store.subscriptions(tenant).renew_due(&operator(), now, 10).await.unwrap().tried
    };
    // Once, and then not before there is something in the wallet.
    assert_eq!(tried(0).await, 1);
    for day in 0..60 {
        assert_eq!(tried(day * 1_440).await, 0);
    }
    // What comes is too little: it is tried after 5, 10, 20 minutes, and at last once a day.
    let mut at_min = 60 * 1_440;
    clock.set(Timestamp::from_unix_s(over_s + at_min * MINUTE_S));
    top_up(&store, tenant, "jane", "300").await;
    assert_eq!(tried(at_min).await, 1);
    for wait_min in [5, 10, 20, 40, 80, 160, 320, 640, 1_280, 1_440, 1_440] {
        assert_eq!(tried(at_min + wait_min - 1).await, 0, "{wait_min}");
        assert_eq!(tried(at_min + wait_min).await, 1, "{wait_min}");
        at_min += wait_min;
    }

    // What a session holds can be spent again when it has ended: that is money as well.
    let MeteredPrice::Units(price) = "each 0.01 KES".parse().unwrap() else { panic!() };
    let new = NewReservation {
        session: "s".to_owned(),
        subscriber: "jane".to_owned(),
        price,
        terms: SessionTerms {
            unit: SliceUnit::Octets,
            slice_units: 30_000.try_into().unwrap(),
            least_units: 1.try_into().unwrap(),
            interim_interval_s: 60.try_into().unwrap(),
            missed_interims: 2.try_into().unwrap(),
            silence_charge: SilenceCharge::Granted,
        },
    };
    let at = clock.now();
    let report = SessionReport { total_units: 0, asked_units: None, left_units: None, at };
    let reservations = store.reservations(tenant);
    reservations.reserve(&operator(), &new, &report).await.unwrap();
    // All is held: there is nothing that could renew it, now or later.
    assert_eq!(tried(at_min + 1_440).await, 1);
    assert_eq!(tried(at_min + 5 * 1_440).await, 0);
    reservations.end(&operator(), "s", 10_000, clock.now()).await.unwrap();
    assert_eq!(tried(at_min + 5 * 1_440).await, 1);
    assert_eq!(tried(at_min + 5 * 1_440).await, 0);
    assert_eq!(wallet(&store, tenant, &jane).await, 20_000);

    // The rest renews it in its own transaction.
    top_up(&store, tenant, "jane", "800").await;
    assert_eq!(wallet(&store, tenant, &jane).await, 0);
    assert_eq!(tried(at_min + 5 * 1_440).await, 0);
    store.close().await;
}

pub async fn who_cannot_be_renewed_stops_nobody(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    let amy = renewing(&store, tenant, "amy", "1000").await;
    let ben = renewing(&store, tenant, "ben", "5000").await;
    let cleo = renewing(&store, tenant, "cleo", "2000").await;
    // Nobody can say what ben has: that is an error, and not a rule.
    let broken = ben.subscription.id;
    ground
        .execute(&format!("update subscription set alignment = 'never' where id = {broken}"))
        .await;
    clock.set(on(4, 10, 12));
    let subscriptions = store.subscriptions(tenant);
    let (mut not_renewed, mut renewed) = (Vec::new(), Vec::new());
    // One at a time, as if thousands were before each.
    for _ in 0..3 {
        let one = subscriptions.renew_due(&operator(), clock.now(), 1).await.unwrap();
        assert_eq!(one.tried, 1);
        not_renewed.extend(one.not_renewed);
        renewed.extend(one.renewed);
    }
    let last = subscriptions.renew_due(&operator(), clock.now(), 1).await.unwrap();
    assert_eq!(last.tried, 0);
    let failed: Vec<_> = not_renewed.iter().map(|it| it.subscription).collect();
    assert_eq!(failed, [amy.subscription.id, broken]);
    assert!(not_renewed[1].error.contains("its periods begin nowhere"), "{}", not_renewed[1].error);
    assert_eq!(renewed.len(), 1);
    assert_eq!(renewed[0].0, cleo.subscription.id);
    assert_eq!(wallet(&store, tenant, &cleo).await, 0);
    store.close().await;
}

/// Somebody who has had `gold` since [`JOINED`].
async fn golden(store: &Store, tenant: TenantId, name: &str) -> SubscriptionId {
    subscriber(store, tenant, name).await;
    let new = on_the_first(name, &["gold"]);
    store.subscriptions(tenant).add(&operator(), &new).await.unwrap().id
}

pub async fn what_cannot_be_carried_out_stops_nobody(ground: &Ground) {
    let clock = SetClock::at(at(JOINED));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    let subscriptions = store.subscriptions(tenant);
    let ends = at(JOINED + DAY_S);
    let mut ids = Vec::new();
    for name in ["amy", "ben", "cleo"] {
        let id = golden(&store, tenant, name).await;
        let end = [(ends, What::Transition(Transition::Terminate))];
        subscriptions.change(&operator(), id, &end).await.unwrap();
        ids.push(id);
    }
    // What happens to ben is nothing that this version knows.
    let what = ground
        .text(&format!(
            "select what from subscription_event where subscription_id = {} and product_id is null \
             order by at desc limit 1",
            ids[1]
        ))
        .await;
    let events = format!(
        "update subscription_event set what = 'riddle' where subscription_id = {} and what = '{what}'",
        ids[1]
    );
    ground.execute(&events).await;
    clock.set(ends);
    let each = subscriptions.carry_out_each(&operator(), 10, 0).await.unwrap();
    assert_eq!((each.tried, each.done), (3, 2));
    let failed: Vec<_> = each.failed.iter().map(|it| it.what.clone()).collect();
    assert_eq!(failed, [ids[1].to_string()]);
    for (id, state) in [
        (ids[0], SubscriptionState::Terminated.code()),
        (ids[1], SubscriptionState::Active.code()),
        (ids[2], SubscriptionState::Terminated.code()),
    ] {
        let kept = ground.text(&format!("select state from subscription where id = {id}")).await;
        assert_eq!(kept, state);
    }
    // It is still due, and whoever has seen it goes on behind it.
    assert_eq!(subscriptions.carry_out_each(&operator(), 10, 1).await.unwrap().tried, 0);
    assert_eq!(subscriptions.carry_out_each(&operator(), 10, 0).await.unwrap().failed.len(), 1);
    store.close().await;
}

pub async fn who_is_held_during_a_run_is_billed_behind_it(ground: &Ground) {
    let store = ground.open_by(&SetClock::at(at(JOINED))).await;
    let tenant = shop(&store).await;
    golden(&store, tenant, "amy").await;
    golden(&store, tenant, "ben").await;
    let order = RunOrder { at: at(JOINED), batch: 100 };
    let rest = move |store: Store| async move {
        let nobody = BTreeSet::new();
        store.billing_runs(tenant).rest(&operator(), order, &nobody, None).await.unwrap()
    };
    if ground.is_sqlite() {
        // Nobody else can hold anything while a run writes.
        assert_eq!(bill(&store, tenant, JOINED).await.invoices, 2);
    } else {
        let mut other = sqlx::PgConnection::connect(&ground.url).await.unwrap();
        other.execute("begin").await.unwrap();
        let hold = "select id from subscriber where name = 'amy' for update";
        other.execute(AssertSqlSafe(hold.to_owned())).await.unwrap();
        let batch = bill(&store, tenant, JOINED).await;
        assert_eq!((batch.invoices, batch.not_billed.len()), (1, 0));
        let waiting = tokio::spawn(rest(store.clone()));
        let blocked = "select count(*)::text from pg_stat_activity where wait_event_type = 'Lock' \
                       and datname = current_database()";
        while ground.text(blocked).await == "0" {
            tokio::task::yield_now().await;
        }
        other.execute("commit").await.unwrap();
        let behind = waiting.await.unwrap();
        assert_eq!((behind.invoices, behind.subscribers), (1, 1));
        assert_eq!(behind.gross, ["754 KES".parse().unwrap()]);
    }
    assert_eq!(rest(store.clone()).await.subscribers, 0);
    assert_eq!(store.invoices(tenant).list(None, 10).await.unwrap().len(), 2);
    store.close().await;
}

pub async fn books_are_closed_until_now_at_most_and_never_opened_again(ground: &Ground) {
    let clock = SetClock::at(at(JOINED));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    let settings = store.billing_settings(tenant);
    let close = async |s: i64| {
        settings.change(&operator(), |it| it.closed_until = Some(at(s))).await.map(|_| ())
    };
    let error = close(JOINED + 1).await.unwrap_err().to_string();
    assert!(error.contains("which is still to come"), "{error}");
    assert_eq!(settings.read().await.unwrap().closed_until, None);
    close(JOINED).await.unwrap();

    // One closes them and another changes something else, both at once: both are so afterwards.
    clock.set(at(JOINED + 100));
    for round in 1..20 {
        let days = u16::try_from(round).unwrap();
        let (first, second) = (ground.open_by(&clock).await, store.clone());
        let by = operator();
        let (one, other) = (first.billing_settings(tenant), second.billing_settings(tenant));
        let (closed, changed) = tokio::join!(
            one.change(&by, |it| it.closed_until = Some(at(JOINED + i64::from(days)))),
            other.change(&by, |it| it.payment_days = days),
        );
        closed.unwrap();
        changed.unwrap();
        let now = settings.read().await.unwrap();
        assert_eq!(now.closed_until, Some(at(JOINED + i64::from(days))));
        assert_eq!(now.payment_days, days);
        first.close().await;
    }
    store.close().await;
}

pub async fn a_tax_is_no_other_one_by_its_rate_and_stops_no_product(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let taxes = store.taxes(tenant);
    let rate = |text: &str| text.parse().unwrap();
    let excise = Tax { name: "EXCISE".into(), rate: rate("10%"), base: TaxBase::Price };
    taxes.set(&operator(), &excise).await.unwrap();
    let on_taxes = Some(TaxBase::PriceAndTaxesBefore);
    let base = async |name: &str| {
        let all = taxes.list().await.unwrap();
        all.into_iter().find(|entry| entry.tax.name == name).unwrap().tax.base
    };
    // VAT stands first of gold, where there is nothing that it could be taken on.
    let error = taxes.set_rate(&operator(), "VAT", rate("18%"), on_taxes).await.unwrap_err();
    assert!(error.to_string().contains("gold"), "{error}");
    assert_eq!(base("VAT").await, TaxBase::Price);
    store.products(tenant).find("gold").await.unwrap();

    // On excise it can, and it stays so with another rate.
    for name in ["gold", "silver"] {
        let taxes = Some(vec!["EXCISE".to_owned(), "VAT".to_owned()]);
        let change = ProductChange { taxes, ..Default::default() };
        store.products(tenant).set(&operator(), name, &change, None).await.unwrap();
    }
    taxes.set_rate(&operator(), "VAT", rate("16%"), on_taxes).await.unwrap();
    taxes.set_rate(&operator(), "VAT", rate("18%"), None).await.unwrap();
    assert_eq!(base("VAT").await, TaxBase::PriceAndTaxesBefore);
    golden(&store, tenant, "jane").await;
    // 13 of 30 days of 1500.00: 650.00, 65.00 of excise, and 18 % of 715.00.
    let billed = bill(&store, tenant, JOINED).await;
    assert_eq!(billed.gross, ["843.70 KES".parse().unwrap()]);
    store.close().await;
}

pub async fn another_clock_or_rounding_bills_nothing_anew(ground: &Ground) {
    let clock = SetClock::at(at(JOINED));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    golden(&store, tenant, "jane").await;
    assert_eq!(bill(&store, tenant, JOINED).await.invoices, 1);
    let zone = |name: &str| TimeZone::named(name).unwrap();
    let settings = store.billing_settings(tenant);
    let to = async |name: &str| {
        store.tenants().set_time_zone(&operator(), "default", &zone(name)).await.map(|_| ())
    };
    let round = async |rounding: Rounding| {
        settings.change(&operator(), |it| it.rounding = rounding).await.map(|_| ())
    };
    // 1 December in Nairobi is 30 November, 21:00 in UTC.
    let december = at(1_796_072_400);
    for error in [to("UTC").await.unwrap_err(), round(Rounding::Down).await.unwrap_err()] {
        let error = error.to_string();
        assert!(error.contains(&format!("what is billed lasts until {december}")), "{error}");
        assert!(error.contains("weir billing settings --close-until"), "{error}");
    }
    // The same clock is no other one.
    to("Africa/Nairobi").await.unwrap();
    clock.set(december);
    settings.change(&operator(), |it| it.closed_until = Some(december)).await.unwrap();
    to("Africa/Lagos").await.unwrap();
    round(Rounding::Down).await.unwrap();
    // Nothing of November comes back; in Lagos December begins two hours later.
    let billed = bill(&store, tenant, december.unix_s()).await;
    let labels: Vec<_> = store.invoices(tenant).list(None, 10).await.unwrap();
    assert!(billed.gross.iter().all(|gross| !gross.is_negative()), "{billed:?}");
    assert!(labels.iter().all(|it| it.kind == storage::InvoiceKind::Invoice), "{labels:?}");
    let billed = bill(&store, tenant, december.unix_s() + 7_200).await;
    assert_eq!(billed.gross, ["1740 KES".parse().unwrap()]);
    store.close().await;
}

pub async fn all_accounts_are_added_up_where_they_are(ground: &Ground) {
    let store = ground.open_by(&SetClock::at(at(JOINED))).await;
    let tenant = shop(&store).await;
    golden(&store, tenant, "jane").await;
    assert_eq!(bill(&store, tenant, JOINED).await.invoices, 1);
    let ledger = store.ledger(tenant);
    // 650.00 of sales and 104.00 of VAT are owed.
    let all = ledger.trial_balance().await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].debits_minor, all[0].credits_minor), (75_400, 75_400));
    assert_eq!(all[0].accounts, 3);
    assert_eq!(ledger.accounts(2).await.unwrap().len(), 2);
    let second = golden(&store, tenant, "ben").await;
    let last = store.subscriptions(tenant).list(None, 1).await.unwrap();
    assert_eq!(last.iter().map(|it| it.id).collect::<Vec<_>>(), [second]);
    store.close().await;
}

pub async fn another_price_for_many_holds_up_nobody_and_misses_nobody(ground: &Ground) {
    let store = ground.open_by(&SetClock::at(at(JOINED))).await;
    let tenant = shop(&store).await;
    for name in ["amy", "ben", "cleo"] {
        golden(&store, tenant, name).await;
    }
    assert_eq!(bill(&store, tenant, JOINED).await.gross, ["2262 KES".parse().unwrap()]);
    let price = PriceVersion {
        from: at(0),
        applies_to: AppliesTo::Everybody,
        price: Price::Recurring(RecurringPrice {
            amount: "3000 KES".parse().unwrap(),
            cadence: "1 month".parse().unwrap(),
            billed: Billing::InAdvance,
            proration: Proration::ByDay,
        }),
    };
    let products = store.products(tenant);
    let change = ProductChange::default();
    products.set(&operator(), "gold", &change, Some(&price)).await.unwrap();
    // It is noted, and nobody's row was touched; each part takes so many as it is to.
    let due = "select cast(count(*) as text) from subscription where due_at <= 0";
    assert_eq!(ground.text(due).await, "0");
    let runs = store.billing_runs(tenant);
    assert_eq!(runs.look_again(&operator(), 2).await.unwrap(), 2);
    assert_eq!(ground.text(due).await, "2");
    assert_eq!(runs.look_again(&operator(), 2).await.unwrap(), 1);
    assert_eq!(runs.look_again(&operator(), 2).await.unwrap(), 0);
    assert_eq!(ground.text(due).await, "3");
    // 13 of 30 days at 1500.00 more, with 16 %: 754.00 for each.
    let billed = bill(&store, tenant, JOINED).await;
    assert_eq!((billed.invoices, billed.gross), (3, vec!["2262 KES".parse().unwrap()]));
    assert_eq!(bill(&store, tenant, JOINED).await.subscribers, 0);
    // What nobody has is nothing to look for.
    products.set(&operator(), "silver", &change, Some(&price)).await.unwrap();
    assert_eq!(ground.text("select cast(count(*) as text) from billing_look").await, "0");
    store.close().await;
}
