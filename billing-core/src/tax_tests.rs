use proptest::prelude::*;

use super::*;

fn tax(name: &str, rate: &str, base: TaxBase) -> Tax {
    Tax { name: name.to_owned(), rate: rate.parse().unwrap(), base }
}

fn taxes(list: &[(&str, &str, TaxBase)]) -> Taxes {
    Taxes::new(list.iter().map(|(name, rate, base)| tax(name, rate, *base)).collect()).unwrap()
}

fn vat() -> Taxes {
    taxes(&[("VAT", "16%", TaxBase::Price)])
}

/// Kenya: excise duty on the service, VAT on both.
fn excise_and_vat() -> Taxes {
    taxes(&[("Excise duty", "15%", TaxBase::Price), ("VAT", "16%", TaxBase::PriceAndTaxesBefore)])
}

fn money(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

/// Net, taxes and gross, of the total and then of each line.
fn on(taxes: &Taxes, lines: &[&str], pricing: Pricing) -> Vec<String> {
    let lines: Vec<Money> = lines.iter().map(|line| money(line)).collect();
    let taxed = taxes.on("KES".parse().unwrap(), &lines, pricing, Rounding::HalfUp).unwrap();
    let shown = |amount: &TaxedAmount| {
        let parts = [&[amount.net][..], &amount.taxes, &[amount.gross]].concat();
        let parts: Vec<_> = parts.iter().map(|it| it.to_string().replace(" KES", "")).collect();
        parts.join(" ")
    };
    core::iter::once(&taxed.total).chain(&taxed.lines).map(shown).collect()
}

#[test]
fn a_tax_on_top_is_rounded_once_on_the_sum() {
    // Of each line alone it would be 0.17 three times: 0.51.
    let expected = ["3.15 0.50 3.65", "1.05 0.17 1.22", "1.05 0.17 1.22", "1.05 0.16 1.21"];
    assert_eq!(on(&vat(), &["1.05", "1.05", "1.05"], Pricing::TaxExclusive), expected);
}

#[test]
fn a_tax_within_the_price_leaves_the_price_alone() {
    let expected = ["1293.10 206.90 1500.00", "1293.10 206.90 1500.00"];
    assert_eq!(on(&vat(), &["1500"], Pricing::TaxInclusive), expected);
    let expected = ["172.41 27.59 200.00", "86.21 13.79 100.00", "86.20 13.80 100.00"];
    assert_eq!(on(&vat(), &["100", "100"], Pricing::TaxInclusive), expected);
}

#[test]
fn a_tax_on_a_tax_is_taken_on_both() {
    let expected = ["1000.00 150.00 184.00 1334.00", "1000.00 150.00 184.00 1334.00"];
    assert_eq!(on(&excise_and_vat(), &["1000"], Pricing::TaxExclusive), expected);
    assert_eq!(on(&excise_and_vat(), &["1334"], Pricing::TaxInclusive), expected);
}

#[test]
fn a_credit_is_the_opposite_of_the_charge() {
    let charge = on(&excise_and_vat(), &["10.01", "0.07", "3.33"], Pricing::TaxExclusive);
    let credit = on(&excise_and_vat(), &["-10.01", "-0.07", "-3.33"], Pricing::TaxExclusive);
    let opposite: Vec<_> = charge
        .iter()
        .map(|line| {
            let parts: Vec<_> = line.split(' ').map(|part| format!("-{part}")).collect();
            parts.join(" ").replace("-0.00", "0.00")
        })
        .collect();
    assert_eq!(credit, opposite);
}

#[test]
fn without_taxes_nothing_is_added() {
    for pricing in [Pricing::TaxExclusive, Pricing::TaxInclusive] {
        assert_eq!(on(&Taxes::NONE, &["5"], pricing), ["5.00 5.00", "5.00 5.00"]);
        assert_eq!(on(&vat(), &[], pricing), ["0.00 0.00 0.00"]);
    }
}

#[test]
fn a_customer_may_be_exempt_or_have_a_rate_of_its_own() {
    let names = |taxes: &Taxes| -> Vec<String> {
        taxes.as_slice().iter().map(ToString::to_string).collect()
    };
    let exempt = excise_and_vat().of_customer(&["Excise duty".to_owned()], &[]);
    assert_eq!(names(&exempt), ["VAT 16%"]);
    // What VAT was taken on is gone: it is taken on the price.
    assert_eq!(on(&exempt, &["1000"], Pricing::TaxExclusive)[0], "1000.00 160.00 1160.00");
    let own = [("VAT".to_owned(), "8%".parse().unwrap())];
    assert_eq!(names(&excise_and_vat().of_customer(&[], &own)), ["Excise duty 15%", "VAT 8%"]);
}

#[test]
fn taxes_that_cannot_stand_together_are_refused() {
    let refused = |list: Vec<Tax>| Taxes::new(list).unwrap_err().to_string();
    let vat = || tax("VAT", "16%", TaxBase::Price);
    let levy = |name: &str| tax(name, "1%", TaxBase::PriceAndTaxesBefore);
    assert_eq!(
        refused(vec![vat(), vat()]),
        "the tax `VAT` is there twice; each has a name of its own"
    );
    assert_eq!(
        refused(vec![tax(" ", "1%", TaxBase::Price)]),
        "a tax has no name; it is what stands on the invoice, such as VAT"
    );
    assert_eq!(
        refused(vec![levy("Levy"), vat()]),
        "the tax `Levy` is taken on the taxes before it, and there are none; put it behind them"
    );
    assert_eq!(
        refused(vec![vat(), levy("a"), levy("b"), levy("c")]),
        "3 taxes are taken on other taxes; 2 can be at most"
    );
    let many = (0..9).map(|number| tax(&number.to_string(), "1%", TaxBase::Price)).collect();
    assert_eq!(refused(many), "there are 9 taxes; one thing has 8 at most");
}

#[test]
fn currencies_are_not_mixed() {
    let lines = [money("1"), "1 UGX".parse().unwrap()];
    let kes = "KES".parse().unwrap();
    let error = vat().on(kes, &lines, Pricing::TaxExclusive, Rounding::HalfUp).unwrap_err();
    assert!(matches!(error, MoneyError::CurrencyMismatch { .. }));
}

fn rates() -> impl Strategy<Value = Percentage> {
    (0..500_000_u64).prop_map(|millionths| Percentage::from_millionths(millionths).unwrap())
}

proptest! {
    #[test]
    fn lines_sum_up_to_the_total_in_every_part(
        amounts in proptest::collection::vec(-1_000_000_000_i64..1_000_000_000, 0..12),
        rates in proptest::collection::vec((rates(), any::<bool>()), 0..4),
        is_inclusive: bool,
        rounding in proptest::sample::select(Rounding::ALL.to_vec()),
    ) {
        let mut on_taxes = 0;
        let list = rates.iter().enumerate().map(|(place, (rate, is_on_taxes))| {
            let is_on_taxes = *is_on_taxes && place > 0 && on_taxes < TAXES_ON_TAXES_MAX;
            on_taxes += usize::from(is_on_taxes);
            let base =
                if is_on_taxes { TaxBase::PriceAndTaxesBefore } else { TaxBase::Price };
            Tax { name: place.to_string(), rate: *rate, base }
        });
        let taxes = Taxes::new(list.collect()).unwrap();
        let kes: Currency = "KES".parse().unwrap();
        let lines: Vec<_> = amounts.iter().map(|amount| Money::new(*amount, kes)).collect();
        let pricing = if is_inclusive { Pricing::TaxInclusive } else { Pricing::TaxExclusive };
        let taxed = taxes.on(kes, &lines, pricing, rounding).unwrap();
        let sum = |of: &dyn Fn(&TaxedAmount) -> Money| {
            Money::sum(kes, taxed.lines.iter().map(of)).unwrap()
        };
        prop_assert_eq!(sum(&|line| line.net), taxed.total.net);
        prop_assert_eq!(sum(&|line| line.gross), taxed.total.gross);
        for place in 0..rates.len() {
            prop_assert_eq!(sum(&|line| line.taxes[place]), taxed.total.taxes[place]);
        }
        for (line, amount) in taxed.lines.iter().zip(&lines) {
            let stays = if is_inclusive { line.gross } else { line.net };
            prop_assert_eq!(stays, *amount);
            let parts = line.taxes.iter().copied().chain([line.net]);
            prop_assert_eq!(Money::sum(kes, parts).unwrap(), line.gross);
        }
    }
}
