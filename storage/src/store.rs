//! The store as its users see it.

mod setup;

use core::fmt;
use std::sync::{Arc, OnceLock};

use entitlement::{TenantId, Timestamp};
use sea_orm::ConnectionTrait;
use tokio::sync::watch;

use crate::audit::Audit;
use crate::auth_log::AuthLog;
use crate::billing::{
    BillingRuns, BillingSettings, Discounts, Dunning, Invoices, Ledger, Metering, Outages,
    PaymentIntents, Payments, Products, ProviderTokens, Resellers, Reservations, SeenAs,
    Subscriptions, Taxes, Vouchers, Wallets, Zones,
};
use crate::changes::SessionChanges;
use crate::clock::Clock;
use crate::connect::Database;
use crate::error::StoreError;
use crate::feed::ChangeFeed;
use crate::follower::Follower;
use crate::job_leases::JobLeases;
use crate::keys::KeyRing;
use crate::meters::Meters;
use crate::nas::NasTable;
use crate::outbox::Outbox;
use crate::plans::Plans;
use crate::pools::Pools;
use crate::service_templates::ServiceTemplates;
use crate::services::Services;
use crate::sessions::Sessions;
use crate::sink::StoreSink;
use crate::snapshot::StoreIdentity;
use crate::subscribers::Subscribers;
use crate::tenants::Tenants;
use crate::usage::Usage;

/// An open store: SQLite in one file, or PostgreSQL. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    database: Database,
    keys: KeyRing,
    /// How often the store was found to have been set back.
    set_back: watch::Sender<u64>,
    /// When it was made, as it was when it was opened.
    made_at: OnceLock<Option<i64>>,
    clock: Clock,
}

/// How many connections a store may use, and how long it waits.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Connections to PostgreSQL at most; at least 4 are used.
    pub postgres_connections: u32,
    /// Connections that read an SQLite file; one more writes.
    pub sqlite_readers: u32,
    /// How long a writer of an SQLite file waits for another process's, milliseconds.
    pub busy_timeout_ms: u64,
    /// How long a PostgreSQL server that does not answer is waited for when the store is opened,
    /// milliseconds.
    pub connect_patience_ms: u64,
    /// Opens no other store than this one, and makes none.
    pub only: Option<StoreIdentity>,
    /// What tells at which moment something is changed.
    pub clock: Clock,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            postgres_connections: 8,
            sqlite_readers: 4,
            busy_timeout_ms: 10_000,
            connect_patience_ms: 10_000,
            only: None,
            clock: Clock::default(),
        }
    }
}

/// Who makes a change; kept in the audit beside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Actor(Arc<str>);

impl Actor {
    /// The actor called `name`, for example `root on the command line`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Store {
    /// Opens the store at `url`, makes it when it is missing, and brings it up to date.
    ///
    /// `url` is `sqlite:PATH`, `sqlite://PATH` or a `postgres://` URL as libpq takes it. A new
    /// store gets the tenant [`DEFAULT_TENANT`](crate::DEFAULT_TENANT).
    ///
    /// # Errors
    /// Everything that may be wrong has its own [`StoreError`]; a store that is refused is not
    /// changed.
    pub async fn open(url: &str, keys: KeyRing, options: StoreOptions) -> Result<Self, StoreError> {
        let database = Database::connect(url, &options).await?;
        let (set_back, made_at) = (watch::Sender::default(), OnceLock::new());
        let store =
            Self(Arc::new(Inner { database, keys, set_back, made_at, clock: options.clock }));
        if let Err(error) = store.prepare(options.only).await {
            store.close().await;
            return Err(error);
        }
        Ok(store)
    }

    async fn prepare(&self, only: Option<StoreIdentity>) -> Result<(), StoreError> {
        setup::set_up(self, only).await?;
        let made_at = setup::made_at(&self.database().reader).await?;
        self.0.made_at.get_or_init(|| made_at);
        Ok(())
    }

    /// Refuses a store that has come into the place of the one that was opened.
    pub(crate) async fn check_is_the_same(
        &self,
        db: &impl ConnectionTrait,
    ) -> Result<(), StoreError> {
        let found = setup::made_at(db).await?;
        if self.0.made_at.get().is_none_or(|opened| *opened == found) {
            return Ok(());
        }
        Err(StoreError::Another { place: self.place().to_owned() })
    }

