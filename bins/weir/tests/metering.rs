//! What is paid by use, from the command line: samples and records in, invoices and credit notes out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    dead_code,
    unreachable_pub,
    reason = "a test fails by panicking, and uses a part of what tests share"
)]

mod support;

use std::fmt::Write as _;

use support::Installation;

/// One in Nairobi, with VAT of 16 %, where ann has had a product since June 2026 began.
fn shop(product: &[&str]) -> Installation {
    let installation = Installation::with_subscriber();
    for command in [
        ["tenant", "set", "default", "--time-zone", "Africa/Nairobi"].as_slice(),
        &["tax", "set", "VAT", "16%"],
        product,
    ] {
        installation.weir(command).well();
    }
    let name = product[2];
    let add = ["subscription", "add", "ann", "--product", name, "--align", "day 1"];
    installation.weir(&[add.as_slice(), &["--from", "2026-06-01"]].concat()).well();
    installation
}

/// The samples of June 2026 as CSV: so many with 180 Mbit/s, and the others with 80.
fn june(first: usize) -> String {
    let mut text = "at,down_bps,up_bps\n".to_owned();
    for place in 0..30 * 288 {
        let (day, minute) = (place / 288 + 1, place % 288 * 5);
        let (hour, minute) = (minute / 60, minute % 60);
        let rate = if place < first { "180M" } else { "80000000" };
        writeln!(text, "2026-06-{day:02} {hour:02}:{minute:02},{rate},1M").unwrap();
    }
    text
}

/// Insists that the explanation of a document has these words.
#[track_caller]
fn explains(installation: &Installation, label: &str, words: &[&str]) {
    let explained = installation.weir(&["invoice", "explain", label]).well().out;
    for words in words {
        assert!(explained.contains(words), "{explained}");
    }
}

