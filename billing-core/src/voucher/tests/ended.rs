//! What nobody redeems, and what leaves `vouchers` once.

use super::*;

#[test]
fn what_was_paid_for_what_nobody_redeems_is_owed_earned_or_paid_back() {
    let batch = batch(Worth::Refill(kes("100")));
    let price = BuyerPrice::Discount("10%".parse().unwrap());
    let sale = sale_to(Buyer::Reseller(DEALER), price);
    let range = SerialRange::new(1, 2).unwrap();
    let mut vouchers = fresh(&batch);
    vouchers.truncate(3);
    let sold = sell(&batch, &vouchers, range, &sale).unwrap().vouchers;
    vouchers.splice(..2, sold);
    let earned = Unredeemed::Earned(vat());
    let table: [(Unredeemed, &[&str]); 4] = [
        (Unredeemed::StillOwed, &[]),
        (Unredeemed::Earned(Taxes::NONE), &["vouchers -> sales: 100.00 KES"; 2]),
        (
            earned,
            &[
                "vouchers -> sales: 86.21 KES",
                "vouchers -> tax: 13.79 KES",
                "vouchers -> sales: 86.21 KES",
                "vouchers -> tax: 13.79 KES",
            ],
        ),
        (
            Unredeemed::Refunded,
            &[
                "vouchers -> reseller:20: 90.00 KES",
                "vouchers -> commissions: 10.00 KES",
                "vouchers -> reseller:20: 90.00 KES",
                "vouchers -> commissions: 10.00 KES",
            ],
        ),
    ];
    for (unredeemed, entries) in table {
        let all = SerialRange::new(1, 3).unwrap();
        let revoked = revoke(&vouchers, all, &unredeemed, day(20), Rounding::HalfUp).unwrap();
        assert_eq!(written(&revoked.entries), entries, "{unredeemed:?}");
        let states: Vec<_> = revoked.vouchers.iter().map(|it| it.stage.state()).collect();
        assert_eq!((states, revoked.left), (vec![VoucherState::Revoked; 3], vec![]));
        // The new one is to be sold by day 90, the sold ones to be redeemed by day 40.
        let expired = |at| expire(&batch, &vouchers, &unredeemed, at, Rounding::HalfUp).unwrap();
        assert_eq!(expired(day(39)), VouchersEnded::default());
        let on_day_40 = expired(day(40));
        assert_eq!(written(&on_day_40.entries), entries, "{unredeemed:?}");
        assert_eq!(on_day_40.vouchers.len(), 2);
        assert_eq!(expired(day(90)).vouchers.len(), 3);
    }
}

#[test]
fn revoking_stops_what_it_can_and_tells_what_it_cannot() {
    let batch = batch(Worth::Access(access()));
    let mut vouchers = sold(&batch);
    for (voucher, subscriber) in vouchers.iter_mut().take(2).zip([5, 6]) {
        let outcome = redeem(Some((&batch, voucher)), &request(subscriber, 1, day(12)), &terms());
        let Ok(Outcome::Redeemed(redeemed)) = outcome else { panic!("{outcome:?}") };
        *voucher = redeemed.voucher;
    }
    vouchers[0].stage = vouchers[0].stage.use_up().unwrap();
    let refunded = Unredeemed::Refunded;
    let revoked = revoke(&vouchers, batch.serials(), &refunded, day(20), Rounding::HalfUp).unwrap();
    assert_eq!(revoked.left, [(Serial::new(1).unwrap(), VoucherState::Used)]);
    let serials: Vec<_> = revoked.vouchers.iter().map(|it| it.serial.get()).collect();
    assert_eq!(serials, [2, 3, 4]);
    // What is being used was earned.
    assert_eq!(written(&revoked.entries), ["vouchers -> clearing:cash: 100.00 KES"; 2]);
    // An active one expires by itself when its seven days are over.
    let expired = expire(&batch, &vouchers, &refunded, day(19), Rounding::HalfUp).unwrap();
    assert_eq!((expired.vouchers.len(), expired.entries.len()), (1, 0));
    assert_eq!(expired.vouchers[0].serial.get(), 2);
}

#[test]
fn the_ledger_lets_what_was_paid_leave_once_whatever_was_decided_at_the_same_time() {
    let batch = batch(Worth::Refill(kes("100")));
    let discount = |rate: &str| BuyerPrice::Discount(rate.parse().unwrap());
    let table = [
        (sale_to(till(), BuyerPrice::List), "clearing:cash -400.00 KES"),
        // Also where the buyer has paid nothing, so that there is only his commission to take back.
        (sale_to(Buyer::Reseller(DEALER), discount("100%")), "commissions -400.00 KES"),
    ];
    for (sale, paid) in table {
        let made = sell(&batch, &fresh(&batch), batch.serials(), &sale).unwrap();
        let found = Some((&batch, &made.vouchers[0]));
        let redeemed = redeem(found, &request(5, 1, day(12)), &terms());
        let Ok(Outcome::Redeemed(redeemed)) = redeemed else { panic!("{redeemed:?}") };
        let one = SerialRange::new(1, 1).unwrap();
        let refunded = Unredeemed::Refunded;
        let revoked = revoke(&made.vouchers, one, &refunded, day(12), Rounding::HalfUp).unwrap();
        let mut books = NamedBooks::new(kes("0").currency(), vec![]);
        books.post(&made.entries).unwrap();
        books.post(&redeemed.entries).unwrap();
        books.post(&redeemed.entries).unwrap();
        let error = books.post(&revoked.entries).unwrap_err().to_string();
        assert!(error.contains("was made before with another credit account"), "{error}");
        let mut balances = books.balances();
        balances.sort_unstable();
        let mut expected = ["wallet:5 100.00 KES", paid, "vouchers 300.00 KES"];
        expected.sort_unstable();
        assert_eq!(balances, expected);
    }
}
