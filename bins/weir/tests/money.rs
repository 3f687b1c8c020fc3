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

/// `jane` is a customer of `shop`, which sells for `middle`, which sells for the first tenant.
fn a_shop_below_another(installation: &Installation) {
    let weir = |args: &[&str]| installation.weir(args).well();
    weir(&["tenant", "set", "default", "--time-zone", "Africa/Nairobi"]);
    weir(&["tenant", "add", "middle"]);
    weir(&["tenant", "add", "shop"]);
    weir(&["reseller", "add", "middle", "--credit", "0 KES"]);
    weir(&["--tenant", "middle", "reseller", "add", "shop", "--credit", "0 KES"]);
    weir(&["--tenant", "shop", "subscriber", "add", "jane"]);
}

/// In the outbox of the first tenant, which gives them to `middle`.
fn commissions_are_told_at_the_top(installation: &Installation) {
    let told: Vec<_> = support::told(installation, "commission.")
        .iter()
        .map(|(topic, body)| {
            assert_eq!((&body["giver"], &body["reseller"]), (&"default".into(), &"middle".into()));
            let number = body["number"].as_str().unwrap().to_owned();
            (topic.clone(), number, body["amount_minor"].as_i64().unwrap())
        })
        .collect();
    let expected = [
        ("commission.earned", "QK1", 2_000),
        ("commission.earned", "QK2", 2_000),
        ("commission.earned", "QK3", 2_000),
        ("commission.taken_back", "QK1", 500),
        ("commission.taken_back", "QK2", 2_000),
    ];
    let expected =
        expected.map(|(topic, number, minor)| (topic.to_owned(), number.to_owned(), minor));
    assert_eq!(told, expected);
}

#[test]
fn who_sells_for_others_earns_with_each_payment_and_gives_its_part_back() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    let middle = |args: &[&str]| weir(&[&["--tenant", "middle"], args].concat());
    let shop = |args: &[&str]| weir(&[&["--tenant", "shop"], args].concat());
    a_shop_below_another(&installation);
    let on = ["--on", "payments", "--from"];
    let set = ["reseller", "commission", "set"];
    let said = weir(&[&set, ["middle", "2%"].as_slice(), &on, &["2026-01-01"]].concat()).well().out;
    assert_eq!(said, "`middle` earns 2% of each payment from 2026-01-01 on\n");
    middle(&[&set, ["shop", "10%"].as_slice(), &on, &["2026-01-01"]].concat()).well();
    middle(&[&set, ["shop", "5 KES"].as_slice(), &on, &["2026-03-01"]].concat()).well();
    let remove = ["reseller", "commission", "remove", "shop"];
    middle(&[remove.as_slice(), &on, &["2026-05-01"]].concat()).well();
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
    commissions_are_told_at_the_top(&installation);
}

#[test]
fn what_a_shop_sells_its_customers_moves_on_every_level() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    let middle = |args: &[&str]| weir(&[&["--tenant", "middle"], args].concat());
    let shop = |args: &[&str]| weir(&[&["--tenant", "shop"], args].concat());
    a_shop_below_another(&installation);
    shop(&["plan", "add", "home"]).well();
    let product = ["product", "set", "month", "--plan", "home", "--price", "1000 KES", "--no-tax"];
    shop(&[product.as_slice(), &["--lasts", "1 month"]].concat()).well();
    shop(&[
        "service",
        "add",
        "jane@shop",
        "--plan",
        "home",
        "--password",
        "s",
        "--subscriber",
        "jane",
    ])
    .well();
    shop(&["payment", "add", "jane", "1000 KES"]).well();
    weir(&["reseller", "price", "middle", "month", "500 KES"]).well();
    middle(&["reseller", "price", "shop", "month", "700 KES"]).well();
    shop(&["reseller", "price", "shop", "month", "0 KES"])
        .refused(1, &["the tenant above it says what it pays"]);
    let take = ["subscription", "subscribe", "jane", "month", "--service", "jane@shop"];
    shop(&take).refused(1, &["has 0.00 KES left at tenant", "700.00 KES is needed"]);
    middle(&["reseller", "top-up", "shop", "700 KES"]).well();
    shop(&take).refused(1, &["has 0.00 KES left at tenant", "500.00 KES is needed"]);
    weir(&["reseller", "top-up", "middle", "500 KES"]).well();
    shop(&take).well();
    for (tenant, reseller, paid) in [("default", "middle", 50_000), ("middle", "shop", 70_000)] {
        let resold = json(&installation, &["--tenant", tenant, "reseller", "resold"]);
        let [only] = resold.as_array().unwrap().as_slice() else { panic!("{resold}") };
        assert_eq!((&only["seller"], &only["reseller"]), (&"shop".into(), &reseller.into()));
        assert_eq!((&only["item"], &only["paid_minor"]), (&"month".into(), &paid.into()));
        let list = json(&installation, &["--tenant", tenant, "reseller", "list"]);
        assert_eq!(list[0]["balance_minor"], 0);
    }
    let table = middle(&["reseller", "resold"]).well().out;
    assert!(table.contains("700.00 KES"), "{table}");
}

