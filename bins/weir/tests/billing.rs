//! Selling and billing at the command line, beside a server that serves: amounts to the cent, nothing
//! twice, and the network hears of it with the next packet.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    dead_code,
    unreachable_pub,
    reason = "a test fails by panicking, and uses a part of what tests share"
)]

mod support;

use std::time::{Duration, Instant};

use radius_dict::{ReadAttributes as _, attr};
use radius_proto::Code;
use serde_json::{Value, json as value};
use support::{Installation, json};

/// One in Nairobi that sells `home` for 1500 KES a month with 16 % VAT on top.
fn shop() -> Installation {
    let installation = Installation::with_subscriber();
    for command in [
        ["tenant", "set", "default", "--time-zone", "Africa/Nairobi"].as_slice(),
        &["tax", "set", "VAT", "16%"],
        &[
            "product", "set", "home", "--plan", "home", "--price", "1500 KES", "--every",
            "1 month", "--tax", "VAT",
        ],
    ] {
        installation.weir(command).well();
    }
    installation
}

/// The ledger says with which account each amount has moved.
fn said_by_the_ledger(installation: &Installation) {
    let wallet = json(installation, &["ledger", "accounts"]);
    let wallet = wallet.as_array().unwrap().iter().find(|it| it["name"] == "wallet:1").unwrap();
    assert_eq!(wallet["balance_minor"], 0);
    let moved = json(installation, &["ledger", "account", "wallet:1", "KES"]);
    let moved = moved.as_array().unwrap().last().unwrap();
    assert_eq!(
        (&moved["with"], &moved["amount_minor"]),
        (&value!("clearing:cash"), &value!(-47_748))
    );
}

#[test]
fn a_month_is_sold_billed_explained_and_changed() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["plan", "add", "slow", "--download", "2M", "--upload", "1M"]).well();
    let slow = ["--plan", "slow", "--price", "900 KES", "--every", "1 month", "--tax", "VAT"];
    weir(&[&["product", "set", "slow"], slow.as_slice()].concat()).well();
    let from = "2026-04-18 15:06";
    weir(&[
        "subscription",
        "add",
        "ann",
        "--product",
        "home",
        "--service",
        "ann",
        "--align",
        "day 1",
        "--from",
        from,
    ])
    .well();

    let april = ["--at", "2026-04-30"];
    let dry = weir(&[&["billing", "run", "--dry-run"], april.as_slice()].concat()).well();
    assert_eq!(
        dry.out,
        "ann\n  home: 2026-04-18 15:06:00 to 2026-04-30 (13 of 30 days) at 1500.00 KES: 650.00 KES; \
         charge 650.00 KES (754.00 KES with taxes)\n  VAT 16% on 650.00 KES: 104.00 KES\n  to pay: \
         754.00 KES\n1 invoices would be made until 2026-04-30, 754.00 KES\n"
    );
    assert_eq!(json(&installation, &["invoice", "list"]), serde_json::json!([]));

    let run = |at: &str| weir(&["billing", "run", "--at", at]).well().out;
    assert_eq!(run("2026-04-30"), "1 invoices until 2026-04-30, 754.00 KES\n");
    assert_eq!(run("2026-04-30"), "0 invoices until 2026-04-30\n");
    assert_eq!(run("2026-05-01"), "1 invoices until 2026-05-01, 1740.00 KES\n");

    // On the 11th the slower plan takes the place of the other one, and so does the speed.
    weir(&["subscription", "change", "1", "home=0", "slow=1", "--at", "2026-05-11"]).well();
    assert_eq!(run("2026-05-11"), "1 invoices until 2026-05-11, -471.48 KES\n");
    let explained = weir(&["invoice", "explain", "CN-2026-000001"]).well().out;
    for words in [
        "home: 2026-05-01 to 2026-05-10 (10 of 31 days) at 1500.00 KES: 483.87 KES; 1500.00 KES billed \
         before; credit -1016.13 KES",
        "slow: 2026-05-11 to 2026-05-31 (21 of 31 days) at 900.00 KES: 609.68 KES; charge 609.68 KES",
        "VAT: 16% of -406.45 KES: -65.03 KES",
    ] {
        assert!(explained.contains(words), "{explained}");
    }
    let accounts = weir(&["ledger", "accounts"]).well().out;
    assert!(accounts.contains("all debits are all credits"), "{accounts}");
    // What was given back has paid a part of April; the rest is paid over the counter.
    let paid = weir(&["payment", "add", "ann", "2500 KES", "--at", "2026-05-12"]).well().out;
    assert!(
        paid.starts_with(
            "cash 000001: 2500.00 KES of `ann`, 282.52 KES pays INV-2026-000001, 1740.00 KES pays \
             INV-2026-000002, 477.48 KES into the wallet"
        ),
        "{paid}"
    );
    let again = ["payment", "add", "ann", "2500 KES", "--number", "000001"];
    let again = weir(&again).well().out;
    assert!(again.starts_with("known already: "), "{again}");
    let statement = json(&installation, &["customer", "statement", "ann", "--from", "2026-05-01"]);
    let lines = statement["lines"].as_array().unwrap();
    let owed: Vec<_> = lines.iter().map(|line| line["owed_minor"].as_i64().unwrap()).collect();
    assert_eq!(
        (statement["opening_minor"].as_i64(), owed),
        (Some(75_400), vec![249_400, 202_252, -47_748])
    );
    weir(&["payment", "refund", "cash", "000001", "477.48 KES"]).well();
    said_by_the_ledger(&installation);
    let services = json(&installation, &["service", "show", "ann"]);
    assert_eq!(services["plan"], "slow");
}

