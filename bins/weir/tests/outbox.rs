//! What has happened, handed to a program: everything of a customer's in its order, again where the program
//! fails, and with a server or without.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    dead_code,
    unreachable_pub,
    reason = "a test fails by panicking, and uses a part of what tests share"
)]

mod support;

use std::io::{BufRead as _, BufReader};

use serde_json::{Value, json as value};
use support::{Installation, json, signal};

/// One in Nairobi that sells `home` for 1740.00 KES, with an address of ann, and where who does not
/// pay is suspended.
fn shop() -> Installation {
    let installation = Installation::with_subscriber();
    for command in [
        ["tenant", "set", "default", "--time-zone", "Africa/Nairobi"].as_slice(),
        &["subscriber", "set", "ann", "--email", "ann@mail.example"],
        &["product", "set", "home", "--plan", "home", "--price", "1740 KES", "--no-tax"],
        &["dunning", "set", "--currency", "KES", "--step", "grace 1d", "--step", "suspend 10d"],
    ] {
        installation.weir(command).well();
    }
    installation
}

/// What is delivered to a program that keeps it, until there is nothing more.
fn delivered(installation: &Installation) -> Vec<Value> {
    let said = installation.weir(&["outbox", "deliver", "--until-empty", "--to", KEEP]).well();
    let kept = std::fs::read_to_string(installation.path("kept")).unwrap_or_default();
    let _ = std::fs::remove_file(installation.path("kept"));
    let events: Vec<Value> = kept.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let told =
        |event: &Value| format!("{} {} delivered\n", event["id"], event["topic"].as_str().unwrap());
    assert_eq!(said.out, events.iter().map(told).collect::<String>());
    events
}

const KEEP: &str = "grep \"\\\"topic\\\":\\\"$WEIR_TOPIC\\\"\" >> kept && test -n \"$WEIR_EVENT\"";

fn topics(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["topic"].as_str().unwrap()).collect()
}

#[test]
fn a_program_hears_of_a_customer_from_the_subscription_to_the_suspension() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    assert_eq!(delivered(&installation), [Value::Null; 0]);
    let from = ["--product", "home", "--service", "ann", "--from", "2024-04-30"];
    weir(&[&["subscription", "add", "ann"], from.as_slice()].concat()).well();
    weir(&["billing", "run", "--at", "2024-04-30"]).well();
    weir(&["payment", "add", "ann", "740 KES", "--provider", "mpesa", "--number", "QK1"]).well();
    weir(&["dunning", "run", "--dry-run"]).well();
    weir(&["dunning", "run"]).well();
    weir(&["payment", "add", "ann", "740 KES", "--provider", "mpesa", "--number", "QK1"]).well();

    let events = delivered(&installation);
    assert_eq!(
        topics(&events),
        [
            "subscription.activated",
            "invoice.finalised",
            "payment.received",
            "subscription.overdue",
            "subscription.suspended",
        ]
    );
    for event in &events {
        assert_eq!(event["body"]["subscriber"]["name"], "ann");
        assert_eq!(event["body"]["subscriber"]["email"], "ann@mail.example");
        let said = [&event["tenant"], &event["version"], &event["attempt"]];
        assert_eq!(said, [&value!("default"), &value!(1), &value!(1)]);
    }
    let body = |place: usize| &events[place]["body"];
    assert_eq!((&body(0)["service"], &body(0)["to"]), (&value!("ann"), &value!("active")));
    let invoice = body(1);
    let said = [&invoice["number"], &invoice["total_minor"], &invoice["currency"]];
    assert_eq!(said, [&value!("INV-2024-000001"), &value!(174_000), &value!("KES")]);
    assert_eq!(invoice["due_at"], "2024-05-13T21:00:00Z");
    let expected = value!([{
        "debt": "invoice", "invoice": invoice["invoice"], "number": "INV-2024-000001",
        "amount_minor": 74_000, "open_minor": 100_000,
    }]);
    assert_eq!(body(2)["pays"], expected);
    let last = body(4);
    let said = [&last["from"], &last["to"], &last["cause"]];
    assert_eq!(said, [&value!("grace"), &value!("suspended"), &value!("overdue")]);
    assert_eq!(delivered(&installation), [Value::Null; 0], "each once");

    // They are listed, and shown with what has become of them.
    let listed = weir(&["outbox", "list", "--topic", "payment.received"]).well().out;
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(listed.contains("ann") && listed.contains("delivered"), "{listed}");
    weir(&["outbox", "list", "--topic", "payment"])
        .refused(2, &["there are subscription.activated"]);
    let of_ann = json(&installation, &["outbox", "list", "--subscriber", "ann"]);
    assert_eq!(of_ann.as_array().unwrap().len(), 5);
    let id = events[2]["id"].to_string();
    let shown = json(&installation, &["outbox", "show", &id]);
    assert_eq!((&shown["standing"]["is"], &shown["body"]), (&value!("delivered"), body(2)));
    let shown = weir(&["outbox", "show", &id]).well().out;
    assert!(shown.contains("payment.received") && shown.contains("\"QK1\""), "{shown}");
    weir(&["outbox", "show", "99"]).refused(1, &["99"]);
    let removed = weir(&["outbox", "clean", "--before", "2999-01-01"]).well().out;
    assert_eq!(removed, "5 events were removed\n");
}

