use billing_core::invoice::Seller;
use billing_core::{Money, Tax, TaxBase};
use documents::{Buyer, Invoice, InvoiceKind, InvoiceLine, InvoiceTax};
use entitlement::{TimeZone, Timestamp};

use crate::paper::{fonts, pages};

/// The first moments of November and December 2026 in Nairobi.
pub const NOVEMBER: i64 = 1_793_480_400;
pub const DECEMBER: i64 = 1_796_072_400;
const DAY_S: i64 = 86_400;

pub fn at(s: i64) -> Timestamp {
    Timestamp::from_unix_s(s)
}

pub fn money(text: &str) -> Money {
    text.parse().unwrap()
}

pub fn seller() -> Seller {
    let text = |text: &str| Some(text.to_owned());
    Seller {
        name: "Savanna Networks Limited".to_owned(),
        address: vec!["Ngong Road 12".to_owned(), "00100 Nairobi".to_owned()],
        tax_number: text("P051234567X"),
        contact: text("billing@savanna.example"),
        payment_instructions: text("M-PESA paybill 400200\nExample Bank, account 0123456789"),
        footer: text("Registered in Kenya, C.123456"),
    }
}

pub fn buyer() -> Buyer {
    Buyer {
        name: "Acme Widgets Plc".to_owned(),
        address: vec!["Westlands Road 5".to_owned(), "00800 Nairobi".to_owned()],
        tax_number: Some("A00987654Z".to_owned()),
        email: Some("accounts@acme.example".to_owned()),
        account: "acme".to_owned(),
    }
}

fn line(subscription: i64, product: &str, net: &str, gross: &str) -> InvoiceLine {
    InvoiceLine {
        subscription: Some(subscription),
        service: Some(format!("site-{subscription}@acme")),
        purchase_order: None,
        product: product.to_owned(),
        period: Some((at(NOVEMBER), at(DECEMBER))),
        explanation: format!("{product}: 30 of 30 days; charge {net}"),
        net: money(net),
        gross: money(gross),
    }
}

fn vat(base: &str, amount: &str) -> InvoiceTax {
    let tax = Tax { name: "VAT".into(), rate: "16%".parse().unwrap(), base: TaxBase::Price };
    InvoiceTax { tax, base: money(base), amount: money(amount) }
}

/// Three lines of two subscriptions, of which one has an order of its own; a part is paid.
fn three_lines() -> Invoice {
    let mut router = line(2, "router", "2500 KES", "2900 KES");
    router.period = None;
    let mut second = line(2, "fibre-50", "120000.50 KES", "139200.58 KES");
    for line in [&mut router, &mut second] {
        line.purchase_order = Some("PO-2".to_owned());
    }
    Invoice {
        kind: InvoiceKind::Invoice,
        number: Some("INV-2026-000017".to_owned()),
        seller: seller(),
        buyer: buyer(),
        zone: TimeZone::named("Africa/Nairobi").unwrap(),
        issued_at: at(DECEMBER),
        due_at: Some(at(DECEMBER + 30 * DAY_S)),
        purchase_order: Some("PO-1".to_owned()),
        lines: vec![line(1, "fibre-100", "1350000 KES", "1566000 KES"), second, router],
        taxes: vec![vat("1472500.50 KES", "235600.08 KES")],
        net: money("1472500.50 KES"),
        gross: money("1708100.58 KES"),
        settled: Some(money("1000000 KES")),
    }
}

