//! Resellers over some time, beside a clerk who only keeps one number for each of them.

use crate::PartOrAmount;
use proptest::prelude::*;

use super::*;
use crate::ledger::AccountName;
use crate::voucher::test_books::NamedBooks;

/// Who is below whom: 1 is at the top, 2 to 5 below, 5 directly below 1.
const PARENTS: [(i64, i64); 5] = [(1, 0), (2, 1), (3, 2), (4, 3), (5, 1)];
/// How far each may come below nothing, minor units; 2 and 4 pay ahead.
const CREDIT: [(i64, i64); 4] = [(2, 0), (3, 700), (4, 0), (5, 250)];

fn parent(tenant: i64) -> i64 {
    PARENTS[tenant as usize - 1].1
}

fn minor(minor: i64) -> Money {
    Money::new(minor, kes("0").currency())
}

#[derive(Debug, Clone)]
enum Act {
    TopUp(i64, i64),
    /// Who sells, how many, for how much, and what 2 to 5 buy at.
    Sell(i64, u32, i64, [i64; 4]),
    Refund(usize),
    /// A payment of a customer, for which each reseller has 5 %.
    Earn(i64, i64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (2..6_i64, 1..2_000_i64).prop_map(|(who, minor)| Act::TopUp(who, minor)),
        5 => (1..6_i64, 1..4_u32, 0..500_i64, proptest::array::uniform4(0..300_i64))
            .prop_map(|(who, count, price, buys_at)| Act::Sell(who, count, price, buys_at)),
        2 => (0..10_usize).prop_map(Act::Refund),
        1 => (1..6_i64, 1..1_000_i64).prop_map(|(who, minor)| Act::Earn(who, minor)),
    ]
}

/// The books of all tenants, as they are kept.
struct Kept {
    books: BTreeMap<TenantId, NamedBooks>,
    sales: Vec<Vec<TenantEntries>>,
    rows: i64,
}

impl Kept {
    fn new() -> Self {
        let books = |(tenant, _)| {
            let with_credit = CREDIT.iter().filter(|(_, limit)| *limit > 0);
            let with_credit = with_credit.map(|(it, _)| AccountName::Reseller(TenantId(*it)));
            (TenantId(tenant), NamedBooks::new(minor(0).currency(), with_credit.collect()))
        };
        Self { books: PARENTS.into_iter().map(books).collect(), sales: Vec::new(), rows: 0 }
    }

    fn post(&mut self, postings: &[TenantEntries]) {
        for TenantEntries { tenant, entries } in postings {
            self.books.get_mut(tenant).unwrap().post(entries).unwrap();
        }
    }

    fn row(&mut self) -> i64 {
        self.rows += 1;
        self.rows
    }

    /// The wallets, as they stand in the books.
    fn wallets(&self) -> BTreeMap<TenantId, ResellerWallet> {
        let wallet = |(tenant, limit): (i64, i64)| {
            let held = self.books[&TenantId(parent(tenant))].credit(&format!("reseller:{tenant}"));
            (TenantId(tenant), ResellerWallet::new(minor(held), minor(limit)).unwrap())
        };
        CREDIT.into_iter().map(wallet).collect()
    }
}

/// What the clerk keeps, minor units: for each tenant, by its number.
#[derive(Default)]
struct Clerk {
    wallets: [i64; 6],
    profits: [i64; 6],
    refunds: Vec<Vec<(i64, i64, i64)>>,
}

impl Clerk {
    /// Sells if everybody up to the top can pay.
    fn sell(&mut self, seller: i64, count: i64, net: i64, buys_at: [i64; 4]) -> bool {
        let mut changes = Vec::new();
        let (mut tenant, mut gets) = (seller, net);
        while parent(tenant) != 0 {
            let pays = buys_at[tenant as usize - 2] * count;
            let limit = CREDIT.iter().find(|(it, _)| *it == tenant).unwrap().1;
            if pays > 0 && self.wallets[tenant as usize] + limit < pays {
                return false;
            }
            changes.push((tenant, -pays, gets - pays));
            (tenant, gets) = (parent(tenant), pays);
        }
        changes.push((tenant, 0, gets));
        self.change(&changes, 1);
        self.refunds.push(changes);
        true
    }

    fn change(&mut self, changes: &[(i64, i64, i64)], sign: i64) {
        for (tenant, wallet, profit) in changes {
            self.wallets[*tenant as usize] += sign * wallet;
            self.profits[*tenant as usize] += sign * profit;
        }
    }

    fn earn(&mut self, seller: i64, paid: i64) {
        let mut tenant = seller;
        while parent(tenant) != 0 {
            let earned = (paid * 5 + 50) / 100;
            let changes = [(tenant, earned, earned), (parent(tenant), 0, -earned)];
            self.change(&changes, 1);
            tenant = parent(tenant);
        }
    }
}