#[test]
fn transit_is_sold_measured_billed_explained_and_credited() {
    let usage = "95th; committed 100M at 50000 KES; above 600 KES per 1M; peak 1G";
    let sla = "5% below 99.9%, 20% below 99%";
    let transit = ["product", "set", "transit", "--usage", usage, "--sla", sla, "--tax", "VAT"];
    let installation = shop(&transit);
    let weir = |args: &[&str]| installation.weir(args);
    let run = |at: &str| weir(&["billing", "run", "--at", at]).well().out;
    let shown = weir(&["product", "show", "transit"]).well().out;
    for words in [
        "use every 1 month, by-day: 95th; committed 100M at 50000.00 KES; above 600 KES per 1M; peak 1G",
        "promised: 5% below 99.9%, 20% below 99%",
    ] {
        assert!(shown.contains(words), "{shown}");
    }
    assert_eq!(run("2026-06-15"), "0 invoices until 2026-06-15\n");
    weir(&["billing", "run", "--at", "2026-07-01"]).refused(
        1,
        &[
            "subscriber `ann`, subscription 1",
            "8640 of its 8640 samples of 300 s are missing, the first that of \
           2026-06-01T00:00:00",
        ],
    );

    // 433 of 8640 samples are one more than does not count. Two rows are none.
    let mut samples = june(433);
    samples.push_str("2026-07-01 00:01,1,1\n2026-07-01 00:05,1,-1\n");
    std::fs::write(installation.path("june.csv"), &samples).unwrap();
    let import = ["metering", "import", "june.csv", "--subscription", "1", "--product", "transit"];
    let said = weir(&import).refused(
        1,
        &[
            "line 8642: 2026-07-01 00:01:00 does not begin five minutes",
            "line 8643: `-1` is not a rate",
        ],
    );
    assert_eq!(said.out, "8640 entered, 2 refused\n");
    assert_eq!(weir(&import).refused(1, &[]).out, "0 entered, 8640 known already, 2 refused\n");

    // 50000.00 and 80 x 600.00, and 16 % on it.
    assert_eq!(run("2026-07-01"), "1 invoices until 2026-07-01, 113680.00 KES\n");
    assert_eq!(run("2026-07-01"), "0 invoices until 2026-07-01\n");
    let words = [
        "transit: use of 2026-06-01 to 2026-06-30 (30 of 30 days): 95th percentile of 8640 samples without \
         the greatest 432: 180000000 bit/s down, 1000000 bit/s up, the greater 180000000 bit/s; 100000000 \
         bit/s committed at 50000.00 KES; 80000000 bit/s above that at 600 KES for 1000000 bit/s: 98000.00 \
         KES; charge 98000.00 KES",
        "VAT: 16% of 98000.00 KES: 15680.00 KES",
    ];
    explains(&installation, "INV-2026-000001", &words);

    // 8 of 720 hours: less than 99 %. 20 % of what June cost are given back.
    let outage = ["outage", "add", "--product", "transit", "--reason", "fibre cut"];
    let when = ["--from", "2026-06-10 08:00", "--until", "2026-06-10 16:00"];
    let said = weir(&[outage.as_slice(), when.as_slice()].concat()).well().out;
    assert_eq!(said, "outage 1 from 2026-06-10 08:00:00 until 2026-06-10 16:00:00\n");
    assert!(weir(&["outage", "list"]).well().out.contains("transit  from 2026-06-10 08:00:00"));
    assert_eq!(run("2026-07-02"), "1 invoices until 2026-07-02, -22736.00 KES\n");
    let words = "98000.00 KES, less 19600.00 KES (down 8 h in 1 outage of 720 h: available 98.8888%; below \
                 99%: 20% of 98000.00 KES), makes 78400.00 KES; 98000.00 KES billed before; credit -19600.00 \
                 KES";
    explains(&installation, "CN-2026-000001", &[words]);

    // A sample is corrected, late: then only 432 are above 80 Mbit/s. 20 % of 48000.00 less.
    let sample = ["metering", "add", "1", "transit", "--at", "2026-06-01 00:00"];
    let rates = ["--down", "80M", "--up", "1M"];
    let corrected = [sample.as_slice(), rates.as_slice()].concat();
    weir(&corrected).refused(1, &["is known with 180000000/1000000 bit/s down/up"]);
    let said = weir(&[corrected.as_slice(), &["--correct"]].concat()).well().out;
    assert_eq!(said, "corrected, at 2026-06-01\n");
    assert_eq!(run("2026-07-02"), "1 invoices until 2026-07-02, -44544.00 KES\n");
    let listed = weir(&["metering", "list", "1", "--from", "2026-06-29 03:00"]).well().out;
    assert!(
        listed.contains("transit  2026-06-29 03:00:00      288   80000000  1000000"),
        "{listed}"
    );
    let accounts = weir(&["ledger", "accounts"]).well().out;
    assert!(accounts.contains("all debits are all credits"), "{accounts}");
}

#[test]
fn a_fee_for_what_was_paid_by_use_alone_charges_nothing_that_is_over() {
    let installation = shop(&["product", "set", "sms", "--usage", "each 2 KES", "--no-tax"]);
    let weir = |args: &[&str]| installation.weir(args);
    let run = |at: &str| weir(&["billing", "run", "--at", at]).well().out;
    let add =
        ["metering", "add", "1", "sms", "--record", "a", "--at", "2026-06-05", "--units", "9"];
    weir(&add).well();
    let fee = ["product", "set", "sms", "--price", "310 KES", "--every", "1 month"];
    weir(&[fee.as_slice(), &["--from", "2026-07-10"]].concat()).well();
    // 9 at 2; in July nothing, since it had begun; August as a whole.
    assert_eq!(run("2026-07-31"), "1 invoices until 2026-07-31, 18.00 KES\n");
    assert_eq!(run("2026-08-01"), "1 invoices until 2026-08-01, 310.00 KES\n");

    // Without a moment it is in force from now on.
    weir(&["product", "set", "mail", "--usage", "each 1 KES", "--no-tax"]).well();
    weir(&["product", "set", "mail", "--price", "50 KES", "--every", "1 month"]).well();
    let shown = weir(&["product", "show", "mail"]).well().out;
    let fee = shown.lines().find(|line| line.contains("50.00 KES every 1 month")).unwrap();
    assert!(!fee.contains("always") && shown.contains("always"), "{shown}");
}