#[test]
fn an_invoice_says_who_what_when_and_how_much() {
    let Some(fonts) = fonts() else { return };
    let pdf = three_lines().to_pdf(&fonts).unwrap();
    assert_eq!(
        pages(&pdf),
        [[
            "Savanna Networks Limited Invoice",
            "Ngong Road 12",
            "00100 Nairobi",
            "Tax no. P051234567X",
            "billing@savanna.example",
            "Bill to Number INV-2026-000017",
            "Acme Widgets Plc Date 2026-12-01",
            "Westlands Road 5 Due date 2026-12-31",
            "00800 Nairobi Purchase order PO-1",
            "Tax no. A00987654Z Customer acme",
            "accounts@acme.example",
            "Currency KES",
            "Description Period Net With taxes",
            "site-1@acme · subscription 1",
            "fibre-100 2026-11-01 – 2026-11-30 1,350,000.00 1,566,000.00",
            "30 of 30 days; charge 1350000 KES",
            "site-2@acme · subscription 2 · purchase order PO-2",
            "fibre-50 2026-11-01 – 2026-11-30 120,000.50 139,200.58",
            "30 of 30 days; charge 120000.50 KES",
            "router 2,500.00 2,900.00",
            "30 of 30 days; charge 2500 KES",
            "Net 1,472,500.50",
            "VAT 16% of 1,472,500.50 235,600.08",
            "Total, KES 1,708,100.58",
            "Paid or credited 1,000,000.00",
            "Still to be paid 708,100.58",
            "Payment",
            "Please pay KES 708,100.58 by 2026-12-31.",
            "M-PESA paybill 400200",
            "Example Bank, account 0123456789",
            "Invoice INV-2026-000017 Page 1 of 1",
            "Registered in Kenya, C.123456",
        ]]
    );
}

#[test]
fn the_same_document_is_the_same_octets() {
    let Some(first) = fonts() else { return };
    let (invoice, second) = (three_lines(), fonts().unwrap());
    let pdf = invoice.to_pdf(&first).unwrap();
    assert_eq!(pdf, invoice.to_pdf(&second).unwrap());
    let moment = b"/CreationDate(D:20261130210000Z";
    let compact: Vec<u8> = pdf.iter().copied().filter(|octet| *octet != b' ').collect();
    assert!(compact.windows(moment.len()).any(|at| at == moment), "it is of the document's moment");
    let other = Invoice { number: Some("INV-2026-000018".to_owned()), ..invoice };
    assert_ne!(pdf, other.to_pdf(&first).unwrap());
}

#[test]
fn a_paid_invoice_asks_for_nothing() {
    let Some(fonts) = fonts() else { return };
    let invoice = Invoice { settled: Some(money("1708100.58 KES")), ..three_lines() };
    let text = pages(&invoice.to_pdf(&fonts).unwrap()).concat();
    assert!(text.contains(&"Still to be paid 0.00".to_owned()), "{text:?}");
    assert!(text.contains(&"This invoice is paid. Thank you.".to_owned()), "{text:?}");
    assert!(!text.iter().any(|line| line.starts_with("Please pay")), "{text:?}");
}

#[test]
fn two_hundred_lines_have_the_head_of_their_table_on_each_page() {
    let Some(fonts) = fonts() else { return };
    let amount =
        |place: i64, add: i64| Money::new(100_000 + 7 * place + add, money("1 KES").currency());
    let lines = (1..=200).map(|place| InvoiceLine {
        net: amount(place, 0),
        gross: amount(place, 16_000),
        ..line(1 + place / 3, &format!("product-{place}"), "1 KES", "1 KES")
    });
    let invoice = Invoice { lines: lines.collect(), ..three_lines() };
    let pages = pages(&invoice.to_pdf(&fonts).unwrap());
    let count = pages.len();
    assert!((8..=15).contains(&count), "{count} pages");
    let mut products = Vec::new();
    for (number, page) in (1..).zip(&pages) {
        let has = |line: &str| page.iter().any(|it| it == line);
        assert!(has("Description Period Net With taxes"), "page {number}: {page:?}");
        assert!(has(&format!("Invoice INV-2026-000017 Page {number} of {count}")), "{page:?}");
        assert!(has("Registered in Kenya, C.123456"), "{page:?}");
        assert!(number == 1 || page[0] == "Invoice INV-2026-000017 acme", "{page:?}");
        products.extend(page.iter().filter(|line| line.starts_with("product-")).cloned());
    }
    let expected = (1..=200).map(|place: i64| {
        let minor = 100_000 + 7 * place;
        let figures = |minor: i64| format!("1,{:03}.{:02}", minor / 100 % 1000, minor % 100);
        let (net, gross) = (figures(minor), figures(minor + 16_000));
        format!("product-{place} 2026-11-01 – 2026-11-30 {net} {gross}")
    });
    assert_eq!(products, expected.collect::<Vec<_>>());
    let last = pages.last().unwrap();
    assert!(last.contains(&"Total, KES 1,708,100.58".to_owned()), "{last:?}");
}

