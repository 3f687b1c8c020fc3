use documents::{Buyer, DocumentError, FontFile, Fonts, Invoice, InvoiceKind};
use entitlement::TimeZone;

use crate::invoices::{DECEMBER, at, buyer, money, seller};
use crate::paper::{fonts, octets, pages};

fn billed_to(name: &str) -> Invoice {
    Invoice {
        kind: InvoiceKind::Proforma,
        number: None,
        seller: seller(),
        buyer: Buyer { name: name.to_owned(), ..buyer() },
        zone: TimeZone::UTC,
        issued_at: at(DECEMBER),
        due_at: None,
        purchase_order: None,
        lines: Vec::new(),
        taxes: Vec::new(),
        net: money("0 KES"),
        gross: money("0 KES"),
        settled: None,
    }
}

#[test]
fn names_come_out_as_they_are_written() {
    let Some(fonts) = fonts() else { return };
    for name in [
        "Müller & Söhne Çelik İnşaat Łódź",
        "Жанна Ельцина",
        "Ελληνικά ΑΕ",
        "שלום בע״מ",
        "Nguyễn Văn Ánh",
        "e\u{301}te\u{301}",
    ] {
        let text = pages(&billed_to(name).to_pdf(&fonts).unwrap()).concat();
        // Poppler composes what is written in two, as e and its accent.
        let composed = name.replace("e\u{301}", "é");
        let has = |line: &String| line.starts_with(&*composed) || line.starts_with(name);
        let is_there = text.iter().map(|line| bare(line)).any(|line| has(&line));
        assert!(is_there, "{name}: {text:#?}");
    }
}

/// A line without the marks by which poppler says which way it reads.
fn bare(line: &str) -> String {
    line.chars()
        .filter(|c| !matches!(c, '\u{202A}'..='\u{202E}' | '\u{200E}' | '\u{200F}'))
        .collect()
}

#[test]
fn arabic_is_shaped_and_read_from_the_right() {
    let Some(fonts) = fonts() else { return };
    // Poppler says which letters there are, whatever shapes they have.
    let text = pages(&billed_to("محمد علي").to_pdf(&fonts).unwrap()).concat().join("\n");
    let text = bare(&text);
    assert!(text.contains("محمد علي"), "{text}");
}

#[test]
fn a_letter_without_a_font_is_named_and_nothing_is_printed() {
    let Some(fonts) = fonts() else { return };
    let error = billed_to("राम Kumar").to_pdf(&fonts).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no font at hand can show `र` (U+0930, script Devanagari) in `राम Kumar`; name one that can with \
         --font"
    );
    let error = billed_to("山田").to_pdf(&fonts).unwrap_err();
    let (text, script) = ("山田".to_owned(), "Han");
    assert_eq!(error, DocumentError::NoGlyph { character: '山', script, text });
}

#[test]
fn a_font_that_has_letters_but_not_the_rules_of_their_script_does_not_set_them() {
    if fonts().is_none() {
        return;
    }
    // DejaVu Sans without the table that joins letters.
    let mut octets = octets("DejaVuSans");
    let place = octets.windows(4).position(|tag| tag == b"GSUB").unwrap();
    octets[place..place + 4].copy_from_slice(b"GSUX");
    let file = FontFile { name: "without rules".to_owned(), octets, bold: None };
    let fonts = Fonts::new([file]).unwrap();
    assert!(billed_to("Жанна").to_pdf(&fonts).is_ok());
    let error = billed_to("محمد").to_pdf(&fonts).unwrap_err();
    assert!(
        matches!(error, DocumentError::NoGlyph { character: 'م', script: "Arabic", .. }),
        "{error:?}"
    );
}

#[test]
fn what_is_no_font_is_refused_by_its_name() {
    let file = FontFile { name: "song.mp3".to_owned(), octets: vec![0; 100], bold: None };
    let error = Fonts::new([file]).unwrap_err();
    assert_eq!(error.to_string(), "`song.mp3` is no OpenType or TrueType font");
    assert_eq!(Fonts::new([]).unwrap_err(), DocumentError::NoFont);
}
