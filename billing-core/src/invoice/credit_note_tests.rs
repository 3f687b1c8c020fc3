use entitlement::Timestamp;
use proptest::prelude::*;

use super::super::document::tests::{currency, draft};
use super::*;
use crate::charges::{Due, Piece};
use crate::period::Share;

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

fn of(quantity: u32, line: &DraftLine) -> DraftLine {
    let mut line = line.clone();
    let (key, price, amount) = (line.line.key, line.stated(), line.stated());
    let pieces = vec![Piece { interval: None, quantity, share: Share::Whole }];
    let due_at = Timestamp::from_unix_s(0);
    let deductions = Vec::new();
    line.line.due =
        Some(Due { key, period: None, price, measured: None, pieces, due_at, deductions, amount });
    line
}

/// What was given back so far, and each note as net, taxes and gross.
struct Ledger {
    invoice: Vec<DraftLine>,
    credited: BTreeMap<usize, Credited>,
}

impl Ledger {
    fn new(invoice: Vec<DraftLine>) -> Self {
        Self { invoice, credited: BTreeMap::new() }
    }

    fn credit(&mut self, parts: &[(usize, Part)]) -> Result<CreditNote, String> {
        let (reason, rounding) = (CreditReason::Service, Rounding::HalfUp);
        let note = CreditNote::new(&self.invoice, &self.credited, parts, reason, rounding);
        let note = note.map_err(|error| error.to_string())?;
        for line in &note.lines {
            let nothing = Credited::nothing(line.stated.currency());
            let credited = self.credited.entry(line.place).or_insert(nothing);
            credited.add(line.stated, &line.amount.taxes, line.quantity).unwrap();
        }
        Ok(note)
    }

    fn shown(&mut self, place: usize, part: Part) -> String {
        match self.credit(&[(place, part)]) {
            Ok(CreditNote { lines, net, gross, .. }) => {
                let taxes: Vec<_> = lines[0].amount.taxes.iter().map(ToString::to_string).collect();
                format!("{net} + {} = {gross}", taxes.join(" + "))
            }
            Err(error) => error,
        }
    }
}

#[test]
fn a_part_takes_its_taxes_with_it_and_all_parts_are_the_whole() {
    // 100.00 with 15.00 duty and 18.40 VAT, in three parts.
    let mut ledger = Ledger::new(draft(&[(1, kes("100"))]).lines);
    let third = Part::Amount(kes("33.33"));
    assert_eq!(ledger.shown(0, third), "33.33 KES + 5.00 KES + 6.13 KES = 44.46 KES");
    // Two thirds of 18.40 are 12.27, of which 6.13 were given back.
    assert_eq!(ledger.shown(0, third), "33.33 KES + 5.00 KES + 6.14 KES = 44.47 KES");
    assert_eq!(ledger.shown(0, Part::Rest), "33.34 KES + 5.00 KES + 6.13 KES = 44.47 KES");
    let left = "0.00 KES of line 1 cannot be credited; 0.00 KES of it is left";
    assert_eq!(ledger.shown(0, Part::Rest), left);
    // Where the price includes its tax, it is said with it: 116.00 of which 16.00.
    let mut ledger = Ledger::new(draft(&[(3, kes("116"))]).lines);
    assert_eq!(ledger.shown(0, Part::Amount(kes("58"))), "50.00 KES + 8.00 KES = 58.00 KES");
    assert_eq!(ledger.shown(0, Part::Amount(kes("0.01"))), "0.01 KES + 0.00 KES = 0.01 KES");
    assert_eq!(ledger.shown(0, Part::Rest), "49.99 KES + 8.00 KES = 57.99 KES");
}

#[test]
fn by_quantity_each_is_its_share_and_the_last_is_what_is_left() {
    let line = of(3, &draft(&[(2, kes("100"))]).lines[0]);
    let mut ledger = Ledger::new(vec![line.clone()]);
    let one = Part::Quantity(1);
    assert_eq!(ledger.shown(0, one), "33.33 KES + 5.33 KES = 38.66 KES");
    assert_eq!(ledger.shown(0, one), "33.34 KES + 5.34 KES = 38.68 KES");
    assert_eq!(ledger.shown(0, Part::Quantity(2)).as_str(), {
        "2 of line 1 cannot be credited; 1 to 1 can, of what is left"
    });
    assert_eq!(ledger.shown(0, one), "33.33 KES + 5.33 KES = 38.66 KES");
    let none = "1 of line 1 cannot be credited; 1 to 0 can, of what is left";
    assert_eq!(ledger.shown(0, one), none);
    // What was given back by amount is not given back again: of the second there are 10.00 left.
    let mut ledger = Ledger::new(vec![line]);
    ledger.shown(0, Part::Amount(kes("56.67")));
    assert_eq!(ledger.shown(0, one), "33.33 KES + 5.33 KES = 38.66 KES");
    assert_eq!(ledger.shown(0, one), "10.00 KES + 1.60 KES = 11.60 KES");
}

