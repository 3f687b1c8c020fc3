//! The services of NASes that plans may name, on the command line.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use support::Installation;

fn with_tiered() -> Installation {
    let installation = Installation::with_subscriber();
    let said = installation.weir(&[
        "service-template",
        "add",
        "tiered",
        "--parameter",
        "inputBW:bps",
        "--parameter",
        "outputBW:bps",
        "--timeout",
        "5h",
        "--statistics",
        "time-volume",
        "--interim-interval",
        "600s",
    ]);
    let said = said.well().out;
    assert!(said.contains("`tiered(inputBW:bps, outputBW:bps)` added"), "{said}");
    installation
}

#[test]
fn templates_are_added_listed_shown_and_removed() {
    let installation = with_tiered();
    let weir = |args: &[&str]| installation.weir(&[&["service-template"], args].concat());
    weir(&["add", "http", "--parameter", "portal:ipv4", "--parameter", "port:port"]).well();
    weir(&["add", "red", "--mutex-group", "colour", "--router-deactivates"]).well();
    weir(&["add", "gold", "--profile", "sla", "--default-profile", "plain"]).well();
    let listed = weir(&["list"]).well().out;
    for words in [
        "tiered(inputBW:bps, outputBW:bps)",
        "timeout 5h, statistics time-volume, reports every 10m",
        "colour, the router deactivates",
        "sla, else plain",
    ] {
        assert!(listed.contains(words), "{listed}");
    }
    installation.weir(&["plan", "set", "home", "--service", "tiered(1280000, 5120000)"]).well();
    let shown = weir(&["show", "tiered"]).well().out;
    assert!(shown.contains("plan home: tiered(1280000, 5120000)"), "{shown}");
    let json = weir(&["show", "tiered", "--json"]).well().out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["parameters"][1]["name"], "outputBW");
    assert_eq!((&json["timeout_s"], &json["volume_mb"]), (&18_000.into(), &().into()));
    assert_eq!(json["named_by"][0]["plan"], "home");

    weir(&["remove", "tiered"]).refused(1, &["plan `home`"]);
    weir(&["set", "tiered", "--parameter", "rate:bps"]).refused(1, &["plan `home` would be wrong"]);
    installation.weir(&["plan", "set", "home", "--service", "none"]).well();
    weir(&["set", "tiered", "--parameter", "rate:bps"]).well();
    weir(&["remove", "tiered"]).well();
    weir(&["show", "tiered"]).refused(1, &["no service template called `tiered`"]);
}

#[test]
fn what_the_router_would_not_take_is_refused_at_entry() {
    let installation = with_tiered();
    let refused = |args: &[&str], code, words: &[&str]| {
        installation.weir(&[&["service-template", "add", "x"], args].concat()).refused(code, words);
    };
    refused(&["--timeout", "16777216s"], 1, &["timeout is 16777216", "from 0 to 16777215"]);
    refused(
        &["--statistics", "time-volume", "--volume-mb", "16777216"],
        1,
        &["volume is 16777216"],
    );
    refused(&["--volume-mb", "500"], 1, &["time-volume"]);
    refused(&["--interim-interval", "5m"], 1, &["interim interval is 300", "600 to 86400"]);
    refused(&["--parameter", "rate:Mbps"], 2, &["rate:Mbps", "bps, kbps, octets"]);
    refused(&["--statistics", "all"], 2, &["time-volume"]);
    refused(&["--router-deactivates"], 2, &["--mutex-group"]);
    refused(&["--profile", "sla"], 2, &["--default-profile"]);
    installation
        .weir(&["service-template", "add", "a(b"])
        .refused(1, &["`a(b` cannot be the name"]);
}

#[test]
fn a_plan_names_services_that_there_are() {
    let installation = with_tiered();
    for name in ["day", "night"] {
        installation.weir(&["service-template", "add", name, "--mutex-group", "clock"]).well();
    }
    let set = |args: &[&str]| installation.weir(&[&["plan", "set", "home"], args].concat());
    set(&["--service", "teired(1, 2)"]).refused(1, &["did you mean `tiered`?"]);
    set(&["--service", "tiered(1)"]).refused(1, &["has 1 arguments", "outputBW:bps"]);
    set(&["--service", "tiered(fast, 2)"]).refused(1, &["`fast` cannot be the `inputBW`"]);
    set(&["--service", "day", "--service", "night"]).refused(1, &["mutex group `clock`"]);
    set(&["--service", "tiered({speed}, 2)"]).refused(2, &["{upload}", "{download}"]);
    set(&["--service", "tiered(1, 2"]).refused(2, &["name(argument, argument)"]);
    set(&["--download", "none", "--upload", "none"]).well();
    let rates = ["--service", "tiered({upload}, {download})", "--service", "day"];
    set(&rates).refused(1, &["--download and --upload"]);
    let said = set(&[&["--download", "10M", "--upload", "2M"][..], &rates].concat()).well().out;
    assert!(said.contains("service tiered({upload}, {download}), service day"), "{said}");
    // What is not named stays.
    set(&["--idle-timeout", "5m"]).well();
    let plans = installation.weir(&["plan", "list", "--json"]).well().out;
    let plans: serde_json::Value = serde_json::from_str(&plans).unwrap();
    let services = serde_json::json!(["tiered({upload}, {download})", "day"]);
    assert_eq!(plans[0]["services"], services);
}
