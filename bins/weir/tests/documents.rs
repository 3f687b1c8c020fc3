//! Documents at the command line: what is printed is what was said when it became final, to the octet.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    dead_code,
    unreachable_pub,
    reason = "a test fails by panicking, and uses a part of what tests share"
)]

mod support;

use std::path::Path;
use std::process::Command;

use support::{Installation, json};

/// Whether there is what sets documents and reads them; under CI=true it must be there.
fn has_peers() -> bool {
    let has_font = Path::new("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").is_file();
    let has_poppler = Command::new("pdftotext").arg("-v").output().is_ok();
    let has_all = has_font && has_poppler;
    assert!(has_all || std::env::var("CI").as_deref() != Ok("true"), "fonts or poppler missing");
    if !has_all {
        eprintln!("NOT RUN: fonts-dejavu-core or poppler-utils is not installed");
    }
    has_all
}

/// What is written in a file, with one blank where there are several.
fn text(installation: &Installation, file: &str) -> String {
    let path = installation.path(file);
    let output = Command::new("pdftotext").arg("-layout").arg(path).arg("-").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn octets(installation: &Installation, file: &str) -> Vec<u8> {
    std::fs::read(installation.path(file)).unwrap()
}

/// One in Nairobi that sells `fibre-100` and `fibre-50`, and has said who it is.
fn shop() -> Installation {
    let installation = Installation::with_subscriber();
    let monthly = ["--every", "1 month", "--tax", "VAT"];
    let product = |name: &str, price: &str| {
        let product = ["product", "set", name, "--plan", "home", "--price", price];
        installation.weir(&[product.as_slice(), &monthly].concat()).well();
    };
    for command in [
        ["tenant", "set", "default", "--time-zone", "Africa/Nairobi"].as_slice(),
        &["tax", "set", "VAT", "16%"],
    ] {
        installation.weir(command).well();
    }
    product("fibre-100", "150000 KES");
    product("fibre-50", "90000.50 KES");
    let seller = ["--name", "Savanna Networks Ltd", "--tax-number", "P051234567X"];
    let address = ["--address", "Ngong Road 12", "--address", "Nairobi"];
    let beside = ["--payment", "Paybill 400200", "--footer", "Registered in Kenya"];
    let seller = [&["billing", "seller"], seller.as_slice(), &address, &beside].concat();
    installation.weir(&seller).well();
    installation
}

/// Acme has two subscriptions, of which one serves `site-1` and the other one has an order of its own, and was
/// billed for December.
fn billed() -> Installation {
    let installation = shop();
    let on_the_first = ["--align", "day 1", "--from", "2025-12-01"];
    let subscribe = |product: &[&str]| {
        let add = ["subscription", "add", "acme", "--product"];
        installation.weir(&[add.as_slice(), product, &on_the_first].concat()).well();
    };
    for command in [
        ["subscriber", "add", "acme", "--full-name", "Acme Widgets"].as_slice(),
        &["service", "add", "site-1", "--plan", "home", "--subscriber", "acme", "--password", "x"],
        &[
            "subscriber",
            "set",
            "acme",
            "--billing-name",
            "Acme Widgets Plc",
            "--address",
            "Westlands Road 5",
            "--tax-number",
            "A00987654Z",
            "--email",
            "accounts@acme.example",
            "--purchase-order",
            "PO-1",
            "--payment-days",
            "30",
        ],
    ] {
        installation.weir(command).well();
    }
    subscribe(&["fibre-100", "--service", "site-1"]);
    subscribe(&["fibre-50"]);
    for command in [
        ["subscription", "purchase-order", "2", "PO-2"].as_slice(),
        &["billing", "run", "--at", "2025-12-01"],
    ] {
        installation.weir(command).well();
    }
    installation
}

#[test]
fn an_invoice_is_printed_as_it_was_when_it_became_final() {
    if !has_peers() {
        return;
    }
    let installation = billed();
    let weir = |args: &[&str]| installation.weir(args);
    let said = weir(&["invoice", "print", "INV-2025-000001"]).well().out;
    assert_eq!(said, "INV-2025-000001 is in INV-2025-000001.pdf\n");
    let printed = text(&installation, "INV-2025-000001.pdf");
    for line in [
        "Savanna Networks Ltd Invoice",
        "Tax no. P051234567X",
        "Acme Widgets Plc",
        "Westlands Road 5",
        "Due date 2025-12-31",
        "Purchase order PO-1",
        "site-1 · subscription 1",
        "fibre-100 2025-12-01 – 2025-12-31 150,000.00 174,000.00",
        "2025-12-01 to 2025-12-31 (31 of 31 days) at 150000.00 KES: 150000.00 KES;",
        "subscription 2 · purchase order PO-2",
        "fibre-50 2025-12-01 – 2025-12-31 90,000.50 104,400.58",
        "Net 240,000.50",
        "VAT 16% of 240,000.50 38,400.08",
        "Total, KES 278,400.58",
        "Please pay KES 278,400.58 by 2025-12-31.",
        "Paybill 400200",
        "Invoice INV-2025-000001 Page 1 of 1",
        "Registered in Kenya",
    ] {
        assert!(printed.contains(line), "`{line}` is missing:\n{printed}");
    }

    // Everybody moves, and the orders change: what is final stays, to the octet.
    for command in [
        ["subscriber", "set", "acme", "--address", "Mombasa Road 1", "--payment-days", "none"]
            .as_slice(),
        &["billing", "seller", "--name", "Savanna Networks Plc"],
        &["subscription", "purchase-order", "2", "none"],
        &["invoice", "print", "INV-2025-000001", "--output", "again.pdf"],
    ] {
        weir(command).well();
    }
    let first = octets(&installation, "INV-2025-000001.pdf");
    assert!(first == octets(&installation, "again.pdf"), "it was printed otherwise");
}

#[test]
fn what_is_paid_and_given_back_is_printed() {
    if !has_peers() {
        return;
    }
    let installation = billed();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["subscriber", "set", "acme", "--address", "Mombasa Road 1"]).well();
    weir(&["billing", "seller", "--name", "Savanna Networks Plc"]).well();

    // A payment is what is settled of it, and nothing else of it changes.
    weir(&["payment", "add", "acme", "100000 KES", "--number", "R-1"]).well();
    weir(&["invoice", "print", "INV-2025-000001", "--output", "paid.pdf"]).well();
    let paid = text(&installation, "paid.pdf");
    for line in ["Paid or credited 100,000.00", "Still to be paid 178,400.58", "Westlands Road 5"] {
        assert!(paid.contains(line), "`{line}` is missing:\n{paid}");
    }

    weir(&[
        "invoice",
        "credit",
        "INV-2025-000001",
        "--line",
        "1",
        "--amount",
        "500 KES",
        "--reason",
        "outage",
    ])
    .well();
    let note = json(&installation, &["invoice", "list", "--subscriber", "acme"]);
    let label = note[1]["number"].as_str().unwrap();
    weir(&["invoice", "print", label, "--output", "note.pdf"]).well();
    let note = text(&installation, "note.pdf");
    for line in [
        "Savanna Networks Plc Credit note",
        "Mombasa Road 1",
        "Credits INV-2025-000001",
        "Reason outage",
        "fibre-100 -500.00 -580.00",
        "Total credited, KES -580.00",
    ] {
        assert!(note.contains(line), "`{line}` is missing:\n{note}");
    }
    let missing = weir(&["invoice", "print", "INV-2025-000009"]);
    missing.refused(1, &["INV-2025-000009"]);
}

