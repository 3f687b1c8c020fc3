//! What is redeemed, and what is not.

use super::*;

#[test]
fn access_is_active_and_its_price_is_earned_with_the_taxes_within_it() {
    let batch = batch(Worth::Access(access()));
    let voucher = &sold(&batch)[0];
    let outcome = redeem(Some((&batch, voucher)), &request(5, 1, day(12)), &terms()).unwrap();
    let Outcome::Redeemed(redeemed) = outcome else { panic!("{outcome:?}") };
    assert_eq!(redeemed.voucher.stage.state(), VoucherState::Active);
    // 100 / 1.16 is 86.2069.
    assert_eq!(
        written(&redeemed.entries),
        ["vouchers -> sales: 86.21 KES", "vouchers -> tax: 13.79 KES"]
    );
    let (valid_until, octets) = (Some(day(19)), NonZeroU64::new(5_000_000_000));
    let grant = Grant::Access { plan: PlanId(9), valid_until, online_s: None, octets };
    assert_eq!(redeemed.grant, grant);
    let used = redeemed.voucher.stage.use_up().unwrap();
    assert_eq!(used.state(), VoucherState::Used);
    assert!(used.use_up().is_err() && voucher.stage.use_up().is_err());
}

#[test]
fn time_data_and_uptime_are_granted_alone_or_together() {
    let none = AccessPackage { plan: PlanId(9), validity: None, online_s: None, octets: None };
    let online_s = NonZeroU32::new(3_600);
    let validity = Some("90 minutes".parse().unwrap());
    let octets = NonZeroU64::new(1_000_000);
    let until = Some(day(12).plus_s(5_400));
    let table = [
        (AccessPackage { validity, ..none }, (until, None, None)),
        (AccessPackage { online_s, ..none }, (None, online_s, None)),
        (AccessPackage { octets, ..none }, (None, None, octets)),
        (AccessPackage { validity, online_s, octets, ..none }, (until, online_s, octets)),
    ];
    for (package, (valid_until, online_s, octets)) in table {
        let batch = batch(Worth::Access(package));
        let request = request(5, 1, day(12));
        let outcome = redeem(Some((&batch, &sold(&batch)[0])), &request, &terms()).unwrap();
        let Outcome::Redeemed(redeemed) = outcome else { panic!("{outcome:?}") };
        let plan = PlanId(9);
        assert_eq!(redeemed.grant, Grant::Access { plan, valid_until, online_s, octets });
    }
}

#[test]
fn a_refill_is_used_up_at_once_and_a_bonus_makes_sales_less() {
    let table: [(&str, &str, &[&str]); 3] = [
        ("100", "100", &["vouchers -> wallet:5: 100.00 KES"]),
        ("100", "110", &["vouchers -> wallet:5: 100.00 KES", "sales -> wallet:5: 10.00 KES"]),
        ("0", "25", &["sales -> wallet:5: 25.00 KES"]),
    ];
    for (price, worth, entries) in table {
        let order = BatchOrder { price: kes(price), ..order(Worth::Refill(kes(worth))) };
        let batch = Batch::new(order).unwrap();
        let request = request(5, 1, day(12));
        let outcome = redeem(Some((&batch, &sold(&batch)[0])), &request, &terms()).unwrap();
        let Outcome::Redeemed(redeemed) = outcome else { panic!("{outcome:?}") };
        assert_eq!(redeemed.voucher.stage.state(), VoucherState::Used);
        assert_eq!(written(&redeemed.entries), entries);
        assert_eq!(redeemed.grant, Grant::Refill(kes(worth)));
    }
}

