use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What is taken off, the least and the most that a period costs, and what a subscriber's taxes are.
pub(super) struct Discounts;

impl MigrationName for Discounts {
    fn name(&self) -> &'static str {
        "m0020_discounts"
    }
}

/// `{id}` is a number that the database gives, `{offer}` what is taken off: a part or an amount, off
/// all products or those with these numbers, with commas between.
const STATEMENTS: [&str; 13] = [
    "create table coupon (id {id}, tenant_id bigint not null references tenant (id), \
     code text not null, {offer}, redeem_by bigint, redemptions_max bigint, \
     redemptions_per_subscriber_max bigint, is_first_purchase_only bigint not null, \
     is_combinable bigint not null, created_at bigint not null)",
    "create unique index coupon_unique_code on coupon (tenant_id, code)",
    "create table discount (id {id}, tenant_id bigint not null references tenant (id), \
     subscription_id bigint not null references subscription (id), \
     coupon_id bigint references coupon (id), {offer}, from_at bigint not null, until_at bigint, \
     is_combinable bigint not null, created_at bigint not null)",
    "create index discount_subscription on discount (subscription_id)",
    "create index discount_coupon on discount (coupon_id)",
    "create table subscriber_tax (tenant_id bigint not null references tenant (id), \
     subscriber_id bigint not null references subscriber (id), tax text not null, \
     rate_millionths bigint, primary key (subscriber_id, tax))",
    "alter table subscription add column minimum_product_id bigint references product (id)",
    "alter table subscription add column minimum_minor bigint",
    "alter table subscription add column minimum_per text",
    "alter table subscription add column maximum_minor bigint",
    "alter table subscription add column maximum_per text",
    "alter table subscription add column limit_currency text",
    "alter table subscription add column limit_proration text",
];

const OFFER: &str = "name text not null, off_millionths bigint, off_minor bigint, off_currency text, \
     on_products text, per text not null, periods bigint";

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Discounts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS.map(|it| it.replace("{offer}", OFFER))).await
    }
}