fn does(kept: &mut Kept, clerk: &mut Clerk, tree: &Tree, act: &Act) -> Result<(), TestCaseError> {
    match *act {
        Act::TopUp(who, amount) => {
            let paid_in = TopUp {
                id: TopUpId(kept.row()),
                parent: TenantId(parent(who)),
                reseller: TenantId(who),
                amount: minor(amount),
                received_with: "bank".parse().unwrap(),
                paid_from: "bank".parse().unwrap(),
            };
            kept.post(&top_up(&paid_in).unwrap());
            clerk.wallets[who as usize] += amount;
        }
        Act::Sell(who, count, price, prices) => {
            let buys_at = (2..).zip(prices).map(|(it, price)| (TenantId(it), minor(price)));
            let order = SaleOrder {
                id: ResellerSaleId(kept.row()),
                seller: TenantId(who),
                quantity: NonZeroU32::new(count).unwrap(),
                price: minor(price),
                pricing: Pricing::TaxExclusive,
                buys_at: buys_at.collect(),
                top_buys_at: minor(0),
                ..order()
            };
            let sale = sell(tree, &order, &kept.wallets());
            let net = i64::from(count) * price;
            prop_assert_eq!(sale.is_ok(), clerk.sell(who, count.into(), net, prices));
            if let Ok(sale) = sale {
                let margins: i64 = sale.margins.iter().map(|it| it.amount.amount_minor()).sum();
                prop_assert_eq!(margins, net);
                kept.post(&sale.postings);
                kept.sales.push(sale.postings);
            }
        }
        Act::Refund(which) => {
            // Each is taken back once, however often somebody tries.
            let Some(sale) = kept.sales.get(which).cloned() else { return Ok(()) };
            kept.post(&refund(&sale));
            kept.post(&refund(&sale));
            let changes = core::mem::take(&mut clerk.refunds[which]);
            clerk.change(&changes, -1);
        }
        Act::Earn(who, paid) => {
            let on = CommissionOn::Payments;
            let rate = PartOrAmount::Percent("5%".parse().unwrap());
            let agreement = Commission::new(on, rate, BTreeMap::new()).unwrap();
            let agreements = (2..6).map(|it| (TenantId(it), agreement.clone())).collect();
            let (id, amount) = (CommissionId(kept.row()), minor(paid));
            let rounding = Rounding::HalfUp;
            let earning = Earning { id, on, product: None, amount, rounding };
            let path = tree.path(TenantId(who)).unwrap();
            kept.post(&commissions(&path, &agreements, &earning).unwrap());
            clerk.earn(who, paid);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_two_tenants_say_of_each_other_agrees_and_nobody_spends_what_it_has_not(
        acts in proptest::collection::vec(act(), 0..50),
    ) {
        let parents = PARENTS.map(|(it, above)| {
            (TenantId(it), (above != 0).then_some(TenantId(above)))
        });
        let tree = Tree::new(parents).unwrap();
        let (mut kept, mut clerk) = (Kept::new(), Clerk::default());
        for act in &acts {
            does(&mut kept, &mut clerk, &tree, act)?;
            for (tenant, above) in PARENTS {
                let books = &kept.books[&TenantId(tenant)];
                prop_assert_eq!(books.trial_balance(), 0);
                let profit = ["sales", "commissions", "purchases"].map(|name| books.credit(name));
                prop_assert_eq!(profit.iter().sum::<i64>(), clerk.profits[tenant as usize]);
                if above == 0 {
                    continue;
                }
                let held = kept.books[&TenantId(above)].credit(&format!("reseller:{tenant}"));
                prop_assert_eq!(held, clerk.wallets[tenant as usize]);
                prop_assert_eq!(-books.credit(&format!("supplier:{above}")), held);
                let limit = CREDIT.iter().find(|(it, _)| *it == tenant).unwrap().1;
                prop_assert!(held >= -limit, "reseller {tenant} has {held}");
            }
        }
    }

    #[test]
    fn a_sale_and_its_refund_are_nothing_on_every_level(
        prices in proptest::array::uniform3(0..100_000_i64),
        count in 1..50_u32,
        is_inclusive in any::<bool>(),
    ) {
        let [middle, shop, customer] = prices.map(minor);
        let pricing = if is_inclusive { Pricing::TaxInclusive } else { Pricing::TaxExclusive };
        let quantity = NonZeroU32::new(count).unwrap();
        let buys_at = BTreeMap::from([(MIDDLE, middle), (SHOP, shop)]);
        let order = SaleOrder { price: customer, pricing, quantity, buys_at, ..order() };
        let wallets = wallets(&[(MIDDLE, "0", "1000000"), (SHOP, "0", "1000000")]);
        let sale = sell(&three_levels(), &order, &wallets).unwrap();
        let margins = sale.margins.iter().map(|margin| margin.amount);
        let top = order.top_buys_at.times(count.into()).unwrap();
        let together = Money::sum(customer.currency(), margins.chain([top])).unwrap();
        prop_assert_eq!(together, sale.paid.net);
        let credit = vec![AccountName::Reseller(MIDDLE), AccountName::Reseller(SHOP)];
        for tenant in [TOP, MIDDLE, SHOP] {
            let mut books = NamedBooks::new(customer.currency(), credit.clone());
            for postings in [sale.postings.clone(), refund(&sale.postings)] {
                let own = postings.iter().filter(|posting| posting.tenant == tenant);
                let entries: Vec<_> = own.flat_map(|posting| posting.entries.clone()).collect();
                books.post(&entries).unwrap();
                prop_assert_eq!(books.trial_balance(), 0);
            }
            prop_assert_eq!(books.balances(), Vec::<String>::new());
        }
    }
}
