use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What is carried over of data and time online that was not used, how fast services in grace are, and what
/// becomes of vouchers that nobody has redeemed.
pub(super) struct Grants;

impl MigrationName for Grants {
    fn name(&self) -> &'static str {
        "m0035_grants"
    }
}

const STATEMENTS: [&str; 12] = [
    "alter table product add column data_rollover text",
    "alter table product add column online_rollover text",
    // Beside a grant the rule by which it is carried over, as it was when it was bought. `lasts`, `anchor_at`: the
    // periods in which it goes on, as they were sold. `used_units`: what the
    // journal has told of it, which no meter forgets. `carry_at`: its end, where the package goes on then.
    // `is_settled`: it is said what becomes of the rest. Of what was carried over: from which grant, how often
    // since it was bought, and how much was left there by what was known.
    "create table grant_rollover (grant_id bigint not null primary key \
     references service_grant (id) on delete cascade, tenant_id bigint not null references tenant (id), \
     package_id bigint not null references subscription_package (id), rule text not null, \
     lasts text, anchor_at bigint, used_units bigint not null default 0, carry_at bigint, is_settled bigint not null default 0, \
     carried_from bigint, carried_times bigint, carried_left bigint)",
    // Nothing is carried over twice.
    "create unique index grant_rollover_from on grant_rollover (carried_from) \
     where carried_from is not null",
    "create index grant_rollover_due on grant_rollover (tenant_id, carry_at) where carry_at is not null",
    "create index grant_rollover_package on grant_rollover (package_id)",
    // The most that is left of the speed while there is grace.
    "alter table service add column grace_download_bps bigint",
    "alter table service add column grace_upload_bps bigint",
    // What becomes of what was paid for vouchers that nobody has redeemed in time, where that is said.
    "alter table billing_settings add column unredeemed_vouchers text",
    // When the next of what came with a package ends, before its time does.
    "alter table subscription_package add column look_at bigint",
    "update subscription_package set look_at = 0 where grants <> ''",
    "create index subscription_package_look on subscription_package (tenant_id, look_at) \
     where look_at is not null",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Grants {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