#[test]
fn who_is_suspended_is_not_served_by_the_next_packet() {
    let installation = shop();
    let server = installation.serve();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["subscription", "add", "ann", "--product", "home", "--service", "ann"]).well();
    let answer = server.log_in("ann", "opensesame");
    assert_eq!(answer.code(), Code::ACCESS_ACCEPT);
    assert_eq!(answer.packet().get(attr::MIKROTIK_ADDRESS_LIST), None);
    weir(&["subscription", "enter", "1", "suspend"]).well();
    let answer = server.log_in("ann", "opensesame");
    assert_eq!(answer.packet().get(attr::MIKROTIK_ADDRESS_LIST), Some("weir-quarantine"));
    let shown = weir(&["subscription", "show", "1"]).well().out;
    assert!(shown.contains("suspended"), "{shown}");
    weir(&["subscription", "enter", "1", "settle"]).well();
    let answer = server.log_in("ann", "opensesame");
    assert_eq!(answer.packet().get(attr::MIKROTIK_ADDRESS_LIST), None);
    server.terminate();
}

#[test]
fn a_server_bills_by_itself() {
    let installation = shop();
    installation.configure("#interval_s = 10", "interval_s = 1");
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["billing", "settings", "--automatic", "no"]).well();
    weir(&["subscription", "add", "ann", "--product", "home", "--service", "ann"]).well();
    let server = installation.serve();
    assert_eq!(json(&installation, &["invoice", "list"]), serde_json::json!([]));
    let said = weir(&["billing", "settings", "--automatic", "yes"]).well().out;
    assert!(said.contains("automatic     yes"), "{said}");
    let patience = Instant::now() + Duration::from_secs(30);
    let invoice = loop {
        if let [invoice] = json(&installation, &["invoice", "list"]).as_array().unwrap().as_slice()
        {
            break invoice.clone();
        }
        assert!(Instant::now() < patience, "no invoice is made");
    };
    assert_eq!((&invoice["subscriber"], &invoice["gross_minor"]), (&"ann".into(), &174_000.into()));
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("ERROR"), "{log}");
    // It works for nobody where it is told not to.
    installation.configure("#enabled = true", "enabled = false");
    weir(&["subscription", "add", "ann", "--product", "home"]).well();
    let server = installation.serve();
    let two_rounds = Instant::now() + Duration::from_secs(2);
    while Instant::now() < two_rounds {
        assert_eq!(json(&installation, &["invoice", "list"]).as_array().unwrap().len(), 1);
    }
    server.terminate();
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_written() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    let home = ["subscription", "add", "ann", "--product"];
    weir(&[home.as_slice(), &["hom"]].concat())
        .refused(1, &["there is no product called `hom`; did you mean `home`?"]);
    weir(&[home.as_slice(), &["home=-1"]].concat())
        .refused(2, &["`-1` of home cannot be had; 0 to 1000000 can"]);
    weir(&[home.as_slice(), &["home", "--align", "day 32"]].concat())
        .refused(2, &["`day 32` is nowhere for periods to begin"]);
    weir(&["tax", "set", "VAT", "sixteen"]).refused(2, &["`sixteen`"]);
    weir(&["product", "set", "x", "--price", "12.345 KES"]).refused(2, &["12.345 KES"]);
    weir(&["product", "set", "x", "--price", "1 KES", "--every", "a fortnight"])
        .refused(2, &["`a fortnight` is no period; periods are written `1 month`"]);
    weir(&["invoice", "show", "INV-2026-000009"])
        .refused(1, &["there is no invoice called `INV-2026-000009`"]);
    weir(&[home.as_slice(), &["home=4000000000"]].concat())
        .refused(1, &["the quantity of `home` is 4000000000; it is from 0 to 1000000"]);
    weir(&["product", "set", "x", "--price", "1 KES", "--tax", "GST"])
        .refused(1, &["there is no tax called `GST`; there is `VAT`"]);
    weir(&["tax", "set", "Excise duty", "15%"]).well();
    weir(&["subscriber", "tax", "ann", "GST", "--exempt"])
        .refused(1, &["there is no tax called `GST`; there are `Excise duty` and `VAT`"]);
    // A product of which nobody has said how it is taxed, or what it costs, cannot be had.
    weir(&["product", "set", "router", "--price", "2500 KES"]).well();
    let untaxed = "`router` has no taxes; say which, or that it has none";
    weir(&[home.as_slice(), &["router"]].concat()).refused(1, &[untaxed]);
    weir(&["subscription", "subscribe", "ann", "router"]).refused(1, &[untaxed]);
    weir(&["billing", "run"]).well();
    weir(&["product", "set", "cable", "--no-tax"]).well();
    weir(&[home.as_slice(), &["cable"]].concat()).refused(1, &["`cable` has no price at"]);
    weir(&["product", "set", "cable", "--price", "100 KES"]).well();
    weir(&[home.as_slice(), &["cable"]].concat()).well();
    weir(&["product", "set", "router", "--no-tax"]).well();
    weir(&[home.as_slice(), &["router"]].concat()).well();
    let run = weir(&["billing", "run"]).well().out;
    assert!(run.starts_with("1 invoices until "), "{run}");
    assert!(run.ends_with(", 2600.00 KES\n"), "{run}");
    weir(&["subscription", "enter", "1", "resume"])
        .refused(1, &["a subscription that is active cannot resume"]);
    weir(&["billing", "settings", "--close-until", "2026-01-01"]).well();
    weir(&["discount", "give", "1", "--name", "Late", "--percent", "10%", "--from", "2025-12-31"])
        .refused(1, &["the books are closed"]);
}

