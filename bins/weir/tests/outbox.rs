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
use sqlx::{Connection as _, Executor as _};
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

/// Changes something past the program, as a newer one would have written it.
fn past(installation: &Installation, sql: &'static str) {
    let url = format!("sqlite:{}", installation.path("weir.db").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    });
}

#[test]
fn a_topic_of_a_newer_program_is_listed_delivered_and_removed_as_it_is() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    for amount in ["10 KES", "20 KES"] {
        weir(&["payment", "add", "ann", amount]).well();
    }
    past(&installation, "update outbox set topic = 'service.levitated', version = 2 where id = 1");
    let listed = weir(&["outbox", "list"]).well().out;
    assert!(
        listed.contains("service.levitated") && listed.contains("payment.received"),
        "{listed}"
    );
    weir(&["outbox", "deliver", "--until-empty", "--to", "exit 1"]).refused(1, &["event 1"]);
    weir(&["outbox", "retry", "1"]).well();
    let shown = weir(&["outbox", "show", "1"]).well().out;
    assert!(shown.contains("service.levitated"), "{shown}");
    let events = delivered(&installation);
    assert_eq!(topics(&events), ["service.levitated", "payment.received"]);
    assert_eq!(
        (&events[0]["version"], &events[0]["body"]["amount_minor"]),
        (&value!(2), &value!(1_000))
    );
    let removed = weir(&["outbox", "clean", "--before", "2999-01-01"]).well().out;
    assert_eq!(removed, "2 events were removed\n");
}

/// Charges a token by the gateway's own program, which is here a line in a file.
const CHARGE: &str = r#"
event=$(cat); n=${event#*\"intent\":}; n=${n%%,*}
answer=$("$WEIR" payment intent claim "$n" --reference "weir-$n") || exit 1
echo "$answer" >> answers
case $answer in
charge:*) echo "charged $n" >> gateway; "$WEIR" payment intent paid "$n" "500 KES" --number "ch-$n" ;;
esac
"#;

#[test]
fn a_program_charges_a_token_only_while_the_wallet_needs_it() {
    let installation = shop();
    installation.configure("#interval_s = 10", "interval_s = 1");
    let weir = |args: &[&str]| installation.weir(args);
    let token = ["payment", "token", "add", "ann", "paystack", "--label", "Visa ending in 4242"];
    installation.weir_reading(&token, "AUTH_72btv547").well();
    let below = ["--below", "100 KES", "--by", "500 KES", "--provider", "paystack"];
    weir(&[["wallet", "auto-top-up", "set", "ann"].as_slice(), &below].concat()).well();
    let server = installation.serve();
    let due = || json(&installation, &["wallet", "auto-top-up", "due"]).as_array().unwrap().len();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while due() == 0 {
        assert!(std::time::Instant::now() < deadline, "nothing is to be charged");
    }
    // Meanwhile it is filled.
    weir(&["payment", "add", "ann", "150 KES"]).well();
    let deliver = format!("WEIR={}; {CHARGE}", env!("CARGO_BIN_EXE_weir"));
    let to_charge =
        format!("case $WEIR_TOPIC in payment_intent.to_charge) ;; *) exit 0 ;; esac; {deliver}");
    let run = || weir(&["outbox", "deliver", "--until-empty", "--to", &to_charge]).well();
    run();
    let answers = || std::fs::read_to_string(installation.path("answers")).unwrap();
    let enough = "the wallet has 150.00 KES, which is not below 100.00 KES";
    assert_eq!(answers(), format!("do not charge: intent 1 is cancelled: {enough}\n"));
    assert!(!installation.path("gateway").exists());
    let shown = json(&installation, &["payment", "intent", "show", "1"]);
    assert_eq!((&shown["state"], &shown["reference"]), (&value!("cancelled"), &Value::Null));
    // Once more is the same answer, also for a program.
    let again = json(&installation, &["payment", "intent", "claim", "1", "--reference", "r"]);
    assert_eq!(again["charge"], false);
    assert_eq!(server.terminate().0, Some(0));
}
