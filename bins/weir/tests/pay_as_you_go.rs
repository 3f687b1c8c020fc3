//! From the accounting packet to the wallet and back: a running `weir serve` over real UDP, a NAS that is
//! written here, and a subscriber who pays as he goes.
#![allow(clippy::disallowed_methods, reason = "a test waits against a clock")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use std::time::Instant;

use radius_proto::{AttributeType, Code, VendorId};
use serde_json::Value;
use support::nas_port::{Asked, NasPort, PATIENCE, limits, total_limit};
use support::{Answer, Installation, SECRET, Server, accounting_request, exchange, json};

const MB: u64 = 1_000_000;
const START: u8 = 1;
const STOP: u8 = 2;
const INTERIM: u8 = 3;
const MIKROTIK: VendorId = VendorId(14_988);

/// A session of ann's.
struct Dialled {
    id: &'static str,
    class: Vec<u8>,
    /// What its NAS ends it at by itself, in either direction or in both together.
    limit_octets: Option<u64>,
}

impl Dialled {
    /// Logs in, without a Start.
    fn accepted(server: &Server, id: &'static str) -> Self {
        let answer = log_in(server, id);
        assert_eq!(answer.code(), Code::ACCESS_ACCEPT);
        let class = answer.packet().first(AttributeType::CLASS).unwrap().to_vec();
        let limits = limits(&answer.packet());
        assert!(limits.is_none_or(|[download, upload]| download == upload), "{limits:?}");
        let of_either = limits.map(|[download, _]| download);
        Self { id, class, limit_octets: of_either.or_else(|| total_limit(&answer.packet())) }
    }

    fn begin(server: &Server, id: &'static str) -> Self {
        let dialled = Self::accepted(server, id);
        dialled.report(server, START, 0);
        dialled
    }

    /// What its NAS says that it has transferred, half of it each way, in a packet with an identifier of
    /// its own.
    fn report(&self, server: &Server, status: u8, octets: u64) {
        let half = |octets: u64| {
            let low = u32::try_from(octets & 0xffff_ffff).unwrap().to_be_bytes();
            (low, u32::try_from(octets >> 32).unwrap().to_be_bytes())
        };
        let ((low, high), (up_low, up_high)) = (half(octets / 2), half(octets - octets / 2));
        let (status, station) = ([0, 0, 0, status], station(self.id));
        let attributes: Vec<(AttributeType, &[u8])> = vec![
            (AttributeType::ACCT_STATUS_TYPE, &status),
            (AttributeType::ACCT_SESSION_ID, self.id.as_bytes()),
            (AttributeType::USER_NAME, b"ann"),
            (AttributeType::CALLING_STATION_ID, station.as_bytes()),
            (AttributeType::ACCT_OUTPUT_OCTETS, &low),
            (AttributeType::ACCT_OUTPUT_GIGAWORDS, &high),
            (AttributeType::ACCT_INPUT_OCTETS, &up_low),
            (AttributeType::ACCT_INPUT_GIGAWORDS, &up_high),
            (AttributeType::CLASS, &self.class),
        ];
        let reply = exchange(server.accounting, &accounting_request(&attributes), SECRET).unwrap();
        assert_eq!(reply[0], Code::ACCOUNTING_RESPONSE.0);
    }
}

fn log_in(server: &Server, id: &str) -> Answer {
    server.log_in_at("ann", "opensesame", &station(id))
}

fn station(id: &str) -> String {
    format!("00:E1:0C:38:C8:{:02X}", id.bytes().fold(0_u8, u8::wrapping_add))
}

/// The session that is told another limit, the same in either direction, MB; begun ones are left out.
fn is_told(port: &NasPort) -> (String, u64) {
    let (session, download, upload) = port.is_told_limits();
    assert_eq!(download, upload, "{session}");
    (session, download / MB)
}

fn told(session: &str, mb: u64) -> (String, u64) {
    (session.to_owned(), mb)
}

fn ended(session: &str) -> Asked {
    Asked { code: Code::DISCONNECT_REQUEST, session: session.to_owned(), rate_limit: None }
}

/// Ann pays 20 KES for a gigabyte as she goes, in slices of 100 MB, and is refused without money.
fn with_ann(wallet: &str) -> Installation {
    let installation = Installation::with_subscriber();
    let price = "20 KES per 1GB; slice 100MB";
    for command in [
        ["plan", "set", "home", "--when-withheld-for", "wallet=reject"].as_slice(),
        &["plan", "set", "home", "--interim-interval", "5m"],
        &["product", "set", "payg", "--plan", "home", "--no-tax", "--pay-as-you-go", price],
        &["payment", "add", "ann", wallet],
        &["subscription", "add", "ann", "--product", "payg", "--service", "ann"],
    ] {
        installation.weir(command).well();
    }
    installation
}

