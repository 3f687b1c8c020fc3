//! Vouchers and resellers at the command line, beside a server that serves: what is redeemed is there with
//! the next packet, and every amount is in the books.
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
use support::{Installation, json};

/// One in Nairobi with VAT of 16 % and a plan `hotspot`.
fn shop() -> Installation {
    let installation = Installation::with_subscriber();
    for command in [
        ["tenant", "set", "default", "--time-zone", "Africa/Nairobi"].as_slice(),
        &["tax", "set", "VAT", "16%"],
        &["plan", "add", "hotspot", "--download", "5M", "--upload", "1M"],
    ] {
        installation.weir(command).well();
    }
    installation
}

/// The codes of a batch, as they are exported.
fn codes(installation: &Installation, batch: &str) -> Vec<String> {
    let csv = installation.weir(&["voucher", "export", batch]).well().out;
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("serial,code,state"));
    let code = |(number, line): (usize, &str)| {
        let cells: Vec<_> = line.split(',').collect();
        assert_eq!(cells[0], (number + 1).to_string());
        cells[1].to_owned()
    };
    lines.enumerate().map(code).collect()
}

/// Three vouchers for 116 KES that give 30 days on `hotspot`.
fn hotspot_vouchers(installation: &Installation) -> Vec<String> {
    let worth = ["--plan", "hotspot", "--validity", "30 days", "--tax", "VAT", "--prefix", "cafe"];
    let batch = ["voucher", "batch", "--quantity", "3", "--price", "116 KES"];
    let made = installation.weir(&[batch.as_slice(), &worth].concat()).well().out;
    assert!(
        made.starts_with("batch 1: 3 vouchers at 116.00 KES, each plan hotspot for 30 days\n"),
        "{made}"
    );
    let codes = codes(installation, "1");
    assert!(codes.iter().all(|code| code.starts_with("CAFE-")), "{codes:?}");
    codes
}

fn balances(installation: &Installation) -> Vec<(String, i64)> {
    let accounts = json(installation, &["ledger", "accounts"]);
    let balance = |account: &Value| {
        (account["name"].as_str().unwrap().to_owned(), account["balance_minor"].as_i64().unwrap())
    };
    accounts.as_array().unwrap().iter().map(balance).collect()
}

#[test]
fn a_voucher_is_sold_redeemed_and_logs_in_with_the_next_packet() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    // What ann had is over.
    weir(&["service", "set", "ann", "--valid-until", "2020-01-01"]).well();
    let server = installation.serve();
    // Who has no access is in quarantine.
    let is_served = || {
        let answer = server.log_in("ann", "opensesame");
        assert_eq!(answer.code(), Code::ACCESS_ACCEPT);
        answer.packet().get(attr::MIKROTIK_ADDRESS_LIST) != Some("weir-quarantine")
    };
    assert!(!is_served());

    let codes = hotspot_vouchers(&installation);
    let redeem = |code: &str, more: &[&str]| {
        let redeem = ["voucher", "redeem", code, "--subscriber", "ann"];
        weir(&[redeem.as_slice(), more].concat())
    };
    redeem(&codes[0], &[]).refused(1, &["the voucher was not sold yet"]);
    let sold = weir(&["voucher", "sell", "1", "1-2", "--till", "cash", "--discount", "10%"]).well();
    assert_eq!(sold.out, "2 vouchers of batch 1 sold for 208.80 KES\n");
    assert!(!is_served());

    let key = ["--key", "5eed01"];
    let typed = codes[0].to_lowercase().replace('-', " ");
    let redeemed = redeem(&typed, &key).well().out;
    assert!(redeemed.starts_with("voucher 1-1 redeemed: service `ann` until "), "{redeemed}");
    assert!(redeemed.ends_with("(the running server knows)\n"), "{redeemed}");
    assert!(is_served());
    assert_eq!(json(&installation, &["service", "show", "ann"])["plan"], "hotspot");
    // The same wish again changes nothing; another one is too late.
    let again = redeem(&codes[0], &key).well().out;
    assert!(again.starts_with("voucher 1-1 was redeemed before: service `ann` until "), "{again}");
    redeem(&codes[0], &[]).refused(1, &["was redeemed at 20", "by the same subscriber"]);
    redeem(&codes[1], &[]).refused(1, &["is in use on plan `hotspot` until 20", "would be lost"]);
    redeem(&codes[1], &key).refused(1, &["voucher 1-1 was redeemed by this subscriber"]);
    assert_eq!(
        balances(&installation),
        [
            ("clearing:cash".to_owned(), -20_880),
            ("commissions".to_owned(), -2_320),
            ("sales".to_owned(), 10_000),
            ("tax".to_owned(), 1_600),
            ("vouchers".to_owned(), 11_600),
        ]
    );

    // Revoked, and it is over with the next packet; the other one is paid back.
    let revoked = weir(&["voucher", "revoke", "1", "all", "--unredeemed", "refunded"]).well().out;
    assert!(revoked.starts_with("3 vouchers revoked, 116.00 KES moved, stopped: ann"), "{revoked}");
    assert!(!is_served());
    redeem(&codes[1], &[]).refused(1, &["the voucher was revoked at 20"]);
    let shown = weir(&["voucher", "show", "1-1"]).well().out;
    for words in
        ["state       revoked", "by `ann`, service `ann`", "for 104.40 KES (clearing:cash)"]
    {
        assert!(shown.contains(words), "{shown}");
    }
    server.terminate();
}

