//! What documents come to: each tax of what one charges is rounded once, on the sum, and what it gives back has
//! the taxes that it was charged with, of what was charged last first.

use std::collections::BTreeMap;

use super::charges::rounded;
use super::facts::{Product, Taxed};

/// Of which subscription and product, and since when.
pub type Item = (i64, i64, i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    pub net: i64,
    pub gross: i64,
}

/// What was charged of an item by one document, and what was given back of it since.
#[derive(Debug, Clone, Copy)]
struct Charge {
    taxed: Taxed,
    amount: i64,
    tax: i64,
    back: i64,
    tax_back: i64,
}

/// Everything that was charged and given back.
#[derive(Debug, Default)]
pub struct Charged(BTreeMap<Item, Vec<Charge>>);

impl Charged {
    /// What a document of these lines comes to, that was made when the tax was so many per cent.
    pub fn by(&mut self, lines: &[(Item, i64)], products: &[Product], percent: i64) -> Totals {
        let mut totals = Totals::default();
        let mut back: BTreeMap<Item, i64> = BTreeMap::new();
        for (item, amount) in lines.iter().filter(|(_, amount)| *amount < 0) {
            *back.entry(*item).or_default() -= amount;
        }
        for (item, amount) in back {
            self.give_back(item, amount, &mut totals);
        }
        let mut groups: BTreeMap<Taxed, Vec<(Item, i64)>> = BTreeMap::new();
        for (item, amount) in lines.iter().filter(|(_, amount)| *amount > 0) {
            let product = products.iter().find(|it| it.id == item.1).unwrap();
            groups.entry(product.taxes).or_default().push((*item, *amount));
        }
        for (taxed, group) in groups {
            let amounts: Vec<i64> = group.iter().map(|(_, amount)| *amount).collect();
            for ((item, amount), tax) in group.iter().zip(taxes(taxed, &amounts, percent)) {
                let charge = Charge { taxed, amount: *amount, tax, back: 0, tax_back: 0 };
                self.0.entry(*item).or_default().push(charge);
                totals.add(taxed, *amount, tax);
            }
        }
        totals
    }

    fn give_back(&mut self, item: Item, amount: i64, totals: &mut Totals) {
        let mut missing = amount;
        for charge in self.0.get_mut(&item).unwrap().iter_mut().rev() {
            let part = missing.min(charge.amount - charge.back);
            missing -= part;
            charge.back += part;
            let by_now = i128::from(charge.tax) * i128::from(charge.back);
            let tax = rounded(by_now, charge.amount.into()) - charge.tax_back;
            charge.tax_back += tax;
            totals.add(charge.taxed, -part, -tax);
        }
        assert_eq!(missing, 0, "{item:?}: {amount} is given back, and less was charged");
    }

    /// What is left of the taxes on each item.
    pub fn taxes(&self) -> BTreeMap<Item, i64> {
        let left = |charges: &Vec<Charge>| charges.iter().map(|it| it.tax - it.tax_back).sum();
        self.0.iter().map(|(item, charges)| (*item, left(charges))).collect()
    }
}

impl Totals {
    fn add(&mut self, taxed: Taxed, amount: i64, tax: i64) {
        match taxed {
            Taxed::Within => {
                self.net += amount - tax;
                self.gross += amount;
            }
            Taxed::OnTop | Taxed::Not => {
                self.net += amount;
                self.gross += amount + tax;
            }
        }
    }
}

/// The tax on each of these, that is rounded on their sum.
fn taxes(taxed: Taxed, amounts: &[i64], percent: i64) -> Vec<i64> {
    match taxed {
        Taxed::Not => vec![0; amounts.len()],
        Taxed::OnTop => shared(amounts, percent, 100),
        Taxed::Within => {
            let nets = shared(amounts, 100, 100 + percent);
            amounts.iter().zip(nets).map(|(amount, net)| amount - net).collect()
        }
    }
}

/// Of all together so much, rounded; each has its part of that, and the units that are missing go to who has lost
/// most, of equal ones to the first.
fn shared(amounts: &[i64], of: i64, whole: i64) -> Vec<i64> {
    let all = rounded(i128::from(amounts.iter().sum::<i64>()) * i128::from(of), whole.into());
    let mut parts: Vec<i64> = amounts.iter().map(|amount| amount * of / whole).collect();
    let mut places: Vec<usize> = (0..amounts.len()).collect();
    places.sort_by_key(|place| -(amounts[*place] * of % whole));
    let missing = all - parts.iter().sum::<i64>();
    for place in places.into_iter().take(missing as usize) {
        parts[place] += 1;
    }
    parts
}
