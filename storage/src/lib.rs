//! Weir's store: tenants, NASes, plans, subscribers, services, sessions and the authentication
//! log, in one SQLite file or in PostgreSQL, behind the ports of [`aaa_engine`].
//!
//! It decides nothing: what a service may do is said by `entitlement`, what a packet means by
//! `aaa-engine`. It answers no packet from SQL either; the packet path reads the directory in
//! memory, which follows every committed change.
//!
//! The types that matter: [`Store`] (open connections and the tables), [`Follower`] (the
//! directory in memory, kept current) and [`KeyRing`] (what secrets are sealed with; it is never
//! in the store).
//!
//! ```
//! use storage::{Actor, KeyRing, Store, StoreOptions, DEFAULT_TENANT};
//! # use entitlement::Terms;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let keys = KeyRing::generate_file(&folder.path().join("weir.key"))?;
//! let url = format!("sqlite:{}", folder.path().join("weir.db").display());
//! let store = Store::open(&url, keys, StoreOptions::default()).await?;
//!
//! let tenant = store.tenants().find(DEFAULT_TENANT).await?.id;
//! let follower = store.follow().await?;
//! store.plans(tenant).add(&Actor::new("documentation"), "gold", &Terms::default(), None).await?;
//! follower.sync().await?;
//! assert_eq!(follower.directory().counts().plans, 1);
//! # follower.stop().await;
//! # store.close().await;
//! # Ok(())
//! # }
//! ```

mod among;
mod audit;
mod auth_log;
mod billing;
mod changes;
mod clock;
mod code_secret;
mod connect;
mod constant;
mod credential;
mod directory;
mod entity;
mod entropy;
mod error;
mod feed;
mod follower;
mod job_leases;
mod keys;
mod late;
mod meters;
mod migration;
mod names;
mod nas;
mod outbox;
mod plans;
mod pools;
mod repeated;
mod rotate;
mod service_templates;
mod services;
mod sessions;
mod sink;
mod snapshot;
mod store;
mod subscribers;
mod tenants;
mod unit;
mod usage;
mod values;

pub use audit::{Audit, AuditEntry};
pub use auth_log::{AuthLog, LoggedAttempt};
pub use billing::{
    AccountEntry, AutoRenewals, BillingBatch, BillingRuns, BillingSettings, ChangedSubscription,
    CreditEntry, DiscountEntry, Discounts, GivenUp, Invoice, InvoiceKind, InvoiceLine, InvoiceTax,
    Invoices, Ledger, NewCredit, NewGivenUp, NewReceipt, NewSubscription, NotBilled, PaidDebt,
    PaymentOutcome, Payments, Preview, Product, ProductChange, Products, ReceiptEntry, RunOrder,
    RunPlace, Settings, SubscriberTaxes, SubscriptionEntry, SubscriptionEvent, SubscriptionId,
    Subscriptions, TaxEntry, TaxSpecial, Taxes, TransferEntry, TrialBalance,
};
pub use billing::{
    BatchEntry, EndedVouchers, NewBatch, NewBuyer, NewWorth, PrintedVoucher, RedeemRefusal,
    RedeemVoucher, RedeemedVoucher, SellVouchers, UnredeemedVouchers, UnredeemedVouchersError,
    VoucherEntry, VoucherSaleEntry, Vouchers,
};
pub use billing::{Buyer, BuyerChange};
pub use billing::{
    CustomerPaysFrom, NewResellerSale, NewTopUp, PaymentCommissionEntry, PaymentRate,
    ResellerEntry, ResellerRefund, ResellerSaleEntry, ResellerSaleMade, Resellers, ResoldEntry,
};
pub use billing::{DoneEach, NotDone};
pub use billing::{Dunned, Dunning, DunningAccount, DunningBatch, LookAt, NotDunned, Risks};
pub use billing::{
    Ended, Ending, GivenBack, NewOrder, NotRenewed, OfferChange, OfferOrder, OfferTerms,
    PackageAhead, PackageEntry, ProductAddOn, ProductTrial, RenewalOrder, SeenAs, Sold, UnusedTime,
    Zone, Zones, has_numbers,
};
pub use billing::{
    IntentClaim, IntentEntry, IntentStep, NewIntent, NewProviderToken, PaidFor, PaymentIntents,
    ProviderTokenEntry, ProviderTokens,
};
pub use billing::{
    Metered, Metering, MeteringDay, MeteringImported, MeteringRecord, NewMeasurement, NewOutage,
    OnKnown, OutageEntry, Outages,
};
pub use billing::{
    NewAdjustment, NewWalletTransfer, WalletAutoTopUp, WalletBalance, WalletChange, WalletEntry,
    Wallets,
};
pub use billing::{
    NewReservation, ReservationEntry, Reservations, ReservationsOf, Reserved, SessionReport,
};
pub use changes::{LoggedChange, SessionChanges};
pub use clock::Clock;
pub use connect::shown_url;
pub use directory::{DirectoryCounts, MemoryDirectory, TouchedServices};
pub use error::{Kind, RuleError, StoreError};
pub use feed::{Change, ChangeFeed};
pub use follower::{Arrival, Follower, FollowerHandle};
pub use job_leases::{JobLease, JobLeases};
pub use keys::{KeyError, KeyRing};
pub use late::LateSink;
pub use meters::Meters;
pub use nas::{COA_IN_FLIGHT_MAX, CoaEntry, CoaUpdate, NasEntry, NasTable, NasUpdate, NewNas};
pub use outbox::{
    AfterFailure, OUTBOX_ATTEMPTS_MAX, Outbox, OutboxEvent, OutboxFilter, OutboxStanding, Topic,
    TopicName,
};
pub use plans::{Plan, Plans};
pub use pools::{LeaseEntry, Pools};
pub use service_templates::ServiceTemplates;
pub use services::{
    Imported, NewGrant, NewService, OnExisting, ServiceCodes, ServiceDevice, ServiceEntry,
    ServiceLine, ServiceShare, ServiceUpdate, Services, ShareRefusal,
};
pub use sessions::{SessionEntry, Sessions};
pub use sink::StoreSink;
pub use snapshot::{GoingOn, Snapshot, SnapshotError, SnapshotHead, StoreIdentity};
pub use store::{Actor, Store, StoreOptions};
pub use subscribers::{NewSubscriber, Subscriber, SubscriberChange, Subscribers};
pub use tenants::{DEFAULT_TENANT, Tenant, Tenants};
pub use usage::{USAGE_BUCKETS_MAX, Usage, UsageAmount, UsageEntry, UsageOf, UsageSpan};