#[test]
fn money_is_refilled_counted_and_expires() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&[
        "voucher",
        "batch",
        "--quantity",
        "5",
        "--price",
        "100 KES",
        "--refill",
        "120 KES",
        "--redeem-within",
        "6 months",
    ])
    .well();
    let codes = codes(&installation, "1");
    let sold =
        weir(&["voucher", "sell", "1", "1-3", "--on-account", "ann", "--at", "2020-01-05"]).well();
    assert_eq!(
        sold.out,
        "3 vouchers of batch 1 sold for 300.00 KES, to be redeemed until 2020-07-05, billed by \
         INV-2020-000001\n"
    );
    // Now it is later than that.
    weir(&["voucher", "redeem", &codes[0], "--subscriber", "ann"])
        .refused(1, &["the voucher has expired", "over at 2020-07-05"]);
    let expired = ["voucher", "expire", "--unredeemed", "earned"];
    weir(&expired).refused(1, &["say which taxes are within what is earned"]);
    let expired = weir(&[expired.as_slice(), &["--tax", "VAT"]].concat()).well().out;
    assert!(expired.starts_with("3 vouchers expired, 300.00 KES moved"), "{expired}");
    weir(&["voucher", "sell", "1", "4", "--till", "mpesa"]).well();
    let redeemed = weir(&["voucher", "redeem", &codes[3], "--subscriber", "ann"]).well().out;
    assert!(
        redeemed.starts_with("voucher 1-4 redeemed: 120.00 KES in the wallet of `ann`"),
        "{redeemed}"
    );
    let ann = balances(&installation);
    let of = |name: &str| ann.iter().find(|(it, _)| it.starts_with(name)).unwrap().1;
    // 300.00 with 16 % within: three times 86.21 and 13.79; and 20.00 were given. What was refilled has paid
    // a part of what `ann` owes for the others.
    assert_eq!((of("wallet:"), of("receivable:")), (0, -18_000));
    let invoices = json(&installation, &["invoice", "list", "--subscriber", "ann"]);
    assert_eq!(invoices[0]["number"], "INV-2020-000001");
    assert_eq!(
        (invoices[0]["gross_minor"].as_i64(), invoices[0]["paid_minor"].as_i64()),
        (Some(30_000), Some(12_000))
    );
    assert_eq!((of("sales"), of("tax"), of("vouchers")), (3 * 8_621 - 2_000, 3 * 1_379, 0));
    let list = json(&installation, &["voucher", "list"]);
    assert_eq!(list[0]["vouchers"]["new"], 1);
    assert_eq!(list[0]["vouchers"]["used"], 1);
    assert_eq!(list[0]["vouchers"]["expired"], 3);
    let shown = json(&installation, &["voucher", "show", "--code", &codes[3]]);
    assert_eq!((shown["serial"].as_u64(), shown["state"].as_str()), (Some(4), Some("used")));
    let table = weir(&["voucher", "list"]).well().out;
    assert!(table.contains("120.00 KES in the wallet"), "{table}");
    let batch = weir(&["voucher", "show", "1"]).well().out;
    assert!(batch.contains("redeem      within 6 months after the sale"), "{batch}");
}

