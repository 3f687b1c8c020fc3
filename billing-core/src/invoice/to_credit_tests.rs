use super::super::document::tests::draft;
use super::*;

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

/// Of 1000.00 and 100.00 with 16 % VAT, and of 116.00 that include it.
fn invoice(lines: &[(i64, &str)]) -> FinalInvoice {
    let lines: Vec<_> = lines.iter().map(|(taxed, amount)| (*taxed, kes(amount))).collect();
    FinalInvoice { lines: draft(&lines).lines, credited: BTreeMap::new() }
}

/// So much with so much VAT.
fn given_back(stated: &str, vat: &str) -> Credited {
    Credited { stated: kes(stated), taxes: vec![kes(vat)], quantity: 0 }
}

fn credit(invoice: &FinalInvoice, what: &ToCredit) -> Result<(Vec<String>, Money), String> {
    let note = invoice.credit(what, CreditReason::Service, Rounding::HalfUp);
    let note = note.map_err(|error| error.to_string())?;
    let line = |line: &CreditLine| format!("{}: {}", line.place, line.stated);
    Ok((note.lines.iter().map(line).collect(), note.gross))
}

fn refused(invoice: &FinalInvoice, what: &ToCredit) -> String {
    credit(invoice, what).unwrap_err()
}

#[test]
fn the_whole_is_what_is_left_of_all_lines() {
    let mut invoice = invoice(&[(2, "1000"), (2, "100"), (2, "0")]);
    let whole = |invoice: &FinalInvoice| credit(invoice, &ToCredit::Whole);
    let lines = |it: &[&str]| it.iter().map(ToString::to_string).collect::<Vec<_>>();
    let all = lines(&["0: 1000.00 KES", "1: 100.00 KES"]);
    assert_eq!(whole(&invoice), Ok((all, kes("1276"))));
    // A credit note gave back 300.00 of the first line; a later invoice took off 60.00 of the second.
    invoice.credited.insert(0, given_back("300", "48"));
    invoice.credited.insert(1, given_back("60", "9.60"));
    let left = lines(&["0: 700.00 KES", "1: 40.00 KES"]);
    assert_eq!(whole(&invoice), Ok((left, kes("858.40"))));
    let too_much = ToCredit::Lines(vec![(1, Part::Amount(kes("40.01")))]);
    let said = "40.01 KES of line 2 cannot be credited; 40.00 KES of it is left";
    assert_eq!(refused(&invoice, &too_much), said);
    invoice.credited.insert(0, given_back("1000", "160"));
    invoice.credited.insert(1, given_back("100", "16"));
    let nothing = "nothing of the invoice is left that could be credited";
    assert_eq!(refused(&invoice, &ToCredit::Whole), nothing);
    assert_eq!(refused(&invoice, &ToCredit::Amount(kes("1"))), nothing);
}

#[test]
fn an_amount_is_shared_by_what_is_left_of_each_line() {
    let mut invoice = invoice(&[(2, "1000"), (2, "100")]);
    invoice.credited.insert(0, given_back("900", "144"));
    // Of both 100.00 are left: the odd cent goes to the first.
    let shared = vec!["0: 0.51 KES".to_owned(), "1: 0.50 KES".to_owned()];
    let amount = |text| ToCredit::Amount(kes(text));
    assert_eq!(credit(&invoice, &amount("1.01")), Ok((shared, kes("1.17"))));
    let cent = vec!["0: 0.01 KES".to_owned()];
    assert_eq!(credit(&invoice, &amount("0.01")), Ok((cent, kes("0.01"))));
    assert_eq!(credit(&invoice, &amount("200")).unwrap().1, kes("232"));
    for wrong in ["200.01", "0", "-1"] {
        let said = refused(&invoice, &amount(wrong));
        let expected = "of the invoice cannot be credited; more than 0 can, and at most 200.00 KES";
        assert!(said.ends_with(expected), "{said}");
    }
}

#[test]
fn what_has_no_whole_is_refused() {
    let with_credit = invoice(&[(2, "1000"), (2, "-100")]);
    let no_charge = "line 2 is no charge, it comes to -100.00 KES; only charges can be credited";
    assert_eq!(refused(&with_credit, &ToCredit::Whole), no_charge);
    assert_eq!(refused(&with_credit, &ToCredit::Amount(kes("1"))), no_charge);
    let first = ToCredit::Lines(vec![(0, Part::Rest)]);
    assert_eq!(credit(&with_credit, &first).unwrap().1, kes("1160"));
    let mixed = refused(&invoice(&[(2, "1000"), (3, "116")]), &ToCredit::Amount(kes("1")));
    assert!(mixed.starts_with("some prices of the invoice include taxes"), "{mixed}");
}

#[test]
fn the_document_is_the_note_with_amounts_below_nothing() {
    let invoice = invoice(&[(2, "1000"), (2, "100")]);
    let what = ToCredit::Lines(vec![(1, Part::Amount(kes("50")))]);
    let note = invoice.credit(&what, CreditReason::Service, Rounding::HalfUp).unwrap();
    let Document::CreditNote(draft, note) = note.document(&invoice.lines).unwrap() else {
        panic!("it is no credit note");
    };
    assert_eq!((draft.net, draft.gross), (kes("-50"), kes("-58")));
    assert_eq!((draft.taxes[0].net, draft.taxes[0].amount), (kes("-50"), kes("-8")));
    assert_eq!(draft.lines[0].line.key, invoice.lines[1].line.key);
    assert_eq!((draft.lines[0].stated(), note.gross), (kes("-50"), kes("58")));
}
