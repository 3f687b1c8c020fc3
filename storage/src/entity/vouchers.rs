//! Vouchers as goods.

// What the digests of a tenant's codes are keyed with.
table!(voucher_key, "voucher_key", {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: i64,
    key_sealed: Vec<u8>,
    created_at: i64,
});

table!(voucher_batch, "voucher_batch", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    quantity: i64,
    prefix: Option<String>,
    code_len: i64,
    worth: String,
    plan_id: Option<i64>,
    validity: Option<String>,
    octets: Option<i64>,
    refill_minor: Option<i64>,
    price_minor: i64,
    currency: String,
    taxes: Option<String>,
    ordered_at: i64,
    sell_by: Option<i64>,
    redeem_within: Option<String>,
    owner_id: Option<i64>,
    codes_sealed: Option<Vec<u8>>,
    created_at: i64,
    online_s: Option<i64>,
});

// `ends_at`: when its time is over by itself, whatever it is now; of one that has ended never.
table!(voucher, "voucher", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    batch_id: i64,
    serial: i64,
    digest: Vec<u8>,
    owner_id: Option<i64>,
    state: String,
    was: Option<String>,
    sold_at: Option<i64>,
    buyer: Option<String>,
    price_minor: Option<i64>,
    paid_minor: Option<i64>,
    redeem_by: Option<i64>,
    redeemed_at: Option<i64>,
    redeemed_by: Option<i64>,
    redemption_key: Option<String>,
    valid_until: Option<i64>,
    ended_at: Option<i64>,
    ends_at: Option<i64>,
    service_id: Option<i64>,
    grant_id: Option<i64>,
    online_grant_id: Option<i64>,
});

table!(voucher_sale, "voucher_sale", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    batch_id: i64,
    first_serial: i64,
    last_serial: i64,
    at: i64,
    buyer: String,
    created_at: i64,
});

// Who has typed codes that do not exist, a subscriber or an address.
table!(voucher_guess, "voucher_guess", {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: i64,
    #[sea_orm(primary_key, auto_increment = false)] who: String,
    wrong_at: String,
    lockouts: i64,
    locked_until: Option<i64>,
    changed_at: i64,
});