#[test]
fn who_types_wrong_codes_is_stopped_and_forgiven() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    let batch = ["voucher", "batch", "--quantity", "6", "--price", "0 KES", "--refill", "10 KES"];
    weir(&batch).well();
    // Those of another tenant exist nowhere here.
    weir(&["tenant", "add", "other"]).well();
    let other = ["--tenant", "other", "voucher"];
    weir(
        &[
            other.as_slice(),
            &["batch", "--quantity", "6", "--price", "0 KES", "--refill", "10 KES"],
        ]
        .concat(),
    )
    .well();
    let wrong = weir(&[other.as_slice(), &["export", "2"]].concat()).well().out;
    let wrong: Vec<_> = wrong.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
    let redeem = |code: &str| weir(&["voucher", "redeem", code, "--subscriber", "ann"]);
    redeem("K7MP-2QXR").refused(1, &["a voucher's code has 9 to 25 letters; 8 were typed"]);
    redeem("K7MP-2QXR-9VH0-C").refused(1, &["`0` at place 12 is in no voucher's code"]);
    for code in &wrong[..5] {
        redeem(code).refused(1, &["there is no such voucher; look whether its code was typed"]);
    }
    weir(&["voucher", "sell", "1", "all", "--till", "cash"]).well();
    let codes = codes(&installation, "1");
    redeem(&codes[0]).refused(1, &["too many codes were wrong; no voucher is looked up before 20"]);
    weir(&["voucher", "forgive", "ann"]).well();
    redeem(&codes[0]).well();
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_written() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    let batch = ["voucher", "batch", "--quantity", "2", "--price", "100 KES"];
    let batch = |more: &[&str]| weir(&[batch.as_slice(), more].concat());
    batch(&[]).refused(2, &["--refill <AMOUNT>"]);
    batch(&["--refill", "90 KES"]).refused(1, &["is too little for 100.00 KES"]);
    batch(&["--plan", "hotspot", "--validity", "1 day"])
        .refused(1, &["nobody has said how access is taxed"]);
    batch(&["--plan", "hotspot", "--no-tax", "--online", "10h"])
        .refused(1, &["when its time online is used up: no quota of plan `hotspot` ends it"]);
    batch(&["--plan", "hotspot", "--no-tax", "--online", "10"]).refused(2, &["20h, 90m, 1h30m"]);
    batch(&["--plan", "hotspot", "--no-tax", "--data", "10GB"])
        .refused(1, &["no quota of plan `hotspot` ends it"]);
    batch(&["--refill", "100 KES", "--letters", "7"]).refused(2, &["8 to 24 do"]);
    batch(&["--refill", "100 KES", "--prefix", "HELLO"]).refused(2, &["is no prefix of codes"]);
    assert_eq!(json(&installation, &["voucher", "list"]), serde_json::json!([]));
    batch(&["--refill", "100 KES"]).well();
    weir(&["voucher", "sell", "1", "1-3", "--till", "cash"])
        .refused(1, &["batch of vouchers `1`: voucher 3 is not among those of the batch"]);
    weir(&["voucher", "sell", "1", "2-1", "--till", "cash"])
        .refused(2, &["there are no vouchers 2 to 1"]);
    weir(&["voucher", "sell", "1", "all"]).refused(1, &["say who pays: --till cash"]);
    weir(&["voucher", "sell", "9", "1", "--till", "cash"])
        .refused(1, &["there is no batch of vouchers called `9`"]);
    weir(&["voucher", "sell", "1", "1", "--reseller", "shop"])
        .refused(1, &["there is no reseller called `shop`"]);
    weir(&["voucher", "show", "1-3"]).refused(1, &["there is no voucher called `1-3`"]);
    assert_eq!(balances(&installation), []);
}

