//! What is held for sessions, as `weir ledger reservations` lists it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    dead_code,
    unreachable_pub,
    reason = "a test fails by panicking, and uses a part of what tests share"
)]

mod support;

use billing_core::balance::{SessionTerms, SilenceCharge, SliceUnit};
use billing_core::rating::metered::MeteredPrice;
use entitlement::Timestamp;
use serde_json::{Value, json};
use storage::{Actor, Clock, KeyRing, NewReservation, SessionReport, Store, StoreOptions};
use support::Installation;

/// 1 December 2026 in UTC.
const DECEMBER: i64 = 1_796_083_200;

/// Two sessions of `ann`, who has 1 KES: one that runs and has used 50 octets, and one that has ended.
async fn run_sessions(installation: &Installation) {
    let keys = KeyRing::from_file(&installation.path("weir.key")).unwrap();
    let url = format!("sqlite:{}", installation.path("weir.db").display());
    let at = Timestamp::from_unix_s(DECEMBER);
    let options = StoreOptions { clock: Clock::new(move || at), ..StoreOptions::default() };
    let store = Store::open(&url, keys, options).await.unwrap();
    let tenant = store.tenants().find("default").await.unwrap().id;
    let (reservations, by) = (store.reservations(tenant), Actor::new("operator"));
    let MeteredPrice::Units(price) = "each 0.003 KES".parse().unwrap() else { panic!() };
    let terms = SessionTerms {
        unit: SliceUnit::Octets,
        slice_units: 100.try_into().unwrap(),
        least_units: 10.try_into().unwrap(),
        interim_interval_s: 60.try_into().unwrap(),
        missed_interims: 2.try_into().unwrap(),
        silence_charge: SilenceCharge::Nothing,
    };
    let report =
        |total_units| SessionReport { total_units, asked_units: None, left_units: None, at };
    for session in ["old", "new"] {
        let new = NewReservation {
            session: session.to_owned(),
            subscriber: "ann".to_owned(),
            price: price.clone(),
            terms,
        };
        reservations.reserve(&by, &new, &report(0)).await.unwrap();
    }
    reservations.update(&by, "new", &report(50)).await.unwrap();
    reservations.end(&by, "old", 10, at).await.unwrap();
    store.close().await;
}

#[test]
fn what_is_held_is_listed_with_its_session() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args).well().out;
    let json = |args: &[&str]| -> Value { serde_json::from_str(&weir(args)).unwrap() };
    assert_eq!(json(&["--json", "ledger", "reservations"]), json!([]));
    weir(&["payment", "add", "ann", "1 KES"]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(run_sessions(&installation));
    let held = json(&["--json", "ledger", "reservations", "--subscriber", "ann"]);
    let expected = json!([{
        "session": "new",
        "subscriber": "ann",
        "state": "open",
        "currency": "KES",
        "reported_units": 50,
        "granted_until_units": 150,
        "held_minor": 30,
        "held_until": "2026-12-01T00:03:00Z",
        "committed_minor": 15,
        "uncovered_minor": 0,
        "begins_at": "2026-12-01T00:00:00Z",
        "heard_at": "2026-12-01T00:00:00Z",
    }]);
    assert_eq!(held, expected);
    let all = weir(&["ledger", "reservations", "--all"]);
    let lines: Vec<_> =
        all.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).collect();
    assert_eq!(lines[1], ["old", "ann", "ended", "10", "0.03", "KES", "0.00", "KES"]);
    assert_eq!(lines[2][..7], ["new", "ann", "open", "50", "150", "0.30", "KES"]);
    assert_eq!(lines.len(), 3, "{all}");
    let accounts = weir(&["ledger", "accounts"]);
    assert!(accounts.contains("all debits are all credits"), "{accounts}");
}
