use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What resellers earn for payments.
pub(super) struct Money;

impl MigrationName for Money {
    fn name(&self) -> &'static str {
        "m0037_money"
    }
}

/// `{id}` is a number that the database gives.
const STATEMENTS: [&str; 6] = [
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
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Money {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