#[test]
fn what_is_paid_by_use_alone_is_an_offer_and_ends_with_its_period() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["tenant", "set", "default", "--time-zone", "Africa/Nairobi"]).well();
    weir(&["product", "set", "sms", "--usage", "each 2 KES", "--no-tax"]).well();
    let subscribe = ["subscription", "subscribe", "ann", "sms", "--align", "day 1"];
    weir(&[subscribe.as_slice(), &["--from", "2026-06-01"]].concat()).well();
    let add =
        ["metering", "add", "1", "sms", "--record", "a", "--at", "2026-06-05", "--units", "9"];
    weir(&add).well();
    let end = ["subscription", "terminate", "1", "--at-period-end", "--at", "2026-06-10"];
    let ended = weir(&end).well().out;
    assert!(ended.contains("2026-07-01"), "{ended}");
    let bill = ["billing", "run", "--at", "2026-07-01"];
    assert_eq!(weir(&bill).well().out, "1 invoices until 2026-07-01, 18.00 KES\n");
}

#[test]
fn a_part_of_a_month_has_its_part_of_the_minimum_and_of_what_is_free() {
    let usage = "each 20 KES; free 100; minimum 1000 KES";
    for (rule, expected) in [
        // Nine of 30 days, five of the 31 from 15 May on, and a month.
        ("by-day", ["charge 300.00 KES", "charge 161.29 KES", "charge 1000.00 KES"]),
        ("whole", ["charge 1000.00 KES"; 3]),
    ] {
        let product = ["product", "set", "traffic", "--usage", usage, "--proration", rule];
        let installation = shop(&[product.as_slice(), &["--tax", "VAT"]].concat());
        let weir = |args: &[&str]| installation.weir(args);
        weir(&["subscription", "change-day", "1", "day 15", "--at", "2026-06-10"]).well();
        weir(&["billing", "run", "--at", "2026-07-15"]).well();
        let explained = weir(&["invoice", "explain", "INV-2026-000001"]).well().out;
        let charged: Vec<_> = explained
            .lines()
            .filter(|line| line.starts_with("traffic"))
            .map(|line| line.rsplit_once("; ").unwrap().1)
            .collect();
        assert_eq!(charged, expected, "{explained}");
        let part = "9/30 of a period's minimum, free units and tiers";
        assert_eq!(explained.contains(part), rule == "by-day", "{explained}");
    }
}

#[test]
fn messages_are_billed_beside_a_price_and_what_is_wrong_is_said() {
    let usage = "graduated 100 at 2 KES, rest at 1 KES; free 50";
    let price = ["--price", "300 KES", "--every", "1 month", "--usage", usage, "--no-tax"];
    let installation = shop(&[["product", "set", "sms"].as_slice(), price.as_slice()].concat());
    let weir = |args: &[&str]| installation.weir(args);
    let run = |at: &str| weir(&["billing", "run", "--at", at]).well().out;
    let add = |record: &str, at: &str, units: &str| {
        let add = ["metering", "add", "1", "sms", "--record", record, "--at", at];
        weir(&[add.as_slice(), &["--units", units]].concat())
    };
    assert_eq!(run("2026-06-01"), "1 invoices until 2026-06-01, 300.00 KES\n");
    assert_eq!(add("a", "2026-06-05", "120").well().out, "entered, at 2026-06-05\n");
    assert_eq!(add("a", "2026-06-05", "120").well().out, "known already, at 2026-06-05\n");
    add("a", "2026-06-05", "121").refused(
        1,
        &["record `a` of `by hand` is known already, of 120 units instead of 121; correct it"],
    );
    add("b", "2026-06-30 23:59", "60").well();
    // 50 free, 100 at 2 and 30 at 1; and 300 for July.
    assert_eq!(run("2026-07-01"), "1 invoices until 2026-07-01, 530.00 KES\n");
    weir(&["metering", "remove", "by hand", "b"]).well();
    assert_eq!(run("2026-07-01"), "1 invoices until 2026-07-01, -90.00 KES\n");

    let set = |usage: &str| weir(&["product", "set", "x", "--usage", usage]);
    set("95th; committed 100M at 50000 KES")
        .refused(2, &["the clause `above` is missing: `above 600 KES per 1M`"]);
    set("graduated 100 at 2 KES").refused(2, &["units above 100 have no price"]);
    set("each 2 KES; fre 5").refused(2, &["`fre 5` cannot be in a price of usage"]);
    weir(&[
        "product",
        "set",
        "x",
        "--usage",
        "each 2 KES",
        "--sla",
        "20% below 99%, 5% below 99.9%",
    ])
    .refused(2, &["from step to step the availability falls and the credit rises"]);
    weir(&["product", "set", "x", "--from", "2026-01-01"]).refused(2, &["--usage"]);
    weir(&["outage", "add", "--from", "2026-06-01"]).refused(2, &["--everything"]);
    weir(&["outage", "end", "7"]).refused(1, &["there is no outage called `7`"]);
    weir(&["metering", "add", "1", "sms", "--record", "c"])
        .refused(1, &["it says neither how much was used nor until when"]);
    weir(&["metering", "add", "2", "sms", "--record", "c", "--units", "1"])
        .refused(1, &["there is no subscription 2"]);
}

