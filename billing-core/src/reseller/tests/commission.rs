//! What resellers earn, in literal amounts.

use super::*;
use crate::ComponentId;
use crate::PartOrAmount;

fn percent(rate: &str) -> PartOrAmount {
    PartOrAmount::Percent(rate.parse().unwrap())
}

fn fixed(amount: &str) -> PartOrAmount {
    PartOrAmount::Fixed(kes(amount))
}

fn earning(on: CommissionOn, product: Option<i64>, amount: &str) -> Earning {
    let (id, product) = (CommissionId(3), product.map(ComponentId));
    Earning { id, on, product, amount: kes(amount), rounding: Rounding::HalfUp }
}

#[test]
fn a_commission_is_a_part_or_fixed_and_a_product_may_have_its_own() {
    use CommissionOn::{Payments, Sales};
    let own = BTreeMap::from([(ComponentId(1), fixed("25")), (ComponentId(2), percent("0%"))]);
    let agreement = Commission::new(Sales, percent("7.5%"), own).unwrap();
    let table = [
        (Sales, None, "1500", "112.50"),
        (Sales, Some(9), "1500", "112.50"),
        // 0.525 is rounded once.
        (Sales, None, "7", "0.53"),
        (Sales, Some(1), "1500", "25"),
        // Never more than what it is for.
        (Sales, Some(1), "10", "10"),
        (Sales, Some(2), "1500", "0"),
        (Payments, None, "1500", "0"),
    ];
    for (on, product, amount, earned) in table {
        assert_eq!(agreement.of(&earning(on, product, amount)), Ok(kes(earned)), "{amount}");
    }
    assert_eq!(
        agreement.of(&earning(Sales, None, "-5")).unwrap_err().to_string(),
        "there is no commission for -5.00 KES; it is for more than 0, and what was given back is refunded"
    );
    let ugx = Earning { amount: "500 UGX".parse().unwrap(), ..earning(Sales, Some(1), "1") };
    assert!(matches!(agreement.of(&ugx), Err(CommissionError::Money(_))));
}

#[test]
fn each_level_with_an_agreement_earns_at_the_one_above_it() {
    let on = CommissionOn::Sales;
    let path = three_levels().path(SHOP).unwrap();
    let agreed = |rate| Commission::new(on, rate, BTreeMap::new()).unwrap();
    let agreements =
        BTreeMap::from([(MIDDLE, agreed(percent("2%"))), (SHOP, agreed(percent("10%")))]);
    let earned = commissions(&path, &agreements, &earning(on, None, "1500")).unwrap();
    assert_eq!(
        written(&earned),
        [
            "1: commissions -> reseller:2: 30.00 KES",
            "2: supplier:1 -> commissions: 30.00 KES",
            "2: commissions -> reseller:3: 150.00 KES",
            "3: supplier:2 -> commissions: 150.00 KES",
        ]
    );
    assert_eq!(
        written(&refund(&earned)),
        [
            "3: commissions -> supplier:2: 150.00 KES",
            "2: reseller:3 -> commissions: 150.00 KES",
            "2: commissions -> supplier:1: 30.00 KES",
            "1: reseller:2 -> commissions: 30.00 KES",
        ]
    );
    let mut ids: Vec<_> = earned.iter().flat_map(|it| &it.entries).map(|it| it.id).collect();
    assert!(ids.iter().all(|id| transfers_of(ResellerSaleId(3)).contains(id)));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    // The middle earns 30.00 and gives 150.00 of it and of its own.
    let by = |tenant| earned_by(tenant, &earned, kes("0")).unwrap();
    assert_eq!([TOP, MIDDLE, SHOP].map(by), [kes("-30"), kes("-120"), kes("150")]);
    let only_shop = BTreeMap::from([(SHOP, agreed(fixed("5")))]);
    let earned = commissions(&path, &only_shop, &earning(on, None, "1500")).unwrap();
    assert_eq!(
        written(&earned),
        ["2: commissions -> reseller:3: 5.00 KES", "3: supplier:2 -> commissions: 5.00 KES"]
    );
    let payments = earning(CommissionOn::Payments, None, "1500");
    assert_eq!(commissions(&path, &only_shop, &payments), Ok(vec![]));
}

#[test]
fn an_agreement_that_is_none_says_why() {
    let said = |rate, own| Commission::new(CommissionOn::Sales, rate, own).unwrap_err().to_string();
    let too_much = "a commission of 100.0001% is more than what it is for; it is 0% to 100%";
    assert_eq!(said(percent("100.0001%"), BTreeMap::new()), too_much);
    let own = BTreeMap::from([(ComponentId(1), percent("100.0001%"))]);
    assert_eq!(said(percent("1%"), own), too_much);
    assert_eq!(
        said(fixed("-1"), BTreeMap::new()),
        "a commission cannot be -1.00 KES; it is 0 or more"
    );
    let own = (0..10_001).map(|product| (ComponentId(product), percent("1%"))).collect();
    assert_eq!(
        said(percent("1%"), own),
        "10001 products have a rate of their own; 10000 can have at most"
    );
}
