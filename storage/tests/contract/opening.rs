//! Opening a store, and every store that is not opened.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Barrier;

use sqlx::{Connection as _, Executor as _};
use storage::{KeyError, KeyRing, Store, StoreError, StoreOptions};

use crate::ground::{Ground, default_tenant, gold_and_alice, operator};

pub async fn a_second_opening_finds_what_the_first_left(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    store.close().await;
    let store = ground.open().await;
    assert_eq!(default_tenant(&store).await, tenant);
    assert_eq!(store.services(tenant).find("alice").await.unwrap().plan_name, "gold");
    assert_eq!(store.tenants().list().await.unwrap().len(), 1);
}

pub async fn two_processes_may_be_first_at_once(ground: &Ground) {
    let (one, other) = tokio::join!(ground.try_open(), ground.try_open());
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(default_tenant(&one).await, default_tenant(&other).await);
    assert_eq!(one.tenants().list().await.unwrap().len(), 1);
}

pub async fn a_store_with_an_unknown_migration_is_refused_and_not_changed(ground: &Ground) {
    ground.open().await.close().await;
    let unknown = "insert into seaql_migrations (version, applied_at) values ('m9999_future', 1)";
    ground.execute(unknown).await;
    let error = refused_and_not_changed(ground).await;
    assert!(matches!(error, StoreError::Newer { .. }), "{error}");
    assert!(error.to_string().contains("m9999_future"), "{error}");
}

pub async fn a_store_of_a_newer_format_is_refused_and_not_changed(ground: &Ground) {
    ground.open().await.close().await;
    ground.execute("update store set format = 99").await;
    let error = refused_and_not_changed(ground).await;
    assert!(matches!(error, StoreError::Newer { .. }), "{error}");
    assert!(error.to_string().contains("99"), "{error}");
}

pub async fn another_key_file_is_noticed(ground: &Ground) {
    ground.open().await.close().await;
    std::fs::remove_file(ground.key_path()).unwrap();
    let missing = ground.try_open().await.unwrap_err();
    assert!(matches!(missing, StoreError::Key(KeyError::Missing { .. })), "{missing}");
    KeyRing::generate_file(&ground.key_path()).unwrap();
    let error = refused_and_not_changed(ground).await;
    assert!(matches!(error, StoreError::WrongKey { .. }), "{error}");
    assert!(error.to_string().contains("weir.key"), "{error}");
}

pub async fn tables_of_something_else_are_left_alone(ground: &Ground) {
    if ground.is_sqlite() {
        std::fs::write(ground.url.strip_prefix("sqlite:").unwrap(), "").unwrap();
    }
    ground.execute("create table accounts (id bigint)").await;
    let error = refused_and_not_changed(ground).await;
    assert!(matches!(error, StoreError::NotAStore { .. }), "{error}");
    assert!(error.to_string().contains("accounts"), "{error}");
}

async fn refused_and_not_changed(ground: &Ground) -> StoreError {
    let before = contents(ground).await;
    let error = ground.try_open().await.unwrap_err();
    assert!(contents(ground).await == before, "the store was changed by being refused");
    error
}

/// Every octet of an SQLite file; of PostgreSQL how often each table was written and which
/// tables there are.
async fn contents(ground: &Ground) -> Vec<u8> {
    if let Some(path) = ground.url.strip_prefix("sqlite:") {
        return std::fs::read(path).unwrap();
    }
    let sql = "select coalesce(string_agg(relname || relfilenode || ' ' || relnatts, ',' \
               order by relname), '') from pg_class where relnamespace = 'public'::regnamespace";
    let mut contents = ground.text(sql).await;
    if contents.contains("seaql_migrations") {
        for sql in [
            "select string_agg(version || xmin::text, ',' order by version) from seaql_migrations",
            "select string_agg(id || ' ' || format || xmin::text, ',') from store",
            "select string_agg(id || name || xmin::text, ',' order by id) from tenant",
        ] {
            contents.push_str(&ground.text(sql).await);
        }
    }
    contents.into_bytes()
}

async fn refusal(url: &str) -> StoreError {
    let ground = Ground::sqlite();
    let keys = KeyRing::from_file(&ground.key_path()).unwrap();
    Store::open(url, keys, StoreOptions::default()).await.unwrap_err()
}

async fn refusal_of_file(path: &Path) -> StoreError {
    refusal(&format!("sqlite:{}", path.display())).await
}

