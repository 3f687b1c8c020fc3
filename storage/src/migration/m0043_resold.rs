use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What tenants charge their customers by their own prices, on the levels above them.
pub(super) struct Resold;

impl MigrationName for Resold {
    fn name(&self) -> &'static str {
        "m0043_resold"
    }
}

/// `{id}` is a number that the database gives.
const STATEMENTS: [&str; 6] = [
    // One row for each line of an invoice and each level on which it moves something: how much more it is, or
    // less, than the rows of the same charge before. The charge is a key of a subscription, or a voucher; its
    // price and rate are those of its first row. `tenant_id` is the tenant above the reseller, `seller_id` whose
    // customer it is; without an invoice the customer pays nothing.
    "create table resold (id {id}, tenant_id bigint not null references tenant (id), \
     reseller_id bigint not null references tenant (id), \
     seller_id bigint not null references tenant (id), item text not null, \
     subscription_id bigint references subscription (id), product_id bigint references product (id), \
     begins bigint, voucher_id bigint references voucher (id), invoice_id bigint, \
     at bigint not null, made_at bigint not null, price_minor bigint not null, rate text, \
     currency text not null, due_minor bigint not null, bought_minor bigint not null, \
     commission_minor bigint not null, sold_currency text not null, charged_minor bigint not null, \
     credited_minor bigint not null, sold_minor bigint not null, fixed_minor bigint not null)",
    "create index resold_charge on resold (subscription_id, product_id, begins)",
    "create unique index resold_voucher on resold (voucher_id, reseller_id)",
    "create index resold_tenant on resold (tenant_id, id)",
    "create index resold_reseller on resold (reseller_id, id)",
    "create index resold_invoice on resold (invoice_id)",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Resold {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
