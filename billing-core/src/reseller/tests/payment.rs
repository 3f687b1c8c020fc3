//! What is earned for payments and given back with them, in literal amounts and beside a simple clerk.

use proptest::prelude::*;

use super::*;
use crate::PartOrAmount;
use crate::ledger::{AccountName, TransferSource};
use crate::voucher::test_books::NamedBooks;

fn minor(minor: i64) -> Money {
    Money::new(minor, kes("0").currency())
}

/// The middle earns 2 % at the top, and the shop 10 % in the middle.
fn agreements() -> BTreeMap<TenantId, Commission> {
    let agreed = |rate: &str| {
        let rate = PartOrAmount::Percent(rate.parse().unwrap());
        Commission::new(CommissionOn::Payments, rate, BTreeMap::new()).unwrap()
    };
    BTreeMap::from([(MIDDLE, agreed("2%")), (SHOP, agreed("10%"))])
}

fn paid(row: i64, amount: Money) -> Earning {
    let (id, on) = (CommissionId(row), CommissionOn::Payments);
    Earning { id, on, product: None, amount, rounding: Rounding::HalfUp }
}

fn earned(amount: Money) -> Vec<PaymentCommission> {
    let path = three_levels().path(SHOP).unwrap();
    let earned = earned_on(&path, &agreements(), &paid(3, amount)).unwrap();
    let commission = |earned| PaymentCommission { earned, paid: amount, back: minor(0) };
    earned.into_iter().map(commission).collect()
}

/// Gives back what goes with what is left, and says so.
fn take(commissions: &mut [PaymentCommission], id: i64, left: Money) -> Vec<String> {
    let back = give_back(commissions, left).unwrap();
    for GivenBack { of, back } in &back {
        let found = commissions.iter_mut().find(|it| it.earned.level == of.level).unwrap();
        found.back = *back;
    }
    written(&given_back(CommissionBackId(id), &back))
}

#[test]
fn a_third_and_then_the_rest_of_a_payment_take_their_parts_with_them() {
    // Of 1000.00 the middle has 20.00, and the shop 100.00.
    let mut all = earned(kes("1000"));
    let amounts: Vec<_> = all.iter().map(|it| it.earned.amount).collect();
    assert_eq!(amounts, [kes("20"), kes("100")]);
    // 666.67 are left: 13.33 and 66.67 of the commissions.
    assert_eq!(
        take(&mut all, 1, kes("666.67")),
        [
            "1: reseller:2 -> commissions: 6.67 KES",
            "2: commissions -> supplier:1: 6.67 KES",
            "2: reseller:3 -> commissions: 33.33 KES",
            "3: commissions -> supplier:2: 33.33 KES",
        ]
    );
    // 0.01 of it: 0.0002 of the one, and 0.001 of the other.
    assert_eq!(take(&mut all, 2, kes("666.66")), Vec::<String>::new());
    assert_eq!(
        take(&mut all, 3, kes("0")),
        [
            "1: reseller:2 -> commissions: 13.33 KES",
            "2: commissions -> supplier:1: 13.33 KES",
            "2: reseller:3 -> commissions: 66.67 KES",
            "3: commissions -> supplier:2: 66.67 KES",
        ]
    );
    // Told again it is nothing more.
    assert_eq!(take(&mut all, 3, kes("0")), Vec::<String>::new());
}

#[test]
fn commissions_on_payments_and_on_sales_are_never_the_same_transfers() {
    let path = three_levels().path(SHOP).unwrap();
    let earned = commissions(&path, &agreements(), &paid(3, kes("1000"))).unwrap();
    let ids: Vec<_> = earned.iter().flat_map(|it| &it.entries).map(|it| it.id).collect();
    let source = |source| ids.iter().all(|id| id.source() == Some((source, 3)));
    assert!(source(TransferSource::PaymentCommission), "{ids:?}");
    assert!(ids.iter().all(|id| !transfers_of(ResellerSaleId(3)).contains(id)));
}

proptest! {
    /// However a payment is taken back: the books of every tenant come to nothing, those of neighbours agree,
    /// and what is kept of each commission is its part of the money that is kept.
    #[test]
    fn what_is_kept_of_a_commission_is_its_part_of_the_money_that_is_kept(
        payments in proptest::collection::vec(1..100_000_i64, 1..6),
        taken in proptest::collection::vec((0..6_usize, 1..60_000_i64), 0..30),
    ) {
        let currency = kes("0").currency();
        // What is given back may leave a reseller below nothing, so nothing limits its account here.
        let without_limit = [MIDDLE, SHOP].map(AccountName::Reseller).to_vec();
        let books = |tenant| (tenant, NamedBooks::new(currency, without_limit.clone()));
        let mut books: BTreeMap<_, _> = [TOP, MIDDLE, SHOP].into_iter().map(books).collect();
        let post = |books: &mut BTreeMap<TenantId, NamedBooks>, postings: &[TenantEntries]| {
            for TenantEntries { tenant, entries } in postings {
                books.get_mut(tenant).unwrap().post(entries).unwrap();
            }
        };
        let path = three_levels().path(SHOP).unwrap();
        let mut all = Vec::new();
        for (row, amount) in (1..).zip(&payments) {
            let moved = commissions(&path, &agreements(), &paid(row, minor(*amount))).unwrap();
            post(&mut books, &moved);
            all.push((*amount, earned(minor(*amount))));
        }
        for (row, (which, amount)) in (1..).zip(taken) {
            let count = all.len();
            let (left, commissions) = &mut all[which % count];
            *left -= amount.min(*left);
            let back = give_back(commissions, minor(*left)).unwrap();
            let moved = given_back(CommissionBackId(row), &back);
            post(&mut books, &moved);
            // As it is posted, it may be told again.
            post(&mut books, &moved);
            for GivenBack { of, back } in back {
                commissions.iter_mut().find(|it| it.earned.level == of.level).unwrap().back = back;
            }
        }
        // To the nearest minor unit: twice the part, and one, halved.
        let part = |amount: i64, left: i64, of: i64| (2 * amount * left + of) / (2 * of);
        let mut held = BTreeMap::from([(MIDDLE, 0), (SHOP, 0)]);
        for (amount, (left, commissions)) in payments.iter().zip(&all) {
            for it in commissions {
                let kept = it.earned.amount.minus(it.back).unwrap().amount_minor();
                prop_assert_eq!(kept, part(it.earned.amount.amount_minor(), *left, *amount));
                *held.get_mut(&it.earned.earner).unwrap() += kept;
            }
        }
        for (parent, child) in [(TOP, MIDDLE), (MIDDLE, SHOP)] {
            let above = books[&parent].credit(&format!("reseller:{child}"));
            prop_assert_eq!(above, held[&child]);
            prop_assert_eq!(above, -books[&child].credit(&format!("supplier:{parent}")));
        }
        for tenant in [TOP, MIDDLE, SHOP] {
            prop_assert_eq!(books[&tenant].trial_balance(), 0);
        }
    }
}
