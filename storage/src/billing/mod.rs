//! What is sold, to whom, what was billed for it, and what has moved between accounts.
//!
//! The rules are in [`billing_core`]; here is what they are asked about and what they said, in one
//! transaction. Whoever changes something of a subscriber's holds the lock of its row, so that a billing
//! run and a command never see half of each other.

mod agreed;
mod auto_renewals;
mod auto_top_ups;
mod billing_days;
mod books;
mod carried_over;
mod catalogue;
mod charged_lines;
mod charges;
mod codes;
mod credit_limits;
mod credits;
mod debts;
mod discounts;
mod document_terms;
mod due;
mod dunning;
mod events;
mod given_up;
mod intents;
mod invoices;
mod ledger;
mod line_taxes;
mod looks;
mod matter;
mod metering;
mod offers;
mod orders;
mod outages;
mod over;
mod packages;
mod paid_times;
mod parties;
mod pay_as_you_go;
mod payments;
mod products;
mod provider_tokens;
mod receipt_words;
mod resellers;
mod reselling;
mod reservations;
mod runs;
mod sale_invoices;
mod settings;
mod standpoint;
mod statements;
mod stopped;
mod subscriber_taxes;
mod subscriptions;
mod taxes;
mod usage_prices;
mod used_up;
mod visibility;
mod vouchers;
mod wallet_changes;
mod wallets;
mod words;
mod written_off;
mod zones;

pub use auto_renewals::{AutoRenewals, NotRenewed};
pub use auto_top_ups::WalletAutoTopUp;
pub(crate) use carried_over::note_used;
pub use credits::{CreditEntry, NewCredit};
pub use discounts::{DiscountEntry, Discounts};
pub use due::{DoneEach, NotDone};
pub use dunning::{Dunned, Dunning, DunningAccount, DunningBatch, LookAt, NotDunned, Risks};
pub use given_up::{GivenUp, NewGivenUp};
pub use intents::{IntentClaim, IntentEntry, IntentStep, NewIntent, PaidFor, PaymentIntents};
pub use invoices::{Invoice, InvoiceKind, InvoiceLine, InvoiceTax, Invoices};
pub use ledger::{AccountEntry, Ledger, TransferEntry, TrialBalance};
pub use metering::{
    Metered, Metering, MeteringDay, MeteringImported, MeteringRecord, NewMeasurement, OnKnown,
};
pub use offers::{OfferChange, OfferTerms, ProductAddOn, ProductTrial};
pub use orders::{Ended, Ending, NewOrder, OfferOrder};
pub use outages::{NewOutage, OutageEntry, Outages};
pub use packages::{RenewalOrder, Sold};
pub use paid_times::{GivenBack, UnusedTime};
pub use parties::{Buyer, BuyerChange};
pub(crate) use pay_as_you_go::{Concerned, is_to_pay_as_it_goes, tell_of_turns};
pub use payments::{NewReceipt, PaidDebt, PaymentOutcome, Payments, ReceiptEntry};
pub use products::{Product, ProductChange, Products};
pub(crate) use provider_tokens::token_seal;
pub use provider_tokens::{NewProviderToken, ProviderTokenEntry, ProviderTokens};
pub use resellers::{
    CustomerPaysFrom, NewResellerSale, NewTopUp, PaymentCommissionEntry, PaymentRate,
    ResellerEntry, ResellerRefund, ResellerSaleEntry, ResellerSaleMade, Resellers, ResoldEntry,
};
pub use reservations::{
    NewReservation, ReservationEntry, Reservations, ReservationsOf, Reserved, SessionReport,
};
pub use runs::{BillingBatch, BillingRuns, NotBilled, Preview, RunOrder, RunPlace};
pub use settings::{BillingSettings, Settings};
pub use subscriber_taxes::{SubscriberTaxes, TaxSpecial};
pub(crate) use subscriptions::lock as lock_subscriber;
pub use subscriptions::{
    ChangedSubscription, NewSubscription, PackageAhead, PackageEntry, SubscriptionEntry,
    SubscriptionEvent, SubscriptionId, Subscriptions,
};
pub use taxes::{TaxEntry, Taxes};
pub use visibility::SeenAs;
pub use vouchers::{
    BatchEntry, EndedVouchers, NewBatch, NewBuyer, NewWorth, PrintedVoucher, RedeemRefusal,
    RedeemVoucher, RedeemedVoucher, SellVouchers, UnredeemedVouchers, UnredeemedVouchersError,
    VoucherEntry, VoucherSaleEntry, Vouchers,
};
pub use wallet_changes::{
    NewAdjustment, NewWalletTransfer, WalletBalance, WalletChange, WalletEntry, Wallets,
};
pub use words::has_numbers;
pub use zones::{Zone, Zones};

pub(crate) use auto_renewals::try_again;
pub(crate) use credit_limits::{check as check_credit_limit, of_row as credit_limit_of};
pub(crate) use parties::{buyer_described, buyer_of, forget_buyer, set_buyer};
pub(crate) use settings::{PAYMENT_DAYS_MAX, check_no_open_periods};
pub(crate) use visibility::category;
pub(crate) use vouchers::{codes_seal, key_seal};
pub(crate) use zones::{all as all_zones, named as zone_named};
