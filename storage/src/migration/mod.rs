//! How the tables come to be. A migration that has been released is never edited: the next one
//! changes what it made. The same Rust runs on SQLite and on PostgreSQL.

mod m0001_first_tables;
mod m0002_hours;
mod m0003_access_rules;
mod m0004_usage;
mod m0005_identifiers;
mod m0006_session;
mod m0008_pools;
mod m0009_proofs;
mod m0010_counters;
mod m0011_quota;
mod m0012_service_templates;
mod m0013_enforcement;
mod m0014_throttle;
mod m0015_billing;
mod m0016_vouchers;
mod m0017_dunning;
mod m0018_payments;
mod m0019_offers;
mod m0020_discounts;
mod m0021_usage;
mod m0022_payment_intents;
mod m0023_sales_terms;
mod m0024_credit_notes;
mod m0025_reservations;
mod m0026_online;
mod m0027_pay_as_you_go;
mod m0028_documents;
mod m0030_sale_invoices;
mod m0032_once;
mod m0033_due_work;
mod m0034_outbox;
mod m0035_grants;
mod m0036_shared_data;
mod m0037_money;
mod m0038_usage_taxes;
mod m0039_more_told;
mod m0040_paid_times;
mod m0041_credit_lines;
mod m0042_given_up;
mod m0043_resold;
mod statistics;

use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbBackend};
use sea_orm_migration::{DbErr, MigrationTrait, MigratorTrait, SchemaManager};

/// What a store says about itself beside its migrations: raised when rows change their meaning
/// without a table changing.
pub(crate) const STORE_FORMAT: i64 = 1;

pub(crate) use statistics::tell_planner;

pub(crate) struct Migrator;

/// The name of the last migration, which says what the tables are like.
pub(crate) fn newest() -> String {
    Migrator::migrations().last().map(|last| last.name().to_owned()).unwrap_or_default()
}

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_first_tables::FirstTables),
            Box::new(m0002_hours::Hours),
            Box::new(m0003_access_rules::AccessRules),
            Box::new(m0004_usage::Usage),
            Box::new(m0005_identifiers::Identifiers),
            Box::new(m0006_session::Session),
            Box::new(m0008_pools::Pools),
            Box::new(m0009_proofs::Proofs),
            Box::new(m0010_counters::Counters),
            Box::new(m0011_quota::Quota),
            Box::new(m0012_service_templates::ServiceTemplates),
            Box::new(m0013_enforcement::Enforcement),
            Box::new(m0014_throttle::Throttle),
            Box::new(m0015_billing::Billing),
            Box::new(m0016_vouchers::Vouchers),
            Box::new(m0017_dunning::Dunning),
            Box::new(m0018_payments::Payments),
            Box::new(m0019_offers::Offers),
            Box::new(m0020_discounts::Discounts),
            Box::new(m0021_usage::UsageBilling),
            Box::new(m0022_payment_intents::PaymentIntents),
            Box::new(m0023_sales_terms::SalesTerms),
            Box::new(m0024_credit_notes::CreditNotes),
            Box::new(m0025_reservations::Reservations),
            Box::new(m0026_online::Online),
            Box::new(m0027_pay_as_you_go::PayAsYouGo),
            Box::new(m0028_documents::Documents),
            Box::new(m0030_sale_invoices::SaleInvoices),
            Box::new(m0032_once::Once),
            Box::new(m0033_due_work::DueWork),
            Box::new(m0034_outbox::Outbox),
            Box::new(m0035_grants::Grants),
            Box::new(m0036_shared_data::SharedData),
            Box::new(m0037_money::MoneyOfAll),
            Box::new(m0038_usage_taxes::UsageTaxes),
            Box::new(m0039_more_told::MoreTold),
            Box::new(m0040_paid_times::PaidTimes),
            Box::new(m0041_credit_lines::CreditLines),
            Box::new(m0042_given_up::GivenUp),
            Box::new(m0043_resold::Resold),
        ]
    }
}

/// Runs statements in the words of the database: `{id}` is a number that it gives, `{octets}` its type
/// for octets, `{now}` the moment on its clock, in milliseconds.
async fn run(
    manager: &SchemaManager<'_>,
    statements: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<(), DbErr> {
    let (id, octets, now) = match manager.get_database_backend() {
        DbBackend::Postgres => {
            ("bigserial primary key", "bytea", "cast(extract(epoch from now()) * 1000 as bigint)")
        }
        _ => (
            "integer primary key autoincrement",
            "blob",
            "cast(strftime('%s', 'now') as integer) * 1000",
        ),
    };
    for statement in statements {
        let statement = statement.as_ref().replace("{id}", id).replace("{octets}", octets);
        let statement = statement.replace("{now}", now);
        manager.get_connection().execute_unprepared(&statement).await?;
    }
    Ok(())
}