#[test]
fn what_a_program_cannot_take_comes_again_and_holds_up_what_is_behind_it() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["subscription", "add", "ann", "--product", "home"]).well();
    weir(&["payment", "add", "ann", "10 KES"]).well();
    let failing = "echo no route to the gateway >&2; exit 7";
    let failed = weir(&["outbox", "deliver", "--until-empty", "--to", failing]);
    let words = ["exit status: 7: no route to the gateway", "it comes again at"];
    let failed = failed.refused(1, &words);
    assert_eq!((failed.out.as_str(), failed.err.lines().count()), ("", 1), "{failed:?}");
    // What comes behind it of the same customer is not handed out before it.
    assert_eq!(delivered(&installation), [Value::Null; 0]);
    let listed = json(&installation, &["outbox", "list"]);
    let standings: Vec<_> =
        listed.as_array().unwrap().iter().map(|it| &it["standing"]["is"]).collect();
    assert_eq!(standings, ["waiting", "waiting"]);
    assert_eq!(listed[0]["error"], "exit status: 7: no route to the gateway");
    assert_eq!(json(&installation, &["outbox", "list", "--failed"]), value!([]));
    let id = listed[0]["id"].to_string();
    weir(&["outbox", "retry", &id]).well();
    let events = delivered(&installation);
    assert_eq!(topics(&events), ["subscription.activated", "payment.received"]);
    weir(&["outbox", "retry", &id]).refused(1, &["was delivered at"]);

    // One that takes too long is killed.
    weir(&["payment", "add", "ann", "20 KES"]).well();
    let slow = ["outbox", "deliver", "--until-empty", "--timeout", "1s", "--to", "sleep 600"];
    weir(&slow).refused(1, &["it was killed after 1 seconds"]);
}

#[test]
fn a_program_is_handed_what_happens_while_it_goes_on() {
    let installation = shop();
    let server = installation.serve();
    let mut child = installation.start(&["outbox", "deliver", "--to", "cat >> heard"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for amount in ["10 KES", "20 KES"] {
        installation.weir(&["payment", "add", "ann", amount]).well();
        let line = lines.next().unwrap().unwrap();
        assert!(line.ends_with("payment.received delivered"), "{line}");
    }
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let heard = std::fs::read_to_string(installation.path("heard")).unwrap();
    let amounts: Vec<_> = heard
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["body"]["amount_minor"].clone())
        .collect();
    assert_eq!(amounts, [1_000, 2_000]);
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log}");
}