#[test]
fn discounts_coupons_and_limits_change_what_is_billed() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    let add = ["subscription", "add", "ann", "--product", "home", "--align", "day 1"];
    weir(&[add.as_slice(), &["--from", "2026-01-01"]].concat()).well();
    let gross = |at: &str| {
        let run = weir(&["--json", "billing", "run", "--at", at]).well().out;
        let run: Value = serde_json::from_str(&run).unwrap();
        run["gross"]["KES"].as_i64().unwrap_or(0)
    };
    // 10 % off 1500.00, then 100.00: 1250.00, and 16 % on it.
    let ten = ["discount", "give", "1", "--name", "Ten", "--percent", "10%", "--periods", "1"];
    weir(&[ten.as_slice(), &["--from", "2026-01-01"]].concat()).well();
    let hundred = ["discount", "give", "1", "--name", "Flat", "--amount", "100 KES"];
    weir(&[hundred.as_slice(), &["--from", "2026-01-01"]].concat()).well();
    assert_eq!(gross("2026-01-01"), 145_000);
    let explained = weir(&["invoice", "explain", "INV-2026-000001"]).well().out;
    assert!(explained.contains("Ten") && explained.contains("Flat"), "{explained}");
    // In February the ten per cent are over: 1400.00.
    assert_eq!(gross("2026-02-01"), 162_400);
    weir(&["discount", "end", "2", "--at", "2026-03-01"]).well();
    // Nobody pays more than 1000.00, and ann no VAT.
    weir(&["subscription", "limit", "1", "--maximum", "1000 KES"]).well();
    weir(&["subscriber", "tax", "ann", "VAT", "--exempt"]).well();
    // What is given back of January and February has the VAT that was charged with it.
    assert_eq!(gross("2026-03-01"), 100_000 - 29_000 - 46_400);

    weir(&["coupon", "set", "welcome", "--name", "Welcome", "--percent", "50%", "--times", "1"])
        .well();
    weir(&["coupon", "redeem", "WELCOME", "1"]).well();
    weir(&["coupon", "redeem", "WELCOME", "1"])
        .refused(1, &["coupon WELCOME can be redeemed 1 times, and has been"]);
    weir(&["coupon", "redeem", "NOBODY", "1"]).refused(1, &["there is no coupon called `NOBODY`"]);
    weir(&["discount", "give", "1", "--name", "x", "--percent", "101%"])
        .refused(1, &["101% cannot be taken off"]);
    let listed = json(&installation, &["coupon", "list"]);
    assert_eq!((&listed[0]["code"], &listed[0]["redeemed"]), (&"WELCOME".into(), &1.into()));
}

