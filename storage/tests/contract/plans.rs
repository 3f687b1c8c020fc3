//! How SQLite finds what a statement names. A statement with a list of what it is about, as one of a billing
//! run's batch, is answered from these alone, and one of what is due from what is due: one that looks at all
//! rows of the tenant for them is slower the more subscribers there are, and no other test would notice.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqliteConnection};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// How a statement of SQLite says its list, and how the worker asks for what is due.
const ASKED: [&str; 2] = ["json_each(", " OFFSET "];
/// Statements that look at all rows of a tenant and may.
const MAY: [(&str, &str); 4] = [
    ("\"is_seen\" = 0", "the index has what nobody has seen alone"),
    ("\"outage\"", "most outages concern everybody, and a tenant has few"),
    (
        "FROM \"take_back\"",
        "the statement of a provider is compared with all that was taken back then",
    ),
    ("update subscription_package set try_at", "a price that changes is tried for everybody"),
];

/// Every such statement that any test has run, and whether its plan was looked at.
static HEARD: Mutex<BTreeMap<String, bool>> = Mutex::new(BTreeMap::new());

/// Listens from now on to the statements of every test of this process.
pub fn listen() {
    // Whoever comes first sets it for all.
    let _ = tracing::subscriber::set_global_default(Listener);
}

/// Looks at the plans of what was heard and not looked at yet, in a store that has the tables.
pub async fn check(url: &str) {
    let is_new = |(statement, is_seen): (&String, &bool)| (!is_seen).then(|| statement.clone());
    let waiting: Vec<_> = heard().iter().filter_map(is_new).collect();
    if waiting.is_empty() {
        return;
    }
    // A test may have spoilt its store: what cannot be asked there is left to the next one.
    let Ok(mut db) = SqliteConnection::connect(url).await else { return };
    for statement in waiting {
        let sql = format!("explain query plan {statement}");
        let Ok(rows) = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut db).await else { continue };
        heard().insert(statement.clone(), true);
        let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        let all: Vec<_> = steps.iter().filter(|step| is_all_of_tenant(step)).collect();
        assert!(
            all.is_empty() || MAY.iter().any(|(may, _)| statement.contains(may)),
            "looks at all rows for some: {all:?}\n{statement}"
        );
    }
}

/// Whether a step of a plan goes through a table, or through all that a tenant has in it.
fn is_all_of_tenant(step: &str) -> bool {
    let is_of_table = !step.contains("VIRTUAL TABLE") && !step.contains("CONSTANT ROW");
    let scans = step.strip_prefix("SCAN ").is_some_and(|name| !OWN_ROWS.contains(&name));
    (is_of_table && scans) || step.ends_with("(tenant_id=?)") || step.contains("ANY(")
}

/// What statements call the rows that they reckon themselves.
const OWN_ROWS: [&str; 5] = ["r", "hour", "part", "edge", "ids"];

fn heard() -> MutexGuard<'static, BTreeMap<String, bool>> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hears each statement that the driver says it has run.
struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut said = Said::default();
        event.record(&mut said);
        if ASKED.iter().any(|it| said.0.contains(it)) {
            heard().entry(said.0).or_insert(false);
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The text of a statement: a long one is said beside its first words.
#[derive(Default)]
struct Said(String);

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        let is_text = field.name() == "db.statement" || field.name() == "summary";
        if is_text && value.len() > self.0.len() {
            value.trim().clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn core::fmt::Debug) {}
}