#[test]
fn resellers_sell_on_every_level() {
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    for name in ["middle", "shop"] {
        weir(&["tenant", "add", name]).well();
    }
    weir(&["reseller", "add", "middle", "--credit", "0 KES"]).well();
    weir(&["reseller", "price", "default", "fibre", "400 KES"]).well();
    weir(&["reseller", "price", "middle", "fibre", "600 KES"]).well();
    let middle = |args: &[&str]| weir(&[&["--tenant", "middle", "reseller"], args].concat());
    middle(&["add", "shop", "--credit", "500 KES"]).well();
    middle(&["price", "shop", "fibre", "800 KES"]).well();
    let shop = |args: &[&str]| weir(&[&["--tenant", "shop", "reseller"], args].concat());
    let sale = ["sale", "fibre", "--price", "1000 KES", "--no-tax", "--till", "cash"];
    shop(&sale).refused(1, &["has 500.00 KES left at tenant", "800.00 KES is needed"]);
    let paid = middle(&["top-up", "shop", "1000 KES"]).well().out;
    assert_eq!(
        paid,
        "top-up 1: 1000.00 KES from `shop`, which has 1000.00 KES there and 500.00 KES of credit\n"
    );
    shop(&sale).refused(1, &["has 0.00 KES left at tenant", "600.00 KES is needed"]);
    weir(&["reseller", "top-up", "middle", "600 KES"]).well();
    let sold = shop(&sale).well().out;
    assert_eq!(sold, "sale 1: the customer pays 1000.00 KES, earned with it 200.00 KES\n");
    let sales = json(&installation, &["reseller", "sales"]);
    assert_eq!((&sales[0]["seller"], &sales[0]["margin_minor"]), (&"shop".into(), &20_000.into()));
    let list = json(&installation, &["--tenant", "middle", "reseller", "list"]);
    assert_eq!((&list[0]["name"], &list[0]["balance_minor"]), (&"shop".into(), &20_000.into()));
    for tenant in ["default", "middle", "shop"] {
        let accounts = weir(&["--tenant", tenant, "ledger", "accounts"]).well().out;
        assert!(accounts.contains("all debits are all credits"), "{accounts}");
    }
    // The sale is taken back, and made again with a commission of 10 % for the shop; also that is taken back.
    let back = shop(&["refund", "1"]).well().out;
    assert_eq!(back, "sale 1 is taken back: the customer has back 1000.00 KES\n");
    let again = shop(&["refund", "1"]).well().out;
    assert!(again.contains("taken back before"), "{again}");
    shop(&["refund", "7"]).refused(1, &["there is no sale"]);
    middle(&["commission", "set", "shop", "200%"]).refused(1, &["it is 0% to 100%"]);
    let agreed = middle(&["commission", "set", "shop", "10%"]).well().out;
    assert_eq!(agreed, "`shop` earns 10% of everything else that is sold\n");
    let sold = shop(&sale).well().out;
    assert!(sold.contains("earned with it 200.00 KES and a commission of 100.00 KES"), "{sold}");
    let list = json(&installation, &["--tenant", "middle", "reseller", "list"]);
    let of_shop = (&list[0]["commission"], &list[0]["balance_minor"]);
    assert_eq!(of_shop, (&"10%".into(), &30_000.into()));
    shop(&["refund", "2"]).well();
    let sales = json(&installation, &["--tenant", "shop", "reseller", "sales"]);
    assert_eq!(sales[0]["commission_minor"], 10_000);
    assert!(sales[0]["refunded_at"].is_string(), "{sales}");
    middle(&["commission", "remove", "shop"]).well();
    for tenant in ["default", "middle", "shop"] {
        let accounts = weir(&["--tenant", tenant, "ledger", "accounts"]).well().out;
        assert!(accounts.contains("all debits are all credits"), "{accounts}");
    }
    shop(&sale).well();
    // Vouchers for a reseller are paid from what it has paid in.
    weir(&["reseller", "credit", "middle", "180 KES"]).well();
    let batch = ["voucher", "batch", "--quantity", "3", "--price", "100 KES"];
    weir(&[batch.as_slice(), &["--refill", "100 KES", "--reseller", "middle"]].concat()).well();
    let sell = ["voucher", "sell", "1", "all", "--reseller", "middle"];
    weir(&[sell.as_slice(), &["--each", "61 KES"]].concat())
        .refused(1, &["has 180.00 KES left at tenant"]);
    let sold = weir(&[sell.as_slice(), &["--each", "60 KES"]].concat()).well().out;
    assert_eq!(sold, "3 vouchers of batch 1 sold for 180.00 KES\n");
    let table = weir(&["reseller", "list"]).well().out;
    assert!(table.contains("-180.00 KES"), "{table}");
}

#[test]
fn what_was_paid_and_never_redeemed_is_earned_by_itself_when_the_tenant_says_so() {
    let installation = Installation::with_subscriber();
    installation.configure("#interval_s = 10", "interval_s = 1");
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["tax", "set", "VAT", "16%"]).well();
    let batch =
        ["voucher", "batch", "--quantity", "4", "--price", "116 KES", "--refill", "120 KES"];
    weir(&[batch.as_slice(), &["--redeem-within", "6 months"]].concat()).well();
    weir(&["voucher", "sell", "1", "1-3", "--till", "mpesa", "--at", "2020-01-05"]).well();
    let settings = |says: &str| weir(&["billing", "settings", "--unredeemed-vouchers", says]);
    settings("given away").refused(2, &["does not say what becomes of what was paid", "owed"]);
    settings("earned with GST").refused(1, &["GST"]);
    let shown = weir(&["billing", "settings"]).well().out;
    assert!(shown.contains("not redeemed  waits for `weir voucher expire`"), "{shown}");
    let server = installation.serve();
    let count =
        |state: &str| json(&installation, &["voucher", "list"])[0]["vouchers"][state].clone();
    assert_eq!(count("sold"), 3);
    let shown = settings("earned with VAT").well().out;
    assert!(shown.contains("not redeemed  earned with VAT"), "{shown}");
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while count("expired") != 3 {
        assert!(std::time::Instant::now() < patience, "they do not expire");
    }
    let all = balances(&installation);
    let of = |name: &str| all.iter().find(|(it, _)| it.starts_with(name)).unwrap().1;
    // Three times 116.00, which are 100.00 and 16 % of that.
    assert_eq!(
        (of("clearing:mpesa"), of("sales"), of("tax"), of("vouchers")),
        (-34_800, 30_000, 4_800, 0)
    );
    server.terminate();
}