/// As [`with_ann`], but that the payment page can be reached without money.
fn with_ann_in_quarantine(wallet: &str) -> Installation {
    let installation = with_ann(wallet);
    let quarantine = ["--when-withheld-for", "wallet=quarantine,list:topup"];
    installation.weir(&[&["plan", "set", "home"], &quarantine[..]].concat()).well();
    installation
}

/// What was used, paid, held and not covered, and how many MB are covered yet.
type Stands = (u64, i64, i64, i64, u64);

fn stands(installation: &Installation) -> Stands {
    let shown = json(installation, &["service", "show", "ann"]);
    let paid = &shown["pays_as_it_goes"];
    let number = |name: &str| paid[name].as_i64().unwrap_or_else(|| panic!("{name}: {shown}"));
    let octets = |name: &str| paid[name].as_u64().unwrap() / MB;
    let money = ["paid_minor", "held_minor", "uncovered_minor"].map(number);
    (octets("used_octets"), money[0], money[1], money[2], octets("covered_octets"))
}

/// Waits until ann's service stands so.
#[track_caller]
fn await_stands(installation: &Installation, expected: Stands) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let stands = stands(installation);
        if stands == expected {
            return;
        }
        assert!(Instant::now() < deadline, "{stands:?}, and not {expected:?}");
    }
}

/// What accounts have, in minor units: ann's wallet, what of it is held, and sales.
fn books(installation: &Installation) -> (i64, i64, i64) {
    let accounts = json(installation, &["ledger", "accounts"]);
    let of = |name: &str| {
        let mut all = accounts.as_array().unwrap().iter();
        all.find(|account| account["name"].as_str().unwrap().starts_with(name)).cloned()
    };
    let number = |account: &Option<Value>, name: &str| {
        account.as_ref().map_or(0, |account| account[name].as_i64().unwrap())
    };
    let (wallet, sales) = (of("wallet:"), of("sales"));
    (
        number(&wallet, "balance_minor"),
        number(&wallet, "held_debits_minor"),
        number(&sales, "balance_minor"),
    )
}

#[test]
fn money_is_held_spent_and_used_up_and_a_payment_opens_the_gate() {
    let installation = with_ann("50 KES");
    let port = NasPort::new(&installation);
    let server = installation.serve();
    port.does_a_change(&installation, &server);
    assert_eq!(stands(&installation), (0, 0, 0, 0, 2_500));
    assert_eq!(books(&installation), (5_000, 0, 0));
    let ann = Dialled::begin(&server, "81a00001");
    assert_eq!(ann.limit_octets, Some(2_500 * MB));
    await_stands(&installation, (0, 0, 200, 0, 2_500));
    assert_eq!(books(&installation), (5_000, 200, 0));

    ann.report(&server, INTERIM, 500 * MB);
    // Told again, and one that was overtaken: neither pays anything.
    ann.report(&server, INTERIM, 500 * MB);
    ann.report(&server, INTERIM, 300 * MB);
    await_stands(&installation, (500, 1_000, 200, 0, 2_000));
    assert_eq!(books(&installation), (4_000, 200, 1_000));
    ann.report(&server, INTERIM, 2_450 * MB);
    await_stands(&installation, (2_450, 4_900, 100, 0, 50));
    // Half of it went each way: little is left now in either.
    assert_eq!(is_told(&port), told("81a00001", 1_275));
    port.is_left_alone();

    // More than there was: what the NAS let through between two reports.
    ann.report(&server, INTERIM, 2_600 * MB);
    assert_eq!(port.obeys(), ended("81a00001"));
    ann.report(&server, STOP, 2_600 * MB);
    await_stands(&installation, (2_600, 5_000, 0, 200, 0));
    assert_eq!(books(&installation), (0, 0, 5_000));
    assert_eq!(log_in(&server, "81a00002").code(), Code::ACCESS_REJECT);
    let explained = installation.weir(&["explain", "ann"]).out;
    assert!(explained.contains("the wallet is used up"), "{explained}");

    // 3 KES pay what is owed, and no slice.
    installation.weir(&["payment", "add", "ann", "3 KES"]).well();
    assert_eq!(stands(&installation), (2_600, 5_200, 0, 0, 0));
    assert_eq!(log_in(&server, "81a00002").code(), Code::ACCESS_REJECT);
    installation.weir(&["payment", "add", "ann", "1 KES"]).well();
    assert_eq!(stands(&installation), (2_600, 5_200, 0, 0, 100));
    assert_eq!(books(&installation), (200, 0, 5_200));
    let again = Dialled::accepted(&server, "81a00002");
    assert_eq!(again.limit_octets, Some(100 * MB));
    port.is_left_alone();

    // It was all paid, and a run bills nothing of it.
    let run = json(&installation, &["billing", "run", "--at", "2126-01-01", "--ahead"]);
    assert_eq!(json(&installation, &["invoice", "list"]), serde_json::json!([]), "{run}");
    assert_eq!(books(&installation), (200, 0, 5_200));
    let refused = installation.weir(&["auth-log"]).out;
    assert!(refused.contains("the wallet is used up"), "{refused}");
    let told = support::told(&installation, "wallet.");
    let topics: Vec<_> = told.iter().map(|(topic, _)| topic.as_str()).collect();
    assert_eq!(topics, ["wallet.drained", "wallet.covered"]);
    let drained = &told[0].1;
    assert_eq!((&drained["service"], &drained["not_covered_minor"]), (&"ann".into(), &200.into()));
    assert_eq!(told[1].1["covered_octets"], 100 * MB);
    assert_eq!(server.terminate().0, Some(0));
}