#[test]
fn periods_begin_on_another_day() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    let add = ["subscription", "add", "ann", "--product", "home", "--service", "ann"];
    weir(&[&add, ["--align", "day 1", "--from", "2026-05-01"].as_slice()].concat()).well();
    weir(&["billing", "run", "--at", "2026-05-01"]).well();
    let changed = weir(&["subscription", "change-day", "1", "day 15", "--at", "2026-05-10"]).well();
    assert_eq!(changed.out, "the periods of subscription 1 begin at day 15 from 2026-05-10 on\n");
    weir(&["billing", "run", "--at", "2026-05-10"]).well();
    // 9 of 31 days of 1500.00 remain, and 5 of 30 follow: -1064.52 and 250.00, with 16 %.
    let invoices = json(&installation, &["invoice", "list"]);
    assert_eq!(invoices[1]["gross_minor"], -94_484);
    let shown = weir(&["subscription", "show", "1"]).well().out;
    assert!(shown.contains("periods       day 15\n  from 2026-05-10: day 15\n"), "{shown}");
    let shown = json(&installation, &["subscription", "show", "1"]);
    assert_eq!(
        (&shown["align"], &shown["realigned"][0]["align"]),
        (&"day 15".into(), &"day 15".into())
    );
    weir(&["subscription", "change-day", "1", "monday"])
        .refused(1, &["periods of 1 month do not begin on a day of the week"]);
    weir(&["subscription", "change-day", "1", "day 32"]).refused(2, &["from `day 1` to `day 31`"]);
}