#[test]
fn several_lines_make_one_note_with_each_tax_once() {
    let lines = [(2, kes("1000")), (1, kes("100")), (3, kes("116"))];
    let mut ledger = Ledger::new(draft(&lines).lines);
    let parts = [(2, Part::Rest), (0, Part::Amount(kes("500"))), (1, Part::Rest)];
    let note = ledger.credit(&parts).unwrap();
    let stated: Vec<_> =
        note.taxes.iter().map(|it| format!("{} of {}: {}", it.tax, it.base, it.amount)).collect();
    assert_eq!(
        stated,
        [
            "VAT 16% of 600.00 KES: 96.00 KES",
            "Excise duty 15% of 100.00 KES: 15.00 KES",
            "VAT 16% of 115.00 KES: 18.40 KES",
        ]
    );
    assert_eq!((note.net, note.gross), (kes("700"), kes("829.40")));
}

#[test]
fn what_cannot_be_given_back_is_refused() {
    let mut ledger = Ledger::new(draft(&[(2, kes("100")), (2, kes("-10")), (4, kes("0"))]).lines);
    let amount = |text: &str| Part::Amount(kes(text));
    let table = [
        (0, amount("100.01"), "100.01 KES of line 1 cannot be credited; 100.00 KES of it is left"),
        (0, amount("0"), "0.00 KES of line 1 cannot be credited; what is credited is more than 0"),
        (
            0,
            amount("-1"),
            "-1.00 KES of line 1 cannot be credited; what is credited is more than 0",
        ),
        (0, Part::Quantity(0), "0 of line 1 cannot be credited; 1 to 1 can, of what is left"),
        (
            1,
            Part::Rest,
            "line 2 is no charge, it comes to -10.00 KES; only charges can be credited",
        ),
        (2, Part::Rest, "line 3 is no charge, it comes to 0.00 KES; only charges can be credited"),
        (3, Part::Rest, "there is no line 4; the invoice has 3, counted from 1"),
    ];
    for (place, part, expected) in table {
        assert_eq!(ledger.shown(place, part), expected);
    }
    let dollars = ledger.shown(0, Part::Amount("1 USD".parse().unwrap()));
    assert!(dollars.starts_with("KES and USD cannot be reckoned together"), "{dollars}");
    let twice = ledger.credit(&[(0, Part::Quantity(1)), (0, amount("1"))]).unwrap_err();
    assert_eq!(twice, "line 1 is credited twice; say once how much of it is");
    let nothing = ledger.credit(&[]).unwrap_err();
    assert!(nothing.starts_with("nothing is credited; say which lines"), "{nothing}");
    assert!(ledger.credited.is_empty());
}

#[test]
fn reasons_are_read_as_they_are_written() {
    for reason in CreditReason::ALL {
        assert_eq!(CreditReason::from_code(reason.code()), Some(reason));
    }
    assert_eq!(CreditReason::from_code(""), None);
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        4 => (1..40_000_i64).prop_map(|minor| Part::Amount(Money::new(minor, currency()))),
        4 => (1..3_u32).prop_map(Part::Quantity),
        1 => Just(Part::Rest),
    ]
}

proptest! {
    #[test]
    fn bit_by_bit_exactly_the_whole_is_given_back_and_never_more(
        lines in proptest::collection::vec((1..5_i64, 1..100_000_i64, 1..6_u32), 1..5),
        parts in proptest::collection::vec((0..5_usize, part()), 0..12),
    ) {
        let money = |minor| Money::new(minor, currency());
        let lines: Vec<_> = lines;
        let plain: Vec<_> = lines.iter().map(|(tax, minor, _)| (*tax, money(*minor))).collect();
        let drafted = draft(&plain);
        let invoice: Vec<_> =
            drafted.lines.iter().zip(&lines).map(|(line, it)| of(it.2, line)).collect();
        let mut ledger = Ledger::new(invoice.clone());
        let mut notes = Vec::new();
        for (place, part) in parts {
            notes.extend(ledger.credit(&[(place, part)]));
        }
        for place in 0..invoice.len() {
            // Nothing where all is given back.
            notes.extend(ledger.credit(&[(place, Part::Rest)]));
        }
        let sum = |of: fn(&CreditNote) -> Money| {
            Money::sum(currency(), notes.iter().map(of)).unwrap()
        };
        prop_assert_eq!(sum(|note| note.net), drafted.net);
        prop_assert_eq!(sum(|note| note.gross), drafted.gross);
        for (place, line) in invoice.iter().enumerate() {
            let of_line = || {
                notes.iter().flat_map(|note| &note.lines).filter(|line| line.place == place)
            };
            for (tax, whole) in line.amount.taxes.iter().enumerate() {
                let parts = of_line().map(|line| line.amount.taxes[tax]);
                prop_assert_eq!(Money::sum(currency(), parts).unwrap(), *whole);
            }
            for CreditLine { amount, stated, .. } in of_line() {
                prop_assert!(stated.amount_minor() > 0);
                prop_assert!(amount.taxes.iter().all(|tax| !tax.is_negative()));
                let taxes = Money::sum(currency(), amount.taxes.iter().copied()).unwrap();
                prop_assert_eq!(amount.net.plus(taxes).unwrap(), amount.gross);
            }
        }
        for note in &notes {
            let taxes = note.taxes.iter().map(|tax| tax.amount);
            let taxes = Money::sum(currency(), taxes).unwrap();
            prop_assert_eq!(note.net.plus(taxes).unwrap(), note.gross);
        }
    }
}
