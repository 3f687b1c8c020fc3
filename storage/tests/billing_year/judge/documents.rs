//! What the lines of a document come to, with their taxes: each tax rounded once, on their sum.

use std::collections::BTreeMap;

use super::charges::rounded;
use super::facts::{Document, Product, Taxed};

const TAX_PERCENT: i128 = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub net: i64,
    pub gross: i64,
}

pub fn totals(document: &Document, products: &[Product]) -> Totals {
    let mut sums: BTreeMap<(Taxed, bool), i64> = BTreeMap::new();
    for (product, amount, is_exempt) in &document.lines {
        let product = products.iter().find(|it| it.id == *product).unwrap();
        *sums.entry((product.taxes, *is_exempt)).or_default() += amount;
    }
    let mut totals = Totals { net: 0, gross: 0 };
    for ((taxed, is_exempt), sum) in sums {
        let (net, gross) = match taxed {
            _ if is_exempt => (sum, sum),
            Taxed::Not => (sum, sum),
            Taxed::OnTop => (sum, sum + half_up(i128::from(sum) * TAX_PERCENT, 100)),
            Taxed::Within => (half_up(i128::from(sum) * 100, 100 + TAX_PERCENT), sum),
        };
        totals.net += net;
        totals.gross += gross;
    }
    totals
}

/// From the middle away from zero.
fn half_up(numerator: i128, denominator: i128) -> i64 {
    match numerator < 0 {
        true => -rounded(-numerator, denominator),
        false => rounded(numerator, denominator),
    }
}
