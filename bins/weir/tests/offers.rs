//! Packages and plans from the command line to the packet: what is paid is served, what is over is not,
//! and what is renewed is served with the next packet.
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
use serde_json::Value;
use support::{Installation, Server, json};

/// Whether ann is let in as who has paid.
fn is_served(server: &Server) -> bool {
    let answer = server.log_in("ann", "opensesame");
    answer.code() == Code::ACCESS_ACCEPT
        && answer.packet().get(attr::MIKROTIK_ADDRESS_LIST).is_none()
}

#[test]
fn a_package_that_is_over_is_not_served_and_is_with_the_next_packet_after_its_renewal() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    let package = ["product", "set", "minute", "--plan", "home", "--price", "20 KES", "--no-tax"];
    weir(&[&package, ["--lasts", "1 minute", "--data", "1GB"].as_slice()].concat()).well();
    let server = installation.serve();

    let began = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(50);
    let began = began.to_string();
    let subscribe =
        ["subscription", "subscribe", "ann", "minute", "--service", "ann", "--from", &began];
    weir(&subscribe).refused(
        1,
        &["the wallet has 0.00 KES and 20.00 KES is needed: 20.00 KES is missing; top it up"],
    );
    assert_eq!(json(&installation, &["subscription", "list"]), serde_json::json!([]));
    weir(&["payment", "add", "ann", "50 KES"]).well();
    let sold = weir(&subscribe).well().out;
    assert!(sold.starts_with("subscription 1 of `ann`, paid until "), "{sold}");
    assert!(sold.contains("of 20.00 KES, 20.00 KES of it paid"), "{sold}");

    let over = Instant::now() + Duration::from_secs(90);
    while is_served(&server) {
        assert!(Instant::now() < over, "it does not end");
        // Each look at it is a command, so that the server is not flooded with log-ins.
        weir(&["subscription", "show", "1"]).well();
    }
    let renewed = json(&installation, &["subscription", "renew", "1", "--auto-renew", "on"]);
    assert!(is_served(&server), "{renewed}");
    assert_eq!(renewed["invoices"][0]["paid_minor"], 2_000);
    assert_eq!(renewed["data_octets"], 1_000_000_000);
    assert_eq!(renewed["packages"][0]["auto_renew"], true);
    let until = renewed["paid_until"].as_str().unwrap();
    let service = json(&installation, &["service", "show", "ann"]);
    assert_eq!(service["valid_until"], until);
    assert_eq!(service["grants"].as_array().unwrap().len(), 2, "{service}");
    // 10.00 KES are left, which is half of one.
    weir(&["subscription", "renew", "1"]).refused(1, &["10.00 KES is missing"]);
    let text = weir(&["subscription", "show", "1"]).well().out;
    assert!(text.contains("package       minute paid until "), "{text}");
    assert!(text.contains(", renewed by itself"), "{text}");
    let said = weir(&["subscription", "renew", "1", "--auto-renew", "off", "--later"]).well().out;
    assert!(said.starts_with("subscription 1 is active now"), "{said}");
    weir(&["subscription", "terminate", "1"]).well();
    assert!(!is_served(&server));
    server.terminate();
}

