use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What is sold, to whom, what was billed for it, and the ledger.
///
/// Amounts are in the minor unit of the currency beside them, rates in millionths, moments in
/// milliseconds since 1970.
pub(super) struct Billing;

impl MigrationName for Billing {
    fn name(&self) -> &'static str {
        "m0015_billing"
    }
}

/// `{id}` is a number that the database gives, `{octets}` its type for octets.
const STATEMENTS: [&str; 35] = [
    "create table tax (id {id}, tenant_id bigint not null references tenant (id), \
     name text not null, rate_millionths bigint not null, on_taxes bigint not null, \
     created_at bigint not null)",
    "create unique index tax_unique_name on tax (tenant_id, name)",
    // Without taxes nobody has said yet which it has; `-` are none.
    "create table product (id {id}, tenant_id bigint not null references tenant (id), \
     name text not null, plan_id bigint references plan (id), pricing text not null, taxes text, \
     created_at bigint not null)",
    "create unique index product_unique_name on product (tenant_id, name)",
    "create table product_price (id {id}, tenant_id bigint not null references tenant (id), \
     product_id bigint not null references product (id) on delete cascade, from_at bigint not null, \
     applies_to text not null, amount_minor bigint not null, currency text not null, cadence text, \
     billed text, proration text, created_at bigint not null)",
    "create index product_price_product on product_price (product_id)",
    "create table billing_settings (tenant_id bigint not null primary key references tenant (id), \
     rounding text not null, payment_days bigint not null, closed_until bigint, \
     invoice_format text not null, invoice_restarts text not null, \
     credit_note_format text not null, credit_note_restarts text not null)",
    "create table subscription (id {id}, tenant_id bigint not null references tenant (id), \
     subscriber_id bigint not null references subscriber (id), \
     service_id bigint references service (id), alignment text not null, billed_in text not null, \
     state text not null, due_at bigint, effect_at bigint, created_at bigint not null)",
    "create index subscription_subscriber on subscription (subscriber_id)",
    "create index subscription_service on subscription (service_id)",
    "create index subscription_due on subscription (tenant_id, due_at, id)",
    "create index subscription_effect on subscription (effect_at) where effect_at is not null",
    "create table subscription_event (id {id}, tenant_id bigint not null references tenant (id), \
     subscription_id bigint not null references subscription (id), at bigint not null, \
     what text not null, product_id bigint references product (id), quantity bigint, \
     created_at bigint not null)",
    "create index subscription_event_subscription on subscription_event (subscription_id)",
    "create index subscription_event_product on subscription_event (product_id)",
    // An invoice or a credit note: both are final, and have a number in the scope of their kind. Its
    // subscriber has the tenant: to lock that for each invoice holds up everybody else.
    "create table invoice (id {id}, tenant_id bigint not null, \
     subscriber_id bigint not null references subscriber (id), currency text not null, \
     kind text not null, scope text not null, number bigint not null, label text not null, \
     made_at bigint not null, issued_at bigint not null, due_at bigint not null, \
     net_minor bigint not null, gross_minor bigint not null, paid_minor bigint not null)",
    "create unique index invoice_unique_number on invoice (tenant_id, kind, scope, number)",
    // By its label what is paid finds its subscriber.
    "create unique index invoice_unique_label on invoice (tenant_id, label)",
    "create index invoice_subscriber on invoice (subscriber_id, id)",
    "create index invoice_open on invoice (tenant_id, due_at) where paid_minor < gross_minor",
    "create index invoice_owed on invoice (subscriber_id) where paid_minor < gross_minor",
    // Its ordinal numbers the lines of one key. The invoice is written behind its lines, in the same
    // transaction; to look up every row that is named costs as much as to write the line.
    "create table invoice_line (id {id}, tenant_id bigint not null, invoice_id bigint not null, \
     place bigint not null, subscription_id bigint not null, product_id bigint not null, \
     begins bigint not null, ordinal bigint not null, \
     period_from bigint, period_until bigint, last_from bigint not null, currency text not null, \
     price_minor bigint not null, \
     billed_before_minor bigint not null, amount_minor bigint not null, net_minor bigint not null, \
     gross_minor bigint not null, explanation text not null, quantity bigint not null, \
     taxation text not null)",
    "create unique index invoice_line_billed_once \
     on invoice_line (subscription_id, product_id, begins, ordinal)",
    "create index invoice_line_invoice on invoice_line (invoice_id)",
    "create table invoice_tax (id {id}, tenant_id bigint not null, invoice_id bigint not null, \
     place bigint not null, \
     name text not null, rate_millionths bigint not null, on_taxes bigint not null, \
     net_minor bigint not null, amount_minor bigint not null)",
    "create index invoice_tax_invoice on invoice_tax (invoice_id)",
    "create table invoice_series (tenant_id bigint not null references tenant (id), \
     kind text not null, scope text not null, next_number bigint not null, \
     primary key (tenant_id, kind, scope))",
    "create table account (id {id}, tenant_id bigint not null, \
     name text not null, currency text not null, may_not text not null, \
     debits_posted_minor bigint not null, credits_posted_minor bigint not null, \
     debits_pending_minor bigint not null, credits_pending_minor bigint not null)",
    "create unique index account_unique_name on account (tenant_id, name, currency)",
    "create table transfer (tenant_id bigint not null, id {octets} not null, at bigint not null, \
     kind text not null, debit_account_id bigint, credit_account_id bigint, \
     amount_minor bigint not null, \
     currency text, held_id {octets}, expires_at bigint, pending text, \
     invoice_id bigint, memo text, made_at bigint not null, primary key (tenant_id, id))",
    "create index transfer_debit on transfer (debit_account_id, at)",
    "create index transfer_credit on transfer (credit_account_id, at)",
    "create index transfer_expires on transfer (expires_at) where pending = 'held'",
    "create table outbox (id {id}, tenant_id bigint not null references tenant (id), \
     topic text not null, body text not null, created_at bigint not null, \
     due_at bigint not null, attempts bigint not null, fence bigint not null)",
    "create table job_lease (name text not null primary key, holder text not null, \
     fence bigint not null, until bigint not null)",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Billing {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