#[test]
fn what_will_be_billed_and_what_has_moved_are_printed_as_well() {
    if !has_peers() {
        return;
    }
    let installation = billed();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["invoice", "preview", "acme", "--at", "2026-01-01", "--output", "next.pdf"]).well();
    let next = text(&installation, "next.pdf");
    for line in [
        "Savanna Networks Ltd Proforma invoice",
        "Acme Widgets Plc Purchase order PO-1",
        "site-1 · subscription 1",
        "fibre-100 2026-01-01 – 2026-01-31 150,000.00 174,000.00",
        "Total, KES 278,400.58",
    ] {
        assert!(next.contains(line), "`{line}` is missing:\n{next}");
    }
    assert!(!next.contains("Number"), "{next}");
    let nothing = weir(&["invoice", "preview", "acme", "--at", "2025-12-01"]);
    nothing.refused(1, &["nothing would be billed to `acme` by then"]);

    let statement =
        ["customer", "statement", "acme", "--from", "2025-12-01", "--until", "2026-01-01"];
    weir(&[statement.as_slice(), &["--pdf"]].concat()).well();
    let statement = text(&installation, "statement-acme.pdf");
    for line in [
        "Savanna Networks Ltd Statement",
        "Until 2025-12-31",
        "2025-12-01 Invoice INV-2025-000001 278,400.58 278,400.58",
        "Owed then 278,400.58",
    ] {
        assert!(statement.contains(line), "`{line}` is missing:\n{statement}");
    }
}

