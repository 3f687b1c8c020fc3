use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What workers have to know of what is due, so that nobody waits for those of whom nothing can become.
pub(super) struct DueWork;

impl MigrationName for DueWork {
    fn name(&self) -> &'static str {
        "m0033_due_work"
    }
}

/// `{id}` is a number that the database gives.
const STATEMENTS: [&str; 5] = [
    // How often a package could not be renewed since it was over: the next try comes ever later.
    "alter table subscription_package add column tries bigint not null default 0",
    // Who has, or has had, a product is to be looked at again by billing runs from a moment on. `seen`: up to
    // which subscription that is done.
    "create table billing_look (id {id}, tenant_id bigint not null references tenant (id), \
     product_id bigint not null references product (id), from_at bigint not null, \
     seen bigint not null)",
    "create index billing_look_tenant on billing_look (tenant_id, id)",
    // Those who have had a product, in parts.
    "drop index subscription_event_product",
    "create index subscription_event_product on subscription_event (product_id, subscription_id)",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for DueWork {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
