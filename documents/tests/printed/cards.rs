use documents::{Card, CardLayout, Cards, DocumentError};

use crate::invoices::{DECEMBER, at, money};
use crate::paper::{codes, fonts, pages};

fn link(serial: u32) -> String {
    format!("http://login.savanna.example/login?username=K7MP2QXR{serial:04}")
}

fn cards(count: u32) -> Cards {
    let card =
        |serial: u32| Card { serial, code: format!("K7MP-2QXR-{serial:04}"), link: link(serial) };
    Cards {
        seller: "Savanna Networks".to_owned(),
        worth: "plan hotspot for 30 days, 10GB".to_owned(),
        price: money("100 KES"),
        note: Some("use within 6 months".to_owned()),
        at: at(DECEMBER),
        batch: 3,
        cards: (1..=count).map(card).collect(),
    }
}

#[test]
fn a_sheet_has_24_cards_and_each_code_is_read_from_paper() {
    let Some(fonts) = fonts() else { return };
    let pdf = cards(30).to_pdf(&fonts, CardLayout::A4).unwrap();
    let links = |serials: std::ops::RangeInclusive<u32>| serials.map(link).collect::<Vec<_>>();
    // Three times 62 mm and eight times 34 mm in the middle of A4.
    let card = |place: usize| [12 + 62 * (place % 3), 12 + 34 * (place / 3), 62, 34];
    let sheet: Vec<_> = (0..24).map(card).collect();
    assert_eq!(codes(&pdf, &sheet), [links(1..=24), links(25..=30)]);
    let text = pages(&pdf);
    assert_eq!(text.len(), 2);
    let words = text.concat().join(" ");
    for serial in 1..=30 {
        assert!(words.contains(&format!("K7MP-2QXR-{serial:04} 3-{serial}")), "{serial}: {words}");
    }
    assert_eq!(words.matches("KES 100.00").count(), 30);
    assert_eq!(words.matches("Savanna Networks").count(), 30);
}

#[test]
fn a_roll_has_a_card_to_a_page() {
    let Some(fonts) = fonts() else { return };
    for paper_mm in [58, 80] {
        let pdf = cards(3).to_pdf(&fonts, CardLayout::Thermal { paper_mm }).unwrap();
        assert_eq!(codes(&pdf, &[]), [[link(1)], [link(2)], [link(3)]]);
        let text = pages(&pdf);
        let page = |serial: u32| {
            [
                "Savanna Networks".to_owned(),
                "plan hotspot for 30 days, 10GB".to_owned(),
                "use within 6 months".to_owned(),
                format!("K7MP-2QXR-{serial:04}"),
                format!("KES 100.00 3-{serial}"),
            ]
        };
        assert_eq!(text, [page(1), page(2), page(3)], "{paper_mm} mm");
    }
}

#[test]
fn what_does_not_fit_on_a_card_is_refused() {
    let Some(fonts) = fonts() else { return };
    let refused = |cards: &Cards, layout| cards.to_pdf(&fonts, layout).unwrap_err().to_string();
    let wordy = Cards { worth: "much for little ".repeat(12), ..cards(1) };
    let problem = refused(&wordy, CardLayout::A4);
    assert!(problem.ends_with("does not fit into the 32 mm of its place"), "{problem}");
    let narrow = refused(&cards(1), CardLayout::Thermal { paper_mm: 30 });
    assert_eq!(narrow, "`a voucher` does not fit into the 30 mm of its place");
    let mut long = cards(1);
    long.cards[0].link = "x".repeat(3000);
    let error = long.to_pdf(&fonts, CardLayout::A4).unwrap_err();
    assert_eq!(error, DocumentError::CodeTooLong { text: "x".repeat(3000) });
}

#[test]
fn a_card_does_not_show_its_code_where_it_is_not_printed() {
    assert_eq!(format!("{:?}", cards(1).cards), "[Card { serial: 1, .. }]");
}