#[test]
fn a_line_is_given_back_once_and_explained_on_both_sides() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    let from = "2026-04-18 15:06";
    let add =
        ["subscription", "add", "ann", "--product", "home", "--align", "day 1", "--from", from];
    weir(&add).well();
    weir(&["billing", "run", "--at", "2026-04-30"]).well();
    let number = "INV-2026-000001";
    let why = ["--reason", "outage in May", "--kind", "service"];
    let credit = |args: &[&'static str]| -> Vec<&'static str> {
        [&["invoice", "credit", number], args, why.as_slice()].concat()
    };
    let dry = weir(&credit(&["--amount", "100 KES", "--dry-run"])).well().out;
    assert_eq!(
        dry,
        "line 1: 100.00 KES, 116.00 KES with taxes\n100.00 KES without taxes, 116.00 KES with them, of \
         INV-2026-000001 would be given back\n"
    );
    let keyed = credit(&["--line", "1", "--amount", "100 KES", "--key", "ticket-17"]);
    let made = json(&installation, &keyed);
    assert_eq!((made["gross_minor"].as_i64(), &made["is_new"]), (Some(-11_600), &true.into()));
    assert_eq!(
        (&made["kind"], &made["credits"]["invoice"]),
        (&"credit_note".into(), &number.into())
    );
    let note = made["number"].as_str().unwrap();
    assert!(note.starts_with("CN-") && note.ends_with("-000001"), "{note}");
    let again = weir(&keyed).well().out;
    let known = "known already: ";
    let said = format!("{note}: -100.00 KES without taxes, -116.00 KES with them, of {number}\n");
    assert_eq!(again, format!("{known}{said}"));
    let too_much = credit(&["--line", "1", "--amount", "551 KES"]);
    weir(&too_much)
        .refused(1, &["551.00 KES of line 1 cannot be credited; 550.00 KES of it is left"]);
    weir(&credit(&["--quantity", "1"])).refused(1, &["say which with --line"]);

    let shown = weir(&["invoice", "show", number]).well().out;
    let credited = format!("credited    -116.00 KES by {note}: outage in May\n");
    assert!(shown.contains(&credited), "{shown}");
    let explained = weir(&["invoice", "explain", note]).well().out;
    for words in [
        "credits     INV-2026-000001: outage in May",
        "home: 100.00 KES of 650.00 KES of line 1 of INV-2026-000001 given back: outage in May",
        "VAT: 16% of -100.00 KES: -16.00 KES",
    ] {
        assert!(explained.contains(words), "{explained}");
    }
    let invoice = json(&installation, &["invoice", "show", number]);
    assert_eq!(invoice["paid_minor"], 11_600);
    assert_eq!(invoice["credit_notes"][0]["number"], note);
    // It is not billed again, and the books agree.
    let run = weir(&["billing", "run", "--at", "2026-04-30"]).well().out;
    assert_eq!(run, "0 invoices until 2026-04-30\n");
    let accounts = weir(&["ledger", "accounts"]).well().out;
    assert!(accounts.contains("all debits are all credits"), "{accounts}");
}

#[test]
fn what_a_run_gives_back_has_the_taxes_that_were_charged() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    let seat = ["--price", "1000 KES", "--every", "1 month", "--tax", "VAT"];
    weir(&[&["product", "set", "seat"], seat.as_slice()].concat()).well();
    let from = ["--align", "day 1", "--from", "2026-04-01"];
    weir(&[&["subscription", "add", "ann", "--product", "seat"], from.as_slice()].concat()).well();
    let run = || weir(&["billing", "run", "--at", "2026-04-16"]).well().out;
    assert_eq!(run(), "1 invoices until 2026-04-16, 1160.00 KES\n");
    weir(&["tax", "set", "VAT", "20%"]).well();
    weir(&["subscription", "change", "1", "seat=2", "--at", "2026-04-16"]).well();
    assert_eq!(run(), "1 invoices until 2026-04-16, 600.00 KES\n");
    for day in ["2026-04-16", "2026-04-01"] {
        weir(&["subscription", "change", "1", "seat=0", "--at", day]).well();
    }
    assert_eq!(run(), "1 invoices until 2026-04-16, -1760.00 KES\n");
    let explained = weir(&["invoice", "explain", "CN-2026-000001"]).well().out;
    for words in [
        "credit -500.00 KES; of -1500.00 KES in all what was charged with VAT 20%\n",
        "credit -1000.00 KES; of -1500.00 KES in all what was charged with VAT 16%\n",
        "VAT: 20% of -500.00 KES: -100.00 KES\n",
        "VAT: 16% of -1000.00 KES: -160.00 KES\n",
    ] {
        assert!(explained.contains(words), "{words}: {explained}");
    }
    let accounts = json(&installation, &["ledger", "accounts"]);
    for account in accounts.as_array().unwrap() {
        let is_wallet = account["name"] == "wallet:1" || account["name"] == "receivable:1";
        assert!(is_wallet || account["balance_minor"] == 0, "{account}");
    }
}

