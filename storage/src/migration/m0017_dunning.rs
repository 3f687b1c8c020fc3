use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What is done by itself: billing, and what happens to who does not pay.
pub(super) struct Dunning;

impl MigrationName for Dunning {
    fn name(&self) -> &'static str {
        "m0017_dunning"
    }
}

/// `{id}` is a number that the database gives.
const STATEMENTS: [&str; 13] = [
    "alter table billing_settings add column automatic bigint not null default 1",
    // When the last of it was paid; of what was given up it stays empty.
    "alter table invoice add column paid_at bigint",
    // Of a tenant, with the product 0, or of a product. Its steps stand one a line, each behind its number.
    "create table dunning_policy (tenant_id bigint not null references tenant (id), \
     product_id bigint not null, currency text not null, steps text not null, minimum_minor bigint not null, fee_cap text, \
     weekend text not null, holidays text not null, stale_days bigint, \
     promises_max bigint not null, promises_within_days bigint not null, \
     promise_days_max bigint not null, from_at bigint not null, \
     primary key (tenant_id, product_id))",
    // Of who was looked at or has paid. `looked_at` is empty where something has changed since.
    "create table dunning_account (subscriber_id bigint not null primary key, \
     tenant_id bigint not null references tenant (id), from_at bigint, paid_at bigint, \
     reminded_at bigint, looked_at bigint)",
    // What was charged for paying late: owed like an invoice.
    "create table late_fee (id {id}, tenant_id bigint not null references tenant (id), \
     subscriber_id bigint not null references subscriber (id), \
     invoice_id bigint not null references invoice (id), step bigint not null, \
     number bigint not null, at bigint not null, currency text not null, \
     amount_minor bigint not null, paid_minor bigint not null)",
    "create unique index late_fee_charged_once on late_fee (invoice_id, step, number)",
    "create index late_fee_owed on late_fee (subscriber_id) where paid_minor < amount_minor",
    "create table write_off (id {id}, tenant_id bigint not null references tenant (id), \
     subscriber_id bigint not null references subscriber (id), \
     invoice_id bigint not null references invoice (id), number bigint not null, \
     at bigint not null, currency text not null, amount_minor bigint not null)",
    "create unique index write_off_once on write_off (invoice_id, number)",
    "create table promise (id {id}, tenant_id bigint not null references tenant (id), \
     subscriber_id bigint not null references subscriber (id), made_at bigint not null, \
     until bigint not null, currency text not null, amount_minor bigint not null, \
     paid_minor bigint not null)",
    "create index promise_subscriber on promise (subscriber_id, until)",
    "create index invoice_paid on invoice (tenant_id, paid_at) where paid_at is not null",
    "create index subscription_dunned on subscription (subscriber_id) \
     where state in ('grace', 'suspended')",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Dunning {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
