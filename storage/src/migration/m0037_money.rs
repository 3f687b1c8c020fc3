use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What resellers earn for payments, wallets that are changed by hand, how much may be owed, which are topped up by themselves, and telephone
/// numbers by which payers are known.
pub(super) struct MoneyOfAll;

impl MigrationName for MoneyOfAll {
    fn name(&self) -> &'static str {
        "m0037_money"
    }
}

/// `{id}` is a number that the database gives.
const STATEMENTS: [&str; 21] = [
    // What a reseller earns at the tenant above it for what its customers pay, from a moment on; without a
    // rate nothing.
    "create table reseller_payment_rate (id {id}, tenant_id bigint not null references tenant (id), \
     reseller_id bigint not null references tenant (id), from_at bigint not null, rate text, \
     created_at bigint not null)",
    "create unique index reseller_payment_rate_unique on reseller_payment_rate (reseller_id, from_at)",
    // What it has earned for a receipt: `paid_minor` is of how much, `back_minor` what of it was given back
    // with what was taken back of the receipt. `level` is the step of the way down, of which the transfers
    // have their numbers.
    "create table payment_commission (id {id}, tenant_id bigint not null references tenant (id), \
     reseller_id bigint not null references tenant (id), \
     receipt_id bigint not null references receipt (id), level bigint not null, rate text not null, \
     paid_minor bigint not null, amount_minor bigint not null, back_minor bigint not null default 0, \
     currency text not null)",
    "create unique index payment_commission_unique on payment_commission (receipt_id, reseller_id)",
    "create index payment_commission_tenant on payment_commission (tenant_id, id)",
    "create index payment_commission_reseller on payment_commission (reseller_id, id)",
    // What an operator gives to a wallet or takes from it, and what one wallet gives to another.
    "create table wallet_adjustment (id {id}, tenant_id bigint not null references tenant (id), \
     subscriber_id bigint not null references subscriber (id), at bigint not null, \
     amount_minor bigint not null, currency text not null, counter text not null, reason text not null, \
     idempotency_key text)",
    "create unique index wallet_adjustment_key on wallet_adjustment (tenant_id, idempotency_key)",
    "create index wallet_adjustment_subscriber on wallet_adjustment (subscriber_id, id)",
    "create table wallet_transfer (id {id}, tenant_id bigint not null references tenant (id), \
     from_id bigint not null references subscriber (id), to_id bigint not null references subscriber (id), \
     at bigint not null, amount_minor bigint not null, currency text not null, idempotency_key text)",
    "create unique index wallet_transfer_key on wallet_transfer (tenant_id, idempotency_key)",
    // The most that a subscriber may owe; without it nobody has said.
    "alter table subscriber add column credit_limit_minor bigint",
    "alter table subscriber add column credit_currency text",
    // The telephone number as payers may have typed it: its digits alone.
    "alter table subscriber add column phone_digits text",
    "update subscriber set phone_digits = replace(replace(replace(replace(replace(phone, ' ', ''), '-', ''), \
     '(', ''), ')', ''), '+', '')",
    "create index subscriber_phone on subscriber (tenant_id, phone_digits)",
    "alter table billing_settings add column calling_code text",
    // Whose wallet is topped up by itself; `look_at`: when it is to be looked at next.
    "create table auto_top_up (subscriber_id bigint not null primary key references subscriber (id), \
     tenant_id bigint not null references tenant (id), provider text not null, \
     threshold_minor bigint not null, amount_minor bigint not null, currency text not null, \
     minutes_between bigint not null, per_month bigint not null, look_at bigint not null)",
    "create index auto_top_up_due on auto_top_up (tenant_id, look_at)",
    // By which token of a provider an intent is to be charged, without anybody being asked.
    "alter table payment_intent add column token_id bigint",
    "create index payment_intent_charge on payment_intent (tenant_id, id) \
     where state = 'created' and token_id is not null",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for MoneyOfAll {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
