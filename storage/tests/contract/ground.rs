//! Where a test takes place: an empty store that is nobody else's.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use aaa_engine::auth::Credential;
use entitlement::{TenantId, Terms, Timestamp, Validity};
use radius_proto::Secret;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use storage::{
    Actor, Clock, CoaUpdate, DEFAULT_TENANT, KeyRing, NewNas, NewService, Store, StoreError,
    StoreOptions,
};

use crate::postgres::Postgres;

/// A clock that stands until it is set.
#[derive(Clone)]
pub struct SetClock(Arc<AtomicI64>);

impl SetClock {
    pub fn at(moment: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(moment.unix_ms())))
    }

    pub fn set(&self, moment: Timestamp) {
        self.0.store(moment.unix_ms(), Ordering::SeqCst);
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.0.load(Ordering::SeqCst))
    }

    fn clock(&self) -> Clock {
        let this = self.clone();
        Clock::new(move || this.now())
    }
}

pub struct Ground {
    pub url: String,
    pub folder: tempfile::TempDir,
}

impl Ground {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("weir.db").display());
        let ground = Self { url, folder };
        KeyRing::generate_file(&ground.key_path()).unwrap();
        ground
    }

    /// A database of its own in the cluster of this test run. Without PostgreSQL the test is not
    /// run and says so; under CI=true that is a failure.
    pub async fn postgres() -> Option<Self> {
        static CLUSTER: OnceLock<Result<Postgres, String>> = OnceLock::new();
        static DATABASES: AtomicU32 = AtomicU32::new(0);
        let cluster = match CLUSTER.get_or_init(Postgres::start) {
            Ok(cluster) => cluster,
            Err(missing) => {
                assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
                eprintln!("NOT RUN on PostgreSQL: {missing}");
                return None;
            }
        };
        let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let admin = cluster.url("postgres");
        let mut admin = sqlx::PgConnection::connect(&admin).await.unwrap();
        admin.execute(AssertSqlSafe(format!("create database {name}"))).await.unwrap();
        let ground = Self { url: cluster.url(&name), folder: tempfile::tempdir().unwrap() };
        KeyRing::generate_file(&ground.key_path()).unwrap();
        Some(ground)
    }

    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    pub fn key_path(&self) -> PathBuf {
        self.folder.path().join("weir.key")
    }

    pub async fn try_open(&self) -> Result<Store, StoreError> {
        let keys = KeyRing::from_file(&self.key_path())?;
        Store::open(&self.url, keys, StoreOptions::default()).await
    }

    /// The store with a clock that shows what it is set to.
    pub async fn open_by(&self, clock: &SetClock) -> Store {
        let keys = KeyRing::from_file(&self.key_path()).unwrap();
        let options = StoreOptions { clock: clock.clock(), ..StoreOptions::default() };
        Store::open(&self.url, keys, options).await.unwrap()
    }

    /// One more handle on the store, as another process would have it.
    pub async fn open(&self) -> Store {
        self.try_open().await.unwrap()
    }

    /// Runs SQL past the store.
    pub async fn execute(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        if self.is_sqlite() {
            let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
            connection.execute(sql).await.unwrap();
            connection.close().await.unwrap();
        } else {
            let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
            connection.execute(sql).await.unwrap();
            connection.close().await.unwrap();
        }
    }

    /// Begins a transaction past the store, which holds what it holds until it is let go.
    pub async fn hold(&self, sql: &str) -> Held {
        let sql = AssertSqlSafe(sql.to_owned());
        if self.is_sqlite() {
            let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
            connection.execute(sql).await.unwrap();
            Held::Sqlite(connection)
        } else {
            let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
            connection.execute(sql).await.unwrap();
            Held::Postgres(connection)
        }
    }

    /// The text of one value, read past the store.
    pub async fn text(&self, sql: &str) -> String {
        let sql = AssertSqlSafe(sql.to_owned());
        if self.is_sqlite() {
            let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
        } else {
            let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
        }
    }
}

/// A transaction past the store.
pub enum Held {
    Sqlite(sqlx::SqliteConnection),
    Postgres(sqlx::PgConnection),
}

impl Held {
    pub async fn let_go(self) {
        match self {
            Self::Sqlite(mut connection) => {
                connection.execute("rollback").await.unwrap();
            }
            Self::Postgres(mut connection) => {
                connection.execute("rollback").await.unwrap();
            }
        }
    }
}

pub fn operator() -> Actor {
    Actor::new("operator")
}

pub async fn default_tenant(store: &Store) -> TenantId {
    store.tenants().find(DEFAULT_TENANT).await.unwrap().id
}

pub fn new_nas(name: &str, address: [u8; 4]) -> NewNas {
    NewNas {
        name: name.to_owned(),
        listener: "default".to_owned(),
        address: Ipv4Addr::from(address).into(),
        secret: Secret::new("nas secret").unwrap(),
        dialect: "mikrotik".to_owned(),
        message_authenticator: Default::default(),
        counters_swapped: false,
        counter_width: Default::default(),
        reply_attributes: None,
        identify: Default::default(),
        mac_auth_password: None,
        coa: CoaUpdate::default(),
    }
}

pub fn new_service(login: &str, plan: &str) -> NewService {
    NewService {
        login: login.to_owned(),
        plan: plan.to_owned(),
        subscriber: None,
        credential: Credential::clear_text("opensesame"),
        validity: Validity::default(),
        fixed_ipv4: None,
        networks: Default::default(),
        lasts_from_first_use_s: None,
        reply_attributes: None,
    }
}

/// A plan called `gold` and a service called `alice` on it.
pub async fn gold_and_alice(store: &Store) -> TenantId {
    let tenant = default_tenant(store).await;
    store.plans(tenant).add(&operator(), "gold", &Terms::default(), None).await.unwrap();
    store.services(tenant).add(&operator(), &new_service("alice", "gold")).await.unwrap();
    tenant
}
