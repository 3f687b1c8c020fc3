//! What can be ordered, and the codes of it.

use super::*;

#[test]
fn an_order_says_which_field_is_wrong_and_what_it_can_be() {
    let never_ends = AccessPackage { validity: None, octets: None, ..access() };
    let octets = NonZeroU64::new(1 << 63);
    let base = || order(Worth::Refill(kes("100")));
    let table: [(BatchOrder, &str); 10] = [
        (
            BatchOrder { quantity: 0, ..base() },
            "quantity: 0 vouchers cannot be made at once; a batch has 1 to 100000",
        ),
        (
            BatchOrder { quantity: 100_001, ..base() },
            "quantity: 100001 vouchers cannot be made at once; a batch has 1 to 100000",
        ),
        (
            BatchOrder { prefix: "CAFE2345".parse().ok(), code_len: CodeLen::MAX, ..base() },
            "code_len: 24 letters behind the prefix `CAFE2345` are too many; both together have 24 at most",
        ),
        (
            BatchOrder { price: kes("-0.01"), ..base() },
            "price: a voucher cannot cost -0.01 KES; it costs 0 or more",
        ),
        (
            BatchOrder { worth: Worth::Refill("100 UGX".parse().unwrap()), ..base() },
            "worth: a refill in UGX cannot be paid in KES; both are in one currency",
        ),
        (
            BatchOrder { worth: Worth::Refill(kes("99.99")), ..base() },
            "worth: a refill of 99.99 KES is too little for 100.00 KES; it is more than 0, and no less than its price",
        ),
        (
            BatchOrder { worth: Worth::Refill(kes("0")), price: kes("0"), ..base() },
            "worth: a refill of 0.00 KES is too little for 0.00 KES; it is more than 0, and no less than its price",
        ),
        (
            BatchOrder { worth: Worth::Access(never_ends), ..base() },
            "worth: access on plan 9 would never end; give it a validity, a time online or a number of octets",
        ),
        (
            BatchOrder { worth: Worth::Access(AccessPackage { octets, ..access() }), ..base() },
            "worth: 9223372036854775808 octets cannot be counted; a voucher has 1 to 9223372036854775807",
        ),
        (
            BatchOrder { sell_by: Some(day(0)), ..base() },
            "sell_by: 2026-11-18T11:06:40Z is not behind the order at 2026-11-18T11:06:40Z; vouchers are sold between the two",
        ),
    ];
    for (order, said) in table {
        assert_eq!(Batch::new(order).unwrap_err().to_string(), said);
    }
    let most = BatchOrder { quantity: QUANTITY_MAX, prefix: "CAFE".parse().ok(), ..base() };
    assert!(Batch::new(most).is_ok());
}

#[test]
fn ten_thousand_codes_are_all_different_and_begin_with_their_prefix() {
    let order = order(Worth::Refill(kes("100")));
    let prefix = "CAFE".parse().ok();
    let order = BatchOrder { quantity: 10_000, prefix, code_len: CodeLen::MIN, ..order };
    let codes = Batch::new(order).unwrap().generate(random(1), |_| false).unwrap();
    let different: BTreeSet<&VoucherCode> = codes.iter().collect();
    assert_eq!((codes.len(), different.len()), (10_000, 10_000));
    for code in &codes {
        assert!(code.to_string().starts_with("CAFE-"), "{code}");
        assert_eq!(code.to_string().parse().as_ref(), Ok(code));
    }
}

#[test]
fn a_code_that_is_taken_or_was_drawn_is_drawn_again() {
    let batch = batch(Worth::Refill(kes("100")));
    let before = batch.generate(random(7), |_| false).unwrap();
    let after = batch.generate(random(7), |code| before[..2].contains(code)).unwrap();
    // The two that are left of the first four come first, then others.
    assert_eq!(after[..2], before[2..]);
    // Each draw twice: every code but the first is drawn again.
    let (mut source, mut last, mut draws) = (random(7), None, 0);
    let twice = || {
        draws += 1;
        if draws % 2 == 1 {
            last = source();
        }
        last
    };
    assert_eq!(batch.generate(twice, |_| false), Ok(before));
}

#[test]
fn a_source_that_gives_nothing_or_always_the_same_is_found_out() {
    let batch = batch(Worth::Refill(kes("100")));
    let said = |error: GenerateError| error.to_string();
    let mut octets = [7; VOUCHER_RANDOM_OCTETS];
    assert_eq!(
        said(batch.generate(|| Some(octets), |_| false).unwrap_err()),
        "code 2 was drawn 32 times and none could be used; the random octets are none"
    );
    octets = [255; VOUCHER_RANDOM_OCTETS];
    assert_eq!(
        batch.generate(|| Some(octets), |_| false),
        Err(GenerateError::NotRandom { number: 1 })
    );
    assert_eq!(
        said(batch.generate(|| None, |_| false).unwrap_err()),
        "there are no random octets for code 1; none of the batch was made"
    );
}