#[test]
fn without_a_seller_or_a_letter_nothing_is_printed() {
    if !has_peers() {
        return;
    }
    let installation = billed();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["subscriber", "set", "acme", "--billing-name", "श्री Ltd"]).well();
    weir(&["billing", "run", "--at", "2026-01-01"]).well();
    let print = ["invoice", "print", "INV-2026-000001"];
    // A machine with a font for it prints it; without one the letter is named.
    let noto = Path::new("/usr/share/fonts/truetype/noto/NotoSansDevanagari-Regular.ttf");
    if noto.is_file() {
        weir(&print).well();
    } else {
        weir(&print).refused(1, &["`श`", "U+0936", "Devanagari", "fonts-noto-core", "--font"]);
        assert!(!installation.path("INV-2026-000001.pdf").exists());
    }
    let not_a_font = [print.as_slice(), &["--font", "weir.toml"]].concat();
    weir(&not_a_font).refused(1, &["`weir.toml` is no OpenType or TrueType font"]);

    let installation = Installation::with_subscriber();
    installation
        .weir(&["voucher", "batch", "--quantity", "2", "--price", "100 KES", "--refill", "100 KES"])
        .well();
    installation.weir(&["voucher", "print", "1"]).refused(1, &["weir billing seller --name"]);
}

#[test]
fn vouchers_are_printed_while_they_can_be_used() {
    if !has_peers() {
        return;
    }
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    for command in [
        ["billing", "seller", "--name", "Savanna"].as_slice(),
        &["voucher", "batch", "--quantity", "30", "--price", "100 KES", "--refill", "120 KES"],
        &["subscriber", "add", "bob"],
        &["voucher", "sell", "1", "all", "--till", "cash"],
    ] {
        weir(command).well();
    }
    let codes = weir(&["voucher", "export", "1"]).well().out;
    let codes: Vec<_> = codes.lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect();
    weir(&["voucher", "redeem", codes[0], "--subscriber", "bob"]).well();

    weir(&["voucher", "print", "1", "--output", "sheet.pdf"]).well();
    let sheet = text(&installation, "sheet.pdf");
    assert!(!sheet.contains(codes[0]), "it was used");
    for code in &codes[1..] {
        assert!(sheet.contains(code), "{code} is missing:\n{sheet}");
    }
    assert!(sheet.contains("120.00 KES in the wallet"), "{sheet}");
    weir(&["billing", "settings", "--voucher-link", "http://10.0.0.1/login?u={code}"]).well();
    let roll = ["voucher", "print", "1", "--layout", "thermal", "--paper-width", "80"];
    weir(&[roll.as_slice(), &["--range", "2-3", "--output", "roll.pdf"]].concat()).well();
    let roll = text(&installation, "roll.pdf");
    assert_eq!(roll.matches("KES 100.00 1-").count(), 2, "{roll}");
    weir(&["voucher", "print", "1", "--range", "1"])
        .refused(1, &["no voucher of these in batch 1"]);
}

#[test]
fn a_tax_on_taxes_is_printed_with_what_it_is_taken_on() {
    if !has_peers() {
        return;
    }
    let installation = shop();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["tax", "set", "Excise duty", "15%"]).well();
    weir(&["tax", "set", "VAT on both", "16%", "--on-taxes"]).well();
    let line = ["product", "set", "line", "--price", "264.97 USD", "--every", "1 month"];
    let taxes = ["--tax", "Excise duty", "--tax", "VAT on both"];
    weir(&[line.as_slice(), &taxes].concat()).well();
    let from = ["--align", "day 1", "--from", "2025-12-01"];
    weir(&[&["subscription", "add", "ann", "--product", "line"], from.as_slice()].concat()).well();
    let preview = ["invoice", "preview", "ann", "--at", "2025-12-01", "--output", "preview.pdf"];
    weir(&preview).well();
    weir(&["billing", "run", "--at", "2025-12-01"]).well();
    weir(&["invoice", "print", "INV-2025-000001", "--output", "invoice.pdf"]).well();
    for file in ["preview.pdf", "invoice.pdf"] {
        let printed = text(&installation, file);
        for line in [
            "Net 264.97",
            "Excise duty 15% of 264.97 39.75",
            "VAT on both 16% of 304.72 48.75",
            "Total, USD 353.47",
        ] {
            assert!(printed.contains(line), "`{line}` is missing:\n{printed}");
        }
    }
}
