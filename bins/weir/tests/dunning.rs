//! Who does not pay is not served, and who pays is, with the next packet: beside a server that serves.
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
use radius_proto::{AttributeType, Code};
use serde_json::{Value, json};
use support::nas_port::{Asked, NasPort};
use support::{Installation, SECRET, Server, accounting_request, exchange};

/// One in Nairobi where ann has bought a line for 1740.00 KES, to be paid by 14 May 2024.
fn shop() -> Installation {
    let installation = Installation::with_subscriber();
    installation.configure("#interval_s = 10", "interval_s = 1");
    for command in [
        ["tenant", "set", "default", "--time-zone", "Africa/Nairobi"].as_slice(),
        &["billing", "settings", "--automatic", "no"],
        &["product", "set", "home", "--plan", "home", "--price", "1740 KES", "--no-tax"],
        &[
            "subscription",
            "add",
            "ann",
            "--product",
            "home",
            "--service",
            "ann",
            "--from",
            "2024-04-30",
        ],
        &["billing", "run", "--at", "2024-04-30"],
    ] {
        installation.weir(command).well();
    }
    installation
}

fn said(installation: &Installation, args: &[&str]) -> Value {
    serde_json::from_str(&installation.weir(&[&["--json"], args].concat()).well().out).unwrap()
}

fn is_quarantined(server: &Server) -> bool {
    let answer = server.log_in("ann", "opensesame");
    answer.packet().get(attr::MIKROTIK_ADDRESS_LIST) == Some("weir-quarantine")
}

const SET: [&str; 10] = [
    "dunning",
    "set",
    "--currency",
    "KES",
    "--step",
    "remind -3d",
    "--step",
    "grace 1d",
    "--step",
    "suspend 10d 10:00",
];

#[test]
fn who_does_not_pay_is_not_served_and_who_pays_is_with_the_next_packet() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    let server = installation.serve();
    assert!(!is_quarantined(&server));
    weir(&SET).well();
    let dry = weir(&["dunning", "run", "--dry-run"]).well().out;
    for words in ["fall-due subscription 1", "suspend subscription 1", "2 things would be done"] {
        assert!(dry.contains(words), "{dry}");
    }
    assert!(!is_quarantined(&server));

    // The server does it by itself, once it is allowed to.
    weir(&["billing", "settings", "--automatic", "yes"]).well();
    let patience = Instant::now() + Duration::from_secs(30);
    while !is_quarantined(&server) {
        assert!(Instant::now() < patience, "ann is served although nothing is paid");
        // Each look at it is a command, so that the server is not flooded with log-ins.
        weir(&["subscription", "show", "1"]).well();
    }
    let run = weir(&["dunning", "run"]).well().out;
    assert!(run.contains("0 things are done"), "{run}");
    weir(&["payment", "add", "ann", "1739.99 KES"]).well();
    assert!(is_quarantined(&server));
    weir(&["payment", "add", "ann", "0.01 KES"]).well();
    assert!(!is_quarantined(&server));
    let shown = weir(&["subscription", "show", "1"]).well().out;
    assert!(shown.contains("settle"), "{shown}");
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("ERROR"), "{log}");
}

#[test]
fn a_promise_lets_be_served_until_its_end() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    let server = installation.serve();
    weir(&SET).well();
    weir(&["dunning", "run"]).well();
    assert!(is_quarantined(&server));
    let until = "2999-01-01";
    weir(&["dunning", "promise", "ann", "1740 KES", "--until", until])
        .refused(1, &["the policy allows 14 at most"]);
    weir(&["dunning", "promise", "ann", "1741 KES", "--until", until])
        .refused(1, &["up to the 1740.00 KES overdue"]);
    let ahead = jiff::Zoned::now().date().checked_add(jiff::Span::new().days(3)).unwrap();
    weir(&["dunning", "promise", "ann", "1740 KES", "--until", &ahead.to_string()]).well();
    assert!(!is_quarantined(&server));
    let account = said(&installation, &["dunning", "show", "ann"]);
    assert_eq!(account["promises"][0]["amount_minor"], 174_000);
    assert_eq!(account["invoices"][0]["open_minor"], 174_000);
    let shown = weir(&["dunning", "show", "ann"]).well().out;
    assert!(shown.contains("0.00 KES paid, can still be kept"), "{shown}");
    let risks = weir(&["dunning", "risks"]).well().out;
    assert!(risks.contains("is overdue for"), "{risks}");
    server.terminate();
}