#[test]
fn plans_are_moved_between_paused_and_ended() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["plan", "add", "fast", "--download", "50M", "--upload", "10M"]).well();
    let product = |name: &str, price: &str, more: &[&str]| {
        let set = ["product", "set", name, "--price", price, "--no-tax"];
        weir(&[&set, more].concat()).well();
    };
    let monthly = ["--every", "1 month"];
    product("ip", "100 KES", &monthly);
    product("install", "2000 KES", &[]);
    let home = ["--plan", "home", "--add-on", "ip=1-4", "--setup-fee", "install"];
    let term = ["--minimum-term", "12", "--early-end", "50%", "--rank", "1"];
    product("home", "1500 KES", &[&monthly, home.as_slice(), &term].concat());
    let fast = ["--plan", "fast", "--family", "home", "--add-on", "ip=1-4", "--rank", "2"];
    product("fast", "3000 KES", &[&monthly, fast.as_slice(), &term[..4]].concat());
    let shown = weir(&["product", "show", "home"]).well().out;
    for words in [
        "rank     1\n",
        "set-up   install\n",
        "term     12 × 1 month, an end before costs 50% of what remains\n",
        "add-ons  ip (1 to 4)\n",
    ] {
        assert!(shown.contains(words), "{shown}");
    }
    let shown = json(&installation, &["product", "show", "fast"]);
    assert_eq!(shown["offer"]["family"], "home");

    weir(&["subscription", "subscribe", "ann", "home", "--service", "ann", "--add-on", "ip=5"])
        .refused(1, &["is 5; it is from 1 to 4"]);
    weir(&["subscription", "subscribe", "ann", "home", "--service", "ann", "--add-on", "ip"])
        .well();
    let run = weir(&["billing", "run"]).well().out;
    // 1500.00, 100.00 and 2000.00.
    assert!(run.ends_with(", 3600.00 KES\n"), "{run}");
    weir(&["subscription", "add-on", "1", "ip", "3"]).well();
    let plan = || json(&installation, &["service", "show", "ann"])["plan"].clone();
    weir(&["subscription", "move", "1", "fast"]).well();
    assert_eq!(plan(), "fast");
    let moved = weir(&["subscription", "move", "1", "home"]).well().out;
    assert!(moved.contains("; more is planned for "), "{moved}");
    assert_eq!(plan(), "fast");
    let cancelled = weir(&["subscription", "cancel", "1", "change"]).well().out;
    assert!(cancelled.contains("home=1 at ") && cancelled.contains(" is withdrawn"), "{cancelled}");
    assert!(!cancelled.contains("more is planned"), "{cancelled}");
    weir(&["subscription", "move", "1", "home", "--at-once"]).well();
    assert_eq!(plan(), "home");

    let settings = ["billing", "settings", "--pause-longest", "1 month", "--pauses-per-year", "1"];
    let set = weir(&settings).well().out;
    assert!(set.contains("pauses        for 1 month, 1 a year"), "{set}");
    weir(&["subscription", "pause", "1", "--until", "2126-01-01"])
        .refused(1, &["the end of the pause is", "the latest is"]);
    weir(&["subscription", "pause", "1"]).well();
    weir(&["subscription", "resume", "1"]).well();
    weir(&["subscription", "pause", "1"]).refused(1, &["it was paused 1 times within a year"]);

    let ended = weir(&["subscription", "terminate", "1", "--at-period-end"]).well().out;
    // Of twelve months one has begun when it ends: half of eleven times 1500.00.
    assert!(ended.contains("; to end before its time costs 8250.00 KES"), "{ended}");
    weir(&["subscription", "cancel", "1", "termination"]).well();
    let ended = json(&installation, &["subscription", "terminate", "1"]);
    assert_eq!(
        (&ended["state"], &ended["fees"][0]["amount_minor"]),
        (&"terminated".into(), &825_000.into())
    );
    weir(&["subscription", "cancel", "1", "termination"]).refused(1, &["no end is planned"]);
    weir(&["product", "set", "home", "--setup-fee", "ip"])
        .refused(1, &["whose price must be paid once"]);
    weir(&["product", "set", "home", "--trial", "ip"]).refused(1, &["--trial-lasts"]);
}