/// What June costs by a price of use, of which so much was used: each record by its moment and options.
fn june_costs(usage: &str, records: &[(&str, &[&str])]) -> String {
    let installation = shop(&["product", "set", "x", "--usage", usage, "--no-tax"]);
    let weir = |args: &[&str]| installation.weir(args);
    for (place, (at, how)) in records.iter().enumerate() {
        let record = place.to_string();
        let add = ["metering", "add", "1", "x", "--record", &record, "--at", at];
        weir(&[add.as_slice(), how].concat()).well();
    }
    weir(&["billing", "run", "--at", "2026-07-01"]).well().out
}

#[test]
fn each_kind_of_price_costs_what_it_says() {
    let units = |count| ["--units", count];
    let bill = |amount: &str| format!("1 invoices until 2026-07-01, {amount} KES\n");
    let day = "2026-06-02 12:00";
    // All have the price of the tier that is reached: 150 at 10.00, and 100 at 20.00.
    let volume = "volume 100 at 20 KES, rest at 10 KES";
    assert_eq!(june_costs(volume, &[(day, &units("150"))]), bill("1500.00"));
    assert_eq!(june_costs(volume, &[(day, &units("100"))]), bill("2000.00"));
    // Each tier has its own: 100 at 20.00 and 50 at 10.00.
    let graduated = "graduated 100 at 20 KES, rest at 10 KES";
    assert_eq!(june_costs(graduated, &[(day, &units("150"))]), bill("2500.00"));
    // A package that is begun is paid: 2 at 50.00.
    let package = "package 100 at 50 KES";
    assert_eq!(june_costs(package, &[(day, &units("60")), (day, &units("41"))]), bill("100.00"));
    // 2.5 % of 1234.56 are 30.864.
    let percentage = "percentage 2.5% of KES";
    assert_eq!(june_costs(percentage, &[(day, &units("123456"))]), bill("30.86"));
    // 2.00 for a million octets, of which there were two and a half.
    let octets = "octets 1000000; by 1/1; otherwise 2 KES";
    let used = ["--until", "2026-06-02 13:00", "--units", "2500000"];
    assert_eq!(june_costs(octets, &[(day, &used)]), bill("5.00"));
    // Ten minutes of a Tuesday cost 100.00, of which 40.00 are the most; two of a Monday that is a holiday
    // 2.00; and one in the night 5.00.
    let calls = "time 60; by 60/60; rate feast 1 KES holiday 00:00-24:00; \
                 rate peak 10 KES mon-fri 08:00-20:00; otherwise 5 KES; maximum 40 KES; \
                 holidays 2026-06-01";
    let records: [(&str, &[&str]); 3] = [
        ("2026-06-02 10:00", &["--until", "2026-06-02 10:10"]),
        ("2026-06-01 10:00", &["--until", "2026-06-01 10:02"]),
        ("2026-06-03 23:00", &["--until", "2026-06-03 23:01"]),
    ];
    assert_eq!(june_costs(calls, &records), bill("47.00"));
}