    /// Where the store is, for messages: a path, or a URL without its password.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.0.database.place
    }

    /// What tells this store from another one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn identity(&self) -> Result<StoreIdentity, StoreError> {
        let made_at = setup::made_at(&self.database().reader).await?;
        made_at.map(StoreIdentity).ok_or_else(|| StoreError::NotAStore {
            place: self.place().to_owned(),
            problem: "its own row is gone".to_owned(),
        })
    }

    /// What the clock of this store shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Who does what is to be done by one at a time.
    #[must_use]
    pub const fn job_leases(&self) -> JobLeases<'_> {
        JobLeases { store: self }
    }

    /// The operators of this installation.
    #[must_use]
    pub fn tenants(&self) -> Tenants<'_> {
        Tenants { store: self }
    }

    /// The NASes of `tenant`.
    #[must_use]
    pub fn nas(&self, tenant: TenantId) -> NasTable<'_> {
        NasTable { store: self, tenant }
    }

    /// The plans of `tenant`.
    #[must_use]
    pub fn plans(&self, tenant: TenantId) -> Plans<'_> {
        Plans { store: self, tenant }
    }

    /// The pools of `tenant` that are managed here.
    #[must_use]
    pub fn pools(&self, tenant: TenantId) -> Pools<'_> {
        Pools { store: self, tenant }
    }

    /// The services of NASes that plans of `tenant` may name.
    #[must_use]
    pub fn service_templates(&self, tenant: TenantId) -> ServiceTemplates<'_> {
        ServiceTemplates { store: self, tenant }
    }

    /// The subscribers of `tenant`.
    #[must_use]
    pub fn subscribers(&self, tenant: TenantId) -> Subscribers<'_> {
        Subscribers { store: self, tenant }
    }

    /// The services of `tenant`.
    #[must_use]
    pub fn services(&self, tenant: TenantId) -> Services<'_> {
        Services { store: self, tenant }
    }

    /// How `tenant` bills.
    #[must_use]
    pub fn billing_settings(&self, tenant: TenantId) -> BillingSettings<'_> {
        BillingSettings { store: self, tenant }
    }

    /// The taxes of `tenant`.
    #[must_use]
    pub fn taxes(&self, tenant: TenantId) -> Taxes<'_> {
        Taxes { store: self, tenant }
    }

    /// What `tenant` sells.
    #[must_use]
    pub fn products(&self, tenant: TenantId) -> Products<'_> {
        Products { store: self, tenant }
    }

    /// What the subscribers of `tenant` have of it.
    #[must_use]
    pub fn subscriptions(&self, tenant: TenantId) -> Subscriptions<'_> {
        Subscriptions { store: self, tenant, seen: SeenAs::default() }
    }

    /// The zones that `tenant` serves.
    #[must_use]
    pub const fn zones(&self, tenant: TenantId) -> Zones<'_> {
        Zones { store: self, tenant }
    }

    /// Bills the subscribers of `tenant`.
    #[must_use]
    pub fn billing_runs(&self, tenant: TenantId) -> BillingRuns<'_> {
        BillingRuns { store: self, tenant }
    }

    /// What is measured of the use of the subscriptions of `tenant`.
    #[must_use]
    pub fn metering(&self, tenant: TenantId) -> Metering<'_> {
        Metering { store: self, tenant }
    }

    /// When something of `tenant` was not available.
    #[must_use]
    pub fn outages(&self, tenant: TenantId) -> Outages<'_> {
        Outages { store: self, tenant }
    }

    /// The invoices of `tenant`.
    #[must_use]
    pub fn invoices(&self, tenant: TenantId) -> Invoices<'_> {
        Invoices { store: self, tenant }
    }

    /// What `tenant` takes off, and its coupons.
    #[must_use]
    pub fn discounts(&self, tenant: TenantId) -> Discounts<'_> {
        Discounts { store: self, tenant }
    }

    /// What was paid to `tenant`.
    #[must_use]
    pub fn payments(&self, tenant: TenantId) -> Payments<'_> {
        Payments { store: self, tenant }
    }

    /// What the subscribers of `tenant` were asked to pay.
    #[must_use]
    pub const fn payment_intents(&self, tenant: TenantId) -> PaymentIntents<'_> {
        PaymentIntents { store: self, tenant }
    }

    /// What providers have given `tenant` in the place of cards.
    #[must_use]
    pub const fn provider_tokens(&self, tenant: TenantId) -> ProviderTokens<'_> {
        ProviderTokens { store: self, tenant }
    }

    /// What happens to subscribers of `tenant` who do not pay.
    #[must_use]
    pub const fn dunning(&self, tenant: TenantId) -> Dunning<'_> {
        Dunning { store: self, tenant }
    }

    /// What has happened for `tenant`, for whoever is to hear of it.
    #[must_use]
    pub const fn outbox(&self, tenant: TenantId) -> Outbox<'_> {
        Outbox { store: self, tenant }
    }

    /// What has moved between the accounts of `tenant`.
    #[must_use]
    pub fn ledger(&self, tenant: TenantId) -> Ledger<'_> {
        Ledger { store: self, tenant }
    }

    /// The money that `tenant` holds for sessions which are paid as they go.
    #[must_use]
    pub const fn reservations(&self, tenant: TenantId) -> Reservations<'_> {
        Reservations { store: self, tenant }
    }

    /// The resellers below `tenant`, and what it sells through those above it.
    #[must_use]
    pub fn resellers(&self, tenant: TenantId) -> Resellers<'_> {
        Resellers { store: self, tenant }
    }

    /// The wallets of the subscribers of `tenant`.
    #[must_use]
    pub const fn wallets(&self, tenant: TenantId) -> Wallets<'_> {
        Wallets { store: self, tenant }
    }

    /// The vouchers of `tenant`.
    #[must_use]
    pub fn vouchers(&self, tenant: TenantId) -> Vouchers<'_> {
        Vouchers { store: self, tenant }
    }

    /// The sessions of `tenant`, as far as the journal has been drained.
    #[must_use]
    pub fn sessions(&self, tenant: TenantId) -> Sessions<'_> {
        Sessions { store: self, tenant }
    }

    /// The usage of `tenant`, as far as the journal has been drained.
    #[must_use]
    pub fn usage(&self, tenant: TenantId) -> Usage<'_> {
        Usage { store: self, tenant }
    }

    /// The authentication log of `tenant`, as far as the journal has been drained.
    #[must_use]
    pub fn auth_log(&self, tenant: TenantId) -> AuthLog<'_> {
        AuthLog { store: self, tenant }
    }

    /// What was done about the live sessions of `tenant`, as far as the journal has been drained.
    #[must_use]
    pub fn session_changes(&self, tenant: TenantId) -> SessionChanges<'_> {
        SessionChanges { store: self, tenant }
    }

    /// What the services of `tenant` have used of their quotas, as far as the journal has been drained.
    #[must_use]
    pub fn meters(&self, tenant: TenantId) -> Meters<'_> {
        Meters { store: self, tenant }
    }

    /// Who changed what for `tenant`.
    #[must_use]
    pub fn audit(&self, tenant: TenantId) -> Audit<'_> {
        Audit { store: self, tenant }
    }

    /// Takes what the journal of the RADIUS node called `node` has made durable.
    #[must_use]
    pub fn sink(&self, node: &str) -> StoreSink {
        StoreSink::new(self.clone(), node)
    }

    /// Loads the directory and keeps it current from now on; needs a tokio runtime with time.
    ///
    /// # Errors
    /// When the store cannot be read, or holds what this key file cannot open.
    pub async fn follow(&self) -> Result<Follower, StoreError> {
        Follower::start(self.clone()).await
    }

    /// Every change that is committed from now on, each once.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn changes(&self) -> Result<ChangeFeed, StoreError> {
        ChangeFeed::open(self.clone()).await
    }

    /// Ends every connection. Stop a [`Follower`] first.
    pub async fn close(&self) {
        self.0.database.close().await;
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    /// Tells whoever follows the store that it has lost what it had confirmed.
    pub(crate) fn note_set_back(&self) {
        self.0.set_back.send_modify(|times| *times += 1);
    }

    pub(crate) fn set_back(&self) -> watch::Receiver<u64> {
        self.0.set_back.subscribe()
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.0.keys
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("place", &self.0.database.place).finish_non_exhaustive()
    }
}
