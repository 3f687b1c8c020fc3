//! Money at the command line: what resellers earn for payments, wallets that are changed by hand, what may be
//! owed, and whose a payment is by its telephone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    dead_code,
    unreachable_pub,
    reason = "a test fails by panicking, and uses a part of what tests share"
)]

mod support;

use support::{Installation, json};

#[test]
fn who_sells_for_others_earns_with_each_payment_and_gives_its_part_back() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["tenant", "set", "default", "--time-zone", "Africa/Nairobi"]).well();
    weir(&["tenant", "add", "middle"]).well();
    weir(&["tenant", "add", "shop"]).well();
    weir(&["reseller", "add", "middle", "--credit", "0 KES"]).well();
    let middle = |args: &[&str]| weir(&[&["--tenant", "middle"], args].concat());
    let shop = |args: &[&str]| weir(&[&["--tenant", "shop"], args].concat());
    middle(&["reseller", "add", "shop", "--credit", "0 KES"]).well();
    shop(&["subscriber", "add", "jane"]).well();
    let on = ["--on", "payments", "--from"];
    let set = ["reseller", "commission", "set"];
    let said = weir(&[&set, ["middle", "2%"].as_slice(), &on, &["2026-01-01"]].concat()).well().out;
    assert_eq!(said, "`middle` earns 2% of each payment from 2026-01-01 on\n");
    middle(&[&set, ["shop", "10%"].as_slice(), &on, &["2026-01-01"]].concat()).well();
    middle(&[&set, ["shop", "5 KES"].as_slice(), &on, &["2026-03-01"]].concat()).well();
    middle(&[
        "reseller",
        "commission",
        "remove",
        "shop",
        "--on",
        "payments",
        "--from",
        "2026-05-01",
    ])
    .well();
    middle(&["reseller", "commission", "set", "shop", "1%", "--on", "payments", "--item", "fibre"])
        .refused(1, &["what is paid is not of an item; leave --item out"]);
    middle(&["reseller", "commission", "set", "shop", "1%", "--from", "2026-03-01"])
        .refused(1, &["what is earned for sales holds from now on; leave --from out"]);
    let table = middle(&["reseller", "list"]).well().out;
    assert!(table.contains("10% of payments from 2026-01-01, 5.00 KES of"), "{table}");

    let pay = |number: &str, at: &str, amount: &str| {
        let by = ["--provider", "mpesa", "--number", number, "--at", at];
        shop(&[["payment", "add", "jane", amount].as_slice(), &by].concat()).well();
    };
    pay("QK1", "2026-02-28 23:59", "1000 KES");
    pay("QK1", "2026-02-28 23:59", "1000 KES");
    pay("QK2", "2026-03-01 00:00", "1000 KES");
    pay("QK3", "2026-05-01 00:00", "1000 KES");
    shop(&["payment", "refund", "mpesa", "QK1", "250 KES"]).well();
    shop(&["payment", "reverse", "mpesa", "QK2", "1000 KES"]).well();
    let shown = shop(&["payment", "show", "mpesa", "QK1"]).well().out;
    let said =
        "`middle` gives 100.00 KES for it: 10% of 1000.00 KES, of which 25.00 KES is given back\n";
    assert!(shown.ends_with(said), "{shown}");
    let shown = shop(&["payment", "show", "mpesa", "QK3"]).well().out;
    assert!(!shown.contains("gives"), "{shown}");
    let earned = |tenant: &str| {
        let all = json(&installation, &["--tenant", tenant, "reseller", "commission", "list"]);
        let all = all.as_array().unwrap().iter().map(|it| {
            let of = |field: &str| it[field].as_i64().unwrap();
            let number = it["number"].as_str().unwrap().to_owned();
            (number, it["is_earned"] == true, of("amount_minor"), of("given_back_minor"))
        });
        all.collect::<Vec<_>>()
    };
    let expected = [
        ("QK3", true, 2_000, 0),
        ("QK2", false, 500, 500),
        ("QK2", true, 2_000, 2_000),
        ("QK1", false, 10_000, 2_500),
        ("QK1", true, 2_000, 500),
    ];
    let expected = expected
        .map(|(number, is_earned, amount, back)| (number.to_owned(), is_earned, amount, back));
    assert_eq!(earned("middle"), expected);
    assert_eq!(earned("shop").len(), 2);
    assert_eq!(earned("default").len(), 3);
    let table = shop(&["reseller", "commission", "list"]).well().out;
    assert!(table.contains("from middle"), "{table}");
    for tenant in ["default", "middle", "shop"] {
        weir(&["--tenant", tenant, "ledger", "accounts"]).well();
    }
    let list = json(&installation, &["reseller", "list"]);
    assert_eq!(list[0]["balance_minor"], 3_500);
}