#[test]
fn two_sessions_share_a_wallet_and_never_spend_more_than_is_there() {
    let installation = with_ann("10 KES");
    let port = NasPort::new(&installation);
    let server = installation.serve();
    port.does_a_change(&installation, &server);
    let one = Dialled::begin(&server, "81a00001");
    let other = Dialled::begin(&server, "81a00002");
    assert_eq!((one.limit_octets, other.limit_octets), (Some(500 * MB), Some(500 * MB)));
    // A slice for each.
    await_stands(&installation, (0, 0, 400, 0, 500));
    one.report(&server, INTERIM, 150 * MB);
    other.report(&server, INTERIM, 200 * MB);
    await_stands(&installation, (350, 700, 300, 0, 150));
    let mut both = [is_told(&port), is_told(&port)];
    both.sort();
    assert_eq!(both, [told("81a00001", 225), told("81a00002", 250)]);
    port.is_left_alone();
    other.report(&server, STOP, 250 * MB);
    await_stands(&installation, (400, 800, 200, 0, 100));
    let third = Dialled::begin(&server, "81a00003");
    assert_eq!(third.limit_octets, Some(100 * MB));
    one.report(&server, INTERIM, 200 * MB);
    assert_eq!(is_told(&port), told("81a00001", 150));
    third.report(&server, INTERIM, 50 * MB);
    let mut both = [port.obeys(), port.obeys()];
    both.sort();
    assert_eq!(both, [ended("81a00001"), ended("81a00003")]);
    one.report(&server, STOP, 200 * MB);
    third.report(&server, STOP, 50 * MB);
    await_stands(&installation, (500, 1_000, 0, 0, 0));
    assert_eq!(books(&installation), (0, 0, 1_000));
}

#[test]
fn what_was_paid_is_the_same_over_kills_and_reports_that_come_again() {
    let installation = with_ann("50 KES");
    let server = installation.serve();
    let ann = Dialled::begin(&server, "81a00001");
    ann.report(&server, INTERIM, 700 * MB);
    // SIGKILL: what was answered is on disk, whether it was in the store or not.
    drop(server);
    let server = installation.serve();
    ann.report(&server, INTERIM, 700 * MB);
    ann.report(&server, INTERIM, 400 * MB);
    ann.report(&server, START, 0);
    await_stands(&installation, (700, 1_400, 200, 0, 1_800));
    ann.report(&server, INTERIM, 1_000 * MB);
    drop(server);
    let server = installation.serve();
    ann.report(&server, STOP, 1_250 * MB);
    drop(server);
    let server = installation.serve();
    ann.report(&server, STOP, 1_250 * MB);
    ann.report(&server, INTERIM, 1_200 * MB);
    await_stands(&installation, (1_250, 2_500, 0, 0, 1_250));
    assert_eq!(books(&installation), (2_500, 0, 2_500));
    // The next session begins where that one has ended.
    let next = Dialled::begin(&server, "81a00002");
    assert_eq!(next.limit_octets, Some(1_250 * MB));
    next.report(&server, STOP, 250 * MB);
    await_stands(&installation, (1_500, 3_000, 0, 0, 1_000));
    assert_eq!(server.terminate().0, Some(0));
    assert_eq!(books(&installation), (2_000, 0, 3_000));
}

