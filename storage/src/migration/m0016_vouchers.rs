use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// Vouchers as goods, who has typed wrong codes, and resellers.
///
/// No code is in a table: a voucher is found by a digest that is keyed, and the codes of a batch are
/// sealed in its row.
pub(super) struct Vouchers;

impl MigrationName for Vouchers {
    fn name(&self) -> &'static str {
        "m0016_vouchers"
    }
}

/// `{id}` is a number that the database gives, `{octets}` its type for octets.
const STATEMENTS: [&str; 24] = [
    "create table voucher_key (tenant_id bigint not null primary key references tenant (id), \
     key_sealed {octets} not null, created_at bigint not null)",
    // `-` are no taxes; of a refill there are none to be said. Until its codes are sealed there are none.
    "create table voucher_batch (id {id}, tenant_id bigint not null references tenant (id), \
     quantity bigint not null, prefix text, code_len bigint not null, worth text not null, \
     plan_id bigint references plan (id), validity text, octets bigint, refill_minor bigint, \
     price_minor bigint not null, currency text not null, taxes text, ordered_at bigint not null, \
     sell_by bigint, redeem_within text, owner_id bigint references tenant (id), \
     codes_sealed {octets}, created_at bigint not null)",
    "create index voucher_batch_tenant on voucher_batch (tenant_id, id)",
    "create index voucher_batch_plan on voucher_batch (plan_id)",
    // Its service may be removed after it; who has redeemed it may not.
    "create table voucher (id {id}, tenant_id bigint not null references tenant (id), \
     batch_id bigint not null references voucher_batch (id), serial bigint not null, \
     digest {octets} not null, owner_id bigint references tenant (id), state text not null, \
     was text, sold_at bigint, buyer text, price_minor bigint, paid_minor bigint, redeem_by bigint, \
     redeemed_at bigint, redeemed_by bigint references subscriber (id), redemption_key text, \
     valid_until bigint, ended_at bigint, ends_at bigint, service_id bigint, grant_id bigint)",
    "create unique index voucher_unique_digest on voucher (tenant_id, digest)",
    "create unique index voucher_unique_serial on voucher (batch_id, serial)",
    "create unique index voucher_redeemed_once on voucher (redeemed_by, redemption_key)",
    "create index voucher_service on voucher (service_id) where service_id is not null",
    "create index voucher_ends on voucher (tenant_id, ends_at) where ends_at is not null",
    "create table voucher_sale (id {id}, tenant_id bigint not null references tenant (id), \
     batch_id bigint not null references voucher_batch (id), first_serial bigint not null, \
     last_serial bigint not null, at bigint not null, buyer text not null, \
     created_at bigint not null)",
    "create index voucher_sale_batch on voucher_sale (batch_id)",
    "create table voucher_guess (tenant_id bigint not null references tenant (id), \
     who text not null, wrong_at text not null, lockouts bigint not null, locked_until bigint, \
     changed_at bigint not null, primary key (tenant_id, who))",
    "create index voucher_guess_changed on voucher_guess (tenant_id, changed_at)",
    // Below whom a tenant is: `tenant_id` is the tenant above it.
    "create table reseller (reseller_id bigint not null primary key references tenant (id), \
     tenant_id bigint not null references tenant (id), currency text not null, \
     credit_limit_minor bigint not null, created_at bigint not null)",
    "create index reseller_tenant on reseller (tenant_id)",
    // What a reseller pays to the tenant above it; of a tenant at the top, what the thing costs it.
    "create table reseller_price (id {id}, tenant_id bigint not null references tenant (id), \
     buyer_id bigint not null references tenant (id), item text not null, \
     amount_minor bigint not null, currency text not null, changed_at bigint not null)",
    "create unique index reseller_price_unique on reseller_price (buyer_id, item)",
    "create table reseller_top_up (id {id}, tenant_id bigint not null references tenant (id), \
     reseller_id bigint not null references tenant (id), at bigint not null, \
     amount_minor bigint not null, currency text not null, received_with text not null, \
     paid_from text not null, created_at bigint not null)",
    "create index reseller_top_up_reseller on reseller_top_up (reseller_id)",
    "create table reseller_sale (id {id}, tenant_id bigint not null references tenant (id), \
     at bigint not null, item text not null, quantity bigint not null, paid_from text not null, \
     net_minor bigint not null, gross_minor bigint not null, currency text not null, \
     created_at bigint not null)",
    "create index reseller_sale_tenant on reseller_sale (tenant_id, id)",
    "create table reseller_margin (id {id}, tenant_id bigint not null references tenant (id), \
     sale_id bigint not null references reseller_sale (id), amount_minor bigint not null)",
    "create index reseller_margin_sale on reseller_margin (sale_id)",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Vouchers {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
