use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// Documents of what belongs to no subscription, and data that is used up.
pub(super) struct SaleInvoices;

impl MigrationName for SaleInvoices {
    fn name(&self) -> &'static str {
        "m0030_sale_invoices"
    }
}

/// `{id}` is a number that the database gives.
const STATEMENTS: [&str; 8] = [
    // A line of an invoice, a debit note or a credit note that is for no subscription, with what it comes
    // from: a sale on account, or a reversal of which something is owed.
    "create table invoice_item (id {id}, tenant_id bigint not null, invoice_id bigint not null, \
     place bigint not null, source text not null, source_id bigint not null, item text not null, \
     explanation text not null, net_minor bigint not null, gross_minor bigint not null)",
    "create unique index invoice_item_place on invoice_item (invoice_id, place)",
    "create index invoice_item_source on invoice_item (tenant_id, source, source_id)",
    // Data or time online of a service that is used up, as its meter says, and whether somebody has looked at what becomes of
    // that. The grant may be gone since.
    "create table used_up_grant (grant_id bigint not null primary key, tenant_id bigint not null, \
     service_id bigint not null, is_seen bigint not null)",
    "create index used_up_grant_unseen on used_up_grant (tenant_id, grant_id) where is_seen = 0",
    // Payers write names in capital letters and small ones.
    "create index subscriber_lower_name on subscriber (tenant_id, lower(name))",
    "create index voucher_grant on voucher (grant_id) where grant_id is not null",
    "create index voucher_online_grant on voucher (online_grant_id) \
     where online_grant_id is not null",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for SaleInvoices {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