#[test]
fn a_tax_on_taxes_says_what_it_is_taken_on() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["tax", "set", "Excise duty", "15%"]).well();
    weir(&["tax", "set", "VAT on both", "16%", "--on-taxes"]).well();
    let line = ["--price", "264.97 USD", "--every", "1 month"];
    let taxes = ["--tax", "Excise duty", "--tax", "VAT on both"];
    weir(&[&["product", "set", "line"], line.as_slice(), &taxes].concat()).well();
    let from = ["--align", "day 1", "--from", "2026-04-01"];
    weir(&[&["subscription", "add", "ann", "--product", "line"], from.as_slice()].concat()).well();
    let dry = weir(&["billing", "run", "--dry-run", "--at", "2026-04-16"]).well().out;
    assert!(dry.contains("VAT on both 16% on 304.72 USD: 48.75 USD\n"), "{dry}");
    weir(&["billing", "run", "--at", "2026-04-16"]).well();
    let number = "INV-2026-000001";
    let explained = weir(&["invoice", "explain", number]).well().out;
    let taxes = "Excise duty: 15% of 264.97 USD: 39.75 USD\n\
                 VAT on both: 16% of 304.72 USD: 48.75 USD\n";
    assert!(explained.contains(taxes), "{explained}");
    let shown = weir(&["invoice", "show", number]).well().out;
    assert!(shown.contains("VAT on both 16% on 304.72 USD"), "{shown}");
    let shown = json(&installation, &["invoice", "show", number]);
    let vat = &shown["taxes"][1];
    assert_eq!((&vat["net_minor"], &vat["base_minor"]), (&26_497.into(), &30_472.into()));
}

#[test]
fn what_happens_now_withdraws_what_was_planned_and_says_so() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["subscription", "add", "ann", "--product", "home", "--service", "ann"]).well();
    weir(&["subscription", "enter", "1", "pause", "--at", "2040-01-01"]).well();
    weir(&["subscription", "enter", "1", "resume", "--at", "2040-02-01"]).well();
    let blocked = weir(&["subscription", "enter", "1", "block"]).well().out;
    assert_eq!(
        blocked,
        "pause at 2040-01-01 was planned, and is withdrawn: it is not possible now\n\
         resume at 2040-02-01 was planned, and is withdrawn: it is not possible now\n\
         subscription 1 is blocked now (no server is running)\n"
    );
    let shown = json(&installation, &["subscription", "show", "1"]);
    let whats: Vec<_> = shown["events"].as_array().unwrap().iter().map(|it| &it["what"]).collect();
    assert_eq!(whats, [&Value::Null, &value!("activate"), &value!("block")]);
}