#[test]
fn a_credit_note_names_what_it_gives_back_and_why() {
    let Some(fonts) = fonts() else { return };
    let why = ("INV-2026-000017".to_owned(), "outage in May".to_owned());
    let note = Invoice {
        kind: InvoiceKind::CreditNote { credits: Some(why) },
        number: Some("CN-2026-000001".to_owned()),
        due_at: None,
        lines: vec![line(1, "fibre-100", "-500 KES", "-580 KES")],
        taxes: vec![vat("-500 KES", "-80 KES")],
        net: money("-500 KES"),
        gross: money("-580 KES"),
        settled: None,
        ..three_lines()
    };
    let text = pages(&note.to_pdf(&fonts).unwrap()).concat();
    for line in [
        "Savanna Networks Limited Credit note",
        "Bill to Number CN-2026-000001",
        "Credits INV-2026-000017",
        "fibre-100 2026-11-01 – 2026-11-30 -500.00 -580.00",
        "VAT 16% of -500.00 -80.00",
        "Total credited, KES -580.00",
        "Credit note CN-2026-000001 Page 1 of 1",
    ] {
        assert!(text.iter().any(|it| it.ends_with(line)), "`{line}` is missing: {text:#?}");
    }
    assert!(text.iter().any(|it| it.ends_with("outage in May")), "{text:#?}");
    assert!(!text.iter().any(|it| it == "Payment" || it.contains("Due date")), "{text:#?}");
}

#[test]
fn a_proforma_has_no_number_and_is_not_due() {
    let Some(fonts) = fonts() else { return };
    let (kind, number, due_at, settled) = (InvoiceKind::Proforma, None, None, None);
    let proforma = Invoice { kind, number, due_at, settled, ..three_lines() };
    let text = pages(&proforma.to_pdf(&fonts).unwrap()).concat();
    assert_eq!(text[0], "Savanna Networks Limited Proforma invoice");
    assert!(text.contains(&"Total, KES 1,708,100.58".to_owned()), "{text:?}");
    assert!(text.contains(&"M-PESA paybill 400200".to_owned()), "{text:?}");
    assert!(!text.iter().any(|it| it.contains("Number") || it.contains("Please pay")), "{text:?}");
}

#[test]
fn amounts_have_the_digits_of_their_currency() {
    let Some(fonts) = fonts() else { return };
    for (net, tax, gross, printed) in [
        ("12345 JPY", "1975 JPY", "14320 JPY", ["12,345", "1,975", "Total, JPY 14,320"]),
        (
            "1234.567 BHD",
            "197.531 BHD",
            "1432.098 BHD",
            ["1,234.567", "197.531", "Total, BHD 1,432.098"],
        ),
    ] {
        let invoice = Invoice {
            lines: vec![line(1, "fibre", net, gross)],
            taxes: vec![vat(net, tax)],
            net: money(net),
            gross: money(gross),
            settled: None,
            ..three_lines()
        };
        let text = pages(&invoice.to_pdf(&fonts).unwrap()).concat();
        let [net, tax, total] = printed;
        let (net, tax) = (format!("Net {net}"), format!("VAT 16% of {net} {tax}"));
        for line in [&net, &tax, total] {
            assert!(text.iter().any(|it| it == line), "`{line}` is missing: {text:#?}");
        }
    }
}

#[test]
fn long_words_are_broken_and_nothing_is_left_out() {
    let Some(fonts) = fonts() else { return };
    let mut invoice = three_lines();
    let long = "x".repeat(150);
    invoice.lines[0].explanation = format!("{} {long} end", "many words ".repeat(30));
    invoice.buyer.name =
        "The Very Long Name of a Company with Branches Everywhere Limited".to_owned();
    let written = |invoice: &Invoice| pages(&invoice.to_pdf(&fonts).unwrap()).concat().join(" ");
    let text = written(&invoice);
    assert_eq!(text.matches("many words").count(), 30);
    invoice.lines[0].explanation.clear();
    assert_eq!(text.matches('x').count() - written(&invoice).matches('x').count(), 150);
    assert!(text.contains(" end "), "{text}");
    for word in invoice.buyer.name.split(' ') {
        assert!(text.contains(word), "{word}: {text}");
    }
}
