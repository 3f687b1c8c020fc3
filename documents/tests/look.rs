//! to be removed
use billing_core::{Money, Percentage, Tax, TaxBase};
use documents::*;
use entitlement::{TimeZone, Timestamp};
fn fonts() -> Fonts {
    let d = "/usr/share/fonts/truetype/dejavu/";
    Fonts::new([FontFile {
        name: "x".into(),
        octets: std::fs::read(format!("{d}DejaVuSans.ttf")).unwrap(),
        bold: Some(std::fs::read(format!("{d}DejaVuSans-Bold.ttf")).unwrap()),
    }])
    .unwrap()
}
fn invoice(n: usize) -> Invoice {
    let kes = |m: i64| Money::new(m, "KES".parse().unwrap());
    let at = Timestamp::from_unix_ms(1_796_072_400_000);
    let from = Timestamp::from_unix_ms(1_793_480_400_000);
    Invoice {
        kind: InvoiceKind::Invoice, number: Some("INV-2026-000017".into()),
        seller: Seller { name: "Savanna Networks Limited".into(), address: vec!["Plot 12, Ngong Road".into(), "P.O. Box 1234-00100".into(), "Nairobi, Kenya".into()], tax_number: Some("P051234567X".into()), contact: Some("billing@savanna.example · +254 700 000000".into()), payment_instructions: Some("M-PESA paybill 400200, account alice\nBank: Example Bank, account 0123456789, SWIFT EXBKKENA".into()), footer: Some("Savanna Networks Limited · registered in Kenya, no. C.123456\nThank you for being our customer.".into()) },
        buyer: Buyer { name: "Müller & Söhne Çelik İnşaat — Ελλάς Жанна محمد علي".into(), address: vec!["Westlands Road 5".into(), "Nairobi".into()], tax_number: Some("A00987654Z".into()), email: Some("accounts@acme.example".into()), account: "acme".into() },
        zone: TimeZone::named("Africa/Nairobi").unwrap(), issued_at: at, due_at: Some(at.plus_s(30*86400)), purchase_order: Some("PO-2026-4711".into()),
        lines: (0..n).map(|i| InvoiceLine { subscription: 1 + (i/3) as i64, service: Some(format!("site-{}@acme", 1+i/3)), purchase_order: None, product: "fibre-100".into(), period: Some((from, at)), explanation: "fibre-100: 2026-11-01 to 2026-11-30 (30 of 30 days) at 150000.00 KES: 150000.00 KES, less 15000.00 KES (10% off: Loyal), makes 135000.00 KES; charge 135000.00 KES".into(), net: kes(13_500_000 - (i as i64)*1_234_567), gross: kes(15_660_000 - (i as i64)*1_432_098) }).collect(),
        taxes: vec![InvoiceTax { tax: Tax { name: "VAT".into(), rate: "16%".parse::<Percentage>().unwrap(), base: TaxBase::Price }, net: kes(13_500_000), amount: kes(2_160_000) }],
        net: kes(13_500_000), gross: kes(15_660_000), settled: Some(kes(5_000_000)),
    }
}
#[test]
fn look() {
    let f = fonts();
    std::fs::write("/tmp/d/inv3.pdf", invoice(3).to_pdf(&f).unwrap()).unwrap();
    std::fs::write("/tmp/d/inv200.pdf", invoice(200).to_pdf(&f).unwrap()).unwrap();
    let mut c = invoice(2);
    c.kind = InvoiceKind::CreditNote {
        credits: Some(("INV-2026-000016".into(), "outage in May".into())),
    };
    c.due_at = None;
    c.number = Some("CN-2026-000001".into());
    c.settled = None;
    c.net = c.net.negated().unwrap();
    c.gross = c.gross.negated().unwrap();
    std::fs::write("/tmp/d/cn.pdf", c.to_pdf(&f).unwrap()).unwrap();
    let cards = |n: u32| Cards {
        seller: "Savanna Networks".into(),
        worth: "plan hotspot for 30 days, 10GB".into(),
        price: Money::new(10000, "KES".parse().unwrap()),
        note: Some("Use by 2027-06-30".into()),
        at: Timestamp::from_unix_ms(1_796_072_400_000),
        batch: 3,
        cards: (1..=n)
            .map(|s| Card {
                serial: s,
                code: format!("CAFE-K7MP-2QXR-{s:04}-C"),
                link: format!("http://login.savanna.example/login?code=CAFEK7MP2QXR{s:04}C"),
            })
            .collect(),
    };
    std::fs::write("/tmp/d/a4.pdf", cards(30).to_pdf(&f, CardLayout::A4).unwrap()).unwrap();
    std::fs::write(
        "/tmp/d/thermal.pdf",
        cards(2).to_pdf(&f, CardLayout::Thermal { paper_mm: 58 }).unwrap(),
    )
    .unwrap();
    let t = std::time::Instant::now();
    let b = cards(10_000).to_pdf(&f, CardLayout::A4).unwrap();
    println!("10000: {:?} {} octets", t.elapsed(), b.len());
    std::fs::write("/tmp/d/many.pdf", b).unwrap();
}
