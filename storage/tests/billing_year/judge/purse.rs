//! The money of one customer: what is open, what is in the wallet, and what each receipt pays.

use std::collections::BTreeMap;

use super::facts::Moved;

/// A debt in the order in which they are paid: by when it is due, invoices first, by number.
pub type Debt = (i64, bool, i64);

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Purse {
    /// What each debt was, and what is open of it.
    pub debts: BTreeMap<Debt, (i64, i64)>,
    pub wallet: i64,
    receipts: BTreeMap<String, Receipt>,
    reversals: i64,
}

/// What a receipt pays, in this order, and what of it was put into the wallet.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Receipt {
    pays: Vec<(Debt, i64)>,
    kept: i64,
}

impl Purse {
    pub fn open(&self) -> i64 {
        self.debts.values().map(|(_, open)| open).sum()
    }

    /// What is left of a receipt.
    pub fn left(&self, receipt: &str) -> i64 {
        let receipt = &self.receipts[receipt];
        receipt.kept + receipt.pays.iter().map(|(_, amount)| amount).sum::<i64>()
    }

    /// What of a receipt can be given back now, to who has paid it and into the wallet.
    pub fn can_be_refunded(&self, receipt: &str) -> [i64; 2] {
        let receipt = &self.receipts[receipt];
        let pays = receipt.pays.iter().map(|(_, amount)| amount).sum::<i64>();
        [pays + receipt.kept.min(self.wallet), pays]
    }

    pub fn receipts(&self) -> impl Iterator<Item = &String> {
        self.receipts.keys()
    }

    pub fn invoices(&self) -> impl Iterator<Item = (i64, i64, i64)> {
        let invoices = self.debts.iter().filter(|((_, is_reversal, _), _)| !is_reversal);
        invoices.map(|((_, _, id), (amount, open))| (*id, *amount, *open))
    }

    pub fn moved(&mut self, moved: &Moved) {
        match moved {
            Moved::Billed { document, gross, due_at } if *gross >= 0 => {
                self.debts.insert((*due_at, false, *document), (*gross, *gross));
                self.spend();
            }
            Moved::Billed { gross, .. } => {
                self.wallet -= gross;
                self.spend();
            }
            Moved::Paid { receipt, amount, named } => {
                let is_named =
                    |debt: &Debt| named.is_some_and(|named| (debt.1, debt.2) == (false, named));
                let is_open =
                    |(debt, (_, open)): (&Debt, &(i64, i64))| (*open > 0).then_some(*debt);
                let mut debts: Vec<Debt> = self.debts.iter().filter_map(is_open).collect();
                if debts.iter().any(is_named) {
                    debts.retain(is_named);
                }
                let (pays, kept) = self.pay(*amount, &debts);
                self.wallet += kept;
                self.receipts.insert(receipt.clone(), Receipt { pays, kept });
            }
            Moved::Refilled { amount } => {
                self.wallet += amount;
                self.spend();
            }
            Moved::Refunded { receipt, amount, to_wallet: true } => {
                self.reopen(receipt, *amount);
                self.receipts.get_mut(receipt).unwrap().kept += amount;
                self.wallet += amount;
            }
            Moved::Refunded { receipt, amount, to_wallet: false } => {
                let of_wallet = self.receipts[receipt].kept.min(*amount).min(self.wallet);
                self.wallet -= of_wallet;
                self.receipts.get_mut(receipt).unwrap().kept -= of_wallet;
                self.reopen(receipt, amount - of_wallet);
            }
            Moved::Reversed { receipt, amount, at } => {
                let kept = self.receipts[receipt].kept.min(*amount);
                let of_wallet = kept.min(self.wallet);
                self.wallet -= of_wallet;
                self.receipts.get_mut(receipt).unwrap().kept -= kept;
                self.reopen(receipt, amount - kept);
                let owed = kept - of_wallet;
                if owed > 0 {
                    self.reversals += 1;
                    self.debts.insert((*at, true, self.reversals), (owed, owed));
                }
            }
        }
    }

    /// The wallet pays what is open.
    fn spend(&mut self) {
        let debts: Vec<Debt> = self.debts.keys().copied().collect();
        self.wallet = self.pay(self.wallet, &debts).1;
    }

    fn pay(&mut self, amount: i64, debts: &[Debt]) -> (Vec<(Debt, i64)>, i64) {
        let (mut left, mut pays) = (amount, Vec::new());
        for debt in debts {
            let open = &mut self.debts.get_mut(debt).unwrap().1;
            let part = left.min(*open);
            if part > 0 {
                (*open, left) = (*open - part, left - part);
                pays.push((*debt, part));
            }
        }
        (pays, left)
    }

    /// What a receipt has paid is open again, the last first.
    fn reopen(&mut self, receipt: &str, amount: i64) {
        let mut left = amount;
        let pays = &mut self.receipts.get_mut(receipt).unwrap().pays;
        while left > 0 {
            let (debt, part) = pays.last_mut().expect("so much was allocated");
            let taken = left.min(*part);
            self.debts.get_mut(debt).unwrap().1 += taken;
            (*part, left) = (*part - taken, left - taken);
            if *part == 0 {
                pays.pop();
            }
        }
    }
}

/// Everything that can have become of a purse, if these moved in an order that nobody knows.
pub fn in_any_order(purses: &[Purse], moved: &[Moved]) -> Vec<Purse> {
    let mut all = Vec::new();
    for place in 0..moved.len() {
        let mut rest = moved.to_vec();
        let first = rest.remove(place);
        let mut after = purses.to_vec();
        after.iter_mut().for_each(|purse| purse.moved(&first));
        all.extend(if rest.is_empty() { after } else { in_any_order(&after, &rest) });
    }
    all.sort_unstable();
    all.dedup();
    all
}