#[test]
fn what_is_paused_or_ended_withdraws_what_was_planned_and_says_so() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["subscription", "add", "ann", "--product", "home", "--service", "ann"]).well();
    weir(&["subscription", "enter", "1", "pause", "--at", "2040-01-01"]).well();
    let paused = weir(&["subscription", "pause", "1", "--until", "2041-01-01"]).well().out;
    assert_eq!(
        paused,
        "pause at 2040-01-01 was planned, and is withdrawn: it is not possible now\n\
         subscription 1 is paused now; more is planned for 2041-01-01 (no server is running)\n"
    );
    let ended = json(&installation, &["subscription", "terminate", "1"]);
    assert_eq!(ended["withdrawn"], value!([{ "at": "2040-12-31T21:00:00Z", "what": "resume" }]));

    weir(&["subscription", "add", "ann", "--product", "home"]).well();
    weir(&["subscription", "enter", "2", "pause", "--at", "2040-01-01"]).well();
    let ended = weir(&["subscription", "terminate", "2"]).well().out;
    assert!(
        ended.starts_with(
            "pause at 2040-01-01 was planned, and is withdrawn: it is not possible now\n\
             subscription 2 ends "
        ),
        "{ended}"
    );

    // What is asked for needs no reason, and what goes on has nothing to withdraw.
    weir(&["subscription", "add", "ann", "--product", "home"]).well();
    weir(&["subscription", "enter", "3", "terminate", "--at", "2040-01-01"]).well();
    let cancelled = weir(&["subscription", "cancel", "3", "termination"]).well().out;
    assert!(
        cancelled.starts_with("terminate at 2040-01-01 was planned, and is withdrawn\n"),
        "{cancelled}"
    );
    let paused = json(&installation, &["subscription", "pause", "3"]);
    assert_eq!((&paused["state"], &paused["withdrawn"]), (&value!("paused"), &value!([])));
    weir(&["subscription", "enter", "3", "resume", "--at", "2040-01-01"]).well();
    let resumed = weir(&["subscription", "resume", "3"]).well().out;
    assert_eq!(
        resumed,
        "resume at 2040-01-01 was planned, and is withdrawn: it is not possible now\n\
         subscription 3 is active now (no server is running)\n"
    );
}

#[test]
fn what_could_not_be_billed_is_refused_by_its_name_and_on_the_tenants_clock() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["product", "set", "router", "--no-tax"]).well();
    weir(&["product", "set", "days", "--price", "10 KES", "--every", "30 days", "--no-tax"]).well();
    weir(&["product", "set", "least", "--no-tax"]).well();
    let from = ["--align", "day 1", "--from", "2026-04-18 15:06"];
    let add = |product: &str| {
        weir(&[&["subscription", "add", "ann", "--product", product], from.as_slice()].concat())
    };
    let no_price =
        "`router` has no price at 2026-04-18 15:06:00; give it one that is in force by then";
    add("router").refused(1, &[no_price]);
    add("days").refused(1, &["`days`: periods of 30 days"]);
    add("home").well();
    let change =
        |product: &str| weir(&["subscription", "change", "1", product, "--at", "2026-05-01"]);
    change("router=1").refused(1, &["`router` has no price at 2026-05-01; give it one"]);
    change("days=1").refused(1, &["`days`: periods of 30 days"]);
    let give = |off: &[&str]| {
        let name = ["discount", "give", "1", "--name", "Loyal"];
        weir(&[&name, off].concat())
    };
    let dollars = "discount `Loyal` is 100.00 USD, and `home` costs KES; enter it in KES";
    give(&["--amount", "100 USD"]).refused(1, &[dollars]);
    give(&["--amount", "100 KES", "--per", "1 week"])
        .refused(1, &["discount `Loyal`: periods of 1 week"]);
    let limit = |what: &[&str]| weir(&[&["subscription", "limit", "1"], what].concat());
    limit(&["--maximum", "10 USD"])
        .refused(1, &["the maximum charge is 10.00 USD, and `home` costs KES; enter it in KES"]);
    limit(&["--maximum=-5 KES"]).refused(1, &["the maximum charge is -5.00 KES; it is 0 or more"]);
    limit(&["--minimum", "10 KES", "--minimum-as", "home"])
        .refused(1, &["is billed as `home`, which is also a part of the subscription"]);
    limit(&["--minimum", "10 KES", "--minimum-as", "least", "--maximum", "5 KES"])
        .refused(1, &["at least 10.00 KES and at most 5.00 KES; the minimum is the lower one"]);
    // Nobody fails for any of it.
    let run = weir(&["billing", "run", "--at", "2026-05-01"]).well().out;
    assert_eq!(run, "1 invoices until 2026-05-01, 2494.00 KES\n");

    // Closed books say until when they are.
    weir(&["billing", "settings", "--close-until", "2026-06-01"]).well();
    let closed = "the books are closed until 2026-06-01; enter it at 2026-06-01 or later";
    let price = ["--price", "1 KES", "--every", "1 month", "--from", "2026-05-01 12:00"];
    weir(&[&["product", "set", "home"], price.as_slice()].concat())
        .refused(1, &["product: the price is at 2026-05-01 12:00:00, and ", closed]);
    give(&["--amount", "1 KES", "--from", "2026-05-31"])
        .refused(1, &["discount: the beginning is at 2026-05-31, and ", closed]);
    weir(&["billing", "run", "--at", "2026-05-02"])
        .refused(1, &["billing run: the run is at 2026-05-02, and ", closed]);
    weir(&["subscription", "enter", "1", "suspend", "--at", "2026-05-31 23:59"])
        .refused(1, &["subscription: the event is at 2026-05-31 23:59:00, and ", closed]);
    weir(&["voucher", "batch", "--quantity", "1", "--price", "100 KES", "--refill", "100 KES"])
        .well();
    weir(&["voucher", "sell", "1", "all", "--till", "cash", "--at", "2026-05-31"])
        .refused(1, &["batch of vouchers: the sale is at 2026-05-31, and ", closed]);
    let paid = ["payment", "add", "ann", "1000 KES", "--at", "2026-05-15"];
    weir(&paid).well();
    let statement = |from: &str, until: &str| {
        let args = ["customer", "statement", "ann", "--from", from, "--until", until];
        json(&installation, &args)["closing_minor"].clone()
    };
    assert_eq!(statement("2026-05-01", "2026-06-01"), 249_400);
    assert_eq!(statement("2026-06-01", "2026-06-02"), 149_400);
}

