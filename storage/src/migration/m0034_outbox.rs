use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What it takes to hand out what has happened: each event to one at a time, again where nobody has
/// acknowledged it, and those of a subscriber one after the other.
pub(super) struct Outbox;

impl MigrationName for Outbox {
    fn name(&self) -> &'static str {
        "m0034_outbox"
    }
}

/// `{id}` is a number that the database gives.
const STATEMENTS: [&str; 13] = [
    "alter table outbox add column version bigint not null default 1",
    "alter table outbox add column subscriber_id bigint",
    // Who was given it last. It is due again when that one's time is over.
    "alter table outbox add column taken_by text",
    "alter table outbox add column delivered_at bigint",
    // Since when it is not tried any more.
    "alter table outbox add column failed_at bigint",
    "alter table outbox add column error text",
    "create index outbox_due on outbox (tenant_id, due_at, id) \
     where delivered_at is null and failed_at is null",
    // What of a subscriber's comes before something else.
    "create index outbox_waiting on outbox (subscriber_id, id) \
     where delivered_at is null and failed_at is null and subscriber_id is not null",
    "create index outbox_delivered on outbox (tenant_id, delivered_at) \
     where delivered_at is not null",
    // A promise is told to be broken once.
    "alter table promise add column broken_at bigint",
    // Of which end of a package, and of what was bought when, it was told that it is over.
    "alter table subscription_package add column over_told bigint",
    "alter table subscription_package add column used_up_told bigint",
    "create index subscription_package_over on subscription_package (tenant_id, paid_until) \
     where coalesce(over_told, 0) <> paid_until",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Outbox {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
