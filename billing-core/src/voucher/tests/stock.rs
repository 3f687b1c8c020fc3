//! Who has vouchers, and what is paid for them.

use super::*;

#[test]
fn new_vouchers_are_handed_on_and_counted_for_each_reseller() {
    let batch = batch(Worth::Refill(kes("100")));
    let mut vouchers = fresh(&batch);
    let range = SerialRange::new(2, 4).unwrap();
    let handed = hand_on(&vouchers, range, None, Some(DEALER)).unwrap();
    vouchers.splice(1.., handed);
    let sale = sale_to(Buyer::Reseller(DEALER), BuyerPrice::List);
    let one = SerialRange::new(4, 4).unwrap();
    let sold = sell(&batch, &vouchers, one, &sale).unwrap().vouchers;
    vouchers.splice(3.., sold);
    let counts = stock(vouchers.iter().map(|it| (it.owner, it.stage.state())));
    let of = |owner: Option<TenantId>| {
        let count = counts.get(&owner).copied().unwrap_or_default();
        (VoucherState::ALL.map(|state| count.of(state)), count.total())
    };
    assert_eq!(of(None), ([1, 0, 0, 0, 0, 0], 1));
    assert_eq!(of(Some(DEALER)), ([2, 1, 0, 0, 0, 0], 3));
    assert_eq!(of(Some(OTHER_DEALER)), ([0; 6], 0));
    let said = |range: (u32, u32), from| {
        let range = SerialRange::new(range.0, range.1).unwrap();
        hand_on(&vouchers, range, from, Some(OTHER_DEALER)).unwrap_err().to_string()
    };
    assert_eq!(
        said((1, 3), Some(DEALER)),
        "voucher 1 is in the tenant's own stock, and not in the stock of reseller 20"
    );
    assert_eq!(
        said((2, 4), Some(DEALER)),
        "voucher 4 is sold, and not on stock; only new ones are handed on, a sold one is revoked and another one sold"
    );
    assert!(hand_on(&vouchers, SerialRange::new(2, 3).unwrap(), Some(DEALER), None).is_ok());
    for (first, last) in [(0, 3), (3, 2), (1, 100_001)] {
        let error = SerialRange::new(first, last).unwrap_err().to_string();
        assert!(error.starts_with(&format!("there are no vouchers {first} to {last};")), "{error}");
    }
}

#[test]
fn what_a_buyer_pays_lies_in_vouchers_and_what_a_reseller_does_not_pay_is_its_commission() {
    let batch = batch(Worth::Refill(kes("100")));
    let discount = |rate: &str| BuyerPrice::Discount(rate.parse().unwrap());
    let table: [(Buyer, BuyerPrice, &[&str]); 6] = [
        (till(), BuyerPrice::List, &["clearing:cash -> vouchers: 300.00 KES"]),
        (
            Buyer::OnAccount(SubscriberId(5)),
            BuyerPrice::List,
            &["receivable:5 -> vouchers: 300.00 KES"],
        ),
        (
            Buyer::Reseller(DEALER),
            discount("10%"),
            &["reseller:20 -> vouchers: 270.00 KES", "commissions -> vouchers: 30.00 KES"],
        ),
        // 12.346 of each is rounded once for each: all of them cost the same.
        (
            Buyer::Reseller(DEALER),
            discount("12.346%"),
            &["reseller:20 -> vouchers: 262.95 KES", "commissions -> vouchers: 37.05 KES"],
        ),
        (
            Buyer::Reseller(DEALER),
            BuyerPrice::Fixed(kes("80.50")),
            &["reseller:20 -> vouchers: 241.50 KES", "commissions -> vouchers: 58.50 KES"],
        ),
        (Buyer::Reseller(DEALER), discount("100%"), &["commissions -> vouchers: 300.00 KES"]),
    ];
    for (buyer, price, entries) in table {
        let range = SerialRange::new(2, 4).unwrap();
        let made = sell(&batch, &fresh(&batch), range, &sale_to(buyer, price)).unwrap();
        assert_eq!(written(&made.entries), entries);
        let serials: Vec<_> = made.vouchers.iter().map(|it| it.serial.get()).collect();
        assert_eq!(serials, [2, 3, 4]);
        assert!(made.vouchers.iter().all(|it| it.stage.state() == VoucherState::Sold));
    }
}

#[test]
fn what_cannot_be_sold_says_why_and_nothing_of_it_is() {
    let batch = batch(Worth::Refill(kes("100")));
    let list = || sale_to(till(), BuyerPrice::List);
    let said = |vouchers: &[Voucher], sale: &VoucherSale| {
        sell(&batch, vouchers, batch.serials(), sale).unwrap_err().to_string()
    };
    let mut vouchers = fresh(&batch);
    vouchers[2] = sold(&batch)[2].clone();
    assert_eq!(
        said(&vouchers, &list()),
        "voucher 3: a voucher that is sold cannot be sold; it can be activated, be used up, expire, be revoked"
    );
    vouchers = fresh(&batch);
    vouchers[1].owner = Some(OTHER_DEALER);
    assert_eq!(
        said(&vouchers, &sale_to(Buyer::Reseller(DEALER), BuyerPrice::List)),
        "voucher 2 is in the stock of reseller 21; it is sold to this reseller, or handed on before it is sold"
    );
    assert_eq!(
        said(&fresh(&batch)[1..], &list()),
        "voucher 1 is not among those of the batch; say a range of which all exist"
    );
    vouchers = fresh(&batch);
    vouchers.push(vouchers[0].clone());
    assert_eq!(
        said(&vouchers, &list()),
        "voucher 1 is there twice; each has a number of its own in its batch"
    );
    let late = VoucherSale { at: day(90), ..list() };
    assert_eq!(
        said(&fresh(&batch), &late),
        "the batch was to be sold before 2027-02-16T11:06:40Z, and it is 2027-02-16T11:06:40Z"
    );
    let price = |price| said(&fresh(&batch), &sale_to(Buyer::Reseller(DEALER), price));
    assert_eq!(
        price(BuyerPrice::Discount("100.0001%".parse().unwrap())),
        "a discount of 100.0001% is more than the price; it is 0% to 100%"
    );
    for (given, text) in [("100.01", "100.01 KES"), ("-1", "-1.00 KES")] {
        assert_eq!(
            price(BuyerPrice::Fixed(kes(given))),
            format!(
                "a buyer cannot pay {text} for a voucher that costs 100.00 KES; it is 0 or more, up to that"
            )
        );
    }
    assert_eq!(
        price(BuyerPrice::Fixed("80 UGX".parse().unwrap())),
        "a buyer cannot pay in UGX for a voucher that costs 100.00 KES; the price is in its currency"
    );
}