#[test]
fn who_is_in_another_zone_is_told_the_names_of_both() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["zone", "add", "north"]).well();
    weir(&["zone", "add", "south"]).well();
    weir(&["subscriber", "set", "ann", "--zone", "south"]).well();
    weir(&["product", "set", "home", "--visible-to", "zone=north"]).well();
    weir(&["subscription", "subscribe", "ann", "home"])
        .refused(1, &["`home` is not for zone `south`; it is for zone `north`"]);
}

#[test]
fn a_moment_to_come_is_billed_when_that_is_said() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    let add = ["subscription", "add", "ann", "--product", "home", "--align", "day 1"];
    weir(&[add.as_slice(), &["--from", "2071-12-01"]].concat()).well();
    let run = ["billing", "run", "--at", "2072-01-01"];
    weir(&run).refused(1, &["--at: 2072-01-01 is to come; now, 20", "or say --ahead"]);
    assert_eq!(json(&installation, &["invoice", "list"]), value!([]));
    let dry = weir(&[run.as_slice(), &["--dry-run"]].concat()).well().out;
    assert!(dry.ends_with("1 invoices would be made until 2072-01-01, 3480.00 KES\n"), "{dry}");
    let ahead = weir(&[run.as_slice(), &["--ahead"]].concat()).well().out;
    assert_eq!(ahead, "1 invoices until 2072-01-01, 3480.00 KES\n");
}

#[test]
fn what_is_said_for_machines_is_always_json() {
    let installation = shop();
    let nobody = json(&installation, &["customer", "statement", "ann"]);
    assert_eq!((&nobody["subscriber"], &nobody["currency"]), (&value!("ann"), &Value::Null));
    assert_eq!((&nobody["closing_minor"], &nobody["lines"]), (&value!(0), &value!([])));
    // What help names is taken.
    let help = installation.weir(&["billing", "settings", "--help"]).well().out;
    for rounding in ["half-up", "half-even", "up", "down", "ceiling", "floor"] {
        assert!(help.contains(rounding), "{help}");
        installation.weir(&["billing", "settings", "--rounding", rounding]).well();
    }
    assert!(!help.contains("half-down"), "{help}");
    let help = installation.weir(&["subscription", "enter", "--help"]).well().out;
    assert!(help.contains("fall-due") && !help.contains("fall_due"), "{help}");
}
