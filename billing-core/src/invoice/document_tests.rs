use entitlement::Timestamp;
use proptest::prelude::*;

use super::super::credit_note::{CreditReason, Part};
use super::super::draft::{DraftLine, Taxation};
use super::super::proforma::Proforma;
use super::*;
use crate::charges::{DueKey, Line};
use crate::{ComponentId, Currency, Pricing, Rounding, Tax, TaxBase, Taxes};

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

pub(in crate::invoice) fn currency() -> Currency {
    "KES".parse().unwrap()
}

/// 1: duty and VAT on both; 2: VAT; 3: VAT within the price; others: none.
pub(in crate::invoice) fn taxation(component: ComponentId) -> Option<&'static Taxation> {
    static KNOWN: std::sync::OnceLock<[Taxation; 4]> = std::sync::OnceLock::new();
    let of = |list: &[(&str, &str, TaxBase)], pricing| {
        let tax = |(name, rate, base): &(&str, &str, TaxBase)| {
            let (name, rate) = ((*name).to_owned(), rate.parse().unwrap());
            Tax { name, rate, base: *base }
        };
        Taxation { taxes: Taxes::new(list.iter().map(tax).collect()).unwrap(), pricing }
    };
    let known = KNOWN.get_or_init(|| {
        let vat = ("VAT", "16%", TaxBase::Price);
        let duty = ("Excise duty", "15%", TaxBase::Price);
        let after_duty = ("VAT", "16%", TaxBase::PriceAndTaxesBefore);
        [
            of(&[duty, after_duty], Pricing::TaxExclusive),
            of(&[vat], Pricing::TaxExclusive),
            of(&[vat], Pricing::TaxInclusive),
            of(&[], Pricing::TaxExclusive),
        ]
    });
    known.get(usize::try_from(component.0 - 1).ok()?.min(3))
}

pub(in crate::invoice) fn line(component: i64, amount: Money) -> Line {
    let key = DueKey {
        component: ComponentId(component),
        kind: crate::ChargeKind::Price,
        begins: Timestamp::from_unix_s(0),
    };
    Line { key, due: None, billed_before: Money::zero(amount.currency()), amount }
}

pub(in crate::invoice) fn draft(lines: &[(i64, Money)]) -> Draft {
    let lines = lines.iter().map(|(component, amount)| line(*component, *amount)).collect();
    Draft::new(currency(), lines, taxation, Rounding::HalfUp).unwrap()
}

/// Debit, credit and amount of each.
fn shown(entries: &[Entry]) -> Vec<String> {
    let of = |entry: &Entry| format!("{} {} {}", entry.debit, entry.credit, entry.amount);
    entries.iter().map(of).collect()
}

const SUBSCRIBER: SubscriberId = SubscriberId(17);

#[test]
fn an_invoice_is_owed_and_a_credit_note_is_the_opposite() {
    let invoice = draft(&[(2, kes("1000")), (4, kes("50"))]);
    let entries = invoice.entries(5, SUBSCRIBER).unwrap();
    assert_eq!(
        shown(&entries),
        ["receivable:17 sales 1050.00 KES", "receivable:17 tax 160.00 KES"]
    );
    let ids: Vec<_> = entries.iter().map(|entry| entry.id).collect();
    let of = TransferId::of;
    assert_eq!(ids, [of(TransferSource::Invoice, 5, 0), of(TransferSource::Invoice, 5, 1)]);
    let parts = [(0, Part::Amount(kes("250")))];
    let (credited, reason) = (Default::default(), CreditReason::Service);
    let note = CreditNote::new(&invoice.lines, &credited, &parts, reason, Rounding::HalfUp);
    let entries = note.unwrap().entries(5, SUBSCRIBER).unwrap();
    assert_eq!(shown(&entries), ["sales receivable:17 250.00 KES", "tax receivable:17 40.00 KES"]);
    assert_eq!(entries[1].id, of(TransferSource::CreditNote, 5, 1));
}

#[test]
fn what_is_nothing_is_not_posted_and_what_is_less_goes_the_other_way() {
    assert_eq!(shown(&draft(&[(4, kes("50"))]).entries(5, SUBSCRIBER).unwrap()).len(), 1);
    assert_eq!(shown(&draft(&[(4, kes("0"))]).entries(5, SUBSCRIBER).unwrap()), [""; 0]);
    // More was taxed too much than is taxed now.
    let mixed = draft(&[(4, kes("100")), (2, kes("-50"))]);
    assert_eq!(
        shown(&mixed.entries(5, SUBSCRIBER).unwrap()),
        ["receivable:17 sales 50.00 KES", "tax receivable:17 8.00 KES"]
    );
}

