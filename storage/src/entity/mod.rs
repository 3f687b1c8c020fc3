//! The tables as sea-orm sees them, by subject. Numbers are 64-bit and signed, moments are milliseconds since
//! 1970 in UTC, addresses are text: what both databases hold without loss.
#![expect(unreachable_pub, reason = "the macros of sea-orm write `pub`")]

/// Declares the module, model and empty relations of one table.
macro_rules! table {
    ($name:ident, $table:literal, { $($(#[$meta:meta])* $field:ident: $type:ty),* $(,)? }) => {
        pub(crate) mod $name {
            use sea_orm::entity::prelude::*;
            use serde::{Deserialize, Serialize};

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
            #[serde(deny_unknown_fields)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                $($(#[$meta])* pub $field: $type,)*
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

mod catalogue;
mod dunning;
mod history;
mod invoices;
mod ledger;
mod metering;
mod networks;
mod payments;
mod resellers;
mod sessions;
mod subscribers;
mod subscriptions;
mod vouchers;

pub(crate) use catalogue::{
    product, product_add_on, product_price, product_promise, product_usage, tax,
};
pub(crate) use dunning::{dunning_account, dunning_policy, late_fee, promise};
pub(crate) use history::{audit, change, outbox};
pub(crate) use invoices::{
    billing_settings, buyer, credit_note, invoice, invoice_item, invoice_line, invoice_tax, seller,
};
pub(crate) use ledger::{
    account, auto_top_up, reservation, reservation_row, transfer, usage_tax, wallet_adjustment,
    wallet_transfer,
};
pub(crate) use metering::{outage, usage_record};
pub(crate) use networks::{nas, plan, pool, service_template, store, tenant, zone};
pub(crate) use payments::{
    payment_intent, payment_intent_event, provider_token, receipt, receipt_event, take_back,
};
pub(crate) use resellers::{
    payment_commission, reseller, reseller_commission, reseller_margin, reseller_payment_rate,
    reseller_price, reseller_sale, reseller_top_up,
};
pub(crate) use sessions::{
    auth_log, journal_position, session, session_change, session_told, usage_meter,
};
pub(crate) use subscribers::{
    device, grant_rollover, service, service_booster, service_grant, service_identifier,
    service_share, subscriber, used_up_grant,
};
pub(crate) use subscriptions::{
    coupon, discount, package_purchase, subscriber_tax, subscription, subscription_charge,
    subscription_event, subscription_package,
};
pub(crate) use vouchers::{voucher, voucher_batch, voucher_guess, voucher_key, voucher_sale};