#[test]
fn a_wallet_is_changed_by_hand_and_gives_to_another() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["subscriber", "add", "ben"]).well();
    let adjust =
        ["wallet", "adjust", "ann", "200 KES", "--reason", "two days without", "--key", "t-7"];
    let said = weir(&adjust).well().out;
    assert!(said.starts_with("adjustment 1: 200.00 KES to the wallet of `ann`"), "{said}");
    let again = weir(&adjust).well().out;
    assert_eq!(again, "known already: adjustment 1: 200.00 KES to the wallet of `ann`\n");
    let reason = ["--reason", "paid for ben", "--against", "unallocated"];
    weir(&[["wallet", "adjust", "ann", "-50 KES"].as_slice(), &reason].concat()).well();
    weir(&[["wallet", "adjust", "ann", "-150.01 KES"].as_slice(), &reason].concat())
        .refused(1, &["the wallet has 150.00 KES, and 150.01 KES is needed"]);
    weir(&["wallet", "adjust", "ann", "5 KES"]).refused(2, &["--reason"]);
    weir(&["wallet", "transfer", "ann", "ben", "30 KES", "--key", "gift"]).well();
    let again = weir(&["wallet", "transfer", "ann", "ben", "30 KES", "--key", "gift"]).well().out;
    assert_eq!(again, "known already: transfer 1: 30.00 KES from `ann` to `ben`\n");
    weir(&["wallet", "transfer", "ann", "ben", "120.01 KES"])
        .refused(1, &["the wallet has 120.00 KES, and 120.01 KES is needed"]);
    let ann = json(&installation, &["wallet", "show", "ann"]);
    assert_eq!(ann["balances"][0]["available_minor"], 12_000);
    assert_eq!(ann["changes"].as_array().unwrap().len(), 3);
    let ben = weir(&["wallet", "show", "ben"]).well().out;
    assert!(ben.contains("in the wallet  30.00 KES, of which 30.00 KES can be spent"), "{ben}");
    assert!(ben.contains("from ann"), "{ben}");
    let statement = weir(&["subscriber", "statement", "ann"]).well().out;
    assert!(statement.contains("adjustment 1: two days without"), "{statement}");
    assert!(statement.contains("transfer 1 from ann to ben"), "{statement}");
    weir(&["ledger", "accounts"]).well();
}

#[test]
fn what_is_bought_is_owed_up_to_the_limit() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    let product = ["product", "set", "month", "--plan", "home", "--price", "1000 KES", "--no-tax"];
    weir(&[product.as_slice(), &["--lasts", "1 month"]].concat()).well();
    weir(&["payment", "add", "ann", "300 KES"]).well();
    let subscribe = ["subscription", "subscribe", "ann", "month", "--service", "ann"];
    weir(&subscribe).refused(1, &["the wallet has 300.00 KES and 1000.00 KES is needed"]);
    let set = weir(&["subscriber", "set", "ann", "--credit-limit", "699.99 KES"]).well().out;
    assert!(set.ends_with("it may owe 699.99 KES by what it buys\n"), "{set}");
    weir(&subscribe).refused(
        1,
        &["700.00 KES more is above the credit limit of 699.99 KES, of which 699.99 KES is left"],
    );
    weir(&["subscriber", "set", "ann", "--credit-limit", "1000 KES"]).well();
    weir(&subscribe).well();
    let wallet = weir(&["wallet", "show", "ann"]).well().out;
    assert!(wallet.contains("may owe        1000.00 KES, of which 300.00 KES is left"), "{wallet}");
    let shown = weir(&["subscriber", "show", "ann"]).well().out;
    assert!(shown.contains("may owe     1000.00 KES"), "{shown}");
    weir(&["subscription", "renew", "1"]).refused(1, &["of which 300.00 KES is left"]);
    weir(&["subscriber", "set", "ann", "--credit-limit=-1 KES"])
        .refused(1, &["a credit limit of -1.00 KES is none; it is 0 or more"]);
    weir(&["subscriber", "set", "ann", "--credit-limit", "none"]).well();
}

#[test]
fn a_telephone_number_is_looked_up_where_the_tenant_says_so() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["subscriber", "add", "ben", "--phone", "0712 345 678"]).well();
    let pay = |number: &str, reference: &str| {
        let by = ["--provider", "mpesa", "--number", number];
        weir(&[["payment", "add", reference, "100 KES"].as_slice(), &by].concat()).well().out
    };
    assert_eq!(pay("QK1", "0712345678"), "mpesa QK1: 100.00 KES, not assigned\n");
    weir(&["billing", "settings", "--calling-code", "0254"]).refused(2, &["is no calling code"]);
    let settings = weir(&["billing", "settings", "--calling-code", "254"]).well().out;
    assert!(settings.contains("\ntelephones    +254\n"), "{settings}");
    let said = pay("QK2", "+254 712345678");
    assert!(said.starts_with("mpesa QK2: 100.00 KES of `ben`"), "{said}");
    let twin = ["subscriber", "add", "twin", "--phone", "254712345678"];
    weir(&twin).well();
    assert_eq!(pay("QK3", "0712345678"), "mpesa QK3: 100.00 KES, not assigned\n");
    weir(&["billing", "settings", "--calling-code", "none"]).well();
    assert_eq!(
        json(&installation, &["billing", "settings"])["calling_code"],
        serde_json::Value::Null
    );
}

#[test]
fn a_wallet_is_topped_up_by_itself_by_a_token_of_a_provider() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    let below = ["--below", "100 KES", "--by", "500 KES", "--provider", "paystack"];
    let set = [["wallet", "auto-top-up", "set", "ann"].as_slice(), &below].concat();
    weir(&set).refused(1, &["paystack has given no token of `ann` that could be charged"]);
    weir(&[set.as_slice(), &["--per-month", "1001"]].concat())
        .refused(1, &["1001 top-ups a month are too many; there are 1 to 1000"]);
    assert_eq!(json(&installation, &["wallet", "auto-top-up", "due"]), serde_json::json!([]));
    weir(&["wallet", "auto-top-up", "remove", "ann"]).well();
    assert!(weir(&["wallet", "show", "ann"]).well().out.contains("in the wallet  nothing"));
}
