use super::super::On;
use super::*;
use crate::Money;
use crate::PartOrAmount;

fn offer(name: &str, off: PartOrAmount) -> Offer {
    Offer::new(name.to_owned(), off, On::All, "1 month".parse().unwrap()).unwrap()
}

fn ten_percent() -> PartOrAmount {
    PartOrAmount::Percent("10%".parse().unwrap())
}

fn coupon() -> Coupon {
    Coupon {
        code: "welcome-10".parse().unwrap(),
        offer: offer("Welcome", ten_percent()),
        redeem_by: None,
        redemptions_max: None,
        redemptions_per_subscriber_max: None,
        is_first_purchase_only: false,
        is_combinable: true,
    }
}

const AT: Timestamp = Timestamp::from_unix_s(1_000);

fn redemption() -> Redemption<'static> {
    Redemption {
        at: AT,
        id: DiscountId(7),
        currency: "KES".parse().ok(),
        redemptions: 0,
        redemptions_of_subscriber: 0,
        has_purchased: false,
        beside: &[],
    }
}

#[test]
fn a_coupon_gives_its_discount_from_the_moment_on() {
    let discount = coupon().redeem(&redemption()).unwrap();
    assert_eq!((discount.id(), discount.from(), discount.until()), (DiscountId(7), AT, None));
    assert_eq!(discount.offer(), &coupon().offer);
}

#[test]
fn each_rule_refuses_just_beyond_its_limit() {
    let after = |s: i64| Some(Timestamp::from_unix_s(1_000 + s));
    let many = |redemptions| Redemption { redemptions, ..redemption() };
    let own = |redemptions_of_subscriber| Redemption { redemptions_of_subscriber, ..redemption() };
    let customer = Redemption { has_purchased: true, ..redemption() };
    let shillings: Money = "5 KES".parse().unwrap();
    let fixed = Coupon { offer: offer("Five", PartOrAmount::Fixed(shillings)), ..coupon() };
    let in_uganda = Redemption { currency: "UGX".parse().ok(), ..redemption() };
    let late = |s| Coupon { redeem_by: after(s), ..coupon() };
    let limited = Coupon { redemptions_max: Some(3), ..coupon() };
    let once = Coupon { redemptions_per_subscriber_max: Some(1), ..coupon() };
    let first = Coupon { is_first_purchase_only: true, ..coupon() };
    let table: Vec<(&Coupon, Redemption<'_>, Option<&str>)> = vec![
        (&first, redemption(), None),
        (&first, customer, Some("coupon WELCOME-10 is for a first purchase, and there was one")),
        (&limited, many(2), None),
        (&limited, many(3), Some("coupon WELCOME-10 can be redeemed 3 times, and has been")),
        (&once, own(0), None),
        (&once, own(1), Some("coupon WELCOME-10 can be redeemed 1 times by one subscriber, and")),
        (&fixed, redemption(), None),
        (
            &fixed,
            in_uganda,
            Some("coupon WELCOME-10 takes off KES, and the subscription is billed"),
        ),
    ];
    for (coupon, redemption, expected) in table {
        let refusal = coupon.redeem(&redemption).err().map(|refusal| refusal.to_string());
        match (refusal, expected) {
            (None, None) => {}
            (Some(refusal), Some(expected)) => assert!(refusal.starts_with(expected), "{refusal}"),
            (refusal, expected) => panic!("{refusal:?} and not {expected:?}"),
        }
    }
    assert!(late(1).redeem(&redemption()).is_ok());
    let refusal = late(0).redeem(&redemption()).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        format!("coupon WELCOME-10 could be redeemed before {AT}; it is {AT}")
    );
    // A percentage is of every currency.
    assert!(coupon().redeem(&in_uganda).is_ok());
}

#[test]
fn two_are_combined_where_both_can_be() {
    let spring = Discount::since(DiscountId(1), offer("Spring", ten_percent()), AT);
    for (this, other) in [(true, true), (true, false), (false, true), (false, false)] {
        let coupon = Coupon { is_combinable: this, ..coupon() };
        let beside = [(&spring, other)];
        let redeemed = coupon.redeem(&Redemption { beside: &beside, ..redemption() });
        let beside = "Spring".to_owned();
        let refusal = CouponRefusal::NotCombinable { code: coupon.code.clone(), beside };
        assert_eq!(redeemed.err(), (!(this && other)).then_some(refusal), "{this} {other}");
        assert!(coupon.redeem(&redemption()).is_ok(), "alone");
    }
    let many = vec![(&spring, true); 32];
    let redeemed = coupon().redeem(&Redemption { beside: &many[..31], ..redemption() });
    assert!(redeemed.is_ok());
    let redeemed = coupon().redeem(&Redemption { beside: &many, ..redemption() });
    assert_eq!(redeemed, Err(CouponRefusal::TooMany));
}

#[test]
fn the_first_rule_that_is_against_it_is_told() {
    let coupon = Coupon {
        redeem_by: Some(AT),
        redemptions_max: Some(1),
        is_first_purchase_only: true,
        ..coupon()
    };
    let all = Redemption { redemptions: 1, has_purchased: true, ..redemption() };
    assert!(matches!(coupon.redeem(&all), Err(CouponRefusal::Expired { .. })));
    let coupon = Coupon { redeem_by: None, ..coupon };
    assert!(matches!(coupon.redeem(&all), Err(CouponRefusal::NotFirstPurchase { .. })));
    let coupon = Coupon { is_first_purchase_only: false, ..coupon };
    assert!(matches!(coupon.redeem(&all), Err(CouponRefusal::Exhausted { .. })));
}

#[test]
fn a_coupon_that_nobody_can_redeem_is_none() {
    assert_eq!(coupon().check(), Ok(()));
    let none = Coupon { redemptions_per_subscriber_max: Some(0), ..coupon() };
    assert_eq!(
        none.check().unwrap_err().to_string(),
        "coupon WELCOME-10 can be redeemed 0 times; give it 1 or more, or no limit"
    );
}

#[test]
fn codes_are_words_in_any_case() {
    for (typed, code) in [("welcome-10", "WELCOME-10"), (" Eid2027 ", "EID2027"), ("A", "A")] {
        assert_eq!(typed.parse::<CouponCode>().unwrap().to_string(), code);
    }
    for typed in ["", "  ", "A B", "Ä", "A_B", &"A".repeat(33)] {
        let error = typed.parse::<CouponCode>().unwrap_err().to_string();
        assert!(error.contains("is no code of a coupon"), "{error}");
    }
    assert!("A".repeat(32).parse::<CouponCode>().is_ok());
}