#[test]
fn a_policy_is_shown_as_it_was_set_and_what_is_wrong_is_said() {
    let installation = Installation::new();
    let weir = |args: &[&str]| installation.weir(args);
    assert_eq!(said(&installation, &["dunning", "show"]), Value::Null);
    let none = weir(&["dunning", "show"]).well().out;
    assert!(none.contains("nothing happens to who does not pay"), "{none}");
    weir(&["dunning", "set", "--step", "grace 1d"]).refused(1, &["--currency KES"]);
    let set = |more: &[&str]| weir(&[&["dunning", "set", "--currency", "KES"], more].concat());
    set(&["--step", "forgive 1d"]).refused(1, &["`forgive 1d` is no step", "remind -3d"]);
    set(&["--step", "suspend 1d", "--step", "grace 1d"]).refused(1, &["must come behind"]);
    set(&["--weekend", "sunday"]).refused(1, &["`sunday` is no day of the week"]);
    set(&[
        "--step",
        "remind -3d 08:00",
        "--step",
        "fee 2% 5d every 7d",
        "--step",
        "suspend 10d working",
        "--fee-cap",
        "5%",
        "--minimum",
        "50 KES",
        "--weekend",
        "sat,sun",
        "--holidays",
        "2027-12-25",
        "--reminders-stale-after",
        "2",
        "--promises",
        "1",
    ])
    .well();
    let policy = json!({
        "currency": "KES",
        "steps": [
            { "number": 0, "step": "remind -3d 08:00" },
            { "number": 1, "step": "fee 2% 5d 09:00 every 7d" },
            { "number": 2, "step": "suspend 10d 09:00 working" },
        ],
        "minimum_minor": 5_000,
        "fee_cap": "5%",
        "weekend": "sat,sun",
        "holidays": "2027-12-25",
        "reminders_stale_after_days": 2,
        "promises": 1,
        "promises_within_days": 90,
        "promise_days_max": 14,
    });
    assert_eq!(said(&installation, &["dunning", "show"]), policy);
    // What is not said stays.
    weir(&["dunning", "set", "--fee-cap", "none", "--weekend", "none"]).well();
    let shown = weir(&["dunning", "show"]).well().out;
    for words in ["suspend 10d 09:00 working", "at most what they are", "weekend        none"] {
        assert!(shown.contains(words), "{shown}");
    }
    // A product has what all others have, but for what is said.
    weir(&["product", "set", "office", "--price", "9000 KES", "--no-tax"]).well();
    let of_office = ["dunning", "set", "--product", "office", "--step", "suspend 30d"];
    let set = weir(&of_office).well().out;
    assert!(set.contains("1 things happen to who does not pay for `office`"), "{set}");
    let own = said(&installation, &["dunning", "show", "--product", "office"]);
    assert_eq!(own["steps"], json!([{ "number": 0, "step": "suspend 30d 09:00" }]));
    assert_eq!(own["minimum_minor"], 5_000);
    assert_eq!(said(&installation, &["dunning", "show"])["products"]["office"], own);
    let shown = weir(&["dunning", "show"]).well().out;
    assert!(shown.contains("who does not pay for `office`:\nstep 0"), "{shown}");
    weir(&["dunning", "set", "--product", "offices", "--off"])
        .refused(1, &["did you mean `office`"]);
    weir(&["dunning", "set", "--product", "office", "--off"]).well();
    weir(&["dunning", "show", "--product", "office"]).refused(1, &["no dunning policy of its own"]);
    weir(&["dunning", "set", "--off"]).well();
    assert_eq!(said(&installation, &["dunning", "show"]), Value::Null);
}

/// Mikrotik-Rate-Limit of ann's next log-in.
fn rate_limit(server: &Server) -> String {
    let answer = server.log_in("ann", "opensesame");
    answer.packet().get(attr::MIKROTIK_RATE_LIMIT).unwrap().to_owned()
}

#[test]
fn who_is_in_grace_is_slow_with_the_next_packet_and_on_the_running_session_until_it_is_paid() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    let port = NasPort::new(&installation);
    let server = installation.serve();
    assert_eq!(rate_limit(&server), "2M/10M");
    let answer = server.log_in("ann", "opensesame");
    let class = answer.packet().first(AttributeType::CLASS).unwrap().to_vec();
    let start: [(AttributeType, &[u8]); 4] = [
        (AttributeType::ACCT_STATUS_TYPE, &[0, 0, 0, 1]),
        (AttributeType::ACCT_SESSION_ID, b"81a00001"),
        (AttributeType::USER_NAME, b"ann"),
        (AttributeType::CLASS, &class),
    ];
    exchange(server.accounting, &accounting_request(&start), SECRET).unwrap();
    let set = ["dunning", "set", "--currency", "KES", "--step"];
    weir(&[set.as_slice(), &["grace 1d at 512k/1M"], &["--step", "suspend 3650d"]].concat()).well();
    let shown = weir(&["dunning", "show"]).well().out;
    assert!(shown.contains("grace 1d 09:00 at 512k/1M"), "{shown}");
    assert_eq!(rate_limit(&server), "2M/10M");
    weir(&["dunning", "run"]).well();
    let asked = |limit: &str| Asked {
        code: Code::COA_REQUEST,
        session: "81a00001".to_owned(),
        rate_limit: Some(limit.to_owned()),
    };
    assert_eq!(port.obeys(), asked("512k/1M"));
    assert_eq!(rate_limit(&server), "512k/1M");
    let service = weir(&["service", "show", "ann"]).well().out;
    assert!(service.contains("grace       512k/1M until what is overdue is paid"), "{service}");
    let grace = json!({ "download_bps": 1_000_000, "upload_bps": 512_000 });
    assert_eq!(said(&installation, &["service", "show", "ann"])["grace"], grace);
    let explained = weir(&["explain", "ann"]).well().out;
    assert!(explained.contains("512k/1M until what is overdue is paid"), "{explained}");
    weir(&["payment", "add", "ann", "1740 KES"]).well();
    assert_eq!(port.obeys(), asked("2M/10M"));
    assert_eq!(rate_limit(&server), "2M/10M");
    server.terminate();
}