#[test]
fn an_end_before_its_time_costs_the_same_by_whatever_command() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    let home = ["product", "set", "home", "--price", "1500 KES", "--every", "1 month", "--no-tax"];
    let term = ["--minimum-term", "12", "--early-end", "50%"];
    weir(&[home.as_slice(), &term].concat()).well();
    for _ in 0..2 {
        weir(&["subscription", "add", "ann", "--product", "home", "--from", "2024-01-01"]).well();
    }
    let end = ["--at", "2024-03-11"];
    let said = |args: &[&str]| weir(&[args, end.as_slice()].concat()).well().out;
    // Three of twelve months had begun: half of nine times 1500.00.
    let entered = said(&["subscription", "enter", "1", "terminate"]);
    let costs = " now; to end before its time costs 6750.00 KES (";
    assert!(entered.starts_with(&format!("subscription 1 is terminated{costs}")), "{entered}");
    let changed = said(&["subscription", "change", "2", "home=0"]);
    assert!(changed.starts_with(&format!("subscription 2 is active{costs}")), "{changed}");
    let again = weir(&["subscription", "enter", "2", "terminate"]).well().out;
    assert!(again.starts_with("subscription 2 is terminated now ("), "{again}");
    weir(&["billing", "run", "--at", "2024-06-01"]).well();
    let explained = weir(&["invoice", "explain", "INV-2024-000001"]).well().out;
    let why = "home: ends when 3 of the 12 periods of its minimum term had begun, 50% of 9 × 1500.00 KES, \
               which remain; charge 6750.00 KES\n";
    assert_eq!(explained.matches(why).count(), 2, "{explained}");
    // Of each two months, 10 of 31 days, and that: 3000.00, 483.87 and 6750.00.
    assert!(
        explained.ends_with("to pay: 20467.74 KES without taxes, 20467.74 KES with them\n"),
        "{explained}"
    );
    let later = weir(&["billing", "run", "--at", "2024-07-01"]).well().out;
    assert_eq!(later, "0 invoices until 2024-07-01\n");
}

#[test]
fn what_is_offered_to_some_is_listed_and_taken_by_those() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    let product = |name: &str, more: &[&str]| {
        let set = ["product", "set", name, "--price", "900 KES", "--every", "1 month", "--no-tax"];
        weir(&[&set, more].concat())
    };
    let added = weir(&["zone", "add", "north"]).well().out;
    assert_eq!(added, "zone `north` added, as zone 1\n");
    product("open", &[]).well();
    product("firms", &["--visible-to", "category=business", "--visible-to", "zone=north"]).well();
    product("wires", &["--visible-to", "access=ppp", "--visible-to", "device=voice"]).well();
    product("gone", &["--visible-to", "until=2024-05-01", "--visible-to", "from=2024-04-01"])
        .well();
    product("odd", &["--visible-to", "access=pppoe"]).refused(1, &["`access=ppp,dhcp`"]);
    product("odd", &["--visible-to", "zone=nort"]).refused(1, &["did you mean `north`"]);
    let shown = weir(&["product", "show", "gone"]).well().out;
    assert!(shown.contains("for      from=2024-04-01; until=2024-05-01\n"), "{shown}");
    let shown = json(&installation, &["product", "show", "firms"]);
    let conditions = serde_json::json!(["category=business", "zone=north"]);
    assert_eq!(shown["offer"]["visible_to"], conditions);

    let offered = |more: &[&str]| -> Vec<String> {
        let list = json(&installation, &[&["product", "list", "--for", "ann"], more].concat());
        let name = |product: &Value| product["name"].as_str().unwrap().to_owned();
        list.as_array().unwrap().iter().map(name).collect()
    };
    assert_eq!(offered(&[]), ["open"]);
    assert_eq!(offered(&["--at", "2024-04-15"]), ["gone", "open"]);
    let seen = ["--access-kind", "ppp", "--device", "voice"];
    assert_eq!(offered(&seen), ["open", "wires"]);
    let subscribe = |offer: &str, more: &[&str]| {
        weir(&[&["subscription", "subscribe", "ann", offer], more].concat())
    };
    subscribe("wires", &[]).refused(1, &["is not for who has no known access; it is for ppp"]);
    subscribe("wires", &seen).well();
    subscribe("firms", &[]).refused(1, &["is not for who has no known category"]);
    weir(&["subscriber", "set", "ann"]).refused(1, &["--category business"]);
    weir(&["subscriber", "set", "ann", "--category", "firm"]).refused(2, &["public-body"]);
    let set = weir(&["subscriber", "set", "ann", "--category", "business", "--zone", "north"]);
    assert_eq!(set.well().out, "`ann` is business, in zone `north`\nits invoices are for ann\n");
    let shown = weir(&["subscriber", "show", "ann"]).well().out;
    assert!(shown.contains("category    business\nzone        north\n"), "{shown}");
    subscribe("firms", &[]).well();
    weir(&["zone", "remove", "north"]).refused(1, &["in use by subscriber `ann`"]);
    weir(&["product", "set", "firms", "--visible-to", "all"]).well();
    weir(&["subscriber", "set", "ann", "--zone", "none"]).well();
    assert_eq!(offered(&[]), ["firms", "open"]);
    weir(&["zone", "remove", "north"]).well();
    assert_eq!(json(&installation, &["zone", "list"]), serde_json::json!([]));
}

