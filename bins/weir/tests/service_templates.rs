//! The services of NASes that plans may name, on the command line.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use radius_dict::{ReadAttributes as _, attr};
use radius_proto::Code;
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

#[test]
fn the_next_log_in_is_told_of_the_plans_services() {
    let installation = with_tiered();
    let http = ["service-template", "add", "http", "--parameter", "portal:ipv4", "--parameter"];
    installation.weir(&[&http[..], &["port:port"]].concat()).well();
    installation.weir(&["nas", "set", "edge", "--dialect", "juniper"]).well();
    let plan = |service| installation.weir(&["plan", "set", "home", "--service", service]).well();
    plan("http(192.168.25.2, 80)");
    let server = installation.serve();
    let activated = |station: &str| {
        let answer = server.log_in_at("ann", "opensesame", station);
        assert_eq!(answer.code(), Code::ACCESS_ACCEPT);
        let packet = answer.packet();
        let services = packet.get_all(attr::ERX_SERVICE_ACTIVATE);
        let services = services
            .map(|service| format!("{}:{}", service.tag.map_or(0, |tag| tag.get()), service.value));
        let timeout = packet.get(attr::ERX_SERVICE_TIMEOUT).map(|timeout| timeout.value);
        (services.collect::<Vec<_>>(), timeout)
    };
    // The dialect's own way of saying the speed comes first; the garden has no rates of the plan.
    let garden = ["1:tiered(2000000, 10000000)", "2:http(192.168.25.2, 80)"].map(str::to_owned);
    assert_eq!(activated("00:00:5E:00:53:01"), (garden.to_vec(), None));
    plan("tiered({upload}, {download})");
    let paid = vec!["1:tiered(2000000, 10000000)".to_owned()];
    assert_eq!(activated("00:00:5E:00:53:02"), (paid, Some(18_000)));
    let explained = installation.weir(&["explain", "ann", "--nas", "edge"]).well().out;
    assert!(explained.contains("ERX-Service-Timeout:1 = 18000"), "{explained}");
    installation.weir(&["nas", "set", "edge", "--dialect", "nokia"]).well();
    let answer = server.log_in_at("ann", "opensesame", "00:00:5E:00:53:03");
    assert_eq!(answer.code(), Code::ACCESS_REJECT);
    server.terminate();
    let log = installation.weir(&["auth-log", "--json"]).well().out;
    assert!(log.contains("plan_services"), "{log}");
}