#[test]
fn a_trial_is_as_fast_as_its_own_plan_until_it_becomes_what_it_was_for() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["plan", "add", "tried", "--download", "1M", "--upload", "512k"]).well();
    let every = ["--every", "1 month", "--no-tax", "--plan"];
    let product = |name: &str, plan: &str, price: &str, more: &[&str]| {
        let set = ["product", "set", name, "--price", price];
        weir(&[set.as_slice(), &every, &[plan], more].concat()).well();
    };
    product("try", "tried", "0 KES", &[]);
    product("home", "home", "1500 KES", &["--trial", "try", "--trial-lasts", "1 minute"]);
    let server = installation.serve();
    let began = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(45);
    let began = began.to_string();
    let subscribe = ["subscription", "subscribe", "ann", "home", "--service", "ann", "--trial"];
    weir(&[subscribe.as_slice(), &["--from", &began]].concat()).well();
    assert_eq!(rate_limit(&server), "512k/1M");
    let patience = Instant::now() + Duration::from_secs(60);
    while rate_limit(&server) != "2M/10M" {
        assert!(Instant::now() < patience, "the trial does not end");
        weir(&["subscription", "show", "1"]).well();
    }
    server.terminate();
}

#[test]
fn what_nobody_will_pay_is_written_off_and_a_late_fee_is_waived() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&SET).well();
    weir(&["dunning", "run"]).well();
    let invoice = "INV-2024-000001";
    let write_off = ["invoice", "write-off", invoice, "--reason", "moved away"];
    let off = |more: &[&str]| weir(&[write_off.as_slice(), more].concat());
    off(&["--amount", "2000 KES"])
        .refused(1, &["2000.00 KES cannot be given up; 1740.00 KES are open"]);
    weir(&["invoice", "write-off", invoice]).refused(2, &["--reason"]);
    let part = ["--amount", "740 KES", "--key", "ticket-17"];
    assert_eq!(off(&part).well().out, "740.00 KES of INV-2024-000001 is written off\n");
    let known = "known already: 740.00 KES of INV-2024-000001 is written off\n";
    assert_eq!(off(&part).well().out, known);
    let state = || weir(&["subscription", "show", "1"]).well().out;
    assert!(!state().contains("settle"), "{}", state());
    let whole = json!({
        "invoice": invoice, "amount_minor": 100_000, "currency": "KES", "is_new": true,
    });
    assert_eq!(said(&installation, &write_off), whole);
    assert!(state().contains("settle"), "{}", state());
    off(&[]).refused(1, &["nothing of it is open, so there is nothing to give up"]);
    let waive = |number: &str, more: &[&str]| {
        weir(&[&["dunning", "waive", number, "--reason", "our fault"], more].concat())
    };
    waive(invoice, &[]).refused(1, &["nothing of it is open"]);
    let accounts = weir(&["ledger", "account", "written-off", "KES"]).well().out;
    assert!(accounts.contains("1000.00 KES") && accounts.contains("740.00 KES"), "{accounts}");

    // A fee on the very day of what is billed now and is to be paid at once.
    weir(&["dunning", "set", "--step", "fee 100 KES 0d 00:00"]).well();
    weir(&["billing", "settings", "--payment-days", "0"]).well();
    weir(&["subscription", "add", "ann", "--product", "home"]).well();
    weir(&["billing", "run"]).well();
    let invoices = said(&installation, &["invoice", "list"]);
    let second = invoices[1]["number"].as_str().unwrap();
    weir(&["dunning", "run"]).well();
    let open = || said(&installation, &["dunning", "show", "ann"])["invoices"][0].clone();
    assert_eq!(
        (&open()["number"], &open()["fees"][0]["open_minor"]),
        (&second.into(), &10_000.into())
    );
    waive(second, &["--amount", "100.01 KES"]).refused(1, &["100.00 KES are open"]);
    assert_eq!(
        waive(second, &["--amount", "40 KES"]).well().out,
        format!("40.00 KES of the late fees of {second} is waived\n")
    );
    let rest = format!("60.00 KES of the late fees of {second} is waived\n");
    assert_eq!(waive(second, &[]).well().out, rest);
    assert_eq!(
        (&open()["open_minor"], &open()["fees"][0]["open_minor"]),
        (&174_000.into(), &0.into())
    );
    weir(&["dunning", "run"]).well();
    assert_eq!(open()["fees"].as_array().unwrap().len(), 1, "{}", open());
}