#[test]
fn a_draft_below_zero_is_given_back_or_waits() {
    let lines = [(2, kes("-2000")), (4, kes("100"))];
    let Some(Document::CreditNote(kept, note)) =
        draft(&lines).document(OnExcess::CreditNote).unwrap()
    else {
        panic!("a credit note")
    };
    assert_eq!(kept, draft(&lines), "what is billed by it");
    assert_eq!((note.net, note.gross), (kes("1900"), kes("2220")));
    assert_eq!(note.reason, CreditReason::Adjustment);
    let stated: Vec<_> =
        note.taxes.iter().map(|it| format!("{} on {}: {}", it.tax, it.net, it.amount)).collect();
    assert_eq!(stated, ["VAT 16% on 2000.00 KES: 320.00 KES"]);
    assert_eq!(note.lines[1].amount.gross, kes("-100"));
    assert_eq!(draft(&lines).document(OnExcess::CarryOver), Ok(None));
    // Otherwise it is an invoice, be it of nothing.
    for lines in [vec![(2, kes("1"))], vec![(4, kes("1")), (4, kes("-1"))]] {
        for on_excess in [OnExcess::CreditNote, OnExcess::CarryOver] {
            let document = draft(&lines).document(on_excess);
            assert_eq!(document, Ok(Some(Document::Invoice(draft(&lines)))));
        }
    }
    assert_eq!(draft(&[]).document(OnExcess::CreditNote), Ok(None));
}

#[test]
fn a_proforma_comes_to_what_the_invoice_will() {
    let (at, lines) = (Timestamp::from_unix_s(99), [(2, kes("1000")), (3, kes("116"))]);
    let of_draft = lines.iter().map(|(component, amount)| line(*component, *amount)).collect();
    let proforma = Proforma::new(at, currency(), of_draft, taxation, Rounding::HalfUp).unwrap();
    let draft = draft(&lines);
    assert_eq!((proforma.net(), proforma.gross()), (kes("1100"), kes("1276")));
    assert_eq!((proforma.lines(), proforma.taxes()), (&draft.lines[..], &draft.taxes[..]));
    assert_eq!(proforma.at(), at);
}

proptest! {
    #[test]
    fn what_is_posted_is_what_is_owed(
        lines in proptest::collection::vec((1..5_i64, -1_000_000..1_000_000_i64), 0..12),
    ) {
        let of = |(component, minor): &(i64, i64)| (*component, Money::new(*minor, currency()));
        let draft = draft(&lines.iter().map(of).collect::<Vec<_>>());
        let receivable = AccountName::Receivable(SUBSCRIBER);
        let owed = |entries: Vec<Entry>, account: &AccountName| -> i64 {
            let signed = |entry: &Entry| {
                let amount = entry.amount.amount_minor();
                assert!(amount > 0, "{entry:?}");
                if entry.debit == *account { amount }
                else if entry.credit == *account { -amount }
                else { 0 }
            };
            entries.iter().map(signed).sum()
        };
        let entries = || draft.entries(1, SUBSCRIBER).unwrap();
        prop_assert_eq!(owed(entries(), &receivable), draft.gross.amount_minor());
        prop_assert_eq!(owed(entries(), &AccountName::Sales), -draft.net.amount_minor());
        // A credit note of a draft moves what the draft would.
        if let Ok(Some(Document::CreditNote(_, note))) =
            draft.clone().document(OnExcess::CreditNote)
        {
            let taxes: i64 = note.taxes.iter().map(|tax| tax.amount.amount_minor()).sum();
            prop_assert_eq!(note.net.amount_minor() + taxes, note.gross.amount_minor());
            let moved = note.entries(1, SUBSCRIBER).unwrap();
            for account in [receivable, AccountName::Sales, AccountName::Tax] {
                prop_assert_eq!(owed(moved.clone(), &account), owed(entries(), &account));
            }
        }
        let of_line = |line: &DraftLine| line.amount.taxes.len() == line.taxation.taxes.as_slice().len();
        prop_assert!(draft.lines.iter().all(of_line));
    }
}

#[test]
fn days_to_pay_are_days_of_the_clock() {
    let zone = TimeZone::named("America/New_York").unwrap();
    let noon = Timestamp::from_unix_s(1_792_944_000); // 25 October 2026, 12:00, summer time
    let due_at = payment_due_at(noon, 14, &zone).unwrap();
    assert_eq!(due_at, noon.plus_s((14 * 24 + 1) * 3_600), "8 November, 12:00, winter time");
    assert_eq!(payment_due_at(noon, 0, &zone), Some(noon), "at once");
    let last = Timestamp::from_unix_ms(i64::MAX);
    assert_eq!(payment_due_at(last, 14, &zone), None, "no calendar has it");
}
