//! Payments at the command line, beside a server that serves: what was asked for is completed by its receipt
//! and served with the next packet, tokens are never shown, and a statement is compared to the cent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    dead_code,
    unreachable_pub,
    reason = "a test fails by panicking, and uses a part of what tests share"
)]

mod support;

use radius_dict::{ReadAttributes as _, attr};
use radius_proto::Code;
use serde_json::Value;
use support::{Installation, Server, json};

/// Ann has a package `month` for 1000 KES which was bought two months ago, so that it is over.
fn shop() -> Installation {
    let installation = Installation::with_subscriber();
    let bought = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(62 * 24);
    let bought = bought.to_string();
    for command in [
        ["tenant", "set", "default", "--time-zone", "Africa/Nairobi"].as_slice(),
        &[
            "product", "set", "month", "--plan", "home", "--price", "1000 KES", "--no-tax",
            "--lasts", "1 month",
        ],
        &["payment", "add", "ann", "1000 KES", "--provider", "mpesa", "--number", "FIRST"],
        &["subscription", "subscribe", "ann", "month", "--service", "ann", "--from", &bought],
    ] {
        installation.weir(command).well();
    }
    installation
}

fn is_served(server: &Server) -> bool {
    let answer = server.log_in("ann", "opensesame");
    answer.code() == Code::ACCESS_ACCEPT
        && answer.packet().get(attr::MIKROTIK_ADDRESS_LIST).is_none()
}

#[test]
fn what_was_asked_for_is_paid_applied_and_served_with_the_next_packet() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    let server = installation.serve();
    assert!(!is_served(&server));
    let create = ["payment", "intent", "create", "1000 KES", "--renewal", "ann"];
    let create = [create.as_slice(), &["--provider", "mpesa", "--key", "cart-1"]].concat();
    let made = weir(&create).well().out;
    let said = "intent 1: 1000.00 KES of `ann` by mpesa for the next period of ann: created";
    assert!(made.starts_with(said), "{made}");
    let again = weir(&create).well().out;
    assert_eq!(again, format!("known already: {said}\n"));
    let other = ["payment", "intent", "create", "999 KES", "--renewal", "ann"];
    weir(&[other.as_slice(), &["--provider", "mpesa", "--key", "cart-1"]].concat()).refused(
        1,
        &["the key `cart-1` is that of intent 1, which is of 1000.00 KES and not of 999.00 KES"],
    );
    weir(&["payment", "intent", "enter", "1", "prompt", "--reference", "ws_CO_17"]).well();
    weir(&["payment", "intent", "enter", "1", "pay"])
        .refused(2, &["`pay` is nothing that a provider says; there is prompt, fail, expire"]);

    let paid = |id: &str, amount: &str, number: &str| {
        weir(&["payment", "intent", "paid", id, amount, "--number", number])
    };
    paid("1", "999 KES", "QK1").refused(1, &["1000.00 KES was asked for", "of 999.00 KES"]);
    assert!(!is_served(&server));
    let done = paid("1", "1000 KES", "QK1").well().out;
    assert!(is_served(&server), "{done}");
    assert!(done.starts_with("mpesa QK1: 1000.00 KES of `ann`"), "{done}");
    assert!(done.ends_with("activated, answered by QK1\n"), "{done}");
    let again = paid("1", "1000 KES", "QK1").well().out;
    assert!(again.starts_with("known already: mpesa QK1"), "{again}");

    let shown = json(&installation, &["payment", "intent", "show", "1"]);
    let steps = shown["steps"].as_array().unwrap();
    let events: Vec<_> = steps.iter().map(|step| step["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["prompt", "pay", "apply", "activate"]);
    assert_eq!((&shown["state"], &shown["reference"]), (&"activated".into(), &"ws_CO_17".into()));
    let packages = json(&installation, &["subscription", "show", "1"]);
    let service = json(&installation, &["service", "show", "ann"]);
    assert_eq!(packages["packages"][0]["paid_until"], service["valid_until"]);

    // One that nobody pays is cancelled, and money that comes for it all the same is received.
    let top_up =
        ["payment", "intent", "create", "50 KES", "--top-up", "ann", "--provider", "mpesa"];
    weir(&top_up).well();
    let cancelled =
        weir(&["payment", "intent", "cancel", "2", "--note", "wrong number"]).well().out;
    assert!(cancelled.contains("for the wallet: cancelled"), "{cancelled}");
    weir(&["payment", "intent", "cancel", "2"])
        .refused(1, &["that is cancelled cannot cancel; nothing can happen to it any more"]);
    let late = paid("2", "50 KES", "QK2").well().out;
    assert!(late.contains("50.00 KES into the wallet"), "{late}");
    assert!(late.ends_with("for the wallet: cancelled, answered by QK2\n"), "{late}");
    let listed = json(&installation, &["payment", "intent", "list", "--state", "cancelled"]);
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(json(&installation, &["payment", "intent", "list", "--due"]), serde_json::json!([]));
    server.terminate();
}

#[test]
fn a_payment_renews_what_waits_for_it_at_once() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["subscription", "renew", "1", "--auto-renew", "on", "--later"]).well();
    let server = installation.serve();
    let pay = |amount: &str, number: &str| {
        weir(&["payment", "add", "ann", amount, "--provider", "mpesa", "--number", number]).well()
    };
    pay("999 KES", "QK1");
    assert!(!is_served(&server));
    pay("1 KES", "QK2");
    assert!(is_served(&server));
    pay("1 KES", "QK2");
    let invoices = json(&installation, &["invoice", "list", "--subscriber", "ann"]);
    assert_eq!(invoices.as_array().unwrap().len(), 2);
    server.terminate();
}