#[tokio::test]
async fn a_url_that_names_no_store_is_explained() {
    for url in ["weir.db", "mysql://localhost/weir", "sqlite:", "sqlite::memory:", "sqlite:a?b=c"] {
        let error = refusal(url).await;
        assert!(matches!(error, StoreError::Url { .. }), "{url}: {error}");
        assert!(error.to_string().contains("examples: sqlite:"), "{error}");
    }
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let ground = Ground::sqlite();
    let error = refusal_of_file(&ground.folder.path().join("nowhere").join("weir.db")).await;
    assert!(matches!(&error, StoreError::NoFolder { path } if path.ends_with("nowhere")));
}

#[tokio::test]
async fn a_read_only_file_is_told_from_a_broken_one() {
    let ground = Ground::sqlite();
    ground.open().await.close().await;
    let path = ground.folder.path().join("weir.db");
    let before = std::fs::read(&path).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    let error = ground.try_open().await.unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error}");
    assert!(error.to_string().contains("weir.db"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    ground.open().await;
}

#[tokio::test]
async fn a_file_of_something_else_is_left_alone() {
    let ground = Ground::sqlite();
    let path = ground.folder.path().join("letter.txt");
    std::fs::write(&path, "Dear subscriber, this is not a database.").unwrap();
    let error = refusal_of_file(&path).await;
    assert!(matches!(error, StoreError::NotAStore { .. }), "{error}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("Dear"));
    let error = refusal_of_file(ground.folder.path()).await;
    assert!(matches!(error, StoreError::NotAStore { .. }), "{error}");
}

#[tokio::test]
async fn a_new_file_is_its_owners_alone() {
    let ground = Ground::sqlite();
    ground.open().await.close().await;
    let metadata = std::fs::metadata(ground.folder.path().join("weir.db")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_the_password() {
    // A folder without a socket answers at once, unlike an address.
    let error = refusal("postgres://weir:hunter2@%2Fnowhere/weir").await;
    let words = error.to_string();
    assert!(matches!(error, StoreError::Unreachable { .. }), "{words}");
    assert!(words.contains("weir@%2Fnowhere/weir") && !words.contains("hunter2"), "{words}");
}

#[tokio::test]
async fn a_store_that_is_up_to_date_is_opened_and_read_while_another_writes() {
    let ground = Ground::sqlite();
    let store = ground.open().await;
    gold_and_alice(&store).await;
    store.close().await;
    let mut writing = sqlx::SqliteConnection::connect(&ground.url).await.unwrap();
    writing.execute("begin immediate").await.unwrap();
    let keys = KeyRing::from_file(&ground.key_path()).unwrap();
    let impatient = StoreOptions { busy_timeout_ms: 1, ..StoreOptions::default() };
    let store = Store::open(&ground.url, keys, impatient).await.unwrap();
    let tenant = default_tenant(&store).await;
    assert_eq!(store.plans(tenant).list().await.unwrap().len(), 1);
    // The lock is really held.
    assert!(store.tenants().add(&operator(), "second").await.is_err());
    store.close().await;
    writing.execute("rollback").await.unwrap();
}

#[tokio::test]
async fn a_new_file_that_another_process_holds_is_said_to_be_locked() {
    let ground = Ground::sqlite();
    std::fs::write(ground.url.strip_prefix("sqlite:").unwrap(), "").unwrap();
    let mut holding = sqlx::SqliteConnection::connect(&ground.url).await.unwrap();
    holding.execute("begin immediate").await.unwrap();
    let keys = KeyRing::from_file(&ground.key_path()).unwrap();
    let impatient = StoreOptions { busy_timeout_ms: 1, ..StoreOptions::default() };
    let error = Store::open(&ground.url, keys, impatient.clone()).await.unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    holding.execute("rollback").await.unwrap();
    let keys = KeyRing::from_file(&ground.key_path()).unwrap();
    Store::open(&ground.url, keys, impatient).await.unwrap().close().await;
}

/// Threads, because within one thread the two would take turns.
#[test]
fn the_first_openings_of_a_file_wait_for_each_other() {
    for round in 0..20 {
        let ground = Ground::sqlite();
        let start = Barrier::new(2);
        let open = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            start.wait();
            runtime.unwrap().block_on(async { ground.try_open().await.map(drop) })
        };
        let results = std::thread::scope(|scope| {
            [scope.spawn(open), scope.spawn(open)].map(|opening| opening.join().unwrap())
        });
        for result in results {
            result.unwrap_or_else(|error| panic!("round {round}: {error}"));
        }
    }
}
