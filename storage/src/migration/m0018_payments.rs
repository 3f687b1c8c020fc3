use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What was paid, and what it pays.
pub(super) struct Payments;

impl MigrationName for Payments {
    fn name(&self) -> &'static str {
        "m0018_payments"
    }
}

/// `{id}` is a number that the database gives.
const STATEMENTS: [&str; 9] = [
    // The same money may be told twice, by two ways, and is received once.
    "create table receipt (id {id}, tenant_id bigint not null references tenant (id), \
     provider text not null, number text not null, amount_minor bigint not null, \
     currency text not null, received_at bigint not null, subscriber_id bigint, reference text, \
     created_at bigint not null)",
    "create unique index receipt_unique_number on receipt (tenant_id, provider, number)",
    "create index receipt_subscriber on receipt (subscriber_id)",
    // What has become of it, in the order of the numbers: it is read as a whole, and never changed.
    "create table receipt_event (id {id}, tenant_id bigint not null references tenant (id), \
     receipt_id bigint not null references receipt (id), at bigint not null, actor text not null, \
     event text not null)",
    "create index receipt_event_receipt on receipt_event (receipt_id)",
    // A wallet that has paid.
    "create table wallet_payment (id {id}, tenant_id bigint not null references tenant (id), \
     subscriber_id bigint not null references subscriber (id), at bigint not null, \
     amount_minor bigint not null, currency text not null)",
    "create table wallet_allocation (id {id}, tenant_id bigint not null references tenant (id), \
     wallet_payment_id bigint not null references wallet_payment (id), debt text not null, \
     debt_id bigint not null, amount_minor bigint not null)",
    // What we have given back, or the provider took back. What of a reversal was no longer in the
    // wallet is owed, by a debit note.
    "create table take_back (id {id}, tenant_id bigint not null references tenant (id), \
     receipt_id bigint not null references receipt (id), subscriber_id bigint, kind text not null, \
     reference text not null, at bigint not null, currency text not null, owed_minor bigint not null)",
    "create unique index take_back_unique_reference on take_back (receipt_id, kind, reference)",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Payments {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