#[test]
fn the_same_wish_again_is_answered_the_same_and_another_one_is_refused() {
    let batch = batch(Worth::Access(access()));
    let first = redeem(Some((&batch, &sold(&batch)[0])), &request(5, 1, day(12)), &terms());
    let Ok(Outcome::Redeemed(redeemed)) = first else { panic!("{first:?}") };
    let again = |stage: Stage, subscriber, key| {
        let voucher = Voucher { stage, ..redeemed.voucher.clone() };
        redeem(Some((&batch, &voucher)), &request(subscriber, key, day(13)), &terms())
    };
    let active = || redeemed.voucher.stage.clone();
    // Also when it was used up, has expired or was revoked since.
    let used = active().use_up().unwrap();
    let expired = active().expire(day(19)).unwrap();
    let revoked = active().revoke(day(13)).unwrap();
    for stage in [active(), used, expired.clone(), revoked.clone()] {
        let Ok(Outcome::Repeated { redemption, grant }) = again(stage, 5, 1) else { panic!() };
        assert_eq!((redemption.at, grant), (day(12), redeemed.grant));
    }
    let said = |stage, subscriber, key| again(stage, subscriber, key).unwrap_err().to_string();
    let own = "the voucher was redeemed at 2026-11-30T11:06:40Z already, by the same subscriber";
    let other = "the voucher was redeemed at 2026-11-30T11:06:40Z already, by somebody else";
    assert_eq!(said(active(), 5, 2), own);
    assert_eq!(said(active(), 6, 1), other);
    assert_eq!(
        said(expired, 6, 1),
        "the voucher has expired: its time was over at 2026-12-07T11:06:40Z"
    );
    assert_eq!(
        said(revoked, 6, 1),
        "the voucher was revoked at 2026-12-01T11:06:40Z; who has sold it says why"
    );
}

#[test]
fn what_is_not_redeemed_says_why_and_only_what_does_not_exist_is_a_guess() {
    let batch = batch(Worth::Refill(kes("100")));
    let (new, sold) = (&fresh(&batch)[0], &sold(&batch)[0]);
    let refused = |voucher, request: &RedeemRequest| {
        let error = redeem(voucher, request, &terms()).unwrap_err();
        (error.to_string(), error.is_guess())
    };
    let at_day_12 = request(5, 1, day(12));
    let unknown = "there is no such voucher; look whether its code was typed as it is printed";
    assert_eq!(refused(None, &at_day_12), (unknown.into(), true));
    let other_tenant = Redeemer { tenant: TenantId(2), ..at_day_12.by };
    assert_eq!(
        refused(Some((&batch, sold)), &RedeemRequest { by: other_tenant, ..at_day_12 }),
        (
            "the voucher is of tenant 1, and the subscriber of tenant 2; it is redeemed there"
                .into(),
            true
        )
    );
    let not_sold = "the voucher was not sold yet; who has sold the card has to say so first";
    assert_eq!(refused(Some((&batch, new)), &at_day_12), (not_sold.into(), false));
    // Sold on day 10, for 30 days, also when nobody has said yet that it has expired.
    let expired = "the voucher has expired: its time was over at 2026-12-28T11:06:40Z";
    assert_eq!(refused(Some((&batch, sold)), &request(5, 1, day(40))), (expired.into(), false));
    let last = Timestamp::from_unix_ms(day(40).unix_ms() - 1);
    assert!(redeem(Some((&batch, sold)), &request(5, 1, last), &terms()).is_ok());
}

#[test]
fn a_voucher_for_the_customers_of_its_reseller_is_for_them() {
    let worth = Worth::Refill(kes("100"));
    let order = BatchOrder { redeemable_by: RedeemableBy::CustomersOfOwner, ..order(worth) };
    let batch = Batch::new(order).unwrap();
    let sale = sale_to(Buyer::Reseller(DEALER), BuyerPrice::List);
    let vouchers = sell(&batch, &fresh(&batch), batch.serials(), &sale).unwrap().vouchers;
    let by = |reseller, voucher: &Voucher| {
        let RedeemRequest { by, .. } = request(5, 1, day(12));
        let request = RedeemRequest { by: Redeemer { reseller, ..by }, ..request(5, 1, day(12)) };
        redeem(Some((&batch, voucher)), &request, &terms())
    };
    assert!(by(Some(DEALER), &vouchers[0]).is_ok());
    assert_eq!(
        by(Some(OTHER_DEALER), &vouchers[0]).unwrap_err().to_string(),
        "the voucher is for the customers of reseller 20, and who redeems it is one of the customers of reseller 21"
    );
    assert_eq!(
        by(None, &vouchers[0]),
        Err(RedeemError::OtherReseller { has: Some(DEALER), given: None })
    );
    assert!(by(None, &sold(&batch)[0]).is_ok());
    assert!(by(Some(DEALER), &sold(&batch)[0]).is_err());
}
