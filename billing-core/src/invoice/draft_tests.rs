use entitlement::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::charges::DueKey;
use crate::tax::TaxBase;

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

fn line(component: i64, amount: Money) -> Line {
    let key = DueKey {
        component: ComponentId(component),
        kind: crate::ChargeKind::Price,
        begins: Timestamp::from_unix_s(0),
    };
    Line { key, due: None, billed_before: Money::zero(amount.currency()), amount }
}

fn taxation(list: &[(&str, &str, TaxBase)], pricing: Pricing) -> Taxation {
    let tax = |(name, rate, base): &(&str, &str, TaxBase)| Tax {
        name: (*name).to_owned(),
        rate: rate.parse().unwrap(),
        base: *base,
    };
    Taxation { taxes: Taxes::new(list.iter().map(tax).collect()).unwrap(), pricing }
}

/// Access is taxed twice, equipment once, and 4 is not known.
fn of(component: ComponentId) -> Option<&'static Taxation> {
    static KNOWN: std::sync::OnceLock<[Taxation; 3]> = std::sync::OnceLock::new();
    let known = KNOWN.get_or_init(|| {
        let vat = ("VAT", "16%", TaxBase::Price);
        let after_duty = ("VAT", "16%", TaxBase::PriceAndTaxesBefore);
        let duty = ("Excise duty", "15%", TaxBase::Price);
        [
            taxation(&[duty, after_duty], Pricing::TaxExclusive),
            taxation(&[vat], Pricing::TaxExclusive),
            taxation(&[vat], Pricing::TaxInclusive),
        ]
    });
    known.get(usize::try_from(component.0 - 1).ok()?)
}

fn draft(lines: &[(i64, &str)]) -> Draft {
    let lines = lines.iter().map(|(component, amount)| line(*component, kes(amount))).collect();
    Draft::new("KES".parse().unwrap(), lines, of, Rounding::HalfUp).unwrap()
}

#[test]
fn lines_that_are_taxed_alike_are_taxed_together() {
    let draft = draft(&[(1, "1000"), (2, "1.05"), (2, "1.05"), (3, "116"), (2, "1.05")]);
    let stated: Vec<_> =
        draft.taxes.iter().map(|it| format!("{} of {}: {}", it.tax, it.base, it.amount)).collect();
    assert_eq!(
        stated,
        [
            "Excise duty 15% of 1000.00 KES: 150.00 KES",
            // It is taken on the duty too.
            "VAT 16% of 1150.00 KES: 184.00 KES",
            // With and without the tax in the price it is one tax.
            "VAT 16% of 103.15 KES: 16.50 KES",
        ]
    );
    assert_eq!(draft.taxes[1].net, kes("1000"));
    assert_eq!((draft.net, draft.gross), (kes("1103.15"), kes("1453.65")));
    let gross: Vec<_> = draft.lines.iter().map(|line| line.amount.gross).collect();
    assert_eq!(gross, ["1334", "1.22", "1.22", "116", "1.21"].map(kes));
}

#[test]
fn a_credit_takes_its_taxes_back() {
    let charge = draft(&[(1, "3000")]);
    let credit = draft(&[(1, "-2000"), (2, "10")]);
    assert_eq!((charge.gross, credit.gross), (kes("4002"), kes("-2656.40")));
}

#[test]
fn what_is_taxed_nobody_knows_how_is_an_error() {
    let kes: Currency = "KES".parse().unwrap();
    let lines = vec![line(4, "1 KES".parse().unwrap())];
    let error = Draft::new(kes, lines, of, Rounding::HalfUp).unwrap_err();
    assert_eq!(error.to_string(), "component 4 has no taxes; say which, or that it has none");
    let lines = vec![line(1, "1 UGX".parse().unwrap())];
    let error = Draft::new(kes, lines, of, Rounding::HalfUp).unwrap_err();
    assert!(matches!(error, DraftError::Money(MoneyError::CurrencyMismatch { .. })));
}

proptest! {
    #[test]
    fn lines_and_taxes_sum_up_to_the_invoice(
        lines in proptest::collection::vec((1..4_i64, -10_000_000..10_000_000_i64), 0..20),
    ) {
        let currency: Currency = "KES".parse().unwrap();
        let lines: Vec<_> = lines
            .iter()
            .map(|(component, minor)| line(*component, Money::new(*minor, currency)))
            .collect();
        let draft = Draft::new(currency, lines.clone(), of, Rounding::HalfUp).unwrap();
        let of_lines = |of: fn(&DraftLine) -> Money| {
            Money::sum(currency, draft.lines.iter().map(of)).unwrap()
        };
        prop_assert_eq!(of_lines(|line| line.amount.net), draft.net);
        prop_assert_eq!(of_lines(|line| line.amount.gross), draft.gross);
        let taxes = Money::sum(currency, draft.taxes.iter().map(|tax| tax.amount)).unwrap();
        prop_assert_eq!(draft.net.plus(taxes).unwrap(), draft.gross);
        let kept: Vec<_> = draft.lines.into_iter().map(|line| line.line).collect();
        prop_assert_eq!(kept, lines);
    }
}