/// Days from now on, as a command takes the moment.
fn in_days(days: i64) -> String {
    (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days)).to_string()
}

#[test]
fn another_package_gives_back_what_is_not_used_or_waits_and_an_end_waits_too() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["plan", "add", "fast", "--download", "50M", "--upload", "10M"]).well();
    let product = |name: &str, plan: &str, price: &str| {
        let set = ["product", "set", name, "--plan", plan, "--price", price, "--no-tax"];
        weir(&[&set, ["--lasts", "30 days"].as_slice()].concat()).well();
    };
    product("slow", "home", "1000 KES");
    product("fast", "fast", "3000 KES");
    weir(&["product", "set", "fast", "--family", "slow"]).well();
    weir(&["payment", "add", "ann", "17000 KES"]).well();
    // Twelve of 30 days, of which one is over.
    let began = in_days(-30);
    let subscribe = ["subscription", "subscribe", "ann", "slow", "--service", "ann"];
    weir(&[&subscribe, ["--from", &began].as_slice()].concat()).well();
    let began = (began.parse::<jiff::Timestamp>().unwrap() + jiff::SignedDuration::from_secs(1))
        .to_string();
    weir(&["subscription", "renew", "1", "--periods", "11", "--at", &began]).well();
    let plan = || json(&installation, &["service", "show", "ann"])["plan"].clone();
    assert_eq!(plan(), "home");

    let sold = json(&installation, &["subscription", "renew", "1", "--offer", "fast"]);
    // Some seconds of the second one are used.
    let back = sold["given_back"][0]["amount_minor"].as_i64().unwrap();
    assert!((1_099_000..=1_100_000).contains(&back), "{sold}");
    assert_eq!(plan(), "fast");
    let number = sold["invoices"][0]["number"].as_str().unwrap();
    let explained = weir(&["invoice", "explain", number]).well().out;
    assert!(explained.contains("slow: given up on "), "{explained}");
    assert!(explained.contains("of 11000.00 KES that it has cost gives back 10"), "{explained}");
    assert!(explained.contains("fast: once, "), "{explained}");

    // Back again it is the cheaper one, and waits.
    let said = weir(&["subscription", "renew", "1", "--offer", "slow"]).well().out;
    assert!(said.contains("; what was bought begins "), "{said}");
    assert_eq!(plan(), "fast");
    let text = weir(&["subscription", "show", "1"]).well().out;
    assert!(text.contains("package       fast until "), "{text}");
    assert!(text.contains(": slow, paid until "), "{text}");
    let shown = json(&installation, &["subscription", "show", "1"]);
    assert_eq!(shown["packages"][0]["ahead"][0]["product"], "slow");
    let paid_until = shown["packages"][0]["paid_until"].as_str().unwrap();

    let ends = json(&installation, &["subscription", "terminate", "1", "--at-period-end"]);
    assert_eq!(ends["ends_at"], paid_until);
    assert_eq!(ends["lost"], serde_json::json!([]));
    weir(&["subscription", "renew", "1"]).refused(1, &["cancel its end first"]);
    weir(&["subscription", "cancel", "1", "termination"]).well();
    // A pause of some moments makes what is paid as much longer.
    weir(&["subscription", "pause", "1"]).well();
    weir(&["subscription", "resume", "1"]).well();
    let shown = json(&installation, &["subscription", "show", "1"]);
    let longer = shown["packages"][0]["paid_until"].as_str().unwrap();
    assert!(longer > paid_until, "{paid_until} {longer}");
    let said = weir(&["subscription", "terminate", "1"]).well().out;
    assert!(said.contains("; nothing is given back of fast, which is paid until "), "{said}");
    assert!(said.contains("; nothing is given back of slow, which is paid until "), "{said}");
    assert!(said.contains("1 of 1 period were not used, worth 1000.00 KES"), "{said}");
}