#[test]
fn tokens_are_read_from_standard_input_and_never_shown() {
    let installation = Installation::with_subscriber();
    let add = |subscriber: &str, label: &str, token: &str| {
        let add = ["payment", "token", "add", subscriber, "paystack", "--label", label];
        installation.weir_reading(&add, token)
    };
    let kept = add("ann", "Visa ending in 4242, 12/29", "AUTH_8dfhjjdt\n").well();
    let said = "token 1 of paystack for `ann` is kept: Visa ending in 4242, 12/29";
    assert!(kept.out.starts_with(said), "{kept:?}");
    let card = "this looks like the number of a card, which must not be kept";
    let refused = add("ann", "Visa", "4111 1111 1111 1111\n").refused(1, &[card]);
    assert!(!refused.err.contains("4111"), "{refused:?}");
    let refused = add("ann", "4111-1111-1111-1111", "AUTH_x\n").refused(2, &[card]);
    assert!(refused.out.is_empty());
    add("ann", "Visa", "").refused(1, &["standard input holds no token"]);
    let listed = installation.weir(&["payment", "token", "list"]).well();
    assert!(listed.out.contains("Visa ending in 4242, 12/29"), "{listed:?}");
    let as_json = json(&installation, &["payment", "token", "list", "--subscriber", "ann"]);
    assert_eq!(as_json[0]["provider"], "paystack");
    for said in [kept.out, listed.out, as_json.to_string()] {
        assert!(!said.contains("AUTH_8dfhjjdt"), "{said}");
    }
    installation.weir(&["payment", "token", "remove", "1"]).well();
    installation
        .weir(&["payment", "token", "remove", "1"])
        .refused(1, &["there is no token of a provider called `1`"]);
}

#[test]
fn a_statement_is_compared_and_differences_fail_the_command() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["tenant", "set", "default", "--time-zone", "Africa/Nairobi"]).well();
    let add = |whose: &str, amount: &str, number: &str, at: &str| {
        let add = ["payment", "add", whose, amount, "--provider", "mpesa"];
        weir(&[add.as_slice(), &["--number", number, "--at", at]].concat()).well();
    };
    add("ann", "1740 KES", "QK1", "2026-04-18 15:06");
    add("ann", "754 KES", "QK2", "2026-04-18 16:00");
    let statement = |rows: &str| {
        let text = format!("number,amount,at,kind\n{rows}");
        std::fs::write(installation.path("april.csv"), text).unwrap();
    };
    let rows = "qk1,1740 KES,2026-04-18 15:07,\n\
                QK2,754.00 KES,2026-04-18T13:00:10Z,payment\n\
                QK2,-7.54 KES,2026-04-18 16:00,fee\n";
    statement(rows);
    let reconcile = ["payment", "reconcile", "mpesa", "april.csv"];
    let agreed = weir(&reconcile).well().out;
    assert_eq!(
        agreed,
        "mpesa from 2026-04-18 15:02:00 to 2026-04-18 16:05:11: 0 differences, 2 agree, fees 7.54 KES\n"
    );

    add("ann", "9 KES", "QK3", "2026-04-18 15:30");
    add("nobody", "8 KES", "QK4", "2026-04-18 15:31");
    let more = "QK4,8 KES,2026-04-18 15:31,\nQK5,7 KES,2026-04-18 15:32,\nQK1,1740 KES,2026-04-18 15:40,reversal\n";
    statement(&format!("{rows}{more}").replace("754.00", "755.00"));
    let day = ["--from", "2026-04-18", "--until", "2026-04-19"];
    let said = weir(&[reconcile.as_slice(), &day].concat());
    assert_eq!(said.code, Some(1), "{said:?}");
    for line in [
        "reversed-there 1740.00 KES were taken back by the provider under QK1, and not here\n",
        "amount         payment QK2 is of 755.00 KES on the statement, and of 754.00 KES here\n",
        "missing-there  payment QK3 of 9.00 KES is booked here, and not on the statement\n",
        "not-applied    payment QK4 of 8.00 KES has brought nothing for ",
        "missing-here   payment QK5 of 7.00 KES is on the statement, and not booked here\n",
        "mpesa from 2026-04-18 to 2026-04-19: 5 differences, 2 agree, fees 7.54 KES\n",
    ] {
        assert!(said.out.contains(line), "{line}: {}", said.out);
    }
    let as_json = weir(&[["--json"].as_slice(), &reconcile, &day].concat());
    assert_eq!(as_json.code, Some(1));
    let value: Value = serde_json::from_str(&as_json.out).unwrap();
    let kinds: Vec<_> =
        value["differences"].as_array().unwrap().iter().map(|it| &it["kind"]).collect();
    assert_eq!(kinds, ["reversed-there", "amount", "missing-there", "not-applied", "missing-here"]);
    assert_eq!(value["differences"][1]["there_minor"], 75_500);

    // What cannot be read is named, and nothing is compared.
    statement("QK1,1740,2026-04-18,\nQK2,754 KES,soon,\n");
    weir(&reconcile).refused(1, &["april.csv, line 2: ", "line 3: `soon` is not a moment"]);
    statement("");
    weir(&reconcile).refused(1, &["--from: the statement has no lines; say what it covers"]);
}