#[test]
fn what_else_is_paid_from_the_wallet_is_not_used_and_a_refill_is_seen_while_a_session_runs() {
    let installation = with_ann("10 KES");
    let port = NasPort::new(&installation);
    let server = installation.serve();
    port.does_a_change(&installation, &server);
    let ann = Dialled::begin(&server, "81a00001");
    await_stands(&installation, (0, 0, 200, 0, 500));
    // Another product takes all but the 2 KES that are held.
    installation.weir(&["product", "set", "box", "--no-tax", "--price", "8 KES"]).well();
    installation.weir(&["subscription", "add", "ann", "--product", "box"]).well();
    installation.weir(&["billing", "run"]).well();
    assert_eq!(stands(&installation), (0, 0, 200, 0, 100));
    assert_eq!(books(&installation).0, 200);
    assert_eq!(is_told(&port), told("81a00001", 100));
    ann.report(&server, INTERIM, 60 * MB);
    await_stands(&installation, (60, 120, 80, 0, 40));
    port.is_left_alone();
    installation.weir(&["payment", "add", "ann", "20 KES"]).well();
    await_stands(&installation, (60, 120, 80, 0, 1_040));
    assert_eq!(is_told(&port), told("81a00001", 1_070));
    // It uses on, beyond all that it was told before.
    ann.report(&server, INTERIM, 500 * MB);
    await_stands(&installation, (500, 1_000, 200, 0, 600));
    port.is_left_alone();
}

#[test]
fn the_way_to_the_payment_page_is_not_paid_and_a_voucher_opens_the_gate() {
    let installation = with_ann_in_quarantine("2 KES");
    let port = NasPort::new(&installation);
    let server = installation.serve();
    let ann = Dialled::begin(&server, "81a00001");
    ann.report(&server, INTERIM, 100 * MB);
    assert_eq!(port.obeys(), ended("81a00001"));
    ann.report(&server, STOP, 100 * MB);
    await_stands(&installation, (100, 200, 0, 0, 0));
    let answer = log_in(&server, "81a00002");
    let list = answer.packet().first_vendor(MIKROTIK, 19).map(<[u8]>::to_vec);
    assert_eq!(list.as_deref(), Some(&b"topup"[..]));
    let walled = Dialled::begin(&server, "81a00002");
    assert_eq!(walled.limit_octets, None);
    walled.report(&server, INTERIM, 30 * MB);

    let batch = ["voucher", "batch", "--quantity", "1", "--price", "10 KES", "--refill", "10 KES"];
    installation.weir(&batch).well();
    let csv = installation.weir(&["voucher", "export", "1"]).well().out;
    let code = csv.lines().nth(1).unwrap().split(',').nth(1).unwrap();
    installation.weir(&["voucher", "sell", "1", "1", "--till", "cash"]).well();
    installation.weir(&["voucher", "redeem", code, "--subscriber", "ann"]).well();
    assert_eq!(port.obeys(), ended("81a00002"));
    walled.report(&server, STOP, 30 * MB);
    let paid = Dialled::begin(&server, "81a00003");
    assert_eq!(paid.limit_octets, Some(500 * MB));
    await_stands(&installation, (100, 200, 200, 0, 500));
    port.is_left_alone();
}

#[test]
fn the_taxes_of_what_is_used_are_in_the_books_and_on_the_statement() {
    let installation = with_ann("11.60 KES");
    installation.weir(&["tax", "set", "VAT", "16%"]).well();
    let price = "1.16 KES per 1MB; slice 1MB";
    let taxed = ["product", "set", "payg", "--tax", "VAT", "--tax-included"];
    installation.weir(&[&taxed[..], &["--pay-as-you-go", price]].concat()).well();
    let server = installation.serve();
    let ann = Dialled::begin(&server, "81a00001");
    ann.report(&server, STOP, 5 * MB);
    await_stands(&installation, (5, 580, 0, 0, 5));
    assert_eq!(books(&installation), (580, 0, 500));
    let shown = json(&installation, &["service", "show", "ann"]);
    let vat =
        |minor: i64| serde_json::json!([{ "tax": "VAT", "rate": "16%", "amount_minor": minor }]);
    assert_eq!(shown["pays_as_it_goes"]["taxes"], vat(80));
    let statement = json(&installation, &["customer", "statement", "ann"]);
    let used = serde_json::json!({ "net_minor": 500, "taxes": vat(80), "gross_minor": 580 });
    assert_eq!(statement["paid_for_use"], used);
    let line = statement["lines"].as_array().unwrap().iter().find(|line| line["what"] == "use");
    let line = line.unwrap();
    assert_eq!((&line["amount_minor"], &line["net_minor"]), (&580.into(), &500.into()));
    assert_eq!(line["taxes"], vat(80));
    let text = installation.weir(&["customer", "statement", "ann"]).well().out;
    let sum = "paid for use: 5.80 KES; of it 5.00 KES without taxes, VAT 16% 0.80 KES";
    assert!(text.contains(sum), "{text}");
    assert_eq!(server.terminate().0, Some(0));
}
