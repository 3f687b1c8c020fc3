use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What stands on a document beside its amounts: who sells, who buys, and by which order.
pub(super) struct Documents;

impl MigrationName for Documents {
    fn name(&self) -> &'static str {
        "m0028_documents"
    }
}

/// `{id}` is a number that the database gives.
const STATEMENTS: [&str; 14] = [
    // Both are versions: a row is never changed, the last one is in force, and a document names the one that
    // was when it became final.
    "create table seller (id {id}, tenant_id bigint not null references tenant (id), \
     name text not null, address text not null, tax_number text, contact text, \
     payment_instructions text, footer text, made_at bigint not null)",
    "create index seller_tenant on seller (tenant_id, id)",
    "create table buyer (id {id}, tenant_id bigint not null references tenant (id), \
     subscriber_id bigint not null references subscriber (id), name text not null, \
     address text not null, tax_number text, email text, purchase_order text, \
     made_at bigint not null)",
    "create index buyer_subscriber on buyer (subscriber_id, id)",
    // Null: nobody had said anything then.
    "alter table invoice add column seller_id bigint",
    "alter table invoice add column buyer_id bigint",
    "alter table invoice_line add column service text",
    "alter table invoice_line add column purchase_order text",
    // What of its period the line is for.
    "alter table invoice_line add column covers_from bigint",
    "alter table invoice_line add column covers_until bigint",
    "alter table subscriber add column payment_days bigint",
    "alter table subscription add column purchase_order text",
    // What the codes on vouchers hold, with {code} in the place of the code.
    "alter table billing_settings add column voucher_link text",
    "create index invoice_buyer on invoice (buyer_id) where buyer_id is not null",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Documents {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
