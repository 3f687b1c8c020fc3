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

/// `{now}` is the moment on the clock of the database.
const STATEMENTS: [&str; 17] = [
    "alter table outbox add column version bigint not null default 1",
    "alter table outbox add column subscriber_id bigint",
    // Who was given it last. It is due again when that one's time is over.
    "alter table outbox add column taken_by text",
    "alter table outbox add column delivered_at bigint",
    // Since when it is not tried any more.
    "alter table outbox add column failed_at bigint",
    "alter table outbox add column error text",
    // What was written before anybody could take it has another shape, and is long over.
    "delete from outbox",
    "create index outbox_due on outbox (tenant_id, due_at, id) \
     where delivered_at is null and failed_at is null",
    // What of a subscriber's comes before something else.
    "create index outbox_waiting on outbox (subscriber_id, id) \
     where delivered_at is null and failed_at is null and subscriber_id is not null",
    // Those that are given up unless somebody says what became of them (`OUTBOX_ATTEMPTS_MAX`).
    "create index outbox_often on outbox (tenant_id, due_at) \
     where delivered_at is null and failed_at is null and attempts >= 16",
    "create index outbox_delivered on outbox (tenant_id, delivered_at) \
     where delivered_at is not null",
    // A promise is told to be broken once; what was broken before is not told any more.
    "alter table promise add column broken_at bigint",
    "update promise set broken_at = until where until <= {now}",
    // Of which end of a package, and of what was bought when, it was told that it is over.
    "alter table subscription_package add column over_told bigint",
    "alter table subscription_package add column used_up_told bigint",
    "update subscription_package set over_told = paid_until where paid_until <= {now}",
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
