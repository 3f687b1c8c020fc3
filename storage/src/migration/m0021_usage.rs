use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What use costs, what was measured of it, what was promised about availability, and outages.
pub(super) struct UsageBilling;

impl MigrationName for UsageBilling {
    fn name(&self) -> &'static str {
        "m0021_usage"
    }
}

/// `{id}` is a number that the database gives, `{octets}` its type for octets.
const STATEMENTS: [&str; 13] = [
    // The text of a price is the one that it is typed as.
    "create table product_usage (id {id}, tenant_id bigint not null references tenant (id), \
     product_id bigint not null references product (id) on delete cascade, from_at bigint not null, \
     applies_to text not null, cadence text not null, proration text not null, price text not null, \
     created_at bigint not null)",
    "create index product_usage_product on product_usage (product_id)",
    // Without an agreement nothing is promised any more.
    "create table product_promise (id {id}, tenant_id bigint not null references tenant (id), \
     product_id bigint not null references product (id) on delete cascade, from_at bigint not null, \
     applies_to text not null, sla text, created_at bigint not null)",
    "create index product_promise_product on product_promise (product_id)",
    // The 288 samples of a day of UTC: each 16 octets, of which the most significant bit says that it is
    // known, followed by the rate down and the rate up.
    "create table usage_samples (tenant_id bigint not null references tenant (id), \
     subscription_id bigint not null references subscription (id), \
     product_id bigint not null references product (id), day_start bigint not null, \
     samples {octets} not null, primary key (subscription_id, product_id, day_start))",
    // One record of a source is known once.
    "create table usage_record (id {id}, tenant_id bigint not null references tenant (id), \
     source text not null, record text not null, \
     subscription_id bigint not null references subscription (id), \
     product_id bigint not null references product (id), at bigint not null, until_at bigint, \
     units bigint not null, created_at bigint not null)",
    "create unique index usage_record_once on usage_record (tenant_id, source, record)",
    "create index usage_record_subscription on usage_record (subscription_id, product_id, at)",
    // Of a subscription or of a product; without both of everything.
    "create table outage (id {id}, tenant_id bigint not null references tenant (id), \
     subscription_id bigint references subscription (id), \
     product_id bigint references product (id), from_at bigint not null, until_at bigint, \
     is_planned bigint not null, reason text not null, created_at bigint not null)",
    "create index outage_tenant on outage (tenant_id, from_at)",
    // What was billed of use has the same component and period as what was billed as its price.
    "alter table invoice_line add column is_usage bigint not null default 0",
    "drop index invoice_line_billed_once",
    "create unique index invoice_line_billed_once \
     on invoice_line (subscription_id, product_id, begins, is_usage, ordinal)",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for UsageBilling {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
