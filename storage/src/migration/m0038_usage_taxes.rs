use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// The taxes of what is paid from the wallet while it is used.
pub(super) struct UsageTaxes;

impl MigrationName for UsageTaxes {
    fn name(&self) -> &'static str {
        "m0038_usage_taxes"
    }
}

const STATEMENTS: [&str; 4] = [
    // As of the line of an invoice: how it is taxed, and how much of each tax was put into its account.
    "alter table reservation add column taxation text not null default '[\"exclusive\",[]]'",
    // What stayed due of what was agreed before, and is paid first.
    "alter table reservation add column owed_before_minor bigint not null default 0",
    // What a report has paid of a tax, beside its transfer; negative: it was given back.
    "create table usage_tax (id {id}, tenant_id bigint not null references tenant (id), \
     subscriber_id bigint not null references subscriber (id), transfer_id {octets} not null, \
     at bigint not null, name text not null, rate_millionths bigint not null, \
     amount_minor bigint not null, currency text not null)",
    "create index usage_tax_subscriber on usage_tax (subscriber_id, id)",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for UsageTaxes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
