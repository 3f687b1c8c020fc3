use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// Money that is held for sessions which are paid as they go.
pub(super) struct Reservations;

impl MigrationName for Reservations {
    fn name(&self) -> &'static str {
        "m0025_reservations"
    }
}

/// `{id}` is a number that the database gives, `{octets}` its type for octets.
const STATEMENTS: [&str; 6] = [
    // The transfers of a session are named after such a row. A long one goes on with another, and none
    // ever names those of two.
    "create table reservation_row (id {id}, tenant_id bigint not null references tenant (id))",
    "create table reservation (id {id}, tenant_id bigint not null references tenant (id), \
     session_key text not null, subscriber_id bigint not null references subscriber (id), \
     row_id bigint not null references reservation_row (id), price text not null, \
     rounding text not null, currency text not null, unit text not null, \
     slice_units bigint not null, least_units bigint not null, interim_interval_s bigint not null, \
     missed_interims bigint not null, silence_charge text not null, silence_units bigint, \
     begins_at bigint not null, state text not null, steps bigint not null, \
     reported_units bigint not null, heard_at bigint not null, committed_minor bigint not null, \
     uncovered_minor bigint not null, granted_units bigint not null, hold_id {octets}, \
     hold_minor bigint, hold_expires_at bigint, silent_at bigint)",
    "create unique index reservation_unique_session on reservation (tenant_id, session_key)",
    "create index reservation_subscriber on reservation (subscriber_id)",
    // Whose silence is to be charged, and whose money was let go.
    "create index reservation_silent on reservation (tenant_id, silent_at) \
     where silent_at is not null",
    "create index reservation_hold on reservation (tenant_id, hold_id) where hold_id is not null",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Reservations {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
