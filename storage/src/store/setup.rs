//! What happens when a store is opened: it is recognised, refused or brought up to date, all of
//! it in one transaction. One that is up to date is only read.

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, Statement,
};
use sea_orm_migration::MigratorTrait as _;

use super::Store;
use crate::connect::Medium;
use crate::entity::{store, tenant};
use crate::error::{During as _, StoreError};
use crate::keys::KEY_CHECK_SEAL;
use crate::migration::{Migrator, STORE_FORMAT, tell_planner};
use crate::snapshot::StoreIdentity;
use crate::tenants::DEFAULT_TENANT;
use crate::{clock, connect};

const STORE_ROW: i64 = 1;
/// What is sealed to notice a wrong key file. The value is public; only the key is not.
const KEY_CHECK: &[u8] = b"weir key check";
/// Only one process at a time migrates a PostgreSQL store. The number means nothing.
const MIGRATION_LOCK: i64 = 0x0077_6569_7231;

pub(super) async fn set_up(store: &Store, only: Option<StoreIdentity>) -> Result<(), StoreError> {
    let seen = Seen::read(store, &store.database().reader).await?;
    seen.check(store)?;
    if let Some(expected) = only {
        let found =
            if seen.format.is_some() { made_at(&store.database().reader).await? } else { None };
        if found != Some(expected.0) {
            return Err(StoreError::Another { place: store.place().to_owned() });
        }
    }
    if seen.is_current() && check_own_row(store, &store.database().reader).await? {
        return Ok(());
    }
    let txn = begin(store).await?;
    if store.database().backend() == DbBackend::Postgres {
        let lock = format!("select pg_advisory_xact_lock({MIGRATION_LOCK})");
        txn.execute_unprepared(&lock).await.during("lock the store for its migration")?;
        // Another process may have been first.
        Seen::read(store, &txn).await?.check(store)?;
    }
    Migrator::up(&txn, None).await.during("migrate the store")?;
    tell_planner(&txn).await.during("say how many rows there are")?;
    greet(store, &txn).await?;
    txn.commit().await.during("migrate the store")
}

/// Begins the first transaction that writes, where a store that cannot be written shows.
async fn begin(store: &Store) -> Result<DatabaseTransaction, StoreError> {
    let database = store.database();
    if let Medium::Sqlite { path, busy_timeout } = &database.medium {
        let pool = database.writer.get_sqlite_connection_pool();
        connect::open_writer(pool, path, *busy_timeout).await?;
    }
    database.begin("begin a transaction").await
}

/// What is found in the database before anything is changed.
struct Seen {
    migrations: Vec<String>,
    other_tables: Option<String>,
    format: Option<i64>,
}

impl Seen {
    async fn read(store: &Store, db: &impl ConnectionTrait) -> Result<Self, StoreError> {
        let tables = table_names(store, db).await?;
        let has = |name: &str| tables.iter().any(|table| table == name);
        let mut seen = Self { migrations: Vec::new(), other_tables: None, format: None };
        if has("seaql_migrations") {
            let sql = "select version from seaql_migrations order by version";
            seen.migrations = column(store, db, sql, "version").await?;
        } else {
            seen.other_tables = tables.first().cloned();
        }
        if has("store") && !seen.migrations.is_empty() {
            let sql = "select format from store";
            seen.format = column(store, db, sql, "format").await?.into_iter().next();
        }
        Ok(seen)
    }

    /// Whether nothing is left to be done to the tables.
    fn is_current(&self) -> bool {
        let known = Migrator::migrations();
        let is_applied = |name: &str| self.migrations.iter().any(|applied| applied == name);
        self.format == Some(STORE_FORMAT) && known.iter().all(|known| is_applied(known.name()))
    }

    fn check(&self, store: &Store) -> Result<(), StoreError> {
        let place = || store.place().to_owned();
        if let Some(table) = &self.other_tables {
            let problem = format!("it holds a table `{table}` that Weir did not make");
            return Err(StoreError::NotAStore { place: place(), problem });
        }
        let known: Vec<_> =
            Migrator::migrations().iter().map(|known| known.name().to_owned()).collect();
        if let Some(unknown) = self.migrations.iter().find(|name| !known.contains(name)) {
            let found = format!("it was changed by `{unknown}`, which this version does not know");
            return Err(StoreError::Newer { place: place(), found });
        }
        match self.format {
            Some(format) if format > STORE_FORMAT => {
                let found = format!("its format is {format}, this version knows {STORE_FORMAT}");
                Err(StoreError::Newer { place: place(), found })
            }
            _ => Ok(()),
        }
    }
}

async fn table_names(store: &Store, db: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let sql = match store.database().backend() {
        DbBackend::Postgres => {
            "select table_name::text as name from information_schema.tables \
             where table_schema = current_schema() order by 1"
        }
        _ => {
            "select name from sqlite_master \
             where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by 1"
        }
    };
    column(store, db, sql, "name").await
}

async fn column<T: sea_orm::TryGetable>(
    store: &Store,
    db: &impl ConnectionTrait,
    sql: &str,
    name: &str,
) -> Result<Vec<T>, StoreError> {
    let operation = "read what the store holds";
    let statement = Statement::from_string(store.database().backend(), sql);
    let rows = db.query_all_raw(statement).await.during(operation)?;
    rows.iter().map(|row| row.try_get("", name)).collect::<Result<_, _>>().during(operation)
}

/// Leaves the first rows in a new store; checks the key against those of an old one.
async fn greet(store: &Store, txn: &DatabaseTransaction) -> Result<(), StoreError> {
    if check_own_row(store, txn).await? {
        return Ok(());
    }
    let now = clock::now().unix_ms();
    let row = store::ActiveModel {
        id: Set(STORE_ROW),
        format: Set(STORE_FORMAT),
        key_check: Set(store.keys().seal(KEY_CHECK_SEAL, KEY_CHECK)?),
        created_at: Set(now),
    };
    store::Entity::insert(row)
        .exec_without_returning(txn)
        .await
        .during("write the store's own row")?;
    let row = tenant::ActiveModel {
        name: Set(DEFAULT_TENANT.to_owned()),
        created_at: Set(now),
        ..Default::default()
    };
    tenant::Entity::insert(row).exec_without_returning(txn).await.during("add the first tenant")?;
    Ok(())
}

/// Checks the key against the store's own row; false when there is no such row yet.
async fn check_own_row(store: &Store, db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let found = store::Entity::find_by_id(STORE_ROW).one(db).await;
    let Some(found) = found.during("read the store's own row")? else { return Ok(false) };
    check_key(store, &found.key_check).map(|()| true)
}

/// When the store was made, milliseconds since the epoch.
pub(super) async fn made_at(db: &impl ConnectionTrait) -> Result<Option<i64>, StoreError> {
    let found = store::Entity::find_by_id(STORE_ROW).one(db).await;
    Ok(found.during("read the store's own row")?.map(|row| row.created_at))
}

fn check_key(store: &Store, key_check: &[u8]) -> Result<(), StoreError> {
    let keys = store.keys();
    match keys.open(KEY_CHECK_SEAL, key_check) {
        Ok(plain) if plain.as_slice() == KEY_CHECK => Ok(()),
        Ok(_) => Err(wrong_key(store, "what it opens is not what was sealed".to_owned())),
        Err(error) => Err(wrong_key(store, format!("the store's check does not open: {error}"))),
    }
}

fn wrong_key(store: &Store, problem: String) -> StoreError {
    StoreError::WrongKey {
        path: store.keys().path().to_path_buf(),
        place: store.place().to_owned(),
        problem,
    }
}
