use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What makes a product an offer, the packages that subscriptions have bought, and what they are charged
/// that is no price of a product.
pub(super) struct Offers;

impl MigrationName for Offers {
    fn name(&self) -> &'static str {
        "m0019_offers"
    }
}

/// `{id}` is a number that the database gives.
const STATEMENTS: [&str; 32] = [
    // Without a family it is one of its own.
    "alter table product add column family_id bigint",
    "alter table product add column lasts text",
    "alter table product add column data_octets bigint",
    "alter table product add column data_per text",
    "alter table product add column data_priority bigint",
    "alter table product add column data_kind text",
    "alter table product add column setup_fee_id bigint",
    "alter table product add column trial_id bigint",
    "alter table product add column trial_lasts text",
    // Without it, a trial becomes the product that it is one of.
    "alter table product add column trial_becomes_id bigint",
    "alter table product add column term_periods bigint",
    "alter table product add column term_cadence text",
    "alter table product add column early_end text",
    "alter table product add column early_minor bigint",
    "alter table product add column early_currency text",
    "alter table product add column early_millionths bigint",
    "alter table product add column rank bigint",
    "alter table product add column renew_from text not null default 'old_expiry'",
    "alter table product add column renew_grace text",
    "create table product_add_on (id {id}, tenant_id bigint not null references tenant (id), \
     product_id bigint not null references product (id) on delete cascade, \
     add_on_id bigint not null references product (id), quantity_min bigint not null, \
     quantity_max bigint not null)",
    "create unique index product_add_on_unique on product_add_on (product_id, add_on_id)",
    // For how long each family of packages is paid, and which of it was bought last. `grants` are the
    // numbers of the data that came with it, with commas between.
    "create table subscription_package (id {id}, tenant_id bigint not null references tenant (id), \
     subscription_id bigint not null references subscription (id), \
     family_id bigint not null references product (id), \
     product_id bigint not null references product (id), anchor_at bigint, paid_until bigint, \
     grants text not null, auto_renew bigint not null, try_at bigint)",
    "create unique index subscription_package_unique \
     on subscription_package (subscription_id, family_id)",
    "create index subscription_package_try on subscription_package (tenant_id, try_at) \
     where auto_renew = 1 and try_at is not null",
    // What is charged once and is no price of a product. On its invoice it has the ordinal -id.
    "create table subscription_charge (id {id}, tenant_id bigint not null references tenant (id), \
     subscription_id bigint not null references subscription (id), \
     product_id bigint not null references product (id), at bigint not null, \
     amount_minor bigint not null, currency text not null, explanation text not null, \
     invoice_id bigint, created_at bigint not null)",
    "create index subscription_charge_subscription on subscription_charge (subscription_id)",
    "alter table billing_settings add column upgrade text not null default 'at_once'",
    "alter table billing_settings add column downgrade text not null default 'period_end'",
    "alter table billing_settings add column change_fee_id bigint",
    "alter table billing_settings add column pause_longest text",
    "alter table billing_settings add column pauses_per_year bigint",
    "alter table billing_settings add column notice text",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Offers {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
